package simulator

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// service is what all servers of resources share.
type service struct {
	core    *core
	targets map[string]bool
}

// register makes m serve what is simulated. The other operations answer 501.
func register(m *rest.Mux, c *core) {
	s := &service{core: c, targets: linkTargets()}
	rest.Handle(m, emapi.ServeRootGet, bare(rootServer{s}.Get))
	rest.Handle(m, emapi.ServeSessionMngrCreate, sessionMngrServer{s}.Create)
	rest.Handle(m, emapi.ServeLogonSessionsList, bare(logonSessionsServer{s}.List))
	rest.Handle(m, emapi.ServeLogonSessionsIDGet, bare(logonSessionServer{s}.Get))
	rest.Handle(m, emapi.ServeLogonSessionsIDDelete, done(logonSessionServer{s}.Delete))
	rest.Handle(m, emapi.ServeTasksList, bare(tasksServer{s}.List))
	rest.Handle(m, emapi.ServeTasksIDGet, bare(taskServer{s}.Get))
	rest.Handle(m, emapi.ServeTasksIDDelete, done(taskServer{s}.Delete))
	rest.Handle(m, emapi.ServeQueryGet, bare(queryServer{s}.Get))
	rest.Handle(m, emapi.ServeQuerySvcGet, bare(querySvcServer{s}.Get))
	rest.Handle(m, emapi.ServeBackupServersList, bare(backupServersServer{s}.List))
	rest.Handle(m, emapi.ServeBackupServersEntities, bare(backupServersServer{s}.Entities))
	rest.Handle(m, emapi.ServeBackupServersIDGet, bare(backupServerServer{s}.Get))
	rest.Handle(m, emapi.ServeBackupServersIDReference, bare(backupServerServer{s}.Reference))
	rest.Handle(m, emapi.ServeRestoreSessionsList, bare(restoreSessionsServer{s}.List))
	rest.Handle(m, emapi.ServeRestoreSessionsEntities, bare(restoreSessionsServer{s}.Entities))
	rest.Handle(m, emapi.ServeRestoreSessionsIDGet, bare(restoreSessionServer{s}.Get))
	rest.Handle(m, emapi.ServeRestoreSessionsIDReference, bare(restoreSessionServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpPoliciesList, bare(policiesServer{s}.List))
	rest.Handle(m, emapi.ServeCdpPoliciesEntities, bare(policiesServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpPoliciesIDGet, bare(policyServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpPoliciesIDReference, bare(policyServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpPoliciesIDEnable, bare(policyServer{s}.Enable))
	rest.Handle(m, emapi.ServeCdpPoliciesIDDisable, bare(policyServer{s}.Disable))
	rest.Handle(m, emapi.ServeCdpPoliciesIDIncludesList, bare(includesServer{s}.List))
	rest.Handle(m, emapi.ServeCdpPoliciesIDIncludesIDGet, bare(includeServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpPoliciesIDCdpReplicaSessionsList, bare(policyOwnSessionsServer{s}.List))
	rest.Handle(m, emapi.ServeCdpPoliciesIDCdpReplicaSessionsEntities, bare(policyOwnSessionsServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsList, bare(vappsServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsEntities, bare(vappsServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDGet, bare(vappServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDReference, bare(vappServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDFailover, vappServer{s}.Failover)
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDIntervals, vappServer{s}.Intervals)
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDVmsList, bare(vappVMsServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDVmsEntities, bare(vappVMsServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDVmsIDGet, bare(vappVMServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicaVAppsIDVmsIDReference, bare(vappVMServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpReplicasList, bare(replicasServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicasEntities, bare(replicasServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicasIDGet, bare(replicaServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicasIDReference, bare(replicaServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsList, bare(replicaVMsServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsEntities, bare(replicaVMsServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsIDGet, bare(replicaVMServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsIDReference, bare(replicaVMServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsIDFailover, replicaVMServer{s}.Failover)
	rest.Handle(m, emapi.ServeCdpReplicasIDVmsIDIntervals, replicaVMServer{s}.Intervals)
	rest.Handle(m, emapi.ServeCdpReplicaSessionsList, bare(policySessionsServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicaSessionsEntities, bare(policySessionsServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaSessionsIDGet, bare(policySessionServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicaSessionsIDReference, bare(policySessionServer{s}.Reference))
	rest.Handle(m, emapi.ServeCdpReplicaSessionsIDCdpReplicaTaskSessionsList, bare(policySessionTasksServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicaSessionsIDCdpReplicaTaskSessionsEntities, bare(policySessionTasksServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaTaskSessionsList, bare(policyTasksServer{s}.List))
	rest.Handle(m, emapi.ServeCdpReplicaTaskSessionsEntities, bare(policyTasksServer{s}.Entities))
	rest.Handle(m, emapi.ServeCdpReplicaTaskSessionsIDGet, bare(policyTaskServer{s}.Get))
	rest.Handle(m, emapi.ServeCdpReplicaTaskSessionsIDReference, bare(policyTaskServer{s}.Reference))
}

// bare serves an operation that takes no body.
func bare[Out any](f func(context.Context, *rest.Request) (Out, error)) func(context.Context, *rest.Request, rest.None) (Out, error) {
	return func(ctx context.Context, r *rest.Request, _ rest.None) (Out, error) { return f(ctx, r) }
}

// done serves an operation that takes no body and answers with none.
func done(f func(context.Context, *rest.Request) error) func(context.Context, *rest.Request, rest.None) (rest.None, error) {
	return func(ctx context.Context, r *rest.Request, _ rest.None) (rest.None, error) {
		return rest.None{}, f(ctx, r)
	}
}

// run calls f under the core's lock, with the state brought up to now.
func run[T any](s *service, ctx context.Context, r *rest.Request, f func(b *builder, who caller) (T, error)) (T, error) {
	v := visitOf(ctx)
	now := s.core.lock()
	defer s.core.mu.Unlock()
	return f(&builder{c: s.core, base: v.base, now: now, targets: s.targets}, caller{session: v.session, request: r})
}

// find returns the thing with the id of the request's path.
func find[T any](list []T, id string, of func(T) string, kind string) (T, error) {
	i := slices.IndexFunc(list, func(v T) bool { return strings.EqualFold(of(v), lastPart(id)) })
	if i < 0 {
		var none T
		return none, rest.Faultf(http.StatusNotFound, "There is no %s with ID %s.", kind, id)
	}
	return list[i], nil
}

// The API's root and the logon sessions.

type rootServer struct{ *service }

func (s rootServer) Get(ctx context.Context, r *rest.Request) (*ent.EnterpriseManager, error) {
	return run(s.service, ctx, r, func(b *builder, _ caller) (*ent.EnterpriseManager, error) { return b.enterpriseManager(), nil })
}

type sessionMngrServer struct{ *service }

func (s sessionMngrServer) Create(ctx context.Context, r *rest.Request, body *ent.LoginSpec) (*ent.LogonSession, error) {
	user, password, ok := r.HTTP.BasicAuth()
	if !ok {
		if body != nil {
			return nil, rest.Faultf(http.StatusNotImplemented, "Log-in by a body, as tenants do, is not simulated.")
		}
		return nil, unauthorized("The request has no Basic authorization.")
	}
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.LogonSession, error) {
		l, err := s.core.logon(user, password, r.Param("v"), b.now)
		if err != nil {
			return nil, err
		}
		h := r.ResponseHeader()
		h[sessionHeader] = []string{l.token} // as the reference spells it, for scripts that look for just that
		cookie := http.Cookie{Name: sessionHeader, Value: l.token, Path: "/api", HttpOnly: true, Secure: r.HTTP.TLS != nil}
		h.Set("Set-Cookie", cookie.String())
		who.session = l
		s.core.audit(who.event(LoggedOn, b.now))
		return b.logonSession(l), nil
	})
}

type logonSessionsServer struct{ *service }

func (s logonSessionsServer) List(ctx context.Context, r *rest.Request) (*ent.LogonSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.LogonSessions, error) {
		var out []ent.LogonSession
		for _, l := range s.visible(who) {
			out = append(out, *b.logonSession(l))
		}
		list := new(ent.LogonSessions)
		put(list, "LogonSession", out)
		return list, nil
	})
}

// visible are the caller's own session and, for administrators, all others.
func (s *service) visible(who caller) []*logonSession {
	var out []*logonSession
	for _, l := range s.core.sessions {
		if l == who.session || who.session.account.Role == RoleAdministrator {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *logonSession) int { return strings.Compare(a.id, b.id) })
	return out
}

type logonSessionServer struct{ *service }

func (s logonSessionServer) Get(ctx context.Context, r *rest.Request) (*ent.LogonSession, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.LogonSession, error) {
		l, err := find(s.visible(who), r.Path[0], func(l *logonSession) string { return l.id }, "logon session")
		if err != nil {
			return nil, err
		}
		return b.logonSession(l), nil
	})
}

func (s logonSessionServer) Delete(ctx context.Context, r *rest.Request) error {
	_, err := run(s.service, ctx, r, func(b *builder, who caller) (struct{}, error) {
		return struct{}{}, s.core.logoff(who, r.Path[0], b.now)
	})
	return err
}

// Tasks.

type tasksServer struct{ *service }

func (s tasksServer) List(ctx context.Context, r *rest.Request) (*ent.Tasks, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.Tasks, error) {
		f := tasks(b.now)
		return entities(f, b, who, who.session.taskList(), new(ent.Tasks))
	})
}

type taskServer struct{ *service }

func (s taskServer) Get(ctx context.Context, r *rest.Request) (*ent.Task, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.Task, error) {
		k, err := s.core.findTask(who.session, r.Path[0])
		if err != nil {
			return nil, err
		}
		return b.task(k), nil
	})
}

func (s taskServer) Delete(ctx context.Context, r *rest.Request) error {
	_, err := run(s.service, ctx, r, func(b *builder, who caller) (struct{}, error) {
		return struct{}{}, s.core.deleteTask(who, r.Path[0], b.now)
	})
	return err
}

// Queries.

type queryServer struct{ *service }

func (s queryServer) Get(ctx context.Context, r *rest.Request) (*ent.QueryResult, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.QueryResult, error) { return b.runQuery(who) })
}

type querySvcServer struct{ *service }

func (s querySvcServer) Get(ctx context.Context, r *rest.Request) (*ent.QuerySvc, error) {
	return run(s.service, ctx, r, func(b *builder, _ caller) (*ent.QuerySvc, error) {
		e := new(ent.QuerySvc)
		put(e, "Href", b.href(at("/querySvc"), ""))
		put(e, "Type", "QueryService")
		put(e, "Links", b.queryLinks())
		return e, nil
	})
}

// queryLinks leads to each query, as references and, where it has them, as entities.
func (b *builder) queryLinks() *ent.LinkList {
	list := b.links(link{rel: "Up", typ: "EnterpriseManager", place: at("/")})
	var out []ent.Link
	for _, l := range xsdbind.Items(list, "Link") {
		out = append(out, *l.(*ent.Link))
	}
	for _, kind := range []string{"BackupServer", "CdpPolicy", "CdpReplica", "CdpReplicaSession", "CdpReplicaTaskSession", "RestoreSession", "Task"} {
		for _, format := range []string{"", "&format=Entities"} {
			if kind == "Task" && format != "" {
				continue
			}
			var l ent.Link
			put(&l, "Rel", "Down")
			put(&l, "Type", "QueryResult")
			put(&l, "Href", b.base+"/query?type="+kind+format)
			out = append(out, l)
		}
	}
	put(list, "Link", out)
	return list
}
