package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// jobFamily is what jobs of a kind have in common when they run.
type jobFamily struct {
	start, stop, retry string // names of tasks
	session            string // JobType of the sessions; "" for the job's own type
}

var jobFamilies = map[string]jobFamily{
	"Job":            {"StartJob", "StopJob", "RetryJob", ""},
	"AgentBackupJob": {"StartJob", "StopAgentJob", "RetryAgentJob", "AgentBackup"},
	"NASJob":         {"StartNasJob", "StopNasJob", "RetryNasJob", "NasBackup"},
}

func start(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	return q.answered(q.run(job, jobFamilies[job.kind.typ].start, "", nil))
}

// retry repeats a run that has failed.
func retry(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	if last := lastSession(job); q.c.doing.underway(job, q.now) == nil && (last == nil || last.values(q.now)["Result"] != "Failed") {
		return nil, rest.Faultf(http.StatusConflict, "The last run of %s has not failed.", job.name)
	}
	return q.answered(q.run(job, jobFamilies[job.kind.typ].retry, "retry", nil))
}

func stop(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	return q.stopRun(job)
}

// stopSession stops the run that a session shows.
func stopSession(q *request) (xsdbind.Struct, error) {
	session, err := q.record()
	if err != nil {
		return nil, err
	}
	w := q.c.doing.works[session]
	for _, x := range session.relations {
		if w != nil && w == q.c.doing.underway(x.to, q.now) {
			return q.stopRun(x.to)
		}
	}
	return nil, rest.Faultf(http.StatusConflict, "%s does not run.", session.name)
}

func (q *request) stopRun(job *record) (xsdbind.Struct, error) {
	w := q.c.doing.underway(job, q.now)
	if w == nil || !w.cancelled.IsZero() {
		return nil, rest.Faultf(http.StatusConflict, "%s does not run.", job.name)
	}
	k := q.c.newTask(q.session, jobFamilies[job.kind.typ].stop, q.now, q.c.timing)
	e := q.about(JobStopped, job)
	e.Task = k.id
	q.c.audit(e)
	q.c.stopWork(w, q.now, "The job was stopped.")
	return q.taskAnswer(k)
}

// stopWork stops work early. What is due at its end comes earlier, too.
func (c *core) stopWork(w *work, now time.Time, message string) {
	w.stop(now, message)
	c.at(w.end(), w.finish)
}

// isSession says whether a record is a run of a job.
func isSession(r *record) bool {
	return r.kind.path == backupSessionPath || r.kind.path == replicaSessionPath
}

// lastSession is the last run of a job.
func lastSession(job *record) *record {
	for _, r := range slices.Backward(job.related) {
		if isSession(r) && r.fields["JobUid"] == job.uid() {
			return r
		}
	}
	return nil
}

// undertake starts work on what must not be busy, as the rule for it says.
func (q *request) undertake(on *record, operation string) (*begun, error) {
	if q.c.doing.underway(on, q.now) != nil {
		return nil, rest.Faultf(http.StatusConflict, "%s is busy.", on.name)
	}
	rule := q.c.rule(on.name, on.id)
	if err := rule.refusal(); err != nil {
		return nil, err
	}
	b := q.c.commence(q.session, rule, operation, on.name, q.now)
	q.c.doing.begin(on, b.work)
	return b, nil
}

// show gives work its session, which is listed, and linked from the task, once that has finished.
func (q *request) show(b *begun, session *record) {
	q.c.doing.show(session, b.work)
	session.from = b.task.finished()
	session.look = b.look
	b.task.result = session
	b.task.stop = func(now time.Time) bool {
		if !b.cancelled.IsZero() || !now.Before(b.workEnd()) {
			return false
		}
		q.c.stopWork(b.work, now, "The task was stopped.")
		return true
	}
	q.c.trimSessions(session.kind, q.now)
}

// settle takes note of the end of work, with an event like the one of its start, and lets then happen.
func (q *request) settle(b *begun, e Event, kind EventKind, then func(now time.Time)) {
	done := false
	b.finish = func(now time.Time) {
		if done || !b.ended(now) {
			return
		}
		done = true
		q.c.audit(Event{
			Time: now, Kind: kind, User: e.User, Session: e.Session, Task: e.Task, Target: e.Target, Restore: e.Restore, Outcome: b.result,
		})
		if !b.failed {
			then(now)
		}
	}
	q.c.at(b.end(), b.finish)
}

