package conformance

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// anyID stands for {ID} in the paths of the index.
const anyID = "1f0c6f4e-6d2f-4c58-9a35-0a8f5d2f7a11"

// RunWire plays a corpus to the client over a socket: a server that knows nothing of the bindings answers each call with the documented
// message, and the bytes that it read are compared with the documented request. The corpus must hold a log-in (Root.Get and
// SessionMngr.Create); messages that belong to no operation are passed over. [Run] includes it for the project's own corpus.
func RunWire(ctx context.Context, o Options) (*Report, error) {
	report := new(Report)
	r, err := newRunner(o, report)
	if err != nil {
		return report, err
	}
	messages, err := ReadIndex(r.Corpus)
	if err != nil {
		return report, err
	}
	return report, r.wire(ctx, messages)
}

func (r *runner) wire(ctx context.Context, messages []Message) error {
	for _, kind := range []string{"xml", "json"} {
		if err := r.play(ctx, messages, kind); err != nil {
			return fmt.Errorf("on the wire, %s: %w", kind, err)
		}
	}
	return nil
}

// A scene is one call: what is sent and what is answered. Either may have no body.
type scene struct {
	op       *rest.Operation
	request  *Message
	response *Message
	path     []string
	query    url.Values
}

// scenes pairs the requests and responses of each operation.
func (r *runner) scenes(messages []Message, kind string) []scene {
	var list []scene
	for _, op := range r.Operations {
		var requests, responses []*Message
		for i := range messages {
			m := &messages[i]
			switch {
			case m.File == "" || m.Kind != kind || !m.Complete || !m.WellFormed || !matches(op, *m):
			case m.IsRequest():
				requests = append(requests, m)
			default:
				responses = append(responses, m)
			}
		}
		if op.Request != "" && len(requests) == 0 || len(op.Responses) > 0 && len(responses) == 0 {
			r.report.skip("on the wire: "+op.Name+", "+kind, "the corpus has no message for it")
			continue
		}
		for i := range max(len(requests), len(responses), 1) {
			s := scene{op: op}
			target := op.Path
			if len(responses) > 0 {
				s.response = responses[min(i, len(responses)-1)]
				target = s.response.Path
			}
			if len(requests) > 0 {
				s.request = requests[min(i, len(requests)-1)]
				target = s.request.Path
			}
			s.bind(target)
			list = append(list, s)
		}
	}
	return list
}

// bind takes the values of the operation's places and parameters from a path of the index.
func (s *scene) bind(target string) {
	s.query = make(url.Values)
	path, query, _ := strings.Cut(target, "?")
	have := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range strings.Split(strings.Trim(s.op.Path, "/"), "/") {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		id := anyID
		if i < len(have) && !strings.HasPrefix(have[i], "{") {
			id = have[i]
		}
		s.path = append(s.path, id)
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != "" && !strings.Contains("&"+s.op.Query, "&"+name+"=") {
			s.query.Add(name, value)
		}
	}
}

func (s scene) name(kind string) string {
	var files []string
	for _, m := range []*Message{s.request, s.response} {
		if m != nil {
			files = append(files, m.File)
		}
	}
	return fmt.Sprintf("on the wire: %s, %s (%s)", s.op.Name, kind, strings.Join(files, ", "))
}

// play runs all scenes of one media type with one client.
func (r *runner) play(ctx context.Context, messages []Message, kind string) error {
	scenes := r.scenes(messages, kind)
	var root, session []byte
	for _, s := range scenes {
		if s.response == nil {
			continue
		}
		text, err := fs.ReadFile(r.Corpus, s.response.File)
		if err != nil {
			return err
		}
		switch s.op.Name {
		case "Root.Get":
			root = text
		case "SessionMngr.Create":
			session = text
		}
	}
	p, err := newPlayer(ctx, kind, root, session)
	if err != nil {
		return err
	}
	defer p.close()
	options := []client.Option{
		client.WithPlainHTTP(), client.WithPassword("CONFORMANCE\\reader", "not-a-password"), client.AllowAmbiguousMoment(),
		client.WithRetry(client.Retry{Attempts: 1}),
	}
	if kind == "json" {
		options = append(options, client.WithJSON())
	}
	c, err := client.Dial(ctx, p.url, options...)
	if err != nil {
		return err
	}
	for _, s := range scenes {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.report.add(s.name(kind), r.perform(ctx, c, p, s, kind))
	}
	p.reply.Store(&reply{status: http.StatusNoContent})
	return c.Logout(ctx)
}

