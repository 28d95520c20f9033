package simulator

import (
	"fmt"
	"time"
)

// Restart is what a restart of Enterprise Manager's service does: all logon sessions are gone, and their tasks with them; what they started goes on, and
// inventory, policies, restore sessions and the audit log are kept. A Server resets its connections, too.
func (h *Handler) Restart() {
	h.core.restart()
	if h.onRestart != nil {
		h.onRestart()
	}
}

func (c *core) restart() {
	now := c.lock()
	defer c.mu.Unlock()
	c.audit(Event{Time: now, Kind: Restarted, Outcome: fmt.Sprintf("%d logon sessions are gone", len(c.sessions))})
	clear(c.sessions)
}

// expire ends the session of a token.
func (c *core) expire(token string) {
	now := c.lock()
	defer c.mu.Unlock()
	if s := c.sessions[token]; s != nil {
		delete(c.sessions, token)
		c.audit(Event{Time: now, Kind: SessionExpired, User: s.account.Username, Session: s.id})
	}
}

// vanish cleans up the tasks of a token's session.
func (c *core) vanish(token string) {
	c.lock()
	defer c.mu.Unlock()
	if s := c.sessions[token]; s != nil {
		s.cleanUp(s.started)
	}
}

// setSkew puts the server's clock ahead of the simulator's, or behind. When that puts it back, what is under way seems to have begun later
// than now, and lasts that much longer.
func (c *core) setSkew(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d == c.skew {
		return
	}
	c.now = c.now.Add(d - c.skew)
	c.skew = d
}
