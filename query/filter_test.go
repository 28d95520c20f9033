package query

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A thing that can be queried, and its fields.
type repl struct{}

type state string

const finished state = "Finished"

const (
	name       Field[repl, string]    = "Name"
	policyName Field[repl, string]    = "PolicyName"
	stateField Field[repl, state]     = "State"
	enabled    Field[repl, bool]      = "ScheduleEnabled"
	port       Field[repl, int64]     = "Port"
	ratio      Field[repl, float64]   = "CompressRatio"
	created    Field[repl, time.Time] = "CreationTime"
)

func TestFilters(t *testing.T) {
	a, b, c := Eq(name, "a"), Ne(name, "b"), Eq(policyName, "c d")
	at := time.Date(2023, 2, 17, 15, 31, 40, 5000, time.UTC)
	for want, got := range map[string]interface{ String() string }{
		``:                    And[repl](),
		`Name=="a"`:           And(a),
		`Name=="a";Name!="b"`: And(a, b),
		`Name=="a",Name!="b"`: Or(a, b),
		`(Name=="a",Name!="b");PolicyName=="c d"`: Or(a, b).And(c),
		`(Name=="a";Name!="b"),PolicyName=="c d"`: a.And(b).Or(c),
		`Name=="a";(Name!="b";PolicyName=="c d")`: And(Filter[repl]{}, a, And(b, c)),
		`Name=="x""y"`:                       Eq(name, `x"y`),
		`Name=="1",Name=="2"`:                In(name, "1", "2"),
		`State=="Finished"`:                  Eq(stateField, finished),
		`State!="Finished"`:                  Ne(stateField, finished),
		`State=="Running",State=="Finished"`: In(stateField, "Running", finished),
		`ScheduleEnabled==true`:              Eq(enabled, true),
		`Port>=9392`:                         Ge(port, 9392),
		`Port<=-1`:                           Le(port, -1),
		`Port>1`:                             Gt(port, 1),
		`Port<1`:                             Lt(port, 1),
		`Port==1`:                            Eq(port, 1),
		`Port!=1`:                            Ne(port, 1),
		`CompressRatio>=1.5`:                 Ge(ratio, 1.5),
		`CompressRatio<=0.000001`:            Le(ratio, 1e-6),
		`CompressRatio>-2`:                   Gt(ratio, -2),
		`CompressRatio<2`:                    Lt(ratio, 2),
		`CreationTime>="2023-02-17T15:31:40.000005Z"`: Ge(created, at),
		`CreationTime>"2023-02-17T15:31:40.000005Z"`:  Gt(created, at),
		`CreationTime<"2023-02-17T15:31:40.000005Z"`:  Lt(created, at),
		`CreationTime<="2023-02-17T15:31:40.000005Z"`: Le(created, at),
		`CreationTime=="2023-02-17T15:31:40.000005Z"`: Eq(created, at),
		`(a==1,b==2);Name=="a"`:                       RawFilter[repl]("a==1,b==2").And(a),
	} {
		if got.String() != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if f := Or(a, Filter[repl]{}); f.String() != "" {
		t.Errorf("or everything: %s", f)
	}
	if f := In(name); f.String() != "" {
		t.Errorf("in nothing given: %s", f)
	}
}

// parse reads EM's filter syntax into an expression of own form, to be compared with what was built.
type parser struct {
	s  string
	ok bool
}

func parseFilter(s string) (string, bool) {
	p := &parser{s: s, ok: true}
	out := p.or()
	return out, p.ok && p.s == ""
}

func (p *parser) or() string {
	parts := []string{p.and()}
	for p.take(",") {
		parts = append(parts, p.and())
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "or(" + strings.Join(parts, " ") + ")"
}

func (p *parser) and() string {
	parts := []string{p.term()}
	for p.take(";") {
		parts = append(parts, p.term())
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "and(" + strings.Join(parts, " ") + ")"
}

func (p *parser) take(s string) bool {
	rest, ok := strings.CutPrefix(p.s, s)
	p.s = rest
	return ok
}

func (p *parser) term() string {
	if p.take("(") {
		out := p.or()
		p.ok = p.ok && p.take(")")
		return out
	}
	i := strings.IndexAny(p.s, "=!<>")
	if i <= 0 {
		p.ok = false
		return ""
	}
	field := p.s[:i]
	p.s = p.s[i:]
	for _, op := range []string{"==", "!=", ">=", "<=", ">", "<"} {
		if p.take(op) {
			return field + op + p.value()
		}
	}
	p.ok = false
	return ""
}

func (p *parser) value() string {
	if !p.take(`"`) {
		p.ok = false
		return ""
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(p.s, '"')
		if i < 0 {
			p.ok = false
			return ""
		}
		b.WriteString(p.s[:i])
		p.s = p.s[i+1:]
		if !p.take(`"`) {
			return "<" + b.String() + ">"
		}
		b.WriteByte('"')
	}
}

// build makes a random filter from the values, and what it should be read as.
func build(r *rand.Rand, values []string, depth int) (Filter[repl], string) {
	if n := r.IntN(3); depth > 0 && n > 0 {
		k := 2 + r.IntN(2)
		var fs []Filter[repl]
		var want []string
		for range k {
			f, w := build(r, values, depth-1)
			fs, want = append(fs, f), append(want, w)
		}
		if n == 1 {
			return And(fs...), "and(" + strings.Join(want, " ") + ")"
		}
		return Or(fs...), "or(" + strings.Join(want, " ") + ")"
	}
	v := values[r.IntN(len(values))]
	if r.IntN(2) == 0 {
		return Eq(name, v), "Name==<" + v + ">"
	}
	return Ne(policyName, v), "PolicyName!=<" + v + ">"
}

// Whatever the values hold, a filter is read as it was built.
func FuzzFilter(f *testing.F) {
	f.Add(uint64(1), "a", `x "y" (z;,)==`)
	f.Add(uint64(7), "", `"`)
	f.Add(uint64(9), `\`, "\x00,\"\"")
	f.Fuzz(func(t *testing.T, seed uint64, a, b string) {
		filter, want := build(rand.New(rand.NewPCG(seed, 0)), []string{a, b}, 3)
		if got, ok := parseFilter(filter.String()); !ok || got != want {
			t.Errorf("%s is read as %s, want %s", filter, got, want)
		}
	})
}

func TestOrder(t *testing.T) {
	for want, o := range map[string]Order[repl]{"sortAsc Name": Asc(name), "sortDesc CreationTime": Desc(created), " ": {}} {
		if param, by := o.Param(); param+" "+by != want {
			t.Errorf("%s %s, want %s", param, by, want)
		}
	}
}

func TestGoString(t *testing.T) {
	if got, want := Eq(name, "a").GoString(), `Filter[query.repl](Name=="a")`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
