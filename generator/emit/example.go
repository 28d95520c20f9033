package emit

import (
	"encoding/json"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/xsdbind"
)

// examples makes small messages from the schema: what is required, and where nothing is, the plain elements that may come.
type examples struct{ s *schemas }

func newExamples(s *schemas) *examples { return &examples{s} }

// exampleDepth is how deep an example goes at most.
const exampleDepth = 12

// instance is a message, or a part of one: attributes first, then content in the schema's order.
type instance struct {
	t      *ir.Struct
	values []instanceValue
}

// instanceValue is an occurrence of a field.
type instanceValue struct {
	f     *ir.Field
	child *instance // of a complex type
	text  string    // of a simple one, in XML
	plain any       // and in JSON
}

// element makes an example of a root element; nil when the schema asks for something that no example can be made of.
func (x *examples) element(e *ir.Element) *instance {
	v, ok := x.build(e.Struct, 0)
	if !ok {
		return nil
	}
	if len(v.values) == 0 && len(e.Struct.Model) > 0 && e.Struct.Model[0].Op == xsdbind.OpSequence {
		m := e.Struct.Model
		for i := 1; i < len(m); i += 1 + int(m[i].Len) {
			if f := e.Struct.Fields[m[i].Field]; m[i].Op == xsdbind.OpElement && f.Struct == nil && !isList(f) {
				if value, ok := x.value(f, 0); ok {
					v.values = append(v.values, value)
				}
			}
		}
	}
	return v
}

func (x *examples) build(t *ir.Struct, depth int) (*instance, bool) {
	v := &instance{t: t}
	if depth > exampleDepth || t.Flags&xsdbind.FlagInOrder != 0 && len(t.Model) > 0 && t.Model[0].Min > 0 {
		return nil, false
	}
	for i, f := range t.Fields {
		if f.Flags&xsdbind.FlagRequired == 0 || i >= t.Attrs && f.Where != xsdbind.WhereText {
			continue
		}
		value, ok := x.value(f, depth)
		if !ok {
			return nil, false
		}
		v.values = append(v.values, value)
	}
	if t.Flags&xsdbind.FlagInOrder != 0 || len(t.Model) == 0 {
		return v, true
	}
	return v, x.particle(v, t.Model, depth)
}

