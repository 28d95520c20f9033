package simulator

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/rest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.UTC)

// allStates lists what can be restored at now, the slow and obvious way.
func allStates(h *history, now time.Time) []RestoreState {
	var out []RestoreState
	for n := h.blockOf(now.Add(-h.shortTerm)) - 1; n <= h.blockOf(now)+1; n++ {
		p := h.block(n)
		for i := int64(0); ; i++ {
			t := h.state(p, i)
			if !t.Before(p.end) {
				break
			}
			if !t.Before(h.oldest(now)) && t.Before(now) && !h.shadowed(t) {
				out = append(out, h.shortTermState(t))
			}
		}
	}
	for n := h.pointOf(now.Add(-h.longTerm)) - 2; n <= h.pointOf(now)+1; n++ {
		if p := h.point(n); !p.Time.Before(now.Add(-h.longTerm)) && p.Time.Before(now) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b RestoreState) int { return a.Time.Compare(b.Time) })
	return out
}

func last(states []RestoreState, fits func(RestoreState) bool) (RestoreState, bool) {
	return lastPoint(states, fits)
}

func TestStatesHaveSecondsOfTheirOwn(t *testing.T) {
	for seed := range uint64(20) {
		m := Model{Seed: seed}
		if seed%2 == 1 {
			m.LongTermEvery = time.Second // which is less than there can be
		}
		h := m.withDefaults().history("some replica")
		states := allStates(h, noon)
		if len(states) < 200 {
			t.Fatalf("seed %d: only %d states", seed, len(states))
		}
		for i := 1; i < len(states); i++ {
			if a, b := states[i-1].Time, states[i].Time; a.Truncate(time.Second).Equal(b.Truncate(time.Second)) {
				t.Errorf("seed %d: %v and %v share a second", seed, a, b)
			}
		}
	}
}

func TestHistoryDependsOnTimeAlone(t *testing.T) {
	h, again := DefaultModel().withDefaults().history("r"), DefaultModel().withDefaults().history("r")
	later := noon.Add(90 * time.Minute)
	kept := slices.DeleteFunc(allStates(h, later), func(s RestoreState) bool { return !s.Time.Before(noon) })
	before := slices.DeleteFunc(allStates(again, noon), func(s RestoreState) bool {
		return !s.LongTerm && s.Time.Before(h.oldest(later)) || s.Time.Before(later.Add(-h.longTerm))
	})
	if diff := cmp.Diff(before, kept); diff != "" {
		t.Error(diff)
	}
	if other := (Model{Seed: 2}).withDefaults().history("r"); cmp.Equal(allStates(other, noon), allStates(h, noon)) {
		t.Error("another seed has the same states")
	}
}

