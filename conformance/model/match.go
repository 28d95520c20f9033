package model

import (
	"slices"

	"github.com/vbem-go/vbem/conformance/canonical"
)

type op uint8

const (
	element op = iota
	sequence
	choice
	all
	wildcard
)

// unbounded is maxOccurs="unbounded".
const unbounded = -1

// A particle is a node of a content model.
type particle struct {
	op       op
	min, max int
	name     canonical.Name // element
	parts    []*particle    // sequence, choice, all
	admits   func(space string) bool
}

// match returns the positions in names at which p may end when it begins at one of the given positions.
// Following every way at once needs no determinism and cannot run away: there are at most len(names)+1 positions.
func (p *particle) match(names []canonical.Name, from []int) []int {
	var ends []int
	if p.min == 0 {
		ends = union(ends, from)
	}
	for round := 1; len(from) > 0 && (p.max == unbounded || round <= p.max); round++ {
		next := p.once(names, from)
		if round >= p.min {
			// A round that reaches no new position reaches none later.
			before := len(ends)
			ends = union(ends, next)
			if len(ends) == before && round > p.min {
				break
			}
		}
		from = next
	}
	return ends
}

// once is match for one occurrence.
func (p *particle) once(names []canonical.Name, from []int) []int {
	var ends []int
	switch p.op {
	case element, wildcard:
		for _, at := range from {
			if at < len(names) && (p.op == element && names[at] == p.name || p.op == wildcard && p.admits(names[at].Space)) {
				ends = union(ends, []int{at + 1})
			}
		}
	case sequence:
		ends = from
		for _, part := range p.parts {
			ends = part.match(names, ends)
		}
	case choice:
		for _, part := range p.parts {
			ends = union(ends, part.match(names, from))
		}
	case all:
		for _, at := range from {
			ends = union(ends, p.anyOrder(names, at, make([]bool, len(p.parts))))
		}
	}
	return ends
}

// anyOrder matches the parts of xs:all that are not used yet. Its elements have different names, so there is one way at most.
func (p *particle) anyOrder(names []canonical.Name, at int, used []bool) []int {
	for at < len(names) {
		i := slices.IndexFunc(p.parts, func(part *particle) bool { return part.name == names[at] })
		if i < 0 || used[i] {
			break
		}
		used[i] = true
		at++
	}
	for i, part := range p.parts {
		if part.min > 0 && !used[i] {
			return nil
		}
	}
	return []int{at}
}

// takes tells whether a wildcard somewhere in p admits an element of that name.
func (p *particle) takes(n canonical.Name) bool {
	if p == nil {
		return false
	}
	if p.op == wildcard {
		return p.admits(n.Space)
	}
	return slices.ContainsFunc(p.parts, func(part *particle) bool { return part.takes(n) })
}

// union merges sorted sets of positions.
func union(a, b []int) []int {
	set := slices.Concat(a, b)
	slices.Sort(set)
	return slices.Compact(set)
}
