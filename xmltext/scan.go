package xmltext

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// status is what a scanning step came to. The steps work on the window as it is: one that meets the window's end returns
// more, having changed nothing that matters, and is begun again when the window holds more.
type status uint8

const (
	done   status = iota // the step is complete
	more                 // the window ends too early
	failed               // d.err is set
)

// short is the status of a step that the window's end stops.
func (d *Decoder) short(where string) status {
	if !d.eof {
		return more
	}
	d.fail(len(d.buf), "unexpected end of the document "+where)
	return failed
}

// failAt makes a syntax error at index i, unless there stands a character that the window cuts and the message would show.
func (d *Decoder) failAt(i int, format string, args ...any) status {
	if d.cut(i) {
		return more
	}
	d.fail(i, fmt.Sprintf(format, args...))
	return failed
}

// cut reports whether the window ends within the character at index i.
func (d *Decoder) cut(i int) bool { return !d.eof && i < len(d.buf) && !utf8.FullRune(d.buf[i:]) }

func quoted(b []byte) string { return fmt.Sprintf("%.64q", b) }

// scanContent reads the next token inside the root element.
func (d *Decoder) scanContent() status {
	if len(d.scratch) > 0 {
		return d.scanText() // the window ended within the text
	}
	buf, i := d.buf, d.pos
	if len(buf)-i < 2 {
		if i < len(buf) && buf[i] != '<' {
			return d.scanText()
		}
		return d.shortInside()
	}
	if buf[i] != '<' {
		return d.scanText()
	}
	switch buf[i+1] {
	case '/':
		return d.scanEndTag()
	case '!', '?':
		return d.scanText()
	}
	return d.scanStartTag()
}

func (d *Decoder) inElement() string {
	return fmt.Sprintf("in <%.64s>, which is not closed", d.frames[len(d.frames)-1].name)
}

func (d *Decoder) shortInside() status {
	if !d.eof {
		return more
	}
	return d.short(d.inElement())
}

// scanEndTag reads the end tag at d.pos.
func (d *Decoder) scanEndTag() status {
	buf := d.buf
	f := &d.frames[len(d.frames)-1]
	i := d.pos + 2
	if end := i + len(f.name); end < len(buf) && buf[end] == '>' && string(buf[i:end]) == string(f.name) {
		d.pos = end + 1
		d.kind = EndElement
		return d.checkToken()
	}
	end, _, st := d.scanName(i, "an element name after </")
	if st != done {
		return st
	}
	name := buf[i:end]
	for end < len(buf) && isSpaceByte(buf[end]) {
		end++
	}
	if end >= len(buf) {
		return d.short("in an end tag")
	}
	if buf[end] != '>' {
		return d.failAt(end, "%s in the end tag </%.64s>", d.found(end), name)
	}
	if string(name) != string(f.name) {
		return d.failAt(d.pos, "the end tag </%.64s> where </%.64s> should be", name, f.name)
	}
	d.pos = end + 1
	d.kind = EndElement
	return d.checkToken()
}

// checkToken applies the token limit to what lies between d.start and d.pos.
func (d *Decoder) checkToken() status {
	if d.base+int64(d.pos)-d.start > int64(d.lim.token) {
		d.failLimit(max(int(d.start-d.base), 0), fmt.Sprintf("a token of more than %d bytes", d.lim.token))
		return failed
	}
	return done
}

// found describes the character at index i for a message.
func (d *Decoder) found(i int) string {
	if i >= len(d.buf) {
		return "the end"
	}
	r, n := utf8.DecodeRune(d.buf[i:])
	if r == utf8.RuneError && n <= 1 {
		return fmt.Sprintf("byte 0x%02X", d.buf[i])
	}
	if r < 0x20 {
		return fmt.Sprintf("character %U", r)
	}
	return fmt.Sprintf("%q", r)
}

// scanName reads a qualified name at index i. It returns where it ends and the length of the prefix with its colon.
func (d *Decoder) scanName(i int, what string) (end, prefix int, st status) {
	buf, at := d.buf, i
	var all byte
	for part := 0; ; part++ {
		from := i
		for i < len(buf) && class[buf[i]]&clsName != 0 {
			all |= buf[i]
			i++
		}
		if i >= len(buf) {
			return i, 0, d.short("in a name")
		}
		if i == from || class[buf[from]]&clsNameStart == 0 {
			if part == 0 {
				return i, 0, d.failAt(from, "%s where %s should be", d.found(from), what)
			}
			return i, 0, d.failAt(from, "%s in a name, after the colon", d.found(from))
		}
		if buf[i] != ':' {
			break
		}
		if part > 0 {
			return i, 0, d.failAt(i, "a second colon in a name")
		}
		i++
		prefix = i - at
	}
	if all >= utf8.RuneSelf {
		st = d.checkName(at, i, prefix)
	}
	return i, prefix, st
}

