package simulator

import (
	"slices"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
)

// unread are the kinds of things that other answers show.
var unread = map[string]bool{"/hierarchyObjects/{ID}": true, "/jobs/{ID}/linkedJobs/{ID}": true, "/jobs/{ID}/linkedBackupRepositories/{ID}": true}

// Every name in the data is one of the project's schema, every thing is valid, and every relation leads to what is there.
func TestEveryRecord(t *testing.T) {
	h := NewHandler(DefaultModel(), WithClock(NewManualClock(noon)))
	c := h.core
	now := c.lock()
	defer c.mu.Unlock()
	b := &builder{c: c, base: "https://em/api", now: now}
	records := 0
	for _, k := range c.store.kinds {
		if k.element == "" && !unread[k.path] {
			t.Errorf("%s: no operation of the table reads it, %d records", k.path, len(k.all))
		}
		if k.element == "" {
			continue
		}
		b.missing = func(element, name string) { t.Errorf("%s: the schema has no %s in %s", k.path, name, element) }
		for _, r := range k.all {
			records++
			e, err := b.entityOf(r)
			if err != nil {
				t.Errorf("%s %s: %v", k.path, r.name, err)
				continue
			}
			if err := xsdbind.Validate(e); err != nil {
				t.Errorf("%s %s: %v", k.path, r.name, err)
			}
			for _, x := range r.relations {
				if !slices.Contains(x.to.kind.all, x.to) {
					t.Errorf("%s %s: its %s is not there", k.path, r.name, x.role)
				}
			}
		}
	}
	t.Logf("%d records of %d kinds", records, len(c.store.kinds))
}

// Every way to ask for something answers of itself: what the rules do not fit and no function serves is a POST, PUT or DELETE.
func TestEveryReadIsServed(t *testing.T) {
	for _, c := range Coverage() {
		if c.Operation.Method == "GET" && c.Support == None {
			t.Errorf("%s %s?%s (%s) answers 501", c.Operation.Method, c.Operation.Path, c.Operation.Query, c.Operation.Name)
		}
	}
}
