package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Wait waits until a task is Finished and returns it. OperationFinished is not the end, nor is a state that this
// package does not know. A task that finished without success is a *[TaskError], beside the task.
//
// However many wait, EM is asked once a tick: for the task while it is the only one, for the session's list of
// tasks when there are more. A server that cannot be reached, or is busy, is asked again until ctx ends. Wait returns
// as soon as ctx ends; the task goes on. [ErrSessionLost] means that the task's logon session is over: the
// same id in another session would be another task, so it is never asked for there. [ErrTaskNotFound] means that EM has cleaned the task up.
//
// The returned task may be shared with others who waited for it.
func (c *Client) Wait(ctx context.Context, t *emapi.StartedTask) (*ent.Task, error) {
	v, err := c.wait(ctx, t, nil)
	if err != nil {
		return v, err
	}
	return v, c.outcome(v)
}

// wait returns the finished task, whatever its result; with an error, the task as it was last seen.
func (c *Client) wait(ctx context.Context, t *emapi.StartedTask, seen func(*ent.Task)) (*ent.Task, error) {
	if ctx == nil {
		return nil, errors.New("client.Wait: nil context")
	}
	id, err := identify(t)
	if err != nil {
		return nil, err
	}
	last := t.Value
	if isFinished(last) {
		return last, nil
	}
	if err := ctx.Err(); err != nil {
		return last, contextError(ctx)
	}
	w, err := c.polls.join(t.Session, id)
	if err != nil {
		return last, fmt.Errorf("wait for %s: %w", id, err)
	}
	defer w.leave()
	for {
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("wait for %s: %w", id, contextError(ctx))
		case u := <-w.updates:
			if u.task != nil {
				last = u.task
				if seen != nil {
					seen(last)
				}
			}
			if u.err != nil {
				return last, fmt.Errorf("wait for %s: %w", id, u.err)
			}
			if isFinished(last) {
				return last, nil
			}
		}
	}
}

// polls holds the pollers of a client: one for each logon session in which somebody waits for a task.
type polls struct {
	c       *Client
	mu      sync.Mutex
	running map[string]*poller
	stopped bool
}

// poller asks for the states of the tasks of one session, for all who wait for one of them.
type poller struct {
	owner   *polls
	session string
	waiters map[string]map[*waiter]struct{} // by task; guarded by owner.mu
	joined  chan struct{}                   // somebody came
	cancel  context.CancelFunc
}

// waiter is one who waits for a task.
type waiter struct {
	p       *poller
	task    string
	updates chan update // holds the newest update only
}

type update struct {
	task *ent.Task
	err  error
}

// join registers somebody who waits, and starts the poller with the first one.
func (ps *polls) join(session, task string) (*waiter, error) {
	if cur, closed := ps.c.core.sessions.look(); closed != nil {
		return nil, closed
	} else if cur.name() != session {
		return nil, fmt.Errorf("%w: the task belongs to another logon session than the current one", ErrSessionLost)
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.stopped {
		return nil, ErrClosed
	}
	p := ps.running[session]
	if p == nil {
		ctx, cancel := context.WithCancel(context.Background())
		p = &poller{owner: ps, session: session, waiters: make(map[string]map[*waiter]struct{}), joined: make(chan struct{}, 1), cancel: cancel}
		if ps.running == nil {
			ps.running = make(map[string]*poller)
		}
		ps.running[session] = p
		go p.run(ctx)
	}
	w := &waiter{p: p, task: task, updates: make(chan update, 1)}
	if p.waiters[task] == nil {
		p.waiters[task] = make(map[*waiter]struct{})
	}
	p.waiters[task][w] = struct{}{}
	select {
	case p.joined <- struct{}{}:
	default:
	}
	return w, nil
}

// leave takes the waiter away; with the last one the poller ends.
func (w *waiter) leave() {
	p := w.p
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	delete(p.waiters[w.task], w)
	if len(p.waiters[w.task]) == 0 {
		delete(p.waiters, w.task)
	}
	if len(p.waiters) == 0 {
		p.endLocked()
	}
}

func (p *poller) endLocked() {
	if p.owner.running[p.session] == p {
		delete(p.owner.running, p.session)
	}
	p.cancel()
}

// stop ends all waiting: the client is closed.
func (ps *polls) stop() {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.stopped = true
	for _, p := range ps.running {
		p.tellAllLocked(update{err: ErrClosed})
		p.endLocked()
	}
}

// tell gives an update to all who wait for a task.
func (p *poller) tell(task string, u update) {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	p.tellLocked(task, u)
}

func (p *poller) tellLocked(task string, u update) {
	for w := range p.waiters[task] {
		select {
		case old := <-w.updates:
			if u.task == nil {
				u.task = old.task // an error must not hide a state that was not yet looked at
			}
		default:
		}
		w.updates <- u // there is room: only this function sends, and under the lock
	}
}

func (p *poller) tellAllLocked(u update) {
	for task := range p.waiters {
		p.tellLocked(task, u)
	}
}

// tasks returns the tasks that are waited for.
func (p *poller) tasks() []string {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	ids := make([]string, 0, len(p.waiters))
	for id := range p.waiters {
		ids = append(ids, id)
	}
	return ids
}

// run polls until nobody waits any more. It asks first at once, then ever less often while nothing changes. Who
// joins later waits at most Polling.Min since the last question.
func (p *poller) run(ctx context.Context) {
	defer p.cancel()
	o := p.owner.c.core.o
	states := make(map[string]string)
	delay := o.poll.Min
	var limit patience
	for {
		select {
		case <-p.joined: // whoever came before this question is served by it
		default:
		}
		last := o.clock.Now()
		changed, err := p.poll(ctx, states)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err == nil:
			limit = patience{}
		case !limit.endedBy(err):
			o.logger.LogAttrs(ctx, slog.LevelWarn, "em tasks are asked for again", slog.String("error", err.Error()))
		default:
			p.owner.mu.Lock()
			p.tellAllLocked(update{err: err})
			p.owner.mu.Unlock()
		}
		delay = o.poll.next(delay)
		if changed {
			delay = o.poll.Min
		}
		if !p.rest(ctx, last, delay) {
			return
		}
	}
}

