package xsdbind_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// TestAbsent: what the schema requires and a document lacks stays absent, until it is set.
func TestAbsent(t *testing.T) {
	for _, test := range []struct {
		in     string
		v      xsdbind.Struct
		absent []string
		change func(v xsdbind.Struct)
		want   string
	}{
		{`<Task NS/>`, &fixture.Task{}, []string{"Href", "TaskId", "State", "Operation"}, nil, `<Task NS/>`},
		{
			`<Task NS><State>s</State></Task>`, &fixture.Task{}, []string{"Href", "TaskId", "Operation"},
			func(v xsdbind.Struct) { v.(*fixture.Task).TaskId = "1" }, `<Task NS><TaskId>1</TaskId><State>s</State></Task>`,
		},
		{
			`<Task NS/>`, &fixture.Task{}, []string{"Href", "TaskId", "State", "Operation"},
			func(v xsdbind.Struct) {
				v.(*fixture.Task).Extra.SetPresent("TaskId")
				v.(*fixture.Task).Extra.SetPresent("Href")
			}, `<Task NS Href=""><TaskId/></Task>`,
		},
		{`<Schedule NS><Day>1</Day></Schedule>`, &fixture.Schedule{}, []string{"First"}, nil, `<Schedule NS><Day>1</Day></Schedule>`},
		{
			`<Schedule NS/>`, &fixture.Schedule{}, []string{"First"},
			func(v xsdbind.Struct) { v.(*fixture.Schedule).First.Value = 2 }, `<Schedule NS><First Name="">2</First></Schedule>`,
		},
		{`<Lists NS/>`, &fixture.Lists{}, []string{"Words"}, nil, `<Lists NS/>`},
		{`<Nils NS/>`, &fixture.Nils{}, []string{"Count"}, nil, `<Nils NS/>`},
		{
			`<Nils NS/>`, &fixture.Nils{}, []string{"Count"},
			func(v xsdbind.Struct) { v.(*fixture.Nils).Count.Nil = true },
			`<Nils NS><Count xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Nils>`,
		},
		{`<Settings NS><Port>1</Port></Settings>`, &fixture.Settings{}, []string{"Host"}, nil, `<Settings NS><Port>1</Port></Settings>`},
	} {
		v := blank(test.v)
		if err := xsdbind.UnmarshalXML([]byte(document(test.in)), v); err != nil {
			t.Fatal(err)
		}
		x := *xsdbind.FieldAt(v, len(v.XSDType().Fields), false).(**xsdtype.Extra)
		if diff := cmp.Diff(test.absent, x.Absent); diff != "" {
			t.Errorf("%s: Absent (-want +got):\n%s", test.in, diff)
		}
		if test.change != nil {
			test.change(v)
		}
		out, err := xsdbind.MarshalXML(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(parse(t, []byte(document(test.want))), parse(t, out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.in, diff)
		}
	}
}

// TestAbsentInRounds: each round of a group knows what it lacks.
func TestAbsentInRounds(t *testing.T) {
	in := document(`<Pairs NS><Key>a</Key><Value>1</Value><Value>2</Value><End/></Pairs>`)
	v := new(fixture.Pairs)
	if err := xsdbind.UnmarshalXML([]byte(in), v); err != nil {
		t.Fatal(err)
	}
	want := []fixture.PairsItem{{Key: "a", Value: ptr("1")}, {Value: ptr("2"), Extra: &xsdtype.Extra{Absent: []string{"Key"}}}}
	if diff := cmp.Diff(want, v.Pairs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	out, err := xsdbind.MarshalXML(v)
	if err != nil || string(out) != in {
		t.Errorf("%s, %v; want %s", out, err, in)
	}
}

// TestLooseRounds: elements in an order that the model does not allow go where they are lacking.
func TestLooseRounds(t *testing.T) {
	for in, want := range map[string][]fixture.PairsItem{
		"<Value>1</Value><Key>a</Key><Key>b</Key>":                           {{Key: "a", Value: ptr("1")}, {Key: "b"}},
		"<Key>a</Key><Weight>1</Weight><Value>1</Value>":                     {{Key: "a", Value: ptr("1"), Weight: ptr(1)}},
		"<Key>a</Key><End/><Key>b</Key><Value>x</Value>":                     {{Key: "a"}, {Key: "b", Value: ptr("x")}},
		"<Key>a</Key><Value>1</Value><Key>b</Key><Weight>2</Weight><End/>":   {{Key: "a", Value: ptr("1")}, {Key: "b", Weight: ptr(2)}},
		"<Key>a</Key><Key>b</Key><Key>c</Key><Key>d</Key><Key>e</Key><End/>": {{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}, {Key: "e"}},
	} {
		v := new(fixture.Pairs)
		if err := xsdbind.UnmarshalXML([]byte(document("<Pairs NS>"+in+"</Pairs>")), v); err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if diff := cmp.Diff(want, v.Pairs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

// TestLenientChoice: both alternatives are kept, and not written as if they were allowed.
func TestLenientChoice(t *testing.T) {
	v := new(fixture.QueryResult)
	if err := xsdbind.UnmarshalXML([]byte(document("<QueryResult NS><Total>1</Total><Refs/></QueryResult>")), v); err != nil {
		t.Fatal(err)
	}
	if v.Total == nil || v.Refs == nil {
		t.Errorf("%+v", v)
	}
	_, err := xsdbind.MarshalXML(v)
	if want := "QueryResult: <Refs> and <Total>: the schema allows one of them"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	e := &fixture.Entities{Items: []fixture.EntitiesItem{{}, {Name: ptr("a"), Count: ptr(1)}}}
	_, err = xsdbind.MarshalXML(e)
	if want := "Entities: <Name> and <Count>: the schema allows one of them"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestUnwritable(t *testing.T) {
	for want, v := range map[string]xsdbind.Struct{
		`Lists/Words: "a b" cannot be an item of a list that spaces separate`:       &fixture.Lists{Words: []string{"a b"}},
		`Lists/@Ranks: "" cannot be an item of a list that spaces separate`:         &fixture.Lists{Ranks: []string{""}},
		"Sandwich: Items[1]: Bread and Filling: an item is one element or one text": &fixture.Sandwich{Items: []fixture.SandwichItem{{Bread: ptr(""), Filling: ptr(1)}}},
		"in <TaskId>: ": &fixture.Task{TaskId: "\x00"},
		"in <Open>: ":   &fixture.Open{Any: []string{"<a>"}},
		"in <Links>: ":  &fixture.LinkList{Extra: &xsdtype.Extra{Elements: []xsdtype.Element{{XML: "</Links>"}}}},
	} {
		_, err := xsdbind.MarshalXML(v)
		if err == nil || err.Error() != want && !(len(want) < 15 && len(err.Error()) > len(want)) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
