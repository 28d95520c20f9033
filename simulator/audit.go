package simulator

import (
	"slices"
	"strings"
	"time"
)

// EventKind says what happened.
type EventKind string

// What the audit log records. Requests that were refused are not in it: they changed nothing.
const (
	LoggedOn          EventKind = "LoggedOn"
	LoggedOff         EventKind = "LoggedOff"
	SessionExpired    EventKind = "SessionExpired"
	FailoverStarted   EventKind = "FailoverStarted"
	FailoverFinished  EventKind = "FailoverFinished"  // Outcome: Success, Warning or Failed
	FailoverCancelled EventKind = "FailoverCancelled" // a task was deleted while its work ran, and the work stopped
	TaskRemoved       EventKind = "TaskRemoved"       // a task was deleted. Outcome: its state, or stopped when its work was
	PolicyChanged     EventKind = "PolicyChanged"     // Outcome: enabled or disabled
	Created           EventKind = "Created"           // Target: what was asked for; it is there when the task has finished
	Edited            EventKind = "Edited"
	Deleted           EventKind = "Deleted"
	JobStarted        EventKind = "JobStarted"      // Outcome: retry for a retry
	JobStopped        EventKind = "JobStopped"      // the run ends as Failed
	JobFinished       EventKind = "JobFinished"     // Outcome: Success, Warning or Failed
	ScheduleChanged   EventKind = "ScheduleChanged" // Outcome: enabled or disabled
	RestoreStarted    EventKind = "RestoreStarted"  // Target: the restore point
	RestoreFinished   EventKind = "RestoreFinished" // Outcome: Success, Warning or Failed
	PlanStarted       EventKind = "PlanStarted"     // a failover plan; Outcome: test for a test
	PlanUndone        EventKind = "PlanUndone"      // the machines of a plan go back
	PlanFinished      EventKind = "PlanFinished"    // either of them; Outcome: Success, Warning or Failed
	Collected         EventKind = "Collected"       // a backup server was asked for what is new
	ScopesRebuilt     EventKind = "ScopesRebuilt"   // what accounts may restore was worked out anew
	FailoverUndone    EventKind = "FailoverUndone"  // of one machine of a plan
	Restarted         EventKind = "Restarted"       // by Handler.Restart or a fault: all logon sessions are gone
)

// Target is what an operation was carried out on.
type Target struct {
	Kind string // link type: VAppCdpReplica, CdpPolicy, Job, VmRestorePoint
	ID   string
	Name string
}

// Event is an entry of the audit log: something that was truly carried out.
type Event struct {
	Seq       int // 1, 2, …: the order in which the simulator took note
	Time      time.Time
	Kind      EventKind
	User      string
	Session   string // id of the logon session; "" for what happens by itself
	Operation string // name of the operation in the operation table
	Method    string
	Path      string
	Task      string // task-1; unique within the session alone
	Target    Target
	// Params are the values of the request's body, read from its bytes by encoding/xml or encoding/json
	// tokens and not by the generated types. Passwords are ***.
	Params    []Param
	Selected  *Selection // FailoverStarted, FailoverFinished of a CDP replica: the restore state
	Restore   string     // id of the restore session
	RequestID string     // the request's X-Request-Id header, for tests that count starts per request
	Outcome   string
}

// audit appends an event. The caller holds the lock.
func (c *core) audit(e Event) {
	c.seq++
	e.Seq = c.seq
	e.Params = slices.Clone(e.Params)
	for i, p := range e.Params {
		if strings.HasSuffix(strings.ToLower(p.Name), "password") {
			e.Params[i].Value = "***"
		}
	}
	c.events = append(c.events, e)
	c.trimEvents()
}

// Audit returns the audit log up to now, oldest first; see Limits for how far back it goes. The events are copies.
func (h *Handler) Audit() []Event {
	h.core.lock()
	defer h.core.mu.Unlock()
	out := slices.Clone(h.core.events)
	for i := range out {
		out[i].Params = slices.Clone(out[i].Params)
		if s := out[i].Selected; s != nil {
			copied := *s
			out[i].Selected = &copied
		}
	}
	return out
}
