package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Addresses of what backup jobs protect and make.
const (
	rootPath       = "/hierarchyRoots/{ID}"
	objectPath     = "/hierarchyObjects/{ID}" // not of the API: only look-ups show objects
	repositoryPath = "/repositories/{ID}"
)

// machines are the virtual machines of each backup server.
var machines = []struct {
	name, platform, system string
	count                  int
	size                   int64 // GiB
}{
	{"dc", "VMware", "Windows", 2, 80},
	{"sql", "VMware", "Windows", 2, 500},
	{"web", "VMware", "Linux", 3, 60},
	{"files", "VMware", "Windows", 1, 2000},
	{"mail", "VMware", "Windows", 1, 900},
	{"app", "VMware", "Windows", 2, 120},
	{"erp", "VMware", "Linux", 1, 700},
	{"hvapp", "HyperV", "Windows", 2, 150},
}

// vApps are those of each backup server, besides the ones that CDP policies protect.
var vApps = []struct {
	name string
	vms  []string
}{
	{"portal", []string{"web", "db"}},
	{"shop", []string{"web", "app", "db"}},
}

// containers are the objects of a hierarchy that are no machines.
var containers = []struct{ platform, typ, name, id string }{
	{"VMware", "Datacenter", "Datacenter01", "datacenter-2"},
	{"VMware", "Cluster", "Cluster01", "domain-c7"},
	{"VMware", "ResourcePool", "Production", "resgroup-8"},
	{"VMware", "ResourcePool", "Test", "resgroup-9"},
	{"VMware", "Folder", "Servers", "group-v3"},
	{"VMware", "Datastore", "Datastore01", "datastore-11"},
	{"VMware", "Datastore", "Datastore02", "datastore-12"},
	{"HyperV", "Host", "Host", "host"},
	{"vCloud", "Organization", "Org01", "urn:vcloud:org:"},
	{"vCloud", "OrgVdc", "Org01 vDC", "urn:vcloud:vdc:"},
	{"vCloud", "OrgVdcStorageProfile", "Gold", "urn:vcloud:vdcstorageProfile:"},
	{"vCloud", "Datastore", "vCloud Datastore", "urn:vcloud:datastore:"},
}

// addMachines adds the objects of the hierarchies of each backup server: what jobs include and look-ups find.
func addMachines(s *site) {
	for i, server := range s.list(serverPath) {
		roots := map[string]string{"VMware": s.vCenterOf(server), "HyperV": s.hyperVOf(server), "vCloud": s.vCloudOf(server)}
		for _, c := range containers {
			id := c.id
			if strings.HasSuffix(id, ":") || c.platform == "HyperV" {
				id = strings.TrimSuffix(id, "host") + guid(s.seed, c.typ, c.name, server.id)
			}
			s.addObject(roots[c.platform], c.platform, c.typ, c.name, id)
		}
		for n := range 3 {
			s.addObject(roots["VMware"], "VMware", "Host", numbered("esx", i, 3, n), number("host-%d", 21+n))
		}
		next := 100
		for _, m := range machines {
			for n := range m.count {
				name := number(m.name+"%02d", i*m.count+n+1)
				id := guid(s.seed, "Vm", name)
				if m.platform == "VMware" {
					id = number("vm-%d", next)
					next++
				}
				s.addObject(roots[m.platform], m.platform, "Vm", name, id).query = values{"System": m.system, "Size": m.size * gib}
			}
		}
		s.addFurtherMachines(roots["VMware"], i)
		for _, v := range vApps {
			name := number(v.name+"%02d", i+1)
			vapp := s.addObject(roots["vCloud"], "vCloud", "Vapp", name, "urn:vcloud:vapp:"+guid(s.seed, "Vapp", name))
			for n, vm := range v.vms {
				x := s.addObject(roots["vCloud"], "vCloud", "Vm", name+"-"+vm, "urn:vcloud:vm:"+guid(s.seed, "Vm", name, vm))
				x.relate("Vapp", "", vapp).query = values{"System": "Linux", "Size": int64(40+20*n) * gib}
			}
		}
	}
}

// addObject adds an object of a hierarchy. It is found by its reference: urn:VMware:Vm:<root>.vm-101.
func (s *site) addObject(root, platform, typ, name, id string) *record {
	ref := "urn:" + platform + ":" + typ + ":" + root + "." + id
	o := s.put(&record{kind: s.kind(objectPath), id: lastPart(ref), name: name})
	o.relate("HierarchyRoot", "", s.find(rootPath, root))
	return o.setAll(values{"ObjectRef": ref, "ObjectType": typ, "ObjectName": name})
}

// object returns an object of a hierarchy by its reference, nil when there is none.
func (st *store) object(ref string) *record {
	if o := st.find(objectPath, ref); o != nil && strings.EqualFold(o.text("ObjectRef"), ref) {
		return o
	}
	return nil
}

