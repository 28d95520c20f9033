package schema_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/schema"
)

func TestFiles(t *testing.T) {
	for name, data := range map[string][]byte{
		"RestAPI.xsd": schema.RestAPI(), "operations.tsv": schema.Operations(), "json.tsv": schema.JSON(), "queries.tsv": schema.Queries(),
		"names.tsv": schema.Names(),
	} {
		embedded, err := fs.ReadFile(schema.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(embedded), string(data)); diff != "" {
			t.Errorf("%s: the file and its function differ:\n%s", name, diff)
		}
	}
}

// TestEverythingIsEmbedded: every file of data beside the package is in Files.
func TestEverythingIsEmbedded(t *testing.T) {
	var want []string
	for _, pattern := range []string{"*.tsv", "*.xsd"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, files...)
	}
	slices.Sort(want)
	embedded, err := fs.Glob(schema.Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, embedded); diff != "" || len(want) < 7 {
		t.Error(diff, want)
	}
}

// TestTypesResolve: every type that is referred to exists, and every root element has a named type.
func TestTypesResolve(t *testing.T) {
	m := loadModel(t)
	if got := m.doc.attr("targetNamespace"); got != schema.Namespace {
		t.Errorf("target namespace %q", got)
	}
	builtin := regexp.MustCompile(`^xs:(string|boolean|int|long|unsignedLong|unsignedShort|double|dateTime)$`)
	m.doc.walk(func(n, _ *node) {
		for _, a := range []string{"type", "base"} {
			if name := n.attr(a); name != "" && m.named[name] == nil && !builtin.MatchString(name) {
				t.Errorf("line %d: %s %q is neither defined here nor one of the built-in types in use", n.line, a, name)
			}
		}
		if n.name.Local == "element" && n.attr("type") == "" && len(n.kids) < 2 {
			t.Errorf("line %d: element %s has no type", n.line, n.attr("name"))
		}
	})
}

// TestMarks holds the annotations to what the schema's documentation says of them.
func TestMarks(t *testing.T) {
	m := loadModel(t)
	known := map[string]string{ // mark to the elements that may have it
		"family": "complexType simpleType", "page": "complexType simpleType", "order": "complexType element attribute",
		"since": "complexType simpleType element attribute", "open": "simpleType", "secret": "element attribute", "alias": "element attribute",
		"unit": "element",
	}
	orders := []string{"message", "xsd", "fields", "guess"}
	for mark := range known {
		if !strings.Contains(m.doc.documentation(), "vbem:"+mark+" ") {
			t.Errorf("the schema's documentation does not tell what vbem:%s is", mark)
		}
	}
	m.doc.walk(func(n, parent *node) {
		for name, value := range n.attrs {
			switch {
			case name.Space == "":
				continue
			case name.Space != schema.AnnotationNamespace || known[name.Local] == "":
				t.Errorf("line %d: unknown mark %s", n.line, name.Local)
			case !slices.Contains(strings.Fields(known[name.Local]), n.name.Local):
				t.Errorf("line %d: vbem:%s on %s", n.line, name.Local, n.name.Local)
			case value == "", (name.Local == "open" || name.Local == "secret") && value != "true":
				t.Errorf("line %d: vbem:%s=%q", n.line, name.Local, value)
			case name.Local == "order" && !slices.Contains(orders, value):
				t.Errorf("line %d: vbem:order=%q is none of %v", n.line, value, orders)
			}
		}
		switch local := n.name.Local; {
		case parent == m.doc && (local == "complexType" || local == "simpleType"):
			if n.mark("family") == "" {
				t.Errorf("line %d: %s has no vbem:family", n.line, n.attr("name"))
			}
			if n.documentation() == "" {
				t.Errorf("line %d: %s has no documentation", n.line, n.attr("name"))
			}
			if local == "complexType" && hasElements(n) && n.mark("order") == "" {
				t.Errorf("line %d: %s has elements and no vbem:order", n.line, n.attr("name"))
			}
			if local == "simpleType" && hasEnumeration(n) && n.mark("open") != "true" {
				t.Errorf("line %d: the enumeration %s is not open, and servers add values", n.line, n.attr("name"))
			}
		case local == "element" || local == "attribute":
			if name := n.attr("name"); (name == "Password" || strings.HasSuffix(name, "Token")) && n.mark("secret") != "true" {
				t.Errorf("line %d: %s is not marked vbem:secret", n.line, name)
			}
		}
	})
}

func hasElements(n *node) bool {
	found := false
	n.walk(func(k, _ *node) { found = found || k.name.Local == "element" })
	return found
}

func hasEnumeration(n *node) bool {
	found := false
	n.walk(func(k, _ *node) { found = found || k.name.Local == "enumeration" })
	return found
}

// TestAliases: a spelling that is read as another must not be the name of a sibling.
func TestAliases(t *testing.T) {
	m := loadModel(t)
	for name, n := range m.named {
		n.walk(func(k, _ *node) {
			for _, alias := range strings.Fields(k.mark("alias")) {
				if _, taken := m.find(name, alias); taken {
					t.Errorf("line %d: %s of %s has the alias %s, which is another member", k.line, k.attr("name"), name, alias)
				}
			}
		})
	}
	for _, n := range m.doc.kids {
		for _, alias := range strings.Fields(n.mark("alias")) {
			if m.roots[alias] != "" {
				t.Errorf("line %d: element %s has the alias %s, which is declared", n.line, n.attr("name"), alias)
			}
		}
	}
}

// TestPatterns: the patterns compile, and accept and refuse what they should.
func TestPatterns(t *testing.T) {
	const guid = "0fd2bd0a-26a8-4f41-9f0c-0a1b2c3d4e5f"
	m := loadModel(t)
	for _, c := range []struct {
		typ, value string
		want       bool
	}{
		{"UidType", "urn:veeam:CdpPolicy:" + guid, true},
		{"UidType", "urn:veeam:Replica:urn:veeam:CdpReplica:" + guid, true},
		{"UidType", "urn:veeam:CatalogVm:file server.01", true},
		{"UidType", guid, true},
		{"UidType", "", true},
		{"UidType", "CdpPolicy", false},
		{"UidType", "urn:other:CdpPolicy:" + guid, false},
		{"HierarchyObjRefType", "urn:VMware:Vm:" + guid + ".vm-7", true},
		{"HierarchyObjRefType", "urn:vCloud:Vapp:" + guid + ".urn:vcloud:vapp:" + guid, true},
		{"HierarchyObjRefType", "urn:HyperV:Host:" + guid + ".", true},
		{"HierarchyObjRefType", "vm-7", false},
		{"VersionType", "13.0.1.1071", true},
		{"VersionType", "13", true},
		{"VersionType", "13.x", false},
	} {
		if got := matches(t, m, c.typ, c.value); got != c.want {
			t.Errorf("%s accepts %q: %v, want %v", c.typ, c.value, got, c.want)
		}
	}
}

// matches tells whether a value fits the patterns of a simple type and its bases. The patterns are of a form that means the same in Go.
func matches(t *testing.T, m *model, typ, value string) bool {
	t.Helper()
	for m.named[typ] != nil {
		var patterns []string
		next := ""
		m.named[typ].walk(func(n, _ *node) {
			switch n.name.Local {
			case "pattern":
				patterns = append(patterns, n.attr("value"))
			case "restriction":
				next = n.attr("base")
			}
		})
		ok := len(patterns) == 0
		for _, p := range patterns {
			re, err := regexp.Compile("^(?:" + p + ")$")
			if err != nil {
				t.Fatalf("%s: %v", typ, err)
			}
			ok = ok || re.MatchString(value)
		}
		if !ok {
			return false
		}
		typ = next
	}
	return true
}

func TestOperations(t *testing.T) {
	m := loadModel(t)
	rows := readTable(t, schema.Operations(), "call method path query params request response codes task repeat since page note")
	identifier := regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	param := regexp.MustCompile(`^[A-Za-z]+:(string|int|bool|dateTime)$`)
	place := regexp.MustCompile(`\{(ID|vmname|\+filepath)\}`)
	calls, targets := map[string]int{}, map[string]int{}
	for _, r := range rows {
		call, method, path, query := r.get("call"), r.get("method"), r.get("path"), r.get("query")
		wrong := func(format string, args ...any) {
			t.Helper()
			t.Errorf("line %d: %s: %s", r.line, call, fmt.Sprintf(format, args...))
		}
		chain := strings.Split(call, ".")
		ids := 0
		for _, c := range chain {
			if !identifier.MatchString(c) {
				wrong("%q is no Go name", c)
			}
			if c == "ID" {
				ids++
			}
		}
		if len(chain) < 2 || chain[len(chain)-1] == "ID" {
			wrong("a resource and a method are needed")
		}
		if n := len(place.FindAllString(path, -1)); n != ids || n != strings.Count(path, "{") {
			wrong("%d ID for the places in %s", ids, path)
		}
		if line := calls[call]; line != 0 {
			wrong("stands in line %d already", line)
		}
		calls[call] = r.line
		target := strings.ToLower(method + " " + path + "?" + query)
		if line := targets[target]; line != 0 {
			wrong("%s stands in line %d already", target, line)
		}
		targets[target] = r.line
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "? ") {
			wrong("path %q", path)
		}
		for _, p := range split(r.get("params"), ",") {
			if !param.MatchString(p) {
				wrong("parameter %q", p)
			}
		}
		for _, e := range append(split(r.get("request"), "|"), split(r.get("response"), "|")...) {
			if m.roots[e] == "" {
				wrong("RestAPI.xsd declares no element %s", e)
			}
		}
		for _, c := range split(r.get("codes"), ",") {
			if !slices.Contains([]string{"200", "201", "202", "204"}, c) {
				wrong("code %q", c)
			}
		}
		if r.get("page") == "" || r.get("codes") == "" {
			wrong("page and codes are needed")
		}
		task := r.get("task") == "yes"
		if !task && r.get("task") != "no" {
			wrong("task %q is neither yes nor no", r.get("task"))
		}
		accepted := slices.Contains(strings.Split(r.get("codes"), ","), "202")
		if task != accepted || task != (strings.Split(r.get("response"), "|")[0] == "Task" && method != "GET") {
			wrong("task %q does not go with the codes %q and the response %q", r.get("task"), r.get("codes"), r.get("response"))
		}
		if len(split(r.get("codes"), ",")) > 1 && r.get("note") == "" {
			wrong("why there are several codes is to be noted")
		}
		switch repeat := r.get("repeat"); {
		case method == "GET" && repeat != "safe", (method == "PUT" || method == "DELETE") && repeat != "idempotent",
			method == "POST" && repeat != "never" && repeat != "safe", method == "POST" && task && repeat != "never":
			wrong("repeat %q does not go with %s", repeat, method)
		case method == "GET" && r.get("request") != "":
			wrong("a GET has no body")
		}
	}
}

