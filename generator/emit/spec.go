package emit

import (
	"bytes"
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
)

// Names of the descriptions.
const (
	openAPIFile = "openapi.json"
	wadlFile    = "api.wadl"
)

// Spec writes the API in the standard descriptions, and a package that holds them: an OpenAPI document and a WADL
// document. grammars are the schema documents, relative to the package's folder.
func Spec(p *ir.Program, pkg string, about About, grammars []string) (map[string][]byte, error) {
	open, err := openAPI(p, about)
	if err != nil {
		return nil, err
	}
	tree, err := wadl(p, about, grammars)
	if err != nil {
		return nil, err
	}
	f := newFile(pkg)
	f.PackageComment(fmt.Sprintf("Package %s holds the same API as the other generated packages in the standard descriptions, for the tools that want one:", pkg))
	f.PackageComment("")
	f.PackageComment(fmt.Sprintf("  - %s: OpenAPI %s, of the JSON form and the XML form. One schema a type, under its Go name. A key of", openAPIFile, openAPIVersion))
	f.PackageComment("    paths may hold a query, the fixed part of the address: OpenAPI has no other way to tell apart the operations that")
	f.PackageComment("    one path has for one method. Linters have rules against that and against a slash at a path's end, which addresses may have")
	f.PackageComment("    (path-not-include-query and no-path-trailing-slash): turn them off. The specification's own schema allows both.")
	f.PackageComment(fmt.Sprintf("  - %s: WADL (W3C submission of 2009), of the XML form. It includes the schema by its path beside this package.", wadlFile))
	f.PackageComment("")
	f.PackageComment("An operation has the same id in both: that of its variable in the package of stubs, without Op.")
	f.Anon("embed")
	f.Comment("//go:embed " + openAPIFile)
	f.Var().Id("openAPI").String()
	f.Line()
	f.Comment("//go:embed " + wadlFile)
	f.Var().Id("wadl").String()
	f.Line()
	f.Comment("// OpenAPI returns the OpenAPI document, which is JSON. The caller may change the bytes.")
	f.Func().Id("OpenAPI").Params().Index().Byte().Block(jen.Return(jen.Index().Byte().Parens(jen.Id("openAPI"))))
	f.Line()
	f.Comment("// WADL returns the WADL document. The caller may change the bytes.")
	f.Func().Id("WADL").Params().Index().Byte().Block(jen.Return(jen.Index().Byte().Parens(jen.Id("wadl"))))
	files, err := render(map[string]*jen.File{"spec.go": f})
	if err != nil {
		return nil, err
	}
	files[openAPIFile], files[wadlFile] = open, tree
	for name, data := range files {
		files[name] = bytes.TrimRight(data, "\n")
		files[name] = append(files[name], '\n')
	}
	return files, nil
}
