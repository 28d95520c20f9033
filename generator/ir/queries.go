package ir

import (
	"fmt"
	"strings"

	"github.com/vbem-go/vbem/generator/operations"
	"github.com/vbem-go/vbem/xsdbind"
)

// Query is a type that can be queried.
type Query struct {
	Name, Under, List, Item string // as in the table
	Entity                  string // root element; "" when the type belongs to another query too, which is the one to be found by it
	Go                      string // what the names of its fields begin with
	File                    string
	Of                      *Struct
	Fields                  []*QueryField
}

// QueryField is a field that queries filter and sort by.
type QueryField struct {
	Go   string
	Name string
	Type GoType  // what it holds
	Enum *Simple // the enumeration type of the field's words; nil: they are strings
	Doc  string
}

// fieldTypes are the types of what fields hold by the table's words.
var fieldTypes = map[string]GoType{
	operations.FieldString: {Name: "string"}, operations.FieldUID: {Name: "string"}, operations.FieldEnum: {Name: "string"},
	operations.FieldBool: {Name: "bool"}, operations.FieldInt: {Name: "int64"}, operations.FieldLong: {Name: "int64"},
	operations.FieldDouble: {Name: "float64"}, operations.FieldDateTime: {Pkg: "time", Name: "Time"},
}

// LeftOutQuery is a query that got no fields, because the schema does not declare its entity.
type LeftOutQuery struct {
	Query *operations.Query
}

// buildQueries decides the fields of queries. Names follow from the table alone: the query's, then the field's.
func (b *builder) buildQueries() {
	byElement := map[string]*Struct{}
	for _, e := range b.program.Elements {
		if e.Space == b.main {
			byElement[e.Local] = e.Struct
		}
	}
	enums := map[string]*Simple{}
	for _, s := range b.program.Simples {
		if len(s.Values) > 0 {
			enums[s.Go] = s
		}
	}
	named := map[string]operations.Position{}
	byType := map[*Struct]*Query{}
	for _, t := range b.in.Queries {
		of := byElement[t.Entity]
		if of == nil {
			b.program.LeftOutQueries = append(b.program.LeftOutQueries, LeftOutQuery{t})
			continue
		}
		q := &Query{Name: t.Name, Under: t.Under, List: t.List, Item: t.Item, Of: of, Go: goName(t.Name)}
		q.File = fileName(q.Go)
		if other := byType[of]; other == nil || t.Entity == of.Root {
			if other != nil {
				other.Entity = ""
			}
			q.Entity, byType[of] = of.Root, q
		}
		for _, f := range t.Fields {
			qf := &QueryField{Go: q.Go + words(f.Name), Name: f.Name, Type: fieldTypes[f.Type]}
			if have, taken := named[qf.Go]; taken {
				b.fail(fmt.Errorf("%s: field %s of query %s: %s has the name %s already", f.Pos, f.Name, t.Name, have, qf.Go))
				continue
			}
			named[qf.Go] = f.Pos
			if f.Type == operations.FieldEnum {
				qf.Enum = enums[elementType(of, f.Element).Name]
			}
			qf.Doc = queryFieldDoc(qf, &f)
			q.Fields = append(q.Fields, qf)
		}
		b.program.Queries = append(b.program.Queries, q)
	}
}

// elementType is the type of one value of what the column element names.
func elementType(s *Struct, element string) GoType {
	first, rest, deeper := strings.Cut(element, "/")
	for _, f := range s.Fields {
		if f.Name != strings.TrimPrefix(first, "@") || (f.Where == xsdbind.WhereAttribute) != strings.HasPrefix(first, "@") {
			continue
		}
		switch {
		case deeper && f.Struct != nil:
			return elementType(f.Struct, rest)
		case !deeper && f.Struct == nil && f.Type.Pkg == "":
			return f.Type
		}
	}
	return GoType{}
}

func queryFieldDoc(qf *QueryField, f *operations.QueryField) string {
	what := map[string]string{
		operations.FieldString: "text", operations.FieldUID: "an identifier", operations.FieldBool: "true or false", operations.FieldInt: "a whole number",
		operations.FieldLong: "a whole number", operations.FieldDouble: "a number", operations.FieldDateTime: "a time", operations.FieldEnum: "one of " + strings.Join(f.Values, ", "),
	}[f.Type]
	doc := fmt.Sprintf("%s is the field %s: %s.", qf.Go, f.Name, what)
	link, isLink := strings.CutPrefix(f.Element, "link:")
	kind, _, isName := strings.Cut(link, "@")
	switch {
	case isLink && isName:
		doc += " Things have it as the name of their link to a " + kind + "."
	case isLink:
		doc += " Things have it as what their link to a " + kind + " leads to."
	case strings.HasPrefix(f.Element, "@") && f.Element[1:] != f.Name:
		doc += " Things have it as the attribute " + f.Element[1:] + "."
	case f.Element != "" && strings.TrimPrefix(f.Element, "@") != f.Name:
		doc += " Things have it as " + f.Element + "."
	}
	if f.Note != "" {
		doc += " " + f.Note
	}
	return doc
}
