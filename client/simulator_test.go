package client_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// jump is a clock that the simulator and the client share: who waits on it turns it on.
type jump struct{ *simulator.ManualClock }

func (j jump) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	c := make(chan time.Time, 1)
	c <- j.Advance(max(d, 0))
	return c, func() bool { return false }
}

var today = time.Date(2026, 3, 4, 15, 6, 7, 89, time.UTC)

// begin starts a simulator and a client on one clock.
func begin(t testing.TB, opts ...simulator.Option) (*simulator.Server, *client.Client, jump) {
	clock := jump{simulator.NewManualClock(today)}
	em := simulator.New(simulator.DefaultModel(), append([]simulator.Option{simulator.WithClock(clock)}, opts...)...)
	t.Cleanup(em.Close)
	c := dial(t, em, clock)
	return em, c, clock
}

func dial(t testing.TB, em *simulator.Server, clock client.Clock, opts ...client.Option) *client.Client {
	c, err := client.Dial(context.Background(), em.URL, append([]client.Option{client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint), client.WithClock(clock)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Logout(context.Background()) })
	return c
}

// vApps returns the ids of the vApp replicas.
func vApps(t testing.TB, c *client.Client) []string {
	list, err := c.CdpReplica().VApps().Entities(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	all := list.VAppCdpReplica
	for i := range all {
		ids = append(ids, client.IDOf(ent.Val(all[i].UID)))
	}
	if len(ids) == 0 {
		t.Fatal("no vApps")
	}
	return ids
}

// selected returns the event of the last failover.
func selected(t testing.TB, em *simulator.Server) simulator.Event {
	events := em.Audit()
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Kind == simulator.FailoverStarted {
			return events[i]
		}
	}
	t.Fatal("no failover in the audit log")
	return simulator.Event{}
}

