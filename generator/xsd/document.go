package xsd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// node is an element of a schema document with its names resolved and its line known.
type node struct {
	name     QName
	attrs    []attr // without namespace declarations
	children []*node
	scope    *scope
	file     string
	line     int
	el       *etree.Element
	doc      *document
}

type attr struct {
	name  QName
	value string
}

// scope is a chain of namespace declarations, the innermost first.
type scope struct {
	prefix, space string
	outer         *scope
}

func (s *scope) lookup(prefix string) (string, bool) {
	for ; s != nil; s = s.outer {
		if s.prefix == prefix {
			return s.space, true
		}
	}
	return "", prefix == ""
}

// attr gives the value of an attribute without namespace.
func (n *node) attr(local string) (string, bool) {
	for _, a := range n.attrs {
		if a.name.Space == "" && a.name.Local == local {
			return a.value, true
		}
	}
	return "", false
}

// token gives the value of an attribute with its white space collapsed, "" when there is none.
func (n *node) token(local string) string {
	v, _ := n.attr(local)
	return collapse(v)
}

// optional gives an attribute's value as it stands, nil when there is none.
func (n *node) optional(local string) *string {
	if v, ok := n.attr(local); ok {
		return &v
	}
	return nil
}

// child gives the first child element of XML Schema with one of the names.
func (n *node) child(locals ...string) *node {
	for _, c := range n.children {
		for _, l := range locals {
			if c.name.Local == l {
				return c
			}
		}
	}
	return nil
}

func (n *node) pos(component string) Position {
	return Position{File: n.file, Line: n.line, Component: component}
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// readNodes parses a document. Its error is an *Error or an *UnsupportedError.
func readNodes(file string, data []byte) (*node, error) {
	fail := func(line int, format string, args ...any) error {
		return &Error{Pos: Position{File: file, Line: line}, Msg: fmt.Sprintf(format, args...)}
	}
	text, err := toUTF8(data)
	if err != nil {
		return nil, fail(1, "%s", err)
	}
	entities := map[string]string{}
	lines, err := startLines(text, entities)
	if err != nil {
		var syntax *xml.SyntaxError
		var unsupported errUnsupported
		switch {
		case errors.As(err, &syntax):
			return nil, fail(syntax.Line, "not well-formed XML: %s", syntax.Msg)
		case errors.As(err, &unsupported):
			return nil, &UnsupportedError{Construct: unsupported.construct, Pos: Position{File: file, Line: unsupported.line}}
		}
		if strings.Contains(err.Error(), "unsupported version") {
			return nil, &UnsupportedError{Construct: "XML 1.1", Pos: Position{File: file, Line: 1}}
		}
		return nil, fail(0, "not well-formed XML: %s", err)
	}
	tree := etree.NewDocument()
	tree.ReadSettings = etree.ReadSettings{CharsetReader: passThrough, PreserveDuplicateAttrs: true, Entity: entities, MaxDepth: maxDepth}
	if err := tree.ReadFromBytes(text); err != nil {
		return nil, fail(0, "not well-formed XML: %s", err)
	}
	root := tree.Root()
	if root == nil {
		return nil, fail(0, "no XML element in it")
	}
	b := builder{file: file, lines: lines}
	n := b.build(root, &scope{prefix: "xml", space: SpaceXML})
	if b.err != nil {
		return nil, b.err
	}
	return n, nil
}

const maxDepth = 1024

// startLines gives the line of every start tag. etree drops that, but keeps the order.
// It also finds what etree takes without complaint, and the entities that the document declares.
func startLines(text []byte, entities map[string]string) ([]int, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = passThrough
	d.Entity = entities
	var lines []int
	depth, roots := 0, 0
	for {
		line, _ := d.InputPos()
		t, err := d.Token()
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth == 0 {
				if roots++; roots > 1 {
					return nil, &xml.SyntaxError{Line: line, Msg: "a second element <" + t.Name.Local + "> after the end of the document"}
				}
			}
			if depth++; depth > maxDepth {
				return nil, errUnsupported{"nesting of elements deeper than 1024", line}
			}
			lines = append(lines, line)
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return nil, &xml.SyntaxError{Line: line, Msg: "text outside of the document's element"}
			}
		case xml.Directive:
			if err := declareEntities(string(t), line, entities); err != nil {
				return nil, err
			}
		}
	}
}

type errUnsupported struct {
	construct string
	line      int
}

