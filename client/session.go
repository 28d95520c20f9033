package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
)

// session is one logon session. It does not change, except that it may be found to be over.
type session struct {
	id     string // the LogonSession's SessionId: names the session, opens nothing
	token  string // the header's value
	user   string
	lost   atomic.Bool
	ledger *ledger
}

// sessions holds the current session and lets one goroutine at a time replace it.
type sessions struct {
	login func(ctx context.Context) (*session, error) // nil: no credentials

	mu      sync.Mutex
	cur     *session
	flight  *flight
	refused error // a log-in was refused: trying again would only lock the account
	closed  error
}

// flight is a log-in under way. It goes on as long as anybody waits for it.
type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	s       *session
	err     error
}

// get returns the current session, after logging in if there is none that is alive.
func (m *sessions) get(ctx context.Context) (*session, error) {
	m.mu.Lock()
	s, closed := m.cur, m.closed
	m.mu.Unlock()
	if closed != nil {
		return nil, closed
	}
	if s != nil && !s.lost.Load() {
		return s, nil
	}
	return m.renew(ctx, s)
}

// look returns the current session without doing anything about it, nil if there never was one, and why the client is closed, if it is.
func (m *sessions) look() (*session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cur, m.closed
}

// renew replaces stale, unless that has been done already. All who ask while a log-in is under way share it;
// each leaves when its context ends, and the last to leave ends the log-in.
func (m *sessions) renew(ctx context.Context, stale *session) (*session, error) {
	m.mu.Lock()
	switch {
	case m.closed != nil:
		defer m.mu.Unlock()
		return nil, m.closed
	case m.cur != nil && m.cur != stale && !m.cur.lost.Load():
		defer m.mu.Unlock()
		return m.cur, nil
	case m.refused != nil:
		defer m.mu.Unlock()
		return nil, m.refused
	case m.login == nil:
		defer m.mu.Unlock()
		return nil, errNoCredentials
	}
	f := m.flight
	if f == nil {
		// The log-in serves all who wait, so it must not end with the context of the first.
		fctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{done: make(chan struct{}), cancel: cancel}
		m.flight = f
		go m.fly(fctx, f)
	}
	f.waiting++
	m.mu.Unlock()

	select {
	case <-f.done:
		return f.s, f.err
	case <-ctx.Done():
		m.mu.Lock()
		defer m.mu.Unlock()
		if f.waiting--; f.waiting == 0 {
			f.cancel()
			if m.flight == f {
				m.flight = nil // who comes next starts anew and does not get this one's cancellation
			}
		}
		return nil, contextError(ctx)
	}
}

func (m *sessions) fly(ctx context.Context, f *flight) {
	defer f.cancel()
	s, err := m.login(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	f.s, f.err = s, err
	if err == nil && m.closed != nil {
		f.s, f.err = nil, m.closed
	}
	if m.flight == f {
		m.flight = nil
		if f.err == nil {
			m.cur = s
		} else if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) {
			m.refused = err
		}
	}
	close(f.done)
}

// end makes every later use fail with err and returns the session to be logged out, if there is one that lives.
func (m *sessions) end(err error) *session {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.cur
	if m.closed == nil {
		m.closed = err
	}
	if m.flight != nil {
		m.flight.cancel()
	}
	if s == nil || s.lost.Load() {
		return nil
	}
	return s
}

var errNoCredentials = fmt.Errorf("%w: no name and password to log in again with", ErrUnauthorized)

// SavedSession is a logon session that another process can go on with. Its JSON form holds the token: whoever has it
// has the session, so keep it as one keeps a password. Nothing else writes the token.
type SavedSession struct {
	URL        string   `json:"url"`
	Session    string   `json:"session"` // id of the session
	User       string   `json:"user,omitempty"`
	Version    string   `json:"version,omitempty"`
	Thumbprint []string `json:"thumbprint,omitempty"`
	Token      Secret   `json:"token"`
}

// String names the session's server and user.
func (s SavedSession) String() string { return fmt.Sprintf("session of %s at %s", s.User, s.URL) }

// GoString is String.
func (s SavedSession) GoString() string { return s.String() }

// LogValue holds everything but the token and the id.
func (s SavedSession) LogValue() slog.Value {
	return slog.GroupValue(slog.String("url", s.URL), slog.String("user", s.User), slog.String("version", s.Version))
}

// ParseSession reads the JSON form of a SavedSession.
func ParseSession(data []byte) (SavedSession, error) {
	var s SavedSession
	if err := json.Unmarshal(data, &s); err != nil {
		// The text of a JSON error may quote the token.
		return SavedSession{}, errors.New("saved session: not in the JSON form that a session is saved in")
	}
	if s.URL == "" || s.Session == "" || s.Token.IsZero() {
		return SavedSession{}, errors.New("saved session: url, session and token are needed")
	}
	return s, nil
}
