package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/simulator"
)

func TestFailoverOutput(t *testing.T) {
	for _, form := range outputs {
		t.Run(form, func(t *testing.T) {
			clock := &tickingClock{t: start}
			s := newSite(t, simulator.WithClock(clock), simulator.WithTiming(simulator.Timing{}))
			s.now = func() time.Time { return start }
			s.golden("failover."+form, s.ok("failover", "vapp02", "--latest-consistent", "--yes", "-o", form))
			s.golden("failover-wait."+form, s.ok("failover", "vapp03", "--latest", "--yes", "--wait", "-o", form))
			s.golden("task-list."+form, s.ok("task", "list", "-o", form))
			s.golden("task-get."+form, s.ok("task", "get", "task-1", "-o", form))
			s.golden("task-wait."+form, s.ok("task", "wait", "task-1", "-o", form))
			s.golden("task-cancel."+form, s.ok("task", "cancel", "task-2", "--yes", "-o", form))
			s.golden("logout."+form, s.ok("logout", "-o", form))
		})
	}
}

// TestMoments fails over to each kind of moment; the audit log tells which state the server took.
func TestMoments(t *testing.T) {
	clock := &tickingClock{t: start, step: time.Millisecond}
	s := newSite(t, simulator.WithClock(clock))
	s.now = clock.Now
	var have struct {
		Points []struct {
			ID         string `json:"id"`
			Date       string `json:"date"`
			Consistent bool   `json:"applicationConsistent"`
		} `json:"restorePoints"`
	}
	if err := json.Unmarshal([]byte(s.ok("intervals", "vapp01", "--last", "96h", "-o", "json")), &have); err != nil {
		t.Fatal(err)
	}
	if len(have.Points) < 2 {
		t.Fatalf("only %d restore points", len(have.Points))
	}
	point := have.Points[1]
	for _, c := range []struct {
		name string
		args []string
		by   string
		id   string
	}{
		{"latest", []string{"--latest"}, "RestoreCurrent", ""},
		{"latest consistent", []string{"--latest-consistent"}, "RestoreCurrentVss", ""},
		{"moment", []string{"--to", "2026-03-01T15:00:00+01:00"}, "RestoreAtPointInTime", ""},
		{"interval", []string{"--interval", "2026-03-01T13:00:00Z"}, "RestoreAtInterval", ""},
		{"restore point", []string{"--restore-point", strings.ToUpper(point.ID)}, "RestoreAtPointInTime", point.ID},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			before := len(s.events(simulator.FailoverStarted))
			s.ok(append([]string{"failover", "vapp01", "--yes", "--wait"}, c.args...)...)
			all := s.events(simulator.FailoverStarted)
			if len(all) != before+1 {
				t.Fatalf("%d failovers were started", len(all)-before)
			}
			got := all[before]
			if got.Target.Name != "vapp01" || got.Selected.By != c.by || c.id != "" && got.Selected.State.ID != c.id {
				t.Errorf("selected %+v by %s of %s", got.Selected.State, got.Selected.By, got.Target.Name)
			}
		})
	}
	o := s.exits(exitRefused, "failover", "vapp01", "--restore-point", "none", "--yes")
	wants(t, o.err, `has no restore point "none"`, "The newest are:", have.Points[len(have.Points)-1].ID)
}

