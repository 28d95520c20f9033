package doctor

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/xsdbind"
)

var listChecks = []check{
	{"vapps-path", "Under which path are the vApps?", "/cdpReplica/vApps, singular", vappsPath},
	{"session-items", "What are the items of /cdpReplicaSessions called?", "CdpPolicySession in CdpReplicaSessions", func(v *visit) (string, Verdict) {
		return v.items(v.get("/cdpReplicaSessions?format=Entity", asXML), "CdpReplicaSessions", "CdpPolicySession")
	}},
	{"vapp-vm-items", "What are the items of a vApp's list of VMs called?", "Items in VAppCdpReplicaVms", func(v *visit) (string, Verdict) {
		at := v.first("/cdpReplica/vApps")
		if at == "" {
			return "there is no vApp", Unseen
		}
		return v.items(v.get(at+"/vms?format=Entity", asXML), "VAppCdpReplicaVms", "Items")
	}},
	{"replica-vm-items", "Is a replica's VM a CdpReplicaVm or a VmCdpReplica?", "CdpReplicaVm in CdpReplicaVms", func(v *visit) (string, Verdict) {
		at := v.first("/cdpReplicas")
		if at == "" {
			return "there is no CDP replica", Unseen
		}
		return v.items(v.get(at+"/vms?format=Entity", asXML), "CdpReplicaVms", "CdpReplicaVm")
	}},
	{"not-found", "GET of an id that nothing has", "404 with an Error", notFound},
	{"tasks", "GET of the own session's tasks", "a Tasks element", tasks},
	{"unknown-task", "GET of a task that the session does not have", "404, or 500 with the text that third parties saw", unknownTask},
	{"links", "Are links given, and what are their addresses?", "absolute, below /api", links},
	{"collection-paging", "Does a collection obey pageSize?", "nothing: the client pages queries alone", collectionPaging},
}

func vappsPath(v *visit) (string, Verdict) {
	one, many := v.get("/cdpReplica/vApps", asXML), v.get("/cdpReplicas/vApps", asXML)
	found := "/cdpReplica/vApps: " + one.outcome() + "; /cdpReplicas/vApps: " + many.outcome()
	switch {
	case one.ok():
		return found, AsAssumed
	case many.ok():
		return found, NotHandled
	}
	return found, Unseen
}

// first returns the address, below the base, of the first thing in a list.
func (v *visit) first(list string) string {
	a := v.get(list, asXML)
	if !a.ok() || a.root == nil {
		return ""
	}
	for _, e := range a.root.Elements() {
		href, _ := attr(e, "Href")
		if at, ok := below(href); ok && e.Name.Local != "Links" {
			at, _, _ = strings.Cut(at, "?")
			return at
		}
	}
	return ""
}

// below cuts an address behind /api.
func below(href string) (string, bool) {
	raw, query, has := strings.Cut(href, "?")
	u, err := url.Parse(raw)
	if err != nil || len(u.Path) < 4 || !strings.EqualFold(u.Path[:4], "/api") || len(u.Path) > 4 && u.Path[4] != '/' {
		return "", false
	}
	at := u.EscapedPath()[4:]
	if has {
		at += "?" + query
	}
	return at, true
}

