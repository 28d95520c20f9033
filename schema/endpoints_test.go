package schema_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/schema"
)

const operationColumns = "call method path query params request response codes task repeat since page note"

// exceptions reads exceptions.tsv.
func exceptions(t *testing.T) []row {
	t.Helper()
	data, err := schema.Files.ReadFile("exceptions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := readTable(t, data, "method path query root reason")
	for _, e := range rows {
		if e.get("reason") == "" {
			t.Errorf("exceptions.tsv line %d: no reason", e.line)
		}
	}
	return rows
}

// TestEndpoints: every documented operation is in the table, or is listed as an exception; and no exception is idle. What is
// documented is in testdata/endpoints.tsv; where the outside data is at hand, that list must hold all of it.
func TestEndpoints(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("testdata", "endpoints.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	documented := readTable(t, file, "method path query")
	operations := readTable(t, schema.Operations(), operationColumns)
	excepted := exceptions(t)
	for _, d := range documented {
		if len(covering(operations, d.get("method"), d.get("path"), d.get("query"))) > 0 {
			continue
		}
		if !slices.ContainsFunc(excepted, func(e row) bool { return excepts(e, d.get("method"), d.get("path"), d.get("query"), "") }) {
			t.Errorf("%s %s %s is neither in operations.tsv nor in exceptions.tsv", d.get("method"), d.get("path"), d.get("query"))
		}
	}
	if os.Getenv("VBEM_CORPUS") == "" {
		return
	}
	_, rows := corpus(t, "endpoints.tsv")
	for _, r := range rows {
		if !slices.ContainsFunc(documented, func(d row) bool {
			return d.get("method") == r["method"] && d.get("path") == r["path"] && d.get("query") == r["fixed_query"]
		}) {
			t.Errorf("testdata/endpoints.tsv lacks %s %s %s (page %s)", r["method"], r["path"], r["fixed_query"], r["page"])
		}
	}
}

// TestCorpusRoots: the root elements that the reference prints for an operation are among those of the table, or are listed as
// exceptions; and no exception of a root is idle.
func TestCorpusRoots(t *testing.T) {
	_, rows := corpus(t, "endpoints.tsv")
	operations := readTable(t, schema.Operations(), operationColumns)
	excepted := exceptions(t)
	used := make([]bool, len(excepted))
	for _, r := range rows {
		method, path, query := r["method"], r["path"], r["fixed_query"]
		found := covering(operations, method, path, query)
		var requests, responses []string
		for _, o := range found {
			requests = append(requests, o.get("request"))
			responses = append(responses, split(o.get("response"), "|")...)
		}
		check := func(what, root string, have []string) {
			if root == "" || root == "?" || slices.Contains(have, root) {
				return
			}
			known := false
			for i, e := range excepted {
				if excepts(e, method, path, query, root) {
					known, used[i] = true, true
				}
			}
			if !known {
				t.Errorf("%s %s %s (page %s): the table has no %s %s, but %v", method, path, query, r["page"], what, root, have)
			}
		}
		for _, root := range split(r["request_root"], "|") {
			check("request", root, requests)
		}
		for _, root := range split(r["response_root"], "|") {
			check("response", root, responses)
		}
		reference, _, stated := strings.Cut(r["response_root_reference"], " (stated)")
		if !stated {
			check("response", reference, responses)
		}
	}
	for i, e := range excepted {
		if e.get("root") != "" && !used[i] {
			t.Errorf("exceptions.tsv line %d: %s %s has no root %s", e.line, e.get("method"), e.get("path"), e.get("root"))
		}
	}
}

// TestCorpusElements: every element that links can lead to is declared, or is another name of one that is, with the type that the
// reference and the older schema give it.
func TestCorpusElements(t *testing.T) {
	_, rows := corpus(t, "elements.tsv")
	m := loadModel(t)
	aliases := map[string]string{}
	for _, n := range m.doc.kids {
		for _, alias := range strings.Fields(n.mark("alias")) {
			aliases[alias] = n.attr("name")
		}
	}
	for _, r := range rows {
		name := r["element"]
		if m.roots[name] == "" && aliases[name] != "" {
			name = aliases[name]
		}
		if got := m.roots[name]; got != r["xsd_type"] {
			t.Errorf("element %s has the type %q, want %q", r["element"], got, r["xsd_type"])
		}
	}
}

// TestLinks: what links lead to is declared, and is what the reference says, under the name that the schema has for it.
func TestLinks(t *testing.T) {
	data, err := schema.Files.ReadFile("links.tsv")
	if err != nil {
		t.Fatal(err)
	}
	m := loadModel(t)
	have := map[string]bool{}
	for _, l := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		typ, element, _ := strings.Cut(l, "\t")
		if m.roots[element] == "" {
			t.Errorf("%s leads to %s, which RestAPI.xsd does not declare", typ, element)
		}
		have[typ+" "+m.roots[element]] = true
	}
	if len(have) < 150 {
		t.Errorf("%d link types", len(have))
	}
	_, rows := corpus(t, "elements.tsv")
	for _, r := range rows {
		typ := strings.Replace(r["link_type"], "<Resource>", "*", 1)
		if !strings.HasPrefix(typ, "(") && typ != "—" && !have[typ+" "+r["xsd_type"]] {
			t.Errorf("links.tsv: no row for %s, which leads to %s", typ, r["element"])
		}
	}
}

// covering gives the operations that are an endpoint: same method, path in any letter case, and query, of which callers may choose
// parts by parameters. A reference and its entity share an endpoint.
func covering(operations []row, method, path, query string) []row {
	bare := func(query string) string {
		if strings.EqualFold(query, "format=Entity") {
			return ""
		}
		return query
	}
	var found []row
	for _, o := range operations {
		// {+filepath} says besides that it takes several segments.
		if o.get("method") != method || !strings.EqualFold(strings.ReplaceAll(o.get("path"), "{+", "{"), path) {
			continue
		}
		if strings.EqualFold(bare(o.get("query")), bare(query)) || chosen(o, query) {
			found = append(found, o)
		}
	}
	return found
}

// chosen tells whether a query consists of parameters that an operation lets its callers choose.
func chosen(o row, query string) bool {
	n := 0
	for _, part := range strings.Split(query, "&") {
		if part == "" {
			continue
		}
		name, _, _ := strings.Cut(part, "=")
		if !strings.Contains(","+o.get("params"), ","+name+":") {
			return false
		}
		n++
	}
	return n > 0
}

// excepts tells whether a row of exceptions.tsv is about an endpoint, and about a root where one is given.
func excepts(e row, method, path, query, root string) bool {
	return e.get("method") == method && strings.EqualFold(e.get("path"), path) && strings.EqualFold(e.get("query"), query) && e.get("root") == root
}
