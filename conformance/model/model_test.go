package model

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/conformance/canonical"
)

const testSchema = `<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" xmlns:vbem="https://github.com/vbem-go/vbem/schema"
  targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="Seq" type="SeqType"/>
  <xs:element name="Derived" type="DerivedType"/>
  <xs:element name="Choices"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
    <xs:element name="A" type="int"/><xs:sequence><xs:element name="B" type="xs:boolean"/><xs:element name="C" type="xs:dateTime" minOccurs="0"/></xs:sequence>
  </xs:choice></xs:complexType></xs:element>
  <xs:element name="All"><xs:complexType><xs:all>
    <xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:string" minOccurs="0"/><xs:element name="C" type="xs:string"/>
  </xs:all></xs:complexType></xs:element>
  <xs:element name="Wild"><xs:complexType><xs:sequence><xs:element name="A" type="xs:string"/><xs:any namespace="##other" minOccurs="0" maxOccurs="2"/></xs:sequence><xs:anyAttribute/></xs:complexType></xs:element>
  <xs:element name="Tree" type="TreeType"/>
  <xs:element name="Grouped"><xs:complexType><xs:sequence><xs:group ref="Pair" minOccurs="2" maxOccurs="3"/></xs:sequence><xs:attributeGroup ref="Ids"/></xs:complexType></xs:element>
  <xs:element name="Text" type="TextType"/>
  <xs:element name="Empty"><xs:complexType/></xs:element>
  <xs:simpleType name="int"><xs:restriction base="xs:int"/></xs:simpleType>
  <xs:group name="Pair"><xs:sequence><xs:element name="K" type="xs:string"/><xs:element name="V" type="xs:double"/></xs:sequence></xs:group>
  <xs:attributeGroup name="Ids"><xs:attribute name="Id" type="int" use="required"/></xs:attributeGroup>
  <xs:complexType name="SeqType"><xs:sequence>
    <xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:boolean" minOccurs="0" vbem:alias="b BB"/><xs:element name="C" type="xs:string" minOccurs="0" maxOccurs="2"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="DerivedType"><xs:complexContent><xs:extension base="SeqType"><xs:choice><xs:element name="D" type="xs:string"/><xs:element name="E" type="xs:string"/></xs:choice><xs:attribute name="X" type="xs:boolean"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="TreeType"><xs:sequence><xs:element name="Leaf" type="int" minOccurs="0"/><xs:element name="Tree" type="TreeType" minOccurs="0"/></xs:sequence></xs:complexType>
  <xs:complexType name="TextType"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="U" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>
</xs:schema>`

func names(list string) []canonical.Name {
	var n []canonical.Name
	for local := range strings.FieldsSeq(list) {
		space := "urn:t"
		if rest, other := strings.CutPrefix(local, "o:"); other {
			space, local = "urn:o", rest
		}
		n = append(n, canonical.Name{Space: space, Local: local})
	}
	return n
}

