// Package generator makes Go packages from XML Schema documents and tables of operations and queries.
//
// [Generate] works in memory and touches no file; [Write] puts its result in place. A run that fails writes nothing,
// and two runs over the same input give the same bytes.
package generator

// The package of every construct whose Go form needs thought, for the tests.
//go:generate go run ../cmd/vbemgen -xsd internal/constructs/constructs.xsd -out internal -package constructs
