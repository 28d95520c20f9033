package simulator

// The links and addresses of everything in the inventory, as the reference documents them.

func upServer(s *backupServer) link {
	return link{rel: "Up", typ: "BackupServerReference", name: s.name, place: at("/backupServers/{ID}", s.id)}
}

func upPolicy(p *policy) link {
	return link{rel: "Up", typ: "CdpPolicyReference", name: p.name, place: at("/cdpPolicies/{ID}", p.id)}
}

func serverCard(s *backupServer) card {
	p := at("/backupServers/{ID}", s.id)
	below := func(typ, segment string) link {
		return link{rel: "Down", typ: typ, place: at(p.template+segment, s.id)}
	}
	return card{
		kind: "BackupServer", id: s.id, name: s.name, place: p,
		down: []link{
			below("JobReferenceList", "/jobs"), below("RepositoryReferenceList", "/repositories"),
			below("CredentialsList", "/credentials"), below("PasswordKeyList", "/passwords"),
			below("ManagedServerReferenceList", "/managedServers"), below("ExternalRepositoryReferenceList", "/externalRepositories"),
		},
		extra: []link{
			{rel: "Edit", typ: "BackupServer", name: s.name, place: p}, {rel: "Delete", typ: "BackupServer", name: s.name, place: p},
		},
	}
}

func policyCard(p *policy, enabled bool) card {
	here := at("/cdpPolicies/{ID}", p.id)
	toggle := link{rel: "Enable", place: here, query: "action=enable"}
	if enabled {
		toggle = link{rel: "Disable", place: here, query: "action=disable"}
	}
	return card{
		kind: "CdpPolicy", id: p.id, name: p.name, place: here, up: []link{upServer(p.server)},
		extra: []link{
			{rel: "Edit", typ: "CdpPolicyReference", name: p.name, place: here},
			{rel: "Down", typ: "ObjectInJobList", place: at("/cdpPolicies/{ID}/includes", p.id)},
			{rel: "Create", typ: "ObjectInJob", place: at("/cdpPolicies/{ID}/includes", p.id)},
			{rel: "Down", typ: "CdpReplicaSessionReferenceList", place: at("/cdpPolicies/{ID}/cdpReplicaSessions", p.id)},
			toggle,
		},
	}
}

func replicaCard(r *replica) card {
	return card{
		kind: "CdpReplica", id: r.id, name: r.name, place: at("/cdpReplicas/{ID}", r.id), up: []link{upServer(r.server)},
		extra: []link{
			upPolicy(r.policy),
			{rel: "Down", typ: "CdpReplicaVmReferenceList", place: at("/cdpReplicas/{ID}/vms", r.id)},
		},
	}
}

func replicaVMCard(vm *replicaVM) card {
	here := at("/cdpReplicas/{ID}/vms/{ID}", vm.replica.id, vm.id)
	return card{
		kind: "CdpReplicaVm", id: vm.id, name: vm.name, place: here, up: []link{upServer(vm.server)},
		extra: []link{
			{rel: "Intervals", place: here, query: "action=intervals"},
			{rel: "Failover", place: here, query: "action=failover"},
			{rel: "Up", typ: "CdpReplicaReference", name: vm.replica.name, place: at("/cdpReplicas/{ID}", vm.replica.id)},
			upPolicy(vm.policy),
		},
	}
}

func vappCard(v *vapp) card {
	here := at("/cdpReplica/vApps/{ID}", v.id)
	return card{
		kind: "VAppCdpReplica", id: v.id, name: v.name, place: here, up: []link{upServer(v.server)},
		extra: []link{
			{rel: "Down", typ: "VAppCdpReplicaVmReferenceList", place: at("/cdpReplica/vApps/{ID}/vms", v.id)},
			{rel: "Intervals", place: here, query: "action=intervals"},
			{rel: "Failover", place: here, query: "action=failover"},
			upPolicy(v.policy),
		},
	}
}

func vappVMCard(vm *replicaVM) card {
	return card{
		kind: "VAppCdpReplicaVm", id: vm.id, name: vm.name, place: at("/cdpReplica/vApps/{ID}/vms/{ID}", vm.vapp.id, vm.id),
		up: []link{upServer(vm.server)}, asReference: true,
		extra: []link{
			{rel: "Up", typ: "VAppCdpReplicaReference", name: vm.vapp.name, place: at("/cdpReplica/vApps/{ID}", vm.vapp.id)},
			upPolicy(vm.policy),
		},
	}
}

func policySessionCard(s *policySession) card {
	return card{
		kind: "CdpReplicaSession", id: s.id, name: s.name, place: at("/cdpReplicaSessions/{ID}", s.id),
		up: []link{upServer(s.policy.server), upPolicy(s.policy)},
		down: []link{
			{rel: "Down", typ: "CdpReplicaTaskSessionReferenceList", place: at("/cdpReplicaSessions/{ID}/cdpReplicaTaskSessions", s.id)},
		},
	}
}

func policyTaskCard(t *policyTask) card {
	s := t.session
	return card{
		kind: "CdpReplicaTaskSession", id: t.id, name: t.name, place: at("/cdpReplicaTaskSessions/{ID}", t.id),
		up: []link{
			upServer(s.policy.server),
			{rel: "Up", typ: "CdpReplicaSessionReference", name: s.name, place: at("/cdpReplicaSessions/{ID}", s.id)},
		},
	}
}

func restoreCard(r *restore) card {
	return card{
		kind: "RestoreSession", id: r.id, name: r.name, place: at("/restoreSessions/{ID}", r.id), up: []link{upServer(r.target.server)},
	}
}
