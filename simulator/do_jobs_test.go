package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

const xmlns = ` xmlns="http://www.veeam.com/ent/v1.0"`

// found returns the entities that a query finds.
func (f *foreign) found(typ, list, filter string) []element {
	f.t.Helper()
	r := f.get("/query?type=" + typ + "&format=Entities&filter=" + url.QueryEscape(filter))
	return r.at("Entities", list).Children
}

// named returns the one thing of a type with a name.
func (f *foreign) named(typ, list, name string) *element {
	f.t.Helper()
	got := f.found(typ, list, fmt.Sprintf("Name==%q", name))
	if len(got) != 1 {
		f.t.Fatalf("%d of type %s are called %s", len(got), typ, name)
	}
	return &got[0]
}

// start sends a request that starts a task, and returns the task.
func (f *foreign) start(method, target, body string) *element {
	f.t.Helper()
	a := f.do(method, target, body)
	if a.status != 202 {
		f.t.Fatalf("%s %s: %d %s", method, target, a.status, a.body)
	}
	return a.xml(f.t)
}

// refused sends a request that is refused with a status and a message that has a part.
func (f *foreign) refused(method, target, body string, status int, part string) {
	f.t.Helper()
	a := f.do(method, target, body)
	if a.status != status || !strings.Contains(a.xml(f.t).attr("Message"), part) {
		f.t.Errorf("%s %s: %d %s; want %d %s", method, target, a.status, a.body, status, part)
	}
}

// json reads something in its other form.
func (f *foreign) json(target string) map[string]any {
	f.t.Helper()
	a := f.do("GET", target, "", "Accept", "application/json")
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); a.status != 200 || err != nil {
		f.t.Fatalf("GET %s: %d %v %s", target, a.status, err, a.body)
	}
	return v
}

func refs(list *element) []string {
	var out []string
	for _, r := range list.all("Ref") {
		out = append(out, r.attr("Name"))
	}
	return out
}

