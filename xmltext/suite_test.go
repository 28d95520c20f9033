package xmltext_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xmltext"
)

// suiteDeviations are the tests of the W3C suite that come out otherwise than it says, and why.
var suiteDeviations = map[string]string{}

// TestXMLConformanceSuite runs the W3C XML Conformance Test Suite, as VBEM_XMLCONF has it: its folder xmlconf, with
// xmlconf.xml in it. A document of type not-wf must be refused, one of type valid or invalid accepted, because validity is nobody's business
// here; what is of type error may be either. Counted apart is what this package refuses by design: document type declarations,
// other encodings than UTF-8, colons in names where the suite means a processor without namespaces; and what is not about XML 1.0,
// fifth edition, with Namespaces 1.0.
func TestXMLConformanceSuite(t *testing.T) {
	dir := os.Getenv("VBEM_XMLCONF")
	if dir == "" {
		t.Skip("VBEM_XMLCONF is not set: the W3C XML conformance suite is not run")
	}
	counts := map[string]int{}
	deviated := map[string]bool{}
	for _, s := range suiteTests(t, dir) {
		data, err := os.ReadFile(s.file)
		if err != nil {
			t.Errorf("%s: %v", s.id, err)
			continue
		}
		_, err = dump(xmltext.NewBytesDecoder(data, nil))
		for _, m := range byteModes[1:] {
			d, _ := m.open(t, string(data), nil)
			if _, other := dump(d); (err == nil) != (other == nil) {
				t.Errorf("%s: by bytes %v, by %s %v", s.id, err, m.name, other)
			}
		}
		kind := s.apart()
		switch {
		case kind != "":
		case errors.Is(err, xmltext.ErrDTD):
			kind = s.kind + ", refused for its document type declaration"
			if s.kind == "not-wf" || s.kind == "error" {
				break
			}
			switch _, err := dump(xmltext.NewBytesDecoder(withoutDTD(data), nil)); {
			case err == nil:
				kind += "; without it accepted, as the suite says"
			case errors.Is(err, xmltext.ErrEncoding):
				kind += "; without it refused for its encoding"
			case strings.Contains(err.Error(), "is not declared"):
				kind += "; without it refused for what it declares: entities, prefixes"
			default:
				t.Errorf("%s (%s, sections %s) without its document type declaration: error %v", s.id, s.kind, s.sections, err)
			}
		case errors.Is(err, xmltext.ErrEncoding):
			kind = s.kind + ", refused for its encoding"
		case s.kind == "error":
			kind = "error, either way"
		case (s.kind == "not-wf") == (err != nil):
			kind = s.kind + ", as the suite says"
		case suiteDeviations[s.id] != "":
			kind = s.kind + ", otherwise than the suite says, explained"
			deviated[s.id] = true
		default:
			kind = s.kind + ", OTHERWISE THAN THE SUITE SAYS"
			t.Errorf("%s (%s, sections %s): error %v", s.id, s.kind, s.sections, err)
		}
		counts[kind]++
		counts["all"]++
	}
	for id := range suiteDeviations {
		if !deviated[id] {
			t.Errorf("%s comes out as the suite says: no deviation any more", id)
		}
	}
	var kinds []string
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		t.Logf("%5d %s", counts[kind], kind)
	}
	if counts["all"] < 1000 || counts["not-wf, as the suite says"] < 100 {
		t.Errorf("%d tests: this is not the suite", counts["all"])
	}
}

// withoutDTD returns a document, which is well-formed, without its document type declaration.
func withoutDTD(doc []byte) []byte {
	from := bytes.Index(doc, []byte("<!DOCTYPE"))
	subset := false
	for i := from; i < len(doc); i++ {
		rest := doc[i:]
		skip := func(end string) { i += bytes.Index(rest[1:], []byte(end)) + len(end) }
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			i += 3
			rest = doc[i:]
			skip("-->")
		case bytes.HasPrefix(rest, []byte("<?")):
			skip("?>")
		case rest[0] == '"' || rest[0] == '\'':
			skip(string(rest[:1]))
		case rest[0] == '[':
			subset = true
		case rest[0] == ']':
			subset = false
		case rest[0] == '>' && !subset:
			return append(slices.Clone(doc[:from]), doc[i+1:]...)
		}
	}
	return doc
}

// suiteTest is a TEST of the suite's catalogue.
type suiteTest struct {
	id, kind, file, sections               string
	version, edition, namespace, recommend string
}

// apart says why a test is not about what this package reads, "" where it is.
func (s *suiteTest) apart() string {
	switch {
	case s.version == "1.1", strings.HasPrefix(s.recommend, "XML1.1"), strings.HasPrefix(s.recommend, "NS1.1"):
		return "XML 1.1 and Namespaces 1.1, not counted"
	case s.edition != "" && !slices.Contains(strings.Fields(s.edition), "5"):
		return "earlier editions only, not counted"
	case s.namespace == "no":
		return "without namespaces, not counted"
	}
	return ""
}

var (
	suiteCatalog = regexp.MustCompile(`<!ENTITY\s+\S+\s+SYSTEM\s+"([^"]+)"`)
	suiteEntry   = regexp.MustCompile(`(?s)<TEST\s+([^>]*)>`)
	suiteAttr    = regexp.MustCompile(`([A-Z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	suiteComment = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// suiteTests reads the catalogues, which are external entities of xmlconf.xml.
func suiteTests(t *testing.T, dir string) []suiteTest {
	t.Helper()
	index, err := os.ReadFile(filepath.Join(dir, "xmlconf.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []suiteTest
	for _, entity := range suiteCatalog.FindAllSubmatch(index, -1) {
		path := filepath.Join(dir, filepath.FromSlash(string(entity[1])))
		catalog, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			t.Logf("the suite has no %s", entity[1])
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range suiteEntry.FindAllSubmatch(suiteComment.ReplaceAll(catalog, nil), -1) {
			a := map[string]string{}
			for _, m := range suiteAttr.FindAllSubmatch(entry[1], -1) {
				a[string(m[1])] = string(m[2]) + string(m[3])
			}
			all = append(all, suiteTest{
				id: a["ID"], kind: a["TYPE"], file: filepath.Join(filepath.Dir(path), filepath.FromSlash(a["URI"])), sections: a["SECTIONS"],
				version: a["VERSION"], edition: a["EDITION"], namespace: a["NAMESPACE"], recommend: a["RECOMMENDATION"],
			})
		}
	}
	return all
}
