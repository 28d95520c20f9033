package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vbem-go/vbem/simulator"
)

func (s *site) sessionFile() string {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "vbem", "sessions", "*"))
	if err != nil || len(names) != 1 {
		s.t.Fatalf("session files: %v, %v", names, err)
	}
	return names[0]
}

func TestSessionIsKept(t *testing.T) {
	s := newSite(t)
	wants(t, s.ok("login"), "Logged in:", testUser, s.em.URL, "v1_7", s.dir)
	wants(t, s.ok("login"), "Logged in already:")
	path := s.sessionFile()
	if runtime.GOOS != "windows" {
		for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			info, err := os.Stat(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != want {
				t.Errorf("%s has mode %o, want %o", p, got, want)
			}
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), testPassword) || !strings.Contains(string(data), s.tokens()[0]) {
		t.Error("the session file holds the password, or no token")
	}

	// Neither name, password nor address is needed now.
	s.env = map[string]string{}
	s.ok("vapp", "list")
	token := tokenText.FindString(s.ok("failover", "vapp02", "--latest", "--yes"))
	wants(t, s.ok("task", "list"), "task-1", "StartFailover")
	wants(t, s.ok("task", "wait", "task-1"), "Finished", "Success")
	wants(t, s.ok("task", "wait", token), "Finished", "Success")
	wants(t, s.ok("task", "get", token), "task-1")
	if n := len(s.events(simulator.LoggedOn)); n != 1 {
		t.Errorf("%d log-ins, want 1", n)
	}
	wants(t, s.ok("logout"), "Logged out")
	if _, err := os.Stat(path); err == nil {
		t.Error("the session file is still there")
	}
	if n := len(s.events(simulator.LoggedOff)); n != 1 {
		t.Errorf("%d log-outs, want 1", n)
	}
	wants(t, s.exits(exitUsage, "vapp", "list").err, "--url (VBEM_URL) is missing")
}

func TestSessionFileThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows: access is not told by mode bits")
	}
	s := newSite(t)
	s.ok("login")
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		if err := os.Chmod(s.sessionFile(), mode); err != nil {
			t.Fatal(err)
		}
		before := len(s.recorder.Exchanges())
		wants(t, s.exits(exitRefused, "vapp", "list").err, "is open to others", fmt.Sprintf("%04o", mode), "chmod 600")
		if n := len(s.recorder.Exchanges()); n != before {
			t.Error("something was sent all the same")
		}
	}
}

