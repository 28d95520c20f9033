package xmltext

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const (
	// ArenaChunk is the size of the pieces of memory that [Decoder.String] cuts strings from: keeping one small
	// string keeps at most this many bytes alive, whatever the size of the document.
	ArenaChunk = 4096
	// longer strings are allocated on their own, so that a chunk's tail is not wasted
	arenaMax = ArenaChunk / 4
	// longer strings are not looked up among the repeated ones
	internMax  = 40
	internBits = 7
)

// stringArena hands out copies of byte slices.
type stringArena struct {
	chunk []byte // never written again below its length: the strings lie there
	first int    // size of the first chunk
	once  bool   // a small document: what comes again in it is not worth a look
	used  [(1 << internBits) / 64]uint64
	table [1 << internBits]string
}

// reset begins a new document, of size bytes if it is in memory, else 0.
func (a *stringArena) reset(size int) {
	a.once = size > 0 && size <= ArenaChunk
	first := size
	if size == 0 {
		first = 1 << 10
	}
	a.chunk = nil
	a.first = min(max(first, 64), ArenaChunk)
	for k := range a.used {
		for u := a.used[k]; u != 0; u &= u - 1 {
			a.table[k<<6+bits.TrailingZeros64(u)] = ""
		}
		a.used[k] = 0
	}
}

// intern returns a copy of b, the same copy for short strings that come again and again.
func (a *stringArena) intern(b []byte) string {
	n := len(b)
	if n > internMax || a.once && n > 0 {
		return a.copy(b)
	}
	var h uint64
	switch {
	case n >= 8:
		h = binary.LittleEndian.Uint64(b)*0x9E3779B97F4A7C15 ^ binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		h = uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		h = uint64(b[0])<<16 | uint64(b[n/2])<<8 | uint64(b[n-1])
	default:
		return ""
	}
	h = (h + uint64(n)) * 0xD6E8FEB86659FD93 >> (64 - internBits)
	e := &a.table[h]
	if *e == string(b) {
		return *e
	}
	*e = a.copy(b)
	a.used[h>>6] |= 1 << (h & 63)
	return *e
}

// copy cuts a copy of b, which is not empty, from the current chunk.
func (a *stringArena) copy(b []byte) string {
	at := len(a.chunk)
	if cap(a.chunk)-at < len(b) {
		if len(b) > arenaMax {
			return string(b)
		}
		a.chunk = make([]byte, 0, max(a.first, len(b)))
		a.first, at = ArenaChunk, 0
	}
	a.chunk = append(a.chunk, b...)
	// The bytes from at on were free, belong to this string from now on, and are never written again: a.chunk only grows.
	return unsafe.String(&a.chunk[at], len(b))
}
