package model

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/vbem-go/vbem/conformance/canonical"
)

const (
	xsd = "http://www.w3.org/2001/XMLSchema"
	// vbem is the namespace of this project's notes in a schema; alias lists other spellings.
	vbem = "https://github.com/vbem-go/vbem/schema"
)

// Parse reads schema documents. Where two declare the same component, the earlier one holds: the order of a schema and its fallback.
func Parse(documents ...[]byte) (*Schema, error) {
	p := parser{
		schema: &Schema{
			roots: make(map[canonical.Name]*Type), spelled: make(map[canonical.Name]canonical.Name), spellings: make(canonical.Spellings),
		},
		global: make(map[component]*etree.Element),
		types:  make(map[*etree.Element]*Type),
	}
	var elements []*etree.Element
	for i, text := range documents {
		doc, err := canonical.Read(text)
		if err != nil {
			return nil, fmt.Errorf("schema document %d: %w", i+1, err)
		}
		root := doc.Root()
		if root == nil || root.Tag != "schema" || root.NamespaceURI() != xsd {
			return nil, fmt.Errorf("schema document %d: the root is not xs:schema", i+1)
		}
		space := root.SelectAttrValue("targetNamespace", "")
		if i == 0 {
			p.schema.Target = space
		}
		for _, e := range root.ChildElements() {
			switch e.Tag {
			case "annotation", "notation":
				continue
			case "element", "complexType", "simpleType", "group", "attributeGroup", "attribute":
			default:
				return nil, fmt.Errorf("schema document %d: xs:%s is not supported", i+1, e.Tag)
			}
			key := component{e.Tag, canonical.Name{Space: space, Local: e.SelectAttrValue("name", "")}}
			if p.kind(key) != nil {
				continue
			}
			p.global[key] = e
			if e.Tag == "element" {
				elements = append(elements, e)
			}
		}
	}
	for _, e := range elements {
		name := canonical.Name{Space: target(e), Local: e.SelectAttrValue("name", "")}
		if e.SelectAttr("substitutionGroup") != nil {
			return nil, fmt.Errorf("element %s: substitution groups are not supported", name.Local)
		}
		t, err := p.elementType(e, name.Local)
		if err != nil {
			return nil, err
		}
		p.schema.roots[name] = t
		for _, other := range aliases(e) {
			p.schema.spelled[canonical.Name{Space: name.Space, Local: other}] = name
		}
		p.schema.order = append(p.schema.order, name)
	}
	return p.schema, nil
}

// A component is the key of a global declaration.
type component struct {
	tag  string
	name canonical.Name
}

type parser struct {
	schema *Schema
	global map[component]*etree.Element
	types  map[*etree.Element]*Type // made so far: types may be recursive
}

// kind finds a declaration in the symbol space of the key's: simple and complex types share one.
func (p *parser) kind(key component) *etree.Element {
	if key.tag == "simpleType" || key.tag == "complexType" {
		if e := p.global[component{"simpleType", key.name}]; e != nil {
			return e
		}
		return p.global[component{"complexType", key.name}]
	}
	return p.global[key]
}

// elementType returns the type of an element declaration. where names anonymous types.
func (p *parser) elementType(e *etree.Element, where string) (*Type, error) {
	if name := e.SelectAttrValue("type", ""); name != "" {
		return p.typeNamed(e, name, where)
	}
	for _, c := range e.ChildElements() {
		if c.Tag == "complexType" || c.Tag == "simpleType" {
			return p.typeOf(c, where)
		}
	}
	return &Type{Name: "anyType", complex: true, mixed: true, wild: true, model: anything()}, nil
}

func anything() *particle {
	return &particle{op: wildcard, max: unbounded, admits: func(string) bool { return true }}
}

// typeNamed resolves a type's qualified name in the scope of e.
func (p *parser) typeNamed(e *etree.Element, qname, where string) (*Type, error) {
	name, err := resolve(e, qname)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	if decl := p.kind(component{"complexType", name}); decl != nil {
		return p.typeOf(decl, name.Local)
	}
	if name.Space != xsd {
		return nil, fmt.Errorf("%s: type %s is not declared", where, name)
	}
	if name.Local == "anyType" {
		return &Type{Name: "anyType", complex: true, mixed: true, wild: true, model: anything()}, nil
	}
	return &Type{Name: name.Local, simple: true, value: builtin(name.Local)}, nil
}

// builtin says how the values of a built-in type are compared.
func builtin(name string) canonical.Value {
	switch name {
	case "string", "normalizedString", "anySimpleType":
		return canonical.Text
	case "boolean":
		return canonical.Boolean
	case "byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong", "float", "double":
		return canonical.Number
	}
	// Dates, durations, decimals and unbounded integers keep their lexical form.
	return canonical.Token
}