// checkName looks at the non-ASCII characters of a name.
func (d *Decoder) checkName(at, end, prefix int) status {
	for i := at; i < end; {
		r, n := utf8.DecodeRune(d.buf[i:end])
		if r == utf8.RuneError && n == 1 {
			return d.failAt(i, "invalid UTF-8 (byte 0x%02X)", d.buf[i])
		}
		if !(isNameChar(r) || r == ':') || (i == at || i == at+prefix) && !isNameStart(r) {
			return d.failAt(i, "%s in a name", d.found(i))
		}
		i += n
	}
	return done
}

// scanStartTag reads the start tag at d.pos.
func (d *Decoder) scanStartTag() status {
	buf, at := d.buf, d.pos+1
	i, prefix, st := at, 0, done
	for i < len(buf) && class[buf[i]]&clsASCIIName != 0 {
		i++
	}
	if i >= len(buf) || class[buf[i]]&(clsSpace|clsTagEnd) == 0 || class[buf[at]]&clsNameStart == 0 {
		if i, prefix, st = d.scanName(at, "an element name after <"); st != done {
			return st
		}
	}
	name := buf[at:i:i]
	var t tagState
	if n := len(d.frames); n > 0 {
		t.mark = d.frames[n-1].inside
	}
	if len(d.binds) > t.mark {
		d.unbind(t.mark)
	}
	d.attrs, d.values = d.attrs[:0], d.values[:0]
	empty := false
attributes:
	for {
		// Most attributes are like this: one space, an ASCII name without prefix, =, and a value that stands for itself in double quotes.
		for i < len(buf) && buf[i] == ' ' {
			from := i + 1
			end := from
			for end < len(buf) && class[buf[end]]&clsASCIIName != 0 {
				end++
			}
			if end+2 > len(buf) || buf[end] != '=' || buf[end+1] != '"' || class[buf[from]]&clsNameStart == 0 || string(buf[from:end]) == "xmlns" {
				break
			}
			close := skipValue(buf, end+2, '"')
			if close >= len(buf) || buf[close] != '"' {
				break
			}
			if !d.addAttr(&t, buf[from:end:end], buf[end+2:close:close]) {
				return failed
			}
			i = close + 1
		}
		from := i
		for i < len(buf) && isSpaceByte(buf[i]) {
			i++
		}
		if i >= len(buf) {
			return d.short("in a start tag")
		}
		switch {
		case buf[i] == '>':
			i++
			break attributes
		case buf[i] == '/':
			if i+1 >= len(buf) {
				return d.short("in a start tag")
			}
			if buf[i+1] != '>' {
				return d.failAt(i+1, "%s after / in a start tag, where > should be", d.found(i+1))
			}
			empty = true
			i += 2
			break attributes
		case from == i:
			return d.failAt(i, "%s in the start tag <%.64s>, where white space should be", d.found(i), name)
		}
		if i, st = d.scanAttr(i, &t); st != done {
			return st
		}
	}
	if len(d.frames) >= d.lim.depth {
		d.failLimit(d.pos, fmt.Sprintf("elements nested more than %d deep", d.lim.depth))
		return failed
	}
	space := d.defaultSpace()
	for k := t.mark; k < len(d.binds); k++ {
		if len(d.binds[k].prefix) == 0 {
			space = d.binds[k].space
		}
	}
	dflt := space
	if prefix > 0 {
		if space, st = d.resolve(name[:prefix-1], at); st != done {
			return st
		}
	}
	if t.prefixed {
		for k := range d.attrs {
			if a := &d.attrs[k]; len(a.Prefix) > 0 {
				if a.Space, st = d.resolve(a.Prefix, at); st != done {
					return st
				}
			}
		}
	}
	if t.similar {
		if a := d.duplicate(); a != nil {
			return d.failAt(at-1, "the attribute %.64s occurs twice in <%.64s>", a.Local, name)
		}
	}
	if d.r != nil {
		// The window moves on: keep a copy for the end tag.
		n := len(d.names)
		if n+len(name) > d.lim.token {
			d.failLimit(d.pos, fmt.Sprintf("open elements with names of more than %d bytes", d.lim.token))
			return failed
		}
		d.names = append(d.names, name...)
		name = d.names[n:]
	}
	n := len(d.frames)
	if n < cap(d.frames) {
		d.frames = d.frames[:n+1]
	} else {
		d.frames = append(d.frames, frame{})
	}
	f := &d.frames[n]
	f.name, f.prefix, f.mark, f.inside, f.space, f.dflt = name, prefix, t.mark, len(d.binds), space, dflt
	d.pos, d.kind, d.empty = i, StartElement, empty
	return d.checkToken()
}

