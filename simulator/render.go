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
	head := values{"Href": b.base + r.address(), "Type": r.kind.typ}
	if r.kind.reference {
		head["Href"] = b.base + r.address() + "?format=Entity"
	}
	if r.name != "" {
		head["Name"] = r.name
	}
	if strings.HasSuffix(r.kind.path, "}") {
		head["UID"] = r.uid()
	}
	fillHead(e, head)
	if err := b.fillLinks(e, b.linksOf(r)); err != nil {
		return err
	}
	if err := b.fill(e, r.values(b.now)); err != nil {
		return fmt.Errorf("%s %s: %w", r.kind.element, r.name, err)
	}
	return nil
}

// fillHead sets the attributes that there are, and nothing else: what has no UID does without.
func fillHead(e xsdbind.Struct, head values) {
	t := e.XSDType()
	for i := range t.Fields[:t.Attrs] {
		if v, ok := head[t.Fields[i].Name].(string); ok {
			if to, ok := xsdbind.FieldAt(e, i, true).(*string); ok {
				*to = v
			} else {
				_ = xsdbind.Set(e, t.Fields[i].Name, v)
			}
		}
	}
}

// fillLinks sets the links of something, if it has any. What is a mere list of resources has no place for them.
func (b *builder) fillLinks(e xsdbind.Struct, links []link) error {
	if len(links) == 0 || e.XSDType().FieldNamed("Links") < 0 {
		return nil
	}
	return b.fill(e, values{"Links": b.linkValues(links)})
}

// linkValues are the content of a list of links.
func (b *builder) linkValues(links []link) values {
	out := make([]values, 0, len(links))
	for _, l := range links {
		v := values{"Rel": l.rel, "Href": b.href(l.place, l.query)}
		if l.typ != "" {
			v["Type"] = l.typ
		}
		if l.name != "" {
			v["Name"] = l.name
		}
		out = append(out, v)
	}
	return values{"Link": out}
}

// referenceTo shows a record as a reference.
func (b *builder) referenceTo(r *record) (xsdbind.Struct, error) {
	e := newElement("EntityRef")
	return e, b.fillReferenceTo(e, r)
}

func (b *builder) fillReferenceTo(e xsdbind.Struct, r *record) error {
	fillHead(e, values{"UID": r.uid(), "Name": r.name, "Href": b.base + r.address(), "Type": r.kind.typ + "Reference"})
	return b.fillLinks(e, b.referenceLinks(r))
}