func TestSessionFilesThatAreNone(t *testing.T) {
	s := newSite(t)
	path := filepath.Join(s.dir, "session")
	s.env["VBEM_SESSION_FILE"] = path
	for _, text := range []string{"", "{}", `{"login":"x","session":{"token":"sesame"}}`, `{"login":"x","session":"sesame"}`, "sesame"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := s.exits(exitRefused, "vapp", "list")
		wants(t, o.err, path)
		if strings.Contains(o.err, "sesame") {
			t.Errorf("what may be a token is in the output: %s", o.err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s.ok("vapp", "list")
	wants(t, s.exits(exitRefused, "vapp", "list", "--url", "https://other.example.com").err, "is of "+s.em.URL)
	wants(t, s.exits(exitRefused, "vapp", "list", "--username", "somebody").err, "is of the user "+testUser)
}

func TestSeveralSessions(t *testing.T) {
	s := newSite(t)
	s.ok("login")
	s.ok("login", "--username", `SIM\Viewer`)
	delete(s.env, "VBEM_USERNAME")
	wants(t, s.exits(exitRefused, "vapp", "list").err, "2 logon sessions are kept", testUser, `SIM\Viewer`)
	s.ok("vapp", "list", "--username", `sim\viewer`)
}

// TestSessionExpires: an id of the session that is over must never be asked for in another one.
func TestSessionExpires(t *testing.T) {
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	token := tokenText.FindString(s.ok("failover", "vapp02", "--latest", "--yes"))
	clock.Advance(time.Hour)
	for _, arg := range []string{"task-1", token} {
		wants(t, s.exits(exitRefused, "task", "get", arg).err, "logon session")
		wants(t, s.exits(exitRefused, "task", "cancel", arg, "--yes").err, "logon session")
	}
	// A new session has a task-1 of its own.
	s.ok("failover", "vapp03", "--latest", "--yes")
	wants(t, s.ok("task", "list"), "task-1")
	wants(t, s.exits(exitRefused, "task", "cancel", token, "--yes").err, "logon session lost")
	o := s.exits(exitUnknown, "task", "wait", token)
	wants(t, o.err, "its end is not known", "logon session lost", "vbem task wait "+token)
	for _, e := range s.recorder.Exchanges() {
		if e.Method == "DELETE" {
			t.Errorf("%s %s was sent", e.Method, e.Target)
		}
	}
}

// TestRestoreOutlivesSession: a token that knows the restore session follows it in another logon session.
func TestRestoreOutlivesSession(t *testing.T) {
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	s.ok("failover", "vapp02", "--latest", "--yes")
	clock.Advance(time.Hour / 6)
	var v struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal([]byte(s.ok("task", "get", "task-1", "-o", "json")), &v); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Hour)
	wants(t, s.ok("task", "wait", v.Token), "its logon session is over", "Success")
}

func TestLogoutWhileRunning(t *testing.T) {
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	wants(t, s.exits(exitRefused, "logout").err, "no logon session is kept")
	s.ok("failover", "vapp02", "--latest", "--yes")
	wants(t, s.exits(exitRefused, "logout").err, "task-1", "--force")
	s.ok("logout", "--force")
	s.ok("login")
	clock.Advance(time.Hour)
	delete(s.env, "VBEM_PASSWORD")
	s.ok("logout") // it was over already
}

func TestTaskCancel(t *testing.T) {
	clock := simulator.NewManualClock(start)
	s := newSite(t, simulator.WithClock(clock))
	s.ok("failover", "vapp02", "--latest", "--yes")
	wants(t, s.exits(exitRefused, "task", "cancel", "task-1").err, "standard input is no terminal")
	wants(t, s.ok("task", "cancel", "task-1", "--yes"), "task-1")
	if n := len(s.events(simulator.FailoverCancelled)); n != 1 {
		t.Errorf("%d failovers were cancelled", n)
	}
	wants(t, s.exits(exitRefused, "task", "get", "task-9").err, "task-9")
	wants(t, s.exits(exitUsage, "task", "get", "vbem1.cut").err, "was it cut?")
	s.ok("logout", "--force")
	wants(t, s.exits(exitRefused, "task", "list").err, "no logon session is kept")
}

func TestPasswords(t *testing.T) {
	s := newSite(t)
	delete(s.env, "VBEM_PASSWORD")
	wants(t, s.exits(exitUsage, "login").err, "no password", "VBEM_PASSWORD", "--password-file")
	path := filepath.Join(s.dir, "password")
	for text, code := range map[string]int{testPassword: exitOK, testPassword + "\r\nmore\n": exitOK, "\n": exitUsage, "wrong": exitRefused} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.exits(code, "login", "--password-file", path)
		s.run("logout")
	}
	s.env["VBEM_PASSWORD_FILE"] = filepath.Join(s.dir, "none")
	wants(t, s.exits(exitUsage, "login").err, "password file")
	for _, args := range [][]string{{"--password=" + testPassword}, {"-p" + testPassword}, {"--password", testPassword}} {
		wants(t, s.exits(exitUsage, append([]string{"login"}, args...)...).err, "never taken from the command line")
	}
	wants(t, s.exits(exitUsage, "login", "--url", "https://me:sesame@em.example.com").err, "holds a name or password")
}

// TestTrace: what is traced holds requests and answers, and no secret in any form.
func TestTrace(t *testing.T) {
	s := newSite(t)
	path := filepath.Join(s.dir, "trace")
	args := []string{"failover", "vapp02", "--latest", "--yes", "--wait"}
	both := s.exits(exitOK, append(args, "--trace")...).err
	s.ok("logout")
	s.ok(append(args, "--trace="+path, "--api-format", "json")...)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("trace file: %v, %v", info.Mode(), err)
	}
	wants(t, both, "<RestoreCurrent>true</RestoreCurrent>", "<State>Finished</State>", "<Result>Success</Result>", "em session begins")
	wants(t, string(data), `"RestoreCurrent": true`, `"State": "Finished"`)
	for _, text := range []string{both, string(data)} {
		for _, secret := range append(s.tokens(), testPassword, base64.StdEncoding.EncodeToString([]byte(testUser+":"+testPassword)), "Authorization") {
			if strings.Contains(text, secret) {
				t.Errorf("the trace holds %q", secret)
			}
		}
	}
	wants(t, s.exits(exitUsage, "vapp", "list", "--trace="+filepath.Join(s.dir, "no", "such", "folder")).err, "--trace")
}

func TestCertificates(t *testing.T) {
	s := newSite(t)
	s.env["VBEM_THUMBPRINT"] = ""
	wants(t, s.exits(exitFailed, "login").err, "--ca-file", "--thumbprint")
	s.env["VBEM_THUMBPRINT"] = strings.Repeat("00:", 31) + "00"
	wants(t, s.exits(exitFailed, "login").err, "pinned is 00:00", "Nothing was sent")
	s.env["VBEM_THUMBPRINT"] = "3A"
	s.exits(exitFailed, "login")
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestPlainHTTP(t *testing.T) {
	s := newSite(t)
	em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP(), simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}))
	defer em.Close()
	s.env["VBEM_URL"], s.env["VBEM_THUMBPRINT"] = em.URL, ""
	wants(t, s.exits(exitUsage, "login").err, "in the clear", "--plain-http")
	s.env["VBEM_PLAIN_HTTP"] = "true"
	s.ok("login")
	s.env = map[string]string{}
	wants(t, s.exits(exitUsage, "vapp", "list").err, "over plain HTTP", "--plain-http")
}

