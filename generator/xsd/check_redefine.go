package xsd

// checkRedefine checks that a group which xs:redefine gives anew holds its former self once, or restricts it (src-redefine).
// Types are checked where they are derived from their former selves.
func (l *loader) checkRedefine(e *entry) {
	switch c := e.comp.(type) {
	case *Group:
		old := e.redefines.comp.(*Group)
		refs := selfReferences(e.node, e)
		switch {
		case len(refs) > 1:
			l.fail(e.pos(), "redefines the group, and refers to its former self %d times", len(refs))
		case len(refs) == 1:
			if n := refs[0]; n.token("minOccurs") != "" && n.token("minOccurs") != "1" || n.token("maxOccurs") != "" && n.token("maxOccurs") != "1" {
				l.fail(n.pos(e.label()), "must refer to the former self of the group with an occurrence of 1")
			}
		default:
			whole := func(m *ModelGroup) *model { return simplify(&Particle{Min: 1, Max: 1, Term: m}) }
			if msg := restricts(whole(c.Model), whole(old.Model)); msg != "" {
				l.fail(e.pos(), "redefines the group, and neither holds nor restricts it: %s", msg)
			}
		}
	case *AttributeGroup:
		old := e.redefines.comp.(*AttributeGroup)
		switch refs := selfReferences(e.node, e); {
		case len(refs) > 1:
			l.fail(e.pos(), "redefines the attribute group, and refers to its former self %d times", len(refs))
		case len(refs) == 0:
			l.checkAttributeRestriction(e.pos(), attributeHolder{c.Name.Local, c.Attributes, c.Wildcard}, attributeHolder{"its former self", old.Attributes, old.Wildcard}, nil)
		}
	}
}

// selfReferences finds the references in a redefined group to its own name.
func selfReferences(n *node, e *entry) []*node {
	var out []*node
	for _, c := range n.children {
		if kinds[c.name.Local] == e.kind && c.token("ref") != "" && c.qname(c.token("ref")) == e.name {
			out = append(out, c)
		}
		if c.name.Local != "element" {
			out = append(out, selfReferences(c, e)...)
		}
	}
	return out
}
