package client_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/simulator"
)

// tour is site for who sleeps, too: sleep is time.Sleep on the clock of both.
func tour(ctx context.Context) (em *simulator.Server, c *client.Client, sleep func(time.Duration)) {
	clock := jump{simulator.NewManualClock(time.Date(2026, 3, 4, 15, 6, 7, 0, time.UTC))}
	em = simulator.New(simulator.DefaultModel(), simulator.WithClock(clock))
	c, err := client.Dial(ctx, em.URL,
		client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint), client.WithClock(clock))
	if err != nil {
		log.Fatal(err)
	}
	return em, c, func(d time.Duration) { clock.Advance(d) }
}

// first returns the first thing that a query finds.
func first[T any](found []*T, err error) *T {
	if err != nil {
		log.Fatal(err)
	}
	if len(found) == 0 {
		log.Fatal("not found")
	}
	return found[0]
}

// Start a backup job, and follow its session to the end.
func Example_startJob() {
	ctx := context.Background()
	em, c, sleep := tour(ctx)
	defer em.Close()
	defer c.Close(ctx)

	jobs := client.NewQuery[ent.Job](c).Where(query.Eq(fields.JobName, "Backup Web Servers"))
	job := first(client.Collect(jobs.All(ctx)))

	started, err := c.Jobs().ID(client.IDOf(*job.UID)).Start(ctx)
	if err != nil {
		log.Fatal(err)
	}
	task, err := c.Wait(ctx, started)
	if err != nil {
		log.Fatal(err)
	}
	link, _ := client.FindLink(task.Links, "Related", "BackupJobSession")
	session, err := client.Follow[ent.BackupJobSession](ctx, c, link)
	for err == nil && session.State != "Stopped" {
		sleep(10 * time.Second)
		session, err = client.Follow[ent.BackupJobSession](ctx, c, link)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*session.JobName, session.State, session.Result)
	// Output: Backup Web Servers Stopped Success
}

// Find the full restore points of a machine, the newest first. A filter that is misspelt or of another type does not compile.
func Example_restorePoints() {
	ctx := context.Background()
	em, c, _ := tour(ctx)
	defer em.Close()
	defer c.Close(ctx)

	points := client.NewQuery[ent.VmRestorePoint](c).
		Where(query.Eq(fields.VmRestorePointVmDisplayName, "sql01")).
		Where(query.Eq(fields.VmRestorePointType, "Full")).
		Sort(query.Desc(fields.VmRestorePointCreationTime))
	for point, err := range points.All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(*point.VmDisplayName, point.PointType)
		break
	}
	// Output: sql01 Full
}

// Restore a machine to its newest restore point, and wait until it is back.
func Example_restoreMachine() {
	ctx := context.Background()
	em, c, _ := tour(ctx)
	defer em.Close()
	defer c.Close(ctx)

	points := client.NewQuery[ent.VmRestorePoint](c).
		Where(query.Eq(fields.VmRestorePointVmDisplayName, "web01")).
		Sort(query.Desc(fields.VmRestorePointCreationTime))
	point := first(client.Collect(points.All(ctx)))

	task, err := c.VmRestorePoints().ID(client.IDOf(*point.UID)).Restore(ctx, &ent.RestoreSpec{
		VmRestoreSpec: &ent.VmRestoreSpecInfo{PowerOnAfterRestore: ent.Ptr(true), QuickRollback: ent.Ptr(true)},
	})
	if err != nil {
		log.Fatal(err)
	}
	restored, err := c.WaitRestore(ctx, task)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*restored.Session.VmDisplayName, restored.Result)
	// Output: web01 Success
}

// Create a tenant of a service provider with a quota in a repository.
func Example_createTenant() {
	ctx := context.Background()
	em, c, _ := tour(ctx)
	defer em.Close()
	defer c.Close(ctx)

	server := first(client.Collect(client.NewQuery[ent.BackupServer](c).All(ctx)))
	repository := first(client.Collect(client.NewQuery[ent.Repository](c).All(ctx)))

	started, err := c.Cloud().Tenants().Create(ctx, &ent.CreateCloudTenantSpec{
		Name: "Fir Corp", Password: ent.Ptr("correct horse"), Enabled: ent.Ptr(true), BackupServerUid: *server.UID,
		Resources: &ent.CreateCloudTenantResourceList{BackupResource: []ent.CreateCloudTenantResourceSpec{
			{Name: "Fir Backups", RepositoryUid: *repository.UID, QuotaMb: 51_200},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	task, err := c.Wait(ctx, started)
	if err != nil {
		log.Fatal(err)
	}
	link, _ := client.FindLink(task.Links, "Related", "CloudTenant")
	tenant, err := client.Follow[ent.CloudTenant](ctx, c, link)
	if err != nil {
		log.Fatal(err)
	}
	quota := tenant.Resources.CloudTenantResource[0].RepositoryQuota
	fmt.Println(*tenant.Name, quota.DisplayName, *quota.Quota, "MB")
	// Output: Fir Corp Fir Backups 51200 MB
}

// Run a failover plan, and take it back.
func Example_failoverPlan() {
	ctx := context.Background()
	em, c, _ := tour(ctx)
	defer em.Close()
	defer c.Close(ctx)

	plans := client.NewQuery[ent.FailoverPlan](c).Where(query.Eq(fields.FailoverPlanName, "Failover ERP"))
	plan := c.FailoverPlans().ID(client.IDOf(*first(client.Collect(plans.All(ctx))).UID))

	task, err := plan.Start(ctx, &ent.FailoverPlanManagementSpec{StartNow: ent.Ptr(true)})
	if err != nil {
		log.Fatal(err)
	}
	over, err := c.WaitRestore(ctx, task)
	if err != nil {
		log.Fatal(err)
	}
	task, err = plan.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	back, err := c.WaitRestore(ctx, task)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("failed over:", over.Result, "taken back:", back.Result)
	// Output: failed over: Success taken back: Success
}
