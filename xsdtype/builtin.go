package xsdtype

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Normalize returns s as the built-in type of that name sees it: with white space replaced or collapsed, but for
// strings.
func Normalize(builtin, s string) string {
	switch builtin {
	case "string", "anySimpleType", "anyType", "":
		return s
	case "normalizedString":
		return strings.Map(func(r rune) rune {
			if r == '\t' || r == '\r' || r == '\n' {
				return ' '
			}
			return r
		}, s)
	}
	if strings.ContainsAny(s, " \t\r\n") {
		return strings.Join(Fields(s), " ")
	}
	return s
}

// Fields returns the items that XML's white space separates, as in an xs:list.
func Fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
}

// calendarForms are the parts of the calendar types.
var calendarForms = map[string]form{
	"dateTime": formDateTime, "date": formDate, "time": formTime, "gYear": formYear, "gYearMonth": formYear | formMonth,
	"gMonth": formMonth, "gMonthDay": formMonth | formDay, "gDay": formDay,
}

// integerBounds are the bounds of the types derived from integer; "" is none.
var integerBounds = map[string][2]string{
	"integer": {}, "nonPositiveInteger": {"", "0"}, "negativeInteger": {"", "-1"},
	"nonNegativeInteger": {"0", ""}, "positiveInteger": {"1", ""},
	"long": {"-9223372036854775808", "9223372036854775807"}, "int": {"-2147483648", "2147483647"},
	"short": {"-32768", "32767"}, "byte": {"-128", "127"},
	"unsignedLong": {"0", "18446744073709551615"}, "unsignedInt": {"0", "4294967295"},
	"unsignedShort": {"0", "65535"}, "unsignedByte": {"0", "255"},
}

// Check reports whether s is in the lexical space of the XML Schema built-in type of that name, white space
// around it apart where the type collapses it. A name that is no built-in's allows everything.
func Check(builtin, s string) error {
	if err := check(builtin, Normalize(builtin, s)); err != nil {
		return fmt.Errorf("%s is not a valid %s: %w", show(s), builtin, err)
	}
	return nil
}

