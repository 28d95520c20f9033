package simulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const jobPath = "/jobs/{ID}"

// jobPlan is a job of each backup server.
type jobPlan struct {
	name, kind, platform, description string
	repository                        string
	includes                          []string // first parts of the names of machines and vApps
	hour                              int      // when it starts, of days
	every                             int      // hours from run to run, in place of the hour
	days                              string   // kind of the daily schedule
	continuous                        bool
	disabled                          bool
	reverse                           bool     // the newest point is the full one
	indexed                           bool     // the files of guests are put into the catalog
	links                             []string // jobs whose backups it copies
	from                              string   // repository whose backups it copies
	runs                              int      // that have ended
	further                           bool     // of Model.Jobs: no other server has one of that name
}

var jobPlans = []jobPlan{
	{name: "Backup Domain Controllers", kind: "Backup", platform: "VMware", description: "Domain controllers, every night",
		repository: "Default Backup Repository", includes: []string{"dc"}, hour: 22, days: "Everyday", reverse: true, runs: 5},
	{name: "Backup Databases", kind: "Backup", platform: "VMware", description: "SQL servers with their logs",
		repository: "Linux Repository", includes: []string{"sql"}, hour: 23, days: "Everyday", runs: 7},
	{name: "Backup Web Servers", kind: "Backup", platform: "VMware", description: "Web servers, every four hours",
		repository: "Default Backup Repository", includes: []string{"web"}, every: 4, runs: 6},
	{name: "Backup Files and Mail", kind: "Backup", platform: "VMware", description: "File and mail server, on working days",
		repository: "Scale-out Repository", includes: []string{"files", "mail"}, hour: 1, days: "WeekDays", indexed: true, runs: 4},
	{name: "Backup Before Updates", kind: "Backup", platform: "VMware", description: "Started by hand before updates",
		repository: "NFS Repository", includes: []string{"app"}, hour: 12, disabled: true, runs: 1},
	{name: "Backup Hyper-V", kind: "Backup", platform: "Hyperv", description: "Machines on the Hyper-V host",
		repository: "SMB Repository", includes: []string{"hvapp"}, hour: 21, days: "Everyday", runs: 4},
	{name: "Backup Cloud Director", kind: "Backup", platform: "vCloud", description: "vApps of the organization Org01",
		repository: "Linux Repository", includes: []string{"portal", "shop"}, hour: 20, days: "Everyday", runs: 3},
	{name: "Copy to Second Site", kind: "BackupCopy", platform: "VMware", description: "Backups of databases and domain controllers, once more",
		repository: "Scale-out Repository", links: []string{"Backup Domain Controllers", "Backup Databases"}, hour: 2, days: "Everyday", runs: 3},
	{name: "Copy to Provider", kind: "ImmediateBackupCopy", platform: "CustomPlatform", description: "What comes to the default repository, at once",
		repository: "Cloud Repository", links: []string{"Backup Web Servers"}, from: "Default Backup Repository", continuous: true, runs: 2},
	{name: "Replicate ERP", kind: "Replica", platform: "VMware", description: "ERP and applications to the second site",
		repository: "Default Backup Repository", includes: []string{"erp", "app"}, every: 6, runs: 4},
	{name: "Replicate Cloud Director", kind: "Replica", platform: "vCloud", description: "Portal of the organization Org01",
		repository: "Default Backup Repository", includes: []string{"portal"}, hour: 3, days: "Everyday", runs: 3},
}

func addJobs(s *site) {
	for i, server := range s.list(serverPath) {
		for _, p := range s.jobPlans(i) {
			s.addJob(server, i, p)
		}
	}
}

