package operations_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/operations"
)

// table makes a table with the usual header. Cells are apart by commas in rows, for reading; a comma in a cell is written ;.
func table(rows ...string) []byte {
	lines := []string{strings.Join(operations.Columns, "\t")}
	for _, r := range rows {
		lines = append(lines, strings.ReplaceAll(strings.ReplaceAll(r, ",", "\t"), ";", ","))
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

func TestParse(t *testing.T) {
	got, err := operations.Parse("ops.tsv", table(
		"Root.Get,GET,/,,,,EnterpriseManager,200,no,safe,,http,",
		"# a remark",
		"",
		"CdpReplicas.ID.Vms.ID.Intervals,POST,/cdpReplicas/{ID}/vms/{VmID},action=intervals,,CdpIntervalsSpec,CdpReplicaIntervals,200;201,no,idempotent,v1_7,page,why",
		"Query.Get,GET,/query,,type:string; pageSize:int;all:bool;since:dateTime,,QueryResult|Error,200,no,safe,,,",
		"Tasks.ID.Delete,DELETE,/tasks/{ID},,,,,204,yes,never",
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []*operations.Operation{
		{Call: []string{"Root", "Get"}, Method: "GET", Path: "/", Pos: operations.Position{File: "ops.tsv", Line: 2}, Repeat: "safe",
			Responses: []string{"EnterpriseManager"}, Codes: []int{200}, Page: "http"},
		{Call: []string{"CdpReplicas", "ID", "Vms", "ID", "Intervals"}, Method: "POST", Path: "/cdpReplicas/{ID}/vms/{VmID}", Query: "action=intervals",
			Parts: []operations.Part{{Literal: "cdpReplicas"}, {Param: "ID"}, {Literal: "vms"}, {Param: "VmID"}},
			Pos:   operations.Position{File: "ops.tsv", Line: 5}, Repeat: "idempotent", Request: "CdpIntervalsSpec", Responses: []string{"CdpReplicaIntervals"},
			Codes: []int{200, 201}, Since: "v1_7", Page: "page", Note: "why"},
		{Call: []string{"Query", "Get"}, Method: "GET", Path: "/query", Parts: []operations.Part{{Literal: "query"}},
			Params: []operations.Param{{Name: "type", Type: "string"}, {Name: "pageSize", Type: "int"}, {Name: "all", Type: "bool"}, {Name: "since", Type: "dateTime"}},
			Pos:    operations.Position{File: "ops.tsv", Line: 6}, Repeat: "safe", Responses: []string{"QueryResult", "Error"}, Codes: []int{200}},
		{Call: []string{"Tasks", "ID", "Delete"}, Method: "DELETE", Path: "/tasks/{ID}", Parts: []operations.Part{{Literal: "tasks"}, {Param: "ID"}},
			Pos: operations.Position{File: "ops.tsv", Line: 7}, Repeat: "never", Task: true, Codes: []int{204}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	o := got[1]
	if diff := cmp.Diff([]string{"CdpReplicas.ID.Vms.ID.Intervals", "/cdpReplicas/{ID}/vms/{VmID}?action=intervals", "ops.tsv:5", "Intervals", "CdpReplicas ID Vms ID", "ID VmID", "CdpIntervalsSpec CdpReplicaIntervals"},
		[]string{o.Name(), o.Target(), o.Place(), o.Func(), strings.Join(o.Resource(), " "), strings.Join(o.PathParams(), " "), strings.Join(o.Elements(), " ")}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	const good = "Tasks.ID.Get,GET,/tasks/{ID},,,,Task,200,no,safe,,,"
	for _, tt := range []struct {
		name string
		rows []string
		want string
	}{
		{"one name", []string{"Tasks,GET,/tasks,,,,,200,no,safe"}, `ops.tsv:2: column call: "Tasks" has no method: write Resource.Method`},
		{"small letter", []string{"Tasks.get,GET,/tasks,,,,,200,no,safe"}, `ops.tsv:2: column call: "get" is not a Go name that starts with a capital letter`},
		{"ends with ID", []string{"Tasks.ID,GET,/tasks/{ID},,,,,200,no,safe"}, "ops.tsv:2: column call: \"Tasks.ID\" ends with ID: a method must follow\nops.tsv:2: column path: 1 parameters in the path, and 0 ID in the call Tasks.ID"},
		{"starts with ID", []string{"ID.Get,GET,/{ID},,,,,200,no,safe"}, `ops.tsv:2: column call: "ID.Get" starts with ID: a resource must come before`},
		{"verb", []string{"Tasks.List,FETCH,/tasks,,,,,200,no,safe"}, `ops.tsv:2: column method: "FETCH" is not one of GET, HEAD, POST, PUT, PATCH, DELETE`},
		{"no slash", []string{"Tasks.List,GET,tasks,,,,,200,no,safe"}, `ops.tsv:2: column path: "tasks" does not start with a slash`},
		{"braces", []string{"Tasks.List,GET,/tasks/{ID,,,,,200,no,safe"}, `ops.tsv:2: column path: "{ID" is neither a name nor a parameter in braces`},
		{"IDs", []string{"Tasks.Get,GET,/tasks/{ID},,,,,200,no,safe"}, "ops.tsv:2: column path: 1 parameters in the path, and 0 ID in the call Tasks.Get"},
		{"query", []string{"Tasks.List,GET,/tasks,?a=b,,,,200,no,safe"}, `ops.tsv:2: column query: "?a=b" is not a query: write name=value, joined by &`},
		{"type", []string{"Tasks.List,GET,/tasks,,a:float,,,200,no,safe"}, `ops.tsv:2: column params: "a:float" is not name:type with a type of string, int, bool, dateTime`},
		{"fixed", []string{"Tasks.List,GET,/tasks,a=b,a:int,,,200,no,safe"}, "ops.tsv:2: column params: a has a fixed value in the column query"},
		{"param twice", []string{"Tasks.List,GET,/tasks,,a:int;A:int,,,200,no,safe"}, "ops.tsv:2: column params: A stands twice"},
		{"body of a GET", []string{"Tasks.List,GET,/tasks,,,Spec,,200,no,safe"}, "ops.tsv:2: column request: GET sends no body"},
		{"request", []string{"Tasks.Create,POST,/tasks,,,A B,,200,no,never"}, `ops.tsv:2: column request: "A B" is not the name of an element`},
		{"response twice", []string{"Tasks.List,GET,/tasks,,,,A|A,200,no,safe"}, "ops.tsv:2: column response: A stands twice"},
		{"code", []string{"Tasks.List,GET,/tasks,,,,,OK,no,safe"}, "ops.tsv:2: column codes: \"OK\" is not a status code"},
		{"no code", []string{"Tasks.List,GET,/tasks,,,,,,no,safe"}, "ops.tsv:2: column codes: says no status code of success"},
		{"task", []string{"Tasks.List,GET,/tasks,,,,,200,maybe,safe"}, `ops.tsv:2: column task: "maybe" is neither yes nor no`},
		{"repeat", []string{"Tasks.List,GET,/tasks,,,,,200,no,"}, `ops.tsv:2: column repeat: "" is not one of safe, idempotent, never`},
		{"safe task", []string{"Tasks.Create,POST,/tasks,,,,,202,yes,safe"}, "ops.tsv:2: column repeat: an operation that starts a task is not safe to repeat"},
		{"since", []string{"Tasks.List,GET,/tasks,,,,,200,no,safe,1.5"}, `ops.tsv:2: column since: "1.5" is not a version like v1_5`},
		{"too many cells", []string{good + ",more"}, "ops.tsv:2: 14 cells, and the table has 13 columns"},
		{"call twice", []string{good, "Tasks.ID.Get,PUT,/tasks/{ID},,,,,200,no,never"}, "ops.tsv:3: column call: Tasks.ID.Get stands twice: see line 2"},
		{"request twice", []string{good, "Tasks.ID.Fetch,GET,/Tasks/{Key},,,,,200,no,safe"}, "ops.tsv:3: column path: the same request as that of Tasks.ID.Get: see line 2"},
		{"two paths", []string{good, "Tasks.ID.Delete,DELETE,/task/{ID},,,,,200,no,never"}, "ops.tsv:3: column path: another path than /tasks/{ID}, which Tasks.ID has: see line 2"},
		{"method and resource", []string{"Jobs.Run,POST,/jobs,,,,,200,no,never", "Jobs.Run.Get,GET,/jobs/run,,,,,200,no,safe"}, "ops.tsv:3: column call: Jobs.Run is an operation, and cannot be a resource: see line 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := operations.Parse("ops.tsv", table(tt.rows...))
			if err == nil || got != nil {
				t.Fatalf("got %v and error %v", got, err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var fault *operations.Error
			if !errors.As(err, &fault) || fault.File != "ops.tsv" || fault.Line == 0 {
				t.Errorf("not an *Error with a place: %#v", err)
			}
		})
	}
}

// TestActionBelow: an action may have a path of its own below its resource's.
func TestActionBelow(t *testing.T) {
	got, err := operations.Parse("ops.tsv", table(
		"Jobs.ID.Get,GET,/jobs/{ID},,,,Job,200,no,safe,,,",
		"Jobs.ID.Start,POST,/Jobs/{ID}/start,,,,Task,202,yes,never,,,",
	))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Jobs.ID.Start POST /Jobs/{ID}/start", got[1].Name()+" "+got[1].Method+" "+got[1].Target()); diff != "" {
		t.Error(diff)
	}
}

func TestHeader(t *testing.T) {
	usual := string(table())
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "ops.tsv: no line of column names"},
		{"not UTF-8", "\xff", "ops.tsv: is not valid UTF-8"},
		{"missing", strings.Replace(usual, "\tnote", "", 1), "ops.tsv:1: the column note is missing"},
		{"unknown", strings.Replace(usual, "note", "remark", 1), "ops.tsv:1: unknown column \"remark\": the columns are " + strings.Join(operations.Columns, ", ") + "\nops.tsv:1: the column note is missing"},
		{"twice", strings.Replace(usual, "note", "note\tnote", 1), "ops.tsv:1: the column note stands twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := operations.Parse("ops.tsv", []byte(tt.text))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	// Columns may stand in any order, and lines end as on Windows.
	text := "note\tmethod\tcall\tpath\tquery\tparams\trequest\tresponse\tcodes\ttask\trepeat\tsince\tpage\r\n\tGET\tTasks.List\t/tasks\t\t\t\t\t200\tno\tsafe\t\tx\r\n"
	got, err := operations.Parse("ops.tsv", []byte("\ufeff"+text))
	if err != nil || len(got) != 1 || got[0].Name() != "Tasks.List" || got[0].Page != "x" {
		t.Errorf("got %v and error %v", got, err)
	}
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ops.tsv")
	if _, err := operations.Load(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("lost file: %v", err)
	}
	if err := os.WriteFile(file, table("Tasks.List,GET,/tasks,,,,,200,no,safe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := operations.Load(file); err != nil || len(got) != 1 {
		t.Errorf("got %v and error %v", got, err)
	}
}

// The project's own table is right.
func TestProjectTable(t *testing.T) {
	all, err := operations.Load(filepath.Join("..", "..", "schema", "operations.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Error("no operations")
	}
}

// FuzzParse looks for tables that make Parse panic.
func FuzzParse(f *testing.F) {
	f.Add(table("Tasks.ID.Get,GET,/tasks/{ID},a=b,c:int,,Task,200,no,safe,v1_5,page,note"))
	f.Add(table("A.B,POST,/,,,X,Y|Z,202;204,yes,never"))
	f.Add([]byte("call\tmethod\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := operations.Parse("ops.tsv", data)
		if err != nil && all != nil {
			t.Errorf("operations beside the error %v", err)
		}
		for _, o := range all {
			if len(o.Call) < 2 || len(o.Codes) == 0 || !strings.HasPrefix(o.Path, "/") {
				t.Errorf("a faulty operation passed: %+v", o)
			}
		}
	})
}
