package xmltext

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// captureState is Capture's memory, kept from call to call.
type captureState struct {
	out    []byte
	places []declPlace
	open   []captured
	added  int64 // bytes of namespaces in what was captured of this document
}

// captured is an open element of the output.
type captured struct {
	dflt  string // default namespace inside
	place int    // in places, -1 for none
}

// declPlace is a start tag in the output that prefixes may have to be declared in: which, shows only at its end.
type declPlace struct {
	at    int // in out
	decls []byte
}

// Capture reads an element from its start tag to its end tag, which is then the current token, and
// returns it as XML that needs nothing around it, in one form for one content:
//
//   - Elements are written without prefix. Where the namespace is not the parent's, the default namespace is declared; the
//     outermost element always declares its own, xmlns="" if it is in none. (The namespace of xml:lang and its like keeps the prefix xml.)
//   - Attributes in a namespace have a prefix that the document binds to it at that place, the shortest, the first in byte order if there are
//     several of one length; where none is known (tokens of encoding/xml without the elements around) xsi or ns1, ns2, …
//   - A prefix is declared where it is used by an attribute's name or stands in a text or attribute value as in a
//     QName (p:name): on the outermost element when the document declares it there or further out, else on the element that declares it.
//     Declarations that nothing uses are dropped. They stand in front of the attributes, sorted.
//   - The order of attributes, the nesting, and all text including white space stay; comments and processing instructions go.
//   - Empty elements are <a/>; values stand in double quotes; <, &, > in text, " in values, carriage returns, and tabs and line feeds in
//     values are written as references.
//
// A QName without prefix in text or a value is not followed: it takes the default namespace where it is read.
func (d *Decoder) Capture() (string, error) {
	if d.err != nil {
		return "", d.err
	}
	if d.kind != StartElement {
		return "", fmt.Errorf("xmltext: Capture at %v, not at a start tag", d.kind)
	}
	c := &d.capture
	c.out, c.places, c.open = c.out[:0], c.places[:0], c.open[:0]
	for i := range d.binds {
		d.binds[i].used = false
	}
	depth := len(d.frames)
	open := false // the last start tag still lacks its >
	for {
		switch d.kind {
		case StartElement:
			if open {
				c.out = append(c.out, '>')
			}
			d.captureStart(depth)
			open = true
			if d.addsTooMuch() {
				return "", d.err
			}
		case Text:
			if open {
				c.out = append(c.out, '>')
				open = false
			}
			c.out = appendText(c.out, d.text)
			d.useQNames(d.text)
		case EndElement:
			f := &d.frames[len(d.frames)-1]
			if open {
				c.out = append(c.out, '/', '>')
				open = false
			} else {
				c.out = append(c.out, '<', '/')
				c.out = d.appendCaptureName(c.out, f)
				c.out = append(c.out, '>')
			}
			d.captureDecls(f, c.open[len(c.open)-1].place, len(d.frames) == depth)
			c.open = c.open[:len(c.open)-1]
			if d.addsTooMuch() {
				return "", d.err
			}
			if len(d.frames) == depth {
				return c.result(), nil
			}
		}
		if _, err := d.Next(); err != nil {
			return "", err
		}
	}
}

func (d *Decoder) appendCaptureName(b []byte, f *frame) []byte {
	if f.space == SpaceXML {
		b = append(b, "xml:"...)
	}
	return append(b, f.name[f.prefix:]...)
}

// maxAdded is how many bytes of namespaces Capture may add for each byte of the document, beside MaxToken of them.
const maxAdded = 16

// addsTooMuch reports whether the captured elements repeat long namespaces, which are declared once, so often that a small
// document would become a large one. d.err is set then, as it is when there are too many of them.
func (d *Decoder) addsTooMuch() bool {
	if d.err != nil {
		return true
	}
	read := d.base + int64(d.pos)
	if d.src != nil {
		_, _, read = d.tokenPlace()
	}
	most := int64(d.lim.token) + maxAdded*read
	if d.lim.token == noLimit || d.capture.added <= most {
		return false
	}
	d.failLimit(d.pos, fmt.Sprintf("namespaces repeated in more than %d bytes of captured elements", most))
	return true
}

