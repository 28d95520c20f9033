package simulator

import (
	"time"
)

// Addresses of the sessions of jobs.
const (
	backupSessionPath  = "/backupSessions/{ID}"
	backupTaskPath     = "/backupTaskSessions/{ID}"
	replicaSessionPath = "/replicaSessions/{ID}"
	replicaTaskPath    = "/replicaTaskSessions/{ID}"
)

// addRuns adds what the jobs have done before the simulator starts: sessions, and what came of them.
func addRuns(s *site) {
	for i, server := range s.list(serverPath) {
		for _, p := range s.jobPlans(i) {
			job := s.keyed(jobPath, server.id, p.name)
			switch p.kind {
			case "Replica":
				s.replicaRuns(job, p, i)
			default:
				s.backupRuns(job, p, i)
			}
		}
	}
}

// outcome is how the n-th of a job's runs ended. Of each job one run at least has warnings or fails.
func outcome(i, n, runs int, name string) string {
	switch {
	case runs > 3 && n == (i+len(name))%runs:
		return "Failed"
	case n == (i+len(name)/2)%max(runs, 2):
		return "Warning"
	}
	return "Success"
}

var reasons = map[string]string{
	"Warning": "The guest was frozen later than the limit allows.", "Failed": "The repository was out of reach.",
}

// backupRuns adds the sessions of a job, with a restore point of each that did not fail. A run that failed is repeated after ten
// minutes. Copies of what comes at any time go on without an end.
func (s *site) backupRuns(job *record, p jobPlan, i int) {
	backup := s.addBackup(job)
	if p.reverse {
		backup.query = values{reverseChain: true}
	}
	for n, at := range lastRuns(job, s.now, p.runs) {
		at = s.jitter(job, n, at)
		result := outcome(i, n, p.runs, p.name)
		if result == "Failed" {
			s.addBackupRun(job, nil, at, result, false)
			at = at.Add(10 * time.Minute)
			result = "Success"
			s.addBackupRun(job, backup, at, result, true)
			continue
		}
		s.addBackupRun(job, backup, at, result, false)
	}
	if p.kind == "ImmediateBackupCopy" {
		session := s.addNext(backupSessionPath, nameAt(job.name, s.now.Add(-time.Hour)), job).up(job).up(job.one("BackupServer"))
		session.without = []string{"agentManagementSessions"}
		session.setAll(sessionValues(job, p.kind, s.now.Add(-time.Hour), time.Time{}, "None")).setAll(values{"IsRetry": false, "Progress": 40})
		for k, in := range s.includedIn(job) {
			t := s.addTask(backupTaskPath, session, in, s.now.Add(time.Duration(k-9)*time.Minute), time.Time{}, "None")
			if k > 0 {
				t.set("State", "Pending")
			}
		}
	}
}

// jitter moves a run by the seconds that it waits for its turn.
func (s *site) jitter(job *record, n int, at time.Time) time.Time {
	return at.Add(time.Duration(mix(key64(s.seed, "jitter", job.id)+uint64(n))%90_000) * time.Millisecond)
}

// sessionValues are what all sessions of jobs show. Without an end they go on.
func sessionValues(job *record, kind string, at, end time.Time, result string) values {
	v := values{
		"JobUid": job.uid(), "JobName": job.name, "JobType": kind, "CreationTimeUTC": at,
		"State": "Working", "Result": result, "Progress": 100,
	}
	if !end.IsZero() {
		v["EndTimeUTC"], v["State"] = end, "Stopped"
	}
	if result == "Failed" {
		v["FailureMessage"] = reasons[result]
	}
	return v
}

// includedIn are the objects that a job works on: of a copy those in the jobs that it copies.
func (s *site) includedIn(job *record) []*record {
	out := includesOf(job)
	for _, x := range job.below {
		if linked := x.one("LinkedJob"); linked != nil {
			out = append(out, includesOf(linked)...)
		}
	}
	return out
}

// addBackupRun adds a session that has ended, its tasks and, with a backup, the restore point that it made.
func (s *site) addBackupRun(job, backup *record, at time.Time, result string, retry bool) *record {
	includes := s.includedIn(job)
	session := s.addNext(backupSessionPath, nameAt(job.name, at), job).up(job).up(job.one("BackupServer"))
	session.without = []string{"agentManagementSessions"}
	var point *record
	if backup != nil {
		full := at.Weekday() == time.Sunday && job.fields["JobType"] == "Backup"
		point = s.addRestorePoint(backup, includes, at.Add(40*time.Second), full)
		session.relate("", "Down", point)
	}
	end := s.addTasks(backupTaskPath, session, includes, at, result, func(t, in *record, _ time.Time) {
		if point == nil {
			return
		}
		for _, x := range point.related {
			if x.kind.path == vmRestorePointPath && x.text("VmName") == in.name {
				t.relate("", "Related", x)
			}
		}
	})
	kind := job.text("JobType")
	if kind == "ImmediateBackupCopy" {
		kind = "ImmediateBackupCopyWorker" // the job itself goes on
	}
	session.setAll(sessionValues(job, kind, at, end, result)).set("IsRetry", retry)
	return session
}

// addTasks adds the tasks of a session that began at a moment, one for each object, and returns when the session ended. Warnings are of the
// first task. made is told each task and when it began.
func (s *site) addTasks(path string, session *record, includes []*record, at time.Time, result string, made func(t, in *record, begun time.Time)) time.Time {
	end := at.Add(30 * time.Second)
	for k, in := range includes {
		begun := at.Add(time.Duration(20+15*k) * time.Second)
		ended := begun.Add(s.duration(session, in))
		r := result
		if result == "Warning" && k > 0 {
			r = "Success"
		}
		made(s.addTask(path, session, in, begun, ended, r), in, begun)
		end = later(end, ended.Add(8*time.Second))
	}
	return end
}

// duration is how long the work on an object takes: what a fast network needs for its changes, three minutes to forty.
func (s *site) duration(session, in *record) time.Duration {
	size := sizeOf(s.object(in.text("HierarchyObjRef")))
	return 3*time.Minute + time.Duration(size/gib)*time.Second/2 + time.Duration(mix(key64(s.seed, session.id, in.id))%120_000)*time.Millisecond
}

// addTask adds the part of a session that works on an object.
func (s *site) addTask(path string, session, in *record, at, end time.Time, result string) *record {
	t := s.add(path, nameAt(in.name, at), session.id, in.id)
	t.up(session.one("BackupServer")).up(session)
	for _, role := range []string{"Job", "AgentBackupJob", "NASJob"} {
		t.relate("Job", "", session.one(role))
	}
	t.setAll(values{
		"JobSessionUid": session.uid(), "CreationTimeUTC": at, "State": "InProgress", "Result": result, "Reason": reasons[result],
		"TotalSize": sizeOf(s.object(in.text("HierarchyObjRef"))), "VmDisplayName": in.name,
	})
	if !end.IsZero() {
		t.setAll(values{"State": "Completed", "EndTimeUTC": end})
	}
	return t
}
