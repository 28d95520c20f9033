package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/simulator"
)

// roundTrip is a RoundTripper made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// site is a simulated server with what it recorded.
type site struct {
	*simulator.Server
	recorder *simulator.Recorder
	next     http.RoundTripper
}

func newSite(t *testing.T) *site {
	t.Helper()
	rec := &simulator.Recorder{}
	s := &site{Server: simulator.New(simulator.DefaultModel(), simulator.WithRecorder(rec)), recorder: rec}
	t.Cleanup(s.Close)
	tr, err := client.NewTransport(client.WithThumbprint(s.Thumbprint))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.CloseIdleConnections)
	s.next = tr
	return s
}

func (s *site) server(rt http.RoundTripper) Server {
	return Server{Base: s.URL + "/api", User: s.Username, Password: s.Password, Transport: rt}
}

// exchange is an answer that a test may change.
type exchange struct {
	method, target string // below /api, with the query
	request        http.Header
	status         int
	header         http.Header
	body           string
}

// altering changes every answer.
func (s *site) altering(change func(x *exchange)) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := s.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		x := &exchange{method: r.Method, target: strings.TrimPrefix(r.URL.RequestURI(), "/api"), request: r.Header,
			status: resp.StatusCode, header: resp.Header.Clone(), body: string(body)}
		change(x)
		resp.StatusCode, resp.Header, resp.Body = x.status, x.header, io.NopCloser(strings.NewReader(x.body))
		return resp, nil
	})
}

// TestCannotDisturb: GETs, one log-in and one log-out, and not many of them.
func TestCannotDisturb(t *testing.T) {
	s := newSite(t)
	list, err := Run(t.Context(), s.server(s.next))
	if err != nil || !OK(list) || len(list) != len(checks()) {
		t.Fatalf("%d findings, %v", len(list), err)
	}
	for _, f := range list {
		if f.Verdict == NotHandled {
			t.Errorf("%s: %s: %s", f.Check, f.Verdict, f.Found)
		}
	}
	var kinds []simulator.EventKind
	for _, e := range s.Audit() {
		kinds = append(kinds, e.Kind)
	}
	if !slices.Equal(kinds, []simulator.EventKind{simulator.LoggedOn, simulator.LoggedOff}) {
		t.Errorf("carried out: %v", kinds)
	}
	seen := s.recorder.Exchanges()
	if len(seen) > MostRequests {
		t.Errorf("%d requests", len(seen))
	}
	once := make(map[string]int)
	for _, e := range seen {
		switch {
		case e.Method == http.MethodGet:
		case e.Method == http.MethodPost && strings.HasPrefix(e.Target, "/api/sessionMngr/"), e.Method == http.MethodDelete && strings.HasPrefix(e.Target, "/api/logonSessions/"):
			once[e.Method]++
		default:
			t.Errorf("%s %s", e.Method, e.Target)
		}
		if len(e.RequestBody) > 0 {
			t.Errorf("%s %s has a body", e.Method, e.Target)
		}
	}
	if once["POST"] != 1 || once["DELETE"] != 1 {
		t.Errorf("%v", once)
	}
	t.Logf("%d checks, %d requests", len(list), len(seen))
}

// TestRequestsAreBounded: a server that leads elsewhere all the time gets no more of them.
func TestRequestsAreBounded(t *testing.T) {
	s := newSite(t)
	v := newVisit(t.Context(), s.server(s.next))
	v.enter()
	for i := range 2 * MostRequests {
		v.get(fmt.Sprint("/tasks/task-", i), asXML)
	}
	if a := v.get("/tasks", asXML); !errors.Is(a.err, errTooMany) || a.outcome() == "" {
		t.Errorf("%v", a.err)
	}
	v.leave()
	if a := v.get("/logonSessions", asXML); a.status != http.StatusUnauthorized {
		t.Errorf("after the log-out: %v", a.outcome())
	}
	if n := len(s.recorder.Exchanges()); n != MostRequests {
		t.Errorf("%d requests", n)
	}
}

// everything replaces a text in all answers.
func everything(pairs ...string) func(*exchange) {
	r := strings.NewReplacer(pairs...)
	return func(x *exchange) { x.body = r.Replace(x.body) }
}

// at changes the answers to some addresses.
func at(target string, f func(x *exchange)) func(*exchange) {
	return func(x *exchange) {
		if strings.HasPrefix(x.target, target) && x.method == http.MethodGet {
			f(x)
		}
	}
}

func status(code int) func(*exchange) { return func(x *exchange) { x.status = code } }

func withoutPaging(x *exchange) {
	if i := strings.Index(x.body, "<PagingInfo"); i >= 0 {
		if j := strings.Index(x.body, "</PagingInfo>"); j >= 0 {
			x.body = x.body[:i] + x.body[j+len("</PagingInfo>"):]
		} else if j := strings.Index(x.body[i:], "/>"); j >= 0 {
			x.body = x.body[:i] + x.body[i+j+2:]
		}
	}
}

