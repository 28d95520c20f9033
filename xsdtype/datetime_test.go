package xsdtype_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/xsdtype"
)

func TestDateTime(t *testing.T) {
	east := time.FixedZone("", 5*3600+1800)
	tests := []struct {
		in   string
		want time.Time
		zone bool
	}{
		{"2021-02-12T10:11:12Z", time.Date(2021, 2, 12, 10, 11, 12, 0, time.UTC), true},
		{"2021-02-12T10:11:12", time.Date(2021, 2, 12, 10, 11, 12, 0, time.UTC), false},
		{" 2021-02-12T10:11:12\n", time.Date(2021, 2, 12, 10, 11, 12, 0, time.UTC), false},
		{"2021-02-12T10:11:12.5", time.Date(2021, 2, 12, 10, 11, 12, 5e8, time.UTC), false},
		{"2021-02-12T10:11:12.1234567Z", time.Date(2021, 2, 12, 10, 11, 12, 123456700, time.UTC), true},
		{"2021-02-12T10:11:12.1234567899999Z", time.Date(2021, 2, 12, 10, 11, 12, 123456789, time.UTC), true},
		{"2021-02-12T10:11:12+05:30", time.Date(2021, 2, 12, 10, 11, 12, 0, east), true},
		{"2021-02-12T10:11:12-14:00", time.Date(2021, 2, 13, 0, 11, 12, 0, time.UTC), true},
		{"2021-02-12T10:11:12+00:00", time.Date(2021, 2, 12, 10, 11, 12, 0, time.UTC), true},
		{"2021-12-31T24:00:00Z", time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"2021-12-31T24:00:00.000", time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{"2020-02-29T00:00:00", time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), false},
		{"2000-02-29T00:00:00", time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC), false},
		{"0001-01-01T00:00:00", time.Time{}, false},
		{"9999-12-31T23:59:59.9999999", time.Date(9999, 12, 31, 23, 59, 59, 999999900, time.UTC), false},
		{"12345-01-01T00:00:00Z", time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"-0044-03-15T00:00:00Z", time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC), true},
	}
	for _, test := range tests {
		d := xsdtype.DateTime(test.in)
		got, err := d.Time()
		if err != nil || !got.Equal(test.want) {
			t.Errorf("%q: %v, %v, want %v", test.in, got, err, test.want)
		}
		if d.HasZone() != test.zone {
			t.Errorf("%q: HasZone is %v", test.in, !test.zone)
		}
		if err := d.Valid(); err != nil {
			t.Error(err)
		}
	}
	if _, offset := must(xsdtype.DateTime("2021-02-12T10:11:12+05:30").Time()).Zone(); offset != 5*3600+1800 {
		t.Errorf("the zone is lost: %d", offset)
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func TestBadDateTimes(t *testing.T) {
	for _, s := range []string{
		"", " ", "now", "2021", "2021-02-12", "2021-02-12T", "2021-02-12 10:11:12", "2021-02-12t10:11:12", "2021-02-12T10:11", "2021-02-12T10:11:12z",
		"2021-2-12T10:11:12", "2021-02-30T10:11:12", "2021-02-29T10:11:12", "1900-02-29T10:11:12", "2021-00-12T10:11:12", "2021-13-12T10:11:12", "2021-01-00T10:11:12",
		"2021-04-31T10:11:12", "2021-02-12T25:00:00", "2021-02-12T24:00:01", "2021-02-12T24:00:00.1", "2021-02-12T10:60:00", "2021-02-12T10:00:60",
		"2021-02-12T10:11:12.", "2021-02-12T10:11:12.Z", "2021-02-12T10:11:12,5", "2021-02-12T10:11:12+14:01", "2021-02-12T10:11:12+15:00",
		"2021-02-12T10:11:12+05", "2021-02-12T10:11:12+0530", "2021-02-12T10:11:12+05:60", "2021-02-12T10:11:12 Z", "2021-02-12T10:11:12ZZ",
		"2021-02-12T10:11:12+05:30Z", "21-02-12T10:11:12", "02021-02-12T10:11:12", "+2021-02-12T10:11:12", "--2021-02-12T10:11:12", "２021-02-12T10:11:12",
		"-0001-02-29T00:00:00", strings.Repeat("9", 100),
	} {
		if err := xsdtype.DateTime(s).Valid(); err == nil {
			t.Errorf("%q is valid", s)
		}
		if got, err := xsdtype.DateTime(s).Time(); err == nil {
			t.Errorf("%q is %v", s, got)
		} else if !strings.HasPrefix(err.Error(), "dateTime ") {
			t.Errorf("%q: %v", s, err)
		}
	}
	// Valid, but no time.Time; and the other way round.
	huge := xsdtype.DateTime("12345678901-01-01T00:00:00")
	if _, err := huge.Time(); !errors.Is(err, xsdtype.ErrRange) || huge.Valid() != nil {
		t.Errorf("%v, %v", err, huge.Valid())
	}
	zero := xsdtype.DateTime("0000-01-01T00:00:00Z")
	if got, err := zero.Time(); err != nil || got.Year() != 0 || zero.Valid() == nil {
		t.Errorf("%v, %v, %v", got, err, zero.Valid())
	}
}

// zones are those with the oddest rules.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati", "Australia/Lord_Howe",
	"America/St_Johns", "Africa/Casablanca", "Europe/Dublin", "Pacific/Marquesas",
}

