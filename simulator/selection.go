package simulator

import (
	"net/http"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// Selection says which restore state a failover went to and why.
type Selection struct {
	// By names the parameter that selected the state: RestoreCurrent, RestoreCurrentVss, RestoreAtInterval or RestoreAtPointInTime.
	By    string
	State RestoreState
}

// choice is what a CdpFailoverStartSpec asks for.
type choice struct {
	current, vss          bool
	interval, pointInTime *time.Time
}

// choose selects the state that the reference's text describes.
//
//	RestoreCurrent        the latest crash-consistent state
//	RestoreCurrentVss     the latest application-consistent restore point
//	RestoreAtInterval     the most recent state in the interval that includes the date; an interval's start is part of it, its end is not
//	RestoreAtPointInTime  the most recent state that was created prior to the date
//
// The text does not say what a time beside a boolean that is true means, though the reference's example sends just that.
// Here the time decides, being the narrower wish, and the boolean stands in where no state fits the time. Nothing chosen, two
// times, two booleans without a time that fits, and no state that fits are refused.
func (h *history) choose(c choice, now time.Time) (Selection, error) {
	refuse := func(format string, args ...any) (Selection, error) {
		return Selection{}, rest.Faultf(http.StatusBadRequest, format, args...)
	}
	if c.interval != nil && c.pointInTime != nil {
		return refuse("RestoreAtInterval and RestoreAtPointInTime exclude each other.")
	}
	var missed string
	switch {
	case c.interval != nil:
		if s, ok := h.atInterval(*c.interval, now); ok {
			return Selection{"RestoreAtInterval", s}, nil
		}
		missed = "No interval with a restore point includes " + c.interval.UTC().Format(time.RFC3339Nano) + "."
	case c.pointInTime != nil:
		if s, ok := h.prior(*c.pointInTime, now); ok {
			return Selection{"RestoreAtPointInTime", s}, nil
		}
		missed = "No restore point was created prior to " + c.pointInTime.UTC().Format(time.RFC3339Nano) + "."
	}
	switch {
	case c.current && c.vss:
		return refuse("RestoreCurrent and RestoreCurrentVss exclude each other.")
	case c.current:
		if s, ok := h.latest(now); ok {
			return Selection{"RestoreCurrent", s}, nil
		}
		missed = "There is no crash-consistent restore point."
	case c.vss:
		if s, ok := h.latestConsistent(now); ok {
			return Selection{"RestoreCurrentVss", s}, nil
		}
		missed = "There is no application-consistent restore point."
	case missed == "":
		return refuse("The specification selects no restore point: both booleans are false and no time is given.")
	}
	return refuse("%s", missed)
}

// latest returns the most recent crash-consistent state: of the short term where there is one, else of the restore points.
func (h *history) latest(now time.Time) (RestoreState, bool) {
	if t, ok := h.lastIn(h.oldest(now), now); ok {
		return h.shortTermState(t), true
	}
	return lastPoint(h.points(now.Add(-h.longTerm), now, now), func(s RestoreState) bool { return !s.ApplicationConsistent })
}

func (h *history) latestConsistent(now time.Time) (RestoreState, bool) {
	return lastPoint(h.points(now.Add(-h.longTerm), now, now), func(s RestoreState) bool { return s.ApplicationConsistent })
}

// prior returns the most recent state of either kind before t.
func (h *history) prior(t, now time.Time) (RestoreState, bool) {
	end := earlier(t, now)
	s, ok := lastPoint(h.points(now.Add(-h.longTerm), end, now), func(s RestoreState) bool { return s.Time.Before(end) })
	if short, found := h.lastIn(h.oldest(now), end); found && (!ok || short.After(s.Time)) {
		return h.shortTermState(short), true
	}
	return s, ok
}

// atInterval returns the most recent state of either kind in the interval that includes t.
func (h *history) atInterval(t, now time.Time) (RestoreState, bool) {
	p := h.block(h.blockOf(t))
	p.start = later(p.start, h.oldest(now))
	if !p.contains(t) || t.After(now) {
		return RestoreState{}, false
	}
	end := earlier(p.end, now)
	s, ok := lastPoint(h.points(p.start, end, now), func(s RestoreState) bool { return s.Time.Before(end) })
	if short, found := h.lastIn(p.start, end); found && (!ok || short.After(s.Time)) {
		return h.shortTermState(short), true
	}
	return s, ok
}

func lastPoint(points []RestoreState, fits func(RestoreState) bool) (RestoreState, bool) {
	for i := len(points) - 1; i >= 0; i-- {
		if fits(points[i]) {
			return points[i], true
		}
	}
	return RestoreState{}, false
}
