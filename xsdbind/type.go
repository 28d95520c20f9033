// Package xsdbind runs the tables of generated types: it reads and writes them as XML and JSON, keeps the order of
// elements that the schema gives, keeps what the schema does not know, and checks content models and facets.
//
// Generated code holds a struct, a [Type] that describes it, and the methods by which encoding/xml and encoding/json get here. Where
// the fields lie is found by reflection, once for each Go type. Everything else is here, once. Nothing in this package knows a particular schema.
//
// Programs use the fields of the structs. Those that must work with several schemas, or with any entity whatever its type, reach fields by
// their names in the schema: see [Get], [Set] and their like. [Validate], [DecodeXML], [EncodeXML], [UnmarshalJSON] and [MarshalJSON]
// take every generated type.
package xsdbind

import "sync/atomic"

// Version is raised when generated code and this package no longer fit each other. Generated packages hold
// a constant expression over it, so that a mismatch fails to compile in both directions.
const Version = 2

// Struct is implemented by a pointer to every generated complex type, and by nothing else: v must point to a struct whose
// fields are what the table says. Where they are not, reading and writing fail with an error that names the field.
type Struct interface {
	// XSDType describes the type. It is the same for all values, a nil pointer included.
	XSDType() *Type
}

// Type describes a generated struct: what its fields are called in XML and JSON and which order the schema allows.
type Type struct {
	Name   string     // name in the schema: TaskType; anonymous types: TimePeriodsType.Day
	Go     string     // Go type name
	Space  string     // target namespace
	Root   string     // local name of the root element it is written as; "" when the schema declares none
	Roots  []string   // other root elements that it is read from: further declarations of the type, and other spellings
	Attrs  int        // Fields[:Attrs] are attributes, Fields[Attrs:] are content
	Fields []Field    // attributes, then content in schema order, inherited first
	Model  []Particle // content model in prefix order; Model[0] covers all. Empty for empty and simple content
	Flags  TypeFlags
	JSON   JSONForm
	// JSONOrder lists field indexes (one byte each) in the order in which JSON members are written; "" is the order of Fields.
	JSONOrder string

	// derived is what the XML codec works out from the table at its first use.
	derived atomic.Pointer[plan]
}

// TypeFlags are properties of a complex type.
type TypeFlags uint16

const (
	// FlagMixed: text may stand between the elements. Such a type is also FlagInOrder.
	FlagMixed TypeFlags = 1 << iota
	// FlagSimpleContent: no elements; the last field is the text (WhereText).
	FlagSimpleContent
	// FlagAbstract: the schema declares the type abstract.
	FlagAbstract
	// FlagGroup: not a complex type but one round of a repeated model group (an item of a WhereGroup field). Where a round
	// may hold more than one element its struct needs an Extra: without one, what is unknown inside a round is kept behind it.
	FlagGroup
	// FlagInOrder: the only content field is a WhereGroup list with one item for each element (or text) in document order;
	// element particles in Model index the Fields of that group's type.
	FlagInOrder
	// FlagAnyAttribute: an attribute wildcard. Attributes that it admits are kept in Extra and are not unknown.
	FlagAnyAttribute
)

// JSONForm says how a type is written in JSON.
type JSONForm uint8

const (
	// JSONObject: members named as in XML (or Field.JSON).
	JSONObject JSONForm = iota
	// JSONArray: the type's single list field stands for the whole: {"Links": [ … ]}.
	JSONArray
)

// Field describes one Go field.
type Field struct {
	Name  string // local name in XML; "" for groups, wildcards and text
	Go    string // Go field name
	JSON  string // JSON member name where it differs from Name
	Where Where
	Kind  Kind
	Flags FieldFlags
	// Space is the namespace where it is not the usual one (elements: Type.Space, attributes: none). See FlagNoSpace.
	Space   string
	Aliases []string    // other spellings (local names; JSON members) that are read, never written
	Simple  *SimpleType // facets, nil when the Kind says it all
	Default string      // the schema's default; never filled in, for documentation and Validate only
	Fixed   string      // the schema's fixed value
	Group   *Type       // WhereGroup: the type of the items
}

