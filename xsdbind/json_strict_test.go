package xsdbind_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
)

// jsonStrict are texts that lenient reading takes and strict reading does not, beside those of jsonForms; and, with no
// error, some at the border.
var jsonStrict = []struct {
	name string
	json string
	into xsdbind.Struct
	want string
}{
	{"no alternative", `{"Links":[]}`, &fixture.QueryResult{}, `QueryResult: <Refs> or <Entities> or <Total> (offset 0): the schema requires this element`},
	{"list within its bounds", `{"First":{"Name":"","Value":0},"Day":[` + days(7) + `]}`, &fixture.Schedule{}, ""},
	{"list too long", `{"First":{"Name":"","Value":0},"Day":[` + days(8) + `]}`, &fixture.Schedule{}, `Schedule: <Day> (offset 0): occurs 8 times, the schema allows 7`},
	{"rounds within their bounds", `{"Pairs":[{"Key":"1"},{"Key":"2"},{"Key":"3"},{"Key":"4"}]}`, &fixture.Pairs{}, ""},
	{"too many rounds", `{"Pairs":[{"Key":"1"},{"Key":"2"},{"Key":"3"},{"Key":"4"},{"Key":"5"}]}`, &fixture.Pairs{}, `Pairs: <Pairs> (offset 0): occurs 5 times, the schema allows 4`},
	{"no round", `{"Title":"t"}`, &fixture.Pairs{}, `Pairs: <Key> (offset 0): the schema requires this element`},
	{"round without what is required", `{"Pairs":[{"Value":"v"}]}`, &fixture.Pairs{}, `Pairs/Pairs[1]/Key (offset 10): the schema requires it`},
	{"round without an alternative", `{"Steps":[{"Name":"a","Detail":[{}]}]}`, &fixture.Steps{}, `Steps/Steps[1]/Detail[1]: <Note> or <Code> (offset 32): the schema requires this element`},
	{"content in order", `{"Items":[{"Bread":"a"},{"Filling":1},{"Tree":{}},{"Bread":"b"},{"Bread":"a"},{"Filling":1},{"Bread":"b"}]}`, &fixture.Sandwich{}, ""},
	{"content in another order", `{"Items":[{"Bread":"a"},{"Bread":"b"},{"Filling":1}]}`, &fixture.Sandwich{}, `Sandwich/Items[2]: <Bread> after <Bread> (offset 0): the schema wants <Filling> before it`},
	{"content that is not complete", `{"Items":[{"Bread":"a"},{"Filling":1}]}`, &fixture.Sandwich{}, `Sandwich: <Bread> (offset 0): the schema requires this element`},
	{"two elements in an item", `{"Items":[{"Bread":"a","Filling":1}]}`, &fixture.Sandwich{}, `Sandwich/Items[1] (offset 0): an item holds one element or one text, this one has 2`},
	{"mixed content", `{"Items":[{"Value":"a"},{"B":"b"},{"Paragraph":{"Items":[{"B":"b"}]}},{"Any":["<q xmlns=\"urn:q\"/>"]}]}`, &fixture.Paragraph{}, ""},
	{"empty", `{}`, &fixture.Paragraph{}, ""},

	{"facets", `{"Version":"2","Level":9,"Code":"urn:x","Color":"red","Amount":12.5,"Until":"2029-12-31T00:00:00Z","Either":5}`, &fixture.Limits{}, ""},
	{"pattern, which reading does not check", `{"Version":"2","Code":"x"}`, &fixture.Limits{}, ""},
	{"fixed value", `{"Version":"3","Code":"urn:x"}`, &fixture.Limits{}, `Limits/Version (offset 11): "3" where the schema fixes "2"`},
	{"bound", `{"Version":"2","Level":10,"Code":"urn:x"}`, &fixture.Limits{}, `Limits/Level (offset 23): "10" `},
	{"bound, in quotes", `{"Version":"2","Level":" 10 ","Code":"urn:x"}`, &fixture.Limits{}, `Limits/Level (offset 23): "10" `},
	{"enumeration", `{"Version":"2","Color":"blue","Code":"urn:x"}`, &fixture.Limits{}, `Limits/Color (offset 23): "blue" `},
	{"open enumeration", `{"TaskId":"","State":"Odd","Operation":"","Href":""}`, &fixture.Task{}, ""},
	{"union", `{"Version":"2","Either":"some","Code":"urn:x"}`, &fixture.Limits{}, `Limits/Either (offset 24): "some" `},
	{"digits", `{"Version":"2","Amount":1.2345,"Code":"urn:x"}`, &fixture.Limits{}, `Limits/Amount (offset 24): "1.2345" `},
	{"no date", `{"RestoreCurrent":false,"RestoreCurrentVss":false,"RestoreAtInterval":"soon"}`, &fixture.CdpFailoverStartSpec{}, `CdpFailoverStartSpec/RestoreAtInterval (offset 70): "soon" `},
	{"items of a text list", `{"Words":["a","b","c"]}`, &fixture.Lists{}, ""},
	{"too many items in a text list", `{"Words":["a","b","c","d"]}`, &fixture.Lists{}, `Lists/Words (offset 9): `},
	{"too many items in a text", `{"Words":"a b c d"}`, &fixture.Lists{}, `Lists/Words (offset 9): `},
	{"text list that is absent", `{}`, &fixture.Lists{}, `Lists/Words (offset 0): the schema requires it`},
}

