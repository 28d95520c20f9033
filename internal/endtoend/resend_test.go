package endtoend_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
)

const (
	sessionHeader = "X-RestSvcSessionId"
	latest        = `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`
)

// quick lets a replica fail over again at once: a second sending that is refused with 409 would hide itself.
var quick = simulator.WithTiming(simulator.Timing{})

func faulty(t *testing.T, em *simulator.Server, spec string) {
	t.Helper()
	f, err := simulator.ParseFaults(spec)
	if err == nil {
		err = em.SetFaults(f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func dial(t *testing.T, em *simulator.Server, opts ...client.Option) *client.Client {
	t.Helper()
	all := append([]client.Option{client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint)}, opts...)
	c, err := client.Dial(t.Context(), em.URL, all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Logout(context.Background()) }) // the server may be gone by then
	return c
}

func firstVApp(t *testing.T, c *client.Client) string {
	t.Helper()
	list, err := c.CdpReplica().VApps().Entities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	items := list.VAppCdpReplica
	if len(items) == 0 {
		t.Fatal("no vApps")
	}
	return items[0].ReplicaUid
}

func startsOf(em *simulator.Server) int {
	n := 0
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverStarted {
			n++
		}
	}
	return n
}

// plainPost sends a failover as net/http does by itself, over a connection that was used before, with an Idempotency-Key if key is not "".
func plainPost(t *testing.T, em *simulator.Server, vapp, key string) (*http.Response, error) {
	t.Helper()
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(hc.CloseIdleConnections)
	do := func(method, target, body, token string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(t.Context(), method, em.URL+"/api"+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(em.Username, em.Password)
		if token != "" {
			r.Header.Set(sessionHeader, token)
		}
		if key != "" && method == http.MethodPost {
			r.Header.Set("Idempotency-Key", key)
		}
		resp, err := hc.Do(r)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return resp, err
	}
	resp, err := do(http.MethodPost, "/sessionMngr/?v=latest", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return do(http.MethodPost, "/cdpReplica/vApps/"+vapp+"?action=failover", latest, resp.Header.Get(sessionHeader))
}

const resetOnce = "reset-after op=CdpReplica.VApps.ID.Failover times=1"

// net/http sends a POST a second time by itself when it carries an Idempotency-Key and its connection breaks. The first part of
// this test shows that it does: two failovers. The client refuses the header, and sends once without it.
func TestBrokenKeepAlive(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), quick)
	t.Cleanup(em.Close)
	c := dial(t, em)
	vapp := firstVApp(t, c)

	faulty(t, em, resetOnce)
	if _, err := plainPost(t, em, vapp, "k"); err != nil || startsOf(em) != 2 {
		t.Errorf("net/http alone: %d starts, error %v; it no longer sends twice, and this test tells nothing", startsOf(em), err)
	}

	failover := func(opts ...rest.Option) error {
		_, err := c.CdpReplica().VApps().ID(vapp).Failover(t.Context(), client.ToLatest(), opts...)
		return err
	}
	before := startsOf(em)
	faulty(t, em, resetOnce)
	if err := failover(rest.WithHeader("Idempotency-Key", "k")); err == nil || errors.Is(err, client.ErrOutcomeUnknown) || startsOf(em) != before {
		t.Errorf("with an Idempotency-Key: %v, %d starts", err, startsOf(em)-before)
	}
	if err := failover(); !errors.Is(err, client.ErrOutcomeUnknown) || startsOf(em) != before+1 {
		t.Errorf("on a broken connection: %v, %d starts", err, startsOf(em)-before)
	}
	// Whatever transport somebody brings.
	c = dialTransport(t, em, &http.Transport{TLSClientConfig: trusting(t, em)})
	before = startsOf(em)
	faulty(t, em, resetOnce)
	if err := failover(); !errors.Is(err, client.ErrOutcomeUnknown) || startsOf(em) != before+1 {
		t.Errorf("over a transport of one's own: %v, %d starts", err, startsOf(em)-before)
	}
}

// trusting makes TLS settings that verify the simulator's certificate as the pinned one.
func trusting(t *testing.T, em *simulator.Server) *tls.Config {
	t.Helper()
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(cs tls.ConnectionState) error {
		if got := client.Thumbprint(cs.PeerCertificates[0]); got != em.Thumbprint {
			return errors.New("another certificate")
		}
		return nil
	}}
}

