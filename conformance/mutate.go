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

// work bounds what one check does with one message: mutants times elements. Small messages get a mutant for each place; in large ones several
// places that lie far apart share one.
const work = 20_000

// batches deals items out to so many batches that the work stays within bounds: each item stands in one of them.
func batches[T any](items []T, root *canonical.Node) [][]T {
	elements := 0
	root.Walk(func(*canonical.Node) { elements++ })
	const least = 16
	list := make([][]T, min(len(items), max(least, work/elements)))
	for i, item := range items {
		list[i%len(list)] = append(list[i%len(list)], item)
	}
	return list
}

// gap is a place between child elements where an unknown one is put.
type gap struct {
	name     string
	parent   int // index among the places
	position int
	element  *canonical.Node
}

// unknownElements returns copies of the message with an unknown element in each gap between child elements, of the own namespace and of a
// foreign one, and a copy with two in every gap.
func unknownElements(root *canonical.Node, t *model.Type) []mutant {
	var gaps []gap
	all := places(root, t)
	for i, p := range all {
		if !p.typ.HoldsElements() {
			continue
		}
		for position := range len(p.node.Elements()) + 1 {
			for _, space := range []string{root.Name.Space, foreign} {
				gaps = append(gaps, gap{fmt.Sprintf("unknown element of %q in gap %d of %s", space, position, p.path), i, position, unknownElement(space, 1)})
			}
		}
	}
	var list []mutant
	for _, batch := range batches(gaps, root) {
		tree := root.Clone()
		at := places(tree, t)
		slices.SortStableFunc(batch, func(a, b gap) int { return b.position - a.position }) // insertion moves what follows
		for _, g := range batch {
			insert(at[g.parent].node, g.position, g.element)
		}
		list = append(list, mutant{batch[0].name + others(len(batch)), tree})
	}
	tree := root.Clone()
	for _, p := range places(tree, t) {
		if !p.typ.HoldsElements() {
			continue
		}
		for position := len(p.node.Elements()); position >= 0; position-- {
			insert(p.node, position, unknownElement(root.Name.Space, 1), unknownElement(foreign, 2))
		}
	}
	return append(list, mutant{"unknown elements in every gap", tree})
}

// others says how many more places of a batch there are.
func others(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n-1)
}

// insert puts elements before the child element at index gap, or at the end.
func insert(n *canonical.Node, gap int, elements ...*canonical.Node) {
	at := len(n.Children)
	if list := n.Elements(); gap < len(list) {
		at = slices.Index(n.Children, list[gap])
	}
	n.Children = slices.Insert(n.Children, at, elements...)
}

// unknownAttributes returns copies of the message with an unknown attribute of each kind on each element, and one with all of them on every element.
func unknownAttributes(root *canonical.Node, t *model.Type) []mutant {
	kinds := []struct {
		name string
		attr canonical.Attr
	}{
		{"unqualified attribute", canonical.Attr{Name: canonical.Name{Local: "conformanceUnknown"}, Value: "a \"<&>' é\n b"}},
		{"attribute of the own namespace", canonical.Attr{Name: canonical.Name{Space: root.Name.Space, Local: "conformanceUnknown"}, Prefix: "own", Value: ""}},
		{"attribute of a foreign namespace", canonical.Attr{Name: canonical.Name{Space: foreign, Local: "conformanceUnknown"}, Prefix: "cx", Value: "1"}},
	}
	type addition struct {
		name  string
		place int
		attr  canonical.Attr
	}
	var additions []addition
	for i, p := range places(root, t) {
		for _, kind := range kinds {
			additions = append(additions, addition{fmt.Sprintf("unknown %s on %s", kind.name, p.path), i, kind.attr})
		}
	}
	var list []mutant
	for _, batch := range batches(additions, root) {
		tree := root.Clone()
		at := places(tree, t)
		for _, a := range batch {
			n := at[a.place].node
			n.Attrs = append(n.Attrs, a.attr)
		}
		list = append(list, mutant{batch[0].name + others(len(batch)), tree})
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
