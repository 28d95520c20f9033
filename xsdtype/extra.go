package xsdtype

import "slices"

// Extra holds what a document had that the schema does not know, and what it lacked. Codecs fill it and write it back;
// a nil Extra is the usual case. Values compare with go-cmp as they are.
type Extra struct {
	Attrs    []Attr    // unknown attributes (xsi:type and its like too), in document order
	Elements []Element // unknown elements, in document order
	Absent   []string  // Go names of required fields that the document lacked: not written while the field is zero
	Order    []string  // xs:all only: Go names of the fields in document order, when it is not the schema's
	Members  []Member  // unknown JSON members, in document order
}

// Attr is an attribute that the schema does not know.
//
// A namespace declaration that an unknown value may need (the prefix of xsi:type="p:Name") is kept in the same
// list: its Prefix is "xmlns", its Local the prefix and its Value the namespace.
type Attr struct {
	// On is the Go name of the field whose element carries it, for elements of simple type; "" is the element itself. The
	// field may be a repeated group whose items keep nothing themselves: Index is the item then.
	On     string
	Index  int    // which occurrence of On, where that repeats, from 0
	Prefix string // the prefix it was written with, a wish
	Space  string // its namespace
	Local  string
	Value  string
}

// Last as Element.Index names the last occurrence, whichever that is when the value is written.
const Last = -1

// Element is an element that the schema does not know, and the place where it stood: behind the occurrence Index of
// the field After.
//
// A place survives changes to the value as well as it can: an element that stood behind the whole of a list is kept
// there when items are appended or removed ([Last]); one between two items stays behind as many items as
// before, or behind the last of them; one behind a field that is now absent is written where that field would stand.
type Element struct {
	After string // Go name of a field; "" before all content that the schema knows
	Index int    // which occurrence of After, from 0; Last for the last one
	XML   string // the whole element, with the namespace declarations it needs
}

// Member is a JSON member that the schema does not know.
type Member struct {
	Name  string
	Value string // JSON text
}

// SetPresent says that a required field, which the document lacked, has been set, be it to zero: it is written from
// now on. It may be called on nil.
func (e *Extra) SetPresent(field string) {
	if e == nil {
		return
	}
	if i := slices.Index(e.Absent, field); i >= 0 {
		// A fresh slice: copies of the value share the old one.
		e.Absent = slices.Concat(e.Absent[:i], e.Absent[i+1:])
		if len(e.Absent) == 0 {
			e.Absent = nil
		}
	}
}

// IsAbsent tells whether the document lacked the required field of that Go name. It may be called on nil.
func (e *Extra) IsAbsent(field string) bool {
	return e != nil && slices.Contains(e.Absent, field)
}

// Empty tells whether nothing is kept. It may be called on nil.
func (e *Extra) Empty() bool {
	return e == nil ||
		len(e.Attrs) == 0 && len(e.Elements) == 0 && len(e.Absent) == 0 && len(e.Order) == 0 && len(e.Members) == 0
}

// Nillable is a value that may be written as xsi:nil="true" (in JSON as null), which is not the same as absent or empty.
type Nillable[T any] struct {
	Nil   bool
	Value T
}

// NilFlag returns a pointer to Nil, for codecs.
func (n *Nillable[T]) NilFlag() *bool { return &n.Nil }

// ValuePtr returns a pointer to Value, for codecs.
func (n *Nillable[T]) ValuePtr() any { return &n.Value }
