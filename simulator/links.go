package simulator

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
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

// liven tells the kinds which of their links lead somewhere: an operation that answers 501 is not linked.
func (t *tables) liven() {
	t.targets = make(map[string]bool)
	for op := range t.serving {
		t.targets[linkTarget(op.Method, op.Path, op.Query)] = true
	}
	for _, k := range t.kinds {
		k.live = t.targets[linkTarget(http.MethodGet, k.path, "")]
		k.leads = slices.DeleteFunc(t.leadsOf(k), func(l lead) bool { return !t.targets[linkTarget(l.method, l.template, l.query)] })
	}
}

// linkTarget is the key of an operation: query counts where it is an action.
func linkTarget(method, template, query string) string {
	action := ""
	if name, v, ok := strings.Cut(query, "="); ok && strings.EqualFold(name, "action") {
		action = "?action=" + v
	}
	return strings.ToLower(method + " " + strings.TrimSuffix(template, "/") + action)
}

// link is a link of an answer. It leads somewhere: what answers 501 is not linked.
type link struct {
	rel, typ, name string
	path           string // below the API's root
	query          string // format=Entity, action=failover, …
	template       string // of the operation that it leads to, for living
}

func (b *builder) href(l link) string {
	if l.query == "" {
		return b.base + l.path
	}
	return b.base + l.path + "?" + l.query
}

// living leaves out the links whose operations answer 501.
func (b *builder) living(links []link) []link {
	return slices.DeleteFunc(links, func(l link) bool {
		method := http.MethodGet
		if strings.HasPrefix(l.query, "action=") && !strings.HasPrefix(l.query, "action=list") {
			method = http.MethodPost
		}
		return !b.c.tables.targets[linkTarget(method, l.template, l.query)]
	})
}

// linkContent is the content of a link's element.
func (b *builder) linkContent(l link) values {
	v := values{"Rel": l.rel, "Href": b.href(l)}
	if l.typ != "" {
		v["Type"] = l.typ
	}
	if l.name != "" {
		v["Name"] = l.name
	}
	return v
}

// linkValues is the content of a list of links.
func (b *builder) linkValues(links []link) values {
	out := make([]values, len(links))
	for i, l := range links {
		out[i] = b.linkContent(l)
	}
	return values{"Link": out}
}

// fillLinks sets the links of something, if it has any.
func (b *builder) fillLinks(e xsdbind.Struct, links []link) error {
	if len(links) == 0 {
		return nil
	}
	list, err := xsdbind.Make(e, "Links")
	if errors.Is(err, xsdbind.ErrNoField) {
		return nil // a list that is a part of something, as LinkedJobResourceObjects
	}
	if err != nil {
		return err
	}
	for _, l := range links {
		item, err := xsdbind.Append(list, "Link")
		if err != nil {
			return err
		}
		t := item.XSDType()
		for i := range t.Fields {
			var v string
			switch t.Fields[i].Name {
			case "Rel":
				v = l.rel
			case "Href":
				v = b.href(l)
			case "Type":
				v = l.typ
			case "Name":
				v = l.name
			}
			if v != "" {
				setText(item, i, v)
			}
		}
	}
	return nil
}

// setText sets the field with an index, which holds text.
func setText(e xsdbind.Struct, i int, v string) {
	if to, ok := xsdbind.FieldAt(e, i, true).(*string); ok {
		*to = v
		return
	}
	_ = xsdbind.Set(e, e.XSDType().Fields[i].Name, v) // of a string type, or of none that can hold it
}

// leads returns the links that r has by its kind.
func (b *builder) leads(r *record, address string, reference bool, out []link) []link {
	for i := range r.kind.leads {
		l := &r.kind.leads[i]
		if reference && !l.down || slices.ContainsFunc(r.without, l.hidden) {
			continue
		}
		if l.part != nil && !slices.ContainsFunc(r.below, func(x *record) bool { return x.kind == l.part }) {
			continue
		}
		v := link{rel: l.rel, typ: l.typ, path: address + l.segment, query: l.query}
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
	l := link{rel: rel, typ: r.kind.typ, name: r.name, path: r.address()}
	if r.kind.reference {
		l.typ += "Reference"
	}
	return l
}

// relationLinks are the links that r's relations show.
func (b *builder) relationLinks(r *record, up bool, out []link) []link {
	if up && r.parent != nil && r.parent.kind.live && !slices.ContainsFunc(r.relations, func(x relation) bool { return x.to == r.parent && x.rel == "Up" }) {
		out = append(out, linkTo("Up", r.parent))
	}
	for _, x := range r.relations {
		if x.rel != "" && (x.rel == "Up") == up && x.to.kind.live && x.to.shown(b.now) {
			out = append(out, linkTo(x.rel, x.to))
		}
	}
	return out
}

// linksOf are the links of an entity.
func (b *builder) linksOf(r *record, address string) []link {
	out := b.relationLinks(r, true, make([]link, 0, len(r.relations)+len(r.kind.leads)+len(r.links)+2))
	if r.kind.reference {
		out = append(out, link{rel: "Alternate", typ: r.kind.typ + "Reference", name: r.name, path: address})
	}
	out = b.leads(r, address, false, b.relationLinks(r, false, out))
	return append(out, r.links...)
}

// referenceLinks are the links of a reference.
func (b *builder) referenceLinks(r *record, address string) []link {
	out := b.relationLinks(r, true, make([]link, 0, len(r.relations)+len(r.kind.leads)+len(r.links)+2))
	alternate := link{rel: "Alternate", typ: r.kind.typ, name: r.name, path: address}
	if r.kind.reference {
		alternate.query = "format=Entity"
	}
	return b.leads(r, address, true, append(out, alternate))
}
