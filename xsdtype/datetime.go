package xsdtype

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrRange is wrapped by errors about values that are valid but that the Go type asked for cannot hold.
var ErrRange = errors.New("out of range")

// UTC returns t as it is written in UTC, with Z. Nanoseconds are kept; zeros at the fraction's end are not written.
func UTC(t time.Time) DateTime {
	return DateTime(t.UTC().Format("2006-01-02T15:04:05.999999999Z"))
}

// DateOf returns the date of t in its location, without a zone.
func DateOf(t time.Time) Date { return Date(t.Format("2006-01-02")) }

// Time returns the moment. Without a zone it is read as UTC; with another zone than Z, the result has it as its
// location. Digits of a second beyond the ninth are cut. 24:00:00 is the next day's midnight.
// Years before 0001 count as in XML Schema 1.1, where 0000 is the one before 0001. A year of more than nine digits is an
// error that wraps [ErrRange].
func (d DateTime) Time() (time.Time, error) {
	c, err := parseCalendar(string(d), formDateTime)
	if err != nil {
		return time.Time{}, fmt.Errorf("dateTime %s: %w", show(string(d)), err)
	}
	t, err := c.time()
	if err != nil {
		return time.Time{}, fmt.Errorf("dateTime %s: %w", show(string(d)), err)
	}
	return t, nil
}

// Time returns the date's first moment, as [DateTime.Time] does.
func (d Date) Time() (time.Time, error) {
	c, err := parseCalendar(string(d), formDate)
	if err != nil {
		return time.Time{}, fmt.Errorf("date %s: %w", show(string(d)), err)
	}
	t, err := c.time()
	if err != nil {
		return time.Time{}, fmt.Errorf("date %s: %w", show(string(d)), err)
	}
	return t, nil
}

// SinceMidnight returns the time of day, without regard to the zone. 24:00:00 is 0.
func (d Time) SinceMidnight() (time.Duration, error) {
	c, err := parseCalendar(string(d), formTime)
	if err != nil {
		return 0, fmt.Errorf("time %s: %w", show(string(d)), err)
	}
	n := time.Duration(c.hour%24)*time.Hour + time.Duration(c.minute)*time.Minute + time.Duration(c.second)*time.Second
	return n + time.Duration(c.nanoseconds()), nil
}

// HasZone reports whether the text ends in a zone.
func (d DateTime) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d Date) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d Time) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d GYear) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d GYearMonth) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d GMonth) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d GMonthDay) HasZone() bool { return hasZone(string(d)) }

// HasZone reports whether the text ends in a zone.
func (d GDay) HasZone() bool { return hasZone(string(d)) }

// Valid checks the lexical form. The year 0000 is not in it, says XML Schema 1.0.
func (d DateTime) Valid() error { return Check("dateTime", string(d)) }

// Valid checks the lexical form.
func (d Date) Valid() error { return Check("date", string(d)) }

// Valid checks the lexical form.
func (d Time) Valid() error { return Check("time", string(d)) }

// Valid checks the lexical form.
func (d GYear) Valid() error { return Check("gYear", string(d)) }

// Valid checks the lexical form.
func (d GYearMonth) Valid() error { return Check("gYearMonth", string(d)) }

// Valid checks the lexical form.
func (d GMonth) Valid() error { return Check("gMonth", string(d)) }

// Valid checks the lexical form.
func (d GMonthDay) Valid() error { return Check("gMonthDay", string(d)) }

// Valid checks the lexical form.
func (d GDay) Valid() error { return Check("gDay", string(d)) }

// form says which parts a calendar type has.
type form uint8

const (
	formYear form = 1 << iota
	formMonth
	formDay
	formClock

	formDate     = formYear | formMonth | formDay
	formDateTime = formDate | formClock
	formTime     = formClock
)

// calendar is a parsed value of one of the calendar types.
type calendar struct {
	form                 form
	negative             bool
	year                 string // digits; "" where there is none
	month, day           int
	hour, minute, second int
	fraction             string // digits
	zoned                bool
	zone                 int // minutes east of UTC
}

func hasZone(s string) bool {
	s = trim(s)
	if strings.HasSuffix(s, "Z") {
		return true
	}
	n := len(s) - 6
	return n >= 0 && (s[n] == '+' || s[n] == '-') && s[n+3] == ':'
}

