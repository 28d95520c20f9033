package xsdbind_test

import (
	"errors"
	"slices"
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

// What a document lacked is absent until it is set, by name or directly.
func TestNamedAbsent(t *testing.T) {
	for name, set := range map[string]func(*ent.Task){
		"by name":  func(v *ent.Task) { _ = xsdbind.Set(v, "TaskId", "task-1") },
		"directly": func(v *ent.Task) { v.TaskId = "task-1" },
	} {
		v := new(ent.Task)
		if err := xsdbind.UnmarshalXML([]byte(`<Task`+space+`><State>Running</State></Task>`), v); err != nil {
			t.Fatal(err)
		}
		if got := xsdbind.Get(v, "TaskId"); got != nil {
			t.Errorf("absent: %v", got)
		}
		set(v)
		if got := xsdbind.Get(v, "TaskId"); got != "task-1" {
			t.Errorf("set %s: %v", name, got)
		}
	}
}

func TestNamedKinds(t *testing.T) {
	v := &ent.RestoreSession{State: "Working", Progress: ent.Ptr(42)}
	if n := xsdbind.Int(v, "Progress"); n != 42 {
		t.Errorf("Progress is %d", n)
	}
	if n := xsdbind.Int(v, "State"); n != 0 {
		t.Errorf("State as a number is %d", n)
	}
	spec := &ent.CdpFailoverStartSpec{RestoreCurrent: true}
	for name, want := range map[string]bool{"RestoreCurrent": true, "RestoreCurrentVss": false, "RestoreAtInterval": false, "Colour": false} {
		if got := xsdbind.Bool(spec, name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	var names []string
	for f, x := range xsdbind.All(v) {
		if f.Name == "State" && x != "Working" || f.Name == "Progress" && x != int64(42) {
			t.Errorf("%s is %v", f.Name, x)
		}
		names = append(names, f.Name)
	}
	if !slices.Contains(names, "State") || !slices.Contains(names, "Progress") || slices.Contains(names, "Href") {
		t.Errorf("All yields %v", names)
	}
	for f := range xsdbind.All((*ent.Task)(nil)) {
		t.Errorf("All of nil yields %s", f.Go)
	}
}
