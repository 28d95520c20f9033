package xmltext

import (
	"bytes"
	"fmt"
	"unsafe"
)

// binding is a namespace declaration in scope.
type binding struct {
	prefix []byte // empty for the default namespace
	space  string
	id     int  // of the namespace: the first binding in scope that has it. Only ids are compared again and again
	outer  int  // the binding of the same prefix that this one hides, or -1
	hidden bool // by an inner one
	used   bool // by the element that Capture is reading
}

// spaceIndex finds bindings where there are too many, or too long ones, to look through them all for each name.
type spaceIndex struct {
	prefixes map[string]int // the innermost binding
	spaces   map[string]int // the id
}

const (
	manyBinds = 16  // with more than so many bindings there is an index,
	fewBinds  = 8   // until there are no more than so many,
	longBind  = 256 // and wherever a prefix or a namespace is longer than this
)

// id of what no binding has
const (
	idNone   = -1 // no namespace
	idXML    = -2 // of the prefix xml
	idAbroad = -3 // a namespace that is declared out of sight; less for others
)

// bound returns the index of the binding of prefix that is in scope, -1 when there is none.
func (d *Decoder) bound(prefix []byte) int {
	if d.index != nil {
		d.steps++
		if i, ok := d.index.prefixes[string(prefix)]; ok {
			return i
		}
		return -1
	}
	for i := len(d.binds) - 1; i >= 0; i-- {
		d.steps++
		if string(d.binds[i].prefix) == string(prefix) {
			return i
		}
	}
	return -1
}

// idOf returns the id of a namespace, -1 when no binding has it.
func (d *Decoder) idOf(space string) int {
	if d.index != nil {
		d.steps++
		if id, ok := d.index.spaces[space]; ok {
			return id
		}
		return -1
	}
	for i := range d.binds {
		d.steps++
		if b := &d.binds[i]; b.id == i && b.space == space {
			return i
		}
	}
	return -1
}

// boundSpace returns the index of the binding of a prefix to space: of the shortest prefix and, of several, the
// first in byte order. The choice depends on nothing but what is in scope, and what it costs, in proportion to the
// declarations in scope, does not grow with their length: an attribute of that namespace has a prefix that is no shorter.
// It returns -1 when there is none.
func (d *Decoder) boundSpace(space string) int {
	best, id := -1, d.idOf(space)
	if id < 0 {
		return -1
	}
	for i := id; i < len(d.binds); i++ {
		b := &d.binds[i]
		if b.id == id && !b.hidden && len(b.prefix) > 0 && (best < 0 || before(b.prefix, d.binds[best].prefix)) {
			best = i
		}
	}
	return best
}

func before(a, b []byte) bool {
	return len(a) < len(b) || len(a) == len(b) && bytes.Compare(a, b) < 0
}

// Know names a namespace that the document may declare: Space then returns this very string for it, which is
// quick to compare with it.
func (d *Decoder) Know(space string) {
	// Addresses are compared here, nothing is read through them.
	if unsafe.StringData(d.known) == unsafe.StringData(space) && len(d.known) == len(space) {
		return
	}
	d.known = space
	for i := range d.binds {
		if b := &d.binds[i]; b.space == space {
			b.space = space
		}
	}
	for i := range d.frames {
		f := &d.frames[i]
		if f.space == space {
			f.space = space
		}
		if f.dflt == space {
			f.dflt = space
		}
	}
}

// Lookup returns the namespace that prefix is bound to where the current token stands. The empty prefix stands for
// the default namespace. A decoder made by [NewTokenDecoder] knows only declarations from its start element on.
func (d *Decoder) Lookup(prefix []byte) (space string, ok bool) {
	if i := d.bound(prefix); i >= 0 {
		return d.binds[i].space, true
	}
	switch string(prefix) {
	case "":
		return "", d.src == nil
	case "xml":
		return SpaceXML, true
	case "xmlns":
		return SpaceXMLNS, true
	}
	return "", false
}

