// Package outbox tells what happened to whoever subscribes.
//
// A transaction leaves an event with store.Tx.Emit; it is kept if the transaction
// is. From there two ways lead on:
//
//   - A Relay tells every event to each Subscriber once, in order, in a transaction
//     that also moves the subscriber's cursor; several events are told in one, as long
//     as that keeps nobody waiting. What the subscriber writes, a
//     notification, a delivery that waits, is therefore there exactly once, however
//     often the server is killed. What leaves the database, a letter, a call, is a
//     job that the subscriber asks for in that transaction.
//   - A Hub tells events and the progress of jobs to the browsers that are open now,
//     each what it may see. A browser that was away says what it saw last, and is
//     told what it missed.
//
// A committed transaction wakes both in the same server; in others they look every
// few seconds.
package outbox
