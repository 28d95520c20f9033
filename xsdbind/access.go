package xsdbind

import (
	"sync"
	"unsafe"

	"github.com/vbem-go/vbem/xsdtype"
)

// Structs is a [List] over a slice of generated structs: (*Structs[T, *T])(&v.Field).
type Structs[T any, P interface {
	*T
	Struct
}] []T

// Len returns the number of items.
func (s *Structs[T, P]) Len() int { return len(*s) }

// At returns item i as a [Struct].
func (s *Structs[T, P]) At(i int) any { return P(&(*s)[i]) }

// Append adds a zero item and returns it as a [Struct].
func (s *Structs[T, P]) Append() any {
	var zero T
	*s = appendTo(*s, zero)
	return P(&(*s)[len(*s)-1])
}

// Clear makes the slice empty but not nil.
func (s *Structs[T, P]) Clear() { *s = []T{} }

// IsNil tells an absent list from an empty one.
func (s *Structs[T, P]) IsNil() bool { return *s == nil }

// Strings is a [List] over a slice of any string type: (*Strings[T])(&v.Field). Items are *string.
type Strings[T ~string] []T

// Len returns the number of items.
func (s *Strings[T]) Len() int { return len(*s) }

// At returns a *string to item i.
func (s *Strings[T]) At(i int) any {
	// A type parameter's pointer cannot be converted otherwise; T's underlying type is string.
	return (*string)(unsafe.Pointer(&(*s)[i]))
}

// Append adds "" and returns a *string to it.
func (s *Strings[T]) Append() any {
	*s = appendTo(*s, "")
	return s.At(len(*s) - 1)
}

// Clear makes the slice empty but not nil.
func (s *Strings[T]) Clear() { *s = []T{} }

// IsNil tells an absent list from an empty one.
func (s *Strings[T]) IsNil() bool { return *s == nil }

// Scalars is a [List] over a slice of booleans, numbers or [xsdtype.Nillable] values: (*Scalars[T])(&v.Field).
type Scalars[T any] []T

// Len returns the number of items.
func (s *Scalars[T]) Len() int { return len(*s) }

// At returns a *T to item i.
func (s *Scalars[T]) At(i int) any { return &(*s)[i] }

// Append adds a zero item and returns a *T to it.
func (s *Scalars[T]) Append() any {
	var zero T
	*s = appendTo(*s, zero)
	return &(*s)[len(*s)-1]
}

// Clear makes the slice empty but not nil.
func (s *Scalars[T]) Clear() { *s = []T{} }

// IsNil tells an absent list from an empty one.
func (s *Scalars[T]) IsNil() bool { return *s == nil }

// appendTo starts small lists with room for a few items: growth from one item by doubling would copy each of them twice.
func appendTo[T any](s []T, x T) []T {
	if cap(s) == 0 {
		n := 4
		if unsafe.Sizeof(x) > 128 {
			n = 2
		}
		s = make([]T, 0, n)
	}
	return append(s, x)
}

// Complex gives XSDField's answer for an optional field of complex or nillable type: nil while it is absent and alloc is
// false, else the *T, allocated where need be.
func Complex[T any](p **T, alloc bool) any {
	if *p == nil {
		if !alloc {
			return nil
		}
		*p = new(T)
	}
	return *p
}

// Scalar gives the pointer for XSDField's answer for an optional scalar field: nil while it is absent and alloc is false.
func Scalar[T any](p **T, alloc bool) *T {
	if *p == nil && alloc {
		if s, ok := any(p).(**string); ok {
			*s = newString()
		} else {
			*p = new(T)
		}
	}
	return *p
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
