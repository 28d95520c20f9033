package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/rest"
)

// listing is what a request says about the part of a list that it wants.
type listing struct {
	filter            string
	sortAsc, sortDesc string
	pageSize, page    int
	paged             bool // pageSize or page was given
}

// Items on a page of a query that does not say how many it wants.
const (
	queryPage = 100
	taskPage  = 15
)

// maxPageSize limits pages; larger ones are cut to it.
const maxPageSize = 10_000

func readListing(r *rest.Request, pageSize int) (listing, error) {
	l := listing{
		filter: strings.TrimSpace(r.Param("filter")), sortAsc: r.Param("sortAsc"), sortDesc: r.Param("sortDesc"),
		pageSize: pageSize, page: 1,
	}
	if l.sortAsc != "" && l.sortDesc != "" {
		return l, rest.Faultf(http.StatusBadRequest, "sortAsc and sortDesc exclude each other.")
	}
	for name, to := range map[string]*int{"pageSize": &l.pageSize, "page": &l.page} {
		if !r.HasParam(name) {
			continue
		}
		n, err := strconv.Atoi(r.Param(name))
		if err != nil || n < 1 {
			return l, rest.Faultf(http.StatusBadRequest, "%s=%q: not a number from 1 on.", name, r.Param(name))
		}
		*to, l.paged = n, true
	}
	l.pageSize = min(l.pageSize, maxPageSize)
	return l, nil
}

// pageOf is a page of a list.
type pageOf[T any] struct {
	items             []T
	number, size, all int // this page's number, its size at most, and the number of pages, which is at least 1
}

// selectPage filters, sorts and cuts a list. The list itself is not changed.
func selectPage[T any](list []T, cs columns[T], l listing) (pageOf[T], error) {
	none := pageOf[T]{}
	if l.filter != "" {
		fits, err := cs.compile(l.filter)
		if err != nil {
			return none, rest.Faultf(http.StatusBadRequest, "%w", err)
		}
		list = slices.DeleteFunc(slices.Clone(list), func(v T) bool { return !fits(v) })
	}
	if name := l.sortAsc + l.sortDesc; name != "" {
		by, err := cs.sorter(name, l.sortDesc != "")
		if err != nil {
			return none, rest.Faultf(http.StatusBadRequest, "%w", err)
		}
		list = slices.Clone(list)
		slices.SortStableFunc(list, by)
	}
	p := pageOf[T]{number: l.page, size: l.pageSize, all: max(1, (len(list)-1)/l.pageSize+1)}
	if l.page <= p.all {
		start := (l.page - 1) * l.pageSize
		p.items = list[start:min(start+l.pageSize, len(list))]
	}
	return p, nil
}

// pageHref returns the path and query of another page of the same query: the parameters as they were sent and in the usual order, then the page.
func pageHref(q url.Values, size, page int) string {
	var b strings.Builder
	b.WriteString("/query")
	sep := byte('?')
	add := func(name, value string) {
		b.WriteByte(sep)
		sep = '&'
		b.WriteString(name + "=" + url.QueryEscape(value))
	}
	for _, name := range []string{"type", "format", "sortAsc", "sortDesc", "filter"} {
		for have, v := range q {
			if strings.EqualFold(have, name) && len(v) > 0 {
				add(name, v[0])
			}
		}
	}
	add("pageSize", strconv.Itoa(size))
	add("page", strconv.Itoa(page))
	return b.String()
}
