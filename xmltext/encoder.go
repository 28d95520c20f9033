package xmltext

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// EncodeOptions configures an [Encoder].
type EncodeOptions struct {
	// Indent, if not empty, puts each element on a line of its own, indented by this for each level, in elements that hold
	// elements only. Text stays as it is: in an element with text nothing is indented. It must be spaces and tabs.
	Indent string
	// Declaration puts an XML declaration in front.
	Declaration bool
}

// Encoder writes a document into memory. Its methods keep to what is well-formed: a call that
// would break it (a bad name, a forbidden character, an attribute after content, …) is the error that Err and Finish return,
// and nothing is written after it. An Encoder is not safe for concurrent use.
type Encoder struct {
	buf   []byte
	open  bool // the last start tag lacks its >
	done  bool // the root element is closed
	stack []encFrame
	binds []encBinding
	attrs []Name // of the open start tag, but for those that Tag wrote
	words []int  // where those names stand in buf: no pointers, which are dear while the garbage collector runs
	seen  uint64 // nameBit of each of both
	err   error
	space string // the last that was declared as the default namespace and is plain
	opt   EncodeOptions
	raw   *Decoder // checks what Raw gets

	own struct { // room for most documents, so that they need not allocate it
		stack [8]encFrame
		words [16]int
	}
}

// encFrame is an open element.
type encFrame struct {
	local string
	space string
	dflt  string // default namespace inside
	mark  int    // bindings outside
	word  *Word  // what local came from, or nil
}

type encBinding struct{ prefix, space string }

// NewEncoder returns an encoder. The options may be nil.
func NewEncoder(o *EncodeOptions) *Encoder {
	e := new(Encoder)
	if o != nil {
		e.opt = *o
	}
	e.Reset()
	return e
}

