package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

func TestUserAgent(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 200, emptyRefs)
	if _, err := em.dial(WithUserAgent("dr-runbook/7")).CdpReplicas().List(ctx); err != nil {
		t.Fatal(err)
	}
	if got := em.headers[0].Get("User-Agent"); got != "dr-runbook/7" {
		t.Errorf("User-Agent %q", got)
	}
}

func TestPollingDefaults(t *testing.T) {
	for in, want := range map[Polling]Polling{
		{}:                         {time.Second, 10 * time.Second},
		{Min: time.Minute}:         {time.Minute, time.Minute},
		{Max: time.Millisecond}:    {time.Millisecond, time.Millisecond},
		{Min: 2, Max: 1}:           {2, 2},
		{Min: 5, Max: time.Minute}: {5, time.Minute},
	} {
		if got := in.withDefaults(); got != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
	p := Polling{Min: time.Second, Max: 4 * time.Second}
	var steps []time.Duration
	for d := p.Min; len(steps) < 5; steps = append(steps, d) {
		d = p.next(d)
	}
	if fmt.Sprint(steps) != "[1.5s 2.25s 3.375s 4s 4s]" {
		t.Errorf("%v", steps)
	}
}

func TestPollingPace(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("GET /tasks/task-1", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 3 {
			reply(w, 200, task("task-1", "Finished", resultOK))
			return
		}
		reply(w, 200, task("task-1", "Running", ""))
	})
	clock := newJumpClock()
	c := em.dial(WithClock(clock), WithPolling(Polling{Min: time.Minute, Max: time.Hour}))
	before := clock.Now()
	if _, err := c.Wait(ctx, started(c, "task-1")); err != nil {
		t.Fatal(err)
	}
	// The first answer is news, so the pace stays; the second is none.
	if d := clock.Now().Sub(before); d < 2*time.Minute+30*time.Second {
		t.Errorf("three questions within %v", d)
	}
}

func TestCallerOfOnesOwn(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 200, emptyRefs)
	c := em.dial()
	var v ent.EntityReferences
	a, err := c.Call(ctx, &rest.Call{Op: &emapi.OpCdpReplicasList, Into: &v})
	if err != nil || a.Status != 200 || a.Session != c.Session() || a.Empty {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := emapi.New(c).CdpReplicas().List(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Call(ctx, &rest.Call{}); err == nil {
		t.Error("no operation: no error")
	}
}

func TestInSession(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 200, emptyRefs)
	c := em.dial()
	if _, err := c.CdpReplicas().List(ctx, InSession(c.Session())); err != nil {
		t.Error(err)
	}
	if _, err := c.CdpReplicas().List(ctx, InSession("session-0")); !errors.Is(err, ErrSessionLost) {
		t.Errorf("%v", err)
	}
	em.expire()
	if _, err := c.CdpReplicas().List(ctx, InSession(c.Session())); !errors.Is(err, ErrSessionLost) || em.loginCount() != 1 {
		t.Errorf("%v after %d log-ins", err, em.loginCount())
	}
}

func TestPrinted(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	want := "client of " + testUser + " at " + em.URL + "/api"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, c); got != want {
			t.Errorf("%s: %s", verb, got)
		}
	}
	if c.GoString() != want || (*Client)(nil).String() == "" || (&Client{}).String() == "" {
		t.Error("String")
	}
	for _, s := range []fmt.Stringer{Secret{}, NewSecret("abc")} {
		if s.String() != redacted || s.(fmt.GoStringer).GoString() != redacted {
			t.Error("a Secret shows")
		}
	}
	if s := fmt.Sprintf("%#v", query.Eq(fields.CdpReplicaName, "a")); s != `Filter[ent.CdpReplica](Name=="a")` {
		t.Error(s)
	}
	h := &hidden{msg: "x", err: context.Canceled}
	if h.Error() != "x" || !errors.Is(h, context.Canceled) || errors.Unwrap(h) != nil {
		t.Error("hidden")
	}
	for _, e := range []*RunningError{{Tasks: []string{"task-7"}}, {Open: true}, {Err: ErrServer}} {
		if !strings.Contains(e.Error(), "left alone") || e.Err != nil && !errors.Is(e, ErrServer) {
			t.Error(e)
		}
	}
	re := &RestoreError{Session: new(ent.RestoreSession), Result: "Failed", Message: "no space"}
	if !strings.Contains(re.Error(), "no space") {
		t.Error(re)
	}
}

func TestNestedSecretsAreFound(t *testing.T) {
	creds := new(ent.TenantCredentialsInfo)
	creds.Username = "visible"
	creds.Password = ent.Ptr("hidden-1")
	login := new(ent.LoginSpec)
	login.TenantCredentials = creds
	login.VMwareSSOToken = ent.Ptr("hidden-2")
	got := secretsOf(login)
	if len(got) != 2 || got[0]+got[1] != "hidden-2hidden-1" {
		t.Errorf("%q", got)
	}
	var info ent.CredentialsInfo
	info.Password = ent.Ptr("hidden-3")
	list := new(ent.CredentialsInfoList)
	list.CredentialsInfo = []ent.CredentialsInfo{info}
	if got := secretsOf(list); len(got) != 1 || got[0] != "hidden-3" {
		t.Errorf("%q", got)
	}
	var none xsdbind.Struct
	if got := secretsOf(none); got != nil {
		t.Errorf("%q", got)
	}
}

func TestResumeAsks(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		ok     bool
		lost   bool
	}{"alive": {200, true, false}, "not shown": {403, true, false}, "gone": {404, false, true}, "ill": {500, false, false}, "over": {401, false, true}} {
		em := newEM(t)
		saved, err := em.dial().Save()
		if err != nil {
			t.Fatal(err)
		}
		body := errorBody(tc.status, "no")
		if tc.status == 200 {
			body = `<LogonSession Href="x"` + space + `><UserName>u</UserName><SessionId>session-1</SessionId></LogonSession>`
		}
		em.answer("GET /logonSessions/session-1", tc.status, body)
		c, err := Resume(ctx, saved, WithClock(newJumpClock()))
		if (err == nil) != tc.ok || errors.Is(err, ErrSessionLost) != tc.lost {
			t.Errorf("%s: %v", name, err)
		}
		if c != nil {
			_ = c.Close(ctx)
		}
	}
}
