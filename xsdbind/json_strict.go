package xsdbind

// checkModel checks the content that an object at offset from has brought v against the content model. JSON keeps no
// order of elements but inside arrays, so it is about occurrence, choices, and content in document order.
func (d *jsonDecoder) checkModel(v Struct, t *Type, from int) error {
	if len(t.Model) == 0 || t == d.inOrder {
		return nil
	}
	c := checker{v: v, t: t, p: t.plan()}
	var err error
	if c.p.shape == shapeInOrder {
		err = c.order()
	} else {
		err = c.model(0, 1, 1)
	}
	if e, ok := err.(*Error); ok {
		e.Offset, e.InJSON = int64(from), true
	}
	return err
}

// order checks that the model allows the items of content in document order.
func (c *checker) order() error {
	g := len(c.t.Fields) - 1
	l, ok := field(c.v, g, false).(List)
	if !ok {
		return jsonTable(&c.t.Fields[g])
	}
	if err := oneEach(l); err != nil {
		return inside(err, c.t.Fields[g].jsonName())
	}
	var m follower
	for k := range l.Len() {
		item, ok := l.At(k).(Struct)
		if !ok {
			return jsonTable(&c.t.Fields[g])
		}
		if err := c.next(&m, item); err != nil {
			return inside(err, c.t.Fields[g].jsonName()+index(k))
		}
	}
	if !m.end(c.t) {
		return &Error{Subject: m.wants.name(), Rule: RuleMissing, Msg: "the schema requires this element"}
	}
	return nil
}

// next takes an item, which has one field set.
func (c *checker) next(m *follower, item Struct) error {
	t := item.XSDType()
	for i := range t.Fields {
		f := &t.Fields[i]
		p := field(item, i, false)
		switch {
		case !present(f, p):
		case f.Where != WhereText:
			n := 1
			if l, ok := p.(List); ok && f.Flags&FlagTextList == 0 {
				n = l.Len()
			}
			for range n {
				if err := m.step(c.t, i); err != nil {
					return err
				}
			}
		case c.t.Flags&FlagMixed == 0:
			return &Error{Rule: RuleText, Msg: "the schema allows elements only"}
		}
	}
	return nil
}
