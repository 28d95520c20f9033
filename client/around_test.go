package client

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// roundTrip is a RoundTripper made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What is put around the transport sees everything, the outermost first; verification, the ban on redirects and the promise about starts stay.
func TestRoundTripper(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 307, "")
	var mu sync.Mutex
	var saw []string
	around := func(name string) Option {
		return WithRoundTripper(func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				mu.Lock()
				saw = append(saw, name+" "+r.Method+" "+r.URL.Path)
				mu.Unlock()
				return next.RoundTrip(r)
			})
		})
	}
	c := em.dial(around("outer"), around("inner"), WithRoundTripper(nil))
	task, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
	if task != nil || !errors.Is(err, ErrRedirect) {
		t.Errorf("%v, %v", task, err)
	}
	want := []string{"outer GET /api/", "inner GET /api/", "outer POST /api/sessionMngr/", "inner POST /api/sessionMngr/",
		"outer POST /api/cdpReplica/vApps/a", "inner POST /api/cdpReplica/vApps/a"}
	if !slices.Equal(saw, want) {
		t.Errorf("%q", saw)
	}
	if _, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), around("unverified")); err == nil {
		t.Error("an unknown certificate was taken")
	}
}

// A failure of what stands around the transport proves nothing about what was sent.
func TestRoundTripperLeavesOutcomeOpen(t *testing.T) {
	em := newEM(t)
	c := em.dial(WithRoundTripper(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "vApps") {
				return nil, errors.New("lost")
			}
			return next.RoundTrip(r)
		})
	}))
	if _, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest()); !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("%v", err)
	}
}

func TestNewTransport(t *testing.T) {
	em := newEM(t)
	get := func(opts ...Option) error {
		tr, err := NewTransport(opts...)
		if err != nil {
			return err
		}
		defer tr.CloseIdleConnections()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, em.URL+"/api/", http.NoBody)
		if err != nil {
			return err
		}
		resp, err := tr.RoundTrip(r)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
	if err := get(WithThumbprint(em.thumbprint())); err != nil {
		t.Error(err)
	}
	var pin *ThumbprintError
	if err := get(WithThumbprint(strings.Repeat("00", 32))); !errors.As(err, &pin) {
		t.Errorf("another certificate: %v", err)
	}
	if err := get(); err == nil {
		t.Error("an unknown certificate was taken")
	}
	for _, wrong := range []Option{WithThumbprint("no"), WithCAFile("/does/not/exist")} {
		if _, err := NewTransport(wrong); err == nil {
			t.Error("no error")
		}
	}
}
