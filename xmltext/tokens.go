package xmltext

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// TokenSource is where [NewTokenDecoder] takes tokens from; *[xml.Decoder] is one.
type TokenSource interface {
	Token() (xml.Token, error)
}

// tokenState is what a decoder over tokens of encoding/xml knows besides.
type tokenState struct {
	next         xml.Token // a tag that was read while looking for more text
	line, column int       // of the current token
	offset       int64
	nextLine     int // of next
	nextColumn   int
	nextOffset   int64
	names        []byte         // local names and values of the current start tag
	abroad       map[string]int // ids of namespaces that no binding has
}

// NewTokenDecoder returns a decoder over an element whose start tag was already taken from src, as in UnmarshalXML. That start
// tag is the current token; the document ends with its end tag, and nothing is read from src beyond that.
//
// encoding/xml drops what a decoder over bytes uses: it resolves prefixes (an undeclared prefix becomes
// the namespace), does not normalise white space in attributes, and does not show
// declarations of elements around the start tag. Everything else is checked as ever.
// The options may be nil; MaxSize applies when src has a method InputOffset.
func NewTokenDecoder(src TokenSource, start xml.StartElement, o *Options) *Decoder {
	d := new(Decoder)
	d.reset(o)
	d.src, d.root, d.begun = src, true, true
	d.arena.reset(0)
	d.tokens.line, d.tokens.column, d.tokens.offset = d.sourcePlace()
	d.tokenStart(&start)
	return d
}

// sourcePlace is where the source stands, zero if it does not tell.
func (d *Decoder) sourcePlace() (line, column int, offset int64) {
	if p, ok := d.src.(interface{ InputPos() (line, column int) }); ok {
		line, column = p.InputPos()
	}
	if p, ok := d.src.(interface{ InputOffset() int64 }); ok {
		offset = p.InputOffset()
	}
	return line, column, offset
}

func (d *Decoder) tokenPlace() (line, column int, offset int64) {
	return d.tokens.line, d.tokens.column, d.tokens.offset
}

// nextToken is Next over tokens of encoding/xml.
func (d *Decoder) nextToken() (Kind, error) {
	if len(d.frames) == 0 {
		d.kind = EndDocument
		return d.kind, nil
	}
	t := &d.tokens
	d.scratch = d.scratch[:0]
	for {
		tok := t.next
		line, column, offset := t.nextLine, t.nextColumn, t.nextOffset
		t.next = nil
		if tok == nil {
			line, column, offset = d.sourcePlace()
			var err error
			if tok, err = d.src.Token(); tok == nil {
				t.line, t.column, t.offset = d.sourcePlace()
				return 0, d.failSource(err)
			}
			if _, _, off := d.sourcePlace(); off > d.lim.size {
				d.failLimit(0, fmt.Sprintf("a document of more than %d bytes", d.lim.size))
				return 0, d.err
			}
		}
		if data, ok := tok.(xml.CharData); ok {
			if len(d.scratch) == 0 {
				t.line, t.column, t.offset = line, column, offset
			}
			d.scratch = append(d.scratch, data...)
			if len(d.scratch) > d.lim.token {
				d.failLimit(0, fmt.Sprintf("a text of more than %d bytes", d.lim.token))
				return 0, d.err
			}
			continue
		}
		switch tok := tok.(type) {
		case xml.Comment, xml.ProcInst:
			continue
		case xml.StartElement, xml.EndElement:
			if len(d.scratch) > 0 {
				t.next, t.nextLine, t.nextColumn, t.nextOffset = tok, line, column, offset
				if msg := badChars(d.scratch); msg != "" {
					d.fail(0, msg)
					return 0, d.err
				}
				d.text, d.kind = d.scratch[:len(d.scratch):len(d.scratch)], Text
				return Text, nil
			}
			t.line, t.column, t.offset = line, column, offset
			if s, ok := tok.(xml.StartElement); ok {
				d.tokenStart(&s)
			} else {
				d.tokenEnd(tok.(xml.EndElement))
			}
			if d.err != nil {
				return 0, d.err
			}
			return d.kind, nil
		case xml.Directive:
			t.line, t.column, t.offset = line, column, offset
			d.failWith(0, "a directive (<!…>), such as a document type declaration: this package refuses them", ErrDTD)
			return 0, d.err
		default:
			d.fail(0, fmt.Sprintf("a token of the unknown type %T", tok))
			return 0, d.err
		}
	}
}

// failSource makes an error of the source final.
func (d *Decoder) failSource(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case err == nil || err == io.EOF:
		d.fail(0, "unexpected end of the document "+d.inElement())
	case errors.As(err, &syntax):
		if d.tokens.line == 0 {
			d.tokens.line, d.tokens.column = syntax.Line, 1
		}
		d.failWith(0, syntax.Msg, err)
	default:
		d.err, d.kind = err, 0
	}
	return d.err
}

