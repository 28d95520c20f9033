package xsdbind_test

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// roads are the two ways through the bindings.
var roads = []struct {
	name  string
	read  func(doc []byte, v xsdbind.Struct) error
	write func(v xsdbind.Struct) ([]byte, error)
}{
	{
		"fast path",
		func(doc []byte, v xsdbind.Struct) error { return xsdbind.UnmarshalXML(doc, v) },
		func(v xsdbind.Struct) ([]byte, error) { return xsdbind.MarshalXML(v) },
	},
	{
		"encoding/xml",
		func(doc []byte, v xsdbind.Struct) error { return xml.Unmarshal(doc, v) },
		func(v xsdbind.Struct) ([]byte, error) { return xml.Marshal(v) },
	},
}

// strangers are elements that no schema of the fixture knows.
func strangers() []*node {
	own := &node{Name: xml.Name{Space: fixture.Space, Local: "Unknown"}, Attrs: []xml.Attr{{Name: xml.Name{Local: "a"}, Value: "1"}}}
	own.Kids = []any{&node{Name: xml.Name{Space: fixture.Space, Local: "Task"}, Kids: []any{"x"}}}
	foreign := &node{Name: xml.Name{Space: "urn:foreign", Local: "Task"}, Kids: []any{"text"}}
	none := &node{Name: xml.Name{Local: "Link"}}
	return []*node{own, foreign, none}
}

// TestUnknownElements puts an element that the schema does not know into each gap, changes a field besides, and wants the
// document back with that change and no other.
func TestUnknownElements(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			root := parse(t, []byte(document(s.xml)))
			each(root, blank(s.want), func(n *node, path []int, v xsdbind.Struct) {
				if v == nil || v.XSDType().Flags&xsdbind.FlagSimpleContent != 0 || nilled(n) {
					return
				}
				for gap := 0; gap <= len(n.Kids); gap++ {
					for _, stranger := range strangers() {
						doc := root.clone()
						at := doc.at(path)
						at.Kids = slices.Insert(at.Kids, gap, any(stranger))
						comesBack(t, doc, s.want, fmt.Sprintf("{%s}%s in gap %d of <%s>", stranger.Name.Space, stranger.Name.Local, gap, n.Name.Local))
					}
				}
			})
		})
	}
}

// TestUnknownAttributes does the same with an attribute on each element.
func TestUnknownAttributes(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			root := parse(t, []byte(document(s.xml)))
			each(root, blank(s.want), func(n *node, path []int, _ xsdbind.Struct) {
				for _, a := range []xml.Attr{
					{Name: xml.Name{Local: "unknown"}, Value: " 1 < 2\n"},
					{Name: xml.Name{Space: "urn:foreign", Local: "Href"}, Value: ""},
					{Name: xml.Name{Space: fixture.Space, Local: "Href"}, Value: "x"},
					{Name: xml.Name{Space: "http://www.w3.org/2001/XMLSchema-instance", Local: "type"}, Value: "Task"},
				} {
					doc := root.clone()
					at := doc.at(path)
					at.Attrs = append(at.Attrs, a)
					comesBack(t, doc, s.want, fmt.Sprintf("{%s}%s on <%s>", a.Name.Space, a.Name.Local, n.Name.Local))
				}
			})
		})
	}
}

func nilled(n *node) bool {
	return slices.ContainsFunc(n.Attrs, func(a xml.Attr) bool { return a.Name.Local == "nil" })
}

// comesBack reads a document, changes the value, writes it, and compares.
func comesBack(t *testing.T, doc *node, like xsdbind.Struct, what string) {
	t.Helper()
	text := doc.bytes("")
	doc = parse(t, text)
	changeNode(doc)
	for _, road := range roads {
		v := blank(like)
		if err := road.read(text, v); err != nil {
			t.Errorf("%s: %s: %v\n%s", road.name, what, err, text)
			continue
		}
		changeValue(v)
		out, err := road.write(v)
		if err != nil {
			t.Errorf("%s: %s: %v", road.name, what, err)
			continue
		}
		if diff := cmp.Diff(doc, parse(t, out)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s\nfrom %s\nto   %s", road.name, what, diff, text, out)
		}
	}
}

