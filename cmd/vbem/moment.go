package main

import (
	"fmt"
	"strings"
	"time"
)

// layouts are the forms of a time that are understood: RFC 3339, also with a blank for the T and without seconds.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00",
	"2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04 Z07:00",
}

// zoneless are the same without a zone. They are recognised in order to say what is missing.
var zoneless = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}

// parseTime reads a time that a person typed. A time without a zone is refused: which zone was meant is what must not be
// guessed when a restore state is chosen by it.
func parseTime(flag, s string, local *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t, nil
		}
	}
	for _, l := range zoneless {
		t, err := time.ParseInLocation(l, s, local)
		if err != nil {
			continue
		}
		plain := strings.Replace(s, " ", "T", 1)
		if strings.Count(plain, ":") == 1 {
			plain += ":00"
		}
		return time.Time{}, fail(exitUsage, fmt.Errorf("%s %q has no time zone", flag, s),
			fmt.Sprintf("For UTC append Z:          %s %sZ", flag, plain),
			fmt.Sprintf("For this machine's zone:   %s %s%s", flag, plain, t.Format("-07:00")))
	}
	return time.Time{}, fail(exitUsage, fmt.Errorf("%s %q is not a time", flag, s),
		"A time looks like 2026-03-01T14:30:00Z (UTC) or 2026-03-01T15:30:00+01:00: date, time, zone (RFC 3339).")
}

// stamp is the form of times in JSON and XML output: RFC 3339, UTC, as many digits of a second as there are.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

const (
	shownDate  = "2006-01-02"
	shownClock = "15:04:05.999999999"
)

// both shows a time in UTC and in this machine's zone, with the date there where it is another one.
func (a *app) both(t time.Time) string { return bothIn(t, a.local) }

func bothIn(t time.Time, local *time.Location) string {
	if t.IsZero() {
		return ""
	}
	u, l := t.UTC(), t.In(local)
	here := l.Format(shownClock + " -07:00")
	if d := l.Format(shownDate); d != u.Format(shownDate) {
		here = d + " " + here
	}
	return u.Format(shownDate+" "+shownClock) + " UTC (local " + here + ")"
}