// tokenStart makes a start tag the current token.
func (d *Decoder) tokenStart(s *xml.StartElement) {
	t := &d.tokens
	mark := len(d.binds)
	d.attrs, t.names = d.attrs[:0], t.names[:0]
	size := len(s.Name.Local)
	if !isNCName(s.Name.Local) {
		d.fail(0, fmt.Sprintf("%.64q is no element name", s.Name.Local))
		return
	}
	if size > d.lim.token {
		d.failLimit(0, fmt.Sprintf("a token of more than %d bytes", d.lim.token))
		return
	}
	if len(s.Attr) > d.lim.attrs {
		d.failLimit(0, fmt.Sprintf("an element with more than %d attributes", d.lim.attrs))
		return
	}
	if len(d.frames) >= d.lim.depth {
		d.failLimit(0, fmt.Sprintf("elements nested more than %d deep", d.lim.depth))
		return
	}
	if msg := d.longSpace(len(s.Name.Space)); msg != "" {
		d.failLimit(0, msg)
		return
	}
	f := frame{name: []byte(s.Name.Local), mark: mark, space: s.Name.Space, dflt: d.defaultSpace()}
	for i := range s.Attr {
		a := &s.Attr[i]
		if msg := d.longSpace(len(a.Name.Space)); msg != "" {
			d.failLimit(0, msg)
			return
		}
		if size += len(a.Name.Local) + len(a.Value); size > d.lim.token {
			d.failLimit(0, fmt.Sprintf("a token of more than %d bytes", d.lim.token))
			return
		}
		if msg := badChars(a.Value); msg != "" {
			d.fail(0, msg)
			return
		}
		if !isNCName(a.Name.Local) {
			d.fail(0, fmt.Sprintf("%.64q is no attribute name", a.Name.Local))
			return
		}
		from := len(t.names)
		isDefault := a.Name.Space == "" && a.Name.Local == "xmlns"
		if isDefault || a.Name.Space == "xmlns" {
			t.names = append(t.names, a.Name.Local...)
			end := len(t.names)
			t.names = append(t.names, a.Value...)
			p, v := t.names[from:end], t.names[end:]
			if isDefault {
				p = nil
			}
			if msg := d.badDeclaration(mark, p, v); msg != "" {
				d.fail(0, msg)
				return
			}
			if msg := d.tooMany(v); msg != "" {
				d.failLimit(0, msg)
				return
			}
			d.bind(p, v)
			if isDefault {
				f.dflt = d.binds[len(d.binds)-1].space
			}
			continue
		}
		t.names = append(t.names, a.Name.Local...)
		end := len(t.names)
		t.names = append(t.names, a.Value...)
		d.attrs = append(d.attrs, Attr{
			Space: a.Name.Space,
			Local: t.names[from:end:end],
			Value: t.names[end:len(t.names):len(t.names)],
		})
	}
	f.inside = len(d.binds)
	for i := range d.attrs {
		if a := &d.attrs[i]; a.Space != "" {
			a.Prefix = d.prefixOf(a.Space)
		}
	}
	if len(d.attrs) > 1 {
		if a := d.duplicate(); a != nil {
			d.fail(0, fmt.Sprintf("the attribute %.64s occurs twice in <%.64s>", a.Local, s.Name.Local))
			return
		}
	}
	d.frames = append(d.frames, f)
	d.kind = StartElement
}

// tokenEnd makes an end tag the current token.
func (d *Decoder) tokenEnd(e xml.EndElement) {
	f := &d.frames[len(d.frames)-1]
	if e.Name.Local != string(f.name) || e.Name.Space != f.space {
		d.fail(0, fmt.Sprintf("the end tag </%.64s> where </%.64s> should be", e.Name.Local, f.name))
		return
	}
	d.kind = EndElement
}

// prefixOf returns a prefix that is bound to space, nil when none is known.
func (d *Decoder) prefixOf(space string) []byte {
	if space == SpaceXML {
		return []byte("xml")
	}
	if i := d.boundSpace(space); i >= 0 {
		return d.binds[i].prefix
	}
	return nil
}

// badChars returns what is wrong with the characters of s, "" if nothing is.
func badChars[T []byte | string](s T) string {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && !isSpaceByte(c) {
				return fmt.Sprintf("the character %U is not allowed", c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if r == utf8.RuneError && n <= 1 {
			return fmt.Sprintf("invalid UTF-8 (byte 0x%02X)", c)
		}
		if !isChar(r) {
			return fmt.Sprintf("the character %U is not allowed", r)
		}
		i += n
	}
	return ""
}
