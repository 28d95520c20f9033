package xsd

import (
	"math"
	"strconv"
	"strings"
)

// complexType reads a complex type definition.
func (l *loader) complexType(t *ComplexType, n *node) {
	l.complexTypes = append(l.complexTypes, t)
	t.src = &complexSource{}
	t.Note = note(n)
	t.Abstract = isTrue(n.token("abstract"))
	t.Mixed = isTrue(n.token("mixed"))
	t.Final = n.derivations("final", n.doc.finalDefault) & (ByExtension | ByRestriction)
	t.Block = n.derivations("block", n.doc.blockDefault) & (ByExtension | ByRestriction)
	t.Base = anyType
	body := n
	if c := n.child("simpleContent", "complexContent"); c != nil {
		if v, ok := c.attr("mixed"); ok {
			t.Mixed = isTrue(collapse(v))
		}
		body = c.child("restriction", "extension")
		t.Derivation = map[string]Derivation{"restriction": DerivationRestriction, "extension": DerivationExtension}[body.name.Local]
		t.Base = l.findBase(body, body.token("base"), t)
		if t.src.simple = c.name.Local == "simpleContent"; t.src.simple {
			t.Mixed = false
			l.simpleContent(t, body)
		}
	} else if l.current.redefines != nil && l.current.comp == t {
		l.fail(t.Pos, "redefines the type, but is not derived from it")
	}
	path := t.Display()
	if m := body.child("group", "all", "choice", "sequence"); m != nil {
		if p := l.particle(m, path); p != nil && !explicitlyEmpty(m, p) {
			t.src.model = p
		}
	}
	t.src.attributeSource = l.attributes(body, path)
}

// explicitlyEmpty reports whether a content model is the same as none.
func explicitlyEmpty(n *node, p *Particle) bool {
	for _, c := range n.children {
		if c.name.Local != "annotation" {
			return false
		}
	}
	switch n.name.Local {
	case "all", "sequence":
		return true
	case "choice":
		return p.Min == 0
	}
	return false
}

// simpleContent reads what stands in a restriction of simple content: a type that narrows the base's, and facets.
func (l *loader) simpleContent(t *ComplexType, body *node) {
	if body.name.Local == "extension" {
		return
	}
	if inline := body.child("simpleType"); inline != nil {
		t.src.inline = l.anonymousSimple(inline, t.Display())
	}
	facets := &SimpleType{Parent: t.Display(), Pos: t.Pos, FromFallback: t.FromFallback, src: &simpleSource{node: body, state: done}}
	if l.facets(facets, body) {
		t.src.facets = facets
	}
}

// attributes reads attribute uses, references to attribute groups and the wildcard.
func (l *loader) attributes(n *node, path string) attributeSource {
	var out attributeSource
	for _, c := range n.children {
		switch c.name.Local {
		case "attribute":
			if item, ok := l.localAttribute(c, path); ok {
				out.items = append(out.items, item)
			}
		case "attributeGroup":
			pos := c.pos(path)
			if g, ok := l.find(c, kindAttributeGroup, c.token("ref"), pos).(*AttributeGroup); ok {
				out.items = append(out.items, attributeItem{group: g, pos: pos})
			}
		case "anyAttribute":
			out.wildcard = l.wildcard(c, path)
		}
	}
	return out
}

func (l *loader) localAttribute(n *node, path string) (attributeItem, bool) {
	u := &AttributeUse{Note: note(n)}
	ref, name, use := n.token("ref"), n.token("name"), n.token("use")
	switch {
	case ref != "" && name != "":
		l.fail(n.pos(path), "an attribute has either a name or a ref")
		return attributeItem{}, false
	case ref != "":
		u.Pos = n.pos(path + "." + ref)
		for _, a := range [...]string{"type", "form"} {
			if _, ok := n.attr(a); ok {
				l.fail(u.Pos, "a reference to an attribute may not have the attribute %s", a)
			}
		}
		if n.child("simpleType") != nil {
			l.fail(u.Pos, "a reference to an attribute may not hold a type")
		}
		d, ok := l.find(n, kindAttribute, ref, u.Pos).(*AttributeDecl)
		if !ok {
			return attributeItem{}, false
		}
		u.Decl = d
		u.Default, u.Fixed = l.valueConstraint(n, u.Pos)
	case name != "":
		path += "." + name
		u.Pos = n.pos(path)
		d := &AttributeDecl{Name: QName{Local: name}, Pos: u.Pos, FromFallback: n.doc.Fallback}
		if form := n.token("form"); form == "qualified" || form == "" && n.doc.qualifiedAttributes {
			d.Name.Space = n.doc.TargetNamespace
		}
		l.attributeBody(d, n, path)
		u.Decl, u.Default, u.Fixed = d, d.Default, d.Fixed
		d.Default, d.Fixed = nil, nil // of a local attribute they belong to the use
	default:
		l.fail(n.pos(path), "an attribute needs a name or a ref")
		return attributeItem{}, false
	}
	u.Required = use == "required"
	if u.Default != nil && use != "" && use != "optional" {
		l.fail(u.Pos, "has a default and is %s", use)
	}
	return attributeItem{use: u, prohibited: use == "prohibited", pos: u.Pos}, true
}

