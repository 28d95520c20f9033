package simulator

import (
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
