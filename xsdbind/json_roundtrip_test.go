package xsdbind_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
)

// What is written is JSON by encoding/json's measure, and comes back the same.
func TestJSONRoundTrip(t *testing.T) {
	for k, root := range roots {
		t.Run(typeName(root), func(t *testing.T) {
			for _, members := range []bool{false, true} {
				r := &random{Rand: rand.New(rand.NewPCG(uint64(k), 1)), members: members, control: true}
				for range 200 {
					want := r.value(root)
					b, err := xsdbind.MarshalJSON(want)
					if err != nil {
						t.Fatal(err)
					}
					var generic any
					if err := json.Unmarshal(b, &generic); err != nil {
						t.Fatalf("%s: %v", b, err)
					}
					var compact bytes.Buffer
					if err := json.Compact(&compact, b); err != nil || compact.String() != string(b) {
						t.Fatalf("%s is not compact: %v", b, err)
					}
					got := blank(root)
					if err := xsdbind.UnmarshalJSON(b, got); err != nil {
						t.Fatalf("%s: %v", b, err)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s (-want +got):\n%s", b, diff)
					}
				}
			}
		})
	}
}

// The order of members, their case and white space change nothing; encoding/json, which loses the order, may stand between.
func TestJSONAnyOrder(t *testing.T) {
	for k, root := range roots {
		t.Run(typeName(root), func(t *testing.T) {
			r := &random{Rand: rand.New(rand.NewPCG(uint64(k), 2))}
			for range 50 {
				want := r.value(root)
				b, err := xsdbind.MarshalJSON(want)
				if err != nil {
					t.Fatal(err)
				}
				dec := json.NewDecoder(bytes.NewReader(b))
				dec.UseNumber()
				var generic any
				if err := dec.Decode(&generic); err != nil {
					t.Fatal(err)
				}
				sorted, err := json.MarshalIndent(lower(generic), "", "\t")
				if err != nil {
					t.Fatal(err)
				}
				got := blank(root)
				if err := xsdbind.UnmarshalJSON(sorted, got); err != nil {
					t.Fatalf("%s: %v", sorted, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s (-want +got):\n%s", sorted, diff)
				}
			}
		})
	}
}

// lower gives all members names in lower case.
func lower(x any) any {
	switch x := x.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, v := range x {
			m[string(bytes.ToLower([]byte(k)))] = lower(v)
		}
		return m
	case []any:
		for i := range x {
			x[i] = lower(x[i])
		}
	}
	return x
}

// What JSON holds of a document gives the same document.
func TestJSONThroughXML(t *testing.T) {
	for k, root := range roots {
		t.Run(typeName(root), func(t *testing.T) {
			r := &random{Rand: rand.New(rand.NewPCG(uint64(k), 3))}
			for range 100 {
				want, err := xsdbind.MarshalXML(r.value(root))
				if err != nil {
					t.Fatal(err)
				}
				first, second := blank(root), blank(root)
				if err := xsdbind.UnmarshalXML(want, first); err != nil {
					t.Fatalf("%s: %v", want, err)
				}
				b, err := xsdbind.MarshalJSON(first)
				if err != nil {
					t.Fatal(err)
				}
				if err := xsdbind.UnmarshalJSON(b, second); err != nil {
					t.Fatalf("%s: %v", b, err)
				}
				got, err := xsdbind.MarshalXML(second)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Fatalf("%s (-want +got):\n%s", b, diff)
				}
			}
		})
	}
}

// task has the methods that generated types have.
type task struct{ fixture.Task }

func (v task) MarshalJSON() ([]byte, error)     { return xsdbind.MarshalJSON(&v.Task) }
func (v *task) UnmarshalJSON(data []byte) error { return xsdbind.UnmarshalJSON(data, &v.Task) }

// Under encoding/json it makes no difference where a value stands.
func TestJSONNested(t *testing.T) {
	type holder struct {
		Value   task            `json:"value"`
		Pointer *task           `json:"pointer"`
		Nil     *task           `json:"nil"`
		Slice   []task          `json:"slice"`
		Map     map[string]task `json:"map"`
		Any     any             `json:"any"`
	}
	v := task{fixture.Task{TaskId: "1", State: "s", Operation: "o", Href: "h?a=1&b=2"}}
	text := `{"TaskId":"1","State":"s","Operation":"o","Href":"h?a=1&b=2"}`
	want := `{"value":` + text + `,"pointer":` + text + `,"nil":null,"slice":[` + text + `],"map":{"k":` + text + `},"any":` + text + `}`

	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(holder{Value: v, Pointer: &v, Slice: []task{v}, Map: map[string]task{"k": v}, Any: v}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(bytes.TrimSpace(b.Bytes()))); diff != "" {
		t.Error(diff)
	}
	got := holder{Any: new(task)}
	if err := json.Unmarshal([]byte(want), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(holder{Value: v, Pointer: &v, Slice: []task{v}, Map: map[string]task{"k": v}, Any: &v}, got); diff != "" {
		t.Error(diff)
	}

	// null leaves a value as it was, as encoding/json has it.
	got = holder{Value: v}
	if err := json.Unmarshal([]byte(`{"value":null}`), &got); err != nil || !reflect.DeepEqual(got.Value, v) {
		t.Errorf("%v, %v", got, err)
	}
	err := json.Unmarshal([]byte(`{"value":{"TaskId":1}}`), &got)
	var e *xsdbind.Error
	if !errors.As(err, &e) || e.Path != "Task/TaskId" {
		t.Errorf("%v is no *Error with its place", err)
	}
}

func FuzzJSON(f *testing.F) {
	for _, c := range jsonPairs {
		f.Add([]byte(c.json))
	}
	for _, c := range jsonForms {
		f.Add([]byte(c.json))
	}
	for _, c := range jsonBad {
		f.Add([]byte(c.json))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, root := range roots {
			fuzzJSON(t, data, root, nil)
			fuzzJSON(t, data, root, []xsdbind.Option{xsdbind.Strict()})
		}
	})
}

// fuzzJSON checks that what is read is JSON, and that what is written of it is read as the same value.
func fuzzJSON(t *testing.T, data []byte, root xsdbind.Struct, o []xsdbind.Option) {
	first := blank(root)
	if xsdbind.UnmarshalJSON(data, first, o...) != nil {
		return
	}
	if !json.Valid(data) {
		t.Fatalf("%T: %q was read, and is not JSON", root, data)
	}
	b, err := xsdbind.MarshalJSON(first)
	if err != nil {
		// Lenient reading keeps what the content model does not allow.
		var e *xsdbind.Error
		if !errors.As(err, &e) || e.Rule != xsdbind.RuleChoice {
			t.Fatalf("%T: %q was read, but cannot be written: %v", root, data, err)
		}
		return
	}
	second := blank(root)
	if err := xsdbind.UnmarshalJSON(b, second); err != nil {
		t.Fatalf("%T: %q was written, but cannot be read: %v", root, b, err)
	}
	again, err := xsdbind.MarshalJSON(second)
	if err != nil || !bytes.Equal(b, again) {
		t.Fatalf("%T: %q became %q: %v", root, b, again, err)
	}
}
