package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/xsdbind"
)

// A jsonDocument is a JSON message with what the checks need.
type jsonDocument struct {
	data      []byte
	tree      *canonical.JSON
	fresh     func() xsdbind.Struct
	codecs    codecs
	spellings canonical.Spellings
}

// jsonChecks are the checks on every JSON message.
var jsonChecks = []struct {
	name string
	run  func(jsonDocument) []string
}{
	{"decode and encode", jsonRoundTrip},
	{strictCheck, jsonStrict},
	{"order, letter case and nulls change nothing", jsonForms},
	{"unknown members are kept", jsonUnknown},
	{"through XML and back", throughXML},
}

// pass decodes data, makes a change if there is one, encodes, and compares with the value that must come back.
func (d jsonDocument) pass(c codec, data []byte, want *canonical.JSON, change func(xsdbind.Struct)) (problems []string) {
	v := d.fresh()
	if err := c.decode(data, v); err != nil {
		return []string{fmt.Sprintf("%s: decode: %v", c.name, err)}
	}
	if change != nil {
		change(v)
	}
	out, err := c.encode(v)
	if err != nil {
		return []string{fmt.Sprintf("%s: encode: %v", c.name, err)}
	}
	got, err := canonical.ParseJSON(out)
	if err != nil {
		return []string{fmt.Sprintf("%s: what was written is no JSON: %v", c.name, err)}
	}
	for _, difference := range canonical.DiffJSON(want, got, d.spellings) {
		problems = append(problems, c.name+": "+difference)
	}
	return problems
}

func jsonRoundTrip(d jsonDocument) (problems []string) {
	for _, c := range d.codecs.json {
		problems = append(problems, d.pass(c, d.data, d.tree, nil)...)
	}
	return problems
}

func jsonStrict(d jsonDocument) []string {
	if err := d.codecs.strictJSON(d.data, d.fresh()); err != nil {
		return []string{err.Error()}
	}
	return nil
}

// unknown returns what of the message the schema does not know: strict mode must refuse that.
func (d jsonDocument) unknown() string {
	var at *xsdbind.Error
	if err := d.codecs.strictJSON(d.data, d.fresh()); errors.As(err, &at) && at.Rule == xsdbind.RuleUnknown {
		return at.Path
	}
	return ""
}

// jsonForms writes the same message in other forms that servers use.
func jsonForms(d jsonDocument) (problems []string) {
	forms := []struct {
		name   string
		change func(*canonical.JSON)
	}{
		{"members in reverse", func(v *canonical.JSON) { slices.Reverse(v.Members) }},
		{"camelCase", func(v *canonical.JSON) {
			for i, m := range v.Members {
				first, size := utf8.DecodeRuneInString(m.Name)
				v.Members[i].Name = string(unicode.ToLower(first)) + m.Name[size:]
			}
		}},
		{"capitals", func(v *canonical.JSON) {
			for i, m := range v.Members {
				v.Members[i].Name = strings.ToUpper(m.Name)
			}
		}},
		{"without nulls", func(v *canonical.JSON) {
			v.Members = slices.DeleteFunc(v.Members, func(m canonical.Member) bool { return m.Value.Kind == canonical.Null })
		}},
	}
	for _, form := range forms {
		tree := d.tree.Clone()
		tree.Walk(form.change)
		for _, c := range d.codecs.json[:2] {
			for _, p := range d.pass(c, tree.Bytes(), d.tree, nil) {
				problems = append(problems, form.name+": "+p)
			}
		}
	}
	return problems
}

