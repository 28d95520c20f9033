package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// FaultKind says what goes wrong.
type FaultKind string

// What can go wrong. "Before" is before anything of the request was carried out, "after" is when all of it was; the audit log tells the truth either way.
const (
	// FaultDelay waits For before the work, or after it. The work is done even when the caller has left meanwhile.
	FaultDelay FaultKind = "delay"
	// FaultStatus answers Status with a Body in place of the answer.
	FaultStatus FaultKind = "status"
	// FaultResetAccept resets a connection as soon as it is accepted, before TLS. Needs a Server.
	FaultResetAccept FaultKind = "reset-accept"
	// FaultResetBefore resets the connection before the request's body is read: nothing is carried out.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter resets the connection when the request was carried out, before the answer.
	FaultResetAfter FaultKind = "reset-after"
	// FaultResetMiddle resets the connection in the middle of the answer's body.
	FaultResetMiddle FaultKind = "reset-middle"
	// FaultTruncate answers with the first half of the body, as if that were the whole.
	FaultTruncate FaultKind = "truncate"
	// FaultCorrupt changes some bytes of the answer's body.
	FaultCorrupt FaultKind = "corrupt"
	// FaultContentType answers with another Content-Type: Body.
	FaultContentType FaultKind = "content-type"
	// FaultSlow spreads the sending of the answer's body over For.
	FaultSlow FaultKind = "slow"
	// FaultHang answers nothing, until the caller leaves or For is over; then the connection is reset.
	FaultHang FaultKind = "hang"
	// FaultExpire ends the caller's logon session, before the request (which is a 401 then) or after it.
	FaultExpire FaultKind = "expire"
	// FaultVanish cleans up all tasks of the caller's session. Whoever asks for one gets the 500 that third parties saw.
	FaultVanish FaultKind = "vanish"
	// FaultRestart restarts Enterprise Manager, before the request or after it: see Handler.Restart. The request's own connection is reset, too.
	FaultRestart FaultKind = "restart"
	// FaultSkew puts the server's clock For ahead of the simulator's Clock; a negative For puts it behind.
	FaultSkew FaultKind = "skew"
	// FaultCertificate shows another certificate in a TLS handshake. Needs a Server.
	FaultCertificate FaultKind = "certificate"
)

// faultKinds tells what may be said of each kind.
var faultKinds = map[FaultKind]struct {
	connection bool // drawn for a connection, when no request is known yet
	when       bool // has a before and an after
	lasts      bool // For is needed
}{
	FaultDelay: {when: true, lasts: true}, FaultStatus: {when: true}, FaultResetAccept: {connection: true}, FaultResetBefore: {},
	FaultResetAfter: {}, FaultResetMiddle: {}, FaultTruncate: {}, FaultCorrupt: {}, FaultContentType: {}, FaultSlow: {lasts: true},
	FaultHang: {when: true}, FaultExpire: {when: true}, FaultVanish: {}, FaultRestart: {when: true}, FaultSkew: {},
	FaultCertificate: {connection: true},
}

// Fault is one rule of what goes wrong, when and how often.
type Fault struct {
	Kind FaultKind

	// Operation, Method and Path say which requests the rule fits: the name of the operation (CdpReplica.VApps.ID.Failover), the method, a part of
	// the path. Empty fits all; case does not matter. Faults of connections fit all connections.
	Operation, Method, Path string
	// Probability is that of a request that fits; 0 stands for 1.
	Probability float64
	// After is how many requests that fit pass first.
	After int
	// Times is how often the fault happens at most; 0 is no limit.
	Times int

	// Late makes it happen after the work was carried out and not before it.
	Late bool
	// For is how long it lasts. Real time, not that of the Clock.
	For time.Duration
	// Status is the answer's; 0 is 503.
	Status int
	// Body of a FaultStatus: "error" (the default) for an Error body, "none", "html" for a page as a proxy sends it, "echo" for a page
	// that repeats the request with all that is secret in it. Of a FaultContentType the type; "" is text/html.
	Body string
	// Location is the header of a FaultStatus that redirects.
	Location string
}

// Check says what is wrong with a rule.
//
// A status that means a refusal cannot come late: Enterprise Manager does not carry out what it refuses, and
// a client has nothing else to go by.
func (f Fault) Check() error {
	k, ok := faultKinds[f.Kind]
	bad := func(format string, args ...any) error {
		return fmt.Errorf("simulator: fault %s: %s", f.Kind, fmt.Sprintf(format, args...))
	}
	switch {
	case !ok:
		return fmt.Errorf("simulator: there is no fault %q", f.Kind)
	case f.Probability < 0 || f.Probability > 1 || f.Probability != f.Probability:
		return bad("the probability %v is not between 0 and 1", f.Probability)
	case f.After < 0 || f.Times < 0:
		return bad("a negative count")
	case f.For < 0 && f.Kind != FaultSkew:
		return bad("it cannot last %v", f.For)
	case k.lasts && f.For == 0:
		return bad("how long does it last?")
	case k.connection && f.Operation+f.Method+f.Path != "":
		return bad("it happens to connections, before there is a request to look at")
	case f.Late && !k.when:
		return bad("it has no late form")
	case f.Kind != FaultStatus && (f.Status != 0 || f.Location != ""):
		return bad("only a status has one")
	case f.Kind != FaultStatus && f.Kind != FaultContentType && f.Body != "":
		return bad("it has no body")
	}
	if f.Kind != FaultStatus {
		return nil
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return bad("%d is no status of an answer", f.Status)
	}
	switch f.Body {
	case "", "error", "none", "html", "echo":
	default:
		return bad("there is no body %q; there are error, none, html and echo", f.Body)
	}
	if f.Late && refuses(f.Status) {
		return bad("%d says that nothing was carried out, so it cannot come late", f.Status)
	}
	return nil
}

// refuses reports whether a status says that the request was not carried out.
func refuses(status int) bool {
	switch status {
	case http.StatusRequestTimeout:
		return false
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return true
	}
	return status >= 400 && status < 500
}

// Faults are the rules of a simulator. They are looked at in order: delays add up, and of the others the first one whose draw
// falls out so happens. The draws follow from the seed, so the same requests in the same order meet the same faults.
type Faults struct {
	Seed  uint64
	Rules []Fault
}

// Check says what is wrong with the rules.
func (f Faults) Check() error {
	var errs []error
	for i, r := range f.Rules {
		if err := r.Check(); err != nil {
			errs = append(errs, fmt.Errorf("rule %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

// WithFaults makes things go wrong from the start. Rules that Check refuses make StartAt fail; NewHandler and New panic.
func WithFaults(f Faults) Option {
	return func(cfg *config) { cfg.faults = f }
}

// SetFaults replaces the rules, and their counts with them; without rules nothing goes wrong any more. What
// rules brought about stays: a clock that was put ahead, sessions that are gone.
func (h *Handler) SetFaults(f Faults) error {
	if err := f.Check(); err != nil {
		return err
	}
	h.faults.set(f)
	return nil
}

// Faults returns the rules.
func (h *Handler) Faults() Faults { return h.faults.rules() }

// FaultCounts returns how often each kind happened since the simulator began.
func (h *Handler) FaultCounts() map[FaultKind]int { return h.faults.happened() }

// fits reports whether a rule is about a request.
func (f *Fault) fits(operation, method, path string) bool {
	return (f.Operation == "" || strings.EqualFold(f.Operation, operation)) && (f.Method == "" || strings.EqualFold(f.Method, method)) &&
		(f.Path == "" || strings.Contains(strings.ToLower(path), strings.ToLower(f.Path)))
}
