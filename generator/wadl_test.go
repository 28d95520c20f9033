package generator_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/spec"
	"github.com/vbem-go/vbem/generator/xsd"
)

const wadlSchema = "testdata/wadl.xsd"

// childModel writes a content model of elements as a regular expression over their names, each with a space after it.
func childModel(p *xsd.Particle) string {
	if p == nil {
		return ""
	}
	var inner string
	switch t := p.Term.(type) {
	case *xsd.ElementDecl:
		inner = regexp.QuoteMeta(t.Name.Local) + " "
	case *xsd.ModelGroup:
		list := make([]string, len(t.Particles))
		for i, q := range t.Particles {
			list[i] = childModel(q)
		}
		by := ""
		if t.Compositor == xsd.Choice {
			by = "|"
		}
		inner = strings.Join(list, by)
	default:
		inner = `\S+ `
	}
	if p.Max == xsd.Unbounded {
		return fmt.Sprintf("(?:%s){%d,}", inner, p.Min)
	}
	return fmt.Sprintf("(?:%s){%d,%d}", inner, p.Min, p.Max)
}

// local elements of a content model, by name.
func childDecls(p *xsd.Particle, into map[string]*xsd.ElementDecl) {
	if p == nil {
		return
	}
	switch t := p.Term.(type) {
	case *xsd.ElementDecl:
		into[t.Name.Local] = t
	case *xsd.ModelGroup:
		for _, q := range t.Particles {
			childDecls(q, into)
		}
	}
}

// structure says how an element departs from its declaration: children, attributes, text.
func structure(e *etree.Element, decl *xsd.ElementDecl) (faults []string) {
	ct, ok := decl.Type.(*xsd.ComplexType)
	if !ok {
		return nil
	}
	fail := func(format string, args ...any) {
		faults = append(faults, e.GetPath()+": "+fmt.Sprintf(format, args...))
	}
	names := ""
	decls := map[string]*xsd.ElementDecl{}
	childDecls(ct.Particle, decls)
	for _, c := range e.ChildElements() {
		names += c.Tag + " "
		if d := decls[c.Tag]; d != nil {
			faults = append(faults, structure(c, d)...)
		}
	}
	if !regexp.MustCompile("^(?:" + childModel(ct.Particle) + ")$").MatchString(names) {
		fail("children %s", names)
	}
	if text := strings.TrimSpace(e.Text()); text != "" && !ct.Mixed {
		fail("text %q", text)
	}
	uses := map[string]*xsd.AttributeUse{}
	for _, u := range ct.Attributes {
		uses[u.Decl.Name.Local] = u
		if u.Required && e.SelectAttr(u.Decl.Name.Local) == nil {
			fail("no attribute %s", u.Decl.Name.Local)
		}
	}
	for _, a := range e.Attr {
		if a.Space != "xmlns" && a.Key != "xmlns" && uses[a.Key] == nil {
			fail("attribute %s", a.FullKey())
		}
	}
	return faults
}

func wadlDocument(t *testing.T, data []byte) *etree.Document {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(data); err != nil {
		t.Fatal(err)
	}
	return doc
}

func wadlRoot(t *testing.T) *xsd.ElementDecl {
	t.Helper()
	schema, err := xsd.Load(xsd.Options{Files: []string{wadlSchema}})
	if err != nil {
		t.Fatal(err)
	}
	return schema.Element(xsd.QName{Space: "http://wadl.dev.java.net/2009/02", Local: "application"})
}

func TestWADLHasTheStructureOfItsSchema(t *testing.T) {
	root := wadlRoot(t)
	for _, data := range [][]byte{spec.WADL(), constructsSpec(t)["api.wadl"]} {
		for _, fault := range structure(wadlDocument(t, data).Root(), root) {
			t.Error(fault)
		}
	}
}

