package simulator

import (
	"context"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// vApp replicas.

type vappsServer struct{ *service }

func (s vappsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		return vapps.references(b, who, s.core.inv.vapps)
	})
}

func (s vappsServer) Entities(ctx context.Context, r *rest.Request) (*ent.VAppCdpReplicas, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.VAppCdpReplicas, error) {
		return entities(vapps, b, who, s.core.inv.vapps, new(ent.VAppCdpReplicas))
	})
}

type vappServer struct{ *service }

func (s *service) findVApp(r *rest.Request) (*vapp, error) {
	return find(s.core.inv.vapps, r.Path[0], func(v *vapp) string { return v.id }, "vApp replica")
}

func (s *service) vappTarget(r *rest.Request) (*target, error) {
	v, err := s.findVApp(r)
	if err != nil {
		return nil, err
	}
	return v.target, nil
}

func (s vappServer) Get(ctx context.Context, r *rest.Request) (*ent.VAppCdpReplica, error) {
	return show(s.service, ctx, r, s.findVApp, (*builder).vapp)
}

func (s vappServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.findVApp, func(b *builder, v *vapp) *ent.EntityRef { return b.reference(vappCard(v)) })
}

func (s vappServer) Failover(ctx context.Context, r *rest.Request, spec *ent.CdpFailoverStartSpec) (*ent.Task, error) {
	return s.failover(ctx, r, spec, s.vappTarget)
}

func (s vappServer) Intervals(ctx context.Context, r *rest.Request, spec *ent.CdpIntervalsSpec) (*ent.CdpReplicaIntervals, error) {
	return s.intervals(ctx, r, spec, s.vappTarget)
}

type vappVMsServer struct{ *service }

func (s vappVMsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		v, err := s.findVApp(r)
		if err != nil {
			return nil, err
		}
		return vappVMs.references(b, who, v.vms)
	})
}

func (s vappVMsServer) Entities(ctx context.Context, r *rest.Request) (*ent.VAppCdpReplicaVms, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.VAppCdpReplicaVms, error) {
		v, err := s.findVApp(r)
		if err != nil {
			return nil, err
		}
		return entities(vappVMs, b, who, v.vms, new(ent.VAppCdpReplicaVms))
	})
}

type vappVMServer struct{ *service }

func (s vappVMServer) find(r *rest.Request) (*replicaVM, error) {
	v, err := s.findVApp(r)
	if err != nil {
		return nil, err
	}
	return find(v.vms, r.Path[1], func(vm *replicaVM) string { return vm.id }, "VM in the vApp replica")
}

func (s vappVMServer) Get(ctx context.Context, r *rest.Request) (*ent.VAppCdpReplicaVm, error) {
	return show(s.service, ctx, r, s.find, (*builder).vappVM)
}

func (s vappVMServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.find, func(b *builder, vm *replicaVM) *ent.EntityRef { return b.reference(vappVMCard(vm)) })
}

// CDP replicas and their VMs.

type replicasServer struct{ *service }

func (s replicasServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		return replicas.references(b, who, s.core.inv.replicas)
	})
}

func (s replicasServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicas, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicas, error) {
		return entities(replicas, b, who, s.core.inv.replicas, new(ent.CdpReplicas))
	})
}

type replicaServer struct{ *service }

func (s *service) findReplica(r *rest.Request) (*replica, error) {
	return find(s.core.inv.replicas, r.Path[0], func(v *replica) string { return v.id }, "CDP replica")
}

func (s replicaServer) Get(ctx context.Context, r *rest.Request) (*ent.CdpReplica, error) {
	return show(s.service, ctx, r, s.findReplica, (*builder).replica)
}

func (s replicaServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.findReplica, func(b *builder, v *replica) *ent.EntityRef { return b.reference(replicaCard(v)) })
}

type replicaVMsServer struct{ *service }

func (s replicaVMsServer) List(ctx context.Context, r *rest.Request) (*ent.EntityReferences, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.EntityReferences, error) {
		v, err := s.findReplica(r)
		if err != nil {
			return nil, err
		}
		return replicaVMs.references(b, who, v.vms)
	})
}

func (s replicaVMsServer) Entities(ctx context.Context, r *rest.Request) (*ent.CdpReplicaVms, error) {
	return run(s.service, ctx, r, func(b *builder, who caller) (*ent.CdpReplicaVms, error) {
		v, err := s.findReplica(r)
		if err != nil {
			return nil, err
		}
		return entities(replicaVMs, b, who, v.vms, new(ent.CdpReplicaVms))
	})
}

type replicaVMServer struct{ *service }

func (s *service) findReplicaVM(r *rest.Request) (*replicaVM, error) {
	v, err := s.findReplica(r)
	if err != nil {
		return nil, err
	}
	return find(v.vms, r.Path[1], func(vm *replicaVM) string { return vm.id }, "VM in the CDP replica")
}

func (s *service) vmTarget(r *rest.Request) (*target, error) {
	vm, err := s.findReplicaVM(r)
	if err != nil {
		return nil, err
	}
	return vm.target, nil
}

func (s replicaVMServer) Get(ctx context.Context, r *rest.Request) (*ent.CdpReplicaVm, error) {
	return show(s.service, ctx, r, s.findReplicaVM, (*builder).replicaVM)
}

func (s replicaVMServer) Reference(ctx context.Context, r *rest.Request) (*ent.EntityRef, error) {
	return show(s.service, ctx, r, s.findReplicaVM, func(b *builder, vm *replicaVM) *ent.EntityRef { return b.reference(replicaVMCard(vm)) })
}

func (s replicaVMServer) Failover(ctx context.Context, r *rest.Request, spec *ent.CdpFailoverStartSpec) (*ent.Task, error) {
	return s.failover(ctx, r, spec, s.vmTarget)
}

func (s replicaVMServer) Intervals(ctx context.Context, r *rest.Request, spec *ent.CdpIntervalsSpec) (*ent.CdpReplicaIntervals, error) {
	return s.intervals(ctx, r, spec, s.vmTarget)
}
