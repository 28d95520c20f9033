package ir

import (
	"fmt"
	"strings"

	"github.com/vbem-go/vbem/generator/xsd"
	"github.com/vbem-go/vbem/xsdbind"
)

// fill decides the fields of a complex type's struct and its content model. Base types come first, because a field
// that is inherited keeps the name it has in the base.
func (b *builder) fill(ct *xsd.ComplexType) {
	if b.filled[ct] {
		return
	}
	b.filled[ct] = true
	if base, ok := ct.Base.(*xsd.ComplexType); ok && b.structs[base] != nil {
		b.fill(base)
	}
	s := b.structs[ct]
	c := &content{b: b, s: s, ct: ct, depth: map[*xsd.ComplexType]int{}}
	for i, t := range ct.Chain() {
		c.depth[t] = i
	}
	c.inherit()
	for _, u := range ct.Attributes {
		c.attribute(u)
	}
	if ct.AttributeWildcard != nil {
		s.Flags |= xsdbind.FlagAnyAttribute
	}
	s.Attrs = len(s.Fields)
	switch {
	case ct.Simple != nil:
		s.Flags |= xsdbind.FlagSimpleContent
		f := b.textField(ct.Simple)
		f.Depth = len(c.depth) - 1
		f.Go = uniqueMember(c.taken, f.Go, "Text")
		c.annotate(f)
		s.Fields = append(s.Fields, f)
	default:
		c.elements(simplify(ct.Particle))
	}
	c.finish()
}

// textMember is the JSON member for the text of simple content.
const textMember = "Value"

// textField is the text of simple content.
func (b *builder) textField(t *xsd.SimpleType) *Field {
	f := &Field{Field: xsdbind.Field{Go: "Value", Where: xsdbind.WhereText, Flags: xsdbind.FlagRequired}, Occurs: "text"}
	f.JSON = textMember
	b.setSimple(f, t)
	return f
}

// setSimple gives a field the Go type and facets of a simple type.
func (b *builder) setSimple(f *Field, t *xsd.SimpleType) {
	f.Type = b.simpleGo(t)
	f.Kind = f.Type.Kind
	if ft := b.facets(t); ft != nil {
		f.SimpleVar = ft.Var
	}
}

// content collects the fields of one struct.
type content struct {
	b     *builder
	s     *Struct
	ct    *xsd.ComplexType
	depth map[*xsd.ComplexType]int
	taken map[string]bool
	// names of fields that the base has, by component, so that they hold
	inherited map[string]string
}

func (c *content) inherit() {
	c.taken, c.inherited = map[string]bool{}, map[string]string{}
	base, ok := c.ct.Base.(*xsd.ComplexType)
	if !ok || c.b.structs[base] == nil {
		return
	}
	for _, f := range c.b.structs[base].Fields {
		c.inherited[fieldKey(f.Where, f.Space, f.Name)] = f.Go
		c.taken[f.Go] = true
	}
}

func fieldKey(w xsdbind.Where, space, name string) string {
	return fmt.Sprintf("%d {%s}%s", w, space, name)
}

// name gives a field its Go name: the base's for what is inherited.
func (c *content) name(f *Field, want, suffix string) {
	key := fieldKey(f.Where, f.Space, f.Name)
	if name, ok := c.inherited[key]; ok && f.Name != "" {
		f.Go = name
		return
	}
	local := f.Name
	if f.Where == xsdbind.WhereAttribute {
		local = "@" + local
	} else if local == "" {
		local = "(" + want + ")"
	}
	if f.Space != "" {
		local = "{" + f.Space + "}" + local
	}
	f.Go = c.b.names.memberName(c.s.Component+"/"+local, c.taken, want, suffix)
}

func (c *content) owner(t *xsd.ComplexType) (string, int) {
	if t == nil {
		t = c.ct
	}
	return t.Display(), c.depth[t]
}

