package conformance

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/xsdbind"
)

// A filler sets fields as a program would that knows the schema: required ones always, optional ones now and then, one alternative of a choice.
type filler struct {
	random *rand.Rand
	often  float64 // how often an optional field is set
}

func (f *filler) fill(v xsdbind.Struct) {
	t := v.XSDType()
	for i := range t.Fields {
		field := &t.Fields[i]
		required := field.Flags&xsdbind.FlagRequired != 0
		switch field.Where {
		case xsdbind.WhereAttribute, xsdbind.WhereText:
			if required || field.Where == xsdbind.WhereText || f.random.Float64() < f.often {
				f.set(xsdbind.FieldAt(v, i, true), field)
			}
		}
	}
	if len(t.Model) > 0 {
		f.particle(v, t.Model)
	}
}

// particle fills what the first particle stands for.
func (f *filler) particle(v xsdbind.Struct, model []xsdbind.Particle) {
	p := model[0]
	if p.Min == 0 && f.random.Float64() >= f.often {
		return
	}
	times := 1
	if p.Max == xsdbind.Unbounded {
		times = 1 + f.random.IntN(3)
	}
	inner := model[1 : 1+p.Len]
	switch p.Op {
	case xsdbind.OpElement:
		field := &v.XSDType().Fields[p.Field]
		at := xsdbind.FieldAt(v, int(p.Field), true)
		list, repeated := at.(xsdbind.List)
		if !repeated {
			f.set(at, field)
			return
		}
		for range times {
			f.set(list.Append(), field)
		}
	case xsdbind.OpGroup:
		if list, ok := xsdbind.FieldAt(v, int(p.Field), true).(xsdbind.List); ok {
			for range times {
				if round, ok := list.Append().(xsdbind.Struct); ok {
					f.particle(round, round.XSDType().Model)
				}
			}
		}
	case xsdbind.OpSequence, xsdbind.OpAll:
		for i := 0; i < len(inner); i += 1 + int(inner[i].Len) {
			f.particle(v, inner[i:])
		}
	case xsdbind.OpChoice:
		var tops []int
		for i := 0; i < len(inner); i += 1 + int(inner[i].Len) {
			tops = append(tops, i)
		}
		f.particle(v, inner[tops[f.random.IntN(len(tops))]:])
	}
}

func (f *filler) set(at any, field *xsdbind.Field) {
	if n, ok := at.(xsdbind.Nillable); ok {
		at = n.ValuePtr()
	}
	switch p := at.(type) {
	case xsdbind.Struct:
		f.fill(p)
	case *bool:
		*p = f.random.IntN(2) == 0
	case *string:
		*p = f.text(field.Simple)
	default:
		reflect.ValueOf(at).Elem().SetZero()
		if _, err := fmt.Sscan(fmt.Sprint(f.random.IntN(100)), at); err != nil {
			panic(err) // a kind of field that this test must learn
		}
	}
}

