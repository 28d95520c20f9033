package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// What an error means, for errors.Is. One error may mean several of these: a 503 to a failover is [ErrUnavailable],
// [ErrServer] and [ErrOutcomeUnknown].
var (
	ErrBadRequest       = errors.New("bad request")                            // 400
	ErrUnauthorized     = errors.New("not authorized")                         // 401, and a log-in that was refused
	ErrForbidden        = errors.New("forbidden")                              // 403
	ErrNotFound         = errors.New("not found")                              // 404
	ErrMethodNotAllowed = errors.New("method not allowed")                     // 405
	ErrServer           = errors.New("server error")                           // any 5xx
	ErrNotImplemented   = errors.New("not implemented")                        // 501
	ErrUnavailable      = errors.New("service unavailable")                    // 502, 503, 504
	ErrRedirect         = errors.New("redirect not followed")                  // 3xx: to another host, or of a request that is not a GET
	ErrUnexpectedAnswer = errors.New("unexpected answer")                      // a success that could not be read as what was documented
	ErrTooLarge         = errors.New("answer exceeds the limit")               // see WithMaxResponse
	ErrFilterTooLong    = errors.New("the filter is too long for one request") // see Query.MaxLength
	ErrTimeout          = errors.New("the request took too long")              // see WithRequestTimeout
	ErrTaskNotFound     = errors.New("no such task in the session")            // 404 under /tasks, and the 500 that EM sends in its place

	// ErrSessionLost: the logon session that a task or session resource belongs to is over. The same id in another
	// session is somebody else's task, so the request was not sent, or not carried out.
	ErrSessionLost = errors.New("logon session lost")
	// ErrOutcomeUnknown: the request may have been carried out, or not. It was not sent a second time. See [Client.Reconcile].
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrClosed: the client was closed or logged out.
	ErrClosed = errors.New("client is closed")

	ErrConfirmationNeeded = errors.New("confirmation needed") // a task's result asks for it
	ErrCredentialsNeeded  = errors.New("credentials needed")  // a task's result asks for them
	ErrNoTask             = errors.New("the answer named no task")
	ErrMoment             = errors.New("not exactly one moment selected")
)

// Error is a call that failed. It never holds a password, token or other secret.
type Error struct {
	Op      string // the operation's name
	Method  string
	URL     string
	Status  int    // HTTP status; 0 when no answer came
	Message string // what the server said: the Message attribute of its Error
	// FirstChance is the server's FirstChanceExceptionMessage where it says more than Message.
	FirstChance string
	// Snippet is the beginning of a body that was no Error, a proxy's page for example.
	Snippet string
	Err     error // what went wrong on the way, if anything

	lost    bool
	task    bool // the request was about a task
	certain bool // a request that starts something, and surely did not
}

// Error gives the operation, the status and what the server said.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	if e.lost {
		b.WriteString(ErrSessionLost.Error())
		b.WriteString(": ")
	}
	b.WriteString(e.Method)
	b.WriteByte(' ')
	b.WriteString(e.URL)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Message != "" {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	if e.FirstChance != "" && e.FirstChance != e.Message {
		fmt.Fprintf(&b, " (%s)", e.FirstChance)
	}
	if e.Snippet != "" {
		fmt.Fprintf(&b, ": the body was %q", e.Snippet)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns what went wrong on the way.
func (e *Error) Unwrap() error { return e.Err }

// Is says which of the package's Err values the error means.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrSessionLost:
		return e.lost
	case ErrBadRequest:
		return e.Status == http.StatusBadRequest
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrMethodNotAllowed:
		return e.Status == http.StatusMethodNotAllowed
	case ErrServer:
		return e.Status >= 500
	case ErrNotImplemented:
		return e.Status == http.StatusNotImplemented
	case ErrUnavailable:
		return e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
	case ErrRedirect:
		return e.Status >= 300 && e.Status < 400
	case ErrTaskNotFound:
		return e.task && (e.Status == http.StatusNotFound || e.Status >= 500 && saysNoTask(e.Message+" "+e.FirstChance))
	}
	return false
}

// saysNoTask recognises what EM answers, with status 500, about a task that it has cleaned up.
func saysNoTask(message string) bool {
	return strings.Contains(strings.ToLower(message), "no backup task with id")
}

// UnknownError is a request that starts something and whose outcome is not known: a byte of it may have reached the
// server and no answer said what became of it. It was not sent again. errors.Is finds [ErrOutcomeUnknown] and whatever the cause means.
type UnknownError struct {
	Op      *rest.Operation
	Path    []string  // the identifiers in the operation's path: which vApp, which VM
	Session string    // id of the logon session that it was sent in
	Started time.Time // when the sending began, by the client's clock
	Ended   time.Time // when it was given up
	Status  int       // status of the answer, when one came that told too little
	Err     error

	entry *entry // what the ledger knows of it
}

// Error says what is not known, and why.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("%s of %s: %v: it may have been started; it was sent once and will not be sent again: %v",
		e.Op, strings.Join(e.Path, ", "), ErrOutcomeUnknown, e.Err)
}

// Unwrap returns the cause.
func (e *UnknownError) Unwrap() error { return e.Err }

// Is reports whether target is ErrOutcomeUnknown.
func (e *UnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }
