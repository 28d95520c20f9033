package simulator_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

// foreign is a client that knows nothing of this module: net/http and encoding/xml, requests typed as they would be for curl.
type foreign struct {
	t     *testing.T
	http  *http.Client
	url   string // with /api
	token string
	id    string // of the logon session
}

type answer struct {
	status int
	header http.Header
	body   string
}

// element is any XML element.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// at returns the first descendant along a path of local names; an empty element when there is none.
func (e *element) at(path ...string) *element {
	if len(path) == 0 {
		return e
	}
	for i := range e.Children {
		if e.Children[i].XMLName.Local == path[0] {
			return e.Children[i].at(path[1:]...)
		}
	}
	return &element{}
}

func (e *element) all(name string) []element {
	var out []element
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
	}
	return out
}

// link returns the Href of the first link with a Rel and, if it is not empty, a Type.
func (e *element) link(rel, typ string) string {
	for _, l := range e.at("Links").all("Link") {
		if l.attr("Rel") == rel && (typ == "" || l.attr("Type") == typ) {
			return l.attr("Href")
		}
	}
	return ""
}

func (a answer) xml(t *testing.T) *element {
	t.Helper()
	e := new(element)
	if err := xml.Unmarshal([]byte(a.body), e); err != nil {
		t.Fatalf("%d %v\n%s", a.status, err, a.body)
	}
	if e.XMLName.Space != "http://www.veeam.com/ent/v1.0" {
		t.Errorf("<%s> has namespace %q", e.XMLName.Local, e.XMLName.Space)
	}
	return e
}

func newForeign(t *testing.T, em *simulator.Server) *foreign {
	t.Helper()
	tr := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // the thumbprint is checked instead, as one does by eye
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			sum := sha256.Sum256(raw[0])
			if got := strings.ToUpper(strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":"), ":")); got != em.Thumbprint {
				return fmt.Errorf("thumbprint %s, not %s", got, em.Thumbprint)
			}
			return nil
		},
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &foreign{t: t, http: &http.Client{Transport: tr}, url: em.URL + "/api"}
}

