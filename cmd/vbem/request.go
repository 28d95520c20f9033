package main

import (
	"encoding/xml"
	"fmt"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// requestView shows a request that is not sent.
type requestView struct {
	XMLName xml.Name     `json:"-" xml:"request"`
	Method  string       `json:"method" xml:"method"`
	URL     string       `json:"url" xml:"url"`
	Headers []headerView `json:"headers" xml:"header"`
	Body    string       `json:"body" xml:"body"`
}

type headerView struct {
	Name  string `json:"name" xml:"name,attr"`
	Value string `json:"value" xml:",chardata"`
}

// viewRequest shows the request that the client would send for a call. Its body differs from the one that is sent in
// white space between elements alone.
func viewRequest(c *client.Client, call *rest.Call, format string) (*requestView, error) {
	if err := xsdbind.Validate(call.Body); err != nil {
		return nil, fmt.Errorf("request body: %w", err)
	}
	target, err := call.Target()
	if err != nil {
		return nil, err
	}
	body, err := readable(call.Body, format == "json")
	if err != nil {
		return nil, fmt.Errorf("request body: %w", err)
	}
	media := "application/" + format
	return &requestView{
		Method: call.Op.Method, URL: c.URL() + target, Body: body,
		Headers: []headerView{{"Accept", media}, {"Content-Type", media}, {"X-RestSvcSessionId", "[redacted]"}},
	}, nil
}

func (v *requestView) text(w *textWriter) {
	w.line("%s %s", v.Method, v.URL)
	for _, h := range v.Headers {
		w.line("%s: %s", h.Name, h.Value)
	}
	w.line("")
	w.line("%s", v.Body)
}
