package simulator_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

var people = []simulator.Account{
	{Username: `SITE\admin`, Password: "one"},
	{Username: `SITE\operator`, Password: "two", Role: simulator.RoleOperator},
	{Username: `SITE\viewer`, Password: "three", Role: simulator.RoleViewer},
}

func TestRoles(t *testing.T) {
	em, f, _ := site(t, simulator.WithAccounts(people...))
	if em.Username != `SITE\admin` || em.Password != "one" {
		t.Errorf("%s %s", em.Username, em.Password)
	}
	admin := f.id
	vms := f.get("/cdpReplicas").at("Ref").attr("Href") + "/vms"
	vm := f.get(vms).at("Ref").attr("Href")
	window := `<CdpIntervalsSpec xmlns="http://www.veeam.com/ent/v1.0"><StartDate>2026-11-23T10:00:00</StartDate><EndDate>2026-11-23T12:00:00</EndDate></CdpIntervalsSpec>`
	for i, c := range []struct {
		user, password                            string
		read, intervals, failover, policy, logoff int
	}{
		{`site\ADMIN`, "one", 200, 200, 202, 202, 204},
		{`SITE\operator`, "two", 200, 200, 202, 202, 404},
		{`SITE\viewer`, "three", 200, 200, 403, 403, 404},
	} {
		if a := f.logon(c.user, c.password); a.status != 201 {
			t.Fatalf("%s: %d", c.user, a.status)
		}
		policy := f.get("/cdpPolicies").at("Ref").attr("Href")
		refs := f.get(vms).all("Ref")
		for what, got := range map[string][2]int{
			"read":      {f.do("GET", vm+"?format=Entity", "").status, c.read},
			"intervals": {f.do("POST", vm+"?action=intervals", window).status, c.intervals},
			"failover":  {f.do("POST", refs[i].attr("Href")+"?action=failover", latestSpec).status, c.failover},
			"policy":    {f.do("POST", policy+"?action=disable", "").status, c.policy},
		} {
			if got[0] != got[1] {
				t.Errorf("%s, %s: %d, want %d", c.user, what, got[0], got[1])
			}
		}
		sessions := len(f.get("/logonSessions").all("LogonSession"))
		if want := 1; c.user != `site\ADMIN` && sessions != want {
			t.Errorf("%s sees %d sessions", c.user, sessions)
		} else if c.user == `site\ADMIN` && sessions != 2 {
			t.Errorf("%s sees %d sessions", c.user, sessions)
		}
		if got := f.do("DELETE", "/logonSessions/"+admin, "").status; got != c.logoff {
			t.Errorf("%s logs the administrator off: %d, want %d", c.user, got, c.logoff)
		}
		if got := f.do("DELETE", "/logonSessions/"+f.id, "").status; got != 204 {
			t.Errorf("%s logs off: %d", c.user, got)
		}
	}
}