// splitRef takes a reference to an object apart: urn:VMware:Vm:<root>.vm-1001.
func splitRef(ref string) (platform, typ, root string, ok bool) {
	parts := strings.SplitN(ref, ":", 4)
	if len(parts) < 4 {
		return "", "", "", false
	}
	root, _, _ = strings.Cut(parts[3], ".")
	return parts[1], parts[2], root, true
}

// objectNamed returns an object of a hierarchy by its type and name.
func (st *store) objectNamed(typ, name string) *record {
	for _, o := range st.list(objectPath) {
		if o.name == name && o.fields["ObjectType"] == typ {
			return o
		}
	}
	return nil
}

// text returns a field that holds text.
func (r *record) text(name string) string {
	v, _ := r.fields[name].(string)
	return v
}

// sizeOf is how much the disks of an object of a hierarchy hold: of a vApp what its machines hold, of an unknown one 100 GiB.
func sizeOf(object *record) int64 {
	if object == nil {
		return 100 * gib
	}
	if n, ok := object.query["Size"].(int64); ok {
		return n
	}
	var n int64
	for _, vm := range machinesOf(object) {
		n += sizeOf(vm)
	}
	return n
}

// machinesOf are the machines of a vApp.
func machinesOf(vapp *record) []*record {
	var out []*record
	for _, x := range vapp.related {
		if x.one("Vapp") == vapp {
			out = append(out, x)
		}
	}
	return out
}

// systemOf is the operating system of a machine.
func systemOf(object *record) string {
	if object != nil {
		if v, ok := object.query["System"].(string); ok {
			return v
		}
	}
	return "Windows"
}

// addLookup adds the service that finds objects.
func addLookup(s *site) { s.addPart(nil, "lookupSvc", nil) }

func lookupReads(g registry) { g.read("Lookup.Get", lookup) }

// lookup finds objects of a host by name and type, or the one of a reference. Names and types are compared as a whole, whatever
// the case; what is not asked for fits. Machines and vApps of CDP policies are found too.
func lookup(q *request) (xsdbind.Struct, error) {
	r := q.caller.request
	host, ref, name, typ := r.Param("host"), r.Param("hierarchyRef"), r.Param("name"), r.Param("type")
	if host == "" && ref == "" {
		return nil, rest.Faultf(http.StatusBadRequest, "A look-up needs a host or a hierarchyRef.")
	}
	var root *record
	if host != "" {
		if root = q.c.store.find(rootPath, host); root == nil {
			return nil, rest.Faultf(http.StatusNotFound, "There is no HierarchyRoot with ID %s.", host)
		}
	}
	var items []values
	seen := map[string]bool{}
	add := func(object values, of *record) {
		text := func(name string) string { v, _ := object[name].(string); return v }
		is := text("ObjectRef")
		if seen[is] || root != nil && of != root || ref != "" && !strings.EqualFold(is, ref) ||
			name != "" && !strings.EqualFold(text("ObjectName"), name) || typ != "" && !strings.EqualFold(text("ObjectType"), typ) {
			return
		}
		seen[is] = true
		item := object.with(values{"Href": q.base + "/lookup?hierarchyRef=" + url.QueryEscape(is), "Type": "HierarchyItem"})
		if of != nil {
			item["Links"] = q.linkValues([]link{linkTo("Up", of)})
		}
		items = append(items, item)
	}
	for _, o := range q.c.store.list(objectPath) {
		add(o.fields, o.one("HierarchyRoot"))
	}
	for _, o := range q.c.store.list(policyPath + "/includes/{ID}") {
		is := o.text("HierarchyObjRef")
		if _, typ, root, ok := splitRef(is); ok {
			add(values{"ObjectRef": is, "ObjectType": typ, "ObjectName": o.name}, q.c.store.find(rootPath, root))
		}
	}
	e := newElement("HierarchyItems")
	return e, q.fill(e, values{"HierarchyItem": items})
}

// relatedOf are the records of a kind that have a relation to r, in the order in which they were added.
func (r *record) relatedOf(k *kind) []*record {
	return slices.DeleteFunc(slices.Clone(r.related), func(x *record) bool { return x.kind != k })
}

// addNext adds what an owner gets one after the other, as a job its sessions: its id follows from its number among them. Who
// calls gives it a relation to the owner.
func (s *site) addNext(path, name string, owner *record) *record {
	k := s.kind(path)
	for n := len(owner.relatedOf(k)); ; n++ {
		id := guid(s.seed, k.idName(), owner.id, strconv.Itoa(n))
		if k.byID[id] == nil {
			return s.put(&record{kind: k, id: id, name: name})
		}
	}
}
