package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// making is a thing that a request asks for, until it is there.
type making struct {
	*request
	*site
	spec   values
	parent *record // whose collection it will be in; nil at the top
	server *record // the backup server that it belongs to
	name   string
	err    error
}

// creating answers POST to a collection. nameField is the field of the specification that names the thing, "" if nothing does; make makes it,
// with a key of its own, and may leave an error in the making.
func creating(nameField string, make func(m *making, key string) *record) serve {
	return func(q *request) (xsdbind.Struct, error) {
		m := &making{request: q, site: q.site()}
		if q.body != nil {
			m.spec = valuesOf(q.body)
		}
		if strings.Contains(q.op.Path, "{") {
			if m.parent, m.err = q.record(); m.err != nil {
				return nil, m.err
			}
		}
		if nameField != "" {
			if m.name = m.text(nameField); m.name == "" {
				return nil, rest.Faultf(http.StatusBadRequest, "%s is empty.", nameField)
			}
			if k := q.c.store.kind(q.op.Path + "/{ID}"); k.named(m.name, m.parent) != nil {
				return nil, rest.Faultf(http.StatusConflict, "There is a %s called %s.", k.spoken(), m.name)
			}
		}
		if m.findServer(); m.err != nil {
			return nil, m.err
		}
		r := make(m, q.c.doing.serial())
		if m.err == nil {
			m.err = q.check(r)
		}
		if m.err != nil {
			if r != nil {
				q.c.drop(r)
			}
			return nil, m.err
		}
		return q.made(r, "Create"+r.kind.typ)
	}
}

// made takes note of a record that a request made: it shows when the task has finished.
func (q *request) made(r *record, operation string) (xsdbind.Struct, error) {
	k, err := q.carryOut(q.about(Created, r), operation, func(time.Time) {})
	if k != nil {
		k.result = r
		k.stop = func(time.Time) bool { q.c.drop(r); return true }
		r.appear(k.finished())
	}
	return q.answered(k, err)
}

// appear makes a record known at a moment, with all that lives below it.
func (r *record) appear(at time.Time) {
	r.from = at
	for _, x := range r.below {
		x.appear(at)
	}
}

// site is the core's, at the request's moment.
func (q *request) site() *site { return q.c.site(q.now) }

// findServer finds the backup server that is asked for, else the one of what the specification is about, else the first.
func (m *making) findServer() {
	if m.spec["BackupServerUid"] != nil {
		m.server = m.referred("BackupServerUid")
		return
	}
	if id := m.text("BackupServerIdOrName"); id != "" {
		k := m.site.kind(serverPath)
		if m.server = k.byID[strings.ToLower(lastPart(id))]; m.server == nil {
			m.server = k.named(id, nil)
		}
		if m.server == nil {
			m.err = rest.Faultf(http.StatusBadRequest, "BackupServerIdOrName: there is no backup server %s.", id)
		}
		return
	}
	for _, r := range []*record{m.parent, m.referred("RepositoryUid")} {
		for ; r != nil && m.server == nil; r = r.parent {
			if r.kind.typ == "BackupServer" {
				m.server = r
			} else {
				m.server = r.one("BackupServer")
			}
		}
	}
	if all := m.list(serverPath); m.server == nil && len(all) > 0 {
		m.server = all[0]
	}
}

// text is a field of the specification.
func (m *making) text(field string) string {
	s, _ := m.spec[field].(string)
	return strings.TrimSpace(s)
}

func (m *making) number(field string) int64 {
	n, _ := m.spec[field].(int64)
	return n
}

// referred finds what a field of the specification names, nil when it is absent; for one that is wrong the making fails.
func (m *making) referred(field string) *record {
	uid := m.text(field)
	if uid == "" || m.err != nil {
		return nil
	}
	r, err := m.request.referred(field, uid)
	m.err = err
	return r
}

// refersTo is referred for a field that must be one of a kind.
func (m *making) refersTo(field, typ string) *record {
	r := m.referred(field)
	if m.err == nil && (r == nil || r.kind.typ != typ) {
		m.err = rest.Faultf(http.StatusBadRequest, "%s: %q names no %s.", field, m.text(field), typ)
	}
	if m.err != nil {
		return nil
	}
	return r
}

// shown is what of the specification the thing itself shows, without some fields.
func (m *making) shown(k *kind, without ...string) values {
	v := k.showable(m.spec)
	for _, name := range without {
		delete(v, name)
	}
	return v
}

// items are the things in a list of the specification.
func items(v values, list, item string) []values {
	of, _ := v[list].(values)
	all, _ := of[item].([]values)
	return all
}

// namedIn are the records that a list of UIDs in v names.
func (q *request) namedIn(v values, list, item string) ([]*record, error) {
	of, _ := v[list].(values)
	all, _ := of[item].([]any)
	var out []*record
	for _, x := range all {
		uid, _ := x.(string)
		r, err := q.referred(list+"/"+item, uid)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// relateOnly makes the records of a kind that r has to do with exactly those of a list.
func (st *store) relateOnly(r *record, path string, list []*record) {
	for _, x := range slices.Clone(st.near(r, path)) {
		if !slices.Contains(list, x) {
			r.unrelate(x)
			x.unrelate(r)
		}
	}
	for _, x := range list {
		if !slices.Contains(st.near(r, path), x) {
			x.relate("", "", r)
		}
	}
}
