package schema_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/schema"
)

// node is an element of a schema document.
type node struct {
	name  xml.Name
	attrs map[xml.Name]string
	text  string
	kids  []*node
	line  int
}

func (n *node) attr(local string) string { return n.attrs[xml.Name{Local: local}] }
func (n *node) mark(local string) string {
	return n.attrs[xml.Name{Space: schema.AnnotationNamespace, Local: local}]
}

// walk visits n and all below it; visit gets the parent, nil for n itself.
func (n *node) walk(visit func(n, parent *node)) {
	visit(n, nil)
	var down func(*node)
	down = func(p *node) {
		for _, k := range p.kids {
			visit(k, p)
			down(k)
		}
	}
	down(n)
}

func (n *node) documentation() string {
	for _, k := range n.kids {
		if k.name.Local == "annotation" {
			for _, d := range k.kids {
				if d.name.Local == "documentation" {
					return strings.TrimSpace(d.text)
				}
			}
		}
	}
	return ""
}

func parseXML(t *testing.T, data []byte) *node {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	top := &node{}
	stack := []*node{top}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := d.InputPos()
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		last := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name, attrs: map[xml.Name]string{}, line: line}
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					n.attrs[a.Name] = a.Value
				}
			}
			last.kids = append(last.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			last.text += string(tok)
		}
	}
	if len(top.kids) != 1 {
		t.Fatalf("%d root elements", len(top.kids))
	}
	return top.kids[0]
}

// member is an element or attribute of a type, with the type that it has.
type member struct{ typ string }

// typeInfo is what the tests need to know of a complex type: its own and inherited members, attributes as "@Name".
type typeInfo struct {
	base    string
	members map[string]member
}

// model is RestAPI.xsd as far as the tests need it.
type model struct {
	doc   *node
	roots map[string]string // root element to type
	types map[string]*typeInfo
	named map[string]*node // types by name
}

func loadModel(t *testing.T) *model {
	t.Helper()
	m := &model{doc: parseXML(t, schema.RestAPI()), roots: map[string]string{}, types: map[string]*typeInfo{}, named: map[string]*node{}}
	for _, n := range m.doc.kids {
		name := n.attr("name")
		switch n.name.Local {
		case "element":
			if _, twice := m.roots[name]; twice {
				t.Errorf("line %d: element %s is declared twice", n.line, name)
			}
			m.roots[name] = n.attr("type")
		case "simpleType", "complexType":
			if m.named[name] != nil {
				t.Errorf("line %d: type %s is defined twice", n.line, name)
			}
			m.named[name] = n
			if n.name.Local == "complexType" {
				m.complex(name, n)
			}
		}
	}
	return m
}

func (m *model) complex(name string, n *node) {
	info := &typeInfo{members: map[string]member{}}
	m.types[name] = info
	var down func(*node)
	down = func(p *node) {
		for _, k := range p.kids {
			switch k.name.Local {
			case "annotation":
				continue
			case "extension", "restriction":
				info.base = k.attr("base")
			case "element":
				typ := k.attr("type")
				for _, c := range k.kids {
					if c.name.Local == "complexType" {
						typ = name + "." + k.attr("name")
						m.complex(typ, c)
					}
				}
				info.members[k.attr("name")] = member{typ}
				continue
			case "attribute":
				info.members["@"+k.attr("name")] = member{k.attr("type")}
				continue
			}
			down(k)
		}
	}
	down(n)
}

// find looks a member up in a type and what it is derived from.
func (m *model) find(typ, name string) (member, bool) {
	for seen := 0; seen < 20; seen++ {
		info := m.types[typ]
		if info == nil {
			return member{}, false
		}
		if x, ok := info.members[name]; ok {
			return x, true
		}
		typ = info.base
	}
	return member{}, false
}

// row is a line of a table, by column.
type row struct {
	line  int
	cells map[string]string
}

func (r row) get(column string) string { return r.cells[column] }

func readTable(t *testing.T, data []byte, columns string) []row {
	t.Helper()
	want := strings.Fields(columns)
	text := string(data)
	if strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
		t.Error("lines must end with a line feed alone, the last one too")
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if got := lines[0]; got != strings.Join(want, "\t") {
		t.Fatalf("the header is %q, want the columns %q", got, columns)
	}
	var rows []row
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != len(want) {
			t.Errorf("line %d: %d cells, want %d", i+2, len(cells), len(want))
			continue
		}
		r := row{line: i + 2, cells: map[string]string{}}
		for j, c := range cells {
			if c != strings.TrimSpace(c) {
				t.Errorf("line %d, column %s: white space around %q", r.line, want[j], c)
			}
			r.cells[want[j]] = c
		}
		rows = append(rows, r)
	}
	return rows
}
