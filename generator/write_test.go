package generator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const mark = "// " + Mark + ". DO NOT EDIT.\n"

// tree makes files below a directory, with their directories.
func tree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot reads everything below a directory: files by name, and directories with a slash at the end.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			all[filepath.ToSlash(rel)+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(name)
		all[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// relative takes the test's directory out of a message.
func relative(dir, message string) string {
	return filepath.ToSlash(strings.ReplaceAll(message, dir, "DIR"))
}

func files(pairs ...string) []File {
	var out []File
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, File{Path: pairs[i], Data: []byte(mark + pairs[i+1])})
	}
	return out
}

func TestWrite(t *testing.T) {
	type result struct {
		Files   map[string]string
		Changes *Changes
	}
	for _, tt := range []struct {
		name   string
		before map[string]string
		result Result
		want   result
	}{
		{
			name:   "into nothing",
			result: Result{Files: files("ent/a.go", "package ent", "emapi/b.go", "package emapi"), Names: []byte("component\tgo\n")},
			want: result{
				Files: map[string]string{"names.tsv": "component\tgo\n", "gen/": "", "gen/ent/": "", "gen/emapi/": "",
					"gen/ent/a.go": mark + "package ent", "gen/emapi/b.go": mark + "package emapi"},
				Changes: &Changes{Written: []string{"gen/emapi/b.go", "gen/ent/a.go", "names.tsv"}},
			},
		},
		{
			name: "stale files go, those of people stay",
			before: map[string]string{
				"gen/ent/a.go": mark + "package ent", "gen/ent/old.go": mark + "package ent // old", "gen/ent/hand.go": "package ent // by hand",
				"gen/ent/.hidden": mark, "gen/ent/sub/c.go": mark, "gen/other/d.go": mark, "names.tsv": "component\tgo\nA\tA\n",
			},
			result: Result{Files: files("ent/a.go", "package ent", "ent/b.go", "package ent // b"), Names: []byte("component\tgo\nA\tA\nB\tB\n")},
			want: result{
				Files: map[string]string{
					"gen/": "", "gen/ent/": "", "gen/ent/sub/": "", "gen/other/": "",
					"gen/ent/a.go": mark + "package ent", "gen/ent/b.go": mark + "package ent // b", "gen/ent/hand.go": "package ent // by hand",
					"gen/ent/.hidden": mark, "gen/ent/sub/c.go": mark, "gen/other/d.go": mark, "names.tsv": "component\tgo\nA\tA\nB\tB\n",
				},
				Changes: &Changes{Written: []string{"gen/ent/b.go", "names.tsv"}, Removed: []string{"gen/ent/old.go"}, Same: 1},
			},
		},
		{
			name:   "without a lock",
			before: map[string]string{"names.tsv": "kept"},
			result: Result{Files: files("ent/a.go", "package ent")},
			want: result{
				Files:   map[string]string{"gen/": "", "gen/ent/": "", "gen/ent/a.go": mark + "package ent", "names.tsv": "kept"},
				Changes: &Changes{Written: []string{"gen/ent/a.go"}},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tree(t, dir, tt.before)
			t.Chdir(dir)
			changes, err := Write(Config{Out: "gen", Names: "names.tsv"}, &tt.result)
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range changes.Written {
				changes.Written[i] = filepath.ToSlash(w)
			}
			for i, r := range changes.Removed {
				changes.Removed[i] = filepath.ToSlash(r)
			}
			if diff := cmp.Diff(tt.want, result{snapshot(t, dir), changes}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again, err := Write(Config{Out: "gen", Names: "names.tsv"}, &tt.result)
			if err != nil {
				t.Fatal(err)
			}
			if len(again.Written)+len(again.Removed) != 0 {
				t.Errorf("a second run changed something: %+v", again)
			}
		})
	}
}

func TestWriteKeepsTheTimeOfWhatIsTheSame(t *testing.T) {
	dir := t.TempDir()
	tree(t, dir, map[string]string{"ent/a.go": mark + "package ent"})
	name := filepath.Join(dir, "ent", "a.go")
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(Config{Out: dir}, &Result{Files: files("ent/a.go", "package ent")}); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Error("a file that was right already was written anew")
	}
}

// Every refusal and every failure leaves the directory as it was.
func TestWriteFailure(t *testing.T) {
	before := map[string]string{"ent/a.go": mark + "package ent // before", "ent/b.go": mark + "package ent // b", "ent/stale.go": mark, "hand.go": "package hand"}
	good := files("ent/a.go", "package ent", "ent/b.go", "package ent", "new/deep/c.go", "package deep")
	for _, tt := range []struct {
		name  string
		files []File
		names string
		// failAt is the number of the move that fails; 0 is none.
		failAt int
		want   string
	}{
		{name: "a file by hand in the way", files: append(files("hand.go", "package hand"), good...), want: `DIR/hand.go: is in the way: it was not generated (no "Code generated by vbemgen" in it)`},
		{name: "a directory in the way", files: append(files("ent", "package ent"), good...), want: "DIR/ent: is in the way, and no regular file"},
		{name: "out of the directory", files: append(files("../evil.go", "package evil"), good...), want: "../evil.go: not a path below the output directory"},
		{name: "no mark", files: []File{{Path: "ent/x.go", Data: []byte("package ent")}}, want: `ent/x.go: generated without the mark "Code generated by vbemgen"`},
		{name: "twice", files: append(files("ent/a.go", "package a"), good...), want: "ent/a.go: generated twice"},
		{name: "lock in place of a file", files: good, names: "ent/a.go", want: "DIR/ent/a.go: is both the lock of names and a generated file"},
		{name: "first move", files: good, failAt: 1, want: "no move today"},
		{name: "second move", files: good, failAt: 2, want: "no move today"},
		{name: "fourth move", files: good, failAt: 4, want: "no move today"},
		{name: "last move", files: good, failAt: 6, want: "no move today"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tree(t, dir, before)
			was := snapshot(t, dir)
			moves := 0
			w := writer{rename: func(from, to string) error {
				if moves++; moves == tt.failAt {
					return errors.New("no move today")
				}
				return os.Rename(from, to)
			}}
			c := Config{Out: dir}
			r := &Result{Files: tt.files}
			if tt.names != "" {
				c.Names, r.Names = filepath.Join(dir, filepath.FromSlash(tt.names)), []byte(mark+"x")
			}
			_, err := w.write(c, r)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, relative(dir, err.Error())); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(was, snapshot(t, dir)); diff != "" {
				t.Errorf("the directory changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestModulePath(t *testing.T) {
	dir := t.TempDir()
	tree(t, dir, map[string]string{
		"plain/go.mod":  "// a comment\nmodule example.com/plain // with a comment\n\ngo 1.25.0\n",
		"quoted/go.mod": "module \"example.com/quoted\"\n",
		"empty/go.mod":  "go 1.25.0\n",
	})
	for _, tt := range []struct{ dir, want, err string }{
		{dir: "plain", want: "example.com/plain"},
		{dir: "plain/gen/v1", want: "example.com/plain/gen/v1"},
		{dir: "quoted/gen", want: "example.com/quoted/gen"},
		{dir: "empty/gen", err: "DIR/empty/go.mod: names no module"},
	} {
		got, err := ModulePath(filepath.Join(dir, filepath.FromSlash(tt.dir)))
		text := ""
		if err != nil {
			text = relative(dir, err.Error())
		}
		if got != tt.want || text != tt.err {
			t.Errorf("%s: got %q and error %q, want %q and %q", tt.dir, got, text, tt.want, tt.err)
		}
	}
}