// typeOf reads a complexType or simpleType.
func (p *parser) typeOf(decl *etree.Element, where string) (*Type, error) {
	if t := p.types[decl]; t != nil {
		return t, nil
	}
	t := &Type{
		Name: where, attrs: make(map[canonical.Name]attribute), spellings: make(map[string]string),
		children: make(map[canonical.Name]*Type),
	}
	p.types[decl] = t
	if decl.Tag == "simpleType" {
		t.simple = true
		for _, c := range decl.ChildElements() {
			switch c.Tag {
			case "restriction":
				base, err := p.simpleBase(c, where)
				if err != nil {
					return nil, err
				}
				t.value = base
			case "list", "union":
				t.value = canonical.Token
			}
		}
		return t, nil
	}
	t.complex = true
	if decl.SelectAttrValue("mixed", "") == "true" {
		t.mixed = true
	}
	return t, p.content(t, decl, where)
}

func (p *parser) simpleBase(restriction *etree.Element, where string) (canonical.Value, error) {
	if name := restriction.SelectAttrValue("base", ""); name != "" {
		base, err := p.typeNamed(restriction, name, where)
		if err != nil {
			return 0, err
		}
		return base.value, nil
	}
	for _, c := range restriction.ChildElements() {
		if c.Tag == "simpleType" {
			base, err := p.typeOf(c, where)
			if err != nil {
				return 0, err
			}
			return base.value, nil
		}
	}
	return canonical.Text, nil
}

// content reads the children of complexType, extension or restriction into t.
func (p *parser) content(t *Type, e *etree.Element, where string) error {
	for _, c := range e.ChildElements() {
		switch c.Tag {
		case "annotation", "enumeration", "pattern", "length", "minLength", "maxLength", "whiteSpace",
			"minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "totalDigits", "fractionDigits":
		case "sequence", "choice", "all", "group", "any":
			part, err := p.particle(t, c, where)
			if err != nil {
				return err
			}
			if t.model == nil {
				t.model = part
			} else {
				t.model = &particle{op: sequence, min: 1, max: 1, parts: []*particle{t.model, part}}
			}
		case "attribute", "attributeGroup", "anyAttribute":
			if err := p.attribute(t, c, where); err != nil {
				return err
			}
		case "complexContent", "simpleContent":
			t.simple = c.Tag == "simpleContent"
			t.mixed = t.mixed || c.SelectAttrValue("mixed", "") == "true"
			for _, d := range c.ChildElements() {
				if d.Tag != "extension" && d.Tag != "restriction" {
					continue
				}
				if err := p.derive(t, d, where); err != nil {
					return err
				}
			}
		default:
			return fmt.Errorf("%s: xs:%s is not supported", where, c.Tag)
		}
	}
	return nil
}

// derive reads an extension or restriction: what the base has comes first.
func (p *parser) derive(t *Type, d *etree.Element, where string) error {
	base, err := p.typeNamed(d, d.SelectAttrValue("base", ""), where)
	if err != nil {
		return err
	}
	t.value = base.value
	t.wild = t.wild || base.wild
	maps.Copy(t.attrs, base.attrs)
	maps.Copy(t.spellings, base.spellings)
	if d.Tag == "extension" {
		t.model = base.model
		t.mixed = t.mixed || base.mixed
		maps.Copy(t.children, base.children)
	}
	return p.content(t, d, where)
}

func (p *parser) attribute(t *Type, e *etree.Element, where string) error {
	switch e.Tag {
	case "anyAttribute":
		t.wild = true
		return nil
	case "attributeGroup":
		group, err := p.referred(e, where)
		if err != nil {
			return err
		}
		return p.content(t, group, where)
	}
	decl := e
	name := canonical.Name{Local: e.SelectAttrValue("name", "")}
	if e.SelectAttr("ref") != nil {
		var err error
		if decl, err = p.referred(e, where); err != nil {
			return err
		}
		name = canonical.Name{Space: target(decl), Local: decl.SelectAttrValue("name", "")}
	}
	if e.SelectAttrValue("form", schemaOf(e).SelectAttrValue("attributeFormDefault", "")) == "qualified" {
		name.Space = target(e)
	}
	use := e.SelectAttrValue("use", "")
	if use == "prohibited" {
		delete(t.attrs, name)
		return nil
	}
	typ, err := p.elementType(decl, where+"/@"+name.Local)
	if err != nil {
		return err
	}
	t.attrs[name] = attribute{typ.value, use == "required"}
	p.alias(t, decl, name.Local)
	return nil
}

// alias notes the other spellings of an element or attribute.
func (p *parser) alias(t *Type, decl *etree.Element, local string) {
	for _, other := range aliases(decl) {
		t.spellings[other] = local
		p.schema.spellings.Add(other, local)
	}
}

