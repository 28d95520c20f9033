package simulator

import "time"

// addSelfService adds what organizations of Cloud Director and accounts of vSphere may do for themselves.
func addSelfService(s *site) {
	s.addPart(nil, "vCloud", nil)
	s.addPart(nil, "selfService/vSphere", nil)
	for i, server := range s.list(serverPath) {
		for _, o := range organizations {
			name := nameOf(o.name, i)
			r := s.newOrgConfig(server, s.repository(server, o.repository), name, server.id, o.name)
			r.setAll(values{
				"QuotaGb": o.quota, "UsedQuotaMb": o.used, "IsDisabled": o.disabled,
				"RepositoryFriendlyName": "Backups of " + name, "JobSettings": o.settings,
			})
		}
		for _, a := range selfServiceAccounts {
			r := s.newSelfService(server, s.repository(server, a.repository), nameOf(a.name, i), server.id, a.name)
			vCenters := []string{}
			if a.vCenter {
				vCenters = append(vCenters, s.managed(server, "vcenter", 0).uid())
			}
			r.setAll(values{
				"QuotaGb": a.quota, "UsedQuotaMb": a.used, "PerUser": a.perUser, "JobSettings": a.settings,
				"Account":       values{"AccountName": r.name, "AccountSid": a.sid, "AccountType": a.kind},
				"VCentersScope": values{"VCenterUid": vCenters}, "Tags": values{"Tag": a.tags},
			})
		}
	}
}

// organizations have the names of tenants of the type vCD, where there is one.
var organizations = []struct {
	name, repository string
	quota, used      int64 // gigabytes, megabytes
	disabled         bool
	settings         values
}{
	{"cedar", "Linux Repository", 500, 183200, false, jobSettings("Full", true, true)},
	{"fir", "Scale-out Repository", 200, 20480, false, jobSettings("Partial", false, false)},
	{"gorse", "SMB Repository", 50, 0, true, jobSettings("Disabled", false, false)},
}

// domainSID begins the security identifiers of the domain's accounts.
const domainSID = "S-1-5-21-1004336348-1177238915-682003330"

var selfServiceAccounts = []struct {
	name, kind, sid, repository string
	quota, used                 int64 // gigabytes, megabytes
	perUser, vCenter            bool
	settings                    values
	tags                        []string
}{
	{`SIM\developers`, "Group", domainSID + "-1201", "Linux Repository", 300, 51200, true, true, jobSettings("Full", false, false), nil},
	{`SIM\jane.miller`, "User", domainSID + "-1117", "SMB Repository", 100, 8192, false, true, jobSettings("Random", true, false), []string{"Owner.Jane"}},
	{
		`SIM\operators`, "Group", domainSID + "-1202", "Scale-out Repository", 1000, 402000, false, false, jobSettings("Partial", true, true),
		[]string{"Tier.Gold", "Tier.Silver"},
	},
}

// jobSettings are what jobs start from: settings of the configuration's own, or those of all.
func jobSettings(scheduler string, custom, high bool) values {
	return values{"DefaultSettings": !custom, "CustomSettings": custom, "JobSchedulerType": scheduler, "HighPriorityJob": high}
}

// newOrgConfig makes the configuration of an organization of Cloud Director.
func (s *site) newOrgConfig(server, repository *record, name string, key ...string) *record {
	r := s.add("/vCloud/orgConfigs/{ID}", name, key...).up(server).to(repository)
	r.setAll(values{
		"BackupServerUid": server.uid(), "RepositoryUid": repository.uid(), "HostUid": s.managed(server, "vcd", 0).uid(),
	})
	return s.withJobSettings(r)
}

// newSelfService makes the configuration of an account of vSphere.
func (s *site) newSelfService(server, repository *record, name string, key ...string) *record {
	r := s.add("/selfService/vSphere/Configs/{ID}", name, key...).up(server).to(repository)
	r.setAll(values{"BackupServerUid": server.uid(), "RepositoryUid": repository.uid()})
	return s.withJobSettings(r)
}

// withJobSettings adds the address that shows a configuration's job settings alone.
func (s *site) withJobSettings(config *record) *record {
	s.addPart(config, "backupJobSettings", nil).look = func(time.Time) values {
		v, _ := config.fields["JobSettings"].(values)
		return v
	}
	return config
}
