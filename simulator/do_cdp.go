package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doCDP registers what can be done with CDP policies and replicas.
func doCDP(g registry) {
	g.do("CdpReplica.VApps.ID.Failover", failover)
	g.do("CdpReplicas.ID.Vms.ID.Failover", failover)
	g.read("CdpReplica.VApps.ID.Intervals", intervals)
	g.read("CdpReplicas.ID.Vms.ID.Intervals", intervals)
	g.do("CdpPolicies.ID.Enable", func(q *request) (xsdbind.Struct, error) { return togglePolicy(q, true) })
	g.do("CdpPolicies.ID.Disable", func(q *request) (xsdbind.Struct, error) { return togglePolicy(q, false) })
}

// failover answers POST …?action=failover for vApps and VMs.
func failover(q *request) (xsdbind.Struct, error) {
	want, err := readChoice(q.params)
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "%w", err)
	}
	if err := want.agrees(q.body); err != nil {
		return nil, rest.Faultf(http.StatusInternalServerError, "%w", err)
	}
	r, err := q.record()
	if err != nil {
		return nil, err
	}
	k, err := q.c.failover(q.caller, r.target, want, q.now)
	if err != nil {
		return nil, err
	}
	return q.taskAnswer(k)
}

// readChoice reads what a specification asks for from the values of the body.
func readChoice(params []Param) (choice, error) {
	var c choice
	for name, to := range map[string]*bool{"RestoreCurrent": &c.current, "RestoreCurrentVss": &c.vss} {
		switch v, _ := param(params, name); strings.ToLower(strings.TrimSpace(v)) {
		case "true", "1":
			*to = true
		case "false", "0", "":
		default:
			return c, fmt.Errorf("%s: %q is neither true nor false", name, v)
		}
	}
	for to, names := range map[**time.Time][]string{
		&c.interval: {"RestoreAtInterval"}, &c.pointInTime: {"RestoreAtPointInTime", "RestoreAtPointinTime"},
	} {
		v, ok := param(params, names...)
		if !ok || v == "" {
			continue
		}
		t, err := parseMoment(v)
		if err != nil {
			return c, fmt.Errorf("%s: %w", names[0], err)
		}
		*to = &t
	}
	return c, nil
}

// agrees compares what the bytes say with what the generated type holds. A difference is a fault of the bindings, and
// nothing is carried out.
func (c choice) agrees(spec xsdbind.Struct) error {
	for name, said := range map[string]bool{"RestoreCurrent": c.current, "RestoreCurrentVss": c.vss} {
		if held, _ := xsdbind.Get(spec, name).(bool); held != said {
			return fmt.Errorf("%w: %s", errDisagree, name)
		}
	}
	for name, said := range map[string]*time.Time{"RestoreAtInterval": c.interval, "RestoreAtPointInTime": c.pointInTime} {
		held := xsdbind.Text(spec, name)
		if (held != "") != (said != nil) {
			return fmt.Errorf("%w: %s", errDisagree, name)
		}
		if said == nil {
			continue
		}
		if t, err := parseMoment(held); err != nil || !t.Equal(*said) {
			return fmt.Errorf("%w: %s is %q", errDisagree, name, held)
		}
	}
	return nil
}

// intervals answers POST …?action=intervals for vApps and VMs.
func intervals(q *request) (xsdbind.Struct, error) {
	from, err := parseMoment(xsdbind.Text(q.body, "StartDate"))
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "StartDate: %w", err)
	}
	to, err := parseMoment(xsdbind.Text(q.body, "EndDate"))
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "EndDate: %w", err)
	}
	if to.Before(from) {
		return nil, rest.Faultf(http.StatusBadRequest, "EndDate lies before StartDate.")
	}
	r, err := q.record()
	if err != nil {
		return nil, err
	}
	e := newElement("CdpReplicaIntervals")
	return e, q.fill(e, intervalValues(r.target.history, from, to, q.now))
}

func intervalValues(h *history, from, to, now time.Time) values {
	var periods, points []values
	for _, p := range h.periods(from, to, now) {
		periods = append(periods, values{
			"StartDate": seconds(p.start), "EndDate": seconds(p.end), "Rpo": int(p.rpo / time.Second), "IntervalType": "RestoreAvailable",
		})
	}
	consistent := false
	for _, p := range h.points(from, to, now) {
		consistent = consistent || p.ApplicationConsistent
		points = append(points, values{"Id": p.ID, "Date": seconds(p.Time), "IsApplicationConsistent": p.ApplicationConsistent})
	}
	return values{
		"StartDate": seconds(from), "EndDate": seconds(to), "HasApplicationConsistentState": consistent,
		"Intervals": values{"Interval": periods}, "RestorePoints": values{"RestorePoint": points},
	}
}

// togglePolicy changes the policy at once; its task takes as long as any.
func togglePolicy(q *request, on bool) (xsdbind.Struct, error) {
	p, err := q.record()
	if err != nil {
		return nil, err
	}
	e := q.about(PolicyChanged, p)
	e.Outcome = "disabled"
	if on {
		e.Outcome = "enabled"
	}
	enable(p, on)
	k := q.c.newTask(q.session, "UpdateCdpPolicy", q.now, q.c.timing)
	e.Task = k.id
	q.c.audit(e)
	return q.taskAnswer(k)
}
