// Package job does work that takes longer than a request: it runs what
// transactions asked for with Enqueue, at least once, on whatever server is there.
//
// A job (任务) waits, runs, and ends as done, failed or cancelled:
//
//	waiting ──► running ──► done
//	   ▲           │ ├────► failed     the handler's fault says that trying again is of no use,
//	   │           │ │                 or it was tried maxAttempts times
//	   └───────────┘ └────► cancelled
//	  tried again later; its server was killed or stopped; asked for again meanwhile
//
// Who runs a job holds a lease on it and renews it; when the server dies, the lease
// lapses and another takes the job up, or the same server does as soon as it starts
// again. So a handler may find its work half done or done, and must not do it twice.
//
// Free workers go to the organisation that has the fewest running and has waited
// longest, so that one bank's hundred files do not keep the others' waiting. Jobs that
// wait for somebody outside to answer have workers of their own, so that who answers
// slowly keeps no other work waiting. All workers that are free are given their jobs in
// one transaction: a commit takes longer than it takes to do several of them.
//
// A transaction that asks for a job wakes the runners of the same server when it
// has been committed; those of other servers look every few seconds.
package job
