package xsdbind

// follower is a matcher that says what is wrong with an element that it refuses.
type follower struct {
	matcher
	prev     leaf   // where the element before was placed
	prevName string // "" before the first element
	pending  *Error // what is wrong unless the element that is wanted comes after all
	wanted   leaf
}

func (c *follower) start() {
	c.reset()
	*c = follower{matcher: c.matcher}
}

// follow takes the next element in strict mode. While it returns false without an error, the content is
// wrong already, and only what comes can tell how: elements are to be skipped.
func (c *follower) follow(r *reader, t *Type) (bool, error) {
	local, space := r.d.Local(), r.d.Space()
	if c.pending != nil {
		if c.isWanted(local, space) {
			return false, r.errorAt(RuleOrder, "<"+string(local)+"> after <"+c.prevName+">", "the schema puts it first")
		}
		c.prevName = string(local)
		return false, nil
	}
	if c.accept(t, local, space) {
		c.prev, c.prevName = c.leaf, c.leaf.field().Name
		if c.prevName == "" {
			c.prevName = string(local)
		}
		return true, nil
	}
	c.pending = c.refuse(r, t, string(local), space)
	if c.wanted.typ == nil {
		return false, c.pending
	}
	c.prevName = string(local)
	return false, nil
}

func (c *follower) isWanted(local []byte, space string) bool {
	return matches(c.wanted.typ, c.wanted.particle(), local, space)
}

// finished checks that the content may end here.
func (c *follower) finished(r *reader, t *Type) error {
	if c.pending != nil {
		return c.pending
	}
	if c.end(t) {
		return nil
	}
	if c.wants.typ == nil {
		return r.errorAt(RuleMissing, "", "the content is not complete")
	}
	return r.errorAt(RuleMissing, c.wants.name(), "the schema requires this element")
}

// name is what messages call the particle.
func (l leaf) name() string {
	if n := l.field().Name; n != "" {
		return "<" + n + ">"
	}
	return "an element of the wildcard"
}

// refuse says why the model has no place for an element. It sets wanted where a required one is missing before it, which
// may yet come.
func (c *follower) refuse(r *reader, t *Type, local, space string) *Error {
	name := "<" + local + ">"
	l, known := find(t, []byte(local), space)
	if !known {
		return r.errorAt(RuleUnknown, name, "the schema has no such element here")
	}
	if c.prevName != "" && l.typ == c.prev.typ {
		op, repeated := between(l, c.prev)
		switch {
		case l.typ.Flags&FlagGroup != 0 && l.at <= c.prev.at && c.wants.typ == nil && begins(l.typ, local, space):
			return r.errorAt(RuleRepeated, name+" after <"+c.prevName+">", "the schema allows no more of it")
		case l.at == c.prev.at && !repeated && c.wants.typ == nil:
			if l.particle().Max == 1 {
				return r.errorAt(RuleRepeated, name, "occurs twice")
			}
			return r.errorAt(RuleRepeated, name, "occurs more often than the schema allows")
		case op == OpChoice && !repeated:
			return r.errorAt(RuleChoice, name+" beside <"+c.prevName+">", "the schema allows one of them")
		case op == OpSequence && l.at < c.prev.at && !repeated:
			return r.errorAt(RuleOrder, name+" after <"+c.prevName+">", "the schema puts it first")
		}
	}
	if c.wants.typ != nil {
		c.wanted = c.wants
		return r.errorAt(RuleMissing, name, "the schema wants "+c.wants.name()+" before it")
	}
	if c.prevName == "" {
		return r.errorAt(RuleOrder, name, "the schema does not allow it here")
	}
	return r.errorAt(RuleOrder, name+" after <"+c.prevName+">", "the schema puts it first")
}

// begins reports whether a round of a group may begin with the element.
func begins(t *Type, local, space string) bool {
	var m matcher
	return m.enter(t, 0, []byte(local), space)
}

// find looks for a particle about the element: in the model itself, else in its groups.
func find(t *Type, local []byte, space string) (leaf, bool) {
	for i := range t.Model {
		if q := &t.Model[i]; q.Op == OpElement && matches(t, q, local, space) {
			return leaf{t, i}, true
		}
	}
	for i := range t.Model {
		if q := &t.Model[i]; q.Op == OpGroup {
			if l, ok := find(t.Fields[q.Field].Group, local, space); ok {
				return l, true
			}
		}
	}
	for i := range t.Model {
		if q := &t.Model[i]; q.Op == OpAny && q.Wildcard.admits(space) {
			return leaf{t, i}, true
		}
	}
	return leaf{}, false
}

// between gives the kind of the innermost group around both leaves, which are of one type, and whether it or one
// around it repeats.
func between(a, b leaf) (op Op, repeated bool) {
	op = OpSequence
	for i := range a.typ.Model {
		q := &a.typ.Model[i]
		if end := i + int(q.Len); q.isLeaf() || q.Op == OpGroup || a.at < i || a.at > end || b.at < i || b.at > end {
			continue
		}
		op = q.Op
		repeated = repeated || q.Max != 1
	}
	return op, repeated
}
