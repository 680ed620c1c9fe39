package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"changrong/internal/access"
	"changrong/internal/subsidy/followup"
)

var _ followup.Tx = (*Tx)(nil)

// PutSample implements followup.Tx.
func (tx *Tx) PutSample(d *followup.Sample) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO claim_samples (id, policy, body, person, at_ms) VALUES ($1, $2, $3, $4, $5)", d.ID, d.Policy, string(body), d.Person, int64(d.At))
	return err
}

func scanSample(s scanner) (d followup.Sample, err error) {
	var body string
	if err := s.Scan(&body); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(body), &d)
}

// Sample implements followup.Tx.
func (tx *Tx) Sample(id string) (*followup.Sample, error) {
	return single(tx, subsidyMissing(), scanSample, "SELECT body FROM claim_samples WHERE id = $1", id)
}

// Samples implements followup.Tx.
func (tx *Tx) Samples(policy string) ([]followup.Sample, error) {
	return all(tx, scanSample, "SELECT body FROM claim_samples WHERE $1 = '' OR policy = $1 ORDER BY id DESC", policy)
}

const findingColumns = "id, claim, outcome, text, clawback, person, name, at_ms"

// PutFinding implements followup.Tx.
func (tx *Tx) PutFinding(f *followup.Finding) error {
	_, err := tx.exec("INSERT INTO claim_findings ("+findingColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		f.ID, f.Claim, string(f.Outcome), f.Text, f.Clawback, f.Person, f.Name, int64(f.At))
	return err
}

// Findings implements followup.Tx.
func (tx *Tx) Findings(claim string) ([]followup.Finding, error) {
	return all(tx, func(s scanner) (f followup.Finding, err error) {
		err = s.Scan(&f.ID, &f.Claim, &f.Outcome, &f.Text, &f.Clawback, &f.Person, &f.Name, &f.At)
		return f, err
	}, "SELECT "+findingColumns+" FROM claim_findings WHERE claim = $1 ORDER BY at_ms, id", claim)
}

const (
	clawbackColumns = caseColumns + `, b.number, b.claim, b.policy, b.item, b.item_title, b.payee, b.payee_name, b.why, b.basis, b.deadline_on, b.proposer, b.decider,
	b.made_ms, b.issued_ms, b.returned_fen, b.told_ms`
	fromClawbacks = " FROM clawbacks b JOIN cases c ON c.id = b.id"
)

func scanClawback(s scanner) (b followup.Clawback, err error) {
	var panel string
	err = s.Scan(append(caseFields(&b.Case, &panel), &b.Number, &b.Claim, &b.Policy, &b.Item, &b.ItemTitle, &b.Payee, &b.PayeeName, &b.Why, &b.Basis, dayOf{&b.Deadline},
		&b.Proposer, &b.Decider, &b.Made, &b.Issued, &b.Returned, &b.Told)...)
	b.Panel = strings.Fields(panel)
	return b, err
}

// withinClawbacks is the condition that a clawback is within a scope: who has to
// return money sees the order, not what was proposed before it.
const withinClawbacks = "(%[1]s = 1 OR c.org = %[2]s AND b.number <> '')"

// Clawback implements followup.Tx.
func (tx *Tx) Clawback(id string, s access.Scope) (*followup.Clawback, error) {
	return single(tx, subsidyMissing(), scanClawback, "SELECT "+clawbackColumns+fromClawbacks+" WHERE b.id = $1 AND "+fmt.Sprintf(withinClawbacks, "$2", "$3"), id, flag(s.All), s.Org)
}

// Clawbacks implements followup.Tx.
func (tx *Tx) Clawbacks(f followup.Filter, s access.Scope) ([]followup.Clawback, int, error) {
	var a args
	where := []string{fmt.Sprintf(withinClawbacks, a.add(flag(s.All)), a.add(s.Org))}
	for _, x := range []struct{ column, value string }{
		{"c.stage", string(f.Stage)}, {"b.policy", f.Policy}, {"b.payee", f.Payee}, {"b.claim", f.Claim},
	} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	if f.Open {
		where = append(where, "b.live = 1")
	}
	if f.Late {
		where = append(where, "c.due_on < "+a.add(f.On.String()))
	}
	if f.Untold {
		where = append(where, "b.told_ms = 0")
	}
	if f.Mine != nil {
		where = append(where, waitsFor(&a, *f.Mine))
	}
	from := fromClawbacks + " WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	order := " ORDER BY b.id"
	if f.Newest {
		order = " ORDER BY b.id DESC"
	}
	list, err := all(tx, scanClawback, "SELECT "+clawbackColumns+from+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// PutClawback implements followup.Tx.
func (tx *Tx) PutClawback(b *followup.Clawback) error {
	_, err := tx.exec(`INSERT INTO clawbacks (id, number, claim, policy, item, item_title, payee, payee_name, why, basis, deadline_on, proposer, decider,
			made_ms, issued_ms, returned_fen, told_ms, live)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, decider = excluded.decider, issued_ms = excluded.issued_ms,
			returned_fen = excluded.returned_fen, told_ms = excluded.told_ms, live = excluded.live`,
		b.ID, b.Number, b.Claim, b.Policy, b.Item, b.ItemTitle, b.Payee, b.PayeeName, b.Why, b.Basis, day(b.Deadline), b.Proposer, b.Decider,
		int64(b.Made), int64(b.Issued), int64(b.Returned), int64(b.Told), flag(b.Open()))
	return err
}

// NextClawbackNumber implements followup.Tx. There is one writer at a time, so it is
// nobody else's meanwhile.
func (tx *Tx) NextClawbackNumber(year int) (n int, err error) {
	err = tx.one(nil, "SELECT count(*) + 1 FROM clawbacks WHERE substr(number, 1, 5) = $1", []any{fmt.Sprintf("%d-", year)}, &n)
	return n, err
}

const receiptColumns = "id, clawback, no, payer, amount_fen, paid_on, person, at_ms"

// Receipts implements followup.Tx.
func (tx *Tx) Receipts(clawback string) ([]followup.Receipt, error) {
	return all(tx, func(s scanner) (r followup.Receipt, err error) {
		err = s.Scan(&r.ID, &r.Clawback, &r.No, &r.Payer, &r.Amount, dayOf{&r.On}, &r.Person, &r.At)
		return r, err
	}, "SELECT "+receiptColumns+" FROM clawback_receipts WHERE clawback = $1 ORDER BY at_ms, id", clawback)
}

// PutReceipt implements followup.Tx.
func (tx *Tx) PutReceipt(r *followup.Receipt) error {
	_, err := tx.exec("INSERT INTO clawback_receipts ("+receiptColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		r.ID, r.Clawback, r.No, r.Payer, int64(r.Amount), day(r.On), r.Person, int64(r.At))
	return err
}