func aliases(decl *etree.Element) []string {
	for _, a := range decl.Attr {
		if a.Key == "alias" && a.NamespaceURI() == vbem {
			return strings.Fields(a.Value)
		}
	}
	return nil
}

// referred finds what a ref attribute names.
func (p *parser) referred(e *etree.Element, where string) (*etree.Element, error) {
	name, err := resolve(e, e.SelectAttrValue("ref", ""))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	decl := p.global[component{e.Tag, name}]
	if decl == nil {
		return nil, fmt.Errorf("%s: %s %s is not declared", where, e.Tag, name)
	}
	return decl, nil
}

// particle reads an element, a model group, a reference to one, or a wildcard.
func (p *parser) particle(t *Type, e *etree.Element, where string) (*particle, error) {
	part := &particle{min: 1, max: 1}
	for _, bound := range []struct {
		attr string
		to   *int
	}{{"minOccurs", &part.min}, {"maxOccurs", &part.max}} {
		value := e.SelectAttrValue(bound.attr, "1")
		if value == "unbounded" {
			*bound.to = unbounded
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s=%q", where, bound.attr, value)
		}
		*bound.to = n
	}
	switch e.Tag {
	case "element":
		return part, p.element(t, part, e, where)
	case "any":
		part.op = wildcard
		part.admits = admits(e)
		return part, nil
	case "group":
		group, err := p.referred(e, where)
		if err != nil {
			return nil, err
		}
		for _, c := range group.ChildElements() {
			if c.Tag != "annotation" {
				inner, err := p.particle(t, c, where)
				if err != nil {
					return nil, err
				}
				part.op, part.parts = sequence, append(part.parts, inner)
			}
		}
		return part, nil
	}
	part.op = map[string]op{"sequence": sequence, "choice": choice, "all": all}[e.Tag]
	for _, c := range e.ChildElements() {
		if c.Tag == "annotation" {
			continue
		}
		if !slices.Contains([]string{"element", "sequence", "choice", "group", "any"}, c.Tag) {
			return nil, fmt.Errorf("%s: xs:%s in xs:%s is not supported", where, c.Tag, e.Tag)
		}
		inner, err := p.particle(t, c, where)
		if err != nil {
			return nil, err
		}
		part.parts = append(part.parts, inner)
	}
	return part, nil
}

func (p *parser) element(t *Type, part *particle, e *etree.Element, where string) error {
	decl := e
	part.name = canonical.Name{Local: e.SelectAttrValue("name", "")}
	if e.SelectAttr("ref") != nil {
		var err error
		if decl, err = p.referred(e, where); err != nil {
			return err
		}
		part.name = canonical.Name{Space: target(decl), Local: decl.SelectAttrValue("name", "")}
	} else if e.SelectAttrValue("form", schemaOf(e).SelectAttrValue("elementFormDefault", "")) == "qualified" {
		part.name.Space = target(e)
	}
	typ, err := p.elementType(decl, where+"."+part.name.Local)
	if err != nil {
		return err
	}
	t.children[part.name] = typ
	p.alias(t, decl, part.name.Local)
	return nil
}

// admits reads the namespace attribute of a wildcard.
func admits(e *etree.Element) func(string) bool {
	own := target(e)
	list := strings.Fields(e.SelectAttrValue("namespace", "##any"))
	return func(space string) bool {
		for _, word := range list {
			switch word {
			case "##any":
				return true
			case "##other":
				return space != own && space != ""
			case "##targetNamespace":
				word = own
			case "##local":
				word = ""
			}
			if space == word {
				return true
			}
		}
		return false
	}
}

// target returns the target namespace of the document that e stands in.
func target(e *etree.Element) string {
	return schemaOf(e).SelectAttrValue("targetNamespace", "")
}

// schemaOf returns the xs:schema element that e stands in.
func schemaOf(e *etree.Element) *etree.Element {
	for e.Tag != "schema" && e.Parent() != nil {
		e = e.Parent()
	}
	return e
}

// resolve expands a qualified name in the scope of e.
func resolve(e *etree.Element, qname string) (canonical.Name, error) {
	prefix, local, found := strings.Cut(qname, ":")
	space, key := "xmlns", prefix
	if !found {
		local, space, key = prefix, "", "xmlns"
	}
	for scope := e; scope != nil; scope = scope.Parent() {
		for _, a := range scope.Attr {
			if a.Space == space && a.Key == key {
				return canonical.Name{Space: a.Value, Local: local}, nil
			}
		}
	}
	if found {
		return canonical.Name{}, fmt.Errorf("%q: the prefix is not declared", qname)
	}
	return canonical.Name{Local: local}, nil
}
