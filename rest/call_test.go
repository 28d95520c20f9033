package rest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
)

func TestTarget(t *testing.T) {
	for _, c := range []struct {
		op    *Operation
		path  []string
		query url.Values
		want  string // or part of the error, after "error: "
	}{
		{opList, nil, nil, "/notes"},
		{opGet, []string{"7"}, nil, "/notes/7"},
		{opGet, []string{"a/b c?d"}, nil, "/notes/a%2Fb%20c%3Fd"},
		{opPages, []string{"7", "8"}, nil, "/notes/7/pages/8"},
		{opSend, []string{"7"}, url.Values{"b": {"x y"}, "a": {"1+1", "2"}}, "/notes/7?action=send&a=1%2B1&a=2&b=x%20y"},
		{opList, nil, url.Values{"filter": {`a=="b;c"`}}, "/notes?filter=a%3D%3D%22b%3Bc%22"},
		{opGet, nil, nil, "error: no value for {ID}"},
		{opGet, []string{"7", "8"}, nil, "error: 2 values for the 1 places"},
		{opGet, []string{""}, nil, "error: the value for {ID}"},
		{opGet, []string{".."}, nil, `error: ".." cannot stand for {ID}`},
		{opSend, []string{"7"}, url.Values{"Action": {"burn"}}, `error: query parameter "Action" is fixed`},
		{&Operation{Name: "Odd.Get", Path: "/odd/{ID"}, nil, nil, "error: Odd.Get: path"},
		{opFile, []string{"7", "C:/Users/a b?.txt"}, nil, "/notes/7/files/C:/Users/a%20b%3F.txt"},
		{opFile, []string{"7", "/C:/"}, nil, "/notes/7/files/C:"},
		{opFile, []string{"7", "a/../b"}, nil, `error: "a/../b" cannot stand for {+path}`},
		{opFile, []string{"7", "a//b"}, nil, `error: "a//b" cannot stand for {+path}`},
	} {
		got, err := (&Call{Op: c.op, Path: c.path, Query: c.query}).Target()
		if err != nil {
			got = "error: " + err.Error()
		}
		if !strings.HasPrefix(c.want, "error: ") && got != c.want || !strings.Contains(got, strings.TrimPrefix(c.want, "error: ")) {
			t.Errorf("%s %v %v: %s, want %s", c.op, c.path, c.query, got, c.want)
		}
	}
	if _, err := (*Call)(nil).Target(); err == nil {
		t.Error("a nil call has a target")
	}
}

