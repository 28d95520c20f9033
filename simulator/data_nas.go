package simulator

import (
	"strconv"
	"time"
)

// addNAS adds file servers and shares, the jobs that back them up, and what these did.
func addNAS(s *site) {
	s.addPart(nil, "nas", nil)
	for i, server := range s.list("/backupServers/{ID}") {
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
				job.set("JobScheduleOptions", nightly(j.hour))
			}
			for _, o := range j.objects {
				share := s.keyed("/nas/fileServers/{ID}", server.id, strconv.Itoa(o.server))
				s.newNASObject(job, share, o.folder)
			}
			job.look = s.nasJobLook(job, j.hour)
			s.addNASSessions(server, job, j.hour, n)
		}
	}
}

// fileServers are those of each backup server; a path has the name of the share alone.
var fileServers = []struct{ kind, share, mode string }{
	{"SmbServer", "projects", "Direct"},
	{"NfsServer", "exports/media", "StorageSnapshot"},
	{"FileServer", "", ""},
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
	v["HierarchyObjRef"] = fileServerRef(r)
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

func fileServerRef(r *record) string { return "urn:NasBackup:FileServer:" + r.id + "." + r.id }

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

// nightly is the schedule of a job that runs each night at an hour, UTC.
func nightly(hour int) values {
	return values{"Standart": values{
		"RetryOptions":            values{"RetryTimes": 3, "RetryTimeout": 10, "RetrySpecified": true},
		"WaitForBackupCompletion": false, "BackupCompetitionWaitingPeriodMin": 0,
		"OptionsDaily": values{"Enabled": true, "Kind": "Everyday", "Time": number("%02d:00:00", hour), "TimeOffsetUtc": 0},
	}}
}

// newNASObject lets a job back up a folder of a file server.
func (s *site) newNASObject(job, share *record, folder string) *record {
	o := s.addBelow(job, "includes", folder, share.id, folder).up(job).relate("", "Related", share)
	return o.setAll(values{
		"HierarchyObjRef": fileServerRef(share), "ObjectInJobId": o.id, "FileOrFolder": folder, "FileServerUid": share.uid(),
		"InclusionMask": values{}, "ExclusionMask": values{},
	})
}

// nasJobLook shows what a job protects, and when it runs next while its schedule is in force.
func (s *site) nasJobLook(job *record, hour int) func(time.Time) values {
	return func(now time.Time) values {
		v := values{"Includes": values{"NASObject": s.near(job, "/nas/jobs/{ID}/includes/{ID}")}}
		if on, _ := job.fields["ScheduleEnabled"].(bool); on && hour >= 0 {
			v["NextRun"] = lastNight(now, hour).AddDate(0, 0, 1)
		}
		return v
	}
}

// lastNight is the last time that a nightly job was due.
func lastNight(now time.Time, hour int) time.Time {
	t := now.UTC().Truncate(24 * time.Hour).Add(time.Duration(hour) * time.Hour)
	if t.After(now) {
		t = t.AddDate(0, 0, -1)
	}
	return t
}

// addNASSessions adds a job's runs of the last nights, the oldest first. One of a schedule that was switched off lies further back.
func (s *site) addNASSessions(server, job *record, hour, n int) {
	due := lastNight(s.now, max(hour, 12)).Add(-time.Hour)
	for ago := 4; ago > 0; ago-- {
		began := due.AddDate(0, 0, -ago-n).Add(time.Duration(n*7+ago) * time.Second)
		result, reason := "Success", ""
		switch (ago + n) % 4 {
		case 1:
			result, reason = "Warning", "Some files were in use."
		case 2:
			if n > 0 {
				result, reason = "Failed", "The share does not answer."
			}
		}
		s.newNASSession(server, job, began, 25*time.Minute+time.Duration(ago*83)*time.Second, result, reason, ago == 2 && n > 0)
	}
}

// newNASSession makes a run of a job that has ended, with a part for each of its objects.
func (s *site) newNASSession(server, job *record, began time.Time, took time.Duration, result, reason string, retry bool) *record {
	stamp := "@" + began.UTC().Format("2006-01-02 15:04:05")
	ended := began.Add(took)
	run := s.add("/backupSessions/{ID}", job.name+stamp, job.id, began.UTC().Format(time.RFC3339Nano)).up(server).up(job)
	run.setAll(values{
		"JobUid": job.uid(), "JobName": job.name, "JobType": "NasBackup", "CreationTimeUTC": began, "EndTimeUTC": ended,
		"State": "Stopped", "Result": result, "Progress": 100, "FailureMessage": reason, "IsRetry": retry,
	})
	for n, o := range s.near(job, "/nas/jobs/{ID}/includes/{ID}") {
		part := s.add("/backupTaskSessions/{ID}", o.name+stamp, run.id, o.id).up(server).up(run).relate("Job", "", job)
		part.setAll(values{
			"JobSessionUid": run.uid(), "CreationTimeUTC": began.Add(time.Duration(20+n) * time.Second), "EndTimeUTC": ended.Add(-10 * time.Second),
			"State": "Completed", "Result": result, "Reason": reason, "TotalSize": int64(40+mix(key64(s.seed, o.id))%400) * gib, "VmDisplayName": o.name,
		})
	}
	return run
}

// ofNAS says whether a session is of a job for file shares.
func ofNAS(r *record) bool { return r.fields["JobType"] == "NasBackup" }