func days(n int) string {
	return strings.Repeat(`,{"Name":"n","Value":1}`, n)[1:]
}

func TestJSONStrict(t *testing.T) {
	for _, c := range jsonStrict {
		t.Run(c.name, func(t *testing.T) {
			if err := xsdbind.UnmarshalJSON([]byte(c.json), blank(c.into)); err != nil {
				t.Errorf("lenient: %v", err)
			}
			err := xsdbind.UnmarshalJSON([]byte(c.json), blank(c.into), xsdbind.Strict())
			switch {
			case c.want == "":
				if err != nil {
					t.Errorf("strict: %v", err)
				}
			case err == nil || !strings.HasPrefix(err.Error(), c.want):
				t.Errorf("strict:\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

// A secret's value is not shown when a facet excludes it.
func TestJSONStrictSecret(t *testing.T) {
	v := xsdbind.NewRecord(&xsdbind.Type{Go: "T", Fields: []xsdbind.Field{{
		Name: "F", Go: "F", Kind: xsdbind.KindString, Flags: xsdbind.FlagSecret, Simple: &xsdbind.SimpleType{Builtin: "string", MaxLength: 4},
	}}})
	err := xsdbind.UnmarshalJSON([]byte(`{"F":"hunter2"}`), v, xsdbind.Strict())
	if want := "T/F (offset 5): the value is not allowed"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Strict reading takes what Validate takes, but for patterns, which are Validate's alone.
func TestJSONStrictAgreesWithValidate(t *testing.T) {
	taken, refused := 0, 0
	for k, root := range roots {
		if _, ok := root.(*fixture.Limits); ok {
			continue
		}
		t.Run(typeName(root), func(t *testing.T) {
			r := &random{Rand: rand.New(rand.NewPCG(uint64(k), 4))}
			for range 100 {
				v := r.value(root)
				b, err := xsdbind.MarshalJSON(v)
				if err != nil {
					t.Fatal(err)
				}
				valid, strict := xsdbind.Validate(v), xsdbind.UnmarshalJSON(b, blank(root), xsdbind.Strict())
				if (valid == nil) != (strict == nil) {
					t.Fatalf("%s:\nValidate says %v\nstrict reading says %v", b, valid, strict)
				}
				if valid == nil {
					taken++
				} else {
					refused++
				}
			}
		})
	}
	if taken < 100 || refused < 100 {
		t.Errorf("%d values were valid and %d were not: that shows little", taken, refused)
	}
}

// Two alternatives may share an element.
func TestJSONSharedAlternatives(t *testing.T) {
	field := func(name string) xsdbind.Field {
		return xsdbind.Field{Name: name, Go: name, Kind: xsdbind.KindInt}
	}
	typ := func(limit int32) *xsdbind.Type { // (A, B) | (A, C)
		return &xsdbind.Type{
			Go: "T", Fields: []xsdbind.Field{field("A"), field("B"), field("C")},
			Model: []xsdbind.Particle{
				{Op: xsdbind.OpSequence, Min: 1, Max: limit, Len: 7},
				{Op: xsdbind.OpChoice, Min: 1, Max: 1, Len: 6},
				{Op: xsdbind.OpSequence, Min: 1, Max: 1, Len: 2},
				{Op: xsdbind.OpElement, Min: 1, Max: 1, Field: 0}, {Op: xsdbind.OpElement, Min: 1, Max: 1, Field: 1},
				{Op: xsdbind.OpSequence, Min: 1, Max: 1, Len: 2},
				{Op: xsdbind.OpElement, Min: 1, Max: 1, Field: 0}, {Op: xsdbind.OpElement, Min: 1, Max: 1, Field: 2},
			},
		}
	}
	for _, c := range []struct {
		limit   int32
		a, b, c *int
		want    string
	}{
		{1, ptr(1), ptr(2), nil, ""},
		{1, ptr(1), nil, ptr(3), ""},
		{1, ptr(1), ptr(2), ptr(3), "T: <B> and <C>: the schema allows one of them"},
		{1, nil, ptr(2), ptr(3), "T: <B> and <C>: the schema allows one of them"},
		{2, ptr(1), ptr(2), ptr(3), ""}, // one in each round
	} {
		v := xsdbind.NewRecord(typ(c.limit))
		for i, x := range []*int{c.a, c.b, c.c} {
			v.Field(i).Set(reflect.ValueOf(x))
		}
		_, err := xsdbind.MarshalJSON(v)
		if got := ""; err != nil {
			if got = err.Error(); got != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		} else if c.want != "" {
			t.Errorf("no error, want %s", c.want)
		}
	}
}
