package main

import (
	"strings"
	"testing"

	"github.com/vbem-go/vbem/simulator"
)

func TestOutputForms(t *testing.T) {
	s := newSite(t, simulator.WithClock(simulator.NewManualClock(start)))
	s.now = simulator.NewManualClock(start).Now
	for name, args := range map[string][]string{
		"vapp-list":      {"vapp", "list"},
		"vapp-get":       {"vapp", "get", "VAPP02"},
		"vm-list":        {"vm", "list"},
		"vm-get":         {"vm", "get", "vm004"},
		"intervals":      {"intervals", "vapp02", "--last", "48h"},
		"intervals-vm":   {"intervals", "vm001", "--vm", "--from", "2026-03-01T12:00:00+01:00"},
		"failover-dry":   {"failover", "vapp02", "--to", "2026-03-01T14:00:00.25+01:00", "--dry-run"},
		"task-list-none": {"task", "list"},
	} {
		for _, form := range outputs {
			t.Run(name+"/"+form, func(t *testing.T) {
				s.t = t
				s.ok("login")
				s.golden(name+"."+form, s.ok(append(args, "-o", form)...))
			})
		}
	}
}

func TestEmptySite(t *testing.T) {
	s := newSite(t)
	em := simulator.New(simulator.Model{Seed: 1}, simulator.WithAccounts(simulator.Account{Username: testUser, Password: testPassword}))
	defer em.Close()
	s.env["VBEM_URL"], s.env["VBEM_THUMBPRINT"] = em.URL, em.Thumbprint
	if got := s.ok("vapp", "list"); got != "There are none.\n" {
		t.Errorf("got %q", got)
	}
	if got := s.ok("vapp", "list", "-o", "json"); got != "{\n  \"replicas\": []\n}\n" {
		t.Errorf("got %q", got)
	}
	wants(t, s.exits(exitRefused, "failover", "vapp02", "--latest", "--yes").err, `there is no vApp named "vapp02"`, "There are 0 vApps")
}

func TestJSONOnTheWire(t *testing.T) {
	s := newSite(t)
	s.ok("vapp", "list", "--api-format", "json")
	s.ok("failover", "vapp01", "--latest", "--yes", "--wait", "--api-format", "json")
	s.started(1)
	for _, e := range s.recorder.Exchanges() {
		if accept := e.RequestHeader.Get("Accept"); accept != "application/json" {
			t.Errorf("%s %s: Accept is %q", e.Method, e.Target, accept)
		}
	}
}

func TestIntervalsSpan(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--from", "2026-03-01T14:00:00"}, "has no time zone"},
		{[]string{"--to", "yesterday"}, "is not a time"},
		{[]string{"--last", "-1h"}, "want more than nothing"},
		{[]string{"--from", "2026-03-02T00:00:00Z", "--to", "2026-03-01T00:00:00Z"}, "the time to look at is empty"},
	} {
		o := s.exits(exitUsage, append([]string{"intervals", "vapp01"}, c.args...)...)
		wants(t, o.err, c.want)
	}
	if n := len(s.recorder.Exchanges()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestNothingButResultsOnStdout(t *testing.T) {
	s := newSite(t)
	out := s.ok("failover", "vapp01", "--latest", "--yes", "--wait", "-o", "json")
	if !strings.HasPrefix(out, "{") || !strings.HasSuffix(out, "}\n") {
		t.Errorf("stdout: %s", out)
	}
	if out := s.exits(exitRefused, "vapp", "get", "nothing").out; out != "" {
		t.Errorf("stdout: %s", out)
	}
}

func TestControlCharactersAreNotObeyed(t *testing.T) {
	if got := visible("a\x1b[2Jb\nc\u009bd\x7f"); got != "a·[2Jb·c·d·" {
		t.Errorf("got %q", got)
	}
}
