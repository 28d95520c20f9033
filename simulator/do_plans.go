package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doPlans registers what can be done with failover plans, one's own and those of tenants.
func doPlans(g registry) {
	g.do("FailoverPlans.ID.Start", startPlan)
	g.do("FailoverPlans.ID.Undo", undoPlan)
	g.do("Cloud.CloudFailoverPlans.ID.Start", func(q *request) (xsdbind.Struct, error) {
		return q.cloudPlan("StartCloudFailoverPlan", "", "Failover")
	})
	g.do("Cloud.CloudFailoverPlans.ID.Test", func(q *request) (xsdbind.Struct, error) {
		return q.cloudPlan("StartCloudFailoverPlan", "test", "")
	})
	g.do("Cloud.CloudFailoverPlans.ID.Undo", func(q *request) (xsdbind.Struct, error) {
		return q.cloudPlan("UndoCloudFailoverPlan", "", "Ready")
	})
}

// stateOf reads which state a plan is to start with: the latest, or the latest before a date. The answer is that date, now for the first.
func (q *request) stateOf() (time.Time, error) {
	spec := valuesOf(q.body)
	date, _ := spec["StartDate"].(string)
	if now, _ := spec["StartNow"].(bool); now {
		if date != "" {
			return q.now, rest.Faultf(http.StatusBadRequest, "StartNow and StartDate exclude each other.")
		}
		return q.now, nil
	}
	if date == "" {
		return q.now, rest.Faultf(http.StatusBadRequest, "Neither StartNow nor StartDate says which state.")
	}
	at, err := parseMoment(date)
	if err != nil {
		return q.now, rest.Faultf(http.StatusBadRequest, "StartDate: %w", err)
	}
	return earlier(at, q.now), nil
}

// planned is a machine of a plan: the replica point that is its state, and what keeps it busy.
type planned struct{ point, machine *record }

