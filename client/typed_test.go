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
		`client.NewQuery[ent.CdpReplica](c).Where(fields.CdpReplicaName.Eq("vapp02")).SortAsc(fields.CdpReplicaPolicyName)`,
		`client.NewQuery[ent.VAppReplicaPoint](c).Where(fields.VAppReplicaPointCreationTime.After(now))`,
		`client.NewQuery[ent.Task](c).Where(fields.TaskState.In(ent.TaskStateRunning, "Suspended")).Where(fields.TaskState.Ne(ent.TaskState(word)))`,
		`client.NewQuery[ent.BackupServer](c).Where(client.Or(fields.BackupServerPort.Gt(1), query.And(fields.BackupServerName.Eq(word))))`,
		`client.NewQuery[ent.CdpPolicy](c).Where(client.Filter[ent.CdpPolicy](fields.CdpPolicyScheduleEnabled.Is(true)))`,
		`var e client.EnumField[ent.Task] = "State"; client.NewQuery[ent.Task](c).Where(e.Eq(word))`,
		`client.NewQuery[ent.BackupFile](c).Where(fields.BackupFileCompressRatio.Gt(1.5))`,
	} {
		if err := check(t, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	for statement, want := range map[string]string{
		`_ = fields.CdpReplicaNmae.Eq("vapp02")`:                                                                            "undefined: fields.CdpReplicaNmae",
		`_ = fields.CdpReplicaName.Equals("vapp02")`:                                                                        "Equals undefined",
		`_ = fields.CdpReplicaName.Eq(1)`:                                                                                   "cannot use 1",
		`_ = fields.CdpReplicaName.Gt("vapp02")`:                                                                            "Gt undefined",
		`_ = fields.BackupServerPort.Eq("9392")`:                                                                            `cannot use "9392"`,
		`_ = fields.BackupServerPort.Gt(1.5)`:                                                                               "1.5",
		`_ = fields.CdpPolicyScheduleEnabled.Is("true")`:                                                                    `cannot use "true"`,
		`_ = fields.RestoreSessionCreationTime.After("2024-01-01")`:                                                         `cannot use "2024-01-01"`,
		`_ = fields.TaskState.Eq(word)`:                                                                                     "cannot use word",
		`_ = fields.TaskState.Eq(ent.TaskStateRuning)`:                                                                      "undefined: ent.TaskStateRuning",
		`_ = fields.CdpReplicaSessionState.Eq(ent.TaskStateRunning)`:                                                        "cannot use ent.TaskStateRunning",
		`_ = query.And(fields.CdpReplicaName.Eq("a"), fields.TaskTaskId.Eq("b"))`:                                           "does not match",
		`_ = fields.CdpReplicaName.Eq("a").Or(fields.CdpPolicyName.Eq("b"))`:                                                "cannot use fields.CdpPolicyName.Eq",
		`client.NewQuery[ent.CdpReplica](c).Where(fields.CdpPolicyName.Eq("b"))`:                                            "cannot use fields.CdpPolicyName.Eq",
		`client.NewQuery[ent.CdpReplica](c).SortAsc(fields.TaskTaskId)`:                                                     "cannot use fields.TaskTaskId",
		`client.NewQuery[ent.CdpReplica](c).Where("Name==a")`:                                                               `cannot use "Name==a"`,
		`_ = query.Filter[ent.Task](fields.CdpReplicaName.Eq("a"))`:                                                         "cannot convert",
		`client.NewQuery[ent.VAppReplicaPoint](c).Where(fields.VAppRestorePointType.Eq(ent.RestorePointKind("Increment")))`: "fields.VAppRestorePointType.Eq",
	} {
		if err := check(t, statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", statement, err, want)
		}
	}
}
