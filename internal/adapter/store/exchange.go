package store

import (
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
)

var _ exchange.Tx = (*Tx)(nil)

func exchangeMissing() *fault.Error {
	return fault.New(fault.NotFound, "exchange.not_found", "没有这个授权", "there is no such consent")
}

// OrgOfFirm implements exchange.Tx.
func (tx *Tx) OrgOfFirm(uscc string) (*access.Org, error) {
	o, err := single(tx, accessMissing(), scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE uscc = $1 AND kind = $2", uscc, string(access.EnterpriseOrg))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return o, err
}

// about is the condition of what a scope has of things about firms: of an enterprise
// what is about itself; of another organisation, where column names it.
func (tx *Tx) about(a *args, s access.Scope, column string) (string, error) {
	if s.All {
		return "1 = 1", nil
	}
	o, err := tx.Org(s.Org)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return "1 = 0", nil
	case err != nil:
		return "", err
	case o.Kind == access.EnterpriseOrg && o.USCC != "":
		return "firm = " + a.add(o.USCC), nil
	}
	return column + " = " + a.add(o.ID), nil
}

const (
	consentListed  = "id, firm, firm_name, recipient, recipient_name, purpose, datasets, personal, text_version, text_sha256, given_ms, account, channel, expires_on, withdrawn_ms"
	consentColumns = consentListed + ", text"
)

func consentFields(x *exchange.Consent, datasets *string) []any {
	return []any{
		&x.ID, &x.Firm, &x.FirmName, &x.Recipient, &x.RecipientName, &x.Purpose, datasets, &x.Personal, &x.TextVersion, &x.TextHash,
		&x.Given, &x.By, &x.Channel,
		dayOf{&x.ExpiresOn},
		&x.Withdrawn,
	}
}

func scanConsentListed(s scanner) (x exchange.Consent, err error) {
	var datasets string
	err = s.Scan(consentFields(&x, &datasets)...)
	x.Datasets = strings.Fields(datasets)
	return x, err
}

func scanConsent(s scanner) (x exchange.Consent, err error) {
	var datasets string
	err = s.Scan(append(consentFields(&x, &datasets), &x.Text)...)
	x.Datasets = strings.Fields(datasets)
	return x, err
}

// Consent implements exchange.Tx.
func (tx *Tx) Consent(id string, s access.Scope) (*exchange.Consent, error) {
	a := args{id}
	where, err := tx.about(&a, s, "recipient")
	if err != nil {
		return nil, err
	}
	return single(tx, exchangeMissing(), scanConsent, "SELECT "+consentColumns+" FROM consents WHERE id = $1 AND "+where, a...)
}

