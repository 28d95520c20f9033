package xsdbind

import (
	"strings"

	"github.com/vbem-go/vbem/xsdtype"
)

// Validate checks the whole of v against the schema: content models, occurrence, types and facets, patterns included.
// The first thing found is the error. What Extra keeps that the schema does not know is not looked at: a newer
// server's schema may know it.
func Validate(v Struct) error {
	if isNil(v) {
		return nilError()
	}
	if err := validate(v, v.XSDType(), false); err != nil {
		return inside(err, rootName(v))
	}
	return nil
}

func validate(v Struct, t *Type, isNil bool) error {
	if err := misfit(v); err != nil {
		return err
	}
	c := checker{v: v, t: t, p: t.plan()}
	if x, ok := field(v, len(t.Fields), false).(**xsdtype.Extra); ok {
		c.x = *x
	}
	for i := range t.Attrs {
		f := &t.Fields[i]
		p := field(v, i, false)
		if c.absent(f, p) {
			if f.Flags&FlagRequired != 0 {
				return &Error{Subject: "@" + f.Name, Rule: RuleMissing, Msg: "the schema requires this attribute"}
			}
			continue
		}
		if err := facetError(f, f.checkValue(p, (*SimpleType).matchPatterns)); err != nil {
			return inside(err, "@"+f.Name)
		}
	}
	if isNil {
		return nil
	}
	return c.content()
}

func facetError(f *Field, err error) error {
	switch {
	case err == nil:
		return nil
	case f.Flags&FlagSecret != 0:
		return &Error{Rule: RuleFacet, Msg: "the value is not allowed"}
	}
	return &Error{Rule: RuleFacet, Err: err}
}

// checker checks one value.
type checker struct {
	v Struct
	t *Type
	p *plan
	x *xsdtype.Extra
}

// absent reports whether a field is not there: not set, or zero where the document lacked it.
func (c *checker) absent(f *Field, p any) bool {
	return !present(f, p) || f.Flags&FlagRequired != 0 && c.x.IsAbsent(f.Go) && isZero(f, p)
}

func (c *checker) content() error {
	t := c.t
	if c.p.shape == shapeInOrder {
		return c.inOrder()
	}
	if len(t.Model) > 0 {
		if err := c.model(0, 1, 1); err != nil {
			return err
		}
	}
	for i := t.Attrs; i < len(t.Fields); i++ {
		if err := c.field(i); err != nil {
			return err
		}
	}
	return nil
}

// field checks the values of a content field.
func (c *checker) field(i int) error {
	f := &c.t.Fields[i]
	p := field(c.v, i, false)
	if c.absent(f, p) {
		return nil
	}
	l, ok := p.(List)
	if !ok || f.Flags&FlagTextList != 0 {
		return inside(c.value(f, p), f.label())
	}
	for k := range l.Len() {
		if err := c.value(f, l.At(k)); err != nil {
			return inside(err, f.label()+index(k))
		}
	}
	return nil
}

func (c *checker) value(f *Field, p any) error {
	null := false
	if n, ok := p.(Nillable); ok && f.Flags&FlagNillable != 0 {
		null = *n.NilFlag()
		p = basePointer(n.ValuePtr(), f.Kind)
	}
	switch s, ok := p.(Struct); {
	case ok:
		return validate(s, s.XSDType(), null)
	case null, f.Where == WhereAny:
		return nil
	}
	return facetError(f, f.checkValue(p, (*SimpleType).matchPatterns))
}

// count is the number of occurrences of a content field.
func (c *checker) count(i int) int {
	f := &c.t.Fields[i]
	p := field(c.v, i, false)
	if f.Flags&(FlagList|FlagTextList) == FlagList {
		if l, ok := p.(List); ok {
			return l.Len()
		}
		return 0
	}
	if l, ok := p.(List); ok && l.IsNil() {
		if f.Flags&FlagRequired != 0 && !c.x.IsAbsent(f.Go) {
			return 1 // written as an empty text
		}
		return 0
	}
	if c.absent(f, p) {
		return 0
	}
	return 1
}

// anything reports whether there is an occurrence in the particle.
func (c *checker) anything(at int) bool {
	for i := at; i <= at+int(c.t.Model[at].Len); i++ {
		if q := &c.t.Model[i]; q.isContent() && c.count(int(q.Field)) > 0 {
			return true
		}
	}
	return false
}

// model checks occurrences in particle at, around which groups allow between lo and hi rounds.
func (c *checker) model(at, lo, hi int) error {
	q := &c.t.Model[at]
	least, most := lo*int(q.Min), int(q.Max)
	if most != Unbounded {
		if most *= hi; hi == Unbounded && q.Max > 0 {
			most = Unbounded
		}
	}
	if q.isContent() {
		f := &c.t.Fields[q.Field]
		n := c.count(int(q.Field))
		if q.Op == OpGroup && roundEmptiable(c.t, at) {
			least = 0 // rounds with nothing in them count too
		}
		if n == 0 && least > 0 {
			return &Error{Subject: c.missing(at), Rule: RuleMissing, Msg: "the schema requires this element"}
		}
		if msg := outside(n, least, most); msg != "" {
			return &Error{Subject: "<" + f.label() + ">", Rule: RuleRepeated, Msg: msg}
		}
		return nil // the rounds of a group are checked as values
	}
	if !c.anything(at) {
		if least == 0 || roundEmptiable(c.t, at) {
			return nil
		}
		return &Error{Subject: c.missing(at), Rule: RuleMissing, Msg: "the schema requires this element"}
	}
	end := at + int(q.Len)
	if q.Op == OpChoice {
		return c.choice(at, least, most)
	}
	for k := at + 1; k <= end; k += 1 + int(c.t.Model[k].Len) {
		if err := c.model(k, max(least, 1), most); err != nil {
			return err
		}
	}
	return nil
}

