package xsd

import (
	"encoding/base64"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fault says what is wrong with a text as a value of the type, "" when nothing is. at resolves prefixes. Patterns are not tried.
func (t *SimpleType) fault(text string, at *node) string {
	text = t.All.WhiteSpace.normalize(text)
	switch t.Variety {
	case VarietyList:
		items := strings.Fields(text)
		for _, i := range items {
			if msg := t.Item.fault(i, at); msg != "" {
				return msg
			}
		}
		if msg := t.All.lengthFault(len(items)); msg != "" {
			return msg
		}
		return t.All.enumerationFault(func(e string) bool { return sameList(t.Item, strings.Fields(e), items, at) })
	case VarietyUnion:
		msg := "no member of the union takes it"
		for _, m := range t.Members {
			if msg = m.fault(text, at); msg == "" {
				break
			}
		}
		if msg != "" {
			return msg
		}
		return t.All.enumerationFault(func(e string) bool { return sameValue(t, e, text, at) })
	}
	p := t.Primitive()
	if p == nil {
		return ""
	}
	if msg := lexicalFault(p.Name.Local, t.Builtin, text, at); msg != "" {
		return msg
	}
	if msg := t.boundsFault(p.Name.Local, text); msg != "" {
		return msg
	}
	if n, ok := valueLength(p.Name.Local, text); ok {
		if msg := t.All.lengthFault(n); msg != "" {
			return msg
		}
	}
	return t.All.enumerationFault(func(e string) bool { return sameValue(t, e, text, at) })
}

func (f *Facets) lengthFault(n int) string {
	switch {
	case f.Length != nil && n != *f.Length:
		return "its length is not " + strconv.Itoa(*f.Length)
	case f.MinLength != nil && n < *f.MinLength:
		return "it is shorter than " + strconv.Itoa(*f.MinLength)
	case f.MaxLength != nil && n > *f.MaxLength:
		return "it is longer than " + strconv.Itoa(*f.MaxLength)
	}
	return ""
}

func (f *Facets) enumerationFault(same func(string) bool) string {
	if len(f.Enumeration) == 0 {
		return ""
	}
	for _, e := range f.Enumeration {
		if same(e.Value) {
			return ""
		}
	}
	return "it is not one of the values that the type lists"
}

// same compares two texts as values of the type.
func (t *SimpleType) same(a, b string) bool {
	return sameValue(t, t.All.WhiteSpace.normalize(a), t.All.WhiteSpace.normalize(b), nil)
}

// sameValue compares in the value space.
func sameValue(t *SimpleType, a, b string, at *node) bool {
	if a == b {
		return true
	}
	switch t.Variety {
	case VarietyList:
		return sameList(t.Item, strings.Fields(a), strings.Fields(b), at)
	case VarietyUnion:
		for _, m := range t.Members {
			if m.fault(a, at) == "" && m.fault(b, at) == "" && sameValue(m, a, b, at) {
				return true
			}
		}
		return false
	}
	p := t.Primitive()
	if p == nil {
		return false
	}
	switch p.Name.Local {
	case "QName", "NOTATION":
		return at != nil && qnameFault(at, a) == "" && qnameFault(at, b) == "" && at.qname(a) == at.qname(b)
	case "boolean":
		return isTrue(a) == isTrue(b)
	case "hexBinary":
		return strings.EqualFold(a, b)
	}
	c, ok := compare(p.Name.Local, a, b)
	return ok && c == 0
}

func sameList(item *SimpleType, a, b []string, at *node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !sameValue(item, a[i], b[i], at) {
			return false
		}
	}
	return true
}

const zonePattern = `(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?$`

var lexical = map[string]*regexp.Regexp{
	"boolean":    regexp.MustCompile(`^(true|false|1|0)$`),
	"decimal":    regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`),
	"integer":    regexp.MustCompile(`^[+-]?[0-9]+$`),
	"float":      regexp.MustCompile(`^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN)$`),
	"duration":   regexp.MustCompile(`^-?P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$`),
	"dateTime":   regexp.MustCompile(`^(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)` + zonePattern),
	"time":       regexp.MustCompile(`^([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)` + zonePattern),
	"date":       regexp.MustCompile(`^(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2})-([0-9]{2})` + zonePattern),
	"gYearMonth": regexp.MustCompile(`^(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2})` + zonePattern),
	"gYear":      regexp.MustCompile(`^(-?(?:[1-9][0-9]{4,}|[0-9]{4}))` + zonePattern),
	"gMonthDay":  regexp.MustCompile(`^--([0-9]{2})-([0-9]{2})` + zonePattern),
	"gDay":       regexp.MustCompile(`^---([0-9]{2})` + zonePattern),
	"gMonth":     regexp.MustCompile(`^--([0-9]{2})` + zonePattern),
	"hexBinary":  regexp.MustCompile(`^([0-9a-fA-F]{2})*$`),
	"language":   regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`),
}

