package xsd

// collect puts the components into the schema.
func (l *loader) collect() {
	s := l.schema
	s.elements = map[QName]*ElementDecl{}
	s.types = map[QName]Type{}
	s.attributes = map[QName]*AttributeDecl{}
	s.groups = map[QName]*Group{}
	s.attrGroups = map[QName]*AttributeGroup{}
	for _, e := range l.set.order {
		switch c := e.comp.(type) {
		case *ElementDecl:
			s.Elements = append(s.Elements, c)
			s.elements[c.Name] = c
		case Type:
			s.Types = append(s.Types, c)
			s.types[e.name] = c
		case *AttributeDecl:
			s.Attributes = append(s.Attributes, c)
			s.attributes[c.Name] = c
		case *Group:
			s.Groups = append(s.Groups, c)
			s.groups[c.Name] = c
		case *AttributeGroup:
			s.AttributeGroups = append(s.AttributeGroups, c)
			s.attrGroups[c.Name] = c
		case *Notation:
			s.Notations = append(s.Notations, c)
		}
	}
	for _, t := range l.complexTypes {
		if base, ok := t.Base.(*ComplexType); ok && base != anyType {
			base.Derived = append(base.Derived, t)
		}
	}
	for _, e := range s.Elements {
		for head := e.SubstitutionGroup; head != nil; head = head.SubstitutionGroup {
			if head.Block&BySubstitution == 0 && mayReplace(e, head) {
				head.Substitutes = append(head.Substitutes, e)
			}
		}
	}
}

// mayReplace reports whether the head's block, and its type's, leave the way from the member's type open.
func mayReplace(member, head *ElementDecl) bool {
	block := head.Block
	if t, ok := head.Type.(*ComplexType); ok {
		block |= t.Block
	}
	methods, ok := derivation(member.Type, head.Type)
	return ok && methods&block == 0
}

// derivation gives the methods by which t comes from base; false when it does not.
func derivation(t, base Type) (DerivationSet, bool) {
	var methods DerivationSet
	for t != nil {
		if t == base {
			return methods, true
		}
		switch c := t.(type) {
		case *ComplexType:
			if c.Derivation == DerivationExtension {
				methods |= ByExtension
			} else {
				methods |= ByRestriction
			}
		case *SimpleType:
			if b, ok := base.(*SimpleType); ok {
				return methods | ByRestriction, derivesFrom(c, b)
			}
			methods |= ByRestriction
		}
		if c, ok := t.(*ComplexType); ok && c == anyType {
			break
		}
		t = t.BaseType()
	}
	return 0, false
}