// TestUTCRoundTrip: any time.Time, in zones with daylight saving and any number of fraction digits, comes back as the same moment.
func TestUTCRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range zones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			loc = time.FixedZone(name, (r.IntN(28*60)-14*60)*60) // a machine without the database
		}
		for range 500 {
			nanos := r.Int64N(1e9)
			for range r.IntN(10) {
				nanos -= nanos % 10
				nanos /= 10
				nanos *= 10
			}
			in := time.Unix(r.Int64N(8e9)-4e9, nanos).In(loc)
			d := xsdtype.UTC(in)
			if err := d.Valid(); err != nil || !strings.HasSuffix(string(d), "Z") {
				t.Fatalf("%v became %s: %v", in, d, err)
			}
			if s := string(d); strings.Contains(s, ".") && (strings.HasSuffix(s, "0Z") || strings.HasSuffix(s, ".Z")) {
				t.Fatalf("%s ends in zeros", d)
			}
			if back, err := d.Time(); err != nil || !back.Equal(in) {
				t.Fatalf("%v became %s became %v, %v", in, d, back, err)
			}
			// The same moment as it is written in the zone.
			if _, offset := in.Zone(); offset%60 == 0 {
				local := xsdtype.DateTime(in.Format("2006-01-02T15:04:05.999999999Z07:00"))
				if back, err := local.Time(); err != nil || !back.Equal(in) {
					t.Fatalf("%s is %v, %v, want %v", local, back, err, in)
				}
				if order, ok := xsdtype.Compare("dateTime", string(d), string(local)); !ok || order != 0 {
					t.Fatalf("%s and %s differ", d, local)
				}
			}
		}
	}
	if got := xsdtype.UTC(time.Date(2021, 1, 1, 0, 0, 0, 0, time.FixedZone("", -3600))); got != "2021-01-01T01:00:00Z" {
		t.Error(got)
	}
}

// TestDatesAgainstTimePackage compares with time.Parse, which knows the same form: every day of years with odd Februaries.
func TestDatesAgainstTimePackage(t *testing.T) {
	for _, year := range []int{1, 4, 100, 400, 1900, 1996, 2000, 2021, 2024, 2100, 9999} {
		for month := 0; month <= 13; month++ {
			for day := 0; day <= 32; day++ {
				s := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				want, wantErr := time.Parse("2006-01-02", s)
				got, err := xsdtype.Date(s).Time()
				if (err == nil) != (wantErr == nil) || err == nil && !got.Equal(want) {
					t.Errorf("%s: %v, %v, want %v, %v", s, got, err, want, wantErr)
				}
			}
		}
	}
}

