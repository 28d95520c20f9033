package simulator

import (
	"strings"
	"time"
)

// addReports adds the summary and its frames, which are worked out when they are asked for.
func addReports(s *site) {
	summary := s.addPart(nil, "reports/summary", nil)
	for name, frame := range map[string]func(time.Time) values{
		"overview": s.overview, "vms_overview": s.vmsOverview, "job_statistics": s.jobStatistics,
		"repository": s.repositoryReport, "processed_vms": s.processedVMs,
	} {
		s.addPart(summary, name, nil).look = frame
	}
}

func reportLink(name string) string { return "Workspace/ViewReport.aspx?report=" + name }

// day is the time that the reports look back.
const day = 24 * time.Hour

// allJobs are all jobs, those of agents and of file shares too.
func (st *store) allJobs() []*record {
	var out []*record
	for _, path := range []string{jobPath, agentJobPath, "/nas/jobs/{ID}"} {
		out = append(out, st.list(path)...)
	}
	return out
}

// scheduled says whether a job has a schedule that is in force.
func scheduled(job *record) bool { return job.fields["ScheduleEnabled"] == true }

// runsSince are the values of the sessions of jobs that are known and began since a moment; none of sessions that only tell agents.
func (st *store) runsSince(paths []string, since, now time.Time) []values {
	var out []values
	for _, path := range paths {
		for _, r := range st.list(path) {
			v := r.values(now)
			if at, ok := v["CreationTimeUTC"].(time.Time); ok && r.shown(now) && !at.Before(since) && v["JobType"] != "AgentManagement" {
				out = append(out, v)
			}
		}
	}
	return out
}

// tally counts the values of a field.
func tally(runs []values, field string) map[any]int {
	out := map[any]int{}
	for _, v := range runs {
		out[v[field]]++
	}
	return out
}

// running counts the sessions of jobs that have not ended.
func (st *store) running(now time.Time) int {
	runs := st.runsSince([]string{backupSessionPath, replicaSessionPath}, time.Time{}, now)
	return len(runs) - tally(runs, "State")["Stopped"]
}

func (s *site) overview(now time.Time) values {
	last := map[any]any{} // by machine, since tasks are in the order of their times for each job
	at := map[any]time.Time{}
	for _, v := range s.runsSince([]string{backupTaskPath, replicaTaskPath}, time.Time{}, now) {
		machine, begun := v["VmDisplayName"], v["CreationTimeUTC"].(time.Time)
		if v["Result"] != "None" && !begun.Before(at[machine]) {
			last[machine], at[machine] = v["Result"], begun
		}
	}
	states := map[any]int{}
	for _, result := range last {
		states[result]++
	}
	jobs, proxies, repositories := 0, 0, 0
	for _, j := range s.allJobs() {
		if scheduled(j) {
			jobs++
		}
	}
	for _, m := range s.list("/managedServers/{ID}") {
		switch {
		case strings.HasPrefix(m.name, "proxy"):
			proxies++
		case strings.Contains(m.name, "repo"):
			repositories++
		}
	}
	servers := len(s.list(serverPath))
	return values{
		"BackupServers": servers, "ProxyServers": servers + proxies, "RepositoryServers": servers + repositories,
		"RunningJobs": s.running(now), "ScheduledJobs": jobs,
		"SuccessfulVmLastestStates": states["Success"], "WarningVmLastestStates": states["Warning"], "FailedVmLastestStates": states["Failed"],
	}
}

