package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/simulator"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	var out, err bytes.Buffer
	if code := run([]string{"demo"}, strings.NewReader(""), &out, &err, func(string) string { return "" }); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out.String(), err.String())
	}
	wants(t, out.String(), "https://127.0.0.1:", "pinned", "vapp02", "RestoreAvailable", "?action=failover",
		"  <RestoreCurrent>false</RestoreCurrent>", "<RestoreAtPointInTime>", "X-RestSvcSessionId: [redacted]")
	wants(t, err.String(), "task Running", "restore session Working")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) < 2 || !strings.HasSuffix(lines[len(lines)-2], "Finished") || !strings.HasSuffix(lines[len(lines)-1], "Success") {
		t.Errorf("it ends with %q", lines[max(0, len(lines)-2):])
	}
	// The restore point that was asked for is the one that the server took.
	asked := regexp.MustCompile(`application-consistent +([0-9a-f-]{36})\n\nFailing`).FindStringSubmatch(out.String())
	took := regexp.MustCompile(`back at the state of\n.*\(([0-9a-f-]{36})\)`).FindStringSubmatch(out.String())
	if took == nil || asked != nil && asked[1] != took[1] {
		t.Errorf("asked for %q, got %q", asked, took)
	}
}

func TestSimulate(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		a := s.app(strings.NewReader(""), w, io.Discard)
		a.env = func(string) string { return "" }
		done <- a.run(ctx, []string{"simulate", "--address", "127.0.0.1:0", "--vapps", "7", "--seed", "9", "--slow", "0.01", "-o", "json"})
		w.Close()
	}()
	var em simulatorView
	if err := json.NewDecoder(r).Decode(&em); err != nil {
		t.Fatal(err)
	}
	s.env = map[string]string{"VBEM_URL": em.URL, "VBEM_USERNAME": em.User, "VBEM_PASSWORD": em.Password, "VBEM_THUMBPRINT": em.Thumbprint}
	wants(t, s.ok("vapp", "list"), "vapp07")
	wants(t, s.ok("failover", "vapp07", "--latest", "--yes", "--wait"), "Success")
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestSimulateTellsHowToReachIt(t *testing.T) {
	for _, plain := range []bool{false, true} {
		var b bytes.Buffer
		v := simulatorView{URL: "https://127.0.0.1:9398", User: `SIM\Administrator`, Password: "abc", Thumbprint: "AA:BB", plain: plain}
		v.text(&textWriter{w: &b})
		wants(t, b.String(), "export VBEM_URL=https://127.0.0.1:9398", `export VBEM_USERNAME='SIM\Administrator'`, "export VBEM_PASSWORD=abc",
			`curl -ki -X POST -u 'SIM\Administrator:abc' 'https://127.0.0.1:9398/api/sessionMngr/?v=latest'`)
		if strings.Contains(b.String(), "VBEM_PLAIN_HTTP") != plain || strings.Contains(b.String(), "VBEM_THUMBPRINT") == plain {
			t.Errorf("plain %t:\n%s", plain, b.String())
		}
	}
}

func TestSimulateRefuses(t *testing.T) {
	s := newSite(t)
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:9398", "em.example.com:9398"} {
		wants(t, s.exits(exitUsage, "simulate", "--address", address).err, "to the network", "--public")
	}
	wants(t, s.exits(exitUsage, "simulate", "--address", "9398").err, "want HOST:PORT")
	wants(t, s.exits(exitFailed, "simulate", "--address", strings.TrimPrefix(s.em.URL, "https://")).err, "in use")
}

func TestSimulateCoverage(t *testing.T) {
	s := newSite(t)
	text := s.ok("simulate", "--coverage")
	wants(t, text, "/cdpReplica/vApps/{ID}?action=failover", "stateful", "read", "501")
	var v coverageView
	if err := json.Unmarshal([]byte(s.ok("simulate", "--coverage", "-o", "json")), &v); err != nil {
		t.Fatal(err)
	}
	if got, want := len(v.Operations), len(simulator.Coverage()); got != want {
		t.Errorf("%d operations, want %d", got, want)
	}
	wants(t, text, fmt.Sprintf("%d operations: ", len(v.Operations)))
}

var summary = regexp.MustCompile(`(?m)^(\d+) passed, (\d+) failed, (\d+) skipped\n\z`)

