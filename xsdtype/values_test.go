package xsdtype_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdtype"
)

func TestDuration(t *testing.T) {
	for _, test := range []struct {
		in      string
		months  int64
		seconds string
		want    time.Duration // -1: not one
	}{
		{"P1Y2M3DT4H5M6.7S", 14, "2739067/10", -1},
		{"PT0S", 0, "0", 0},
		{"P0Y", 0, "0", 0},
		{"PT36H", 0, "129600", 36 * time.Hour},
		{"-PT1.5S", 0, "-3/2", -1500 * time.Millisecond},
		{" P1D\n", 0, "86400", 24 * time.Hour},
		{"P1M", 1, "0", -1},
		{"-P1Y", -12, "0", -1},
		{"PT0.0000000019S", 0, "19/10000000000", 1},
		{"P106751D", 0, "9223286400", 106751 * 24 * time.Hour},
		{"P106752D", 0, "9223372800", -1},
		{"PT00005M", 0, "300", 5 * time.Minute},
	} {
		d := xsdtype.Duration(test.in)
		months, seconds, err := d.Parts()
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
			continue
		}
		if months.Int64() != test.months || seconds.RatString() != test.seconds {
			t.Errorf("%s: %v months, %s seconds", test.in, months, seconds.RatString())
		}
		got, err := d.TimeDuration()
		if test.want == -1 {
			if !errors.Is(err, xsdtype.ErrRange) {
				t.Errorf("%s: %v, %v", test.in, got, err)
			}
		} else if err != nil || got != test.want {
			t.Errorf("%s: %v, %v, want %v", test.in, got, err, test.want)
		}
		if err := d.Valid(); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{
		"", "P", "PT", "P1", "1D", "P1DT", "P1S", "PT1D", "P1M1Y", "P1Y1Y", "PT1S1M", "P-1D", "+P1D", "P1.5D", "PT1.S", "PT.5S", "PT1.5M", "P1D ", "P 1D", "p1d", "PT1H1", "P1DT1HT1M", "P1W",
	} {
		d := xsdtype.Duration(s)
		if s == "P1D " {
			continue // white space around it is no part of it
		}
		if d.Valid() == nil {
			t.Errorf("%q is valid", s)
		}
		if _, _, err := d.Parts(); err == nil {
			t.Errorf("%q has parts", s)
		}
		if _, err := d.TimeDuration(); err == nil {
			t.Errorf("%q is a time.Duration", s)
		}
	}
	if _, _, err := xsdtype.Duration("P" + strings.Repeat("9", 20000) + "D").Parts(); !errors.Is(err, xsdtype.ErrRange) {
		t.Errorf("%v", err)
	}
	for d, want := range map[time.Duration]xsdtype.Duration{
		0: "PT0S", time.Second: "PT1S", 36 * time.Hour: "PT36H", -1500 * time.Millisecond: "-PT1.5S", time.Hour + 2*time.Minute + 3: "PT1H2M0.000000003S",
		time.Minute: "PT1M", -1 << 63: "-PT2562047H47M16.854775808S", 1<<63 - 1: "PT2562047H47M16.854775807S",
	} {
		if got := xsdtype.DurationOf(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
		if got, err := want.TimeDuration(); err != nil || got != d {
			t.Errorf("%s: %v, %v", want, got, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", "-0": "0", "+1.50": "3/2", ".5": "1/2", "5.": "5", "-001.25": "-5/4", " 7 ": "7",
		"123456789012345678901234567890.5": "246913578024691357802469135781/2",
	} {
		r, err := xsdtype.Decimal(s).Rat()
		if err != nil || r.RatString() != want {
			t.Errorf("%q: %v, %v, want %s", s, r, err, want)
		}
		if err := xsdtype.Decimal(s).Valid(); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{"", ".", "+", "-.", "1e5", "1_0", "0x1", "1/2", "1,5", "1.2.3", "--1", "INF", "NaN", "１"} {
		if xsdtype.Decimal(s).Valid() == nil {
			t.Errorf("%q is valid", s)
		}
		if r, err := xsdtype.Decimal(s).Rat(); err == nil {
			t.Errorf("%q is %v", s, r)
		}
		if _, _, err := xsdtype.Decimal(s).Digits(); err == nil {
			t.Errorf("%q has digits", s)
		}
		if n, err := xsdtype.Integer(s).BigInt(); err == nil {
			t.Errorf("%q is %v", s, n)
		}
	}
	long := strings.Repeat("1", 20000)
	if _, err := xsdtype.Decimal(long).Rat(); !errors.Is(err, xsdtype.ErrRange) {
		t.Error(err)
	}
	if _, err := xsdtype.Integer(long).BigInt(); !errors.Is(err, xsdtype.ErrRange) || xsdtype.Integer(long).Valid() != nil {
		t.Error(err)
	}
	for s, want := range map[string][2]int{
		"0": {0, 0}, "1": {1, 0}, "0.0": {0, 0}, "00120.500": {4, 1}, "-.05": {1, 2}, "100": {3, 0}, "1.": {1, 0}, "0.10": {1, 1},
	} {
		total, fraction, err := xsdtype.Decimal(s).Digits()
		if err != nil || [2]int{total, fraction} != want {
			t.Errorf("%s: %d, %d, %v, want %v", s, total, fraction, err, want)
		}
	}
	if n, err := xsdtype.Integer("-12").Int64(); err != nil || n != -12 {
		t.Error(n, err)
	}
	if _, err := xsdtype.Integer("9223372036854775808").Int64(); !errors.Is(err, xsdtype.ErrRange) {
		t.Error(err)
	}
	if _, err := xsdtype.Integer("x").Int64(); err == nil {
		t.Error("no error")
	}
	if n, err := xsdtype.Integer("+9223372036854775808").BigInt(); err != nil || n.Cmp(new(big.Int).Lsh(big.NewInt(1), 63)) != 0 {
		t.Error(n, err)
	}
}

func TestBinary(t *testing.T) {
	b := []byte{0, 1, 0xFE, 0xFF, 'x'}
	if got := must(xsdtype.Base64(b).Bytes()); !cmp.Equal(got, b) {
		t.Error(got)
	}
	if got := must(xsdtype.Base64Binary(" AAH+\n /3g= ").Bytes()); !cmp.Equal(got, b) {
		t.Error(got)
	}
	if got := xsdtype.Hex(b); got != "0001FEFF78" {
		t.Error(got)
	}
	if got := must(xsdtype.HexBinary("0001feff78").Bytes()); !cmp.Equal(got, b) {
		t.Error(got)
	}
	for _, s := range []string{"A", "AA", "AAA", "A===", "AAB=", "!!!!", "AAAA="} {
		if _, err := xsdtype.Base64Binary(s).Bytes(); err == nil || xsdtype.Base64Binary(s).Valid() == nil {
			t.Errorf("%q is base64", s)
		}
	}
	for _, s := range []string{"0", "0g", "0 0"} {
		if _, err := xsdtype.HexBinary(s).Bytes(); err == nil || xsdtype.HexBinary(s).Valid() == nil {
			t.Errorf("%q is hexadecimal", s)
		}
	}
	if p, l := xsdtype.QName(" a:b ").Split(); p != "a" || l != "b" {
		t.Error(p, l)
	}
	if p, l := xsdtype.QName("b").Split(); p != "" || l != "b" {
		t.Error(p, l)
	}
	if xsdtype.QName("a:b:c").Valid() == nil || xsdtype.QName("a:b").Valid() != nil || xsdtype.AnyURI("a b").Valid() != nil {
		t.Error("Valid")
	}
}

func TestCheck(t *testing.T) {
	for builtin, test := range map[string]struct{ yes, no string }{
		"string":             {" |\n|anything", ""},
		"anySimpleType":      {" x ", ""},
		"unheard-of":         {"x", ""},
		"boolean":            {"true|false|1|0| true ", "True|yes|2|-"},
		"decimal":            {"1.5| 1 ", "1e5|x"},
		"float":              {"1|1.5E-5|INF|-INF|NaN|.5e+3", "inf|+INF|1e|e5|0x1|1e1.5"},
		"double":             {"1e400", "Infinity"},
		"integer":            {"-1|+1|" + strings.Repeat("9", 50), "1.0|x"},
		"nonPositiveInteger": {"0|-1|-0|+0", "1"},
		"negativeInteger":    {"-1", "0|1|-0"},
		"nonNegativeInteger": {"0|1|-0", "-1"},
		"positiveInteger":    {"1|+1|0001", "0|-1"},
		"long":               {"9223372036854775807|-9223372036854775808", "9223372036854775808|-9223372036854775809"},
		"int":                {"2147483647|-2147483648|0002147483647", "2147483648|-2147483649|1.0"},
		"short":              {"32767", "32768"},
		"byte":               {"-128|127", "128|-129"},
		"unsignedLong":       {"18446744073709551615|0|-0", "18446744073709551616|-1"},
		"unsignedInt":        {"4294967295", "4294967296"},
		"unsignedShort":      {"65535", "65536"},
		"unsignedByte":       {"255|+255", "256|-1"},
		"language":           {"en|de-CH|x-klingon|zh-Hant-1", "e_n|toolonglanguage|-|en-|1"},
		"Name":               {"a|a:b|:a|é-.1", "1a|-a|a b"},
		"NCName":             {"a|_a", "a:b|1|a b|<"},
		"ID":                 {"a", "1"},
		"NMTOKEN":            {"1a|:|a", "a b|<"},
		"NMTOKENS":           {"a b|1", " |a <"},
		"IDREFS":             {"a b", "1 a| "},
		"ENTITIES":           {"a b", "a:b"},
		"QName":              {"a:b|b", ":b|a:|1:b|a:b:c"},
		"token":              {"a  b", ""},
		"duration":           {"P1Y", "P"},
		"dateTime":           {"2021-02-12T10:11:12", "0000-01-01T00:00:00"},
		"hexBinary":          {"0aF1", "0"},
		"base64Binary":       {"AAAA|AA==", "A"},
		"gDay":               {"---01", "01"},
	} {
		for _, s := range strings.Split(test.yes, "|") {
			if err := xsdtype.Check(builtin, s); err != nil {
				t.Error(err)
			}
		}
		for _, s := range strings.Split(test.no, "|") {
			if err := xsdtype.Check(builtin, s); test.no != "" && err == nil {
				t.Errorf("%q is a valid %s", s, builtin)
			} else if err != nil && !strings.Contains(err.Error(), "is not a valid "+builtin+": ") {
				t.Error(err)
			}
		}
	}
	long := strings.Repeat("é", 1000)
	if err := xsdtype.Check("boolean", long); err == nil || len(err.Error()) > 200 {
		t.Errorf("%v", err)
	}
	for builtin, want := range map[string]string{"string": " a\t b ", "normalizedString": " a  b ", "token": "a b", "int": "a b"} {
		if got := xsdtype.Normalize(builtin, " a\t b "); got != want {
			t.Errorf("%s: %q, want %q", builtin, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	const none = 99
	for _, test := range []struct {
		builtin, a, b string
		want          int
	}{
		{"decimal", "1.50", "1.5", 0}, {"decimal", "-1", "1", -1}, {"decimal", "-2", "-1.5", -1}, {"decimal", "10", "9.99", 1}, {"decimal", "-0", "0.00", 0}, {"decimal", ".5", "0.49", 1},
		{"decimal", "1" + strings.Repeat("0", 100000), "1", 1},
		{"integer", "007", "7", 0}, {"integer", "-10", "-9", -1}, {"unsignedByte", "255", "3", 1}, {"int", "+1", "1", 0},
		{"float", "1e3", "1000", 0}, {"double", "INF", "1e308", 1}, {"double", "-INF", "-1e308", -1}, {"double", "INF", "INF", 0}, {"double", "NaN", "1", none}, {"float", "NaN", "NaN", 0},
		{"dateTime", "2021-01-01T00:00:00Z", "2021-01-01T01:00:00+01:00", 0}, {"dateTime", "2021-01-01T00:00:00.5", "2021-01-01T00:00:00.500", 0},
		{"dateTime", "2021-01-01T00:00:00.00000000001Z", "2021-01-01T00:00:00Z", 1},
		{"dateTime", "2021-01-01T00:00:00", "2021-01-01T12:00:00Z", none}, {"dateTime", "2021-01-01T00:00:00", "2021-01-01T15:00:00Z", -1}, {"dateTime", "2021-01-03T00:00:00", "2021-01-01T15:00:00Z", 1},
		{"dateTime", "12345678901-01-01T00:00:00", "2021-01-01T00:00:00", 1}, {"dateTime", "-12345678901-01-01T00:00:00", "2021-01-01T00:00:00", -1},
		{"dateTime", "12345678901-01-01T00:00:00", "12345678901-01-02T00:00:00", -1},
		{"date", "2021-01-01", "2020-12-31", 1}, {"time", "10:00:00Z", "11:00:00+01:00", 0}, {"gYear", "2020", "2021", -1}, {"gMonthDay", "--02-29", "--03-01", -1}, {"gDay", "---05", "---06", -1},
		{"gMonth", "--05", "--04", 1}, {"gYearMonth", "2020-05", "2020-06", -1},
		{"duration", "P1Y", "P12M", 0}, {"duration", "PT36H", "P1DT12H", 0}, {"duration", "P1M", "P30D", none}, {"duration", "P1M", "P32D", -1}, {"duration", "P1M", "P27D", 1},
		{"duration", "-P1M", "-P32D", 1}, {"duration", "P1MT1S", "P1M", 1}, {"duration", "P2M", "P1MT1S", 1}, {"duration", "P1YT1S", "P365D", 1}, {"duration", "P1Y", "P366D", none},
		{"string", "a", "b", none}, {"decimal", "x", "1", none}, {"boolean", "0", "1", none},
	} {
		got, ok := xsdtype.Compare(test.builtin, test.a, test.b)
		switch {
		case ok != (test.want != none):
			t.Errorf("%s %.30s %.30s: %d, %v", test.builtin, test.a, test.b, got, ok)
		case ok && sign(got) != test.want:
			t.Errorf("%s %.30s %.30s: %d, want %d", test.builtin, test.a, test.b, got, test.want)
		}
		if back, ok := xsdtype.Compare(test.builtin, test.b, test.a); ok && sign(back) != -test.want {
			t.Errorf("%s %.30s %.30s: %d, want %d", test.builtin, test.b, test.a, back, -test.want)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestExtra(t *testing.T) {
	var none *xsdtype.Extra
	none.SetPresent("A")
	if none.IsAbsent("A") || !none.Empty() {
		t.Error("nil")
	}
	e := &xsdtype.Extra{Absent: []string{"A", "B", "C"}}
	shared := *e
	e.SetPresent("B")
	e.SetPresent("D")
	if diff := cmp.Diff(&xsdtype.Extra{Absent: []string{"A", "C"}}, e); diff != "" {
		t.Error(diff)
	}
	if !shared.IsAbsent("B") || e.IsAbsent("B") || !e.IsAbsent("C") {
		t.Errorf("a copy of the value changed: %v", shared.Absent)
	}
	e.SetPresent("A")
	e.SetPresent("C")
	if e.Absent != nil || !e.Empty() {
		t.Error(e)
	}
	if (&xsdtype.Extra{Order: []string{"A"}}).Empty() {
		t.Error("Order is something")
	}
	n := xsdtype.Nillable[int]{}
	*n.NilFlag() = true
	*n.ValuePtr().(*int) = 5
	if diff := cmp.Diff(xsdtype.Nillable[int]{Nil: true, Value: 5}, n); diff != "" {
		t.Error(diff)
	}
}
