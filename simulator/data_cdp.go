package simulator

import (
	"strconv"
	"strings"
	"time"
)

// Addresses of what continuous data protection has.
const (
	policyPath        = "/cdpPolicies/{ID}"
	replicaPath       = "/cdpReplicas/{ID}"
	vappPath          = "/cdpReplica/vApps/{ID}"
	policySessionPath = "/cdpReplicaSessions/{ID}"
	policyTaskPath    = "/cdpReplicaTaskSessions/{ID}"
	restorePath       = "/restoreSessions/{ID}"
	serverPath        = "/backupServers/{ID}"
)

// target is what a failover is about: a vApp replica, or a VM of a CDP replica.
type target struct {
	Kind    string // VAppCdpReplica or CdpReplicaVm: also the entity's name in its UID
	ID      string
	Name    string
	objRef  string
	server  *record
	history *history
	busy    *restore // the failover in progress; the only field that changes, under the core's lock
}

// targets are all that can fail over, VMs first.
func (st *store) targets() []*target {
	var out []*target
	for _, r := range st.list(replicaPath) {
		for _, vm := range r.below {
			out = append(out, vm.target)
		}
	}
	for _, v := range st.list(vappPath) {
		out = append(out, v.target)
	}
	return out
}

// policyRPO is the distance of the states that a CDP policy makes.
const policyRPO = 15 * time.Second

func addCDP(s *site) {
	m := s.model
	servers := s.list(serverPath)
	for i := range m.Replicas {
		s.addReplica(servers[i%len(servers)], i)
	}
	cloud := make(map[*record]*record)
	for i := range m.VApps {
		server := servers[i%len(servers)]
		if cloud[server] == nil {
			name := "CDP Policy Cloud Director"
			if len(servers) > 1 {
				name += " " + server.name
			}
			cloud[server] = s.addPolicy(server, name, "Protects the vApps of "+server.name, "vCloud", "vCloud", server.id)
		}
		s.addVApp(cloud[server], server, i)
	}
	for _, p := range s.list(policyPath) {
		s.addPolicySessions(p)
	}
}

func (s *site) addPolicy(server *record, name, description, platform string, key ...string) *record {
	p := s.add(policyPath, name, key...).up(server)
	p.setAll(values{
		"PolicyType": "CdpReplica", "Platform": platform, "Description": description,
		"ScheduleConfigured": true, "PolicyScheduleOptions": policySchedule(s.model),
	})
	enable(p, true)
	p.look = func(now time.Time) values {
		v := values{"CdpPolicyInfo": values{"CdpReplicaPolicyInfo": values{
			"Includes":               values{"ObjectInJob": p.below},
			"GuestProcessingOptions": values{"VssSnapshotOptions": values{"VssSnapshotMode": "RequireSuccess", "IsCopyOnly": true}},
		}}}
		if p.fields["ScheduleEnabled"] == true {
			v["NextRun"] = now.Truncate(policyRPO).Add(policyRPO)
		}
		return v
	}
	return p
}

// enable switches a policy on or off. It links to the other action.
func enable(policy *record, on bool) {
	policy.set("ScheduleEnabled", on)
	policy.without = []string{"Disable"}
	if on {
		policy.without = []string{"Enable"}
	}
}

func policySchedule(m Model) values {
	return values{"CdpReplica": values{
		"RecoveryPointObjectiveSeconds": int(policyRPO / time.Second), "RecoveryPointObjectiveMinutes": 0,
		"RPOSchedule":               values{"Enabled": true, "TimePeriods": week("1")},
		"ShortTermRetentionMinutes": int(m.ShortTerm % time.Hour / time.Minute),
		"ShortTermRetentionHours":   int(m.ShortTerm / time.Hour),
		"LongTermRetentionHours":    int(m.LongTermEvery / time.Hour),
		"LongTermRetentionKeepDays": int(m.LongTerm / (24 * time.Hour)),
		"LongTermRetentionSchedule": values{"Enabled": true, "TimePeriods": week("2")},
	}}
}

