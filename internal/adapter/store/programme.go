package store

import (
	"encoding/json"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/programme"
)

var _ programme.Tx = (*Tx)(nil)

func programmeMissing() *fault.Error {
	return fault.New(fault.NotFound, "programme.not_found", "没有这次结算或测算", "there is no such run or trial")
}

// runDoc is a run as its column doc keeps it: with what the API does not tell.
type runDoc struct {
	programme.Run
	AskedOrg string `json:"asked_org"`
	Tries    int    `json:"tries"`
}

func scanRun(s scanner) (r programme.Run, err error) {
	var doc string
	var d runDoc
	var version int64
	if err = s.Scan(&doc, &version); err != nil {
		return r, err
	}
	if err = json.Unmarshal([]byte(doc), &d); err != nil {
		return r, err
	}
	r = d.Run
	r.AskedOrg, r.Tries, r.Version = d.AskedOrg, d.Tries, version
	return r, nil
}

// Run implements programme.Tx.
func (tx *Tx) Run(id string) (*programme.Run, error) {
	return single(tx, programmeMissing(), scanRun, "SELECT doc, version FROM runs WHERE id = $1", id)
}

// Runs implements programme.Tx.
func (tx *Tx) Runs(pack string, official bool, limit, offset int) (runs []programme.Run, total int, err error) {
	const where = " FROM runs WHERE ($1 = '' OR pack = $1) AND ($2 = 0 OR standing IN ('official', 'superseded'))"
	if err = tx.one(nil, "SELECT count(*)"+where, []any{pack, flag(official)}, &total); err != nil {
		return nil, 0, err
	}
	runs, err = all(tx, scanRun, "SELECT doc, version"+where+" ORDER BY no DESC LIMIT $3 OFFSET $4", pack, flag(official), limit, offset)
	return runs, total, err
}

// OfficialRun implements programme.Tx.
func (tx *Tx) OfficialRun(pack string) (*programme.Run, error) {
	return single(tx, programmeMissing(), scanRun,
		"SELECT doc, version FROM runs WHERE standing = 'official' AND ($1 = '' OR pack = $1) ORDER BY to_on DESC, no DESC LIMIT 1", pack)
}

// EarlierOfficial implements programme.Tx.
func (tx *Tx) EarlierOfficial(before civil.Date) ([]programme.Run, error) {
	return all(tx, scanRun, "SELECT doc, version FROM runs WHERE standing = 'official' AND to_on < $1 ORDER BY to_on DESC, no DESC LIMIT 5", before.String())
}

// RunsUnderWay implements programme.Tx.
func (tx *Tx) RunsUnderWay(org string) (n int, err error) {
	err = tx.one(nil, `SELECT (SELECT count(*) FROM runs WHERE asked_org = $1 AND state IN ('queued', 'freezing', 'settling'))
		+ (SELECT count(*) FROM whatifs WHERE asked_org = $1 AND state IN ('queued', 'settling'))`, []any{org}, &n)
	return n, err
}

// UnderWay implements programme.Tx.
func (tx *Tx) UnderWay(before civil.Instant) (runs, whatIfs []string, err error) {
	scan := func(s scanner) (id string, err error) {
		err = s.Scan(&id)
		return id, err
	}
	runs, err = all(tx, scan, "SELECT id FROM runs WHERE state IN ('queued', 'freezing', 'settling') AND asked_at_ms < $1 ORDER BY no", int64(before))
	if err != nil {
		return nil, nil, err
	}
	whatIfs, err = all(tx, scan, "SELECT id FROM whatifs WHERE state IN ('queued', 'settling') AND asked_at_ms < $1 ORDER BY seq", int64(before))
	return runs, whatIfs, err
}

// OldTrials implements programme.Tx.
func (tx *Tx) OldTrials(before civil.Instant) ([]programme.Run, error) {
	some := ""
	for _, table := range []string{"run_lines", "run_asides", "run_totals", "run_sums", "run_pools", "run_indicators"} {
		if some != "" {
			some += " OR "
		}
		some += "EXISTS (SELECT 1 FROM " + table + " t WHERE t.run = runs.no)"
	}
	return all(tx, scanRun, `SELECT doc, version FROM runs WHERE purpose = 'trial' AND standing = '' AND state IN ('done', 'failed')
		AND asked_at_ms < $1 AND (`+some+") ORDER BY no", int64(before))
}

