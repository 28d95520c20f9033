package xsd

import (
	"slices"
	"strconv"
	"strings"
)

// declare makes an empty component for every global one, so that they can refer to each other in any order.
func (l *loader) declare() {
	for _, e := range l.set.order {
		for ; e != nil; e = e.redefines {
			fallback := e.node.doc.Fallback
			switch e.node.name.Local {
			case "element":
				e.comp = &ElementDecl{Name: e.name, Global: true, Pos: e.pos(), FromFallback: fallback}
			case "complexType":
				e.comp = &ComplexType{Name: e.name, Pos: e.pos(), FromFallback: fallback, Redefined: e.redefined}
			case "simpleType":
				e.comp = &SimpleType{Name: e.name, Pos: e.pos(), FromFallback: fallback, Redefined: e.redefined}
			case "attribute":
				e.comp = &AttributeDecl{Name: e.name, Global: true, Pos: e.pos(), FromFallback: fallback}
			case "group":
				e.comp = &Group{Name: e.name, Pos: e.pos(), FromFallback: fallback, src: &groupSource{}}
			case "attributeGroup":
				e.comp = &AttributeGroup{Name: e.name, Pos: e.pos(), FromFallback: fallback, src: &attributeGroupSource{}}
			case "notation":
				e.comp = &Notation{Name: e.name, Pos: e.pos(), Note: note(e.node), Public: e.node.token("public"), System: e.node.token("system")}
			}
		}
	}
}

// parse fills the global components with what their elements say, and makes the local ones. References become pointers;
// what depends on other components (inherited content, facets, groups) waits for resolve.
func (l *loader) parse() {
	for _, e := range l.set.order {
		l.parseEntry(e)
	}
}

func (l *loader) parseEntry(e *entry) {
	if e.redefines != nil {
		l.parseEntry(e.redefines)
	}
	l.current = e
	path := e.name.Local
	switch c := e.comp.(type) {
	case *ElementDecl:
		l.elementBody(c, e.node, path)
		if head := e.node.token("substitutionGroup"); head != "" {
			c.SubstitutionGroup, _ = l.find(e.node, kindElement, head, c.Pos).(*ElementDecl)
		}
		c.Abstract = isTrue(e.node.token("abstract"))
		c.Final = e.node.derivations("final", e.node.doc.finalDefault) & (ByExtension | ByRestriction)
	case *ComplexType:
		l.complexType(c, e.node)
	case *SimpleType:
		l.simpleType(c, e.node)
	case *AttributeDecl:
		l.attributeBody(c, e.node, path)
	case *Group:
		c.Note = note(e.node)
		if m := e.node.child("all", "choice", "sequence"); m != nil {
			c.Model = l.modelGroup(m, path)
		}
	case *AttributeGroup:
		c.Note = note(e.node)
		c.src.attributeSource = l.attributes(e.node, path)
	}
}

// qname resolves a qualified name in an attribute's value.
func (n *node) qname(v string) QName {
	prefix, local, ok := strings.Cut(v, ":")
	if !ok {
		prefix, local = "", v
	}
	space, _ := n.scope.lookup(prefix)
	if space == "" && n.doc.chameleon {
		space = n.doc.TargetNamespace
	}
	return QName{space, local}
}

// find gives the global component that a reference names. It reports an error and gives nil when there is none.
func (l *loader) find(n *node, k kind, ref string, from Position) any {
	name := n.qname(ref)
	if l.current.redefines != nil && l.current.symbol == (symbol{k, name}) && k != kindType {
		return l.current.redefines.comp
	}
	pos := n.pos(from.Component)
	doc := n.doc
	if name.Space != doc.TargetNamespace && !doc.imports[name.Space] && (name.Space != SpaceXSD || k != kindType) {
		if name.Space == "" {
			l.fail(pos, "the %s %s is in no namespace, and the document does not import components without one", k, name.Local)
		} else {
			l.fail(pos, "the %s %s is in the namespace %q, which the document does not import", k, name.Local, name.Space)
		}
		return nil
	}
	if e, ok := l.set.table[symbol{k, name}]; ok {
		return e.comp
	}
	if k == kindType {
		if t := builtinType(name); t != nil {
			return t
		}
	}
	if d, ok := xmlAttributes[name]; ok && k == kindAttribute {
		return d
	}
	l.fail(pos, "refers to the %s %s, which no document defines", k, name)
	return nil
}

// findType gives the type that a reference names, or nil after an error.
func (l *loader) findType(n *node, ref string, from Position) Type {
	t, _ := l.find(n, kindType, ref, from).(Type)
	return t
}

