package xmltext

import (
	"encoding/binary"
	"strings"
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
	chunk strings.Builder
	first int  // size of the first chunk
	used  bool // the table holds something
	table [1 << internBits]string
}

func (a *stringArena) reset(first int) {
	a.chunk = strings.Builder{}
	a.first = min(max(first, 64), ArenaChunk)
	if a.used {
		clear(a.table[:])
		a.used = false
	}
}

// intern returns a copy of b, the same copy for short strings that come again and again.
func (a *stringArena) intern(b []byte) string {
	n := len(b)
	if n > internMax {
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
	h = (h + uint64(n)) * 0xD6E8FEB86659FD93
	e := &a.table[h>>(64-internBits)]
	if *e == string(b) {
		return *e
	}
	*e, a.used = a.copy(b), true
	return *e
}

// copy cuts a copy of b from the current chunk.
func (a *stringArena) copy(b []byte) string {
	if len(b) > arenaMax {
		return string(b)
	}
	at := a.chunk.Len()
	if a.chunk.Cap()-at < len(b) {
		a.chunk = strings.Builder{}
		a.chunk.Grow(max(a.first, len(b)))
		a.first, at = ArenaChunk, 0
	}
	a.chunk.Write(b)
	return a.chunk.String()[at:]
}
