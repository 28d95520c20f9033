package simulator

import (
	"net/http"
	"strings"

	"github.com/vbem-go/vbem/rest"
)

// Rule makes failovers, restores, runs of jobs and failover plans end otherwise than well. The first rule that fits a request decides; a request that none fits succeeds.
type Rule struct {
	Target string // name or id of the vApp, VM, job or plan; "" fits all
	After  int    // the rule lets so many that it fits pass first
	Times  int    // how many it decides; 0 means all that follow

	// Refuse answers with this status and Message instead of starting a task.
	Refuse int
	// FailTask: the task ends with Success="false", and nothing is restored.
	FailTask bool
	// CredentialsNeeded and ConfirmationNeeded: the task ends with that attribute and Success="false", and nothing is restored.
	CredentialsNeeded, ConfirmationNeeded bool
	// NoSession: the finished task of a CDP replica's failover has no link to its restore session.
	NoSession bool
	// RestoreResult is the restore session's, or that of the job's run: "Warning", "Failed", or "" for Success. The task ends well all the same.
	RestoreResult string
	// Message is the error's, the task result's or the session's.
	Message string
	// Timing replaces the server's for what the rule decides.
	Timing *Timing
}

type ruleState struct {
	Rule
	seen int
}

func (r *ruleState) failsTask() bool {
	return r.FailTask || r.CredentialsNeeded || r.ConfirmationNeeded
}

// rule returns the rule for what is called name, or one that changes nothing. The caller holds the lock.
func (c *core) rule(name, id string) *ruleState {
	for _, r := range c.rules {
		if r.Target != "" && !strings.EqualFold(r.Target, name) && !strings.EqualFold(lastPart(r.Target), id) {
			continue
		}
		r.seen++
		if r.seen <= r.After || r.Times > 0 && r.seen > r.After+r.Times {
			continue
		}
		return r
	}
	return &ruleState{}
}

func (r *ruleState) refusal() error {
	if r.Refuse == 0 {
		return nil
	}
	msg := r.Message
	if msg == "" {
		msg = http.StatusText(r.Refuse)
	}
	return &rest.Fault{Status: r.Refuse, Message: msg}
}

// SetRules replaces the rules, and their counts with them.
func (h *Handler) SetRules(rules ...Rule) {
	states := make([]*ruleState, len(rules))
	for i, r := range rules {
		states[i] = &ruleState{Rule: r}
	}
	h.core.lock()
	defer h.core.mu.Unlock()
	h.core.rules = states
}
