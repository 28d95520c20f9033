package simulator

import (
	"strconv"
	"time"
)

// cloudPoints is the number of restore points of each replica at the provider, a day from one to the next.
const cloudPoints = 4

// addTenantReplicas adds the replicas of a tenant's machines, with their restore points, and what fails them over together.
func (s *site) addTenantReplicas(server, tenant, resource *record, machines []string) {
	var replicas []*record
	for n, name := range machines {
		r := s.add("/cloud/replicas/{ID}", name, tenant.id, name).up(server).to(tenant).to(resource)
		r.set("Platform", cloudPlatform(resource))
		replicas = append(replicas, r)
		for p := range cloudPoints {
			at := s.now.Truncate(time.Minute).Add(-time.Duration(cloudPoints-p)*24*time.Hour + time.Duration(17*n+3)*time.Minute)
			s.newCloudPoint(r, at, p == 0)
		}
	}
	if len(replicas) > 1 {
		s.addCloudFailoverPlan(server, tenant, replicas)
	}
}

// cloudPlatform is the platform of replicas on a hardware plan, else in a data center of Cloud Director.
func cloudPlatform(resource *record) string {
	if p, ok := resource.query["Platform"].(string); ok {
		return p
	}
	return "vCloud"
}

// newCloudPoint makes a restore point of a replica at the provider. Which state the replica is in shows in each of its points.
func (s *site) newCloudPoint(replica *record, at time.Time, full bool) *record {
	p := s.add("/cloud/vmReplicaPoints/{ID}", nameAt(replica.name, at), replica.id, strconv.FormatInt(at.Unix(), 10))
	p.up(replica.one("BackupServer")).up(replica)
	kind := "Snapshot"
	if full {
		kind = "Full"
	}
	p.setAll(values{"CreationTimeUTC": at, "VmName": replica.name, "PointType": kind, "State": "Ready", "VmDisplayName": replica.name})
	return p
}

// addCloudFailoverPlan adds a plan that fails a tenant's machines over one after the other, and what came of it in the past.
func (s *site) addCloudFailoverPlan(server, tenant *record, replicas []*record) {
	plan := s.add("/cloud/cloudFailoverPlans/{ID}", tenant.name+" Site Failover", tenant.id).up(server).to(tenant)
	for n, r := range replicas {
		m := s.addBelow(plan, "includes", "", r.id).up(plan).to(r)
		m.setAll(values{"FailoverPlanVMId": m.id, "Name": r.name, "Order": n})
	}
	plan.setAll(values{
		"TenantUid": tenant.uid(), "TenantName": tenant.name, "Description": "All machines of " + tenant.name + ", one after the other",
		"CloudFailoverPlanOptions": values{
			"PostFailoverPlanCommandEnabled": false, "PostFailoverPlanCommand": "",
			"PreFailoverPlanCommandEnabled": len(replicas) > 2, "PreFailoverPlanCommand": "",
		},
	})
	if len(replicas) > 2 {
		plan.fields["CloudFailoverPlanOptions"].(values)["PreFailoverPlanCommand"] = `C:\Scripts\announce.cmd`
	}
	plan.look = func(time.Time) values {
		return values{"CloudFailoverPlanInfo": values{"Includes": values{
			"CloudFailoverPlanVm": s.near(plan, "/cloud/cloudFailoverPlans/{ID}/includes/{ID}"),
		}}}
	}
	s.addCloudSessions(plan, replicas)
}

// addCloudSessions adds what came of a plan so far. Three machines and more run at the provider since the last time; two are being failed over
// when the simulator starts.
func (s *site) addCloudSessions(plan *record, replicas []*record) {
	start := s.now.Truncate(time.Second)
	for n, result := range []string{"Failed", "Warning", "Success"} {
		began, took := start.Add(-time.Duration(60-28*n)*time.Hour), time.Duration(80+40*n)*time.Second
		if n == 2 && len(replicas) == 2 {
			began, took = start.Add(-time.Minute), 10*time.Minute
		}
		message := ""
		switch result {
		case "Failed":
			message = "The network appliance does not answer."
		case "Warning":
			message = "A machine started late."
		}
		s.newCloudSession(plan, began, took, result, message)
	}
	if len(replicas) > 2 {
		for _, r := range replicas {
			s.setCloudState(r, "Failover")
		}
	}
}

// setCloudState says what state a replica is in. Each of its points shows it.
func (s *site) setCloudState(replica *record, state string) {
	for _, p := range s.near(replica, "/cloud/vmReplicaPoints/{ID}") {
		p.set("State", state)
	}
}

// newCloudSession makes a session of a plan that takes a while. Its parts show the restore points that the machines are brought to: the last before it.
func (s *site) newCloudSession(plan *record, began time.Time, took time.Duration, result, message string) *record {
	session := s.add("/cloud/failoverSessions/{ID}", plan.name, plan.id, began.UTC().Format(time.RFC3339Nano))
	session.up(plan.one("BackupServer")).to(plan)
	var points []*record
	for _, m := range s.near(plan, "/cloud/cloudFailoverPlans/{ID}/includes/{ID}") {
		if replica := m.one("CloudReplica"); replica != nil {
			if p := s.lastCloudPoint(replica, began); p != nil {
				points = append(points, p)
			}
		}
	}
	session.setAll(values{"JobType": "FailoverPlan", "CreationTimeUTC": began})
	session.look = func(now time.Time) values {
		v := values{"State": "Working", "Result": "None", "Progress": int(now.Sub(began) * 100 / took)}
		if ended := began.Add(took); !now.Before(ended) {
			v = values{"EndTimeUTC": ended, "State": "Stopped", "Result": result, "Progress": 100}
			if message != "" {
				v["FailureMessage"] = message
			}
		}
		parts := make([]values, len(points))
		for i, p := range points {
			parts[i] = v.with(values{"VmName": p.fields["VmName"], "VmReplicaPointLink": p, "CreationTimeUTC": began})
		}
		return v.with(values{"CloudFailoverTasks": values{"CloudFailoverTasks": parts}})
	}
	return session
}

// lastCloudPoint returns the last restore point of a replica before a moment, nil if there is none.
func (s *site) lastCloudPoint(replica *record, before time.Time) *record {
	var last *record
	for _, p := range replica.related {
		if at, ok := p.fields["CreationTimeUTC"].(time.Time); ok && p.kind == s.kind("/cloud/vmReplicaPoints/{ID}") && at.Before(before) {
			last = p
		}
	}
	return last
}
