// Package event is what a transaction leaves for others: something that happened,
// and work to be done. Both are written in the transaction that makes them true,
// so that neither is lost and none is for something that was undone.
package event

import "changrong/internal/base/civil"

// Event is something that happened. It is thin: who may know more asks for it.
type Event struct {
	ID      string            `json:"id"`
	Kind    string            `json:"kind"` // noun.verb in the past: submission.accepted
	At      civil.Instant     `json:"at_ms"`
	Orgs    []string          `json:"orgs"`    // organisations it is told to; none: those with a role for everything
	Subject string            `json:"subject"` // id of what it happened to
	Data    map[string]string `json:"data"`    // a few words for a list; nothing confidential
}

// Job is work to be done after the transaction. It may be done twice, so doing it
// again must change nothing.
type Job struct {
	ID   string
	Kind string // submission.check
	// Key: at most one job of a kind and key waits or runs; "" no limit. Asked for
	// again while it waits, it is done once, with the later payload; asked for again
	// while it runs, it is done once more afterwards, so that nothing is missed.
	Key     string
	Org     string        // whose work it is, to be fair among them; "" the platform's
	Payload string        // what the handler of the kind needs, as JSON
	At      civil.Instant // when it was asked for
	After   civil.Instant // not before; 0: at once
}
