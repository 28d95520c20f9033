package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

func replica(id string) string {
	return fmt.Sprintf(`<CdpReplica Href="https://em/api/cdpReplicas/%s?format=Entity" Type="CdpReplica" Name="replica %s" UID="urn:veeam:CdpReplica:%s"><Links/><PolicyName>p</PolicyName></CdpReplica>`, id, id, id)
}

func ref(id string) string {
	return fmt.Sprintf(`<Ref UID="urn:veeam:CdpReplica:%s" Name="replica %s" Href="https://em/api/cdpReplicas/%s" Type="CdpReplicaReference"><Links><Link Rel="Up" Href="h"/></Links></Ref>`, id, id, id)
}

// paged is a QueryResult's page in XML.
func paged(what, num, count int, next string, items ...string) string {
	body := "<Entities><CdpReplicas>" + strings.Join(items, "") + "</CdpReplicas></Entities>"
	if what == asRefs {
		body = "<Refs>" + strings.Join(items, "") + "</Refs>"
	}
	if next != "" {
		next = `<Links><Link Rel="First" Href="https://em.internal/api/query?page=1"/><Link Rel="Next" Href="` + next + `"/></Links>`
	}
	return fmt.Sprintf(`<QueryResult%s>%s<Links/><PagingInfo PageNum="%d" PageSize="2" PagesCount="%d">%s</PagingInfo></QueryResult>`, space, body, num, count, next)
}

const (
	asEntities = iota
	asRefs
)

func names[T xsdbind.Struct](all []T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = strings.TrimPrefix(xsdbind.Text(v, "Name"), "replica ")
	}
	return out
}

func TestQueryPages(t *testing.T) {
	pages := map[string]string{
		"type=CdpReplica&format=Entities":        paged(asEntities, 1, 3, `https://em.internal:9398/api/query?type=CdpReplica&amp;format=Entities&amp;filter=Name==&quot;x y&quot;&amp;page=2`, replica("a"), replica("b")),
		`type=CdpReplica&filter=Name=="x y"`:     paged(asEntities, 2, 3, "", replica("b"), replica("c")),
		"type=CdpReplica&filter=Name&page=3":     paged(asEntities, 3, 3, "", replica("d")),
		"type=CdpReplica as references":          paged(asRefs, 1, 2, "", ref("a"), ref("b")),
		"type=CdpReplica as references, page 2":  paged(asRefs, 2, 2, "", ref("c"), ref("a")),
		"type=CdpReplica as references, further": paged(asRefs, 9, 2, ""),
	}
	em := newEM(t)
	em.handle("GET /query", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case q.Get("format") == "" && q.Get("page") == "":
			reply(w, 200, pages["type=CdpReplica as references"])
		case q.Get("format") == "" && q.Get("page") == "2":
			reply(w, 200, pages["type=CdpReplica as references, page 2"])
		case q.Get("page") == "2":
			if q.Get("filter") != `Name=="x y"` {
				t.Errorf("query %s", r.URL.RawQuery)
			}
			reply(w, 200, pages[`type=CdpReplica&filter=Name=="x y"`])
		case q.Get("page") == "3":
			if q.Get("filter") != `Name=="x y"` || q.Get("format") != "Entities" {
				t.Errorf("query %s", r.URL.RawQuery)
			}
			reply(w, 200, pages["type=CdpReplica&filter=Name&page=3"])
		default:
			reply(w, 200, pages["type=CdpReplica&format=Entities"])
		}
	})
	c := em.dial()
	q := NewQuery[ent.CdpReplica](c)
	all, err := Collect(q.All(ctx))
	if d := cmp.Diff([]string{"a", "b", "c", "d"}, names(all)); err != nil || d != "" {
		t.Errorf("entities: %v, %v", err, d)
	}
	if ent.Val(all[0].PolicyName) != "p" {
		t.Errorf("policy %q", ent.Val(all[0].PolicyName))
	}
	refs, err := Collect(q.Refs(ctx))
	// a stands on the first page and again on the second, where c has pushed it.
	if d := cmp.Diff([]string{"a", "b", "c"}, names(refs)); err != nil || d != "" {
		t.Errorf("references: %v, %v", err, d)
	}
}

