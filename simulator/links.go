package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// lead is a link that every record of a kind has: to what lies below it, and to what can be done with it.
type lead struct {
	rel, typ string
	method   string
	segment  string // below the record's address; "" for the record itself
	query    string // action=start
	template string // of the operation
	part     *kind  // the link is given where the record has this part
	named    bool   // the link has the record's name
	down     bool   // references show it too
}

// leadsOf works out from the operations what the records of a kind have links to.
func (t *tables) leadsOf(k *kind) []lead {
	var out []lead
	add := func(l lead) {
		same := func(o lead) bool {
			return o.rel == l.rel && o.segment == l.segment && strings.EqualFold(o.query, l.query)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, l)
		}
	}
	for _, op := range t.operations {
		below, ok := strings.CutPrefix(pathKey(op.Path), pathKey(k.path))
		if !ok || below != "" && below[0] != '/' || strings.Count(below, "/") > 1 || strings.Contains(below, "{") {
			continue
		}
		segment := strings.TrimSuffix(op.Path[len(strings.TrimSuffix(k.path, "/")):], "/")
		l := lead{method: op.Method, segment: segment, query: op.Query, template: op.Path}
		switch c, part := t.collections[pathKey(op.Path)], t.kinds[pathKey(op.Path)]; {
		case op.Method == "GET":
			switch {
			case segment == "" || !isPlain(op):
				continue
			case c != nil:
				l.rel, l.typ, l.down = "Down", c.typ(c.references && !isEntity(op)), true
				if c.references && isEntity(op) {
					continue // the list of references leads on
				}
			case part != nil:
				l.rel, l.typ, l.part = "Down", part.typ, part
			default:
				continue
			}
		case op.Method == "POST" && strings.Contains(op.Query, "action=") && !strings.EqualFold(op.Query, "action=create"):
			l.rel = op.Name[strings.LastIndexByte(op.Name, '.')+1:]
		case op.Method == "PUT" && segment == "":
			l.rel, l.typ, l.named = "Edit", k.typ, true
		case op.Method == "DELETE" && segment == "":
			l.rel, l.typ, l.named = "Delete", k.typ, true
		case op.Method == "POST" && c != nil:
			l.rel, l.typ = "Create", c.kind.typ
		case op.Method == "POST" && segment != "" && part != nil:
			l.rel, l.typ, l.part = "Create", part.typ, part
		case op.Method == "POST" && segment != "":
			l.rel = op.Name[strings.LastIndexByte(op.Name, '.')+1:]
		default:
			continue
		}
		add(l)
	}
	return out
}

// leads returns the links that r has by its kind and that lead somewhere.
func (b *builder) leads(r *record, reference bool) []link {
	var out []link
	for _, l := range r.kind.leads {
		if reference && !l.down || slices.ContainsFunc(r.without, func(s string) bool { return l.hidden(s) }) {
			continue
		}
		if l.part != nil && !slices.ContainsFunc(r.below, func(x *record) bool { return x.kind == l.part }) {
			continue
		}
		v := link{rel: l.rel, typ: l.typ, place: place{l.template, r.address() + l.segment}, query: l.query, method: l.method}
		if l.named {
			v.name = r.name
		}
		out = append(out, v)
	}
	return out
}

// hidden says whether s, an entry of record.without, names the link: by its Rel or by the collection that it leads to.
func (l *lead) hidden(s string) bool {
	return strings.EqualFold(l.rel, s) || strings.EqualFold(strings.TrimPrefix(l.segment, "/"), s)
}

// linkTo leads to a record: to its reference, or to itself where there is none.
func linkTo(rel string, r *record) link {
	l := link{rel: rel, typ: r.kind.typ, name: r.name, place: place{r.kind.path, r.address()}}
	if r.kind.reference {
		l.typ += "Reference"
	}
	return l
}

// relationLinks are the links that r's relations show.
func (b *builder) relationLinks(r *record, up bool) []link {
	var out []link
	if up && r.parent != nil && !slices.ContainsFunc(r.relations, func(x relation) bool { return x.to == r.parent && x.rel == "Up" }) {
		out = append(out, linkTo("Up", r.parent))
	}
	for _, x := range r.relations {
		if x.rel != "" && (x.rel == "Up") == up && x.to.shown(b.now) {
			out = append(out, linkTo(x.rel, x.to))
		}
	}
	return out
}

// linksOf are the links of an entity.
func (b *builder) linksOf(r *record) []link {
	out := b.relationLinks(r, true)
	if r.kind.reference {
		out = append(out, link{rel: "Alternate", typ: r.kind.typ + "Reference", name: r.name, place: place{r.kind.path, r.address()}})
	}
	out = append(out, b.relationLinks(r, false)...)
	return b.living(slices.Concat(out, b.leads(r, false), r.links))
}

// referenceLinks are the links of a reference.
func (b *builder) referenceLinks(r *record) []link {
	out := b.relationLinks(r, true)
	alternate := link{rel: "Alternate", typ: r.kind.typ, name: r.name, place: place{r.kind.path, r.address()}}
	if r.kind.reference {
		alternate.query = "format=Entity"
	}
	return b.living(append(append(out, alternate), b.leads(r, true)...))
}

// living leaves out the links that would lead to a 501.
func (b *builder) living(links []link) []link {
	return slices.DeleteFunc(links, func(l link) bool {
		method := l.method
		if method == "" {
			method = http.MethodGet
		}
		return !b.c.targets[linkTarget(method, l.place.template, l.query)]
	})
}
