package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// family is a kind of thing that lists and queries show.
type family[T any] struct {
	kind string // the query's type
	list string // element of the list: CdpReplicas
	item string // element of an item in it: CdpReplica
	all  func(b *builder, who *logonSession) []T
	card func(b *builder, v T) card // nil: the query shows resources, and always whole
	make func(b *builder, v T) xsdbind.Struct
	columns[T]
	pageSize int
}

const (
	queryPage = 100 // items on a page of a query that does not say
	taskPage  = 15
)

func textColumn[T any](name string, get func(T) string, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: textField, get: func(v T) any { return get(v) }}
}

func uidColumn[T any](name string, get func(T) string, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: uidField, get: func(v T) any { return get(v) }}
}

func timeColumn[T any](name string, get func(T) time.Time, aliases ...string) column[T] {
	return column[T]{name: name, aliases: aliases, kind: timeField, get: func(v T) any {
		if t := get(v); !t.IsZero() {
			return t.UTC().Truncate(time.Millisecond)
		}
		return nil
	}}
}

func enumColumn[T any](name string, values []string, get func(T) string) column[T] {
	return column[T]{name: name, kind: enumField, enum: values, get: func(v T) any { return get(v) }}
}

func boolColumn[T any](name string, get func(T) bool) column[T] {
	return column[T]{name: name, kind: boolField, get: func(v T) any { return get(v) }}
}

func numberColumn[T any](name string, get func(T) int64) column[T] {
	return column[T]{name: name, kind: numberField, get: func(v T) any { return get(v) }}
}

// onServer are the columns that nearly all things have.
func onServer[T any](get func(T) *backupServer) []column[T] {
	return []column[T]{
		uidColumn("BackupServerUid", func(v T) string { return urn("BackupServer", get(v).id) }),
		textColumn("BackupServerName", func(v T) string { return get(v).name }),
	}
}

var servers = family[*backupServer]{
	kind: "BackupServer", list: "BackupServers", item: "BackupServer", pageSize: queryPage,
	all:  func(b *builder, _ *logonSession) []*backupServer { return b.c.inv.servers },
	card: func(_ *builder, v *backupServer) card { return serverCard(v) },
	make: func(b *builder, v *backupServer) xsdbind.Struct { return b.backupServer(v) },
	columns: columns[*backupServer]{
		uidColumn("UID", func(v *backupServer) string { return urn("BackupServer", v.id) }, "Id"),
		textColumn("Name", func(v *backupServer) string { return v.name }),
		textColumn("Description", func(v *backupServer) string { return v.description }),
		textColumn("IpOrDnsName", func(v *backupServer) string { return v.name }),
		numberColumn("Port", func(v *backupServer) int64 { return int64(v.port) }),
		textColumn("Version", func(v *backupServer) string { return v.version }),
	},
}

func policies(c *core) family[*policy] {
	return family[*policy]{
		kind: "CdpPolicy", list: "CdpPolicies", item: "CdpPolicy", pageSize: queryPage,
		all:  func(b *builder, _ *logonSession) []*policy { return b.c.inv.policies },
		card: func(b *builder, v *policy) card { return policyCard(v, !b.c.disabled[v]) },
		make: func(b *builder, v *policy) xsdbind.Struct { return b.policy(v) },
		columns: append(columns[*policy]{
			uidColumn("UID", func(v *policy) string { return urn("CdpPolicy", v.id) }, "Id"),
			textColumn("Name", func(v *policy) string { return v.name }),
			textColumn("Description", func(v *policy) string { return v.description }),
			{name: "NextRun", kind: timeField, get: func(v *policy) any {
				if c.disabled[v] {
					return nil
				}
				return v.nextRun(c.now)
			}},
			boolColumn("ScheduleConfigured", func(*policy) bool { return true }),
			boolColumn("ScheduleEnabled", func(v *policy) bool { return !c.disabled[v] }),
		}, onServer(func(v *policy) *backupServer { return v.server })...),
	}
}

