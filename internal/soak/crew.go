package soak

import (
	"context"
	"sync"
	"time"

	"github.com/vbem-go/vbem/client"
)

// crew is some workers who share a client, and now and then get a new one.
type crew struct {
	*soak
	size int

	mu  sync.Mutex
	cur *tenure
	n   int
}

// tenure is the time for which a client is used.
type tenure struct {
	c     *client.Client
	left  int // calls until it is replaced
	users int
	over  bool
}

// patience is how long one sending of a request may take.
const patience = 700 * time.Millisecond

func (s *soak) options(n int) []client.Option {
	opts := []client.Option{
		client.WithPassword(s.em.Username, s.em.Password), client.WithThumbprint(s.em.Thumbprint), client.WithLogger(s.logger),
		client.WithRequestTimeout(patience), client.WithProxy(nil),
		client.WithRetry(client.Retry{Attempts: 3, Base: 2 * time.Millisecond, Max: 20 * time.Millisecond}),
		client.WithPolling(client.Polling{Min: 5 * time.Millisecond, Max: 50 * time.Millisecond}),
	}
	if n%2 == 1 {
		opts = append(opts, client.WithJSON())
	}
	return append(opts, s.cfg.Client...)
}

// take returns a client to call with. An error is a log-in that failed: faults hit those too.
func (c *crew) take(ctx context.Context) (*tenure, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cur == nil {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		c.n++
		made, err := client.Dial(ctx, c.em.URL, c.options(c.n)...)
		if err != nil {
			c.secrets.print(err)
			return nil, err
		}
		c.secrets.print(made)
		c.cur = &tenure{c: made, left: 12 * c.size}
	}
	t := c.cur
	t.users++
	if t.left--; t.left <= 0 {
		t.over, c.cur = true, nil
	}
	return t, nil
}

// give ends a use; the last one of a client whose time is over closes it.
func (c *crew) give(t *tenure) {
	c.mu.Lock()
	t.users--
	last := t.over && t.users == 0
	c.mu.Unlock()
	if last {
		c.close(t)
	}
}

func (c *crew) close(t *tenure) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	// What it says is its own business here: faults hit this, too.
	c.secrets.print(t.c.Close(ctx))
}

// end closes the client that is still in use. No worker is left.
func (c *crew) end() {
	c.mu.Lock()
	t := c.cur
	c.cur = nil
	c.mu.Unlock()
	if t != nil {
		c.close(t)
	}
}
