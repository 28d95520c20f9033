package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
)

// API writes the package of operations: the table, names with types for servers, and stubs for clients. types is the import path of the package of types.
func API(p *ir.Program, pkg, types string) (map[string][]byte, error) {
	files, file := newFiles(pkg, types, p.Package)
	e := &apiEmitter{types: types}
	e.doc(file("doc.go"), p)
	for _, r := range p.Resources {
		e.resource(file(r.File), r)
	}
	e.operations(file("operations.go"), p)
	if len(p.Links) > 0 {
		e.links(file("links.go"), p)
	}
	return render(files)
}

type apiEmitter struct{ types string }

func (e *apiEmitter) doc(f *jen.File, p *ir.Program) {
	f.PackageComment("Package emapi holds the resources and operations of the API, made from one table: stubs for clients and, for")
	f.PackageComment("servers, the names of operations with the types of what they take and answer.")
	f.PackageComment("")
	f.PackageComment("A stub is small: where it is and the rest.Caller that its requests go through. Stubs are safe for concurrent")
	f.PackageComment("use when the Caller is.")
	f.PackageComment("")
	f.PackageComment("A server is a rest.Mux that knows the table. Of each operation it carries out, the compiler checks the types;")
	f.PackageComment("the others answer 501 Not Implemented:")
	f.PackageComment("")
	f.PackageComment("\tmux := rest.NewMux(rest.MuxConfig{Operations: emapi.Operations()})")
	f.PackageComment("\trest.Handle(mux, emapi.ServeTasksIDGet, func(ctx context.Context, r *rest.Request, _ rest.None) (*ent.Task, error) { … })")
	f.PackageComment("")
	f.PackageComment("Types and functions are few on purpose: a program that imports a package waits for all of it to be compiled.")
	f.PackageComment("So resources are pointers, which spares each method a second form, and what all stubs share is in package rest.")
	for _, r := range p.Resources {
		if r.Parent == nil {
			f.Comment(wrap("New returns the root of the stubs, whose requests go through c."))
			f.Func().Id("New").Params(jen.Id("c").Qual(restPkg, "Caller")).Op("*").Id(r.Go).Block(jen.Return(jen.Op("&").Id(r.Go).Values(jen.Op("*").Qual(restPkg, "At").Call(jen.Id("c")))))
		}
	}
	f.Line()
	if p.Task != nil {
		f.Comment(wrap("StartedTask is a task that an operation started, and the logon session that it belongs to."))
		f.Type().Id("StartedTask").Op("=").Qual(restPkg, "Started").Types(jen.Op("*").Qual(e.types, p.Task.Go))
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
	f.Type().Id(r.Go).Struct(jen.Id("at").Qual(restPkg, "Place"))
	f.Line()
	for _, c := range r.Children {
		f.Comment(wrap(fmt.Sprintf("%s is the resource %s.", c.Method, c.Path)))
		fn := f.Func().Params(jen.Id("r").Op("*").Id(r.Go)).Id(c.Method)
		if c.Param != "" {
			fn.Params(jen.Id(c.Param).String()).Op("*").Id(c.Go).Block(jen.Return(jen.Op("&").Id(c.Go).Values(jen.Id("r").Dot("at").Dot("Below").Call(jen.Id(c.Param)))))
		} else {
			fn.Params().Op("*").Id(c.Go).Block(jen.Return(jen.Parens(jen.Op("*").Id(c.Go)).Call(jen.Id("r"))))
		}
		f.Line()
	}
	for _, m := range r.Methods {
		e.method(f, r, m)
	}
}

func (e *apiEmitter) method(f *jen.File, r *ir.Resource, m *ir.Method) {
	f.Comment(wrap(m.Doc))
	params := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	body, query := jen.Nil(), jen.Nil()
	if m.Request != nil {
		params = append(params, jen.Id("body").Add(e.pointer(m.Request)))
		body = jen.Id("body")
	}
	if m.Params != nil {
		params = append(params, jen.Id("params").Id(m.Params.Go))
		query = jen.Id("params").Dot("Values").Call()
	}
	params = append(params, jen.Id("opts").Op("...").Qual(restPkg, "Option"))
	args := []jen.Code{jen.Id("ctx"), jen.Op("&").Id("r").Dot("at"), jen.Op("&").Id(m.Var), body, query, jen.Id("opts")}
	fn := f.Func().Params(jen.Id("r").Op("*").Id(r.Go)).Id(m.Go).Params(params...)
	switch {
	case m.Handle:
		fn.Params(jen.Op("*").Id("StartedTask"), jen.Error()).Block(jen.Return(jen.Qual(restPkg, "Start").Types(e.pointer(m.Response)).Call(args...)))
	case m.Response != nil:
		fn.Params(e.pointer(m.Response), jen.Error()).Block(jen.Return(jen.Qual(restPkg, "Fetch").Types(e.pointer(m.Response)).Call(args...)))
	default:
		fn.Error().Block(jen.Return(jen.Qual(restPkg, "Send").Call(args...)))
	}
	f.Line()
	if m.Params != nil {
		e.params(f, m)
	}
}

func (e *apiEmitter) pointer(t *ir.Struct) *jen.Statement { return jen.Op("*").Qual(e.types, t.Go) }

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
	f.Comment(wrap("The operations for servers, with what they take and answer, for rest.Handle."))
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, r := range p.Resources {
			for _, m := range r.Methods {
				g.Id("Serve"+strings.TrimPrefix(m.Var, "Op")).Qual(restPkg, "Op").Types(e.orNone(m.Request), e.orNone(m.Response)).Op("=").Lit(m.Op.Name())
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

func (e *apiEmitter) links(f *jen.File, p *ir.Program) {
	f.Comment(wrap("LinkTypes says what links lead to, by their types. A type may have several rows; of one that has none nothing is known. It must not be changed."))
	f.Var().Id("LinkTypes").Op("=").Index(jen.Op("...")).Qual(restPkg, "LinkType").ValuesFunc(func(g *jen.Group) {
		for _, l := range p.Links {
			g.Line().Values(jen.Id("Type").Op(":").Lit(l.Type), jen.Id("Element").Op(":").Lit(l.Element))
		}
		g.Line()
	})
}

func (e *apiEmitter) orNone(t *ir.Struct) *jen.Statement {
	if t == nil {
		return jen.Qual(restPkg, "None")
	}
	return e.pointer(t)
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
