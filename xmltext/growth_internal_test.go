package xmltext

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Looking up prefixes, declaring them and comparing attributes takes steps in proportion to the document (by n log n where
// attributes are sorted), with every limit lifted: whoever writes the document cannot make a
// small one dear, neither by the number of names nor by names that are alike.
func TestStepsGrowWithTheDocument(t *testing.T) {
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprintf("%06d", i)))
		}
		return b.String()
	}
	shapes := []struct {
		name    string
		doc     func(n int) string
		refused bool // at the document's end
	}{
		{"declarations", func(n int) string { return "<a" + repeat(n, " xmlns:p#='u#'") + "/>" }, false},
		{"declarations of one namespace", func(n int) string { return "<a" + repeat(n, " xmlns:p#='u'") + "/>" }, false},
		{"prefixes of elements", func(n int) string {
			return "<a" + repeat(n, " xmlns:p#='u#'") + ">" + repeat(n, "<p#:b/>") + "</a>"
		}, false},
		{"prefixes of attributes", func(n int) string {
			return "<a" + repeat(n, " xmlns:p#='u#'") + repeat(n, " p#:b=''") + "/>"
		}, false},
		{"long prefixes that are alike", func(n int) string {
			long := strings.Repeat("p", 1000)
			return "<a" + repeat(n, " xmlns:"+long+"#='u#'") + ">" + repeat(n, "<"+long+"#:b/>") + "</a>"
		}, false},
		{"nested declarations", func(n int) string {
			return repeat(n, "<p#:a xmlns:p#='u#'>") + strings.Repeat("<p000000:b/>", n) + close(n, "p%06d:a")
		}, false},
		{"nested declarations of one prefix", func(n int) string {
			return repeat(n, "<p:a xmlns:p='u#'>") + strings.Repeat("<p:b/>", n) + close(n, "p:a")
		}, false},
		{"declarations one after the other", func(n int) string {
			return "<a" + repeat(40, " xmlns:q#='v#'") + ">" + repeat(n, "<p#:b xmlns:p#='u#'/>") + "</a>"
		}, false},
		{"attributes", func(n int) string { return "<a" + repeat(n, " b#=''") + "/>" }, false},
		{"attributes whose names share a bit", func(n int) string { return "<a" + repeat(n, " b#c=''") + "/>" }, false},
		{"attributes of one local name", func(n int) string {
			return "<a" + repeat(n, " xmlns:p#='"+strings.Repeat("u", 100)+"#'") + repeat(n, " p#:b=''") + "/>"
		}, false},
		{"a duplicate at the end", func(n int) string { return "<a" + repeat(n, " b#=''") + " b000000=''/>" }, true},
		{"an undeclared prefix at the end", func(n int) string {
			return "<a" + repeat(n, " xmlns:p#='u#'") + ">" + repeat(n, "<p#:b/>") + "<q:b/></a>"
		}, true},
		{"a duplicate declaration at the end", func(n int) string { return "<a" + repeat(n, " xmlns:p#='u#'") + " xmlns:p000000='u'/>" }, true},
		{"a few attributes of one local name, again and again", func(n int) string {
			return "<a" + repeat(30, " xmlns:p#='u#'") + ">" + strings.Repeat("<a"+repeat(30, " p#:b=''")+"/>", n) + "</a>"
		}, false},
	}
	o := &Options{MaxDepth: -1, MaxSize: -1, MaxToken: -1, MaxAttrs: -1, MaxNamespaces: -1}
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			steps := func(n int) int64 {
				d := NewBytesDecoder([]byte(s.doc(n)), o)
				for {
					k, err := d.Next()
					if (err != nil) != s.refused && (err != nil || k == EndDocument) {
						t.Fatalf("%v, %v", k, err)
					}
					if err != nil || k == EndDocument {
						return d.steps
					}
				}
			}
			small, large := steps(500), steps(4000)
			t.Logf("%d steps for 500, %d for 4000", small, large)
			// n log n would be 10.7 times as many, n² 64 times.
			if large > 12*small+1000 {
				t.Errorf("%d steps for 500, %d for 4000: more than in proportion", small, large)
			}
			if size := len(s.doc(4000)); large > 2*int64(size) {
				t.Errorf("%d steps for %d bytes", large, size)
			}
		})
	}
}

func close(n int, format string) string {
	var b strings.Builder
	for i := n - 1; i >= 0; i-- {
		name := format
		if strings.Contains(format, "%") {
			name = fmt.Sprintf(format, i)
		}
		b.WriteString("</" + name + ">")
	}
	return b.String()
}

