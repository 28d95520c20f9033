package conformance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdtype"
)

// The documented exchange of a failover.
const (
	failoverRequest     = "CdpReplica/VApps.ID.Failover.documented.request.xml"
	failoverRequestJSON = "CdpReplica/VApps.ID.Failover.documented.request.json"
	failoverAccepted    = "CdpReplica/VApps.ID.Failover.documented.response.xml"
	failoverFinished    = "CdpReplica/VApps.ID.Failover.documented.finished.xml"
)

func document(t *testing.T, name string) []byte {
	t.Helper()
	text, err := fs.ReadFile(conformance.Exchanges(), name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var (
	hostPattern = regexp.MustCompile(`https?://[^/]+/`)
	guidPattern = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
)

// sameButForNames compares two documents by etree, host names and ids apart.
func sameButForNames(t *testing.T, what string, want, got []byte) {
	t.Helper()
	trees := make([]*canonical.Node, 2)
	for i, text := range [][]byte{want, got} {
		tree, err := canonical.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", what, err, text)
		}
		tree.Walk(func(n *canonical.Node) {
			for i, a := range n.Attrs {
				n.Attrs[i].Value = guidPattern.ReplaceAllString(hostPattern.ReplaceAllString(a.Value, "https://host/"), "guid")
			}
		})
		trees[i] = tree
	}
	for _, d := range canonical.Diff(trees[0], trees[1], nil) {
		t.Errorf("%s: %s\n%s", what, d, got)
	}
}

// A foreign client: a socket and what a person would type.
type foreign struct {
	t     *testing.T
	em    *simulator.Server
	token string
}

// send writes a request to a socket of its own and returns the answer.
func (f *foreign) send(method, target string, header map[string]string, body []byte) (*http.Response, []byte) {
	f.t.Helper()
	address := strings.TrimPrefix(f.em.URL, "http://")
	var dialer net.Dialer
	conn, err := dialer.DialContext(f.t.Context(), "tcp", address)
	if err != nil {
		f.t.Fatal(err)
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s /api%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", method, target, address)
	if f.token != "" {
		fmt.Fprintf(&b, "X-RestSvcSessionId: %s\r\n", f.token)
	}
	for name, value := range header {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		f.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return resp, answer
}

func (f *foreign) logIn() {
	f.t.Helper()
	basic := base64.StdEncoding.EncodeToString([]byte(f.em.Username + ":" + f.em.Password))
	resp, body := f.send("POST", "/sessionMngr/?v=latest", map[string]string{"Authorization": "Basic " + basic}, nil)
	if f.token = resp.Header.Get("X-RestSvcSessionId"); resp.StatusCode != http.StatusCreated || f.token == "" {
		f.t.Fatalf("log-in: %s\n%s", resp.Status, body)
	}
}

// firstVApp returns the id of a vApp's replica.
func (f *foreign) firstVApp() string {
	f.t.Helper()
	_, body := f.send("GET", "/cdpReplica/vApps", nil, nil)
	refs, err := canonical.Parse(body)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, a := range refs.Elements()[0].Attrs {
		if a.Name.Local == "Href" {
			return guidPattern.FindString(a.Value)
		}
	}
	f.t.Fatalf("no reference in %s", body)
	return ""
}

// until asks for the task until it has this state, turning the clock.
func (f *foreign) until(clock *simulator.ManualClock, task, state string) []byte {
	f.t.Helper()
	for range 100 {
		resp, body := f.send("GET", "/tasks/"+task, nil, nil)
		if resp.StatusCode != http.StatusOK {
			f.t.Fatalf("task: %s\n%s", resp.Status, body)
		}
		if bytes.Contains(body, []byte("<State>"+state+"</State>")) {
			return body
		}
		clock.Advance(time.Second)
	}
	f.t.Fatalf("%s is never %s", task, state)
	return nil
}

// TestForeignClient types the documented exchange into a socket: the simulator's answers are the documented ones.
func TestForeignClient(t *testing.T) {
	clock := simulator.NewManualClock(time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC))
	em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP(), simulator.WithClock(clock))
	defer em.Close()
	f := &foreign{t: t, em: em}
	f.logIn()
	resp, body := f.send("POST", "/cdpReplica/vApps/"+f.firstVApp()+"?action=failover", map[string]string{"Content-Type": "application/xml"}, document(t, failoverRequest))
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("failover: %s\n%s", resp.Status, body)
	}
	sameButForNames(t, "the task that was started", document(t, failoverAccepted), body)
	sameButForNames(t, "the finished task", document(t, failoverFinished), f.until(clock, "task-1", "Finished"))
}

