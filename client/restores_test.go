package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
)

// farm is an EM with many restore sessions.
type farm struct {
	*fakeEM
	sessions map[string]string      // id → state; guarded by em.mu
	hidden   map[string]bool        // what the query does not find
	query    http.HandlerFunc       // in place of the query
	most     int                    // a page's size
	result   func(id string) string // "" for Success
	asked    map[string]int         // by id, of requests for one
	filter   *regexp.Regexp         // UIDs in a query
}

func newFarm(t *testing.T, n int) *farm {
	f := &farm{fakeEM: newEM(t), sessions: map[string]string{}, hidden: map[string]bool{}, asked: map[string]int{},
		filter: regexp.MustCompile(`urn:veeam:RestoreSession:([a-z0-9-]+)`), most: 15}
	for i := range n {
		f.sessions[sessionName(i)] = "Working"
	}
	f.handle("GET /restoreSessions/", func(w http.ResponseWriter, r *http.Request) {
		id := lastSegment(r.URL.Path)
		f.mu.Lock()
		f.asked[id]++
		state := f.sessions[id]
		f.mu.Unlock()
		if state == "" {
			reply(w, 404, errorBody(404, "no such session"))
			return
		}
		reply(w, 200, f.session(id, state))
	})
	f.handle("GET /query", func(w http.ResponseWriter, r *http.Request) {
		if f.query != nil {
			f.query(w, r)
			return
		}
		f.page(w, r)
	})
	return f
}

// page answers a query for UIDs.
func (f *farm) page(w http.ResponseWriter, r *http.Request) {
	if len(r.URL.RawQuery) > DefaultMaxLength {
		f.t.Errorf("a query of %d bytes", len(r.URL.RawQuery))
	}
	if q := r.URL.Query(); q.Get("type") != "RestoreSession" || q.Get("format") != "Entities" {
		f.t.Errorf("query %s", r.URL.RawQuery)
	}
	var all []string
	f.mu.Lock()
	for _, m := range f.filter.FindAllStringSubmatch(r.URL.Query().Get("filter"), -1) {
		if state := f.sessions[m[1]]; state != "" && !f.hidden[m[1]] {
			all = append(all, f.session(m[1], state))
		}
	}
	f.mu.Unlock()
	page, pages := 1, max(1, (len(all)+f.most-1)/f.most)
	_, _ = fmt.Sscan(r.URL.Query().Get("page"), &page)
	from := min((page-1)*f.most, len(all))
	reply(w, 200, "<QueryResult"+space+"><Entities><RestoreSessions>"+strings.Join(all[from:min(from+f.most, len(all))], "")+
		fmt.Sprintf(`</RestoreSessions></Entities><PagingInfo PageNum="%d" PageSize="%d" PagesCount="%d"/></QueryResult>`, page, f.most, pages))
}

func (f *farm) session(id, state string) string {
	result := "None"
	if state == "Stopped" {
		result = "Success"
		if f.result != nil {
			result = f.result(id)
		}
	}
	return strings.ReplaceAll(restoreSession(state, result, 50), "rs-1", id)
}

func (f *farm) stopAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.sessions {
		f.sessions[id] = "Stopped"
	}
}

func (f *farm) askedFor(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[id]
}

func sessionName(i int) string { return fmt.Sprintf("%08d-5f0a-4d3c-9e21-7b6a90c1d2e3", i) }

// wait waits for a session.
func (f *farm) wait(ctx context.Context, c *Client, id string) (*RestoreResult, error) {
	t, err := ParseTask(tokenFor("an earlier session", "task-1", "https://em.internal:9398/api/restoreSessions/"+id+"?format=Entity"))
	if err != nil {
		return nil, err
	}
	return c.WaitRestore(ctx, t)
}

