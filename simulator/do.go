package simulator

// changes register what changes the state, a family each.
var changes = []func(registry){cdpChanges, doJobs, doRestores, doPlans, doTenants, doResources, doPlain}
