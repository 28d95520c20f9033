package xsd_test

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/xsd"
)

// memory reads documents from a map.
func memory(files map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		text, ok := files[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	}
}

func TestEncodings(t *testing.T) {
	const doc = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Größe"/></xs:schema>`
	wide := func(order binary.AppendByteOrder, bom bool) string {
		var b []byte
		if bom {
			b = order.AppendUint16(b, 0xFEFF)
		}
		for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="UTF-16"?>` + doc)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	latin := strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(doc)
	for name, text := range map[string]string{
		"plain": doc, "declared": `<?xml version="1.0" encoding="utf-8"?>` + doc, "byte order mark": "\ufeff" + doc,
		"byte order mark and declaration": "\ufeff" + `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n" + doc,
		"little endian":                   wide(binary.LittleEndian, true), "big endian": wide(binary.BigEndian, true),
		"little endian without mark": wide(binary.LittleEndian, false), "big endian without mark": wide(binary.BigEndian, false),
		"latin 1": `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
	} {
		t.Run(name, func(t *testing.T) {
			s, err := xsd.Load(xsd.Options{Files: []string{"a.xsd"}, ReadFile: memory(map[string]string{"a.xsd": text})})
			if err != nil {
				t.Fatal(err)
			}
			if s.Element(xsd.QName{Local: "Größe"}) == nil {
				t.Errorf("the element is not there: %s", dump(s))
			}
		})
	}
	if _, err := xsd.Load(xsd.Options{Files: []string{"a.xsd"}, ReadFile: memory(map[string]string{"a.xsd": latin})}); err == nil || err.Error() != "a.xsd:1: not valid UTF-8" {
		t.Errorf("undeclared encoding: error %v", err)
	}
}

func TestBuiltins(t *testing.T) {
	names := strings.Fields(`string boolean decimal float double duration dateTime time date gYearMonth gYear gMonthDay gDay gMonth hexBinary base64Binary
		anyURI QName NOTATION normalizedString token language NMTOKEN NMTOKENS Name NCName ID IDREF IDREFS ENTITY ENTITIES integer nonPositiveInteger
		negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt unsignedShort unsignedByte positiveInteger`)
	if len(names) != 44 {
		t.Fatalf("%d names", len(names))
	}
	primitives := 0
	for _, n := range names {
		b := xsd.Builtin(n)
		if b == nil || b.Builtin != n || !b.IsBuiltin() || b.TypeName() != (xsd.QName{Space: xsd.SpaceXSD, Local: n}) {
			t.Errorf("%s: %+v", n, b)
			continue
		}
		if b.Primitive() == b {
			primitives++
		}
	}
	if primitives != 19 {
		t.Errorf("%d primitive types, want 19", primitives)
	}
	if xsd.Builtin("anyType") != nil || !xsd.AnyType().IsAnyType() {
		t.Error("anyType is a complex type")
	}
}

func TestTypedErrors(t *testing.T) {
	load := func(text string) error {
		_, err := xsd.Load(xsd.Options{Files: []string{"a.xsd"}, ReadFile: memory(map[string]string{"a.xsd": text})})
		return err
	}
	var plain *xsd.Error
	if err := load("<a/>"); !errors.As(err, &plain) {
		t.Errorf("got %T", err)
	} else if diff := cmp.Diff(xsd.Position{File: "a.xsd", Line: 1}, plain.Pos); diff != "" {
		t.Error(diff)
	}
	var unsupported *xsd.UnsupportedError
	if err := load(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:override schemaLocation="b.xsd"/></xs:schema>`); !errors.As(err, &unsupported) {
		t.Errorf("got %T", err)
	} else if unsupported.Construct != "xs:override (XML Schema 1.1)" {
		t.Errorf("got %q", unsupported.Construct)
	}
	if _, err := xsd.Load(xsd.Options{}); err == nil {
		t.Error("no files, and no error")
	}
	_, err := xsd.Load(xsd.Options{Files: []string{"lost.xsd"}, ReadFile: memory(nil)})
	if err == nil || err.Error() != "lost.xsd: file does not exist" {
		t.Errorf("lost file: %v", err)
	}
}