func TestMomentsThatAreRefused(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name  string
		args  []string
		wants []string
	}{
		{"none", nil, []string{"to which state?", "--latest, --latest-consistent, --to TIME"}},
		{"two", []string{"--latest", "--to", "2026-03-01T14:00:00Z"}, []string{"--latest and --to exclude each other"}},
		{"no zone", []string{"--to", "2026-03-01 14:00"}, []string{"has no time zone", "--to 2026-03-01T14:00:00Z", "--to 2026-03-01T14:00:00+01:00"}},
		{"no zone, interval", []string{"--interval", "2026-03-01T14:00:00.5"}, []string{"has no time zone", "--interval 2026-03-01T14:00:00.5Z"}},
		{"name of a zone", []string{"--to", "2026-03-01 14:00 CET"}, []string{"is not a time"}},
		{"no time", []string{"--to", "noon"}, []string{`--to "noon" is not a time`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			wants(t, s.exits(exitUsage, append([]string{"failover", "vapp02", "--yes"}, c.args...)...).err, c.wants...)
		})
	}
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestParseTime(t *testing.T) {
	here := time.FixedZone("here", 3600)
	for text, want := range map[string]string{
		"2026-03-01T14:30:00Z":                 "2026-03-01T14:30:00Z",
		"2026-03-01T14:30:00.123456789Z":       "2026-03-01T14:30:00.123456789Z",
		"2026-03-01T14:30:00.1+05:30":          "2026-03-01T09:00:00.1Z",
		"2026-03-01 14:30:00 -08:00":           "2026-03-01T22:30:00Z",
		"2026-03-01 14:30Z":                    "2026-03-01T14:30:00Z",
		" 2026-03-01T14:30+01:00 ":             "2026-03-01T13:30:00Z",
		"2026-03-01T14:30:00.999999999999999Z": "2026-03-01T14:30:00.999999999Z",
	} {
		got, err := parseTime("--to", text, here)
		if err != nil || stamp(got) != want {
			t.Errorf("%q: got %s, %v, want %s", text, stamp(got), err, want)
		}
	}
	at := time.Date(2026, 3, 1, 23, 30, 0, 5e8, time.UTC)
	if got, want := bothIn(at, here), "2026-03-01 23:30:00.5 UTC (local 2026-03-02 00:30:00.5 +01:00)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestConfirmation(t *testing.T) {
	s := newSite(t)
	o := s.exits(exitRefused, "failover", "vapp02", "--latest")
	wants(t, o.err, "standard input is no terminal", "--yes")
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent before it was refused", n)
	}
	atTerminal := func(a *app) {
		stdin := any(a.stdin)
		a.isTerminal = func(stream any) bool { return stream == stdin }
	}
	for answer, code := range map[string]int{"": exitRefused, "no\n": exitRefused, "n\n": exitRefused, "vapp02\n": exitRefused, "yes\n": exitOK} {
		o := s.runWith(t.Context(), atTerminal, answer, "failover", "vapp02", "--to", "2099-03-01T14:30:00Z")
		if o.code != code {
			t.Errorf("answer %q: exit code %d, want %d\n%s", answer, o.code, code, o.err)
		}
		wants(t, o.err, "vApp vapp02 (", "the newest state before 2099-03-01 14:30:00 UTC (local 15:30:00 +01:00)", "CDP Policy Cloud Director", "backup01.sim.example",
			s.em.URL, testUser, "still to come", "Start this failover? Type yes:")
	}
	s.started(1)
}

// TestDryRun: what is printed is what would be sent, and it is not sent.
func TestDryRun(t *testing.T) {
	for _, format := range []string{"xml", "json"} {
		for _, moment := range [][]string{{"--latest"}, {"--latest-consistent"}, {"--to", "2026-03-01T14:30:00.5Z"}} {
			t.Run(format+moment[0], func(t *testing.T) {
				s := newSite(t, simulator.WithClock(simulator.NewManualClock(start.Add(time.Hour))))
				args := append([]string{"failover", "vapp02", "--api-format", format, "-o", "json"}, moment...)
				var shown requestView
				if err := json.Unmarshal([]byte(s.ok(append(args, "--dry-run")...)), &shown); err != nil {
					t.Fatal(err)
				}
				s.started(0)
				sent := func() (all []simulator.Exchange) {
					for _, e := range s.recorder.Exchanges() {
						if e.Method == http.MethodPost && strings.Contains(e.Target, "failover") {
							all = append(all, e)
						}
					}
					return all
				}
				if n := len(sent()); n != 0 {
					t.Fatalf("%d failovers were sent by a dry run", n)
				}
				s.ok(append(args, "--yes")...)
				all := sent()
				if len(all) != 1 {
					t.Fatalf("%d failovers were sent", len(all))
				}
				e := all[0]
				if shown.Method != e.Method || shown.URL != s.em.URL+e.Target {
					t.Errorf("shown: %s %s, sent: %s %s", shown.Method, shown.URL, e.Method, e.Target)
				}
				for _, h := range shown.Headers {
					if got := e.RequestHeader.Get(h.Name); got != h.Value && h.Value != "[redacted]" {
						t.Errorf("%s: shown %q, sent %q", h.Name, h.Value, got)
					}
				}
				sameBody(t, format, []byte(shown.Body), e.RequestBody)
			})
		}
	}
}

