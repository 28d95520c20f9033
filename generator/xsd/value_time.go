package xsd

import (
	"math/big"
	"strconv"
	"strings"
)

// moment is a value of one of the date and time types: seconds on a time line, and whether a zone pins it down.
type moment struct {
	seconds *big.Rat
	zoned   bool
}

var momentFields = map[string]string{ // what the groups of the lexical pattern hold
	"dateTime": "YMDhms", "time": "hms", "date": "YMD", "gYearMonth": "YM", "gYear": "Y", "gMonthDay": "MD", "gDay": "D", "gMonth": "M",
}

func isMoment(primitive string) bool { return momentFields[primitive] != "" }

func newMoment(primitive, text string) (moment, bool) {
	m := lexical[primitive].FindStringSubmatch(text)
	if m == nil {
		return moment{}, false
	}
	// What a type lacks is filled in from a leap year and a month of 31 days.
	year, month, day, hour, minute := int64(2000), 1, 1, 0, 0
	second := new(big.Rat)
	for i, f := range momentFields[primitive] {
		v := m[i+1]
		n, err := strconv.ParseInt(strings.Split(v, ".")[0], 10, 64)
		if err != nil || n > 1e15 || n < -1e15 {
			return moment{}, false
		}
		switch f {
		case 'Y':
			if n == 0 {
				return moment{}, false
			}
			if year = n; n < 0 { // there is no year 0
				year++
			}
		case 'M':
			month = int(n)
		case 'D':
			day = int(n)
		case 'h':
			hour = int(n)
		case 'm':
			minute = int(n)
		case 's':
			second.SetString(v)
		}
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 24 || minute > 59 || second.Cmp(big.NewRat(60, 1)) >= 0 {
		return moment{}, false
	}
	if hour == 24 && (minute != 0 || second.Sign() != 0) {
		return moment{}, false
	}
	out := moment{seconds: new(big.Rat).SetInt64(dayNumber(year, month, day)), zoned: m[len(m)-1] != ""}
	out.seconds.Mul(out.seconds, big.NewRat(86400, 1))
	out.seconds.Add(out.seconds, big.NewRat(int64(hour*3600+minute*60), 1))
	out.seconds.Add(out.seconds, second)
	if zone := m[len(m)-1]; zone != "" && zone != "Z" {
		h, _ := strconv.Atoi(zone[1:3])
		mm, _ := strconv.Atoi(zone[4:6])
		offset := int64(h*3600 + mm*60)
		if zone[0] == '+' {
			offset = -offset
		}
		out.seconds.Add(out.seconds, big.NewRat(offset, 1))
	}
	return out, true
}

func daysIn(year int64, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// dayNumber counts days in the proleptic Gregorian calendar.
func dayNumber(year int64, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	floor := func(a, b int64) int64 {
		q := a / b
		if a%b < 0 {
			q--
		}
		return q
	}
	return 365*year + floor(year, 4) - floor(year, 100) + floor(year, 400) + int64((153*(month-3)+2)/5) + int64(day)
}

// compare orders moments as 3.2.7.4 of the recommendation: against one without a zone, 14 hours either way must not matter.
func (m moment) compare(o moment) (int, bool) {
	if m.zoned == o.zoned {
		return m.seconds.Cmp(o.seconds), true
	}
	margin := big.NewRat(14*3600, 1)
	difference := new(big.Rat).Sub(m.seconds, o.seconds)
	switch {
	case difference.Cmp(margin) > 0:
		return 1, true
	case difference.Cmp(new(big.Rat).Neg(margin)) < 0:
		return -1, true
	}
	return 0, false
}

// compareDurations orders durations as 3.2.6.2: by what they add to four days whose months differ in length.
func compareDurations(a, b string) (int, bool) {
	x, xs, ok := duration(a)
	y, ys, ok2 := duration(b)
	if !ok || !ok2 {
		return 0, false
	}
	order, first := 0, true
	for _, start := range [...][2]int64{{1696, 9}, {1697, 2}, {1903, 3}, {1903, 7}} {
		at := func(months int64, seconds *big.Rat) *big.Rat {
			total := start[0]*12 + start[1] - 1 + months
			year, month := total/12, total%12
			if month < 0 {
				year, month = year-1, month+12
			}
			r := new(big.Rat).SetInt64(dayNumber(year, int(month)+1, 1) * 86400)
			return r.Add(r, seconds)
		}
		c := at(x, xs).Cmp(at(y, ys))
		if !first && c != order {
			return 0, false
		}
		order, first = c, false
	}
	return order, true
}

// duration gives months and seconds.
func duration(s string) (int64, *big.Rat, bool) {
	m := lexical["duration"].FindStringSubmatch(s)
	if m == nil {
		return 0, nil, false
	}
	seconds := new(big.Rat)
	var months int64
	for i, unit := range [...]int64{1: 12, 2: 1, 3: 86400, 5: 3600, 6: 60, 7: 1} {
		if unit == 0 || m[i] == "" {
			continue
		}
		v, ok := new(big.Rat).SetString(m[i])
		if !ok || len(m[i]) > 12 {
			return 0, nil, false
		}
		if i <= 2 {
			months += v.Num().Int64() * unit
			continue
		}
		seconds.Add(seconds, v.Mul(v, big.NewRat(unit, 1)))
	}
	if s[0] == '-' {
		months, seconds = -months, seconds.Neg(seconds)
	}
	return months, seconds, true
}
