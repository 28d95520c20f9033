package simulator

import (
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
)

// Whatever an entity refers to, by UID or as an object of a hierarchy, is there; in a site of several backup servers too.
func TestReferencesResolve(t *testing.T) {
	m := DefaultModel()
	m.BackupServers = 3
	c := NewHandler(m).core
	now := c.lock()
	defer c.mu.Unlock()
	b := &builder{c: c, base: "https://em.sim.example:9398/api", now: now}
	uids, roots := map[string]bool{}, map[string]bool{}
	for _, k := range c.store.kinds {
		for _, r := range k.all {
			uids[r.uid()] = true
		}
	}
	for _, r := range c.store.list("/hierarchyRoots/{ID}") {
		roots[r.id] = true
	}
	checked := 0
	for path, k := range c.store.kinds {
		if k.element == "" {
			continue // seen in the lists of others alone
		}
		for _, r := range k.all {
			e, err := b.entityOf(r)
			if err != nil {
				t.Fatal(err)
			}
			data, err := xsdbind.MarshalXML(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, field := range strings.FieldsFunc(string(data), func(c rune) bool { return c == '<' || c == '>' || c == '"' }) {
				switch f := strings.SplitN(field, ":", 4); {
				case len(f) < 4 || f[0] != "urn":
				case f[1] == "veeam":
					checked++
					if !uids[field] {
						t.Errorf("%s %s refers to %s, which is not there", path, r.name, field)
					}
				case f[1] == "VMware" || f[1] == "HyperV" || f[1] == "vCloud":
					checked++
					machine := f[2] == "Vm" || f[2] == "Vapp" // CDP protects some that no look-up finds
					if root, _, _ := strings.Cut(f[3], "."); !roots[root] || !machine && c.store.object(field) == nil {
						t.Errorf("%s %s refers to %s, which is not there", path, r.name, field)
					}
				}
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d references", checked)
	}
}

// Quotas fit into what they are parts of, and what is used into the quotas.
func TestQuotasFit(t *testing.T) {
	c := NewHandler(DefaultModel()).core
	c.lock()
	defer c.mu.Unlock()
	given := map[*record]int64{}
	number := func(v values, name string) int64 {
		switch x := v[name].(type) {
		case int:
			return int64(x)
		case int64:
			return x
		}
		t.Fatalf("%s is %v", name, v[name])
		return 0
	}
	resources := c.store.list("/cloud/tenants/{ID}/resources/{ID}")
	for _, r := range resources {
		q := r.quota()
		if number(q, "UsedQuota") > number(q, "Quota") {
			t.Errorf("%s uses more than its quota: %v", r.parent.name, q)
		}
		given[r.one("Repository")] += number(q, "Quota") << 20
	}
	for repository, sum := range given {
		if sum > number(repository.fields, "Capacity") {
			t.Errorf("%s: quotas of %d bytes", repository.name, sum)
		}
	}
	for _, u := range c.store.list("/cloud/tenants/{ID}/subtenants/{ID}") {
		q, resource := u.quota(), u.one("CloudTenantResource")
		if resource.parent != u.parent || q["TenantResourceId"] != resource.id {
			t.Errorf("%s has a part of what is not its tenant's", u.name)
		}
		if number(q, "UsedQuotaMb") > number(q, "QuotaMb") || number(q, "QuotaMb") > number(resource.quota(), "Quota") {
			t.Errorf("%s: %v of %v", u.name, q, resource.quota())
		}
	}
	for _, r := range c.store.list("/repositories/{ID}") {
		if number(r.fields, "FreeSpace") >= number(r.fields, "Capacity") {
			t.Errorf("%s: %v", r.name, r.fields)
		}
	}
	if len(resources) == 0 {
		t.Error("no tenant has a resource")
	}
}