// Restore sessions that several wait for are asked for together, one alone by its address.
func TestWaitersForSessionsShareQueries(t *testing.T) {
	for _, n := range []struct{ sessions, each, page, perTick int }{{40, 10, 15, 4}, {1000, 1, 100, 50}, {1000, 10, 100, 50}} {
		t.Run(fmt.Sprint(n.sessions, " sessions, ", n.sessions*n.each, " goroutines"), func(t *testing.T) {
			f := newFarm(t, n.sessions)
			f.most = n.page
			clock := newHandClock()
			c := f.dial(WithClock(clock))
			var wg sync.WaitGroup
			errs := make(chan error, n.sessions*n.each)
			wait := func(i int) {
				wg.Go(func() {
					res, err := f.wait(ctx, c, sessionName(i))
					if err == nil && (res.Result != "Success" || !strings.HasSuffix(xsdbind.Text(res.Session, "UID"), sessionName(i))) {
						err = fmt.Errorf("%s: result %q of %s", sessionName(i), res.Result, xsdbind.Text(res.Session, "UID"))
					}
					errs <- err
				})
			}
			wait(0)
			<-clock.armed
			clock.armed <- struct{}{}
			if got := f.requests(); len(got) != 1 || got[0] != "GET /restoreSessions/"+sessionName(0)+"?format=Entity" {
				t.Errorf("for one session: %q", got)
			}
			for i := range n.sessions {
				for j := range n.each {
					if i+j > 0 {
						wait(i)
					}
				}
			}
			for c.polls.waitingNow() < n.sessions*n.each {
				runtime.Gosched()
			}
			// Whoever came while the timer was being set again moves the next tick; after that there is one timer a tick.
			clock.tick()
			clock.tick()
			<-clock.armed
			clock.armed <- struct{}{}
			before := len(f.requests())
			const ticks = 4
			for range ticks {
				clock.tick()
			}
			<-clock.armed
			clock.armed <- struct{}{}
			perTick := (len(f.requests()) - before) / ticks
			for _, r := range f.requests()[before:] {
				if !strings.HasPrefix(r, "GET /query?") {
					t.Errorf("request %s", r)
				}
			}
			// A query of 2000 bytes holds 20 UIDs, and a page 15 sessions or 100.
			if perTick == 0 || perTick > n.perTick {
				t.Errorf("%d requests a tick, want 1 to %d", perTick, n.perTick)
			}
			t.Logf("%d sessions, %d goroutines: %d requests a tick, none by id", n.sessions, n.sessions*n.each, perTick)
			f.stopAll()
			done := make(chan struct{})
			go func() { wg.Wait(); close(done) }()
			for over := false; !over; {
				select {
				case <-done:
					over = true
				case <-clock.armed:
					clock.armed <- struct{}{}
					clock.tick()
				}
			}
			for range n.sessions * n.each {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// What the answer of several lacks is asked for by its address before anything is said of it.
func TestSessionThatTheQueryLacks(t *testing.T) {
	f := newFarm(t, 6)
	f.hidden[sessionName(2)] = true // there all the same
	f.hidden[sessionName(3)] = true
	delete(f.sessions, sessionName(3)) // and this is not
	f.result = func(id string) string {
		if id == sessionName(4) {
			return "Failed"
		}
		return "Success"
	}
	clock := newHandClock()
	c := f.dial(WithClock(clock))
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			res, err := f.wait(ctx, c, sessionName(i))
			var re *RestoreError
			switch {
			case i == 3 && !errors.Is(err, ErrNotFound), i == 4 && !errors.As(err, &re), i != 3 && i != 4 && err != nil:
				t.Errorf("%s: %+v, %v", sessionName(i), res, err)
			}
		})
	}
	for c.polls.waitingNow() > 5 || f.askedFor(sessionName(3)) == 0 {
		select {
		case <-clock.armed:
			clock.armed <- struct{}{}
			clock.tick()
		default:
			runtime.Gosched()
		}
	}
	f.stopAll()
	f.finish(clock, &wg)
}

// finish turns the clock until all have ended.
func (f *farm) finish(clock *handClock, wg *sync.WaitGroup) {
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return
		case <-clock.armed:
			clock.armed <- struct{}{}
			clock.tick()
		}
	}
}

