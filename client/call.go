package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

const sessionHeader = "X-RestSvcSessionId"

// core carries out calls: it is the innermost rest.Caller.
type core struct {
	o        *options
	base     *url.URL // the API's base, without a slash at its end
	wire     *wire
	sessions *sessions
	red      *redactor
	version  func() string
}

type (
	pinKey    struct{} // string: the logon session that the call must be made in
	streamKey struct{} // *stream: takes the answer's body unread
)

// stream receives the answer to a call whose body the caller reads itself and closes.
type stream struct {
	resp *http.Response
}

// InSession makes a call fail with [ErrSessionLost], unsent, unless the client's current logon session has this id.
// The session of a task is in [rest.Started].
func InSession(id string) rest.Option {
	return func(c *rest.Call) { c.SetValue(pinKey{}, id) }
}

// exchange is one call with all that is needed to send it.
type exchange struct {
	*core
	call     *rest.Call
	op       *rest.Operation
	target   string // path and query below the base
	shown    string // the address as errors and logs have it
	body     []byte
	secrets  []string
	pinned   string
	bound    bool // under /tasks or /logonSessions: means nothing outside its session
	stream   *stream
	attempts int
	basic    bool     // Basic authorization: only log-in
	anon     bool     // no session
	with     *session // this session, also when the client is closed
}

// Call implements rest.Caller.
func (c *core) Call(ctx context.Context, call *rest.Call) (*rest.Answer, error) {
	x, err := c.prepare(call)
	if err != nil {
		return nil, err
	}
	return x.run(ctx)
}

// prepare checks a call and encodes its body. Nothing is sent when it fails.
func (c *core) prepare(call *rest.Call) (*exchange, error) {
	target, err := call.Target()
	if err != nil {
		return nil, err
	}
	op := call.Op
	x := &exchange{core: c, call: call, op: op, target: target, shown: c.red.clean(c.base.String() + maskSession(target)), bound: isBound(target)}
	if op.Request != "" && !call.HasBody() && op.Path != opLogin.Path {
		return nil, fmt.Errorf("%s: a %s is required", op, op.Request)
	}
	if spec, ok := call.Body.(*ent.CdpFailoverStartSpec); ok && spec != nil && !c.o.ambiguous {
		if err := CheckMoment(spec); err != nil {
			return nil, fmt.Errorf("%s: %w", op, err)
		}
	}
	if call.HasBody() {
		x.secrets = secretsOf(call.Body)
		if x.body, err = encodeBody(call.Body, c.o.json); err != nil {
			return nil, fmt.Errorf("%s: request body: %w", op, c.red.cleanError(err, x.secrets...))
		}
	}
	for name, values := range call.Header {
		switch http.CanonicalHeaderKey(name) {
		case "Idempotency-Key", "X-Idempotency-Key":
			if op.Repeat == rest.RepeatNever {
				return nil, fmt.Errorf("%s: header %s is refused: net/http would take it as leave to send the request twice", op, name)
			}
		case "Authorization", "Cookie", "Proxy-Authorization", http.CanonicalHeaderKey(sessionHeader):
			x.secrets = append(x.secrets, values...)
		}
	}
	x.attempts = c.o.retry.Attempts
	if once, _ := call.Value(onceKey{}).(bool); once {
		x.attempts = 1
	}
	x.pinned, _ = call.Value(pinKey{}).(string)
	x.stream, _ = call.Value(streamKey{}).(*stream)
	return x, nil
}

// isBound reports whether a target lies under /tasks or /logonSessions, or asks for the session's tasks by query.
func isBound(target string) bool {
	path, query, _ := strings.Cut(strings.ToLower(target), "?")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "tasks", "logonsessions":
		return true
	case "query":
		return slices.Contains(strings.Split(query, "&"), "type=task")
	}
	return false
}

// maskSession hides the id of a logon session in a target.
func maskSession(target string) string {
	const under = "/logonsessions/"
	if len(target) > len(under) && strings.EqualFold(target[:len(under)], under) {
		return target[:len(under)] + "…"
	}
	return target
}