var replicas = family[*replica]{
	kind: "CdpReplica", list: "CdpReplicas", item: "CdpReplica", pageSize: queryPage,
	all:  func(b *builder, _ *logonSession) []*replica { return b.c.inv.replicas },
	card: func(_ *builder, v *replica) card { return replicaCard(v) },
	make: func(b *builder, v *replica) xsdbind.Struct { return b.replica(v) },
	columns: append(columns[*replica]{
		uidColumn("UID", func(v *replica) string { return urn("CdpReplica", v.id) }, "Id"),
		textColumn("Name", func(v *replica) string { return v.name }),
		uidColumn("PolicyId", func(v *replica) string { return v.policy.id }, "PolicyUid"),
		textColumn("PolicyName", func(v *replica) string { return v.policy.name }),
	}, onServer(func(v *replica) *backupServer { return v.server })...),
}

var (
	sessionStates = []string{"Starting", "Stopping", "Working", "Pausing", "Resuming", "Stopped"}
	policyResults = []string{"Success", "Warning", "Failed", "None"}
	policyTaskSet = []string{"InProgress", "Pending", "Completed"}
)

var policySessions = family[*policySession]{
	kind: "CdpReplicaSession", list: "CdpReplicaSessions", item: "CdpPolicySession", pageSize: queryPage,
	all:  func(b *builder, _ *logonSession) []*policySession { return b.c.inv.sessions },
	card: func(_ *builder, v *policySession) card { return policySessionCard(v) },
	make: func(b *builder, v *policySession) xsdbind.Struct { return b.policySession(v) },
	columns: append(columns[*policySession]{
		uidColumn("Id", func(v *policySession) string { return urn("CdpReplicaSession", v.id) }, "UID"),
		textColumn("Name", func(v *policySession) string { return v.name }),
		uidColumn("PolicyUid", func(v *policySession) string { return urn("CdpPolicy", v.policy.id) }),
		textColumn("PolicyName", func(v *policySession) string { return v.policy.name }),
		timeColumn("CreationTimeUTC", func(v *policySession) time.Time { return v.created }, "CreationTime"),
		timeColumn("EndTimeUTC", func(v *policySession) time.Time { return v.ended }, "EndTime"),
		enumColumn("State", sessionStates, (*policySession).state),
		enumColumn("Result", policyResults, func(v *policySession) string { return v.result }),
		textColumn("FailureMessage", func(*policySession) string { return "" }),
	}, onServer(func(v *policySession) *backupServer { return v.policy.server })...),
}

var policyTasks = family[*policyTask]{
	kind: "CdpReplicaTaskSession", list: "CdpReplicaTaskSessions", item: "CdpReplicaTaskSession", pageSize: queryPage,
	all:  func(b *builder, _ *logonSession) []*policyTask { return b.c.inv.tasks },
	card: func(_ *builder, v *policyTask) card { return policyTaskCard(v) },
	make: func(b *builder, v *policyTask) xsdbind.Struct { return b.policyTask(v) },
	columns: append(columns[*policyTask]{
		uidColumn("Id", func(v *policyTask) string { return urn("CdpReplicaTaskSession", v.id) }, "UID"),
		textColumn("Name", func(v *policyTask) string { return v.name }),
		uidColumn("PolicySessionUid", func(v *policyTask) string { return urn("CdpReplicaSession", v.session.id) }),
		textColumn("PolicySessionName", func(v *policyTask) string { return v.session.name }),
		timeColumn("CreationTimeUTC", func(v *policyTask) time.Time { return v.created }, "CreationTime"),
		timeColumn("EndTimeUTC", func(v *policyTask) time.Time { return v.ended }, "EndTime"),
		enumColumn("State", policyTaskSet, (*policyTask).state),
		enumColumn("Result", policyResults, func(*policyTask) string { return "Success" }),
		textColumn("Reason", func(*policyTask) string { return "" }),
		numberColumn("TotalSize", func(v *policyTask) int64 { return v.size }),
		textColumn("VmDisplayName", func(v *policyTask) string { return v.vm }),
	}, onServer(func(v *policyTask) *backupServer { return v.session.policy.server })...),
}

