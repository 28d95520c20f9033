package xsdbind

import (
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// layout says where the fields of a Go struct lie, so that the XML codec reaches them without a call for each.
//
// It is found by reflection at the first use of a type and believed only as far as XSDField confirms it: for a
// field that has a place, XSDField of a trial value answered with the very address, of the very type, that the place
// gives. What has none (and a value of another Go type) is reached through XSDField.
type layout struct {
	t     *Type
	p     *plan
	typ   reflect.Type // the struct
	ptr   reflect.Type // a pointer to it
	size  uintptr
	extra int     // where the Extra field lies, -1 without
	at    []place // parallel to t.Fields
	slot  uint32  // among a reader's pieces of memory

	// arrays are the types of arrays that values are allocated in. See piece.
	arrays [3]atomic.Pointer[reflect.Type]
}

// place is where a field lies.
type place struct {
	offset uintptr
	how    how
	kind   Kind
	plain  bool   // nothing is to be checked: a string may be set as it is
	quick  bool   // the same for lenient reading
	direct bool   // an attribute of string type, without a namespace
	elem   uint32 // of a list of structs: their size
	space  string
	word   *xmltext.Word
	typ    reflect.Type           // struct types: of the struct
	child  atomic.Pointer[layout] // of it, at the first use
}

// how a field is held.
type how uint8

const (
	byCall     how = iota // XSDField only
	byValue               // a scalar
	byPointer             // an optional scalar: a pointer to one
	inStruct              // a struct
	toStruct              // an optional struct: a pointer to one
	listStruct            // a slice of structs
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

// layoutOf returns the layout of v's Go type and where v lies, nil when there is none.
func (p *plan) layoutOf(v Struct, t *Type) (*layout, unsafe.Pointer) {
	l := p.layout.Load()
	if l == nil {
		l = newLayout(reflect.TypeOf(v), t, p)
		p.layout.Store(l)
	}
	if rv := reflect.ValueOf(v); l.ptr == rv.Type() {
		return l, rv.UnsafePointer()
	}
	return nil, nil
}

// newLayout finds the layout of the struct that pt points to. One without any place has no ptr: no value is of its type.
func newLayout(pt reflect.Type, t *Type, p *plan) *layout {
	l := &layout{t: t, p: p}
	if pt.Kind() != reflect.Pointer || pt.Elem().Kind() != reflect.Struct || pt.Elem().Size() >= 1<<16 {
		return l
	}
	typ := pt.Elem()
	l.at, l.extra = make([]place, len(t.Fields)), -1
	var trial reflect.Value
	for i := range t.Fields {
		f := &t.Fields[i]
		sf, ok := typ.FieldByName(f.Go)
		if !ok || len(sf.Index) != 1 {
			continue
		}
		pl := placeOf(f, sf)
		if pl == nil {
			continue
		}
		if !trial.IsValid() {
			trial = reflect.New(typ)
		}
		if trial.Interface().(Struct).XSDType() != t {
			return l // a Go type for several tables
		}
		if !pl.confirmed(trial, i) {
			continue
		}
		at := &l.at[i]
		at.offset, at.how, at.kind, at.plain, at.quick, at.elem, at.typ = pl.offset, pl.how, pl.kind, pl.plain, pl.quick, pl.elem, pl.typ
		if at.space = f.Space; f.Where == WhereElement {
			at.space = t.elementSpace(f)
		}
		at.word = xmltext.NewWord(f.Name)
		at.direct = i < t.Attrs && f.Kind == KindString && f.Space == "" && at.word != nil
		l.typ, l.ptr, l.size = typ, pt, typ.Size()
	}
	if l.ptr == nil {
		return l
	}
	if sf, ok := typ.FieldByName("Extra"); ok && len(sf.Index) == 1 {
		x, ok := trial.Interface().(Struct).XSDField(len(t.Fields), false).(**xsdtype.Extra)
		if ok && unsafe.Pointer(x) == unsafe.Add(trial.UnsafePointer(), sf.Offset) {
			l.extra = int(sf.Offset)
		}
	}
	l.slot = slots.Add(1)
	return l
}

// placeOf returns what a struct field looks like a place for, nil for none.
func placeOf(f *Field, sf reflect.StructField) *place {
	if f.Where != WhereElement && f.Where != WhereAttribute && f.Where != WhereText || f.Flags&(FlagNillable|FlagTextList) != 0 {
		return nil
	}
	pl := &place{offset: sf.Offset, kind: f.Kind, typ: sf.Type}
	pl.plain = f.Kind == KindString && f.Simple == nil && f.Fixed == ""
	pl.quick = f.Kind == KindString && !f.isQName()
	typ := sf.Type
	switch {
	case f.Flags&FlagList != 0:
		if f.Kind != KindStruct || typ.Kind() != reflect.Slice {
			return nil
		}
		pl.how, pl.typ, pl.elem = listStruct, typ.Elem(), uint32(typ.Elem().Size())
		if pl.elem == 0 || pl.elem >= 1<<16 {
			return nil
		}
	case f.Kind == KindStruct && typ.Kind() == reflect.Pointer:
		pl.how, pl.typ = toStruct, typ.Elem()
	case f.Kind == KindStruct:
		pl.how = inStruct
	case typ.Kind() == reflect.Pointer:
		pl.how, typ = byPointer, typ.Elem()
	default:
		pl.how = byValue
	}
	if f.Kind == KindStruct {
		if pl.typ.Kind() != reflect.Struct || pl.typ.Size() == 0 || !reflect.PointerTo(pl.typ).Implements(structType) {
			return nil
		}
	} else if k, ok := kinds[typ.Kind()]; !ok || k != f.Kind {
		return nil
	}
	return pl
}

var structType = reflect.TypeFor[Struct]()

// confirmed reports whether XSDField of the trial value answers what the place does.
func (pl *place) confirmed(trial reflect.Value, i int) bool {
	v := trial.Interface().(Struct)
	here := unsafe.Add(trial.UnsafePointer(), pl.offset)
	absent := v.XSDField(i, false)
	got := v.XSDField(i, true)
	switch pl.how {
	case byValue:
		return address(got) == here && scalarPointer(pl.kind, here) == got
	case byPointer:
		// Absent is a nil pointer; then the pointer that the field holds.
		here = *(*unsafe.Pointer)(here)
		return here != nil && scalarPointer(pl.kind, nil) == absent && scalarPointer(pl.kind, here) == got
	case inStruct:
		return address(got) == here && reflect.TypeOf(got) == reflect.PointerTo(pl.typ)
	case toStruct:
		here = *(*unsafe.Pointer)(here)
		return here != nil && absent == nil && address(got) == here && reflect.TypeOf(got) == reflect.PointerTo(pl.typ)
	case listStruct:
		l, ok := got.(List)
		if !ok || address(got) != here || l.Len() != 0 {
			return false
		}
		item := l.Append()
		h := (*sliceHeader)(here)
		return h.len == 1 && address(item) == h.data && reflect.TypeOf(item) == reflect.PointerTo(pl.typ)
	}
	return false
}

// address returns the pointer in x, nil when it holds none.
func address(x any) unsafe.Pointer {
	if v := reflect.ValueOf(x); v.Kind() == reflect.Pointer {
		return v.UnsafePointer()
	}
	return nil
}

// scalarPointer makes the pointer that XSDField gives for a scalar at p.
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

// layout returns the layout of the structs in a field.
func (pl *place) layout() *layout {
	if l := pl.child.Load(); l != nil {
		return l
	}
	v := reflect.New(pl.typ).Interface().(Struct)
	t := v.XSDType()
	l, _ := t.plan().layoutOf(v, t)
	if l == nil {
		// No field has a place, or the layout known to the table is another Go type's: this one has none of its own.
		l = &layout{t: t, p: t.plan(), typ: pl.typ, ptr: reflect.PointerTo(pl.typ), size: pl.typ.Size(), extra: -1, slot: slots.Add(1)}
		l.at = make([]place, len(t.Fields))
	}
	pl.child.Store(l)
	return l
}

// value returns the struct at p.
func (l *layout) value(p unsafe.Pointer) Struct { return reflect.NewAt(l.typ, p).Interface().(Struct) }

// node is a value that is read or written, through its layout if there is one.
type node struct {
	v Struct // with a layout nil until somebody asks for it: see value
	t *Type
	p *plan
	l *layout        // may be nil
	q unsafe.Pointer // where the value lies, if l is not nil
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

// at returns the place of field i and where it is in the value; nil if there is none.
func (n *node) at(i int) (*place, unsafe.Pointer) {
	if n.l == nil {
		return nil, nil
	}
	pl := &n.l.at[i]
	if pl.how == byCall {
		return nil, nil
	}
	// Confirmed to lie within the struct at n.q.
	return pl, unsafe.Add(n.q, pl.offset)
}

// extra returns the value's Extra as it is.
func (n *node) extra() *xsdtype.Extra {
	if n.l != nil && n.l.extra >= 0 {
		return *(**xsdtype.Extra)(unsafe.Add(n.q, n.l.extra))
	}
	if p, ok := n.value().XSDField(len(n.t.Fields), false).(**xsdtype.Extra); ok {
		return *p
	}
	return nil
}

// field returns what XSDField does for a field to be written.
func (n *node) field(i int) any {
	pl, p := n.at(i)
	if pl != nil {
		switch pl.how {
		case byValue:
			return scalarPointer(pl.kind, p)
		case byPointer:
			return scalarPointer(pl.kind, *(*unsafe.Pointer)(p))
		}
	}
	return n.value().XSDField(i, false)
}