func dialTransport(t *testing.T, em *simulator.Server, rt http.RoundTripper) *client.Client {
	t.Helper()
	c, err := client.Dial(t.Context(), em.URL, client.WithPassword(em.Username, em.Password), client.WithTransport(rt))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Logout(context.Background()) })
	return c
}

// net/http follows 307 and 308 with method, body and headers, to another host as well. The first part shows that the session would
// go there; the client follows neither, to nowhere.
func TestRedirectsOfStarts(t *testing.T) {
	var visits atomic.Int32
	var token atomic.Value
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		token.Store(r.Header.Get(sessionHeader))
	}))
	defer elsewhere.Close()
	for _, code := range []string{"307", "308", "301", "302", "303"} {
		t.Run(code, func(t *testing.T) {
			em := simulator.New(simulator.DefaultModel(), quick)
			t.Cleanup(em.Close)
			c := dial(t, em)
			vapp := firstVApp(t, c)
			for _, to := range []string{elsewhere.URL + "/api/x", "/api/cdpReplica/vApps/" + vapp + "?action=failover"} {
				spec := "status op=CdpReplica.VApps.ID.Failover body=none times=1 code=" + code + " to=" + to
				visits.Store(0)
				if code == "307" || code == "308" {
					faulty(t, em, spec)
					if _, err := plainPost(t, em, vapp, ""); err != nil {
						t.Fatal(err)
					}
					if n := int(visits.Load()) + startsOf(em); n == 0 || visits.Load() > 0 && token.Load() == "" {
						t.Errorf("to %s: net/http alone did not follow, or without the session; this test tells nothing", to)
					}
					visits.Store(0)
				}
				before := startsOf(em)
				faulty(t, em, spec)
				_, err := c.CdpReplica().VApps().ID(vapp).Failover(t.Context(), client.ToLatest())
				if !errors.Is(err, client.ErrRedirect) || visits.Load() != 0 || startsOf(em) != before {
					t.Errorf("to %s: %v, %d visits, %d starts", to, err, visits.Load(), startsOf(em)-before)
				}
			}
		})
	}
}

// A wait that has seen the restore session outlives a restart of the server: the logon session and the task are gone then, the
// restore session is not.
func TestWaitOutlivesRestart(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), simulator.WithTiming(simulator.Timing{Working: 300 * time.Millisecond}))
	t.Cleanup(em.Close)
	c := dial(t, em, client.WithPolling(client.Polling{Min: 5 * time.Millisecond, Max: 20 * time.Millisecond}))
	task, err := c.CdpReplica().VApps().ID(firstVApp(t, c)).Failover(t.Context(), client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	restarts := 0
	res, err := c.WaitRestore(t.Context(), task, client.OnProgress(func(p client.Progress) {
		if p.State == "Working" && restarts < 2 {
			restarts++
			em.Restart()
		}
	}))
	if err != nil || res.Result != "Success" || restarts == 0 {
		t.Errorf("after %d restarts: %+v, %v", restarts, res, err)
	}
	if n := startsOf(em); n != 1 {
		t.Errorf("%d starts", n)
	}
}

// A restart while a task runs takes the task along: the client says so, and asks for no task of that name in the next session.
func TestRestartLosesTasks(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), simulator.WithTiming(simulator.Timing{Running: time.Hour}))
	t.Cleanup(em.Close)
	c := dial(t, em)
	id := firstVApp(t, c)
	task, err := c.CdpReplica().VApps().ID(id).Failover(t.Context(), client.ToLatest())
	if err != nil {
		t.Fatal(err)
	}
	em.Restart()
	for name, ask := range map[string]func(*emapi.StartedTask) error{
		"Wait":   func(k *emapi.StartedTask) error { _, err := c.Wait(t.Context(), k); return err },
		"Cancel": func(k *emapi.StartedTask) error { return c.Cancel(t.Context(), k) },
	} {
		if err := ask(task); !errors.Is(err, client.ErrSessionLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.CdpReplica().VApps().ID(id).Get(t.Context()); err != nil {
		t.Errorf("the client did not log in again: %v", err)
	}
}
