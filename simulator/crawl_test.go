package simulator_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// crawler follows every link that answers give, from the API's root on.
type crawler struct {
	t      *testing.T
	f      *foreign
	accept string
	todo   []string
	types  map[string]map[string]bool // by address: the types that links to it have
	roots  map[string]string          // by address: the root element
	known  map[string]string          // of another crawl: a JSON document does not name its root
	writes map[string]bool            // method and address of the links that are no reads
	links  int
}

// Every link of every answer, from the root on, in both forms: none is dead, each answer is what the schema demands and what
// the link's type says, and nothing in it is unknown.
func TestCrawl(t *testing.T) {
	_, f, clock := site(t)
	f.failover(f.firstVApp(), latestSpec)
	clock.Advance(time.Minute)
	var roots map[string]string
	for _, accept := range []string{"application/xml", "application/json"} {
		t.Run(accept, func(t *testing.T) {
			c := &crawler{t: t, f: f, accept: accept, types: map[string]map[string]bool{}, roots: map[string]string{}, known: roots, writes: map[string]bool{}}
			c.add(f.url+"/", "EnterpriseManager")
			for len(c.todo) > 0 {
				target := c.todo[0]
				c.todo = c.todo[1:]
				c.visit(target)
			}
			c.checkWrites()
			elements := map[string]bool{}
			for _, root := range c.roots {
				elements[root] = true
			}
			t.Logf("%d addresses, %d links, %d root elements, %d links to what changes something", len(c.roots), c.links, len(elements), len(c.writes))
			if len(c.roots) < 2000 || len(elements) < 150 {
				t.Errorf("only %d addresses with %d root elements", len(c.roots), len(elements))
			}
			if roots != nil && !maps.Equal(roots, c.roots) {
				t.Errorf("%d addresses as XML, %d as JSON", len(roots), len(c.roots))
			}
			roots = c.roots
		})
	}
}

func (c *crawler) add(target, typ string) {
	if c.types[target] == nil {
		c.types[target] = map[string]bool{}
		c.todo = append(c.todo, target)
	}
	if typ != "" {
		c.types[target][typ] = true
	}
}

func (c *crawler) visit(target string) {
	t := c.t
	a := c.f.do("GET", target, "", "Accept", c.accept)
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), c.accept) {
		t.Errorf("GET %s: %d %s", target, a.status, a.body)
		return
	}
	root := c.known[target]
	if c.known == nil {
		root = a.xml(t).XMLName.Local
	}
	c.roots[target] = root
	v := ent.NewElement(ent.Namespace, root)
	if v == nil {
		t.Errorf("GET %s: unknown root %q", target, root)
		return
	}
	var err error
	if strings.HasSuffix(c.accept, "json") {
		err = xsdbind.UnmarshalJSON([]byte(a.body), v, xsdbind.Strict())
	} else {
		err = xsdbind.UnmarshalXML([]byte(a.body), v, xsdbind.Strict())
	}
	if err != nil {
		t.Errorf("GET %s: %v\n%s", target, err, a.body)
		return
	}
	if err := xsdbind.Validate(v); err != nil {
		t.Errorf("GET %s: %v", target, err)
	}
	for typ := range c.types[target] {
		if !isOfType(v, root, typ) {
			t.Errorf("GET %s: %s, which links say is a %s", target, root, typ)
		}
	}
	walk(v, func(v xsdbind.Struct) {
		if x, ok := xsdbind.FieldAt(v, len(v.XSDType().Fields), false).(**xsdtype.Extra); ok && !(*x).Empty() {
			t.Errorf("GET %s: %s holds %+v", target, v.XSDType().Name, **x)
		}
		href, typ, rel := xsdbind.Text(v, "Href"), xsdbind.Text(v, "Type"), xsdbind.Text(v, "Rel")
		switch {
		case href == "":
		case v.XSDType().Name != xsdbind.Struct(new(ent.Link)).XSDType().Name:
			c.add(href, "") // where a thing itself says that it is
		case isRead(rel, href):
			c.links++
			c.add(href, typ)
		default:
			c.links++
			c.writes[writeMethods[rel]+" "+href] = true
		}
	})
}

var writeMethods = map[string]string{"Edit": "PUT", "Delete": "DELETE"} // all others are POST

// isRead says whether a link is for GET.
func isRead(rel, href string) bool {
	if strings.Contains(href, "action=") && !strings.Contains(href, "action=list") {
		return false
	}
	switch rel {
	case "Up", "Down", "Alternate", "Related", "First", "Next", "Last":
		return true
	}
	return false
}

// checkWrites compares the links to what changes something with what the simulator carries out.
func (c *crawler) checkWrites() {
	served := rest.NewMux()
	for _, v := range simulator.Coverage() {
		if v.Support != simulator.None {
			served.Handle(rest.Handler{Op: v.Operation, Serve: func(context.Context, *rest.Request, xsdbind.Struct) (xsdbind.Struct, error) { return nil, nil }})
		}
	}
	for w := range c.writes {
		method, href, _ := strings.Cut(w, " ")
		if method == "" {
			method = "POST"
		}
		if _, _, err := served.Match(httptest.NewRequest(method, href, nil)); err != nil {
			c.t.Errorf("%s %s: %v", method, href, err)
		}
	}
}

// linkRoots are the root elements of the link types that neither are an element's name nor follow the rule of references and lists.
var linkRoots = map[string][]string{
	"FileSystemItems": {"FileSystemEntry", "FileSystemEntries"}, "DirectoryEntry": {"FileSystemEntry"}, "FileEntry": {"FileSystemEntry"},
	"DirectoryEntryList": {"FileSystemEntries"}, "FileEntryList": {"FileSystemEntries"},
	"Report":       {"SummaryReport"},
	"ReportFrame":  {"OverviewReportFrame", "VmsOverviewReportFrame", "JobStatisticsReportFrame", "RepositoryReportFrame", "ProcessedVmsReportFrame"},
	"QueryService": {"QuerySvc"}, "LookupService": {"LookupSvc"}, "Credentials": {"CredentialsInfo"}, "CredentialsList": {"CredentialsInfoList"},
	"PasswordKey": {"PasswordKeyInfo"}, "PasswordKeyList": {"PasswordKeyInfoList"}, "AgentsService": {"Agents"},
	"FreeLicenseCounters": {"CloudTenantFreeLicenseCounters"},
	"LinkedJobObjectList": {"LinkedJobResourceObjects"}, "LinkedBackupRepositoryObjectList": {"LinkedBackupRepositoryResourceObjects"},
}

// isOfType says whether a root element is what a link's type announces.
func isOfType(v xsdbind.Struct, root, typ string) bool {
	if roots, ok := linkRoots[typ]; ok {
		return slices.Contains(roots, root)
	}
	if strings.HasSuffix(typ, "ReferenceList") {
		return root == "EntityReferences"
	}
	if strings.HasSuffix(typ, "Reference") {
		return root == "EntityRef"
	}
	if e := ent.NewElement(ent.Namespace, typ); e != nil {
		return e.XSDType() == v.XSDType()
	}
	item := ent.NewElement(ent.Namespace, strings.TrimSuffix(typ, "List"))
	if item == nil || !strings.HasSuffix(typ, "List") {
		return false
	}
	for i := range v.XSDType().Fields {
		if list, ok := xsdbind.FieldAt(v, i, true).(xsdbind.List); ok {
			if s, ok := list.Append().(xsdbind.Struct); ok && s.XSDType() == item.XSDType() {
				return true
			}
		}
	}
	return false
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
