package xmltext

import (
	"bytes"
	"unicode/utf8"
)

// Namespaces that XML itself gives a meaning.
const (
	SpaceXML   = "http://www.w3.org/XML/1998/namespace"      // always bound to the prefix xml
	SpaceXMLNS = "http://www.w3.org/2000/xmlns/"             // always bound to the prefix xmlns
	SpaceXSI   = "http://www.w3.org/2001/XMLSchema-instance" // xsi:type, xsi:nil, …
)

// Name is an expanded name: a namespace ("" for none) and a local name.
type Name struct{ Space, Local string }

// String returns the name as {space}local.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// Classes of bytes.
const (
	clsName      = 1 << iota // may continue a name; the bytes of non-ASCII characters too, which need a second look
	clsNameStart             // may start a name; non-ASCII as above
	clsSpace                 // white space
	clsText                  // stands for itself in text
	clsAttr                  // stands for itself in an attribute value, the quotes included
	clsPlain                 // is written as it is, in text and in attribute values
	clsASCIIName             // may continue a name, certainly
	clsTagEnd                // ends a tag: / or >
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', b == '_', b >= utf8.RuneSelf:
			t[c] |= clsName | clsNameStart
		case '0' <= b && b <= '9', b == '-', b == '.':
			t[c] |= clsName
		case b == ' ', b == '\t', b == '\n', b == '\r':
			t[c] |= clsSpace
		case b == '/', b == '>':
			t[c] |= clsTagEnd
		}
		if t[c]&clsName != 0 && b < utf8.RuneSelf {
			t[c] |= clsASCIIName
		}
		if b >= 0x20 && b < utf8.RuneSelf && b != '&' && b != '<' {
			t[c] |= clsAttr
			if b != ']' {
				t[c] |= clsText
			}
			if b != '"' && b != '>' {
				t[c] |= clsPlain
			}
		}
		if b == '\t' || b == '\n' {
			t[c] |= clsText
		}
	}
	return t
}()

func isSpaceByte(b byte) bool { return class[b]&clsSpace != 0 }

// isChar reports whether r may stand in a document (XML 1.0, Char).
func isChar(r rune) bool {
	return r >= 0x20 && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// isNameStart reports whether r may start a name, the colon apart (XML 1.0, fifth edition, NameStartChar).
func isNameStart(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && class[r]&clsNameStart != 0
	}
	return r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7 ||
		r >= 0x370 && r <= 0x1FFF && r != 0x37E ||
		r == 0x200C || r == 0x200D ||
		r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF ||
		r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// isNameChar reports whether r may continue a name, the colon apart (NameChar).
func isNameChar(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && class[r]&clsName != 0
	}
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// isNCName reports whether s is a name without a colon.
func isNCName[T []byte | string](s T) bool {
	if len(s) == 0 || class[s[0]]&clsNameStart == 0 {
		return false
	}
	var all byte
	for i := range len(s) {
		if class[s[i]]&clsName == 0 {
			return false
		}
		all |= s[i]
	}
	return all < utf8.RuneSelf || isNCNameRunes(string(s))
}

func isNCNameRunes(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		}
		if i == 0 && !isNameStart(r) || !isNameChar(r) {
			return false
		}
	}
	return s != ""
}

// isSpaceOnly reports whether b is nothing but XML white space.
func isSpaceOnly(b []byte) bool {
	for _, c := range b {
		if !isSpaceByte(c) {
			return false
		}
	}
	return true
}

// TrimSpace returns b without the XML white space (space, tab, line feed, carriage return) at its ends.
func TrimSpace(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }
