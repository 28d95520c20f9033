package xsd

import (
	"math"
	"slices"
	"strings"
)

// applicable lists the facets that a primitive type, a list and a union take, beside pattern.
var applicable = map[string]string{
	"string": "length minLength maxLength enumeration whiteSpace", "anyURI": "length minLength maxLength enumeration whiteSpace",
	"hexBinary": "length minLength maxLength enumeration whiteSpace", "base64Binary": "length minLength maxLength enumeration whiteSpace",
	"QName": "length minLength maxLength enumeration whiteSpace", "NOTATION": "length minLength maxLength enumeration whiteSpace",
	"boolean": "whiteSpace", "decimal": "totalDigits fractionDigits enumeration whiteSpace bounds",
	"float": "enumeration whiteSpace bounds", "double": "enumeration whiteSpace bounds", "duration": "enumeration whiteSpace bounds",
	"dateTime": "enumeration whiteSpace bounds", "time": "enumeration whiteSpace bounds", "date": "enumeration whiteSpace bounds",
	"gYearMonth": "enumeration whiteSpace bounds", "gYear": "enumeration whiteSpace bounds", "gMonthDay": "enumeration whiteSpace bounds",
	"gDay": "enumeration whiteSpace bounds", "gMonth": "enumeration whiteSpace bounds",
	"list": "length minLength maxLength enumeration whiteSpace", "union": "enumeration",
}

// given lists the facets of a step by name.
func (f *Facets) given() []string {
	var out []string
	add := func(name string, is bool) {
		if is {
			out = append(out, name)
		}
	}
	add("length", f.Length != nil)
	add("minLength", f.MinLength != nil)
	add("maxLength", f.MaxLength != nil)
	add("totalDigits", f.TotalDigits != nil)
	add("fractionDigits", f.FractionDigits != nil)
	add("minInclusive", f.MinInclusive != nil)
	add("maxInclusive", f.MaxInclusive != nil)
	add("minExclusive", f.MinExclusive != nil)
	add("maxExclusive", f.MaxExclusive != nil)
	add("enumeration", len(f.Enumeration) > 0)
	add("whiteSpace", f.WhiteSpace != WhiteSpaceUnset)
	return out
}

func (l *loader) checkSimple(t *SimpleType) {
	body := t.src.node.name.Local
	switch {
	case body == "list":
		if t.Item.Final&ByList != 0 {
			l.fail(t.Pos, "%s is final: no list may be made of it", t.Item.Display())
		}
		if hasList(t.Item) {
			l.fail(t.Pos, "a list may not hold lists, and %s is or admits one", t.Item.Display())
		}
		return
	case body == "union":
		for _, m := range t.Members {
			if m.Final&ByUnion != 0 {
				l.fail(t.Pos, "%s is final: no union may be made of it", m.Display())
			}
		}
		return
	}
	base, ok := t.Base.(*SimpleType)
	if !ok {
		return
	}
	if base == anySimpleType {
		l.fail(t.Pos, "anySimpleType may not be restricted")
		return
	}
	if base.Final&ByRestriction != 0 {
		l.fail(t.Pos, "%s is final: it may not be restricted", base.Display())
	}
	l.checkFacets(t, base)
}

func hasList(t *SimpleType) bool {
	return t.Variety == VarietyList || t.Variety == VarietyUnion && slices.ContainsFunc(t.Members, hasList)
}

func (l *loader) checkFacets(t, base *SimpleType) {
	own := &t.Own
	kind := map[Variety]string{VarietyList: "list", VarietyUnion: "union"}[t.Variety]
	primitive := ""
	if p := t.Primitive(); p != nil {
		primitive, kind = p.Name.Local, p.Name.Local
	}
	for _, name := range own.given() {
		word := name
		if strings.HasSuffix(name, "clusive") {
			word = "bounds"
		}
		if kind != "" && !hasWord(applicable[kind], word) {
			l.fail(t.Pos, "the facet %s does not apply to %s", name, base.Display())
			return
		}
		if slices.Contains(base.All.Fixed, name) && !sameFacet(name, own, &base.All) {
			l.fail(t.Pos, "the facet %s is fixed in %s", name, base.Display())
		}
	}
	for _, step := range own.Patterns {
		for _, p := range step {
			if msg := patternFault(p, l.opts.Strict); msg != "" {
				l.fail(t.Pos, "the pattern %q: %s", p, msg)
			}
		}
	}
	l.checkLengths(t, base)
	if own.WhiteSpace != WhiteSpaceUnset && own.WhiteSpace < base.All.WhiteSpace {
		l.fail(t.Pos, "the facet whiteSpace is looser than that of %s", base.Display())
	}
	if primitive == "NOTATION" {
		for _, e := range own.Enumeration {
			if _, ok := l.set.table[symbol{kindNotation, e.Name}]; !ok {
				l.fail(e.Pos, "%q is no notation of the schema", e.Value)
			}
		}
	}
	for _, e := range own.Enumeration {
		if msg := base.fault(e.Value, e.scope); msg != "" {
			l.fail(e.Pos, "the value %q is not one of %s: %s", e.Value, base.Display(), msg)
		}
	}
	if primitive != "" {
		l.checkBounds(t, base, primitive)
	}
}

