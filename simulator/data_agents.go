package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Addresses of what agents have.
const (
	agentJobPath   = "/agents/jobs/{ID}"
	groupPath      = "/agents/protectionGroups/{ID}"
	computerPath   = "/agents/discoveredComputers/{ID}"
	agentPointPath = "/agents/agentRestorePoints/{ID}"
)

// protectionGroups are those of each backup server, with their computers and the job that backs these up.
var protectionGroups = []struct {
	name, prefix, system, os string
	computers                int
	job, description         string
	repository               string
	hour, runs               int
}{
	{"Workstations", "ws", "Windows", "Microsoft Windows 11 Enterprise (64-bit)", 3, "Agent Backup Workstations", "Workstations at noon",
		"SMB Repository", 12, 3},
	{"Physical Servers", "phys", "Windows", "Microsoft Windows Server 2022 (64-bit)", 1, "Agent Backup Servers", "Servers without a hypervisor",
		"Default Backup Repository", 4, 3},
	{"Linux Machines", "lnx", "Linux", "Ubuntu 24.04 LTS (64-bit)", 2, "Agent Backup Linux", "Machines with Linux",
		"Linux Repository", 3, 3},
}

// addAgents adds the agents' side of each backup server: groups, computers, jobs, sessions, backups and points.
func addAgents(s *site) {
	s.addPart(nil, "agents", nil)
	for i, server := range s.list(serverPath) {
		for n, p := range protectionGroups {
			platform := "AgentFor" + p.system
			group := s.add(groupPath, nameOf(p.name, i), server.id, p.name).up(server)
			group.setAll(values{"RescanScheduleEnabled": n != 1, "HierarchyObjRef": "urn:" + platform + ":AgentProtectionGroup:" + noRoot + "." + group.id})
			plan := jobPlan{name: p.job, kind: "AgentBackup", platform: platform, description: p.description, hour: p.hour, days: "Everyday", runs: p.runs}
			job := s.add(agentJobPath, nameOf(p.job, i), server.id, p.job).up(server).to(s.repository(server, p.repository))
			job.setAll(values{
				"JobType": plan.kind, "Platform": platform, "Description": plan.description, "ScheduleConfigured": true, "ScheduleEnabled": true,
				"JobScheduleOptions": plan.schedule(),
				"JobInfo": values{
					"GuestProcessingOptions": guestProcessing("IgnoreFailures", "Disabled"), "GfsRetentionPolicy": retention(p.system == "Linux"),
					"SimpleRetentionPolicy": values{"RetainCycles": 7, "RetainDaysToKeep": 7, "RetainLimitType": "Days"},
				},
			})
			dressAgentJob(job)
			for c := range p.computers {
				s.addComputer(server, group, job, numbered(p.prefix, i, p.computers, c), p.os, c == p.computers-1 && p.computers > 2)
			}
			s.agentRuns(job, plan, i)
		}
	}
}

// noRoot is the root in references to what belongs to no hierarchy.
const noRoot = "00000000-0000-0000-0000-000000000000"

// dressAgentJob gives a job of agents what follows from what lives below it.
func dressAgentJob(job *record) {
	job.look = func(now time.Time) values {
		info, _ := job.fields["JobInfo"].(values)
		v := values{"JobInfo": info.with(values{"Includes": values{"ObjectInAgentBackupJob": includesOf(job)}})}
		if next := nextRun(job, now); !next.IsZero() {
			v["NextRun"] = next
		}
		return v
	}
}

// addComputer adds a computer of a group, and to its job. One that is off has no agent yet.
func (s *site) addComputer(server, group, job *record, name, os string, off bool) {
	c := s.add(computerPath, name, group.id, name).up(server).up(group)
	platform := job.text("Platform")
	c.setAll(values{
		"HostStatus": "Online", "AgentVersion": "13.0.1.1071", "AgentStatus": "Installed", "OsVersion": os,
		"IpAddress": "192.0.2." + scalarText(int(10+mix(key64(s.seed, c.id))%200)), "HierarchyObjRef": "urn:" + platform + ":VeeamAgent:" + noRoot + "." + c.id,
	})
	if off {
		c.setAll(values{"HostStatus": "Offline", "AgentVersion": "", "AgentStatus": "Not installed"})
		return
	}
	in := s.addBelow(job, "includes", name).to(c)
	in.setAll(values{"ObjectInJobId": in.id, "Name": name, "DisplayName": strings.TrimSuffix(name, ".sim.example")})
}

