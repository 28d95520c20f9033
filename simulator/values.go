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
// []values for a repeated one, []*record for repeated ones that are things of their own, *record for a link to one, and slices of scalars. nil stands for nothing.
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

// fill sets the fields of an element. b.missing, if any, is told the names that the schema lacks.
func (b *builder) fill(to xsdbind.Struct, v values) error {
	for name, x := range v {
		err := b.put(to, name, x)
		if errors.Is(err, xsdbind.ErrNoField) && b.missing != nil {
			b.missing(to.XSDType().Name, name)
		}
		if err != nil && !errors.Is(err, xsdbind.ErrNoField) {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (b *builder) put(to xsdbind.Struct, name string, x any) error {
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
		return b.fill(c, x)
	case []values:
		for _, item := range x {
			c, err := xsdbind.Append(to, name)
			if err != nil {
				return err
			}
			if err := b.fill(c, item); err != nil {
				return err
			}
		}
		return nil
	case *record:
		return b.putLink(to, name, x)
	case []*record:
		return b.fillItems(to, name, x)
	}
	return xsdbind.Set(to, name, x)
}

// putLink sets an element that is a link to a record.
func (b *builder) putLink(to xsdbind.Struct, name string, r *record) error {
	e, err := xsdbind.Make(to, name)
	if err != nil {
		return err
	}
	return b.fill(e, b.linkContent(linkTo("Related", r)))
}
