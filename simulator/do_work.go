package simulator

import (
	"slices"
	"time"
)

// work is something that goes on for a while: a failover, a restore, a run of a job. Its state follows from the time.
type work struct {
	created   time.Time
	timing    Timing
	result    string // how it ends: Success, Warning or Failed
	message   string
	cancelled time.Time           // zero: not stopped
	finish    func(now time.Time) // what is due at the end; nil for a failover's, which settle looks after
}

// failsAt is the part of the work after which work that fails stops.
const failsAt = 0.6

// workEnd is when the work stops and its session is put away.
func (w *work) workEnd() time.Time {
	if !w.cancelled.IsZero() {
		return w.cancelled
	}
	d := w.timing.Working
	if w.result == "Failed" {
		d = time.Duration(float64(d) * failsAt)
	}
	return w.created.Add(w.timing.Starting + d)
}

func (w *work) end() time.Time { return w.workEnd().Add(w.timing.Stopping) }

// ended says whether the work is over.
func (w *work) ended(now time.Time) bool { return !now.Before(w.end()) }

// stop ends the work early.
func (w *work) stop(now time.Time, message string) {
	w.cancelled, w.result, w.message = now, "Failed", message
}

// percent is how much of the work is done.
func (w *work) percent(now time.Time) int {
	done := earlier(now, w.workEnd()).Sub(w.created.Add(w.timing.Starting))
	if done <= 0 {
		return 0
	}
	return int(100 * done / w.timing.Working)
}

// look is how the session of the work shows it.
func (w *work) look(now time.Time) values {
	switch {
	case now.Before(w.created.Add(w.timing.Starting)) && now.Before(w.workEnd()):
		return values{"State": "Starting", "Result": "None", "Progress": 0}
	case now.Before(w.workEnd()):
		return values{"State": "Working", "Result": "None", "Progress": min(max(w.percent(now), 1), 99)}
	}
	progress := 100
	if w.result == "Failed" {
		progress = min(w.percent(now), 99)
	}
	if !w.ended(now) {
		return values{"State": "Stopping", "Result": "None", "Progress": progress}
	}
	v := values{"State": "Stopped", "Result": w.result, "Progress": progress, "EndTimeUTC": w.end()}
	if w.message != "" {
		v["FailureMessage"] = w.message
	}
	return v
}

// begun is work that a request has started, with its task. failed says that the task fails, and that nothing else happens.
type begun struct {
	*work
	task   *task
	failed bool
}

// commence makes work and its task as a rule says. what names the work in the message of a task that fails.
func (c *core) commence(s *logonSession, rule *ruleState, operation, what string, now time.Time) *begun {
	timing := c.timing
	if rule.Timing != nil {
		timing = rule.Timing.normal()
	}
	b := &begun{work: &work{created: now, timing: timing, result: "Success"}, task: c.newTask(s, operation, now, timing)}
	switch {
	case rule.failsTask():
		b.failed, b.result, b.timing = true, "Failed", Timing{Starting: timing.Running}
		b.task.success, b.task.credentials, b.task.confirmation = false, rule.CredentialsNeeded, rule.ConfirmationNeeded
		if b.task.message = rule.Message; rule.Message == "" {
			b.task.message = what + " could not be started."
		}
	case rule.RestoreResult != "":
		b.result, b.message = rule.RestoreResult, rule.Message
	}
	return b
}

// undertakings are what goes on with records, and what it came to. The zero value is ready.
type undertakings struct {
	works      map[*record]*work // of sessions
	busy       map[*record]*work // what keeps a job, a replica or a plan busy, or did last
	failedOver map[*record]bool  // replicas and plans whose VMs run on the replica's side
	passwords  map[*record]string
	made       int // what was ever made, which tells ids apart
}

// begin notes that work goes on with a record, which must not be busy.
func (u *undertakings) begin(r *record, w *work) {
	if u.busy == nil {
		u.busy = make(map[*record]*work)
	}
	u.busy[r] = w
}

// underway returns the work that goes on with a record, nil when there is none.
func (u *undertakings) underway(r *record, now time.Time) *work {
	if w := u.busy[r]; w != nil && !w.ended(now) {
		return w
	}
	return nil
}

// show makes a session show work.
func (u *undertakings) show(session *record, w *work) {
	if u.works == nil {
		u.works = make(map[*record]*work)
	}
	u.works[session] = w
}

// setFailedOver notes on which side the VMs of a replica run.
func (u *undertakings) setFailedOver(r *record, yes bool) {
	if u.failedOver == nil {
		u.failedOver = make(map[*record]bool)
	}
	if yes {
		u.failedOver[r] = true
	} else {
		delete(u.failedOver, r)
	}
}

// serial sets apart what is made while the simulator runs.
func (u *undertakings) serial() string {
	u.made++
	return number("made %d", u.made)
}

// drop removes a record with all that lives below it, and what goes on with it.
func (c *core) drop(r *record) {
	for _, x := range slices.Clone(r.below) {
		c.drop(x)
	}
	delete(c.doing.works, r)
	delete(c.doing.busy, r)
	delete(c.doing.failedOver, r)
	delete(c.doing.passwords, r)
	c.store.remove(r)
}

// trimSessions drops the oldest sessions of a kind that have ended, beyond the limit, with what lives below them or belongs to them.
func (c *core) trimSessions(k *kind, now time.Time) {
	n := len(k.all) - c.limits.RestoreSessions
	if n < slack(c.limits.RestoreSessions) {
		return
	}
	for _, r := range slices.Clone(k.all) {
		if n <= 0 {
			return
		}
		if w := c.doing.works[r]; w != nil && !w.ended(now) {
			continue
		}
		for _, t := range slices.Clone(r.related) { // its task sessions
			if len(t.relations) > 0 && t.one(k.typ) == r {
				c.drop(t)
			}
		}
		c.drop(r)
		n--
	}
}

// setPassword keeps what no answer shows.
func (u *undertakings) setPassword(r *record, password string) {
	if u.passwords == nil {
		u.passwords = make(map[*record]string)
	}
	u.passwords[r] = password
}
