package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
)

// maxBody limits request bodies.
const maxBody = 1 << 20

// Handler is a simulated Enterprise Manager without a listener, for an http.Server of one's own. Its API is below /api.
// It is safe for concurrent use and holds no goroutine.
type Handler struct {
	// Username and Password are those of the first account.
	Username, Password string

	core     *core
	mux      *rest.Mux
	recorder *Recorder
	faults   injector
	underway underway
	admin    string        // the token; "" is off
	stop     chan struct{} // closed with the server: what waits here ends
	// onRestart breaks the connections.
	onRestart func()
}

// NewHandler makes a Handler. Options about listening and TLS have no effect.
func NewHandler(model Model, opts ...Option) *Handler {
	cfg := newConfig(opts)
	if err := cfg.faults.Check(); err != nil {
		panic(err) // as New does
	}
	return newHandler(model, cfg)
}

func newConfig(opts []Option) *config {
	cfg := &config{clock: realClock{}, timing: DefaultTiming(), lifetime: SessionLifetime, unknownTask: http.StatusNotFound}
	for _, o := range opts {
		o(cfg)
	}
	if len(cfg.accounts) == 0 {
		cfg.accounts = []Account{{Username: `SIM\Administrator`, Password: newPassword()}}
	}
	for i := range cfg.accounts {
		if cfg.accounts[i].Role == "" {
			cfg.accounts[i].Role = RoleAdministrator
		}
	}
	return cfg
}

func newHandler(model Model, cfg *config) *Handler {
	now := cfg.clock.Now()
	c := &core{
		clock: cfg.clock, model: model.withDefaults(), accounts: cfg.accounts, timing: cfg.timing, lifetime: cfg.lifetime,
		limits: cfg.limits.withDefaults(), unknownTask: cfg.unknownTask, now: now,
		sessions: make(map[string]*logonSession),
	}
	c.populate(now)
	h := &Handler{
		Username: cfg.accounts[0].Username, Password: cfg.accounts[0].Password, core: c, recorder: cfg.recorder,
		mux: rest.NewMux(rest.MuxConfig{MaxBody: maxBody, Operations: emapi.Operations(), Before: allow, BodyOptional: bodyOptional, ErrorBody: errorBody}),
	}
	c.register(h.mux)
	h.admin, h.stop = cfg.admin, make(chan struct{})
	h.SetRules(cfg.rules...)
	h.faults.set(cfg.faults)
	return h
}

// visit is what the simulator knows about a request beside what rest.Request holds.
type visit struct {
	base    string // https://host/api
	session *logonSession
	body    []byte // as it came
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// ServeHTTP serves one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.underway.enter() {
		panic(http.ErrAbortHandler) // the server is closed
	}
	defer h.underway.leave()
	if h.serveAdmin(w, r) {
		return
	}
	m := h.faults.forRequest(r, func() string {
		spelled := *r
		respell(&spelled)
		op, _, err := h.mux.Match(&spelled)
		if err != nil {
			return ""
		}
		return op.Name
	})
	if m == nil {
		h.serve(w, r)
		return
	}
	h.misbehave(w, r, m)
}

// serve serves one request as it should be.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request) {
	v := &visit{base: baseURL(r), body: holdBody(r)}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	if h.recorder != nil {
		t := &tee{ResponseWriter: w}
		e := Exchange{Method: r.Method, Target: r.URL.RequestURI(), RequestHeader: r.Header.Clone(), RequestBody: v.body}
		defer func() {
			e.Time = h.core.clock.Now()
			e.Status, e.ResponseHeader, e.ResponseBody = t.status, t.header, t.body.Bytes()
			h.recorder.add(e)
		}()
		w = t
	}
	defer func() {
		// A fault of the simulator's own is an answer, too: net/http would only break the connection.
		if p := recover(); p == http.ErrAbortHandler {
			panic(p)
		} else if p != nil {
			h.mux.Fail(w, r, fmt.Errorf("the simulator failed: %v", p))
		}
	}()
	if describe(w, r) {
		return
	}
	respell(r)
	if err := h.admit(r, v); err != nil {
		h.mux.Fail(w, r, err)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// respell gives the one spelling of a path that the reference itself prints in two: the resource is /cdpReplica/vApps,
// an example and tables of links have /cdpReplicas/vApps.
func respell(r *http.Request) {
	if len(r.URL.Path) < len("/api/cdpReplicas/vApps") {
		return
	}
	segs, ok := segmentsBelowAPI(r.URL.EscapedPath())
	if !ok || len(segs) < 2 || !strings.EqualFold(segs[0], "cdpReplicas") || !strings.EqualFold(segs[1], "vApps") {
		return
	}
	segs[0] = "cdpReplica"
	u := *r.URL
	u.Path, u.RawPath = "", ""
	path, err := u.Parse("/api/" + strings.Join(segs, "/"))
	if err != nil {
		return // the Mux says what is wrong with it
	}
	u.Path, u.RawPath = path.Path, path.RawPath
	r.URL = &u
}

// sessionHeader carries the session's token, in a header or as a cookie.
const sessionHeader = "X-RestSvcSessionId"

// admit finds the session of a request. The API's root and the log-in need none.
func (h *Handler) admit(r *http.Request, v *visit) error {
	segs, ok := segmentsBelowAPI(r.URL.Path)
	switch {
	case !ok:
		return nil // a 404 for everybody
	case len(segs) == 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return nil
	case len(segs) == 1 && strings.EqualFold(segs[0], "sessionMngr"):
		return nil
	}
	now := h.core.lock()
	defer h.core.mu.Unlock()
	s, err := h.core.authenticate(tokenOf(r), now)
	if err != nil {
		return err
	}
	v.session = s
	return nil
}

// tokenOf returns the session's token that a request carries.
func tokenOf(r *http.Request) string {
	if c, err := r.Cookie(sessionHeader); err == nil {
		return c.Value // where both are sent, the cookie wins
	}
	return r.Header.Get(sessionHeader)
}

// allow refuses what the caller's role may not do.
func allow(ctx context.Context, r *rest.Request) (context.Context, error) {
	s := visitOf(ctx).session
	if s == nil || s.account.Role != RoleViewer {
		return ctx, nil
	}
	own := r.Op.Method == http.MethodDelete && (strings.HasPrefix(r.Op.Path, "/tasks/") || strings.HasPrefix(r.Op.Path, "/logonSessions/"))
	if own || r.Op.Repeat == rest.RepeatSafe || r.Op.Method == http.MethodGet || strings.EqualFold(r.Op.Query, "action=intervals") {
		return ctx, nil
	}
	return nil, rest.Faultf(http.StatusForbidden, "%s may read only.", s.account.Username)
}

// params reads the request's body by the simulator's own means.
func (v *visit) params() ([]Param, error) {
	p, err := readParams(v.body)
	if err != nil {
		return nil, rest.Faultf(http.StatusBadRequest, "The body is not well-formed: %w", err)
	}
	return p, nil
}

var errDisagree = errors.New("the generated types and the bytes of the body disagree")

// bodyOptional: only tenants log in with a body.
func bodyOptional(op *rest.Operation) bool {
	return op.Method == http.MethodPost && op.Path == "/sessionMngr/"
}