func TestQueryParameters(t *testing.T) {
	em := newEM(t)
	em.answer("GET /query", 200, paged(asEntities, 1, 1, ""))
	c := em.dial()
	after := time.Date(2023, 2, 17, 15, 31, 40, 0, time.FixedZone("", 3600))
	q := NewQuery[ent.CdpReplicaSession](c).Where(query.Eq(fields.CdpReplicaSessionPolicyName, `a "b" & c+d;e`)).Where(query.Ge(fields.CdpReplicaSessionCreationTimeUTC, after)).Sort(query.Desc(fields.CdpReplicaSessionEndTimeUTC)).PageSize(7)
	if _, err := Collect(q.All(ctx)); err != nil {
		t.Fatal(err)
	}
	if _, err := Collect(NewQuery[ent.Task](c).Type("task").Sort(query.Asc(fields.TaskTaskId)).Refs(ctx)); err == nil {
		t.Error("entities were taken for references")
	}
	got := em.requests()
	u, err := url.ParseRequestURI(strings.TrimPrefix(got[0], "GET "))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"type": {"CdpReplicaSession"}, "format": {"Entities"}, "sortDesc": {"EndTimeUTC"}, "pageSize": {"7"},
		"filter": {`PolicyName=="a ""b"" & c+d;e";CreationTimeUTC>="2023-02-17T14:31:40Z"`}}
	if d := cmp.Diff(want, u.Query()); d != "" {
		t.Errorf("query (-want +got):\n%s", d)
	}
	if strings.ContainsAny(got[0][4:], ` +"`) {
		t.Errorf("not escaped: %s", got[0])
	}
	if got[1] != "GET /query?sortAsc=TaskId&type=task" {
		t.Errorf("request %s", got[1])
	}
}