func TestAccepts(t *testing.T) {
	s, err := Parse([]byte(testSchema))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ yes, no []string }{
		"Seq":     {[]string{"A", "A B", "A B C C", "A C", "A b", "A BB C"}, []string{"", "B", "B A", "A C B", "A C C C", "A A", "A X", "o:A"}},
		"Derived": {[]string{"A D", "A B C C E"}, []string{"A", "D A", "A D E", "A E C"}},
		"Choices": {[]string{"", "A", "B C A A B B C"}, []string{"C", "A C", "B C C"}},
		"All":     {[]string{"A C", "C B A", "B C A"}, []string{"A B", "A C C", "A C X", ""}},
		"Wild":    {[]string{"A", "A o:x", "A o:x o:y"}, []string{"o:x A", "A B", "A o:x o:y o:z"}},
		"Tree":    {[]string{"", "Leaf", "Leaf Tree", "Tree"}, []string{"Tree Leaf", "Tree Tree"}},
		"Grouped": {[]string{"K V K V", "K V K V K V"}, []string{"K V", "K V V K", "K V K V K", "K V K V K V K V"}},
		"Empty":   {[]string{""}, []string{"A"}},
		"Text":    {[]string{""}, []string{"A"}},
	}
	for root, test := range tests {
		typ, _ := s.Root(canonical.Name{Space: "urn:t", Local: root})
		if typ == nil {
			t.Errorf("no root %s", root)
			continue
		}
		for _, list := range test.yes {
			if !typ.Accepts(names(list)) {
				t.Errorf("%s refuses %q", root, list)
			}
		}
		for _, list := range test.no {
			if typ.Accepts(names(list)) {
				t.Errorf("%s accepts %q", root, list)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	s, err := Parse([]byte(testSchema))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		doc  string
		want []string
	}{
		{`<Derived xmlns="urn:t" X="1"><A/><D/></Derived>`, nil},
		{`<Derived xmlns="urn:t" Y="1"><A/>x</Derived>`, []string{`/Derived: text "x"`, `/Derived: the content model does not allow A`, `/Derived: unknown attribute Y`}},
		{`<Grouped xmlns="urn:t"><K/><V/><K/><V/></Grouped>`, []string{`/Grouped: no attribute Id`}},
		{`<Tree xmlns="urn:t"><Tree><Tree><x/></Tree></Tree></Tree>`, []string{`/Tree/Tree[1]/Tree[1]: the content model does not allow x`, `/Tree/Tree[1]/Tree[1]: unknown element {urn:t}x`}},
		{`<Wild xmlns="urn:t" any="1"><A/><o xmlns="urn:o"/></Wild>`, nil},
		{`<Text xmlns="urn:t" U="">1.0</Text>`, nil},
	}
	for _, test := range tests {
		n, err := canonical.Parse([]byte(test.doc))
		if err != nil {
			t.Fatal(err)
		}
		typ, _ := s.Root(n.Name)
		if d := cmp.Diff(test.want, typ.Faults(n)); d != "" {
			t.Errorf("%s: faults (-want +got):\n%s", test.doc, d)
		}
	}
}

func TestTyping(t *testing.T) {
	s, err := Parse([]byte(testSchema))
	if err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) *Type {
		typ, _ := s.Root(canonical.Name{Space: "urn:t", Local: path[0]})
		for _, local := range path[1:] {
			next, ok := typ.ChildType(canonical.Name{Space: "urn:t", Local: local})
			if !ok {
				t.Fatalf("no %s in %s", local, typ.Name)
			}
			typ = next
		}
		return typ
	}
	got := map[string]any{
		"int of the target namespace": at("Choices", "A").Value(),
		"boolean":                     at("Choices", "B").Value(),
		"dateTime":                    at("Choices", "C").Value(),
		"deep":                        at("Tree", "Tree", "Tree", "Leaf").Value(),
		"another spelling":            at("Seq", "BB").Value(),
		"decimal":                     at("Text").Value(),
		"attribute":                   at("Derived").Attr(canonical.Name{Local: "X"}),
		"element only":                at("Tree").ElementOnly(),
		"simple content":              at("Text").ElementOnly(),
		"spellings":                   s.Spellings(),
	}
	want := map[string]any{
		"int of the target namespace": canonical.Number,
		"boolean":                     canonical.Boolean,
		"dateTime":                    canonical.Token,
		"deep":                        canonical.Number,
		"another spelling":            canonical.Boolean,
		"decimal":                     canonical.Token,
		"attribute":                   canonical.Boolean,
		"element only":                true,
		"simple content":              false,
		"spellings":                   canonical.Spellings{"b": {"B"}, "bb": {"B"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestParseErrors(t *testing.T) {
	wrap := func(s string) string {
		return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">` + s + `</xs:schema>`
	}
	for doc, want := range map[string]string{
		`<a/>`: "the root is not xs:schema",
		`<a`:   "document 1",
		wrap(`<xs:element name="a" type="nope"/>`):                                                     "a: type nope is not declared",
		wrap(`<xs:element name="a" type="p:nope"/>`):                                                   "prefix is not declared",
		wrap(`<xs:redefine/>`):                                                                         "xs:redefine is not supported",
		wrap(`<xs:element name="a" substitutionGroup="b"/>`):                                           "substitution groups",
		wrap(`<xs:element name="a"><xs:complexType><xs:group ref="g"/></xs:complexType></xs:element>`): "group g is not declared",
	} {
		_, err := Parse([]byte(doc))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%s): %v; want %q in it", doc, err, want)
		}
	}
}

// TestFiles reads the project's schema and, where it is there, the vendor's.
func TestFiles(t *testing.T) {
	for name, file := range map[string]string{"ours": "../../schema/RestAPI.xsd", "vendor's": os.Getenv("VBEM_VENDOR_XSD")} {
		t.Run(name, func(t *testing.T) {
			if file == "" {
				t.Skip("VBEM_VENDOR_XSD is not set")
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			task, _ := s.Root(canonical.Name{Space: s.Target, Local: "Task"})
			if task == nil {
				t.Fatalf("no root Task among %d", len(s.Roots()))
			}
			in := func(list string) []canonical.Name {
				n := names(list)
				for i := range n {
					n[i].Space = s.Target
				}
				return n
			}
			if !task.Accepts(in("Links TaskId State Operation Result")) || task.Accepts(in("Links State TaskId Operation")) {
				t.Error("Task's order is not Links, TaskId, State, Operation, Result")
			}
		})
	}
}
