package xsdbind

// matcher follows a content model element by element. XML Schema's models are deterministic (Unique Particle
// Attribution), so one position in the model is all it needs: a stack of the groups that are open there.
//
// Where a group with a bounded number of rounds holds nothing but elements that repeat themselves, as in (a{2,3}){2}, the first
// rounds take as many as they can, although the model might be read in another way.
type matcher struct {
	frames []frame
	before []frame // what frames was before the element that is matched
	leaf   leaf    // where the last element was placed
	wants  leaf    // after a refusal: the required particle that stands before the element, if that is why
}

// frame is an open group.
type frame struct {
	typ   *Type
	at    int    // its particle in typ.Model
	round int    // rounds begun
	child int    // the particle inside it that the last element belongs to, 0 for none in this round
	n     int    // occurrences of child in this round, where that is an element or a wildcard
	seen  uint64 // OpAll: children that have occurred
	fresh bool   // OpGroup: the round has no item yet
}

// leaf is an element particle or wildcard.
type leaf struct {
	typ *Type
	at  int
}

func (l leaf) particle() *Particle { return &l.typ.Model[l.at] }

func (l leaf) field() *Field { return &l.typ.plan().elements[l.particle().Field] }

// reset begins a new element's content.
func (m *matcher) reset() {
	m.frames = m.frames[:0]
	m.leaf, m.wants = leaf{}, leaf{}
}

// accept takes the next element. Where the model refuses it there, nothing changes, and wants says why.
func (m *matcher) accept(t *Type, local []byte, space string) bool {
	m.wants = leaf{}
	if len(m.frames) == 0 {
		if len(t.Model) > 0 && m.enter(t, 0, local, space) {
			return true
		}
		m.frames = m.frames[:0]
		if len(t.Model) > 0 {
			m.blocked(t, 0)
		}
		return false
	}
	m.before = append(m.before[:0], m.frames...)
	for k := len(m.frames) - 1; k >= 0; k-- {
		m.frames = m.frames[:k+1]
		if m.advance(k, local, space) {
			return true
		}
		if m.wants.typ != nil || !m.again(k, local, space) {
			break
		}
		if m.leaf.typ != nil {
			return true
		}
	}
	m.frames = append(m.frames[:0], m.before...)
	return false
}

// again tries a new round of frame k, whose round has no place for the element. It reports whether to go on:
// m.leaf is set where the element was placed.
func (m *matcher) again(k int, local []byte, space string) bool {
	m.leaf = leaf{}
	f := &m.frames[k]
	q := &f.typ.Model[f.at]
	if q.Max == Unbounded || f.round < int(q.Max) {
		old := *f
		f.round++
		f.child, f.n, f.seen = 0, 0, 0
		if m.advance(k, local, space) {
			return true
		}
		wants := m.wants
		m.wants = leaf{}
		m.frames = m.frames[:k+1]
		m.frames[k] = old
		if old.round < int(q.Min) && !roundEmptiable(old.typ, old.at) {
			m.wants = wants
			if wants.typ == nil {
				m.blocked(old.typ, old.at)
			}
			return false
		}
	}
	return true
}

// enter begins particle at of t's model with the element.
func (m *matcher) enter(t *Type, at int, local []byte, space string) bool {
	q := &t.Model[at]
	switch {
	case q.Max == 0:
		return false
	case q.Op == OpElement, q.Op == OpAny:
		if !matches(t, q, local, space) {
			return false
		}
		m.leaf = leaf{t, at}
		return true
	}
	k := len(m.frames)
	m.frames = append(m.frames, frame{typ: t, at: at, round: 1})
	if m.advance(k, local, space) {
		return true
	}
	m.frames = m.frames[:k]
	m.wants = leaf{}
	return false
}

// advance looks for a place in the current round of frame k, which is the last one.
func (m *matcher) advance(k int, local []byte, space string) bool {
	f := &m.frames[k]
	t, at, c := f.typ, f.at, f.child
	q := &t.Model[at]
	if q.Op == OpGroup {
		if c != 0 {
			return false // the round's own frame has said no
		}
		g := t.Fields[q.Field].Group
		if len(g.Model) == 0 || !m.enter(g, 0, local, space) {
			return false
		}
		m.frames[k].child, m.frames[k].fresh = 1, true
		return true
	}
	end := at + int(q.Len)
	if c != 0 {
		if cq := &t.Model[c]; cq.isLeaf() {
			if (cq.Max == Unbounded || f.n < int(cq.Max)) && matches(t, cq, local, space) {
				f.n++
				m.leaf = leaf{t, c}
				return true
			}
			if f.n < int(cq.Min) {
				m.blocked(t, c)
				return false
			}
		}
	}
	switch q.Op {
	case OpSequence:
		next := at + 1
		if c != 0 {
			next = c + 1 + int(t.Model[c].Len)
		}
		for ; next <= end; next += 1 + int(t.Model[next].Len) {
			if m.into(k, next, local, space) {
				return true
			}
			if !emptiable(t, next) {
				m.blocked(t, next)
				return false
			}
		}
	case OpChoice:
		if c != 0 {
			return false
		}
		for next := at + 1; next <= end; next += 1 + int(t.Model[next].Len) {
			if m.into(k, next, local, space) {
				return true
			}
		}
		if !roundEmptiable(t, at) {
			m.blocked(t, at)
		}
	case OpAll:
		bit := uint64(1)
		for next := at + 1; next <= end; next, bit = next+1+int(t.Model[next].Len), bit<<1 {
			if m.frames[k].seen&bit == 0 && m.into(k, next, local, space) {
				m.frames[k].seen |= bit
				return true
			}
		}
		m.unseen(k)
	}
	return false
}

