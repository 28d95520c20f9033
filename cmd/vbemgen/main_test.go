package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="Ship" type="ShipType"/>
  <xs:complexType name="ShipType"><xs:sequence><xs:element name="Name" type="xs:string"/></xs:sequence></xs:complexType>
</xs:schema>`

const badSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">
  <xs:element name="Ship" type="ShipType"/>
  <xs:element name="Port" type="PortType"/>
</xs:schema>`

// call runs the command in a directory of its own that holds good.xsd and bad.xsd.
func call(t *testing.T, args ...string) (dir string, code int, stdout, stderr string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"good.xsd": goodSchema, "bad.xsd": badSchema} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out, errs strings.Builder
	code = run(args, &out, &errs)
	return dir, code, out.String(), errs.String()
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args string
		want string
	}{
		{"", "no schema given: -xsd FILE"},
		{"-xsd good.xsd -package ent", "no output directory given: -out DIR"},
		{"-xsd good.xsd -out gen", "no package name given: -package NAME"},
		{"-xsd good.xsd -out gen -package 1st", "-package 1st: not a Go package name"},
		{"-xsd good.xsd -out gen -package func", "-package func: not a Go package name"},
		{"-out gen -package ent good.xsd", `unexpected argument "good.xsd": name files by flags, as in -xsd good.xsd`},
		{"-wat", "flag provided but not defined: -wat"},
	} {
		_, code, stdout, stderr := call(t, strings.Fields(tt.args)...)
		want := "vbemgen: " + tt.want + "\nTry vbemgen -help.\n"
		if code != exitUsage || stdout != "" || stderr != want {
			t.Errorf("%s: exit %d, output %q, error %q; want exit %d and %q", tt.args, code, stdout, stderr, exitUsage, want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	_, code, stdout, stderr := call(t, "-help")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit %d, error %q", code, stderr)
	}
	for _, f := range []string{"-xsd", "-fallback", "-operations", "-json", "-names", "-queries", "-out", "-package", "-module", "-require-all", "-version", "-help"} {
		if !strings.Contains(stdout, "\n  "+f+" ") && !strings.Contains(stdout, "\n  "+f+"\n") {
			t.Errorf("the help does not explain %s", f)
		}
	}
}

func TestVersion(t *testing.T) {
	_, code, stdout, _ := call(t, "-version")
	if code != exitOK || !strings.HasPrefix(stdout, "vbemgen ") {
		t.Errorf("exit %d, output %q", code, stdout)
	}
}

func TestGenerate(t *testing.T) {
	dir, code, stdout, stderr := call(t, "-xsd", "good.xsd", "-out", "gen", "-package", "ent", "-module", "example.com/gen", "-names", "names.tsv")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit %d, error %q", code, stderr)
	}
	if !strings.Contains(stdout, "files written, 0 as they were, 0 removed") {
		t.Errorf("output %q", stdout)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "gen", "ent", "*.go")); err != nil || len(files) == 0 {
		t.Errorf("no files (%v)", err)
	}
	if lock, err := os.ReadFile(filepath.Join(dir, "names.tsv")); err != nil || !strings.Contains(string(lock), "ShipType") {
		t.Errorf("lock %q (%v)", lock, err)
	}
}

func TestFailureWritesNothing(t *testing.T) {
	dir, code, stdout, stderr := call(t, "-xsd", "bad.xsd", "-out", "gen", "-package", "ent", "-module", "example.com/gen", "-names", "names.tsv")
	want := `vbemgen: bad.xsd:2: element Ship: refers to the type {urn:t}ShipType, which no document defines
vbemgen: bad.xsd:3: element Port: refers to the type {urn:t}PortType, which no document defines
`
	if code != exitFailed || stdout != "" {
		t.Errorf("exit %d, output %q", code, stdout)
	}
	if diff := cmp.Diff(want, stderr); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("the run left files: %v", entries)
	}
}

func TestModuleIsFound(t *testing.T) {
	_, code, _, stderr := call(t, "-xsd", "good.xsd", "-out", "gen", "-package", "ent")
	if code != exitFailed || !strings.Contains(stderr, "say what the directory's import path is (-module PATH)") {
		t.Errorf("exit %d, error %q", code, stderr)
	}
}
