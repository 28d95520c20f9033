package xsdbind

import (
	"bytes"
	"encoding/xml"
	"io"

	"github.com/vbem-go/vbem/xmltext"
)

// XMLUnmarshal reads the element at start into v, for UnmarshalXML methods. It feeds the decoder of [DecodeXML] with d's
// tokens; the namespaces of the elements around are known as far as d tells them. Reading is lenient.
func XMLUnmarshal(d *xml.Decoder, start xml.StartElement, v Struct) error {
	return DecodeXML(xmltext.NewTokenDecoder(d, start, nil), v)
}

// XMLMarshal writes v, for MarshalXML methods, as the element start: the same elements, attributes and text as [EncodeXML]
// writes.
//
// A name that encoding/xml made from the Go type stands for the schema's root element, and a
// name without namespace for one in the type's. An element that is in no namespace says so, since encoding/xml does
// not tell which one is in scope.
func XMLMarshal(e *xml.Encoder, start xml.StartElement, v Struct) error {
	if isNil(v) {
		return nilError()
	}
	t := v.XSDType()
	space, local := start.Name.Space, start.Name.Local
	if local == t.Go && t.Root != "" {
		local = t.Root
	}
	if space == "" {
		space = t.Space
	}
	out := xmltext.NewEncoder(nil)
	if err := EncodeXML(out, space, local, v); err != nil {
		return err
	}
	text, err := out.Finish()
	if err != nil {
		return err
	}
	attrs := start.Attr
	if space == "" {
		attrs = append([]xml.Attr{{Name: xml.Name{Local: "xmlns"}}}, attrs...)
	}
	return feed(e, text, attrs)
}

// feed writes a document to e token by token. Names keep their prefixes, and declarations stand where they stood:
// encoding/xml would declare the namespace on each element.
func feed(e *xml.Encoder, text []byte, attrs []xml.Attr) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			x.Name = raw(x.Name)
			for i := range x.Attr {
				x.Attr[i].Name = raw(x.Attr[i].Name)
			}
			if attrs != nil {
				x.Attr = append(x.Attr, attrs...)
				attrs = nil
			}
			token = x
		case xml.EndElement:
			x.Name = raw(x.Name)
			token = x
		case xml.CharData:
		default:
			continue
		}
		if err := e.EncodeToken(token); err != nil {
			return err
		}
	}
}

// raw puts the prefix into the local name, which encoding/xml writes as it is.
func raw(n xml.Name) xml.Name {
	if n.Space != "" {
		return xml.Name{Local: n.Space + ":" + n.Local}
	}
	return n
}
