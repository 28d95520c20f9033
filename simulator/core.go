package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// core owns all that changes. Every access goes through its one lock, under which nothing foreign is called: the clock is read
// before, answers are made of plain values.
type core struct {
	// Set once, before the first request.
	clock       Clock
	model       Model
	tables      *tables
	store       *store
	topLinks    []link
	accounts    []Account
	timing      Timing
	lifetime    time.Duration
	limits      Limits
	unknownTask int // status for a task that is not there: 404 or 500

	mu       sync.Mutex
	skew     time.Duration // how far the server's clock is ahead
	now      time.Time     // the latest time seen
	next     time.Time     // when settle has something to do; zero: never
	sessions map[string]*logonSession
	logons   int
	restores []*restore // oldest first
	begun    int        // restore sessions that were ever started
	active   []*restore
	pending  []pending // in the order of their times
	rules    []*ruleState
	events   []Event
	seq      int
	doing    undertakings
}

// lock takes the lock, brings the state up to now and returns now. The caller unlocks c.mu.
func (c *core) lock() time.Time {
	now := c.clock.Now()
	c.mu.Lock()
	now = now.Add(c.skew)
	if now.Before(c.now) {
		now = c.now
	}
	c.now = now
	c.settle(now)
	return now
}

// wake makes settle look at t at the latest.
func (c *core) wake(t time.Time) {
	if c.next.IsZero() || t.Before(c.next) {
		c.next = t
	}
}

// pending is an effect that is due at a moment.
type pending struct {
	at time.Time
	do func(now time.Time)
}

// at lets do happen at t, or as soon afterwards as the state is looked at; do is told t. The caller holds the lock.
func (c *core) at(t time.Time, do func(now time.Time)) {
	i := len(c.pending)
	for i > 0 && c.pending[i-1].at.After(t) {
		i--
	}
	c.pending = slices.Insert(c.pending, i, pending{t, do})
	c.wake(t)
}

// settle takes note of what has ended by now.
func (c *core) settle(now time.Time) {
	if c.next.IsZero() || now.Before(c.next) {
		return
	}
	c.next = time.Time{}
	for len(c.pending) > 0 && !now.Before(c.pending[0].at) {
		due := c.pending[0]
		c.pending = c.pending[1:]
		due.do(due.at)
	}
	if len(c.pending) > 0 {
		c.wake(c.pending[0].at)
	}
	var ended []Event
	for token, s := range c.sessions {
		end := s.used.Add(c.lifetime)
		if now.Before(end) {
			c.wake(end)
			continue
		}
		delete(c.sessions, token)
		ended = append(ended, Event{Time: end, Kind: SessionExpired, User: s.account.Username, Session: s.id})
	}
	c.active = slices.DeleteFunc(c.active, func(r *restore) bool {
		end := r.end()
		if now.Before(end) {
			c.wake(end)
			return false
		}
		if r.target.busy == r {
			r.target.busy = nil
		}
		e := Event{
			Time: end, Kind: FailoverFinished, User: r.user, Session: r.session, Task: r.task, Target: r.target.view(),
			Outcome: r.result,
		}
		if r.phantom {
			e.Outcome = "Failed"
		} else {
			sel := r.selected
			e.Selected, e.Restore = &sel, r.id
		}
		ended = append(ended, e)
		return true
	})
	slices.SortStableFunc(ended, func(a, b Event) int { return a.Time.Compare(b.Time) })
	for _, e := range ended {
		c.audit(e)
	}
}

func (t *target) view() Target { return Target{Kind: t.Kind, ID: t.ID, Name: t.Name} }

// caller is who sends a request.
type caller struct {
	session *logonSession
	request *rest.Request
	params  []Param
}

// event starts an Event about the caller's request.
func (who caller) event(kind EventKind, now time.Time) Event {
	e := Event{Time: now, Kind: kind, Params: who.params}
	if s := who.session; s != nil {
		e.User, e.Session = s.account.Username, s.id
	}
	if r := who.request; r != nil {
		e.Operation, e.Method, e.Path = r.Op.Name, r.HTTP.Method, r.HTTP.URL.Path
		e.RequestID = r.Header.Get("X-Request-Id")
	}
	return e
}

