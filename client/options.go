package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// Option changes how [Dial] and [Resume] set a client up.
type Option func(*options)

type options struct {
	user        string
	password    Secret
	hasPassword bool
	tenant      bool
	version     string
	plainHTTP   bool
	json        bool
	ambiguous   bool

	caFiles     []string
	roots       *x509.CertPool
	thumbprints []string
	tls         *tls.Config
	proxy       func(*http.Request) (*url.URL, error)
	transport   http.RoundTripper
	around      []func(http.RoundTripper) http.RoundTripper

	logger       *slog.Logger
	clock        Clock
	userAgent    string
	concurrent   int
	maxBody      int64
	timeout      time.Duration
	retry        Retry
	poll         Polling
	interceptors []func(rest.Caller) rest.Caller

	errs []error
}

const (
	defaultUserAgent  = "vbem-go"
	defaultConcurrent = 64
	defaultMaxBody    = 256 << 20
	defaultTimeout    = 2 * time.Minute
)

func newOptions(opts []Option) (*options, error) {
	o := &options{
		logger: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 100})), clock: SystemClock{},
		userAgent: defaultUserAgent, concurrent: defaultConcurrent, maxBody: defaultMaxBody, timeout: defaultTimeout,
		proxy: http.ProxyFromEnvironment,
	}
	for _, f := range opts {
		if f != nil {
			f(o)
		}
	}
	o.retry, o.poll = o.retry.withDefaults(), o.poll.withDefaults()
	if o.transport != nil && (o.tls != nil || o.roots != nil || len(o.caFiles) > 0 || len(o.thumbprints) > 0) {
		o.errs = append(o.errs, errors.New("WithTransport brings its own TLS settings: thumbprint, CA and TLS options would have no effect beside it"))
	}
	return o, errors.Join(o.errs...)
}

// WithPassword gives the name and password to log in with. They are sent with Basic authorization when a session is
// made and at no other time.
func WithPassword(user, password string) Option {
	return func(o *options) {
		if strings.ContainsRune(user, ':') {
			o.errs = append(o.errs, fmt.Errorf("the user name %q has a colon, which Basic authorization cannot carry", user))
		}
		o.user, o.password, o.hasPassword, o.tenant = user, NewSecret(password), true, false
	}
}

// WithTenantPassword logs in as a tenant, whose name and password EM takes in a LoginSpec body.
func WithTenantPassword(user, password string) Option {
	return func(o *options) {
		o.user, o.password, o.hasPassword, o.tenant = user, NewSecret(password), true, true
	}
}

// WithVersion asks for an API version (v1_7, latest, …) and not for what GET /api/ offers.
func WithVersion(v string) Option { return func(o *options) { o.version = v } }

// WithPlainHTTP permits http:// addresses. Name, password and session then cross the network in the clear.
func WithPlainHTTP() Option { return func(o *options) { o.plainHTTP = true } }

// WithJSON makes the client speak JSON. The default is XML. EM reads request bodies as what Accept asks for,
// so the same media type stands in both headers.
func WithJSON() Option { return func(o *options) { o.json = true } }

// AllowAmbiguousMoment lets a CdpFailoverStartSpec pass that selects no moment or several. EM's own documentation has
// an example of that kind, and does not say which of the moments wins.
func AllowAmbiguousMoment() Option { return func(o *options) { o.ambiguous = true } }

// WithThumbprint pins the server's certificate by SHA-256, as hex digits with or without colons. Several may be given
// while a certificate is being replaced. The pinned certificate needs no known CA; when a CA is given too, both must fit.
func WithThumbprint(sha256 ...string) Option {
	return func(o *options) {
		for _, t := range sha256 {
			if _, err := parseThumbprint(t); err != nil {
				o.errs = append(o.errs, err)
			}
		}
		o.thumbprints = append(o.thumbprints, sha256...)
	}
}

// WithCAFile trusts the certificates in a PEM file in place of the system's.
func WithCAFile(name string) Option {
	return func(o *options) { o.caFiles = append(o.caFiles, name) }
}