// attributeBody reads what global and local attribute declarations share.
func (l *loader) attributeBody(d *AttributeDecl, n *node, path string) {
	d.Note = note(n)
	d.Default, d.Fixed = l.valueConstraint(n, d.Pos)
	d.Type = anySimpleType
	ref, inline := n.token("type"), n.child("simpleType")
	switch {
	case ref != "" && inline != nil:
		l.fail(d.Pos, "has both a type attribute and a type inside")
	case ref != "":
		if t := l.findSimple(n, ref, d.Pos); t != nil {
			d.Type = t
		}
	case inline != nil:
		d.Type = l.anonymousSimple(inline, path)
	}
	if d.Name.Local == "xmlns" {
		l.fail(d.Pos, "an attribute may not be named xmlns")
	}
	if d.Name.Space == SpaceXSI {
		l.fail(d.Pos, "an attribute may not be in the namespace %s", SpaceXSI)
	}
	l.attrDecls = append(l.attrDecls, d)
}

func (l *loader) anonymousSimple(n *node, path string) *SimpleType {
	t := &SimpleType{Parent: path, Pos: n.pos(path), FromFallback: n.doc.Fallback}
	l.schema.Anonymous = append(l.schema.Anonymous, t)
	l.simpleType(t, n)
	return t
}

// simpleType reads a simple type definition.
func (l *loader) simpleType(t *SimpleType, n *node) {
	l.simpleTypes = append(l.simpleTypes, t)
	t.Note = note(n)
	t.Final = n.derivations("final", n.doc.finalDefault) & (ByRestriction | ByList | ByUnion)
	body := n.child("restriction", "list", "union")
	t.src = &simpleSource{node: body}
	path := t.Display()
	own := l.current.redefines != nil && l.current.comp == t
	if own && body.name.Local != "restriction" {
		l.fail(t.Pos, "redefines the type, but is not derived from it")
	}
	switch body.name.Local {
	case "restriction":
		ref, inline := body.token("base"), body.child("simpleType")
		switch {
		case (ref == "") == (inline == nil):
			l.fail(t.Pos, "a restriction has either a base attribute or a type inside")
		case inline != nil:
			t.Base = l.anonymousSimple(inline, path+".Base")
		default:
			switch b := l.findBase(body, ref, t).(type) {
			case *SimpleType:
				t.Base = b
			case *ComplexType:
				l.fail(body.pos(t.Pos.Component), "needs a simple type, and %s is a complex one", b.Display())
			}
		}
		l.facets(t, body)
	case "list":
		t.Variety, t.Base = VarietyList, anySimpleType
		ref, inline := body.token("itemType"), body.child("simpleType")
		switch {
		case (ref == "") == (inline == nil):
			l.fail(t.Pos, "a list has either an itemType attribute or a type inside")
		case inline != nil:
			t.Item = l.anonymousSimple(inline, path+".Item")
		default:
			t.Item = l.findSimple(body, ref, t.Pos)
		}
	case "union":
		t.Variety, t.Base = VarietyUnion, anySimpleType
		for _, ref := range strings.Fields(body.token("memberTypes")) {
			if m := l.findSimple(body, ref, t.Pos); m != nil {
				t.Members = append(t.Members, m)
			}
		}
		for _, c := range body.children {
			if c.name.Local == "simpleType" {
				t.Members = append(t.Members, l.anonymousSimple(c, path+".Member"+strconv.Itoa(len(t.Members)+1)))
			}
		}
		if len(t.Members) == 0 && len(l.errs) == 0 {
			l.fail(t.Pos, "a union needs member types")
		}
	}
}

// facets reads the facets of a restriction into t.Own. It gives false when there are none.
func (l *loader) facets(t *SimpleType, n *node) bool {
	own := &t.Own
	seen := map[string]bool{}
	var patterns []string
	for _, c := range n.children {
		name := c.name.Local
		if ruleName := ruleFor("", name); ruleName != "facet" && name != "enumeration" && name != "pattern" {
			continue
		}
		pos := c.pos(t.Pos.Component + ": " + name)
		if seen[name] && name != "enumeration" && name != "pattern" {
			l.fail(pos, "the facet is given twice")
		}
		seen[name] = true
		value, _ := c.attr("value")
		number := func() *int {
			v := collapse(value)
			i, err := strconv.Atoi(v)
			if err != nil && strings.Trim(strings.TrimPrefix(v, "+"), "0123456789") == "" && strings.Trim(v, "+") != "" {
				i, err = math.MaxInt, nil // longer than anything
			}
			if err != nil || i < 0 || name == "totalDigits" && i == 0 {
				l.fail(pos, "%q is not a count", value)
			}
			return &i
		}
		text := collapse(value)
		switch name {
		case "pattern":
			patterns = append(patterns, value)
		case "enumeration":
			own.Enumeration = append(own.Enumeration, Enumerator{Value: value, Note: note(c), Pos: c.pos(t.Pos.Component), scope: c})
		case "whiteSpace":
			own.WhiteSpace = map[string]WhiteSpace{"preserve": WhiteSpacePreserve, "replace": WhiteSpaceReplace, "collapse": WhiteSpaceCollapse}[text]
			if own.WhiteSpace == WhiteSpaceUnset {
				l.fail(pos, "%q is not one of preserve, replace, collapse", value)
			}
		case "length":
			own.Length = number()
		case "minLength":
			own.MinLength = number()
		case "maxLength":
			own.MaxLength = number()
		case "totalDigits":
			own.TotalDigits = number()
		case "fractionDigits":
			own.FractionDigits = number()
		case "minInclusive":
			own.MinInclusive = &text
		case "maxInclusive":
			own.MaxInclusive = &text
		case "minExclusive":
			own.MinExclusive = &text
		case "maxExclusive":
			own.MaxExclusive = &text
		}
		if isTrue(c.token("fixed")) {
			own.Fixed = append(own.Fixed, name)
		}
	}
	if patterns != nil {
		own.Patterns = [][]string{patterns}
	}
	return len(seen) > 0
}
