package simulator

import (
	"strconv"
	"time"
)

// addNAS adds file servers and shares, the jobs that back them up, and what these did.
func addNAS(s *site) {
	s.addPart(nil, "nas", nil)
	for i, server := range s.list(serverPath) {
		for n := range fileServers {
			s.addFileServer(server, i, n)
		}
		for n, j := range nasJobs {
			job := s.add("/nas/jobs/{ID}", number("File Backup Job %d", i*len(nasJobs)+n+1), server.id, strconv.Itoa(n)).up(server)
			main, archive := s.repository(server, j.repository), s.repository(server, "Scale-out Repository")
			job.to(main).setAll(values{
				"Description": j.description, "StorageOptions": nasStorage(main, archive, j.days, j.years),
				"ScheduleConfigured": j.hour >= 0, "ScheduleEnabled": j.enabled,
			})
			if j.hour >= 0 {
				job.set("JobScheduleOptions", jobPlan{days: "Everyday", hour: j.hour}.schedule())
			}
			for _, o := range j.objects {
				share := s.keyed("/nas/fileServers/{ID}", server.id, strconv.Itoa(o.server))
				s.newNASObject(job, share, o.folder)
			}
			job.look = s.nasJobLook(job)
			for k, began := range lastRuns(job, s.now, 4) {
				result := nasResults[(k+n)%len(nasResults)]
				s.addNASRun(job, s.jitter(job, k, began), result, k > 0 && nasResults[(k+n-1)%len(nasResults)] == "Failed")
			}
		}
	}
}

// fileServers are those of each backup server; a path has the name of the share alone.
var fileServers = []struct {
	kind, share, mode string
	size              int64 // GiB
}{
	{"SmbServer", "projects", "Direct", 640},
	{"NfsServer", "exports/media", "StorageSnapshot", 2800},
	{"FileServer", "", "", 150},
}

func (s *site) addFileServer(server *record, i, n int) {
	d := fileServers[n]
	host := numbered("files", i, 1, 0)
	name, v := "", values{"ServerType": d.kind}
	switch d.kind {
	case "SmbServer":
		name = `\\` + host + `\` + d.share
		v["SmbServerOptions"] = values{"Path": name, "CredentialsId": s.credentialsOf(server, `SIM\svc-files`)}
	case "NfsServer":
		name = host + ":/" + d.share
		v["NfsServerOptions"] = values{"Path": name}
	default:
		managed := s.managed(server, "proxy", 0)
		name = managed.name
		v["FileServerOptions"] = values{"ServerUid": managed.uid()}
	}
	r := s.add("/nas/fileServers/{ID}", name, server.id, strconv.Itoa(n)).up(server)
	object := s.addObject(r.id, "NasBackup", "FileServer", name, r.id)
	object.query = values{"Size": d.size * gib}
	v["HierarchyObjRef"] = object.text("ObjectRef")
	if d.mode != "" {
		v["ProcessingOptions"] = values{"ServerUid": s.managed(server, "proxy", 1).uid(), "CacheRepositoryUid": s.repository(server, "Default Backup Repository").uid()}
		v["NASServerAdvancedOptions"] = values{"ProcessingMode": d.mode}
	}
	if d.mode == "StorageSnapshot" {
		v["NASServerAdvancedOptions"].(values)["StorageSnapshotPath"] = host + ":/.snapshot/" + d.share
	}
	r.setAll(v)
}

// credentialsOf returns the id of a backup server's credentials record by the account.
func (s *site) credentialsOf(server *record, user string) string {
	for _, r := range s.near(server, "/backupServers/{ID}/credentials/{ID}") {
		if r.name == user {
			return r.id
		}
	}
	return ""
}

// nasFolder is a folder of one of the fileServers.
type nasFolder struct {
	server int
	folder string
}

// nasJobs are those of each backup server.
var nasJobs = []struct {
	description, repository string
	days, years             int // years 0: nothing is kept longer
	hour                    int // of the nightly run, UTC; -1: the job has no schedule
	enabled                 bool
	objects                 []nasFolder
}{
	{
		description: "Shares of the projects", repository: "Linux Repository", days: 28, years: 3, hour: 22, enabled: true,
		objects: []nasFolder{{0, `\\files\projects`}, {2, `D:\Shares`}},
	},
	{
		description: "Media of the last month", repository: "NFS Repository", days: 31, hour: 1,
		objects: []nasFolder{{1, "/exports/media"}},
	},
	{
		description: "Run by hand before changes", repository: "SMB Repository", days: 14, hour: -1,
		objects: []nasFolder{{2, `C:\Config`}},
	},
}

// nasResults are how the runs of the jobs ended, one after the other.
var nasResults = []string{"Success", "Warning", "Failed", "Success"}

// nasStorage says where a job stores its data: all versions for some days, and some versions longer elsewhere.
func nasStorage(main, archive *record, days, years int) values {
	v := values{
		"BackupRepositoryUid": main.uid(), "ShorttermRetentionType": "Day", "ShorttermRetentionPeriod": days, "LongtermRetentionEnabled": years > 0,
	}
	if years > 0 {
		v["KeepFileVersionsHistoryOptions"] = values{
			"LongtermRetentionType": "Year", "LongtermRetentionPeriod": years, "BackupRepositoryUid": archive.uid(),
			"ArchiveFileTypes": values{
				"ActiveFileRetentionEnabled": true, "MaxActiveFileVersionsToKeep": 10, "DeletedFileRetentionEnabled": true, "MaxDeletedFileVersionsToKeep": 2,
				"FileExtensionsOption": values{"ArchiveFileExtensionsScope": "All"},
			},
		}
	}
	return v
}

// newNASObject lets a job back up a folder of a file server.
func (s *site) newNASObject(job, share *record, folder string) *record {
	o := s.addBelow(job, "includes", folder, share.id, folder).up(job).relate("", "Related", share)
	return o.setAll(values{
		"HierarchyObjRef": share.text("HierarchyObjRef"), "ObjectInJobId": o.id, "FileOrFolder": folder, "FileServerUid": share.uid(),
		"InclusionMask": values{}, "ExclusionMask": values{},
	})
}

// nasJobLook shows what a job protects, and when it runs next.
func (s *site) nasJobLook(job *record) func(time.Time) values {
	return func(now time.Time) values {
		v := values{"Includes": values{"NASObject": includesOf(job)}}
		if next := nextRun(job, now); !next.IsZero() {
			v["NextRun"] = next
		}
		return v
	}
}

// addNASRun adds a run of a job that has ended, with a part for each of its objects.
func (s *site) addNASRun(job *record, began time.Time, result string, retry bool) {
	run := s.addNext(backupSessionPath, nameAt(job.name, began), job).up(job).up(job.one("BackupServer"))
	end := began.Add(30 * time.Second)
	for n, o := range includesOf(job) {
		begun := began.Add(time.Duration(20+15*n) * time.Second)
		ended := begun.Add(s.duration(run, o))
		s.addTask(backupTaskPath, run, o, begun, ended, result)
		end = later(end, ended.Add(8*time.Second))
	}
	run.setAll(sessionValues(job, "NasBackup", began, end, result)).set("IsRetry", retry)
}

// ofNAS says whether a session is of a job for file shares.
func ofNAS(r *record) bool { return r.fields["JobType"] == "NasBackup" }
