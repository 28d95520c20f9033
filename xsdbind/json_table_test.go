package xsdbind_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// names has a field for each way in which a member can be named. The function returns their values.
func names() (v xsdbind.Struct, set func(...string), values func() [6]string) {
	field := func(name, json string, aliases ...string) xsdbind.Field {
		return xsdbind.Field{Name: name, Go: name, JSON: json, Kind: xsdbind.KindString, Aliases: aliases, Flags: xsdbind.FlagRequired}
	}
	r := xsdbind.NewRecord(&xsdbind.Type{Go: "Names", Fields: []xsdbind.Field{
		field("Ref", "Refs"), field("ref", ""), field("Tenant", "Tenants", "Tenantz"), field("A", "B"), field("B", "A"), field("Größe", ""),
	}})
	set = func(texts ...string) {
		for i, s := range texts {
			r.Field(i).SetString(s)
		}
	}
	values = func() (s [6]string) {
		for i := range s {
			s[i] = r.Field(i).String()
		}
		return s
	}
	return r, set, values
}

func TestJSONNames(t *testing.T) {
	for _, c := range []struct {
		json    string
		lenient [6]string
		strict  string // the error; "" for the same value
	}{
		{`{"Refs":"1","ref":"2"}`, [6]string{"1", "2"}, ""},
		{`{"refs":"1","REF":"2"}`, [6]string{"1", "2"}, ""},
		{`{"Ref":"2","Refs":"1"}`, [6]string{"1", "2"}, ""}, // another case of ref, not the XML name of Refs
		{`{"tenants":"1"}`, [6]string{2: "1"}, ""},
		{`{"Tenantz":"1"}`, [6]string{2: "1"}, ""},
		{`{"TENANTZ":"1"}`, [6]string{2: "1"}, ""},
		{`{"Tenant":"1"}`, [6]string{2: "1"}, `Names/Tenant (offset 1): the schema has no such member`},
		{`{"A":"a","B":"b"}`, [6]string{3: "b", 4: "a"}, ""},
		{`{"GRÖßE":"1"}`, [6]string{5: "1"}, ""},
		{`{"grö\u00dfe":"1"}`, [6]string{5: "1"}, ""},
	} {
		for _, strict := range []bool{false, true} {
			v, _, got := names()
			for i := range v.XSDType().Fields {
				v.XSDType().Fields[i].Flags &^= xsdbind.FlagRequired
			}
			var o []xsdbind.Option
			if strict {
				o = append(o, xsdbind.Strict())
			}
			err := xsdbind.UnmarshalJSON([]byte(c.json), v, o...)
			switch {
			case strict && c.strict != "":
				if err == nil || err.Error() != c.strict {
					t.Errorf("%s: got %v, want %s", c.json, err, c.strict)
				}
			case err != nil || got() != c.lenient:
				t.Errorf("%s, strict %t: got %q, %v, want %q", c.json, strict, got(), err, c.lenient)
			}
		}
	}
}

