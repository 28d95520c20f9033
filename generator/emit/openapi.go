package emit

import (
	"errors"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/generator/ir"
)

// About is what descriptions of the API say that neither the schema nor the table of operations holds.
type About struct {
	Title       string
	Version     string
	Description string
	License     string            // SPDX identifier
	Server      string            // base address, with {variables}
	Variables   map[string]string // their usual values
	LogIn       string            // operation that takes HTTP Basic authorization, and may come without a body
	Public      []string          // operations that need no authorization
	Session     string            // header that carries the session after that
	Error       string            // root element of answers to what failed
}

// openAPIVersion is the version of the specification that the document follows.
const openAPIVersion = "3.1.1"

// openAPI writes the OpenAPI document. OpenAPI 3.1 cannot say that one path has several operations for one method that
// the query tells apart, as EM has: POST /cdpReplica/vApps/{ID}?action=failover and ?action=intervals. So the fixed query stands in the
// key of the path, where every generator and viewer takes it over into the address, and no parameter repeats it.
func openAPI(p *ir.Program, about About) ([]byte, error) {
	s := newSchemas(p)
	o := &openAPIWriter{p: p, about: about, paths: map[string]*object{}, params: pathParams{}, below: map[string]string{}, bodies: map[string]bool{}, answers: map[string]bool{}}
	for _, r := range p.Resources {
		for _, m := range r.Methods {
			o.operation(m)
		}
	}
	if len(o.errs) > 0 {
		return nil, errors.Join(o.errs...)
	}
	var doc object
	doc.put("openapi", openAPIVersion)
	doc.put("x-generated-by", strings.TrimPrefix(Header, "// "))
	doc.put("info", o.info())
	doc.add("servers", o.servers())
	doc.add("security", o.security(""))
	var tags array
	for _, t := range o.tags {
		tags = append(tags, object{{"name", t}, {"description", "Operations below " + o.below[t] + "."}})
	}
	doc.add("tags", tags)
	var paths object
	for _, key := range o.order {
		paths.put(key, *o.paths[key])
	}
	doc.put("paths", paths)
	doc.put("components", o.components(s))
	return writeJSON(doc), nil
}

type openAPIWriter struct {
	p      *ir.Program
	about  About
	paths  map[string]*object
	order  []string
	tags   []string
	below  map[string]string // first segment of the paths of a tag
	params pathParams

	bodies  map[string]bool // root elements of requests, and whether a body must be there
	answers map[string]bool // root elements of answers
	unions  object          // schemas of one of several types
	errs    []error
}

func (o *openAPIWriter) info() object {
	info := object{{"title", o.about.title(o.p)}, {"version", o.about.version()}}
	info.add("summary", "The JSON and XML form of the messages in the namespace "+o.p.Namespace+".")
	info.add("description", strings.TrimSpace(o.about.Description+"\n\n"+
		"A query in the key of a path is a fixed part of the address: `/a/{ID}?action=x` and `/a/{ID}?action=y` are two operations. "+
		"Path parameters are named after the segment before them.\n\n"+
		"Each type has one schema for both forms; the order of its properties is that of the elements in XML. "+
		"In JSON no member stands for the root element, and readers should take member names without regard to case."))
	if o.about.License != "" {
		info.put("license", object{{"name", o.about.License}, {"identifier", o.about.License}})
	}
	return info
}

func (a About) title(p *ir.Program) string {
	if a.Title != "" {
		return a.Title
	}
	return p.Namespace
}

func (a About) version() string {
	if a.Version != "" {
		return a.Version
	}
	return "0"
}

func (o *openAPIWriter) servers() array {
	if o.about.Server == "" {
		return nil
	}
	var names []string
	for name := range o.about.Variables {
		names = append(names, name)
	}
	sort.Strings(names)
	server := object{{"url", o.about.Server}}
	var variables object
	for _, name := range names {
		variables.put(name, object{{"default", o.about.Variables[name]}})
	}
	server.add("variables", variables)
	return array{server}
}

// security gives the security requirements of an operation; "" is the usual one. nil is the usual one too.
func (o *openAPIWriter) security(op string) array {
	switch {
	case op == "" && o.about.Session != "":
		return array{object{{"session", array{}}}}
	case op == "" || op != o.about.LogIn:
		return nil
	}
	return array{object{{"basic", array{}}}, object{}}
}

