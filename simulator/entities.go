package simulator

import (
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
)

func (b *builder) backupServer(s *backupServer) *ent.BackupServer {
	e := new(ent.BackupServer)
	b.head(e, serverCard(s))
	put(e, "Description", s.description)
	put(e, "Port", int64(s.port))
	put(e, "Version", s.version)
	return e
}

func (b *builder) policy(p *policy) *ent.CdpPolicy {
	e := new(ent.CdpPolicy)
	enabled := !b.c.disabled[p]
	b.head(e, policyCard(p, enabled))
	put(e, "PolicyType", "CdpReplica")
	put(e, "Platform", p.platform)
	put(e, "Description", p.description)
	put(e, "ScheduleConfigured", true)
	put(e, "ScheduleEnabled", enabled)
	if enabled {
		put(e, "NextRun", stamp(p.nextRun(b.now)))
	}
	put(e, "PolicyScheduleOptions", b.schedule(p))
	info, replica := new(ent.CdpPolicyInfo), new(ent.CdpReplicaPolicyInfo)
	objects := new(ent.ObjectsInJob)
	put(objects, "ObjectInJob", b.included(p.includes))
	put(replica, "Includes", objects)
	put(replica, "GuestProcessingOptions", guestProcessing())
	put(info, "CdpReplicaPolicyInfo", replica)
	put(e, "CdpPolicyInfo", info)
	return e
}

// nextRun is when the policy's next state is due.
func (p *policy) nextRun(now time.Time) time.Time { return now.Truncate(p.rpo).Add(p.rpo) }

func (b *builder) schedule(p *policy) *ent.PolicyScheduleOptions {
	o, s := new(ent.PolicyScheduleOptions), new(ent.CdpReplicaScheduleOptions)
	h := b.c.inv.model
	put(s, "RecoveryPointObjectiveSeconds", int64(p.rpo/time.Second))
	put(s, "RecoveryPointObjectiveMinutes", 0)
	rpo := new(ent.RPOSchedule)
	put(rpo, "Enabled", true)
	put(rpo, "TimePeriods", week("1"))
	put(s, "RPOSchedule", rpo)
	put(s, "ShortTermRetentionMinutes", int64(h.ShortTerm%time.Hour/time.Minute))
	put(s, "ShortTermRetentionHours", int64(h.ShortTerm/time.Hour))
	put(s, "LongTermRetentionHours", int64(h.LongTermEvery/time.Hour))
	put(s, "LongTermRetentionKeepDays", int64(h.LongTerm/(24*time.Hour)))
	long := new(ent.LongTermRetentionSchedule)
	put(long, "Enabled", true)
	put(long, "TimePeriods", week("2"))
	put(s, "LongTermRetentionSchedule", long)
	put(o, "CdpReplica", s)
	return o
}

// week has the same value in each hour of each day.
func week(value string) *ent.TimePeriods {
	days := make([]ent.TimePeriodsDay, 7)
	for d := range days {
		put(&days[d], "Name", time.Weekday(d).String())
		put(&days[d], "Value", strings.TrimSuffix(strings.Repeat(value+",", 24), ","))
	}
	w := new(ent.TimePeriods)
	put(w, "Day", days)
	return w
}

func guestProcessing() *ent.GuestProcessingOptions {
	g, v := new(ent.GuestProcessingOptions), new(ent.VssSnapshotOptions)
	put(v, "VssSnapshotMode", "RequireSuccess")
	put(v, "IsCopyOnly", true)
	put(g, "VssSnapshotOptions", v)
	return g
}

func (b *builder) included(list []*included) []ent.ObjectInJob {
	out := make([]ent.ObjectInJob, len(list))
	for i, in := range list {
		b.fillIncluded(&out[i], in)
	}
	return out
}

func (b *builder) fillIncluded(o *ent.ObjectInJob, in *included) {
	here := at("/cdpPolicies/{ID}/includes/{ID}", in.policy.id, in.id)
	put(o, "Href", b.href(here, ""))
	put(o, "Type", "ObjectInJob")
	p := in.policy
	put(o, "Links", b.links(
		link{rel: "Up", typ: "CdpPolicyReference", name: p.name, place: at("/cdpPolicies/{ID}", p.id)},
		link{rel: "Delete", typ: "ObjectInJob", place: here},
	))
	put(o, "ObjectInJobId", in.id)
	put(o, "HierarchyObjRef", in.objRef)
	put(o, "Name", in.name)
	put(o, "DisplayName", in.name)
}

func (b *builder) replica(r *replica) *ent.CdpReplica {
	e := new(ent.CdpReplica)
	b.head(e, replicaCard(r))
	put(e, "BackupServer", r.server.name)
	put(e, "PolicyUid", r.policy.id)
	put(e, "PolicyName", r.policy.name)
	return e
}

