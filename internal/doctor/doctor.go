// Package doctor asks a live Enterprise Manager about the facts that its documentation leaves uncertain, and says how the bindings get
// along with what it found.
//
// It cannot disturb. It logs in, sends GETs one after the other, each of a fixed list of addresses and at most [MostRequests] of them in
// all, and logs out. It uses no other logon session than its own. What it finds is told as names of elements, counts, statuses and the form of
// values: no name of an object, no identifier, no address and no secret is in a [Finding].
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Verdict says how what was found compares with what the bindings assume.
type Verdict string

// The verdicts.
const (
	AsAssumed  Verdict = "as assumed"
	Handled    Verdict = "differs, handled"     // the bindings work either way
	NotHandled Verdict = "differs, NOT handled" // the bindings are wrong about this server
	Unseen     Verdict = "could not be seen"    // the server has nothing that shows it, or refuses to
)

// Finding is what came of one check.
type Finding struct {
	Check   string // its name
	Asks    string
	Assumes string // what the bindings take for granted, or work best with
	Found   string
	Verdict Verdict
}

// Server is what is looked at and how it is reached.
type Server struct {
	Base           string // https://em.example.com:9398/api
	User, Password string
	Version        string // of the API, to log in with; "" is the newest that the bindings know
	// Transport verifies the server: see client.NewTransport.
	Transport http.RoundTripper
	UserAgent string
	// Timeout limits each request; 0 is 30 seconds.
	Timeout time.Duration
	// PlainHTTP permits an http:// address.
	PlainHTTP bool
	// Progress, when it is set, is told each finding as it comes.
	Progress func(Finding)
}

// check is one question. ask must be able to give every verdict but those that make no sense for it.
type check struct {
	name, asks, assumes string
	ask                 func(*visit) (found string, verdict Verdict)
}

// checks are in the order in which they are made: the first ones need no session, the last ones end it.
func checks() []check {
	var all []check
	for _, some := range [][]check{openingChecks, sessionChecks, listChecks, queryChecks, jsonChecks, valueChecks, closingChecks} {
		all = append(all, some...)
	}
	return all
}

// Run makes all checks. An error means that the server could not be reached or refused the log-in; what was found until then comes with it.
func Run(ctx context.Context, s Server) ([]Finding, error) {
	if strings.HasPrefix(s.Base, "http:") && !s.PlainHTTP {
		return nil, errors.New("plain HTTP sends password and session in the clear")
	}
	if s.Transport == nil {
		return nil, errors.New("no transport")
	}
	v := newVisit(ctx, s)
	defer v.leave()
	if a := v.get("/", anonymous); a.err != nil {
		return nil, fmt.Errorf("the server cannot be reached: %w", a.err)
	}
	var list []Finding
	for _, c := range checks() {
		f := Finding{Check: c.name, Asks: c.asks, Assumes: c.assumes}
		f.Found, f.Verdict = c.ask(v)
		if err := ctx.Err(); err != nil {
			return list, err
		}
		if v.refused != nil {
			return list, v.refused
		}
		f.Found = v.clean(f.Found)
		list = append(list, f)
		if s.Progress != nil {
			s.Progress(f)
		}
	}
	return list, nil
}

// OK reports whether the bindings can work with what was found.
func OK(list []Finding) bool {
	for _, f := range list {
		if f.Verdict == NotHandled {
			return false
		}
	}
	return len(list) > 0
}
