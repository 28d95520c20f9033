package simulator

import (
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
)

func (b *builder) backupServer(s *backupServer) *ent.BackupServer {
	e := new(ent.BackupServer)
	b.head(e, serverCard(s))
	e.SetDescription(s.description)
	num(e.SetPort, int64(s.port))
	text(e.SetVersion, s.version)
	return e
}

func (b *builder) policy(p *policy) *ent.CdpPolicy {
	e := new(ent.CdpPolicy)
	enabled := !b.c.disabled[p]
	b.head(e, policyCard(p, enabled))
	text(e.SetPolicyType, "CdpReplica")
	text(e.SetPlatform, p.platform)
	e.SetDescription(p.description)
	e.SetScheduleConfigured(true)
	e.SetScheduleEnabled(enabled)
	if enabled {
		text(e.SetNextRun, stamp(p.nextRun(b.now)))
	}
	e.SetPolicyScheduleOptions(b.schedule(p))
	info, replica := new(ent.CdpPolicyInfo), new(ent.CdpReplicaPolicyInfo)
	objects := new(ent.ObjectsInJob)
	objects.SetObjectInJob(b.included(p.includes))
	replica.SetIncludes(objects)
	replica.SetGuestProcessingOptions(guestProcessing())
	info.SetCdpReplicaPolicyInfo(replica)
	e.SetCdpPolicyInfo(info)
	return e
}

// nextRun is when the policy's next state is due.
func (p *policy) nextRun(now time.Time) time.Time { return now.Truncate(p.rpo).Add(p.rpo) }

func (b *builder) schedule(p *policy) *ent.PolicyScheduleOptions {
	o, s := new(ent.PolicyScheduleOptions), new(ent.CdpReplicaScheduleOptions)
	h := b.c.inv.model
	num(s.SetRecoveryPointObjectiveSeconds, int64(p.rpo/time.Second))
	num(s.SetRecoveryPointObjectiveMinutes, 0)
	rpo := new(ent.RPOSchedule)
	rpo.SetEnabled(true)
	rpo.SetTimePeriods(week("1"))
	s.SetRPOSchedule(rpo)
	num(s.SetShortTermRetentionMinutes, int64(h.ShortTerm%time.Hour/time.Minute))
	num(s.SetShortTermRetentionHours, int64(h.ShortTerm/time.Hour))
	num(s.SetLongTermRetentionHours, int64(h.LongTermEvery/time.Hour))
	num(s.SetLongTermRetentionKeepDays, int64(h.LongTerm/(24*time.Hour)))
	long := new(ent.LongTermRetentionSchedule)
	long.SetEnabled(true)
	long.SetTimePeriods(week("2"))
	s.SetLongTermRetentionSchedule(long)
	o.SetCdpReplica(s)
	return o
}

// week has the same value in each hour of each day.
func week(value string) *ent.TimePeriods {
	days := make([]ent.TimePeriodsDay, 7)
	for d := range days {
		days[d].SetName(time.Weekday(d).String())
		days[d].SetValue(strings.TrimSuffix(strings.Repeat(value+",", 24), ","))
	}
	w := new(ent.TimePeriods)
	w.SetDay(days)
	return w
}

func guestProcessing() *ent.GuestProcessingOptions {
	g, v := new(ent.GuestProcessingOptions), new(ent.VssSnapshotOptions)
	text(v.SetVssSnapshotMode, "RequireSuccess")
	v.SetIsCopyOnly(true)
	g.SetVssSnapshotOptions(v)
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
	o.SetHref(b.href(here, ""))
	o.SetType("ObjectInJob")
	p := in.policy
	o.SetLinks(b.links(
		link{rel: "Up", typ: "CdpPolicyReference", name: p.name, place: at("/cdpPolicies/{ID}", p.id)},
		link{rel: "Delete", typ: "ObjectInJob", place: here},
	))
	o.SetObjectInJobId(in.id)
	o.SetHierarchyObjRef(in.objRef)
	o.SetName(in.name)
	o.SetDisplayName(in.name)
}

