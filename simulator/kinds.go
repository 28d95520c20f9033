package simulator

import (
	"maps"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// linkTypes are the link types of elements whose link type is not the element's name.
var linkTypes = map[string]string{
	"CredentialsInfo": "Credentials", "PasswordKeyInfo": "PasswordKey", "CredentialsInfoList": "CredentialsList", "PasswordKeyInfoList": "PasswordKeyList",
	"QuerySvc": "QueryService", "LookupSvc": "LookupService", "Agents": "AgentsService",
	"CloudTenantFreeLicenseCounters": "FreeLicenseCounters", "SystemSessions": "SystemSessions", "SystemSessionEvents": "SystemSessionEvents",
	"LinkedJobResourceObjects": "LinkedJobObjectList", "LinkedBackupRepositoryResourceObjects": "LinkedBackupRepositoryObjectList",
	"SummaryReport": "Report", "OverviewReportFrame": "ReportFrame", "VmsOverviewReportFrame": "ReportFrame",
	"JobStatisticsReportFrame": "ReportFrame", "RepositoryReportFrame": "ReportFrame", "ProcessedVmsReportFrame": "ReportFrame",
}

// linkType is the link type of an element that shows a thing.
func linkType(element string) string {
	if t, ok := linkTypes[element]; ok {
		return t
	}
	return element
}

// collection is an address that lists records.
type collection struct {
	path string
	kind *kind  // of what it lists
	list string // root element that holds the things themselves; "" when there are references only
	own  bool   // its things live below it
	// references: a reference list is what a request without a format gets.
	references bool
}

// typ is the link type of the collection in either representation.
func (c *collection) typ(references bool) string {
	if references {
		return c.kind.typ + "ReferenceList"
	}
	if t, ok := linkTypes[c.list]; ok {
		return t
	}
	if c.list == c.kind.element+"List" {
		return c.list
	}
	return c.kind.typ + "List"
}

// tables are what the operation table says about things, worked out once for each simulator.
type tables struct {
	kinds       map[string]*kind       // by path in lower case
	collections map[string]*collection // by path in lower case
	operations  []*rest.Operation
	queries     []*querySpec
	registry    registry // what is served by functions of its own
	serving     map[*rest.Operation]served
	targets     map[string]bool // what serving has, as linkTarget calls it
}

func pathKey(path string) string { return strings.ToLower(strings.TrimSuffix(path, "/")) }

// isPlain says whether an operation only shows what lives at its address.
func isPlain(op *rest.Operation) bool {
	return op.Method == "GET" && (op.Query == "" || isEntity(op)) && !strings.Contains(op.Path, "{+") && len(op.Responses) > 0 && op.Path != "/"
}

func isEntity(op *rest.Operation) bool { return strings.EqualFold(op.Query, "format=Entity") }

// newTables reads the table of operations.
func newTables() *tables {
	t := &tables{kinds: map[string]*kind{}, collections: map[string]*collection{}, operations: emapi.Operations()}
	for _, op := range t.operations {
		if isPlain(op) && strings.HasSuffix(op.Path, "}") {
			t.addKind(op)
		}
	}
	byType := map[string]*kind{}
	for _, op := range t.operations { // in the table's order, so that the first address of a type counts
		if k := t.kinds[pathKey(op.Path)]; k != nil && byType[k.typeOf] == nil {
			byType[k.typeOf] = k
		}
	}
	for _, op := range t.operations {
		if isPlain(op) && t.kinds[pathKey(op.Path)] == nil {
			t.addCollection(op, byType)
		}
	}
	maps.DeleteFunc(t.collections, func(_ string, c *collection) bool { return c.kind == nil || c.list == "" && !c.references })
	for _, op := range t.operations { // what is left are services and parts, which there is one of each
		if isPlain(op) && t.kinds[pathKey(op.Path)] == nil && t.collections[pathKey(op.Path)] == nil && op.Responses[0] != "EntityReferences" && op.Responses[0] != "EntityRef" {
			if e := newElement(op.Responses[0]); e != nil {
				t.kinds[pathKey(op.Path)] = t.newKind(op.Path, op.Responses[0], e)
			}
		}
	}
	t.queries = t.newQueries()
	t.registry = registry{}
	for _, f := range slices.Concat(handmade, changes) {
		f(t.registry)
	}
	t.serving = t.serves()
	t.liven()
	return t
}

func (t *tables) newKind(path, element string, e xsdbind.Struct) *kind {
	return &kind{path: path, element: element, typ: linkType(element), typeOf: e.XSDType().Name, byID: make(map[string]*record)}
}

func (t *tables) addKind(op *rest.Operation) {
	k := t.kinds[pathKey(op.Path)]
	for _, name := range op.Responses {
		if k != nil || name == "EntityRef" {
			continue
		}
		if e := newElement(name); e != nil {
			k = t.newKind(op.Path, name, e)
			t.kinds[pathKey(op.Path)] = k
		}
	}
	if k != nil && slices.Contains(op.Responses, "EntityRef") {
		k.reference = true
	}
}

func (t *tables) addCollection(op *rest.Operation, byType map[string]*kind) {
	key := pathKey(op.Path)
	c := t.collections[key]
	if c == nil {
		c = &collection{path: strings.TrimSuffix(op.Path, "/"), kind: t.kinds[key+"/{id}"]}
	}
	for _, name := range op.Responses {
		if name == "EntityReferences" {
			c.references = true
			continue
		}
		e := newElement(name)
		if e == nil {
			continue
		}
		item := itemOf(e)
		if item == nil || c.kind != nil && c.kind.typeOf != item.Name || c.kind == nil && byType[item.Name] == nil {
			continue
		}
		if c.kind == nil {
			c.kind = byType[item.Name]
		}
		if c.list == "" {
			c.list = name
		}
	}
	c.own = c.kind != nil && pathKey(c.kind.path) == key+"/{id}"
	t.collections[key] = c
}

// itemOf returns the type of the items of a list element; nil when it is no list of complex items.
func itemOf(list xsdbind.Struct) *xsdbind.Type {
	_, item := itemField(list)
	return item
}

// itemField finds the repeated element of a list, which is the last content that it has.
func itemField(list xsdbind.Struct) (string, *xsdbind.Type) {
	t := list.XSDType()
	for i := len(t.Fields) - 1; i >= t.Attrs; i-- {
		if t.Fields[i].Where != xsdbind.WhereElement || t.Fields[i].Name == "Links" {
			continue
		}
		items, ok := xsdbind.FieldAt(list, i, true).(xsdbind.List)
		if !ok {
			continue
		}
		item, ok := items.Append().(xsdbind.Struct)
		items.Clear()
		if ok {
			return t.Fields[i].Name, item.XSDType()
		}
	}
	return "", nil
}

// spoken is what messages call a thing of the kind: CloudTenant is a cloud tenant.
func (k *kind) spoken() string {
	name := k.typ
	if name == "" {
		return "resource"
	}
	if s, ok := spokenNames[name]; ok {
		return s
	}
	var b strings.Builder
	for i, c := range name {
		if c >= 'A' && c <= 'Z' && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	words := strings.Fields(strings.ReplaceAll(b.String(), "V App", "Vapp"))
	for i, w := range words {
		words[i] = strings.ToLower(w)
		if s, ok := spokenNames[w]; ok {
			words[i] = s
		}
	}
	return strings.Join(words, " ")
}

// spokenNames are the names and words that messages do not write in small letters.
var spokenNames = map[string]string{
	"Cdp": "CDP", "Vm": "VM", "Vapp": "vApp", "VCloud": "vCloud", "NASJob": "NAS job", "NASObject": "NAS object", "Wan": "WAN", "Ip": "IP", "Vlan": "VLAN",
	"CdpReplicaVm": "VM in the CDP replica", "VAppCdpReplicaVm": "VM in the vApp replica", "VAppCdpReplica": "vApp replica",
}
