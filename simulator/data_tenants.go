package simulator

import (
	"strconv"
	"time"
)

// tenantData is a tenant of each backup server's provider.
type tenantData struct {
	name, kind, description string
	enabled                 bool
	lease                   int // days until the account ends, negative for days since; 0: it does not
	limit                   int // of the traffic in Mbps; 0: none
	active                  int // hours since the tenant was active last; 0: never
	result                  string
	vms, workstations       int // machines and workstations in backups
	servers                 int
	quotas                  []quotaData
	plan                    string   // hardware plan; "" for none
	replicas                []string // machines replicated to it
	addresses               int      // public IP addresses
	pool                    int      // gateway pool; 0: any gateway
	subtenants              []subtenantData
}

// quotaData is what a tenant may use of a repository.
type quotaData struct {
	name, repository string
	quota, used      int64 // megabytes
	wan              bool
}

type subtenantData struct {
	name, description string
	enabled           bool
	quota, used       int // megabytes; a quota of 0: all that the tenant has
}

var tenants = []tenantData{
	{
		name: "Alder Foods", kind: "Standalone", description: "Office backups, and replicas of the shop", enabled: true, active: 5, result: "Success",
		vms: 6, workstations: 2, servers: 1, limit: 200,
		quotas: []quotaData{
			{"Alder Backups", "Cloud Repository", 1024000, 412300, true}, {"Alder Archive", "Linux Repository", 512000, 96100, false},
		},
		plan: "VMware Gold", replicas: []string{"alder-web01", "alder-db01", "alder-app01"}, addresses: 2, pool: 1,
		subtenants: []subtenantData{
			{"alder-office", "Workstations of the office", true, 102400, 40960},
			{"alder-branch", "Workstations of the branch", true, 51200, 2048},
			{"alder-guest", "Left the company", false, 10240, 0},
		},
	},
	{
		name: "Birch Logistics", kind: "Standalone", description: "Replicas of the warehouse", enabled: true, active: 29, result: "Warning",
		vms: 3, lease: 200,
		quotas: []quotaData{{"Birch Backups", "Cloud Repository", 307200, 51800, false}},
		plan:   "Hyper-V Silver", replicas: []string{"birch-stock01", "birch-stock02"}, addresses: 1, pool: 2,
		subtenants: []subtenantData{{"birch-drivers", "Notebooks of the drivers", true, 0, 12288}},
	},
	{
		name: "cedar", kind: "vCD", description: "Organization of Cloud Director", enabled: true, active: 53, result: "Success", vms: 4,
		quotas: []quotaData{{"Cedar Backups", "Scale-out Repository", 2048000, 730000, false}}, pool: 1,
	},
	{
		name: `SIM\dogwood`, kind: "ActiveDirectory", description: "Account of the domain", enabled: true, active: 8, result: "Failed",
		workstations: 12, limit: 50,
		quotas: []quotaData{{"Dogwood Backups", "Cloud Repository", 153600, 149900, false}},
	},
	{
		name: "Elm Archive", kind: "Standalone", description: "Contract ended", lease: -40, result: "None",
		quotas: []quotaData{{"Elm Backups", "SMB Repository", 102400, 0, false}},
	},
}

func (s *site) addTenantOf(server *record, i int, d tenantData) {
	tenant := s.newTenant(server, nameOf(d.name, i), server.id, d.name).setAll(values{
		"Description": d.description, "Enabled": d.enabled, "LeaseOptions": values{"Enabled": d.lease != 0}, "LastResult": d.result,
		"VmCount": d.vms, "BackupCount": d.vms, "WorkStationBackupCount": d.workstations, "ServerBackupCount": d.servers,
		"ThrottlingEnabled": d.limit > 0, "ThrottlingSpeedLimit": max(d.limit, 1), "ThrottlingSpeedUnit": "Mbps",
		"MaxConcurrentTasks": 1 + len(d.quotas), "BackupProtectionEnabled": d.enabled, "BackupProtectionPeriod": 7,
		"FailoverToOthersGatewaysIfFail": d.pool > 0,
	})
	organization := ""
	if d.kind == "vCD" {
		organization = s.addCloudObject(server, "Organization", "org", tenant.name)
	}
	s.setTenantType(tenant, d.kind, organization)
	if d.lease != 0 {
		tenant.set("LeaseOptions", values{"Enabled": true, "ExpirationDate": s.today().AddDate(0, 0, d.lease)})
	}
	if d.active > 0 {
		tenant.set("LastActive", s.now.Truncate(time.Minute).Add(-time.Duration(d.active)*time.Hour))
	}
	for _, q := range d.quotas {
		var wan *record
		if q.wan {
			wan = s.keyed("/wanAccelerators/{ID}", server.id, "1")
		}
		s.newTenantResource(tenant, s.repository(server, q.repository), wan, q.name, q.quota, q.name).quota()["UsedQuota"] = q.used
	}
	if d.pool > 0 {
		tenant.to(s.keyed("/cloud/gatewayPools/{ID}", server.id, strconv.Itoa(d.pool-1)))
	}
	for range d.addresses {
		s.freeAddress(server).to(tenant)
	}
	s.addPart(tenant, "freelicenseCounters", values{
		"RentalVMBackupCount": d.vms / 2, "RentalWorkstationBackupCount": d.workstations / 2, "RentalServerBackupCount": d.servers,
		"NewVMBackupCount": d.vms % 2, "NewWorkstationBackupCount": d.workstations % 5, "NewServerBackupCount": 0, "NewVMReplicaCount": len(d.replicas) % 2,
	})
	for _, u := range d.subtenants {
		s.addSubtenant(tenant, u)
	}
	if d.plan != "" {
		s.addReplicaResources(server, tenant, d)
	}
	if d.kind == "vCD" {
		s.addDataCenter(server, tenant)
	}
}

