package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

const space = "urn:example:notes"

// note is what generated types look like, by hand.
type note struct {
	Text  string
	Count *int
	Extra *xsdtype.Extra
}

func (v *note) XSDType() *xsdbind.Type { return &noteType }

var noteType = xsdbind.Type{
	Name: "NoteType", Go: "Note", Space: space, Root: "Note",
	Fields: []xsdbind.Field{
		{Name: "Text", Go: "Text", Kind: xsdbind.KindString, Flags: xsdbind.FlagRequired},
		{Name: "Count", Go: "Count", Kind: xsdbind.KindInt},
	},
	Model: []xsdbind.Particle{
		{Op: xsdbind.OpSequence, Min: 1, Max: 1, Len: 2},
		{Op: xsdbind.OpElement, Min: 1, Max: 1},
		{Op: xsdbind.OpElement, Max: 1, Field: 1},
	},
}

var (
	opRoot     = &Operation{Name: "Root.Get", Method: "GET", Path: "/"}
	opList     = &Operation{Name: "Notes.List", Method: "GET", Path: "/notes", Codes: []int{200}}
	opEntities = &Operation{Name: "Notes.Entities", Method: "GET", Path: "/notes", Query: "format=Entity", Codes: []int{200}}
	opGet      = &Operation{Name: "Notes.ID.Get", Method: "GET", Path: "/notes/{ID}", Codes: []int{200}}
	opLatest   = &Operation{Name: "Notes.Latest", Method: "GET", Path: "/notes/latest"}
	opPages    = &Operation{Name: "Notes.ID.Pages.ID.Get", Method: "GET", Path: "/notes/{ID}/pages/{ID}"}
	opCreate   = &Operation{Name: "Notes.Create", Method: "POST", Path: "/notes", Request: "Note", Codes: []int{201}}
	opSend     = &Operation{Name: "Notes.ID.Send", Method: "POST", Path: "/notes/{ID}", Query: "action=send", Request: "Note", Codes: []int{202}}
	opBurn     = &Operation{Name: "Notes.ID.Burn", Method: "POST", Path: "/notes/{ID}", Query: "action=burn", Codes: []int{202}}
	opDelete   = &Operation{Name: "Notes.ID.Delete", Method: "DELETE", Path: "/notes/{ID}", Codes: []int{204}}
	opSoon     = &Operation{Name: "Soon.Get", Method: "GET", Path: "/soon"}
	opBroken   = &Operation{Name: "Broken.Get", Method: "GET", Path: "/broken"}
	opGone     = &Operation{Name: "Gone.Get", Method: "GET", Path: "/gone"}
	opLogin    = &Operation{Name: "Login.Create", Method: "POST", Path: "/login/", Request: "Note", Codes: []int{201}}
)

// newNotes makes a Mux whose handlers answer with a note that says what they were called with.
func newNotes(t *testing.T) *Mux {
	t.Helper()
	m := NewMux(MuxConfig{
		MaxBody:      1000,
		BodyOptional: func(op *Operation) bool { return op == opLogin },
		ErrorBody: func(_ *http.Request, status int, err error) xsdbind.Struct {
			return &note{Text: fmt.Sprintf("%d %v", status, err)}
		},
	})
	newNote := func() xsdbind.Struct { return new(note) }
	echo := func(_ context.Context, r *Request, body xsdbind.Struct) (xsdbind.Struct, error) {
		text := r.Op.Name + " " + strings.Join(r.Path, ",")
		if n, ok := body.(*note); ok {
			if n == nil {
				text += " nobody"
			} else {
				text += " " + n.Text
				return &note{Text: text, Count: n.Count}, nil
			}
		}
		return &note{Text: text}, nil
	}
	for _, op := range []*Operation{opRoot, opList, opEntities, opGet, opLatest, opPages, opBurn} {
		m.Handle(Handler{Op: op, Serve: echo})
	}
	for _, op := range []*Operation{opCreate, opSend, opLogin} {
		m.Handle(Handler{Op: op, NewBody: newNote, Serve: echo})
	}
	m.Handle(Handler{Op: opDelete, Serve: func(context.Context, *Request, xsdbind.Struct) (xsdbind.Struct, error) { return (*note)(nil), nil }})
	m.Handle(Handler{Op: opSoon, Serve: func(_ context.Context, r *Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
		return nil, fmt.Errorf("%s: %w", r.Op, ErrUnimplemented)
	}})
	m.Handle(Handler{Op: opBroken, Serve: func(context.Context, *Request, xsdbind.Struct) (xsdbind.Struct, error) {
		return nil, errors.New("no ink")
	}})
	m.Handle(Handler{Op: opGone, Serve: func(_ context.Context, r *Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
		r.SetStatus(203)
		r.ResponseHeader().Set("X-Seen", r.Param("PAGE")+fmt.Sprint(r.HasParam("page"), r.JSON()))
		return &note{Text: "gone"}, nil
	}})
	return m
}

