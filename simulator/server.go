package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is a simulated Enterprise Manager that listens.
type Server struct {
	*Handler
	URL        string // https://127.0.0.1:port, without /api
	Thumbprint string // SHA-256 of the certificate, 3A:7B:…; "" over plain HTTP

	http  *http.Server
	certs *certificates // nil over plain HTTP
	conns *connections
	close sync.Once
	done  chan struct{}
}

// New starts a server on a free port of the loopback interface, over TLS with a self-signed certificate. It panics
// when that fails, as httptest does, for then no test can run. Close it.
func New(model Model, opts ...Option) *Server {
	s, err := StartAt("127.0.0.1:0", model, opts...)
	if err != nil {
		panic(err)
	}
	return s
}

// StartAt starts a server on an address, host:port. Close it. An address beyond the loopback interface shows the simulator to
// the network; that is a decision to be taken by name.
func StartAt(addr string, model Model, opts ...Option) (*Server, error) {
	cfg := newConfig(opts)
	if err := cfg.faults.Check(); err != nil {
		return nil, err
	}
	h := newHandler(model, cfg)
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Server{Handler: h, conns: newConnections(ln, &h.faults), done: make(chan struct{})}
	h.onRestart = s.conns.resetAll
	ln = s.conns
	if cfg.log == nil {
		cfg.log = log.New(io.Discard, "", 0)
	}
	s.http = &http.Server{
		Handler: h, ErrorLog: cfg.log,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
		// HTTP/1.1 alone, as the tool that these requests are typed with shows them.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	s.URL = "http://" + ln.Addr().String()
	if !cfg.plain {
		host, _, _ := net.SplitHostPort(addr)
		if cfg.certificate == nil {
			cert, err := selfSigned(host)
			if err != nil {
				return nil, errors.Join(err, ln.Close())
			}
			cfg.certificate = &cert
		}
		if len(cfg.certificate.Certificate) == 0 {
			return nil, errors.Join(errors.New("simulator: the certificate is empty"), ln.Close())
		}
		s.URL = "https://" + ln.Addr().String()
		s.Thumbprint = thumbprint(cfg.certificate.Certificate[0])
		s.certs = &certificates{faults: &h.faults, host: host, current: cfg.certificate}
		ln = tls.NewListener(ln, &tls.Config{
			GetCertificate: s.certs.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
			SessionTicketsDisabled: true, // each handshake shows the certificate of its moment
		})
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(ln) // ends with ErrServerClosed
	}()
	return s, nil
}

// Close stops the server and breaks its connections. Requests that are being carried out are, to their end, before it returns.
// It may be called more than once.
func (s *Server) Close() {
	idle := s.underway.close()
	s.close.Do(func() { close(s.stop) })
	_ = s.http.Close() // the listener and the connections are gone either way
	<-s.done
	<-idle
}

// ChangeCertificate shows another certificate from the next handshake on, as after a renewal, and resets the connections. nil stands for a new
// self-signed one. It returns the thumbprint; Server.Thumbprint stays the first one's. Over plain HTTP there is none, and nothing happens.
func (s *Server) ChangeCertificate(c *tls.Certificate) (thumb string, err error) {
	if s.certs == nil {
		return "", nil
	}
	if c == nil {
		made, err := selfSigned(s.certs.host)
		if err != nil {
			return "", err
		}
		c = &made
	}
	if len(c.Certificate) == 0 {
		return "", errors.New("simulator: the certificate is empty")
	}
	s.certs.set(c)
	s.conns.resetAll()
	return thumbprint(c.Certificate[0]), nil
}

// TB is the part of testing.TB that Test needs.
type TB interface {
	Helper()
	Cleanup(func())
}

// Test runs f with a server of the DefaultModel, which is closed when f returns. The context ends with the test.
func Test(t TB, f func(ctx context.Context, em *Server), opts ...Option) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	em := New(DefaultModel(), opts...)
	defer em.Close()
	f(ctx, em)
}

// baseURL is the API's root as the caller addressed it. Links start with it.
func baseURL(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + "/api"
}

// segmentsBelowAPI splits a path, without empty parts and without the leading api. ok is false outside of the API.
func segmentsBelowAPI(path string) (segs []string, ok bool) {
	for _, s := range strings.Split(path, "/") {
		if s != "" {
			segs = append(segs, s)
		}
	}
	if len(segs) == 0 || !strings.EqualFold(segs[0], "api") {
		return nil, false
	}
	return segs[1:], true
}
