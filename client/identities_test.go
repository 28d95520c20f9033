package client

import (
	"fmt"
	"testing"
)

// Memory for identities is bounded, and those that came last are known.
func TestIdentities(t *testing.T) {
	s := new(identities)
	const n = 5*rememberMax + 7
	for i := range n {
		s.add(fmt.Sprint(i))
		if len(s.last)+len(s.older) > 2*rememberMax {
			t.Fatalf("%d identities are remembered", len(s.last)+len(s.older))
		}
		if i < 2*rememberMax && s.forgot {
			t.Fatalf("after %d something is forgotten", i)
		}
	}
	if !s.forgot {
		t.Error("nothing is forgotten")
	}
	for i := n - rememberMax; i < n; i++ {
		if !s.has(fmt.Sprint(i)) {
			t.Fatalf("%d is not known", i)
		}
	}
	if c := s.clone(); !c.has(fmt.Sprint(n-1)) || c.has("0") {
		t.Error("a clone knows something else")
	}
}
