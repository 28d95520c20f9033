package xsdbind

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// table makes a type without namespace: a sequence of the fields that are not attributes.
func table(attrs int, fields ...Field) *Type {
	t := &Type{Name: "T", Go: "T", Root: "T", Attrs: attrs, Fields: fields}
	t.Model = []Particle{{Op: OpSequence, Min: 1, Max: 1, Len: uint16(len(fields) - attrs)}}
	for i := attrs; i < len(fields); i++ {
		q := Particle{Max: 1, Field: uint16(i)}
		if fields[i].Flags&FlagRequired != 0 {
			q.Min = 1
		}
		if fields[i].Flags&FlagList != 0 {
			q.Max = Unbounded
		}
		t.Model = append(t.Model, q)
	}
	return t
}

// TestQNames: a value with a prefix keeps what the prefix means.
func TestQNames(t *testing.T) {
	name := &SimpleType{Builtin: "QName"}
	typ := table(1, Field{Name: "a", Go: "A", Where: WhereAttribute, Kind: KindString, Simple: name}, Field{Name: "b", Go: "B", Kind: KindString, Simple: name, Flags: FlagList})
	typ.Fields[1].Flags = FlagList
	in := `<T xmlns:p="urn:p" xmlns:q="urn:q" a="p:x"><b>q:y</b><b>plain</b><b>p:z</b><b>unbound:u</b></T>`
	v := NewRecord(typ)
	if err := UnmarshalXML([]byte(in), v); err != nil {
		t.Fatal(err)
	}
	out, err := MarshalXML(v)
	want := `<T a="p:x" xmlns:p="urn:p"><b xmlns:q="urn:q">q:y</b><b>plain</b><b xmlns:p="urn:p">p:z</b><b>unbound:u</b></T>`
	if err != nil || !sameDecls(string(out), want) {
		t.Errorf("%s, %v\nwant %s", out, err, want)
	}
	again := NewRecord(typ)
	if err := UnmarshalXML(out, again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.Extra(), again.Extra()); diff != "" {
		t.Error(diff)
	}
	text := &Type{Name: "T", Go: "T", Root: "T", Flags: FlagSimpleContent, Fields: []Field{{Go: "Value", Where: WhereText, Kind: KindString, Simple: name}}}
	v = NewRecord(text)
	if err := UnmarshalXML([]byte(`<T xmlns:p="urn:p"> p:x </T>`), v); err != nil {
		t.Fatal(err)
	}
	if out, err := MarshalXML(v); err != nil || string(out) != `<T xmlns:p="urn:p"> p:x </T>` {
		t.Errorf("%s, %v", out, err)
	}
}

// sameDecls compares but for where in a start tag its declarations stand, and those that are repeated.
func sameDecls(a, b string) bool {
	tags := func(s string) (out []string) {
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '>' }) {
			if !strings.HasPrefix(part, "xmlns:") {
				out = append(out, part)
			}
		}
		return out
	}
	return cmp.Equal(tags(a), tags(b)) && strings.Contains(a, `xmlns:q="urn:q"`) && strings.Contains(a, `xmlns:p="urn:p"`)
}

// holds is a Struct of any table, with a field that need not be what the table says.
type holds[T any] struct {
	t     *Type
	A     T
	Extra *xsdtype.Extra
}

func (h *holds[T]) XSDType() *Type { return h.t }

// item is one of a list that is no group's.
type item struct{ B string }

func (*item) XSDType() *Type { return &itemType }

var itemType = Type{Name: "Item", Fields: []Field{{Name: "b", Go: "C", Kind: KindString}}}

