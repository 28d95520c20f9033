package xmltext

import "encoding/binary"

// Escapes in text, all of them of characters below @: & < > and the carriage return, which readers would turn into a line feed.
var textEscape = [64]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}

// Escapes in attribute values, which stand in double quotes: what readers would turn into a space besides.
var valueEscape = [64]string{'&': "&amp;", '<': "&lt;", '"': "&#34;", '\r': "&#xD;", '\n': "&#xA;", '\t': "&#x9;"}

// appendText appends s, of which all characters are allowed, escaped as text.
func appendText[T []byte | string](b []byte, s T) []byte { return appendEscaped(b, s, &textEscape) }

// appendValue does the same for an attribute value.
func appendValue[T []byte | string](b []byte, s T) []byte { return appendEscaped(b, s, &valueEscape) }

func appendEscaped[T []byte | string](b []byte, s T, table *[64]string) []byte {
	n := len(b)
	if b = append(b, s...); plain(b[n:]) {
		return b
	}
	b = b[:n]
	from := 0
	for i := range len(s) {
		c := s[i]
		if int(c) >= len(table) {
			continue
		}
		if esc := table[c]; esc != "" {
			b = append(append(b, s[from:i]...), esc...)
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

// plain reports whether b can be written as it is, in text and in a value: whether it is free of & < > ", control characters, and bytes of
// non-ASCII characters. It says no to some that could.
func plain(b []byte) bool {
	if len(b) < 8 {
		for _, c := range b {
			if class[c]&clsPlain == 0 {
				return false
			}
		}
		return true
	}
	for i := 0; i < len(b)-8; i += 8 {
		if notPlain(binary.LittleEndian.Uint64(b[i:i+8])) != 0 {
			return false
		}
	}
	return notPlain(binary.LittleEndian.Uint64(b[len(b)-8:])) == 0
}

// notPlain tells whether one of the eight bytes of x is not plain. See skipValue.
func notPlain(x uint64) uint64 { return oddBits(x) & highs }

// oddBits is notPlain among other bits. The first difference is about control characters, " and &, the second about < and >.
func oddBits(x uint64) uint64 {
	return ((x | 0x04*lows) ^ 0x06*lows - 0x21*lows) | ((x | 0x02*lows) ^ 0x3E*lows - lows)
}
