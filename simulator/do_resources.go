package simulator

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doResources registers what makes and changes the resources that are neither jobs nor tenants.
func doResources(g registry) {
	g.do("BackupServers.Create", creating("DnsNameOrIpAddress", (*making).backupServer))
	g.do("BackupServers.ID.Collect", collect)
	g.do("BackupServers.ID.Credentials.Create", creating("Username", (*making).credentials))
	g.do("BackupServers.ID.Passwords.Create", creating("Hint", (*making).passwordKey))
	g.do("Cloud.Gateways.Create", creating("ServerHostName", (*making).gateway))
	g.do("Cloud.GatewayPools.Create", creating("Name", (*making).gatewayPool))
	g.do("Cloud.GatewayPools.ID.Update", editPool)
	g.do("Cloud.HardwarePlans.Create", creating("Name", (*making).hardwarePlan))
	g.do("Cloud.PublicIpAddresses.Create", creating("IpAddressLowerBound", (*making).publicAddress))
	g.do("Security.Accounts.Create", creating("AccountName", (*making).account))
	g.do("Security.Accounts.RebuildScope", rebuildScope)
	g.do("Security.Accounts.ID.Roles.Create", creating("", (*making).role))
	g.do("Security.Accounts.ID.Scopes.Create", creating("", (*making).scope))
	g.do("VCloud.OrgConfigs.Create", creating("OrganizationName", (*making).orgConfig))
	g.do("VCloud.OrgConfigs.ID.Disable", disableConfig)
	g.do("SelfService.VSphere.Configs.Create", creating("AccountName", (*making).selfService))
}

func (m *making) backupServer(key string) *record {
	r := m.add(serverPath, m.name, key).setAll(values{"Description": "", "Port": 9392, "Version": "13.0.1.1071"}).setAll(m.shown(m.site.kind(serverPath)))
	r.query = values{"IpOrDnsName": m.name}
	return r
}

// collect lets Enterprise Manager ask a backup server for what is new: there never is anything, since it knows all at once.
func collect(q *request) (xsdbind.Struct, error) {
	server, err := q.record()
	if err != nil {
		return nil, err
	}
	return q.answered(q.carryOut(q.about(Collected, server), "CollectingBackupServer", func(time.Time) {}))
}

func (m *making) credentials(key string) *record {
	r := m.addBelow(m.parent, "credentials", m.name, key).up(m.parent)
	m.c.doing.setPassword(r, m.text("Password"))
	return r.setAll(values{"Id": r.id, "Username": m.name, "Description": m.text("Description")})
}

func (m *making) passwordKey(key string) *record {
	r := m.addBelow(m.parent, "passwords", m.name, key).up(m.parent)
	m.c.doing.setPassword(r, m.text("Password"))
	return r.setAll(values{"Id": r.id, "Hint": m.name, "LastModificationDate": m.site.now})
}

func (m *making) gateway(key string) *record {
	managed := m.site.kind("/managedServers/{ID}").named(m.name, nil)
	if managed == nil {
		m.err = rest.Faultf(http.StatusBadRequest, "ServerHostName: there is no managed server %s.", m.name)
		return nil
	}
	r := m.newGateway(managed, m.server).setAll(m.shown(m.site.kind("/cloud/gateways/{ID}")))
	r.setAll(values{"Enabled": true, "NetworkMode": m.text("NetworkType"), "DnsNameOrIpAddress": m.name})
	if ip := m.text("ExternalIp"); ip != "" {
		r.set("ExternalIP", ip)
	}
	return r
}

func (m *making) gatewayPool(key string) *record {
	pool := m.newGatewayPool(m.server, m.name, key).set("Description", m.text("Description"))
	m.err = m.fillPool(pool, m.spec)
	return pool
}

// poolLists are the lists of a gateway pool, and the kinds of what they name.
var poolLists = []struct{ list, item, path string }{
	{"CloudGateways", "CloudGatewayUid", "/cloud/gateways/{ID}"}, {"CloudTenants", "CloudTenantUid", "/cloud/tenants/{ID}"},
}

// fillPool gives a pool the gateways and tenants that v lists.
func (q *request) fillPool(pool *record, v values) error {
	for _, x := range poolLists {
		list, err := q.namedIn(v, x.list, x.item)
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.kind.path != x.path {
				return rest.Faultf(http.StatusBadRequest, "%s/%s: %s is something else.", x.list, x.item, r.name)
			}
		}
		if _, ok := v[x.list]; ok {
			q.c.store.relateOnly(pool, x.path, list)
		}
	}
	return nil
}

func editPool(q *request) (xsdbind.Struct, error) {
	return q.edit(func(pool *record, v values) (func(), error) {
		lists := values{}
		for _, x := range poolLists {
			if of, ok := v[x.list]; ok {
				lists[x.list] = of
				if _, err := q.namedIn(v, x.list, x.item); err != nil {
					return nil, err
				}
			}
		}
		return func() {
			_ = q.fillPool(pool, lists) // what they name was there a moment ago; what is gone is left out
			for _, x := range poolLists {
				delete(pool.fields, x.list) // they follow from the records
			}
		}, nil
	})
}

func (m *making) hardwarePlan(key string) *record {
	plan := m.add("/cloud/hardwarePlans/{ID}", m.name, key).up(m.server)
	plan.setAll(m.shown(plan.kind)).query = values{"Platform": "VMware"}
	if details, _ := m.spec["HardwarePlanDetails"].(values); details["HvCloudHardwarePlan"] != nil {
		plan.query["Platform"] = "HyperV"
	}
	return plan
}