// TestMisfits: where a Go type does not fit its table, all that reads or writes it says so, and says where; nothing panics.
func TestMisfits(t *testing.T) {
	a := func(k Kind, flags FieldFlags) *Type {
		return table(0, Field{Name: "a", Go: "A", Kind: k, Flags: flags})
	}
	group := &Type{Name: "G", Flags: FlagGroup, Fields: []Field{{Name: "a", Go: "Z", Kind: KindString}}, Model: []Particle{{Op: OpChoice, Min: 1, Max: 1, Len: 1}, {Max: 1}}}
	items := func(flags TypeFlags, g *Type) *Type {
		return &Type{
			Name: "T", Go: "T", Root: "T", Flags: flags, Fields: []Field{{Go: "A", Where: WhereGroup, Flags: FlagList, Group: g}},
			Model: []Particle{{Op: OpSequence, Max: Unbounded, Len: 1}, {Min: 1, Max: 1}},
		}
	}
	wild := table(0, Field{Go: "A", Where: WhereAny, Kind: KindString, Flags: FlagList})
	wild.Model[1].Op = OpAny
	for name, c := range map[string]struct {
		v    Struct
		want string
	}{
		"scalar":          {&holds[chan int]{t: a(KindInt, 0)}, "A: a chan int is no xs:int"},
		"string":          {&holds[string]{t: a(KindInt, 0)}, "A: a string is no xs:int"},
		"optional":        {&holds[*string]{t: a(KindInt, 0)}, "A: a string is no xs:int"},
		"attribute":       {&holds[int8]{t: table(1, Field{Name: "a", Go: "A", Kind: KindInt, Where: WhereAttribute})}, "A: a int8 is no xs:int"},
		"struct":          {&holds[string]{t: a(KindStruct, 0)}, "A: a string is no complex type"},
		"other struct":    {&holds[struct{}]{t: a(KindStruct, 0)}, "A: a struct {} is no complex type"},
		"inside a struct": {&holds[item]{t: a(KindStruct, FlagRequired)}, "it has no field C"},
		"no list":         {&holds[string]{t: a(KindString, FlagList)}, "A: it is a string, and the table says that it is a list: true"},
		"list":            {&holds[[]string]{t: a(KindString, 0)}, "A: it is a []string, and the table says that it is a list: false"},
		"list's items":    {&holds[[]chan int]{t: a(KindString, FlagTextList|FlagList)}, "A: a chan int is no xs:string"},
		"no text list":    {&holds[string]{t: a(KindString, FlagTextList|FlagList)}, "A: it is a string"},
		"nillable":        {&holds[string]{t: a(KindString, FlagNillable)}, "A: a string is not nillable"},
		"nillable struct": {&holds[struct{ Value string }]{t: a(KindString, FlagNillable)}, "is not nillable"},
		"nillable value":  {&holds[xsdtype.Nillable[int]]{t: a(KindString, FlagNillable)}, "A: a int is no xs:string"},
		"group":           {&holds[string]{t: items(0, group)}, "A: it is a string"},
		"group's items":   {&holds[[]string]{t: items(0, group)}, "A: a string is no complex type"},
		"group's fields":  {&holds[[]item]{t: items(0, group)}, "it has no field Z"},
		"group's table":   {&holds[[]item]{t: items(0, nil)}, "A: a group has a table"},
		"items":           {&holds[[]string]{t: items(FlagInOrder, group)}, "A: a string is no complex type"},
		"wildcard":        {&holds[[]int]{t: wild}, "A: a int is no xs:string"},
		"no field":        {&holds[int]{t: table(0, Field{Name: "b", Go: "B", Kind: KindInt})}, "it has no field B"},
		"two fields":      {&holds[int]{t: table(0, Field{Name: "a", Go: "A", Kind: KindInt}, Field{Name: "b", Go: "A", Kind: KindInt})}, "two fields A"},
		"embedded":        {&struct{ *holds[*int] }{&holds[*int]{t: a(KindInt, 0)}}, "it has no field A"},
		"no pointer":      {struct{ *holds[*int] }{&holds[*int]{t: a(KindInt, 0)}}, "it is no pointer to a struct"},
	} {
		data := `{"a":1}`
		if name == "inside a struct" {
			data = `{"a":{}}`
		}
		_, marshalXML := MarshalXML(c.v)
		_, marshalJSON := MarshalJSON(c.v)
		errs := map[string]error{
			"UnmarshalXML": UnmarshalXML([]byte(`<T><a>1</a></T>`), c.v), "strict": UnmarshalXML([]byte(`<T><a>1</a></T>`), c.v, Strict()),
			"UnmarshalJSON": UnmarshalJSON([]byte(data), c.v), "MarshalXML": marshalXML, "MarshalJSON": marshalJSON, "Validate": Validate(c.v),
		}
		if n := c.v.XSDType().Fields[0].Name; n != "" && name != "inside a struct" {
			errs["Set"] = Set(c.v, n, 1)
		}
		for what, err := range errs {
			if err == nil || !strings.Contains(err.Error(), "does not fit the table of") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v; want %s", name, what, err, c.want)
			}
		}
		if x := FieldAt(c.v, 0, false); x != nil && name != "inside a struct" {
			t.Errorf("%s: FieldAt gives a %T", name, x)
		}
		for f, x := range All(c.v) {
			if name != "inside a struct" {
				t.Errorf("%s: All yields %s: %v", name, f.Go, x)
			}
		}
	}
}

