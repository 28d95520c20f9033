package xsdbind

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vbem-go/vbem/xsdtype"
)

// patternCheck checks a value against a type's patterns; nil is no check. It is handed down from [Validate], and not called by name, so that a
// program which only reads and writes is not linked with package regexp.
type patternCheck func(s *SimpleType, text string) error

// checkText checks a value by its text: the lexical form, the facets and the fixed value. Patterns are left
// out when documents are read: a server that strays from one must not become unreadable.
func (f *Field) checkText(text string, patterns patternCheck) error {
	if f.Simple != nil {
		if err := f.Simple.check(text, patterns); err != nil {
			return err
		}
	}
	if f.Fixed != "" && !sameValue(f.builtin(), text, f.Fixed) {
		return fmt.Errorf("%s where the schema fixes %s", clip(text), clip(f.Fixed))
	}
	return nil
}

// checkValue is checkText for what FieldAt or a List gives.
func (f *Field) checkValue(p any, patterns patternCheck) error {
	if n, ok := p.(*int); ok && int64(*n) != int64(int32(*n)) {
		return fmt.Errorf("%d is not a valid int", *n)
	}
	if f.Simple == nil && f.Fixed == "" {
		return nil
	}
	l, ok := p.(List)
	if !ok {
		text, _ := appendScalar(nil, p)
		return f.checkText(string(text), patterns)
	}
	var text []byte
	for i := range l.Len() {
		if i > 0 {
			text = append(text, ' ')
		}
		text, _ = appendScalar(text, l.At(i))
	}
	return f.checkText(string(text), patterns)
}

func (f *Field) builtin() string {
	if f.Simple != nil && f.Simple.Builtin != "" {
		return f.Simple.Builtin
	}
	return builtinNames[f.Kind]
}

// check checks a value's text against the type.
func (s *SimpleType) check(text string, patterns patternCheck) error {
	switch {
	case s.Item != nil:
		items := xsdtype.Fields(text)
		for _, item := range items {
			if err := s.Item.check(item, patterns); err != nil {
				return err
			}
		}
		text = strings.Join(items, " ")
		if err := s.checkLength(len(items), "items"); err != nil {
			return err
		}
	case len(s.Members) > 0:
		var err error
		for _, m := range s.Members {
			if err = m.check(text, patterns); err == nil {
				break
			}
		}
		if err != nil {
			return fmt.Errorf("%s is of none of the types that the schema allows%s", clip(text), s.named())
		}
	default:
		if s.Builtin != "" {
			if err := xsdtype.Check(s.Builtin, text); err != nil {
				return err
			}
			text = xsdtype.Normalize(s.Builtin, text)
		}
		if err := s.checkFacets(text); err != nil {
			return err
		}
	}
	if err := s.checkEnum(text); err != nil {
		return err
	}
	if patterns != nil {
		return patterns(s, text)
	}
	return nil
}

// named names the type for a message.
func (s *SimpleType) named() string {
	if s.Name == "" {
		return ""
	}
	return " (" + s.Name + ")"
}

func (s *SimpleType) checkEnum(text string) error {
	if s.Open || len(s.Enum) == 0 {
		return nil
	}
	for _, v := range s.Enum {
		if v == text {
			return nil
		}
	}
	for _, v := range s.Enum {
		if sameValue(s.Builtin, text, v) {
			return nil
		}
	}
	return fmt.Errorf("%s is not one of the values that the schema lists%s", clip(text), s.named())
}

// checkFacets checks length, digits and bounds of text, which is normalized and valid.
func (s *SimpleType) checkFacets(text string) error {
	if s.Length+s.MinLength+s.MaxLength > 0 {
		n, unit := length(s.Builtin, text)
		if unit != "" {
			if err := s.checkLength(n, unit); err != nil {
				return err
			}
		}
	}
	if s.TotalDigits+s.FractionDigits > 0 {
		total, fraction, err := xsdtype.Decimal(text).Digits()
		switch {
		case err != nil:
			return err
		case s.TotalDigits > 0 && total > s.TotalDigits-1:
			return fmt.Errorf("%s has %d digits, the schema allows %d", clip(text), total, s.TotalDigits-1)
		case s.FractionDigits > 0 && fraction > s.FractionDigits-1:
			return fmt.Errorf("%s has %d digits behind the point, the schema allows %d", clip(text), fraction, s.FractionDigits-1)
		}
	}
	for _, b := range [...]struct {
		bound, must string
		holds       func(n int) bool
	}{
		{s.MinInclusive, "at least ", func(n int) bool { return n >= 0 }},
		{s.MaxInclusive, "at most ", func(n int) bool { return n <= 0 }},
		{s.MinExclusive, "more than ", func(n int) bool { return n > 0 }},
		{s.MaxExclusive, "less than ", func(n int) bool { return n < 0 }},
	} {
		if b.bound == "" {
			continue
		}
		if n, ok := xsdtype.Compare(s.Builtin, text, b.bound); !ok || !b.holds(n) {
			return fmt.Errorf("%s is not %s%s, as the schema wants", clip(text), b.must, b.bound)
		}
	}
	return nil
}

func (s *SimpleType) checkLength(n int, unit string) error {
	switch {
	case s.Length > 0 && n != s.Length-1:
		return fmt.Errorf("%d %s, the schema wants %d", n, unit, s.Length-1)
	case s.MinLength > 0 && n < s.MinLength-1:
		return fmt.Errorf("%d %s, the schema wants at least %d", n, unit, s.MinLength-1)
	case s.MaxLength > 0 && n > s.MaxLength-1:
		return fmt.Errorf("%d %s, the schema allows %d", n, unit, s.MaxLength-1)
	}
	return nil
}

// length is a value's length in the unit that its type counts; no unit where the facet means nothing.
func length(builtin, text string) (n int, unit string) {
	switch builtin {
	case "hexBinary":
		return len(text) / 2, "bytes"
	case "base64Binary":
		b, err := xsdtype.Base64Binary(text).Bytes()
		if err != nil {
			return 0, ""
		}
		return len(b), "bytes"
	case "QName", "NOTATION":
		return 0, ""
	case "NMTOKENS", "IDREFS", "ENTITIES":
		return len(xsdtype.Fields(text)), "items"
	}
	return utf8.RuneCountInString(text), "characters"
}

// sameValue compares texts by their values.
func sameValue(builtin, a, b string) bool {
	a, b = xsdtype.Normalize(builtin, a), xsdtype.Normalize(builtin, b)
	if a == b {
		return true
	}
	if builtin == "boolean" {
		truth := map[string]bool{"true": true, "1": true, "false": false, "0": false}
		x, okA := truth[a]
		y, okB := truth[b]
		return okA && okB && x == y
	}
	n, ok := xsdtype.Compare(builtin, a, b)
	return ok && n == 0
}