// week has the same value in each hour of each day.
func week(value string) values {
	hours := strings.TrimSuffix(strings.Repeat(value+",", 24), ",")
	var days []values
	for d := time.Sunday; d <= time.Saturday; d++ {
		days = append(days, values{"Name": d.String(), "#text": hours})
	}
	return values{"Day": days}
}

// include adds a VM or vApp to what a policy protects.
func (s *site) include(policy *record, id, objRef, name string) {
	id = guid(s.seed, "ObjectInJob", id)
	s.put(&record{kind: s.kind(policyPath + "/includes/{ID}"), id: id, name: name, parent: policy, fields: values{
		"ObjectInJobId": id, "HierarchyObjRef": objRef, "Name": name, "DisplayName": name,
	}})
}

func (s *site) addReplica(server *record, i int) {
	n := strconv.Itoa(i + 1)
	name := "CDP Policy " + n
	p := s.addPolicy(server, name, "Protects the VMs of "+name, "VMware", n)
	r := s.add(replicaPath, name, n).up(server).up(p).setAll(values{"BackupServer": server.name, "PolicyUid": p.id, "PolicyName": p.name})
	for j := range s.model.VMsPerReplica {
		k := i*s.model.VMsPerReplica + j + 1
		id, vm, ref := guid(s.seed, "CdpReplicaVm", n, strconv.Itoa(j+1)), number("vm%03d", k), s.vmRef(server, 1000+k)
		s.put(&record{
			kind: s.kind(replicaPath + "/vms/{ID}"), id: id, name: vm, parent: r,
			fields: values{
				"VmRef": ref, "ReplicaUid": r.id, "BackupServer": server.name, "PolicyUid": p.id, "PolicyName": p.name,
				"RepositoryName": "Default Backup Repository",
			},
			target: &target{Kind: "CdpReplicaVm", ID: id, Name: vm, objRef: ref, server: server, history: s.model.history(id)},
		}).up(server).up(r).up(p)
		s.include(p, id, ref, vm)
	}
}

// vmRef is how the hierarchy of a backup server's vCenter refers to a VM.
func (s *site) vmRef(server *record, n int) string {
	return "urn:VMware:Vm:" + guid(s.seed, "vCenter", server.id) + number(".vm-%d", n)
}

func (s *site) addVApp(p, server *record, i int) {
	n, name := strconv.Itoa(i+1), number("vapp%02d", i+1)
	id, ref := guid(s.seed, "VAppCdpReplica", n), "urn:vCloud:Vapp:"+guid(s.seed, "vCloud", server.id)+".urn:vcloud:vapp:"+guid(s.seed, "vapp", n)
	v := s.put(&record{
		kind: s.kind(vappPath), id: id, name: name,
		fields: values{"VAppRef": ref, "ReplicaUid": id, "BackupServer": server.name, "PolicyUid": p.id, "PolicyName": p.name},
		target: &target{Kind: "VAppCdpReplica", ID: id, Name: name, objRef: ref, server: server, history: s.model.history(id)},
	}).up(server).up(p)
	for j := range s.model.VMsPerVApp {
		s.put(&record{
			kind: s.kind(vappPath + "/vms/{ID}"), id: guid(s.seed, "VAppCdpReplicaVm", n, strconv.Itoa(j+1)), name: name + number("-vm%02d", j+1), parent: v,
			fields: values{"ReplicaUid": v.id, "VmRef": s.vmRef(server, 5000+i*s.model.VMsPerVApp+j)},
		}).up(server).up(v).up(p)
	}
	s.include(p, id, ref, name)
}