func TestLengths(t *testing.T) {
	for _, test := range []*struct {
		s    SimpleType
		text string
		ok   bool
	}{
		{SimpleType{Builtin: "hexBinary", Length: 3}, "0AFF", true},
		{SimpleType{Builtin: "hexBinary", Length: 3}, "0AFF00", false},
		{SimpleType{Builtin: "base64Binary", MaxLength: 3}, "AAA=", true},
		{SimpleType{Builtin: "base64Binary", MaxLength: 3}, "AAAA", false},
		{SimpleType{Builtin: "base64Binary", MaxLength: 3}, "?", false},
		{SimpleType{Builtin: "string", MinLength: 3}, "éé", true},
		{SimpleType{Builtin: "string", MinLength: 3}, "é", false},
		{SimpleType{Builtin: "QName", MaxLength: 2}, "a:bcd", true},
		{SimpleType{Builtin: "NMTOKENS", MaxLength: 3}, "a b", true},
		{SimpleType{Builtin: "NMTOKENS", MaxLength: 3}, "a b c", false},
		{SimpleType{Builtin: "token", MaxLength: 4}, " a  b ", true},
		{SimpleType{Builtin: "decimal", Enum: []string{"1.0"}}, "1", true},
		{SimpleType{Builtin: "decimal", Enum: []string{"1.0"}}, "1.1", false},
		{SimpleType{Builtin: "boolean", Enum: []string{"true"}}, "1", true},
		{SimpleType{Builtin: "boolean", Enum: []string{"true"}}, "0", false},
		{SimpleType{Builtin: "integer", TotalDigits: 3}, "-0099", true},
		{SimpleType{Builtin: "integer", TotalDigits: 3}, "100", false},
		{SimpleType{Builtin: "string", TotalDigits: 3}, "abc", false},
		{SimpleType{Builtin: "duration", MaxInclusive: "P1M"}, "P31D", false}, // neither more nor less
		{SimpleType{Enum: []string{"a b"}, Item: &SimpleType{Builtin: "token"}}, " a  b ", true},
		{SimpleType{Item: &SimpleType{Builtin: "int"}}, "1 x", false},
	} {
		if err := test.s.check(test.text, (*SimpleType).matchPatterns); (err == nil) != test.ok {
			t.Errorf("%+v, %q: %v", test.s.Builtin, test.text, err)
		}
	}
	f := &Field{Kind: KindBool, Fixed: "true"}
	yes, no := true, false
	if err := f.checkValue(&yes, (*SimpleType).matchPatterns); err != nil {
		t.Error(err)
	}
	if err := f.checkValue(&no, (*SimpleType).matchPatterns); err == nil {
		t.Error("a fixed value is not checked")
	}
	long := strings.Repeat("é", 100)
	if got := clip(long); len(got) > 80 || !strings.HasSuffix(got, "é\"…") {
		t.Error(got)
	}
	if got := clip([]byte(strings.Repeat("x", 61))); got != `"`+strings.Repeat("x", 60)+`"…` {
		t.Error(got)
	}
}

func TestNumbersAsText(t *testing.T) {
	for want, p := range map[string]any{
		"INF": &[]float64{math.Inf(1)}[0], "-INF": &[]float32{float32(math.Inf(-1))}[0], "NaN": &[]float64{math.NaN()}[0], "0": new(float64), "1e+300": &[]float64{1e300}[0],
		"0.1": &[]float32{0.1}[0], "255": &[]uint8{255}[0], "-1": &[]int16{-1}[0],
	} {
		got, ok := appendScalar(nil, p)
		if !ok || string(got) != want {
			t.Errorf("%s, %v, want %s", got, ok, want)
		}
		if err := setNumber(p, want); err != nil {
			t.Errorf("%s is not read back: %v", want, err)
		}
	}
}

