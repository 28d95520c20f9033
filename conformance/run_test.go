package conformance

import (
	"os"
	"strings"
	"testing"
)

// TestExchanges runs every check over the project's own exchanges.
func TestExchanges(t *testing.T) {
	report, err := Run(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, report)
	if _, _, skipped := report.Counts(); skipped > 0 {
		t.Errorf("%d skipped: every message of ours must be checked", skipped)
	}
}

// TestCorpus runs them over the folder in VBEM_CORPUS: in full over the families that the schema covers, and in short over the rest.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("VBEM_CORPUS")
	if dir == "" {
		t.Skip("VBEM_CORPUS is not set")
	}
	report, err := Run(t.Context(), Options{Corpus: os.DirFS(dir)})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, report)
}

func tell(t *testing.T, report *Report) {
	t.Helper()
	for _, r := range report.Results {
		switch r.Outcome {
		case Failed:
			t.Errorf("%s:\n\t%s", r.Name, strings.Join(r.Details, "\n\t"))
		case Skipped:
			t.Logf("skipped: %s: %s", r.Name, strings.Join(r.Details, "; "))
		}
	}
	if !report.OK() {
		t.Error("not all passed, or nothing was checked")
	}
	t.Log(report.Summary())
}
