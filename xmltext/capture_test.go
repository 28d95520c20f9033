package xmltext_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

// captureAt captures the first element with the local name.
func captureAt(t testing.TB, d *xmltext.Decoder, local string) string {
	t.Helper()
	for k := d.Kind(); ; {
		if k == xmltext.StartElement && string(d.Local()) == local {
			s, err := d.Capture()
			if err != nil {
				t.Fatal(err)
			}
			if d.Kind() != xmltext.EndElement || string(d.Local()) != local {
				t.Fatalf("after Capture: %v %s", d.Kind(), d.Local())
			}
			return s
		}
		var err error
		if k, err = d.Next(); err != nil {
			t.Fatal(err)
		}
		if k == xmltext.EndDocument {
			t.Fatalf("no <%s>", local)
		}
	}
}

const xsi = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

func TestCapture(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"no namespace", `<r><e a='1'>b</e></r>`, `<e xmlns="" a="1">b</e>`},
		{"inherited namespace", `<r xmlns="u"><e><f/><g></g></e></r>`, `<e xmlns="u"><f/><g/></e>`},
		{"prefixed namespace", `<p:r xmlns:p="u"><p:e><p:f/><g/></p:e></p:r>`, `<e xmlns="u"><f/><g xmlns=""/></e>`},
		{"other namespaces inside", `<r xmlns="u"><e><f xmlns="v"><g/></f><h/></e></r>`, `<e xmlns="u"><f xmlns="v"><g/></f><h/></e>`},
		{"root", `<e xmlns="u"/>`, `<e xmlns="u"/>`},
		{"unused prefix", `<r xmlns:p="v"><e xmlns:q="w"/></r>`, `<e xmlns=""/>`},
		{"attribute prefix", `<r xmlns:p="v"><e p:a="1" b="2" p:c="3"><f p:d=""/></e></r>`, `<e xmlns="" xmlns:p="v" p:a="1" b="2" p:c="3"><f p:d=""/></e>`},
		{"prefix declared inside", `<r><e><f xmlns:p="v" p:a="1"/><g/></e></r>`, `<e xmlns=""><f xmlns:p="v" p:a="1"/><g/></e>`},
		{"prefix declared again", `<r xmlns:p="v"><e p:a="1"><f xmlns:p="w" p:a="2"/><g p:a="3"/></e></r>`,
			`<e xmlns="" xmlns:p="v" p:a="1"><f xmlns:p="w" p:a="2"/><g p:a="3"/></e>`},
		{"xsi:type", `<r xmlns="u" ` + xsi + ` xmlns:p="v"><e xsi:type="p:T">x</e></r>`, `<e xmlns="u" xmlns:p="v" ` + xsi + ` xsi:type="p:T">x</e>`},
		{"QName in text", `<r xmlns:p="v" xmlns:q="w"><e><f> p:x q:1 r:x</f></e></r>`, `<e xmlns="" xmlns:p="v"><f> p:x q:1 r:x</f></e>`},
		{"QName in text, declared inside", `<r><e><f xmlns:p="v"><g>p:x</g></f></e></r>`, `<e xmlns=""><f xmlns:p="v"><g>p:x</g></f></e>`},
		{"siblings", `<r><e><f xmlns:p="v"/><f xmlns:p="w" p:a=""/><f xmlns:p="x">p:y</f></e></r>`,
			`<e xmlns=""><f/><f xmlns:p="w" p:a=""/><f xmlns:p="x">p:y</f></e>`},
		{"address is no QName", `<r xmlns:http="v"><e>http://x</e></r>`, `<e xmlns="">http://x</e>`},
		{"xml:lang", `<r><e xml:lang="en"/></r>`, `<e xmlns="" xml:lang="en"/>`},
		{"element of xml", `<r xmlns="u"><e><xml:f><g/></xml:f></e></r>`, `<e xmlns="u"><xml:f><g/></xml:f></e>`},
		{"escapes", `<r><e a="&lt;&amp;&quot;'>&#9;&#10;&#13;">&lt;&amp;"'&gt;&#13;` + "\n\t</e></r>",
			`<e xmlns="" a="&lt;&amp;&#34;'>&#x9;&#xA;&#xD;">&lt;&amp;"'&gt;&#xD;` + "\n\t</e>"},
		{"white space, comments, CDATA", "<r><e>\n <!-- c --><f><![CDATA[<]]></f>\n</e></r>", "<e xmlns=\"\">\n <f>&lt;</f>\n</e>"},
		{"two prefixes, one namespace", `<r xmlns:p="v"><e xmlns:q="v" p:a="1" q:b="2"/></r>`, `<e xmlns="" xmlns:p="v" p:a="1" p:b="2"/>`},
		{"namespace to escape", `<r xmlns="a&amp;b" xmlns:p="&quot;"><e p:a=""/></r>`, `<e xmlns="a&amp;b" xmlns:p="&#34;" p:a=""/>`},
	}
	for _, tt := range tests {
		for _, m := range allModes {
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, err := m.open(t, tt.doc, nil)
				if err != nil {
					t.Fatal(err)
				}
				got := captureAt(t, d, "e")
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("captured (-want +got):\n%s", diff)
				}
				// What was captured is the same again.
				if again := captureAt(t, xmltext.NewBytesDecoder([]byte(got), nil), "e"); again != got {
					t.Errorf("captured again:\n%s\nfirst:\n%s", again, got)
				}
			})
		}
	}
}