// A server that refuses the query, or does not understand it, is asked for each session by itself; one that is in trouble or away for
// a moment is asked again.
func TestQueryForSessionsThatFails(t *testing.T) {
	for name, tc := range map[string]struct {
		query  func(f *farm, n int) http.HandlerFunc // for the n-th query
		single bool                                  // sessions are asked for by address for good
	}{
		"refused":           {func(*farm, int) http.HandlerFunc { return failing(400, errorBody(400, "no such field")) }, true},
		"not there":         {func(*farm, int) http.HandlerFunc { return failing(404, errorBody(404, "no query")) }, true},
		"not understood":    {func(*farm, int) http.HandlerFunc { return failing(200, "<QueryResult"+space+"/>") }, true},
		"HTML":              {func(*farm, int) http.HandlerFunc { return failing(200, "<html><body>hello</body></html>") }, true},
		"always in trouble": {func(*farm, int) http.HandlerFunc { return failing(500, errorBody(500, "trouble")) }, true},
		"in trouble once": {func(f *farm, n int) http.HandlerFunc {
			if n == 1 {
				return failing(500, errorBody(500, "trouble"))
			}
			return f.page
		}, false},
		"away for a while": {func(f *farm, n int) http.HandlerFunc {
			if n < 20 {
				return failing(503, "")
			}
			return f.page
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFarm(t, 5)
			n := 0
			f.query = func(w http.ResponseWriter, r *http.Request) { n++; tc.query(f, n)(w, r) }
			c := f.dial(WithRetry(Retry{Attempts: 1}))
			var wg sync.WaitGroup
			for i := range 5 {
				wg.Go(func() {
					if _, err := f.wait(ctx, c, sessionName(i)); err != nil {
						t.Error(err)
					}
				})
			}
			for c.polls.waitingNow() < 5 || tc.single && f.count("GET /restoreSessions/") < 20 || !tc.single && f.count("GET /query") < 25 {
				runtime.Gosched()
			}
			before := f.count("GET /restoreSessions/")
			queries := f.count("GET /query")
			for f.count("GET /") < before+queries+20 {
				runtime.Gosched()
			}
			singles, more := f.count("GET /restoreSessions/")-before, f.count("GET /query")-queries
			if tc.single && (singles == 0 || more > 0) || !tc.single && (more == 0 || singles > 0) {
				t.Errorf("then %d requests by address and %d queries", singles, more)
			}
			f.stopAll()
			wg.Wait()
		})
	}
}

func failing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }
}

// Who gives up disturbs nobody, and when the last one has left nothing is asked any more.
func TestLeavingASession(t *testing.T) {
	f := newFarm(t, 3)
	clock := newHandClock()
	c := f.dial(WithClock(clock))
	one, giveUp := context.WithCancel(ctx)
	all, giveUpAll := context.WithCancel(ctx)
	first := make(chan error)
	var rest sync.WaitGroup
	go func() { _, err := f.wait(one, c, sessionName(0)); first <- err }()
	for i := range 3 {
		rest.Go(func() {
			if _, err := f.wait(all, c, sessionName(i)); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", sessionName(i), err)
			}
		})
	}
	for c.polls.waitingNow() < 4 {
		runtime.Gosched()
	}
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	for range 4 {
		clock.tick()
	}
	if n := c.polls.waitingNow(); n != 3 {
		t.Errorf("%d wait, want 3", n)
	}
	<-clock.armed
	giveUpAll()
	rest.Wait()
	c.polls.mu.Lock()
	running := len(c.polls.running)
	c.polls.mu.Unlock()
	if running != 0 {
		t.Errorf("%d pollers without anybody who waits", running)
	}
	noGoroutines(t)
}
