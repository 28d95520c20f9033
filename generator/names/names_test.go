package names_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/names"
)

func TestLock(t *testing.T) {
	const text = "component\tgo\nTaskType\tTask\nTaskType.State\tTaskState\n"
	l, err := names.ParseLock("names.tsv", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(l.Bytes())); diff != "" {
		t.Errorf("read and written, it is another (-want +got):\n%s", diff)
	}
	if name, ok := l.Lookup("TaskType"); !ok || name != "Task" {
		t.Errorf("TaskType has the name %q, %v", name, ok)
	}
	if name, ok := l.Lookup("JobType"); ok {
		t.Errorf("JobType has the name %q", name)
	}
	l.Record("JobType", "Job")
	l.Record("TaskType", "Task") // known already: it keeps its place
	if diff := cmp.Diff(text+"JobType\tJob\n", string(l.Bytes())); diff != "" {
		t.Errorf("a new name does not stand at the end (-want +got):\n%s", diff)
	}
	var order []string
	l.Each(func(component, name string) { order = append(order, component+"="+name) })
	if diff := cmp.Diff([]string{"TaskType=Task", "TaskType.State=TaskState", "JobType=Job"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestLockOfNothing(t *testing.T) {
	l, err := names.LoadLock(filepath.Join(t.TempDir(), "names.tsv"))
	if !errors.Is(err, os.ErrNotExist) || l == nil {
		t.Fatalf("got %v and error %v", l, err)
	}
	l.Record("A", "B")
	if diff := cmp.Diff("component\tgo\nA\tB\n", string(l.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func TestLockErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  `names.tsv:1: the header must be "component\tgo"`,
		"go\tcomponent\n":                   `names.tsv:1: the header must be "component\tgo"`,
		"component\tgo\nTaskType\n":         "names.tsv:2: want a component, a tab and a Go name",
		"component\tgo\nA\tB\tC\n":          "names.tsv:2: want a component, a tab and a Go name",
		"component\tgo\nA\tB\n\nC\tD\n":     "names.tsv:3: want a component, a tab and a Go name",
		"component\tgo\nA\tB\nC\tD\nA\tE\n": "names.tsv:4: A stands twice",
	} {
		l, err := names.ParseLock("names.tsv", text)
		if err == nil || l != nil {
			t.Errorf("%q: got %v and error %v", text, l, err)
			continue
		}
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

const jsonHeader = "component\txml\tjson\taliases\tform\tnote\n"

func TestJSON(t *testing.T) {
	j, err := names.ParseJSON("json.tsv", jsonHeader+"LinkListType\t\t\t\tarray\tstands for itself\nTaskType\tState\tStatus\tstate|Condition\t\t\nErrorType\tMessage\t\tMsg\t\t\n")
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		Name    string
		Aliases []string
	}
	for _, tt := range []struct {
		component, xml string
		want           answer
	}{
		{"TaskType", "State", answer{"Status", []string{"state", "Condition"}}},
		{"ErrorType", "Message", answer{"", []string{"Msg"}}},
		{"TaskType", "Other", answer{}},
	} {
		name, aliases := j.Member(tt.component, tt.xml)
		if diff := cmp.Diff(tt.want, answer{name, aliases}); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.component, tt.xml, diff)
		}
	}
	if got := j.Form("LinkListType"); got != "array" {
		t.Errorf("LinkListType has the form %q", got)
	}
	if got := j.Form("TaskType"); got != "" {
		t.Errorf("TaskType has the form %q", got)
	}
}

func TestJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		"component\n":                                 "json.tsv:1: the header must be",
		jsonHeader + "A\tB\n":                         "json.tsv:2: has 2 cells, the header 6",
		jsonHeader + "\tB\tC\t\t\t\n":                 "json.tsv:2: no component",
		jsonHeader + "A\t\t\t\tlist\t\n":              `json.tsv:2: form "list" is neither array nor object`,
		jsonHeader + "A\tB\tC\t\t\t\nA\tB\tD\t\t\t\n": "json.tsv:3: A B stands twice",
	} {
		if _, err := names.ParseJSON("json.tsv", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

// The project's own tables are right.
func TestProjectTables(t *testing.T) {
	if _, err := names.LoadJSON(filepath.Join("..", "..", "schema", "json.tsv")); err != nil {
		t.Error(err)
	}
	if _, err := names.LoadLock(filepath.Join("..", "..", "schema", "names.tsv")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
