package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
)

// lossy answers the first n failovers and lets the others go unanswered; which of these were carried out is in carried.
func (em *fakeEM) lossy(answered int, carried ...bool) {
	n, tasks := 0, 0
	em.handle("POST /cdpReplica/vApps/", func(w http.ResponseWriter, _ *http.Request) {
		em.mu.Lock()
		n++
		k := n - answered - 1
		if k < 0 || carried[k] {
			tasks++
		}
		id := fmt.Sprint("task-", tasks)
		em.mu.Unlock()
		if k < 0 {
			reply(w, 202, task(id, "Running", ""))
			return
		}
		panic(http.ErrAbortHandler)
	})
	em.handle("GET /tasks", func(w http.ResponseWriter, _ *http.Request) {
		em.mu.Lock()
		defer em.mu.Unlock()
		var b strings.Builder
		for i := range tasks {
			b.WriteString(task(fmt.Sprint("task-", i+1), "Finished", resultOK, relatedLink))
		}
		reply(w, 200, "<Tasks"+space+">"+b.String()+"</Tasks>")
	})
	em.answer("GET /query", 200, `<QueryResult`+space+`><Entities><RestoreSessions>`+restoreSession("Working", "None", 1)+`</RestoreSessions></Entities><PagingInfo PageNum="1" PageSize="1" PagesCount="1"/></QueryResult>`)
}

func TestReconcile(t *testing.T) {
	for name, tc := range map[string]struct {
		answered int
		carried  []bool
		spoil    func(*Client, *fakeEM)
		want     []Outcome
		task     string
	}{
		"started":              {carried: []bool{true}, want: []Outcome{Started}, task: "task-1"},
		"started, among known": {answered: 2, carried: []bool{true}, want: []Outcome{Started}, task: "task-3"},
		"not carried out":      {answered: 1, carried: []bool{false}, want: []Outcome{Undetermined}},
		"both":                 {carried: []bool{true, true}, want: []Outcome{Started, Started}},
		"one of two":           {carried: []bool{true, false}, want: []Outcome{Undetermined, Undetermined}},
		"saved":                {carried: []bool{true}, spoil: func(c *Client, _ *fakeEM) { _, _ = c.Save() }, want: []Outcome{Undetermined}},
		"expired":              {carried: []bool{true}, spoil: func(_ *Client, em *fakeEM) { em.expire() }, want: []Outcome{Undetermined}},
		"renewed": {carried: []bool{true}, spoil: func(c *Client, em *fakeEM) {
			em.expire()
			em.answer("GET /cdpReplicas", 200, emptyRefs)
			_, _ = c.CdpReplicas().List(ctx)
		}, want: []Outcome{Undetermined}},
		"beside an unclear one": {carried: []bool{true}, spoil: func(c *Client, em *fakeEM) {
			em.answer("PUT /cdpPolicies/p", 502, "")
			_, _ = c.CdpPolicies().ID("p").Update(ctx, new(ent.CdpPolicy))
		}, want: []Outcome{Undetermined}},
	} {
		t.Run(name, func(t *testing.T) {
			em := newEM(t)
			em.lossy(tc.answered, tc.carried...)
			c := em.dial()
			var errs []error
			for range tc.answered + len(tc.carried) {
				_, err := failover(c)
				if err != nil {
					errs = append(errs, err)
				}
			}
			if len(errs) != len(tc.carried) {
				t.Fatalf("errors %v", errs)
			}
			if tc.spoil != nil {
				tc.spoil(c, em)
			}
			posts := em.count("POST")
			for i, err := range errs {
				for range 2 { // a second look says the same
					v, rerr := c.Reconcile(ctx, err)
					if rerr != nil || v.Outcome != tc.want[i] || len(v.Evidence) == 0 {
						t.Errorf("%d: %+v, %v", i, v, rerr)
					}
					if got := v.Task; (got != nil) != (tc.task != "") || got != nil && got.Value.TaskId != tc.task {
						t.Errorf("%d: task %v", i, got)
					}
					if v.Outcome == Undetermined && len(v.Sessions) != 1 {
						t.Errorf("%d: restore sessions %v", i, v.Sessions)
					}
				}
			}
			if em.count("POST") != posts {
				t.Error("Reconcile sent a POST")
			}
		})
	}
}

