// Package imports says which package of this module may import which, and its test checks it.
//
// Whoever vendors the bindings vendors no third party: the runtime, the generated packages, the client and the simulator
// import the standard library and each other. The generator never imports what it generates, and the simulator and
// the client never import each other, so that neither can hide the other's mistakes.
package imports

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Rule names what the packages at and below a folder may import beside the standard library. Where several rules
// fit a package, the one of the longest folder holds.
type Rule struct {
	Folder string   // relative to the module, "." for the module's root
	Allow  []string // folders of this module, or module paths; "folder/..." takes in what lies below
}

// Rules are this module's.
func Rules() []Rule {
	const (
		etree   = "github.com/beevik/etree"
		jen     = "github.com/dave/jennifer/..."
		cobra   = "github.com/spf13/cobra/..."
		pflag   = "github.com/spf13/pflag" // cobra's flags
		bar     = "github.com/schollz/progressbar/v3"
		termlib = "golang.org/x/term"
		ring    = "github.com/zalando/go-keyring" // passwords, in the command alone
	)
	runtime := []string{"xmltext", "xsdtype", "xsdbind", "rest"}
	generated := append([]string{"gen/ent", "gen/emapi"}, runtime...)
	return []Rule{
		{".", nil},
		{"internal/imports", nil},
		{"schema", nil},
		{"xmltext", nil},
		{"xsdtype", nil},
		{"query", []string{"xsdtype"}},
		{"xsdbind", []string{"xmltext", "xsdtype"}},
		{"xsdbind/internal", []string{"xmltext", "xsdtype", "xsdbind"}}, // what generated code looks like, for tests
		{"rest", []string{"xsdbind"}},
		{"gen/ent", []string{"xsdbind", "xsdtype", "xmltext"}},
		{"gen/fields", []string{"gen/ent", "query"}},
		{"gen/spec", nil},
		{"gen/emapi", append([]string{"gen/ent"}, runtime...)},
		{"client", append([]string{"gen/fields", "query"}, generated...)},
		{"simulator", append([]string{"schema", "gen/spec"}, generated...)}, // the table of queries, and the descriptions that it serves
		// The generator shares the tables' types with the engine that runs them, and knows no generated package.
		{"generator", []string{"generator/xsd/...", "generator/operations/...", "generator/names/...", "generator/ir/...", "generator/emit/...", "xsdbind", etree, jen}},
		{"generator/internal/constructs", []string{"xsdbind", "xsdtype", "xmltext"}}, // generated, for tests
		{"generator/names", []string{"generator/names/..."}},
		{"generator/xsd", []string{"generator/xsd/...", etree}},
		{"generator/operations", []string{"generator/operations/..."}},
		{"generator/ir", []string{"generator/ir/...", "generator/xsd/...", "generator/operations/...", "xsdbind"}},
		{"generator/emit", []string{"generator/emit/...", "generator/ir/...", "xsdbind", jen}},
		{"conformance", append([]string{"conformance/...", "client", "schema", etree}, generated...)},
		{"cmd/vbemgen", []string{"generator", "schema"}},
		{"cmd/vbem", append([]string{"cmd/vbem/...", "conformance/...", "client", "simulator", "internal/doctor", "internal/capture", cobra, pflag, bar, termlib, ring}, generated...)},
		// Measurements and tests of several rooms together.
		{"bench", append([]string{"client", "simulator", "generator", "schema"}, generated...)},
		{"internal/capture", append([]string{"gen/fields", "query"}, generated...)},
		{"internal/doctor", append([]string{"client", "schema", "conformance/canonical", "conformance/model"}, generated...)},
		{"internal/endtoend", nil},
		{"internal/hostile", nil},
		{"internal/soak", append([]string{"internal/soak/...", "client", "simulator"}, generated...)},
	}
}

// Check parses the import lists of every package below root and returns a line for each import that no rule allows and for
// each package that no rule knows. Test files are free. Imports under every build constraint count.
func Check(root fs.FS, module string, rules []Rule) ([]string, error) {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(len(b.Folder), len(a.Folder)) })
	var faults []string
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := entry.Name()
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "tools.go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		at := slices.IndexFunc(rules, func(r Rule) bool {
			return r.Folder == folder || r.Folder != "." && strings.HasPrefix(folder, r.Folder+"/")
		})
		if at < 0 {
			faults = append(faults, fmt.Sprintf("%s: no rule for package %s; add one to internal/imports", name, folder))
			return nil
		}
		for _, spec := range file.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
			}
			target, own := strings.CutPrefix(target, module+"/")
			if !allowed(target, own, rules[at].Allow) {
				faults = append(faults, fmt.Sprintf("%s: %s may not import %s", name, folder, target))
			}
		}
		return nil
	})
	slices.Sort(faults)
	return faults, err
}

// allowed takes an import path of the module or of another one; own says which.
func allowed(target string, own bool, allow []string) bool {
	for _, a := range allow {
		below, deep := strings.CutSuffix(a, "/...")
		if target == below || deep && strings.HasPrefix(target, below+"/") {
			return true
		}
	}
	// The standard library's paths have no dot in the first element: the go command relies on it too.
	first, _, _ := strings.Cut(target, "/")
	return !own && !strings.Contains(first, ".")
}
