package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// LiveOptions say how much of a server is looked at.
type LiveOptions struct {
	// Each is how many resources of a kind are read; 0 is 3.
	Each int
	// From and To bound the time for which restore points are asked; zero: the day before To, and now.
	From, To time.Time
	// Progress, when it is set, is told each result as it comes.
	Progress func(Result)
}

// RunLive runs the read-only exchanges against a live server: it follows the links that the server gives, from the API's root and the
// session's own resources on, and reads each kind of resource. Nothing is changed: operations that the table does not call safe are left out.
//
// For each answer: the operation succeeds with a documented root element; what was read is written and read back the same, as XML and as
// JSON; it is what the schema says. Content beyond the schema is told as skipped, by name: a newer server has a right to it.
func RunLive(ctx context.Context, c rest.Caller, o LiveOptions) (*Report, error) {
	report := new(Report)
	r, err := newRunner(Options{Progress: o.Progress}, report)
	if err != nil {
		return report, err
	}
	const some = 3
	if o.Each <= 0 {
		o.Each = some
	}
	if o.To.IsZero() {
		o.To = time.Now()
	}
	if o.From.IsZero() {
		o.From = o.To.Add(-24 * time.Hour)
	}
	l := &live{runner: r, LiveOptions: o, caller: c, seen: make(map[string]bool), done: make(map[string]bool), count: make(map[*rest.Operation]int)}
	return report, l.run(ctx)
}

type live struct {
	*runner
	LiveOptions
	caller rest.Caller
	links  []string // addresses below the API's base, in the order in which they were seen
	seen   map[string]bool
	done   map[string]bool
	count  map[*rest.Operation]int
}

func (l *live) run(ctx context.Context) error {
	var waiting []*rest.Operation
	for _, op := range l.Operations {
		switch {
		case op.Repeat != rest.RepeatSafe || op.Path == "/sessionMngr/":
		case strings.Contains(op.Path, "{"):
			waiting = append(waiting, op)
		case len(op.Params) > 0 && op.Path != "/query":
			l.report.skip("live: "+op.Name, "what it asks for has a name that no answer shows")
		case op.Path == "/query":
			l.read(ctx, op, nil, url.Values{"type": {"CdpReplica"}})
			l.read(ctx, op, nil, url.Values{"type": {"CdpPolicy"}, "format": {"Entities"}, "pageSize": {"2"}})
		default:
			l.read(ctx, op, nil, nil)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	// What is read shows further addresses: go on until there is nothing new.
	for before := -1; before != len(l.done); {
		before = len(l.done)
		for _, op := range waiting {
			for _, link := range slices.Clone(l.links) {
				if l.count[op] >= l.Each {
					break
				}
				if !matches(op, Message{Method: op.Method, Path: link}) {
					continue
				}
				s := scene{op: op}
				s.bind(link)
				l.read(ctx, op, s.path, nil)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
		}
	}
	for _, op := range waiting {
		if l.count[op] == 0 {
			l.report.skip("live: "+op.Name, "no link leads there")
		}
	}
	return nil
}

// read makes one call and checks its answer. An operation is made once for an address.
func (l *live) read(ctx context.Context, op *rest.Operation, path []string, query url.Values) {
	key := op.Name + " " + strings.Join(path, "/") + "?" + query.Encode()
	if l.done[key] || len(op.Responses) == 0 {
		return
	}
	l.done[key] = true
	call := &rest.Call{Op: op, Path: path, Query: query}
	switch op.Request {
	case "":
	case "CdpIntervalsSpec":
		spec := new(ent.CdpIntervalsSpec)
		spec.StartDate = xsdtype.UTC(l.From)
		spec.EndDate = xsdtype.UTC(l.To)
		call.Body = spec
	default:
		return
	}
	told := len(l.report.Results)
	defer func() { l.tell(told) }()
	l.count[op]++
	name := "live: " + op.Method + " " + op.Name
	if target, err := call.Target(); err == nil {
		name = "live: " + op.Method + " " + target
	}
	var v xsdbind.Struct
	var err error
	local := ""
	// Where the reference shows several roots, any of them will do.
	for _, local = range op.Responses {
		v = l.New(l.schema.Target, local)
		call.Into = v
		var answer *rest.Answer
		if answer, err = l.caller.Call(ctx, call); err == nil {
			if answer != nil && answer.Empty {
				err = fmt.Errorf("no body came with status %d", answer.Status)
			}
			break
		}
		if !isRootError(err) {
			break
		}
	}
	if errors.Is(err, client.ErrForbidden) || errors.Is(err, client.ErrNotImplemented) {
		l.report.skip(name, err.Error())
		return
	}
	if err != nil {
		l.report.add(name, []string{err.Error()})
		return
	}
	tree, problems := l.survives(v, local)
	l.report.add(name, problems)
	if tree == nil {
		return
	}
	typ, _ := l.schema.Root(tree.Name)
	if faults := typ.Faults(tree); faults != nil {
		l.report.skip(name+": is what the schema says", strings.Join(faults, "; "))
	} else {
		l.report.add(name+": is what the schema says", nil)
	}
	l.collect(tree)
}

// survives writes a value and reads it back, as XML and as JSON.
func (l *live) survives(v xsdbind.Struct, local string) (tree *canonical.Node, problems []string) {
	ways := codecsOf(l.schema.Target, local)
	for _, c := range []codec{ways.xml[0], ways.json[0]} {
		first, err := c.encode(v)
		if err != nil {
			return tree, append(problems, "encode: "+err.Error())
		}
		again := l.New(l.schema.Target, local)
		if err := c.decode(first, again); err != nil {
			problems = append(problems, "decode what was encoded: "+err.Error())
			continue
		}
		second, err := c.encode(again)
		if err != nil {
			problems = append(problems, "encode again: "+err.Error())
		} else if !bytes.Equal(first, second) {
			problems = append(problems, fmt.Sprintf("written, read and written again it is another text:\n%s\n%s", first, second))
		}
		if tree == nil {
			if tree, err = canonical.Parse(first); err != nil {
				problems = append(problems, err.Error())
			}
		}
	}
	return tree, problems
}

// collect notes the addresses in a document.
func (l *live) collect(root *canonical.Node) {
	root.Walk(func(n *canonical.Node) {
		for _, a := range n.Attrs {
			if a.Name.Local != "Href" {
				continue
			}
			u, err := url.Parse(a.Value)
			if err != nil {
				continue // servers were seen to send unescaped quotes
			}
			_, below, found := strings.Cut(u.Path, "/api/")
			if !found {
				continue
			}
			link := "/" + below
			if u.RawQuery != "" {
				link += "?" + u.RawQuery
			}
			for _, also := range []string{link, "/" + below, "/" + below + "?format=Entity"} {
				if !l.seen[also] {
					l.seen[also] = true
					l.links = append(l.links, also)
				}
			}
		}
	})
}

// isRootError tells that the answer had another root element.
func isRootError(err error) bool {
	var e *xsdbind.Error
	return errors.As(err, &e) && e.Rule == xsdbind.RuleRoot
}
