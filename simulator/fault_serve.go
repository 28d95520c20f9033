package simulator

import (
	"bytes"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// misbehave serves a request to which something happens.
func (h *Handler) misbehave(w http.ResponseWriter, r *http.Request, m *misfortune) {
	f := m.main
	if f == nil {
		f = &Fault{}
	}
	if f.Kind == FaultResetBefore {
		cut(w)
		return
	}
	holdBody(r) // so that it can be carried out though the caller leaves
	h.sleep(m.before)
	token := tokenOf(r)
	if !f.Late {
		if f.Kind == FaultStatus {
			h.sleep(m.after)
		}
		if h.withhold(w, r, f) {
			return
		}
		switch f.Kind {
		case FaultExpire:
			h.core.expire(token)
		case FaultVanish:
			h.core.vanish(token)
		case FaultSkew:
			h.core.setSkew(f.For)
		}
	}
	answer := &heldAnswer{header: make(http.Header)}
	h.serve(answer, r)
	h.sleep(m.after)
	if f.Late && h.withhold(w, r, f) {
		return
	}
	switch f.Kind {
	case FaultExpire:
		if f.Late {
			h.core.expire(token)
		}
	case FaultResetAfter:
		cut(w)
		return
	case FaultResetMiddle:
		answer.send(w, answer.body.Bytes()[:answer.body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		cut(w)
		return
	case FaultTruncate:
		answer.cutTo(answer.body.Len() / 2)
	case FaultCorrupt:
		corrupt(answer.body.Bytes(), m.draw)
	case FaultContentType:
		media := f.Body
		if media == "" {
			media = "text/html"
		}
		answer.header.Set("Content-Type", media)
	case FaultSlow:
		h.trickle(w, answer, f.For)
		return
	}
	answer.send(w, answer.body.Bytes())
}

// withhold does what leaves the caller without the simulator's answer, and reports whether it did.
func (h *Handler) withhold(w http.ResponseWriter, r *http.Request, f *Fault) bool {
	switch f.Kind {
	case FaultStatus:
		h.failWith(w, r, f)
		return true
	case FaultHang:
		h.hang(r, f.For)
	case FaultRestart:
		h.Restart()
	default:
		return false
	}
	cut(w)
	return true
}

// holdBody reads what a request may send into memory.
func holdBody(r *http.Request) []byte {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	// What is beyond the limit stays for the Mux, which refuses it.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failingReader{err}
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), rest))
	return body
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// failWith answers with a status in place of what the simulator has to say.
func (h *Handler) failWith(w http.ResponseWriter, r *http.Request, f *Fault) {
	status := f.Status
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	if f.Location != "" {
		w.Header().Set("Location", f.Location)
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Basic Realm=RestSvc")
	}
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	page := "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><hr>proxy</body></html>\r\n"
	switch f.Body {
	case "none":
		w.WriteHeader(status)
		return
	case "html":
	case "echo":
		// What is secret comes first: who shows but the beginning of a page shows it.
		var b strings.Builder
		for _, name := range []string{sessionHeader, "Proxy-Authorization", "Authorization", "Cookie"} {
			if v := r.Header.Get(name); v != "" {
				b.WriteString(v + "\n")
			}
		}
		dump, _ := httputil.DumpRequest(r, true) // what could be read of it is enough
		b.Write(dump)
		page = "<html><pre>" + html.EscapeString(b.String()) + "</pre></html>\r\n"
	default:
		h.mux.Fail(w, r, rest.Faultf(status, "An injected fault: %d %s.", status, http.StatusText(status)))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		// The other side may have gone; there is nobody to tell.
		_, _ = io.WriteString(w, page)
	}
}

// sleep waits in real time, whether the caller is still there or not; less when the server is closed.
func (h *Handler) sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-h.stop:
	}
}

// hang waits until the caller has left, d is over (if it is not 0) or the server is closed.
func (h *Handler) hang(r *http.Request, d time.Duration) {
	const longest = 10 * time.Minute
	if d <= 0 || d > longest {
		d = longest
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	case <-h.stop:
	}
}

// trickle sends an answer in small pieces.
func (h *Handler) trickle(w http.ResponseWriter, a *heldAnswer, d time.Duration) {
	const pieces = 10
	body := a.body.Bytes()
	a.send(w, nil)
	flush := http.NewResponseController(w)
	for i := range pieces {
		if flush.Flush() != nil {
			return
		}
		h.sleep(d / pieces)
		if _, err := w.Write(body[len(body)*i/pieces : len(body)*(i+1)/pieces]); err != nil {
			return
		}
	}
}

// corrupt changes up to three bytes.
func corrupt(b []byte, draw uint64) {
	const letters = `<>&"0aZ/= 9` + "\x00\xff"
	for range 3 {
		if len(b) == 0 {
			return
		}
		b[draw%uint64(len(b))] = letters[draw>>32%uint64(len(letters))]
		draw = mix(draw)
	}
}

// cut resets the connection of a request.
func cut(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // a writer that cannot be taken over: net/http closes what there is
	}
	reset(c)
}

// reset closes a connection so that the other side sees a reset and not an end.
func reset(c net.Conn) {
	inner := c
	for {
		if t, ok := inner.(interface{ SetLinger(int) error }); ok {
			_ = t.SetLinger(0)
			break
		}
		n, ok := inner.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		inner = n.NetConn()
	}
	_ = inner.Close() // below TLS, which would say goodbye
	_ = c.Close()
}

// heldAnswer is a ResponseWriter that keeps an answer back.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header { return a.header }

func (a *heldAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *heldAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// cutTo shortens the body and says so.
func (a *heldAnswer) cutTo(n int) {
	a.body.Truncate(n)
	if a.header.Get("Content-Length") != "" {
		a.header.Set("Content-Length", strconv.Itoa(n))
	}
}

// send sends the headers and so much of the body.
func (a *heldAnswer) send(w http.ResponseWriter, body []byte) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the other side may have gone; there is nobody to tell
}
