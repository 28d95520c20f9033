package soak

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/simulator"
)

// Report is what a soak found.
type Report struct {
	Took      time.Duration
	Calls     int
	Faults    map[simulator.FaultKind]int
	StartsPer map[int]int // how many requests were carried out 0, 1, … times
	MaxStarts int
	Started   int                    // calls that said so
	Refusals  map[string]int         // calls that were refused, by reason
	Unknown   int                    // calls that ended with ErrOutcomeUnknown …
	Carried   int                    // … of which so many were carried out
	Verdicts  map[client.Outcome]int // … and what Reconcile said of them
	Open      map[string]int         // … and why it was undetermined

	// Wrong counts answers and verdicts that the audit log contradicts, and tasks that are another request's.
	Wrong        int
	WrongSamples []string

	Hangs                             int
	Canceled                          int
	CancelP50, CancelP99, CancelWorst time.Duration
	SlowestToCancel                   string // the kind of call that took CancelWorst

	GoroutinesBefore, GoroutinesAfter int
	HeapBefore, HeapAfter             uint64

	Secrets       int
	SecretSamples []string
}

func (r *Report) wrong(format string, args ...any) {
	const most = 20
	if r.Wrong++; r.Wrong <= most {
		r.WrongSamples = append(r.WrongSamples, fmt.Sprintf(format, args...))
	}
}

// Good reports whether every promise was kept.
func (r *Report) Good() bool {
	return r.MaxStarts <= 1 && r.Wrong == 0 && r.Hangs == 0 && r.growth() == 0 && r.Secrets == 0
}

func (r *Report) growth() int { return max(0, r.GoroutinesAfter-r.GoroutinesBefore) }

func (r *Report) faults() int {
	n := 0
	for _, k := range r.Faults {
		n += k
	}
	return n
}

// judge compares what was said with what happened.
func (s *soak) judge(rep *Report, events []simulator.Event) {
	starts := make(map[string][]simulator.Event) // by request
	byTask := make(map[string]string)            // session and task → request
	byRestore := make(map[string]string)         // restore session → request
	for _, e := range events {
		if e.Kind == simulator.FailoverStarted {
			starts[e.RequestID] = append(starts[e.RequestID], e)
			byTask[e.Session+" "+e.Task] = e.RequestID
			byRestore[e.Restore] = e.RequestID
		}
	}
	s.mu.Lock() // workers that hang may still come back
	records := slices.Clone(s.records)
	s.mu.Unlock()
	asked := make(map[string]*record, len(records))
	rep.Verdicts, rep.Open = make(map[client.Outcome]int), make(map[string]int)
	rep.Hangs = s.stuck
	var late []time.Duration
	for i := range records {
		r := &records[i]
		asked[r.id] = r
		rep.Calls++
		n := len(starts[r.id])
		rep.StartsPer[n]++
		rep.MaxStarts = max(rep.MaxStarts, n)
		rep.Hangs += r.hangs
		if r.canceled {
			late = append(late, r.late)
			if r.late > rep.CancelWorst {
				rep.CancelWorst, rep.SlowestToCancel = r.late, r.what
			}
		}
		switch r.said {
		case saidStarted:
			rep.Started++
			if n == 0 {
				rep.wrong("%s: said to be started, and was not", r.id)
			}
		case saidRefused:
			rep.Refusals[r.why]++
			if n > 0 {
				rep.wrong("%s: said to be refused (%s), and was started", r.id, r.why)
			}
		case saidUnknown:
			rep.Unknown++
			rep.Carried += n
			rep.Verdicts[r.verdict]++
			if r.verdict == client.Undetermined {
				rep.Open[openBecause(r.evidence)]++
			}
		}
		switch {
		case r.said == saidStarted:
		case r.verdict == client.Started && n == 0:
			rep.wrong("%s: reconciled as started, and was not", r.id)
		case r.verdict == client.NotStarted && n > 0:
			rep.wrong("%s: reconciled as not started, and was", r.id)
		}
		if whose := byTask[r.session+" "+r.found]; r.found != "" && whose != "" && whose != r.id {
			rep.wrong("%s: reconciled with %s, which is the task of %s", r.id, r.found, whose)
		}
		// A garbled answer names another task; that the client follows it is not the client's fault.
		own := n == 1 && starts[r.id][0].Task == r.task
		if i := strings.LastIndexByte(r.restore, ':'); own && i >= 0 {
			if whose := byRestore[r.restore[i+1:]]; whose != "" && whose != r.id {
				rep.wrong("%s: waited for the restore session of %s", r.id, whose)
			}
		}
	}
	for _, e := range events {
		if e.Kind != simulator.FailoverCancelled && e.Kind != simulator.TaskRemoved {
			continue
		}
		whose := byTask[e.Session+" "+e.Task]
		if r := asked[whose]; r != nil && !r.cancel && !garbled(asked, starts, e) {
			rep.wrong("%s: its task %s was deleted, and nobody asked for that", whose, e.Task)
		}
	}
	for id := range starts {
		if asked[id] == nil {
			rep.wrong("%q: started, and nobody asked for it", id)
		}
	}
	slices.Sort(late)
	if rep.Canceled = len(late); rep.Canceled > 0 {
		rep.CancelP50, rep.CancelP99 = late[len(late)/2], late[len(late)*99/100]
	}
}