func (e errUnsupported) Error() string { return e.construct }

var entityDecl = regexp.MustCompile(`<!ENTITY\s+([^\s%"']+)\s+(?:"([^"]*)"|'([^']*)')\s*>`)
var attlistDefault = regexp.MustCompile(`<!ATTLIST[^>]*["']`)

// declareEntities reads the internal subset of a document type declaration, so far as it bears on what the document says.
func declareEntities(directive string, line int, entities map[string]string) error {
	if !strings.HasPrefix(directive, "DOCTYPE") {
		return nil
	}
	if attlistDefault.MatchString(directive) {
		return errUnsupported{"a default for an attribute in a document type declaration", line}
	}
	for _, m := range entityDecl.FindAllStringSubmatch(directive, -1) {
		value := m[2] + m[3]
		if strings.ContainsAny(value, "<&%") {
			return errUnsupported{"the entity " + m[1] + ", which holds markup or references,", line}
		}
		if _, ok := entities[m[1]]; !ok { // the first declaration counts
			entities[m[1]] = value
		}
	}
	return nil
}

// builder turns etree's elements into nodes.
type builder struct {
	file  string
	lines []int
	next  int
	err   error
}

func (b *builder) fail(line int, format string, args ...any) {
	if b.err == nil {
		b.err = &Error{Pos: Position{File: b.file, Line: line}, Msg: fmt.Sprintf(format, args...)}
	}
}

func (b *builder) build(el *etree.Element, sc *scope) *node {
	n := &node{file: b.file, el: el}
	if b.next < len(b.lines) {
		n.line = b.lines[b.next]
	}
	b.next++
	for _, a := range el.Attr {
		switch {
		case a.Space == "" && a.Key == "xmlns":
			sc = &scope{prefix: "", space: a.Value, outer: sc}
		case a.Space == "xmlns":
			if a.Value == "" {
				b.fail(n.line, "the prefix %s is bound to no namespace", a.Key)
			}
			sc = &scope{prefix: a.Key, space: a.Value, outer: sc}
		}
	}
	n.scope = sc
	space, ok := sc.lookup(el.Space)
	if !ok {
		b.fail(n.line, "<%s:%s>: the prefix %s is not declared", el.Space, el.Tag, el.Space)
	}
	n.name = QName{space, el.Tag}
	seen := make(map[[2]string]bool, len(el.Attr))
	for _, a := range el.Attr {
		if key := [2]string{a.Space, a.Key}; seen[key] {
			b.fail(n.line, "<%s>: the attribute %s stands twice", el.Tag, a.FullKey())
		} else {
			seen[key] = true
		}
		if a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns" {
			continue
		}
		name := QName{Local: a.Key}
		if a.Space != "" {
			if name.Space, ok = sc.lookup(a.Space); !ok {
				b.fail(n.line, "<%s>: the prefix %s is not declared", el.Tag, a.Space)
			}
		}
		n.attrs = append(n.attrs, attr{name, a.Value})
	}
	for _, c := range el.ChildElements() {
		n.children = append(n.children, b.build(c, sc))
	}
	return n
}

// toUTF8 gives the document as UTF-8 without a byte order mark.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("<\x00?\x00")):
		return fromUTF16(data, func(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }), nil
	case bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.HasPrefix(data, []byte("\x00<\x00?")):
		return fromUTF16(data, func(b []byte) uint16 { return uint16(b[1]) | uint16(b[0])<<8 }), nil
	}
	switch declared := strings.ToLower(declaredEncoding(data)); declared {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		if !utf8.Valid(data) {
			return nil, errors.New("not valid UTF-8")
		}
		return data, nil
	case "iso-8859-1", "latin1":
		out := make([]byte, 0, len(data)+len(data)/8)
		for _, c := range data {
			out = utf8.AppendRune(out, rune(c))
		}
		return out, nil
	default:
		return nil, fmt.Errorf("the encoding %q is not supported: UTF-8, UTF-16 and ISO-8859-1 are", declared)
	}
}

func fromUTF16(data []byte, unit func([]byte) uint16) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, unit(data))
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

var encodingDecl = regexp.MustCompile(`^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']`)

func declaredEncoding(data []byte) string {
	if m := encodingDecl.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}

// passThrough serves decoders that read what toUTF8 gave.
func passThrough(_ string, r io.Reader) (io.Reader, error) { return r, nil }
