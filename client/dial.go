package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Newest is the newest API version that this package was written for.
const Newest = "v1_7"

const latest = "latest"

// Dial logs in at an Enterprise Manager and returns a client of the new logon session. The address is that of the
// server, https://em.example.com:9398, or of the API where a proxy moved it: a path in it is taken as the API's base in place of /api.
//
// Plain HTTP is refused unless [WithPlainHTTP] asks for it. Without other options the server's certificate must be one that the system trusts.
func Dial(ctx context.Context, address string, opts ...Option) (*Client, error) {
	if ctx == nil {
		return nil, errors.New("client.Dial: nil context")
	}
	c, err := newClient(address, opts)
	if err != nil {
		return nil, fmt.Errorf("client.Dial: %w", err)
	}
	if err := c.start(ctx); err != nil {
		c.core.wire.close()
		return nil, fmt.Errorf("client.Dial: %w", err)
	}
	return c, nil
}

func (c *Client) start(ctx context.Context) error {
	if c.core.sessions.login == nil {
		return errors.New("no name and password: WithPassword or WithTenantPassword is needed")
	}
	if err := c.chooseVersion(ctx); err != nil {
		return err
	}
	_, err := c.core.sessions.get(ctx)
	return err
}

// Resume returns a client that goes on with a saved session. It asks the server whether the session is still alive;
// when it is not, the client logs in anew if it was given a name and password, and else the error is [ErrSessionLost].
// Tasks of the lost session stay lost: see [Client.Wait].
//
// TLS options, proxy and the permission for plain HTTP are not part of a saved session, pinned thumbprints are.
func Resume(ctx context.Context, saved SavedSession, opts ...Option) (*Client, error) {
	if ctx == nil {
		return nil, errors.New("client.Resume: nil context")
	}
	if saved.Session == "" || saved.Token.IsZero() {
		return nil, errors.New("client.Resume: the saved session has no id or token")
	}
	o, err := newOptions(opts)
	if err != nil {
		return nil, fmt.Errorf("client.Resume: %w", err)
	}
	all := append([]Option(nil), opts...)
	if len(o.thumbprints) == 0 && len(saved.Thumbprint) > 0 && o.transport == nil {
		all = append(all, WithThumbprint(saved.Thumbprint...))
	}
	if o.version == "" && saved.Version != "" {
		all = append(all, WithVersion(saved.Version))
	}
	c, err := newClient(saved.URL, all)
	if err != nil {
		return nil, fmt.Errorf("client.Resume: %w", err)
	}
	s := &session{id: saved.Session, token: saved.Token.Reveal(), user: saved.User, ledger: newLedger(true)}
	c.core.red.token(s.token)
	c.core.sessions.cur = s
	err = c.core.alive(ctx, s)
	if errors.Is(err, ErrSessionLost) && c.core.sessions.login != nil {
		if err = c.chooseVersion(ctx); err == nil {
			_, err = c.core.sessions.get(ctx)
		}
	}
	if err != nil {
		c.core.wire.close()
		return nil, fmt.Errorf("client.Resume: %w", err)
	}
	return c, nil
}

// alive asks for the session's own resource. Only a refusal of the session counts as its end.
func (c *core) alive(ctx context.Context, s *session) error {
	var v ent.LogonSession
	x, err := c.prepare(&rest.Call{Op: opSession, Path: []string{s.id}, Into: &v})
	if err != nil {
		return err
	}
	_, err = x.run(ctx)
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrSessionLost):
		return err
	case errors.As(err, &e) && e.Status == http.StatusNotFound:
		s.lost.Store(true)
		e.lost = true
		return e
	case errors.As(err, &e) && e.Status >= 400 && e.Status < 500:
		return nil // an answer, and not one about the session
	}
	return err
}

// newClient makes everything but the session.
func newClient(address string, opts []Option) (*Client, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	base, err := parseBase(address, o.plainHTTP)
	if err != nil {
		return nil, err
	}
	red := &redactor{}
	o.proxy = red.proxy(o.proxy)
	w, err := newWire(o)
	if err != nil {
		return nil, err
	}
	c := &core{o: o, base: base, wire: w, sessions: &sessions{}, red: red}
	if o.hasPassword {
		c.red.keep(o.password.Reveal())
		c.red.keep(o.user + ":" + o.password.Reveal())
		c.sessions.login = c.login
	}
	cl := &Client{core: c, version: o.version}
	c.version = func() string { return cl.version }
	var caller rest.Caller = rest.CallerFunc(c.Call)
	for i := len(o.interceptors) - 1; i >= 0; i-- {
		caller = o.interceptors[i](caller)
	}
	cl.caller = caller
	cl.API = *emapi.New(caller)
	cl.polls = &polls{c: cl}
	return cl, nil
}

