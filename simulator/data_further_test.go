package simulator_test

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/vbem-go/vbem/simulator"
)

// A model with more jobs and tenants has the same ones first, and all of them are found page by page.
func TestFurther(t *testing.T) {
	found := func(jobs int) map[string]string {
		m := simulator.DefaultModel()
		m.BackupServers, m.Jobs, m.Tenants, m.RunsPerJob = 2, jobs, jobs, 2
		a := newAsker(t, simulator.NewHandler(m))
		out := map[string]string{}
		for typ, list := range map[string]int{"Job": jobs, "CloudTenant": jobs, "Backup": jobs, "RestorePoint": 2 * jobs, "VmRestorePoint": 4 * jobs} {
			n := 0
			for page := 1; ; page++ {
				w := a.do("GET", fmt.Sprintf(`/api/query?type=%s&sortAsc=Name&pageSize=500&page=%d`, typ, page), "")
				var e element
				if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != 200 {
					t.Fatalf("%d %v", w.Code, err)
				}
				refs := e.at("Refs").all("Ref")
				for _, r := range refs {
					if out[r.attr("UID")] != "" {
						t.Errorf("%s twice", r.attr("UID"))
					}
					out[r.attr("UID")] = r.attr("Name")
				}
				if n += len(refs); e.at("PagingInfo").link("Next", "") == "" {
					break
				}
			}
			if n < list {
				t.Errorf("%d of type %s", n, typ)
			}
		}
		return out
	}
	small, big := found(3), found(400)
	missing := 0
	for uid, name := range small {
		if big[uid] == "" {
			missing++
			t.Logf("%s (%s) is not in the bigger model", name, uid)
		}
	}
	if missing > 0 || len(big) < 400*9 {
		t.Errorf("%d missing, %d things", missing, len(big))
	}
}
