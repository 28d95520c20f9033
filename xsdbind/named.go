package xsdbind

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/vbem-go/vbem/xsdtype"
)

// ErrNoField is the error of a field that the schema does not have.
var ErrNoField = errors.New("no such field in the schema")

// TextField names the text of an element with simple content, for [Get], [Set] and their like.
const TextField = "#text"

// FieldNamed returns the index of the field that the schema calls name (an element, an attribute or an alias of one;
// [TextField] for simple content), -1 when there is none. An element goes before an attribute of the same name.
func (t *Type) FieldNamed(name string) int {
	for _, content := range []bool{true, false} {
		for i := range t.Fields {
			f := &t.Fields[i]
			if (i >= t.Attrs) != content {
				continue
			}
			if f.Where == WhereText && name == TextField || f.Name != "" && (f.Name == name || slices.Contains(f.Aliases, name)) {
				return i
			}
		}
	}
	return -1
}

// Get returns the field that the schema calls name: a string, bool, int64, uint64 or float64, a [Struct] or a [List]; nil
// when it is absent, when v is nil, or when the schema has no such field. A required scalar that a document lacked is absent.
//
// Programs that must work with several schemas read and write by name; others use the fields themselves.
func Get(v Struct, name string) any {
	i := fieldOf(v, name)
	if i < 0 {
		return nil
	}
	return fieldValue(v, i)
}

func fieldValue(v Struct, i int) any {
	p := field(v, i, false)
	if f := &v.XSDType().Fields[i]; isAbsent(v, i) && present(f, p) && isZero(f, p) {
		return nil // what was set since is there
	}
	return plainValue(p)
}

