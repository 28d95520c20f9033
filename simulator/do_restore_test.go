package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

const vmRestoreSpec = "<RestoreSpec" + xmlns + "><VmRestoreSpec><PowerOnAfterRestore>true</PowerOnAfterRestore><QuickRollback>false</QuickRollback></VmRestoreSpec></RestoreSpec>"

func TestRestoreMachine(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow), simulator.WithRules(simulator.Rule{Target: "sql02", RestoreResult: "Failed", Message: "No space."}))
	points := f.found("VmRestorePoint", "VmRestorePoints", `VmDisplayName=="sql01"`)
	if len(points) < 2 {
		t.Fatalf("%d points", len(points))
	}
	point := points[len(points)-1]
	f.refused("POST", point.link("Restore", ""), "<RestoreSpec"+xmlns+"/>", 400, "")
	f.refused("POST", point.link("Restore", ""), strings.Replace(vmRestoreSpec, "<PowerOnAfterRestore>true</PowerOnAfterRestore><QuickRollback>false</QuickRollback>", "<QuickRollback>false</QuickRollback><PowerOnAfterRestore>true</PowerOnAfterRestore>", 1), 400, "PowerOnAfterRestore")
	before := len(f.get("/restoreSessions").all("Ref"))
	f.start("POST", point.link("Restore", ""), vmRestoreSpec)
	f.refused("POST", points[0].link("Restore", ""), vmRestoreSpec, 409, "sql01")
	clock.Advance(30 * time.Second)
	s := f.get(f.get("/tasks/task-1").link("Related", "RestoreSession"))
	if s.at("State").Text != "Working" || s.at("JobType").Text != "RestoreVm" || s.attr("VmDisplayName") != "sql01" || s.at("RestoredObjRef").Text != point.at("HierarchyObjRef").Text {
		t.Errorf("%+v", s)
	}
	list := f.get("/restoreSessions").all("Ref")
	if len(list) != before+1 || list[0].attr("UID") != s.attr("UID") {
		t.Errorf("%d sessions, the newest %s", len(list), list[0].attr("Name"))
	}
	if got := f.get(s.link("Related", "VmRestorePointReference")); got.attr("UID") != point.attr("UID") {
		t.Errorf("%+v", got)
	}
	clock.Advance(2 * time.Minute)
	if s = f.get(s.attr("Href")); s.at("Result").Text != "Success" {
		t.Errorf("%+v", s)
	}
	other := f.found("VmRestorePoint", "VmRestorePoints", `VmDisplayName=="sql02"`)[0]
	f.start("POST", other.link("Restore", ""), vmRestoreSpec)
	clock.Advance(3 * time.Minute)
	if s := f.json(f.get("/tasks/task-2").link("Related", "RestoreSession")); s["Result"] != "Failed" || s["FailureMessage"] != "No space." {
		t.Errorf("%v", s)
	}
	if diff := cmp.Diff([]string{"RestoreStarted", "RestoreFinished Success", "RestoreStarted", "RestoreFinished Failed"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

func TestRestoreFile(t *testing.T) {
	em, f, clock := site(t)
	point := f.found("VmRestorePoint", "VmRestorePoints", `VmDisplayName=="dc01"`)[0]
	f.start("POST", point.link("Create", "VmRestorePointMount"), "<RestorePointMountSpec"+xmlns+"/>")
	clock.Advance(time.Minute)
	mount := f.get("/tasks/task-1").link("Related", "VmRestorePointMount")
	drive := f.get(mount).at("FSRoots", "DirectoryEntry")
	spec := "<FileRestoreSpec" + xmlns + "><ToOriginalLocation><Overwrite>true</Overwrite></ToOriginalLocation></FileRestoreSpec>"
	f.refused("POST", mount+"/none?action=restore", spec, 404, "none")
	f.start("POST", drive.link("Restore", ""), spec)
	clock.Advance(time.Minute)
	if s := f.get(f.get("/tasks/task-2").link("Related", "RestoreSession")); s.at("JobType").Text != "FileLevelRestore" || s.at("Result").Text != "Success" {
		t.Errorf("%+v", s)
	}
	if a := f.do("DELETE", mount, ""); a.status != 204 || f.do("GET", mount, "").status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if diff := cmp.Diff([]string{"Created", "RestoreStarted", "RestoreFinished Success", "Deleted"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

const planSpec = "<FailoverPlanManagementSpec" + xmlns + "><StartNow>true</StartNow></FailoverPlanManagementSpec>"

// A plan fails its machines over in order, and undo brings them back in the other.
func TestFailoverPlan(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	plan := f.named("FailoverPlan", "FailoverPlans", "Failover ERP")
	var names []string
	for _, vm := range plan.at("FailoverPlanInfo", "Includes").all("FailoveredVm") {
		names = append(names, vm.at("Name").Text)
	}
	f.refused("POST", plan.link("Undo", ""), "", 409, "failed over")
	f.refused("POST", plan.link("Start", ""), "<FailoverPlanManagementSpec"+xmlns+"/>", 400, "StartNow")
	if got := f.start("POST", plan.link("Start", ""), planSpec).at("Operation").Text; got != "StartFailoverPlan" {
		t.Error(got)
	}
	f.refused("POST", plan.link("Start", ""), planSpec, 409, "busy")
	f.refused("POST", plan.link("Undo", ""), "", 409, "busy")
	point := f.found("VmReplicaPoint", "VmReplicaPoints", `VmDisplayName=="`+names[0]+`"`)[0]
	f.refused("POST", point.link("Failover", ""), "", 409, names[0])
	f.refused("POST", f.named("FailoverPlan", "FailoverPlans", "Failover Applications").link("Start", ""), planSpec, 409, "busy")
	clock.Advance(25 * time.Second)
	session := f.get("/tasks/task-1").link("Related", "RestoreSession")
	if s := f.get(session); s.at("State").Text != "Working" || s.at("JobType").Text != "FailoverPlan" {
		t.Errorf("%+v", s)
	}
	if got := f.get("/restoreSessions?format=Entity").at("RestoreSession").attr("VmDisplayName"); got != names[0] {
		t.Errorf("%s fails over first", got)
	}
	clock.Advance(3 * time.Minute)
	if s := f.get(session); s.at("State").Text != "Stopped" || s.at("Result").Text != "Success" {
		t.Errorf("%+v", s)
	}
	f.refused("POST", plan.link("Start", ""), planSpec, 409, "failed over already")
	f.refused("POST", point.link("Failover", ""), "", 409, "failed over already")
	f.start("POST", plan.link("Undo", ""), "")
	clock.Advance(3 * time.Minute)
	f.refused("POST", plan.link("Undo", ""), "", 409, "has failed over")
	f.start("POST", point.link("Failover", ""), "")
	clock.Advance(3 * time.Minute)

	var order, want []string
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverStarted || e.Kind == simulator.FailoverUndone {
			name, _, _ := strings.Cut(e.Target.Name, "@")
			order = append(order, string(e.Kind)+" "+name)
		}
	}
	for _, n := range names {
		want = append(want, "FailoverStarted "+n)
	}
	for i := len(names) - 1; i >= 0; i-- {
		want = append(want, "FailoverUndone "+names[i])
	}
	if diff := cmp.Diff(append(want, "FailoverStarted "+names[0]), order); diff != "" {
		t.Error(diff)
	}
	f.start("POST", plan.link("Undo", ""), "")
	clock.Advance(3 * time.Minute)
	if n := len(em.Audit()); em.Audit()[n-1].Kind != simulator.PlanFinished || em.Audit()[n-2].Target.Name != point.attr("Name") && !strings.HasPrefix(em.Audit()[n-2].Target.Name, names[0]) {
		t.Errorf("%+v", em.Audit()[n-2:])
	}
}

// A plan can start with older states, and be stopped by its task.
func TestFailoverPlanState(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	plan := f.named("FailoverPlan", "FailoverPlans", "Failover Applications")
	dated := func(date string) string {
		return "<FailoverPlanManagementSpec" + xmlns + "><StartNow>false</StartNow><StartDate>" + date + "</StartDate></FailoverPlanManagementSpec>"
	}
	f.refused("POST", plan.link("Start", ""), dated("2020-01-01T00:00:00"), 409, "app01 has no replica point before")
	f.refused("POST", plan.link("Start", ""), strings.Replace(dated("2020-01-01T00:00:00"), "false", "true", 1), 400, "exclude")
	points := f.found("VmReplicaPoint", "VmReplicaPoints", `VmDisplayName=="app01"`)
	want, next := points[len(points)-2], points[len(points)-1]
	f.start("POST", plan.link("Start", ""), dated(next.at("CreationTimeUTC").Text))
	clock.Advance(25 * time.Second)
	s := f.get("/restoreSessions?format=Entity").at("RestoreSession")
	if got := f.get(s.link("Related", "VmReplicaPointReference")); s.attr("VmDisplayName") != "app01" || got.attr("UID") != want.attr("UID") {
		t.Errorf("%s: %s, not %s", s.attr("VmDisplayName"), got.attr("Name"), want.attr("Name"))
	}
	clock.Advance(5 * time.Minute)
	f.start("POST", plan.link("Undo", ""), "")
	clock.Advance(time.Second)
	f.do("DELETE", "/tasks/task-2", "")
	clock.Advance(5 * time.Minute)
	if k := kinds(em); k[0] != "PlanStarted" || k[len(k)-1] != "PlanFinished Failed" {
		t.Errorf("%q", k)
	}
	f.start("POST", plan.link("Undo", ""), "") // nothing had gone back yet
}

func TestCloudFailoverPlan(t *testing.T) {
	_, f, clock := site(t)
	spec := "<CloudFailoverPlanManagementSpec" + xmlns + "><StartNow>true</StartNow></CloudFailoverPlanManagementSpec>"
	for _, plan := range f.found("CloudFailoverPlan", "CloudFailoverPlans", "") {
		a := f.do("POST", plan.link("Undo", ""), "") // of those that have failed over already
		if a.status != 202 && a.status != 409 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		clock.Advance(10 * time.Second)
		f.start("POST", plan.link("Test", ""), "")
		clock.Advance(10 * time.Second)
		before := len(f.found("CloudVmReplicaPoint", "CloudVmReplicaPoints", "State==Failover"))
		task := f.start("POST", plan.link("Start", ""), spec)
		clock.Advance(10 * time.Second)
		if s := f.get(f.get(task.attr("Href")).link("Related", "CloudFailoverSession")); s.at("Result").Text != "Success" {
			t.Errorf("%+v", s)
		}
		if after := len(f.found("CloudVmReplicaPoint", "CloudVmReplicaPoints", "State==Failover")); after <= before {
			t.Errorf("%s: %d points, before %d", plan.attr("Name"), after, before)
		}
		f.refused("POST", plan.link("Start", ""), spec, 409, "already")
	}
}
