package client

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"
)

// polls holds the pollers of a client: one for each logon session in which somebody waits for a task, and one for
// restore sessions, which belong to no logon session.
type polls struct {
	c       *Client
	mu      sync.Mutex
	running map[string]*poller
	stopped bool
}

// poller asks for the states of things of one kind, for all who wait for one of them.
type poller struct {
	owner   *polls
	name    string // in owner.running
	what    string // for the log
	asker   asker
	waiters map[string]map[*waiter]struct{} // by thing; guarded by owner.mu
	joined  chan struct{}                   // somebody came
	cancel  context.CancelFunc
}

// asker asks for things once, tells those who wait what it found, and reports whether anything has changed. An error is one of all
// of them: nothing could be asked.
type asker interface {
	ask(ctx context.Context, p *poller, ids []string) (changed bool, err error)
}

// waiter is one who waits for a thing.
type waiter struct {
	p     *poller
	id    string
	news  []update      // not looked at yet; guarded by p.owner.mu
	ready chan struct{} // there are some
}

// update is what a question found out about a thing. The last one has done or err.
type update struct {
	value any
	state string // what is compared to see whether anything has changed
	done  bool
	err   error
}

// wait calls seen with what is new, in the goroutine that waits, until that is the last of it or ctx ends.
func (w *waiter) wait(ctx context.Context, seen func(any)) error {
	for {
		select {
		case <-ctx.Done():
			return contextError(ctx)
		case <-w.ready:
		}
		for _, u := range w.take() {
			if u.value != nil {
				seen(u.value)
			}
			if u.err != nil || u.done {
				return u.err
			}
		}
	}
}

// take returns what is new.
func (w *waiter) take() []update {
	w.p.owner.mu.Lock()
	defer w.p.owner.mu.Unlock()
	news := w.news
	w.news = nil
	return news
}

// join registers somebody who waits, and starts the poller with the first one.
func (ps *polls) join(name, id string, start func() *poller) (*waiter, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.stopped {
		return nil, ErrClosed
	}
	p := ps.running[name]
	if p == nil {
		ctx, cancel := context.WithCancel(context.Background())
		p = start()
		p.owner, p.name, p.cancel = ps, name, cancel
		p.waiters, p.joined = make(map[string]map[*waiter]struct{}), make(chan struct{}, 1)
		if ps.running == nil {
			ps.running = make(map[string]*poller)
		}
		ps.running[name] = p
		go p.run(ctx)
	}
	w := &waiter{p: p, id: id, ready: make(chan struct{}, 1)}
	if p.waiters[id] == nil {
		p.waiters[id] = make(map[*waiter]struct{})
	}
	p.waiters[id][w] = struct{}{}
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
	delete(p.waiters[w.id], w)
	if len(p.waiters[w.id]) == 0 {
		delete(p.waiters, w.id)
	}
	if len(p.waiters) == 0 {
		p.endLocked()
	}
}

func (p *poller) endLocked() {
	if p.owner.running[p.name] == p {
		delete(p.owner.running, p.name)
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

// tell gives an update to all who wait for a thing. After the last one, nobody waits for it any more.
func (p *poller) tell(id string, u update) {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	p.tellLocked(id, u)
}

func (p *poller) tellLocked(id string, u update) {
	const enough = 16 // for one who does not look, states that do not differ are not kept
	for w := range p.waiters[id] {
		if n := len(w.news); n >= enough && u.err == nil && !u.done && w.news[n-1].state == u.state {
			w.news[n-1] = u
		} else {
			w.news = append(w.news, u)
		}
		select {
		case w.ready <- struct{}{}:
		default:
		}
	}
	if u.done || u.err != nil {
		delete(p.waiters, id)
		if len(p.waiters) == 0 {
			p.endLocked()
		}
	}
}

func (p *poller) tellAllLocked(u update) {
	for id := range p.waiters {
		p.tellLocked(id, u)
	}
}

// ids returns the things that are waited for.
func (p *poller) ids() []string {
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
	delay := o.poll.Min
	var limit patience
	for {
		select {
		case <-p.joined: // whoever came before this question is served by it
		default:
		}
		last := o.clock.Now()
		changed, err := false, error(nil)
		if ids := p.ids(); len(ids) > 0 {
			changed, err = p.asker.ask(ctx, p, ids)
		}
		if ctx.Err() != nil {
			return
		}
		switch {
		case err == nil:
			limit = patience{}
		case !limit.endedBy(err):
			p.warn(ctx, err)
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

func (p *poller) warn(ctx context.Context, err error) {
	p.owner.c.core.o.logger.LogAttrs(ctx, slog.LevelWarn, "em "+p.what+" are asked for again", slog.String("error", err.Error()))
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
	case e.mayPass():
		p.failures++
		return p.failures >= most
	}
	return true
}

// mayPass reports whether what the server said is no refusal: another try may go better.
func (e *Error) mayPass() bool {
	return e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooManyRequests || e.Status < 300
}

// states remembers the last state of each thing.
type states map[string]string

// changed notes a state and reports whether it is new.
func (s states) changed(id, state string) bool {
	was, known := s[id]
	s[id] = state
	return !known || was != state
}

// forget drops what is known of things that nobody waits for any more, when that is most of it.
func forget[V any](known map[string]V, ids []string) {
	if len(known) <= 2*len(ids)+16 {
		return
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	maps.DeleteFunc(known, func(id string, _ V) bool { return !wanted[id] })
}
