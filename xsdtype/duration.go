package xsdtype

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// DurationOf returns d in hours, minutes and seconds: PT36H, PT0.5S, PT0S.
func DurationOf(d time.Duration) Duration {
	n := uint64(d)
	b := []byte("PT")
	if d < 0 {
		n = -n
		b = []byte("-PT")
	}
	const second = uint64(time.Second)
	h, m, s, f := n/(3600*second), n/(60*second)%60, n/second%60, n%second
	if h > 0 {
		b = append(strconv.AppendUint(b, h, 10), 'H')
	}
	if m > 0 {
		b = append(strconv.AppendUint(b, m, 10), 'M')
	}
	if s > 0 || f > 0 || n == 0 {
		b = strconv.AppendUint(b, s, 10)
		if f > 0 {
			b = append(b, strings.TrimRight(fmt.Sprintf(".%09d", f), "0")...)
		}
		b = append(b, 'S')
	}
	return Duration(b)
}

// Valid checks the lexical form.
func (d Duration) Valid() error { return Check("duration", string(d)) }

// Parts returns the duration's two parts: years and months, in months, and the rest, in seconds. How many seconds a month has
// depends on the month. Both are negative where the duration is.
func (d Duration) Parts() (months *big.Int, seconds *big.Rat, err error) {
	p, err := parseDuration(string(d))
	if err != nil {
		return nil, nil, fmt.Errorf("duration %s: %w", show(string(d)), err)
	}
	n := len(p.fraction)
	return p.months, new(big.Rat).SetFrac(p.scaled(n), p.unit(n)), nil
}

// TimeDuration returns the duration as Go has it. Digits beyond nanoseconds are cut. Years and months other than zero have no
// such value: that is an error that wraps [ErrRange], and so is a duration of more than 292 years.
func (d Duration) TimeDuration() (time.Duration, error) {
	p, err := parseDuration(string(d))
	if err == nil && p.months.Sign() != 0 {
		err = fmt.Errorf("years and months differ in length: %w", ErrRange)
	}
	if err != nil {
		return 0, fmt.Errorf("duration %s: %w", show(string(d)), err)
	}
	const nanoseconds = 9
	p.fraction = p.fraction[:min(len(p.fraction), nanoseconds)]
	n := p.scaled(nanoseconds)
	if !n.IsInt64() {
		return 0, fmt.Errorf("duration %s: %w", show(string(d)), ErrRange)
	}
	return time.Duration(n.Int64()), nil
}

// maxDigits bounds the numbers that are calculated with: a text of megabytes takes a time that grows with its square.
const maxDigits = 10_000

// duration is a duration's value. Parts below a second stay text: with package big's fractions every program that reads
// durations would be linked with much that it does not need.
type duration struct {
	negative bool
	months   *big.Int // negative where the duration is
	seconds  *big.Int // without sign
	fraction string   // digits of the second's fraction
}

// unit returns a second in units of so many digits of a fraction.
func (*duration) unit(digits int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
}

// scaled returns the seconds, with their sign, in units of so many digits; no fewer than the fraction has.
func (d *duration) scaled(digits int) *big.Int {
	n := new(big.Int).Mul(d.seconds, d.unit(digits))
	if part, ok := new(big.Int).SetString("0"+d.fraction+strings.Repeat("0", digits-len(d.fraction)), 10); ok {
		n.Add(n, part)
	}
	if d.negative {
		n.Neg(n)
	}
	return n
}

// scanDuration checks the lexical form and hands each number to part, with its letter: lower case for those before T.
func scanDuration(s string, part func(number string, letter byte)) (negative bool, err error) {
	p := scanner{s: trim(s)}
	negative = p.take('-')
	p.want("P")
	if p.err != nil {
		return negative, p.err
	}
	letters, clock, any := "YMD", false, false
	for p.s != "" {
		if !clock && p.take('T') {
			letters, clock, any = "HMS", true, false
			continue
		}
		number := p.digits()
		if clock && p.s != "" && p.s[0] == '.' {
			p.s = p.s[1:]
			fraction := p.digits()
			if number == "" || fraction == "" || p.s == "" || p.s[0] != 'S' {
				return negative, errors.New("a point must have digits on both sides and S behind")
			}
			number += "." + fraction
		}
		if number == "" || p.s == "" {
			return negative, fmt.Errorf("no number with its letter at %s", show(number+p.s))
		}
		i := strings.IndexByte(letters, p.s[0])
		if i < 0 {
			return negative, fmt.Errorf("%s is not expected here", show(p.s[:1]))
		}
		letter := p.s[0]
		if !clock {
			letter |= 0x20
		}
		if part != nil {
			part(number, letter)
		}
		letters, p.s, any = letters[i+1:], p.s[1:], true
	}
	if !any {
		if clock {
			return negative, errors.New("nothing after T")
		}
		return negative, errors.New("nothing after P")
	}
	return negative, nil
}

func parseDuration(s string) (duration, error) {
	d := duration{months: new(big.Int), seconds: new(big.Int)}
	tooLong := false
	negative, err := scanDuration(s, func(number string, letter byte) {
		if len(number) > maxDigits {
			tooLong = true
			return
		}
		whole, fraction, _ := strings.Cut(number, ".")
		n, _ := new(big.Int).SetString(whole, 10)
		d.fraction = fraction
		unit := int64(1)
		switch letter {
		case 'y':
			unit = 12
			fallthrough
		case 'm':
			d.months.Add(d.months, n.Mul(n, big.NewInt(unit)))
			return
		case 'd':
			unit = 24 * 3600
		case 'H':
			unit = 3600
		case 'M':
			unit = 60
		}
		d.seconds.Add(d.seconds, n.Mul(n, big.NewInt(unit)))
	})
	if err == nil && tooLong {
		err = fmt.Errorf("a number of more than %d digits: %w", maxDigits, ErrRange)
	}
	if err != nil {
		return d, err
	}
	if d.negative = negative; negative {
		d.months.Neg(d.months)
	}
	return d, nil
}
