// Package query holds the language in which the Enterprise Manager's queries filter and sort: fields, and the filters made of them.
//
// Fields are typed twice: by the type of thing they are a field of, and by what they hold. A filter of tasks does not fit a
// query for replicas, and a field of times is not compared with a word: neither compiles. Package gen/fields has the
// fields of all types that can be queried.
//
//	query.And(query.Eq(fields.CdpReplicaName, "vapp02"), query.Ne(fields.CdpReplicaPolicyName, "Gold"))
//
// Values are quoted and groups are bracketed as needed: whatever values hold, a filter is read as it was built.
package query

// Type is a type that can be queried, and where an answer holds what was found.
type Type struct {
	Name   string // parameter type of a query
	Entity string // root element of what is found; "" when another query finds things of the same Go type
	Under  string // element of the result that holds the list: Entities or Resources
	List   string // element of the list
	Item   string // element of a thing in the list
}
