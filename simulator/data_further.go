package simulator

import (
	"iter"
	"slices"
)

// What a Model has more of than every site: jobs and tenants by number, spread over the backup servers.

// further are the numbers, from 1 on, of those of n things that the i-th backup server has.
func (s *site) further(n, i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for j := i; j < n; j += s.model.BackupServers {
			if !yield(j + 1) {
				return
			}
		}
	}
}

// jobPlans are the jobs of the i-th backup server.
func (s *site) jobPlans(i int) []jobPlan {
	plans := slices.Clone(jobPlans)
	for n := range s.further(s.model.Jobs, i) {
		plans = append(plans, jobPlan{
			name: number("Backup Machines %04d", n), kind: "Backup", platform: "VMware", description: "Two machines, every night",
			repository: "Default Backup Repository", includes: []string{number("machine%04d-", n)}, hour: n % 24, days: "Everyday",
			runs: s.model.RunsPerJob, further: true,
		})
	}
	return plans
}

// addFurtherMachines adds the machines of these jobs to a vCenter.
func (s *site) addFurtherMachines(vCenter string, i int) {
	for n := range s.further(s.model.Jobs, i) {
		for k := range 2 {
			o := s.addObject(vCenter, "VMware", "Vm", number("machine%04d", n)+number("-%d", k+1), number("vm-%d", 100_000+2*n+k))
			o.query = values{"System": "Linux", "Size": int64(50+n%100) * gib}
		}
	}
}

// addFurtherTenant adds a tenant with a quota in the provider's repository.
func (s *site) addFurtherTenant(server *record, n int) {
	name := number("Tenant %04d", n)
	s.addTenantOf(server, 0, tenantData{
		name: name, kind: "Standalone", description: "Customer " + number("%d", n), enabled: true, active: 1 + n%40, result: "Success", vms: n % 9,
		quotas: []quotaData{{name + " Backups", "Cloud Repository", 102_400, int64(n % 1000), false}},
	})
}
