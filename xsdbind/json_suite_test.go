package xsdbind

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// jsonSuiteDeviations are the tests of JSONTestSuite that come out otherwise than it says, and why.
var jsonSuiteDeviations = map[string]string{
	"y_object_duplicated_key.json":           "a member that occurs twice is refused: who reads it would have to guess which counts",
	"y_object_duplicated_key_and_value.json": "as above",
}

// TestJSONSuite runs the parsing tests of JSONTestSuite, as VBEM_JSONSUITE has them: a folder of files, or the file
// with an array of names and inputs that a package for another language makes of them. What begins with y_ must be
// accepted, what begins with n_ refused, and of the rest (i_) it is only said what happens to them.
func TestJSONSuite(t *testing.T) {
	path := os.Getenv("VBEM_JSONSUITE")
	if path == "" {
		t.Skip("VBEM_JSONSUITE is not set: JSONTestSuite is not run")
	}
	tests := jsonSuite(t, path)
	counts := map[string]int{}
	for name, input := range tests {
		d := newJSONDecoder([]byte(input), &options{})
		err := d.valid()
		var out []byte
		if err == nil {
			out, err = d.appendValue(nil, true)
		}
		if d.skipSpace(); err == nil && d.pos < len(d.data) {
			err = d.unexpected("the end of the text")
		}
		var want bytes.Buffer
		if err == nil && (json.Compact(&want, []byte(input)) != nil || want.String() != string(out)) {
			t.Errorf("%s: %s, want %s", name, out, want.Bytes())
		}
		kind, _, _ := strings.Cut(name, "_")
		switch {
		case kind == "i" && err == nil:
			counts["i accepted"]++
		case kind == "i":
			counts["i refused"]++
		case (kind == "y") == (err == nil):
			counts[kind]++
			if jsonSuiteDeviations[name] != "" {
				t.Errorf("%s comes out as the suite says: no deviation any more", name)
			}
		case jsonSuiteDeviations[name] != "":
			counts["explained"]++
		default:
			t.Errorf("%s: error %v", name, err)
		}
	}
	t.Logf("%d tests: %d accepted and %d refused as the suite says, %d otherwise and explained; of those that may be either %d accepted, %d refused",
		len(tests), counts["y"], counts["n"], counts["explained"], counts["i accepted"], counts["i refused"])
	if counts["y"] < 80 || counts["n"] < 150 {
		t.Error("this is not the suite")
	}
}

// jsonSuite returns the inputs by name.
func jsonSuite(t *testing.T, path string) map[string]string {
	t.Helper()
	tests := map[string]string{}
	if info, err := os.Stat(path); err != nil {
		t.Fatal(err)
	} else if info.IsDir() {
		files, err := filepath.Glob(filepath.Join(path, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tests[filepath.Base(file)] = string(data)
		}
		return tests
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	from, to := bytes.IndexByte(data, '['), bytes.LastIndexByte(data, ']')
	if from < 0 || to < from {
		t.Fatalf("%s holds no array", path)
	}
	var list []struct{ Name, Input string }
	if err := json.Unmarshal(data[from:to+1], &list); err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		tests[e.Name] = e.Input
	}
	return tests
}
