package simulator

import (
	"slices"
	"strconv"
	"time"
)

// gib is a gibibyte.
const gib = int64(1) << 30

// addServers adds the backup servers, to which nearly all else belongs.
func addServers(s *site) {
	for i := range s.model.BackupServers {
		s.add(serverPath, number("backup%02d.sim.example", i+1), strconv.Itoa(i+1)).setAll(values{
			"Description": number("Simulated backup server %d", i+1), "Port": 9392, "Version": "13.0.1.1071",
		}).query = values{"IpOrDnsName": number("backup%02d.sim.example", i+1)}
	}
}

// addInfrastructure adds what each backup server manages: servers, the roots of hypervisors' hierarchies, repositories, WAN
// accelerators, credentials and passwords.
func addInfrastructure(s *site) {
	for i, server := range s.list(serverPath) {
		s.addManagedServers(server, i)
		s.addRepositories(server, i)
		s.addSecrets(server)
	}
}

// vCenterOf and vCloudOf are the ids of the hierarchy roots that references to objects begin with: urn:VMware:Vm:<vCenter>.vm-1001.
func (s *site) vCenterOf(server *record) string { return guid(s.seed, "vCenter", server.id) }
func (s *site) vCloudOf(server *record) string  { return guid(s.seed, "vCloud", server.id) }
func (s *site) hyperVOf(server *record) string  { return guid(s.seed, "hyperV", server.id) }

// numbered numbers the machines of one kind through all backup servers, count to each.
func numbered(prefix string, server, count, n int) string {
	return prefix + number("%02d.sim.example", server*count+n+1)
}

// managedServers are the servers of each backup server. Those with a root are the top of a hierarchy of objects.
var managedServers = []struct {
	name, kind, description string
	count                   int
	root                    func(*site, *record) string
}{
	{"vcenter", "VC", "vCenter Server of the simulated site", 1, (*site).vCenterOf},
	{"esx", "ESXi", "ESXi host in the cluster Cluster01", 3, nil},
	{"vcd", "VcdSystem", "Cloud Director of the simulated provider", 1, (*site).vCloudOf},
	{"hyperv", "HvServer", "Hyper-V host for cloud replicas", 1, (*site).hyperVOf},
	{"linux-repo", "Linux", "Hardened repository server", 1, nil},
	{"proxy", "Windows", "Backup proxy and file server", 2, nil},
	{"gateway", "Windows", "Cloud gateway", 2, nil},
}

func (s *site) addManagedServers(server *record, i int) {
	s.add("/managedServers/{ID}", server.name, server.id, "local").up(server).setAll(values{
		"Description": "Backup server", "ManagedServerType": "Local",
	})
	for _, m := range managedServers {
		for n := range m.count {
			name := numbered(m.name, i, m.count, n)
			managed := s.add("/managedServers/{ID}", name, server.id, m.name, strconv.Itoa(n)).up(server).setAll(values{
				"Description": m.description, "ManagedServerType": m.kind,
			})
			if m.root == nil {
				continue
			}
			id := m.root(s, server)
			root := s.put(&record{kind: s.kind(rootPath), id: id, name: name}).up(server).relate("", "Related", managed)
			root.setAll(values{"HierarchyRootId": id, "UniqueId": guid(s.seed, "UniqueId", id), "HostType": m.kind})
			managed.relate("", "Related", root)
		}
	}
}

// managed returns a managed server of a backup server by its prefix and its number.
func (s *site) managed(server *record, prefix string, n int) *record {
	return s.keyed("/managedServers/{ID}", server.id, prefix, strconv.Itoa(n))
}

// keyed returns the record that add made with a key.
func (st *store) keyed(path string, key ...string) *record {
	return st.find(path, guid(st.seed, append([]string{st.kind(path).idName()}, key...)...))
}

// repositories are those of each backup server, the first of which CDP replicas name too. Free space is what the share of the whole
// leaves, in percent, less up to a tenth that differs from server to server.
var repositories = []struct {
	name, kind string
	capacity   int64
	free       int
}{
	{"Default Backup Repository", "WindowsLocal", 2048 * gib, 55},
	{"Linux Repository", "LinuxLocal", 16384 * gib, 70},
	{"Scale-out Repository", "Extendable", 65536 * gib, 48},
	{"SMB Repository", "CifsShare", 4096 * gib, 81},
	{"NFS Repository", "Nfs", 8192 * gib, 64},
	{"Cloud Repository", "LinuxLocal", 32768 * gib, 77},
}

