package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

// slow is a timing whose parts tell themselves apart.
var slow = simulator.Timing{
	Running: 10 * time.Second, Collecting: 5 * time.Second,
	Starting: 20 * time.Second, Working: 100 * time.Second, Stopping: 10 * time.Second,
}

func (f *foreign) failover(target, spec string) *element {
	f.t.Helper()
	a := f.do("POST", target+"?action=failover", spec)
	if a.status != 202 {
		f.t.Fatalf("failover: %d %s", a.status, a.body)
	}
	return a.xml(f.t)
}

// kinds lists the audit log without the log-ins.
func kinds(em *simulator.Server) []string {
	var out []string
	for _, e := range em.Audit() {
		if e.Kind == simulator.LoggedOn {
			continue
		}
		s := string(e.Kind)
		if e.Outcome != "" {
			s += " " + e.Outcome
		}
		out = append(out, s)
	}
	return out
}

func TestTaskAndRestoreSession(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	f.failover(f.firstVApp(), latestSpec)
	start := clock.Now()
	related := ""
	for _, c := range []struct {
		at                      time.Duration
		task, result            string // result: Success/Message
		state, outcome, percent string // of the restore session; "" while it is not listed
	}{
		{0, "Running", "/", "", "", ""},
		{10*time.Second - 1, "Running", "/", "", "", ""},
		{10 * time.Second, "OperationFinished", "true/OperationFinished", "", "", ""},
		{15 * time.Second, "Finished", "true/Ok", "Starting", "None", "0"},
		{20 * time.Second, "Finished", "true/Ok", "Working", "None", "1"},
		{70 * time.Second, "Finished", "true/Ok", "Working", "None", "50"},
		{119 * time.Second, "Finished", "true/Ok", "Working", "None", "99"},
		{120 * time.Second, "Finished", "true/Ok", "Stopping", "None", "100"},
		{130 * time.Second, "Finished", "true/Ok", "Stopped", "Success", "100"},
		{200 * time.Second, "Finished", "true/Ok", "Stopped", "Success", "100"},
	} {
		clock.Set(start.Add(c.at))
		task := f.get("/tasks/task-1")
		if got := task.at("State").Text; got != c.task {
			t.Errorf("%v: task %s, want %s", c.at, got, c.task)
		}
		if r := task.at("Result"); r.attr("Success")+"/"+r.at("Message").Text != c.result {
			t.Errorf("%v: result %+v", c.at, r)
		}
		link := task.link("Related", "RestoreSession")
		if (link != "") != (c.task == "Finished") {
			t.Errorf("%v: related %q", c.at, link)
		}
		if c.state == "" {
			if got := len(f.get("/restoreSessions").all("Ref")); got != 3 {
				t.Errorf("%v: %d restore sessions", c.at, got)
			}
			continue
		}
		related = link
		s := f.get(link)
		if diff := cmp.Diff([]string{c.state, c.outcome, c.percent}, []string{s.at("State").Text, s.at("Result").Text, s.at("Progress").Text}); diff != "" {
			t.Errorf("%v: %s", c.at, diff)
		}
		if ended := s.at("EndTimeUTC").Text != ""; ended != (c.state == "Stopped") {
			t.Errorf("%v: EndTimeUTC %q", c.at, s.at("EndTimeUTC").Text)
		}
	}
	if diff := cmp.Diff([]string{"FailoverStarted", "FailoverFinished Success"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
	audit := em.Audit()
	started, finished := audit[len(audit)-2], audit[len(audit)-1]
	if !finished.Time.Equal(start.Add(130*time.Second)) || finished.Restore != guidRE.FindString(related) || started.Restore != finished.Restore ||
		started.Operation != "CdpReplica.VApps.ID.Failover" || started.User != em.Username || started.Session != f.id || started.Task != "task-1" {
		t.Errorf("%+v\n%+v", started, finished)
	}
}

func TestOneFailoverAtATime(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	vapp := f.firstVApp()
	f.failover(vapp, latestSpec)
	if a := f.do("POST", vapp+"?action=failover", latestSpec); a.status != 409 || !strings.Contains(a.xml(t).attr("Message"), "vapp01") {
		t.Errorf("%d %s", a.status, a.body)
	}
	clock.Advance(129 * time.Second)
	if a := f.do("POST", vapp+"?action=failover", latestSpec); a.status != 409 {
		t.Errorf("a second before its end: %d", a.status)
	}
	clock.Advance(time.Second)
	if got := f.failover(vapp, latestSpec).at("TaskId").Text; got != "task-2" {
		t.Error(got)
	}
	if diff := cmp.Diff([]string{"FailoverStarted", "FailoverFinished Success", "FailoverStarted"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

func TestDeleteStopsTheWork(t *testing.T) {
	for _, c := range []struct {
		at    time.Duration
		event string
		ends  string // of the restore session
	}{
		{5 * time.Second, "FailoverCancelled stopped", "Failed"},
		{12 * time.Second, "FailoverCancelled stopped", "Failed"},
		{40 * time.Second, "TaskRemoved Finished", "Success"},
	} {
		t.Run(fmt.Sprint(c.at), func(t *testing.T) {
			em, f, clock := site(t, simulator.WithTiming(slow))
			f.failover(f.firstVApp(), latestSpec)
			clock.Advance(c.at)
			if a := f.do("DELETE", "/tasks/task-1", ""); a.status != 204 || a.body != "" {
				t.Errorf("%d %s", a.status, a.body)
			}
			if a := f.do("GET", "/tasks/task-1", ""); a.status != 404 {
				t.Errorf("afterwards: %d", a.status)
			}
			clock.Advance(10 * time.Minute)
			q := f.get("/query?type=RestoreSession&format=Entities&sortDesc=CreationTime&pageSize=1")
			s := q.at("Entities", "RestoreSessions", "RestoreSession")
			if s.at("State").Text != "Stopped" || s.at("Result").Text != c.ends || (c.ends == "Failed") != (s.at("FailureMessage").Text != "") {
				t.Errorf("%+v", s)
			}
			if diff := cmp.Diff([]string{"FailoverStarted", c.event, "FailoverFinished " + c.ends}, kinds(em)); diff != "" {
				t.Error(diff)
			}
			// The next task has a number of its own: one that was given is not given again.
			if got := f.failover(f.firstVApp(), latestSpec).at("TaskId").Text; got != "task-2" {
				t.Error(got)
			}
		})
	}
}

// task-1 of one session is not task-1 of the next, and expiry takes the tasks but not their work.
func TestTasksLiveInTheirSession(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(simulator.Timing{Running: time.Hour, Starting: time.Hour}))
	f.failover(f.firstVApp(), latestSpec)
	clock.Advance(15*time.Minute - 1)
	if got := len(f.get("/tasks").all("Task")); got != 1 {
		t.Errorf("%d tasks", got)
	}
	clock.Advance(15*time.Minute - 1) // the request before has put the end off
	f.get("/tasks")
	clock.Advance(15 * time.Minute)
	if a := f.do("GET", "/tasks/task-1", ""); a.status != 401 {
		t.Errorf("after 15 minutes: %d", a.status)
	}
	first := f.id
	f.logon(em.Username, em.Password)
	if got := len(f.get("/tasks").all("Task")); got != 0 || f.id == first {
		t.Errorf("%d tasks in the new session", got)
	}
	second := f.get("/cdpReplica/vApps").all("Ref")[1].attr("Href")
	if got := f.failover(second, latestSpec).at("TaskId").Text; got != "task-1" {
		t.Error(got)
	}
	clock.Advance(14 * time.Minute)
	f.get("/tasks")
	clock.Advance(14 * time.Minute)
	f.do("DELETE", "/logonSessions/"+f.id, "")
	clock.Advance(2 * time.Hour)
	want := []string{"FailoverStarted", "SessionExpired", "FailoverStarted", "FailoverFinished Success", "LoggedOff " + f.id, "FailoverFinished Success"}
	if diff := cmp.Diff(want, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownTaskError(t *testing.T) {
	_, f, _ := site(t, simulator.WithUnknownTaskError())
	a := f.do("GET", "/tasks/task-297", "")
	if a.status != 500 || a.xml(t).attr("Message") != "There is no backup task with id [task-297] in current rest session" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestRules(t *testing.T) {
	quick := simulator.Timing{}
	for name, c := range map[string]struct {
		rule    simulator.Rule
		status  int
		result  string // attributes and message of the task's result
		restore string // result and message of the restore session; "" when there is no link to one
		events  []string
	}{
		"refuse": {simulator.Rule{Refuse: 503, Message: "later"}, 503, "", "", nil},
		"fail": {
			simulator.Rule{FailTask: true, Message: "no host"}, 202, "false  no host", "",
			[]string{"FailoverStarted", "FailoverFinished Failed"},
		},
		"confirmation": {
			simulator.Rule{ConfirmationNeeded: true}, 202, "false C The failover of vapp01 could not be started.", "",
			[]string{"FailoverStarted", "FailoverFinished Failed"},
		},
		"credentials": {
			simulator.Rule{CredentialsNeeded: true, Message: "who?"}, 202, "false K who?", "",
			[]string{"FailoverStarted", "FailoverFinished Failed"},
		},
		"no session": {
			simulator.Rule{NoSession: true}, 202, "true  Ok", "",
			[]string{"FailoverStarted", "FailoverFinished Success"},
		},
		"warning": {
			simulator.Rule{RestoreResult: "Warning", Message: "half"}, 202, "true  Ok", "Warning half",
			[]string{"FailoverStarted", "FailoverFinished Warning"},
		},
		"failed": {
			simulator.Rule{RestoreResult: "Failed", Message: "none", Target: "VAPP01", Timing: &quick}, 202, "true  Ok", "Failed none",
			[]string{"FailoverStarted", "FailoverFinished Failed"},
		},
		"another target": {
			simulator.Rule{Refuse: 500, Target: "vapp02"}, 202, "true  Ok", "Success ",
			[]string{"FailoverStarted", "FailoverFinished Success"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			em, f, clock := site(t, simulator.WithRules(c.rule))
			a := f.do("POST", f.firstVApp()+"?action=failover", latestSpec)
			if a.status != c.status {
				t.Fatalf("%d %s", a.status, a.body)
			}
			clock.Advance(time.Hour / 5)
			if a.status == 202 {
				task := f.get("/tasks/task-1")
				r := task.at("Result")
				flags := ""
				if r.attr("ConfirmationNeeded") == "true" {
					flags += "C"
				}
				if r.attr("CredentialsNeeded") == "true" {
					flags += "K"
				}
				if got := r.attr("Success") + " " + flags + " " + r.at("Message").Text; got != c.result {
					t.Errorf("result %q", got)
				}
				link := task.link("Related", "")
				if (link == "") != (c.restore == "") {
					t.Errorf("related %q", link)
				}
				if link != "" {
					s := f.get(link)
					if got := s.at("Result").Text + " " + s.at("FailureMessage").Text; got != c.restore || s.at("State").Text != "Stopped" {
						t.Errorf("restore session %+v", s)
					}
				}
			}
			if diff := cmp.Diff(c.events, kinds(em)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRuleCounts(t *testing.T) {
	em, f, clock := site(t)
	em.SetRules(simulator.Rule{Target: "vapp01", After: 1, Times: 2, Refuse: 500})
	var got []int
	for range 5 {
		got = append(got, f.do("POST", f.firstVApp()+"?action=failover", latestSpec).status)
		clock.Advance(time.Minute)
	}
	if diff := cmp.Diff([]int{202, 500, 500, 202, 202}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPolicies(t *testing.T) {
	em, f, clock := site(t)
	policy := f.get("/cdpPolicies").all("Ref")[0].link("Alternate", "")
	p := f.get(policy)
	if p.at("ScheduleEnabled").Text != "true" || p.link("Disable", "") == "" || p.link("Enable", "") != "" || len(p.at("CdpPolicyInfo", "CdpReplicaPolicyInfo", "Includes").all("ObjectInJob")) != 3 {
		t.Errorf("%+v", p)
	}
	if a := f.do("POST", p.link("Disable", ""), ""); a.status != 202 || a.xml(t).at("Operation").Text != "UpdateCdpPolicy" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if got := len(f.get("/query?type=CdpPolicy&filter=ScheduleEnabled==false").at("Refs").all("Ref")); got != 1 {
		t.Errorf("%d policies are disabled", got)
	}
	clock.Advance(time.Minute)
	if got := f.get("/tasks/task-1").at("State").Text; got != "Finished" {
		t.Error(got)
	}
	p = f.get(policy)
	if p.at("ScheduleEnabled").Text != "false" || p.at("NextRun").Text != "" {
		t.Errorf("%+v", p)
	}
	f.do("POST", p.link("Enable", ""), "")
	if diff := cmp.Diff([]string{"PolicyChanged disabled", "PolicyChanged enabled"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
	if a := f.do("DELETE", "/tasks/task-1", ""); a.status != 204 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
