package generator_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/generator/xsd"
)

// unsupported has a schema for each entry of the README's list of what the generator does not handle yet. When one of
// them is handled, its test fails, and the entry goes from both lists.
var unsupported = map[string]string{
	"element of an abstract type":          `<xs:complexType name="A" abstract="true"/><xs:complexType name="B"><xs:sequence><xs:element name="a" type="A"/></xs:sequence></xs:complexType>`,
	"XML Schema 1.1":                       `<xs:complexType name="A"><xs:sequence/><xs:assert test="true()"/></xs:complexType>`,
	"nesting of elements deeper than 1024": `<xs:annotation><xs:appinfo><a>` + strings.Repeat("<a>", 1100) + strings.Repeat("</a>", 1100) + `</a></xs:appinfo></xs:annotation>`,
	"more than 262144 particles": `<xs:group name="g1"><xs:sequence>` + strings.Repeat(`<xs:element name="e" type="xs:int"/>`, 64) + `</xs:sequence></xs:group>` +
		`<xs:group name="g2"><xs:sequence>` + strings.Repeat(`<xs:group ref="g1"/>`, 64) + `</xs:sequence></xs:group>` +
		`<xs:group name="g3"><xs:sequence>` + strings.Repeat(`<xs:group ref="g2"/>`, 65) + `</xs:sequence></xs:group>` +
		`<xs:complexType name="A"><xs:group ref="g3"/></xs:complexType>`,
	"default for an attribute in a document type declaration": ``,
	"which holds markup or references":                        ``,
	"XML 1.1":                                                 ``,
	"beyond the range of an int":                              `<xs:complexType name="A"><xs:sequence><xs:element name="e" minOccurs="0" maxOccurs="99999999999999999999"/></xs:sequence></xs:complexType>`,
}

// doctypes stand before the schema.
var doctypes = map[string]string{
	"XML 1.1": `<?xml version="1.1"?>`,
	"default for an attribute in a document type declaration": `<!DOCTYPE xs:schema [<!ATTLIST xs:element minOccurs CDATA "0">]>`,
	"which holds markup or references":                        `<!DOCTYPE xs:schema [<!ENTITY e "<xs:sequence/>">]>`,
}

var listEntry = regexp.MustCompile(`(?m)^- \*\*(.+?)\*\*`)

func TestUnsupported(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(readme), "<!-- unsupported -->")
	list, _, ok := strings.Cut(list, "<!-- /unsupported -->")
	if !ok {
		t.Fatal("README.md has no list between <!-- unsupported --> and <!-- /unsupported -->")
	}
	inReadme := map[string]bool{}
	for _, m := range listEntry.FindAllStringSubmatch(list, -1) {
		inReadme[m[1]] = true
		if _, ok := unsupported[m[1]]; !ok {
			t.Errorf("README.md lists %q as unsupported, no test shows it", m[1])
		}
	}
	for name, body := range unsupported {
		t.Run(name, func(t *testing.T) {
			if !inReadme[name] {
				t.Errorf("README.md does not list %q", name)
			}
			declaration := doctypes[name]
			file := filepath.Join(t.TempDir(), "schema.xsd")
			text := declaration + `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">` + body + `</xs:schema>`
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := generator.Generate(generator.Config{XSD: []string{file}, Package: "p", Module: "m"})
			var e *xsd.UnsupportedError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an UnsupportedError: if it is handled now, take the entry off both lists", err)
			}
			if !strings.Contains(e.Construct, name) || !strings.Contains(e.Pos.String(), "schema.xsd") {
				t.Errorf("the error does not name the construct and its place: %v", e)
			}
		})
	}
}