// camel gives members of JSON objects a small first letter.
func camel(x *exchange) {
	if !strings.HasPrefix(x.body, "{") {
		return
	}
	var b strings.Builder
	for i := 0; i < len(x.body); i++ {
		b.WriteByte(x.body[i])
		if x.body[i] == '"' && i+1 < len(x.body) && (x.body[i-1] == '{' || x.body[i-1] == ',' || x.body[i-1] == ' ' || x.body[i-1] == '\n') && x.body[i+1] >= 'A' && x.body[i+1] <= 'Z' {
			if end := strings.IndexByte(x.body[i+1:], '"'); end >= 0 && strings.HasPrefix(strings.TrimSpace(x.body[i+2+end:]), ":") {
				i++
				b.WriteByte(x.body[i] + 'a' - 'A')
			}
		}
	}
	x.body = b.String()
}

var creation = regexp.MustCompile(`(<CreationTime(?:UTC)?>)[^<]*(</CreationTime)`)

const atEM = `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="no" StatusCode="400"/>`

// TestEachCheckTellsDifferences: no check always says the same.
func TestEachCheckTellsDifferences(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		check  string
		change func(*exchange)
		want   Verdict
	}{
		{"versions", everything(`"v1_7"`, `"v2_0"`), Handled},
		{"versions", at("/", func(x *exchange) {
			if x.target == "/" {
				x.status, x.body = 403, ""
			}
		}), Handled},
		{"media-type", func(x *exchange) { x.header.Set("Content-Type", "text/xml") }, Handled},
		{"media-type", everything("http://www.veeam.com/ent/v1.0", "http://www.veeam.com/ent/v2.0"), NotHandled},
		{"media-type", at("/", func(x *exchange) {
			if x.target == "/" {
				x.body = "<html>"
			}
		}), NotHandled},
		{"unauthorized", func(x *exchange) { x.header.Del("WWW-Authenticate") }, Handled},
		{"unauthorized", at(aList, func(x *exchange) {
			if x.status == 401 {
				x.status = 302
			}
		}), NotHandled},
		{"error-body", at(aList, func(x *exchange) {
			if x.status == 401 {
				x.body = "<html>no</html>"
			}
		}), Handled},
		{"error-status", everything(` Status="`, ` Other="`), Handled},
		{"error-status", at(aList, func(x *exchange) { x.body = strings.Replace(x.body, `StatusCode="401"`, `StatusCode="many"`, 1) }), NotHandled},
		{"login", func(x *exchange) {
			if x.method == http.MethodPost {
				x.status = 200
			}
		}, Handled},
		{"token", func(x *exchange) { x.header.Del(sessionHeader) }, Handled},
		{"cookie", func(x *exchange) { x.header.Del("Set-Cookie") }, Handled},
		{"cookie", func(x *exchange) {
			if x.request.Get("Cookie") != "" {
				x.status = 200
			}
		}, Handled},
		{"session-links", everything(`Type="Cdp`, `Type="X`), AsAssumed},
		{"session-links", func(x *exchange) {
			x.body = strings.NewReplacer("<Links>", "<Other>", "</Links>", "</Other>").Replace(x.body)
		}, Handled},
		{"vapps-path", at("/cdpReplica/vApps", status(404)), NotHandled},
		{"session-items", everything("CdpPolicySession ", "CdpSession ", "CdpPolicySession>", "CdpSession>"), NotHandled},
		{"vapp-vm-items", everything("<Items ", "<Unheard ", "</Items>", "</Unheard>"), NotHandled},
		{"replica-vm-items", everything("<CdpReplicaVm ", "<Unheard ", "</CdpReplicaVm>", "</Unheard>"), NotHandled},
		{"not-found", at("/cdpPolicies/"+nobody, status(500)), NotHandled},
		{"not-found", at("/cdpPolicies/"+nobody, func(x *exchange) { x.body = "" }), Handled},
		{"tasks", at("/tasks", func(x *exchange) { x.body = atEM }), NotHandled},
		{"tasks", at("/tasks", status(403)), NotHandled},
		{"unknown-task", at("/tasks/", status(500)), NotHandled},
		{"unknown-task", at("/tasks/", func(x *exchange) { x.status, x.body = 200, atEM }), NotHandled},
		{"links", everything(s.URL, "https://other.example:9398"), Handled},
		{"links", everything(s.URL+"/api", "/api"), Handled},
		{"links", everything(s.URL+"/api", s.URL+"/v2"), NotHandled},
		{"collection-paging", at("/cdpReplicas?", func(x *exchange) { x.status, x.body = 400, atEM }), Handled},
		{"page-default", everything(`PageSize="100"`, `PageSize="30"`), Handled},
		{"page-default", withoutPaging, Handled},
		{"page-default-tasks", everything(`PageSize="15"`, `PageSize="100"`), Handled},
		{"page-size", at("/query?type=CdpReplica&pageSize=1", func(x *exchange) { x.body = atEM; x.status = 400 }), NotHandled},
		{"page-size", withoutPaging, Handled},
		{"filter-names", at("/query?type=BackupServer&filter=nAME", status(400)), Handled},
		{"filter-names", at("/query?type=BackupServer&filter=Name", status(400)), NotHandled},
		{"filter-utc", func(x *exchange) {
			if strings.Contains(x.target, "type=CdpReplicaSession&filter=CreationTimeUTC") {
				x.status = 400
			}
		}, NotHandled},
		{"json-case", camel, Handled},
		{"json-same", func(x *exchange) {
			if strings.HasPrefix(x.body, "{") {
				x.body = strings.Replace(x.body, `"State":"`, `"State":"un`, 1)
			}
		}, NotHandled},
		{"json-error", func(x *exchange) {
			if x.status == 401 {
				x.body = "<html/>"
			}
		}, Handled},
		{"dates", everything(`Z</CreationTimeUTC>`, `+02:00</CreationTimeUTC>`), Handled},
		{"dates", func(x *exchange) {
			x.body = creation.ReplaceAllString(x.body, "${1}2026-02-31T00:00:00Z$2")
		}, NotHandled},
		{"clock", func(x *exchange) { // local time without its zone, two hours ahead
			x.body = creation.ReplaceAllString(x.body, "${1}2999-01-01T00:00:00$2")
		}, NotHandled},
		{"names", everything("<Links>", `<Later>1</Later><Links>`), Handled},
		{"order", at("/", func(x *exchange) {
			x.body = strings.Replace(x.body, "<State>", "<Result>None</Result><State>", 1)
		}), Handled},
		{"kept", at("/cdpReplicaSessions?", func(x *exchange) {
			x.body = strings.Replace(x.body, "</CreationTimeUTC>", "<B/></CreationTimeUTC>", 1)
		}), NotHandled},
		{"moment-spelling", everything("<Links>", "<RestoreAtPointinTime/><Links>"), NotHandled},
		{"moment-spelling", everything("<Links>", "<RestoreAtPointInTime/><Links>"), AsAssumed},
		{"logout", func(x *exchange) {
			if x.method == http.MethodDelete {
				x.status = 202
			}
		}, Handled},
		{"logout", func(x *exchange) {
			if x.method == http.MethodDelete {
				x.status = 403
			}
		}, NotHandled},
		{"after-logout", at("/logonSessions", status(200)), NotHandled},
		{"filter-values", func(x *exchange) {
			if strings.Contains(x.target, "BackupServer&filter=Name") && bytes.ContainsAny([]byte(x.target[len(x.target)-8:]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				x.status = 400
			}
		}, Handled},
	} {
		list, err := Run(t.Context(), s.server(s.altering(c.change)))
		if err != nil && !(c.check == "media-type" && c.want == NotHandled) {
			t.Errorf("%s: %v", c.check, err)
		}
		i := slices.IndexFunc(list, func(f Finding) bool { return f.Check == c.check })
		if i < 0 {
			t.Errorf("%s: not made: %v", c.check, err)
			continue
		}
		if list[i].Verdict != c.want {
			t.Errorf("%s: %s (%s), want %s", c.check, list[i].Verdict, list[i].Found, c.want)
		}
		if OK(list) && c.want == NotHandled {
			t.Errorf("%s: the whole is OK", c.check)
		}
	}
}

