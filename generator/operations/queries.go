package operations

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// QueryColumns are the columns of the table of queries.
var QueryColumns = []string{"query", "under", "list", "item", "entity", "field", "type", "element", "values", "note"}

// Types of fields that queries filter and sort by.
const (
	FieldString   = "string"
	FieldUID      = "uid"
	FieldBool     = "bool"
	FieldInt      = "int"
	FieldLong     = "long"
	FieldDouble   = "double"
	FieldDateTime = "dateTime"
	FieldEnum     = "enum"
)

var fieldTypes = []string{FieldString, FieldUID, FieldBool, FieldInt, FieldLong, FieldDouble, FieldDateTime, FieldEnum}

// Query is a type that can be queried: the rows of the table that name it.
type Query struct {
	Name   string // parameter type of the query
	Under  string // element of the result that holds the list
	List   string // element of the list
	Item   string // element of a thing in it
	Entity string // root element of the thing's type
	Fields []QueryField
	Pos    Position // of the first row
}

// QueryField is a field to filter and sort by: a row of the table.
type QueryField struct {
	Name    string
	Type    string   // FieldString, …
	Element string   // where the thing has it: an element, elements apart by slashes, @attribute, link:Kind, link:Kind@Name; ""
	Values  []string // of an enumeration
	Note    string
	Pos     Position
}

// LoadQueries reads a table of queries from a file. The error is a [Errors] unless the file cannot be read.
func LoadQueries(file string) ([]*Query, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ParseQueries(file, data)
}

var queryName = regexp.MustCompile(`^[\pL][\pL\pN]*$`)

// ParseQueries reads a table of queries, which come in the order of their first rows. file is its name in errors. The error is a [Errors].
func ParseQueries(file string, data []byte) ([]*Query, error) {
	rows, errs := readTable(file, data, QueryColumns)
	var all []*Query
	byName := map[string]*Query{}
	byEntity := map[string]*Query{}
	for _, r := range rows {
		wrong := len(errs)
		for _, column := range []string{"query", "under", "list", "item", "entity", "field"} {
			if v := r.get(column); !queryName.MatchString(v) {
				errs = append(errs, r.errorf(column, "%q is no name", v))
			}
		}
		kind := r.get("type")
		if !slices.Contains(fieldTypes, kind) {
			errs = append(errs, r.errorf("type", "%q is none of %s", kind, strings.Join(fieldTypes, ", ")))
		}
		var values []string
		if v := r.get("values"); v != "" {
			values = strings.Split(v, "|")
		}
		if kind == FieldEnum && len(values) == 0 || kind != FieldEnum && len(values) > 0 {
			errs = append(errs, r.errorf("values", "enumerations have values, and nothing else has"))
		}
		if len(errs) > wrong {
			continue
		}
		pos := Position{File: file, Line: r.Line}
		q := &Query{Name: r.get("query"), Under: r.get("under"), List: r.get("list"), Item: r.get("item"), Entity: r.get("entity"), Pos: pos}
		if have := byName[strings.ToLower(q.Name)]; have == nil {
			if other := byEntity[q.Entity]; other != nil {
				errs = append(errs, r.errorf("entity", "the query %s (%s) has the entity %s already", other.Name, other.Pos, q.Entity))
			}
			byName[strings.ToLower(q.Name)], byEntity[q.Entity] = q, q
			all = append(all, q)
		} else {
			for _, same := range [][2]string{{"query", have.Name}, {"under", have.Under}, {"list", have.List}, {"item", have.Item}, {"entity", have.Entity}} {
				if column, v := same[0], same[1]; r.get(column) != v {
					errs = append(errs, r.errorf(column, "%q, and the query's first row (%s) has %q", r.get(column), have.Pos, v))
				}
			}
			q = have
		}
		f := QueryField{Name: r.get("field"), Type: kind, Element: r.get("element"), Values: values, Note: r.get("note"), Pos: pos}
		if i := slices.IndexFunc(q.Fields, func(g QueryField) bool { return strings.EqualFold(g.Name, f.Name) }); i >= 0 {
			errs = append(errs, r.errorf("field", "%s stands twice, first on line %d", f.Name, q.Fields[i].Pos.Line))
			continue
		}
		q.Fields = append(q.Fields, f)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return all, nil
}
