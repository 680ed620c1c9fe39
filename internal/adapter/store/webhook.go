package store

import (
	"encoding/base64"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

var _ webhook.Tx = (*Tx)(nil)

func webhookMissing() *fault.Error {
	return fault.New(fault.NotFound, "webhook.not_found", "没有这个推送地址或推送记录", "there is no such address or delivery")
}

const endpointColumns = "id, org, url, kinds, public, is_off, why, failures, rest_til_ms, good_at_ms, added_ms, secret, old_secret, old_til_ms, version"

func scanEndpoint(s scanner) (e webhook.Endpoint, err error) {
	var kinds, secret, old string
	err = s.Scan(&e.ID, &e.Org, &e.URL, &kinds, &e.Public, &e.Off, &e.Why, &e.Failures, &e.RestTil, &e.GoodAt, &e.Added, &secret, &old, &e.OldTil, &e.Version)
	if err != nil {
		return e, err
	}
	e.Kinds = strings.Fields(kinds)
	if e.Secret, err = base64.StdEncoding.DecodeString(secret); err != nil {
		return e, err
	}
	e.OldSecret, err = base64.StdEncoding.DecodeString(old)
	return e, err
}

// Endpoint implements webhook.Tx.
func (tx *Tx) Endpoint(s access.Scope, id string) (*webhook.Endpoint, error) {
	return single(tx, webhookMissing(), scanEndpoint, "SELECT "+endpointColumns+" FROM webhooks WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Endpoints implements webhook.Tx.
func (tx *Tx) Endpoints(s access.Scope) ([]webhook.Endpoint, error) {
	return all(tx, scanEndpoint, "SELECT "+endpointColumns+" FROM webhooks WHERE ($1 = 1 OR org = $2) ORDER BY org, added_ms, id", flag(s.All), s.Org)
}

// PutEndpoint implements webhook.Tx.
func (tx *Tx) PutEndpoint(e *webhook.Endpoint) error {
	b := base64.StdEncoding
	kinds, secret, old := strings.Join(e.Kinds, " "), b.EncodeToString(e.Secret), b.EncodeToString(e.OldSecret)
	if e.Version == 0 {
		_, err := tx.exec("INSERT INTO webhooks ("+endpointColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
			e.ID, e.Org, e.URL, kinds, e.Public, flag(e.Off), e.Why, e.Failures, int64(e.RestTil), int64(e.GoodAt), int64(e.Added), secret, old, int64(e.OldTil))
		return err
	}
	return changed(tx.exec(`UPDATE webhooks SET url = $1, kinds = $2, public = $3, is_off = $4, why = $5, failures = $6, rest_til_ms = $7,
		secret = $8, old_secret = $9, old_til_ms = $10, version = version + 1 WHERE id = $11 AND version = $12`,
		e.URL, kinds, e.Public, flag(e.Off), e.Why, e.Failures, int64(e.RestTil), secret, old, int64(e.OldTil), e.ID, e.Version))
}

// PutHealth implements webhook.Tx.
func (tx *Tx) PutHealth(e *webhook.Endpoint) error {
	_, err := tx.exec("UPDATE webhooks SET is_off = $1, why = $2, failures = $3, rest_til_ms = $4, good_at_ms = $5 WHERE id = $6",
		flag(e.Off), e.Why, e.Failures, int64(e.RestTil), int64(e.GoodAt), e.ID)
	return err
}

// DropEndpoint implements webhook.Tx.
func (tx *Tx) DropEndpoint(id string) error {
	for _, sql := range []string{
		"DELETE FROM webhook_attempts WHERE delivery IN (SELECT id FROM webhook_deliveries WHERE endpoint = $1)",
		"DELETE FROM webhook_deliveries WHERE endpoint = $1",
		"DELETE FROM webhooks WHERE id = $1",
	} {
		if _, err := tx.exec(sql, id); err != nil {
			return err
		}
	}
	return nil
}

const deliveryColumns = "d.id, d.endpoint, d.event, d.kind, d.body, d.state, d.tries, d.run, d.next_ms, d.added_ms"

func scanDelivery(s scanner) (d webhook.Delivery, err error) {
	err = s.Scan(&d.ID, &d.Endpoint, &d.Event, &d.Kind, &d.Body, &d.State, &d.Tries, &d.Run, &d.Next, &d.Added)
	return d, err
}

// Delivery implements webhook.Tx.
func (tx *Tx) Delivery(s access.Scope, id string) (*webhook.Delivery, error) {
	return single(tx, webhookMissing(), scanDelivery, "SELECT "+deliveryColumns+` FROM webhook_deliveries d JOIN webhooks w ON w.id = d.endpoint
		WHERE d.id = $1 AND ($2 = 1 OR w.org = $3)`, id, flag(s.All), s.Org)
}

// Deliveries implements webhook.Tx.
func (tx *Tx) Deliveries(s access.Scope, endpoint string, state webhook.State, limit, offset int) ([]webhook.Delivery, int, error) {
	const from = ` FROM webhook_deliveries d JOIN webhooks w ON w.id = d.endpoint WHERE d.endpoint = $1 AND ($2 = 1 OR w.org = $3) AND ($4 = '' OR d.state = $4)`
	var total int
	if err := tx.one(webhookMissing(), "SELECT count(*)"+from, []any{endpoint, flag(s.All), s.Org, state}, &total); err != nil {
		return nil, 0, err
	}
	ds, err := all(tx, scanDelivery, "SELECT "+deliveryColumns+from+" ORDER BY d.added_ms DESC, d.id DESC LIMIT $5 OFFSET $6", endpoint, flag(s.All), s.Org, state, limit, offset)
	return ds, total, err
}

// AddDelivery implements webhook.Tx.
func (tx *Tx) AddDelivery(d *webhook.Delivery) (bool, error) {
	r, err := tx.exec(`INSERT INTO webhook_deliveries (id, endpoint, event, kind, body, state, tries, run, next_ms, added_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (endpoint, event) DO NOTHING`,
		d.ID, d.Endpoint, d.Event, d.Kind, d.Body, d.State, d.Tries, d.Run, int64(d.Next), int64(d.Added))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, translate(err)
}

// PutDelivery implements webhook.Tx.
func (tx *Tx) PutDelivery(d *webhook.Delivery) error {
	_, err := tx.exec("UPDATE webhook_deliveries SET state = $1, tries = $2, run = $3, next_ms = $4 WHERE id = $5", d.State, d.Tries, d.Run, int64(d.Next), d.ID)
	return err
}

// AddAttempt implements webhook.Tx.
func (tx *Tx) AddAttempt(a *webhook.Attempt) error {
	_, err := tx.exec("INSERT INTO webhook_attempts (delivery, n, at_ms, status, took_ms, note) VALUES ($1, $2, $3, $4, $5, $6)",
		a.Delivery, a.N, int64(a.At), a.Status, int64(a.Took), a.Note)
	return err
}

// Attempts implements webhook.Tx.
func (tx *Tx) Attempts(delivery string) ([]webhook.Attempt, error) {
	return all(tx, func(s scanner) (a webhook.Attempt, err error) {
		err = s.Scan(&a.Delivery, &a.N, &a.At, &a.Status, &a.Took, &a.Note)
		return a, err
	}, "SELECT delivery, n, at_ms, status, took_ms, note FROM webhook_attempts WHERE delivery = $1 ORDER BY n", delivery)
}

// LateDeliveries implements webhook.Tx.
func (tx *Tx) LateDeliveries(before civil.Instant, limit int) ([]webhook.Delivery, error) {
	return all(tx, scanDelivery, "SELECT "+deliveryColumns+" FROM webhook_deliveries d WHERE d.state = 'waiting' AND d.next_ms < $1 ORDER BY d.next_ms, d.id LIMIT $2", int64(before), limit)
}

// SweepDeliveries implements webhook.Tx.
func (tx *Tx) SweepDeliveries(before civil.Instant) error {
	if _, err := tx.exec(`DELETE FROM webhook_attempts WHERE delivery IN
		(SELECT id FROM webhook_deliveries WHERE added_ms < $1 AND state <> 'waiting')`, int64(before)); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM webhook_deliveries WHERE added_ms < $1 AND state <> 'waiting'", int64(before))
	return err
}