func sameFacet(name string, a, b *Facets) bool {
	number := func(x, y *int) bool { return x != nil && y != nil && *x == *y }
	text := func(x, y *string) bool { return x != nil && y != nil && *x == *y }
	switch name {
	case "length":
		return number(a.Length, b.Length)
	case "minLength":
		return number(a.MinLength, b.MinLength)
	case "maxLength":
		return number(a.MaxLength, b.MaxLength)
	case "totalDigits":
		return number(a.TotalDigits, b.TotalDigits)
	case "fractionDigits":
		return number(a.FractionDigits, b.FractionDigits)
	case "minInclusive":
		return text(a.MinInclusive, b.MinInclusive)
	case "maxInclusive":
		return text(a.MaxInclusive, b.MaxInclusive)
	case "minExclusive":
		return text(a.MinExclusive, b.MinExclusive)
	case "maxExclusive":
		return text(a.MaxExclusive, b.MaxExclusive)
	case "whiteSpace":
		return a.WhiteSpace == b.WhiteSpace
	}
	return true
}

func (l *loader) checkLengths(t, base *SimpleType) {
	own, all, old := &t.Own, &t.All, &base.All
	value := func(p *int, none int) int {
		if p == nil {
			return none
		}
		return *p
	}
	inherited := old.Length == nil && sameLength(own.MinLength, old.MinLength) && sameLength(own.MaxLength, old.MaxLength)
	if own.Length != nil && (own.MinLength != nil || own.MaxLength != nil) && !inherited {
		l.fail(t.Pos, "has both length and minLength or maxLength")
	}
	if all.Length != nil && (value(all.MinLength, 0) > *all.Length || value(all.MaxLength, math.MaxInt) < *all.Length) {
		l.fail(t.Pos, "length is outside of minLength and maxLength")
	}
	if value(all.MinLength, 0) > value(all.MaxLength, math.MaxInt) {
		l.fail(t.Pos, "minLength is more than maxLength")
	}
	if own.Length != nil && old.Length != nil && *own.Length != *old.Length {
		l.fail(t.Pos, "length is another than that of %s", base.Display())
	}
	if own.MinLength != nil && value(old.MinLength, 0) > *own.MinLength {
		l.fail(t.Pos, "minLength is less than that of %s", base.Display())
	}
	for _, f := range [...]struct {
		name     string
		own, old *int
	}{{"maxLength", own.MaxLength, old.MaxLength}, {"totalDigits", own.TotalDigits, old.TotalDigits}, {"fractionDigits", own.FractionDigits, old.FractionDigits}} {
		if f.own != nil && f.old != nil && *f.own > *f.old {
			l.fail(t.Pos, "%s is more than that of %s", f.name, base.Display())
		}
	}
	if value(all.FractionDigits, 0) > value(all.TotalDigits, math.MaxInt) {
		l.fail(t.Pos, "fractionDigits is more than totalDigits")
	}
}

// sameLength reports whether a step gives no length, or the one that the base has.
func sameLength(own, old *int) bool { return own == nil || old != nil && *own == *old }

// checkBounds checks the bounds of a step against each other and against the base.
func (l *loader) checkBounds(t, base *SimpleType, primitive string) {
	own := &t.Own
	if own.MinInclusive != nil && own.MinExclusive != nil {
		l.fail(t.Pos, "has both minInclusive and minExclusive")
		return
	}
	if own.MaxInclusive != nil && own.MaxExclusive != nil {
		l.fail(t.Pos, "has both maxInclusive and maxExclusive")
		return
	}
	for _, b := range [...]struct {
		name       string
		own, same  *string
		otherBound *string // of the base, at the same end
	}{
		{"minInclusive", own.MinInclusive, base.All.MinInclusive, base.All.MinExclusive},
		{"maxInclusive", own.MaxInclusive, base.All.MaxInclusive, base.All.MaxExclusive},
		{"minExclusive", own.MinExclusive, base.All.MinExclusive, base.All.MinInclusive},
		{"maxExclusive", own.MaxExclusive, base.All.MaxExclusive, base.All.MaxInclusive},
	} {
		if b.own == nil {
			continue
		}
		exclusive := strings.HasSuffix(b.name, "Exclusive")
		if msg := lexicalFault(primitive, base.Builtin, *b.own, nil); msg != "" {
			l.fail(t.Pos, "%s: %q %s", b.name, *b.own, msg)
			return
		}
		if exclusive && b.same != nil { // the base's own excluded bound may be repeated
			if c, ok := compare(primitive, *b.own, *b.same); ok && c == 0 {
				continue
			}
		}
		if exclusive && b.otherBound != nil {
			if c, ok := compare(primitive, *b.own, *b.otherBound); ok && c == 0 {
				continue
			}
		}
		bounded := &SimpleType{All: boundsOf(&base.All)}
		if msg := bounded.boundsFault(primitive, *b.own); msg != "" {
			l.fail(t.Pos, "%s: %q is outside of %s: %s", b.name, *b.own, base.Display(), msg)
			return
		}
	}
	f := &t.All
	for _, p := range [...]struct {
		low, high *string
		strict    bool
		names     string
	}{
		{f.MinInclusive, f.MaxInclusive, false, "minInclusive is more than maxInclusive"},
		{f.MinExclusive, f.MaxExclusive, false, "minExclusive is more than maxExclusive"},
		{f.MinInclusive, f.MaxExclusive, true, "minInclusive is not less than maxExclusive"},
		{f.MinExclusive, f.MaxInclusive, true, "minExclusive is not less than maxInclusive"},
	} {
		if p.low == nil || p.high == nil {
			continue
		}
		if c, ok := compare(primitive, *p.low, *p.high); ok && (c > 0 || p.strict && c == 0) {
			l.fail(t.Pos, "%s", p.names)
		}
	}
}

func boundsOf(f *Facets) Facets {
	return Facets{MinInclusive: f.MinInclusive, MaxInclusive: f.MaxInclusive, MinExclusive: f.MinExclusive, MaxExclusive: f.MaxExclusive}
}