// run starts a job: a session with a part for each object, and at the end what the job makes. only, if there is one, is the one object
// that it works on.
func (q *request) run(job *record, operation, outcome string, only *record) (*task, error) {
	b, err := q.undertake(job, operation)
	if err != nil {
		return nil, err
	}
	e := q.about(JobStarted, job)
	e.Task, e.Outcome = b.task.id, outcome
	q.c.audit(e)
	if b.failed {
		q.settle(b, e, JobFinished, func(time.Time) {})
		return b.task, nil
	}
	s := q.site()
	kind := jobFamilies[job.kind.typ].session
	if kind == "" {
		kind = job.text("JobType")
	}
	path, taskPath := backupSessionPath, backupTaskPath
	if kind == "Replica" {
		path, taskPath = replicaSessionPath, replicaTaskPath
	}
	session := s.addNext(path, nameAt(job.name, q.now), job).up(job).up(job.one("BackupServer"))
	session.setAll(sessionValues(job, kind, q.now, time.Time{}, "None")).set("IsRetry", outcome == "retry")
	q.show(b, session)
	included := s.includedIn(job)
	if only != nil {
		included = []*record{only}
	}
	parts := make([]*record, len(included))
	for i, in := range included {
		begun := q.now.Add(b.timing.Starting + b.timing.Working*time.Duration(i)/time.Duration(len(included)))
		t := s.addTask(taskPath, session, in, begun, time.Time{}, "None")
		t.from = session.from
		t.look = func(now time.Time) values { return b.part(i, len(included), now) }
		parts[i] = t
	}
	q.settle(b, e, JobFinished, func(now time.Time) {
		if b.result != "Failed" && q.c.store.kind(path).byID[strings.ToLower(session.id)] == session && job.kind.byID[strings.ToLower(job.id)] == job {
			q.c.harvest(job, session, included, parts, b.created, now)
		}
	})
	return b.task, nil
}

// part is how the i-th of n objects that are worked on one after the other shows the work.
func (w *work) part(i, n int, now time.Time) values {
	share := func(i int) time.Time {
		return w.created.Add(w.timing.Starting + w.timing.Working*time.Duration(i)/time.Duration(n))
	}
	end := earlier(share(i+1), w.workEnd())
	if i == n-1 {
		end = w.workEnd()
	}
	switch {
	case now.Before(share(i)) && now.Before(w.workEnd()):
		return values{"State": "Pending"}
	case now.Before(end):
		return values{"State": "InProgress"}
	}
	v := values{"State": "Completed", "EndTimeUTC": later(end, share(i)), "Result": "Success"}
	if w.result == "Failed" && !share(i+1).Before(w.workEnd()) || w.result == "Warning" && i == 0 {
		v["Result"], v["Reason"] = w.result, w.message
	}
	return v
}

// harvest adds what a run has made: a restore point with one for each object, or points of the replica.
func (c *core) harvest(job, session *record, included, parts []*record, at, now time.Time) {
	s := c.site(now)
	switch {
	case session.kind.path == replicaSessionPath:
		replica := s.replicaOf(job)
		if replica == nil {
			replica = s.addJobReplica(job)
		}
		for i, in := range included {
			parts[i].relate("", "Related", s.addReplicaPoint(replica, in, at))
		}
		c.forgetPoints(replica, vmReplicaPointPath, retained(job)*len(included))
	case job.kind.typ == "Job":
		backup := s.backupOf(job)
		if backup == nil {
			backup = s.addBackup(job)
		}
		point := s.addRestorePoint(backup, included, at, false)
		session.relate("", "Related", point)
		for i, in := range included {
			for _, x := range point.relatedOf(s.kind(vmRestorePointPath)) {
				if x.text("VmName") == in.name {
					parts[i].relate("", "Related", x)
				}
			}
		}
		c.forgetPoints(backup, restorePointPath, retained(job))
	}
}

// retained is how many restore points a job keeps.
func retained(job *record) int {
	info, _ := job.fields["JobInfo"].(values)
	for _, x := range info {
		of, _ := x.(values)
		policy, _ := of["SimpleRetentionPolicy"].(values)
		for limit, name := range map[string]string{"Cycles": "RetainCycles", "Days": "RetainDaysToKeep"} {
			if n, ok := policy[name].(int); ok && n > 0 && policy["RetainLimitType"] == limit {
				return max(n, 2)
			}
		}
	}
	return 14
}

// forgetPoints drops the oldest points of a backup or a replica beyond those that are kept. The oldest that is left is a full one then.
func (c *core) forgetPoints(of *record, path string, keep int) {
	points := of.relatedOf(c.store.kind(path))
	if len(points) <= keep {
		return
	}
	files := c.store.kind(backupFilePath)
	for _, p := range points[:len(points)-keep] {
		for _, x := range slices.Clone(p.related) {
			if x.kind == files || strings.HasSuffix(strings.ToLower(x.kind.path), "restorepoints/{id}") {
				c.drop(x)
			}
		}
		c.drop(p)
	}
	oldest := points[len(points)-keep]
	for _, file := range oldest.relatedOf(files) {
		if file.fields["FileType"] != "vib" {
			continue
		}
		c.site(c.now).retype(file, "vbk")
		for _, x := range oldest.related {
			if x.fields["PointType"] == "Increment" {
				x.setAll(values{"PointType": "Full", "Algorithm": "SyntheticFull"})
			}
		}
	}
}
