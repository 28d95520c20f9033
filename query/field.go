package query

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/vbem-go/vbem/xsdtype"
)

// Field is the name of a field of T, which holds V, that queries filter and sort by:
//
//	string     text or an identifier, which EM compares without regard to case
//	bool       true or false
//	int64      a whole number
//	float64    a number
//	time.Time  a time; it is sent in UTC
//
// and string types for the words of a list. EM orders words by their place in the list, not by the alphabet, so they are compared
// for equality only; a word that the list lacks can be asked for too, because lists grow.
//
// A Field is a constant and has no methods, so that the hundreds of them cost nobody anything. The conversion to a string is its name.
type Field[T, V any] string

// Value is what a field that can be compared for equality holds. Numbers that are no whole ones are ordered only: their equality
// says little.
type Value interface {
	~string | bool | int64 | time.Time
}

// Ordered is what a field holds that is more or less than another.
type Ordered interface {
	int64 | float64 | time.Time
}

// Eq admits T whose field equals v.
func Eq[T any, V Value](f Field[T, V], v V) Filter[T] { return compare(f, "==", v) }

// Ne admits T whose field differs from v.
func Ne[T any, V Value](f Field[T, V], v V) Filter[T] { return compare(f, "!=", v) }

// In admits T whose field equals one of the values. Without values it admits everything.
func In[T any, V Value](f Field[T, V], values ...V) Filter[T] {
	all := make([]Filter[T], len(values))
	for i, v := range values {
		all[i] = Eq(f, v)
	}
	return Or(all...)
}

// Lt admits T whose field is less, or earlier, than v.
func Lt[T any, V Ordered](f Field[T, V], v V) Filter[T] { return compare(f, "<", v) }

// Le admits T whose field is v, or less, or earlier.
func Le[T any, V Ordered](f Field[T, V], v V) Filter[T] { return compare(f, "<=", v) }

// Gt admits T whose field is greater, or later, than v.
func Gt[T any, V Ordered](f Field[T, V], v V) Filter[T] { return compare(f, ">", v) }

// Ge admits T whose field is v, or greater, or later.
func Ge[T any, V Ordered](f Field[T, V], v V) Filter[T] { return compare(f, ">=", v) }

func compare[T, V any](f Field[T, V], op string, v V) Filter[T] {
	return Filter[T]{text: string(f) + op + literal(v)}
}

// literal writes a value as filters have it.
func literal(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return quote(string(xsdtype.UTC(v)))
	}
	return quote(reflect.ValueOf(v).String())
}

// quote writes a value in double quotes, with inner ones doubled.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
