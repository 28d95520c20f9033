package xmltext_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
)

func TestLimits(t *testing.T) {
	deep := strings.Repeat("<a>", 11) + strings.Repeat("</a>", 11)
	tests := []struct {
		name, doc string
		opt       xmltext.Options
		msg       string // "" where the limit is just kept
	}{
		{"depth", deep, xmltext.Options{MaxDepth: 10}, "elements nested more than 10 deep"},
		{"depth kept", deep, xmltext.Options{MaxDepth: 11}, ""},
		{"default depth", strings.Repeat("<a>", 1001), xmltext.Options{}, "elements nested more than 1000 deep"},
		{"no depth limit", strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000), xmltext.Options{MaxDepth: -1}, ""},
		{"attributes", "<a" + manyAttrs(11) + "/>", xmltext.Options{MaxAttrs: 10}, "an element with more than 10 attributes"},
		{"attributes with declarations", "<a" + manyAttrs(10) + " xmlns='u'/>", xmltext.Options{MaxAttrs: 10}, "an element with more than 10 attributes"},
		{"attributes kept", "<a" + manyAttrs(9) + " xmlns='u'/>", xmltext.Options{MaxAttrs: 10}, ""},
		{"default attributes", "<a" + manyAttrs(1001) + "/>", xmltext.Options{}, "an element with more than 1000 attributes"},
		{"default declarations", "<a" + manyDeclarations(257) + "/>", xmltext.Options{}, "more than 256 namespace declarations in scope"},
		{"no declaration limit", "<a" + manyDeclarations(500) + "/>", xmltext.Options{MaxNamespaces: -1}, ""},
		{"long namespace", "<a xmlns='" + strings.Repeat("u", 8193) + "'/>", xmltext.Options{}, "a namespace of more than 8192 bytes"},
		{"no namespace limit", "<a xmlns='" + strings.Repeat("u", 8193) + "'/>", xmltext.Options{MaxNamespaces: -1}, ""},
		{"no attribute limit", "<a" + manyAttrs(1500) + "/>", xmltext.Options{MaxAttrs: -1}, ""},
		{"declarations in scope", "<a xmlns:a='u' xmlns:b='u'><b xmlns='u'/></a>", xmltext.Options{MaxNamespaces: 2}, "more than 2 namespace declarations in scope"},
		{"declarations kept", "<a xmlns:a='u' xmlns:b='u'><b/></a>", xmltext.Options{MaxNamespaces: 2}, ""},
		{"declarations one after the other", "<a><b xmlns='u'/><b xmlns='v'/><b xmlns='w'/></a>", xmltext.Options{MaxNamespaces: 1}, ""},
		{"text", "<a>" + strings.Repeat("x", 101) + "</a>", xmltext.Options{MaxToken: 100}, "of more than 100 bytes"},
		{"text kept", "<a>" + strings.Repeat("x", 100) + "</a>", xmltext.Options{MaxToken: 100}, ""},
		{"text in pieces", "<a>" + strings.Repeat("x<!-- -->&amp;", 51) + "</a>", xmltext.Options{MaxToken: 100}, "of more than 100 bytes"},
		{"value", "<a b='" + strings.Repeat("x", 100) + "'/>", xmltext.Options{MaxToken: 100}, "of more than 100 bytes"},
		{"name", "<" + strings.Repeat("x", 101) + "/>", xmltext.Options{MaxToken: 100}, "of more than 100 bytes"},
		{"default token", "<a>" + strings.Repeat("x", 16<<20+1) + "</a>", xmltext.Options{}, "of more than 16777216 bytes"},
		{"size", "<a>" + strings.Repeat("<b/>", 100) + "</a>", xmltext.Options{MaxSize: 200}, "a document of more than 200 bytes"},
		{"size kept", "<a>" + strings.Repeat("<b/>", 100) + "</a>", xmltext.Options{MaxSize: 407}, ""},
	}
	for _, tt := range tests {
		for _, m := range allModes {
			if m.name == "one byte" && len(tt.doc) > 1<<20 {
				continue // the same as reader, at length
			}
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, err := m.open(t, tt.doc, &tt.opt)
				if err != nil {
					t.Fatal(err)
				}
				if err = drain(d); tt.msg == "" {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				if !errors.Is(err, xmltext.ErrLimit) || !strings.Contains(err.Error(), tt.msg) {
					t.Fatalf("error %v, want ErrLimit with %q", err, tt.msg)
				}
			})
		}
	}
}

