package xsdbind

import (
	"go/token"
	"reflect"

	"github.com/vbem-go/vbem/xsdtype"
)

// record is a Struct for any table without groups: it stands at the beginning of a struct that is made for the table.
type record struct {
	t *Type
	v reflect.Value // the struct
}

func (r *record) XSDType() *Type { return r.t }

// NewRecord makes an empty value for a table. Fields of complex type are of the Go types given, in order.
func NewRecord(t *Type, complex ...reflect.Type) *record {
	fields := []reflect.StructField{{Name: "Record", Type: reflect.TypeFor[record]()}}
	for i := range t.Fields {
		f := &t.Fields[i]
		typ := scalarTypes[f.Kind]
		if f.Kind == KindStruct || f.Flags&FlagNillable != 0 {
			typ, complex = complex[0], complex[1:]
		}
		switch {
		case f.Flags&FlagList != 0:
			typ = reflect.SliceOf(typ)
		case f.Flags&FlagRequired == 0 && f.Where != WhereText:
			typ = reflect.PointerTo(typ)
		}
		sf := reflect.StructField{Name: f.Go, Type: typ}
		if !token.IsExported(f.Go) {
			sf.PkgPath = "xsdbind"
		}
		fields = append(fields, sf)
	}
	fields = append(fields, reflect.StructField{Name: "Extra", Type: reflect.TypeFor[*xsdtype.Extra]()})
	p := t.plan()
	l := p.layout.Load()
	if l == nil {
		l = &layout{t: t, p: p, ptr: reflect.TypeFor[*record](), typ: reflect.StructOf(fields), extra: -1}
		if err := l.find(); err != nil {
			panic(err)
		}
		p.layout.Store(l)
	}
	v := reflect.New(l.typ)
	r := (*record)(v.UnsafePointer())
	r.t, r.v = t, v.Elem()
	return r
}

// Field returns field i, to be read or set.
func (r *record) Field(i int) reflect.Value {
	f := r.v.Field(i + 1)
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

// Extra returns what the value keeps.
func (r *record) Extra() *xsdtype.Extra { return *r.extra() }

// SetExtra gives it what it is to keep.
func (r *record) SetExtra(x *xsdtype.Extra) { *r.extra() = x }

func (r *record) extra() **xsdtype.Extra {
	return r.v.FieldByName("Extra").Addr().Interface().(**xsdtype.Extra)
}

var scalarTypes = map[Kind]reflect.Type{
	KindString: reflect.TypeFor[string](), KindBool: reflect.TypeFor[bool](), KindInt: reflect.TypeFor[int](), KindInt8: reflect.TypeFor[int8](),
	KindInt16: reflect.TypeFor[int16](), KindInt64: reflect.TypeFor[int64](), KindUint8: reflect.TypeFor[uint8](), KindUint16: reflect.TypeFor[uint16](),
	KindUint32: reflect.TypeFor[uint32](), KindUint64: reflect.TypeFor[uint64](), KindFloat32: reflect.TypeFor[float32](), KindFloat64: reflect.TypeFor[float64](),
}
