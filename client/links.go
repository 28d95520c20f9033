package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// Linked is whatever leads to a resource by its Href: an ent.Link, an ent.EntityRef, or an entity itself.
type Linked interface{ xsdbind.Struct }

// ErrLinkType is the error of following a link that, by its type, leads to something else than was asked for.
var ErrLinkType = errors.New("the link leads to something else")

// Follow reads the resource that a link leads to. A link whose type leads to another element than T's is refused before
// anything is sent, with [ErrLinkType]: a link of type CdpReplica is followed with Follow[ent.CdpReplica], one of type CdpReplicaReference
// with Follow[ent.EntityRef]. Links without a type, and of types that nothing is known of, are followed as they are.
//
// Only path and query of the address are used, on the host that the client was dialed at: EM writes its own idea of its
// name into links, which behind a proxy or NAT is another one, and the session must not travel to a host that a document names.
func Follow[T any, P interface {
	*T
	xsdbind.Struct
}](ctx context.Context, c *Client, link Linked, opts ...rest.Option) (*T, error) {
	if link == nil {
		return nil, fmt.Errorf("client.Follow: no link")
	}
	if err := leadsTo(link, P(new(T)).XSDType().Root); err != nil {
		return nil, fmt.Errorf("client.Follow: %w", err)
	}
	op, err := c.core.resolve(xsdbind.Text(link, "Href"))
	if err != nil {
		return nil, fmt.Errorf("client.Follow: %w", err)
	}
	return rest.Fetch[P](ctx, rest.At(c.caller), op, nil, nil, opts)
}

// leadsTo refuses a link whose type leads to other elements only.
func leadsTo(link Linked, element string) error {
	typ := xsdbind.Text(link, "Type")
	var leads []string
	for _, l := range emapi.LinkTypes {
		if !l.Describes(typ) {
			continue
		}
		if l.Element == element {
			return nil
		}
		if l.Type != "*" {
			leads = append(leads, l.Element)
		}
	}
	if len(leads) == 0 {
		return nil
	}
	return fmt.Errorf("a link of type %s leads to a %s, not to a %s: %w", typ, strings.Join(leads, " or "), element, ErrLinkType)
}

// FindLink returns the first link with the given Rel (Up, Down, Alternate, Related, …) and, unless that is empty, Type.
// Both are compared without regard to case.
func FindLink(l *ent.LinkList, rel, typ string) (*ent.Link, bool) {
	for _, v := range xsdbind.Items(l, "Link") {
		if strings.EqualFold(xsdbind.Text(v, "Rel"), rel) && (typ == "" || strings.EqualFold(xsdbind.Text(v, "Type"), typ)) {
			link, ok := v.(*ent.Link)
			return link, ok
		}
	}
	return nil, false
}

// resolve makes an operation that reads the resource at an address which the server gave.
func (c *core) resolve(href string) (*rest.Operation, error) {
	raw, query, _ := strings.Cut(strings.TrimSpace(href), "?")
	query, _, _ = strings.Cut(query, "#")
	u, err := url.Parse(raw)
	if err != nil || raw == "" {
		return nil, fmt.Errorf("link %q: not an address", c.red.clean(href))
	}
	path, ok := below(u.EscapedPath(), c.base.EscapedPath())
	if !ok {
		return nil, fmt.Errorf("link %q: not below the API's base %s", c.red.clean(href), c.base.Path)
	}
	return following(path, sanitizeQuery(query)), nil
}

// following is the operation that reads what lies at a path below the API's base.
func following(path, query string) *rest.Operation {
	return &rest.Operation{Name: "Follow", Method: http.MethodGet, Path: path, Query: query, Repeat: rest.RepeatSafe}
}

// below returns the part of a path under the API's base: under the base as it was dialed, or under /api, as the
// server has it where a proxy moved it.
func below(path, base string) (string, bool) {
	for _, b := range []string{base, "/api"} {
		if len(path) >= len(b) && strings.EqualFold(path[:len(b)], b) && (len(path) == len(b) || path[len(b)] == '/') {
			if rest := path[len(b):]; rest != "" {
				return noBraces(rest), !hasDots(rest)
			}
			return "/", true
		}
	}
	if path != "" && !strings.HasPrefix(path, "/") {
		return "/" + noBraces(path), !hasDots(path)
	}
	return "", false
}

func hasDots(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if p, err := url.PathUnescape(part); err != nil || p == "." || p == ".." {
			return true
		}
	}
	return false
}

// noBraces keeps a literal path from being read as a template.
func noBraces(path string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(path)
}

// sanitizeQuery escapes what may not stand in a query but was seen in links: quotes, blanks and the like.
func sanitizeQuery(q string) string {
	var b strings.Builder
	for i := range len(q) {
		c := q[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// IDOf returns the identifier at the end of a UID: of urn:veeam:VAppCdpReplica:e809… the part after the last colon, which is what
// stands in addresses. A bare identifier is returned as it is.
func IDOf(uid string) string { return uid[strings.LastIndexByte(uid, ':')+1:] }

// EntityOf leads to the entity of a reference: to the same address, with ?format=Entity.
func EntityOf(ref Linked) Linked { return linkTo(asEntity(xsdbind.Text(ref, "Href"))) }

func linkTo(href string) *ent.Link {
	l := new(ent.Link)
	// Where the schema's links have no Href nothing can be followed, and Follow says so.
	_ = xsdbind.Set(l, "Href", href)
	return l
}
