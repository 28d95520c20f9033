package xsd_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/xsd"
)

var update = flag.Bool("update", false, "write what the cases of testdata give as what they want")

// load reads a case: schema.xsd, and fallback.xsd if there is one.
func load(t *testing.T, dir string) (*xsd.Schema, error) {
	t.Helper()
	files := os.DirFS(dir)
	o := xsd.Options{Files: []string{"schema.xsd"}, ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(files, filepath.ToSlash(name)) }}
	if _, err := fs.Stat(files, "fallback.xsd"); err == nil {
		o.Fallback = []string{"fallback.xsd"}
	}
	return xsd.Load(o)
}

func cases(t *testing.T, pattern string) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join("testdata", pattern, "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return dirs
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestPositive loads each folder of testdata/positive and compares the components with want.txt.
func TestPositive(t *testing.T) {
	for _, dir := range cases(t, "positive") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s, err := load(t, dir)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, filepath.Join(dir, "want.txt"), dump(s))
		})
	}
}

// TestNegative loads each folder of testdata/negative and compares the errors, places included, with error.txt.
func TestNegative(t *testing.T) {
	for _, dir := range cases(t, "negative") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s, err := load(t, dir)
			if err == nil || s != nil {
				t.Fatalf("got %v and error %v", s, err)
			}
			compare(t, filepath.Join(dir, "error.txt"), err.Error()+"\n")
		})
	}
}
