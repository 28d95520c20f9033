package client

import (
	"cmp"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
)

type repl = ent.CdpReplica

func TestFilters(t *testing.T) {
	a, b, c := CdpReplicaName.Eq("a"), CdpReplicaName.Ne("b"), CdpReplicaPolicyName.Eq("c d")
	at := time.Date(2023, 2, 17, 15, 31, 40, 5000, time.UTC)
	for want, got := range map[string]interface{ String() string }{
		``:                    And[repl](),
		`Name=="a"`:           And(a),
		`Name=="a";Name!="b"`: And(a, b),
		`Name=="a",Name!="b"`: Or(a, b),
		`(Name=="a",Name!="b");PolicyName=="c d"`: Or(a, b).And(c),
		`(Name=="a";Name!="b"),PolicyName=="c d"`: a.And(b).Or(c),
		`Name=="a";(Name!="b";PolicyName=="c d")`: And(Filter[repl]{}, a, And(b, c)),
		`Name=="x""y"`:                       CdpReplicaName.Eq(`x"y`),
		`Name=="1",Name=="2"`:                CdpReplicaName.In("1", "2"),
		`State=="Finished"`:                  TaskState.Eq("Finished"),
		`State!="Finished"`:                  TaskState.Ne("Finished"),
		`State=="Running",State=="Finished"`: TaskState.In("Running", "Finished"),
		`ScheduleEnabled==true`:              CdpPolicyScheduleEnabled.Is(true),
		`Port>=9392`:                         BackupServerPort.Ge(9392),
		`Port<=-1`:                           BackupServerPort.Le(-1),
		`Port>1`:                             BackupServerPort.Gt(1),
		`Port<1`:                             BackupServerPort.Lt(1),
		`Port==1`:                            BackupServerPort.Eq(1),
		`Port!=1`:                            BackupServerPort.Ne(1),
		`CreationTime>"2023-02-17T15:31:40.000005Z"`:  RestoreSessionCreationTime.After(at),
		`CreationTime<"2023-02-17T15:31:40.000005Z"`:  RestoreSessionCreationTime.Before(at),
		`CreationTime<="2023-02-17T15:31:40.000005Z"`: RestoreSessionCreationTime.Until(at),
		`CreationTime=="2023-02-17T15:31:40.000005Z"`: RestoreSessionCreationTime.Eq(at),
		`(a==1,b==2);Name=="a"`:                       RawFilter[repl]("a==1,b==2").And(a),
	} {
		if got.String() != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if f := Or(a, Filter[repl]{}); f.String() != "" {
		t.Errorf("or everything: %s", f)
	}
	if f := CdpReplicaName.In(); f.String() != "" {
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
		return CdpReplicaName.Eq(v), "Name==<" + v + ">"
	}
	return CdpReplicaPolicyName.Ne(v), "PolicyName!=<" + v + ">"
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

// The fields are those of the table.
func TestFieldsAreThoseOfTheTable(t *testing.T) {
	file, err := os.Open("../schema/queries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("fields.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"uid": "StringField", "string": "StringField", "enum": "EnumField", "bool": "BoolField", "int": "IntField", "long": "IntField", "double": "FloatField", "dateTime": "TimeField"}
	text := strings.Join(strings.Fields(string(source)), " ")
	for _, row := range rows[1:] {
		if got := cmp.Or(queryTypes[row[4]], row[4]); got != row[0] {
			t.Errorf("a query for %s is of type %s, the table says %s", row[4], got, row[0])
		}
		if want := kinds[row[6]] + "[ent." + row[4] + `] = "` + row[5] + `"`; !strings.Contains(text, want) {
			t.Errorf("%s: fields.go lacks %s", row[0], want)
		}
	}
	if n := strings.Count(text, "Field[ent."); n != len(rows)-1 {
		t.Errorf("fields.go has %d fields, the table %d", n, len(rows)-1)
	}
}

func TestFieldsAreTied(t *testing.T) {
	var f Field[repl] = CdpReplicaName
	f.about(repl{})
	if reflect.TypeOf(CdpReplicaName) == reflect.TypeOf(TaskTaskId) {
		t.Error("a field of tasks is one of replicas")
	}
	for _, f := range []Field[ent.CdpPolicy]{CdpPolicyName, CdpPolicyNextRun, CdpPolicyScheduleEnabled} {
		if f.Name() == "" {
			t.Error("no name")
		}
	}
}
