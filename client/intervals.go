package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// tick is the finest step of the server's clock, and so the finest that a date of it can have.
const tick = 100 * time.Nanosecond

// RestorePoint is a long-term restore point as EM lists it.
type RestorePoint struct {
	ID         string
	Date       time.Time     // as listed, in UTC: the point was made at this time or less than Resolution after it
	Resolution time.Duration // 0: a second for a date in whole seconds, else the finest that EM can show
	Consistent bool          // application-consistent
}

// end is the first moment that is surely after the point.
func (p RestorePoint) end() time.Time {
	d := p.Resolution
	if d <= 0 {
		d = tick
		if p.Date.Nanosecond() == 0 {
			d = time.Second
		}
	}
	// What is finer than the server's clock would be cut off there.
	return p.Date.Truncate(min(d, time.Second)).Add(d)
}

// Interval is a span of time with short-term restore points.
type Interval struct {
	Start, End time.Time
	RPO        time.Duration // distance of its restore points
	Type       string        // RestoreAvailable: its moments can be restored to
}

// Contains reports whether t lies in the interval, bounds included.
func (i Interval) Contains(t time.Time) bool { return !t.Before(i.Start) && !t.After(i.End) }

// resolutionOf is the weight of the last digit of a date's seconds.
func resolutionOf(d string) time.Duration {
	_, fraction, ok := strings.Cut(d, ".")
	if !ok {
		return time.Second
	}
	r := time.Second
	for i := 0; i < len(fraction) && fraction[i] >= '0' && fraction[i] <= '9'; i++ {
		r /= 10
	}
	return max(r, tick)
}

// RestorePoints returns the restore points of an answer, the oldest first. Dates without a zone are UTC.
func RestorePoints(have *ent.CdpReplicaIntervals) ([]RestorePoint, error) {
	points := []RestorePoint{}
	for _, v := range xsdbind.Items(xsdbind.Child(have, "RestorePoints"), "RestorePoint") {
		p, err := restorePoint(v)
		if err != nil {
			return nil, fmt.Errorf("restore point %s: %w", p.ID, err)
		}
		points = append(points, p)
	}
	slices.SortStableFunc(points, func(a, b RestorePoint) int { return a.Date.Compare(b.Date) })
	return points, nil
}

// restorePoint reads a point as EM lists it.
func restorePoint(v xsdbind.Struct) (RestorePoint, error) {
	text := xsdbind.Text(v, "Date")
	p := RestorePoint{ID: xsdbind.Text(v, "Id"), Resolution: resolutionOf(text), Consistent: xsdbind.Bool(v, "IsApplicationConsistent")}
	t, err := xsdtype.DateTime(text).Time()
	p.Date = t.UTC()
	return p, err
}

// Intervals returns the intervals of an answer, the oldest first. Dates without a zone are UTC.
func Intervals(have *ent.CdpReplicaIntervals) ([]Interval, error) {
	spans := []Interval{}
	for i, v := range xsdbind.Items(xsdbind.Child(have, "Intervals"), "Interval") {
		start, err := xsdtype.DateTime(xsdbind.Text(v, "StartDate")).Time()
		if err != nil {
			return nil, fmt.Errorf("interval %d: start: %w", i+1, err)
		}
		end, err := xsdtype.DateTime(xsdbind.Text(v, "EndDate")).Time()
		if err != nil {
			return nil, fmt.Errorf("interval %d: end: %w", i+1, err)
		}
		spans = append(spans, Interval{Start: start.UTC(), End: end.UTC(), RPO: time.Duration(xsdbind.Int(v, "Rpo")) * time.Second, Type: xsdbind.Text(v, "IntervalType")})
	}
	slices.SortStableFunc(spans, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	return spans, nil
}

// LatestConsistent returns the newest application-consistent restore point that was surely made before the given time,
// and whether there is one. The zero time sets no bound. A point whose date cannot be read is passed over.
func LatestConsistent(have *ent.CdpReplicaIntervals, before time.Time) (RestorePoint, bool) {
	return latestPoint(have, before, func(p RestorePoint) bool { return p.Consistent })
}

// Latest returns the newest restore point, consistent or not, that was surely made before the given time.
// The zero time sets no bound.
func Latest(have *ent.CdpReplicaIntervals, before time.Time) (RestorePoint, bool) {
	return latestPoint(have, before, func(RestorePoint) bool { return true })
}

func latestPoint(have *ent.CdpReplicaIntervals, before time.Time, want func(RestorePoint) bool) (best RestorePoint, ok bool) {
	for _, v := range xsdbind.Items(xsdbind.Child(have, "RestorePoints"), "RestorePoint") {
		p, err := restorePoint(v)
		if err != nil || !want(p) || !before.IsZero() && p.end().After(before) {
			continue
		}
		if !ok || p.Date.After(best.Date) {
			best, ok = p, true
		}
	}
	return best, ok
}