// findBase is findType for the base of a type: inside xs:redefine the type's own name means its former definition.
func (l *loader) findBase(n *node, ref string, t Type) Type {
	if old := l.current.redefines; old != nil && l.current.comp == t {
		if n.qname(ref) == l.current.name {
			return old.comp.(Type)
		}
		l.fail(n.pos(t.Position().Component), "redefines the type, but is not derived from it")
		return nil
	}
	return l.findType(n, ref, t.Position())
}

// findSimple is findType where only a simple type will do.
func (l *loader) findSimple(n *node, ref string, from Position) *SimpleType {
	t := l.findType(n, ref, from)
	if t == nil {
		return nil
	}
	s, ok := t.(*SimpleType)
	if !ok {
		l.fail(n.pos(from.Component), "needs a simple type, and %s is a complex one", t.Display())
	}
	return s
}

func derivationSet(v string) DerivationSet {
	if v == "#all" {
		return ByExtension | ByRestriction | BySubstitution | ByList | ByUnion
	}
	var s DerivationSet
	for _, w := range strings.Fields(v) {
		s |= map[string]DerivationSet{"extension": ByExtension, "restriction": ByRestriction, "substitution": BySubstitution, "list": ByList, "union": ByUnion}[w]
	}
	return s
}

func (n *node) derivations(local string, byDefault DerivationSet) DerivationSet {
	if v, ok := n.attr(local); ok {
		return derivationSet(v)
	}
	return byDefault
}

// valueConstraint reads default and fixed.
func (l *loader) valueConstraint(n *node, pos Position) (byDefault, fixed *string) {
	byDefault, fixed = n.optional("default"), n.optional("fixed")
	if byDefault != nil && fixed != nil {
		l.fail(pos, "has both default and fixed")
	}
	return byDefault, fixed
}

// elementBody reads what global and local element declarations share.
func (l *loader) elementBody(e *ElementDecl, n *node, path string) {
	e.src = &elementSource{node: n}
	e.Note = note(n)
	e.Nillable = isTrue(n.token("nillable"))
	e.Default, e.Fixed = l.valueConstraint(n, e.Pos)
	e.Block = n.derivations("block", n.doc.blockDefault) & (ByExtension | ByRestriction | BySubstitution)
	ref, inline := n.token("type"), n.child("simpleType", "complexType")
	switch {
	case ref != "" && inline != nil:
		l.fail(e.Pos, "has both a type attribute and a type inside")
	case ref != "":
		e.Type = l.findType(n, ref, e.Pos)
	case inline != nil && inline.name.Local == "complexType":
		t := &ComplexType{Parent: path, Pos: inline.pos(path), FromFallback: n.doc.Fallback}
		l.schema.Anonymous = append(l.schema.Anonymous, t)
		l.complexType(t, inline)
		e.Type = t
	case inline != nil:
		e.Type = l.anonymousSimple(inline, path)
	}
	for _, c := range n.children {
		switch c.name.Local {
		case "key", "keyref", "unique":
			e.Constraints = append(e.Constraints, l.constraint(c, path))
		}
	}
	l.elementDecls = append(l.elementDecls, e)
}

func (l *loader) constraint(n *node, path string) *IdentityConstraint {
	c := &IdentityConstraint{Kind: n.name.Local, Name: QName{n.doc.TargetNamespace, n.token("name")}, Note: note(n)}
	c.Pos = n.pos(path + ": " + c.Kind + " " + c.Name.Local)
	if r := n.token("refer"); r != "" {
		c.Refer = n.qname(r)
	}
	for _, f := range n.children {
		switch f.name.Local {
		case "selector":
			c.Selector = f.token("xpath")
			l.xpathPrefixes(f, c.Selector, c.Pos)
		case "field":
			c.Fields = append(c.Fields, f.token("xpath"))
			l.xpathPrefixes(f, f.token("xpath"), c.Pos)
		}
	}
	l.schema.Constraints = append(l.schema.Constraints, c)
	return c
}

// xpathPrefixes checks that the prefixes of a path are declared.
func (l *loader) xpathPrefixes(n *node, path string, pos Position) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/|@ .", r) }) {
		if i := strings.LastIndex(step, "::"); i >= 0 {
			step = step[i+2:]
		}
		if prefix, _, ok := strings.Cut(step, ":"); ok && prefix != "" {
			if _, ok := n.scope.lookup(prefix); !ok {
				l.fail(pos, "the prefix %s is not declared", prefix)
			}
		}
	}
}