// TestForbiddenOrderIsRefused sends every forbidden swap of the documented request to the simulator.
func TestForbiddenOrderIsRefused(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP())
	defer em.Close()
	f := &foreign{t: t, em: em}
	f.logIn()
	id := f.firstVApp()
	tree, err := canonical.Parse(document(t, failoverRequest))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(tree.Elements()) - 1 {
		swapped := tree.Clone()
		elements := swapped.Elements()
		*elements[i], *elements[i+1] = *elements[i+1], *elements[i]
		resp, body := f.send("POST", "/cdpReplica/vApps/"+id+"?action=failover", map[string]string{"Content-Type": "application/xml"}, canonical.Write(swapped, canonical.Style{}))
		if resp.StatusCode != http.StatusBadRequest || !bytes.Contains(body, []byte(elements[i+1].Name.Local)) {
			t.Errorf("<%s> before <%s>: %s\n%s", elements[i].Name.Local, elements[i+1].Name.Local, resp.Status, body)
		}
	}
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverStarted {
			t.Errorf("a refused request was carried out: %+v", e)
		}
	}
}

// A wiretap passes bytes between a client and a server, and keeps them.
type wiretap struct {
	net.Listener
	to       string
	mu       sync.Mutex
	up, down bytes.Buffer // one caller, one call at a time: the bytes of all connections in their order
}

func newWiretap(t *testing.T, to string) *wiretap {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wiretap{Listener: l, to: to}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(conn)
		}
	}()
	return w
}

func (w *wiretap) serve(in net.Conn) {
	defer in.Close()
	var dialer net.Dialer
	out, err := dialer.DialContext(context.Background(), "tcp", w.to)
	if err != nil {
		return
	}
	defer out.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.MultiWriter(w.keep(&w.down), in), out)
	}()
	_, _ = io.Copy(io.MultiWriter(w.keep(&w.up), out), in)
	_ = out.Close()
	<-done
}

type keeper func([]byte) (int, error)

func (k keeper) Write(b []byte) (int, error) { return k(b) }

func (w *wiretap) keep(to *bytes.Buffer) io.Writer {
	return keeper(func(b []byte) (int, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return to.Write(b)
	})
}

// exchange is what the wiretap saw of one call.
type exchange struct {
	request  *http.Request
	response *http.Response
	sent     []byte
	got      []byte
}

// exchanges parses what was seen so far.
func (w *wiretap) exchanges(t *testing.T) []exchange {
	t.Helper()
	w.mu.Lock()
	up, down := bufio.NewReader(bytes.NewReader(bytes.Clone(w.up.Bytes()))), bufio.NewReader(bytes.NewReader(bytes.Clone(w.down.Bytes())))
	w.mu.Unlock()
	var list []exchange
	for {
		request, err := http.ReadRequest(up)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		e := exchange{request: request}
		if e.sent, err = io.ReadAll(request.Body); err != nil {
			t.Fatal(err)
		}
		if e.response, err = http.ReadResponse(down, request); err != nil {
			t.Fatal(err)
		}
		if e.got, err = io.ReadAll(e.response.Body); err != nil {
			t.Fatal(err)
		}
		e.response.Body.Close()
		list = append(list, e)
	}
}

