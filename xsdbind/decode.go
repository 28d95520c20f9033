package xsdbind

import (
	"strconv"
	"sync"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// DecodeXML reads the element whose start tag is d's current token into v; afterwards the current token is its end tag.
// v should be a zero value: lists are appended to, and what the document lacks stays as it was.
//
// A decoder that is strict refuses what the schema does not allow. Otherwise elements are taken in any order, elements
// and attributes that the schema does not know are kept in Extra with their places, and required content that is absent
// is named there. In both, an element that may occur once and occurs twice is an error, as is text between elements.
func DecodeXML(d *xmltext.Decoder, v Struct) error {
	if isNil(v) {
		return nilError()
	}
	r := readers.Get().(*reader)
	r.d, r.strict = d, d.Strict()
	t := v.XSDType()
	name := t.Root
	if name != string(d.Local()) {
		name = d.String(d.Local())
	}
	err := r.element(v, t, false)
	r.release()
	if err != nil {
		return inside(err, name)
	}
	return nil
}

// readers are those at rest.
var readers = sync.Pool{New: func() any { return new(reader) }}

// release lets go of the document and the value.
func (r *reader) release() {
	r.d = nil
	for _, c := range r.free {
		c.rest()
	}
	readers.Put(r)
}

// reader reads one document.
type reader struct {
	d      *xmltext.Decoder
	strict bool
	free   []*composer
}

// errorAt makes an error at the current token.
func (r *reader) errorAt(rule Rule, subject, msg string) *Error {
	line, column := r.d.Position()
	return &Error{Subject: subject, Line: line, Column: column, Rule: rule, Msg: msg}
}

// element reads an element of complex type. nillable says that xsi:nil is not part of its content.
func (r *reader) element(v Struct, t *Type, nillable bool) error {
	p := t.plan()
	var seen fieldSet
	if attrs := r.d.Attrs(); len(attrs) > 0 {
		if err := r.attributes(v, t, p, attrs, &seen, nillable); err != nil {
			return err
		}
	}
	if len(p.attrs) > 0 {
		if err := r.missing(v, t, p, &seen, 0, t.Attrs); err != nil {
			return err
		}
	}
	switch {
	case t.Flags&FlagSimpleContent != 0:
		return r.simpleContent(v, t)
	case p.shape == shapeInOrder:
		return r.inOrder(v, t, p)
	case p.shape == shapeGroups, p.shape == shapeModel && r.strict:
		return r.modelled(v, t, p, &seen)
	}
	return r.content(v, t, p, &seen)
}

func (r *reader) attributes(v Struct, t *Type, p *plan, attrs []xmltext.Attr, seen *fieldSet, nillable bool) error {
	next := 0
	for k := range attrs {
		a := &attrs[k]
		i := p.attr(next, a.Local, a.Space)
		if i < 0 {
			if nillable && isNilAttr(a) {
				continue
			}
			if r.strict && t.Flags&FlagAnyAttribute == 0 && a.Space != xmltext.SpaceXSI {
				return inside(r.errorAt(RuleUnknown, "", "the schema has no such attribute here"), "@"+attrName(a))
			}
			r.keepAttr(extra(v, t), "", 0, a)
			continue
		}
		next = i + 1
		if !seen.add(i) { // by another spelling
			return r.errorAt(RuleRepeated, "@"+attrName(a), "occurs twice")
		}
		f := &t.Fields[i]
		if err := r.value(f, v.XSDField(i, true), a.Value); err != nil {
			return inside(err, "@"+f.Name)
		}
		if f.isQName() {
			r.keepQName(v, t, "", 0, a.Value)
		}
	}
	return nil
}

// missing looks for required fields from first to last that were not seen.
func (r *reader) missing(v Struct, t *Type, p *plan, seen *fieldSet, first, last int) error {
	for _, i := range p.required {
		if i < first || i >= last || seen.has(i) {
			continue
		}
		f := &t.Fields[i]
		if r.strict {
			if i < t.Attrs {
				return r.errorAt(RuleMissing, "@"+f.Name, "the schema requires this attribute")
			}
			return r.errorAt(RuleMissing, "<"+f.Name+">", "the schema requires this element")
		}
		if x := extra(v, t); x != nil {
			x.Absent = append(x.Absent, f.Go)
		}
	}
	return nil
}

// simpleContent reads text up to the end tag.
func (r *reader) simpleContent(v Struct, t *Type) error {
	b, err := r.d.ElementText()
	if err != nil {
		return syntax(err)
	}
	if len(t.Fields) == t.Attrs {
		return nil
	}
	i := len(t.Fields) - 1
	f := &t.Fields[i]
	if f.isQName() {
		r.keepQName(v, t, "", 0, b)
	}
	return r.value(f, v.XSDField(i, true), b)
}

// content reads child elements whose order, if any, is that of the fields.
func (r *reader) content(v Struct, t *Type, p *plan, seen *fieldSet) error {
	d := r.d
	first := t.Attrs
	last := -1 // the field before
	var (
		list     List // the list that last appended to
		listed   = -1
		order    []string
		reorder  bool
		unknowns bool
	)
	for {
		kind, err := d.Next()
		if err != nil {
			return syntax(err)
		}
		switch kind {
		case xmltext.EndElement:
			if err := r.missing(v, t, p, seen, first, len(t.Fields)); err != nil {
				return err
			}
			if r.strict {
				if err := r.counts(v, t, p); err != nil {
					return err
				}
			}
			if reorder {
				if x := extra(v, t); x != nil {
					x.Order = order
				}
			}
			if unknowns {
				settle(v, t)
			}
			return nil
		case xmltext.Text:
			if !d.IsSpace() {
				return r.errorAt(RuleText, "text "+clip(d.Text()), "the schema allows elements only")
			}
			continue
		}
		i := p.element(first, max(last, first), d.Local(), d.Space())
		if i < 0 {
			if err := r.unknown(v, t, last); err != nil {
				return err
			}
			unknowns = true
			continue
		}
		f := &t.Fields[i]
		repeats := f.Flags&(FlagList|FlagTextList) == FlagList
		if i < last && p.shape != shapeEmpty {
			switch {
			case p.shape == shapeAll:
				reorder = true
			case r.strict && (repeats || !seen.has(i)):
				return r.errorAt(RuleOrder, "<"+f.Name+"> after <"+t.Fields[last].Name+">", "the schema puts it first")
			}
		}
		if !seen.add(i) && !repeats {
			return r.errorAt(RuleRepeated, "<"+f.Name+">", "occurs twice")
		}
		if p.shape == shapeAll {
			order = append(order, f.Go)
		}
		last = i
		if !repeats {
			if err := r.child(v, t, f, i, v.XSDField(i, true)); err != nil {
				return inside(err, f.Name)
			}
			continue
		}
		if listed != i {
			var ok bool
			if list, ok = v.XSDField(i, true).(List); !ok {
				return jsonTable(f)
			}
			listed = i
		}
		if err := r.child(v, t, f, i, list.Append()); err != nil {
			return inside(err, f.Name+"["+strconv.Itoa(list.Len())+"]")
		}
	}
}

// child reads the current element into x, which XSDField or List.Append gave for field i.
func (r *reader) child(v Struct, t *Type, f *Field, i int, x any) error {
	if f.Flags&FlagNillable != 0 {
		n, ok := x.(Nillable)
		if !ok {
			return jsonTable(f)
		}
		for _, a := range r.d.Attrs() {
			if isNilAttr(&a) {
				if err := setNumber(n.NilFlag(), string(xmltext.TrimSpace(a.Value))); err != nil {
					return inside(r.mistyped(a.Value, "boolean", f), "@xsi:nil")
				}
			}
		}
		x = basePointer(n.ValuePtr(), f.Kind)
		if *n.NilFlag() {
			return r.nilElement(v, t, f, i, x)
		}
	}
	if f.Kind == KindStruct {
		s, ok := x.(Struct)
		if !ok {
			return jsonTable(f)
		}
		return r.element(s, s.XSDType(), f.Flags&FlagNillable != 0)
	}
	if attrs := r.d.Attrs(); len(attrs) > 0 {
		if err := r.valueAttributes(v, t, f, i, attrs); err != nil {
			return err
		}
	}
	b, err := r.d.ElementText()
	if err != nil {
		return syntax(err)
	}
	if f.isQName() {
		r.keepQName(v, t, f.Go, occurrence(v, t, i), b)
	}
	return r.value(f, x, b)
}

// nilElement reads an element with xsi:nil="true", which has attributes but no content.
func (r *reader) nilElement(v Struct, t *Type, f *Field, i int, x any) error {
	if s, ok := x.(Struct); ok {
		st := s.XSDType()
		var seen fieldSet
		p := st.plan()
		if err := r.attributes(s, st, p, r.d.Attrs(), &seen, true); err != nil {
			return err
		}
		if err := r.missing(s, st, p, &seen, 0, st.Attrs); err != nil {
			return err
		}
	} else if err := r.valueAttributes(v, t, f, i, r.d.Attrs()); err != nil {
		return err
	}
	b, err := r.d.ElementText()
	if err != nil {
		return syntax(err)
	}
	if len(xmltext.TrimSpace(b)) > 0 {
		return r.errorAt(RuleText, "", "xsi:nil is true, but there is content")
	}
	return nil
}

// valueAttributes keeps the attributes of an element of simple type, which the schema allows none.
func (r *reader) valueAttributes(v Struct, t *Type, f *Field, i int, attrs []xmltext.Attr) error {
	for k := range attrs {
		a := &attrs[k]
		if f.Flags&FlagNillable != 0 && isNilAttr(a) {
			continue
		}
		if r.strict && a.Space != xmltext.SpaceXSI {
			return inside(r.errorAt(RuleUnknown, "", "the schema has no such attribute here"), "@"+attrName(a))
		}
		r.keepAttr(extra(v, t), f.Go, occurrence(v, t, i), a)
	}
	return nil
}

// unknown keeps the current element, which stands behind field last of v (-1: before all of them).
func (r *reader) unknown(v Struct, t *Type, last int) error {
	if r.strict {
		return r.errorAt(RuleUnknown, "<"+string(r.d.Local())+">", "the schema has no such element here")
	}
	x := extra(v, t)
	at := xsdtype.Element{}
	if last >= 0 {
		at.After, at.Index = t.Fields[last].Go, occurrence(v, t, last)
	}
	if x == nil {
		return r.errorAt(RuleUnknown, "<"+string(r.d.Local())+">", "nothing keeps what the schema does not know here")
	}
	var err error
	if at.XML, err = r.d.Capture(); err != nil {
		return syntax(err)
	}
	x.Elements = append(x.Elements, at)
	return nil
}

// counts checks the bounds of lists.
func (r *reader) counts(v Struct, t *Type, p *plan) error {
	for _, c := range p.counted {
		l, ok := v.XSDField(c.field, false).(List)
		if !ok {
			continue
		}
		if msg := outside(l.Len(), c.min, c.max); msg != "" {
			return r.errorAt(RuleRepeated, "<"+t.Fields[c.field].Name+">", msg)
		}
	}
	return nil
}

// outside says in which way n is not between lo and hi; "" where it is.
func outside(n, lo, hi int) string {
	switch {
	case n < lo:
		return "occurs " + times(n) + ", the schema wants at least " + strconv.Itoa(lo)
	case hi != Unbounded && n > hi:
		return "occurs " + times(n) + ", the schema allows " + strconv.Itoa(hi)
	}
	return ""
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}

// extra returns v's Extra, made where there is none yet; nil where the type has none.
func extra(v Struct, t *Type) *xsdtype.Extra {
	x, ok := v.XSDField(len(t.Fields), true).(**xsdtype.Extra)
	if !ok {
		return nil
	}
	if *x == nil {
		*x = new(xsdtype.Extra)
	}
	return *x
}

// hasExtra tells whether the type keeps what the schema does not know.
func hasExtra(v Struct, t *Type) bool {
	_, ok := v.XSDField(len(t.Fields), false).(**xsdtype.Extra)
	return ok
}

// occurrence is the index of the last item of list field i.
func occurrence(v Struct, t *Type, i int) int {
	if t.Fields[i].Flags&(FlagList|FlagTextList) != FlagList {
		return 0
	}
	if l, ok := v.XSDField(i, false).(List); ok && l.Len() > 0 {
		return l.Len() - 1
	}
	return 0
}

// settle anchors unknown elements that stand behind the whole of a list to its end, unless others stand
// between its items: then each has its item.
func settle(v Struct, t *Type) {
	x, ok := v.XSDField(len(t.Fields), false).(**xsdtype.Extra)
	if !ok || *x == nil {
		return
	}
	for i := t.Attrs; i < len(t.Fields); i++ {
		f := &t.Fields[i]
		if f.Flags&(FlagList|FlagTextList) != FlagList {
			continue
		}
		l, ok := v.XSDField(i, false).(List)
		if !ok {
			continue
		}
		end, between := l.Len()-1, false
		for k := range (*x).Elements {
			e := &(*x).Elements[k]
			between = between || e.After == f.Go && e.Index < end
		}
		for k := range (*x).Elements {
			if e := &(*x).Elements[k]; !between && e.After == f.Go {
				e.Index = xsdtype.Last
			}
		}
	}
}

// keepAttr keeps an attribute, with the declaration of the prefix that its value seems to begin with.
func (r *reader) keepAttr(x *xsdtype.Extra, on string, index int, a *xmltext.Attr) {
	if x == nil {
		return
	}
	if prefix, ok := qnamePrefix(a.Value); ok {
		r.keepPrefix(x, on, index, prefix)
	}
	x.Attrs = append(x.Attrs, xsdtype.Attr{
		On: on, Index: index, Prefix: r.d.String(a.Prefix), Space: a.Space, Local: r.d.String(a.Local), Value: r.d.String(a.Value),
	})
}

// keepQName keeps the declaration of a qualified name's prefix.
func (r *reader) keepQName(v Struct, t *Type, on string, index int, b []byte) {
	if prefix, ok := qnamePrefix(xmltext.TrimSpace(b)); ok {
		if _, ok := r.d.Lookup(prefix); ok {
			r.keepPrefix(extra(v, t), on, index, prefix)
		}
	}
}

func (f *Field) isQName() bool {
	return f.Simple != nil && (f.Simple.Builtin == "QName" || f.Simple.Builtin == "NOTATION")
}

func (r *reader) keepPrefix(x *xsdtype.Extra, on string, index int, prefix []byte) {
	space, ok := r.d.Lookup(prefix)
	if x == nil || !ok || space == xmltext.SpaceXML || space == xmltext.SpaceXMLNS {
		return
	}
	for _, have := range x.Attrs {
		if have.Space == xmltext.SpaceXMLNS && have.Local == string(prefix) && have.On == on && have.Index == index {
			return
		}
	}
	x.Attrs = append(x.Attrs, xsdtype.Attr{
		On: on, Index: index, Prefix: "xmlns", Space: xmltext.SpaceXMLNS, Local: r.d.String(prefix), Value: space,
	})
}

// qnamePrefix returns the part before the only colon.
func qnamePrefix(b []byte) ([]byte, bool) {
	colon := -1
	for i, c := range b {
		switch {
		case c == ':' && colon < 0 && i > 0:
			colon = i
		case c == ':', c <= ' ', c == '/':
			return nil, false
		}
	}
	return b[:max(colon, 0)], colon > 0 && colon < len(b)-1
}

func isNilAttr(a *xmltext.Attr) bool {
	return a.Space == xmltext.SpaceXSI && string(a.Local) == "nil"
}

func attrName(a *xmltext.Attr) string {
	if len(a.Prefix) > 0 {
		return string(a.Prefix) + ":" + string(a.Local)
	}
	return string(a.Local)
}
