package canonical

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A JSON is a JSON value. Members keep their order.
type JSON struct {
	Kind    JSONKind
	Members []Member // of an object
	Items   []*JSON  // of an array
	Text    string   // of a string; the literal of a number, true or false
}

// A Member is a member of an object.
type Member struct {
	Name  string
	Value *JSON
}

// JSONKind is the kind of a JSON value.
type JSONKind uint8

// The kinds.
const (
	Null JSONKind = iota
	Object
	Array
	String
	Literal // a number, true or false
)

// ParseJSON reads a document. Members that occur twice are an error.
func ParseJSON(data []byte) (*JSON, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	d.UseNumber()
	v, err := parseJSON(d)
	if err != nil {
		return nil, fmt.Errorf("offset %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("offset %d: more than one value", d.InputOffset())
	}
	return v, nil
}

func parseJSON(d *json.Decoder) (*JSON, error) {
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case nil:
		return &JSON{}, nil
	case bool:
		return &JSON{Kind: Literal, Text: strconv.FormatBool(t)}, nil
	case json.Number:
		return &JSON{Kind: Literal, Text: t.String()}, nil
	case string:
		return &JSON{Kind: String, Text: t}, nil
	}
	v := &JSON{Kind: Array}
	if token == json.Delim('{') {
		v.Kind = Object
	}
	for d.More() {
		if v.Kind == Array {
			item, err := parseJSON(d)
			if err != nil {
				return nil, err
			}
			v.Items = append(v.Items, item)
			continue
		}
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if slices.ContainsFunc(v.Members, func(m Member) bool { return m.Name == name }) {
			return nil, fmt.Errorf("member %q occurs twice", name)
		}
		value, err := parseJSON(d)
		if err != nil {
			return nil, err
		}
		v.Members = append(v.Members, Member{name, value})
	}
	_, err = d.Token()
	return v, err
}

// Member returns a member by its name, whatever the letter case; nil when there is none. The exact name goes first.
func (v *JSON) Member(name string) *JSON {
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value
		}
	}
	for _, m := range v.Members {
		if strings.EqualFold(m.Name, name) {
			return m.Value
		}
	}
	return nil
}

// Clone copies a value.
func (v *JSON) Clone() *JSON {
	c := &JSON{Kind: v.Kind, Text: v.Text}
	for _, m := range v.Members {
		c.Members = append(c.Members, Member{m.Name, m.Value.Clone()})
	}
	for _, item := range v.Items {
		c.Items = append(c.Items, item.Clone())
	}
	return c
}

// Walk calls visit for every value, containers first.
func (v *JSON) Walk(visit func(*JSON)) {
	visit(v)
	for _, m := range v.Members {
		m.Value.Walk(visit)
	}
	for _, item := range v.Items {
		item.Walk(visit)
	}
}

// Bytes writes the value.
func (v *JSON) Bytes() []byte { return v.append(nil) }

func (v *JSON) append(b []byte) []byte {
	switch v.Kind {
	case Null:
		return append(b, "null"...)
	case Literal:
		return append(b, v.Text...)
	case String:
		return appendString(b, v.Text)
	case Array:
		b = append(b, '[')
		for i, item := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.append(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i, m := range v.Members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.Name), ':')
		b = m.Value.append(b)
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil { // a string is always marshalled
		return append(b, `""`...)
	}
	return append(b, quoted...)
}

// Spellings maps names that are read, in lower case, to those that may be written for them.
type Spellings map[string][]string

// Add notes another spelling of a name.
func (s Spellings) Add(other, written string) {
	other = strings.ToLower(other)
	if !slices.Contains(s[other], written) {
		s[other] = append(s[other], written)
	}
}

// DiffJSON returns the differences of two values, each with its path. A quoted boolean or number in want equals the plain one
// in got, because the codecs write plain what the schema says is a boolean or a number; "" equals {} and null equals [],
// because servers write empty elements and empty lists so.
func DiffJSON(want, got *JSON, other Spellings) []string {
	d := jsonDiffer{other: other}
	d.value("", want, got)
	return d.list
}

type jsonDiffer struct {
	differ
	other Spellings
}

func (d *jsonDiffer) value(path string, want, got *JSON) {
	at := path
	if at == "" {
		at = "(root)"
	}
	switch {
	case empty(want) && empty(got):
	case want.Kind == Object && got.Kind == Object:
		d.object(path, want, got)
	case want.Kind == Array && got.Kind == Array:
		if len(want.Items) != len(got.Items) {
			d.add(at, "want %d items, got %d", len(want.Items), len(got.Items))
			return
		}
		for i := range want.Items {
			d.value(fmt.Sprintf("%s[%d]", path, i), want.Items[i], got.Items[i])
		}
	case want.Kind == String && got.Kind == String:
		if want.Text != got.Text {
			d.add(at, "want %q, got %q", want.Text, got.Text)
		}
	case got.Kind == Literal && (want.Kind == Literal || want.Kind == String):
		v := Number
		if got.Text == "true" || got.Text == "false" {
			v = Boolean
		}
		if normal(want.Text, v) != normal(got.Text, v) {
			d.add(at, "want %s, got %s", want.append(nil), got.Text)
		}
	case want.Kind == String && want.Text == "" && got.Kind == Object && len(got.Members) == 0:
	default:
		d.add(at, "want %s, got %s", clip(want), clip(got))
	}
}

func (d *jsonDiffer) object(path string, want, got *JSON) {
	matched := make(map[*JSON]bool)
	for _, m := range want.Members {
		name, value := m.Name, got.Member(m.Name)
		for _, written := range d.other[strings.ToLower(m.Name)] {
			if value == nil {
				name, value = written, got.Member(written)
			}
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if value == nil {
			if !empty(m.Value) {
				d.add(at, "lost: %s", clip(m.Value))
			}
			continue
		}
		matched[value] = true
		d.value(at, m.Value, value)
	}
	for _, m := range got.Members {
		if !matched[m.Value] && !empty(m.Value) {
			d.add(strings.TrimPrefix(path+"."+m.Name, "."), "got too much: %s", clip(m.Value))
		}
	}
}

func empty(v *JSON) bool { return v.Kind == Null || v.Kind == Array && len(v.Items) == 0 }

func clip(v *JSON) string {
	const most = 60
	text := []rune(string(v.append(nil)))
	if len(text) > most {
		return string(slices.Concat(text[:most], []rune("…")))
	}
	return string(text)
}
