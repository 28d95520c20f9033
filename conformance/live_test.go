package conformance_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// TestLive reads everything that the simulator shows, and changes nothing.
func TestLive(t *testing.T) {
	recorder := new(simulator.Recorder)
	model := simulator.DefaultModel()
	model.BackupServers, model.Replicas, model.VMsPerReplica, model.VApps, model.VMsPerVApp, model.PolicySessions, model.RestoreSessions = 1, 2, 1, 2, 1, 2, 2
	model.ShortTerm, model.LongTerm, model.LongTermEvery = time.Hour, 12*time.Hour, 4*time.Hour
	em := simulator.New(model, simulator.WithRecorder(recorder))
	defer em.Close()
	ctx := t.Context()
	c, err := client.Dial(ctx, em.URL, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint))
	if err != nil {
		t.Fatal(err)
	}
	report, err := conformance.RunLive(ctx, c, conformance.LiveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		switch r.Outcome {
		case conformance.Failed:
			t.Errorf("%s: %q", r.Name, r.Details)
		case conformance.Skipped:
			t.Logf("skipped: %s: %q", r.Name, r.Details)
		}
	}
	const least = 60
	if passed, _, _ := report.Counts(); passed < least {
		t.Errorf("%s: that is not all there is to read", report.Summary())
	}
	t.Log(report.Summary())
	for _, e := range em.Audit() {
		if e.Kind != simulator.LoggedOn {
			t.Errorf("something was changed: %+v", e)
		}
	}
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
	if raceEnabled {
		t.Log("the recorded answers are checked without the race detector: nothing in the checks is concurrent")
		return
	}
	checkRecorded(t, recorder.Exchanges())
}

// checkRecorded runs the message checks over what the simulator answered: a message of each root element.
func checkRecorded(t *testing.T, seen []simulator.Exchange) {
	t.Helper()
	corpus := make(fstest.MapFS)
	index := []string{"file\tpage\tfamily\tmethod\tpath\trole\tkind\troot\tcomplete\tstatus\twell_formed\tnote"}
	count := make(map[string]int)
	for i, e := range seen {
		tree, err := canonical.Parse(e.ResponseBody)
		if err != nil {
			continue // no body
		}
		const most = 1
		if count[tree.Name.Local]++; count[tree.Name.Local] > most {
			continue
		}
		file := fmt.Sprintf("%03d.xml", i)
		corpus[file] = &fstest.MapFile{Data: e.ResponseBody}
		index = append(index, strings.Join([]string{
			file, "", "", e.Method, strings.TrimPrefix(e.Target, "/api"), "response", "xml", tree.Name.Local, "yes", strconv.Itoa(e.Status), "yes", "",
		}, "\t"))
	}
	corpus[conformance.IndexFile] = &fstest.MapFile{Data: []byte(strings.Join(index, "\n") + "\n")}
	report, err := conformance.Run(t.Context(), conformance.Options{Corpus: corpus})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Outcome != conformance.Passed {
			t.Errorf("the simulator's answer %s: %q", r.Name, r.Details)
		}
	}
	const kinds = 20
	if len(count) < kinds {
		t.Errorf("%d kinds of messages were recorded", len(count))
	}
	t.Log("the simulator's answers: " + report.Summary())
}

// TestLiveNotices puts a server in place of EM that is wrong in one way.
func TestLiveNotices(t *testing.T) {
	simulator.Test(t, func(ctx context.Context, em *simulator.Server) {
		c, err := client.Dial(ctx, em.URL, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint))
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name    string
			wrong   func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error)
			outcome conformance.Outcome
			want    string
		}{
			{"an error", func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error) {
				if call.Op.Name == "CdpReplicas.ID.Get" {
					return nil, &client.Error{Op: call.Op.Name, Status: http.StatusInternalServerError, Message: "out of order"}
				}
				return a, err
			}, conformance.Failed, "out of order"},
			{"no body", func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error) {
				if call.Op.Name == "Tasks.List" {
					a.Empty = true
				}
				return a, err
			}, conformance.Failed, "no body came"},
			{"no right", func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error) {
				if call.Op.Name == "QuerySvc.Get" {
					return nil, &client.Error{Op: call.Op.Name, Status: http.StatusForbidden}
				}
				return a, err
			}, conformance.Skipped, "403"},
			{"an element beyond the schema", func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error) {
				if v := call.Into; call.Op.Name == "CdpReplicas.ID.Get" && err == nil {
					if extra, ok := xsdbind.FieldAt(v, len(v.XSDType().Fields), true).(**xsdtype.Extra); ok {
						*extra = &xsdtype.Extra{Elements: []xsdtype.Element{{XML: `<Newer xmlns="http://www.veeam.com/ent/v1.0"/>`}}}
					}
				}
				return a, err
			}, conformance.Skipped, "unknown element {http://www.veeam.com/ent/v1.0}Newer"},
			{"a choice with two alternatives", func(call *rest.Call, a *rest.Answer, err error) (*rest.Answer, error) {
				if call.Op.Name == "Query.Get" && err == nil {
					t := call.Into.XSDType()
					for i := range t.Fields {
						if slices.Contains([]string{"Refs", "Resources"}, t.Fields[i].Name) {
							_, _ = xsdbind.FieldAt(call.Into, i, true).(xsdbind.Struct)
						}
					}
				}
				return a, err
			}, conformance.Failed, "encode"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				caller := rest.CallerFunc(func(ctx context.Context, call *rest.Call) (*rest.Answer, error) {
					a, err := c.Call(ctx, call)
					return test.wrong(call, a, err)
				})
				report, err := conformance.RunLive(ctx, caller, conformance.LiveOptions{Each: 1})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Results, func(r conformance.Result) bool {
					return r.Outcome == test.outcome && strings.Contains(strings.Join(r.Details, "; "), test.want)
				}) {
					t.Errorf("no result is %s with %q", test.outcome, test.want)
				}
			})
		}
		if err := c.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}