// What Target writes, a Mux reads as it was meant.
func TestTargetAndMuxAgree(t *testing.T) {
	m := newNotes(t)
	for _, id := range []string{"7", "a b", "a/b", "%41", "ü", "latest;x", "a?b#c", "..x"} {
		target, err := opGet.Target([]string{id}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := textOf(t, serve(t, m, request{method: "GET", target: "/api" + target}))
		if diff := cmp.Diff("Notes.ID.Get "+id, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A path of several segments arrives whole, and leaves longer literal paths alone.
func TestTail(t *testing.T) {
	m := NewMux()
	var got []string
	for _, op := range []*Operation{opFile, {Name: "Notes.ID.Files.Size", Method: "GET", Path: "/notes/{ID}/files/size"}} {
		m.Handle(Handler{Op: op, Serve: func(_ context.Context, r *Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
			got = append([]string{op.Name}, r.Path...)
			return nil, nil
		}})
	}
	for _, c := range []struct{ target, want string }{
		{"/notes/7/files/a", "Notes.ID.Files.ID.Get 7 a"},
		{"/notes/7/files/a%20b/c/d", "Notes.ID.Files.ID.Get 7 a b/c/d"},
		{"/notes/7/files/size", "Notes.ID.Files.Size 7"},
		{"/notes/7/files/size/more", "Notes.ID.Files.ID.Get 7 size/more"},
	} {
		got = nil
		m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/api"+c.target, nil))
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: served by %q, want %q", c.target, got, c.want)
		}
	}
}

var opFile = &Operation{Name: "Notes.ID.Files.ID.Get", Method: "GET", Path: "/notes/{ID}/files/{+path}"}

func TestStubs(t *testing.T) {
	ctx := context.Background()
	boom := errors.New("boom")
	answer := &Answer{Status: 202, Session: "s-1"}
	var seen *Call
	ok := CallerFunc(func(_ context.Context, c *Call) (*Answer, error) {
		seen = c
		if n, is := c.Into.(*note); is && !answer.Empty {
			n.Text = "filled"
		}
		return answer, nil
	})
	fails := CallerFunc(func(context.Context, *Call) (*Answer, error) { return nil, boom })
	mute := CallerFunc(func(context.Context, *Call) (*Answer, error) { return nil, nil })
	place := func(c Caller) *Place { return At(c, "7") }

	var kept Answer
	got, err := Fetch[*note](ctx, place(ok), opGet, nil, nil, []Option{nil, WithQuery(url.Values{"a": {"1"}}), WithQuery(url.Values{"a": {"2"}}), WithHeader("X-A", "1"), KeepAnswer(&kept)})
	if err != nil || got.Text != "filled" || kept.Session != "s-1" {
		t.Error(got, err, kept)
	}
	if diff := cmp.Diff(url.Values{"a": {"1", "2"}}, seen.Query); diff != "" || seen.Header.Get("X-A") != "1" {
		t.Error(diff, seen.Header)
	}
	started, err := Start[*note](ctx, place(ok), opGet, nil, nil, nil)
	if err != nil || started.Value.Text != "filled" || started.Session != "s-1" || started.Status != 202 {
		t.Error(started, err)
	}
	if err := Send(ctx, place(ok), opGet, nil, nil, nil); err != nil || seen.Into != nil {
		t.Error(err, seen.Into)
	}
	answer.Empty = true
	if got, err := Fetch[*note](ctx, place(ok), opGet, nil, nil, nil); got != nil || err != nil {
		t.Error(got, err)
	}
	if started, err := Start[*note](ctx, place(ok), opGet, nil, nil, nil); err != nil || started.Value != nil {
		t.Error(started, err)
	}
	for name, c := range map[string]Caller{"fails": fails, "mute": mute, "none": nil} {
		_, err1 := Fetch[*note](ctx, place(c), opGet, nil, nil, nil)
		_, err2 := Start[*note](ctx, place(c), opGet, nil, nil, nil)
		err3 := Send(ctx, place(c), opGet, nil, nil, nil)
		for _, err := range []error{err1, err2, err3} {
			if err == nil || name == "fails" && !errors.Is(err, boom) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := Send(ctx, nil, opGet, nil, nil, nil); err == nil {
		t.Error("no place is taken")
	}
	// A stub is shared: neither its neighbours nor an interceptor that changes a call change where it stands.
	parent := At(ok, "7")
	one, two := parent.Below("1"), parent.Below("2")
	for want, p := range map[string]*Place{"7": parent, "7 1": &one, "7 2": &two} {
		for range 2 {
			if err := Send(ctx, p, opPages, nil, nil, nil); err != nil || strings.Join(seen.Path, " ") != want {
				t.Error(want, seen.Path, err)
			}
			seen.Path[0] = "changed"
		}
	}
	//lint:ignore SA1012 that is what is tested
	if err := Send(nil, place(ok), opGet, nil, nil, nil); err == nil {
		t.Error("a nil context is taken")
	}
}

func TestCallValues(t *testing.T) {
	type key struct{}
	c := &Call{}
	if c.Value(key{}) != nil {
		t.Error("a value that was never set")
	}
	c.SetValue(key{}, 7)
	if c.Value(key{}) != 7 {
		t.Error(c.Value(key{}))
	}
	for want, body := range map[bool]xsdbind.Struct{true: new(note), false: (*note)(nil)} {
		if got := (&Call{Body: body}).HasBody(); got != want {
			t.Errorf("%v: %v", body, got)
		}
	}
	if c.HasBody() {
		t.Error("a body that was never set")
	}
}

func TestStrings(t *testing.T) {
	for r, want := range map[Repeat]string{RepeatNever: "never", RepeatIdempotent: "idempotent", RepeatSafe: "safe", 9: "Repeat(9)"} {
		if r.String() != want {
			t.Error(r.String())
		}
	}
	if opGet.String() != "Notes.ID.Get" || (*Operation)(nil).String() == "" {
		t.Error(opGet, (*Operation)(nil))
	}
	h := make(http.Header)
	copyHeader(h, http.Header{"A": {"1"}})
	if h.Get("A") != "1" {
		t.Error(h)
	}
}
