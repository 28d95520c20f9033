package xsdbind_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// roots has one value of each type with a form of content of its own.
var roots = []xsdbind.Struct{
	&fixture.Task{}, &fixture.Tasks{}, &fixture.CdpFailoverStartSpec{}, &fixture.LinkList{}, &fixture.QueryResult{}, &fixture.Entities{},
	&fixture.EntityReferences{}, &fixture.Pairs{}, &fixture.Steps{}, &fixture.Sandwich{}, &fixture.Paragraph{}, &fixture.Settings{}, &fixture.Tree{},
	&fixture.Schedule{}, &fixture.Numbers{}, &fixture.Lists{}, &fixture.Limits{}, &fixture.Nils{}, &fixture.Open{}, &fixture.Credentials{},
}

// random makes values by the tables.
type random struct {
	*rand.Rand
	members bool // unknown members, and required content that is absent
	control bool // characters that JSON can hold and XML cannot
}

// value returns a random value of v's type that the content model allows, but for the bounds of lists.
func (r *random) value(v xsdbind.Struct) xsdbind.Struct {
	v = blank(v)
	r.fill(v, 0, false)
	return v
}

// fill sets fields of v. one says that v is an item of content in document order, which holds one element.
func (r *random) fill(v xsdbind.Struct, depth int, one bool) {
	t := v.XSDType()
	chosen := r.IntN(max(len(t.Fields), 1))
	if one && t.Fields[chosen].Where == xsdbind.WhereAny && r.control {
		chosen = 0
	}
	banned := map[int]bool{}
	if !one && t.Flags&xsdbind.FlagInOrder == 0 {
		r.choose(t, banned)
	}
	var extra *xsdtype.Extra
	for i := range t.Fields {
		f := &t.Fields[i]
		required := f.Flags&xsdbind.FlagRequired != 0
		switch {
		case one && i != chosen, banned[i]:
			continue
		case one, required && !r.members:
		case required && r.IntN(8) == 0 && f.Flags&xsdbind.FlagList == 0 && xsdbind.FieldAt(v, len(t.Fields), false) != nil:
			if extra == nil {
				extra = &xsdtype.Extra{}
			}
			extra.Absent = append(extra.Absent, f.Go)
			continue
		case required:
		case depth > 3, r.IntN(3) == 0:
			continue
		}
		p := xsdbind.FieldAt(v, i, true)
		l, ok := p.(xsdbind.List)
		if !ok {
			r.set(t, f, p, depth, false)
			continue
		}
		n := r.IntN(4)
		if t.JSON == xsdbind.JSONArray || one || f.Flags&xsdbind.FlagTextList != 0 {
			n++ // an empty one would come back absent
		}
		if one && f.Where == xsdbind.WhereAny {
			n = 1
		}
		l.Clear()
		for range n {
			r.set(t, f, l.Append(), depth, f.Where == xsdbind.WhereGroup && t.Flags&xsdbind.FlagInOrder != 0)
		}
	}
	for n := r.IntN(3); r.members && n > 0 && xsdbind.FieldAt(v, len(t.Fields), false) != nil; n-- {
		if extra == nil {
			extra = &xsdtype.Extra{}
		}
		values := []string{"null", `""`, "[]", "{}", "1.50e+10", `{"a":[true,{"b":"\ud83d\ude00 é"}]}`, `"\u0041 b"`}
		extra.Members = append(extra.Members, xsdtype.Member{
			Name: fmt.Sprintf("x%d %s", n, r.text()), Value: values[r.IntN(len(values))],
		})
	}
	if extra != nil {
		*xsdbind.FieldAt(v, len(t.Fields), true).(**xsdtype.Extra) = extra
	}
}

// choose bans the fields of all alternatives but one of each choice.
func (r *random) choose(t *xsdbind.Type, banned map[int]bool) {
	for i, p := range t.Model {
		if p.Op != xsdbind.OpChoice || p.Max != 1 {
			continue
		}
		var alternatives [][]int
		for j := i + 1; j <= i+int(p.Len); {
			var fields []int
			end := j + int(t.Model[j].Len)
			for ; j <= end; j++ {
				if q := t.Model[j]; q.Op == xsdbind.OpElement || q.Op == xsdbind.OpGroup || q.Op == xsdbind.OpAny {
					fields = append(fields, int(q.Field))
				}
			}
			alternatives = append(alternatives, fields)
		}
		keep := r.IntN(len(alternatives))
		for k, fields := range alternatives {
			for _, f := range fields {
				if k != keep {
					banned[f] = true
				}
			}
		}
	}
}

// set gives a value to what FieldAt or List.Append returned.
func (r *random) set(t *xsdbind.Type, f *xsdbind.Field, p any, depth int, one bool) {
	if n, ok := p.(xsdbind.Nillable); ok {
		if *n.NilFlag() = r.IntN(3) == 0; *n.NilFlag() {
			return
		}
		p = n.ValuePtr()
	}
	switch p := p.(type) {
	case xsdbind.Struct:
		r.fill(p, depth+1, one)
	case *string:
		*p = r.string(f)
	case *xsdtype.DateTime:
		*p = "2023-02-17T15:31:40.1234567"
	case *bool:
		*p = r.IntN(2) == 0
	case *int:
		*p = int(int32(r.Uint32()))
	case *int8:
		*p = int8(r.Uint32())
	case *int16:
		*p = int16(r.Uint32())
	case *int64:
		*p = int64(r.Uint64())
	case *uint8:
		*p = uint8(r.Uint32())
	case *uint16:
		*p = uint16(r.Uint32())
	case *uint32:
		*p = r.Uint32()
	case *uint64:
		*p = r.Uint64()
	case *float32:
		if *p = math.Float32frombits(r.Uint32()); *p != *p {
			*p = float32(math.Inf(-1))
		}
	case *float64:
		if *p = math.Float64frombits(r.Uint64()); *p != *p {
			*p = math.Inf(1)
		}
	default:
		panic(fmt.Sprintf("%s.%s is a %T", t.Go, f.Go, p))
	}
}

// string returns a text that fits the field's type.
func (r *random) string(f *xsdbind.Field) string {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	switch {
	case f.Where == xsdbind.WhereAny:
		return pick(`<q xmlns="urn:q"/>`, `<q xmlns="urn:q">a &amp; b<r/></q>`)
	case f.Flags&xsdbind.FlagTextList != 0:
		return pick("a", "b-c", "é")
	case f.Simple == nil:
		return r.text()
	}
	switch f.Simple.Builtin {
	case "decimal":
		return pick("0", "1.50", "-0.001", "+2", "007", ".5", "123456789012345678901234567890.5")
	case "integer":
		return pick("0", "-1", "+7", "00", "123456789012345678901234567890")
	case "duration":
		return pick("PT0S", "P1Y2M3DT4H5M6.7S", "-P1D")
	case "dateTime":
		return pick("2023-02-17T15:31:40", "2023-02-17T15:31:40.1234567Z", "2023-02-17T15:31:40+01:00")
	}
	if len(f.Simple.Members) > 0 {
		return pick("none", "5")
	}
	return r.text()
}

func (r *random) text() string {
	parts := []string{"a", "Ab", " ", "<&>\"'", "é", "日本", "😀", "\\", "/", "\n", "]]>", "\u2028", "null", "0", strings.Repeat("long ", 60)}
	if r.control {
		parts = append(parts, "\x00", "\x1f", "\uFFFE", "\r")
	}
	var b strings.Builder
	for range r.IntN(4) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// typeName is the name of v's Go type, for subtests.
func typeName(v xsdbind.Struct) string { return reflect.TypeOf(v).Elem().Name() }
