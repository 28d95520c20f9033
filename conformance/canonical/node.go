// Package canonical compares XML and JSON documents by what they say and not by how they are written.
//
// XML documents are the same when names, namespaces, the order of elements, attributes and text are; prefixes, the order of
// attributes, comments, processing instructions and white space between elements are not looked at. Values are compared
// as text, but for booleans and numbers where a [Typing] tells that they are such: 1 is true, and 07 is 7.
//
// JSON documents are the same when their members are, whatever their order and letter case. Null and absent are alike.
//
// XML is read with etree: the codecs under test have no part in it. Values of this package are not safe for concurrent
// change; functions that only read may run at once.
package canonical

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

// Namespaces that every document may use.
const (
	XSI = "http://www.w3.org/2001/XMLSchema-instance"
	XML = "http://www.w3.org/XML/1998/namespace"
)

// A Name is an expanded name.
type Name struct{ Space, Local string }

func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// A Node is an element or, when its name is empty, a piece of text.
type Node struct {
	Name     Name
	Attrs    []Attr        // in document order, without declarations
	Declared []Declaration // prefixes declared here; values may rely on them
	Children []*Node
	Text     string // of a piece of text
}

// An Attr is an attribute. QName is the expanded value of xsi:type.
type Attr struct {
	Name   Name
	Prefix string
	Value  string
	QName  string
}

// A Declaration binds a prefix to a namespace.
type Declaration struct{ Prefix, Space string }

// IsText tells text from elements.
func (n *Node) IsText() bool { return n.Name.Local == "" }

// Elements returns the child elements.
func (n *Node) Elements() []*Node {
	var list []*Node
	for _, c := range n.Children {
		if !c.IsText() {
			list = append(list, c)
		}
	}
	return list
}

// Value returns the text directly inside an element.
func (n *Node) Value() string {
	var b strings.Builder
	for _, c := range n.Children {
		b.WriteString(c.Text)
	}
	return b.String()
}

// Clone copies a tree.
func (n *Node) Clone() *Node {
	c := *n
	c.Attrs = append([]Attr(nil), n.Attrs...)
	c.Children = make([]*Node, len(n.Children))
	for i, child := range n.Children {
		c.Children[i] = child.Clone()
	}
	return &c
}

// Walk calls visit for every element, parents first.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, c := range n.Elements() {
		c.Walk(visit)
	}
}

// NewText makes a piece of text.
func NewText(s string) *Node { return &Node{Text: s} }

// Read reads a document with etree.
func Read(data []byte) (*etree.Document, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveDuplicateAttrs = true
	if err := doc.ReadFromBytes(data); err != nil {
		return nil, err
	}
	return doc, nil
}

// Parse reads a document and returns its root. White space between elements is kept here; [Diff] passes over it.
func Parse(data []byte) (*Node, error) {
	doc, err := Read(data)
	if err != nil {
		return nil, err
	}
	var root *etree.Element
	for _, token := range doc.Child {
		switch t := token.(type) {
		case *etree.Element:
			if root != nil {
				return nil, fmt.Errorf("two root elements, <%s> and <%s>", root.FullTag(), t.FullTag())
			}
			root = t
		case *etree.CharData:
			if !t.IsWhitespace() {
				return nil, fmt.Errorf("text outside the root element: %q", t.Data)
			}
		}
	}
	if root == nil {
		return nil, errors.New("no root element")
	}
	return convert(root, "/"+root.Tag)
}

func convert(e *etree.Element, path string) (*Node, error) {
	n := &Node{Name: Name{e.NamespaceURI(), e.Tag}}
	if e.Space != "" && n.Name.Space == "" {
		return nil, fmt.Errorf("%s: prefix %q is not declared", path, e.Space)
	}
	seen := make(map[Name]bool)
	for _, a := range e.Attr {
		switch {
		case a.Space == "xmlns":
			n.Declared = append(n.Declared, Declaration{a.Key, a.Value})
			continue
		case a.Space == "" && a.Key == "xmlns":
			continue
		}
		attr := Attr{Name: Name{a.NamespaceURI(), a.Key}, Prefix: a.Space, Value: a.Value}
		if a.Space == "xml" {
			attr.Name.Space = XML
		}
		if a.Space != "" && attr.Name.Space == "" {
			return nil, fmt.Errorf("%s/@%s: prefix %q is not declared", path, a.Key, a.Space)
		}
		if seen[attr.Name] {
			return nil, fmt.Errorf("%s/@%s: attribute occurs twice", path, attr.Name)
		}
		seen[attr.Name] = true
		if attr.Name == (Name{XSI, "type"}) {
			attr.QName = expand(e, strings.TrimSpace(a.Value))
		}
		n.Attrs = append(n.Attrs, attr)
	}
	for _, token := range e.Child {
		switch t := token.(type) {
		case *etree.Element:
			child, err := convert(t, path+"/"+t.Tag)
			if err != nil {
				return nil, err
			}
			n.Children = append(n.Children, child)
		case *etree.CharData:
			if last := len(n.Children) - 1; last >= 0 && n.Children[last].IsText() {
				n.Children[last].Text += t.Data
			} else if t.Data != "" {
				n.Children = append(n.Children, NewText(t.Data))
			}
		}
	}
	return n, nil
}

// expand resolves a qualified name in the scope of an element.
func expand(e *etree.Element, value string) string {
	prefix, local, found := strings.Cut(value, ":")
	if !found {
		prefix, local = "", value
	}
	key := etree.Attr{Space: "xmlns", Key: prefix}
	if prefix == "" {
		key = etree.Attr{Key: "xmlns"}
	}
	for ; e != nil; e = e.Parent() {
		for _, a := range e.Attr {
			if a.Space == key.Space && a.Key == key.Key {
				return Name{a.Value, local}.String()
			}
		}
	}
	return Name{"", local}.String()
}
