package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
)

// follow answers a task that finishes at its second look and a restore session that goes through the given states.
func (em *fakeEM) follow(sessions ...string) {
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	looks, at := 0, 0
	em.handle("GET /tasks/task-1", func(w http.ResponseWriter, _ *http.Request) {
		if looks++; looks == 1 {
			reply(w, 200, task("task-1", "OperationFinished", ""))
			return
		}
		reply(w, 200, task("task-1", "Finished", resultOK, relatedLink))
	})
	em.handle("GET /restoreSessions/rs-1", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "format=Entity" {
			em.t.Errorf("query %s", r.URL.RawQuery)
		}
		reply(w, 200, sessions[min(at, len(sessions)-1)])
		at++
	})
}

func TestWaitRestore(t *testing.T) {
	em := newEM(t)
	em.follow(restoreSession("Starting", "None", 0), restoreSession("Working", "None", 40), restoreSession("Resting", "None", 41), restoreSession("Stopping", "Success", 99),
		restoreSession("Stopped", "None", 100), restoreSession("Stopped", "Success", 100))
	c := em.dial()
	s, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	res, err := c.WaitRestore(ctx, s, OnProgress(func(p Progress) {
		steps = append(steps, fmt.Sprint(p.TaskState, " ", p.State, " ", p.Percent))
	}))
	if err != nil || res.Result != "Success" || res.Warning() || res.Lost || ent.Val(res.Session.Name) != "Failover of vapp02" || string(res.Task.State) != "Finished" {
		t.Errorf("%+v, %v", res, err)
	}
	want := []string{"OperationFinished  0", "Finished  0", "Finished Starting 0", "Finished Working 40", "Finished Resting 41", "Finished Stopping 99", "Finished Stopped 100", "Finished Stopped 100"}
	if d := cmp.Diff(want, steps); d != "" {
		t.Errorf("progress (-want +got):\n%s", d)
	}
}

func TestWaitRestoreResults(t *testing.T) {
	for result, ok := range map[string]bool{"Success": true, "Warning": true, "Failed": false, "None": false, "CompletedSomehow": false} {
		em := newEM(t)
		em.follow(restoreSession("Stopped", result, 100))
		c := em.dial()
		s, err := failover(c)
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.WaitRestore(ctx, s)
		var re *RestoreError
		if (err == nil) != ok || !ok && !errors.As(err, &re) || res.Result != result || res.Warning() != (result == "Warning") {
			t.Errorf("%s: %+v, %v", result, res, err)
		}
	}
}

func TestWaitRestoreWithoutSession(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultOK))
	c := em.dial()
	s, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := c.WaitRestore(ctx, s); err != nil || res.Session != nil || res.Result != "" || res.Task == nil {
		t.Errorf("%+v, %v", res, err)
	}
	em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultFailed, relatedLink))
	var te *TaskError
	if res, err := c.WaitRestore(ctx, s); !errors.As(err, &te) || res.Task == nil {
		t.Errorf("%+v, %v", res, err)
	}
}

// The restore session outlives the logon session: its outcome is found all the same.
func TestWaitRestoreAfterExpiry(t *testing.T) {
	em := newEM(t)
	em.follow("")
	n := 0
	em.handle("GET /restoreSessions/rs-1", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n > 1 {
			reply(w, 200, restoreSession("Stopped", "Warning", 100))
			return
		}
		reply(w, 200, restoreSession("Working", "None", 50))
		em.expire()
	})
	c := em.dial()
	s, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	// Expiry while the restore session is followed: renewed without a word.
	res, err := c.WaitRestore(ctx, s)
	if err != nil || !res.Warning() || em.loginCount() != 2 {
		t.Errorf("%+v, %v, %d log-ins", res, err, em.loginCount())
	}
	// The task is lost now, but a token that knows the restore session leads on.
	em.answer("GET /restoreSessions/rs-1", 200, restoreSession("Stopped", "Success", 100))
	old, err := ParseTask(tokenFor("session-1", "task-1", "https://em/api/restoreSessions/rs-1?format=Entity"))
	if err != nil {
		t.Fatal(err)
	}
	before := len(em.requests())
	res, err = c.WaitRestore(ctx, old)
	if err != nil || !res.Lost || res.Result != "Success" {
		t.Errorf("%+v, %v", res, err)
	}
	for _, r := range em.requests()[before:] {
		if strings.Contains(r, "/tasks") {
			t.Errorf("request %s", r)
		}
	}
}

func TestWaitRestoreOutlivesFailures(t *testing.T) {
	em := newEM(t)
	em.follow("")
	n := 0
	em.handle("GET /restoreSessions/rs-1", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 30 {
			reply(w, 502, "")
			return
		}
		reply(w, 200, restoreSession("Stopped", "Success", 100))
	})
	c := em.dial()
	s, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.WaitRestore(ctx, s); err != nil {
		t.Error(err)
	}
	em.answer("GET /restoreSessions/rs-1", 404, errorBody(404, "gone"))
	if _, err := c.WaitRestore(ctx, s); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestRestoreLinks(t *testing.T) {
	const base = "https://em/api/restoreSessions/r"
	for name, tc := range map[string]struct{ link, want string }{
		"entity":        {`<Link Rel="Related" Type="RestoreSession" Href="` + base + `?format=Entity"/>`, base + "?format=Entity"},
		"reference":     {`<Link Rel="Related" Type="RestoreSessionReference" Href="` + base + `"/>`, base + "?format=Entity"},
		"without type":  {`<Link Rel="related" Href="` + base + `?x=y"/>`, base + "?x=y&format=Entity"},
		"another kind":  {`<Link Rel="Related" Type="Job" Href="https://em/api/jobs/r"/>`, ""},
		"another place": {`<Link Rel="Delete" Type="Task" Href="https://em/api/tasks/task-1"/>`, ""},
	} {
		em := newEM(t)
		em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultOK, tc.link))
		c := em.dial()
		s, err := c.Task(ctx, "task-1")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := restoreLink(s.Value); got != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
