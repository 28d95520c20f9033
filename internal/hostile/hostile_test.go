package hostile_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/internal/hostile"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
)

// em is a simulator with a logged-on caller.
type em struct {
	h     *simulator.Handler
	token string
}

func newEM(t *testing.T) *em {
	t.Helper()
	e := &em{h: simulator.NewHandler(simulator.DefaultModel(), simulator.WithClock(simulator.NewManualClock(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC))))}
	r := httptest.NewRequest(http.MethodPost, "/api/sessionMngr/?v=latest", nil)
	r.SetBasicAuth(e.h.Username, e.h.Password)
	w := httptest.NewRecorder()
	e.h.ServeHTTP(w, r)
	for name, v := range w.Header() {
		if strings.EqualFold(name, "X-RestSvcSessionId") {
			e.token = v[0]
		}
	}
	if e.token == "" {
		t.Fatalf("log-in: %d %s", w.Code, w.Body)
	}
	return e
}

func (e *em) send(r hostile.Request) *httptest.ResponseRecorder {
	req := httptest.NewRequest(r.Method, "/api"+r.Target, strings.NewReader(r.Body))
	for name, v := range r.Header {
		req.Header.Set(name, v)
	}
	if !r.Anon {
		req.Header.Set("X-RestSvcSessionId", e.token)
	}
	w := httptest.NewRecorder()
	e.h.ServeHTTP(w, req)
	return w
}

func (e *em) get(t *testing.T, target string, v xsdbind.Struct) {
	t.Helper()
	w := e.send(hostile.Request{Method: "GET", Target: target})
	if err := xsdbind.UnmarshalXML(w.Body.Bytes(), v); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %v", target, w.Code, err)
	}
}

// site finds things that are there.
func (e *em) site(t *testing.T) hostile.Site {
	t.Helper()
	last := func(uid string) string { return uid[strings.LastIndexByte(uid, ':')+1:] }
	first := func(target string) string {
		var refs ent.EntityReferences
		e.get(t, target, &refs)
		list := refs.Ref
		if len(list) == 0 {
			t.Fatalf("nothing under %s", target)
		}
		return last(list[0].UID)
	}
	s := hostile.Site{VApp: first("/cdpReplica/vApps"), Replica: first("/cdpReplicas"), Policy: first("/cdpPolicies")}
	s.VM = first("/cdpReplicas/" + s.Replica + "/vms")
	return s
}

// message reads what an answer says of itself.
func message(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var e ent.Error
	var err error
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		err = xsdbind.UnmarshalJSON(w.Body.Bytes(), &e)
	} else {
		err = xsdbind.UnmarshalXML(w.Body.Bytes(), &e)
	}
	if err != nil || int(e.StatusCode) != w.Code {
		t.Errorf("no Error body with the status %d: %v: %.300s", w.Code, err, w.Body)
	}
	return e.Message
}

// Every hostile request is refused as it says, and changes nothing.
func TestHostileRequests(t *testing.T) {
	e := newEM(t)
	all := hostile.Requests(e.site(t))
	const least = 500
	if len(all) < least {
		t.Errorf("%d requests, want %d at least", len(all), least)
	}
	before := e.h.Audit()
	names := make(map[string]bool)
	for _, r := range all {
		if names[r.Name] {
			t.Errorf("%s: twice", r.Name)
		}
		names[r.Name] = true
		w := e.send(r)
		if w.Code != r.Status {
			t.Errorf("%s: status %d, want %d: %.300s", r.Name, w.Code, r.Status, w.Body)
			continue
		}
		msg := message(t, w)
		for _, want := range r.Text {
			if !strings.Contains(msg, want) {
				t.Errorf("%s: %.300q does not name %.60q", r.Name, msg, want)
			}
		}
		if strings.Contains(msg, "the simulator failed") {
			t.Errorf("%s: %s", r.Name, msg)
		}
	}
	if after := e.h.Audit(); len(after) != len(before) {
		t.Errorf("something was carried out: %+v", after[len(before):])
	}
	t.Logf("%d requests", len(all))
}

// The bodies that the mistakes are made in are right by themselves: each is carried out.
func TestTheBodiesAreRight(t *testing.T) {
	e := newEM(t)
	for _, r := range hostile.Accepted(e.site(t)) {
		e := newEM(t)
		if w := e.send(r); w.Code != r.Status {
			t.Errorf("%s: %d, want %d: %s", r.Name, w.Code, r.Status, bytes.TrimSpace(w.Body.Bytes()))
		}
	}
}
