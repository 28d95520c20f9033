package simulator

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// request is what a function that serves an operation works with. It lives as long as the core's lock is held.
type request struct {
	*builder
	caller
	op     *rest.Operation
	ids    []string // the values for the {…} of the operation's path
	body   xsdbind.Struct
	params []Param // the values of the body by the simulator's own reading
}

// serve answers an operation, under the core's lock.
type serve func(q *request) (xsdbind.Struct, error)

// served is an operation that the simulator carries out.
type served struct {
	support Support
	serve   serve
}

// registry collects what serves the operations, by their names in the table.
type registry map[string]served

// read registers what shows something, do what changes something. A name that the table of this build lacks is served by nobody.
func (g registry) read(name string, f serve) { g[name] = served{Read, f} }
func (g registry) do(name string, f serve)   { g[name] = served{Stateful, agreeing(f)} }

// handmade register the reads that no rule makes.
var handmade = []func(registry){sessionReads, lookupReads, fileReads, partReads}

// changes register what changes the state, a family each. The last one takes what the others leave.
var changes = []func(registry){doCDP, doJobs, doRestores, doPlans, doTenants, doResources, doPlain}

// handler makes the Mux's handler for an operation.
func (c *core) handler(op *rest.Operation, f serve) rest.Handler {
	h := rest.Handler{Op: op, Serve: func(ctx context.Context, r *rest.Request, body xsdbind.Struct) (xsdbind.Struct, error) {
		v := visitOf(ctx)
		q := &request{op: op, ids: r.Path}
		if body != nil && !reflect.ValueOf(body).IsNil() { // a body that may be left out is a typed nil then
			q.body = body
			var err error
			if q.params, err = v.params(); err != nil {
				return nil, err
			}
		}
		now := c.lock()
		defer c.mu.Unlock()
		q.builder = &builder{c: c, base: v.base, now: now}
		q.caller = caller{session: v.session, request: r, params: q.params}
		return f(q)
	}}
	if op.Request != "" && newElement(op.Request) != nil {
		h.NewBody = func() xsdbind.Struct { return newElement(op.Request) }
	}
	return h
}