// addPolicySessions gives a policy its daily sessions, the newest of which works, and each of them a task session for each
// VM and each eight hours.
func (s *site) addPolicySessions(p *record) {
	k := key64(s.seed, "sessions", p.id)
	start := s.now.Truncate(time.Millisecond).Add(-time.Hour - time.Duration(mix(k)%uint64(time.Hour/time.Millisecond))*time.Millisecond)
	var ended time.Time
	for i := range s.model.PolicySessions + 1 {
		state, result := "Working", "None"
		if !ended.IsZero() {
			state, result = "Stopped", "Success"
			if mix(k+uint64(i))%4 == 0 {
				result = "Warning"
			}
		}
		session := s.add(policySessionPath, nameAt(p.name, start), p.id, strconv.Itoa(i))
		session.up(p.one("BackupServer")).up(p).setAll(values{
			"PolicyUid": p.uid(), "PolicyName": p.name, "PolicyType": "CdpReplica", "CreationTimeUTC": start, "EndTimeUTC": ended,
			"State": state, "Result": result, "Progress": 0, "FailureMessage": "", "IsRetry": false,
		})
		for j, in := range p.below {
			s.addPolicyTasks(session, in, j, start, ended)
		}
		ended, start = start, start.Add(-24*time.Hour)
	}
}

func (s *site) addPolicyTasks(session, in *record, j int, start, ended time.Time) {
	end := ended
	if end.IsZero() {
		end = s.now
	}
	at := start.Add(time.Duration(137+j*53) * time.Millisecond)
	for n := 0; at.Before(end); n++ {
		state, done := "InProgress", time.Time{}
		if next := at.Add(8 * time.Hour); next.Before(end) {
			state, done = "Completed", next.Add(-13*time.Millisecond)
		} else if !ended.IsZero() {
			state, done = "Completed", ended
		}
		s.add(policyTaskPath, nameAt(in.name, at), session.id, in.id, strconv.Itoa(n)).up(session.one("BackupServer")).up(session).setAll(values{
			"VmDisplayName": in.name, "PolicySessionUid": session.uid(), "CreationTimeUTC": at, "EndTimeUTC": done,
			"State": state, "Result": "Success", "Reason": "", "TotalSize": int64(16+mix(key64(s.seed, in.id))%64) << 30,
		})
		at = at.Add(8 * time.Hour)
	}
}

// addRestore takes in a restore session. Enterprise Manager lists it from r.listed on.
func (c *core) addRestore(r *restore) {
	r.record = &record{
		kind: c.store.kind(restorePath), id: r.id, name: r.name, from: r.listed,
		fields: values{"VmDisplayName": r.target.Name, "JobType": restoreJobType, "CreationTimeUTC": r.created, "RestoredObjRef": r.target.objRef},
		look:   r.look,
	}
	r.record.kind.newestFirst = true
	c.restores = append(c.restores, r)
	if !r.phantom {
		c.store.put(r.record).up(r.target.server)
	}
}

// restoreJobType is one of the two job types that the reference names: a failover makes machines run.
const restoreJobType = "RestoreVm"

// addPastRestores fills the list of restore sessions with some that ended before start: failovers, and restores of files where there were backups.
func (c *core) addPastRestores(start time.Time) {
	targets := c.store.targets()
	if len(targets) == 0 {
		return
	}
	for i := c.model.RestoreSessions; i > 0; i-- {
		t := targets[(i-1)%len(targets)]
		created := start.Add(-time.Duration(i)*26*time.Hour - time.Duration(t.history.key%uint64(time.Hour)))
		id := guid(c.model.Seed, "RestoreSession", "past", number("%d", i))
		if i%6 == 2 && c.store.addFileRestore(id, created, "Success") || i%6 == 5 && c.store.addFileRestore(id, created, "Failed") {
			continue
		}
		r := &restore{
			id:     id,
			name:   nameAt("Failover_["+t.Name+"]", created),
			target: t, listed: created,
			work: &work{
				created: created, result: "Success",
				timing: Timing{Starting: 5 * time.Second, Working: 9 * time.Minute, Stopping: 3 * time.Second},
			},
		}
		if i%3 == 0 {
			r.result, r.message = "Warning", "A network of "+t.Name+" was mapped by default."
		}
		c.addRestore(r)
	}
}