func (c *content) attribute(u *xsd.AttributeUse) {
	f := &Field{Field: xsdbind.Field{Name: u.Decl.Name.Local, Space: u.Decl.Name.Space, Where: xsdbind.WhereAttribute}, Occurs: "attribute"}
	f.Owner, f.Depth = c.owner(u.Owner)
	c.b.setSimple(f, u.Decl.Type)
	f.Pointer = !u.Required
	if f.Type.List {
		f.Flags |= xsdbind.FlagList | xsdbind.FlagTextList
		f.Type.List = false
		f.Pointer = false
	} else if u.Required {
		f.Flags |= xsdbind.FlagRequired
	}
	if u.Required {
		f.Occurs += ", required"
	}
	f.Default, f.Fixed = deref(u.Default), deref(u.Fixed)
	c.name(f, goName(f.Name), "Attr")
	c.annotate(f, u.Note)
	c.s.Fields = append(c.s.Fields, f)
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// annotate takes over what the schema says about a field in words and annotations, and where its JSON name differs.
func (c *content) annotate(f *Field, notes ...xsd.Note) {
	for _, n := range notes {
		if f.Doc == "" {
			f.Doc = strings.TrimSpace(n.Doc)
		}
		if u := n.Foreign[unitAttr]; u != "" {
			f.Unit = u
		}
		f.Aliases = append(f.Aliases, strings.Fields(n.Foreign[aliasAttr])...)
		if n.Foreign[secretAttr] == "true" {
			f.Flags |= xsdbind.FlagSecret
		}
		if since := n.Foreign[sinceAttr]; since != "" && !strings.Contains(f.Occurs, ", since ") {
			f.Occurs += ", since " + since
		}
	}
	if f.Unit != "" {
		f.Occurs += ", " + f.Unit
	}
	if f.Default != "" {
		f.Occurs += ", default " + f.Default
	}
	xmlName := f.Name
	if f.Where == xsdbind.WhereAttribute {
		xmlName = "@" + xmlName
	}
	for _, component := range []string{c.s.Name, f.Owner} {
		name, aliases := c.b.in.JSON.Member(component, xmlName)
		f.Aliases = append(f.Aliases, aliases...)
		if name != "" {
			f.JSON = name
		}
		if name != "" || component == f.Owner {
			break // the type itself goes before the type that it inherits the member from
		}
	}
	f.Aliases = unique(f.Aliases)
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

// elements decides the fields for a content model and writes the model down.
func (c *content) elements(n *node) {
	if n == nil && !c.ct.Mixed {
		return
	}
	if c.ct.Mixed || !regular(n) {
		c.inOrder(n)
		return
	}
	c.walk(n, false)
}

// walk adds fields for n and appends its particles to the model. optional: n stands in something that may be absent.
func (c *content) walk(n *node, optional bool) {
	p := xsdbind.Particle{Op: n.op, Min: int32(n.min), Max: int32(n.max)}
	switch {
	case n.op == xsdbind.OpElement:
		p.Field = uint16(len(c.s.Fields))
		c.s.Fields = append(c.s.Fields, c.element(n, optional || n.min == 0, n.repeated()))
		c.s.Model = append(c.s.Model, p)
	case n.op == xsdbind.OpAny:
		p.Field, p.Wildcard = uint16(len(c.s.Fields)), wildcard(n.wild)
		f := &Field{Field: xsdbind.Field{Where: xsdbind.WhereAny, Kind: xsdbind.KindString, Flags: xsdbind.FlagList}, Type: stringGo,
			Occurs: occurs(n.min, n.max), Doc: "Any holds elements that the schema leaves open, each as XML that stands by itself."}
		f.Owner, f.Depth = c.owner(n.owner)
		c.name(f, "Any", "Elements")
		c.s.Fields = append(c.s.Fields, f)
		c.s.Model = append(c.s.Model, p)
	case n.repeated():
		p.Op, p.Field = xsdbind.OpGroup, uint16(len(c.s.Fields))
		word := map[xsdbind.Op]string{xsdbind.OpChoice: "Choice", xsdbind.OpSequence: "Sequence", xsdbind.OpAll: "All"}[n.op]
		f := c.group(n, word)
		inner := *n
		inner.min, inner.max = 1, 1
		g := c.inside(f)
		g.walk(&inner, false)
		g.finish()
		c.s.Fields = append(c.s.Fields, f)
		c.s.Model = append(c.s.Model, p)
	default:
		at := len(c.s.Model)
		c.s.Model = append(c.s.Model, p)
		for _, k := range n.kids {
			c.walk(k, optional || n.min == 0 || n.op == xsdbind.OpChoice)
		}
		c.s.Model[at].Len = uint16(len(c.s.Model) - at - 1)
	}
}

// group makes a repeated group's field, with a struct for one round of it.
func (c *content) group(n *node, word string) *Field {
	f := &Field{Field: xsdbind.Field{Where: xsdbind.WhereGroup, Kind: xsdbind.KindStruct, Flags: xsdbind.FlagList}, Occurs: occurs(n.min, n.max)}
	f.Owner, f.Depth = c.owner(n.owner)
	c.name(f, word, "")
	s := &Struct{Name: c.s.Name + "." + f.Go, Component: c.s.Component + "(" + f.Go + ")", Space: c.s.Space, File: c.s.File, Flags: xsdbind.FlagGroup,
		Extra: n.op == xsdbind.OpSequence}
	s.Go = c.b.names.typeName(s.Component, c.s.Go+f.Go)
	s.Table = c.b.names.derivedName(s.Component, unexported(s.Go, "Type"))
	s.Doc = s.Go + " is one round of a repeated " + strings.ToLower(word) + " in " + c.s.Go + "."
	if n.op == xsdbind.OpChoice {
		s.Doc += " Exactly one field is set."
	}
	f.Struct = s
	c.b.program.Structs = append(c.b.program.Structs, s)
	return f
}

// inside returns the collector for a group's struct.
func (c *content) inside(f *Field) *content {
	return &content{b: c.b, s: f.Struct, ct: c.ct, depth: c.depth, taken: map[string]bool{}, inherited: map[string]string{}}
}

// inOrder makes content whose order no struct of fields can hold: a slice of particles in document order.
func (c *content) inOrder(n *node) {
	c.s.Flags |= xsdbind.FlagInOrder
	if c.ct.Mixed {
		c.s.Flags |= xsdbind.FlagMixed
	}
	top := &node{op: xsdbind.OpChoice, min: 0, max: xsd.Unbounded}
	f := c.group(top, "Content")
	f.Struct.Doc = f.Struct.Go + " is one piece of the content of " + c.s.Go + ", in document order. Exactly one field is set."
	g := c.inside(f)
	fieldOf := map[xsd.QName]uint16{}
	anyField := -1
	n.leaves(func(l *node) {
		if l.op == xsdbind.OpAny {
			if anyField < 0 {
				anyField = len(g.s.Fields)
				a := &Field{Field: xsdbind.Field{Where: xsdbind.WhereAny, Kind: xsdbind.KindString, Flags: xsdbind.FlagList}, Type: stringGo, Occurs: "one element as XML"}
				a.Owner, a.Depth = c.owner(l.owner)
				g.name(a, "Any", "Elements")
				g.s.Fields = append(g.s.Fields, a)
			}
			return
		}
		if _, ok := fieldOf[l.elem.Name]; !ok {
			fieldOf[l.elem.Name] = uint16(len(g.s.Fields))
			g.s.Fields = append(g.s.Fields, g.element(&node{op: l.op, min: 1, max: 1, elem: l.elem, owner: l.owner, note: l.note}, true, false))
		}
	})
	if c.ct.Mixed {
		t := &Field{Field: xsdbind.Field{Where: xsdbind.WhereText, Kind: xsdbind.KindString}, Type: stringGo, Pointer: true, Occurs: "text between elements"}
		g.name(t, "Text", "Content")
		g.s.Fields = append(g.s.Fields, t)
	}
	for i := range g.s.Fields {
		p := xsdbind.Particle{Op: xsdbind.OpElement, Min: 1, Max: 1, Field: uint16(i)}
		if g.s.Fields[i].Where == xsdbind.WhereAny {
			p.Op = xsdbind.OpAny
			p.Wildcard = &xsdbind.Wildcard{Any: true}
		}
		if g.s.Fields[i].Where != xsdbind.WhereText {
			g.s.Model = append(g.s.Model, p)
		}
	}
	g.s.Model = append([]xsdbind.Particle{{Op: xsdbind.OpChoice, Min: 1, Max: 1, Len: uint16(len(g.s.Model))}}, g.s.Model...)
	g.finish()
	c.s.Fields = append(c.s.Fields, f)
	if n != nil {
		c.s.Model = flatten(c.s.Model, n, fieldOf, anyField)
	}
}

// flatten writes a content model in prefix order, its elements by the fields of the group that holds the pieces.
func flatten(m []xsdbind.Particle, n *node, fieldOf map[xsd.QName]uint16, anyField int) []xsdbind.Particle {
	p := xsdbind.Particle{Op: n.op, Min: int32(n.min), Max: int32(n.max)}
	switch n.op {
	case xsdbind.OpElement:
		p.Field = fieldOf[n.elem.Name]
		return append(m, p)
	case xsdbind.OpAny:
		p.Field, p.Wildcard = uint16(anyField), wildcard(n.wild)
		return append(m, p)
	}
	at := len(m)
	m = append(m, p)
	for _, k := range n.kids {
		m = flatten(m, k, fieldOf, anyField)
	}
	m[at].Len = uint16(len(m) - at - 1)
	return m
}

func wildcard(w *xsd.Wildcard) *xsdbind.Wildcard {
	return &xsdbind.Wildcard{Not: w.Not, Any: w.Any, Spaces: w.Spaces, Skip: w.Process == xsd.ProcessSkip}
}

func occurs(min, max int) string {
	switch {
	case max == xsd.Unbounded:
		return fmt.Sprintf("%d..n", min)
	case min == 1 && max == 1:
		return "required"
	}
	return fmt.Sprintf("%d..%d", min, max)
}

// element makes the field of an element.
func (c *content) element(n *node, optional, list bool) *Field {
	e := n.elem
	f := &Field{Field: xsdbind.Field{Name: e.Name.Local}, Occurs: occurs(n.min, n.max)}
	f.Owner, f.Depth = c.owner(n.owner)
	if optional && n.min == 1 && n.max == 1 {
		f.Occurs = "0..1"
	}
	switch {
	case e.Name.Space == c.s.Space:
	case e.Name.Space == "":
		f.Flags |= xsdbind.FlagNoSpace
	default:
		f.Space = e.Name.Space
	}
	switch t := e.Type.(type) {
	case *xsd.SimpleType:
		c.b.setSimple(f, t)
	case *xsd.ComplexType:
		if t.Abstract {
			c.b.fail(unsupported(e.Pos, "an element of an abstract type (%s of type %s), whose content xsi:type chooses,", e.Name.Local, t.Display()))
		}
		f.Struct = c.b.structOf(t)
	}
	if e.Nillable {
		f.Flags |= xsdbind.FlagNillable
	}
	if f.Type.List {
		f.Type.List = false
		switch {
		case list || e.Nillable:
			f.Type, f.Kind = stringGo, xsdbind.KindString // a list of lists: each in its lexical form
		default:
			f.Flags |= xsdbind.FlagTextList | xsdbind.FlagList
			optional = false
		}
	}
	switch {
	case list:
		f.Flags |= xsdbind.FlagList
	case f.Flags&xsdbind.FlagList != 0:
	case optional:
		f.Pointer = true
	default:
		f.Flags |= xsdbind.FlagRequired
	}
	f.Default, f.Fixed = deref(e.Default), deref(e.Fixed)
	c.name(f, goName(f.Name), "Element")
	c.annotate(f, n.note, e.Note)
	return f
}

// finish decides the order of the Go struct and of JSON, and the JSON form.
func (c *content) finish() {
	s := c.s
	order := make([]int, len(s.Fields))
	for i := range order {
		order[i] = i
	}
	attr := func(i int) bool { return s.Fields[i].Where == xsdbind.WhereAttribute }
	// The Go struct: the most basic class first, in each class content before attributes.
	sortStable(order, func(i, j int) bool {
		if a, b := s.Fields[i].Depth, s.Fields[j].Depth; a != b {
			return a < b
		}
		return !attr(i) && attr(j)
	})
	for _, i := range order {
		s.Members = append(s.Members, s.Fields[i])
	}
	// JSON: the most derived class first.
	sortStable(order, func(i, j int) bool { return s.Fields[i].Depth > s.Fields[j].Depth })
	s.JSONOrder = order
	c.jsonForm()
	c.jsonCollisions()
	for _, f := range s.Members {
		if f.JSON == f.Name {
			f.JSON = ""
		}
	}
}

// jsonCollisions gives an attribute or text another JSON name where a member has its own already: members are told apart
// without regard to case.
func (c *content) jsonCollisions() {
	taken := map[string]bool{}
	member := func(f *Field) string {
		switch {
		case f.JSON != "":
			return strings.ToLower(f.JSON)
		case f.Name != "":
			return strings.ToLower(f.Name)
		}
		return strings.ToLower(f.Go)
	}
	for _, where := range []xsdbind.Where{xsdbind.WhereElement, xsdbind.WhereAttribute, xsdbind.WhereText, xsdbind.WhereGroup, xsdbind.WhereAny} {
		for _, f := range c.s.Fields {
			if f.Where != where {
				continue
			}
			if taken[member(f)] {
				switch where {
				case xsdbind.WhereAttribute:
					f.JSON = "@" + f.Name
				case xsdbind.WhereText:
					f.JSON = "#text"
				default:
					f.JSON = f.Go
				}
				for i := 2; taken[member(f)]; i++ {
					f.JSON = fmt.Sprintf("%s%d", f.Go, i)
				}
			}
			taken[member(f)] = true
		}
	}
}

// jsonForm applies the rule for lists: a list type without a base is an array, a list in an object has a plural name.
func (c *content) jsonForm() {
	s := c.s
	if s.Flags&xsdbind.FlagGroup != 0 {
		return
	}
	only := len(s.Fields) == 1 && s.Fields[0].Flags&xsdbind.FlagList != 0 && s.Fields[0].Where == xsdbind.WhereElement
	noBase := c.ct.Chain()[0] == c.ct && c.ct.Derivation == xsd.DerivationNone
	switch form := c.b.in.JSON.Form(s.Name); {
	case form == "array":
		if !only {
			c.b.fail(fmt.Errorf("%s: a type in the form of a JSON array needs exactly one list element and no attributes", c.ct.Pos))
			return
		}
		s.JSON = xsdbind.JSONArray
		return
	case form == "" && only && noBase:
		s.JSON = xsdbind.JSONArray
		return
	}
	for _, f := range s.Fields {
		if f.JSON == "" && f.Where == xsdbind.WhereElement && f.Flags&xsdbind.FlagList != 0 && f.Flags&xsdbind.FlagTextList == 0 && !strings.HasSuffix(f.Name, "s") {
			f.JSON = f.Name + "s"
		}
	}
}