var externalRepositories = []struct {
	name, kind, path, description string
	used                          int64
}{
	{"Object Storage EU", "AmazonS3External", "sim-backups-eu/veeam", "Backups of machines in the cloud, Europe", 1310 * gib},
	{"Object Storage US", "AzureStorageExternal", "simbackups/us", "Backups of machines in the cloud, United States", 740 * gib},
}

func (s *site) addRepositories(server *record, i int) {
	for n, p := range repositories {
		key := []string{server.id}
		if n > 0 {
			key = append(key, p.name)
		}
		r := s.add(repositoryPath, p.name, key...).up(server)
		less := int64(mix(key64(s.seed, "free", r.id)) % uint64(p.capacity/10))
		r.setAll(values{"Capacity": p.capacity, "FreeSpace": p.capacity/100*int64(p.free) - less, "Kind": p.kind})
	}
	for _, p := range externalRepositories {
		s.add("/externalRepositories/{ID}", p.name, server.id, p.name).up(server).setAll(values{
			"RepositoryType": p.kind, "Path": p.path, "UsedSpace": p.used, "Description": p.description,
		})
	}
	for n, fast := range []bool{false, true} {
		v := values{
			"Description": "Cache for copies over the line to the second site", "OutOfDate": false, "Version": "13.0.1.1071",
			"Capacity": 100 * gib, "TrafficPort": 6165, "ConnectionsCount": 5, "CachePath": `E:\VeeamWAN`, "HighBandwidthModeEnabled": fast,
		}
		if fast {
			v = v.with(values{"Description": "For cloud tenants, over a fast line", "Capacity": 20 * gib, "ConnectionsCount": 16})
		}
		s.add("/wanAccelerators/{ID}", numbered("wan", i, 2, n), server.id, strconv.Itoa(n)).up(server).setAll(v)
	}
}

// addExternalBackups adds what cloud appliances have written to the external repositories: backups that no job here makes.
func addExternalBackups(s *site) {
	for n, r := range s.list("/externalRepositories/{ID}") {
		backup := s.add(backupPath, "Cloud Machines "+r.name, r.id).up(r).up(r.one("BackupServer")).relate("Repository", "", r)
		backup.setAll(values{"Platform": "CustomPlatform", "BackupType": "Standard"})
		for ago := 3; ago > 0; ago-- {
			s.addPoint(backup, 400*gib, s.now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -ago).Add(time.Duration(3+n%2)*time.Hour), ago == 3)
		}
	}
}

// repository returns a repository of a backup server by its name.
func (s *site) repository(server *record, name string) *record {
	return s.ofServer(repositoryPath, server, func(r *record) bool { return r.name == name })
}

// ofServer returns the first thing of a kind that belongs to a backup server and fits, nil if none does.
func (s *site) ofServer(path string, server *record, fits func(*record) bool) *record {
	for _, r := range s.list(path) {
		if slices.ContainsFunc(r.relations, func(x relation) bool { return x.to == server }) && fits(r) {
			return r
		}
	}
	return nil
}

var credentials = []struct{ user, description string }{
	{`SIM\svc-backup`, "Backup service in the domain"},
	{"root", "Hosts and Linux servers"},
	{`SIM\svc-files`, "File shares"},
	{"administrator@vsphere.local", "vCenter Server"},
}

var passwords = []struct {
	hint string
	days int // since the last change
}{
	{"Backups to tape", 400}, {"Backups at the provider", 31},
}

func (s *site) addSecrets(server *record) {
	for _, c := range credentials {
		r := s.addBelow(server, "credentials", c.user).up(server)
		r.setAll(values{"Id": r.id, "Username": c.user, "Description": c.description})
	}
	for _, p := range passwords {
		r := s.addBelow(server, "passwords", p.hint).up(server)
		r.setAll(values{"Id": r.id, "Hint": p.hint, "LastModificationDate": s.now.AddDate(0, 0, -p.days)})
	}
}
