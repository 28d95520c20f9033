package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// wire sends single requests. It never sends one twice.
type wire struct {
	// repeatable carries what may be sent again. Its connections are kept alive, and net/http may replay a request on a
	// fresh one when the server closed the old one.
	repeatable *http.Client
	// once carries what must not be sent twice. Each request gets a connection of its own: net/http replays nothing
	// that went over a fresh connection, and a connection that the other side gave up long ago is no source of unknown outcomes.
	once *http.Client
	// traced: the transport is net/http's, so that "no connection" proves that nothing was sent.
	traced bool

	idle    []http.RoundTripper // whose connections close gives up
	slots   chan struct{}       // nil = no cap
	timeout time.Duration
}

func newWire(o *options) (*wire, error) {
	w := &wire{timeout: o.timeout}
	if o.concurrent > 0 {
		w.slots = make(chan struct{}, o.concurrent)
	}
	var base *http.Transport
	switch t := o.transport.(type) {
	case nil:
		var err error
		if base, err = o.ownTransport(); err != nil {
			return nil, err
		}
	case *http.Transport:
		if t.TLSClientConfig != nil && t.TLSClientConfig.InsecureSkipVerify && t.TLSClientConfig.VerifyConnection == nil && t.TLSClientConfig.VerifyPeerCertificate == nil {
			return nil, errors.New("a transport whose TLS settings turn verification off is refused")
		}
		base = t
	default:
		w.idle = []http.RoundTripper{t}
		w.repeatable = newHTTPClient(o.surround(t))
		w.once = w.repeatable
		return w, nil
	}
	single := base.Clone()
	single.DisableKeepAlives = true
	single.ForceAttemptHTTP2 = false
	single.Protocols = http1()
	w.idle = []http.RoundTripper{base, single}
	w.repeatable, w.once = newHTTPClient(o.surround(base)), newHTTPClient(o.surround(single))
	w.traced = len(o.around) == 0 // one that lost the context would have no connection to show
	return w, nil
}

// NewTransport returns the HTTP transport that a client with these options uses, with its TLS settings and proxy: for requests of one's own to
// the same server, verified the same way. [WithTransport] and [WithRoundTripper] have no part in it.
func NewTransport(opts ...Option) (*http.Transport, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, fmt.Errorf("client.NewTransport: %w", err)
	}
	o.proxy = new(redactor).proxy(o.proxy)
	t, err := o.ownTransport()
	if err != nil {
		return nil, fmt.Errorf("client.NewTransport: %w", err)
	}
	return t, nil
}

func (o *options) ownTransport() (*http.Transport, error) {
	cfg, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy: o.proxy, TLSClientConfig: cfg, TLSHandshakeTimeout: 30 * time.Second,
		MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second, Protocols: http1(),
	}, nil
}

// surround puts what the options ask for around a transport.
func (o *options) surround(rt http.RoundTripper) http.RoundTripper {
	for _, f := range slices.Backward(o.around) {
		rt = f(rt)
	}
	return rt
}

// http1 leaves HTTP/2 out: its transport retries streams by rules of its own.
func http1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

func newHTTPClient(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: rt, CheckRedirect: sameHostOnly} // no Jar: a cookie would win over the session header
}

// sameHostOnly follows a redirect of a GET within the same scheme and host. Any other is handed back as the answer,
// so that neither a body nor a session goes anywhere else.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	const most = 5
	first := via[0]
	if len(via) > most || first.Method != http.MethodGet || req.Method != http.MethodGet ||
		req.URL.Scheme != first.URL.Scheme || !strings.EqualFold(req.URL.Host, first.URL.Host) {
		return http.ErrUseLastResponse
	}
	return nil
}

func (w *wire) close() {
	for _, rt := range w.idle {
		if t, ok := rt.(interface{ CloseIdleConnections() }); ok {
			t.CloseIdleConnections()
		}
	}
}

// request is one sending.
type request struct {
	method string
	url    string
	header http.Header
	body   []byte
	once   bool // must not be sent twice
	stream bool // the time limit applies to each read of the body, and the slot is given back when the answer begins
}