func TestNormalURL(t *testing.T) {
	for in, want := range map[string]string{
		"em.example.com": "https://em.example.com:9398/api", "EM.example.com:443": "https://em.example.com:443/api",
		"https://em.example.com": "https://em.example.com/api", "https://em.example.com:9398/api/": "https://em.example.com:9398/api",
		"https://proxy.example.com/em/api": "https://proxy.example.com/em/api", "[::1]": "https://[::1]:9398/api", "http://em": "http://em/api",
	} {
		if got, err := normalURL(in); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"ftp://em.example.com", "https://", "https://em/api?x=y", "https://em#x", "https://u:p@em", "https://%zz"} {
		if got, err := normalURL(in); err == nil {
			t.Errorf("%s: got %s, want an error", in, got)
		}
	}
}

// TestEnvironment: each connection flag has a variable, which is read, and which its flag overrides.
func TestEnvironment(t *testing.T) {
	values := map[string][2]string{
		"url": {"https://one.example.com", "https://two.example.com"}, "username": {"one", "two"}, "password-file": {"/one", "/two"}, "keyring": {"true", "false"},
		"thumbprint": {"[AA:BB]", "[CC:DD]"}, "ca-file": {"/one", "/two"}, "api-format": {"json", "xml"}, "api-version": {"v1_6", "v1_5"},
		"timeout": {"1s", "2s"}, "plain-http": {"true", "false"}, "trace": {"/one", "/two"}, "session-file": {"/one", "/two"},
	}
	s := newSite(t)
	env := map[string]string{"VBEM_OUTPUT": "xml"}
	a := s.app(nil, nil, nil)
	a.env = func(name string) string { return env[name] }
	make2 := func() (*cobra.Command, *connFlags) {
		var c connFlags
		cmd := &cobra.Command{Use: "x"}
		c.add(cmd)
		return cmd, &c
	}
	cmd, _ := make2()
	n := 0
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		n++
		v, ok := values[f.Name]
		if !ok {
			t.Errorf("--%s is not in the test's list", f.Name)
			return
		}
		name := noteOf(f, envNote)
		if want := "VBEM_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")); name != want {
			t.Errorf("--%s: variable %q, want %q", f.Name, name, want)
		}
		env[name] = strings.Trim(v[0], "[]")
		c1, _ := make2()
		if err := a.fromEnvironment(c1); err != nil {
			t.Fatal(err)
		}
		if got := c1.Flags().Lookup(f.Name).Value.String(); got != v[0] {
			t.Errorf("%s: got %s, want %s", name, got, v[0])
		}
		c2, _ := make2()
		if err := c2.Flags().Set(f.Name, strings.Trim(v[1], "[]")); err != nil {
			t.Fatal(err)
		}
		if err := a.fromEnvironment(c2); err != nil {
			t.Fatal(err)
		}
		if got := c2.Flags().Lookup(f.Name).Value.String(); got != v[1] {
			t.Errorf("--%s beside %s: got %s, want %s", f.Name, name, got, v[1])
		}
	})
	if n != len(values) {
		t.Errorf("%d flags, %d in the test's list", n, len(values))
	}
	for name, value := range map[string]string{"VBEM_TIMEOUT": "soon", "VBEM_PLAIN_HTTP": "perhaps", "VBEM_OUTPUT": "yaml", "VBEM_API_FORMAT": "yaml"} {
		s.env[name] = value
		wants(t, s.exits(exitUsage, "vapp", "list").err, value)
		delete(s.env, name)
	}
	s.env["VBEM_OUTPUT"] = "json"
	wants(t, s.ok("version"), `"version":`)
}

func TestResumeCommandCarriesFlags(t *testing.T) {
	var c connFlags
	cmd := &cobra.Command{Use: "x"}
	c.add(cmd)
	err := cmd.ParseFlags([]string{"--url", "https://em", "--thumbprint", "AA", "--plain-http", "--trace", "--username", `TECH\o'hara`, "--timeout", "1s"})
	if err != nil {
		t.Fatal(err)
	}
	got := command(append([]string{"vbem"}, c.again()...)...)
	for _, want := range []string{"--url https://em", "--thumbprint AA", "--plain-http", `--username 'TECH\o'\''hara'`} {
		wants(t, got, want)
	}
	if strings.Contains(got, "trace") || strings.Contains(got, "timeout") {
		t.Errorf("got %s", got)
	}
}