// run sends the call as often as it may be sent, renews the session once if it has expired, and says what came of it.
func (x *exchange) run(ctx context.Context) (*rest.Answer, error) {
	renewed := false
	for failed := 0; ; {
		s, err := x.session(ctx)
		if err != nil {
			return nil, err
		}
		began := x.o.clock.Now()
		r := x.attempt(ctx, s)
		x.log(ctx, r, failed)
		if e, ok := r.err.(*Error); ok {
			e.certain = x.op.Repeat == rest.RepeatNever && !r.unknown
		}
		if r.err == nil {
			return r.answer, nil
		}
		if r.status == http.StatusUnauthorized && s != nil {
			// The server did not carry the request out, and says that this session is over.
			s.lost.Store(true)
			if x.bound || x.pinned != "" {
				return nil, x.lost(r.err)
			}
			if !renewed {
				renewed = true
				continue
			}
			return nil, r.err
		}
		failed++
		if failed < x.attempts && x.repeatable(r) && ctx.Err() == nil {
			d := x.o.retry.delay(failed)
			if after, ok := x.o.retry.after(r.header, x.o.clock.Now()); ok {
				d = after
			}
			x.o.logger.LogAttrs(ctx, slog.LevelWarn, "em request is repeated", slog.String("op", x.op.Name), slog.Duration("after", d),
				slog.Int("status", r.status), slog.String("error", r.err.Error()))
			if pause(ctx, x.o.clock, d) == nil {
				continue
			}
		}
		if r.unknown && x.op.Repeat == rest.RepeatNever {
			return nil, &UnknownError{Op: x.op, Path: slices.Clone(x.call.Path), Session: s.name(), Started: began, Ended: x.o.clock.Now(),
				Status: r.status, Err: r.err, entry: r.entry}
		}
		return nil, r.err
	}
}

// session returns the session to send the call in; nil when it needs none.
func (x *exchange) session(ctx context.Context) (*session, error) {
	if x.anon || x.with != nil {
		return x.with, nil
	}
	cur, closed := x.sessions.look()
	switch {
	case closed != nil:
		return nil, x.unsent(closed)
	case x.pinned != "":
		if cur.name() != x.pinned || cur.lost.Load() {
			return nil, x.lost(nil)
		}
		return cur, nil
	case x.bound && cur != nil && cur.lost.Load():
		return nil, x.lost(nil)
	}
	s, err := x.sessions.get(ctx)
	if errors.Is(err, errNoCredentials) {
		e := x.fail(nil)
		e.lost, e.Err, e.certain = true, err, x.op.Repeat == rest.RepeatNever
		return nil, e
	}
	if err != nil {
		return nil, x.unsent(err)
	}
	return s, nil
}

func (s *session) name() string {
	if s == nil {
		return ""
	}
	return s.id
}

// lost is the error of a call whose session is over.
func (x *exchange) lost(cause error) error {
	e := x.fail(nil)
	var was *Error
	if errors.As(cause, &was) {
		*e = *was
	}
	e.lost, e.certain = true, x.op.Repeat == rest.RepeatNever
	return e
}

// unsent is the error of a call that was not sent.
func (x *exchange) unsent(err error) *Error {
	e := x.fail(err)
	e.certain = x.op.Repeat == rest.RepeatNever
	return e
}

// fail starts an Error.
func (x *exchange) fail(err error) *Error {
	task := strings.HasPrefix(strings.ToLower(x.target), "/tasks/")
	return &Error{Op: x.op.Name, Method: x.op.Method, URL: x.shown, Err: x.red.cleanError(err, x.secrets...), task: task}
}

// result is what came of one sending.
type result struct {
	answer  *rest.Answer
	status  int
	header  http.Header
	err     error
	unknown bool // it may have been carried out
	sent    bool // a byte of it may have reached the server
	broken  bool // the answer was cut
	entry   *entry
	took    time.Duration
}