// localElement reads an element in a model group.
func (l *loader) localElement(n *node, path string) *Particle {
	p := &Particle{Note: note(n)}
	ref, name := n.token("ref"), n.token("name")
	switch {
	case ref != "" && name != "":
		l.fail(n.pos(path), "an element has either a name or a ref")
		return nil
	case ref != "":
		p.Pos = n.pos(path + "." + ref)
		for _, a := range [...]string{"type", "default", "fixed", "nillable", "block", "form"} {
			if _, ok := n.attr(a); ok {
				l.fail(p.Pos, "a reference to an element may not have the attribute %s", a)
			}
		}
		if c := n.child("simpleType", "complexType", "key", "keyref", "unique"); c != nil {
			l.fail(p.Pos, "a reference to an element may not hold <%s>", c.name.Local)
		}
		if e, ok := l.find(n, kindElement, ref, p.Pos).(*ElementDecl); ok {
			p.Term = e
		}
	case name != "":
		path += "." + name
		p.Pos = n.pos(path)
		e := &ElementDecl{Name: QName{Local: name}, Pos: p.Pos, FromFallback: n.doc.Fallback}
		if form := n.token("form"); form == "qualified" || form == "" && n.doc.qualifiedElements {
			e.Name.Space = n.doc.TargetNamespace
		}
		l.elementBody(e, n, path)
		p.Term = e
	default:
		l.fail(n.pos(path), "an element needs a name or a ref")
		return nil
	}
	if !l.occurrence(p, n) {
		return nil
	}
	return p
}

// occurrence reads minOccurs and maxOccurs. It gives false for a particle that stands for nothing: maxOccurs="0".
func (l *loader) occurrence(p *Particle, n *node) bool {
	p.Min, p.Max = l.count(n, "minOccurs", p.Pos), Unbounded
	if n.token("maxOccurs") != "unbounded" {
		p.Max = l.count(n, "maxOccurs", p.Pos)
	}
	if p.Max != Unbounded && p.Min > p.Max {
		l.fail(p.Pos, "minOccurs %d is more than maxOccurs %d", p.Min, p.Max)
		p.Max = p.Min
	}
	return p.Max != 0
}

func (l *loader) count(n *node, local string, pos Position) int {
	v := n.token(local)
	if v == "" {
		return 1
	}
	c, err := strconv.Atoi(v)
	if err != nil {
		l.errs = append(l.errs, &UnsupportedError{local + "=" + strconv.Quote(v) + " beyond the range of an int", pos})
	}
	return c
}

// particle reads an element, group, model group or wildcard in a content model; nil when it stands for nothing.
func (l *loader) particle(n *node, path string) *Particle {
	p := &Particle{Pos: n.pos(path)}
	switch n.name.Local {
	case "element":
		return l.localElement(n, path)
	case "group":
		p.Note = note(n)
		g, ok := l.find(n, kindGroup, n.token("ref"), p.Pos).(*Group)
		if !ok {
			return nil
		}
		p.Term = &groupRef{g}
	case "any":
		w := l.wildcard(n, path)
		p.Term, p.Note = w, w.Note
	default:
		g := l.modelGroup(n, path)
		p.Term, p.Note = g, g.Note
	}
	if !l.occurrence(p, n) {
		return nil
	}
	if n.name.Local == "all" && (p.Max != 1 || p.Min > 1) {
		l.fail(p.Pos, "an all group may occur once at most")
	}
	return p
}

func (l *loader) modelGroup(n *node, path string) *ModelGroup {
	g := &ModelGroup{Note: note(n), Pos: n.pos(path)}
	g.Compositor = map[string]Compositor{"sequence": Sequence, "choice": Choice, "all": All}[n.name.Local]
	for _, c := range n.children {
		if c.name.Local == "annotation" {
			continue
		}
		p := l.particle(c, path)
		if p == nil {
			continue
		}
		if g.Compositor == All && (p.Max == Unbounded || p.Max > 1) {
			l.fail(p.Pos, "an element of an all group may occur once at most")
		}
		g.Particles = append(g.Particles, p)
	}
	return g
}

func (l *loader) wildcard(n *node, path string) *Wildcard {
	w := &Wildcard{Note: note(n), Pos: n.pos(path)}
	w.Process = map[string]ProcessContents{"lax": ProcessLax, "skip": ProcessSkip}[n.token("processContents")]
	target := n.doc.TargetNamespace
	v, given := n.attr("namespace")
	switch v = collapse(v); {
	case !given || v == "##any":
		w.Any = true
	case v == "##other":
		w.Not = true
		w.Spaces = []string{""}
		if target != "" {
			w.Spaces = []string{target, ""}
		}
	default:
		for _, s := range strings.Fields(v) {
			switch s {
			case "##targetNamespace":
				s = target
			case "##local":
				s = ""
			}
			if !slices.Contains(w.Spaces, s) {
				w.Spaces = append(w.Spaces, s)
			}
		}
	}
	return w
}
