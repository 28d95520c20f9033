package xsdbind

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
)

// mistyped is the error for the value at d.pos, which is not what must stand there. hide keeps the value itself out of
// it: it may be a secret, or hold one.
func (d *jsonDecoder) mistyped(want string, hide bool) error {
	var what string
	switch c := d.peek(); {
	case c == '{':
		what = "an object"
	case c == '[':
		what = "an array"
	case c == '"':
		what = "a string"
	case c == 't' || c == 'f':
		what = "a boolean"
	case c == 'n':
		what = "null"
	case c == '-' || '0' <= c && c <= '9':
		what = "a number"
	default:
		return d.unexpected("a value")
	}
	from := d.pos
	value, err := d.appendValue(nil, true) // where the text is broken, that is the error to tell
	if err != nil {
		return err
	}
	if isJSONScalar(value[0]) && !hide {
		return d.errorAt(from, RuleValue, "%s (%s) where %s must stand", what, jsonShort(value), want)
	}
	return d.errorAt(from, RuleValue, "%s where %s must stand", what, want)
}

// jsonShort cuts a value that is too long to be shown.
func jsonShort(b []byte) string {
	const most = 40
	if len(b) <= most {
		return string(b)
	}
	return string(bytes.ToValidUTF8(b[:most], nil)) + "…"
}

// scalar reads a string, number or boolean. Numbers and booleans may come in quotes, as some clients write them.
func (d *jsonDecoder) scalar(f *Field, p any) error {
	c := d.peek()
	from := d.pos
	switch {
	case c == '"':
		b, err := d.readString()
		if err != nil {
			return err
		}
		if s, ok := p.(*string); ok {
			*s = d.strings.make(b)
			return d.facets(f, *s, from)
		}
		return d.text(f, p, b, from)
	case (c == 't' || c == 'f') && f.Kind == KindBool:
		word := "true"
		if c == 'f' {
			word = "false"
		}
		if err := d.scanLiteral(word); err != nil {
			return err
		}
		return d.text(f, p, []byte(word), from)
	case (c == '-' || '0' <= c && c <= '9') && (f.Kind > KindBool || f.Kind == KindString && f.Simple.isNumber()):
		b, err := d.scanNumber()
		if err != nil {
			return err
		}
		return d.text(f, p, b, from)
	case (c == '0' || c == '1') && f.Kind == KindBool && !d.strict:
		if d.pos+1 == len(d.data) || !isJSONNumberByte(d.data[d.pos+1]) {
			d.pos++
			return d.text(f, p, []byte{c}, from)
		}
	}
	return d.mistyped(jsonKinds[f.Kind], f.Flags&FlagSecret != 0)
}

func isJSONNumberByte(c byte) bool {
	return isJSONWord(c) || c == '.' || c == '+' || c == '-'
}

var jsonKinds = [...]string{
	KindStruct: "an object", KindString: "a string", KindBool: "a boolean",
	KindInt: "an integer", KindInt8: "an integer", KindInt16: "an integer", KindInt64: "an integer",
	KindUint8: "an integer", KindUint16: "an integer", KindUint32: "an integer", KindUint64: "an integer",
	KindFloat32: "a number", KindFloat64: "a number",
}

// isNumber reports whether the values of a type that is kept as text are numbers: xs:decimal, xs:integer and their kin.
func (s *SimpleType) isNumber() bool {
	if s == nil {
		return false
	}
	switch s.Builtin {
	case "decimal", "integer", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger",
		"long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "float", "double":
		return true
	}
	for _, m := range s.Members {
		if m.isNumber() {
			return true
		}
	}
	return s.Item.isNumber()
}

// text sets p from a literal or from what stood in quotes, at offset from.
func (d *jsonDecoder) text(f *Field, p any, b []byte, from int) error {
	if s, ok := basePointer(p, f.Kind).(*string); ok {
		*s = d.strings.make(b)
		return d.facets(f, *s, from)
	}
	word := bytes.Trim(b, " \t\r\n")
	err := setNumber(p, string(word))
	switch {
	case err == nil && d.strict:
		return d.facets(f, string(word), from)
	case err == nil:
		return nil
	case errors.Is(err, errTable):
		return jsonTable(f)
	}
	what := "the value"
	if f.Flags&FlagSecret == 0 {
		what = strconv.Quote(jsonShort(b))
	}
	if errors.Is(err, strconv.ErrRange) {
		return d.errorAt(from, RuleValue, "%s is out of the range of %s", what, jsonKindTypes[f.Kind])
	}
	return d.errorAt(from, RuleValue, "%s is not %s", what, jsonKinds[f.Kind])
}

