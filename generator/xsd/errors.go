package xsd

import "strings"

// Error is something that is wrong with a schema.
type Error struct {
	Pos Position
	Msg string
}

func (e *Error) Error() string { return place(e.Pos) + e.Msg }

// UnsupportedError is a construct that is right, or belongs to another version of XML Schema, but that this package does not handle.
type UnsupportedError struct {
	Construct string // "xs:assert (XML Schema 1.1)"
	Pos       Position
}

func (e *UnsupportedError) Error() string { return place(e.Pos) + e.Construct + " is not supported" }

// Errors are all errors found, in the order of the documents.
type Errors []error

// Error gives one error a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.Is and errors.As look at each error.
func (e Errors) Unwrap() []error { return e }

func place(p Position) string {
	if s := p.String(); s != "" {
		return s + ": "
	}
	return ""
}