func sameBody(t *testing.T, format string, shown, sent []byte) {
	t.Helper()
	if format == "json" {
		var a, b bytes.Buffer
		if err := json.Compact(&a, shown); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&b, sent); err != nil {
			t.Fatal(err)
		}
		if a.String() != b.String() {
			t.Errorf("shown %s, sent %s", a.String(), b.String())
		}
		return
	}
	a, err := canonical.Parse(shown)
	if err != nil {
		t.Fatal(err)
	}
	b, err := canonical.Parse(sent)
	if err != nil {
		t.Fatal(err)
	}
	if d := canonical.Diff(a, b, nil); len(d) > 0 {
		t.Errorf("shown and sent differ: %v", d)
	}
}

// TestAmbiguousName puts a proxy before the simulator that gives two vApps one name.
func TestAmbiguousName(t *testing.T) {
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}))
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		em.ServeHTTP(rec, r)
		body := bytes.ReplaceAll(rec.Body.Bytes(), []byte(`Name="vapp03"`), []byte(`Name="VAPP02"`))
		for name, values := range rec.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(body)
	}))
	defer proxy.Close()
	s := newSite(t)
	s.env["VBEM_URL"], s.env["VBEM_THUMBPRINT"] = proxy.URL, client.Thumbprint(proxy.Certificate())

	const two, three = "fd92af60-4e38-40c4-a83e-4d3bcd03ee30", "1f3bbc91-4e02-4b87-8dd9-7ba8fbea7e15"
	o := s.exits(exitRefused, "failover", "vapp02", "--latest", "--yes")
	wants(t, o.err, `2 vApps are named "vapp02"`, "Give the id", two, three, "CDP Policy Cloud Director", "backup01.sim.example", "VAPP02")
	failovers := func() []simulator.Event {
		return slices.DeleteFunc(em.Audit(), func(e simulator.Event) bool { return e.Kind != simulator.FailoverStarted })
	}
	if n := len(failovers()); n != 0 {
		t.Fatalf("%d failovers were started", n)
	}
	s.ok("failover", strings.ToUpper(three), "--latest", "--yes")
	s.ok("failover", "urn:veeam:VAppCdpReplica:"+two, "--latest", "--yes")
	if all := failovers(); len(all) != 2 || all[0].Target.ID != three || all[1].Target.ID != two {
		t.Errorf("started: %+v", all)
	}
}

