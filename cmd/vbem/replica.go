package main

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
)

// replica is what can be failed over: the replica of a vApp, or that of a single VM.
type replica struct {
	Kind         string `json:"kind" xml:"kind,attr"` // vApp or VM
	Name         string `json:"name" xml:"name"`
	ID           string `json:"id" xml:"id"`
	Replica      string `json:"replica,omitempty" xml:"replica,omitempty"` // of a VM: id of the CDP replica that it belongs to
	Policy       string `json:"policy" xml:"policy"`
	BackupServer string `json:"backupServer" xml:"backupServer"`
	Source       string `json:"source,omitempty" xml:"source,omitempty"` // what is replicated, as vCenter or Cloud Director knows it
}

const (
	kindVApp = "vApp"
	kindVM   = "VM"
)

func (r replica) String() string { return fmt.Sprintf("%s %s (%s)", r.Kind, r.Name, r.ID) }

// failover starts a failover. It is sent once.
func (r replica) failover(ctx context.Context, c *client.Client, spec *ent.CdpFailoverStartSpec) (*emapi.StartedTask, error) {
	if r.Kind == kindVM {
		return c.CdpReplicas().ID(r.Replica).Vms().ID(r.ID).Failover(ctx, spec)
	}
	return c.CdpReplica().VApps().ID(r.ID).Failover(ctx, spec)
}

// failoverCall is what failover sends.
func (r replica) failoverCall(spec *ent.CdpFailoverStartSpec) *rest.Call {
	if r.Kind == kindVM {
		return &rest.Call{Op: &emapi.OpCdpReplicasIDVmsIDFailover, Path: []string{r.Replica, r.ID}, Body: spec}
	}
	return &rest.Call{Op: &emapi.OpCdpReplicaVAppsIDFailover, Path: []string{r.ID}, Body: spec}
}

func (r replica) intervals(ctx context.Context, c *client.Client, spec *ent.CdpIntervalsSpec) (*ent.CdpReplicaIntervals, error) {
	if r.Kind == kindVM {
		return c.CdpReplicas().ID(r.Replica).Vms().ID(r.ID).Intervals(ctx, spec)
	}
	return c.CdpReplica().VApps().ID(r.ID).Intervals(ctx, spec)
}

// lastPart is the identifier at the end of an address or of a URN.
func lastPart(href, uid string) string {
	if u, err := url.Parse(href); err == nil {
		path := strings.TrimRight(u.Path, "/")
		if id := path[strings.LastIndexByte(path, '/')+1:]; id != "" {
			return id
		}
	}
	return client.IDOf(uid)
}

func vappReplica(v *ent.VAppCdpReplica) replica {
	return replica{
		Kind: kindVApp, Name: ent.Val(v.Name), ID: lastPart(ent.Val(v.Href), ent.Val(v.UID)),
		Policy: ent.Val(v.PolicyName), BackupServer: ent.Val(v.BackupServer), Source: v.VAppRef,
	}
}

func vmReplica(of string, v *ent.CdpReplicaVm) replica {
	return replica{
		Kind: kindVM, Name: ent.Val(v.Name), ID: lastPart(ent.Val(v.Href), ent.Val(v.UID)), Replica: of,
		Policy: ent.Val(v.PolicyName), BackupServer: ent.Val(v.BackupServer), Source: v.VmRef,
	}
}

// listVApps lists the replicas of vApps by name.
func listVApps(ctx context.Context, c *client.Client) ([]replica, error) {
	var all []replica
	for v, err := range client.Entities[ent.VAppCdpReplica](ctx, c, &emapi.OpCdpReplicaVAppsEntities) {
		if err != nil {
			return nil, err
		}
		all = append(all, vappReplica(v))
	}
	sortReplicas(all)
	return all, nil
}

// listVMs lists the replicas of VMs by name. EM lists them for each CDP replica.
func listVMs(ctx context.Context, c *client.Client) ([]replica, error) {
	var of []string
	for r, err := range client.Entities[ent.CdpReplica](ctx, c, &emapi.OpCdpReplicasEntities) {
		if err != nil {
			return nil, err
		}
		of = append(of, lastPart(ent.Val(r.Href), ent.Val(r.UID)))
	}
	var all []replica
	for _, id := range of {
		for v, err := range client.Entities[ent.CdpReplicaVm](ctx, c, &emapi.OpCdpReplicasIDVmsEntities, id) {
			if err != nil {
				return nil, err
			}
			all = append(all, vmReplica(id, v))
		}
	}
	sortReplicas(all)
	return all, nil
}

