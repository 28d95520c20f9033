package xmltext

import (
	"errors"
	"fmt"
)

// Errors that a [SyntaxError] may wrap, for errors.Is.
var (
	// ErrLimit: the document exceeds a limit of [Options].
	ErrLimit = errors.New("limit exceeded")
	// ErrDTD: the document has a document type declaration, which this package refuses.
	ErrDTD = errors.New("document type declaration refused")
	// ErrEncoding: the document says that it is, or plainly is, in another encoding than UTF-8.
	ErrEncoding = errors.New("unsupported encoding")
)

// SyntaxError says what is wrong with a document and where.
//
// Line counts line feeds from 1. Column counts bytes from 1 within the line, Offset bytes from 0 within the document.
// A decoder made by [NewTokenDecoder] knows the place only as well as its source does.
type SyntaxError struct {
	Line, Column int
	Offset       int64
	Msg          string
	Err          error // ErrLimit, ErrDTD, ErrEncoding, the token source's error, or nil
}

// Error returns the place and the message: "line 4, column 7: …".
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Msg
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// Unwrap returns e.Err.
func (e *SyntaxError) Unwrap() error { return e.Err }
