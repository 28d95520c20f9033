package conformance

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"reflect"

	"github.com/vbem-go/vbem/xsdbind"
)

// A codec is a way to read and write documents. Tests put worse ones in its place.
type codec struct {
	name   string
	decode func(data []byte, v xsdbind.Struct) error
	encode func(v xsdbind.Struct) ([]byte, error)
}

// codecs are the ways that a program has, for one root element.
type codecs struct {
	xml, json             []codec // the bindings' own first
	strictXML, strictJSON func(data []byte, v xsdbind.Struct) error
}

func codecsOf(space, local string) codecs {
	strict := func(data []byte, v xsdbind.Struct) error {
		return xsdbind.UnmarshalXML(data, v, xsdbind.AnyRoot(), xsdbind.Strict())
	}
	unmarshalXML := func(data []byte, v xsdbind.Struct) error { return xml.Unmarshal(data, v) }
	unmarshalJSON := func(data []byte, v xsdbind.Struct) error { return json.Unmarshal(data, v) }
	return codecs{
		xml: []codec{
			{
				"fast path",
				func(data []byte, v xsdbind.Struct) error { return xsdbind.UnmarshalXML(data, v, xsdbind.AnyRoot()) },
				func(v xsdbind.Struct) ([]byte, error) { return xsdbind.MarshalXML(v, xsdbind.WithRoot(local)) },
			},
			{"encoding/xml", unmarshalXML, func(v xsdbind.Struct) ([]byte, error) { return marshalXML(v, v, space, local) }},
			{"encoding/xml by value", unmarshalXML, func(v xsdbind.Struct) ([]byte, error) {
				return marshalXML(v, reflect.ValueOf(v).Elem().Interface(), space, local)
			}},
		},
		json: []codec{
			{
				"fast path",
				func(data []byte, v xsdbind.Struct) error { return xsdbind.UnmarshalJSON(data, v) },
				func(v xsdbind.Struct) ([]byte, error) { return xsdbind.MarshalJSON(v) },
			},
			{"encoding/json", unmarshalJSON, func(v xsdbind.Struct) ([]byte, error) { return json.Marshal(v) }},
			{"encoding/json by value", unmarshalJSON, func(v xsdbind.Struct) ([]byte, error) {
				return json.Marshal(reflect.ValueOf(v).Elem().Interface())
			}},
		},
		strictXML: strict,
		strictJSON: func(data []byte, v xsdbind.Struct) error {
			return xsdbind.UnmarshalJSON(data, v, xsdbind.Strict())
		},
	}
}

// marshalXML is xml.Marshal. A root that is not its type's only one must be named.
func marshalXML(v xsdbind.Struct, arg any, space, local string) ([]byte, error) {
	if v.XSDType().Root == local {
		return xml.Marshal(arg)
	}
	var b bytes.Buffer
	e := xml.NewEncoder(&b)
	if err := e.EncodeElement(arg, xml.StartElement{Name: xml.Name{Space: space, Local: local}}); err != nil {
		return nil, err
	}
	err := e.Close()
	return b.Bytes(), err
}