// The check can fail.
func TestWADLStructureCheck(t *testing.T) {
	root := wadlRoot(t)
	for _, c := range []struct{ change, want string }{
		{`<resources/>`, "/application/resources: children "},
		{`<resources><resource/></resources><grammars/>`, "/application: children resources grammars "},
		{`<resources><resource><method><response/><request/></method></resource></resources>`, "/application/resources/resource/method: children response request "},
		{`<param name="a"/>`, "/application/param: no attribute style"},
		{`<method verb="GET"/>`, "/application/method: attribute verb"},
		{`<grammars>text</grammars>`, `/application/grammars: text "text"`},
	} {
		faults := structure(wadlDocument(t, []byte(`<application>`+c.change+`</application>`)).Root(), root)
		if diff := cmp.Diff([]string{c.want}, faults); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.change, diff)
		}
	}
}

func TestWADLIsValidByXMLLint(t *testing.T) {
	program := os.Getenv("VBEM_XMLLINT")
	if program == "" {
		program = "xmllint"
	}
	program, err := exec.LookPath(program)
	if err != nil {
		t.Skip("xmllint is not installed: set VBEM_XMLLINT to validate the WADL by a second implementation")
	}
	for _, data := range [][]byte{spec.WADL(), constructsSpec(t)["api.wadl"]} {
		c := exec.Command(program, "--noout", "--nonet", "--schema", wadlSchema, "-")
		c.Stdin = bytes.NewReader(data)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// wadlPath joins the paths of the resources around a method, below the base.
func wadlPath(method *etree.Element) string {
	path := ""
	for r := method.Parent(); r.Tag == "resource"; r = r.Parent() {
		path = "/" + strings.Trim(r.SelectAttrValue("path", ""), "/") + path
	}
	return path
}

func TestWADLHasEveryOperationOnce(t *testing.T) {
	doc := wadlDocument(t, spec.WADL())
	want := map[string]string{}
	for _, op := range table(t) {
		path := op.Path
		if path != "/" {
			path = strings.TrimSuffix(path, "/")
		}
		query, err := url.ParseQuery(op.Query)
		if err != nil {
			t.Fatal(err)
		}
		want[strings.ReplaceAll(op.Name(), ".", "")] = fmt.Sprintf("%s %s?%s %s -> %s", op.Method, bare(strings.ToLower(path)), query.Encode(), op.Request, strings.Join(op.Responses, "|"))
	}
	got := map[string]string{}
	element := func(r *etree.Element) string { return strings.TrimPrefix(r.SelectAttrValue("element", ""), "t:") }
	for _, m := range doc.FindElements("//method") {
		id := m.SelectAttrValue("id", "")
		if got[id] != "" {
			t.Errorf("%s stands twice", id)
		}
		query := url.Values{}
		for _, p := range m.FindElements("request/param[@fixed]") {
			query.Set(p.SelectAttrValue("name", ""), p.SelectAttrValue("fixed", ""))
		}
		request := ""
		if r := m.FindElement("request/representation"); r != nil {
			request = element(r)
		}
		var answers []string
		for _, r := range m.FindElements("response") {
			if !strings.HasPrefix(r.SelectAttrValue("status", ""), "2") {
				continue
			}
			for _, x := range r.SelectElements("representation") {
				answers = append(answers, element(x))
			}
		}
		got[id] = fmt.Sprintf("%s %s?%s %s -> %s", m.SelectAttrValue("name", ""), bare(strings.ToLower(wadlPath(m))), query.Encode(), request, strings.Join(answers, "|"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-table +document:\n%s", diff)
	}
}

// The grammar that the document includes is the schema, and declares every element that representations name.
func TestWADLGrammar(t *testing.T) {
	doc := wadlDocument(t, spec.WADL())
	if space := doc.Root().SelectAttrValue("xmlns:t", ""); space != ent.Namespace {
		t.Fatalf("the prefix t is bound to %q", space)
	}
	include := doc.FindElement("//include").SelectAttrValue("href", "")
	schema, err := xsd.Load(xsd.Options{Files: []string{filepath.Join("..", "gen", "spec", filepath.FromSlash(include))}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range doc.FindElements("//representation") {
		prefix, local, _ := strings.Cut(r.SelectAttrValue("element", ""), ":")
		if prefix != "t" || schema.Element(xsd.QName{Space: ent.Namespace, Local: local}) == nil {
			t.Errorf("%s: the schema declares no element %s", wadlPath(r.Parent().Parent()), local)
		}
	}
}
