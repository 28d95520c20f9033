package xsd

import "strconv"

// Namespaces with a fixed meaning.
const (
	SpaceXSD = "http://www.w3.org/2001/XMLSchema"
	SpaceXSI = "http://www.w3.org/2001/XMLSchema-instance"
	SpaceXML = "http://www.w3.org/XML/1998/namespace"
)

// QName is a name in a namespace. Space is empty for a name in no namespace.
type QName struct{ Space, Local string }

// String gives the name as {namespace}local.
func (q QName) String() string {
	if q.Space == "" {
		return q.Local
	}
	return "{" + q.Space + "}" + q.Local
}

// IsZero reports whether q is no name at all, as that of an anonymous type is.
func (q QName) IsZero() bool { return q == QName{} }

// Position says where a component is written.
type Position struct {
	File      string // as it was given to Load, or as the including document names it
	Line      int    // of the start tag; 0 for what no document holds
	Component string // TaskType, TaskType.State, the element Task, …
}

// String gives the place as file:line: component.
func (p Position) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if p.Component != "" {
		if s != "" {
			s += ": "
		}
		s += p.Component
	}
	return s
}

// Schema is a set of components, from all documents together.
// The slices are in document order: an included document stands where it was first included.
type Schema struct {
	Elements        []*ElementDecl   // global declarations
	Types           []Type           // named types, complex and simple
	Anonymous       []Type           // types without a name, in the order of the declarations that hold them
	Attributes      []*AttributeDecl // global declarations
	Groups          []*Group
	AttributeGroups []*AttributeGroup
	Constraints     []*IdentityConstraint // key, keyref and unique, wherever they stand
	Notations       []*Notation

	Namespaces []string    // target namespaces, in the order in which documents brought them; "" is none
	Documents  []*Document // every document read
	Fallback   []string    // components that only a fallback document supplied: "type TaskType", "element Task", …

	elements   map[QName]*ElementDecl
	types      map[QName]Type
	attributes map[QName]*AttributeDecl
	groups     map[QName]*Group
	attrGroups map[QName]*AttributeGroup
}

// Element finds a global element declaration, or gives nil.
func (s *Schema) Element(name QName) *ElementDecl { return s.elements[name] }

// Type finds a named type, the built-in ones included, or gives nil.
func (s *Schema) Type(name QName) Type {
	if t, ok := s.types[name]; ok {
		return t
	}
	return builtinType(name)
}

// Attribute finds a global attribute declaration, or gives nil.
func (s *Schema) Attribute(name QName) *AttributeDecl { return s.attributes[name] }

// Group finds a named model group, or gives nil.
func (s *Schema) Group(name QName) *Group { return s.groups[name] }

// AttributeGroup finds a named attribute group, or gives nil.
func (s *Schema) AttributeGroup(name QName) *AttributeGroup { return s.attrGroups[name] }

// Document is a schema document that was read.
type Document struct {
	File            string
	TargetNamespace string // that of the including document for a chameleon include
	Version         string // the version attribute
	Fallback        bool
	Note
}

// Note is what a document says about a component beyond the schema language.
type Note struct {
	Doc     string           // text of xs:documentation, paragraphs trimmed; several are separated by an empty line
	AppInfo []string         // content of each xs:appinfo, as XML
	Foreign map[QName]string // attributes of other namespaces than that of XML Schema; nil when there are none
}

// Type is a *ComplexType or a *SimpleType.
type Type interface {
	// TypeName is the type's name; the zero QName for an anonymous type.
	TypeName() QName
	// Display is the local name, or for an anonymous type the path of what encloses it: TimePeriodsType.Day.
	Display() string
	// BaseType is the type that this one is derived from; nil for xs:anyType alone.
	BaseType() Type
	// Position says where the type is written.
	Position() Position

	sealed()
}

// DerivationSet holds methods of derivation, for final, block and the like.
type DerivationSet uint8

// The methods of derivation.
const (
	ByExtension DerivationSet = 1 << iota
	ByRestriction
	BySubstitution
	ByList
	ByUnion
)

// Derivation says how a complex type comes from its base.
type Derivation uint8

const (
	// DerivationNone: the type is written without a base. In the recommendation's terms it restricts xs:anyType.
	DerivationNone Derivation = iota
	// DerivationExtension: the base's content comes first, then the type's own.
	DerivationExtension
	// DerivationRestriction: the type's own content replaces the base's.
	DerivationRestriction
)

// Content says what may stand inside an element of a complex type.
type Content uint8

const (
	ContentEmpty       Content = iota // nothing
	ContentSimple                     // text of a simple type
	ContentElementOnly                // elements by the content model
	ContentMixed                      // elements by the content model, and text between them
)

