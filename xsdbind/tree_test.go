package xsdbind_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
)

// node is an element as any reader of XML sees it, for comparing documents and for making others of them.
type node struct {
	Name  xml.Name
	Attrs []xml.Attr // sorted, without declarations
	Kids  []any      // *node or string
}

// parse reads a document without any code of this module. White space between elements is dropped, unless there is text.
func parse(t testing.TB, doc []byte) *node {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		top := stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{Name: x.Name}
			for _, a := range x.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					n.Attrs = append(n.Attrs, a)
				}
			}
			slices.SortFunc(n.Attrs, func(a, b xml.Attr) int {
				return strings.Compare(a.Name.Space+" "+a.Name.Local, b.Name.Space+" "+b.Name.Local)
			})
			top.Kids = append(top.Kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			if top.elementsOnly() {
				top.Kids = slices.DeleteFunc(top.Kids, func(k any) bool { _, ok := k.(string); return ok })
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.Kids = append(top.Kids, string(x))
		}
	}
	for _, k := range root.Kids {
		if n, ok := k.(*node); ok {
			return n
		}
	}
	t.Fatalf("no element in %s", doc)
	return nil
}

// elementsOnly reports whether there are elements, and between them no text.
func (n *node) elementsOnly() bool {
	elements := false
	for _, k := range n.Kids {
		switch k := k.(type) {
		case string:
			if strings.Trim(k, " \t\r\n") != "" {
				return false
			}
		default:
			elements = true
		}
	}
	return elements
}

func (n *node) clone() *node {
	c := &node{Name: n.Name, Attrs: slices.Clone(n.Attrs)}
	for _, k := range n.Kids {
		if e, ok := k.(*node); ok {
			k = e.clone()
		}
		c.Kids = append(c.Kids, k)
	}
	return c
}

// at follows a path of indexes into Kids.
func (n *node) at(path []int) *node {
	for _, i := range path {
		n = n.Kids[i].(*node)
	}
	return n
}

// walk visits each element with its path.
func (n *node) walk(path []int, visit func(n *node, path []int)) {
	visit(n, path)
	for i, k := range n.Kids {
		if e, ok := k.(*node); ok {
			e.walk(append(slices.Clone(path), i), visit)
		}
	}
}

// bytes writes the element. With prefix, every element has one.
func (n *node) bytes(prefix string) []byte {
	var b bytes.Buffer
	n.write(&b, prefix, "")
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer, prefix, scope string) {
	tag, decl := n.Name.Local, ""
	switch {
	case prefix != "" && n.Name.Space != "":
		tag = prefix + ":" + tag
		if n.Name.Space != scope {
			decl = fmt.Sprintf(` xmlns:%s="%s"`, prefix, n.Name.Space)
			scope = n.Name.Space
		}
	case prefix == "" && n.Name.Space != scope:
		decl = fmt.Sprintf(` xmlns="%s"`, n.Name.Space)
		scope = n.Name.Space
	}
	b.WriteString("<" + tag + decl)
	for i, a := range n.Attrs {
		name := a.Name.Local
		switch a.Name.Space {
		case "":
		case "http://www.w3.org/XML/1998/namespace":
			name = "xml:" + name
		default:
			fmt.Fprintf(b, ` xmlns:p%d="%s"`, i, a.Name.Space)
			name = fmt.Sprintf("p%d:%s", i, name)
		}
		b.WriteString(" " + name + `="`)
		_ = xml.EscapeText(b, []byte(a.Value))
		b.WriteString(`"`)
	}
	b.WriteString(">")
	for _, k := range n.Kids {
		switch k := k.(type) {
		case string:
			_ = xml.EscapeText(b, []byte(k))
		case *node:
			k.write(b, prefix, scope)
		}
	}
	b.WriteString("</" + tag + ">")
}

// field finds what an element inside an element of type v's is: its field, and a value to go on with if it is of
// complex type. It knows groups.
func field(v xsdbind.Struct, n *node) (f *xsdbind.Field, inside xsdbind.Struct) {
	typ := v.XSDType()
	for i := typ.Attrs; i < len(typ.Fields); i++ {
		f := &typ.Fields[i]
		if f.Where == xsdbind.WhereGroup {
			item := xsdbind.FieldAt(v, i, true).(xsdbind.List).Append().(xsdbind.Struct)
			if f, inside := field(item, n); f != nil {
				return f, inside
			}
			continue
		}
		if f.Name != n.Name.Local && !slices.Contains(f.Aliases, n.Name.Local) || f.Where != xsdbind.WhereElement {
			continue
		}
		space := typ.Space
		if f.Space != "" {
			space = f.Space
		}
		if f.Flags&xsdbind.FlagNoSpace != 0 {
			space = ""
		}
		if space != n.Name.Space {
			continue
		}
		if f.Kind != xsdbind.KindStruct {
			return f, nil
		}
		p := xsdbind.FieldAt(v, i, true)
		if l, ok := p.(xsdbind.List); ok {
			p = l.Append()
		}
		if n, ok := p.(xsdbind.Nillable); ok {
			p = n.ValuePtr()
		}
		return f, p.(xsdbind.Struct)
	}
	return nil, nil
}

// each visits the elements that the tables know, with a value of their type (nil: simple type).
func each(root *node, v xsdbind.Struct, visit func(n *node, path []int, v xsdbind.Struct)) {
	var walk func(n *node, path []int, v xsdbind.Struct)
	walk = func(n *node, path []int, v xsdbind.Struct) {
		visit(n, path, v)
		if v == nil {
			return
		}
		for i, k := range n.Kids {
			e, ok := k.(*node)
			if !ok {
				continue
			}
			if f, inside := field(v, e); f != nil {
				walk(e, append(slices.Clone(path), i), inside)
			}
		}
	}
	walk(root, nil, v)
}
