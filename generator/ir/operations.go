package ir

import (
	"fmt"
	"strings"

	"github.com/vbem-go/vbem/generator/operations"
)

// buildOperations makes the tree of resources from the table. An operation whose request or response element the
// schema does not declare is left out, with its name, or is an error where all are asked for.
func (b *builder) buildOperations() {
	if len(b.in.Operations) == 0 {
		return
	}
	byElement := map[string]*Struct{}
	for _, e := range b.program.Elements {
		if e.Space == b.main {
			byElement[e.Local] = e.Struct
		}
	}
	t := &tree{b: b, byChain: map[string]*Resource{}, used: map[string]bool{"StartedTask": true}}
	for _, op := range b.in.Operations {
		missing := ""
		for _, name := range append([]string{op.Request}, op.Responses...) {
			if name != "" && byElement[name] == nil {
				missing = name
				break
			}
		}
		if missing != "" {
			b.program.LeftOut = append(b.program.LeftOut, LeftOut{Operation: op, Element: missing})
			if b.in.RequireAll {
				b.fail(fmt.Errorf("%s: operation %s: the schema declares no element %s", op.Place(), op.Name(), missing))
			}
			continue
		}
		m := t.add(op)
		if m == nil {
			continue
		}
		if op.Request != "" {
			m.Request = byElement[op.Request]
		}
		if len(op.Responses) > 0 {
			m.Response = byElement[op.Responses[0]]
		}
		m.Handle = op.Task && len(op.Responses) > 0 && op.Responses[0] == "Task"
		if m.Handle {
			b.program.Task = m.Response
		}
		m.Doc = methodDoc(m)
		b.params(t, m)
	}
	b.program.Resources = t.list
}

type tree struct {
	b       *builder
	byChain map[string]*Resource
	used    map[string]bool
	list    []*Resource
}

// resource finds or makes the resource of a chain of calls: CdpReplica, VApps, ID.
func (t *tree) resource(chain []string, path string) *Resource {
	key := strings.Join(chain, ".")
	if r, ok := t.byChain[key]; ok {
		return r
	}
	r := &Resource{Path: path}
	t.byChain[key] = r
	if len(chain) == 0 {
		r.Go, r.File = "API", "api.go"
		t.used[r.Go] = true
		t.list = append(t.list, r)
		return r
	}
	last := chain[len(chain)-1]
	r.Parent = t.resource(chain[:len(chain)-1], parentPath(path))
	r.Depth, r.Method = r.Parent.Depth, last
	if last == "ID" {
		r.Depth++
		r.Param = "id"
	}
	r.Go = strings.Join(chain, "")
	for i := 2; t.used[r.Go]; i++ {
		r.Go = fmt.Sprintf("%s%d", strings.Join(chain, ""), i)
	}
	t.used[r.Go] = true
	r.File = fileName(chain[0])
	r.Parent.Children = append(r.Parent.Children, r)
	t.list = append(t.list, r)
	return r
}

func parentPath(path string) string {
	path = strings.TrimSuffix(path, "/")
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return ""
}

func (t *tree) add(op *operations.Operation) *Method {
	chain := op.Chain()
	method := chain[len(chain)-1]
	chain = chain[:len(chain)-1]
	if len(chain) == 1 && chain[0] == "Root" {
		chain = nil
	}
	r := t.resource(chain, op.Path)
	if len(chain) == 0 {
		r.Path = ""
	}
	for _, m := range r.Methods {
		if m.Go == method {
			t.b.fail(fmt.Errorf("%s: operation %s stands twice", op.Place(), op.Name()))
			return nil
		}
	}
	for _, c := range r.Children {
		if c.Method == method {
			t.b.fail(fmt.Errorf("%s: operation %s has the name of a resource", op.Place(), op.Name()))
			return nil
		}
	}
	m := &Method{Go: method, Op: op, Var: "Op" + r.Go + method}
	if r.Parent == nil {
		m.Var = "OpRoot" + method
	}
	r.Methods = append(r.Methods, m)
	return m
}

func (b *builder) params(t *tree, m *Method) {
	if len(m.Op.Params) == 0 {
		return
	}
	p := &Params{Go: strings.TrimPrefix(m.Var, "Op") + "Params"}
	for t.used[p.Go] {
		p.Go += "Query"
	}
	t.used[p.Go] = true
	taken := map[string]bool{"Values": true}
	for _, q := range m.Op.Params {
		typ := q.Type
		if typ != "int" && typ != "bool" {
			typ = "string"
		}
		p.Fields = append(p.Fields, ParamField{Go: uniqueMember(taken, goName(q.Name), "Param"), Name: q.Name, Type: typ})
	}
	m.Params = p
}

func methodDoc(m *Method) string {
	o := m.Op
	doc := fmt.Sprintf("%s sends %s %s", m.Go, o.Method, o.Target())
	if o.Request != "" {
		doc += " with the element " + o.Request
	}
	switch {
	case m.Handle:
		doc += ". It starts a task."
	case len(o.Responses) > 0:
		doc += ". The answer is the element " + strings.Join(o.Responses, " or ") + "."
	default:
		doc += ". The answer has no body."
	}
	switch string(o.Repeat) {
	case "never":
		doc += " Sent twice, it is carried out twice: a client must not repeat it."
	}
	if o.Since != "" {
		doc += " Since " + o.Since + "."
	}
	if o.Page != "" {
		doc += "\n\nReference page: " + o.Page + "."
	}
	return doc
}