// do sends a request; headers are name, value, …
func (f *foreign) do(method, target, body string, header ...string) answer {
	f.t.Helper()
	if !strings.HasPrefix(target, "http") {
		target = f.url + target
	}
	req, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if f.token != "" {
		req.Header.Set("X-RestSvcSessionId", f.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := f.http.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(data)}
}

func (f *foreign) get(target string) *element {
	f.t.Helper()
	a := f.do("GET", target, "")
	if a.status != 200 {
		f.t.Fatalf("GET %s: %d %s", target, a.status, a.body)
	}
	return a.xml(f.t)
}

func (f *foreign) logon(user, password string) answer {
	f.t.Helper()
	f.token = ""
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	a := f.do("POST", "/sessionMngr/?v=v1_7", "", "Authorization", basic)
	if a.status == 201 {
		f.token, f.id = a.header.Get("X-RestSvcSessionId"), a.xml(f.t).at("SessionId").Text
	}
	return a
}

// site starts a simulator whose clock stands still, and logs in.
func site(t *testing.T, opts ...simulator.Option) (*simulator.Server, *foreign, *simulator.ManualClock) {
	t.Helper()
	clock := simulator.NewManualClock(time.Date(2026, 11, 23, 12, 0, 0, 250e6, time.UTC))
	em := simulator.New(simulator.DefaultModel(), append([]simulator.Option{simulator.WithClock(clock)}, opts...)...)
	t.Cleanup(em.Close)
	f := newForeign(t, em)
	if a := f.logon(em.Username, em.Password); a.status != 201 {
		t.Fatalf("log-in: %d %s", a.status, a.body)
	}
	return em, f, clock
}

// firstVApp returns the address of vapp01.
func (f *foreign) firstVApp() string {
	return f.get("/cdpReplica/vApps").at("Ref").attr("Href")
}

const latestSpec = `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`

// The exchanges of the reference's page, typed as printed; host, token and ids are the simulator's.
const (
	printedXML = `<?xml version="1.0" encoding="utf-8"?>
<CdpFailoverStartSpec xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.veeam.com/ent/v1.0">
  <RestoreCurrent>true</RestoreCurrent>
  <RestoreCurrentVss>false</RestoreCurrentVss>
  <RestoreAtInterval>2023-02-17T15:31:40</RestoreAtInterval>
</CdpFailoverStartSpec>`
	printedJSON = `{   "RestoreCurrent": true,   "RestoreCurrentVss": false,   "RestoreAtPointInTime": "2023-02-17T15:31:40"  }`
	printedTask = `<Task xmlns="http://www.veeam.com/ent/v1.0" Type="Task" Href="https://localhost:9398/api/tasks/task-1">
  <Links>
    <Link Rel="Delete" Type="Task" Href="https://localhost:9398/api/tasks/task-1" />
  </Links>
  <TaskId>task-1</TaskId>
  <State>Running</State>
  <Operation>StartFailover</Operation>
</Task>`
	printedEnd = `<Task xmlns="http://www.veeam.com/ent/v1.0" Type="Task" Href="https://localhost:9398/api/tasks/task-1">
  <Links>
    <Link Rel="Delete" Type="Task" Href="https://localhost:9398/api/tasks/task-1" />
    <Link Rel="Related" Type="RestoreSession" Href="https://localhost:9398/api/restoreSessions/2abbd1f7-647a-46b7-9f39-6e84ea31802b?format=Entity" />
  </Links>
  <TaskId>task-1</TaskId>
  <State>Finished</State>
  <Operation>StartFailover</Operation>
  <Result Success="true">
    <Message>Ok</Message>
  </Result>
</Task>`
)

var guidRE = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// canonical makes two messages comparable: names, attributes (in any order), text, order of elements; without host and GUIDs.
func canonical(t *testing.T, e *element, host string) any {
	attrs := map[string]string{}
	clean := func(s string) string {
		return guidRE.ReplaceAllString(strings.Replace(s, host, "HOST", 1), "ID")
	}
	for _, a := range e.Attrs {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			attrs[a.Name.Local] = clean(a.Value)
		}
	}
	kids := []any{}
	for i := range e.Children {
		kids = append(kids, canonical(t, &e.Children[i], host))
	}
	text := e.Text
	if len(kids) > 0 {
		text = strings.TrimSpace(text)
	}
	return []any{e.XMLName, attrs, clean(text), kids}
}

func TestReferenceExchange(t *testing.T) {
	for _, c := range []struct {
		name, body, path string
		header           []string
	}{
		{"XML with no Content-Type", printedXML, "/cdpReplica/vApps/%s?action=failover", nil},
		{"XML as curl -d sends it", printedXML, "/cdpReplica/vApps/%s?action=failover", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"XML to the plural spelling", printedXML, "/cdpReplicas/vApps/%s?action=failover", []string{"Content-Type", "application/xml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			em, f, clock := site(t)
			id := guidRE.FindString(f.firstVApp())
			a := f.do("POST", fmt.Sprintf(c.path, id), c.body, c.header...)
			if a.status != 202 || !strings.HasPrefix(a.header.Get("Content-Type"), "application/xml") || a.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
				t.Fatalf("%d %v\n%s", a.status, a.header, a.body)
			}
			compare := func(got answer, printed string) {
				t.Helper()
				want := canonical(t, answer{body: printed}.xml(t), "https://localhost:9398")
				if diff := cmp.Diff(want, canonical(t, got.xml(t), em.URL)); diff != "" {
					t.Error(diff)
				}
			}
			compare(a, printedTask)
			clock.Advance(time.Minute)
			compare(f.do("GET", "/tasks/task-1", ""), printedEnd)
		})
	}
}

