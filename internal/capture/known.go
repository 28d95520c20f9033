package capture

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// known is what the schema and the operation table say about values: names of fields with the types that fields of
// this name have anywhere. Names are in lower case.
type known struct {
	numbers  map[string]bool            // the field is a number or a boolean
	builtins map[string]map[string]bool // types whose values have a form of their own: dates, durations
	values   map[string]map[string]bool // the field has these values
	secret   map[string]bool            // the field is one that is never shown
	words    map[string]bool            // the API's own: types, parts of paths, names of fields
}

var knownOnce = sync.OnceValue(readKnown)

func readKnown() *known {
	k := &known{numbers: make(map[string]bool), builtins: make(map[string]map[string]bool), values: make(map[string]map[string]bool),
		secret: make(map[string]bool), words: make(map[string]bool)}
	seen := make(map[*xsdbind.Type]bool)
	root := func(name string) {
		k.word(name)
		if v := ent.NewElement(ent.Namespace, name); v != nil {
			k.walk(v, seen)
		}
	}
	for _, op := range emapi.Operations() {
		for _, segment := range strings.Split(op.Path, "/") {
			if !strings.HasPrefix(segment, "{") {
				k.word(segment)
			}
		}
		for pair := range strings.SplitSeq(op.Query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			k.word(name)
			k.word(value)
		}
		root(op.Request)
		for _, name := range op.Responses {
			root(name)
		}
	}
	for _, t := range fields.Types() {
		k.query(t)
	}
	for _, w := range []string{
		"api", "type", "format", "Entity", "Entities", "sortAsc", "sortDesc", "pageSize", "page", "filter", "action", "v", "latest",
		"Up", "Down", "Alternate", "Related", "Create", "Delete", "Edit", "Start", "Stop", "First", "Next", "Last", "Previous", "EntityReferences",
	} {
		k.word(w)
	}
	return k
}

func (k *known) word(w string) {
	if w != "" {
		k.words[strings.ToLower(w)] = true
	}
}

func (k *known) query(t query.Type) {
	k.word(t.Name)
	k.word(t.List)
}

func (k *known) value(field, value string) {
	field = strings.ToLower(field)
	if k.values[field] == nil {
		k.values[field] = make(map[string]bool)
	}
	k.values[field][value] = true
}

// walk notes the fields of a type and of all types below it.
func (k *known) walk(v xsdbind.Struct, seen map[*xsdbind.Type]bool) {
	t := v.XSDType()
	if seen[t] {
		return
	}
	seen[t] = true
	for _, name := range append([]string{t.Root, strings.TrimSuffix(t.Name, "Type"), t.Name}, t.Roots...) {
		k.word(name)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		for _, name := range append([]string{f.Name, f.JSON}, f.Aliases...) {
			if name == "" && f.Where == xsdbind.WhereText {
				name = t.Name // text has the name of its element, too, which child adds
			}
			k.field(name, f)
		}
		switch x := xsdbind.FieldAt(v, i, true).(type) {
		case xsdbind.List:
			if item, ok := x.Append().(xsdbind.Struct); ok {
				k.child(f, item, seen)
			}
		case xsdbind.Struct:
			k.child(f, x, seen)
		}
	}
}

// child walks a field's own type. An element with simple content has its text under its own name.
func (k *known) child(f *xsdbind.Field, v xsdbind.Struct, seen map[*xsdbind.Type]bool) {
	t := v.XSDType()
	if t.Flags&xsdbind.FlagSimpleContent != 0 && len(t.Fields) > 0 {
		k.field(f.Name, &t.Fields[len(t.Fields)-1])
	}
	k.walk(v, seen)
}

func (k *known) field(name string, f *xsdbind.Field) {
	if name == "" {
		return
	}
	k.word(name)
	low := strings.ToLower(name)
	if f.Flags&xsdbind.FlagSecret != 0 {
		k.secret[low] = true
	}
	if f.Kind != xsdbind.KindString && f.Kind != xsdbind.KindStruct {
		k.numbers[low] = true
	}
	k.simple(low, f.Simple)
}

func (k *known) simple(name string, s *xsdbind.SimpleType) {
	if s == nil {
		return
	}
	for _, v := range s.Enum {
		k.value(name, v)
	}
	if formed(s.Builtin) {
		if k.builtins[name] == nil {
			k.builtins[name] = make(map[string]bool)
		}
		k.builtins[name][s.Builtin] = true
	}
	k.simple(name, s.Item)
	for _, m := range s.Members {
		k.simple(name, m)
	}
}

// formed tells the types whose values cannot be taken for names.
func formed(builtin string) bool {
	return slices.Contains([]string{
		"dateTime", "date", "time", "duration", "decimal", "integer", "nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger",
		"unsignedLong", "long", "gYear", "gMonth", "gDay", "gMonthDay", "gYearMonth",
	}, builtin)
}

var (
	dateText    = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$`)
	versionText = regexp.MustCompile(`^v?\d{1,5}([._]\d{1,5}){0,4}$`)
	wordText    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
)

// keeps reports whether the value of a field says nothing that is anybody's.
func (k *known) keeps(field, value string) bool {
	s, low := strings.TrimSpace(value), strings.ToLower(field)
	switch {
	case k.secret[low]:
		return s == ""
	case s == "", s == "true", s == "false", dateText.MatchString(s):
		return true
	case k.values[low][s]:
		return true
	case k.numbers[low]:
		_, err := strconv.ParseFloat(s, 64)
		return err == nil && !strings.ContainsAny(s, "xXpPnN_") // hexadecimal, Inf and NaN are words
	case (low == "type" || low == "rel" || strings.HasSuffix(low, "type")) && k.words[strings.ToLower(s)] && wordText.MatchString(s):
		return true
	case strings.HasSuffix(low, "version") || low == "name" && strings.HasPrefix(s, "v1_"):
		return versionText.MatchString(s)
	case low == "taskid":
		return taskText.MatchString(s)
	}
	for builtin := range k.builtins[low] {
		if xsdtype.Check(builtin, s) == nil {
			return true
		}
	}
	return states[s] && (strings.HasSuffix(low, "state") || strings.HasSuffix(low, "result") || low == "operation" || low == "status")
}

// states are the words that the reference shows in elements whose values the schema leaves open.
var states = map[string]bool{
	"Running": true, "OperationFinished": true, "Finished": true, "Starting": true, "Working": true, "Stopping": true, "Stopped": true, "Pausing": true,
	"Resuming": true, "None": true, "Success": true, "Warning": true, "Failed": true, "StartFailover": true, "Enabled": true, "Disabled": true,
}
