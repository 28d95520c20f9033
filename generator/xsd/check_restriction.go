package xsd

import (
	"fmt"
	"math"
	"slices"
)

// checkRestriction checks complex content against that of the base which it restricts (3.4.6, 3.9.6).
func (l *loader) checkRestriction(t *ComplexType) {
	base, ok := t.Base.(*ComplexType)
	if !ok || base == anyType {
		return
	}
	switch {
	case t.Mixed && !base.Mixed:
		l.fail(t.Pos, "is mixed, and restricts %s, which is not", base.Display())
		return
	case t.Particle == nil || t.Particle.hollow():
		if base.Simple != nil || !base.Particle.emptiable() {
			l.fail(t.Pos, "has no content, and %s, which it restricts, needs some", base.Display())
		}
		return
	case base.Particle == nil:
		l.fail(t.Pos, "has elements, and restricts %s, which has none", base.Display())
		return
	}
	if msg := restricts(simplify(t.Particle), simplify(base.Particle)); msg != "" {
		l.fail(t.Pos, "is no restriction of %s: %s", base.Display(), msg)
	}
}

// hollow reports whether a particle holds no element and no wildcard.
func (p *Particle) hollow() bool {
	g, ok := p.Term.(*ModelGroup)
	return ok && g.Compositor != Choice && !slices.ContainsFunc(g.Particles, func(q *Particle) bool { return !q.hollow() })
}

// model is a particle without groups that make no difference.
type model struct {
	min, max int // max is math.MaxInt when unbounded
	element  *ElementDecl
	wildcard *Wildcard
	group    Compositor
	parts    []*model
}

func (m *model) leaf() bool { return m.element != nil || m.wildcard != nil }

func simplify(p *Particle) *model {
	m := &model{min: p.Min, max: p.Max}
	if p.Max == Unbounded {
		m.max = math.MaxInt
	}
	switch t := p.Term.(type) {
	case *ElementDecl:
		m.element = t
	case *Wildcard:
		m.wildcard = t
	case *ModelGroup:
		m.group = t.Compositor
		for _, q := range t.Particles {
			k := simplify(q)
			once := k.min == 1 && k.max == 1
			switch {
			case !k.leaf() && len(k.parts) == 0 && (k.group != Choice || k.min == 0):
			case !k.leaf() && once && k.group == m.group && m.group != All:
				m.parts = append(m.parts, k.parts...)
			default:
				m.parts = append(m.parts, k)
			}
		}
		if len(m.parts) == 1 && m.min == 1 && m.max == 1 {
			return m.parts[0]
		}
	}
	return m
}

// heads makes an element that others may stand for a choice of them all.
func (m *model) heads() *model {
	if m.element == nil {
		return m
	}
	stands := m.element.stands()
	if len(stands) == 1 {
		return m
	}
	out := &model{min: m.min, max: m.max, group: Choice}
	for _, e := range stands {
		c := *e
		c.Substitutes = nil
		out.parts = append(out.parts, &model{min: 1, max: 1, element: &c})
	}
	return out
}

func (m *model) String() string {
	switch {
	case m.element != nil:
		return m.element.Name.Local
	case m.wildcard != nil:
		return "the wildcard"
	}
	return "the " + m.group.String()
}

// restricts says why r is no valid restriction of b, "" when it is one.
func restricts(r, b *model) string {
	if r.element != nil && b.element != nil && r.element.Name == b.element.Name {
		return elementRestricts(r, b)
	}
	b = b.heads()
	switch {
	case b.wildcard != nil && r.element != nil:
		if !b.wildcard.Admits(r.element.Name.Space) {
			return fmt.Sprintf("the wildcard of the base does not admit %s", r)
		}
		return within(r, b)
	case b.wildcard != nil && r.wildcard != nil:
		if !r.wildcard.within(b.wildcard) || r.wildcard.Process.looser(b.wildcard.Process) {
			return "its wildcard admits more than that of the base"
		}
		return within(r, b)
	case b.wildcard != nil:
		return groupWithinWildcard(r, b)
	case b.element != nil && r.element != nil:
		return fmt.Sprintf("%s stands where the base has %s", r, b)
	case b.element != nil || r.wildcard != nil:
		return fmt.Sprintf("%s stands where the base has %s", r, b)
	case r.element != nil:
		for _, q := range b.parts { // a repeated choice lets each of its alternatives repeat
			if b.group == Choice && q.leaf() {
				repeated := *q
				repeated.min, repeated.max = times(b.min, q.min), times(b.max, q.max)
				if restricts(r, &repeated) == "" {
					return ""
				}
			}
		}
		return restricts(&model{min: 1, max: 1, group: b.group, parts: []*model{r}}, b)
	}
	switch {
	case r.group == b.group && r.group == Choice:
		return choiceRestricts(r, b)
	case r.group == b.group:
		return inOrder(r, b)
	case r.group == Sequence && b.group == All:
		return unordered(r, b)
	case r.group == Sequence && b.group == Choice:
		return sequenceInChoice(r, b)
	}
	return fmt.Sprintf("%s stands where the base has %s", r, b)
}

func within(r, b *model) string {
	if r.min < b.min || r.max > b.max {
		return fmt.Sprintf("%s may occur %s, and in the base %s", r, r.occurrence(), b.occurrence())
	}
	return ""
}

