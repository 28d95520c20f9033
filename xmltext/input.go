package xmltext

import (
	"bytes"
	"fmt"
	"io"
)

const (
	minWindow  = 4 << 10  // the first buffer over a reader
	fullWindow = 64 << 10 // the size it grows to without a token that needs more
	// A token that is not complete is scanned again when more of it has come. Beyond this length only when
	// it has grown by a quarter, so that the cost stays in proportion however small the pieces are that come.
	rescan = 4 << 10
	// How far behind a token's end the scanner may have to look.
	lookahead = 16
)

// fill reads more into the window and reports whether there is anything new to scan: more bytes or the knowledge that
// no more come. It keeps everything from d.pos on (d.hold, if that is less). False: d.err is set.
func (d *Decoder) fill() bool {
	if d.eof {
		return d.fail(len(d.buf), "unexpected end of the document")
	}
	keep := d.pos
	if d.hold >= 0 {
		keep = min(keep, d.hold)
	}
	have := len(d.buf) - d.pos
	if have-lookahead > d.lim.token {
		return d.failLimit(d.pos, fmt.Sprintf("a token of more than %d bytes", d.lim.token))
	}
	want := 1
	if have > rescan {
		want = have / 4
	}
	for want > 0 {
		if len(d.buf) == cap(d.buf) {
			d.slide(keep)
			keep = 0
		}
		n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
		if n < 0 || n > cap(d.buf)-len(d.buf) {
			n, err = 0, fmt.Errorf("xmltext: reader returned an impossible count %d", n)
		}
		d.buf = d.buf[:len(d.buf)+n]
		want -= n
		if n > 0 {
			d.idle = 0
		}
		if d.base+int64(len(d.buf)) > d.lim.size {
			return d.failLimit(len(d.buf), fmt.Sprintf("a document of more than %d bytes", d.lim.size))
		}
		if err == io.EOF {
			d.eof = true
			return true
		}
		if err != nil {
			d.readErr, d.eof = err, true
			return true
		}
		if n == 0 {
			if d.idle++; d.idle > 100 {
				d.readErr, d.eof = io.ErrNoProgress, true
				return true
			}
		}
	}
	return true
}

// slide makes room in the window: what lies before keep goes; if that gives little, the window grows.
func (d *Decoder) slide(keep int) {
	if d.base+int64(keep) > d.start {
		d.fixPlace()
	}
	d.countLines(keep)
	size := max(cap(d.buf), minWindow)
	if have := len(d.buf) - keep; cap(d.buf) > 0 && (size < fullWindow || have > size/2) {
		size *= 2
	}
	if size != cap(d.buf) {
		b := make([]byte, len(d.buf)-keep, size)
		copy(b, d.buf[keep:])
		d.buf = b
	} else {
		d.buf = d.buf[:copy(d.buf, d.buf[keep:])]
	}
	d.base += int64(keep)
	d.pos -= keep
	if d.hold >= 0 {
		d.hold -= keep
	}
}

// countLines moves the known place in the document's lines to the byte at index i, if it lies behind.
func (d *Decoder) countLines(i int) {
	from := int(d.counted - d.base)
	if i <= from {
		return
	}
	if n := bytes.Count(d.buf[from:i], lineFeed); n > 0 {
		d.lines += n
		d.lineStart = d.base + int64(from+bytes.LastIndexByte(d.buf[from:i], '\n')) + 1
	}
	d.counted = d.base + int64(i)
}

var lineFeed = []byte{'\n'}

// place returns the line and column of the byte at a document offset, which lies in the window and not behind an offset asked for before.
func (d *Decoder) place(offset int64) (line, column int) {
	d.countLines(int(offset - d.base))
	return d.lines + 1, int(offset-d.lineStart) + 1
}

// fixPlace works out the current token's place while it can be.
func (d *Decoder) fixPlace() {
	if !d.placed {
		d.line, d.column = d.place(d.start)
		d.placed = true
	}
}

// fail makes the syntax error at index i of the window the decoder's last word. It returns false.
func (d *Decoder) fail(i int, msg string) bool { return d.failWith(i, msg, nil) }

func (d *Decoder) failLimit(i int, msg string) bool { return d.failWith(i, msg, ErrLimit) }

func (d *Decoder) failWith(i int, msg string, err error) bool {
	if d.err != nil {
		return false
	}
	if d.readErr != nil && i >= len(d.buf) {
		d.err = d.readErr
		return false
	}
	e := &SyntaxError{Msg: msg, Err: err}
	if d.src != nil {
		e.Line, e.Column, e.Offset = d.tokenPlace()
	} else {
		d.fixPlace()
		e.Offset = d.base + int64(i)
		e.Line, e.Column = d.place(e.Offset)
	}
	d.err = e
	d.kind, d.text, d.attrs = 0, nil, nil
	return false
}
