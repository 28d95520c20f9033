package simulator

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doJobs registers what can be done with jobs of all kinds.
func doJobs(g registry) {
	for _, name := range []string{"Jobs.ID.", "Agents.Jobs.ID.", "Nas.Jobs.ID."} {
		g.do(name+"Start", start)
		g.do(name+"Stop", stop)
		g.do(name+"Retry", retry)
		g.do(name+"ToggleScheduleEnabled", toggle)
	}
	g.do("Jobs.ID.Sync", syncCopy)
	g.do("BackupSessions.ID.Stop", stopSession)
	g.do("BackupServers.ID.QuickBackup", quickBackup)
	g.do("Jobs.ID.Clone", clone)
	g.do("Jobs.ID.Update", editJob)
	g.do("Jobs.ID.Includes.Create", creating("", (*making).include))
	g.do("Jobs.ID.LinkedJobs.Create", linking("LinkedJobUid", "Job", (*site).addLinkedJob))
	g.do("Jobs.ID.LinkedBackupRepositories.Create", linking("LinkedBackupRepositoryUid", "Repository", (*site).addLinkedRepository))
}

// toggle switches a job's schedule at once; its task takes as long as any.
func toggle(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	on, _ := job.fields["ScheduleEnabled"].(bool)
	job.set("ScheduleEnabled", !on)
	k := q.c.newTask(q.session, "Edit"+job.kind.typ, q.now, q.c.timing)
	k.result = job
	e := q.about(ScheduleChanged, job)
	e.Task, e.Outcome = k.id, "enabled"
	if on {
		e.Outcome = "disabled"
	}
	q.c.audit(e)
	return q.taskAnswer(k)
}

// isCopy says whether a job copies backups.
func isCopy(job *record) bool { return strings.HasSuffix(job.text("JobType"), "BackupCopy") }

// syncCopy lets a copy job copy what is new.
func syncCopy(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	if !isCopy(job) {
		return nil, rest.Faultf(http.StatusBadRequest, "%s copies no backups.", job.name)
	}
	return q.answered(q.run(job, "SyncJob", "", nil))
}

// quickBackup adds a restore point of one machine, by the first job of the backup server that has it.
func quickBackup(q *request) (xsdbind.Struct, error) {
	server, err := q.record()
	if err != nil {
		return nil, err
	}
	ref := xsdbind.Text(q.body, "VmRef")
	for _, job := range server.relatedOf(q.c.store.kind(jobPath)) {
		for _, in := range includesOf(job) {
			if job.text("JobType") == "Backup" && strings.EqualFold(in.text("HierarchyObjRef"), ref) {
				return q.answered(q.run(job, "QuickBackup", "", in))
			}
		}
	}
	return nil, rest.Faultf(http.StatusBadRequest, "VmRef: no backup job of %s has %s.", server.name, ref)
}

// cloneInfos are the elements of a JobCloneSpec by the type of job.
var cloneInfos = map[string]string{
	"Backup": "BackupJobCloneInfo", "Replica": "ReplicaJobCloneInfo", "BackupCopy": "BackupCopyJobCloneInfo", "ImmediateBackupCopy": "ImmediateBackupCopyJobCloneInfo",
}

// clone makes a job like another, with the same objects and a name of its own. It has not run yet.
func clone(q *request) (xsdbind.Struct, error) {
	job, err := q.record()
	if err != nil {
		return nil, err
	}
	info := cloneInfos[job.text("JobType")]
	spec, ok := valuesOf(q.body)[info].(values)
	if !ok {
		return nil, rest.Faultf(http.StatusBadRequest, "A job of type %s is cloned by a %s.", job.text("JobType"), info)
	}
	name, _ := spec["JobName"].(string)
	switch {
	case strings.TrimSpace(name) == "":
		return nil, rest.Faultf(http.StatusBadRequest, "JobName is empty.")
	case job.kind.named(name, nil) != nil:
		return nil, rest.Faultf(http.StatusConflict, "There is a job called %s.", name)
	}
	repository := job.one("Repository")
	if uid, _ := spec["RepositoryUid"].(string); uid != "" {
		if repository, err = q.referred("RepositoryUid", uid); err != nil {
			return nil, err
		}
	}
	s := q.site()
	made := s.add(jobPath, name, q.c.doing.serial()).up(job.one("BackupServer")).to(repository)
	made.fields = maps.Clone(job.fields)
	if text, _ := spec["Description"].(string); text != "" {
		made.set("Description", text)
	}
	for _, x := range job.below {
		switch x.kind.path {
		case jobPath + "/includes/{ID}":
			in := s.addBelow(made, "includes", x.name, x.id)
			in.fields = maps.Clone(x.fields)
			in.set("ObjectInJobId", in.id)
		case jobPath + "/linkedJobs/{ID}":
			s.addLinkedJob(made, x.one("LinkedJob"))
		case jobPath + "/linkedBackupRepositories/{ID}":
			s.addLinkedRepository(made, s.find(repositoryPath, x.text("LinkedBackupRepositoryUid")))
		}
	}
	s.dressJob(made)
	if err := q.check(made); err != nil {
		q.c.drop(made)
		return nil, err
	}
	return q.made(made, "CloneJob")
}

// editJob changes a job. What it is, and when it runs next, is not to be chosen.
func editJob(q *request) (xsdbind.Struct, error) {
	return q.edit(func(job *record, v values) (func(), error) {
		if kind, ok := v["JobType"]; ok && kind != job.fields["JobType"] {
			return nil, rest.Faultf(http.StatusBadRequest, "JobType: %s is of type %s.", job.name, job.text("JobType"))
		}
		delete(v, "NextRun")
		return func() {}, nil
	})
}

// include takes a machine, a vApp or a container into a job.
func (m *making) include(string) *record {
	ref := m.text("HierarchyObjRef")
	object := m.object(ref)
	switch {
	case object == nil:
		m.err = rest.Faultf(http.StatusBadRequest, "HierarchyObjRef: there is no object %s.", ref)
	case isCopy(m.parent):
		m.err = rest.Faultf(http.StatusBadRequest, "%s copies the backups of other jobs.", m.parent.name)
	}
	for _, in := range includesOf(m.parent) {
		if m.err == nil && strings.EqualFold(in.text("HierarchyObjRef"), ref) {
			m.err = rest.Faultf(http.StatusConflict, "%s has %s already.", m.parent.name, in.name)
		}
	}
	if m.err != nil {
		return nil
	}
	in := m.addInclude(m.parent, object)
	return in.setAll(m.shown(in.kind, "HierarchyObjRef"))
}

// linking answers POST to what a copy job copies from.
func linking(field, typ string, add func(s *site, job, to *record) *record) serve {
	return func(q *request) (xsdbind.Struct, error) {
		job, err := q.record()
		if err != nil {
			return nil, err
		}
		to, err := q.referred(field, xsdbind.Text(q.body, field))
		switch {
		case err != nil:
			return nil, err
		case to.kind.typ != typ || to == job:
			return nil, rest.Faultf(http.StatusBadRequest, "%s: %s cannot be copied from.", field, to.name)
		case !isCopy(job):
			return nil, rest.Faultf(http.StatusBadRequest, "%s copies no backups.", job.name)
		}
		for _, x := range job.below {
			if x.text(field) == to.uid() {
				return nil, rest.Faultf(http.StatusConflict, "%s has %s already.", job.name, to.name)
			}
		}
		return q.answered(q.carryOut(q.about(Edited, job), "UpdateJob", func(now time.Time) { add(q.c.site(now), job, to) }))
	}
}
