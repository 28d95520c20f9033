package canonical

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// typing is a Typing for tests: names of children map to types.
type typing struct {
	value       Value
	elementOnly bool
	attrs       map[string]Value
	children    map[string]*typing
	spellings   map[string]string
}

func (t *typing) Spelling(local string) string {
	if s, ok := t.spellings[local]; ok {
		return s
	}
	return local
}

func (t *typing) Child(n Name) (Typing, bool) {
	c, ok := t.children[n.Local]
	return c, ok
}
func (t *typing) Attr(n Name) Value { return t.attrs[n.Local] }
func (t *typing) Value() Value      { return t.value }
func (t *typing) ElementOnly() bool { return t.elementOnly }

var testType = &typing{
	elementOnly: true,
	attrs:       map[string]Value{"n": Number},
	children: map[string]*typing{
		"Flag":  {value: Boolean},
		"Count": {value: Number},
		"When":  {value: Token},
		"Name":  {value: Text},
		"List":  {elementOnly: true},
	},
	spellings: map[string]string{"Flagg": "Flag"},
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name, want, got string
		diff            []string
	}{
		{"same", `<a xmlns="u"><b/>x</a>`, `<a xmlns="u"><b/>x</a>`, nil},
		{"prefix, comments, order of attributes, white space", `<?xml version="1.0"?><!-- c --><a xmlns="u" x="1" y="2"> <b/> </a>`, `<p:a xmlns:p="u" y="2" x="1"><!-- d --><p:b></p:b><?pi?></p:a>`, nil},
		{"text around a comment is one", `<a>x<!-- c -->y</a>`, `<a>xy</a>`, nil},
		{"CDATA", `<a><![CDATA[<&>]]></a>`, `<a>&lt;&amp;&gt;</a>`, nil},
		{"namespace", `<a xmlns="u"/>`, `<a/>`, []string{"/a: want element {u}a, got a"}},
		{"child's namespace", `<a xmlns="u"><b/></a>`, `<a xmlns="u"><b xmlns=""/></a>`, []string{"/a: want {u}b as child 1, got b"}},
		{"order", `<a><b/><c/></a>`, `<a><c/><b/></a>`, []string{"/a: want b as child 1, got c"}},
		{"lost element", `<a><b/><c/></a>`, `<a><b/></a>`, []string{"/a: lost: <c>"}},
		{"one too many", `<a><b/></a>`, `<a><b/><b/></a>`, []string{"/a: got too much: <b>"}},
		{"lost attribute", `<a><b x="1"/></a>`, `<a><b/></a>`, []string{"/a/b[1]: lost: attribute x"}},
		{"attribute's namespace", `<a p:x="1" xmlns:p="u"/>`, `<a x="1"/>`, []string{"/a: lost: attribute {u}x", "/a: got too much: attribute x"}},
		{"attribute's value", `<a><b/><b x="1"/></a>`, `<a><b/><b x=" 1"/></a>`, []string{`/a/b[2]/@x: want "1", got " 1"`}},
		{"text", `<a><b>x</b></a>`, `<a><b>x </b></a>`, []string{`/a/b[1]: want text "x", got text "x "`}},
		{"text of white space is text where no element stands", `<a><b>  </b></a>`, `<a><b/></a>`, []string{`/a/b[1]: want text "  ", got text ""`}},
		{"text among elements", `<a>x<b/></a>`, `<a><b/></a>`, []string{`/a: want text "x", got <b>`}},
		{"xsi:type by expanded name", `<a xmlns:i="` + XSI + `" xmlns:p="u" i:type="p:T"/>`, `<a xmlns:x="` + XSI + `" xmlns="" xmlns:q="u" x:type="q:T"/>`, nil},
		{"xsi:type of another namespace", `<a xmlns:i="` + XSI + `" xmlns:p="u" i:type="p:T"/>`, `<a xmlns:i="` + XSI + `" xmlns:p="v" i:type="p:T"/>`, []string{`/a/@type: want "p:T", got "p:T"`}},
		{"xsi:nil is boolean", `<a xmlns:i="` + XSI + `" i:nil="1"/>`, `<a xmlns:i="` + XSI + `" i:nil="true"/>`, nil},
		{"typed values", `<r n="07"><Flag>1</Flag><Count> 1.50 </Count><When> 2024-01-01 </When></r>`, `<r n="7"><Flag>true</Flag><Count>1.5</Count><When>2024-01-01</When></r>`, nil},
		{"typed values that differ", `<r n="8"><Flag>0</Flag></r>`, `<r n="7"><Flag>true</Flag></r>`, []string{`/r/@n: want "8", got "7"`, `/r/Flag[1]: want text "0", got text "true"`}},
		{"text typed as text", `<r><Name>1</Name></r>`, `<r><Name>true</Name></r>`, []string{`/r/Name[1]: want text "1", got text "true"`}},
		{"white space in an empty list", "<r><List>\n</List></r>", `<r><List/></r>`, nil},
		{"another spelling", `<r><Flagg>1</Flagg></r>`, `<r><Flag>1</Flag></r>`, nil},
		{"another spelling, another value", `<r><Flagg>1</Flagg></r>`, `<r><Flag>0</Flag></r>`, []string{`/r/Flag[1]: want text "1", got text "0"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want, err := Parse([]byte(test.want))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse([]byte(test.got))
			if err != nil {
				t.Fatal(err)
			}
			var typ Typing
			if want.Name.Local == "r" {
				typ = testType
			}
			diff := Diff(want, got, typ)
			if d := cmp.Diff(test.diff, diff); d != "" {
				t.Errorf("differences (-want +got):\n%s", d)
			}
			if back := Diff(got, want, typ); (len(back) == 0) != (len(diff) == 0) {
				t.Errorf("the other way round: %q", back)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, doc := range []string{
		``, `x`, `<a>`, `<a/><b/>`, `<a/>x`, `<p:a/>`, `<a p:x=""/>`, `<a x="1" x="2"/>`,
		`<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>`, `<a></b>`, `<a>&nbsp;</a>`,
	} {
		if n, err := Parse([]byte(doc)); err == nil {
			t.Errorf("Parse(%q) = %v, no error", doc, n)
		}
	}
}

func TestWrite(t *testing.T) {
	const doc = "\ufeff" + `<a xmlns="u" xmlns:f="v" xmlns:i="` + XSI + `" x="&lt;&quot;&#10;" f:y="2" i:type="f:T"><b> é&amp;]]&gt; </b><f:c z="1"><d xmlns=""><f:e/></d></f:c><g xml:lang="en"/></a>`
	root, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	styles := []struct {
		style Style
		holds string
	}{
		{Style{}, ` xmlns="u"`},
		{Style{Prefix: "q", Space: "u"}, `<q:b> é`},
		{Style{Prefix: "q", Space: "u", Decoy: "urn:decoy"}, `xmlns="urn:decoy"`},
		{Style{Prefix: "f", Space: "u"}, `<f:a xmlns:f="u"`},
	}
	for _, s := range styles {
		out := Write(root, s.style)
		if !strings.Contains(string(out), s.holds) {
			t.Errorf("Write(%+v) = %s; want %s in it", s.style, out, s.holds)
		}
		back, err := Parse(out)
		if err != nil {
			t.Errorf("Write(%+v) = %s: %v", s.style, out, err)
			continue
		}
		if s.style.Prefix == "f" {
			// The prefix that xsi:type relied on is taken: the rest must hold.
			back.Attrs, root = back.Attrs[:2], root.Clone()
			root.Attrs = root.Attrs[:2]
		}
		if d := Diff(root, back, nil); d != nil {
			t.Errorf("Write(%+v) = %s: %q", s.style, out, d)
		}
	}
}
