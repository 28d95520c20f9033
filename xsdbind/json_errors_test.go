package xsdbind_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// jsonBad are texts that neither mode takes.
var jsonBad = []struct {
	name string
	json string
	into xsdbind.Struct
	want string
}{
	// The grammar.
	{"nothing", ``, &fixture.Settings{}, `Settings (offset 0): the text ends where a value must stand`},
	{"white space alone", " \n", &fixture.Settings{}, `Settings (offset 2): the text ends where a value must stand`},
	{"no end", `{"Host":"h"`, &fixture.Settings{}, `Settings (offset 11): the text ends where a comma or '}' must stand`},
	{"no end of a string", `{"Host":"h}`, &fixture.Settings{}, `Settings/Host (offset 8): the string does not end`},
	{"no end of an escape", `{"Host":"h\`, &fixture.Settings{}, `Settings/Host (offset 10): the string does not end`},
	{"no end of an array", `{"Host":"h","Links":[`, &fixture.Settings{}, `Settings/Links[1] (offset 21): the text ends where a value must stand`},
	{"trailing text", `{"Host":"h"} x`, &fixture.Settings{}, `Settings (offset 13): 'x' where the end of the text must stand`},
	{"two values", `{"Host":"h"}{}`, &fixture.Settings{}, `Settings (offset 12): '{' where the end of the text must stand`},
	{"trailing comma", `{"Host":"h",}`, &fixture.Settings{}, `Settings (offset 12): '}' where something after the comma must stand`},
	{"trailing comma in an array", `{"X":[1,]}`, &fixture.Settings{}, `Settings/X (offset 8): ']' where something after the comma must stand`},
	{"no comma", `{"Host":"h" "Port":1}`, &fixture.Settings{}, `Settings (offset 12): '"' where a comma or '}' must stand`},
	{"no comma in an unknown array", `{"X":[1 2]}`, &fixture.Settings{}, `Settings/X (offset 8): '2' where a comma or ']' must stand`},
	{"no comma in an unknown object", `{"X":{"a":1 "b":2}}`, &fixture.Settings{}, `Settings/X (offset 12): '"' where a comma or '}' must stand`},
	{"no colon", `{"Host" "h"}`, &fixture.Settings{}, `Settings (offset 8): '"' where a colon must stand`},
	{"no name", `{Host:"h"}`, &fixture.Settings{}, `Settings (offset 1): 'H' where a member's name must stand`},
	{"broken name", `{"Ho\st":"h"}`, &fixture.Settings{}, `Settings (offset 4): "\\s" is no escape sequence`},
	{"broken name in an unknown object", `{"X":{"\q":1}}`, &fixture.Settings{}, `Settings/X (offset 7): "\\q" is no escape sequence`},
	{"comment", `{/**/}`, &fixture.Settings{}, `Settings (offset 1): '/' where a member's name must stand`},
	{"single quotes", `{"Host":'h'}`, &fixture.Settings{}, `Settings/Host (offset 8): '\'' where a value must stand`},
	{"control character", "{\"Host\":\"a\nb\"}", &fixture.Settings{}, `Settings/Host (offset 10): control character U+000A in a string: it must be escaped`},
	{"bad escape", `{"Host":"\x41"}`, &fixture.Settings{}, `Settings/Host (offset 9): "\\x" is no escape sequence`},
	{"short \\u", `{"Host":"\u41"}`, &fixture.Settings{}, `Settings/Host (offset 9): \u wants four hexadecimal digits`},
	{"shorter \\u", `{"Host":"\u4`, &fixture.Settings{}, `Settings/Host (offset 9): \u wants four hexadecimal digits`},
	{"high surrogate alone", `{"Host":"\uD83D"}`, &fixture.Settings{}, `Settings/Host (offset 9): half of a surrogate pair`},
	{"high surrogate twice", `{"Host":"\uD83D\uD83D"}`, &fixture.Settings{}, `Settings/Host (offset 9): half of a surrogate pair`},
	{"low surrogate alone", `{"Host":"\uDE00"}`, &fixture.Settings{}, `Settings/Host (offset 9): half of a surrogate pair`},
	{"surrogate in what is unknown", `{"X":"\uDE00"}`, &fixture.Settings{}, `Settings/X (offset 6): half of a surrogate pair`},
	{"not UTF-8", "{\"Host\":\"é\xff\"}", &fixture.Settings{}, `Settings (offset 11): the text is not UTF-8`},
	{"not UTF-8 in what is unknown", "{\"\xc0\x80\":1}", &fixture.Settings{}, `Settings (offset 2): the text is not UTF-8`},
	{"byte order mark", "\uFEFF{}", &fixture.Settings{}, `Settings (offset 0): '\ufeff' where a value must stand`},
	{"leading zero", `{"Port":01}`, &fixture.Settings{}, `Settings/Port (offset 8): a malformed number`},
	{"plus sign", `{"Port":+1}`, &fixture.Settings{}, `Settings/Port (offset 8): '+' where a value must stand`},
	{"minus alone", `{"Port":-}`, &fixture.Settings{}, `Settings/Port (offset 8): a malformed number`},
	{"no digits after the point", `{"X":1.}`, &fixture.Settings{}, `Settings/X (offset 5): a malformed number`},
	{"no digits in the exponent", `{"X":1e+}`, &fixture.Settings{}, `Settings/X (offset 5): a malformed number`},
	{"letters behind a number", `{"X":1x}`, &fixture.Settings{}, `Settings/X (offset 5): a malformed number`},
	{"broken literal", `{"X":tru}`, &fixture.Settings{}, `Settings/X (offset 5): 't' where a value must stand`},
	{"long literal", `{"X":nulls}`, &fixture.Settings{}, `Settings/X (offset 5): 'n' where a value must stand`},
	{"broken false", `{"X":[fals]}`, &fixture.Settings{}, `Settings/X (offset 6): 'f' where a value must stand`},
	{"broken null for a field", `{"Port":nul}`, &fixture.Settings{}, `Settings/Port (offset 8): 'n' where a value must stand`},
	{"broken boolean for a field", `{"Secure":trues}`, &fixture.Settings{}, `Settings/Secure (offset 10): 't' where a value must stand`},

	// Members that occur twice.
	{"twice", `{"Host":"a","Host":"a"}`, &fixture.Settings{}, `Settings/Host (offset 12): the member occurs twice`},
	{"twice, in another case", `{"Host":"a","host":"a"}`, &fixture.Settings{}, `Settings/Host (offset 12): the member occurs twice`},
	{
		"twice, by its alias", `{"RestoreAtPointInTime":null,"RestoreAtPointinTime":"2023-02-17T15:31:40"}`, &fixture.CdpFailoverStartSpec{},
		`CdpFailoverStartSpec/RestoreAtPointInTime (offset 29): the member occurs twice`,
	},
	{"twice, escaped", `{"Host":"a","H\u006fst":null}`, &fixture.Settings{}, `Settings/Host (offset 12): the member occurs twice`},
	{"group and alternative", `{"Items":[],"Name":["a"]}`, &fixture.Entities{}, `Entities/Name (offset 12): the member occurs twice`},
	{"alternative and group", `{"Name":["a"],"Items":[]}`, &fixture.Entities{}, `Entities/Items (offset 14): the member occurs twice`},
	{"alternative twice", `{"Name":["a"],"name":[]}`, &fixture.Entities{}, `Entities/Name (offset 14): the member occurs twice`},

	// Types.
	{"fraction", `{"Port":1.0}`, &fixture.Settings{}, `Settings/Port (offset 8): "1.0" is not an integer`},
	{"exponent", `{"Port":1e2}`, &fixture.Settings{}, `Settings/Port (offset 8): "1e2" is not an integer`},
	{"range", `{"Port":2147483648}`, &fixture.Settings{}, `Settings/Port (offset 8): "2147483648" is out of the range of xs:int`},
	{"unsigned range", `{"Bool":true,"Uint8":"256"}`, &fixture.Numbers{}, `Numbers/Uint8 (offset 21): "256" is out of the range of xs:unsignedByte`},
	{"negative unsigned", `{"Bool":true,"Uint64":-1}`, &fixture.Numbers{}, `Numbers/Uint64 (offset 22): "-1" is not an integer`},
	{"float range", `{"Bool":true,"Float32":1e39}`, &fixture.Numbers{}, `Numbers/Float32 (offset 23): "1e39" is out of the range of xs:float`},
	{"hexadecimal float", `{"Bool":true,"Float64":"0x1p4"}`, &fixture.Numbers{}, `Numbers/Float64 (offset 23): "0x1p4" is not a number`},
	{"empty text for a number", `{"Port":""}`, &fixture.Settings{}, `Settings/Port (offset 8): "" is not an integer`},
	{"boolean for a number", `{"Port":true}`, &fixture.Settings{}, `Settings/Port (offset 8): a boolean (true) where an integer must stand`},
	{"empty text for simple content", `{"First":{},"Day":[""]}`, &fixture.Schedule{}, `Schedule/Day[1] (offset 19): "" is not an integer`},
	{"word for a boolean", `{"Secure":"yes"}`, &fixture.Settings{}, `Settings/Secure (offset 10): "yes" is not a boolean`},
	{"number for a boolean", `{"Secure":2}`, &fixture.Settings{}, `Settings/Secure (offset 10): a number (2) where a boolean must stand`},
	{"long number for a boolean", `{"Secure":10}`, &fixture.Settings{}, `Settings/Secure (offset 10): a number (10) where a boolean must stand`},
	{"number for a string", `{"Host":1}`, &fixture.Settings{}, `Settings/Host (offset 8): a number (1) where a string must stand`},
	{"object for a string", `{"Host":{}}`, &fixture.Settings{}, `Settings/Host (offset 8): an object where a string must stand`},
	{"array for a string", `{"Host":["h"]}`, &fixture.Settings{}, `Settings/Host (offset 8): an array where a string must stand`},
	{"broken array for a string", `{"Host":["h}`, &fixture.Settings{}, `Settings/Host (offset 9): the string does not end`},
	{"string for an object", `{"First":{"Name":"n","Value":1,"X":{}},"Day":[{"Name":"n","Value":[]}]}`, &fixture.Schedule{}, `Schedule/Day[1]/Value (offset 66): an array where an integer must stand`},
	{"number for an object", `{"Result":1}`, &fixture.Task{}, `Task/Result (offset 10): a number where an object must stand`},
	{"string for an object", `{"Result":"x"}`, &fixture.Task{}, `Task/Result (offset 10): a string where an object must stand`},
	{"array for an object with members", `{"Result":[]}`, &fixture.Task{}, `Task/Result (offset 10): an array where an object must stand`},
	{"number for an array type", `{"Links":1}`, &fixture.Task{}, `Task/Links (offset 9): a number where an object must stand`},
	{"text for a list", `{"Tree":""}`, &fixture.Tree{}, `Tree/Tree (offset 8): a string where an array must stand`},
	{"no comma in a list", `{"Name":["a" "b"]}`, &fixture.Lists{}, `Lists/Name (offset 13): '"' where a comma or ']' must stand`},
	{"no comma among alternatives", `{"Name":["a" "b"]}`, &fixture.Entities{}, `Entities/Name (offset 13): '"' where a comma or ']' must stand`},
	{"broken null in a list", `{"Links":[nul]}`, &fixture.Task{}, `Task/Links[1] (offset 10): 'n' where a value must stand`},
	{"broken text of a list", `{"Sizes":"\x"}`, &fixture.Lists{}, `Lists/Sizes (offset 10): "\\x" is no escape sequence`},
	{"broken null for a document", `nul`, &fixture.Task{}, `Task (offset 0): 'n' where a value must stand`},
	{"null in a list", `{"Links":[null]}`, &fixture.Task{}, `Task/Links[1] (offset 10): null cannot be an item`},
	{"null in a list of texts", `{"Name":["a",null]}`, &fixture.Lists{}, `Lists/Name[2] (offset 13): null cannot be an item`},
	{"null as an alternative", `{"Name":[null]}`, &fixture.Entities{}, `Entities/Name[1] (offset 9): null cannot be an item`},
	{"text list", `{"Sizes":"1 x"}`, &fixture.Lists{}, `Lists/Sizes[2] (offset 9): "x" is not an integer`},
	{"deep place", `{"TaskId":"t","Links":[{"Rel":"r","Href":"h"},{"Rel":5}]}`, &fixture.Task{}, `Task/Links[2]/Rel (offset 53): a number (5) where a string must stand`},
	{"long value", `{"Port":"` + strings.Repeat("é", 30) + `"}`, &fixture.Settings{}, `Settings/Port (offset 8): "` + strings.Repeat("é", 20) + `…" is not an integer`},
	{"array type at the top", `[{"Rel":5}]`, &fixture.LinkList{}, `Links[1]/Rel (offset 8): a number (5) where a string must stand`},
	{"broken object form", `{"Links":{"X":1,}}`, &fixture.Task{}, `Task/Links (offset 16): '}' where something after the comma must stand`},

	// A secret's value is never shown.
	{"secret", `{"Username":"u","Password":"hunter2"}`, &fixture.Credentials{}, `Credentials/Password (offset 27): the value is not an integer`},
	{"secret of another type", `{"Username":"u","Password":true}`, &fixture.Credentials{}, `Credentials/Password (offset 27): a boolean where an integer must stand`},
	{"secret out of range", `{"Username":"u","Password":99999999999}`, &fixture.Credentials{}, `Credentials/Password (offset 27): the value is out of the range of xs:int`},

	// A type without room for what is unknown.
	{"no room", `{"Items":[{"Name":"a","New":1}]}`, &fixture.Entities{}, `Entities/Items[1]/New (offset 22): the schema has no such member, and the type no room for it`},
}

func TestJSONErrors(t *testing.T) {
	for _, c := range jsonBad {
		t.Run(c.name, func(t *testing.T) {
			err := xsdbind.UnmarshalJSON([]byte(c.json), blank(c.into))
			if err == nil || err.Error() != c.want {
				t.Errorf("lenient:\n got %v\nwant %s", err, c.want)
			}
			var e *xsdbind.Error
			if !errors.As(err, &e) || !e.InJSON || e.Rule == "" {
				t.Errorf("%#v is no complete *Error", err)
			}
			if xsdbind.UnmarshalJSON([]byte(c.json), blank(c.into), xsdbind.Strict()) == nil {
				t.Error("strict mode takes it")
			}
		})
	}
}

func TestJSONLimits(t *testing.T) {
	deep := func(n int) string {
		return strings.Repeat(`{"Tree":[`, n) + `{}` + strings.Repeat(`]}`, n)
	}
	for _, c := range []struct {
		name   string
		json   string
		limits xmltext.Options
		want   string // "" for none
	}{
		{"deep enough", deep(10), xmltext.Options{MaxDepth: 21}, ""},
		{"too deep", deep(10), xmltext.Options{MaxDepth: 20}, `nested deeper than 20 levels`},
		{"too deep by default", deep(500), xmltext.Options{}, `(offset 4500): nested deeper than 1000 levels`},
		{"never deeper", deep(5000), xmltext.Options{MaxDepth: -1}, `nested deeper than 10000 levels`},
		{"no limit but that", deep(4999), xmltext.Options{MaxDepth: -1}, ""},
		{"unknown, too deep", `{"X":[[{"a":[]}]]}`, xmltext.Options{MaxDepth: 4}, `Tree/X (offset 12): nested deeper than 4 levels`},
		{"size", `{"Name":"a"}`, xmltext.Options{MaxSize: 11}, `Tree (offset 0): the text is longer than 11 bytes`},
		{"size that fits", `{"Name":"a"}`, xmltext.Options{MaxSize: 12}, ""},
		{"string", `{"Name":"abcde"}`, xmltext.Options{MaxToken: 4}, `Tree/Name (offset 8): a string longer than 4 bytes`},
		{"string that fits", `{"Name":"abcd"}`, xmltext.Options{MaxToken: 4}, ""},
		{"number", `{"X":12345}`, xmltext.Options{MaxToken: 4}, `Tree/X (offset 5): a number longer than 4 bytes`},
		{"no limits", `{"Name":"abcde","X":12345}`, xmltext.Options{MaxToken: -1, MaxSize: -1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := xsdbind.UnmarshalJSON([]byte(c.json), &fixture.Tree{}, xsdbind.Limits(c.limits))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestJSONEncodeErrors(t *testing.T) {
	loop := &fixture.Paragraph{Items: make([]fixture.ParagraphItem, 1)}
	loop.Items[0].Paragraph = loop
	member := func(name, value string) *xsdtype.Extra {
		return &xsdtype.Extra{Members: []xsdtype.Member{{Name: name, Value: value}}}
	}
	for _, c := range []struct {
		name string
		v    xsdbind.Struct
		want string
	}{
		{
			"two alternatives", &fixture.QueryResult{Refs: &fixture.EntityReferences{}, Entities: &fixture.Entities{}},
			`QueryResult: <Refs> and <Entities>: the schema allows one of them`,
		},
		{
			"two alternatives in an item", &fixture.Steps{Steps: []fixture.StepsItem{{}, {Detail: []fixture.StepsItemDetail{{Note: ptr("n"), Code: ptr(1)}}}}},
			`Steps/Steps[2]/Detail[1]: <Note> and <Code>: the schema allows one of them`,
		},
		{
			"two elements in an item in order", &fixture.Paragraph{Items: []fixture.ParagraphItem{{Text: ptr("a")}, {Text: ptr("a"), B: ptr("b")}}},
			`Paragraph/Items[2]: an item holds one element or one text, this one has 2`,
		},
		{"no element in an item in order", &fixture.Sandwich{Items: []fixture.SandwichItem{{}}}, `Sandwich/Items[1]: an item holds one element or one text, this one has 0`},
		{"not UTF-8", &fixture.Settings{Host: "a\xff"}, `Settings/Host: the text is not UTF-8`},
		{"not UTF-8 in a list", &fixture.Lists{Name: []string{"a", "\xc0\x80"}}, `Lists/Name[2]: the text is not UTF-8`},
		{"member without a value", &fixture.Settings{Extra: member("a", "")}, `Settings/a: the value in Extra.Members is not JSON: the text ends where a value must stand`},
		{"member with two", &fixture.Settings{Extra: member("a", "1 2")}, `Settings/a: the value in Extra.Members is not JSON: '2' where the end of the value must stand`},
		{"member that breaks out", &fixture.Settings{Extra: member("a", `1,"Host":"x"`)}, `Settings/a: the value in Extra.Members is not JSON: ',' where the end of the value must stand`},
		{"member that is not UTF-8", &fixture.Settings{Extra: member("a", "\"\xff\"")}, `Settings/a: the value in Extra.Members is not JSON: the text is not UTF-8`},
		{"name that is not UTF-8", &fixture.Settings{Extra: member("\xff", "1")}, "Settings/\xff: the name of a member in Extra is not UTF-8"},
		{"member that is known", &fixture.Settings{Extra: member("port", "1")}, `Settings/port: Extra.Members holds a member that is written already`},
		{
			"member twice", &fixture.Settings{Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "a", Value: "1"}, {Name: "a", Value: "1"}}}},
			`Settings/a: Extra.Members holds a member that is written already`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := xsdbind.AppendJSON([]byte("before"), c.v)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if string(b) != "before" {
				t.Errorf("the buffer became %q", b)
			}
		})
	}
	if _, err := xsdbind.MarshalJSON(loop); err == nil || !strings.Contains(err.Error(), "nested deeper than 10000 levels: does it contain itself?") {
		t.Errorf("a value that contains itself: %.200v", err)
	}
}

func TestJSONNil(t *testing.T) {
	for _, v := range []xsdbind.Struct{nil, (*fixture.Task)(nil)} {
		if b, err := xsdbind.MarshalJSON(v); err != nil || string(b) != "null" {
			t.Errorf("%T: %s, %v", v, b, err)
		}
		if err := xsdbind.UnmarshalJSON([]byte(`{}`), v); err == nil {
			t.Errorf("%T: something was read into it", v)
		}
	}
}

func TestJSONIndent(t *testing.T) {
	b, err := xsdbind.MarshalJSON(&fixture.Settings{Host: "<h>", Port: ptr(1)}, xsdbind.Indent("  "))
	if want := "{\n  \"Host\": \"<h>\",\n  \"Port\": 1\n}"; err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	if _, err := xsdbind.MarshalJSON(&fixture.Settings{Host: "\xff"}, xsdbind.Indent("  ")); err == nil {
		t.Error("no error")
	}
}

// What a value held before stays where the text says nothing of it; what it kept of another document does not.
func TestJSONReadTwice(t *testing.T) {
	v := &fixture.Settings{
		Host: "old", Port: ptr(1), Secure: ptr(true),
		Links: &fixture.LinkList{Link: []fixture.Link{{Href: "old", Rel: "r"}}},
		Extra: &xsdtype.Extra{Members: []xsdtype.Member{{Name: "Old", Value: "1"}}},
	}
	if err := xsdbind.UnmarshalJSON([]byte(`{"Host":"new","Secure":false,"Links":[]}`), v); err != nil {
		t.Fatal(err)
	}
	b, err := xsdbind.MarshalJSON(v)
	if want := `{"Host":"new","Port":1,"Secure":false,"Links":[]}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}

// A required member that was absent is written once it has been set, be it to zero.
func TestJSONSetPresent(t *testing.T) {
	var v fixture.Task
	if err := xsdbind.UnmarshalJSON([]byte(`{"Href":"h","State":"s"}`), &v); err != nil {
		t.Fatal(err)
	}
	v.Extra.SetPresent("TaskId")
	v.Operation = "o"
	b, err := xsdbind.MarshalJSON(&v)
	if want := `{"TaskId":"","State":"s","Operation":"o","Href":"h"}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}

// Strings are escaped as encoding/json does it.
func TestJSONStrings(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r < 0x3000; r++ {
		all.WriteRune(r)
	}
	all.WriteString("\uFFFD\uFFFE\U0001F600\U0010FFFF")
	var want strings.Builder
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]string{"Host": all.String()}); err != nil {
		t.Fatal(err)
	}
	got, err := xsdbind.MarshalJSON(&fixture.Settings{Host: all.String()})
	if err != nil || string(got) != strings.TrimSpace(want.String()) {
		t.Errorf("%v:\n%s\nwant\n%s", err, got, want.String())
	}
	var back fixture.Settings
	if err := xsdbind.UnmarshalJSON(got, &back); err != nil || back.Host != all.String() {
		t.Errorf("it did not come back: %v", err)
	}
}
