package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// rawEM is a server on the bare socket: log-in works, everything else is up to act, which may do to the connection what it likes.
type rawEM struct {
	net.Listener
	wg  sync.WaitGroup
	mu  sync.Mutex
	got []string // requests other than those of the session, as they were read: "METHOD path"
	act func(c net.Conn, r *http.Request, n int) (keep bool)
}

func newRawEM(t *testing.T, act func(c net.Conn, r *http.Request, n int) bool) *rawEM {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	em := &rawEM{Listener: l, act: act}
	em.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			em.wg.Go(func() { em.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		em.wg.Wait()
	})
	return em
}

func (em *rawEM) serve(c net.Conn) {
	defer c.Close()
	br := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		switch {
		case r.URL.Path == "/api/":
			respond(c, 200, `<EnterpriseManager`+space+`><SupportedVersions/></EnterpriseManager>`)
		case r.URL.Path == "/api/sessionMngr/":
			respond(c, 201, `<LogonSession Href="x"`+space+`><UserName>u</UserName><SessionId>s</SessionId></LogonSession>`, "X-RestSvcSessionId: dG9rZW4x")
		case r.Method == "DELETE":
			respond(c, 204, "")
		default:
			em.mu.Lock()
			em.got = append(em.got, r.Method+" "+r.URL.Path)
			n := len(em.got)
			em.mu.Unlock()
			if !em.act(c, r, n) {
				return
			}
		}
		if r.Close {
			return
		}
	}
}

func respond(c net.Conn, status int, body string, headers ...string) {
	fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Type: application/xml\r\n", status, http.StatusText(status))
	for _, h := range headers {
		fmt.Fprintf(c, "%s\r\n", h)
	}
	if status != 204 {
		fmt.Fprintf(c, "Content-Length: %d\r\n", len(body))
	}
	fmt.Fprintf(c, "\r\n%s", body)
}

func (em *rawEM) count(prefix string) int {
	em.mu.Lock()
	defer em.mu.Unlock()
	n := 0
	for _, g := range em.got {
		if strings.HasPrefix(g, prefix) {
			n++
		}
	}
	return n
}

func (em *rawEM) dial(t *testing.T, opts ...Option) *Client {
	t.Helper()
	all := append([]Option{WithPassword("u", "password"), WithPlainHTTP(), WithClock(newJumpClock())}, opts...)
	c, err := Dial(ctx, "http://"+em.Addr().String(), all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Logout(ctx) })
	return c
}

// abort makes the close of c a TCP reset.
func abort(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }

func failover(c *Client) (*rest.Started[*ent.Task], error) {
	return c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
}

