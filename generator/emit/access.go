package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/xsdbind"
)

// emitAccess writes getters, setters and presence tests. They look the same whether the schema requires a field or
// not, so that code which uses them survives a schema that changes its mind.
func emitAccess(f *jen.File, s *ir.Struct) {
	for _, fd := range s.Members {
		list, complexType := fd.Flags&xsdbind.FlagList != 0, fd.Struct != nil || fd.Flags&xsdbind.FlagNillable != 0
		v := func() *jen.Statement { return jen.Id("v").Dot(fd.Go) }
		recv := jen.Id("v").Op("*").Id(s.Go)

		ret := getterType(fd)
		f.Comment(fmt.Sprintf("// Get%s returns %s; %s.", fd.Go, fd.Go, absent(fd)))
		var body *jen.Statement
		switch {
		case list || complexType && fd.Pointer:
			body = jen.If(jen.Id("v").Op("!=").Nil()).Block(jen.Id("x").Op("=").Add(v()))
		case complexType:
			cond := jen.Id("v").Op("!=").Nil()
			if s.Extra {
				cond = cond.Op("&&").Op("!").Id("v").Dot("Extra").Dot("IsAbsent").Call(jen.Lit(fd.Go))
			}
			body = jen.If(cond).Block(jen.Id("x").Op("=").Op("&").Add(v()))
		case fd.Pointer:
			body = jen.If(jen.Id("v").Op("!=").Nil().Op("&&").Add(v()).Op("!=").Nil()).Block(jen.Id("x").Op("=").Op("*").Add(v()))
		default:
			body = jen.If(jen.Id("v").Op("!=").Nil()).Block(jen.Id("x").Op("=").Add(v()))
		}
		f.Func().Params(recv.Clone()).Id("Get"+fd.Go).Params().Params(jen.Id("x").Add(ret.Clone())).Block(body, jen.Return(jen.Id("x")))
		f.Line()

		f.Comment(fmt.Sprintf("// Set%s sets %s.", fd.Go, fd.Go))
		var set []jen.Code
		switch {
		case list || complexType && fd.Pointer:
			set = append(set, v().Op("=").Id("x"))
		case complexType:
			set = append(set,
				jen.If(jen.Id("x").Op("==").Nil()).Block(
					v().Op("=").Add(single(fd)).Values(),
					jen.Return()),
				v().Op("=").Op("*").Id("x"))
		case fd.Pointer:
			set = append(set, v().Op("=").Op("&").Id("x"))
		default:
			set = append(set, v().Op("=").Id("x"))
		}
		if !list && !fd.Pointer && s.Extra {
			set = append(set, jen.Id("v").Dot("Extra").Dot("SetPresent").Call(jen.Lit(fd.Go)))
		}
		f.Func().Params(recv.Clone()).Id("Set" + fd.Go).Params(jen.Id("x").Add(ret.Clone())).Block(set...)
		f.Line()

		if list || complexType {
			continue
		}
		f.Comment(fmt.Sprintf("// Has%s reports whether %s is present.", fd.Go, fd.Go))
		has := jen.Id("v").Op("!=").Nil()
		switch {
		case fd.Pointer:
			has = has.Op("&&").Add(v()).Op("!=").Nil()
		case s.Extra:
			has = has.Op("&&").Op("!").Id("v").Dot("Extra").Dot("IsAbsent").Call(jen.Lit(fd.Go))
		}
		f.Func().Params(recv.Clone()).Id("Has" + fd.Go).Params().Bool().Block(jen.Return(has))
		f.Line()
	}
}

func absent(fd *ir.Field) string {
	if fd.Flags&xsdbind.FlagList != 0 || fd.Struct != nil || fd.Flags&xsdbind.FlagNillable != 0 {
		return "nil when it is absent"
	}
	return "the zero value when it is absent"
}

// getterType is the type that a getter returns and a setter takes: a pointer for complex types, else the value.
func getterType(fd *ir.Field) *jen.Statement {
	switch {
	case fd.Flags&xsdbind.FlagList != 0:
		return jen.Index().Add(single(fd))
	case fd.Struct != nil || fd.Flags&xsdbind.FlagNillable != 0:
		return jen.Op("*").Add(single(fd))
	}
	return single(fd)
}

func emitBase(f *jen.File, b *ir.Base) {
	f.Comment(wrap(fmt.Sprintf("%s has the getters of %s: a pointer to it, or to any type that the schema derives from it.", b.Go, b.Of.Go)))
	f.Type().Id(b.Go).InterfaceFunc(func(g *jen.Group) {
		g.Qual(bindPkg, "Struct")
		for _, fd := range b.Fields {
			g.Id("Get" + fd.Go).Params().Add(getterType(fd))
		}
	})
	f.Line()
}

func emitElements(f *jen.File, p *ir.Program) {
	f.Comment(wrap("NewElement returns a new value for a root element that the schema declares, or nil."))
	f.Func().Id("NewElement").Params(jen.Id("space"), jen.Id("local").String()).Qual(bindPkg, "Struct").BlockFunc(func(g *jen.Group) {
		var spaces []string
		by := map[string][]ir.Element{}
		for _, e := range p.Elements {
			if by[e.Space] == nil {
				spaces = append(spaces, e.Space)
			}
			by[e.Space] = append(by[e.Space], e)
		}
		for _, sp := range spaces {
			g.If(jen.Id("space").Op("==").Add(spaceLit(sp, p))).Block(
				jen.Switch(jen.Id("local")).BlockFunc(func(g *jen.Group) {
					for _, e := range by[sp] {
						names := []jen.Code{jen.Lit(e.Local)}
						for _, a := range e.Aliases {
							names = append(names, jen.Lit(a))
						}
						g.Case(names...).Block(jen.Return(jen.New(jen.Id(e.Struct.Go))))
					}
				}))
		}
		g.Return(jen.Nil())
	})
	f.Line()
	f.Comment(wrap("Elements returns the names of the root elements, in schema order."))
	f.Func().Id("Elements").Params().Index().Qual(textPkg, "Name").Block(
		jen.Return(jen.Index().Qual(textPkg, "Name").ValuesFunc(func(g *jen.Group) {
			for _, e := range p.Elements {
				g.Line().Values(jen.Dict{jen.Id("Space"): spaceLit(e.Space, p), jen.Id("Local"): jen.Lit(e.Local)})
			}
			g.Line()
		})))
}

func spaceLit(space string, p *ir.Program) *jen.Statement {
	if space == p.Namespace {
		return jen.Id("Namespace")
	}
	return jen.Lit(space)
}
