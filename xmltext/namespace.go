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
	outer  int  // the binding of the same prefix that this one hides, or -1
	hidden bool // by an inner one
	used   bool // by the element that Capture is reading
}

// bound returns the index of the binding of prefix that is in scope, -1 when there is none.
func (d *Decoder) bound(prefix []byte) int {
	for i := len(d.binds) - 1; i >= 0; i-- {
		if string(d.binds[i].prefix) == string(prefix) {
			return i
		}
	}
	return -1
}

// boundSpace returns the index of the binding of a prefix to space, of the first prefix in byte order if there are
// several: a choice that depends on nothing but what is in scope. It returns -1 when there is none.
func (d *Decoder) boundSpace(space string) int {
	best := -1
	for i := range d.binds {
		b := &d.binds[i]
		if !b.hidden && len(b.prefix) > 0 && b.space == space && (best < 0 || bytes.Compare(b.prefix, d.binds[best].prefix) < 0) {
			best = i
		}
	}
	return best
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
	for i := mark; i < len(d.binds); i++ {
		if string(d.binds[i].prefix) == string(prefix) {
			if len(prefix) == 0 {
				return "the attribute xmlns occurs twice"
			}
			return "the attribute " + quoted(append([]byte("xmlns:"), prefix...)) + " occurs twice"
		}
	}
	return ""
}

// tooMany returns which limit another declaration breaks, "" for none.
func (d *Decoder) tooMany(space []byte) string {
	switch {
	case len(d.binds) >= d.lim.namespaces:
		return fmt.Sprintf("more than %d namespace declarations in scope", d.lim.namespaces)
	case len(space) > maxSpace && d.lim.namespaces != noLimit:
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
	b.hidden, b.used, b.outer = false, false, -1
	for i := n - 1; i >= 0; i-- {
		if o := &d.binds[i]; string(o.prefix) == string(prefix) {
			b.outer, o.hidden = i, true
			break
		}
	}
}

// unbind drops the declarations from index mark on.
func (d *Decoder) unbind(mark int) {
	for i := len(d.binds) - 1; i >= mark; i-- {
		if o := d.binds[i].outer; o >= 0 {
			d.binds[o].hidden = false
		}
	}
	d.binds = d.binds[:mark]
}

// defaultSpace is the default namespace in scope.
func (d *Decoder) defaultSpace() string {
	if n := len(d.frames); n > 0 {
		return d.frames[n-1].dflt
	}
	return ""
}
