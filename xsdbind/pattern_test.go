package xsdbind

import (
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	tests := []struct {
		pattern string
		yes, no string // examples, | between them
	}{
		{`abc`, "abc", "abcd|xabc|ABC|"},
		{`a|bc|`, "a|bc|", "ab|b"},
		{`^a$`, "^a$", "a"},
		{`a.c`, "abc|aéc|a c", "a\nc|ac|a\rc"},
		{`urn\:[a-zA-Z_0-9\-]+\:x`, "urn:a-b_1:x", "urn::x|urn\\:a:x"},
		{`[0-9]+\.[0-9]+(\.[0-9]+)?(\.[0-9]+)?`, "1.2|1.2.3.4", "1|1.2.3.4.5|1a2"},
		{`\d{2,4}`, "12|1234|٣٤", "1|12345|ab"},
		{`\D\S\W`, "ab-|a1 ", "1b-|a b"},
		{`\s*`, " \t\n\r|", "\u00a0|a"},
		{`\w+`, "aZ09é|+$", "-| |a b|."},
		{`\i\c*`, "a|_b-.1|:x|é", "1|-|.a"},
		{`\I\C`, "1 |- ", "ab|1a"},
		{`[\i-[:]][\c-[:]]*`, "a|a1.b", ":a|a:b|1"},
		{`[a-z-[aeiou]]+`, "bcd|xyz", "a|bad|B"},
		{`[^a-z-[0-9]]`, "A|-", "a|5"},
		{`[a-z-[b-y-[m]]]+`, "a|z|m|azm", "b|l"},
		{`\p{Lu}\p{Ll}*`, "Aa|Éé|Ω", "a|AA"},
		{`\P{L}`, "1|-", "a"},
		{`\p{L}\p{Nd}`, "a1|é٣", "1a"},
		{`\p{IsBasicLatin}+`, "abc~", "é"},
		{`\P{IsBasicLatin}`, "é", "a"},
		{`\p{IsGreek}`, "Ω", "a"},
		{`\p{Cn}`, "\U0001FFFF", "a|\n"},
		{`\p{C}`, "\n|\U0001FFFF|\u00ad", "a| "},
		{`[\-x]|[-y]|[z-]`, "-|x|y|z", "a"},
		{`[\^a]`, "^|a", "b"},
		{`[\]\[\\]`, "[|]|\\", "a"},
		{`\(\)\{\}\.\*\+\?\|\\`, `(){}.*+?` + "\x00" + `\`, "a"},
		{`(ab){2}c{0,}d{1}`, "ababd|ababcccd", "abd|ababdd"},
		{`\n\r\t`, "\n\r\t", "nrt"},
		{`[\n\d]+`, "\n1", "n"},
		{`[+-]?5`, "5|+5|-5", ",5"},
		{`a{2}`, "aa", "a|aaa|a{2}"},
		{`$^`, "$^", ""},
		{`[.]`, ".", "a"},
		{`[^\d\s]`, "a", "1| "},
		{`\p{Z}`, " |\u00a0", "a|\n"},
	}
	for _, test := range tests {
		re, err := compilePattern(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		for _, s := range strings.Split(test.yes, "|") {
			if s = strings.ReplaceAll(s, "\x00", "|"); !re.MatchString(s) {
				t.Errorf("%s does not match %q (%s)", test.pattern, s, re)
			}
		}
		for _, s := range strings.Split(test.no, "|") {
			if re.MatchString(s) && !(s == "" && strings.HasSuffix(test.yes, "|")) {
				t.Errorf("%s matches %q (%s)", test.pattern, s, re)
			}
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for _, p := range []string{
		`(`, `)`, `(a`, `a)`, `[`, `[a`, `]`, `}`, `{`, `a{`, `a{x}`, `a{1,x}`, `*`, `a**`, `a+?`, `(?:a)`, `|*`, `\`, `\p`, `\p{`, `\p{L`, `\p{Xx}`, `\p{IsNowhere}`,
		`\b`, `\x41`, `\1`, `[z-a]`, `[]`, `[a-\d]`, `[a-z-[a]b]`, `[[a]]`, `a{3,2}`, `a{99999}`, `\p{LC}`, `\p{Latin}`,
	} {
		if re, err := compilePattern(p); err == nil {
			t.Errorf("%s: no error but %s", p, re)
		} else if !strings.Contains(err.Error(), "the pattern") {
			t.Errorf("%s: %v", p, err)
		}
	}
	s := &SimpleType{Patterns: [][]string{{`a`, `(`}}}
	for range 2 {
		if err := s.check("a", (*SimpleType).matchPatterns); err == nil {
			t.Error("a pattern that cannot be translated is passed over in silence")
		}
	}
	if err := s.check("b", nil); err != nil {
		t.Errorf("reading looks at patterns: %v", err)
	}
}

// TestPatternSteps: of patterns of one type one must match, of those along a derivation each.
func TestPatternSteps(t *testing.T) {
	s := &SimpleType{Builtin: "string", Patterns: [][]string{{`a.*`, `b.*`}, {`.*z`}}}
	for v, want := range map[string]bool{"az": true, "bz": true, "a": false, "z": false, "cz": false} {
		if got := s.check(v, (*SimpleType).matchPatterns) == nil; got != want {
			t.Errorf("%s: %v", v, got)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{`urn\:[a-z]+`, `[a-z-[aeiou]]{2,3}`, `\p{IsGreek}|\i\c*`, `(a|b)*c?`} {
		f.Add(p, "abc")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 1000 {
			return
		}
		// No panic, and what is translated compiles: but for sizes that Go does not take.
		if expr, err := translatePattern(pattern); err == nil {
			if _, err := compilePattern(pattern); err != nil && !strings.Contains(err.Error(), "invalid repeat count") &&
				!strings.Contains(err.Error(), "expression too large") && !strings.Contains(err.Error(), "nests too deeply") &&
				!strings.Contains(err.Error(), "invalid UTF-8") {
				t.Errorf("%q became %q: %v", pattern, expr, err)
			}
		}
	})
}
