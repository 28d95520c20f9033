package xsdbind_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
)

// TestSwaps swaps neighbouring elements. Strict mode accepts the swap, then writing keeps the new order; or it refuses it
// with the place, then lenient mode reads the value that the document had before, and writes the old order.
func TestSwaps(t *testing.T) {
	refused, accepted := 0, 0
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			root := parse(t, []byte(document(s.xml)))
			each(root, blank(s.want), func(n *node, path []int, v xsdbind.Struct) {
				if v == nil || !n.elementsOnly() {
					return
				}
				grouped := slices.ContainsFunc(v.XSDType().Fields, func(f xsdbind.Field) bool { return f.Where == xsdbind.WhereGroup })
				for i := 0; i+1 < len(n.Kids); i++ {
					a, b := n.Kids[i].(*node), n.Kids[i+1].(*node)
					if f, _ := field(blank(v), b); cmp.Equal(a, b) || f == nil {
						continue // what a wildcard takes is kept where it stands, as unknown elements are
					}
					doc := root.clone()
					at := doc.at(path)
					at.Kids[i], at.Kids[i+1] = b, a
					text := doc.bytes("")
					what := fmt.Sprintf("<%s> and <%s> swapped in %s", a.Name.Local, b.Name.Local, text)

					lenient := blank(s.want)
					if err := xsdbind.UnmarshalXML(text, lenient); err != nil {
						t.Errorf("%s: lenient: %v", what, err)
						continue
					}
					out, err := xsdbind.MarshalXML(lenient)
					if err != nil {
						t.Errorf("%s: %v", what, err)
						continue
					}
					back := parse(t, out)

					err = xsdbind.UnmarshalXML(text, blank(s.want), xsdbind.Strict())
					if err == nil {
						accepted++
						if diff := cmp.Diff(doc, back); diff != "" {
							t.Errorf("%s: the order that the schema allows was not kept (-want +got):\n%s", what, diff)
						}
						continue
					}
					refused++
					var e *xsdbind.Error
					if !errors.As(err, &e) || e.Line != 1 || e.Path == "" || !strings.Contains(e.Subject, "<"+a.Name.Local+">") && !strings.Contains(e.Subject, "<"+b.Name.Local+">") {
						t.Errorf("%s: the error does not say what and where: %v", what, err)
					}
					if grouped {
						// Which round a stray element belongs to is anybody's guess; none gets lost.
						if diff := cmp.Diff(sorted(at), sorted(back.at(path))); diff != "" {
							t.Errorf("%s: (-want +got):\n%s", what, diff)
						}
						continue
					}
					if diff := cmp.Diff(s.want, lenient, cmp.FilterValues(qualified, cmp.Ignore())); diff != "" {
						t.Errorf("%s: value (-want +got):\n%s", what, diff)
					}
					if diff := cmp.Diff(root, back); diff != "" {
						t.Errorf("%s: not written in the schema's order (-want +got):\n%s", what, diff)
					}
				}
			})
		})
	}
	if refused < 20 || accepted < 10 {
		t.Errorf("%d swaps refused, %d accepted: the samples say little", refused, accepted)
	}
}

func sorted(n *node) []string {
	var out []string
	for _, k := range n.Kids {
		if e, ok := k.(*node); ok {
			out = append(out, string(e.bytes("")))
		}
	}
	slices.Sort(out)
	return out
}

