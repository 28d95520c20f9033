package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/simulator"
)

// tap notes the header of the logon session.
type tap struct {
	http.RoundTripper
	session atomic.Value
}

func (t *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	if s := r.Header.Get(sessionHeader); s != "" {
		t.session.Store(s)
	}
	return t.RoundTripper.RoundTrip(r)
}

const sessionHeader = "X-RestSvcSessionId"

// simulated measures a GET of a task over a connection that is kept, beside a handler that writes the same bytes.
func simulated(r *report) error {
	ctx := context.Background()
	em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP())
	defer em.Close()
	t := &tap{RoundTripper: http.DefaultTransport}
	c, err := client.Dial(ctx, em.URL, client.WithPlainHTTP(), client.WithPassword(em.Username, em.Password), client.WithTransport(t))
	if err != nil {
		return err
	}
	all, err := c.CdpReplica().VApps().Entities(ctx)
	if err != nil {
		return err
	}
	list := ent.Val(all).VAppCdpReplica
	if len(list) == 0 {
		return errors.New("the simulator has no vApps")
	}
	started, err := c.CdpReplica().VApps().ID(client.IDOf(ent.Val(list[0].UID))).Failover(ctx, client.ToLatest())
	if err != nil {
		return err
	}
	session, _ := t.session.Load().(string)
	get := func(url string) ([]byte, http.Header, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, nil, err
		}
		req.Header.Set(sessionHeader, session)
		req.Header.Set("Accept", "application/xml")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, nil, err
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("GET %s: %s", url, resp.Status)
		}
		return b, resp.Header, err
	}
	url := em.URL + "/api/tasks/" + ent.Val(started.Value).TaskId
	body, header, err := get(url)
	if err != nil {
		return err
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", header.Get("Content-Type"))
		_, _ = w.Write(body)
	}))
	defer bare.Close()
	ask := func(url string) func() error {
		return func() error { _, _, err := get(url); return err }
	}
	m, err := beside(400*time.Millisecond, ask(url), ask(bare.URL+"/api/tasks/task-1"))
	if err != nil {
		return err
	}
	share := 100 * times(m[1].wall, m[0].wall)
	r.add("simulator, GET of a task", fmt.Sprintf("%.0f/s", 1/m[0].wall.Seconds()), fmt.Sprintf("bare handler %.0f/s", 1/m[1].wall.Seconds()),
		fmt.Sprintf("%.0f%% (%.0f%%)", share, 100*times(m[1].cpu, m[0].cpu)), "≥ 60%")
	r.set("sim", "%.0f%%", share)
	return nil
}
