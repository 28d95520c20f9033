package xsdbind

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/vbem-go/vbem/xsdtype"
)

// jsonEncoder appends JSON to a buffer, in one pass over the tables. Its methods return the buffer as append does, and nothing
// of use beside an error.
type jsonEncoder struct {
	depth int
}

// structure writes the value of a complex type.
func (e *jsonEncoder) structure(b []byte, v Struct, t *Type) ([]byte, error) {
	if e.depth >= jsonMaxDepth {
		return b, jsonValueError(RuleValue, "nested deeper than %d levels: does it contain itself?", jsonMaxDepth)
	}
	if err := misfit(v); err != nil {
		return b, err
	}
	var extra *xsdtype.Extra
	if p, _ := field(v, len(t.Fields), false).(**xsdtype.Extra); p != nil {
		extra = *p
	}
	var err error
	e.depth++
	if f := t.jsonArray(); f != nil && (extra == nil || len(extra.Members) == 0) {
		b, err = e.field(b, t, f, field(v, 0, false))
	} else {
		b, err = e.object(b, v, t, extra)
	}
	e.depth--
	return b, err
}

func (e *jsonEncoder) object(b []byte, v Struct, t *Type, extra *xsdtype.Extra) ([]byte, error) {
	b = append(b, '{')
	start := len(b)
	for k := range t.jsonCount() {
		i := t.jsonOrder(k)
		if i >= len(t.Fields) {
			return b, jsonValueError(RuleValue, "%s.JSONOrder names field %d", t.Go, i)
		}
		f := &t.Fields[i]
		p := field(v, i, false)
		if !jsonWritten(t, f, p, extra) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = appendJSONString(b, f.jsonName()); !ok {
			return b, jsonTable(f)
		}
		b = append(b, ':')
		var err error
		if s, ok := p.(*string); ok {
			b, err = e.text(b, f, *s)
		} else {
			b, err = e.field(b, t, f, p)
		}
		if err != nil {
			return b, inside(err, f.jsonName())
		}
	}
	if len(t.plan().choices) > 0 {
		set := contentSet(v, t)
		if x, y := t.twoAlternatives(&set); x != nil {
			return b, choiceError(x, y)
		}
	}
	if extra != nil && len(extra.Members) > 0 {
		var err error
		if b, err = e.members(b, t, extra.Members, start); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// jsonWritten reports whether a field becomes a member. p is what FieldAt returned.
func jsonWritten(t *Type, f *Field, p any, extra *xsdtype.Extra) bool {
	if present(f, p) {
		return extra == nil || f.Flags&FlagRequired == 0 || !extra.IsAbsent(f.Go) || !isZero(f, p)
	}
	l, ok := p.(List)
	switch {
	case !ok:
		return false
	case t.JSON == JSONArray:
		// An array cannot hold unknown members, so the object around it is written; the list says which object that is.
		return t.jsonArray() == f
	}
	return f.jsonRequired() && l.IsNil() && !extra.IsAbsent(f.Go) // an empty text in XML
}

// members writes what the schema does not know.
func (e *jsonEncoder) members(b []byte, t *Type, members []xsdtype.Member, start int) ([]byte, error) {
	var names jsonNames
	for i := range members {
		m := &members[i]
		if !names.add([]byte(m.Name)) || t.jsonMember([]byte(m.Name), len(t.Fields), true) >= 0 {
			return b, inside(jsonValueError(RuleRepeated, "Extra.Members holds a member that is written already"), m.Name)
		}
		if len(b) > start {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = appendJSONString(b, m.Name); !ok {
			return b, inside(jsonValueError(RuleSyntax, "the name of a member in Extra is not UTF-8"), m.Name)
		}
		b = append(b, ':')
		d := jsonDecoder{data: []byte(m.Value), maxDepth: jsonMaxDepth - e.depth, maxToken: math.MaxInt}
		err := d.valid()
		if err == nil {
			b, err = d.appendValue(b, true)
		}
		if d.skipSpace(); err == nil && d.pos < len(d.data) {
			err = d.unexpected("the end of the value")
		}
		if x, ok := err.(*Error); ok {
			return b, inside(jsonValueError(RuleSyntax, "the value in Extra.Members is not JSON: %s", x.Msg), m.Name)
		}
	}
	return b, nil
}

// present reports whether a field has a value. p is what FieldAt returned.
func present(f *Field, p any) bool {
	switch p := p.(type) {
	case nil:
		return false
	case *string:
		return p != nil
	case List:
		return !p.IsNil()
	case Struct, Nillable:
		return true
	case *bool:
		return p != nil
	case *int:
		return p != nil
	case *int8:
		return p != nil
	case *int16:
		return p != nil
	case *int64:
		return p != nil
	case *uint8:
		return p != nil
	case *uint16:
		return p != nil
	case *uint32:
		return p != nil
	case *uint64:
		return p != nil
	case *float32:
		return p != nil
	case *float64:
		return p != nil
	}
	return true // field will say that this is no type of a table's
}

// isZero reports whether a field that is present has its zero value.
func isZero(f *Field, p any) bool {
	switch p := p.(type) {
	case List:
		return p.IsNil()
	case Struct:
		return isZeroStruct(p)
	case Nillable:
		return !*p.NilFlag() && isZero(f, basePointer(p.ValuePtr(), f.Kind))
	case *string:
		return *p == ""
	case *bool:
		return !*p
	case *int:
		return *p == 0
	case *int8:
		return *p == 0
	case *int16:
		return *p == 0
	case *int64:
		return *p == 0
	case *uint8:
		return *p == 0
	case *uint16:
		return *p == 0
	case *uint32:
		return *p == 0
	case *uint64:
		return *p == 0
	case *float32:
		return *p == 0 && !math.Signbit(float64(*p))
	case *float64:
		return *p == 0 && !math.Signbit(*p)
	}
	return false
}

// isZeroStruct reports whether nothing is set in v.
func isZeroStruct(v Struct) bool {
	t := v.XSDType()
	if p, _ := field(v, len(t.Fields), false).(**xsdtype.Extra); p != nil && !(*p).Empty() {
		return false
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		p := field(v, i, false)
		if present(f, p) && (!f.jsonRequired() || !isZero(f, p)) {
			return false
		}
	}
	return true
}

// field writes the value of a field that is present.
func (e *jsonEncoder) field(b []byte, t *Type, f *Field, p any) ([]byte, error) {
	if f.Flags&FlagList == 0 {
		return e.value(b, f, p)
	}
	l, ok := p.(List)
	if !ok {
		return b, jsonTable(f)
	}
	if t.Flags&FlagInOrder != 0 && f.Where == WhereGroup {
		if err := oneEach(l); err != nil {
			return b, err
		}
	}
	b = append(b, '[')
	for i := range l.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = e.value(b, f, l.At(i)); err != nil {
			return b, inside(err, "["+strconv.Itoa(i+1)+"]")
		}
	}
	return append(b, ']'), nil
}

// oneEach checks that each item of a list in document order holds one element or one text.
func oneEach(l List) error {
	for i := range l.Len() {
		v, ok := l.At(i).(Struct)
		if !ok {
			continue
		}
		t := v.XSDType()
		n := 0
		for j := range t.Fields {
			if present(&t.Fields[j], field(v, j, false)) {
				n++
			}
		}
		if n != 1 {
			return inside(jsonValueError(RuleChoice, "an item holds one element or one text, this one has %d", n), "["+strconv.Itoa(i+1)+"]")
		}
	}
	return nil
}

// value writes one value.
func (e *jsonEncoder) value(b []byte, f *Field, p any) ([]byte, error) {
	if f.Flags&FlagNillable != 0 {
		n, ok := p.(Nillable)
		if !ok {
			return b, jsonTable(f)
		}
		if *n.NilFlag() {
			return append(b, "null"...), nil
		}
		p = basePointer(n.ValuePtr(), f.Kind)
	}
	switch p := p.(type) {
	case Struct:
		return e.structure(b, p, p.XSDType())
	case *string:
		return e.text(b, f, *p)
	case *bool:
		return strconv.AppendBool(b, *p), nil
	case *int:
		return strconv.AppendInt(b, int64(*p), 10), nil
	case *int8:
		return strconv.AppendInt(b, int64(*p), 10), nil
	case *int16:
		return strconv.AppendInt(b, int64(*p), 10), nil
	case *int64:
		return strconv.AppendInt(b, *p, 10), nil
	case *uint8:
		return strconv.AppendUint(b, uint64(*p), 10), nil
	case *uint16:
		return strconv.AppendUint(b, uint64(*p), 10), nil
	case *uint32:
		return strconv.AppendUint(b, uint64(*p), 10), nil
	case *uint64:
		return strconv.AppendUint(b, *p, 10), nil
	case *float32:
		return appendJSONFloat(b, float64(*p), 32), nil
	case *float64:
		return appendJSONFloat(b, *p, 64), nil
	}
	return b, jsonTable(f)
}

// text writes a text, as a number where it is one and the type says so.
func (e *jsonEncoder) text(b []byte, f *Field, s string) ([]byte, error) {
	if s != "" && s[0] <= '9' && f.Simple.isNumber() && len(f.Simple.Members) == 0 && jsonNumber(s) == len(s) {
		return append(b, s...), nil
	}
	b, ok := appendJSONString(b, s)
	if !ok {
		return b, jsonValueError(RuleSyntax, "the text is not UTF-8")
	}
	return b, nil
}

// appendJSONFloat writes a number as ECMAScript does, and what is no number in JSON as XML Schema does, in quotes.
func appendJSONFloat(b []byte, x float64, bits int) []byte {
	switch {
	case math.IsNaN(x):
		return append(b, `"NaN"`...)
	case math.IsInf(x, 1):
		return append(b, `"INF"`...)
	case math.IsInf(x, -1):
		return append(b, `"-INF"`...)
	}
	format := byte('f')
	if abs := math.Abs(x); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	b = strconv.AppendFloat(b, x, format, -1, bits)
	if n := len(b); format == 'e' && n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b[n-2] = b[n-1] // e-09 to e-9
		b = b[:n-1]
	}
	return b
}

// jsonSafe marks the bytes that a string holds as they are when it is written.
var jsonSafe = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendJSONString writes a string with the escapes that encoding/json writes when HTML escapes are off.
// It reports false where s is not UTF-8.
func appendJSONString(b []byte, s string) ([]byte, bool) {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if jsonSafe[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				return b, false
			case r == '\u2028' || r == '\u2029': // line ends in JavaScript
				b = append(b, s[start:i]...)
				b = append(b, '\\', 'u', '2', '0', '2', hex[r&0xF])
				start = i + n
			}
			i += n
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"'), true
}
