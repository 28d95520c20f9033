package conformance

import (
	"bufio"
	"fmt"
	"io"
)

// An Outcome is how a check ended.
type Outcome uint8

// Outcomes of a check.
const (
	Passed Outcome = iota
	Failed
	Skipped
)

func (o Outcome) String() string { return [...]string{"pass", "FAIL", "skip"}[o] }

// A Result is one check on one message or exchange.
type Result struct {
	Name    string // message and check
	Outcome Outcome
	Details []string // what went wrong, or why it was skipped
}

// A Report lists the results in the order in which they came.
type Report struct{ Results []Result }

// Counts returns how many checks passed, failed and were skipped.
func (r *Report) Counts() (passed, failed, skipped int) {
	var n [3]int
	for _, result := range r.Results {
		n[result.Outcome]++
	}
	return n[Passed], n[Failed], n[Skipped]
}

// OK tells whether no check failed and at least one passed.
func (r *Report) OK() bool {
	passed, failed, _ := r.Counts()
	return failed == 0 && passed > 0
}

// Summary is the last line of a printed report.
func (r *Report) Summary() string {
	passed, failed, skipped := r.Counts()
	return fmt.Sprintf("%d passed, %d failed, %d skipped", passed, failed, skipped)
}

// Write prints what was skipped and what failed, by name, and the summary as the last line. With verbose, also what passed.
func (r *Report) Write(w io.Writer, verbose bool) error {
	b := bufio.NewWriter(w)
	for _, outcome := range []Outcome{Passed, Skipped, Failed} {
		if outcome == Passed && !verbose {
			continue
		}
		for _, result := range r.Results {
			if result.Outcome != outcome {
				continue
			}
			fmt.Fprintf(b, "%s %s", outcome, result.Name)
			switch len(result.Details) {
			case 0:
				fmt.Fprintln(b)
			case 1:
				fmt.Fprintf(b, ": %s\n", result.Details[0])
			default:
				fmt.Fprintln(b, ":")
				for _, d := range result.Details {
					fmt.Fprintf(b, "     %s\n", d)
				}
			}
		}
	}
	fmt.Fprintln(b, r.Summary())
	return b.Flush()
}

// add appends a result: problems make it a failure.
func (r *Report) add(name string, problems []string) {
	result := Result{Name: name, Details: problems}
	if len(problems) > 0 {
		result.Outcome = Failed
	}
	r.Results = append(r.Results, result)
}

func (r *Report) skip(name, reason string) {
	r.Results = append(r.Results, Result{Name: name, Outcome: Skipped, Details: []string{reason}})
}
