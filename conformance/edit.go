package conformance

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
	"github.com/vbem-go/vbem/xsdbind"
)

// An edit changes one known value, in a tree and, through the generated type, in a decoded value: what a program does between a GET and a PUT.
type edit struct {
	name  string
	steps []step
	attr  *canonical.Name // nil: the text
	text  string          // the new value
}

// A step leads to a child element: the nth of its name.
type step struct {
	name canonical.Name
	nth  int
}

// edits lists a change for each value of a message that can be changed: known attributes and elements of simple type.
func edits(root *canonical.Node, t *model.Type, v xsdbind.Struct) []edit {
	var list []edit
	var visit func(string, []step, *canonical.Node, *model.Type)
	visit = func(path string, steps []step, n *canonical.Node, t *model.Type) {
		try := func(e edit) {
			target, field, err := e.find(v)
			if err != nil {
				return
			}
			if text, ok := another(target, field); ok {
				e.text = text
				list = append(list, e)
			}
		}
		for _, a := range n.Attrs {
			try(edit{name: path + "/@" + a.Name.Local, steps: slices.Clone(steps), attr: &a.Name})
		}
		if !t.HoldsElements() && len(n.Elements()) == 0 {
			try(edit{name: path, steps: slices.Clone(steps)})
		}
		count := make(map[canonical.Name]int)
		for _, e := range n.Elements() {
			name := canonical.Name{Space: e.Name.Space, Local: t.Spelling(e.Name.Local)}
			nth := count[name]
			count[name]++
			if child, known := t.ChildType(e.Name); known {
				visit(fmt.Sprintf("%s/%s[%d]", path, name.Local, nth+1), append(steps, step{name, nth}), e, child)
			}
		}
	}
	visit("/"+root.Name.Local, nil, root, t)
	return list
}

// inTree makes the change in a tree.
func (e edit) inTree(root *canonical.Node, t *model.Type) {
	n := root
	for _, s := range e.steps {
		nth := s.nth
		for _, child := range n.Elements() {
			if child.Name.Space == s.name.Space && t.Spelling(child.Name.Local) == s.name.Local {
				if nth == 0 {
					n = child
					break
				}
				nth--
			}
		}
		t, _ = t.ChildType(s.name)
	}
	if e.attr == nil {
		n.Children = []*canonical.Node{canonical.NewText(e.text)}
		return
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == *e.attr {
			n.Attrs[i].Value = e.text
		}
	}
}

// inValue makes the change in a decoded value.
func (e edit) inValue(v xsdbind.Struct) error {
	target, _, err := e.find(v)
	if err != nil {
		return err
	}
	switch p := target.(type) {
	case *string:
		*p = e.text
	case *bool:
		*p = e.text == "true"
	default:
		number := reflect.ValueOf(target).Elem()
		if _, err := fmt.Sscan(e.text, number.Addr().Interface()); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// find follows the steps to the pointer of a value.
func (e edit) find(v xsdbind.Struct) (any, *xsdbind.Field, error) {
	var at any = v
	var field *xsdbind.Field
	for _, s := range e.steps {
		parent, ok := at.(xsdbind.Struct)
		if !ok {
			return nil, nil, fmt.Errorf("%s: the parent of <%s> is no complex type", e.name, s.name.Local)
		}
		nth := s.nth
		at, field = child(parent, s.name, &nth)
		if at == nil {
			return nil, nil, fmt.Errorf("%s: the value has no <%s> number %d", e.name, s.name.Local, s.nth+1)
		}
	}
	parent, isComplex := at.(xsdbind.Struct)
	if !isComplex {
		if e.attr != nil {
			return nil, nil, fmt.Errorf("%s: a simple type has no attributes", e.name)
		}
		return at, field, nil
	}
	t := parent.XSDType()
	for i := range t.Fields {
		f := &t.Fields[i]
		isAttr := e.attr != nil && f.Where == xsdbind.WhereAttribute && f.Name == e.attr.Local && f.Space == e.attr.Space
		isText := e.attr == nil && f.Where == xsdbind.WhereText && t.Flags&xsdbind.FlagSimpleContent != 0
		if isAttr || isText {
			if p := xsdbind.FieldAt(parent, i, false); !isNil(p) {
				return p, f, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("%s: the value has no such field", e.name)
}

// child returns the nth element of a name: a Struct or a pointer to a simple value. It counts nth down.
func child(v xsdbind.Struct, name canonical.Name, nth *int) (any, *xsdbind.Field) {
	t := v.XSDType()
	for i := range t.Fields {
		f := &t.Fields[i]
		switch f.Where {
		case xsdbind.WhereElement:
			if f.Name != name.Local || elementSpace(t, f) != name.Space {
				continue
			}
			p := xsdbind.FieldAt(v, i, false)
			if isNil(p) {
				continue
			}
			list, repeated := p.(xsdbind.List)
			if !repeated || f.Flags&xsdbind.FlagTextList != 0 {
				if *nth == 0 {
					return p, f
				}
				*nth--
				continue
			}
			if *nth < list.Len() {
				return list.At(*nth), f
			}
			*nth -= list.Len()
		case xsdbind.WhereGroup:
			rounds, ok := xsdbind.FieldAt(v, i, false).(xsdbind.List)
			if !ok {
				continue
			}
			for r := range rounds.Len() {
				round, ok := rounds.At(r).(xsdbind.Struct)
				if !ok {
					continue
				}
				if p, in := child(round, name, nth); p != nil {
					return p, in
				}
			}
		}
	}
	return nil, nil
}

func elementSpace(t *xsdbind.Type, f *xsdbind.Field) string {
	switch {
	case f.Flags&xsdbind.FlagNoSpace != 0:
		return ""
	case f.Space != "":
		return f.Space
	}
	return t.Space
}

func isNil(p any) bool {
	if p == nil {
		return true
	}
	v := reflect.ValueOf(p)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// another returns a value of the same type that differs from the present one; ok is false where that would be guessing. Facets are not looked at:
// they bind neither reading nor writing.
func another(target any, f *xsdbind.Field) (text string, ok bool) {
	if f.Fixed != "" {
		return "", false
	}
	switch p := target.(type) {
	case *bool:
		return strconv.FormatBool(!*p), true
	case *string:
		if f.Simple == nil {
			return *p + " changed", true
		}
		if i := slices.IndexFunc(f.Simple.Enum, func(value string) bool { return value != *p }); i >= 0 {
			return f.Simple.Enum[i], true
		}
		simple := f.Simple
		if len(simple.Members) > 0 { // a union: a value of its first type
			simple = simple.Members[0]
		}
		switch simple.Builtin {
		case "time":
			if strings.HasPrefix(*p, "07:") {
				return "08:00:00", true
			}
			return "07:08:09.1234500Z", true
		case "dateTime":
			if strings.HasPrefix(*p, "2031") {
				return "2032-01-01T00:00:00", true
			}
			return "2031-05-06T07:08:09.1234500", true
		case "string":
			return *p + "x", true
		}
		return "", false
	case *float32, *float64:
		if fmt.Sprint(reflect.ValueOf(target).Elem().Interface()) == "7.5" {
			return "8.25", true
		}
		return "7.5", true
	case *int, *int8, *int16, *int64, *uint8, *uint16, *uint32, *uint64:
		if fmt.Sprint(reflect.ValueOf(target).Elem().Interface()) == "7" {
			return "8", true
		}
		return "7", true
	}
	return "", false
}
