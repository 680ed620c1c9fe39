package store

import (
	"encoding/json"

	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/party"
	"changrong/internal/registry"
)

var _ registry.Tx = (*Tx)(nil)

func firmMissing() *fault.Error {
	return fault.New(fault.NotFound, "registry.not_found", "企业登记库中没有这家企业", "the registry of firms does not have it")
}

// EnterprisesByCode implements registry.Tx.
func (tx *Tx) EnterprisesByCode(codes []string) (map[string]string, error) {
	a := args{string(access.EnterpriseOrg)}
	orgs, err := all(tx, scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE kind = $1 AND uscc IN ("+in(&a, codes)+")", a...)
	byCode := make(map[string]string, len(orgs))
	for i := range orgs {
		byCode[orgs[i].USCC] = orgs[i].ID
	}
	return byCode, err
}

// Seated implements registry.Tx.
func (tx *Tx) Seated(department string) (org string, err error) {
	err = tx.one(firmMissing(), "SELECT org FROM data_departments WHERE department = $1", args{department}, &org)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return org, err
}

const firmColumns = "uscc, name, kind, status, closed_on, industry, town, size, registered_on, capital_fen, person, as_of_on, source"

func scanFirm(s scanner) (k registry.Kept, err error) {
	err = s.Scan(&k.USCC, &k.Name, &k.Kind, &k.Status, dayOf{&k.ClosedOn}, &k.Industry, &k.Town, &k.Size, dayOf{&k.RegisteredOn}, &k.Capital,
		sealedBytes{&k.Sealed}, dayOf{&k.AsOf}, &k.Source)
	if len(k.Sealed) == 0 {
		k.Sealed = nil
	}
	return k, err
}

// Firm implements registry.Tx.
func (tx *Tx) Firm(uscc string) (*registry.Kept, error) {
	return single(tx, firmMissing(), scanFirm, "SELECT "+firmColumns+" FROM firms WHERE uscc = $1", uscc)
}

// FirmsByCode implements registry.Tx.
func (tx *Tx) FirmsByCode(codes []string) ([]registry.Kept, error) {
	var a args
	return all(tx, scanFirm, "SELECT "+firmColumns+" FROM firms WHERE uscc IN ("+in(&a, codes)+")", a...)
}

// past is a text that comes after all that begin with prefix: no name has a character
// that comes after the last one there is.
func past(prefix string) string { return prefix + "\U0010ffff" }

// Firms implements registry.Tx.
func (tx *Tx) Firms(f registry.Filter) ([]registry.Kept, int, error) {
	var a args
	where, order := "1 = 1", "core_name, uscc"
	if f.Code != "" {
		where, order = "uscc >= "+a.add(f.Code)+" AND uscc < "+a.add(past(f.Code)), "uscc"
	}
	if f.Core != "" {
		where += " AND core_name >= " + a.add(f.Core) + " AND core_name < " + a.add(past(f.Core))
	}
	if f.Name != "" {
		name := a.add(f.Name)
		where += " AND substr(name, 1, length(" + name + ")) = " + name
	}
	if f.Status != "" {
		where += " AND status = " + a.add(f.Status)
		if f.Status != party.Open {
			where += " AND status <> 'open'" // says that the index of those is enough
		}
	}
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM (SELECT 1 FROM firms WHERE "+where+" LIMIT "+a.add(f.Count+1)+") AS found", a, &total); err != nil {
		return nil, 0, err
	}
	a = a[:len(a)-1]
	list, err := all(tx, scanFirm, "SELECT "+firmColumns+" FROM firms WHERE "+where+" ORDER BY "+order+" LIMIT "+a.add(f.Limit)+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

const putFirms = "INSERT INTO firms (" + firmColumns + ", core_name)"

// PutFirms implements registry.Tx.
func (tx *Tx) PutFirms(firms []registry.Kept) error {
	return upsert(tx, putFirms, ` ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, core_name = excluded.core_name, kind = excluded.kind, status = excluded.status,
		closed_on = excluded.closed_on, industry = excluded.industry, town = excluded.town, size = excluded.size, registered_on = excluded.registered_on,
		capital_fen = excluded.capital_fen, person = excluded.person, as_of_on = excluded.as_of_on, source = excluded.source`,
		firms, func(k *registry.Kept) []any {
			return []any{
				k.USCC, k.Name, k.Kind, k.Status, day(k.ClosedOn), k.Industry, k.Town, k.Size, day(k.RegisteredOn), int64(k.Capital), textOf(k.Sealed), day(k.AsOf), k.Source,
				party.Core(k.Name),
			}
		})
}

const firmImportColumns = `id, name, sha256, bytes, org, by_account, by_name, at_ms, as_of_on, source, state, done_ms, rows_good, rows_read, added, changed, ended,
	errors, warnings, version`

func firmImportFields(m *registry.Import) []any {
	return []any{
		&m.ID, &m.Name, &m.SHA256, &m.Size, &m.Org, &m.By, &m.ByName, &m.At,
		dayOf{&m.AsOf},
		&m.Source, &m.State, &m.Done, &m.Rows, &m.Read, &m.Added, &m.Changed, &m.Ended,
		&m.Errors, &m.Warnings, &m.Version,
	}
}

func scanFirmImport(s scanner) (m registry.Import, err error) {
	m.Findings = []registry.Finding{}
	err = s.Scan(firmImportFields(&m)...)
	return m, err
}

// AddImport implements registry.Tx.
func (tx *Tx) AddImport(m *registry.Import) error {
	findings, err := json.Marshal(m.Findings)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO firm_imports ("+firmImportColumns+", findings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
		m.ID, m.Name, m.SHA256, m.Size, m.Org, m.By, m.ByName, int64(m.At), day(m.AsOf), m.Source, string(m.State), int64(m.Done), m.Rows, m.Read, m.Added, m.Changed, m.Ended,
		m.Errors, m.Warnings, m.Version, string(findings))
	return err
}

// PutImport implements registry.Tx.
func (tx *Tx) PutImport(m *registry.Import) error {
	findings, err := json.Marshal(m.Findings)
	if err != nil {
		return err
	}
	return changed(tx.exec(`UPDATE firm_imports SET state = $1, done_ms = $2, rows_good = $3, rows_read = $4, added = $5, changed = $6, ended = $7, errors = $8, warnings = $9,
		findings = $10, version = version + 1 WHERE id = $11 AND version = $12`,
		string(m.State), int64(m.Done), m.Rows, m.Read, m.Added, m.Changed, m.Ended, m.Errors, m.Warnings, string(findings), m.ID, m.Version))
}

// Import implements registry.Tx.
func (tx *Tx) Import(id string, s access.Scope) (*registry.Import, error) {
	return single(tx, firmMissing(), func(row scanner) (m registry.Import, err error) {
		var findings string
		if err := row.Scan(append(firmImportFields(&m), &findings)...); err != nil {
			return m, err
		}
		return m, json.Unmarshal([]byte(findings), &m.Findings)
	}, "SELECT "+firmImportColumns+", findings FROM firm_imports WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Imports implements registry.Tx.
func (tx *Tx) Imports(s access.Scope, n, offset int) ([]registry.Import, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM firm_imports WHERE ($1 = 1 OR org = $2)", []any{flag(s.All), s.Org}, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanFirmImport, "SELECT "+firmImportColumns+" FROM firm_imports WHERE ($1 = 1 OR org = $2) ORDER BY at_ms DESC, id DESC LIMIT $3 OFFSET $4",
		flag(s.All), s.Org, n, offset)
	return list, total, err
}