// WithRootCAs trusts the pool's certificates in place of the system's.
func WithRootCAs(p *x509.CertPool) Option { return func(o *options) { o.roots = p } }

// WithTLSConfig gives further TLS settings, a client certificate for example. One that turns verification off is refused.
func WithTLSConfig(c *tls.Config) Option { return func(o *options) { o.tls = c } }

// WithProxy chooses the proxy; nil is none. The default is that of the environment, as in [http.ProxyFromEnvironment].
func WithProxy(f func(*http.Request) (*url.URL, error)) Option {
	return func(o *options) { o.proxy = f }
}

// WithTransport replaces the HTTP transport, TLS settings and proxy included.
//
// An *http.Transport keeps the promise about [ErrOutcomeUnknown] as it is. Any other RoundTripper has to keep it: it must not send a
// request a second time by itself, and an error from it counts as an unknown outcome unless its traces show that no connection was used.
func WithTransport(rt http.RoundTripper) Option { return func(o *options) { o.transport = rt } }

// WithRoundTripper puts f around the HTTP transport, the client's own or that of [WithTransport], whose TLS settings stay as they are. What f
// returns sees every request and answer as they are on the wire: the session's token too and, at log-in, the password.
//
// It must send each request on at most once and keep the request's context; then the promise about [ErrOutcomeUnknown] holds as it is. Of several
// the first one given is the outermost.
func WithRoundTripper(f func(next http.RoundTripper) http.RoundTripper) Option {
	return func(o *options) {
		if f != nil {
			o.around = append(o.around, f)
		}
	}
}

// WithLogger logs each request and each change of session at level debug, and what was given up or tried again at
// level warn. No secret is ever logged.
func WithLogger(l *slog.Logger) Option {
	return func(o *options) {
		if l != nil {
			o.logger = l
		}
	}
}

// WithClock replaces the clock.
func WithClock(c Clock) Option {
	return func(o *options) {
		if c != nil {
			o.clock = c
		}
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(s string) Option { return func(o *options) { o.userAgent = s } }

// WithMaxConcurrent caps the requests that are under way at once; the default is 64, 0 is no cap. A stream (see
// [Query]) counts until its answer begins.
func WithMaxConcurrent(n int) Option { return func(o *options) { o.concurrent = n } }

// WithMaxResponse caps the size of an answer in bytes; the default is 256 MiB. A larger one is an error that wraps [ErrTooLarge].
func WithMaxResponse(n int64) Option {
	return func(o *options) {
		if n <= 0 {
			o.errs = append(o.errs, fmt.Errorf("response limit %d: must be positive", n))
		}
		o.maxBody = n
	}
}

// WithRequestTimeout limits the time of one sending of a request, in real time; the default is two minutes, 0 is no limit but the context's.
func WithRequestTimeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// WithRetry says how often requests are sent again that may be.
func WithRetry(r Retry) Option { return func(o *options) { o.retry = r } }

// WithPolling says how often the state of a task or restore session is asked for.
func WithPolling(p Polling) Option { return func(o *options) { o.poll = p } }

// WithInterceptor puts f around every call. The first one given is the outermost: it sees a call first and its
// answer last. Renewal of the session and repetition happen inside all of them. Log-in and log-out do not pass through them.
func WithInterceptor(f func(next rest.Caller) rest.Caller) Option {
	return func(o *options) { o.interceptors = append(o.interceptors, f) }
}

// Polling says how often a state is asked for: first after Min, then ever less often up to Max while nothing changes.
type Polling struct {
	Min, Max time.Duration // 0 = 1 s and 10 s
}

func (p Polling) withDefaults() Polling {
	if p.Min <= 0 {
		p.Min = time.Second
		if p.Max > 0 {
			p.Min = min(p.Min, p.Max)
		}
	}
	if p.Max <= 0 {
		p.Max = 10 * time.Second
	}
	p.Max = max(p.Max, p.Min)
	return p
}

// next is the pause after one of length d without a change.
func (p Polling) next(d time.Duration) time.Duration { return min(max(d+d/2, p.Min), p.Max) }
