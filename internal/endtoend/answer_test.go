package endtoend_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
)

// An empty success that is not the one of a start may come from anything between: it says neither that nor what was started.
func TestEmptyAnswers(t *testing.T) {
	for spec, started := range map[string]int{"code=200": 0, "code=204": 0, "late code=200": 1, "late code=204": 1, "late code=201": 1} {
		em := simulator.New(simulator.DefaultModel(), quick)
		t.Cleanup(em.Close)
		c := dial(t, em)
		id := firstVApp(t, c)
		faulty(t, em, "status op=CdpReplica.VApps.ID.Failover body=none times=1 "+spec)
		task, err := c.CdpReplica().VApps().ID(id).Failover(t.Context(), client.ToLatest())
		if !errors.Is(err, client.ErrOutcomeUnknown) || startsOf(em) != started {
			t.Errorf("%s: %+v, %v, %d starts", spec, task, err, startsOf(em))
			continue
		}
		want := client.Undetermined
		if started == 1 {
			want = client.Started
		}
		if v, err := c.Reconcile(t.Context(), err); err != nil || v.Outcome != want {
			t.Errorf("%s: reconciled as %v, %v", spec, v.Outcome, err)
		}
	}
}

// A secret of many kilobytes, as single sign-on makes them, comes back in a page. Not a part of it may show.
func TestLongSecrets(t *testing.T) {
	em := simulator.NewHandler(simulator.DefaultModel())
	for _, size := range []int{100, 1100, 5000, 9000, 40_000} {
		secret := strings.Repeat("s3cr", size/4)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if v := r.Header.Get("Cookie"); v != "" {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = fmt.Fprint(w, strings.Repeat(v, 3))
				return
			}
			em.ServeHTTP(w, r)
		}))
		c, err := client.Dial(t.Context(), server.URL, client.WithPassword(em.Username, em.Password), client.WithPlainHTTP(), client.WithRetry(client.Retry{Attempts: 1}))
		if err != nil {
			t.Fatal(err)
		}
		for name, call := range map[string]func() error{
			"read": func() error {
				_, err := c.CdpReplicas().List(t.Context(), rest.WithHeader("Cookie", secret))
				return err
			},
			"start": func() error {
				_, err := c.CdpReplica().VApps().ID("x").Failover(t.Context(), client.ToLatest(), rest.WithHeader("Cookie", secret))
				return err
			},
		} {
			err := call()
			if err == nil {
				t.Fatal("no error")
			}
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "s3cr") {
				t.Errorf("%s, %d bytes: %.500s", name, size, text)
			}
		}
		_ = c.Logout(context.Background())
		server.Close()
	}
}