// attempt sends the call once.
func (x *exchange) attempt(ctx context.Context, s *session) (r *result) {
	r = &result{}
	began := time.Now()
	defer func() { r.took = time.Since(began) }()
	h := x.call.Header.Clone()
	if h == nil {
		h = make(http.Header)
	}
	setMedia(h, x.o.json, len(x.body) > 0)
	h["User-Agent"] = []string{x.o.userAgent}
	req := &request{method: x.op.Method, url: x.base.String() + x.target, header: h, body: x.body,
		once: x.op.Repeat == rest.RepeatNever, stream: x.stream != nil}
	switch {
	case x.basic:
		hr := http.Request{Header: h}
		hr.SetBasicAuth(x.o.user, x.o.password.Reveal())
	case s != nil:
		h.Set(sessionHeader, s.token)
		r.entry = s.ledger.begin(x.call)
	}
	var f fate
	resp, err := x.wire.send(ctx, req, &f)
	if err != nil {
		r.sent = f.maySent(x.wire.traced)
		r.unknown = r.sent
		r.err = x.fail(err)
		x.settle(s, r)
		return r
	}
	r.sent, r.status, r.header = true, resp.StatusCode, resp.Header
	if x.stream != nil && resp.StatusCode < 300 {
		if old := x.stream.resp; old != nil {
			_ = old.Body.Close() // an interceptor made the call twice
		}
		x.stream.resp = resp
		r.answer = &rest.Answer{Status: r.status, Header: withoutSecrets(resp.Header), Session: s.name()}
		return r
	}
	x.read(resp, s, r)
	x.settle(s, r)
	return r
}

// read reads an answer to its end and closes it.
func (x *exchange) read(resp *http.Response, s *session, r *result) {
	defer resp.Body.Close()
	const errorBody = 1 << 20
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		data, _ := readAll(resp.Body, min(errorBody, x.o.maxBody)) // what was read of it is enough
		e := x.fail(nil)
		e.Status = resp.StatusCode
		e.serverError(data, x.clean)
		if resp.StatusCode < 400 {
			e.Err = redirected(resp)
		}
		r.err, r.unknown = e, mayHaveWorked(resp.StatusCode)
		return
	}
	data, err := readAll(resp.Body, x.o.maxBody)
	if err == nil {
		r.answer, err = x.decode(data, resp, s)
	} else {
		r.broken = !errors.Is(err, ErrTooLarge)
	}
	if err == nil {
		return
	}
	e := x.fail(err)
	e.Status = resp.StatusCode
	if isErrorBody(data) {
		e.serverError(data, x.clean)
	} else if errors.Is(err, ErrUnexpectedAnswer) || firstByte(data) == '<' && looksLikeHTML(data) {
		e.Snippet = snippet(data, x.clean)
	}
	if !errors.Is(err, ErrUnexpectedAnswer) && !errors.Is(err, ErrTooLarge) && !r.broken {
		r.broken = brokenOff(err)
		e.Err = fmt.Errorf("%w: %w", ErrUnexpectedAnswer, e.Err)
	}
	r.answer, r.err, r.unknown = nil, e, true
}

func (x *exchange) clean(text string) string { return x.red.clean(text, x.secrets...) }

func looksLikeHTML(data []byte) bool {
	start := strings.ToLower(string(data[:min(len(data), 512)]))
	return strings.Contains(start, "<html") || strings.Contains(start, "<!doctype html")
}

