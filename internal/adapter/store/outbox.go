package store

import (
	"encoding/json"

	"changrong/internal/adapter/crypto"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Told is an event with its place in the order in which events are told.
type Told struct {
	Seq int64
	event.Event
}

// Emit tells e to everybody who subscribes, if this transaction is kept (package
// outbox). An event without an id gets one.
func (tx *Tx) Emit(e event.Event) error {
	if e.ID == "" {
		e.ID = crypto.NewVeiledID()
	}
	if e.Orgs == nil {
		e.Orgs = []string{}
	}
	if e.Data == nil {
		e.Data = map[string]string{}
	}
	orgs, err := json.Marshal(e.Orgs)
	if err != nil {
		return err
	}
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	tx.mark(Events)
	return tx.later(`INSERT INTO events (seq, id, kind, at_ms, orgs, subject, data)
		VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM events), $1, $2, $3, $4, $5, $6)`,
		e.ID, e.Kind, int64(e.At), string(orgs), e.Subject, string(data))
}

func scanTold(s scanner) (t Told, err error) {
	var orgs, data string
	if err := s.Scan(&t.Seq, &t.ID, &t.Kind, &t.At, &orgs, &t.Subject, &data); err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(orgs), &t.Orgs); err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(data), &t.Data)
}

// EventsAfter returns the first events after seq, at most limit.
func (tx *Tx) EventsAfter(seq int64, limit int) ([]Told, error) {
	return all(tx, scanTold, "SELECT seq, id, kind, at_ms, orgs, subject, data FROM events WHERE seq > $1 ORDER BY seq LIMIT $2", seq, limit)
}

// LastEvent returns the number of the last event, 0 when there is none.
func (tx *Tx) LastEvent() (seq int64, err error) {
	err = tx.one(nil, "SELECT coalesce(max(seq), 0) FROM events", nil, &seq)
	return seq, err
}

// Cursor returns how far subscriber has come; one that is new has come to the
// last event.
func (tx *Tx) Cursor(subscriber string) (seq int64, err error) {
	err = tx.one(fault.New(fault.NotFound, "store.cursor", "没有这个订阅", "there is no such subscriber"),
		"SELECT seq FROM event_cursors WHERE subscriber = $1", []any{subscriber}, &seq)
	if fault.KindOf(err) == fault.NotFound {
		return tx.LastEvent()
	}
	return seq, err
}

// PutCursor notes that subscriber has come to seq.
func (tx *Tx) PutCursor(subscriber string, seq int64) error {
	_, err := tx.exec(`INSERT INTO event_cursors (subscriber, seq) VALUES ($1, $2)
		ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq`, subscriber, seq)
	return err
}

// SweepEvents forgets events before an instant that these subscribers have been
// told. The last event stays, so that
// numbers go on from it.
func (tx *Tx) SweepEvents(before civil.Instant, subscribers []string) error {
	known := int64(1) << 62
	for _, name := range subscribers {
		seq, err := tx.Cursor(name)
		if err != nil {
			return err
		}
		known = min(known, seq)
	}
	_, err := tx.exec("DELETE FROM events WHERE at_ms < $1 AND seq <= $2 AND seq < (SELECT max(seq) FROM events)", int64(before), known)
	return err
}
