package xsdbind_test

import (
	"errors"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

func TestNamedFields(t *testing.T) {
	task := new(ent.Task)
	for name, x := range map[string]any{"TaskId": "task-1", "State": "Finished", "Href": "https://em/api/tasks/task-1"} {
		if err := xsdbind.Set(task, name, x); err != nil {
			t.Fatal(err)
		}
		if got := xsdbind.Text(task, name); got != x {
			t.Errorf("%s: %q, want %q", name, got, x)
		}
	}
	result, err := xsdbind.Make(task, "Result")
	if err != nil {
		t.Fatal(err)
	}
	if err := xsdbind.Set(result, "Success", false); err != nil {
		t.Fatal(err)
	}
	if got := xsdbind.Get(xsdbind.Child(task, "Result"), "Success"); got != false {
		t.Errorf("Success: %v", got)
	}
	if got := xsdbind.Get(task, "Type"); got != nil {
		t.Errorf("absent Type: %v", got)
	}
	tasks := new(ent.Tasks)
	for range 3 {
		item, err := xsdbind.Append(tasks, "Task")
		if err != nil {
			t.Fatal(err)
		}
		if err := xsdbind.Set(item, "TaskId", "task-7"); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for _, item := range xsdbind.Items(tasks, "Task") {
		if xsdbind.Text(item, "TaskId") == "task-7" {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d items", n)
	}
	if err := xsdbind.Set(task, "Colour", "red"); !errors.Is(err, xsdbind.ErrNoField) {
		t.Errorf("unknown field: %v", err)
	}
	if err := xsdbind.Set(task, "TaskId", 7); err == nil {
		t.Error("a number for a string is accepted")
	}
	var none *ent.Task
	if xsdbind.Text(none, "State") != "" || xsdbind.Child(nil, "Links") != nil {
		t.Error("a nil value has fields")
	}
}
