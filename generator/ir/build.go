package ir

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/vbem-go/vbem/generator/operations"
	"github.com/vbem-go/vbem/generator/xsd"
	"github.com/vbem-go/vbem/xsdbind"
)

// Annotation attributes of schema documents that say what XSD cannot.
const annotations = "https://github.com/vbem-go/vbem/schema"

var (
	openAttr   = xsd.QName{Space: annotations, Local: "open"}
	pageAttr   = xsd.QName{Space: annotations, Local: "page"}
	sinceAttr  = xsd.QName{Space: annotations, Local: "since"}
	unitAttr   = xsd.QName{Space: annotations, Local: "unit"}
	aliasAttr  = xsd.QName{Space: annotations, Local: "alias"}
	secretAttr = xsd.QName{Space: annotations, Local: "secret"}
)

// Input is what a Program is made from.
type Input struct {
	Schema     *xsd.Schema
	Operations []*operations.Operation
	Queries    []*operations.Query
	Links      []operations.LinkType
	JSON       JSONNames
	Lock       Lock
	Package    string
	RequireAll bool
}

// JSONNames tells where JSON names differ from the rule.
type JSONNames interface {
	// Member gives the JSON name and other spellings of a member of a type, both as the schema names them. Name is "" where the rule holds.
	Member(component, xmlName string) (name string, aliases []string)
	// Form gives the form that a type has in JSON: "array", "object", or "" where the rule holds.
	Form(component string) string
}

type builder struct {
	schema   *xsd.Schema
	in       Input
	main     string // target namespace of the first document
	names    *namer
	program  *Program
	simples  map[*xsd.SimpleType]*Simple
	facetsOf map[*xsd.SimpleType]*SimpleTable
	plain    map[string]*SimpleTable
	structs  map[*xsd.ComplexType]*Struct
	filled   map[*xsd.ComplexType]bool
	roots    map[xsd.Type][]*xsd.ElementDecl
	display  map[string]*Struct // by schema name
	errs     []error
}

// Build decides the program. Errors name the component and its place; all that are found are returned, joined.
func Build(in Input) (*Program, error) {
	b := &builder{
		schema: in.Schema, in: in, names: newNamer(in.Lock),
		program: &Program{Package: in.Package},
		simples: map[*xsd.SimpleType]*Simple{}, facetsOf: map[*xsd.SimpleType]*SimpleTable{}, plain: map[string]*SimpleTable{},
		structs: map[*xsd.ComplexType]*Struct{}, filled: map[*xsd.ComplexType]bool{}, roots: map[xsd.Type][]*xsd.ElementDecl{}, display: map[string]*Struct{},
	}
	if len(in.Schema.Namespaces) > 0 {
		b.main = in.Schema.Namespaces[0]
	}
	b.program.Namespace = b.main
	b.nameComplexTypes()
	b.buildSimples()
	for _, t := range b.allTypes() {
		if ct, ok := t.(*xsd.ComplexType); ok && b.structs[ct] != nil {
			b.fill(ct)
		}
	}
	b.buildElements()
	b.breakCycles()
	b.buildOperations()
	b.buildQueries()
	b.buildLinks()
	return b.program, errors.Join(b.errs...)
}

func (b *builder) fail(err error) { b.errs = append(b.errs, err) }

func (b *builder) allTypes() []xsd.Type {
	return append(append([]xsd.Type{}, b.schema.Types...), b.schema.Anonymous...)
}

// component is the key of a type in the lock.
func (b *builder) component(q xsd.QName) string {
	if q.Space == b.main {
		return q.Local
	}
	return q.String()
}

func (b *builder) spaceOf(t xsd.Type) string {
	if q := t.TypeName(); !q.IsZero() {
		return q.Space
	}
	return b.main
}

func (b *builder) typeComponent(t xsd.Type) string {
	return b.component(xsd.QName{Space: b.spaceOf(t), Local: t.Display()})
}

// nameComplexTypes gives every complex type its Go name: that of its only root element, else its own without the word Type.
func (b *builder) nameComplexTypes() {
	for _, e := range b.schema.Elements {
		b.roots[e.Type] = append(b.roots[e.Type], e)
	}
	add := func(ct *xsd.ComplexType, wants ...string) {
		s := &Struct{Name: ct.Display(), Component: b.typeComponent(ct), Space: b.spaceOf(ct), Extra: true}
		s.Go = b.names.typeName(s.Component, wants...)
		b.structs[ct] = s
		b.display[s.Component] = s
	}
	var rest []*xsd.ComplexType
	for _, t := range b.schema.Types {
		ct, ok := t.(*xsd.ComplexType)
		if !ok || ct.Redefined {
			continue
		}
		if roots := b.roots[ct]; len(roots) == 1 {
			add(ct, goName(roots[0].Name.Local), goName(stem(ct.Name.Local)), goName(ct.Name.Local))
			continue
		}
		rest = append(rest, ct)
	}
	for _, ct := range rest {
		add(ct, goName(stem(ct.Name.Local)), goName(ct.Name.Local))
	}
	for _, t := range b.schema.Anonymous {
		if ct, ok := t.(*xsd.ComplexType); ok {
			add(ct, b.anonymousName(ct.Parent))
		}
	}
	// In schema order, which is not the order in which names were given.
	for _, t := range b.allTypes() {
		if ct, ok := t.(*xsd.ComplexType); ok && b.structs[ct] != nil {
			b.place(ct, b.structs[ct])
		}
	}
}