// tagState is what is known about a start tag while it is read.
type tagState struct {
	mark     int    // bindings outside of the element
	seen     uint64 // one bit for the lengths and last bytes of attribute names
	similar  bool   // two attributes have the same bit: they may be the same
	prefixed bool   // an attribute has a prefix
}

// addAttr adds an attribute without prefix to the current start tag. False: there are too many.
func (d *Decoder) addAttr(t *tagState, local, value []byte) bool {
	n := len(d.attrs)
	if n+len(d.binds)-t.mark >= d.lim.attrs {
		return d.failLimit(d.pos, fmt.Sprintf("an element with more than %d attributes", d.lim.attrs))
	}
	bit := nameBit(local)
	t.similar = t.similar || t.seen&bit != 0
	t.seen |= bit
	if n < cap(d.attrs) {
		d.attrs = d.attrs[:n+1]
	} else {
		d.attrs = append(d.attrs, Attr{})
	}
	a := &d.attrs[n]
	a.Local, a.Value = local, value
	if a.Prefix != nil {
		a.Prefix, a.Space = nil, ""
	}
	return true
}

// scanAttr reads any attribute, or namespace declaration, that begins at index i. It returns where it ends.
func (d *Decoder) scanAttr(i int, t *tagState) (int, status) {
	buf, at := d.buf, i
	i, colon, st := d.scanName(i, "an attribute name")
	if st != done {
		return i, st
	}
	end := i
	for i < len(buf) && isSpaceByte(buf[i]) {
		i++
	}
	if i >= len(buf) {
		return i, d.short("in a start tag")
	}
	if buf[i] != '=' {
		return i, d.failAt(i, "%s after the attribute name %.64s, where = should be", d.found(i), buf[at:end])
	}
	for i++; i < len(buf) && isSpaceByte(buf[i]); i++ {
	}
	if i >= len(buf) {
		return i, d.short("in a start tag")
	}
	if buf[i] != '"' && buf[i] != '\'' {
		return i, d.failAt(i, "%s where the quoted value of the attribute %.64s should be", d.found(i), buf[at:end])
	}
	value, i, st := d.scanValue(i)
	if st != done {
		return i, st
	}
	switch {
	case colon == 0 && string(buf[at:end]) == "xmlns":
		return i, d.declare(t, at, nil, value)
	case colon == 6 && string(buf[at:at+6]) == "xmlns:":
		return i, d.declare(t, at, buf[at+6:end], value)
	}
	if !d.addAttr(t, buf[at+colon:end:end], value) {
		return i, failed
	}
	if colon > 0 {
		d.attrs[len(d.attrs)-1].Prefix = buf[at : at+colon-1 : at+colon-1]
		t.prefixed = true
	}
	return i, done
}

// declare adds the namespace declaration at index at to the current start tag.
func (d *Decoder) declare(t *tagState, at int, prefix, space []byte) status {
	if msg := d.badDeclaration(t.mark, prefix, space); msg != "" {
		return d.failAt(at, "%s", msg)
	}
	if len(d.attrs)+len(d.binds)-t.mark >= d.lim.attrs {
		d.failLimit(at, fmt.Sprintf("an element with more than %d attributes", d.lim.attrs))
		return failed
	}
	if msg := d.tooMany(space); msg != "" {
		d.failLimit(at, msg)
		return failed
	}
	d.bind(prefix, space)
	return done
}

func (d *Decoder) resolve(prefix []byte, at int) (string, status) {
	if i := d.bound(prefix); i >= 0 {
		return d.binds[i].space, done
	}
	switch string(prefix) {
	case "xml":
		return SpaceXML, done
	case "xmlns":
		return "", d.failAt(at, "the prefix xmlns is reserved for declarations")
	}
	return "", d.failAt(at, "the prefix %s is not declared", quoted(prefix))
}