func (f *filler) text(s *xsdbind.SimpleType) string {
	pick := func(list ...string) string { return list[f.random.IntN(len(list))] }
	switch {
	case s == nil:
		return pick("", "plain", "a & b <c> \"d\" 'e'", "é ü 日本", " blanks  kept ", "two\nlines")
	case len(s.Enum) > 0:
		return pick(s.Enum...)
	case len(s.Members) > 0:
		return f.text(s.Members[f.random.IntN(len(s.Members))])
	case s.Builtin == "time":
		return pick("22:00:00", "04:30:00.1234567Z", "00:00:00.0000000+01:00")
	case s.Builtin == "dateTime":
		return pick("2026-03-29T01:30:00", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00.1234567", "2026-10-25T02:30:00.10+02:00")
	case strings.Contains(s.Name, "Uid"):
		return pick("", "urn:veeam:Kind:a.b:c", "0B1C2D3E-0000-4000-8000-0123456789ab")
	case strings.Contains(s.Name, "Version"):
		return pick("", "13", "13.0.1.1071")
	case len(s.Patterns) > 0:
		return pick("", "urn:VMware:Vm:0b1c2d3e.vm-1")
	}
	return pick("", "plain", "https://em.example.test:9398/api/x?a=1&b=%20")
}

// everyElement calls check with many values of every root element.
func everyElement(t *testing.T, check func(t *testing.T, name canonical.Name, fresh func() xsdbind.Struct, v xsdbind.Struct)) {
	t.Helper()
	for _, root := range ent.Elements() {
		t.Run(root.Local, func(t *testing.T) {
			fresh := func() xsdbind.Struct { return ent.NewElement(root.Space, root.Local) }
			for seed := range uint64(12) {
				f := &filler{rand.New(rand.NewPCG(seed, 20260329)), []float64{0, 1, 0.5, 0.8}[seed%4]}
				v := fresh()
				f.fill(v)
				check(t, canonical.Name(root), fresh, v)
			}
		})
	}
}

// TestEveryElement builds values of every root element from known fields. What is written must be valid by the independent reading of the schema,
// and must be read back as the same value: XML and JSON, strict mode included.
func TestEveryElement(t *testing.T) {
	independent, err := model.Parse(schema.RestAPI())
	if err != nil {
		t.Fatal(err)
	}
	everyElement(t, func(t *testing.T, name canonical.Name, fresh func() xsdbind.Struct, v xsdbind.Struct) {
		typ, _ := independent.Root(name)
		if typ == nil {
			t.Fatalf("the schema has no root %s", name)
		}
		if err := xsdbind.Validate(v); err != nil {
			t.Fatalf("Validate: %v", err)
		}
		ways := codecsOf(name.Space, name.Local)
		for _, c := range ways.xml {
			out, err := c.encode(v)
			if err != nil {
				t.Fatalf("%s: encode: %v", c.name, err)
			}
			tree, err := canonical.Parse(out)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if faults := typ.Faults(tree); faults != nil || tree.Name != name {
				t.Fatalf("%s: not valid: %q\n%s", c.name, faults, out)
			}
			back := fresh()
			if err := ways.strictXML(out, back); err != nil {
				t.Fatalf("%s: strict: %v\n%s", c.name, err, out)
			}
			if d := cmp.Diff(v, back); d != "" {
				t.Fatalf("%s: read back (-want +got):\n%s", c.name, d)
			}
		}
		for _, c := range ways.json {
			out, err := c.encode(v)
			if err != nil {
				t.Fatalf("%s: encode: %v", c.name, err)
			}
			back := fresh()
			if err := ways.strictJSON(out, back); err != nil {
				t.Fatalf("%s: strict: %v\n%s", c.name, err, out)
			}
			if d := cmp.Diff(v, back); d != "" {
				t.Fatalf("%s: read back (-want +got):\n%s\n%s", c.name, d, out)
			}
		}
	})
}

// TestXMLLint asks libxml2 whether what we write is valid, and what we wrote ourselves.
func TestXMLLint(t *testing.T) {
	tool := os.Getenv("VBEM_XMLLINT")
	if tool == "" {
		t.Skip("VBEM_XMLLINT is not set")
	}
	dir := t.TempDir()
	xsd := filepath.Join(dir, "RestAPI.xsd")
	if err := os.WriteFile(xsd, schema.RestAPI(), 0o600); err != nil {
		t.Fatal(err)
	}
	var files []string
	keep := func(name string, data []byte) {
		file := filepath.Join(dir, fmt.Sprintf("%03d-%s.xml", len(files), name))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	everyElement(t, func(t *testing.T, name canonical.Name, _ func() xsdbind.Struct, v xsdbind.Struct) {
		out, err := codecsOf(name.Space, name.Local).xml[0].encode(v)
		if err != nil {
			t.Fatal(err)
		}
		keep(name.Local, out)
	})
	messages, err := ReadIndex(Exchanges())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if m.Kind != "xml" {
			continue
		}
		data, err := fs.ReadFile(Exchanges(), m.File)
		if err != nil {
			t.Fatal(err)
		}
		keep("message", data)
		v := ent.NewElement(schema.Namespace, m.Root)
		ways := codecsOf(schema.Namespace, m.Root)
		if err := ways.xml[0].decode(data, v); err != nil {
			t.Fatalf("%s: %v", m.File, err)
		}
		out, err := ways.xml[0].encode(v)
		if err != nil {
			t.Fatalf("%s: %v", m.File, err)
		}
		keep("written", out)
	}
	out, err := exec.CommandContext(t.Context(), tool, append([]string{"--noout", "--nonet", "--schema", xsd}, files...)...).CombinedOutput()
	if err == nil {
		t.Logf("%d documents are valid", len(files))
		return
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasSuffix(strings.TrimSpace(line), " validates") {
			t.Error(strings.ReplaceAll(strings.TrimSpace(line), dir+string(filepath.Separator), ""))
		}
	}
	t.Error(err)
}