func TestLimitOfOpenNames(t *testing.T) {
	doc := strings.Repeat("<"+strings.Repeat("a", 30)+">", 4)
	for _, m := range byteModes[1:] {
		d, _ := m.open(t, doc, &xmltext.Options{MaxToken: 100})
		if err := drain(d); !errors.Is(err, xmltext.ErrLimit) || !strings.Contains(err.Error(), "line 1, column 97: open elements with names of more than 100 bytes") {
			t.Errorf("%s: error %v", m.name, err)
		}
	}
}

func TestLimitsOfPassedOver(t *testing.T) {
	for name, doc := range map[string]string{
		"comment":     "<a><!--" + strings.Repeat("x", 100) + "--></a>",
		"instruction": "<a><?b " + strings.Repeat("x", 100) + "?></a>",
		"CDATA":       "<a><![CDATA[" + strings.Repeat("x", 100) + "]]></a>",
	} {
		for _, m := range byteModes {
			t.Run(name+"/"+m.name, func(t *testing.T) {
				d, _ := m.open(t, doc, &xmltext.Options{MaxToken: 100})
				if err := drain(d); !errors.Is(err, xmltext.ErrLimit) {
					t.Fatalf("error %v, want ErrLimit", err)
				}
			})
		}
	}
}

func drain(d *xmltext.Decoder) error {
	for {
		if k, err := d.Next(); err != nil || k == xmltext.EndDocument {
			return err
		}
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name, doc, place, msg string
		is                    error
	}{
		{"DTD", "<!DOCTYPE a><a/>", "1:1", "document type declaration", xmltext.ErrDTD},
		{"DTD with entities", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>", "2:1", "document type declaration", xmltext.ErrDTD},
		{"DTD inside", "<a><!DOCTYPE a></a>", "1:4", "document type declaration", xmltext.ErrDTD},
		{"ISO-8859-1", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "1:30", `encoding "ISO-8859-1": only UTF-8 and US-ASCII are supported`, xmltext.ErrEncoding},
		{"UTF-16 declared", "<?xml version='1.0' encoding='UTF-16'?><a/>", "1:30", `encoding "UTF-16"`, xmltext.ErrEncoding},
		{"UTF-16 little endian", "\xFF\xFE<\x00a\x00/\x00>\x00", "1:1", "looks like UTF-16 or UTF-32", xmltext.ErrEncoding},
		{"UTF-16 big endian", "\xFE\xFF\x00<\x00a\x00/\x00>", "1:1", "looks like UTF-16 or UTF-32", xmltext.ErrEncoding},
		{"UTF-16 without mark", "<\x00a\x00/\x00>\x00", "1:1", "looks like UTF-16 or UTF-32", xmltext.ErrEncoding},
	}
	for _, tt := range tests {
		for _, m := range byteModes {
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, _ := m.open(t, tt.doc, nil)
				_, err := dump(d)
				checkSyntaxError(t, err, tt.place, tt.msg)
				if !errors.Is(err, tt.is) {
					t.Errorf("error %v is not %v", err, tt.is)
				}
			})
		}
	}
}

