package conformance

import (
	"fmt"
	"slices"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
)

// A mutant is a changed copy of a message.
type mutant struct {
	name string // what was changed and where
	tree *canonical.Node
}

// foreign is a namespace that no schema knows.
const foreign = "urn:vbem:conformance:foreign"

// place is an element of a tree with its type.
type place struct {
	path string
	node *canonical.Node
	typ  *model.Type
}

// places lists the elements of a tree whose types are known, parents first.
func places(root *canonical.Node, t *model.Type) []place {
	var list []place
	var visit func(string, *canonical.Node, *model.Type)
	visit = func(path string, n *canonical.Node, t *model.Type) {
		list = append(list, place{path, n, t})
		count := make(map[string]int)
		for _, e := range n.Elements() {
			count[e.Name.Local]++
			if child, known := t.ChildType(e.Name); known {
				visit(fmt.Sprintf("%s/%s[%d]", path, e.Name.Local, count[e.Name.Local]), e, child)
			}
		}
	}
	visit("/"+root.Name.Local, root, t)
	return list
}

// unknownElement makes an element that no schema knows, with what unknown content may hold.
func unknownElement(space string, n int) *canonical.Node {
	other := foreign
	if space == foreign {
		other = foreign + ":inner"
	}
	return &canonical.Node{
		Name: canonical.Name{Space: space, Local: fmt.Sprintf("ConformanceUnknown%d", n)},
		Attrs: []canonical.Attr{
			{Name: canonical.Name{Local: "plain"}, Value: "a \"<&>' b"},
			{Name: canonical.Name{Space: other, Local: "qualified"}, Prefix: "cx", Value: "1"},
		},
		Declared: []canonical.Declaration{{Prefix: "cx", Space: other}},
		Children: []*canonical.Node{
			canonical.NewText("text é "),
			{Name: canonical.Name{Space: space, Local: "Inner"}, Children: []*canonical.Node{canonical.NewText(" ]]> & < ")}},
			canonical.NewText(" between "),
			{Name: canonical.Name{Space: other, Local: "Other"}, Children: []*canonical.Node{{Name: canonical.Name{Local: "NoNamespace"}}}},
			{Name: canonical.Name{Space: space, Local: "Empty"}},
		},
	}
}

// unknownElements returns a copy of the message for each gap between child elements and each namespace, and one with two unknown elements in every gap.
func unknownElements(root *canonical.Node, t *model.Type) []mutant {
	var list []mutant
	all := places(root, t)
	for i, p := range all {
		if !p.typ.HoldsElements() {
			continue
		}
		for gap := range len(p.node.Elements()) + 1 {
			for _, space := range []string{root.Name.Space, foreign} {
				tree := root.Clone()
				insert(places(tree, t)[i].node, gap, unknownElement(space, 1))
				list = append(list, mutant{fmt.Sprintf("unknown element of %q in gap %d of %s", space, gap, p.path), tree})
			}
		}
	}
	tree := root.Clone()
	for _, p := range places(tree, t) {
		if !p.typ.HoldsElements() {
			continue
		}
		for gap := len(p.node.Elements()); gap >= 0; gap-- {
			insert(p.node, gap, unknownElement(root.Name.Space, 1), unknownElement(foreign, 2))
		}
	}
	return append(list, mutant{"unknown elements in every gap", tree})
}

// insert puts elements before the child element at index gap, or at the end.
func insert(n *canonical.Node, gap int, elements ...*canonical.Node) {
	at := len(n.Children)
	if list := n.Elements(); gap < len(list) {
		at = slices.Index(n.Children, list[gap])
	}
	n.Children = slices.Insert(n.Children, at, elements...)
}

// unknownAttributes returns a copy of the message for each element and each kind of attribute, and one with all of them on every element.
func unknownAttributes(root *canonical.Node, t *model.Type) []mutant {
	kinds := []struct {
		name string
		attr canonical.Attr
	}{
		{"unqualified attribute", canonical.Attr{Name: canonical.Name{Local: "conformanceUnknown"}, Value: "a \"<&>' é\n b"}},
		{"attribute of the own namespace", canonical.Attr{Name: canonical.Name{Space: root.Name.Space, Local: "conformanceUnknown"}, Prefix: "own", Value: ""}},
		{"attribute of a foreign namespace", canonical.Attr{Name: canonical.Name{Space: foreign, Local: "conformanceUnknown"}, Prefix: "cx", Value: "1"}},
	}
	var list []mutant
	for i, p := range places(root, t) {
		for _, kind := range kinds {
			tree := root.Clone()
			at := places(tree, t)[i].node
			at.Attrs = append(at.Attrs, kind.attr)
			list = append(list, mutant{fmt.Sprintf("unknown %s on %s", kind.name, p.path), tree})
		}
	}
	tree := root.Clone()
	for _, p := range places(tree, t) {
		for _, kind := range kinds {
			p.node.Attrs = append(p.node.Attrs, kind.attr)
		}
	}
	return append(list, mutant{"unknown attributes on every element", tree})
}

// A swap is a copy of a message in which two neighbouring elements have changed places.
type swap struct {
	mutant
	allowed       bool // by the content model
	parent        string
	first, second string // names in the order in which they now stand
}

// swaps returns a copy of the message for each pair of neighbouring elements that are not the same.
func swaps(root *canonical.Node, t *model.Type) []swap {
	var list []swap
	for i, p := range places(root, t) {
		elements := p.node.Elements()
		for k := range len(elements) - 1 {
			a, b := elements[k], elements[k+1]
			if canonical.Diff(a, b, nil) == nil {
				continue
			}
			tree := root.Clone()
			node := places(tree, t)[i].node
			copies := node.Elements()
			x, y := slices.Index(node.Children, copies[k]), slices.Index(node.Children, copies[k+1])
			node.Children[x], node.Children[y] = node.Children[y], node.Children[x]
			var names []canonical.Name
			for _, e := range node.Elements() {
				names = append(names, e.Name)
			}
			list = append(list, swap{
				mutant:  mutant{fmt.Sprintf("<%s> before <%s> in %s", b.Name.Local, a.Name.Local, p.path), tree},
				allowed: p.typ.Accepts(names),
				parent:  p.node.Name.Local,
				first:   b.Name.Local,
				second:  a.Name.Local,
			})
		}
	}
	return list
}
