package simulator

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/xsdbind"
)

// valid fails the test for every record that would not be shown as the schema demands, or is related to what is not there.
func valid(t *testing.T, h *Handler) {
	t.Helper()
	c := h.core
	now := c.lock()
	defer c.mu.Unlock()
	b := &builder{c: c, base: "https://em/api", now: now}
	for _, k := range c.store.kinds {
		b.missing = func(element, name string) { t.Errorf("%s: the schema has no %s in %s", k.path, name, element) }
		for _, r := range k.all {
			for _, x := range r.relations {
				if !slices.Contains(x.to.kind.all, x.to) {
					t.Errorf("%s %s: its %s is not there", k.path, r.name, x.role)
				}
			}
			if k.element == "" {
				continue
			}
			if e, err := b.entityOf(r); err != nil {
				t.Errorf("%s %s: %v", k.path, r.name, err)
			} else if err := xsdbind.Validate(e); err != nil {
				t.Errorf("%s %s: %v", k.path, r.name, err)
			}
		}
	}
}

// Whatever can be read and changed takes its own content back, and is the same afterwards; then one of each kind is deleted, and
// nothing that is left refers to it.
func TestPutBackAndDelete(t *testing.T) {
	clock := NewManualClock(noon)
	v := newVisitor(t, WithClock(clock))
	send := func(method, target, body string) (int, string) {
		t.Helper()
		res, text, err := v.send(t.Context(), method, target, body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, text
	}
	edits, deletions := 0, 0
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		for _, op := range slices.Backward(emapi.Operations()) { // backup servers, with all that they have, come last
			k := v.em.core.store.kind(op.Path)
			if op.Method != method || len(k.all) == 0 || method == http.MethodPut && op.Request != k.element {
				continue
			}
			r := k.all[0]
			read := r.address()
			if k.reference {
				read += "?format=Entity"
			}
			_, before := send("GET", read, "")
			target := r.address()
			if op.Query != "" {
				target += "?" + op.Query
			}
			body := ""
			if method == http.MethodPut {
				body = before
			}
			status, text := send(method, target, body)
			if !slices.Contains(op.Codes, status) {
				t.Errorf("%s: %d %s\n%s", op.Name, status, text, body)
				continue
			}
			clock.Advance(time.Minute)
			status, after := send("GET", read, "")
			if method == http.MethodDelete {
				deletions++
				if status != http.StatusNotFound && k.element != "" {
					t.Errorf("%s: %d", op.Name, status)
				}
			} else if edits++; canonicalTime(after) != canonicalTime(before) {
				t.Errorf("%s: %s", op.Name, cmp.Diff(before, after))
			}
			valid(t, v.em.Handler)
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d kinds were put back, %d deleted", edits, deletions)
	if edits < 10 || deletions < 20 {
		t.Errorf("%d kinds were put back, %d deleted", edits, deletions)
	}
}

var nextRunRE = regexp.MustCompile(`<NextRun>[^<]*</NextRun>`)

// canonicalTime leaves out what follows from the time.
func canonicalTime(s string) string { return nextRunRE.ReplaceAllString(s, "") }

// After each job and plan has run and each newest point was restored, all that there is still is what the schema demands.
func TestEverythingStarted(t *testing.T) {
	clock := NewManualClock(noon)
	v := newVisitor(t, WithClock(clock))
	for _, op := range emapi.Operations() {
		k := v.em.core.store.kind(strings.TrimSuffix(op.Path, "/start"))
		if op.Method != http.MethodPost || op.Request != "" || len(k.all) == 0 || !strings.Contains(op.Name, "Start") && !strings.Contains(op.Name, "Sync") && !strings.Contains(op.Name, "Failover") {
			continue
		}
		for _, r := range k.all {
			target := r.address() + strings.TrimPrefix(op.Path, k.path)
			if op.Query != "" {
				target += "?" + op.Query
			}
			if _, text, err := v.send(t.Context(), "POST", target, ""); err != nil {
				t.Fatal(text, err)
			}
		}
		valid(t, v.em.Handler)
		for range 4 {
			clock.Advance(time.Second)
			valid(t, v.em.Handler)
		}
	}
	if n := v.count(JobFinished); n < 10 {
		t.Errorf("%d jobs have run", n)
	}
}
