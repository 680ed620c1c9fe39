package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy"
)

var _ subsidy.Tx = (*Tx)(nil)

func subsidyMissing() *fault.Error {
	return fault.New(fault.NotFound, "subsidy.not_found", "没有这件申报或相关记录", "there is no such claim or record of one")
}

// orNil makes nothing of what is not there.
func orNil[T any](v *T, err error) (*T, error) {
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return v, err
}

// ClaimRules implements subsidy.Tx.
func (tx *Tx) ClaimRules(policy string) (*subsidy.Rules, error) {
	return orNil(single(tx, subsidyMissing(), func(s scanner) (r subsidy.Rules, err error) {
		var body string
		var version int64
		if err := s.Scan(&body, &version); err != nil {
			return r, err
		}
		err = json.Unmarshal([]byte(body), &r)
		r.Version = version
		return r, err
	}, "SELECT body, version FROM claim_rules WHERE policy = $1", policy))
}

// PutClaimRules implements subsidy.Tx.
func (tx *Tx) PutClaimRules(r *subsidy.Rules) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if r.Version == 0 {
		_, err := tx.exec("INSERT INTO claim_rules (policy, body, version) VALUES ($1, $2, 1)", r.Policy, string(body))
		return err
	}
	return changed(tx.exec("UPDATE claim_rules SET body = $1, version = version + 1 WHERE policy = $2 AND version = $3", string(body), r.Policy, r.Version))
}

const claimColumns = caseColumns + `, m.policy, m.period, m.run, m.origin, m.item, m.item_title, m.pool, m.payee, m.payee_kind, m.payee_name, m.note,
	m.line_count, m.lines, m.computed_fen, m.before_id, m.before_fen, m.notice, m.filed_ms, ` + keptOfClaim

// keptOfClaim is what the payee of claim m has of it.
const keptOfClaim = `(SELECT CAST(coalesce(sum(b.balance_fen), 0) AS BIGINT) FROM ledger_balances b WHERE b.claim = m.id AND b.account = 'paid')`

const fromClaims = " FROM claims m JOIN cases c ON c.id = m.id"

func scanClaim(s scanner) (x subsidy.Claim, err error) {
	var panel string
	err = s.Scan(append(caseFields(&x.Case, &panel), &x.Policy, &x.Period, &x.Run, &x.Origin, &x.Item, &x.ItemTitle, &x.Pool, &x.Payee, &x.PayeeKind,
		&x.PayeeName, &x.Note, &x.Rows, &x.Lines, &x.Computed, &x.Before, &x.Was, &x.Notice, &x.Filed, &x.Kept)...)
	x.Panel = strings.Fields(panel)
	return x, err
}

// Claim implements subsidy.Tx.
func (tx *Tx) Claim(id string, s access.Scope) (*subsidy.Claim, error) {
	return single(tx, subsidyMissing(), scanClaim, "SELECT "+claimColumns+fromClaims+" WHERE m.id = $1 AND ($2 = 1 OR c.org = $3)", id, flag(s.All), s.Org)
}

// whichClaims is the condition of a filter within a scope.
func whichClaims(a *args, f *subsidy.ClaimFilter, s access.Scope) string {
	where := []string{"1 = 1"}
	and := func(condition string, v any) { where = append(where, condition+a.add(v)) }
	if !s.All {
		and("c.org = ", s.Org)
	}
	if len(f.Stages) > 0 {
		where = append(where, "c.stage IN ("+in(a, f.Stages)+")")
	}
	for _, x := range []struct{ column, value string }{
		{"m.policy", f.Policy}, {"m.period", f.Period}, {"m.item", f.Item}, {"c.org", f.Org}, {"m.payee", f.Payee}, {"m.notice", f.Notice}, {"m.origin", string(f.Origin)},
	} {
		if x.value != "" {
			and(x.column+" = ", x.value)
		}
	}
	if f.Late || f.Due {
		and("c.due_on < ", f.On.String())
	}
	if f.Mine != nil {
		where = append(where, waitsFor(a, *f.Mine))
	}
	if f.Ready {
		and("c.stage = ", string(subsidy.Approved))
		where = append(where, "NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.claim = m.id AND l.state = 'open')")
	}
	if f.AfterID != "" {
		and("m.id > ", f.AfterID)
	}
	return " WHERE " + strings.Join(where, " AND ")
}

