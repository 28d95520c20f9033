package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
)

func TestDialLogsIn(t *testing.T) {
	em := newEM(t)
	c := em.dial()
	if c.Session() != "session-1" || c.User() != testUser || c.Version() != "v1_7" || c.URL() != em.URL+"/api" {
		t.Errorf("session %q, user %q, version %q, URL %q", c.Session(), c.User(), c.Version(), c.URL())
	}
	em.answer("GET /tasks", 200, `<Tasks`+space+`/>`)
	if _, err := c.Tasks().List(ctx); err != nil {
		t.Fatal(err)
	}
	h := em.headers[0]
	if h.Get("X-RestSvcSessionId") == "" || h.Get("Authorization") != "" || h.Get("Cookie") != "" {
		t.Errorf("headers of a call: %v", h)
	}
	if h.Get("Accept") != "application/xml" || h.Get("User-Agent") != "vbem-go" {
		t.Errorf("Accept %q, User-Agent %q", h.Get("Accept"), h.Get("User-Agent"))
	}
}

func TestDialChoosesVersion(t *testing.T) {
	for name, tc := range map[string]struct {
		versions []string
		opt      Option
		want     string
	}{
		"newest offered":  {[]string{"v1_6", "v1_7", "v1_8"}, nil, "v1_7"},
		"newest not":      {[]string{"v1_5", "v1_6"}, nil, "latest"},
		"asked for":       {[]string{"v1_7"}, WithVersion("v1_5"), "v1_5"},
		"nothing offered": {nil, nil, "latest"},
	} {
		t.Run(name, func(t *testing.T) {
			em := newEM(t)
			em.versions = tc.versions
			if c := em.dial(tc.opt); c.Version() != tc.want {
				t.Errorf("version %q, want %q", c.Version(), tc.want)
			}
		})
	}
}

func TestDialRefusesAddress(t *testing.T) {
	for _, address := range []string{"http://em:9399", "ftp://em", "em:9398", "https://", "https://u:geheim@em", "https://em/?x=y", "https://geheim:\x7f@", "", "https://em#f"} {
		c, err := Dial(ctx, address, WithPassword("u", "p"))
		if err == nil {
			t.Errorf("%q: no error, client %v", address, c)
		} else if strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: the error shows a password: %v", address, err)
		}
	}
}

func TestDialRefusesOptions(t *testing.T) {
	em := newEM(t)
	pw, pin := WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint())
	insecure := &tls.Config{InsecureSkipVerify: true}
	for name, opts := range map[string][]Option{
		"no credentials":     {pin},
		"SHA-1 thumbprint":   {pw, pin, WithThumbprint(strings.Repeat("ab", 20))},
		"thumbprint no hex":  {pw, pin, WithThumbprint("xyz")},
		"colon in user name": {pin, WithPassword("a:b", "p")},
		"insecure TLS":       {pw, WithTLSConfig(insecure)},
		"insecure transport": {pw, WithTransport(&http.Transport{TLSClientConfig: insecure})},
		"transport and pin":  {pw, pin, WithTransport(em.Client().Transport)},
		"CA file missing":    {pw, pin, WithCAFile("testdata/no-such-file.pem")},
		"CA file of no CA":   {pw, pin, WithCAFile("dial_test.go")},
		"limit 0":            {pw, pin, WithMaxResponse(0)},
	} {
		if _, err := Dial(ctx, em.URL, opts...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if em.loginCount() != 0 {
		t.Errorf("%d log-ins", em.loginCount())
	}
	if _, err := Dial(ctx, em.URL, pw, WithTransport(em.Client().Transport)); err != nil {
		t.Errorf("a transport that verifies: %v", err)
	}
	var none context.Context
	if _, err := Dial(none, em.URL, pw, pin); err == nil {
		t.Error("nil context: no error")
	}
}

func TestTLS(t *testing.T) {
	em := newEM(t)
	pool := x509.NewCertPool()
	pool.AddCert(em.Certificate())
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: em.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	other := strings.Repeat("AB:", 31) + "AB"
	pw := WithPassword(testUser, testPassword)
	for name, tc := range map[string]struct {
		opts []Option
		ok   bool
	}{
		"system roots":           {[]Option{pw}, false},
		"CA file":                {[]Option{pw, WithCAFile(file)}, true},
		"pool":                   {[]Option{pw, WithRootCAs(pool)}, true},
		"thumbprint":             {[]Option{pw, WithThumbprint(em.thumbprint())}, true},
		"thumbprint plain hex":   {[]Option{pw, WithThumbprint(strings.ToLower(strings.ReplaceAll(em.thumbprint(), ":", "")))}, true},
		"thumbprint, two":        {[]Option{pw, WithThumbprint(other, em.thumbprint())}, true},
		"thumbprint and CA":      {[]Option{pw, WithThumbprint(em.thumbprint()), WithCAFile(file)}, true},
		"thumbprint, foreign CA": {[]Option{pw, WithThumbprint(em.thumbprint()), WithRootCAs(x509.NewCertPool())}, false},
		"wrong thumbprint":       {[]Option{pw, WithThumbprint(other)}, false},
		"wrong and CA":           {[]Option{pw, WithThumbprint(other), WithCAFile(file)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Dial(ctx, em.URL, append(tc.opts, WithClock(newJumpClock()))...)
			if (err == nil) != tc.ok {
				t.Fatalf("error %v", err)
			}
			if c != nil {
				defer c.Close(ctx)
			}
			var te *ThumbprintError
			if strings.HasPrefix(name, "wrong") {
				if !errors.As(err, &te) || te.Got != em.thumbprint() || len(te.Want) != 1 || te.Want[0] != other {
					t.Errorf("error %v", err)
				}
			} else if errors.As(err, &te) {
				t.Errorf("a ThumbprintError: %v", err)
			}
			if errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("a handshake that failed is no unknown outcome: %v", err)
			}
		})
	}
}