// ComplexType is a complex type definition.
type ComplexType struct {
	Name   QName  // zero for an anonymous type
	Parent string // anonymous type: path of what encloses it: TimePeriodsType.Day, or the global element's name
	Base   Type   // xs:anyType when nothing else is said; a *SimpleType under an extension with simple content

	Derivation Derivation
	Abstract   bool
	Mixed      bool
	Final      DerivationSet
	Block      DerivationSet

	// Attributes are the effective attribute uses, the base's first. A use that a derived type declares anew stands where
	// the base's stood, and its Owner is the derived type. Prohibited attributes are not in it.
	Attributes []*AttributeUse
	// AttributeWildcard is the effective xs:anyAttribute, or nil.
	AttributeWildcard *Wildcard

	// Simple is the type of the text, for simple content; nil otherwise.
	Simple *SimpleType
	// Particle is the effective content model, inherited content first; nil when the content is empty or simple.
	// After an extension it is a sequence of the base's particle and the type's own.
	Particle *Particle
	// OwnParticle is what the type itself writes; nil when it writes no elements.
	OwnParticle *Particle

	Derived []*ComplexType // types derived from this one directly, in document order
	// Redefined marks the former definition of a type that an xs:redefine replaced: it has the name of the new one, whose base it is.
	Redefined bool
	// FromFallback: a fallback document supplied it.
	FromFallback bool

	Note
	Pos Position

	src *complexSource
}

// TypeName implements Type.
func (t *ComplexType) TypeName() QName { return t.Name }

// Display implements Type.
func (t *ComplexType) Display() string {
	if t.Name.IsZero() {
		return t.Parent
	}
	return t.Name.Local
}

// BaseType implements Type.
func (t *ComplexType) BaseType() Type { return t.Base }

// Position implements Type.
func (t *ComplexType) Position() Position { return t.Pos }

func (*ComplexType) sealed() {}

// Content says what may stand inside an element of the type.
func (t *ComplexType) Content() Content {
	switch {
	case t.Simple != nil:
		return ContentSimple
	case t.Mixed:
		return ContentMixed
	case t.Particle != nil:
		return ContentElementOnly
	}
	return ContentEmpty
}

// Chain gives the complex types that t is derived from, the most basic first, and t last. xs:anyType is left out.
func (t *ComplexType) Chain() []*ComplexType {
	var chain []*ComplexType
	for c := t; c != nil && c != anyType; {
		chain = append(chain, c)
		c, _ = c.Base.(*ComplexType)
	}
	for i, j := 0, len(chain)-1; i < j; i, j = i+1, j-1 {
		chain[i], chain[j] = chain[j], chain[i]
	}
	return chain
}

// IsAnyType reports whether t is xs:anyType.
func (t *ComplexType) IsAnyType() bool { return t == anyType }

// Variety is the variety of a simple type.
type Variety uint8

const (
	VarietyAtomic Variety = iota
	VarietyList
	VarietyUnion
)

// SimpleType is a simple type definition. The 44 built-in ones and xs:anySimpleType are predefined.
type SimpleType struct {
	Name   QName  // zero for an anonymous type
	Parent string // anonymous type: path of what encloses it: TaskType.State
	Base   Type   // a *SimpleType, but for xs:anySimpleType, whose base is xs:anyType; list and union: xs:anySimpleType

	Variety Variety
	// Builtin is the local name of the nearest built-in type that this one is or comes from: "string", "int", "NMTOKENS".
	// Of a list or a union that no built-in stands behind it is "anySimpleType".
	Builtin string
	Item    *SimpleType   // of a list
	Members []*SimpleType // of a union

	Own   Facets // facets of this derivation step alone
	Added Facets // facets of all steps after the type that Builtin names
	All   Facets // facets in effect: Added, and those that the built-in type itself has
	Final DerivationSet

	Redefined    bool // see ComplexType
	FromFallback bool // see ComplexType

	Note
	Pos Position

	src *simpleSource
}

// TypeName implements Type.
func (t *SimpleType) TypeName() QName { return t.Name }

// Display implements Type.
func (t *SimpleType) Display() string {
	if t.Name.IsZero() {
		return t.Parent
	}
	return t.Name.Local
}

// BaseType implements Type.
func (t *SimpleType) BaseType() Type { return t.Base }

// Position implements Type.
func (t *SimpleType) Position() Position { return t.Pos }

func (*SimpleType) sealed() {}

// IsBuiltin reports whether t is one of the types of XML Schema itself.
func (t *SimpleType) IsBuiltin() bool { return t.Name.Space == SpaceXSD }

// WhiteSpace is the value of the whiteSpace facet.
type WhiteSpace uint8

const (
	WhiteSpaceUnset    WhiteSpace = iota
	WhiteSpacePreserve            // text stays as it is
	WhiteSpaceReplace             // tabs and line ends become spaces
	WhiteSpaceCollapse            // and runs of spaces one space, none at the ends
)

// Facets are the constraining facets of a simple type. Nil and empty mean that the facet is not given.
type Facets struct {
	// Patterns holds the regular expressions of each derivation step: a value must match one of each inner slice.
	Patterns [][]string
	// Enumeration is the list of allowed values; of the most derived step that gives any.
	Enumeration []Enumerator
	WhiteSpace  WhiteSpace

	Length, MinLength, MaxLength, TotalDigits, FractionDigits *int
	MinInclusive, MaxInclusive, MinExclusive, MaxExclusive    *string

	// Fixed names the facets that a derived type may not change: "maxLength", …
	Fixed []string
}

