package simulator

import (
	"slices"
	"strings"
	"time"
)

// kind is a kind of thing: where its things live, and as which elements they are shown. Kinds follow from the table of operations:
// there is one for each address that can be read and is no collection. See kindsOf.
type kind struct {
	path    string // /jobs/{ID}, /cloud/tenants/{ID}/resources/{ID}; /cloud for a service that there is one of
	element string // root element that shows one: Job, CloudTenantResource
	typ     string // its link type: Job. The type of references is JobReference, of lists JobList and JobReferenceList
	typeOf  string // XML Schema type of the element, by which lists know their items
	// reference: there is a reference beside the entity, and format=Entity tells them apart.
	reference bool
	// newestFirst: lists show what was added last at the top.
	newestFirst bool
	leads       []lead
	live        bool          // its things can be read
	query       *querySpec    // nil: no query finds things of the kind
	columns     columns[seen] // see columnsOf
	all         []*record
	byID        map[string]*record // by the id in lower case
}

// record is a thing that the simulator knows: a job, a tenant, a restore point. Answers, links, filters and sorting
// follow from what it holds, from its relations and from the table of operations.
//
// Records are read and changed under the core's lock alone.
type record struct {
	kind *kind
	id   string // as it stands in paths
	name string
	// fields are the content of the entity beside what all entities have (Href, Type, Name, UID and Links).
	fields values
	// look, if any, returns further fields, which depend on the time or on what changes elsewhere.
	look func(now time.Time) values
	// query holds values for fields of queries that the entity itself does not show, by the field's name in the table.
	query values
	// parent is the record whose address this one's continues: a tenant's resource has the tenant. nil at the top.
	parent *record
	// from is when the record comes to be known; zero: always. A restore session is listed once its task has finished.
	from time.Time
	// without are the names of actions and collections that this record has no links to: start, includes.
	without []string

	// target is what a failover of the record is about; nil where there is none.
	target *target
	links  []link // further ones

	relations []relation
	related   []*record // records that have a relation to this one
	below     []*record // records whose parent this is
}

// relation leads from a record to another.
type relation struct {
	role string // what queries call it (link:BackupServer): the other's link type, unless another name was given
	rel  string // Rel of the link that the entity and its reference have: Up, Related; "" for none
	to   *record
}

// store holds all records.
type store struct {
	seed  uint64
	kinds map[string]*kind // by path in lower case
	// spelled are the same by the paths that they were asked for, which code holds.
	spelled map[string]*kind
}

// add makes a record of the kind that lives at path, a template of the table of operations as /jobs/{ID}. Its id follows from the
// seed, the path and the key, which says what the thing is; the name if there is no key. In a build whose table lacks the path
// the record exists all the same, and nothing shows it.
func (st *store) add(path, name string, key ...string) *record {
	if len(key) == 0 {
		key = []string{name}
	}
	k := st.kind(path)
	return st.put(&record{kind: k, id: guid(st.seed, append([]string{k.idName()}, key...)...), name: name})
}

// addBelow makes a record in a collection of another one: addBelow(tenant, "resources", …) lives at
// /cloud/tenants/{ID}/resources/{ID}. An id is the same under any name, so key must set it apart from others of its kind below the same parent.
func (st *store) addBelow(parent *record, collection, name string, key ...string) *record {
	if len(key) == 0 {
		key = []string{name}
	}
	k := st.kind(parent.kind.path + "/" + collection + "/{ID}")
	return st.put(&record{kind: k, id: guid(st.seed, append([]string{k.idName(), parent.id}, key...)...), name: name, parent: parent})
}

// addPart makes the one thing at a fixed address below another: addPart(config, "backupJobSettings", …); with nil for the
// parent, a service at the top: addPart(nil, "cloud", …).
func (st *store) addPart(parent *record, segment string, fields values) *record {
	path := "/" + segment
	if parent != nil {
		path = parent.kind.path + path
	}
	return st.put(&record{kind: st.kind(path), fields: fields, parent: parent, id: partID(parent)})
}

