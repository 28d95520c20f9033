package xsd

// maxParticles bounds what group references may multiply into.
const maxParticles = 1 << 18

// resolve works in what components take from each other: each is resolved after those that it depends on.
func (l *loader) resolve() {
	for _, t := range l.simpleTypes {
		l.resolveSimple(t)
	}
	for _, e := range l.elementDecls {
		l.resolveElement(e)
	}
	for _, e := range l.set.order {
		for ; e != nil; e = e.redefines {
			switch c := e.comp.(type) {
			case *Group:
				l.resolveGroup(c)
			case *AttributeGroup:
				l.resolveAttributeGroup(c)
			}
		}
	}
	if len(l.errs) > 0 { // circles would come back in every type
		return
	}
	for _, t := range l.complexTypes {
		l.resolveComplex(t)
	}
}

// resolveElement gives an element without a type that of the head of its substitution group.
func (l *loader) resolveElement(e *ElementDecl) Type {
	if e.src == nil || e.src.state == done {
		return e.Type
	}
	if e.src.state == underway {
		l.fail(e.Pos, "heads its own substitution group")
		return anyType
	}
	e.src.state = underway
	var head Type = anyType
	if e.SubstitutionGroup != nil {
		head = l.resolveElement(e.SubstitutionGroup)
	}
	if e.Type == nil {
		e.Type = head
	}
	e.src.state = done
	return e.Type
}

func (l *loader) resolveSimple(t *SimpleType) {
	if t.src == nil || t.src.state == done {
		return
	}
	if t.src.state == underway {
		l.fail(t.Pos, "is derived from itself")
		return
	}
	t.src.state = underway
	defer func() { t.src.state = done }()
	switch t.Variety {
	case VarietyList:
		l.resolveSimple(t.Item)
		t.Builtin = anySimpleType.Builtin
		t.All = Facets{WhiteSpace: WhiteSpaceCollapse}
		return
	case VarietyUnion:
		for _, m := range t.Members {
			l.resolveSimple(m)
		}
		t.Builtin = anySimpleType.Builtin
		return
	}
	if base, ok := t.Base.(*SimpleType); ok {
		l.resolveSimple(base)
		l.restrictSimple(t, base)
	}
}

// restrictSimple works a base's properties and facets into a restriction of it.
func (l *loader) restrictSimple(t, base *SimpleType) {
	t.Variety, t.Builtin, t.Item, t.Members = base.Variety, base.Builtin, base.Item, base.Members
	ws := t.Own.WhiteSpace
	if ws == WhiteSpaceUnset {
		ws = base.All.WhiteSpace
	}
	for i := range t.Own.Enumeration {
		e := &t.Own.Enumeration[i]
		if e.Value = ws.normalize(e.Value); base.Builtin == "QName" || base.Builtin == "NOTATION" {
			if qnameFault(e.scope, e.Value) == "" {
				e.Name = e.scope.qname(e.Value)
			}
		}
	}
	t.All = base.All.with(&t.Own)
	t.Added = t.Own
	if !base.IsBuiltin() {
		t.Added = base.Added.with(&t.Own)
	}
}

// normalize does to a text what the facet says.
func (w WhiteSpace) normalize(s string) string {
	switch w {
	case WhiteSpaceReplace:
		b := []byte(s)
		for i, c := range b {
			if c == '\t' || c == '\n' || c == '\r' {
				b[i] = ' '
			}
		}
		return string(b)
	case WhiteSpaceCollapse:
		return collapse(s)
	}
	return s
}

// resolveGroup replaces the references in a named group.
func (l *loader) resolveGroup(g *Group) {
	switch g.src.state {
	case done:
		return
	case underway:
		l.fail(g.Pos, "contains itself")
		return
	}
	g.src.state = underway
	if g.Model != nil {
		l.expand(&Particle{Min: 1, Max: 1, Term: g.Model}, nil)
	}
	g.src.state = done
}

// expand gives a particle its owner and replaces references to groups by copies of their content.
func (l *loader) expand(p *Particle, owner *ComplexType) *Particle {
	p.Owner = owner
	switch t := p.Term.(type) {
	case *groupRef:
		l.resolveGroup(t.group)
		p.Term = l.copyGroup(t.group, p, owner)
	case *ModelGroup:
		for i, q := range t.Particles {
			q = l.expand(q, owner)
			if g, ok := q.Term.(*ModelGroup); ok && g.Compositor == All {
				l.fail(q.Pos, "an all group must be the whole content, and stands in a %s", t.Compositor)
			}
			t.Particles[i] = q
		}
	}
	return p
}

func (l *loader) copyGroup(g *Group, at *Particle, owner *ComplexType) *ModelGroup {
	if g.src.state != done || g.Model == nil { // part of a circle, which is reported
		return &ModelGroup{Group: g, Pos: g.Pos}
	}
	m := l.copyModel(g.Model, owner)
	m.Group = g
	if m.Compositor == All && (at.Max != 1 || at.Min > 1) {
		l.fail(at.Pos, "an all group may occur once at most")
	}
	return m
}

