package xsdbind

import (
	"slices"
	"unsafe"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// EncodeXML writes v as an element of that name. Elements stand in the schema's order however v was made; where the
// order is the document's, it is the value's. What Extra keeps goes back to its place (see [xsdtype.Element]).
//
// Two alternatives of a choice of one that are both set are an error. Other rules are [Validate]'s.
func EncodeXML(e *xmltext.Encoder, space, local string, v Struct) error {
	if isNil(v) {
		return nilError()
	}
	w := writer{e: e}
	n := newNode(v, v.XSDType())
	var err error
	if word := n.p.root; word != nil && local == n.t.Root && n.l.wrong == "" {
		err = w.value(n.l, n.q, space, word)
	} else {
		e.StartElement(space, local)
		err = w.node(&n, false)
	}
	if err != nil {
		return inside(err, local)
	}
	return e.Err()
}

// writer writes one document.
type writer struct {
	e   *xmltext.Encoder
	buf []byte
}

func (w *writer) element(space, local string, v Struct, t *Type, isNil bool) error {
	w.e.StartElement(space, local)
	n := newNode(v, t)
	return w.node(&n, isNil)
}

// node writes the rest of an element whose name is written.
func (w *writer) node(n *node, isNil bool) error {
	if n.l.wrong != "" {
		return n.l.misfit()
	}
	t, x := n.t, n.extra()
	for i := range t.Attrs {
		f, p := &t.Fields[i], n.field(i)
		if x != nil && f.Flags&FlagRequired != 0 && x.IsAbsent(f.Go) && present(f, p) && isZero(f, p) {
			continue
		}
		if err := w.attribute(f, p); err != nil {
			return inside(err, "@"+f.Name)
		}
	}
	if x != nil {
		w.attrs(x, "", 0)
	}
	if isNil {
		w.e.Attr(xmltext.SpaceXSI, "nil", "true")
		w.e.EndElement()
		return nil
	}
	if len(t.Fields) > t.Attrs || x != nil {
		c := contentWriter{writer: w, n: n, t: t, p: n.p, x: x}
		if err := c.content(); err != nil {
			return err
		}
	}
	w.e.EndElement()
	return nil
}

// attribute writes an attribute, if it is present.
func (w *writer) attribute(f *Field, p any) error {
	switch p := p.(type) {
	case nil:
	case *string:
		if p != nil {
			w.e.Attr(f.Space, f.Name, *p)
		}
	case *bool:
		if p != nil {
			w.e.AttrBool(f.Space, f.Name, *p)
		}
	case *int:
		if p != nil {
			w.e.AttrInt(f.Space, f.Name, int64(*p))
		}
	case List:
		if !p.IsNil() {
			if err := w.listText(f, p); err != nil {
				return err
			}
			w.e.AttrBytes(f.Space, f.Name, w.buf)
		}
	default:
		if !present(f, p) {
			return nil
		}
		var ok bool
		if w.buf, ok = appendScalar(w.buf[:0], p); !ok {
			return jsonTable(f)
		}
		w.e.AttrBytes(f.Space, f.Name, w.buf)
	}
	return nil
}

// text writes a scalar or a list of scalars as text.
func (w *writer) text(f *Field, p any) error {
	switch p := p.(type) {
	case *string:
		w.e.Text(*p)
	case *bool:
		w.e.Bool(*p)
	case *int:
		w.e.Int(int64(*p))
	case *int64:
		w.e.Int(*p)
	case List:
		if err := w.listText(f, p); err != nil {
			return err
		}
		w.e.TextBytes(w.buf)
	default:
		var ok bool
		if w.buf, ok = appendScalar(w.buf[:0], p); !ok {
			return jsonTable(f)
		}
		w.e.TextBytes(w.buf)
	}
	return nil
}

// listText puts the items of an xs:list into w.buf.
func (w *writer) listText(f *Field, l List) error {
	w.buf = w.buf[:0]
	for i := range l.Len() {
		if i > 0 {
			w.buf = append(w.buf, ' ')
		}
		from := len(w.buf)
		var ok bool
		if w.buf, ok = appendScalar(w.buf, l.At(i)); !ok {
			return jsonTable(f)
		}
		item := w.buf[from:]
		if len(item) == 0 || slices.ContainsFunc(item, isSpace) {
			what := clip(item)
			if f.Flags&FlagSecret != 0 {
				what = "the value"
			}
			return &Error{Rule: RuleValue, Msg: what + " cannot be an item of a list that spaces separate"}
		}
	}
	return nil
}

// attrs writes the unknown attributes of an element.
func (w *writer) attrs(x *xsdtype.Extra, on string, index int) {
	for i := range x.Attrs {
		a := &x.Attrs[i]
		if a.On != on || a.Index != index {
			continue
		}
		switch {
		case a.Space == xmltext.SpaceXMLNS:
			w.e.Declare(a.Local, a.Value)
			continue
		case a.Prefix != "" && a.Space != "" && a.Space != xmltext.SpaceXML && w.free(x, a):
			w.e.Declare(a.Prefix, a.Space)
		}
		w.e.Attr(a.Space, a.Local, a.Value)
	}
}

// free reports whether the prefix that an attribute wishes for means nothing else on its element.
func (w *writer) free(x *xsdtype.Extra, a *xsdtype.Attr) bool {
	for i := range x.Attrs {
		o := &x.Attrs[i]
		switch {
		case o.On != a.On || o.Index != a.Index:
		case o.Space == xmltext.SpaceXMLNS && o.Local == a.Prefix && o.Value != a.Space:
			return false
		case o == a:
			continue
		case o.Prefix == a.Prefix && o.Space != a.Space && o.Space != xmltext.SpaceXMLNS && o.Prefix != "":
			return i > slices.IndexFunc(x.Attrs, func(b xsdtype.Attr) bool { return b == *a })
		}
	}
	return true
}

// contentWriter writes the content of one element.
type contentWriter struct {
	*writer
	n       *node
	t       *Type
	p       *plan
	x       *xsdtype.Extra
	kept    int      // unknown elements that were written
	written fieldSet // by particles; not used where the fields' order is all there is
}

func (c *contentWriter) content() error {
	unknown := c.x != nil && len(c.x.Elements) > 0
	if unknown {
		c.unknown("", 0, true)
	}
	if err := c.known(); err != nil {
		return err
	}
	if unknown && c.kept < len(c.x.Elements) {
		// Behind fields that there are not.
		for i := range c.x.Elements {
			if e := &c.x.Elements[i]; e.After != "" && !c.hasField(e.After) {
				c.e.Raw(e.XML)
			}
		}
	}
	return nil
}

func (c *contentWriter) hasField(name string) bool {
	for i := c.t.Attrs; i < len(c.t.Fields); i++ {
		if c.t.Fields[i].Go == name {
			return true
		}
	}
	return false
}

// unknown writes the unknown elements behind occurrence index of a field; last says that no other follows.
func (c *contentWriter) unknown(after string, index int, last bool) {
	for i := range c.x.Elements {
		e := &c.x.Elements[i]
		if e.After != after {
			continue
		}
		if e.Index == index && !last || last && (e.Index < 0 || e.Index >= index) {
			c.e.Raw(e.XML)
			c.kept++
		}
	}
}

// known writes what the schema knows.
func (c *contentWriter) known() error {
	t := c.t
	switch {
	case t.Flags&FlagSimpleContent != 0:
		i := len(t.Fields) - 1
		if i < t.Attrs {
			return nil
		}
		f := &t.Fields[i]
		if p := c.n.field(i); present(f, p) {
			return c.text(f, p)
		}
		return nil
	case c.p.shape == shapeInOrder:
		return c.items()
	case c.p.shape == shapeModel, c.p.shape == shapeGroups:
		if err := c.choices(); err != nil {
			return err
		}
		if err := c.particle(0); err != nil {
			return err
		}
		for i := t.Attrs; i < len(t.Fields); i++ { // fields that the model does not mention
			if c.written.add(i) {
				if err := c.field(i); err != nil {
					return err
				}
			}
		}
		return nil
	case c.p.shape == shapeAll && c.x != nil && len(c.x.Order) > 0:
		for _, name := range c.x.Order {
			for i := t.Attrs; i < len(t.Fields); i++ {
				if t.Fields[i].Go == name && c.written.add(i) {
					if err := c.field(i); err != nil {
						return err
					}
				}
			}
		}
		for i := t.Attrs; i < len(t.Fields); i++ {
			if c.written.add(i) {
				if err := c.field(i); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for i := t.Attrs; i < len(t.Fields); i++ {
		if err := c.field(i); err != nil {
			return err
		}
	}
	return nil
}

// field writes all of field i, and the unknown elements behind it.
func (c *contentWriter) field(i int) error {
	f := &c.t.Fields[i]
	if c.x == nil {
		if pl, q := c.n.at(i); pl != nil && pl.word != nil {
			return c.quick(f, pl, q)
		}
	}
	unknown := c.x != nil && len(c.x.Elements) > 0
	p := c.n.field(i)
	if f.Flags&(FlagList|FlagTextList) != FlagList {
		if c.isPresent(f, p) {
			if err := c.occurrence(f, f.Go, 0, p); err != nil {
				return inside(err, f.Name)
			}
		}
		if unknown {
			c.unknown(f.Go, 0, true)
		}
		return nil
	}
	l, ok := p.(List)
	if !ok {
		return jsonTable(f)
	}
	n := l.Len()
	for k := range n {
		var err error
		switch item := l.At(k).(type) {
		case *string:
			if f.Where == WhereAny {
				c.e.Raw(*item)
			} else {
				err = c.occurrence(f, f.Go, k, item)
			}
		case Struct:
			if f.Where == WhereGroup {
				err = c.round(i, k, item)
			} else {
				err = c.occurrence(f, f.Go, k, item)
			}
		default:
			err = c.occurrence(f, f.Go, k, item)
		}
		if err != nil {
			if f.Name == "" {
				return err
			}
			return inside(err, f.Name+index(k))
		}
		if unknown && k < n-1 {
			c.unknown(f.Go, k, false)
		}
	}
	if unknown {
		c.unknown(f.Go, max(n-1, 0), true)
	}
	return nil
}

// straightAttrs is the most attributes that a type has for its layout to be straight.
const straightAttrs = 8

// value writes the element that the struct at q is.
func (w *writer) value(l *layout, q unsafe.Pointer, space string, word *xmltext.Word) error {
	if !l.straight || l.extra >= 0 && *(**xsdtype.Extra)(unsafe.Add(q, l.extra)) != nil {
		w.e.Start(space, word)
		n := l.node(q)
		return w.node(&n, false)
	}
	t := l.t
	var attrs [straightAttrs]xmltext.WordValue
	k := 0
	for i := range l.at[:t.Attrs] {
		pl := &l.at[i]
		p := unsafe.Add(q, pl.offset) // within the struct at q, says reflect; here and below
		if pl.how == byPointer {
			if p = *(*unsafe.Pointer)(p); p == nil {
				continue
			}
		}
		text := ""
		if pl.kind == KindString {
			text = *(*string)(p)
		} else {
			text = boolText(*(*bool)(p))
		}
		attrs[k%straightAttrs].Word, attrs[k%straightAttrs].Value = pl.word, text
		k++
	}
	empty := t.Attrs == len(t.Fields)
	w.e.Tag(space, word, attrs[:k], empty)
	if empty {
		return nil
	}
	for i := t.Attrs; i < len(t.Fields); i++ {
		pl := &l.at[i]
		var err error
		if pl.word != nil {
			err = w.quick(&t.Fields[i], pl, unsafe.Add(q, pl.offset))
		} else {
			err = w.field(l, q, i)
		}
		if err != nil {
			return err
		}
	}
	w.e.EndElement()
	return nil
}

// field writes a field that is not held in one of the usual ways.
func (w *writer) field(l *layout, q unsafe.Pointer, i int) error {
	n := l.node(q)
	c := contentWriter{writer: w, n: &n, t: n.t, p: n.p}
	return c.field(i)
}

// quick writes the field at q, in which nothing unknown was and nothing absent.
func (w *writer) quick(f *Field, pl *place, q unsafe.Pointer) error {
	switch pl.how {
	case byPointer, toStruct:
		if q = *(*unsafe.Pointer)(q); q == nil {
			return nil
		}
	case listStruct:
		return w.list(f, pl, (*sliceHeader)(q))
	}
	switch f.Kind {
	case KindStruct:
		if err := w.value(pl.layout(), q, pl.space, pl.word); err != nil {
			return inside(err, f.Name)
		}
	case KindString:
		w.e.WordElement(pl.space, pl.word, *(*string)(q))
	case KindBool:
		w.e.WordElement(pl.space, pl.word, boolText(*(*bool)(q)))
	default:
		w.e.Start(pl.space, pl.word)
		if err := w.text(f, scalarPointer(pl.kind, q)); err != nil {
			return inside(err, f.Name)
		}
		w.e.EndElement()
	}
	return nil
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// list writes a list of structs.
func (w *writer) list(f *Field, pl *place, h *sliceHeader) error {
	if h.len == 0 {
		return nil
	}
	l := pl.layout()
	if h.len >= longList {
		w.e.Grow(l.expect(h, pl))
	}
	_, from := w.e.Room()
	for k := range h.len {
		if k >= listSample {
			// Make room for the rest, should it be like what is written, but not for much more than that.
			if free, at := w.e.Room(); free*k < 4*(at-from) {
				w.e.Grow(min((h.len-k+4)*((at-from)/k+16), 16*at))
			}
		}
		if err := w.value(l, unsafe.Add(h.data, uintptr(k)*l.size), pl.space, pl.word); err != nil {
			return inside(err, f.Name+index(k))
		}
	}
	return nil
}

// expect tells how many bytes a long list will be, by writing some of its items.
func (l *layout) expect(h *sliceHeader, pl *place) int {
	e := encoders.Get().(*xmltext.Encoder)
	e.Start(pl.space, pl.word)
	_, from := e.Room()
	w := writer{e: e}
	for k := range longListSample {
		if w.value(l, unsafe.Add(h.data, uintptr(h.len/longListSample*k)*l.size), pl.space, pl.word) != nil {
			break // and again where it is the item's turn
		}
	}
	_, at := e.Room()
	recycle(e)
	return (at - from) / longListSample * 17 / 16 * h.len
}

const (
	// listSample is the number of items that tell how long others are.
	listSample = 8
	// longListSample of the items of a list of longList or more, taken all over it, tell how long it is.
	longListSample = 32
	longList       = 1024
)

// isPresent reports whether a field is written.
func (c *contentWriter) isPresent(f *Field, p any) bool {
	if f.Flags&FlagRequired == 0 {
		return present(f, p)
	}
	if !present(f, p) {
		l, ok := p.(List)
		return ok && l.IsNil() && !c.x.IsAbsent(f.Go) // a required xs:list is an empty text
	}
	return c.x == nil || !c.x.IsAbsent(f.Go) || !isZero(f, p)
}

// occurrence writes one element. Its unknown attributes are those kept for occurrence k of on.
func (c *contentWriter) occurrence(f *Field, on string, k int, p any) error {
	space := c.t.elementSpace(f)
	null := false
	if f.Flags&FlagNillable != 0 {
		n, ok := p.(Nillable)
		if !ok {
			return jsonTable(f)
		}
		null = *n.NilFlag()
		p = basePointer(n.ValuePtr(), f.Kind)
	}
	if f.Kind == KindStruct {
		s, ok := p.(Struct)
		if !ok {
			return jsonTable(f)
		}
		return c.element(space, f.Name, s, s.XSDType(), null)
	}
	c.e.StartElement(space, f.Name)
	if c.x != nil && len(c.x.Attrs) > 0 {
		c.attrs(c.x, on, k)
	}
	if null {
		c.e.Attr(xmltext.SpaceXSI, "nil", "true")
	} else if err := c.text(f, p); err != nil {
		return err
	}
	c.e.EndElement()
	return nil
}

// round writes one round of a repeated group.
func (c *contentWriter) round(g, k int, item Struct) error {
	gt := item.XSDType()
	n := newNode(item, gt)
	in := contentWriter{writer: c.writer, n: &n, t: gt, p: n.p}
	if p, ok := field(item, len(gt.Fields), false).(**xsdtype.Extra); ok {
		in.x = *p
	} else if c.x != nil && len(c.x.Attrs) > 0 {
		in.x = groupAttrs(c.x, c.t.Fields[g].Go, k, item, gt)
	}
	return in.content()
}

// groupAttrs gives the unknown attributes that the value keeps for an item which cannot: they
// belong to its first element of simple type.
func groupAttrs(x *xsdtype.Extra, on string, k int, item Struct, gt *Type) *xsdtype.Extra {
	var attrs []xsdtype.Attr
	for _, a := range x.Attrs {
		if a.On == on && a.Index == k {
			attrs = append(attrs, a)
		}
	}
	if attrs == nil {
		return nil
	}
	for i := range gt.Fields {
		f := &gt.Fields[i]
		if f.Where == WhereElement && f.Kind != KindStruct && present(f, field(item, i, false)) {
			for n := range attrs {
				attrs[n].On, attrs[n].Index = f.Go, 0
			}
			break
		}
	}
	return &xsdtype.Extra{Attrs: attrs}
}

// items writes a value in document order.
func (c *contentWriter) items() error {
	g := len(c.t.Fields) - 1
	f := &c.t.Fields[g]
	l, ok := c.n.field(g).(List)
	if !ok {
		return jsonTable(f)
	}
	unknown := c.x != nil && len(c.x.Elements) > 0
	for k := range l.Len() {
		item, ok := l.At(k).(Struct)
		if !ok {
			return jsonTable(f)
		}
		if err := c.item(g, k, item); err != nil {
			return err
		}
		if unknown && k < l.Len()-1 {
			c.unknown(f.Go, k, false)
		}
	}
	if unknown {
		c.unknown(f.Go, max(l.Len()-1, 0), true)
	}
	return nil
}

// item writes one item of a value in document order: one element, wildcard or text.
func (c *contentWriter) item(g, k int, item Struct) error {
	gt := item.XSDType()
	n := newNode(item, gt)
	in := contentWriter{writer: c.writer, n: &n, t: gt, p: n.p}
	if p, ok := field(item, len(gt.Fields), false).(**xsdtype.Extra); ok {
		in.x = *p
	} else if c.x != nil && len(c.x.Attrs) > 0 {
		in.x = groupAttrs(c.x, c.t.Fields[g].Go, k, item, gt)
	}
	set := -1
	for i := range gt.Fields {
		f := &gt.Fields[i]
		p := field(item, i, false)
		if !hasContent(f, p) {
			continue
		}
		if set >= 0 {
			return &Error{
				Subject: c.t.Fields[g].Go + index(k) + ": " + gt.Fields[set].Go + " and " + f.Go,
				Rule:    RuleChoice, Msg: "an item is one element or one text",
			}
		}
		set = i
		if f.Where == WhereText {
			if err := c.text(f, p); err != nil {
				return err
			}
			continue
		}
		if err := in.field(i); err != nil {
			return err
		}
	}
	return nil
}

// choices checks that no choice has two alternatives set.
func (c *contentWriter) choices() error {
	if len(c.p.choices) == 0 {
		return nil
	}
	set := contentSet(c.n.value(), c.t)
	if a, b := c.t.twoAlternatives(&set); a != nil {
		return choiceError(a, b)
	}
	return nil
}

func choiceError(a, b *Field) error {
	return &Error{
		Subject: "<" + a.label() + "> and <" + b.label() + ">", Rule: RuleChoice,
		Msg: "the schema allows one of them",
	}
}

// label is what messages call a field.
func (f *Field) label() string {
	if f.Name != "" {
		return f.Name
	}
	return f.Go
}

// contentSet is the set of content fields that have something to write.
func contentSet(v Struct, t *Type) (set fieldSet) {
	for i := t.Attrs; i < len(t.Fields); i++ {
		if f := &t.Fields[i]; hasContent(f, field(v, i, false)) {
			set.add(i)
		}
	}
	return set
}

// hasContent reports whether a field has something to write: for lists, items.
func hasContent(f *Field, p any) bool {
	if f.Flags&(FlagList|FlagTextList) == FlagList {
		l, ok := p.(List)
		return ok && l.Len() > 0
	}
	return present(f, p)
}

// particle writes the content of a particle and everything inside it. A field that two particles name is written by
// the first of the alternative that is set.
func (c *contentWriter) particle(at int) error {
	q := &c.t.Model[at]
	switch q.Op {
	case OpElement, OpGroup, OpAny:
		if !c.written.add(int(q.Field)) {
			return nil
		}
		return c.field(int(q.Field))
	}
	end := at + int(q.Len)
	if q.Op == OpChoice {
		// The alternative that is set goes first: others may name its fields too.
		for k := at + 1; k <= end; k += 1 + int(c.t.Model[k].Len) {
			if c.isSet(at, k) {
				if err := c.particle(k); err != nil {
					return err
				}
				break
			}
		}
	}
	for k := at + 1; k <= end; k += 1 + int(c.t.Model[k].Len) {
		if err := c.particle(k); err != nil {
			return err
		}
	}
	return nil
}

// isSet reports whether all that is set in the choice is in its alternative k.
func (c *contentWriter) isSet(choice, k int) bool {
	any := false
	for i := choice + 1; i <= choice+int(c.t.Model[choice].Len); i++ {
		q := &c.t.Model[i]
		if !q.isContent() || !hasContent(&c.t.Fields[q.Field], c.n.field(int(q.Field))) {
			continue
		}
		any = true
		has := false
		for j := k; j <= k+int(c.t.Model[k].Len); j++ {
			has = has || c.t.Model[j].isContent() && c.t.Model[j].Field == q.Field
		}
		if !has {
			return false
		}
	}
	return any
}
