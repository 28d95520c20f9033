package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
)

// Fields writes the package of the fields that queries filter and sort by. types is the import path of the package of types.
func Fields(p *ir.Program, pkg, types string) (map[string][]byte, error) {
	files, file := newFiles(pkg, types, p.Package)
	doc := file("doc.go")
	doc.PackageComment(fmt.Sprintf("Package %s holds the fields that queries filter and sort by, named after query and field, and lists the", pkg))
	doc.PackageComment("types that can be queried.")
	doc.PackageComment("")
	doc.PackageComment("Names of fields are those of filters, which are not always those of elements: they often lack the suffix UTC.")
	doc.PackageComment("A field of words takes values of the enumeration that the entity's element has, where it has one.")
	for _, l := range p.LeftOutQueries {
		doc.PackageComment("")
		doc.PackageComment(fmt.Sprintf("Left out is the query %s: the schema declares no element %s.", l.Query.Name, l.Query.Entity))
	}
	for _, q := range p.Queries {
		emitQueryFields(file(q.File), q, types)
	}
	emitQueryTypes(doc, p)
	return render(files)
}

func emitQueryFields(f *jen.File, q *ir.Query, types string) {
	of := jen.Qual(types, q.Of.Go)
	f.Comment(fmt.Sprintf("// Fields of queries of type %s, which find things of type %s.", q.Name, q.Of.Go))
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, fd := range q.Fields {
			g.Comment(wrap(fd.Doc))
			holds := jen.Qual(fd.Type.Pkg, fd.Type.Name)
			if fd.Enum != nil {
				holds = jen.Qual(types, fd.Enum.Go)
			}
			g.Id(fd.Go).Qual(queryPkg, "Field").Types(of, holds).Op("=").Lit(fd.Name)
		}
	})
	f.Line()
}

func emitQueryTypes(f *jen.File, p *ir.Program) {
	queryType := func() *jen.Statement { return jen.Qual(queryPkg, "Type") }
	f.Comment(wrap("The types that can be queried, in the order of the table."))
	f.Var().Id("types").Op("=").Index(jen.Op("...")).Add(queryType()).ValuesFunc(func(g *jen.Group) {
		for _, q := range p.Queries {
			g.Line().Values(
				jen.Id("Name").Op(":").Lit(q.Name), jen.Id("Entity").Op(":").Lit(q.Entity), jen.Id("Under").Op(":").Lit(q.Under),
				jen.Id("List").Op(":").Lit(q.List), jen.Id("Item").Op(":").Lit(q.Item))
		}
		g.Line()
	})
	f.Line()
	f.Comment(wrap("Types returns the types that can be queried. The caller may change the slice."))
	f.Func().Id("Types").Params().Index().Add(queryType()).Block(jen.Return(jen.Qual("slices", "Clone").Call(jen.Id("types").Index(jen.Empty(), jen.Empty()))))
	f.Line()
	f.Comment(wrap("TypeOf returns the query that finds things whose root element is entity, and whether there is one."))
	f.Func().Id("TypeOf").Params(jen.Id("entity").String()).Params(queryType(), jen.Bool()).Block(
		jen.For(jen.List(jen.Id("_"), jen.Id("t")).Op(":=").Range().Id("types")).Block(
			jen.If(jen.Id("t").Dot("Entity").Op("==").Id("entity").Op("&&").Id("entity").Op("!=").Lit("")).Block(jen.Return(jen.Id("t"), jen.True())),
		),
		jen.Return(queryType().Values(), jen.False()),
	)
	f.Line()
}
