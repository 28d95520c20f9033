package imports

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestModule checks this module.
func TestModule(t *testing.T) {
	const top = "../.."
	mod, err := os.ReadFile(top + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`(?m)^module (\S+)`).FindSubmatch(mod)
	if name == nil {
		t.Fatal("go.mod names no module")
	}
	faults, err := Check(os.DirFS(top), string(name[1]), Rules())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

func TestCheck(t *testing.T) {
	file := func(imports string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("package p\n" + imports)}
	}
	root := fstest.MapFS{
		"a/a.go":              file(`import "fmt"; import "example.test/m/b"`),
		"a/a_test.go":         file(`import "example.test/other"`),
		"a/testdata/x.go":     file(`import "example.test/other"`),
		"a/deep/a.go":         file(`import "example.test/m/cmd/c"`),
		"b/b.go":              file(`import "example.test/lib/sub"; import "example.test/library"`),
		"unknown/u.go":        file(``),
		"cmd/c/c.go":          file(`import "example.test/m/a/deep"; import "example.test/m/internal/x"`),
		"a/windows_only.go":   file(`import "example.test/third"`),
		".hidden/h.go":        file(`import "example.test/other"`),
		"b/constrained_go.go": &fstest.MapFile{Data: []byte("//go:build never\n\npackage p\nimport \"example.test/third\"\n")},
	}
	rules := []Rule{
		{"a", []string{"b"}},
		{"a/deep", nil},
		{"b", []string{"example.test/lib/..."}},
		{"cmd/c", []string{"a/..."}},
	}
	got, err := Check(root, "example.test/m", rules)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a/deep/a.go: a/deep may not import cmd/c",
		"a/windows_only.go: a may not import example.test/third",
		"b/b.go: b may not import example.test/library",
		"b/constrained_go.go: b may not import example.test/third",
		"cmd/c/c.go: cmd/c may not import internal/x",
		"unknown/u.go: no rule for package unknown; add one to internal/imports",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
