package client

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/xsdtype"
)

// Filter is a condition of a query about things of type T. The zero Filter admits everything.
// Make one from the fields of this package (CdpReplicaName.Eq("vapp02")), or from a field of your own: StringField[ent.CdpReplica]("Name").
type Filter[T any] struct {
	text string
	or   bool // text has a comma at the top: needs parentheses within And
	and  bool // text has a semicolon at the top
}

// String returns the filter as EM reads it.
func (f Filter[T]) String() string { return f.text }

// And admits what all of the filters admit. Zero filters are passed over.
func And[T any](all ...Filter[T]) Filter[T] { return join(all, ";") }

// Or admits what any of the filters admits. A zero filter admits everything, so the result does too.
func Or[T any](any ...Filter[T]) Filter[T] {
	for _, f := range any {
		if f.text == "" {
			return Filter[T]{}
		}
	}
	return join(any, ",")
}

// And is And(f, more...).
func (f Filter[T]) And(more ...Filter[T]) Filter[T] { return And(append([]Filter[T]{f}, more...)...) }

// Or is Or(f, more...).
func (f Filter[T]) Or(more ...Filter[T]) Filter[T] { return Or(append([]Filter[T]{f}, more...)...) }

func join[T any](all []Filter[T], sep string) Filter[T] {
	var parts []Filter[T]
	for _, f := range all {
		if f.text != "" {
			parts = append(parts, f)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	texts := make([]string, len(parts))
	for i, f := range parts {
		texts[i] = f.text
		if f.or || f.and {
			texts[i] = "(" + f.text + ")"
		}
	}
	return Filter[T]{text: strings.Join(texts, sep), or: sep == "," && len(parts) > 0, and: sep == ";" && len(parts) > 0}
}

func compare[T any](field, op, value string) Filter[T] {
	return Filter[T]{text: field + op + value}
}

// quote writes a value in double quotes, with inner ones doubled.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func oneOf[T, V any](values []V, eq func(V) Filter[T]) Filter[T] {
	all := make([]Filter[T], len(values))
	for i, v := range values {
		all[i] = eq(v)
	}
	if len(all) == 0 {
		return Filter[T]{}
	}
	return Or(all...)
}

// StringField is a field of T that holds text or an identifier. EM compares text without regard to case.
type StringField[T any] string

// Eq admits T whose field equals v.
func (f StringField[T]) Eq(v string) Filter[T] { return compare[T](string(f), "==", quote(v)) }

// Ne admits T whose field differs from v.
func (f StringField[T]) Ne(v string) Filter[T] { return compare[T](string(f), "!=", quote(v)) }

// In admits T whose field equals one of the values. Without values it admits everything.
func (f StringField[T]) In(values ...string) Filter[T] { return oneOf(values, f.Eq) }

// EnumField is a field of T that holds one of a list of words. EM orders them by their place in the list, not by
// the alphabet, so only equality is offered.
type EnumField[T any] string

// Eq admits T whose field equals v.
func (f EnumField[T]) Eq(v string) Filter[T] { return compare[T](string(f), "==", quote(v)) }

// Ne admits T whose field differs from v.
func (f EnumField[T]) Ne(v string) Filter[T] { return compare[T](string(f), "!=", quote(v)) }

// In admits T whose field equals one of the values. Without values it admits everything.
func (f EnumField[T]) In(values ...string) Filter[T] { return oneOf(values, f.Eq) }

// BoolField is a field of T that is true or false.
type BoolField[T any] string

// Is admits T whose field is v.
func (f BoolField[T]) Is(v bool) Filter[T] {
	return compare[T](string(f), "==", strconv.FormatBool(v))
}

// IntField is a field of T that holds a whole number.
type IntField[T any] string

func (f IntField[T]) cmp(op string, v int64) Filter[T] {
	return compare[T](string(f), op, strconv.FormatInt(v, 10))
}

// Eq admits T whose field equals v.
func (f IntField[T]) Eq(v int64) Filter[T] { return f.cmp("==", v) }

// Ne admits T whose field differs from v.
func (f IntField[T]) Ne(v int64) Filter[T] { return f.cmp("!=", v) }

// Gt admits T whose field is greater than v.
func (f IntField[T]) Gt(v int64) Filter[T] { return f.cmp(">", v) }

// Lt admits T whose field is less than v.
func (f IntField[T]) Lt(v int64) Filter[T] { return f.cmp("<", v) }

// Ge admits T whose field is v or greater.
func (f IntField[T]) Ge(v int64) Filter[T] { return f.cmp(">=", v) }

// Le admits T whose field is v or less.
func (f IntField[T]) Le(v int64) Filter[T] { return f.cmp("<=", v) }

// FloatField is a field of T that holds a number with a fraction.
type FloatField[T any] string

func (f FloatField[T]) cmp(op string, v float64) Filter[T] {
	return compare[T](string(f), op, strconv.FormatFloat(v, 'f', -1, 64))
}

// Gt admits T whose field is greater than v.
func (f FloatField[T]) Gt(v float64) Filter[T] { return f.cmp(">", v) }

// Lt admits T whose field is less than v.
func (f FloatField[T]) Lt(v float64) Filter[T] { return f.cmp("<", v) }

// Ge admits T whose field is v or greater.
func (f FloatField[T]) Ge(v float64) Filter[T] { return f.cmp(">=", v) }

// Le admits T whose field is v or less.
func (f FloatField[T]) Le(v float64) Filter[T] { return f.cmp("<=", v) }

// TimeField is a field of T that holds a time. Times are sent in UTC.
type TimeField[T any] string

func (f TimeField[T]) cmp(op string, t time.Time) Filter[T] {
	return compare[T](string(f), op, quote(string(xsdtype.UTC(t))))
}

// Eq admits T whose field is exactly t.
func (f TimeField[T]) Eq(t time.Time) Filter[T] { return f.cmp("==", t) }

// After admits T whose field is later than t.
func (f TimeField[T]) After(t time.Time) Filter[T] { return f.cmp(">", t) }

// Before admits T whose field is earlier than t.
func (f TimeField[T]) Before(t time.Time) Filter[T] { return f.cmp("<", t) }

// From admits T whose field is t or later.
func (f TimeField[T]) From(t time.Time) Filter[T] { return f.cmp(">=", t) }

// Until admits T whose field is t or earlier.
func (f TimeField[T]) Until(t time.Time) Filter[T] { return f.cmp("<=", t) }

// RawFilter is a filter written by hand in EM's syntax. It is sent as it is.
func RawFilter[T any](text string) Filter[T] {
	return Filter[T]{text: text, or: strings.ContainsAny(text, ",;"), and: strings.ContainsAny(text, ",;")}
}

// GoString shows the filter's type and text.
func (f Filter[T]) GoString() string {
	var t T
	return fmt.Sprintf("Filter[%T](%s)", t, f.text)
}
