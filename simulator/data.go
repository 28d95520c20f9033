package simulator

import "time"

// site is what the builders of data work with: a family of records each, from the model and the seed alone.
type site struct {
	*store
	model Model
	now   time.Time // when the simulator starts: past sessions lie before it
}

// families build the records, in this order: those at the top come first, since the others have relations to them.
var families = []func(*site){
	addServers, addInfrastructure,
}

// handmade register the reads that no rule makes.
var handmade = []func(registry){}

// lists says whether a collection at the top that is not the home of its records, as /agents/backups, lists one.
func lists(path string, r *record) bool {
	if f := views[pathKey(path)]; f != nil {
		return f(r)
	}
	return true
}

// views are the collections at the top that show a part of the records of a kind, by path in lower case.
var views = map[string]func(*record) bool{}
