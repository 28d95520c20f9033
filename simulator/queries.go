package simulator

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/xsdbind"
)

// querySpec is a type that GET /query knows.
type querySpec struct {
	name    string
	under   string // Entities, or Resources for what has no references
	list    string // element of the list
	item    string // element of an item in it
	kinds   []*kind
	columns columns[seen]
}

// seen is a record at a moment, as filters and sorting look at it.
type seen struct {
	*record
	now    time.Time
	fields values
}

// newQueries reads the table of queries. Types whose list the schema of this build lacks are left out.
func (t *tables) newQueries() []*querySpec {
	var out []*querySpec
	var q *querySpec
	holder := newElement("QueryResult")
	if holder == nil {
		return nil
	}
	for row := range strings.Lines(string(schema.Queries())) {
		f := strings.Split(strings.TrimRight(row, "\r\n"), "\t")
		if len(f) < 9 || f[0] == "query" {
			continue
		}
		if q == nil || q.name != f[0] {
			q = &querySpec{name: f[0], under: f[1], list: f[2], item: f[3]}
			for _, op := range t.operations {
				k := t.kinds[pathKey(op.Path)]
				if k != nil && k.element == f[4] && strings.HasSuffix(k.path, "}") && !slices.Contains(q.kinds, k) {
					q.kinds = append(q.kinds, k)
				}
			}
			for _, k := range q.kinds {
				k.query = q
			}
			if under, err := xsdbind.Make(holder, q.under); err == nil && under.XSDType().FieldNamed(q.list) >= 0 && len(q.kinds) > 0 {
				out = append(out, q)
			}
		}
		q.columns = append(q.columns, newColumn(f[5], f[6], f[7], f[8]))
	}
	return out
}

var fieldKinds = map[string]fieldKind{
	"string": textField, "uid": uidField, "dateTime": timeField, "int": numberField, "long": numberField, "double": realField,
	"bool": boolField, "enum": enumField,
}

// newColumn makes the field of a query from its row in the table: where says which element, attribute or link of the entity holds it.
func newColumn(name, typ, where, enum string) column[seen] {
	c := column[seen]{name: name, kind: fieldKinds[typ]}
	if enum != "" {
		c.enum = strings.Split(enum, "|")
	}
	element := where[strings.LastIndexByte(where, '/')+1:]
	element = strings.TrimPrefix(element, "@")
	role, isLink := strings.CutPrefix(where, "link:")
	switch {
	case isLink:
		role, attribute, _ := strings.Cut(role, "@")
		if attribute == "" {
			c.kind = uidField // a UID, whatever the table says it is
		}
		c.get = func(s seen) any { return s.relative(role, attribute == "Name") }
	case where == "":
		c.get = func(s seen) any { return c.value(s.unshown(name)) }
	case where == "@UID" || where == "@Id":
		c.aliases = []string{"UID", "Id"}
		c.get = func(s seen) any { return s.uid() }
	case where == "@Name":
		c.get = func(s seen) any { return s.name }
	default:
		c.aliases = []string{element}
		if short := strings.TrimSuffix(strings.TrimSuffix(element, "UTC"), "Utc"); short != element {
			c.aliases = append(c.aliases, short)
		}
		if c.kind == textField && strings.HasSuffix(element, "Uid") {
			c.kind = uidField
		}
		if element == "TaskId" {
			c.kind = taskField
		}
		path := strings.Split(where, "/")
		c.get = func(s seen) any { return c.value(s.fields.at(path)) }
	}
	return c
}

// at follows a path of elements and attributes.
func (v values) at(path []string) any {
	x := v[strings.TrimPrefix(path[0], "@")]
	if len(path) == 1 {
		return x
	}
	if below, ok := x.(values); ok {
		return below.at(path[1:])
	}
	return nil
}

// relative is the UID or the name of what the record has a relation to, nil if there is none.
func (s seen) relative(role string, name bool) any {
	to := s.ancestor(role)
	switch {
	case to == nil:
		return nil
	case name:
		return to.name
	}
	return to.uid()
}

