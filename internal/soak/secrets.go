package soak

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
)

// secrets looks for secrets in all that a client lets out. It is an io.Writer for logs.
type secrets struct {
	password string   // random letters within it survive every escaping
	header   string   // of a request, for a proxy
	parts    []string // what must not show

	count atomic.Int64
	mu    sync.Mutex
	some  []string
}

// The simulator's session tokens are GUIDs in base64.
var (
	word = regexp.MustCompile(`[A-Za-z0-9+/]{48,}`)
	guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// hasToken reports whether a text has a session token in it.
func hasToken(text string) bool {
	for _, w := range word.FindAllString(text, -1) {
		for i := range len(w) - 47 {
			if b, err := base64.StdEncoding.DecodeString(w[i : i+48]); err == nil && guid.Match(b) {
				return true
			}
		}
	}
	return false
}

func newSecrets() *secrets {
	core := func() string {
		var b [12]byte
		_, _ = rand.Read(b[:]) // never fails
		return hex.EncodeToString(b[:])
	}
	a, b := core(), core()
	s := &secrets{password: `p&"<ä ` + a, header: "Basic " + b}
	s.parts = []string{a, b, base64.StdEncoding.EncodeToString([]byte(`SIM\soak:` + s.password))}
	return s
}

// Write looks at a log record.
func (s *secrets) Write(p []byte) (int, error) {
	s.look(string(p))
	return len(p), nil
}

// print looks at every way in which fmt shows the values.
func (s *secrets) print(values ...any) {
	for _, v := range values {
		s.look(fmt.Sprintf("%v\n%+v\n%#v", v, v, v))
	}
}

func (s *secrets) look(text string) {
	bad := hasToken(text)
	for _, p := range s.parts {
		bad = bad || strings.Contains(text, p)
	}
	if !bad {
		return
	}
	const most = 5
	if s.count.Add(1) > most {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.some = append(s.some, text)
}

func (s *secrets) found() (int, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.count.Load()), s.some
}
