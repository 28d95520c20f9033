package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/vbem-go/vbem/gen/emapi"
)

var ctx = context.Background()

func TestRenewal(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplica/vApps", 200, `<EntityReferences`+space+`/>`)
	c := em.dial()
	em.expire()
	const n = 200
	var wg sync.WaitGroup
	errs := make(chan error, n)
	for range n {
		wg.Go(func() {
			_, err := c.CdpReplica().VApps().List(ctx)
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := em.loginCount(); got != 2 {
		t.Errorf("%d log-ins, want 2: one to dial and one for all %d goroutines", got, n)
	}
	if c.Session() != "session-2" {
		t.Errorf("session %q", c.Session())
	}
}

func TestRenewalSendsStartAgain(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	c := em.dial()
	em.expire()
	got, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	if got.Session != "session-2" || em.count("POST /cdpReplica") != 2 {
		t.Errorf("session %q, requests %q", got.Session, em.requests())
	}
}

func TestRenewalOnlyOnce(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 401, errorBody(401, "never"))
	c := em.dial()
	_, err := c.CdpReplicas().List(ctx)
	if !errors.Is(err, ErrUnauthorized) || em.count("GET /cdpReplicas") != 2 {
		t.Errorf("%v after %q", err, em.requests())
	}
}

func TestTaskPathsAreNotRenewed(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	for name, call := range map[string]func() error{
		"list":    func() error { _, err := c.Tasks().List(ctx); return err },
		"get":     func() error { _, err := c.Tasks().ID("task-1").Get(ctx); return err },
		"delete":  func() error { return c.Tasks().ID("task-1").Delete(ctx) },
		"session": func() error { return c.LogonSessions().ID("session-1").Delete(ctx) },
		"query": func() error {
			_, err := c.Query().Get(ctx, emapi.QueryGetParams{Type: "Task"})
			return err
		},
	} {
		em.expire()
		before := em.loginCount()
		if err := call(); !errors.Is(err, ErrSessionLost) {
			t.Errorf("%s: %v", name, err)
		}
		if em.loginCount() != before {
			t.Errorf("%s: logged in again", name)
		}
	}
}

func TestLostTaskIsNeverAskedForInTheNextSession(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	em.answer("GET /tasks", 200, task("task-1", "Finished", resultOK))
	c := em.dial()
	vapp := c.CdpReplica().VApps().ID("a")
	first, err := vapp.Failover(ctx, ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	em.expire()
	second, err := vapp.Failover(ctx, ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	if first.Session == second.Session || first.Value.TaskId != second.Value.TaskId {
		t.Fatalf("sessions %q, %q", first.Session, second.Session)
	}
	if _, err := c.Wait(ctx, first); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Wait: %v", err)
	}
	if _, err := c.WaitRestore(ctx, first); !errors.Is(err, ErrSessionLost) {
		t.Errorf("WaitRestore: %v", err)
	}
	if err := c.Cancel(ctx, first); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Cancel: %v", err)
	}
	for _, r := range em.requests() {
		if r != "POST /cdpReplica/vApps/a?action=failover" {
			t.Errorf("request %s", r)
		}
	}
	if _, err := c.Wait(ctx, second); err != nil {
		t.Errorf("Wait for the second: %v", err)
	}
}

func TestRefusedLoginIsNotTriedAgain(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	em.expire()
	em.onLogin = func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, errorBody(401, "changed")) }
	for range 3 {
		if _, err := c.CdpReplicas().List(ctx); !errors.Is(err, ErrUnauthorized) {
			t.Errorf("error %v", err)
		}
	}
	if got := em.loginCount(); got != 2 {
		t.Errorf("%d log-ins, want 2", got)
	}
}