func TestLogOn(t *testing.T) {
	em, f, _ := site(t, simulator.WithAccounts(people...))
	for _, c := range [][2]string{{`SITE\admin`, "two"}, {`SITE\nobody`, "one"}, {"", ""}, {`SITE\admin`, ""}, {`SITE\admin`, "one "}, {"admin", "one"}} {
		a := f.logon(c[0], c[1])
		if a.status != 401 || a.header.Get("WWW-Authenticate") != "Basic Realm=RestSvc" || a.header.Get("X-RestSvcSessionId") != "" || strings.Contains(a.body, c[1]+"!") {
			t.Errorf("%v: %d %s", c, a.status, a.body)
		}
	}
	for version, status := range map[string]int{"?v=latest": 201, "?v=v1_5": 201, "": 201, "?v=V1_6": 201, "?v=v1_4": 400, "?v=x": 400} {
		req, err := http.NewRequest("POST", em.URL+"/api/sessionMngr/"+version, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(people[0].Username, people[0].Password)
		res, err := f.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != status {
			t.Errorf("%q: %d, want %d", version, res.StatusCode, status)
		}
	}
	f.token = ""
	tenant := `<LoginSpec xmlns="http://www.veeam.com/ent/v1.0"><TenantCredentials><Username>t</Username><Password>p</Password></TenantCredentials></LoginSpec>`
	if a := f.do("POST", "/sessionMngr/?v=latest", tenant); a.status != 401 {
		t.Errorf("an unknown tenant: %d %s", a.status, a.body)
	}
	if a := f.do("GET", "/sessionMngr/", ""); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
	for _, path := range []string{"/tasks", "/cdpReplica/vApps", "/nonsense", "/logonSessions", "/query?type=Task"} {
		if a := f.do("GET", path, ""); a.status != 401 {
			t.Errorf("%s without a session: %d", path, a.status)
		}
	}
	if a := f.do("GET", em.URL+"/", ""); a.status != 404 {
		t.Errorf("outside of the API: %d", a.status)
	}
}

// Requests that read stay within the 15 idle minutes of the simulator's clock, not of the wall's.
func TestSessionLifetime(t *testing.T) {
	em, f, clock := site(t, simulator.WithSessionLifetime(time.Minute))
	for range 10 {
		clock.Advance(59 * time.Second)
		f.get("/tasks")
	}
	clock.Advance(-time.Hour) // time never goes back inside
	f.get("/tasks")
	clock.Advance(time.Hour + time.Minute)
	if a := f.do("GET", "/tasks", ""); a.status != 401 {
		t.Errorf("%d", a.status)
	}
	events := em.Audit()
	if e := events[len(events)-1]; e.Kind != simulator.SessionExpired || e.Session != f.id {
		t.Errorf("%+v", e)
	}
}

func TestRecorder(t *testing.T) {
	var rec simulator.Recorder
	_, f, clock := site(t, simulator.WithRecorder(&rec))
	vapp := f.firstVApp()
	rec.Reset()
	a := f.do("POST", vapp+"?action=failover", printedXML, "Content-Type", "application/xml", "X-Request-Id", "r-1")
	got := rec.Exchanges()
	if len(got) != 1 {
		t.Fatalf("%d exchanges", len(got))
	}
	e := got[0]
	if e.Method != "POST" || e.Target != strings.TrimPrefix(vapp, f.url[:len(f.url)-len("/api")])+"?action=failover" || e.Status != 202 || !e.Time.Equal(clock.Now()) {
		t.Errorf("%+v", e)
	}
	if string(e.RequestBody) != printedXML || string(e.ResponseBody) != a.body || e.RequestHeader.Get("X-RestSvcSessionId") != f.token ||
		e.ResponseHeader.Get("Content-Type") != a.header.Get("Content-Type") {
		t.Errorf("%+v", e)
	}
	small := simulator.Recorder{Limit: 2}
	h := simulator.NewHandler(simulator.Model{}, simulator.WithRecorder(&small))
	for i := range 5 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", fmt.Sprintf("/api/?n=%d", i), nil))
	}
	if got := small.Exchanges(); len(got) != 2 || got[1].Target != "/api/?n=4" {
		t.Errorf("%+v", got)
	}
}

func TestHandlerInAServerOfOnesOwn(t *testing.T) {
	h := simulator.NewHandler(simulator.DefaultModel())
	srv := httptest.NewServer(h)
	defer srv.Close()
	f := &foreign{t: t, http: srv.Client(), url: srv.URL + "/api"}
	if a := f.logon(h.Username, h.Password); a.status != 201 || strings.Contains(a.header.Get("Set-Cookie"), "Secure") {
		t.Fatalf("%d %v", a.status, a.header)
	}
	if got := f.firstVApp(); !strings.HasPrefix(got, srv.URL+"/api/cdpReplica/vApps/") {
		t.Error(got)
	}
	if len(h.Audit()) != 1 {
		t.Errorf("%+v", h.Audit())
	}
}