// failover starts a failover and returns its task. The caller holds the lock.
func (c *core) failover(who caller, t *target, spec choice, now time.Time) (*task, error) {
	if t.busy != nil {
		return nil, rest.Faultf(http.StatusConflict, "A failover of %s is in progress.", t.Name)
	}
	sel, err := t.history.choose(spec, now)
	if err != nil {
		return nil, err
	}
	rule := c.rule(t.Name, t.ID)
	if err := rule.refusal(); err != nil {
		return nil, err
	}
	b := c.commence(who.session, rule, "StartFailover", "The failover of "+t.Name, now)
	c.begun++
	k := b.task
	r := &restore{
		work:   b.work,
		id:     guid(c.model.Seed, "RestoreSession", "failover", number("%d", c.begun)),
		name:   nameAt("Failover_["+t.Name+"]", now),
		target: t, user: who.session.account.Username, session: who.session.id, task: k.id,
		listed: k.finished(), selected: sel, phantom: b.failed,
	}
	k.restore, k.related = r, !rule.NoSession && !b.failed
	t.busy = r
	c.addRestore(r)
	c.trimRestores()
	c.active = append(c.active, r)
	c.wake(r.end())
	e := who.event(FailoverStarted, now)
	e.Task, e.Target, e.Selected = k.id, t.view(), &sel
	if !r.phantom {
		e.Restore = r.id
	}
	c.audit(e)
	return k, nil
}

// newTask makes a task that succeeds at once, when its time has come.
func (c *core) newTask(s *logonSession, operation string, now time.Time, timing Timing) *task {
	s.started++
	k := &task{
		number: s.started, id: fmt.Sprintf("task-%d", s.started), operation: operation, created: now,
		running: timing.Running, collecting: timing.Collecting, success: true, message: "Ok",
	}
	s.tasks[k.id] = k
	s.trimTasks(c.limits.Tasks)
	return k
}

// findTask returns a task of the caller's session. The caller holds the lock.
func (c *core) findTask(s *logonSession, id string) (*task, error) {
	if k := s.task(id); k != nil {
		return k, nil
	}
	var n int
	if _, err := fmt.Sscanf(strings.ToLower(id), "task-%d", &n); c.unknownTask == http.StatusInternalServerError || err == nil && n >= 1 && n <= s.cleaned {
		return nil, rest.Faultf(http.StatusInternalServerError, "There is no backup task with id [%s] in current rest session", id)
	}
	return nil, rest.Faultf(http.StatusNotFound, "There is no task with ID %s in this logon session.", id)
}

// deleteTask removes a task and stops its work if that has not ended. The caller holds the lock.
func (c *core) deleteTask(who caller, id string, now time.Time) error {
	k, err := c.findTask(who.session, id)
	if err != nil {
		return err
	}
	delete(who.session.tasks, k.id)
	e := who.event(TaskRemoved, now)
	e.Task, e.Outcome = k.id, k.state(now)
	if r := k.restore; r != nil {
		e.Target, e.Restore = r.target.view(), r.id
		// A finished task has no execution left to stop, though its restore session may go on for long.
		if k.state(now) != taskFinished && now.Before(r.workEnd()) {
			e.Kind, e.Outcome = FailoverCancelled, "stopped"
			r.stop(now, "The failover was stopped.")
			c.wake(r.end())
		}
	}
	if k.stop != nil && k.state(now) != taskFinished && k.stop(now) {
		e.Outcome = "stopped"
	}
	c.audit(e)
	return nil
}

// logoff ends a session; its tasks are gone with it, their work goes on. The caller holds the lock.
func (c *core) logoff(who caller, id string, now time.Time) error {
	for token, s := range c.sessions {
		if !strings.EqualFold(s.id, id) {
			continue
		}
		if s != who.session && who.session.account.Role != RoleAdministrator {
			break
		}
		delete(c.sessions, token)
		e := who.event(LoggedOff, now)
		e.Outcome = s.id
		c.audit(e)
		return nil
	}
	return rest.Faultf(http.StatusNotFound, "There is no logon session with ID %s.", id)
}
