package xsdtype

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Valid checks the lexical form.
func (d Decimal) Valid() error { return Check("decimal", string(d)) }

// Rat returns the exact value. A text of more than ten thousand digits is an error that wraps [ErrRange].
func (d Decimal) Rat() (*big.Rat, error) {
	s := trim(string(d))
	if err := checkDecimal(s); err != nil {
		return nil, fmt.Errorf("decimal %s: %w", show(string(d)), err)
	}
	if len(s) > maxDigits {
		return nil, fmt.Errorf("decimal %s: %w", show(string(d)), ErrRange)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok { // checkDecimal allows what SetString does
		return nil, fmt.Errorf("decimal %s: %w", show(string(d)), ErrRange)
	}
	return r, nil
}

// Digits returns the number of digits that count for the facets totalDigits and fractionDigits: without zeros in front, and
// without zeros at the end of the fraction.
func (d Decimal) Digits() (total, fraction int, err error) {
	s := trim(string(d))
	if err := checkDecimal(s); err != nil {
		return 0, 0, fmt.Errorf("decimal %s: %w", show(string(d)), err)
	}
	whole, part, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if whole == "" {
		return max(len(strings.TrimLeft(part, "0")), 0), len(part), nil
	}
	return len(whole) + len(part), len(part), nil
}

// Valid checks the lexical form.
func (i Integer) Valid() error { return Check("integer", string(i)) }

// BigInt returns the value. A text of more than ten thousand digits is an error that wraps [ErrRange].
func (i Integer) BigInt() (*big.Int, error) {
	s := trim(string(i))
	if err := checkInteger(s); err != nil {
		return nil, fmt.Errorf("integer %s: %w", show(string(i)), err)
	}
	n, ok := new(big.Int), len(s) <= maxDigits
	if ok {
		n, ok = n.SetString(s, 10)
	}
	if !ok {
		return nil, fmt.Errorf("integer %s: %w", show(string(i)), ErrRange)
	}
	return n, nil
}

// Int64 returns the value; one that does not fit is an error that wraps [ErrRange].
func (i Integer) Int64() (int64, error) {
	n, err := i.BigInt()
	if err != nil {
		return 0, err
	}
	if !n.IsInt64() {
		return 0, fmt.Errorf("integer %s: %w", show(string(i)), ErrRange)
	}
	return n.Int64(), nil
}

func sign(s string) string {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[1:]
	}
	return s
}

func checkDecimal(s string) error {
	digits, point := 0, false
	s = sign(s)
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c == '.' && !point:
			point = true
		default:
			return fmt.Errorf("%s is not expected here", show(s[i:]))
		}
	}
	if digits == 0 {
		return errors.New("no digits")
	}
	return nil
}

func checkInteger(s string) error {
	s = sign(s)
	for i := range len(s) {
		if !isDigit(s[i]) {
			return fmt.Errorf("%s is not expected here", show(s[i:]))
		}
	}
	if s == "" {
		return errors.New("no digits")
	}
	return nil
}

// checkFloat checks the form of float and double.
func checkFloat(s string) error {
	switch s {
	case "INF", "-INF", "NaN":
		return nil
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		if err := checkInteger(exponent); err != nil {
			return fmt.Errorf("the exponent: %w", err)
		}
	}
	return checkDecimal(mantissa)
}
