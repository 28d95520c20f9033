package xsd

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// patternFault says what is wrong with a regular expression of XML Schema (appendix F), "" when nothing is.
// Unless strict, a backslash before a punctuation mark that needs none passes, as other processors let it.
func patternFault(pattern string, strict bool) string {
	p := patternParser{rest: pattern, strict: strict}
	p.alternatives(0)
	if p.fault == "" && p.rest != "" {
		p.failf("%q without its partner", p.rest[:1])
	}
	return p.fault
}

type patternParser struct {
	rest   string
	strict bool
	fault  string
}

func (p *patternParser) failf(format string, args ...any) {
	if p.fault == "" {
		p.fault = fmt.Sprintf(format, args...)
	}
}

func (p *patternParser) peek() rune {
	if p.rest == "" || p.fault != "" {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(p.rest)
	return r
}

func (p *patternParser) next() rune {
	r, n := utf8.DecodeRuneInString(p.rest)
	if n == 0 {
		p.failf("it ends too early")
		return -1
	}
	p.rest = p.rest[n:]
	return r
}

func (p *patternParser) take(r rune) bool {
	if p.peek() == r {
		p.next()
		return true
	}
	return false
}

func (p *patternParser) alternatives(depth int) {
	if depth > 500 {
		p.failf("more than 500 parentheses deep")
		return
	}
	for {
		for p.piece(depth) {
		}
		if !p.take('|') {
			return
		}
	}
}

func (p *patternParser) piece(depth int) bool {
	switch c := p.peek(); c {
	case -1, '|', ')':
		return false
	case '(':
		p.next()
		p.alternatives(depth + 1)
		if !p.take(')') {
			p.failf(`"(" without its partner`)
		}
	case '[':
		p.next()
		p.class(depth)
	case '\\':
		p.next()
		p.escape()
	case '?', '*', '+', '{', '}', ']':
		p.failf("%q may not stand here", string(c))
	default:
		p.next()
	}
	switch p.peek() {
	case '?', '*', '+':
		p.next()
	case '{':
		p.next()
		p.quantity()
	}
	return p.fault == ""
}

func (p *patternParser) quantity() {
	from, ok := p.number()
	if !ok {
		p.failf("a quantity needs a number")
		return
	}
	if p.take(',') {
		if to, ok := p.number(); ok && to < from {
			p.failf("the quantity {%d,%d} is upside down", from, to)
		}
	}
	if !p.take('}') {
		p.failf("the quantity has no end")
	}
}

func (p *patternParser) number() (int, bool) {
	n, ok := 0, false
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		if n < math.MaxInt/10-1 {
			n = n*10 + int(c-'0')
		}
		p.next()
		ok = true
	}
	return n, ok
}

const singleEscapes = `nrt\|.?*+(){}-[]^`

// escape reads what follows a backslash. It gives the character that the escape stands for, -1 when it stands for several.
func (p *patternParser) escape() rune {
	switch c := p.next(); {
	case c < 0:
	case strings.ContainsRune(singleEscapes, c):
		if i := strings.IndexRune("nrt", c); i >= 0 {
			return rune("\n\r\t"[i])
		}
		return c
	case strings.ContainsRune("sSiIcCdDwW", c):
	case c == 'p' || c == 'P':
		name, rest, ok := strings.Cut(p.rest, "}")
		name, open := strings.CutPrefix(name, "{")
		if !ok || !open {
			p.failf(`\%c needs a name in braces`, c)
			break
		}
		p.rest = rest
		if block, ok := strings.CutPrefix(name, "Is"); ok && !unicodeBlocks[block] || !ok && !unicodeCategories[name] {
			p.failf(`\%c{%s}: no such category or block of Unicode`, c, name)
		}
	case !p.strict && strings.ContainsRune("!\"#$%&',/:;<=>@_`~ ", c):
		return c
	default:
		p.failf(`the escape \%c means nothing`, c)
	}
	return -1
}