// A needless escape passes, because schemas of products have them; Strict refuses it.
func TestStrict(t *testing.T) {
	files := memory(map[string]string{"a.xsd": `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="S"><xs:restriction base="xs:string"><xs:pattern value="urn\:x"/></xs:restriction></xs:simpleType>
</xs:schema>`})
	if _, err := xsd.Load(xsd.Options{Files: []string{"a.xsd"}, ReadFile: files}); err != nil {
		t.Error(err)
	}
	_, err := xsd.Load(xsd.Options{Files: []string{"a.xsd"}, ReadFile: files, Strict: true})
	if want := `a.xsd:2: S: the pattern "urn\\:x": the escape \: means nothing`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Documents given side by side are one schema, as are those that one of them includes.
func TestSeveralFiles(t *testing.T) {
	files := memory(map[string]string{
		"a.xsd": `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t"><xs:element name="a" type="T"/></xs:schema>`,
		"b.xsd": `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t"><xs:include schemaLocation="a.xsd"/><xs:complexType name="T"/></xs:schema>`,
	})
	s, err := xsd.Load(xsd.Options{Files: []string{"a.xsd", "b.xsd"}, ReadFile: files})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Element(xsd.QName{Space: "urn:t", Local: "a"}).Type; got != s.Type(xsd.QName{Space: "urn:t", Local: "T"}) {
		t.Errorf("got the type %v", got)
	}
	if len(s.Elements) != 1 || len(s.Documents) != 2 {
		t.Errorf("%d elements of %d documents", len(s.Elements), len(s.Documents))
	}
}

// The nearest fallback wins, and each component that came from one is named.
func TestFallbackOrder(t *testing.T) {
	schema := func(body string) string {
		return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">` + body + `</xs:schema>`
	}
	files := memory(map[string]string{
		"main.xsd": schema(`<xs:element name="a" type="xs:int"/>`),
		"one.xsd":  schema(`<xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:int"/>`),
		"two.xsd":  schema(`<xs:element name="b" type="xs:string"/><xs:group name="g"><xs:sequence/></xs:group>`),
	})
	s, err := xsd.Load(xsd.Options{Files: []string{"main.xsd"}, Fallback: []string{"one.xsd", "two.xsd"}, ReadFile: files})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"element b", "group g"}, s.Fallback); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"a", "b"} {
		if got := s.Element(xsd.QName{Space: "urn:t", Local: name}).Type.Display(); got != "int" {
			t.Errorf("%s has the type %s", name, got)
		}
	}
}

func TestWildcardAdmits(t *testing.T) {
	for _, tt := range []struct {
		w    xsd.Wildcard
		want [3]bool // none, urn:t, urn:o
	}{
		{xsd.Wildcard{Any: true}, [3]bool{true, true, true}},
		{xsd.Wildcard{Not: true, Spaces: []string{"urn:t", ""}}, [3]bool{false, false, true}},
		{xsd.Wildcard{Spaces: []string{"", "urn:t"}}, [3]bool{true, true, false}},
	} {
		got := [3]bool{tt.w.Admits(""), tt.w.Admits("urn:t"), tt.w.Admits("urn:o")}
		if got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.w, got, tt.want)
		}
	}
}

// FuzzLoad looks for documents that make Load panic or run away.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/positive/*/schema.xsd", "testdata/negative/*/schema.xsd"} {
		seeds, err := fs.Glob(os.DirFS("."), pattern)
		if err != nil || len(seeds) == 0 {
			f.Fatalf("no seeds: %v", err)
		}
		for _, name := range seeds {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := xsd.Load(xsd.Options{Files: []string{"schema.xsd"}, ReadFile: memory(map[string]string{"schema.xsd": text, "other.xsd": text})})
		if (s == nil) == (err == nil) {
			t.Errorf("schema %v and error %v", s, err)
		}
		if s != nil {
			dump(s)
		}
	})
}
