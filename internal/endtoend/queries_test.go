package endtoend_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
)

// asked reads all things of a query type with All, two on a page, in the order of a field and with a filter that all of them pass.
type asked func(t *testing.T, c *client.Client, typ, field string, pageSize int) []string

func all[T any, P interface {
	*T
	xsdbind.Struct
}](t *testing.T, c *client.Client, typ, field string, pageSize int) []string {
	t.Helper()
	q := client.NewQuery[T, P](c).Type(typ).PageSize(pageSize).
		Where(query.RawFilter[T](field + `!="no such thing"`)).Sort(query.Desc(query.Field[T, string](field)))
	var out []string
	for v, err := range q.All(t.Context()) {
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		out = append(out, xsdbind.Text(P(v), "Href"))
	}
	return out
}

// queries has the Go type of what each query type finds.
var queries = map[string]asked{
	"AgentBackupJob": all[ent.AgentBackupJob], "AgentProtectionGroup": all[ent.AgentProtectionGroup], "AgentRestorePoint": all[ent.AgentRestorePoint],
	"Backup": all[ent.Backup], "BackupFile": all[ent.BackupFile], "BackupJobSession": all[ent.BackupJobSession], "BackupServer": all[ent.BackupServer],
	"BackupTaskSession": all[ent.BackupTaskSession], "CdpPolicy": all[ent.CdpPolicy], "CdpReplica": all[ent.CdpReplica],
	"CdpReplicaSession": all[ent.CdpReplicaSession], "CdpReplicaTaskSession": all[ent.CdpReplicaTaskSession],
	"CloudFailoverPlan": all[ent.CloudFailoverPlan], "CloudFailoverSession": all[ent.CloudFailoverSession], "CloudGateway": all[ent.CloudGateway],
	"CloudGatewayPool": all[ent.CloudGatewayPool], "CloudHardwarePlan": all[ent.CloudHardwarePlan], "CloudPublicIpAddress": all[ent.CloudPublicIpAddress],
	"CloudReplica": all[ent.CloudReplica], "CloudSubtenant": all[ent.CloudSubtenant], "CloudTenant": all[ent.CloudTenant],
	"CloudVmReplicaPoint": all[ent.CloudVmReplicaPoint], "Credentials": all[ent.CredentialsInfo], "DiscoveredComputer": all[ent.DiscoveredComputer],
	"FailoverPlan": all[ent.FailoverPlan], "FileServer": all[ent.FileServer], "HierarchyRoot": all[ent.HierarchyRoot], "Job": all[ent.Job],
	"ManagedServer": all[ent.ManagedServer], "NasJob": all[ent.NASJob], "NasObject": all[ent.NASObject],
	"ObjectInAgentBackupJob": all[ent.ObjectInAgentBackupJob], "ObjectInJob": all[ent.ObjectInJob], "Passwords": all[ent.PasswordKeyInfo],
	"Replica": all[ent.Replica], "ReplicaJobSession": all[ent.ReplicaJobSession], "ReplicaTaskSession": all[ent.ReplicaTaskSession],
	"Repository": all[ent.Repository], "RestorePoint": all[ent.RestorePoint], "RestoreSession": all[ent.RestoreSession], "Task": all[ent.Task],
	"vAppReplicaPoint": all[ent.VAppReplicaPoint], "vAppRestorePoint": all[ent.VAppRestorePoint],
	"VCloudOrganizationConfig": all[ent.VCloudOrganizationConfig], "VlanConfiguration": all[ent.VlanConfiguration],
	"VmReplicaPoint": all[ent.VmReplicaPoint], "VmRestorePoint": all[ent.VmRestorePoint],
	"VsphereSelfServiceConfig": all[ent.VSphereSelfServiceConfig], "WanAccelerator": all[ent.WanAccelerator],
}

// All reads every query type from the simulator: filtered, sorted and page by page the same things as in one answer, none twice.
func TestAllOfEveryQuery(t *testing.T) {
	names := map[string]string{} // of the type's field of words that is not an enumeration
	for line := range strings.Lines(string(schema.Queries())) {
		if f := strings.Split(line, "\t"); f[0] != "query" && names[f[0]] == "" && f[6] == "string" {
			names[f[0]] = f[5]
		}
	}
	for form, opts := range map[string][]client.Option{"xml": nil, "json": {client.WithJSON()}} {
		t.Run(form, func(t *testing.T) {
			em := simulator.New(simulator.DefaultModel(), quick)
			t.Cleanup(em.Close)
			c := dial(t, em, opts...)
			for range 3 {
				if _, err := c.BackupServers().ID(firstServer(t, c)).Collect(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for _, typ := range fields.Types() {
				ask := queries[typ.Name]
				if ask == nil {
					t.Errorf("%s: no Go type in the test", typ.Name)
					continue
				}
				once := ask(t, c, typ.Name, names[typ.Name], 10_000)
				paged := ask(t, c, typ.Name, names[typ.Name], max(2, len(once)/5))
				if len(once) == 0 || !slices.Equal(once, paged) {
					t.Errorf("%s: %d in one answer, %d page by page", typ.Name, len(once), len(paged))
				}
				slices.Sort(paged)
				if n := len(slices.Compact(paged)); n != len(once) {
					t.Errorf("%s: %d of %d are different", typ.Name, n, len(once))
				}
			}
			if n := len(fields.Types()); n != 49 {
				t.Errorf("%d query types", n)
			}
		})
	}
}

func firstServer(t *testing.T, c *client.Client) string {
	t.Helper()
	return client.IDOf(*named(t, c, query.Ne(fields.BackupServerName, "none")).UID)
}
