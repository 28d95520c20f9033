package canonical

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
)

// A Style says how Write spells namespaces. The zero Style declares default namespaces where they change.
type Style struct {
	// Prefix is used for the elements of Space.
	Prefix, Space string
	// Decoy, with Prefix, is a namespace that the root declares as the default one, though nothing is in it.
	Decoy string
}

// Write returns the document of a tree.
func Write(root *Node, style Style) []byte {
	w := writer{style: style}
	scope := map[string]string{"xml": XML}
	w.element(root, scope, true)
	return w.b.Bytes()
}

type writer struct {
	b     bytes.Buffer
	style Style
}

func (w *writer) element(n *Node, outer map[string]string, root bool) {
	scope := maps.Clone(outer)
	var declarations []Declaration
	declare := func(prefix, space string) {
		if got, ok := scope[prefix]; !ok || got != space {
			scope[prefix] = space
			declarations = append(declarations, Declaration{prefix, space})
		}
	}
	if root && w.style.Prefix != "" {
		declare(w.style.Prefix, w.style.Space)
		if w.style.Decoy != "" {
			declare("", w.style.Decoy)
		}
	}
	for _, d := range n.Declared {
		if d.Prefix != w.style.Prefix {
			declare(d.Prefix, d.Space)
		}
	}
	tag := n.Name.Local
	if w.style.Prefix != "" && n.Name.Space == w.style.Space {
		tag = w.style.Prefix + ":" + tag
	} else if n.Name.Space != "" || scope[""] != "" {
		declare("", n.Name.Space)
	}
	names := make([]string, len(n.Attrs))
	for i, a := range n.Attrs {
		names[i] = a.Name.Local
		if a.Name.Space == "" {
			continue
		}
		prefix := a.Prefix
		for k := 1; prefix == "" || scope[prefix] != a.Name.Space; k++ {
			if _, taken := scope[prefix]; prefix != "" && !taken {
				declare(prefix, a.Name.Space)
				break
			}
			prefix = fmt.Sprintf("a%d", k)
		}
		names[i] = prefix + ":" + a.Name.Local
	}
	w.b.WriteByte('<')
	w.b.WriteString(tag)
	for _, d := range declarations {
		name := "xmlns"
		if d.Prefix != "" {
			name += ":" + d.Prefix
		}
		w.attribute(name, d.Space)
	}
	for i, a := range n.Attrs {
		w.attribute(names[i], a.Value)
	}
	if len(n.Children) == 0 {
		w.b.WriteString("/>")
		return
	}
	w.b.WriteByte('>')
	for _, c := range n.Children {
		if c.IsText() {
			w.text(c.Text)
		} else {
			w.element(c, scope, false)
		}
	}
	w.b.WriteString("</" + tag + ">")
}

func (w *writer) attribute(name, value string) {
	w.b.WriteString(" " + name + `="`)
	w.text(value)
	w.b.WriteByte('"')
}

func (w *writer) text(s string) {
	// Escaping cannot fail: a bytes.Buffer takes everything.
	_ = xml.EscapeText(&w.b, []byte(s))
}
