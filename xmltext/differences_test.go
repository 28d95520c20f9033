package xmltext_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

// The differences between this package and encoding/xml (strict, as it is by default) that are known and meant.
// The fuzz target knows no others.

// refusals: what encoding/xml accepts and this package refuses, by our message.
var refusals = []struct {
	name, doc string
	msg       string // regular expression
	why       string
}{
	{"nothing", ``, `before the root element`, "a document has a root element"},
	{"second root", `<a/><b/>`, `a second root element`, "a document has one root element"},
	{"text outside", `<a/>b`, `text \(.*\) (before|after) the root element`, "characters stand in elements; encoding/xml returns them, references and all"},
	{"CDATA outside", `<![CDATA[a]]><b/>`, `CDATA section outside of the root`, "as above"},
	{"duplicate attribute", `<a b="" b=""/>`, `the attribute .* occurs twice`, "XML 1.0, 3.1: unique attributes"},
	{"duplicate declaration", `<a xmlns="u" xmlns="v"/>`, `the attribute .* occurs twice`, "as above"},
	{"no space between attributes", `<a b=""c=""/>`, `where white space should be`, "XML 1.0, production 40"},
	{"undeclared prefix", `<p:a/>`, `the prefix ".*" is not declared`, "Namespaces, 5; encoding/xml takes the prefix for the namespace"},
	{"undeclaring a prefix", `<a xmlns:p=""/>`, `is bound to no namespace`, "Namespaces 1.0, 5"},
	{"reserved prefixes", `<a xmlns:xmlns="u"/>`, `the prefix xml(ns)? (must not be|is reserved)|only the prefix xml may|no prefix may be bound`, "Namespaces, 3"},
	{"colons", `<a:/>`, `in a name, after the colon|where (an element|an attribute|the target).* should be`, "Namespaces, 4: a name has at most one colon, inside; encoding/xml takes it as a part of the local name"},
	{"name start after a colon", `<p:-a xmlns:p="u"/>`, `in a name`, "Namespaces, 4: a local name begins like a name"},
	{"colon in a target", `<?a:b?><c/>`, `a colon in the target`, "Namespaces, 7"},
	{"DTD", `<!DOCTYPE a><a/>`, `document type declaration`, "refused for safety; encoding/xml returns it unread"},
	{"other directives", `<a><!b></a>`, `<! that begins neither`, "XML 1.0, production 43"},
	{"characters in comments and instructions", "<!--\x01--><a/>", `the character U\+.* is not allowed|invalid UTF-8`, "XML 1.0, production 2: everywhere"},
	{"target", `<?a?b?><c/>`, `after the target`, "XML 1.0, production 16: white space after the target"},
	{"XML declaration elsewhere", ` <?xml version="1.0"?><a/>`, `an XML declaration that is not at the document's very beginning`, "XML 1.0, 2.8"},
	{"reserved target", `<?XML?><a/>`, `of a processing instruction is reserved`, "XML 1.0, production 17"},
	{"XML declaration's form", `<?xml encoding="UTF-8"?><a/>`, `XML declaration|standalone|encoding "|XML version`, "XML 1.0, production 23; encoding/xml looks for version= and encoding= anywhere"},
	{"references to surrogates", `<a>&#xD800;</a>`, `refers to no character that is allowed`, "XML 1.0, 4.1; encoding/xml reads U+FFFD"},
	{"UTF-16", "\x00<a/>", `looks like UTF-16`, "said plainly rather than as a forbidden character"},
	{"limits", `<a>` + strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1001), `nested more than|more than \d+`, "limits of Options"},
}

// acceptances: what this package accepts and encoding/xml refuses, by its message.
var acceptances = []struct {
	name, doc string
	msg       string
	why       string
}{
	{"version", `<?xml version="1.1"?><a/>`, `unsupported version`, "XML 1.0, fifth edition, 2.8: 1.x is read as 1.0"},
	{"US-ASCII", `<?xml version="1.0" encoding="US-ASCII"?><a/>`, `encoding ".*" declared but Decoder.CharsetReader is nil`, "a part of UTF-8"},
	{"names", "<\u2C00/>", `invalid XML name|expected (element|attribute|target) name`, "encoding/xml has the name characters of the fourth edition, this package those of the fifth"},
}

