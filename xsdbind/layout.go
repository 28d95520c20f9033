package xsdbind

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// layout says where the fields of a Go struct lie, so that they are reached without code for each.
//
// It is made by reflection at the first use of a Go type with a table, and from nothing else: each place is where reflect says that a
// field of the name in the table lies, and what reflect says of its type fits what the table does. Where
// they do not fit, the layout has an error and no places, and whoever reads or writes such a value gets the error.
type layout struct {
	t     *Type
	p     *plan
	wrong string       // why there are no places; "" where there are
	typ   reflect.Type // the struct
	ptr   reflect.Type // a pointer to it: the type of the values
	size  uintptr
	extra int     // where the Extra field lies, -1 without
	at    []place // parallel to t.Fields
	slot  uint32  // among a reader's pieces of memory
	// straight: a value without Extra is written field by field, and its attributes are texts and booleans without a namespace
	straight bool
	next     *layout // of another Go type with the same table

	// arrays are the types of arrays that values are allocated in. See piece.
	arrays [3]atomic.Pointer[reflect.Type]
}

// place is where a field lies.
type place struct {
	offset uintptr
	how    how
	kind   Kind
	null   bool // nillable: a struct that implements Nillable by its pointer
	plain  bool // nothing is to be checked: a string may be set as it is
	quick  bool // the same for lenient reading
	direct bool // an attribute of string or boolean type, without a namespace
	space  string
	word   *xmltext.Word
	size   uintptr                // of typ
	typ    reflect.Type           // of one value: without the pointer of an optional one, of a list the items'
	slice  reflect.Type           // of lists: of the slice
	child  atomic.Pointer[layout] // of the struct, at the first use
}

// how a field is held.
type how uint8

const (
	byValue      how = iota // a scalar
	byPointer               // an optional scalar: a pointer to one
	inStruct                // a struct
	toStruct                // an optional struct: a pointer to one
	listStruct              // a slice of structs, one for each element
	inNillable              // a Nillable
	toNillable              // an optional one: a pointer to it
	listOfOthers            // any other slice
)

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

var slots atomic.Uint32

var kinds = map[reflect.Kind]Kind{
	reflect.String: KindString, reflect.Bool: KindBool, reflect.Int: KindInt, reflect.Int8: KindInt8, reflect.Int16: KindInt16,
	reflect.Int64: KindInt64, reflect.Uint8: KindUint8, reflect.Uint16: KindUint16, reflect.Uint32: KindUint32, reflect.Uint64: KindUint64,
	reflect.Float32: KindFloat32, reflect.Float64: KindFloat64,
}

var (
	structType   = reflect.TypeFor[Struct]()
	nillableType = reflect.TypeFor[Nillable]()
)

// layoutOf returns the layout of v's Go type and where v lies.
func (p *plan) layoutOf(v Struct, t *Type) (*layout, unsafe.Pointer) {
	rv := reflect.ValueOf(v)
	l := p.layout.Load()
	if l == nil || l.ptr != rv.Type() {
		l = p.layoutFor(rv.Type(), t)
	}
	if l.wrong != "" {
		return l, nil
	}
	return l, rv.UnsafePointer()
}

// layoutFor finds or makes the layout of the Go type of a value.
func (p *plan) layoutFor(ptr reflect.Type, t *Type) *layout {
	var made *layout
	for {
		first := p.layout.Load()
		for l := first; l != nil; l = l.next {
			if l.ptr == ptr {
				return l
			}
		}
		if made == nil {
			made = newLayout(ptr, t, p)
		}
		made.next = first
		if p.layout.CompareAndSwap(first, made) {
			return made
		}
	}
}

// newLayout finds the layout of the struct that ptr points to.
func newLayout(ptr reflect.Type, t *Type, p *plan) *layout {
	l := &layout{t: t, p: p, ptr: ptr, extra: -1}
	if ptr.Kind() == reflect.Pointer {
		l.typ = ptr.Elem()
	}
	if err := l.find(); err != nil {
		l.at, l.extra = nil, -1
		l.wrong = fmt.Sprintf("%s does not fit the table of %s: %v", ptr, t.Name, err)
	}
	return l
}

// misfit returns the error of a Go type that does not fit its table; nil for one that does.
func (l *layout) misfit() error {
	if l.wrong == "" {
		return nil
	}
	return &Error{Rule: RuleValue, Msg: l.wrong}
}

