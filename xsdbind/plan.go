package xsdbind

import (
	"sync/atomic"

	"github.com/vbem-go/vbem/xmltext"
)

// plan is what the XML codec derives from a table, once.
type plan struct {
	attrs     []named // parallel to Fields[:Attrs]
	content   []named // parallel to Fields[Attrs:]; of FlagInOrder the fields of the group
	elements  []Field // the fields that the particles of Model index
	index     map[string]int32
	alias     []alias
	itemAlias []alias   // of a type in document order: spellings of the items' fields
	required  []int     // fields that a document must have: not lists, not groups
	need      [2]uint64 // the same as bits: attributes, content
	tooMany   bool      // need does not tell: there are too many fields

	root     *xmltext.Word // Type.Root, nil without
	shape    shape
	counted  []counted // in a sequence of elements: lists with bounds
	groups   []int     // fields that hold groups
	wildcard []int     // fields that hold wildcards
	choices  []int     // particles: choices of one alternative

	layout atomic.Pointer[layout] // of the first Go type that was read or written with the table
}

// shape says how much there is to the order of a content model.
type shape uint8

const (
	shapeEmpty    shape = iota // no content, or text alone
	shapeSequence              // each element in its place: the order of the fields is all there is to it
	shapeAll                   // each element once, in any order
	shapeModel                 // choices and optional groups, but each field in one place
	shapeGroups                // repeated groups or wildcards: the model says where a field's value goes
	shapeInOrder               // one item for each element
)

// named is the part of a field that is compared again and again.
type named struct {
	key          uint64 // nameKey of local
	local, space string
	kind         Kind
	flags        FieldFlags
	where        Where
}

// is reports whether the field is about a name, whose nameKey is key.
func (n *named) is(key uint64, local []byte, space string) bool {
	return n.key == key && (len(local) <= 8 || n.local == string(local)) && len(n.local) == len(local) && n.space == space
}

// nameKey tells names apart: those of up to 8 bytes, together with their length, for certain.
func nameKey[T []byte | string](local T) uint64 {
	switch n := len(local); {
	case n >= 4:
		return uint64(local[0]) | uint64(local[1])<<8 | uint64(local[2])<<16 | uint64(local[3])<<24 |
			uint64(local[n-4])<<32 | uint64(local[n-3])<<40 | uint64(local[n-2])<<48 | uint64(local[n-1])<<56
	case n > 0:
		return uint64(local[0]) | uint64(local[n/2])<<8 | uint64(local[n-1])<<16
	}
	return 0
}

type alias struct {
	local string
	field int
}

type counted struct {
	field    int
	min, max int
}

// indexed is the number of elements from which a map is faster than comparing one after the other.
const indexed = 12

// plan returns the type's plan; two goroutines may both make it the first time.
func (t *Type) plan() *plan {
	if p := t.derived.Load(); p != nil {
		return p
	}
	p := t.makePlan()
	t.derived.Store(p)
	return p
}

func (t *Type) makePlan() *plan {
	p := &plan{root: xmltext.NewWord(t.Root)}
	for i := range t.Fields {
		f := &t.Fields[i]
		if i < t.Attrs {
			p.attrs = append(p.attrs, named{key: nameKey(f.Name), local: f.Name, space: f.Space, kind: f.Kind, flags: f.Flags})
		}
		switch {
		case f.Flags&FlagRequired == 0, f.Where == WhereGroup, f.Where == WhereAny, f.Where == WhereText:
		case f.Flags&(FlagList|FlagTextList) == FlagList:
		default:
			p.required = append(p.required, i)
		}
		for _, name := range f.Aliases {
			p.alias = append(p.alias, alias{name, i})
		}
		switch f.Where {
		case WhereGroup:
			p.groups = append(p.groups, i)
		case WhereAny:
			p.wildcard = append(p.wildcard, i)
		}
	}
	for _, i := range p.required {
		switch {
		case i >= 64:
			p.tooMany = true
		case i < t.Attrs:
			p.need[0] |= 1 << i
		default:
			p.need[1] |= 1 << i
		}
	}
	p.elements = t.Fields
	content, first := t.Fields[t.Attrs:], t.Attrs
	if g := t.inOrder(); g != nil {
		p.elements = g.Fields
		content, first = g.Fields, 0
		for i := range g.Fields {
			for _, name := range g.Fields[i].Aliases {
				p.itemAlias = append(p.itemAlias, alias{name, i})
			}
		}
	}
	for i := range content {
		f := &content[i]
		n := named{key: nameKey(f.Name), local: f.Name, space: t.elementSpace(f), kind: f.Kind, flags: f.Flags, where: f.Where}
		if f.Where != WhereElement {
			n.local = "" // matches no element
		}
		p.content = append(p.content, n)
	}
	if len(p.content) > indexed {
		p.index = make(map[string]int32, len(p.content))
		for i := len(p.content) - 1; i >= 0; i-- {
			if n := p.content[i].local; n != "" {
				p.index[n] = int32(i + first)
			}
		}
	}
	p.shape = t.shape(p)
	for i := range t.Model {
		if q := &t.Model[i]; q.Op == OpChoice && q.Max == 1 && p.shape != shapeInOrder && !t.repeated(i) {
			p.choices = append(p.choices, i)
		}
	}
	return p
}

