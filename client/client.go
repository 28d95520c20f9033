package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// Client is a logon session at an Enterprise Manager and everything that can be done in it: the resources of
// [emapi.API] as methods, and the methods below. Make one with [Dial] or [Resume]; it is safe for concurrent use.
type Client struct {
	emapi.API

	core    *core
	caller  rest.Caller // core inside the interceptors
	polls   *polls
	version string // set before the client is handed out
}

// Call implements [rest.Caller], interceptors included.
func (c *Client) Call(ctx context.Context, call *rest.Call) (*rest.Answer, error) {
	return c.caller.Call(ctx, call)
}

// Session returns the id of the current logon session. It is not the token and opens nothing.
func (c *Client) Session() string {
	s, _ := c.core.sessions.look()
	return s.name()
}

// User returns the name that EM gave the current session's user.
func (c *Client) User() string {
	if s, _ := c.core.sessions.look(); s != nil {
		return s.user
	}
	return c.core.o.user
}

// Version returns the API version that sessions are made with: v1_7, or latest.
func (c *Client) Version() string { return c.version }

// URL returns the API's base address.
func (c *Client) URL() string { return c.core.base.String() }

// String names user and server.
func (c *Client) String() string {
	if c == nil || c.core == nil {
		return "client without a session"
	}
	return fmt.Sprintf("client of %s at %s", c.User(), c.URL())
}

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// Format prints String for every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// LogValue holds user and server.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Save returns the current session for another process to [Resume]. After it this client no longer claims to know
// who started a task in the session: see [Client.Reconcile].
func (c *Client) Save() (SavedSession, error) {
	s, _ := c.core.sessions.look()
	if s == nil || s.lost.Load() {
		return SavedSession{}, fmt.Errorf("client.Save: %w", ErrSessionLost)
	}
	s.ledger.share()
	return SavedSession{URL: c.URL(), Session: s.id, User: s.user, Version: c.version, Thumbprint: c.core.o.thumbprints, Token: NewSecret(s.token)}, nil
}

// RunningError says that [Client.Close] left the logon session alone, because ending it could take a running task along.
type RunningError struct {
	Tasks []string // ids of the tasks that had not finished
	Open  bool     // a request may have started something that is not seen yet
	Err   error    // the question whether tasks run was not answered
}

func (e *RunningError) Error() string {
	switch {
	case len(e.Tasks) > 0:
		return fmt.Sprintf("the logon session was left alone: %s still running", strings.Join(e.Tasks, ", "))
	case e.Err != nil:
		return fmt.Sprintf("the logon session was left alone: whether tasks are running is not known: %v", e.Err)
	}
	return "the logon session was left alone: a request of unknown outcome may have started a task in it"
}

// Unwrap returns why the question was not answered.
func (e *RunningError) Unwrap() error { return e.Err }

// Close logs out, unless a task that this client started in its session may still be running: then the session is
// left to expire by itself, and the error is a *[RunningError]. Either way the client is closed: every later call
// fails with [ErrClosed]. A session that has expired by itself is no error. Closing again does nothing.
func (c *Client) Close(ctx context.Context) error {
	s, closed := c.core.sessions.look()
	if closed != nil {
		return nil
	}
	defer c.core.wire.close()
	var left *RunningError
	if s != nil && !s.lost.Load() {
		left = c.stillRunning(ctx, s)
	}
	s = c.core.sessions.end(ErrClosed)
	c.polls.stop()
	if left != nil {
		return left
	}
	return c.logout(ctx, s)
}

// Logout ends the logon session at the server and closes the client, whatever is running in the session.
func (c *Client) Logout(ctx context.Context) error {
	if _, closed := c.core.sessions.look(); closed != nil {
		return nil
	}
	defer c.core.wire.close()
	s := c.core.sessions.end(ErrClosed)
	c.polls.stop()
	return c.logout(ctx, s)
}

func (c *Client) logout(ctx context.Context, s *session) error {
	if s == nil {
		return nil
	}
	x, err := c.core.prepare(&rest.Call{Op: opLogout, Path: []string{s.id}})
	if err != nil {
		return err
	}
	x.with = s
	_, err = x.run(ctx)
	var e *Error
	if errors.As(err, &e) && (e.Status == http.StatusUnauthorized || e.Status == http.StatusNotFound) {
		err = nil // it was over already
	}
	if err == nil {
		s.lost.Store(true)
	}
	return err
}

// stillRunning returns what speaks against ending the session; nil when nothing does.
func (c *Client) stillRunning(ctx context.Context, s *session) *RunningError {
	running, open := s.ledger.busy()
	if len(running) == 0 && !open {
		return nil
	}
	var list ent.Tasks
	x, err := c.core.prepare(&rest.Call{Op: opTasks, Into: &list})
	if err == nil {
		x.with = s
		_, err = x.run(ctx)
	}
	if errors.Is(err, ErrSessionLost) {
		return nil
	}
	if err != nil {
		return &RunningError{Tasks: running, Open: open, Err: err}
	}
	running, open = s.ledger.busy()
	if len(running) > 0 || open {
		return &RunningError{Tasks: running, Open: open}
	}
	return nil
}
