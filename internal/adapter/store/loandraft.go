package store

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination/draft"
)

var _ draft.Tx = (*Tx)(nil)

func draftMissing() *fault.Error {
	return fault.New(fault.NotFound, "draft.not_found", "没有这份草稿，可能已提交或已过期", "there is no such draft; it may have been handed in, or be too old")
}

const draftColumns = "id, org, hash, code, sealed, touched_ms, version"

func scanLoanDraft(s scanner) (d draft.Application, err error) {
	err = s.Scan(&d.ID, &d.Org, &d.Hash, &d.Code, sealedBytes{&d.Sealed}, &d.Touched, &d.Version)
	return d, err
}

// LoanDraft implements draft.Tx.
func (tx *Tx) LoanDraft(id string) (*draft.Application, error) {
	return single(tx, draftMissing(), scanLoanDraft, "SELECT "+draftColumns+" FROM loan_drafts WHERE id = $1", id)
}

// LoanDraftByHash implements draft.Tx.
func (tx *Tx) LoanDraftByHash(hash string) (*draft.Application, error) {
	return single(tx, draftMissing(), scanLoanDraft, "SELECT "+draftColumns+" FROM loan_drafts WHERE hash = $1 AND hash <> ''", hash)
}

// LoanDrafts implements draft.Tx.
func (tx *Tx) LoanDrafts(org string) ([]draft.Application, error) {
	return all(tx, scanLoanDraft, "SELECT "+draftColumns+" FROM loan_drafts WHERE org = $1 AND org <> '' ORDER BY touched_ms DESC, id", org)
}

// PutLoanDraft implements draft.Tx.
func (tx *Tx) PutLoanDraft(d *draft.Application) error {
	if d.Version == 0 {
		d.Version = 1
		_, err := tx.exec("INSERT INTO loan_drafts ("+draftColumns+") VALUES ($1, $2, $3, $4, $5, $6, 1)", d.ID, d.Org, d.Hash, d.Code, textOf(d.Sealed), int64(d.Touched))
		return err
	}
	err := changed(tx.exec("UPDATE loan_drafts SET org = $1, hash = $2, code = $3, sealed = $4, touched_ms = $5, version = version + 1 WHERE id = $6 AND version = $7",
		d.Org, d.Hash, d.Code, textOf(d.Sealed), int64(d.Touched), d.ID, d.Version))
	if err == nil {
		d.Version++
	}
	return err
}

// DropLoanDraft implements draft.Tx.
func (tx *Tx) DropLoanDraft(id string) error {
	_, err := tx.exec("DELETE FROM loan_drafts WHERE id = $1", id)
	return err
}

// SweepLoanDrafts implements draft.Tx.
func (tx *Tx) SweepLoanDrafts(before civil.Instant) error {
	_, err := tx.exec("DELETE FROM loan_drafts WHERE touched_ms < $1", int64(before))
	return err
}
