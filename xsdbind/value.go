package xsdbind

import (
	"errors"
	"reflect"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/vbem-go/vbem/xmltext"
)

// set sets field i, which is of simple type, from text.
func (r *reader) set(n *node, i int, b []byte) error {
	pl, q := n.at(i)
	if pl == nil {
		return r.value(&n.t.Fields[i], n.l.field(n.q, i, true), b)
	}
	if pl.plain || pl.quick && !r.strict {
		s := r.d.String(b)
		if pl.how == byPointer {
			p := (**string)(q)
			if *p == nil {
				*p = r.newString()
			}
			q = unsafe.Pointer(*p)
		}
		*(*string)(q) = s
		return nil
	}
	if pl.how == byPointer {
		p := (*unsafe.Pointer)(q)
		switch {
		case *p != nil:
		case pl.kind == KindString:
			*p = unsafe.Pointer(r.newString())
		default:
			*p = reflect.New(pl.typ).UnsafePointer()
		}
		q = *p
	}
	f := &n.t.Fields[i]
	if pl.kind == KindBool && f.Simple == nil && f.Fixed == "" {
		switch string(b) {
		case "true":
			*(*bool)(q) = true
			return nil
		case "false":
			*(*bool)(q) = false
			return nil
		}
	}
	return r.value(f, scalarPointer(pl.kind, q), b)
}

// value sets the value at p from text.
func (r *reader) value(f *Field, p any, b []byte) error {
	if f.Flags&FlagTextList != 0 {
		return r.textList(f, p, b)
	}
	if err := r.scalar(f, p, b); err != nil {
		return err
	}
	if !r.strict || f.Simple == nil && f.Fixed == "" {
		return nil
	}
	if s, ok := p.(*string); ok {
		return r.facetError(f, f.checkText(*s, nil))
	}
	return r.facetError(f, f.checkText(string(b), nil))
}

// scalar sets the scalar at p from text. Text of string types is kept as it is.
func (r *reader) scalar(f *Field, p any, b []byte) error {
	switch p := p.(type) {
	case *string:
		if f.Kind != KindString {
			return jsonTable(f)
		}
		*p = r.d.String(b)
		return nil
	case *bool:
		switch string(b) {
		case "true":
			*p = true
			return nil
		case "false":
			*p = false
			return nil
		}
	}
	word := xmltext.TrimSpace(b)
	err := setNumber(p, string(word))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTable):
		return jsonTable(f)
	case f.Kind == KindBool && !r.strict:
		// Seen from servers and people.
		switch string(word) {
		case "True", "TRUE":
			*p.(*bool) = true
			return nil
		case "False", "FALSE":
			*p.(*bool) = false
			return nil
		}
	}
	return r.mistyped(b, builtinNames[f.Kind], f)
}

// textList sets a list from items between white space.
func (r *reader) textList(f *Field, p any, b []byte) error {
	l, ok := p.(List)
	if !ok {
		return jsonTable(f)
	}
	l.Clear()
	for {
		b = trimLeft(b)
		if len(b) == 0 {
			break
		}
		n := 0
		for n < len(b) && !isSpace(b[n]) {
			n++
		}
		if err := r.scalar(f, l.Append(), b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	if r.strict && (f.Simple != nil || f.Fixed != "") {
		return r.facetError(f, f.checkValue(p, nil))
	}
	return nil
}

// facetError puts the place to what a facet excludes.
func (r *reader) facetError(f *Field, err error) error {
	if err == nil {
		return nil
	}
	e := r.errorAt(RuleFacet, "", "")
	if f.Flags&FlagSecret != 0 {
		e.Msg = "the value is not allowed"
		return e
	}
	e.Err = err
	return e
}

func (r *reader) mistyped(b []byte, want string, f *Field) error {
	what := "the value"
	if f.Flags&FlagSecret == 0 {
		what = clip(b)
	}
	return r.errorAt(RuleValue, "", what+" is not a valid "+want)
}

var builtinNames = [...]string{
	KindStruct: "element", KindString: "string", KindBool: "boolean",
	KindInt: "int", KindInt8: "byte", KindInt16: "short", KindInt64: "long",
	KindUint8: "unsignedByte", KindUint16: "unsignedShort", KindUint32: "unsignedInt", KindUint64: "unsignedLong",
	KindFloat32: "float", KindFloat64: "double",
}

// clip quotes text that may be too long to show.
func clip[T []byte | string](text T) string {
	const most = 60
	s := string(text[:min(len(text), most+utf8.UTFMax)])
	if len(s) <= most {
		return strconv.Quote(s)
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strconv.Quote(s[:n]) + "…"
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// appendScalar appends the text of a number or boolean; ok is false where p is none.
func appendScalar(b []byte, p any) (_ []byte, ok bool) {
	switch p := p.(type) {
	case *string:
		return append(b, *p...), true
	case *bool:
		return strconv.AppendBool(b, *p), true
	case *int:
		return strconv.AppendInt(b, int64(*p), 10), true
	case *int8:
		return strconv.AppendInt(b, int64(*p), 10), true
	case *int16:
		return strconv.AppendInt(b, int64(*p), 10), true
	case *int64:
		return strconv.AppendInt(b, *p, 10), true
	case *uint8:
		return strconv.AppendUint(b, uint64(*p), 10), true
	case *uint16:
		return strconv.AppendUint(b, uint64(*p), 10), true
	case *uint32:
		return strconv.AppendUint(b, uint64(*p), 10), true
	case *uint64:
		return strconv.AppendUint(b, *p, 10), true
	case *float32:
		return appendFloat(b, float64(*p), 32), true
	case *float64:
		return appendFloat(b, *p, 64), true
	}
	return b, false
}

// appendFloat writes INF and not +Inf.
func appendFloat(b []byte, x float64, bits int) []byte {
	switch {
	case x > 0 && x*2 == x:
		return append(b, "INF"...)
	case x < 0 && x*2 == x:
		return append(b, "-INF"...)
	}
	return strconv.AppendFloat(b, x, 'g', -1, bits)
}
