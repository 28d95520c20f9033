package client

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

var opQuery = &rest.Operation{Name: "Query.Get", Method: http.MethodGet, Path: "/query", Responses: []string{"QueryResult"}, Repeat: rest.RepeatSafe}

// Query asks EM for all T that a filter admits. Make one with [NewQuery]. Its methods return changed copies, so that a
// query can be kept and used again, by several goroutines too.
type Query[T any] struct {
	c        *Client
	item     func() (xsdbind.Struct, *T)
	typ      string
	list     string // element that holds what is found; "" when the table of queries does not know
	filter   query.Filter[T]
	order    query.Order[T]
	pageSize int
	longest  int // of a request's query in bytes; 0 for the default, negative for no limit
}

// DefaultMaxLength is how many bytes the query of a request's address has at most, unless [Query.MaxLength] says otherwise. Web
// servers and proxies refuse addresses that are not much longer.
const DefaultMaxLength = 2000

// NewQuery returns a query for all T: client.NewQuery[ent.CdpReplica](c). The query's type is the one that the table of
// queries has for T's root element, or else that element's name.
func NewQuery[T any, P interface {
	*T
	xsdbind.Struct
}](c *Client) Query[T] {
	item := newItem[T, P]()
	v, _ := item()
	q := Query[T]{c: c, item: item, typ: v.XSDType().Root}
	if t, ok := fields.TypeOf(q.typ); ok {
		q.typ, q.list = t.Name, t.List
	}
	return q
}

func newItem[T any, P interface {
	*T
	xsdbind.Struct
}]() func() (xsdbind.Struct, *T) {
	return func() (xsdbind.Struct, *T) {
		v := new(T)
		return P(v), v
	}
}

// Type sets the query's type where a server calls it otherwise, or has one that the table of queries lacks.
func (q Query[T]) Type(name string) Query[T] {
	q.typ, q.list = name, ""
	for _, t := range fields.Types() {
		if strings.EqualFold(t.Name, name) {
			q.list = t.List
		}
	}
	return q
}

// Where adds a condition: Where(query.Eq(fields.CdpReplicaName, "vapp02")). What Where was given before still holds.
func (q Query[T]) Where(f query.Filter[T]) Query[T] {
	q.filter = query.And(q.filter, f)
	return q
}

// Sort sets the order: Sort(query.Asc(fields.CdpReplicaName)).
func (q Query[T]) Sort(o query.Order[T]) Query[T] {
	q.order = o
	return q
}

// PageSize sets how many come in one answer. The server's own choice is 100, and 15 for tasks.
func (q Query[T]) PageSize(n int) Query[T] {
	q.pageSize = n
	return q
}

// MaxLength sets how many bytes the query of a request's address may have, [DefaultMaxLength] otherwise. A negative number is no
// limit. A filter that makes it longer is split where it says Or or In, and sent in several queries, one after the other.
func (q Query[T]) MaxLength(n int) Query[T] {
	q.longest = n
	return q
}

// parts are the queries that this one is sent as.
func (q Query[T]) parts(entities bool) []Query[T] {
	longest := q.longest
	if longest == 0 {
		longest = DefaultMaxLength
	}
	part := func(f query.Filter[T]) Query[T] {
		p := q
		p.filter = f
		return p
	}
	filters := []query.Filter[T]{q.filter}
	if longest > 0 {
		filters = q.filter.Split(func(f query.Filter[T]) bool { return len(part(f).values(entities).Encode()) <= longest })
	}
	all := make([]Query[T], len(filters))
	for i, f := range filters {
		all[i] = part(f)
	}
	return all
}

// eachPart yields what the parts of a query find. What an earlier part has found is passed over: parts may overlap.
func eachPart[T, V any](q Query[T], entities bool, find func(Query[T]) iter.Seq2[*V, error]) iter.Seq2[*V, error] {
	return func(yield func(*V, error) bool) {
		parts := q.parts(entities)
		if len(parts) > 1 && q.order != (query.Order[T]{}) {
			yield(nil, fmt.Errorf("%s type=%s: %w, and its parts would be sorted each by itself: sort what was found instead, or raise MaxLength",
				opQuery, q.typ, ErrFilterTooLong))
			return
		}
		found := make(map[string]bool)
		for _, p := range parts {
			for v, err := range find(p) {
				if err == nil && len(parts) > 1 {
					s, _ := any(v).(xsdbind.Struct)
					id := identity(s)
					if found[id] {
						continue
					}
					found[strings.Clone(id)] = id != ""
				}
				if !yield(v, err) || err != nil {
					return
				}
			}
		}
	}
}

