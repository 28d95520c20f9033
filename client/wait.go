package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

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
	if cur, closed := c.core.sessions.look(); closed != nil {
		return last, fmt.Errorf("wait for %s: %w", id, closed)
	} else if cur.name() != t.Session {
		return last, fmt.Errorf("wait for %s: %w: the task belongs to another logon session than the current one", id, ErrSessionLost)
	}
	w, err := c.polls.join("task "+t.Session, id, func() *poller {
		return &poller{what: "tasks", asker: &taskAsker{c: c, session: t.Session, states: make(states)}}
	})
	if err != nil {
		return last, fmt.Errorf("wait for %s: %w", id, err)
	}
	defer w.leave()
	err = w.wait(ctx, func(v any) {
		if task, ok := v.(*ent.Task); ok {
			last = task
			if seen != nil {
				seen(task)
			}
		}
	})
	if err != nil {
		return last, fmt.Errorf("wait for %s: %w", id, err)
	}
	return last, nil
}

// onceKey marks a call that is not repeated by itself, because the next tick repeats it.
type onceKey struct{}

func once(c *rest.Call) { c.SetValue(onceKey{}, true) }

func inSessionOnce(session string) []rest.Option { return []rest.Option{InSession(session), once} }

// taskAsker asks for the tasks of one logon session.
type taskAsker struct {
	c       *Client
	session string
	states  states
}

func (a *taskAsker) ask(ctx context.Context, p *poller, ids []string) (changed bool, err error) {
	forget(a.states, ids)
	if len(ids) == 1 {
		return a.askOne(ctx, p, ids[0])
	}
	list, err := rest.Fetch[*ent.Tasks](ctx, rest.At(a.c.caller), opTasks, nil, nil, inSessionOnce(a.session))
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
			changed = a.tell(p, id, t) || changed
		} else if asked < most {
			asked++
			ch, err := a.askOne(ctx, p, id)
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

func (a *taskAsker) askOne(ctx context.Context, p *poller, id string) (changed bool, err error) {
	t, err := rest.Fetch[*ent.Task](ctx, rest.At(a.c.caller, id), opTask, nil, nil, inSessionOnce(a.session))
	switch {
	case errors.Is(err, ErrTaskNotFound):
		p.tell(id, update{err: err})
		return true, nil
	case err != nil:
		return false, err
	case t == nil:
		return false, &Error{Op: opTask.Name, Method: opTask.Method, URL: opTask.Path, Status: http.StatusOK, Err: ErrUnexpectedAnswer}
	}
	return a.tell(p, id, t), nil
}

// tell tells a state, and reports whether it is new.
func (a *taskAsker) tell(p *poller, id string, t *ent.Task) bool {
	state := xsdbind.Text(t, "State")
	p.tell(id, update{value: t, state: state, done: isFinished(t)})
	return a.states.changed(id, state)
}
