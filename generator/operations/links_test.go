package operations_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/operations"
)

func TestParseLinks(t *testing.T) {
	got, err := operations.ParseLinks("links", []byte("type\telement\nJob\tJob\n*Reference\tRef\n*\tResult\nJob\tOther\n"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, l := range got {
		rows = append(rows, l.Type+" "+l.Element)
	}
	if diff := cmp.Diff([]string{"Job Job", "*Reference Ref", "* Result", "Job Other"}, rows); diff != "" || got[1].Pos.Line != 3 {
		t.Error(diff, got[1].Pos)
	}
	for table, want := range map[string]string{
		"type\telement\nJob\tJob\nJob\tJob\n": "links:3: Job leads to Job in another row already",
		"type\telement\n\tJob\n":              `links:2: column type: "" is no type of a link`,
		"type\telement\nJ*b\tJob\n":           `links:2: column type: "J*b" is no type`,
		"type\telement\nJob\t*\n":             `links:2: column element: "*" is no name`,
		"type\nJob\n":                         "column element is missing",
	} {
		if _, err := operations.ParseLinks("links", []byte(table)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", table, err, want)
		}
	}
	if got, err := operations.LoadLinks(filepath.Join(t.TempDir(), "none.tsv")); got != nil || err != nil {
		t.Error(got, err)
	}
	if _, err := operations.LoadLinks(t.TempDir()); err == nil {
		t.Error("a directory is read")
	}
}
