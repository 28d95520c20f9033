// Package capture records what goes over the wire and saves it as a corpus of messages that can be given away: every secret and every
// name in it is replaced, the same name by the same pseudonym wherever it stands, so that references still resolve.
//
// What is kept as it is: the names of elements, attributes and members, their order and place, white space, numbers and booleans where the
// schema has such, dates, and the API's own words where the schema or the operation table has them: types, relations, states, paths, versions.
// All other text is replaced word by word: free text too. Comments and processing instructions are dropped. A body that is neither
// well-formed XML nor JSON, or that has a document type, is told in the index and not saved.
//
// Names of elements, attributes and members are never replaced: they are what a corpus is about. A message in which one of the secrets of its
// own log-in stands where it is kept is an error, and nothing is saved.
package capture

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Limits of a recording.
const (
	mostExchanges = 10_000
	mostBody      = 64 << 20
)

// Exchange is a request with its answer.
type Exchange struct {
	Method, URL string
	Request     []byte
	Status      int // 0: no answer came
	Response    []byte
	Cut         bool // one of the bodies did not come to its end, or was too long
}

// Recorder takes what passes through its RoundTrippers. The zero value is ready. It is safe for concurrent use.
type Recorder struct {
	mu      sync.Mutex
	list    []*Exchange
	secrets []string
	missed  int
}

// Around puts the recorder around a transport. Requests and answers pass unchanged.
func (r *Recorder) Around(next http.RoundTripper) http.RoundTripper {
	return &tap{recorder: r, next: next}
}

type tap struct {
	recorder *Recorder
	next     http.RoundTripper
}

// CloseIdleConnections passes the wish on.
func (t *tap) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (t *tap) RoundTrip(req *http.Request) (*http.Response, error) {
	x := t.recorder.begin(req)
	if x == nil {
		return t.next.RoundTrip(req)
	}
	if req.Body != nil && req.Body != http.NoBody {
		sent := *req // a RoundTripper must not change its request
		sent.Body = &copied{ReadCloser: req.Body, recorder: t.recorder, x: x, to: &x.Request}
		req = &sent
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.recorder.answered(x, resp)
	resp.Body = &copied{ReadCloser: resp.Body, recorder: t.recorder, x: x, to: &x.Response}
	return resp, nil
}

func (r *Recorder) begin(req *http.Request) *Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret(req.Header)
	if len(r.list) >= mostExchanges {
		r.missed++
		return nil
	}
	x := &Exchange{Method: req.Method, URL: req.URL.String()}
	r.list = append(r.list, x)
	return x
}

func (r *Recorder) answered(x *Exchange, resp *http.Response) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret(resp.Header)
	x.Status = resp.StatusCode
}

// secret notes what a header holds that opens something. The lock is held.
func (r *Recorder) secret(h http.Header) {
	add := func(s string) {
		if s = strings.TrimSpace(s); len(s) >= 4 && !slices.Contains(r.secrets, s) {
			r.secrets = append(r.secrets, s)
		}
	}
	for _, s := range h.Values("X-RestSvcSessionId") {
		add(s)
	}
	if user, password, ok := (&http.Request{Header: h}).BasicAuth(); ok {
		add(password)
		add(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	}
	for _, c := range (&http.Response{Header: h}).Cookies() {
		add(c.Value)
	}
	for _, c := range (&http.Request{Header: h}).Cookies() {
		add(c.Value)
	}
}

// Exchanges returns what was recorded so far, in the order of the requests, and how many were too many to be kept.
func (r *Recorder) Exchanges() (list []Exchange, missed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.list {
		c := *x
		c.Request, c.Response = bytes.Clone(x.Request), bytes.Clone(x.Response)
		list = append(list, c)
	}
	return list, r.missed
}

// Secrets returns the passwords and tokens that went over the wire.
func (r *Recorder) Secrets() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.secrets)
}

// copied is a body of which a copy is kept.
type copied struct {
	io.ReadCloser
	recorder *Recorder
	x        *Exchange
	to       *[]byte
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.recorder.mu.Lock()
	defer c.recorder.mu.Unlock()
	if room := mostBody - len(*c.to); n > room {
		c.x.Cut = true
		*c.to = append(*c.to, p[:room]...)
	} else {
		*c.to = append(*c.to, p[:n]...)
	}
	if err != nil && err != io.EOF {
		c.x.Cut = true
	}
	return n, err
}
