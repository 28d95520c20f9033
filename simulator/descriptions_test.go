package simulator_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/schema"
	"github.com/vbem-go/vbem/simulator"
)

// The descriptions need no log-in, name the simulator itself, and what they refer to is there.
func TestDescriptions(t *testing.T) {
	for _, opts := range [][]simulator.Option{nil, {simulator.WithPlainHTTP()}} {
		em := simulator.New(simulator.DefaultModel(), opts...)
		t.Cleanup(em.Close)
		f := newForeign(t, em)

		var openAPI struct {
			OpenAPI string
			Servers []struct {
				URL       string
				Variables map[string]struct{ Default string }
			}
			Paths map[string]any
		}
		a := f.do("GET", "/openapi.json", "")
		if err := json.Unmarshal([]byte(a.body), &openAPI); err != nil || a.status != 200 || a.header.Get("Content-Type") != "application/json" {
			t.Fatalf("%d %v %v", a.status, a.header, err)
		}
		s := openAPI.Servers[0]
		at := strings.NewReplacer("{host}", s.Variables["host"].Default, "{port}", s.Variables["port"].Default).Replace(s.URL)
		if at != em.URL+"/api" || len(openAPI.Paths) < 200 {
			t.Errorf("the server is at %s, not %s; %d paths", at, em.URL, len(openAPI.Paths))
		}

		a = f.do("GET", "/api.wadl", "")
		var wadl element
		if err := xml.Unmarshal([]byte(a.body), &wadl); err != nil || a.status != 200 {
			t.Fatalf("%d %v", a.status, err)
		}
		base, err := url.Parse(em.URL + "/api/api.wadl")
		if err != nil {
			t.Fatal(err)
		}
		grammar, err := base.Parse(wadl.at("grammars", "include").attr("href"))
		if err != nil {
			t.Fatal(err)
		}
		if got := wadl.at("resources").attr("base"); got != em.URL+"/api/" {
			t.Errorf("the resources are at %s", got)
		}
		if a := f.do("GET", grammar.String(), ""); a.status != 200 || a.body != string(schema.RestAPI()) {
			t.Errorf("%s: %d", grammar, a.status)
		}
	}
}
