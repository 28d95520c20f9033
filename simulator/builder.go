package simulator

import (
	"net/http"
	"strings"
	"time"

	"github.com/vbem-go/vbem/xsdbind"
)

// builder makes the values that are answered. It belongs to one request and is used under the core's lock.
type builder struct {
	c       *core
	base    string // https://host/api
	now     time.Time
	missing func(element, name string) // see fill
}

// place is an address below the API's root, and the template of its operation.
type place struct{ template, path string }

// at fills a template: each {ID} in turn is replaced by an id.
func at(template string, ids ...string) place {
	p := place{template: template}
	rest := template
	for _, id := range ids {
		before, after, ok := strings.Cut(rest, "{ID}")
		if !ok {
			break
		}
		p.path += before + id
		rest = after
	}
	p.path += rest
	return p
}

// link is a link of an answer.
type link struct {
	rel, typ, name string
	place          place
	query          string // format=Entity, action=failover, …
	method         string // of the request that the link is for; "" is GET
}

func (b *builder) href(p place, query string) string {
	if query == "" {
		return b.base + p.path
	}
	return b.base + p.path + "?" + query
}

// errorBody makes the body of an error.
func errorBody(_ *http.Request, status int, err error) xsdbind.Struct {
	msg := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd' // XML has no way to write it; an identifier in a path may have it all the same
		}
		return r
	}, strings.ToValidUTF8(err.Error(), "\ufffd"))
	e := newElement("Error")
	if e == nil {
		return nil
	}
	_ = new(builder).fill(e, values{
		"Message": msg, "StatusCode": status, "Status": strings.ReplaceAll(http.StatusText(status), " ", ""), "FirstChanceExceptionMessage": msg,
	})
	return e
}