// TestSpellings: two spellings of one attribute are one, and twice is an error.
func TestSpellings(t *testing.T) {
	typ := table(1,
		Field{Name: "a", Go: "A", Where: WhereAttribute, Kind: KindString, Aliases: []string{"A"}},
		Field{Name: "b", Go: "B", Kind: KindString, Aliases: []string{"B"}, Flags: FlagList})
	v := NewRecord(typ)
	if err := UnmarshalXML([]byte(`<T A="1"><B>2</B><b>3</b></T>`), v, Strict()); err != nil {
		t.Fatal(err)
	}
	if out, err := MarshalXML(v); err != nil || string(out) != `<T a="1"><b>2</b><b>3</b></T>` {
		t.Errorf("%s, %v", out, err)
	}
	err := UnmarshalXML([]byte(`<T A="1" a="2"/>`), NewRecord(typ))
	if want := "T: @a (line 1): occurs twice"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestManyFields: a type with many elements is searched by a map, one with very many has more fields than a word has bits.
func TestManyFields(t *testing.T) {
	var fields []Field
	name := func(i int) string { return "e" + strings.Repeat("x", i/26) + string(rune('a'+i%26)) }
	for i := range 600 {
		fields = append(fields, Field{Name: name(i), Go: name(i), Kind: KindString, Flags: FlagRequired})
	}
	fields[5].Aliases = []string{"other"}
	fields = append(fields, Field{Name: name(0), Go: "Foreign", Space: "urn:o", Kind: KindString})
	typ := table(0, fields...)
	var doc, swapped strings.Builder
	doc.WriteString("<T>")
	swapped.WriteString("<T>")
	for i := range 600 {
		doc.WriteString("<" + name(i) + "/>")
		swapped.WriteString("<" + name(599-i) + "/>")
	}
	foreign := `<` + name(0) + ` xmlns="urn:o"/></T>`
	doc.WriteString(foreign)
	swapped.WriteString(foreign)
	for mode, in := range map[string]string{"strict": doc.String(), "lenient": swapped.String(), "alias": strings.Replace(doc.String(), "<"+name(5)+"/>", "<other/>", 1)} {
		v := NewRecord(typ)
		var o []Option
		if mode != "lenient" {
			o = append(o, Strict())
		}
		if err := UnmarshalXML([]byte(in), v, o...); err != nil {
			t.Fatalf("%s: %v", mode, err)
		}
		if out, err := MarshalXML(v); err != nil || string(out) != doc.String() {
			t.Errorf("%s: %.200s, %v", mode, out, err)
		}
	}
	if err := UnmarshalXML([]byte("<T><"+name(400)+"/><"+name(400)+"/></T>"), NewRecord(typ)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Error(err)
	}
}

// TestFieldInTwoAlternatives: (a | (b, a)) names a twice; what is set decides.
func TestFieldInTwoAlternatives(t *testing.T) {
	typ := &Type{
		Name: "T", Go: "T", Root: "T",
		Fields: []Field{{Name: "a", Go: "A", Kind: KindString}, {Name: "b", Go: "B", Kind: KindString}, {Name: "c", Go: "C", Kind: KindString}},
		Model: []Particle{
			{Op: OpChoice, Min: 1, Max: 1, Len: 5},
			{Min: 1, Max: 1},
			{Op: OpSequence, Min: 1, Max: 1, Len: 2}, {Min: 1, Max: 1, Field: 1}, {Min: 1, Max: 1},
			{Min: 1, Max: 1, Field: 2},
		},
	}
	for _, word := range []string{"a", "ba", "c"} {
		for _, o := range [][]Option{nil, {Strict()}} {
			v := NewRecord(typ)
			if err := UnmarshalXML(wordDocument(word), v, o...); err != nil {
				t.Fatal(err)
			}
			if out, err := MarshalXML(v); err != nil || wordOf(out) != word {
				t.Errorf("%s: %s, %v", word, out, err)
			}
			if err := Validate(v); err != nil {
				t.Error(err)
			}
		}
	}
	for _, word := range []string{"b", "ab", "ac", ""} {
		if err := UnmarshalXML(wordDocument(word), NewRecord(typ), Strict()); err == nil {
			t.Errorf("%q is accepted", word)
		}
	}
}

// TestRepeatedChoiceOfLists: a choice that repeats need not be a group when each alternative is a list.
func TestRepeatedChoice(t *testing.T) {
	typ := &Type{
		Name: "T", Go: "T", Root: "T", Fields: []Field{{Name: "a", Go: "A", Kind: KindString, Flags: FlagList}},
		Model: []Particle{{Op: OpChoice, Min: 2, Max: 3, Len: 1}, {Min: 1, Max: 1}},
	}
	for word, want := range map[string]bool{"": false, "a": false, "aa": true, "aaa": true, "aaaa": false} {
		v := NewRecord(typ)
		if err := UnmarshalXML(wordDocument(word), v); err != nil {
			t.Fatal(err)
		}
		if err := Validate(v); (err == nil) != want {
			t.Errorf("%q: Validate: %v", word, err)
		}
		if err := UnmarshalXML(wordDocument(word), NewRecord(typ), Strict()); (err == nil) != want {
			t.Errorf("%q: strict: %v", word, err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	typ := table(0, Field{Name: "a", Go: "A", Kind: KindString})
	broken := errors.New("broken pipe")
	err := ReadXML(io.MultiReader(strings.NewReader("<T><a>"), iotest.ErrReader(broken)), NewRecord(typ))
	if !errors.Is(err, broken) {
		t.Errorf("the cause is lost: %v", err)
	}
	err = UnmarshalXML([]byte("<T>\n<a></T>"), NewRecord(typ))
	var e *Error
	var s *xmltext.SyntaxError
	if !errors.As(err, &e) || e.Rule != RuleSyntax || e.Line != 2 || e.Path != "T/a" || !errors.As(err, &s) {
		t.Errorf("%#v", err)
	}
	err = UnmarshalXML([]byte("<T><a><a><a/></a></a></T>"), NewRecord(typ), Limits(xmltext.Options{MaxDepth: 2}))
	if !errors.Is(err, xmltext.ErrLimit) {
		t.Errorf("%v", err)
	}
	if err := UnmarshalXML([]byte("<T><b/></T>"), NewRecord(typ), Limits(xmltext.Options{Strict: true})); err == nil {
		t.Error("Limits drops Strict")
	}
	if err := UnmarshalXML([]byte("<T/>"), NewRecord(typ), nil); err != nil {
		t.Errorf("a nil option: %v", err)
	}
}

// TestBridgeErrors: encoding/xml hears of errors, on both sides.
func TestBridgeErrors(t *testing.T) {
	start := xml.StartElement{Name: xml.Name{Local: "T"}, Attr: []xml.Attr{{Name: xml.Name{Local: "x"}, Value: "1"}}}
	var b bytes.Buffer
	typ := table(0, Field{Name: "a", Go: "A", Kind: KindString, Flags: FlagRequired})
	v := NewRecord(typ)
	e := xml.NewEncoder(&b)
	if err := XMLMarshal(e, start, v); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil || b.String() != `<T xmlns="" x="1"><a></a></T>` {
		t.Errorf("%s, %v", &b, err)
	}
	v.Field(0).SetString("\x01")
	if err := XMLMarshal(xml.NewEncoder(&b), start, v); err == nil {
		t.Error("a forbidden character is written")
	}
	if err := XMLMarshal(xml.NewEncoder(&b), start, nil); err == nil {
		t.Error("nil is written")
	}
	v.Field(0).SetString(strings.Repeat("x", 10000))
	if err := XMLMarshal(xml.NewEncoder(failingWriter{}), start, v); err == nil {
		t.Error("the writer's error is lost")
	}
	d := xml.NewDecoder(strings.NewReader(`<T><a><b/></a></T>`))
	if err := d.Decode(&decodes{v}); err == nil {
		t.Error("an element in text is read")
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("full") }

type decodes struct{ Struct }

func (d *decodes) UnmarshalXML(dec *xml.Decoder, start xml.StartElement) error {
	return XMLUnmarshal(dec, start, d.Struct)
}

// TestGroupAttributes: what an item without Extra cannot keep, the value does, at each depth.
func TestGroupAttributes(t *testing.T) {
	inner := &Type{Name: "G", Flags: FlagGroup, Fields: []Field{{Name: "a", Go: "A", Kind: KindString}}, Model: []Particle{{Op: OpChoice, Min: 1, Max: 1, Len: 1}, {Min: 1, Max: 1}}}
	typ := &Type{
		Name: "T", Go: "T", Root: "T", Fields: []Field{{Go: "G", Where: WhereGroup, Flags: FlagList, Group: inner}},
		Model: []Particle{{Op: OpSequence, Min: 1, Max: 1, Len: 1}, {Op: OpGroup, Max: Unbounded}},
	}
	v := newBag(typ)
	in := `<T><a x="1"/><a/><a y="2" z="3"/><u/></T>`
	if err := UnmarshalXML([]byte(in), v); err != nil {
		t.Fatal(err)
	}
	want := &xsdtype.Extra{Attrs: []xsdtype.Attr{{On: "Oa", Local: "x", Value: "1"}}}
	if diff := cmp.Diff(want, v.G0[0].Extra); diff != "" {
		t.Error(diff)
	}
	if out, err := MarshalXML(v); err != nil || string(out) != in {
		t.Errorf("%s, %v", out, err)
	}
}
