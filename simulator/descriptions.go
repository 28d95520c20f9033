package simulator

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/gen/spec"
	"github.com/vbem-go/vbem/schema"
)

// What the generated descriptions say about where the API is; the served ones name the simulator instead.
const (
	specBase   = `"https://{host}:{port}/api"`
	specHost   = `"default": "em.example.com"`
	specPort   = `"default": "9398"`
	wadlBase   = `base="https://em.example.com:9398/api/"`
	wadlSchema = `href="../../schema/RestAPI.xsd"`
)

// describe answers GET /api/openapi.json, /api/api.wadl and, since the WADL refers to it, /api/RestAPI.xsd. They need no log-in.
func describe(w http.ResponseWriter, r *http.Request) bool {
	if !strings.Contains(r.URL.Path, ".") {
		return false
	}
	segs, ok := segmentsBelowAPI(r.URL.Path)
	if !ok || len(segs) != 1 || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	base := baseURL(r)
	var text, media string
	switch strings.ToLower(segs[0]) {
	case "openapi.json":
		text, media = openAPIAt(base), "application/json"
	case "api.wadl":
		text, media = strings.NewReplacer(wadlBase, `base="`+base+`/"`, wadlSchema, `href="RestAPI.xsd"`).Replace(string(spec.WADL())), "application/vnd.sun.wadl+xml"
	case "restapi.xsd":
		text, media = string(schema.RestAPI()), "application/xml"
	default:
		return false
	}
	w.Header().Set("Content-Type", media)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(text)) // the connection is gone, or it is not
	}
	return true
}

// openAPIAt is the OpenAPI document for the API at base.
func openAPIAt(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return string(spec.OpenAPI())
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		host, port = u.Host, map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return strings.NewReplacer(
		specBase, `"`+u.Scheme+`://{host}:{port}/api"`, specHost, `"default": "`+host+`"`, specPort, `"default": "`+port+`"`,
	).Replace(string(spec.OpenAPI()))
}
