package main

import (
	"context"
	"encoding/xml"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
)

func (a *app) vappCommand() *cobra.Command {
	return group(&cobra.Command{Use: "vapp", Short: "List vApps that can be failed over, or show one"},
		a.listCommand(kindVApp, "vapp", "List the vApps that have a CDP replica"),
		a.getCommand(kindVApp, "vapp", "Show a vApp's replica and the VMs in it"))
}

func (a *app) vmCommand() *cobra.Command {
	return group(&cobra.Command{Use: "vm", Short: "List VMs that can be failed over by themselves, or show one"},
		a.listCommand(kindVM, "vm", "List the VMs that have a CDP replica of their own"),
		a.getCommand(kindVM, "vm", "Show a VM's replica"))
}

func (a *app) listCommand(kind, word, short string) *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "list", Short: short, Args: noArgs,
		Example: "  vbem " + word + " list\n  vbem " + word + " list -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := a.connect(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			all, err := listReplicas(cmd.Context(), k.Client, kind)
			if err != nil {
				return k.done(err)
			}
			if all == nil {
				all = []replica{}
			}
			return k.done(a.print(replicasView{Replicas: all}))
		},
	}
	conn.add(cmd)
	return cmd
}

func (a *app) getCommand(kind, word, short string) *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "get NAME|ID", Short: short, Args: oneArg("name or id"),
		Example: "  vbem " + word + " get " + word + "02",
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := a.connect(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			return k.done(a.get(cmd.Context(), k.Client, kind, args[0]))
		},
	}
	conn.add(cmd)
	return cmd
}

func (a *app) get(ctx context.Context, c *client.Client, kind, want string) error {
	r, err := findReplica(ctx, c, kind, want)
	if err != nil {
		return err
	}
	v := replicaView{replica: r}
	if kind == kindVApp {
		v.VMs = &[]vmView{}
		for vm, err := range client.Entities[ent.VAppCdpReplicaVm](ctx, c, &emapi.OpCdpReplicaVAppsIDVmsEntities, r.ID) {
			if err != nil {
				return err
			}
			*v.VMs = append(*v.VMs, vmView{Name: ent.Val(vm.Name), ID: lastPart(ent.Val(vm.Href), ent.Val(vm.UID)), Source: vm.VmRef})
		}
	}
	return a.print(v)
}

// replicaView shows one vApp or VM.
type replicaView struct {
	XMLName xml.Name `json:"-" xml:"replica"`
	replica
	VMs *[]vmView `json:"vms,omitempty" xml:"vms>vm,omitempty"` // of a vApp
}

// vmView is a VM in a vApp.
type vmView struct {
	Name   string `json:"name" xml:"name"`
	ID     string `json:"id" xml:"id"`
	Source string `json:"source" xml:"source"`
}

func (v replicaView) text(w *textWriter) {
	w.fields([2]string{"Name", v.Name}, [2]string{"ID", v.ID}, [2]string{"CDP replica", v.Replica}, [2]string{"Policy", v.Policy},
		[2]string{"Backup server", v.BackupServer}, [2]string{"Source", v.Source})
	if v.VMs == nil {
		return
	}
	rows := make([][]string, len(*v.VMs))
	for i, vm := range *v.VMs {
		rows[i] = []string{vm.Name, vm.ID, vm.Source}
	}
	w.line("")
	w.table([]string{"VM", "ID", "SOURCE"}, rows)
}