func (b *builder) replicaVM(vm *replicaVM) *ent.CdpReplicaVm {
	e := new(ent.CdpReplicaVm)
	b.head(e, replicaVMCard(vm))
	put(e, "VmRef", vm.vmRef)
	put(e, "ReplicaUid", vm.replica.id)
	put(e, "BackupServer", vm.server.name)
	put(e, "PolicyUid", vm.policy.id)
	put(e, "PolicyName", vm.policy.name)
	put(e, "RepositoryName", vm.repository)
	return e
}

func (b *builder) vapp(v *vapp) *ent.VAppCdpReplica {
	e := new(ent.VAppCdpReplica)
	b.head(e, vappCard(v))
	put(e, "VAppRef", v.vappRef)
	put(e, "ReplicaUid", v.id)
	put(e, "BackupServer", v.server.name)
	put(e, "PolicyUid", v.policy.id)
	put(e, "PolicyName", v.policy.name)
	return e
}

func (b *builder) vappVM(vm *replicaVM) *ent.VAppCdpReplicaVm {
	e := new(ent.VAppCdpReplicaVm)
	b.head(e, vappVMCard(vm))
	put(e, "ReplicaUid", vm.vapp.id)
	put(e, "VmRef", vm.vmRef)
	return e
}

func (b *builder) policySession(s *policySession) *ent.CdpReplicaSession {
	e := new(ent.CdpReplicaSession)
	b.head(e, policySessionCard(s))
	put(e, "PolicyUid", urn("CdpPolicy", s.policy.id))
	put(e, "PolicyName", s.policy.name)
	put(e, "PolicyType", "CdpReplica")
	put(e, "CreationTimeUTC", stamp(s.created))
	if !s.ended.IsZero() {
		put(e, "EndTimeUTC", stamp(s.ended))
	}
	put(e, "State", s.state())
	put(e, "Result", s.result)
	put(e, "Progress", 0)
	put(e, "FailureMessage", "")
	put(e, "IsRetry", false)
	return e
}

func (s *policySession) state() string {
	if s.isCurrent {
		return "Working"
	}
	return "Stopped"
}

func (b *builder) policyTask(t *policyTask) *ent.CdpReplicaTaskSession {
	e := new(ent.CdpReplicaTaskSession)
	b.head(e, policyTaskCard(t))
	put(e, "VmDisplayName", t.vm)
	put(e, "PolicySessionUid", urn("CdpReplicaSession", t.session.id))
	put(e, "CreationTimeUTC", stamp(t.created))
	if !t.ended.IsZero() {
		put(e, "EndTimeUTC", stamp(t.ended))
	}
	put(e, "State", t.state())
	put(e, "Result", "Success")
	put(e, "TotalSize", t.size)
	return e
}

func (t *policyTask) state() string {
	if t.ended.IsZero() {
		return "InProgress"
	}
	return "Completed"
}

// restoreSession shows a restore session as it is now. The reference names two job types; a failover makes machines run, so it is the second.
func (b *builder) restoreSession(r *restore) *ent.RestoreSession {
	e := new(ent.RestoreSession)
	b.head(e, restoreCard(r))
	put(e, "VmDisplayName", r.target.Name)
	put(e, "JobType", restoreJobType)
	put(e, "CreationTimeUTC", stamp(r.created))
	v := r.view(b.now)
	if !v.ended.IsZero() {
		put(e, "EndTimeUTC", stamp(v.ended))
	}
	put(e, "State", v.state)
	put(e, "Result", v.result)
	put(e, "Progress", int64(v.progress))
	if v.message != "" {
		put(e, "FailureMessage", v.message)
	}
	put(e, "RestoredObjRef", r.target.objRef)
	return e
}

const restoreJobType = "RestoreVm"

func (b *builder) task(k *task) *ent.Task {
	e := new(ent.Task)
	here := at("/tasks/{ID}", k.id)
	put(e, "Href", b.href(here, ""))
	put(e, "Type", "Task")
	links := []link{{rel: "Delete", typ: "Task", place: here}}
	state := k.state(b.now)
	if state == taskFinished && k.related && k.restore != nil {
		links = append(links, link{rel: "Related", typ: "RestoreSession", place: at("/restoreSessions/{ID}", k.restore.id), query: "format=Entity"})
	}
	put(e, "Links", b.links(links...))
	put(e, "TaskId", k.id)
	put(e, "State", state)
	put(e, "Operation", k.operation)
	switch {
	case state == taskFinished:
		r := new(ent.TaskResultInfo)
		put(r, "Success", k.success)
		if k.credentials {
			put(r, "CredentialsNeeded", true)
		}
		if k.confirmation {
			put(r, "ConfirmationNeeded", true)
		}
		put(r, "Message", k.message)
		put(e, "Result", r)
	case state == taskOperationFinished && k.success:
		r := new(ent.TaskResultInfo)
		put(r, "Success", true)
		put(r, "Message", taskOperationFinished)
		put(e, "Result", r)
	}
	return e
}