func (q Query[T]) values(entities bool) url.Values {
	v := url.Values{"type": {q.typ}}
	if entities && !strings.EqualFold(q.typ, "Task") { // tasks are no entities: they come in full by themselves
		v.Set("format", "Entities")
	}
	if text := q.filter.String(); text != "" {
		v.Set("filter", text)
	}
	if name, by := q.order.Param(); name != "" {
		v.Set(name, by)
	}
	if q.pageSize > 0 {
		v.Set("pageSize", strconv.Itoa(q.pageSize))
	}
	return v
}

// All yields what the query finds, page by page, each thing as it arrives; it holds one of them in memory, and the
// identities of the last few thousand. What has moved from one page to the next while they were read is yielded once.
// An error ends the sequence. Breaking out of it closes the answer.
//
// A filter that is too long for one request (see [Query.MaxLength]) goes in several. What more than one of them finds is
// yielded once, for which the identities of all that was found are held. Such a query cannot be sorted: [ErrFilterTooLong].
func (q Query[T]) All(ctx context.Context) iter.Seq2[*T, error] {
	return eachPart(q, true, func(p Query[T]) iter.Seq2[*T, error] {
		return pages(ctx, p.c, &rest.Call{Op: opQuery, Query: p.values(true)}, p.item, p.list)
	})
}

// Refs yields references to what the query finds, and otherwise does what All does. There are none for tasks, which come in full or not at all.
func (q Query[T]) Refs(ctx context.Context) iter.Seq2[*ent.EntityRef, error] {
	return eachPart(q, false, func(p Query[T]) iter.Seq2[*ent.EntityRef, error] {
		return pages(ctx, p.c, &rest.Call{Op: opQuery, Query: p.values(false)}, newItem[ent.EntityRef](), "")
	})
}

// References yields the references of a collection, as [Query.All] yields what a query finds:
// client.References(ctx, c, &emapi.OpCdpReplicaVAppsList).
func References(ctx context.Context, c *Client, op *rest.Operation, path ...string) iter.Seq2[*ent.EntityRef, error] {
	return pages(ctx, c, &rest.Call{Op: op, Path: path}, newItem[ent.EntityRef](), "")
}

// Entities yields the entities of a collection, as [Query.All] yields what a query finds:
// client.Entities[ent.VAppCdpReplica](ctx, c, &emapi.OpCdpReplicaVAppsEntities).
func Entities[T any, P interface {
	*T
	xsdbind.Struct
}](ctx context.Context, c *Client, op *rest.Operation, path ...string) iter.Seq2[*T, error] {
	return pages(ctx, c, &rest.Call{Op: op, Path: path}, newItem[T, P](), "")
}

// Collect gathers a sequence up to its end or its first error.
func Collect[T any](seq iter.Seq2[*T, error]) ([]*T, error) {
	var all []*T
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}

// pages follows the pages of an answer. list is the element that holds the things, where it is known.
func pages[T any](ctx context.Context, c *Client, first *rest.Call, item func() (xsdbind.Struct, *T), list string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if ctx == nil {
			yield(nil, fmt.Errorf("%s: nil context", first.Op))
			return
		}
		call := first
		visited := make(map[string]bool)
		before := new(identities) // on the page before
		for {
			target, err := call.Target()
			if err == nil && visited[target] {
				err = fmt.Errorf("%s: %w: the pages lead in a circle", first.Op, ErrUnexpectedAnswer)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			visited[target] = true
			here := new(identities)
			next, ok := onePage(ctx, c, call, item, list, before, here, yield)
			if !ok || next == nil {
				return
			}
			call, before = next, here
		}
	}
}

