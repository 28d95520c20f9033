package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
)

// API writes the package of stubs: resources for clients, interfaces for servers. types is the import path of the package of types.
func API(p *ir.Program, pkg, types string) (map[string][]byte, error) {
	files := map[string]*jen.File{}
	file := func(name string) *jen.File {
		f, ok := files[name]
		if !ok {
			f = newFile(pkg)
			f.ImportName(types, p.Package)
			files[name] = f
		}
		return f
	}
	e := &apiEmitter{types: types}
	e.doc(file("doc.go"), p)
	for _, r := range p.Resources {
		e.resource(file(r.File), r)
		e.server(file(r.File), r)
	}
	e.register(file("servers.go"), p)
	e.operations(file("operations.go"), p)
	return render(files)
}

type apiEmitter struct{ types string }

func (e *apiEmitter) doc(f *jen.File, p *ir.Program) {
	f.PackageComment("Package emapi holds the resources and operations of the API: stubs for clients and interfaces for servers,\nmade from the same table of operations.")
	f.PackageComment("")
	f.PackageComment("A stub is a small value: where it is and the rest.Caller that its requests go through. Stubs are safe for\nconcurrent use when the Caller is.")
	for _, r := range p.Resources {
		if r.Parent == nil {
			f.Comment(wrap("New returns the root of the stubs, whose requests go through c."))
			f.Func().Id("New").Params(jen.Id("c").Qual(restPkg, "Caller")).Id(r.Go).Block(jen.Return(jen.Id(r.Go).Values(jen.Dict{jen.Id("c"): jen.Id("c")})))
		}
	}
	f.Line()
	if p.Task != nil {
		f.Comment(wrap("StartedTask is a task that an operation started, and the logon session that it belongs to."))
		f.Type().Id("StartedTask").Op("=").Qual(restPkg, "Started").Types(jen.Qual(e.types, p.Task.Go))
		f.Line()
	}
	if len(p.LeftOut) > 0 {
		var lines []string
		for _, l := range p.LeftOut {
			lines = append(lines, fmt.Sprintf("  - %s (%s %s): no element %s", l.Operation.Name(), l.Operation.Method, l.Operation.Path, l.Element))
		}
		f.Comment("// Left out, because the schema does not declare an element that the operation needs:\n//\n// " + strings.Join(lines, "\n// "))
	}
}

func (e *apiEmitter) resource(f *jen.File, r *ir.Resource) {
	where := r.Path
	if where == "" {
		where = "/"
	}
	f.Comment(wrap(fmt.Sprintf("%s is the resource %s.", r.Go, where)))
	f.Type().Id(r.Go).StructFunc(func(g *jen.Group) {
		g.Id("c").Qual(restPkg, "Caller")
		if r.Depth > 0 {
			g.Id("path").Index(jen.Lit(r.Depth)).String()
		}
	})
	f.Line()
	recv := func() *jen.Statement { return jen.Id("r").Id(r.Go) }
	for _, c := range r.Children {
		var params []jen.Code
		var body []jen.Code
		vals := jen.Dict{jen.Id("c"): jen.Id("r").Dot("c")}
		switch {
		case c.Param != "":
			f.Comment(wrap(fmt.Sprintf("%s is the resource %s.", c.Method, c.Path)))
			params = append(params, jen.Id(c.Param).String())
			arr := []jen.Code{}
			for i := 0; i < r.Depth; i++ {
				arr = append(arr, jen.Id("r").Dot("path").Index(jen.Lit(i)))
			}
			arr = append(arr, jen.Id(c.Param))
			vals[jen.Id("path")] = jen.Index(jen.Lit(c.Depth)).String().Values(arr...)
		default:
			f.Comment(wrap(fmt.Sprintf("%s is the resource %s.", c.Method, c.Path)))
			if r.Depth > 0 {
				vals[jen.Id("path")] = jen.Id("r").Dot("path")
			}
		}
		body = append(body, jen.Return(jen.Id(c.Go).Values(vals)))
		f.Func().Params(recv()).Id(c.Method).Params(params...).Id(c.Go).Block(body...)
		f.Line()
	}
	for _, m := range r.Methods {
		e.method(f, r, m)
	}
}

