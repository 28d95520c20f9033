package simulator

import (
	"bytes"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Exchange is a request and its answer as they were on the wire, after TLS and transfer encoding. It holds secrets: the
// session's token and, for a log-in, the password.
type Exchange struct {
	Time           time.Time // on the simulator's clock
	Method         string
	Target         string // path and query as they were sent
	RequestHeader  http.Header
	RequestBody    []byte
	Status         int
	ResponseHeader http.Header
	ResponseBody   []byte
}

// Recorder keeps exchanges. The zero value keeps the last 1,000. It is safe for concurrent use.
type Recorder struct {
	// Limit is how many exchanges are kept; 0 means 1,000. Not to be changed once the Recorder is used.
	Limit int

	mu   sync.Mutex
	list []Exchange
}

// Exchanges returns what was recorded, in the order in which the answers were complete. The bytes are shared and not to be changed.
func (r *Recorder) Exchanges() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// Reset forgets all exchanges.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = nil
}

func (r *Recorder) add(e Exchange) {
	limit := r.Limit
	if limit <= 0 {
		limit = 1000
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.list) - limit + 1; n > 0 {
		r.list = slices.Delete(r.list, 0, n)
	}
	r.list = append(r.list, e)
}

// tee is a ResponseWriter that keeps what passes.
type tee struct {
	http.ResponseWriter
	status int
	header http.Header
	body   bytes.Buffer
}

func (t *tee) WriteHeader(status int) {
	if t.status == 0 {
		t.status, t.header = status, make(http.Header)
		for name, values := range t.ResponseWriter.Header() {
			for _, v := range values {
				t.header.Add(name, v) // under the name that Get looks for
			}
		}
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tee) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	t.body.Write(b)
	return t.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }
