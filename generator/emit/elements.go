package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
)

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
