package xsd

import (
	"strings"

	"github.com/beevik/etree"
)

// note reads what a document says about a component: its annotation and its foreign attributes.
func note(n *node) Note {
	var out Note
	out.foreign(n)
	for _, c := range n.children {
		if c.name == (QName{SpaceXSD, "annotation"}) {
			out.annotation(c)
		}
	}
	return out
}

// schemaNote reads all annotations of a document, wherever they stand between its components.
func schemaNote(root *node) Note { return note(root) }

func (o *Note) foreign(n *node) {
	for _, a := range n.attrs {
		if a.name.Space == "" || a.name.Space == SpaceXSD {
			continue
		}
		if o.Foreign == nil {
			o.Foreign = map[QName]string{}
		}
		o.Foreign[a.name] = a.value
	}
}

func (o *Note) annotation(n *node) {
	o.foreign(n)
	for _, c := range n.children {
		switch c.name.Local {
		case "documentation":
			if text := paragraphs(c.el); text != "" {
				if o.Doc != "" {
					o.Doc += "\n\n"
				}
				o.Doc += text
			}
		case "appinfo":
			o.AppInfo = append(o.AppInfo, inner(c.el))
		}
	}
}

// paragraphs gives the text of an element: no indentation, paragraphs apart by one empty line.
func paragraphs(el *etree.Element) string {
	var raw strings.Builder
	collectText(el, &raw)
	var out []string
	for _, line := range strings.Split(raw.String(), "\n") {
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

func collectText(el *etree.Element, out *strings.Builder) {
	for _, t := range el.Child {
		switch t := t.(type) {
		case *etree.CharData:
			out.WriteString(t.Data)
		case *etree.Element:
			collectText(t, out)
		}
	}
}

// inner gives the content of an element as XML.
func inner(el *etree.Element) string {
	doc := etree.NewDocument()
	for _, t := range el.Copy().Child {
		doc.AddChild(t)
	}
	s, err := doc.WriteToString()
	if err != nil { // a strings.Builder takes everything
		return ""
	}
	return strings.TrimSpace(s)
}