// TestOnTheWire lets client and simulator talk, and compares the bytes between them with the documented exchange. Both use the same generated
// types: were an element renamed there, they would still agree with each other, and not with the document.
func TestOnTheWire(t *testing.T) {
	for _, test := range []struct {
		kind    string
		request string
		options []client.Option
	}{
		{"xml", failoverRequest, nil},
		{"json", failoverRequestJSON, []client.Option{client.WithJSON()}},
	} {
		t.Run(test.kind, func(t *testing.T) {
			const moment = time.Millisecond
			em := simulator.New(simulator.DefaultModel(), simulator.WithPlainHTTP(),
				simulator.WithTiming(simulator.Timing{Running: moment, Collecting: moment, Starting: moment, Working: moment, Stopping: moment}))
			defer em.Close()
			tap := newWiretap(t, strings.TrimPrefix(em.URL, "http://"))
			ctx := t.Context()
			options := slices.Concat(test.options, []client.Option{client.WithPlainHTTP(), client.WithPassword(em.Username, em.Password), client.AllowAmbiguousMoment(),
				client.WithPolling(client.Polling{Min: moment, Max: moment})})
			c, err := client.Dial(ctx, "http://"+tap.Addr().String(), options...)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
			refs, err := c.CdpReplica().VApps().List(ctx)
			if err != nil {
				t.Fatal(err)
			}
			id := guidPattern.FindString(refs.Ref[0].Href)
			started, err := c.CdpReplica().VApps().ID(id).Failover(ctx, documentedSpec(test.kind))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Wait(ctx, started); err != nil {
				t.Fatal(err)
			}

			var accepted, finished, posts int
			for _, e := range tap.exchanges(t) {
				switch {
				case e.request.URL.Query().Get("action") == "failover":
					posts++
					if want := "/api/cdpReplica/vApps/" + id; e.request.Method != http.MethodPost || e.request.URL.Path != want || e.request.URL.RawQuery != "action=failover" {
						t.Errorf("want POST %s?action=failover, got %s %s", want, e.request.Method, e.request.URL)
					}
					if got := e.request.Header.Get("Content-Type"); got != "application/"+test.kind {
						t.Errorf("Content-Type: %s", got)
					}
					if e.response.StatusCode != http.StatusAccepted {
						t.Errorf("status %s", e.response.Status)
					}
					if test.kind == "json" {
						sameJSON(t, document(t, test.request), e.sent)
						continue
					}
					want, err := canonical.Parse(document(t, test.request))
					if err != nil {
						t.Fatal(err)
					}
					got, err := canonical.Parse(e.sent)
					if err != nil {
						t.Fatal(err)
					}
					for _, d := range canonical.Diff(want, got, nil) {
						t.Errorf("the request that was sent: %s\n%s", d, e.sent)
					}
					sameButForNames(t, "the task that was started", document(t, failoverAccepted), e.got)
					accepted++
				case test.kind == "xml" && strings.HasSuffix(e.request.URL.Path, "/tasks/task-1") && bytes.Contains(e.got, []byte("<State>Finished</State>")):
					sameButForNames(t, "the finished task", document(t, failoverFinished), e.got)
					finished++
				}
			}
			if posts != 1 {
				t.Errorf("%d failover requests were sent", posts)
			}
			if test.kind == "xml" && (accepted != 1 || finished == 0) {
				t.Errorf("seen: %d accepted, %d finished", accepted, finished)
			}
		})
	}
}

// documentedSpec builds the documented request as a program does, value by value: a decoded one would bring its own names along.
func documentedSpec(kind string) *ent.CdpFailoverStartSpec {
	const moment = "2023-02-17T15:31:40"
	spec := new(ent.CdpFailoverStartSpec)
	spec.RestoreCurrent = true
	spec.RestoreCurrentVss = false
	if kind == "json" {
		spec.RestoreAtPointInTime = ent.Ptr(xsdtype.DateTime(moment))
	} else {
		spec.RestoreAtInterval = ent.Ptr(xsdtype.DateTime(moment))
	}
	return spec
}

func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	a, err := canonical.ParseJSON(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := canonical.ParseJSON(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range canonical.DiffJSON(a, b, nil) {
		t.Errorf("the request that was sent: %s\n%s", d, got)
	}
}