func (o *openAPIWriter) isPublic(op string) bool {
	for _, p := range o.about.Public {
		if p == op {
			return true
		}
	}
	return false
}

// operationID is the operation's name in both descriptions: that of its Go variable, less Op.
func operationID(m *ir.Method) string { return componentName(strings.TrimPrefix(m.Var, "Op")) }

func (o *openAPIWriter) operation(m *ir.Method) {
	op := m.Op
	path, names := o.params.path(m)
	key := path
	if op.Query != "" {
		key += "?" + op.Query
	}
	item, ok := o.paths[key]
	if !ok {
		item = &object{}
		o.paths[key] = item
		o.order = append(o.order, key)
		var list array
		for _, n := range names {
			list = append(list, object{{"name", n}, {"in", "path"}, {"required", true}, {"schema", object{{"type", "string"}}}})
		}
		item.add("parameters", list)
	}
	method := strings.ToLower(op.Method)
	if has(*item, method) {
		o.errs = append(o.errs, fmt.Errorf("%s: operation %s: another one has %s %s too", op.Place(), op.Name(), op.Method, op.Target()))
		return
	}
	tag := op.Call[0]
	if _, known := o.below[tag]; !known {
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		o.tags, o.below[tag] = append(o.tags, tag), "/"+first
	}
	d := object{{"operationId", operationID(m)}, {"tags", array{tag}}, {"summary", op.Name()}}
	d.add("description", m.Doc)
	var params array
	for _, q := range op.Params {
		params = append(params, object{{"name", q.Name}, {"in", "query"}, {"schema", paramSchema(q.Type)}})
	}
	d.add("parameters", params)
	if op.Request != "" {
		required, known := o.bodies[op.Request]
		o.bodies[op.Request] = (required || !known) && op.Name() != o.about.LogIn
		d.put("requestBody", object{{"$ref", "#/components/requestBodies/" + componentName(op.Request)}})
	}
	d.put("responses", o.responses(m))
	switch {
	case o.isPublic(op.Name()):
		d.put("security", array{})
	default:
		d.add("security", o.security(op.Name()))
	}
	d.put("x-vbem-operation", extension(m))
	item.put(method, d)
}

// extension is what OpenAPI has no word for.
func extension(m *ir.Method) object {
	op := m.Op
	x := object{{"name", op.Name()}}
	x.add("query", op.Query)
	x.put("task", op.Task)
	x.add("repeat", string(op.Repeat))
	x.add("since", op.Since)
	x.add("page", op.Page)
	return x
}

// paramSchema is the schema of a query parameter, by its type in the table of operations.
func paramSchema(typ string) object {
	switch typ {
	case "int":
		return object{{"type", "integer"}, {"format", "int32"}}
	case "bool":
		return object{{"type", "boolean"}}
	}
	return object{{"type", "string"}}
}

func (o *openAPIWriter) responses(m *ir.Method) object {
	var all object
	codes := append([]int(nil), m.Op.Codes...)
	sort.Ints(codes)
	for _, code := range codes {
		description := http.StatusText(code)
		if description == "" {
			description = "Success"
		}
		var r object
		switch {
		case len(m.Op.Responses) == 0 || code == http.StatusNoContent:
			r = object{{"description", description + ", without a body."}}
		case m.Op.Name() == o.about.LogIn && o.about.Session != "":
			r = object{{"description", description + "."},
				{"headers", object{{o.about.Session, object{{"description", "The session: to be sent in a header of this name."}, {"schema", object{{"type", "string"}}}}}}},
				{"content", o.content(m.Op.Responses)}}
		case len(m.Op.Responses) == 1:
			o.answers[m.Op.Responses[0]] = true
			r = object{{"$ref", "#/components/responses/" + componentName(m.Op.Responses[0])}, {"description", description + "."}}
		default:
			r = object{{"description", description + ", usually " + m.Op.Responses[0] + "."}, {"content", o.content(m.Op.Responses)}}
		}
		all.put(strconv.Itoa(code), r)
	}
	if o.about.Error != "" && elementNamed(o.p, o.about.Error) != nil {
		o.answers[o.about.Error] = true
		for _, code := range []string{"4XX", "5XX"} {
			all.put(code, object{{"$ref", "#/components/responses/" + componentName(o.about.Error)}})
		}
	}
	if len(all) == 0 {
		all.put("default", object{{"description", "The answer."}})
	}
	return all
}

