package store

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/ledger"
	"changrong/internal/subsidy/fund"
)

var _ fund.Tx = (*Tx)(nil)

const proposalColumns = "id, kind, state, source, next, amount_fen, carry_fen, claim, item, payment_order, entry, document, memo, prepared_at_ms, prepared_by, decided_at_ms, decided_by, reason, version"

func scanProposal(s scanner) (p fund.Proposal, err error) {
	err = s.Scan(&p.ID, &p.Kind, &p.State, &p.Source, &p.Next, &p.Amount, &p.Carry, &p.Claim, &p.Item, &p.Order, &p.Entry, &p.Document, &p.Memo,
		&p.PreparedAt, &p.PreparedBy, &p.DecidedAt, &p.DecidedBy, &p.Reason, &p.Version)
	return p, err
}

// FundProposal implements fund.Tx.
func (tx *Tx) FundProposal(id string) (*fund.Proposal, error) {
	return single(tx, fault.New(fault.NotFound, "fund.no_proposal", "没有这个待复核事项", "there is no such proposal"), scanProposal,
		"SELECT "+proposalColumns+" FROM fund_proposals WHERE id = $1", id)
}

// FundProposals implements fund.Tx.
func (tx *Tx) FundProposals(state fund.State, n, offset int) ([]fund.Proposal, int, error) {
	found, err := all(tx, scanProposal, "SELECT "+proposalColumns+" FROM fund_proposals WHERE ($1 = '' OR state = $1) ORDER BY prepared_at_ms DESC, id DESC LIMIT $2 OFFSET $3",
		string(state), limit(n), offset)
	if err != nil {
		return nil, 0, err
	}
	var total int
	err = tx.one(nil, "SELECT count(*) FROM fund_proposals WHERE ($1 = '' OR state = $1)", []any{string(state)}, &total)
	return found, total, err
}

// PutFundProposal implements fund.Tx.
func (tx *Tx) PutFundProposal(p *fund.Proposal) error {
	if p.Version > 0 {
		return changed(tx.exec("UPDATE fund_proposals SET state = $1, decided_at_ms = $2, decided_by = $3, reason = $4, version = version + 1 WHERE id = $5 AND version = $6",
			string(p.State), int64(p.DecidedAt), p.DecidedBy, p.Reason, p.ID, p.Version))
	}
	_, err := tx.exec("INSERT INTO fund_proposals ("+proposalColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)",
		p.ID, string(p.Kind), string(p.State), p.Source, p.Next, int64(p.Amount), int64(p.Carry), p.Claim, p.Item, p.Order, p.Entry, p.Document, p.Memo,
		int64(p.PreparedAt), p.PreparedBy, int64(p.DecidedAt), p.DecidedBy, p.Reason)
	return err
}

const importColumns = "id, name, digest, at_ms, by_account, kept, known"

func scanImport(s scanner) (i fund.Import, err error) {
	err = s.Scan(&i.ID, &i.Name, &i.Digest, &i.At, &i.By, &i.Kept, &i.Known)
	return i, err
}

// FundImportByDigest implements fund.Tx.
func (tx *Tx) FundImportByDigest(digest string) (*fund.Import, error) {
	found, err := all(tx, scanImport, "SELECT "+importColumns+" FROM fund_imports WHERE digest = $1", digest)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// FundImports implements fund.Tx.
func (tx *Tx) FundImports(n, offset int) ([]fund.Import, int, error) {
	found, err := all(tx, scanImport, "SELECT "+importColumns+" FROM fund_imports ORDER BY at_ms DESC, id DESC LIMIT $1 OFFSET $2", limit(n), offset)
	if err != nil {
		return nil, 0, err
	}
	var total int
	err = tx.one(nil, "SELECT count(*) FROM fund_imports", nil, &total)
	return found, total, err
}

// PutFundImport implements fund.Tx.
func (tx *Tx) PutFundImport(i *fund.Import) error {
	_, err := tx.exec("INSERT INTO fund_imports ("+importColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET kept = excluded.kept, known = excluded.known",
		i.ID, i.Name, i.Digest, int64(i.At), i.By, i.Kept, i.Known)
	return err
}

const lineColumns = "import, line, paid_on, amount_fen, payee, tail, ref, note"

// PutFundLine implements fund.Tx.
func (tx *Tx) PutFundLine(l ledger.BankLine) (known bool, err error) {
	r, err := tx.exec("INSERT INTO fund_bank_lines ("+lineColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ref, paid_on, amount_fen, payee, tail) DO NOTHING",
		l.Import, l.Line, l.On.String(), int64(l.Amount), l.Payee, l.Tail, l.Ref, l.Note)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 0, translate(err)
}

// FundLines implements fund.Tx.
func (tx *Tx) FundLines(days civil.Range, n, offset int) ([]ledger.BankLine, int, error) {
	scan := func(s scanner) (l ledger.BankLine, err error) {
		var on string
		if err := s.Scan(&l.Import, &l.Line, &on, &l.Amount, &l.Payee, &l.Tail, &l.Ref, &l.Note); err != nil {
			return l, err
		}
		l.On, err = civil.ParseDate(on)
		return l, err
	}
	found, err := all(tx, scan, "SELECT "+lineColumns+" FROM fund_bank_lines WHERE paid_on >= $1 AND paid_on <= $2 ORDER BY paid_on, import, line LIMIT $3 OFFSET $4",
		days.First.String(), days.Last.String(), limit(n), offset)
	if err != nil {
		return nil, 0, err
	}
	var total int
	err = tx.one(nil, "SELECT count(*) FROM fund_bank_lines WHERE paid_on >= $1 AND paid_on <= $2", []any{days.First.String(), days.Last.String()}, &total)
	return found, total, err
}
