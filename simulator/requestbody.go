package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Param is one value of a request's body: the path of local names below the root, and the text there.
// Attributes have an @ before their name.
type Param struct{ Name, Value string }

// maxDepth limits the depth of bodies that are read here. The Mux refuses them as well.
const maxDepth = 64

// readParams lists the values of a request's body with encoding/xml's or encoding/json's tokens alone. The audit log holds
// what it finds, and a failover is carried out only when the generated types agree with it: a fault in the
// bindings that client and simulator share would otherwise show nowhere.
func readParams(body []byte) ([]Param, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return nil, nil
	case body[0] == '<':
		return readXMLParams(body)
	default:
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		return readJSONParams(dec, "", nil, 0)
	}
}

func readXMLParams(body []byte) ([]Param, error) {
	dec := xml.NewDecoder(bytes.NewReader(body))
	var out []Param
	var path []string
	var text [][]byte
	var leaf []bool
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(path) > maxDepth {
				return nil, fmt.Errorf("more than %d elements inside each other", maxDepth)
			}
			if n := len(leaf); n > 0 {
				leaf[n-1] = false
			}
			path, text, leaf = append(path, tok.Name.Local), append(text, nil), append(leaf, true)
			name := strings.Join(path[1:], "/")
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					out = append(out, Param{strings.TrimPrefix(name+"/@"+a.Name.Local, "/"), a.Value})
				}
			}
		case xml.CharData:
			if n := len(text); n > 0 {
				text[n-1] = append(text[n-1], tok...)
			}
		case xml.EndElement:
			n := len(path) - 1
			if n > 0 && leaf[n] {
				out = append(out, Param{strings.Join(path[1:], "/"), strings.TrimSpace(string(text[n]))})
			}
			path, text, leaf = path[:n], text[:n], leaf[:n]
		}
	}
}

func readJSONParams(dec *json.Decoder, path string, out []Param, depth int) ([]Param, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d values inside each other", maxDepth)
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok := tok.(type) {
	case json.Delim:
		for dec.More() {
			name := path
			if tok == '{' {
				key, err := dec.Token()
				if err != nil {
					return nil, err
				}
				name = strings.TrimPrefix(path+"/"+key.(string), "/")
			}
			if out, err = readJSONParams(dec, name, out, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return out, err
	case nil:
		return out, nil
	default:
		return append(out, Param{path, fmt.Sprint(tok)}), nil
	}
}

// param returns the last value with one of the names, compared without regard to case, and whether there is one.
func param(params []Param, names ...string) (string, bool) {
	for i := len(params) - 1; i >= 0; i-- {
		for _, n := range names {
			if strings.EqualFold(params[i].Name, n) {
				return params[i].Value, true
			}
		}
	}
	return "", false
}
