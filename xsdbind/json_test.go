package xsdbind_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

func ptr[T any](x T) *T { return &x }

// jsonPairs are values and the JSON that they are written as, and read from.
var jsonPairs = []struct {
	name string
	json string
	want xsdbind.Struct
}{
	{
		"order of the table, array type",
		`{"TaskId":"task-1","State":"Running","Operation":"Failover","Result":{"Success":false,"CanRetry":true,"Message":""},` +
			`"Links":[{"Href":"http://em/1","Rel":"Up"},{"Href":"http://em/2","Rel":"Delete","Name":"n","Type":"t"}],"Href":"http://em/task-1","Type":"Task"}`,
		&fixture.Task{
			Href: "http://em/task-1", Type: ptr("Task"), TaskId: "task-1", State: fixture.TaskStateRunning, Operation: "Failover",
			Links: &fixture.LinkList{Link: []fixture.Link{
				{Href: "http://em/1", Rel: "Up"}, {Href: "http://em/2", Rel: "Delete", Name: ptr("n"), Type: ptr("t")},
			}},
			Result: &fixture.TaskResult{CanRetry: ptr(true), Message: ptr("")},
		},
	},
	{
		"explicit false, no optional members",
		`{"RestoreCurrent":false,"RestoreCurrentVss":false}`,
		&fixture.CdpFailoverStartSpec{},
	},
	{
		"required members that were absent",
		`{"Operation":"x"}`,
		&fixture.Task{Operation: "x", Extra: &xsdtype.Extra{Absent: []string{"Href", "TaskId", "State"}}},
	},
	{
		"required complex element that was absent",
		`{"Day":[]}`,
		&fixture.Schedule{Day: []fixture.Day{}, Extra: &xsdtype.Extra{Absent: []string{"First"}}},
	},
	{
		"empty array type",
		`{"Refs":{"Ref":[{"Href":"h","Links":[]}]}}`,
		&fixture.QueryResult{Refs: &fixture.EntityReferences{Ref: []fixture.EntityRef{{Href: "h", Links: &fixture.LinkList{}}}}},
	},
	{
		"empty object", `{"Refs":{}}`,
		&fixture.QueryResult{Refs: &fixture.EntityReferences{}},
	},
	{
		"array at the top", `[{"Href":"h","Rel":"r"}]`,
		&fixture.LinkList{Link: []fixture.Link{{Href: "h", Rel: "r"}}},
	},
	{
		"simple content", `{"First":{"Name":"Mon","Value":1},"Day":[{"Name":"Tue","Value":-2}]}`,
		&fixture.Schedule{First: fixture.Day{Name: "Mon", Value: 1}, Day: []fixture.Day{{Name: "Tue", Value: -2}}},
	},
	{
		"numbers",
		`{"A":255,"Bool":true,"Int":-2147483648,"Int8":-128,"Int16":32767,"Int64":9223372036854775807,"Uint8":0,"Uint16":65535,"Uint32":4294967295,` +
			`"Uint64":18446744073709551615,"Float32":1.5,"Float64":1e+21,"Decimal":1.50,"Duration":"PT1H","Integer":123456789012345678901234567890}`,
		&fixture.Numbers{
			A: ptr[uint8](255), Bool: true, Int: ptr(-1 << 31), Int8: ptr[int8](-128), Int16: ptr[int16](32767), Int64: ptr[int64](1<<63 - 1),
			Uint8: ptr[uint8](0), Uint16: ptr[uint16](65535), Uint32: ptr[uint32](1<<32 - 1), Uint64: ptr[uint64](1<<64 - 1),
			Float32: ptr[float32](1.5), Float64: ptr(1e21), Decimal: ptr[xsdtype.Decimal]("1.50"), Duration: ptr[xsdtype.Duration]("PT1H"),
			Integer: ptr[xsdtype.Integer]("123456789012345678901234567890"),
		},
	},
	{
		"numbers that JSON has no form for",
		`{"Bool":false,"Float32":"-INF","Float64":"INF","Decimal":"+1.50","Integer":"007"}`,
		&fixture.Numbers{
			Float32: ptr(float32(inf(-1))), Float64: ptr(inf(1)), Decimal: ptr[xsdtype.Decimal]("+1.50"), Integer: ptr[xsdtype.Integer]("007"),
		},
	},
	{
		"small floats", `{"Bool":false,"Float32":1e-7,"Float64":-0.000001}`,
		&fixture.Numbers{Float32: ptr[float32](1e-7), Float64: ptr(-1e-6)},
	},
	{
		"lists", `{"Sizes":[1,2],"Ranks":[],"Name":["a",""],"State":["Running","Odd"],"Count":[3],"Flags":[true,false],"Words":["x","y"]}`,
		&fixture.Lists{
			Sizes: []int{1, 2}, Ranks: []string{}, Name: []string{"a", ""}, State: []fixture.TaskState{"Running", "Odd"},
			Count: []int{3}, Flags: []bool{true, false}, Words: []string{"x", "y"},
		},
	},
	{
		"nil and absent", `{"Count":null,"Stamp":null,"Link":{"Href":"h","Rel":"r"},"Mark":[1,null]}`,
		&fixture.Nils{
			Count: xsdtype.Nillable[int]{Nil: true}, Stamp: &xsdtype.Nillable[xsdtype.DateTime]{Nil: true},
			Link: &xsdtype.Nillable[fixture.Link]{Value: fixture.Link{Href: "h", Rel: "r"}},
			Mark: []xsdtype.Nillable[int]{{Value: 1}, {Nil: true}},
		},
	},
	{
		"nillable values", `{"Count":0,"Note":"","Stamp":"2023-02-17T15:31:40"}`,
		&fixture.Nils{Note: &xsdtype.Nillable[string]{}, Stamp: &xsdtype.Nillable[xsdtype.DateTime]{Value: "2023-02-17T15:31:40"}},
	},
	{
		"a nillable element that was absent", `{"Note":"n"}`,
		&fixture.Nils{Note: &xsdtype.Nillable[string]{Value: "n"}, Extra: &xsdtype.Extra{Absent: []string{"Count"}}},
	},
	{
		"repeated choice", `{"Items":[{"Name":"a"},{"Tree":{"Name":"t","Tree":[{}]}},{"Name":"b"},{"Count":0}]}`,
		&fixture.Entities{Items: []fixture.EntitiesItem{
			{Name: ptr("a")}, {Tree: &fixture.Tree{Name: ptr("t"), Tree: []fixture.Tree{{}}}}, {Name: ptr("b")}, {Count: ptr(0)},
		}},
	},
	{
		"repeated sequence", `{"Lang":"en","Pairs":[{"Key":"a","Weight":1},{"Key":"b","Value":"v"}],"End":"."}`,
		&fixture.Pairs{Lang: ptr("en"), Pairs: []fixture.PairsItem{{Key: "a", Weight: ptr(1)}, {Key: "b", Value: ptr("v")}}, End: ptr(".")},
	},
	{
		"group in a group", `{"Steps":[{"Name":"a","Detail":[{"Note":"n"},{"Code":2}]},{"Name":"b"}]}`,
		&fixture.Steps{Steps: []fixture.StepsItem{
			{Name: "a", Detail: []fixture.StepsItemDetail{{Note: ptr("n")}, {Code: ptr(2)}}}, {Name: "b"},
		}},
	},
	{
		"mixed content", `{"Style":"s","Items":[{"Value":"text "},{"B":"bold"},{"Paragraph":{"Items":[{"Value":"x"}]}},{"Any":["<q xmlns=\"urn:q\"/>"]}]}`,
		&fixture.Paragraph{Style: ptr("s"), Items: []fixture.ParagraphItem{
			{Text: ptr("text ")}, {B: ptr("bold")}, {Paragraph: &fixture.Paragraph{Items: []fixture.ParagraphItem{{Text: ptr("x")}}}},
			{Any: []string{`<q xmlns="urn:q"/>`}},
		}},
	},
	{
		"wildcard and other namespaces", `{"lang":"de","Title":"t","Other":{"Href":"h","Rel":"r"},"Any":["<q xmlns=\"urn:q\"/>"]}`,
		&fixture.Open{Lang: ptr("de"), Title: "t", Other: &fixture.Link{Href: "h", Rel: "r"}, Any: []string{`<q xmlns="urn:q"/>`}},
	},
	{
		"unknown members at every depth",
		`{"TaskId":"1","State":"s","Operation":"o","Result":{"Success":true,"Why":null},"Links":[{"Href":"h","Rel":"r","Z":[1,{"a":"\u0041"}]}],"Href":"h","New":{"b":1.0e5}}`,
		&fixture.Task{
			TaskId: "1", State: "s", Operation: "o", Href: "h",
			Result: &fixture.TaskResult{Success: true, Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Why", Value: "null"}}}},
			Links: &fixture.LinkList{Link: []fixture.Link{
				{Href: "h", Rel: "r", Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Z", Value: `[1,{"a":"\u0041"}]`}}}},
			}},
			Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "New", Value: `{"b":1.0e5}`}}},
		},
	},
	{
		"an array type with unknown members is an object", `{"Host":"h","Links":{"Link":[{"Href":"h","Rel":"r"}],"Total":7}}`,
		&fixture.Settings{Host: "h", Links: &fixture.LinkList{
			Link:  []fixture.Link{{Href: "h", Rel: "r"}},
			Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Total", Value: "7"}}},
		}},
	},
	{
		"escapes", `{"Host":"\"\\/\b\f\n\r\t\u0001\u2028\u2029<&>é😀\u0000` + "\u007f" + `"}`,
		&fixture.Settings{Host: "\"\\/\b\f\n\r\t\x01\u2028\u2029<&>é😀\x00\x7f"},
	},
}