// changeValue sets a field that each of these types has; changeNode does the same to the document.
func changeValue(v xsdbind.Struct) {
	switch v := v.(type) {
	case *fixture.Task:
		v.State = "Changed"
	case *fixture.EntityReferences:
		for i := range v.Ref {
			v.Ref[i].Href += "!"
		}
	case *fixture.Pairs:
		for i := range v.Pairs {
			v.Pairs[i].Key += "!"
		}
	case *fixture.Settings:
		v.Host = "changed"
	case *fixture.Open:
		v.Title = "changed"
	case *fixture.QueryResult:
		if v.PagingInfo != nil {
			v.PagingInfo.PageNum = 77
		}
	}
}

func changeNode(root *node) {
	set := func(n *node, name, text string) {
		for _, k := range n.Kids {
			if k, ok := k.(*node); ok && k.Name.Local == name && k.Name.Space == fixture.Space {
				if strings.HasPrefix(text, "+") {
					text = k.Kids[0].(string) + text[1:]
				}
				k.Kids = []any{text}
			}
		}
	}
	switch root.Name.Local {
	case "Task":
		set(root, "State", "Changed")
	case "EntityReferences":
		root.walk(nil, func(n *node, path []int) {
			if len(path) == 1 && n.Name.Local == "Ref" {
				for i := range n.Attrs {
					if n.Attrs[i].Name == (xml.Name{Local: "Href"}) {
						n.Attrs[i].Value += "!"
					}
				}
			}
		})
	case "Pairs":
		for i, k := range root.Kids {
			if k, ok := k.(*node); ok && k.Name == (xml.Name{Space: fixture.Space, Local: "Key"}) {
				root.Kids[i].(*node).Kids = []any{k.Kids[0].(string) + "!"}
			}
		}
	case "Settings":
		set(root, "Host", "changed")
	case "Open":
		set(root, "Title", "changed")
	case "QueryResult":
		root.walk(nil, func(n *node, path []int) {
			for i := range n.Attrs {
				if n.Attrs[i].Name.Local == "PageNum" {
					n.Attrs[i].Value = "77"
				}
			}
		})
	}
}