// find finds the places.
func (l *layout) find() error {
	if l.typ == nil || l.typ.Kind() != reflect.Struct {
		return errors.New("it is no pointer to a struct")
	}
	l.size = l.typ.Size()
	l.slot = slots.Add(1)
	l.at = make([]place, len(l.t.Fields))
	names := make(map[string]bool, len(l.t.Fields))
	for i := range l.t.Fields {
		f := &l.t.Fields[i]
		sf, ok := l.typ.FieldByName(f.Go)
		switch {
		case !ok || len(sf.Index) != 1:
			return fmt.Errorf("it has no field %s", f.Go)
		case names[f.Go]:
			return fmt.Errorf("the table has two fields %s", f.Go)
		}
		names[f.Go] = true
		if err := l.at[i].find(f, sf); err != nil {
			return fmt.Errorf("%s: %w", f.Go, err)
		}
		l.at[i].prepare(l.t, i)
	}
	if sf, ok := l.typ.FieldByName("Extra"); ok && len(sf.Index) == 1 && sf.Type == reflect.TypeFor[*xsdtype.Extra]() {
		l.extra = int(sf.Offset)
	}
	l.straight = l.t.Flags&FlagSimpleContent == 0 && l.p.shape <= shapeAll && l.t.Attrs <= straightAttrs
	for i := range l.at[:l.t.Attrs] {
		l.straight = l.straight && l.at[i].direct
	}
	return nil
}

// find looks whether a struct field is what the table says.
func (pl *place) find(f *Field, sf reflect.StructField) error {
	pl.offset, pl.kind, pl.null, pl.typ = sf.Offset, f.Kind, f.Flags&FlagNillable != 0, sf.Type
	isList := sf.Type.Kind() == reflect.Slice
	if want := f.Flags&(FlagList|FlagTextList) != 0 || f.Where == WhereGroup; want != isList && (want || f.Where != WhereAny) {
		return fmt.Errorf("it is a %s, and the table says that it is a list: %t", sf.Type, want)
	}
	optional := false
	switch {
	case isList:
		pl.slice, pl.typ = sf.Type, sf.Type.Elem()
	case sf.Type.Kind() == reflect.Pointer:
		optional, pl.typ = true, sf.Type.Elem()
	}
	pl.size = pl.typ.Size()
	value := pl.typ
	if pl.null {
		if pl.typ.Kind() != reflect.Struct || !reflect.PointerTo(pl.typ).Implements(nillableType) {
			return fmt.Errorf("a %s is not nillable", pl.typ)
		}
		inner := reflect.TypeOf(reflect.New(pl.typ).Interface().(Nillable).ValuePtr())
		if inner == nil || inner.Kind() != reflect.Pointer {
			return fmt.Errorf("a %s has no pointer to its value", pl.typ)
		}
		value = inner.Elem()
	}
	if pl.kind == KindStruct {
		if value.Kind() != reflect.Struct || !reflect.PointerTo(value).Implements(structType) {
			return fmt.Errorf("a %s is no complex type", value)
		}
	} else if k, ok := kinds[value.Kind()]; !ok || k != pl.kind {
		return fmt.Errorf("a %s is no xs:%s", value, builtinNames[pl.kind])
	}
	switch {
	case f.Where == WhereGroup:
		if err := pl.findGroup(f); err != nil {
			return err
		}
		pl.how = listOfOthers
	case isList && pl.kind == KindStruct && !pl.null && pl.size > 0 && f.Where == WhereElement:
		pl.how = listStruct
	case isList:
		pl.how = listOfOthers
	case pl.null && optional:
		pl.how = toNillable
	case pl.null:
		pl.how = inNillable
	case pl.kind == KindStruct && optional:
		pl.how = toStruct
	case pl.kind == KindStruct:
		pl.how = inStruct
	case optional:
		pl.how = byPointer
	}
	return nil
}

// findGroup finds the layout of a repeated group's items.
func (pl *place) findGroup(f *Field) error {
	if f.Group == nil || pl.kind != KindStruct || pl.null {
		return errors.New("a group has a table, and a list of structs")
	}
	l := f.Group.plan().layoutFor(reflect.PointerTo(pl.typ), f.Group)
	if l.wrong != "" {
		return errors.New(l.wrong)
	}
	pl.child.Store(l)
	return nil
}

// prepare looks what the XML codec may do without a look at the table.
func (pl *place) prepare(t *Type, i int) {
	f := &t.Fields[i]
	pl.plain = f.Kind == KindString && f.Simple == nil && f.Fixed == ""
	pl.quick = f.Kind == KindString && !f.isQName()
	if pl.how > listStruct || f.Where == WhereAny {
		return
	}
	if pl.space = f.Space; f.Where == WhereElement {
		pl.space = t.elementSpace(f)
	}
	pl.word = xmltext.NewWord(f.Name)
	pl.direct = i < t.Attrs && (f.Kind == KindString || f.Kind == KindBool) && f.Space == "" && pl.word != nil
}