// scanValue reads the attribute value whose opening quote is at index i. It returns where what follows begins.
func (d *Decoder) scanValue(i int) (value []byte, end int, st status) {
	buf, quote, from := d.buf, d.buf[i], i+1
	for i = from; ; {
		i = skipValue(buf, i, quote)
		if i >= len(buf) {
			return nil, i, d.short("in an attribute value")
		}
		c := buf[i]
		if c == quote {
			return buf[from:i:i], i + 1, done
		}
		if c < utf8.RuneSelf {
			break
		}
		if i, st = d.scanRunes(i); st != done {
			return nil, i, st
		}
	}
	// Something that does not stand for itself: build the value in d.values.
	at := len(d.values)
	d.values = append(d.values, buf[from:i]...)
	for {
		if i >= len(buf) {
			return nil, i, d.short("in an attribute value")
		}
		switch c := buf[i]; {
		case c == quote:
			return d.values[at:len(d.values):len(d.values)], i + 1, done
		case class[c]&clsAttr != 0:
			end := skipValue(buf, i+1, quote)
			d.values = append(d.values, buf[i:end]...)
			i = end
		case c == '&':
			var r rune
			if r, i, st = d.scanReference(i); st != done {
				return nil, i, st
			}
			d.values = utf8.AppendRune(d.values, r)
		case c == '<':
			return nil, i, d.failAt(i, "'<' in an attribute value: it must be written &lt;")
		case c >= utf8.RuneSelf:
			var end int
			if end, st = d.scanRunes(i); st != done {
				return nil, i, st
			}
			d.values = append(d.values, buf[i:end]...)
			i = end
		case c == '\r':
			if i+1 >= len(buf) {
				return nil, i, d.short("in an attribute value")
			}
			if buf[i+1] == '\n' {
				i++
			}
			fallthrough
		case c == '\n' || c == '\t':
			d.values = append(d.values, ' ')
			i++
		default:
			return nil, i, d.failAt(i, "the character %U is not allowed", c)
		}
	}
}

// scanRunes reads non-ASCII characters from index i on and returns where they end.
func (d *Decoder) scanRunes(i int) (int, status) {
	for i < len(d.buf) && d.buf[i] >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(d.buf[i:])
		if r == utf8.RuneError && n <= 1 {
			return i, d.failAt(i, "invalid UTF-8 (byte 0x%02X)", d.buf[i])
		}
		if r >= 0xFFFE && r <= 0xFFFF {
			return i, d.failAt(i, "the character %U is not allowed", r)
		}
		i += n
	}
	return i, done
}

// scanReference reads the reference whose & is at index i.
func (d *Decoder) scanReference(i int) (rune, int, status) {
	buf, at := d.buf, i
	for i++; i < len(buf) && buf[i] != ';'; i++ {
		if c := buf[i]; class[c]&clsName == 0 && !(c == '#' && i == at+1) {
			if d.cut(i) {
				return 0, i, more
			}
			return 0, i, d.failAt(at, "'&' that begins no reference: %s where ; should be", d.found(i))
		}
	}
	if i >= len(buf) {
		return 0, i, d.short("in a reference")
	}
	name := buf[at+1 : i]
	i++
	if len(name) > 0 && name[0] == '#' {
		r, ok := charRef(name[1:])
		if !ok {
			return 0, i, d.failAt(at, "&%.64s; refers to no character that is allowed", name)
		}
		return r, i, done
	}
	switch string(name) {
	case "lt":
		return '<', i, done
	case "gt":
		return '>', i, done
	case "amp":
		return '&', i, done
	case "apos":
		return '\'', i, done
	case "quot":
		return '"', i, done
	case "":
		return 0, i, d.failAt(at, "&; is no reference")
	}
	return 0, i, d.failAt(at, "the entity %.64s is not declared", name)
}

// charRef returns the character of a reference's digits.
func charRef(s []byte) (rune, bool) {
	base := rune(10)
	if len(s) > 0 && s[0] == 'x' {
		base, s = 16, s[1:]
	}
	var r rune
	for _, c := range s {
		var v byte
		switch {
		case '0' <= c && c <= '9':
			v = c - '0'
		case base == 16 && 'a' <= c|0x20 && c|0x20 <= 'f':
			v = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		if r = r*base + rune(v); r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, len(s) > 0 && isChar(r)
}

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// skipValue returns the index, from i on, of the first byte that may not stand for itself in an attribute value quoted by
// quote: the quote, &, <, a control character or a byte of a non-ASCII character. It looks at eight bytes at a time.
func skipValue(b []byte, i int, quote byte) int {
	i = max(i, 0) // which it is, but now the compiler knows too
	// The quote and & differ in one bit: with that bit set and the others of flip turned they are both 0x20, which no other
	// character is, and control characters are less.
	bit, flip := uint64(0x04*lows), uint64(0x06*lows)
	if quote == '\'' {
		bit, flip = 0x01*lows, 0x07*lows
	}
	for ; i <= len(b)-8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i : i+8])
		// Each difference has the high bit of the lowest byte that is to be found, and of none below. Above it there may be false ones,
		// and bytes with the high bit set are to be found anyhow: one of the differences leaves it.
		m := ((x | bit) ^ flip - 0x21*lows) | (x ^ ('<' * lows) - lows)
		if m &= highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(b) && b[i] != quote && class[b[i]]&clsAttr != 0 {
		i++
	}
	return i
}
