package simulator

import (
	"fmt"
	"strconv"
	"time"
)

// Model says what the simulated Enterprise Manager manages. Names and identifiers follow from the seed and from nothing
// else, so that two simulators with the same model agree on them, and one with more replicas has the same ones first.
type Model struct {
	// Seed makes another set of identifiers, restore points and intervals.
	Seed uint64
	// BackupServers is the number of backup servers; the rest is spread over them evenly.
	BackupServers int
	// Replicas is the number of CDP replicas, each with its own CDP policy (CDP Policy 1, …).
	Replicas int
	// VMsPerReplica is the number of VMs in each CDP replica.
	VMsPerReplica int
	// VApps is the number of vApp replicas (vapp01, …). Those of one backup server share one CDP policy.
	VApps int
	// VMsPerVApp is the number of VMs in each vApp replica.
	VMsPerVApp int
	// PolicySessions is the number of past CDP sessions of each policy; one more is always working.
	PolicySessions int
	// RestoreSessions is the number of restore sessions that ended before the simulator started.
	RestoreSessions int
	// ShortTerm is how far back any moment can be restored; 0 means 4 h.
	ShortTerm time.Duration
	// LongTerm is how long restore points are kept; 0 means 7 days.
	LongTerm time.Duration
	// LongTermEvery is the distance between restore points, ten minutes at least; 0 means 8 h.
	LongTermEvery time.Duration
}

// DefaultModel returns a small site: one backup server, two CDP replicas of three VMs, four vApps of two VMs.
func DefaultModel() Model {
	return Model{
		Seed: 1, BackupServers: 1, Replicas: 2, VMsPerReplica: 3, VApps: 4, VMsPerVApp: 2,
		PolicySessions: 2, RestoreSessions: 3,
	}
}

func (m Model) withDefaults() Model {
	m.BackupServers = max(m.BackupServers, 1)
	m.Replicas = max(m.Replicas, 0)
	m.VMsPerReplica = max(m.VMsPerReplica, 0)
	m.VApps = max(m.VApps, 0)
	m.VMsPerVApp = max(m.VMsPerVApp, 0)
	m.PolicySessions = max(m.PolicySessions, 0)
	m.RestoreSessions = max(m.RestoreSessions, 0)
	if m.ShortTerm <= 0 {
		m.ShortTerm = 4 * time.Hour
	}
	if m.LongTerm <= 0 {
		m.LongTerm = 7 * 24 * time.Hour
	}
	if m.LongTermEvery <= 0 {
		m.LongTermEvery = 8 * time.Hour
	}
	m.LongTermEvery = max(m.LongTermEvery, 10*time.Minute)
	return m
}

// The inventory's parts. None of them changes once the inventory is built.

type backupServer struct {
	id, name, description, version string
	port                           int
}

type policy struct {
	id, name, description, platform string
	server                          *backupServer
	rpo                             time.Duration
	includes                        []*included
	sessions                        []*policySession // newest first
}

// included is a VM or vApp that a policy protects.
type included struct {
	id, objRef, name string
	policy           *policy
}

type replica struct {
	id, name string
	server   *backupServer
	policy   *policy
	vms      []*replicaVM
}

// replicaVM is a VM of a CDP replica or, with vapp, of a vApp replica.
type replicaVM struct {
	id, name, vmRef, repository string
	server                      *backupServer
	policy                      *policy
	replica                     *replica // nil in a vApp
	vapp                        *vapp    // nil in a CDP replica
	target                      *target  // nil in a vApp: only the whole vApp fails over
}

type vapp struct {
	id, name, vappRef string
	server            *backupServer
	policy            *policy
	vms               []*replicaVM
	target            *target
}

// target is what a failover is about: a vApp replica, or a VM of a CDP replica.
type target struct {
	Kind    string // VAppCdpReplica or CdpReplicaVm: also the entity's name in its UID
	ID      string
	Name    string
	objRef  string
	server  *backupServer
	history *history
	busy    *restore // the failover in progress; the only field that changes, under the core's lock
}

type policySession struct {
	id, name  string
	policy    *policy
	created   time.Time
	ended     time.Time // zero while it works
	result    string
	tasks     []*policyTask
	isCurrent bool
}

type policyTask struct {
	id, name, vm string
	session      *policySession
	created      time.Time
	ended        time.Time // zero while it runs
	size         int64
}

type inventory struct {
	model    Model
	servers  []*backupServer
	policies []*policy
	replicas []*replica
	vapps    []*vapp
	sessions []*policySession
	tasks    []*policyTask
}

func (inv *inventory) targets() []*target {
	var out []*target
	for _, r := range inv.replicas {
		for _, vm := range r.vms {
			out = append(out, vm.target)
		}
	}
	for _, v := range inv.vapps {
		out = append(out, v.target)
	}
	return out
}

func number(format string, n int) string { return fmt.Sprintf(format, n) }

// build makes the inventory as it is at a moment. Only sessions depend on the moment.
func (m Model) build(now time.Time) *inventory {
	m = m.withDefaults()
	inv := &inventory{model: m}
	for i := range m.BackupServers {
		n := strconv.Itoa(i + 1)
		inv.servers = append(inv.servers, &backupServer{
			id: guid(m.Seed, "BackupServer", n), name: number("backup%02d.sim.example", i+1),
			description: number("Simulated backup server %d", i+1), version: "13.0.1.1071", port: 9392,
		})
	}
	for i := range m.Replicas {
		m.addReplica(inv, i)
	}
	cloud := make(map[*backupServer]*policy)
	for i := range m.VApps {
		s := inv.servers[i%len(inv.servers)]
		if cloud[s] == nil {
			name := "CDP Policy Cloud Director"
			if len(inv.servers) > 1 {
				name += " " + s.name
			}
			cloud[s] = &policy{
				id: guid(m.Seed, "CdpPolicy", "vCloud", s.id), name: name, description: "Protects the vApps of " + s.name,
				platform: "vCloud", server: s, rpo: 15 * time.Second,
			}
			inv.policies = append(inv.policies, cloud[s])
		}
		m.addVApp(inv, cloud[s], i)
	}
	for _, p := range inv.policies {
		m.addPolicySessions(inv, p, now)
	}
	return inv
}