func (x *exchange) decode(data []byte, resp *http.Response, s *session) (*rest.Answer, error) {
	a := &rest.Answer{Status: resp.StatusCode, Session: s.name(), Header: resp.Header}
	if x.op != opLogin {
		a.Header = withoutSecrets(resp.Header)
	}
	switch {
	case firstByte(data) == 0:
		if x.op.Task && x.op.Repeat == rest.RepeatNever && !slices.Contains(x.op.Codes, resp.StatusCode) {
			// Something between may have answered in the server's place: it names no task, and the status is not the one of a start.
			return nil, fmt.Errorf("%w: nothing came with it", ErrUnexpectedAnswer)
		}
		a.Empty = true
	case isErrorBody(data) && !isError(x.call.Into):
		return nil, ErrUnexpectedAnswer
	case x.call.Into == nil:
		a.Body = data
	default:
		reset(x.call.Into)
		if err := decodeBody(data, x.op, x.call.Into); err != nil {
			return nil, err
		}
		if t, ok := x.call.Into.(*ent.Task); ok && xsdbind.Text(t, "TaskId") == "" {
			return nil, fmt.Errorf("%w: a task without an id", ErrUnexpectedAnswer)
		}
	}
	return a, nil
}

// mayHaveWorked reports whether an answer that is no success leaves open if the request was carried out: a gateway
// that lost patience, a server that failed half way. What the server refused, it did not carry out.
func mayHaveWorked(status int) bool {
	switch status {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	case http.StatusRequestTimeout:
		return true
	}
	return status < 400 || status >= 500
}

func redirected(resp *http.Response) error {
	to, err := resp.Location()
	if err != nil {
		return ErrRedirect
	}
	return fmt.Errorf("%w: to %s://%s", ErrRedirect, to.Scheme, to.Host)
}

// settle writes down in the session's ledger what came of the sending.
func (x *exchange) settle(s *session, r *result) {
	if s == nil {
		return
	}
	if r.err != nil {
		if r.unknown {
			s.ledger.lose(r.entry)
		} else {
			s.ledger.end(r.entry, "", false)
		}
		return
	}
	switch v := x.call.Into.(type) {
	case *ent.Task:
		if r.entry == nil {
			s.ledger.see(xsdbind.Text(v, "TaskId"), !isFinished(v))
			return
		}
		if id := xsdbind.Text(v, "TaskId"); id != "" {
			s.ledger.end(r.entry, id, !isFinished(v))
			return
		}
		s.ledger.blur()
	case *ent.Tasks:
		for _, t := range xsdbind.Items(v, "Task") {
			s.ledger.see(xsdbind.Text(t, "TaskId"), !isFinished(t))
		}
	case nil:
		if r.entry != nil && (len(r.answer.Body) > 0 || x.op.Task) {
			s.ledger.blur()
		}
	}
	if r.entry != nil {
		s.ledger.end(r.entry, "", false)
	}
}

// repeatable reports whether the call may and should be sent again after r.
func (x *exchange) repeatable(r *result) bool {
	if r.sent && x.op.Repeat == rest.RepeatNever {
		return false
	}
	switch r.status {
	case 0:
		return !pointless(r.err)
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return r.broken && !errors.Is(r.err, ErrTooLarge)
}

// pointless reports whether a failure to connect would only happen again.
func pointless(err error) bool {
	var (
		thumb  *ThumbprintError
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
		auth   x509.UnknownAuthorityError
		dns    *net.DNSError
	)
	return errors.As(err, &thumb) || errors.As(err, &cert) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &auth) ||
		errors.As(err, &dns) && dns.IsNotFound ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, http.ErrSchemeMismatch)
}

// withoutSecrets copies headers without those that open a session.
func withoutSecrets(h http.Header) http.Header {
	c := h.Clone()
	c.Del("Set-Cookie")
	c.Del(sessionHeader)
	return c
}

func (x *exchange) log(ctx context.Context, r *result, failed int) {
	if !x.o.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{slog.String("op", x.op.Name), slog.String("method", x.op.Method), slog.String("url", x.shown),
		slog.Int("status", r.status), slog.Duration("took", r.took)}
	if failed > 0 {
		attrs = append(attrs, slog.Int("repeated", failed))
	}
	if r.err != nil {
		attrs = append(attrs, slog.String("error", r.err.Error()))
	}
	x.o.logger.LogAttrs(ctx, slog.LevelDebug, "em request", attrs...)
}