func TestQueryInJSON(t *testing.T) {
	em := newEM(t)
	em.handle("GET /query", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("format") == "" {
			fmt.Fprint(w, `{"Refs":{"Refs":[{"UID":"u1","Name":"replica a","Href":"h1","Type":"t"}]},"Entities":null,"PagingInfo":{"PageNum":1,"PageSize":100,"PagesCount":1}}`)
			return
		}
		if r.URL.Query().Get("page") == "2" {
			fmt.Fprint(w, `{"entities":{"CdpReplicas":{"CdpReplicas":[{"Name":"replica c","UID":"u3","Href":"h3"}]}},"pagingInfo":{"Links":[],"PageNum":2,"PageSize":2,"PagesCount":2}}`)
			return
		}
		fmt.Fprint(w, `{"Refs":null,"Entities":{"CdpReplicas":{"CdpReplicas":[{"PolicyName":"p","Name":"replica a","UID":"u1","Links":[{"Rel":"Up","Href":"x"}],"Href":"h1"},{"Name":"replica b","UID":"u2","Href":"h2"}]}},`+
			`"Links":[{"Rel":"x","Href":"y"}],"PagingInfo":{"Links":[{"Rel":"Next","Href":"https://em/api/query?type=CdpReplica&format=Entities&page=2"}],"PageNum":1,"PageSize":2,"PagesCount":2}}`)
	})
	em.handle("GET /cdpReplicas", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"Refs":[{"UID":"u1","Name":"replica a","Href":"h1","Type":"t"},{"UID":"u2","Name":"replica b","Href":"h2","Type":"t"}]}`)
	})
	c := em.dial(WithJSON())
	all, err := Collect(NewQuery[ent.CdpReplica](c).All(ctx))
	if d := cmp.Diff([]string{"a", "b", "c"}, names(all)); err != nil || d != "" || ent.Val(all[0].PolicyName) != "p" {
		t.Errorf("entities: %v, %v", err, d)
	}
	refs, err := Collect(NewQuery[ent.CdpReplica](c).Refs(ctx))
	if d := cmp.Diff([]string{"a"}, names(refs)); err != nil || d != "" {
		t.Errorf("references: %v, %v", err, d)
	}
	refs, err = Collect(References(ctx, c, &emapi.OpCdpReplicasList))
	if d := cmp.Diff([]string{"a", "b"}, names(refs)); err != nil || d != "" {
		t.Errorf("collection: %v, %v", err, d)
	}
}

func TestCollections(t *testing.T) {
	em := newEM(t)
	em.handle("GET /cdpReplicas", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "format=Entity" {
			reply(w, 200, "<CdpReplicas"+space+">"+replica("a")+`<x:New xmlns:x="urn:x"><y/></x:New>`+replica("b")+"</CdpReplicas>")
			return
		}
		reply(w, 200, "<EntityReferences"+space+">"+ref("a")+ref("b")+"</EntityReferences>")
	})
	c := em.dial()
	refs, err := Collect(References(ctx, c, &emapi.OpCdpReplicasList))
	if d := cmp.Diff([]string{"a", "b"}, names(refs)); err != nil || d != "" {
		t.Errorf("references: %v, %v", err, d)
	}
	all, err := Collect(Entities[ent.CdpReplica](ctx, c, &emapi.OpCdpReplicasEntities))
	if d := cmp.Diff([]string{"a", "b"}, names(all)); err != nil || d != "" {
		t.Errorf("entities: %v, %v", err, d)
	}
	if _, err := Collect(Entities[ent.CdpReplica](ctx, c, &emapi.OpCdpReplicasList)); !errors.Is(err, ErrUnexpectedAnswer) {
		t.Errorf("references as entities: %v", err)
	}
	if _, err := Collect(References(ctx, c, &emapi.OpCdpReplicasEntities)); !errors.Is(err, ErrUnexpectedAnswer) {
		t.Errorf("entities as references: %v", err)
	}
	if _, err := Collect(References(ctx, c, &emapi.OpCdpReplicasIDVmsList)); err == nil {
		t.Error("an id is missing: no error")
	}
}

// The items of an answer are yielded as they come, and breaking out ends the answer.
func TestQueryStreams(t *testing.T) {
	em := newEM(t)
	yielded, gone := make(chan struct{}), make(chan struct{})
	em.handle("GET /query", func(w http.ResponseWriter, r *http.Request) {
		defer close(gone)
		w.WriteHeader(200)
		_, _ = io.WriteString(w, "<QueryResult"+space+"><Refs>"+ref("a")+ref("b"))
		w.(http.Flusher).Flush()
		<-yielded // the first was yielded though the document is not at its end
		<-r.Context().Done()
	})
	c := em.dial()
	for r, err := range NewQuery[ent.CdpReplica](c).Refs(ctx) {
		if err != nil || r.Name != "replica a" {
			t.Errorf("%v, %v", r, err)
		}
		close(yielded)
		break
	}
	<-gone
}

// A page whose answer breaks off is read again, and nothing is yielded twice.
func TestQueryPageBreaksOff(t *testing.T) {
	em := newEM(t)
	n := 0
	em.handle("GET /query", func(w http.ResponseWriter, _ *http.Request) {
		full := paged(asEntities, 1, 1, "", replica("a"), replica("b"), replica("c"))
		switch n++; n {
		case 1:
			reply(w, 200, full[:strings.Index(full, "replica b")])
		case 2:
			_, _ = io.WriteString(w, full[:strings.Index(full, "replica c")])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		default:
			reply(w, 200, full)
		}
	})
	c := em.dial()
	all, err := Collect(NewQuery[ent.CdpReplica](c).All(ctx))
	if d := cmp.Diff([]string{"a", "b", "c"}, names(all)); err != nil || d != "" {
		t.Errorf("%v, %v", err, d)
	}
}

func TestQueryErrors(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	q := NewQuery[ent.CdpReplica](c)
	for name, tc := range map[string]struct {
		status int
		body   string
		is     error
	}{
		"refused":        {400, errorBody(400, "filter"), ErrBadRequest},
		"Error in OK":    {200, errorBody(500, "surprise"), ErrUnexpectedAnswer},
		"page":           {200, "<html>hello</html>", ErrUnexpectedAnswer},
		"text":           {200, "hello", ErrUnexpectedAnswer},
		"references":     {200, paged(asRefs, 1, 1, "", ref("a")), ErrUnexpectedAnswer},
		"text in lists":  {200, "<QueryResult" + space + "><Entities>x</Entities></QueryResult>", ErrUnexpectedAnswer},
		"circle":         {200, paged(asEntities, 1, 2, "https://em/api/query?format=Entities&amp;type=CdpReplica", replica("a")), ErrUnexpectedAnswer},
		"mistyped":       {200, "<QueryResult" + space + `><Entities/><PagingInfo PageNum="x"/></QueryResult>`, nil},
		"JSON cut":       {200, `{"Entities":{"CdpReplicas":[{"Name":"a"`, nil},
		"JSON mistyped":  {200, `{"Entities":{"CdpReplicas":[{"Name":{}}]}}`, nil},
		"link elsewhere": {200, paged(asEntities, 1, 2, "ftp://em/other?page=2"), nil},
	} {
		em.answer("GET /query", tc.status, tc.body)
		_, err := Collect(q.All(ctx))
		if err == nil || tc.is != nil && !errors.Is(err, tc.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
	em.answer("GET /query", 200, "")
	if all, err := Collect(q.All(ctx)); err != nil || len(all) != 0 {
		t.Errorf("nothing: %v, %v", all, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Collect(q.All(gone)); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
	var none context.Context
	if _, err := Collect(q.All(none)); err == nil {
		t.Error("nil context: no error")
	}
}

func TestQueryForTasks(t *testing.T) {
	em := newEM(t)
	em.answer("GET /query", 200, `<QueryResult`+space+`><Resources><Tasks>`+task("task-1", "Running", "")+task("task-2", "Finished", resultOK)+`</Tasks></Resources><PagingInfo PageNum="1" PageSize="15" PagesCount="1"/></QueryResult>`)
	all, err := Collect(NewQuery[ent.Task](em.dial()).Where(query.Eq(fields.TaskOperation, "StartFailover")).All(ctx))
	if err != nil || len(all) != 2 || all[1].TaskId != "task-2" {
		t.Errorf("%v, %v", all, err)
	}
	if got := em.requests()[0]; strings.Contains(got, "format") {
		t.Errorf("request %s", got)
	}
}

func TestFollow(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas/a", 200, strings.Replace(replica("a"), "<CdpReplica ", "<CdpReplica"+space+" ", 1))
	c := em.dial()
	for _, href := range []string{"https://em.internal:9398/api/cdpReplicas/a?format=Entity", em.URL + "/api/cdpReplicas/a", "/api/cdpReplicas/a", "cdpReplicas/a", "https://em/API/cdpReplicas/a#x"} {
		var l ent.Link
		l.Href = href
		v, err := Follow[ent.CdpReplica](ctx, c, &l)
		if err != nil || ent.Val(v.PolicyName) != "p" {
			t.Errorf("%s: %v, %v", href, v, err)
		}
	}
	for _, href := range []string{"", "https://em/other/cdpReplicas/a", "https://em/api/../etc", "https://em/api/%2e%2e/x", ":", "https://em/apiary/x"} {
		var l ent.Link
		l.Href = href
		if v, err := Follow[ent.CdpReplica](ctx, c, &l); err == nil {
			t.Errorf("%s: %v", href, v)
		}
	}
	for _, none := range []Linked{nil, (*ent.Link)(nil)} {
		if _, err := Follow[ent.CdpReplica](ctx, c, none); err == nil {
			t.Error("no link: no error")
		}
	}
}

// A link of a type that leads elsewhere is not followed: nothing is sent.
func TestFollowGoesByTheType(t *testing.T) {
	link := func(typ string) *ent.Link {
		return &ent.Link{Href: "/api/cdpReplicas/a", Type: ent.Ptr(typ)}
	}
	for _, c := range []struct {
		typ    string
		follow func(*Client, Linked) error
		want   string // part of the error; "" for none about the type
	}{
		{"CdpReplica", follow[ent.CdpReplica], ""},
		{"cdpreplica", follow[ent.CdpReplica], ""},
		{"", follow[ent.CdpReplica], ""},
		{"BrandNew", follow[ent.CdpReplica], ""},
		{"CdpReplica", follow[ent.CdpPolicy], "a link of type CdpReplica leads to a CdpReplica, not to a CdpPolicy"},
		{"CdpReplica", follow[ent.EntityRef], "leads to a CdpReplica, not to a EntityRef"},
		{"CdpReplicaReference", follow[ent.EntityRef], ""},
		{"BrandNewReference", follow[ent.EntityRef], ""},
		{"CdpReplicaReference", follow[ent.CdpReplica], "leads to a EntityRef, not to a CdpReplica"},
		{"CdpReplicaReferenceList", follow[ent.EntityReferences], ""},
		{"CdpReplicaReferenceList", follow[ent.EntityRef], "leads to a EntityReferences"},
		{"CdpReplicaList", follow[ent.CdpReplicas], ""},
		{"CdpReplicaList", follow[ent.QueryResult], ""},
		{"QueryService", follow[ent.QuerySvc], ""},
		{"FileEntry", follow[ent.FileSystemEntry], ""},
		{"FileSystemItems", follow[ent.FileSystemEntries], ""},
		{"FileSystemItems", follow[ent.Task], "leads to a FileSystemEntry or FileSystemEntries, not to a Task"},
	} {
		em := newEM(t)
		client := em.dial()
		before := len(em.requests())
		err := c.follow(client, link(c.typ))
		if refused := errors.Is(err, ErrLinkType); refused != (c.want != "") || refused && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.typ, err, c.want)
		}
		if sent := len(em.requests()) - before; (sent == 0) != (c.want != "") {
			t.Errorf("%q: %d requests", c.typ, sent)
		}
	}
}

func follow[T any, P interface {
	*T
	xsdbind.Struct
}](c *Client, l Linked) error {
	_, err := Follow[T, P](ctx, c, l)
	return err
}

func TestFollowBehindProxy(t *testing.T) {
	em := newEM(t)
	em.handle("GET /cdpReplicas/a", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, strings.Replace(replica("a"), "<CdpReplica ", "<CdpReplica"+space+" ", 1))
	})
	proxy := em.Config.Handler
	em.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/veeam/em") {
			t.Errorf("request %s", r.URL)
		}
		r.URL.Path = "/api" + strings.TrimPrefix(r.URL.Path, "/veeam/em")
		proxy.ServeHTTP(w, r)
	})
	c, err := Dial(ctx, em.URL+"/veeam/em/", WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Logout(ctx)
	for _, href := range []string{"https://em.internal:9398/api/cdpReplicas/a", "https://em/veeam/em/cdpReplicas/a"} {
		var l ent.Link
		l.Href = href
		if _, err := Follow[ent.CdpReplica](ctx, c, &l); err != nil {
			t.Errorf("%s: %v", href, err)
		}
	}
}

func TestInterceptors(t *testing.T) {
	em := newEM(t)
	em.answer("GET /cdpReplicas", 200, emptyRefs)
	var order []string
	with := func(name string) Option {
		return WithInterceptor(func(next rest.Caller) rest.Caller {
			return rest.CallerFunc(func(ctx context.Context, call *rest.Call) (*rest.Answer, error) {
				order = append(order, name+" "+call.Op.Name)
				a, err := next.Call(ctx, call)
				order = append(order, name+" done")
				return a, err
			})
		})
	}
	c := em.dial(with("first"), with("second"))
	if _, err := c.CdpReplicas().List(ctx); err != nil {
		t.Fatal(err)
	}
	want := []string{"first CdpReplicas.List", "second CdpReplicas.List", "second done", "first done"}
	if d := cmp.Diff(want, order); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
}
