package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// file is a file or directory of a guest.
type file struct {
	name   string
	size   int64
	days   int // before the restore point that it was changed
	folder []file
}

// guestFiles are what the guests of each system hold. Names at the top are volumes, or directories of the only one.
var guestFiles = map[string][]file{
	"Windows": {
		{name: "C:", folder: []file{
			{name: "Users", folder: []file{
				{name: "Administrator", folder: []file{{name: "notes.txt", size: 1184, days: 9}, {name: "report 2026.xlsx", size: 48_213, days: 2}}},
			}},
			{name: "Windows", folder: []file{{name: "system.ini", size: 219, days: 800}, {name: "win.ini", size: 92, days: 800}}},
			{name: "pagefile.sys", size: 2 * gib, days: 0},
		}},
		{name: "D:", folder: []file{
			{name: "Data", folder: []file{{name: "plan.docx", size: 88_020, days: 31}, {name: "price list.csv", size: 130_755, days: 1}}},
			{name: "Empty", folder: []file{}},
		}},
	},
	"Linux": {
		{name: "etc", folder: []file{{name: "fstab", size: 612, days: 400}, {name: "hostname", size: 9, days: 400}}},
		{name: "home", folder: []file{{name: "admin", folder: []file{{name: "todo.md", size: 733, days: 5}}}}},
		{name: "var", folder: []file{{name: "log", folder: []file{{name: "messages", size: 1_940_022, days: 0}}}}},
	},
}

// owners own the files of guests.
var owners = map[string]string{"Windows": `BUILTIN\Administrators`, "Linux": "root"}

// mountKinds are the addresses of points that can be mounted, and the beginning of their operations' names.
var mountKinds = []struct{ point, operations, list, item string }{
	{vmRestorePointPath, "VmRestorePoints.ID.Mounts.", "VmRestorePointMounts", "VmRestorePointMount"},
	{vmReplicaPointPath, "VmReplicaPoints.ID.Mounts.", "VmReplicaPointMounts", "VmReplicaPointMount"},
	{agentPointPath, "Agents.AgentRestorePoints.ID.Mounts.", "AgentRestorePointMounts", "AgentRestorePointMount"},
}

// addMount mounts a point. Mounts are numbered.
func (s *site) addMount(point *record) *record {
	k := s.kind(point.kind.path + "/mounts/{ID}")
	n := 1
	for k.byID[strconv.Itoa(n)] != nil {
		n++
	}
	return s.put(&record{kind: k, id: strconv.Itoa(n), parent: point})
}

// addMounts mounts the newest point of a machine of each kind that can be mounted.
func addMounts(s *site) {
	for _, m := range mountKinds {
		if points := s.list(m.point); len(points) > 0 {
			s.addMount(points[len(points)-1])
		}
	}
}

// fileReads show mounts and the files in them.
func fileReads(g registry) {
	for _, m := range mountKinds {
		path := m.point + "/mounts/{ID}"
		g.read(m.operations+"ID.Get", func(q *request) (xsdbind.Struct, error) {
			r, err := q.record()
			if err != nil {
				return nil, err
			}
			e, err := q.entityOf(r)
			if err != nil {
				return nil, err
			}
			return e, q.fillRoots(e, r)
		})
		g.read(m.operations+"List", func(q *request) (xsdbind.Struct, error) {
			point, err := q.record()
			if err != nil {
				return nil, err
			}
			e := newElement(m.list)
			mounts := slices.DeleteFunc(slices.Clone(point.below), func(x *record) bool { return x.kind.path != path })
			if err := q.fillItems(e, m.item, mounts); err != nil {
				return nil, err
			}
			for i, item := range xsdbind.Items(e, m.item) {
				if err := q.fillRoots(item, mounts[i]); err != nil {
					return nil, err
				}
			}
			return e, nil
		})
		g.files(m.operations+"ID.Files.ID.", path)
	}
	g.files("Catalog.Vms.ID.VmRestorePoints.ID.GuestFS.", catalogPointPath)
	g.files("Catalog.Vms.ID.VmRestorePoints.ID.GuestFS.ID.", catalogPointPath)
}

