package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

const failoverLatest = `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`

// visitor speaks HTTP to a simulator with none of the client's cleverness: every request has its own connection.
type visitor struct {
	t     *testing.T
	em    *Server
	hc    *http.Client
	token string
}

func newVisitor(t *testing.T, opts ...Option) *visitor {
	t.Helper()
	em := New(DefaultModel(), opts...)
	t.Cleanup(em.Close)
	v := &visitor{t: t, em: em, hc: &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
	}}}
	v.hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v.login()
	return v
}

func (v *visitor) login() {
	v.t.Helper()
	resp, _, err := v.send(v.t.Context(), http.MethodPost, "/sessionMngr/?v=latest", "")
	if err != nil {
		v.t.Fatal(err)
	}
	v.token = resp.Header.Get(sessionHeader)
}

func (v *visitor) send(ctx context.Context, method, target, body string) (*http.Response, string, error) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, v.em.URL+"/api"+target, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if v.token != "" {
		r.Header.Set(sessionHeader, v.token)
	} else {
		r.SetBasicAuth(v.em.Username, v.em.Password)
	}
	resp, err := v.hc.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return resp, string(got), err
}

func (v *visitor) vapp() string { return v.em.core.store.list(vappPath)[0].id }

func (v *visitor) failover(ctx context.Context) (*http.Response, string, error) {
	return v.send(ctx, http.MethodPost, "/cdpReplica/vApps/"+v.vapp()+"?action=failover", failoverLatest)
}