// addressesBetween lists the IPv4 addresses of a range; nil when it is none, or one of more than 256.
func addressesBetween(first, last string) []string {
	from, err1 := netip.ParseAddr(first)
	to, err2 := netip.ParseAddr(last)
	if err1 != nil || err2 != nil || to.Less(from) {
		return nil
	}
	var out []string
	for ip := from; ; ip = ip.Next() {
		if len(out) == 256 || !ip.IsValid() {
			return nil
		}
		out = append(out, ip.String())
		if ip == to {
			return out
		}
	}
}

// publicAddress makes the first address of a range, and the others beside it.
func (m *making) publicAddress(key string) *record {
	first, last := m.name, m.text("IpAddressUpperBound")
	list := addressesBetween(first, last)
	if list == nil {
		m.err = rest.Faultf(http.StatusBadRequest, "IpAddressUpperBound: %s to %s is no range of up to 256 addresses.", first, last)
		return nil
	}
	r := m.newPublicAddress(m.server, first, key)
	for _, ip := range list[1:] {
		if r.kind.named(ip, nil) == nil {
			m.newPublicAddress(m.server, ip, m.c.doing.serial()).from = m.site.now.Add(m.c.timing.Running + m.c.timing.Collecting)
		}
	}
	return r
}

func (m *making) account(string) *record {
	all, _ := m.spec["AllowRestoreAllVms"].(bool)
	r := m.newAccount(m.name, m.text("AccountType"), all).setAll(m.shown(m.site.kind("/security/accounts/{ID}"), "Roles"))
	for _, spec := range items(m.spec, "Roles", "EnterpriseRole") {
		part := &making{request: m.request, site: m.site, spec: spec, parent: r}
		if part.role(""); part.err != nil {
			m.err = part.err
			return r
		}
	}
	if scopes, ok := m.spec["HierarchyScopeObjects"].(values); ok {
		part := &making{request: m.request, site: m.site, spec: scopes, parent: r}
		part.scope("")
		m.err = part.err
	}
	return r
}

func (m *making) role(string) *record {
	role := m.refersTo("EnterpriseRoleUid", "EnterpriseRole")
	if m.err != nil {
		return nil
	}
	for _, x := range m.parent.below {
		if x.text("RoleName") == role.name {
			m.err = rest.Faultf(http.StatusConflict, "%s has the role %s already.", m.parent.name, role.name)
			return nil
		}
	}
	return m.addRole(m.parent, role)
}

// scope makes the scopes of a list. The answer leads to the first.
func (m *making) scope(string) *record {
	var first *record
	list, _ := m.spec["HierarchyScopeItem"].([]values)
	for _, item := range list {
		ref, _ := item["HierarchyObjRef"].(string)
		name, _ := item["ObjectName"].(string)
		platform, typ, root, ok := splitRef(ref)
		if !ok {
			m.err = rest.Faultf(http.StatusBadRequest, "HierarchyObjRef: %q is no reference to an object.", ref)
			return first
		}
		r := m.addScope(m.parent, m.find(rootPath, root), scopeData{name, platform, typ, "Unprocessed"})
		if first == nil {
			first = r
		}
	}
	if first == nil {
		m.err = rest.Faultf(http.StatusBadRequest, "HierarchyScopeItem: there is none.")
	}
	return first
}

// rebuildScope works out anew what accounts may restore.
func rebuildScope(q *request) (xsdbind.Struct, error) {
	e := q.event(ScopesRebuilt, q.now)
	return q.answered(q.carryOut(e, "StartRebuildScope", func(time.Time) {
		for _, r := range q.c.store.list("/security/accounts/{ID}/scopes/{ID}") {
			r.set("State", "Processed")
		}
	}))
}

func (m *making) orgConfig(key string) *record {
	repository := m.refersTo("RepositoryUid", "Repository")
	if m.err != nil {
		return nil
	}
	r := m.newOrgConfig(m.server, repository, m.name, key)
	return r.setAll(m.shown(r.kind)).setAll(values{"IsDisabled": false, "UsedQuotaMb": 0, "JobSettings": m.jobSettings()})
}

func (m *making) selfService(key string) *record {
	repository := m.refersTo("RepositoryUid", "Repository")
	if m.err != nil {
		return nil
	}
	kind := m.text("AccountType")
	if kind == "" {
		kind = "User"
	}
	r := m.newSelfService(m.server, repository, m.name, key)
	return r.setAll(m.shown(r.kind)).setAll(values{
		"UsedQuotaMb": 0, "Account": values{"AccountName": m.name, "AccountType": kind}, "JobSettings": m.jobSettings(),
	})
}

// jobSettings are what a configuration's specification says about jobs.
func (m *making) jobSettings() values {
	template := m.text("TemplateJobUid")
	v := values{"DefaultSettings": template == "", "CustomSettings": template != "", "JobSchedulerType": m.text("JobSchedulerType"), "HighPriorityJob": false}
	if v["JobSchedulerType"] == "" {
		v["JobSchedulerType"] = "Full"
	}
	if high, ok := m.spec["HighPriorityJob"].(bool); ok {
		v["HighPriorityJob"] = high
	}
	if template != "" {
		v["TemplateJobUid"] = template
	}
	return v
}

func disableConfig(q *request) (xsdbind.Struct, error) {
	config, err := q.record()
	if err != nil {
		return nil, err
	}
	return q.answered(q.carryOut(q.about(Edited, config), "EditVCloudOrganizationConfig", func(time.Time) { config.set("IsDisabled", true) }))
}
