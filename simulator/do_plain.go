package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// taskNames are the names of tasks that are not Edit, Delete or Create and the kind's name.
var taskNames = map[string]string{
	"Jobs.ID.Includes.Create":                           "UpdateJob",
	"Jobs.ID.Includes.ID.Delete":                        "UpdateJob",
	"Jobs.ID.LinkedJobs.ID.Delete":                      "UpdateJob",
	"Jobs.ID.LinkedBackupRepositories.ID.Delete":        "UpdateJob",
	"CdpPolicies.ID.Includes.ID.Delete":                 "UpdateCdpPolicy",
	"FailoverPlans.ID.Update":                           "UpdateFailoverPlan",
	"Cloud.CloudFailoverPlans.ID.Update":                "UpdateFailoverPlan",
	"Cloud.GatewayPools.ID.Update":                      "UpdateCloudGatewayPool",
	"Cloud.Tenants.ID.Subtenants.Create":                "AddCloudSubtenant",
	"Cloud.Tenants.ID.VCloudComputeResources.ID.Delete": "DeletevCloudTenantComputeResource",
}

// doPlain registers PUT and DELETE of every record that has no rule of its own, and comes last therefore.
func doPlain(g registry) {
	for _, op := range emapi.Operations() {
		if _, ok := g[op.Name]; ok || !strings.HasSuffix(op.Path, "{ID}") || op.Query != "" && !strings.EqualFold(op.Query, "action=edit") {
			continue
		}
		switch op.Method {
		case http.MethodPut:
			g.do(op.Name, edit)
		case http.MethodDelete:
			g.do(op.Name, remove)
		}
	}
}

// carryOut takes note of a change and lets it happen: at once where the operation answers nothing, else when its task has finished.
// Whoever deletes the task before prevents it.
func (q *request) carryOut(e Event, operation string, do func(now time.Time)) (*task, error) {
	if !slices.Contains(q.op.Responses, "Task") {
		do(q.now)
		q.c.audit(e)
		return nil, nil
	}
	if name := taskNames[q.op.Name]; name != "" {
		operation = name
	}
	k := q.c.newTask(q.session, operation, q.now, q.c.timing)
	e.Task = k.id
	q.c.audit(e)
	stopped := false
	k.stop = func(time.Time) bool { stopped = true; return true }
	q.c.at(k.finished(), func(now time.Time) {
		if !stopped {
			do(now)
		}
	})
	return k, nil
}

// answered shows the task, if there is one.
func (q *request) answered(k *task, err error) (xsdbind.Struct, error) {
	if err != nil || k == nil {
		return nil, err
	}
	return q.taskAnswer(k)
}

// about starts an Event about a record.
func (q *request) about(kind EventKind, r *record) Event {
	e := q.caller.event(kind, q.now)
	e.Target = r.view()
	return e
}

func (r *record) view() Target { return Target{Kind: r.kind.typ, ID: r.id, Name: r.name} }

// edit answers PUT: what the body holds replaces what the record has, the rest stays.
func edit(q *request) (xsdbind.Struct, error) { return q.edit(nil) }

// edit also calls also, if it is not nil, before anything is changed, with all that the body holds; what it returns is called after the change.
func (q *request) edit(also func(r *record, v values) (func(), error)) (xsdbind.Struct, error) {
	r, err := q.idle()
	if err != nil {
		return nil, err
	}
	v := valuesOf(q.body)
	if uid, _ := v["UID"].(string); uid != "" && !strings.EqualFold(lastPart(uid), r.id) {
		return nil, rest.Faultf(http.StatusBadRequest, "UID: %s is not the one of %s.", uid, r.name)
	}
	name, _ := v["Name"].(string)
	if name == "" {
		name = r.name
	}
	if !strings.EqualFold(name, r.name) && r.kind.named(name, r.parent) != nil {
		return nil, rest.Faultf(http.StatusConflict, "There is another %s called %s.", r.kind.spoken(), name)
	}
	then := func() {}
	if also != nil {
		if then, err = also(r, v); err != nil {
			return nil, err
		}
	}
	relations, err := q.relationsIn(v)
	if err != nil {
		return nil, err
	}
	password, _ := v["Password"].(string)
	v = r.kind.showable(v)
	changed := *r
	changed.fields = r.fields.merged(v)
	if err := q.check(&changed); err != nil {
		return nil, err
	}
	return q.answered(q.carryOut(q.about(Edited, r), "Edit"+r.kind.typ, func(time.Time) {
		r.name, r.fields = name, r.fields.merged(v)
		for _, to := range relations {
			r.replace(to)
		}
		if password != "" {
			q.c.doing.setPassword(r, password)
		}
		then()
	}))
}

