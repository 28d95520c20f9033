package query

import (
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/xsdtype"
)

// Field is a field of T that queries filter and sort by.
type Field[T any] interface {
	Name() string
	about(T) // ties the field to its type
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

// EnumField is a field of T that holds one of a list of words, of type V. EM orders them by their place in the list, not by
// the alphabet, so only equality is offered. A word that the list lacks can be asked for too: lists grow.
type EnumField[T any, V ~string] string

// Eq admits T whose field equals v.
func (f EnumField[T, V]) Eq(v V) Filter[T] { return compare[T](string(f), "==", quote(string(v))) }

// Ne admits T whose field differs from v.
func (f EnumField[T, V]) Ne(v V) Filter[T] { return compare[T](string(f), "!=", quote(string(v))) }

// In admits T whose field equals one of the values. Without values it admits everything.
func (f EnumField[T, V]) In(values ...V) Filter[T] { return oneOf(values, f.Eq) }

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

// FloatField is a field of T that holds a number. Equality of such numbers says little, so only order is offered.
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

// Name returns the field's name.
func (f StringField[T]) Name() string { return string(f) }

// Name returns the field's name.
func (f BoolField[T]) Name() string { return string(f) }

// Name returns the field's name.
func (f IntField[T]) Name() string { return string(f) }

// Name returns the field's name.
func (f FloatField[T]) Name() string { return string(f) }

// Name returns the field's name.
func (f TimeField[T]) Name() string { return string(f) }

// Name returns the field's name.
func (f EnumField[T, V]) Name() string { return string(f) }

func (StringField[T]) about(T)  {}
func (EnumField[T, V]) about(T) {}
func (BoolField[T]) about(T)    {}
func (IntField[T]) about(T)     {}
func (FloatField[T]) about(T)   {}
func (TimeField[T]) about(T)    {}