// today is the midnight before the simulator's start, UTC.
func (s *site) today() time.Time { return s.now.UTC().Truncate(24 * time.Hour) }

// newTenant makes a tenant of whom nothing is known but what follows from relations.
func (s *site) newTenant(server *record, name string, key ...string) *record {
	tenant := s.add("/cloud/tenants/{ID}", name, key...).up(server).set("Password", "")
	tenant.look = s.tenantLook(tenant)
	return tenant
}

// tenantLook shows what a tenant has: it follows from the records below it and from relations.
func (s *site) tenantLook(tenant *record) func(time.Time) values {
	return func(time.Time) values {
		near := func(path string) []*record { return s.near(tenant, path) }
		v := values{
			"Resources":        values{"CloudTenantResource": near("/cloud/tenants/{ID}/resources/{ID}")},
			"ComputeResources": values{"CloudTenantComputeResource": near("/cloud/tenants/{ID}/computeResources/{ID}")},
			"PublicIpCount":    len(near("/cloud/publicIpAddresses/{ID}")),
			"ReplicaCount":     len(near("/cloud/replicas/{ID}")),
		}
		if list := near("/cloud/tenants/{ID}/vCloudComputeResources/{ID}"); len(list) > 0 {
			v["VCloudComputeResources"] = values{"CloudTenantVCloudComputeResource": list}
		}
		if list := near("/cloud/gatewayPools/{ID}"); len(list) > 0 {
			v["CloudGatewayPools"] = values{"CloudGatewayPoolUid": uids(list)}
		}
		return v
	}
}

// setTenantType says what the account is: Standalone, vCD or ActiveDirectory.
func (s *site) setTenantType(tenant *record, kind, organization string) {
	t := values{}
	switch kind {
	case "vCD":
		t["vCloudTenant"] = values{"OrganizationName": tenant.name, "OrganizationRef": organization}
	case "ActiveDirectory":
		t["ADTenantType"] = values{"Domain": values{"DomainName": "sim.example", "Port": 389}, "Account": tenant.name}
	default:
		kind = "Standalone"
		t["StandaloneTenant"] = values{"TenantCredentials": values{"Username": tenant.name}}
	}
	tenant.set("TenantType", t).query = values{"Type": kind}
}

// addCloudObject adds an organization, or a data center, of a backup server's Cloud Director, and returns the reference to it.
func (s *site) addCloudObject(server *record, typ, urn, name string) string {
	return s.addObject(s.vCloudOf(server), "vCloud", typ, name, "urn:vcloud:"+urn+":"+guid(s.seed, urn, server.id, name)).text("ObjectRef")
}

// newTenantResource gives a tenant a part of a repository, in megabytes. wan may be nil.
func (s *site) newTenantResource(tenant, repository, wan *record, name string, quota int64, key ...string) *record {
	r := s.addBelow(tenant, "resources", "", key...).up(tenant).to(repository).to(wan)
	q := values{"DisplayName": name, "RepositoryUid": repository.uid(), "Quota": quota, "UsedQuota": int64(0)}
	if wan != nil {
		q["WanAcceleratorUid"] = wan.uid()
	}
	return r.setAll(values{"Id": r.id, "RepositoryQuota": q})
}

