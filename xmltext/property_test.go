package xmltext_test

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

// A generator writes random well-formed documents: nested namespaces, prefixes declared and declared again, QNames in
// values and text, white space, comments, CDATA sections and references.
type generator struct {
	*rand.Rand
	b     strings.Builder
	scope []map[string]string // prefix → namespace, in scope of the open elements
	fixed map[string]string   // prefix → namespace in documents where a prefix never changes its meaning
	left  int
}

var (
	somePrefixes = []string{"p", "q", "xsi", "ns1", "é"}
	someSpaces   = []string{"u", "v", "http://www.veeam.com/ent/v1.0", xmltext.SpaceXSI, "a&b"}
	someNames    = []string{"a", "Name", "VmRef", "é", "x-1.y"}
	someTexts    = []string{"text", " ", "\n  ", "&lt;&amp;&#xE9;", "<![CDATA[<&]]>", "<!-- c -->", "<?t d?>", "a]]b", "漢字", "http://x:80/", "1:2", "&#13;\r\n", ">"}
)

func pick[T any](g *generator, s []T) T { return s[g.IntN(len(s))] }

func (g *generator) document() string {
	g.b.Reset()
	g.left = 30
	g.scope, g.fixed = nil, nil
	if g.IntN(2) == 0 {
		g.fixed = map[string]string{}
		for _, p := range somePrefixes {
			g.fixed[p] = pick(g, someSpaces)
		}
	}
	if g.IntN(2) == 0 {
		g.b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	}
	g.element()
	return g.b.String()
}