func TestReferenceExchangeInJSON(t *testing.T) {
	em, f, clock := site(t)
	a := f.do("POST", f.firstVApp()+"?action=failover", printedJSON, "Accept", "application/json")
	var task map[string]any
	if err := json.Unmarshal([]byte(a.body), &task); err != nil || a.status != 202 {
		t.Fatal(a.status, a.body, err)
	}
	want := map[string]any{
		"TaskId": "task-1", "State": "Running", "Operation": "StartFailover", "Type": "Task", "Href": f.url + "/tasks/task-1",
		"Links": []any{map[string]any{"Rel": "Delete", "Type": "Task", "Href": f.url + "/tasks/task-1"}},
	}
	if diff := cmp.Diff(want, task); diff != "" {
		t.Error(diff)
	}
	clock.Advance(time.Minute)
	events := em.Audit()
	var started simulator.Event
	for _, e := range events {
		if e.Kind == simulator.FailoverStarted {
			started = e
		}
	}
	wantParams := []simulator.Param{{Name: "RestoreCurrent", Value: "true"}, {Name: "RestoreCurrentVss", Value: "false"}, {Name: "RestoreAtPointInTime", Value: "2023-02-17T15:31:40"}}
	if diff := cmp.Diff(wantParams, started.Params); diff != "" {
		t.Error(diff)
	}
	if started.Selected == nil || started.Selected.By != "RestoreCurrent" || started.Target.Name != "vapp01" {
		t.Errorf("%+v", started)
	}
}

func TestIntervalsAsPrinted(t *testing.T) {
	_, f, _ := site(t)
	id := guidRE.FindString(f.firstVApp())
	spec := `<?xml version="1.0" encoding="utf-8"?>
<CdpIntervalsSpec xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.veeam.com/ent/v1.0">
  <StartDate>2026-11-22T16:59:52.5337045Z</StartDate>
  <EndDate>2026-11-23T16:59:52.5337045Z</EndDate>
</CdpIntervalsSpec>`
	a := f.do("POST", "/cdpReplicas/vApps/"+id+"?action=intervals", spec)
	e := a.xml(t)
	if a.status != 200 || e.XMLName.Local != "CdpReplicaIntervals" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if e.at("StartDate").Text != "2026-11-22T16:59:52" || e.at("EndDate").Text != "2026-11-23T16:59:52" {
		t.Errorf("the window is %s to %s", e.at("StartDate").Text, e.at("EndDate").Text)
	}
	intervals, points := e.at("Intervals").all("Interval"), e.at("RestorePoints").all("RestorePoint")
	if len(intervals) < 4 || len(points) < 2 {
		t.Fatalf("%d intervals, %d points", len(intervals), len(points))
	}
	shown := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)
	for _, i := range intervals {
		if !shown.MatchString(i.at("StartDate").Text) || !shown.MatchString(i.at("EndDate").Text) || i.at("StartDate").Text >= i.at("EndDate").Text {
			t.Errorf("from %s to %s", i.at("StartDate").Text, i.at("EndDate").Text)
		}
		if i.at("IntervalType").Text != "RestoreAvailable" || i.at("Rpo").Text == "" {
			t.Errorf("%+v", i)
		}
	}
	for _, p := range points {
		if !shown.MatchString(p.at("Date").Text) || !guidRE.MatchString(p.at("Id").Text) {
			t.Errorf("%+v", p)
		}
	}
	if a := f.do("POST", "/cdpReplica/vApps/"+id+"?action=intervals", strings.NewReplacer("2026-11-22", "2026-11-24").Replace(spec)); a.status != 400 {
		t.Errorf("a window that ends before it starts: %d", a.status)
	}
}

// From the root to a failed-over VM by links alone, as the reference asks of clients.
func TestByLinksAlone(t *testing.T) {
	em, f, clock := site(t)
	f.token = ""
	root := f.get("/")
	create := root.link("Create", "LogonSession")
	basic := base64.StdEncoding.EncodeToString([]byte(em.Username + ":" + em.Password))
	a := f.do("POST", create, "", "Authorization", "Basic "+basic)
	f.token = a.header.Get("X-RestSvcSessionId")
	session := a.xml(t)
	list := f.get(session.link("Down", "CdpReplicaReferenceList"))
	replica := f.get(list.all("Ref")[0].link("Alternate", "CdpReplica"))
	vm := f.get(f.get(replica.link("Down", "CdpReplicaVmReferenceList")).all("Ref")[0].link("Alternate", "CdpReplicaVm"))
	task := f.do("POST", vm.link("Failover", ""), latestSpec).xml(t)
	clock.Advance(time.Minute)
	done := f.get(task.attr("Href"))
	restored := f.get(done.link("Related", "RestoreSession"))
	if restored.at("State").Text != "Stopped" || restored.at("Result").Text != "Success" || restored.attr("VmDisplayName") != vm.attr("Name") ||
		restored.at("RestoredObjRef").Text != vm.at("VmRef").Text {
		t.Errorf("%+v", restored)
	}
	if a := f.do("DELETE", session.link("Delete", ""), ""); a.status != 204 || a.body != "" {
		t.Errorf("log-out: %d %s", a.status, a.body)
	}
	if a := f.do("GET", "/tasks", ""); a.status != 401 {
		t.Errorf("after the log-out: %d", a.status)
	}
}

