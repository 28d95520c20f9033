package capture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/vbem-go/vbem/gen/ent"
)

var (
	errDocumentType = errors.New("it has a document type")
	errTwoRoots     = errors.New("it has no root element, or more than one")
)

// xml rewrites a document. Whatever is no text and no value of an attribute is copied byte by byte. root is the root element's local name.
func (r *redactor) xml(data []byte) (out []byte, root string, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !valid(data) {
		return nil, "", errors.New("it is not in UTF-8")
	}
	if err := wellFormed(data); err != nil {
		return nil, "", err
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	var b bytes.Buffer
	var open []string
	for {
		from := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		raw := data[from:d.InputOffset()]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				if root != "" {
					return nil, "", errTwoRoots
				}
				root = t.Name.Local
			}
			open = append(open, t.Name.Local)
			r.startTag(&b, raw, t)
		case xml.EndElement:
			open = open[:len(open)-1]
			b.Write(raw) // nothing, behind <a/>
		case xml.CharData:
			name := ""
			if len(open) > 0 {
				name = open[len(open)-1]
			}
			if put := r.value(name, string(t)); put != string(t) {
				escape(&b, put)
			} else {
				b.Write(raw)
			}
		case xml.ProcInst:
			if t.Target == "xml" {
				b.Write(raw)
			}
		}
	}
	if root == "" {
		return nil, "", errTwoRoots
	}
	return b.Bytes(), root, nil
}

// wellFormed compares tags, which raw tokens do not.
func wellFormed(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if _, is := token.(xml.Directive); is {
			return errDocumentType
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			// The text of the error may quote the document.
			line, _ := d.InputPos()
			return fmt.Errorf("it is not well-formed XML, at line %d", line)
		}
	}
}

// startTag writes a start tag: as it was, where nothing of it is replaced.
func (r *redactor) startTag(b *bytes.Buffer, raw []byte, t xml.StartElement) {
	changed := false
	for i, a := range t.Attr {
		put := a.Value
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
			if a.Value != "" && a.Value != ent.Namespace && !strings.HasPrefix(a.Value, "http://www.w3.org/") {
				put = r.text(a.Value)
			}
		case a.Name.Local == "type" && a.Name.Space != "":
			prefix, local, found := strings.Cut(a.Value, ":")
			if !found {
				prefix, local = "", a.Value
			}
			if !r.known.words[strings.ToLower(local)] || prefix != "" && !wordText.MatchString(prefix) {
				put = r.words(a.Value)
			}
		default:
			put = r.value(a.Name.Local, a.Value)
		}
		if put != a.Value {
			t.Attr[i].Value, changed = put, true
		}
	}
	if !changed {
		b.Write(raw)
		return
	}
	b.WriteByte('<')
	b.WriteString(qualified(t.Name))
	for _, a := range t.Attr {
		b.WriteByte(' ')
		b.WriteString(qualified(a.Name))
		b.WriteString(`="`)
		escape(b, a.Value)
		b.WriteByte('"')
	}
	if bytes.HasSuffix(raw, []byte("/>")) {
		b.WriteByte('/')
	}
	b.WriteByte('>')
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func escape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // into memory
}