// rest waits for the next tick; false when nobody waits any more.
func (p *poller) rest(ctx context.Context, last time.Time, delay time.Duration) bool {
	o := p.owner.c.core.o
	c, stop := o.clock.NewTimer(delay)
	defer func() { stop() }()
	select {
	case <-ctx.Done():
		return false
	case <-c:
		return true
	case <-p.joined:
	}
	stop()
	c, stop = o.clock.NewTimer(max(0, o.poll.Min-o.clock.Now().Sub(last)))
	select {
	case <-ctx.Done():
		return false
	case <-c:
		return true
	}
}

// patience decides which failure ends a wait: a server that is away is waited for as long as the caller likes, one that
// answers with failures is given some time, and a refusal counts at once.
type patience struct{ failures int }

// endedBy reports whether err ends the wait.
func (p *patience) endedBy(err error) bool {
	const most = 10
	var e *Error
	if !errors.As(err, &e) || e.lost {
		return true
	}
	switch {
	case e.Status == 0:
		return pointless(e.Err)
	case e.Is(ErrUnavailable):
		return false
	case e.Status >= 500, e.Status == http.StatusRequestTimeout, e.Status == http.StatusTooManyRequests, e.Status < 300:
		p.failures++
		return p.failures >= most
	}
	return true
}

// onceKey marks a call that is not repeated by itself, because the next tick repeats it.
type onceKey struct{}

func inSessionOnce(session string) []rest.Option {
	return []rest.Option{InSession(session), func(c *rest.Call) { c.SetValue(onceKey{}, true) }}
}

// poll asks once and tells those who wait what is new.
func (p *poller) poll(ctx context.Context, states map[string]string) (changed bool, err error) {
	caller := p.owner.c.caller
	ids := p.tasks()
	if len(ids) == 0 {
		return false, nil
	}
	if len(ids) == 1 {
		return p.pollOne(ctx, ids[0], states)
	}
	list, err := rest.Fetch[*ent.Tasks](ctx, rest.At(caller), opTasks, nil, nil, inSessionOnce(p.session))
	if err != nil {
		return false, err
	}
	found := make(map[string]*ent.Task)
	for id, t := range tasksOf(list) {
		found[id] = t
	}
	// A list may be cut to a page. What it lacks is asked for by its id, a few a tick, before it counts as gone.
	const most = 4
	asked := 0
	for _, id := range ids {
		if t, ok := found[id]; ok {
			changed = p.news(id, t, states) || changed
		} else if asked < most {
			asked++
			ch, err := p.pollOne(ctx, id, states)
			if err != nil {
				return changed, err
			}
			changed = changed || ch
		}
	}
	return changed, nil
}

// tasksOf yields the tasks of a list with their ids.
func tasksOf(list *ent.Tasks) iter.Seq2[string, *ent.Task] {
	return func(yield func(string, *ent.Task) bool) {
		for _, v := range xsdbind.Items(list, "Task") {
			if t, ok := v.(*ent.Task); ok && !yield(xsdbind.Text(t, "TaskId"), t) {
				return
			}
		}
	}
}

func (p *poller) pollOne(ctx context.Context, id string, states map[string]string) (changed bool, err error) {
	t, err := rest.Fetch[*ent.Task](ctx, rest.At(p.owner.c.caller, id), opTask, nil, nil, inSessionOnce(p.session))
	switch {
	case errors.Is(err, ErrTaskNotFound):
		p.tell(id, update{err: err})
		return true, nil
	case err != nil:
		return false, err
	case t == nil:
		return false, &Error{Op: opTask.Name, Method: opTask.Method, URL: opTask.Path, Status: http.StatusOK, Err: ErrUnexpectedAnswer}
	}
	return p.news(id, t, states), nil
}

// news tells a state, and reports whether it is new.
func (p *poller) news(id string, t *ent.Task, states map[string]string) bool {
	p.tell(id, update{task: t})
	state := xsdbind.Text(t, "State")
	if states[id] == state {
		return false
	}
	states[id] = state
	return true
}