func partID(parent *record) string {
	if parent == nil {
		return ""
	}
	return parent.id
}

// put takes a record in.
func (st *store) put(r *record) *record {
	k := r.kind
	if r.fields == nil {
		r.fields = values{}
	}
	k.all = append(k.all, r)
	k.byID[strings.ToLower(r.id)] = r
	if r.parent != nil {
		r.parent.below = append(r.parent.below, r)
	}
	return r
}

// remove takes a record out, with all that lives below it. What has a relation to it loses it.
func (st *store) remove(r *record) {
	for _, c := range slices.Clone(r.below) {
		st.remove(c)
	}
	k := r.kind
	k.all = slices.DeleteFunc(k.all, func(x *record) bool { return x == r })
	if k.byID[strings.ToLower(r.id)] == r {
		delete(k.byID, strings.ToLower(r.id))
	}
	if p := r.parent; p != nil {
		p.below = slices.DeleteFunc(p.below, func(x *record) bool { return x == r })
	}
	for _, x := range slices.Clone(r.related) {
		x.unrelate(r)
	}
	for _, x := range slices.Clone(r.relations) {
		r.unrelate(x.to)
	}
}

// kind returns the kind at a path.
func (st *store) kind(path string) *kind {
	if k := st.spelled[path]; k != nil {
		return k
	}
	key := strings.ToLower(path)
	k := st.kinds[key]
	if k == nil {
		k = &kind{path: path, byID: make(map[string]*record)}
		st.kinds[key] = k
	}
	st.spelled[path] = k
	return k
}

// list returns the records of the kind at a path, in the order in which they were added. The slice is the store's own.
func (st *store) list(path string) []*record { return st.kind(path).all }

// find returns the record of the kind at path with an id or UID, nil if there is none.
func (st *store) find(path, id string) *record {
	return st.kind(path).byID[strings.ToLower(lastPart(id))]
}

// set sets a field of the entity, as Description; a nil value removes it.
func (r *record) set(name string, value any) *record {
	if value == nil {
		delete(r.fields, name)
	} else {
		r.fields[name] = value
	}
	return r
}

// setAll sets several fields.
func (r *record) setAll(v values) *record {
	for name, x := range v {
		r.set(name, x)
	}
	return r
}

// up adds a relation that the record shows as a link Up.
func (r *record) up(to *record) *record { return r.relate("", "Up", to) }

// to adds a relation that no link shows, but that queries and collections know.
func (r *record) to(to *record) *record { return r.relate("", "", to) }

// relate adds a relation. role "" stands for the other's link type.
func (r *record) relate(role, rel string, to *record) *record {
	if to == nil {
		return r
	}
	if role == "" {
		role = to.kind.typ
	}
	r.relations = append(r.relations, relation{role, rel, to})
	if !slices.Contains(to.related, r) {
		to.related = append(to.related, r)
	}
	return r
}

// unrelate removes all relations to another record.
func (r *record) unrelate(to *record) {
	r.relations = slices.DeleteFunc(r.relations, func(x relation) bool { return x.to == to })
	to.related = slices.DeleteFunc(to.related, func(x *record) bool { return x == r })
}

// one returns the first record in a role, nil if there is none.
func (r *record) one(role string) *record {
	for _, x := range r.relations {
		if strings.EqualFold(x.role, role) {
			return x.to
		}
	}
	return nil
}

// uid is the record's UID: urn:veeam:Job:<guid>.
func (r *record) uid() string { return urn(r.kind.typ, r.id) }

// values returns the fields at a moment.
func (r *record) values(now time.Time) values {
	if r.look == nil {
		return r.fields
	}
	return r.fields.with(r.look(now))
}

// shown says whether the record is known at a moment.
func (r *record) shown(now time.Time) bool { return r.from.IsZero() || !now.Before(r.from) }

// idName sets the ids of kinds apart. Kinds that share a link type live at different addresses.
func (k *kind) idName() string {
	if k.typ != "" && !strings.Contains(strings.TrimSuffix(k.path, "/{ID}"), "{") {
		return k.typ
	}
	return k.path
}
