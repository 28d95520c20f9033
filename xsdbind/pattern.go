package xsdbind

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// compiledPatterns are a type's patterns: one of each inner list must match.
type compiledPatterns struct {
	all [][]*regexp.Regexp
	err error // a pattern that cannot be translated
}

// patterns compiles the type's patterns once; two goroutines may both do it the first time.
func (s *SimpleType) patterns() *compiledPatterns {
	if c, ok := s.compiled.Load().(*compiledPatterns); ok {
		return c
	}
	c := new(compiledPatterns)
	for _, some := range s.Patterns {
		var step []*regexp.Regexp
		for _, p := range some {
			re, err := compilePattern(p)
			if err != nil {
				c.err = err
				continue
			}
			step = append(step, re)
		}
		c.all = append(c.all, step)
	}
	s.compiled.Store(c)
	return c
}

// matchPatterns checks a value, whose white space is normalized.
func (s *SimpleType) matchPatterns(value string) error {
	if len(s.Patterns) == 0 {
		return nil
	}
	c := s.patterns()
	if c.err != nil {
		return c.err
	}
	for i, some := range c.all {
		matched := false
		for _, re := range some {
			if matched = re.MatchString(value); matched {
				break
			}
		}
		if !matched {
			return fmt.Errorf("%s does not match the pattern %s", clip(value), strings.Join(s.Patterns[i], " or "))
		}
	}
	return nil
}

func compilePattern(pattern string) (*regexp.Regexp, error) {
	expr, err := translatePattern(pattern)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s: %w", clip(pattern), err)
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s: %w", clip(pattern), err)
	}
	return re, nil
}

// translatePattern makes a Go expression of an XML Schema one. A pattern matches whole values; ^ and $ are plain
// characters in it, classes can be subtracted from each other, and some escapes have meanings of their own. An
// escape of a punctuation character that XML Schema does not list stands for the character.
func translatePattern(pattern string) (string, error) {
	p := patternParser{s: pattern}
	p.b.WriteString(`\A(?:`)
	for p.i < len(p.s) && p.err == nil {
		p.next()
	}
	if p.err == nil && p.depth > 0 {
		p.err = errors.New("a ( without its )")
	}
	p.b.WriteString(`)\z`)
	return p.b.String(), p.err
}

type patternParser struct {
	s     string
	i     int
	b     strings.Builder
	depth int
	atom  bool // a quantifier may follow
	err   error
}

func (p *patternParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// rune takes the next character.
func (p *patternParser) rune() rune {
	if p.i >= len(p.s) {
		p.fail("it ends too early")
		return 0
	}
	c, n := utf8.DecodeRuneInString(p.s[p.i:])
	p.i += n
	return c
}

func (p *patternParser) next() {
	switch c := p.rune(); c {
	case '|':
		p.b.WriteByte('|')
		p.atom = false
	case '(':
		p.depth++
		p.b.WriteString("(?:")
		p.atom = false
	case ')':
		if p.depth--; p.depth < 0 {
			p.fail("a ) without its (")
		}
		p.b.WriteByte(')')
		p.atom = true
	case '?', '*', '+':
		p.quantifier(string(c))
	case '{':
		end := strings.IndexByte(p.s[p.i:], '}')
		if end < 0 {
			p.fail("a { without its }")
			return
		}
		count := p.s[p.i : p.i+end]
		p.i += end + 1
		lo, hi, bounded := strings.Cut(count, ",")
		if !isNumber(lo) || bounded && hi != "" && !isNumber(hi) {
			p.fail("{%s} is no quantifier", count)
			return
		}
		p.quantifier("{" + count + "}")
	case '.':
		p.b.WriteString(`[^\n\r]`)
		p.atom = true
	case '[':
		p.class().write(&p.b)
		p.atom = true
	case ']', '}':
		p.fail("a %c without its beginning", c)
	case '\\':
		if set, c := p.escape(); set != nil {
			set.write(&p.b)
		} else {
			p.b.WriteString(regexp.QuoteMeta(string(c)))
		}
		p.atom = true
	default:
		p.b.WriteString(regexp.QuoteMeta(string(c)))
		p.atom = true
	}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) < 9
}

