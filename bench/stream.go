package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/simulator"
)

// server is a simulator, but for the paths that others answer.
func server(routes map[string]http.HandlerFunc) (s *httptest.Server, user, password string) {
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithPlainHTTP())
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, h := range routes {
			if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, path) {
				h(w, r)
				return
			}
		}
		em.ServeHTTP(w, r)
	}))
	return s, em.Username, em.Password
}

// list answers with as many references as ?n= says, in one list.
func list(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	w.Header().Set("Content-Type", "application/xml")
	write(w, n, "EntityReferences", nil)
}

// page answers a query with a page of ?pageSize= references of as many in all as the type's name says.
func page(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	total, _ := strconv.Atoi(strings.TrimPrefix(q.Get("type"), "Bench"))
	size, _ := strconv.Atoi(q.Get("pageSize"))
	at := max(1, atoi(q.Get("page")))
	pages := (total + size - 1) / size
	w.Header().Set("Content-Type", "application/xml")
	info := func(b *bytes.Buffer) {
		fmt.Fprintf(b, `<PagingInfo PageNum="%d" PageSize="%d" PagesCount="%d"><Links>`, at, size, pages)
		if at < pages {
			fmt.Fprintf(b, `<Link Rel="Next" Href="http://%s/api/query?type=%s&amp;pageSize=%d&amp;page=%d" />`, r.Host, q.Get("type"), size, at+1)
		}
		b.WriteString(`</Links></PagingInfo>`)
	}
	write(w, size, "QueryResult", info)
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func write(w http.ResponseWriter, n int, root string, info func(*bytes.Buffer)) {
	out := bufio.NewWriterSize(w, 1<<16)
	defer out.Flush()
	fmt.Fprintf(out, `<?xml version="1.0" encoding="utf-8"?><%s xmlns="%s">`, root, namespace)
	var b bytes.Buffer
	if info != nil {
		out.WriteString("<Refs>")
	}
	g := newReferences(seed + uint64(time.Now().UnixNano()))
	for range n {
		b.Reset()
		g.next(&b)
		if _, err := out.Write(b.Bytes()); err != nil {
			return
		}
	}
	b.Reset()
	if info != nil {
		b.WriteString("</Refs>")
		info(&b)
	}
	out.Write(b.Bytes())
	fmt.Fprintf(out, "</%s>", root)
}

type childFlags struct{ url, user, list string }

// stream is the child: it reads a list and prints how many, how long it took, and the peak of its memory.
func stream(ctx context.Context, f childFlags) error {
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return err
	}
	kind, size, _ := strings.Cut(f.list, ":")
	c, err := client.Dial(ctx, f.url, client.WithPlainHTTP(), client.WithPassword(f.user, strings.TrimSpace(password)), client.WithMaxResponse(1<<40))
	if err != nil {
		return err
	}
	begin, n := time.Now(), 0
	seq := client.NewQuery[ent.EntityRef](c).Type("Bench" + size).PageSize(1000).Refs(ctx)
	if kind == "one" {
		op := emapi.OpBackupServersList
		op.Query = "n=" + size
		seq = client.References(ctx, c, &op)
	}
	for _, err := range seq {
		if err != nil {
			return err
		}
		n++
	}
	took := time.Since(begin)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(n, took.Nanoseconds(), strings.Fields(v)[0])
		}
	}
	return nil
}

// streams measures reading a million references, beside ten thousand.
func streams(r *report) error {
	s, user, password := server(map[string]http.HandlerFunc{"/api/backupServers": list, "/api/query": page})
	defer s.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	read := func(list string) (perItem float64, peak float64, err error) {
		cmd := exec.Command(self, "-child", "stream", "-url", s.URL, "-user", user, "-list", list)
		cmd.Stdin = strings.NewReader(password + "\n")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return 0, 0, fmt.Errorf("the child: %w", err)
		}
		var n, ns, kb int
		if _, err := fmt.Sscan(string(out), &n, &ns, &kb); err != nil {
			return 0, 0, err
		}
		_, want, _ := strings.Cut(list, ":")
		if err := expect(n, atoi(want)); err != nil {
			return 0, 0, err
		}
		return float64(ns) / float64(n), float64(kb) / 1024, nil
	}
	worst := 0.0
	for _, kind := range []string{"one", "pages"} {
		var few, many, peaks []float64
		for range rounds {
			ns, _, err := read(kind + ":10000")
			if err != nil {
				return err
			}
			few = append(few, ns)
		}
		for range 3 {
			ns, peak, err := read(kind + ":1000000")
			if err != nil {
				return err
			}
			many, peaks = append(many, ns), append(peaks, peak)
		}
		fewNs, manyNs, peak := middle(few), middle(many), slices.Max(peaks)
		worst = max(worst, peak)
		what := "1,000,000 references over HTTP in one list"
		if kind == "pages" {
			what = "… in pages of 1,000"
		}
		r.add(what, fmt.Sprintf("%.0f MB, %.1f µs each", peak, manyNs/1e3), fmt.Sprintf("10,000: %.1f µs each", fewNs/1e3),
			fmt.Sprintf("%.2f×", manyNs/fewNs), "≤ 40 MB, ≤ 1×")
	}
	r.set("stream_rss_mb", "%.0f", worst)
	return nil
}
