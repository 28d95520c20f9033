package client

import "testing"

// A path that only begins like the API's base is none below it.
func TestBelow(t *testing.T) {
	for path, want := range map[string]string{"/api": "/", "/API/tasks": "/tasks", "/em/tasks": "/tasks", "tasks": "/tasks", "/apix/tasks": "", "/emx": "", "/other/tasks": "", "": ""} {
		got, ok := below(path, "/em")
		if got != want && ok || ok != (want != "") {
			t.Errorf("%q: %q, %t; want %q", path, got, ok, want)
		}
	}
}