func TestUnknownName(t *testing.T) {
	s := newSite(t)
	wants(t, s.exits(exitRefused, "failover", "vap02", "--latest", "--yes").err, `there is no vApp named "vap02"`, "Near it are:", "vapp02  fd92af60-", "vbem vapp list")
	wants(t, s.exits(exitRefused, "failover", "something else", "--latest", "--yes").err, "There are 4 vApps")
	wants(t, s.exits(exitRefused, "failover", "vapp01", "--vm", "--latest", "--yes").err, `there is no VM named "vapp01"`, "vbem vm list")
	wants(t, s.exits(exitRefused, "failover", "fd92af60-4e38-40c4-a83e-4d3bcd03ee31", "--latest", "--yes").err, "there is no vApp")
	wants(t, s.exits(exitUsage, "failover", "--latest", "--yes").err, "name or id is missing")
	wants(t, s.exits(exitUsage, "failover", "my", "vapp", "--latest", "--yes").err, "A name with blanks needs quotes")
	wants(t, s.exits(exitUsage, "failover", " ", "--latest", "--yes").err, "the name is empty")
	s.started(0)
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"vapp02", "vap02", 1}, {"kitten", "sitting", 3}, {"über", "uber", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestFailoverOfAVM(t *testing.T) {
	s := newSite(t)
	s.ok("failover", "vm004", "--vm", "--latest", "--yes", "--wait")
	all := s.events(simulator.FailoverStarted)
	if len(all) != 1 || all[0].Target.Kind != "CdpReplicaVm" || all[0].Target.Name != "vm004" {
		t.Errorf("started: %+v", all)
	}
}

// TestEnds goes through the ways in which a failover can end.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		name    string
		rule    simulator.Rule
		code    int
		started int
		wants   []string
		stdout  []string
	}{
		{"success", simulator.Rule{}, exitOK, 1, nil, []string{"Finished", "Success"}},
		{"warning", simulator.Rule{RestoreResult: "Warning", Message: "one disk lags"}, exitWarning, 1, []string{"warning: ", "one disk lags"}, []string{"Warning"}},
		{"failed", simulator.Rule{RestoreResult: "Failed", Message: "no such host"}, exitFailed, 1, []string{"no such host"}, []string{"Failed"}},
		{"task failed", simulator.Rule{FailTask: true, Message: "replica is locked"}, exitFailed, 1, []string{"replica is locked"}, []string{"Finished, Failed"}},
		{"credentials", simulator.Rule{CredentialsNeeded: true}, exitFailed, 1, []string{"credentials needed", "Veeam console"}, []string{"credentials needed"}},
		{"confirmation", simulator.Rule{ConfirmationNeeded: true}, exitFailed, 1, []string{"confirmation needed", "Veeam console"}, nil},
		{"no session", simulator.Rule{NoSession: true}, exitWarning, 1, []string{"names no restore session"}, []string{"Finished"}},
		{"forbidden", simulator.Rule{Refuse: 403, Message: "not yours"}, exitRefused, 0, []string{"refused: ", "not yours"}, nil},
		{"bad request", simulator.Rule{Refuse: 400, Message: "no such state"}, exitRefused, 0, []string{"no such state"}, nil},
		{"unavailable", simulator.Rule{Refuse: 503, Message: "busy"}, exitUnknown, 0, []string{"outcome unknown", "Do not start another", "vbem task list", "busy"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, simulator.WithRules(c.rule))
			o := s.exits(c.code, "failover", "vapp02", "--latest", "--yes", "--wait")
			wants(t, o.err, c.wants...)
			wants(t, o.out, c.stdout...)
			if c.started > 0 && c.rule == (simulator.Rule{}) {
				s.started(c.started)
			}
			posts := 0
			for _, e := range s.recorder.Exchanges() {
				if e.Method == http.MethodPost && strings.Contains(e.Target, "failover") {
					posts++
				}
			}
			if posts != 1 {
				t.Errorf("the failover was sent %d times", posts)
			}
		})
	}
}

func TestViewerMayNotFailOver(t *testing.T) {
	s := newSite(t)
	s.env["VBEM_USERNAME"] = `SIM\Viewer`
	s.ok("vapp", "list")
	o := s.exits(exitRefused, "failover", "vapp02", "--latest", "--yes")
	wants(t, o.err, "may read only")
	s.started(0)
}