// Claims implements subsidy.Tx.
func (tx *Tx) Claims(f subsidy.ClaimFilter, s access.Scope) ([]subsidy.Claim, int, error) {
	var a args
	where := fromClaims + whichClaims(&a, &f, s)
	var total int
	if f.Limit > 0 {
		if err := tx.one(nil, "SELECT count(*)"+where, a, &total); err != nil {
			return nil, 0, err
		}
	}
	order := " ORDER BY m.id"
	if f.Newest {
		order = " ORDER BY m.id DESC"
	}
	list, err := all(tx, scanClaim, "SELECT "+claimColumns+where+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	if f.Limit == 0 {
		total = len(list)
	}
	return list, total, err
}

// SumClaims implements subsidy.Tx.
func (tx *Tx) SumClaims(f subsidy.ClaimFilter, s access.Scope) ([]subsidy.Sum, error) {
	var a args
	where := fromClaims + whichClaims(&a, &f, s)
	return all(tx, func(s scanner) (x subsidy.Sum, err error) {
		err = s.Scan(&x.Stage, &x.Item, &x.Title, &x.Claims, &x.Amount, &x.Computed, &x.Kept)
		return x, err
	}, `SELECT c.stage, m.item, m.item_title, count(*), CAST(sum(c.amount_fen) AS BIGINT), CAST(sum(m.computed_fen) AS BIGINT), CAST(sum(`+keptOfClaim+`) AS BIGINT)`+where+
		" GROUP BY c.stage, m.item, m.item_title ORDER BY m.item, m.item_title, c.stage", a...)
}

// LiveClaim implements subsidy.Tx.
func (tx *Tx) LiveClaim(policy, period, item, payee string) (*subsidy.Claim, error) {
	return orNil(single(tx, subsidyMissing(), scanClaim, "SELECT "+claimColumns+fromClaims+
		" WHERE m.policy = $1 AND m.period = $2 AND m.item = $3 AND m.payee = $4 AND m.live = 1", policy, period, item, payee))
}

// ClaimOfRun implements subsidy.Tx.
func (tx *Tx) ClaimOfRun(run, item, payee string) (*subsidy.Claim, error) {
	return orNil(single(tx, subsidyMissing(), scanClaim, "SELECT "+claimColumns+fromClaims+
		" WHERE m.run = $1 AND m.item = $2 AND m.payee = $3", run, item, payee))
}

// PutClaim implements subsidy.Tx.
func (tx *Tx) PutClaim(x *subsidy.Claim) error {
	_, err := tx.exec(`INSERT INTO claims (id, policy, period, run, origin, item, item_title, pool, payee, payee_kind, payee_name, note,
			line_count, lines, computed_fen, before_id, before_fen, notice, filed_ms, live)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (id) DO UPDATE SET notice = excluded.notice, note = excluded.note, computed_fen = excluded.computed_fen, live = excluded.live`,
		x.ID, x.Policy, x.Period, x.Run, string(x.Origin), x.Item, x.ItemTitle, x.Pool, x.Payee, string(x.PayeeKind), x.PayeeName, x.Note,
		x.Rows, x.Lines, int64(x.Computed), x.Before, int64(x.Was), x.Notice, int64(x.Filed), flag(x.Live()))
	return err
}

func scanClaimRun(s scanner) (r subsidy.RunState, err error) {
	var body string
	if err := s.Scan(&r.Run, &r.Policy, &r.Period, &r.Lines, &r.Seq, &r.At, &body); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(body), &r.Drafted)
}

const claimRunColumns = "run, policy, period, bundle, seq, at_ms, body"

// ClaimRun implements subsidy.Tx.
func (tx *Tx) ClaimRun(id string) (*subsidy.RunState, error) {
	return orNil(single(tx, subsidyMissing(), scanClaimRun, "SELECT "+claimRunColumns+" FROM claim_runs WHERE run = $1", id))
}