// quota is the part of a repository that a tenant's resource is.
func (r *record) quota() values { q, _ := r.fields["RepositoryQuota"].(values); return q }

func (s *site) addSubtenant(tenant *record, d subtenantData) {
	resource := s.near(tenant, "/cloud/tenants/{ID}/resources/{ID}")[0]
	quota := d.quota
	if quota == 0 {
		quota = int(resource.quota()["Quota"].(int64))
	}
	u := s.newSubtenant(tenant, resource, d.name, "Quota of "+d.name, quota, d.used)
	u.setAll(values{"Description": d.description, "Enabled": d.enabled})
	u.query = values{"Disabled": !d.enabled, "Unlimited": d.quota == 0}
}

// newSubtenant makes a subtenant with a quota, in megabytes, in a tenant's resource.
func (s *site) newSubtenant(tenant, resource *record, name, quotaName string, quota, used int, key ...string) *record {
	u := s.addBelow(tenant, "subtenants", name, key...).up(tenant.one("BackupServer")).up(tenant).to(resource)
	return u.setAll(values{"Id": u.id, "Password": "", "RepositoryQuota": values{
		"DisplayName": quotaName, "TenantResourceId": resource.id, "QuotaId": guid(s.seed, "quota", u.id), "QuotaMb": quota, "UsedQuotaMb": used,
	}})
}

// newComputeResource gives a tenant a hardware plan.
func (s *site) newComputeResource(tenant, plan, wan *record, key ...string) *record {
	r := s.addBelow(tenant, "computeResources", "", key...).up(tenant).to(plan).to(wan)
	r.setAll(values{"Id": r.id, "CloudHardwarePlanUid": plan.uid(), "PlatformType": plan.query["Platform"], "UseNetworkFailoverResources": false})
	if wan != nil {
		r.set("WanAcceleratorUid", wan.uid())
	}
	tenant.to(plan)
	return r
}

// appliance routes a tenant's networks after a failover.
func appliance(name, network, ip, gateway string) values {
	v := values{"Name": name, "ProductionNetwork": network, "ObtainIPAddressAutomatically": ip == "", "ViDistributedSwitchUuid": "", "ProductionNetworkUnderDvs": false}
	if ip != "" {
		v["ManualIpAddressSettingsInfoType"] = values{"IpAddress": ip, "SubnetMask": "255.255.255.0", "DefaultGateway": gateway}
	}
	return v
}

func (s *site) addReplicaResources(server, tenant *record, d tenantData) {
	plan, wan := s.keyed("/cloud/hardwarePlans/{ID}", server.id, d.plan), s.keyed("/wanAccelerators/{ID}", server.id, "1")
	storage, limit := "", 0
	for _, p := range hardwarePlans {
		if p.name == d.plan {
			storage, limit = p.storage, p.quota
		}
	}
	r := s.newComputeResource(tenant, plan, wan, d.plan).setAll(values{
		"UseNetworkFailoverResources": true,
		"NetworkAppliance":            appliance("Appliance "+tenant.name, "VM Network", "", ""),
		"ComputeResourceStats": values{
			"MemoryUsageMb": 4096 * len(d.replicas), "CPUCount": 2 * len(d.replicas),
			"StorageResourceStats": values{"StorageResourceStat": []values{
				{"StorageName": storage, "StorageUsageGb": 60 * len(d.replicas), "StorageLimitGb": limit},
			}},
		},
	})
	if platform, _ := r.fields["PlatformType"].(string); platform == "HyperV" {
		r.set("NetworkAppliance", appliance("Appliance "+tenant.name, "External Switch", "10.20.0.2", "10.20.0.1"))
	}
	s.addTenantReplicas(server, tenant, plan, d.replicas)
}

func (s *site) addDataCenter(server, tenant *record) {
	name := tenant.name + "-vdc01"
	r := s.addBelow(tenant, "vCloudComputeResources", "", name).up(tenant).up(server)
	r.setAll(values{
		"Id": r.id, "VirtualDataCenterName": name, "VirtualDataCenterRef": s.addCloudObject(server, "OrgVdc", "vdc", name), "Enabled": true,
		"AllocationModel": "AllocationPool", "UseNetworkFailoverResources": true,
		"ResourceUsage":    values{"CpuUsageMhz": 4200, "MemoryUsageMb": 12288, "StorageUsageGb": 180},
		"NetworkAppliance": appliance("Appliance "+tenant.name, "Routed Network", "10.30.0.2", "10.30.0.1"),
	})
	s.addTenantReplicas(server, tenant, r, []string{"cedar-portal01"})
}