// TestFindingsTellNoNames: a report can be sent to others as it is.
func TestFindingsTellNoNames(t *testing.T) {
	s := newSite(t)
	var told []Finding
	server := s.server(s.next)
	server.Progress = func(f Finding) { told = append(told, f) }
	list, err := Run(t.Context(), server)
	if err != nil || len(told) != len(list) {
		t.Fatalf("%d of %d were told, %v", len(told), len(list), err)
	}
	text := fmt.Sprintf("%+v", list)
	forbidden := []string{s.Username, s.Password, strings.TrimPrefix(s.URL, "https://")}
	for _, e := range s.recorder.Exchanges() {
		if token := e.ResponseHeader.Get(sessionHeader); token != "" {
			forbidden = append(forbidden, token)
		}
		for _, part := range strings.Split(string(e.ResponseBody), ` Name="`)[1:] {
			if name, _, _ := strings.Cut(part, `"`); len(name) > 4 && !strings.HasPrefix(name, "v1_") {
				forbidden = append(forbidden, name)
			}
		}
	}
	for _, f := range forbidden {
		if strings.Contains(text, f) {
			t.Errorf("%q is told", f)
		}
	}
	if len(forbidden) < 10 {
		t.Errorf("only %d names were looked for", len(forbidden))
	}
}

func TestRunRefuses(t *testing.T) {
	s := newSite(t)
	for what, change := range map[string]func(*Server){
		"no transport":   func(s *Server) { s.Transport = nil },
		"plain HTTP":     func(s *Server) { s.Base = "http://127.0.0.1:1/api" },
		"wrong password": func(s *Server) { s.Password = "wrong" },
		"no server": func(s *Server) {
			s.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") })
		},
	} {
		server := s.server(s.next)
		change(&server)
		if list, err := Run(t.Context(), server); err == nil || OK(list) && what != "wrong password" {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := s.server(s.altering(func(x *exchange) {
		if x.method == http.MethodPost {
			cancel()
		}
	}))
	if _, err := Run(ctx, server); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if n := len(s.Audit()); n%2 != 0 {
		t.Errorf("%d events: a session stays behind", n)
	}
}
