package store

import (
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination/code"
)

var _ code.Tx = (*Tx)(nil)

func codeMissing() *fault.Error {
	return fault.New(fault.NotFound, "code.not_found", "没有这个码", "there is no such code")
}

const codeColumns = `k.id, k.kind, k.place, k.org, o.name, k.title, k.uscc, k.number, k.token, k.made_ms, k.made_by, k.expires_on, k.revoked_ms, k.revoked_by, k.why, k.version`

const fromCodes = " FROM codes k JOIN orgs o ON o.id = k.org"

func codeFields(c *code.Code) []any {
	return []any{
		&c.ID, &c.Kind, &c.Place, &c.Org, &c.OrgName, &c.Title, &c.USCC, &c.Number, &c.Token, &c.Made, &c.MadeBy,
		dayOf{&c.Expires},
		&c.Revoked, &c.RevokedBy, &c.Why, &c.Version,
	}
}

func scanCode(s scanner) (c code.Code, err error) {
	err = s.Scan(codeFields(&c)...)
	return c, err
}

// Code implements code.Tx.
func (tx *Tx) Code(id string, s access.Scope) (*code.Code, error) {
	return single(tx, codeMissing(), scanCode, "SELECT "+codeColumns+fromCodes+" WHERE k.id = $1 AND ($2 = 1 OR k.org = $3)", id, flag(s.All), s.Org)
}

// CodeAt implements code.Tx.
func (tx *Tx) CodeAt(c *code.Code) (*code.Code, error) {
	return orNil(single(tx, codeMissing(), scanCode, "SELECT "+codeColumns+fromCodes+" WHERE k.org = $1 AND k.place = $2 AND k.title = $3 AND k.revoked_ms = 0",
		c.Org, string(c.Place), c.Title))
}

// Codes implements code.Tx.
func (tx *Tx) Codes(f code.Filter, s access.Scope) ([]code.Row, int, error) {
	var a args
	where := []string{"1 = 1"}
	if !s.All {
		where = append(where, "k.org = "+a.add(s.Org))
	}
	for _, x := range []struct{ column, value string }{{"k.org", f.Org}, {"k.kind", string(f.Kind)}, {"k.place", string(f.Place)}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	switch f.State {
	case code.Live:
		where = append(where, "k.revoked_ms = 0 AND k.expires_on >= "+a.add(day(f.On)))
	case code.Expired:
		where = append(where, "k.revoked_ms = 0 AND k.expires_on < "+a.add(day(f.On)))
	case code.Revoked:
		where = append(where, "k.revoked_ms > 0")
	}
	if f.Text != "" { // what has the text in it is another without it
		x := a.add(f.Text)
		where = append(where, "(replace(k.title, "+x+", '') <> k.title OR k.number = "+x+")")
	}
	from := fromCodes + " WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, func(s scanner) (r code.Row, err error) {
		err = s.Scan(append(codeFields(&r.Code), &r.Scans, &r.Applications, &r.Loans, &r.LoansFen)...)
		return r, err
	}, "SELECT "+codeColumns+", "+codeSum("n", "scan")+", "+codeSum("n", "application")+", "+codeSum("n", "loan")+", "+codeSum("amount_fen", "")+from+
		" ORDER BY k.id DESC LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// codeSum adds up a column of one step of code k, or of all.
func codeSum(column, step string) string {
	of := ""
	if step != "" {
		of = " AND d.step = '" + step + "'"
	}
	return "(SELECT CAST(coalesce(sum(d." + column + "), 0) AS BIGINT) FROM code_days d WHERE d.code = k.id" + of + ")"
}

// AddCode implements code.Tx.
func (tx *Tx) AddCode(c *code.Code) error {
	_, err := tx.exec(`INSERT INTO codes (id, kind, place, org, title, uscc, number, token, made_ms, made_by, expires_on, revoked_ms, revoked_by, why, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, string(c.Kind), string(c.Place), c.Org, c.Title, c.USCC, c.Number, c.Token, int64(c.Made), c.MadeBy, day(c.Expires), int64(c.Revoked), c.RevokedBy, c.Why, c.Version)
	return err
}

// RevokeCode implements code.Tx.
func (tx *Tx) RevokeCode(c *code.Code) error {
	return changed(tx.exec("UPDATE codes SET revoked_ms = $1, revoked_by = $2, why = $3, version = version + 1 WHERE id = $4 AND version = $5",
		int64(c.Revoked), c.RevokedBy, c.Why, c.ID, c.Version))
}

// NextCodeNumber implements code.Tx. There is one writer at a time, so it is nobody
// else's meanwhile.
func (tx *Tx) NextCodeNumber(start string) (n int64, err error) {
	err = tx.one(nil, "SELECT count(*) + 1 FROM codes WHERE substr(number, 1, 5) = $1", []any{start}, &n)
	return n, err
}

// MarkCode implements code.Tx.
func (tx *Tx) MarkCode(id string, step code.Step, mark string, on civil.Date) (bool, error) {
	r, err := tx.exec("INSERT INTO code_marks (code, step, mark, on_date) VALUES ($1, $2, $3, $4) ON CONFLICT (code, step, mark) DO NOTHING", id, string(step), mark, day(on))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, translate(err)
}

// CountCode implements code.Tx.
func (tx *Tx) CountCode(id string, on civil.Date, step code.Step, amount money.Fen) error {
	_, err := tx.exec(`INSERT INTO code_days (code, on_date, step, n, amount_fen) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (code, on_date, step) DO UPDATE SET n = code_days.n + 1, amount_fen = code_days.amount_fen + excluded.amount_fen`,
		id, day(on), string(step), int64(amount))
	return err
}

// CodeDays implements code.Tx.
func (tx *Tx) CodeDays(id string, from, to civil.Date) ([]code.Day, error) {
	type part struct {
		on     civil.Date
		step   code.Step
		n      int64
		amount money.Fen
	}
	parts, err := all(tx, func(s scanner) (p part, err error) {
		err = s.Scan(dayOf{&p.on}, &p.step, &p.n, &p.amount)
		return p, err
	}, "SELECT on_date, step, n, amount_fen FROM code_days WHERE code = $1 AND on_date >= $2 AND on_date <= $3 ORDER BY on_date, step", id, day(from), day(to))
	days := []code.Day{}
	for _, p := range parts {
		if len(days) == 0 || days[len(days)-1].On != p.on {
			days = append(days, code.Day{On: p.on})
		}
		days[len(days)-1].Add(p.step, p.n, p.amount)
	}
	return days, err
}

// SweepCodeMarks implements code.Tx.
func (tx *Tx) SweepCodeMarks(before civil.Date) error {
	_, err := tx.exec("DELETE FROM code_marks WHERE step = $1 AND on_date < $2", string(code.Scanned), day(before))
	return err
}
