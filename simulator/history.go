package simulator

import (
	"time"
)

// RestoreState is a state of a replica that it can be brought to.
type RestoreState struct {
	ID   string    // GUID; of a restore point it is the one that CdpReplicaIntervals shows
	Time time.Time // the true instant, finer than the whole seconds that the API shows
	// ApplicationConsistent states were made with the applications' help; all others are crash-consistent.
	ApplicationConsistent bool
	// LongTerm states are the restore points that CdpReplicaIntervals lists; the others lie in its intervals.
	LongTerm bool
}

// history works out the restorable states of one replica. It stores none: a state's time follows from the replica's key and
// from its number, so any stretch of time, past or to come, can be asked for and always gives the same states.
//
// Time is cut into blocks of 45 minutes. In each, states follow at the block's own distance (its RPO), except for a gap at
// the end of some blocks. Restore points follow at LongTermEvery. No two states of a replica lie in the same whole second:
// the API shows whole seconds, and a date must name one state.
type history struct {
	seed      uint64
	id        string
	key       uint64
	shortTerm time.Duration
	longTerm  time.Duration
	every     time.Duration
}

const (
	blockLength = 45 * time.Minute
	gapLength   = 5 * time.Minute
)

func (m Model) history(id string) *history {
	return &history{
		seed: m.Seed, id: id, key: key64(m.Seed, "history", id),
		shortTerm: m.ShortTerm, longTerm: m.LongTerm, every: m.LongTermEvery,
	}
}

// period is a stretch of time in which any moment can be restored, to within rpo. Its ends are whole seconds, in UTC.
type period struct {
	start, end time.Time // end is not part of it
	rpo        time.Duration
	number     int64
}

func (p period) contains(t time.Time) bool { return !t.Before(p.start) && t.Before(p.end) }

// blockOf returns the number of the block that t lies in.
func (h *history) blockOf(t time.Time) int64 {
	return floorDiv(t.Unix()-h.blockOffset(), int64(blockLength/time.Second))
}

func (h *history) blockOffset() int64 { return int64(h.key % uint64(blockLength/time.Second)) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// block returns the period of a block: its whole, or less where it ends in a gap.
func (h *history) block(n int64) period {
	start := time.Unix(n*int64(blockLength/time.Second)+h.blockOffset(), 0).UTC()
	p := period{start: start, end: start.Add(blockLength), rpo: 15 * time.Second, number: n}
	r := mix(h.key + uint64(n))
	switch r % 8 {
	case 0:
		p.rpo = 5 * time.Second
	case 1:
		p.rpo = 30 * time.Second
	}
	if r>>8%5 == 0 {
		p.end = p.end.Add(-gapLength)
	}
	return p
}

// state returns the i-th state of a period, which lies up to half an RPO after its nominal moment.
func (h *history) state(p period, i int64) time.Time {
	jitter := mix(h.key^uint64(p.number)*0x9e3779b97f4a7c15+uint64(i)) % uint64(p.rpo/2)
	return p.start.Add(time.Duration(i)*p.rpo + time.Duration(jitter))
}

// oldest returns the moment before which single moments are no longer kept.
func (h *history) oldest(now time.Time) time.Time { return ceilSecond(now.Add(-h.shortTerm)) }

func ceilSecond(t time.Time) time.Time {
	if c := t.Truncate(time.Second); !c.Equal(t) {
		return c.Add(time.Second)
	}
	return t
}

// periods returns what is left at now of the periods that touch [from, to], cut to whole seconds within them.
func (h *history) periods(from, to, now time.Time) []period {
	from, to = later(from, h.oldest(now)), earlier(to, now)
	var out []period
	if to.Before(from) {
		return out
	}
	for n := h.blockOf(from); n <= h.blockOf(to); n++ {
		p := h.block(n)
		p.start = later(p.start, from.UTC().Truncate(time.Second))
		p.end = earlier(p.end, to.UTC().Truncate(time.Second))
		if p.start.Before(p.end) {
			out = append(out, p)
		}
	}
	return out
}

// lastIn returns the most recent state in [from, to), of the short term only, looking no further back than from.
func (h *history) lastIn(from, to time.Time) (time.Time, bool) {
	if !from.Before(to) {
		return time.Time{}, false
	}
	for n := h.blockOf(to); n >= h.blockOf(from); n-- {
		p := h.block(n)
		end := earlier(p.end, to)
		if !p.start.Before(end) {
			continue
		}
		for i := int64(end.Sub(p.start) / p.rpo); i >= 0; i-- {
			t := h.state(p, i)
			if t.Before(from) {
				return time.Time{}, false
			}
			if t.Before(end) && !h.shadowed(t) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// shadowed reports whether a restore point lies in the same whole second.
func (h *history) shadowed(t time.Time) bool {
	s := t.Truncate(time.Second)
	_, ok := h.pointIn(s, s.Add(time.Second))
	return ok
}

// point returns the restore point with a number.
func (h *history) point(n int64) RestoreState {
	r := mix(h.key ^ uint64(n)*0xbf58476d1ce4e5b9)
	nominal := n*int64(h.every/time.Second) + int64(h.key>>32%uint64(h.every/time.Second))
	return RestoreState{
		ID:   guid(h.seed, "RestorePoint", h.id, number("%d", int(n))),
		Time: time.Unix(nominal, int64(r%uint64(90*time.Second))).UTC(), LongTerm: true,
		ApplicationConsistent: r>>40%4 != 0,
	}
}

func (h *history) pointOf(t time.Time) int64 {
	return floorDiv(t.Unix()-int64(h.key>>32%uint64(h.every/time.Second)), int64(h.every/time.Second))
}

// pointIn returns a restore point in [from, to), for stretches shorter than the distance between two.
func (h *history) pointIn(from, to time.Time) (RestoreState, bool) {
	for n := h.pointOf(to); n >= h.pointOf(from)-1; n-- {
		r := mix(h.key ^ uint64(n)*0xbf58476d1ce4e5b9)
		nominal := n*int64(h.every/time.Second) + int64(h.key>>32%uint64(h.every/time.Second))
		t := time.Unix(nominal, int64(r%uint64(90*time.Second)))
		if !t.Before(from) && t.Before(to) {
			return h.point(n), true
		}
	}
	return RestoreState{}, false
}

// points returns the restore points kept at now that lie in [from, to], oldest first.
func (h *history) points(from, to, now time.Time) []RestoreState {
	from, to = later(from, now.Add(-h.longTerm)), earlier(to, now)
	var out []RestoreState
	if to.Before(from) {
		return out
	}
	for n := h.pointOf(from) - 1; n <= h.pointOf(to); n++ {
		if p := h.point(n); !p.Time.Before(from) && !p.Time.After(to) {
			out = append(out, p)
		}
	}
	return out
}

// shortTermState makes a RestoreState of a moment that lastIn returned.
func (h *history) shortTermState(t time.Time) RestoreState {
	return RestoreState{ID: guid(h.seed, "RestoreState", h.id, t.UTC().Format(time.RFC3339Nano)), Time: t.UTC()}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
