package conformance

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestRunner: what becomes of the messages that are not simply complete and well-formed.
func TestRunner(t *testing.T) {
	const task = `<Task xmlns="http://www.veeam.com/ent/v1.0" Href="h"><TaskId>task-1</TaskId><State>Running</State><Operation>x</Operation></Task>`
	rows := []struct {
		file, method, path, role, kind, root, complete, status, formed string
		text                                                           string
		want                                                           []string // outcomes with the start of the details
	}{
		{"unknown.xml", "GET", "/x", "response", "xml", "Unheard", "yes", "200 OK", "yes", `<Unheard xmlns="http://www.veeam.com/ent/v1.0"/>`, []string{"skip unknown.xml: unknown root Unheard"}},
		{"namespace.xml", "GET", "/x", "response", "xml", "Task", "yes", "200 OK", "yes", `<Task xmlns="urn:other"/>`, []string{"skip namespace.xml: unknown root Task"}},
		{"part.xml", "GET", "/x", "response", "xml-fragment", "Link", "yes", "", "yes", `<Link/>`, []string{"skip part.xml: a part of a message (Link)"}},
		{"incomplete.xml", "GET", "/x", "response", "xml", "Task", "no", "", "yes", task, []string{"skip incomplete.xml: incomplete: why"}},
		{"malformed.xml", "GET", "/x", "response", "xml", "Task", "yes", "", "no", strings.Replace(task, "</State>", "</Stat>", 1), []string{"pass malformed.xml: not well-formed: an error with the place"}},
		{"malformed-unknown.xml", "GET", "/x", "response", "xml", "Unheard", "yes", "", "no", `<Unheard a="1" a="2"/>`, []string{"pass malformed-unknown.xml: not well-formed: an error with the place"}},
		{"wellformed.xml", "GET", "/x", "response", "xml", "Task", "yes", "", "no", task, []string{"FAIL wellformed.xml: not well-formed: an error with the place: the tokenizer accepts it | decode accepts it | encoding/xml: decode accepts it"}},
		{"elided.xml", "GET", "/x", "response", "xml", "Task", "no", "", "no", strings.Replace(task, "<State>", "…<State>", 1), []string{"pass elided.xml: left out with dots: an error about text"}},
		{"elided-unknown.xml", "GET", "/x", "response", "xml", "Unheard", "no", "", "no", `<Unheard><a/>...<a/></Unheard>`, []string{"skip elided-unknown.xml: unknown root Unheard"}},
		{"claimed.xml", "GET", "/x", "response", "xml", "Task", "yes", "", "yes", task[:40], []string{"FAIL claimed.xml: XML syntax error"}},
		{"malformed.json", "GET", "/x", "response", "json", "", "yes", "200 OK", "no", `{"a": 1,}`, []string{"pass malformed.json: not well-formed: an error with the place"}},
		{"wellformed.json", "GET", "/tasks/task-1", "response", "json", "", "yes", "200 OK", "no", `{}`, []string{"FAIL wellformed.json: not well-formed: an error with the place: it is accepted"}},
		{"rootless.json", "GET", "/nowhere", "response", "json", "{a…}", "yes", "200 OK", "yes", `{}`, []string{"skip rootless.json: its root is not known: GET /nowhere"}},
		{"known.json", "GET", "/TASKS/task-1", "response", "json", "{Beyond…}", "yes", "200 OK", "yes", `{"Beyond": 1}`, []string{
			"pass known.json: decode and encode", "skip known.json: strict mode accepts it: the schema does not know Task/Beyond",
			"pass known.json: order, letter case and nulls change nothing", "pass known.json: unknown members are kept", "pass known.json: through XML and back"}},
		{"refused.json", "POST", "/nowhere", "response", "json", "{Message…}", "yes", "400 BadRequest", "yes", `{"Message": "x", "StatusCode": 400}`, []string{
			"pass refused.json: decode and encode", "pass refused.json: strict mode accepts it",
			"pass refused.json: order, letter case and nulls change nothing", "pass refused.json: unknown members are kept", "pass refused.json: through XML and back"}},
		{"strange.txt", "GET", "/x", "response", "text", "", "yes", "", "yes", ``, []string{`skip strange.txt: kind "text"`}},
	}
	corpus := make(fstest.MapFS)
	index := "file\tpage\tfamily\tmethod\tpath\trole\tkind\troot\tcomplete\tstatus\twell_formed\tnote\n-\t\t\tGET\t/x\tresponse\txml\tTask\tno\t\tno\t\n"
	var want []string
	for _, r := range rows {
		corpus[r.file] = &fstest.MapFile{Data: []byte(r.text)}
		index += strings.Join([]string{r.file, "", "", r.method, r.path, r.role, r.kind, r.root, r.complete, r.status, r.formed, "why"}, "\t") + "\n"
		want = append(want, r.want...)
	}
	corpus[IndexFile] = &fstest.MapFile{Data: []byte(index)}
	var told int
	report, err := Run(t.Context(), Options{Corpus: corpus, Progress: func(Result) { told++ }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, r := range report.Results {
		line := r.Outcome.String() + " " + r.Name
		if len(r.Details) > 0 {
			line += ": " + strings.Join(r.Details, " | ")
		}
		if i < len(want) && strings.HasPrefix(line, want[i]) {
			line = want[i]
		}
		got = append(got, line)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("results (-want +got):\n%s", d)
	}
	if told != len(got) {
		t.Errorf("%d of %d results were told", told, len(got))
	}
}

func TestRunErrors(t *testing.T) {
	if _, err := Run(t.Context(), Options{Corpus: fstest.MapFS{}}); err == nil {
		t.Error("no error where there is no index")
	}
	if _, err := Run(t.Context(), Options{Schema: []byte("<a/>")}); err == nil {
		t.Error("no error about what is no schema")
	}
	missing := fstest.MapFS{IndexFile: {Data: []byte(indexHeader + "gone.xml\tp\tcdp\tGET\t/x\tresponse\txml\tTask\tyes\t200 OK\tyes\t\tme\n")}}
	if _, err := Run(t.Context(), Options{Corpus: missing}); err == nil || !strings.Contains(err.Error(), "gone.xml") {
		t.Errorf("a file that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