// Members are written under the names that they are read by first, and unknown ones beside them.
func TestJSONNamesWritten(t *testing.T) {
	v, set, _ := names()
	set("1", "2", "3", "4", "5", "6")
	*xsdbind.FieldAt(v, 6, true).(**xsdtype.Extra) = &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Tenant", Value: "7"}}}
	b, err := xsdbind.MarshalJSON(v)
	if want := `{"Refs":"1","ref":"2","Tenants":"3","B":"4","A":"5","Größe":"6","Tenant":7}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}

// A table may have more fields than JSONOrder can name.
func TestJSONManyFields(t *testing.T) {
	typ := &xsdbind.Type{Go: "Many"}
	var text strings.Builder
	for i := range 300 {
		typ.Fields = append(typ.Fields, xsdbind.Field{Name: fmt.Sprintf("F%d", i), Go: fmt.Sprintf("F%d", i), Kind: xsdbind.KindInt})
		fmt.Fprintf(&text, `,"F%d":%d`, i, i)
	}
	all := "{" + text.String()[1:] + "}"
	v := xsdbind.NewRecord(typ)
	if err := xsdbind.UnmarshalJSON([]byte(all), v); err != nil {
		t.Fatal(err)
	}
	for i := range typ.Fields {
		if got := v.Field(i); got.IsNil() || got.Elem().Int() != int64(i) {
			t.Errorf("field %d is %v", i, got)
		}
	}
	if b, err := xsdbind.MarshalJSON(v); err != nil || string(b) != all {
		t.Errorf("%s, %v", b, err)
	}
	err := xsdbind.UnmarshalJSON([]byte(`{"F299":1,"f299":2}`), v)
	if want := "Many/F299 (offset 10): the member occurs twice"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// So may an object have many members that no table has.
func TestJSONManyMembers(t *testing.T) {
	object := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"x%d":%d`, i, i)
		}
		return b.String()[1:]
	}
	for _, text := range []string{`{"Host":"h",` + object(100) + `}`, `{"Host":"h","X":{` + object(100) + `}}`} {
		var v fixture.Settings
		if err := xsdbind.UnmarshalJSON([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if b, err := xsdbind.MarshalJSON(&v); err != nil || string(b) != text {
			t.Errorf("%s, %v; want %s", b, err, text)
		}
	}
	for _, c := range []struct{ text, want string }{
		{`{` + object(100) + `,"x7":1}`, "Settings/x7 (offset 881): the member occurs twice"},
		{`{"X":{` + object(100) + `,"x\u0037":1}}`, `Settings/X (offset 886): the member "x7" occurs twice`},
		{`{"a":1,"a":1}`, "Settings/a (offset 7): the member occurs twice"},
		{`{"X":[{"a":1,"a":1}]}`, `Settings/X (offset 13): the member "a" occurs twice`},
	} {
		err := xsdbind.UnmarshalJSON([]byte(c.text), &fixture.Settings{})
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// A required value of any kind that was absent is not written while it is zero, and is written when it is not.
func TestJSONAbsentKinds(t *testing.T) {
	for _, c := range []struct {
		kind      xsdbind.Kind
		zero, one any
		want      string
	}{
		{xsdbind.KindString, ptr(""), ptr("a"), `"a"`},
		{xsdbind.KindBool, ptr(false), ptr(true), `true`},
		{xsdbind.KindInt, ptr(0), ptr(1), `1`},
		{xsdbind.KindInt8, ptr[int8](0), ptr[int8](1), `1`},
		{xsdbind.KindInt16, ptr[int16](0), ptr[int16](1), `1`},
		{xsdbind.KindInt64, ptr[int64](0), ptr[int64](1), `1`},
		{xsdbind.KindUint8, ptr[uint8](0), ptr[uint8](1), `1`},
		{xsdbind.KindUint16, ptr[uint16](0), ptr[uint16](1), `1`},
		{xsdbind.KindUint32, ptr[uint32](0), ptr[uint32](1), `1`},
		{xsdbind.KindUint64, ptr[uint64](0), ptr[uint64](1), `1`},
		{xsdbind.KindFloat32, ptr[float32](0), ptr[float32](1), `1`},
		{xsdbind.KindFloat64, ptr(0.0), ptr(1.0), `1`},
		{xsdbind.KindStruct, &fixture.Day{}, &fixture.Day{Value: 1}, `{"Name":"","Value":1}`},
		{xsdbind.KindStruct, &fixture.Tree{}, &fixture.Tree{Name: ptr("")}, `{"Name":""}`},
		{xsdbind.KindStruct, &fixture.Schedule{}, &fixture.Schedule{Day: []fixture.Day{}}, `{"First":{"Name":"","Value":0},"Day":[]}`},
		{
			xsdbind.KindStruct, &fixture.Day{Extra: &xsdtype.Extra{}}, &fixture.Day{Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "x", Value: "1"}}}},
			`{"Name":"","Value":0,"x":1}`,
		},
		{xsdbind.KindInt, &xsdtype.Nillable[int]{}, &xsdtype.Nillable[int]{Nil: true}, `null`},
		{
			xsdbind.KindString, &xsdtype.Nillable[xsdtype.DateTime]{}, &xsdtype.Nillable[xsdtype.DateTime]{Value: "2023-02-17"}, `"2023-02-17"`,
		},
	} {
		typ := &xsdbind.Type{Go: "T", Fields: []xsdbind.Field{{Name: "F", Go: "F", Kind: c.kind, Flags: xsdbind.FlagRequired}}}
		if _, ok := c.zero.(xsdbind.Nillable); ok {
			typ.Fields[0].Flags |= xsdbind.FlagNillable
		}
		extra := &xsdtype.Extra{Absent: []string{"F"}}
		holding := func(x any) xsdbind.Struct {
			v := xsdbind.NewRecord(typ, reflect.TypeOf(x).Elem())
			v.Field(0).Set(reflect.ValueOf(x).Elem())
			v.SetExtra(extra)
			return v
		}
		if b, err := xsdbind.MarshalJSON(holding(c.zero)); err != nil || string(b) != `{}` {
			t.Errorf("%T, zero: %s, %v", c.zero, b, err)
		}
		want := `{"F":` + c.want + `}`
		if b, err := xsdbind.MarshalJSON(holding(c.one)); err != nil || string(b) != want {
			t.Errorf("%T, set: %s, %v; want %s", c.one, b, err, want)
		}
	}
}

// A table that names a field which it does not have gives an error, not a panic.
func TestJSONWrongTable(t *testing.T) {
	v := xsdbind.NewRecord(&xsdbind.Type{Go: "T", Fields: []xsdbind.Field{{Name: "F", Go: "F", Kind: xsdbind.KindInt}}, JSONOrder: "\x07"})
	if _, err := xsdbind.MarshalJSON(v); err == nil || err.Error() != "T: T.JSONOrder names field 7" {
		t.Errorf("JSONOrder: %v", err)
	}
}
