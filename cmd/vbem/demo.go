package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/simulator"
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use: "demo", Short: "Watch a vApp fail over, on a simulated Enterprise Manager", Args: noArgs,
		Long: `Starts a simulated Enterprise Manager in this process, logs in over TLS with a pinned certificate, lists
vApps, asks what one of them can be brought back to, shows the request, starts the failover, and
follows it to its end. It needs nothing, asks nothing, and takes a few seconds.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

// say prints a step of the demonstration as it happens.
func (a *app) say(format string, args ...any) error {
	return a.write([]byte(fmt.Sprintf(format, args...) + "\n"))
}

func (a *app) demo(ctx context.Context) error {
	a.output = "text"
	em := simulator.New(simulator.DefaultModel())
	defer em.Close()
	err := a.say("A simulated Enterprise Manager listens at %s\nLogging in as %s, certificate pinned to\n  %s\n", em.URL, em.Username, em.Thumbprint)
	if err != nil {
		return err
	}
	c, err := client.Dial(ctx, em.URL, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint),
		client.WithPolling(client.Polling{Min: 50 * time.Millisecond, Max: 100 * time.Millisecond}))
	if err != nil {
		return err
	}
	return errors.Join(a.demonstrate(ctx, em, c), c.Close(context.WithoutCancel(ctx)))
}

func (a *app) demonstrate(ctx context.Context, em *simulator.Server, c *client.Client) error {
	all, err := listVApps(ctx, c)
	if err != nil {
		return err
	}
	if err := a.print(replicasView{Replicas: all}); err != nil {
		return err
	}
	if len(all) < 2 {
		return errors.New("the simulated site has no vApps")
	}
	vapp := all[1]

	now := a.now()
	have, err := askIntervals(ctx, c, vapp, now.Add(-48*time.Hour), now)
	if err != nil {
		return err
	}
	states, err := a.intervalsView(vapp, now.Add(-48*time.Hour), now, have)
	if err != nil {
		return err
	}
	if err := errors.Join(a.say(""), a.print(states)); err != nil {
		return err
	}
	point, ok := client.LatestConsistent(have, time.Time{})
	if !ok {
		return fmt.Errorf("%s has no application-consistent restore point", vapp)
	}
	spec := client.ToRestorePoint(point)

	request, err := viewRequest(c, vapp.failoverCall(spec), "xml")
	if err != nil {
		return err
	}
	err = errors.Join(
		a.say("\nFailing %s over to the restore point of\n%s. The server takes the newest state before the moment that it is\n"+
			"given, and its dates are cut to the second: so the moment that is sent is the end of that second.\n", vapp.Name, a.both(point.Date)),
		a.print(request), a.say(""))
	if err != nil {
		return err
	}

	task, err := vapp.failover(ctx, c, spec)
	if err != nil {
		return err
	}
	if task.Value == nil {
		return errors.New("the simulated server named no task")
	}
	got, err := a.follow(ctx, c, task, vapp.Name)
	if err != nil {
		return err
	}
	for _, e := range em.Audit() {
		if e.Kind == simulator.FailoverFinished && e.Selected != nil {
			s := e.Selected.State
			if err := a.say("By the simulator's own log %s is back at the state of\n%s (%s)\n", e.Target.Name, a.both(s.Time), s.ID); err != nil {
				return err
			}
		}
	}
	return a.say("Task:             %s\nRestore session:  %s", string(ent.Val(got.task.Value).State), got.result.Result)
}