func restores(now time.Time) family[*restore] {
	return family[*restore]{
		kind: "RestoreSession", list: "RestoreSessions", item: "RestoreSession", pageSize: queryPage,
		all:  func(b *builder, _ *logonSession) []*restore { return b.c.listed(b.now) },
		card: func(_ *builder, v *restore) card { return restoreCard(v) },
		make: func(b *builder, v *restore) xsdbind.Struct { return b.restoreSession(v) },
		columns: append(columns[*restore]{
			uidColumn("UID", func(v *restore) string { return urn("RestoreSession", v.id) }, "Id"),
			textColumn("Name", func(v *restore) string { return v.name }),
			textColumn("Type", func(*restore) string { return restoreJobType }, "JobType"),
			timeColumn("CreationTime", func(v *restore) time.Time { return v.created }, "CreationTimeUTC"),
			timeColumn("EndTime", func(v *restore) time.Time { return v.view(now).ended }, "EndTimeUTC"),
			enumColumn("State", restoreStates, func(v *restore) string { return v.view(now).state }),
			enumColumn("Result", results, func(v *restore) string { return v.view(now).result }),
			textColumn("VmDisplayName", func(v *restore) string { return v.target.Name }),
		}, onServer(func(v *restore) *backupServer { return v.target.server })...),
	}
}

func tasks(now time.Time) family[*task] {
	return family[*task]{
		kind: "Task", list: "Tasks", item: "Task", pageSize: taskPage,
		all:  func(_ *builder, who *logonSession) []*task { return who.taskList() },
		make: func(b *builder, v *task) xsdbind.Struct { return b.task(v) },
		columns: columns[*task]{
			{name: "TaskId", kind: taskField, get: func(v *task) any { return v.id }},
			enumColumn("State", taskStates, func(v *task) string { return v.state(now) }),
			textColumn("Operation", func(v *task) string { return v.operation }),
		},
	}
}

// query answers a query about the family.
func (f family[T]) query(b *builder, who caller, l listing, whole bool) (*ent.QueryResult, error) {
	page, err := selectPage(f.all(b, who.session), f.columns, l)
	if err != nil {
		return nil, err
	}
	result := new(ent.QueryResult)
	if whole || f.card == nil {
		under := "Entities"
		if f.card == nil {
			under = "Resources"
		}
		holder, err := child(result, under)
		if err != nil {
			return nil, err
		}
		list, err := child(holder, f.list)
		if err != nil {
			return nil, err
		}
		if err := f.fill(b, list, page.items); err != nil {
			return nil, err
		}
	} else {
		refs, err := child(result, "Refs")
		if err != nil {
			return nil, err
		}
		for _, v := range page.items {
			if err := appendItem(refs, "Ref", b.reference(f.card(b, v))); err != nil {
				return nil, err
			}
		}
	}
	q := url.Values(who.request.Query)
	put(result, "PagingInfo", b.paging(page.number, page.size, page.all, func(n int) string { return pageHref(q, page.size, n) }))
	return result, nil
}

func (f family[T]) fill(b *builder, list xsdbind.Struct, items []T) error {
	for _, v := range items {
		if err := appendItem(list, f.item, f.make(b, v)); err != nil {
			return err
		}
	}
	return nil
}

// cut applies what a request says about paging, sorting and filtering to a collection, which is shown whole when it says nothing.
func (f family[T]) cut(b *builder, who caller, items []T) ([]T, error) {
	l, err := readListing(who.request, f.pageSize)
	if err != nil {
		return nil, err
	}
	if !l.paged {
		l.pageSize = max(1, len(items))
	}
	page, err := selectPage(items, f.columns, l)
	return page.items, err
}

// references answers with references to items.
func (f family[T]) references(b *builder, who caller, items []T) (*ent.EntityReferences, error) {
	items, err := f.cut(b, who, items)
	if err != nil {
		return nil, err
	}
	cards := make([]card, len(items))
	for i, v := range items {
		cards[i] = f.card(b, v)
	}
	return b.references(cards), nil
}

