package xsdbind_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

func TestValidate(t *testing.T) {
	task := func(change func(v *fixture.Task)) *fixture.Task {
		v := &fixture.Task{Href: "h", TaskId: "1", State: "Running", Operation: "o"}
		change(v)
		return v
	}
	limits := func(change func(v *fixture.Limits)) *fixture.Limits {
		v := &fixture.Limits{Version: "2", Code: "AB-1"}
		change(v)
		return v
	}
	bread, filling := fixture.SandwichItem{Bread: ptr("b")}, fixture.SandwichItem{Filling: ptr(1)}
	tests := []struct {
		name string
		v    xsdbind.Struct
		want string
	}{
		{"required and zero", task(func(v *fixture.Task) { v.TaskId = "" }), ""},
		{"required and absent", task(func(v *fixture.Task) {
			v.TaskId, v.Extra = "", &xsdtype.Extra{Absent: []string{"TaskId"}}
		}), "Task: <TaskId>: the schema requires this element"},
		{"absent, then set", task(func(v *fixture.Task) { v.Extra = &xsdtype.Extra{Absent: []string{"TaskId"}} }), ""},
		{"required attribute absent", task(func(v *fixture.Task) {
			v.Href, v.Extra = "", &xsdtype.Extra{Absent: []string{"Href"}}
		}), "Task: @Href: the schema requires this attribute"},
		{"open enumeration", task(func(v *fixture.Task) { v.State = "Sleeping" }), ""},
		{"unknown content", task(func(v *fixture.Task) {
			v.Extra = &xsdtype.Extra{Elements: []xsdtype.Element{{XML: "<a/>"}}}
		}), ""},
		{"inside", task(func(v *fixture.Task) {
			v.Links = &fixture.LinkList{Link: []fixture.Link{{}, {Extra: &xsdtype.Extra{Absent: []string{"Rel"}}}}}
		}), "Task/Links/Link[2]: @Rel: the schema requires this attribute"},
		{"a date that is none", &fixture.CdpFailoverStartSpec{RestoreAtInterval: ptr(xsdtype.DateTime("soon"))}, `CdpFailoverStartSpec/RestoreAtInterval: "soon" is not a valid dateTime: a year has four digits or more`},
		{"choice, none", &fixture.QueryResult{}, "QueryResult: <Refs> or <Entities> or <Total>: the schema requires this element"},
		{"choice, two", &fixture.QueryResult{Refs: &fixture.EntityReferences{}, Total: ptr(1)}, "QueryResult: <Refs> and <Total>: the schema allows one of them"},
		{"choice, one", &fixture.QueryResult{Total: ptr(1)}, ""},
		{"rounds, none", &fixture.Pairs{}, "Pairs: <Key>: the schema requires this element"},
		{"rounds, too many", &fixture.Pairs{Pairs: make([]fixture.PairsItem, 5)}, "Pairs: <Pairs>: occurs 5 times, the schema allows 4"},
		{"a round without its choice", &fixture.Entities{Items: []fixture.EntitiesItem{{Name: ptr("a")}, {}}}, "Entities/Items[2]: <Task> or <Tree> or <Name> or <Count>: the schema requires this element"},
		{"a round with two", &fixture.Entities{Items: []fixture.EntitiesItem{{Name: ptr("a"), Count: ptr(1)}}}, "Entities/Items[1]: <Name> and <Count>: the schema allows one of them"},
		{"nested rounds", &fixture.Steps{Steps: []fixture.StepsItem{{Name: "a", Detail: []fixture.StepsItemDetail{{Note: ptr("1"), Code: ptr(1)}}}}}, "Steps/Steps[1]/Detail[1]: <Note> and <Code>: the schema allows one of them"},
		{"in order", &fixture.Sandwich{Items: []fixture.SandwichItem{bread, filling, bread}}, ""},
		{"nothing in order", &fixture.Sandwich{}, ""},
		{"not complete", &fixture.Sandwich{Items: []fixture.SandwichItem{bread, filling}}, "Sandwich: <Bread>: the schema requires this element"},
		{"not in order", &fixture.Sandwich{Items: []fixture.SandwichItem{bread, bread}}, "Sandwich/Items[2]: <Bread> after <Bread>: the schema wants <Filling> before it"},
		{"not first", &fixture.Sandwich{Items: []fixture.SandwichItem{filling}}, "Sandwich/Items[1]: <Filling>: the schema wants <Bread> before it"},
		{"two in an item", &fixture.Sandwich{Items: []fixture.SandwichItem{{Bread: ptr("a"), Filling: ptr(1)}}}, "Sandwich/Items[1]: Bread and Filling: an item is one element or one text"},
		{"mixed", &fixture.Paragraph{Items: []fixture.ParagraphItem{{Text: ptr("a")}, {Any: []string{"<a xmlns='urn:a'/>"}}, {B: ptr("b")}}}, ""},
		{"required complex", &fixture.Schedule{First: fixture.Day{Extra: &xsdtype.Extra{Absent: []string{"Name"}}}}, "Schedule/First: @Name: the schema requires this attribute"},
		{"too many items", &fixture.Schedule{Day: make([]fixture.Day, 8)}, "Schedule: <Day>: occurs 8 times, the schema allows 7"},
		{"xs:all", &fixture.Settings{}, ""},
		{"int beyond its bits", &fixture.Schedule{First: fixture.Day{Value: 1 << 31}}, "Schedule/First/Value: 2147483648 is not a valid int"},
		{"int beyond its bits, in an element", &fixture.Lists{Words: []string{"a"}, Count: []int{1, 1 << 40}}, "Lists/Count[2]: 1099511627776 is not a valid int"},
		{"nil", &fixture.Nils{Count: xsdtype.Nillable[int]{Nil: true}, Link: &xsdtype.Nillable[fixture.Link]{Nil: true}}, ""},
		{"nillable's value", &fixture.Nils{Mark: []xsdtype.Nillable[int]{{Value: 1 << 40}}}, "Nils/Mark[1]: 1099511627776 is not a valid int"},
		{"length", limits(func(v *fixture.Limits) { v.Code = "urn:abcdefghijklmnopqrstuvwxyz" }), "Limits/Code: 30 characters, the schema allows 20"},
		{"pattern", limits(func(v *fixture.Limits) { v.Code = "xyz" }), "Limits/Code: \"xyz\" does not match the pattern urn\\:[a-z]+ or [A-Z]{2,4}-\\d+"},
		{"enumeration", limits(func(v *fixture.Limits) { v.Color = ptr("blue") }), `Limits/Color: "blue" is not one of the values that the schema lists (ColorType)`},
		{"fixed", limits(func(v *fixture.Limits) { v.Version = "3" }), `Limits/@Version: "3" where the schema fixes "2"`},
		{"minimum", limits(func(v *fixture.Limits) { v.Level = ptr(-1) }), `Limits/@Level: "-1" is not at least 0, as the schema wants`},
		{"maximum", limits(func(v *fixture.Limits) { v.Level = ptr(10) }), `Limits/@Level: "10" is not less than 10, as the schema wants`},
		{"digits", limits(func(v *fixture.Limits) { v.Amount = ptr(xsdtype.Decimal("123456.7")) }), `Limits/Amount: "123456.7" has 7 digits, the schema allows 5`},
		{"fraction", limits(func(v *fixture.Limits) { v.Amount = ptr(xsdtype.Decimal("0.1230")) }), `Limits/Amount: "0.1230" has 3 digits behind the point, the schema allows 2`},
		{"exclusive", limits(func(v *fixture.Limits) { v.Amount = ptr(xsdtype.Decimal("0.00")) }), `Limits/Amount: "0.00" is not more than 0, as the schema wants`},
		{"date bound", limits(func(v *fixture.Limits) { v.Until = ptr(xsdtype.DateTime("2030-01-01T01:00:00.000001+01:00")) }), `Limits/Until: "2030-01-01T01:00:00.000001+01:00" is not at most 2030-01-01T00:00:00Z, as the schema wants`},
		{"date bound met", limits(func(v *fixture.Limits) { v.Until = ptr(xsdtype.DateTime("2030-01-01T01:00:00+01:00")) }), ""},
		{"union", limits(func(v *fixture.Limits) { v.Either = ptr("some") }), `Limits/Either: "some" is of none of the types that the schema allows (EitherType)`},
		{"union met", limits(func(v *fixture.Limits) { v.Either = ptr("-5") }), ""},
		{"list item", &fixture.Lists{Words: []string{"a", "b c"}}, ""},
		{"list item's type", &fixture.Lists{Words: []string{"a", "<"}}, `Lists/Words: "<" is not a valid NMTOKEN: '<' is not expected in a name`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := xsdbind.Validate(test.v)
			got := ""
			if err != nil {
				got = err.Error()
				var e *xsdbind.Error
				if !errors.As(err, &e) || e.Rule == "" {
					t.Errorf("no rule in %#v", err)
				}
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestValidateIsStrict: what Validate accepts is what strict mode reads, and the other way round, patterns apart.
func TestValidateIsStrict(t *testing.T) {
	for _, s := range samples {
		out, err := xsdbind.MarshalXML(s.want)
		if err != nil {
			t.Fatal(err)
		}
		if err := xsdbind.UnmarshalXML(out, blank(s.want), xsdbind.Strict()); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
	for _, in := range []string{
		`<CdpFailoverStartSpec NS><RestoreCurrent>true</RestoreCurrent></CdpFailoverStartSpec>`,
		`<CdpFailoverStartSpec NS><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>true</RestoreCurrentVss><RestoreAtInterval>x</RestoreAtInterval></CdpFailoverStartSpec>`,
	} {
		doc := []byte(document(in))
		v := new(fixture.CdpFailoverStartSpec)
		if err := xsdbind.UnmarshalXML(doc, v); err != nil {
			t.Fatal(err)
		}
		strict := xsdbind.UnmarshalXML(doc, new(fixture.CdpFailoverStartSpec), xsdbind.Strict())
		if err := xsdbind.Validate(v); err == nil || strict == nil {
			t.Errorf("Validate: %v, strict: %v", err, strict)
		}
	}
}

// TestPatternsWhenReading: a server that strays from a pattern stays readable, even strictly.
func TestPatternsWhenReading(t *testing.T) {
	v := new(fixture.Limits)
	doc := document(`<Limits NS Version="2"><Code>stray</Code></Limits>`)
	if err := xsdbind.UnmarshalXML([]byte(doc), v, xsdbind.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := xsdbind.Validate(v); err == nil {
		t.Error("Validate does not check the pattern")
	}
}

func TestSecretFacet(t *testing.T) {
	simple := xsdbind.SimpleType{Builtin: "string", MaxLength: 3}
	v := &secret{Password: "hunter2"}
	secretType.Fields[0].Simple = &simple
	for name, err := range map[string]error{
		"Validate": xsdbind.Validate(v),
		"strict":   xsdbind.UnmarshalXML([]byte("<Secret><Password>hunter2</Password></Secret>"), &secret{}, xsdbind.Strict()),
	} {
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "the value is not allowed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// secret has a secret with facets, and no Extra.
type secret struct{ Password string }

var secretType = xsdbind.Type{
	Name: "Secret", Go: "Secret", Root: "Secret",
	Fields: []xsdbind.Field{{Name: "Password", Go: "Password", Kind: xsdbind.KindString, Flags: xsdbind.FlagSecret | xsdbind.FlagRequired}},
	Model:  []xsdbind.Particle{{Op: xsdbind.OpSequence, Min: 1, Max: 1, Len: 1}, {Min: 1, Max: 1}},
}

func (v *secret) XSDType() *xsdbind.Type { return &secretType }

// TestNoExtra: a type that cannot keep what it does not know says so.
func TestNoExtra(t *testing.T) {
	err := xsdbind.UnmarshalXML([]byte("<Secret><Password>x</Password><More/></Secret>"), &secret{})
	if want := "Secret: <More> (line 1): nothing keeps what the schema does not know here"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
