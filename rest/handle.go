package rest

import (
	"context"
	"fmt"

	"github.com/vbem-go/vbem/xsdbind"
)

// Op is the name of an operation, with the types of what it takes and answers: pointers to generated types, or [None].
// It is the key that [Handle] finds the operation by, and costs a program nothing that does not use it.
type Op[In, Out any] string

// None stands in an [Op] for a body that there is none of.
type None struct{}

// Handle makes serve carry out an operation that m knows from [MuxConfig.Operations]. That it takes and answers what the
// operation does is checked by the compiler:
//
//	rest.Handle(mux, emapi.ServeTasksIDGet, func(ctx context.Context, r *rest.Request, _ rest.None) (*ent.Task, error) { … })
//
// A nil pointer answers without a body. The body is nil where [MuxConfig.BodyOptional] allows that and none came.
// Handle panics, as [Mux.Handle] does, when m does not know the operation or has a handler for it.
func Handle[In, Out any](m *Mux, op Op[In, Out], serve func(ctx context.Context, r *Request, body In) (Out, error)) {
	o := m.byName[string(op)]
	if o == nil {
		panic(fmt.Sprintf("rest: Handle: the Mux knows no operation %s", op))
	}
	h := Handler{Op: o}
	if _, none := any(*new(In)).(None); !none {
		h.NewBody = func() xsdbind.Struct { v, _ := any(made[In]()).(xsdbind.Struct); return v }
	}
	h.Serve = func(ctx context.Context, r *Request, body xsdbind.Struct) (xsdbind.Struct, error) {
		in, _ := any(body).(In)
		v, err := serve(ctx, r, in)
		out, _ := any(v).(xsdbind.Struct)
		return out, err
	}
	m.Handle(h)
}
