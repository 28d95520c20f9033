package xsdbind

import (
	"fmt"
	"strings"
)

// jsonErrorf makes an error at a place in a JSON text.
func jsonErrorf(offset int64, rule Rule, format string, args ...any) error {
	return &Error{Offset: offset, InJSON: true, Rule: rule, Msg: fmt.Sprintf(format, args...)}
}

// jsonValueError makes an error about a value that cannot be written.
func jsonValueError(rule Rule, format string, args ...any) error {
	return &Error{Rule: rule, Msg: fmt.Sprintf(format, args...)}
}

// jsonTable is the error for generated code that does not do what its table says.
func jsonTable(f *Field) error {
	return &Error{Path: f.jsonName(), Rule: RuleValue, Msg: "generated code", Err: errTable}
}

// longPath is the length from which a path is cut.
const longPath = 1000

// inside puts err one step further down: into a member, or into the item of a list that "[1]" names.
func inside(err error, step string) error {
	e, ok := err.(*Error)
	switch {
	case !ok:
	case e.Path == "" || e.Path[0] == '[':
		e.Path = step + e.Path
	case len(e.Path) > longPath:
		// The way in says more than the last of a thousand steps.
		e.Path = step + "/" + strings.ToValidUTF8(e.Path[:longPath/2], "") + "…"
	default:
		e.Path = step + "/" + e.Path
	}
	return err
}