// Text returns the lexical form of a scalar field, "" when it is absent or no scalar.
func Text(v Struct, name string) string {
	switch x := Get(v, name).(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case uint64:
		return strconv.FormatUint(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return ""
}

// Bool reports whether a field is there and true.
func Bool(v Struct, name string) bool {
	b, _ := Get(v, name).(bool)
	return b
}

// Int returns a field of an integer type, 0 when it is absent, no integer or too great.
func Int(v Struct, name string) int64 {
	switch x := Get(v, name).(type) {
	case int64:
		return x
	case uint64:
		if x <= math.MaxInt64 {
			return int64(x)
		}
	}
	return 0
}

// All yields the fields that are there, in the order of the table, with what [Get] returns for them; none for a nil v.
func All(v Struct) iter.Seq2[*Field, any] {
	return func(yield func(*Field, any) bool) {
		if isNil(v) {
			return
		}
		fields := v.XSDType().Fields
		for i := range fields {
			if x := fieldValue(v, i); x != nil && !yield(&fields[i], x) {
				return
			}
		}
	}
}

// Child returns a field of complex type, nil when it is absent.
func Child(v Struct, name string) Struct {
	c, _ := Get(v, name).(Struct)
	return c
}

// Items returns the items of a list of complex type.
func Items(v Struct, name string) iter.Seq2[int, Struct] {
	return func(yield func(int, Struct) bool) {
		list, ok := Get(v, name).(List)
		if !ok {
			return
		}
		for i := range list.Len() {
			if s, ok := list.At(i).(Struct); !ok || !yield(i, s) {
				return
			}
		}
	}
}

// Make returns a field of complex type, which it adds when it is absent.
func Make(v Struct, name string) (Struct, error) {
	i, err := fieldFor(v, name)
	if err != nil {
		return nil, err
	}
	if c, ok := plainStruct(field(v, i, true)); ok {
		return c, nil
	}
	return nil, fmt.Errorf("%s of %s is not of complex type", name, v.XSDType().Name)
}

// Append adds an empty item to a list of complex type and returns it, until the next call.
func Append(v Struct, name string) (Struct, error) {
	i, err := fieldFor(v, name)
	if err != nil {
		return nil, err
	}
	if list, ok := field(v, i, true).(List); ok {
		if s, ok := list.Append().(Struct); ok {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s of %s is not a list of complex type", name, v.XSDType().Name)
}

// Set sets a field to a value: a string type, bool or number for a scalar, a slice of them for a list of scalars, a Struct of the field's
// own type, which is copied, for a complex one. A number for a string field, and what a field's type cannot hold, is an error.
func Set(v Struct, name string, x any) error {
	i, err := fieldFor(v, name)
	if err != nil {
		return err
	}
	t := v.XSDType()
	if err := setValue(field(v, i, true), x); err != nil {
		return fmt.Errorf("%s of %s: %w", name, t.Name, err)
	}
	if e, ok := field(v, len(t.Fields), false).(**xsdtype.Extra); ok {
		(*e).SetPresent(t.Fields[i].Go)
	}
	return nil
}

func fieldOf(v Struct, name string) int {
	if isNil(v) {
		return -1
	}
	return v.XSDType().FieldNamed(name)
}

func fieldFor(v Struct, name string) (int, error) {
	i := fieldOf(v, name)
	if i >= 0 {
		return i, misfit(v)
	}
	if isNil(v) {
		return -1, fmt.Errorf("%s of a nil value: %w", name, ErrNoField)
	}
	return -1, fmt.Errorf("%s of %s: %w", name, v.XSDType().Name, ErrNoField)
}

func isAbsent(v Struct, i int) bool {
	t := v.XSDType()
	e, ok := field(v, len(t.Fields), false).(**xsdtype.Extra)
	return ok && (*e).IsAbsent(t.Fields[i].Go)
}

func plainStruct(x any) (Struct, bool) {
	if n, ok := x.(Nillable); ok {
		x = n.ValuePtr()
	}
	s, ok := x.(Struct)
	return s, ok
}

// plainValue turns FieldAt's answer into what Get returns.
func plainValue(x any) any {
	switch x := x.(type) {
	case nil:
		return nil
	case Nillable:
		if *x.NilFlag() {
			return nil
		}
		return plainValue(x.ValuePtr())
	case List:
		if x.IsNil() {
			return nil
		}
		return x
	case Struct:
		return x
	}
	rv := reflect.ValueOf(x)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return nil
	}
	switch rv = rv.Elem(); {
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.Kind() == reflect.Bool:
		return rv.Bool()
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint():
		return rv.Uint()
	case rv.CanFloat():
		return rv.Float()
	}
	return nil
}

func setValue(to, x any) error {
	from := reflect.ValueOf(x)
	switch to := to.(type) {
	case Nillable:
		*to.NilFlag() = false
		return setValue(to.ValuePtr(), x)
	case List:
		if from.Kind() != reflect.Slice {
			return fmt.Errorf("a %T is no list", x)
		}
		to.Clear()
		for i := range from.Len() {
			item := from.Index(i)
			if item.Kind() == reflect.Struct && item.CanAddr() {
				item = item.Addr()
			}
			if err := setValue(to.Append(), item.Interface()); err != nil {
				return err
			}
		}
		return nil
	case Struct:
		if dst := reflect.ValueOf(to); from.IsValid() && dst.Type() == from.Type() && !from.IsNil() {
			dst.Elem().Set(from.Elem())
			return nil
		}
		return fmt.Errorf("a %T does not fit a %T", x, to)
	}
	dst := reflect.ValueOf(to)
	if !from.IsValid() || dst.Kind() != reflect.Pointer || dst.IsNil() {
		return fmt.Errorf("a %T does not fit", x)
	}
	dst = dst.Elem()
	switch {
	case dst.Kind() == reflect.String && from.Kind() == reflect.String:
		dst.SetString(from.String())
	case dst.Kind() == reflect.Bool && from.Kind() == reflect.Bool:
		dst.SetBool(from.Bool())
	case dst.CanInt() && from.CanInt() && !dst.OverflowInt(from.Int()):
		dst.SetInt(from.Int())
	case dst.CanUint() && from.CanInt() && from.Int() >= 0 && !dst.OverflowUint(uint64(from.Int())):
		dst.SetUint(uint64(from.Int()))
	case dst.CanUint() && from.CanUint() && !dst.OverflowUint(from.Uint()):
		dst.SetUint(from.Uint())
	case dst.CanFloat() && from.CanFloat():
		dst.SetFloat(from.Float())
	case dst.CanFloat() && from.CanInt():
		dst.SetFloat(float64(from.Int()))
	default:
		return fmt.Errorf("%v does not fit a %s", x, dst.Type())
	}
	return nil
}
