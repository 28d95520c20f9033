package xsd

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
	}
	for _, s := range nameStart {
		if s[0] <= r && r <= s[1] {
			return true
		}
	}
	return !first && (r == 0xB7 || 0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040)
}

// nameStart are the ranges of XML 1.0, fifth edition, beyond ASCII. Every name of the earlier editions is within them.
var nameStart = [...][2]rune{{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D},
	{0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}}
