package simulator

import (
	"crypto/tls"
	"net"
	"sync"
)

// connections is a listener that knows the connections that came through it, and resets some at once.
type connections struct {
	net.Listener
	faults *injector

	mu   sync.Mutex
	open map[*connection]struct{}
}

func newConnections(ln net.Listener, faults *injector) *connections {
	return &connections{Listener: ln, faults: faults, open: make(map[*connection]struct{})}
}

// Accept returns the next connection to which nothing happens.
func (l *connections) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.faults.forConnection(FaultResetAccept) {
			reset(c)
			continue
		}
		kept := &connection{Conn: c, owner: l}
		l.mu.Lock()
		l.open[kept] = struct{}{}
		l.mu.Unlock()
		return kept, nil
	}
}

// resetAll resets all connections.
func (l *connections) resetAll() {
	l.mu.Lock()
	all := make([]*connection, 0, len(l.open))
	for c := range l.open {
		all = append(all, c)
	}
	l.mu.Unlock()
	for _, c := range all {
		reset(c)
	}
}

type connection struct {
	net.Conn
	owner *connections
}

// Close closes the connection.
func (c *connection) Close() error {
	c.owner.mu.Lock()
	delete(c.owner.open, c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// NetConn returns the connection below.
func (c *connection) NetConn() net.Conn { return c.Conn }

// certificates chooses the certificate of each handshake.
type certificates struct {
	faults *injector
	host   string

	mu      sync.Mutex
	current *tls.Certificate
	other   *tls.Certificate // made when it is first needed
}

func (s *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	wrong := s.faults.forConnection(FaultCertificate)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !wrong {
		return s.current, nil
	}
	if s.other == nil {
		c, err := selfSigned(s.host)
		if err != nil {
			return nil, err
		}
		s.other = &c
	}
	return s.other, nil
}

func (s *certificates) set(c *tls.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = c
}