// ancestor finds the record in a role: of a relation of the record's own, its parent, or its parent's.
func (r *record) ancestor(role string) *record {
	for ; r != nil; r = r.parent {
		if to := r.one(role); to != nil {
			return to
		}
		if r.parent != nil && strings.EqualFold(r.parent.kind.typ, role) {
			return r.parent
		}
	}
	return nil
}

// unshown is the value of a field that the entity does not show: what the record holds for it, else the relation that the field is named after.
func (s seen) unshown(name string) any {
	if x, ok := s.query[name]; ok {
		return x
	}
	for _, suffix := range []string{"Uid", "Name", "Id"} {
		if role, ok := strings.CutSuffix(name, suffix); ok {
			if x := s.relative(role, suffix == "Name"); x != nil {
				return x
			}
		}
	}
	return nil
}

// value turns what a record holds into what the field's kind compares; nil when it is something else.
func (c *column[T]) value(x any) any {
	switch c.kind {
	case timeField:
		switch x := x.(type) {
		case time.Time:
			if !x.IsZero() {
				return x.UTC().Truncate(time.Millisecond)
			}
		case string:
			if t, err := parseMoment(x); err == nil {
				return t
			}
		}
		return nil
	case numberField:
		switch x := x.(type) {
		case int:
			return int64(x)
		case int64:
			return x
		case string:
			if n, err := strconv.ParseInt(x, 10, 64); err == nil {
				return n
			}
		}
		return nil
	case realField:
		switch x := x.(type) {
		case float64:
			return x
		case int:
			return float64(x)
		}
		return nil
	case boolField:
		if b, ok := x.(bool); ok {
			return b
		}
		return nil
	}
	switch x := x.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case time.Time:
		return stamp(x)
	}
	return nil
}

// columnsOf are the fields by which collections of a kind are filtered: those of its query; for a kind that has none, what the entity itself shows.
func (k *kind) columnsOf() columns[seen] {
	if k.query != nil {
		return k.query.columns
	}
	if k.columns == nil {
		k.columns = columns[seen]{
			newColumn("UID", "uid", "@UID", ""), newColumn("Name", "string", "@Name", ""),
			newColumn("BackupServerUid", "uid", "link:BackupServer", ""), newColumn("BackupServerName", "string", "link:BackupServer@Name", ""),
		}
		if e := newElement(k.element); e != nil {
			t := e.XSDType()
			for _, f := range t.Fields[t.Attrs:] {
				if typ := plainType(f.Kind); typ != "" && f.Where == xsdbind.WhereElement && f.Flags&xsdbind.FlagList == 0 {
					k.columns = append(k.columns, newColumn(f.Name, typ, f.Name, ""))
				}
			}
		}
	}
	return k.columns
}

// plainType is what a field of an element is compared as, if there is nothing but the schema to say so.
func plainType(k xsdbind.Kind) string {
	switch k {
	case xsdbind.KindStruct:
		return ""
	case xsdbind.KindString:
		return "string"
	case xsdbind.KindBool:
		return "bool"
	case xsdbind.KindFloat32, xsdbind.KindFloat64:
		return "double"
	}
	return "long"
}

// pageOfRecords filters, sorts and cuts.
func (b *builder) pageOfRecords(items []*record, cs columns[seen], l listing) (pageOf[*record], error) {
	if l.filter == "" && l.sortAsc == "" && l.sortDesc == "" {
		return selectPage(items, nil, l)
	}
	list := make([]seen, len(items))
	for i, r := range items {
		list[i] = seen{r, b.now, r.values(b.now)}
	}
	p, err := selectPage(list, cs, l)
	out := pageOf[*record]{number: p.number, size: p.size, all: p.all}
	for _, s := range p.items {
		out.items = append(out.items, s.record)
	}
	return out, err
}

