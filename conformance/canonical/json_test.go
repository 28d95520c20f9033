package canonical

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiffJSON(t *testing.T) {
	other := Spellings{"pointintime": {"Nothing", "PointInTime"}, "b": {"a"}}
	tests := []struct {
		name, want, got string
		diff            []string
	}{
		{"same", `{"a":[1,true,"x",null,{"b":{}}]}`, `{"a":[1,true,"x",null,{"b":{}}]}`, nil},
		{"order and case", `{"a":1,"Bc":2}`, `{"bC":2,"A":1}`, nil},
		{"null, absent, empty list", `{"a":null,"b":[],"c":1}`, `{"c":1,"d":null}`, nil},
		{"quoted", `{"a":"true","b":"07"}`, `{"a":true,"b":7}`, nil},
		{"quoted where plain was", `{"a":true}`, `{"a":"true"}`, []string{`a: want true, got "true"`}},
		{"number", `{"a":1.50}`, `{"a":1.5}`, nil},
		{"another number", `{"a":1}`, `{"a":2}`, []string{`a: want 1, got 2`}},
		{"empty element", `{"a":""}`, `{"a":{}}`, nil},
		{"empty text is not absent", `{"a":""}`, `{}`, []string{`a: lost: ""`}},
		{"lost", `{"a":{"b":1}}`, `{"a":{}}`, []string{`a.a: lost: 1`}},
		{"too much", `{}`, `{"a":false}`, []string{`a: got too much: false`}},
		{"array's order", `{"a":[1,2]}`, `{"a":[2,1]}`, []string{`a[0]: want 1, got 2`, `a[1]: want 2, got 1`}},
		{"array's length", `[1,2]`, `[1]`, []string{`(root): want 2 items, got 1`}},
		{"kinds", `{"a":[1]}`, `{"a":{"b":1}}`, []string{`a: want [1], got {"b":1}`}},
		{"another spelling", `{"PointinTIME":"x"}`, `{"PointInTime":"x"}`, nil},
		{"a name that is also another's spelling", `{"a":1,"b":2}`, `{"b":2,"a":1}`, nil},
		{"text is compared with letter case", `{"a":"X"}`, `{"a":"x"}`, []string{`a: want "X", got "x"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want, err := ParseJSON([]byte(test.want))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseJSON([]byte(test.got))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.diff, DiffJSON(want, got, other)); d != "" {
				t.Errorf("differences (-want +got):\n%s", d)
			}
		})
	}
}

func TestParseJSONErrors(t *testing.T) {
	for _, doc := range []string{``, `{`, `{"a":1`, `{"a":1}x`, `{"a":1} {}`, `{"a":1,"a":2}`, `{"a" 1}`, `{a:1}`, `{"a":1,}`, `[1`} {
		if v, err := ParseJSON([]byte(doc)); err == nil {
			t.Errorf("ParseJSON(%q) = %s, no error", doc, v.Bytes())
		}
	}
}

func TestJSONBytes(t *testing.T) {
	const doc = `{"a":[1,2.50,true,null,"\u003c\"é\n"],"b":{},"c":[]}`
	v, err := ParseJSON([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(doc, string(v.Clone().Bytes())); d != "" {
		t.Errorf("bytes (-want +got):\n%s", d)
	}
}
