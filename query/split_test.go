package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func within(limit int) func(Filter[repl]) bool {
	return func(f Filter[repl]) bool { return len(f.text) <= limit }
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name   string
		filter Filter[repl]
		limit  int
		want   []string
	}{
		{"it fits", In(name, "1", "2"), 19, []string{`Name=="1",Name=="2"`}},
		{"everything", Filter[repl]{}, 0, []string{``}},
		{"an or", In(name, "1", "2", "3"), 19, []string{`Name=="1"`, `Name=="2",Name=="3"`}},
		{"single values", In(name, "1", "2", "3"), 9, []string{`Name=="1"`, `Name=="2"`, `Name=="3"`}},
		{"inside an and", In(name, "1", "2").And(Gt(port, 1)), 20, []string{`Name=="1";Port>1`, `Name=="2";Port>1`}},
		{"two inside an and", In(name, "1", "2").And(In(policyName, "a", "bb")), 26,
			[]string{`Name=="1";PolicyName=="a"`, `Name=="2";PolicyName=="a"`, `Name=="1";PolicyName=="bb"`, `Name=="2";PolicyName=="bb"`}},
		{"an and inside an or", Or(And(Eq(name, "1"), Gt(port, 1)), Eq(name, "2")), 16, []string{`Name=="1";Port>1`, `Name=="2"`}},
		{"what looks like syntax in a value", In(name, `a,b`, `(;"`), 14, []string{`Name=="a,b"`, `Name=="(;"""`}},
		{"nothing to cut", Eq(name, "1").And(Gt(port, 1)), 5, []string{`Name=="1";Port>1`}},
		{"no cut helps", In(name, "1", "22222"), 10, []string{`Name=="1",Name=="22222"`}},
		{"by hand", RawFilter[repl](`a==1,b==2`), 4, []string{`a==1`, `b==2`}},
		{"by hand, bracketed", RawFilter[repl](`(a==1),((b==2))`), 4, []string{`a==1`, `b==2`}},
		{"by hand, mixed", RawFilter[repl](`a==1,b==2;c==3`), 4, []string{`a==1,b==2;c==3`}},
		{"by hand, unbalanced", RawFilter[repl](`a==1,(b==2`), 4, []string{`a==1,(b==2`}},
		{"by hand, closed too early", RawFilter[repl](`a==1),(b==2,c==3`), 4, []string{`a==1),(b==2,c==3`}},
		{"by hand, a quote without its fellow", RawFilter[repl](`a=="1,b==2`), 4, []string{`a=="1,b==2`}},
		{"by hand, an empty alternative", RawFilter[repl](`a==1,,b==2`), 4, []string{`a==1,,b==2`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range tt.filter.Split(within(tt.limit)) {
				got = append(got, f.String())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
		})
	}
}

// A thousand values: every part fits, and together they have every value once, in order.
func TestSplitManyValues(t *testing.T) {
	values := make([]string, 1000)
	for i := range values {
		values[i] = fmt.Sprintf("urn:veeam:CdpReplica:%d", i)
	}
	parts := In(name, values...).And(Gt(port, 1)).Split(within(2000))
	var all []string
	for _, f := range parts {
		if len(f.text) > 2000 {
			t.Errorf("a part of %d bytes", len(f.text))
		}
		group := strings.TrimSuffix(strings.NewReplacer("(", "", ")", "").Replace(f.text), ";Port>1")
		all = append(all, strings.Split(group, ",")...)
	}
	want := strings.Split(In(name, values...).text, ",")
	if !slices.Equal(all, want) {
		t.Errorf("the parts have %d values, want %d, in order", len(all), len(want))
	}
	if len(parts) > 40 {
		t.Errorf("%d parts", len(parts))
	}
}

// Whatever was built, the parts admit what the whole does: their disjunctive normal forms are the same.
func TestSplitKeepsTheMeaning(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cut := 0
	for range 500 {
		f, _ := build(r, []string{"a", `,"(`, "c;d)"}, 3)
		limit := 20 + r.IntN(80)
		parts := f.Split(within(limit))
		if len(parts) > 1 {
			cut++
		}
		want, got := map[string]bool{}, map[string]bool{}
		cases(t, f, want)
		for _, p := range parts {
			if len(parts) > 1 && len(p.text) > limit {
				t.Errorf("%s is longer than %d", p, limit)
			}
			cases(t, p, got)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-whole +parts):\n%s", f, d)
		}
	}
	if cut < 50 {
		t.Errorf("only %d filters were cut", cut)
	}
}

// cases adds the conjunctions that a filter is the disjunction of.
func cases(t *testing.T, f Filter[repl], to map[string]bool) {
	t.Helper()
	e, ok := parse(f.text)
	if !ok {
		t.Fatalf("%s cannot be read", f)
	}
	for _, c := range normal(e) {
		slices.Sort(c)
		to[strings.Join(slices.Compact(c), " and ")] = true
	}
}

func normal(e expr) [][]string {
	switch e.sep {
	case "":
		return [][]string{{e.text}}
	case ",":
		var all [][]string
		for _, p := range e.parts {
			all = append(all, normal(p)...)
		}
		return all
	}
	all := [][]string{nil}
	for _, p := range e.parts {
		var next [][]string
		for _, have := range all {
			for _, more := range normal(p) {
				next = append(next, append(slices.Clone(have), more...))
			}
		}
		all = next
	}
	return all
}
