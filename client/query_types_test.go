package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/xsdbind"
)

// find queries all T and counts them.
func find[T any, P interface {
	*T
	xsdbind.Struct
}](c *Client) (int, error) {
	all, err := Collect(NewQuery[T, P](c).All(ctx))
	return len(all), err
}

// finders has a find for every type that can be queried, by the query's name.
var finders = map[string]func(*Client) (int, error){
	"AgentBackupJob": find[ent.AgentBackupJob], "AgentProtectionGroup": find[ent.AgentProtectionGroup], "AgentRestorePoint": find[ent.AgentRestorePoint],
	"Backup": find[ent.Backup], "BackupFile": find[ent.BackupFile], "BackupJobSession": find[ent.BackupJobSession], "BackupServer": find[ent.BackupServer],
	"BackupTaskSession": find[ent.BackupTaskSession], "CdpPolicy": find[ent.CdpPolicy], "CdpReplica": find[ent.CdpReplica],
	"CdpReplicaSession": find[ent.CdpReplicaSession], "CdpReplicaTaskSession": find[ent.CdpReplicaTaskSession], "CloudFailoverPlan": find[ent.CloudFailoverPlan],
	"CloudFailoverSession": find[ent.CloudFailoverSession], "CloudGateway": find[ent.CloudGateway], "CloudGatewayPool": find[ent.CloudGatewayPool],
	"CloudHardwarePlan": find[ent.CloudHardwarePlan], "CloudPublicIpAddress": find[ent.CloudPublicIpAddress], "CloudReplica": find[ent.CloudReplica],
	"CloudSubtenant": find[ent.CloudSubtenant], "CloudTenant": find[ent.CloudTenant], "CloudVmReplicaPoint": find[ent.CloudVmReplicaPoint],
	"Credentials": find[ent.CredentialsInfo], "DiscoveredComputer": find[ent.DiscoveredComputer], "FailoverPlan": find[ent.FailoverPlan],
	"FileServer": find[ent.FileServer], "HierarchyRoot": find[ent.HierarchyRoot], "Job": find[ent.Job], "ManagedServer": find[ent.ManagedServer],
	"NasJob": find[ent.NASJob], "NasObject": find[ent.NASObject], "ObjectInAgentBackupJob": find[ent.ObjectInAgentBackupJob], "ObjectInJob": find[ent.ObjectInJob],
	"Passwords": find[ent.PasswordKeyInfo], "Replica": find[ent.Replica], "ReplicaJobSession": find[ent.ReplicaJobSession],
	"ReplicaTaskSession": find[ent.ReplicaTaskSession], "Repository": find[ent.Repository], "RestorePoint": find[ent.RestorePoint],
	"RestoreSession": find[ent.RestoreSession], "Task": find[ent.Task], "vAppReplicaPoint": find[ent.VAppReplicaPoint],
	"vAppRestorePoint": find[ent.VAppRestorePoint], "VCloudOrganizationConfig": find[ent.VCloudOrganizationConfig],
	"VlanConfiguration": find[ent.VlanConfiguration], "VmReplicaPoint": find[ent.VmReplicaPoint], "VmRestorePoint": find[ent.VmRestorePoint],
	"VsphereSelfServiceConfig": find[ent.VSphereSelfServiceConfig], "WanAccelerator": find[ent.WanAccelerator],
}

