package xsd_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/generator/xsd"
)

// Floors of agreement with the W3C test suite's verdicts over schemas. They may be raised, never lowered.
const (
	w3cSmokeFloor = 292   // of smoke.tsv
	w3cAllFloor   = 11467 // of index.tsv
)

// TestW3C loads the schemas of the W3C test suite, as VBEM_W3C has it: index.tsv, smoke.tsv, and dev.tar.xz or what is in it.
// With VBEM_W3C_ALL it loads all of them, else those of smoke.tsv. Disagreements are logged with -v.
func TestW3C(t *testing.T) {
	dir := os.Getenv("VBEM_W3C")
	if dir == "" {
		t.Skip("VBEM_W3C is not set: the W3C test suite is not run")
	}
	groups := w3cGroups(t, dir)
	floor := w3cAllFloor
	if os.Getenv("VBEM_W3C_ALL") == "" {
		groups, floor = smokeOf(t, dir, groups), w3cSmokeFloor
	}
	root := unpack(t, dir, groups)
	agree, total, unsupported := 0, 0, 0
	for _, g := range groups {
		if g.verdict != "valid" && g.verdict != "invalid" || len(g.schemas) == 0 {
			continue
		}
		total++
		var files []string
		for _, s := range g.schemas {
			files = append(files, filepath.Join(root, filepath.FromSlash(s)))
		}
		_, err := xsd.Load(xsd.Options{Files: files, IgnoreMissing: true, Strict: true})
		var un *xsd.UnsupportedError
		switch {
		case errors.As(err, &un) && g.verdict == "valid": // refusing a schema that is invalid anyway is right
			unsupported++
			t.Logf("%s %s: want %s, got %v", g.set, g.name, g.verdict, un)
		case (err == nil) == (g.verdict == "valid"):
			agree++
		default:
			t.Logf("%s %s: want %s, got %v", g.set, g.name, g.verdict, err)
		}
	}
	t.Logf("%d of %d schemas agree, %d unsupported", agree, total, unsupported)
	if agree < floor {
		t.Errorf("%d schemas agree, and it was %d before", agree, floor)
	}
}

type w3cGroup struct {
	set, name     string
	schemas, deps []string
	verdict       string
}

func tsv(t *testing.T, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if i > 0 {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

func w3cGroups(t *testing.T, dir string) []w3cGroup {
	t.Helper()
	list := func(cell string) []string {
		if cell == "-" {
			return nil
		}
		return strings.Fields(cell)
	}
	var groups []w3cGroup
	for _, row := range tsv(t, filepath.Join(dir, "index.tsv")) {
		if len(row) < 6 {
			t.Fatalf("index.tsv: a row of %d cells", len(row))
		}
		groups = append(groups, w3cGroup{set: row[0], name: row[1], schemas: list(row[2]), verdict: row[3], deps: list(row[5])})
	}
	return groups
}

func smokeOf(t *testing.T, dir string, all []w3cGroup) []w3cGroup {
	t.Helper()
	wanted := map[[2]string]bool{}
	for _, row := range tsv(t, filepath.Join(dir, "smoke.tsv")) {
		wanted[[2]string{row[0], row[1]}] = true
	}
	var groups []w3cGroup
	for _, g := range all {
		if wanted[[2]string{g.set, g.name}] {
			groups = append(groups, g)
		}
	}
	return groups
}

// unpack gives the directory that holds the suite's files. The archive is xz, which the standard library does not read: tar does.
func unpack(t *testing.T, dir string, groups []w3cGroup) string {
	t.Helper()
	archive := filepath.Join(dir, "dev.tar.xz")
	if _, err := os.Stat(archive); errors.Is(err, fs.ErrNotExist) {
		return dir
	}
	if _, err := exec.LookPath("tar"); err != nil {
		t.Skip("tar is not there to unpack the W3C test suite")
	}
	root := t.TempDir()
	var names []string
	seen := map[string]bool{}
	for _, g := range groups {
		for _, f := range append(append([]string(nil), g.schemas...), g.deps...) {
			if !seen[f] {
				seen[f] = true
				names = append(names, f)
			}
		}
	}
	cmd := exec.Command("tar", "-xJf", archive, "-C", root, "-T", "-")
	cmd.Stdin = strings.NewReader(strings.Join(names, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	return root
}