// particle adds what the first particle of m demands.
func (x *examples) particle(v *instance, m []xsdbind.Particle, depth int) bool {
	p := m[0]
	for range p.Min {
		switch p.Op {
		case xsdbind.OpElement, xsdbind.OpGroup:
			value, ok := x.value(v.t.Fields[p.Field], depth)
			if !ok {
				return false
			}
			v.values = append(v.values, value)
		case xsdbind.OpSequence, xsdbind.OpAll:
			for i := 1; i <= int(p.Len); i += 1 + int(m[i].Len) {
				if !x.particle(v, m[i:], depth) {
					return false
				}
			}
		case xsdbind.OpChoice:
			if !x.alternative(v, m, depth) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// alternative takes the first alternative of a choice that an example can be made of.
func (x *examples) alternative(v *instance, m []xsdbind.Particle, depth int) bool {
	for i := 1; i <= int(m[0].Len); i += 1 + int(m[i].Len) {
		before := len(v.values)
		if x.particle(v, m[i:], depth) {
			return true
		}
		v.values = v.values[:before]
	}
	return false
}

func (x *examples) value(f *ir.Field, depth int) (instanceValue, bool) {
	v := instanceValue{f: f}
	ok := true
	switch {
	case f.Struct != nil:
		v.child, ok = x.build(f.Struct, depth+1)
	case f.Where == xsdbind.WhereAny:
		ok = false
	case f.Fixed != "":
		v.text, v.plain = f.Fixed, constant(f, x.s.tables[f.SimpleVar], f.Fixed)
		ok = v.plain != nil
	default:
		v.text, v.plain, ok = x.scalar(f)
	}
	if ok && f.Flags&xsdbind.FlagTextList != 0 {
		v.plain = array{v.plain}
	}
	return v, ok
}

// lexicalExamples are values of the types that are text in JSON.
var lexicalExamples = map[string]string{
	"dateTime": "2026-01-31T12:00:00Z", "date": "2026-01-31", "time": "12:00:00", "duration": "PT1H", "gYear": "2026", "gYearMonth": "2026-01",
	"gMonth": "--01", "gMonthDay": "--01-31", "gDay": "---31", "base64Binary": "AAEC", "hexBinary": "000102", "QName": "name",
}

// candidates are texts to try where a pattern or a length limits what may stand.
var candidates = []string{"text", "example", "1", "1.0", "00000000-0000-0000-0000-000000000001", "urn:example:kind:1", "a", "A", "2026-01-31", "https://example.com/", "aa", "AA", "aaa", ""}

// scalar is a value of a simple type, in XML and in JSON.
func (x *examples) scalar(f *ir.Field) (string, any, bool) {
	table := x.s.tables[f.SimpleVar]
	if table != nil && f.Flags&xsdbind.FlagTextList != 0 {
		table = table.Item
	}
	numeric := f.Kind != xsdbind.KindString || isNumeric(table)
	for table != nil && len(table.Members) > 0 {
		table = table.Members[0]
	}
	if table == nil {
		table = &ir.SimpleTable{}
	}
	try := candidates
	switch {
	case len(table.Enum) > 0:
		try = table.Enum
	case lexicalExamples[table.Builtin] != "":
		try = []string{lexicalExamples[table.Builtin]}
	case f.Kind == xsdbind.KindBool:
		return "false", false, true
	case numeric:
		try = []string{"1", "0", "10", "-1", table.MinInclusive, table.MaxInclusive}
	}
	for _, text := range try {
		if !meets(table, text) {
			continue
		}
		if numeric {
			if n := number(text); n != nil {
				return text, n, true
			}
			continue
		}
		return text, text, true
	}
	return "", nil, false
}

// meets reports whether a text is sure to meet the facets.
func meets(t *ir.SimpleTable, text string) bool {
	n := len(text) + 1
	if t.Length > 0 && n != t.Length || t.MinLength > 0 && n < t.MinLength || t.MaxLength > 0 && n > t.MaxLength {
		return false
	}
	for _, alternatives := range t.Patterns {
		p, ok := ecmaAnchored(alternatives)
		if !ok {
			return false
		}
		re, err := regexp.Compile(p)
		if err != nil || !re.MatchString(text) {
			return false
		}
	}
	value := number(text)
	if value == nil {
		return true
	}
	return compare(value, t.MinInclusive) >= 0 && compare(value, t.MaxInclusive) <= 0 &&
		(t.MinExclusive == "" || compare(value, t.MinExclusive) > 0) && (t.MaxExclusive == "" || compare(value, t.MaxExclusive) < 0)
}

// compare compares a number with a bound; a bound that is none compares as equal.
func compare(value any, bound string) int {
	b, ok := number(bound).(json.RawMessage)
	if !ok {
		return 0
	}
	var x, y float64
	if json.Unmarshal(value.(json.RawMessage), &x) != nil || json.Unmarshal(b, &y) != nil {
		return 0
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// json is the message in JSON.
func (v *instance) json(depth int) any {
	var o object
	var lists []string
	for _, x := range v.values {
		var value any = x.plain
		if x.child != nil {
			value = x.child.json(depth + 1)
		}
		name := memberName(x.f)
		if !isList(x.f) {
			o.put(name, value)
			continue
		}
		if i := slices.IndexFunc(o, func(m member) bool { return m.key == name }); i >= 0 {
			o[i].value = append(o[i].value.(array), value)
		} else {
			o.put(name, array{value})
			lists = append(lists, name)
		}
	}
	if v.t.JSON != xsdbind.JSONArray {
		return o
	}
	if len(lists) == 0 {
		return array{}
	}
	return o[0].value
}

// xml is the message in XML, as the given root element.
func (v *instance) xml(e *ir.Element) string {
	var b strings.Builder
	v.element(&b, e.Local, e.Space, "")
	return b.String()
}

func (v *instance) element(b *strings.Builder, local, space, scope string) {
	b.WriteString("<" + local)
	if space != scope {
		b.WriteString(` xmlns="` + escape(space) + `"`)
	}
	content := false
	for i, x := range v.values {
		if x.f.Where != xsdbind.WhereAttribute {
			content = true
			continue
		}
		name := x.f.Name
		if x.f.Space != "" {
			prefix := "a" + string(rune('0'+i%10))
			b.WriteString(" xmlns:" + prefix + `="` + escape(x.f.Space) + `"`)
			name = prefix + ":" + name
		}
		b.WriteString(" " + name + `="` + escape(x.text) + `"`)
	}
	if !content {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	v.content(b, space)
	b.WriteString("</" + local + ">")
}

func (v *instance) content(b *strings.Builder, scope string) {
	for _, x := range v.values {
		switch {
		case x.f.Where == xsdbind.WhereAttribute:
		case x.f.Where == xsdbind.WhereText:
			b.WriteString(escape(x.text))
		case x.f.Where == xsdbind.WhereGroup:
			x.child.content(b, scope)
		case x.child != nil:
			x.child.element(b, x.f.Name, fieldSpace(v.t, x.f), scope)
		default:
			space := fieldSpace(v.t, x.f)
			b.WriteString("<" + x.f.Name)
			if space != scope {
				b.WriteString(` xmlns="` + escape(space) + `"`)
			}
			b.WriteString(">" + escape(x.text) + "</" + x.f.Name + ">")
		}
	}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
