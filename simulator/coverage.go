package simulator

import (
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
)

// Support says how far an operation is simulated.
type Support string

const (
	Stateful Support = "stateful" // it changes what other operations see
	Read     Support = "read"     // it shows the one state that all operations share
	None     Support = "501"      // it answers 501 Not Implemented
)

// Covered is an operation and how far it is simulated.
type Covered struct {
	Operation *rest.Operation
	Support   Support
}

// stateful and read name what is simulated; a test calls every operation of the table and compares.
var (
	stateful = []string{
		"SessionMngr.Create", "LogonSessions.ID.Delete", "Tasks.ID.Delete",
		"CdpReplica.VApps.ID.Failover", "CdpReplicas.ID.Vms.ID.Failover",
		"CdpPolicies.ID.Enable", "CdpPolicies.ID.Disable",
	}
	reads = []string{
		"Root.Get", "LogonSessions.List", "LogonSessions.ID.Get", "Tasks.List", "Tasks.ID.Get", "Query.Get", "QuerySvc.Get",
		"BackupServers.List", "BackupServers.Entities", "BackupServers.ID.Get", "BackupServers.ID.Reference",
		"RestoreSessions.List", "RestoreSessions.Entities", "RestoreSessions.ID.Get", "RestoreSessions.ID.Reference",
		"CdpPolicies.List", "CdpPolicies.Entities", "CdpPolicies.ID.Get", "CdpPolicies.ID.Reference",
		"CdpPolicies.ID.Includes.List", "CdpPolicies.ID.Includes.ID.Get",
		"CdpPolicies.ID.CdpReplicaSessions.List", "CdpPolicies.ID.CdpReplicaSessions.Entities",
		"CdpReplica.VApps.List", "CdpReplica.VApps.Entities", "CdpReplica.VApps.ID.Get", "CdpReplica.VApps.ID.Reference",
		"CdpReplica.VApps.ID.Intervals", "CdpReplica.VApps.ID.Vms.List", "CdpReplica.VApps.ID.Vms.Entities",
		"CdpReplica.VApps.ID.Vms.ID.Get", "CdpReplica.VApps.ID.Vms.ID.Reference",
		"CdpReplicas.List", "CdpReplicas.Entities", "CdpReplicas.ID.Get", "CdpReplicas.ID.Reference",
		"CdpReplicas.ID.Vms.List", "CdpReplicas.ID.Vms.Entities", "CdpReplicas.ID.Vms.ID.Get", "CdpReplicas.ID.Vms.ID.Reference",
		"CdpReplicas.ID.Vms.ID.Intervals",
		"CdpReplicaSessions.List", "CdpReplicaSessions.Entities", "CdpReplicaSessions.ID.Get", "CdpReplicaSessions.ID.Reference",
		"CdpReplicaSessions.ID.CdpReplicaTaskSessions.List", "CdpReplicaSessions.ID.CdpReplicaTaskSessions.Entities",
		"CdpReplicaTaskSessions.List", "CdpReplicaTaskSessions.Entities",
		"CdpReplicaTaskSessions.ID.Get", "CdpReplicaTaskSessions.ID.Reference",
	}
)

// Coverage lists every operation of the operation table, in its order.
func Coverage() []Covered {
	support := make(map[string]Support)
	for _, name := range stateful {
		support[name] = Stateful
	}
	for _, name := range reads {
		support[name] = Read
	}
	var out []Covered
	serving := newTables().serving()
	for _, op := range emapi.Operations() {
		s, ok := support[op.Name]
		if v, served := serving[op]; served {
			s, ok = v.support, true
		}
		if !ok {
			s = None
		}
		out = append(out, Covered{op, s})
	}
	return out
}

// linkTargets are the addresses that links may lead to: what answers 501 is not linked.
func linkTargets() map[string]bool {
	out := make(map[string]bool)
	for _, c := range Coverage() {
		if c.Support != None {
			out[linkTarget(c.Operation.Method, c.Operation.Path, c.Operation.Query)] = true
		}
	}
	return out
}

// linkTarget is the key of an operation: query counts where it is an action.
func linkTarget(method, template, query string) string {
	action := ""
	if name, v, ok := strings.Cut(query, "="); ok && strings.EqualFold(name, "action") {
		action = "?action=" + v
	}
	return strings.ToLower(method + " " + strings.TrimSuffix(template, "/") + action)
}