func TestOtherCalendarTypes(t *testing.T) {
	for _, test := range []struct {
		v interface {
			Valid() error
			HasZone() bool
		}
		valid, zone bool
	}{
		{xsdtype.Date("2021-02-12"), true, false}, {xsdtype.Date("2021-02-12Z"), true, true}, {xsdtype.Date("2021-02-12-05:00"), true, true},
		{xsdtype.Date("2021-02-12T00:00:00"), false, false}, {xsdtype.Date("2021-02-30"), false, false}, {xsdtype.Date("10000-02-29"), true, false},
		{xsdtype.Date("10001-02-29"), false, false}, {xsdtype.Date("-0004-02-29"), true, false}, {xsdtype.Date("0000-01-01"), false, false},
		{xsdtype.Time("10:11:12"), true, false}, {xsdtype.Time("24:00:00.0Z"), true, true}, {xsdtype.Time("10:11"), false, false}, {xsdtype.Time("-10:11:12"), false, false},
		{xsdtype.GYear("2021"), true, false}, {xsdtype.GYear("-2021+14:00"), true, true}, {xsdtype.GYear("21"), false, false}, {xsdtype.GYear("0000"), false, false},
		{xsdtype.GYearMonth("2021-12"), true, false}, {xsdtype.GYearMonth("2021-13"), false, false}, {xsdtype.GYearMonth("2021-01Z"), true, true},
		{xsdtype.GMonth("--12"), true, false}, {xsdtype.GMonth("--12Z"), true, true}, {xsdtype.GMonth("12"), false, false}, {xsdtype.GMonth("--12--"), false, false},
		{xsdtype.GMonthDay("--02-29"), true, false}, {xsdtype.GMonthDay("--02-30"), false, false}, {xsdtype.GMonthDay("--12-31Z"), true, true},
		{xsdtype.GDay("---31"), true, false}, {xsdtype.GDay("---32"), false, false}, {xsdtype.GDay("---01-12:00"), true, true}, {xsdtype.GDay("--01"), false, false},
	} {
		if err := test.v.Valid(); (err == nil) != test.valid {
			t.Errorf("%T %v: %v", test.v, test.v, err)
		}
		if got := test.v.HasZone(); got != test.zone {
			t.Errorf("%T %v: HasZone is %v", test.v, test.v, got)
		}
	}
	if got := must(xsdtype.Date("2021-02-12+01:00").Time()); !got.Equal(time.Date(2021, 2, 11, 23, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
	if got := must(xsdtype.Time("10:11:12.5Z").SinceMidnight()); got != 10*time.Hour+11*time.Minute+12500*time.Millisecond {
		t.Error(got)
	}
	if got := must(xsdtype.Time("24:00:00").SinceMidnight()); got != 0 {
		t.Error(got)
	}
	if _, err := xsdtype.Time("25:00:00").SinceMidnight(); err == nil {
		t.Error("no error")
	}
	if _, err := xsdtype.Date("1234567890-01-01").Time(); !errors.Is(err, xsdtype.ErrRange) {
		t.Error(err)
	}
	if _, err := xsdtype.Date("x").Time(); err == nil {
		t.Error("no error")
	}
	if got := xsdtype.DateOf(time.Date(2021, 2, 12, 23, 0, 0, 0, time.FixedZone("", -3600))); got != "2021-02-12" {
		t.Error(got)
	}
}

func FuzzDateTime(f *testing.F) {
	for _, s := range []string{
		"2021-02-12T10:11:12Z", "2021-02-12T10:11:12.1234567+05:30", "-0044-03-15T24:00:00", "12345-12-31T23:59:59.999999999999-14:00", "0000-01-01T00:00:00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := xsdtype.DateTime(s)
		got, err := d.Time()
		if err != nil {
			if d.Valid() == nil && !errors.Is(err, xsdtype.ErrRange) {
				t.Fatalf("%q is valid, but: %v", s, err)
			}
			return
		}
		if d.Valid() != nil && got.Year() != 0 && !strings.Contains(s, "0000") {
			t.Fatalf("%q is %v, but: %v", s, got, d.Valid())
		}
		again := xsdtype.UTC(got)
		back, err := again.Time()
		if err != nil || !back.Equal(got) {
			t.Fatalf("%q is %v, written %s, read %v, %v", s, got, again, back, err)
		}
		// time.Parse knows the form with a zone, but for the ends of its years.
		if want, err := time.Parse(time.RFC3339Nano, strings.Trim(s, " \t\r\n")); err == nil && got.Year() > 1 && got.Year() < 9999 {
			if !want.Equal(got) {
				t.Fatalf("%q is %v, time.Parse has %v", s, got, want)
			}
		}
	})
}
