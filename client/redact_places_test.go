package client

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// Where a server, a proxy or a caller can put a secret beside the bodies of answers to calls: in a redirect's address, in a task's and a
// restore session's message, into a stream, behind a start of unknown outcome, in headers and paths of a call, in the address of server and proxy.
func TestSecretsInOddPlaces(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 4 {
		password := randomSecret(r)
		var out, log bytes.Buffer
		show := func(err error) {
			for e := err; e != nil; e = errors.Unwrap(e) {
				fmt.Fprintf(&out, "%v %+v %#v %s %q\n", e, e, e, e, e)
				slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "err", e)
			}
		}
		em := newEM(t)
		em.onLogin = func(w http.ResponseWriter, _ *http.Request) {
			em.mu.Lock()
			em.tokens["dG9rZW4="] = "s-1"
			em.mu.Unlock()
			w.Header().Set("X-RestSvcSessionId", "dG9rZW4=")
			reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>u</UserName><SessionId>s-1</SessionId></LogonSession>`)
		}
		c, err := Dial(ctx, em.URL, WithPassword("u", password), WithThumbprint(em.thumbprint()), WithClock(newJumpClock()),
			WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		if err != nil {
			t.Fatal(err)
		}
		escaped := html.EscapeString(password)
		failed := 0
		count := func(err error) {
			t.Helper()
			if err == nil {
				t.Error("no error to look at")
			}
			failed++
			show(err)
		}

		em.handle("GET /cdpReplicas", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://"+url.PathEscape(password)+".example/"+url.PathEscape(password)+"?"+url.QueryEscape(password))
			w.WriteHeader(http.StatusFound)
		})
		_, err = c.CdpReplicas().List(ctx)
		count(err)

		em.answer("GET /tasks/task-1", 200, task("task-1", "Finished", `<Result Success="false"><Message>about `+escaped+`</Message></Result>`))
		_, err = c.Wait(ctx, started(c, "task-1"))
		if err != nil {
			show(err)
		}

		em.answer("GET /query", 200, `<QueryResult`+space+`><Refs><Ref Name="`+escaped+`"`)
		for _, e := range NewQuery[ent.CdpReplica](c).Refs(ctx) {
			if e != nil {
				count(e)
			}
		}
		em.answer("POST /cdpReplica/vApps/a", 500, "<html>"+escaped+"</html>")
		_, err = c.CdpReplica().VApps().ID("a").Failover(ctx, ToLatest())
		if !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("%v", err)
		}
		count(err)
		em.answer("GET /cdpPolicies", 404, "")
		_, err = c.CdpPolicies().List(ctx, rest.WithHeader("Authorization", password), rest.WithQuery(url.Values{"filter": {password}}))
		count(err)
		_, err = c.CdpPolicies().ID(password).Get(ctx)
		count(err)

		_, err = Dial(ctx, "https://u:"+url.PathEscape(password)+"@em.example.com", WithPassword("u", password))
		count(err)
		_, err = Dial(ctx, "https://"+password+"@%zz", WithPassword("u", password))
		count(err)
		proxy, _ := url.Parse("http://127.0.0.1:1")
		proxy.User = url.UserPassword("u", password)
		_, err = Dial(ctx, em.URL, WithPassword("v", "another one"), WithThumbprint(em.thumbprint()), WithRetry(Retry{Attempts: 1}), WithProxy(http.ProxyURL(proxy)))
		count(err)
		_, err = ParseSession([]byte(`{"url": "x", "token": ["` + password + `"]}`))
		count(err)

		all := out.String() + log.String()
		for _, form := range []string{password, escaped, url.QueryEscape(password), url.PathEscape(password)} {
			if i := strings.Index(all, form); i >= 0 {
				t.Fatalf("%q shows as %q: …%s…", password, form, all[max(0, i-200):min(len(all), i+100)])
			}
		}
		if failed < 9 {
			t.Errorf("only %d errors were looked at", failed)
		}
		_ = c.Logout(ctx)
	}
}