func (s *site) addJob(server *record, i int, p jobPlan) {
	name := nameOf(p.name, i)
	if p.further {
		name = p.name
	}
	job := s.add(jobPath, name, server.id, p.name).up(server).to(s.repository(server, p.repository))
	job.setAll(values{
		"JobType": p.kind, "Platform": p.platform, "Description": p.description,
		"ScheduleConfigured": !p.disabled, "ScheduleEnabled": !p.disabled,
		"JobScheduleOptions": p.schedule(), "JobInfo": values{jobInfos[p.kind]: s.jobInfo(server, p)},
	})
	for _, prefix := range p.includes {
		for _, o := range s.list(objectPath) {
			if isOf(o, server, prefix) {
				in := s.addInclude(job, o)
				if p.indexed {
					in.set("GuestProcessingOptions", guestProcessing("RequireSuccess", "ExceptSpecifiedFolders"))
				}
			}
		}
	}
	for _, name := range p.links {
		s.addLinkedJob(job, s.keyed(jobPath, server.id, name))
	}
	if p.from != "" {
		s.addLinkedRepository(job, s.repository(server, p.from))
	}
	s.dressJob(job)
}

// isOf says whether an object is one of a backup server's machines or vApps whose names begin with the prefix and go on with a number.
func isOf(o, server *record, prefix string) bool {
	n, ok := strings.CutPrefix(o.name, prefix)
	if !ok || !slices.Contains([]any{"Vm", "Vapp"}, o.fields["ObjectType"]) || o.one("Vapp") != nil {
		return false
	}
	root := o.one("HierarchyRoot")
	_, err := strconv.Atoi(n)
	return err == nil && root != nil && root.one("BackupServer") == server
}

// addInclude takes an object into a job.
func (s *site) addInclude(job, object *record) *record {
	in := s.addBelow(job, "includes", object.name, object.id)
	in.setAll(values{
		"ObjectInJobId": in.id, "HierarchyObjRef": object.text("ObjectRef"), "Name": object.name, "DisplayName": object.name,
	})
	if job.fields["JobType"] == "Replica" {
		return in
	}
	return in.set("GuestProcessingOptions", guestProcessing("RequireSuccess", "Disabled"))
}

// addLinkedJob makes a copy job copy what another job makes.
func (s *site) addLinkedJob(job, linked *record) *record {
	if linked == nil {
		return nil
	}
	in := s.addBelow(job, "linkedJobs", linked.name, linked.id).relate("LinkedJob", "", linked)
	return in.setAll(values{"ObjectInJobId": in.id, "LinkedJobUid": linked.uid()})
}

// addLinkedRepository makes a copy job copy what comes to a repository.
func (s *site) addLinkedRepository(job, repository *record) *record {
	if repository == nil {
		return nil
	}
	in := s.addBelow(job, "linkedBackupRepositories", repository.name, repository.id)
	return in.setAll(values{"ObjectInJobId": in.id, "LinkedBackupRepositoryUid": repository.uid()})
}

// jobInfos are the elements of what sets the types of jobs apart.
var jobInfos = map[string]string{
	"Backup": "BackupJobInfo", "Replica": "ReplicaJobInfo", "BackupCopy": "BackupCopyJobInfo", "ImmediateBackupCopy": "ImmediateBackupCopyJobInfo",
}

// noLinks are the actions and collections that jobs of a type do not have.
var noLinks = map[string][]string{
	"Backup":              {"Sync", "replicaSessions", "linkedJobs", "linkedBackupRepositories"},
	"Replica":             {"Sync", "backupSessions", "linkedJobs", "linkedBackupRepositories"},
	"BackupCopy":          {"includes", "replicaSessions", "Start", "Stop", "Retry", "linkedBackupRepositories"},
	"ImmediateBackupCopy": {"includes", "replicaSessions", "Start", "Stop", "Retry"},
}

// dressJob gives a job what follows from its type and from what lives below it.
func (s *site) dressJob(job *record) {
	kind := job.text("JobType")
	job.without = noLinks[kind]
	linked := func(collection string) []values {
		out := []values{}
		for _, x := range job.below {
			if x.kind.path == jobPath+"/"+collection+"/{ID}" {
				out = append(out, x.fields)
			}
		}
		return out
	}
	jobs, repositories := s.addPart(job, "linkedJobs", nil), s.addPart(job, "linkedBackupRepositories", nil)
	jobs.look = func(time.Time) values { return values{"LinkedJobObject": linked("linkedJobs")} }
	repositories.look = func(time.Time) values { return values{"LinkedBackupRepository": linked("linkedBackupRepositories")} }
	job.look = func(now time.Time) values {
		more := values{}
		switch kind {
		case "ImmediateBackupCopy":
			more["LinkedBackupRepositoryIncludes"] = values{"LinkedBackupRepository": linked("linkedBackupRepositories")}
			fallthrough
		case "BackupCopy":
			more["LinkedJobIncludes"] = values{"LinkedJobObject": linked("linkedJobs")}
			more["LinkedBackupIncludes"] = values{}
		default:
			more["Includes"] = values{"ObjectInJob": includesOf(job)}
		}
		all, _ := job.fields["JobInfo"].(values)
		info, _ := all[jobInfos[kind]].(values)
		v := values{"JobInfo": values{jobInfos[kind]: info.with(more)}}
		if next := nextRun(job, now); !next.IsZero() {
			v["NextRun"] = next
		}
		return v
	}
}

