package xmltext_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

// A mode is a way to get a document into a decoder.
type mode struct {
	name string
	open func(t testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error)
}

var byteModes = []mode{
	{"bytes", func(_ testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error) {
		return xmltext.NewBytesDecoder([]byte(doc), o), nil
	}},
	{"reader", func(_ testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error) {
		return xmltext.NewDecoder(strings.NewReader(doc), o), nil
	}},
	{"one byte", func(_ testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error) {
		return xmltext.NewDecoder(iotest.OneByteReader(strings.NewReader(doc)), o), nil
	}},
	{"data and error", func(_ testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error) {
		return xmltext.NewDecoder(iotest.DataErrReader(iotest.HalfReader(strings.NewReader(doc))), o), nil
	}},
}

var tokenMode = mode{"tokens", openTokens}

// openTokens reads to the root's start tag by encoding/xml.
func openTokens(_ testing.TB, doc string, o *xmltext.Options) (*xmltext.Decoder, error) {
	src := xml.NewDecoder(strings.NewReader(doc))
	for {
		tok, err := src.Token()
		if err != nil {
			return nil, err
		}
		if s, ok := tok.(xml.StartElement); ok {
			return xmltext.NewTokenDecoder(src, s, o), nil
		}
	}
}

var allModes = append(byteModes[:len(byteModes):len(byteModes)], tokenMode)

// dump writes the tokens that remain, one a line, the current one first if there is one.
func dump(d *xmltext.Decoder) (string, error) {
	return dumpWith(d, func(value []byte) string { return string(value) })
}

