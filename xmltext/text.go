package xmltext

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// scanText reads the text at d.pos, which may begin with a comment, a processing instruction or a CDATA section.
// When there turns out to be no text it reads the tag that follows.
func (d *Decoder) scanText() status {
	if len(d.scratch) == 0 {
		buf, i := d.buf, d.pos
		for {
			i = skipText(buf, i)
			if i >= len(buf) {
				if !d.eof {
					return more
				}
				break
			}
			if buf[i] >= utf8.RuneSelf {
				var st status
				if i, st = d.scanRunes(i); st != done {
					return st
				}
				continue
			}
			break
		}
		if i > d.pos && i < len(buf) && buf[i] == '<' {
			if i+1 >= len(buf) {
				return d.shortInside()
			}
			if c := buf[i+1]; c != '!' && c != '?' {
				d.text = buf[d.pos:i:i]
				d.pos, d.kind = i, Text
				return d.checkToken()
			}
		}
	}
	// Text that does not stand in the document as it is, or not in one piece, is built in d.scratch.
	for {
		st, end := d.scanPiece()
		if st != done {
			return st
		}
		if len(d.scratch) > d.lim.token {
			d.failLimit(d.pos, fmt.Sprintf("a text of more than %d bytes", d.lim.token))
			return failed
		}
		if end {
			break
		}
	}
	if len(d.scratch) == 0 {
		d.start, d.placed = d.base+int64(d.pos), false
		return d.scanContent()
	}
	d.text, d.kind = d.scratch[:len(d.scratch):len(d.scratch)], Text
	return done
}

// scanPiece adds the next piece of text at d.pos to d.scratch; end means that a tag is next. Unlike the other steps it moves
// d.pos over each piece, so that text in many pieces needs no window that holds it all.
func (d *Decoder) scanPiece() (st status, end bool) {
	buf, i := d.buf, d.pos
	if i >= len(buf) {
		return d.shortInside(), false
	}
	switch c := buf[i]; {
	case class[c]&clsText != 0:
		i = skipText(buf, i+1)
		d.take(i)
	case c == '<':
		if i+1 >= len(buf) {
			return d.shortInside(), false
		}
		switch buf[i+1] {
		case '!':
			return d.scanBang(true), false
		case '?':
			return d.scanInstruction(), false
		}
		return done, true
	case c == '&':
		r, end, st := d.scanReference(i)
		if st != done {
			return st, false
		}
		d.scratch = utf8.AppendRune(d.scratch, r)
		d.pos = end
	case c == ']':
		if len(buf)-i < 3 && !d.eof {
			return more, false
		}
		if bytes.HasPrefix(buf[i:], cdataEnd) {
			return d.failAt(i, "]]> in text: it must be written ]]&gt;"), false
		}
		d.take(i + 1)
	case c == '\r':
		if len(buf)-i < 2 && !d.eof {
			return more, false
		}
		d.scratch = append(d.scratch, '\n')
		d.pos++
		if d.pos < len(buf) && buf[d.pos] == '\n' {
			d.pos++
		}
	case c >= utf8.RuneSelf:
		end, st := d.scanRunes(i)
		d.take(end)
		return st, false
	default:
		return d.failAt(i, "the character %U is not allowed", c), false
	}
	return done, false
}

// take adds the bytes up to index end to d.scratch.
func (d *Decoder) take(end int) {
	d.scratch = append(d.scratch, d.buf[d.pos:end]...)
	d.pos = end
}

var (
	cdataStart   = []byte("<![CDATA[")
	cdataEnd     = []byte("]]>")
	commentStart = []byte("<!--")
	doctypeStart = []byte("<!DOCTYPE")
)

// scanBang reads the comment or, inside, the CDATA section at d.pos, whose text it adds to d.scratch.
func (d *Decoder) scanBang(inside bool) status {
	rest := d.buf[d.pos:]
	switch {
	case bytes.HasPrefix(rest, commentStart):
		return d.scanComment()
	case bytes.HasPrefix(rest, cdataStart):
		if !inside {
			return d.failAt(d.pos, "a CDATA section outside of the root element")
		}
		return d.scanCDATA()
	case bytes.HasPrefix(rest, doctypeStart):
		d.failWith(d.pos, "a document type declaration (DOCTYPE): this package refuses them", ErrDTD)
		return failed
	case bytes.HasPrefix(commentStart, rest), bytes.HasPrefix(cdataStart, rest), bytes.HasPrefix(doctypeStart, rest):
		return d.short("in markup that begins with <!")
	}
	return d.failAt(d.pos, "<! that begins neither a comment nor a CDATA section")
}

