package emit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/xsdbind"
)

// lexicalSchemas are the schemas of built-in types that are text in JSON, for what JSON Schema has no format that fits.
// Their names hold a dot, which no Go name does.
var lexicalSchemas = []struct{ builtin, doc, encoding string }{
	{"dateTime", "A moment, as xs:dateTime: 2026-01-31T12:00:00Z. Any number of fraction digits; without a zone it is UTC. " +
		"It has no format date-time, which demands a zone.", ""},
	{"date", "A day, as xs:date: 2026-01-31, with or without a zone.", ""},
	{"time", "A time of day, as xs:time: 12:00:00, with or without a zone.", ""},
	{"duration", "A duration, as xs:duration: P1DT12H. It may be negative and have a fraction of a second.", ""},
	{"gYear", "A year, as xs:gYear.", ""},
	{"gYearMonth", "A month of a year, as xs:gYearMonth.", ""},
	{"gMonth", "A month of every year, as xs:gMonth: --02.", ""},
	{"gMonthDay", "A day of every year, as xs:gMonthDay: --02-29.", ""},
	{"gDay", "A day of every month, as xs:gDay: ---31.", ""},
	{"base64Binary", "Bytes, as xs:base64Binary.", "base64"},
	{"hexBinary", "Bytes, as xs:hexBinary.", "base16"},
}

var integerBuiltins = map[string]bool{
	"integer": true, "nonPositiveInteger": true, "negativeInteger": true, "nonNegativeInteger": true, "positiveInteger": true,
}

// schemas writes the component schemas: of complex types, simple types, and the built-in types they use.
type schemas struct {
	p       *ir.Program
	enums   map[string]*ir.Simple      // by Go name
	tables  map[string]*ir.SimpleTable // by Go variable
	byName  map[string]*ir.Simple      // by name in the schema; nil where several have it
	facets  map[string]*ir.SimpleTable // by name in the schema
	lexical map[string]bool            // built-in types in use
}

func newSchemas(p *ir.Program) *schemas {
	s := &schemas{p: p, enums: map[string]*ir.Simple{}, tables: map[string]*ir.SimpleTable{}, byName: map[string]*ir.Simple{},
		facets: map[string]*ir.SimpleTable{}, lexical: map[string]bool{}}
	for _, t := range p.Facets {
		s.tables[t.Var] = t
		s.facets[t.Name] = t
	}
	for _, x := range p.Simples {
		s.enums[x.Go] = x
		if _, twice := s.byName[x.Name]; twice {
			s.byName[x.Name] = nil
			continue
		}
		s.byName[x.Name] = x
	}
	return s
}

// componentName is a Go name in the letters that names of components may have.
func componentName(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "-%x", r)
		}
	}
	return b.String()
}

func schemaRef(name string) object {
	return object{{"$ref", "#/components/schemas/" + componentName(name)}}
}

// all gives every component schema.
func (s *schemas) all() object {
	var o object
	for _, t := range s.p.Structs {
		o.put(componentName(t.Go), s.structure(t))
	}
	for _, x := range s.p.Simples {
		o.put(componentName(x.Go), s.simple(x))
	}
	for _, l := range lexicalSchemas {
		if s.lexical[l.builtin] {
			x := object{{"type", "string"}}
			x.add("contentEncoding", l.encoding)
			x.add("description", l.doc)
			o.put("xs."+l.builtin, x)
		}
	}
	return o
}

// structure is the schema of a complex type, or of one round of a repeated group.
func (s *schemas) structure(t *ir.Struct) object {
	var o object
	if t.JSON == xsdbind.JSONArray {
		o = s.list(t, t.Fields[0], false)
		o.add("description", t.Doc)
		x := object{}
		x.add("name", t.Root)
		x.add("namespace", t.Space)
		x.put("wrapped", true)
		o.add("xml", x)
		return o
	}
	o.put("type", "object")
	o.add("description", strings.TrimSpace(t.Doc+"\n\n"+choices(t)))
	var required array
	var properties object
	for _, f := range t.Fields {
		name := memberName(f)
		if jsonRequired(f) {
			required = append(required, name)
		}
		properties.put(name, s.field(t, f))
	}
	o.add("required", required)
	o.add("properties", properties)
	if t.Flags&xsdbind.FlagGroup == 0 && t.Root != "" {
		x := object{{"name", t.Root}}
		x.add("namespace", t.Space)
		o.add("xml", x)
	}
	return o
}

