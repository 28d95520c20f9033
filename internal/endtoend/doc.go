// Package endtoend holds no code: its tests run the client against the simulator and look at what was truly carried out.
package endtoend
