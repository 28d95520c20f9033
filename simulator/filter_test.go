package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type fruit struct {
	name  string
	uid   string
	count int64
	fresh bool
	state string
	ripe  time.Time
}

var fruitColumns = columns[fruit]{
	textColumn("Name", func(f fruit) string { return f.name }),
	uidColumn("UID", func(f fruit) string { return f.uid }, "Id"),
	numberColumn("Count", func(f fruit) int64 { return f.count }),
	boolColumn("Fresh", func(f fruit) bool { return f.fresh }),
	enumColumn("State", []string{"Green", "Ripe", "Gone"}, func(f fruit) string { return f.state }),
	timeColumn("RipeUTC", func(f fruit) time.Time { return f.ripe }, "Ripe"),
}

var fruits = []fruit{
	{"Apple", "urn:veeam:Fruit:aaaa-01", 10, true, "Ripe", time.Date(2025, 6, 15, 8, 0, 0, 0, time.UTC)},
	{"pear", "urn:veeam:Fruit:aaaa-02", 9, false, "Green", time.Time{}},
	{`"red" plum`, "urn:veeam:Fruit:aaaa-03", -1, true, "Gone", time.Date(2025, 6, 16, 0, 0, 0, 0, time.UTC)},
	{"Blood Orange; sweet", "urn:veeam:Fruit:aaaa-04", 10, false, "Ripe", time.Date(2025, 6, 16, 0, 0, 1, 0, time.UTC)},
}