type request struct {
	method, target, body string
	header               []string // name, value, …
}

func serve(t *testing.T, m http.Handler, q request) *http.Response {
	t.Helper()
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	r := httptest.NewRequest(q.method, q.target, body)
	for i := 0; i+1 < len(q.header); i += 2 {
		r.Header.Add(q.header[i], q.header[i+1])
	}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, r)
	return w.Result()
}

// textOf reads the note of an answer, whichever form it has.
func textOf(t *testing.T, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 {
		return ""
	}
	var n note
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		err = xsdbind.UnmarshalJSON(data, &n)
	} else {
		err = xsdbind.UnmarshalXML(data, &n)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return n.Text
}

func TestRouting(t *testing.T) {
	m := newNotes(t)
	for _, c := range []struct {
		method, target string
		status         int
		want           string
	}{
		{"GET", "/api", 200, "Root.Get "},
		{"GET", "/api/", 200, "Root.Get "},
		{"GET", "/api/notes", 200, "Notes.List "},
		{"GET", "/API/NOTES/", 200, "Notes.List "},
		{"GET", "/api//notes", 200, "Notes.List "},
		{"GET", "/api/notes?format=Entity", 200, "Notes.Entities "},
		{"GET", "/api/notes?FORMAT=entities", 200, "Notes.Entities "},
		{"GET", "/api/notes?format=Reference", 200, "Notes.List "},
		{"GET", "/api/notes?format=picture", 400, `400 GET /api/notes has no format "picture".`},
		{"GET", "/api/notes?filter=a;b==%22c%22", 200, "Notes.List "},
		{"GET", "/api/notes/7", 200, "Notes.ID.Get 7"},
		{"GET", "/api/notes/a%2Fb%20c", 200, "Notes.ID.Get a/b c"},
		{"GET", "/api/notes/..", 200, "Notes.ID.Get .."},
		{"GET", "/api/notes/Latest", 200, "Notes.Latest "},
		{"GET", "/api/notes/latest/pages/2", 200, "Notes.ID.Pages.ID.Get latest,2"},
		{"GET", "/api/notes/7/pages/8/", 200, "Notes.ID.Pages.ID.Get 7,8"},
		{"GET", "/api/notes/7/pages", 404, "404 There is no resource /api/notes/7/pages."},
		{"GET", "/elsewhere/notes", 404, "404 There is no resource /elsewhere/notes."},
		{"POST", "/api/notes/7?action=BURN", 202, "Notes.ID.Burn 7"},
		{"POST", "/api/notes/7?Action=burn&x=1", 202, "Notes.ID.Burn 7"},
		{"POST", "/api/notes/7?action=fold", 400, "400 POST /api/notes/7 needs a query of: ?action=burn, ?action=send."},
		{"POST", "/api/notes/7", 400, "400 POST /api/notes/7 needs a query of: ?action=burn, ?action=send."},
		{"GET", "/api/notes/7?action=burn", 405, "405 GET is not allowed on /api/notes/7?action=burn."},
		{"GET", "/api/notes/7?action=fold", 400, `400 GET /api/notes/7 has no action "fold".`},
		{"PUT", "/api/notes/7", 405, "405 PUT is not allowed on /api/notes/7."},
		{"DELETE", "/api/notes/7", 204, ""},
		{"GET", "/api/soon", 501, "501 Soon.Get: not implemented"},
		{"GET", "/api/broken", 500, "500 no ink"},
		{"GET", "/api/notes?x=%zz", 400, `400 the query parameter x is not well-formed: invalid URL escape "%zz"`},
	} {
		t.Run(c.method+" "+c.target, func(t *testing.T) {
			res := serve(t, m, request{method: c.method, target: c.target})
			if res.StatusCode != c.status {
				t.Errorf("status %d, want %d", res.StatusCode, c.status)
			}
			if diff := cmp.Diff(c.want, textOf(t, res)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAllow(t *testing.T) {
	m := newNotes(t)
	for target, want := range map[string]string{
		"/api/notes/7": "DELETE, GET, HEAD, POST", "/api/notes": "GET, HEAD, POST", "/api/notes/latest": "GET, HEAD",
	} {
		res := serve(t, m, request{method: "PATCH", target: target})
		if got := res.Header.Get("Allow"); res.StatusCode != 405 || got != want {
			t.Errorf("%s: %d, Allow %q, want %q", target, res.StatusCode, got, want)
		}
	}
	if got := serve(t, m, request{method: "DELETE", target: "/api/notes/7?action=burn"}).StatusCode; got != 405 {
		t.Errorf("an action with the wrong method: %d", got)
	}
}

func TestBodies(t *testing.T) {
	const xmlNote = `<Note xmlns="urn:example:notes"><Text>hello</Text><Count>3</Count></Note>`
	const jsonNote = `{"Text":"hello","Count":3}`
	m := newNotes(t)
	for _, c := range []struct {
		name   string
		q      request
		status int
		want   string // part of the answer's text
	}{
		{"XML", request{body: xmlNote, header: []string{"Content-Type", "application/xml"}}, 201, "Notes.Create  hello"},
		{"text/xml with a charset", request{body: xmlNote, header: []string{"Content-Type", "text/xml; charset=UTF-8"}}, 201, "hello"},
		{"no Content-Type", request{body: xmlNote}, 201, "hello"},
		{"what curl -d says", request{body: xmlNote, header: []string{"Content-Type", "application/x-www-form-urlencoded"}}, 201, "hello"},
		{"JSON", request{body: jsonNote, header: []string{"Content-Type", "application/json"}}, 201, "hello"},
		{"JSON by Accept", request{body: jsonNote, header: []string{"Accept", "application/json"}}, 201, "hello"},
		{"JSON by Accept against Content-Type", request{body: jsonNote, header: []string{"Accept", "application/xml, application/json;q=0.1", "Content-Type", "application/xml"}}, 201, "hello"},
		{"XML where Accept makes it JSON", request{body: xmlNote, header: []string{"Accept", "application/json", "Content-Type", "application/xml"}}, 400, "an Accept header that names application/json"},
		{"JSON said to be XML", request{body: jsonNote, header: []string{"Content-Type", "application/xml"}}, 400, "JSON needs Content-Type: application/json"},
		{"none", request{}, 400, "needs a Note in its body; none came"},
		{"white space", request{body: " \n\t "}, 400, "none came"},
		{"wrong order", request{body: `<Note xmlns="urn:example:notes"><Count>3</Count><Text>hello</Text></Note>`}, 400, "Count"},
		{"missing element", request{body: `<Note xmlns="urn:example:notes"><Count>3</Count></Note>`}, 400, "Text"},
		{"unknown element", request{body: `<Note xmlns="urn:example:notes"><Text>a</Text><Colour>red</Colour></Note>`}, 400, "Colour"},
		{"other root", request{body: `<Letter xmlns="urn:example:notes"><Text>a</Text></Letter>`}, 400, "Letter"},
		{"other namespace", request{body: `<Note xmlns="urn:other"><Text>a</Text></Note>`}, 400, "Note"},
		{"malformed", request{body: `<Note xmlns="urn:example:notes"><Text>a</Note>`}, 400, "line 1"},
		{"mistyped", request{body: `<Note xmlns="urn:example:notes"><Text>a</Text><Count>many</Count></Note>`}, 400, "Count"},
		{"unknown member", request{body: `{"Text":"a","Colour":"red"}`, header: []string{"Content-Type", "application/json"}}, 400, "Colour"},
		{"malformed JSON", request{body: `{"Text":`, header: []string{"Content-Type", "application/json"}}, 400, "JSON"},
		{"too large", request{body: "<Note>" + strings.Repeat(" ", 1000) + "</Note>"}, 413, "1000 bytes"},
		{"picture", request{body: "GIF", header: []string{"Content-Type", "image/gif"}}, 415, "image/gif"},
		{"no media type at all", request{body: xmlNote, header: []string{"Content-Type", "/;;"}}, 415, "/;;"},
		{"UTF-16", request{body: xmlNote, header: []string{"Content-Type", "application/xml; charset=utf-16"}}, 415, "UTF-8"},
		{"gzip", request{body: xmlNote, header: []string{"Content-Encoding", "gzip"}}, 415, "gzip"},
		{"not acceptable", request{body: xmlNote, header: []string{"Accept", "text/html"}}, 406, "text/html"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.method, c.q.target = "POST", "/api/notes"
			res := serve(t, m, c.q)
			got := textOf(t, res)
			if res.StatusCode != c.status || !strings.Contains(got, c.want) {
				t.Errorf("%d %s\nwant %d … %s", res.StatusCode, got, c.status, c.want)
			}
		})
	}
}

func TestStreamedBodyBeyondTheLimit(t *testing.T) {
	r := httptest.NewRequest("POST", "/api/notes", io.MultiReader(strings.NewReader("<Note>"), strings.NewReader(strings.Repeat(" ", 2000))))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	newNotes(t).ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("status %d, want 413", w.Code)
	}
}

func TestOptionalBody(t *testing.T) {
	m := newNotes(t)
	if got := textOf(t, serve(t, m, request{method: "POST", target: "/api/login?v=1"})); got != "Login.Create  nobody" {
		t.Error(got)
	}
	body := `<Note xmlns="urn:example:notes"><Text>me</Text></Note>`
	if got := textOf(t, serve(t, m, request{method: "POST", target: "/api/login/", body: body})); got != "Login.Create  me" {
		t.Error(got)
	}
}

func TestAnswerForm(t *testing.T) {
	m := newNotes(t)
	for accept, want := range map[string]string{
		"":                            mediaXML,
		"*/*":                         mediaXML,
		"application/*":               mediaXML,
		"application/xml":             mediaXML,
		"text/*":                      mediaXML,
		"text/xml;q=0.1":              mediaXML,
		"application/json":            mediaJSON,
		"Application/JSON":            mediaJSON,
		"application/json, */*;q=0.5": mediaJSON,
		"application/xml;q=0.5, application/json":           mediaJSON,
		"application/xml, application/json":                 mediaXML,
		"application/json, application/xml":                 mediaJSON,
		"application/json;q=0.2, application/xml;q=0.9":     mediaXML,
		"text/html,application/xhtml+xml,*/*;q=0.8":         mediaXML,
		"application/json;q=0, */*":                         mediaXML,
		"application/json; charset=utf-8 , text/plain;q=.1": mediaJSON,
	} {
		q := request{method: "GET", target: "/api/notes"}
		if accept != "" {
			q.header = []string{"Accept", accept}
		}
		res := serve(t, m, q)
		if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != want {
			t.Errorf("Accept %q: %d %s, want %s", accept, res.StatusCode, got, want)
		}
	}
	for _, accept := range []string{"text/html", "application/xml;q=0", "image/png, text/plain"} {
		if got := serve(t, m, request{method: "GET", target: "/api/notes", header: []string{"Accept", accept}}).StatusCode; got != 406 {
			t.Errorf("Accept %q: %d, want 406", accept, got)
		}
	}
}

func TestErrorsInTheFormAskedFor(t *testing.T) {
	res := serve(t, newNotes(t), request{method: "GET", target: "/api/nowhere", header: []string{"Accept", "application/json"}})
	if got := res.Header.Get("Content-Type"); got != mediaJSON {
		t.Error(got)
	}
	plain := NewMux()
	res = serve(t, plain, request{method: "GET", target: "/api/nowhere"})
	data, _ := io.ReadAll(res.Body)
	if res.StatusCode != 404 || string(data) != "There is no resource /api/nowhere.\n" {
		t.Errorf("%d %q", res.StatusCode, data)
	}
}

func TestHead(t *testing.T) {
	m := newNotes(t)
	get, head := serve(t, m, request{method: "GET", target: "/api/notes"}), serve(t, m, request{method: "HEAD", target: "/api/notes"})
	body, _ := io.ReadAll(head.Body)
	if len(body) > 0 || head.StatusCode != 200 || get.Header.Get("Content-Length") != head.Header.Get("Content-Length") {
		t.Errorf("%d, %d bytes, %v", head.StatusCode, len(body), head.Header)
	}
}

func TestHandlersChoices(t *testing.T) {
	res := serve(t, newNotes(t), request{method: "GET", target: "/api/gone?Page=4"})
	if res.StatusCode != 203 || res.Header.Get("X-Seen") != "4true false" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}

func TestBefore(t *testing.T) {
	type key struct{}
	m := NewMux(MuxConfig{Before: func(ctx context.Context, r *Request) (context.Context, error) {
		if r.Param("secret") == "" {
			return nil, &Fault{Status: 403, Message: "no", Header: http.Header{"X-Why": {r.Op.Name}}}
		}
		return context.WithValue(ctx, key{}, "seen"), nil
	}})
	m.Handle(Handler{Op: opCreate, NewBody: func() xsdbind.Struct { return new(note) }, Serve: func(ctx context.Context, _ *Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
		return &note{Text: ctx.Value(key{}).(string)}, nil
	}})
	// A body that is wrong is not looked at before the request is allowed.
	res := serve(t, m, request{method: "POST", target: "/api/notes", body: "<"})
	if res.StatusCode != 403 || res.Header.Get("X-Why") != "Notes.Create" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	res = serve(t, m, request{method: "POST", target: "/api/notes?secret=1", body: `<Note xmlns="urn:example:notes"><Text>a</Text></Note>`})
	if got := textOf(t, res); got != "seen" {
		t.Error(got)
	}
}

func TestMatch(t *testing.T) {
	m := newNotes(t)
	op, path, err := m.Match(httptest.NewRequest("POST", "/api/notes/7?action=send", nil))
	if err != nil || op != opSend || !cmp.Equal(path, []string{"7"}) {
		t.Error(op, path, err)
	}
	_, _, err = m.Match(httptest.NewRequest("POST", "/api/nowhere", nil))
	var f *Fault
	if !errors.As(err, &f) || f.Status != 404 {
		t.Error(err)
	}
	if len(m.Operations()) != 14 {
		t.Errorf("%d operations", len(m.Operations()))
	}
}

func TestHandlePanics(t *testing.T) {
	ok := func(context.Context, *Request, xsdbind.Struct) (xsdbind.Struct, error) { return nil, nil }
	for name, hs := range map[string][]Handler{
		"no operation": {{Serve: ok}},
		"no Serve":     {{Op: opList}},
		"twice":        {{Op: opList, Serve: ok}, {Op: &Operation{Method: "GET", Path: "/Notes/"}, Serve: ok}},
		"same query":   {{Op: opBurn, Serve: ok}, {Op: &Operation{Method: "POST", Path: "/notes/{other}", Query: "Action=BURN"}, Serve: ok}},
		"bad query":    {{Op: &Operation{Method: "POST", Path: "/notes", Query: "a=%"}, Serve: ok}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			m := NewMux()
			for _, h := range hs {
				m.Handle(h)
			}
		}()
	}
}

func TestPrefix(t *testing.T) {
	m := NewMux(MuxConfig{Prefix: "/"})
	m.Handle(Handler{Op: opList, Serve: func(context.Context, *Request, xsdbind.Struct) (xsdbind.Struct, error) { return nil, nil }})
	if got := serve(t, m, request{method: "GET", target: "/notes"}).StatusCode; got != 204 {
		t.Errorf("status %d: an answer without a body is no 200", got)
	}
}

func TestFault(t *testing.T) {
	cause := io.ErrUnexpectedEOF
	f := Faultf(400, "torn: %w", cause)
	if f.Error() != "torn: unexpected EOF" || !errors.Is(f, cause) {
		t.Error(f)
	}
	if got := (&Fault{Status: 404}).Error(); got != "Not Found" {
		t.Error(got)
	}
	res := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		NewMux().Fail(w, r, &Fault{Status: 7})
	}), request{method: "GET", target: "/"})
	if res.StatusCode != 500 {
		t.Errorf("a status that is none: %d", res.StatusCode)
	}
}