// Consents implements exchange.Tx.
func (tx *Tx) Consents(f exchange.ConsentFilter, s access.Scope) ([]exchange.Consent, int, error) {
	var a args
	within, err := tx.about(&a, s, "recipient")
	if err != nil {
		return nil, 0, err
	}
	where := []string{within}
	for _, x := range []struct{ column, value string }{{"firm", f.Firm}, {"recipient", f.Recipient}, {"purpose", string(f.Purpose)}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	if f.Text != "" {
		where = append(where, "(firm = "+a.add(f.Text)+" OR "+holds(&a, "firm_name", f.Text)+")")
	}
	if f.Live != 0 {
		where = append(where, "withdrawn_ms = 0 AND given_ms <= "+a.add(int64(f.Live))+" AND expires_on >= "+a.add(day(f.Live.Date())))
	}
	from := " FROM consents WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	order := " ORDER BY given_ms DESC, id DESC"
	if f.Oldest {
		order = " ORDER BY given_ms, id"
	}
	list, err := all(tx, scanConsentListed, "SELECT "+consentListed+from+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// ConsentsFor implements exchange.Tx.
func (tx *Tx) ConsentsFor(firm, recipient string, p exchange.Purpose) ([]exchange.Consent, error) {
	return all(tx, scanConsentListed, "SELECT "+consentListed+" FROM consents WHERE firm = $1 AND recipient = $2 AND purpose = $3 ORDER BY given_ms, id",
		firm, recipient, string(p))
}

// AddConsents implements exchange.Tx.
func (tx *Tx) AddConsents(xs []*exchange.Consent) error {
	var a args
	rows := make([]string, len(xs))
	for i, x := range xs {
		row := make([]string, 0, 16)
		for _, v := range []any{
			x.ID, x.Firm, x.FirmName, x.Recipient, x.RecipientName, string(x.Purpose), strings.Join(x.Datasets, " "), flag(x.Personal), x.TextVersion, x.TextHash,
			int64(x.Given), x.By, string(x.Channel), day(x.ExpiresOn), int64(x.Withdrawn), x.Text,
		} {
			row = append(row, a.add(v))
		}
		rows[i] = "(" + strings.Join(row, ", ") + ")"
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.later("INSERT INTO consents ("+consentColumns+") VALUES "+strings.Join(rows, ", "), a...)
}

// EndConsent implements exchange.Tx.
func (tx *Tx) EndConsent(id string, at civil.Instant) error {
	return changed(tx.exec("UPDATE consents SET withdrawn_ms = $1 WHERE id = $2 AND withdrawn_ms = 0", int64(at), id))
}

func scanCopy(s scanner) (c exchange.Copy, err error) {
	var payload string
	if err = s.Scan(&c.Dataset, &c.Firm, dayOf{&c.AsOf}, &c.Fetched, &c.FreshTil, &c.Consent, &c.Sealed, &payload); err != nil {
		return c, err
	}
	if c.Payload = []byte(payload); c.Sealed {
		c.Payload, err = bytesOf(payload)
	}
	return c, err
}

const copyColumns = "dataset, firm, as_of_on, fetched_ms, fresh_til_ms, by_consent, sealed, payload"

// Copies implements exchange.Tx.
func (tx *Tx) Copies(firm string, datasets []string) ([]exchange.Copy, error) {
	if len(datasets) == 0 {
		return nil, nil
	}
	a := args{firm}
	return all(tx, scanCopy, "SELECT "+copyColumns+" FROM firm_data WHERE firm = $1 AND dataset IN ("+in(&a, datasets)+") ORDER BY dataset", a...)
}

// PutCopy implements exchange.Tx.
func (tx *Tx) PutCopy(c *exchange.Copy) error {
	if err := tx.DropCopies(c.Firm, []string{c.Dataset}); err != nil {
		return err
	}
	payload := string(c.Payload)
	if c.Sealed {
		payload = textOf(c.Payload)
	}
	if _, err := tx.exec("INSERT INTO firm_data ("+copyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		c.Dataset, c.Firm, day(c.AsOf), int64(c.Fetched), int64(c.FreshTil), flag(c.Consent), flag(c.Sealed), payload); err != nil {
		return err
	}
	records := map[string]int64{}
	for _, f := range c.Findings {
		records[f.Rule]++
	}
	for rule, n := range records {
		if _, err := tx.exec("INSERT INTO data_findings (firm, dataset, rule, records) VALUES ($1, $2, $3, $4)", c.Firm, c.Dataset, rule, n); err != nil {
			return err
		}
	}
	return nil
}

// DropCopies implements exchange.Tx.
func (tx *Tx) DropCopies(firm string, datasets []string) error {
	if len(datasets) == 0 {
		return nil
	}
	for _, table := range []string{"firm_data", "data_findings"} {
		a := args{firm}
		if _, err := tx.exec("DELETE FROM "+table+" WHERE firm = $1 AND dataset IN ("+in(&a, datasets)+")", a...); err != nil {
			return err
		}
	}
	return nil
}

// SweepCopies implements exchange.Tx.
func (tx *Tx) SweepCopies(old, now civil.Instant) error {
	_, err := tx.exec(`DELETE FROM firm_data WHERE fetched_ms < $1 OR by_consent = 1 AND fresh_til_ms < $2 AND NOT EXISTS (
		SELECT 1 FROM consents c WHERE c.firm = firm_data.firm AND c.withdrawn_ms = 0 AND c.expires_on >= $3)`, int64(old), int64(now), day(now.Date()))
	if err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM data_findings WHERE NOT EXISTS (
		SELECT 1 FROM firm_data d WHERE d.firm = data_findings.firm AND d.dataset = data_findings.dataset)`)
	return err
}

const readingColumns = "id, call, at_ms, firm, reader, reader_name, own, account, purpose, dataset, department, fields, masked, records, consent, basis, outcome, reason, as_of_on, raw_sha256"

func scanReading(s scanner) (r exchange.Reading, err error) {
	var fields, masked string
	err = s.Scan(&r.ID, &r.Call, &r.At, &r.Firm, &r.Reader, &r.ReaderName, &r.Own, &r.Account, &r.Purpose, &r.Dataset, &r.Department, &fields, &masked,
		&r.Records, &r.Consent, &r.Basis, &r.Outcome, &r.Reason, dayOf{&r.AsOf}, &r.Raw, &r.FirmName)
	r.Fields, r.Masked = strings.Fields(fields), strings.Fields(masked)
	return r, err
}

// AddReadings implements exchange.Tx.
func (tx *Tx) AddReadings(list []exchange.Reading) error {
	for i := range list {
		r := &list[i]
		if _, err := tx.exec("INSERT INTO readings ("+readingColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
			r.ID, r.Call, int64(r.At), r.Firm, r.Reader, r.ReaderName, flag(r.Own), r.Account, string(r.Purpose), r.Dataset, r.Department,
			strings.Join(r.Fields, " "), strings.Join(r.Masked, " "), r.Records, r.Consent, r.Basis, string(r.Outcome), r.Reason, day(r.AsOf), r.Raw); err != nil {
			return err
		}
	}
	return nil
}

// readingsWithin is the condition that readings are within a scope: a department has
// those of what it publishes.
func (tx *Tx) readingsWithin(a *args, s access.Scope) (string, error) {
	within, err := tx.about(a, s, "reader")
	if err != nil || !strings.HasPrefix(within, "reader") {
		return within, err
	}
	o, err := tx.Org(s.Org)
	if err != nil || o.Kind != access.DepartmentOrg {
		return within, err
	}
	*a = (*a)[:len(*a)-1]
	return "department IN (SELECT p.department FROM data_departments p WHERE p.org = " + a.add(s.Org) + ")", nil
}

// given is the condition that a reading gave something.
const given = "outcome IN ('asked', 'kept', 'last')"

// Readings implements exchange.Tx.
func (tx *Tx) Readings(f exchange.ReadingFilter, s access.Scope) ([]exchange.Reading, int, error) {
	var a args
	within, err := tx.readingsWithin(&a, s)
	if err != nil {
		return nil, 0, err
	}
	where := []string{within}
	for _, x := range []struct{ column, value string }{
		{"firm", f.Firm},
		{"reader", f.Reader},
		{"dataset", f.Dataset},
		{"department", f.Department},
		{"consent", f.Consent},
		{"purpose", string(f.Purpose)},
		{"outcome", string(f.Outcome)},
	} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	if f.Text != "" {
		where = append(where, "(firm = "+a.add(f.Text)+" OR firm IN (SELECT o.uscc FROM orgs o WHERE o.kind = "+a.add(string(access.EnterpriseOrg))+" AND "+holds(&a, "o.name", f.Text)+"))")
	}
	if f.Given {
		where = append(where, given)
	}
	if f.Others {
		where = append(where, "own = 0")
	}
	if f.Since != 0 {
		where = append(where, "at_ms >= "+a.add(int64(f.Since)))
	}
	if f.Until != 0 {
		where = append(where, "at_ms < "+a.add(int64(f.Until)))
	}
	from := " FROM readings WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	order := " ORDER BY at_ms DESC, id DESC"
	if f.Oldest {
		order = " ORDER BY at_ms, id"
	}
	const name = ", coalesce((SELECT o.name FROM orgs o WHERE o.kind = 'enterprise' AND o.uscc = readings.firm), '')"
	list, err := all(tx, scanReading, "SELECT "+readingColumns+name+from+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// Uses implements exchange.Tx.
func (tx *Tx) Uses(since civil.Instant, s access.Scope) ([]exchange.Use, error) {
	var a args
	within, err := tx.readingsWithin(&a, s)
	if err != nil {
		return nil, err
	}
	return all(tx, func(r scanner) (u exchange.Use, err error) {
		err = r.Scan(&u.Dataset, &u.Reader, &u.Name, &u.Purpose, &u.Firms, &u.Given, &u.Refused, &u.Away, &u.Last)
		return u, err
	}, `SELECT dataset, reader, max(reader_name), purpose, count(DISTINCT firm), count(CASE WHEN `+given+` THEN 1 END), count(CASE WHEN outcome = 'refused' THEN 1 END),
			count(CASE WHEN outcome IN ('last', 'away') THEN 1 END), max(at_ms)
		FROM readings WHERE `+within+" AND own = 0 AND at_ms >= "+a.add(int64(since))+" GROUP BY dataset, reader, purpose ORDER BY dataset, reader, purpose", a...)
}

// Quality implements exchange.Tx.
func (tx *Tx) Quality(s access.Scope) ([]exchange.Quality, error) {
	// The department of a dataset is the first part of its id.
	return all(tx, func(r scanner) (q exchange.Quality, err error) {
		err = r.Scan(&q.Dataset, &q.Rule, &q.Firms, &q.Records, &q.Checked)
		return q, err
	}, `SELECT f.dataset, f.rule, count(*), CAST(sum(f.records) AS BIGINT), (SELECT count(*) FROM firm_data d WHERE d.dataset = f.dataset)
		FROM data_findings f
		WHERE $1 = 1 OR EXISTS (SELECT 1 FROM data_departments p WHERE p.org = $2 AND substr(f.dataset, 1, length(p.department) + 1) = p.department || '.')
		GROUP BY f.dataset, f.rule ORDER BY f.dataset, f.rule`, flag(s.All), s.Org)
}

// SweepRecords implements exchange.Tx.
func (tx *Tx) SweepRecords(before civil.Instant) error {
	if _, err := tx.exec("DELETE FROM readings WHERE at_ms < $1", int64(before)); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM consents WHERE expires_on < $1 OR withdrawn_ms > 0 AND withdrawn_ms < $2", day(before.Date()), int64(before))
	return err
}

// DataDepartments implements exchange.Tx.
func (tx *Tx) DataDepartments() ([]exchange.Seat, error) {
	return all(tx, func(r scanner) (s exchange.Seat, err error) {
		err = r.Scan(&s.ID, &s.Org, &s.OrgName)
		return s, err
	}, "SELECT p.department, p.org, o.name FROM data_departments p JOIN orgs o ON o.id = p.org ORDER BY p.department")
}

// PutDataDepartment implements exchange.Tx.
func (tx *Tx) PutDataDepartment(department, org string) error {
	if _, err := tx.exec("DELETE FROM data_departments WHERE department = $1", department); err != nil || org == "" {
		return err
	}
	_, err := tx.exec("INSERT INTO data_departments (department, org) VALUES ($1, $2)", department, org)
	return err
}
