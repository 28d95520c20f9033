package conformance

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vbem-go/vbem/gen/emapi"
)

// smallCorpus is a corpus of a log-in and one operation, which a test may spoil.
func smallCorpus(t *testing.T, spoil func(file, text string) string) fstest.MapFS {
	t.Helper()
	corpus := make(fstest.MapFS)
	index, err := fs.ReadFile(Exchanges(), IndexFile)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for row := range strings.Lines(string(index)) {
		file, _, _ := strings.Cut(row, "\t")
		switch {
		case file == "file":
		case strings.HasPrefix(file, "Root/"), strings.HasPrefix(file, "SessionMngr/"), strings.HasPrefix(file, "CdpReplicas/ID.Vms.ID.Intervals"):
			text, err := fs.ReadFile(Exchanges(), file)
			if err != nil {
				t.Fatal(err)
			}
			corpus[file] = &fstest.MapFile{Data: []byte(spoil(file, string(text)))}
		default:
			continue
		}
		rows = append(rows, row)
	}
	corpus[IndexFile] = &fstest.MapFile{Data: []byte(strings.Join(rows, ""))}
	return corpus
}

func TestWireNotices(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(file, text string) string
		want  string // in a detail; "" when all is well
	}{
		{"nothing", func(_, text string) string { return text }, ""},
		{"another order in the document of a request", func(file, text string) string {
			if !strings.HasSuffix(file, "request.xml") {
				return text
			}
			start, end := strings.Index(text, "<StartDate>"), strings.Index(text, "<EndDate>")
			if start < 0 {
				return text
			}
			stop := strings.Index(text, "</CdpIntervalsSpec>")
			return text[:start] + text[end:stop] + text[start:end] + text[stop:]
		}, "request: /CdpIntervalsSpec: want {http://www.veeam.com/ent/v1.0}EndDate as child 1, got {http://www.veeam.com/ent/v1.0}StartDate"},
		{"another spelling in the document of a request", func(file, text string) string {
			if strings.HasSuffix(file, "Intervals.request.json") {
				return strings.Replace(text, "{", `{"Startdate2": "x",`, 1)
			}
			return text
		}, ""},
		{"an answer that is no message", func(file, text string) string {
			if strings.HasSuffix(file, "Intervals.response.xml") {
				return text[:len(text)/2]
			}
			return text
		}, "line"},
		{"an answer with a text among elements", func(file, text string) string {
			if strings.HasSuffix(file, "Intervals.response.xml") {
				return strings.Replace(text, "<EndDate>", "…<EndDate>", 1)
			}
			return text
		}, "text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := RunWire(t.Context(), Options{Corpus: smallCorpus(t, test.spoil)})
			if err != nil {
				t.Fatal(err)
			}
			var details []string
			for _, r := range report.Results {
				if r.Outcome == Failed {
					details = append(details, r.Details...)
				}
			}
			all := strings.Join(details, "\n")
			if passed, _, _ := report.Counts(); passed == 0 {
				t.Errorf("nothing was played: %s", report.Summary())
			}
			if test.want == "" && all != "" || !strings.Contains(all, test.want) {
				t.Errorf("details %q; want %q in them", all, test.want)
			}
		})
	}
}

// TestEveryOperationHasMessages: each operation that has a body has an exchange, in XML and in JSON.
func TestEveryOperationHasMessages(t *testing.T) {
	messages, err := ReadIndex(Exchanges())
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range emapi.Operations() {
		has := make(map[string]bool)
		for _, m := range messages {
			if matches(op, m) && !strings.HasPrefix(m.Status, "4") && !strings.HasPrefix(m.Status, "5") {
				has[m.Role+" "+m.Kind] = true
			}
		}
		for _, kind := range []string{"xml", "json"} {
			if op.Request != "" && !has["request "+kind] {
				t.Errorf("%s: no request in %s", op, kind)
			}
			if len(op.Responses) > 0 && !has["response "+kind] {
				t.Errorf("%s: no response in %s", op, kind)
			}
		}
	}
}