// dumpWith does so with the attribute values as f makes them.
func dumpWith(d *xmltext.Decoder, f func([]byte) string) (string, error) {
	var b strings.Builder
	k := d.Kind()
	for {
		if k == 0 {
			var err error
			if k, err = d.Next(); err != nil {
				return b.String(), err
			}
		}
		switch k {
		case xmltext.StartElement:
			fmt.Fprintf(&b, "start %s", xmltext.Name{Space: f([]byte(d.Space())), Local: string(d.Local())})
			for _, a := range d.Attrs() {
				fmt.Fprintf(&b, " %s=%q", xmltext.Name{Space: f([]byte(a.Space)), Local: string(a.Local)}, f(a.Value))
			}
			b.WriteByte('\n')
		case xmltext.EndElement:
			fmt.Fprintf(&b, "end %s\n", xmltext.Name{Space: f([]byte(d.Space())), Local: string(d.Local())})
		case xmltext.Text:
			fmt.Fprintf(&b, "text %q\n", d.Text())
		case xmltext.EndDocument:
			return b.String(), nil
		}
		k = 0
	}
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func TestTokens(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"empty element", `<a/>`, lines("start a", "end a")},
		{"empty pair", `<a></a >`, lines("start a", "end a")},
		{"attributes", "<a x='1' y = \"2\"\n z='\"'/>", lines(`start a x="1" y="2" z="\""`, "end a")},
		{"text", `<a>b<c/>d</a>`, lines("start a", `text "b"`, "start c", "end c", `text "d"`, "end a")},
		{"references", `<a x="&lt;&gt;&amp;&apos;&quot;&#65;&#x42;&#xe9;">&lt;&gt;&amp;&apos;&quot;&#65;&#x042;&#x1F600;</a>`,
			lines(`start a x="<>&'\"ABé"`, `text "<>&'\"AB😀"`, "end a")},
		{"one text", `<a>b<!-- c -->d<![CDATA[<e>&f;]]>g<?h i?>&#106;</a>`, lines("start a", `text "bd<e>&f;gj"`, "end a")},
		{"comments only", `<a><!-- b --><?c?><![CDATA[]]></a>`, lines("start a", "end a")},
		{"comment, then text in one piece", `<a><!-- b -->c</a>`, lines("start a", `text "c"`, "end a")},
		{"line ends", "<a>\r\nb\rc\n\r\n<![CDATA[\r\nd\re]]>&#13;\r</a>", lines("start a", `text "\nb\nc\n\n\nd\ne\r\n"`, "end a")},
		{"brackets", `<a>] ]] ]>b]]</a>`, lines("start a", `text "] ]] ]>b]]"`, "end a")},
		{"brackets in values", `<a b="]]>"/>`, lines(`start a b="]]>"`, "end a")},
		{"non-ASCII", "<élan name='Ünïcode — 漢字 😀 \u0085'>Ünïcode — 漢字 😀</élan>",
			lines("start élan name=\"Ünïcode — 漢字 😀 \\u0085\"", `text "Ünïcode — 漢字 😀"`, "end élan")},
		{"around the root", "\uFEFF<?xml version='1.0' encoding='utf-8' standalone=\"yes\" ?>\n<!-- b -->\n<?c d?>\n<a/>\n<!-- e --><?f?>\r\n",
			lines("start a", "end a")},
		{"default namespace", `<a xmlns="u"><b xmlns=""><c/></b><d x=""/></a>`,
			lines("start {u}a", "start b", "start c", "end c", "end b", `start {u}d x=""`, "end {u}d", "end {u}a")},
		{"prefixes", `<p:a p:x="1" x="2" xml:lang="en" xmlns:p="u"><q:b xmlns:q="v" q:x="3"><p:c xmlns:p="w"/></q:b><p:d/></p:a>`,
			lines(`start {u}a {u}x="1" x="2" {http://www.w3.org/XML/1998/namespace}lang="en"`, `start {v}b {v}x="3"`,
				"start {w}c", "end {w}c", "end {v}b", "start {u}d", "end {u}d", "end {u}a")},
		{"xml declared", `<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:space="preserve"/>`,
			lines(`start a {http://www.w3.org/XML/1998/namespace}space="preserve"`, "end a")},
		{"long text", "<a>" + strings.Repeat("0123456789", 2000) + "</a>", lines("start a", fmt.Sprintf("text %q", strings.Repeat("0123456789", 2000)), "end a")},
		{"text of eight", "<a>12345678<b>\t\t\t\t\n\n\n\n        </b></a>", lines("start a", `text "12345678"`, "start b", `text "\t\t\t\t\n\n\n\n        "`, "end b", "end a")},
	}
	for _, tt := range tests {
		for _, m := range allModes {
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, err := m.open(t, tt.doc, nil)
				if err != nil {
					t.Fatal(err)
				}
				got, err := dump(d)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("tokens (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestValueNormalisation(t *testing.T) {
	const doc = "<a x=' 1\t2\n3\r4\r\n5\r\r\n&#9;&#10;&#13;&#32; '/>"
	for _, m := range byteModes {
		t.Run(m.name, func(t *testing.T) {
			d, _ := m.open(t, doc, nil)
			if _, err := d.Next(); err != nil {
				t.Fatal(err)
			}
			if got, want := string(d.Attrs()[0].Value), " 1 2 3 4 5  \t\n\r  "; got != want {
				t.Errorf("value %q, want %q", got, want)
			}
		})
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct {
		name, doc, place, msg string
	}{
		{"nothing", "", "1:1", "unexpected end of the document before the root element"},
		{"space only", " \n ", "2:2", "before the root element"},
		{"no root", "<?xml version='1.0'?><!-- a -->", "1:32", "before the root element"},
		{"unclosed", "<a>\n<b></b>", "2:8", "in <a>, which is not closed"},
		{"unclosed, text", "<a>\nb", "2:2", "in <a>, which is not closed"},
		{"unclosed tag", "<a", "1:3", "in a name"},
		{"unclosed attribute", "<a b='c", "1:8", "in an attribute value"},
		{"unclosed attribute, reference", "<a b='c&amp;", "1:13", "in an attribute value"},
		{"unclosed attribute, carriage return", "<a b='c\r", "1:9", "in an attribute value"},
		{"end after name", "<a b", "1:5", "in a name"},
		{"end after name and space", "<a b ", "1:6", "in a start tag"},
		{"end after =", "<a b=", "1:6", "in a start tag"},
		{"end in tag", "<a ", "1:4", "in a start tag"},
		{"end after slash", "<a/", "1:4", "in a start tag"},
		{"end in end tag", "<a></a ", "1:8", "in an end tag"},
		{"end after <", "<a><", "1:5", "in <a>"},
		{"end after < in text", "<a>b<", "1:6", "in <a>"},
		{"end after < outside", "<", "1:2", "outside of the root element"},
		{"end after </", "<a></", "1:6", "in a name"},
		{"end in CDATA", "<a><![CDATA[b]]", "1:16", "in a CDATA section"},
		{"end in CDATA start", "<a><![CDA", "1:10", "in markup that begins with <!"},
		{"end in comment", "<a><!-- b -", "1:12", "in a comment"},
		{"end in comment, dashes", "<a><!-- b --", "1:13", "in a comment"},
		{"end in instruction", "<a><?b c?", "1:10", "in a processing instruction"},
		{"end in declaration", "<?xml version='1.0'", "1:20", "in the XML declaration"},
		{"mismatch", "<a>\n <b>\n </c></a>", "3:2", "the end tag </c> where </b> should be"},
		{"mismatched prefix", "<p:a xmlns:p='u' xmlns:q='u'></q:a>", "1:30", "the end tag </q:a> where </p:a> should be"},
		{"end tag first", "</a>", "1:1", "an end tag without a start tag"},
		{"end tag last", "<a></a></a>", "1:8", "an end tag without a start tag"},
		{"junk in end tag", "<a></a b>", "1:8", "'b' in the end tag </a>"},
		{"second root", "<a/>\n<b/>", "2:1", "a second root element"},
		{"text before", "x<a/>", "1:1", "text ('x') before the root element"},
		{"text after", "<a/>\n…", "2:1", "text ('…') after the root element"},
		{"reference after", "<a/>&#32;", "1:5", "text ('&') after the root element"},
		{"CDATA before", "<![CDATA[ ]]><a/>", "1:1", "a CDATA section outside of the root element"},
		{"second mark", "\uFEFF\uFEFF<a/>", "1:4", "before the root element"},
		{"empty name", "<a>< b/></a>", "1:5", "' ' where an element name after < should be"},
		{"digit name", "<1a/>", "1:2", "'1' where an element name after < should be"},
		{"dash name", "<-a/>", "1:2", "'-' where"},
		{"second colon", "<p:a:b xmlns:p='u'/>", "1:5", "a second colon in a name"},
		{"leading colon", "<:a/>", "1:2", "':' where an element name after < should be"},
		{"trailing colon", "<p: xmlns:p='u'/>", "1:4", "' ' in a name, after the colon"},
		{"digit after colon", "<p:1 xmlns:p='u'/>", "1:4", "'1' in a name, after the colon"},
		{"bad name character", "<a×/>", "1:3", "'×' in a name"},
		{"bad name start", "<\u00B7a/>", "1:2", "in a name"},
		{"bad local start", "<p:\u00B7a xmlns:p='u'/>", "1:4", "in a name"},
		{"bad UTF-8 in name", "<a\xFFb/>", "1:3", "invalid UTF-8 (byte 0xFF)"},
		{"slash", "<a / >", "1:5", "' ' after / in a start tag"},
		{"attribute without value", "<a b>", "1:5", "'>' after the attribute name b, where = should be"},
		{"unquoted value", "<a b=c>", "1:6", "'c' where the quoted value of the attribute b should be"},
		{"no space between attributes", "<a b='c'd='e'/>", "1:9", "'d' in the start tag <a>, where white space should be"},
		{"attribute name", "<a 1='b'/>", "1:4", "'1' where an attribute name should be"},
		{"duplicate attribute", "<a\n x='1' x='2'/>", "1:1", "the attribute x occurs twice in <a>"},
		{"duplicate attribute by namespace", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "1:1", "the attribute x occurs twice in <a>"},
		{"duplicate among many", "<a" + manyAttrs(40) + " x7=''/>", "1:1", "the attribute x7 occurs twice in <a>"},
		{"duplicate declaration", "<a xmlns:p='u' xmlns:p='u'/>", "1:16", `the attribute "xmlns:p" occurs twice`},
		{"duplicate default declaration", "<a xmlns='u' xmlns='v'/>", "1:14", "the attribute xmlns occurs twice"},
		{"undeclared prefix", "<p:a/>", "1:2", `the prefix "p" is not declared`},
		{"undeclared attribute prefix", "<a><b p:x=''/></a>", "1:5", `the prefix "p" is not declared`},
		{"prefix out of scope", "<a><b xmlns:p='u'/><p:c/></a>", "1:21", `the prefix "p" is not declared`},
		{"prefix undeclared", "<a xmlns:p=''/>", "1:4", `the prefix "p" is bound to no namespace`},
		{"prefix xmlns", "<xmlns:a/>", "1:2", "the prefix xmlns is reserved"},
		{"declare xmlns", "<a xmlns:xmlns='u'/>", "1:4", "the prefix xmlns must not be declared"},
		{"declare xml", "<a xmlns:xml='u'/>", "1:4", "the prefix xml must not be bound to another namespace"},
		{"bind to xml", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "1:4", "only the prefix xml may be bound"},
		{"default xml", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "1:4", "only the prefix xml may be bound"},
		{"bind to xmlns", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", "1:4", "no prefix may be bound to the namespace"},
		{"bad UTF-8 in text", "<a>\nbc\xC3(</a>", "2:3", "invalid UTF-8 (byte 0xC3)"},
		{"bad UTF-8 after reference", "<a>&lt;\xC3(</a>", "1:8", "invalid UTF-8 (byte 0xC3)"},
		{"overlong UTF-8", "<a>\xC0\xAF</a>", "1:4", "invalid UTF-8 (byte 0xC0)"},
		{"surrogate in UTF-8", "<a>\xED\xA0\x80</a>", "1:4", "invalid UTF-8 (byte 0xED)"},
		{"cut UTF-8", "<a>\xE6\xBC", "1:4", "invalid UTF-8 (byte 0xE6)"},
		{"bad UTF-8 in value", "<a b='\xFF'/>", "1:7", "invalid UTF-8 (byte 0xFF)"},
		{"bad UTF-8 in value after reference", "<a b='&lt;\xFF'/>", "1:11", "invalid UTF-8 (byte 0xFF)"},
		{"bad UTF-8 in comment", "<a><!-- \xFF --></a>", "1:9", "invalid UTF-8 (byte 0xFF)"},
		{"bad UTF-8 in CDATA", "<a><![CDATA[\xFF]]></a>", "1:13", "invalid UTF-8 (byte 0xFF)"},
		{"bad UTF-8 in instruction", "<a><?b \xFF?></a>", "1:8", "invalid UTF-8 (byte 0xFF)"},
		{"control character in text", "<a>b\x00</a>", "1:5", "the character U+0000 is not allowed"},
		{"control character in value", "<a b='\x1F'/>", "1:7", "the character U+001F is not allowed"},
		{"control character in comment", "<a><!--\x01--></a>", "1:8", "the character U+0001 is not allowed"},
		{"control character in CDATA", "<a><![CDATA[\x0B]]></a>", "1:13", "the character U+000B is not allowed"},
		{"control character in instruction", "<a><?b \x0C?></a>", "1:8", "the character U+000C is not allowed"},
		{"noncharacter in text", "<a>\uFFFE</a>", "1:4", "the character U+FFFE is not allowed"},
		{"noncharacter in value", "<a b='\uFFFF'/>", "1:7", "the character U+FFFF is not allowed"},
		{"reference to zero", "<a>&#0;</a>", "1:4", "&#0; refers to no character that is allowed"},
		{"reference to control character", "<a>&#x1b;</a>", "1:4", "&#x1b; refers to no character"},
		{"reference to surrogate", "<a>&#xD800;</a>", "1:4", "&#xD800; refers to no character"},
		{"reference to noncharacter", "<a b='&#xFFFE;'/>", "1:7", "&#xFFFE; refers to no character"},
		{"reference beyond Unicode", "<a>&#x110000;</a>", "1:4", "&#x110000; refers to no character"},
		{"reference overflow", "<a>&#99999999999999999999;</a>", "1:4", "refers to no character"},
		{"reference without digits", "<a>&#;</a>", "1:4", "&#; refers to no character"},
		{"reference without hex digits", "<a>&#x;</a>", "1:4", "&#x; refers to no character"},
		{"reference with X", "<a>&#X41;</a>", "1:4", "&#X41; refers to no character"},
		{"reference with wrong digits", "<a>&#4a;</a>", "1:4", "&#4a; refers to no character"},
		{"reference without semicolon", "<a>&lt </a>", "1:4", "' ' where ; should be"},
		{"reference without end", "<a>&lt", "1:7", "in a reference"},
		{"ampersand", "<a>b & c</a>", "1:6", "'&' that begins no reference"},
		{"empty reference", "<a>&;</a>", "1:4", "&; is no reference"},
		{"undeclared entity", "<a>&nbsp;</a>", "1:4", "the entity nbsp is not declared"},
		{"undeclared entity in value", "<a b='&copy;'/>", "1:7", "the entity copy is not declared"},
		{"< in value", "<a b='c<d'/>", "1:8", "'<' in an attribute value"},
		{"]]> in text", "<a>b]]>c</a>", "1:5", "]]> in text"},
		{"]]> in text after bracket", "<a>]]]></a>", "1:5", "]]> in text"},
		{"-- in comment", "<a><!-- b -- c --></a>", "1:11", "-- in a comment"},
		{"---> in comment", "<a><!-- b ---></a>", "1:11", "-- in a comment"},
		{"bad markup", "<a><!b></a>", "1:4", "<! that begins neither a comment nor a CDATA section"},
		{"bad CDATA", "<a><![cdata[b]]></a>", "1:4", "<! that begins neither"},
		{"instruction without target", "<a><? b?></a>", "1:6", "' ' where the target of a processing instruction should be"},
		{"instruction with colon", "<a><?b:c?></a>", "1:6", "a colon in the target b:c"},
		{"instruction, junk after target", "<a><?b+c?></a>", "1:7", "'+' after the target b"},
		{"late declaration", " <?xml version='1.0'?><a/>", "1:2", "an XML declaration that is not at the document's very beginning"},
		{"late declaration, inside", "<a><?xml version='1.0'?></a>", "1:4", "an XML declaration that is not at the"},
		{"reserved target", "<?XML version='1.0'?><a/>", "1:3", "the target XML of a processing instruction is reserved"},
		{"declaration without version", "<?xml ?><a/>", "1:7", "an XML declaration without version"},
		{"declaration, encoding first", "<?xml encoding='utf-8'?><a/>", "1:7", "the XML declaration holds version, encoding and standalone, in this order"},
		{"declaration, wrong order", "<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>", "1:37", "in this order"},
		{"declaration, version twice", "<?xml version='1.0' version='1.0'?><a/>", "1:21", "in this order"},
		{"declaration, no space", "<?xml version='1.0'encoding='utf-8'?><a/>", "1:20", "in this order"},
		{"declaration, no =", "<?xml version '1.0'?><a/>", "1:15", "no = after version"},
		{"declaration, not quoted", "<?xml version=1.0?><a/>", "1:15", "the value of version in the XML declaration is not quoted"},
		{"declaration, no quote", "<?xml version='1.0?><a/>", "1:15", "the value of version in the XML declaration has no end"},
		{"declaration without end", "<?xml version='1.0'" + strings.Repeat(" ", 2000) + "<a/>", "1:1", "an XML declaration without end"},
		{"version 2", "<?xml version='2.0'?><a/>", "1:15", `XML version "2.0": only 1.x is supported`},
		{"version 1.", "<?xml version='1.'?><a/>", "1:15", "only 1.x is supported"},
		{"version 1.x", "<?xml version='1.x'?><a/>", "1:15", "only 1.x is supported"},
		{"standalone", "<?xml version='1.0' standalone='maybe'?><a/>", "1:32", `standalone "maybe"`},
	}
	for _, tt := range tests {
		for _, m := range byteModes {
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, _ := m.open(t, tt.doc, nil)
				_, err := dump(d)
				checkSyntaxError(t, err, tt.place, tt.msg)
				if _, again := d.Next(); again != err {
					t.Errorf("the next call returns %v, not the same error", again)
				}
				if d.Kind() != 0 {
					t.Errorf("current token after an error: %v", d.Kind())
				}
			})
		}
	}
}

// checkSyntaxError checks the place, as line:column, and a part of the message of a syntax error.
func checkSyntaxError(t *testing.T, err error, place, msg string) {
	t.Helper()
	var syntax *xmltext.SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("error %v (%T), want a SyntaxError with %q", err, err, msg)
	}
	if !strings.Contains(syntax.Msg, msg) {
		t.Errorf("message %q, want %q in it", syntax.Msg, msg)
	}
	if got := fmt.Sprintf("%d:%d", syntax.Line, syntax.Column); got != place {
		t.Errorf("place %s, want %s (%s)", got, place, syntax.Msg)
	}
}

func manyAttrs(n int) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, " x%d=''", i)
	}
	return b.String()
}
