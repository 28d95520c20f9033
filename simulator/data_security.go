package simulator

import (
	"strconv"
	"time"
)

// addSecurity adds the accounts of Enterprise Manager, what roles they have and what they may restore, and what the system itself did.
func addSecurity(s *site) {
	s.addPart(nil, "security", nil)
	for _, name := range []string{portalAdministrator, portalUser, restoreOperator} {
		s.add("/security/roles/{ID}", name)
	}
	servers := s.list(serverPath)
	for _, a := range enterpriseAccounts {
		account := s.newAccount(a.name, a.kind, a.restoreAll)
		if a.files != nil {
			account.set("FlrSettings", a.files)
		}
		if a.databases {
			account.set("SqlSettings", values{"DenyInPlaceRestore": true})
		}
		for _, role := range a.roles {
			s.addRole(account, s.keyed("/security/roles/{ID}", role))
		}
		for _, o := range a.scope {
			s.addScope(account, s.hierarchyRoot(servers[0], o.platform), o)
		}
	}
	s.addSystemSessions()
}

const (
	portalAdministrator = "Portal Administrator"
	portalUser          = "Portal User"
	restoreOperator     = "Restore Operator"
)

// scopeData is an object that an account may restore.
type scopeData struct{ name, platform, kind, state string }

var enterpriseAccounts = []struct {
	name, kind string
	restoreAll bool
	files      values // limits for files
	databases  bool   // databases may not be restored to where they came from
	roles      []string
	scope      []scopeData
}{
	{name: `SIM\administrators`, kind: "Group", restoreAll: true, roles: []string{portalAdministrator}},
	{
		name: `SIM\helpdesk`, kind: "Group", roles: []string{restoreOperator, portalUser}, databases: true,
		files: values{"FlrInplaceOnly": true, "FlrExtentionRestrictions": "docx,xlsx,pdf"},
		scope: []scopeData{{"Cluster01", "VMware", "Cluster", "Processed"}, {"Servers", "VMware", "Folder", "Unprocessed"}},
	},
	{
		name: `SIM\jane.miller`, kind: "User", roles: []string{portalUser}, files: values{"FlrInplaceOnly": false, "FlrExtentionRestrictions": ""},
		scope: []scopeData{{"cedar", "vCloud", "Organization", "Processed"}},
	},
	{name: "john.smith@sim.example", kind: "ExternalUser", roles: []string{restoreOperator}, scope: []scopeData{{"Host", "HyperV", "Host", "Processed"}}},
}

// newAccount makes an account without roles.
func (s *site) newAccount(name, kind string, restoreAll bool) *record {
	return s.add("/security/accounts/{ID}", name).setAll(values{"AccountType": kind, "AllowRestoreAllVms": restoreAll})
}

// addRole gives an account a role.
func (s *site) addRole(account, role *record) *record {
	return s.addBelow(account, "roles", "", role.id).up(account).relate("", "Related", role).set("RoleName", role.name)
}

// addScope lets an account restore what lies below an object of a hierarchy.
func (s *site) addScope(account, root *record, o scopeData) *record {
	v := values{"Name": o.name, "Platform": o.platform, "HierarchyObjectType": o.kind, "State": o.state}
	if root != nil {
		v["HierarchyRootName"] = root.name
	}
	return s.addBelow(account, "scopes", "", o.platform, o.name).up(account).to(root).setAll(v)
}

// hierarchyRoot returns the root of a backup server's objects of a platform: VMware, vCloud, or Hyper-V in any spelling.
func (s *site) hierarchyRoot(server *record, platform string) *record {
	id := s.hyperVOf(server)
	switch platform {
	case "VMware":
		id = s.vCenterOf(server)
	case "vCloud":
		id = s.vCloudOf(server)
	}
	return s.find(rootPath, id)
}

// systemSessions are what the system did of itself, the last first.
var systemSessions = []struct {
	name, kind, state, result, message string
	ago, took                          time.Duration // took 0: it still works
}{
	{"Database maintenance", "DatabaseMaintenance", "InProgress", "", "", 4 * time.Minute, 0},
	{"Data collection", "CollectJob", "CompletedSuccessfully", "Success", "", 25 * time.Minute, 48 * time.Second},
	{"Catalog replication", "CatalogReplicationJob", "CompletedSuccessfully", "Success", "", 70 * time.Minute, 3 * time.Minute},
	{"Restore scope rebuild", "SecurityScopesRebuild", "CompletedWarning", "Warning", "One object is not there any more.", 5 * time.Hour, 95 * time.Second},
	{"License update", "LicAutoUpdate", "Failed", "Failed", "The license server does not answer.", 27 * time.Hour, 21 * time.Second},
	{"Data collection", "CollectJob", "CompletedSuccessfully", "Success", "", 49 * time.Hour, 51 * time.Second},
}

func (s *site) addSystemSessions() {
	for n, d := range systemSessions {
		began := s.now.Truncate(time.Second).Add(-d.ago)
		r := s.add("/systemSessions/{ID}", d.name, strconv.Itoa(n)).setAll(values{"SessionType": d.kind, "CreationTimeUTC": began, "State": d.state})
		if d.took > 0 {
			r.setAll(values{"EndTimeUTC": began.Add(d.took), "Result": values{"Result": d.result, "Message": d.message, "IsCanceled": false}})
		} else {
			r.look = func(now time.Time) values { return underMaintenance(began, now) }
		}
		s.addPart(r, "events", nil)
	}
}

// underMaintenance is a session that ends a while after the simulator's start.
func underMaintenance(began, now time.Time) values {
	end := began.Add(15 * time.Minute)
	if now.Before(end) {
		return nil
	}
	return values{"State": "CompletedSuccessfully", "EndTimeUTC": end, "Result": values{"Result": "Success", "Message": "", "IsCanceled": false}}
}