// items compares the names of a list and of what stands in it with those that are assumed.
func (v *visit) items(a *answer, list, item string) (string, Verdict) {
	if !a.ok() || a.root == nil {
		return a.outcome(), Unseen
	}
	root := a.root.Name.Local
	var names []string
	for _, e := range a.root.Elements() {
		if n := e.Name.Local; n != "Links" && n != "PagingInfo" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	found := fmt.Sprintf("%s in %s", strings.Join(names, ", "), root)
	if len(names) == 0 {
		if root == list {
			return "an empty " + root, Unseen
		}
		found = "an empty " + root
	}
	if root == list && slices.Equal(names, []string{item}) {
		return found, AsAssumed
	}
	into, err := a.decode(list)
	if err != nil || root != list || unknownIn(into) {
		return found, NotHandled // a program would see an empty list, or an error
	}
	return found, Handled
}

// unknownIn reports whether the bindings kept elements of a value that they do not know.
func unknownIn(s xsdbind.Struct) bool {
	out, err := xsdbind.MarshalXML(s)
	return err != nil || xsdbind.UnmarshalXML(out, s, xsdbind.AnyRoot(), xsdbind.Strict()) != nil
}

func notFound(v *visit) (string, Verdict) {
	a := v.get("/cdpPolicies/"+nobody+"?format=Entity", asXML)
	switch {
	case a.err != nil:
		return a.outcome(), Unseen
	case a.status == http.StatusNotFound && a.root != nil && a.root.Name.Local == "Error":
		return a.outcome(), AsAssumed
	case a.status == http.StatusNotFound:
		return a.outcome(), Handled
	}
	return a.outcome(), NotHandled
}

func tasks(v *visit) (string, Verdict) {
	a := v.get("/tasks", asXML)
	if !a.ok() || a.root == nil {
		return a.outcome(), NotHandled // the outcome of a lost request could not be found out
	}
	found := fmt.Sprintf("<%s> with %d tasks", a.root.Name.Local, len(a.root.Elements()))
	if _, err := a.decode("Tasks"); err != nil || a.root.Name.Local != "Tasks" {
		return found, NotHandled
	}
	return found, AsAssumed
}

func unknownTask(v *visit) (string, Verdict) {
	a := v.get("/tasks/task-999999999", asXML)
	if a.err != nil {
		return a.outcome(), Unseen
	}
	message, _ := attr(a.root, "Message")
	known := strings.Contains(strings.ToLower(message), "no backup task with id")
	switch {
	case a.status == http.StatusNotFound, a.status == http.StatusInternalServerError && known:
		return a.outcome(), AsAssumed
	}
	return a.outcome(), NotHandled
}

func links(v *visit) (string, Verdict) {
	absolute, relative, elsewhere, outside := 0, 0, 0, 0
	base, _ := url.Parse(v.server.Base)
	v.each(func(_ *answer, n *canonical.Node) {
		href, ok := attr(n, "Href")
		if !ok || href == "" {
			return
		}
		raw, _, _ := strings.Cut(href, "?")
		u, err := url.Parse(raw)
		switch _, under := below(href); {
		case err == nil && !u.IsAbs() && (under || !strings.HasPrefix(raw, "/")):
			relative++
		case err != nil || !under:
			outside++
		case !strings.EqualFold(u.Host, base.Host):
			elsewhere++
		default:
			absolute++
		}
	})
	found := fmt.Sprintf("%d absolute, %d absolute on another host or port, %d relative, %d not below /api", absolute, elsewhere, relative, outside)
	switch {
	case outside > 0:
		return found, NotHandled
	case absolute+elsewhere+relative == 0:
		return "no links", Handled
	case elsewhere+relative > 0:
		return found, Handled // path and query alone are used, on the host that was dialed
	}
	return found, AsAssumed
}

func collectionPaging(v *visit) (string, Verdict) {
	all, one := v.get("/cdpReplicas", asXML), v.get("/cdpReplicas?pageSize=1&page=1", asXML)
	if !all.ok() || all.root == nil {
		return all.outcome(), Unseen
	}
	if !one.ok() || one.root == nil {
		return "refused: " + one.outcome(), Handled
	}
	n, m := countItems(all.root), countItems(one.root)
	if n < 2 {
		return fmt.Sprintf("%d items in all", n), Unseen
	}
	if m == 1 {
		return fmt.Sprintf("it obeys: 1 of %d items", n), AsAssumed
	}
	return fmt.Sprintf("it does not: %d of %d items", m, n), Handled
}

func countItems(list *canonical.Node) int {
	n := 0
	for _, e := range list.Elements() {
		if e.Name.Local != "Links" && e.Name.Local != "PagingInfo" {
			n++
		}
	}
	return n
}
