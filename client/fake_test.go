package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// jumpClock is a clock on which every wait is over at once: the time jumps ahead by what was to be waited.
type jumpClock struct {
	mu  sync.Mutex
	now time.Time
}

func newJumpClock() *jumpClock {
	return &jumpClock{now: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)}
}

func (c *jumpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *jumpClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch, func() bool { return false }
}

// handClock is a clock that a test turns by hand.
type handClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*handTimer]struct{}
	armed  chan struct{} // a timer was set
}

type handTimer struct {
	at time.Time
	c  chan time.Time
}

func newHandClock() *handClock {
	return &handClock{now: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), timers: make(map[*handTimer]struct{}), armed: make(chan struct{}, 1000)}
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &handTimer{at: c.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- c.now
		return t.c, func() bool { return false }
	}
	c.timers[t] = struct{}{}
	c.armed <- struct{}{}
	return t.c, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, ok := c.timers[t]
		delete(c.timers, t)
		return ok
	}
}

// tick waits until somebody waits on the clock, and turns it so far that all timers end.
func (c *handClock) tick() {
	<-c.armed
	c.mu.Lock()
	defer c.mu.Unlock()
	for t := range c.timers {
		if t.at.After(c.now) {
			c.now = t.at
		}
	}
	for t := range c.timers {
		t.c <- c.now
		delete(c.timers, t)
	}
}

const (
	testUser     = `TECH\operator`
	testPassword = "pa55 wörd&<secret>"
	space        = ` xmlns="http://www.veeam.com/ent/v1.0"`
)

// fakeEM answers the requests of a session by itself and all others by what a test puts in.
type fakeEM struct {
	*httptest.Server
	t           *testing.T
	certificate atomic.Pointer[tls.Certificate] // shown in place of the first one

	mu       sync.Mutex
	logins   int
	tokens   map[string]string // token → session id
	seen     []string          // "METHOD /path?query", log-ins and GET /api/ excepted
	headers  []http.Header
	bodies   []string
	handlers map[string]http.HandlerFunc // "METHOD /path" → answer; the longest prefix wins
	versions []string
	onLogin  http.HandlerFunc // in place of a log-in
}

func newEM(t *testing.T) *fakeEM {
	t.Helper()
	em := &fakeEM{t: t, tokens: make(map[string]string), handlers: make(map[string]http.HandlerFunc), versions: []string{"v1_5", "v1_6", "v1_7"}}
	em.Server = httptest.NewUnstartedServer(em)
	em.Config.ErrorLog = log.New(io.Discard, "", 0)
	em.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if cert := em.certificate.Load(); cert != nil {
			return &tls.Config{Certificates: []tls.Certificate{*cert}}, nil
		}
		return nil, nil
	}}
	em.StartTLS()
	t.Cleanup(em.Close)
	return em
}

// selfSigned makes a certificate.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (em *fakeEM) thumbprint() string { return Thumbprint(em.Certificate()) }

func (em *fakeEM) handle(pattern string, f http.HandlerFunc) {
	em.mu.Lock()
	defer em.mu.Unlock()
	em.handlers[pattern] = f
}

func (em *fakeEM) answer(pattern string, status int, body string) {
	em.handle(pattern, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) })
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func errorBody(status int, message string) string {
	return fmt.Sprintf(`<Error Message=%q StatusCode="%d"%s><FirstChanceExceptionMessage>first chance</FirstChanceExceptionMessage></Error>`, message, status, space)
}

// expire ends all sessions.
func (em *fakeEM) expire() {
	em.mu.Lock()
	defer em.mu.Unlock()
	clear(em.tokens)
}

func (em *fakeEM) loginCount() int {
	em.mu.Lock()
	defer em.mu.Unlock()
	return em.logins
}

func (em *fakeEM) requests() []string {
	em.mu.Lock()
	defer em.mu.Unlock()
	return append([]string(nil), em.seen...)
}

func (em *fakeEM) count(prefix string) int {
	n := 0
	for _, r := range em.requests() {
		if strings.HasPrefix(r, prefix) {
			n++
		}
	}
	return n
}