// choices says in words which members exclude each other. A schema that did would refuse the null that servers write for
// what was not chosen.
func choices(t *ir.Struct) string {
	if t.Flags&xsdbind.FlagInOrder != 0 {
		return ""
	}
	var all []string
	for i, p := range t.Model {
		if p.Op != xsdbind.OpChoice {
			continue
		}
		var list []string
		for j := i + 1; j <= i+int(p.Len); j += 1 + int(t.Model[j].Len) {
			var names []string
			for _, q := range t.Model[j : j+1+int(t.Model[j].Len)] {
				if q.Op == xsdbind.OpElement || q.Op == xsdbind.OpGroup || q.Op == xsdbind.OpAny {
					names = append(names, memberName(t.Fields[q.Field]))
				}
			}
			list = append(list, strings.Join(names, ", "))
		}
		least := "One alternative"
		if p.Min == 0 {
			least = "At most one alternative"
		}
		all = append(all, least+": "+strings.Join(list, "; or ")+".")
	}
	return strings.Join(all, "\n")
}

// memberName is the name of a field's member, as the runtime decides it.
func memberName(f *ir.Field) string {
	switch {
	case f.JSON != "":
		return f.JSON
	case f.Name != "":
		return f.Name
	case f.Where == xsdbind.WhereText:
		return "Value"
	}
	return f.Go
}

// jsonRequired reports whether an object must have the member: a repeated element may be absent when it is empty.
func jsonRequired(f *ir.Field) bool {
	return f.Flags&xsdbind.FlagRequired != 0 && f.Flags&(xsdbind.FlagList|xsdbind.FlagTextList) != xsdbind.FlagList
}

func isList(f *ir.Field) bool {
	return f.Flags&xsdbind.FlagList != 0 && f.Flags&xsdbind.FlagTextList == 0
}

// field is the schema of a member.
func (s *schemas) field(t *ir.Struct, f *ir.Field) object {
	var o object
	if isList(f) {
		o = s.list(t, f, nullable(f))
	} else {
		o = s.value(f)
		if f.Flags&xsdbind.FlagNillable != 0 || nullable(f) {
			o = orNull(o)
		}
		if f.Flags&xsdbind.FlagSecret != 0 && !has(o, "$ref") && !has(o, "anyOf") {
			o.add("format", "password")
		}
		if f.Flags&xsdbind.FlagTextList == 0 && f.Struct == nil {
			table := s.tables[f.SimpleVar]
			o.add("default", constant(f, table, f.Default))
			o.add("const", constant(f, table, f.Fixed))
		}
	}
	o.add("description", fieldDoc(f))
	if !isList(f) {
		o.add("xml", fieldXML(t, f))
	}
	return o
}

// list is the schema of a repeated element, wildcard or group.
func (s *schemas) list(t *ir.Struct, f *ir.Field, null bool) object {
	item := s.value(f)
	if f.Flags&xsdbind.FlagNillable != 0 {
		item = orNull(item)
	}
	item.add("xml", fieldXML(t, f))
	o := object{{"type", "array"}, {"items", item}}
	if null {
		o = orNull(o)
	}
	return o
}

// nullable reports whether null may stand for a member that is absent: servers write it for lists, texts and complex
// elements, and leave out numbers, booleans and times.
func nullable(f *ir.Field) bool {
	if f.Flags&xsdbind.FlagRequired != 0 || f.Where == xsdbind.WhereText {
		return false
	}
	return isList(f) || f.Struct != nil || f.Kind == xsdbind.KindString && f.Type.Pkg == ""
}

func has(o object, key string) bool {
	for _, m := range o {
		if m.key == key {
			return true
		}
	}
	return false
}

// orNull is the schema with null allowed too.
func orNull(o object) object {
	if len(o) > 0 && o[0].key == "type" && !has(o, "enum") && !has(o, "const") {
		if typ, ok := o[0].value.(string); ok {
			return append(object{{"type", array{typ, "null"}}}, o[1:]...)
		}
	}
	return object{{"anyOf", array{o, object{{"type", "null"}}}}}
}

// fieldDoc is what is said of a field, with unit and version.
func fieldDoc(f *ir.Field) string {
	doc := strings.TrimSpace(f.Doc)
	add := func(text string) {
		if doc != "" && !strings.HasSuffix(doc, ".") {
			doc += "."
		}
		doc = strings.TrimSpace(doc + " " + text)
	}
	if f.Unit != "" {
		add("Unit: " + f.Unit + ".")
	}
	if _, since, ok := strings.Cut(f.Occurs, ", since "); ok {
		since, _, _ = strings.Cut(since, ",")
		add("Since " + since + ".")
	}
	return doc
}