// corpus writes a folder with one message.
func corpus(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	row := "file\tpage\tfamily\tmethod\tpath\trole\tkind\troot\tcomplete\tstatus\twell_formed\tnote\n" +
		"spec.xml\tp\tcdp\tPOST\t/cdpReplica/vApps/{ID}?action=failover\trequest\txml\tCdpFailoverStartSpec\tyes\t\tyes\t\n"
	for name, data := range map[string]string{"index.tsv": row, "spec.xml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestConformance(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	good := corpus(t, `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`)
	bad := corpus(t, `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrentVss>true</RestoreCurrentVss><RestoreCurrent>false</RestoreCurrent></CdpFailoverStartSpec>`)
	out := s.ok("conformance", "--corpus", good)
	if m := summary.FindStringSubmatch(out); m == nil || m[1] == "0" || m[2] != "0" {
		t.Errorf("it ends otherwise than with the numbers:\n%s", out)
	}
	o := s.exits(exitFailed, "conformance", "--corpus", bad)
	wants(t, o.out, "FAIL spec.xml")
	if m := summary.FindStringSubmatch(o.out); m == nil || m[2] == "0" {
		t.Errorf("it ends otherwise than with the numbers:\n%s", o.out)
	}
	var v reportView
	if err := json.Unmarshal([]byte(s.ok("conformance", "--corpus", good, "-o", "json", "-v")), &v); err != nil || v.Passed == 0 || len(v.Checks) < v.Passed {
		t.Errorf("%+v, %v", v, err)
	}
	wants(t, s.exits(exitUsage, "conformance", "--corpus", filepath.Join(good, "none")).err, "--corpus")
	wants(t, s.exits(exitUsage, "conformance", "--corpus", filepath.Join(good, "index.tsv")).err, "not a folder")
	wants(t, s.exits(exitFailed, "conformance", "--corpus", t.TempDir()).err, "index.tsv")
	wants(t, s.exits(exitUsage, "conformance", "--corpus", good, "--live").err, "exclude each other")
}

func TestConformanceLive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	out := s.ok("conformance", "--url", s.em.URL)
	if m := summary.FindStringSubmatch(out); m == nil || m[1] == "0" || m[2] != "0" {
		t.Errorf("it ends otherwise than with the numbers:\n%s", out)
	}
	s.started(0)
	for _, e := range s.em.Audit() {
		if e.Kind != simulator.LoggedOn {
			t.Errorf("%s: %s %s", e.Kind, e.Method, e.Path)
		}
	}
}

// TestHelp: every command says what it does, how, and what its exit codes mean.
func TestHelp(t *testing.T) {
	s := newSite(t)
	var all []*cobra.Command
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		all = append(all, c)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(s.app(nil, nil, nil).root())
	for _, c := range all {
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		text := s.ok(args...)
		wants(t, text, "Usage:", c.CommandPath())
		if c.Short == "" {
			t.Errorf("%s has no description", c.CommandPath())
		}
		if c.Flags().Lookup("url") != nil {
			wants(t, text, "[VBEM_URL]", "[VBEM_SESSION_FILE]", "VBEM_PASSWORD", "Exit codes:")
			if c.Example == "" {
				t.Errorf("%s has no example", c.CommandPath())
			}
		}
		for line := range strings.Lines(text) {
			if n := len([]rune(line)); n > 125 {
				t.Errorf("%s: a line of %d characters: %s", c.CommandPath(), n, line)
			}
		}
	}
	root := s.ok("--help")
	for _, e := range exitCodes {
		wants(t, root, fmt.Sprintf("%5d  %s", e.code, e.name))
	}
	s.golden("help.text", root)
	s.golden("help-failover.text", s.ok("help", "failover"))
}

