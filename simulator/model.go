package simulator

import (
	"fmt"
	"time"
)

// Model says what the simulated Enterprise Manager manages. Names and identifiers follow from the seed and from nothing
// else, so that two simulators with the same model agree on them, and one with more replicas has the same ones first.
type Model struct {
	// Seed makes another set of identifiers, restore points and intervals.
	Seed uint64
	// BackupServers is the number of backup servers; the rest is spread over them evenly.
	BackupServers int
	// Replicas is the number of CDP replicas, each with its own CDP policy (CDP Policy 1, …).
	Replicas int
	// VMsPerReplica is the number of VMs in each CDP replica.
	VMsPerReplica int
	// VApps is the number of vApp replicas (vapp01, …). Those of one backup server share one CDP policy.
	VApps int
	// VMsPerVApp is the number of VMs in each vApp replica.
	VMsPerVApp int
	// PolicySessions is the number of past CDP sessions of each policy; one more is always working.
	PolicySessions int
	// RestoreSessions is the number of restore sessions that ended before the simulator started.
	RestoreSessions int
	// Jobs is the number of further backup jobs, each of two machines of its own (Backup Machines 0001, …), beside those that every
	// backup server has.
	Jobs int
	// RunsPerJob is the number of runs of each of them that have ended, with a restore point each; 0 means 3.
	RunsPerJob int
	// Tenants is the number of further tenants (Tenant 0001, …), beside those that every backup server has.
	Tenants int
	// ShortTerm is how far back any moment can be restored; 0 means 4 h.
	ShortTerm time.Duration
	// LongTerm is how long restore points are kept; 0 means 7 days.
	LongTerm time.Duration
	// LongTermEvery is the distance between restore points, ten minutes at least; 0 means 8 h.
	LongTermEvery time.Duration
}

// DefaultModel returns a small site: one backup server with a few things of every kind, two CDP replicas of three VMs, four vApps of two VMs.
func DefaultModel() Model {
	return Model{
		Seed: 1, BackupServers: 1, Replicas: 2, VMsPerReplica: 3, VApps: 4, VMsPerVApp: 2,
		PolicySessions: 2, RestoreSessions: 3,
	}
}

func (m Model) withDefaults() Model {
	m.BackupServers = max(m.BackupServers, 1)
	m.Replicas = max(m.Replicas, 0)
	m.VMsPerReplica = max(m.VMsPerReplica, 0)
	m.VApps = max(m.VApps, 0)
	m.VMsPerVApp = max(m.VMsPerVApp, 0)
	m.PolicySessions = max(m.PolicySessions, 0)
	m.RestoreSessions = max(m.RestoreSessions, 0)
	m.Jobs = max(m.Jobs, 0)
	m.Tenants = max(m.Tenants, 0)
	if m.RunsPerJob <= 0 {
		m.RunsPerJob = 3
	}
	if m.ShortTerm <= 0 {
		m.ShortTerm = 4 * time.Hour
	}
	if m.LongTerm <= 0 {
		m.LongTerm = 7 * 24 * time.Hour
	}
	if m.LongTermEvery <= 0 {
		m.LongTermEvery = 8 * time.Hour
	}
	m.LongTermEvery = max(m.LongTermEvery, 10*time.Minute)
	return m
}

func number(format string, n int) string { return fmt.Sprintf(format, n) }
