package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, on machines without them

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdtype"
)

func TestReadParams(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []Param
	}{
		{"nothing", " \n", nil},
		{"an element", `<?xml version="1.0"?><a><b>1</b><c/><d> x <!-- no --><![CDATA[y]]> </d></a>`, []Param{{"b", "1"}, {"c", ""}, {"d", "x y"}}},
		{"prefixes and attributes", `<p:a xmlns:p="urn:p" n="0"><p:b m="1"><p:c>2</p:c></p:b></p:a>`, []Param{{"@n", "0"}, {"b/@m", "1"}, {"b/c", "2"}}},
		{"repeated", `<a><b>1</b><b>2</b></a>`, []Param{{"b", "1"}, {"b", "2"}}},
		{"a mark before it", "\ufeff<a><b>1</b></a>", []Param{{"b", "1"}}},
		{"JSON", `{"b":true,"c":{"d":"x","e":[1.50,null,"z"]},"f":null,"g":[]}`, []Param{{"b", "true"}, {"c/d", "x"}, {"c/e", "1.50"}, {"c/e", "z"}}},
	} {
		got, err := readParams([]byte(c.body))
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
	for _, body := range []string{"<a>", "<a></b>", "{", `{"a":}`, "plain", strings.Repeat("<a>", 100), strings.Repeat("[", 100), `{"a"`} {
		if got, err := readParams([]byte(body)); err == nil {
			t.Errorf("%.20s: %v", body, got)
		}
	}
}

func FuzzReadParams(f *testing.F) {
	for _, s := range []string{`<a b="c"><d>e</d></a>`, `{"a":[{"b":1},null]}`, "<", "[", "\ufeff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		params, err := readParams(body)
		if err == nil {
			_, _ = readChoice(params)
		}
	})
}

func TestReadChoice(t *testing.T) {
	at := time.Date(2023, 2, 17, 15, 31, 40, 0, time.UTC)
	got, err := readChoice([]Param{{"restorecurrent", " TRUE "}, {"RestoreCurrentVss", "1"}, {"RestoreAtPointinTime", "2023-02-17T15:31:40"}})
	if err != nil || !got.current || !got.vss || got.interval != nil || !got.pointInTime.Equal(at) {
		t.Errorf("%+v %v", got, err)
	}
	for _, p := range []Param{{"RestoreCurrent", "maybe"}, {"RestoreAtInterval", "later"}, {"RestoreAtPointInTime", "10000-01-01T00:00:00"}} {
		if _, err := readChoice([]Param{p}); err == nil || !strings.Contains(err.Error(), p.Name) {
			t.Errorf("%v: %v", p, err)
		}
	}
}

