package ir

import (
	"github.com/vbem-go/vbem/generator/xsd"
	"github.com/vbem-go/vbem/xsdbind"
)

// A node is a particle of a content model, simplified: no empty groups, no groups of one, no sequence directly in a
// sequence or choice in a choice, and substitution groups written as the choices that they are.
type node struct {
	op       xsdbind.Op // OpElement, OpAny, OpSequence, OpChoice, OpAll
	min, max int
	elem     *xsd.ElementDecl
	wild     *xsd.Wildcard
	kids     []*node
	owner    *xsd.ComplexType
	note     xsd.Note
}

func (n *node) repeated() bool { return n.max != 1 }

// leaves calls f for the elements and wildcards below n, in order.
func (n *node) leaves(f func(*node)) {
	if n == nil {
		return
	}
	if n.op == xsdbind.OpElement || n.op == xsdbind.OpAny {
		f(n)
		return
	}
	for _, k := range n.kids {
		k.leaves(f)
	}
}

// simplify turns a particle into a node, or nil when nothing can stand there.
func simplify(p *xsd.Particle) *node {
	if p == nil || p.Max == 0 {
		return nil
	}
	n := &node{min: p.Min, max: p.Max, owner: p.Owner, note: p.Note}
	switch t := p.Term.(type) {
	case *xsd.ElementDecl:
		return simplifyElement(n, t)
	case *xsd.Wildcard:
		n.op, n.wild = xsdbind.OpAny, t
		return n
	case *xsd.ModelGroup:
		n.op = [...]xsdbind.Op{xsd.Sequence: xsdbind.OpSequence, xsd.Choice: xsdbind.OpChoice, xsd.All: xsdbind.OpAll}[t.Compositor]
		for _, q := range t.Particles {
			k := simplify(q)
			switch {
			case k == nil:
				if n.op == xsdbind.OpChoice && q.Min == 0 {
					n.min = 0 // the empty alternative
				}
			case k.op == n.op && k.op != xsdbind.OpAll && k.min == 1 && k.max == 1:
				n.kids = append(n.kids, k.kids...)
			default:
				n.kids = append(n.kids, k)
			}
		}
		return collapse(n)
	}
	return nil
}

// simplifyElement makes a choice of an element that heads a substitution group.
func simplifyElement(n *node, e *xsd.ElementDecl) *node {
	n.op, n.elem = xsdbind.OpElement, e
	if len(e.Substitutes) == 0 {
		return n
	}
	c := &node{op: xsdbind.OpChoice, min: n.min, max: n.max, owner: n.owner, note: n.note}
	for _, m := range append([]*xsd.ElementDecl{e}, e.Substitutes...) {
		if !m.Abstract {
			c.kids = append(c.kids, &node{op: xsdbind.OpElement, min: 1, max: 1, elem: m, owner: n.owner})
		}
	}
	return collapse(c)
}

// collapse drops a group that holds nothing, and one that holds a single particle where their occurrences multiply to a range.
func collapse(n *node) *node {
	if len(n.kids) == 0 {
		return nil
	}
	if len(n.kids) > 1 {
		return n
	}
	k := n.kids[0]
	min, max, ok := multiply(n.min, n.max, k.min, k.max)
	if !ok {
		return n
	}
	k.min, k.max = min, max
	if k.note.Doc == "" {
		k.note.Doc = n.note.Doc
	}
	return k
}

// multiply gives the occurrences of m..n rounds of a..b, if they are a range without gaps.
func multiply(m, n, a, b int) (min, max int, ok bool) {
	max = xsd.Unbounded
	if n != xsd.Unbounded && b != xsd.Unbounded {
		max = n * b
	}
	min = m * a
	if m == n || b == xsd.Unbounded && (m > 0 || a <= 1) {
		return min, max, true
	}
	// Rounds k and k+1 must meet: (k+1)·a ≤ k·b + 1, hardest for the smallest k.
	if b == xsd.Unbounded {
		return min, max, a <= 1
	}
	return min, max, (m+1)*a <= m*b+1
}

// regular reports whether fields of a struct can hold the content without losing the order of a valid document:
// every element name stands once, and what repeats is an element, a choice of elements or a sequence of elements.
func regular(n *node) bool {
	names := map[xsd.QName]bool{}
	wildcards, ok := 0, true
	n.leaves(func(l *node) {
		if l.op == xsdbind.OpAny {
			wildcards++
			return
		}
		ok = ok && !names[l.elem.Name]
		names[l.elem.Name] = true
	})
	return ok && wildcards <= 1 && (wildcards == 0 || regularWildcard(n)) && regularGroups(n)
}

// regularWildcard reports whether the one wildcard stands where its elements need no order against others: in sequences that do not repeat.
func regularWildcard(n *node) bool {
	switch n.op {
	case xsdbind.OpAny:
		return true
	case xsdbind.OpSequence:
		if n.repeated() {
			break
		}
		for _, k := range n.kids {
			if !regularWildcard(k) {
				return false
			}
		}
		return true
	case xsdbind.OpElement:
		return true
	}
	has := false
	n.leaves(func(l *node) { has = has || l.op == xsdbind.OpAny })
	return !has
}

func regularGroups(n *node) bool {
	if n.op == xsdbind.OpElement || n.op == xsdbind.OpAny {
		return true
	}
	for _, k := range n.kids {
		leaf := k.op == xsdbind.OpElement
		switch {
		case !n.repeated():
			if !regularGroups(k) {
				return false
			}
		case !leaf || n.op == xsdbind.OpAll:
			return false
		case n.op == xsdbind.OpChoice && (k.min != 1 || k.max != 1):
			return false
		case n.op == xsdbind.OpSequence && k.repeated():
			// Where one round ends and the next begins would be a guess for a*, b* in rounds.
			return false
		}
	}
	// A round of a repeated sequence must begin with an element that is always there.
	if n.repeated() && n.op == xsdbind.OpSequence && n.kids[0].min == 0 {
		return false
	}
	return true
}