// fieldXML says what stands in XML for a member. What OpenAPI 3.1 has no word for (text beside attributes, groups,
// wildcards, lists in one text) gets a name with x-.
func fieldXML(t *ir.Struct, f *ir.Field) object {
	var x object
	switch f.Where {
	case xsdbind.WhereText:
		x.put("x-text", true)
		return x
	case xsdbind.WhereGroup:
		x.put("x-group", true)
		return x
	case xsdbind.WhereAny:
		x.put("x-any", true)
		return x
	case xsdbind.WhereAttribute:
		if f.Name != memberName(f) {
			x.put("name", f.Name)
		}
		x.add("namespace", f.Space)
		x.put("attribute", true)
		if f.Flags&xsdbind.FlagTextList != 0 {
			x.put("x-list", true)
		}
		return x
	}
	if f.Struct != nil || isList(f) || f.Name != memberName(f) {
		x.put("name", f.Name)
	}
	x.add("namespace", fieldSpace(t, f))
	if f.Struct != nil && f.Struct.JSON == xsdbind.JSONArray {
		x.put("wrapped", true)
	}
	if f.Flags&xsdbind.FlagTextList != 0 {
		x.put("x-list", true)
	}
	return x
}

// fieldSpace is the namespace of an element.
func fieldSpace(t *ir.Struct, f *ir.Field) string {
	switch {
	case f.Flags&xsdbind.FlagNoSpace != 0:
		return ""
	case f.Space != "":
		return f.Space
	}
	return t.Space
}

// value is the schema of one value of a field.
func (s *schemas) value(f *ir.Field) object {
	if f.Struct != nil {
		return schemaRef(f.Struct.Go)
	}
	table := s.tables[f.SimpleVar]
	if x := s.enums[f.Type.Name]; f.Type.Pkg == "" && f.Type.Named && x != nil && f.Flags&xsdbind.FlagTextList == 0 {
		return schemaRef(x.Go)
	}
	if f.Flags&xsdbind.FlagTextList != 0 {
		return s.textList(f.Type, table)
	}
	if table != nil && table.Item == nil {
		if x := s.byName[table.Name]; x != nil && !x.Of.List && x.Of.Kind == f.Kind {
			return schemaRef(x.Go)
		}
	}
	return s.inline(f.Type, table)
}

// simple is the schema of a named simple type.
func (s *schemas) simple(x *ir.Simple) object {
	var o object
	switch {
	case len(x.Values) > 0:
		values := make(array, len(x.Values))
		doc := x.Doc
		for i, v := range x.Values {
			values[i] = v.Text
			if v.Doc != "" {
				doc += "\n\n- `" + v.Text + "`: " + v.Doc
			}
		}
		key := "enum"
		if x.Open { // further values may come: a list that is closed would make generated code refuse them
			key = "x-extensible-enum"
		}
		o = object{{"type", "string"}, {key, values}}
		o.add("description", doc)
		return o
	case x.Of.List:
		o = s.textList(x.Of, s.facets[x.Name])
	default:
		o = s.inline(x.Of, s.facets[x.Name])
	}
	o.add("description", x.Doc)
	return o
}

// textList is the schema of xs:list: one text of several items in XML, an array in JSON.
func (s *schemas) textList(t ir.GoType, table *ir.SimpleTable) object {
	t.List = false
	var item object
	switch {
	case t.Pkg == "" && t.Named && s.enums[t.Name] != nil:
		item = schemaRef(t.Name)
	case table != nil:
		item = s.inline(t, table.Item)
	default:
		item = s.inline(t, nil)
	}
	o := object{{"type", "array"}, {"items", item}}
	if table != nil {
		length(&o, table, "minItems", "maxItems")
	}
	return o
}

func length(o *object, t *ir.SimpleTable, least, most string) {
	if t.Length > 0 {
		o.put(least, t.Length-1)
		o.put(most, t.Length-1)
		return
	}
	if t.MinLength > 1 {
		o.put(least, t.MinLength-1)
	}
	if t.MaxLength > 0 {
		o.put(most, t.MaxLength-1)
	}
}