// What the generated types hold must be what the bytes say.
func TestDisagreement(t *testing.T) {
	at, other := time.Date(2023, 2, 17, 15, 31, 40, 0, time.UTC), time.Date(2023, 2, 17, 15, 31, 41, 0, time.UTC)
	spec := func(change func(*ent.CdpFailoverStartSpec)) *ent.CdpFailoverStartSpec {
		s := new(ent.CdpFailoverStartSpec)
		s.RestoreCurrent = true
		s.RestoreAtInterval = ent.Ptr(xsdtype.UTC(at))
		change(s)
		return s
	}
	said := choice{current: true, interval: &at}
	if err := said.agrees(spec(func(*ent.CdpFailoverStartSpec) {})); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*ent.CdpFailoverStartSpec){
		"boolean":      func(s *ent.CdpFailoverStartSpec) { s.RestoreCurrent = false },
		"consistent":   func(s *ent.CdpFailoverStartSpec) { s.RestoreCurrentVss = true },
		"another time": func(s *ent.CdpFailoverStartSpec) { s.RestoreAtInterval = ent.Ptr(xsdtype.UTC(other)) },
		"lost":         func(s *ent.CdpFailoverStartSpec) { s.RestoreAtInterval = ent.Ptr(xsdtype.DateTime("")) },
		"one more":     func(s *ent.CdpFailoverStartSpec) { s.RestoreAtPointInTime = ent.Ptr(xsdtype.UTC(at)) },
	} {
		if err := said.agrees(spec(change)); !errors.Is(err, errDisagree) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A fault of the bindings is answered with 500, and nothing is carried out.
func TestNothingIsDoneOnDisagreement(t *testing.T) {
	h := NewHandler(DefaultModel(), WithClock(NewManualClock(noon)))
	h.core.lock()
	session, err := h.core.logon(h.Username, h.Password, "", noon)
	h.core.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	body := `<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`
	ctx := context.WithValue(context.Background(), visitKey{}, &visit{session: session, body: []byte(body)})
	r := httptest.NewRequest("POST", "/", nil)
	misread := new(ent.CdpFailoverStartSpec)
	misread.RestoreCurrentVss = true
	op := &rest.Operation{Name: "CdpReplica.VApps.ID.Failover", Path: vappPath}
	_, err = h.core.handler(op, failover).Serve(ctx, &rest.Request{Op: op, Path: []string{h.core.store.list(vappPath)[0].id}, HTTP: r}, misread)
	var fault *rest.Fault
	if !errors.As(err, &fault) || fault.Status != 500 || len(h.Audit()) != 0 {
		t.Errorf("%v %+v", err, h.Audit())
	}
}

// Any moment, in zones with and without daylight saving, written with any number of digits: the audit log names the state
// that the reference's text selects.
func TestMomentsInAnyZone(t *testing.T) {
	zones := []string{
		"UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
		"Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Sao_Paulo", "Africa/Casablanca",
	}
	clock := NewManualClock(noon)
	h := NewHandler(DefaultModel(), WithClock(clock), WithTiming(Timing{}))
	h.core.lock()
	session, err := h.core.logon(h.Username, h.Password, "", noon)
	h.core.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	vapp := h.core.store.list(vappPath)[0]
	states := allStates(vapp.target.history, noon)
	rng := rand.New(rand.NewPCG(3, 4))
	for i, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for digits := range 10 {
			back := time.Duration(rng.Int64N(int64(4 * time.Hour)))
			if digits%2 == i%2 {
				back = time.Duration(rng.Int64N(int64(7 * 24 * time.Hour)))
			}
			unit := time.Second
			for range digits {
				unit /= 10
			}
			moment := noon.Add(-back).Truncate(unit).In(zone)
			layout := "2006-01-02T15:04:05"
			if digits > 0 {
				layout += "." + strings.Repeat("0", digits)
			}
			want, ok := last(states, func(s RestoreState) bool { return s.Time.Before(moment) })
			if !ok {
				continue
			}
			body := fmt.Sprintf(`<CdpFailoverStartSpec xmlns="http://www.veeam.com/ent/v1.0"><RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss><RestoreAtPointInTime>%s</RestoreAtPointInTime></CdpFailoverStartSpec>`,
				moment.Format(layout+"Z07:00"))
			r := httptest.NewRequest("POST", "/api/cdpReplica/vApps/"+vapp.id+"?action=failover", strings.NewReader(body))
			r.Header.Set(sessionHeader, session.token)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != 202 {
				t.Fatalf("%s: %d %s", body, w.Code, w.Body)
			}
			var got *Selection
			for _, e := range h.Audit() {
				if e.Kind == FailoverStarted {
					got = e.Selected
				}
			}
			if diff := cmp.Diff(&Selection{"RestoreAtPointInTime", want}, got); diff != "" {
				t.Errorf("%s: %s", moment.Format(layout+"Z07:00"), diff)
			}
		}
	}
}

func TestModel(t *testing.T) {
	build := func(m Model) *store { return NewHandler(m, WithClock(NewManualClock(noon))).core.store }
	small, big := DefaultModel(), DefaultModel()
	big.VApps, big.Replicas = 10, 7
	a, b := build(small), build(big)
	for i, v := range a.list(vappPath) {
		if b.list(vappPath)[i].id != v.id || b.list(vappPath)[i].name != v.name || b.list(vappPath)[i].target.history.key != v.target.history.key {
			t.Errorf("%s differs in the bigger model", v.name)
		}
	}
	other := DefaultModel()
	other.Seed++
	if build(other).list(vappPath)[0].id == a.list(vappPath)[0].id {
		t.Error("another seed has the same ids")
	}
	seen := map[string]bool{}
	for _, target := range b.targets() {
		if seen[target.ID] || seen[target.Name] {
			t.Errorf("%s stands twice", target.Name)
		}
		seen[target.ID], seen[target.Name] = true, true
	}
	if got := len(b.targets()); got != 7*3+10 {
		t.Errorf("%d targets", got)
	}
	empty := build(Model{BackupServers: -1, VApps: -1, Replicas: -1, VMsPerReplica: -1, VMsPerVApp: -1, PolicySessions: -1, RestoreSessions: -1})
	if len(empty.list(serverPath)) != 1 || len(empty.targets()) != 0 {
		t.Errorf("%+v", empty)
	}
}
