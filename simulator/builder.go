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
