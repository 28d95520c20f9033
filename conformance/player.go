package conformance

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A player is a server that answers with what it is given, and keeps every byte that it reads.
// It logs in whoever asks. It serves one caller, who makes one call at a time.
type player struct {
	url           string
	kind          string
	root, session []byte                // what log-in is answered with
	reply         atomic.Pointer[reply] // what everything else is answered with; nil before log-in is over
	tape          tape
	server        *http.Server
}

type reply struct {
	status int
	body   []byte
}

func newPlayer(ctx context.Context, kind string, root, session []byte) (*player, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &player{url: "http://" + l.Addr().String(), kind: kind, root: root, session: session}
	const patience = time.Minute // far longer than any call on the loopback interface takes
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: patience}
	// Serve ends with an error when it is closed, and has no other: the listener is open.
	go func() { _ = p.server.Serve(&tapedListener{l, &p.tape}) }()
	return p, nil
}

func (p *player) close() { _ = p.server.Close() }

// ServeHTTP answers. Calls are made one after the other, so the reply is that of the call.
func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The tape must have the whole request before the caller has the answer. Whoever hung up has an error of his own.
	_, _ = io.Copy(io.Discard, r.Body)
	answer := p.reply.Load()
	if answer == nil {
		answer = &reply{http.StatusOK, p.root}
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/api/sessionMngr") {
			w.Header().Set("X-RestSvcSessionId", "Y29uZm9ybWFuY2U=")
			answer = &reply{http.StatusCreated, p.session}
		}
	}
	if len(answer.body) > 0 {
		w.Header().Set("Content-Type", "application/"+p.kind+"; charset=utf-8")
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// A tape holds the bytes that connections read.
type tape struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

// cut returns what was read since the last cut.
func (t *tape) cut() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	read := bytes.Clone(t.bytes.Bytes())
	t.bytes.Reset()
	return read
}

func (t *tape) write(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes.Write(b)
}

type tapedListener struct {
	net.Listener
	tape *tape
}

func (l *tapedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tapedConn{conn, l.tape}, nil
}

type tapedConn struct {
	net.Conn
	tape *tape
}

func (c *tapedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.tape.write(b[:n])
	return n, err
}
