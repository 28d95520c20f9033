package operations_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/operations"
)

func queryTable(rows ...string) []byte {
	return []byte(strings.ReplaceAll(strings.Join(append([]string{strings.Join(operations.QueryColumns, ",")}, rows...), "\n"), ",", "\t"))
}

func TestParseQueries(t *testing.T) {
	got, err := operations.ParseQueries("q.tsv", queryTable(
		"ship,Entities,Ships,Ship,Ship,Name,string,@Name,,A note.",
		"Port,Resources,Ports,Harbour,PortInfo,Kind,enum,Kind/Of,River|Sea,",
		"ship,Entities,Ships,Ship,Ship,Length,double,,,",
	))
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) operations.Position { return operations.Position{File: "q.tsv", Line: line} }
	want := []*operations.Query{
		{Name: "ship", Under: "Entities", List: "Ships", Item: "Ship", Entity: "Ship", Pos: at(2), Fields: []operations.QueryField{
			{Name: "Name", Type: "string", Element: "@Name", Note: "A note.", Pos: at(2)},
			{Name: "Length", Type: "double", Pos: at(4)},
		}},
		{Name: "Port", Under: "Resources", List: "Ports", Item: "Harbour", Entity: "PortInfo", Pos: at(3), Fields: []operations.QueryField{
			{Name: "Kind", Type: "enum", Element: "Kind/Of", Values: []string{"River", "Sea"}, Pos: at(3)},
		}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("queries (-want +got):\n%s", d)
	}
}

func TestWrongQueries(t *testing.T) {
	const good = "Ship,Entities,Ships,Ship,Ship,Name,string,@Name,,"
	for _, tt := range []struct {
		name string
		rows []string
		want string
	}{
		{"no name", []string{"Ship,Entities,Ships,Ship,Ship,,string,,,"}, `q.tsv:2: column field: "" is no name`},
		{"a name that Go does not take", []string{"Ship,Entities,Ships,Ship,Ship,a-b,string,,,"}, `q.tsv:2: column field: "a-b" is no name`},
		{"unknown type", []string{"Ship,Entities,Ships,Ship,Ship,Name,text,,,"}, `q.tsv:2: column type: "text" is none of string, uid, bool, int, long, double, dateTime, enum`},
		{"words without an enumeration", []string{"Ship,Entities,Ships,Ship,Ship,Name,string,,a|b,"}, `q.tsv:2: column values: enumerations have values, and nothing else has`},
		{"an enumeration without words", []string{"Ship,Entities,Ships,Ship,Ship,Name,enum,,,"}, `q.tsv:2: column values: enumerations have values, and nothing else has`},
		{"a field twice", []string{good, "Ship,Entities,Ships,Ship,Ship,NAME,string,,,"}, `q.tsv:3: column field: NAME stands twice, first on line 2`},
		{"two lists", []string{good, "Ship,Entities,Boats,Ship,Ship,Length,int,,,"}, `q.tsv:3: column list: "Boats", and the query's first row (q.tsv:2) has "Ships"`},
		{"two spellings", []string{good, "ship,Entities,Ships,Ship,Ship,Length,int,,,"}, `q.tsv:3: column query: "ship", and the query's first row (q.tsv:2) has "Ship"`},
		{"an entity twice", []string{good, "Boat,Entities,Boats,Boat,Ship,Name,string,,,"}, `q.tsv:3: column entity: the query Ship (q.tsv:2) has the entity Ship already`},
		{"a cell too many", []string{good + ",x"}, `q.tsv:2: 11 cells, and the table has 10 columns`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := operations.ParseQueries("q.tsv", queryTable(tt.rows...))
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v\nwant  %s", err, tt.want)
			}
		})
	}
}

func TestLoadQueries(t *testing.T) {
	file := filepath.Join(t.TempDir(), "q.tsv")
	if _, err := operations.LoadQueries(file); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(file, queryTable("Ship,Entities,Ships,Ship,Ship,Name,string,@Name,,"), 0o600); err != nil {
		t.Fatal(err)
	}
	if q, err := operations.LoadQueries(file); err != nil || len(q) != 1 {
		t.Errorf("%d queries, %v", len(q), err)
	}
}
