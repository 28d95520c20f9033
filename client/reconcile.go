package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Outcome says what became of a request.
type Outcome string

// The outcomes that Reconcile can find.
const (
	Started      Outcome = "started"
	NotStarted   Outcome = "not started"
	Undetermined Outcome = "undetermined"
)

// Verdict is what [Client.Reconcile] found out.
type Verdict struct {
	Outcome Outcome
	// Task is the task that the request started, where Outcome is Started and it can be told from others.
	Task *emapi.StartedTask
	// Sessions are restore sessions that began since the request was sent, as far as EM lists them: those of a person's own
	// judgment when the outcome is undetermined. One of them may be the request's, or none.
	Sessions []*ent.RestoreSession
	Evidence []string // why, a sentence each
}

func (v *Verdict) say(format string, args ...any) {
	v.Evidence = append(v.Evidence, fmt.Sprintf(format, args...))
}

// skewAllowed is how far EM's clock may be behind the client's when restore sessions are looked for.
const skewAllowed = 10 * time.Minute

// Reconcile finds out what became of a request that failed: hand it the error of the call. It only reads.
//
// A verdict other than Undetermined is a proof. NotStarted: the request was refused, or never left. Started: the client's logon session, in
// which nobody else works, has exactly as many tasks that no answer accounted for as it has requests without
// an answer, so each of them started one. All else is Undetermined: no task to be seen is no proof, because a request may still be on
// its way, and EM says of neither a task nor a restore session which request it came from. After [Client.Save] and in a resumed
// session others may start tasks, so nothing is proved there; nor is it once the session is over, because its tasks are gone with it.
//
// The error is that of asking; the verdict is then Undetermined, with what was known before.
func (c *Client) Reconcile(ctx context.Context, failed error) (Verdict, error) {
	v := Verdict{Outcome: Undetermined}
	if ctx == nil {
		return v, errors.New("client.Reconcile: nil context")
	}
	var (
		u *UnknownError
		e *Error
		m *MomentError
	)
	switch {
	case failed == nil:
		return v, errors.New("client.Reconcile: no error to reconcile")
	case errors.As(failed, &u):
	case errors.As(failed, &m):
		v.Outcome = NotStarted
		v.say("The request was not sent: it does not name exactly one moment.")
		return v, nil
	case errors.As(failed, &e) && e.certain:
		v.Outcome = NotStarted
		if e.Status == 0 {
			v.say("No connection was made, so nothing was sent.")
		} else {
			v.say("The server refused the request with status %d.", e.Status)
		}
		return v, nil
	default:
		v.say("The error is not that of a request that starts something.")
		return v, nil
	}
	err := c.reconcileTasks(ctx, u, &v)
	if v.Outcome == Undetermined && err == nil {
		c.recentSessions(ctx, u, &v)
	}
	return v, err
}

// reconcileTasks compares the tasks of the session with what its ledger accounts for.
func (c *Client) reconcileTasks(ctx context.Context, u *UnknownError, v *Verdict) error {
	s, closed := c.core.sessions.look()
	switch {
	case closed != nil:
		return closed
	case s.name() != u.Session || s.lost.Load():
		v.say("The logon session of the request is over, and its tasks are gone with it.")
		return nil
	}
	list, err := rest.Fetch[ent.Tasks](ctx, c.caller, &rest.Call{Op: opTasks}, []rest.Option{InSession(u.Session)})
	switch {
	case errors.Is(err, ErrSessionLost):
		v.say("The logon session of the request is over, and its tasks are gone with it.")
		return nil
	case err != nil:
		return err
	}
	// The account is taken after the list: what is under way now and was not then makes the verdict more careful, never less.
	a := s.ledger.account()
	if t := s.ledger.found(u.entry); t != nil {
		v.Outcome, v.Task = Started, t
		v.say("Its task was found before.")
		return nil
	}
	var extra []*ent.Task
	listed := make(map[string]bool)
	for id, t := range tasksOf(list) {
		if !a.own[id] && !listed[id] {
			extra = append(extra, t)
		}
		listed[id] = true
	}
	suspects := len(a.unknown) + len(a.flying)
	switch {
	case a.shared:
		v.say("The logon session was saved or resumed: others may have started tasks in it.")
		return nil
	case !slices.Contains(a.unknown, u.entry):
		v.say("The request was not made by this client.")
		return nil
	case a.unclear:
		v.say("Another request in the session was repeated or answered unclearly: it may have started tasks.")
		return nil
	case !includes(listed, a.own):
		// It was cleaned up, or its id was garbled on its way here: then the task is among those unaccounted for.
		v.say("A task of the session that was seen before is missing from its list.")
		return nil
	case len(extra) == 0:
		v.say("The session has no task that is unaccounted for; the request may still be on its way.")
		return nil
	case len(extra) != suspects || !repeatNever(a.flying):
		v.say("The session has %d tasks that are unaccounted for and %d requests that may have started them.", len(extra), suspects)
		return nil
	}
	v.Outcome = Started
	v.say("The session has as many tasks that are unaccounted for as requests that may have started them (%d), and nobody else works in it.", suspects)
	if suspects == 1 {
		t := extra[0]
		v.Task = &emapi.StartedTask{Value: t, Session: u.Session, Status: u.Status}
		v.say("Its task is %s (%s).", xsdbind.Text(t, "TaskId"), xsdbind.Text(t, "Operation"))
		s.ledger.settle(u.entry, v.Task, !isFinished(t))
		if href, ok := restoreLink(t); ok {
			v.say("Its restore session is %s.", lastSegment(href))
		}
	}
	return nil
}

func includes(all, some map[string]bool) bool {
	for id := range some {
		if !all[id] {
			return false
		}
	}
	return true
}

func repeatNever(all []*entry) bool {
	for _, e := range all {
		if e.op.Repeat != rest.RepeatNever {
			return false
		}
	}
	return true
}

// recentSessions lists what began since, for a person to judge. It proves nothing, so its failure does no harm.
func (c *Client) recentSessions(ctx context.Context, u *UnknownError, v *Verdict) {
	const most = 50
	since := u.Started.Add(-skewAllowed)
	for s, err := range NewQuery[ent.RestoreSession](c).Where(fields.RestoreSessionCreationTime.From(since)).SortDesc(fields.RestoreSessionCreationTime).All(ctx) {
		if err != nil {
			v.say("The restore sessions could not be listed: %v.", err)
			return
		}
		if v.Sessions = append(v.Sessions, s); len(v.Sessions) == most {
			break
		}
	}
	v.say("%d restore sessions began since %s.", len(v.Sessions), since.UTC().Format(time.RFC3339))
}