func (b *builder) logonSession(s *logonSession) *ent.LogonSession {
	e := new(ent.LogonSession)
	here := at("/logonSessions/{ID}", s.id)
	put(e, "Href", b.href(here, ""))
	put(e, "Type", "LogonSession")
	links := []link{{rel: "Up", typ: "EnterpriseManager", place: at("/")}}
	for _, l := range []struct{ kind, path string }{
		{"BackupServer", "/backupServers"}, {"RestoreSession", "/restoreSessions"}, {"CdpPolicy", "/cdpPolicies"},
		{"CdpReplica", "/cdpReplicas"}, {"VAppCdpReplica", "/cdpReplica/vApps"},
		{"CdpReplicaSession", "/cdpReplicaSessions"}, {"CdpReplicaTaskSession", "/cdpReplicaTaskSessions"},
	} {
		links = append(links,
			link{rel: "Down", typ: l.kind + "ReferenceList", place: at(l.path)},
			link{rel: "Down", typ: l.kind + "List", place: at(l.path), query: "format=Entity"})
	}
	links = append(links,
		link{rel: "Down", typ: "TaskList", place: at("/tasks")},
		link{rel: "Down", typ: "QueryService", place: at("/querySvc")},
		link{rel: "Delete", place: here})
	put(e, "Links", b.links(links...))
	put(e, "UserName", s.account.Username)
	put(e, "SessionId", s.id)
	return e
}

func (b *builder) enterpriseManager() *ent.EnterpriseManager {
	e := new(ent.EnterpriseManager)
	mngr := at("/sessionMngr/")
	put(e, "Links", b.links(
		link{rel: "Down", typ: "LogonSessionList", place: at("/logonSessions")},
		link{rel: "Create", typ: "LogonSession", place: mngr, query: "v=latest"},
	))
	versions := make([]ent.SupportedVersion, len(apiVersions))
	for i, name := range apiVersions {
		put(&versions[i], "Name", name)
		put(&versions[i], "Links", b.links(link{rel: "Create", typ: "LogonSession", place: mngr, query: "v=" + name}))
	}
	list := new(ent.SupportedVersionList)
	put(list, "SupportedVersion", versions)
	put(e, "SupportedVersions", list)
	return e
}

func (b *builder) intervals(h *history, from, to time.Time) *ent.CdpReplicaIntervals {
	e := new(ent.CdpReplicaIntervals)
	put(e, "StartDate", seconds(from))
	put(e, "EndDate", seconds(to))
	var intervals []ent.CdpReplicaInterval
	for _, p := range h.periods(from, to, b.now) {
		var v ent.CdpReplicaInterval
		put(&v, "StartDate", seconds(p.start))
		put(&v, "EndDate", seconds(p.end))
		put(&v, "Rpo", int64(p.rpo/time.Second))
		put(&v, "IntervalType", "RestoreAvailable")
		intervals = append(intervals, v)
	}
	var points []ent.CdpReplicaRestorePoint
	consistent := false
	for _, p := range h.points(from, to, b.now) {
		var v ent.CdpReplicaRestorePoint
		put(&v, "Id", p.ID)
		put(&v, "Date", seconds(p.Time))
		put(&v, "IsApplicationConsistent", p.ApplicationConsistent)
		consistent = consistent || p.ApplicationConsistent
		points = append(points, v)
	}
	put(e, "HasApplicationConsistentState", consistent)
	intervalList, pointList := new(ent.CdpReplicaIntervalList), new(ent.CdpReplicaRestorePointList)
	put(intervalList, "Interval", intervals)
	put(pointList, "RestorePoint", points)
	put(e, "Intervals", intervalList)
	put(e, "RestorePoints", pointList)
	return e
}

func (b *builder) paging(number, size, all int, href func(page int) string) *ent.PagingInfo {
	p := new(ent.PagingInfo)
	put(p, "PageNum", int64(number))
	put(p, "PageSize", int64(size))
	put(p, "PagesCount", int64(all))
	var links []ent.Link
	add := func(rel string, page int) {
		var l ent.Link
		put(&l, "Rel", rel)
		put(&l, "Href", b.base+href(page))
		links = append(links, l)
	}
	add("First", 1)
	if number < all {
		add("Next", number+1)
	}
	add("Last", all)
	list := new(ent.LinkList)
	put(list, "Link", links)
	put(p, "Links", list)
	return p
}
