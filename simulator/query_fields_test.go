package simulator_test

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/simulator"
)

// queryRow is a row of the table of queries.
type queryRow struct{ query, under, list, item, entity, field, typ, element, values string }

func queryRows(t *testing.T) map[string][]queryRow {
	t.Helper()
	out := map[string][]queryRow{}
	for line := range strings.Lines(string(schema.Queries())) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 10 {
			t.Fatalf("%d columns: %s", len(f), line)
		}
		if f[0] != "query" {
			out[f[0]] = append(out[f[0]], queryRow{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]})
		}
	}
	return out
}

// plainly reads a field from the XML of an entity: the text, and whether there is one.
func (r queryRow) plainly(e *element) (string, bool) {
	if role, ok := strings.CutPrefix(r.element, "link:"); ok {
		role, attribute, _ := strings.Cut(role, "@")
		for _, l := range e.at("Links").all("Link") {
			if typ := strings.TrimPrefix(strings.TrimSuffix(l.attr("Type"), "Reference"), "External"); typ != role || l.attr("Rel") == "Alternate" || l.attr("Rel") == "Create" || l.attr("Rel") == "Delete" {
				continue
			}
			if attribute == "Name" {
				return l.attr("Name"), true
			}
			path, _, _ := strings.Cut(l.attr("Href"), "?")
			return path[strings.LastIndexByte(path, '/')+1:], true
		}
		return "", false
	}
	path := strings.Split(r.element, "/")
	for i, name := range path {
		if a, ok := strings.CutPrefix(name, "@"); ok {
			for _, have := range e.Attrs {
				if have.Name.Local == a {
					return have.Value, true
				}
			}
			return "", false
		}
		list := e.all(name)
		if len(list) == 0 {
			for _, have := range e.Attrs {
				if i == len(path)-1 && have.Name.Local == name {
					return have.Value, true
				}
			}
			return "", false
		}
		e = &list[0]
	}
	return e.Text, true
}

// compare compares two texts as the field's type demands, by other means than the simulator's.
func (r queryRow) compare(t *testing.T, a, b string) int {
	t.Helper()
	number := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatalf("%s.%s: %q", r.query, r.field, s)
		}
		return f
	}
	moment := func(s string) time.Time {
		m, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			m, err = time.Parse("2006-01-02T15:04:05", s)
		}
		if err != nil {
			t.Fatalf("%s.%s: %q", r.query, r.field, s)
		}
		return m
	}
	switch r.typ {
	case "dateTime":
		return moment(a).Compare(moment(b))
	case "int", "long", "double":
		return cmp.Compare(number(a), number(b))
	case "enum":
		list := strings.Split(r.values, "|")
		index := func(s string) int {
			return slices.IndexFunc(list, func(v string) bool { return strings.EqualFold(v, s) })
		}
		return cmp.Compare(index(a), index(b))
	}
	if r.field == "TaskId" {
		return cmp.Compare(number(strings.TrimPrefix(a, "task-")), number(strings.TrimPrefix(b, "task-")))
	}
	if r.typ == "uid" || strings.HasSuffix(r.element, "Uid") || strings.HasPrefix(r.element, "link:") && !strings.HasSuffix(r.element, "@Name") {
		a, b = a[strings.LastIndexByte(a, ':')+1:], b[strings.LastIndexByte(b, ':')+1:]
	}
	return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
}

// valueless are the fields that nothing in the model has a value for, with the reason.
var valueless = map[string]string{
	"ObjectInAgentBackupJob.FileServerUid":  "the reference prints the table of file shares there",
	"ObjectInAgentBackupJob.FileServerName": "the reference prints the table of file shares there",
}

// asker sends queries to a simulator without a network between.
type asker struct {
	t     *testing.T
	h     *simulator.Handler
	token string
	sent  int
}

func newAsker(t *testing.T, h *simulator.Handler) *asker {
	t.Helper()
	a := &asker{t: t, h: h}
	r := httptest.NewRequest("POST", "/api/sessionMngr/?v=latest", nil)
	r.SetBasicAuth(h.Username, h.Password)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 201 {
		t.Fatalf("log-in: %d %s", w.Code, w.Body)
	}
	for _, c := range w.Result().Cookies() {
		a.token = c.Value
	}
	return a
}

func (a *asker) do(method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Restsvcsessionid", a.token)
	w := httptest.NewRecorder()
	a.h.ServeHTTP(w, r)
	a.sent++
	return w
}

