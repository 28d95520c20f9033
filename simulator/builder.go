package simulator

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// builder makes the values that are answered. It belongs to one request and is used under the core's lock.
type builder struct {
	c       *core
	base    string // https://host/api
	now     time.Time
	targets map[string]bool // see linkTargets
}

// place is an address below the API's root, and the template of its operation.
type place struct{ template, path string }

// at fills a template: each {ID} in turn is replaced by an id.
func at(template string, ids ...string) place {
	p := place{template: template}
	rest := template
	for _, id := range ids {
		before, after, ok := strings.Cut(rest, "{ID}")
		if !ok {
			break
		}
		p.path += before + id
		rest = after
	}
	p.path += rest
	return p
}

// link is a link of an answer. Where its method is not the one that its Rel stands for, method says so.
type link struct {
	rel, typ, name string
	place          place
	query          string // format=Entity, action=failover, …
}

var relMethods = map[string]string{
	"Create": http.MethodPost, "Edit": http.MethodPut, "Delete": http.MethodDelete,
	"Failover": http.MethodPost, "Intervals": http.MethodPost, "Enable": http.MethodPost, "Disable": http.MethodPost,
}

// links makes the list of those links that lead somewhere; nil when none does.
func (b *builder) links(links ...link) *ent.LinkList {
	var out []ent.Link
	for _, l := range links {
		method := relMethods[l.rel]
		if method == "" {
			method = http.MethodGet
		}
		if !b.targets[linkTarget(method, l.place.template, l.query)] {
			continue
		}
		var v ent.Link
		put(&v, "Rel", l.rel)
		if l.typ != "" {
			put(&v, "Type", l.typ)
		}
		put(&v, "Href", b.href(l.place, l.query))
		if l.name != "" {
			put(&v, "Name", l.name)
		}
		out = append(out, v)
	}
	if out == nil {
		return nil
	}
	list := new(ent.LinkList)
	put(list, "Link", out)
	return list
}

func (b *builder) href(p place, query string) string {
	if query == "" {
		return b.base + p.path
	}
	return b.base + p.path + "?" + query
}

// card is what the reference and the entity of a thing have in common.
type card struct {
	kind, id, name string
	place          place
	up, down       []link // links of the reference: first up, then Alternate, then down
	extra          []link // further links of the entity alone
	asReference    bool   // the entity's Alternate link says format=Reference
}

// reference makes the reference of a thing.
func (b *builder) reference(c card) *ent.EntityRef {
	r := new(ent.EntityRef)
	b.fillReference(r, c)
	return r
}

func (b *builder) fillReference(r *ent.EntityRef, c card) {
	put(r, "UID", urn(c.kind, c.id))
	put(r, "Name", c.name)
	put(r, "Href", b.href(c.place, ""))
	put(r, "Type", c.kind+"Reference")
	alternate := link{rel: "Alternate", typ: c.kind, name: c.name, place: c.place, query: "format=Entity"}
	put(r, "Links", b.links(slices.Concat(c.up, []link{alternate}, c.down)...))
}

func (b *builder) references(cards []card) *ent.EntityReferences {
	refs := make([]ent.EntityRef, len(cards))
	for i, c := range cards {
		b.fillReference(&refs[i], c)
	}
	list := new(ent.EntityReferences)
	put(list, "Ref", refs)
	return list
}

// entity is what all entities can be told.
type entity interface {
	xsdbind.Struct
}

// head fills in what every entity begins with.
func (b *builder) head(e entity, c card) {
	put(e, "Href", b.href(c.place, "format=Entity"))
	put(e, "Type", c.kind)
	put(e, "Name", c.name)
	put(e, "UID", urn(c.kind, c.id))
	alternate := link{rel: "Alternate", typ: c.kind + "Reference", name: c.name, place: c.place}
	if c.asReference {
		alternate.query = "format=Reference"
	}
	put(e, "Links", b.links(slices.Concat(c.up, []link{alternate}, c.down, c.extra)...))
}

// put sets a field by its name in the schema. What a schema does not have, or has otherwise, is left out.
func put(v xsdbind.Struct, name string, x any) {
	if rv := reflect.ValueOf(x); rv.Kind() != reflect.Pointer || !rv.IsNil() {
		_ = xsdbind.Set(v, name, x)
	}
}

// field finds a field by its name in the schema, an alias included.
func field(v xsdbind.Struct, name string) (int, error) {
	t := v.XSDType()
	for i, f := range t.Fields {
		if f.Name == name || slices.Contains(f.Aliases, name) {
			return i, nil
		}
	}
	return 0, rest.Faultf(http.StatusNotImplemented, "The schema of this build has no %s in %s.", name, t.Name)
}

// child returns a complex field, made when it is absent. Fields of QueryResult and the lists in it are found by their schema names:
// which of them there are depends on the schema that the bindings were made from.
func child(v xsdbind.Struct, name string) (xsdbind.Struct, error) {
	i, err := field(v, name)
	if err != nil {
		return nil, err
	}
	c, ok := xsdbind.FieldAt(v, i, true).(xsdbind.Struct)
	if !ok {
		return nil, fmt.Errorf("%s of %s is no complex type", name, v.XSDType().Name)
	}
	return c, nil
}

// appendItem adds a copy of item to the list of elements with a name.
func appendItem(v xsdbind.Struct, name string, item xsdbind.Struct) error {
	i, err := field(v, name)
	if err != nil {
		return err
	}
	list, ok := xsdbind.FieldAt(v, i, true).(xsdbind.List)
	if !ok {
		return fmt.Errorf("%s of %s is no list", name, v.XSDType().Name)
	}
	to, from := reflect.ValueOf(list.Append()), reflect.ValueOf(item)
	if to.Type() != from.Type() {
		return fmt.Errorf("%s of %s holds a %s, not a %s", name, v.XSDType().Name, to.Type(), from.Type())
	}
	to.Elem().Set(from.Elem())
	return nil
}

// errorBody makes the body of an error.
func errorBody(_ *http.Request, status int, err error) xsdbind.Struct {
	e := new(ent.Error)
	msg := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd' // XML has no way to write it; an identifier in a path may have it all the same
		}
		return r
	}, strings.ToValidUTF8(err.Error(), "\ufffd"))
	put(e, "Message", msg)
	put(e, "StatusCode", int64(status))
	put(e, "Status", strings.ReplaceAll(http.StatusText(status), " ", ""))
	put(e, "FirstChanceExceptionMessage", msg)
	return e
}