// An id that was garbled on its way must not make another request look as if it had been carried out.
func TestReconcileDoubtsGarbledIDs(t *testing.T) {
	for name, ids := range map[string][]string{"an id that is nobody's": {"task-9"}, "an id of another": {"task-1", "task-1"}} {
		em := newEM(t)
		n := 0
		em.handle("POST /cdpReplica/vApps/", func(w http.ResponseWriter, _ *http.Request) {
			if n++; n <= len(ids) {
				reply(w, 202, task(ids[n-1], "Running", ""))
				return
			}
			panic(http.ErrAbortHandler) // not carried out
		})
		var list strings.Builder
		for i := range ids {
			list.WriteString(task(fmt.Sprint("task-", i+1), "Running", ""))
		}
		em.answer("GET /tasks", 200, "<Tasks"+space+">"+list.String()+"</Tasks>")
		em.answer("GET /query", 200, paged(asEntities, 1, 1, ""))
		c := em.dial()
		for range ids {
			if _, err := failover(c); err != nil {
				t.Fatal(err)
			}
		}
		_, err := failover(c)
		if v, rerr := c.Reconcile(ctx, err); rerr != nil || v.Outcome != Undetermined {
			t.Errorf("%s: %+v, %v", name, v, rerr)
		}
	}
}

func TestReconcileOtherErrors(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	if _, err := c.Reconcile(ctx, nil); err == nil {
		t.Error("nil: no error")
	}
	if v, err := c.Reconcile(ctx, errors.New("x")); err != nil || v.Outcome != Undetermined {
		t.Errorf("a foreign error: %+v, %v", v, err)
	}
	_, read := c.CdpReplicas().List(ctx)
	if v, err := c.Reconcile(ctx, read); err != nil || v.Outcome != Undetermined {
		t.Errorf("a read: %+v, %v", v, err)
	}
	em.lossy(0, true)
	_, lost := failover(c)
	em.answer("GET /tasks", 403, errorBody(403, "no"))
	if v, err := c.Reconcile(ctx, lost); !errors.Is(err, ErrForbidden) || v.Outcome != Undetermined {
		t.Errorf("tasks refused: %+v, %v", v, err)
	}
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	if v, err := c.Reconcile(ctx, lost); !errors.Is(err, ErrClosed) || v.Outcome != Undetermined {
		t.Errorf("closed: %+v, %v", v, err)
	}
}

// Under a mix of everything, with many goroutines, no verdict is wrong.
func TestReconcileIsNeverWrong(t *testing.T) {
	em := newEM(t)
	carried := make(map[string]bool)
	tasks, n := 0, 0
	em.handle("POST /cdpReplica/vApps/", func(w http.ResponseWriter, r *http.Request) {
		em.mu.Lock()
		n++
		k := n % 7
		id := ""
		if k != 3 && k != 5 {
			tasks++
			id = fmt.Sprint("task-", tasks)
			carried[strings.TrimPrefix(r.URL.Path, "/api/cdpReplica/vApps/")] = true
		}
		em.mu.Unlock()
		switch k {
		case 1, 2, 3:
			panic(http.ErrAbortHandler)
		case 5:
			reply(w, 400, errorBody(400, "no"))
		default:
			reply(w, 202, task(id, "Running", ""))
		}
	})
	em.handle("GET /tasks", func(w http.ResponseWriter, _ *http.Request) {
		em.mu.Lock()
		defer em.mu.Unlock()
		var b strings.Builder
		for i := range tasks {
			b.WriteString(task(fmt.Sprint("task-", i+1), "Running", ""))
		}
		reply(w, 200, "<Tasks"+space+">"+b.String()+"</Tasks>")
	})
	em.answer("GET /query", 200, paged(asEntities, 1, 1, ""))
	c := em.dial()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 4 {
				id := fmt.Sprintf("v%d-%d", i, j)
				_, err := c.CdpReplica().VApps().ID(id).Failover(ctx, ToLatest())
				if err == nil {
					continue
				}
				v, rerr := c.Reconcile(ctx, err)
				if rerr != nil {
					t.Error(rerr)
				}
				em.mu.Lock()
				was := carried[id]
				em.mu.Unlock()
				if v.Outcome == Started && !was || v.Outcome == NotStarted && was {
					t.Errorf("%s: verdict %s, carried out %v: %v", id, v.Outcome, was, err)
				}
			}
		})
	}
	wg.Wait()
}