func TestSessionHeaderAndCookie(t *testing.T) {
	em, f, _ := site(t)
	good := f.token
	a := f.logon(em.Username, em.Password)
	cookie, err := http.ParseSetCookie(a.header.Get("Set-Cookie"))
	if err != nil || cookie.Name != "X-RestSvcSessionId" || cookie.Value != f.token || cookie.Path != "/api" || !cookie.Secure {
		t.Errorf("%+v %v", cookie, err)
	}
	if f.token == good || f.token == f.id {
		t.Error("the token is another session's, or the id")
	}
	if raw, err := base64.StdEncoding.DecodeString(f.token); err != nil || !guidRE.Match(raw) || bytes.Contains(raw, []byte(f.id)) {
		t.Errorf("token %q: %v", raw, err)
	}
	for name, c := range map[string]struct {
		header, cookie string
		status         int
	}{
		"header":               {good, "", 200},
		"cookie":               {"", good, 200},
		"good cookie wins":     {"nonsense", good, 200},
		"bad cookie wins":      {good, "nonsense", 401},
		"neither":              {"", "", 401},
		"the id for the token": {f.id, "", 401},
	} {
		f.token = c.header
		var h []string
		if c.cookie != "" {
			h = []string{"Cookie", "X-RestSvcSessionId=" + c.cookie}
		}
		a := f.do("GET", "/tasks", "", h...)
		if a.status != c.status {
			t.Errorf("%s: %d, want %d", name, a.status, c.status)
		}
		if a.status == 401 && a.header.Get("WWW-Authenticate") != "Basic Realm=RestSvc" {
			t.Errorf("%s: %v", name, a.header)
		}
	}
}

