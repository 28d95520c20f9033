package conformance

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
)

// Options say what is checked against what. The zero value checks this module's bindings on the project's own exchanges.
type Options struct {
	// Corpus is a folder of messages with an index.tsv; nil: [Exchanges].
	Corpus fs.FS
	// Schema is the XML Schema that the bindings were generated from; nil: the project's.
	Schema []byte
	// New makes a value for a root element, nil when there is none; nil: the project's bindings. It is called by several goroutines at once.
	New func(space, local string) xsdbind.Struct
	// Operations tell the root of JSON messages, which have none; nil: the project's.
	Operations []*rest.Operation
	// Only, when it is set, chooses the messages to check. The others are passed over.
	Only func(Message) bool
	// Progress, when it is set, is told each result as it comes.
	Progress func(Result)
}

// Run runs the checks over a corpus. The error is about the corpus or the schema themselves, or the context's; what is wrong with
// the bindings stands in the report. What was checked so far is always returned.
func Run(ctx context.Context, o Options) (*Report, error) {
	report := new(Report)
	r, err := newRunner(o, report)
	if err != nil {
		return report, err
	}
	messages, err := ReadIndex(r.Corpus)
	if err != nil {
		return report, err
	}
	var chosen []Message
	for _, m := range messages {
		if m.File != "" && (o.Only == nil || o.Only(m)) {
			chosen = append(chosen, m)
		}
	}
	if err := r.messages(ctx, chosen); err != nil {
		return report, err
	}
	if o.Corpus == nil {
		told := len(report.Results)
		if err := r.wire(ctx, messages); err != nil {
			return report, err
		}
		r.tell(told)
	}
	return report, nil
}

