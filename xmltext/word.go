package xmltext

import (
	"encoding/binary"
	"strings"
	"unsafe"
)

// Word is the name of elements and attributes that are written again and again: it was checked once, and its tags are ready
// to be copied. It holds no namespace: an attribute has none, an element is given its own.
type Word struct {
	local  string
	open   string // <local
	close  string // </local>
	attr   string // the space, local and =" in front of a value
	bit    uint64
	noAttr bool // xmlns

	// attr and open once more, where they are short, for copies of a length that the compiler knows.
	attr16, open16 [16]byte
}

// NewWord returns the word for a local name, nil if it is none.
func NewWord(local string) *Word {
	if !isNCName(local) {
		return nil
	}
	w := &Word{
		local: local, open: "<" + local, close: "</" + local + ">", attr: " " + local + `="`,
		bit: nameBit(local), noAttr: local == "xmlns",
	}
	copy(w.attr16[:], w.attr)
	copy(w.open16[:], w.open)
	return w
}

// Start is StartElement with a word.
func (e *Encoder) Start(space string, w *Word) {
	n := len(e.stack)
	if n == 0 || space != e.stack[n-1].dflt || e.err != nil || space == SpaceXML {
		e.StartElement(space, w.local)
		return
	}
	at := len(e.buf)
	b := e.room(1 + max(len(w.open), 16))
	if e.open {
		b[at] = '>'
		at++
	}
	e.buf = e.buf[:at+w.putOpen(b[at:])]
	e.open = true
	e.attrs, e.words, e.seen = e.attrs[:0], e.words[:0], 0
	e.push(space, w)
}

// push opens an element of the default namespace.
func (e *Encoder) push(space string, w *Word) {
	n := len(e.stack)
	if n == cap(e.stack) {
		e.stack = append(e.stack, encFrame{})
	}
	e.stack = e.stack[:n+1]
	f := &e.stack[n]
	f.mark = len(e.binds)
	// Often the element that was open here last was of the same name.
	if f.word != w || f.space != space || f.dflt != space {
		f.local, f.space, f.dflt, f.word = w.local, space, space, w
	}
}

// putOpen writes <local to the front of b, which has room for it and for 16 bytes.
func (w *Word) putOpen(b []byte) int {
	if len(w.open) <= 16 {
		copy(b[:16], w.open16[:])
		return len(w.open)
	}
	return copy(b, w.open)
}

// WordAttr is Attr with a word, of no namespace.
func (e *Encoder) WordAttr(w *Word, value string) {
	if !e.open || e.err != nil || e.seen&w.bit != 0 || w.noAttr {
		e.Attr("", w.local, value)
		return
	}
	e.seen |= w.bit
	n := len(e.buf)
	e.words = append(e.words, n+1)
	b := e.room(max(len(w.attr), 16) + len(value) + 1)
	at := n
	if len(w.attr) <= 16 {
		copy(b[n:n+16], w.attr16[:])
		at += len(w.attr)
	} else {
		at += copy(b[n:], w.attr)
	}
	if !copyPlain(b[at:], value) {
		e.buf = e.buf[:at]
		encodeValue(e, w.local, value)
		return
	}
	at += len(value)
	b[at] = '"'
	e.buf = e.buf[:at+1]
}

// WordElement writes an element that holds text only: Start, Text and EndElement.
func (e *Encoder) WordElement(space string, w *Word, text string) {
	n := len(e.stack)
	if n == 0 || space != e.stack[n-1].dflt || e.err != nil || space == SpaceXML || text == "" {
		e.Start(space, w)
		e.Text(text)
		e.EndElement()
		return
	}
	at := len(e.buf)
	b := e.room(1 + max(len(w.open), 16) + 1 + len(text) + len(w.close))
	if e.open {
		b[at] = '>'
		at++
		e.open = false
	}
	at += w.putOpen(b[at:])
	b[at] = '>'
	at++
	if !copyPlain(b[at:], text) {
		e.buf = e.buf[:at]
		e.push(space, w)
		encodeText(e, text)
		e.EndElement()
		return
	}
	at += len(text)
	at += copy(b[at:], w.close)
	e.buf = e.buf[:at]
}

// room returns the buffer with n more bytes to write to. Its users then say e.buf = e.buf[:n], which is cheaper than e.buf = b[:n]
// while the garbage collector runs.
func (e *Encoder) room(n int) []byte {
	have := len(e.buf)
	if cap(e.buf)-have < n {
		e.Grow(n)
	}
	return e.buf[:have+n]
}

// Grow makes room for n more bytes, as a hint of what is to come. Memory at least doubles when it is too small.
func (e *Encoder) Grow(n int) {
	have := len(e.buf)
	if cap(e.buf)-have >= n {
		return
	}
	n = max(n, have, min(3*have, 1<<15), 4096-have)
	// A Builder's memory is not cleared. It holds a byte, so String has its address; nobody writes to the Builder or keeps
	// the string, so all of its capacity is the encoder's alone. What lies behind what is written is never read.
	var s strings.Builder
	s.Grow(have + n)
	s.WriteByte('<')
	b := unsafe.Slice(unsafe.StringData(s.String()), s.Cap())
	e.buf = b[:copy(b, e.buf)]
}

// Room returns how many bytes can be written before memory must grow, and how many are written.
func (e *Encoder) Room() (free, written int) { return cap(e.buf) - len(e.buf), len(e.buf) }

// copyPlain copies s to the front of b, which is long enough, if s is plain (see plain). Else what b holds there is not said.
func copyPlain(b []byte, s string) bool {
	n := len(s)
	if n < 8 {
		if n >= 4 {
			from := unsafe.Slice(unsafe.StringData(s), n) // as below
			x, y := binary.LittleEndian.Uint32(from), binary.LittleEndian.Uint32(from[n-4:])
			binary.LittleEndian.PutUint32(b, x)
			binary.LittleEndian.PutUint32(b[n-4:], y)
			return notPlain(uint64(x)|uint64(y)<<32) == 0
		}
		for i := range n {
			if class[s[i]]&clsPlain == 0 {
				return false
			}
			b[i] = s[i]
		}
		return true
	}
	// The bytes of s, of which none is written through this slice.
	from := unsafe.Slice(unsafe.StringData(s), n)
	b = b[:n]
	i := 0
	for ; i <= n-16; i += 16 {
		x, y := binary.LittleEndian.Uint64(from[i:i+8:n]), binary.LittleEndian.Uint64(from[i+8:i+16:n])
		if (notPlain(x) | notPlain(y)) != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(b[i:i+8:n], x)
		binary.LittleEndian.PutUint64(b[i+8:i+16:n], y)
	}
	if i <= n-8 {
		x := binary.LittleEndian.Uint64(from[i : i+8])
		if notPlain(x) != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(b[i:i+8], x)
	}
	x := binary.LittleEndian.Uint64(from[n-8:])
	binary.LittleEndian.PutUint64(b[n-8:], x)
	return notPlain(x) == 0
}
