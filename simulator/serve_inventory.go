package simulator

import (
	"context"
	"net/http"
	"strings"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// Backup servers.

type backupServersServer struct{ *service }

func (s backupServersServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		return servers.references(b, who, s.core.inv.servers)
	})
}

func (s backupServersServer) Entities(ctx context.Context, r *rest.Request) (*ent.BackupServers, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.BackupServers, error) {
		return entities(servers, b, who, s.core.inv.servers, new(ent.BackupServers))
	})
}

type backupServerServer struct{ *service }

func (s backupServerServer) find(r *rest.Request) (*backupServer, error) {
	return find(s.core.inv.servers, r.Path[0], func(v *backupServer) string { return v.id }, "backup server")
}

func (s backupServerServer) Get(ctx context.Context, r *rest.Request) (*ent.BackupServer, error) {
	return show(s.service, ctx, r, s.find, (*builder).backupServer)
}

func (s backupServerServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.find, func(b *builder, v *backupServer) *ent.EntityRef { return b.reference(serverCard(v)) })
}

// show answers with what make makes of what find finds.
func show[T, E any](s *service, ctx context.Context, r *rest.Request, find func(*rest.Request) (T, error), make func(*builder, T) *E) (*E, error) {
	return run(s, ctx, r, func(b *builder, _ caller) (*E, error) {
		v, err := find(r)
		if err != nil {
			return nil, err
		}
		return make(b, v), nil
	})
}

// Restore sessions.

type restoreSessionsServer struct{ *service }

func (s restoreSessionsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		f := restores(b.now)
		return f.references(b, who, s.core.listed(b.now))
	})
}

func (s restoreSessionsServer) Entities(ctx context.Context, r *rest.Request) (*ent.RestoreSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.RestoreSessions, error) {
		return entities(restores(b.now), b, who, s.core.listed(b.now), new(ent.RestoreSessions))
	})
}

type restoreSessionServer struct{ *service }

func (s restoreSessionServer) find(r *rest.Request) (*restore, error) {
	v := s.core.byID[strings.ToLower(lastPart(r.Path[0]))]
	if v == nil || v.phantom || s.core.now.Before(v.listed) {
		return nil, rest.Faultf(http.StatusNotFound, "There is no restore session with ID %s.", r.Path[0])
	}
	return v, nil
}

func (s restoreSessionServer) Get(ctx context.Context, r *rest.Request) (*ent.RestoreSession, error) {
	return show(s.service, ctx, r, s.find, (*builder).restoreSession)
}

func (s restoreSessionServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.find, func(b *builder, v *restore) *ent.EntityRef { return b.reference(restoreCard(v)) })
}

// CDP sessions and task sessions.

type policySessionsServer struct{ *service }

func (s policySessionsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		return policySessions.references(b, who, s.core.inv.sessions)
	})
}

func (s policySessionsServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicaSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicaSessions, error) {
		return entities(policySessions, b, who, s.core.inv.sessions, new(ent.CdpReplicaSessions))
	})
}

type policySessionServer struct{ *service }

func (s *service) findPolicySession(r *rest.Request) (*policySession, error) {
	return find(s.core.inv.sessions, r.Path[0], func(v *policySession) string { return v.id }, "CDP session")
}

func (s policySessionServer) Get(ctx context.Context, r *rest.Request) (*ent.CdpReplicaSession, error) {
	return show(s.service, ctx, r, s.findPolicySession, (*builder).policySession)
}

func (s policySessionServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.findPolicySession, func(b *builder, v *policySession) *ent.EntityRef {
		return b.reference(policySessionCard(v))
	})
}

type policySessionTasksServer struct{ *service }

func (s policySessionTasksServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		v, err := s.findPolicySession(r)
		if err != nil {
			return nil, err
		}
		return policyTasks.references(b, who, v.tasks)
	})
}

func (s policySessionTasksServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicaTaskSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicaTaskSessions, error) {
		v, err := s.findPolicySession(r)
		if err != nil {
			return nil, err
		}
		return entities(policyTasks, b, who, v.tasks, new(ent.CdpReplicaTaskSessions))
	})
}

type policyTasksServer struct{ *service }

func (s policyTasksServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		return policyTasks.references(b, who, s.core.inv.tasks)
	})
}

func (s policyTasksServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicaTaskSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicaTaskSessions, error) {
		return entities(policyTasks, b, who, s.core.inv.tasks, new(ent.CdpReplicaTaskSessions))
	})
}

type policyTaskServer struct{ *service }

func (s policyTaskServer) find(r *rest.Request) (*policyTask, error) {
	return find(s.core.inv.tasks, r.Path[0], func(v *policyTask) string { return v.id }, "CDP task session")
}

func (s policyTaskServer) Get(ctx context.Context, r *rest.Request) (*ent.CdpReplicaTaskSession, error) {
	return show(s.service, ctx, r, s.find, (*builder).policyTask)
}

func (s policyTaskServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.find, func(b *builder, v *policyTask) *ent.EntityRef { return b.reference(policyTaskCard(v)) })
}
