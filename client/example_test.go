package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdtype"
)

// site starts a simulated Enterprise Manager for the examples, on a clock that jumps when somebody waits, and logs in.
func site() (*simulator.Server, *client.Client) {
	em, c, _ := tour(context.Background())
	return em, c
}

// Log in with a pinned certificate, and log out.
func ExampleDial() {
	em := simulator.New(simulator.DefaultModel())
	defer em.Close()
	ctx := context.Background()

	c, err := client.Dial(ctx, em.URL,
		client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint))
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(ctx)
	fmt.Println("API version", c.Version())
	// Output: API version v1_7
}

// Fail a vApp over to its replica, and wait until it runs there.
func ExampleClient_WaitRestore() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	vapps, err := c.CdpReplica().VApps().List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	vapp := vapps.Ref[0]

	task, err := c.CdpReplica().VApps().ID(client.IDOf(vapp.UID)).Failover(ctx, client.ToLatest())
	if err != nil {
		log.Fatal(err)
	}
	percent := 0
	result, err := c.WaitRestore(ctx, task, client.OnProgress(func(p client.Progress) { percent = p.Percent }))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vapp.Name, string(result.Task.State), result.Result, percent, "%")
	// Output: vapp01 Finished Success 100 %
}

// Go from a reference to what it refers to.
func ExampleFollow() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	vapps, err := c.CdpReplica().VApps().List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	vapp, err := client.Follow[ent.VAppCdpReplica](ctx, c, client.EntityOf(&vapps.Ref[0]))
	if err != nil {
		log.Fatal(err)
	}
	up, ok := client.FindLink(vapp.Links, "Up", "BackupServerReference")
	fmt.Println(ent.Val(vapp.Name), ok, ent.Val(up.Name))
	// Output: vapp01 true backup01.sim.example
}

// Choose the newest application-consistent restore point before a moment.
func ExampleLatestConsistent() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	refs, err := c.CdpReplica().VApps().List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	id := client.IDOf(refs.Ref[0].UID)

	spec := new(ent.CdpIntervalsSpec)
	spec.StartDate = xsdtype.UTC(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	spec.EndDate = xsdtype.UTC(time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC))
	have, err := c.CdpReplica().VApps().ID(id).Intervals(ctx, spec)
	if err != nil {
		log.Fatal(err)
	}
	infected := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	point, ok := client.LatestConsistent(have, infected)
	if !ok {
		fmt.Println("no such point")
		return
	}
	fmt.Println("before the infection:", point.Date.Before(infected), "consistent:", point.Consistent)
	spec2 := client.ToRestorePoint(point)
	fmt.Println("booleans:", spec2.RestoreCurrent, spec2.RestoreCurrentVss)
	// Output:
	// before the infection: true consistent: true
	// booleans: false false
}

// Find things by their fields. Pages are fetched as the loop goes.
func ExampleNewQuery() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	q := client.NewQuery[ent.CdpPolicy](c).
		Where(query.Eq(fields.CdpPolicyScheduleEnabled, true)).
		Where(query.In(fields.CdpPolicyName, "CDP Policy 1", "CDP Policy 2")).
		Sort(query.Asc(fields.CdpPolicyName))
	for policy, err := range q.All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(ent.Val(policy.Name))
	}
	// Output:
	// CDP Policy 1
	// CDP Policy 2
}

// List a collection without holding it in memory.
func ExampleReferences() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	for ref, err := range client.References(ctx, c, &emapi.OpCdpReplicaVAppsList) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(ref.Name)
	}
	// Output:
	// vapp01
	// vapp02
	// vapp03
	// vapp04
}

// Start a failover in one process and wait for it in another.
func ExampleResume() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()

	refs, err := c.CdpReplica().VApps().List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	task, err := c.CdpReplica().VApps().ID(client.IDOf(refs.Ref[0].UID)).Failover(ctx, client.ToLatest())
	if err != nil {
		log.Fatal(err)
	}
	token, err := client.TaskToken(task)
	if err != nil {
		log.Fatal(err)
	}
	session, err := c.Save()
	if err != nil {
		log.Fatal(err)
	}
	file, err := json.Marshal(session) // holds the session's token: mode 0600
	if err != nil {
		log.Fatal(err)
	}

	// The other process.
	back, err := client.ParseSession(file)
	if err != nil {
		log.Fatal(err)
	}
	c2, err := client.Resume(ctx, back)
	if err != nil {
		log.Fatal(err)
	}
	defer c2.Close(ctx)
	same, err := client.ParseTask(token)
	if err != nil {
		log.Fatal(err)
	}
	if err := c2.Cancel(ctx, same); err != nil {
		log.Fatal(err)
	}
	fmt.Println("cancelled", same.Value.TaskId)
	// Output: cancelled task-1
}

// When it is not known whether a failover was started, ask before doing anything else.
func ExampleClient_Reconcile() {
	em, c := site()
	defer em.Close()
	ctx := context.Background()
	defer c.Close(ctx)

	_, err := c.CdpReplica().VApps().ID("e809a086-2562-4a0f-a9a8-9c115ff8f0ba").Failover(ctx, client.ToLatest())
	switch {
	case err == nil:
		fmt.Println("started")
	case errors.Is(err, client.ErrOutcomeUnknown):
		verdict, rerr := c.Reconcile(ctx, err)
		fmt.Println(verdict.Outcome, verdict.Evidence, rerr)
	case errors.Is(err, client.ErrNotFound):
		fmt.Println("no such vApp")
	}
	// Output: no such vApp
}
