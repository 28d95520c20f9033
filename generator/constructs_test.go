package generator_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/internal/constructs"
	"github.com/vbem-go/vbem/xsdbind"
)

// valid holds documents of the constructs schema. They come back byte for byte.
var valid = []struct{ root, body string }{
	{"Leaf", ` id="a" kind="dark-red"><First>f</First><Second>false</Second><id>7</id><Third>2024-02-29T12:00:00.1234567</Third></Leaf>`},
	{"Leaf", ` id="a"><First/><Second>true</Second></Leaf>`},
	{"Choice", `><Before>x</Before><A>a</A><After>z</After></Choice>`},
	{"Choice", `><Before>x</Before><B1>0</B1><B2>-1</B2></Choice>`},
	{"Choice", `><Before>x</Before><C href="1"/><C href="2" rel="r"/></Choice>`},
	{"RepeatedChoice", ` count="18446744073709551615"><Add>1</Add><Remove href="2"/><Add>3</Add><Add/></RepeatedChoice>`},
	{"RepeatedChoice", `/>`},
	{"RepeatedSequence", `><Title>t</Title><Key>1</Key><Value>a</Value><Key>2</Key><Key>3</Key><Value>c</Value></RepeatedSequence>`},
	{"Irregular", `><A>1</A><A>2</A></Irregular>`},
	{"Irregular", `><A>1</A><B>5</B><A>2</A><E href="x"/><C>c</C><D>d</D><E href="y"/></Irregular>`},
	{"Mixed", `>one <b>two<br/></b> three <br/></Mixed>`},
	{"All", `><Z>3</Z><X>1</X><Y>2</Y></All>`},
	{"All", `><X>1</X><Y>2</Y></All>`},
	{"Open", `><Known>k</Known><o xmlns="urn:other" a="1"><i>x</i></o><p xmlns="urn:third"/></Open>`},
	{"Values", ` refs="a b  c"><Nil xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><Nils>1</Nils><Nils xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>` +
		`<Sizes>1 2 3</Sizes><Either>x1</Either><Color>mauve</Color><Colors>red</Colors><Colors>42</Colors><Percent>0</Percent><Code>AB12</Code><Amount>1.10</Amount>` +
		`<Big>123456789012345678901234567890</Big><Double>1.5</Double><Day name="Mon">14:00:00.0000000+01:00</Day><State>off</State><Local xmlns="">here</Local></Values>`},
	{"Tree", `><Name>a</Name><Child><Name>b</Name><Child><Name>c</Name></Child></Child><Child><Name>d</Name></Child></Tree>`},
	{"Drawing", `><Circle at="1" r="2.5"/><Square at="3"/><Circle/></Drawing>`},
	{"PairOne", `><Validate>v</Validate><Extra>e</Extra><v-1>1</v-1></PairOne>`},
	{"Note", `>text &amp; more</Note>`},
}

func document(root, body string) string {
	return `<` + root + ` xmlns="` + constructs.Namespace + `"` + body
}

func TestConstructsComeBack(t *testing.T) {
	for _, c := range valid {
		doc := document(c.root, c.body)
		t.Run(c.root, func(t *testing.T) {
			v := constructs.NewElement(constructs.Namespace, c.root)
			if v == nil {
				t.Fatal("no such root element")
			}
			strict := []xsdbind.Option{xsdbind.Strict()}
			if strings.Contains(doc, "mauve") || strings.Contains(doc, "a b  c") {
				strict = nil // an unknown value of a closed enumeration, and a list that is not in its canonical form
			}
			if err := xsdbind.UnmarshalXML([]byte(doc), v, strict...); err != nil {
				t.Fatal(err)
			}
			got, err := xsdbind.MarshalXML(v)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(doc, "a b  c", "a b c")
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("-document +written:\n%s", diff)
			}
			again := constructs.NewElement(constructs.Namespace, c.root)
			if err := xml.Unmarshal([]byte(doc), again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v, again); diff != "" {
				t.Errorf("-own decoder +encoding/xml:\n%s", diff)
			}
		})
	}
}

func TestConstructsInJSON(t *testing.T) {
	for _, c := range valid {
		if c.root == "Open" || c.root == "All" {
			continue // XML fragments and the order of elements have no form in JSON that the schema would give
		}
		t.Run(c.root, func(t *testing.T) {
			v := constructs.NewElement(constructs.Namespace, c.root)
			if err := xsdbind.UnmarshalXML([]byte(document(c.root, c.body)), v); err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			again := constructs.NewElement(constructs.Namespace, c.root)
			if err := json.Unmarshal(data, again); err != nil {
				t.Fatalf("%v\n%s", err, data)
			}
			if diff := cmp.Diff(v, again); diff != "" {
				t.Errorf("-from XML +through JSON:\n%s\n%s", diff, data)
			}
		})
	}
}

func TestConstructsStrict(t *testing.T) {
	for _, c := range []struct{ root, body, want string }{
		{"Leaf", ` id="a"><Second>true</Second><First/></Leaf>`, "<First> after <Second>"},
		{"Leaf", ` id="a"><First/></Leaf>`, "Second"},
		{"Leaf", `><First/><Second>true</Second></Leaf>`, "id"},
		{"Choice", `><Before/><A/><B1>1</B1></Choice>`, "B1"},
		{"Choice", `><Before/></Choice>`, ""},
		{"RepeatedSequence", `><Key/><Value/><Value/></RepeatedSequence>`, "Value"},
		{"RepeatedSequence", `><Title/></RepeatedSequence>`, "Key"},
		{"Irregular", `><A/></Irregular>`, "A"},
		{"Irregular", `><A/><A/><C/></Irregular>`, "D"},
		{"Irregular", `><A/><A/><E href=""/><E href=""/><E href=""/><E href=""/></Irregular>`, "E"},
		{"All", `><X>1</X></All>`, "Y"},
		{"All", `><X>1</X><Y>1</Y><X>1</X></All>`, "X"},
		{"Open", `><Known/><own/></Open>`, "own"},
		{"Drawing", `><Shape/></Drawing>`, "Shape"},
		{"Tree", `><Name/>text</Tree>`, "text"},
		{"Values", `><Nil/><Percent>101</Percent></Values>`, "Percent"},
		{"Values", `><Nil/><Sizes>1 x</Sizes></Values>`, "Sizes"},
	} {
		v := constructs.NewElement(constructs.Namespace, c.root)
		err := xsdbind.UnmarshalXML([]byte(document(c.root, c.body)), v, xsdbind.Strict())
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s%s: got error %v, want one about %q with its line", c.root, c.body, err, c.want)
		}
	}
}
