package client

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Clock tells the time and wakes those who wait. It drives back-off and polling, and dates what was sent; the
// time limit of a single request ([WithRequestTimeout]) is real time whatever the clock says.
// The interface names no type of this package, so that one clock can serve a client and a server.
type Clock interface {
	Now() time.Time
	// NewTimer returns a channel that receives once, d from now, and a function that stops the timer.
	NewTimer(d time.Duration) (c <-chan time.Time, stop func() bool)
}

// SystemClock is the clock of the operating system.
type SystemClock struct{}

// Now returns time.Now().
func (SystemClock) Now() time.Time { return time.Now() }

// NewTimer starts a time.Timer.
func (SystemClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}

// pause waits for d, or for ctx, whose error it returns.
func pause(ctx context.Context, clock Clock, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return contextError(ctx)
	}
	if d <= 0 {
		return nil
	}
	c, stop := clock.NewTimer(d)
	defer stop()
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return contextError(ctx)
	}
}

// Retry says how often and how patiently a request is sent again that may be sent again.
type Retry struct {
	Attempts int           // how often it is sent in all; 1 = never again, 0 = the default of 4
	Base     time.Duration // first pause; 0 = 250 ms. Each further pause is twice as long, and a random part of it is waited
	Max      time.Duration // longest pause; 0 = 10 s. A server's Retry-After is obeyed up to this
}

func (r Retry) withDefaults() Retry {
	if r.Attempts <= 0 {
		r.Attempts = 4
	}
	if r.Base <= 0 {
		r.Base = 250 * time.Millisecond
	}
	if r.Max <= 0 {
		r.Max = 10 * time.Second
	}
	return r
}

// delay is the pause after the given number of failed attempts: between half and the whole of the exponential step.
func (r Retry) delay(failed int) time.Duration {
	d := r.Base
	for i := 1; i < failed && d < r.Max; i++ {
		d *= 2
	}
	d = min(d, r.Max)
	return d/2 + rand.N(d/2+1)
}

// after reads Retry-After: seconds or a date.
func (r Retry) after(h http.Header, now time.Time) (time.Duration, bool) {
	v := h.Get("Retry-After")
	if v == "" {
		return 0, false
	}
	if n, err := strconv.Atoi(v); err == nil && n >= 0 {
		if n > int(r.Max/time.Second) {
			return r.Max, true
		}
		return time.Duration(n) * time.Second, true
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(t.Sub(now), 0), r.Max), true
	}
	return 0, false
}
