package doctor

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/conformance/canonical"
)

var queryChecks = []check{
	{"page-default", "How many items has a page of a query by default?", "100", func(v *visit) (string, Verdict) { return v.pageSize("/query?type=CdpReplica", "100") }},
	{"page-default-tasks", "And of tasks?", "15", func(v *visit) (string, Verdict) { return v.pageSize("/query?type=Task", "15") }},
	{"page-size", "Are pageSize and page obeyed?", "yes, and PagingInfo says so", pageObeyed},
	{"filter-names", "Does the letter case of names in a filter matter?", "no", filterNames},
	{"filter-values", "Does the letter case of values in a filter matter?", "no", filterValues},
	{"filter-utc", "Which suffix have dates in filters?", "CreationTimeUTC for CDP sessions, CreationTime for others", filterUTC},
}

func (v *visit) pageSize(target, assumed string) (string, Verdict) {
	a := v.get(target, asXML)
	if !a.ok() || a.root == nil {
		return a.outcome(), Unseen
	}
	info := child(a.root, "PagingInfo")
	if info == nil {
		return "no PagingInfo", Handled // what came is all there is
	}
	size, _ := attr(info, "PageSize")
	if size == assumed {
		return "PageSize " + size, AsAssumed
	}
	return "PageSize " + word(size), Handled
}

// results counts what a query found on the page that came.
func results(a *answer) int {
	if refs := child(a.root, "Refs"); refs != nil {
		return countItems(refs)
	}
	return 0
}

func pageObeyed(v *visit) (string, Verdict) {
	all := v.get("/query?type=BackupServer", asXML)
	kind := "BackupServer"
	if more := v.get("/query?type=CdpReplica", asXML); more.ok() && results(more) > results(all) {
		all, kind = more, "CdpReplica"
	}
	if !all.ok() || results(all) < 2 {
		return "too few things to make two pages", Unseen
	}
	one := v.get("/query?type="+kind+"&pageSize=1&page=1", asXML)
	two := v.get("/query?type="+kind+"&pageSize=1&page=2", asXML)
	if !one.ok() || !two.ok() {
		return "refused: " + one.outcome() + "; " + two.outcome(), NotHandled
	}
	if results(one) != 1 || results(two) != 1 || firstRef(one) == firstRef(two) {
		return fmt.Sprintf("pages of 1 hold %d and %d items, the same ones: %t", results(one), results(two), firstRef(one) == firstRef(two)), NotHandled
	}
	if info := child(one.root, "PagingInfo"); info == nil {
		return "obeyed, without a PagingInfo", Handled
	}
	return "obeyed", AsAssumed
}

func firstRef(a *answer) string {
	refs := child(a.root, "Refs")
	if refs == nil || len(refs.Elements()) == 0 {
		return ""
	}
	uid, _ := attr(refs.Elements()[0], "UID")
	return uid
}

// filtered asks for backup servers.
func (v *visit) filtered(filter string) *answer {
	return v.get("/query?type=BackupServer&filter="+url.QueryEscape(filter), asXML)
}

// serverName returns the name of a backup server.
func (v *visit) serverName() string {
	a := v.get("/query?type=BackupServer", asXML)
	var name string
	if a.root != nil {
		a.root.Walk(func(n *canonical.Node) {
			if s, ok := attr(n, "Name"); ok && name == "" && n.Name.Local == "Ref" {
				name = s
			}
		})
	}
	return name
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func filterNames(v *visit) (string, Verdict) {
	name := v.serverName()
	if name == "" {
		return "there is no backup server to ask for", Unseen
	}
	exact, other := v.filtered("Name=="+quote(name)), v.filtered("nAME=="+quote(name))
	switch {
	case !exact.ok() || results(exact) == 0:
		return "a filter by name finds nothing: " + exact.outcome(), NotHandled
	case other.ok() && results(other) == results(exact):
		return "it does not matter", AsAssumed
	}
	return "it matters", Handled // names are sent as the reference spells them
}

func filterValues(v *visit) (string, Verdict) {
	name := v.serverName()
	swapped := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, name)
	if swapped == name {
		return "there is no name with letters to ask for", Unseen
	}
	exact, other := v.filtered("Name=="+quote(name)), v.filtered("Name=="+quote(swapped))
	switch {
	case !exact.ok():
		return exact.outcome(), Unseen
	case other.ok() && results(other) == results(exact):
		return "it does not matter", AsAssumed
	}
	return "it matters", Handled // values are sent as they are given
}

func filterUTC(v *visit) (string, Verdict) {
	ask := func(kind, field string) *answer {
		return v.get("/query?type="+kind+"&filter="+url.QueryEscape(field+`>="2000-01-01"`), asXML)
	}
	cdp, other := ask("CdpReplicaSession", "CreationTimeUTC"), ask("RestoreSession", "CreationTime")
	found := fmt.Sprintf("CdpReplicaSession by CreationTimeUTC: %s; RestoreSession by CreationTime: %s", cdp.outcome(), other.outcome())
	if cdp.ok() && other.ok() {
		return found, AsAssumed
	}
	cdpBare, otherUTC := ask("CdpReplicaSession", "CreationTime"), ask("RestoreSession", "CreationTimeUTC")
	found += fmt.Sprintf("; the other way: %s; %s", cdpBare.outcome(), otherUTC.outcome())
	if !cdp.ok() && cdpBare.ok() || !other.ok() && otherUTC.ok() {
		return found, NotHandled
	}
	return found, Unseen
}
