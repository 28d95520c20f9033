package xsdbind

import (
	"strconv"
	"sync"
	"unsafe"

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
	d.Know(t.Space)
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
	r.pool.rest()
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
	pool
}

// errorAt makes an error at the current token.
func (r *reader) errorAt(rule Rule, subject, msg string) *Error {
	line, column := r.d.Position()
	return &Error{Subject: subject, Line: line, Column: column, Rule: rule, Msg: msg}
}

// element reads an element of complex type. nillable says that xsi:nil is not part of its content.
func (r *reader) element(v Struct, t *Type, nillable bool) error {
	n := newNode(v, t)
	return r.node(&n, nillable)
}

func (r *reader) node(n *node, nillable bool) error {
	if n.l.wrong != "" {
		return n.l.misfit()
	}
	t, p := n.t, n.p
	var seen fieldSet
	if attrs := r.d.Attrs(); len(attrs) > 0 {
		if err := r.attributes(n, attrs, &seen, nillable); err != nil {
			return err
		}
	}
	if p.need[0]&^seen.low[0] != 0 || p.tooMany {
		if err := r.missing(n, &seen, 0, t.Attrs); err != nil {
			return err
		}
	}
	switch {
	case t.Flags&FlagSimpleContent != 0:
		return r.simpleContent(n)
	case p.shape == shapeInOrder:
		return r.inOrder(n.value(), t, p)
	case p.shape == shapeGroups, p.shape == shapeModel && r.strict:
		return r.modelled(n.value(), t, p, &seen)
	}
	return r.content(n, &seen)
}

func (r *reader) attributes(n *node, attrs []xmltext.Attr, seen *fieldSet, nillable bool) error {
	t, p := n.t, n.p
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
			r.keepAttr(extra(n.value(), t), "", 0, a)
			continue
		}
		next = i + 1
		if !seen.add(i) { // by another spelling
			return r.errorAt(RuleRepeated, "@"+attrName(a), "occurs twice")
		}
		if err := r.set(n, i, a.Value); err != nil {
			return inside(err, "@"+t.Fields[i].Name)
		}
		if f := &t.Fields[i]; f.Simple != nil && f.isQName() {
			r.keepQName(n.value(), t, "", 0, a.Value)
		}
	}
	return nil
}

// missing looks for required fields from first to last that were not seen.
func (r *reader) missing(n *node, seen *fieldSet, first, last int) error {
	t := n.t
	for _, i := range n.p.required {
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
		if x := extra(n.value(), t); x != nil {
			x.Absent = append(x.Absent, f.Go)
		}
	}
	return nil
}

// simpleContent reads text up to the end tag.
func (r *reader) simpleContent(n *node) error {
	t := n.t
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
		r.keepQName(n.value(), t, "", 0, b)
	}
	return r.set(n, i, b)
}

