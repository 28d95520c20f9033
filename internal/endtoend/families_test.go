package endtoend_test

import (
	"errors"
	"testing"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/simulator"
	"github.com/vbem-go/vbem/xsdbind"
)

// forms runs a test with both forms of messages.
func forms(t *testing.T, f func(t *testing.T, em *simulator.Server, c *client.Client)) {
	for name, opts := range map[string][]client.Option{"xml": nil, "json": {client.WithJSON()}} {
		t.Run(name, func(t *testing.T) {
			em := simulator.New(simulator.DefaultModel(), quick)
			t.Cleanup(em.Close)
			f(t, em, dial(t, em, opts...))
		})
	}
}

// named returns the one thing that a query finds.
func named[T any, P interface {
	*T
	xsdbind.Struct
}](t *testing.T, c *client.Client, name query.Filter[T]) *T {
	t.Helper()
	found, err := client.Collect(client.NewQuery[T, P](c).Where(name).All(t.Context()))
	if err != nil || len(found) == 0 {
		t.Fatalf("%d found, %v", len(found), err)
	}
	return found[len(found)-1]
}

// finished waits for a task.
func finished(t *testing.T, c *client.Client, k *emapi.StartedTask, err error) *ent.Task {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	task, err := c.Wait(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func count(em *simulator.Server, kind simulator.EventKind) int {
	n := 0
	for _, e := range em.Audit() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestJobs(t *testing.T) {
	forms(t, func(t *testing.T, em *simulator.Server, c *client.Client) {
		ctx := t.Context()
		job := named(t, c, query.Eq(fields.JobName, "Backup Databases"))
		at := c.Jobs().ID(client.IDOf(*job.UID))
		k, err := at.Start(ctx)
		link, ok := client.FindLink(finished(t, c, k, err).Links, "Related", "BackupJobSession")
		if !ok {
			t.Fatal("the task has no link to its session")
		}
		if s, err := client.Follow[ent.BackupJobSession](ctx, c, link); err != nil || s.Result != "Success" {
			t.Errorf("%+v, %v", s, err)
		}
		k, err = at.ToggleScheduleEnabled(ctx)
		finished(t, c, k, err)
		k, err = at.Clone(ctx, &ent.JobCloneSpec{BackupJobCloneInfo: &ent.BackupJobCloneInfo{
			JobName: "Second", FolderName: "Second", RepositoryUid: *named(t, c, query.Eq(fields.RepositoryName, "Linux Repository")).UID,
		}})
		finished(t, c, k, err)
		second := named(t, c, query.Eq(fields.JobName, "Second"))
		if *second.ScheduleEnabled || *second.UID == *job.UID {
			t.Errorf("%+v", second)
		}
		second.Description = ent.Ptr("changed")
		k, err = c.Jobs().ID(client.IDOf(*second.UID)).Update(ctx, second)
		finished(t, c, k, err)
		if now := named(t, c, query.Eq(fields.JobName, "Second")); *now.Description != "changed" || now.JobScheduleOptions == nil {
			t.Errorf("%+v", now)
		}
		if n := count(em, simulator.JobStarted); n != 1 {
			t.Errorf("%d starts", n)
		}
	})
}

func TestTenants(t *testing.T) {
	forms(t, func(t *testing.T, _ *simulator.Server, c *client.Client) {
		ctx := t.Context()
		server := named(t, c, query.Ne(fields.BackupServerName, "none"))
		k, err := c.Cloud().Tenants().Create(ctx, &ent.CreateCloudTenantSpec{Name: "Fir", Password: ent.Ptr("p"), BackupServerUid: *server.UID})
		finished(t, c, k, err)
		tenant := named(t, c, query.Eq(fields.CloudTenantName, "Fir"))
		at := c.Cloud().Tenants().ID(client.IDOf(*tenant.UID))
		k, err = at.Resources().Create(ctx, &ent.CreateCloudTenantResourceSpec{
			Name: "Backups", RepositoryUid: *named(t, c, query.Eq(fields.RepositoryName, "Linux Repository")).UID, QuotaMb: 100,
		})
		finished(t, c, k, err)
		if tenant, err = at.Get(ctx); err != nil || len(tenant.Resources.CloudTenantResource) != 1 {
			t.Fatalf("%+v, %v", tenant, err)
		}
		tenant.Resources.CloudTenantResource[0].RepositoryQuota.Quota = ent.Ptr(int64(200))
		tenant.Enabled = ent.Ptr(false)
		k, err = at.Update(ctx, tenant)
		finished(t, c, k, err)
		if tenant, err = at.Get(ctx); err != nil || *tenant.Enabled || *tenant.Resources.CloudTenantResource[0].RepositoryQuota.Quota != 200 {
			t.Fatalf("%+v, %v", tenant, err)
		}
		k, err = at.Delete(ctx, emapi.CloudTenantsIDDeleteParams{})
		finished(t, c, k, err)
		if _, err := at.Get(ctx); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("a tenant that is gone: %v", err)
		}
	})
}

func TestRestores(t *testing.T) {
	forms(t, func(t *testing.T, em *simulator.Server, c *client.Client) {
		ctx := t.Context()
		point := named(t, c, query.Eq(fields.VmRestorePointVmDisplayName, "dc01"))
		k, err := c.VmRestorePoints().ID(client.IDOf(*point.UID)).Restore(ctx, &ent.RestoreSpec{VmRestoreSpec: &ent.VmRestoreSpecInfo{PowerOnAfterRestore: ent.Ptr(true)}})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.WaitRestore(ctx, k); err != nil || r.Result != "Success" || *r.Session.VmDisplayName != "dc01" {
			t.Errorf("%+v, %v", r, err)
		}
		plan := c.FailoverPlans().ID(client.IDOf(*named(t, c, query.Eq(fields.FailoverPlanName, "Failover ERP")).UID))
		if k, err = plan.Start(ctx, &ent.FailoverPlanManagementSpec{StartNow: ent.Ptr(true)}); err != nil {
			t.Fatal(err)
		}
		if r, err := c.WaitRestore(ctx, k); err != nil || r.Result != "Success" {
			t.Errorf("%+v, %v", r, err)
		}
		over := count(em, simulator.FailoverFinished)
		if k, err = plan.Undo(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := c.WaitRestore(ctx, k); err != nil {
			t.Error(err)
		}
		if back := count(em, simulator.FailoverUndone); back != over || back == 0 {
			t.Errorf("%d failed over, %d came back", over, back)
		}
	})
}

// What starts something is sent once, whatever becomes of the answer.
func TestChangesAtMostOnce(t *testing.T) {
	em := simulator.New(simulator.DefaultModel(), simulator.WithTiming(simulator.Timing{Working: time.Hour}))
	t.Cleanup(em.Close)
	c := dial(t, em)
	job := c.Jobs().ID(client.IDOf(*named(t, c, query.Eq(fields.JobName, "Backup Databases")).UID))
	plan := c.FailoverPlans().ID(client.IDOf(*named(t, c, query.Eq(fields.FailoverPlanName, "Failover ERP")).UID))
	server := named(t, c, query.Ne(fields.BackupServerName, "none"))
	for _, x := range []struct {
		op   *rest.Operation
		kind simulator.EventKind
		call func() error
	}{
		{&emapi.OpJobsIDStart, simulator.JobStarted, func() error { _, err := job.Start(t.Context()); return err }},
		{&emapi.OpFailoverPlansIDStart, simulator.PlanStarted, func() error {
			_, err := plan.Start(t.Context(), &ent.FailoverPlanManagementSpec{StartNow: ent.Ptr(true)})
			return err
		}},
		{&emapi.OpCloudTenantsCreate, simulator.Created, func() error {
			_, err := c.Cloud().Tenants().Create(t.Context(), &ent.CreateCloudTenantSpec{Name: "Fir", BackupServerUid: *server.UID})
			return err
		}},
	} {
		faulty(t, em, "status late code=503 times=1 op="+x.op.Name)
		if err := x.call(); err == nil || count(em, x.kind) != 1 {
			t.Errorf("%s: %v, %d starts", x.op.Name, err, count(em, x.kind))
		}
	}
}
