package simulator

import (
	"fmt"
	"strings"
	"time"
)

// Addresses of what backup jobs make.
const (
	backupPath           = "/backups/{ID}"
	backupFilePath       = "/backupFiles/{ID}"
	restorePointPath     = "/restorePoints/{ID}"
	vmRestorePointPath   = "/vmRestorePoints/{ID}"
	vappRestorePointPath = "/vAppRestorePoints/{ID}"
)

// reverseChain, among a backup's values for queries, marks a backup whose newest point is the full one.
const reverseChain = "ReverseChain"

// addBackup adds the backup of a job, which has no points yet.
func (s *site) addBackup(job *record) *record {
	b := s.add(backupPath, job.name, job.id).up(job.one("Repository")).up(job.one("BackupServer")).to(job)
	platform := job.text("Platform")
	if platform == "Hyperv" {
		platform = "HyperV"
	}
	b.without = []string{"childbackups"}
	return b.setAll(values{"Platform": platform, "BackupType": "Standard"})
}

// backupOf is the backup of a job, nil when there is none yet.
func (st *store) backupOf(job *record) *record {
	for _, b := range job.relatedOf(st.kind(backupPath)) {
		if b.fields["BackupType"] != "ChildBackup" {
			return b
		}
	}
	return nil
}

// addRestorePoint adds a point of a backup: the file that holds it, and a point for each VM or vApp among the objects that are given,
// includes of the job. A point that is not full holds what changed since the one before.
func (s *site) addRestorePoint(backup *record, includes []*record, at time.Time, full bool) *record {
	point, file := s.addPoint(backup, sizeOfAll(s, includes), at, full)
	for _, in := range includes {
		s.addMachinePoint(point, file, s.object(in.text("HierarchyObjRef")), in, at)
	}
	return point
}

func sizeOfAll(s *site, includes []*record) int64 {
	var n int64
	for _, in := range includes {
		n += sizeOf(s.object(in.text("HierarchyObjRef")))
	}
	return n
}

// addPoint adds a point of a backup and its file.
func (s *site) addPoint(backup *record, size int64, at time.Time, full bool) (point, file *record) {
	points := backup.relatedOf(s.kind(restorePointPath))
	first := len(points) == 0
	reverse := backup.query[reverseChain] == true
	if reverse && !first {
		s.turnReverse(points[len(points)-1])
	}
	full = full || first || reverse
	server := backup.one("BackupServer")
	point = s.addNext(restorePointPath, at.UTC().Format("Jan _2 2006 ")+fmt.Sprintf("%7s", at.UTC().Format("3:04PM")), backup)
	point.up(backup).up(server).set("BackupDateUTC", at)
	ext := "vib"
	if full {
		ext = "vbk"
	}
	file = s.add(backupFilePath, backup.name+at.UTC().Format("D2006-01-02T150405.")+ext, point.id).up(backup).up(server).to(point)
	file.setAll(values{
		"FilePath": folderOf(backup) + file.name, "DataSize": size, "CreationTimeUtc": at, "FileType": ext,
		"CompressRatio": 1.25 + float64(mix(key64(s.seed, file.id))%50)/100, "DeduplicationRatio": 1.5,
	})
	file.query = values{"Algorithm": "Incremental", "PointType": "Increment"}
	switch {
	case reverse:
		file.query = values{"Algorithm": "ReversedIncremental", "PointType": "Full"}
	case first:
		file.query = values{"Algorithm": "Full", "PointType": "Full"}
	case full:
		file.query = values{"Algorithm": "SyntheticFull", "PointType": "Full"}
	}
	s.weigh(file)
	return point, file
}

// weigh works out how large a file is: a full one from what was read, another from the share that changes in a day.
func (s *site) weigh(file *record) {
	data, _ := file.fields["DataSize"].(int64)
	ratio, _ := file.fields["CompressRatio"].(float64)
	share := 0.03 + float64(mix(key64(s.seed, "change", file.id))%50)/1000
	if file.fields["FileType"] == "vbk" {
		share = 1
	}
	file.set("BackupSize", int64(float64(data)*share/ratio/1.5)>>12<<12)
}