// Every type of the table is asked for by its name and read out of its list, which the schema has, in XML and in JSON.
func TestEveryTypeIsQueried(t *testing.T) {
	var names []string
	for _, typ := range fields.Types() {
		names = append(names, typ.Name)
		t.Run(typ.Name, func(t *testing.T) {
			run := finders[typ.Name]
			if run == nil {
				t.Fatal("nothing here queries it")
			}
			text := fmt.Sprintf(`<QueryResult%s><%s><%s><%s/></%[3]s></%[2]s></QueryResult>`, space, typ.Under, typ.List, typ.Item)
			var result ent.QueryResult
			if err := xsdbind.UnmarshalXML([]byte(text), &result); err != nil {
				t.Fatal(err)
			}
			if e := result.Entities; e != nil && e.Extra != nil && len(e.Extra.Elements) > 0 {
				t.Errorf("the schema has no %s in %s", typ.List, typ.Under)
			}
			if e := result.Resources; e != nil && e.Extra != nil && len(e.Extra.Elements) > 0 {
				t.Errorf("the schema has no %s in %s", typ.List, typ.Under)
			}
			inJSON, err := xsdbind.MarshalJSON(&result)
			if err != nil {
				t.Fatal(err)
			}
			for _, answer := range []string{text, string(inJSON)} {
				em := newEM(t)
				em.answer("GET /query", 200, answer)
				n, err := run(em.dial())
				if n != 1 || err != nil {
					t.Errorf("%d found, %v, in %s", n, err, answer)
				}
				if got := em.requests(); !strings.Contains(got[0]+"&", "type="+typ.Name+"&") {
					t.Errorf("asked %s", got[0])
				}
			}
		})
	}
	if len(names) != len(finders) || len(names) != 49 {
		t.Errorf("%d types in the table, %d here, want 49", len(names), len(finders))
	}
}

// A list of other things is not taken for what was asked for; an empty one does no harm, and one that nobody knows is read.
func TestForeignLists(t *testing.T) {
	const one = `<CdpReplicas><CdpReplica Name="replica a" UID="a"/></CdpReplicas>`
	for _, tt := range []struct {
		answer string
		want   []string
		err    string
	}{
		{`<QueryResult` + space + `><Entities><CdpPolicies><Links/></CdpPolicies>` + one + `</Entities></QueryResult>`, []string{"a"}, ""},
		{`<QueryResult` + space + `><Entities>` + one + `<CdpPolicies><CdpPolicy Name="p"/></CdpPolicies></Entities></QueryResult>`, []string{"a"}, "CdpPolicies came where CdpReplicas were asked for"},
		{`<QueryResult` + space + `><Entities><NewReplicas><CdpReplica Name="replica b" UID="b"/></NewReplicas></Entities></QueryResult>`, []string{"b"}, ""},
		{`{"Entities":{"CdpPolicies":{"CdpPolicies":[]},"Jobs":null,"CdpReplicas":{"CdpReplicas":[{"Name":"replica a","UID":"a"}]}}}`, []string{"a"}, ""},
		{`{"Entities":{"CdpPolicies":{"Links":[{"Rel":"Up"}],"CdpPolicies":[{"Name":"p"}]}}}`, []string{}, "CdpPolicies came where CdpReplicas were asked for"},
		{`{"Entities":{"CdpPolicies":[{"Name":"p"}]}}`, []string{}, "CdpPolicies came where CdpReplicas were asked for"},
		{`{"Entities":{"NewReplicas":[{"Name":"replica b","UID":"b"}]}}`, []string{"b"}, ""},
	} {
		em := newEM(t)
		em.answer("GET /query", 200, tt.answer)
		c := em.dial()
		all, err := Collect(NewQuery[ent.CdpReplica](c).All(ctx))
		if d := cmp.Diff(tt.want, namesOf(all)); d != "" {
			t.Errorf("%s: %s", tt.answer, d)
		}
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %v, want %q", tt.answer, err, tt.err)
		}
		// A type that was set by hand has no list where the table has none.
		if _, err := Collect(NewQuery[ent.CdpReplica](c).Type("Brandnew").All(ctx)); err != nil {
			t.Errorf("%s as another type: %v", tt.answer, err)
		}
	}
}

func namesOf(all []*ent.CdpReplica) []string { return names(all) }

