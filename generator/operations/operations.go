// Package operations reads the table of operations: one row says how an operation is called, what it sends and what comes back;
// and the table of queries: one row says by which field things of a type are filtered and sorted.
//
// [Parse] and [ParseQueries] return all that a table has, checked, or an error that names file, line and column of each fault.
package operations

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Columns are the columns of the table.
var Columns = []string{"call", "method", "path", "query", "params", "request", "response", "codes", "task", "repeat", "since", "page", "note"}

// Operation is a row of the table.
type Operation struct {
	// Call is the chain of calls: CdpReplica, VApps, ID, Failover. Each ID takes the next parameter of the path.
	Call []string

	Method string   // GET, POST, …
	Path   string   // /cdpReplica/vApps/{ID}
	Parts  []Part   // the path between its slashes
	Query  string   // fixed: action=failover
	Params []Param  // of the query, given by the caller
	Pos    Position // where the row stands
	Repeat Repeat   // whether it may be sent a second time
	Task   bool     // starts a task

	Request   string   // root element that is sent; ""
	Responses []string // root elements that may come back; none when no body comes
	Codes     []int    // status codes of success

	Since string // API version that brought it, as v1_5; ""
	Page  string // name of the reference page
	Note  string
}

// Position is a line of a file.
type Position struct {
	File string
	Line int
}

// String gives file:line.
func (p Position) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// Part is a segment of a path: a literal, or a parameter.
type Part struct {
	Literal string
	Param   string // name between the braces; "" for a literal
}

// Param is a query parameter.
type Param struct {
	Name string
	Type string // ParamString, …
}

// The types of query parameters.
const (
	ParamString   = "string"
	ParamInt      = "int"
	ParamBool     = "bool"
	ParamDateTime = "dateTime"
)

// Repeat says whether an operation may be sent a second time when it is unknown whether the first arrived.
type Repeat string

// The values of Repeat.
const (
	RepeatSafe       Repeat = "safe"       // it changes nothing
	RepeatIdempotent Repeat = "idempotent" // twice is as once
	RepeatNever      Repeat = "never"
)

// Name gives the chain of calls as the table has it: CdpReplica.VApps.ID.Failover.
func (o *Operation) Name() string { return strings.Join(o.Call, ".") }

// Chain gives the chain of calls in parts: the resource's names, then the method.
func (o *Operation) Chain() []string { return slices.Clone(o.Call) }

// Resource gives the chain without the method: CdpReplica, VApps, ID.
func (o *Operation) Resource() []string { return o.Call[:len(o.Call)-1] }

// Func gives the name of the method: Failover.
func (o *Operation) Func() string { return o.Call[len(o.Call)-1] }

// Place gives the file and the line of the row.
func (o *Operation) Place() string { return o.Pos.String() }

// Target gives the path with the fixed query: /cdpReplica/vApps/{ID}?action=failover.
func (o *Operation) Target() string {
	if o.Query == "" {
		return o.Path
	}
	return o.Path + "?" + o.Query
}

// PathParams gives the names of the path's parameters in order.
func (o *Operation) PathParams() []string {
	var names []string
	for _, p := range o.Parts {
		if p.Param != "" {
			names = append(names, p.Param)
		}
	}
	return names
}

// Elements gives the root elements that the operation needs: the request's and the responses'.
func (o *Operation) Elements() []string {
	var names []string
	if o.Request != "" {
		names = append(names, o.Request)
	}
	return append(names, o.Responses...)
}

