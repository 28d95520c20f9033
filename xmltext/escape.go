package xmltext

// Escapes in text: & < > and the carriage return, which readers would turn into a line feed.
var textEscape = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}

// Escapes in attribute values, which stand in double quotes: what readers would turn into a space besides.
var valueEscape = [256]string{'&': "&amp;", '<': "&lt;", '"': "&#34;", '\r': "&#xD;", '\n': "&#xA;", '\t': "&#x9;"}

// appendText appends s, of which all characters are allowed, escaped as text.
func appendText[T []byte | string](b []byte, s T) []byte { return appendEscaped(b, s, &textEscape) }

// appendValue does the same for an attribute value.
func appendValue[T []byte | string](b []byte, s T) []byte { return appendEscaped(b, s, &valueEscape) }

func appendEscaped[T []byte | string](b []byte, s T, table *[256]string) []byte {
	from := 0
	for i := range len(s) {
		if esc := table[s[i]]; esc != "" {
			b = append(append(b, s[from:i]...), esc...)
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}