// Whatever happens to a request that starts something once it is under way: it is sent once, and the error says that nobody knows.
func TestAtMostOnce(t *testing.T) {
	for name, act := range map[string]func(c net.Conn, r *http.Request, n int) bool{
		"closed without an answer": func(net.Conn, *http.Request, int) bool { return false },
		"reset without an answer":  func(c net.Conn, _ *http.Request, _ int) bool { abort(c); return false },
		"half a status line":       func(c net.Conn, _ *http.Request, _ int) bool { io.WriteString(c, "HTTP/1.1 20"); return false },
		"headers only": func(c net.Conn, _ *http.Request, _ int) bool {
			io.WriteString(c, "HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n")
			return false
		},
		"half a body": func(c net.Conn, _ *http.Request, _ int) bool {
			io.WriteString(c, "HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n<Task ")
			return false
		},
		"half a body, then a reset": func(c net.Conn, _ *http.Request, _ int) bool {
			io.WriteString(c, "HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n<Task ")
			abort(c)
			return false
		},
		"half a document": func(c net.Conn, _ *http.Request, _ int) bool {
			respond(c, 202, task("task-1", "Running", "")[:80])
			return true
		},
		"a page": func(c net.Conn, _ *http.Request, _ int) bool {
			respond(c, 200, "<html><body>Please log in</body></html>")
			return true
		},
		"another root":         func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 202, "<Tasks"+space+"/>"); return true },
		"a task without an id": func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 202, "<Task"+space+"/>"); return true },
		"no XML":               func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 202, "ok"); return true },
		"500":                  func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 500, errorBody(500, "ouch")); return true },
		"502": func(c net.Conn, _ *http.Request, _ int) bool {
			respond(c, 502, "<html>bad gateway</html>")
			return true
		},
		"503, come again": func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 503, "", "Retry-After: 1"); return true },
		"504":             func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 504, ""); return true },
		"408":             func(c net.Conn, _ *http.Request, _ int) bool { respond(c, 408, ""); return true },
		"303": func(c net.Conn, _ *http.Request, _ int) bool {
			respond(c, 303, "", "Location: /api/tasks/task-1")
			return true
		},
		"no HTTP": func(c net.Conn, _ *http.Request, _ int) bool { io.WriteString(c, "SSH-2.0-OpenSSH\r\n"); return false },
	} {
		t.Run(name, func(t *testing.T) {
			em := newRawEM(t, act)
			c := em.dial(t)
			_, err := failover(c)
			if !errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("error %v", err)
			}
			var u *UnknownError
			if !errors.As(err, &u) || u.Session != "s" || len(u.Path) != 1 || u.Path[0] != "a" || u.Op.Name != "CdpReplica.VApps.ID.Failover" {
				t.Errorf("details %+v", u)
			}
			if n := em.count("POST"); n != 1 {
				t.Errorf("sent %d times", n)
			}
			if n := em.count("GET"); n != 0 {
				t.Errorf("a redirect was followed: %q", em.got)
			}
			if err := c.Close(ctx); err == nil {
				t.Error("Close logged out beside a request of unknown outcome")
			}
		})
	}
}

// What the server refused, it did not do: no unknown outcome.
func TestRefusals(t *testing.T) {
	for status, want := range map[int]error{400: ErrBadRequest, 403: ErrForbidden, 404: ErrNotFound, 405: ErrMethodNotAllowed, 501: ErrNotImplemented, 307: ErrRedirect, 308: ErrRedirect} {
		em := newRawEM(t, func(c net.Conn, _ *http.Request, _ int) bool {
			respond(c, status, errorBody(status, "no"), "Location: /api/elsewhere")
			return true
		})
		c := em.dial(t)
		_, err := failover(c)
		if !errors.Is(err, want) || errors.Is(err, ErrOutcomeUnknown) || em.count("POST") != 1 || em.count("GET") != 0 {
			t.Errorf("%d: %v after %q", status, err, em.got)
		}
		if v, rerr := c.Reconcile(ctx, err); rerr != nil || v.Outcome != NotStarted {
			t.Errorf("%d: reconciled as %v, %v", status, v, rerr)
		}
	}
}

// A connection that the server gave up while it was idle: net/http would write a request into it.
func TestIdleConnectionIsNotUsedForStarts(t *testing.T) {
	em := newRawEM(t, func(c net.Conn, r *http.Request, _ int) bool {
		if r.Method == "POST" {
			if !r.Close {
				t.Error("a request that starts something went over a connection that is kept alive")
			}
			respond(c, 202, task("task-1", "Running", ""))
			return false
		}
		respond(c, 200, "<EntityReferences"+space+"/>")
		return false // gives the connection up without saying so
	})
	c := em.dial(t)
	for range 20 {
		if _, err := c.CdpReplicas().List(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := failover(c); err != nil {
			t.Fatal(err)
		}
	}
	if em.count("POST") != 20 {
		t.Errorf("%d starts", em.count("POST"))
	}
}

func TestUnreachableIsNotUnknown(t *testing.T) {
	em := newRawEM(t, nil)
	c := em.dial(t, WithRetry(Retry{Attempts: 3}))
	em.Listener.Close()
	c.core.wire.close() // nor over a connection from before
	_, err := failover(c)
	if err == nil || errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("error %v", err)
	}
	var ne net.Error
	if !errors.As(err, &ne) {
		t.Errorf("the cause is hidden: %v", err)
	}
	if v, err := c.Reconcile(ctx, err); err != nil || v.Outcome != NotStarted {
		t.Errorf("reconciled as %v, %v", v, err)
	}
}

