package xsdbind

import (
	"bytes"
	"unicode/utf8"
)

// jsonDecoder reads one JSON text. It checks all of RFC 8259 as it goes, and two things more: strings must be Unicode
// (no lone surrogates), and no object may name a member twice.
type jsonDecoder struct {
	data     []byte
	pos      int
	depth    int
	maxDepth int
	maxToken int
	maxSize  int64
	strict   bool
	inOrder  *Type // the items of content in document order: one element each, whatever their own model is
	strings  jsonStrings
	scratch  []byte // the last string that had escapes
}

// jsonMaxDepth bounds the recursion, whatever the limits that the caller chose. It is what encoding/json has.
const jsonMaxDepth = 10000

// jsonPlain marks the bytes that may stand in a string as they are and that need no more looking at.
var jsonPlain = func() (t [256]bool) {
	for c := ' '; c < 256; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// fail is a syntax error at offset pos.
func (d *jsonDecoder) fail(pos int, format string, args ...any) error {
	return d.errorAt(pos, RuleSyntax, format, args...)
}

// unexpected is the error for the byte at d.pos.
func (d *jsonDecoder) unexpected(want string) error {
	if d.pos >= len(d.data) {
		return d.fail(d.pos, "the text ends where %s must stand", want)
	}
	r, _ := utf8.DecodeRune(d.data[d.pos:])
	return d.fail(d.pos, "%q where %s must stand", r, want)
}

// skipSpace passes over white space.
func (d *jsonDecoder) skipSpace() {
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\n', '\t', '\r':
			d.pos++
		default:
			return
		}
	}
}

// peek passes over white space and returns the next byte, 0 at the end.
func (d *jsonDecoder) peek() byte {
	d.skipSpace()
	if d.pos < len(d.data) {
		return d.data[d.pos]
	}
	return 0
}

// enter counts a level of nesting; the opening bracket is at d.pos and is consumed.
func (d *jsonDecoder) enter() error {
	if d.depth >= d.maxDepth {
		return d.errorAt(d.pos, RuleSyntax, "nested deeper than %d levels", d.maxDepth)
	}
	d.depth++
	d.pos++
	return nil
}

// leave consumes the closing bracket at d.pos.
func (d *jsonDecoder) leave() {
	d.depth--
	d.pos++
}

// more is called after a member or an item: it consumes a comma and says whether another one follows,
// or leaves d.pos at the closing bracket.
func (d *jsonDecoder) more(closing byte) (bool, error) {
	switch d.peek() {
	case ',':
		d.pos++
		if d.peek() == closing {
			return false, d.unexpected("something after the comma")
		}
		return true, nil
	case closing:
		return false, nil
	}
	return false, d.unexpected("a comma or '" + string(rune(closing)) + "'")
}

// scanString reads the string that begins at d.pos. What it returns is still escaped, if escaped says so.
func (d *jsonDecoder) scanString() (raw []byte, escaped bool, err error) {
	data, start := d.data, d.pos+1
	i := start
	for {
		for i < len(data) && jsonPlain[data[i]] {
			i++
		}
		if i >= len(data) {
			return nil, false, d.fail(d.pos, "the string does not end")
		}
		switch data[i] {
		case '"':
			if i-start > d.maxToken {
				return nil, false, d.errorAt(d.pos, RuleSyntax, "a string longer than %d bytes", d.maxToken)
			}
			d.pos = i + 1
			return data[start:i], escaped, nil
		case '\\':
			escaped = true
			n, err := d.scanEscape(i)
			if err != nil {
				return nil, false, err
			}
			i += n
		default:
			return nil, false, d.fail(i, "control character %U in a string: it must be escaped", data[i])
		}
	}
}

// scanEscape checks the escape sequence at offset i and returns its length.
func (d *jsonDecoder) scanEscape(i int) (int, error) {
	if i+1 >= len(d.data) {
		return 0, d.fail(i, "the string does not end")
	}
	switch d.data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
		r, ok := hex4(d.data[i+2:])
		switch {
		case !ok:
			return 0, d.fail(i, `\u wants four hexadecimal digits`)
		case r < 0xD800 || r > 0xDFFF:
			return 6, nil
		case r < 0xDC00 && bytes.HasPrefix(d.data[i+6:], []byte(`\u`)):
			if low, ok := hex4(d.data[i+8:]); ok && 0xDC00 <= low && low <= 0xDFFF {
				return 12, nil
			}
		}
		return 0, d.fail(i, "half of a surrogate pair")
	}
	return 0, d.fail(i, "%q is no escape sequence", d.data[i:min(i+2, len(d.data))])
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// scanNumber reads the number that begins at d.pos.
func (d *jsonDecoder) scanNumber() ([]byte, error) {
	n := jsonNumber(d.data[d.pos:])
	if n == 0 {
		return nil, d.fail(d.pos, "a malformed number")
	}
	tok := d.data[d.pos : d.pos+n]
	if end := d.pos + n; end < len(d.data) {
		// 01, 1.e5 and 1x are one malformed number, not a number and something else.
		switch c := d.data[end]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '.', c == '+', c == '-', c == '_':
			return nil, d.fail(d.pos, "a malformed number")
		}
	}
	if n > d.maxToken {
		return nil, d.errorAt(d.pos, RuleSyntax, "a number longer than %d bytes", d.maxToken)
	}
	d.pos += n
	return tok, nil
}