func listReplicas(ctx context.Context, c *client.Client, kind string) ([]replica, error) {
	if kind == kindVM {
		return listVMs(ctx, c)
	}
	return listVApps(ctx, c)
}

func sortReplicas(all []replica) {
	slices.SortFunc(all, func(x, y replica) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), strings.Compare(x.ID, y.ID))
	})
}

// findReplica finds the one vApp or VM that a name or id means. A name that several bear is refused: which of them was
// meant is not for a program to guess.
func findReplica(ctx context.Context, c *client.Client, kind, want string) (replica, error) {
	want = strings.TrimSpace(want)
	if want == "" {
		return replica{}, usagef("the name is empty")
	}
	if kind == kindVApp && isGUID(lastPart("", want)) {
		v, err := c.CdpReplica().VApps().ID(lastPart("", want)).Get(ctx)
		switch {
		case err == nil && v != nil:
			return vappReplica(v), nil
		case err != nil && !errors.Is(err, client.ErrNotFound):
			return replica{}, err
		}
	}
	all, err := listReplicas(ctx, c, kind)
	if err != nil {
		return replica{}, err
	}
	var found []replica
	for _, r := range all {
		if strings.EqualFold(r.Name, want) || strings.EqualFold(r.ID, lastPart("", want)) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return replica{}, fail(exitRefused, fmt.Errorf("there is no %s named %q", kind, want), nearNames(all, kind, want)...)
	case 1:
		return found[0], nil
	}
	var b strings.Builder
	(&textWriter{w: &b}).table(replicaHead, replicaRows(found))
	return replica{}, fail(exitRefused, fmt.Errorf("%d %ss are named %q, and any of them could be meant", len(found), kind, want),
		"Give the id in place of the name:", b.String())
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)):
			return false
		}
	}
	return true
}

// nearNames suggests names that were perhaps meant.
func nearNames(all []replica, kind, want string) []string {
	const most = 5
	type near struct {
		r        replica
		distance int
	}
	var close []near
	for _, r := range all {
		d := distance(strings.ToLower(r.Name), strings.ToLower(want))
		if d <= 2 || d <= len(want)/3 || strings.Contains(strings.ToLower(r.Name), strings.ToLower(want)) {
			close = append(close, near{r, d})
		}
	}
	list := "vbem vapp list shows all."
	if kind == kindVM {
		list = "vbem vm list shows all."
	}
	if len(close) == 0 {
		return []string{fmt.Sprintf("There are %d %ss; %s", len(all), kind, list)}
	}
	slices.SortStableFunc(close, func(x, y near) int { return x.distance - y.distance })
	hints := []string{"Near it are:"}
	for _, n := range close[:min(len(close), most)] {
		hints = append(hints, fmt.Sprintf("  %s  %s", visible(n.r.Name), n.r.ID))
	}
	return append(hints, list)
}

// distance is the number of characters that have to be changed, added or taken away (Levenshtein).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		left, diagonal := i+1, i
		for j := range y {
			d := diagonal
			if x[i] != y[j] {
				d = 1 + min(diagonal, row[j+1], left)
			}
			diagonal, row[j] = row[j+1], left
			left = d
		}
		row[len(y)] = left
	}
	return row[len(y)]
}

var replicaHead = []string{"NAME", "ID", "POLICY", "BACKUP SERVER"}

func replicaRows(all []replica) [][]string {
	rows := make([][]string, len(all))
	for i, r := range all {
		rows[i] = []string{r.Name, r.ID, r.Policy, r.BackupServer}
	}
	return rows
}

// replicasView is a list of vApps or VMs.
type replicasView struct {
	XMLName  xml.Name  `json:"-" xml:"replicas"`
	Replicas []replica `json:"replicas" xml:"replica"`
}

func (v replicasView) text(w *textWriter) {
	if len(v.Replicas) == 0 {
		w.line("There are none.")
		return
	}
	w.table(replicaHead, replicaRows(v.Replicas))
}
