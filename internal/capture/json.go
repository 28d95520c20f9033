package capture

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// json rewrites a document. Whatever is no string and no number is copied byte by byte. first is the name of the first member.
func (r *redactor) json(data []byte) (out []byte, first string, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !valid(data) {
		return nil, "", errors.New("it is not in UTF-8")
	}
	if !json.Valid(data) {
		return nil, "", errors.New("it is no JSON")
	}
	var b bytes.Buffer
	name := ""          // of the member whose value comes
	var around []string // names of the members whose objects and arrays are open
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '"':
			end := stringEnd(data, i)
			text := data[i:end]
			var s string
			if err := json.Unmarshal(text, &s); err != nil {
				return nil, "", errors.New("it is no JSON")
			}
			if isName(data, end) {
				if name = s; first == "" {
					first = s
				}
				b.Write(text)
			} else if put := r.value(fieldOf(name, around), s); put != s {
				quoted, err := json.Marshal(put)
				if err != nil {
					return nil, "", err
				}
				b.Write(quoted)
			} else {
				b.Write(text)
			}
			i = end
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(data) && strings.IndexByte("+-.eE0123456789", data[end]) >= 0 {
				end++
			}
			text := string(data[i:end])
			if field := fieldOf(name, around); !r.known.numbers[strings.ToLower(field)] && !r.known.keeps(field, text) {
				if strings.Trim(text, "0123456789") == "" && text[0] != '0' {
					text = r.word(text)
				} else {
					text = "0"
				}
			}
			b.WriteString(text)
			i = end
		default:
			switch c {
			case '{', '[':
				around = append(around, name)
			case '}', ']':
				name = around[len(around)-1]
				around = around[:len(around)-1]
			}
			b.WriteByte(c)
			i++
		}
	}
	return b.Bytes(), first, nil
}

// fieldOf is the field that a member stands for: the text of an element with attributes is the member Value of an object named like the element.
func fieldOf(name string, around []string) string {
	if name == "Value" && len(around) > 0 && around[len(around)-1] != "" {
		return around[len(around)-1]
	}
	return name
}

// stringEnd returns the offset behind the string that begins at i, in valid JSON.
func stringEnd(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// isName reports whether a colon follows.
func isName(data []byte, i int) bool {
	for ; i < len(data); i++ {
		if strings.IndexByte(" \t\r\n", data[i]) < 0 {
			return data[i] == ':'
		}
	}
	return false
}