func (b *builder) replica(r *replica) *ent.CdpReplica {
	e := new(ent.CdpReplica)
	b.head(e, replicaCard(r))
	e.SetBackupServer(r.server.name)
	e.SetPolicyUid(r.policy.id)
	e.SetPolicyName(r.policy.name)
	return e
}

func (b *builder) replicaVM(vm *replicaVM) *ent.CdpReplicaVm {
	e := new(ent.CdpReplicaVm)
	b.head(e, replicaVMCard(vm))
	e.SetVmRef(vm.vmRef)
	e.SetReplicaUid(vm.replica.id)
	e.SetBackupServer(vm.server.name)
	e.SetPolicyUid(vm.policy.id)
	e.SetPolicyName(vm.policy.name)
	e.SetRepositoryName(vm.repository)
	return e
}

func (b *builder) vapp(v *vapp) *ent.VAppCdpReplica {
	e := new(ent.VAppCdpReplica)
	b.head(e, vappCard(v))
	e.SetVAppRef(v.vappRef)
	e.SetReplicaUid(v.id)
	e.SetBackupServer(v.server.name)
	e.SetPolicyUid(v.policy.id)
	e.SetPolicyName(v.policy.name)
	return e
}

func (b *builder) vappVM(vm *replicaVM) *ent.VAppCdpReplicaVm {
	e := new(ent.VAppCdpReplicaVm)
	b.head(e, vappVMCard(vm))
	e.SetReplicaUid(vm.vapp.id)
	e.SetVmRef(vm.vmRef)
	return e
}

func (b *builder) policySession(s *policySession) *ent.CdpReplicaSession {
	e := new(ent.CdpReplicaSession)
	b.head(e, policySessionCard(s))
	e.SetPolicyUid(urn("CdpPolicy", s.policy.id))
	e.SetPolicyName(s.policy.name)
	text(e.SetPolicyType, "CdpReplica")
	text(e.SetCreationTimeUTC, stamp(s.created))
	if !s.ended.IsZero() {
		text(e.SetEndTimeUTC, stamp(s.ended))
	}
	text(e.SetState, s.state())
	text(e.SetResult, s.result)
	num(e.SetProgress, 0)
	e.SetFailureMessage("")
	e.SetIsRetry(false)
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
	e.SetVmDisplayName(t.vm)
	e.SetPolicySessionUid(urn("CdpReplicaSession", t.session.id))
	text(e.SetCreationTimeUTC, stamp(t.created))
	if !t.ended.IsZero() {
		text(e.SetEndTimeUTC, stamp(t.ended))
	}
	text(e.SetState, t.state())
	text(e.SetResult, "Success")
	num(e.SetTotalSize, t.size)
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
	e.SetVmDisplayName(r.target.Name)
	text(e.SetJobType, restoreJobType)
	text(e.SetCreationTimeUTC, stamp(r.created))
	v := r.view(b.now)
	if !v.ended.IsZero() {
		text(e.SetEndTimeUTC, stamp(v.ended))
	}
	text(e.SetState, v.state)
	text(e.SetResult, v.result)
	num(e.SetProgress, int64(v.progress))
	if v.message != "" {
		e.SetFailureMessage(v.message)
	}
	e.SetRestoredObjRef(r.target.objRef)
	return e
}

const restoreJobType = "RestoreVm"

func (b *builder) task(k *task) *ent.Task {
	e := new(ent.Task)
	here := at("/tasks/{ID}", k.id)
	e.SetHref(b.href(here, ""))
	e.SetType("Task")
	links := []link{{rel: "Delete", typ: "Task", place: here}}
	state := k.state(b.now)
	if state == taskFinished && k.related && k.restore != nil {
		links = append(links, link{rel: "Related", typ: "RestoreSession", place: at("/restoreSessions/{ID}", k.restore.id), query: "format=Entity"})
	}
	if state == taskFinished && k.result != nil && k.result.shown(b.now) {
		l := linkTo("Related", k.result)
		l.typ, l.name = k.result.kind.typ, ""
		if k.result.kind.reference {
			l.query = "format=Entity"
		}
		links = append(links, l)
	}
	e.SetLinks(b.links(links...))
	e.SetTaskId(k.id)
	text(e.SetState, state)
	e.SetOperation(k.operation)
	switch {
	case state == taskFinished:
		r := new(ent.TaskResultInfo)
		r.SetSuccess(k.success)
		if k.credentials {
			r.SetCredentialsNeeded(true)
		}
		if k.confirmation {
			r.SetConfirmationNeeded(true)
		}
		r.SetMessage(k.message)
		e.SetResult(r)
	case state == taskOperationFinished && k.success:
		r := new(ent.TaskResultInfo)
		r.SetSuccess(true)
		r.SetMessage(taskOperationFinished)
		e.SetResult(r)
	}
	return e
}

