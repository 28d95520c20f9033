package xmltext

import (
	"fmt"
	"io"
)

// Kind is the kind of a token. Zero means that there is no current token.
type Kind uint8

// The kinds of tokens.
const (
	StartElement Kind = iota + 1
	EndElement
	Text
	EndDocument
)

// String returns the kind's name.
func (k Kind) String() string {
	switch k {
	case StartElement:
		return "StartElement"
	case EndElement:
		return "EndElement"
	case Text:
		return "Text"
	case EndDocument:
		return "EndDocument"
	}
	return "no token"
}

// Attr is an attribute of a start tag. Its byte slices are valid until the next token is read.
type Attr struct {
	Space  string // namespace; attributes without prefix have none
	Local  []byte
	Prefix []byte
	Value  []byte // references resolved, white space normalised (XML 1.0, 3.3.3)
}

// Decoder reads a document token by token and checks that it is well-formed. See the package documentation for
// what it checks. The first error is final. A Decoder is not safe for concurrent use.
type Decoder struct {
	buf  []byte // the window, or the whole document
	pos  int    // next byte to scan
	hold int    // bytes from here on stay in the window; -1: from pos
	eof  bool   // nothing comes after buf

	fresh bool // Reset let go of all: unless somebody reads nothing, which is an error, nothing is to be forgotten

	kind   Kind
	empty  bool // the current start tag was an empty-element tag: its end follows
	root   bool // the root element's start tag was read
	begun  bool // the document's beginning (byte order mark, XML declaration) was read
	strict bool

	frames  []frame   // open elements; the last is the current start or end tag's
	binds   []binding // namespace declarations in scope
	attrs   []Attr
	text    []byte
	scratch []byte // text that does not stand in the document as it is
	values  []byte // attribute values that do not
	names   []byte // over a reader: names of the open elements, one after the other
	lim     limits
	err     error
	arena   stringArena

	// place
	start        int64 // offset of the current token
	base         int64 // offset of buf[0]
	counted      int64 // lines and lineStart are known up to here
	lines        int   // line feeds before counted
	lineStart    int64
	line, column int // of the current token when it begins before the window
	placed       bool

	known string // a namespace that bind need not copy

	r       io.Reader
	readErr error
	idle    int

	src     TokenSource
	tokens  tokenState
	capture captureState
	index   *spaceIndex // of binds, where they are many
	ids     []int       // of the attributes' namespaces, in the duplicate check
	sorted  []int       // scratch space of the duplicate check
	steps   int64       // how many bindings and attributes were looked at, which must grow no faster than the document

	own struct { // room for most documents, so that they need not allocate it
		frames [12]frame
		attrs  [8]Attr
		binds  [4]binding
	}
}

// frame is an open element.
type frame struct {
	name   []byte // as written, with the prefix
	prefix int    // length of the prefix with its colon
	mark   int    // number of bindings outside of the element
	inside int    // number of bindings inside
	space  string
	dflt   string // default namespace inside
}

// NewDecoder returns a decoder that reads from r. It holds a window of the document, not the whole. It may read more
// from r than the document's end. The options may be nil.
func NewDecoder(r io.Reader, o *Options) *Decoder {
	d := new(Decoder)
	d.ResetReader(r, o)
	return d
}

// NewBytesDecoder returns a decoder that reads a document in memory. It never changes b, and b must
// not change while the decoder is used. The options may be nil.
func NewBytesDecoder(b []byte, o *Options) *Decoder {
	d := new(Decoder)
	d.Reset(b, o)
	return d
}

// Reset makes d as [NewBytesDecoder] would, with the memory that it has: a decoder that is used again
// allocates nothing for a small document. Reset(nil, nil) lets go of the last document.
func (d *Decoder) Reset(b []byte, o *Options) {
	d.reset(o)
	d.arena.reset(len(b))
	d.buf, d.eof = b, true
	d.fresh = b == nil
	if int64(len(b)) > d.lim.size {
		d.failLimit(0, fmt.Sprintf("a document of more than %d bytes", d.lim.size))
	}
}

// ResetReader makes d as [NewDecoder] would, with the memory that it has.
func (d *Decoder) ResetReader(r io.Reader, o *Options) {
	d.reset(o)
	d.r = r
	d.arena.reset(0)
}

func (d *Decoder) reset(o *Options) {
	if !d.fresh || d.err != nil {
		d.forget()
	}
	d.fresh, d.eof = false, false
	d.strict = o != nil && o.Strict
	d.lim = o.limits()
}