func (p *patternParser) quantifier(q string) {
	if !p.atom {
		p.fail("%s has nothing to repeat", q)
	}
	// Each in a group of its own: a second one is not allowed here, and means something else in Go.
	p.b.WriteString(q)
	p.atom = false
}

// class reads a character class behind its [.
func (p *patternParser) class() runeSet {
	var set runeSet
	negated := strings.HasPrefix(p.s[p.i:], "^")
	if negated {
		p.i++
	}
	for first := true; p.err == nil; first = false {
		c := p.rune()
		switch {
		case p.err != nil:
			return nil
		case c == ']' && !first:
			if negated {
				set = set.complement()
			}
			return set
		case c == ']', c == '[':
			p.fail("%c in a class must be written \\%c", c, c)
			return nil
		case c == '-' && strings.HasPrefix(p.s[p.i:], "[") && !first:
			p.i++
			minus := p.class()
			if p.rune() != ']' {
				p.fail("a subtraction ends its class")
			}
			if negated {
				set = set.complement()
			}
			return set.minus(minus)
		case c == '\\':
			var more runeSet
			if more, c = p.escape(); more != nil {
				set = set.plus(more)
				continue
			}
		}
		last := c
		if rest := p.s[p.i:]; len(rest) > 1 && rest[0] == '-' && rest[1] != ']' && rest[1] != '[' {
			p.i++
			if last = p.rune(); last == '\\' {
				var more runeSet
				if more, last = p.escape(); more != nil {
					p.fail("a range cannot end in a class")
				}
			}
			if last < c {
				p.fail("the range %c-%c is the wrong way round", c, last)
			}
		}
		set = set.plus(runeSet{{c, last}})
	}
	return nil
}

// escape reads an escape behind its backslash: a set, or nil and a character.
func (p *patternParser) escape() (runeSet, rune) {
	c := p.rune()
	switch c {
	case 'n':
		return nil, '\n'
	case 'r':
		return nil, '\r'
	case 't':
		return nil, '\t'
	case 's':
		return spaces, 0
	case 'S':
		return spaces.complement(), 0
	case 'i':
		return nameStarts, 0
	case 'I':
		return nameStarts.complement(), 0
	case 'c':
		return nameStarts.plus(nameMore), 0
	case 'C':
		return nameStarts.plus(nameMore).complement(), 0
	case 'd':
		return setOf(unicode.Nd), 0
	case 'D':
		return setOf(unicode.Nd).complement(), 0
	case 'w':
		return words(), 0
	case 'W':
		return words().complement(), 0
	case 'p', 'P':
		end := strings.IndexByte(p.s[p.i:], '}')
		if !strings.HasPrefix(p.s[p.i:], "{") || end < 0 {
			p.fail("\\%c wants {…}", c)
			return runeSet{}, 0
		}
		name := p.s[p.i+1 : p.i+end]
		p.i += end + 1
		set, ok := property(name)
		if !ok {
			p.fail("\\%c{%s} is not known", c, name)
			return runeSet{}, 0
		}
		if c == 'P' {
			set = set.complement()
		}
		return set, 0
	}
	if c < utf8.RuneSelf && ('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9') {
		p.fail("\\%c is no escape", c)
	}
	return nil, c
}

// words is \w: all but punctuation, separators and other.
func words() runeSet {
	return other().plus(setOf(unicode.P)).plus(setOf(unicode.Z)).complement()
}

// other is \p{C}, with the characters that are not assigned.
func other() runeSet {
	return setOf(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z).complement()
}

// property is the set of \p{name}.
func property(name string) (runeSet, bool) {
	if block, ok := strings.CutPrefix(name, "Is"); ok {
		r, ok := blocks[block]
		return runeSet{r}, ok
	}
	switch name {
	case "C":
		return other(), true
	case "Cn":
		return other().minus(setOf(unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)), true
	}
	table, ok := unicode.Categories[name]
	if !ok || len(name) > 2 || name == "LC" {
		return nil, false
	}
	return setOf(table), true
}

