package endtoend_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/simulator"
)

// TestTaskOfALostSession starts task-1 in a session, lets that expire, and starts task-1 in the next one. The first task can
// neither be waited for nor cancelled then: its id is another task's.
func TestTaskOfALostSession(t *testing.T) {
	s := newSite(t, starts[0])
	list, err := s.c.CdpReplica().VApps().Entities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	vapps := list.VAppCdpReplica
	if len(vapps) < 2 {
		t.Fatal("the test needs two vApps")
	}
	first, err := s.c.CdpReplica().VApps().ID(vapps[0].ReplicaUid).Failover(t.Context(), client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(simulator.SessionLifetime + time.Minute)
	second, err := s.c.CdpReplica().VApps().ID(vapps[1].ReplicaUid).Failover(t.Context(), client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := first.Value.TaskId, second.Value.TaskId; a != b {
		t.Fatalf("the test is about two tasks with one id; got %s and %s", a, b)
	}
	if _, err := s.c.Wait(t.Context(), first); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("Wait: got %v, want ErrSessionLost", err)
	}
	if err := s.c.Cancel(t.Context(), first); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("Cancel: got %v, want ErrSessionLost", err)
	}
	starts := 0
	for _, e := range s.em.Audit() {
		switch e.Kind {
		case simulator.FailoverStarted:
			starts++
		case simulator.FailoverCancelled, simulator.TaskRemoved:
			t.Errorf("a task was deleted: %+v", e)
		}
		if e.Method == "DELETE" && strings.Contains(e.Path, "/tasks/") {
			t.Errorf("DELETE %s was carried out", e.Path)
		}
	}
	if starts != 2 {
		t.Errorf("%d failovers were started, want 2", starts)
	}
	s.clock.Advance(time.Second)
	if _, err := s.c.Wait(t.Context(), second); err != nil {
		t.Errorf("the second task: %v", err)
	}
}
