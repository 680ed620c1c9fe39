package store

import (
	"encoding/base64"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

var _ apikey.Tx = (*Tx)(nil)

const keyColumns = "id, org, name, alg, public, fingerprint, secret, state, added_ms, added_by, decided_ms, decided_by, expires_ms, version"

func scanKey(s scanner) (k apikey.Key, err error) {
	var secret string
	err = s.Scan(&k.ID, &k.Org, &k.Name, &k.Alg, &k.Public, &k.Fingerprint, &secret, &k.State, &k.Added, &k.AddedBy, &k.Decided, &k.DecidedBy, &k.Expires, &k.Version)
	if err != nil || secret == "" {
		return k, err
	}
	k.Secret, err = base64.StdEncoding.DecodeString(secret)
	return k, err
}

// Key implements apikey.Tx.
func (tx *Tx) Key(s access.Scope, id string) (*apikey.Key, error) {
	return single(tx, fault.New(fault.NotFound, "apikey.not_found", "没有这把密钥", "there is no such key"), scanKey,
		"SELECT "+keyColumns+" FROM api_keys WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Keys implements apikey.Tx.
func (tx *Tx) Keys(s access.Scope) ([]apikey.Key, error) {
	return all(tx, scanKey, "SELECT "+keyColumns+" FROM api_keys WHERE ($1 = 1 OR org = $2) ORDER BY added_ms DESC, id DESC", flag(s.All), s.Org)
}

// PutKey implements apikey.Tx.
func (tx *Tx) PutKey(k *apikey.Key) error {
	secret := base64.StdEncoding.EncodeToString(k.Secret)
	if k.Version == 0 {
		_, err := tx.exec("INSERT INTO api_keys ("+keyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
			k.ID, k.Org, k.Name, k.Alg, k.Public, k.Fingerprint, secret, k.State, int64(k.Added), k.AddedBy, int64(k.Decided), k.DecidedBy, int64(k.Expires))
		return err
	}
	return changed(tx.exec("UPDATE api_keys SET secret = $1, state = $2, decided_ms = $3, decided_by = $4, version = version + 1 WHERE id = $5 AND version = $6",
		secret, k.State, int64(k.Decided), k.DecidedBy, k.ID, k.Version))
}

// UseNonce implements apikey.Tx.
func (tx *Tx) UseNonce(key, nonce string, til civil.Instant) (bool, error) {
	r, err := tx.exec("INSERT INTO nonces (key, nonce, til_ms) VALUES ($1, $2, $3) ON CONFLICT (key, nonce) DO NOTHING", key, nonce, int64(til))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, translate(err)
}

// SweepNonces implements apikey.Tx.
func (tx *Tx) SweepNonces(before civil.Instant) error {
	_, err := tx.exec("DELETE FROM nonces WHERE til_ms < $1", int64(before))
	return err
}
