package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
)

// TestTraceHidesSecrets: a body with a secret in it, at any depth, is named and not shown.
func TestTraceHidesSecrets(t *testing.T) {
	credentials := new(ent.TenantCredentialsInfo)
	credentials.Username = "tenant"
	spec := new(ent.LoginSpec)
	spec.TenantCredentials = credentials
	for _, password := range []string{"", "sesame"} {
		credentials.Password = ent.Ptr(password)
		var b bytes.Buffer
		(&tracer{w: &b}).body("request", spec)
		wants(t, b.String(), "request:", "LoginSpec")
		if strings.Contains(b.String(), "sesame") || strings.Contains(b.String(), "tenant") != (password == "") {
			t.Errorf("password %q: %s", password, b.String())
		}
	}
}

func TestDryRunOfAVM(t *testing.T) {
	s := newSite(t)
	wants(t, s.ok("failover", "vm002", "--vm", "--latest", "--dry-run"), "/api/cdpReplicas/", "/vms/", "?action=failover", "<RestoreCurrent>true</RestoreCurrent>")
	s.started(0)
}

func TestWords(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := list(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := shorten(strings.Repeat("ü", 40)); got != strings.Repeat("ü", 29)+"…" {
		t.Errorf("got %q", got)
	}
	if got := shorten("vapp02"); got != "vapp02" {
		t.Errorf("got %q", got)
	}
	for id, want := range map[string]bool{
		"fd92af60-4e38-40c4-a83e-4d3bcd03ee30": true, "FD92AF60-4E38-40C4-A83E-4D3BCD03EE30": true, "": false, "vapp02": false,
		"fd92af60-4e38-40c4-a83e-4d3bcd03ee3g": false, "fd92af60a4e38-40c4-a83e-4d3bcd03ee30": false,
	} {
		if got := isGUID(id); got != want {
			t.Errorf("isGUID(%q) = %t", id, got)
		}
	}
	if got := command("vbem", "task", "wait", "", "it's", "a b", "plain"); got != `vbem task wait '' 'it'\''s' 'a b' plain` {
		t.Errorf("got %s", got)
	}
}