// The index comes and goes with the number of bindings, and says the same as looking through all of them.
func TestSpaceIndex(t *testing.T) {
	var b strings.Builder
	const depth = 40
	for i := range depth {
		fmt.Fprintf(&b, "<a xmlns:p%d='u%d' xmlns:q='v%d' xmlns:r%d='w'>", i%25, i%7, i, i)
	}
	for range depth {
		b.WriteString("<b/></a>")
	}
	d := NewBytesDecoder([]byte(b.String()), nil)
	indexed, plain := 0, 0
	for {
		k, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if k == EndDocument {
			break
		}
		if d.index != nil {
			indexed++
		} else {
			plain++
		}
		for i := len(d.binds) - 1; i >= 0; i-- {
			bind := &d.binds[i]
			first, innermost := i, i
			for k := range d.binds {
				if d.binds[k].space == bind.space {
					first = min(first, k)
				}
				if string(d.binds[k].prefix) == string(bind.prefix) {
					innermost = max(innermost, k)
				}
			}
			if bind.id != first || d.idOf(bind.space) != first {
				t.Fatalf("namespace %q of binding %d: id %d, idOf %d, want %d", bind.space, i, bind.id, d.idOf(bind.space), first)
			}
			if got := d.bound(bind.prefix); got != innermost || bind.hidden != (innermost != i) {
				t.Fatalf("prefix %q of binding %d: bound %d (want %d), hidden %v", bind.prefix, i, got, innermost, bind.hidden)
			}
		}
		if d.index != nil && (len(d.index.prefixes) > len(d.binds) || len(d.index.spaces) > len(d.binds)) {
			t.Fatalf("%d prefixes and %d namespaces in the index of %d bindings", len(d.index.prefixes), len(d.index.spaces), len(d.binds))
		}
		if d.idOf("no such namespace") != -1 || d.bound([]byte("nosuch")) != -1 {
			t.Fatal("found what is not there")
		}
	}
	if indexed == 0 || plain == 0 {
		t.Errorf("%d tokens with an index, %d without: both are meant to occur", indexed, plain)
	}
	if d.index != nil {
		t.Error("an index of no bindings")
	}
}

// A namespace is declared once in a document and repeated in each captured element: that may not make a small document large.
func TestCaptureAddsLittle(t *testing.T) {
	long := strings.Repeat("u", 8000)
	var prefixes, uses strings.Builder
	for i := range 100 {
		fmt.Fprintf(&prefixes, " xmlns:p%d='%s%d'", i, long, i)
		fmt.Fprintf(&uses, " p%d:x", i)
	}
	for name, doc := range map[string]string{
		"elements":   "<r xmlns:p='" + long + "'><e>" + strings.Repeat("<p:a/><b/>", 20000) + "</e></r>",
		"qualified":  "<r" + prefixes.String() + ">" + strings.Repeat("<e>"+uses.String()+"</e>", 200) + "</r>",
		"attributes": "<r" + prefixes.String() + ">" + strings.Repeat("<e><f p1:x='' p2:x='' p3:x=''/></e>", 5000) + "</r>",
	} {
		t.Run(name, func(t *testing.T) {
			o := &Options{MaxToken: 1 << 20}
			d := NewBytesDecoder([]byte(doc), o)
			total := 0
			var err error
			for err == nil && d.Kind() != EndDocument {
				if _, err = d.Next(); err == nil && string(d.Local()) == "e" && d.Kind() == StartElement {
					var s string
					s, err = d.Capture()
					total += len(s)
				}
			}
			if !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "namespaces repeated in more than") {
				t.Fatalf("error %v after %d bytes captured of %d, want ErrLimit", err, total, len(doc))
			}
			if most := 1<<20 + maxAdded*len(doc) + 2*len(doc); total > most {
				t.Errorf("%d bytes captured of %d, promised less than %d", total, len(doc), most)
			}
			t.Logf("%d bytes of a document, %d captured before the limit", len(doc), total)
		})
	}
	// What a newer server adds to a long list is no attack.
	doc := "<r xmlns='http://www.veeam.com/ent/v1.0'>" + strings.Repeat("<i><e/></i>", 100000) + "</r>"
	d := NewBytesDecoder([]byte(doc), &Options{MaxToken: 4096})
	n := 0
	for d.Kind() != EndDocument {
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
		if string(d.Local()) == "e" && d.Kind() == StartElement {
			if _, err := d.Capture(); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	if n != 100000 {
		t.Errorf("%d elements captured", n)
	}
}

// Tokens of encoding/xml bring namespaces that nothing in sight declares.
func TestTokensOfManyNamespaces(t *testing.T) {
	attrs := func(n, size int) []xml.Attr {
		var all []xml.Attr
		for i := range n {
			all = append(all, xml.Attr{Name: xml.Name{Space: strings.Repeat("u", size) + fmt.Sprint(i), Local: "a"}})
		}
		return all
	}
	open := func(a []xml.Attr, o *Options) *Decoder {
		return NewTokenDecoder(tokenList{}, xml.StartElement{Name: xml.Name{Local: "r"}, Attr: a}, o)
	}
	if d := open(attrs(100, 5000), nil); d.err != nil {
		t.Error(d.err)
	}
	if d := open(append(attrs(100, 5000), attrs(1, 5000)...), nil); d.err == nil || !strings.Contains(d.err.Error(), "occurs twice") {
		t.Errorf("a duplicate: error %v", d.err)
	}
	if d := open(attrs(1, 8192), nil); !errors.Is(d.err, ErrLimit) {
		t.Errorf("a long namespace: error %v", d.err)
	}
	d := NewTokenDecoder(tokenList{}, xml.StartElement{Name: xml.Name{Space: strings.Repeat("u", 8193), Local: "r"}}, nil)
	if !errors.Is(d.err, ErrLimit) {
		t.Errorf("a long namespace of an element: error %v", d.err)
	}
	d = open(attrs(300, 5), nil)
	if _, err := d.Capture(); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "more than 256 namespace declarations in scope") {
		t.Errorf("Capture: error %v, want ErrLimit", err)
	}
}

type tokenList []xml.Token

func (tokenList) Token() (xml.Token, error) { return xml.EndElement{Name: xml.Name{Local: "r"}}, nil }