// forget makes all but the options what it is at first.
func (d *Decoder) forget() {
	// Drop what refers to the last document, and memory that few documents need.
	d.frames = kept(d.frames, d.own.frames[:], func(f *frame) bool { return f.name == nil })
	d.attrs = kept(d.attrs, d.own.attrs[:], func(a *Attr) bool { return a.Local == nil })
	// Declarations stay for bind to use again: the next document mostly has the same.
	if n := cap(d.binds); n == 0 || n > keepItems {
		d.binds = d.own.binds[:]
	}
	d.buf, d.text, d.r, d.src, d.tokens = nil, nil, nil, nil, tokenState{}
	d.frames, d.attrs, d.binds = d.frames[:0], d.attrs[:0], d.binds[:0]
	d.scratch, d.values, d.names = small(d.scratch), small(d.values), small(d.names)
	d.capture.out, d.capture.added = small(d.capture.out), 0
	d.index, d.steps = nil, 0
	if cap(d.ids) > keepItems {
		d.ids, d.sorted = nil, nil
	}

	d.pos, d.hold = 0, -1
	d.kind, d.empty, d.root, d.begun = 0, false, false, false
	d.err, d.readErr, d.idle = nil, nil, 0
	d.start, d.base, d.counted, d.lines, d.lineStart, d.placed = 0, 0, 0, 0, 0, false
}

const (
	keepItems = 64      // Reset keeps memory for so many open elements, attributes, bindings
	keepBytes = 1 << 16 // and for so much text
)

// kept returns what of s a decoder starts the next document with, else own. Both refer to nothing then. They were used from
// the first item on, so what follows an unused one is unused.
func kept[T any](s, own []T, unused func(*T) bool) []T {
	forget(own, unused)
	if n := cap(s); n <= len(own) || n > keepItems {
		return own
	}
	forget(s[:cap(s)], unused)
	return s
}

func forget[T any](s []T, unused func(*T) bool) {
	n := 0
	for n < len(s) && !unused(&s[n]) {
		n++
	}
	if n > 0 {
		clear(s[:n])
	}
}

func small(b []byte) []byte {
	if cap(b) > keepBytes {
		return nil
	}
	return b[:0]
}

// Next reads the next token. After the root element's end it returns [EndDocument], as often as it is called.
func (d *Decoder) Next() (Kind, error) {
	if d.err != nil {
		return 0, d.err
	}
	switch d.kind {
	case StartElement:
		if d.empty {
			d.empty, d.kind = false, EndElement
			return EndElement, nil
		}
	case EndElement:
		d.pop()
	case EndDocument:
		return EndDocument, nil
	}
	d.placed = false
	if d.src != nil {
		return d.nextToken()
	}
	d.start = d.base + int64(d.pos)
	d.scratch = d.scratch[:0]
	if len(d.frames) == 0 {
		return d.nextOutside()
	}
	for {
		st := d.scanContent()
		if st == done {
			return d.kind, nil
		}
		if st == failed || !d.fill() {
			return 0, d.err
		}
	}
}

// NextTag reads the next token that is not [Text] of nothing but white space: a tag where only elements may stand.
func (d *Decoder) NextTag() (Kind, error) {
	// Most of the time white space lies between two tags of the root element's content.
	inside := d.kind == StartElement && !d.empty || d.kind == EndElement && len(d.frames) > 1
	if inside && d.src == nil && d.err == nil {
		buf, i := d.buf, d.pos
		for i < len(buf) && isSpaceByte(buf[i]) {
			i++
		}
		if i+1 < len(buf) && buf[i] == '<' && i-d.pos <= d.lim.token {
			if d.kind == EndElement {
				d.pop()
			}
			st := more
			switch buf[i+1] {
			case '!', '?':
				d.kind = Text // the token before this one has been left
			case '/':
				d.pos, d.start, d.placed, d.scratch = i, d.base+int64(i), false, d.scratch[:0]
				st = d.scanEndTag()
			default:
				d.pos, d.start, d.placed, d.scratch = i, d.base+int64(i), false, d.scratch[:0]
				st = d.scanStartTag()
			}
			switch st {
			case done:
				return d.kind, nil
			case failed:
				return 0, d.err
			}
			d.kind = Text
		}
	}
	for {
		k, err := d.Next()
		if err != nil || k != Text || !isSpaceOnly(d.text) {
			return k, err
		}
	}
}

// pop ends the scope of the current element.
func (d *Decoder) pop() {
	f := &d.frames[len(d.frames)-1]
	if len(d.binds) > f.mark {
		d.unbind(f.mark)
	}
	if d.r != nil {
		d.names = d.names[:len(d.names)-len(f.name)]
	}
	d.frames = d.frames[:len(d.frames)-1]
}

// Kind returns the current token's kind, 0 before the first token and after an error.
func (d *Decoder) Kind() Kind { return d.kind }

// Local returns the local name of the current start or end tag. The slice is valid until the next token is read.
func (d *Decoder) Local() []byte {
	if d.kind != StartElement && d.kind != EndElement {
		return nil
	}
	f := &d.frames[len(d.frames)-1]
	return f.name[f.prefix:len(f.name):len(f.name)]
}

// Space returns the namespace of the current start or end tag, "" if it is in none.
func (d *Decoder) Space() string {
	if d.kind != StartElement && d.kind != EndElement {
		return ""
	}
	return d.frames[len(d.frames)-1].space
}

// Element returns what Local, Space and Attrs return at a start tag.
func (d *Decoder) Element() (local []byte, space string, attrs []Attr) {
	if d.kind != StartElement {
		return nil, "", nil
	}
	f := &d.frames[len(d.frames)-1]
	return f.name[f.prefix:len(f.name):len(f.name)], f.space, d.attrs
}

