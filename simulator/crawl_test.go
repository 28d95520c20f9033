package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// Every link of every answer, from the root on, in both forms: none is dead, each answer is what the schema demands, and
// nothing in it is unknown.
func TestCrawl(t *testing.T) {
	for _, accept := range []string{"application/xml", "application/json"} {
		t.Run(accept, func(t *testing.T) {
			_, f, _ := site(t)
			f.failover(f.firstVApp(), latestSpec)
			todo := []string{f.url + "/", f.url + "/logonSessions/" + f.id, f.url + "/querySvc", f.url + "/tasks"}
			seen := map[string]bool{}
			for len(todo) > 0 {
				target := todo[0]
				todo = todo[1:]
				if seen[target] {
					continue
				}
				seen[target] = true
				a := f.do("GET", target, "", "Accept", accept)
				if a.status == 405 && strings.Contains(target, "sessionMngr") {
					continue // a Create link
				}
				if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), accept) {
					t.Errorf("GET %s: %d %s", target, a.status, a.body)
					continue
				}
				v := read(t, f, target, a)
				if v == nil {
					continue
				}
				if err := xsdbind.Validate(v); err != nil {
					t.Errorf("GET %s: %v", target, err)
				}
				walk(v, func(v xsdbind.Struct) {
					if l, ok := v.(*ent.Link); ok && isRead(l.Rel) {
						todo = append(todo, l.Href)
					}
					if x, ok := xsdbind.FieldAt(v, len(v.XSDType().Fields), false).(**xsdtype.Extra); ok && *x != nil {
						t.Errorf("GET %s: %s holds %+v", target, v.XSDType().Name, **x)
					}
				})
			}
			if len(seen) < 80 {
				t.Errorf("only %d addresses", len(seen))
			}
		})
	}
}

func isRead(rel string) bool {
	switch rel {
	case "Up", "Down", "Alternate", "Related", "First", "Next", "Last":
		return true
	}
	return false
}

// read decodes an answer. The root of a JSON document is known from the same address as XML.
func read(t *testing.T, f *foreign, target string, a answer) xsdbind.Struct {
	t.Helper()
	root := f.get(target).XMLName.Local
	v := ent.NewElement("http://www.veeam.com/ent/v1.0", root)
	if v == nil {
		t.Errorf("GET %s: unknown root %s", target, root)
		return nil
	}
	var err error
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		err = xsdbind.UnmarshalJSON([]byte(a.body), v, xsdbind.Strict())
	} else {
		err = xsdbind.UnmarshalXML([]byte(a.body), v, xsdbind.Strict())
	}
	if err != nil {
		t.Errorf("GET %s: %v\n%s", target, err, a.body)
		return nil
	}
	return v
}

// walk calls f for v and all structs in it.
func walk(v xsdbind.Struct, f func(xsdbind.Struct)) {
	f(v)
	for i := range v.XSDType().Fields {
		switch x := xsdbind.FieldAt(v, i, false).(type) {
		case xsdbind.Struct:
			walk(x, f)
		case xsdbind.List:
			for j := range x.Len() {
				if s, ok := x.At(j).(xsdbind.Struct); ok {
					walk(s, f)
				}
			}
		}
	}
}

// Coverage says of each operation what it truly does: a call of one that is not simulated answers 501, of all others anything else.
func TestCoverage(t *testing.T) {
	_, f, _ := site(t)
	counts := map[simulator.Support]int{}
	for _, c := range simulator.Coverage() {
		counts[c.Support]++
		if c.Operation.Name == "LogonSessions.ID.Delete" || c.Operation.Name == "SessionMngr.Create" {
			continue // they need what the other tests give them
		}
		target, err := c.Operation.Target(ids(c.Operation), nil)
		if err != nil {
			t.Fatal(err)
		}
		body := ""
		if c.Operation.Request != "" {
			v := ent.NewElement("http://www.veeam.com/ent/v1.0", c.Operation.Request)
			if v == nil {
				t.Fatalf("%s: no element %s", c.Operation, c.Operation.Request)
			}
			data, err := xsdbind.MarshalXML(v)
			if err != nil {
				t.Fatal(err)
			}
			body = string(data)
		}
		a := f.do(c.Operation.Method, target, body)
		if c.Support == simulator.None && a.status == http.StatusBadRequest && c.Operation.Request != "" {
			continue // an empty body is refused before it is known that nothing would have come of it
		}
		if (a.status == http.StatusNotImplemented) != (c.Support == simulator.None) {
			t.Errorf("%s is %q and answers %d", c.Operation, c.Support, a.status)
		}
	}
	if counts[simulator.Stateful] < 7 || counts[simulator.Read] < 40 || counts[simulator.None] == 0 {
		t.Errorf("%v", counts)
	}
}

func ids(op *rest.Operation) []string {
	out := make([]string, strings.Count(op.Path, "{"))
	for i := range out {
		out[i] = "00000000-0000-0000-0000-000000000000"
	}
	return out
}