func (e *apiEmitter) method(f *jen.File, r *ir.Resource, m *ir.Method) {
	f.Comment(wrap(m.Doc))
	params := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	call := jen.Dict{jen.Id("Op"): jen.Op("&").Id(m.Var)}
	if r.Depth > 0 {
		call[jen.Id("Path")] = jen.Id("r").Dot("path").Index(jen.Empty(), jen.Empty())
	}
	if m.Request != nil {
		params = append(params, jen.Id("body").Op("*").Qual(e.types, m.Request.Go))
		call[jen.Id("Body")] = jen.Id("body")
	}
	if m.Params != nil {
		params = append(params, jen.Id("params").Id(m.Params.Go))
		call[jen.Id("Query")] = jen.Id("params").Dot("Values").Call()
	}
	params = append(params, jen.Id("opts").Op("...").Qual(restPkg, "Option"))
	callLit := jen.Op("&").Qual(restPkg, "Call").Values(call)
	args := []jen.Code{jen.Id("ctx"), jen.Id("r").Dot("c"), callLit, jen.Id("opts")}
	fn := f.Func().Params(jen.Id("r").Id(r.Go)).Id(m.Go).Params(params...)
	switch {
	case m.Handle:
		fn.Params(jen.Op("*").Id("StartedTask"), jen.Error()).Block(jen.Return(jen.Qual(restPkg, "Start").Types(jen.Qual(e.types, m.Response.Go)).Call(args...)))
	case m.Response != nil:
		fn.Params(jen.Op("*").Qual(e.types, m.Response.Go), jen.Error()).Block(jen.Return(jen.Qual(restPkg, "Fetch").Types(jen.Qual(e.types, m.Response.Go)).Call(args...)))
	default:
		fn.Error().Block(jen.Return(jen.Qual(restPkg, "Send").Call(args...)))
	}
	f.Line()
	if m.Params != nil {
		e.params(f, m)
	}
}

func (e *apiEmitter) params(f *jen.File, m *ir.Method) {
	p := m.Params
	f.Comment(wrap(fmt.Sprintf("%s are the query parameters of %s. A zero field is not sent.", p.Go, m.Op.Name())))
	f.Type().Id(p.Go).StructFunc(func(g *jen.Group) {
		for _, fd := range p.Fields {
			g.Id(fd.Go).Id(fd.Type).Comment(fd.Name)
		}
	})
	f.Line()
	f.Comment(wrap("Values returns the parameters as a query."))
	f.Func().Params(jen.Id("p").Id(p.Go)).Id("Values").Params().Qual("net/url", "Values").BlockFunc(func(g *jen.Group) {
		g.Id("q").Op(":=").Qual("net/url", "Values").Values()
		for _, fd := range p.Fields {
			v := jen.Id("p").Dot(fd.Go)
			var cond, text *jen.Statement
			switch fd.Type {
			case "int":
				cond, text = v.Clone().Op("!=").Lit(0), jen.Qual("strconv", "Itoa").Call(v)
			case "bool":
				cond, text = v.Clone(), jen.Lit("true")
			default:
				cond, text = v.Clone().Op("!=").Lit(""), v
			}
			g.If(cond).Block(jen.Id("q").Dot("Set").Call(jen.Lit(fd.Name), text))
		}
		g.Return(jen.Id("q"))
	})
	f.Line()
}

func (e *apiEmitter) signature(m *ir.Method) ([]jen.Code, []jen.Code) {
	params := []jen.Code{jen.Id("ctx").Qual("context", "Context"), jen.Id("r").Op("*").Qual(restPkg, "Request")}
	if m.Request != nil {
		params = append(params, jen.Id("body").Op("*").Qual(e.types, m.Request.Go))
	}
	if m.Response == nil {
		return params, []jen.Code{jen.Error()}
	}
	return params, []jen.Code{jen.Op("*").Qual(e.types, m.Response.Go), jen.Error()}
}

func (e *apiEmitter) server(f *jen.File, r *ir.Resource) {
	if len(r.Methods) == 0 {
		return
	}
	f.Comment(wrap(fmt.Sprintf("%sServer serves the operations of the resource %s. Embed Unimplemented%sServer, so that operations which are added later answer 501.", r.Go, r.Path, r.Go)))
	f.Type().Id(r.Go + "Server").InterfaceFunc(func(g *jen.Group) {
		for _, m := range r.Methods {
			params, results := e.signature(m)
			g.Comment(fmt.Sprintf("%s %s", m.Op.Method, m.Op.Target()))
			g.Id(m.Go).Params(params...).Params(results...)
		}
	})
	f.Line()
	un := "Unimplemented" + r.Go + "Server"
	f.Comment(wrap(fmt.Sprintf("%s answers every operation with rest.ErrUnimplemented.", un)))
	f.Type().Id(un).Struct()
	f.Line()
	for _, m := range r.Methods {
		params, results := e.signature(m)
		for i := range params { // names would be unused
			params[i] = jen.Id("_").Add(dropName(params[i].(*jen.Statement)))
		}
		err := jen.Qual("fmt", "Errorf").Call(jen.Lit("%s: %w"), jen.Id(m.Var).Dot("Name"), jen.Qual(restPkg, "ErrUnimplemented"))
		ret := jen.Return(err)
		if m.Response != nil {
			ret = jen.Return(jen.Nil(), err)
		}
		f.Comment(fmt.Sprintf("// %s answers with rest.ErrUnimplemented.", m.Go))
		f.Func().Params(jen.Id(un)).Id(m.Go).Params(params...).Params(results...).Block(ret)
		f.Line()
	}
	f.Func().Id("register"+r.Go).Params(jen.Id("m").Op("*").Qual(restPkg, "Mux"), jen.Id("s").Id(r.Go+"Server")).BlockFunc(func(g *jen.Group) {
		g.If(jen.Id("s").Op("==").Nil()).Block(jen.Id("s").Op("=").Id(un).Values())
		for _, m := range r.Methods {
			g.Id("m").Dot("Handle").Call(e.handler(m))
		}
	})
	f.Line()
}

