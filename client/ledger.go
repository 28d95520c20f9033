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
	begun   int                 // requests so far
	open    map[*entry]struct{} // under way, or outcome unknown
	tasks   map[string]*own     // by id
	shared  bool                // others may work in the session: it was resumed or saved
	unclear bool                // a request that may be repeated failed: it may have started more than one task
}

// entry is one request that may start something, and of which it is not known what came of it.
type entry struct {
	op      *rest.Operation
	path    []string
	number  int                // in the order in which they were begun
	unknown bool               // given up; otherwise still under way
	proved  bool               // Reconcile has proved that it started a task
	task    *emapi.StartedTask // which one, where that can be told
}

// own is a task that an answer accounted for.
type own struct {
	running bool // as far as was seen
	gone    bool // deleted by this client: no list has it any more
	number  int  // of the request; 0 where that is not known
}

func newLedger(shared bool) *ledger {
	return &ledger{open: make(map[*entry]struct{}), tasks: make(map[string]*own), shared: shared}
}

// begin notes a request that is about to be sent; nil when it only reads.
func (l *ledger) begin(c *rest.Call) *entry {
	if c.Op.Repeat == rest.RepeatSafe {
		return nil
	}
	e := &entry{op: c.Op, path: slices.Clone(c.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun++
	e.number = l.begun
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
	if e != nil {
		l.tasks[task].number = e.number
	}
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
	if t := l.tasks[task]; t == nil {
		l.tasks[task] = &own{running: running}
	} else {
		t.running = t.running && running
	}
}

// deleted notes that the server has deleted a task because this client asked for it.
func (l *ledger) deleted(task string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.tasks[task]; t != nil {
		t.gone = true
	}
}

// prove notes that each of some requests of unknown outcome has started one of as many tasks; of a single one it is known which.
func (l *ledger) prove(entries []*entry, tasks []*emapi.StartedTask) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.begun
	for _, e := range entries {
		first = min(first, e.number)
		e.proved = true
		if len(entries) == 1 {
			e.task = tasks[0]
		}
		delete(l.open, e)
	}
	for _, t := range tasks {
		id := xsdbind.Text(t.Value, "TaskId")
		l.seeLocked(id, !isFinished(t.Value))
		l.tasks[id].number = first
	}
}

// proven reports whether Reconcile has proved that e started a task, and which, where that can be told.
func (l *ledger) proven(e *entry) (*emapi.StartedTask, bool) {
	if e == nil {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return e.task, e.proved
}

// busy returns the tasks that were running when last seen, and whether requests are under way or of unknown outcome.
func (l *ledger) busy() (running []string, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, t := range l.tasks {
		if t.running {
			running = append(running, id)
		}
	}
	slices.Sort(running)
	return running, len(l.open) > 0 || l.unclear
}

// account is a copy of what the ledger says of the requests up to some time, for Reconcile.
type account struct {
	own             map[string]bool // and whether a list has it no more
	unknown, flying []*entry
	shared, unclear bool
}

// now returns the number of requests that were begun so far.
func (l *ledger) now() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begun
}

// account accounts for the first n requests.
func (l *ledger) account(n int) account {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := account{own: make(map[string]bool, len(l.tasks)), shared: l.shared, unclear: l.unclear}
	for id, t := range l.tasks {
		if t.number <= n {
			a.own[id] = t.gone
		}
	}
	for e := range l.open {
		switch {
		case e.number > n:
		case e.unknown:
			a.unknown = append(a.unknown, e)
		default:
			a.flying = append(a.flying, e)
		}
	}
	return a
}
