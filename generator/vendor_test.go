package generator_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/generator/names"
)

// vendorXSD is the schema that the product ships; it is not in the repository.
func vendorXSD(t *testing.T) string {
	t.Helper()
	file := os.Getenv("VBEM_VENDOR_XSD")
	if file == "" {
		t.Skip("VBEM_VENDOR_XSD is not set: the product's own schema is not in the repository")
	}
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestVendorPackage generates a package from the product's schema into a module of its own, builds and vets it, and
// runs the documented messages through it.
func TestVendorPackage(t *testing.T) {
	xsd := vendorXSD(t)
	dir := t.TempDir()
	c := generator.Config{XSD: []string{xsd}, Out: dir, Package: "ent", Module: "example.test/product", Names: filepath.Join(dir, "names.tsv")}
	r, err := generator.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := generator.Write(c, r); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	// The module's own requirements, so that nothing has to be resolved.
	text := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(string(mod), "module example.test/product")
	text += "\nrequire github.com/vbem-go/vbem v0.0.0\n\nreplace github.com/vbem-go/vbem => " + root + "\n"
	sum, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("testdata/product/main.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"go.mod": text, "go.sum": string(sum), "check/main.go": string(program)} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("build", "./...")
	declaredTypes(t, filepath.Join(dir, "ent"), string(r.Names))
	run("vet", "./ent")
	if staticcheck := os.Getenv("VBEM_STATICCHECK"); staticcheck != "" {
		cmd := exec.Command(staticcheck, "./ent")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("staticcheck: %v\n%s", err, out)
		}
	}
	corpus := os.Getenv("VBEM_CORPUS")
	if corpus == "" {
		t.Log("VBEM_CORPUS is not set: no messages to run through the package")
		return
	}
	if corpus, err = filepath.Abs(corpus); err != nil {
		t.Fatal(err)
	}
	t.Log(run("run", "./check", corpus, xsd))
}

// declaredTypes checks that the package, as the go command sees it, declares a Go type for every type of the schema:
// 215 named complex types, 12 anonymous ones and 20 simple types.
func declaredTypes(t *testing.T, dir, lock string) {
	t.Helper()
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name, o := range f.Scope.Objects {
			declared[name] = o.Kind == ast.Typ
		}
	}
	locked, err := names.ParseLock("names.tsv", lock)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	locked.Each(func(component, name string) {
		if strings.ContainsAny(component, "/(=") {
			return
		}
		n++
		if !declared[name] {
			t.Errorf("%s: the package declares no type %s", component, name)
		}
	})
	if want := 215 + 12 + 20; n != want {
		t.Errorf("%d types have Go names, want %d", n, want)
	}
}

// TestVendorWithFallback lays what the product's schema gives, with the project's for what it lacks, over gen:
// all operations have stubs, and client and simulator build.
func TestVendorWithFallback(t *testing.T) {
	xsd := vendorXSD(t)
	c := config(xsd, "../schema/RestAPI.xsd")
	c.RequireAll = true
	r, err := generator.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	sameNames(t, r)
	builds(t, r)
}

// TestVendorLeavesOut: without the fallback, operations on types that the older schema lacks have no stub, and are named.
func TestVendorLeavesOut(t *testing.T) {
	r, err := generator.Generate(config(vendorXSD(t)))
	if err != nil {
		t.Fatal(err)
	}
	report := strings.Join(r.Report, "\n")
	for _, name := range []string{"CdpReplica.VApps.ID.Failover", "CdpFailoverStartSpec"} {
		if !strings.Contains(report, name) {
			t.Errorf("the report does not name %s:\n%s", name, report)
		}
	}
	if strings.Contains(report, "Tasks.ID.Get") {
		t.Errorf("left out, though the schema has it: Tasks.ID.Get\n%s", report)
	}
}