func TestStartAt(t *testing.T) {
	em, err := simulator.StartAt("127.0.0.1:0", simulator.DefaultModel(), simulator.WithPlainHTTP())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(em.URL, "http://127.0.0.1:") || em.Thumbprint != "" {
		t.Errorf("%s %s", em.URL, em.Thumbprint)
	}
	if _, err := simulator.StartAt(strings.TrimPrefix(em.URL, "http://"), simulator.DefaultModel()); err == nil {
		t.Error("two servers share an address")
	}
	res, err := http.Get(em.URL + "/api/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	em.Close()
	em.Close()
	if _, err := http.Get(em.URL + "/api/"); err == nil {
		t.Error("it answers after Close")
	}
	if _, err := simulator.StartAt("127.0.0.1:0", simulator.DefaultModel(), simulator.WithCertificate(tls.Certificate{})); err == nil {
		t.Error("an empty certificate serves")
	}
}

func TestTestHelper(t *testing.T) {
	var url string
	simulator.Test(t, func(ctx context.Context, em *simulator.Server) {
		url = em.URL
		req, err := http.NewRequestWithContext(ctx, "GET", em.URL+"/api/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err != nil {
			t.Error(err)
		} else {
			res.Body.Close()
		}
	}, simulator.WithPlainHTTP())
	if _, err := http.Get(url + "/api/"); err == nil {
		t.Error("the server outlives its test")
	}
}

// The wire, byte for byte: header names as the reference spells them, no HTTP/2.
func TestOnTheWire(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP(), simulator.WithAccounts(simulator.Account{Username: "u", Password: "p"}))
	defer em.Close()
	say := func(request string) string {
		t.Helper()
		conn, err := net.Dial("tcp", strings.TrimPrefix(em.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	got := say("POST /api/sessionMngr/?v=v1_7 HTTP/1.1\nHost: em\nAuthorization: Basic dTpw\nContent-Length: 0\nConnection: close\n\n")
	for _, want := range []string{"HTTP/1.1 201 Created\r\n", "\r\nX-RestSvcSessionId: ", "\r\nContent-Type: application/xml; charset=utf-8\r\n", `Href="http://em/api/logonSessions/`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	got = say("GET /api/tasks HTTP/1.1\nHost: em\nConnection: close\n\n")
	for _, want := range []string{"HTTP/1.1 401 Unauthorized\r\n", "\r\nWWW-Authenticate: Basic Realm=RestSvc\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := say("HEAD /api/ HTTP/1.1\nHost: em\nConnection: close\n\n"); !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.HasSuffix(got, "\r\n\r\n") {
		t.Error(got)
	}
}

func TestBodyLimit(t *testing.T) {
	_, f, _ := site(t)
	big := strings.Replace(latestSpec, "<RestoreCurrent>", strings.Repeat(" ", 1<<20)+"<RestoreCurrent>", 1)
	if a := f.do("POST", f.firstVApp()+"?action=failover", big); a.status != 413 || a.xml(t).XMLName.Local != "Error" {
		t.Errorf("%d %s", a.status, a.body)
	}
	deep := `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0">` + strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000) + `</CdpFailoverStartSpec>`
	if a := f.do("POST", f.firstVApp()+"?action=failover", deep); a.status != 400 {
		t.Errorf("%d %s", a.status, a.body)
	}
	deepJSON := `{"RestoreCurrent":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`
	if a := f.do("POST", f.firstVApp()+"?action=failover", deepJSON, "Content-Type", "application/json"); a.status != 400 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Many clients at once: every failover that was answered with a task is in the audit log once, and no replica is busy twice.
func TestLoad(t *testing.T) {
	m := simulator.DefaultModel()
	m.VApps, m.Replicas, m.BackupServers = 20, 5, 3
	em := simulator.New(m, simulator.WithTiming(simulator.Timing{}))
	defer em.Close()
	var mu sync.Mutex
	answers := map[int]int{}
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			f := newForeign(t, em)
			if a := f.logon(em.Username, em.Password); a.status != 201 {
				t.Errorf("log-in: %d", a.status)
				return
			}
			refs := f.get("/cdpReplica/vApps").all("Ref")
			for i := range 20 {
				a := f.do("POST", refs[(g+i)%len(refs)].attr("Href")+"?action=failover", latestSpec)
				mu.Lock()
				answers[a.status]++
				mu.Unlock()
				f.get("/tasks")
				f.get("/query?type=RestoreSession&format=Entities&filter=State==Stopped&sortDesc=CreationTime&pageSize=5")
				f.do("GET", "/cdpPolicies?format=Entity", "")
				em.Audit()
			}
		})
	}
	wg.Wait()
	started := map[string]int{}
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverStarted {
			started[e.Session+e.Task]++
		}
	}
	if len(started) != answers[202] {
		t.Errorf("%d started, %v answered", len(started), answers)
	}
	for id, n := range started {
		if n != 1 {
			t.Errorf("%s started %d times", id, n)
		}
	}
	if diff := cmp.Diff(320, answers[202]+answers[409]); diff != "" {
		t.Errorf("%v", answers)
	}
}