var jsonKindTypes = [...]string{
	KindStruct: "", KindString: "xs:string", KindBool: "xs:boolean",
	KindInt: "xs:int", KindInt8: "xs:byte", KindInt16: "xs:short", KindInt64: "xs:long",
	KindUint8: "xs:unsignedByte", KindUint16: "xs:unsignedShort", KindUint32: "xs:unsignedInt", KindUint64: "xs:unsignedLong",
	KindFloat32: "xs:float", KindFloat64: "xs:double",
}

// facets checks a text as strict reading does: all facets but patterns.
func (d *jsonDecoder) facets(f *Field, text string, from int) error {
	if !d.strict || f.Simple == nil && f.Fixed == "" || f.Flags&FlagTextList != 0 {
		return nil
	}
	return d.facetError(f, f.checkText(text, nil), from)
}

func (d *jsonDecoder) facetError(f *Field, err error, from int) error {
	if err == nil {
		return nil
	}
	e := &Error{Offset: int64(from), InJSON: true, Rule: RuleFacet}
	if f.Flags&FlagSecret != 0 {
		e.Msg = "the value is not allowed"
	} else {
		e.Err = err
	}
	return e
}

// errTable says that generated code and its table do not fit each other.
var errTable = errors.New("a pointer of another type than the table says")

// setNumber sets a boolean or a number from its lexical form.
func setNumber(p any, s string) error {
	switch p := p.(type) {
	case *bool:
		switch s {
		case "true", "1":
			*p = true
		case "false", "0":
			*p = false
		default:
			return strconv.ErrSyntax
		}
		return nil
	case *int:
		return setInt(p, s, 32) // xs:int
	case *int8:
		return setInt(p, s, 8)
	case *int16:
		return setInt(p, s, 16)
	case *int64:
		return setInt(p, s, 64)
	case *uint8:
		return setUint(p, s, 8)
	case *uint16:
		return setUint(p, s, 16)
	case *uint32:
		return setUint(p, s, 32)
	case *uint64:
		return setUint(p, s, 64)
	case *float32:
		return setFloat(p, s, 32)
	case *float64:
		return setFloat(p, s, 64)
	}
	return errTable
}

func setInt[T int | int8 | int16 | int64](p *T, s string, bits int) error {
	n, err := strconv.ParseInt(s, 10, bits)
	if err == nil {
		*p = T(n)
	}
	return err
}

func setUint[T uint8 | uint16 | uint32 | uint64](p *T, s string, bits int) error {
	if len(s) > 1 && s[0] == '+' {
		s = s[1:]
	} else if s == "-0" {
		s = "0" // in the lexical space, says XML Schema
	}
	n, err := strconv.ParseUint(s, 10, bits)
	if err == nil {
		*p = T(n)
	}
	return err
}

func setFloat[T float32 | float64](p *T, s string, bits int) error {
	switch s {
	case "INF", "-INF", "NaN":
	default:
		for i := range len(s) {
			// strconv also reads Infinity, 0x1p-2 and 1_000.
			if c := s[i]; c != '.' && c != '+' && c != '-' && c|0x20 != 'e' && (c < '0' || '9' < c) {
				return strconv.ErrSyntax
			}
		}
	}
	x, err := strconv.ParseFloat(s, bits)
	if err == nil {
		*p = T(x)
	}
	return err
}

// basePointer gives the pointer to the base type, where p points to a defined string type.
func basePointer(p any, k Kind) any {
	if k != KindString {
		return p
	}
	if s, ok := p.(*string); ok {
		return s
	}
	if v := reflect.ValueOf(p); v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String {
		return v.Convert(reflect.TypeFor[*string]()).Interface()
	}
	return p
}