func TestAccepted(t *testing.T) {
	for _, doc := range []string{
		"<?xml version='1.1'?><a/>",
		"<?xml version=\"1.0\" encoding=\"us-ascii\"?><a/>",
		"<?xml version='1.0' standalone='no'?><a/>",
		"<?xml\tversion = '1.0'\n?><a/>",
		"<?xmlish?><a/>",
		"<?xml-stylesheet href='a'?><a/>",
		"<a/>\n\t ",
	} {
		for _, m := range byteModes {
			d, _ := m.open(t, doc, nil)
			if _, err := dump(d); err != nil {
				t.Errorf("%s: %s: %v", m.name, doc, err)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	doc := "<?xml version='1.0'?>\r\n<a>\n  <b x='1'\n/>é<!--\n-->\n<c>t</c>" + strings.Repeat("\n<d/>", 40000) + "</a>\n"
	for _, m := range byteModes {
		t.Run(m.name, func(t *testing.T) {
			d, _ := m.open(t, doc, nil)
			type place struct {
				Kind         string
				Line, Column int
				Offset       int64
				Depth        int
			}
			var got []place
			last := place{}
			for {
				k, err := d.Next()
				if err != nil {
					t.Fatal(err)
				}
				p := place{k.String(), d.Line(), d.Column(), d.Offset(), d.Depth()}
				if len(got) < 10 {
					got = append(got, p)
				}
				if k == xmltext.EndDocument {
					break
				}
				last = p
			}
			want := []place{
				{"StartElement", 2, 1, 23, 1},
				{"Text", 2, 4, 26, 1},
				{"StartElement", 3, 3, 29, 2},
				{"EndElement", 3, 3, 29, 2},
				{"Text", 4, 3, 40, 1},
				{"StartElement", 6, 1, 51, 2},
				{"Text", 6, 4, 54, 2},
				{"EndElement", 6, 5, 55, 2},
				{"Text", 6, 9, 59, 1},
				{"StartElement", 7, 1, 60, 2},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
			if want := (place{"EndElement", 40006, 5, int64(59 + 40000*5), 1}); last != want {
				t.Errorf("last: %+v, want %+v", last, want)
			}
		})
	}
}

// The place of a text stays known when its beginning has left the window, and an error's place does not disturb it.
func TestPlaceBehindWindow(t *testing.T) {
	doc := "<a>\n\nx" + strings.Repeat("&amp;\n", 100000) + "</a>"
	d := xmltext.NewDecoder(strings.NewReader(doc), nil)
	for range 2 {
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if d.Kind() != xmltext.Text || d.Line() != 1 || d.Column() != 4 {
		t.Errorf("%v at %d:%d, want Text at 1:4", d.Kind(), d.Line(), d.Column())
	}
	if k, err := d.Next(); k != xmltext.EndElement || d.Line() != 100003 || err != nil {
		t.Errorf("%v at line %d (%v), want EndElement at line 100003", k, d.Line(), err)
	}

	d = xmltext.NewBytesDecoder([]byte("<a>\n<b>\n</b>\n</a>"), nil)
	var places []string
	for k := xmltext.Kind(0); k != xmltext.EndDocument; {
		k, _ = d.Next()
		places = append(places, fmt.Sprintf("%d:%d", d.Line(), d.Column()), fmt.Sprintf("%d:%d", d.Line(), d.Column()))
	}
	want := []string{"1:1", "1:1", "1:4", "1:4", "2:1", "2:1", "2:4", "2:4", "3:1", "3:1", "3:5", "3:5", "4:1", "4:1", "4:5", "4:5"}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestElementText(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 10000)
	tests := []struct{ name, doc, want, err string }{
		{"text", "<r><e>a</e><f/></r>", "a", ""},
		{"empty", "<r><e/><f/></r>", "", ""},
		{"empty pair", "<r><e></e><f/></r>", "", ""},
		{"references", "<r><e>&lt;a<!-- b -->c</e><f/></r>", "<ac", ""},
		{"long", "<r><e>" + long + "</e><f/></r>", long, ""},
		{"long with reference", "<r><e>" + long + "&amp;</e><f/></r>", long + "&", ""},
		{"space before the end tag's end", "<r><e>a</e" + strings.Repeat(" ", 5000) + "><f/></r>", "a", ""},
		{"child", "<r><e>a\n<b/></e><f/></r>", "", "the element <b> in <e>, which holds text only"},
		{"first child", "<r><e><b/></e><f/></r>", "", "the element <b> in <e>"},
		{"end", "<r><e>a", "", "unexpected"},
		{"mismatch", "<r><e>a</f></r>", "", "the end tag </f> where </e> should be|element <e> closed by </f>"},
	}
	for _, tt := range tests {
		for _, m := range allModes {
			if m.name == "one byte" && len(tt.doc) > 100000 {
				continue
			}
			t.Run(tt.name+"/"+m.name, func(t *testing.T) {
				d, err := m.open(t, tt.doc, nil)
				for err == nil && string(d.Local()) != "e" {
					_, err = d.Next()
				}
				if err != nil {
					t.Fatal(err)
				}
				got, err := d.ElementText()
				if tt.err != "" {
					if err == nil || !containsOne(err.Error(), tt.err) {
						t.Fatalf("error %v, want %q", err, tt.err)
					}
					if _, again := d.ElementText(); again == nil {
						t.Error("no error the second time")
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != tt.want {
					t.Errorf("text of %d bytes %.20q, want %.20q", len(got), got, tt.want)
				}
				if d.Kind() != xmltext.EndElement || string(d.Local()) != "e" || d.Depth() != 2 {
					t.Errorf("afterwards %v %s at depth %d", d.Kind(), d.Local(), d.Depth())
				}
				if k, err := d.Next(); k != xmltext.StartElement || string(d.Local()) != "f" || err != nil {
					t.Errorf("then %v %s (%v), want <f>", k, d.Local(), err)
				}
			})
		}
	}
}

func containsOne(s, alternatives string) bool {
	for a := range strings.SplitSeq(alternatives, "|") {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

func TestSkip(t *testing.T) {
	for _, m := range allModes {
		t.Run(m.name, func(t *testing.T) {
			d, err := m.open(t, "<r><e>a<e><e/></e><f x='y'/></e><g/></r>", nil)
			for err == nil && string(d.Local()) != "e" {
				_, err = d.Next()
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Skip(); err != nil {
				t.Fatal(err)
			}
			if d.Kind() != xmltext.EndElement || string(d.Local()) != "e" || d.Depth() != 2 {
				t.Errorf("afterwards %v %s at depth %d", d.Kind(), d.Local(), d.Depth())
			}
			if _, err := d.Next(); err != nil || string(d.Local()) != "g" {
				t.Errorf("then %s (%v), want <g>", d.Local(), err)
			}
		})
	}
	d := xmltext.NewBytesDecoder([]byte("<a><b>"), nil)
	d.Next()
	if err := d.Skip(); err == nil {
		t.Error("no error at the document's unexpected end")
	} else if again := d.Skip(); again != err {
		t.Errorf("then %v, not the same error", again)
	}
	d = xmltext.NewBytesDecoder([]byte("<a><b>"), nil)
	d.Next()
	if _, err := d.Capture(); err == nil {
		t.Error("Capture: no error at the document's unexpected end")
	} else if _, again := d.Capture(); again != err {
		t.Errorf("then %v, not the same error", again)
	}
}

// Methods that do not fit the current token say so and spoil nothing.
func TestWrongToken(t *testing.T) {
	d := xmltext.NewBytesDecoder([]byte("<a b='c'>d</a>"), nil)
	check := func() {
		t.Helper()
		if _, err := d.ElementText(); err == nil || !strings.Contains(err.Error(), "not at a start tag") {
			t.Errorf("ElementText: %v", err)
		}
		if err := d.Skip(); err == nil || !strings.Contains(err.Error(), "not at a start tag") {
			t.Errorf("Skip: %v", err)
		}
		if _, err := d.Capture(); err == nil || !strings.Contains(err.Error(), "not at a start tag") {
			t.Errorf("Capture: %v", err)
		}
		if d.Attrs() != nil {
			t.Errorf("%v: attributes", d.Kind())
		}
		if d.Kind() != xmltext.Text && (d.Text() != nil || d.IsSpace()) {
			t.Errorf("%v: text", d.Kind())
		}
		if d.Kind() != xmltext.EndElement && (d.Local() != nil || d.Space() != "" || d.Prefix() != nil) {
			t.Errorf("%v: a name", d.Kind())
		}
	}
	check()
	d.Next()
	if d.Text() != nil || len(d.Attrs()) != 1 {
		t.Errorf("start tag: text %q, attributes %v", d.Text(), d.Attrs())
	}
	for _, want := range []xmltext.Kind{xmltext.Text, xmltext.EndElement, xmltext.EndDocument, xmltext.EndDocument} {
		if k, err := d.Next(); k != want || err != nil {
			t.Fatalf("%v, %v; want %v", k, err, want)
		}
		check()
	}
	if got := xmltext.Kind(0).String(); got != "no token" {
		t.Errorf("Kind(0): %s", got)
	}
}

func TestLookup(t *testing.T) {
	d := xmltext.NewBytesDecoder([]byte("<a xmlns:p='u'><p:b xmlns='v' xmlns:p='w'/><c/></a>"), nil)
	check := func(prefix, want string, wantOK bool) {
		t.Helper()
		if got, ok := d.Lookup([]byte(prefix)); got != want || ok != wantOK {
			t.Errorf("<%s>: Lookup(%q) = %q, %v", d.Local(), prefix, got, ok)
		}
	}
	d.Next()
	check("", "", true)
	check("p", "u", true)
	check("q", "", false)
	check("xml", xmltext.SpaceXML, true)
	check("xmlns", xmltext.SpaceXMLNS, true)
	d.Next()
	if got := string(d.Prefix()); got != "p" {
		t.Errorf("prefix %q, want p", got)
	}
	check("", "v", true)
	check("p", "w", true)
	d.Next()
	check("p", "w", true) // the end tag is still in its scope
	d.Next()
	check("", "", true)
	check("p", "u", true)
}

func TestStrict(t *testing.T) {
	if xmltext.NewBytesDecoder(nil, nil).Strict() || !xmltext.NewDecoder(nil, &xmltext.Options{Strict: true}).Strict() {
		t.Error("Strict does not report the option")
	}
}

func TestIsSpace(t *testing.T) {
	d := xmltext.NewBytesDecoder([]byte("<a> \n\t\r\n<b/>\n.</a>"), nil)
	var got []bool
	for k := xmltext.Kind(0); k != xmltext.EndDocument; {
		if k, _ = d.Next(); k == xmltext.Text {
			got = append(got, d.IsSpace())
		}
	}
	if diff := cmp.Diff([]bool{true, false}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, doc := range []string{"", "<a>", "<a>b", "<a b='", "<a/>", "<a>&am"} {
		d := xmltext.NewDecoder(io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken)), nil)
		if err := drain(d); err != broken {
			t.Errorf("%q: error %v, want the reader's", doc, err)
		}
	}
	if err := drain(xmltext.NewDecoder(stuck{}, nil)); err != io.ErrNoProgress {
		t.Errorf("a reader that gives nothing: %v", err)
	}
	if err := drain(xmltext.NewDecoder(liar{}, nil)); err == nil || !strings.Contains(err.Error(), "impossible count") {
		t.Errorf("a reader that lies: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

type liar struct{}

func (liar) Read(b []byte) (int, error) { return len(b) + 1, nil }

func TestResetDecoder(t *testing.T) {
	d := xmltext.NewDecoder(strings.NewReader("<a xmlns='u' b='&lt;'>&gt;<c>"), &xmltext.Options{Strict: true, MaxDepth: 2})
	if err := drain(d); err == nil {
		t.Fatal("no error")
	}
	d.Reset([]byte("<x><y><z/></y></x>"), nil)
	want := lines("start x", "start y", "start z", "end z", "end y", "end x")
	if got, err := dump(d); err != nil || got != want || d.Strict() {
		t.Errorf("after Reset: %s, %v", got, err)
	}
	d.ResetReader(strings.NewReader("<x><y><z/></y></x>"), nil)
	if got, err := dump(d); err != nil || got != want {
		t.Errorf("after ResetReader: %s, %v", got, err)
	}
}

// After an error the place is still that of the token before it.
func TestPlaceAfterError(t *testing.T) {
	for _, m := range byteModes {
		d, _ := m.open(t, "<a>\n <b>\n\n\n&x;</b></a>", nil)
		for range 3 {
			d.Next()
		}
		if _, err := d.Next(); err == nil {
			t.Fatal("no error")
		} else {
			checkSyntaxError(t, err, "5:1", "the entity x is not declared")
		}
		if d.Line() != 2 || d.Column() != 5 || d.Offset() != 8 {
			t.Errorf("%s: place %d:%d, offset %d; want 2:5, 8: where the text begins", m.name, d.Line(), d.Column(), d.Offset())
		}
	}
}

// A decoder that met something big does not keep memory for it.
func TestResetKeepsLittle(t *testing.T) {
	big := "<a" + manyAttrs(200) + manyDeclarations(200) + " big='&lt;" + strings.Repeat("x", 1<<20) + "'>" + strings.Repeat("<b>", 200) + "&lt;" +
		strings.Repeat("y", 1<<20) + strings.Repeat("</b>", 200) + "</a>"
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := xmltext.NewDecoder(strings.NewReader(big), nil)
	if err := drain(d); err != nil {
		t.Fatal(err)
	}
	d.Reset([]byte("<a/>"), nil)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := int64(after.HeapAlloc) - int64(before.HeapAlloc); n > 256<<10 {
		t.Errorf("%d bytes kept", n)
	}
	if err := drain(d); err != nil {
		t.Fatal(err)
	}
}

func TestString(t *testing.T) {
	d := xmltext.NewBytesDecoder(nil, nil)
	for n := range 5000 {
		b := bytes.Repeat([]byte{byte('a' + n%26)}, n)
		s := d.String(b)
		for i := range b {
			b[i] = '!'
		}
		if want := strings.Repeat(string(rune('a'+n%26)), n); s != want {
			t.Fatalf("length %d: %.20q, want %.20q", n, s, want)
		}
	}
	word := []byte("VmReference")
	first := d.String(word)
	if n := testing.AllocsPerRun(100, func() {
		if d.String(word) != first {
			t.Error("not the same string")
		}
	}); n != 0 {
		t.Errorf("a repeated string: %v allocations", n)
	}
}

// A small string that is kept holds a chunk alive, not the document.
func TestRetention(t *testing.T) {
	const count = 60
	kept := make([]string, 0, count)
	for i := range count {
		doc := []byte("<a>" + strings.Repeat(fmt.Sprintf("<b>%08d</b>", i), 20000) + "</a>") // 300 KB
		d := xmltext.NewDecoder(bytes.NewReader(doc), nil)
		n := 0
		for k := xmltext.Kind(0); k != xmltext.EndDocument; {
			var err error
			if k, err = d.Next(); err != nil {
				t.Fatal(err)
			}
			if k == xmltext.Text {
				s := d.String(append(d.Text(), fmt.Sprint(n)...))
				if n++; n == 10000 {
					kept = append(kept, s)
				}
			}
		}
	}
	runtime.GC()
	runtime.GC()
	var with, without runtime.MemStats
	runtime.ReadMemStats(&with)
	if len(kept) != count {
		t.Fatal(len(kept))
	}
	kept = nil
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&without)
	if each := (int64(with.HeapAlloc) - int64(without.HeapAlloc)) / count; each > xmltext.ArenaChunk+1024 {
		t.Errorf("each string kept holds %d bytes, promised %d", each, xmltext.ArenaChunk)
	}
}

// What encoding/xml's tokens cannot be trusted with is checked again.
func TestTokenSource(t *testing.T) {
	start := func(local string, attrs ...xml.Attr) xml.StartElement {
		return xml.StartElement{Name: xml.Name{Local: local}, Attr: attrs}
	}
	attr := func(space, local, value string) xml.Attr {
		return xml.Attr{Name: xml.Name{Space: space, Local: local}, Value: value}
	}
	end := func(local string) xml.EndElement { return xml.EndElement{Name: xml.Name{Local: local}} }
	tests := []struct {
		name   string
		start  xml.StartElement
		tokens []xml.Token
		msg    string
	}{
		{"fine", start("a"), []xml.Token{xml.CharData("b"), xml.Comment("c"), xml.ProcInst{Target: "d"}, start("e"), end("e"), end("a")}, ""},
		{"name", start(""), nil, `"" is no element name`},
		{"name with colon", start("a"), []xml.Token{start("b:c")}, `"b:c" is no element name`},
		{"attribute name", start("a", attr("", "1", "")), nil, `"1" is no attribute name`},
		{"attribute value", start("a", attr("", "b", "\x00")), nil, "the character U+0000 is not allowed"},
		{"attribute twice", start("a", attr("", "b", ""), attr("", "b", "")), nil, "the attribute b occurs twice in <a>"},
		{"attribute twice by namespace", start("a", attr("u", "b", ""), attr("u", "b", "")), nil, "the attribute b occurs twice in <a>"},
		{"declaration twice", start("a", attr("xmlns", "p", "u"), attr("xmlns", "p", "v")), nil, `the attribute "xmlns:p" occurs twice`},
		{"prefix of nothing", start("a", attr("xmlns", "p", "")), nil, "bound to no namespace"},
		{"text", start("a"), []xml.Token{xml.CharData("\x01"), end("a")}, "the character U+0001 is not allowed"},
		{"UTF-8", start("a"), []xml.Token{xml.CharData("\xFF"), end("a")}, "invalid UTF-8 (byte 0xFF)"},
		{"noncharacter", start("a"), []xml.Token{xml.CharData("é\uFFFF"), end("a")}, "the character U+FFFF is not allowed"},
		{"directive", start("a"), []xml.Token{xml.Directive("DOCTYPE a")}, "a directive (<!…>)"},
		{"mismatch", start("a"), []xml.Token{end("b")}, "the end tag </b> where </a> should be"},
		{"mismatched namespace", start("a"), []xml.Token{xml.EndElement{Name: xml.Name{Space: "u", Local: "a"}}}, "the end tag </a> where </a> should be"},
		{"end", start("a"), []xml.Token{xml.CharData("b")}, "unexpected end of the document in <a>"},
		{"unknown", start("a"), []xml.Token{42}, "a token of the unknown type int"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := xmltext.NewTokenDecoder(&tokens{tt.tokens, io.EOF}, tt.start, nil)
			_, err := dump(d)
			if tt.msg == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			checkSyntaxError(t, err, "0:0", tt.msg)
			if got := err.Error(); strings.Contains(got, "line 0") {
				t.Errorf("message %q speaks of a line that nobody knows", got)
			}
		})
	}
	broken := errors.New("broken")
	if _, err := dump(xmltext.NewTokenDecoder(&tokens{nil, broken}, start("a"), nil)); err != broken {
		t.Errorf("error %v, want the source's", err)
	}
}

type tokens struct {
	list []xml.Token
	err  error
}

func (s *tokens) Token() (xml.Token, error) {
	if len(s.list) == 0 {
		return nil, s.err
	}
	tok := s.list[0]
	s.list = s.list[1:]
	return tok, nil
}

func TestTokenPlaces(t *testing.T) {
	d, err := openTokens(t, "<r>\n<a>text</a>\n<b/></r>", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for k := d.Kind(); k != xmltext.EndDocument; k, err = d.Next() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%v %d:%d %d", k, d.Line(), d.Column(), d.Offset()))
	}
	want := []string{
		"StartElement 1:4 3", // it was read before: the place behind it is all that is known
		"Text 1:4 3", "StartElement 2:1 4", "Text 2:4 7", "EndElement 2:8 11",
		"Text 2:12 15", "StartElement 3:1 16", "EndElement 3:5 20", "EndElement 3:5 20",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}

	d, err = openTokens(t, "<r>\n<a>text</b></r>", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = dump(d)
	checkSyntaxError(t, err, "2:12", "element <a> closed by </b>")
	var inner *xml.SyntaxError
	if !errors.As(err, &inner) {
		t.Errorf("error %v does not wrap encoding/xml's", err)
	}
	d = xmltext.NewTokenDecoder(&tokens{nil, &xml.SyntaxError{Msg: "bad", Line: 7}}, xml.StartElement{Name: xml.Name{Local: "a"}}, nil)
	if _, err := dump(d); err == nil || err.Error() != "line 7, column 1: bad" {
		t.Errorf("error %v, want the source's line", err)
	}
}

// In UnmarshalXML the declarations around the element are out of sight: names keep their namespaces all the same.
func TestTokensInside(t *testing.T) {
	src := xml.NewDecoder(strings.NewReader(`<p:r xmlns:p="u" xmlns:q="v" ` + xsi + ` xmlns="w"><p:e p:x="1" q:y="2" xsi:nil="true" z="3"><f xmlns:ns1="n" ns1:a=""/></p:e><g/></p:r>`))
	for {
		tok, err := src.Token()
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := tok.(xml.StartElement); ok && s.Name.Local == "e" {
			d := xmltext.NewTokenDecoder(src, s, nil)
			if got, ok := d.Lookup(nil); got != "" || ok {
				t.Errorf("default namespace %q, %v: it cannot be known", got, ok)
			}
			if got := d.Prefix(); got != nil {
				t.Errorf("prefix %q: it cannot be known", got)
			}
			got, err := d.Capture()
			if err != nil {
				t.Fatal(err)
			}
			want := `<e xmlns="u" xmlns:ns1="u" xmlns:ns2="v" ` + xsi + ` ns1:x="1" ns2:y="2" xsi:nil="true" z="3"><f xmlns="w" xmlns:ns1="n" ns1:a=""/></e>`
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("captured (-want +got):\n%s", diff)
			}
			if k, err := d.Next(); k != xmltext.EndDocument || err != nil {
				t.Errorf("then %v, %v", k, err)
			}
			break
		}
	}
	tok, err := src.Token()
	if s, ok := tok.(xml.StartElement); !ok || s.Name.Local != "g" {
		t.Errorf("the source goes on with %v, %v; want <g>", tok, err)
	}
}

func TestName(t *testing.T) {
	for want, n := range map[string]xmltext.Name{"a": {Local: "a"}, "{u}a": {Space: "u", Local: "a"}} {
		if got := n.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := string(xmltext.TrimSpace([]byte(" \t\r\na b\u00A0\n"))); got != "a b\u00A0" {
		t.Errorf("TrimSpace: %q", got)
	}
}

func manyDeclarations(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " xmlns:p%d='u'", i)
	}
	return b.String()
}

// A decoder that let go of its document, was read from all the same, and gets another one is as good as new.
func TestResetAfterNothing(t *testing.T) {
	d := xmltext.NewBytesDecoder([]byte("<a b='c'>d</a>"), nil)
	for range 3 {
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
	}
	d.Reset(nil, nil)
	if _, err := d.Next(); err == nil {
		t.Fatal("there is a token in nothing")
	}
	for _, reset := range []func(){
		func() { d.Reset([]byte("<e/>"), nil) },
		func() { d.ResetReader(strings.NewReader("<e/>"), nil) },
		func() { d.Reset(nil, nil); d.ResetReader(iotest.OneByteReader(strings.NewReader("<e/>")), nil) },
	} {
		reset()
		for _, want := range []xmltext.Kind{xmltext.StartElement, xmltext.EndElement, xmltext.EndDocument} {
			if k, err := d.Next(); err != nil || k != want || len(d.Attrs()) > 0 {
				t.Errorf("%v with %v (%v), want %v", k, d.Attrs(), err, want)
			}
		}
		d.Reset(nil, nil)
	}
}