func (em *fakeEM) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	em.mu.Lock()
	switch r.Method + " " + r.URL.Path {
	case "GET /api/":
		var b strings.Builder
		for _, v := range em.versions {
			fmt.Fprintf(&b, `<SupportedVersion Name="%s"><Links/></SupportedVersion>`, v)
		}
		em.mu.Unlock()
		reply(w, 200, `<EnterpriseManager`+space+`><SupportedVersions>`+b.String()+`</SupportedVersions></EnterpriseManager>`)
		return
	case "POST /api/sessionMngr/":
		em.logins++
		n := em.logins
		if f := em.onLogin; f != nil {
			em.mu.Unlock()
			f(w, r)
			return
		}
		user, pass, _ := r.BasicAuth()
		if user != testUser || pass != testPassword {
			em.mu.Unlock()
			reply(w, 401, errorBody(401, "wrong password "+pass))
			return
		}
		token := fmt.Sprintf("dG9rZW4tbm8t%08d", n)
		id := fmt.Sprintf("session-%d", n)
		em.tokens[token] = id
		em.mu.Unlock()
		w.Header().Set("X-RestSvcSessionId", token)
		w.Header().Set("Set-Cookie", "X-RestSvcSessionId="+token+"; Path=/api")
		reply(w, 201, `<LogonSession Href="https://em/api/logonSessions/`+id+`" Type="LogonSession"`+space+`><Links/><UserName>`+testUser+`</UserName><SessionId>`+id+`</SessionId></LogonSession>`)
		return
	}
	em.seen = append(em.seen, r.Method+" "+strings.TrimPrefix(r.URL.RequestURI(), "/api"))
	em.headers = append(em.headers, r.Header.Clone())
	em.bodies = append(em.bodies, string(body))
	id, ok := em.tokens[r.Header.Get("X-RestSvcSessionId")]
	var f http.HandlerFunc
	best := -1
	for pattern, h := range em.handlers {
		method, path, _ := strings.Cut(pattern, " ")
		if method == r.Method && strings.HasPrefix(strings.TrimPrefix(r.URL.Path, "/api"), path) && len(path) > best {
			f, best = h, len(path)
		}
	}
	em.mu.Unlock()
	switch {
	case !ok:
		w.Header().Set("WWW-Authenticate", "Basic Realm=RestSvc")
		reply(w, 401, errorBody(401, "no such session"))
	case f != nil:
		f(w, r)
	case r.Method == http.MethodDelete && r.URL.Path == "/api/logonSessions/"+id:
		em.mu.Lock()
		delete(em.tokens, r.Header.Get("X-RestSvcSessionId"))
		em.mu.Unlock()
		w.WriteHeader(204)
	case r.Method == http.MethodGet && r.URL.Path == "/api/logonSessions/"+id:
		reply(w, 200, `<LogonSession Href="https://em/api/logonSessions/`+id+`"`+space+`><UserName>u</UserName><SessionId>`+id+`</SessionId></LogonSession>`)
	default:
		reply(w, 404, errorBody(404, "nothing at "+r.URL.Path))
	}
}

// dial logs in, and checks at the test's end that no goroutine of the client is left.
func (em *fakeEM) dial(opts ...Option) *Client {
	em.t.Helper()
	all := append([]Option{WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint()), WithClock(newJumpClock())}, opts...)
	c, err := Dial(context.Background(), em.URL, all...)
	if err != nil {
		em.t.Fatal(err)
	}
	em.t.Cleanup(func() {
		_ = c.Logout(context.Background())
		noGoroutines(em.t)
	})
	return c
}

// noGoroutines fails the test if goroutines of this package are left. It yields to them first: they end by
// themselves once their context has ended.
func noGoroutines(t *testing.T) {
	t.Helper()
	buf := make([]byte, 1<<20)
	for range 20000 {
		if !strings.Contains(leftOver(buf), "client.(") {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("goroutines are left:\n%s", leftOver(buf))
}

func leftOver(buf []byte) string {
	var b strings.Builder
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "client.(*poller)") || strings.Contains(g, "client.(*sessions)") {
			b.WriteString(g)
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func task(id, state, result string, links ...string) string {
	return `<Task Type="Task" Href="https://em.internal:9398/api/tasks/` + id + `"` + space + `><Links>` + strings.Join(links, "") + `</Links><TaskId>` + id +
		`</TaskId><State>` + state + `</State><Operation>StartFailover</Operation>` + result + `</Task>`
}

const (
	resultOK     = `<Result Success="true"><Message>Ok</Message></Result>`
	resultFailed = `<Result Success="false"><Message>no such point</Message></Result>`
	relatedLink  = `<Link Rel="Related" Type="RestoreSession" Href="https://em.internal:9398/api/restoreSessions/rs-1?format=Entity"/>`
)

func restoreSession(state, result string, progress int) string {
	return fmt.Sprintf(`<RestoreSession Href="https://em.internal:9398/api/restoreSessions/rs-1?format=Entity" Type="RestoreSession" Name="Failover of vapp02" UID="urn:veeam:RestoreSession:rs-1"%s>`+
		`<JobType>RestoreVm</JobType><CreationTimeUTC>2026-02-03T04:05:06Z</CreationTimeUTC><State>%s</State><Result>%s</Result><Progress>%d</Progress></RestoreSession>`, space, state, result, progress)
}
