package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// node is a place in the tree of paths: one segment deeper with each level.
type node struct {
	literals map[string]*node // keys in lower case
	param    *node
	tail     *node // {+…}: all segments that remain
	routes   []*route
}

type route struct {
	Handler
	fixed  []fixedParam
	vacant bool // no handler has come for it yet
}

type fixedParam struct{ name, value string }

// add puts a route in its place, and reports whether that was free; a vacant route of the same operation makes way.
func (n *node) add(r *route) bool {
	for _, seg := range segments(r.Op.Path) {
		if strings.HasPrefix(seg, "{"+spanning) {
			if n.tail == nil {
				n.tail = &node{}
			}
			n = n.tail
			continue
		}
		if strings.HasPrefix(seg, "{") && strings.HasSuffix(seg, "}") {
			if n.param == nil {
				n.param = &node{}
			}
			n = n.param
			continue
		}
		key := strings.ToLower(seg)
		if n.literals[key] == nil {
			if n.literals == nil {
				n.literals = make(map[string]*node)
			}
			n.literals[key] = &node{}
		}
		n = n.literals[key]
	}
	q, err := ParseQuery(r.Op.Query)
	if err != nil {
		panic(fmt.Sprintf("rest: %s: fixed query: %v", r.Op, err))
	}
	for name, values := range q {
		for _, v := range values {
			r.fixed = append(r.fixed, fixedParam{name, v})
		}
	}
	slices.SortFunc(r.fixed, func(a, b fixedParam) int { return strings.Compare(a.name, b.name) })
	for i, have := range n.routes {
		if have.Op.Method != r.Op.Method || !slices.EqualFunc(have.fixed, r.fixed, fixedParam.equal) {
			continue
		}
		if have.vacant && !r.vacant && have.Op.Name == r.Op.Name {
			n.routes[i] = r
			return false
		}
		panic(fmt.Sprintf("rest: %s and %s have the same method, path and query", have.Op, r.Op))
	}
	n.routes = append(n.routes, r)
	return true
}

func (p fixedParam) equal(o fixedParam) bool {
	return strings.EqualFold(p.name, o.name) && strings.EqualFold(p.value, o.value)
}

// find returns the node for a path and the values for its {…}. The literal branch is tried first.
func (n *node) find(segs []string, values []string) (*node, []string) {
	if len(segs) == 0 {
		if len(n.routes) == 0 {
			return nil, nil
		}
		return n, values
	}
	if next := n.literals[strings.ToLower(segs[0])]; next != nil {
		if found, v := next.find(segs[1:], values); found != nil {
			return found, v
		}
	}
	if n.param != nil {
		if found, v := n.param.find(segs[1:], append(values[:len(values):len(values)], segs[0])); found != nil {
			return found, v
		}
	}
	if n.tail != nil {
		return n.tail.find(nil, append(values[:len(values):len(values)], strings.Join(segs, "/")))
	}
	return nil, nil
}

