package client_test

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// exports opens the export data of what the snippets import, as the go command built it.
func exports(t *testing.T) func(path string) (io.ReadCloser, error) {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", ".", "../gen/fields", "../query", "time").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		path, file, _ := strings.Cut(lines.Text(), "\t")
		files[path] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
}

// A filter that is misspelt, compares a field with something else than it holds, or is one of other things does not compile.
func TestWrongFiltersDoNotCompile(t *testing.T) {
	fset := token.NewFileSet()
	gc := importer.ForCompiler(fset, "gc", exports(t))
	check := func(t *testing.T, statement string) error {
		t.Helper()
		source := `package p
import ("time"; "github.com/vbem-go/vbem/client"; "github.com/vbem-go/vbem/gen/ent"; "github.com/vbem-go/vbem/gen/fields"; "github.com/vbem-go/vbem/query")
var ( _ time.Time; _ ent.Task; _ = fields.TaskState; _ query.Filter[ent.Task] )
func f(c *client.Client, word string, now time.Time) {
	` + statement + `
}`
		file, err := parser.ParseFile(fset, "p.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = (&types.Config{Importer: gc}).Check("p", fset, []*ast.File{file}, nil)
		return err
	}
	for _, statement := range []string{
		`client.NewQuery[ent.CdpReplica](c).Where(query.Eq(fields.CdpReplicaName, "vapp02")).Sort(query.Asc(fields.CdpReplicaPolicyName))`,
		`client.NewQuery[ent.VAppReplicaPoint](c).Where(query.Gt(fields.VAppReplicaPointCreationTime, now))`,
		`client.NewQuery[ent.Task](c).Where(query.In(fields.TaskState, ent.TaskStateRunning, "Suspended")).Where(query.Ne(fields.TaskState, ent.TaskState(word)))`,
		`client.NewQuery[ent.BackupServer](c).Where(query.Or(query.Gt(fields.BackupServerPort, 1), query.And(query.Eq(fields.BackupServerName, word))))`,
		`client.NewQuery[ent.CdpPolicy](c).Where(query.Filter[ent.CdpPolicy](query.Eq(fields.CdpPolicyScheduleEnabled, true)))`,
		`const e query.Field[ent.Task, string] = "State"; client.NewQuery[ent.Task](c).Where(query.Eq(e, word))`,
		`client.NewQuery[ent.BackupFile](c).Where(query.Gt(fields.BackupFileCompressRatio, 1.5))`,
	} {
		if err := check(t, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	for statement, want := range map[string]string{
		`_ = query.Eq(fields.CdpReplicaNmae, "vapp02")`:                                                                            "undefined: fields.CdpReplicaNmae",
		`_ = query.Equals(fields.CdpReplicaName, "vapp02")`:                                                                        "undefined: query.Equals",
		`_ = query.Eq(fields.CdpReplicaName, 1)`:                                                                                   "cannot use 1",
		`_ = query.Gt(fields.CdpReplicaName, "vapp02")`:                                                                            "string does not satisfy query.Ordered",
		`_ = query.Eq(fields.BackupServerPort, "9392")`:                                                                            `cannot use "9392"`,
		`_ = query.Gt(fields.BackupServerPort, 1.5)`:                                                                               "1.5",
		`_ = query.Eq(fields.CdpPolicyScheduleEnabled, "true")`:                                                                    `cannot use "true"`,
		`_ = query.Gt(fields.RestoreSessionCreationTime, "2024-01-01")`:                                                            `cannot use "2024-01-01"`,
		`_ = query.Gt(fields.TaskState, ent.TaskStateRunning)`:                                                                     "does not satisfy query.Ordered",
		`_ = query.Lt(fields.CdpPolicyScheduleEnabled, true)`:                                                                      "does not satisfy query.Ordered",
		`_ = query.Eq(fields.BackupFileCompressRatio, 1.5)`:                                                                        "does not satisfy query.Value",
		`_ = query.In(fields.CdpReplicaName, "a", 2)`:                                                                              "2",
		`_ = query.Eq(query.Field[ent.Task, string](fields.CdpReplicaName), "a").Or(query.Eq(fields.CdpReplicaName, "a"))`:         "cannot use",
		`_ = query.Eq(fields.TaskState, word)`:                                                                                     "cannot use word",
		`_ = query.Eq(fields.TaskState, ent.TaskStateRuning)`:                                                                      "undefined: ent.TaskStateRuning",
		`_ = query.Eq(fields.CdpReplicaSessionState, ent.TaskStateRunning)`:                                                        "type ent.TaskState of ent.TaskStateRunning does not match",
		`_ = query.And(query.Eq(fields.CdpReplicaName, "a"), query.Eq(fields.TaskTaskId, "b"))`:                                    "does not match",
		`_ = query.Eq(fields.CdpReplicaName, "a").Or(query.Eq(fields.CdpPolicyName, "b"))`:                                         "cannot use query.Eq(fields.CdpPolicyName",
		`client.NewQuery[ent.CdpReplica](c).Where(query.Eq(fields.CdpPolicyName, "b"))`:                                            "cannot use query.Eq(fields.CdpPolicyName",
		`client.NewQuery[ent.CdpReplica](c).Sort(query.Asc(fields.TaskTaskId))`:                                                    "cannot use query.Asc(fields.TaskTaskId",
		`client.NewQuery[ent.CdpReplica](c).Where("Name==a")`:                                                                      `cannot use "Name==a"`,
		`_ = query.Filter[ent.Task](query.Eq(fields.CdpReplicaName, "a"))`:                                                         "cannot convert",
		`client.NewQuery[ent.VAppReplicaPoint](c).Where(query.Eq(fields.VAppRestorePointType, ent.RestorePointKind("Increment")))`: "cannot use query.Eq(fields.VAppRestorePointType",
	} {
		if err := check(t, statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", statement, err, want)
		}
	}
}