// includesOf are the objects in a job.
func includesOf(job *record) []*record {
	out := []*record{}
	for _, x := range job.below {
		if x.kind.path == job.kind.path+"/includes/{ID}" {
			out = append(out, x)
		}
	}
	return out
}

func (s *site) jobInfo(server *record, p jobPlan) values {
	switch p.kind {
	case "Replica":
		return values{"GuestProcessingOptions": values{"VssSnapshotOptions": values{"VssSnapshotMode": "IgnoreFailures", "IsCopyOnly": false}}}
	case "BackupCopy", "ImmediateBackupCopy":
		return values{}
	}
	v := values{
		"GuestProcessingOptions": guestProcessing("RequireSuccess", map[bool]string{true: "EveryFolders", false: "Disabled"}[p.indexed]),
		"GfsRetentionPolicy":     retention(p.runs > 5),
		"SimpleRetentionPolicy":  values{"RetainCycles": 7, "RetainDaysToKeep": 14, "RetainLimitType": "Cycles"},
	}
	if p.name == "Backup Databases" {
		for _, x := range server.below {
			if x.kind.path == serverPath+"/passwords/{ID}" {
				v["AdvancedStorageOptions"] = values{"PasswordKeyId": x.id}
			}
		}
	}
	return v
}

// retention keeps some points longer than the others.
func retention(on bool) values {
	return values{
		"Enabled": on,
		"Weekly":  values{"Enabled": on, "RetentionPeriod": 4, "SelectedDay": "Sunday"},
		"Monthly": values{"Enabled": on, "RetentionPeriod": 12, "SelectedWeek": "Last"},
		"Yearly":  values{"Enabled": false, "RetentionPeriod": 3, "SelectedMonth": "December"},
	}
}

// guestProcessing is how guests are frozen and their files indexed.
func guestProcessing(vss, indexing string) values {
	folders := func(paths ...string) values {
		if indexing != "ExceptSpecifiedFolders" {
			return values{}
		}
		return values{"Path": paths}
	}
	return values{
		"VssSnapshotOptions": values{"VssSnapshotMode": vss, "IsCopyOnly": false, "UsePersistentGuestAgent": false},
		"WindowsGuestFSIndexingOptions": values{
			"FileSystemIndexingMode": indexing, "IncludedIndexingFolders": values{}, "ExcludedIndexingFolders": folders("%windir%", "%ProgramFiles%", "%TEMP%"),
		},
		"LinuxGuestFSIndexingOptions": values{
			"FileSystemIndexingMode": indexing, "IncludedIndexingFolders": values{}, "ExcludedIndexingFolders": folders("/dev", "/proc", "/tmp"),
		},
		"SqlBackupOptions":     values{"TransactionLogsProcessing": "Backup", "BackupLogsFrequencyMin": 15, "UseDbBackupRetention": true, "RetainDays": 15},
		"WindowsCredentialsId": "", "LinuxCredentialsId": "",
	}
}

