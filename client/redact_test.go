package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
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

// randomSecret makes a secret of the characters that encodings treat in their own ways.
func randomSecret(r *rand.Rand) string {
	const letters = `abcXYZ0189 <>&"'/+=%:;\{}äß🗝`
	runes := []rune(letters)
	b := make([]rune, 6+r.IntN(20))
	for i := range b {
		b[i] = runes[r.IntN(len(runes))]
	}
	b[0] = 'k'
	return string(b)
}

// A secret that the server, a proxy or a library hands back never comes out of the client: not in an error, a log
// record or a printed value.
func TestSecretsNeverShow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		password, token, inner := randomSecret(r), base64.StdEncoding.EncodeToString([]byte(randomSecret(r))), randomSecret(r)
		secrets := []string{password, token, inner}
		var log bytes.Buffer
		em := newEM(t)
		em.onLogin = func(w http.ResponseWriter, _ *http.Request) {
			em.mu.Lock()
			em.tokens[token] = "s-1"
			em.mu.Unlock()
			w.Header().Set("X-RestSvcSessionId", token)
			reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>u</UserName><SessionId>s-1</SessionId></LogonSession>`)
		}
		echo := func(secret string) []string {
			j, _ := json.Marshal(secret)
			return []string{
				"<html>you sent " + html.EscapeString(secret) + "</html>",
				"plain " + secret, "query " + url.QueryEscape(secret), "path " + url.PathEscape(secret), "json " + string(j),
				"basic " + base64.StdEncoding.EncodeToString([]byte("u:"+password)),
				`<Error Message="about ` + html.EscapeString(secret) + `" StatusCode="500"` + space + `/>`,
				`{"Message":` + string(j) + `,"StatusCode":500}`,
			}
		}
		var printed strings.Builder
		show := func(v any) {
			fmt.Fprintf(&printed, "%v %+v %#v %s %q %d\n", v, v, v, v, v, v)
			l := slog.New(slog.NewJSONHandler(&printed, nil))
			l.Info("x", "v", v)
		}
		c, err := Dial(ctx, em.URL, WithPassword("u", password), WithThumbprint(em.thumbprint()), WithClock(newJumpClock()),
			WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
			WithInterceptor(func(next rest.Caller) rest.Caller {
				return rest.CallerFunc(func(ctx context.Context, call *rest.Call) (*rest.Answer, error) {
					a, err := next.Call(ctx, call)
					if a != nil {
						show(a.Header)
					}
					return a, err
				})
			}))
		if err != nil {
			t.Fatal(err)
		}
		saved, err := c.Save()
		if err != nil {
			t.Fatal(err)
		}
		show(c)
		show(saved)
		show(&saved)
		show(struct{ inner SavedSession }{saved})
		show(*c)
		show(saved.Token)
		em.handle("GET /cdpPolicies", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-RestSvcSessionId", token)
			w.Header().Set("Set-Cookie", "X-RestSvcSessionId="+token)
			reply(w, 200, emptyRefs)
		})
		if _, err := c.CdpPolicies().List(ctx); err != nil {
			t.Fatal(err)
		}
		for _, status := range []int{200, 404, 500, 502} {
			for _, s := range secrets {
				for _, body := range echo(s) {
					em.answer("GET /cdpReplicas", status, body)
					em.answer("POST /backupServers", status, body)
					if s != inner { // which the client has not heard of before it is sent
						_, err := c.CdpReplicas().List(ctx)
						for e := err; e != nil; e = errors.Unwrap(e) {
							show(e)
						}
					}
					spec := new(ent.BackupServerSpec)
					spec.DnsNameOrIpAddress = "vbr"
					spec.Password = ent.Ptr(inner)
					_, err := c.BackupServers().Create(ctx, spec)
					for e := err; e != nil; e = errors.Unwrap(e) {
						show(e)
					}
				}
			}
		}
		out := log.String() + printed.String()
		for _, s := range secrets {
			for _, form := range []string{s, html.EscapeString(s), url.QueryEscape(s), fmt.Sprintf("%q", s), base64.StdEncoding.EncodeToString([]byte(s))} {
				if i := strings.Index(out, form); i >= 0 {
					t.Fatalf("the secret %q shows as %q: …%s…", s, form, out[max(0, i-200):min(len(out), i+100)])
				}
			}
		}
		if strings.Contains(out, base64.StdEncoding.EncodeToString([]byte("u:"+password))) {
			t.Fatal("the Basic value shows")
		}
		_ = c.Logout(ctx)
	}
}

func TestSessionIDIsMasked(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	em.answer("DELETE /logonSessions/x-1", 500, "")
	if err := c.LogonSessions().ID("x-1").Delete(ctx); err == nil || strings.Contains(err.Error(), "x-1") {
		t.Errorf("%v", err)
	}
}

func TestSecretKeepsItsText(t *testing.T) {
	b, err := json.Marshal(NewSecret("abc"))
	if err != nil || string(b) != `"abc"` {
		t.Errorf("%s, %v", b, err)
	}
	var s Secret
	if err := json.Unmarshal(b, &s); err != nil || s.Reveal() != "abc" || s.IsZero() || !(Secret{}).IsZero() {
		t.Errorf("%v", err)
	}
	if err := json.Unmarshal([]byte("5"), &s); err == nil {
		t.Error("a number was read as a secret")
	}
}

func TestShortSecretsTearNothing(t *testing.T) {
	var r redactor
	r.keep("a")
	if got := r.clean("a task"); got != "a task" {
		t.Error(got)
	}
}

// A secret is known in the spelling that encoding/json gives it, whatever it is made of.
func TestSecretInJSON(t *testing.T) {
	for _, text := range []string{"plain", `a"b\c/d`, "<&>'", "\b\f\n\r\t\v\x00\x1f\x7f", "é\u2028\u2029\ufffd\U0001F600", "a\xffb\xc3", ""} {
		want, err := json.Marshal(text)
		if got := `"` + inJSON(text) + `"`; err != nil || got != string(want) {
			t.Errorf("%q is written as %s, by encoding/json as %s", text, got, want)
		}
	}
}