// Enumerator is one value of an enumeration.
type Enumerator struct {
	Value string
	Note
	Pos Position
	// Name is the value of an xs:QName or xs:NOTATION, its prefix resolved; zero for other types.
	Name QName

	scope *node
}

// AttributeDecl is an attribute declaration.
type AttributeDecl struct {
	Name           QName // Space is empty for the usual, unqualified, local attribute
	Type           *SimpleType
	Global         bool
	Default, Fixed *string
	FromFallback   bool // see ComplexType
	Note
	Pos Position
}

// AttributeUse is an attribute of a complex type.
type AttributeUse struct {
	Decl           *AttributeDecl
	Required       bool
	Default, Fixed *string // the use's own, else the declaration's
	// Owner is the type in the chain of derivation that brought the attribute, or declared it anew; nil in an AttributeGroup.
	Owner *ComplexType
	Note  // of the use; for a local declaration that of the declaration
	Pos   Position
}

// AttributeGroup is a named group of attributes. Complex types that refer to it hold its attributes already.
type AttributeGroup struct {
	Name         QName
	Attributes   []*AttributeUse
	Wildcard     *Wildcard
	FromFallback bool // see ComplexType
	Note
	Pos Position

	src *attributeGroupSource
}

// ElementDecl is an element declaration.
type ElementDecl struct {
	Name           QName // Space is empty for an unqualified local element
	Type           Type
	Global         bool
	Nillable       bool
	Abstract       bool
	Default, Fixed *string
	Final          DerivationSet
	Block          DerivationSet

	// SubstitutionGroup is the head for which this element may stand.
	SubstitutionGroup *ElementDecl
	// Substitutes are the members of the group that this element heads: those that name it, and theirs in turn, in document order.
	Substitutes []*ElementDecl

	Constraints  []*IdentityConstraint
	FromFallback bool // see ComplexType

	Note
	Pos Position

	src *elementSource
}

// Unbounded as Particle.Max is maxOccurs="unbounded".
const Unbounded = -1

// Particle is a term with its occurrence, in a content model.
type Particle struct {
	Min, Max int // Max may be Unbounded
	Term     Term
	// Owner is the complex type in the chain of derivation that introduced the particle; nil inside a Group.
	Owner *ComplexType
	// Inherited marks a sequence that no document holds: extension made it of the base's particle and the type's own.
	Inherited bool
	Note      // of a reference (to an element or a group); for a local element and a model group that of the term
	Pos       Position
}

// Term is an *ElementDecl, a *ModelGroup or a *Wildcard.
type Term interface{ term() }

func (*ElementDecl) term() {}
func (*ModelGroup) term()  {}
func (*Wildcard) term()    {}

// Walk calls f for p and every particle below it, in document order; f returns whether to go below its argument.
// It does not go into the types of elements. p may be nil.
func (p *Particle) Walk(f func(*Particle) bool) {
	if p == nil || !f(p) {
		return
	}
	if g, ok := p.Term.(*ModelGroup); ok {
		for _, q := range g.Particles {
			q.Walk(f)
		}
	}
}

// Compositor says how a model group's particles combine.
type Compositor uint8

const (
	Sequence Compositor = iota
	Choice
	All
)

// String gives the name of the schema element: sequence, choice or all.
func (c Compositor) String() string {
	return [...]string{"sequence", "choice", "all"}[c%3]
}

// ModelGroup is a sequence, a choice or an all group.
type ModelGroup struct {
	Compositor Compositor
	Particles  []*Particle
	// Group is the named group that this one stands for a reference to, or nil. Each reference has a copy of the particles,
	// so that they can name their Owner; element declarations are shared.
	Group *Group
	Note
	Pos Position
}

// Group is a named model group definition.
type Group struct {
	Name         QName
	Model        *ModelGroup
	FromFallback bool // see ComplexType
	Note
	Pos Position

	src *groupSource
}

// ProcessContents says how far a wildcard's match is validated.
type ProcessContents uint8

const (
	ProcessStrict ProcessContents = iota
	ProcessLax
	ProcessSkip
)

// Wildcard is xs:any or xs:anyAttribute.
type Wildcard struct {
	Any     bool     // ##any
	Not     bool     // ##other: any namespace but those of Spaces (the target namespace, and "" for none)
	Spaces  []string // else: the namespaces admitted; "" is ##local
	Process ProcessContents
	Note
	Pos Position
}

// Admits reports whether the wildcard lets a name in namespace space pass.
func (w *Wildcard) Admits(space string) bool {
	if w.Any {
		return true
	}
	for _, s := range w.Spaces {
		if s == space {
			return !w.Not
		}
	}
	return w.Not
}

// IdentityConstraint is xs:key, xs:keyref or xs:unique. It says which values must be unique in a document, and changes no type.
type IdentityConstraint struct {
	Kind     string // key, keyref, unique
	Name     QName
	Refer    QName // of a keyref
	Selector string
	Fields   []string
	Note
	Pos Position
}

// Notation is xs:notation.
type Notation struct {
	Name           QName
	Public, System string
	Note
	Pos Position
}