func check(builtin, s string) error {
	if f, ok := calendarForms[builtin]; ok {
		c, err := parseCalendar(s, f)
		if err == nil && c.yearZero() {
			return errors.New("there is no year 0000")
		}
		return err
	}
	if bounds, ok := integerBounds[builtin]; ok {
		return checkBounds(s, bounds)
	}
	switch builtin {
	case "boolean":
		switch s {
		case "true", "false", "1", "0":
			return nil
		}
		return errors.New("it is true, false, 1 or 0")
	case "decimal":
		return checkDecimal(s)
	case "float", "double":
		return checkFloat(s)
	case "duration":
		_, err := scanDuration(s, nil)
		return err
	case "hexBinary":
		_, err := hex.DecodeString(s)
		return err
	case "base64Binary":
		_, err := decodeBase64(s)
		return err
	case "language":
		return checkLanguage(s)
	case "QName", "NOTATION":
		prefix, local, ok := strings.Cut(s, ":")
		if !ok {
			return checkName(prefix, false)
		}
		return errors.Join(checkName(prefix, false), checkName(local, false))
	case "Name":
		return checkName(s, true)
	case "NCName", "ID", "IDREF", "ENTITY":
		return checkName(s, false)
	case "NMTOKEN":
		return checkToken(s)
	case "NMTOKENS", "IDREFS", "ENTITIES":
		items := Fields(s)
		if len(items) == 0 {
			return errors.New("there must be one at least")
		}
		for _, item := range items {
			if err := check(strings.TrimSuffix(strings.Replace(builtin, "TIES", "TYS", 1), "S"), item); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkBounds(s string, bounds [2]string) error {
	if err := checkInteger(s); err != nil {
		return err
	}
	if bounds[0] != "" && compareIntegers(s, bounds[0]) < 0 {
		return fmt.Errorf("it is less than %s", bounds[0])
	}
	if bounds[1] != "" && compareIntegers(s, bounds[1]) > 0 {
		return fmt.Errorf("it is more than %s", bounds[1])
	}
	return nil
}

// compareIntegers compares valid texts of any length without calculating.
func compareIntegers(a, b string) int {
	da, db := strings.TrimLeft(sign(a), "0"), strings.TrimLeft(sign(b), "0")
	na, nb := strings.HasPrefix(a, "-") && da != "", strings.HasPrefix(b, "-") && db != ""
	switch {
	case na && !nb:
		return -1
	case nb && !na:
		return 1
	}
	n := len(da) - len(db)
	if n == 0 {
		n = strings.Compare(da, db)
	}
	if na {
		n = -n
	}
	return n
}

func checkLanguage(s string) error {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return errors.New("a part has one to eight characters")
		}
		for _, c := range part {
			if !(c|0x20 >= 'a' && c|0x20 <= 'z' || i > 0 && c >= '0' && c <= '9') {
				return fmt.Errorf("%q is not expected", c)
			}
		}
	}
	return nil
}

func checkToken(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	for _, c := range s {
		if c != ':' && !isNameChar(c) {
			return fmt.Errorf("%q is not expected in a name", c)
		}
	}
	return nil
}

func checkName(s string, colon bool) error {
	if c, _ := utf8.DecodeRuneInString(s); s != "" && !isNameStart(c) && !(colon && c == ':') {
		return fmt.Errorf("a name does not begin with %q", c)
	}
	if !colon && strings.Contains(s, ":") {
		return errors.New("a colon is not expected in the name")
	}
	return checkToken(s)
}

// nameStart and nameMore are XML 1.0's characters of names, without the colon.
var (
	nameStart = &unicode.RangeTable{
		R16: []unicode.Range16{
			{'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1}, {0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1},
			{0x37F, 0x1FFF, 1}, {0x200C, 0x200D, 1}, {0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1},
			{0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
		},
		R32:         []unicode.Range32{{0x10000, 0xEFFFF, 1}},
		LatinOffset: 5,
	}
	nameMore = &unicode.RangeTable{
		R16: []unicode.Range16{
			{'-', '.', 1}, {'0', '9', 1}, {0xB7, 0xB7, 1}, {0x300, 0x36F, 1}, {0x203F, 0x2040, 1},
		},
		LatinOffset: 3,
	}
)

func isNameStart(c rune) bool { return unicode.Is(nameStart, c) }
func isNameChar(c rune) bool  { return unicode.In(c, nameStart, nameMore) }

// Compare compares two texts of an ordered built-in type by their values. ok is false where they have no order: texts that
// are not valid, types without order, NaN, durations such as P1M and P30D, and times with and without a zone that lie
// less than 14 hours apart.
func Compare(builtin, a, b string) (order int, ok bool) {
	if Check(builtin, a) != nil || Check(builtin, b) != nil {
		return 0, false
	}
	a, b = trim(a), trim(b)
	if f, found := calendarForms[builtin]; found {
		return compareCalendars(a, b, f)
	}
	if _, found := integerBounds[builtin]; found {
		return compareIntegers(a, b), true
	}
	switch builtin {
	case "decimal":
		return compareDecimals(a, b), true
	case "float", "double":
		return compareFloats(a, b)
	case "duration":
		return compareDurations(a, b)
	}
	return 0, false
}

// compareDecimals compares without calculating, so that a long text costs no more than its length.
func compareDecimals(a, b string) int {
	wholeA, partA, _ := strings.Cut(a, ".")
	wholeB, partB, _ := strings.Cut(b, ".")
	if n := max(len(partA), len(partB)); n > 0 {
		partA += strings.Repeat("0", n-len(partA))
		partB += strings.Repeat("0", n-len(partB))
	}
	return compareIntegers(wholeA+partA, wholeB+partB)
}

func compareFloats(a, b string) (int, bool) {
	if a == "NaN" || b == "NaN" {
		return 0, a == b
	}
	x, y := floatRank(a), floatRank(b)
	if x != 0 || y != 0 {
		return x - y, true
	}
	// What no double can hold is the nearest that there is.
	fa, errA := strconv.ParseFloat(a, 64)
	fb, errB := strconv.ParseFloat(b, 64)
	for _, err := range []error{errA, errB} {
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, false
		}
	}
	return cmp.Compare(fa, fb), true
}

func floatRank(s string) int {
	switch s {
	case "INF":
		return 1
	case "-INF":
		return -1
	}
	return 0
}

func compareCalendars(a, b string, f form) (int, bool) {
	ca, errA := parseCalendar(a, f)
	cb, errB := parseCalendar(b, f)
	if errA != nil || errB != nil {
		return 0, false
	}
	if ca.zoned == cb.zoned {
		return ca.compare(&cb, 0), true
	}
	// The one without zone lies somewhere within 14 hours.
	low, high := ca.compare(&cb, -14*60), ca.compare(&cb, 14*60)
	return low, low == high
}

// compare compares moments, with shift minutes of the zone added to the one that has none.
func (c *calendar) compare(o *calendar, shift int) int {
	if n := compareIntegers(c.signedYear(), o.signedYear()); n != 0 && (len(c.year) > 9 || len(o.year) > 9) {
		return n
	}
	a, b := *c, *o
	for _, x := range []*calendar{&a, &b} {
		if !x.zoned {
			x.zone += shift
		}
		if x.form&formYear == 0 {
			x.year = "2000"
		}
		if len(x.year) > 9 { // both are the same then
			x.year = "2000"
		}
		if x.form&formMonth == 0 {
			x.month = 1
		}
		if x.form&formDay == 0 {
			x.day = 1
		}
	}
	ta, _ := a.time()
	tb, _ := b.time()
	if n := ta.Compare(tb); n != 0 {
		return n
	}
	n := max(len(a.fraction), len(b.fraction))
	return strings.Compare(a.fraction+strings.Repeat("0", n-len(a.fraction)), b.fraction+strings.Repeat("0", n-len(b.fraction)))
}

func (c *calendar) signedYear() string {
	if c.negative {
		return "-" + c.year
	}
	return "0" + c.year
}

func compareDurations(a, b string) (int, bool) {
	x, errA := parseDuration(a)
	y, errB := parseDuration(b)
	if errA != nil || errB != nil {
		return 0, false
	}
	fraction := max(len(x.fraction), len(y.fraction))
	secondsX, secondsY := x.scaled(fraction), y.scaled(fraction)
	months := x.months.Cmp(y.months)
	seconds := secondsX.Cmp(secondsY)
	if months == 0 || seconds == 0 || months == seconds {
		if months == 0 {
			return seconds, true
		}
		return months, true
	}
	// Months against seconds: a month has between 28 and 31 days, several of them less between.
	diff := new(big.Int).Sub(x.months, y.months)
	low, high := daysOf(diff)
	gap := secondsX.Sub(secondsX, secondsY)
	day := (&duration{seconds: big.NewInt(24 * 3600)}).scaled(fraction)
	lowest := low.Add(low.Mul(low, day), gap).Sign()
	highest := high.Add(high.Mul(high, day), gap).Sign()
	return lowest, lowest == highest
}

// daysOf gives the fewest and the most days that so many months can have.
func daysOf(months *big.Int) (low, high *big.Int) {
	n := new(big.Int).Abs(months)
	years, rest := new(big.Int).QuoRem(n, big.NewInt(12), new(big.Int))
	fewest := []int64{0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334}
	most := []int64{0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337}
	low = new(big.Int).Mul(years, big.NewInt(365))
	high = new(big.Int).Mul(years, big.NewInt(366))
	low.Add(low, big.NewInt(fewest[rest.Int64()]))
	high.Add(high, big.NewInt(most[rest.Int64()]))
	if months.Sign() < 0 {
		low, high = high.Neg(high), low.Neg(low)
	}
	return low, high
}