func TestJSONPairs(t *testing.T) {
	for _, c := range jsonPairs {
		t.Run(c.name, func(t *testing.T) {
			b, err := xsdbind.MarshalJSON(c.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.json, string(b)); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			got := blank(c.want)
			if err := xsdbind.UnmarshalJSON([]byte(c.json), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}

			// White space between the tokens changes nothing, in unknown members neither.
			var spaced strings.Builder
			enc := json.NewEncoder(&spaced)
			enc.SetIndent(" ", "\t")
			enc.SetEscapeHTML(false)
			if err := enc.Encode(json.RawMessage(c.json)); err != nil {
				t.Fatal(err)
			}
			got = blank(c.want)
			if err := xsdbind.UnmarshalJSON([]byte("\r\n"+spaced.String()), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("read with white space (-want +got):\n%s", diff)
			}
		})
	}
}

// jsonForms are texts that lenient reading takes for the same value as the form that is written, and what strict mode says of
// them; "" where it takes them too.
var jsonForms = []struct {
	name   string
	json   string
	want   xsdbind.Struct
	strict string
}{
	{
		"other case, alias, quotes", `{"restorecurrent":"true","RESTORECURRENTVSS":" 0 ","RestoreAtPointinTime":"2023-02-17T15:31:40"}`,
		&fixture.CdpFailoverStartSpec{RestoreCurrent: true, RestoreAtPointInTime: ptr[xsdtype.DateTime]("2023-02-17T15:31:40")}, "",
	},
	{
		"alias in another case", `{"RestoreCurrent":"1","RestoreCurrentVss":"false","restoreatpointintime":"2023-02-17T15:31:40"}`,
		&fixture.CdpFailoverStartSpec{RestoreCurrent: true, RestoreAtPointInTime: ptr[xsdtype.DateTime]("2023-02-17T15:31:40")}, "",
	},
	{
		"escaped name", `{"\u0048ost":"h","Por\u0074":80}`, &fixture.Settings{Host: "h", Port: ptr(80)}, "",
	},
	{
		"surrogates and short escapes", `{"Host":"\ud83d\uDE00\u00e9\/\b\f\n\r\t\"\\","Port":null}`, &fixture.Settings{Host: "😀é/\b\f\n\r\t\"\\"}, "",
	},
	{
		"null is absent", `{"Host":"h","Port":null,"Secure":null,"Links":null}`, &fixture.Settings{Host: "h"}, "",
	},
	{
		"null list", `{"Name":null,"Words":[]}`, &fixture.Lists{Words: []string{}}, "",
	},
	{
		"null for what is required", `{"Host":null}`,
		&fixture.Settings{Extra: &xsdtype.Extra{Absent: []string{"Host"}}},
		`Settings/Host (offset 0): the schema requires it`,
	},
	{
		"empty text for an element without content", `{"Refs":""}`, &fixture.QueryResult{Refs: &fixture.EntityReferences{}}, "",
	},
	{
		"empty text for an array type", `{"Refs":{},"Links":""}`, &fixture.QueryResult{Refs: &fixture.EntityReferences{}, Links: &fixture.LinkList{}}, "",
	},
	{
		"empty text for an element with required content", `{"Refs":{},"PagingInfo":""}`,
		&fixture.QueryResult{
			Refs:       &fixture.EntityReferences{},
			PagingInfo: &fixture.PagingInfo{Extra: &xsdtype.Extra{Absent: []string{"PageNum", "PageSize", "PagesCount"}}},
		},
		`QueryResult/PagingInfo/PageNum (offset 24): the schema requires it`,
	},
	{
		"object form of an array type", `{"Refs":{},"Links":{"Link":[{"Href":"h","Rel":"r"}]}}`,
		&fixture.QueryResult{Refs: &fixture.EntityReferences{}, Links: &fixture.LinkList{Link: []fixture.Link{{Href: "h", Rel: "r"}}}},
		`QueryResult/Links (offset 19): an object where an array must stand`,
	},
	{
		"object form behind an unknown member", `{"Host":"h","Links":{"X":{"Y":[1]},"Link":[]}}`,
		&fixture.Settings{Host: "h", Links: &fixture.LinkList{Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "X", Value: `{"Y":[1]}`}}}}},
		`Settings/Links (offset 20): an object where an array must stand`,
	},
	{
		"empty object for an array type", `{"Host":"h","Links":{}}`, &fixture.Settings{Host: "h", Links: &fixture.LinkList{}},
		`Settings/Links (offset 20): an object where an array must stand`,
	},
	{
		"one item for an array type", `{"Host":"h","Links":{"Rel":"r","Href":"h"}}`,
		&fixture.Settings{Host: "h", Links: &fixture.LinkList{Link: []fixture.Link{{Href: "h", Rel: "r"}}}},
		`Settings/Links (offset 20): an object where an array must stand`,
	},
	{
		"one item for a list", `{"Ref":{"Href":"h"}}`, &fixture.EntityReferences{Ref: []fixture.EntityRef{{Href: "h"}}},
		`EntityReferences/Ref (offset 7): an object where an array must stand`,
	},
	{
		"array for an object with one list", `{"Refs":[{"Href":"h"}]}`,
		&fixture.QueryResult{Refs: &fixture.EntityReferences{Ref: []fixture.EntityRef{{Href: "h"}}}},
		`QueryResult/Refs (offset 8): an array where an object must stand`,
	},
	{
		"one text for a list of texts", `{"Name":"a","Words":"x  y\tz"}`, &fixture.Lists{Name: []string{"a"}, Words: []string{"x", "y", "z"}},
		`Lists/Name (offset 8): a string where an array must stand`,
	},
	{
		"text alone for simple content", `{"First":{"Value":1,"Name":"a"},"Day":["2"]}`,
		&fixture.Schedule{First: fixture.Day{Name: "a", Value: 1}, Day: []fixture.Day{{Value: 2, Extra: &xsdtype.Extra{Absent: []string{"Name"}}}}},
		`Schedule/Day[1] (offset 39): a string where an object must stand`,
	},
	{
		"#text", `{"First":{"#text":"1","Name":"a"}}`, &fixture.Schedule{First: fixture.Day{Name: "a", Value: 1}}, "",
	},
	{
		"numbers in quotes", `{"Bool":"true","Int":" 1 ","Uint64":"+7","Uint8":"-0","Float32":"1.","Float64":"NaN","Decimal":"1.0"}`,
		nil, "",
	},
	{
		"0 and 1 for a boolean", `{"Bool":1}`, &fixture.Numbers{Bool: true}, `Numbers/Bool (offset 8): a number (1) where a boolean must stand`,
	},
	{
		"alternatives as members of their own", `{"Name":["a","b"],"count":[],"Tree":{"Name":"t"}}`,
		&fixture.Entities{Items: []fixture.EntitiesItem{{Name: ptr("a")}, {Name: ptr("b")}, {Tree: &fixture.Tree{Name: ptr("t")}}}}, "",
	},
	{
		"alternatives of mixed content", `{"B":["x"],"Style":"s","Any":null}`,
		&fixture.Paragraph{Style: ptr("s"), Items: []fixture.ParagraphItem{{B: ptr("x")}}, Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Any", Value: "null"}}}},
		`Paragraph/Any (offset 23): the schema has no such member`,
	},
	{
		"members that stand for namespace declarations", `{"xmlns":"http://example.com","@xsi:type":"x","Host":"h"}`,
		&fixture.Settings{Host: "h", Extra: &xsdtype.Extra{Members: []xsdtype.Member{
			{Name: "xmlns", Value: `"http://example.com"`}, {Name: "@xsi:type", Value: `"x"`},
		}}}, "",
	},
	{
		"unknown member", `{"Host":"h","Links":[{"Href":"h","Rel":"r","New":1}]}`,
		&fixture.Settings{Host: "h", Links: &fixture.LinkList{Link: []fixture.Link{
			{Href: "h", Rel: "r", Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "New", Value: "1"}}}},
		}}},
		`Settings/Links[1]/New (offset 43): the schema has no such member`,
	},
	{
		"two alternatives", `{"Refs":{},"Total":1}`, &fixture.QueryResult{Refs: &fixture.EntityReferences{}, Total: ptr(1)},
		`QueryResult: <Refs> and <Total> (offset 0): the schema allows one of them`,
	},
	{
		"null document", ` null `, &fixture.Settings{}, `Settings (offset 1): null where an object must stand`,
	},
}

func TestJSONForms(t *testing.T) {
	for _, c := range jsonForms {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == nil {
				want = &fixture.Numbers{
					Bool: true, Int: ptr(1), Uint64: ptr[uint64](7), Uint8: ptr[uint8](0), Float32: ptr[float32](1), Float64: ptr(nan()),
					Decimal: ptr[xsdtype.Decimal]("1.0"),
				}
			}
			equalNaN := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
			got := blank(want)
			if err := xsdbind.UnmarshalJSON([]byte(c.json), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, equalNaN); diff != "" {
				t.Errorf("lenient (-want +got):\n%s", diff)
			}
			got = blank(want)
			err := xsdbind.UnmarshalJSON([]byte(c.json), got, xsdbind.Strict())
			if c.strict != "" {
				if err == nil || err.Error() != c.strict {
					t.Errorf("strict:\n got %v\nwant %s", err, c.strict)
				}
				return
			}
			if err != nil {
				t.Fatalf("strict: %v", err)
			}
			if diff := cmp.Diff(want, got, equalNaN); diff != "" {
				t.Errorf("strict (-want +got):\n%s", diff)
			}
		})
	}
}