// files registers what shows the files of a mount or a point in the catalog: operations are named name+"Get", name+"ListAll" and so on.
func (g registry) files(name, owner string) {
	for action, what := range map[string]string{"Get": "", "ListAll": "listAll", "ListDirs": "listDirs", "ListFiles": "listFiles"} {
		g.read(name+action, func(q *request) (xsdbind.Struct, error) {
			n := strings.Count(owner, "{")
			r, err := q.at(owner, q.ids[:min(n, len(q.ids))])
			if err != nil {
				return nil, err
			}
			path := ""
			if len(q.ids) > n {
				path = q.ids[n]
			}
			f, err := q.guestOf(r).open(path)
			if err != nil {
				return nil, err
			}
			return f.show(what)
		})
	}
}

// guest is the file system of a machine at a point.
type guest struct {
	*request
	base, template  string // address of the file system, and the operations' for what is below
	at              time.Time
	system, machine string
}

// guestOf is what a mount shows, or a point in the catalog.
func (q *request) guestOf(r *record) *guest {
	g := &guest{request: q, base: r.address(), template: r.kind.path + "/{+filepath}"}
	point := r.parent
	if r.kind.path == catalogPointPath {
		g.base, g.template = g.base+"/guestfs", catalogPointPath+"/guestfs/{+filepath}"
		point = r.one("VmRestorePoint")
	}
	if point == nil {
		return g
	}
	g.at, _ = point.fields["CreationTimeUTC"].(time.Time)
	g.machine = point.text("VmName")
	g.system = systemOf(q.c.store.objectNamed("Vm", g.machine))
	if point.kind.path == agentPointPath {
		g.machine, _ = point.query["ComputerName"].(string)
		g.system, _ = point.query["System"].(string)
	}
	return g
}

// opened is a file or directory of a guest.
type opened struct {
	*guest
	file
	path string
}

func (g *guest) root() opened {
	return opened{g, file{name: g.machine, folder: guestFiles[g.system]}, ""}
}