// class reads a character class after its opening bracket.
func (p *patternParser) class(depth int) {
	if depth > 500 {
		p.failf("more than 500 brackets deep")
		return
	}
	p.take('^')
	for first := true; ; first = false {
		c := p.peek()
		switch {
		case c < 0:
			p.failf(`"[" without its partner`)
			return
		case c == ']':
			p.next()
			if first {
				p.failf("a character class with nothing in it")
			}
			return
		case c == '[':
			p.failf(`"[" in a character class needs a backslash`)
			return
		case c == '-' && strings.HasPrefix(p.rest, "-["):
			if first {
				p.failf("a subtraction needs something to subtract from")
			}
			p.rest = p.rest[2:]
			p.class(depth + 1)
			if !p.take(']') {
				p.failf("after a subtraction the character class must end")
			}
			return
		}
		if p.classRange(first); p.fault != "" {
			return
		}
	}
}

// classRange reads a character, an escape or a range in a class.
func (p *patternParser) classRange(first bool) {
	dash := p.peek() == '-'
	from := p.classChar()
	if dash {
		if !first && p.peek() != ']' && !strings.HasPrefix(p.rest, "-[") {
			p.failf(`"-" may stand first or last in a character class only`)
		}
		if first && strings.HasPrefix(p.rest, "-") && !strings.HasPrefix(p.rest, "-]") && !strings.HasPrefix(p.rest, "-[") {
			p.failf(`"-" cannot begin a range`)
		}
		return
	}
	if p.peek() != '-' || strings.HasPrefix(p.rest, "-]") || strings.HasPrefix(p.rest, "-[") {
		return
	}
	p.next()
	if from < 0 {
		p.failf("a class of characters cannot begin a range")
		return
	}
	if p.peek() == '-' {
		p.failf(`"-" cannot end a range`)
		return
	}
	switch to := p.classChar(); {
	case to < 0:
		p.failf("a class of characters cannot end a range")
	case to < from:
		p.failf("the range %c-%c is upside down", from, to)
	}
}

func (p *patternParser) classChar() rune {
	switch c := p.next(); c {
	case '\\':
		return p.escape()
	case '[', ']':
		p.failf("%q in a character class needs a backslash", string(c))
		return -1
	default:
		return c
	}
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var unicodeCategories = words("L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn")

// unicodeBlocks are the blocks that the recommendation lists, and the names that some of them got later.
var unicodeBlocks = words(`BasicLatin Latin-1Supplement LatinExtended-A LatinExtended-B IPAExtensions SpacingModifierLetters CombiningDiacriticalMarks
Greek GreekandCoptic Cyrillic CyrillicSupplement Armenian Hebrew Arabic Syriac Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam
Sinhala Thai Lao Tibetan Myanmar Georgian HangulJamo Ethiopic Cherokee UnifiedCanadianAboriginalSyllabics Ogham Runic Khmer Mongolian
LatinExtendedAdditional GreekExtended GeneralPunctuation SuperscriptsandSubscripts CurrencySymbols CombiningMarksforSymbols
CombiningDiacriticalMarksforSymbols LetterlikeSymbols NumberForms Arrows MathematicalOperators MiscellaneousTechnical ControlPictures
OpticalCharacterRecognition EnclosedAlphanumerics BoxDrawing BlockElements GeometricShapes MiscellaneousSymbols Dingbats BraillePatterns
CJKRadicalsSupplement KangxiRadicals IdeographicDescriptionCharacters CJKSymbolsandPunctuation Hiragana Katakana Bopomofo
HangulCompatibilityJamo Kanbun BopomofoExtended EnclosedCJKLettersandMonths CJKCompatibility CJKUnifiedIdeographsExtensionA
CJKUnifiedIdeographs YiSyllables YiRadicals HangulSyllables HighSurrogates HighPrivateUseSurrogates LowSurrogates PrivateUse PrivateUseArea CJKCompatibilityIdeographs
AlphabeticPresentationForms ArabicPresentationForms-A CombiningHalfMarks CJKCompatibilityForms SmallFormVariants
ArabicPresentationForms-B Specials HalfwidthandFullwidthForms OldItalic Gothic Deseret ByzantineMusicalSymbols MusicalSymbols
MathematicalAlphanumericSymbols CJKUnifiedIdeographsExtensionB CJKCompatibilityIdeographsSupplement Tags SupplementaryPrivateUseArea-A SupplementaryPrivateUseArea-B`)