// into enters child c of frame k.
func (m *matcher) into(k, c int, local []byte, space string) bool {
	if !m.enter(m.frames[k].typ, c, local, space) {
		return false
	}
	m.frames[k].child, m.frames[k].n = c, 1
	return true
}

// unseen names the first required child of an OpAll that has not occurred.
func (m *matcher) unseen(k int) {
	f := &m.frames[k]
	t := f.typ
	bit := uint64(1)
	for c := f.at + 1; c <= f.at+int(t.Model[f.at].Len); c, bit = c+1+int(t.Model[c].Len), bit<<1 {
		if f.seen&bit == 0 && !emptiable(t, c) {
			m.blocked(t, c)
			return
		}
	}
}

// blocked notes which particle the model wants next: its first element, if it is a group.
func (m *matcher) blocked(t *Type, at int) {
	for {
		q := &t.Model[at]
		switch {
		case q.isLeaf():
			m.wants = leaf{t, at}
			return
		case q.Op == OpGroup:
			t, at = t.Fields[q.Field].Group, 0
			if len(t.Model) == 0 {
				return
			}
		default:
			// The first child that must be there, else the first.
			first, last := at+1, at+int(q.Len)
			if first > last {
				return
			}
			if q.Op != OpChoice {
				for c := first; c <= last; c += 1 + int(t.Model[c].Len) {
					if !emptiable(t, c) {
						first = c
						break
					}
				}
			}
			at = first
		}
	}
}

// end reports whether the content may end here; else wants is what is missing.
func (m *matcher) end(t *Type) bool {
	m.wants = leaf{}
	if len(m.frames) == 0 {
		if len(t.Model) > 0 && !emptiable(t, 0) {
			m.blocked(t, 0)
			return false
		}
		return true
	}
	for k := len(m.frames) - 1; k >= 0; k-- {
		f := &m.frames[k]
		q := &f.typ.Model[f.at]
		m.finish(k)
		if m.wants.typ != nil {
			return false
		}
		if f.round < int(q.Min) && !roundEmptiable(f.typ, f.at) {
			m.blocked(f.typ, f.at)
			return false
		}
	}
	return true
}

// finish sets wants where the round of frame k lacks something.
func (m *matcher) finish(k int) {
	f := &m.frames[k]
	t, c := f.typ, f.child
	q := &t.Model[f.at]
	if q.Op == OpGroup {
		return
	}
	if c != 0 && t.Model[c].isLeaf() && f.n < int(t.Model[c].Min) {
		m.blocked(t, c)
		return
	}
	switch q.Op {
	case OpSequence:
		next := f.at + 1
		if c != 0 {
			next = c + 1 + int(t.Model[c].Len)
		}
		for ; next <= f.at+int(q.Len); next += 1 + int(t.Model[next].Len) {
			if !emptiable(t, next) {
				m.blocked(t, next)
				return
			}
		}
	case OpAll:
		m.unseen(k)
	}
}

func (q *Particle) isLeaf() bool { return q.Op == OpElement || q.Op == OpAny }

// emptiable reports whether the particle allows no element at all.
func emptiable(t *Type, at int) bool {
	q := &t.Model[at]
	return q.Min == 0 || !q.isLeaf() && roundEmptiable(t, at)
}

// roundEmptiable reports whether one round of a group allows no element at all.
func roundEmptiable(t *Type, at int) bool {
	q := &t.Model[at]
	if q.Op == OpGroup {
		g := t.Fields[q.Field].Group
		return len(g.Model) == 0 || emptiable(g, 0)
	}
	end := at + int(q.Len)
	for c := at + 1; c <= end; c += 1 + int(t.Model[c].Len) {
		if empty := emptiable(t, c); empty == (q.Op == OpChoice) {
			return empty
		}
	}
	return q.Op != OpChoice || q.Len == 0
}

// matches reports whether a leaf particle is about the element.
func matches(t *Type, q *Particle, local []byte, space string) bool {
	f := &t.plan().elements[q.Field]
	if q.Op == OpAny {
		return q.Wildcard.admits(space)
	}
	if t.elementSpace(f) != space {
		return false
	}
	if f.Name == string(local) {
		return true
	}
	for _, name := range f.Aliases {
		if name == string(local) {
			return true
		}
	}
	return false
}

// admits reports whether the wildcard allows names of a namespace. A nil wildcard allows all.
func (w *Wildcard) admits(space string) bool {
	if w == nil || w.Any {
		return true
	}
	for _, s := range w.Spaces {
		if s == space {
			return !w.Not
		}
	}
	return w.Not
}