func TestDifferences(t *testing.T) {
	for _, tt := range refusals {
		t.Run("refused/"+tt.name, func(t *testing.T) {
			if _, err := theirs(tt.doc); err != nil && tt.name != "UTF-16" {
				t.Errorf("encoding/xml refuses it too: %v. This is no difference any more", err)
			}
			_, err := dump(xmltext.NewBytesDecoder([]byte(tt.doc), nil))
			if err == nil || !regexp.MustCompile(tt.msg).MatchString(err.Error()) {
				t.Errorf("error %v, want %s", err, tt.msg)
			}
		})
	}
	for _, tt := range acceptances {
		t.Run("accepted/"+tt.name, func(t *testing.T) {
			if _, err := dump(xmltext.NewBytesDecoder([]byte(tt.doc), nil)); err != nil {
				t.Error(err)
			}
			if _, err := theirs(tt.doc); err == nil || !regexp.MustCompile(tt.msg).MatchString(err.Error()) {
				t.Errorf("encoding/xml: error %v, want %s", err, tt.msg)
			}
		})
	}
}

// Where both accept a document they see the same tokens, but for this: encoding/xml keeps line ends and tabs in attribute values
// (and namespaces), and never puts an element called xmlns into a namespace.
func sameTokens(ours, theirs string) bool {
	return ours == theirs || strings.Contains(ours, "xmlns")
}

// theirs is dump by encoding/xml, with white space in attribute values made comparable by spaced.
func theirs(doc string) (string, error) {
	src := xml.NewDecoder(strings.NewReader(doc))
	var b, text strings.Builder
	depth := 0
	for {
		tok, err := src.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		if c, ok := tok.(xml.CharData); ok {
			if depth > 0 {
				text.Write(c)
			}
			continue
		}
		name := func(n xml.Name) string { return xmltext.Name{Space: spaced(n.Space), Local: n.Local}.String() }
		flush := func() {
			if text.Len() > 0 {
				fmt.Fprintf(&b, "text %q\n", text.String())
				text.Reset()
			}
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			flush()
			fmt.Fprintf(&b, "start %s", name(tok.Name))
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					fmt.Fprintf(&b, " %s=%q", name(a.Name), spaced(a.Value))
				}
			}
			b.WriteByte('\n')
			depth++
		case xml.EndElement:
			flush()
			fmt.Fprintf(&b, "end %s\n", name(tok.Name))
			depth--
		}
	}
}

var spaces = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

func spaced(s string) string { return spaces.Replace(s) }

// ours is dump with white space in attribute values made comparable.
func ours(d *xmltext.Decoder) (string, error) {
	return dumpWith(d, func(value []byte) string { return spaced(string(value)) })
}

// explained reports whether a document that only one of the two accepts is one of the differences above.
func explained(ourErr, theirErr error) bool {
	if ourErr != nil {
		for _, r := range refusals {
			if regexp.MustCompile(r.msg).MatchString(ourErr.Error()) {
				return true
			}
		}
		return false
	}
	for _, a := range acceptances {
		if regexp.MustCompile(a.msg).MatchString(theirErr.Error()) {
			return true
		}
	}
	return false
}

// compare holds one document against encoding/xml and the ways in against each other.
func compare(t *testing.T, doc string) {
	got, err := ours(xmltext.NewBytesDecoder([]byte(doc), nil))
	for _, m := range byteModes[1:] {
		d, _ := m.open(t, doc, nil)
		other, otherErr := ours(d)
		if diff := cmp.Diff(got, other); diff != "" {
			t.Fatalf("tokens (-bytes +%s) of %q:\n%s", m.name, doc, diff)
		}
		if fmt.Sprint(err) != fmt.Sprint(otherErr) {
			t.Fatalf("errors by bytes and %s of %q:\n%v\n%v", m.name, doc, err, otherErr)
		}
	}
	want, theirErr := theirs(doc)
	switch {
	case (err == nil) != (theirErr == nil):
		if !explained(err, theirErr) {
			t.Fatalf("%q: error %v, encoding/xml's %v", doc, err, theirErr)
		}
	case err == nil && !sameTokens(got, want):
		t.Fatalf("tokens of %q (-encoding/xml +ours):\n%s", doc, cmp.Diff(want, got))
	}
	if err != nil {
		return
	}
	if theirErr != nil || strings.Contains(got, "xmlns") {
		return
	}
	// Over encoding/xml's tokens the same comes out.
	d, openErr := openTokens(t, doc, nil)
	if openErr != nil {
		t.Fatal(openErr)
	}
	byTokens, tokErr := ours(d)
	if tokErr != nil || byTokens != got {
		t.Fatalf("tokens of %q (-bytes +encoding/xml's tokens; %v):\n%s", doc, tokErr, cmp.Diff(got, byTokens))
	}
}
