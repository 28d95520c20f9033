package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

const (
	mediaXML  = "application/xml"
	mediaJSON = "application/json"
)

// encodeBody writes a request's body in the client's format.
func encodeBody(v xsdbind.Struct, asJSON bool) ([]byte, error) {
	if asJSON {
		return xsdbind.MarshalJSON(v)
	}
	return xsdbind.MarshalXML(v, xsdbind.Declaration())
}

// decodeBody reads an answer's body into v. What came decides between XML and JSON, not what the header says of it.
// A body that has another root than the operation may answer with is an error.
func decodeBody(data []byte, op *rest.Operation, v xsdbind.Struct) error {
	switch firstByte(data) {
	case '{', '[':
		return xsdbind.UnmarshalJSON(data, v)
	case '<':
		d := xmltext.NewBytesDecoder(data, nil)
		if err := expectRoot(d, op, v); err != nil {
			return err
		}
		if err := xsdbind.DecodeXML(d, v); err != nil {
			return err
		}
		return expectEnd(d)
	}
	return fmt.Errorf("%w: neither XML nor JSON", ErrUnexpectedAnswer)
}

// expectRoot goes to the root element and checks that it is one that may stand there.
func expectRoot(d *xmltext.Decoder, op *rest.Operation, v xsdbind.Struct) error {
	k, err := d.Next()
	if err != nil {
		return err
	}
	if k != xmltext.StartElement {
		return fmt.Errorf("%w: no root element", ErrUnexpectedAnswer)
	}
	t := v.XSDType()
	local, space := string(d.Local()), d.Space()
	if space == t.Space && (local == t.Root || slices.Contains(t.Roots, local) || slices.Contains(op.Responses, local)) {
		return nil
	}
	return fmt.Errorf("%w: the root element is <%s> of namespace %q, not %s", ErrUnexpectedAnswer, local, space, strings.Join(rootsOf(op, t), " or "))
}

func rootsOf(op *rest.Operation, t *xsdbind.Type) []string {
	var names []string
	for _, r := range append(slices.Clone(op.Responses), t.Root) {
		if r != "" && !slices.Contains(names, "<"+r+">") {
			names = append(names, "<"+r+">")
		}
	}
	return names
}

func expectEnd(d *xmltext.Decoder) error {
	k, err := d.Next()
	if err != nil {
		return err
	}
	if k != xmltext.EndDocument {
		return fmt.Errorf("%w: something follows the root element", ErrUnexpectedAnswer)
	}
	return nil
}

// brokenOff reports whether err means that a body is not well-formed, as one is that was cut on its way.
func brokenOff(err error) bool {
	var syntax *xmltext.SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)
}

// reset empties v before it is read again.
func reset(v xsdbind.Struct) {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && !p.IsNil() {
		p.Elem().SetZero()
	}
}

func isNil(v xsdbind.Struct) bool {
	if v == nil {
		return true
	}
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}

// firstByte returns the first byte that is no white space and no byte order mark; 0 when there is none.
func firstByte(data []byte) byte {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	data = bytes.TrimLeft(data, " \t\r\n")
	if len(data) == 0 {
		return 0
	}
	return data[0]
}

// serverError takes what a body of an answer says about an error: an Error in XML or JSON, else how the body begins.
func (e *Error) serverError(data []byte, clean func(string) string) {
	var v ent.Error
	ok := false
	switch firstByte(data) {
	case 0:
		return
	case '{':
		if xsdbind.UnmarshalJSON(data, &v) == nil {
			ok = xsdbind.Text(&v, "Message") != "" || xsdbind.Text(&v, "FirstChanceExceptionMessage") != ""
		}
	case '<':
		d := xmltext.NewBytesDecoder(data, nil)
		if k, err := d.Next(); err == nil && k == xmltext.StartElement && string(d.Local()) == "Error" {
			ok = xsdbind.DecodeXML(d, &v) == nil
		}
	}
	if !ok {
		e.Snippet = snippet(data, clean)
		return
	}
	e.Message, e.FirstChance = clean(xsdbind.Text(&v, "Message")), clean(xsdbind.Text(&v, "FirstChanceExceptionMessage"))
}

// snippet is the readable beginning of a body. It is cleaned before it is cut, lest half a secret stay: some are many kilobytes long.
func snippet(data []byte, clean func(string) string) string {
	const (
		most   = 200
		looked = 1 << 20
	)
	data = []byte(clean(string(data[:min(len(data), looked)])))
	var b strings.Builder
	space := false
	for len(data) > 0 && b.Len() < most {
		r, n := utf8.DecodeRune(data)
		data = data[n:]
		if r == ' ' || r == '\n' || r == '\r' || r == '\t' {
			space = b.Len() > 0
			continue
		}
		if r == utf8.RuneError || r < ' ' || r == 0x7f {
			r = '.'
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if len(data) > 0 {
		b.WriteString("…")
	}
	return b.String()
}

// isErrorBody reports whether a body is EM's Error, whatever the status said.
func isErrorBody(data []byte) bool {
	switch firstByte(data) {
	case '<':
		d := xmltext.NewBytesDecoder(data, nil)
		k, err := d.Next()
		return err == nil && k == xmltext.StartElement && string(d.Local()) == "Error"
	case '{':
		// Its JSON form has no root to tell it by. Nothing else has these two members.
		if !bytes.Contains(data, []byte("tatusCode")) {
			return false
		}
		var v errorMark
		return xsdbind.UnmarshalJSON(data, &v) == nil && v.Message != nil && v.StatusCode != nil
	}
	return false
}

// errorMark is what tells an Error in JSON from other things; all else that it has is kept unread.
type errorMark struct {
	Message    *string
	StatusCode *string
	Extra      *xsdtype.Extra
}

func (*errorMark) XSDType() *xsdbind.Type { return &errorMarkType }

var errorMarkType = xsdbind.Type{
	Name: "Error", Go: "Error",
	Fields: []xsdbind.Field{
		{Name: "Message", Go: "Message", Kind: xsdbind.KindString},
		{Name: "StatusCode", Go: "StatusCode", Kind: xsdbind.KindString, Simple: &xsdbind.SimpleType{Builtin: "decimal"}},
	},
}

func isError(v xsdbind.Struct) bool {
	_, ok := v.(*ent.Error)
	return ok
}

// setMedia sets the headers that say which format is spoken.
func setMedia(h http.Header, asJSON, hasBody bool) {
	media := mediaXML
	if asJSON {
		media = mediaJSON
	}
	h.Set("Accept", media)
	if hasBody {
		h.Set("Content-Type", media)
	}
}