// jsonNumber returns the length of the JSON number that b (bytes or a string) begins with, 0 if there is none.
func jsonNumber[T ~string | ~[]byte](b T) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(b) && '0' <= b[i] && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if !digits() {
		return 0
	}
	if i < len(b) && b[i] == '.' {
		end := i
		i++
		if !digits() {
			return end
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		end := i
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return end
		}
	}
	return i
}

// scanLiteral reads true, false or null.
func (d *jsonDecoder) scanLiteral(word string) error {
	if len(d.data)-d.pos < len(word) || string(d.data[d.pos:d.pos+len(word)]) != word {
		return d.unexpected("a value")
	}
	if end := d.pos + len(word); end < len(d.data) && isJSONWord(d.data[end]) {
		return d.unexpected("a value")
	}
	d.pos += len(word)
	return nil
}

func isJSONWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// memberName reads a member's name and the colon after it. The name is valid until the next string with escapes.
func (d *jsonDecoder) memberName() ([]byte, error) {
	if d.peek() != '"' {
		return nil, d.unexpected("a member's name")
	}
	name, err := d.readString()
	if err != nil {
		return nil, err
	}
	if d.peek() != ':' {
		return nil, d.unexpected("a colon")
	}
	d.pos++
	return name, nil
}

// appendValue reads the value at d.pos and appends it to b without the white space around its tokens.
// b may be nil and stays so when keep is false.
func (d *jsonDecoder) appendValue(b []byte, keep bool) ([]byte, error) {
	c := d.peek()
	from := d.pos
	var err error
	switch c {
	case '{':
		return d.appendObject(b, keep)
	case '[':
		return d.appendArray(b, keep)
	case '"':
		_, _, err = d.scanString()
	case 't':
		err = d.scanLiteral("true")
	case 'f':
		err = d.scanLiteral("false")
	case 'n':
		err = d.scanLiteral("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		_, err = d.scanNumber()
	default:
		err = d.unexpected("a value")
	}
	if err == nil && keep {
		b = append(b, d.data[from:d.pos]...)
	}
	return b, err
}

// skipValue reads the value at d.pos and drops it.
func (d *jsonDecoder) skipValue() error {
	_, err := d.appendValue(nil, false)
	return err
}

func (d *jsonDecoder) appendObject(b []byte, keep bool) ([]byte, error) {
	put := func(c ...byte) {
		if keep {
			b = append(b, c...)
		}
	}
	if err := d.enter(); err != nil {
		return b, err
	}
	put('{')
	var names jsonNames
	for more := d.peek() != '}'; more; {
		d.skipSpace()
		from := d.pos
		name, err := d.memberName()
		if err != nil {
			return b, err
		}
		if !names.add(name) {
			return b, d.errorAt(from, RuleRepeated, "the member %q occurs twice", name)
		}
		if keep {
			// memberName has left d.pos behind the colon; white space may stand before that.
			b = append(b, bytes.TrimRight(d.data[from:d.pos-1], " \n\t\r")...)
			b = append(b, ':')
		}
		if b, err = d.appendValue(b, keep); err != nil {
			return b, err
		}
		if more, err = d.more('}'); err != nil {
			return b, err
		}
		if more {
			put(',')
		}
	}
	d.leave()
	put('}')
	return b, nil
}

func (d *jsonDecoder) appendArray(b []byte, keep bool) ([]byte, error) {
	if err := d.enter(); err != nil {
		return b, err
	}
	if keep {
		b = append(b, '[')
	}
	for more := d.peek() != ']'; more; {
		var err error
		if b, err = d.appendValue(b, keep); err != nil {
			return b, err
		}
		if more, err = d.more(']'); err != nil {
			return b, err
		}
		if more && keep {
			b = append(b, ',')
		}
	}
	d.leave()
	if keep {
		b = append(b, ']')
	}
	return b, nil
}
