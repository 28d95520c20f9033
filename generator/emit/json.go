package emit

import (
	"bytes"
	"encoding/json"
	"strings"
)

// object is a JSON object whose members keep their order. Members of the value nil are left out when they are added.
type object []member

type member struct {
	key   string
	value any // object, array, string, bool, int, json.RawMessage
}

// array is a JSON array.
type array []any

// add appends a member, unless its value is empty: nothing, no text, no member, no item.
func (o *object) add(key string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	case object:
		if len(v) == 0 {
			return
		}
	case array:
		if len(v) == 0 {
			return
		}
	}
	o.put(key, value)
}

// put appends a member, empty or not.
func (o *object) put(key string, value any) { *o = append(*o, member{key, value}) }

// jsonWidth is how long a line may be for an object or array to stand on one.
const jsonWidth = 120

// writeJSON returns a value as indented JSON with a line end. What is short stands on one line, so that the file can be read.
func writeJSON(v any) []byte {
	w := &jsonWriter{}
	w.value(v, "", 0)
	w.b.WriteByte('\n')
	return w.b.Bytes()
}

type jsonWriter struct{ b bytes.Buffer }

// value writes v. used is what stands on the line already beside the indent.
func (w *jsonWriter) value(v any, indent string, used int) {
	if limit := jsonWidth - len(indent) - used; flatFits(v, limit) {
		appendFlat(&w.b, v)
		return
	}
	inner := indent + "  "
	switch v := v.(type) {
	case object:
		w.b.WriteByte('{')
		for i, m := range v {
			w.next(i, inner)
			from := w.b.Len()
			appendFlat(&w.b, m.key)
			w.b.WriteString(": ")
			w.value(m.value, inner, w.b.Len()-from)
		}
		w.b.WriteString("\n" + indent + "}")
	case array:
		w.b.WriteByte('[')
		for i, x := range v {
			w.next(i, inner)
			w.value(x, inner, 0)
		}
		w.b.WriteString("\n" + indent + "]")
	default:
		appendFlat(&w.b, v)
	}
}

func (w *jsonWriter) next(i int, indent string) {
	if i > 0 {
		w.b.WriteByte(',')
	}
	w.b.WriteString("\n" + indent)
}

// flatFits reports whether v takes at most limit bytes on one line.
func flatFits(v any, limit int) bool { return flatLen(v, limit) <= limit }

// flatLen is the length of v on one line, or something above limit.
func flatLen(v any, limit int) int {
	n := 2
	switch v := v.(type) {
	case object:
		for _, m := range v {
			if n > limit {
				return n
			}
			n += len(m.key) + 6 + flatLen(m.value, limit-n)
		}
	case array:
		for _, x := range v {
			if n > limit {
				return n
			}
			n += 2 + flatLen(x, limit-n)
		}
	case string:
		n += len(v)
	case json.RawMessage:
		n = len(v)
	default:
		n = 8
	}
	return n
}

func appendFlat(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			appendFlat(b, m.key)
			b.WriteString(": ")
			appendFlat(b, m.value)
		}
		b.WriteByte('}')
	case array:
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			appendFlat(b, x)
		}
		b.WriteByte(']')
	case json.RawMessage:
		b.Write(v)
	default: // a string, a bool, an int: encoding them cannot fail
		var s strings.Builder
		e := json.NewEncoder(&s)
		e.SetEscapeHTML(false)
		_ = e.Encode(v)
		b.WriteString(strings.TrimSuffix(s.String(), "\n"))
	}
}