func (d *Decoder) scanComment() status {
	buf, from := d.buf, d.pos+len(commentStart)
	n := bytes.Index(buf[from:], []byte("--"))
	if n < 0 || from+n+2 >= len(buf) {
		if st := d.checkChars(from, len(buf)); st == failed {
			return st
		}
		return d.short("in a comment")
	}
	if st := d.checkChars(from, from+n); st != done {
		return st
	}
	end := from + n + 2
	if buf[end] != '>' {
		return d.failAt(from+n, "-- in a comment")
	}
	return d.pass(end + 1)
}

func (d *Decoder) scanCDATA() status {
	buf, from := d.buf, d.pos+len(cdataStart)
	n := bytes.Index(buf[from:], cdataEnd)
	if n < 0 {
		if st := d.checkChars(from, len(buf)); st == failed {
			return st
		}
		return d.short("in a CDATA section")
	}
	if st := d.checkChars(from, from+n); st != done {
		return st
	}
	d.scratch = appendLines(d.scratch, buf[from:from+n])
	return d.pass(from + n + len(cdataEnd))
}

// pass moves d.pos over a complete comment, instruction or CDATA section.
func (d *Decoder) pass(end int) status {
	if end-d.pos > d.lim.token {
		d.failLimit(d.pos, fmt.Sprintf("a token of more than %d bytes", d.lim.token))
		return failed
	}
	d.pos = end
	if len(d.scratch) == 0 {
		d.start, d.placed = d.base+int64(end), false
	}
	return done
}

// scanInstruction reads the processing instruction at d.pos.
func (d *Decoder) scanInstruction() status {
	buf, at := d.buf, d.pos+2
	i, prefix, st := d.scanName(at, "the target of a processing instruction")
	if st != done {
		return st
	}
	target := buf[at:i]
	if prefix > 0 {
		return d.failAt(at, "a colon in the target %.64s of a processing instruction", target)
	}
	if len(target) == 3 && bytes.EqualFold(target, []byte("xml")) {
		if string(target) == "xml" {
			return d.failAt(d.pos, "an XML declaration that is not at the document's very beginning")
		}
		return d.failAt(at, "the target %s of a processing instruction is reserved", target)
	}
	n := bytes.Index(buf[i:], []byte("?>"))
	if n != 0 && !isSpaceByte(buf[i]) {
		if len(buf)-i < 2 && !d.eof {
			return more
		}
		return d.failAt(i, "%s after the target %.64s of a processing instruction", d.found(i), target)
	}
	if n < 0 {
		if st := d.checkChars(i, len(buf)); st == failed {
			return st
		}
		return d.short("in a processing instruction")
	}
	if st := d.checkChars(i, i+n); st != done {
		return st
	}
	return d.pass(i + n + 2)
}

// checkChars checks the characters from index i to end, which nobody reads further.
func (d *Decoder) checkChars(i, end int) status {
	for i < end {
		c := d.buf[i]
		switch {
		case c >= utf8.RuneSelf:
			var st status
			if i, st = d.scanRunes(i); st != done {
				return st
			}
		case c < 0x20 && !isSpaceByte(c):
			return d.failAt(i, "the character %U is not allowed", c)
		default:
			i++
		}
	}
	return done
}

// appendLines appends s with its line ends normalised: \r\n and \r become \n.
func appendLines(b, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\r')
		if i < 0 {
			return append(b, s...)
		}
		b = append(append(b, s[:i]...), '\n')
		s = s[i+1:]
		if len(s) > 0 && s[0] == '\n' {
			s = s[1:]
		}
	}
}

// skipText returns the index, from i on, of the first byte that may not stand for itself in text: <, &, ], a control
// character but tab and line feed, or a byte of a non-ASCII character.
func skipText(b []byte, i int) int {
	i = max(i, 0) // as in skipValue
	for i <= len(b)-8 {
		x := binary.LittleEndian.Uint64(b[i : i+8])
		m := (x ^ 0x06*lows - 0x21*lows) | (x ^ ('<' * lows) - lows) | (x ^ (']' * lows) - lows) // as in skipValue
		if m &= highs; m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) >> 3
		if class[b[i]]&clsText == 0 {
			return i
		}
		i++ // tab or line feed
	}
	for i < len(b) && class[b[i]]&clsText != 0 {
		i++
	}
	return i
}
