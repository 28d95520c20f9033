package simulator

import "slices"

// Limits bound what a simulator remembers, so that one that runs for weeks does not grow. Zero is the default, which the field names.
type Limits struct {
	Events          int // of the audit log; the oldest are dropped, which shows in Event.Seq. 100,000
	RestoreSessions int // and as many sessions of each kind of job; the oldest that have ended are dropped. 10,000
	Tasks           int // in one logon session; the oldest are cleaned up, as by FaultVanish. 10,000
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		have *int
		std  int
	}{{&l.Events, 100_000}, {&l.RestoreSessions, 10_000}, {&l.Tasks, 10_000}} {
		if *f.have <= 0 {
			*f.have = f.std
		}
	}
	return l
}

// WithLimits replaces the default limits.
func WithLimits(l Limits) Option {
	return func(cfg *config) { cfg.limits = l }
}

// slack is how far a list may outgrow its limit before it is cut: cutting costs as much as the list is long.
func slack(limit int) int { return max(limit/8, 1) }

// trimEvents drops the oldest events. The caller holds the lock.
func (c *core) trimEvents() {
	if n := len(c.events) - c.limits.Events; n >= slack(c.limits.Events) {
		c.events = slices.Delete(c.events, 0, n)
	}
}

// trimRestores drops the oldest restore sessions that have ended. The caller holds the lock.
func (c *core) trimRestores() {
	n := len(c.restores) - c.limits.RestoreSessions
	if n < slack(c.limits.RestoreSessions) {
		return
	}
	c.restores = slices.DeleteFunc(c.restores, func(r *restore) bool {
		if n <= 0 || c.now.Before(r.end()) {
			return false
		}
		n--
		if !r.phantom {
			c.store.remove(r.record)
		}
		return true
	})
}

// trimTasks cleans up the oldest tasks of a session.
func (s *logonSession) trimTasks(limit int) {
	if len(s.tasks) >= limit+slack(limit) {
		s.cleanUp(s.started - limit)
	}
}

// cleanUp removes the tasks up to a number.
func (s *logonSession) cleanUp(number int) {
	for id, k := range s.tasks {
		if k.number <= number {
			delete(s.tasks, id)
		}
	}
	s.cleaned = max(s.cleaned, number)
}
