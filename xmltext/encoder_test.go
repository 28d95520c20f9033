package xmltext_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

func TestEncoder(t *testing.T) {
	tests := []struct {
		name  string
		opt   *xmltext.EncodeOptions
		write func(e *xmltext.Encoder)
		want  string
	}{
		{"empty", nil, func(e *xmltext.Encoder) { e.TextElement("", "a", "") }, `<a/>`},
		{"namespaces", nil, func(e *xmltext.Encoder) {
			e.StartElement("u", "a")
			e.TextElement("u", "b", "c")
			e.StartElement("v", "d")
			e.TextElement("u", "e", "")
			e.TextElement("v", "f", "")
			e.EndElement()
			e.TextElement("", "g", "")
			e.EndElement()
		}, `<a xmlns="u"><b>c</b><d xmlns="v"><e xmlns="u"/><f/></d><g xmlns=""/></a>`},
		{"attributes", nil, func(e *xmltext.Encoder) {
			e.StartElement("", "a")
			e.Attr("", "x", `<>&"'`+"\t\r\n")
			e.AttrBytes("", "y", []byte("é"))
			e.AttrInt("", "i", -1)
			e.AttrUint("", "u", 1)
			e.AttrBool("", "b", true)
			e.AttrFloat("", "f", 1.5, 64)
			e.Attr("", "z", "")
			e.EndElement()
		}, `<a x="&lt;>&amp;&#34;'&#x9;&#xD;&#xA;" y="é" i="-1" u="1" b="true" f="1.5" z=""/>`},
		{"prefixes", nil, func(e *xmltext.Encoder) {
			e.StartElement("", "a")
			e.Declare("p", "v")
			e.Declare("p", "v")
			e.Attr(xmltext.SpaceXSI, "nil", "true")
			e.Attr("u", "x", "1")
			e.Attr("v", "x", "2")
			e.Attr(xmltext.SpaceXML, "lang", "en")
			e.StartElement("", "b")
			e.Attr("u", "x", "3")
			e.Attr("w", "x", "4")
			e.Attr(xmltext.SpaceXSI, "nil", "false")
			e.EndElement()
			e.StartElement("", "c")
			e.Declare("ns1", "other")
			e.Attr("u", "x", "5")
			e.EndElement()
			e.StartElement("", "d")
			e.Declare("xsi", "other")
			e.Attr(xmltext.SpaceXSI, "nil", "1")
			e.EndElement()
			e.EndElement()
		}, `<a xmlns:p="v" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true" xmlns:ns1="u" ns1:x="1" p:x="2" xml:lang="en">` +
			`<b ns1:x="3" xmlns:ns2="w" ns2:x="4" xsi:nil="false"/>` +
			`<c xmlns:ns1="other" xmlns:ns2="u" ns2:x="5"/>` +
			`<d xmlns:xsi="other" xmlns:ns2="http://www.w3.org/2001/XMLSchema-instance" ns2:nil="1"/></a>`},
		{"text", nil, func(e *xmltext.Encoder) {
			e.StartElement("", "a")
			e.Text("<>&\"'\t\r\n]]>")
			e.Text("")
			e.TextBytes([]byte("é"))
			e.Int(-1)
			e.Uint(2)
			e.Bool(false)
			e.Float(0.1, 32)
			e.Float(math.Inf(1), 64)
			e.Float(math.Inf(-1), 64)
			e.Float(math.NaN(), 64)
			e.EndElement()
		}, "<a>&lt;&gt;&amp;\"'\t&#xD;\n]]&gt;é-12false0.1INF-INFNaN</a>"},
		{"raw", nil, func(e *xmltext.Encoder) {
			e.StartElement("u", "a")
			e.Raw(`<b xmlns="u" c="d"/>`)
			e.Raw(`<b xmlns=""><c xmlns="u"/></b>`)
			e.Raw(`<p:b xmlns:p="u"/>`)
			e.EndElement()
		}, `<a xmlns="u"><b c="d"/><b xmlns=""><c xmlns="u"/></b><p:b xmlns:p="u"/></a>`},
		{"raw root", nil, func(e *xmltext.Encoder) { e.Raw(`<b xmlns="">c</b>`) }, `<b>c</b>`},
		{"element of xml", nil, func(e *xmltext.Encoder) {
			e.StartElement("u", "a")
			e.StartElement(xmltext.SpaceXML, "b")
			e.TextElement("u", "c", "")
			e.EndElement()
			e.EndElement()
		}, `<a xmlns="u"><xml:b><c/></xml:b></a>`},
		{"declaration", &xmltext.EncodeOptions{Declaration: true}, func(e *xmltext.Encoder) { e.TextElement("", "a", "") },
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>"},
		{"indentation", &xmltext.EncodeOptions{Indent: "  ", Declaration: true}, func(e *xmltext.Encoder) {
			e.StartElement("u", "a")
			e.TextElement("u", "b", "c")
			e.StartElement("u", "d")
			e.Attr("", "x", ">")
			e.TextElement("v", "e", "")
			e.EndElement()
			e.StartElement("u", "mixed")
			e.TextElement("u", "f", "")
			e.StartElement("u", "g")
			e.TextElement("u", "h", "")
			e.EndElement()
			e.Text("i")
			e.EndElement()
			e.Raw("<j xmlns=\"u\">\n <k/></j>")
			e.StartElement("u", "l")
			e.EndElement()
			e.EndElement()
		}, `<?xml version="1.0" encoding="UTF-8"?>
<a xmlns="u">
  <b>c</b>
  <d x=">">
    <e xmlns="v"/>
  </d>
  <mixed><f/><g><h/></g>i</mixed>
  <j>
 <k/></j>
  <l/>
</a>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := xmltext.NewEncoder(tt.opt)
			for range 2 { // the second time after Reset
				tt.write(e)
				got, err := e.Finish()
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, string(got)); diff != "" {
					t.Errorf("document (-want +got):\n%s", diff)
				}
				if _, err := dump(xmltext.NewBytesDecoder(got, nil)); err != nil {
					t.Errorf("what was written is not well-formed: %v", err)
				}
				e.Reset()
			}
		})
	}
}

func TestEncoderErrors(t *testing.T) {
	in := func(f func(e *xmltext.Encoder)) func(e *xmltext.Encoder) {
		return func(e *xmltext.Encoder) {
			e.StartElement("", "a")
			f(e)
			e.EndElement()
		}
	}
	tests := []struct {
		name  string
		write func(e *xmltext.Encoder)
		want  string
	}{
		{"nothing", func(e *xmltext.Encoder) {}, "there is no root element"},
		{"unclosed", func(e *xmltext.Encoder) { e.StartElement("", "a"); e.StartElement("", "b") }, "<b> is not closed"},
		{"end without start", func(e *xmltext.Encoder) { e.EndElement() }, "an end tag without a start tag"},
		{"second root", func(e *xmltext.Encoder) { e.TextElement("", "a", ""); e.TextElement("", "b", "") }, "a second root element"},
		{"second root, raw", func(e *xmltext.Encoder) { e.TextElement("", "a", ""); e.Raw("<b/>") }, "a second root element"},
		{"text outside", func(e *xmltext.Encoder) { e.Text("a") }, "text outside of the root element"},
		{"number outside", func(e *xmltext.Encoder) { e.Int(1) }, "text outside of the root element"},
		{"empty name", func(e *xmltext.Encoder) { e.StartElement("", "") }, `"" is no element name`},
		{"name with colon", func(e *xmltext.Encoder) { e.StartElement("", "a:b") }, `"a:b" is no element name`},
		{"name with digit", func(e *xmltext.Encoder) { e.StartElement("", "1") }, `"1" is no element name`},
		{"name with ×", func(e *xmltext.Encoder) { e.StartElement("", "a×") }, `"a×" is no element name`},
		{"name with bad UTF-8", func(e *xmltext.Encoder) { e.StartElement("", "a\xFF") }, `is no element name`},
		{"namespace xmlns", func(e *xmltext.Encoder) { e.StartElement(xmltext.SpaceXMLNS, "a") }, "no element or attribute may be in the namespace"},
		{"namespace with control character", func(e *xmltext.Encoder) { e.StartElement("\x01", "a") }, "U+0001"},
		{"attribute name", in(func(e *xmltext.Encoder) { e.Attr("", "b c", "") }), `in <a>: "b c" is no attribute name`},
		{"attribute xmlns", in(func(e *xmltext.Encoder) { e.Attr("", "xmlns", "u") }), `"xmlns" is no attribute name`},
		{"attribute twice", in(func(e *xmltext.Encoder) { e.Attr("", "b", ""); e.Attr("", "b", "") }), "the attribute b occurs twice"},
		{"attribute after text", in(func(e *xmltext.Encoder) { e.Text("b"); e.Attr("", "c", "") }), "an attribute that does not follow a start tag"},
		{"attribute after child", in(func(e *xmltext.Encoder) { e.TextElement("", "b", ""); e.AttrInt("", "c", 1) }), "an attribute that does not follow"},
		{"attribute outside", func(e *xmltext.Encoder) { e.Attr("", "a", "") }, "an attribute that does not follow a start tag"},
		{"attribute value", in(func(e *xmltext.Encoder) { e.Attr("", "b", "\x02") }), "in <a>: attribute b: the character U+0002 is not allowed"},
		{"attribute value, UTF-8", in(func(e *xmltext.Encoder) { e.AttrBytes("", "b", []byte("\xC3(")) }), "invalid UTF-8 (byte 0xC3)"},
		{"attribute namespace", in(func(e *xmltext.Encoder) { e.Attr(xmltext.SpaceXMLNS, "b", "") }), "no element or attribute may be in the namespace"},
		{"text character", in(func(e *xmltext.Encoder) { e.Text("\uFFFE") }), "U+FFFE"},
		{"text UTF-8", in(func(e *xmltext.Encoder) { e.TextBytes([]byte("é\xFF")) }), "invalid UTF-8 (byte 0xFF)"},
		{"surrogate", in(func(e *xmltext.Encoder) { e.Text("\xED\xA0\x80") }), "invalid UTF-8 (byte 0xED)"},
		{"prefix", in(func(e *xmltext.Encoder) { e.Declare("1", "u") }), `"1" is no prefix`},
		{"prefix xml", in(func(e *xmltext.Encoder) { e.Declare("xml", "u") }), "cannot be bound"},
		{"prefix xmlns", in(func(e *xmltext.Encoder) { e.Declare("xmlns", "u") }), "cannot be bound"},
		{"prefix for xml", in(func(e *xmltext.Encoder) { e.Declare("p", xmltext.SpaceXML) }), "cannot be bound"},
		{"prefix for nothing", in(func(e *xmltext.Encoder) { e.Declare("p", "") }), `the prefix "p" is bound to no namespace`},
		{"prefix twice", in(func(e *xmltext.Encoder) { e.Declare("p", "u"); e.Declare("p", "v") }), `the prefix "p" is declared twice`},
		{"prefix after text", in(func(e *xmltext.Encoder) { e.Text("x"); e.Declare("p", "u") }), "a declaration that does not follow a start tag"},
		{"raw, not well-formed", in(func(e *xmltext.Encoder) { e.Raw("<b>") }), "raw XML: line 1, column 4: unexpected end"},
		{"raw, not at all", in(func(e *xmltext.Encoder) { e.Raw("b") }), "raw XML: line 1, column 1: text"},
		{"raw, undeclared prefix", in(func(e *xmltext.Encoder) { e.Raw("<p:b/>") }), `the prefix "p" is not declared`},
		{"raw, declaration", in(func(e *xmltext.Encoder) { e.Raw("<?xml version='1.0'?><b/>") }), "it does not begin with a start tag"},
		{"raw, comment first", in(func(e *xmltext.Encoder) { e.Raw("<!-- x --><b/>") }), "it does not begin with a start tag"},
		{"raw, two", in(func(e *xmltext.Encoder) { e.Raw("<b/><c/>") }), "a second root element"},
		{"raw, space after", in(func(e *xmltext.Encoder) { e.Raw("<b/> ") }), "something follows the element"},
		{"raw, comment after", in(func(e *xmltext.Encoder) { e.Raw("<b/><!-- x -->") }), "something follows the element"},
		{"indentation", func(e *xmltext.Encoder) { *e = *xmltext.NewEncoder(&xmltext.EncodeOptions{Indent: "x"}) }, "is not of spaces and tabs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := xmltext.NewEncoder(nil)
			tt.write(e)
			first := e.Err()
			before := string(e.Bytes())
			if first != nil {
				// Nothing is written after an error.
				e.StartElement("", "more")
				e.Attr("", "x", "")
				e.Declare("p", "u")
				e.Text("text")
				e.Int(1)
				e.Raw("<x/>")
				e.EndElement()
				if got := string(e.Bytes()); got != before {
					t.Errorf("written after an error: %q", strings.TrimPrefix(got, before))
				}
			}
			_, err := e.Finish()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if first != nil && err != first {
				t.Errorf("Finish returns %v, Err %v", err, first)
			}
			e.Reset()
			if tt.name != "indentation" && e.Err() != nil {
				t.Errorf("error after Reset: %v", e.Err())
			}
		})
	}
}

func TestEncoderFail(t *testing.T) {
	e := xmltext.NewEncoder(nil)
	first := errors.New("first")
	e.StartElement("", "a")
	e.Fail(first)
	e.Fail(errors.New("second"))
	e.EndElement()
	if _, err := e.Finish(); err != first || e.Err() != first {
		t.Errorf("error %v, want the first", err)
	}
}

// Values of every length and with every character in every place come back as they were.
func TestEncoderValues(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for _, c := range []string{"&", "<", ">", "\"", "'", "\t", "\n", "\r", "]]>", "é", "\u007f", "\U0001F600", " ", "\uFFFD"} {
				s := strings.Repeat("x", at) + c + strings.Repeat("y", length-at-1)
				e := xmltext.NewEncoder(nil)
				e.StartElement("", "a")
				e.Attr("", "b", s)
				e.Text(s)
				e.EndElement()
				out, err := e.Finish()
				if err != nil {
					t.Fatal(err)
				}
				got, err := dump(xmltext.NewBytesDecoder(out, nil))
				if want := lines(fmt.Sprintf("start a b=%q", s), fmt.Sprintf("text %q", s), "end a"); err != nil || got != want {
					t.Fatalf("%v\n%s\nwant\n%s\nin\n%s", err, got, want, out)
				}
			}
		}
	}
}
