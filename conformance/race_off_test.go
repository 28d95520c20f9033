//go:build !race

package conformance_test

// raceEnabled tells that the tests run under the race detector, which makes them many times slower.
const raceEnabled = false