func (v *visitor) count(kind EventKind) int {
	n := 0
	for _, e := range v.em.Audit() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func (v *visitor) arrange(spec string) {
	v.t.Helper()
	f, err := ParseFaults(spec)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := v.em.SetFaults(f); err != nil {
		v.t.Fatal(err)
	}
}

// What a caller sees of each fault, and what was carried out all the same.
func TestFaults(t *testing.T) {
	type seen struct {
		resp *http.Response
		body string
		err  error
	}
	broken := func(s seen) bool { return s.err != nil }
	whole := func(s seen) bool {
		return s.err == nil && s.resp.StatusCode == 202 && strings.HasSuffix(strings.TrimSpace(s.body), "</Task>")
	}
	for spec, tc := range map[string]struct {
		started int
		want    func(seen) bool
	}{
		"delay for=5ms":      {1, whole},
		"delay late for=5ms": {1, whole},
		"status":             {0, func(s seen) bool { return s.resp.StatusCode == 503 && strings.Contains(s.body, "<Error") }},
		"status code=500 body=none": {0, func(s seen) bool {
			return s.resp.StatusCode == 500 && s.body == ""
		}},
		"status code=502 body=html late": {1, func(s seen) bool {
			return s.resp.StatusCode == 502 && strings.Contains(s.body, "<html>") && s.resp.Header.Get("Content-Type") == "text/html; charset=utf-8"
		}},
		"status code=502 body=echo": {0, func(s seen) bool {
			return s.resp.StatusCode == 502 && strings.Contains(s.body[:60], s.resp.Request.Header.Get(sessionHeader))
		}},
		"status code=200 body=html": {0, func(s seen) bool { return s.resp.StatusCode == 200 && strings.Contains(s.body, "<html>") }},
		"status code=401": {0, func(s seen) bool {
			return s.resp.StatusCode == 401 && s.resp.Header.Get("WWW-Authenticate") != ""
		}},
		"status code=307 to=https://elsewhere.example/x body=none": {0, func(s seen) bool {
			return s.resp.StatusCode == 307 && s.resp.Header.Get("Location") == "https://elsewhere.example/x"
		}},
		"reset-accept": {0, func(s seen) bool { return errors.Is(s.err, syscall.ECONNRESET) || errors.Is(s.err, io.EOF) }},
		"reset-before": {0, broken},
		"reset-after":  {1, broken},
		"reset-middle": {1, func(s seen) bool {
			return s.err != nil && s.resp == nil || s.err != nil && !strings.Contains(s.body, "</Task>")
		}},
		"truncate": {1, func(s seen) bool {
			return s.err == nil && s.resp.StatusCode == 202 && len(s.body) > 20 && !strings.Contains(s.body, "</Task>")
		}},
		"corrupt":                     {1, func(s seen) bool { return s.err == nil && s.resp.StatusCode == 202 }},
		"content-type":                {1, func(s seen) bool { return whole(s) && s.resp.Header.Get("Content-Type") == "text/html" }},
		"content-type type=image/png": {1, func(s seen) bool { return whole(s) && s.resp.Header.Get("Content-Type") == "image/png" }},
		"slow for=20ms":               {1, whole},
		"hang for=10ms":               {0, broken},
		"hang late for=10ms":          {1, broken},
		"expire":                      {0, func(s seen) bool { return s.resp.StatusCode == 401 }},
		"expire late":                 {1, whole},
		"vanish":                      {1, whole},
		"restart":                     {0, broken},
		"restart late":                {1, broken},
		"skew for=3m":                 {1, whole},
		"certificate":                 {1, whole},
		"status path=/tasks":          {1, whole},
		"status op=tasks.list":        {1, whole},
		"status method=get":           {1, whole},
		"status after=1":              {1, whole},
		"status p=1e-9":               {1, whole},
		"delay for=1ms;reset-after":   {1, broken},
		"reset-before;reset-after":    {0, broken},
		"status op=CDPREPLICA.VAPPS.ID.FAILOVER method=post path=/CDPREPLICA": {0, func(s seen) bool { return s.resp.StatusCode == 503 }},
	} {
		t.Run(spec, func(t *testing.T) {
			v := newVisitor(t)
			v.arrange(spec)
			var s seen
			s.resp, s.body, s.err = v.failover(t.Context())
			if s.resp == nil {
				s.resp = &http.Response{}
			}
			if !tc.want(s) {
				t.Errorf("status %d, body %q, error %v", s.resp.StatusCode, s.body, s.err)
			}
			if n := v.count(FailoverStarted); n != tc.started {
				t.Errorf("%d failovers were started, want %d", n, tc.started)
			}
		})
	}
}

// A Handler under somebody else's writer, which cannot be taken over, breaks off as net/http wants it.
func TestFaultWithoutConnection(t *testing.T) {
	f, err := ParseFaults("reset-before")
	if err != nil {
		t.Fatal(err)
	}
	h := NewHandler(DefaultModel(), WithFaults(f))
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/", nil))
}

func TestFaultsInOrder(t *testing.T) {
	v := newVisitor(t)
	v.arrange("status code=502 after=1 times=2; status code=504 times=1")
	var got []int
	for range 5 {
		resp, _, err := v.send(t.Context(), http.MethodGet, "/tasks", "")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, resp.StatusCode)
	}
	if want := []int{504, 502, 502, 200, 200}; !reflect.DeepEqual(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	if n := v.em.FaultCounts()[FaultStatus]; n != 3 {
		t.Errorf("%d faults counted", n)
	}
}

// The same seed and requests meet the same faults, another seed others; about as many happen as the probability says.
func TestFaultsAreSeeded(t *testing.T) {
	run := func(seed uint64) string {
		var j injector
		j.set(Faults{Seed: seed, Rules: []Fault{{Kind: FaultStatus, Probability: 0.25}}})
		r := httptest.NewRequest(http.MethodGet, "/api/tasks", nil)
		var b strings.Builder
		for range 400 {
			if j.forRequest(r, func() string { return "" }) != nil {
				b.WriteByte('x')
			} else {
				b.WriteByte('.')
			}
		}
		return b.String()
	}
	one, two := run(1), run(2)
	if one != run(1) || one == two {
		t.Error("the draws do not follow from the seed")
	}
	if n := strings.Count(one, "x"); n < 60 || n > 140 {
		t.Errorf("%d of 400 draws, want about 100", n)
	}
}

// What a restart takes and what it leaves.
func TestRestart(t *testing.T) {
	v := newVisitor(t, WithTiming(Timing{Working: time.Hour}))
	if resp, _, err := v.failover(t.Context()); err != nil || resp.StatusCode != 202 {
		t.Fatal(resp, err)
	}
	before := v.em.core.store
	v.em.Restart()
	if resp, _, err := v.send(t.Context(), http.MethodGet, "/tasks", ""); err != nil || resp.StatusCode != 401 {
		t.Errorf("the session outlived the restart: %v, %v", resp, err)
	}
	v.token = ""
	v.login()
	if _, body, err := v.send(t.Context(), http.MethodGet, "/tasks", ""); err != nil || strings.Contains(body, "<TaskId>") {
		t.Errorf("tasks after the restart: %s, %v", body, err)
	}
	if resp, _, err := v.failover(t.Context()); err != nil || resp.StatusCode != 409 {
		t.Errorf("the failover under way was forgotten: %v, %v", resp, err)
	}
	if v.em.core.store != before || v.count(FailoverStarted) != 1 || v.count(Restarted) != 1 {
		t.Errorf("after the restart: %+v", v.em.Audit())
	}
}

// Tasks that were cleaned up are answered as third parties saw it; ids that never were stay a 404.
func TestVanishedTasks(t *testing.T) {
	v := newVisitor(t)
	if _, _, err := v.failover(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.arrange("vanish times=1")
	for id, want := range map[string]int{"task-1": 500, "task-2": 404, "task-0": 404, "none": 404} {
		resp, body, err := v.send(t.Context(), http.MethodGet, "/tasks/"+id, "")
		if err != nil || resp.StatusCode != want {
			t.Errorf("%s: %v %s %v, want %d", id, resp.StatusCode, body, err, want)
		}
		if want == 500 && !strings.Contains(body, "There is no backup task with id [task-1] in current rest session") {
			t.Errorf("%s: %s", id, body)
		}
	}
}

func TestSkew(t *testing.T) {
	clock := NewManualClock(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC))
	v := newVisitor(t, WithClock(clock))
	for _, d := range []time.Duration{7 * time.Minute, -7 * time.Minute, 0} {
		v.arrange("skew times=1 for=" + d.String())
		if _, _, err := v.send(t.Context(), http.MethodGet, "/tasks", ""); err != nil {
			t.Fatal(err)
		}
		if now := v.em.core.lock(); !now.Equal(clock.Now().Add(d)) {
			t.Errorf("skew %v: %v, want %v", d, now, clock.Now().Add(d))
		}
		v.em.core.mu.Unlock()
	}
}

func TestCertificates(t *testing.T) {
	v := newVisitor(t)
	see := func() string {
		c, err := tls.Dial("tcp", strings.TrimPrefix(v.em.URL, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return thumbprint(c.ConnectionState().PeerCertificates[0].Raw)
	}
	v.arrange("certificate after=1 times=1")
	a, b, c := see(), see(), see()
	if a != v.em.Thumbprint || b == a || c != a {
		t.Errorf("saw %s, %s, %s", a, b, c)
	}
	renewed, err := v.em.ChangeCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := see(); got != renewed || got == a {
		t.Errorf("after the renewal: %s, want %s", got, renewed)
	}
	if _, err := v.em.ChangeCertificate(new(tls.Certificate)); err == nil {
		t.Error("an empty certificate was taken")
	}
}

// A request that waits here is carried out though its caller has left.
func TestDelayOutlivesTheCaller(t *testing.T) {
	v := newVisitor(t)
	v.arrange("delay for=1ms")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/cdpReplica/vApps/"+v.vapp()+"?action=failover", strings.NewReader(failoverLatest))
	r.Header.Set(sessionHeader, v.token)
	v.em.ServeHTTP(httptest.NewRecorder(), r)
	if v.count(FailoverStarted) != 1 {
		t.Error("it was not carried out")
	}
}

// What hangs ends with the server.
func TestCloseEndsWhatHangs(t *testing.T) {
	v := newVisitor(t)
	v.arrange("hang; delay for=10m")
	done := make(chan error, 1)
	go func() {
		_, _, err := v.failover(context.WithoutCancel(t.Context()))
		done <- err
	}()
	for v.em.FaultCounts()[FaultHang] == 0 {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	v.em.Close()
	if <-done == nil {
		t.Error("an answer came")
	}
}

func TestParseFaults(t *testing.T) {
	text := `# what a bad day looks like
seed=7
reset-after op=CdpReplica.VApps.ID.Failover p=0.1 ; status late code=502 body=html path=/tasks after=3 times=5
delay for=200ms method=POST # all of them
content-type type=text/plain
status code=307 to=https://elsewhere.example/
skew for=-7m0s`
	f, err := ParseFaults(text)
	if err != nil {
		t.Fatal(err)
	}
	want := Faults{7, []Fault{
		{Kind: FaultResetAfter, Operation: "CdpReplica.VApps.ID.Failover", Probability: 0.1},
		{Kind: FaultStatus, Late: true, Status: 502, Body: "html", Path: "/tasks", After: 3, Times: 5},
		{Kind: FaultDelay, For: 200 * time.Millisecond, Method: "POST"},
		{Kind: FaultContentType, Body: "text/plain"},
		{Kind: FaultStatus, Status: 307, Location: "https://elsewhere.example/"},
		{Kind: FaultSkew, For: -7 * time.Minute},
	}}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("read %+v, want %+v", f, want)
	}
	again, err := ParseFaults(f.String())
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
}

func TestBadFaults(t *testing.T) {
	for text, want := range map[string]string{
		"burn":                       `line 1: simulator: there is no fault "burn"`,
		"\nstatus code=99":           "line 2: simulator: fault status: 99 is no status",
		"status code=x":              `status: code: "x" cannot be read`,
		"status late code=403":       "403 says that nothing was carried out",
		"status late code=307":       "307 says",
		"status body=pdf":            `no body "pdf"`,
		"reset-after code=500":       "only a status has one",
		"reset-after body=html":      "it has no body",
		"reset-after late":           "no late form",
		"delay":                      "how long",
		"slow":                       "how long",
		"delay for=-1s":              "cannot last",
		"status p=1.5":               "not between 0 and 1",
		"status p=NaN":               "not between 0 and 1",
		"status p=0":                 "never happens",
		"status after=-1":            "negative count",
		"certificate path=/tasks":    "before there is a request",
		"reset-accept op=Tasks.List": "before there is a request",
		"status wher=/tasks":         `no field "wher"`,
		"status path":                `want name=value, got "path"`,
		"seed=x":                     `seed "x" is no number`,
	} {
		if _, err := ParseFaults(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	bad := Faults{Rules: []Fault{{Kind: FaultStatus}, {Kind: "burn"}}}
	if _, err := StartAt("127.0.0.1:0", DefaultModel(), WithFaults(bad)); err == nil || !strings.Contains(err.Error(), "rule 2") {
		t.Errorf("StartAt: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("NewHandler took them")
		}
	}()
	NewHandler(DefaultModel(), WithFaults(bad))
}

func TestAdmin(t *testing.T) {
	const token = "only for tests"
	v := newVisitor(t, WithAdmin(token))
	admin := func(method, what, auth, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, v.em.URL+"/admin/"+what, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if auth != "" {
			r.Header.Set("Authorization", auth)
		}
		resp, err := v.hc.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		got, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(got)
	}
	for _, auth := range []string{"", "Bearer ", "Bearer wrong", token, "Basic " + token} {
		if status, _ := admin("GET", "faults", auth, ""); status != 401 {
			t.Errorf("with %q: %d", auth, status)
		}
	}
	const ok = "Bearer " + token
	if status, _ := admin("PUT", "faults", ok, "seed=3\nstatus code=502 path=/tasks"); status != 204 {
		t.Errorf("PUT: %d", status)
	}
	if resp, _, err := v.send(t.Context(), "GET", "/tasks", ""); err != nil || resp.StatusCode != 502 {
		t.Errorf("the fault did not happen: %v, %v", resp, err)
	}
	if status, text := admin("GET", "faults", ok, ""); status != 200 || text != "seed=3\nstatus path=/tasks code=502\n# status 1\n" {
		t.Errorf("GET: %d %q", status, text)
	}
	if status, text := admin("PUT", "faults", ok, "burn"); status != 400 || !strings.Contains(text, "burn") {
		t.Errorf("PUT of nonsense: %d %q", status, text)
	}
	if status, _ := admin("DELETE", "faults", ok, ""); status != 204 || len(v.em.Faults().Rules) != 0 {
		t.Errorf("DELETE: %d, %v left", status, v.em.Faults())
	}
	if status, text := admin("GET", "audit", ok, ""); status != 200 || !strings.Contains(text, `"Kind":"LoggedOn"`) {
		t.Errorf("audit: %d %s", status, text)
	}
	if status, _ := admin("PATCH", "faults", ok, ""); status != 404 {
		t.Errorf("PATCH: %d", status)
	}
	if status, _ := admin("POST", "restart", ok, ""); status != 202 || v.count(Restarted) != 1 {
		t.Errorf("restart: %d", status)
	}
	v2 := newVisitor(t)
	r := httptest.NewRequest("GET", "/admin/faults", nil)
	r.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	v2.em.ServeHTTP(w, r)
	if w.Code != 404 {
		t.Errorf("without WithAdmin: %d", w.Code)
	}
}

// A simulator that runs for long does not grow.
func TestLimits(t *testing.T) {
	clock := NewManualClock(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC))
	const limit = 16
	h := NewHandler(DefaultModel(), WithClock(clock), WithTiming(Timing{}), WithLimits(Limits{Events: limit, RestoreSessions: limit, Tasks: limit}))
	do := func(method, target, body string, head ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/api"+target, bytes.NewReader([]byte(body)))
		for i := 0; i+1 < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		r.SetBasicAuth(h.Username, h.Password)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	token := strings.Split(strings.TrimPrefix(do("POST", "/sessionMngr/", "").Header().Get("Set-Cookie"), sessionHeader+"="), ";")[0]
	others := len(h.core.store.list(restorePath)) - len(h.core.restores) // restores of files, which the model has
	for i := range 20 * limit {
		clock.Advance(time.Second)
		if w := do("POST", "/cdpReplica/vApps/"+h.core.store.list(vappPath)[0].id+"?action=failover", failoverLatest, sessionHeader, token); w.Code != 202 {
			t.Fatalf("%d: %d %s", i, w.Code, w.Body)
		}
		most := limit + slack(limit)
		if e, r, k := len(h.core.events), len(h.core.restores), len(h.core.sessions[token].tasks); e > most || r > most || k > most || len(h.core.store.list(restorePath)) != r+others {
			t.Fatalf("after %d: %d events, %d restore sessions (%d by id), %d tasks", i, e, r, len(h.core.store.list(restorePath)), k)
		}
	}
	log := h.Audit()
	if len(log) < limit || log[len(log)-1].Seq <= 20*limit {
		t.Errorf("%d events, the last is number %d", len(log), log[len(log)-1].Seq)
	}
	if w := do("GET", "/tasks/task-1", "", sessionHeader, token); w.Code != 500 {
		t.Errorf("a task that was cleaned up: %d", w.Code)
	}
}

// What is read is written so that it is read as the same.
func FuzzParseFaults(f *testing.F) {
	for _, s := range []string{"seed=7\nstatus late code=502 body=html p=0.1 path=/x after=3 times=5", "delay for=1h2m # x; y", "skew for=-7m;reset-accept p=1e-3", "status to=a=b", ";;", "content-type type==", "status p=NaN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, err := ParseFaults(text)
		if err != nil {
			return
		}
		if err := once.Check(); err != nil {
			t.Errorf("%q was read, and is not right: %v", text, err)
		}
		again, err := ParseFaults(once.String())
		if err != nil || !reflect.DeepEqual(once, again) {
			t.Errorf("%q: written as %q and read as %+v, %v; want %+v", text, once.String(), again, err, once)
		}
	})
}