func TestTenantLogsInWithBody(t *testing.T) {
	em := newEM(t)
	var body string
	em.onLogin = func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); ok {
			t.Error("Basic authorization beside a LoginSpec")
		}
		w.Header().Set("X-RestSvcSessionId", "dG9rZW4=")
		reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>t</UserName><SessionId>s</SessionId></LogonSession>`)
	}
	em.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			b := new(strings.Builder)
			_, _ = io.Copy(b, r.Body)
			body = b.String()
			r.Body = http.NoBody
		}
		em.ServeHTTP(w, r)
	})
	c, err := Dial(ctx, em.URL, WithTenantPassword("ABC", testPassword), WithThumbprint(em.thumbprint()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Logout(ctx)
	if want := `<Username>ABC</Username><Password>pa55 wörd&amp;&lt;secret`; !strings.Contains(body, want) || !strings.Contains(body, "<LoginSpec") {
		t.Errorf("body %s", body)
	}
}

func TestTokenFromCookie(t *testing.T) {
	em := newEM(t)
	em.onLogin = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "X-RestSvcSessionId=Y29va2ll; Path=/api")
		reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>t</UserName><SessionId>s</SessionId></LogonSession>`)
	}
	c := em.dial()
	if s, _ := c.core.sessions.look(); s.token != "Y29va2ll" {
		t.Errorf("token %q", s.token)
	}
}

func TestDialFailsWithoutToken(t *testing.T) {
	for name, f := range map[string]http.HandlerFunc{
		"no token": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>t</UserName><SessionId>s</SessionId></LogonSession>`)
		},
		"no id": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-RestSvcSessionId", "dG9rZW4=")
			reply(w, 201, `<LogonSession Href="x"`+space+`><UserName>t</UserName></LogonSession>`)
		},
		"a page": func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `<html><body>Welcome</body></html>`) },
	} {
		em := newEM(t)
		em.onLogin = f
		if _, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint())); !errors.Is(err, ErrUnexpectedAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlainHTTPByName(t *testing.T) {
	em := &fakeEM{t: t, tokens: make(map[string]string), handlers: make(map[string]http.HandlerFunc)}
	em.Server = httptest.NewServer(em)
	t.Cleanup(em.Close)
	if _, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword)); err == nil || em.loginCount() != 0 {
		t.Errorf("without leave: %v", err)
	}
	c, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), WithPlainHTTP())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
}

// The operations that the client makes for itself are those of the table.
func TestOwnOperations(t *testing.T) {
	table := make(map[string]*rest.Operation)
	for _, op := range emapi.Operations() {
		table[op.Name] = op
	}
	for _, own := range []*rest.Operation{opRoot, opLogin, opSession, opLogout, opTasks, opTask, opTaskDelete, opQuery} {
		op := table[own.Name]
		if op == nil {
			t.Errorf("%s is not in the table", own.Name)
			continue
		}
		if op.Method != own.Method || op.Path != own.Path || op.Query != own.Query || len(own.Responses) > 0 && op.Responses[0] != own.Responses[0] {
			t.Errorf("%s: the table has %s %s", own.Name, op.Method, op.Path)
		}
	}
}
