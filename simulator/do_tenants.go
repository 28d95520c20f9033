package simulator

import (
	"net/http"
	"slices"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doTenants registers what changes tenants and what they have.
func doTenants(g registry) {
	g.do("Cloud.Tenants.Create", creating("Name", (*making).tenant))
	g.do("Cloud.Tenants.ID.Update", editTenant)
	g.do("Cloud.Tenants.ID.Resources.Create", creating("", (*making).tenantResource))
	g.do("Cloud.Tenants.ID.ComputeResources.Create", creating("", (*making).computeResource))
	g.do("Cloud.Tenants.ID.VCloudComputeResources.Create", creating("", (*making).dataCenter))
	g.do("Cloud.Tenants.ID.Subtenants.Create", creating("Name", (*making).subtenant))
	g.do("Cloud.Tenants.ID.Subtenants.ID.Update", func(q *request) (xsdbind.Struct, error) {
		return q.edit(func(r *record, v values) (func(), error) {
			return func() {
				if on, ok := r.fields["Enabled"].(bool); ok && r.query != nil {
					r.query["Disabled"] = !on
				}
			}, nil
		})
	})
}

// tenant makes a tenant with the resources that the specification asks for.
func (m *making) tenant(key string) *record {
	t := m.newTenant(m.server, m.name, key)
	t.setAll(m.shown(t.kind, "Resources", "ComputeResources", "VCloudComputeResources", "CloudGatewayPools", "TenantType", "PublicIpCount"))
	if m.spec["Enabled"] == nil {
		t.set("Enabled", true)
	}
	t.set("LeaseOptions", values{"Enabled": false})
	if date := m.text("LeaseExpirationDate"); date != "" {
		t.set("LeaseOptions", values{"Enabled": true, "ExpirationDate": date})
	}
	m.setTenantType(t, m.text("TenantType"), m.text("OrganizationRef"))
	m.addPart(t, "freelicenseCounters", values{
		"RentalVMBackupCount": 0, "RentalWorkstationBackupCount": 0, "RentalServerBackupCount": 0, "NewVMBackupCount": 0,
		"NewWorkstationBackupCount": 0, "NewServerBackupCount": 0, "NewVMReplicaCount": 0,
	})
	m.c.doing.setPassword(t, m.text("Password"))
	for _, p := range []struct {
		list, item string
		make       func(*making, string) *record
	}{
		{"Resources", "BackupResource", (*making).tenantResource},
		{"ComputeResources", "ComputeResource", (*making).computeResource},
		{"VCloudComputeResources", "VCloudComputeResource", (*making).dataCenter},
	} {
		for _, spec := range items(m.spec, p.list, p.item) {
			part := &making{request: m.request, site: m.site, spec: spec, parent: t, server: m.server}
			if p.make(part, m.c.doing.serial()); part.err != nil {
				m.err = part.err
				return t
			}
		}
	}
	pools, err := m.namedIn(m.spec, "CloudGatewayPools", "CloudGatewayPoolUid")
	if err != nil {
		m.err = err
		return t
	}
	for _, pool := range pools {
		t.to(pool)
	}
	for range m.number("PublicIpCount") {
		ip := m.freeAddress(m.server)
		if ip == nil {
			m.err = rest.Faultf(http.StatusConflict, "There are not so many free public IP addresses.")
			return t
		}
		ip.to(t)
	}
	return t
}

func (m *making) tenantResource(key string) *record {
	repository := m.refersTo("RepositoryUid", "Repository")
	wan := m.referred("WanAcceleratorUid")
	if m.err != nil {
		return nil
	}
	if m.number("QuotaMb") <= 0 {
		m.err = rest.Faultf(http.StatusBadRequest, "QuotaMb: %d is no quota.", m.number("QuotaMb"))
		return nil
	}
	return m.newTenantResource(m.parent, repository, wan, m.text("Name"), m.number("QuotaMb"), key)
}

func (m *making) computeResource(key string) *record {
	plan := m.refersTo("CloudHardwarePlanUid", "CloudHardwarePlan")
	wan := m.referred("WanAcceleratorUid")
	if m.err != nil {
		return nil
	}
	r := m.newComputeResource(m.parent, plan, wan, key)
	return r.setAll(m.shown(r.kind))
}

func (m *making) dataCenter(key string) *record {
	r := m.addBelow(m.parent, "vCloudComputeResources", "", key).up(m.parent).up(m.server)
	return r.setAll(m.shown(r.kind)).setAll(values{"Id": r.id, "VirtualDataCenterName": m.text("VirtualDataCenterRef"), "Enabled": true, "AllocationModel": "Flex"})
}

func (m *making) subtenant(key string) *record {
	resource := m.find("/cloud/tenants/{ID}/resources/{ID}", m.text("TenantResourceId"))
	if resource == nil || resource.parent != m.parent {
		m.err = rest.Faultf(http.StatusBadRequest, "TenantResourceId: the tenant has no resource %s.", m.text("TenantResourceId"))
		return nil
	}
	unlimited, _ := m.spec["UnlimitedQuota"].(bool)
	quota, _ := resource.quota()["Quota"].(int64)
	switch asked := m.number("QuotaMb"); {
	case unlimited:
	case asked <= 0 || asked > quota:
		m.err = rest.Faultf(http.StatusBadRequest, "QuotaMb: %d is no part of the tenant's %d.", asked, quota)
		return nil
	default:
		quota = asked
	}
	name := m.text("QuotaName")
	if name == "" {
		name = "Quota of " + m.name
	}
	u := m.newSubtenant(m.parent, resource, m.name, name, int(quota), 0, key)
	u.setAll(m.shown(u.kind, "RepositoryQuota"))
	if m.spec["Enabled"] == nil {
		u.set("Enabled", true)
	}
	on, _ := u.fields["Enabled"].(bool)
	u.query = values{"Disabled": !on, "Unlimited": unlimited}
	m.c.doing.setPassword(u, m.text("Password"))
	return u
}

// editTenant changes a tenant, and the quotas of those of its resources that the body names.
func editTenant(q *request) (xsdbind.Struct, error) {
	return q.edit(func(t *record, v values) (func(), error) {
		quotas := map[*record]values{}
		for _, item := range items(v, "Resources", "CloudTenantResource") {
			id, _ := item["Id"].(string)
			r := q.c.store.find("/cloud/tenants/{ID}/resources/{ID}", id)
			if r == nil || r.parent != t {
				return nil, rest.Faultf(http.StatusBadRequest, "Resources/CloudTenantResource: the tenant has no resource %s.", id)
			}
			if quota, ok := item["RepositoryQuota"].(values); ok {
				delete(quota, "UsedQuota")
				quotas[r] = quota
			}
		}
		pools, err := q.namedIn(v, "CloudGatewayPools", "CloudGatewayPoolUid")
		if err != nil {
			return nil, err
		}
		_, hasPools := v["CloudGatewayPools"]
		return func() {
			for r, quota := range quotas {
				r.set("RepositoryQuota", r.quota().merged(quota))
			}
			if hasPools {
				q.c.store.relateOnly(t, "/cloud/gatewayPools/{ID}", pools)
			}
			for _, name := range []string{"Resources", "ComputeResources", "VCloudComputeResources", "CloudGatewayPools"} {
				delete(t.fields, name) // they follow from the records
			}
		}, nil
	})
}

// dropTenant removes a tenant with what only it has.
func (c *core) dropTenant(t *record) {
	for _, r := range slices.Clone(t.related) {
		switch r.kind.typ {
		case "CloudReplica":
			for _, p := range slices.Clone(r.related) {
				if p.one("CloudReplica") == r && p.kind.typ == "CloudVmReplicaPoint" {
					c.drop(p)
				}
			}
			c.drop(r)
		case "CloudFailoverPlan":
			c.drop(r)
		}
	}
	c.drop(t)
}

// leased says whether a tenant may use what it has.
func leased(t *record, now time.Time) bool {
	if on, _ := t.fields["Enabled"].(bool); !on {
		return false
	}
	lease, _ := t.fields["LeaseOptions"].(values)
	if on, _ := lease["Enabled"].(bool); !on {
		return true
	}
	switch end := lease["ExpirationDate"].(type) {
	case time.Time:
		return now.Before(end)
	case string:
		t, err := parseMoment(end)
		return err != nil || now.Before(t)
	}
	return true
}
