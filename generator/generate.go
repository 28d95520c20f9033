package generator

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"

	"github.com/vbem-go/vbem/generator/emit"
	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/generator/names"
	"github.com/vbem-go/vbem/generator/operations"
	"github.com/vbem-go/vbem/generator/xsd"
)

// APIPackage is the name of the package of operations, stubs among them, beside the package of types.
const APIPackage = "emapi"

// SpecPackage is the name of the package that holds the API in the standard descriptions, beside the package of types.
const SpecPackage = "spec"

// FieldsPackage is the name of the package of the fields that queries filter and sort by, beside the package of types.
const FieldsPackage = "fields"

// Generate reads what c names and makes all files in memory. It writes nothing: see [Write].
// An error names every file and component that is wrong.
func Generate(c Config) (*Result, error) {
	if len(c.XSD) == 0 {
		return nil, errors.New("no schema document: give one with -xsd")
	}
	switch c.Package {
	case APIPackage:
		return nil, fmt.Errorf("the package of types cannot be named %s: the stubs are", APIPackage)
	case FieldsPackage:
		return nil, fmt.Errorf("the package of types cannot be named %s: the fields of queries are", FieldsPackage)
	case SpecPackage:
		return nil, fmt.Errorf("the package of types cannot be named %s: the descriptions of the API are", SpecPackage)
	}
	schema, err := xsd.Load(xsd.Options{Files: c.XSD, Fallback: c.Fallback})
	if err != nil {
		return nil, err
	}
	in := ir.Input{Schema: schema, Package: c.Package, RequireAll: c.RequireAll}
	if c.Operations != "" {
		if in.Operations, err = operations.Load(c.Operations); err != nil {
			return nil, err
		}
		if in.Links, err = operations.LoadLinks(filepath.Join(filepath.Dir(c.Operations), linksFile)); err != nil {
			return nil, err
		}
	}
	var byDefault Tables
	if c.Default != nil && len(schema.Namespaces) > 0 {
		byDefault = c.Default(schema.Namespaces[0])
	}
	jsonNames, lock, err := nameTables(c, byDefault)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Queries != "":
		in.Queries, err = operations.LoadQueries(c.Queries)
	case byDefault.Queries != nil:
		in.Queries, err = operations.ParseQueries("the default queries", byDefault.Queries)
	}
	if err != nil {
		return nil, err
	}
	in.JSON, in.Lock = jsonNames, lock
	program, err := ir.Build(in)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	if err := r.add(c.Package, func() (map[string][]byte, error) { return emit.Types(program) }); err != nil {
		return nil, err
	}
	if len(in.Operations) > 0 {
		err := r.add(APIPackage, func() (map[string][]byte, error) {
			return emit.API(program, APIPackage, path.Join(c.Module, c.Package))
		})
		if err != nil {
			return nil, err
		}
		if err := r.addSpec(c, program); err != nil {
			return nil, err
		}
	}
	if len(in.Queries) > 0 {
		err := r.add(FieldsPackage, func() (map[string][]byte, error) {
			return emit.Fields(program, FieldsPackage, path.Join(c.Module, c.Package))
		})
		if err != nil {
			return nil, err
		}
	}
	if c.Names != "" {
		r.Names = lock.Bytes()
	}
	for _, f := range schema.Fallback {
		r.Report = append(r.Report, "from the fallback: "+f)
	}
	for _, l := range program.LeftOut {
		r.Report = append(r.Report, fmt.Sprintf("left out: %s (%s): the schema declares no element %s", l.Operation.Name(), l.Operation.Place(), l.Element))
	}
	for _, l := range program.LeftOutQueries {
		r.Report = append(r.Report, fmt.Sprintf("left out: the query %s (%s): the schema declares no element %s", l.Query.Name, l.Query.Pos, l.Query.Entity))
	}
	return r, nil
}

// nameTables reads the JSON names and the lock, or takes the defaults for the schema's namespace.
func nameTables(c Config, byDefault Tables) (*names.JSON, *names.Lock, error) {
	jsonNames, lock := &names.JSON{}, &names.Lock{}
	var err error
	switch {
	case c.JSON != "":
		jsonNames, err = names.LoadJSON(c.JSON)
	case byDefault.JSON != nil:
		jsonNames, err = names.ParseJSON("the default JSON names", string(byDefault.JSON))
	}
	if err != nil {
		return nil, nil, err
	}
	switch {
	case c.Names != "":
		if lock, err = names.LoadLock(c.Names); errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	case byDefault.Names != nil:
		lock, err = names.ParseLock("the default names", string(byDefault.Names))
	}
	return jsonNames, lock, err
}

// addSpec adds the descriptions of the API.
func (r *Result) addSpec(c Config, program *ir.Program) error {
	about, err := loadAbout(filepath.Join(filepath.Dir(c.Operations), aboutFile))
	if err != nil {
		return err
	}
	documents, err := grammars(c)
	if err != nil {
		return err
	}
	return r.add(SpecPackage, func() (map[string][]byte, error) { return emit.Spec(program, SpecPackage, about, documents) })
}

func (r *Result) add(dir string, emit func() (map[string][]byte, error)) error {
	files, err := emit()
	if err != nil {
		return err
	}
	var list []string
	for name := range files {
		list = append(list, name)
	}
	sort.Strings(list)
	for _, name := range list {
		r.Files = append(r.Files, File{Path: path.Join(dir, name), Data: files[name]})
	}
	return nil
}
