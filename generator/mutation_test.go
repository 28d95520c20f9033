package generator_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/generator/names"
)

// The tests here take the project's schema, change it as a product update might, and build client and simulator
// against what comes out, by laying the new files over gen.

const overlayOut = "../gen"

func config(xsd string, fallback ...string) generator.Config {
	return generator.Config{
		XSD: []string{xsd}, Fallback: fallback, Operations: "../schema/operations.tsv", JSON: "../schema/json.tsv", Names: "../schema/names.tsv",
		Out: overlayOut, Package: "ent", Module: "github.com/vbem-go/vbem/gen",
	}
}

// overlay writes the result beside and returns the file for go build -overlay that puts it in the place of gen.
func overlay(t *testing.T, r *generator.Result) string {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	out, err := filepath.Abs(overlayOut)
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"ent", "emapi"} {
		have, err := filepath.Glob(filepath.Join(out, pkg, "*.go"))
		if err != nil || len(have) == 0 {
			t.Fatalf("no generated files in %s: %v", pkg, err)
		}
		for _, f := range have {
			replace[f] = "" // gone, unless it is generated again
		}
	}
	for i, f := range r.Files {
		tmp := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(tmp, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(out, filepath.FromSlash(f.Path))] = tmp
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func goCommand(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// sameNames checks that the lock after the run begins with the lock as it is.
func sameNames(t *testing.T, r *generator.Result) {
	t.Helper()
	before, err := os.ReadFile("../schema/names.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(r.Names), string(before)) {
		t.Error("the lock of names changed in what it held")
	}
	old, err := names.ParseLock("before", string(before))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range r.Files {
		if base := path.Base(f.Path); base[0] == '.' || base[0] == '_' {
			t.Errorf("%s: the go command passes over a file of this name", f.Path)
		}
		all.Write(f.Data)
	}
	text := all.String()
	old.Each(func(component, name string) {
		if strings.ContainsAny(component, "/(=") {
			return
		}
		if !strings.Contains(text, "type "+name+" ") {
			t.Errorf("%s: no Go type %s any more", component, name)
		}
	})
}

// typeNamed finds a named complex type's definition.
func typeNamed(t *testing.T, doc *etree.Document, name string) *etree.Element {
	t.Helper()
	e := doc.FindElement("//xs:complexType[@name='" + name + "']")
	if e == nil {
		t.Fatalf("the schema has no complex type %s", name)
	}
	return e
}

func elementNamed(t *testing.T, in *etree.Element, name string) *etree.Element {
	t.Helper()
	e := in.FindElement(".//xs:element[@name='" + name + "']")
	if e == nil {
		t.Fatalf("%s has no element %s", in.SelectAttrValue("name", "?"), name)
	}
	return e
}

func flip(e *etree.Element) {
	if e.SelectAttrValue("maxOccurs", "1") != "1" {
		return
	}
	if e.SelectAttrValue("minOccurs", "1") == "0" {
		e.CreateAttr("minOccurs", "1")
	} else {
		e.CreateAttr("minOccurs", "0")
	}
}

var mutations = []struct {
	name  string
	alone bool // another one takes it back
	do    func(t *testing.T, doc *etree.Document)
}{
	{"an occurrence flipped", true, func(t *testing.T, doc *etree.Document) {
		flip(elementNamed(t, typeNamed(t, doc, "TaskType"), "Operation"))
		flip(elementNamed(t, typeNamed(t, doc, "TaskType"), "Result"))
		flip(elementNamed(t, typeNamed(t, doc, "CdpFailoverStartSpecType"), "RestoreCurrent"))
		flip(elementNamed(t, typeNamed(t, doc, "CdpFailoverStartSpecType"), "RestoreAtInterval"))
	}},
	{"every occurrence of an element in a type flipped", false, func(t *testing.T, doc *etree.Document) {
		for _, ct := range doc.FindElements("//xs:complexType") {
			for _, e := range ct.FindElements(".//xs:sequence/xs:element") {
				flip(e)
			}
		}
	}},
	{"every use of an attribute flipped", false, func(t *testing.T, doc *etree.Document) {
		for _, a := range doc.FindElements("//xs:complexType//xs:attribute") {
			if a.SelectAttrValue("use", "optional") == "required" {
				a.CreateAttr("use", "optional")
			} else if a.SelectAttr("default") == nil {
				a.CreateAttr("use", "required")
			}
		}
	}},
	{"an element added in the middle", false, func(t *testing.T, doc *etree.Document) {
		for _, name := range []string{"TaskType", "CdpFailoverStartSpecType", "LogonSessionType"} {
			ct := typeNamed(t, doc, name)
			first := ct.FindElement(".//xs:sequence/xs:element")
			added := etree.NewElement("xs:element")
			added.CreateAttr("name", "AddedLater")
			added.CreateAttr("type", "xs:string")
			first.Parent().InsertChildAt(first.Index()+1, added)
		}
	}},
	{"two elements swapped", false, func(t *testing.T, doc *etree.Document) {
		ct := typeNamed(t, doc, "TaskType")
		a, b := elementNamed(t, ct, "TaskId"), elementNamed(t, ct, "Operation")
		x, y := a.SelectAttrValue("name", ""), b.SelectAttrValue("name", "")
		a.CreateAttr("name", y)
		b.CreateAttr("name", x)
	}},
	{"a second root on a type", false, func(t *testing.T, doc *etree.Document) {
		for _, name := range []string{"TaskType", "EntityReferenceType", "CdpFailoverStartSpecType"} {
			e := doc.Root().CreateElement("xs:element")
			e.CreateAttr("name", "Second"+name)
			e.CreateAttr("type", name)
		}
	}},
}

// mutated generates from the project's schema after the given changes.
func mutated(t *testing.T, do ...func(*testing.T, *etree.Document)) *generator.Result {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromFile("../schema/RestAPI.xsd"); err != nil {
		t.Fatal(err)
	}
	for _, f := range do {
		f(t, doc)
	}
	file := filepath.Join(t.TempDir(), "RestAPI.xsd")
	if err := doc.WriteToFile(file); err != nil {
		t.Fatal(err)
	}
	r, err := generator.Generate(config(file))
	if err != nil {
		t.Fatal(err)
	}
	sameNames(t, r)
	return r
}

// TestMutatedSchemas builds client and simulator against all changes at once, which takes one build; only when that fails
// it builds them one by one, to say which it was.
func TestMutatedSchemas(t *testing.T) {
	if testing.Short() {
		t.Skip("builds client and simulator against changed schemas: left out with -short")
	}
	var all []func(*testing.T, *etree.Document)
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) { mutated(t, m.do) })
		if m.alone {
			continue
		}
		all = append(all, m.do)
	}
	if t.Run("all at once", func(t *testing.T) { builds(t, mutated(t, all...)) }) {
		return
	}
	for _, m := range mutations {
		t.Run("build after "+m.name, func(t *testing.T) { builds(t, mutated(t, m.do)) })
	}
}

func builds(t *testing.T, r *generator.Result) {
	t.Helper()
	goCommand(t, "build", "-overlay", overlay(t, r), "./client", "./simulator")
}

func TestGeneratedFilesAreCurrent(t *testing.T) {
	c := config("../schema/RestAPI.xsd")
	c.RequireAll = true
	first, err := generator.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := generator.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range first.Files {
		if string(f.Data) != string(again.Files[i].Data) {
			t.Errorf("%s: two runs differ", f.Path)
		}
		have, err := os.ReadFile(filepath.Join(overlayOut, f.Path))
		if err != nil || string(have) != string(f.Data) {
			t.Errorf("%s is not what the schema gives: run go generate ./... (%v)", f.Path, err)
		}
	}
}
