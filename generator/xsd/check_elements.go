package xsd

// checkElement checks a declaration's value, its substitution group and its constraints.
func (l *loader) checkElement(e *ElementDecl) {
	if head := e.SubstitutionGroup; head != nil {
		methods, ok := derivation(e.Type, head.Type)
		switch {
		case !ok:
			l.fail(e.Pos, "stands for %s, but its type is not derived from that element's", head.Name.Local)
		case methods&head.Final != 0:
			l.fail(e.Pos, "stands for %s, which is final for the way in which its type is derived", head.Name.Local)
		}
	}
	if e.Default == nil && e.Fixed == nil {
		return
	}
	switch t := e.Type.(type) {
	case *SimpleType:
		l.checkValues(t, e.Default, e.Fixed, e.Pos)
	case *ComplexType:
		switch {
		case t.Simple != nil:
			l.checkValues(t.Simple, e.Default, e.Fixed, e.Pos)
		case !t.Mixed || !t.Particle.emptiable():
			l.fail(e.Pos, "has a default or fixed value, but its type %s does not admit text alone", t.Display())
		}
	}
}

// checkValues checks default and fixed values against their type.
func (l *loader) checkValues(t *SimpleType, byDefault, fixed *string, pos Position) {
	for _, v := range [...]struct {
		name string
		text *string
	}{{"default", byDefault}, {"fixed", fixed}} {
		if v.text == nil {
			continue
		}
		if derivesFrom(t, builtins["ID"]) {
			l.fail(pos, "is of type ID, and may have no %s value", v.name)
			continue
		}
		if msg := t.fault(*v.text, nil); msg != "" {
			l.fail(pos, "the %s value %q is not one of %s: %s", v.name, *v.text, t.Display(), msg)
		}
	}
}

func (l *loader) checkConstraints() {
	byName := map[QName]*IdentityConstraint{}
	for _, c := range l.schema.Constraints {
		if other, ok := byName[c.Name]; ok {
			l.fail(c.Pos, "is defined twice: also at %s:%d", other.Pos.File, other.Pos.Line)
			continue
		}
		byName[c.Name] = c
	}
	for _, c := range l.schema.Constraints {
		if c.Kind != "keyref" {
			continue
		}
		key, ok := byName[c.Refer]
		switch {
		case !ok:
			l.fail(c.Pos, "refers to the key %s, which no document defines", c.Refer)
		case key.Kind == "keyref":
			l.fail(c.Pos, "refers to %s, which is a keyref itself", c.Refer.Local)
		case len(key.Fields) != len(c.Fields):
			l.fail(c.Pos, "has %d fields, and %s has %d", len(c.Fields), c.Refer.Local, len(key.Fields))
		}
	}
}

// checkAttributes checks attribute uses against their declarations and against the base's.
func (l *loader) checkAttributes(t *ComplexType) {
	for _, u := range t.Attributes {
		if u.Owner != t {
			continue
		}
		fixed := u.Decl.Fixed
		if fixed != nil && (u.Default != nil || u.Fixed != nil && !u.Decl.Type.same(*u.Fixed, *fixed)) {
			l.fail(u.Pos, "the attribute's declaration fixes its value as %q", *fixed)
		}
		if u.Decl.Global || u.Default != nil || u.Fixed != nil {
			l.checkValues(u.Decl.Type, u.Default, u.Fixed, u.Pos)
		}
	}
	base, ok := t.Base.(*ComplexType)
	if !ok {
		if b, ok := t.Base.(*SimpleType); ok && b.Final&ByExtension != 0 {
			l.fail(t.Pos, "%s is final: it may not be extended", b.Display())
		}
		return
	}
	switch {
	case t.Derivation == DerivationExtension && base.Final&ByExtension != 0:
		l.fail(t.Pos, "%s is final: it may not be extended", base.Display())
	case t.Derivation == DerivationRestriction && base.Final&ByRestriction != 0:
		l.fail(t.Pos, "%s is final: it may not be restricted", base.Display())
	}
	if t.Derivation == DerivationRestriction && base != anyType {
		l.checkAttributeRestriction(t.Pos, attributeHolder{t.Display(), t.Attributes, t.AttributeWildcard}, attributeHolder{base.Display(), base.Attributes, base.AttributeWildcard}, t)
	}
}

// attributeHolder is a complex type or an attribute group.
type attributeHolder struct {
	name     string
	uses     []*AttributeUse
	wildcard *Wildcard
}

// checkAttributeRestriction checks that t admits no attributes that base does not. owner, if any, limits it to uses that are its own.
func (l *loader) checkAttributeRestriction(pos Position, t, base attributeHolder, owner *ComplexType) {
	old := map[QName]*AttributeUse{}
	for _, u := range base.uses {
		old[u.Decl.Name] = u
	}
	own := map[QName]bool{}
	for _, u := range t.uses {
		own[u.Decl.Name] = true
		if u.Owner != owner {
			continue
		}
		b, ok := old[u.Decl.Name]
		switch {
		case !ok:
			if base.wildcard == nil || !base.wildcard.Admits(u.Decl.Name.Space) {
				l.fail(u.Pos, "restricts %s, which has no such attribute and no wildcard for it", base.name)
			}
			continue
		case b.Required && !u.Required:
			l.fail(u.Pos, "is optional, and required in %s", base.name)
		case !derivesFrom(u.Decl.Type, b.Decl.Type):
			l.fail(u.Pos, "has the type %s, which is not derived from %s, as restricting %s needs", u.Decl.Type.Display(), b.Decl.Type.Display(), base.name)
		}
		if fixed := b.fixed(); fixed != nil && (u.fixed() == nil || !u.Decl.Type.same(*u.fixed(), *fixed)) {
			l.fail(u.Pos, "must keep the fixed value %q that it has in %s", *fixed, base.name)
		}
	}
	for _, u := range base.uses {
		if u.Required && !own[u.Decl.Name] {
			l.fail(pos, "leaves out the attribute %s, which %s requires", u.Decl.Name.Local, base.name)
		}
	}
	if w := t.wildcard; w != nil {
		switch b := base.wildcard; {
		case b == nil:
			l.fail(pos, "has an attribute wildcard, and restricts %s, which has none", base.name)
		case !w.within(b):
			l.fail(pos, "has an attribute wildcard that admits more than that of %s", base.name)
		case w.Process.looser(b.Process):
			l.fail(pos, "has an attribute wildcard that is processed less strictly than that of %s", base.name)
		}
	}
}

func (u *AttributeUse) fixed() *string {
	if u.Fixed != nil {
		return u.Fixed
	}
	return u.Decl.Fixed
}

// looser orders strict, lax, skip.
func (p ProcessContents) looser(than ProcessContents) bool { return p > than }

// within reports whether every namespace that w admits is admitted by o (3.10.6, wildcard subset).
func (w *Wildcard) within(o *Wildcard) bool {
	switch {
	case o.Any:
		return true
	case w.Any:
		return false
	case w.Not:
		if !o.Not {
			return false
		}
		for _, s := range o.Spaces {
			if w.Admits(s) {
				return false
			}
		}
		return true
	}
	for _, s := range w.Spaces {
		if !o.Admits(s) {
			return false
		}
	}
	return true
}
