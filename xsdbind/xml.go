package xsdbind

import (
	"bytes"
	"io"
	"slices"
	"sync"

	"github.com/vbem-go/vbem/xmltext"
)

// UnmarshalXML reads a whole document into v. The root element must be v's, unless [AnyRoot] or [WithRoot] says otherwise.
func UnmarshalXML(data []byte, v Struct, o ...Option) error {
	opts := newOptions(o)
	limits := opts.limits
	limits.Strict = opts.strict
	d := decoders.Get().(*xmltext.Decoder)
	d.Reset(data, &limits)
	err := readDocument(d, v, &opts)
	d.Reset(nil, nil)
	decoders.Put(d)
	return err
}

// ReadXML reads a whole document from r into v, as [UnmarshalXML] does. Memory holds a window of the document.
func ReadXML(r io.Reader, v Struct, o ...Option) error {
	opts := newOptions(o)
	limits := opts.limits
	limits.Strict = opts.strict
	return readDocument(xmltext.NewDecoder(r, &limits), v, &opts)
}

// MarshalXML returns v as a document. Its root element is the one that the schema declares for the type, or [WithRoot]'s;
// where there is neither it is an error.
func MarshalXML(v Struct, o ...Option) ([]byte, error) {
	if isNil(v) {
		return nil, nilError()
	}
	opts := newOptions(o)
	t := v.XSDType()
	root := opts.root
	if root == "" {
		root = t.Root
	}
	if root == "" {
		return nil, &Error{Path: t.Go, Rule: RuleRoot, Msg: "the schema declares no root element of this type"}
	}
	if opts.indent != "" || opts.declaration {
		e := xmltext.NewEncoder(&xmltext.EncodeOptions{Indent: opts.indent, Declaration: opts.declaration})
		if err := EncodeXML(e, t.Space, root, v); err != nil {
			return nil, err
		}
		return e.Finish()
	}
	e := encoders.Get().(*xmltext.Encoder)
	err := EncodeXML(e, t.Space, root, v)
	var out []byte
	if err == nil {
		out, err = e.Finish()
	}
	if !tooLarge(e) {
		out = bytes.Clone(out)
	}
	recycle(e)
	return out, err
}

// Decoders and encoders at rest.
var (
	decoders = sync.Pool{New: func() any { return xmltext.NewBytesDecoder(nil, nil) }}
	encoders = sync.Pool{New: func() any { return xmltext.NewEncoder(nil) }}
)

// recycle puts an encoder to rest. What it wrote is overwritten, unless it is too large.
func recycle(e *xmltext.Encoder) {
	if tooLarge(e) {
		e.ResetBuffer(nil)
	} else {
		e.Reset()
	}
	encoders.Put(e)
}

// tooLarge reports whether the buffer goes with the document.
func tooLarge(e *xmltext.Encoder) bool { return cap(e.Bytes()) > keepMax }

// keepMax is the size of the buffers that are kept for the next document.
const keepMax = 1 << 16

func readDocument(d *xmltext.Decoder, v Struct, o *options) error {
	if isNil(v) {
		return nilError()
	}
	d.Know(v.XSDType().Space)
	if _, err := d.Next(); err != nil {
		return syntax(err)
	}
	if err := checkRoot(d, v.XSDType(), o); err != nil {
		return err
	}
	if err := DecodeXML(d, v); err != nil {
		return err
	}
	if _, err := d.Next(); err != nil {
		return syntax(err)
	}
	return nil
}

func checkRoot(d *xmltext.Decoder, t *Type, o *options) error {
	if o.anyRoot {
		return nil
	}
	want := o.root
	if want == "" {
		want = t.Root
	}
	if want == "" {
		return nil // an anonymous or shared type: any element may have it
	}
	if d.Space() == t.Space && (string(d.Local()) == want || o.root == "" && slices.Contains(t.Roots, string(d.Local()))) {
		return nil
	}
	line, column := d.Position()
	return &Error{
		Path: string(d.Local()), Line: line, Column: column, Rule: RuleRoot,
		Msg: "the root element must be " + xmltext.Name{Space: t.Space, Local: want}.String(),
	}
}

// nilError is the answer to a nil pointer where a value must be.
func nilError() error { return &Error{Rule: RuleValue, Msg: "a nil pointer instead of a value"} }

// syntax makes an Error of what the token layer said.
func syntax(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *Error:
		return e
	case *xmltext.SyntaxError:
		return &Error{Line: e.Line, Column: e.Column, Rule: RuleSyntax, Msg: e.Msg, Err: err}
	}
	return err
}
