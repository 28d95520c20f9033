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
	room   int  // what an attribute takes besides its value, and two more bytes
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
		bit: nameBit(local), room: max(4+len(local), 16) + 1 + 2, noAttr: local == "xmlns",
	}
	copy(w.attr16[:], w.attr)
	copy(w.open16[:], w.open)
	return w
}

// Start is StartElement with a word.
func (e *Encoder) Start(space string, w *Word) {
	n := len(e.stack)
	if n == 0 || space != e.stack[n-1].dflt || e.err != nil || space == SpaceXML {
		e.start(space, w.local, w)
		return
	}
	at := len(e.buf)
	b := e.room(1 + max(len(w.open), 16))
	if e.open {
		b[at] = '>'
		at++
	}
	e.buf = e.buf[:at+w.putOpen(b[at:])]
	e.enter(space, w, nil)
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

// WordValue is an attribute of no namespace and its value.
type WordValue struct {
	Word  *Word
	Value string
}

// Tag writes a start tag with attributes, as Start and Attr do, or if the element is empty all of it.
func (e *Encoder) Tag(space string, w *Word, attrs []WordValue, empty bool) {
	n := len(e.stack)
	if n == 0 || space != e.stack[n-1].dflt || e.err != nil || space == SpaceXML {
		e.start(space, w.local, w)
		e.wordAttrs(attrs, empty)
		return
	}
	at := len(e.buf)
	e.room(1 + max(len(w.open), 16) + 2)
	b := e.buf[:cap(e.buf)]
	if e.open {
		b[at] = '>'
		at++
	}
	at += w.putOpen(b[at:])
	var seen uint64
	for i := range attrs {
		a := &attrs[i]
		if len(b)-at < a.Word.room+len(a.Value) {
			e.buf = b[:at]
			e.Grow(a.Word.room + len(a.Value))
			b = e.buf[:cap(e.buf)]
		}
		if len(a.Word.attr) <= 16 {
			copy(b[at:at+16], a.Word.attr16[:])
		} else {
			copy(b[at:], a.Word.attr)
		}
		from := at + len(a.Word.attr)
		end := from + len(a.Value)
		if seen&a.Word.bit != 0 || a.Word.noAttr || !copyPlain(b[from:end], a.Value) {
			// It is escaped, refused or compared with the others.
			e.buf = b[:at]
			e.enter(space, w, attrs[:i])
			e.wordAttrs(attrs[i:], empty)
			return
		}
		seen |= a.Word.bit
		b[end] = '"'
		at = end + 1
	}
	if empty {
		b[at], b[at+1] = '/', '>'
		e.buf = e.buf[:at+2]
		e.open = false
		return
	}
	e.buf = e.buf[:at]
	e.enter(space, w, attrs)
}

// enter opens an element of the default namespace with the attributes, which are written.
func (e *Encoder) enter(space string, w *Word, attrs []WordValue) {
	e.open = true
	e.attrs, e.words, e.seen = e.attrs[:0], e.words[:0], 0
	at := len(e.buf)
	for i := len(attrs) - 1; i >= 0; i-- {
		a := &attrs[i]
		at -= len(a.Word.attr) + len(a.Value) + 1
		e.words = append(e.words, at+1)
		e.seen |= a.Word.bit
	}
	e.push(space, w)
}

func (e *Encoder) wordAttrs(attrs []WordValue, empty bool) {
	for i := range attrs {
		e.Attr("", attrs[i].Word.local, attrs[i].Value)
	}
	if empty {
		e.EndElement()
	}
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
		return copyShort(b, s)
	}
	// The bytes of s, of which none is written through this slice.
	from := unsafe.Slice(unsafe.StringData(s), n)
	b = b[:n]
	var odd uint64
	i := 0
	for ; i < n-16; i += 16 {
		x, y := binary.LittleEndian.Uint64(from[i:i+8:n]), binary.LittleEndian.Uint64(from[i+8:i+16:n])
		odd |= oddBits(x) | oddBits(y)
		binary.LittleEndian.PutUint64(b[i:i+8:n], x)
		binary.LittleEndian.PutUint64(b[i+8:i+16:n], y)
	}
	// The last 16 bytes or fewer, some of them twice.
	i = max(n-16, 0)
	x, y := binary.LittleEndian.Uint64(from[i:]), binary.LittleEndian.Uint64(from[n-8:])
	binary.LittleEndian.PutUint64(b[i:], x)
	binary.LittleEndian.PutUint64(b[n-8:], y)
	return (odd|oddBits(x)|oddBits(y))&highs == 0
}

// copyShort is copyPlain for fewer than 8 bytes.
func copyShort(b []byte, s string) bool {
	n := len(s)
	if n >= 4 {
		from := unsafe.Slice(unsafe.StringData(s), n) // as above
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
