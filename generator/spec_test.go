package generator_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/spec"
	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/generator/internal/constructs"
	"github.com/vbem-go/vbem/generator/operations"
	"github.com/vbem-go/vbem/xsdbind"
)

// openAPI is what the tests look at in an OpenAPI document beside what the validator's model holds.
type openAPI struct {
	Components struct {
		RequestBodies map[string]struct {
			Content map[string]map[string]any `json:"content"`
		} `json:"requestBodies"`
	} `json:"components"`
}

// parseOpenAPI validates a document by a validator of OpenAPI 3.1 and reads it.
func parseOpenAPI(t *testing.T, data []byte) (*openapi3.T, *openAPI) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	var mine openAPI
	if err := json.Unmarshal(data, &mine); err != nil {
		t.Fatal(err)
	}
	return doc, &mine
}

// schemaCompiler makes validators of component schemas, by JSON Schema 2020-12.
func schemaCompiler(t *testing.T, data []byte) func(name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("mem:///openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return func(name string) *jsonschema.Schema {
		t.Helper()
		s, err := c.Compile("mem:///openapi.json#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// meets holds a JSON text against a component schema.
func meets(t *testing.T, s *jsonschema.Schema, text []byte) {
	t.Helper()
	if err := validate(s, text); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

func validate(s *jsonschema.Schema, text []byte) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func table(t *testing.T) []*operations.Operation {
	t.Helper()
	all, err := operations.Load("../schema/operations.tsv")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// described gives the operations of an OpenAPI document: operation, by method and key of the path.
func described(t *testing.T, doc *openapi3.T) map[string]*openapi3.Operation {
	t.Helper()
	all := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

func TestOpenAPIHasEveryOperationOnce(t *testing.T) {
	doc, _ := parseOpenAPI(t, spec.OpenAPI())
	want := map[string]string{}
	for _, op := range table(t) {
		want[op.Name()] = op.Method + " " + bare(op.Target())
	}
	got := map[string]string{}
	ids := map[string]bool{}
	for key, op := range described(t, doc) {
		x, ok := op.Extensions["x-vbem-operation"].(map[string]any)
		if !ok {
			t.Fatalf("%s: no x-vbem-operation: %v", key, op.Extensions)
		}
		name := x["name"].(string)
		if got[name] != "" {
			t.Errorf("%s stands twice: %s and %s", name, got[name], key)
		}
		got[name] = bare(key)
		if ids[op.OperationID] {
			t.Errorf("the id %s stands twice", op.OperationID)
		}
		ids[op.OperationID] = true
		if id := strings.ReplaceAll(name, ".", ""); op.OperationID != id {
			t.Errorf("%s: id %s", name, op.OperationID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-table +document:\n%s", diff)
	}
}

// bare takes the names out of a path's parameters.
func bare(s string) string {
	var b strings.Builder
	for _, part := range strings.SplitAfter(s, "}") {
		before, _, open := strings.Cut(part, "{")
		b.WriteString(before)
		if open {
			b.WriteString("{}")
		}
	}
	return b.String()
}

// The example of every request is valid by its schema, and by the generated types in strict mode, in both forms.
func TestOpenAPIExamples(t *testing.T) {
	_, mine := parseOpenAPI(t, spec.OpenAPI())
	schema := schemaCompiler(t, spec.OpenAPI())
	requests := map[string]bool{}
	for _, op := range table(t) {
		if op.Request != "" {
			requests[op.Request] = true
		}
	}
	for name := range requests {
		t.Run(name, func(t *testing.T) {
			body, ok := mine.Components.RequestBodies[name]
			if !ok {
				t.Fatal("no such body among the components")
			}
			inJSON, ok := body.Content["application/json"]["example"]
			if !ok {
				t.Fatal("no example in JSON")
			}
			text, err := json.Marshal(inJSON)
			if err != nil {
				t.Fatal(err)
			}
			v := ent.NewElement(ent.Namespace, name)
			meets(t, schema(v.XSDType().Go), text)
			if err := xsdbind.UnmarshalJSON(text, v, xsdbind.Strict()); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			if err := xsdbind.Validate(v); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			inXML, _ := body.Content["application/xml"]["x-example"].(string)
			w := ent.NewElement(ent.Namespace, name)
			if err := xsdbind.UnmarshalXML([]byte(inXML), w, xsdbind.Strict()); err != nil {
				t.Fatalf("%v\n%s", err, inXML)
			}
			if diff := cmp.Diff(v, w); diff != "" {
				t.Errorf("the examples differ, -JSON +XML:\n%s", diff)
			}
		})
	}
}

// exchange finds the operation of a message: the one whose path and fixed query fit, with the longest query.
func exchange(ops []*operations.Operation, m conformance.Message) *operations.Operation {
	u, err := url.Parse(m.Path)
	if err != nil {
		return nil
	}
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if u.Path == "/" {
		segments = nil
	}
	var best *operations.Operation
	for _, op := range ops {
		if op.Method != m.Method || len(op.Parts) != len(segments) || best != nil && len(op.Query) <= len(best.Query) {
			continue
		}
		fits := true
		for i, p := range op.Parts {
			fits = fits && (p.Param != "" || strings.EqualFold(p.Literal, segments[i]))
		}
		fixed, _ := url.ParseQuery(op.Query)
		for k := range fixed {
			fits = fits && strings.EqualFold(fixed.Get(k), u.Query().Get(k))
		}
		if fits {
			best = op
		}
	}
	return best
}

// checkMessages holds every message of a corpus in JSON against the schema of its type, and returns how many there were.
func checkMessages(t *testing.T, dir string, fault func(m conformance.Message, format string, args ...any)) (n int) {
	t.Helper()
	corpus := os.DirFS(dir)
	messages, err := conformance.ReadIndex(corpus)
	if err != nil {
		t.Fatal(err)
	}
	ops := table(t)
	schema := schemaCompiler(t, spec.OpenAPI())
	for _, m := range messages {
		if m.Kind != "json" || !m.Complete || !m.WellFormed || m.File == "" {
			continue
		}
		op := exchange(ops, m)
		if op == nil {
			continue
		}
		var roots []string
		switch {
		case m.IsRequest():
			roots = []string{op.Request}
		case m.Status >= "4":
			roots = []string{"Error"}
		default:
			roots = op.Responses
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(m.File)))
		if err != nil {
			t.Fatal(err)
		}
		n++
		var errs []string
		for _, root := range roots {
			if root == "" {
				continue
			}
			err := validate(schema(ent.NewElement(ent.Namespace, root).XSDType().Go), data)
			if err == nil {
				errs = nil
				break
			}
			errs = append(errs, root+": "+err.Error())
		}
		if len(errs) > 0 {
			fault(m, "%s (%s):\n%s", m.File, op.Name(), strings.Join(errs, "\n"))
		}
	}
	return n
}

func TestMessagesMeetTheOpenAPISchemas(t *testing.T) {
	const dir = "../conformance/exchanges"
	n := checkMessages(t, dir, func(_ conformance.Message, format string, args ...any) { t.Errorf(format, args...) })
	if n < 90 {
		t.Errorf("%d messages only", n)
	}
	corpus := os.Getenv("VBEM_CORPUS")
	if corpus == "" {
		return
	}
	n = checkMessages(t, corpus, func(m conformance.Message, format string, args ...any) {
		if m.IsRequest() { // samples quote booleans, or hold a part of what is required
			t.Logf(format, args...)
			return
		}
		t.Errorf(format, args...)
	})
	t.Logf("%d messages of the corpus", n)
}

// A schema refuses what is not a message of its type.
func TestOpenAPISchemasRefuse(t *testing.T) {
	schema := schemaCompiler(t, spec.OpenAPI())
	for _, c := range []struct{ name, text string }{
		{"CdpFailoverStartSpec", `{"RestoreCurrent": true}`},
		{"CdpFailoverStartSpec", `{"RestoreCurrent": "true", "RestoreCurrentVss": false}`},
		{"CdpFailoverStartSpec", `[]`},
		{"LinkList", `{"Links": []}`},
		{"LinkList", `[{"Href": "x"}]`},
		{"EntityReferences", `[]`},
		{"Uid", `"text"`},
	} {
		var failure *jsonschema.ValidationError
		if err := validate(schema(c.name), []byte(c.text)); !errors.As(err, &failure) {
			t.Errorf("%s: %s: got %v", c.name, c.text, err)
		}
	}
}

// constructsSpec describes the schema that holds every construct, with an operation for each root element.
func constructsSpec(t *testing.T) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	rows := []string{strings.Join(operations.Columns, "\t")}
	seen := map[string]bool{}
	for _, c := range valid {
		if seen[c.root] {
			continue
		}
		seen[c.root] = true
		cells := map[string]string{"call": "Things.ID." + c.root, "method": "POST", "path": "/things/{ID}", "query": "action=" + c.root, "params": "at:dateTime,n:int,b:bool",
			"request": c.root, "response": c.root, "codes": "200", "task": "no", "repeat": "never"}
		row := make([]string, len(operations.Columns))
		for i, name := range operations.Columns {
			row[i] = cells[name]
		}
		rows = append(rows, strings.Join(row, "\t"))
	}
	file := filepath.Join(dir, "operations.tsv")
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := generator.Generate(generator.Config{XSD: []string{"internal/constructs/constructs.xsd"}, Operations: file, Out: dir, Package: "constructs",
		Module: "example.com/m", RequireAll: true})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.Files {
		if name, ok := strings.CutPrefix(f.Path, "spec/"); ok {
			files[name] = f.Data
		}
	}
	return files
}

// What the codecs write in JSON meets the schema, for every construct, also without a table of what the API is called.
func TestConstructsMeetTheOpenAPISchemas(t *testing.T) {
	data := constructsSpec(t)["openapi.json"]
	doc, _ := parseOpenAPI(t, data)
	if len(doc.Components.SecuritySchemes) != 0 || len(doc.Security) != 0 {
		t.Error("security out of nothing")
	}
	schema := schemaCompiler(t, data)
	for _, c := range valid {
		t.Run(c.root, func(t *testing.T) {
			v := constructs.NewElement(constructs.Namespace, c.root)
			doc := strings.ReplaceAll(document(c.root, c.body), "mauve", "dark-red") // the enumeration is closed
			if err := xsdbind.UnmarshalXML([]byte(doc), v); err != nil {
				t.Fatal(err)
			}
			text, err := xsdbind.MarshalJSON(v)
			if err != nil {
				t.Fatal(err)
			}
			meets(t, schema(v.XSDType().Go), text)
		})
	}
	for name := range doc.Components.Schemas {
		schema(name)
	}
}