// fate tells how far a request got.
type fate struct {
	asked, got atomic.Bool // a connection was asked for; one was handed out
}

// maySent reports whether a byte of the request may have reached the server.
func (f *fate) maySent(traced bool) bool {
	if f.got.Load() {
		return true
	}
	return !traced && !f.asked.Load()
}

func (f *fate) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { f.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { f.got.Store(true) },
	}
}

// onlyReader hides every other method, so that net/http can neither rewind nor copy the body.
type onlyReader struct{ io.Reader }

// send sends r once. The body of the response must be closed.
func (w *wire) send(ctx context.Context, r *request, f *fate) (*http.Response, error) {
	release, err := w.acquire(ctx)
	if err != nil {
		return nil, err
	}
	parent := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	limit := startLimit(w.timeout, cancel)
	done := func() {
		limit.stop()
		cancel(nil)
		release()
	}
	var body io.Reader
	if len(r.body) > 0 {
		body = onlyReader{bytes.NewReader(r.body)}
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, f.trace()), r.method, r.url, body)
	if err != nil {
		done()
		return nil, err
	}
	if body != nil {
		req.ContentLength = int64(len(r.body))
	}
	req.Header = r.header
	c := w.repeatable
	if r.once {
		c = w.once
	}
	resp, err := c.Do(req)
	if err != nil {
		err = endOf(parent, ctx, unwrapURL(err))
		done()
		return nil, err
	}
	if r.stream {
		limit.stop() // from here on each read has the limit to itself, whatever the reader does between them
		release()
	}
	resp.Body = &answerBody{ReadCloser: resp.Body, parent: parent, ctx: ctx, limit: limit, stream: r.stream, done: done}
	return resp, nil
}

func (w *wire) acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(ctx)
	}
	if w.slots == nil {
		return func() {}, nil
	}
	select {
	case w.slots <- struct{}{}:
		var once atomic.Bool
		return func() {
			if once.CompareAndSwap(false, true) {
				<-w.slots
			}
		}, nil
	case <-ctx.Done():
		return nil, contextError(ctx)
	}
}

// timeLimit cancels a request that takes too long, in real time.
type timeLimit struct {
	d time.Duration
	t *time.Timer
}

func startLimit(d time.Duration, cancel context.CancelCauseFunc) *timeLimit {
	l := &timeLimit{d: d}
	if d > 0 {
		l.t = time.AfterFunc(d, func() { cancel(fmt.Errorf("%w: limit %v", ErrTimeout, d)) })
	}
	return l
}

func (l *timeLimit) stop() {
	if l.t != nil {
		l.t.Stop()
	}
}

func (l *timeLimit) again() {
	if l.t != nil {
		l.t.Reset(l.d)
	}
}

// answerBody ends the request's context when it is closed and says why a read failed.
type answerBody struct {
	io.ReadCloser
	parent context.Context // the caller's
	ctx    context.Context // the request's
	limit  *timeLimit
	stream bool
	closed atomic.Bool
	done   func()
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.stream {
		b.limit.again()
		defer b.limit.stop()
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = endOf(b.parent, b.ctx, err)
	}
	return n, err
}

func (b *answerBody) Close() error {
	if !b.closed.CompareAndSwap(false, true) {
		return nil
	}
	err := b.ReadCloser.Close()
	b.done()
	return err
}

// readAll reads a body up to the limit. It does not close it.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return b, err
	}
	if int64(len(b)) > limit {
		return b[:limit], fmt.Errorf("%w of %d bytes", ErrTooLarge, limit)
	}
	return b, nil
}

// unwrapURL drops the method and address that net/http puts before an error: ours says them too.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) && u.Err != nil {
		return u.Err
	}
	return err
}

// contextError is why ctx ended: its cause, and its error where the cause does not say it.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// endOf says why a request failed: because its caller's context ended, because it took too long, or with err.
func endOf(parent, own context.Context, err error) error {
	if parent.Err() != nil {
		return contextError(parent)
	}
	if cause := context.Cause(own); cause != nil {
		return cause
	}
	return err
}
