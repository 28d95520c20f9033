package main

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/simulator"
)

func TestDoctor(t *testing.T) {
	s := newSite(t)
	wants(t, s.ok("doctor"), "vapps-path: as assumed", "page-default: as assumed", "PageSize 100", "moment-spelling: could not be seen", "0 differs, NOT handled")
	s.ok("login")
	s.recorder.Reset()
	var v struct {
		OK     bool
		Checks []struct{ Name, Verdict, Asks, Assumes, Found string }
	}
	if err := json.Unmarshal([]byte(s.ok("doctor", "-o", "json")), &v); err != nil || !v.OK || len(v.Checks) < 30 {
		t.Errorf("%+v, %v", v, err)
	}
	for _, e := range s.recorder.Exchanges() {
		if e.Method != http.MethodGet && !strings.HasPrefix(e.Target, "/api/sessionMngr/") && !strings.HasPrefix(e.Target, "/api/logonSessions/") {
			t.Errorf("%s %s", e.Method, e.Target)
		}
	}
	if n := len(s.events(simulator.LoggedOn)) - len(s.events(simulator.LoggedOff)); n != 1 {
		t.Errorf("%d sessions are left, want the kept one alone", n)
	}
	wants(t, s.ok("doctor", "-o", "xml"), `<check name="login" verdict="as assumed">`)
	s.started(0)
}

func TestDoctorRefusals(t *testing.T) {
	s := newSite(t)
	wants(t, s.exits(exitFailed, "doctor", "--thumbprint", strings.Repeat("00", 32)).err, "thumbprint")
	s.env["VBEM_PASSWORD"] = "wrong"
	wants(t, s.exits(exitFailed, "doctor").err, "log-in", "401")
	delete(s.env, "VBEM_USERNAME")
	s.exits(exitUsage, "doctor")
	delete(s.env, "VBEM_URL")
	s.exits(exitUsage, "doctor")
	s.exits(exitUsage, "doctor", "--url", "http://127.0.0.1:1")
}

// TestDoctorFindsFault: a server that is not what the bindings assume fails the command.
func TestDoctorFindsFault(t *testing.T) {
	s := newSite(t)
	faults, err := simulator.ParseFaults("status code=500 path=/tasks")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.em.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	o := s.exits(exitFailed, "doctor")
	wants(t, o.out, "tasks: differs, NOT handled")
	wants(t, o.err, "vbem capture")
}

// corpus checks a folder that vbem capture wrote, as a user would.
func (s *site) corpus(dir string) {
	s.t.Helper()
	wants(s.t, s.ok("conformance", "--corpus", dir), " 0 failed")
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		s.noSecrets(string(data))
		for _, own := range []string{"vapp02", "Operator", s.em.URL} {
			if strings.Contains(string(data), own) {
				s.t.Errorf("%s has %q", name, own)
			}
		}
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
}

func TestCaptureOfACommand(t *testing.T) {
	s := newSite(t)
	dir := filepath.Join(t.TempDir(), "report")
	o := s.exits(exitOK, "capture", "--out", dir, "--", "failover", "vapp02", "--latest", "--wait", "--yes")
	wants(t, o.out, "Success")
	wants(t, o.err, "messages are saved in")
	s.started(1)
	s.corpus(dir)
	index, err := conformance.ReadIndex(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	requests := 0
	for _, m := range index {
		if m.IsRequest() && m.Root == "CdpFailoverStartSpec" {
			requests++
		}
	}
	if requests != 1 {
		t.Errorf("%d failovers are in the corpus", requests)
	}
	// What fails is what one wants to report.
	failed := filepath.Join(t.TempDir(), "failed")
	if got := s.run("capture", "--out", failed, "--", "intervals", "nowhere"); got.code != exitRefused {
		t.Errorf("exit code %d: %s", got.code, got.err)
	}
	s.corpus(failed)
}

func TestCaptureTour(t *testing.T) {
	s := newSite(t)
	dir := filepath.Join(t.TempDir(), "report")
	wants(t, s.ok("capture", "--out", dir), "messages are saved in", "vbem conformance --corpus")
	if n := len(s.em.Audit()) - len(s.events(simulator.LoggedOn)); n != 0 {
		t.Errorf("%d events beside the log-in", n)
	}
	index, err := conformance.ReadIndex(os.DirFS(dir))
	if err != nil || len(index) < 50 {
		t.Errorf("%d messages, %v", len(index), err)
	}
	doctor := filepath.Join(t.TempDir(), "doctor")
	s.ok("capture", "--out", doctor, "--", "doctor")
	s.noSecrets(string(must(os.ReadFile(filepath.Join(doctor, "index.tsv")))))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestCaptureRefusals(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"capture"}, {"capture", "--out", full}, {"capture", "--out", filepath.Join(dir, "new"), "vapp", "list"},
		{"capture", "--out", filepath.Join(dir, "new"), "--url", s.em.URL, "--", "vapp", "list"},
		{"capture", "--out", filepath.Join(dir, "new"), "--", "capture", "--out", filepath.Join(dir, "other")},
		{"capture", "--out", filepath.Join(dir, "new"), "--", "unheard"},
	} {
		s.exits(exitUsage, args...)
	}
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
