// Package simulator is a Veeam Backup Enterprise Manager in the process: its REST API over real HTTP or HTTPS, with a
// state behind it that the requests change. It is for tests and demonstrations of anything that speaks to the API, in any language.
//
//	em := simulator.New(simulator.DefaultModel())
//	defer em.Close()
//	// em.URL, em.Username, em.Password, em.Thumbprint
//
// # What it promises
//
// Coherence. References resolve, links lead somewhere, identifiers are stable, and what one operation changes the
// others show. From GET /api/ on, links lead to everything. An operation that is not simulated answers 501 with an Error body and is linked from nowhere;
// [Coverage] lists them all.
//
// Completeness. There are some of every kind of thing, and each field of each query has a value somewhere. [Model] says how many of the kinds that tests
// want many of. GET /api/openapi.json and /api/api.wadl describe it all, and need no log-in.
//
// Strictness. A body must be what the schema demands, its order included; else it is a 400 whose Error names the element and its
// place. The generated types must agree with what encoding/xml or encoding/json tokens find in the same
// bytes, or nothing is carried out. (The audit log's values come from those tokens. The conformance suite reads recorded bytes with etree; this
// package has the standard library alone.)
//
// Determinism. Names, identifiers, restore points and intervals follow from [Model] and the time; tokens and generated
// passwords are random. Time is a [Clock]. Without faults nothing waits, and no goroutine works in the background: states follow from the time when they are looked at.
//
// Evidence. [Handler.Audit] lists what was truly carried out; a [Recorder] keeps the bytes of every exchange, as they are where no fault changes them.
// What is remembered is bounded: see [Limits].
//
// Faults. [Faults] are rules of what goes wrong, seeded: delays, statuses, pages of proxies, resets at four places, cut and changed bodies, hangs, lost
// sessions and tasks, restarts, clocks that are off, other certificates. They are set in code ([WithFaults], [Handler.SetFaults]), as a text
// ([ParseFaults]) or over HTTP ([WithAdmin], off unless asked for). The audit log tells the truth whatever the caller was told. Faults wait in real time, and only they do.
//
// Safety. One lock owns the state; every exported function is safe for concurrent use. The server listens on the loopback interface
// unless told otherwise, passwords are compared in constant time, and requests are limited in size, time and depth.
//
// # Decisions where the reference is silent or contradicts itself
//
//   - /cdpReplicas/vApps/… is served as /cdpReplica/vApps/…, because the reference prints both; doubled slashes,
//     a trailing slash and the letter case of a path do not matter. DELETE /task/{ID}, which stands in a title only, is a 404.
//   - A time beside RestoreCurrent or RestoreCurrentVss that is true decides, and the boolean stands in where no state fits the
//     time; so the reference's own example is accepted at any date. Nothing chosen, two choices, or no state that fits: 400.
//   - A date without a zone is UTC. An interval includes its start and not its end. "Prior to" is strict, and true instants are finer than the whole
//     seconds that are shown; no two states of a replica share a second.
//   - A CDP replica whose failover is in progress answers 409. Afterwards it can fail over again: undoing that is not part of the API.
//   - A restore session is listed, and linked from its task, once the task is Finished, and goes on from there.
//   - DELETE on a task that is not finished stops the work: the restore session ends as Failed. On a finished task it only
//     removes the task. An unknown task is a 404; with [WithUnknownTaskError] the 500 that third parties saw.
//   - What a task makes, changes or deletes shows when it is Finished, and whoever deletes the task before prevents it. Schedules and policies
//     are switched at once. A session of a job or a restore is listed, and linked from its task, once that is Finished.
//   - A PUT replaces what its body holds and keeps the rest; links, addresses and UIDs in it are not looked at, but for a UID that contradicts the path.
//   - A job that runs, a machine that is restored, a plan that is under way: 409. Retry needs a last run that failed, undo a machine
//     that failed over. A replica that a point was failed over to goes back by the undo of a plan that has the machine, since nothing else is documented.
//   - A failover plan's StartDate chooses the states, the latest before it, and not when the plan starts.
//   - A tenant logs in with the password that it was made or last changed with, and may read. Passwords show in no answer and not in the audit log.
//   - Tasks are gone with their logon session, their work goes on. Where both a cookie and a header carry a token, the cookie wins.
//   - A log-in without v gets the newest version. A POST that fits no action of its resource is a 400, a method that the resource lacks a 405.
//   - Filters compare text and UIDs without regard to case (a UID and its bare GUID are the same), enumerations by
//     the index of their values in the reference, dates without a zone as UTC; ; (and) binds tighter than , (or). Fields are known by their names in the
//     query's table and in the entity (CreationTime and CreationTimeUTC, Id and UID).
package simulator
