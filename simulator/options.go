package simulator

import (
	"crypto/tls"
	"log"
	"net/http"
	"slices"
	"time"
)

type config struct {
	clock       Clock
	timing      Timing
	accounts    []Account
	rules       []Rule
	recorder    *Recorder
	unknownTask int
	lifetime    time.Duration
	plain       bool
	certificate *tls.Certificate
	log         *log.Logger
	faults      Faults
	limits      Limits
	admin       string
}

// Option changes how a simulator works.
type Option func(*config)

// WithClock replaces the system's clock. Certificates alone go by the system's.
func WithClock(c Clock) Option {
	return func(cfg *config) { cfg.clock = c }
}

// WithTiming replaces DefaultTiming.
func WithTiming(t Timing) Option {
	return func(cfg *config) { cfg.timing = t.normal() }
}

// WithAccounts replaces the one administrator. The first account is the one that Server.Username and Server.Password name.
func WithAccounts(accounts ...Account) Option {
	return func(cfg *config) { cfg.accounts = slices.Clone(accounts) }
}

// WithRules makes some failovers, restores, runs of jobs and failover plans end otherwise than well. See also Handler.SetRules.
func WithRules(rules ...Rule) Option {
	return func(cfg *config) { cfg.rules = slices.Clone(rules) }
}

// WithRecorder keeps every request and answer in r.
func WithRecorder(r *Recorder) Option {
	return func(cfg *config) { cfg.recorder = r }
}

// WithUnknownTaskError answers requests for a task that is not there with 500 and the text that third
// parties saw, and not with 404.
func WithUnknownTaskError() Option {
	return func(cfg *config) { cfg.unknownTask = http.StatusInternalServerError }
}

// WithSessionLifetime replaces SessionLifetime.
func WithSessionLifetime(d time.Duration) Option {
	return func(cfg *config) { cfg.lifetime = d }
}

// WithPlainHTTP serves HTTP without TLS.
func WithPlainHTTP() Option {
	return func(cfg *config) { cfg.plain = true }
}

// WithCertificate replaces the self-signed certificate.
func WithCertificate(c tls.Certificate) Option {
	return func(cfg *config) { cfg.certificate = &c }
}

// WithLog sends what net/http has to say about connections to l. By default nobody hears it.
func WithLog(l *log.Logger) Option {
	return func(cfg *config) { cfg.log = l }
}