// runeSet is a set of characters: ranges in order that do not touch.
type runeSet [][2]rune

func setOf(tables ...*unicode.RangeTable) (s runeSet) {
	for _, t := range tables {
		var one runeSet
		add := func(lo, hi, stride rune) {
			if stride == 1 {
				one = append(one, [2]rune{lo, hi})
				return
			}
			for c := lo; c <= hi; c += stride {
				one = append(one, [2]rune{c, c})
			}
		}
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		s = s.plus(one)
	}
	return s
}

// plus merges two sets; o need not be joined, but in order.
func (s runeSet) plus(o runeSet) runeSet {
	out := make(runeSet, 0, len(s)+len(o))
	for len(s) > 0 || len(o) > 0 {
		var r [2]rune
		if len(o) == 0 || len(s) > 0 && s[0][0] <= o[0][0] {
			r, s = s[0], s[1:]
		} else {
			r, o = o[0], o[1:]
		}
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
		} else {
			out = append(out, r)
		}
	}
	return out
}

func (s runeSet) complement() runeSet {
	out := make(runeSet, 0, len(s)+1)
	from := rune(0)
	for _, r := range s {
		if from < r[0] {
			out = append(out, [2]rune{from, r[0] - 1})
		}
		from = r[1] + 1
	}
	if from <= unicode.MaxRune {
		out = append(out, [2]rune{from, unicode.MaxRune})
	}
	return out
}

func (s runeSet) minus(o runeSet) runeSet {
	return s.complement().plus(o).complement()
}

// write writes the set as a class.
func (s runeSet) write(b *strings.Builder) {
	if len(s) == 0 {
		b.WriteString(`[^\x00-\x{10FFFF}]`)
		return
	}
	b.WriteByte('[')
	for _, r := range s {
		b.WriteString(`\x{` + strconv.FormatInt(int64(r[0]), 16) + `}`)
		if r[1] > r[0] {
			b.WriteString(`-\x{` + strconv.FormatInt(int64(r[1]), 16) + `}`)
		}
	}
	b.WriteByte(']')
}

