package conformance_test

import (
	"os"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/conformance"
)

// TestExchanges runs every check over the project's own exchanges.
func TestExchanges(t *testing.T) {
	var o conformance.Options
	if raceEnabled {
		// The checks on one message work alone; a part of the messages shows what they share.
		o.Only = func(m conformance.Message) bool { return m.IsRequest() }
	}
	report, err := conformance.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	tell(t, report)
	if _, _, skipped := report.Counts(); skipped > 0 {
		t.Errorf("%d skipped: every message of ours must be checked", skipped)
	}
}

// TestCorpus runs them over the folder in VBEM_CORPUS.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("VBEM_CORPUS")
	if dir == "" {
		t.Skip("VBEM_CORPUS is not set")
	}
	if raceEnabled {
		t.Skip("checked without the race detector: TestExchanges has the same goroutines")
	}
	report, err := conformance.Run(t.Context(), conformance.Options{Corpus: os.DirFS(dir)})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, report)
}

func tell(t *testing.T, report *conformance.Report) {
	t.Helper()
	for _, r := range report.Results {
		switch r.Outcome {
		case conformance.Failed:
			t.Errorf("%s:\n\t%s", r.Name, strings.Join(r.Details, "\n\t"))
		case conformance.Skipped:
			t.Logf("skipped: %s: %s", r.Name, strings.Join(r.Details, "; "))
		}
	}
	if !report.OK() {
		t.Error("not all passed, or nothing was checked")
	}
	t.Log(report.Summary())
}