// TestConnectionBreaks loses the answer to a failover: vbem must not send it again, and must find out what it can.
func TestConnectionBreaks(t *testing.T) {
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithTiming(quick()),
		simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}))
	posts := 0
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("action") != "failover" {
			em.ServeHTTP(w, r)
			return
		}
		posts++
		em.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	defer proxy.Close()
	s := newSite(t)
	s.env["VBEM_URL"], s.env["VBEM_THUMBPRINT"] = proxy.URL, client.Thumbprint(proxy.Certificate())

	// In a logon session of its own the task that was started can be told from others.
	o := s.exits(exitOK, "failover", "vapp02", "--latest", "--yes", "--wait")
	wants(t, o.err, "it is not known whether the failover was started", "it was started")
	wants(t, o.out, "Success")
	// In a session that was kept it cannot.
	o = s.exits(exitUnknown, "failover", "vapp03", "--latest", "--yes", "--wait")
	wants(t, o.err, "outcome unknown", "Failover_[vapp02]", "Do not start another")
	if posts != 2 {
		t.Errorf("%d requests for two failovers", posts)
	}
}

// TestInterruptWhileSending ends the wait for the answer to a failover that the server has taken.
func TestInterruptWhileSending(t *testing.T) {
	clock := simulator.NewManualClock(start)
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithClock(clock),
		simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("action") != "failover" {
			em.ServeHTTP(w, r)
			return
		}
		em.ServeHTTP(httptest.NewRecorder(), r)
		cancel()
		<-r.Context().Done()
	}))
	defer proxy.Close()
	s := newSite(t)
	s.env["VBEM_URL"], s.env["VBEM_THUMBPRINT"] = proxy.URL, client.Thumbprint(proxy.Certificate())
	o := s.runWith(ctx, func(*app) {}, "", "failover", "vapp02", "--latest", "--yes", "--wait")
	if o.code != exitInterrupted {
		t.Errorf("exit code %d\n%s", o.code, o.err)
	}
	wants(t, o.err, "it was started", "goes on at the server", "vbem task wait vbem1.")
	clock.Advance(time.Hour / 6)
	wants(t, s.ok("task", "wait", tokenText.FindString(o.err)), "Success")
}

// TestTaskThatFailsAtOnce: the answer to the failover tells already that it failed.
func TestTaskThatFailsAtOnce(t *testing.T) {
	s := newSite(t, simulator.WithTiming(simulator.Timing{}), simulator.WithRules(simulator.Rule{FailTask: true, Message: "replica is locked"}))
	wants(t, s.exits(exitFailed, "failover", "vapp02", "--latest", "--yes").err, "replica is locked")
}

func TestUnreachableServer(t *testing.T) {
	s := newSite(t)
	s.em.Close()
	o := s.exits(exitFailed, "failover", "vapp02", "--latest", "--yes")
	wants(t, o.err, "refused")
}

func TestInterruptWhileWaiting(t *testing.T) {
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr syncBuffer
	stderr.when("task Running", cancel)
	var out bytes.Buffer
	code := s.app(strings.NewReader(""), &out, &stderr).run(ctx, []string{"failover", "vapp02", "--latest", "--yes", "--wait", "--url", s.em.URL})
	if code != exitInterrupted {
		t.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	wants(t, stderr.String(), "goes on at the server", "vbem task wait vbem1.", "--url "+s.em.URL)
	wants(t, out.String(), "task-1 Running")
	s.noSecrets(out.String() + stderr.String())
	if n := len(s.events(simulator.FailoverCancelled)); n != 0 {
		t.Errorf("%d failovers were cancelled", n)
	}
	clock.Advance(time.Hour / 6)
	token := tokenText.FindString(stderr.String())
	delete(s.env, "VBEM_PASSWORD") // the kept session will do
	wants(t, s.ok("task", "wait", token), "Finished", "Success")
	s.started(1)
}

// syncBuffer is a buffer that calls a function when a text has been written.
type syncBuffer struct {
	bytes.Buffer

	text string
	then func()
}

func (b *syncBuffer) when(text string, then func()) { b.text, b.then = text, then }

func (b *syncBuffer) Write(p []byte) (int, error) {
	n, err := b.Buffer.Write(p)
	if b.then != nil && strings.Contains(b.String(), b.text) {
		b.then()
		b.then = nil
	}
	return n, err
}

var _ io.Writer = (*syncBuffer)(nil)
