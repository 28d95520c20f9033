package client

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// ThumbprintError says that the server showed another certificate than the pinned one. Nothing was sent to it.
type ThumbprintError struct {
	Host string   // the name that was asked for
	Want []string // the pinned SHA-256 thumbprints
	Got  string   // the thumbprint of the certificate that came
}

func (e *ThumbprintError) Error() string {
	return fmt.Sprintf("the certificate of %s has the SHA-256 thumbprint %s, pinned is %s: either it was renewed, or this is not the same server",
		e.Host, e.Got, strings.Join(e.Want, " or "))
}

// Thumbprint returns the SHA-256 thumbprint of a certificate as [WithThumbprint] takes it: upper-case hex bytes with colons.
func Thumbprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return formatThumbprint(sum)
}

func formatThumbprint(sum [sha256.Size]byte) string {
	var b strings.Builder
	for i, x := range sum {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02X", x)
	}
	return b.String()
}

// parseThumbprint reads hex digits; colons, spaces and dashes between them are tolerated, as is a leading "SHA256:".
func parseThumbprint(s string) ([sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	plain := strings.TrimSpace(s)
	if i := len("sha256:"); len(plain) > i && strings.EqualFold(plain[:i], "sha256:") {
		plain = plain[i:]
	}
	plain = strings.NewReplacer(":", "", " ", "", "-", "").Replace(plain)
	b, err := hex.DecodeString(plain)
	switch {
	case err != nil:
		return sum, fmt.Errorf("thumbprint %q: not hexadecimal digits", s)
	case len(b) == 20:
		return sum, fmt.Errorf("thumbprint %q has 20 bytes, which is SHA-1; a SHA-256 thumbprint is needed", s)
	case len(b) != sha256.Size:
		return sum, fmt.Errorf("thumbprint %q has %d bytes, a SHA-256 thumbprint has %d", s, len(b), sha256.Size)
	}
	copy(sum[:], b)
	return sum, nil
}

// tlsConfig makes the configuration for the one handshake. Without thumbprints the chain and the name are verified as
// crypto/tls does it; with thumbprints the leaf certificate must have one of them, and when roots were given as well,
// the chain must lead to them too.
func (o *options) tlsConfig() (*tls.Config, error) {
	cfg := &tls.Config{}
	if o.tls != nil {
		cfg = o.tls.Clone()
		if cfg.InsecureSkipVerify {
			return nil, errors.New("a TLS configuration with InsecureSkipVerify is refused; pin the certificate with WithThumbprint, or name its CA")
		}
	}
	if cfg.MinVersion < tls.VersionTLS12 {
		cfg.MinVersion = tls.VersionTLS12
	}
	roots := cfg.RootCAs
	if o.roots != nil {
		roots = o.roots
	}
	if len(o.caFiles) > 0 {
		if roots == nil {
			roots = x509.NewCertPool()
		} else {
			roots = roots.Clone()
		}
		for _, name := range o.caFiles {
			pem, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("CA file: %w", err)
			}
			if !roots.AppendCertsFromPEM(pem) {
				return nil, fmt.Errorf("CA file %s holds no certificate in PEM form", name)
			}
		}
	}
	cfg.RootCAs = roots
	if len(o.thumbprints) == 0 {
		return cfg, nil
	}
	want := make([][sha256.Size]byte, 0, len(o.thumbprints))
	names := make([]string, 0, len(o.thumbprints))
	for _, t := range o.thumbprints {
		sum, err := parseThumbprint(t)
		if err != nil {
			return nil, err
		}
		want, names = append(want, sum), append(names, formatThumbprint(sum))
	}
	// The library's own verification is replaced, not left out: VerifyConnection runs in every handshake, a resumed one too.
	cfg.InsecureSkipVerify = true
	next := cfg.VerifyConnection
	cfg.VerifyConnection = func(cs tls.ConnectionState) error {
		if len(cs.PeerCertificates) == 0 {
			return &ThumbprintError{Host: cs.ServerName, Want: names, Got: "none"}
		}
		leaf := cs.PeerCertificates[0]
		if got := sha256.Sum256(leaf.Raw); !slices.Contains(want, got) {
			return &ThumbprintError{Host: cs.ServerName, Want: names, Got: formatThumbprint(got)}
		}
		if roots != nil {
			inter := x509.NewCertPool()
			for _, c := range cs.PeerCertificates[1:] {
				inter.AddCert(c)
			}
			if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: inter, DNSName: cs.ServerName}); err != nil {
				return &tls.CertificateVerificationError{UnverifiedCertificates: cs.PeerCertificates, Err: err}
			}
		}
		if next != nil {
			return next(cs)
		}
		return nil
	}
	return cfg, nil
}
