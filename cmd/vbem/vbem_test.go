package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/simulator"
)

var update = flag.Bool("update", false, "write golden files anew")

// runAsCommand makes the test binary be the command itself, for what needs a process of its own: signals.
const runAsCommand = "VBEM_TEST_RUN_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(runAsCommand) != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
	}
	// Fails when a test leaves a goroutine behind. net/http's server holds a connection for half a second after it refused what came over it,
	// also when the server is closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

const (
	testUser     = `SIM\Operator`
	testPassword = `s&cr<t "pass" wörd`
)

// start is when time begins for tests with a clock of their own.
var start = time.Date(2026, 3, 1, 14, 30, 0, 0, time.UTC)

// tickingClock goes on a little whenever somebody looks.
type tickingClock struct {
	mu   sync.Mutex
	t    time.Time
	step time.Duration
}

func (c *tickingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(c.step)
	return c.t
}

// quick makes a failover last some milliseconds.
func quick() simulator.Timing {
	const d = 5 * time.Millisecond
	return simulator.Timing{Running: d, Collecting: d, Starting: d, Working: 6 * d, Stopping: d}
}

// site is a simulated server and a user's machine.
type site struct {
	t        *testing.T
	em       *simulator.Server
	recorder *simulator.Recorder
	dir      string
	env      map[string]string
	now      func() time.Time
}

func newSite(t *testing.T, opts ...simulator.Option) *site {
	t.Helper()
	s := &site{t: t, recorder: new(simulator.Recorder), dir: t.TempDir(), now: time.Now}
	s.em = simulator.New(simulator.DefaultModel(), append([]simulator.Option{
		simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}, simulator.Account{Username: `SIM\Viewer`, Password: testPassword, Role: simulator.RoleViewer}),
		simulator.WithTiming(quick()), simulator.WithRecorder(s.recorder),
	}, opts...)...)
	t.Cleanup(s.em.Close)
	s.env = map[string]string{
		"VBEM_URL": s.em.URL, "VBEM_USERNAME": testUser, "VBEM_PASSWORD": testPassword, "VBEM_THUMBPRINT": s.em.Thumbprint,
	}
	return s
}

// outcome is what a command left behind.
type outcome struct {
	code     int
	out, err string
}

// app makes a run with this machine's environment.
func (s *site) app(stdin io.Reader, stdout, stderr io.Writer) *app {
	a := newApp(stdin, stdout, stderr, func(name string) string { return s.env[name] })
	a.now, a.local = s.now, time.FixedZone("here", 3600)
	a.configDir = func() (string, error) { return s.dir, nil }
	a.polling = client.Polling{Min: time.Millisecond, Max: 5 * time.Millisecond}
	a.retry = client.Retry{Attempts: 2, Base: time.Millisecond, Max: time.Millisecond}
	return a
}

func (s *site) run(args ...string) outcome {
	s.t.Helper()
	return s.runWith(context.Background(), func(*app) {}, "", args...)
}

func (s *site) runWith(ctx context.Context, change func(*app), stdin string, args ...string) outcome {
	s.t.Helper()
	var out, err bytes.Buffer
	a := s.app(strings.NewReader(stdin), &out, &err)
	change(a)
	o := outcome{code: a.run(ctx, args)}
	o.out, o.err = out.String(), err.String()
	for _, text := range []string{o.out, o.err} {
		s.noSecrets(text)
	}
	return o
}

// ok runs a command that must succeed.
func (s *site) ok(args ...string) string {
	s.t.Helper()
	return s.exits(exitOK, args...).out
}

// exits runs a command that must end with a code.
func (s *site) exits(code int, args ...string) outcome {
	s.t.Helper()
	o := s.run(args...)
	if o.code != code {
		s.t.Fatalf("vbem %s: exit code %d, want %d\nstdout: %s\nstderr: %s", strings.Join(args, " "), o.code, code, o.out, o.err)
	}
	return o
}

// tokens are the secrets of the logon sessions that were ever begun.
func (s *site) tokens() []string {
	var all []string
	for _, e := range s.recorder.Exchanges() {
		if t := e.ResponseHeader.Get("X-RestSvcSessionId"); t != "" {
			all = append(all, t)
		}
	}
	return all
}

func (s *site) noSecrets(text string) {
	s.t.Helper()
	for _, secret := range append(s.tokens(), testPassword) {
		if strings.Contains(text, secret) {
			s.t.Errorf("a secret is in the output:\n%s", text)
		}
	}
}

// events returns the audit log's entries of a kind.
func (s *site) events(kind simulator.EventKind) []simulator.Event {
	var some []simulator.Event
	for _, e := range s.em.Audit() {
		if e.Kind == kind {
			some = append(some, e)
		}
	}
	return some
}

func (s *site) started(n int) {
	s.t.Helper()
	if got := len(s.events(simulator.FailoverStarted)); got != n {
		s.t.Errorf("%d failovers were started, want %d", got, n)
	}
}

var tokenText = regexp.MustCompile(`vbem1\.[A-Za-z0-9_-]+`)

var guidText = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// numberGUIDs replaces identifiers by their place in the text: how the simulator makes them is no matter of the command's.
func numberGUIDs(text string) string {
	seen := make(map[string]string)
	return guidText.ReplaceAllStringFunc(text, func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("00000000-0000-4000-8000-%012d", len(seen)+1)
		}
		return seen[id]
	})
}

// golden compares output with a file in testdata. What differs from run to run gets a name.
func (s *site) golden(name, got string) {
	s.t.Helper()
	got = strings.ReplaceAll(got, s.em.URL, "https://em.example.com:9398")
	got = strings.ReplaceAll(got, s.dir, "/home/operator/.config")
	got = tokenText.ReplaceAllString(got, "vbem1.TOKEN")
	got = numberGUIDs(got)
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatalf("%v (go test ./cmd/vbem -update writes it)", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		s.t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

// wants checks that a text holds all of some parts.
func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in:\n%s", p, text)
		}
	}
}
