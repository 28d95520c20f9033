package generator_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/generator/operations"
)

// The committed fields are those of the committed table: each name, its type and what it is sent as.
func TestFieldsAreThoseOfTheTable(t *testing.T) {
	queries, err := operations.LoadQueries("../schema/queries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"uid": "string", "string": "string", "bool": "bool", "int": "int64", "long": "int64", "double": "float64", "dateTime": "time.Time"}
	enums := map[string]bool{} // words: a string or a type of their own
	want := map[string]string{}
	for _, q := range queries {
		for _, f := range q.Fields {
			name := strings.ToUpper(q.Name[:1]) + q.Name[1:] + strings.ToUpper(f.Name[:1]) + f.Name[1:]
			enums[name] = f.Type == "enum"
			want[name] = "Field[" + strings.ToUpper(q.Entity[:1]) + q.Entity[1:] + ", " + kinds[f.Type] + `]="` + f.Name + `"`
		}
	}
	files, err := filepath.Glob("../gen/fields/*.go")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	typed := 0
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || v.Names[0].Name == "types" {
				return true
			}
			var text strings.Builder
			if err := format.Node(&text, token.NewFileSet(), v.Type); err != nil {
				t.Fatal(err)
			}
			kind := strings.NewReplacer("query.", "", "ent.", "").Replace(text.String())
			if entity, word, _ := strings.Cut(kind, ", "); enums[v.Names[0].Name] {
				if word != "string]" {
					typed++
				}
				kind = entity + ", ]"
			}
			got[v.Names[0].Name] = kind + "=" + v.Values[0].(*ast.BasicLit).Value
			return false
		})
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("fields (-table +generated):\n%s", d)
	}
	if typed == 0 {
		t.Error("no field of words takes values of an enumeration")
	}
}

const fleetSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:fleet" targetNamespace="urn:fleet" elementFormDefault="qualified">
  <xs:element name="Ship" type="ShipType"/>
  <xs:element name="Boat" type="ShipType"/>
  <xs:complexType name="ShipType"><xs:sequence><xs:element name="Home" type="HomeType"/></xs:sequence><xs:attribute name="Flag" type="FlagType"/></xs:complexType>
  <xs:complexType name="HomeType"><xs:sequence><xs:element name="Kind" type="KindType"/></xs:sequence></xs:complexType>
  <xs:simpleType name="KindType"><xs:restriction base="xs:string"><xs:enumeration value="River"/><xs:enumeration value="Sea"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="FlagType"><xs:restriction base="xs:string"><xs:enumeration value="Red"/></xs:restriction></xs:simpleType>
</xs:schema>`

// fleet generates from a small schema and a table of queries.
func fleet(t *testing.T, rows ...string) (files map[string]string, report []string, err error) {
	t.Helper()
	dir := t.TempDir()
	table := strings.ReplaceAll(strings.Join(append([]string{strings.Join(operations.QueryColumns, ",")}, rows...), "\n"), ",", "\t")
	c := generator.Config{XSD: []string{filepath.Join(dir, "fleet.xsd")}, Out: dir, Package: "sea", Module: "example.test/fleet"}
	c.Default = func(space string) generator.Tables {
		if space != "urn:fleet" {
			t.Errorf("asked for the tables of %s", space)
		}
		return generator.Tables{Queries: []byte(table)}
	}
	if err := os.WriteFile(c.XSD[0], []byte(fleetSchema), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := generator.Generate(c)
	if err != nil {
		return nil, nil, err
	}
	// The same table as a file.
	c.Queries = filepath.Join(dir, "q.tsv")
	if err := os.WriteFile(c.Queries, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Default = nil
	again, err := generator.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r.Files, again.Files); d != "" {
		t.Errorf("the default table and the same as a file differ:\n%s", d)
	}
	files = map[string]string{}
	for _, f := range r.Files {
		files[f.Path] = string(f.Data)
	}
	return files, r.Report, nil
}

func TestQueries(t *testing.T) {
	files, report, err := fleet(t,
		"boat,Entities,Boats,Boat,Boat,Name,string,,,",
		"ship,Entities,Ships,Ship,Ship,kind,enum,Home/Kind,River|Sea,Of the port.",
		"ship,Entities,Ships,Ship,Ship,Flag,enum,@Flag,Red,",
		"ship,Entities,Ships,Ship,Ship,Rig,enum,,Sloop|Ketch,",
		"Plane,Entities,Planes,Plane,Plane,Name,string,,,",
	)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"left out: the query Plane (the default queries:6): the schema declares no element Plane"}; !cmp.Equal(want, report) {
		t.Errorf("report %q", report)
	}
	for file, want := range map[string][]string{
		"fields/ship.go": {
			`ShipKind query.Field[sea.Ship, sea.Kind] = "kind"`,
			`// ShipKind is the field kind: one of River, Sea. Things have it as Home/Kind. Of the port.`,
			`ShipFlag query.Field[sea.Ship, sea.Flag] = "Flag"`,
			`ShipRig query.Field[sea.Ship, string] = "Rig"`,
		},
		"fields/boat.go": {`BoatName query.Field[sea.Ship, string] = "Name"`},
		"fields/doc.go": {
			`{Name: "boat", Entity: "", Under: "Entities", List: "Boats", Item: "Boat"}`, // the type is written as a Ship
			`{Name: "ship", Entity: "Ship", Under: "Entities", List: "Ships", Item: "Ship"}`,
			"Left out is the query Plane",
		},
	} {
		for _, w := range want {
			if !strings.Contains(files[file], w) {
				t.Errorf("%s lacks %s:\n%s", file, w, files[file])
			}
		}
	}
	if files["fields/plane.go"] != "" {
		t.Error("a query without an entity has fields")
	}
}

func TestQueryFieldsThatCollide(t *testing.T) {
	_, _, err := fleet(t, "ship,Entities,Ships,Ship,Ship,BoatName,string,,,", "shipBoat,Entities,Boats,Boat,Boat,Name,string,,,")
	want := "the default queries:3: field Name of query shipBoat: the default queries:2 has the name ShipBoatName already"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func TestFieldsPackageIsReserved(t *testing.T) {
	if _, err := generator.Generate(generator.Config{XSD: []string{"x.xsd"}, Package: generator.FieldsPackage}); err == nil || !strings.Contains(err.Error(), "cannot be named fields") {
		t.Errorf("error %v", err)
	}
}
