package simulator

import (
	"strconv"
	"time"
)

// site is what the builders of data work with: a family of records each, from the model, the seed and the time alone.
type site struct {
	*store
	model Model
	now   time.Time // when the simulator starts, past sessions lie before it; later on, when a request changes something
}

// site gives what the builders of data work with, at a moment.
func (c *core) site(now time.Time) *site { return &site{store: c.store, model: c.model, now: now} }

// populate makes the records as they are at a moment.
func (c *core) populate(now time.Time) {
	c.tables = newTables()
	c.store = &store{seed: c.model.Seed, kinds: c.tables.kinds, spelled: make(map[string]*kind)}
	s := c.site(now)
	for _, add := range families {
		add(s)
	}
	c.topLinks = c.tables.topLinks()
	c.addPastRestores(now)
}

// nameOf is the name of a thing of the i-th backup server, which tells namesakes apart: Alder Foods, Alder Foods 2.
func nameOf(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + " " + strconv.Itoa(i+1)
}

// nameAt is the name of something that is made again and again, as sessions and points are.
func nameAt(name string, at time.Time) string { return name + at.UTC().Format("@2006-01-02 15:04:05") }

// families build the records, in this order: those at the top come first, since the others have relations to them.
var families = []func(*site){
	addServers, addInfrastructure, addCDP,
	addMachines, addJobs, addRuns, addFailoverPlans, addAgents, addMounts, addLookup, addReports,
	addCloud, addSecurity, addSelfService, addNAS, addExternalBackups,
}

// lists says whether a collection at the top that is not the home of its records, as /agents/backups, lists one.
func lists(path string, r *record) bool {
	if f := views[pathKey(path)]; f != nil {
		return f(r)
	}
	return true
}

// views are the collections at the top that show a part of the records of a kind, by path in lower case.
var views = map[string]func(*record) bool{
	"/nas/backupsessions":    ofNAS,
	"/agents/backupsessions": ofAgents,
	"/agents/backups":        ofAgents,
	"/agents/backupfiles":    ofAgents,
	"/agents/restorepoints":  ofAgents,
}