// schedule is when the job runs.
func (p jobPlan) schedule() values {
	if p.kind == "ImmediateBackupCopy" {
		return values{"ImmediateCopyMode": values{"OptionsContinuous": values{"Enabled": true, "Schedule": week("1")}}}
	}
	kind, clock := p.days, number("%02d:00:00.0000000+00:00", p.hour)
	if kind == "" {
		kind = "Everyday"
	}
	return values{"Standart": values{
		"RetryOptions":            values{"RetryTimes": 3, "RetryTimeout": 10, "RetrySpecified": true},
		"WaitForBackupCompletion": true, "BackupCompetitionWaitingPeriodMin": 180,
		"OptionsDaily": values{"Enabled": p.days != "" && !p.disabled, "Kind": kind, "Days": weekdays(kind), "Time": clock, "TimeOffsetUtc": 0},
		"OptionsMonthly": values{
			"Enabled": false, "Time": clock, "TimeOffsetUtc": 0, "DayNumberInMonth": "Fourth", "DayOfWeek": "Saturday", "Months": months(), "DayOfMonth": 1,
		},
		"OptionsPeriodically":  values{"Enabled": p.every > 0, "Kind": "Hours", "FullPeriod": max(p.every, 1), "Schedule": week("1")},
		"OptionsContinuous":    values{"Enabled": p.continuous, "Schedule": week("1")},
		"OptionsBackupWindow":  values{"Enabled": false, "TimePeriods": week("1")},
		"OptionsDaisyChaining": values{"Enabled": false, "PreviousJobUid": ""},
	}}
}

func weekdays(kind string) []string {
	var out []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		if kind != "WeekDays" || d != time.Sunday && d != time.Saturday {
			out = append(out, d.String())
		}
	}
	return out
}

func months() []string {
	var out []string
	for m := time.January; m <= time.December; m++ {
		out = append(out, m.String())
	}
	return out
}

// nextRun is when a job starts next by its schedule; zero when nothing says.
func nextRun(job *record, now time.Time) time.Time {
	if job.fields["ScheduleEnabled"] != true {
		return time.Time{}
	}
	if every := periodOf(job); every > 0 {
		return now.Truncate(every).Add(every)
	}
	for day := range 8 {
		if at, ok := runOn(job, now.UTC().AddDate(0, 0, day)); ok && at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// lastRuns are the last n runs that began at least two hours before now, the oldest first. Jobs without a schedule ran at noon.
func lastRuns(job *record, now time.Time, n int) []time.Time {
	now = now.UTC().Add(-2 * time.Hour)
	var out []time.Time
	every, planned := periodOf(job), !nextRun(job, now).IsZero()
	for back := 0; len(out) < n; back++ {
		at, ok := now.Truncate(day).AddDate(0, 0, -back).Add(day/2), true
		switch {
		case every > 0:
			at = now.Truncate(every).Add(-time.Duration(back) * every)
		case planned:
			at, ok = runOn(job, now.AddDate(0, 0, -back))
		}
		if ok && !at.After(now) {
			out = append(out, at)
		}
	}
	slices.Reverse(out)
	return out
}

// periodOf is the time from run to run of a job that runs several times a day.
func periodOf(job *record) time.Duration {
	o, _ := job.fields.at([]string{"JobScheduleOptions", "Standart", "OptionsPeriodically"}).(values)
	n, _ := strconv.Atoi(strings.TrimSpace(scalarText(o["FullPeriod"])))
	switch {
	case scalarText(o["Enabled"]) != "true" || n <= 0:
		return 0
	case o["Kind"] == "Minutes":
		return time.Duration(n) * time.Minute
	}
	return time.Duration(n) * time.Hour
}

// runOn is when a job with a daily schedule runs on a day, if it does.
func runOn(job *record, day time.Time) (time.Time, bool) {
	o, _ := job.fields.at([]string{"JobScheduleOptions", "Standart", "OptionsDaily"}).(values)
	clock := scalarText(o["Time"])
	clock = clock[strings.IndexByte(clock, 'T')+1:] // in JSON it may have a date
	if scalarText(o["Enabled"]) != "true" || len(clock) < 5 {
		return time.Time{}, false
	}
	at, err := time.Parse("15:04", clock[:5])
	if err != nil {
		return time.Time{}, false
	}
	if days, ok := o["Days"].([]string); ok && o["Kind"] != "Everyday" && !slices.Contains(days, day.Weekday().String()) {
		return time.Time{}, false
	}
	return time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC), true
}

// scalarText is the text of a value.
func scalarText(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	}
	return ""
}