// A job's run from the request to the restore points, as every read shows it.
func TestJobRun(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	job := f.named("Job", "Jobs", "Backup Web Servers")
	backup := f.named("Backup", "Backups", "Backup Web Servers")
	sessions, points := job.link("Down", "BackupJobSessionReferenceList"), backup.link("Down", "RestorePointReferenceList")
	before, pointsBefore := refs(f.get(sessions)), refs(f.get(points))
	task := f.start("POST", job.link("Start", ""), "")
	if got := task.at("Operation").Text + " " + task.at("State").Text; got != "StartJob Running" {
		t.Error(got)
	}
	begun := clock.Now()
	f.refused("POST", job.link("Start", ""), "", 409, "Backup Web Servers")
	f.refused("DELETE", job.attr("Href"), "", 409, "Backup Web Servers")
	session := ""
	for _, c := range []struct {
		at                         time.Duration
		task, state, result, parts string
	}{
		{0, "Running", "", "", ""},
		{10 * time.Second, "OperationFinished", "", "", ""},
		{15 * time.Second, "Finished", "Starting", "None", "Pending Pending Pending"},
		{20 * time.Second, "Finished", "Working", "None", "InProgress Pending Pending"},
		{60 * time.Second, "Finished", "Working", "None", "Completed InProgress Pending"},
		{120 * time.Second, "Finished", "Stopping", "None", "Completed Completed Completed"},
		{130 * time.Second, "Finished", "Stopped", "Success", "Completed Completed Completed"},
	} {
		clock.Set(begun.Add(c.at))
		task := f.get("/tasks/task-1")
		if got := task.at("State").Text; got != c.task {
			t.Errorf("%v: task %s", c.at, got)
		}
		session = task.link("Related", "BackupJobSession")
		if got := len(f.get(sessions).all("Ref")) - len(before); (session != "") != (c.state != "") || (got == 1) != (c.state != "") {
			t.Fatalf("%v: session %q, %d more", c.at, session, got)
		}
		if session == "" {
			continue
		}
		s := f.get(session)
		var parts []string
		for _, p := range f.get(s.link("Down", "BackupTaskSessionReferenceList") + "?format=Entity").all("BackupTaskSession") {
			parts = append(parts, p.at("State").Text)
		}
		if diff := cmp.Diff([]string{c.state, c.result, c.parts}, []string{s.at("State").Text, s.at("Result").Text, strings.Join(parts, " ")}); diff != "" {
			t.Errorf("%v: %s", c.at, diff)
		}
		if j := f.json(session); j["State"] != c.state || j["JobName"] != "Backup Web Servers" || j["IsRetry"] != false {
			t.Errorf("%v: %v", c.at, j)
		}
		if n := len(f.found("BackupJobSession", "BackupJobSessions", `State==`+c.state+`;JobName=="Backup Web Servers"`)); n == 0 {
			t.Errorf("%v: no session is %s", c.at, c.state)
		}
		if got := len(f.get(points).all("Ref")); got != len(pointsBefore) && c.state != "Stopped" {
			t.Errorf("%v: %d restore points", c.at, got)
		}
	}
	s := f.get(session)
	point := f.get(s.link("Related", "RestorePointReference") + "?format=Entity")
	if at, _ := time.Parse(time.RFC3339, point.at("BackupDateUTC").Text); !at.Equal(begun) {
		t.Errorf("restore point of %s", point.at("BackupDateUTC").Text)
	}
	if got := refs(f.get(points)); got[len(got)-1] != point.attr("Name") {
		t.Errorf("%q is not the newest of %q", point.attr("Name"), got)
	}
	var machines []string
	for _, vm := range f.get(point.link("Down", "VmRestorePointReferenceList") + "?format=Entity").all("VmRestorePoint") {
		machines = append(machines, vm.attr("VmDisplayName"))
	}
	if diff := cmp.Diff([]string{"web01", "web02", "web03"}, machines); diff != "" {
		t.Error(diff)
	}
	part := f.get(s.link("Down", "BackupTaskSessionReferenceList") + "?format=Entity").at("BackupTaskSession")
	if vm := f.get(part.link("Related", "")); vm.attr("Name") == "" || part.at("Result").Text != "Success" {
		t.Errorf("%+v", part)
	}
	if diff := cmp.Diff([]string{"JobStarted", "JobFinished Success"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
	if e := em.Audit(); e[len(e)-2].Target.Name != "Backup Web Servers" || e[len(e)-2].Operation != "Jobs.ID.Start" {
		t.Errorf("%+v", e)
	}
	f.start("POST", job.link("Start", ""), "")
}

// A backup keeps as many restore points as its job says, the oldest of them a full one.
func TestRetention(t *testing.T) {
	_, f, clock := site(t)
	job, backup := f.named("Job", "Jobs", "Backup Databases"), f.named("Backup", "Backups", "Backup Databases")
	for range 9 {
		f.start("POST", job.link("Start", ""), "")
		clock.Advance(10 * time.Minute)
	}
	if got := len(f.get(backup.link("Down", "RestorePointReferenceList")).all("Ref")); got != 7 {
		t.Errorf("%d restore points", got)
	}
	files := f.get(backup.link("Down", "BackupFileReferenceList") + "?format=Entity").all("BackupFile")
	if len(files) != 7 || files[0].at("FileType").Text != "vbk" || files[6].at("FileType").Text != "vib" {
		t.Errorf("%d files", len(files))
	}
}

func TestJobStopAndRetry(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow), simulator.WithRules(simulator.Rule{
		Target: "Backup Databases", Times: 1, RestoreResult: "Failed", Message: "The disk is full.",
	}))
	job := f.named("Job", "Jobs", "Backup Databases")
	f.refused("POST", job.link("Stop", ""), "", 409, "does not run")
	f.start("POST", job.link("Start", ""), "")
	clock.Advance(10 * time.Minute)
	s := f.get(f.get("/tasks/task-1").link("Related", ""))
	if s.at("Result").Text != "Failed" || s.at("FailureMessage").Text != "The disk is full." || s.link("Related", "RestorePointReference") != "" {
		t.Errorf("%+v", s)
	}
	f.start("POST", job.link("Retry", ""), "")
	clock.Advance(30 * time.Second)
	retried := f.get("/tasks/task-2").link("Related", "BackupJobSession")
	if s = f.get(retried); s.at("IsRetry").Text != "true" || s.at("State").Text != "Working" {
		t.Errorf("%+v", s)
	}
	f.start("POST", s.link("Stop", ""), "")
	if s = f.get(retried); s.at("State").Text != "Stopping" {
		t.Error(s.at("State").Text)
	}
	f.refused("POST", job.link("Stop", ""), "", 409, "does not run")
	clock.Advance(10 * time.Second)
	if s = f.get(retried); s.at("State").Text != "Stopped" || s.at("Result").Text != "Failed" || s.at("Progress").Text != "10" {
		t.Errorf("%s %s %s", s.at("State").Text, s.at("Result").Text, s.at("Progress").Text)
	}
	f.start("POST", job.link("Retry", ""), "")
	clock.Advance(10 * time.Minute)
	f.refused("POST", job.link("Retry", ""), "", 409, "has not failed")
	want := []string{
		"JobStarted", "JobFinished Failed", "JobStarted retry", "JobStopped", "JobFinished Failed", "JobStarted retry", "JobFinished Success",
	}
	if diff := cmp.Diff(want, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

// Whoever deletes the task of a start stops the job.
func TestTaskStopsJob(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	f.start("POST", f.named("Job", "Jobs", "Backup Databases").link("Start", ""), "")
	if a := f.do("DELETE", "/tasks/task-1", ""); a.status != 204 {
		t.Error(a.status)
	}
	clock.Advance(10 * time.Minute)
	if diff := cmp.Diff([]string{"JobStarted", "TaskRemoved stopped", "JobFinished Failed"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

func TestReplicaJob(t *testing.T) {
	_, f, clock := site(t)
	job, replica := f.named("Job", "Jobs", "Replicate ERP"), f.named("Replica", "Replicas", "Replicate ERP")
	points := replica.link("Down", "VmReplicaPointReferenceList")
	before := len(f.get(points).all("Ref"))
	f.start("POST", job.link("Start", ""), "")
	clock.Advance(time.Minute)
	s := f.get(f.get("/tasks/task-1").link("Related", "ReplicaJobSession"))
	parts := f.get(s.link("Down", "ReplicaTaskSessionReferenceList")).all("Ref")
	if after := len(f.get(points).all("Ref")); s.at("Result").Text != "Success" || after != before+len(parts) || len(parts) == 0 {
		t.Errorf("%s, %d points before, %d after, %d parts", s.at("Result").Text, before, after, len(parts))
	}
}

func TestOtherJobs(t *testing.T) {
	em, f, clock := site(t)
	for _, c := range []struct{ typ, list, start, operation string }{
		{"NasJob", "NASJobs", "/start", "StartNasJob"}, {"AgentBackupJob", "AgentBackupJobs", "?action=start", "StartJob"},
	} {
		all := f.found(c.typ, c.list, "")
		if len(all) == 0 {
			t.Errorf("no %s", c.typ)
			continue
		}
		href, _, _ := strings.Cut(all[0].attr("Href"), "?")
		task := f.start("POST", href+c.start, "")
		clock.Advance(time.Minute)
		task = f.get(task.attr("Href"))
		s := f.get(task.link("Related", "BackupJobSession"))
		if task.at("Operation").Text != c.operation || s.at("Result").Text != "Success" || s.at("JobName").Text != all[0].attr("Name") {
			t.Errorf("%s: %+v", c.typ, s)
		}
	}
	if got := strings.Join(kinds(em), ", "); got != "JobStarted, JobFinished Success, JobStarted, JobFinished Success" {
		t.Error(got)
	}
}

func TestCloneToggleAndEditJob(t *testing.T) {
	em, f, clock := site(t)
	job := f.named("Job", "Jobs", "Backup Databases")
	spec := func(info string) string { return "<JobCloneSpec" + xmlns + ">" + info + "</JobCloneSpec>" }
	repository := f.get("/repositories").at("Ref").attr("UID")
	good := "<BackupJobCloneInfo><JobName>Second</JobName><FolderName>Second</FolderName><RepositoryUid>" + repository + "</RepositoryUid></BackupJobCloneInfo>"
	f.refused("POST", job.link("Clone", ""), spec("<ReplicaJobCloneInfo><JobName>x</JobName><VmSuffix>_r</VmSuffix></ReplicaJobCloneInfo>"), 400, "BackupJobCloneInfo")
	f.refused("POST", job.link("Clone", ""), spec(strings.Replace(good, "Second<", "Backup Web Servers<", 1)), 409, "Backup Web Servers")
	f.refused("POST", job.link("Clone", ""), spec("<BackupJobCloneInfo><FolderName>f</FolderName><JobName>x</JobName></BackupJobCloneInfo>"), 400, "FolderName")
	f.refused("POST", job.link("Clone", ""), spec(strings.Replace(good, "urn:veeam:Repository:", "urn:veeam:Repository:0", 1)), 400, "Repository")
	f.start("POST", job.link("Clone", ""), spec(good))
	if n := len(f.found("Job", "Jobs", "Name==Second")); n != 0 {
		t.Error("it is there before its task has finished")
	}
	clock.Advance(time.Second)
	cloned := f.get(f.get("/tasks/task-1").link("Related", "Job"))
	if cloned.attr("Name") != "Second" || cloned.attr("UID") == job.attr("UID") || f.named("Job", "Jobs", "Second").attr("UID") != cloned.attr("UID") {
		t.Errorf("%+v", cloned)
	}
	if a, b := len(f.get(job.link("Down", "ObjectInJobList")).Children), len(f.get(cloned.link("Down", "ObjectInJobList")).Children); a != b || a == 0 {
		t.Errorf("%d objects, not %d", b, a)
	}

	f.start("POST", cloned.link("ToggleScheduleEnabled", ""), "")
	if now := f.get(cloned.attr("Href")); now.at("ScheduleEnabled").Text != "false" || now.at("NextRun").Text != "" {
		t.Errorf("%s, %s", now.at("ScheduleEnabled").Text, now.at("NextRun").Text)
	}
	if f.get(job.attr("Href")).at("ScheduleEnabled").Text != "true" {
		t.Error("the other one changed, too")
	}

	href, _, _ := strings.Cut(cloned.attr("Href"), "?")
	f.refused("PUT", href+"?action=edit", "<Job"+xmlns+"><JobType>Replica</JobType></Job>", 400, "JobType")
	f.start("PUT", href+"?action=edit", `<Job`+xmlns+` Name="Third"><Description>other words</Description></Job>`)
	clock.Advance(time.Second)
	now := f.named("Job", "Jobs", "Third")
	if now.at("Description").Text != "other words" || now.at("JobType").Text != "Backup" || len(now.at("JobScheduleOptions").Children) == 0 {
		t.Errorf("%+v", now)
	}
	f.start("DELETE", href, "")
	clock.Advance(time.Second)
	f.refused("GET", href, "", 404, "job")
	f.refused("POST", href+"?action=start", "", 404, "job")
	if diff := cmp.Diff([]string{"Created", "ScheduleChanged disabled", "Edited", "Deleted"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

func TestObjectsInJob(t *testing.T) {
	_, f, clock := site(t)
	job, other := f.named("Job", "Jobs", "Backup Databases"), f.named("Job", "Jobs", "Backup Domain Controllers")
	in := f.get(other.link("Down", "ObjectInJobList")).at("ObjectInJob")
	spec := "<CreateObjectInJobSpec" + xmlns + "><HierarchyObjRef>" + in.at("HierarchyObjRef").Text + "</HierarchyObjRef><HierarchyObjName>" + in.at("Name").Text + "</HierarchyObjName></CreateObjectInJobSpec>"
	f.start("POST", job.link("Create", "ObjectInJob"), spec)
	clock.Advance(time.Second)
	f.refused("POST", job.link("Create", "ObjectInJob"), spec, 409, "dc01")
	all := f.get(job.link("Down", "ObjectInJobList")).all("ObjectInJob")
	added := all[len(all)-1]
	if len(all) != 3 || added.at("Name").Text != "dc01" {
		t.Fatalf("%d objects, the last %s", len(all), added.at("Name").Text)
	}
	f.start("DELETE", added.attr("Href"), "")
	clock.Advance(time.Second)
	if got := len(f.get(job.link("Down", "ObjectInJobList")).all("ObjectInJob")); got != 2 {
		t.Errorf("%d objects", got)
	}
	copies := f.named("Job", "Jobs", "Copy to Second Site")
	f.start("POST", copies.link("Create", "LinkedJobObjectList"), "<CreateLinkedJobSpec"+xmlns+"><LinkedJobUid>"+f.named("Job", "Jobs", "Backup Web Servers").attr("UID")+"</LinkedJobUid></CreateLinkedJobSpec>")
	clock.Advance(time.Second)
	linked := f.get(copies.link("Down", "LinkedJobObjectList")).all("LinkedJobObject")
	if len(linked) != 3 {
		t.Errorf("%d linked jobs", len(linked))
	}
}
