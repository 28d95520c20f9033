package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// asWriter makes the test binary be a run of Write: "HOW STEP DIR", where HOW is what happens before the step of this number.
const asWriter = "VBEM_TEST_WRITER"

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	if task := os.Getenv(asWriter); task != "" {
		os.Exit(beWriter(task))
	}
	goleak.VerifyTestMain(m)
}

// beWriter is the body of the other process.
func beWriter(task string) int {
	how, rest, _ := strings.Cut(task, " ")
	number, dir, _ := strings.Cut(rest, " ")
	at, err := strconv.Atoi(number)
	if err != nil {
		return 9
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	n := 0
	w := writer{rename: os.Rename, step: func(string) error {
		if n++; n == at {
			self, _ := os.FindProcess(os.Getpid())
			switch how {
			case "kill":
				_ = self.Kill()
				select {}
			case "interrupt":
				_ = self.Signal(os.Interrupt)
				<-ctx.Done()
			}
		}
		return context.Cause(ctx)
	}}
	if how == "full" {
		limitFileSize(uint64(at))
	}
	c, r := crashRun(dir)
	if _, err := w.write(c, r); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// crashBefore is what lies in the directory, crashAfter what a run makes of it.
var (
	crashBefore = map[string]string{
		"out/ent/task.go": mark + "old task", "out/ent/gone.go": mark + "of an old run", "out/ent/same.go": mark + "same", "out/ent/hand.go": "by hand",
		"names.tsv": "a\n",
	}
	crashAfter = map[string]string{
		"out/": "", "out/ent/": "", "out/emapi/": "", "out/deep/": "", "out/deep/er/": "",
		"out/ent/task.go": mark + "new task" + strings.Repeat(" and more", 1000), "out/ent/same.go": mark + "same", "out/ent/hand.go": "by hand",
		"out/ent/job.go": mark + "job", "out/emapi/client.go": mark + "client", "out/deep/er/x.go": mark + "x", "names.tsv": "a\nb\n",
	}
)

func crashRun(dir string) (Config, *Result) {
	r := &Result{Names: []byte(crashAfter["names.tsv"])}
	for _, name := range []string{"ent/task.go", "ent/same.go", "ent/job.go", "emapi/client.go", "deep/er/x.go"} {
		r.Files = append(r.Files, File{Path: name, Data: []byte(crashAfter["out/"+name])})
	}
	return Config{Out: filepath.Join(dir, "out"), Names: filepath.Join(dir, "names.tsv")}, r
}

// crashSteps lists the changes to the file system of a whole run, the removal of what is left over included.
func crashSteps(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	tree(t, dir, crashBefore)
	var all []string
	w := writer{rename: os.Rename, step: func(what string) error {
		all = append(all, what)
		return nil
	}}
	c, r := crashRun(dir)
	if _, err := w.write(c, r); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(crashAfter, snapshot(t, dir)); d != "" {
		t.Fatalf("a whole run (-want +got):\n%s", d)
	}
	return all
}

// committed reports whether a step comes when all is in place.
func committed(steps []string, i int) bool { return i > slices.Index(steps, "commit") }

// A change to the file system that fails, whichever it is, leaves everything as it was.
func TestWriteFailsAtEachStep(t *testing.T) {
	steps := crashSteps(t)
	for i, what := range steps {
		dir := t.TempDir()
		tree(t, dir, crashBefore)
		was := snapshot(t, dir)
		n := 0
		full := errors.New("no space left on device")
		w := writer{rename: os.Rename, step: func(string) error {
			if n++; n == i+1 {
				return full
			}
			return nil
		}}
		c, r := crashRun(dir)
		_, err := w.write(c, r)
		if committed(steps, i) {
			continue // errors of the hook do not count any more; TestWriteKilledAtEachStep goes on from here
		}
		if !errors.Is(err, full) {
			t.Errorf("%s: %v", what, err)
		}
		if d := cmp.Diff(was, snapshot(t, dir)); d != "" {
			t.Errorf("%s failed (-before +after):\n%s", what, d)
		}
	}
	t.Logf("%d steps", len(steps))
}

// other runs Write in a process of its own.
func other(t *testing.T, how string, at int, dir string) (output string, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", asWriter, how, at, dir))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A process that is killed at any step leaves what the next run puts back, be it killed at any step again.
func TestWriteKilledAtEachStep(t *testing.T) {
	steps := crashSteps(t)
	for i, what := range steps {
		dir := t.TempDir()
		tree(t, dir, crashBefore)
		was := snapshot(t, dir)
		if out, err := other(t, "kill", i+1, dir); err == nil {
			t.Fatalf("%s: not killed: %s", what, out)
		}
		for name, text := range snapshot(t, dir) { // whole files, old or new, and nothing of somebody else's is touched
			if strings.Contains(name, stagePrefix) {
				continue
			}
			if text != crashBefore[name] && text != crashAfter[name] {
				t.Errorf("killed at %q: %s is neither the old nor the new one", what, name)
			}
		}
		if i%2 == 0 {
			_, _ = other(t, "kill", 1, dir) // while it recovers
		}
		c, r := crashRun(dir)
		if i%3 != 0 { // else Write has to see to it
			if err := Recover(c); err != nil {
				t.Fatalf("killed at %q: %v", what, err)
			}
			if committed(steps, i) {
				was = crashAfter
			}
			if d := cmp.Diff(was, snapshot(t, dir)); d != "" {
				t.Errorf("killed at %q, recovered (-before +after):\n%s", what, d)
			}
		}
		if _, err := Write(c, r); err != nil {
			t.Fatalf("killed at %q: %v", what, err)
		}
		if d := cmp.Diff(crashAfter, snapshot(t, dir)); d != "" {
			t.Errorf("killed at %q, run again (-want +got):\n%s", what, d)
		}
	}
}

// A run that is interrupted at any step leaves everything as it was.
func TestWriteInterruptedAtEachStep(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot interrupt itself on Windows")
	}
	steps := crashSteps(t)
	for i, what := range steps[:slices.Index(steps, "commit")+1] {
		dir := t.TempDir()
		tree(t, dir, crashBefore)
		was := snapshot(t, dir)
		if out, err := other(t, "interrupt", i+1, dir); err == nil {
			t.Fatalf("%s: not interrupted: %s", what, out)
		}
		if d := cmp.Diff(was, snapshot(t, dir)); d != "" {
			t.Errorf("interrupted at %q (-before +after):\n%s", what, d)
		}
	}
}

// Files that cannot grow beyond a limit break off in the middle of a write, as on a full disk.
func TestWriteOnFullDisk(t *testing.T) {
	if !canLimitFileSize {
		t.Skip("the size of files cannot be limited here")
	}
	for _, most := range []int{10, 200, 1200, 5000} {
		dir := t.TempDir()
		tree(t, dir, crashBefore)
		was := snapshot(t, dir)
		out, err := other(t, "full", most, dir)
		if err == nil || !strings.Contains(out, "file too large") {
			t.Fatalf("%d bytes: %v: %s", most, err, out)
		}
		if d := cmp.Diff(was, snapshot(t, dir)); d != "" {
			t.Errorf("%d bytes (-before +after):\n%s", most, d)
		}
	}
}

// A journal that came with a clone cannot have other files touched than those of the run.
func TestForeignJournal(t *testing.T) {
	for _, text := range []string{
		`{"jobs":[{"target":"../mine","staged":"../.vbemgen-1.new","backup":"../.vbemgen-1.old"}]}`,
		`{"jobs":[{"target":"ent/a.go","staged":"../mine"}]}`,
		`{"jobs":[{"target":"ent/a.go","backup":"ent/b.go"}]}`,
		`{"jobs":[{"target":"/etc/x","backup":"/etc/.vbemgen-1.old"}]}`,
	} {
		dir := t.TempDir()
		tree(t, dir, map[string]string{"mine": "mine", ".vbemgen-1.old": "other", "out/ent/b.go": "b", "out/" + journalName: text})
		was := snapshot(t, dir)
		c := Config{Out: filepath.Join(dir, "out"), Names: filepath.Join(dir, "names.tsv")}
		if err := Recover(c); err == nil {
			t.Errorf("%s: no error", text)
		}
		if d := cmp.Diff(was, snapshot(t, dir)); d != "" {
			t.Errorf("%s (-before +after):\n%s", text, d)
		}
	}
	dir := t.TempDir()
	tree(t, dir, map[string]string{"out/" + journalName: `{"jobs":[{"tar`, "out/" + doneName: `{`})
	if err := Recover(Config{Out: filepath.Join(dir, "out")}); err == nil {
		t.Error("a list of what to remove that cannot be read was passed over")
	}
	if err := os.Remove(filepath.Join(dir, "out", doneName)); err != nil {
		t.Fatal(err)
	}
	if err := Recover(Config{Out: filepath.Join(dir, "out")}); err != nil {
		t.Errorf("a journal that broke off: %v", err)
	}
	// A file that somebody made after the crash stays.
	tree(t, dir, map[string]string{"out/a.go": "by hand", "out/" + journalName: `{"jobs":[{"target":"a.go","staged":".vbemgen-1.new","sum":"00"}]}`})
	if err := Recover(Config{Out: filepath.Join(dir, "out")}); err != nil || snapshot(t, dir)["out/a.go"] != "by hand" {
		t.Errorf("%v, %v", err, snapshot(t, dir))
	}
}
