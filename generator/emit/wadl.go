package emit

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/generator/ir"
)

// Namespaces of a WADL document.
const (
	wadlSpace = "http://wadl.dev.java.net/2009/02"
	xsdSpace  = "http://www.w3.org/2001/XMLSchema"
)

// wadl writes the description of the XML form: a tree of resources, by the segments of their paths. grammars are
// the schema documents, as the file names them.
func wadl(p *ir.Program, about About, grammars []string) ([]byte, error) {
	w := &wadlWriter{p: p, about: about, params: pathParams{}, root: &wadlNode{}}
	ids := map[string]bool{}
	for _, r := range p.Resources {
		for _, m := range r.Methods {
			if ids[operationID(m)] {
				return nil, fmt.Errorf("%s: operation %s: another one has the name %s too", m.Op.Place(), m.Op.Name(), operationID(m))
			}
			ids[operationID(m)] = true
			w.add(m)
		}
	}
	w.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	w.line("<!-- " + strings.TrimPrefix(Header, "// ") + " -->")
	w.open("application", "xmlns", wadlSpace, "xmlns:xs", xsdSpace, "xmlns:t", p.Namespace)
	w.doc(about.title(p), about.Description)
	w.open("grammars")
	for _, g := range grammars {
		w.empty("include", "href", g)
	}
	w.close("grammars")
	w.open("resources", "base", about.base())
	w.children(w.root)
	w.close("resources")
	w.close("application")
	return []byte(w.b.String()), nil
}

// base is the server's address with the usual values of its variables.
func (a About) base() string {
	s := a.Server
	for name, value := range a.Variables {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	if !strings.HasSuffix(s, "/") {
		s += "/"
	}
	return s
}

// wadlNode is a resource: a segment of a path.
type wadlNode struct {
	key     string // segment without regard to case and to the parameter's name
	path    string
	param   string
	kids    []*wadlNode
	methods []*ir.Method
}

type wadlWriter struct {
	p      *ir.Program
	about  About
	params pathParams
	root   *wadlNode
	b      strings.Builder
	depth  int
}

// add puts an operation in its place in the tree.
func (w *wadlWriter) add(m *ir.Method) {
	path, names := w.params.path(m)
	n := w.root
	var segments []string
	if path == "/" {
		segments = []string{"/"}
	} else {
		segments = strings.SplitAfter(strings.TrimPrefix(path, "/"), "/")
	}
	if last := len(segments) - 1; segments[last] == "" {
		segments = segments[:last]
	}
	for i, s := range segments {
		if i < len(segments)-1 {
			s = strings.TrimSuffix(s, "/")
		}
		param := ""
		if strings.HasPrefix(s, "{") {
			param, names = names[0], names[1:]
		}
		key := strings.ToLower(s)
		at := slices.IndexFunc(n.kids, func(k *wadlNode) bool { return k.key == key })
		if at < 0 {
			at = len(n.kids)
			n.kids = append(n.kids, &wadlNode{key: key, path: s, param: param})
		}
		n = n.kids[at]
	}
	n.methods = append(n.methods, m)
}

func (w *wadlWriter) children(n *wadlNode) {
	for _, k := range n.kids {
		w.open("resource", "path", k.path)
		if k.param != "" {
			w.empty("param", "name", k.param, "style", "template", "type", "xs:string", "required", "true")
		}
		for _, m := range k.methods {
			w.method(m)
		}
		w.children(k)
		w.close("resource")
	}
}

func (w *wadlWriter) method(m *ir.Method) {
	op := m.Op
	w.open("method", "name", op.Method, "id", operationID(m))
	w.doc(op.Name(), m.Doc)
	w.request(m)
	codes := append([]int(nil), op.Codes...)
	sort.Ints(codes)
	var with, without []string
	for _, c := range codes {
		if len(op.Responses) == 0 || c == 204 {
			without = append(without, strconv.Itoa(c))
		} else {
			with = append(with, strconv.Itoa(c))
		}
	}
	if len(with) > 0 {
		w.open("response", "status", strings.Join(with, " "))
		if op.Name() == w.about.LogIn && w.about.Session != "" {
			w.empty("param", "name", w.about.Session, "style", "header", "type", "xs:string")
		}
		for _, name := range op.Responses {
			w.representation(name)
		}
		w.close("response")
	}
	if len(without) > 0 {
		w.empty("response", "status", strings.Join(without, " "))
	}
	if w.about.Error != "" && elementNamed(w.p, w.about.Error) != nil {
		w.open("response", "status", "400 401 403 404 405 500 501 503")
		w.representation(w.about.Error)
		w.close("response")
	}
	w.close("method")
}

func (w *wadlWriter) request(m *ir.Method) {
	op := m.Op
	session := w.about.Session != "" && op.Name() != w.about.LogIn && !slices.Contains(w.about.Public, op.Name())
	logIn := w.about.LogIn != "" && op.Name() == w.about.LogIn
	if !session && !logIn && op.Query == "" && len(op.Params) == 0 && op.Request == "" {
		return
	}
	w.open("request")
	if session {
		w.empty("param", "name", w.about.Session, "style", "header", "type", "xs:string", "required", "true")
	}
	if logIn {
		w.empty("param", "name", "Authorization", "style", "header", "type", "xs:string")
	}
	for _, pair := range strings.Split(op.Query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		w.empty("param", "name", unescapeQuery(name), "style", "query", "type", "xs:string", "required", "true", "fixed", unescapeQuery(value))
	}
	for _, q := range op.Params {
		typ := map[string]string{"int": "xs:int", "bool": "xs:boolean", "dateTime": "xs:dateTime"}[q.Type]
		if typ == "" {
			typ = "xs:string"
		}
		w.empty("param", "name", q.Name, "style", "query", "type", typ)
	}
	if op.Request != "" {
		w.representation(op.Request)
	}
	w.close("request")
}

func unescapeQuery(s string) string {
	if t, err := url.QueryUnescape(s); err == nil {
		return t
	}
	return s
}

func (w *wadlWriter) representation(element string) {
	w.empty("representation", "mediaType", "application/xml", "element", "t:"+element)
}

// doc writes documentation, a title and text in paragraphs.
func (w *wadlWriter) doc(title, text string) {
	if text = strings.TrimSpace(text); text == "" {
		w.empty("doc", "title", title)
		return
	}
	w.open("doc", "title", title)
	w.line(escape(strings.Join(strings.Fields(text), " ")))
	w.close("doc")
}

func (w *wadlWriter) line(s string) { w.b.WriteString(strings.Repeat("  ", w.depth) + s + "\n") }

func tag(name string, attrs []string) string {
	s := name
	for i := 0; i < len(attrs); i += 2 {
		s += " " + attrs[i] + `="` + escape(attrs[i+1]) + `"`
	}
	return s
}

func (w *wadlWriter) open(name string, attrs ...string) {
	w.line("<" + tag(name, attrs) + ">")
	w.depth++
}

func (w *wadlWriter) empty(name string, attrs ...string) { w.line("<" + tag(name, attrs) + "/>") }

func (w *wadlWriter) close(name string) {
	w.depth--
	w.line("</" + name + ">")
}
