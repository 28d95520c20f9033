package simulator

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
)

// address is the record's path below the API's root.
func (r *record) address() string {
	path, owner := r.kind.path, r
	var ids []string
	for ; owner != nil; owner = owner.parent {
		if strings.HasSuffix(owner.kind.path, "}") {
			ids = append(ids, owner.id)
		}
	}
	var b strings.Builder
	for len(ids) > 0 {
		before, after, ok := strings.Cut(path, "{")
		if !ok {
			break
		}
		_, after, _ = strings.Cut(after, "}")
		b.WriteString(before + url.PathEscape(ids[len(ids)-1]))
		ids, path = ids[:len(ids)-1], after
	}
	return b.String() + path
}

// entityOf shows a record as its root element.
func (b *builder) entityOf(r *record) (xsdbind.Struct, error) {
	e := newElement(r.kind.element)
	if e == nil {
		return nil, fmt.Errorf("the schema of this build has no element %s", r.kind.element)
	}
	return e, b.fillEntity(e, r)
}

func (b *builder) fillEntity(e xsdbind.Struct, r *record) error {
	address := r.address()
	h := head{href: b.base + address, typ: r.kind.typ, name: r.name}
	if r.kind.reference {
		h.href += "?format=Entity"
	}
	if strings.HasSuffix(r.kind.path, "}") {
		h.of = r
	}
	h.fill(e)
	if err := b.fillLinks(e, b.linksOf(r, address)); err != nil {
		return err
	}
	if err := b.fill(e, r.values(b.now)); err != nil {
		return fmt.Errorf("%s %s: %w", r.kind.element, r.name, err)
	}
	return nil
}

// head is what things begin with.
type head struct {
	href, typ, name string
	of              *record // whose UID it has; nil where there is none
}

// fill sets the attributes that there are, and nothing else: what has no UID does without.
func (h head) fill(e xsdbind.Struct) {
	t := e.XSDType()
	for i := range t.Fields[:t.Attrs] {
		var v string
		switch t.Fields[i].Name {
		case "Href":
			v = h.href
		case "Type":
			v = h.typ
		case "Name":
			v = h.name
		case "UID":
			if h.of != nil {
				v = h.of.uid()
			}
		}
		if v != "" {
			setText(e, i, v)
		}
	}
}

// referenceTo shows a record as a reference.
func (b *builder) referenceTo(r *record) (xsdbind.Struct, error) {
	e := newElement("EntityRef")
	return e, b.fillReferenceTo(e, r)
}

func (b *builder) fillReferenceTo(e xsdbind.Struct, r *record) error {
	address := r.address()
	head{href: b.base + address, typ: r.kind.typ + "Reference", name: r.name, of: r}.fill(e)
	return b.fillLinks(e, b.referenceLinks(r, address))
}