func (m Model) addReplica(inv *inventory, i int) {
	n, s := strconv.Itoa(i+1), inv.servers[i%len(inv.servers)]
	p := &policy{
		id: guid(m.Seed, "CdpPolicy", n), name: "CDP Policy " + n, description: "Protects the VMs of CDP Policy " + n,
		platform: "VMware", server: s, rpo: 15 * time.Second,
	}
	r := &replica{id: guid(m.Seed, "CdpReplica", n), name: p.name, server: s, policy: p}
	for j := range m.VMsPerReplica {
		k := i*m.VMsPerReplica + j + 1
		vm := &replicaVM{
			id: guid(m.Seed, "CdpReplicaVm", n, strconv.Itoa(j+1)), name: number("vm%03d", k),
			vmRef:      "urn:VMware:Vm:" + guid(m.Seed, "vCenter", s.id) + number(".vm-%d", 1000+k),
			repository: "Default Backup Repository", server: s, policy: p, replica: r,
		}
		vm.target = &target{Kind: "CdpReplicaVm", ID: vm.id, Name: vm.name, objRef: vm.vmRef, server: s, history: m.history(vm.id)}
		r.vms = append(r.vms, vm)
		p.includes = append(p.includes, &included{id: guid(m.Seed, "ObjectInJob", vm.id), objRef: vm.vmRef, name: vm.name, policy: p})
	}
	inv.policies = append(inv.policies, p)
	inv.replicas = append(inv.replicas, r)
}

func (m Model) addVApp(inv *inventory, p *policy, i int) {
	n, s := strconv.Itoa(i+1), p.server
	v := &vapp{
		id: guid(m.Seed, "VAppCdpReplica", n), name: number("vapp%02d", i+1), server: s, policy: p,
		vappRef: "urn:vCloud:Vapp:" + guid(m.Seed, "vCloud", s.id) + ".urn:vcloud:vapp:" + guid(m.Seed, "vapp", n),
	}
	for j := range m.VMsPerVApp {
		v.vms = append(v.vms, &replicaVM{
			id: guid(m.Seed, "VAppCdpReplicaVm", n, strconv.Itoa(j+1)), name: v.name + number("-vm%02d", j+1),
			vmRef:  "urn:VMware:Vm:" + guid(m.Seed, "vCenter", s.id) + number(".vm-%d", 5000+i*m.VMsPerVApp+j),
			server: s, policy: p, vapp: v,
		})
	}
	v.target = &target{Kind: "VAppCdpReplica", ID: v.id, Name: v.name, objRef: v.vappRef, server: s, history: m.history(v.id)}
	p.includes = append(p.includes, &included{id: guid(m.Seed, "ObjectInJob", v.id), objRef: v.vappRef, name: v.name, policy: p})
	inv.vapps = append(inv.vapps, v)
}

// addPolicySessions gives a policy its daily sessions, the newest of which works, and each of them a task session for each
// VM and each eight hours.
func (m Model) addPolicySessions(inv *inventory, p *policy, now time.Time) {
	k := key64(m.Seed, "sessions", p.id)
	start := now.Truncate(time.Millisecond).Add(-time.Hour - time.Duration(mix(k)%uint64(time.Hour/time.Millisecond))*time.Millisecond)
	var ended time.Time
	for i := range m.PolicySessions + 1 {
		s := &policySession{
			id: guid(m.Seed, "CdpReplicaSession", p.id, strconv.Itoa(i)), policy: p, created: start, ended: ended,
			name: p.name + "@" + start.UTC().Format("2006-01-02 15:04:05"), result: "None", isCurrent: ended.IsZero(),
		}
		if !s.isCurrent {
			s.result = "Success"
			if mix(k+uint64(i))%4 == 0 {
				s.result = "Warning"
			}
		}
		for j, in := range p.includes {
			m.addPolicyTasks(inv, s, in, j, now)
		}
		p.sessions = append(p.sessions, s)
		inv.sessions = append(inv.sessions, s)
		ended, start = start, start.Add(-24*time.Hour)
	}
}

func (m Model) addPolicyTasks(inv *inventory, s *policySession, in *included, j int, now time.Time) {
	end := s.ended
	if s.isCurrent {
		end = now
	}
	at := s.created.Add(time.Duration(137+j*53) * time.Millisecond)
	for n := 0; at.Before(end); n++ {
		t := &policyTask{
			id: guid(m.Seed, "CdpReplicaTaskSession", s.id, in.id, strconv.Itoa(n)), vm: in.name, session: s, created: at,
			name: in.name + "@" + at.UTC().Format("2006-01-02 15:04:05"),
			size: int64(16+mix(key64(m.Seed, in.id))%64) << 30,
		}
		if next := at.Add(8 * time.Hour); next.Before(end) {
			t.ended = next.Add(-13 * time.Millisecond)
		} else if !s.isCurrent {
			t.ended = end
		}
		s.tasks = append(s.tasks, t)
		inv.tasks = append(inv.tasks, t)
		at = at.Add(8 * time.Hour)
	}
}