// PutRun implements programme.Tx.
func (tx *Tx) PutRun(r *programme.Run) error {
	bundle := ""
	if r.Sealed != nil {
		bundle = r.Sealed.BundleSHA256
	}
	if r.Version == 0 {
		if err := tx.one(nil, "SELECT coalesce(max(no), 0) + 1 FROM runs", nil, &r.No); err != nil {
			return err
		}
	}
	doc, err := json.Marshal(runDoc{*r, r.AskedOrg, r.Tries})
	if err != nil {
		return err
	}
	if r.Version == 0 {
		_, err := tx.exec(`INSERT INTO runs (id, no, pack, purpose, state, standing, from_on, to_on, asked_by, asked_org, asked_at_ms, bundle, tries, doc, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)`,
			r.ID, r.No, r.Pack, r.Purpose, r.State, r.Standing, r.From.String(), r.To.String(), r.AskedBy, r.AskedOrg, int64(r.AskedAt), bundle, r.Tries, string(doc))
		r.Version = 1
		return err
	}
	err = changed(tx.exec("UPDATE runs SET state = $1, standing = $2, bundle = $3, tries = $4, doc = $5, version = version + 1 WHERE id = $6 AND version = $7",
		r.State, r.Standing, bundle, r.Tries, string(doc), r.ID, r.Version))
	r.Version++
	return err
}

// ClearRows implements programme.Tx.
func (tx *Tx) ClearRows(run int64, limit int) (left bool, err error) {
	for _, table := range []string{"run_lines", "run_asides"} {
		n, err := affected(tx.exec("DELETE FROM "+table+" WHERE run = $1 AND n IN (SELECT n FROM "+table+" WHERE run = $1 ORDER BY n LIMIT $2)", run, limit))
		if err != nil || n > 0 {
			return true, err
		}
	}
	for _, table := range []string{"run_totals", "run_sums", "run_pools", "run_indicators"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE run = $1", run); err != nil {
			return false, err
		}
	}
	return false, nil
}

// AddLines implements programme.Tx.
func (tx *Tx) AddLines(run int64, rows []programme.Line) error {
	return insert(tx, "INSERT INTO run_lines (run, "+runLineColumns+", changed)", rows, func(l *programme.Line) []any {
		changed := l.LimitedBase != l.Base || l.Deducted != 0 || l.Capped != l.Amount-l.Deducted || l.Pooled != l.Capped
		return []any{
			run, l.N, l.Item, l.PayeeID, l.InstitutionID, l.SubjectID, l.EnterpriseID, l.Base, l.LimitedBase, int64(l.Rate), int64(l.Amount),
			int64(l.Deducted), int64(l.Capped), int64(l.Pooled), int64(l.Paid), l.Institution, l.Enterprise, l.Town, flag(changed),
		}
	})
}

// AddAsides implements programme.Tx.
func (tx *Tx) AddAsides(run int64, rows []programme.Aside) error {
	return insert(tx, "INSERT INTO run_asides (run, "+runAsideColumns+")", rows, func(a *programme.Aside) []any {
		return []any{
			run, a.N, flag(a.Waiting), a.Item, a.InstitutionID, a.SubjectID, a.EnterpriseID, string(a.Reason), a.Detail,
			a.Institution, a.Enterprise, a.Town,
		}
	})
}

// AddTotals implements programme.Tx.
func (tx *Tx) AddTotals(run int64, rows []programme.Total) error {
	return insert(tx, "INSERT INTO run_totals (run, "+runTotalColumns+")", rows, func(t *programme.Total) []any {
		return []any{run, t.N, t.Item, t.PayeeID, t.Payee, t.Rows, t.Base, int64(t.Amount), int64(t.Pooled), int64(t.Paid)}
	})
}

// AddSums implements programme.Tx.
func (tx *Tx) AddSums(run int64, rows []programme.Sum) error {
	return insert(tx, "INSERT INTO run_sums (run, "+runSumColumns+")", rows, func(s *programme.Sum) []any {
		return []any{
			run, string(s.By), s.Key, s.Item, s.Name, s.Rows, s.Base, int64(s.Entitled), int64(s.Pooled), int64(s.Paid), s.SetAside, s.Excluded,
		}
	})
}

// AddFigures implements programme.Tx.
func (tx *Tx) AddFigures(run int64, pools []programme.PoolUse, indicators []programme.Measured) error {
	err := insert(tx, "INSERT INTO run_pools (run, "+runPoolColumns+")", pools, func(p *programme.PoolUse) []any {
		return []any{
			run, p.Pool, p.Title, p.Allocator, flag(p.Limited), int64(p.Budget), int64(p.Requested), int64(p.Pooled), int64(p.Paid), int64(p.Rate),
		}
	})
	if err != nil {
		return err
	}
	n := 0
	return insert(tx, "INSERT INTO run_indicators (run, n, "+runIndicatorColumns+")", indicators, func(m *programme.Measured) []any {
		n++
		return []any{
			run, n, m.Indicator, m.Title, m.Clause, m.Responsible, m.Unit, flag(m.Known), m.Value, m.Rows, m.Unknown,
			flag(m.HasTarget), flag(m.AtLeast), m.Target, flag(m.Met), m.Why,
		}
	})
}

