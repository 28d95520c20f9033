package client

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/vbem-go/vbem/xsdbind"
)

const redacted = "[redacted]"

// Secret is a text that is never printed: not by fmt whatever the verb, not by slog, not as part of another value.
// Only JSON writes it, because that is how a [SavedSession] is kept, and Reveal returns it.
type Secret struct{ p *string } // a pointer: fmt prints an unexported field of another struct without asking its methods

// NewSecret makes a Secret.
func NewSecret(s string) Secret { return Secret{p: &s} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// IsZero reports whether there is no text.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String returns a placeholder.
func (Secret) String() string { return redacted }

// GoString returns a placeholder.
func (Secret) GoString() string { return redacted }

// Format prints a placeholder for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue returns a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON writes the text itself.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.Reveal()) }

// UnmarshalJSON reads the text.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var v string
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*s = NewSecret(v)
	return nil
}

const (
	shortestSecret = 4  // a shorter one would tear words out of messages
	tokensKept     = 32 // tokens of sessions past that a late answer may still quote
)

// redactor takes secrets out of text that came from elsewhere: a server's message, a proxy's page, a library's error.
type redactor struct {
	mu     sync.RWMutex
	forms  []string // password and what is made from it, for good
	tokens [][]string
}

// spellings returns the ways in which a secret may be written in a text, the longest first.
func spellings(secret string) []string {
	if len(secret) < shortestSecret {
		return nil
	}
	all := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ToLower(url.QueryEscape(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
	var b bytes.Buffer
	if xml.EscapeText(&b, []byte(secret)) == nil {
		all = append(all, b.String())
	}
	all = append(all, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;").Replace(secret),
		strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(secret),
		fmt.Sprintf("%q", secret)[1:len(fmt.Sprintf("%q", secret))-1])
	all = append(all, inJSON(secret))
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// inJSON is how encoding/json writes a text inside its quotes.
func inJSON(text string) string {
	const hex = "0123456789abcdef"
	b := make([]byte, 0, len(text)+8)
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, `\ufffd`...)
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case strings.ContainsRune("\b\f\n\r\t", r):
			b = append(b, '\\', "btn.fr"[r-'\b'])
		case r < ' ' || r == '<' || r == '>' || r == '&':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&0xf])
		case r == '\u2028' || r == '\u2029':
			b = append(b, '\\', 'u', '2', '0', '2', hex[r&0xf])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}

// keep remembers a secret for the client's life.
func (r *redactor) keep(secret string) {
	s := spellings(secret)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forms = append(r.forms, s...)
	slices.SortFunc(r.forms, func(a, b string) int { return len(b) - len(a) })
}

// token remembers a session's token; the oldest are forgotten, because their sessions are long gone.
func (r *redactor) token(t string) {
	s := spellings(t)
	if s == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens, s)
	if len(r.tokens) > tokensKept {
		r.tokens = slices.Delete(r.tokens, 0, 1)
	}
}

// clean returns text with every secret replaced; more holds secrets of this one exchange.
func (r *redactor) clean(text string, more ...string) string {
	if text == "" {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, m := range more {
		for _, s := range spellings(m) {
			text = strings.ReplaceAll(text, s, redacted)
		}
	}
	for _, s := range r.forms {
		text = strings.ReplaceAll(text, s, redacted)
	}
	for _, t := range r.tokens {
		for _, s := range t {
			text = strings.ReplaceAll(text, s, redacted)
		}
	}
	return text
}

// proxy keeps a proxy's password out of errors: those of net/http quote an address that cannot be read.
func (r *redactor) proxy(next func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	if next == nil {
		return nil
	}
	return func(req *http.Request) (*url.URL, error) {
		u, err := next(req)
		if err != nil {
			return nil, errors.New("the proxy's address cannot be read")
		}
		if u != nil && u.User != nil {
			if p, ok := u.User.Password(); ok {
				r.once(p)
			}
		}
		return u, nil
	}
}

// once is keep for what is learned again and again.
func (r *redactor) once(secret string) {
	r.mu.RLock()
	known := slices.Contains(r.forms, secret)
	r.mu.RUnlock()
	if !known {
		r.keep(secret)
	}
}

// secretsOf collects the texts of fields that the schema's data marks as secret, at any depth.
func secretsOf(v xsdbind.Struct) []string {
	var out []string
	collectSecrets(v, &out, 0)
	return out
}

func collectSecrets(v xsdbind.Struct, out *[]string, depth int) {
	const deepest = 64
	if isNil(v) || depth > deepest {
		return
	}
	for f, x := range xsdbind.All(v) {
		secret := f.Flags&xsdbind.FlagSecret != 0
		switch x := x.(type) {
		case string:
			if secret {
				*out = append(*out, x)
			}
		case xsdbind.List:
			for j := range x.Len() {
				switch item := x.At(j).(type) {
				case *string:
					if secret && item != nil {
						*out = append(*out, *item)
					}
				case xsdbind.Struct:
					collectSecrets(item, out, depth+1)
				}
			}
		case xsdbind.Struct:
			collectSecrets(x, out, depth+1)
		}
	}
}

// hidden is an error whose text had a secret in it. errors.Is still sees what caused it; nothing else does.
type hidden struct {
	msg string
	err error
}

func (h *hidden) Error() string { return h.msg }

func (h *hidden) Is(target error) bool { return errors.Is(h.err, target) }

// cleanError returns err, or in its place one whose text has no secret.
func (r *redactor) cleanError(err error, more ...string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if c := r.clean(text, more...); c != text {
		return &hidden{msg: c, err: err}
	}
	return err
}
