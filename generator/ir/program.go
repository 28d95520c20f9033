// Package ir is the Go-shaped program that the generator emits: types, fields, operations, with every Go name decided.
//
// [Build] makes a [Program] from schema components, the operation table, the JSON naming data and the lock of Go
// names; the emitters only write down what stands here. It is data: nothing in it refers to the schema any more.
package ir

import (
	"github.com/vbem-go/vbem/generator/operations"
	"github.com/vbem-go/vbem/xsdbind"
)

// Program is everything that is generated from one set of schemas and operations.
type Program struct {
	Package   string // Go name of the package of types
	Namespace string // target namespace of the first schema document

	Simples   []*Simple
	Facets    []*SimpleTable // facets that fields refer to, each once
	Structs   []*Struct      // complex types and the groups inside them, in schema order
	Elements  []Element      // root elements, in schema order
	Resources []*Resource    // in the order of the operation table, parents first
	LeftOut   []LeftOut
	Task      *Struct // what operations answer that start a task

	Queries        []*Query // in the order of the table of queries
	LeftOutQueries []LeftOutQuery

	Links []LinkType // in the order of the table
}

// LeftOut is an operation that got no stub, because the schema does not declare an element of it.
type LeftOut struct {
	Operation *operations.Operation
	Element   string
}

// Simple is a named simple type, or an anonymous one with an enumeration.
type Simple struct {
	Go     string
	Name   string // in the schema
	Doc    string
	Page   string
	File   string // name of the Go file it stands in
	Of     GoType // the Go type that it is, or is an alias of
	Values []Value
	Open   bool
}

// Value is one value of an enumeration.
type Value struct {
	Go, Text, Doc string
}

// SimpleTable is a table of facets that fields refer to.
type SimpleTable struct {
	Var string // Go variable
	xsdbind.SimpleType
	Item    *SimpleTable
	Members []*SimpleTable
}

// GoType is a Go type of a single value.
type GoType struct {
	Pkg  string // import path; "" for predeclared types and types of the generated package
	Name string
	Kind xsdbind.Kind
	// Named is set for defined types whose pointers must be converted to the base type: enumerations and xsdtype's.
	Named bool
	// List: a slice of this (xs:list).
	List bool
}

// Struct is a Go struct with its table.
type Struct struct {
	Go        string
	Name      string // in the schema; groups: that of the type they belong to
	Component string // key in the lock
	Doc       string
	Page      string
	File      string
	Table     string // Go variable of the table
	Space     string
	Root      string
	Roots     []string // other names of root elements with this type, and other spellings
	Flags     xsdbind.TypeFlags
	JSON      xsdbind.JSONForm
	JSONOrder []int
	Attrs     int
	Fields    []*Field // in table order: attributes, then content
	Members   []*Field // in the order of the Go struct: by class from base to derived, content before attributes
	Model     []xsdbind.Particle
	Extra     bool // has an Extra field
}

// Field is a field of a Struct.
type Field struct {
	xsdbind.Field         // as it goes to the table; Simple and Group are set by name below
	Type          GoType  // of one value, when not a struct or group
	Struct        *Struct // KindStruct: the type of one value (complex type or group)
	SimpleVar     string  // Go variable of the facet table, ""
	Doc           string
	Unit          string
	Occurs        string // 0..1, 1, 0..n, as the field's comment says it
	Pointer       bool   // optional single value
	Owner         string // schema name of the type in the chain that declares it
	Depth         int    // of the owner in the chain; 0 is the root of the chain
}

// Element is a root element.
type Element struct {
	Space, Local string
	Aliases      []string // other spellings that are read
	Struct       *Struct
}

// Resource is one node of the tree of stubs.
type Resource struct {
	Go       string // type name: CdpReplicaVAppsID
	Method   string // name of the method on the parent: VApps, ID
	Param    string // parameter of that method when it takes an identifier
	Parent   *Resource
	Children []*Resource
	Path     string // path template below the API's base
	Depth    int    // number of identifiers in Path
	Methods  []*Method
	File     string
}

// Method is one operation on a resource.
type Method struct {
	Go       string
	Doc      string
	Op       *operations.Operation
	Var      string // Go variable of the rest.Operation
	Request  *Struct
	Response *Struct
	Params   *Params
	Handle   bool // answers with a task handle
}

// Params is the struct of an operation's variable query parameters.
type Params struct {
	Go     string
	Fields []ParamField
}

// ParamField is one query parameter.
type ParamField struct {
	Go, Name, Type string
}
