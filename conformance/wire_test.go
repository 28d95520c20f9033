package conformance

import (
	"fmt"
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
		}, "the schema puts it first"},
		{"an unknown member in the document of a request", func(file, text string) string {
			if strings.HasSuffix(file, "Intervals.request.json") {
				return strings.Replace(text, "{", `{"Startdate2": "x",`, 1)
			}
			return text
		}, "Startdate2"},
		{"a comment in the document of a request", func(file, text string) string {
			if strings.HasSuffix(file, "request.xml") {
				return strings.Replace(text, "</EndDate>", "<!-- c --></EndDate> ", 1)
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

// TestRequestProblems spoils the bytes of a request.
func TestRequestProblems(t *testing.T) {
	r, err := newRunner(Options{}, new(Report))
	if err != nil {
		t.Fatal(err)
	}
	message := Message{File: "x.xml", Role: "request", Kind: "xml", Root: "CdpIntervalsSpec"}
	const start, end = "<StartDate>2026-03-28T00:00:00Z</StartDate>", "<EndDate>2026-03-29T00:00:00Z</EndDate>"
	document := `<CdpIntervalsSpec xmlns="http://www.veeam.com/ent/v1.0">` + start + end + `</CdpIntervalsSpec>`
	s := scene{op: &emapi.OpCdpReplicaVAppsIDIntervals, request: &message}
	s.bind("/cdpReplica/vApps/{ID}?action=intervals")
	line, header := "POST /api/cdpReplica/vApps/"+anyID+"?action=intervals HTTP/1.1\r\n", "Host: em\r\nAccept: application/xml\r\nContent-Type: application/xml\r\n"
	tests := []struct {
		name, line, header, body string
		want                     []string
	}{
		{"as documented", line, header, strings.ReplaceAll(strings.ReplaceAll(document, "<", "<p:"), "<p:/", "</p:"), nil},
		{"another method", strings.Replace(line, "POST", "PUT", 1), header, document, []string{"want POST"}},
		{"another path", strings.Replace(line, "Replica/", "Replicas/", 1), header, document, []string{"/cdpReplicas/"}},
		{"no query", strings.Replace(line, "?action=intervals", "", 1), header, document, []string{"want query action=intervals"}},
		{"two media types", line, strings.Replace(header, "Accept: application/xml", "Accept: application/xml, application/json", 1), document, []string{"Accept"}},
		{"another content type", line, strings.Replace(header, "Content-Type: application/xml", "Content-Type: text/plain", 1), document, []string{"Content-Type"}},
		{"another order", line, header, strings.Replace(document, start+end, end+start, 1), []string{"want {http://www.veeam.com/ent/v1.0}StartDate as child 1"}},
		{"another name", line, header, strings.ReplaceAll(document, "EndDate", "EndTime"), []string{"want {http://www.veeam.com/ent/v1.0}EndDate as child 2"}},
		{"another value", line, header, strings.Replace(document, "29T", "30T", 1), []string{`want text "2026-03-29`}},
		{"no namespace", line, header, strings.Replace(document, ` xmlns="http://www.veeam.com/ent/v1.0"`, "", 1), []string{"want element {http"}},
		{"no body", line, header, "", []string{"no root element"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := test.body
			if strings.Contains(body, "<p:") {
				body = strings.Replace(body, "xmlns=", "xmlns:p=", 1)
			}
			tape := fmt.Sprintf("%s%sContent-Length: %d\r\n\r\n%s", test.line, test.header, len(body), body)
			got := r.requestProblems([]byte(tape), s, []byte(document), "xml")
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want %q in it", got[i], want)
				}
			}
			twice := append([]byte(tape), tape...)
			if again := r.requestProblems(twice, s, []byte(document), "xml"); len(again) != len(got)+1 {
				t.Errorf("the same request twice: %q", again)
			}
		})
	}
}