// numbers are the schemas of Go's number types.
var numbers = map[xsdbind.Kind]object{
	xsdbind.KindInt:     {{"type", "integer"}, {"format", "int32"}},
	xsdbind.KindInt8:    {{"type", "integer"}, {"minimum", -128}, {"maximum", 127}},
	xsdbind.KindInt16:   {{"type", "integer"}, {"minimum", -32768}, {"maximum", 32767}},
	xsdbind.KindInt64:   {{"type", "integer"}, {"format", "int64"}},
	xsdbind.KindUint8:   {{"type", "integer"}, {"minimum", 0}, {"maximum", 255}},
	xsdbind.KindUint16:  {{"type", "integer"}, {"minimum", 0}, {"maximum", 65535}},
	xsdbind.KindUint32:  {{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295}},
	xsdbind.KindUint64:  {{"type", "integer"}, {"minimum", 0}},
	xsdbind.KindFloat32: {{"type", "number"}, {"format", "float"}},
	xsdbind.KindFloat64: {{"type", "number"}, {"format", "double"}},
}

// inline is the schema of a simple type with its facets.
func (s *schemas) inline(t ir.GoType, table *ir.SimpleTable) object {
	builtin := ""
	if table != nil {
		builtin = table.Builtin
	}
	var o object
	switch {
	case t.Kind == xsdbind.KindBool:
		o = object{{"type", "boolean"}}
	case t.Kind != xsdbind.KindString:
		o = append(o, numbers[t.Kind]...)
	case table != nil && (len(table.Members) > 0 || table.Item != nil):
		return object{{"type", "string"}} // a union, or a list of lists: kept as it is written
	case integerBuiltins[builtin]:
		o = object{{"type", "integer"}}
	case builtin == "decimal":
		o = object{{"type", "number"}}
	case t.Pkg != "" && isLexical(builtin):
		s.lexical[builtin] = true
		o = object{{"$ref", "#/components/schemas/xs." + builtin}}
	default:
		o = object{{"type", "string"}}
	}
	if table == nil {
		return o
	}
	typ, _ := o[0].value.(string)
	switch {
	case o[0].key != "type":
	case typ == "string":
		if builtin == "string" {
			length(&o, table, "minLength", "maxLength")
		}
		if !table.Open {
			var list array
			for _, v := range table.Enum {
				list = append(list, v)
			}
			o.add("enum", list)
		}
		patterns(&o, table)
	case typ == "integer" || typ == "number":
		limit(&o, "minimum", table.MinInclusive)
		limit(&o, "maximum", table.MaxInclusive)
		limit(&o, "exclusiveMinimum", table.MinExclusive)
		limit(&o, "exclusiveMaximum", table.MaxExclusive)
	}
	return o
}

func isLexical(builtin string) bool {
	for _, l := range lexicalSchemas {
		if l.builtin == builtin {
			return true
		}
	}
	return false
}

// limit sets a bound, in place of the one that the type has.
func limit(o *object, key, text string) {
	n := number(text)
	if n == nil {
		return
	}
	for i := range *o {
		if (*o)[i].key == key {
			(*o)[i].value = n
			return
		}
	}
	o.put(key, n)
}

// number is a literal of XML Schema as a JSON number, nil when it is none.
func number(text string) any {
	text = strings.TrimPrefix(strings.TrimSpace(text), "+")
	if text == "" || !json.Valid([]byte(text)) || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return nil
	}
	return json.RawMessage(text)
}

func patterns(o *object, t *ir.SimpleTable) {
	var list []string
	for _, alternatives := range t.Patterns {
		if p, ok := ecmaAnchored(alternatives); ok {
			list = append(list, p)
		}
	}
	switch len(list) {
	case 0:
	case 1:
		o.put("pattern", list[0])
	default:
		var all array
		for _, p := range list {
			all = append(all, object{{"pattern", p}})
		}
		o.put("allOf", all)
	}
}

// isNumeric reports whether a type that Go keeps as text is a number in JSON.
func isNumeric(t *ir.SimpleTable) bool {
	return t != nil && t.Item == nil && len(t.Members) == 0 && (integerBuiltins[t.Builtin] || t.Builtin == "decimal")
}

// constant is a default or fixed value in JSON, nil when there is none.
func constant(f *ir.Field, table *ir.SimpleTable, text string) any {
	if text == "" {
		return nil
	}
	switch {
	case f.Kind == xsdbind.KindString && !isNumeric(table):
		return text
	case f.Kind == xsdbind.KindBool:
		v, err := strconv.ParseBool(strings.TrimSpace(text))
		if err != nil {
			return nil
		}
		return v
	}
	return number(text)
}
