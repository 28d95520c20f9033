package capture

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/simulator"
)

// recorded runs a failover and the read-only tour at a simulated server.
func recorded(t *testing.T, opts ...client.Option) (*Recorder, *simulator.Server) {
	t.Helper()
	em := simulator.New(simulator.DefaultModel())
	t.Cleanup(em.Close)
	r := new(Recorder)
	c, err := client.Dial(t.Context(), em.URL, append(opts, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint),
		client.WithRoundTripper(r.Around))...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	list, err := c.CdpReplica().VApps().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range list.Ref {
		id := ref.Href
		if _, err := c.CdpReplica().VApps().ID(id[strings.LastIndex(id, "/")+1:]).Failover(t.Context(), client.ToLatest()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conformance.RunLive(t.Context(), c, conformance.LiveOptions{}); err != nil {
		t.Fatal(err)
	}
	return r, em
}

// files reads all files of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReplay: what was captured is a corpus that the conformance checks take, in XML and in JSON.
func TestReplay(t *testing.T) {
	for what, opts := range map[string][]client.Option{"XML": nil, "JSON": {client.WithJSON()}} {
		r, em := recorded(t, opts...)
		dir := filepath.Join(t.TempDir(), "corpus")
		saved, err := Save(dir, em.URL+"/api", r)
		if err != nil || saved.Messages < 30 || saved.Left != 0 {
			t.Fatalf("%s: %+v, %v", what, saved, err)
		}
		met := make(map[string]bool) // one message of each kind, and not the largest: the checks take their time
		report, err := conformance.Run(t.Context(), conformance.Options{Corpus: os.DirFS(dir), Only: func(m conformance.Message) bool {
			key := m.Page + m.Role + m.Root
			known := met[key]
			met[key] = true
			info, err := os.Stat(filepath.Join(dir, m.File))
			return !known && err == nil && info.Size() < 2<<10
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range report.Results {
			if res.Outcome == conformance.Failed {
				t.Errorf("%s: %s: %s", what, res.Name, strings.Join(res.Details, "\n\t"))
			}
		}
		t.Logf("%s: %+v; %s", what, saved, report.Summary())
		all := files(t, dir)
		for _, name := range []string{"index.tsv", "endpoints.tsv", "README.md"} {
			if all[name] == "" {
				t.Errorf("no %s", name)
			}
		}
	}
}

var hrefText = regexp.MustCompile(`Href="([^"?]*)`)

// TestReferencesResolve: an address that led to a captured message does so afterwards, and every other does not.
func TestReferencesResolve(t *testing.T) {
	r, em := recorded(t)
	dir := filepath.Join(t.TempDir(), "corpus")
	if _, err := Save(dir, em.URL+"/api", r); err != nil {
		t.Fatal(err)
	}
	count := func(base string, bodies []string, targets map[string]bool) (hit, miss int) {
		for _, b := range bodies {
			for _, m := range hrefText.FindAllStringSubmatch(b, -1) {
				target, ok := strings.CutPrefix(m[1], base)
				if !ok {
					t.Errorf("%s is not below %s", m[1], base)
				}
				if targets[target] {
					hit++
				} else {
					miss++
				}
			}
		}
		return hit, miss
	}
	targets, bodies, seen := make(map[string]bool), []string{}, make(map[string]bool)
	list, _ := r.Exchanges()
	if n := slices.IndexFunc(list, func(x Exchange) bool { return x.Status == 202 && x.Method == "POST" }); n < 0 {
		t.Error("no failover was recorded with its status")
	}
	for _, x := range list {
		target, _, _ := strings.Cut(strings.TrimPrefix(x.URL, em.URL+"/api"), "?")
		targets[target] = true
		if key := x.Method + x.URL + string(x.Response); !seen[key] {
			seen[key] = true
			bodies = append(bodies, string(x.Response))
		}
	}
	hit, miss := count(em.URL+"/api", bodies, targets)
	targets, bodies = make(map[string]bool), nil
	all := files(t, dir)
	for i, line := range strings.Split(strings.TrimSpace(all["index.tsv"]), "\n") {
		if cells := strings.Split(line, "\t"); i > 0 {
			target, _, _ := strings.Cut(cells[4], "?")
			targets[target] = true
			if cells[5] == "response" {
				bodies = append(bodies, all[cells[0]])
			}
		}
	}
	// A logged-out session's own address had no body to be saved.
	hit2, miss2 := count(placeholder+"/api", bodies, targets)
	if hit == 0 || hit2 != hit || miss2 != miss {
		t.Errorf("%d of %d addresses resolve, before it were %d of %d", hit2, hit2+miss2, hit, hit+miss)
	}
}

// TestNamesAreGone: nothing that the simulated site calls its own is in a corpus.
func TestNamesAreGone(t *testing.T) {
	r, em := recorded(t)
	dir := filepath.Join(t.TempDir(), "corpus")
	if _, err := Save(dir, em.URL+"/api", r); err != nil {
		t.Fatal(err)
	}
	all := files(t, dir)
	whole := ""
	for _, text := range all {
		whole += text
	}
	forbidden := []string{em.Username, em.Password, strings.TrimPrefix(em.URL, "https://"), "127.0.0.1"}
	list, _ := r.Exchanges()
	for _, x := range list {
		for _, m := range regexp.MustCompile(`\b(?:Name|VmDisplayName|UserName|Description)="([^"]{5,})"`).FindAllStringSubmatch(string(x.Response), -1) {
			if !strings.HasPrefix(m[1], "v1_") {
				forbidden = append(forbidden, m[1])
			}
		}
		forbidden = append(forbidden, guidText.FindAllString(string(x.Response), -1)...)
	}
	forbidden = append(forbidden, r.Secrets()...)
	slices.Sort(forbidden)
	forbidden = slices.Compact(forbidden)
	schemas := make(map[string]bool) // words that the schema lists, as the days of the week are: nobody's own
	for _, values := range knownOnce().values {
		maps.Copy(schemas, values)
	}
	for _, s := range forbidden {
		if !schemas[s] && strings.Contains(whole, s) && regexp.MustCompile(`(^|\W)`+regexp.QuoteMeta(s)+`(\W|$)`).MatchString(whole) {
			at := strings.Index(whole, s)
			t.Errorf("%q is in the corpus: …%s…", s, whole[max(0, at-60):min(len(whole), at+60)])
		}
	}
	if len(forbidden) < 100 {
		t.Errorf("only %d names were looked for", len(forbidden))
	}
}

// shape is a document without its values.
func shape(t *testing.T, data []byte) string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	var b strings.Builder
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch v := token.(type) {
		case xml.StartElement:
			b.WriteString("<" + v.Name.Space + ":" + v.Name.Local)
			for _, a := range v.Attr {
				b.WriteString(" " + a.Name.Space + ":" + a.Name.Local)
			}
		case xml.EndElement:
			b.WriteString(">")
		case xml.CharData:
			if strings.TrimSpace(string(v)) != "" {
				b.WriteString("text")
			} else {
				b.Write(v)
			}
		}
	}
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?[0-9][-+.eE0-9]*`)

// TestStructureIsKept: over all documented messages. What was conformant is so afterwards.
func TestStructureIsKept(t *testing.T) {
	source := conformance.Exchanges()
	index, err := conformance.ReadIndex(source)
	if err != nil {
		t.Fatal(err)
	}
	red := newRedactor(placeholder)
	changed := 0
	for _, m := range index {
		if m.File == "" || !m.WellFormed || !m.Complete {
			continue
		}
		data, err := fs.ReadFile(source, m.File)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == "xml" {
			out, _, err := red.xml(data)
			if err != nil {
				t.Errorf("%s: %v", m.File, err)
				continue
			}
			if shape(t, data) != shape(t, out) {
				t.Errorf("%s: another shape:\n%s", m.File, out)
			}
			if !bytes.Equal(data, out) {
				changed++
			}
			continue
		}
		out, _, err := red.json(data)
		if err != nil {
			t.Errorf("%s: %v", m.File, err)
			continue
		}
		blank := func(b []byte) string { return jsonString.ReplaceAllString(string(b), "_") }
		if blank(data) != blank(out) {
			t.Errorf("%s: another shape:\n%s", m.File, out)
		}
	}
	if changed < 100 {
		t.Errorf("only %d messages were changed", changed)
	}
}

func TestSaveRefuses(t *testing.T) {
	r := new(Recorder)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Save(dir, placeholder+"/api", r); err == nil {
		t.Error("a folder with files in it was taken")
	}
	if _, err := Save(filepath.Join(dir, "x"), "%", r); err == nil {
		t.Error("a base that is no address was taken")
	}
	// A secret in the name of an element, which is kept.
	r.secrets = []string{"Zauberwort"}
	r.list = []*Exchange{{Method: "GET", URL: placeholder + "/api/", Status: 200, Response: []byte(`<A xmlns="x"><Zauberwort/></A>`)}}
	if _, err := Save(filepath.Join(dir, "x"), placeholder+"/api", r); !errors.Is(err, ErrSecret) {
		t.Errorf("%v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%v was left behind", entries)
	}
}

func TestOddBodies(t *testing.T) {
	r := new(Recorder)
	for _, body := range []string{
		"<html><body>Gateway of Musterfirma</body></html>", "Musterfirma is down", "<!DOCTYPE a [<!ENTITY b 'Musterfirma'>]><a>&b;</a>", "<a>Musterfirma",
		"<a>Musterfirma</b>", `{"a": "Musterfirma"`, "<a>\xff</a>", "<a/><b/>", `{"a":"\u004dusterfirma"}`, `<a><!-- Musterfirma --><?x Musterfirma?>t<![CDATA[Musterfirma]]></a>`,
	} {
		r.list = append(r.list, &Exchange{Method: "GET", URL: placeholder + "/api/tasks", Status: 502, Response: []byte(body)})
	}
	r.list = append(r.list, &Exchange{Method: "GET", URL: placeholder + "/api/tasks"}, &Exchange{Method: "GET", URL: placeholder + "/api/Musterfirma", Status: 200, Cut: true, Response: []byte("<a/>")})
	dir := filepath.Join(t.TempDir(), "corpus")
	saved, err := Save(dir, placeholder+"/api", r)
	if err != nil || saved.Messages != 2 || saved.Left != 9 {
		t.Errorf("%+v, %v", saved, err)
	}
	for name, text := range files(t, dir) {
		if strings.Contains(strings.ToLower(name+text), "musterfirma") {
			t.Errorf("%s: %s", name, text)
		}
	}
	index, err := conformance.ReadIndex(os.DirFS(dir))
	for _, m := range index {
		if want := "502 BadGateway"; m.File != "" && m.Status != want {
			t.Errorf("%s: status %q, want %q", m.File, m.Status, want)
		}
	}
	if err != nil || len(index) != 12 || !slices.ContainsFunc(index, func(m conformance.Message) bool { return strings.Contains(m.Note, "document type") }) {
		t.Errorf("%d rows, %v", len(index), err)
	}
}

func TestForms(t *testing.T) {
	r := newRedactor("https://em.corp.local:9398")
	for in, want := range map[[2]string]string{
		{"Href", "https://EM.corp.local:9398/api/cdpPolicies?format=Entity"}:                                    `^https://em\.example\.com:9398/api/cdpPolicies\?format=Entity$`,
		{"Href", "https://em.corp.local:9398/api/query?type=Job&filter=Name%3D%3D%22dc01%22&pageSize=5&page=2"}: `^https://em\.example\.com:9398/api/query\?type=Job&filter=Name%3D%3D%22name\d+%22&pageSize=5&page=2$`,
		{"Name", `TECH\jane`}:                               `^name\d+\\name\d+$`,
		{"Mail", "jane@corp.local"}:                         `^name\d+@name\d+\.name\d+$`,
		{"IP", "10.1.2.3"}:                                  `^198\.18\.\d+\.\d+$`,
		{"IP", "fe80::1"}:                                   `^2001:db8::\d+$`,
		{"Path", `D:\Backup\dc01.vbk`}:                      `^name\d+:\\name\d+\\name\d+\.name\d+$`,
		{"CreationTimeUTC", "2026-01-02T03:04:05.1234567Z"}: `^2026-01-02T03:04:05\.1234567Z$`,
		{"TaskId", "task-12"}:                               `^task-12$`,
		{"State", "Running"}:                                `^Running$`,
		{"Name", "Running"}:                                 `^name\d+$`,
		{"Password", "2026-01-01"}:                          `^\d{4}-`,
		{"Unheard", "12345678"}:                             `^\d{8}$`,
		{"UID", "urn:veeam:CdpPolicy:0123ABCD-0123-0123-0123-0123456789AB"}: `^urn:veeam:CdpPolicy:[0-9A-F-]{36}$`,
	} {
		got := r.value(in[0], in[1])
		if !regexp.MustCompile(want).MatchString(got) && in[0] != "Password" {
			t.Errorf("%s %q: %q", in[0], in[1], got)
		}
		if again := r.value(in[0], in[1]); again != got {
			t.Errorf("%s: first %q, then %q", in[1], got, again)
		}
	}
	if r.value("Password", "2026-01-01") == "2026-01-01" {
		t.Error("a password that looks like a date was kept")
	}
	if r.value("Name", "DC01") != r.value("Name", "dc01") {
		t.Error("the letter case makes another name")
	}
	a, b := r.guid("aaaaaaaa-0000-0000-0000-00000000000b"), r.guid("AAAAAAAA-0000-0000-0000-00000000000B")
	if !strings.EqualFold(a, b) || strings.ToUpper(b) != b {
		t.Errorf("%s, %s", a, b)
	}
}

func TestBase(t *testing.T) {
	for in, want := range map[string]string{
		"https://em:9398/api/":                   "https://em:9398/api",
		"https://em:9398/API/sessionMngr/?v=1":   "https://em:9398/API",
		"https://em/backup/em/":                  "https://em/backup/em",
		"https://em/em/logonSessions/a":          "https://em/em",
		"https://em/em/sessionMngr/?v=latest":    "https://em/em",
		"https://em:9398/api/logonSessions/a-b-": "https://em:9398/api",
	} {
		if got, err := Base([]Exchange{{URL: in}}); err != nil || got != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	if _, err := Base(nil); err == nil {
		t.Error("no error")
	}
}