// many answers queries with the replicas that the filter's values name, and "both" with each answer.
func many(t *testing.T, em *fakeEM, longest int) (asked func() []string) {
	t.Helper()
	var filters []string
	em.handle("GET /query", func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.URL.RawQuery); n > longest {
			t.Errorf("a query of %d bytes", n)
		}
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			t.Error(err)
		}
		filters = append(filters, q.Get("filter"))
		var items []string
		for _, c := range strings.FieldsFunc(q.Get("filter"), func(r rune) bool { return strings.ContainsRune("(),;", r) }) {
			if id, ok := strings.CutPrefix(c, `UID==`); ok {
				items = append(items, strings.Trim(id, `"`))
			}
		}
		items = append(items, "both")
		if q.Get("format") == "" {
			for i := range items {
				items[i] = ref(items[i])
			}
			reply(w, 200, paged(asRefs, 1, 1, "", items...))
			return
		}
		for i := range items {
			items[i] = replica(items[i])
		}
		reply(w, 200, paged(asEntities, 1, 1, "", items...))
	})
	return func() []string { return filters }
}

func manyIDs() []string {
	ids := make([]string, 200)
	for i := range ids {
		ids[i] = fmt.Sprintf("%08d-2562-4a0f-a9a8-9c115ff8f0ba", i)
	}
	return ids
}

func TestLongFilters(t *testing.T) {
	ids := manyIDs()
	want := slices.Clone(ids)
	want = append(want, "both")
	slices.Sort(want)
	em := newEM(t)
	asked := many(t, em, DefaultMaxLength)
	c := em.dial()
	q := NewQuery[ent.CdpReplica](c).Where(query.In(fields.CdpReplicaUID, ids...)).Where(query.Ne(fields.CdpReplicaPolicyName, "x")).PageSize(50)
	all, err := Collect(q.All(ctx))
	got := namesOf(all)
	slices.Sort(got)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
	if n := len(asked()); n < 2 || n > 16 {
		t.Errorf("%d queries", n)
	}
	for _, f := range asked() {
		if !strings.HasSuffix(f, `;PolicyName!="x"`) {
			t.Errorf("a part without the other condition: %s", f)
		}
	}
	refs, err := Collect(q.Refs(ctx))
	got = names(refs)
	slices.Sort(got)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("references: %v, %s", err, d)
	}
	before := len(em.requests())
	for range q.All(ctx) {
		break
	}
	if n := len(em.requests()) - before; n != 1 {
		t.Errorf("%d requests of a loop that was left at once", n)
	}
	// Sorted parts are not a sorted whole.
	before = len(em.requests())
	if _, err := Collect(q.Sort(query.Asc(fields.CdpReplicaName)).All(ctx)); !errors.Is(err, ErrFilterTooLong) {
		t.Errorf("sorted: %v", err)
	}
	if n := len(em.requests()) - before; n != 0 {
		t.Errorf("sorted: %d requests", n)
	}
}

func TestMaxLength(t *testing.T) {
	ids := manyIDs()
	for limit, most := range map[int]int{-1: 1, 40000: 1, 6000: 4} {
		em := newEM(t)
		asked := many(t, em, 1<<20)
		q := NewQuery[ent.CdpReplica](em.dial()).Where(query.In(fields.CdpReplicaUID, ids...)).MaxLength(limit)
		if all, err := Collect(q.All(ctx)); err != nil || len(all) != len(ids)+1 {
			t.Errorf("limit %d: %d found, %v", limit, len(all), err)
		}
		if n := len(asked()); n > most || limit == 6000 && n < 2 {
			t.Errorf("limit %d: %d queries", limit, n)
		}
	}
}

// A part that fails ends the sequence.
func TestLongFilterFails(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("GET /query", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 2 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		reply(w, 200, paged(asEntities, 1, 1, "", replica(fmt.Sprint(n))))
	})
	all, err := Collect(NewQuery[ent.CdpReplica](em.dial()).Where(query.In(fields.CdpReplicaUID, manyIDs()...)).All(ctx))
	if !errors.Is(err, ErrForbidden) || len(all) != 1 || n != 2 {
		t.Errorf("%d found by %d queries, %v", len(all), n, err)
	}
}