func (l *loader) copyModel(m *ModelGroup, owner *ComplexType) *ModelGroup {
	out := *m
	out.Particles = make([]*Particle, 0, len(m.Particles))
	if l.particles += len(m.Particles); l.particles > maxParticles {
		if l.particles < maxParticles*2 {
			l.errs = append(l.errs, &UnsupportedError{"a content model of more than 262144 particles", m.Pos})
			l.particles = maxParticles * 2
		}
		return &out
	}
	for _, p := range m.Particles {
		q := *p
		q.Owner = owner
		if inner, ok := p.Term.(*ModelGroup); ok {
			q.Term = l.copyModel(inner, owner)
		}
		out.Particles = append(out.Particles, &q)
	}
	return &out
}

// resolveComplex works the base's content and attributes into a type.
func (l *loader) resolveComplex(t *ComplexType) {
	if t.src == nil || t.src.state == done {
		return
	}
	if t.src.state == underway {
		l.fail(t.Pos, "is derived from itself")
		return
	}
	t.src.state = underway
	defer func() { t.src.state = done }()
	if base, ok := t.Base.(*ComplexType); ok {
		if l.resolveComplex(base); base.src != nil && base.src.state != done {
			return
		}
	}
	if t.src.model != nil {
		t.OwnParticle = l.expand(t.src.model, t)
	}
	if t.src.simple {
		l.resolveSimpleContent(t)
	} else {
		l.resolveContent(t)
	}
	l.resolveAttributes(t)
}

// resolveContent makes the effective content model: the recommendation's 3.4.2 in its own order.
func (l *loader) resolveContent(t *ComplexType) {
	own := t.OwnParticle
	t.Particle = own
	if t.Derivation == DerivationNone {
		return
	}
	base, ok := t.Base.(*ComplexType)
	if !ok {
		l.fail(t.Pos, "complex content cannot come from %s, which is a simple type", t.Base.Display())
		return
	}
	if t.Derivation == DerivationRestriction {
		if base.Simple != nil && (own != nil || t.Mixed) {
			l.fail(t.Pos, "complex content cannot restrict %s, which has simple content", base.Display())
		}
		return
	}
	switch {
	case base == anyType && own == nil, base != anyType && own == nil && !t.Mixed:
		t.Particle, t.Mixed, t.Simple = base.Particle, base.Mixed, base.Simple
	case base.Simple != nil:
		l.fail(t.Pos, "elements cannot extend %s, which has simple content", base.Display())
	case base.Content() == ContentEmpty:
	default:
		if t.Mixed != base.Mixed {
			l.fail(t.Pos, "must be mixed as %s is, or neither", base.Display())
		}
		switch {
		case base.Particle == nil:
		case own == nil:
			t.Particle = base.Particle
		default:
			for _, p := range [...]*Particle{base.Particle, own} {
				if g, ok := p.Term.(*ModelGroup); ok && g.Compositor == All {
					l.fail(t.Pos, "an all group can neither extend nor be extended")
					break
				}
			}
			t.Particle = &Particle{Min: 1, Max: 1, Owner: t, Inherited: true, Pos: t.Pos,
				Term: &ModelGroup{Compositor: Sequence, Particles: []*Particle{base.Particle, own}, Pos: t.Pos}}
		}
	}
}

func (l *loader) resolveSimpleContent(t *ComplexType) {
	base, complex := t.Base.(*ComplexType)
	if t.Derivation == DerivationExtension {
		switch {
		case !complex:
			t.Simple = t.Base.(*SimpleType)
		case base.Simple != nil:
			t.Simple = base.Simple
		default:
			l.fail(t.Pos, "simple content cannot extend %s, which has none", base.Display())
		}
		return
	}
	var from *SimpleType
	switch {
	case !complex:
		l.fail(t.Pos, "simple content cannot restrict %s, which is a simple type: extend it", t.Base.Display())
		return
	case base.Simple != nil:
		from = base.Simple
	case base.Mixed && base.Particle.emptiable() && t.src.inline != nil:
	default:
		l.fail(t.Pos, "simple content cannot restrict %s, which has none", base.Display())
		return
	}
	if t.src.inline != nil {
		l.resolveSimple(t.src.inline)
		if from != nil && !derivesFrom(t.src.inline, from) {
			l.fail(t.Pos, "its text is not of a type that is derived from %s, which is that of %s", from.Display(), base.Display())
		}
		from = t.src.inline
	}
	t.Simple = from
	if f := t.src.facets; f != nil {
		f.Base = from
		l.restrictSimple(f, from)
		l.simpleTypes = append(l.simpleTypes, f)
		t.Simple = f
	}
}

// emptiable reports whether the particle accepts no elements at all.
func (p *Particle) emptiable() bool {
	if p == nil || p.Min == 0 {
		return true
	}
	g, ok := p.Term.(*ModelGroup)
	if !ok {
		return false
	}
	for _, q := range g.Particles {
		if q.emptiable() == (g.Compositor == Choice) {
			return g.Compositor == Choice
		}
	}
	return g.Compositor != Choice
}

// derivesFrom reports whether a simple type comes from another by restriction, or is a member of a union that does.
func derivesFrom(t, base *SimpleType) bool {
	for s := t; s != nil; {
		if s == base || base == anySimpleType {
			return true
		}
		s, _ = s.Base.(*SimpleType)
	}
	if base.Variety == VarietyUnion && len(base.Own.Patterns)+len(base.Own.Enumeration) == 0 {
		for _, m := range base.Members {
			if derivesFrom(t, m) {
				return true
			}
		}
	}
	return false
}