// record returns the record whose address the operation's path is or continues: for /jobs/{ID}?action=start the job, for
// /jobs/{ID}/includes too. Who asks for one that is not there gets a 404.
func (q *request) record() (*record, error) {
	path := q.op.Path
	for path != "" && !strings.HasSuffix(path, "}") {
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return q.at(path, q.ids)
}

// at finds the record of the kind that lives at path whose address has the ids.
func (q *request) at(path string, ids []string) (*record, error) {
	n := strings.Count(path, "{")
	if n == 0 || n > len(ids) {
		return nil, rest.Faultf(http.StatusNotFound, "There is nothing at %s.", path)
	}
	k := q.c.store.kind(path)
	id := ids[n-1]
	r := k.byID[strings.ToLower(lastPart(id))]
	if r == nil || !r.shown(q.now) || !r.liesAt(ids[:n]) {
		return nil, rest.Faultf(http.StatusNotFound, "There is no %s with ID %s.", k.spoken(), id)
	}
	return r, nil
}

// liesAt says whether the record's address has these ids. A part has its parent's.
func (r *record) liesAt(ids []string) bool {
	for ; r != nil; r = r.parent {
		if !strings.HasSuffix(r.kind.path, "}") {
			continue
		}
		if len(ids) == 0 || !strings.EqualFold(r.id, lastPart(ids[len(ids)-1])) {
			return false
		}
		ids = ids[:len(ids)-1]
	}
	return len(ids) == 0
}

// readOf makes what shows an address by the rules; nil when none fits the operation.
//
//	GET /jobs                    references to the records of the kind /jobs/{ID}
//	GET /jobs?format=Entity      the records
//	GET /jobs/{ID}               the reference
//	GET /jobs/{ID}?format=Entity the record; of a kind that has no references, without the format too
//	GET /jobs/{ID}/includes      the records below, or those with a relation to the job, or that the job has one to
//	GET /cloud                   the one record of a service
func (t *tables) readOf(op *rest.Operation) serve {
	if !isPlain(op) {
		return nil
	}
	if c := t.collections[pathKey(op.Path)]; c != nil {
		if isEntity(op) && c.list == "" {
			return nil
		}
		references := !isEntity(op) && c.references
		return func(q *request) (xsdbind.Struct, error) {
			items, err := q.collect(c)
			if err != nil {
				return nil, err
			}
			return q.listAnswer(c.kind, items, c.list, references)
		}
	}
	k := t.kinds[pathKey(op.Path)]
	if k == nil {
		return nil
	}
	asReference := !isEntity(op) && k.reference
	return func(q *request) (xsdbind.Struct, error) {
		r, err := q.single(k)
		if err != nil {
			return nil, err
		}
		if asReference {
			return q.referenceTo(r)
		}
		return q.entityOf(r)
	}
}

// single finds the record that a path names.
func (q *request) single(k *kind) (*record, error) {
	if strings.HasSuffix(k.path, "}") {
		return q.at(k.path, q.ids)
	}
	if !strings.Contains(k.path, "{") {
		if len(k.all) == 0 {
			return nil, rest.Faultf(http.StatusNotFound, "There is no %s.", k.spoken())
		}
		return k.all[0], nil
	}
	p, err := q.record()
	if err != nil {
		return nil, err
	}
	for _, r := range p.below {
		if r.kind == k {
			return r, nil
		}
	}
	return nil, rest.Faultf(http.StatusNotFound, "%s has no %s.", p.name, k.spoken())
}

// collect returns the records that a collection lists.
func (q *request) collect(c *collection) ([]*record, error) {
	var items []*record
	switch {
	case c.own && !strings.Contains(c.path, "{"):
		items = c.kind.all
	case !strings.Contains(c.path, "{"):
		for _, r := range c.kind.all {
			if lists(c.path, r) {
				items = append(items, r)
			}
		}
	default:
		p, err := q.record()
		if err != nil {
			return nil, err
		}
		items = p.children(c)
	}
	return q.known(c.kind, items), nil
}

// known leaves out what is not known yet, and puts the newest first where the kind says so.
func (b *builder) known(k *kind, items []*record) []*record {
	out := make([]*record, 0, len(items))
	for _, r := range items {
		if r.shown(b.now) {
			out = append(out, r)
		}
	}
	if k.newestFirst {
		slices.Reverse(out)
	}
	return out
}

// children are the records that a collection below r lists: those that live there, else those of the kind with a relation to r,
// and those that r has one to.
func (r *record) children(c *collection) []*record {
	var out []*record
	if c.own {
		for _, x := range r.below {
			if x.kind == c.kind {
				out = append(out, x)
			}
		}
		return out
	}
	for _, x := range r.related {
		if x.kind == c.kind {
			out = append(out, x)
		}
	}
	for _, x := range r.relations {
		if x.to.kind == c.kind {
			out = append(out, x.to)
		}
	}
	return out
}

// serves returns what serves each operation: what is registered for it, else what the rules for reading make of it.
func (t *tables) serves() map[*rest.Operation]served {
	out := make(map[*rest.Operation]served)
	for _, op := range t.operations {
		if v, ok := t.registry[op.Name]; ok {
			out[op] = v
		} else if f := t.readOf(op); f != nil {
			out[op] = served{Read, f}
		}
	}
	return out
}

// byHand says whether an operation is served by a function of its own.
func (t *tables) byHand(op *rest.Operation) bool {
	_, ok := t.registry[op.Name]
	return ok
}

// register adds what is served to the Mux, which answers 501 for the rest of the table.
func (c *core) register(m *rest.Mux) {
	for _, op := range c.tables.operations {
		if v, ok := c.tables.serving[op]; ok {
			m.Handle(c.handler(op, v.serve))
		}
	}
}
