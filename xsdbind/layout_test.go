package xsdbind_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// other is another Go type with the table of a task, and with its fields elsewhere.
type other struct {
	more      [3]string
	Operation string
	Result    *ent.TaskResultInfo
	TaskId    string
	Extra     *xsdtype.Extra
	State     ent.TaskState
	Href      *string
	Type      *string
	Links     *ent.LinkList
}

func (*other) XSDType() *xsdbind.Type { return (*ent.Task)(nil).XSDType() }

func (o *other) task() *ent.Task {
	return &ent.Task{Links: o.Links, Href: o.Href, Type: o.Type, TaskId: o.TaskId, State: o.State, Operation: o.Operation, Result: o.Result, Extra: o.Extra}
}

const space = ` xmlns="http://www.veeam.com/ent/v1.0"`

var taskDocuments = []string{
	`<Task` + space + ` Type="Task" Href="h"><Links><Link Rel="Up" Href="1"/><Link Href="2" Name="n" Rel="Down" x="unknown"/></Links><TaskId>task-1</TaskId><State>Finished</State><Operation>a &amp; b</Operation><Result Success="true" ConfirmationNeeded="false"><Message>Ok</Message></Result></Task>`,
	`<Task` + space + `/>`,
	`<Task` + space + `><New>1</New><TaskId>t</TaskId><New>2</New><State/><Operation></Operation><New/></Task>`,
	`<Task` + space + `><State>Running</State><TaskId>t</TaskId><Result/><Operation>o</Operation></Task>`,
	`<Task` + space + `><TaskId>t</TaskId><TaskId>t</TaskId></Task>`,
	`<Task` + space + `>text<TaskId>t</TaskId></Task>`,
	`<Task` + space + `><TaskId>t<b/></TaskId></Task>`,
	`<Task` + space + `><Result Success="perhaps"/></Task>`,
	`<Task` + space + `><TaskId x="1">t</TaskId></Task>`,
	`<Task` + space + `><Links><Link Href="1" Rel="r"/><Other/><Link Href="2" Rel="r"/></Links><Links/></Task>`,
}

// Values of two Go types with one table are read and written alike, errors included.
func TestTwoTypesOneTable(t *testing.T) {
	for _, doc := range taskDocuments {
		for _, o := range [][]xsdbind.Option{nil, {xsdbind.Strict()}} {
			direct, other := new(ent.Task), new(other)
			errDirect, errOther := xsdbind.UnmarshalXML([]byte(doc), direct, o...), xsdbind.UnmarshalXML([]byte(doc), other, o...)
			if fmt.Sprint(errDirect) != fmt.Sprint(errOther) {
				t.Errorf("%s: %v, by the other %v", doc, errDirect, errOther)
			}
			if diff := cmp.Diff(other.task(), direct); diff != "" {
				t.Errorf("%s (-other +direct):\n%s", doc, diff)
			}
			if errDirect != nil {
				continue
			}
			a, errA := xsdbind.MarshalXML(direct)
			b, errB := xsdbind.MarshalXML(other)
			if other.more != [3]string{} {
				t.Errorf("%s: what is no field of the table was written to: %q", doc, other.more)
			}
			if string(a) != string(b) || errA != nil || errB != nil {
				t.Errorf("%s is written as %s (%v), by the other %s (%v)", doc, a, errA, b, errB)
			}
		}
	}
}

func lists(n, links int) string {
	var b strings.Builder
	b.WriteString(`<EntityReferences` + space + `>`)
	for i := range n {
		fmt.Fprintf(&b, `<Ref UID="%d" Name="n" Href="h" Type="t"><Links>`, i)
		for k := range links + i%3 {
			fmt.Fprintf(&b, `<Link Href="%d-%d" Rel="r"/>`, i, k)
		}
		b.WriteString(`</Links></Ref>`)
	}
	b.WriteString(`</EntityReferences>`)
	return b.String()
}

// Items of several lists may lie in one piece of memory: to append to one changes no other.
func TestListsApart(t *testing.T) {
	for _, links := range []int{0, 1, 3, 7, 8, 20, 70} {
		doc := []byte(lists(60, links))
		var v, want ent.EntityReferences
		for _, x := range []*ent.EntityReferences{&v, &want} {
			if err := xsdbind.UnmarshalXML(doc, x); err != nil {
				t.Fatal(err)
			}
		}
		for i := range v.Ref {
			if more := append(v.Ref[i].Links.Link, ent.Link{Href: "mine"}, ent.Link{Href: "mine"}); len(more) < 2 {
				t.Fatal(more)
			}
		}
		if diff := cmp.Diff(want, v); diff != "" {
			t.Fatalf("%d links (-want +got):\n%s", links, diff)
		}
		if out, err := xsdbind.MarshalXML(&v); err != nil || string(out) != strings.ReplaceAll(string(doc), "<Links></Links>", "<Links/>") {
			t.Fatalf("%d links: %v, %d bytes written of %d read", links, err, len(out), len(doc))
		}
	}
}

