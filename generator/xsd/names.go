package xsd

import "unicode"

// isNCName reports whether s is an XML name without a colon.
func isNCName(s string) bool {
	for i, r := range s {
		if r == ':' || !isNameChar(r, i == 0) {
			return false
		}
	}
	return s != ""
}

// isName reports whether s is an XML name.
func isName(s string) bool {
	for i, r := range s {
		if r != ':' && !isNameChar(r, i == 0) {
			return false
		}
	}
	return s != ""
}

// isNmtoken reports whether s is an XML name token.
func isNmtoken(s string) bool {
	for _, r := range s {
		if r != ':' && !isNameChar(r, false) {
			return false
		}
	}
	return s != ""
}

func isNameChar(r rune, first bool) bool {
	switch {
	case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return true
	case r < 0x80:
		return !first && ('0' <= r && r <= '9' || r == '-' || r == '.')
	case r == 0xD7 || r == 0xF7:
		return false
	case unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r):
		return true
	}
	return !first && (r == 0xB7 || unicode.Is(unicode.M, r) || unicode.IsDigit(r) || unicode.Is(unicode.Lm, r) || unicode.Is(unicode.Other_ID_Continue, r))
}