func split(s, sep string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, sep)
}

func TestJSONNames(t *testing.T) {
	m := loadModel(t)
	seen := map[string]int{}
	for _, r := range readTable(t, schema.JSON(), "component xml json aliases form note") {
		component, name := r.get("component"), r.get("xml")
		if m.types[component] == nil {
			t.Errorf("line %d: RestAPI.xsd has no type %s", r.line, component)
			continue
		}
		if line := seen[component+" "+name]; line != 0 {
			t.Errorf("line %d: %s %s stands in line %d already", r.line, component, name, line)
		}
		seen[component+" "+name] = r.line
		if _, ok := m.find(component, name); name != "" && !ok {
			t.Errorf("line %d: %s has no %s", r.line, component, name)
		}
		if !slices.Contains([]string{"", "array", "object"}, r.get("form")) {
			t.Errorf("line %d: form %q", r.line, r.get("form"))
		}
		if r.get("json") == "" && r.get("form") == "" || r.get("note") == "" {
			t.Errorf("line %d: a name or form, and a note, are needed", r.line)
		}
	}
}

func TestQueries(t *testing.T) {
	m := loadModel(t)
	seen := map[string]int{}
	for _, r := range readTable(t, schema.Queries(), "query under list item entity field type element values note") {
		wrong := func(format string, args ...any) {
			t.Helper()
			t.Errorf("line %d: %s.%s: %s", r.line, r.get("query"), r.get("field"), fmt.Sprintf(format, args...))
		}
		if line := seen[r.get("query")+"."+r.get("field")]; line != 0 {
			wrong("stands in line %d already", line)
		}
		seen[r.get("query")+"."+r.get("field")] = r.line
		list, ok := m.find(r.get("under")+"Type", r.get("list"))
		if !ok {
			wrong("%sType has no %s", r.get("under"), r.get("list"))
			continue
		}
		item, ok := m.find(list.typ, r.get("item"))
		if !ok || item.typ != m.roots[r.get("entity")] {
			wrong("the items %s of %s are no %s", r.get("item"), r.get("list"), r.get("entity"))
		}
		if !slices.Contains([]string{"string", "uid", "bool", "int", "long", "double", "dateTime", "enum"}, r.get("type")) {
			wrong("type %q", r.get("type"))
		}
		if (r.get("type") == "enum") != (r.get("values") != "") {
			wrong("type %s with the values %q", r.get("type"), r.get("values"))
		}
		switch element := r.get("element"); {
		case element == "":
			if r.get("note") == "" {
				wrong("why no element holds it is to be noted")
			}
		case strings.HasPrefix(element, "link:"):
			kind, _, _ := strings.Cut(strings.TrimPrefix(element, "link:"), "@")
			if m.roots[kind] == "" {
				wrong("RestAPI.xsd declares no element %s", kind)
			}
		default:
			typ := item.typ
			for _, step := range strings.Split(element, "/") {
				found, ok := m.find(typ, step)
				if !ok {
					wrong("%s has no %s", typ, step)
				}
				typ = found.typ
			}
		}
	}
	if queries := len(distinct(seen)); queries != 49 {
		t.Errorf("%d types can be queried, want the 49 that are documented", queries)
	}
}

// distinct gives the queries of the keys, which are query and field.
func distinct(keys map[string]int) map[string]bool {
	queries := map[string]bool{}
	for k := range keys {
		query, _, _ := strings.Cut(k, ".")
		queries[query] = true
	}
	return queries
}
