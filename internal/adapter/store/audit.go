package store

import (
	"crypto/sha256"
	"encoding/json"

	"changrong/internal/access/audit"
	"changrong/internal/base/fault"
)

const auditColumns = "seq, at_ms, account, name, org, action, object, outcome, detail, address, hash"

func scanEntry(s scanner) (e audit.Entry, err error) {
	var detail string
	err = s.Scan(&e.Seq, &e.At, &e.Account, &e.Name, &e.Org, &e.Action, &e.Object, &e.Outcome, &detail, &e.Address, &e.Hash)
	if err != nil || detail == "" {
		return e, err
	}
	return e, json.Unmarshal([]byte(detail), &e.Detail)
}

// Audit implements access.Tx. The entry gets the next number, a time not before
// the last entry's even when the clock has been set back, and its hash.
func (tx *Tx) Audit(e audit.Entry) error {
	last, err := single(tx, fault.New(fault.NotFound, "audit.empty", "日志为空", "the log is empty"), scanEntry,
		"SELECT "+auditColumns+" FROM audit ORDER BY seq DESC LIMIT 1")
	switch {
	case fault.KindOf(err) == fault.NotFound:
		last = &audit.Entry{}
	case err != nil:
		return err
	}
	e.Seq, e.At = last.Seq+1, max(e.At, last.At)
	if len(e.Detail) == 0 {
		e.Detail = nil // as it is read back
	}
	e.Hash = e.Seal(last.Hash, sha256.New())
	detail := ""
	if len(e.Detail) > 0 {
		b, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		detail = string(b)
	}
	_, err = tx.exec("INSERT INTO audit ("+auditColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		e.Seq, int64(e.At), e.Account, e.Name, e.Org, e.Action, e.Object, e.Outcome, detail, e.Address, e.Hash)
	return err
}