// layout returns the layout of the structs in a field.
func (pl *place) layout() *layout {
	l := pl.child.Load()
	if l == nil {
		t := reflect.New(pl.typ).Interface().(Struct).XSDType()
		l = t.plan().layoutFor(reflect.PointerTo(pl.typ), t)
		pl.child.Store(l)
	}
	return l
}

// value returns the struct at p.
func (pl *place) value(p unsafe.Pointer) Struct { return reflect.NewAt(pl.typ, p).Interface().(Struct) }

// one returns what FieldAt does for the one value at p.
func (pl *place) one(p unsafe.Pointer) any {
	switch {
	case pl.null:
		return reflect.NewAt(pl.typ, p).Interface()
	case pl.kind == KindStruct:
		return pl.value(p)
	}
	return scalarPointer(pl.kind, p)
}

// field gives access to field i of the value at q. See FieldAt.
func (l *layout) field(q unsafe.Pointer, i int, alloc bool) any {
	switch {
	case l.wrong != "" || i < 0 || i > len(l.at):
		return nil
	case i == len(l.at) && l.extra < 0:
		return nil
	case i == len(l.at):
		return (**xsdtype.Extra)(unsafe.Add(q, l.extra))
	}
	pl := &l.at[i]
	// Within the struct at q, says reflect.
	p := unsafe.Add(q, pl.offset)
	switch pl.how {
	case listStruct, listOfOthers:
		return &list{(*sliceHeader)(p), pl}
	case byPointer, toStruct, toNillable:
		to := (*unsafe.Pointer)(p)
		switch {
		case *to != nil:
		case alloc && pl.kind == KindString && !pl.null:
			*to = unsafe.Pointer(newString())
		case alloc:
			*to = reflect.New(pl.typ).UnsafePointer()
		case pl.how != byPointer:
			return nil
		}
		p = *to
	}
	return pl.one(p)
}

// field is FieldAt for the code of this package.
func field(v Struct, i int, alloc bool) any {
	t := v.XSDType()
	l, q := t.plan().layoutOf(v, t)
	return l.field(q, i, alloc)
}

// misfit returns why v's Go type does not fit its table; nil where it does.
func misfit(v Struct) error {
	t := v.XSDType()
	l, _ := t.plan().layoutOf(v, t)
	return l.misfit()
}

// scalarPointer makes the pointer that FieldAt gives for a scalar at p.
func scalarPointer(k Kind, p unsafe.Pointer) any {
	switch k {
	case KindString:
		return (*string)(p)
	case KindBool:
		return (*bool)(p)
	case KindInt:
		return (*int)(p)
	case KindInt8:
		return (*int8)(p)
	case KindInt16:
		return (*int16)(p)
	case KindInt64:
		return (*int64)(p)
	case KindUint8:
		return (*uint8)(p)
	case KindUint16:
		return (*uint16)(p)
	case KindUint32:
		return (*uint32)(p)
	case KindUint64:
		return (*uint64)(p)
	case KindFloat32:
		return (*float32)(p)
	case KindFloat64:
		return (*float64)(p)
	}
	return nil
}

// value returns the struct at p.
func (l *layout) value(p unsafe.Pointer) Struct {
	return reflect.NewAt(l.ptr.Elem(), p).Interface().(Struct)
}

// node is a value that is read or written through its layout.
type node struct {
	v Struct // nil until somebody asks for it: see value
	t *Type
	p *plan
	l *layout
	q unsafe.Pointer // where the value lies
}

func newNode(v Struct, t *Type) node {
	n := node{v: v, t: t, p: t.plan()}
	n.l, n.q = n.p.layoutOf(v, t)
	return n
}

// node returns the node of the struct at q.
func (l *layout) node(q unsafe.Pointer) node { return node{t: l.t, p: l.p, l: l, q: q} }

func (n *node) value() Struct {
	if n.v == nil {
		n.v = n.l.value(n.q)
	}
	return n.v
}

// at returns the place of field i and where it is in the value; nil for a field that has to be reached by field.
func (n *node) at(i int) (*place, unsafe.Pointer) {
	if uint(i) >= uint(len(n.l.at)) {
		return nil, nil // a Go type that does not fit
	}
	pl := &n.l.at[i]
	if pl.how > listStruct {
		return nil, nil
	}
	// Within the struct at n.q, says reflect.
	return pl, unsafe.Add(n.q, pl.offset)
}

// extra returns the value's Extra as it is.
func (n *node) extra() *xsdtype.Extra {
	if n.l.extra < 0 {
		return nil
	}
	return *(**xsdtype.Extra)(unsafe.Add(n.q, n.l.extra))
}

// field returns what FieldAt does for a field to be written.
func (n *node) field(i int) any { return n.l.field(n.q, i, false) }
