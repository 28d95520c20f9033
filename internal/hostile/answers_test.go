package hostile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/internal/hostile"
	"github.com/vbem-go/vbem/simulator"
)

// liar answers as the simulator does, but for the answers to one path, which it changes.
type liar struct {
	em *simulator.Handler

	mu     sync.Mutex
	path   string
	change func(string) string
}

func (l *liar) lie(path string, change func(string) string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.path, l.change = path, change
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	l.em.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	l.mu.Lock()
	if l.path != "" && strings.HasPrefix(r.URL.Path, l.path) && rec.Code < 300 {
		body = []byte(l.change(string(body)))
	}
	l.mu.Unlock()
	for name, v := range rec.Header() {
		w.Header()[name] = v
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(rec.Code)
	_, _ = w.Write(bytes.Clone(body))
}

// Whatever an answer is in place of what it should be, the client says so, with the place, and never takes it for what it is not.
// Of a request that starts something the outcome is unknown then.
func TestHostileAnswers(t *testing.T) {
	n := 0
	for _, form := range []string{"XML", "JSON"} {
		l := &liar{em: simulator.NewHandler(simulator.DefaultModel(), simulator.WithTiming(simulator.Timing{}))}
		server := httptest.NewServer(l)
		opts := []client.Option{client.WithPassword(l.em.Username, l.em.Password), client.WithPlainHTTP(), client.WithProxy(nil), client.WithRetry(client.Retry{Attempts: 1})}
		if form == "JSON" {
			opts = append(opts, client.WithJSON())
		}
		ctx := context.Background()
		c, err := client.Dial(ctx, server.URL, opts...)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.CdpReplica().VApps().Entities(ctx)
		if err != nil {
			t.Fatal(err)
		}
		vapp := c.CdpReplica().VApps().ID(list.VAppCdpReplica[0].ReplicaUid)
		for _, call := range []struct {
			name, path string
			starts     bool
			do         func() error
		}{
			{"failover", "/api/cdpReplica/vApps/", true, func() error { _, err := vapp.Failover(ctx, client.ToLatest()); return err }},
			{"vApp", "/api/cdpReplica/vApps/", false, func() error { _, err := vapp.Get(ctx); return err }},
			{"references", "/api/cdpReplicas", false, func() error { _, err := c.CdpReplicas().List(ctx); return err }},
			{"query", "/api/query", false, func() error {
				for _, err := range client.NewQuery[ent.CdpReplica](c).All(ctx) {
					if err != nil {
						return err
					}
				}
				return nil
			}},
			{"policies", "/api/cdpPolicies", false, func() error { _, err := c.CdpPolicies().Entities(ctx); return err }},
		} {
			if err := call.do(); err != nil {
				t.Errorf("%s, %s: the right answer: %v", form, call.name, err)
				continue
			}
			for _, a := range hostile.Answers(form == "JSON") {
				n++
				name := fmt.Sprintf("%s, %s: %s", form, call.name, a.Name)
				l.lie(call.path, a.Make)
				err := call.do()
				l.lie("", nil)
				if !errors.Is(err, client.ErrUnexpectedAnswer) || errors.Is(err, client.ErrOutcomeUnknown) != call.starts {
					t.Errorf("%s: %v", name, err)
					continue
				}
				for _, want := range a.Text {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: %.400q does not name %q", name, err, want)
					}
				}
			}
		}
		if err := c.Logout(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	}
	t.Logf("%d answers", n)
}