// plannedOf are the machines of a plan, in its order, with their latest states before a moment.
func (q *request) plannedOf(plan *record, before time.Time) ([]planned, error) {
	info, _ := plan.fields["FailoverPlanInfo"].(values)
	list := slices.Clone(items(info, "Includes", "FailoveredVm"))
	slices.SortStableFunc(list, func(a, b values) int { return order(a) - order(b) })
	var out []planned
	points := q.c.store.list(vmReplicaPointPath)
	for _, vm := range list {
		name, _ := vm["Name"].(string)
		var p planned
		for _, point := range slices.Backward(points) {
			made, _ := point.fields["CreationTimeUTC"].(time.Time)
			if made.Before(before) && strings.EqualFold(pointName(point), name) && point.one("BackupServer") == plan.one("BackupServer") {
				p = planned{point, q.c.store.machineOf(point)}
				break
			}
		}
		if p.point == nil {
			return nil, rest.Faultf(http.StatusConflict, "%s has no replica point before %s.", name, stamp(before))
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, rest.Faultf(http.StatusConflict, "%s has no machines.", plan.name)
	}
	return out, nil
}

func order(vm values) int {
	switch n := vm["Order"].(type) {
	case int:
		return n
	case int64:
		return int(n)
	}
	return 0
}

// startPlan fails the machines of a plan over, one after the other.
func startPlan(q *request) (xsdbind.Struct, error) {
	plan, err := q.record()
	if err != nil {
		return nil, err
	}
	before, err := q.stateOf()
	if err != nil {
		return nil, err
	}
	machines, err := q.plannedOf(plan, before)
	if err != nil {
		return nil, err
	}
	for _, m := range machines {
		if q.c.doing.failedOver[m.machine] && q.c.doing.underway(plan, q.now) == nil {
			return nil, rest.Faultf(http.StatusConflict, "%s has failed over already.", m.machine.name)
		}
	}
	return q.runPlan(plan, machines, planRun{
		task: "StartFailoverPlan", kind: PlanStarted, session: "Failover", started: FailoverStarted, finished: FailoverFinished, over: true,
	})
}

// undoPlan brings those machines of a plan back that have failed over, the last one first.
func undoPlan(q *request) (xsdbind.Struct, error) {
	plan, err := q.record()
	if err != nil {
		return nil, err
	}
	machines, err := q.plannedOf(plan, q.now)
	if err != nil {
		return nil, err
	}
	if q.c.doing.underway(plan, q.now) == nil {
		machines = slices.DeleteFunc(machines, func(m planned) bool { return !q.c.doing.failedOver[m.machine] })
	}
	if len(machines) == 0 {
		return nil, rest.Faultf(http.StatusConflict, "No machine of %s has failed over.", plan.name)
	}
	slices.Reverse(machines)
	return q.runPlan(plan, machines, planRun{
		task: "UndoFailoverPlan", kind: PlanUndone, session: "UndoFailover", started: "", finished: FailoverUndone, over: false,
	})
}

// planRun is what sets the start of a plan and its undoing apart.
type planRun struct {
	task, session     string // name of the task; beginning of the sessions' names
	kind              EventKind
	started, finished EventKind // of each machine; "" for none
	over              bool      // the machines run as replicas afterwards
}

// runPlan works on machines one after the other. The plan has a session, and each machine one when its turn comes.
func (q *request) runPlan(plan *record, machines []planned, how planRun) (xsdbind.Struct, error) {
	for _, m := range machines {
		if q.c.doing.underway(plan, q.now) == nil && q.c.doing.underway(m.machine, q.now) != nil {
			return nil, rest.Faultf(http.StatusConflict, "%s is busy.", m.machine.name)
		}
	}
	b, err := q.undertake(plan, how.task)
	if err != nil {
		return nil, err
	}
	e := q.about(how.kind, plan)
	e.Task = b.task.id
	if b.failed {
		q.c.audit(e)
		q.settle(b, e, PlanFinished, func(time.Time) {})
		return q.taskAnswer(b.task)
	}
	s := q.site()
	session := s.add(restorePath, nameAt(how.session+"_["+plan.name+"]", q.now), q.c.doing.serial())
	session.up(plan.one("BackupServer")).relate("", "Related", plan).setAll(values{"JobType": "FailoverPlan", "CreationTimeUTC": q.now})
	q.show(b, session)
	e.Restore = session.id
	q.c.audit(e)
	var turns []*work
	for i, m := range machines {
		turns = append(turns, q.turn(b, e, m, i, len(machines), how))
	}
	stop := b.task.stop
	b.task.stop = func(now time.Time) bool {
		if !stop(now) {
			return false
		}
		for _, w := range turns {
			if now.Before(w.workEnd()) {
				q.c.stopWork(w, later(now, w.created), b.message)
			}
		}
		return true
	}
	q.settle(b, e, PlanFinished, func(time.Time) {})
	return q.taskAnswer(b.task)
}

// turn is what a plan does with the i-th of its n machines.
func (q *request) turn(b *begun, e Event, m planned, i, n int, how planRun) *work {
	share := b.timing.Working / time.Duration(n)
	begin := b.created.Add(b.timing.Starting + share*time.Duration(i))
	w := &work{created: begin, timing: Timing{Working: share}, result: "Success"}
	if rule := q.c.rule(m.machine.name, m.machine.id); rule.RestoreResult != "" && how.over {
		w.result, w.message = rule.RestoreResult, rule.Message
		b.result, b.message = "Warning", m.machine.name+": "+rule.Message
	}
	if b.result == "Failed" {
		w.result, w.message = b.result, b.message
	}
	q.c.doing.begin(m.machine, w)
	session := q.restoreSession(m.point, how.session, begin)
	session.from, session.look = later(begin, b.task.finished()), w.look
	q.c.doing.show(session, w)
	e.Target, e.Restore, e.Params = m.point.view(), session.id, nil
	at := func(kind EventKind, now time.Time, outcome string) {
		v := e
		v.Kind, v.Time, v.Outcome = kind, now, outcome
		q.c.audit(v)
	}
	if how.started != "" {
		q.c.at(begin, func(now time.Time) {
			if w.cancelled.IsZero() || w.cancelled.After(begin) {
				at(how.started, now, "")
			}
		})
	}
	done := false
	w.finish = func(now time.Time) {
		if done || !w.ended(now) {
			return
		}
		done = true
		if w.cancelled.Equal(w.created) { // its turn never came
			q.c.drop(session)
			return
		}
		at(how.finished, now, w.result)
		if w.result != "Failed" {
			q.c.doing.setFailedOver(m.machine, how.over)
		}
	}
	q.c.at(w.end(), w.finish)
	return w
}

// cloudPlan starts a tenant's plan, tests it or takes it back. state is what its replicas are in afterwards.
func (q *request) cloudPlan(operation, outcome, state string) (xsdbind.Struct, error) {
	plan, err := q.record()
	if err != nil {
		return nil, err
	}
	before := q.now
	if q.body != nil {
		if before, err = q.stateOf(); err != nil {
			return nil, err
		}
	}
	s := q.site()
	var replicas []*record
	for _, m := range s.near(plan, plan.kind.path+"/includes/{ID}") {
		r := m.one("CloudReplica")
		if r == nil {
			continue
		}
		if s.lastCloudPoint(r, before) == nil {
			return nil, rest.Faultf(http.StatusConflict, "%s has no replica point before %s.", r.name, stamp(before))
		}
		replicas = append(replicas, r)
	}
	over := slices.ContainsFunc(replicas, func(r *record) bool {
		return slices.ContainsFunc(s.near(r, "/cloud/vmReplicaPoints/{ID}"), func(p *record) bool { return p.text("State") == "Failover" })
	})
	if q.c.doing.underway(plan, q.now) == nil && over != (state == "Ready") {
		if over {
			return nil, rest.Faultf(http.StatusConflict, "%s has failed over already.", plan.name)
		}
		return nil, rest.Faultf(http.StatusConflict, "%s has not failed over.", plan.name)
	}
	b, err := q.undertake(plan, operation)
	if err != nil {
		return nil, err
	}
	kind := PlanStarted
	if state == "Ready" {
		kind = PlanUndone
	}
	e := q.about(kind, plan)
	e.Task, e.Outcome = b.task.id, outcome
	if !b.failed {
		session := s.newCloudSession(plan, q.now, max(b.end().Sub(q.now), 1), b.result, b.message)
		look := session.look
		q.show(b, session)
		session.look = func(now time.Time) values { return look(now).with(b.look(now)) }
		e.Restore = session.id
	}
	q.c.audit(e)
	q.settle(b, e, PlanFinished, func(time.Time) {
		if b.result == "Failed" || state == "" {
			return
		}
		for _, r := range replicas {
			s.setCloudState(r, state)
		}
	})
	return q.taskAnswer(b.task)
}