var (
	spaces     = runeSet{{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}
	nameStarts = runeSet{
		{':', ':'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD},
		{0x10000, 0xEFFFF},
	}
	nameMore = runeSet{{'-', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}
)

// blocks are the Unicode blocks that XML Schema 1.0 names.
var blocks = map[string][2]rune{
	"BasicLatin": {0x0000, 0x007F}, "Latin-1Supplement": {0x0080, 0x00FF}, "LatinExtended-A": {0x0100, 0x017F},
	"LatinExtended-B": {0x0180, 0x024F}, "IPAExtensions": {0x0250, 0x02AF}, "SpacingModifierLetters": {0x02B0, 0x02FF},
	"CombiningDiacriticalMarks": {0x0300, 0x036F}, "Greek": {0x0370, 0x03FF}, "GreekandCoptic": {0x0370, 0x03FF},
	"Cyrillic": {0x0400, 0x04FF}, "Armenian": {0x0530, 0x058F}, "Hebrew": {0x0590, 0x05FF}, "Arabic": {0x0600, 0x06FF},
	"Syriac": {0x0700, 0x074F}, "Thaana": {0x0780, 0x07BF}, "Devanagari": {0x0900, 0x097F}, "Bengali": {0x0980, 0x09FF},
	"Gurmukhi": {0x0A00, 0x0A7F}, "Gujarati": {0x0A80, 0x0AFF}, "Oriya": {0x0B00, 0x0B7F}, "Tamil": {0x0B80, 0x0BFF},
	"Telugu": {0x0C00, 0x0C7F}, "Kannada": {0x0C80, 0x0CFF}, "Malayalam": {0x0D00, 0x0D7F}, "Sinhala": {0x0D80, 0x0DFF},
	"Thai": {0x0E00, 0x0E7F}, "Lao": {0x0E80, 0x0EFF}, "Tibetan": {0x0F00, 0x0FFF}, "Myanmar": {0x1000, 0x109F},
	"Georgian": {0x10A0, 0x10FF}, "HangulJamo": {0x1100, 0x11FF}, "Ethiopic": {0x1200, 0x137F}, "Cherokee": {0x13A0, 0x13FF},
	"UnifiedCanadianAboriginalSyllabics": {0x1400, 0x167F}, "Ogham": {0x1680, 0x169F}, "Runic": {0x16A0, 0x16FF},
	"Khmer": {0x1780, 0x17FF}, "Mongolian": {0x1800, 0x18AF}, "LatinExtendedAdditional": {0x1E00, 0x1EFF},
	"GreekExtended": {0x1F00, 0x1FFF}, "GeneralPunctuation": {0x2000, 0x206F}, "SuperscriptsandSubscripts": {0x2070, 0x209F},
	"CurrencySymbols": {0x20A0, 0x20CF}, "CombiningMarksforSymbols": {0x20D0, 0x20FF}, "LetterlikeSymbols": {0x2100, 0x214F},
	"NumberForms": {0x2150, 0x218F}, "Arrows": {0x2190, 0x21FF}, "MathematicalOperators": {0x2200, 0x22FF},
	"MiscellaneousTechnical": {0x2300, 0x23FF}, "ControlPictures": {0x2400, 0x243F},
	"OpticalCharacterRecognition": {0x2440, 0x245F}, "EnclosedAlphanumerics": {0x2460, 0x24FF}, "BoxDrawing": {0x2500, 0x257F},
	"BlockElements": {0x2580, 0x259F}, "GeometricShapes": {0x25A0, 0x25FF}, "MiscellaneousSymbols": {0x2600, 0x26FF},
	"Dingbats": {0x2700, 0x27BF}, "BraillePatterns": {0x2800, 0x28FF}, "CJKRadicalsSupplement": {0x2E80, 0x2EFF},
	"KangxiRadicals": {0x2F00, 0x2FDF}, "IdeographicDescriptionCharacters": {0x2FF0, 0x2FFF},
	"CJKSymbolsandPunctuation": {0x3000, 0x303F}, "Hiragana": {0x3040, 0x309F}, "Katakana": {0x30A0, 0x30FF},
	"Bopomofo": {0x3100, 0x312F}, "HangulCompatibilityJamo": {0x3130, 0x318F}, "Kanbun": {0x3190, 0x319F},
	"BopomofoExtended": {0x31A0, 0x31BF}, "EnclosedCJKLettersandMonths": {0x3200, 0x32FF}, "CJKCompatibility": {0x3300, 0x33FF},
	"CJKUnifiedIdeographsExtensionA": {0x3400, 0x4DB5}, "CJKUnifiedIdeographs": {0x4E00, 0x9FFF}, "YiSyllables": {0xA000, 0xA48F},
	"YiRadicals": {0xA490, 0xA4CF}, "HangulSyllables": {0xAC00, 0xD7A3}, "PrivateUse": {0xE000, 0xF8FF},
	"CJKCompatibilityIdeographs": {0xF900, 0xFAFF}, "AlphabeticPresentationForms": {0xFB00, 0xFB4F},
	"ArabicPresentationForms-A": {0xFB50, 0xFDFF}, "CombiningHalfMarks": {0xFE20, 0xFE2F},
	"CJKCompatibilityForms": {0xFE30, 0xFE4F}, "SmallFormVariants": {0xFE50, 0xFE6F}, "ArabicPresentationForms-B": {0xFE70, 0xFEFE},
	"HalfwidthandFullwidthForms": {0xFF00, 0xFFEF}, "Specials": {0xFFF0, 0xFFFD},
	"OldItalic": {0x10300, 0x1032F}, "Gothic": {0x10330, 0x1034F}, "Deseret": {0x10400, 0x1044F},
	"ByzantineMusicalSymbols": {0x1D000, 0x1D0FF}, "MusicalSymbols": {0x1D100, 0x1D1FF},
	"MathematicalAlphanumericSymbols": {0x1D400, 0x1D7FF}, "CJKUnifiedIdeographsExtensionB": {0x20000, 0x2A6D6},
	"CJKCompatibilityIdeographsSupplement": {0x2F800, 0x2FA1F}, "Tags": {0xE0000, 0xE007F},
}
