package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
)

const emptyRefs = "<EntityReferences" + space + "/>"

func TestReadsAreRepeated(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{
		"503":         func(w http.ResponseWriter, _ *http.Request) { reply(w, 503, "") },
		"502 by HTML": func(w http.ResponseWriter, _ *http.Request) { reply(w, 502, "<html>bad gateway</html>") },
		"504":         func(w http.ResponseWriter, _ *http.Request) { reply(w, 504, "") },
		"429":         func(w http.ResponseWriter, _ *http.Request) { reply(w, 429, "") },
		"half an XML": func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, emptyRefs[:30]) },
		"half a stream": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, emptyRefs[:30])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			em := newEM(t)
			n := 0
			em.handle("GET /cdpReplicas", func(w http.ResponseWriter, r *http.Request) {
				if n++; n < 4 {
					bad(w, r)
					return
				}
				reply(w, 200, emptyRefs)
			})
			c := em.dial()
			if _, err := c.CdpReplicas().List(ctx); err != nil {
				t.Error(err)
			}
			n = 0
			if _, err := em.dial(WithRetry(Retry{Attempts: 3})).CdpReplicas().List(ctx); err == nil {
				t.Error("three attempts were enough for three failures")
			}
			if em.count("GET /cdpReplicas") != 4+3 {
				t.Errorf("%d requests", em.count("GET /cdpReplicas"))
			}
		})
	}
}

func TestIntervalsAreRepeatedWithTheirBody(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("POST /cdpReplica/vApps/a", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			panic(http.ErrAbortHandler)
		}
		reply(w, 200, `<CdpReplicaIntervals`+space+`><StartDate>2023-02-16T16:57:44</StartDate><EndDate>2023-02-17T16:57:44</EndDate><HasApplicationConsistentState>true</HasApplicationConsistentState></CdpReplicaIntervals>`)
	})
	c := em.dial()
	spec := new(ent.CdpIntervalsSpec)
	spec.StartDate = "2023-02-16T16:57:44Z"
	spec.EndDate = "2023-02-17T16:57:44Z"
	have, err := c.CdpReplica().VApps().ID("a").Intervals(ctx, spec)
	if err != nil || !have.HasApplicationConsistentState {
		t.Fatalf("%v, %v", have, err)
	}
	for i, b := range em.bodies {
		if !strings.Contains(b, "<StartDate>2023-02-16T16:57:44Z</StartDate><EndDate>") {
			t.Errorf("body %d: %s", i, b)
		}
	}
}

func TestSomeFailuresAreNotRepeated(t *testing.T) {
	for _, status := range []int{400, 403, 404, 405, 500, 501} {
		em := newEM(t)
		em.answer("GET /cdpReplicas", status, errorBody(status, "no"))
		if _, err := em.dial().CdpReplicas().List(ctx); err == nil || em.count("GET") != 1 {
			t.Errorf("%d: %v after %q", status, err, em.requests())
		}
	}
}

func TestRetryDelays(t *testing.T) {
	r := Retry{Base: 100 * time.Millisecond, Max: time.Second}.withDefaults()
	for failed, want := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 3: 400 * time.Millisecond, 5: time.Second, 500: time.Second} {
		for range 100 {
			if d := r.delay(failed); d < want/2 || d > want {
				t.Errorf("after %d: %v, want %v to %v", failed, d, want/2, want)
			}
		}
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for v, want := range map[string]time.Duration{"1": time.Second, "0": 0, "3600": time.Second, "Fri, 02 Jan 2026 03:04:05 GMT": 0, "Fri, 02 Jan 2026 04:04:05 GMT": time.Second} {
		if d, ok := r.after(http.Header{"Retry-After": {v}}, now); !ok || d != want {
			t.Errorf("Retry-After %s: %v %v", v, d, ok)
		}
	}
	for _, v := range []string{"", "-1", "soon"} {
		if d, ok := r.after(http.Header{"Retry-After": {v}}, now); ok {
			t.Errorf("Retry-After %s: %v", v, d)
		}
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("GET /cdpReplicas", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Retry-After", "7")
			reply(w, 503, "")
			return
		}
		reply(w, 200, emptyRefs)
	})
	clock := newJumpClock()
	c := em.dial(WithClock(clock))
	before := clock.Now()
	if _, err := c.CdpReplicas().List(ctx); err != nil {
		t.Fatal(err)
	}
	if d := clock.Now().Sub(before); d != 7*time.Second {
		t.Errorf("waited %v", d)
	}
}

