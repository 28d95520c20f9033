package xmltext

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"
)

// What words write is what the methods with names write, errors included.
func TestEncoderWords(t *testing.T) {
	values := []string{"", "a", "abc", "abcd", "1234567", "12345678", "a & b", `"`, "<", ">", "é", "\t", "\n", "\r", "\x01", "\xff", "\uFFFE"}
	for n := range 70 {
		values = append(values, strings.Repeat("x", n)+"&", strings.Repeat("y", n), "<"+strings.Repeat("z", n), strings.Repeat("é", n))
	}
	href := NewWord("Href")
	for _, local := range []string{"a", "Href", "AnElementNameOfManyLetters", "exactlyFifteen_", "Größe", "xmlns"} {
		w := NewWord(local)
		if w == nil {
			t.Fatalf("no word for %q", local)
		}
		for _, value := range values {
			for _, space := range []string{"", "urn:a", "urn:b", SpaceXML} {
				one, two := NewEncoder(nil), NewEncoder(nil)
				one.StartElement("urn:a", "root")
				two.StartElement("urn:a", "root")
				for range 2 {
					one.StartElement(space, local)
					one.Attr("", "Href", "x")
					one.Attr("", local, value)
					one.Text(value)
					one.EndElement()
					one.TextElement(space, local, value)

					two.Tag(space, w, []WordValue{{href, "x"}, {w, value}}, false)
					two.Text(value)
					two.EndElement()
					two.WordElement(space, w, value)

					one.StartElement(space, local)
					one.Attr("", local, value)
					one.Attr("", "Href", "x")
					one.EndElement()
					two.Tag(space, w, []WordValue{{w, value}, {href, "x"}}, true)
				}
				one.EndElement()
				two.EndElement()
				a, errA := one.Finish()
				b, errB := two.Finish()
				if !bytes.Equal(a, b) || (errA == nil) != (errB == nil) || errA != nil && errA.Error() != errB.Error() {
					t.Fatalf("%q of %q in %q: %s (%v), by words %s (%v)", value, local, space, a, errA, b, errB)
				}
			}
		}
	}
	for _, bad := range []string{"", "a:b", "1", "a b", "\xff"} {
		if NewWord(bad) != nil {
			t.Errorf("a word for %q", bad)
		}
	}
}

func TestTagTwice(t *testing.T) {
	w := NewWord("Name")
	for what, twice := range map[string]func(*Encoder){
		"in one tag":     func(e *Encoder) { e.Tag("", w, []WordValue{{w, "1"}, {w, "2"}}, true) },
		"name after tag": func(e *Encoder) { e.Tag("", w, []WordValue{{w, "1"}}, false); e.Attr("", "Name", "2"); e.EndElement() },
		"behind what is escaped": func(e *Encoder) {
			e.Tag("", w, []WordValue{{w, "1"}, {NewWord("a"), "&"}, {w, "2"}}, true)
		},
	} {
		e := NewEncoder(nil)
		e.StartElement("", "a")
		twice(e)
		e.EndElement()
		if _, err := e.Finish(); err == nil || !strings.Contains(err.Error(), "occurs twice") {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Names of which one begins with the other, names that share a bit, and the same name in a namespace, are others.
	shared := NewWord("Nome")
	if shared.bit != w.bit {
		t.Fatal("these names share no bit")
	}
	e := NewEncoder(nil)
	e.StartElement("", "a")
	e.Tag("", w, []WordValue{{w, ""}, {shared, ""}}, false)
	e.Attr("", "Names", "")
	e.Attr("urn:x", "Name", "")
	e.Attr("", "Nam", "")
	e.EndElement()
	e.EndElement()
	if _, err := e.Finish(); err != nil {
		t.Error(err)
	}
}

// copyPlain says what plain says, wherever the byte stands that is not plain.
func TestCopyPlain(t *testing.T) {
	for n := range 40 {
		for at := -1; at < n; at++ {
			for c := range 256 {
				s := bytes.Repeat([]byte{'a'}, n)
				if at >= 0 {
					s[at] = byte(c)
				}
				b := bytes.Repeat([]byte{'-'}, n+1)
				is := !bytes.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~'+1 || strings.ContainsRune(`"&<>`, c) })
				if ok := copyPlain(b, string(s)); ok != is || plain(s) != is || ok && string(b[:n]) != string(s) || b[n] != '-' {
					t.Fatalf("%q: %v, %q", s, ok, b)
				}
			}
		}
	}
}

// NextTag gives what Next gives but for white space, over a document in memory and over any pieces.
func TestNextTag(t *testing.T) {
	for _, doc := range []string{
		"<a/>", "<a>\n <b/>\n\t<c x='1'> </c> <!-- c --> <d>text</d>\n</a>\n", "<a> <!-- --> <?pi?> <b/> <![CDATA[ ]]> </a>",
		"<a> &#32; <b/></a>", "<a> x <b/></a>", "<a> <b> </a>", "<a> ", "<a> <", "<a> <!", "<a> </", "<a> <b", "<a> </a> x", "<a>\r\n<b/>\r</a>",
		"<p:a xmlns:p='u'> <p:b xmlns='v'> <c/> </p:b> <d/> </p:a>", "<a>" + strings.Repeat(" ", 9000) + "<b/>" + strings.Repeat("\n", 9000) + "</a>",
	} {
		for name, open := range map[string]func() *Decoder{
			"bytes": func() *Decoder { return NewBytesDecoder([]byte(doc), nil) },
			"bits":  func() *Decoder { return NewDecoder(iotest.OneByteReader(strings.NewReader(doc)), nil) },
			"limit": func() *Decoder { return NewBytesDecoder([]byte(doc), &Options{MaxToken: 20}) },
		} {
			one, two := open(), open()
			for {
				k, err := one.Next()
				for err == nil && k == Text && one.IsSpace() {
					k, err = one.Next()
				}
				k2, err2 := two.NextTag()
				if k != k2 || (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
					t.Fatalf("%s of %.40q: %v (%v), but NextTag %v (%v)", name, doc, k, err, k2, err2)
				}
				if string(one.Local()) != string(two.Local()) || one.Space() != two.Space() || one.Offset() != two.Offset() ||
					one.Line() != two.Line() || one.Column() != two.Column() || string(one.Text()) != string(two.Text()) {
					t.Fatalf("%s of %.40q: NextTag tells another place or name at offset %d", name, doc, one.Offset())
				}
				if err != nil || k == EndDocument {
					break
				}
			}
		}
	}
}

// Know changes no answer.
func TestKnow(t *testing.T) {
	const doc = "<a xmlns='urn:a'><b xmlns:p='urn:a'><p:c/></b><d xmlns='urn:d'/></a>"
	d := NewBytesDecoder([]byte(doc), nil)
	for n := 0; ; n++ {
		k, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if k == EndDocument {
			break
		}
		d.Know([]string{"urn:a", "urn:d", "urn:other"}[n%3])
		want := "urn:a"
		if string(d.Local()) == "d" {
			want = "urn:d"
		}
		if d.Space() != want {
			t.Errorf("<%s> is in %q", d.Local(), d.Space())
		}
	}
}
