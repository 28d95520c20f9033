package xsdbind

import (
	"bytes"
	"encoding/json"

	"github.com/vbem-go/vbem/xmltext"
)

// Option changes how a document is read or written.
type Option func(*options)

type options struct {
	strict      bool
	anyRoot     bool
	limits      xmltext.Options
	root        string // local name to write the root element as
	indent      string
	indentJSON  func(dst *bytes.Buffer, src []byte, prefix, indent string) error
	declaration bool
}

func newOptions(o []Option) options {
	if len(o) == 0 {
		return options{}
	}
	var opts options
	for _, set := range o {
		if set != nil {
			set(&opts)
		}
	}
	return opts
}

// Strict refuses what the schema does not allow: unknown content, another order, absent required content, facets not met.
func Strict() Option { return func(o *options) { o.strict = true } }

// Limits sets the limits of the document that is read. Its Strict has the meaning of [Strict].
func Limits(l xmltext.Options) Option {
	return func(o *options) {
		o.limits = l
		o.strict = o.strict || l.Strict
	}
}

// AnyRoot reads a root element of any name.
func AnyRoot() Option { return func(o *options) { o.anyRoot = true } }

// WithRoot writes the root element under this local name, in the namespace of the type, and reads it under this name.
func WithRoot(local string) Option { return func(o *options) { o.root = local } }

// Indent writes each element on a line of its own, behind as many indents as it is deep.
func Indent(indent string) Option {
	// A program that never asks for it is not linked with encoding/json.
	return func(o *options) { o.indent, o.indentJSON = indent, json.Indent }
}

// Declaration begins the document with an XML declaration.
func Declaration() Option { return func(o *options) { o.declaration = true } }
