package xsd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPatternFault(t *testing.T) {
	for _, p := range []string{
		"", "a|b|", "(a|b)*c{2,5}", `\d{3}-\d{4}`, `[a-z-[aeiou]]+`, `[^\s\-]?`, `[-a]`, `[a-]`, `\p{Lu}\P{IsGreek}`, `[\i-[:]][\c-[:]]*`, `a{3,}`, `[a^]`, `\\\.\[\]`, "[a-z--[b-z]]",
	} {
		if msg := patternFault(p, true); msg != "" {
			t.Errorf("%q: %s", p, msg)
		}
	}
	for p, want := range map[string]string{
		"a{2":      "the quantity has no end",
		"a{x}":     "a quantity needs a number",
		"a{3,2}":   "the quantity {3,2} is upside down",
		"(a":       `"(" without its partner`,
		"a)":       `")" without its partner`,
		"[a":       `"[" without its partner`,
		"[]":       "a character class with nothing in it",
		"[z-a]":    "the range z-a is upside down",
		"[a-c-e]":  `"-" may stand first or last in a character class only`,
		"[a[b]]":   `"[" in a character class needs a backslash`,
		`[\d-z]`:   "a class of characters cannot begin a range",
		`[a-\d]`:   "a class of characters cannot end a range",
		"*a":       `"*" may not stand here`,
		"a**":      `"*" may not stand here`,
		`\q`:       `the escape \q means nothing`,
		`\p{Lx}`:   `\p{Lx}: no such category or block of Unicode`,
		`\pL`:      `\p needs a name in braces`,
		`a\`:       "it ends too early",
		`urn\:uid`: `the escape \: means nothing`,
	} {
		if diff := cmp.Diff(want, patternFault(p, true)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", p, diff)
		}
	}
	if msg := patternFault(`urn\:uid`, false); msg != "" {
		t.Errorf("a needless escape: %s", msg)
	}
}

func TestLexicalFault(t *testing.T) {
	for builtin, texts := range map[string][2][]string{
		"boolean":            {{"true", "0"}, {"TRUE", "yes", ""}},
		"decimal":            {{"1", "-.5", "+3.", "007.10"}, {"1e3", ".", "", "1,5"}},
		"int":                {{"-2147483648", "+7"}, {"2147483648", "1.0", ""}},
		"unsignedByte":       {{"0", "255"}, {"-1", "256"}},
		"double":             {{"1e5", "-INF", "NaN", ".5E-3"}, {"+INF", "inf", "e5"}},
		"duration":           {{"P1Y2M3DT4H5M6.7S", "-P1D", "PT0S"}, {"P", "P1DT", "1D", "P1H", "PT1.S"}},
		"dateTime":           {{"2024-02-29T23:59:59.1234567Z", "-0001-01-01T00:00:00", "12024-01-01T24:00:00+14:00"}, {"2023-02-29T00:00:00", "0000-01-01T00:00:00", "2024-01-01", "2024-01-01T24:00:01", "2024-01-01T00:00:60", "2024-01-01T00:00:00+14:01"}},
		"time":               {{"00:00:00", "23:59:59.9-05:00"}, {"24:01:00", "1:00:00"}},
		"date":               {{"2024-01-31", "2024-01-31Z"}, {"2024-04-31", "24-01-01"}},
		"gYearMonth":         {{"2024-12"}, {"2024-13", "2024"}},
		"gYear":              {{"2024", "-12024Z"}, {"24"}},
		"gMonthDay":          {{"--02-29"}, {"--02-30", "02-28"}},
		"gDay":               {{"---31"}, {"---32", "31"}},
		"gMonth":             {{"--05", "--05Z"}, {"--05--", "--13"}},
		"hexBinary":          {{"", "0aFF"}, {"0", "0g"}},
		"base64Binary":       {{"", "QUJD", "QQ==", "QU JD"}, {"Q", "QQ=", "Q*=="}},
		"anyURI":             {{"", "http://a/b?c#d", "../x", "%20"}, {"a#b#c", "%2", ":a"}},
		"language":           {{"en", "en-US"}, {"en_US", "toolonglanguage"}},
		"NMTOKEN":            {{"-a.b:1"}, {"a b", ""}},
		"Name":               {{"a:b", "_x"}, {"1a", ""}},
		"NCName":             {{"ab", "ö"}, {"a:b", "-a"}},
		"QName":              {{"a:b", "b"}, {}},
		"NMTOKENS":           {{"a b  c"}, {""}},
		"positiveInteger":    {{"1", "99999999999999999999"}, {"0", "-1"}},
		"nonPositiveInteger": {{"0", "-5"}, {"1"}},
	} {
		typ := Builtin(builtin)
		for _, text := range texts[0] {
			if msg := typ.fault(text, nil); msg != "" {
				t.Errorf("%s %q: %s", builtin, text, msg)
			}
		}
		for _, text := range texts[1] {
			if typ.fault(text, nil) == "" {
				t.Errorf("%s %q passed", builtin, text)
			}
		}
	}
}

func TestCompare(t *testing.T) {
	const none = 9 // no order
	for _, tt := range []struct {
		primitive, a, b string
		want            int
	}{
		{"decimal", "1.0", "1", 0},
		{"decimal", "-1", "0.5", -1},
		{"decimal", "x", "1", none},
		{"double", "NaN", "NaN", 0},
		{"double", "NaN", "1", none},
		{"double", "INF", "1e300", 1},
		{"float", "1e39", "INF", 0},
		{"duration", "P1M", "P30D", none},
		{"duration", "P1M", "P32D", -1},
		{"duration", "PT60S", "PT1M", 0},
		{"duration", "-P1Y", "-P12M", 0},
		{"dateTime", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", 0},
		{"dateTime", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00", none},
		{"dateTime", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00", -1},
		{"dateTime", "2023-12-31T24:00:00", "2024-01-01T00:00:00", 0},
		{"dateTime", "-0001-12-31T00:00:00", "0001-01-01T00:00:00", -1},
		{"time", "12:00:00.5", "12:00:00.25", 1},
		{"gDay", "---01", "---31", -1},
		{"string", "a", "b", none},
	} {
		got, ok := compare(tt.primitive, tt.a, tt.b)
		if !ok {
			got = none
		}
		if got != tt.want {
			t.Errorf("%s %s, %s: %d, want %d", tt.primitive, tt.a, tt.b, got, tt.want)
		}
	}
}

func TestWildcardSets(t *testing.T) {
	all := &Wildcard{Any: true}
	other := &Wildcard{Not: true, Spaces: []string{"t", ""}}
	another := &Wildcard{Not: true, Spaces: []string{"o", ""}}
	named := &Wildcard{Not: true, Spaces: []string{""}}
	for _, tt := range []struct {
		name         string
		a, b         *Wildcard
		both, either *Wildcard // nil: cannot be told
	}{
		{"any", all, other, other, all},
		{"lists", &Wildcard{Spaces: []string{"t", "o"}}, &Wildcard{Spaces: []string{"o", ""}}, &Wildcard{Spaces: []string{"o"}}, &Wildcard{Spaces: []string{"t", "o", ""}}},
		{"other and list", other, &Wildcard{Spaces: []string{"t", "o"}}, &Wildcard{Spaces: []string{"o"}}, named},
		{"other and none", other, &Wildcard{Spaces: []string{""}}, &Wildcard{}, nil},
		{"other and its complement", other, &Wildcard{Spaces: []string{"t", ""}}, &Wildcard{}, all},
		{"two others", other, another, nil, named},
		{"other and named", other, named, other, named},
	} {
		for i, pair := range [][2]*Wildcard{{tt.a, tt.b}, {tt.b, tt.a}} {
			both, ok := pair[0].intersect(pair[1])
			if !ok {
				both = nil
			}
			either, ok := pair[0].union(pair[1])
			if !ok {
				either = nil
			}
			for _, c := range []struct {
				what      string
				got, want *Wildcard
			}{{"both", both, tt.both}, {"either", either, tt.either}} {
				if !sameSpaces(c.got, c.want) {
					t.Errorf("%s (order %d), %s: %+v, want %+v", tt.name, i, c.what, c.got, c.want)
				}
			}
		}
	}
}

// sameSpaces compares what two wildcards admit.
func sameSpaces(a, b *Wildcard) bool {
	if a == nil || b == nil {
		return a == b
	}
	for _, s := range []string{"", "t", "o", "x"} {
		if a.Admits(s) != b.Admits(s) {
			return false
		}
	}
	return true
}