// agentRuns adds the sessions of a job of agents. Its backup has one below it for each computer, which the points belong to.
func (s *site) agentRuns(job *record, p jobPlan, i int) {
	server := job.one("BackupServer")
	backup := s.add(backupPath, job.name, job.id).up(job.one("Repository")).up(server).relate("Job", "", job)
	backup.setAll(values{"Platform": p.platform, "BackupType": "ParentBackup"})
	for n, at := range lastRuns(job, s.now, p.runs) {
		at = s.jitter(job, n, at)
		s.addAgentRun(job, backup, at, outcome(i, n, p.runs, p.name))
	}
}

// childBackup is the backup of a computer below that of a job.
func (s *site) childBackup(backup, in *record) *record {
	job := backup.one("Job")
	if b := s.keyed(backupPath, job.id, in.id); b != nil {
		return b
	}
	b := s.add(backupPath, backup.name+" - "+in.text("DisplayName"), job.id, in.id).up(backup.one("Repository")).up(backup.one("BackupServer"))
	b.relate("Job", "", job).relate("ParentBackup", "", backup)
	b.without = []string{"childbackups"}
	return b.setAll(values{"Platform": backup.fields["Platform"], "BackupType": "ChildBackup"})
}

// addAgentPoint adds a point of a computer's backup.
func (s *site) addAgentPoint(backup, in *record, at time.Time, full bool) *record {
	child := s.childBackup(backup, in)
	point, file := s.addPoint(child, sizeOf(nil), at, full)
	server := child.one("BackupServer")
	r := s.add(agentPointPath, nameAt(in.text("DisplayName"), at), point.id, in.id)
	r.up(server).up(point).up(file).to(child).to(in.one("DiscoveredComputer"))
	r.setAll(values{"CreationTimeUTC": at, "Algorithm": file.query["Algorithm"], "PointType": file.query["PointType"]})
	r.query = values{"ComputerName": in.name, "System": strings.TrimPrefix(backup.text("Platform"), "AgentFor")}
	return r
}

// addAgentRun adds a session of a job of agents that has ended, and the session that told the agents before.
func (s *site) addAgentRun(job, backup *record, at time.Time, result string) *record {
	server := job.one("BackupServer")
	session := s.addNext(backupSessionPath, nameAt(job.name, at), job).up(job).up(server)
	end := s.addTasks(backupTaskPath, session, includesOf(job), at, result, func(t, in *record, begun time.Time) {
		if result == "Failed" {
			return
		}
		point := s.addAgentPoint(backup, in, begun.Add(20*time.Second), at.Weekday() == time.Sunday)
		t.relate("", "Related", point)
		session.relate("", "Down", point.one("RestorePoint"))
	})
	session.setAll(sessionValues(job, "AgentBackup", at, end, result)).set("IsRetry", false)
	told := s.addNext(backupSessionPath, nameAt(job.name+" - Policy", at.Add(-time.Minute)), job).up(job).up(server)
	told.relate("AgentBackupSession", "", session).without = []string{"agentManagementSessions"}
	told.setAll(sessionValues(job, "AgentManagement", at.Add(-time.Minute), at.Add(-20*time.Second), "Success")).set("IsRetry", false)
	return session
}

// ofAgents says whether something is of agents: a backup, a session, or what belongs to a backup.
func ofAgents(r *record) bool {
	if b := r.one("Backup"); b != nil {
		r = b
	}
	return strings.HasPrefix(r.text("Platform"), "AgentFor") || strings.HasPrefix(r.text("JobType"), "Agent")
}

// partReads show the collections of a backup or session that hold a part of what is related to it.
func partReads(g registry) {
	for name, role := range map[string]string{"Backups.ID.ChildBackups.": "ParentBackup", "BackupSessions.ID.AgentManagementSessions.": "AgentBackupSession"} {
		for _, form := range []string{"List", "Entities"} {
			g.read(name+form, func(q *request) (xsdbind.Struct, error) {
				r, err := q.record()
				if err != nil {
					return nil, err
				}
				c := q.c.tables.collections[pathKey(q.op.Path)]
				if c == nil {
					return nil, rest.Faultf(http.StatusNotImplemented, "The table of operations of this build has no collection %s.", q.op.Path)
				}
				items := slices.DeleteFunc(r.children(c), func(x *record) bool { return x.one(role) != r })
				return q.listAnswer(c.kind, q.known(c.kind, items), c.list, form == "List")
			})
		}
	}
}
