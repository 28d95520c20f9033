package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
)

// ErrUnimplemented is what servers return, wrapped with the operation's name, for an operation that they do not
// carry out. A [Mux] answers it with 501 Not Implemented.
var ErrUnimplemented = errors.New("not implemented")

// Request is one request as a handler sees it: routed, its query read, its body decoded.
// It belongs to the goroutine that serves it.
type Request struct {
	Op     *Operation
	Path   []string      // values for the {…} of Op.Path, unescaped, in order
	Query  url.Values    // all query parameters, the fixed ones included, names as they were sent
	Header http.Header   // request headers
	HTTP   *http.Request // the request itself; its body has been read

	status int
	header http.Header
	json   bool // the answer is written as JSON
}

// Param returns the first value of a query parameter, whose name is compared without regard to case, or "".
func (r *Request) Param(name string) string {
	if v, ok := r.Query[name]; ok && len(v) > 0 {
		return v[0]
	}
	for have, v := range r.Query {
		if strings.EqualFold(have, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// HasParam reports whether the query has the parameter, even an empty one. Names are compared without regard to case.
func (r *Request) HasParam(name string) bool {
	for have := range r.Query {
		if strings.EqualFold(have, name) {
			return true
		}
	}
	return false
}

// SetStatus sets the status of a successful answer. Without it the first of Op.Codes is used.
func (r *Request) SetStatus(code int) { r.status = code }

// ResponseHeader returns the header of the answer, for the handler to add to.
func (r *Request) ResponseHeader() http.Header {
	if r.header == nil {
		r.header = make(http.Header)
	}
	return r.header
}

// JSON reports whether the answer is written as JSON.
func (r *Request) JSON() bool { return r.json }

// Fault is an error that says with which status a server answers. Handlers return it; the Mux makes it, too.
type Fault struct {
	Status  int
	Message string
	Err     error       // what led to it; may be nil
	Header  http.Header // headers of the answer; may be nil
}

// Error returns the message, which is what the other side reads.
func (f *Fault) Error() string {
	if f.Message == "" {
		return http.StatusText(f.Status)
	}
	return f.Message
}

// Unwrap returns f.Err.
func (f *Fault) Unwrap() error { return f.Err }

// Faultf makes a Fault. As in fmt.Errorf, %w names the error that led to it.
func Faultf(status int, format string, args ...any) *Fault {
	err := fmt.Errorf(format, args...)
	return &Fault{Status: status, Message: err.Error(), Err: errors.Unwrap(err)}
}

// Handler carries out one operation.
type Handler struct {
	Op *Operation
	// NewBody makes the value that the request's body is decoded into; nil when the operation takes none (a body that
	// comes all the same is left unread).
	NewBody func() xsdbind.Struct
	// Serve carries the operation out. A nil value, or a nil pointer, answers without a body.
	Serve func(ctx context.Context, r *Request, body xsdbind.Struct) (xsdbind.Struct, error)
}

// MuxConfig configures a Mux. The zero value is useful.
type MuxConfig struct {
	// Prefix is the path of the API's root. Requests outside of it are a 404. Default: /api; "/" for none.
	Prefix string
	// MaxBody limits the size of a request's body in bytes; beyond it the answer is a 413. Default: 1 MiB.
	MaxBody int64
	// Operations are those of the API. What no handler carries out answers with [ErrUnimplemented].
	Operations []*Operation
	// Before is called once the operation is known and before the body is read. The context that it returns is the
	// handler's; an error is the answer. It may be nil.
	Before func(ctx context.Context, r *Request) (context.Context, error)
	// BodyOptional says for which operations that take a body a request without one is served, with a nil pointer for it.
	// For all others that is a 400. It may be nil.
	BodyOptional func(*Operation) bool
	// ErrorBody makes the body of an answer that is an error: status is the answer's, err what it is about (a *Fault
	// where the Mux found it). Without it, errors are answered in plain text. It must not return a nil pointer.
	ErrorBody func(r *http.Request, status int, err error) xsdbind.Struct
}

// Mux is an http.Handler that serves operations.
//
// Routing: literal parts of a path are compared without regard to letter case, a trailing slash and doubled slashes do
// not matter, an identifier is unescaped after the path was split, and a literal part is preferred to a {…}.
// Of the operations with that path and method the one whose fixed query (action=failover, format=Entity) the request has
// is served; format=Entities is the same as format=Entity, and format=Reference the same as no format. HEAD is served as GET.
//
// Answers of its own: 404 for a path that no operation has, 405 with Allow where the path has other methods only, 400 for
// a query that fits none of them, for a body that is missing, malformed or not what the schema demands (with the element and its place),
// 413, 415, and 406 where neither XML nor JSON is acceptable; 501 for [ErrUnimplemented] and 500 for other errors.
//
// Media: a body is read by its Content-Type. As Enterprise Manager does, an Accept header that names application/json makes
// it JSON whatever the Content-Type says. No Content-Type, and the one that curl -d sends by default, count as unsaid: XML.
// Answers are XML unless Accept prefers JSON.
//
// Handlers are not to be added while requests are served; apart from that a Mux is safe for concurrent use.
type Mux struct {
	cfg    MuxConfig
	root   node
	ops    []*Operation
	byName map[string]*Operation // those of the configuration
}

// NewMux makes a Mux without handlers. At most one configuration is taken. It panics when two of the configuration's
// operations could not be told apart.
func NewMux(cfg ...MuxConfig) *Mux {
	m := &Mux{}
	if len(cfg) > 0 {
		m.cfg = cfg[0]
	}
	if m.cfg.Prefix == "" {
		m.cfg.Prefix = "/api"
	}
	m.cfg.Prefix = strings.TrimRight(m.cfg.Prefix, "/")
	if m.cfg.MaxBody <= 0 {
		m.cfg.MaxBody = 1 << 20
	}
	m.byName = make(map[string]*Operation, len(m.cfg.Operations))
	for _, op := range m.cfg.Operations {
		m.byName[op.Name] = op
		m.add(&route{Handler: Handler{Op: op, Serve: unimplemented}, vacant: true})
	}
	return m
}

func unimplemented(_ context.Context, r *Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
	return nil, fmt.Errorf("%s: %w", r.Op, ErrUnimplemented)
}

// Handle adds a handler; [Handle] does it with types. It panics, as http.ServeMux does, when the handler is incomplete or when two
// operations could not be told apart.
func (m *Mux) Handle(h Handler) {
	if h.Op == nil || h.Serve == nil {
		panic("rest: Handle needs an operation and a Serve function")
	}
	m.add(&route{Handler: h})
}

func (m *Mux) add(r *route) {
	if m.root.add(r) {
		m.ops = append(m.ops, r.Op)
	}
}

// Operations returns the operations of the configuration and those that were added, in that order.
func (m *Mux) Operations() []*Operation { return append([]*Operation(nil), m.ops...) }

// ServeHTTP serves one request.
func (m *Mux) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	if err := m.serve(w, hr); err != nil {
		m.Fail(w, hr, err)
	}
}

// Match finds the handler for a request without serving it: its operation and the values for the {…} of its path.
// The error is the Fault that ServeHTTP would answer.
func (m *Mux) Match(hr *http.Request) (*Operation, []string, error) {
	q, err := ParseQuery(hr.URL.RawQuery)
	if err != nil {
		return nil, nil, Faultf(http.StatusBadRequest, "%w", err)
	}
	h, path, err := m.route(hr, q)
	if err != nil {
		return nil, nil, err
	}
	return h.Op, path, nil
}

func (m *Mux) serve(w http.ResponseWriter, hr *http.Request) error {
	q, err := ParseQuery(hr.URL.RawQuery)
	if err != nil {
		return Faultf(http.StatusBadRequest, "%w", err)
	}
	h, path, err := m.route(hr, q)
	if err != nil {
		return err
	}
	r := &Request{Op: h.Op, Path: path, Query: q, Header: hr.Header, HTTP: hr}
	ctx := hr.Context()
	if m.cfg.Before != nil {
		if ctx, err = m.cfg.Before(ctx, r); err != nil {
			return err
		}
	}
	var ok bool
	if r.json, ok = answerJSON(hr.Header.Values("Accept")); !ok {
		return Faultf(http.StatusNotAcceptable, "Accept: %s: answers are application/xml or application/json",
			strings.Join(hr.Header.Values("Accept"), ", "))
	}
	var body xsdbind.Struct
	if h.NewBody != nil {
		if body, err = m.readBody(w, hr, h); err != nil {
			return err
		}
	}
	out, err := h.Serve(ctx, r, body)
	if err != nil {
		return err
	}
	return m.answer(w, r, out)
}

func (m *Mux) answer(w http.ResponseWriter, r *Request, out xsdbind.Struct) error {
	status := r.status
	if status == 0 {
		status = http.StatusOK
		if len(r.Op.Codes) > 0 {
			status = r.Op.Codes[0]
		}
	}
	if isNil(out) {
		copyHeader(w.Header(), r.header)
		if status == http.StatusOK {
			status = http.StatusNoContent
		}
		w.WriteHeader(status)
		return nil
	}
	data, media, err := encode(out, r.json)
	if err != nil {
		return fmt.Errorf("%s: the answer cannot be written: %w", r.Op, err)
	}
	copyHeader(w.Header(), r.header)
	write(w, r.HTTP, status, media, data)
	return nil
}

// Fail answers a request with an error, in the form that its Accept header asks for.
func (m *Mux) Fail(w http.ResponseWriter, hr *http.Request, err error) {
	status := http.StatusInternalServerError
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		if fault.Status >= 100 && fault.Status <= 999 {
			status = fault.Status
		}
		copyHeader(w.Header(), fault.Header)
	case errors.Is(err, ErrUnimplemented):
		status = http.StatusNotImplemented
	}
	if m.cfg.ErrorBody != nil {
		json, _ := answerJSON(hr.Header.Values("Accept"))
		if body := m.cfg.ErrorBody(hr, status, err); !isNil(body) {
			if data, media, eerr := encode(body, json); eerr == nil {
				write(w, hr, status, media, data)
				return
			}
		}
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	write(w, hr, status, "text/plain; charset=utf-8", []byte(err.Error()+"\n"))
}

func write(w http.ResponseWriter, hr *http.Request, status int, media string, data []byte) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	if hr.Method != http.MethodHead {
		// An error here means that the other side has gone; there is nobody left to tell.
		_, _ = w.Write(data)
	}
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = append(to[name], values...)
	}
}

func isNil(v xsdbind.Struct) bool {
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}
