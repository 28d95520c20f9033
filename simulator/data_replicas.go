package simulator

import (
	"slices"
	"strconv"
	"time"
)

// Addresses of what replica jobs make. CDP replicas have others.
const (
	jobReplicaPath       = "/replicas/{ID}"
	vmReplicaPointPath   = "/vmReplicaPoints/{ID}"
	vappReplicaPointPath = "/vAppReplicaPoints/{ID}"
	failoverPlanPath     = "/failoverPlans/{ID}"
)

// addJobReplica adds the replica of a job, which has no points yet.
func (s *site) addJobReplica(job *record) *record {
	r := s.add(jobReplicaPath, job.name, job.id).up(job.one("Repository")).up(job.one("BackupServer")).to(job)
	return r.set("Platform", job.fields["Platform"])
}

// replicaOf is the replica of a job, nil when there is none yet.
func (st *store) replicaOf(job *record) *record {
	for _, r := range job.relatedOf(st.kind(jobReplicaPath)) {
		return r
	}
	return nil
}

// addReplicaPoint adds a point of an object in a replica job: of a machine, or of a vApp and all its machines.
func (s *site) addReplicaPoint(replica, include *record, at time.Time) *record {
	object := s.object(include.text("HierarchyObjRef"))
	server := replica.one("BackupServer")
	head := values{"Algorithm": "Incremental", "PointType": "Snapshot", "CreationTimeUTC": at}
	point := func(path, name string) *record {
		r := s.addNext(path, nameAt(name, at), replica).up(server).up(replica)
		if !slices.ContainsFunc(replica.related, func(x *record) bool { return x != r && x.kind == r.kind && x.fields["VmName"] == name }) {
			r.set("Algorithm", "Full")
			return r.setAll(values{"PointType": "Snapshot", "CreationTimeUTC": at})
		}
		return r.setAll(head)
	}
	if object == nil || object.fields["ObjectType"] != "Vapp" {
		return point(vmReplicaPointPath, include.name).setAll(values{"VmName": include.name, "VmDisplayName": include.name})
	}
	vapp := point(vappReplicaPointPath, include.name).setAll(values{"VAppName": include.name, "VAppDisplayName": include.name})
	for _, m := range machinesOf(object) {
		vapp.relate("", "Down", point(vmReplicaPointPath, m.name).setAll(values{"VmName": m.name, "VmDisplayName": m.name}))
	}
	return vapp
}

// replicaRuns adds the sessions of a replica job, with a point of each object in those that did not fail.
func (s *site) replicaRuns(job *record, p jobPlan, i int) {
	replica := s.addJobReplica(job)
	for n, at := range lastRuns(job, s.now, p.runs) {
		at = s.jitter(job, n, at)
		result := outcome(i, n, p.runs, p.name)
		s.addReplicaRun(job, replica, at, result, false)
		if result == "Failed" {
			s.addReplicaRun(job, replica, at.Add(10*time.Minute), "Success", true)
		}
	}
}

func (s *site) addReplicaRun(job, replica *record, at time.Time, result string, retry bool) *record {
	session := s.addNext(replicaSessionPath, nameAt(job.name, at), job).up(job).up(job.one("BackupServer"))
	end := s.addTasks(replicaTaskPath, session, includesOf(job), at, result, func(t, in *record, begun time.Time) {
		if result != "Failed" {
			t.relate("", "Related", s.addReplicaPoint(replica, in, begun.Add(30*time.Second)))
		}
	})
	session.setAll(sessionValues(job, "Replica", at, end, result)).set("IsRetry", retry)
	return session
}

// failoverPlans are those of each backup server, with the machines that they fail over in turn.
var failoverPlans = []struct {
	name, description string
	machines          []string
}{
	{"Failover ERP", "ERP first, then its applications", []string{"erp", "app"}},
	{"Failover Applications", "Applications alone", []string{"app"}},
}

func addFailoverPlans(s *site) {
	for i, server := range s.list(serverPath) {
		replica := s.keyed(jobReplicaPath, s.keyed(jobPath, server.id, "Replicate ERP").id)
		for _, p := range failoverPlans {
			plan := s.add(failoverPlanPath, nameOf(p.name, i), server.id, p.name).up(server).to(replica)
			var vms []values
			for _, prefix := range p.machines {
				for _, in := range includesOf(replica.one("Job")) {
					if !isOf(s.object(in.text("HierarchyObjRef")), server, prefix) {
						continue
					}
					n := len(vms)
					vms = append(vms, values{
						"FailoveredVmId": guid(s.seed, "FailoveredVm", plan.id, strconv.Itoa(n)), "HierarchyObjRef": in.fields["HierarchyObjRef"],
						"Name": in.name, "DisplayName": in.name, "Order": n,
					})
				}
			}
			plan.setAll(values{"Description": p.description, "FailoverPlanInfo": values{"Includes": values{"FailoveredVm": vms}}})
		}
	}
}
