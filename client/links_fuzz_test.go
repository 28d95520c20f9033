package client

import (
	"net/url"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/rest"
)

// Wherever a link says that it leads, the request goes to the host that was dialed, below the API's base, and is a URL.
func FuzzLink(f *testing.F) {
	for _, s := range []string{
		"https://em.internal:9398/api/tasks/task-1", "/api/jobs/a?format=Entity", "https://evil.example/api/x#y", "//evil.example/api/x", "/api/../admin", "/api/%2e%2e/admin",
		"/api/a/{ID}/b", "tasks/task-1", "https://em/API/query?type=Job&filter=Name==\"a b\"", "\\\\evil\\api", "/api//evil.example/", "/api/a%2Fb", "/api/@evil.example", "/api?x=\r\nHost: evil",
		"https://u:p@evil.example/api/", "javascript:alert(1)", "/api/é", "/api/%zz", "?page=2", "", " /api/x ",
	} {
		f.Add("https://em.example.com:9398", s)
		f.Add("https://em.example.com/veeam/api", s)
	}
	f.Fuzz(func(t *testing.T, address, href string) {
		base, err := parseBase(address, false)
		if err != nil {
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("%q: the error %v shows the password", address, err)
			}
			return
		}
		if base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
			t.Fatalf("%q: base %v", address, base)
		}
		c := &core{o: &options{}, base: base, red: &redactor{}}
		op, err := c.resolve(href)
		if err != nil {
			return
		}
		target, err := (&rest.Call{Op: op}).Target()
		if err != nil {
			return
		}
		// As a request is made.
		u, err := url.Parse(base.String() + target)
		if err != nil {
			return // no request is made
		}
		if u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil || u.Fragment != "" {
			t.Errorf("%q from %v leads to %v", href, base, u)
		}
		if !strings.HasPrefix(u.EscapedPath(), base.EscapedPath()+"/") || hasDots(strings.TrimPrefix(u.EscapedPath(), base.EscapedPath())) {
			t.Errorf("%q from %v leads to %v, which is not below it", href, base, u)
		}
		if strings.ContainsAny(u.RequestURI(), " \r\n\t\"<>") {
			t.Errorf("%q: request line %q", href, u.RequestURI())
		}
	})
}