func TestLoginOutlivesItsFirstCaller(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	em.answer("GET /cdpReplicas", 200, `<EntityReferences`+space+`/>`)
	em.expire()
	arrived, free := make(chan struct{}), make(chan struct{})
	em.onLogin = func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-free
		em.mu.Lock()
		em.tokens["bmV3"] = "session-new"
		em.mu.Unlock()
		w.Header().Set("X-RestSvcSessionId", "bmV3")
		reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>t</UserName><SessionId>session-new</SessionId></LogonSession>`)
	}
	first, cancel := context.WithCancel(ctx)
	gone, done := make(chan error, 1), make(chan error, 1)
	go func() { _, err := c.CdpReplicas().List(first); gone <- err }()
	<-arrived
	go func() { _, err := c.CdpReplicas().List(ctx); done <- err }()
	for waiting := 0; waiting < 2; {
		c.core.sessions.mu.Lock()
		waiting = c.core.sessions.flight.waiting
		c.core.sessions.mu.Unlock()
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	close(free)
	if err := <-done; err != nil {
		t.Errorf("the second: %v", err)
	}
}

func TestAbandonedLoginDoesNotPoisonTheNext(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	em.answer("GET /cdpReplicas", 200, `<EntityReferences`+space+`/>`)
	em.expire()
	arrived := make(chan struct{})
	em.onLogin = func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	}
	first, cancel := context.WithCancel(ctx)
	gone := make(chan error, 1)
	go func() { _, err := c.CdpReplicas().List(first); gone <- err }()
	<-arrived
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("the first: %v", err)
	}
	em.mu.Lock()
	em.onLogin = nil
	em.mu.Unlock()
	if _, err := c.CdpReplicas().List(ctx); err != nil {
		t.Errorf("the next: %v", err)
	}
}

func TestSaveAndResume(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultOK))
	c := em.dial()
	started, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	token, err := TaskToken(started)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := c.Save()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseSession(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Resume(ctx, back)
	if err != nil {
		t.Fatal(err)
	}
	if again.Session() != c.Session() || again.Version() != "v1_7" || again.User() != testUser {
		t.Errorf("resumed %v of session %s", again, again.Session())
	}
	parsed, err := ParseTask(token)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Wait(ctx, parsed); err != nil {
		t.Error(err)
	}
	if em.loginCount() != 1 {
		t.Errorf("%d log-ins", em.loginCount())
	}
	if err := again.Logout(ctx); err != nil {
		t.Error(err)
	}

	if _, err := Resume(ctx, back); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Resume of a session that is over: %v", err)
	}
	anew, err := Resume(ctx, back, WithPassword(testUser, testPassword))
	if err != nil {
		t.Fatal(err)
	}
	defer anew.Logout(ctx)
	if anew.Session() != "session-2" {
		t.Errorf("session %q", anew.Session())
	}
	if err := anew.Cancel(ctx, parsed); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Cancel in the next session: %v", err)
	}
}

func TestResumedSessionWithoutCredentialsIsLost(t *testing.T) {
	em := newEM(t)
	saved, err := em.dial().Save()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Resume(ctx, saved)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	em.expire()
	for range 2 {
		if _, err := c.CdpReplicas().List(ctx); !errors.Is(err, ErrSessionLost) || !errors.Is(err, ErrUnauthorized) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := c.Save(); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Save: %v", err)
	}
}

func TestResumeRefusesNonsense(t *testing.T) {
	for _, s := range []SavedSession{{}, {URL: "https://em", Session: "s"}, {URL: "http://em", Session: "s", Token: NewSecret("t")}} {
		if _, err := Resume(ctx, s); err == nil {
			t.Errorf("%v: no error", s)
		}
	}
	for _, s := range []string{``, `{}`, `[]`, `{"url":"https://em"}`, `{"token":5}`} {
		if _, err := ParseSession([]byte(s)); err == nil {
			t.Errorf("%s: no error", s)
		}
	}
}

func TestCloseLogsOut(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(ctx); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if got := em.requests(); len(got) != 1 || got[0] != "DELETE /logonSessions/session-1" {
		t.Errorf("requests %q", got)
	}
	_, err := c.CdpReplicas().List(ctx)
	if !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestCloseLeavesARunningTask(t *testing.T) {
	for name, tc := range map[string]struct {
		tasks  string
		status int
		left   bool
	}{
		"running":           {task("task-1", "Running", ""), 200, true},
		"operation only":    {task("task-1", "OperationFinished", ""), 200, true},
		"finished":          {task("task-1", "Finished", resultOK), 200, false},
		"not to be learned": {errorBody(500, "ouch"), 500, true},
	} {
		t.Run(name, func(t *testing.T) {
			em := newEM(t)
			em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
			body := tc.tasks
			if tc.status == 200 {
				body = `<Tasks` + space + `>` + body + `</Tasks>`
			}
			em.answer("GET /tasks", tc.status, body)
			c := em.dial()
			if _, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest()); err != nil {
				t.Fatal(err)
			}
			err := c.Close(ctx)
			var re *RunningError
			if errors.As(err, &re) != tc.left {
				t.Errorf("Close: %v", err)
			}
			if got := em.count("DELETE /logonSessions"); (got == 0) != tc.left {
				t.Errorf("%d log-outs", got)
			}
		})
	}
}

func TestCloseAfterWaitAsksNothing(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultOK))
	c := em.dial()
	started, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Wait(ctx, started); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if n := em.count("GET /tasks?"); n != 0 || em.count("DELETE /logonSessions") != 1 {
		t.Errorf("requests %q", em.requests())
	}
}

func TestLogoutAlways(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	c := em.dial()
	if _, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest()); err != nil {
		t.Fatal(err)
	}
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	if em.count("DELETE /logonSessions") != 1 {
		t.Errorf("requests %q", em.requests())
	}
}

func TestCloseOfAnExpiredSession(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	em.expire()
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
	if em.loginCount() != 1 {
		t.Error("logged in to log out")
	}
}