// place says where a struct stands and which root element it is written as.
func (b *builder) place(ct *xsd.ComplexType, s *Struct) {
	s.Table = b.names.derivedName(s.Component, unexported(s.Go, "Type"))
	s.File = fileName(s.Go)
	if ct.Name.IsZero() {
		owner, _, _ := strings.Cut(ct.Parent, ".")
		if o := b.display[owner]; o != nil && o != s {
			s.File = fileName(o.Name)
		}
	} else {
		s.File = fileName(ct.Name.Local)
	}
	if roots := b.roots[ct]; len(roots) > 0 {
		s.Root, s.Space = roots[0].Name.Local, roots[0].Name.Space
		for _, r := range roots { // several: the one that the type is named after
			if goName(r.Name.Local) == s.Go {
				s.Root, s.Space = r.Name.Local, r.Name.Space
			}
		}
		for _, r := range roots {
			if r.Name.Local != s.Root {
				s.Roots = append(s.Roots, r.Name.Local)
			}
			s.Roots = append(s.Roots, strings.Fields(r.Foreign[aliasAttr])...)
		}
	}
	s.Page = ct.Foreign[pageAttr]
	if ct.Abstract {
		s.Flags |= xsdbind.FlagAbstract
	}
	what := "the complex type " + s.Name
	if s.Root != "" {
		what = "the element " + s.Root + " (" + s.Name + ")"
	}
	if ct.Abstract {
		what += ", which is abstract"
	}
	s.Doc = describe(s.Go, what, ct.Doc, s.Page)
	if since := ct.Foreign[sinceAttr]; since != "" {
		s.Doc += "\n\nSince " + since + "."
	}
	b.program.Structs = append(b.program.Structs, s)
}

// anonymousName is the Go name of a type without one: TimePeriodsType.Day is TimePeriodsDay.
func (b *builder) anonymousName(path string) string {
	parts := strings.Split(path, ".")
	name := goName(stem(parts[0]))
	if s := b.display[parts[0]]; s != nil && len(parts) > 1 {
		name = s.Go
	}
	for _, p := range parts[1:] {
		name += goName(p)
	}
	return name
}

// describe makes a doc comment that begins with the Go name.
func describe(name, what, doc, page string) string {
	s := name + " is " + what + "."
	if doc = strings.TrimSpace(doc); doc != "" {
		s += "\n\n" + doc
	}
	if page != "" {
		s += "\n\nReference page: " + page + "."
	}
	return s
}

// structOf returns the struct of a complex type; xs:anyType gets one when something is declared with it.
func (b *builder) structOf(ct *xsd.ComplexType) *Struct {
	if s := b.structs[ct]; s != nil {
		return s
	}
	s := &Struct{Name: ct.Display(), Component: b.typeComponent(ct), Extra: true}
	s.Go = b.names.typeName(s.Component, goName(ct.Display()))
	b.structs[ct] = s
	b.place(ct, s)
	b.fill(ct)
	return s
}

func (b *builder) buildElements() {
	for _, e := range b.schema.Elements {
		if e.Abstract {
			continue
		}
		el := Element{Space: e.Name.Space, Local: e.Name.Local}
		switch t := e.Type.(type) {
		case *xsd.ComplexType:
			el.Struct = b.structOf(t)
		case *xsd.SimpleType:
			el.Struct = b.simpleRoot(e, t)
		}
		el.Aliases = strings.Fields(e.Foreign[aliasAttr])
		b.program.Elements = append(b.program.Elements, el)
	}
}

// simpleRoot makes a struct for a root element of simple type: text, and nothing else.
func (b *builder) simpleRoot(e *xsd.ElementDecl, t *xsd.SimpleType) *Struct {
	s := &Struct{Name: e.Name.Local, Component: b.component(e.Name) + "()", Space: e.Name.Space, Root: e.Name.Local, Extra: true, Flags: xsdbind.FlagSimpleContent}
	s.Go = b.names.typeName(s.Component, goName(e.Name.Local), goName(e.Name.Local)+"Element")
	s.Table = b.names.derivedName(s.Component, unexported(s.Go, "Type"))
	s.File = fileName(s.Go)
	s.Doc = describe(s.Go, "the element "+e.Name.Local+" of a simple type", e.Doc, "")
	f := b.textField(t)
	s.Fields, s.Members, s.JSONOrder = []*Field{f}, []*Field{f}, []int{0}
	b.program.Structs = append(b.program.Structs, s)
	return s
}

// breakCycles turns a required field into a pointer where structs would contain themselves.
func (b *builder) breakCycles() {
	const (
		white = iota
		grey
		black
	)
	color := map[*Struct]int{}
	var visit func(s *Struct)
	visit = func(s *Struct) {
		color[s] = grey
		for _, f := range s.Fields {
			if f.Struct == nil || f.Pointer || f.Flags&xsdbind.FlagList != 0 {
				continue
			}
			switch color[f.Struct] {
			case grey:
				f.Pointer = true
				f.Flags &^= xsdbind.FlagRequired
			case white:
				visit(f.Struct)
			}
		}
		color[s] = black
	}
	for _, s := range b.program.Structs {
		if color[s] == white {
			visit(s)
		}
	}
}

func sortStable(order []int, less func(i, j int) bool) {
	sort.SliceStable(order, func(i, j int) bool { return less(order[i], order[j]) })
}

func unsupported(pos xsd.Position, format string, args ...any) error {
	return &xsd.UnsupportedError{Construct: fmt.Sprintf(format, args...), Pos: pos}
}