// idle is record for what must not be busy.
func (q *request) idle() (*record, error) {
	r, err := q.record()
	if err == nil && q.c.doing.underway(r, q.now) != nil {
		return nil, rest.Faultf(http.StatusConflict, "%s is in use.", r.name)
	}
	return r, err
}

// relationsIn finds what the fields of v that are UIDs name: RepositoryUid, TenantUid.
func (q *request) relationsIn(v values) ([]*record, error) {
	var out []*record
	for name, x := range v {
		uid, _ := x.(string)
		if uid == "" || name == "UID" || name == "BackupServerUid" || !strings.HasSuffix(name, "Uid") {
			continue
		}
		r, err := q.referred(name, uid)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// replace puts a relation that no link shows into the place of the others of its kind.
func (r *record) replace(to *record) {
	for _, x := range slices.Clone(r.relations) {
		if x.rel == "" && x.to.kind == to.kind {
			r.unrelate(x.to)
		}
	}
	r.to(to)
}

// remove answers DELETE.
func remove(q *request) (xsdbind.Struct, error) {
	r, err := q.idle()
	if err != nil {
		return nil, err
	}
	return q.answered(q.carryOut(q.about(Deleted, r), "Delete"+r.kind.typ, func(time.Time) {
		switch r.kind.typ {
		case "CloudTenant":
			q.c.dropTenant(r)
		case "BackupServer":
			q.c.dropServer(r)
		default:
			q.c.drop(r)
		}
	}))
}

// dropServer removes a backup server and all that belongs to it.
func (c *core) dropServer(server *record) {
	for _, x := range slices.Clone(server.related) {
		if x.one("BackupServer") == server {
			c.drop(x)
		}
	}
	c.drop(server)
}

// named returns the record with a name, known already or about to be.
func (k *kind) named(name string, parent *record) *record {
	for _, x := range k.all {
		if name != "" && x.parent == parent && strings.EqualFold(x.name, name) {
			return x
		}
	}
	return nil
}

// showable leaves of v what the kind's entity has room for. What it is called, where it is and what keeps it secret is no part of that.
func (k *kind) showable(v values) values {
	e := newElement(k.element)
	if e == nil {
		return nil
	}
	t := e.XSDType()
	out := values{}
	for name, x := range v {
		i := t.FieldNamed(name)
		if i < 0 || slices.Contains([]string{"Href", "Type", "Name", "UID", "Id", "Links", "Password"}, name) {
			continue
		}
		_, content := x.(values)
		if content == (t.Fields[i].Kind == xsdbind.KindStruct) {
			out[name] = x
		}
	}
	return out
}

// merged returns v with more laid over it, at every depth. Lists are replaced as a whole.
func (v values) merged(more values) values {
	out := v.with(more)
	for name, x := range more {
		out[name] = alike(v[name], x)
	}
	return out
}

// alike returns what a body holds as the Go type of what it replaces, since the data's own functions look at that.
func alike(old, x any) any {
	switch old := old.(type) {
	case values:
		if x, ok := x.(values); ok {
			return old.merged(x)
		}
	case int:
		if n, ok := x.(int64); ok {
			return int(n)
		}
	case []string:
		if list, ok := x.([]any); ok {
			out := make([]string, len(list))
			for i := range list {
				out[i], _ = list[i].(string)
			}
			return out
		}
	}
	return x
}

// check refuses what would not be a valid entity.
func (q *request) check(r *record) error {
	e, err := q.entityOf(r)
	if err == nil {
		err = xsdbind.Validate(e)
	}
	if err != nil {
		return rest.Faultf(http.StatusBadRequest, "%s: %w", r.kind.spoken(), err)
	}
	return nil
}

// referred finds what a UID in a body names.
func (q *request) referred(field, uid string) (*record, error) {
	typ := ""
	if p := strings.Split(uid, ":"); len(p) == 4 && strings.EqualFold(p[0], "urn") {
		typ = p[2]
	}
	for _, k := range q.c.tables.kinds {
		if typ != "" && !strings.EqualFold(k.typ, typ) || !strings.HasSuffix(k.path, "}") {
			continue
		}
		if r := k.byID[strings.ToLower(lastPart(uid))]; r != nil && r.shown(q.now) {
			return r, nil
		}
	}
	return nil, rest.Faultf(http.StatusBadRequest, "%s: there is nothing with UID %s.", field, uid)
}