// perform makes one call and compares both sides with the documents.
func (r *runner) perform(ctx context.Context, c rest.Caller, p *player, s scene, kind string) (problems []string) {
	call := &rest.Call{Op: s.op, Path: s.path, Query: s.query}
	var sent []byte
	answer := &reply{status: http.StatusNoContent}
	if s.request != nil {
		fresh, local := r.messageRoot(*s.request)
		if fresh == nil {
			return []string{"the request's root is not known"}
		}
		var err error
		if sent, err = fs.ReadFile(r.Corpus, s.request.File); err != nil {
			return []string{err.Error()}
		}
		call.Body = fresh()
		// Strictly: unknown content would be kept, and come back under its own name.
		if err := r.strict(local, kind)(sent, call.Body); err != nil {
			return []string{"request: " + err.Error()}
		}
	}
	var fresh func() xsdbind.Struct
	local := ""
	if s.response != nil {
		if fresh, local = r.messageRoot(*s.response); fresh == nil {
			return []string{"the response's root is not known"}
		}
		body, err := fs.ReadFile(r.Corpus, s.response.File)
		if err != nil {
			return []string{err.Error()}
		}
		code, _, _ := strings.Cut(s.response.Status, " ")
		status, err := strconv.Atoi(code)
		if err != nil {
			return []string{fmt.Sprintf("status %q", s.response.Status)}
		}
		answer = &reply{status, body}
		call.Into = fresh()
	} else if len(s.op.Codes) > 0 {
		answer = &reply{status: s.op.Codes[0]}
	}
	p.reply.Store(answer)
	p.tape.cut()
	_, err := c.Call(ctx, call)
	problems = r.requestProblems(p.tape.cut(), s, sent, kind)
	switch {
	case answer.status >= http.StatusBadRequest:
		return append(problems, r.errorProblems(err, answer, fresh, kind)...)
	case err != nil:
		return append(problems, err.Error())
	case s.response == nil:
		return problems
	}
	return append(problems, r.compare(call.Into, answer.body, local, kind)...)
}

// requestProblems compares the bytes that came over the socket with the documented request.
func (r *runner) requestProblems(tape []byte, s scene, document []byte, kind string) (problems []string) {
	add := func(format string, args ...any) {
		problems = append(problems, "request: "+fmt.Sprintf(format, args...))
	}
	stream := bufio.NewReader(bytes.NewReader(tape))
	got, err := http.ReadRequest(stream)
	if err != nil {
		add("%v", err)
		return problems
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		add("%v", err)
	}
	if rest, _ := io.ReadAll(stream); len(rest) > 0 {
		add("more than one request was sent")
	}
	path := s.op.Path
	for _, id := range s.path {
		before, after, _ := strings.Cut(path, "{")
		_, after, _ = strings.Cut(after, "}")
		path = before + id + after
	}
	if got.Method != s.op.Method || got.URL.Path != "/api"+path {
		add("want %s /api%s, got %s %s", s.op.Method, path, got.Method, got.URL.Path)
	}
	query := maps.Clone(s.query)
	if name, value, fixed := strings.Cut(s.op.Query, "="); fixed {
		query[name] = []string{value}
	}
	if want, have := query.Encode(), got.URL.Query().Encode(); want != have {
		add("want query %s, got %s", want, have)
	}
	media := "application/" + kind
	if accept := got.Header.Values("Accept"); !slices.Equal(accept, []string{media}) {
		add("Accept: want %s alone, got %q", media, accept)
	}
	if document == nil {
		if len(body) > 0 {
			add("a body where none is documented: %q", body)
		}
		return problems
	}
	if got := got.Header.Get("Content-Type"); strings.TrimSpace(strings.Split(got, ";")[0]) != media {
		add("Content-Type: want %s, got %s", media, got)
	}
	_, local := r.messageRoot(*s.request)
	for _, d := range r.differences(document, body, local, kind) {
		add("%s", d)
	}
	return problems
}

// compare encodes what the client decoded and compares that with what was answered.
func (r *runner) compare(v xsdbind.Struct, document []byte, local, kind string) (problems []string) {
	out, err := r.codec(local, kind).encode(v)
	if err != nil {
		return []string{"answer: " + err.Error()}
	}
	for _, d := range r.differences(document, out, local, kind) {
		problems = append(problems, "answer: "+d)
	}
	return problems
}

// errorProblems compares the client's error with the documented one.
func (r *runner) errorProblems(err error, sent *reply, fresh func() xsdbind.Struct, kind string) []string {
	var got *client.Error
	if !errors.As(err, &got) {
		return []string{fmt.Sprintf("answer: want a *client.Error, got %v", err)}
	}
	want := fresh()
	if err := r.codec("Error", kind).decode(sent.body, want); err != nil {
		return []string{"answer: " + err.Error()}
	}
	if want.XSDType().Root != "Error" {
		return []string{fmt.Sprintf("answer: a %s with status %d", want.XSDType().Name, sent.status)}
	}
	if message := xsdbind.Text(want, "Message"); got.Status != sent.status || got.Message != message {
		return []string{fmt.Sprintf("answer: want %d %q, got %d %q", sent.status, message, got.Status, got.Message)}
	}
	return nil
}

// differences compares two documents of one root element.
func (r *runner) differences(want, got []byte, local, kind string) []string {
	if kind == "json" {
		a, err := canonical.ParseJSON(want)
		if err != nil {
			return []string{"document: " + err.Error()}
		}
		b, err := canonical.ParseJSON(got)
		if err != nil {
			return []string{err.Error()}
		}
		return canonical.DiffJSON(a, b, r.spellings)
	}
	a, err := canonical.Parse(want)
	if err != nil {
		return []string{"document: " + err.Error()}
	}
	b, err := canonical.Parse(got)
	if err != nil {
		return []string{err.Error()}
	}
	typ, written := r.schema.Root(canonical.Name{Space: r.schema.Target, Local: local})
	if typ == nil {
		return []string{"the schema has no root " + local}
	}
	a.Name = written
	return canonical.Diff(a, b, typ)
}

func (r *runner) strict(local, kind string) func([]byte, xsdbind.Struct) error {
	ways := codecsOf(r.schema.Target, local)
	if kind == "json" {
		return ways.strictJSON
	}
	return ways.strictXML
}

func (r *runner) codec(local, kind string) codec {
	ways := codecsOf(r.schema.Target, local)
	if kind == "json" {
		return ways.json[0]
	}
	return ways.xml[0]
}