// Every choice is compared with the reference's text, spelled out over the list of all states.
func TestChoose(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	crash := func(s RestoreState) bool { return !s.LongTerm }
	for seed := range uint64(10) {
		h := Model{Seed: seed}.withDefaults().history("replica")
		now := noon.Add(time.Duration(rng.Int64N(int64(48 * time.Hour))))
		states := allStates(h, now)
		check := func(c choice, by string, want RestoreState, ok bool) {
			t.Helper()
			got, err := h.choose(c, now)
			if !ok {
				if err == nil {
					t.Errorf("seed %d: %+v selects %v, want an error", seed, c, got)
				}
				return
			}
			if diff := cmp.Diff(Selection{by, want}, got); diff != "" || err != nil {
				t.Errorf("seed %d: %+v: %v %s", seed, c, err, diff)
			}
		}
		want, ok := last(states, crash)
		check(choice{current: true}, "RestoreCurrent", want, ok)
		want, ok = last(states, func(s RestoreState) bool { return s.ApplicationConsistent })
		check(choice{vss: true}, "RestoreCurrentVss", want, ok)

		for range 500 {
			at := now.Add(-time.Duration(rng.Int64N(int64(5 * time.Hour))))
			if rng.IntN(3) == 0 {
				at = now.Add(-time.Duration(rng.Int64N(int64(9 * 24 * time.Hour))))
			}
			if rng.IntN(4) == 0 {
				at = states[rng.IntN(len(states))].Time // the very moment of a state
			}
			want, ok := last(states, func(s RestoreState) bool { return s.Time.Before(at) })
			check(choice{pointInTime: &at}, "RestoreAtPointInTime", want, ok)

			ok = false
			for _, p := range h.periods(now.Add(-24*time.Hour), now, now) {
				if b := h.block(p.number); b.contains(at) && !at.Before(h.oldest(now)) {
					want, ok = last(states, func(s RestoreState) bool { return b.contains(s.Time) && !s.Time.Before(h.oldest(now)) })
				}
			}
			check(choice{interval: &at}, "RestoreAtInterval", want, ok)
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	h := DefaultModel().withDefaults().history("replica")
	long, now := noon.AddDate(-1, 0, 0), noon
	for name, c := range map[string]choice{
		"nothing":          {},
		"two times":        {interval: &now, pointInTime: &now},
		"two booleans":     {current: true, vss: true},
		"nothing prior":    {pointInTime: &long},
		"no interval":      {interval: &long},
		"both, and missed": {current: true, vss: true, interval: &long},
	} {
		_, err := h.choose(c, now)
		f, ok := err.(*rest.Fault)
		if !ok || f.Status != 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A time decides; a boolean that is true stands in where the time fits nothing. So the reference's example is accepted at any date.
func TestChooseWithTimeAndBoolean(t *testing.T) {
	h := DefaultModel().withDefaults().history("replica")
	printed := time.Date(2023, 2, 17, 15, 31, 40, 0, time.UTC)
	want, _ := h.latest(noon)
	got, err := h.choose(choice{current: true, interval: &printed}, noon)
	if diff := cmp.Diff(Selection{"RestoreCurrent", want}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	recent := noon.Add(-2 * time.Hour)
	got, err = h.choose(choice{current: true, pointInTime: &recent}, noon)
	if err != nil || got.By != "RestoreAtPointInTime" || !got.State.Time.Before(recent) {
		t.Error(got, err)
	}
}

// What the API shows is cut to the second; the second after names the restore point again, and not the one before.
func TestShownDatesNameTheirPoint(t *testing.T) {
	for seed := range uint64(30) {
		h := Model{Seed: seed}.withDefaults().history("replica")
		for _, p := range h.points(noon.Add(-h.longTerm), noon, noon) {
			shown, err := parseMoment(seconds(p.Time))
			if err != nil {
				t.Fatal(err)
			}
			next := shown.Add(time.Second)
			if next.After(noon) {
				continue
			}
			got, ok := h.prior(next, noon)
			if !ok || got.ID != p.ID {
				t.Errorf("seed %d: %v names %v, not %v", seed, next, got, p)
			}
		}
	}
}

func TestPeriods(t *testing.T) {
	h := DefaultModel().withDefaults().history("replica")
	from, to := noon.Add(-3*time.Hour), noon.Add(time.Hour)
	ps := h.periods(from, to, noon)
	if len(ps) < 4 {
		t.Fatalf("%d periods in three hours", len(ps))
	}
	for i, p := range ps {
		if p.start.Nanosecond() != 0 || p.end.Nanosecond() != 0 || !p.start.Before(p.end) {
			t.Errorf("%v to %v", p.start, p.end)
		}
		if p.start.Before(from.Truncate(time.Second)) || p.end.After(noon) {
			t.Errorf("%v to %v lies outside", p.start, p.end)
		}
		if i > 0 && p.start.Before(ps[i-1].end) {
			t.Errorf("%v overlaps", p.start)
		}
	}
	for name, none := range map[string][]period{
		"the future": h.periods(noon.Add(time.Hour), noon.Add(2*time.Hour), noon),
		"long ago":   h.periods(noon.Add(-48*time.Hour), noon.Add(-47*time.Hour), noon),
		"backwards":  h.periods(noon, noon.Add(-time.Hour), noon),
	} {
		if len(none) > 0 {
			t.Errorf("%s has %d periods", name, len(none))
		}
	}
	// Years are as good as hours: only what is kept is looked at.
	if got := h.periods(time.Time{}, noon.AddDate(5000, 0, 0), noon); len(got) < len(ps) {
		t.Errorf("%d periods in all time", len(got))
	}
}

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2023-02-17T15:31:40":               time.Date(2023, 2, 17, 15, 31, 40, 0, time.UTC),
		" 2023-02-17T15:31:40Z\n":           time.Date(2023, 2, 17, 15, 31, 40, 0, time.UTC),
		"2023-02-17T15:31:40+02:00":         time.Date(2023, 2, 17, 13, 31, 40, 0, time.UTC),
		"2025-02-16T16:59:52.5337045Z":      time.Date(2025, 2, 16, 16, 59, 52, 533704500, time.UTC),
		"2025-02-16T16:59:52.1234567899999": time.Date(2025, 2, 16, 16, 59, 52, 123456789, time.UTC),
		"2025-06-15":                        time.Date(2025, 6, 15, 0, 0, 0, 0, time.UTC),
		"2025-06-15T24:00:00":               time.Date(2025, 6, 16, 0, 0, 0, 0, time.UTC),
		"0001-01-01T00:00:00":               time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		got, err := parseMoment(text)
		if err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "yesterday", "2023-02-30", "2023-02-17T25:00:00", "2023-02-17T15:31:40.", "2023-02-17 15:31:40", "17.02.2023"} {
		if got, err := parseMoment(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
