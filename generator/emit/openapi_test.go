package emit

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/xsdbind"
)

func TestECMAPattern(t *testing.T) {
	for _, c := range []struct{ xsd, want string }{
		{`[A-Z]{2}[0-9]{2}`, `^(?:[A-Z]{2}[0-9]{2})$`},
		{`\s*(urn:[^:\s]+:.+)?`, `^(?:[ \t\n\r]*(urn:[^: \t\n\r]+:[^\n\r]+)?)$`},
		{`\S`, `^(?:[^ \t\n\r])$`},
		{`a^b$c`, `^(?:a\^b\$c)$`},
		{`a/b`, `^(?:a\/b)$`},
		{`a\:b\-c`, `^(?:a:b-c)$`},
		{`\.\?\(\)\[\]\\`, `^(?:\.\?\(\)\[\]\\)$`},
		{`[-a]`, `^(?:[\-a])$`},
		{`[a-]`, `^(?:[a\-])$`},
		{`[a\-^]`, `^(?:[a\-\^])$`},
		{`[é-ü]+`, `^(?:[é-ü]+)$`},
		{`\d`, ""},
		{`\w`, ""},
		{`\i\c*`, ""},
		{`\p{Lu}`, ""},
		{`[a-z-[x]]`, ""},
		{`[^\S]`, ""},
		{`[a`, ""},
		{`a]`, ""},
		{`a\`, ""},
	} {
		got, ok := ecmaAnchored([]string{c.xsd})
		if ok != (c.want != "") || got != c.want {
			t.Errorf("%s: got %q, want %q", c.xsd, got, c.want)
		}
		if _, err := regexp.Compile(got); err != nil {
			t.Errorf("%s: %v", c.xsd, err)
		}
	}
	if got, ok := ecmaAnchored([]string{"a", "b|c"}); got != "^(?:a|b|c)$" || !ok {
		t.Errorf("alternatives: %q", got)
	}
}

func TestWriteJSON(t *testing.T) {
	long := strings.Repeat("x", 60)
	v := object{{"a", array{1, true, nil}}, {"b", object{}}, {"c", object{{"d", long}, {"e", long}}}, {"f", array{long, long + "<&>"}}, {"n", json.RawMessage("1.50")}}
	const indented = `{
  "a": [1, true, null],
  "b": {},
  "c": {
    "d": "L",
    "e": "L"
  },
  "f": [
    "L",
    "L<&>"
  ],
  "n": 1.50
}
`
	got := writeJSON(v)
	if diff := cmp.Diff(strings.ReplaceAll(indented, "L", long), string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !json.Valid(got) {
		t.Error("not valid")
	}
	for _, line := range strings.Split(string(writeJSON(array{array{"a", "b"}, object{{"k", strings.Repeat("y", 100)}, {"l", 1}}})), "\n") {
		if len(line) > jsonWidth+5 {
			t.Errorf("a long line: %s", line)
		}
	}
}

func TestAddLeavesOutWhatIsEmpty(t *testing.T) {
	var o object
	o.add("a", nil)
	o.add("b", "")
	o.add("c", array{})
	o.add("d", object{})
	o.add("e", false)
	o.put("f", array{})
	if diff := cmp.Diff(`{"e": false, "f": []}`+"\n", string(writeJSON(o))); diff != "" {
		t.Error(diff)
	}
}

func TestComponentName(t *testing.T) {
	for name, want := range map[string]string{"Task": "Task", "TimePeriodsDay2": "TimePeriodsDay2", "Größe": "Gr-f6-dfe"} {
		if got := componentName(name); got != want || !regexp.MustCompile(`^[a-zA-Z0-9._-]+$`).MatchString(got) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestSchemaOfFacets(t *testing.T) {
	text := ir.GoType{Name: "string", Kind: xsdbind.KindString}
	whole := ir.GoType{Name: "int", Kind: xsdbind.KindInt}
	tables := []struct {
		typ   ir.GoType
		table *ir.SimpleTable
		want  string
	}{
		{text, nil, `{"type": "string"}`},
		{whole, nil, `{"type": "integer", "format": "int32"}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", MinLength: 2, MaxLength: 5}}, `{"type": "string", "minLength": 1, "maxLength": 4}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", Length: 3}}, `{"type": "string", "minLength": 2, "maxLength": 2}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "token", MaxLength: 5}}, `{"type": "string"}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", Enum: []string{"a", "b"}}}, `{"type": "string", "enum": ["a", "b"]}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", Enum: []string{"a"}, Open: true}}, `{"type": "string"}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", Patterns: [][]string{{"a"}, {"b", "c"}}}},
			`{"type": "string", "allOf": [{"pattern": "^(?:a)$"}, {"pattern": "^(?:b|c)$"}]}`},
		{text, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "string", Patterns: [][]string{{`\d`}}}}, `{"type": "string"}`},
		{whole, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "int", MinInclusive: "0", MaxExclusive: "+10"}},
			`{"type": "integer", "format": "int32", "minimum": 0, "exclusiveMaximum": 10}`},
		{ir.GoType{Name: "uint8", Kind: xsdbind.KindUint8}, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "unsignedByte", MaxInclusive: "9"}},
			`{"type": "integer", "minimum": 0, "maximum": 9}`},
		{ir.GoType{Pkg: "p", Name: "DateTime", Kind: xsdbind.KindString, Named: true}, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "dateTime"}},
			`{"$ref": "#/components/schemas/xs.dateTime"}`},
		{ir.GoType{Pkg: "p", Name: "Decimal", Kind: xsdbind.KindString, Named: true}, &ir.SimpleTable{SimpleType: xsdbind.SimpleType{Builtin: "decimal", MinExclusive: "0.5"}},
			`{"type": "number", "exclusiveMinimum": 0.5}`},
		{text, &ir.SimpleTable{Members: []*ir.SimpleTable{{}}}, `{"type": "string"}`},
	}
	s := newSchemas(&ir.Program{})
	for i := range tables {
		c := &tables[i]
		if diff := cmp.Diff(c.want, strings.TrimSpace(string(writeJSON(s.inline(c.typ, c.table))))); diff != "" {
			t.Errorf("%d: -want +got:\n%s", i, diff)
		}
	}
	all := s.all()
	if len(all) != 1 || all[0].key != "xs.dateTime" {
		t.Errorf("built-in types in use: %v", all)
	}
}

func TestOrNull(t *testing.T) {
	for _, c := range []struct {
		in   object
		want string
	}{
		{object{{"type", "string"}, {"pattern", "a"}}, `{"type": ["string", "null"], "pattern": "a"}`},
		{object{{"type", "string"}, {"enum", array{"a"}}}, `{"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}`},
		{schemaRef("Task"), `{"anyOf": [{"$ref": "#/components/schemas/Task"}, {"type": "null"}]}`},
	} {
		if diff := cmp.Diff(c.want, strings.TrimSpace(string(writeJSON(orNull(c.in))))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