var (
	methods    = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
	identifier = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	element    = regexp.MustCompile(`^[\pL_][\pL\pN._-]*$`)
	version    = regexp.MustCompile(`^v[0-9]+_[0-9]+$`)
	literal    = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=:@%-]+$`)
)

// Load reads a table of operations from a file: see Parse.
func Load(file string) ([]*Operation, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse reads a table of operations. file is its name in errors. The error is a [Errors].
func Parse(file string, data []byte) ([]*Operation, error) {
	rows, errs := readTable(file, data, Columns)
	var all []*Operation
	for _, row := range rows {
		p := parser{row: row}
		if op := p.operation(); len(p.errs) == 0 {
			all = append(all, op)
		}
		errs = append(errs, p.errs...)
	}
	errs = append(errs, conflicts(all)...)
	if len(errs) > 0 {
		return nil, errs
	}
	return all, nil
}

type parser struct {
	row  row
	errs Errors
}

func (p *parser) fail(column, format string, args ...any) {
	p.errs = append(p.errs, p.row.errorf(column, format, args...))
}

func (p *parser) operation() *Operation {
	o := &Operation{
		Method: p.row.get("method"), Path: p.row.get("path"), Query: p.row.get("query"),
		Request: p.row.get("request"), Since: p.row.get("since"), Page: p.row.get("page"), Note: p.row.get("note"),
		Pos: Position{p.row.File, p.row.Line},
	}
	p.call(o)
	if !slices.Contains(methods, o.Method) {
		p.fail("method", "%q is not one of %s", o.Method, strings.Join(methods, ", "))
	}
	p.path(o)
	p.query(o)
	p.bodies(o)
	switch task := p.row.get("task"); task {
	case "yes":
		o.Task = true
	case "no":
	default:
		p.fail("task", "%q is neither yes nor no", task)
	}
	switch o.Repeat = Repeat(p.row.get("repeat")); o.Repeat {
	case RepeatSafe, RepeatIdempotent, RepeatNever:
	default:
		p.fail("repeat", "%q is not one of safe, idempotent, never", string(o.Repeat))
	}
	if o.Repeat == RepeatSafe && o.Task {
		p.fail("repeat", "an operation that starts a task is not safe to repeat")
	}
	if o.Since != "" && !version.MatchString(o.Since) {
		p.fail("since", "%q is not a version like v1_5", o.Since)
	}
	return o
}

func (p *parser) call(o *Operation) {
	name := p.row.get("call")
	chain := strings.Split(name, ".")
	o.Call = chain
	for _, c := range chain {
		if !identifier.MatchString(c) {
			p.fail("call", "%q is not a Go name that starts with a capital letter", c)
			return
		}
	}
	last := len(chain) - 1
	switch {
	case last == 0:
		p.fail("call", "%q has no method: write Resource.Method", name)
	case chain[last] == "ID":
		p.fail("call", "%q ends with ID: a method must follow", name)
	case chain[0] == "ID":
		p.fail("call", "%q starts with ID: a resource must come before", name)
	}
}

func (p *parser) path(o *Operation) {
	if !strings.HasPrefix(o.Path, "/") {
		p.fail("path", "%q does not start with a slash", o.Path)
		return
	}
	parts := strings.Split(strings.Trim(o.Path, "/"), "/")
	for _, part := range parts {
		name, open := strings.CutPrefix(part, "{")
		name, closed := strings.CutSuffix(name, "}")
		switch {
		case part == "" && o.Path == "/":
			return
		case open && closed && strings.HasPrefix(name, "+") && part != parts[len(parts)-1]:
			p.fail("path", "%q takes the rest of a path and must be its end", part)
		case open && closed && !strings.ContainsAny(name, "{}") && strings.Trim(name, "+") != "":
			o.Parts = append(o.Parts, Part{Param: strings.TrimPrefix(name, "+")})
		case literal.MatchString(part):
			o.Parts = append(o.Parts, Part{Literal: part})
		default:
			p.fail("path", "%q is neither a name nor a parameter in braces", part)
		}
	}
	ids := 0
	for _, c := range o.Resource() {
		if c == "ID" {
			ids++
		}
	}
	if params := len(o.PathParams()); params != ids {
		p.fail("path", "%d parameters in the path, and %d ID in the call %s", params, ids, o.Name())
	}
}

func (p *parser) query(o *Operation) {
	fixed, err := url.ParseQuery(o.Query)
	if err != nil || strings.HasPrefix(o.Query, "?") {
		p.fail("query", "%q is not a query: write name=value, joined by &", o.Query)
	}
	for _, f := range splitList(p.row.get("params"), ",") {
		name, typ, _ := strings.Cut(f, ":")
		switch typ {
		case ParamString, ParamInt, ParamBool, ParamDateTime:
		default:
			p.fail("params", "%q is not name:type with a type of string, int, bool, dateTime", f)
			continue
		}
		switch {
		case !element.MatchString(name):
			p.fail("params", "%q is not a name", name)
		case fixed.Has(name):
			p.fail("params", "%s has a fixed value in the column query", name)
		case slices.ContainsFunc(o.Params, func(q Param) bool { return strings.EqualFold(q.Name, name) }):
			p.fail("params", "%s stands twice", name)
		default:
			o.Params = append(o.Params, Param{name, typ})
		}
	}
}

func (p *parser) bodies(o *Operation) {
	if o.Request != "" && !element.MatchString(o.Request) {
		p.fail("request", "%q is not the name of an element", o.Request)
	}
	if o.Request != "" && (o.Method == "GET" || o.Method == "HEAD") {
		p.fail("request", "%s sends no body", o.Method)
	}
	for _, r := range splitList(p.row.get("response"), "|") {
		switch {
		case !element.MatchString(r):
			p.fail("response", "%q is not the name of an element", r)
		case slices.Contains(o.Responses, r):
			p.fail("response", "%s stands twice", r)
		default:
			o.Responses = append(o.Responses, r)
		}
	}
	for _, c := range splitList(p.row.get("codes"), ",|") {
		code, err := strconv.Atoi(c)
		switch {
		case err != nil || code < 100 || code > 599:
			p.fail("codes", "%q is not a status code", c)
		case slices.Contains(o.Codes, code):
			p.fail("codes", "%d stands twice", code)
		default:
			o.Codes = append(o.Codes, code)
		}
	}
	if len(o.Codes) == 0 && len(p.errs) == 0 {
		p.fail("codes", "says no status code of success")
	}
}

func splitList(s, separators string) []string {
	var out []string
	if s == "" {
		return nil
	}
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		out = append(out, strings.TrimSpace(f))
	}
	return out
}

// conflicts finds operations that cannot stand beside each other.
func conflicts(all []*Operation) Errors {
	var errs Errors
	fail := func(o *Operation, column, msg string, other *Operation) {
		errs = append(errs, &Error{File: o.Pos.File, Line: o.Pos.Line, Column: column, Msg: msg + ": see line " + strconv.Itoa(other.Pos.Line)})
	}
	calls := map[string]*Operation{}
	requests := map[string]*Operation{}
	paths := map[string]*Operation{}
	for _, o := range all {
		if other, ok := calls[o.Name()]; ok {
			fail(o, "call", o.Name()+" stands twice", other)
		} else {
			calls[o.Name()] = o
		}
		key := o.Method + " " + pathKey(o) + "?" + sortedQuery(o.Query)
		if other, ok := requests[key]; ok {
			fail(o, "path", "the same request as that of "+other.Name(), other)
		} else {
			requests[key] = o
		}
		// A resource has one path; an action may have a path of its own below it: /nas/jobs/{ID}/start.
		resource := strings.Join(o.Resource(), ".")
		if other, ok := paths[resource]; ok && pathKey(other) != pathKey(o) && !below(o, other) {
			fail(o, "path", "another path than "+other.Path+", which "+resource+" has", other)
		} else if !ok {
			paths[resource] = o
		}
	}
	// In Go, a resource and a method of the same parent would be two methods of one name.
	for _, o := range all {
		for i := 1; i <= len(o.Resource()); i++ {
			if other, ok := calls[strings.Join(o.Call[:i], ".")]; ok {
				fail(o, "call", other.Name()+" is an operation, and cannot be a resource", other)
			}
		}
	}
	return errs
}

// below reports whether the path of an action continues that of its resource, by names alone.
func below(action, resource *Operation) bool {
	rest, ok := strings.CutPrefix(pathKey(action), pathKey(resource)+"/")
	return ok && !strings.Contains(rest, "{")
}

// pathKey gives the path as the server tells it apart: the names of parameters and the case of letters do not count.
func pathKey(o *Operation) string {
	var b strings.Builder
	for _, p := range o.Parts {
		b.WriteByte('/')
		if p.Param != "" {
			b.WriteString("{}")
		}
		b.WriteString(strings.ToLower(p.Literal))
	}
	return b.String()
}

func sortedQuery(q string) string {
	v, err := url.ParseQuery(q)
	if err != nil {
		return q
	}
	return v.Encode()
}