func TestErrorsSayWhatTheServerSaid(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	for name, tc := range map[string]struct {
		status int
		body   string
		is     error
		want   []string
	}{
		"Error":            {403, errorBody(403, "Access is denied."), ErrForbidden, []string{"CdpReplicas.List", "GET", "/api/cdpReplicas", "403 Forbidden", "Access is denied.", "first chance"}},
		"JSON Error":       {400, `{"Message":"Node missing.","StatusCode":400,"Status":null,"FirstChanceExceptionMessage":null}`, ErrBadRequest, []string{"Node missing."}},
		"HTML":             {404, "<html>\n<head><title>Not here</title>\n</html>", ErrNotFound, []string{`<html> <head><title>Not here</title> </html>`}},
		"text":             {500, "broken", ErrServer, []string{`"broken"`}},
		"nothing":          {501, "", ErrNotImplemented, []string{"501 Not Implemented"}},
		"other XML":        {500, "<Fault/>", ErrServer, []string{"<Fault/>"}},
		"Error in OK":      {200, errorBody(500, "surprise"), ErrUnexpectedAnswer, []string{"surprise"}},
		"JSON Error in OK": {200, `{"Message":"surprise","StatusCode":500}`, ErrUnexpectedAnswer, []string{"surprise"}},
		"page in OK":       {200, "<!DOCTYPE html><html><body>Log in</body></html>", nil, []string{"Log in"}},
		"root in OK":       {200, "<Tasks" + space + "/>", ErrUnexpectedAnswer, []string{"<Tasks>", "<EntityReferences>"}},
		"namespace":        {200, `<EntityReferences xmlns="urn:x"/>`, ErrUnexpectedAnswer, []string{"urn:x"}},
	} {
		em.answer("GET /cdpReplicas", tc.status, tc.body)
		_, err := c.CdpReplicas().List(ctx)
		if err == nil || tc.is != nil && !errors.Is(err, tc.is) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Status != tc.status {
			t.Errorf("%s: %#v", name, err)
		}
		for _, w := range tc.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v lacks %q", name, err, w)
			}
		}
	}
}

func TestLongSnippetIsCut(t *testing.T) {
	if s := snippet([]byte(strings.Repeat("ab \x00 ", 1000)), strings.Clone); len(s) > 220 || strings.Contains(s, "\x00") || !strings.HasSuffix(s, "…") {
		t.Errorf("%q", s)
	}
}

func TestTooLarge(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 200, emptyRefs+strings.Repeat(" ", 5000))
	c := em.dial(WithMaxResponse(4000))
	if _, err := c.CdpReplicas().List(ctx); !errors.Is(err, ErrTooLarge) || em.count("GET") != 1 {
		t.Errorf("%v after %d", err, em.count("GET"))
	}
	em.answer("GET /query", 200, "<QueryResult"+space+"><Refs>"+strings.Repeat(`<Ref UID="a" Name="n" Href="h" Type="t"/>`, 500)+"</Refs></QueryResult>")
	if _, err := Collect(NewQuery[ent.CdpReplica](c).Refs(ctx)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("query: %v", err)
	}
}

func TestConcurrencyCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, calls = 3, 40
		var now atomic.Int32
		free := make(chan struct{})
		em := &fakeEM{t: t, tokens: make(map[string]string), handlers: make(map[string]http.HandlerFunc)}
		em.answer("GET /cdpReplicas", 200, emptyRefs)
		c, err := Dial(ctx, "https://em.invalid", WithPassword(testUser, testPassword), WithMaxConcurrent(limit), WithRequestTimeout(0),
			WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/cdpReplicas") {
					now.Add(1)
					defer now.Add(-1)
					<-free
				}
				if r.Body == nil {
					r.Body = http.NoBody
				}
				rec := httptest.NewRecorder()
				em.ServeHTTP(rec, r)
				return rec.Result(), nil
			})))
		if err != nil {
			t.Fatal(err)
		}
		errs := make(chan error, calls)
		for range calls {
			go func() { _, err := c.CdpReplicas().List(ctx); errs <- err }()
		}
		for range calls - limit {
			synctest.Wait()
			if n := now.Load(); n != limit {
				t.Errorf("%d at once, want %d", n, limit)
			}
			free <- struct{}{}
		}
		close(free)
		for range calls {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestJSON(t *testing.T) {
	em := newEM(t)
	em.handle("POST /cdpReplica/vApps/a", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"TaskId":"task-1","State":"Running","Operation":"StartFailover","Result":null,"Links":[],"Href":"https://em/api/tasks/task-1","Type":"Task"}`)
	})
	c := em.dial(WithJSON())
	got, err := failover(c)
	if err != nil || got.Value.TaskId != "task-1" {
		t.Fatalf("%v, %v", got, err)
	}
	h := em.headers[0]
	if h.Get("Accept") != "application/json" || h.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", h)
	}
	if want := `{"RestoreCurrent":true,"RestoreCurrentVss":false}`; em.bodies[0] != want {
		t.Errorf("body %s, want %s", em.bodies[0], want)
	}
}