func dropName(s *jen.Statement) *jen.Statement {
	t := jen.Statement((*s)[1:])
	return &t
}

func (e *apiEmitter) handler(m *ir.Method) *jen.Statement {
	body := []jen.Code{}
	args := []jen.Code{jen.Id("ctx"), jen.Id("r")}
	h := jen.Dict{jen.Id("Op"): jen.Op("&").Id(m.Var)}
	in := jen.Id("_")
	if m.Request != nil {
		t := jen.Qual(e.types, m.Request.Go)
		h[jen.Id("NewBody")] = jen.Func().Params().Qual(bindPkg, "Struct").Block(jen.Return(jen.New(t.Clone())))
		in = jen.Id("body")
		args = append(args, jen.Id("body").Assert(jen.Op("*").Add(t)))
	}
	if m.Response == nil {
		body = append(body, jen.Return(jen.Nil(), jen.Id("s").Dot(m.Go).Call(args...)))
	} else {
		// A nil *T must not become an interface that is not nil.
		body = append(body,
			jen.List(jen.Id("v"), jen.Err()).Op(":=").Id("s").Dot(m.Go).Call(args...),
			jen.If(jen.Id("v").Op("==").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
			jen.Return(jen.Id("v"), jen.Err()))
	}
	h[jen.Id("Serve")] = jen.Func().Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("r").Op("*").Qual(restPkg, "Request"), in.Qual(bindPkg, "Struct")).
		Params(jen.Qual(bindPkg, "Struct"), jen.Error()).Block(body...)
	return jen.Qual(restPkg, "Handler").Values(h)
}

func (e *apiEmitter) register(f *jen.File, p *ir.Program) {
	var with []*ir.Resource
	for _, r := range p.Resources {
		if len(r.Methods) > 0 {
			with = append(with, r)
		}
	}
	f.Comment(wrap("Servers are the servers of all resources. A nil one answers with rest.ErrUnimplemented."))
	f.Type().Id("Servers").StructFunc(func(g *jen.Group) {
		for _, r := range with {
			g.Id(r.Go).Id(r.Go + "Server").Comment(r.Path)
		}
	})
	f.Line()
	f.Comment(wrap("Register makes m serve every operation with s."))
	f.Func().Id("Register").Params(jen.Id("m").Op("*").Qual(restPkg, "Mux"), jen.Id("s").Id("Servers")).BlockFunc(func(g *jen.Group) {
		for _, r := range with {
			g.Id("register"+r.Go).Call(jen.Id("m"), jen.Id("s").Dot(r.Go))
		}
	})
}

func (e *apiEmitter) operations(f *jen.File, p *ir.Program) {
	f.Comment(wrap("The operations, one row of the table each."))
	f.Var().DefsFunc(func(g *jen.Group) {
		for _, r := range p.Resources {
			for _, m := range r.Methods {
				g.Id(m.Var).Op("=").Qual(restPkg, "Operation").Add(literal(operationPairs(m)))
			}
		}
	})
	f.Line()
	f.Comment(wrap("Operations returns all operations, in the order of the table's resources. They must not be changed."))
	f.Func().Id("Operations").Params().Index().Op("*").Qual(restPkg, "Operation").Block(
		jen.Return(jen.Index().Op("*").Qual(restPkg, "Operation").ValuesFunc(func(g *jen.Group) {
			for _, r := range p.Resources {
				for _, m := range r.Methods {
					g.Line().Op("&").Id(m.Var)
				}
			}
			g.Line()
		})))
}

func operationPairs(m *ir.Method) []pair {
	o := m.Op
	ps := []pair{{"Name", jen.Lit(o.Name())}, {"Method", jen.Lit(o.Method)}, {"Path", jen.Lit(o.Path)}}
	add := func(key, v string) {
		if v != "" {
			ps = append(ps, pair{key, jen.Lit(v)})
		}
	}
	add("Query", o.Query)
	if len(o.Params) > 0 {
		var names []string
		for _, q := range o.Params {
			names = append(names, q.Name)
		}
		ps = append(ps, pair{"Params", stringList(names)})
	}
	add("Request", o.Request)
	if len(o.Responses) > 0 {
		ps = append(ps, pair{"Responses", stringList(o.Responses)})
	}
	if len(o.Codes) > 0 {
		ps = append(ps, pair{"Codes", jen.Index().Int().ValuesFunc(func(g *jen.Group) {
			for _, c := range o.Codes {
				g.Lit(c)
			}
		})})
	}
	if o.Task {
		ps = append(ps, pair{"Task", jen.True()})
	}
	switch o.Repeat {
	case "safe":
		ps = append(ps, pair{"Repeat", jen.Qual(restPkg, "RepeatSafe")})
	case "idempotent":
		ps = append(ps, pair{"Repeat", jen.Qual(restPkg, "RepeatIdempotent")})
	}
	add("Since", o.Since)
	add("Page", o.Page)
	return ps
}