// runQuery answers GET /query.
func runQuery(q *request) (xsdbind.Struct, error) {
	r := q.caller.request
	name := r.Param("type")
	if name == "" {
		return nil, rest.Faultf(http.StatusBadRequest, "A query needs a type.")
	}
	queries := q.c.tables.queries
	i := slices.IndexFunc(queries, func(s *querySpec) bool { return strings.EqualFold(s.name, name) })
	if i < 0 {
		return nil, rest.Faultf(http.StatusBadRequest, "There is no query type %q here.", name)
	}
	spec := queries[i]
	size := queryPage
	var items []*record
	if spec.name == "Task" {
		items, size = q.taskRecords(), taskPage
	} else {
		for _, k := range spec.kinds {
			items = append(items, q.known(k, k.all)...)
		}
	}
	l, err := readListing(r, size)
	if err != nil {
		return nil, err
	}
	page, err := q.pageOfRecords(items, spec.columns, l)
	if err != nil {
		return nil, err
	}
	result := newElement("QueryResult")
	format := r.Param("format")
	if spec.under == "Resources" || strings.EqualFold(format, "Entities") || strings.EqualFold(format, "Entity") {
		err = q.fillFound(result, spec, page.items)
	} else {
		var refs xsdbind.Struct
		if refs, err = xsdbind.Make(result, "Refs"); err == nil {
			err = q.fillReferences(refs, page.items)
		}
	}
	if err != nil {
		return nil, err
	}
	query := url.Values(r.Query)
	return result, q.fill(result, values{"PagingInfo": q.pagingInfo(page.number, page.size, page.all, func(n int) string { return pageHref(query, page.size, n) })})
}

// fillFound sets the entities that a query found.
func (b *builder) fillFound(result xsdbind.Struct, spec *querySpec, items []*record) error {
	holder, err := xsdbind.Make(result, spec.under)
	if err != nil {
		return err
	}
	list, err := xsdbind.Make(holder, spec.list)
	if err != nil {
		return err
	}
	return b.fillItems(list, spec.item, items)
}

func (b *builder) fillItems(list xsdbind.Struct, name string, items []*record) error {
	for _, r := range items {
		e, err := xsdbind.Append(list, name)
		if err != nil {
			return err
		}
		if err := b.fillEntity(e, r); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) fillReferences(list xsdbind.Struct, items []*record) error {
	for _, r := range items {
		ref, err := xsdbind.Append(list, "Ref")
		if err != nil {
			return err
		}
		if err := b.fillReferenceTo(ref, r); err != nil {
			return err
		}
	}
	return nil
}

// pagingInfo says which page an answer is, and leads to others.
func (b *builder) pagingInfo(number, size, all int, href func(page int) string) values {
	var links []values
	add := func(rel string, page int) { links = append(links, values{"Rel": rel, "Href": b.base + href(page)}) }
	add("First", 1)
	if number < all {
		add("Next", number+1)
	}
	add("Last", all)
	return values{"PageNum": number, "PageSize": size, "PagesCount": all, "Links": values{"Link": links}}
}

// queryLinks leads to each query, as references and, where it has them, as entities.
func (b *builder) queryLinks() []link {
	var out []link
	for _, s := range b.c.tables.queries {
		l := link{rel: "Down", typ: "QueryResult", path: "/query", query: "type=" + s.name}
		out = append(out, l)
		if s.under != "Resources" {
			l.query += "&format=Entities"
			out = append(out, l)
		}
	}
	return out
}

// listAnswer answers with a list of records, after what the request says about filter, order and page; all when it says nothing.
func (q *request) listAnswer(k *kind, items []*record, list string, references bool) (xsdbind.Struct, error) {
	l, err := readListing(q.caller.request, queryPage)
	if err != nil {
		return nil, err
	}
	if !l.paged {
		l.pageSize = math.MaxInt
	}
	page, err := q.pageOfRecords(items, k.columnsOf(), l)
	if err != nil {
		return nil, err
	}
	if references {
		e := newElement("EntityReferences")
		return e, q.fillReferences(e, page.items)
	}
	e := newElement(list)
	name, _ := itemField(e)
	return e, q.fillItems(e, name, page.items)
}