func (m *model) occurrence() string {
	if m.max == math.MaxInt {
		return fmt.Sprintf("%d..* times", m.min)
	}
	return fmt.Sprintf("%d..%d times", m.min, m.max)
}

func elementRestricts(r, b *model) string {
	re, be := r.element, b.element
	if msg := within(r, b); msg != "" {
		return msg
	}
	switch {
	case re == be:
		return ""
	case re.Nillable && !be.Nillable:
		return fmt.Sprintf("%s is nillable, and in the base it is not", r)
	case be.Fixed != nil && (re.Fixed == nil || !sameFixed(be, *re.Fixed, *be.Fixed)):
		return fmt.Sprintf("%s must keep the fixed value %q", r, *be.Fixed)
	case re.Block&be.Block != be.Block:
		return fmt.Sprintf("%s blocks less than in the base", r)
	}
	if methods, ok := derivation(re.Type, be.Type); !ok || methods&ByExtension != 0 {
		return fmt.Sprintf("%s has the type %s, which is no restriction of %s", r, re.Type.Display(), be.Type.Display())
	}
	return ""
}

func sameFixed(e *ElementDecl, a, b string) bool {
	t, ok := e.Type.(*SimpleType)
	if c, is := e.Type.(*ComplexType); is && c.Simple != nil {
		t, ok = c.Simple, true
	}
	if !ok {
		return a == b
	}
	return t.same(a, b)
}

func times(a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

func plus(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// total gives how many elements the model takes at least and at most.
func (m *model) total() (int, int) {
	if m.leaf() {
		return m.min, m.max
	}
	low, high := 0, 0
	for i, p := range m.parts {
		pl, ph := p.total()
		if m.group == Choice {
			if i == 0 || pl < low {
				low = pl
			}
			high = max(high, ph)
			continue
		}
		low, high = plus(low, pl), plus(high, ph)
	}
	return times(low, m.min), times(high, m.max)
}

func (m *model) emptiable() bool {
	low, _ := m.total()
	return low == 0
}

// groupWithinWildcard checks each leaf against a wildcard, and the occurrence as a whole.
func groupWithinWildcard(r, b *model) string {
	for _, p := range r.parts {
		var msg string
		if p.leaf() {
			msg = restricts(p, &model{max: math.MaxInt, wildcard: b.wildcard})
		} else {
			msg = groupWithinWildcard(p, &model{max: math.MaxInt, wildcard: b.wildcard})
		}
		if msg != "" {
			return msg
		}
	}
	low, high := r.total()
	return within(&model{min: low, max: high, group: r.group}, b)
}

// inOrder maps the parts of r to those of b one by one; what is passed over must be emptiable.
func inOrder(r, b *model) string {
	if msg := within(r, b); msg != "" {
		return msg
	}
	i := 0
	for _, p := range r.parts {
		why := fmt.Sprintf("%s has no place in the base", p)
		for ; ; i++ {
			if i == len(b.parts) {
				return why
			}
			msg := restricts(p, b.parts[i])
			if msg == "" {
				i++
				break
			}
			if !b.parts[i].emptiable() {
				return msg
			}
			if p.element != nil && b.parts[i].element != nil && p.element.Name == b.parts[i].element.Name {
				why = msg
			}
		}
	}
	for ; i < len(b.parts); i++ {
		if !b.parts[i].emptiable() {
			return fmt.Sprintf("it leaves out %s, which the base requires", b.parts[i])
		}
	}
	return ""
}

// choiceRestricts maps alternatives in order; the base may have more.
func choiceRestricts(r, b *model) string {
	if msg := within(r, b); msg != "" {
		return msg
	}
	i := 0
	for _, p := range r.parts {
		why := fmt.Sprintf("%s is no alternative of the base", p)
		for ; ; i++ {
			if i == len(b.parts) {
				return why
			}
			msg := restricts(p, b.parts[i])
			if msg == "" {
				i++
				break
			}
			if p.element != nil && b.parts[i].element != nil && p.element.Name == b.parts[i].element.Name {
				why = msg
			}
		}
	}
	return ""
}

// unordered maps the parts of a sequence to those of an all group, each at most once.
func unordered(r, b *model) string {
	if msg := within(r, b); msg != "" {
		return msg
	}
	used := make([]bool, len(b.parts))
parts:
	for _, p := range r.parts {
		for i, q := range b.parts {
			if !used[i] && restricts(p, q) == "" {
				used[i] = true
				continue parts
			}
		}
		return fmt.Sprintf("%s has no place in the base", p)
	}
	for i, q := range b.parts {
		if !used[i] && !q.emptiable() {
			return fmt.Sprintf("it leaves out %s, which the base requires", q)
		}
	}
	return ""
}

// sequenceInChoice maps each part of a sequence to an alternative of a repeated choice.
func sequenceInChoice(r, b *model) string {
parts:
	for _, p := range r.parts {
		for _, q := range b.parts {
			if restricts(p, q) == "" {
				continue parts
			}
		}
		return fmt.Sprintf("%s is no alternative of the base", p)
	}
	n := len(r.parts)
	return within(&model{min: times(r.min, n), max: times(r.max, n), group: r.group}, b)
}
