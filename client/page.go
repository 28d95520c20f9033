package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
)

// pageReader reads the things in an answer one by one from the stream: out of a QueryResult's Refs, Entities or Resources, or
// out of a list that is the answer's root. Lists that the schema does not know are read too; one that belongs to another query is not.
type pageReader struct {
	item func() (xsdbind.Struct, any)
	list string                             // element of the list, where it is known
	got  func(s xsdbind.Struct, v any) bool // false: enough

	info  ent.PagingInfo
	paged bool // info was in the answer
	began bool // the answer had begun when it failed
	cut   bool // the answer broke off, rather than being something else than was expected
}

// errEnough ends reading without a failure.
var errEnough = errors.New("enough")

func (p *pageReader) read(ctx context.Context, c *Client, call *rest.Call) error {
	var st stream
	call.SetValue(streamKey{}, &st)
	x := &exchange{core: c.core, call: call, op: call.Op}
	if target, err := call.Target(); err == nil {
		x.target = target
		x.shown = c.core.red.clean(c.core.base.String() + maskSession(target))
	}
	if _, err := c.caller.Call(ctx, call); err != nil {
		if st.resp != nil {
			_ = st.resp.Body.Close()
		}
		return err
	}
	if st.resp == nil {
		return fmt.Errorf("%s: an interceptor answered a stream itself", call.Op)
	}
	defer st.resp.Body.Close()
	p.began = true
	wire := &limited{r: st.resp.Body, left: c.core.o.maxBody, limit: c.core.o.maxBody}
	body := &sniffer{r: wire}
	first, err := body.first()
	switch {
	case err != nil:
	case first == '<':
		err = p.readXML(xmltext.NewDecoder(body, &xmltext.Options{MaxSize: -1}), call.Op)
	case first == '{' || first == '[':
		err = p.readJSON(json.NewDecoder(body))
	case first == 0:
		return nil // nothing came: nothing was found
	default:
		err = fmt.Errorf("%w: neither XML nor JSON", ErrUnexpectedAnswer)
	}
	if err == nil || errors.Is(err, errEnough) {
		return nil
	}
	p.cut = !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrUnexpectedAnswer) && !pointless(err)
	switch {
	case ctx.Err() != nil:
		err = contextError(ctx)
	case wire.failed == nil && !errors.Is(err, ErrUnexpectedAnswer):
		err = fmt.Errorf("%w: %w", ErrUnexpectedAnswer, err)
	}
	e := x.fail(err)
	e.Status = st.resp.StatusCode
	var se *serverSays
	if errors.As(err, &se) {
		e.Err = ErrUnexpectedAnswer
		e.serverError(se.xml, x.clean)
	}
	return e
}

// serverSays is an Error that came with a status of success.
type serverSays struct{ xml []byte }

func (*serverSays) Error() string { return "the server answered with an Error" }

func (p *pageReader) readXML(d *xmltext.Decoder, op *rest.Operation) error {
	if k, err := d.Next(); err != nil {
		return err
	} else if k != xmltext.StartElement {
		return fmt.Errorf("%w: no root element", ErrUnexpectedAnswer)
	}
	root := string(d.Local())
	v, _ := p.item()
	t := v.XSDType()
	refs := t.Root == "EntityRef"
	switch {
	case root == "Error":
		text, err := d.Capture()
		if err != nil {
			return err
		}
		return &serverSays{xml: []byte(text)}
	case d.Space() != t.Space:
		return fmt.Errorf("%w: the root element is <%s> of namespace %q", ErrUnexpectedAnswer, root, d.Space())
	case strings.EqualFold(root, "html"), root != "QueryResult" && (refs != (root == "EntityReferences") || slices.Contains(op.Responses, "QueryResult")):
		return fmt.Errorf("%w: the root element is <%s>", ErrUnexpectedAnswer, root)
	case root != "QueryResult":
		if err := p.children(d, p.listed); err != nil {
			return err
		}
		return expectEnd(d)
	}
	err := p.children(d, func(d *xmltext.Decoder) error {
		switch name := string(d.Local()); name {
		case "Refs":
			if !refs {
				return fmt.Errorf("%w: references came where entities were asked for", ErrUnexpectedAnswer)
			}
			return p.children(d, p.listed)
		case "Entities", "Resources":
			if refs {
				return fmt.Errorf("%w: %s came where references were asked for", ErrUnexpectedAnswer, strings.ToLower(name))
			}
			return p.children(d, func(d *xmltext.Decoder) error {
				if name := string(d.Local()); p.foreign(name) {
					return p.children(d, func(d *xmltext.Decoder) error { return p.nothing(d, name) })
				}
				return p.children(d, p.listed)
			})
		}
		return p.other(d)
	})
	if err != nil {
		return err
	}
	return expectEnd(d)
}