// A task that this client has cancelled is not missed in the list.
func TestReconcileAfterCancel(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("POST /cdpReplica/vApps/", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			reply(w, 202, task("task-1", "Running", ""))
			return
		}
		panic(http.ErrAbortHandler)
	})
	em.answer("GET /tasks", 200, "<Tasks"+space+">"+task("task-2", "Running", "")+"</Tasks>")
	em.answer("DELETE /tasks/task-1", 204, "")
	c := em.dial()
	first, err := failover(c)
	if err != nil {
		t.Fatal(err)
	}
	_, failed := failover(c)
	if v, err := c.Reconcile(ctx, failed); err != nil || v.Outcome != Undetermined {
		t.Errorf("a task is missing: %+v, %v", v, err)
	}
	if err := c.Cancel(ctx, first); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Reconcile(ctx, failed); err != nil || v.Outcome != Started || v.Task == nil || v.Task.Value.TaskId != "task-2" {
		t.Errorf("it was cancelled: %+v, %v", v, err)
	}
}

// A request that is under way when the list is made is waited for: its answer accounts for a task.
func TestReconcileWaitsForAnswers(t *testing.T) {
	em := newEM(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	n := 0
	em.handle("POST /cdpReplica/vApps/", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			panic(http.ErrAbortHandler)
		}
		close(arrived)
		<-release
		reply(w, 202, task("task-2", "Running", ""))
	})
	em.answer("GET /tasks", 200, "<Tasks"+space+">"+task("task-1", "Running", "")+task("task-2", "Running", "")+"</Tasks>")
	clock := newHandClock()
	c := em.dial(WithClock(clock))
	_, failed := failover(c)
	answered := make(chan error)
	go func() { _, err := failover(c); answered <- err }()
	<-arrived
	verdict := make(chan Verdict)
	go func() {
		v, err := c.Reconcile(ctx, failed)
		if err != nil {
			t.Error(err)
		}
		verdict <- v
	}()
	<-clock.armed // it has the list and waits
	clock.armed <- struct{}{}
	close(release)
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	clock.tick()
	if v := <-verdict; v.Outcome != Started || v.Task == nil || v.Task.Value.TaskId != "task-1" {
		t.Errorf("%+v", v)
	}
}

// What was proved stays proved when a later request leaves others in doubt.
func TestReconcileRemembersProofs(t *testing.T) {
	em := newEM(t)
	em.lossy(0, true, true, false)
	c := em.dial()
	_, first := failover(c)
	_, second := failover(c)
	for _, err := range []error{first, second} {
		if v, rerr := c.Reconcile(ctx, err); rerr != nil || v.Outcome != Started {
			t.Errorf("%+v, %v", v, rerr)
		}
	}
	_, third := failover(c)
	for err, want := range map[error]Outcome{first: Started, second: Started, third: Undetermined} {
		if v, rerr := c.Reconcile(ctx, err); rerr != nil || v.Outcome != want {
			t.Errorf("%+v, %v; want %s", v, rerr, want)
		}
	}
}