func (b *builder) logonSession(s *logonSession) *ent.LogonSession {
	e := new(ent.LogonSession)
	here := at("/logonSessions/{ID}", s.id)
	e.SetHref(b.href(here, ""))
	e.SetType("LogonSession")
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
	e.SetLinks(b.links(links...))
	e.SetUserName(s.account.Username)
	e.SetSessionId(s.id)
	return e
}

func (b *builder) enterpriseManager() *ent.EnterpriseManager {
	e := new(ent.EnterpriseManager)
	mngr := at("/sessionMngr/")
	e.SetLinks(b.links(
		link{rel: "Down", typ: "LogonSessionList", place: at("/logonSessions")},
		link{rel: "Create", typ: "LogonSession", place: mngr, query: "v=latest"},
	))
	versions := make([]ent.SupportedVersion, len(apiVersions))
	for i, name := range apiVersions {
		versions[i].SetName(name)
		versions[i].SetLinks(b.links(link{rel: "Create", typ: "LogonSession", place: mngr, query: "v=" + name}))
	}
	list := new(ent.SupportedVersionList)
	list.SetSupportedVersion(versions)
	e.SetSupportedVersions(list)
	return e
}

func (b *builder) intervals(h *history, from, to time.Time) *ent.CdpReplicaIntervals {
	e := new(ent.CdpReplicaIntervals)
	text(e.SetStartDate, seconds(from))
	text(e.SetEndDate, seconds(to))
	var intervals []ent.CdpReplicaInterval
	for _, p := range h.periods(from, to, b.now) {
		var v ent.CdpReplicaInterval
		text(v.SetStartDate, seconds(p.start))
		text(v.SetEndDate, seconds(p.end))
		num(v.SetRpo, int64(p.rpo/time.Second))
		text(v.SetIntervalType, "RestoreAvailable")
		intervals = append(intervals, v)
	}
	var points []ent.CdpReplicaRestorePoint
	consistent := false
	for _, p := range h.points(from, to, b.now) {
		var v ent.CdpReplicaRestorePoint
		v.SetId(p.ID)
		text(v.SetDate, seconds(p.Time))
		v.SetIsApplicationConsistent(p.ApplicationConsistent)
		consistent = consistent || p.ApplicationConsistent
		points = append(points, v)
	}
	e.SetHasApplicationConsistentState(consistent)
	intervalList, pointList := new(ent.CdpReplicaIntervalList), new(ent.CdpReplicaRestorePointList)
	intervalList.SetInterval(intervals)
	pointList.SetRestorePoint(points)
	e.SetIntervals(intervalList)
	e.SetRestorePoints(pointList)
	return e
}

func (b *builder) paging(number, size, all int, href func(page int) string) *ent.PagingInfo {
	p := new(ent.PagingInfo)
	num(p.SetPageNum, int64(number))
	num(p.SetPageSize, int64(size))
	num(p.SetPagesCount, int64(all))
	var links []ent.Link
	add := func(rel string, page int) {
		var l ent.Link
		l.SetRel(rel)
		l.SetHref(b.base + href(page))
		links = append(links, l)
	}
	add("First", 1)
	if number < all {
		add("Next", number+1)
	}
	add("Last", all)
	list := new(ent.LinkList)
	list.SetLink(links)
	p.SetLinks(list)
	return p
}