func (t *Type) shape(p *plan) shape {
	switch {
	case t.inOrder() != nil:
		return shapeInOrder
	case t.Flags&FlagSimpleContent != 0 || len(t.Model) == 0:
		return shapeEmpty
	case len(p.groups)+len(p.wildcard) > 0:
		return shapeGroups
	case t.Model[0].Op == OpAll:
		return shapeAll
	}
	// A sequence of elements, sequences inside it that occur once included, in the order of the fields.
	next := t.Attrs
	for i := range t.Model {
		q := &t.Model[i]
		switch {
		case q.Op == OpSequence && q.Min == 1 && q.Max == 1:
		case q.Op == OpElement && int(q.Field) == next:
			if f := &t.Fields[next]; f.Flags&(FlagList|FlagTextList) == FlagList && (q.Min > 0 || q.Max != Unbounded) {
				p.counted = append(p.counted, counted{next, int(q.Min), int(q.Max)})
			}
			next++
		default:
			p.counted = nil
			return shapeModel
		}
	}
	if next != len(t.Fields) {
		p.counted = nil
		return shapeModel
	}
	return shapeSequence
}

// inOrder returns the type of the items where the only content is a list of items in document order.
func (t *Type) inOrder() *Type {
	if t.Flags&FlagInOrder == 0 || len(t.Fields) == 0 {
		return nil
	}
	return t.Fields[len(t.Fields)-1].Group
}

func (t *Type) elementSpace(f *Field) string {
	switch {
	case f.Flags&FlagNoSpace != 0:
		return ""
	case f.Space != "":
		return f.Space
	}
	return t.Space
}

// attr finds an attribute, beginning where the next one is expected. It returns -1 for an unknown one.
func (p *plan) attr(next int, local []byte, space string) int {
	key := nameKey(local)
	for i := next; i < len(p.attrs); i++ {
		if n := &p.attrs[i]; n.is(key, local, space) {
			return i
		}
	}
	for i := 0; i < next && i < len(p.attrs); i++ {
		if n := &p.attrs[i]; n.is(key, local, space) {
			return i
		}
	}
	for i := range p.alias {
		if a := &p.alias[i]; a.field < len(p.attrs) && a.local == string(local) && p.attrs[a.field].space == space {
			return a.field
		}
	}
	return -1
}

// element finds an element's field, given the number of fields before p.content and the field where the
// next element is expected. It returns -1 for an unknown one.
func (p *plan) element(first, next int, local []byte, space string) int {
	c := p.content
	k, key := next-first, nameKey(local)
	if p.index == nil {
		for i := k; i < len(c); i++ {
			if n := &c[i]; n.is(key, local, space) {
				return i + first
			}
		}
		for i := 0; i < k; i++ {
			if n := &c[i]; n.is(key, local, space) {
				return i + first
			}
		}
		return p.other(first, local, space)
	}
	for i := k; i < len(c) && i < k+4; i++ {
		if n := &c[i]; n.is(key, local, space) {
			return i + first
		}
	}
	if i, ok := p.index[string(local)]; ok {
		for i := int(i) - first; i < len(c); i++ { // two namespaces may have the same local name
			if n := &c[i]; n.is(key, local, space) {
				return i + first
			}
		}
	}
	return p.other(first, local, space)
}

// other looks among the other spellings.
func (p *plan) other(first int, local []byte, space string) int {
	aliases := p.alias
	if p.shape == shapeInOrder {
		aliases = p.itemAlias
	}
	for i := range aliases {
		if a := &aliases[i]; a.field >= first && a.local == string(local) && p.content[a.field-first].space == space {
			return a.field
		}
	}
	return -1
}
