package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/vbem-go/vbem/gen/emapi"
)

// started makes a task that the client's session started.
func started(c *Client, id string) *emapi.StartedTask {
	t, err := ParseTask(tokenFor(c.Session(), id, ""))
	if err != nil {
		panic(err)
	}
	return t
}

func tokenFor(session, id, restore string) string {
	v := &emapi.StartedTask{Session: session}
	raw, err := ParseTask(tokenPrefix + encodeToken(resumeToken{Session: session, Task: id, Restore: restore}))
	if err != nil {
		panic(err)
	}
	v.Value = raw.Value
	s, err := TaskToken(v)
	if err != nil {
		panic(err)
	}
	return s
}

func TestWaitStates(t *testing.T) {
	em := newEM(t)
	states := []string{"Running", "OperationFinished", "SomethingNew", "OperationFinished", "Finished"}
	n := 0
	em.handle("GET /tasks/task-1", func(w http.ResponseWriter, _ *http.Request) {
		result := ""
		if states[n] == "Finished" || states[n] == "OperationFinished" {
			result = resultOK
		}
		reply(w, 200, task("task-1", states[n], result))
		n++
	})
	c := em.dial()
	v, err := c.Wait(ctx, started(c, "task-1"))
	if err != nil || string(v.State) != "Finished" || n != len(states) {
		t.Errorf("%v, %v after %d", v, err, n)
	}
}

func TestWaitOutcome(t *testing.T) {
	for name, tc := range map[string]struct {
		result string
		is     error
		ok     bool
		text   string
	}{
		"success":        {resultOK, nil, true, ""},
		"failed":         {resultFailed, nil, false, "no such point"},
		"confirmation":   {`<Result Success="false" ConfirmationNeeded="true"><Message>really?</Message></Result>`, ErrConfirmationNeeded, false, "confirmation needed"},
		"credentials":    {`<Result Success="false" CredentialsNeeded="true"/>`, ErrCredentialsNeeded, false, "credentials needed"},
		"without result": {"", nil, false, "without a result"},
	} {
		em := newEM(t)
		em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", tc.result))
		c := em.dial()
		v, err := c.Wait(ctx, started(c, "task-1"))
		if v == nil || (err == nil) != tc.ok || tc.is != nil && !errors.Is(err, tc.is) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		var te *TaskError
		if !tc.ok && (!errors.As(err, &te) || !strings.Contains(err.Error(), tc.text)) {
			t.Errorf("%s: %v", name, err)
		}
		for _, other := range []error{ErrConfirmationNeeded, ErrCredentialsNeeded} {
			if other != tc.is && errors.Is(err, other) {
				t.Errorf("%s: is %v", name, other)
			}
		}
	}
}

func TestWaitForWhatIsKnown(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Finished", resultFailed))
	c := em.dial()
	s, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	var te *TaskError
	if _, err := c.Wait(ctx, s); !errors.As(err, &te) || em.count("GET") != 0 {
		t.Errorf("%v after %q", err, em.requests())
	}
}

func TestWaitForGoneTask(t *testing.T) {
	for name, f := range map[string]http.HandlerFunc{
		"404": func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, errorBody(404, "no task")) },
		"500": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 500, errorBody(500, "There is no backup task with id [task-1] in current rest session"))
		},
	} {
		em := newEM(t)
		em.handle("GET /tasks/task-1", f)
		c := em.dial()
		if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, ErrTaskNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWaitEndsWithContext(t *testing.T) {
	em := newEM(t)
	em.answer("GET /tasks/task-1", 200, task("task-1", "Running", ""))
	clock := newHandClock()
	c := em.dial(WithClock(clock))
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error)
	go func() { _, err := c.Wait(ctx, started(c, "task-1")); done <- err }()
	<-clock.armed // it has asked once and waits for the next tick
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestWaitRefusesNothing(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	for _, s := range []*emapi.StartedTask{nil, {}, {Value: started(c, "task-1").Value}} {
		if _, err := c.Wait(ctx, s); !errors.Is(err, ErrNoTask) {
			t.Errorf("%v: %v", s, err)
		}
		if err := c.Cancel(ctx, s); !errors.Is(err, ErrNoTask) {
			t.Errorf("%v: %v", s, err)
		}
	}
	var none context.Context
	if _, err := c.Wait(none, started(c, "task-1")); err == nil {
		t.Error("nil context: no error")
	}
}

// waitingNow counts those who wait.
func (ps *polls) waitingNow() (n int) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, p := range ps.running {
		for _, w := range p.waiters {
			n += len(w)
		}
	}
	return n
}

// However many wait: one question a tick, for the task while it is alone and else for the list.
func TestWaitersShareOnePoller(t *testing.T) {
	for _, n := range []struct{ tasks, each int }{{20, 10}, {1000, 1}, {1000, 10}} {
		t.Run(fmt.Sprint(n.tasks, " tasks, ", n.tasks*n.each, " goroutines"), func(t *testing.T) { shareOnePoller(t, n.tasks, n.each) })
	}
}

