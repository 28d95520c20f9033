package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

func xmlOf(t *testing.T, s *ent.CdpFailoverStartSpec) string {
	t.Helper()
	b, err := xsdbind.MarshalXML(s)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	text = text[strings.Index(text, ">")+1:]
	return strings.TrimSuffix(text, "</CdpFailoverStartSpec>")
}

func TestMoments(t *testing.T) {
	at := time.Date(2023, 2, 17, 16, 31, 40, 120_000_000, time.FixedZone("", 3600))
	const no = "<RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss>"
	for name, tc := range map[string]struct {
		spec *ent.CdpFailoverStartSpec
		want string
	}{
		"ToLatest":           {ToLatest(), "<RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss>"},
		"ToLatestConsistent": {ToLatestConsistent(), "<RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>true</RestoreCurrentVss>"},
		"ToMoment":           {ToMoment(at), no + "<RestoreAtPointInTime>2023-02-17T15:31:40.12Z</RestoreAtPointInTime>"},
		"InInterval":         {InInterval(at), no + "<RestoreAtInterval>2023-02-17T15:31:40.12Z</RestoreAtInterval>"},
		"ToRestorePoint":     {ToRestorePoint(RestorePoint{Date: at.Truncate(time.Second)}), no + "<RestoreAtPointInTime>2023-02-17T15:31:41Z</RestoreAtPointInTime>"},
		"with a fraction":    {ToRestorePoint(RestorePoint{Date: at}), no + "<RestoreAtPointInTime>2023-02-17T15:31:40.1200001Z</RestoreAtPointInTime>"},
		"with a resolution":  {ToRestorePoint(RestorePoint{Date: at, Resolution: 10 * time.Millisecond}), no + "<RestoreAtPointInTime>2023-02-17T15:31:40.13Z</RestoreAtPointInTime>"},
	} {
		if got := xmlOf(t, tc.spec); got != tc.want {
			t.Errorf("%s: %s\nwant %s", name, got, tc.want)
		}
		if err := CheckMoment(tc.spec); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckMoment(t *testing.T) {
	time := xsdtype.DateTime("2023-02-17T15:31:40Z")
	for i := range 16 {
		s := new(ent.CdpFailoverStartSpec)
		var want []string
		s.RestoreCurrent = i&1 != 0
		s.RestoreCurrentVss = i&2 != 0
		for bit, name := range []string{"RestoreCurrent", "RestoreCurrentVss", "RestoreAtInterval", "RestoreAtPointInTime"} {
			if i&(1<<bit) != 0 {
				want = append(want, name)
			}
		}
		if i&4 != 0 {
			s.RestoreAtInterval = ent.Ptr(time)
		}
		if i&8 != 0 {
			s.RestoreAtPointInTime = ent.Ptr(time)
		}
		err := CheckMoment(s)
		if len(want) == 1 {
			if err != nil {
				t.Errorf("%v: %v", want, err)
			}
			continue
		}
		var me *MomentError
		if !errors.As(err, &me) || !errors.Is(err, ErrMoment) || !slices.Equal(me.Selected, want) {
			t.Errorf("%v: %v", want, err)
		}
	}
	if err := CheckMoment(nil); !errors.Is(err, ErrMoment) {
		t.Errorf("nil: %v", err)
	}
}

func TestAmbiguousMomentIsNotSent(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	raw := ToLatest()
	raw.RestoreAtInterval = ent.Ptr(xsdtype.DateTime("2023-02-17T15:31:40"))
	c := em.dial()
	vapp := c.CdpReplica().VApps().ID("a")
	for _, spec := range []*ent.CdpFailoverStartSpec{raw, new(ent.CdpFailoverStartSpec), nil} {
		_, err := vapp.Failover(ctx, spec)
		if err == nil || errors.Is(err, ErrOutcomeUnknown) || spec != nil && !errors.Is(err, ErrMoment) {
			t.Errorf("%v: %v", spec, err)
		}
		if spec != nil {
			if v, err := c.Reconcile(ctx, err); err != nil || v.Outcome != NotStarted {
				t.Errorf("reconciled as %v, %v", v, err)
			}
		}
	}
	if len(em.requests()) != 0 {
		t.Errorf("requests %q", em.requests())
	}
	if _, err := em.dial(AllowAmbiguousMoment()).CdpReplica().VApps().ID("a").Failover(ctx, raw); err != nil {
		t.Error(err)
	}
	if !strings.Contains(em.bodies[len(em.bodies)-1], "<RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss><RestoreAtInterval>2023-02-17T15:31:40</RestoreAtInterval>") {
		t.Errorf("body %s", em.bodies)
	}
}

func intervals(t *testing.T, points ...string) *ent.CdpReplicaIntervals {
	t.Helper()
	var b strings.Builder
	for i, p := range points {
		date, consistent, _ := strings.Cut(p, " ")
		fmt.Fprintf(&b, "<RestorePoint><Id>p%d</Id><Date>%s</Date><IsApplicationConsistent>%v</IsApplicationConsistent></RestorePoint>", i, date, consistent == "c")
	}
	v := new(ent.CdpReplicaIntervals)
	err := xsdbind.UnmarshalXML([]byte(`<CdpReplicaIntervals`+space+`><StartDate>2023-02-16T00:00:00</StartDate><EndDate>2023-02-18T00:00:00</EndDate><HasApplicationConsistentState>true</HasApplicationConsistentState>`+
		`<Intervals><Interval><StartDate>2023-02-17T07:01:30</StartDate><EndDate>2023-02-17T16:56:15</EndDate><Rpo>15</Rpo><IntervalType>RestoreAvailable</IntervalType></Interval>`+
		`<Interval><StartDate>2023-02-17T07:01:25</StartDate><EndDate>2023-02-17T07:01:30</EndDate><Rpo>5</Rpo></Interval></Intervals><RestorePoints>`+b.String()+`</RestorePoints></CdpReplicaIntervals>`), v)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLatestPoints(t *testing.T) {
	have := intervals(t, "2023-02-17T15:00:47 c", "2023-02-16T23:00:49Z c", "2023-02-17T16:00:00.25 -", "2023-02-17T07:01:21 c", "2023-02-17T18:00:00+01:30 -")
	day := time.Date(2023, 2, 17, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		before     time.Time
		consistent bool
		want       string
	}{
		"no bound":               {time.Time{}, true, "p0"},
		"any, no bound":          {time.Time{}, false, "p4"},
		"surely before":          {day.Add(15*time.Hour + 48*time.Second), true, "p0"},
		"perhaps before":         {day.Add(15*time.Hour + 47*time.Second + 999*time.Millisecond), true, "p3"},
		"another zone":           {day.Add(15*time.Hour + 47*time.Second).In(time.FixedZone("", -3600*5)), true, "p3"},
		"any, before a fraction": {day.Add(16*time.Hour + 259*time.Millisecond), false, "p0"},
		"any, after it":          {day.Add(16*time.Hour + 260*time.Millisecond), false, "p2"},
		"the oldest":             {day, true, "p1"},
		"none":                   {day.Add(-time.Hour), true, ""},
	} {
		find := Latest
		if tc.consistent {
			find = LatestConsistent
		}
		p, ok := find(have, tc.before)
		if p.ID != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %v, %v, want %q", name, p, ok, tc.want)
		}
	}
	if _, ok := LatestConsistent(nil, day); ok {
		t.Error("a point of nothing")
	}
}

func TestIntervals(t *testing.T) {
	have := intervals(t, "2023-02-17T15:00:47 c", "2023-02-16T23:00:49.5 -")
	spans, err := Intervals(have)
	if err != nil {
		t.Fatal(err)
	}
	at := func(h, m, s int) time.Time { return time.Date(2023, 2, 17, h, m, s, 0, time.UTC) }
	want := []Interval{{at(7, 1, 25), at(7, 1, 30), 5 * time.Second, ""}, {at(7, 1, 30), at(16, 56, 15), 15 * time.Second, "RestoreAvailable"}}
	if d := cmp.Diff(want, spans); d != "" {
		t.Errorf("intervals (-want +got):\n%s", d)
	}
	if !spans[0].Contains(at(7, 1, 30)) || spans[0].Contains(at(7, 1, 31)) || spans[0].Contains(at(7, 1, 24)) {
		t.Error("Contains")
	}
	points, err := RestorePoints(have)
	if err != nil {
		t.Fatal(err)
	}
	wantPoints := []RestorePoint{
		{ID: "p1", Date: time.Date(2023, 2, 16, 23, 0, 49, 500_000_000, time.UTC), Resolution: 100 * time.Millisecond},
		{ID: "p0", Date: at(15, 0, 47), Resolution: time.Second, Consistent: true},
	}
	if d := cmp.Diff(wantPoints, points); d != "" {
		t.Errorf("points (-want +got):\n%s", d)
	}
}

// selects returns what the reference's text selects: the most recent state that was created before the moment.
func selects(states []time.Time, moment time.Time) int {
	best := -1
	for i, s := range states {
		if s.Before(moment) && (best < 0 || s.After(states[best])) {
			best = i
		}
	}
	return best
}

// Whatever was cut off a restore point's date: ToRestorePoint never selects a state before the point, and exactly the
// point where no other lies in the same second.
func TestRestorePointIsNeverTheOneBefore(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		digits := []int{0, 0, 0, 1, 3, 6, 7}[r.IntN(7)]
		unit := time.Second
		for range digits {
			unit /= 10
		}
		start := time.Date(2023, 2, 17, 15, 0, 0, 0, time.UTC)
		var states []time.Time
		for range 2 + r.IntN(20) {
			states = append(states, start.Add(time.Duration(r.Int64N(int64(20*time.Second)))/tick*tick))
		}
		slices.SortFunc(states, time.Time.Compare)
		states = slices.Compact(states)
		n := r.IntN(len(states))
		layout := "2006-01-02T15:04:05"
		if digits > 0 {
			layout += "." + strings.Repeat("0", digits)
		}
		text := states[n].Truncate(unit).Format(layout)
		points, err := RestorePoints(intervals(t, text+" c"))
		if err != nil {
			t.Fatal(err)
		}
		sent, err := ent.Val(ToRestorePoint(points[0]).RestoreAtPointInTime).Time()
		if err != nil {
			t.Fatal(err)
		}
		got := selects(states, sent)
		if got < n {
			t.Fatalf("date %s of state %v: moment %v selects %v, which is before it", text, states[n], sent, got)
		}
		if got > n && !states[got].Truncate(unit).Equal(states[n].Truncate(unit)) {
			t.Fatalf("date %s of state %v: moment %v selects %v, which has another date", text, states[n], sent, states[got])
		}
	}
}
