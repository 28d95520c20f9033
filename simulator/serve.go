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

// newServers makes the servers of all resources that are simulated. Each embeds the generated Unimplemented server, so
// that what the table gains answers 501.
func newServers(c *core) emapi.Servers {
	s := &service{core: c, targets: linkTargets()}
	return emapi.Servers{
		API:                             rootServer{service: s},
		SessionMngr:                     sessionMngrServer{service: s},
		LogonSessions:                   logonSessionsServer{service: s},
		LogonSessionsID:                 logonSessionServer{service: s},
		Tasks:                           tasksServer{service: s},
		TasksID:                         taskServer{service: s},
		Query:                           queryServer{service: s},
		QuerySvc:                        querySvcServer{service: s},
		BackupServers:                   backupServersServer{service: s},
		BackupServersID:                 backupServerServer{service: s},
		RestoreSessions:                 restoreSessionsServer{service: s},
		RestoreSessionsID:               restoreSessionServer{service: s},
		CdpPolicies:                     policiesServer{service: s},
		CdpPoliciesID:                   policyServer{service: s},
		CdpPoliciesIDIncludes:           includesServer{service: s},
		CdpPoliciesIDIncludesID:         includeServer{service: s},
		CdpPoliciesIDCdpReplicaSessions: policyOwnSessionsServer{service: s},
		CdpReplicaVApps:                 vappsServer{service: s},
		CdpReplicaVAppsID:               vappServer{service: s},
		CdpReplicaVAppsIDVms:            vappVMsServer{service: s},
		CdpReplicaVAppsIDVmsID:          vappVMServer{service: s},
		CdpReplicas:                     replicasServer{service: s},
		CdpReplicasID:                   replicaServer{service: s},
		CdpReplicasIDVms:                replicaVMsServer{service: s},
		CdpReplicasIDVmsID:              replicaVMServer{service: s},
		CdpReplicaSessions:              policySessionsServer{service: s},
		CdpReplicaSessionsID:            policySessionServer{service: s},
		CdpReplicaSessionsIDCdpReplicaTaskSessions: policySessionTasksServer{service: s},
		CdpReplicaTaskSessions:                     policyTasksServer{service: s},
		CdpReplicaTaskSessionsID:                   policyTaskServer{service: s},
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

type rootServer struct {
	emapi.UnimplementedAPIServer
	*service
}

func (s rootServer) Get(ctx context.Context, r *rest.Request) (*ent.EnterpriseManager, error) {
	return run(s.service, ctx, r, func(b *builder, _ caller) (*ent.EnterpriseManager, error) { return b.enterpriseManager(), nil })
}

type sessionMngrServer struct {
	emapi.UnimplementedSessionMngrServer
	*service
}

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

type logonSessionsServer struct {
	emapi.UnimplementedLogonSessionsServer
	*service
}

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

type logonSessionServer struct {
	emapi.UnimplementedLogonSessionsIDServer
	*service
}

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

type tasksServer struct {
	emapi.UnimplementedTasksServer
	*service
}

func (s tasksServer) List(ctx context.Context, r *rest.Request) (*ent.Tasks, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.Tasks, error) {
		f := tasks(b.now)
		return entities(f, b, who, who.session.taskList(), new(ent.Tasks))
	})
}

type taskServer struct {
	emapi.UnimplementedTasksIDServer
	*service
}

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

type queryServer struct {
	emapi.UnimplementedQueryServer
	*service
}

func (s queryServer) Get(ctx context.Context, r *rest.Request) (*ent.QueryResult, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.QueryResult, error) { return b.runQuery(who) })
}

type querySvcServer struct {
	emapi.UnimplementedQuerySvcServer
	*service
}

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
