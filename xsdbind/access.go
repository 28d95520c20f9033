package xsdbind

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/vbem-go/vbem/xsdtype"
)

// FieldAt gives access to the field at index i of v's table; index len(Fields) is the Extra field.
//
//	scalar            pointer to the Go base type: *string for every string type, *bool, *int, *uint16, *float64, …;
//	                  a nil pointer of that type when an optional scalar is absent and alloc is false
//	complex type      Struct; nil (no type) when absent and alloc is false
//	list (FlagList)   List
//	nillable          Nillable; nil when absent and alloc is false
//	Extra             **xsdtype.Extra, or nil where the type has none
//
// With alloc, an absent optional value is allocated first. For a nil v, an index out of range and a Go type that does not
// fit its table the answer is nil.
func FieldAt(v Struct, i int, alloc bool) any {
	if isNil(v) {
		return nil
	}
	return field(v, i, alloc)
}

// List is a slice field.
type List interface {
	Len() int
	// At returns what FieldAt would for a single required value: Struct, Nillable or a pointer to the base type.
	At(i int) any
	// Append adds a zero value and returns it as At would.
	Append() any
	// Clear makes the slice empty but not nil.
	Clear()
	// IsNil tells an absent list from an empty one.
	IsNil() bool
}

// list is the List of a slice of any type.
type list struct {
	h  *sliceHeader // the slice, which is one of type pl.slice
	pl *place
}

// slice returns the slice as reflect sees it.
func (l *list) slice() reflect.Value { return reflect.NewAt(l.pl.slice, unsafe.Pointer(l.h)).Elem() }

func (l *list) Len() int { return l.h.len }

func (l *list) IsNil() bool { return l.h.data == nil }

func (l *list) Clear() { l.slice().Set(reflect.MakeSlice(l.pl.slice, 0, 0)) }

func (l *list) At(i int) any {
	if i < 0 || i >= l.h.len {
		return l.slice().Index(i).Interface() // panics as an index out of range does
	}
	return l.pl.one(unsafe.Add(l.h.data, uintptr(i)*l.pl.size))
}

func (l *list) Append() any {
	n := l.h.len
	switch {
	case l.h.cap == 0:
		// Small lists begin with room for a few items: growth from one by doubling would copy each of them twice.
		room := 4
		if l.pl.size > 128 {
			room = 2
		}
		l.slice().Set(reflect.MakeSlice(l.pl.slice, 1, room))
	case n < l.h.cap:
		s := l.slice()
		s.SetLen(n + 1)
		s.Index(n).SetZero() // what lies behind the slice may have been used
	default:
		s := l.slice()
		s.Grow(1)
		s.SetLen(n + 1)
	}
	return l.At(n)
}

// Nillable is implemented by pointers to [xsdtype.Nillable]: a value that can be nil and present at once.
type Nillable interface {
	NilFlag() *bool
	// ValuePtr returns a pointer to the value: a Struct, or a pointer to a scalar type. A string type may be a defined one.
	ValuePtr() any
}

var _ Nillable = (*xsdtype.Nillable[string])(nil)

// stringChunk is a number of optional strings that are allocated at once: one that is kept keeps so many alive.
type stringChunk struct {
	strings *[8]string
	used    int
}

var stringChunks = sync.Pool{New: func() any { return new(stringChunk) }}

// newString allocates a string among others.
func newString() *string {
	c := stringChunks.Get().(*stringChunk)
	if c.used == len(c.strings) || c.strings == nil {
		c.strings, c.used = new([8]string), 0
	}
	s := &c.strings[c.used]
	c.used++
	stringChunks.Put(c)
	return s
}