// TestErrors: what is refused, where, and by which mode.
func TestErrors(t *testing.T) {
	const any = "" // lenient mode reads it
	tests := []struct {
		v               xsdbind.Struct
		in              string // each element on its line
		strict, lenient string
	}{
		{
			&fixture.CdpFailoverStartSpec{},
			"<RestoreCurrentVss>true</RestoreCurrentVss>\n<RestoreAtInterval>2020-01-01T00:00:00Z</RestoreAtInterval>\n\n<RestoreCurrent>false</RestoreCurrent>",
			"CdpFailoverStartSpec: <RestoreCurrent> after <RestoreAtInterval> (line 4): the schema puts it first", any,
		},
		{&fixture.CdpFailoverStartSpec{}, "<RestoreCurrent>true</RestoreCurrent>\n", "CdpFailoverStartSpec: <RestoreCurrentVss> (line 2): the schema requires this element", any},
		{
			&fixture.CdpFailoverStartSpec{}, "<RestoreCurrent>true</RestoreCurrent>\n<RestoreCurrent>true</RestoreCurrent>",
			"CdpFailoverStartSpec: <RestoreCurrent> (line 2): occurs twice", "CdpFailoverStartSpec: <RestoreCurrent> (line 2): occurs twice",
		},
		{
			&fixture.CdpFailoverStartSpec{},
			"<RestoreAtPointInTime>2020-01-01T00:00:00Z</RestoreAtPointInTime>\n<RestoreAtPointinTime>2020-01-01T00:00:00Z</RestoreAtPointinTime>",
			"CdpFailoverStartSpec: <RestoreAtPointInTime> (line 2): occurs twice", "CdpFailoverStartSpec: <RestoreAtPointInTime> (line 2): occurs twice",
		},
		{
			&fixture.CdpFailoverStartSpec{}, "\n<RestoreCurrent>maybe</RestoreCurrent>",
			`CdpFailoverStartSpec/RestoreCurrent (line 2): "maybe" is not a valid boolean`, `CdpFailoverStartSpec/RestoreCurrent (line 2): "maybe" is not a valid boolean`,
		},
		{
			&fixture.CdpFailoverStartSpec{}, "<RestoreCurrent>True</RestoreCurrent><RestoreCurrentVss> 1\n</RestoreCurrentVss>",
			`CdpFailoverStartSpec/RestoreCurrent (line 1): "True" is not a valid boolean`, any,
		},
		{
			&fixture.CdpFailoverStartSpec{}, "<RestoreCurrent>1</RestoreCurrent><RestoreCurrentVss>0</RestoreCurrentVss>\n<RestoreAtInterval>yesterday</RestoreAtInterval>",
			`CdpFailoverStartSpec/RestoreAtInterval (line 2): "yesterday" is not a valid dateTime: a year has four digits or more`, any,
		},
		{
			&fixture.CdpFailoverStartSpec{}, "<RestoreCurrent><b/></RestoreCurrent>",
			"CdpFailoverStartSpec/RestoreCurrent (line 1): ", "CdpFailoverStartSpec/RestoreCurrent (line 1): ",
		},
		{
			&fixture.CdpFailoverStartSpec{}, "\ntrue",
			"CdpFailoverStartSpec: text \"\\ntrue\" (line 1): the schema allows elements only", "CdpFailoverStartSpec: text \"\\ntrue\" (line 1): the schema allows elements only",
		},
		{&fixture.CdpFailoverStartSpec{}, "<Typo/>", "CdpFailoverStartSpec: <Typo> (line 1): the schema has no such element here", any},
		{&fixture.CdpFailoverStartSpec{}, `<RestoreCurrent x="1">true</RestoreCurrent>`, "CdpFailoverStartSpec/RestoreCurrent/@x (line 1): the schema has no such attribute here", any},
		{&fixture.CdpFailoverStartSpec{}, `<RestoreCurrent>true</RestoreCurrents>`, "CdpFailoverStartSpec/RestoreCurrent (line 1): ", "CdpFailoverStartSpec/RestoreCurrent (line 1): "},
		{&fixture.LinkList{}, "\n<Link Href='h'/>", "Links/Link[1]: @Rel (line 2): the schema requires this attribute", any},
		{&fixture.LinkList{}, "<Link Href='h' Rel=''/>\n<Link Href='h' Rel='' href=''/>", "Links/Link[2]/@href (line 2): the schema has no such attribute here", any},
		{&fixture.EntityReferences{}, "<Ref Href='h'>\n<Links>\n<Link Href='h' Rel='r'>text</Link></Links></Ref>", "EntityReferences/Ref[1]/Links/Link[1]: text \"text\" (line 3): the schema allows elements only", "EntityReferences/Ref[1]/Links/Link[1]: text \"text\" (line 3): the schema allows elements only"},
		{&fixture.QueryResult{}, "<Refs/>\n<Total>1</Total>", "QueryResult: <Total> beside <Refs> (line 2): the schema allows one of them", any},
		{&fixture.QueryResult{}, "<Total>1</Total><Refs/>", "QueryResult: <Refs> beside <Total> (line 1): the schema allows one of them", any},
		{&fixture.QueryResult{}, "<Links/>\n<Refs/>", "QueryResult: <Refs> after <Links> (line 2): the schema puts it first", any},
		{&fixture.QueryResult{}, "<Links/>\n<PagingInfo PageNum='1' PageSize='2' PagesCount='x'/>", "QueryResult: <Links> (line 1): the schema wants <Refs> before it", `QueryResult/PagingInfo/@PagesCount (line 2): "x" is not a valid int`},
		{&fixture.QueryResult{}, "<Refs/>\n<Links/><Links/>", "QueryResult: <Links> (line 2): occurs twice", "QueryResult: <Links> (line 2): occurs twice"},
		{&fixture.QueryResult{}, "", "QueryResult: <Refs> (line 1): the schema requires this element", any},
		{&fixture.QueryResult{}, "<Refs/>text", "QueryResult: text \"text\" (line 1): the schema allows elements only", "QueryResult: text \"text\" (line 1): the schema allows elements only"},
		{&fixture.QueryResult{}, "<Refs/><X/>", "QueryResult: <X> (line 1): the schema has no such element here", any},
		{&fixture.Pairs{}, "<Value>1</Value>\n<Weight>1</Weight>\n<Key>a</Key>", "Pairs: <Key> after <Weight> (line 3): the schema puts it first", any},
		{&fixture.Pairs{}, "<Key>a</Key>\n<Weight>1</Weight>\n<Value>1</Value>", "Pairs: <Value> after <Weight> (line 3): the schema puts it first", any},
		{&fixture.Pairs{}, "<Title/>\n<End/>", "Pairs: <End> (line 2): the schema wants <Key> before it", any},
		{&fixture.Pairs{}, "<Key/><Key/><Key/><Key/>\n<Key/>", "Pairs: <Key> after <Key> (line 2): the schema allows no more of it", any},
		{&fixture.Pairs{}, "<Title/>", "Pairs: <Key> (line 1): the schema requires this element", any},
		{&fixture.Pairs{}, "<Key>a</Key>\n<Weight>x</Weight>", `Pairs/Weight (line 2): "x" is not a valid int`, `Pairs/Weight (line 2): "x" is not a valid int`},
		{&fixture.Pairs{}, "text", `Pairs: text "text" (line 1): the schema allows elements only`, `Pairs: text "text" (line 1): the schema allows elements only`},
		{&fixture.Sandwich{}, "<Bread/>\n<Bread/>", "Sandwich: <Bread> (line 2): the schema wants <Filling> before it", any},
		{&fixture.Sandwich{}, "<Bread/>\n<Bread/><Filling>1</Filling>", "Sandwich: <Filling> after <Bread> (line 2): the schema puts it first", any},
		{&fixture.Sandwich{}, "<Bread/><Filling>1</Filling>", "Sandwich: <Bread> (line 1): the schema requires this element", any},
		{&fixture.Sandwich{}, "text", `Sandwich: text "text" (line 1): the schema allows elements only`, `Sandwich: text "text" (line 1): the schema allows elements only`},
		{&fixture.Sandwich{}, "<Butter/>", "Sandwich: <Butter> (line 1): the schema has no such element here", any},
		{&fixture.Paragraph{}, "text<U/>", "Paragraph: <U> (line 1): the schema has no such element here", any},
		{&fixture.Settings{}, "<Port>1</Port>", "Settings: <Host> (line 1): the schema requires this element", any},
		{&fixture.Settings{}, "<Host/><Port>1</Port>\n<Host/>", "Settings: <Host> (line 2): occurs twice", "Settings: <Host> (line 2): occurs twice"},
		{&fixture.Schedule{}, "<First Name='a'>x</First>", `Schedule/First (line 1): "x" is not a valid int`, `Schedule/First (line 1): "x" is not a valid int`},
		{&fixture.Schedule{}, "<First Name='a'>1<b/></First>", "Schedule/First (line 1): ", "Schedule/First (line 1): "},
		{&fixture.Schedule{}, "<First Name='a'>1</First>" + strings.Repeat("<Day Name='a'>1</Day>", 8), "Schedule: <Day> (line 1): occurs 8 times, the schema allows 7", any},
		{&fixture.Nils{}, "<Count xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'>5</Count>", "Nils/Count (line 1): xsi:nil is true, but there is content", "Nils/Count (line 1): xsi:nil is true, but there is content"},
		{&fixture.Nils{}, "<Count xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='yes'/>", `Nils/Count/@xsi:nil (line 1): "yes" is not a valid boolean`, `Nils/Count/@xsi:nil (line 1): "yes" is not a valid boolean`},
		{&fixture.Limits{}, "<Code>urn:abc</Code>", "Limits: @Version (line 1): the schema requires this attribute", any},
		{&fixture.Lists{}, "<Flags>true maybe</Flags>", `Lists/Flags (line 1): "maybe" is not a valid boolean`, `Lists/Flags (line 1): "maybe" is not a valid boolean`},
		{&fixture.Lists{}, "<Words>a b c d</Words>", `Lists/Words (line 1): 4 items, the schema allows 3`, any},
		{&fixture.Credentials{}, "<Username>u</Username>\n<Password>hunter2</Password>", "Credentials/Password (line 2): the value is not a valid int", "Credentials/Password (line 2): the value is not a valid int"},
		{&fixture.Open{}, "<x xmlns='urn:o'/>", "Open: <x> (line 1): the schema wants <Title> before it", any},
		{&fixture.Open{}, "<Title/><Note xmlns=''/>", "Open: <Note> (line 1): the schema has no such element here", any},
	}
	for _, test := range tests {
		root := test.v.XSDType().Root
		doc := "<" + root + " xmlns='" + fixture.Space + "'>" + test.in + "</" + root + ">"
		for _, mode := range []struct {
			name, want string
			read       func(v xsdbind.Struct) error
			places     bool
		}{
			{"strict", test.strict, func(v xsdbind.Struct) error { return xsdbind.UnmarshalXML([]byte(doc), v, xsdbind.Strict()) }, true},
			{"lenient", test.lenient, func(v xsdbind.Struct) error { return xsdbind.UnmarshalXML([]byte(doc), v) }, true},
			{"encoding/xml", test.lenient, func(v xsdbind.Struct) error { return xml.Unmarshal([]byte(doc), v) }, false},
		} {
			v := blank(test.v)
			err := mode.read(v)
			switch {
			case err == nil && mode.want == "":
				if out, err := xsdbind.MarshalXML(v); err != nil && !strings.Contains(err.Error(), "the schema allows one of them") {
					t.Errorf("%s: %s: written again: %v\n%s", mode.name, doc, err, out)
				}
			case err == nil:
				t.Errorf("%s: %s: no error, want %s", mode.name, doc, mode.want)
			case mode.want == "":
				t.Errorf("%s: %s: %v", mode.name, doc, err)
			case mode.places && !strings.HasPrefix(err.Error(), mode.want), mode.places && !strings.HasSuffix(mode.want, " ") && err.Error() != mode.want:
				t.Errorf("%s: %s\n got %v\nwant %s", mode.name, doc, err, mode.want)
			case strings.Contains(err.Error(), "hunter2"):
				t.Errorf("the secret is in the error: %v", err)
			}
		}
	}
}