// content reads child elements whose order, if any, is that of the fields.
func (r *reader) content(n *node, seen *fieldSet) error {
	d, t, p := r.d, n.t, n.p
	first := t.Attrs
	last := -1 // the field before
	var (
		list     List // the list that last appended to
		listed   = -1
		lent     lentSlice
		item     node
		order    []string
		reorder  bool
		unknowns bool
	)
	for {
		kind, err := d.NextTag()
		if err != nil {
			return syntax(err)
		}
		switch kind {
		case xmltext.EndElement:
			lent.giveBack(r)
			if p.need[1]&^seen.low[0] != 0 || p.tooMany {
				if err := r.missing(n, seen, first, len(t.Fields)); err != nil {
					return err
				}
			}
			if r.strict && len(p.counted) > 0 {
				if err := r.counts(n.value(), t, p); err != nil {
					return err
				}
			}
			if reorder {
				if x := extra(n.value(), t); x != nil {
					x.Order = order
				}
			}
			if unknowns {
				settle(n.value(), t)
			}
			return nil
		case xmltext.Text:
			return r.errorAt(RuleText, "text "+clip(d.Text()), "the schema allows elements only")
		}
		local, space, _ := d.Element()
		i := p.element(first, max(last, first), local, space)
		if i < 0 {
			if err := r.unknown(n.value(), t, last); err != nil {
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
			if err := r.single(n, i); err != nil {
				return inside(err, f.Name)
			}
			continue
		}
		if listed != i {
			lent.giveBack(r)
			listed, list = i, nil
		}
		if pl, q := n.at(i); pl != nil {
			h := (*sliceHeader)(q)
			l := pl.layout()
			if h.len == h.cap {
				lent = r.grow(h, l)
			}
			// Within the slice's memory, which is zero there.
			item = l.node(unsafe.Add(h.data, uintptr(h.len)*l.size))
			h.len++
			if err := r.node(&item, false); err != nil {
				return inside(err, f.Name+"["+strconv.Itoa(h.len)+"]")
			}
			continue
		}
		if list == nil {
			var ok bool
			if list, ok = n.l.field(n.q, i, true).(List); !ok {
				return jsonTable(f)
			}
		}
		if err := r.child(n.value(), t, f, i, list.Append()); err != nil {
			return inside(err, f.Name+"["+strconv.Itoa(list.Len())+"]")
		}
	}
}

// single reads the current element into field i, which is no list.
func (r *reader) single(n *node, i int) error {
	f := &n.t.Fields[i]
	pl, q := n.at(i)
	if pl == nil {
		return r.child(n.value(), n.t, f, i, n.l.field(n.q, i, true))
	}
	switch pl.how {
	case inStruct:
		c := pl.layout().node(q)
		return r.node(&c, false)
	case toStruct:
		p := (*unsafe.Pointer)(q)
		l := pl.layout()
		if *p == nil {
			*p = r.newStruct(l)
		}
		c := l.node(*p)
		return r.node(&c, false)
	}
	if attrs := r.d.Attrs(); len(attrs) > 0 {
		if err := r.valueAttributes(n.value(), n.t, f, i, attrs); err != nil {
			return err
		}
	}
	b, err := r.d.ElementText()
	if err != nil {
		return syntax(err)
	}
	if f.Simple != nil && f.isQName() {
		r.keepQName(n.value(), n.t, f.Go, 0, b)
	}
	return r.set(n, i, b)
}

// child reads the current element into x, which FieldAt or List.Append gave for field i.
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
		n := newNode(s, st)
		if err := r.attributes(&n, r.d.Attrs(), &seen, true); err != nil {
			return err
		}
		if err := r.missing(&n, &seen, 0, st.Attrs); err != nil {
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
		l, ok := field(v, c.field, false).(List)
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
	x, ok := field(v, len(t.Fields), true).(**xsdtype.Extra)
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
	_, ok := field(v, len(t.Fields), false).(**xsdtype.Extra)
	return ok
}

// occurrence is the index of the last item of list field i.
func occurrence(v Struct, t *Type, i int) int {
	if t.Fields[i].Flags&(FlagList|FlagTextList) != FlagList {
		return 0
	}
	if l, ok := field(v, i, false).(List); ok && l.Len() > 0 {
		return l.Len() - 1
	}
	return 0
}

// settle anchors unknown elements that stand behind the whole of a list to its end, unless others stand
// between its items: then each has its item.
func settle(v Struct, t *Type) {
	x, ok := field(v, len(t.Fields), false).(**xsdtype.Extra)
	if !ok || *x == nil {
		return
	}
	for i := t.Attrs; i < len(t.Fields); i++ {
		f := &t.Fields[i]
		if f.Flags&(FlagList|FlagTextList) != FlagList {
			continue
		}
		l, ok := field(v, i, false).(List)
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
	// What belongs to one element was kept in one go: there may be very many others.
	for i := len(x.Attrs) - 1; i >= 0; i-- {
		have := &x.Attrs[i]
		if have.On != on || have.Index != index {
			break
		}
		if have.Space == xmltext.SpaceXMLNS && have.Local == string(prefix) {
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
