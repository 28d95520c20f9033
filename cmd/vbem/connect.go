package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/client"
)

// connection is a client with the file that its logon session is kept in.
type connection struct {
	*client.Client

	app   *app
	flags *connFlags
	path  string // where the session is kept
	login string
	kept  string // id of the session in that file; "" when there is none yet
	fresh bool   // this run logged in
	trace *tracer
}

// options are the client's options that the flags ask for.
func (a *app) options(c *connFlags, t *tracer) []client.Option {
	opts := []client.Option{
		client.WithLogger(slog.New(notices{status: &a.status, trace: t.handler(), seen: new(seen)})),
		client.WithRequestTimeout(c.timeout), client.WithPolling(a.polling), client.WithRetry(a.retry),
		client.WithUserAgent("vbem/" + version()),
	}
	opts = append(opts, c.verification()...)
	if a.recorder != nil {
		opts = append(opts, client.WithRoundTripper(a.recorder.Around))
	}
	if c.plainHTTP {
		opts = append(opts, client.WithPlainHTTP())
	}
	if c.apiFormat == "json" {
		opts = append(opts, client.WithJSON())
	}
	if c.apiVersion != "" {
		opts = append(opts, client.WithVersion(c.apiVersion))
	}
	if t != nil {
		opts = append(opts, client.WithInterceptor(t.intercept))
	}
	return opts
}

// verification are the options by which the server is known.
func (c *connFlags) verification() []client.Option {
	var opts []client.Option
	if len(c.thumbprints) > 0 {
		opts = append(opts, client.WithThumbprint(c.thumbprints...))
	}
	if c.caFile != "" {
		opts = append(opts, client.WithCAFile(c.caFile))
	}
	return opts
}

// connect goes on with the kept session where it is alive, and else logs in. The caller closes the connection.
func (a *app) connect(ctx context.Context, c *connFlags) (*connection, error) {
	k, saved, err := a.prepare(c)
	if err != nil {
		return nil, err
	}
	if err := k.open(ctx, saved, true); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

// resume goes on with the kept session and never logs in: for what belongs to that very session.
func (a *app) resume(ctx context.Context, c *connFlags) (*connection, error) {
	k, saved, err := a.prepare(c)
	if err != nil {
		return nil, err
	}
	if saved == nil {
		return nil, errors.Join(fail(exitRefused, errors.New("no logon session is kept for this server and user"),
			"Tasks belong to the logon session that started them. A token (vbem1.…) finds a task's restore session without it."), k.close())
	}
	if err := k.open(ctx, saved, false); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

// prepare reads flags and files. Nothing is sent.
func (a *app) prepare(c *connFlags) (*connection, *keptSession, error) {
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	store, err := a.sessions(c)
	if err != nil {
		return nil, nil, err
	}
	saved, path, err := store.find(c.url, c.username)
	if err != nil {
		return nil, nil, err
	}
	if saved == nil && c.url == "" {
		return nil, nil, fail(exitUsage, errors.New("which Enterprise Manager? --url (VBEM_URL) is missing"), "vbem simulate starts one to try things on.")
	}
	k := &connection{app: a, flags: c, path: path, login: c.username}
	if saved != nil {
		if strings.HasPrefix(saved.Session.URL, "http:") && !c.plainHTTP {
			return nil, nil, fail(exitUsage, fmt.Errorf("the kept logon session is one over plain HTTP, at %s", saved.Session.URL), "--plain-http permits it.")
		}
		k.login, k.kept = saved.Login, saved.Session.Session
	} else if c.username == "" {
		return nil, nil, usagef("who logs in? --username (VBEM_USERNAME) is missing")
	}
	if k.trace, err = a.openTrace(c); err != nil {
		return nil, nil, err
	}
	return k, saved, nil
}

func (k *connection) open(ctx context.Context, saved *keptSession, mayLogIn bool) error {
	a, c := k.app, k.flags
	opts := a.options(c, k.trace)
	var (
		password string
		known    bool
		err      error
	)
	if mayLogIn {
		if password, known, err = a.givenPassword(c); err != nil {
			return err
		}
		if !known && c.keyring {
			url := c.url
			if saved != nil {
				url = saved.Session.URL
			}
			password, err = a.fromKeyring(url, k.login)
			if known = err == nil; !known && saved == nil { // a kept session that is alive needs none
				return err
			}
		}
	}
	if saved != nil {
		with := opts
		if known {
			with = append(slices.Clip(opts), client.WithPassword(k.login, password))
		}
		k.Client, err = client.Resume(ctx, saved.Session, with...)
		switch {
		case err == nil && k.Session() == saved.Session.Session:
			return nil
		case err == nil:
			a.status.note("vbem: the kept logon session was over: logged in again. Its tasks can no longer be asked for.")
			k.fresh = true
			return nil
		case !errors.Is(err, client.ErrSessionLost) || !mayLogIn:
			return err
		}
		c.url = saved.Session.URL
		if len(c.thumbprints) == 0 && len(saved.Session.Thumbprint) > 0 {
			opts = append(opts, client.WithThumbprint(saved.Session.Thumbprint...))
		}
		a.status.note("vbem: the kept logon session is over. Its tasks can no longer be asked for.")
	}
	if !known {
		if password, err = a.askPassword(ctx, fmt.Sprintf("Password of %s at %s: ", k.login, c.url)); err != nil {
			return err
		}
	}
	k.Client, err = client.Dial(ctx, c.url, append(opts, client.WithPassword(k.login, password))...)
	k.fresh = err == nil
	return err
}

// keep writes the session file when the session is another one than it holds. From then on others may
// use the session, so it comes after what [client.Client.Reconcile] may have to account for.
func (k *connection) keep() error {
	if k.Client == nil || k.Session() == "" || k.Session() == k.kept {
		return nil
	}
	saved, err := k.Save()
	if err != nil {
		return err
	}
	if err := save(k.path, keptSession{Login: k.login, Session: saved}); err != nil {
		return err
	}
	k.kept = saved.Session
	return nil
}

// done keeps the session and closes the trace. The logon session stays, for the next command.
func (k *connection) done(err error) error {
	if e := k.keep(); e != nil && !errors.Is(e, client.ErrSessionLost) && !errors.Is(e, client.ErrClosed) {
		k.app.status.note("vbem: the logon session could not be kept: %v", e)
	}
	return errors.Join(err, k.close())
}

func (k *connection) close() error { return k.trace.close() }
