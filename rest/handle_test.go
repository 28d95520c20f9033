package rest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	serveGet    Op[None, *note]  = "Notes.ID.Get"
	serveSend   Op[*note, *note] = "Notes.ID.Send"
	serveLogin  Op[*note, *note] = "Login.Create"
	serveDelete Op[None, None]   = "Notes.ID.Delete"
)

func TestHandle(t *testing.T) {
	table := []*Operation{opList, opGet, opSend, opDelete, opLogin}
	m := NewMux(MuxConfig{Operations: table, BodyOptional: func(op *Operation) bool { return op == opLogin }})
	Handle(m, serveGet, func(_ context.Context, r *Request, _ None) (*note, error) {
		if r.Path[0] == "0" {
			return nil, nil
		}
		return &note{Text: r.Op.Name + " " + r.Path[0]}, nil
	})
	echo := func(_ context.Context, r *Request, body *note) (*note, error) {
		if body == nil {
			return &note{Text: "nobody"}, nil
		}
		return &note{Text: r.Op.Name + " " + body.Text}, nil
	}
	Handle(m, serveSend, echo)
	Handle(m, serveLogin, echo)
	Handle(m, serveDelete, func(context.Context, *Request, None) (None, error) { return None{}, nil })
	const a = `<Note xmlns="urn:example:notes"><Text>a</Text></Note>`
	for _, c := range []struct {
		request request
		status  int
		text    string
	}{
		{request{method: "GET", target: "/api/notes/7"}, 200, "Notes.ID.Get 7"},
		{request{method: "GET", target: "/api/notes/0"}, 204, ""},
		{request{method: "POST", target: "/api/notes/7?action=send", body: a}, 202, "Notes.ID.Send a"},
		{request{method: "POST", target: "/api/notes/7?action=send"}, 400, ""},
		{request{method: "POST", target: "/api/login", body: a}, 201, "Login.Create a"},
		{request{method: "POST", target: "/api/login"}, 201, "nobody"},
		{request{method: "DELETE", target: "/api/notes/7"}, 204, ""},
		{request{method: "GET", target: "/api/notes"}, 501, ""}, // in the table, and nobody's
		{request{method: "PUT", target: "/api/notes"}, 405, ""},
	} {
		res := serve(t, m, c.request)
		if res.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.request.method, c.request.target, res.StatusCode, c.status)
		} else if c.text != "" {
			if diff := cmp.Diff(c.text, textOf(t, res)); diff != "" {
				t.Error(diff)
			}
		}
	}
	// The untyped form fills places of the table, too.
	m.Handle(Handler{Op: opList, Serve: unimplemented})
	if diff := cmp.Diff(table, m.Operations()); diff != "" {
		t.Error(diff)
	}
	for name, again := range map[string]func(){
		"twice":              func() { Handle(m, serveSend, echo) },
		"twice, by hand":     func() { m.Handle(Handler{Op: opList, Serve: unimplemented}) },
		"not in the table":   func() { Handle(m, Op[*note, *note]("Notes.Create"), echo) },
		"a table with twins": func() { NewMux(MuxConfig{Operations: []*Operation{opList, opList}}) },
	} {
		if func() (p any) { defer func() { p = recover() }(); again(); return }() == nil {
			t.Error(name, "is taken")
		}
	}
	if op, _, err := NewMux(MuxConfig{Operations: table}).Match(httptest.NewRequest("GET", "/api/notes/7", nil)); op != opGet {
		t.Error(fmt.Sprint(op), err)
	}
}