func shareOnePoller(t *testing.T, tasks, each int) {
	em := newEM(t)
	finished, served := false, make(chan struct{}, 1000)
	em.handle("GET /tasks", func(w http.ResponseWriter, _ *http.Request) {
		em.mu.Lock()
		defer em.mu.Unlock()
		if finished {
			served <- struct{}{}
		}
		var b strings.Builder
		for i := range tasks {
			if finished {
				b.WriteString(task(fmt.Sprint("task-", i), "Finished", resultOK))
			} else {
				b.WriteString(task(fmt.Sprint("task-", i), "Running", ""))
			}
		}
		reply(w, 200, "<Tasks"+space+">"+b.String()+"</Tasks>")
	})
	em.answer("GET /tasks/task-0", 200, task("task-0", "Running", ""))
	clock := newHandClock()
	c := em.dial(WithClock(clock))
	var wg sync.WaitGroup
	errs := make(chan error, tasks*each)
	wait := func(i int) {
		wg.Go(func() {
			_, err := c.Wait(ctx, started(c, fmt.Sprint("task-", i)))
			errs <- err
		})
	}
	wait(0)
	<-clock.armed // the first question has been answered
	clock.armed <- struct{}{}
	if got := em.requests(); len(got) != 1 || got[0] != "GET /tasks/task-0" {
		t.Errorf("for one task: %q", got)
	}
	for i := range tasks {
		for j := range each {
			if i+j > 0 {
				wait(i)
			}
		}
	}
	for c.polls.waitingNow() < tasks*each {
		runtime.Gosched()
	}
	before, ticks := len(em.requests()), 0
	for range 5 {
		clock.tick()
		ticks++
	}
	em.mu.Lock()
	finished = true
	em.mu.Unlock()
	for all := false; !all; {
		select {
		case <-served: // one answer ends all waits
			all = true
		case <-clock.armed:
			clock.armed <- struct{}{}
			clock.tick()
			ticks++
		}
	}
	wg.Wait()
	for range tasks * each {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	after := em.requests()[before:]
	if len(after) > ticks {
		t.Errorf("%d questions in %d ticks", len(after), ticks)
	}
	t.Logf("%d tasks, %d goroutines: %d requests in %d ticks", tasks, tasks*each, len(after), ticks)
	for _, r := range after {
		if r != "GET /tasks" {
			t.Errorf("request %s", r)
		}
	}
}

func TestListThatLacksATask(t *testing.T) {
	em := newEM(t)
	em.answer("GET /tasks", 200, "<Tasks"+space+">"+task("task-1", "Finished", resultOK)+"</Tasks>")
	em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", resultOK))
	em.answer("GET /tasks/task-2", 200, task("task-2", "Finished", resultOK))
	em.answer("GET /tasks/task-3", 404, errorBody(404, "gone"))
	c := em.dial()
	var wg sync.WaitGroup
	for id, want := range map[string]error{"task-1": nil, "task-2": nil, "task-3": ErrTaskNotFound} {
		wg.Go(func() {
			if _, err := c.Wait(ctx, started(c, id)); !errors.Is(err, want) {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	wg.Wait()
}

// A server that is away for a while does not end a wait; one that refuses does.
func TestWaitOutlivesFailures(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("GET /tasks/task-1", func(w http.ResponseWriter, _ *http.Request) {
		switch n++; {
		case n < 50:
			reply(w, 503, "<html>down for maintenance</html>")
		case n < 55:
			reply(w, 500, errorBody(500, "starting"))
		default:
			reply(w, 200, task("task-1", "Finished", resultOK))
		}
	})
	c := em.dial()
	if _, err := c.Wait(ctx, started(c, "task-1")); err != nil {
		t.Error(err)
	}
	em.answer("GET /tasks/task-1", 500, errorBody(500, "for ever"))
	if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, ErrServer) {
		t.Errorf("%v", err)
	}
	em.answer("GET /tasks/task-1", 403, errorBody(403, "no"))
	if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, ErrForbidden) {
		t.Errorf("%v", err)
	}
}

func TestWaitAfterExpiry(t *testing.T) {
	em := newEM(t)
	em.handle("GET /tasks/task-1", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, task("task-1", "Running", ""))
		em.expire()
	})
	c := em.dial()
	if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, ErrSessionLost) {
		t.Errorf("%v", err)
	}
	if em.loginCount() != 1 {
		t.Errorf("%d log-ins", em.loginCount())
	}
}

func TestCloseEndsWaits(t *testing.T) {
	em := newEM(t)
	em.answer("GET /tasks/task-1", 200, task("task-1", "Running", ""))
	clock := newHandClock()
	c := em.dial(WithClock(clock))
	done := make(chan error)
	go func() { _, err := c.Wait(ctx, started(c, "task-1")); done <- err }()
	<-clock.armed
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := c.Wait(ctx, started(c, "task-1")); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestCancel(t *testing.T) {
	em := newEM(t)
	em.answer("DELETE /tasks/task-1", 204, "")
	c := em.dial()
	if err := c.Cancel(ctx, started(c, "task-1")); err != nil || em.count("DELETE /tasks/task-1") != 1 {
		t.Errorf("%v, %q", err, em.requests())
	}
}

func TestTaskByID(t *testing.T) {
	em := newEM(t)
	em.answer("GET /tasks/task-7", 200, task("task-7", "Running", ""))
	c := em.dial()
	s, err := c.Task(ctx, "task-7")
	if err != nil || s.Session != c.Session() || s.Value.TaskId != "task-7" {
		t.Errorf("%v, %v", s, err)
	}
	if _, err := c.Task(ctx, "task-8"); !errors.Is(err, ErrTaskNotFound) || !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := c.Task(ctx, ".."); err == nil {
		t.Error("..: no error")
	}
}

func TestTaskTokens(t *testing.T) {
	tok := tokenFor("s-1", "task-9", "https://em/api/restoreSessions/r?format=Entity")
	s, err := ParseTask(" " + tok + "\n")
	if err != nil || s.Session != "s-1" || s.Value.TaskId != "task-9" {
		t.Fatalf("%v, %v", s, err)
	}
	if href, ok := restoreLink(s.Value); !ok || href != "https://em/api/restoreSessions/r?format=Entity" {
		t.Errorf("restore session %q, %v", href, ok)
	}
	for _, bad := range []string{"", "vbem1.", "vbem1.!!!", "vbem1.e30", "vbem2." + tok[6:], "task-9"} {
		if _, err := ParseTask(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
