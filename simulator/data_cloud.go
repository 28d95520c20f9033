package simulator

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// addCloud adds the service provider's side of each backup server: gateways and their pools, hardware plans, networks and
// public addresses, and then the tenants who use them.
func addCloud(s *site) {
	s.addPart(nil, "cloud", nil)
	for i, server := range s.list(serverPath) {
		s.addGateways(server, i)
		s.addHardwarePlans(server)
		s.addVlans(server, i)
		s.addPublicAddresses(server, i)
		for _, t := range tenants {
			s.addTenantOf(server, i, t)
		}
		for n := range s.further(s.model.Tenants, i) {
			s.addFurtherTenant(server, n)
		}
	}
}

// uids are the UIDs of records.
func uids(records []*record) []string {
	out := make([]string, len(records))
	for i, r := range records {
		out[i] = r.uid()
	}
	return out
}

// near returns the records at a path that lie below r, or have a relation to it or it to them.
func (st *store) near(r *record, path string) []*record {
	return r.children(&collection{kind: st.kind(path), own: strings.HasPrefix(path, r.kind.path+"/")})
}

// address is one of those that are set aside for documentation.
func address(server, n int) string {
	block := [...]string{"192.0.2", "198.51.100", "203.0.113"}[server%3]
	return fmt.Sprintf("%s.%d", block, (server/3*32+n)%254+1)
}

func (s *site) addGateways(server *record, i int) {
	for n, mode := range []string{"Direct", "NAT"} {
		pool := s.newGatewayPool(server, number("Gateway Pool %d", n+1), server.id, strconv.Itoa(n))
		pool.set("Description", "Gateways reached by "+mode)
		v := values{
			"Enabled": true, "NetworkMode": mode, "ExternalIP": address(i, n), "ExternalPort": 6180, "InternalPort": 6180,
			"Description": "Gateway of the provider, " + mode,
		}
		if mode == "NAT" {
			v["ExternalIP"], v["ExternalPort"] = numbered("cloud", i, 1, 0), 6190
		}
		s.newGateway(s.managed(server, "gateway", n), server).relate("", "Related", pool).setAll(v)
	}
	spare := s.newGateway(s.managed(server, "proxy", 1), server)
	spare.setAll(values{
		"Enabled": false, "NetworkMode": "Direct", "ExternalIP": address(i, 2), "ExternalPort": 6180, "InternalPort": 6180, "Description": "Spare gateway in no pool",
	})
}

// newGateway makes a gateway of a managed server, which it is named after.
func (s *site) newGateway(managed, server *record) *record {
	return s.add("/cloud/gateways/{ID}", managed.name, managed.id).up(server).to(managed)
}

// newGatewayPool makes a pool that has the gateways and tenants with a relation to it.
func (s *site) newGatewayPool(server *record, name string, key ...string) *record {
	pool := s.add("/cloud/gatewayPools/{ID}", name, key...).up(server)
	pool.look = func(time.Time) values {
		return values{
			"CloudGateways": values{"CloudGatewayUid": uids(s.near(pool, "/cloud/gateways/{ID}"))},
			"CloudTenants":  values{"CloudTenantUid": uids(s.near(pool, "/cloud/tenants/{ID}"))},
		}
	}
	return pool
}

// hardwarePlans are those of each backup server. Tenants are told what their storage is called.
var hardwarePlans = []struct {
	name, platform, description string
	mhz, memory, quota          int
	storage                     string
}{
	{"VMware Gold", "VMware", "Replicas in the cluster Cluster01", 20000, 65536, 1000, "Gold Storage"},
	{"VMware Silver", "VMware", "Replicas in the cluster Cluster01, on slower storage", 10000, 32768, 500, "Silver Storage"},
	{"Hyper-V Silver", "HyperV", "Replicas on the Hyper-V host", 10000, 16384, 400, "Hyper-V Storage"},
}