// entities answers with the items themselves, in list, which is returned.
func entities[T any, L xsdbind.Struct](f family[T], b *builder, who caller, items []T, list L) (L, error) {
	items, err := f.cut(b, who, items)
	if err == nil {
		err = f.fill(b, list, items)
	}
	if err != nil {
		var none L
		return none, err
	}
	return list, nil
}

// queryTypes are the types that queries know, by their names in lower case.
func queryTypes(b *builder) map[string]func(who caller, whole bool) (*ent.QueryResult, error) {
	out := make(map[string]func(caller, bool) (*ent.QueryResult, error))
	addQuery(out, b, servers)
	addQuery(out, b, policies(b.c))
	addQuery(out, b, replicas)
	addQuery(out, b, policySessions)
	addQuery(out, b, policyTasks)
	addQuery(out, b, restores(b.now))
	addQuery(out, b, tasks(b.now))
	return out
}

func addQuery[T any](to map[string]func(caller, bool) (*ent.QueryResult, error), b *builder, f family[T]) {
	to[strings.ToLower(f.kind)] = func(who caller, whole bool) (*ent.QueryResult, error) {
		l, err := readListing(who.request, f.pageSize)
		if err != nil {
			return nil, err
		}
		return f.query(b, who, l, whole)
	}
}

// runQuery answers GET /query.
func (b *builder) runQuery(who caller) (*ent.QueryResult, error) {
	r := who.request
	name := r.Param("type")
	if name == "" {
		return nil, rest.Faultf(http.StatusBadRequest, "A query needs a type.")
	}
	run, ok := queryTypes(b)[strings.ToLower(name)]
	if !ok {
		return nil, rest.Faultf(http.StatusBadRequest, "There is no query type %q here.", name)
	}
	format := r.Param("format")
	return run(who, strings.EqualFold(format, "Entities") || strings.EqualFold(format, "Entity"))
}

// The families below have no query type; their collections are filtered by the same means.

var vapps = family[*vapp]{
	kind: "VAppCdpReplica", list: "VAppCdpReplicas", item: "VAppCdpReplica", pageSize: queryPage,
	card: func(_ *builder, v *vapp) card { return vappCard(v) },
	make: func(b *builder, v *vapp) xsdbind.Struct { return b.vapp(v) },
	columns: append(columns[*vapp]{
		uidColumn("UID", func(v *vapp) string { return urn("VAppCdpReplica", v.id) }, "Id"),
		textColumn("Name", func(v *vapp) string { return v.name }),
		uidColumn("PolicyUid", func(v *vapp) string { return v.policy.id }),
		textColumn("PolicyName", func(v *vapp) string { return v.policy.name }),
	}, onServer(func(v *vapp) *backupServer { return v.server })...),
}

func vmColumns(kind string) columns[*replicaVM] {
	return append(columns[*replicaVM]{
		uidColumn("UID", func(v *replicaVM) string { return urn(kind, v.id) }, "Id"),
		textColumn("Name", func(v *replicaVM) string { return v.name }),
		textColumn("VmRef", func(v *replicaVM) string { return v.vmRef }),
	}, onServer(func(v *replicaVM) *backupServer { return v.server })...)
}

var vappVMs = family[*replicaVM]{
	kind: "VAppCdpReplicaVm", list: "VAppCdpReplicaVms", item: "Items", pageSize: queryPage,
	card:    func(_ *builder, v *replicaVM) card { return vappVMCard(v) },
	make:    func(b *builder, v *replicaVM) xsdbind.Struct { return b.vappVM(v) },
	columns: vmColumns("VAppCdpReplicaVm"),
}

var replicaVMs = family[*replicaVM]{
	kind: "CdpReplicaVm", list: "CdpReplicaVms", item: "CdpReplicaVm", pageSize: queryPage,
	card:    func(_ *builder, v *replicaVM) card { return replicaVMCard(v) },
	make:    func(b *builder, v *replicaVM) xsdbind.Struct { return b.replicaVM(v) },
	columns: vmColumns("CdpReplicaVm"),
}
