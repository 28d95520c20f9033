package xsdbind

import (
	"strconv"
	"strings"
)

// Rule says which kind of rule an [Error] is about.
type Rule string

// The rules.
const (
	RuleOrder    Rule = "order"    // an element before one that the schema puts first
	RuleMissing  Rule = "missing"  // required content is absent
	RuleRepeated Rule = "repeated" // more occurrences than the schema allows
	RuleUnknown  Rule = "unknown"  // an element, attribute or member that the schema does not have
	RuleChoice   Rule = "choice"   // two alternatives of a choice of one
	RuleValue    Rule = "value"    // a text that is not of the type
	RuleFacet    Rule = "facet"    // a value that a facet of the type excludes
	RuleText     Rule = "text"     // text where only elements may stand, or elements where only text may
	RuleRoot     Rule = "root"     // another root element than the type's
	RuleSyntax   Rule = "syntax"   // not well-formed, or beyond a limit
)

// Error tells what is wrong in a document or a value, and where.
type Error struct {
	Path    string // element path: Tasks/Task[2]/@Href; lists count from 1
	Subject string // what the rule met, when that is more than the path: "<B> after <A>"; may be ""
	Line    int    // in XML, from 1; 0 when not known
	Column  int
	Offset  int64 // in JSON, bytes from 0; only with InJSON
	InJSON  bool
	Rule    Rule
	Msg     string // what the schema says
	Err     error  // the cause, if any
}

// Error gives "Path: Subject (line N): Msg".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Subject != "" {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Subject)
	}
	switch {
	case e.InJSON:
		b.WriteString(" (offset " + strconv.FormatInt(e.Offset, 10) + ")")
	case e.Line > 0:
		b.WriteString(" (line " + strconv.Itoa(e.Line) + ")")
	}
	msg := e.Msg
	if msg == "" && e.Err != nil {
		msg = e.Err.Error()
	}
	if msg != "" {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(msg)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// index is the step to item k of a list.
func index(k int) string { return "[" + strconv.Itoa(k+1) + "]" }

// rootName is the first step of a path in v.
func rootName(v Struct) string {
	t := v.XSDType()
	if t.Root != "" {
		return t.Root
	}
	return t.Go
}