// Where says which part of an element a field holds.
type Where uint8

const (
	WhereElement   Where = iota // a child element (or several: FlagList)
	WhereAttribute              // an attribute
	WhereText                   // the text of simple content, or a piece of text in mixed content (in a group type)
	WhereGroup                  // a repeated model group: a list of Structs whose Type has FlagGroup
	WhereAny                    // a wildcard: Kind String list; each item is one element as self-contained XML
)

// Kind is the Go base type that FieldAt points to.
type Kind uint8

const (
	KindStruct  Kind = iota // Struct
	KindString              // *string; every built-in type whose lexical form is kept (dateTime, duration, decimal, integer, …)
	KindBool                // *bool
	KindInt                 // *int, xs:int
	KindInt8                // *int8, xs:byte
	KindInt16               // *int16, xs:short
	KindInt64               // *int64, xs:long
	KindUint8               // *uint8, xs:unsignedByte
	KindUint16              // *uint16, xs:unsignedShort
	KindUint32              // *uint32, xs:unsignedInt
	KindUint64              // *uint64, xs:unsignedLong
	KindFloat32             // *float32, xs:float
	KindFloat64             // *float64, xs:double
)

// FieldFlags are properties of a field.
type FieldFlags uint16

const (
	// FlagRequired: the schema requires it. Not a list: a value, else a pointer. What a document lacks is named in Extra.Absent.
	FlagRequired FieldFlags = 1 << iota
	// FlagList: a slice; elements: repeated.
	FlagList
	// FlagTextList: with FlagList, one text of space-separated items (xs:list) and not repeated elements.
	FlagTextList
	// FlagNillable: xsi:nil is allowed; FieldAt returns Nillable.
	FlagNillable
	// FlagNoSpace: an element without namespace (or, for attributes, nothing: that is usual).
	FlagNoSpace
	// FlagSecret: never shown in logs, traces and errors.
	FlagSecret
)

// Op is the kind of a Particle.
type Op uint8

const (
	OpElement  Op = iota // Fields[Field]
	OpSequence           // the next Len particles, in order
	OpChoice             // one of the next Len particles' top nodes
	OpAll                // the next Len particles, each at most once, in any order
	OpGroup              // rounds of Fields[Field].Group.Model; Min and Max count the rounds
	OpAny                // a wildcard kept in Fields[Field]
)

// Unbounded as Particle.Max is maxOccurs="unbounded".
const Unbounded = -1

// Particle is a node of a content model, in prefix order: a group is followed by the Len particles (at all depths) inside it.
type Particle struct {
	Op       Op
	Min, Max int32
	Field    uint16
	Len      uint16
	Wildcard *Wildcard // OpAny
}

// Wildcard says which namespaces xs:any or xs:anyAttribute admits.
type Wildcard struct {
	Not    bool     // ##other: any namespace but Spaces (which then holds the target namespace and "")
	Any    bool     // ##any
	Spaces []string // "" is ##local
	Skip   bool     // processContents="skip" (lax and strict are not told apart: the engine knows no global declarations)
}

// SimpleType describes a simple type's facets for Validate and strict mode.
type SimpleType struct {
	Name     string     // as in the schema
	Builtin  string     // the XSD built-in type that it comes from: "string", "dateTime", "int", …
	Patterns [][]string // XSD regular expressions: one of each inner list must match
	Enum     []string
	Length, MinLength, MaxLength,
	TotalDigits, FractionDigits int // facet value + 1; 0 = none
	MinInclusive, MaxInclusive, MinExclusive, MaxExclusive string
	// Open: an enumeration that servers may extend: unknown values pass Validate and strict mode.
	Open    bool
	Item    *SimpleType   // xs:list
	Members []*SimpleType // xs:union

	// compiled is Patterns for Go, a *compiledPatterns, from the first use on. The type is not named here because a type
	// that tables mention is linked with its methods, and here with all of package regexp.
	compiled atomic.Value
}

// ElementName is the local name of the element that a value is written as when nothing else names it: Root, else the Go name.
func (t *Type) ElementName() string {
	if t.Root != "" {
		return t.Root
	}
	return t.Go
}
