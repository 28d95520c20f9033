package xsdbind

import (
	"math/bits"
	"reflect"
	"unsafe"
)

// pool allocates what one document needs of a type in few pieces. A value that is kept keeps its neighbours in the same
// piece alive: at most pieceItems structs or pieceBytes, and what they refer to.
type pool struct {
	pieces  [16]piece // by layout.slot
	used    uint16    // one bit for each
	strings []string  // free
}

// piece is memory for structs of one type.
type piece struct {
	l    *layout
	data unsafe.Pointer // of the first free struct, nil when none is free
	free int
	made int // pieces made so far
	last int // the length of the last list
}

const (
	pieceItems = 16
	pieceBytes = 4096
	pieceMin   = 4
	// the optional strings that are allocated at once
	pieceStrings = 8
)

// rest lets go of the memory.
func (a *pool) rest() {
	for ; a.used != 0; a.used &= a.used - 1 {
		a.pieces[bits.TrailingZeros16(a.used)] = piece{}
	}
}

// piece returns the piece for a type.
func (a *pool) piece(l *layout) *piece {
	slot := l.slot % uint32(len(a.pieces))
	p := &a.pieces[slot]
	if p.l != l {
		*p = piece{l: l}
		a.used |= 1 << slot
	}
	return p
}

// refill makes the next piece: small documents get small ones. Structs of which few would fit get none.
func (p *piece) refill() {
	step, most := len(p.l.arrays)-1, uintptr(pieceBytes)
	if p.made == 0 {
		step, most = 1, pieceBytes/8
	}
	for step > 0 && pieceMin<<step*p.l.size > most {
		step--
	}
	p.made++
	p.data, p.free = reflect.New(p.l.array(step)).UnsafePointer(), pieceMin<<step
}

// array returns the type of an array of 4, 8 or 16 structs.
func (l *layout) array(step int) reflect.Type {
	if t := l.arrays[step].Load(); t != nil {
		return *t
	}
	t := reflect.ArrayOf(pieceMin<<step, l.typ)
	l.arrays[step].Store(&t)
	return t
}

// newStruct allocates a zero struct.
func (a *pool) newStruct(l *layout) unsafe.Pointer {
	p := a.piece(l)
	if p.free == 0 {
		if p.made == 0 || l.size > pieceBytes/pieceMin {
			p.made++
			return reflect.New(l.typ).UnsafePointer()
		}
		p.refill()
	}
	s := p.data
	p.cut(1)
	return s
}

// cut takes n of the free structs away, the first.
func (p *piece) cut(n int) {
	if p.free -= n; p.free == 0 {
		p.data = nil // and not behind the piece
		return
	}
	p.data = unsafe.Add(p.data, uintptr(n)*p.l.size)
}

// newString allocates an optional string.
func (a *pool) newString() *string {
	if len(a.strings) == 0 {
		a.strings = make([]string, pieceStrings)
	}
	s := &a.strings[0]
	a.strings = a.strings[1:]
	return s
}

// grow makes room for more structs behind those of a full slice. A new slice gets all that is free of a piece: what
// it does not need goes back when it is complete.
func (r *reader) grow(h *sliceHeader, l *layout) lentSlice {
	p := r.piece(l)
	if h.cap == 0 {
		if p.free == 0 || p.free < p.last {
			p.refill()
		}
		*h = sliceHeader{data: p.data, cap: p.free}
		p.data, p.free = nil, 0
		return lentSlice{h, l}
	}
	n := 2 * h.cap
	if size := r.d.Size(); size > 0 && h.len >= pieceItems && r.d.Depth() == 2 {
		// In the root element: as many as there would be if all were like those.
		expected := float64(h.len) * float64(size) / float64(max(r.d.Offset(), 1)) * 1.02
		n = h.cap + int(max(float64(h.cap/4), min(expected-float64(h.cap), float64(7*h.cap))))
	}
	slice := reflect.SliceOf(l.typ)
	s := reflect.MakeSlice(slice, n, n)
	// The slice at h is one of l.typ: its place is confirmed.
	reflect.Copy(s, reflect.NewAt(slice, unsafe.Pointer(h)).Elem())
	*h = sliceHeader{data: s.UnsafePointer(), len: h.len, cap: n}
	return lentSlice{}
}

// lentSlice is a slice that has all that was free of a piece.
type lentSlice struct {
	h *sliceHeader
	l *layout
}

// giveBack takes from the slice, which is complete, what it does not need.
func (s *lentSlice) giveBack(r *reader) {
	h := s.h
	if h == nil {
		return
	}
	s.h = nil
	p := r.piece(s.l)
	p.last = h.len
	free := h.cap - h.len
	h.cap = h.len
	if p.free < free {
		// What is free behind it lies in its memory and belongs to nobody else: grow took all of it.
		p.data, p.free = unsafe.Add(h.data, uintptr(h.len)*s.l.size), free
	}
}
