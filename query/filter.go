package query

import (
	"fmt"
	"strings"
)

// Filter is a condition of a query about things of type T. The zero Filter admits everything.
// Make one with [Eq] and its like from the fields of package gen/fields, as in Eq(fields.CdpReplicaName, "vapp02"), or from a field
// of your own: Field[ent.CdpReplica, string]("Name").
type Filter[T any] struct {
	_    [0]*T // filters of other things cannot be converted
	text string
	or   bool // text has a comma at the top: needs parentheses within And
	and  bool // text has a semicolon at the top
}

// String returns the filter as EM reads it.
func (f Filter[T]) String() string { return f.text }

// And admits what all of the filters admit. Zero filters are passed over.
func And[T any](all ...Filter[T]) Filter[T] { return join(all, ";") }

// Or admits what any of the filters admits. A zero filter admits everything, so the result does too.
func Or[T any](any ...Filter[T]) Filter[T] {
	for _, f := range any {
		if f.text == "" {
			return Filter[T]{}
		}
	}
	return join(any, ",")
}

// And is And(f, more...).
func (f Filter[T]) And(more ...Filter[T]) Filter[T] { return And(append([]Filter[T]{f}, more...)...) }

// Or is Or(f, more...).
func (f Filter[T]) Or(more ...Filter[T]) Filter[T] { return Or(append([]Filter[T]{f}, more...)...) }

func join[T any](all []Filter[T], sep string) Filter[T] {
	var parts []Filter[T]
	for _, f := range all {
		if f.text != "" {
			parts = append(parts, f)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	texts := make([]string, len(parts))
	for i, f := range parts {
		texts[i] = f.text
		if f.or || f.and {
			texts[i] = "(" + f.text + ")"
		}
	}
	return Filter[T]{text: strings.Join(texts, sep), or: sep == "," && len(parts) > 0, and: sep == ";" && len(parts) > 0}
}

// RawFilter is a filter written by hand in EM's syntax. It is sent as it is.
func RawFilter[T any](text string) Filter[T] {
	return Filter[T]{text: text, or: strings.ContainsAny(text, ",;"), and: strings.ContainsAny(text, ",;")}
}

// GoString shows the filter's type and text.
func (f Filter[T]) GoString() string {
	var t T
	return fmt.Sprintf("Filter[%T](%s)", t, f.text)
}