func TestErrorBodies(t *testing.T) {
	_, f, _ := site(t)
	vapp := f.firstVApp()
	swapped := `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0">
  <RestoreAtInterval>2026-11-23T11:00:00</RestoreAtInterval>
  <RestoreCurrent>true</RestoreCurrent>
  <RestoreCurrentVss>false</RestoreCurrentVss>
</CdpFailoverStartSpec>`
	for name, c := range map[string]struct {
		method, target, body string
		status               int
		want                 []string // in the message
		words                string   // Status
	}{
		"wrong order":       {"POST", vapp + "?action=failover", swapped, 400, []string{"RestoreCurrent", "line 3"}, "BadRequest"},
		"unknown element":   {"POST", vapp + "?action=failover", strings.Replace(latestSpec, "<RestoreCurrent>", "<Undo>1</Undo><RestoreCurrent>", 1), 400, []string{"Undo"}, "BadRequest"},
		"not a boolean":     {"POST", vapp + "?action=failover", strings.Replace(latestSpec, "true", "soon", 1), 400, []string{"RestoreCurrent", "soon"}, "BadRequest"},
		"not a time":        {"POST", vapp + "?action=failover", strings.Replace(latestSpec, "</Cdp", "<RestoreAtInterval>noon</RestoreAtInterval></Cdp", 1), 400, []string{"RestoreAtInterval", "noon"}, "BadRequest"},
		"another root":      {"POST", vapp + "?action=failover", strings.ReplaceAll(latestSpec, "CdpFailoverStartSpec", "CdpIntervalsSpec"), 400, []string{"CdpIntervalsSpec"}, "BadRequest"},
		"nothing selected":  {"POST", vapp + "?action=failover", strings.Replace(latestSpec, "true", "false", 1), 400, []string{"selects no restore point"}, "BadRequest"},
		"no body":           {"POST", vapp + "?action=failover", "", 400, []string{"CdpFailoverStartSpec"}, "BadRequest"},
		"a document type":   {"POST", vapp + "?action=failover", `<!DOCTYPE a [<!ENTITY e "e">]>` + latestSpec, 400, []string{"line 1"}, "BadRequest"},
		"unknown vApp":      {"GET", "/cdpReplica/vApps/00000000-0000-0000-0000-000000000000", "", 404, []string{"vApp"}, "NotFound"},
		"unknown resource":  {"GET", "/spaceships", "", 404, []string{"/api/spaceships"}, "NotFound"},
		"wrong method":      {"PUT", vapp, "", 405, []string{"PUT"}, "MethodNotAllowed"},
		"not simulated":     {"POST", "/cdpPolicies/1/includes", `<CreateObjectInJobSpec xmlns="http://www.veeam.com/ent/v1.0"><HierarchyObjRef>urn:VMware:Vm:1.vm-1</HierarchyObjRef><HierarchyObjName>a</HierarchyObjName></CreateObjectInJobSpec>`, 501, []string{"CdpPolicies.ID.Includes.Create"}, "NotImplemented"},
		"unknown task":      {"GET", "/tasks/task-7", "", 404, []string{"task-7"}, "NotFound"},
		"delete that":       {"DELETE", "/tasks/task-7", "", 404, []string{"task-7"}, "NotFound"},
		"title's spelling":  {"DELETE", "/task/task-7", "", 404, []string{"/task/"}, "NotFound"},
		"unknown query":     {"GET", "/query?type=Spaceship", "", 400, []string{"Spaceship"}, "BadRequest"},
		"query of nothing":  {"GET", "/query", "", 400, []string{"type"}, "BadRequest"},
		"bad filter":        {"GET", "/query?type=CdpPolicy&filter=Colour==red", "", 400, []string{"Colour", "character 1"}, "BadRequest"},
		"bad page":          {"GET", "/query?type=CdpPolicy&page=0", "", 400, []string{"page"}, "BadRequest"},
		"two sort orders":   {"GET", "/query?type=CdpPolicy&sortAsc=Name&sortDesc=Name", "", 400, []string{"sortAsc"}, "BadRequest"},
		"unknown version":   {"POST", "/sessionMngr/?v=v9_9", "", 401, nil, "Unauthorized"},
		"unknown session":   {"DELETE", "/logonSessions/1", "", 404, []string{"logon session"}, "NotFound"},
		"vApp among VMs":    {"POST", "/cdpReplicas/" + guidRE.FindString(vapp) + "/vms/1?action=failover", latestSpec, 404, []string{"CDP replica"}, "NotFound"},
		"unknown VM":        {"GET", strings.Replace(vapp, "?", "", 1) + "/vms/1", "", 404, []string{"VM"}, "NotFound"},
		"action of others":  {"POST", "/cdpReplicas?action=failover", latestSpec, 405, nil, "MethodNotAllowed"},
		"malformed percent": {"GET", "/query?type=%zz", "", 400, []string{"type"}, "BadRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			a := f.do(c.method, c.target, c.body)
			e := a.xml(t)
			if a.status != c.status || e.XMLName.Local != "Error" || e.attr("StatusCode") != fmt.Sprint(c.status) || e.attr("Status") != c.words {
				t.Errorf("%d %s", a.status, a.body)
			}
			for _, w := range c.want {
				if !strings.Contains(e.attr("Message"), w) || !strings.Contains(e.at("FirstChanceExceptionMessage").Text, w) {
					t.Errorf("no %q in %s", w, a.body)
				}
			}
			if c.status == 405 && a.header.Get("Allow") == "" {
				t.Error("405 without Allow")
			}
		})
	}
	// None of this was carried out.
	if got := f.get("/tasks").all("Task"); len(got) > 0 {
		t.Errorf("%d tasks", len(got))
	}
}