// captureStart writes the current start tag without its >.
func (d *Decoder) captureStart(root int) {
	c := &d.capture
	f := &d.frames[len(d.frames)-1]
	c.out = append(c.out, '<')
	c.out = d.appendCaptureName(c.out, f)
	here := captured{place: -1}
	if n := len(c.open); n > 0 {
		here.dflt = c.open[n-1].dflt
	}
	if f.space != SpaceXML && (len(c.open) == 0 || f.space != here.dflt) {
		c.out = append(c.out, ` xmlns="`...)
		c.out = appendValue(c.out, f.space)
		c.out = append(c.out, '"')
		here.dflt = f.space
		c.added += int64(len(f.space))
	}
	at := len(c.out)
	for i := range d.attrs {
		a := &d.attrs[i]
		c.out = append(c.out, ' ')
		switch a.Space {
		case "":
		case SpaceXML:
			c.out = append(c.out, "xml:"...)
		default:
			prefix := d.usePrefix(a.Space)
			if d.err != nil {
				return
			}
			c.out = append(append(c.out, prefix...), ':')
		}
		c.out = append(c.out, a.Local...)
		c.out = append(c.out, '=', '"')
		c.out = appendValue(c.out, a.Value)
		c.out = append(c.out, '"')
		d.useQNames(a.Value)
	}
	if len(d.frames) == root || len(d.binds) > f.mark {
		here.place = len(c.places)
		c.places = append(c.places, declPlace{at: at})
	}
	c.open = append(c.open, here)
}

// usePrefix returns a prefix for space and notes that it is used; if there is none it makes a binding in the current element.
func (d *Decoder) usePrefix(space string) []byte {
	i := d.boundSpace(space)
	if i < 0 {
		if msg := d.tooMany([]byte(space)); msg != "" {
			d.failLimit(d.pos, msg)
			return nil
		}
		prefix := []byte("xsi")
		for n := 1; space != SpaceXSI && n == 1 || d.bound(prefix) >= 0; n++ {
			prefix = strconv.AppendInt([]byte("ns"), int64(n), 10)
		}
		i = len(d.binds)
		d.bind(prefix, []byte(space))
		d.frames[len(d.frames)-1].inside = len(d.binds)
	}
	d.binds[i].used = true
	return d.binds[i].prefix
}

// useQNames notes the use of every prefix in scope that stands in s in front of a colon and a name.
func (d *Decoder) useQNames(s []byte) {
	if len(d.binds) == 0 {
		return
	}
	for from := 0; ; {
		n := bytes.IndexByte(s[from:], ':')
		if n < 0 {
			return
		}
		colon := from + n
		at := colon
		for at > from && class[s[at-1]]&clsName != 0 {
			at--
		}
		if r, _ := utf8.DecodeRune(s[colon+1:]); at < colon && isNameStart(r) {
			if i := d.bound(s[at:colon]); i >= 0 {
				d.binds[i].used = true
			}
		}
		from = colon + 1
	}
}

// captureDecls puts the declarations that belong into the start tag of the element that ends into its place: those
// of the element itself, for the outermost all that are in scope.
func (d *Decoder) captureDecls(f *frame, place int, outermost bool) {
	mark := f.mark
	if outermost {
		mark = 0
	}
	var used []*binding
	for i := mark; i < len(d.binds); i++ {
		if b := &d.binds[i]; b.used && len(b.prefix) > 0 && b.space != SpaceXML {
			used = append(used, b)
		}
	}
	if len(used) == 0 {
		return
	}
	slices.SortFunc(used, func(a, b *binding) int { return bytes.Compare(a.prefix, b.prefix) })
	p := &d.capture.places[place]
	for _, b := range used {
		d.capture.added += int64(len(b.prefix) + len(b.space))
		p.decls = append(append(append(p.decls, " xmlns:"...), b.prefix...), '=', '"')
		p.decls = append(appendValue(p.decls, b.space), '"')
	}
}

// result puts the declarations into their places.
func (c *captureState) result() string {
	n := 0
	for i := range c.places {
		n += len(c.places[i].decls)
	}
	if n == 0 {
		return string(c.out)
	}
	b := make([]byte, 0, len(c.out)+n)
	from := 0
	for i := range c.places {
		p := &c.places[i]
		b = append(append(b, c.out[from:p.at]...), p.decls...)
		from = p.at
	}
	return string(append(b, c.out[from:]...))
}