func (s *site) addHardwarePlans(server *record) {
	for n, p := range hardwarePlans {
		plan := s.add("/cloud/hardwarePlans/{ID}", p.name, server.id, p.name).up(server)
		network := values{"Id": guid(s.seed, "network", plan.id), "CountWithInternet": 1 + n%2, "CountWithoutInternet": 1}
		storage := values{"Id": guid(s.seed, "storage", plan.id), "FriendlyName": p.storage, "QuotaGb": p.quota}
		details := values{}
		if p.platform == "VMware" {
			vc := s.vCenterOf(server)
			datastore := s.addObject(vc, "VMware", "Datastore", number("CloudReplicas%02d", n+1), number("datastore-%d", 31+n))
			details["ViCloudHardwarePlan"] = values{
				"HypervisorHostRef": "urn:VMware:Cluster:" + vc + ".domain-c7", "ParentType": "ClusterComputeResource", "ParentName": "Cluster01",
				"Datastores": values{"Datastore": []values{storage.with(values{
					"DatastoreType": "Datastore", "Reference": datastore.text("ObjectRef"), "RootPath": "CloudReplicas",
				})}},
				"Network": network,
			}
		} else {
			details["HvCloudHardwarePlan"] = values{
				"HypervisorHostRef": s.hyperVHostRef(server),
				"Volumes":           values{"Volume": []values{storage.with(values{"VolumePath": `D:\CloudReplicas`})}},
				"Network":           network,
			}
		}
		plan.setAll(values{
			"Description": p.description, "ProcessorUsageLimitMhz": p.mhz, "MemoryUsageLimitMb": p.memory, "HardwarePlanDetails": details,
		}).query = values{"Platform": p.platform}
	}
}

// hyperVHostRef is a reference to the Hyper-V host of a backup server.
func (s *site) hyperVHostRef(server *record) string {
	root := s.find(rootPath, s.hyperVOf(server))
	for _, o := range root.related {
		if o.text("ObjectType") == "Host" {
			return o.text("ObjectRef")
		}
	}
	return ""
}

func (s *site) addVlans(server *record, i int) {
	vc, first := s.vCenterOf(server), 100+i%8*200
	for n, v := range []values{
		{"HostRef": "urn:VMware:Host:" + vc + ".host-21", "PlatformType": "VMware", "SwitchName": "vSwitch0", "SwitchId": "vSwitch0", "SwitchType": "VirtualSwitch"},
		{
			"HostRef": "urn:VMware:Host:" + vc + ".host-22", "PlatformType": "VMware", "SwitchName": "dvSwitch01", "SwitchId": "dvs-51",
			"ClusterName": "Cluster01", "ClusterId": "urn:VMware:Cluster:" + vc + ".domain-c7", "SwitchType": "DistributedVirtualSwitch",
		},
		{
			"HostRef": s.hyperVHostRef(server), "PlatformType": "HyperV",
			"SwitchName": "External Switch", "SwitchId": guid(s.seed, "switch", server.id), "SwitchType": "VirtualSwitch",
		},
	} {
		from := first + n*40
		s.add("/cloud/vlans/{ID}", v["SwitchName"].(string), server.id, strconv.Itoa(n)).up(server).setAll(v).setAll(values{
			"VlanIdsWithInternetLeftBound": from, "VlanIdsWithInternetRightBound": from + 19,
			"VlanIdsWithoutInternetLeftBound": from + 20, "VlanIdsWithoutInternetRightBound": from + 39,
		})
	}
}

func (s *site) addPublicAddresses(server *record, i int) {
	for n := range 6 {
		s.newPublicAddress(server, address(i, 10+n), server.id, strconv.Itoa(n))
	}
}

// newPublicAddress makes a public IP address. The tenant that it has a relation to has it.
func (s *site) newPublicAddress(server *record, ip string, key ...string) *record {
	r := s.add("/cloud/publicIpAddresses/{ID}", ip, key...).up(server).setAll(values{"IpAddress": ip, "BackupServerUid": server.uid()})
	r.look = func(time.Time) values {
		if tenant := r.one("CloudTenant"); tenant != nil {
			return values{"TenantUid": tenant.uid()}
		}
		return nil
	}
	return r
}

// freeAddress returns a public address of a backup server that no tenant has, nil if there is none.
func (s *site) freeAddress(server *record) *record {
	return s.ofServer("/cloud/publicIpAddresses/{ID}", server, func(r *record) bool { return r.one("CloudTenant") == nil })
}