// jsonUnknown adds a member to each object in turn, with one known value at the top changed.
func jsonUnknown(d jsonDocument) (problems []string) {
	unknown := canonical.Member{Name: "ConformanceUnknown", Value: &canonical.JSON{Kind: canonical.Object, Members: []canonical.Member{
		{Name: "a", Value: &canonical.JSON{Kind: canonical.Literal, Text: "1.50"}},
		{Name: "b", Value: &canonical.JSON{Kind: canonical.Array, Items: []*canonical.JSON{{}, {Kind: canonical.String, Text: "<\"é\\"}}}},
	}}}
	objects := 0
	d.tree.Walk(func(v *canonical.JSON) {
		if v.Kind == canonical.Object {
			objects++
		}
	})
	changes := d.changes()
	for n := range objects {
		tree := d.tree.Clone()
		seen := 0
		tree.Walk(func(v *canonical.JSON) {
			if v.Kind != canonical.Object {
				return
			}
			if seen++; seen == n+1 {
				v.Members = slices.Insert(v.Members, len(v.Members)/2, unknown)
			}
		})
		data, want, change := tree.Bytes(), tree, (func(xsdbind.Struct))(nil)
		name := fmt.Sprintf("in object %d", n+1)
		if len(changes) > 0 {
			c := changes[n%len(changes)]
			want = tree.Clone()
			*want.Member(c.member) = canonical.JSON{Kind: canonical.String, Text: c.edit.text}
			name += ", " + c.member + " changed"
			change = func(v xsdbind.Struct) {
				if err := c.edit.inValue(v); err != nil {
					problems = append(problems, name+": "+err.Error())
				}
			}
		}
		for _, c := range d.codecs.json[:2] {
			for _, p := range d.pass(c, data, want, change) {
				problems = append(problems, name+": "+p)
			}
		}
	}
	return problems
}

// A jsonChange changes a member of the message's top object.
type jsonChange struct {
	member string
	edit   edit
}

// changes lists the members at the top that a program could change.
func (d jsonDocument) changes() []jsonChange {
	v := d.fresh()
	if err := d.codecs.json[0].decode(d.data, v); err != nil {
		return nil // the round trip says so
	}
	var list []jsonChange
	t := v.XSDType()
	for i := range t.Fields {
		f := &t.Fields[i]
		member := f.JSON
		if member == "" {
			member = f.Name
		}
		value := d.tree.Member(member)
		if value == nil || value.Kind != canonical.String && value.Kind != canonical.Literal {
			continue
		}
		name := canonical.Name{Space: elementSpace(t, f), Local: f.Name}
		e := edit{name: member}
		switch f.Where {
		case xsdbind.WhereElement:
			e.steps = []step{{name: name}}
		case xsdbind.WhereAttribute:
			e.attr = &canonical.Name{Space: f.Space, Local: f.Name}
		default:
			continue
		}
		target, field, err := e.find(v)
		if err != nil {
			continue
		}
		if text, ok := another(target, field); ok {
			e.text = text
			list = append(list, jsonChange{member, e})
		}
	}
	return list
}

// throughXML writes the decoded value as XML, reads that, and writes JSON. XML has no place for unknown members.
func throughXML(d jsonDocument) (problems []string) {
	if d.codecs.strictJSON(d.data, d.fresh()) != nil {
		return nil
	}
	v := d.fresh()
	first := d.codecs.json[0]
	if err := first.decode(d.data, v); err != nil {
		return []string{fmt.Sprintf("decode: %v", err)}
	}
	text, err := d.codecs.xml[0].encode(v)
	if err != nil {
		return []string{fmt.Sprintf("as XML: %v", err)}
	}
	back := d.fresh()
	if err := d.codecs.xml[0].decode(text, back); err != nil {
		return []string{fmt.Sprintf("as XML: %v\n%s", err, text)}
	}
	out, err := first.encode(back)
	if err != nil {
		return []string{fmt.Sprintf("encode: %v", err)}
	}
	got, err := canonical.ParseJSON(out)
	if err != nil {
		return []string{fmt.Sprintf("what was written is no JSON: %v", err)}
	}
	// Some JSON messages name the XML namespace, as a member: it has no place among XML's attributes.
	want := d.tree.Clone()
	want.Members = slices.DeleteFunc(want.Members, func(m canonical.Member) bool { return m.Name == "xmlns" })
	return canonical.DiffJSON(want, got, d.spellings)
}
