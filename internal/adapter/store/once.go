package store

import (
	"changrong/internal/adapter/once"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

var _ once.Tx = (*Tx)(nil)

const onceColumns = "owner, key, fingerprint, attempt, state, status, header, body, worker, leased_til_ms, expires_ms"

func scanOnce(s scanner) (r once.Record, err error) {
	err = s.Scan(&r.Owner, &r.Key, &r.Fingerprint, &r.Attempt, &r.State, &r.Answer.Status, &r.Answer.Header, &r.Answer.Body, &r.Worker, &r.LeasedTil, &r.Expires)
	return r, err
}

// OnceRecord implements once.Tx.
func (tx *Tx) OnceRecord(owner, key string) (*once.Record, error) {
	return single(tx, fault.New(fault.NotFound, "once.not_found", "没有这个幂等键", "there is no such key"), scanOnce,
		"SELECT "+onceColumns+" FROM idempotency WHERE owner = $1 AND key = $2", owner, key)
}

// PutOnce implements once.Tx.
func (tx *Tx) PutOnce(r *once.Record) error {
	_, err := tx.exec(`INSERT INTO idempotency (`+onceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (owner, key) DO UPDATE SET fingerprint = excluded.fingerprint, attempt = excluded.attempt, state = excluded.state,
		status = excluded.status, header = excluded.header, body = excluded.body, worker = excluded.worker, leased_til_ms = excluded.leased_til_ms, expires_ms = excluded.expires_ms`,
		r.Owner, r.Key, r.Fingerprint, r.Attempt, r.State, r.Answer.Status, r.Answer.Header, r.Answer.Body, r.Worker, int64(r.LeasedTil), int64(r.Expires))
	return err
}

// EndOnce implements once.Tx.
func (tx *Tx) EndOnce(r *once.Record) error {
	_, err := tx.exec("UPDATE idempotency SET state = $1, status = $2, header = $3, body = $4, leased_til_ms = 0 WHERE owner = $5 AND key = $6 AND attempt = $7",
		r.State, r.Answer.Status, r.Answer.Header, r.Answer.Body, r.Owner, r.Key, r.Attempt)
	return err
}

// RenewOnce implements once.Tx.
func (tx *Tx) RenewOnce(r *once.Record) error {
	_, err := tx.exec("UPDATE idempotency SET leased_til_ms = $1 WHERE owner = $2 AND key = $3 AND attempt = $4 AND state <> 'done'", int64(r.LeasedTil), r.Owner, r.Key, r.Attempt)
	return err
}

// LapseOnce implements once.Tx.
func (tx *Tx) LapseOnce(worker string) error {
	_, err := tx.exec("UPDATE idempotency SET leased_til_ms = 0 WHERE state <> 'done' AND (CAST($1 AS TEXT) = '' OR worker = $1)", worker)
	return err
}

// DropOnce implements once.Tx.
func (tx *Tx) DropOnce(r *once.Record) error {
	_, err := tx.exec("DELETE FROM idempotency WHERE owner = $1 AND key = $2 AND attempt = $3 AND state = 'running'", r.Owner, r.Key, r.Attempt)
	return err
}

// SweepOnce implements once.Tx.
func (tx *Tx) SweepOnce(before civil.Instant, limit int) (int64, error) {
	r, err := tx.exec(`DELETE FROM idempotency WHERE (owner, key) IN
		(SELECT owner, key FROM idempotency WHERE expires_ms <= $1 ORDER BY expires_ms, owner, key LIMIT $2)`, int64(before), limit)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return n, translate(err)
}

// applied notes in tx that the request it belongs to has written something, if it
// is one with a key.
func (tx *Tx) applied() error {
	m := once.From(tx.ctx)
	if m == nil {
		return nil
	}
	r, err := tx.exec("UPDATE idempotency SET state = 'applied' WHERE owner = $1 AND key = $2 AND attempt = $3 AND state <> 'done'", m.Owner, m.Key, m.Attempt)
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return translate(err)
	}
	if n == 0 {
		return once.Superseded()
	}
	m.Written = true
	return nil
}
