package xsdbind

import (
	"bytes"
	"math"
	"reflect"
	"sync"
	"unicode/utf8"

	"github.com/vbem-go/vbem/xmltext"
)

// UnmarshalJSON reads one JSON text into v.
//
// Members have the names of elements and attributes in XML, unless the table says otherwise, and no member stands
// for the root element. They may come in any order and in any case; the exact spelling counts first, then
// the field's aliases. Members that the schema does not know are kept in Extra, at every depth; null is the same
// as absent, but for nillable elements, where it is nil. Required members that are absent are named in Extra. The text of
// an element that has attributes is the member Value (or #text). Booleans and numbers may stand in quotes.
//
// A repeated model group is an array under the group's Go name, each item an object with the elements of one round. Where
// the group is a choice, its alternatives may also come as members of their own, each with one value or an array of
// them, as a server writes them that does not keep their order. Content in document order is an array of items that
// hold one element each, or a text as Value. What a wildcard admits is an array of strings, each an element in XML.
//
// Lenient reading, which is the default, takes the object form of a list for its array and the other way round, one value for an
// array of one, and a plain value for an element with optional attributes. Strict does not, and refuses unknown
// members, absent required ones, facets not met and content that the schema does not allow.
//
// In both, a member that occurs twice, also in another case or under an alias, is an error; so is everything that
// RFC 8259 does not allow, and half a surrogate pair. What v held before stays where the text says nothing of it.
//
// Of the options, Strict and the depth, the size and the token length of Limits have a meaning here; nesting deeper than
// 10000 levels is never read.
func UnmarshalJSON(data []byte, v Struct, o ...Option) error {
	if isNil(v) {
		return jsonValueError(RuleValue, "UnmarshalJSON wants a pointer that is not nil")
	}
	opts := newOptions(o)
	d := newJSONDecoder(data, &opts)
	err := d.valid()
	if err == nil && int64(len(data)) > d.maxSize {
		err = d.errorAt(0, RuleSyntax, "the text is longer than %d bytes", d.maxSize)
	}
	if err == nil {
		err = d.document(v)
	}
	if err != nil {
		return inside(err, v.XSDType().ElementName())
	}
	return nil
}

// MarshalJSON returns v as one JSON text, as [AppendJSON] writes it. Of the options, Indent has a meaning here.
func MarshalJSON(v Struct, o ...Option) ([]byte, error) {
	pooled := jsonBuffers.Get().(*[]byte)
	b, err := AppendJSON((*pooled)[:0], v)
	if err == nil {
		if opts := newOptions(o); opts.indent != "" {
			var buf bytes.Buffer
			err = opts.indentJSON(&buf, b, "", opts.indent)
			b = buf.Bytes()
		} else {
			*pooled = b
			b = bytes.Clone(b)
		}
	}
	if cap(*pooled) <= jsonBufferMax {
		jsonBuffers.Put(pooled)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// jsonBuffers holds buffers of MarshalJSON, up to jsonBufferMax bytes, for reuse.
var jsonBuffers = sync.Pool{New: func() any { return new([]byte) }}

const jsonBufferMax = 1 << 16

// AppendJSON appends v to b as one JSON text without white space. Its members stand in the order that the table gives, then
// come those that Extra keeps. Absent optional values are not written. On an error, what it returns is b.
//
// Attributes and elements that Extra keeps from XML have no place in JSON and are not written.
func AppendJSON(b []byte, v Struct) ([]byte, error) {
	if isNil(v) {
		return append(b, "null"...), nil
	}
	var e jsonEncoder
	out, err := e.structure(b, v, v.XSDType())
	if err != nil {
		return b, inside(err, v.XSDType().ElementName())
	}
	return out, nil
}

// isNil reports whether v is nil or holds a nil pointer.
func isNil(v Struct) bool {
	if v == nil {
		return true
	}
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}

// valid checks the encoding of the text.
func (d *jsonDecoder) valid() error {
	if utf8.Valid(d.data) {
		return nil
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(d.data[i:])
		if r == utf8.RuneError && n <= 1 {
			return d.fail(i, "the text is not UTF-8")
		}
		i += n
	}
}

func newJSONDecoder(data []byte, o *options) jsonDecoder {
	return jsonDecoder{
		data:     data,
		strict:   o.strict,
		maxDepth: min(jsonLimit(o.limits.MaxDepth, xmltext.DefaultMaxDepth), jsonMaxDepth),
		maxToken: jsonLimit(o.limits.MaxToken, xmltext.DefaultMaxToken),
		maxSize:  jsonLimit(o.limits.MaxSize, xmltext.DefaultMaxSize),
	}
}

func jsonLimit[T int | int64](v, def T) T {
	switch {
	case v > 0:
		return v
	case v < 0:
		return T(math.MaxInt)
	}
	return def
}
