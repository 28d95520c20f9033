package capture

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholder stands for the server that was talked to.
const placeholder = "https://em.example.com:9398"

// redactor replaces names. The same name gets the same pseudonym, whatever its letter case.
type redactor struct {
	known  *known
	origin string // scheme, host and port of the server, in lower case

	random *mathrand.ChaCha8
	names  map[string]string
	taken  map[string]bool // pseudonyms
	ips    map[string]string
}

func newRedactor(origin string) *redactor {
	var seed [32]byte
	_, _ = rand.Read(seed[:]) // it never fails
	return &redactor{known: knownOnce(), origin: strings.ToLower(origin), random: mathrand.NewChaCha8(seed),
		names: make(map[string]string), taken: make(map[string]bool), ips: make(map[string]string)}
}

var (
	guidText   = regexp.MustCompile(`[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`)
	taskText   = regexp.MustCompile(`^task-\d{1,9}$`)
	urnText    = regexp.MustCompile(`^(urn:veeam:)([A-Za-z]+)(:.*)$`)
	filterTerm = regexp.MustCompile(`([A-Za-z]+)(==|!=|>=|<=|>|<)("(?:[^"]|"")*"|[^;,()"]*)`)
	addrText   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
)

// value replaces the value of a field; what says nothing of anybody stays.
func (r *redactor) value(field, value string) string {
	if r.known.keeps(field, value) {
		return value
	}
	lead := value[:len(value)-len(strings.TrimLeftFunc(value, unicode.IsSpace))]
	rest := strings.TrimRightFunc(value[len(lead):], unicode.IsSpace)
	tail := value[len(lead)+len(rest):]
	return lead + r.text(rest) + tail
}

func (r *redactor) text(s string) string {
	if addrText.MatchString(s) {
		return r.address(s)
	}
	if m := urnText.FindStringSubmatch(s); m != nil && r.known.words[strings.ToLower(m[2])] {
		return m[1] + m[2] + r.words(m[3])
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return r.ip(a)
	}
	return r.words(s)
}

// address replaces a URL part by part. The parts of the API's own paths stay.
func (r *redactor) address(s string) string {
	scheme, rest, _ := strings.Cut(s, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, rest := rest[:end], rest[end:]
	out := placeholder
	if !strings.EqualFold(scheme+"://"+host, r.origin) {
		if low := strings.ToLower(scheme); low == "http" || low == "https" {
			out = scheme + "://" + r.words(host)
		} else {
			out = r.words(scheme) + "://" + r.words(host)
		}
	}
	return out + r.target(rest)
}

// target replaces what of a path and query is not the API's own.
func (r *redactor) target(s string) string {
	path, query, has := strings.Cut(s, "?")
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = r.segment(segment)
	}
	if !has {
		return strings.Join(segments, "/")
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, eq := strings.Cut(pair, "=")
		if !r.known.words[strings.ToLower(name)] {
			name = r.words(name)
		}
		if !eq {
			pairs[i] = name
			continue
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		var put string
		switch strings.ToLower(name) {
		case "filter":
			put = r.filter(plain)
		case "page", "pagesize":
			if put = plain; len(plain) > 6 || strings.Trim(plain, "0123456789") != "" {
				put = r.words(plain)
			}
		case "v":
			if put = plain; !versionText.MatchString(plain) && plain != "latest" {
				put = r.words(plain)
			}
		default:
			put = r.segment(plain)
		}
		if put != plain || err != nil {
			value = url.QueryEscape(put)
		}
		pairs[i] = name + "=" + value
	}
	return strings.Join(segments, "/") + "?" + strings.Join(pairs, "&")
}

func (r *redactor) segment(s string) string {
	plain, err := url.PathUnescape(s)
	if s == "" || r.known.words[strings.ToLower(s)] || taskText.MatchString(s) {
		return s
	}
	if err != nil || plain == s {
		return r.text(s)
	}
	return url.PathEscape(r.text(plain))
}

// filter replaces the values in a filter.
func (r *redactor) filter(s string) string {
	var b strings.Builder
	last := 0
	for _, m := range filterTerm.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(r.words(s[last:m[0]]))
		last = m[1]
		field, op, value := s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]]
		if !r.known.words[strings.ToLower(field)] {
			field = r.words(field)
		}
		if plain, quoted := strings.CutPrefix(value, `"`); quoted {
			plain = strings.ReplaceAll(strings.TrimSuffix(plain, `"`), `""`, `"`)
			value = `"` + strings.ReplaceAll(r.value(field, plain), `"`, `""`) + `"`
		} else {
			value = r.value(field, value)
		}
		b.WriteString(field + op + value)
	}
	b.WriteString(r.words(s[last:]))
	return b.String()
}

// words replaces each word of a text. What stands between words shows the text's form, and stays.
func (r *redactor) words(s string) string {
	var b strings.Builder
	for s != "" {
		if m := guidText.FindStringIndex(s); m != nil && m[0] == 0 {
			b.WriteString(r.guid(s[:m[1]]))
			s = s[m[1]:]
			continue
		}
		if isBetween(s) {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		end := len(s)
		for i := range s {
			if isBetween(s[i:]) {
				end = i
				break
			}
		}
		if m := guidText.FindStringIndex(s); m != nil && m[0] > 0 && m[0] < end {
			end = m[0]
		}
		b.WriteString(r.word(s[:end]))
		s = s[end:]
	}
	return b.String()
}

// isBetween reports whether a text begins with what stands between words.
func isBetween(s string) bool { return strings.IndexByte(" \t\r\n\\/:@.,;()", s[0]) >= 0 }

// word is the pseudonym of a word.
func (r *redactor) word(w string) string {
	key := strings.ToLower(w)
	if have, ok := r.names[key]; ok {
		return have
	}
	var made string
	if digits := strings.Trim(w, "0123456789") == ""; digits {
		made = r.number(w)
	} else {
		made = fmt.Sprintf("name%d", len(r.names)+1)
	}
	r.names[key], r.taken[made] = made, true
	return made
}

// number is another number of as many digits.
func (r *redactor) number(w string) string {
	const tries = 20
	b := make([]byte, len(w))
	for range tries {
		for i := range b {
			b[i] = byte('0' + r.random.Uint64()%10)
		}
		if w[0] != '0' && b[0] == '0' {
			b[0] = '1'
		}
		if s := string(b); s != w && !r.taken[s] {
			break
		}
	}
	return string(b)
}

// guid is another GUID, in the same letter case.
func (r *redactor) guid(g string) string {
	key := strings.ToLower(g)
	if r.names[key] == "" {
		var b [16]byte
		_, _ = r.random.Read(b[:]) // it never fails
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
		h := hex.EncodeToString(b[:])
		r.names[key] = h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	}
	if strings.ToUpper(g) == g && key != g {
		return strings.ToUpper(r.names[key])
	}
	return r.names[key]
}

// ip is an address of those that are set apart for documents (version 6) and measurements (version 4, where documents have too few).
func (r *redactor) ip(a netip.Addr) string {
	key := a.String()
	if have, ok := r.ips[key]; ok {
		return have
	}
	n := len(r.ips) + 1
	made := fmt.Sprintf("2001:db8::%x", n)
	if a.Is4() {
		made = fmt.Sprintf("198.%d.%d.%d", 18+n>>16&1, n>>8&255, n&255)
	}
	r.ips[key] = made
	return made
}

// valid reports whether a body is text.
func valid(body []byte) bool { return utf8.Valid(body) }