// segments splits a path; empty segments do not count.
func segments(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

func (m *Mux) route(hr *http.Request, q url.Values) (*route, []string, error) {
	notFound := func() (*route, []string, error) {
		return nil, nil, Faultf(http.StatusNotFound, "There is no resource %s.", hr.URL.Path)
	}
	escaped := segments(hr.URL.EscapedPath())
	for _, want := range segments(m.cfg.Prefix) {
		if len(escaped) == 0 || !strings.EqualFold(escaped[0], want) {
			return notFound()
		}
		escaped = escaped[1:]
	}
	segs := make([]string, len(escaped))
	for i, s := range escaped {
		u, err := url.PathUnescape(s)
		if err != nil {
			return nil, nil, Faultf(http.StatusBadRequest, "The path is not well-formed: %w.", err)
		}
		segs[i] = u
	}
	n, values := m.root.find(segs, nil)
	if n == nil {
		return notFound()
	}
	method := hr.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var known, fit []*route
	for _, r := range n.routes {
		if r.Op.Method == method {
			known = append(known, r)
			if r.fits(q) {
				fit = append(fit, r)
			}
		}
	}
	switch {
	case len(known) == 0:
		return nil, nil, notAllowed(hr, n.methods(n.routes))
	case len(fit) == 0:
		if allow := n.methodsFor(q); len(allow) > 0 {
			return nil, nil, notAllowed(hr, allow)
		}
		return nil, nil, Faultf(http.StatusBadRequest, "%s %s needs a query of: %s.", hr.Method, hr.URL.Path, queries(known))
	}
	// The route with the longest fixed query says most about the request.
	best := slices.MaxFunc(fit, func(a, b *route) int { return len(a.fixed) - len(b.fixed) })
	// An action that nothing here has must not fall back to the plain resource: the client asked for something else.
	for name, v := range q {
		if strings.EqualFold(name, "action") && len(v) > 0 && !best.has("action") {
			if allow := n.methodsFor(q); len(allow) > 0 {
				return nil, nil, notAllowed(hr, allow)
			}
			return nil, nil, Faultf(http.StatusBadRequest, "%s %s has no action %q.", hr.Method, hr.URL.Path, v[0])
		}
		if strings.EqualFold(name, "format") && len(v) > 0 && !knownFormat(v[0]) {
			return nil, nil, Faultf(http.StatusBadRequest, "%s %s has no format %q.", hr.Method, hr.URL.Path, v[0])
		}
	}
	return best, values, nil
}

func (r *route) fits(q url.Values) bool {
	for _, p := range r.fixed {
		if !slices.ContainsFunc(queryValues(q, p.name), func(v string) bool { return sameValue(p.name, p.value, v) }) {
			return false
		}
	}
	return true
}

func (r *route) has(name string) bool {
	return slices.ContainsFunc(r.fixed, func(p fixedParam) bool { return strings.EqualFold(p.name, name) })
}

func sameValue(name, want, have string) bool {
	if strings.EqualFold(name, "format") {
		want, have = singular(want), singular(have)
	}
	return strings.EqualFold(want, have)
}

// singular folds format=Entities into format=Entity.
func singular(format string) string {
	if strings.EqualFold(format, "Entities") {
		return "Entity"
	}
	return format
}

func knownFormat(v string) bool {
	return v == "" || slices.ContainsFunc([]string{"Entity", "Entities", "Reference", "References"},
		func(f string) bool { return strings.EqualFold(f, v) })
}

func notAllowed(hr *http.Request, allow []string) *Fault {
	f := Faultf(http.StatusMethodNotAllowed, "%s is not allowed on %s.", hr.Method, hr.URL.RequestURI())
	f.Header = http.Header{"Allow": {strings.Join(allow, ", ")}}
	return f
}

// methodsFor names the methods that have the action that the query asks for.
func (n *node) methodsFor(q url.Values) []string {
	return n.methods(slices.DeleteFunc(slices.Clone(n.routes), func(r *route) bool { return !r.has("action") || !r.fits(q) }))
}

func (*node) methods(routes []*route) []string {
	var out []string
	for _, r := range routes {
		if !slices.Contains(out, r.Op.Method) {
			out = append(out, r.Op.Method)
		}
		if r.Op.Method == http.MethodGet && !slices.Contains(out, http.MethodHead) {
			out = append(out, http.MethodHead)
		}
	}
	slices.Sort(out)
	return out
}

func queries(routes []*route) string {
	var out []string
	for _, r := range routes {
		out = append(out, "?"+r.Op.Query)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func queryValues(q url.Values, name string) []string {
	var out []string
	for have, v := range q {
		if strings.EqualFold(have, name) {
			out = append(out, v...)
		}
	}
	return out
}

// ParseQuery reads a query as Enterprise Manager's clients write it: parameters are separated by & alone, because ; is an
// operator of the filter language, which url.ParseQuery refuses.
func ParseQuery(raw string) (url.Values, error) {
	q := make(url.Values)
	for _, part := range strings.Split(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return nil, fmt.Errorf("the query is not well-formed: %w", err)
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return nil, fmt.Errorf("the query parameter %s is not well-formed: %w", n, err)
		}
		q[n] = append(q[n], v)
	}
	return q, nil
}