func run(t testing.TB, c *client.Client, id string, spec *ent.CdpFailoverStartSpec) {
	t.Helper()
	task, err := c.CdpReplica().VApps().ID(id).Failover(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.WaitRestore(context.Background(), task)
	if err != nil || res.Result != "Success" {
		t.Fatalf("%+v, %v", res, err)
	}
}

func history(t testing.TB, c *client.Client, id string, now time.Time) *ent.CdpReplicaIntervals {
	t.Helper()
	spec := new(ent.CdpIntervalsSpec)
	spec.StartDate = xsdtype.UTC(now.AddDate(0, 0, -30))
	spec.EndDate = xsdtype.UTC(now)
	have, err := c.CdpReplica().VApps().ID(id).Intervals(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return have
}

// Each restore point that EM lists, with its date cut to the second, is the one that ToRestorePoint goes to.
func TestEveryRestorePointIsFound(t *testing.T) {
	em, c, clock := begin(t)
	for _, id := range vApps(t, c)[:2] {
		points, err := client.RestorePoints(history(t, c, id, clock.Now()))
		if err != nil || len(points) == 0 {
			t.Fatalf("%d points, %v", len(points), err)
		}
		for _, p := range points {
			run(t, c, id, client.ToRestorePoint(p))
			if got := selected(t, em).Selected.State; got.ID != p.ID {
				t.Errorf("point %s of %v: EM went to %s of %v", p.ID, p.Date, got.ID, got.Time)
			}
		}
	}
}

// Any time, in any zone, with any number of digits: EM is asked for that instant and takes a state before it.
func TestEveryMomentIsMeant(t *testing.T) {
	zones := []string{"UTC", "Europe/Zurich", "Europe/London", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Africa/Casablanca"}
	em, c, clock := begin(t)
	ids := vApps(t, c)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 8 * len(zones) {
		zone, err := time.LoadLocation(zones[i%len(zones)])
		if err != nil {
			t.Fatal(err) // Go brings the zones along, or the system does
		}
		unit := time.Second
		for range i % 10 {
			unit /= 10
		}
		id := ids[i%len(ids)]
		at := clock.Now().Add(-time.Duration(r.Int64N(int64(3 * 24 * time.Hour)))).Truncate(unit).In(zone)
		points, err := client.RestorePoints(history(t, c, id, clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		run(t, c, id, client.ToMoment(at))
		e := selected(t, em)
		if e.Selected.By != "RestoreAtPointInTime" || !e.Selected.State.Time.Before(at) {
			t.Errorf("%v: EM went to %+v", at, e.Selected)
		}
		for _, p := range e.Params {
			if p.Name != "RestoreAtPointInTime" {
				continue
			}
			sent, err := xsdtype.DateTime(p.Value).Time()
			if err != nil || !sent.Equal(at) {
				t.Errorf("%v was sent as %s (%v)", at, p.Value, err)
			}
		}
		for _, p := range points {
			if end := p.Date.Add(time.Second); !end.After(at) && e.Selected.State.Time.Before(p.Date) {
				t.Errorf("%v: EM went to %v, before the point of %v", at, e.Selected.State.Time, p.Date)
			}
		}
	}
}

func TestMomentsAtTheSimulator(t *testing.T) {
	em, c, clock := begin(t)
	id := vApps(t, c)[0]
	spans, err := client.Intervals(history(t, c, id, clock.Now()))
	if err != nil || len(spans) == 0 {
		t.Fatalf("%d intervals, %v", len(spans), err)
	}
	inside := spans[0].Start.Add(spans[0].End.Sub(spans[0].Start) / 2)
	for by, spec := range map[string]*ent.CdpFailoverStartSpec{"RestoreCurrent": client.ToLatest(), "RestoreCurrentVss": client.ToLatestConsistent(), "RestoreAtInterval": client.InInterval(inside)} {
		run(t, c, id, spec)
		e := selected(t, em)
		if e.Selected.By != by || by == "RestoreCurrentVss" && !e.Selected.State.ApplicationConsistent {
			t.Errorf("%s: %+v", by, e.Selected)
		}
	}
}

// task-1 of a session that expired is never mistaken for task-1 of the next.
func TestTasksOfALostSession(t *testing.T) {
	em, c, clock := begin(t)
	ctx := context.Background()
	ids := vApps(t, c)
	first, err := c.CdpReplica().VApps().ID(ids[0]).Failover(ctx, client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(simulator.SessionLifetime + time.Minute)
	second, err := c.CdpReplica().VApps().ID(ids[1]).Failover(ctx, client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	if first.Value.TaskId != "task-1" || second.Value.TaskId != "task-1" || first.Session == second.Session {
		t.Fatalf("%s in %s, %s in %s", first.Value.TaskId, first.Session, second.Value.TaskId, second.Session)
	}
	if _, err := c.Wait(ctx, first); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("Wait: %v", err)
	}
	if err := c.Cancel(ctx, first); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("Cancel: %v", err)
	}
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverCancelled || e.Kind == simulator.TaskRemoved {
			t.Errorf("the audit log has %s of %s", e.Kind, e.Task)
		}
	}
	if _, err := c.WaitRestore(ctx, second); err != nil {
		t.Error(err)
	}
}

func TestRestoreResults(t *testing.T) {
	for name, tc := range map[string]struct {
		rule simulator.Rule
		test func(*client.RestoreResult, error) bool
	}{
		"warning": {simulator.Rule{RestoreResult: "Warning"}, func(r *client.RestoreResult, err error) bool { return err == nil && r.Warning() }},
		"failed": {simulator.Rule{RestoreResult: "Failed", Message: "no space"}, func(_ *client.RestoreResult, err error) bool {
			var re *client.RestoreError
			return errors.As(err, &re) && re.Result == "Failed"
		}},
		"task failed": {simulator.Rule{FailTask: true}, func(_ *client.RestoreResult, err error) bool {
			var te *client.TaskError
			return errors.As(err, &te)
		}},
		"confirmation": {simulator.Rule{ConfirmationNeeded: true}, func(_ *client.RestoreResult, err error) bool { return errors.Is(err, client.ErrConfirmationNeeded) }},
		"credentials":  {simulator.Rule{CredentialsNeeded: true}, func(_ *client.RestoreResult, err error) bool { return errors.Is(err, client.ErrCredentialsNeeded) }},
		"no session":   {simulator.Rule{NoSession: true}, func(r *client.RestoreResult, err error) bool { return err == nil && r.Session == nil }},
	} {
		_, c, _ := begin(t, simulator.WithRules(tc.rule))
		task, err := c.CdpReplica().VApps().ID(vApps(t, c)[0]).Failover(context.Background(), client.ToLatest())
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.WaitRestore(context.Background(), task); !tc.test(r, err) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestCleanedUpTask(t *testing.T) {
	_, c, _ := begin(t, simulator.WithUnknownTaskError())
	if _, err := c.Task(context.Background(), "task-297"); !errors.Is(err, client.ErrTaskNotFound) || !errors.Is(err, client.ErrServer) {
		t.Errorf("%v", err)
	}
}

// XML and JSON say the same.
func TestJSONAtTheSimulator(t *testing.T) {
	em, c, clock := begin(t)
	j := dial(t, em, clock, client.WithJSON())
	ids := vApps(t, j)
	run(t, j, ids[0], client.ToLatest())
	for _, c := range []*client.Client{c, j} {
		all, err := client.Collect(client.NewQuery[ent.CdpReplica](c).Sort(query.Asc(fields.CdpReplicaName)).PageSize(1).All(context.Background()))
		if err != nil || len(all) != simulator.DefaultModel().Replicas {
			t.Errorf("%d replicas, %v", len(all), err)
		}
		refs, err := client.Collect(client.NewQuery[ent.CdpReplica](c).PageSize(1).Refs(context.Background()))
		if err != nil || len(refs) != simulator.DefaultModel().Replicas {
			t.Errorf("%d references, %v", len(refs), err)
		}
		for _, r := range refs {
			full, err := client.Follow[ent.EntityRef](context.Background(), c, r)
			if err != nil || full.UID != r.UID {
				t.Errorf("%v, %v", full, err)
			}
		}
	}
}

// A thousand goroutines over an expiry: one log-in more.
func TestExpiryUnderLoad(t *testing.T) {
	em, c, clock := begin(t)
	clock.Advance(simulator.SessionLifetime + time.Minute)
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			if _, err := c.CdpReplica().VApps().List(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, e := range em.Audit() {
		if e.Kind == simulator.LoggedOn {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d log-ins, want 2", n)
	}
}

func TestResumeAtTheSimulator(t *testing.T) {
	em, c, clock := begin(t)
	ctx := context.Background()
	task, err := c.CdpReplica().VApps().ID(vApps(t, c)[0]).Failover(ctx, client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	token, err := client.TaskToken(task)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := c.Save()
	if err != nil {
		t.Fatal(err)
	}
	again, err := client.Resume(ctx, saved, client.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := client.ParseTask(token)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := again.WaitRestore(ctx, parsed); err != nil || res.Result != "Success" {
		t.Errorf("%+v, %v", res, err)
	}
	if err := again.Close(ctx); err != nil {
		t.Error(err)
	}
	n := 0
	for _, e := range em.Audit() {
		if e.Kind == simulator.LoggedOn {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d log-ins", n)
	}
	if _, err := client.Resume(ctx, saved); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("Resume of a session that is over: %v", err)
	}
}

// Restore sessions are found by UIDs that are made of the ids in links, as WaitRestore asks for several of them.
func TestSessionsByUID(t *testing.T) {
	_, c, _ := begin(t)
	ctx := context.Background()
	var uids []string
	for _, id := range vApps(t, c)[:2] {
		task, err := c.CdpReplica().VApps().ID(id).Failover(ctx, client.ToLatest())
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.WaitRestore(ctx, task)
		if err != nil {
			t.Fatal(err)
		}
		href, _, _ := strings.Cut(xsdbind.Text(res.Session, "Href"), "?")
		uids = append(uids, "urn:veeam:RestoreSession:"+href[strings.LastIndexByte(href, '/')+1:])
	}
	var found []string
	for s, err := range client.NewQuery[ent.RestoreSession](c).Where(query.In(fields.RestoreSessionUID, uids...)).All(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, xsdbind.Text(s, "UID"))
	}
	slices.Sort(uids)
	slices.Sort(found)
	if !slices.Equal(uids, found) {
		t.Errorf("found %q, want %q", found, uids)
	}
}