func TestFilter(t *testing.T) {
	for filter, want := range map[string]string{
		`Name==Apple`:                          "0",
		`name == "APPLE"`:                      "0",
		`Name!=apple`:                          "123",
		`Name=="""red"" plum"`:                 "2",
		`Name=="Blood Orange; sweet"`:          "3",
		`Name>pear`:                            "",
		`Name>=pear`:                           "1",
		`Id==aaaa-02`:                          "1",
		`UID=="urn:veeam:Fruit:AAAA-02"`:       "1",
		`Count==10`:                            "03",
		`Count<10`:                             "12",
		`Count>=-1;Count<=9`:                   "12",
		`Fresh==True`:                          "02",
		`Fresh!=true`:                          "13",
		`Fresh<true`:                           "13",
		`State==ripe`:                          "03",
		`State>Green`:                          "023",
		`State<Gone`:                           "013",
		`State==0`:                             "1",
		`RipeUTC>="2025-06-15"`:                "023",
		`Ripe>2025-06-16`:                      "3",
		`ripe=="2025-06-15T10:00:00+02:00"`:    "0",
		`Ripe!=2025-06-16`:                     "013",
		`Name==apple,Name==pear`:               "01",
		`Name==apple,Name==pear;Count==9`:      "01",
		`(Name==apple,Name==pear);Count==9`:    "1",
		`Fresh==true;(Count==10,State==Gone)`:  "02",
		` ( ( Name == pear ) ) , Count == -1 `: "12",
	} {
		fits, err := fruitColumns.compile(filter)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		var got strings.Builder
		for i, f := range fruits {
			if fits(f) {
				got.WriteByte(byte('0' + i))
			}
		}
		if got.String() != want {
			t.Errorf("%s: %q, want %q", filter, got.String(), want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	for filter, want := range map[string]string{
		``:                            "character 1: the name of a field is missing",
		`Name`:                        "character 5: one of == != < > <= >= is missing after Name",
		`Name=Apple`:                  "character 5: one of ==",
		`Name==`:                      "character 7: the value after Name== is missing",
		`==x`:                         "character 1: the name",
		`Name=="Apple`:                "character 7: a closing quotation mark",
		`Name=="a"b`:                  `character 10: "b" is not expected`,
		`Name==a"b"`:                  `character 8: "\"" is not expected`,
		`(Name==a`:                    "character 9: a closing parenthesis",
		`Name==a)`:                    `character 8: ")" is not expected`,
		`Name==a;`:                    "character 9: the name",
		`Name==a,,Name==b`:            "character 9: the name",
		`Colour==red`:                 "character 1: there is no field Colour; there are Name, UID",
		`Name==a;Count==many`:         "character 9: Count:",
		`State==Rotten`:               `State: "Rotten" is none of Green, Ripe, Gone`,
		`State==3`:                    "none of",
		`Fresh==perhaps`:              "Fresh:",
		`Ripe>tomorrow`:               "RipeUTC:",
		strings.Repeat("(", 1000):     "parentheses inside each other",
		strings.Repeat("Name==a;", 9): "the name",
	} {
		_, err := fruitColumns.compile(filter)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant … %s", filter, err, want)
		}
	}
}

func TestSelectPage(t *testing.T) {
	names := func(l listing) string {
		t.Helper()
		p, err := selectPage(fruits, fruitColumns, l)
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, f := range p.items {
			out = append(out, f.name[:1])
		}
		return strings.Join(out, "")
	}
	before := slices.Clone(fruits)
	for _, c := range []struct {
		l    listing
		want string
	}{
		{listing{pageSize: 100, page: 1}, `Ap"B`},
		{listing{pageSize: 100, page: 1, sortAsc: "name"}, `"ABp`},
		{listing{pageSize: 100, page: 1, sortDesc: "NAME"}, `pBA"`},
		{listing{pageSize: 100, page: 1, sortAsc: "RipeUTC"}, `pA"B`},
		{listing{pageSize: 100, page: 1, sortDesc: "Count"}, `ABp"`},
		{listing{pageSize: 2, page: 2, sortAsc: "State"}, `B"`},
		{listing{pageSize: 3, page: 2}, `B`},
		{listing{pageSize: 3, page: 9}, ``},
		{listing{pageSize: 1, page: 1, filter: "Fresh==false", sortDesc: "Count"}, `B`},
		{listing{pageSize: 1, page: 1, sortAsc: "Colour"}, "sorting: there is no field Colour; there are Name, UID, Count, Fresh, State, RipeUTC"},
	} {
		if got := names(c.l); got != c.want {
			t.Errorf("%+v: %q, want %q", c.l, got, c.want)
		}
	}
	if diff := cmp.Diff(before, fruits, cmp.AllowUnexported(fruit{})); diff != "" {
		t.Error("the list was changed", diff)
	}
	p, _ := selectPage([]fruit{}, fruitColumns, listing{pageSize: 5, page: 1})
	if p.all != 1 {
		t.Errorf("an empty list has %d pages", p.all)
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{`Name==Apple`, `(Name=="a ""b""",Count>=1);Fresh!=true`, `Ripe>"2025-06-16"`, `((`, `Name=="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fits, err := fruitColumns.compile(text)
		if err != nil {
			return
		}
		for _, v := range fruits {
			fits(v)
		}
		// What is accepted keeps its meaning in parentheses and beside itself.
		again, err := fruitColumns.compile("(" + text + "),(" + text + ")")
		if err != nil {
			if strings.Contains(err.Error(), "parentheses") {
				return
			}
			t.Fatalf("%q: %v", text, err)
		}
		for _, v := range fruits {
			if fits(v) != again(v) {
				t.Errorf("%q changes its meaning", text)
			}
		}
	})
}

// The columns of tests.

func textColumn[T any](name string, get func(T) string, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: textField, get: func(v T) any { return get(v) }}
}

func uidColumn[T any](name string, get func(T) string, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: uidField, get: func(v T) any { return get(v) }}
}

func timeColumn[T any](name string, get func(T) time.Time, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: timeField, get: func(v T) any {
		if t := get(v); !t.IsZero() {
			return t.UTC().Truncate(time.Millisecond)
		}
		return nil
	}}
}

func enumColumn[T any](name string, values []string, get func(T) string) column[T] {
	return column[T]{name: name, kind: enumField, enum: values, get: func(v T) any { return get(v) }}
}

func boolColumn[T any](name string, get func(T) bool) column[T] {
	return column[T]{name: name, kind: boolField, get: func(v T) any { return get(v) }}
}

func numberColumn[T any](name string, get func(T) int64) column[T] {
	return column[T]{name: name, kind: numberField, get: func(v T) any { return get(v) }}
}