func (g *generator) bound() (prefixes []string) {
	for _, p := range somePrefixes {
		if g.scope[len(g.scope)-1][p] != "" {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// qname is a QName whose prefix is in scope, or looks it.
func (g *generator) qname() string {
	if p := g.bound(); len(p) > 0 {
		return pick(g, p) + ":" + pick(g, someNames)
	}
	return "unbound:name"
}

func (g *generator) element() {
	g.left--
	scope := map[string]string{}
	if n := len(g.scope); n > 0 {
		for p, s := range g.scope[n-1] {
			scope[p] = s
		}
	}
	g.scope = append(g.scope, scope)
	var attrs []string
	for _, p := range somePrefixes {
		if g.IntN(6) == 0 {
			if scope[p] = pick(g, someSpaces); g.fixed != nil {
				scope[p] = g.fixed[p]
			}
			attrs = append(attrs, fmt.Sprintf("xmlns:%s='%s'", p, strings.ReplaceAll(scope[p], "&", "&amp;")))
		}
	}
	switch g.IntN(8) {
	case 0:
		attrs = append(attrs, "xmlns=''")
	case 1:
		attrs = append(attrs, `xmlns="`+strings.ReplaceAll(pick(g, someSpaces), "&", "&amp;")+`"`)
	}
	name := pick(g, someNames)
	if p := g.bound(); len(p) > 0 && g.IntN(2) == 0 {
		name = pick(g, p) + ":" + name
	}
	used := map[string]bool{}
	for range g.IntN(4) {
		space, attr := "", pick(g, someNames)
		key := attr
		switch p := g.bound(); {
		case len(p) > 0 && g.IntN(2) == 0:
			prefix := pick(g, p)
			space = scope[prefix]
			key = prefix + ":" + attr
		case g.IntN(8) == 0:
			space, key, attr = xmltext.SpaceXML, "xml:lang", "lang"
		}
		if expanded := "{" + space + "}" + attr; !used[expanded] {
			used[expanded] = true
			value := pick(g, []string{"", "v", "a&#10;b", "&quot;&lt;", "&#x9;", "a > b", g.qname(), " " + g.qname() + " "})
			attrs = append(attrs, key+`="`+value+`"`)
		}
	}
	g.Shuffle(len(attrs), func(i, k int) { attrs[i], attrs[k] = attrs[k], attrs[i] })
	g.b.WriteString("<" + name)
	for _, a := range attrs {
		g.b.WriteString(pick(g, []string{" ", "\n ", "  "}) + a)
	}
	if g.IntN(5) == 0 {
		g.b.WriteString("/>")
	} else {
		g.b.WriteString(">")
		for range g.IntN(6) {
			switch {
			case g.left > 0 && g.IntN(2) == 0:
				g.element()
			case g.IntN(4) == 0:
				g.b.WriteString(g.qname())
			default:
				g.b.WriteString(pick(g, someTexts))
			}
		}
		g.b.WriteString("</" + name + pick(g, []string{"", " "}) + ">")
	}
	g.scope = g.scope[:len(g.scope)-1]
}

// meaning is dump with the namespaces of the QNames in values and text. It reads the element that starts at the current token.
func meaning(d *xmltext.Decoder) (string, error) {
	var b strings.Builder
	qnames := func(s []byte) {
		for _, f := range strings.Fields(string(s)) {
			if p, _, ok := strings.Cut(f, ":"); ok && p != "" {
				if space, ok := d.Lookup([]byte(p)); ok {
					fmt.Fprintf(&b, " %s→%s", p, space)
				}
			}
		}
	}
	for depth := d.Depth(); ; {
		switch d.Kind() {
		case xmltext.StartElement:
			fmt.Fprintf(&b, "start %s", xmltext.Name{Space: d.Space(), Local: string(d.Local())})
			for _, a := range d.Attrs() {
				fmt.Fprintf(&b, " %s=%q", xmltext.Name{Space: a.Space, Local: string(a.Local)}, a.Value)
				qnames(a.Value)
			}
		case xmltext.Text:
			fmt.Fprintf(&b, "text %q", d.Text())
			qnames(d.Text())
		case xmltext.EndElement:
			if b.WriteString("end"); d.Depth() == depth {
				return b.String(), nil
			}
		}
		b.WriteByte('\n')
		if _, err := d.Next(); err != nil {
			return "", err
		}
	}
}

// toElement reads to the n-th start tag.
func toElement(t *testing.T, d *xmltext.Decoder, n int) bool {
	t.Helper()
	for k := d.Kind(); ; {
		if k == xmltext.StartElement {
			if n == 0 {
				return true
			}
			n--
		}
		var err error
		if k, err = d.Next(); err != nil {
			t.Fatal(err)
		}
		if k == xmltext.EndDocument {
			return false
		}
	}
}

// Whatever way a document comes in, its tokens are the same, each of its elements is captured in the
// same words, and what is captured means what the document means.
func TestCaptureProperty(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2))}
	elements := 0
	for range 300 {
		doc := g.document()
		first, err := dump(xmltext.NewBytesDecoder([]byte(doc), nil))
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		for _, m := range allModes[1:] {
			d, err := m.open(t, doc, nil)
			if err != nil {
				t.Fatalf("%s: %v in\n%s", m.name, err, doc)
			}
			got, err := dump(d)
			if err != nil {
				t.Fatalf("%s: %v in\n%s", m.name, err, doc)
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Fatalf("%s: tokens (-bytes +%s):\n%s\nof\n%s", m.name, m.name, diff, doc)
			}
		}
		for n := 0; ; n++ {
			d := xmltext.NewBytesDecoder([]byte(doc), nil)
			if !toElement(t, d, n) {
				break
			}
			elements++
			want, err := meaning(d)
			if err != nil {
				t.Fatal(err)
			}
			captured := ""
			for _, m := range allModes {
				if m.name == "one byte" && n > 3 {
					continue
				}
				d, _ := m.open(t, doc, nil)
				toElement(t, d, n)
				got, err := d.Capture()
				if err != nil {
					t.Fatal(err)
				}
				if m.name == "bytes" {
					captured = got
				} else if got != captured {
					t.Fatalf("element %d by %s:\n%s\nby bytes:\n%s\nof\n%s", n, m.name, got, captured, doc)
				}
			}
			d = xmltext.NewBytesDecoder([]byte(captured), nil)
			toElement(t, d, 0)
			got, err := meaning(d)
			if err != nil {
				t.Fatalf("captured element is not well-formed: %v\n%s", err, captured)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("element %d means something else when captured (-want +got):\n%s\n%s\nof\n%s", n, diff, captured, doc)
			}
			// An element captured and spliced into another document means the same there, and is captured in the same
			// words unless a declaration that was dropped had hidden another.
			e := xmltext.NewEncoder(nil)
			e.StartElement("u", "outer")
			e.Raw(captured)
			e.EndElement()
			out, err := e.Finish()
			if err != nil {
				t.Fatal(err)
			}
			d = xmltext.NewBytesDecoder(out, nil)
			toElement(t, d, 1)
			again, err := d.Capture()
			if err != nil || again != captured && g.fixed != nil {
				t.Fatalf("captured again from\n%s\n%v\n%s\nfirst:\n%s", out, err, again, captured)
			}
			d.Reset([]byte(again), nil)
			toElement(t, d, 0)
			if got, err := meaning(d); err != nil || got != want {
				t.Fatalf("captured again (%v), it means\n%s\nnot\n%s", err, got, want)
			}
		}
	}
	if elements < 1000 {
		t.Errorf("only %d elements tried", elements)
	}
}

// Indentation adds white space between elements and changes nothing else.
func TestIndentProperty(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(3, 4))}
	for range 300 {
		d := xmltext.NewBytesDecoder([]byte(g.document()), nil)
		toElement(t, d, 0)
		captured, err := d.Capture()
		if err != nil {
			t.Fatal(err)
		}
		e := xmltext.NewEncoder(&xmltext.EncodeOptions{Indent: "  "})
		e.Raw(captured)
		out, err := e.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := unindented(t, string(out)), unindented(t, captured); got != want {
			t.Fatalf("indented:\n%s\nfrom\n%s", out, captured)
		}
		if err := xml.Unmarshal(out, new(any)); err != nil {
			t.Fatalf("encoding/xml: %v\n%s", err, out)
		}
	}
}

// unindented is the dump of a document without the white space texts of elements without other text.
func unindented(t *testing.T, doc string) string {
	t.Helper()
	all, err := dump(xmltext.NewBytesDecoder([]byte(doc), nil))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(all) {
		if text, ok := strings.CutPrefix(line, "text "); ok && strings.Trim(text, "\" \n\\") == "n" {
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}
