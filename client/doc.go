// Package client talks to Veeam Backup Enterprise Manager (EM): log-in, the resources of the API, tasks, restore
// sessions, queries.
//
//	c, err := client.Dial(ctx, "https://em.example.com:9398",
//		client.WithPassword(`TECH\operator`, password), client.WithThumbprint("3A:7B:…"))
//	if err != nil { … }
//	defer c.Close(ctx)
//	task, err := c.CdpReplica().VApps().ID(id).Failover(ctx, client.ToLatest())
//	if err != nil { … }
//	result, err := c.WaitRestore(ctx, task)
//
// # What it promises
//
// A [Client] is safe for concurrent use, and so is everything that it returns as long as nobody changes it. Every call takes a context
// and returns soon after that ends; a nil context is an error, not a panic. No function keeps a context after it has returned.
//
// One log-in serves all goroutines. When the session has expired, the first call that learns of it logs in again, the others wait for that,
// and each refused request is sent again, because a 401 says that it was not carried out. What lies under /tasks and
// /logonSessions belongs to its session: there the error is [ErrSessionLost], for the same id in the next session is something else.
// A log-in that the server refuses is not tried again.
//
// A request that starts something is sent at most once, from the moment on that a byte of it may have reached the server. If it is
// not known what became of it, the error is an [UnknownError] ([ErrOutcomeUnknown]), and [Client.Reconcile] looks for an answer.
// Such a request has a connection to itself; redirects of it are refused. Requests that may be repeated are, with
// growing, random pauses, see [Retry].
//
// The server is verified in the one handshake: by the system's roots, by a CA, or by a pinned SHA-256 thumbprint.
// Nothing turns that off. The session goes to the host that was dialed and to no other: redirects elsewhere are refused, and of links only path and query are used.
//
// No password and no token appears in an error, a log record, or a value printed with fmt or slog; text that came
// from a server is searched for them first. The one exception is the JSON form of a [SavedSession], which is there to hold the token.
//
// # Waiting
//
// However many goroutines wait, EM is asked once a tick, in the client's name and not in each one's: for one task by its id, for more by one
// GET /tasks; for one restore session by its address, for more by queries for 20 of them at a time. Who waits no longer, because the
// context ended, disturbs nobody, and when nobody waits nothing is asked. [Polling] says how long a tick is.
//
// # Queries
//
// [NewQuery] finds things of all types that can be queried. Package gen/fields has the fields to filter and sort by, package query the
// language of filters. A misspelt or ill-typed filter does not compile:
//
//	q := client.NewQuery[ent.CdpReplica](c).Where(query.In(fields.CdpReplicaName, names...))
//	for replica, err := range q.All(ctx) { … }
//
// # Errors
//
// Use errors.Is with the package's Err values, and errors.As with *[Error] (what the server said), *[UnknownError], *[TaskError],
// *[RestoreError], *[ThumbprintError], *[MomentError] and *[RunningError] for the details.
//
// # Interceptors
//
// [WithInterceptor] puts a function around every call, the first one given outermost. An interceptor sees the call and the decoded answer;
// repetition and the renewal of the session happen inside. It must not repeat a call whose Op.Repeat is [rest.RepeatNever].
package client
