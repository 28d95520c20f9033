package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

// Progress is how far something is that [Client.WaitRestore] waits for.
type Progress struct {
	Task      *ent.Task           // as last seen
	TaskState string              // Running, OperationFinished, Finished
	Session   *ent.RestoreSession // nil until the task has finished
	State     string              // of the restore session: Starting, Working, Stopping, Stopped
	Percent   int                 // of the restore session
	At        time.Time           // by the client's clock
}

// WaitOption changes how [Client.WaitRestore] waits.
type WaitOption func(*waitOptions)

type waitOptions struct{ progress func(Progress) }

// OnProgress calls f, in the goroutine that waits, with each state that was seen.
func OnProgress(f func(Progress)) WaitOption { return func(o *waitOptions) { o.progress = f } }

// RestoreResult is how a restore or failover ended.
type RestoreResult struct {
	Task    *ent.Task           // as last seen
	Session *ent.RestoreSession // nil when the task named none
	Result  string              // Success, Warning or Failed; "" without a session
	// Lost says that the task's logon session ended before the task was seen to finish: the result is that of the restore session alone.
	Lost bool
}

// Warning reports whether it went well, with something to look at.
func (r *RestoreResult) Warning() bool { return r != nil && r.Result == "Warning" }

// RestoreError is a restore session that ended without success.
type RestoreError struct {
	Session *ent.RestoreSession
	Result  string
	Message string // FailureMessage
}

func (e *RestoreError) Error() string {
	s := fmt.Sprintf("restore session %s ended with result %q", xsdbind.Text(e.Session, "Name"), e.Result)
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

// WaitRestore waits until a task is finished and then, because a finished task is not a running machine, until the restore session
// that it started has stopped. A session that failed is a *[RestoreError], a task that failed a *[TaskError]; the result is returned beside them.
// A warning is no error: see [RestoreResult.Warning]. When the finished task names no restore session, the result has none and says all that is known.
//
// The restore session outlives the logon session. If that is lost while the restore session is known already, the wait goes on with it.
// What [Client.Wait] says about contexts, errors and polling holds here too. However many wait for restore sessions, there is one round of
// questions a tick: a session is asked for by its address while it is the only one, and else in queries for 20 at a time. What such an
// answer lacks is asked for by its address before anything is concluded, and so is each session of a server that refuses
// the query. The session returned may be shared with others who waited for it.
func (c *Client) WaitRestore(ctx context.Context, t *emapi.StartedTask, opts ...WaitOption) (*RestoreResult, error) {
	var o waitOptions
	for _, f := range opts {
		if f != nil {
			f(&o)
		}
	}
	res := &RestoreResult{}
	tell := func(p Progress) {
		if o.progress != nil {
			p.Task, p.TaskState, p.At = res.Task, xsdbind.Text(res.Task, "State"), c.core.o.clock.Now()
			o.progress(p)
		}
	}
	task, err := c.wait(ctx, t, func(v *ent.Task) {
		res.Task = v
		if !isFinished(v) {
			tell(Progress{})
		}
	})
	res.Task = task
	switch {
	case err == nil:
		tell(Progress{})
		if err := c.outcome(task); err != nil {
			return res, err
		}
	case errors.Is(err, ErrSessionLost) || errors.Is(err, ErrTaskNotFound):
		if _, ok := restoreLink(task); !ok {
			return res, err
		}
		res.Lost = true
	default:
		return res, err
	}
	href, ok := restoreLink(task)
	if !ok {
		return res, nil
	}
	s, err := c.waitSession(ctx, href, func(s *ent.RestoreSession) {
		tell(Progress{Session: s, State: xsdbind.Text(s, "State"), Percent: int(xsdbind.Int(s, "Progress"))})
	})
	res.Session = s
	if err != nil {
		return res, fmt.Errorf("wait for the restore session: %w", err)
	}
	res.Result = xsdbind.Text(s, "Result")
	if res.Result == "Success" || res.Result == "Warning" {
		return res, nil
	}
	return res, &RestoreError{Session: s, Result: res.Result, Message: c.core.red.clean(xsdbind.Text(s, "FailureMessage"))}
}

// restoreLink finds the address of the restore session that a task names.
func restoreLink(t *ent.Task) (string, bool) {
	for _, l := range xsdbind.Items(xsdbind.Child(t, "Links"), "Link") {
		if !strings.EqualFold(xsdbind.Text(l, "Rel"), "Related") {
			continue
		}
		href := xsdbind.Text(l, "Href")
		switch xsdbind.Text(l, "Type") {
		case "RestoreSession":
			return href, true
		case "RestoreSessionReference":
			return asEntity(href), true
		}
		if strings.Contains(strings.ToLower(href), "/restoresessions/") {
			return asEntity(href), true
		}
	}
	return "", false
}

// asEntity asks for the entity where the address is that of a reference.
func asEntity(href string) string {
	if strings.Contains(strings.ToLower(href), "format=entity") {
		return href
	}
	if strings.Contains(href, "?") {
		return href + "&format=Entity"
	}
	return href + "?format=Entity"
}