var figures = regexp.MustCompile(`\d+`)

// openBecause is why a verdict is not a proof: its first sentence, without the figures.
func openBecause(evidence []string) string {
	if len(evidence) == 0 {
		return "the question failed"
	}
	return figures.ReplaceAllString(evidence[0], "N")
}

// garbled reports whether somebody cancelled the task of an event because the answer to their own start named it.
func garbled(asked map[string]*record, starts map[string][]simulator.Event, e simulator.Event) bool {
	for id, r := range asked {
		if r.cancel && r.session == e.Session && r.task == e.Task && len(starts[id]) == 1 && starts[id][0].Task != e.Task {
			return true
		}
	}
	return false
}

// Print writes the report. The last line is for programs.
func (r *Report) Print(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("%d failovers in %v, %d faults:", r.Calls, r.Took.Round(time.Millisecond), r.faults())
	for _, k := range slices.Sorted(maps.Keys(r.Faults)) {
		p("  %-14s %7d", k, r.Faults[k])
	}
	p("starts per request, by the audit log:")
	for _, n := range slices.Sorted(maps.Keys(r.StartsPer)) {
		p("  %d: %d", n, r.StartsPer[n])
	}
	p("what the calls said:\n  started %d", r.Started)
	for _, k := range slices.Sorted(maps.Keys(r.Refusals)) {
		p("  refused %d: %s", r.Refusals[k], k)
	}
	p("  unknown %d, of which %d were carried out", r.Unknown, r.Carried)
	share := 0.0
	if r.Unknown > 0 {
		share = 100 * float64(r.Verdicts[client.Undetermined]) / float64(r.Unknown)
	}
	p("what Reconcile said of the unknown: %d started, %d not started, %d undetermined (%.0f %%)",
		r.Verdicts[client.Started], r.Verdicts[client.NotStarted], r.Verdicts[client.Undetermined], share)
	for _, k := range slices.Sorted(maps.Keys(r.Open)) {
		p("  undetermined %d: %s", r.Open[k], k)
	}
	p("from a context's end to the call's return, %d times: p50 %v, p99 %v, worst %v (%s)", r.Canceled, r.CancelP50, r.CancelP99, r.CancelWorst, r.SlowestToCancel)
	p("goroutines %d before, %d after; heap %d KiB before, %d KiB after", r.GoroutinesBefore, r.GoroutinesAfter, r.HeapBefore>>10, r.HeapAfter>>10)
	for _, s := range r.WrongSamples {
		p("WRONG %s", s)
	}
	for _, s := range r.SecretSamples {
		p("SECRET in %q", s)
	}
	p("%s", r.Line())
}

// Line is the report in one line.
func (r *Report) Line() string {
	return fmt.Sprintf("soak: calls=%d faults=%d max_starts=%d unknown=%d started=%d not_started=%d undetermined=%d wrong_verdicts=%d hangs=%d goroutine_growth=%d secrets=%d cancel_p99_ms=%d",
		r.Calls, r.faults(), r.MaxStarts, r.Unknown, r.Verdicts[client.Started], r.Verdicts[client.NotStarted], r.Verdicts[client.Undetermined],
		r.Wrong, r.Hangs, r.growth(), r.Secrets, r.CancelP99.Milliseconds())
}