// parseBase reads the address given to Dial.
func parseBase(address string, plain bool) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The text of a URL error quotes the address, which may hold a password.
		return nil, errors.New("the address is not a URL")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("the address holds a name or password: give them with WithPassword")
	case u.Scheme == "http" && !plain:
		return nil, fmt.Errorf("%s://%s: plain HTTP sends password and session in the clear; WithPlainHTTP permits it", u.Scheme, u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("address %q: want https://host:9398", address)
	case u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("address %q: want https://host:9398", address)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		path = "/api"
	}
	return url.Parse(u.Scheme + "://" + u.Host + path)
}

var (
	opRoot    = &rest.Operation{Name: "Root.Get", Method: http.MethodGet, Path: "/", Responses: []string{"EnterpriseManager"}, Repeat: rest.RepeatSafe}
	opLogin   = &rest.Operation{Name: "SessionMngr.Create", Method: http.MethodPost, Path: "/sessionMngr/", Responses: []string{"LogonSession"}, Repeat: rest.RepeatIdempotent}
	opSession = &rest.Operation{Name: "LogonSessions.ID.Get", Method: http.MethodGet, Path: "/logonSessions/{ID}", Responses: []string{"LogonSession"}, Repeat: rest.RepeatSafe}
	opLogout  = &rest.Operation{Name: "LogonSessions.ID.Delete", Method: http.MethodDelete, Path: "/logonSessions/{ID}", Repeat: rest.RepeatIdempotent}
)

// chooseVersion takes v1_7 where the server offers it and else whatever is its latest.
func (c *Client) chooseVersion(ctx context.Context) error {
	if c.version != "" {
		return nil
	}
	var em ent.EnterpriseManager
	x, err := c.core.prepare(&rest.Call{Op: opRoot, Into: &em})
	if err != nil {
		return err
	}
	x.anon = true
	c.version = latest
	if _, err = x.run(ctx); err != nil {
		var e *Error
		if errors.As(err, &e) && e.Status >= 400 && e.Status < 500 {
			// Whoever hides the list of versions may still let people log in.
			c.core.o.logger.LogAttrs(ctx, slog.LevelWarn, "em does not tell its API versions", slog.String("error", e.Error()))
			return nil
		}
		c.version = ""
		return err
	}
	for _, v := range xsdbind.Items(xsdbind.Child(&em, "SupportedVersions"), "SupportedVersion") {
		if strings.EqualFold(xsdbind.Text(v, "Name"), Newest) {
			c.version = Newest
		}
	}
	return nil
}

// login makes a new logon session.
func (c *core) login(ctx context.Context) (*session, error) {
	var v ent.LogonSession
	call := &rest.Call{Op: opLogin, Into: &v, Query: url.Values{"v": {c.version()}}}
	if c.o.tenant {
		spec, err := c.loginSpec()
		if err != nil {
			return nil, err
		}
		call.Body = spec
	}
	x, err := c.prepare(call)
	if err != nil {
		return nil, err
	}
	x.basic, x.anon = !c.o.tenant, true
	a, err := x.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("log-in as %s: %w", c.o.user, err)
	}
	s := &session{id: xsdbind.Text(&v, "SessionId"), token: tokenOf(a.Header), user: xsdbind.Text(&v, "UserName"), ledger: newLedger(false)}
	c.red.token(s.token)
	switch {
	case s.token == "":
		return nil, fmt.Errorf("log-in as %s: %w: no header %s came with it; does a proxy take it away?", c.o.user, ErrUnexpectedAnswer, sessionHeader)
	case s.id == "":
		return nil, fmt.Errorf("log-in as %s: %w: it names no session", c.o.user, ErrUnexpectedAnswer)
	}
	if s.user == "" {
		s.user = c.o.user
	}
	c.o.logger.LogAttrs(ctx, slog.LevelDebug, "em session begins", slog.String("user", s.user))
	return s, nil
}

// loginSpec is how a tenant logs in.
func (c *core) loginSpec() (xsdbind.Struct, error) {
	spec := new(ent.LoginSpec)
	creds, err := xsdbind.Make(spec, "TenantCredentials")
	if err == nil {
		err = setAll(creds, "Username", c.o.user, "Password", c.o.password.Reveal())
	}
	if err != nil {
		return nil, fmt.Errorf("log-in of a tenant: %w", err)
	}
	return spec, nil
}

// tokenOf finds the session's token: in its header, or in the cookie where something between took the header away.
func tokenOf(h http.Header) string {
	if t := h.Get(sessionHeader); t != "" {
		return t
	}
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if strings.EqualFold(c.Name, sessionHeader) {
			return c.Value
		}
	}
	return ""
}
