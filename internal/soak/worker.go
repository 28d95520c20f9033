package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// target is something that can fail over.
type target struct{ replica, id string } // replica is "" for a vApp

// findTargets asks for all targets while nothing goes wrong.
func (s *soak) findTargets(ctx context.Context) ([]target, error) {
	c, err := client.Dial(ctx, s.em.URL, client.WithPassword(s.em.Username, s.em.Password), client.WithThumbprint(s.em.Thumbprint), client.WithProxy(nil))
	if err != nil {
		return nil, err
	}
	defer c.Logout(ctx)
	var out []target
	vapps, err := c.CdpReplica().VApps().Entities(ctx)
	if err != nil {
		return nil, err
	}
	list := ent.Val(vapps).VAppCdpReplica
	for i := range list {
		out = append(out, target{id: list[i].ReplicaUid})
	}
	refs, err := c.CdpReplicas().List(ctx)
	if err != nil {
		return nil, err
	}
	replicas := ent.Val(refs).Ref
	for i := range replicas {
		vms, err := c.CdpReplicas().ID(replicas[i].UID).Vms().List(ctx)
		if err != nil {
			return nil, err
		}
		items := ent.Val(vms).Ref
		for j := range items {
			out = append(out, target{replicas[i].UID, items[j].UID})
		}
	}
	return out, nil
}

func (t target) failover(ctx context.Context, c *client.Client, opts ...rest.Option) (*emapi.StartedTask, error) {
	if t.replica == "" {
		return c.CdpReplica().VApps().ID(t.id).Failover(ctx, client.ToLatest(), opts...)
	}
	return c.CdpReplicas().ID(t.replica).Vms().ID(t.id).Failover(ctx, client.ToLatest(), opts...)
}

// answer is what a call said.
type answer uint8

const (
	saidStarted answer = iota
	saidRefused
	saidUnknown
)

// record is one failover that was asked for.
type record struct {
	id       string // the request's X-Request-Id
	said     answer
	why      string // of a refusal
	task     string // what the call said that it started
	verdict  client.Outcome
	evidence []string // of the verdict
	found    string   // the verdict's task, in this session
	session  string
	cancel   bool          // the task was cancelled
	restore  string        // the restore session that waiting led to
	canceled bool          // the context ended before the call did
	late     time.Duration // how long after that it returned
	what     string        // which call that was
	hangs    int
}

// worker is one goroutine that calls.
type worker struct {
	*soak
	crew *crew
	rnd  *rand.Rand
}

// turn is one failover and what belongs to it.
func (w *worker) turn(ctx context.Context) {
	t, err := w.crew.take(ctx)
	if err != nil {
		return
	}
	defer w.crew.give(t)
	r := record{id: fmt.Sprintf("call-%08d", w.number.Add(1))}
	if w.rnd.IntN(5) == 0 {
		w.read(ctx, t.c, &r)
	}
	where := w.targets[w.rnd.IntN(len(w.targets))]
	var task *emapi.StartedTask
	err = w.timed(ctx, &r, "failover", true, func(ctx context.Context) error {
		var err error
		task, err = where.failover(ctx, t.c, rest.WithHeader("X-Request-Id", r.id), rest.WithHeader("Proxy-Authorization", w.secrets.header))
		return err
	})
	w.secrets.print(err, task)
	switch {
	case err == nil:
		r.said, r.session = saidStarted, task.Session
		if task.Value != nil {
			r.task = task.Value.TaskId
		}
		w.follow(ctx, t.c, task, &r)
	case errors.Is(err, client.ErrOutcomeUnknown):
		r.said = saidUnknown
		w.reconcile(ctx, t.c, err, &r)
	default:
		r.said, r.why = saidRefused, reason(err)
		w.reconcile(ctx, t.c, err, &r)
	}
	w.add(r)
}

// timed makes a call whose context ends at some time, sometimes while the call is under way, and notes when it returned.
func (w *worker) timed(ctx context.Context, r *record, what string, hasty bool, call func(context.Context) error) error {
	limit := time.Duration(500+w.rnd.IntN(2500)) * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var ended atomic.Int64 // when the context ended, in ns
	stop := context.AfterFunc(ctx, func() { ended.Store(time.Now().UnixNano()) })
	if hasty && w.rnd.IntN(8) == 0 {
		early := time.AfterFunc(time.Duration(w.rnd.Int64N(int64(30*time.Millisecond))), cancel)
		defer early.Stop()
	}
	err := call(ctx)
	now := time.Now()
	if !stop() {
		// AfterFunc was started and may not have come to the clock yet: then the call returned at once.
		if at := ended.Load(); at != 0 {
			r.canceled = true
			if late := now.Sub(time.Unix(0, at)); late > r.late {
				r.late, r.what = late, what
			}
		} else {
			r.canceled = true
		}
	}
	const grace = time.Minute // not a promise: what a machine may need that has too much to do. Beyond it a call hangs
	if r.late > grace {
		r.hangs++
	}
	return err
}

// read asks for something harmless, so that sessions expire and connections break in other places too.
func (w *worker) read(ctx context.Context, c *client.Client, r *record) {
	t := w.targets[w.rnd.IntN(len(w.targets))]
	if t.replica != "" {
		return
	}
	err := w.timed(ctx, r, "read", true, func(ctx context.Context) error {
		v, err := c.CdpReplica().VApps().ID(t.id).Get(ctx)
		w.secrets.print(v)
		return err
	})
	w.secrets.print(err)
}

// follow does with a started task what people do.
func (w *worker) follow(ctx context.Context, c *client.Client, task *emapi.StartedTask, r *record) {
	var err error
	switch w.rnd.IntN(20) {
	case 0:
		r.cancel = true
		err = w.timed(ctx, r, "cancel", false, func(ctx context.Context) error { return c.Cancel(ctx, task) })
	case 1, 2, 3:
		var res *client.RestoreResult
		err = w.timed(ctx, r, "wait", true, func(ctx context.Context) error {
			var err error
			res, err = c.WaitRestore(ctx, task)
			return err
		})
		if res != nil && res.Session != nil {
			r.restore = ent.Val(res.Session.UID)
		}
	}
	w.secrets.print(err)
}

// reconcile asks what became of a call that failed, again when the question itself fails.
func (w *worker) reconcile(ctx context.Context, c *client.Client, failed error, r *record) {
	r.verdict = client.Undetermined
	for range 3 {
		var v client.Verdict
		err := w.timed(ctx, r, "reconcile", false, func(ctx context.Context) error {
			var err error
			v, err = c.Reconcile(ctx, failed)
			return err
		})
		w.secrets.print(err, v)
		r.verdict, r.evidence = v.Outcome, v.Evidence
		if v.Task != nil {
			r.found, r.session = v.Task.Value.TaskId, v.Task.Session
		}
		if err == nil {
			return
		}
	}
}

// reason sorts refusals.
func reason(err error) string {
	var e *client.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "context ended before anything was sent"
	case errors.As(err, &e) && e.Status != 0:
		return fmt.Sprint("status ", e.Status)
	}
	var thumb *client.ThumbprintError
	if errors.As(err, &thumb) {
		return "another certificate"
	}
	return "no connection"
}
