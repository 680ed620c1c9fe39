package store

import (
	"encoding/json"
	"fmt"

	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// The audit log is only ever added to: no statement here, or in any other file of
// this package, changes or removes an entry (TestAuditLogIsOnlyAddedTo). On
// PostgreSQL the server's own role need not be able to.

const auditColumns = "seq, at_ms, account, name, org, action, object, outcome, detail, address, suite, hash"

func scanEntry(s scanner) (e audit.Entry, err error) {
	var detail string
	err = s.Scan(&e.Seq, &e.At, &e.Account, &e.Name, &e.Org, &e.Action, &e.Object, &e.Outcome, &detail, &e.Address, &e.Suite, &e.Hash)
	if err != nil || detail == "" {
		return e, err
	}
	return e, json.Unmarshal([]byte(detail), &e.Detail)
}

// chain is the end of the audit log as a transaction sees it: nobody else adds to the
// log before it is over.
type chain struct {
	suite string // "": not looked at yet
	seq   int64
	at    civil.Instant
	hash  string
}

// Audit implements access.Tx. The entry gets the next number, a time not before
// the last entry's even when the clock has been set back, and its hash.
func (tx *Tx) Audit(e audit.Entry) error {
	last := &tx.chain
	if last.suite == "" {
		if err := tx.one(nil, `SELECT c.suite, coalesce(a.seq, 0), coalesce(a.at_ms, 0), coalesce(a.hash, '')
			FROM audit_chain c LEFT JOIN audit a ON a.seq = (SELECT max(seq) FROM audit) WHERE c.id = 1`, nil, &last.suite, &last.seq, &last.at, &last.hash); err != nil {
			return err
		}
	}
	e.Suite = last.suite
	newHash := crypto.Hashes()[e.Suite]
	if newHash == nil {
		return fmt.Errorf("store: the audit log is to be chained with %q, which is no hash", e.Suite)
	}
	e.Seq, e.At = last.seq+1, max(e.At, last.at)
	detail := ""
	if len(e.Detail) > 0 {
		b, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		detail = string(b)
	}
	if e.Detail = nil; detail != "" { // as it is read back
		if err := json.Unmarshal([]byte(detail), &e.Detail); err != nil {
			return err
		}
	}
	e.Hash = e.Seal(last.hash, newHash())
	last.seq, last.at, last.hash = e.Seq, e.At, e.Hash
	return tx.later("INSERT INTO audit ("+auditColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		e.Seq, int64(e.At), e.Account, e.Name, e.Org, e.Action, e.Object, e.Outcome, detail, e.Address, e.Suite, e.Hash)
}

// LastAudit returns when the last entry was made; 0 when there is none.
func (tx *Tx) LastAudit() (at civil.Instant, err error) {
	err = tx.one(nil, "SELECT coalesce(max(at_ms), 0) FROM audit WHERE seq = (SELECT max(seq) FROM audit)", nil, &at)
	return at, err
}

// auditWhere leaves in what an audit.Filter leaves in; auditArgs are its arguments.
const auditWhere = ` WHERE ($1 = '' OR account = $1) AND ($2 = '' OR object = $2) AND ($3 = '' OR org = $3)
	AND ($4 = '' OR action = $4 OR (substr($4, length($4), 1) = '.' AND substr(action, 1, length($4)) = $4))
	AND at_ms >= $5 AND ($6 = 0 OR at_ms < $6)`

func auditArgs(f *audit.Filter, more ...any) []any {
	return append([]any{f.Account, f.Object, f.Org, f.Action, int64(f.From), int64(f.To)}, more...)
}

// AuditEntries implements access.Tx.
func (tx *Tx) AuditEntries(f audit.Filter) ([]audit.Entry, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM audit"+auditWhere, auditArgs(&f), &total); err != nil {
		return nil, 0, err
	}
	entries, err := all(tx, scanEntry, "SELECT "+auditColumns+" FROM audit"+auditWhere+" ORDER BY seq DESC LIMIT $7 OFFSET $8",
		auditArgs(&f, f.Limit, f.Offset)...)
	return entries, total, err
}

// AuditAfter implements access.Tx.
func (tx *Tx) AuditAfter(seq int64, f audit.Filter) ([]audit.Entry, error) {
	return all(tx, scanEntry, "SELECT "+auditColumns+" FROM audit"+auditWhere+" AND seq > $7 ORDER BY seq LIMIT $8", auditArgs(&f, seq, f.Limit)...)
}

// EachAuditEntry implements access.Tx.
func (tx *Tx) EachAuditEntry(f func(*audit.Entry) error) error {
	if err := tx.flush(); err != nil {
		return err
	}
	rows, err := tx.q.QueryContext(tx.ctx, "SELECT "+auditColumns+" FROM audit ORDER BY seq")
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return translate(err)
		}
		if err := f(&e); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// ChainWith implements access.Tx.
func (tx *Tx) ChainWith(suite string) (before string, err error) {
	if crypto.Hashes()[suite] == nil {
		return "", fault.Invalidf("audit.suite", "没有“%s”这种摘要算法", "there is no hash %q", fault.Clip(suite))
	}
	if err := tx.one(nil, "SELECT suite FROM audit_chain WHERE id = 1", nil, &before); err != nil {
		return "", err
	}
	tx.chain = chain{}
	return before, changed(tx.exec("UPDATE audit_chain SET suite = $1 WHERE id = 1", suite))
}
