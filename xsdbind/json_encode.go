package xsdbind

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/vbem-go/vbem/xsdtype"
)

// jsonEncoder appends JSON to a buffer, in one pass over the tables.
type jsonEncoder struct {
	b     []byte
	depth int
}

// structure writes the value of a complex type.
func (e *jsonEncoder) structure(v Struct, t *Type) error {
	if e.depth >= jsonMaxDepth {
		return jsonValueError(RuleValue, "nested deeper than %d levels: does it contain itself?", jsonMaxDepth)
	}
	e.depth++
	defer func() { e.depth-- }()

	var extra *xsdtype.Extra
	if p, _ := v.XSDField(len(t.Fields), false).(**xsdtype.Extra); p != nil {
		extra = *p
	}
	whole := t.jsonArray()
	if whole != nil && (extra == nil || len(extra.Members) == 0) {
		l, ok := v.XSDField(0, false).(List)
		if !ok {
			return jsonTable(whole)
		}
		return e.list(whole, l)
	}

	e.b = append(e.b, '{')
	start := len(e.b)
	for k := range t.jsonCount() {
		i := t.jsonOrder(k)
		if i >= len(t.Fields) {
			return jsonValueError(RuleValue, "%s.JSONOrder names field %d", t.Go, i)
		}
		f := &t.Fields[i]
		p := v.XSDField(i, false)
		// An array that cannot hold unknown members is written as the object around it; the list says which object that is.
		switch {
		case f.jsonRequired():
			if extra != nil && extra.IsAbsent(f.Go) && isZero(f, p) {
				continue
			}
		case !present(f, p) && whole == nil:
			continue
		}
		if len(e.b) > start {
			e.b = append(e.b, ',')
		}
		var ok bool
		if e.b, ok = appendJSONString(e.b, f.jsonName()); !ok {
			return jsonTable(f)
		}
		e.b = append(e.b, ':')
		if err := e.field(t, f, p); err != nil {
			return inside(err, f.jsonName())
		}
	}
	if len(t.plan().choices) > 0 {
		set := contentSet(v, t)
		if a, b := t.twoAlternatives(&set); a != nil {
			return choiceError(a, b)
		}
	}
	if extra != nil && len(extra.Members) > 0 {
		if err := e.members(t, extra.Members, start); err != nil {
			return err
		}
	}
	e.b = append(e.b, '}')
	return nil
}

// members writes what the schema does not know.
func (e *jsonEncoder) members(t *Type, members []xsdtype.Member, start int) error {
	var names jsonNames
	for i := range members {
		m := &members[i]
		if !names.add([]byte(m.Name)) || t.jsonMember([]byte(m.Name), len(t.Fields), true) >= 0 {
			return inside(jsonValueError(RuleRepeated, "Extra.Members holds a member that is written already"), m.Name)
		}
		if len(e.b) > start {
			e.b = append(e.b, ',')
		}
		var ok bool
		if e.b, ok = appendJSONString(e.b, m.Name); !ok {
			return inside(jsonValueError(RuleSyntax, "the name of a member in Extra is not UTF-8"), m.Name)
		}
		e.b = append(e.b, ':')
		d := jsonDecoder{data: []byte(m.Value), maxDepth: jsonMaxDepth - e.depth, maxToken: math.MaxInt}
		err := d.valid()
		if err == nil {
			e.b, err = d.appendValue(e.b, true)
		}
		if d.skipSpace(); err == nil && d.pos < len(d.data) {
			err = d.unexpected("the end of the value")
		}
		if e, ok := err.(*Error); ok {
			return inside(jsonValueError(RuleSyntax, "the value in Extra.Members is not JSON: %s", e.Msg), m.Name)
		}
	}
	return nil
}

// present reports whether a field has a value. p is what XSDField returned.
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
	if p, _ := v.XSDField(len(t.Fields), false).(**xsdtype.Extra); p != nil && !(*p).Empty() {
		return false
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		p := v.XSDField(i, false)
		if f.jsonRequired() && !isZero(f, p) || !f.jsonRequired() && present(f, p) {
			return false
		}
	}
	return true
}

// field writes the value of a field that is present.
func (e *jsonEncoder) field(t *Type, f *Field, p any) error {
	if f.Flags&FlagList == 0 {
		return e.value(f, p)
	}
	l, ok := p.(List)
	if !ok {
		return jsonTable(f)
	}
	if t.Flags&FlagInOrder != 0 && f.Where == WhereGroup {
		if err := oneEach(l); err != nil {
			return err
		}
	}
	return e.list(f, l)
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
			if present(&t.Fields[j], v.XSDField(j, false)) {
				n++
			}
		}
		if n != 1 {
			return inside(jsonValueError(RuleChoice, "an item holds one element or one text, this one has %d", n), "["+strconv.Itoa(i+1)+"]")
		}
	}
	return nil
}

// list writes an array.
func (e *jsonEncoder) list(f *Field, l List) error {
	e.b = append(e.b, '[')
	for i := range l.Len() {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		if err := e.value(f, l.At(i)); err != nil {
			return inside(err, "["+strconv.Itoa(i+1)+"]")
		}
	}
	e.b = append(e.b, ']')
	return nil
}

// value writes one value.
func (e *jsonEncoder) value(f *Field, p any) error {
	if n, ok := p.(Nillable); ok {
		if *n.NilFlag() {
			e.b = append(e.b, "null"...)
			return nil
		}
		p = basePointer(n.ValuePtr(), f.Kind)
	}
	switch p := p.(type) {
	case Struct:
		return e.structure(p, p.XSDType())
	case *string:
		if f.Simple.isNumber() && len(f.Simple.Members) == 0 && *p != "" && jsonNumber(*p) == len(*p) {
			e.b = append(e.b, *p...)
			return nil
		}
		var ok bool
		if e.b, ok = appendJSONString(e.b, *p); !ok {
			return jsonValueError(RuleSyntax, "the text is not UTF-8")
		}
	case *bool:
		e.b = strconv.AppendBool(e.b, *p)
	case *int:
		e.b = strconv.AppendInt(e.b, int64(*p), 10)
	case *int8:
		e.b = strconv.AppendInt(e.b, int64(*p), 10)
	case *int16:
		e.b = strconv.AppendInt(e.b, int64(*p), 10)
	case *int64:
		e.b = strconv.AppendInt(e.b, *p, 10)
	case *uint8:
		e.b = strconv.AppendUint(e.b, uint64(*p), 10)
	case *uint16:
		e.b = strconv.AppendUint(e.b, uint64(*p), 10)
	case *uint32:
		e.b = strconv.AppendUint(e.b, uint64(*p), 10)
	case *uint64:
		e.b = strconv.AppendUint(e.b, *p, 10)
	case *float32:
		e.b = appendJSONFloat(e.b, float64(*p), 32)
	case *float64:
		e.b = appendJSONFloat(e.b, *p, 64)
	default:
		return jsonTable(f)
	}
	return nil
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
