package simulator

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

// values are the content of an element under the names of the schema, attributes and elements alike: a string, bool,
// int, int64 or float64, a time.Time (written as sessions show moments), values for an element with content of its own,
// []values for a repeated one, and slices of scalars. nil stands for nothing.
//
// Names that the schema of a build lacks are left out when an element is filled, so that the same data serves
// bindings of other schemas. A test makes sure that the project's own schema has every name.
type values map[string]any

// with returns a copy of v with more laid over it.
func (v values) with(more values) values {
	out := make(values, len(v)+len(more))
	maps.Copy(out, v)
	maps.Copy(out, more)
	return out
}

// newElement makes an empty root element; nil when the schema of this build has none of that name.
func newElement(name string) xsdbind.Struct { return ent.NewElement(ent.Namespace, name) }

// fill sets the fields of an element. missing, if any, is told the names that the schema lacks.
func fill(to xsdbind.Struct, v values, missing func(element, name string)) error {
	for name, x := range v {
		err := put(to, name, x, missing)
		if errors.Is(err, xsdbind.ErrNoField) {
			if missing != nil {
				missing(to.XSDType().Name, name)
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func put(to xsdbind.Struct, name string, x any, missing func(element, name string)) error {
	switch x := x.(type) {
	case nil:
		return nil
	case time.Time:
		if x.IsZero() {
			return nil
		}
		return xsdbind.Set(to, name, stamp(x))
	case values:
		c, err := xsdbind.Make(to, name)
		if err != nil {
			return err
		}
		return fill(c, x, missing)
	case []values:
		for _, item := range x {
			c, err := xsdbind.Append(to, name)
			if err != nil {
				return err
			}
			if err := fill(c, item, missing); err != nil {
				return err
			}
		}
		return nil
	}
	return xsdbind.Set(to, name, x)
}
