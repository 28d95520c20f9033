package soak_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/internal/soak"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
)

func run(t *testing.T, cfg soak.Config) *soak.Report {
	t.Helper()
	rep, err := soak.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	rep.Print(&b)
	t.Log("\n" + b.String())
	return rep
}

// A short soak keeps every promise. How long things take is printed and not judged.
func TestSoak(t *testing.T) {
	rep := run(t, soak.Config{Calls: 300, Workers: 24, Seed: 1})
	if !rep.Good() {
		t.Error(rep.Line())
	}
	// It must have been a bad day.
	if rep.Unknown == 0 || rep.Carried == 0 || rep.Started == 0 || rep.Verdicts[client.Started] == 0 || rep.Canceled == 0 {
		t.Errorf("nothing was put to the test: %s", rep.Line())
	}
	for _, kind := range []simulator.FaultKind{simulator.FaultStatus, simulator.FaultResetBefore, simulator.FaultResetAfter, simulator.FaultResetMiddle, simulator.FaultDelay} {
		if rep.Faults[kind] == 0 {
			t.Errorf("no fault %s in %v", kind, rep.Faults)
		}
	}
}

// Nothing goes wrong: everything is started.
func TestNoFaults(t *testing.T) {
	rep := run(t, soak.Config{Calls: 50, Seed: 2, Faults: "seed=1"})
	if !rep.Good() {
		t.Error(rep.Line())
	}
	if rep.StartsPer[1] == 0 || len(rep.Faults) != 0 {
		t.Errorf("starts %v, faults %v", rep.StartsPer, rep.Faults)
	}
}

// A client that breaks a promise is found out. Each of these interceptors is such a client.
func TestTheSoakCanFail(t *testing.T) {
	failover := func(c *rest.Call) bool { return strings.HasSuffix(c.Op.Name, ".Failover") }
	around := func(f func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error)) client.Option {
		return client.WithInterceptor(func(next rest.Caller) rest.Caller {
			return rest.CallerFunc(func(ctx context.Context, c *rest.Call) (*rest.Answer, error) { return f(ctx, c, next) })
		})
	}
	for name, tc := range map[string]struct {
		faults string
		option client.Option
		found  func(*soak.Report) bool
	}{
		"repeats a start of unknown outcome": {
			"reset-after p=0.5; delay for=60ms method=POST",
			around(func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error) {
				a, err := next.Call(ctx, c)
				for failover(c) && err != nil && ctx.Err() == nil {
					a, err = next.Call(ctx, c)
				}
				return a, err
			}),
			func(r *soak.Report) bool { return r.MaxStarts > 1 },
		},
		"says that nothing was started": {
			"reset-after p=0.5",
			around(func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error) {
				a, err := next.Call(ctx, c)
				if errors.Is(err, client.ErrOutcomeUnknown) {
					err = errors.New("it failed")
				}
				return a, err
			}),
			func(r *soak.Report) bool { return r.Wrong > 0 },
		},
		"says that it was started": {
			"status code=404 p=0.5",
			around(func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error) {
				a, err := next.Call(ctx, c)
				if failover(c) && err != nil {
					a, err = &rest.Answer{Status: 202, Session: "s"}, nil
				}
				return a, err
			}),
			func(r *soak.Report) bool { return r.Wrong > 0 },
		},
		"tells the password": {
			"reset-after p=0.5",
			around(func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error) {
				a, err := next.Call(ctx, c)
				if err != nil {
					err = errors.New(strings.Join(c.Header.Values("Proxy-Authorization"), "") + ": " + err.Error())
				}
				return a, err
			}),
			func(r *soak.Report) bool { return r.Secrets > 0 },
		},
		"logs a token": {
			"reset-after p=0.5",
			around(func(ctx context.Context, c *rest.Call, next rest.Caller) (*rest.Answer, error) {
				a, err := next.Call(ctx, c)
				if err == nil && a.Status == 202 {
					return nil, errors.New("token=" + base64.StdEncoding.EncodeToString([]byte("01234567-89ab-4cde-8f01-23456789abcd")))
				}
				return a, err
			}),
			func(r *soak.Report) bool { return r.Secrets > 0 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			rep := run(t, soak.Config{Calls: 40, Workers: 8, Seed: 3, Faults: tc.faults, Client: []client.Option{tc.option}})
			if !tc.found(rep) || rep.Good() {
				t.Errorf("it was not found out: %s", rep.Line())
			}
		})
	}
}

func TestBadFaultsFile(t *testing.T) {
	if _, err := soak.Run(t.Context(), soak.Config{Faults: "burn"}); err == nil {
		t.Error("no error")
	}
}
