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
	name       StringField[repl]      = "Name"
	policyName StringField[repl]      = "PolicyName"
	stateField EnumField[repl, state] = "State"
	enabled    BoolField[repl]        = "ScheduleEnabled"
	port       IntField[repl]         = "Port"
	ratio      FloatField[repl]       = "CompressRatio"
	created    TimeField[repl]        = "CreationTime"
)

func TestFilters(t *testing.T) {
	a, b, c := name.Eq("a"), name.Ne("b"), policyName.Eq("c d")
	at := time.Date(2023, 2, 17, 15, 31, 40, 5000, time.UTC)
	for want, got := range map[string]interface{ String() string }{
		``:                    And[repl](),
		`Name=="a"`:           And(a),
		`Name=="a";Name!="b"`: And(a, b),
		`Name=="a",Name!="b"`: Or(a, b),
		`(Name=="a",Name!="b");PolicyName=="c d"`: Or(a, b).And(c),
		`(Name=="a";Name!="b"),PolicyName=="c d"`: a.And(b).Or(c),
		`Name=="a";(Name!="b";PolicyName=="c d")`: And(Filter[repl]{}, a, And(b, c)),
		`Name=="x""y"`:                       name.Eq(`x"y`),
		`Name=="1",Name=="2"`:                name.In("1", "2"),
		`State=="Finished"`:                  stateField.Eq(finished),
		`State!="Finished"`:                  stateField.Ne(finished),
		`State=="Running",State=="Finished"`: stateField.In("Running", finished),
		`ScheduleEnabled==true`:              enabled.Is(true),
		`Port>=9392`:                         port.Ge(9392),
		`Port<=-1`:                           port.Le(-1),
		`Port>1`:                             port.Gt(1),
		`Port<1`:                             port.Lt(1),
		`Port==1`:                            port.Eq(1),
		`Port!=1`:                            port.Ne(1),
		`CompressRatio>=1.5`:                 ratio.Ge(1.5),
		`CompressRatio<=0.000001`:            ratio.Le(1e-6),
		`CompressRatio>-2`:                   ratio.Gt(-2),
		`CompressRatio<2`:                    ratio.Lt(2),
		`CreationTime>="2023-02-17T15:31:40.000005Z"`: created.From(at),
		`CreationTime>"2023-02-17T15:31:40.000005Z"`:  created.After(at),
		`CreationTime<"2023-02-17T15:31:40.000005Z"`:  created.Before(at),
		`CreationTime<="2023-02-17T15:31:40.000005Z"`: created.Until(at),
		`CreationTime=="2023-02-17T15:31:40.000005Z"`: created.Eq(at),
		`(a==1,b==2);Name=="a"`:                       RawFilter[repl]("a==1,b==2").And(a),
	} {
		if got.String() != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if f := Or(a, Filter[repl]{}); f.String() != "" {
		t.Errorf("or everything: %s", f)
	}
	if f := name.In(); f.String() != "" {
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
		return name.Eq(v), "Name==<" + v + ">"
	}
	return policyName.Ne(v), "PolicyName!=<" + v + ">"
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

func TestNames(t *testing.T) {
	for want, f := range map[string]Field[repl]{"Name": name, "State": stateField, "ScheduleEnabled": enabled, "Port": port, "CompressRatio": ratio, "CreationTime": created} {
		f.about(repl{})
		if f.Name() != want {
			t.Errorf("%s is named %s", want, f.Name())
		}
	}
}

func TestGoString(t *testing.T) {
	if got, want := name.Eq("a").GoString(), `Filter[query.repl](Name=="a")`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
