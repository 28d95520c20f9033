// Package model reads an XML Schema for the checks: which order of elements it allows, and which values are booleans and numbers.
//
// It is small on purpose and shares nothing with the generator or the codecs, so that a mistake of theirs is not repeated here.
// What it cannot read is an error. A Schema is safe for concurrent use.
package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/conformance/canonical"
)

// A Schema holds the types of root elements.
type Schema struct {
	Target    string // target namespace
	roots     map[canonical.Name]*Type
	order     []canonical.Name
	spelled   map[canonical.Name]canonical.Name // other spellings of roots
	spellings canonical.Spellings
}

// Root returns the type of a root element and the name by which it is written, nil when the schema declares none of that name.
func (s *Schema) Root(n canonical.Name) (*Type, canonical.Name) {
	if written, ok := s.spelled[n]; ok && s.roots[n] == nil {
		n = written
	}
	return s.roots[n], n
}

// Roots lists the root elements in the order of their declarations.
func (s *Schema) Roots() []canonical.Name { return slices.Clone(s.order) }

// Spellings lists the other spellings of element and attribute names, in lower case, with the names that are written.
func (s *Schema) Spellings() canonical.Spellings { return s.spellings }

// A Type is a type of the schema. It implements [canonical.Typing].
type Type struct {
	Name      string // as in the schema; of anonymous types, the path of the element
	value     canonical.Value
	complex   bool
	simple    bool // text without elements: a simple type or simple content
	mixed     bool
	wild      bool // an attribute wildcard
	attrs     map[canonical.Name]attribute
	spellings map[string]string
	children  map[canonical.Name]*Type
	model     *particle
}

type attribute struct {
	value    canonical.Value
	required bool
}

var _ canonical.Typing = (*Type)(nil)

// Spelling returns the name that is written for another spelling.
func (t *Type) Spelling(local string) string {
	if written, ok := t.spellings[local]; ok {
		return written
	}
	return local
}

// Child returns the type of a child element.
func (t *Type) Child(n canonical.Name) (canonical.Typing, bool) {
	child, ok := t.ChildType(n)
	return child, ok
}

// ChildType is Child with the type as it is; nil when the schema knows no such child.
func (t *Type) ChildType(n canonical.Name) (*Type, bool) {
	n.Local = t.Spelling(n.Local)
	child, ok := t.children[n]
	return child, ok
}

// Attr says how an attribute is compared.
func (t *Type) Attr(n canonical.Name) canonical.Value { return t.attrs[n].value }

// Value says how the text is compared.
func (t *Type) Value() canonical.Value { return t.value }

// ElementOnly tells complex types without text.
func (t *Type) ElementOnly() bool { return t.complex && !t.simple && !t.mixed }

// HoldsElements tells complex types whose content is not a simple type.
func (t *Type) HoldsElements() bool { return t.complex && !t.simple }

// Accepts tells whether the content model allows these child elements in this order.
func (t *Type) Accepts(children []canonical.Name) bool {
	if t.model == nil {
		return len(children) == 0
	}
	names := make([]canonical.Name, len(children))
	for i, n := range children {
		names[i] = canonical.Name{Space: n.Space, Local: t.Spelling(n.Local)}
	}
	return slices.Contains(t.model.match(names, []int{0}), len(names))
}

// Faults returns what keeps an element and everything in it from being valid: places and reasons. Values are not looked at.
func (t *Type) Faults(n *canonical.Node) []string {
	var list []string
	t.faults("/"+n.Name.Local, n, &list)
	return list
}

func (t *Type) faults(path string, n *canonical.Node, list *[]string) {
	add := func(format string, args ...any) { *list = append(*list, path+": "+fmt.Sprintf(format, args...)) }
	present := make(map[canonical.Name]bool)
	for _, a := range n.Attrs {
		name := canonical.Name{Space: a.Name.Space, Local: t.Spelling(a.Name.Local)}
		present[name] = true
		if _, known := t.attrs[name]; !known && !t.wild && name.Space != canonical.XSI {
			add("unknown attribute %s", name)
		}
	}
	for name, a := range t.attrs {
		if a.required && !present[name] {
			add("no attribute %s", name)
		}
	}
	var names []canonical.Name
	for i, e := range n.Elements() {
		names = append(names, e.Name)
		child, known := t.ChildType(e.Name)
		if !known {
			if !t.model.takes(e.Name) {
				add("unknown element %s", e.Name)
			}
			continue
		}
		child.faults(fmt.Sprintf("%s/%s[%d]", path, e.Name.Local, i+1), e, list)
	}
	if !t.Accepts(names) {
		local := make([]string, len(names))
		for i, name := range names {
			local[i] = name.Local
		}
		add("the content model does not allow %s", strings.Join(local, ", "))
	}
	if t.ElementOnly() && strings.TrimSpace(n.Value()) != "" {
		add("text %q", strings.TrimSpace(n.Value()))
	}
	slices.Sort(*list)
}