// choice checks a choice in which something is set.
func (c *checker) choice(at, least, most int) error {
	end := at + int(c.t.Model[at].Len)
	if most == 1 {
		n := newNode(c.v, c.t)
		w := contentWriter{n: &n, t: c.t}
		for k := at + 1; k <= end; k += 1 + int(c.t.Model[k].Len) {
			if w.isSet(at, k) {
				return c.model(k, 1, 1)
			}
		}
		set := contentSet(c.v, c.t)
		if a, b := c.t.clash(at, &set); a >= 0 {
			return choiceError(&c.t.Fields[a], &c.t.Fields[b])
		}
	}
	// Where only one alternative is set and no other may be empty, all rounds are its.
	for k := at + 1; k <= end; k += 1 + int(c.t.Model[k].Len) {
		if others := at + 1; c.anything(k) {
			for ; others <= end; others += 1 + int(c.t.Model[others].Len) {
				if others != k && (c.anything(others) || emptiable(c.t, others)) {
					least = 0
				}
			}
			if err := c.model(k, least, most); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing names what a particle wants.
func (c *checker) missing(at int) string {
	var m matcher
	q := &c.t.Model[at]
	if q.Op == OpSequence {
		for k := at + 1; k <= at+int(q.Len); k += 1 + int(c.t.Model[k].Len) {
			if !emptiable(c.t, k) {
				return c.missing(k)
			}
		}
	}
	if q.Op == OpChoice {
		var names []string
		for k := at + 1; k <= at+int(q.Len); k += 1 + int(c.t.Model[k].Len) {
			m.blocked(c.t, k)
			names = append(names, m.wants.name())
		}
		return strings.Join(names, " or ")
	}
	m.blocked(c.t, at)
	if m.wants.typ == nil {
		return ""
	}
	return m.wants.name()
}

// inOrder checks a value in document order: each item is taken as the element that it is.
func (c *checker) inOrder() error {
	g := len(c.t.Fields) - 1
	l, ok := field(c.v, g, false).(List)
	if !ok {
		return jsonTable(&c.t.Fields[g])
	}
	var m follower
	for k := range l.Len() {
		item, ok := l.At(k).(Struct)
		if !ok {
			return jsonTable(&c.t.Fields[g])
		}
		if err := c.item(&m, item); err != nil {
			return inside(err, c.t.Fields[g].Go+index(k))
		}
	}
	if !m.end(c.t) {
		return &Error{Subject: m.wants.name(), Rule: RuleMissing, Msg: "the schema requires this element"}
	}
	return nil
}

func (c *checker) item(m *follower, item Struct) error {
	t := item.XSDType()
	in := checker{v: item, t: t, p: t.plan()}
	set := -1
	for i := range t.Fields {
		f := &t.Fields[i]
		p := field(item, i, false)
		if !hasContent(f, p) {
			continue
		}
		if set >= 0 {
			return &Error{
				Subject: t.Fields[set].label() + " and " + f.label(), Rule: RuleChoice,
				Msg: "an item is one element or one text",
			}
		}
		set = i
		if err := in.field(i); err != nil {
			return err
		}
		if f.Where == WhereText {
			if text, ok := p.(*string); ok && c.t.Flags&FlagMixed == 0 && strings.Trim(*text, " \t\r\n") != "" {
				return &Error{Rule: RuleText, Msg: "the schema allows elements only"}
			}
			continue
		}
		n := 1
		if l, ok := p.(List); ok {
			n = l.Len()
		}
		for range n {
			if err := m.step(c.t, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// step takes an item with field i set.
func (c *follower) step(t *Type, i int) error {
	f := &t.plan().elements[i]
	local, space := f.Name, t.elementSpace(f)
	if f.Where == WhereAny {
		local, space = "*", anyOf(t, i)
	}
	if !c.accept(t, []byte(local), space) {
		e := &Error{Subject: "<" + f.label() + ">", Rule: RuleOrder, Msg: "the schema does not allow it here"}
		if c.prevName != "" {
			e.Subject += " after <" + c.prevName + ">"
		}
		if c.wants.typ != nil {
			e.Msg = "the schema wants " + c.wants.name() + " before it"
		}
		return e
	}
	c.prevName = f.label()
	return nil
}

// anyOf gives a namespace that the wildcard of field i admits.
func anyOf(t *Type, i int) string {
	for k := range t.Model {
		if q := &t.Model[k]; q.Op == OpAny && int(q.Field) == i && q.Wildcard != nil && !q.Wildcard.Not && len(q.Wildcard.Spaces) > 0 {
			return q.Wildcard.Spaces[0]
		}
	}
	return "*"
}