// elementNamed finds a root element of the schema's own namespace.
func elementNamed(p *ir.Program, local string) *ir.Element {
	for i := range p.Elements {
		if e := &p.Elements[i]; e.Local == local && e.Space == p.Namespace {
			return e
		}
	}
	return nil
}

// content gives both media types with the schema of one of several root elements. Several make a schema of their own:
// generators find names for those.
func (o *openAPIWriter) content(elements []string) object {
	var refs array
	var names []string
	xmlName := object{}
	for _, name := range elements {
		e := elementNamed(o.p, name)
		if e == nil {
			continue
		}
		refs = append(refs, schemaRef(e.Struct.Go))
		names = append(names, componentName(e.Struct.Go))
		if e.Struct.Root != name {
			xmlName = object{{"name", name}, {"namespace", e.Space}}
		}
	}
	if len(refs) == 1 {
		inXML := append(object(nil), refs[0].(object)...)
		inXML.add("xml", xmlName)
		return object{{"application/json", object{{"schema", refs[0]}}}, {"application/xml", object{{"schema", inXML}}}}
	}
	union := strings.Join(names, ".or.")
	if !has(o.unions, union) {
		o.unions.put(union, object{{"anyOf", refs}, {"description", "What one operation answers with, the usual first."}})
	}
	schema := object{{"schema", schemaRef(union)}}
	return object{{"application/json", schema}, {"application/xml", schema}}
}

func (o *openAPIWriter) components(s *schemas) object {
	var bodies, answers, schemes object
	ex := newExamples(s)
	for i := range o.p.Elements {
		e := &o.p.Elements[i]
		if e.Space != o.p.Namespace {
			continue
		}
		if required, ok := o.bodies[e.Local]; ok {
			c := o.content([]string{e.Local})
			if v := ex.element(e); v != nil {
				json := c[0].value.(object)
				json.put("example", v.json(0))
				c[0].value = json
				xml := c[1].value.(object)
				xml.put("x-example", v.xml(e)) // validators hold a text in example against the schema, which is of the object
				c[1].value = xml
			}
			bodies.put(componentName(e.Local), object{{"description", "The element " + e.Local + "."}, {"required", required}, {"content", c}})
		}
		if o.answers[e.Local] {
			answers.put(componentName(e.Local), object{{"description", "The element " + e.Local + "."}, {"content", o.content([]string{e.Local})}})
		}
	}
	if o.about.LogIn != "" {
		schemes.put("basic", object{{"type", "http"}, {"scheme", "basic"}, {"description", "Logs in."}})
	}
	if o.about.Session != "" {
		schemes.put("session", object{{"type", "apiKey"}, {"in", "header"}, {"name", o.about.Session}, {"description", "The session that a log-in answered with."}})
	}
	var c object
	c.put("schemas", append(s.all(), o.unions...))
	c.add("responses", answers)
	c.add("requestBodies", bodies)
	c.add("securitySchemes", schemes)
	return c
}

// pathParams gives path parameters names that are unique in each path, and the same ones in all paths that begin alike.
// The key is the beginning, with the names less.
type pathParams map[string]string

// path gives an operation's path with its parameters named, and their names.
func (p pathParams) path(m *ir.Method) (string, []string) {
	op := m.Op
	var b, key strings.Builder
	var names []string
	before := ""
	for _, part := range op.Parts {
		b.WriteByte('/')
		key.WriteByte('/')
		if part.Param == "" {
			before = part.Literal
			b.WriteString(part.Literal)
			key.WriteString(strings.ToLower(part.Literal))
			continue
		}
		key.WriteString("{}")
		name, ok := p[key.String()]
		if !ok {
			name = lowerFirst(before) + upperFirst(part.Param)
			for i := 2; contains(names, name); i++ {
				name = lowerFirst(before) + upperFirst(part.Param) + strconv.Itoa(i)
			}
			p[key.String()] = name
		}
		names = append(names, name)
		b.WriteString("{" + name + "}")
	}
	if b.Len() == 0 || strings.HasSuffix(op.Path, "/") && !strings.HasSuffix(b.String(), "/") {
		b.WriteByte('/')
	}
	return b.String(), names
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
