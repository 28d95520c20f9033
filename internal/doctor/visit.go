package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/xsdbind"
)

// MostRequests is how many requests a run sends at most, log-in and log-out included.
const MostRequests = 60

const (
	sessionHeader = "X-RestSvcSessionId"
	mostBody      = 4 << 20
	nobody        = "00000000-0000-4000-8000-000000000000" // the id of nothing
)

// visit is one run: its logon session and all answers, each of which was asked for once.
type visit struct {
	ctx    context.Context
	server Server
	http   *http.Client
	made   int
	known  map[string]*answer
	all    []*answer

	api func() (*model.Schema, error) // the schema, read once

	login   *answer // nil before
	token   string
	session string // id
	refused error  // the log-in failed: there is nothing more to ask
	left    *answer
}

// answer is one response, read to its end.
type answer struct {
	target string
	status int
	header http.Header
	body   []byte
	root   *canonical.Node // of a well-formed XML body
	json   *canonical.JSON // of a well-formed JSON body
	err    error           // no answer came, or its body could not be read
}

// how is the way in which a GET is made.
type how uint8

const (
	asXML     how = 0
	asJSON    how = 1 << iota // the media type that is asked for
	anonymous                 // without the session
	badCookie                 // with a cookie that no session has, beside the header
)

func newVisit(ctx context.Context, s Server) *visit {
	if s.Timeout <= 0 {
		s.Timeout = 30 * time.Second
	}
	if s.Version == "" {
		s.Version = "latest"
	}
	return &visit{
		ctx: ctx, server: s, known: make(map[string]*answer),
		http: &http.Client{
			Transport: s.Transport, Timeout: s.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		api: sync.OnceValues(func() (*model.Schema, error) { return model.Parse(schema.RestAPI()) }),
	}
}

var errTooMany = errors.New("no request was left for it")

// get asks for an address below the base, once for each way of asking.
func (v *visit) get(target string, way how) *answer {
	key := fmt.Sprint(way, " ", target)
	if a := v.known[key]; a != nil {
		return a
	}
	h := make(http.Header)
	media := "application/xml"
	if way&asJSON != 0 {
		media = "application/json"
	}
	h.Set("Accept", media)
	if way&anonymous == 0 {
		h.Set(sessionHeader, v.token)
	}
	if way&badCookie != 0 {
		h.Set("Cookie", sessionHeader+"=bm9ib2R5")
	}
	var a *answer
	if most := MostRequests - 2; v.made >= most && v.left == nil { // two are kept: for the log-out, and for what comes after it
		a = &answer{err: errTooMany}
	} else {
		a = v.send(v.ctx, http.MethodGet, target, h)
	}
	a.target = target
	v.known[key] = a
	if a.err == nil {
		v.all = append(v.all, a)
	}
	return a
}

func (v *visit) send(ctx context.Context, method, target string, h http.Header) *answer {
	v.made++
	r, err := http.NewRequestWithContext(ctx, method, v.server.Base+target, http.NoBody)
	if err != nil {
		return &answer{err: errors.New("the address cannot be used")}
	}
	r.Header = h
	if v.server.UserAgent != "" {
		h.Set("User-Agent", v.server.UserAgent)
	}
	resp, err := v.http.Do(r)
	if err != nil {
		return &answer{err: err}
	}
	defer resp.Body.Close()
	a := &answer{target: target, status: resp.StatusCode, header: resp.Header}
	a.body, a.err = io.ReadAll(io.LimitReader(resp.Body, mostBody+1))
	if len(a.body) > mostBody {
		a.err = fmt.Errorf("more than %d bytes came", mostBody)
	}
	if a.err == nil {
		a.root, _ = canonical.Parse(a.body) // a body that is none of the two stays as it is
		a.json, _ = canonical.ParseJSON(a.body)
	}
	return a
}

// enter logs in.
func (v *visit) enter() *answer {
	if v.login != nil {
		return v.login
	}
	h := make(http.Header)
	(&http.Request{Header: h}).SetBasicAuth(v.server.User, v.server.Password)
	h.Set("Accept", "application/xml")
	a := v.send(v.ctx, http.MethodPost, "/sessionMngr/?v="+v.server.Version, h)
	v.login = a
	if a.err != nil {
		v.refused = fmt.Errorf("log-in: %w", a.err)
		return a
	}
	v.token = a.header.Get(sessionHeader)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if v.token == "" && strings.EqualFold(c.Name, sessionHeader) {
			v.token = c.Value
		}
	}
	v.session = text(a.root, "SessionId")
	switch {
	case a.status < 200 || a.status > 299:
		v.refused = fmt.Errorf("log-in: the server answers %d", a.status)
	case v.token == "" || v.session == "":
		v.refused = errors.New("log-in: the answer has no session")
	default:
		v.all = append(v.all, a)
	}
	return a
}

// leave logs out, also after the context's end.
func (v *visit) leave() *answer {
	if v.left != nil || v.token == "" || v.session == "" {
		return v.left
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), v.server.Timeout)
	defer cancel()
	h := make(http.Header)
	h.Set(sessionHeader, v.token)
	v.left = v.send(ctx, http.MethodDelete, "/logonSessions/"+v.session, h)
	return v.left
}

// clean takes out what no finding may tell, wherever it came from.
func (v *visit) clean(text string) string {
	for _, secret := range []string{v.server.Password, v.token, v.session, v.server.Base} {
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "[redacted]")
		}
	}
	return text
}

// ok reports whether a document of the API came, with success.
func (a *answer) ok() bool {
	return a.err == nil && a.status >= 200 && a.status < 300 && (a.root != nil || a.json != nil)
}

// outcome tells in a few words what came in place of a document.
func (a *answer) outcome() string {
	switch {
	case errors.Is(a.err, errTooMany):
		return a.err.Error()
	case a.err != nil:
		return "no answer came"
	case a.root != nil:
		return fmt.Sprintf("status %d, <%s>", a.status, a.root.Name.Local)
	case len(bytes.TrimSpace(a.body)) == 0:
		return fmt.Sprintf("status %d, no body", a.status)
	}
	return fmt.Sprintf("status %d, a body of %s", a.status, media(a.header))
}

func media(h http.Header) string {
	m, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if m = strings.TrimSpace(m); m == "" {
		return "no media type"
	}
	return m
}

// decode reads a document with the bindings; nil where they do not know its root.
func (a *answer) decode(root string, opts ...xsdbind.Option) (xsdbind.Struct, error) {
	v := ent.NewElement(ent.Namespace, root)
	if v == nil {
		return nil, fmt.Errorf("root %s", root)
	}
	if a.root == nil {
		return v, xsdbind.UnmarshalJSON(a.body, v, opts...)
	}
	return v, xsdbind.UnmarshalXML(a.body, v, append(opts, xsdbind.AnyRoot())...)
}

// text returns the text of a child element; "" where there is none.
func text(n *canonical.Node, name string) string {
	if c := child(n, name); c != nil {
		return strings.TrimSpace(c.Value())
	}
	return ""
}

func child(n *canonical.Node, name string) *canonical.Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Elements() {
		if c.Name.Local == name {
			return c
		}
	}
	return nil
}

// attr returns an attribute's value.
func attr(n *canonical.Node, name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// each calls visit for the elements of all XML answers.
func (v *visit) each(f func(a *answer, n *canonical.Node)) {
	for _, a := range v.all {
		if a.root != nil {
			a.root.Walk(func(n *canonical.Node) { f(a, n) })
		}
	}
}
