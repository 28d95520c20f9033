package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/simulator"
)

// TestFaults breaks what can be broken while a failover is started and followed. Whatever happens, it is sent at most
// once, and the exit code is true: refused means that nothing was started, success that it was, and came to its end.
func TestFaults(t *testing.T) {
	const failover = " op=CdpReplica.VApps.ID.Failover"
	for _, c := range []struct {
		faults string
		codes  []int
		wants  string
	}{
		{"reset-before" + failover, []int{exitUnknown}, "Do not start another"},
		{"reset-after" + failover, []int{exitOK}, "it was started"},
		{"reset-middle" + failover, []int{exitOK}, "it was started"},
		{"truncate" + failover, []int{exitOK}, "it was started"},
		{"status code=502 body=html" + failover, []int{exitUnknown}, "Do not start another"},
		{"status late code=502 body=html" + failover, []int{exitOK}, "it was started"},
		{"status code=500 body=echo" + failover, []int{exitUnknown}, "Do not start another"},
		{"status code=403 body=html" + failover, []int{exitRefused}, "403"},
		{"status code=307 to=https://elsewhere.example.com/" + failover, []int{exitRefused, exitFailed}, "307"},
		{"expire times=1" + failover, []int{exitOK}, ""},
		{"expire late" + failover, []int{exitUnknown, exitOK}, ""},
		{"restart late" + failover, []int{exitUnknown}, "Do not start another"},
		{"status code=502 body=html path=/tasks/ times=3", []int{exitOK}, "asked for again"},
		{"reset-after path=/tasks/ times=3", []int{exitOK}, ""},
		{"reset-middle path=/restoreSessions/ times=3", []int{exitOK}, ""},
		{"truncate path=/restoreSessions/ times=3", []int{exitOK}, ""},
		{"status code=403 path=/restoreSessions/", []int{exitUnknown}, "its end is not known"},
		{"expire path=/restoreSessions/ times=1", []int{exitOK}, ""},
		{"expire path=/tasks/ times=1", []int{exitUnknown}, "its end is not known"},
		{"vanish path=/tasks/ times=1", []int{exitUnknown}, "its end is not known"},
		{"status code=500 body=echo path=/cdpReplica/vApps", []int{exitFailed, exitUnknown}, "500"},
		{"status code=404 method=GET path=/cdpReplica/vApps", []int{exitRefused}, "404"},
		{"content-type body=text/plain", []int{exitOK}, ""},
		{"reset-accept p=0.3; seed=5", []int{exitOK, exitFailed, exitUnknown}, ""},
		{"certificate", []int{exitFailed}, "pinned is"},
	} {
		t.Run(strings.ReplaceAll(c.faults, "/", "|"), func(t *testing.T) {
			t.Parallel()
			faults, err := simulator.ParseFaults(strings.TrimSpace(c.faults))
			if err != nil {
				t.Fatal(err)
			}
			s := newSite(t, simulator.WithFaults(faults))
			o := s.run("failover", "vapp02", "--latest", "--yes", "--wait")
			if !slices.Contains(c.codes, o.code) {
				t.Errorf("exit code %d, want one of %d\n%s%s", o.code, c.codes, o.out, o.err)
			}
			wants(t, o.err, c.wants)
			sent, started := 0, len(s.events(simulator.FailoverStarted))
			for _, e := range s.recorder.Exchanges() {
				if e.Method == http.MethodPost && strings.Contains(e.Target, "failover") && e.Status != http.StatusUnauthorized {
					sent++
				}
			}
			if sent > 1 || started > 1 {
				t.Errorf("the failover was sent %d times and started %d times", sent, started)
			}
			if o.code == exitRefused && started != 0 || o.code == exitOK && started != 1 {
				t.Errorf("exit code %d, and %d failovers were started", o.code, started)
			}
		})
	}
}

func TestSimulateOutcomes(t *testing.T) {
	for _, word := range []string{"success", "warning", "failed", "task-failed", "credentials-needed", "confirmation-needed", "no-session", "forbidden"} {
		if _, err := outcomeRules(word); err != nil {
			t.Error(err)
		}
	}
	s := newSite(t)
	wants(t, s.exits(exitUsage, "simulate", "--outcome", "odd").err, "confirmation-needed, credentials-needed, failed")
	wants(t, s.exits(exitUsage, "simulate", "--faults", "no such thing").err, "--faults")
	wants(t, s.exits(exitUsage, "simulate", "--faults", "@"+s.dir+"/none").err, "--faults")
}