// parseCalendar parses s, white space around it apart.
func parseCalendar(s string, f form) (c calendar, err error) {
	c.form = f
	p := scanner{s: trim(s)}
	if f&formYear != 0 {
		c.negative = p.take('-')
		c.year = p.digits()
		switch {
		case len(c.year) < 4:
			return c, errors.New("a year has four digits or more")
		case len(c.year) > 4 && c.year[0] == '0':
			return c, errors.New("a year of more than four digits begins with 0")
		}
	}
	if f&formMonth != 0 {
		if f&formYear == 0 {
			p.want("--")
		} else {
			p.want("-")
		}
		c.month = p.two("month", 1, 12)
	}
	if f&formDay != 0 {
		if f&formMonth == 0 {
			p.want("---")
		} else {
			p.want("-")
		}
		c.day = p.two("day", 1, 31)
		if p.err == nil && f&formMonth != 0 && c.day > c.daysInMonth() {
			return c, fmt.Errorf("the month has no day %d", c.day)
		}
	}
	if f&formClock != 0 {
		if f&formDay != 0 {
			p.want("T")
		}
		c.hour = p.two("hour", 0, 24)
		p.want(":")
		c.minute = p.two("minute", 0, 59)
		p.want(":")
		c.second = p.two("second", 0, 59)
		if p.take('.') {
			if c.fraction = p.digits(); c.fraction == "" && p.err == nil {
				p.err = errors.New("no digits after the point")
			}
		}
		if c.hour == 24 && p.err == nil && (c.minute != 0 || c.second != 0 || strings.Trim(c.fraction, "0") != "") {
			return c, errors.New("only 24:00:00 has the hour 24")
		}
	}
	if p.err != nil {
		return c, p.err
	}
	switch rest := p.s; {
	case rest == "":
		return c, nil
	case rest == "Z":
		c.zoned = true
		return c, nil
	case rest[0] == '+' || rest[0] == '-':
		c.zoned = true
		p.s = rest[1:]
		hours := p.two("zone's hour", 0, 14)
		p.want(":")
		minutes := p.two("zone's minute", 0, 59)
		if p.err == nil && hours == 14 && minutes != 0 {
			p.err = errors.New("a zone is at most 14 hours from UTC")
		}
		if p.err == nil && p.s != "" {
			p.err = fmt.Errorf("%s after the zone", show(p.s))
		}
		c.zone = hours*60 + minutes
		if rest[0] == '-' {
			c.zone = -c.zone
		}
		return c, p.err
	}
	return c, fmt.Errorf("%s where a zone or the end must be", show(p.s))
}

// daysInMonth is for the year, if there is one, else for a leap year.
func (c *calendar) daysInMonth() int {
	switch c.month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if c.year == "" {
			return 29
		}
		// The last four digits tell, whatever the number's size and sign: 10000 is a multiple of 400.
		y, _ := strconv.Atoi(c.year[len(c.year)-4:])
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func (c *calendar) yearZero() bool { return c.year == "0000" }

func (c *calendar) nanoseconds() int {
	digits := (c.fraction + "000000000")[:9]
	n, _ := strconv.Atoi(digits)
	return n
}

func (c *calendar) time() (time.Time, error) {
	if len(c.year) > 9 {
		return time.Time{}, fmt.Errorf("a year of %d digits: %w", len(c.year), ErrRange)
	}
	year, _ := strconv.Atoi(c.year)
	if c.negative {
		year = -year
	}
	loc := time.UTC
	if c.zone != 0 {
		loc = time.FixedZone("", c.zone*60)
	}
	return time.Date(year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nanoseconds(), loc), nil
}

// scanner takes a text apart; after an error it does nothing.
type scanner struct {
	s   string
	err error
}

func (p *scanner) take(c byte) bool {
	if p.err == nil && p.s != "" && p.s[0] == c {
		p.s = p.s[1:]
		return true
	}
	return false
}

func (p *scanner) want(text string) {
	if p.err != nil {
		return
	}
	rest, ok := strings.CutPrefix(p.s, text)
	if !ok {
		p.err = fmt.Errorf("no %q before %s", text, show(p.s))
		return
	}
	p.s = rest
}

// digits takes as many as there are.
func (p *scanner) digits() string {
	if p.err != nil {
		return ""
	}
	n := 0
	for n < len(p.s) && isDigit(p.s[n]) {
		n++
	}
	digits := p.s[:n]
	p.s = p.s[n:]
	return digits
}

// two takes a number of two digits.
func (p *scanner) two(what string, lo, hi int) int {
	if p.err != nil {
		return 0
	}
	if len(p.s) < 2 || !isDigit(p.s[0]) || !isDigit(p.s[1]) {
		p.err = fmt.Errorf("no %s of two digits at %s", what, show(p.s))
		return 0
	}
	n := int(p.s[0]-'0')*10 + int(p.s[1]-'0')
	if n < lo || n > hi {
		p.err = fmt.Errorf("there is no %s %s", what, p.s[:2])
		return 0
	}
	p.s = p.s[2:]
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// trim removes XML's white space from both ends.
func trim(s string) string { return strings.Trim(s, " \t\r\n") }

// show quotes text that may be too long to show.
func show(s string) string {
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return strconv.Quote(strings.ToValidUTF8(s[:most], "")) + "…"
}
