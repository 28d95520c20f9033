package xmltext

import (
	"bytes"
	"fmt"
	"strings"
)

// nextOutside reads the next token outside of the root element.
func (d *Decoder) nextOutside() (Kind, error) {
	for {
		st, end := d.scanOutside()
		if end {
			return d.kind, nil
		}
		if st == failed || st == more && !d.fill() {
			return 0, d.err
		}
	}
}

// scanOutside passes over one thing outside of the root element; end: there is a token.
func (d *Decoder) scanOutside() (st status, end bool) {
	if !d.begun {
		if st := d.scanBeginning(); st != done {
			return st, false
		}
		d.begun = true
	}
	buf := d.buf
	for d.pos < len(buf) && isSpaceByte(buf[d.pos]) {
		d.pos++
	}
	d.start, d.placed = d.base+int64(d.pos), false
	if d.pos >= len(buf) {
		if d.eof && d.readErr == nil && d.root {
			d.kind = EndDocument
			return done, true
		}
		return d.short("before the root element"), false
	}
	if buf[d.pos] != '<' {
		where := "before the root element"
		if d.root {
			where = "after the root element"
		}
		return d.failAt(d.pos, "text (%s) %s", d.found(d.pos), where), false
	}
	if d.pos+1 >= len(buf) {
		return d.short("outside of the root element"), false
	}
	switch buf[d.pos+1] {
	case '!':
		return d.scanBang(false), false
	case '?':
		return d.scanInstruction(), false
	case '/':
		return d.failAt(d.pos, "an end tag without a start tag"), false
	}
	if d.root {
		return d.failAt(d.pos, "a second root element"), false
	}
	if st := d.scanStartTag(); st != done {
		return st, false
	}
	d.root = true
	return done, true
}

var (
	utf8Mark = []byte("\xEF\xBB\xBF")
	declMark = []byte("<?xml")
)

// maxDeclaration is more than any sensible XML declaration needs.
const maxDeclaration = 1024

// scanBeginning reads the byte order mark and the XML declaration, if there are any.
func (d *Decoder) scanBeginning() status {
	if len(d.buf) < len(utf8Mark)+len(declMark)+1 && !d.eof {
		return more
	}
	buf := d.buf
	at := 0
	switch {
	case bytes.HasPrefix(buf, utf8Mark):
		at = len(utf8Mark)
	case len(buf) >= 2 && (buf[0] == 0xFE && buf[1] == 0xFF || buf[0] == 0xFF && buf[1] == 0xFE || buf[0] == 0 || buf[1] == 0):
		d.failWith(0, "the document looks like UTF-16 or UTF-32: only UTF-8 is supported", ErrEncoding)
		return failed
	}
	i := at + len(declMark)
	if !bytes.HasPrefix(buf[at:], declMark) || len(buf) > i && class[buf[i]]&clsName != 0 || len(buf) > i && buf[i] == ':' {
		d.pos = at
		return done
	}
	n := bytes.Index(buf[i:min(i+maxDeclaration, len(buf))], []byte("?>"))
	if n < 0 {
		if len(buf)-i >= maxDeclaration {
			return d.failAt(at, "an XML declaration without end")
		}
		return d.short("in the XML declaration")
	}
	if st := d.declaration(i, i+n); st != done {
		return st
	}
	d.pos = i + n + 2
	return done
}

// declaration checks the pseudo-attributes of the XML declaration: version, encoding, standalone, in this order.
func (d *Decoder) declaration(i, end int) status {
	switch string(d.buf[i:end]) { // what nearly all of them say
	case ` version="1.0" encoding="utf-8"`, ` version="1.0" encoding="UTF-8"`:
		return done
	}
	buf := d.buf[:end]
	names := [...]string{"version", "encoding", "standalone"}
	for seen := 0; ; {
		from := i
		for i < end && isSpaceByte(buf[i]) {
			i++
		}
		if i == end {
			if seen == 0 {
				return d.failAt(i, "an XML declaration without version")
			}
			return done
		}
		at := i
		for i < end && class[buf[i]]&clsName != 0 {
			i++
		}
		name := buf[at:i]
		k := seen
		for k < len(names) && names[k] != string(name) {
			k++
		}
		if k == len(names) || seen == 0 && k > 0 || from == at {
			return d.failAt(at, "the XML declaration holds version, encoding and standalone, in this order, not %.32q", buf[at:])
		}
		seen = k + 1
		for i < end && isSpaceByte(buf[i]) {
			i++
		}
		if i == end || buf[i] != '=' {
			return d.failAt(i, "no = after %s in the XML declaration", name)
		}
		for i++; i < end && isSpaceByte(buf[i]); i++ {
		}
		if i == end || buf[i] != '"' && buf[i] != '\'' {
			return d.failAt(i, "the value of %s in the XML declaration is not quoted", name)
		}
		n := bytes.IndexByte(buf[i+1:], buf[i])
		if n < 0 {
			return d.failAt(i, "the value of %s in the XML declaration has no end", name)
		}
		if msg, err := badDeclarationValue(k, buf[i+1:i+1+n]); msg != "" {
			d.failWith(i, msg, err)
			return failed
		}
		i += n + 2
	}
}

func badDeclarationValue(k int, value []byte) (string, error) {
	switch k {
	case 0:
		if digits, ok := bytes.CutPrefix(value, []byte("1.")); !ok || len(digits) == 0 || len(bytes.Trim(digits, "0123456789")) > 0 {
			return fmt.Sprintf("XML version %.32q: only 1.x is supported", value), nil
		}
	case 1:
		for _, name := range [...]string{"UTF-8", "UTF8", "US-ASCII", "ASCII"} {
			if strings.EqualFold(name, string(value)) {
				return "", nil
			}
		}
		return fmt.Sprintf("encoding %.32q: only UTF-8 and US-ASCII are supported", value), ErrEncoding
	case 2:
		if string(value) != "yes" && string(value) != "no" {
			return fmt.Sprintf("standalone %.32q: only yes and no are allowed", value), nil
		}
	}
	return "", nil
}