func TestUsage(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "no command was given"},
		{[]string{"fail"}, "failover"},
		{[]string{"task"}, "list, get, wait or cancel"},
		{[]string{"task", "kill"}, "there is no such command"},
		{[]string{"vapp", "list", "x"}, "takes no arguments"},
		{[]string{"vapp", "list", "--no-such-flag"}, "--no-such-flag"},
		{[]string{"vapp", "list", "-o", "yaml"}, "want text, json, xml"},
		{[]string{"vapp", "list", "--api-format", "yaml"}, "want xml or json"},
		{[]string{"vapp", "list", "--timeout", "0s"}, "--timeout"},
		{[]string{"task", "wait"}, "task id or token is missing"},
	} {
		o := s.exits(exitUsage, c.args...)
		wants(t, o.err, c.want, "--help")
		if o.out != "" {
			t.Errorf("%q: stdout: %s", c.args, o.out)
		}
	}
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	wants(t, s.ok("completion", "bash"), "bash completion")
	wants(t, s.ok("version"), "vbem ", "v1_7", runtime.Version())
	delete(s.env, "VBEM_URL")
	wants(t, s.exits(exitUsage, "vapp", "list").err, "VBEM_URL", "vbem simulate")
	s.env["VBEM_URL"] = s.em.URL
	delete(s.env, "VBEM_USERNAME")
	wants(t, s.exits(exitUsage, "vapp", "list").err, "VBEM_USERNAME")
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestBrokenOutput(t *testing.T) {
	s := newSite(t)
	var err bytes.Buffer
	a := s.app(strings.NewReader(""), brokenWriter{}, &err)
	if code := a.run(t.Context(), []string{"vapp", "list"}); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	wants(t, err.String(), "standard output")
}

// TestProgressOnATerminal looks at what is drawn, and that nothing of it stays.
func TestProgressOnATerminal(t *testing.T) {
	s := newSite(t)
	o := s.runWith(t.Context(), func(a *app) {
		a.isTerminal = func(stream any) bool { return stream == any(a.stderr) }
	}, "", "failover", "vapp02", "--latest", "--yes", "--wait")
	if o.code != exitOK {
		t.Fatalf("exit code %d: %s", o.code, o.err)
	}
	wants(t, o.err, "vapp02: task ", "vapp02: restore session ", "%", "\r")
	last := o.err[strings.LastIndex(o.err, "\r")+1:]
	if strings.TrimSpace(last) != "" {
		t.Errorf("left on the line: %q", last)
	}
	wants(t, o.out, "Success")
}

func TestNotices(t *testing.T) {
	var b, traced bytes.Buffer
	status := &statusLine{w: &b}
	log := slog.New(notices{status: status, seen: new(seen), trace: slog.NewTextHandler(&traced, nil)}).With("a", 1).WithGroup("g")
	log.Debug("nobody hears this")
	log.Info("traced")
	status.show(true, "waiting", 10)
	for range 3 {
		log.Warn("em tasks are asked for again", "error", "connection refused\x1b[2J")
	}
	if got := strings.Count(b.String(), "vbem: em tasks are asked for again: connection refused·[2J\n"); got != 1 {
		t.Errorf("the notice was shown %d times: %q", got, b.String())
	}
	if strings.Count(traced.String(), "\n") != 4 || strings.Contains(traced.String(), "nobody") {
		t.Errorf("traced: %s", traced.String())
	}
}

func TestInterruptAtTheQuestion(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdin, w := io.Pipe()
	defer w.Close()
	var stderr syncBuffer
	stderr.when("Type yes:", cancel)
	a := s.app(stdin, io.Discard, &stderr)
	a.isTerminal = func(stream any) bool { return stream == any(stdin) }
	if code := a.run(ctx, []string{"failover", "vapp02", "--latest"}); code != exitInterrupted {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	wants(t, stderr.String(), "nothing was done")
	s.started(0)
}

// TestSignal interrupts a process of its own, as Ctrl-C does.
func TestSignal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows: one process cannot interrupt another")
	}
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	cmd := exec.CommandContext(t.Context(), os.Args[0], "failover", "vapp02", "--latest", "--yes", "--wait")
	cmd.Env = append(os.Environ(), runAsCommand+"=1", "XDG_CONFIG_HOME="+s.dir, "HOME="+s.dir)
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		all.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "task Running") {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // the exit code is looked at
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Fatalf("exit code %d\n%s", code, all.String())
	}
	wants(t, all.String(), "goes on at the server", "vbem task wait vbem1.")
	s.noSecrets(all.String())
	s.started(1)
	clock.Advance(time.Minute)
	if got := s.events(simulator.FailoverFinished); len(got) != 1 || got[0].Outcome != "Success" {
		t.Errorf("the failover did not go on: %+v", got)
	}
}
