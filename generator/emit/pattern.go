package emit

import (
	"strings"
	"unicode/utf8"
)

// ecmaPattern translates a regular expression of XML Schema into one of ECMA-262, which JSON Schema uses, when both are sure
// to accept the same texts. What the two read differently (\d, \w, \i, \c, \p, subtraction) is not translated.
func ecmaPattern(p string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRuneInString(p[i:])
		i += n
		switch r {
		case '\\':
			s, width, ok := ecmaEscape(p[i:], false)
			if !ok {
				return "", false
			}
			b.WriteString(s)
			i += width
		case '[':
			s, width, ok := ecmaClass(p[i:])
			if !ok {
				return "", false
			}
			b.WriteString(s)
			i += width
		case '.':
			b.WriteString(`[^\n\r]`)
		case '^', '$', '/':
			b.WriteByte('\\')
			b.WriteRune(r)
		case ']':
			return "", false
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

// ecmaEscape translates what follows a backslash, and says how many bytes that is.
func ecmaEscape(s string, class bool) (string, int, bool) {
	if s == "" {
		return "", 0, false
	}
	switch c := s[0]; c {
	case 'n', 'r', 't':
		return `\` + s[:1], 1, true
	case 's':
		if class {
			return ` \t\n\r`, 1, true
		}
		return `[ \t\n\r]`, 1, true
	case 'S':
		if class {
			return "", 0, false
		}
		return `[^ \t\n\r]`, 1, true
	case '\\', '|', '.', '?', '*', '+', '(', ')', '{', '}', '[', ']', '^', '$':
		return `\` + s[:1], 1, true
	case '-', ':', '/', '&', '@', '#', ' ', '_', '=', ',', ';': // no escape is needed, and some of these are none in XML Schema either
		if class && c == '-' {
			return `\-`, 1, true
		}
		return s[:1], 1, true
	}
	return "", 0, false
}

// ecmaClass translates a character class after its opening bracket.
func ecmaClass(s string) (string, int, bool) {
	var b strings.Builder
	b.WriteByte('[')
	i := 0
	if strings.HasPrefix(s, "^") {
		b.WriteByte('^')
		i++
	}
	for first := true; i < len(s); first = false {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch r {
		case ']':
			if first {
				return "", 0, false
			}
			b.WriteByte(']')
			return b.String(), i, true
		case '[': // a subtraction
			return "", 0, false
		case '\\':
			t, width, ok := ecmaEscape(s[i:], true)
			if !ok {
				return "", 0, false
			}
			b.WriteString(t)
			i += width
		case '-':
			if first || strings.HasPrefix(s[i:], "]") {
				b.WriteByte('\\')
			}
			b.WriteByte('-')
		case '^':
			b.WriteString(`\^`)
		default:
			b.WriteRune(r)
		}
	}
	return "", 0, false
}

// ecmaAnchored joins alternatives into one expression for a whole text.
func ecmaAnchored(alternatives []string) (string, bool) {
	list := make([]string, len(alternatives))
	for i, p := range alternatives {
		var ok bool
		if list[i], ok = ecmaPattern(p); !ok {
			return "", false
		}
	}
	return "^(?:" + strings.Join(list, "|") + ")$", true
}