func TestUnknownPlaces(t *testing.T) {
	ns := `xmlns="` + fixture.Space + `"`
	refs := func(hrefs ...string) (out []fixture.EntityRef) {
		for _, h := range hrefs {
			out = append(out, fixture.EntityRef{Href: h})
		}
		return out
	}
	tests := []struct {
		name   string
		in     string
		change func(v *fixture.EntityReferences)
		want   string
	}{
		{
			"behind the whole list stays there", `<Ref Href="a"/><Ref Href="b"/><U/>`,
			func(v *fixture.EntityReferences) { v.Ref = append(v.Ref, refs("c")...) },
			`<Ref Href="a"/><Ref Href="b"/><Ref Href="c"/><U/>`,
		},
		{
			"also when items go", `<Ref Href="a"/><Ref Href="b"/><U/>`,
			func(v *fixture.EntityReferences) { v.Ref = v.Ref[:1] },
			`<Ref Href="a"/><U/>`,
		},
		{
			"also when all go", `<Ref Href="a"/><U/><V/>`,
			func(v *fixture.EntityReferences) { v.Ref = nil },
			`<U/><V/>`,
		},
		{
			"in front stays in front", `<U/><Ref Href="a"/>`,
			func(v *fixture.EntityReferences) { v.Ref = refs("c", "a") },
			`<U/><Ref Href="c"/><Ref Href="a"/>`,
		},
		{
			"between items stays behind as many", `<Ref Href="a"/><U/><Ref Href="b"/>`,
			func(v *fixture.EntityReferences) { v.Ref = refs("0", "a", "b") },
			`<Ref Href="0"/><U/><Ref Href="a"/><Ref Href="b"/>`,
		},
		{
			"or behind the last", `<Ref Href="a"/><Ref Href="b"/><U/><Ref Href="c"/>`,
			func(v *fixture.EntityReferences) { v.Ref = v.Ref[:1] },
			`<Ref Href="a"/><U/>`,
		},
		{
			"one for each item", `<Ref Href="a"/><U n="a"/><Ref Href="b"/><U n="b"/>`,
			func(v *fixture.EntityReferences) { v.Ref = append(v.Ref, refs("c")...) },
			`<Ref Href="a"/><U n="a"/><Ref Href="b"/><U n="b"/><Ref Href="c"/>`,
		},
		{
			"behind a field that there is not", ``,
			func(v *fixture.EntityReferences) {
				v.Ref = refs("a")
				v.Extra = &xsdtype.Extra{Elements: []xsdtype.Element{{After: "Gone", XML: `<U xmlns="urn:u"/>`}}}
			},
			`<Ref Href="a"/><U xmlns="urn:u"/>`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var v fixture.EntityReferences
			if err := xsdbind.UnmarshalXML([]byte("<EntityReferences "+ns+">"+test.in+"</EntityReferences>"), &v); err != nil {
				t.Fatal(err)
			}
			test.change(&v)
			out, err := xsdbind.MarshalXML(&v)
			if err != nil {
				t.Fatal(err)
			}
			want := parse(t, []byte("<EntityReferences "+ns+">"+test.want+"</EntityReferences>"))
			if diff := cmp.Diff(want, parse(t, out)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnknownBehindAbsent: an unknown element behind a field that is removed is written where that field would stand.
func TestUnknownBehindAbsent(t *testing.T) {
	in := `<QueryResult xmlns="` + fixture.Space + `"><Total>1</Total><U/><Links/><V/><PagingInfo PageNum="1" PageSize="1" PagesCount="1"/></QueryResult>`
	var v fixture.QueryResult
	if err := xsdbind.UnmarshalXML([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	v.Total, v.Links = nil, nil
	v.Refs = &fixture.EntityReferences{}
	out, err := xsdbind.MarshalXML(&v)
	want := `<QueryResult xmlns="` + fixture.Space + `"><Refs/><U/><V/><PagingInfo PageNum="1" PageSize="1" PagesCount="1"/></QueryResult>`
	if err != nil || string(out) != want {
		t.Errorf("got  %s (%v)\nwant %s", out, err, want)
	}
}

// TestPrefixes: what a value with a prefix means survives, whatever is declared where.
func TestPrefixes(t *testing.T) {
	in := `<x:Task xmlns:x="` + fixture.Space + `" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:p" Href="h" xsi:type="p:Sub" p:a="1">` +
		`<x:TaskId xsi:type="x:Id" p:b="urn:z">1</x:TaskId><x:State p:c="2" p:d="3">s</x:State><x:Operation xmlns:p="urn:q" p:c="4"/></x:Task>`
	for _, road := range roads {
		var v fixture.Task
		if err := road.read([]byte(in), &v); err != nil {
			t.Fatal(err)
		}
		out, err := road.write(&v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(parse(t, []byte(in)), parse(t, out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", road.name, diff)
		}
		if road.name == "fast path" {
			for _, want := range []string{`xmlns:p="urn:p"`, `xsi:type="p:Sub"`, `xmlns:x="` + fixture.Space + `"`, `xsi:type="x:Id"`} {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %s in %s", want, out)
				}
			}
		}
	}
}

// TestPrefixConflict: attributes made by hand may wish for one prefix with two meanings.
func TestPrefixConflict(t *testing.T) {
	v := fixture.Link{Extra: &xsdtype.Extra{Attrs: []xsdtype.Attr{
		{Prefix: "p", Space: "urn:a", Local: "x", Value: "1"}, {Prefix: "p", Space: "urn:b", Local: "x", Value: "2"},
		{Prefix: "p", Space: "urn:a", Local: "y", Value: "3"}, {Local: "z", Value: "4"},
	}}}
	out, err := xsdbind.MarshalXML(&v)
	if err != nil {
		t.Fatal(err)
	}
	want := []xml.Attr{
		{Name: xml.Name{Local: "Href"}}, {Name: xml.Name{Local: "Rel"}}, {Name: xml.Name{Local: "z"}, Value: "4"},
		{Name: xml.Name{Space: "urn:a", Local: "x"}, Value: "1"}, {Name: xml.Name{Space: "urn:a", Local: "y"}, Value: "3"},
		{Name: xml.Name{Space: "urn:b", Local: "x"}, Value: "2"},
	}
	if diff := cmp.Diff(want, parse(t, out).Attrs); diff != "" {
		t.Errorf("%s (-want +got):\n%s", out, diff)
	}
}