// children calls f at each child's start tag; f reads to its end tag.
func (p *pageReader) children(d *xmltext.Decoder, f func(*xmltext.Decoder) error) error {
	for {
		k, err := d.Next()
		if err != nil {
			return err
		}
		switch k {
		case xmltext.StartElement:
			if err := f(d); err != nil {
				return err
			}
		case xmltext.EndElement:
			return nil
		case xmltext.Text:
			if !d.IsSpace() {
				return fmt.Errorf("%w: text between elements (line %d)", ErrUnexpectedAnswer, d.Line())
			}
		default:
			return io.ErrUnexpectedEOF
		}
	}
}

// listed reads what stands in a list: a thing, or what every list may have.
func (p *pageReader) listed(d *xmltext.Decoder) error {
	s, v := p.item()
	switch local := string(d.Local()); {
	case local == "Links" || local == "PagingInfo":
		return p.other(d)
	case d.Space() != s.XSDType().Space:
		return d.Skip()
	}
	if err := xsdbind.DecodeXML(d, s); err != nil {
		return err
	}
	if !p.got(s, v) {
		return errEnough
	}
	return nil
}

// foreign reports whether a list is the one of another query.
func (p *pageReader) foreign(name string) bool {
	return p.list != "" && !strings.EqualFold(name, p.list) &&
		slices.ContainsFunc(fields.Types(), func(t query.Type) bool { return strings.EqualFold(t.List, name) })
}

// nothing passes over what stands in the list of another query beside things. A thing is an error: it was not asked for, and would be lost.
func (p *pageReader) nothing(d *xmltext.Decoder, list string) error {
	if local := string(d.Local()); local != "Links" && local != "PagingInfo" {
		return p.misplaced(list)
	}
	return p.other(d)
}

func (p *pageReader) misplaced(list string) error {
	return fmt.Errorf("%w: %s came where %s were asked for", ErrUnexpectedAnswer, list, p.list)
}

func (p *pageReader) other(d *xmltext.Decoder) error {
	if string(d.Local()) == "PagingInfo" {
		p.paged = true
		return xsdbind.DecodeXML(d, &p.info)
	}
	return d.Skip()
}

// readJSON reads the same in JSON: arrays inside Refs, Entities and Resources, or in the root object.
func (p *pageReader) readJSON(d *json.Decoder) error {
	err := p.jsonValue(d, 0)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err == nil {
			err = fmt.Errorf("%w: something follows the document", ErrUnexpectedAnswer)
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("at offset %d: %w", d.InputOffset(), err)
}

func (p *pageReader) jsonValue(d *json.Decoder, depth int) error {
	const deepest = 4 // root, Entities, list, array
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		for d.More() {
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				return err
			}
			s, v := p.item()
			if err := xsdbind.UnmarshalJSON(raw, s); err != nil {
				return err
			}
			if !p.got(s, v) {
				return errEnough
			}
		}
	case json.Delim('{'):
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			var raw json.RawMessage
			switch {
			case strings.EqualFold(name, "PagingInfo"):
				if err := d.Decode(&raw); err != nil {
					return err
				}
				if string(raw) != "null" {
					p.paged = true
					if err := xsdbind.UnmarshalJSON(raw, &p.info); err != nil {
						return err
					}
				}
			case strings.EqualFold(name, "Links") || depth >= deepest:
				if err := d.Decode(&raw); err != nil {
					return err
				}
			case depth == 1 && p.foreign(name):
				if err := d.Decode(&raw); err != nil {
					return err
				}
				if holdsThings(raw) {
					return p.misplaced(name)
				}
			default:
				if err := p.jsonValue(d, depth+1); err != nil {
					return err
				}
			}
		}
	default:
		return nil // a scalar member
	}
	_, err = d.Token() // the closing bracket
	return err
}

// holdsThings reports whether a list in JSON has any: in an array, or in an object with one.
func holdsThings(raw json.RawMessage) bool {
	var things []json.RawMessage
	if json.Unmarshal(raw, &things) == nil {
		return len(things) > 0
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members) // what is neither holds none
	for name, m := range members {
		if !strings.EqualFold(name, "Links") && json.Unmarshal(m, &things) == nil && len(things) > 0 {
			return true
		}
	}
	return false
}

// limited fails when a body is longer than the limit.
type limited struct {
	r      io.Reader
	left   int64
	limit  int64
	failed error // why nothing more came, when that was not the end
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		l.failed = fmt.Errorf("%w of %d bytes", ErrTooLarge, l.limit)
		return 0, l.failed
	}
	n, err := l.r.Read(b)
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.failed = err
	}
	return n, err
}

// sniffer shows the first byte of a body that says something, and then the body from that byte on.
type sniffer struct {
	r    io.Reader
	head []byte
}

func (s *sniffer) first() (byte, error) {
	buf := make([]byte, 512)
	for {
		n, err := s.r.Read(buf)
		s.head = append(s.head, buf[:n]...)
		if b := firstByte(s.head); b != 0 {
			return b, nil
		}
		if errors.Is(err, io.EOF) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func (s *sniffer) Read(b []byte) (int, error) {
	if len(s.head) > 0 {
		n := copy(b, s.head)
		s.head = s.head[n:]
		return n, nil
	}
	return s.r.Read(b)
}