func TestParseQuery(t *testing.T) {
	for raw, want := range map[string]map[string][]string{
		"":                           {},
		"a=1&b=2&a=3":                {"a": {"1", "3"}, "b": {"2"}},
		"filter=x==%22a;b%22;y!=1,z": {"filter": {`x=="a;b";y!=1,z`}},
		"a&b=&&=c":                   {"a": {""}, "b": {""}, "": {"c"}},
		"a=b+c%20d":                  {"a": {"b c d"}},
	} {
		got, err := ParseQuery(raw)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, map[string][]string(got)); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
	for _, raw := range []string{"a=%", "%zz=1"} {
		if _, err := ParseQuery(raw); err == nil {
			t.Errorf("%q: no error", raw)
		}
	}
}

// A server over a socket, because net/http treats HEAD and sizes its own way.
func TestOverASocket(t *testing.T) {
	srv := httptest.NewServer(newNotes(t))
	defer srv.Close()
	res, err := srv.Client().Post(srv.URL+"/api/notes", "application/xml", bytes.NewReader([]byte(`<Note xmlns="urn:example:notes"><Text>a</Text></Note>`)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := textOf(t, res); res.StatusCode != 201 || got != "Notes.Create  a" {
		t.Errorf("%d %s", res.StatusCode, got)
	}
	head, err := srv.Client().Head(srv.URL + "/api/notes")
	if err != nil {
		t.Fatal(err)
	}
	head.Body.Close()
	if head.ContentLength <= 0 {
		t.Errorf("HEAD without a length: %d", head.ContentLength)
	}
}