// found returns the addresses of what a query finds, by its references where there are any.
func (a *asker) found(rows []queryRow, params ...string) []string {
	a.t.Helper()
	q := url.Values{"type": {rows[0].query}, "pageSize": {"10000"}}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	w := a.do("GET", "/api/query?"+q.Encode(), "")
	if w.Code != 200 {
		a.t.Fatalf("%v: %d %s", params, w.Code, w.Body)
	}
	var e struct {
		Refs struct {
			Ref []struct {
				Href string `xml:",attr"`
			}
		}
		Resources struct {
			List struct {
				Item []struct {
					Href string `xml:",attr"`
				} `xml:",any"`
			} `xml:",any"`
		}
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil {
		a.t.Fatal(err)
	}
	var out []string
	for _, r := range e.Refs.Ref {
		out = append(out, r.Href)
	}
	for _, r := range e.Resources.List.Item {
		out = append(out, r.Href)
	}
	return out
}

// query returns the items of a page and the address of the next one.
func (a *asker) query(rows []queryRow, params ...string) ([]element, string) {
	q := url.Values{"type": {rows[0].query}, "format": {"Entities"}}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	return a.page(rows, "/api/query?"+q.Encode())
}

func (a *asker) page(rows []queryRow, target string) ([]element, string) {
	a.t.Helper()
	w := a.do("GET", target, "")
	if w.Code != 200 {
		a.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	var e element
	if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil {
		a.t.Fatal(err)
	}
	return e.at(rows[0].under, rows[0].list).all(rows[0].item), e.at("PagingInfo").link("Next", "")
}

// id tells items apart.
func itemID(e element) string { return strings.TrimSuffix(e.attr("Href"), "?format=Entity") }

func itemIDs(list []element) []string {
	var out []string
	for _, e := range list {
		out = append(out, itemID(e))
	}
	return out
}

// Every query type answers: each field filters by each operator and sorts in both directions as a plain reading of the entities
// says, and pages of any size hold each thing once.
func TestEveryQuery(t *testing.T) {
	clock := simulator.NewManualClock(time.Date(2026, 11, 23, 12, 0, 0, 250e6, time.UTC))
	h := simulator.NewHandler(simulator.DefaultModel(), simulator.WithClock(clock))
	a := newAsker(t, h)
	for i := range 12 {
		vapps := a.do("GET", "/api/cdpReplica/vApps", "")
		var e element
		if err := xml.Unmarshal(vapps.Body.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		ref := e.all("Ref")[i%4]
		if w := a.do("POST", strings.TrimPrefix(ref.attr("Href"), "http://example.com")+"?action=failover", latestSpec); w.Code != 202 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		clock.Advance(time.Minute)
	}
	tables := queryRows(t)
	fields := 0
	for name, rows := range tables {
		t.Run(name, func(t *testing.T) {
			all, _ := a.query(rows, "pageSize", "10000")
			if len(all) == 0 {
				t.Fatal("nothing of that type in the model")
			}
			for _, r := range rows {
				fields++
				a.checkField(t, r, all)
			}
			a.checkPages(t, rows, all)
		})
	}
	t.Logf("%d query types, %d fields, %d requests", len(tables), fields, a.sent)
}

func (a *asker) checkField(t *testing.T, r queryRow, all []element) {
	t.Helper()
	rows := []queryRow{r}
	if r.element == "" {
		a.checkUnshown(t, r, all)
		return
	}
	var some []string
	for _, e := range all {
		if v, ok := r.plainly(&e); ok && !slices.Contains(some, v) && (r.typ != "enum" || slices.Contains(strings.Split(r.values, "|"), v)) {
			some = append(some, v)
		}
	}
	name := r.query + "." + r.field
	if _, none := valueless[name]; none != (len(some) == 0) {
		t.Errorf("%s: %d values", name, len(some))
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	for _, value := range some[:min(len(some), 2)] {
		for op, holds := range map[string]func(int) bool{
			"==": func(c int) bool { return c == 0 }, "!=": func(c int) bool { return c != 0 },
			"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 },
			">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
		} {
			var want []string
			for _, e := range all {
				if v, ok := r.plainly(&e); ok && holds(r.compare(t, v, value)) || !ok && op == "!=" {
					want = append(want, itemID(e))
				}
			}
			filter := r.field + op + `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			if diff := gocmp.Diff(want, a.found(rows, "filter", filter)); diff != "" {
				t.Errorf("%s: %s", filter, diff)
			}
		}
	}
	for _, direction := range []string{"sortAsc", "sortDesc"} {
		want := slices.Clone(all)
		slices.SortStableFunc(want, func(x, y element) int {
			v, hasV := r.plainly(&x)
			w, hasW := r.plainly(&y)
			c := 0
			switch {
			case hasV && hasW:
				c = r.compare(t, v, w)
			case hasV:
				c = 1
			case hasW:
				c = -1
			}
			if direction == "sortDesc" {
				return -c
			}
			return c
		})
		if diff := gocmp.Diff(itemIDs(want), a.found(rows, direction, r.field)); diff != "" {
			t.Errorf("%s=%s: %s", direction, r.field, diff)
		}
	}
}

// checkUnshown checks a field that entities do not show: every one that has a value is found by it, one way or the other.
func (a *asker) checkUnshown(t *testing.T, r queryRow, all []element) {
	t.Helper()
	rows := []queryRow{r}
	value := map[string]string{"bool": "false", "enum": "0"}[r.typ]
	if value == "" {
		value = `""`
	}
	filled := a.found(rows, "filter", r.field+">="+value)
	if _, none := valueless[r.query+"."+r.field]; none != (len(filled) == 0) {
		t.Errorf("%s.%s: %d have a value", r.query, r.field, len(filled))
	}
	equal, other := a.found(rows, "filter", r.field+"=="+value), a.found(rows, "filter", r.field+"!="+value)
	if len(equal)+len(other) != len(all) {
		t.Errorf("%s.%s: %d and %d of %d", r.query, r.field, len(equal), len(other), len(all))
	}
	for _, direction := range []string{"sortAsc", "sortDesc"} {
		got := a.found(rows, direction, r.field)
		if diff := gocmp.Diff(slices.Sorted(slices.Values(itemIDs(all))), slices.Sorted(slices.Values(got))); diff != "" {
			t.Errorf("sorting by %s.%s: %s", r.query, r.field, diff)
		}
	}
}

func (a *asker) checkPages(t *testing.T, rows []queryRow, all []element) {
	t.Helper()
	for size := 1; size <= len(all)+1; size = max(size+1, size*5/3) {
		var got []string
		pages := 0
		items, next := a.query(rows, "pageSize", fmt.Sprint(size))
		for ; ; pages++ {
			got = append(got, itemIDs(items)...)
			if len(items) > size {
				t.Errorf("%d items on a page of %d", len(items), size)
			}
			if next == "" {
				break
			}
			items, next = a.page(rows, strings.TrimPrefix(next, "http://example.com"))
		}
		if diff := gocmp.Diff(itemIDs(all), got); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
		if size > 60 {
			break
		}
	}
}