func (s *site) vmsOverview(now time.Time) values {
	backedUp, replicated, protected := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for path, names := range map[string]map[string]bool{vmRestorePointPath: backedUp, vmReplicaPointPath: replicated} {
		for _, r := range s.list(path) {
			if r.shown(now) {
				names[r.text("VmName")], protected[r.text("VmName")] = true, true
			}
		}
	}
	var full, increments, source int64
	for _, f := range s.list(backupFilePath) {
		size, _ := f.fields["BackupSize"].(int64)
		switch {
		case !f.shown(now):
		case f.fields["FileType"] == "vbk":
			full += size
		default:
			increments += size
		}
	}
	for name := range protected {
		source += sizeOf(s.objectNamed("Vm", name))
	}
	points := 0
	for _, p := range s.list(restorePointPath) {
		if p.shown(now) {
			points++
		}
	}
	machines, done := 0, 0
	for _, o := range s.list(objectPath) {
		if o.fields["ObjectType"] == "Vm" {
			machines++
			if backedUp[o.name] {
				done++
			}
		}
	}
	return values{
		"ProtectedVms": len(protected), "BackedUpVms": len(backedUp), "ReplicatedVms": len(replicated), "RestorePoints": points,
		"FullBackupPointsSize": full, "IncrementalBackupPointsSize": increments, "ReplicaRestorePointsSize": int64(len(s.list(vmReplicaPointPath))) * 4 * gib,
		"SourceVmsSize": source, "SuccessBackupPercents": 100 * done / max(machines, 1), "ProtectedVmsReportLink": reportLink("ProtectedVms"),
	}
}

func (s *site) jobStatistics(now time.Time) values {
	backups, replicas := 0, 0
	for _, j := range s.allJobs() {
		switch {
		case !scheduled(j):
		case j.fields["JobType"] == "Replica":
			replicas++
		default:
			backups++
		}
	}
	v := values{
		"RunningJobs": s.running(now), "ScheduledJobs": backups + replicas, "ScheduledBackupJobs": backups, "ScheduledReplicaJobs": replicas,
		"BackupJobStatusReportLink": reportLink("BackupJobStatus"),
	}
	longest := 0
	for kind, path := range map[string]string{"Backup": backupSessionPath, "Replica": replicaSessionPath} {
		seconds, name := 0, ""
		for _, r := range s.runsSince([]string{path}, now.Add(-day), now) {
			end, ok := r["EndTimeUTC"].(time.Time)
			if n := int(end.Sub(r["CreationTimeUTC"].(time.Time)) / time.Second); ok && n > seconds {
				seconds = n
				name, _ = r["JobName"].(string)
			}
		}
		v["Max"+kind+"JobDuration"], v["MaxDuration"+kind+"JobName"] = seconds, name
		longest = max(longest, seconds)
	}
	runs := s.runsSince([]string{backupSessionPath, replicaSessionPath}, now.Add(-day), now)
	results := tally(runs, "Result")
	return v.with(values{
		"MaxJobDuration": longest, "TotalJobRuns": len(runs),
		"SuccessfulJobRuns": results["Success"], "WarningsJobRuns": results["Warning"], "FailedJobRuns": results["Failed"],
	})
}

func (s *site) repositoryReport(now time.Time) values {
	used := map[*record]int64{}
	for _, f := range s.list(backupFilePath) {
		if b := f.one("Backup"); b != nil && f.shown(now) {
			size, _ := f.fields["BackupSize"].(int64)
			used[b.one("Repository")] += size
		}
	}
	var list []values
	for _, r := range s.list(repositoryPath) {
		v := r.values(now)
		list = append(list, values{"Name": r.name, "Capacity": v["Capacity"], "FreeSpace": v["FreeSpace"], "BackupSize": used[r]})
	}
	return values{"Period": list, "CapacityPlanningReportLink": reportLink("CapacityPlanning")}
}

// processedVMs counts the machines of each of the last seven days.
func (s *site) processedVMs(now time.Time) values {
	var days []values
	today := now.UTC().Truncate(day)
	for back := 6; back >= 0; back-- {
		from := today.Add(-time.Duration(back) * day)
		count := func(path string) int {
			machines := map[any]bool{}
			for _, v := range s.runsSince([]string{path}, from, now) {
				if v["CreationTimeUTC"].(time.Time).Before(from.Add(day)) && v["Result"] != "Failed" {
					machines[v["VmDisplayName"]] = true
				}
			}
			return len(machines)
		}
		days = append(days, values{"Timestamp": from, "ReplicatedVms": count(replicaTaskPath), "BackupedVms": count(backupTaskPath)})
	}
	return values{"Day": days}
}
