package simulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

func bigSite(t *testing.T) *foreign {
	t.Helper()
	m := simulator.DefaultModel()
	m.BackupServers, m.Replicas, m.VApps = 3, 25, 9
	em := simulator.New(m)
	t.Cleanup(em.Close)
	f := newForeign(t, em)
	f.logon(em.Username, em.Password)
	return f
}

func names(refs []element) []string {
	var out []string
	for _, r := range refs {
		out = append(out, r.attr("Name"))
	}
	return out
}

// Every query type answers, with references and with entities, filtered by each of its fields.
func TestQueryTypes(t *testing.T) {
	f := bigSite(t)
	f.failover(f.firstVApp(), latestSpec)
	for kind, c := range map[string]struct{ list, item, fields string }{
		"BackupServer":          {"BackupServers", "BackupServer", "UID Name Description IpOrDnsName Port Version"},
		"CdpPolicy":             {"CdpPolicies", "CdpPolicy", "UID Name Description NextRun ScheduleConfigured ScheduleEnabled BackupServerUid BackupServerName"},
		"CdpReplica":            {"CdpReplicas", "CdpReplica", "UID Name PolicyId PolicyName BackupServerUid BackupServerName"},
		"CdpReplicaSession":     {"CdpReplicaSessions", "CdpPolicySession", "Id Name PolicyUid PolicyName BackupServerUid BackupServerName CreationTimeUTC EndTimeUTC State Result FailureMessage"},
		"CdpReplicaTaskSession": {"CdpReplicaTaskSessions", "CdpReplicaTaskSession", "Id Name PolicySessionUid PolicySessionName BackupServerUid BackupServerName CreationTimeUTC EndTimeUTC State Reason TotalSize VmDisplayName"},
		"RestoreSession":        {"RestoreSessions", "RestoreSession", "UID Name Type CreationTime EndTime State Result BackupServerUid BackupServerName VmDisplayName"},
		"Task":                  {"Tasks", "Task", "TaskId State Operation"},
	} {
		t.Run(kind, func(t *testing.T) {
			whole := f.get("/query?type=" + strings.ToLower(kind) + "&format=entities")
			holder := whole.at("Entities", c.list)
			if kind == "Task" {
				holder = whole.at("Resources", c.list)
			}
			items := holder.all(c.item)
			if len(items) == 0 {
				t.Fatalf("%+v", whole)
			}
			refs := f.get("/query?type=" + kind)
			if kind != "Task" {
				if diff := cmp.Diff(names(items), names(refs.at("Refs").all("Ref"))); diff != "" {
					t.Error(diff)
				}
				for i, r := range refs.at("Refs").all("Ref") {
					if r.attr("Type") != kind+"Reference" || r.attr("UID") != items[i].attr("UID") || r.link("Alternate", kind) != items[i].attr("Href") {
						t.Errorf("%+v", r)
					}
				}
			}
			for _, field := range strings.Fields(c.fields) {
				value := map[string]string{
					"Port": "1", "TotalSize": "1", "ScheduleConfigured": "true", "ScheduleEnabled": "false",
					"NextRun": "2020-01-01", "CreationTimeUTC": "2020-01-01", "EndTimeUTC": "2020-01-01", "CreationTime": "2020-01-01", "EndTime": "2020-01-01",
				}[field]
				if field == "State" || field == "Result" || field == "Type" {
					value = "0"
				}
				if value == "" {
					value = `"a ""b"""`
				}
				q := url.Values{"type": {kind}, "filter": {field + "!=" + value}, "sortDesc": {field}}
				if a := f.do("GET", "/query?"+q.Encode(), ""); a.status != 200 {
					t.Errorf("%s: %d %s", field, a.status, a.body)
				}
			}
		})
	}
}

// Pages are followed by Next, as printed: raw operators in the query, no item twice, none missing.
func TestPaging(t *testing.T) {
	f := bigSite(t)
	all := names(f.get("/query?type=CdpReplica&sortAsc=name").at("Refs").all("Ref"))
	if len(all) != 25 {
		t.Fatalf("%d replicas", len(all))
	}
	var got []string
	pages := 0
	for target := "/query?type=CdpReplica&sortAsc=name&pageSize=7"; target != ""; pages++ {
		page := f.get(target)
		got = append(got, names(page.at("Refs").all("Ref"))...)
		info := page.at("PagingInfo")
		if info.attr("PageNum") != fmt.Sprint(pages+1) || info.attr("PageSize") != "7" || info.attr("PagesCount") != "4" {
			t.Errorf("%+v", info.Attrs)
		}
		if info.link("First", "") == "" || !strings.HasSuffix(info.link("Last", ""), "pageSize=7&page=4") {
			t.Errorf("%+v", info)
		}
		target = info.link("Next", "")
	}
	if diff := cmp.Diff(all, got); diff != "" || pages != 4 {
		t.Errorf("%d pages %s", pages, diff)
	}
	filtered := f.get(`/query?type=CdpReplica&filter=(Name=="CDP%20Policy%203",Name=="CDP+Policy+4");PolicyName!="x"&pageSize=1`)
	next := f.get(filtered.at("PagingInfo").link("Next", ""))
	if diff := cmp.Diff([]string{"CDP Policy 3", "CDP Policy 4"}, append(names(filtered.at("Refs").all("Ref")), names(next.at("Refs").all("Ref"))...)); diff != "" {
		t.Error(diff)
	}
	beyond := f.get("/query?type=CdpReplica&page=9")
	if len(beyond.at("Refs").all("Ref")) != 0 || beyond.at("Refs").XMLName.Local != "Refs" || beyond.at("PagingInfo").attr("PagesCount") != "1" {
		t.Errorf("%+v", beyond)
	}
	tasks := f.get("/query?type=Task")
	if tasks.at("PagingInfo").attr("PageSize") != "15" || tasks.at("Resources", "Tasks").XMLName.Local != "Tasks" {
		t.Errorf("%+v", tasks)
	}
}

// A field has the name of the table and that of the entity's element.
func TestNamesOfFields(t *testing.T) {
	_, f, _ := site(t)
	for typ, filters := range map[string][]string{
		"Job":              {"UID", "Id", "id"},
		"BackupJobSession": {"CreationTime", "CreationTimeUTC", "creationtimeutc"},
		"VmRestorePoint":   {"Type", "PointType"},
	} {
		for _, name := range filters {
			if a := f.do("GET", "/query?type="+typ+"&sortAsc="+name, ""); a.status != 200 {
				t.Errorf("%s: %d %s", name, a.status, a.body)
			}
		}
	}
}

// Collections take format=Entity, and what third parties send to them.
func TestCollections(t *testing.T) {
	f := bigSite(t)
	if got := len(f.get("/cdpReplicas?pageSize=10&page=3").all("Ref")); got != 5 {
		t.Errorf("%d on the third page", got)
	}
	if got := names(f.get(`/cdpReplica/vApps?format=Entity&filter=name==vapp03`).all("VAppCdpReplica")); !cmp.Equal(got, []string{"vapp03"}) {
		t.Error(got)
	}
	if got := len(f.get("/cdpReplicas").all("Ref")); got != 25 {
		t.Errorf("%d without paging", got)
	}
	if a := f.do("GET", "/cdpReplicas?filter=x", ""); a.status != 400 {
		t.Errorf("%d", a.status)
	}
}