// retype makes a backup file one of another type, by which it is named.
func (s *site) retype(file *record, typ string) {
	name := strings.TrimSuffix(file.name, file.text("FileType")) + typ
	file.set("FilePath", strings.TrimSuffix(file.text("FilePath"), file.name)+name).set("FileType", typ)
	file.name = name
	s.weigh(file)
}

// turnReverse makes what was the newest point of a chain one that holds what the newer one has overwritten.
func (s *site) turnReverse(point *record) {
	for _, file := range point.relatedOf(s.kind(backupFilePath)) {
		s.retype(file, "vrb")
	}
	for _, x := range point.related {
		if x.fields["PointType"] == "Full" {
			x.set("PointType", "ReverseIncrement")
		}
	}
}

// folderOf is where a backup's files lie in its repository.
func folderOf(backup *record) string {
	repository := backup.one("Repository")
	if repository == nil {
		return ""
	}
	switch kind := repository.text("Kind"); {
	case strings.HasPrefix(kind, "Windows"):
		return `D:\Backup\` + backup.name + `\`
	case kind == "CifsShare":
		return `\\files.sim.example\backup\` + backup.name + `\`
	}
	return "/backup/" + backup.name + "/"
}

// addMachinePoint adds the point of a machine, or of a vApp and all its machines.
func (s *site) addMachinePoint(point, file, object, in *record, at time.Time) {
	head := values{"Algorithm": file.query["Algorithm"], "PointType": file.query["PointType"], "CreationTimeUTC": at}
	server := point.one("BackupServer")
	name := nameAt(in.name, at)
	if object == nil || object.fields["ObjectType"] != "Vapp" {
		vm := s.add(vmRestorePointPath, name, point.id, in.id).up(server).up(point).up(file)
		vm.setAll(head).setAll(values{"VmName": in.name, "VmDisplayName": in.name, "HierarchyObjRef": in.fields["HierarchyObjRef"]})
		if strings.HasPrefix(in.name, "sql") {
			vm.set("SqlInfo", sqlInfo(s, in.name, at))
		}
		if indexed(in) {
			s.catalogue(vm)
		}
		return
	}
	vapp := s.add(vappRestorePointPath, name, point.id, in.id).up(server).up(point)
	vapp.setAll(head).setAll(values{"VAppName": in.name, "VAppDisplayName": in.name, "HierarchyObjRef": in.fields["HierarchyObjRef"]})
	for _, m := range machinesOf(object) {
		vm := s.add(vmRestorePointPath, nameAt(m.name, at), point.id, m.id).up(server).up(point).up(file)
		vm.to(vapp).setAll(head).setAll(values{"VmName": m.name, "VmDisplayName": m.name, "HierarchyObjRef": m.fields["ObjectRef"]})
	}
}

// databases are those on each SQL server.
var databases = []struct {
	name, model string
	id, level   int
}{{"Orders", "Full", 5, 160}, {"Stock", "Full", 6, 160}, {"Archive", "Simple", 7, 150}}

// sqlInfo is what is known of the databases of a machine.
func sqlInfo(s *site, machine string, at time.Time) values {
	var list []values
	for n, d := range databases {
		lsn := int(mix(key64(s.seed, "lsn", machine, d.name))%1_000_000)*1000 + n
		path := `D:\SQL\` + d.name
		list = append(list, values{
			"Instance": "MSSQLSERVER", "InstanceName": machine, "Name": d.name, "FullVersion": "16.0.4135.4", "ProductVersion": "2022",
			"CheckpointLsn": lsn, "DatabaseBackupLsn": lsn, "FirstLsn": lsn, "LastLsn": lsn + 640, "TimeZone": 0,
			"StartCreationTime": at.Add(-3 * time.Second), "EndCreationTime": at, "RecoveryModel": d.model, "CompatibilityLevel": d.level,
			"CertName": "", "CertSerialNumber": "", "ReadOnly": "false", "DatabaseId": d.id,
			"BindingID": guid(s.seed, "BindingID", machine, d.name), "FamilyGUID": guid(s.seed, "FamilyGUID", machine, d.name),
			"Items": values{"Item": []values{{"Type": "Data", "DataPath": path + ".mdf"}, {"Type": "Log", "DataPath": path + "_log.ldf"}}},
		})
	}
	return values{"Databases": values{"Database": list}}
}