func TestCertificateChangeIsNotUnknown(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	other := selfSigned(t)
	em.certificate.Store(&other)
	_, err := failover(c)
	var te *ThumbprintError
	if !errors.As(err, &te) || errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("error %v", err)
	}
	em.certificate.Store(nil)
}

func TestRepeatKeysAreRefused(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	for _, h := range []string{"Idempotency-Key", "X-Idempotency-Key", "idempotency-key"} {
		if _, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest(), rest.WithHeader(h, "k")); err == nil {
			t.Errorf("%s: no error", h)
		}
	}
	if n := em.count("POST"); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestCanceledStart(t *testing.T) {
	arrived := make(chan struct{})
	em := newRawEM(t, func(c net.Conn, _ *http.Request, _ int) bool {
		close(arrived)
		_, _ = c.Read(make([]byte, 1)) // until the client leaves
		return false
	})
	c := em.dial(t)
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan error, 1)
	go func() {
		_, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
		done <- err
	}()
	<-arrived
	cancel(errors.New("ctrl-C"))
	err := <-done
	if !errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "ctrl-C") {
		t.Errorf("error %v", err)
	}
	if _, err := c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest()); errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("after the context's end: %v", err)
	}
	if em.count("POST") != 1 {
		t.Errorf("sent %d times", em.count("POST"))
	}
}

func TestRequestTimeout(t *testing.T) {
	em := newRawEM(t, func(c net.Conn, _ *http.Request, _ int) bool {
		_, _ = c.Read(make([]byte, 1))
		return false
	})
	c := em.dial(t, WithRequestTimeout(20*time.Millisecond), WithRetry(Retry{Attempts: 3}))
	if _, err := failover(c); !errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, ErrTimeout) || em.count("POST") != 1 {
		t.Errorf("start: %v, sent %d times", err, em.count("POST"))
	}
	if _, err := c.CdpReplicas().List(ctx); !errors.Is(err, ErrTimeout) || em.count("GET") != 3 {
		t.Errorf("read: %v, sent %d times", err, em.count("GET"))
	}
}

// A RoundTripper that is not net/http's cannot show that nothing was sent.
func TestForeignTransport(t *testing.T) {
	em := newEM(t)
	em.answer("POST /cdpReplica/vApps/a", 202, task("task-1", "Running", ""))
	fail := false
	n := 0
	rt := roundTripper(func(r *http.Request) (*http.Response, error) {
		if fail {
			n++
			return nil, errors.New("somewhere")
		}
		return em.Client().Transport.RoundTrip(r)
	})
	c, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), WithTransport(rt))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Logout(ctx)
	if _, err := failover(c); err != nil {
		t.Fatal(err)
	}
	fail = true
	if _, err := failover(c); !errors.Is(err, ErrOutcomeUnknown) || n != 1 {
		t.Errorf("error %v after %d", err, n)
	}
	fail = false
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect to another host was followed")
	}))
	defer elsewhere.Close()
	for name, tc := range map[string]struct {
		to string
		ok bool
	}{
		"same host":     {"/api/cdpPolicies", true},
		"another host":  {elsewhere.URL + "/api/cdpPolicies", false},
		"in a circle":   {"/api/cdpReplicas", false},
		"out of scheme": {"ftp://127.0.0.1/", false},
	} {
		em := newEM(t)
		em.answer("GET /cdpPolicies", 200, "<EntityReferences"+space+"/>")
		em.handle("GET /cdpReplicas", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, tc.to, http.StatusTemporaryRedirect)
		})
		_, err := em.dial().CdpReplicas().List(ctx)
		if (err == nil) != tc.ok || err != nil && !errors.Is(err, ErrRedirect) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Starts are never redirected, within the host neither: not by 307 and 308, which repeat the body, nor by the others.
func TestStartsAreNotRedirected(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		em := newEM(t)
		em.handle("POST /cdpReplica/vApps/a", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/api/cdpReplica/vApps/b?action=failover", status)
		})
		c := em.dial()
		if _, err := failover(c); !errors.Is(err, ErrRedirect) {
			t.Errorf("%d: %v", status, err)
		}
		if got := em.requests(); len(got) != 1 {
			t.Errorf("%d: requests %q", status, got)
		}
	}
}