// badDeclaration returns what is wrong with a declaration of prefix in an element whose
// bindings start at mark, "" if it is fine.
func (d *Decoder) badDeclaration(mark int, prefix, space []byte) string {
	switch {
	case string(prefix) == "xmlns":
		return "the prefix xmlns must not be declared"
	case string(prefix) == "xml":
		if string(space) != SpaceXML {
			return "the prefix xml must not be bound to another namespace"
		}
	case string(space) == SpaceXML:
		return "only the prefix xml may be bound to the namespace " + SpaceXML
	case len(prefix) > 0 && len(space) == 0:
		return "the prefix " + quoted(prefix) + " is bound to no namespace: only the default namespace can be undeclared"
	}
	if string(space) == SpaceXMLNS {
		return "no prefix may be bound to the namespace " + SpaceXMLNS
	}
	if d.bound(prefix) >= mark {
		if len(prefix) == 0 {
			return "the attribute xmlns occurs twice"
		}
		return "the attribute " + quoted(append([]byte("xmlns:"), prefix...)) + " occurs twice"
	}
	return ""
}

// tooMany returns which limit another declaration breaks, "" for none.
func (d *Decoder) tooMany(space []byte) string {
	switch {
	case len(d.binds) >= d.lim.namespaces:
		return fmt.Sprintf("more than %d namespace declarations in scope", d.lim.namespaces)
	}
	return d.longSpace(len(space))
}

// longSpace says so where a namespace has more bytes than it may have.
func (d *Decoder) longSpace(n int) string {
	if n > maxSpace && d.lim.namespaces != noLimit {
		return fmt.Sprintf("a namespace of more than %d bytes", maxSpace)
	}
	return ""
}

// bind adds a declaration. The strings of the last declaration that stood in the same place of the stack
// are used again where they are equal, so that siblings that declare the same cost nothing.
func (d *Decoder) bind(prefix, space []byte) {
	n := len(d.binds)
	if n < cap(d.binds) {
		d.binds = d.binds[:n+1]
	} else {
		d.binds = append(d.binds, binding{})
	}
	b := &d.binds[n]
	if b.prefix = b.prefix[:0]; len(prefix) > 0 {
		b.prefix = append(b.prefix, prefix...)
	}
	switch {
	case string(space) == d.known:
		b.space = d.known
	case b.space != string(space):
		b.space = d.arena.intern(space)
	}
	b.hidden, b.used = false, false
	d.binds = d.binds[:n] // what was in scope before
	if d.index == nil && (n >= manyBinds || len(prefix) > longBind || len(space) > longBind) {
		d.makeIndex()
	}
	b.outer, b.id = d.bound(b.prefix), d.idOf(b.space)
	d.binds = d.binds[:n+1]
	if b.outer >= 0 {
		d.binds[b.outer].hidden = true
	}
	if b.id < 0 {
		b.id = n
	}
	if d.index != nil {
		d.enter(n)
	}
}

// makeIndex begins to keep an index.
func (d *Decoder) makeIndex() {
	d.index = &spaceIndex{make(map[string]int, 2*manyBinds), make(map[string]int, 2*manyBinds)}
	for i := range d.binds {
		d.enter(i)
	}
}

// enter puts the innermost binding, i, into the index.
func (d *Decoder) enter(i int) {
	b := &d.binds[i]
	d.steps++
	d.index.prefixes[string(b.prefix)] = i
	if b.id == i {
		d.index.spaces[b.space] = i
	}
}

// unbind drops the declarations from index mark on.
func (d *Decoder) unbind(mark int) {
	for i := len(d.binds) - 1; i >= mark; i-- {
		b := &d.binds[i]
		if b.outer >= 0 {
			d.binds[b.outer].hidden = false
		}
		if d.index == nil {
			continue
		}
		d.steps++
		if b.outer >= 0 {
			d.index.prefixes[string(b.prefix)] = b.outer
		} else {
			delete(d.index.prefixes, string(b.prefix))
		}
		if b.id == i {
			delete(d.index.spaces, b.space)
		}
	}
	d.binds = d.binds[:mark]
	if d.index != nil && mark <= fewBinds && !d.anyLong() {
		d.index = nil
	}
}

// anyLong reports whether one of the few bindings is worth an index.
func (d *Decoder) anyLong() bool {
	for i := range d.binds {
		if b := &d.binds[i]; len(b.prefix) > longBind || len(b.space) > longBind {
			return true
		}
	}
	return false
}

// defaultSpace is the default namespace in scope.
func (d *Decoder) defaultSpace() string {
	if n := len(d.frames); n > 0 {
		return d.frames[n-1].dflt
	}
	return ""
}
