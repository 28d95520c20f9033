// Package rest is the runtime of generated operation stubs: what an operation is, what one call of it carries, and
// who carries it out. A client implements [Caller]; a server registers handlers on a [Mux].
//
// Nothing here knows a particular API. An [Operation] is never changed after it was made and may be shared by any
// number of goroutines; a [Call] belongs to the goroutine that makes it until the call has returned.
package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
)

// Repeat says what a second sending of the same request would do on the server.
type Repeat uint8

const (
	// RepeatNever: a second sending may carry the operation out a second time. It is the zero value, because that is the safe reading.
	RepeatNever Repeat = iota
	// RepeatIdempotent: a second sending leaves the server as the first one did, though its answer may differ.
	RepeatIdempotent
	// RepeatSafe: the operation only reads.
	RepeatSafe
)

// String returns the word that the operation table uses: never, idempotent or safe.
func (r Repeat) String() string {
	switch r {
	case RepeatNever:
		return "never"
	case RepeatIdempotent:
		return "idempotent"
	case RepeatSafe:
		return "safe"
	}
	return fmt.Sprintf("Repeat(%d)", uint8(r))
}

// Operation describes one row of the operation table.
type Operation struct {
	Name      string   // CdpReplica.VApps.ID.Failover
	Method    string   // POST
	Path      string   // /cdpReplica/vApps/{ID}: below the API's base, each {…} is one element of Call.Path; {+…} takes its slashes as they are
	Query     string   // fixed part of the query: action=failover
	Params    []string // names of the other query parameters
	Request   string   // local name of the request's root element, "" when there is no body
	Responses []string // local names of the root elements that may come back
	Codes     []int    // documented status codes of success
	Task      bool     // starts a task
	Repeat    Repeat   // what a second sending does
	Since     string   // first API version that has it: v1_5
	Page      string   // page of the reference
}

// String returns the operation's name.
func (o *Operation) String() string {
	if o == nil {
		return "<no operation>"
	}
	return o.Name
}

// spanning begins the name of a place in a path that takes several segments, {+filepath}, as in RFC 6570. It is the last of its path.
const spanning = "+"

// Target returns the path and query of a call, escaped, relative to the API's base and beginning with a slash.
// The fixed part of the query comes first; the rest follows sorted by name. An empty identifier, one that would
// change the path's shape (. and ..), a wrong number of them, and a parameter that contradicts the fixed part are errors.
func (o *Operation) Target(path []string, query url.Values) (string, error) {
	var b strings.Builder
	rest, used := o.Path, 0
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '}')
		if j < 0 {
			return "", fmt.Errorf("%s: path %q has an unclosed brace", o.Name, o.Path)
		}
		name := rest[i+1 : i+j]
		if used >= len(path) {
			return "", fmt.Errorf("%s: no value for {%s} in %s", o.Name, name, o.Path)
		}
		switch v := path[used]; v {
		case "":
			return "", fmt.Errorf("%s: the value for {%s} in %s is empty", o.Name, name, o.Path)
		case ".", "..":
			return "", fmt.Errorf("%s: %q cannot stand for {%s} in %s", o.Name, v, name, o.Path)
		default:
			b.WriteString(rest[:i])
			if !strings.HasPrefix(name, spanning) {
				b.WriteString(url.PathEscape(v))
				break
			}
			for n, segment := range strings.Split(strings.Trim(v, "/"), "/") {
				if segment == "" || segment == "." || segment == ".." {
					return "", fmt.Errorf("%s: %q cannot stand for {%s} in %s: its segment %q", o.Name, v, name, o.Path, segment)
				}
				if n > 0 {
					b.WriteByte('/')
				}
				b.WriteString(url.PathEscape(segment))
			}
		}
		used++
		rest = rest[i+j+1:]
	}
	if used != len(path) {
		return "", fmt.Errorf("%s: %d values for the %d places in %s", o.Name, len(path), used, o.Path)
	}
	b.WriteString(rest)
	for part := range strings.SplitSeq(o.Query, "&") {
		fixed, _, _ := strings.Cut(part, "=")
		for name := range query {
			if strings.EqualFold(fixed, name) {
				return "", fmt.Errorf("%s: query parameter %q is fixed by the operation (%s)", o.Name, name, o.Query)
			}
		}
	}
	sep := byte('?')
	if o.Query != "" {
		b.WriteByte(sep)
		b.WriteString(o.Query)
		sep = '&'
	}
	if len(query) > 0 {
		b.WriteByte(sep)
		// %20 means a space to every server; + does only where the query is read as a form.
		b.WriteString(strings.ReplaceAll(query.Encode(), "+", "%20"))
	}
	return b.String(), nil
}

// Call is one call of an operation.
type Call struct {
	Op    *Operation
	Path  []string       // values for the {…} of Op.Path, unescaped, in order
	Query url.Values     // query parameters besides Op.Query
	Body  xsdbind.Struct // request body; nil when there is none
	Into  xsdbind.Struct // where the answer's body goes; nil when none is expected
	// Header holds additional request headers.
	Header http.Header

	values map[any]any
}

// Target returns the call's path and query as [Operation.Target] does.
func (c *Call) Target() (string, error) {
	if c == nil || c.Op == nil {
		return "", errors.New("rest: a call without an operation")
	}
	return c.Op.Target(c.Path, c.Query)
}

// HasBody reports whether the call carries a body. A nil pointer of a generated type is none.
func (c *Call) HasBody() bool {
	if c.Body == nil {
		return false
	}
	v := reflect.ValueOf(c.Body)
	return v.Kind() != reflect.Pointer || !v.IsNil()
}

// SetValue keeps v under key for a Caller or an interceptor. Keys are compared as in [context.WithValue]: use a type of your own.
func (c *Call) SetValue(key, v any) {
	if c.values == nil {
		c.values = make(map[any]any)
	}
	c.values[key] = v
}

// Value returns what SetValue kept under key, or nil.
func (c *Call) Value(key any) any { return c.values[key] }

// Option changes a call before it is made.
type Option func(*Call)

// WithQuery adds query parameters to a call.
func WithQuery(q url.Values) Option {
	return func(c *Call) {
		if c.Query == nil {
			c.Query = make(url.Values, len(q))
		}
		for name, values := range q {
			c.Query[name] = append(c.Query[name], values...)
		}
	}
}

// WithHeader adds a request header to a call.
func WithHeader(name, value string) Option {
	return func(c *Call) {
		if c.Header == nil {
			c.Header = make(http.Header)
		}
		c.Header.Add(name, value)
	}
}

type answerKey struct{}

// KeepAnswer copies the call's answer to *into, for callers of stubs who want its status, headers or undecoded body.
func KeepAnswer(into *Answer) Option {
	return func(c *Call) { c.SetValue(answerKey{}, into) }
}

// Answer is what came back from a call that succeeded.
type Answer struct {
	Status  int
	Header  http.Header
	Session string // id (not the token) of the logon session that the call was made in
	Empty   bool   // no body came and Into is untouched
	Body    []byte // a body that came though Into was nil, within the Caller's limits
}

// Caller carries out calls. It returns an error for every answer that is not a success.
// Implementations are safe for concurrent use.
type Caller interface {
	Call(ctx context.Context, c *Call) (*Answer, error)
}

// CallerFunc is a function that is a Caller.
type CallerFunc func(ctx context.Context, c *Call) (*Answer, error)

// Call calls f.
func (f CallerFunc) Call(ctx context.Context, c *Call) (*Answer, error) { return f(ctx, c) }
