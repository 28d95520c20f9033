package endtoend_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // the zones are part of the test, whatever the machine has

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdtype"
)

// zones all have or had daylight saving, and among them are offsets of half and quarter hours on both sides of UTC.
var zones = []string{
	"America/St_Johns", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/London", "Europe/Berlin",
	"Asia/Tehran", "Asia/Jerusalem", "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
}

// site is a client on a simulator whose clock stands until a test turns it.
type site struct {
	em    *simulator.Server
	clock *simulator.ManualClock
	c     *client.Client
}

const instant = time.Millisecond

func newSite(t *testing.T, start time.Time) *site {
	t.Helper()
	clock := simulator.NewManualClock(start)
	model := simulator.DefaultModel()
	em := simulator.New(model, simulator.WithClock(clock), simulator.WithTiming(simulator.Timing{
		Running: instant, Collecting: instant, Starting: instant, Working: instant, Stopping: instant,
	}))
	t.Cleanup(em.Close)
	c, err := client.Dial(t.Context(), em.URL, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Logout(context.Background()); err != nil {
			t.Errorf("log out: %v", err)
		}
	})
	return &site{em: em, clock: clock, c: c}
}

func (s *site) vapp(t *testing.T) string {
	t.Helper()
	list, err := s.c.CdpReplica().VApps().Entities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	items := list.VAppCdpReplica
	if len(items) == 0 {
		t.Fatal("the simulator has no vApps")
	}
	return items[0].ReplicaUid
}

// failover starts one, lets it end, and returns what the audit log says it went to.
func (s *site) failover(t *testing.T, id string, spec *ent.CdpFailoverStartSpec) simulator.Selection {
	t.Helper()
	if _, err := s.c.CdpReplica().VApps().ID(id).Failover(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(10 * instant)
	log := s.em.Audit()
	for i := len(log) - 1; i >= 0; i-- {
		if log[i].Kind == simulator.FailoverStarted {
			return *log[i].Selected
		}
	}
	t.Fatal("nothing was started")
	return simulator.Selection{}
}

func (s *site) intervals(t *testing.T, id string, from, to time.Time) *ent.CdpReplicaIntervals {
	t.Helper()
	var window ent.CdpIntervalsSpec
	window.StartDate = xsdtype.UTC(from)
	window.EndDate = xsdtype.UTC(to)
	have, err := s.c.CdpReplica().VApps().ID(id).Intervals(t.Context(), &window)
	if err != nil {
		t.Fatal(err)
	}
	return have
}

// starts are days around changes to and from daylight saving in both hemispheres, so that the times below cross them.
var starts = []time.Time{
	time.Date(2026, 3, 29, 12, 0, 0, 123_456_789, time.UTC),
	time.Date(2026, 11, 1, 18, 0, 0, 0, time.UTC),
	time.Date(2026, 4, 5, 3, 30, 0, 999_999_999, time.UTC),
}

// TestMomentSelectsItsState asks for random moments, written from every zone with 0 to 9 digits of a second, and
// looks at the state that was restored: the newest one before the moment among all that were ever seen.
func TestMomentSelectsItsState(t *testing.T) {
	type asked struct {
		at   time.Time
		got  simulator.Selection
		what string
	}
	for n, start := range starts {
		s := newSite(t, start)
		id := s.vapp(t)
		rnd := rand.New(rand.NewPCG(uint64(n), 7))
		var all []asked
		for _, name := range zones {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			for digits := range 10 {
				unit := time.Second
				for range digits {
					unit /= 10
				}
				span := 3 * time.Hour // where any moment can be restored
				if digits%2 == 1 {
					span = 5 * 24 * time.Hour // where only restore points are kept, too
				}
				at := s.clock.Now().Add(-time.Second - time.Duration(rnd.Int64N(int64(span)))).Truncate(unit).In(zone)
				if len(all) > 0 && rnd.IntN(3) == 0 {
					// Close to a state that is known to be there: the hardest place.
					at = all[rnd.IntN(len(all))].got.State.Time.Add(time.Duration(rnd.IntN(3)-1) * unit).In(zone)
				}
				got := s.failover(t, id, client.ToMoment(at))
				if got.By != "RestoreAtPointInTime" {
					t.Fatalf("%s: selected by %s", at, got.By)
				}
				all = append(all, asked{at, got, fmt.Sprintf("%s with %d digits", name, digits)})
			}
		}
		for _, a := range all {
			if !a.got.State.Time.Before(a.at) {
				t.Errorf("%s (%s): restored a state of %s, which is not before it", a.at, a.what, a.got.State.Time)
			}
			for _, b := range all {
				// Restore points are kept all the while, other states surely for the last three hours.
				kept := b.got.State.LongTerm || b.got.State.Time.After(start.Add(-3*time.Hour))
				if kept && b.got.State.Time.After(a.got.State.Time) && b.got.State.Time.Before(a.at) {
					t.Errorf("%s (%s): restored the state of %s, though there is one of %s", a.at, a.what, a.got.State.Time, b.got.State.Time)
				}
			}
		}
	}
}

// TestRestorePointSelectsItself fails over to every restore point that is listed: dates are shown cut to the second, and none selects the one before it.
func TestRestorePointSelectsItself(t *testing.T) {
	for _, start := range starts {
		s := newSite(t, start)
		id := s.vapp(t)
		now := s.clock.Now()
		points, err := client.RestorePoints(s.intervals(t, id, now.Add(-6*24*time.Hour), now))
		if err != nil {
			t.Fatal(err)
		}
		if len(points) < 5 {
			t.Fatalf("only %d restore points", len(points))
		}
		for _, p := range points {
			got := s.failover(t, id, client.ToRestorePoint(p))
			if got.State.ID != p.ID {
				t.Errorf("asked for restore point %s of %s, restored %s of %s", p.ID, p.Date, got.State.ID, got.State.Time)
			}
		}
	}
}

// TestIntervalSelectsWithin fails over to random dates in intervals, written from every zone.
func TestIntervalSelectsWithin(t *testing.T) {
	s := newSite(t, starts[0])
	id := s.vapp(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		now := s.clock.Now()
		list, err := client.Intervals(s.intervals(t, id, now.Add(-3*time.Hour), now))
		if err != nil || len(list) == 0 {
			t.Fatalf("%d intervals: %v", len(list), err)
		}
		i := list[rnd.IntN(len(list))]
		at := i.Start.Add(time.Duration(rnd.Int64N(int64(i.End.Sub(i.Start))))).In(zone)
		got := s.failover(t, id, client.InInterval(at))
		if got.By != "RestoreAtInterval" {
			t.Errorf("%s: selected by %s", at, got.By)
		}
		// The bounds are shown in whole seconds.
		if got.State.Time.Before(i.Start) || got.State.Time.After(i.End.Add(time.Second)) {
			t.Errorf("%s lies in %s – %s, restored the state of %s", at, i.Start, i.End, got.State.Time)
		}
	}
}
