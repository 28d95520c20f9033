package xsd

import "slices"

// resolveAttributeGroup replaces the references in an attribute group.
func (l *loader) resolveAttributeGroup(g *AttributeGroup) {
	switch g.src.state {
	case done:
		return
	case underway:
		l.fail(g.Pos, "contains itself")
		return
	}
	g.src.state = underway
	set := l.attributeSet(&g.src.attributeSource, g.Pos, nil)
	g.Attributes, g.Wildcard = set.uses, set.wildcard
	g.src.state = done
}

// attributeSet is the attribute content of a type or a group with its references replaced.
type attributeSet struct {
	uses       []*AttributeUse
	prohibited []QName
	wildcard   *Wildcard
}

func (l *loader) attributeSet(src *attributeSource, pos Position, owner *ComplexType) attributeSet {
	var out attributeSet
	var wild []*Wildcard
	if src.wildcard != nil {
		wild = append(wild, src.wildcard)
	}
	add := func(u *AttributeUse) {
		for _, other := range out.uses {
			if other.Decl.Name == u.Decl.Name {
				l.fail(u.Pos, "the attribute stands twice in the type or group: also at line %d", other.Pos.Line)
				return
			}
		}
		if owner != nil {
			own := *u
			own.Owner = owner
			u = &own
		}
		out.uses = append(out.uses, u)
	}
	for _, item := range src.items {
		switch {
		case item.prohibited:
			out.prohibited = append(out.prohibited, item.use.Decl.Name)
		case item.use != nil:
			add(item.use)
		default:
			l.resolveAttributeGroup(item.group)
			for _, u := range item.group.Attributes {
				add(u)
			}
			if item.group.Wildcard != nil {
				wild = append(wild, item.group.Wildcard)
			}
		}
	}
	for i, w := range wild {
		if i == 0 {
			out.wildcard = w
			continue
		}
		both, ok := w.intersect(out.wildcard)
		if !ok {
			l.fail(pos, "the namespaces that its attribute wildcards have in common cannot be told by one wildcard")
			return out
		}
		both.Process, both.Note, both.Pos = out.wildcard.Process, out.wildcard.Note, out.wildcard.Pos
		out.wildcard = both
	}
	return out
}

// resolveAttributes makes the effective attribute uses: the base's, and over them the type's own.
func (l *loader) resolveAttributes(t *ComplexType) {
	set := l.attributeSet(&t.src.attributeSource, t.Pos, t)
	t.AttributeWildcard = set.wildcard
	base, _ := t.Base.(*ComplexType)
	if base != nil {
		t.Attributes = slices.Clone(base.Attributes)
	}
	if t.Derivation == DerivationRestriction {
		t.Attributes = slices.DeleteFunc(t.Attributes, func(u *AttributeUse) bool { return slices.Contains(set.prohibited, u.Decl.Name) })
	}
	for _, u := range set.uses {
		i := slices.IndexFunc(t.Attributes, func(b *AttributeUse) bool { return b.Decl.Name == u.Decl.Name })
		switch {
		case i < 0:
			t.Attributes = append(t.Attributes, u)
		case t.Derivation == DerivationExtension:
			l.fail(u.Pos, "the attribute stands in the base type already, at line %d", t.Attributes[i].Pos.Line)
		default:
			t.Attributes[i] = u
		}
	}
	if t.Derivation == DerivationExtension && base != nil && base.AttributeWildcard != nil {
		switch own := t.AttributeWildcard; {
		case own == nil:
			t.AttributeWildcard = base.AttributeWildcard
		default:
			either, ok := own.union(base.AttributeWildcard)
			if !ok {
				l.fail(t.Pos, "the namespaces that its attribute wildcard and the base's admit cannot be told by one wildcard")
				return
			}
			either.Process, either.Note, either.Pos = own.Process, own.Note, own.Pos
			t.AttributeWildcard = either
		}
	}
	ids := 0
	for _, u := range t.Attributes {
		if u.Decl.Type != nil && derivesFrom(u.Decl.Type, builtins["ID"]) {
			if ids++; ids > 1 {
				l.fail(t.Pos, "has two attributes of type ID")
			}
		}
	}
}

// intersect gives the wildcard that admits what both do (3.10.6); false when none can say it.
func (w *Wildcard) intersect(o *Wildcard) (*Wildcard, bool) {
	switch {
	case w.Any:
		return &Wildcard{Any: o.Any, Not: o.Not, Spaces: o.Spaces}, true
	case o.Any:
		return &Wildcard{Not: w.Not, Spaces: w.Spaces}, true
	case w.Not && o.Not:
		switch {
		case slices.Equal(w.Spaces, o.Spaces), len(o.Spaces) == 1:
			return &Wildcard{Not: true, Spaces: w.Spaces}, true
		case len(w.Spaces) == 1:
			return &Wildcard{Not: true, Spaces: o.Spaces}, true
		}
		return nil, false
	case w.Not:
		w, o = o, w
	}
	out := &Wildcard{}
	for _, s := range w.Spaces {
		if o.Admits(s) {
			out.Spaces = append(out.Spaces, s)
		}
	}
	return out, true
}

// union gives the wildcard that admits what either does (3.10.6); false when none can say it.
func (w *Wildcard) union(o *Wildcard) (*Wildcard, bool) {
	switch {
	case w.Any || o.Any:
		return &Wildcard{Any: true}, true
	case !w.Not && !o.Not:
		out := &Wildcard{Spaces: slices.Clone(w.Spaces)}
		for _, s := range o.Spaces {
			if !slices.Contains(out.Spaces, s) {
				out.Spaces = append(out.Spaces, s)
			}
		}
		return out, true
	case w.Not && o.Not:
		if slices.Equal(w.Spaces, o.Spaces) {
			return &Wildcard{Not: true, Spaces: w.Spaces}, true
		}
		return &Wildcard{Not: true, Spaces: []string{""}}, true
	case !w.Not:
		w, o = o, w
	}
	// w is the negation, of a namespace and none or of none alone; o lists namespaces.
	none := o.Admits("")
	if len(w.Spaces) == 1 {
		if none {
			return &Wildcard{Any: true}, true
		}
		return &Wildcard{Not: true, Spaces: w.Spaces}, true
	}
	switch target := o.Admits(w.Spaces[0]); {
	case target && none:
		return &Wildcard{Any: true}, true
	case target:
		return &Wildcard{Not: true, Spaces: []string{""}}, true
	case none:
		return nil, false
	}
	return &Wildcard{Not: true, Spaces: w.Spaces}, true
}