// Prefix returns the namespace prefix of the current start or end tag as written.
// Over tokens of encoding/xml, which drop prefixes, it is a prefix that is bound to the namespace.
func (d *Decoder) Prefix() []byte {
	if d.kind != StartElement && d.kind != EndElement {
		return nil
	}
	f := &d.frames[len(d.frames)-1]
	if f.prefix > 0 {
		return f.name[: f.prefix-1 : f.prefix-1]
	}
	if d.src != nil && f.space != f.dflt {
		return d.prefixOf(f.space)
	}
	return nil
}

// Attrs returns the current start tag's attributes in document order, without namespace declarations.
// It is valid until the next token is read.
func (d *Decoder) Attrs() []Attr {
	if d.kind != StartElement {
		return nil
	}
	return d.attrs
}

// Text returns the characters of the current [Text] token. The slice is valid until the next token is read.
func (d *Decoder) Text() []byte {
	if d.kind != Text {
		return nil
	}
	return d.text
}

// IsSpace reports whether the current token is [Text] of nothing but white space.
func (d *Decoder) IsSpace() bool { return d.kind == Text && isSpaceOnly(d.text) }

// Depth returns how many elements are open, those whose start or end tag is the current token included:
// 1 at the root element's tags and at text in it.
func (d *Decoder) Depth() int { return len(d.frames) }

// Strict returns [Options].Strict.
func (d *Decoder) Strict() bool { return d.strict }

// Offset returns the number of bytes in front of the current token.
func (d *Decoder) Offset() int64 {
	if d.src != nil {
		_, _, off := d.tokenPlace()
		return off
	}
	return d.start
}

// Size returns the length of a document in memory, 0 for others.
func (d *Decoder) Size() int64 {
	if d.r != nil || d.src != nil {
		return 0
	}
	return int64(len(d.buf))
}

// Line returns the line that the current token begins in, from 1.
func (d *Decoder) Line() int { line, _ := d.Position(); return line }

// Column returns the byte in its line that the current token begins at, from 1.
func (d *Decoder) Column() int { _, column := d.Position(); return column }

// Position returns what Line and Column return.
func (d *Decoder) Position() (line, column int) {
	if d.src != nil {
		line, column, _ = d.tokenPlace()
		return line, column
	}
	d.fixPlace()
	return d.line, d.column
}

// String returns a copy of b. Short strings that come again and again, as names and constants do, are copied
// once. Copies of up to 1 KB are cut from chunks of [ArenaChunk] bytes: a kept string keeps
// no more than that alive.
func (d *Decoder) String(b []byte) string { return d.arena.intern(b) }

// ElementText reads the rest of an element that has no children, from its start tag to its end tag, which is then the
// current token, and returns its text. A child element is an error. The slice is valid until the next token is read.
func (d *Decoder) ElementText() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	if d.kind != StartElement {
		return nil, fmt.Errorf("xmltext: ElementText at %v, not at a start tag", d.kind)
	}
	if !d.empty && d.src == nil {
		// Most of the time the text stands in the window as it is, and the end tag behind it.
		buf, from := d.buf, d.pos
		i := skipText(buf, from)
		name := d.frames[len(d.frames)-1].name
		if end := i + 2 + len(name); end < len(buf) && buf[i] == '<' && buf[i+1] == '/' && buf[end] == '>' &&
			string(buf[i+2:end]) == string(name) && end-from < d.lim.token {
			d.pos, d.start, d.placed = end+1, d.base+int64(i), false
			d.kind = EndElement
			return buf[from:i:i], nil
		}
	}
	k, err := d.Next()
	if err != nil {
		return nil, err
	}
	var text []byte
	if k == Text {
		text = d.text
		inWindow := d.r != nil && len(d.scratch) == 0
		if inWindow {
			d.hold = d.pos - len(text) // text that stands in the window as it is ends where the scanner stands
		}
		k, err = d.Next()
		if inWindow {
			n := len(text)
			text = d.buf[d.hold : d.hold+n : d.hold+n]
			d.hold = -1
		}
		if err != nil {
			return nil, err
		}
	}
	if k != EndElement {
		parent := d.frames[len(d.frames)-2]
		d.failCurrent(fmt.Sprintf("the element <%.64s> in <%.64s>, which holds text only", d.frames[len(d.frames)-1].name, parent.name))
		return nil, d.err
	}
	return text, nil
}

// failCurrent makes an error at the current token's place final.
func (d *Decoder) failCurrent(msg string) {
	line, column := d.Position()
	d.err = &SyntaxError{Line: line, Column: column, Offset: d.Offset(), Msg: msg}
	d.kind = 0
}

// Skip reads from a start tag past everything in the element; its end tag is then the current token.
func (d *Decoder) Skip() error {
	if d.err != nil {
		return d.err
	}
	if d.kind != StartElement {
		return fmt.Errorf("xmltext: Skip at %v, not at a start tag", d.kind)
	}
	depth := len(d.frames)
	for {
		k, err := d.Next()
		if err != nil {
			return err
		}
		if k == EndElement && len(d.frames) == depth {
			return nil
		}
	}
}
