package simulator

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// valuesOf reads an element: the inverse of fill. What an element lacks is not among the values.
func valuesOf(v xsdbind.Struct) values {
	out := values{}
	t := v.XSDType()
	for i := range t.Fields {
		name := t.Fields[i].Name
		if t.Fields[i].Where == xsdbind.WhereText {
			name = xsdbind.TextField
		}
		if name == "" {
			continue // a wildcard; no request of the API has one
		}
		switch x := xsdbind.Get(v, name).(type) {
		case nil:
		case xsdbind.Struct:
			out[name] = valuesOf(x)
		case xsdbind.List:
			out[name] = valuesOfList(x)
		default:
			out[name] = x
		}
	}
	return out
}

func valuesOfList(list xsdbind.List) any {
	var items []values
	var scalars []any
	for i := range list.Len() {
		switch x := list.At(i).(type) {
		case xsdbind.Struct:
			items = append(items, valuesOf(x))
		default:
			if rv := reflect.ValueOf(x); rv.Kind() == reflect.Pointer && !rv.IsNil() {
				scalars = append(scalars, plain(rv.Elem()))
			}
		}
	}
	if items != nil {
		return items
	}
	return scalars
}

// plain returns a scalar as its base type, so that values compare whatever the generated types are called.
func plain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return v.Uint()
	}
	return v.Float()
}

// agreeing carries a change out only if the request's body holds the same values for the generated types and for the simulator's
// own reading of its bytes. A difference is a fault of the bindings.
func agreeing(f serve) serve {
	return func(q *request) (xsdbind.Struct, error) {
		if q.body != nil {
			if have, want := leaves(valuesOf(q.body), nil), sent(q.params); !sameTexts(have, want) {
				return nil, rest.Faultf(http.StatusInternalServerError, "%w: %q and %q", errDisagree, have, want)
			}
		}
		return f(q)
	}
}

// leaves appends the texts in v.
func leaves(x any, out []string) []string {
	switch x := x.(type) {
	case values:
		for _, y := range x {
			out = leaves(y, out)
		}
	case []values:
		for _, y := range x {
			out = leaves(y, out)
		}
	case []any:
		for _, y := range x {
			out = leaves(y, out)
		}
	case string:
		out = append(out, x)
	case bool:
		out = append(out, strconv.FormatBool(x))
	case int64:
		out = append(out, strconv.FormatInt(x, 10))
	case uint64:
		out = append(out, strconv.FormatUint(x, 10))
	case float64:
		out = append(out, strconv.FormatFloat(x, 'g', -1, 64))
	}
	return out
}

// sent are the texts that a request's body holds. XML Schema's own attributes, as xsi:type, are no values.
func sent(params []Param) []string {
	var out []string
	for _, p := range params {
		switch p.Name[strings.LastIndexByte(p.Name, '/')+1:] {
		case "@type", "@nil", "@schemaLocation", "@noNamespaceSchemaLocation":
			continue
		}
		out = append(out, p.Value)
	}
	return out
}

// sameTexts compares without regard to order, and to the ways in which a number or a boolean can be written.
func sameTexts(a, b []string) bool {
	return slices.Equal(canonicalTexts(a), canonicalTexts(b))
}

func canonicalTexts(texts []string) []string {
	var out []string
	for _, s := range texts {
		s = strings.Join(strings.Fields(s), " ")
		switch s {
		case "":
			continue
		case "true":
			s = "1"
		case "false":
			s = "0"
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			s = strconv.FormatFloat(f, 'g', -1, 64)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
