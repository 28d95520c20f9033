package client

import (
	"slices"
	"sync"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// ledger keeps what a client did in one logon session: which requests that change something are under way, which
// tasks came of them, and which requests nobody knows the outcome of. It answers whether the session may be ended, and
// whose a task is.
type ledger struct {
	mu      sync.Mutex
	open    map[*entry]struct{} // under way, or outcome unknown
	tasks   map[string]bool     // task id → still running, as far as was seen
	shared  bool                // others may work in the session: it was resumed or saved
	unclear bool                // a request that may be repeated failed: it may have started more than one task
}

// entry is one request that may start something, and of which it is not known what came of it.
type entry struct {
	op      *rest.Operation
	path    []string
	unknown bool               // given up; otherwise still under way
	task    *emapi.StartedTask // found by Reconcile
}

func newLedger(shared bool) *ledger {
	return &ledger{open: make(map[*entry]struct{}), tasks: make(map[string]bool), shared: shared}
}

// begin notes a request that is about to be sent; nil when it only reads.
func (l *ledger) begin(c *rest.Call) *entry {
	if c.Op.Repeat == rest.RepeatSafe {
		return nil
	}
	e := &entry{op: c.Op, path: slices.Clone(c.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[e] = struct{}{}
	return e
}

// end notes that e's outcome is known: the task it started, if any.
func (l *ledger) end(e *entry, task string, running bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e != nil {
		delete(l.open, e)
	}
	if task == "" {
		return
	}
	if _, known := l.tasks[task]; known && e != nil {
		l.unclear = true // two requests cannot have started the same task: an answer was garbled
	}
	l.seeLocked(task, running)
}

// lose notes that e's outcome is unknown.
func (l *ledger) lose(e *entry) {
	if e == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.op.Repeat == rest.RepeatNever {
		e.unknown = true
		return
	}
	delete(l.open, e)
	l.unclear = true
}

// blur notes that a request answered with something that could not be attributed.
func (l *ledger) blur() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unclear = true
}

func (l *ledger) share() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shared = true
}

// see notes a state of one of the client's own tasks. A task never runs again after it finished.
func (l *ledger) see(task string, running bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, own := l.tasks[task]; own {
		l.seeLocked(task, running)
	}
}

func (l *ledger) seeLocked(task string, running bool) {
	if was, known := l.tasks[task]; !known || was {
		l.tasks[task] = running
	}
}

// settle takes e off the open list after Reconcile found its task.
func (l *ledger) settle(e *entry, t *emapi.StartedTask, running bool) {
	l.end(e, xsdbind.Text(t.Value, "TaskId"), running)
	if e != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		e.task = t
	}
}

// found returns the task that Reconcile found for e.
func (l *ledger) found(e *entry) *emapi.StartedTask {
	if e == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return e.task
}

// busy returns the tasks that were running when last seen, and whether requests are under way or of unknown outcome.
func (l *ledger) busy() (running []string, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, r := range l.tasks {
		if r {
			running = append(running, id)
		}
	}
	slices.Sort(running)
	return running, len(l.open) > 0 || l.unclear
}

// account is a copy of the ledger for Reconcile.
type account struct {
	own             map[string]bool
	unknown, flying []*entry
	shared, unclear bool
}

func (l *ledger) account() account {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := account{own: make(map[string]bool, len(l.tasks)), shared: l.shared, unclear: l.unclear}
	for id := range l.tasks {
		a.own[id] = true
	}
	for e := range l.open {
		if e.unknown {
			a.unknown = append(a.unknown, e)
		} else {
			a.flying = append(a.flying, e)
		}
	}
	return a
}