// LastClaimRun implements subsidy.Tx.
func (tx *Tx) LastClaimRun(policy, period string) (*subsidy.RunState, error) {
	return orNil(single(tx, subsidyMissing(), scanClaimRun,
		"SELECT "+claimRunColumns+" FROM claim_runs WHERE policy = $1 AND period = $2 ORDER BY seq DESC, run LIMIT 1", policy, period))
}

// PutClaimRun implements subsidy.Tx.
func (tx *Tx) PutClaimRun(r *subsidy.RunState) error {
	body, err := json.Marshal(r.Drafted)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO claim_runs ("+claimRunColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (run) DO UPDATE SET body = excluded.body`, r.Run, r.Policy, r.Period, r.Lines, r.Seq, int64(r.At), string(body))
	return err
}

const accountsOfPayees = `SELECT p.payee, p.name, p.sealed, p.tail, p.bank_name, p.bank_no, p.org, p.entered, p.confirmed, p.at_ms, p.version FROM payee_accounts p`

// seenBy is the condition that a payee's account is within a scope: entered by the
// organisation, or of a payee it has a claim for.
// The payees it has claims for are looked up once, not for every account.
const seenBy = ` ($1 = 1 OR p.org = $2 OR p.payee IN (SELECT m.payee FROM cases c JOIN claims m ON m.id = c.id WHERE c.org = $2))`

func scanPayeeAccount(s scanner) (p subsidy.PayeeAccount, err error) {
	err = s.Scan(&p.Payee, &p.Name, sealedBytes{&p.Sealed}, &p.Tail, &p.BankName, &p.BankNo, &p.Org, &p.Entered, &p.Confirmed, &p.At, &p.Version)
	return p, err
}

// PayeeAccount implements subsidy.Tx.
func (tx *Tx) PayeeAccount(payee string, s access.Scope) (*subsidy.PayeeAccount, error) {
	return orNil(single(tx, subsidyMissing(), scanPayeeAccount, accountsOfPayees+" WHERE"+seenBy+" AND p.payee = $3", flag(s.All), s.Org, payee))
}

// PayeeAccounts implements subsidy.Tx.
func (tx *Tx) PayeeAccounts(s access.Scope, n, offset int) ([]subsidy.PayeeAccount, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM payee_accounts p WHERE"+seenBy, []any{flag(s.All), s.Org}, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanPayeeAccount, accountsOfPayees+" WHERE"+seenBy+" ORDER BY p.payee LIMIT $3 OFFSET $4", flag(s.All), s.Org, n, offset)
	return list, total, err
}

// PutPayeeAccount implements subsidy.Tx.
func (tx *Tx) PutPayeeAccount(p *subsidy.PayeeAccount) error {
	if p.Version == 0 {
		_, err := tx.exec(`INSERT INTO payee_accounts (payee, name, sealed, tail, bank_name, bank_no, org, entered, confirmed, at_ms, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`,
			p.Payee, p.Name, textOf(p.Sealed), p.Tail, p.BankName, p.BankNo, p.Org, p.Entered, p.Confirmed, int64(p.At))
		return err
	}
	return changed(tx.exec(`UPDATE payee_accounts SET name = $1, sealed = $2, tail = $3, bank_name = $4, bank_no = $5, org = $6, entered = $7, confirmed = $8,
		at_ms = $9, version = version + 1 WHERE payee = $10 AND version = $11`,
		p.Name, textOf(p.Sealed), p.Tail, p.BankName, p.BankNo, p.Org, p.Entered, p.Confirmed, int64(p.At), p.Payee, p.Version))
}

// sealedBytes reads bytes from a TEXT column, as textOf makes it.
type sealedBytes struct{ to *[]byte }

// Scan implements sql.Scanner.
func (b sealedBytes) Scan(src any) (err error) {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("store: %T is no text", src)
	}
	*b.to, err = base64.StdEncoding.DecodeString(text)
	return err
}

// day is a day as the schema keeps it.
func day(d civil.Date) string { return d.String() }
