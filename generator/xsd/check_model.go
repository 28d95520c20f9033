package xsd

import (
	"math/bits"
	"slices"
)

// checkContent checks a content model: that each element in a document matches one particle only, that one name means
// one type, and that a restriction restricts.
func (l *loader) checkContent(t *ComplexType) {
	if t.Particle != nil && (t.OwnParticle != nil || t.Derivation != DerivationExtension) {
		l.checkSameTypes(t)
		l.checkAmbiguity(t)
	}
	if t.Derivation == DerivationRestriction && !t.src.simple {
		l.checkRestriction(t)
	}
}

// stands lists what may stand for an element: itself, and the members of its substitution group.
func (e *ElementDecl) stands() []*ElementDecl {
	if !e.Global || len(e.Substitutes) == 0 {
		return []*ElementDecl{e}
	}
	return append([]*ElementDecl{e}, e.Substitutes...)
}

// checkSameTypes checks that elements of one name have one type (element declarations consistent).
func (l *loader) checkSameTypes(t *ComplexType) {
	first := map[QName]*ElementDecl{}
	reported := map[QName]bool{}
	t.Particle.Walk(func(p *Particle) bool {
		e, ok := p.Term.(*ElementDecl)
		if !ok {
			return true
		}
		for _, s := range e.stands() {
			other, ok := first[s.Name]
			if !ok {
				first[s.Name] = s
				continue
			}
			if other.Type != s.Type && !reported[s.Name] {
				reported[s.Name] = true
				l.fail(p.Pos, "the element %s stands at line %d too, with another type", s.Name.Local, other.Pos.Line)
			}
		}
		return true
	})
}

// maxPositions bounds the models that are checked for ambiguity; the effort grows with the square.
const maxPositions = 3000

// automaton is the Glushkov automaton of a content model: positions stand for particles, and follow says which may come next.
// Repetition is unrolled only as far as it can make a difference.
type automaton struct {
	at     []*Particle
	follow []positions
	steps  int
	full   bool
}

// positions is a set of positions, one bit each.
type positions []uint64

func (s positions) with(list []int) positions {
	for _, n := range list {
		for len(s) <= n/64 {
			s = append(s, 0)
		}
		s[n/64] |= 1 << (n % 64)
	}
	return s
}

// or adds the members of o.
func (s positions) or(o positions) positions {
	for len(s) < len(o) {
		s = append(s, 0)
	}
	for i, w := range o {
		s[i] |= w
	}
	return s
}

func (s positions) list() []int {
	var out []int
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, i*64+bits.TrailingZeros64(w))
		}
	}
	return out
}

// part is a piece of the model: whether it may be empty, and the positions that may come first and last.
type part struct {
	empty       bool
	first, last []int
}

func (l *loader) checkAmbiguity(t *ComplexType) {
	var a automaton
	whole := a.particle(t.Particle)
	if a.full {
		return
	}
	if l.reportClash(t, &a, whole.first) {
		return
	}
	for _, f := range a.follow {
		if l.reportClash(t, &a, f.list()) {
			return
		}
	}
}

func (a *automaton) leaf(p *Particle) part {
	if len(a.at) >= maxPositions {
		a.full = true
		return part{}
	}
	n := len(a.at)
	a.at = append(a.at, p)
	a.follow = append(a.follow, nil)
	return part{first: []int{n}, last: []int{n}}
}

func (a *automaton) term(p *Particle) part {
	g, ok := p.Term.(*ModelGroup)
	if !ok {
		return a.leaf(p)
	}
	switch g.Compositor {
	case Choice:
		var out part
		for _, q := range g.Particles {
			out = alternative(out, a.particle(q))
		}
		return out
	case All:
		out := part{empty: true}
		var members []part
		for _, q := range g.Particles {
			m := a.particle(q)
			members = append(members, m)
			out = part{empty: out.empty && m.empty, first: append(out.first, m.first...), last: append(out.last, m.last...)}
		}
		for i, m := range members {
			for j, n := range members {
				if i != j {
					a.connect(m.last, n.first)
				}
			}
		}
		return out
	}
	out := part{empty: true}
	for _, q := range g.Particles {
		out = a.then(out, a.particle(q))
	}
	return out
}

func alternative(x, y part) part {
	return part{empty: x.empty || y.empty, first: append(x.first, y.first...), last: append(x.last, y.last...)}
}

func (a *automaton) then(x, y part) part {
	a.connect(x.last, y.first)
	out := part{empty: x.empty && y.empty, first: x.first, last: y.last}
	if x.empty {
		out.first = append(slices.Clone(x.first), y.first...)
	}
	if y.empty {
		out.last = append(slices.Clone(x.last), y.last...)
	}
	return out
}

func (a *automaton) connect(from, to []int) {
	if len(from) == 0 || len(to) == 0 {
		return
	}
	set := positions(nil).with(to)
	for _, f := range from {
		a.follow[f] = a.follow[f].or(set)
	}
}

// particle makes the part of a term with its occurrence.
func (a *automaton) particle(p *Particle) part {
	if a.steps++; a.full || a.steps > 20*maxPositions {
		a.full = true
		return part{}
	}
	out := part{empty: true}
	required := min(p.Min, 2)
	for i := range required {
		x := a.term(p)
		if i == required-1 && p.Max == Unbounded {
			a.connect(x.last, x.first)
		}
		out = a.then(out, x)
	}
	switch {
	case p.Max == Unbounded && p.Min == 0:
		x := a.term(p)
		a.connect(x.last, x.first)
		x.empty = true
		out = a.then(out, x)
	case p.Max > p.Min:
		optional := min(p.Max-p.Min, 2)
		inner := part{empty: true}
		for range optional {
			inner = a.then(a.term(p), inner)
			inner.empty = true
		}
		out = a.then(out, inner)
	}
	return out
}

// reportClash finds two particles among positions that the same element could match.
func (l *loader) reportClash(t *ComplexType, a *automaton, at []int) bool {
	byName := map[QName]*Particle{}
	var wild []*Particle
	for _, n := range at {
		p := a.at[n]
		switch term := p.Term.(type) {
		case *ElementDecl:
			for _, e := range term.stands() {
				other, ok := byName[e.Name]
				if ok && other != p {
					return l.clash(t, p, other, e.Name.Local)
				}
				byName[e.Name] = p
			}
		case *Wildcard:
			for _, o := range wild {
				if both, ok := term.intersect(o.Term.(*Wildcard)); o != p && (!ok || both.Any || both.Not || len(both.Spaces) > 0) {
					return l.clash(t, p, o, "an element")
				}
			}
			wild = append(wild, p)
		}
	}
	for _, w := range wild {
		for _, n := range at {
			e, ok := a.at[n].Term.(*ElementDecl)
			if !ok {
				continue
			}
			for _, s := range e.stands() {
				if w.Term.(*Wildcard).Admits(s.Name.Space) {
					return l.clash(t, a.at[n], w, s.Name.Local)
				}
			}
		}
	}
	return false
}

func (l *loader) clash(t *ComplexType, p, other *Particle, name string) bool {
	l.fail(t.Pos, "the content model is ambiguous: %s could match the particle at line %d or that at line %d", name, min(p.Pos.Line, other.Pos.Line), max(p.Pos.Line, other.Pos.Line))
	return true
}
