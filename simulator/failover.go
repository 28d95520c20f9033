package simulator

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// failover answers POST …?action=failover for vApps and VMs.
func (s *service) failover(ctx context.Context, r *rest.Request, spec *ent.CdpFailoverStartSpec, find func(*rest.Request) (*target, error)) (*ent.Task, error) {
	params, err := visitOf(ctx).params()
	if err != nil {
		return nil, err
	}
	want, err := readChoice(params)
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "%w", err)
	}
	if err := want.agrees(spec); err != nil {
		return nil, rest.Faultf(http.StatusInternalServerError, "%w", err)
	}
	return run(s, ctx, r, func(b *builder, who caller) (*ent.Task, error) {
		t, err := find(r)
		if err != nil {
			return nil, err
		}
		who.params = params
		k, err := s.core.failover(who, t, want, b.now)
		if err != nil {
			return nil, err
		}
		return b.task(k), nil
	})
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
func (c choice) agrees(spec *ent.CdpFailoverStartSpec) error {
	same := func(name string, t *time.Time, has bool, text string) error {
		if text == "" {
			has = false
		}
		if has != (t != nil) {
			return fmt.Errorf("%w: %s", errDisagree, name)
		}
		if !has {
			return nil
		}
		if u, err := parseMoment(text); err != nil || !u.Equal(*t) {
			return fmt.Errorf("%w: %s is %q", errDisagree, name, text)
		}
		return nil
	}
	if xsdbind.Bool(spec, "RestoreCurrent") != c.current || xsdbind.Bool(spec, "RestoreCurrentVss") != c.vss {
		return fmt.Errorf("%w: RestoreCurrent or RestoreCurrentVss", errDisagree)
	}
	if err := same("RestoreAtInterval", c.interval, xsdbind.Get(spec, "RestoreAtInterval") != nil, xsdbind.Text(spec, "RestoreAtInterval")); err != nil {
		return err
	}
	return same("RestoreAtPointInTime", c.pointInTime, xsdbind.Get(spec, "RestoreAtPointInTime") != nil, xsdbind.Text(spec, "RestoreAtPointInTime"))
}

// intervals answers POST …?action=intervals for vApps and VMs.
func (s *service) intervals(ctx context.Context, r *rest.Request, spec *ent.CdpIntervalsSpec, find func(*rest.Request) (*target, error)) (*ent.CdpReplicaIntervals, error) {
	from, err := parseMoment(xsdbind.Text(spec, "StartDate"))
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "StartDate: %w", err)
	}
	to, err := parseMoment(xsdbind.Text(spec, "EndDate"))
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "EndDate: %w", err)
	}
	if to.Before(from) {
		return nil, rest.Faultf(http.StatusBadRequest, "EndDate lies before StartDate.")
	}
	return show(s, ctx, r, find, func(b *builder, t *target) *ent.CdpReplicaIntervals { return b.intervals(t.history, from, to) })
}