// What lies behind a list that the caller brought is the caller's.
func TestOwnList(t *testing.T) {
	mine := make([]ent.Link, 10)
	for i := range mine {
		mine[i].Href = "mine"
	}
	v := ent.EntityReferences{}
	v.Ref = []ent.EntityRef{{Links: &ent.LinkList{Link: mine[:0:3]}}}[:0]
	if err := xsdbind.UnmarshalXML([]byte(lists(40, 2)), &v); err != nil {
		t.Fatal(err)
	}
	l := ent.LinkList{Link: mine[:2:5]}
	if err := xsdbind.UnmarshalXML([]byte(`<Links`+space+`><Link Href="a" Rel="r"/></Links>`), &l, xsdbind.AnyRoot()); err != nil {
		t.Fatal(err)
	}
	if len(l.Link) != 3 || l.Link[2].Href != "a" || cap(l.Link) != 5 {
		t.Errorf("%d links of %d, the last %+v", len(l.Link), cap(l.Link), l.Link[2])
	}
	for i := 3; i < len(mine); i++ {
		if mine[i].Href != "mine" {
			t.Errorf("item %d was written to: %+v", i, mine[i])
		}
	}
}

// The first use of a type by several goroutines.
func TestLayoutAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var v ent.LogonSession
			err := xsdbind.UnmarshalXML([]byte(`<LogonSession`+space+`><Links><Link Href="h" Rel="r"/></Links><UserName>u</UserName><SessionId>s</SessionId></LogonSession>`), &v)
			if err != nil || v.UserName != "u" || len(v.Links.Link) != 1 {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	wg.Wait()
}

// Every generated type fits its table, and each of its fields can be reached, those of its items too.
func TestGeneratedTypesFit(t *testing.T) {
	seen, goNames := map[reflect.Type]bool{}, map[string]bool{}
	var walk func(x any)
	walk = func(x any) {
		if n, ok := x.(xsdbind.Nillable); ok {
			x = n.ValuePtr()
		}
		v, ok := x.(xsdbind.Struct)
		if !ok || seen[reflect.TypeOf(v)] {
			return
		}
		seen[reflect.TypeOf(v)] = true
		goNames[reflect.TypeOf(v).Elem().Name()] = true
		typ := v.XSDType()
		if _, err := xsdbind.AppendJSON(nil, v); err != nil && strings.Contains(err.Error(), "does not fit") {
			t.Error(err)
		}
		for i := range typ.Fields {
			x := xsdbind.FieldAt(v, i, true)
			if x == nil {
				t.Errorf("%T: no way to %s", v, typ.Fields[i].Go)
			}
			if l, ok := x.(xsdbind.List); ok {
				if x = l.Append(); x == nil || l.Len() != 1 {
					t.Errorf("%T: no way to the items of %s", v, typ.Fields[i].Go)
				}
			}
			walk(x)
		}
		if _, ok := xsdbind.FieldAt(v, len(typ.Fields), false).(**xsdtype.Extra); ok != (reflect.TypeOf(v).Elem().Field(reflect.TypeOf(v).Elem().NumField()-1).Name == "Extra") {
			t.Errorf("%T: Extra is reached: %t", v, ok)
		}
	}
	for _, name := range ent.Elements() {
		walk(ent.NewElement(name.Space, name.Local))
	}
	// No element leads to these: others are derived from them.
	for _, v := range []any{
		new(ent.CloudTenantComputeResourceLeaseOptions), new(ent.Entity), new(ent.Info), new(ent.JobSessionEntity), new(ent.List), new(ent.Params),
		new(ent.Reference), new(ent.ReportResource), new(ent.Resource), new(ent.Spec),
	} {
		walk(v)
	}
	files, err := filepath.Glob("../gen/ent/*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^func \(\*(\w+)\) XSDType\(\) \*xsdbind\.Type {$`)
	names := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(text, -1) {
			if names++; !goNames[string(m[1])] {
				t.Errorf("%s is not looked at", m[1])
			}
		}
	}
	if names != len(seen) {
		t.Errorf("%d types are looked at, %d are declared", len(seen), names)
	}
}
