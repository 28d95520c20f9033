package xmltext_test

import (
	"encoding/xml"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

var seeds = []string{
	`<a/>`,
	"\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- b -->\r\n<a xmlns=\"u\" xmlns:p='v' p:x=\"&lt;1&#x20;\" y=\"2\t3\">\r\n  <p:b>c&amp;<![CDATA[d<]]>e</p:b ><?f g?>\n</a>\n",
	`<EntityReferences xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Ref UID="urn:veeam:Vm:1" Name="é" xsi:type="Ref"/></EntityReferences>`,
	`<a>&#0;</a>`, `<a>]]></a>`, `<a b="<"/>`, `<a><b></a></b>`, `<p:a xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`,
	`<?xml version="1.1" standalone='yes'?><a/>`, "<a>\xC3\x28</a>", "<a>\uFFFE</a>", `<a><!-- -- --></a>`, `<a><?xml?></a>`, "<a>12345678\r</a>", `<a xml:lang="en" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`,
	`<xmlns xmlns="u"/>`, "<\u00E9 \u00E9='\U0001F600'/>", `<a b='"' c="'">"'</a>`, `<a ></a >`, `<a b = "c"/>`,
}

// What this package accepts encoding/xml accepts with the same tokens, and the other way round, but for the differences listed;
// a reader and encoding/xml's tokens give the same as bytes.
func FuzzDecoder(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	for _, tt := range refusals {
		if len(tt.doc) < 1000 {
			f.Add(tt.doc)
		}
	}
	for _, tt := range acceptances {
		f.Add(tt.doc)
	}
	f.Fuzz(func(t *testing.T, doc string) { compare(t, doc) })
}

func TestAgainstEncodingXML(t *testing.T) {
	for _, doc := range seeds {
		compare(t, doc)
	}
	g := &generator{Rand: rand.New(rand.NewPCG(5, 6))}
	for range 200 {
		doc := g.document()
		compare(t, doc)
		// One byte changed, cut or doubled: both must see it.
		for range 10 {
			b := []byte(doc)
			switch i := g.IntN(len(b)); g.IntN(4) {
			case 0:
				b[i] = byte(g.IntN(256))
			case 1:
				b = append(b[:i], b[i+1:]...)
			case 2:
				b = append(b[:i+1], b[i:]...)
			case 3:
				b[i] = "<>&'\"/!?-]=: \r\n\x00"[g.IntN(16)]
			}
			compare(t, string(b))
		}
	}
}

// What the encoder writes is read back as it was given, by this package and by encoding/xml; what it refuses is no XML.
func FuzzRoundTrip(f *testing.F) {
	f.Add("u", "a", "v", "b", "value", "text", true)
	f.Add("", "a", "", "b", "<>&\"'\t\r\n", "]]>\r\n", false)
	f.Add("http://www.w3.org/XML/1998/namespace", "é", "http://www.w3.org/2001/XMLSchema-instance", "nil", "é\uFFFD", "\U0001F600", true)
	f.Add("a&\"<", "x", "\t", "y", "\x01", "\xFF", false)
	f.Add("u", "a:b", "v", "1", "", "", true)
	f.Fuzz(func(t *testing.T, space, local, attrSpace, attrLocal, value, text string, child bool) {
		e := xmltext.NewEncoder(nil)
		e.StartElement(space, local)
		e.Attr(attrSpace, attrLocal, value)
		if child {
			e.TextElement(space, local, text)
			e.TextElement(attrSpace, attrLocal, "")
		}
		e.Text(text)
		e.EndElement()
		out, err := e.Finish()
		if err != nil {
			return
		}
		d := xmltext.NewBytesDecoder(out, nil)
		expect := func(k xmltext.Kind, space, local, text string) {
			t.Helper()
			if k == xmltext.Text && text == "" {
				return
			}
			got, err := d.Next()
			if err != nil || got != k || d.Space() != space || string(d.Local()) != local || string(d.Text()) != text {
				t.Fatalf("%v {%s}%s %q (%v), want %v {%s}%s %q in\n%s", got, d.Space(), d.Local(), d.Text(), err, k, space, local, text, out)
			}
		}
		expect(xmltext.StartElement, space, local, "")
		a := d.Attrs()
		if len(a) != 1 || a[0].Space != attrSpace || string(a[0].Local) != attrLocal || string(a[0].Value) != value {
			t.Fatalf("attributes %q, want {%s}%s=%q in\n%s", a, attrSpace, attrLocal, value, out)
		}
		if child {
			expect(xmltext.StartElement, space, local, "")
			expect(xmltext.Text, "", "", text)
			expect(xmltext.EndElement, space, local, "")
			expect(xmltext.StartElement, attrSpace, attrLocal, "")
			expect(xmltext.EndElement, attrSpace, attrLocal, "")
		}
		expect(xmltext.Text, "", "", text)
		expect(xmltext.EndElement, space, local, "")
		expect(xmltext.EndDocument, "", "", "")
		var any struct {
			XMLName xml.Name
		}
		if err := xml.Unmarshal(out, &any); err != nil && !explained(nil, err) {
			t.Fatalf("encoding/xml: %v in\n%s", err, out)
		}
	})
}

// A document that is read token by token and written again is the same document, indented or not.
func FuzzRewrite(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		want, err := dump(xmltext.NewBytesDecoder([]byte(doc), nil))
		if err != nil {
			return
		}
		d := xmltext.NewBytesDecoder([]byte(doc), nil)
		e := xmltext.NewEncoder(nil)
		for k := xmltext.Kind(0); k != xmltext.EndDocument; {
			if k, err = d.Next(); err != nil {
				t.Fatal(err)
			}
			switch k {
			case xmltext.StartElement:
				e.StartElement(d.Space(), string(d.Local()))
				for _, a := range d.Attrs() {
					e.AttrBytes(a.Space, string(a.Local), a.Value)
				}
			case xmltext.Text:
				e.TextBytes(d.Text())
			case xmltext.EndElement:
				e.EndElement()
			}
		}
		out, err := e.Finish()
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		got, err := dump(xmltext.NewBytesDecoder(out, nil))
		if err != nil {
			t.Fatalf("%q, written as %q: %v", doc, out, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q, written as %q (-want +got):\n%s", doc, out, diff)
		}
		// So is the captured root.
		d.Reset([]byte(doc), nil)
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
		captured, err := d.Capture()
		if err != nil {
			t.Fatal(err)
		}
		if got, err = dump(xmltext.NewBytesDecoder([]byte(captured), nil)); err != nil || got != want {
			t.Fatalf("%q, captured as %q: %v\n%s", doc, captured, err, cmp.Diff(want, got))
		}
	})
}