// onePage yields one page and returns the call for the next, nil at the end. A page whose answer breaks off is asked
// for again, and what was yielded of it is not yielded twice.
func onePage[T any](ctx context.Context, c *Client, call *rest.Call, item func() (xsdbind.Struct, *T), list string, before, here *identities,
	yield func(*T, error) bool) (next *rest.Call, goOn bool) {
	o := c.core.o
	nameless := false // something without an identity was yielded: the page cannot be begun again; nor can it if too much was
	for failed := 1; ; failed++ {
		yielded := here.clone()
		stopped := false
		p := &pageReader{
			item: func() (xsdbind.Struct, any) { s, v := item(); return s, v },
			list: list,
			got: func(s xsdbind.Struct, v any) bool {
				id := identity(s)
				nameless = nameless || id == ""
				if id != "" {
					here.add(id)
					if before.has(id) || yielded.has(id) {
						return true
					}
				}
				stopped = !yield(v.(*T), nil)
				return !stopped
			},
		}
		err := p.read(ctx, c, &rest.Call{Op: call.Op, Path: call.Path, Query: call.Query, Header: call.Header})
		if stopped {
			return nil, false
		}
		if err == nil {
			next, err = p.next(c, call)
		} else if p.began && p.cut && !nameless && !here.forgot && failed < o.retry.Attempts && ctx.Err() == nil {
			d := o.retry.delay(failed)
			o.logger.LogAttrs(ctx, slog.LevelWarn, "em page is read again", slog.String("op", call.Op.Name), slog.String("error", err.Error()))
			if pause(ctx, o.clock, d) == nil {
				continue
			}
		}
		if err != nil {
			yield(nil, err)
			return nil, false
		}
		return next, true
	}
}

// identity is what tells one thing from another: its UID, else its address.
func identity(v xsdbind.Struct) string {
	for _, name := range []string{"UID", "Href"} {
		if s := xsdbind.Text(v, name); s != "" {
			return name + " " + s
		}
	}
	return ""
}

// next makes the call for the page after the one that was read: by its link Next, or by its number.
func (p *pageReader) next(c *Client, call *rest.Call) (*rest.Call, error) {
	if !p.paged {
		return nil, nil
	}
	links, _ := xsdbind.Child(&p.info, "Links").(*ent.LinkList)
	if l, ok := FindLink(links, "Next", ""); ok && xsdbind.Text(l, "Href") != "" {
		op, err := c.core.resolve(xsdbind.Text(l, "Href"))
		if err != nil {
			return nil, fmt.Errorf("%s: the next page: %w", call.Op, err)
		}
		op.Name, op.Responses = call.Op.Name, call.Op.Responses
		return &rest.Call{Op: op}, nil
	}
	num, count := int(xsdbind.Int(&p.info, "PageNum")), int(xsdbind.Int(&p.info, "PagesCount"))
	if num < 1 || num >= count {
		return nil, nil
	}
	op := *call.Op
	params := url.Values{}
	for name, values := range call.Query {
		if !strings.EqualFold(name, "page") {
			params[name] = slices.Clone(values)
		}
	}
	// A page that a link led to has everything in the fixed part.
	parts := slices.DeleteFunc(strings.Split(op.Query, "&"), func(s string) bool {
		name, _, _ := strings.Cut(s, "=")
		return s == "" || strings.EqualFold(name, "page")
	})
	op.Query = strings.Join(parts, "&")
	params.Set("page", strconv.Itoa(num+1))
	return &rest.Call{Op: &op, Path: call.Path, Query: params}, nil
}

// identities remembers the things of a page: of a very long one, those that came last, so that memory does not grow with it.
type identities struct {
	last, older map[string]bool
	forgot      bool
}

// rememberMax is half of the number of identities that are remembered.
const rememberMax = 5000

func (s *identities) has(id string) bool { return s.last[id] || s.older[id] }

func (s *identities) add(id string) {
	if s.has(id) {
		return
	}
	if len(s.last) >= rememberMax {
		s.forgot = s.forgot || s.older != nil
		s.older, s.last = s.last, nil
	}
	if s.last == nil {
		s.last = make(map[string]bool)
	}
	s.last[strings.Clone(id)] = true // and not what the decoder cut it from
}

func (s *identities) clone() *identities {
	return &identities{last: maps.Clone(s.last), older: maps.Clone(s.older)}
}