// lexicalFault checks a text against the lexical space of a primitive type and of the built-in type derived from it.
func lexicalFault(primitive, builtin, text string, at *node) string {
	bad := "is no " + builtin
	switch primitive {
	case "string":
		ok := true
		switch builtin {
		case "language":
			ok = lexical["language"].MatchString(text)
		case "NMTOKEN":
			ok = isNmtoken(text)
		case "Name":
			ok = isName(text)
		case "NCName", "ID", "IDREF", "ENTITY":
			ok = isNCName(text)
		}
		if !ok {
			return bad
		}
		return ""
	case "decimal":
		re := lexical["integer"]
		if builtin == "decimal" {
			re = lexical["decimal"]
		}
		if !re.MatchString(text) {
			return bad
		}
		return ""
	case "anyURI":
		if strings.Count(text, "#") > 1 || strings.HasPrefix(text, ":") || badEscape.MatchString(text) {
			return bad
		}
		return ""
	case "QName", "NOTATION":
		if at != nil && qnameFault(at, text) != "" {
			return bad
		}
		return ""
	case "base64Binary":
		compact := strings.ReplaceAll(text, " ", "")
		if _, err := base64.StdEncoding.Strict().DecodeString(compact); err != nil {
			return bad
		}
		return ""
	case "double":
		primitive = "float"
	}
	re := lexical[primitive]
	m := re.FindStringSubmatch(text)
	if m == nil {
		return bad
	}
	if primitive == "duration" {
		if strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
			return bad
		}
		return ""
	}
	if isMoment(primitive) {
		if _, ok := newMoment(primitive, text); !ok {
			return bad
		}
	}
	return ""
}

var badEscape = regexp.MustCompile(`%(?:[^0-9a-fA-F]|.[^0-9a-fA-F]|.?$)`)

// valueLength gives the length that the length facets count.
func valueLength(primitive, text string) (int, bool) {
	switch primitive {
	case "string", "anyURI":
		return utf8.RuneCountInString(text), true
	case "hexBinary":
		return len(text) / 2, true
	case "base64Binary":
		b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, " ", ""))
		return len(b), err == nil
	}
	return 0, false
}

func (t *SimpleType) boundsFault(primitive, text string) string {
	f := &t.All
	for _, b := range [...]struct {
		bound *string
		ok    func(int) bool
		text  string
	}{
		{f.MinInclusive, func(c int) bool { return c >= 0 }, "it is less than "},
		{f.MaxInclusive, func(c int) bool { return c <= 0 }, "it is more than "},
		{f.MinExclusive, func(c int) bool { return c > 0 }, "it is not more than "},
		{f.MaxExclusive, func(c int) bool { return c < 0 }, "it is not less than "},
	} {
		if b.bound == nil {
			continue
		}
		if c, ok := compare(primitive, text, *b.bound); !ok || !b.ok(c) {
			return b.text + *b.bound
		}
	}
	if primitive == "decimal" && (f.TotalDigits != nil || f.FractionDigits != nil) {
		whole, fraction, _ := strings.Cut(strings.TrimLeft(text, "+-"), ".")
		whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
		if f.TotalDigits != nil && len(whole)+len(fraction) > *f.TotalDigits {
			return "it has more than " + strconv.Itoa(*f.TotalDigits) + " digits"
		}
		if f.FractionDigits != nil && len(fraction) > *f.FractionDigits {
			return "it has more than " + strconv.Itoa(*f.FractionDigits) + " digits after the point"
		}
	}
	return ""
}

// compare orders two values of a primitive type; false when they have no order, or are no values.
func compare(primitive, a, b string) (int, bool) {
	switch {
	case primitive == "decimal":
		x, ok := decimal(a)
		y, ok2 := decimal(b)
		if !ok || !ok2 {
			return 0, false
		}
		return x.Cmp(y), true
	case primitive == "float" || primitive == "double":
		return compareFloats(primitive, a, b)
	case primitive == "duration":
		return compareDurations(a, b)
	case isMoment(primitive):
		x, ok := newMoment(primitive, a)
		y, ok2 := newMoment(primitive, b)
		if !ok || !ok2 {
			return 0, false
		}
		return x.compare(y)
	}
	return 0, false
}

func decimal(s string) (*big.Rat, bool) {
	if !lexical["decimal"].MatchString(s) || len(s) > 10000 {
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSuffix(s, "."))
}

func compareFloats(primitive, a, b string) (int, bool) {
	bits := 64
	if primitive == "float" {
		bits = 32
	}
	value := func(s string) (float64, bool) {
		if !lexical["float"].MatchString(s) {
			return 0, false
		}
		f, _ := strconv.ParseFloat(strings.Replace(s, "INF", "Inf", 1), bits) // out of range is infinite, as the type has it
		return f, true
	}
	x, ok := value(a)
	y, ok2 := value(b)
	switch {
	case !ok || !ok2:
		return 0, false
	case x == y || x != x && y != y:
		return 0, true
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, false
}