// open finds a file by its path, whose letter case counts on Linux alone.
func (g *guest) open(path string) (opened, error) {
	at := g.root()
	for name := range strings.SplitSeq(strings.Trim(strings.ReplaceAll(path, `\`, "/"), "/"), "/") {
		if name == "" {
			continue
		}
		i := slices.IndexFunc(at.folder, func(f file) bool {
			return f.name == name || g.system == "Windows" && strings.EqualFold(f.name, name)
		})
		if i < 0 {
			return at, rest.Faultf(http.StatusNotFound, "%s has no file or folder %s.", g.machine, path)
		}
		at = at.child(at.folder[i])
	}
	return at, nil
}

func (o opened) child(f file) opened {
	return opened{o.guest, f, strings.TrimPrefix(o.path+"/"+f.name, "/")}
}

// fillRoots sets the volumes of a mount.
func (q *request) fillRoots(e xsdbind.Struct, mount *record) error {
	var roots []values
	root := q.guestOf(mount).root()
	for _, f := range root.folder {
		roots = append(roots, root.child(f).entry())
	}
	return q.fill(e, values{"FSRoots": values{"DirectoryEntry": roots}})
}

// link is a link to the file.
func (o opened) link(rel, typ, query string) link {
	l := link{rel: rel, typ: typ, query: query, template: o.template, path: o.base + "/"}
	if o.path == "" {
		l.template = strings.TrimSuffix(o.template, "{+filepath}")
		return l
	}
	segments := strings.Split(o.path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	l.path += strings.Join(segments, "/")
	return l
}

// address is where the file itself is.
func (o opened) address() string { return o.href(o.link("", "", "")) }

// entry shows the file or directory itself.
func (o opened) entry() values {
	v := values{"Href": o.address(), "Path": o.path, "Name": o.name}
	restore := o.living([]link{o.link("Restore", "", "action=restore")})
	if o.folder != nil {
		v["Type"] = "DirectoryEntry"
		v["Links"] = o.linkValues(append(o.downs(), restore...))
		return v
	}
	v["Type"], v["Size"], v["Owner"] = "FileEntry", o.size, owners[o.system]
	v["ModifiedDateUTC"] = o.at.AddDate(0, 0, -o.days).Truncate(time.Second)
	v["Actions"] = o.linkValues(restore)
	return v
}

// downs lead to what is in a directory.
func (o opened) downs() []link {
	return o.living([]link{
		o.link("Down", "FileSystemItems", "action=listAll"),
		o.link("Down", "DirectoryEntryList", "action=listDirs"),
		o.link("Down", "FileEntryList", "action=listFiles"),
	})
}

// show answers a request. Without an action a file, and the whole of a guest, is shown as itself, a directory as what is in it.
func (o opened) show(action string) (xsdbind.Struct, error) {
	if o.folder == nil || action == "" && o.path == "" {
		if action != "" {
			return nil, rest.Faultf(http.StatusBadRequest, "%s is a file.", o.path)
		}
		v := values{"Href": o.address(), "Type": "FileSystemItems"}
		if o.folder == nil {
			v["FileEntry"] = o.entry()
		} else {
			v["DirectoryEntry"] = o.entry()
		}
		e := newElement("FileSystemEntry")
		return e, o.fill(e, v)
	}
	l, err := readListing(o.caller.request, queryPage)
	if err != nil {
		return nil, err
	}
	var list []opened
	for _, f := range o.folder {
		if isFolder := f.folder != nil; action != "listFiles" && isFolder || action != "listDirs" && !isFolder {
			list = append(list, o.child(f))
		}
	}
	p, err := selectPage(list, nil, listing{pageSize: l.pageSize, page: l.page})
	if err != nil {
		return nil, err
	}
	var files, folders []values
	for _, f := range p.items {
		if f.folder != nil {
			folders = append(folders, f.entry())
		} else {
			files = append(files, f.entry())
		}
	}
	v := values{"Href": o.address(), "Type": "FileSystemItems", "Links": o.linkValues(o.downs())}
	if action != "listDirs" {
		v["Files"] = values{"FileEntry": files}
	}
	if action != "listFiles" {
		v["Directories"] = values{"DirectoryEntry": folders}
	}
	if action != "" {
		v["PagingInfo"] = o.paging(p, action)
	}
	e := newElement("FileSystemEntries")
	return e, o.fill(e, v)
}

// paging tells of a page of a directory's content.
func (o opened) paging(p pageOf[opened], action string) values {
	var links []link
	for _, l := range []struct {
		rel  string
		page int
	}{{"First", 1}, {"Next", p.number + 1}, {"Last", p.all}} {
		if l.page <= p.all {
			query := "action=" + action + "&pageSize=" + strconv.Itoa(p.size) + "&page=" + strconv.Itoa(l.page)
			links = append(links, o.link(l.rel, "", query))
		}
	}
	return values{"PageNum": p.number, "PageSize": p.size, "PagesCount": p.all, "Links": o.linkValues(links)}
}

const (
	catalogPath      = "/catalog/vms/{vmname}"
	catalogPointPath = catalogPath + "/vmRestorePoints/{ID}"
)

// catalogue takes a point of a machine into the catalog of guest files.
func (s *site) catalogue(point *record) {
	name := point.text("VmName")
	vm := s.find(catalogPath, name)
	if vm == nil {
		vm = s.put(&record{kind: s.kind(catalogPath), id: name, name: name, fields: values{"VmDisplayName": name}})
	}
	r := s.put(&record{kind: s.kind(catalogPointPath), id: point.id, name: name, parent: vm})
	r.relate("", "Related", point).set("BackupDateUTC", point.fields["CreationTimeUTC"])
}

// indexed says whether the files of an object in a job are put into the catalog.
func indexed(in *record) bool {
	for _, system := range []string{"Windows", "Linux"} {
		mode := in.fields.at([]string{"GuestProcessingOptions", system + "GuestFSIndexingOptions", "FileSystemIndexingMode"})
		if mode != nil && mode != "Disabled" {
			return true
		}
	}
	return false
}

// addFileRestore adds a session that brought files back from the newest point that there was of a machine, nine minutes long. It says whether
// there was one.
func (st *store) addFileRestore(id string, at time.Time, result string) bool {
	var point *record
	var newest time.Time
	for _, p := range st.list(vmRestorePointPath) {
		if made, _ := p.fields["CreationTimeUTC"].(time.Time); made.Before(at) && made.After(newest) {
			point, newest = p, made
		}
	}
	if point == nil {
		return false
	}
	name := point.text("VmName")
	r := st.put(&record{kind: st.kind(restorePath), id: id, name: nameAt("FLR_["+name+"]", at)})
	r.up(point.one("BackupServer")).relate("", "Related", point).setAll(values{
		"JobType": "FileLevelRestore", "CreationTimeUTC": at, "EndTimeUTC": at.Add(9 * time.Minute), "State": "Stopped", "Result": result,
		"Progress": 100, "VmDisplayName": name, "RestoredObjRef": point.fields["HierarchyObjRef"],
	})
	if result == "Failed" {
		r.set("FailureMessage", "The guest of "+name+" did not take the files.")
	}
	return true
}
