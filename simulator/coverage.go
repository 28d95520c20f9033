package simulator

import (
	"strings"

	"github.com/vbem-go/vbem/rest"
)

// Support says how far an operation is simulated.
type Support string

const (
	Stateful Support = "stateful" // it changes what other operations see
	Read     Support = "read"     // it shows the one state that all operations share
	None     Support = "501"      // it answers 501 Not Implemented
)

// Covered is an operation and how far it is simulated.
type Covered struct {
	Operation *rest.Operation
	Support   Support
}

// Coverage lists every operation of the operation table, in its order.
func Coverage() []Covered {
	t := newTables()
	out := make([]Covered, len(t.operations))
	for i, op := range t.operations {
		out[i] = Covered{op, None}
		if v, ok := t.serving[op]; ok {
			out[i].Support = v.support
		}
	}
	return out
}

// linkTargets are the addresses that links may lead to: what answers 501 is not linked.
func (t *tables) linkTargets() map[string]bool {
	out := make(map[string]bool)
	for op := range t.serving {
		out[linkTarget(op.Method, op.Path, op.Query)] = true
	}
	return out
}

// linkTarget is the key of an operation: query counts where it is an action.
func linkTarget(method, template, query string) string {
	action := ""
	if name, v, ok := strings.Cut(query, "="); ok && strings.EqualFold(name, "action") {
		action = "?action=" + v
	}
	return strings.ToLower(method + " " + strings.TrimSuffix(template, "/") + action)
}
