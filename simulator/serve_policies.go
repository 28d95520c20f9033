package simulator

import (
	"context"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

type policiesServer struct{ *service }

func (s policiesServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		f := policies(s.core)
		return f.references(b, who, s.core.inv.policies)
	})
}

func (s policiesServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpPolicies, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpPolicies, error) {
		return entities(policies(s.core), b, who, s.core.inv.policies, new(ent.CdpPolicies))
	})
}

type policyServer struct{ *service }

func (s *service) findPolicy(r *rest.Request) (*policy, error) {
	return find(s.core.inv.policies, r.Path[0], func(v *policy) string { return v.id }, "CDP policy")
}

func (s policyServer) Get(ctx context.Context, r *rest.Request) (*ent.CdpPolicy, error) {
	return show(s.service, ctx, r, s.findPolicy, (*builder).policy)
}

func (s policyServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.findPolicy, func(b *builder, v *policy) *ent.EntityRef {
		return b.reference(policyCard(v, !b.c.disabled[v]))
	})
}

func (s policyServer) Enable(ctx context.Context, r *rest.Request) (*ent.Task, error) {
	return s.toggle(ctx, r, true)
}

func (s policyServer) Disable(ctx context.Context, r *rest.Request) (*ent.Task, error) {
	return s.toggle(ctx, r, false)
}

// toggle changes the policy at once; its task takes as long as any.
func (s policyServer) toggle(ctx context.Context, r *rest.Request, enabled bool) (*ent.Task, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.Task, error) {
		p, err := s.findPolicy(r)
		if err != nil {
			return nil, err
		}
		c := s.core
		e := who.event(PolicyChanged, b.now)
		e.Target = Target{Kind: "CdpPolicy", ID: p.id, Name: p.name}
		e.Outcome = "enabled"
		delete(c.disabled, p)
		if !enabled {
			e.Outcome = "disabled"
			c.disabled[p] = true
		}
		k := c.newTask(who.session, "UpdateCdpPolicy", b.now, c.timing)
		e.Task = k.id
		c.audit(e)
		return b.task(k), nil
	})
}

type includesServer struct{ *service }

func (s includesServer) List(ctx context.Context, r *rest.Request) (*ent.ObjectsInJob, error) {
	return show(s.service, ctx, r, s.findPolicy, func(b *builder, p *policy) *ent.ObjectsInJob {
		list := new(ent.ObjectsInJob)
		put(list, "ObjectInJob", b.included(p.includes))
		return list
	})
}

type includeServer struct{ *service }

func (s includeServer) find(r *rest.Request) (*included, error) {
	p, err := s.findPolicy(r)
	if err != nil {
		return nil, err
	}
	return find(p.includes, r.Path[1], func(v *included) string { return v.id }, "object in the policy")
}

func (s includeServer) Get(ctx context.Context, r *rest.Request) (*ent.ObjectInJob, error) {
	return show(s.service, ctx, r, s.find, func(b *builder, in *included) *ent.ObjectInJob {
		o := new(ent.ObjectInJob)
		b.fillIncluded(o, in)
		return o
	})
}

type policyOwnSessionsServer struct{ *service }

func (s policyOwnSessionsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		p, err := s.findPolicy(r)
		if err != nil {
			return nil, err
		}
		return policySessions.references(b, who, p.sessions)
	})
}

func (s policyOwnSessionsServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicaSessions, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicaSessions, error) {
		p, err := s.findPolicy(r)
		if err != nil {
			return nil, err
		}
		return entities(policySessions, b, who, p.sessions, new(ent.CdpReplicaSessions))
	})
}