// whatIfDoc is a trial as its column doc keeps it.
type whatIfDoc struct {
	programme.WhatIf
	AskedOrg string         `json:"asked_org"`
	Page     programme.File `json:"page"`
	Table    programme.File `json:"table"`
	Tries    int            `json:"tries"`
}

func scanWhatIf(s scanner) (w programme.WhatIf, err error) {
	var doc string
	var d whatIfDoc
	var version int64
	if err = s.Scan(&doc, &version); err != nil {
		return w, err
	}
	if err = json.Unmarshal([]byte(doc), &d); err != nil {
		return w, err
	}
	w = d.WhatIf
	w.AskedOrg, w.Page, w.Table, w.Tries, w.Version = d.AskedOrg, d.Page, d.Table, d.Tries, version
	return w, nil
}

// WhatIf implements programme.Tx.
func (tx *Tx) WhatIf(id string) (*programme.WhatIf, error) {
	return single(tx, programmeMissing(), scanWhatIf, "SELECT doc, version FROM whatifs WHERE id = $1", id)
}

// WhatIfs implements programme.Tx.
func (tx *Tx) WhatIfs(pack string, limit, offset int) (ws []programme.WhatIf, total int, err error) {
	const where = " FROM whatifs WHERE ($1 = '' OR pack = $1)"
	if err = tx.one(nil, "SELECT count(*)"+where, []any{pack}, &total); err != nil {
		return nil, 0, err
	}
	ws, err = all(tx, scanWhatIf, "SELECT doc, version"+where+" ORDER BY seq DESC LIMIT $2 OFFSET $3", pack, limit, offset)
	return ws, total, err
}

// PutWhatIf implements programme.Tx.
func (tx *Tx) PutWhatIf(w *programme.WhatIf) error {
	doc, err := json.Marshal(whatIfDoc{*w, w.AskedOrg, w.Page, w.Table, w.Tries})
	if err != nil {
		return err
	}
	if w.Version == 0 {
		w.Version = 1
		_, err := tx.exec(`INSERT INTO whatifs (id, seq, run, pack, state, asked_org, asked_at_ms, page, sheet, tries, doc, version)
			VALUES ($1, (SELECT coalesce(max(seq), 0) + 1 FROM whatifs), $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`,
			w.ID, w.Run, w.Pack, w.State, w.AskedOrg, int64(w.AskedAt), w.Page.SHA256, w.Table.SHA256, w.Tries, string(doc))
		return err
	}
	err = changed(tx.exec("UPDATE whatifs SET state = $1, page = $2, sheet = $3, tries = $4, doc = $5, version = version + 1 WHERE id = $6 AND version = $7",
		w.State, w.Page.SHA256, w.Table.SHA256, w.Tries, string(doc), w.ID, w.Version))
	w.Version++
	return err
}

// ClearShifts implements programme.Tx.
func (tx *Tx) ClearShifts(whatif string) error {
	_, err := tx.exec("DELETE FROM shifts WHERE whatif = $1", whatif)
	return err
}

const shiftColumns = "alternative, by_what, key, item, name, before_fen, after_fen, difference_fen"

func scanShift(s scanner) (x programme.Shift, err error) {
	err = s.Scan(&x.No, &x.By, &x.Key, &x.Item, &x.Name, &x.Before, &x.After, &x.Difference)
	return x, err
}

// AddShifts implements programme.Tx.
func (tx *Tx) AddShifts(whatif string, rows []programme.Shift) error {
	return insert(tx, "INSERT INTO shifts (whatif, "+shiftColumns+")", rows, func(s *programme.Shift) []any {
		return []any{whatif, s.No, string(s.By), s.Key, s.Item, s.Name, int64(s.Before), int64(s.After), int64(s.Difference)}
	})
}

// Shifts implements programme.Tx.
func (tx *Tx) Shifts(whatif string, f programme.ShiftFilter) ([]programme.Shift, int, error) {
	var w where
	w.is("whatif = ?", whatif)
	w.is("by_what = ?", string(f.By))
	w.is("item = ?", f.Item)
	if f.No > 0 {
		w.is("alternative = ?", f.No)
	}
	order := "difference_fen DESC"
	switch {
	case f.All:
		order = "abs(difference_fen) DESC"
	case f.Losing:
		order = "difference_fen"
		w.is("difference_fen < ?", 0)
	default:
		w.is("difference_fen > ?", 0)
	}
	return page(tx, scanShift, shiftColumns, "shifts", &w, order+", alternative, key, item", f.Limit, f.Offset)
}
