package rest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"

	"github.com/vbem-go/vbem/xsdbind"
)

// Place is where a stub stands: a resource whose identifiers are known, and the Caller that its requests go through.
// It is never changed after it was made.
type Place struct {
	caller Caller
	path   []string
}

// At returns the place of the resource whose path has these identifiers.
func At(c Caller, path ...string) *Place { return &Place{c, path} }

// Below returns the place of a resource whose path has one identifier more.
func (p *Place) Below(id string) Place {
	path := make([]string, len(p.path)+1)
	path[copy(path, p.path)] = id
	return Place{p.caller, path}
}

// Started is what an operation answered that starts a task. P is a pointer to the generated type of the task.
type Started[P xsdbind.Struct] struct {
	Value   P      // the task; nil when the answer had no body
	Session string // id of the logon session that the task belongs to
	Status  int
}

// errNoCaller is what stubs of a zero API value return.
var errNoCaller = errors.New("rest: the stub has no Caller; make it with New or take it from a client")

func (p *Place) do(ctx context.Context, call *Call, opts []Option) (*Answer, error) {
	if p == nil || p.caller == nil {
		return nil, errNoCaller
	}
	if ctx == nil {
		return nil, fmt.Errorf("%s: nil context", call.Op)
	}
	call.Path = slices.Clone(p.path) // the call is the caller's, the place everybody's
	for _, o := range opts {
		if o != nil {
			o(call)
		}
	}
	a, err := p.caller.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, fmt.Errorf("%s: the Caller returned neither an answer nor an error", call.Op)
	}
	if into, ok := call.Value(answerKey{}).(*Answer); ok && into != nil {
		*into = *a
	}
	return a, nil
}

// made returns a new value for P, which is a pointer to a generated type. The type parameters of this package are pointers,
// and not what they point to, because the compiler makes one function for all pointers and would make one for every struct.
func made[P any]() P { return reflect.New(reflect.TypeFor[P]().Elem()).Interface().(P) }

// Fetch calls an operation and returns what came, or nil without an error when the answer had no body. P is a pointer to
// a generated type. A body or a query that the operation does not have is nil.
func Fetch[P xsdbind.Struct](ctx context.Context, at *Place, op *Operation, body xsdbind.Struct, query url.Values, opts []Option) (P, error) {
	var none P
	v := made[P]()
	a, err := at.do(ctx, &Call{Op: op, Body: body, Query: query, Into: v}, opts)
	if err != nil || a.Empty {
		return none, err
	}
	return v, nil
}

// Start calls an operation that starts a task. The answer is not nil when the error is nil.
func Start[P xsdbind.Struct](ctx context.Context, at *Place, op *Operation, body xsdbind.Struct, query url.Values, opts []Option) (*Started[P], error) {
	v := made[P]()
	a, err := at.do(ctx, &Call{Op: op, Body: body, Query: query, Into: v}, opts)
	if err != nil {
		return nil, err
	}
	s := &Started[P]{Session: a.Session, Status: a.Status}
	if !a.Empty {
		s.Value = v
	}
	return s, nil
}

// Send calls an operation whose answer has no body. A body that comes all the same is not decoded; [KeepAnswer] shows it.
func Send(ctx context.Context, at *Place, op *Operation, body xsdbind.Struct, query url.Values, opts []Option) error {
	_, err := at.do(ctx, &Call{Op: op, Body: body, Query: query}, opts)
	return err
}
