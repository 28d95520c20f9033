package xsdtype

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Base64 returns b as base64, in one line.
func Base64(b []byte) Base64Binary { return Base64Binary(base64.StdEncoding.EncodeToString(b)) }

// Valid checks the lexical form.
func (b Base64Binary) Valid() error { return Check("base64Binary", string(b)) }

// Bytes returns the value. White space may stand between the characters.
func (b Base64Binary) Bytes() ([]byte, error) {
	out, err := decodeBase64(string(b))
	if err != nil {
		return nil, fmt.Errorf("base64Binary: %w", err)
	}
	return out, nil
}

// Hex returns b in hexadecimal digits, in upper case as XML Schema's canonical form is.
func Hex(b []byte) HexBinary { return HexBinary(strings.ToUpper(hex.EncodeToString(b))) }

// Valid checks the lexical form.
func (b HexBinary) Valid() error { return Check("hexBinary", string(b)) }

// Bytes returns the value.
func (b HexBinary) Bytes() ([]byte, error) {
	out, err := hex.DecodeString(trim(string(b)))
	if err != nil {
		return nil, fmt.Errorf("hexBinary: %w", err)
	}
	return out, nil
}

// Valid checks the lexical form; the prefix may be undeclared for all that the text tells.
func (q QName) Valid() error { return Check("QName", string(q)) }

// Split returns the prefix, "" where there is none, and the local name.
func (q QName) Split() (prefix, local string) {
	s := trim(string(q))
	if before, after, ok := strings.Cut(s, ":"); ok {
		return before, after
	}
	return "", s
}

// Valid returns nil: XML Schema takes any text for a URI reference whose odd characters are yet to be escaped.
func (u AnyURI) Valid() error { return nil }

func decodeBase64(s string) ([]byte, error) {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errors.New("not base64: " + err.Error())
	}
	return b, nil
}
