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
	"github.com/vbem-go/vbem/query"
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
// an answer, so each of them started one. Requests that are under way are waited for a little, because their answers account for tasks.
//
// All else is Undetermined. No task to be seen is no proof, because a request may still be on its way: that the connection is closed does not
// call back what the server has read. Nor does more evidence help that EM could give. It says of neither a task nor a restore session
// which request it came from: the answer to a failover names no target, the session's list of tasks none either, and a restore session
// has a display name, which is not unique, and a time by EM's clock. A replica that is failed over may have been failed over
// by somebody else. So one request that was not carried out leaves the others of its session that have no answer in doubt. After [Client.Save] and in a resumed
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

// reconcileTasks compares the tasks of the session with what its ledger accounts for, again when requests were under way.
func (c *Client) reconcileTasks(ctx context.Context, u *UnknownError, v *Verdict) error {
	const lists = 3
	for n := 1; ; n++ {
		evidence, again, err := c.countTasks(ctx, u, v)
		if err == nil && again && n < lists {
			continue
		}
		v.Evidence = append(v.Evidence, evidence...)
		return err
	}
}

// countTasks asks for the tasks once. It reports whether to do so again, because a request that was under way when the list was made
// has had its answer since.
func (c *Client) countTasks(ctx context.Context, u *UnknownError, v *Verdict) (evidence []string, again bool, err error) {
	over := []string{"The logon session of the request is over, and its tasks are gone with it."}
	s, closed := c.core.sessions.look()
	switch {
	case closed != nil:
		return nil, false, closed
	case s.name() != u.Session || s.lost.Load():
		return over, false, nil
	}
	list, err := rest.Fetch[*ent.Tasks](ctx, rest.At(c.caller), opTasks, nil, nil, []rest.Option{InSession(u.Session)})
	switch {
	case errors.Is(err, ErrSessionLost):
		return over, false, nil
	case err != nil:
		return nil, false, err
	}
	// What is begun from now on has no task in the list. What was under way had one, perhaps: its answer tells, if it comes soon.
	n := s.ledger.now()
	a := s.ledger.account(n)
	flew := len(a.flying)
	for range 3 {
		if len(a.flying) == 0 {
			break
		}
		if err := pause(ctx, c.core.o.clock, c.core.o.poll.Min); err != nil {
			break // what is known will do
		}
		a = s.ledger.account(n)
	}
	again = flew > len(a.flying)
	if t, ok := s.ledger.proven(u.entry); ok {
		v.Outcome, v.Task = Started, t
		if t == nil {
			return []string{"It was proved before, together with others."}, false, nil
		}
		return []string{"Its task was found before."}, false, nil
	}
	var extra []*emapi.StartedTask
	listed := make(map[string]bool)
	for id, t := range tasksOf(list) {
		if _, own := a.own[id]; !own && !listed[id] {
			extra = append(extra, &emapi.StartedTask{Value: t, Session: u.Session, Status: u.Status})
		}
		listed[id] = true
	}
	suspects := append(a.unknown, a.flying...)
	say := func(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }
	switch {
	case a.shared:
		return say("The logon session was saved or resumed: others may have started tasks in it."), false, nil
	case !slices.Contains(a.unknown, u.entry):
		return say("The request was not made by this client."), false, nil
	case a.unclear:
		return say("Another request in the session was repeated or answered unclearly: it may have started tasks."), false, nil
	case lacks(listed, a.own):
		// It was cleaned up, or its id was garbled on its way here: then the task is among those unaccounted for.
		return say("A task of the session that was seen before is missing from its list."), again, nil
	case len(extra) == 0:
		return say("The session has no task that is unaccounted for; the request may still be on its way."), again, nil
	case len(extra) != len(suspects) || !repeatNever(a.flying):
		return say("The session has %d tasks that are unaccounted for and %d requests that may have started them.", len(extra), len(suspects)), again, nil
	}
	v.Outcome = Started
	evidence = say("The session has as many tasks that are unaccounted for as requests that may have started them (%d), and nobody else works in it.", len(suspects))
	if len(a.flying) == 0 {
		s.ledger.prove(a.unknown, extra)
	}
	if len(suspects) == 1 {
		v.Task = extra[0]
		t := extra[0].Value
		evidence = append(evidence, fmt.Sprintf("Its task is %s (%s).", xsdbind.Text(t, "TaskId"), xsdbind.Text(t, "Operation")))
		if href, ok := restoreLink(t); ok {
			evidence = append(evidence, fmt.Sprintf("Its restore session is %s.", lastSegment(href)))
		}
	}
	return evidence, false, nil
}

// lacks reports whether a list has not all of a client's own tasks, apart from those that are gone.
func lacks(listed, own map[string]bool) bool {
	for id, gone := range own {
		if !gone && !listed[id] {
			return true
		}
	}
	return false
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
	for s, err := range NewQuery[ent.RestoreSession](c).Where(query.Ge(fields.RestoreSessionCreationTime, since)).Sort(query.Desc(fields.RestoreSessionCreationTime)).All(ctx) {
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