// Reset makes e as new, with its options and the memory that it has. Bytes and what Finish returned are overwritten.
func (e *Encoder) Reset() {
	e.buf = e.buf[:0]
	e.open, e.done, e.err = false, false, nil
	if e.stack == nil {
		e.stack, e.words = e.own.stack[:], e.own.words[:]
	}
	forget(e.stack[:cap(e.stack)], func(f *encFrame) bool { return f.local == "" })
	forget(e.binds[:cap(e.binds)], func(b *encBinding) bool { return b.prefix == "" })
	forget(e.attrs[:cap(e.attrs)], func(a *Name) bool { return a.Local == "" })
	e.stack, e.binds, e.attrs = e.stack[:0], e.binds[:0], e.attrs[:0]
	for _, c := range e.opt.Indent {
		if c != ' ' && c != '\t' {
			e.fail("the indentation %q is not of spaces and tabs", e.opt.Indent)
			return
		}
	}
	if e.opt.Declaration {
		e.buf = append(e.buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"...)
	}
}

// ResetBuffer is Reset with memory for the next document: b's, of which nothing is kept. What was written before stays as it is.
func (e *Encoder) ResetBuffer(b []byte) {
	e.buf = b[:0]
	e.Reset()
}

// Bytes returns what is written so far, without indentation; the last start tag may still lack its end. The slice is valid until
// the next call that writes.
func (e *Encoder) Bytes() []byte { return e.buf }

// Err returns the first error.
func (e *Encoder) Err() error { return e.err }

// Finish returns the document. It is an error when an element is still open or none was written.
// The slice is valid until the next Reset.
func (e *Encoder) Finish() ([]byte, error) {
	if e.err == nil {
		switch {
		case len(e.stack) > 0:
			e.fail("<%.64s> is not closed", e.stack[len(e.stack)-1].local)
		case !e.done:
			e.fail("there is no root element")
		}
	}
	if e.err != nil {
		return nil, e.err
	}
	if e.opt.Indent != "" {
		return indent(e.buf, e.opt.Indent)
	}
	return e.buf, nil
}

func (e *Encoder) fail(format string, args ...any) {
	if e.err != nil {
		return
	}
	msg := fmt.Sprintf(format, args...)
	if n := len(e.stack); n > 0 {
		msg = fmt.Sprintf("in <%.64s>: %s", e.stack[n-1].local, msg)
	}
	e.err = errors.New("xmltext: " + msg)
}

// Fail makes err the encoder's error, unless it has one.
func (e *Encoder) Fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// begin prepares for a child element.
func (e *Encoder) begin() bool {
	if e.err != nil {
		return false
	}
	if e.open {
		e.buf = append(e.buf, '>')
		e.open = false
	} else if e.done {
		e.fail("a second root element")
		return false
	}
	return true
}

// StartElement writes a start tag. The namespace is declared as the default namespace where it is not already.
func (e *Encoder) StartElement(space, local string) { e.start(space, local, nil) }

// start writes a start tag with a name that may be a word's.
func (e *Encoder) start(space, local string, w *Word) {
	if !e.begin() {
		return
	}
	if w == nil && !isNCName(local) {
		e.fail("%.64q is no element name", local)
		return
	}
	dflt := ""
	if n := len(e.stack); n > 0 {
		dflt = e.stack[n-1].dflt
	}
	e.attrs, e.words, e.seen = e.attrs[:0], e.words[:0], 0
	e.buf = append(e.buf, '<')
	if space == SpaceXML {
		e.buf, w = append(e.buf, "xml:"...), nil
	}
	e.buf = append(e.buf, local...)
	if space != dflt && space != SpaceXML {
		if space != e.space || space == "" {
			if msg := badSpace(space); msg != "" {
				e.fail("%s", msg)
				return
			}
			if plain([]byte(space)) {
				e.space = space
			}
		}
		e.buf = append(e.buf, ` xmlns="`...)
		if space == e.space {
			e.buf = append(e.buf, space...)
		} else {
			e.buf = appendValue(e.buf, space)
		}
		e.buf = append(e.buf, '"')
		dflt = space
	}
	e.stack = append(e.stack, encFrame{local: local, space: space, dflt: dflt, mark: len(e.binds), word: w})
	e.open = true
}

func badSpace(space string) string {
	if space == SpaceXMLNS {
		return "no element or attribute may be in the namespace " + SpaceXMLNS
	}
	return badChars(space)
}

// EndElement writes the end tag of the innermost open element: <a/> when nothing was written in it.
func (e *Encoder) EndElement() {
	if e.err != nil {
		return
	}
	n := len(e.stack) - 1
	if n < 0 {
		e.fail("an end tag without a start tag")
		return
	}
	f := &e.stack[n]
	switch at := len(e.buf); {
	case e.open:
		b := e.room(2)
		b[at], b[at+1] = '/', '>'
		e.buf = e.buf[:at+2]
		e.open = false
	case f.word != nil:
		copy(e.room(len(f.word.close))[at:], f.word.close)
		e.buf = e.buf[:at+len(f.word.close)]
	default:
		e.buf = append(e.buf, '<', '/')
		if f.space == SpaceXML {
			e.buf = append(e.buf, "xml:"...)
		}
		e.buf = append(e.buf, f.local...)
		e.buf = append(e.buf, '>')
	}
	e.binds = e.binds[:f.mark]
	e.stack = e.stack[:n]
	e.done = n == 0
}

// bound returns the namespace of a prefix in scope.
func (e *Encoder) bound(prefix string) (string, bool) {
	for i := len(e.binds) - 1; i >= 0; i-- {
		if e.binds[i].prefix == prefix {
			return e.binds[i].space, true
		}
	}
	return "", false
}

// prefix returns a prefix for the namespace of an attribute and declares one if there is none.
func (e *Encoder) prefix(space string) string {
	if space == SpaceXML {
		return "xml"
	}
	for i := len(e.binds) - 1; i >= 0; i-- {
		b := &e.binds[i]
		if b.space == space {
			if s, _ := e.bound(b.prefix); s == space {
				return b.prefix
			}
		}
	}
	prefix := "xsi"
	if _, taken := e.bound(prefix); taken || space != SpaceXSI {
		for n := 1; ; n++ {
			prefix = "ns" + strconv.Itoa(n)
			if _, taken := e.bound(prefix); !taken {
				break
			}
		}
	}
	e.Declare(prefix, space)
	return prefix
}

// Declare declares a prefix on the start tag just written, for attributes and for QNames in text and values. Declaring
// what the start tag already declares is no error.
func (e *Encoder) Declare(prefix, space string) {
	if !e.inTag("a declaration") {
		return
	}
	f := &e.stack[len(e.stack)-1]
	for _, b := range e.binds[f.mark:] {
		if b.prefix == prefix {
			if b.space != space {
				e.fail("the prefix %.64q is declared twice", prefix)
			}
			return
		}
	}
	switch {
	case !isNCName(prefix):
		e.fail("%.64q is no prefix", prefix)
	case prefix == "xml" || prefix == "xmlns" || space == SpaceXML:
		e.fail("the prefix %q cannot be bound to %q", prefix, space)
	case space == "":
		e.fail("the prefix %.64q is bound to no namespace", prefix)
	default:
		if msg := badSpace(space); msg != "" {
			e.fail("%s", msg)
			return
		}
		e.binds = append(e.binds, encBinding{prefix, space})
		e.buf = append(append(append(e.buf, " xmlns:"...), prefix...), '=', '"')
		e.buf = append(appendValue(e.buf, space), '"')
	}
}

// inTag reports whether a start tag is open for attributes.
func (e *Encoder) inTag(what string) bool {
	if e.err == nil && !e.open {
		e.fail("%s that does not follow a start tag", what)
	}
	return e.err == nil
}

// attr writes an attribute up to its opening quote.
func (e *Encoder) attr(space, local string) bool {
	if !e.inTag("an attribute") {
		return false
	}
	if !isNCName(local) || local == "xmlns" && space == "" {
		e.fail("%.64q is no attribute name", local)
		return false
	}
	bit := nameBit(local)
	if e.seen&bit != 0 && e.has(space, local) {
		e.fail("the attribute %.64s occurs twice", local)
		return false
	}
	e.seen |= bit
	e.attrs = append(e.attrs, Name{space, local})
	if space == "" {
		e.buf = append(e.buf, ' ')
	} else {
		prefix := e.prefix(space)
		if e.err != nil {
			return false
		}
		e.buf = append(append(append(e.buf, ' '), prefix...), ':')
	}
	e.buf = append(append(e.buf, local...), '=', '"')
	return true
}

// has reports whether the open start tag has the attribute.
func (e *Encoder) has(space, local string) bool {
	for i := range e.attrs {
		if a := &e.attrs[i]; a.Local == local && a.Space == space {
			return true
		}
	}
	for _, at := range e.words {
		if b := e.buf[at:]; space == "" && len(b) > len(local) && string(b[:len(local)]) == local && b[len(local)] == '=' {
			return true
		}
	}
	return false
}

// Attr writes an attribute of the start tag just written. A namespace gets a prefix: one that is declared for it, or xsi,
// or ns1, ns2, …, declared here.
func (e *Encoder) Attr(space, local, value string) {
	if e.attr(space, local) {
		encodeValue(e, local, value)
	}
}

// AttrBytes is Attr with the value as bytes.
func (e *Encoder) AttrBytes(space, local string, value []byte) {
	if e.attr(space, local) {
		encodeValue(e, local, value)
	}
}

// AttrInt writes an attribute with a number.
func (e *Encoder) AttrInt(space, local string, v int64) {
	if e.attr(space, local) {
		e.buf = append(strconv.AppendInt(e.buf, v, 10), '"')
	}
}

// AttrUint writes an attribute with a number.
func (e *Encoder) AttrUint(space, local string, v uint64) {
	if e.attr(space, local) {
		e.buf = append(strconv.AppendUint(e.buf, v, 10), '"')
	}
}

// AttrBool writes an attribute with true or false.
func (e *Encoder) AttrBool(space, local string, v bool) {
	if e.attr(space, local) {
		e.buf = append(strconv.AppendBool(e.buf, v), '"')
	}
}

// AttrFloat writes an attribute with a number in the form of [Encoder.Float].
func (e *Encoder) AttrFloat(space, local string, v float64, bits int) {
	if e.attr(space, local) {
		e.buf = append(appendFloat(e.buf, v, bits), '"')
	}
}

func encodeValue[T []byte | string](e *Encoder, local string, s T) {
	// What is written is checked where it stands; what must be escaped is written again.
	n := len(e.buf)
	e.buf = append(e.buf, s...)
	if !plain(e.buf[n:]) {
		e.buf = e.buf[:n]
		if msg := badChars(s); msg != "" {
			e.fail("attribute %.64s: %s", local, msg)
			return
		}
		e.buf = appendValue(e.buf, s)
	}
	e.buf = append(e.buf, '"')
}

// inside prepares for text.
func (e *Encoder) inside() bool {
	if e.err != nil {
		return false
	}
	if e.open {
		e.buf = append(e.buf, '>')
		e.open = false
	} else if len(e.stack) == 0 {
		e.fail("text outside of the root element")
		return false
	}
	return true
}

// Text writes text. Empty text writes nothing.
func (e *Encoder) Text(s string) { encodeText(e, s) }

// TextBytes is Text with bytes.
func (e *Encoder) TextBytes(b []byte) { encodeText(e, b) }

func encodeText[T []byte | string](e *Encoder, s T) {
	if len(s) == 0 || !e.inside() {
		return
	}
	n := len(e.buf)
	e.buf = append(e.buf, s...)
	if !plain(e.buf[n:]) {
		e.buf = e.buf[:n]
		if msg := badChars(s); msg != "" {
			e.fail("%s", msg)
			return
		}
		e.buf = appendText(e.buf, s)
	}
}

// Int writes a number as text.
func (e *Encoder) Int(v int64) {
	if e.inside() {
		e.buf = strconv.AppendInt(e.buf, v, 10)
	}
}

// Uint writes a number as text.
func (e *Encoder) Uint(v uint64) {
	if e.inside() {
		e.buf = strconv.AppendUint(e.buf, v, 10)
	}
}

// Bool writes true or false as text.
func (e *Encoder) Bool(v bool) {
	if e.inside() {
		e.buf = strconv.AppendBool(e.buf, v)
	}
}

// Float writes a number as text, in the shortest form that reads back as the same float of that many bits (32 or 64);
// INF, -INF and NaN as XML Schema has them.
func (e *Encoder) Float(v float64, bits int) {
	if e.inside() {
		e.buf = appendFloat(e.buf, v, bits)
	}
}

func appendFloat(b []byte, v float64, bits int) []byte {
	switch {
	case math.IsInf(v, 1):
		return append(b, "INF"...)
	case math.IsInf(v, -1):
		return append(b, "-INF"...)
	case math.IsNaN(v):
		return append(b, "NaN"...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, bits)
}

// TextElement writes an element that holds text only.
func (e *Encoder) TextElement(space, local, text string) {
	e.StartElement(space, local)
	e.Text(text)
	e.EndElement()
}

// Raw writes one element that is already XML, as [Decoder.Capture] returns it. Anything else than one well-formed element
// that needs nothing around it is an error. A declaration of the default namespace that is already in scope is left out.
func (e *Encoder) Raw(xml string) {
	if !e.begin() {
		return
	}
	if e.raw == nil {
		e.raw = new(Decoder)
	}
	d := e.raw
	d.Reset([]byte(xml), &Options{MaxDepth: -1, MaxSize: -1, MaxToken: -1, MaxAttrs: -1, MaxNamespaces: -1})
	first, err := d.Next()
	if err == nil && (d.start != 0 || first != StartElement) {
		err = errors.New("it does not begin with a start tag")
	}
	if err != nil {
		e.fail("raw XML: %v", err)
		return
	}
	space, dflt := d.frames[0].dflt, ""
	nameEnd := 1 + len(d.frames[0].name)
	end := int64(0)
	for k := first; k != EndDocument && err == nil; {
		end = int64(d.pos)
		k, err = d.Next()
	}
	if err == nil && end != int64(len(xml)) {
		err = errors.New("something follows the element")
	}
	if err != nil {
		e.fail("raw XML: %v", err)
		return
	}
	if n := len(e.stack); n > 0 {
		dflt = e.stack[n-1].dflt
	}
	e.buf = append(e.buf, xml[:nameEnd]...)
	rest := xml[nameEnd:]
	if space == dflt {
		b := append(appendValue([]byte(` xmlns="`), space), '"')
		if len(rest) >= len(b) && rest[:len(b)] == string(b) {
			rest = rest[len(b):]
		}
	}
	e.buf = append(e.buf, rest...)
	e.done = len(e.stack) == 0
}