// messages checks as many messages at once as there are processors. Results are reported in the order of the index.
func (r *runner) messages(ctx context.Context, list []Message) error {
	type outcome struct {
		report *Report
		err    error
	}
	done := make([]chan outcome, len(list))
	for i := range done {
		done[i] = make(chan outcome, 1)
	}
	ctx, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				one := *r
				one.report = new(Report)
				err := one.message(list[i])
				done[i] <- outcome{one.report, err}
			}
		})
	}
	for i := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		select {
		case o := <-done[i]:
			told := len(r.report.Results)
			r.report.Results = append(r.report.Results, o.report.Results...)
			if o.err != nil {
				return o.err
			}
			r.tell(told)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// tell passes on the results from an index on.
func (r *runner) tell(from int) {
	if r.Progress != nil {
		for _, result := range r.report.Results[from:] {
			r.Progress(result)
		}
	}
}

type runner struct {
	Options
	schema    *model.Schema
	spellings canonical.Spellings
	report    *Report
}

func newRunner(o Options, report *Report) (*runner, error) {
	r := &runner{Options: o.withDefaults(), report: report}
	var err error
	if r.schema, err = model.Parse(r.Schema); err != nil {
		return nil, err
	}
	r.spellings = jsonSpellings(r.schema.Spellings())
	return r, nil
}

// jsonSpellings adds the JSON names that are read from the table of exceptions.
func jsonSpellings(s canonical.Spellings) canonical.Spellings {
	rows := strings.Split(strings.TrimSpace(string(schema.JSON())), "\n")
	header := strings.Split(rows[0], "\t")
	name, others := slices.Index(header, "json"), slices.Index(header, "aliases")
	for _, row := range rows[1:] {
		cells := strings.Split(row, "\t")
		if name < 0 || others < 0 || len(cells) <= max(name, others) {
			continue
		}
		for other := range strings.SplitSeq(cells[others], "|") {
			if other != "" {
				s.Add(other, cells[name])
			}
		}
	}
	return s
}

// place is how an error must tell where it is.
var placePattern = regexp.MustCompile(`\b(line|offset) \d+`)

// elision is text that stands for what was left out, between tags.
var elision = regexp.MustCompile(`>\s*(\.\.\.|…)\s*<`)

func (r *runner) message(m Message) error {
	if strings.HasSuffix(m.Kind, "-fragment") {
		r.report.skip(m.File, "a part of a message ("+m.Root+")")
		return nil
	}
	data, err := fs.ReadFile(r.Corpus, m.File)
	if err != nil {
		return err
	}
	switch m.Kind {
	case "xml":
		r.xml(m, data)
	case "json":
		r.json(m, data)
	default:
		r.report.skip(m.File, fmt.Sprintf("kind %q", m.Kind))
	}
	return nil
}

func (r *runner) xml(m Message, data []byte) {
	elided := elision.Match(data)
	if !m.WellFormed && !elided {
		r.report.add(m.File+": not well-formed: an error with the place", r.malformedXML(m, data))
		return
	}
	root := canonical.Name{Space: r.schema.Target, Local: m.Root}
	tree, err := canonical.Parse(data)
	if err == nil {
		root = tree.Name
	}
	typ, written := r.schema.Root(root)
	if typ == nil || r.New(root.Space, root.Local) == nil {
		r.report.skip(m.File, "unknown root "+root.Local)
		return
	}
	fresh := func() xsdbind.Struct { return r.New(root.Space, root.Local) }
	ways := codecsOf(written.Space, written.Local)
	switch {
	case elided:
		r.report.add(m.File+": left out with dots: an error about text", elidedXML(data, fresh, ways))
		return
	case err != nil:
		r.report.add(m.File, []string{err.Error()})
		return
	case !m.Complete:
		r.report.skip(m.File, "incomplete: "+m.Note)
		return
	}
	tree.Name = written
	d := document{data: data, tree: tree, typ: typ, fresh: fresh, request: m.IsRequest(), codecs: ways}
	checks := documentChecks
	if d.request {
		if faults := typ.Faults(tree); faults != nil {
			r.report.skip(m.File+": "+requestChecks[0].name, "the message itself is not what the schema says: "+faults[0])
		} else {
			checks = slices.Concat(checks, requestChecks)
		}
	}
	for _, c := range checks {
		if what := d.unknown(); what != "" && c.name == strictCheck {
			r.report.skip(m.File+": "+c.name, "the schema does not know it all: "+what)
			continue
		}
		r.report.add(m.File+": "+c.name, c.run(d))
	}
}

// malformedXML expects every way of reading to end in an error, and the bindings' own to name the place.
func (r *runner) malformedXML(m Message, data []byte) (problems []string) {
	tokens := xmltext.NewBytesDecoder(data, nil)
	kind, err := tokens.Next()
	for err == nil && kind != xmltext.EndDocument {
		kind, err = tokens.Next()
	}
	if err == nil {
		problems = append(problems, "the tokenizer accepts it")
	} else if !placePattern.MatchString(err.Error()) {
		problems = append(problems, fmt.Sprintf("the tokenizer's error has no place: %v", err))
	}
	v := r.New(r.schema.Target, m.Root)
	if v == nil {
		return problems
	}
	if err := xsdbind.UnmarshalXML(data, v, xsdbind.AnyRoot()); err == nil {
		problems = append(problems, "decode accepts it")
	} else if !placePattern.MatchString(err.Error()) {
		problems = append(problems, fmt.Sprintf("decode: the error has no place: %v", err))
	}
	if err := xml.Unmarshal(data, r.New(r.schema.Target, m.Root)); err == nil {
		problems = append(problems, "encoding/xml: decode accepts it")
	}
	return problems
}

// elidedXML expects an error about the text that stands where only elements may.
func elidedXML(data []byte, fresh func() xsdbind.Struct, ways codecs) (problems []string) {
	for _, c := range ways.xml[:2] {
		err := c.decode(data, fresh())
		if err == nil {
			problems = append(problems, c.name+": accepts it")
		} else if !strings.Contains(strings.ToLower(err.Error()), "text") {
			problems = append(problems, fmt.Sprintf("%s: the error is not about text: %v", c.name, err))
		}
	}
	return problems
}

// malformedJSON expects an error about syntax that names the place.
func malformedJSON(data []byte, v xsdbind.Struct) []string {
	err := xsdbind.UnmarshalJSON(data, v)
	var at *xsdbind.Error
	switch {
	case err == nil:
		return []string{"it is accepted"}
	case !errors.As(err, &at) || at.Rule != xsdbind.RuleSyntax || !placePattern.MatchString(err.Error()):
		return []string{fmt.Sprintf("the error is not about syntax, or has no place: %v", err)}
	}
	return nil
}

func (r *runner) json(m Message, data []byte) {
	fresh, local := r.messageRoot(m)
	switch {
	case !m.WellFormed:
		if fresh == nil { // any type must find that it is no JSON
			fresh = func() xsdbind.Struct { return r.New(r.schema.Target, "Error") }
		}
		r.report.add(m.File+": not well-formed: an error with the place", malformedJSON(data, fresh()))
		return
	case fresh == nil:
		r.report.skip(m.File, "its root is not known: "+m.Method+" "+m.Path)
		return
	}
	if !m.Complete {
		r.report.skip(m.File, "incomplete: "+m.Note)
		return
	}
	tree, err := canonical.ParseJSON(data)
	if err != nil {
		r.report.add(m.File, []string{err.Error()})
		return
	}
	d := jsonDocument{data: data, tree: tree, fresh: fresh, codecs: codecsOf(r.schema.Target, local), spellings: r.spellings}
	for _, c := range jsonChecks {
		if what := d.unknown(); what != "" && c.name == strictCheck {
			r.report.skip(m.File+": "+c.name, "the schema does not know "+what)
			continue
		}
		r.report.add(m.File+": "+c.name, c.run(d))
	}
}

// messageRoot finds the type of a message: by the name of its root, by the operation that it belongs to where it has none, and where the status
// tells an error, Error.
func (r *runner) messageRoot(m Message) (fresh func() xsdbind.Struct, local string) {
	local = m.Root
	if r.New(r.schema.Target, local) == nil {
		local = ""
	}
	if local == "" && m.Role == "response" && (strings.HasPrefix(m.Status, "4") || strings.HasPrefix(m.Status, "5")) {
		local = "Error"
	}
	for _, op := range r.Operations {
		if local != "" {
			break
		}
		if !matches(op, m) {
			continue
		}
		if m.IsRequest() {
			local = op.Request
		} else if len(op.Responses) > 0 {
			local = op.Responses[0]
		}
	}
	if local == "" || r.New(r.schema.Target, local) == nil {
		return nil, ""
	}
	return func() xsdbind.Struct { return r.New(r.schema.Target, local) }, local
}

// matches tells whether a message belongs to an operation. The operation's fixed query must be there; other parameters may.
func matches(op *rest.Operation, m Message) bool {
	path, query, _ := strings.Cut(m.Path, "?")
	if op.Method != m.Method {
		return false
	}
	want, got := strings.Split(strings.Trim(op.Path, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && !strings.EqualFold(want[i], got[i]) {
			return false
		}
	}
	// Filters are written as a person reads them, with semicolons and quotes: url.ParseQuery would refuse the whole.
	have := make(url.Values)
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		have.Add(strings.ToLower(name), value)
	}
	for pair := range strings.SplitSeq(op.Query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != "" && !strings.EqualFold(have.Get(strings.ToLower(name)), value) {
			return false
		}
	}
	// Without its fixed query an operation is another one: a collection's references, not its entities.
	return op.Query != "" || have.Get("action") == "" && have.Get("format") == "" || len(op.Params) > 0
}
