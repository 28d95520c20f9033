package simulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// The API's root, logon sessions, tasks and queries: what belongs to the caller and not to the store.

func sessionReads(g registry) {
	g.read("Root.Get", func(q *request) (xsdbind.Struct, error) { return q.enterpriseManager() })
	g.do("SessionMngr.Create", logon)
	g.read("LogonSessions.List", func(q *request) (xsdbind.Struct, error) {
		var list []*record
		for _, l := range q.visible() {
			list = append(list, q.logonRecord(l))
		}
		e := newElement("LogonSessions")
		return e, q.fillItems(e, "LogonSession", list)
	})
	g.read("LogonSessions.ID.Get", func(q *request) (xsdbind.Struct, error) {
		for _, l := range q.visible() {
			if strings.EqualFold(l.id, q.ids[0]) {
				return q.entityOf(q.logonRecord(l))
			}
		}
		return nil, rest.Faultf(http.StatusNotFound, "There is no logon session with ID %s.", q.ids[0])
	})
	g.do("LogonSessions.ID.Delete", func(q *request) (xsdbind.Struct, error) { return nil, q.c.logoff(q.caller, q.ids[0], q.now) })
	g.read("Tasks.List", func(q *request) (xsdbind.Struct, error) {
		k := q.c.store.kind(taskPath)
		return q.listAnswer(k, q.taskRecords(), "Tasks", false)
	})
	g.read("Tasks.ID.Get", func(q *request) (xsdbind.Struct, error) {
		k, err := q.c.findTask(q.session, q.ids[0])
		if err != nil {
			return nil, err
		}
		return q.taskAnswer(k)
	})
	g.do("Tasks.ID.Delete", func(q *request) (xsdbind.Struct, error) { return nil, q.c.deleteTask(q.caller, q.ids[0], q.now) })
	g.read("Query.Get", runQuery)
	g.read("QuerySvc.Get", func(q *request) (xsdbind.Struct, error) {
		r := &record{kind: q.c.store.kind("/querySvc")}
		e, err := q.entityOf(r)
		if err != nil {
			return nil, err
		}
		return e, q.fillLinks(e, append([]link{linkUpToRoot}, q.queryLinks()...))
	})
}

const (
	taskPath  = "/tasks/{ID}"
	logonPath = "/logonSessions/{ID}"
)

var linkUpToRoot = link{rel: "Up", typ: "EnterpriseManager", path: "/"}

func logon(q *request) (xsdbind.Struct, error) {
	r := q.caller.request
	user, password, ok := r.HTTP.BasicAuth()
	var l *logonSession
	var err error
	switch {
	case ok:
		l, err = q.c.logon(user, password, r.Param("v"), q.now)
	case q.body != nil:
		l, err = q.c.tenantLogon(q.body, r.Param("v"), q.now)
	default:
		err = unauthorized("The request has no Basic authorization.")
	}
	if err != nil {
		return nil, err
	}
	h := r.ResponseHeader()
	h[sessionHeader] = []string{l.token} // as the reference spells it, for scripts that look for just that
	cookie := http.Cookie{Name: sessionHeader, Value: l.token, Path: "/api", HttpOnly: true, Secure: r.HTTP.TLS != nil}
	h.Set("Set-Cookie", cookie.String())
	q.session = l
	q.c.audit(q.event(LoggedOn, q.now))
	return q.entityOf(q.logonRecord(l))
}

// visible are the caller's own session and, for administrators, all others.
func (q *request) visible() []*logonSession {
	var out []*logonSession
	for _, l := range q.c.sessions {
		if l == q.session || q.session.account.Role == RoleAdministrator {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *logonSession) int { return strings.Compare(a.id, b.id) })
	return out
}

// logonRecord shows a logon session. Its links lead to every collection and service.
func (b *builder) logonRecord(l *logonSession) *record {
	return &record{
		kind: b.c.store.kind(logonPath), id: l.id, fields: values{"UserName": l.account.Username, "SessionId": l.id},
		links: append([]link{linkUpToRoot}, b.c.topLinks...),
	}
}

// topLinks lead to all that lies at the top.
func (t *tables) topLinks() []link {
	var out []link
	for _, op := range t.operations {
		if _, ok := t.serving[op]; !ok || !isPlain(op) || strings.Contains(op.Path, "{") || len(op.Params) > 0 || strings.HasPrefix(op.Path, "/logonSessions") {
			continue
		}
		l := link{rel: "Down", path: op.Path, query: op.Query}
		switch c, k := t.collections[pathKey(op.Path)], t.kinds[pathKey(op.Path)]; {
		case c != nil:
			l.typ = c.typ(c.references && !isEntity(op))
		case k != nil && (len(k.all) > 0 || t.byHand(op)):
			l.typ = k.typ
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// taskRecords shows the caller's tasks.
func (q *request) taskRecords() []*record {
	var out []*record
	for _, k := range q.session.taskList() {
		out = append(out, q.taskRecord(k))
	}
	return out
}

// taskAnswer shows a task of the caller's.
func (q *request) taskAnswer(k *task) (xsdbind.Struct, error) { return q.entityOf(q.taskRecord(k)) }

func (b *builder) taskRecord(k *task) *record {
	state := k.state(b.now)
	r := &record{kind: b.c.store.kind(taskPath), id: k.id, fields: values{"TaskId": k.id, "State": state, "Operation": k.operation}}
	result := k.result
	if k.restore != nil && k.related {
		result = k.restore.record
	}
	if state == taskFinished && result != nil && result.kind.live && result.shown(b.now) {
		l := link{rel: "Related", typ: result.kind.typ, path: result.address()}
		if result.kind.reference {
			l.query = "format=Entity"
		}
		r.links = []link{l}
	}
	switch {
	case state == taskFinished:
		v := values{"Success": k.success, "Message": k.message}
		if k.credentials {
			v["CredentialsNeeded"] = true
		}
		if k.confirmation {
			v["ConfirmationNeeded"] = true
		}
		r.fields["Result"] = v
	case state == taskOperationFinished && k.success:
		r.fields["Result"] = values{"Success": true, "Message": taskOperationFinished}
	}
	return r
}

// enterpriseManager is the API's root.
func (b *builder) enterpriseManager() (xsdbind.Struct, error) {
	e := newElement("EnterpriseManager")
	create := func(version string) values {
		return values{"Rel": "Create", "Type": "LogonSession", "Href": b.base + "/sessionMngr/?v=" + version}
	}
	var versions []values
	for _, name := range apiVersions {
		versions = append(versions, values{"Name": name, "Links": values{"Link": []values{create(name)}}})
	}
	return e, b.fill(e, values{
		"Links": values{"Link": []values{
			{"Rel": "Down", "Type": "LogonSessionList", "Href": b.base + "/logonSessions"}, create("latest"),
		}},
		"SupportedVersions": values{"SupportedVersion": versions},
	})
}
