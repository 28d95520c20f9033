package conformance

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const indexHeader = "file\tpage\tfamily\tmethod\tpath\trole\tkind\troot\tcomplete\tstatus\twell_formed\tnote\tsource\n"

func TestReadIndex(t *testing.T) {
	read := func(index string) ([]Message, error) {
		return ReadIndex(fstest.MapFS{IndexFile: {Data: []byte(index)}})
	}
	got, err := read(indexHeader +
		"a.xml\tp\tcdp\tGET\t/x?y=1\tresponse\txml\tTask\tyes\t200 OK\tyes\t\tme\r\n" +
		"-\tp\tcdp\tPUT\t/x\trequest\tjson-fragment\t{a…}\tno\t\tno\twhy\tme\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Message{
		{File: "a.xml", Page: "p", Family: "cdp", Method: "GET", Path: "/x?y=1", Role: "response", Kind: "xml", Root: "Task", Complete: true, Status: "200 OK", WellFormed: true},
		{Page: "p", Family: "cdp", Method: "PUT", Path: "/x", Role: "request", Kind: "json-fragment", Root: "{a…}", Note: "why"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for index, want := range map[string]string{
		"":                         "no header row",
		"file\tpage\n":             "no column family",
		indexHeader + "a.xml\tp\n": "index.tsv:2: 2 columns, the header has 13",
	} {
		if _, err := read(index); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadIndex(%q): %v; want %q in it", index, err, want)
		}
	}
	if _, err := ReadIndex(fstest.MapFS{}); err == nil {
		t.Error("no error where there is no index")
	}
}

func TestReport(t *testing.T) {
	var r Report
	r.add("a: round trip", nil)
	r.skip("b", "unknown root Job")
	r.add("c: strict mode accepts it", []string{"one"})
	r.add("c: round trip", []string{"one", "two"})
	if r.OK() {
		t.Error("a report with failures is OK")
	}
	if new(Report).OK() {
		t.Error("an empty report is OK")
	}
	for verbose, want := range map[bool]string{
		false: "skip b: unknown root Job\nFAIL c: strict mode accepts it: one\nFAIL c: round trip:\n     one\n     two\n1 passed, 2 failed, 1 skipped\n",
		true:  "pass a: round trip\nskip b: unknown root Job\nFAIL c: strict mode accepts it: one\nFAIL c: round trip:\n     one\n     two\n1 passed, 2 failed, 1 skipped\n",
	} {
		var b strings.Builder
		if err := r.Write(&b, verbose); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, b.String()); d != "" {
			t.Errorf("verbose %v (-want +got):\n%s", verbose, d)
		}
	}
}
