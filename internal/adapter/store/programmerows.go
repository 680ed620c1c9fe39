package store

import (
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/programme"
)

// insertAtOnce is how many values one statement on PostgreSQL carries: there every
// statement is a trip to the server, while SQLite does best with one row each.
const insertAtOnce = 5000

// insert adds rows: head is INSERT INTO table (columns), values gives a row's.
func insert[T any](tx *Tx, head string, rows []T, values func(*T) []any) error {
	return upsert(tx, head, "", rows, values)
}

// upsert adds rows as insert does; conflict says what becomes of those that are there.
func upsert[T any](tx *Tx, head, conflict string, rows []T, values func(*T) []any) error {
	width := len(strings.Split(head, ","))
	at := 1
	if tx.dialect == postgres {
		at = max(1, insertAtOnce/width)
	}
	for len(rows) > 0 {
		part := rows[:min(at, len(rows))]
		rows = rows[len(part):]
		args := make([]any, 0, len(part)*width)
		for i := range part {
			args = append(args, values(&part[i])...)
		}
		if _, err := tx.exec(head+" VALUES "+places(len(part), width)+conflict, args...); err != nil {
			return err
		}
	}
	return nil
}

// places writes ($1, $2), ($3, $4), … for rows of some width.
func places(rows, width int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range width {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i*width + j + 1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// where gathers the conditions of a query.
type where struct {
	conditions []string
	args       []any
}

// is adds a condition; each ? in it stands for one of values.
func (w *where) is(condition string, values ...any) {
	for _, v := range values {
		w.args = append(w.args, v)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

// begins asks for texts in column that begin so.
func (w *where) begins(column, text string) {
	w.is(column+" >= ?", text)
	w.is(column+" < ?", text+"\U0010ffff")
}

func (w *where) String() string { return strings.Join(w.conditions, " AND ") }

// page reads a part of a list, and counts the list where its end is not in that part.
func page[T any](tx *Tx, scan func(scanner) (T, error), columns, from string, w *where, order string, limit, offset int) (rows []T, total int, err error) {
	n := len(w.args)
	rows, err = all(tx, scan, "SELECT "+columns+" FROM "+from+" WHERE "+w.String()+" ORDER BY "+order+
		" LIMIT $"+strconv.Itoa(n+1)+" OFFSET $"+strconv.Itoa(n+2), append(slices.Clone(w.args), limit, offset)...)
	if err != nil || len(rows) < limit && (len(rows) > 0 || offset == 0) {
		return rows, offset + len(rows), err
	}
	err = tx.one(nil, "SELECT count(*) FROM "+from+" WHERE "+w.String(), w.args, &total)
	return rows, total, err
}

// filtered is what filters of lines and of asides have in common. Reach comes
// first: nothing outside it is seen.
func filtered(run int64, r programme.Reach, f *programme.Filter) *where {
	w := &where{}
	w.is("run = ?", run)
	if !r.All {
		w.is("institution_id = ? AND ? <> ''", r.Institution, r.Institution)
	}
	for _, c := range []struct{ column, value string }{{"item", f.Item}, {"institution_id", f.Institution}, {"town", f.Town}} {
		if c.value != "" {
			w.is(c.column+" = ?", c.value)
		}
	}
	if f.Subject != "" {
		w.begins("subject_id", f.Subject)
	}
	switch {
	case f.Enterprise == "":
	case f.Enterprise[0] < 0x80: // a code; names are Chinese
		w.begins("enterprise_id", f.Enterprise)
	default:
		w.begins("enterprise", f.Enterprise)
	}
	return w
}

// direction orders by a column, then by the place in the run, both the same way,
// as indexes do.
func direction(column string, f *programme.Filter) string {
	way := ""
	if f.Descending {
		way = " DESC"
	}
	if column == "" {
		return "n" + way
	}
	return column + way + ", n" + way
}

const runLineColumns = `n, item, payee_id, institution_id, subject_id, enterprise_id, base_fen, limited_base_fen, rate_ppb, amount_fen, deducted_fen,
	capped_fen, pooled_fen, paid_fen, institution, enterprise, town`

func runLineFields(l *programme.Line) []any {
	return []any{
		&l.N, &l.Item, &l.PayeeID, &l.InstitutionID, &l.SubjectID, &l.EnterpriseID, &l.Base, &l.LimitedBase, &l.Rate, &l.Amount, &l.Deducted,
		&l.Capped, &l.Pooled, &l.Paid, &l.Institution, &l.Enterprise, &l.Town,
	}
}

func scanRunLine(s scanner) (l programme.Line, err error) {
	err = s.Scan(runLineFields(&l)...)
	return l, err
}

// RunLines implements programme.Tx.
func (tx *Tx) RunLines(run int64, r programme.Reach, f programme.Filter) ([]programme.Line, int, error) {
	w := filtered(run, r, &f)
	if f.Payee != "" {
		w.is("payee_id = ?", f.Payee)
	}
	if f.Changed {
		w.is("changed = 1")
	}
	column := map[programme.Sort]string{programme.ByPaid: "paid_fen", programme.ByAmount: "amount_fen", programme.ByBase: "base_fen"}[f.Sort]
	return page(tx, scanRunLine, runLineColumns, "run_lines", w, direction(column, &f), f.Limit, f.Offset)
}

const runAsideColumns = "n, waiting, item, institution_id, subject_id, enterprise_id, reason, detail, institution, enterprise, town"

func scanRunAside(s scanner) (a programme.Aside, err error) {
	err = s.Scan(&a.N, &a.Waiting, &a.Item, &a.InstitutionID, &a.SubjectID, &a.EnterpriseID, &a.Reason, &a.Detail, &a.Institution, &a.Enterprise, &a.Town)
	return a, err
}

// RunAsides implements programme.Tx.
func (tx *Tx) RunAsides(run int64, r programme.Reach, f programme.Filter) ([]programme.Aside, int, error) {
	w := filtered(run, r, &f)
	if f.Reason != "" {
		w.is("reason = ?", f.Reason)
	}
	if f.Waiting != nil {
		w.is("waiting = ?", flag(*f.Waiting))
	}
	return page(tx, scanRunAside, runAsideColumns, "run_asides", w, direction("", &f), f.Limit, f.Offset)
}

const runTotalColumns = "n, item, payee_id, payee, n_rows, base_fen, amount_fen, pooled_fen, paid_fen"

func scanRunTotal(s scanner) (t programme.Total, err error) {
	err = s.Scan(&t.N, &t.Item, &t.PayeeID, &t.Payee, &t.Rows, &t.Base, &t.Amount, &t.Pooled, &t.Paid)
	return t, err
}

// RunTotals implements programme.Tx.
func (tx *Tx) RunTotals(run int64, r programme.Reach, f programme.Filter) ([]programme.Total, int, error) {
	w := &where{}
	w.is("run = ?", run)
	if !r.All {
		w.is("payee_id = ? AND ? <> ''", r.Institution, r.Institution)
	}
	if f.Item != "" {
		w.is("item = ?", f.Item)
	}
	if f.Payee != "" {
		w.is("payee_id = ?", f.Payee)
	}
	column := map[programme.Sort]string{programme.ByPaid: "paid_fen", programme.ByAmount: "amount_fen", programme.ByBase: "base_fen"}[f.Sort]
	return page(tx, scanRunTotal, runTotalColumns, "run_totals", w, direction(column, &f), f.Limit, f.Offset)
}

const runSumColumns = "by_what, key, item, name, n_rows, base_fen, entitled_fen, pooled_fen, paid_fen, set_aside, excluded"

// RunSums implements programme.Tx.
func (tx *Tx) RunSums(run int64, by programme.By) ([]programme.Sum, error) {
	return all(tx, func(s scanner) (x programme.Sum, err error) {
		err = s.Scan(&x.By, &x.Key, &x.Item, &x.Name, &x.Rows, &x.Base, &x.Entitled, &x.Pooled, &x.Paid, &x.SetAside, &x.Excluded)
		return x, err
	}, "SELECT "+runSumColumns+" FROM run_sums WHERE run = $1 AND by_what = $2 ORDER BY key, item", run, string(by))
}

const runPoolColumns = "pool, title, allocator, limited, budget_fen, requested_fen, pooled_fen, paid_fen, rate_ppb"

// RunPools implements programme.Tx.
func (tx *Tx) RunPools(run int64) ([]programme.PoolUse, error) {
	return all(tx, func(s scanner) (p programme.PoolUse, err error) {
		err = s.Scan(&p.Pool, &p.Title, &p.Allocator, &p.Limited, &p.Budget, &p.Requested, &p.Pooled, &p.Paid, &p.Rate)
		return p, err
	}, "SELECT "+runPoolColumns+" FROM run_pools WHERE run = $1 ORDER BY pool", run)
}

const runIndicatorColumns = "indicator, title, clause, responsible, unit, known, value, n_rows, n_unknown, has_target, at_least, target, met, why"

// RunIndicators implements programme.Tx.
func (tx *Tx) RunIndicators(run int64) ([]programme.Measured, error) {
	return all(tx, func(s scanner) (m programme.Measured, err error) {
		err = s.Scan(&m.Indicator, &m.Title, &m.Clause, &m.Responsible, &m.Unit, &m.Known, &m.Value, &m.Rows, &m.Unknown,
			&m.HasTarget, &m.AtLeast, &m.Target, &m.Met, &m.Why)
		return m, err
	}, "SELECT "+runIndicatorColumns+" FROM run_indicators WHERE run = $1 ORDER BY n, indicator", run)
}

// payees are the payees of two runs side by side, over all items or, with $3, one.
// It is one pass over both, as the join below is made of two that use an index: of a
// FULL JOIN SQLite makes a loop in a loop.
const payees = `SELECT payee_id AS key, coalesce(max(CASE WHEN run = $1 THEN payee END), max(payee)) AS name,
	CAST(sum(CASE WHEN run = $1 THEN n_rows ELSE 0 END) AS BIGINT) AS rows_a, CAST(sum(CASE WHEN run = $2 THEN n_rows ELSE 0 END) AS BIGINT) AS rows_b,
	CAST(sum(CASE WHEN run = $1 THEN paid_fen ELSE 0 END) AS BIGINT) AS paid_a, CAST(sum(CASE WHEN run = $2 THEN paid_fen ELSE 0 END) AS BIGINT) AS paid_b
	FROM run_totals WHERE run IN ($1, $2) AND ($3 = '' OR item = $3) GROUP BY payee_id`

// CompareTotals implements programme.Tx.
func (tx *Tx) CompareTotals(a, b int64) (gained, lost money.Fen, gainers, losers int64, err error) {
	err = tx.one(nil, `SELECT coalesce(CAST(sum(CASE WHEN paid_b > paid_a THEN paid_b - paid_a ELSE 0 END) AS BIGINT), 0),
		coalesce(CAST(sum(CASE WHEN paid_b < paid_a THEN paid_a - paid_b ELSE 0 END) AS BIGINT), 0),
		count(CASE WHEN paid_b > paid_a THEN 1 END), count(CASE WHEN paid_b < paid_a THEN 1 END)
		FROM (`+payees+`) both_runs`, []any{a, b, ""}, &gained, &lost, &gainers, &losers)
	return gained, lost, gainers, losers, err
}

// ComparePayees implements programme.Tx.
func (tx *Tx) ComparePayees(a, b int64, f programme.Filter) ([]programme.Delta, int, error) {
	w := &where{args: []any{a, b, f.Item}}
	w.is("paid_a <> paid_b")
	if f.Payee != "" {
		w.is("key = ?", f.Payee)
	}
	return page(tx, func(s scanner) (d programme.Delta, err error) {
		err = s.Scan(&d.Key, &d.Name, &d.RowsA, &d.RowsB, &d.PaidA, &d.PaidB)
		d.Difference = d.PaidB - d.PaidA
		return d, err
	}, "key, name, rows_a, rows_b, paid_a, paid_b", "("+payees+") both_runs", w, "abs(paid_b - paid_a) DESC, key", f.Limit, f.Offset)
}

// steps says of a line x of one run and a line y of another where they first part,
// as programme.FirstStep does; "" where they are the same.
const steps = `CASE WHEN y.n IS NULL OR x.payee_id <> y.payee_id THEN 'selection' WHEN x.base_fen <> y.base_fen THEN 'base'
	WHEN x.limited_base_fen <> y.limited_base_fen THEN 'limit' WHEN x.rate_ppb <> y.rate_ppb THEN 'rate' WHEN x.amount_fen <> y.amount_fen THEN 'amount'
	WHEN x.deducted_fen <> y.deducted_fen THEN 'deduction' WHEN x.capped_fen <> y.capped_fen THEN 'cap' WHEN x.pooled_fen <> y.pooled_fen THEN 'pool'
	WHEN x.paid_fen <> y.paid_fen THEN 'rounding' ELSE '' END`

// both are the lines of two runs side by side: those of the first with what the second
// makes of them, and those that the second alone has.
const both = `(SELECT x.item, x.institution_id, x.subject_id, x.town, x.payee_id, x.n AS n_a, coalesce(y.n, 0) AS n_b,
	coalesce(y.paid_fen, 0) - x.paid_fen AS difference_fen, ` + steps + ` AS step
	FROM run_lines x LEFT JOIN run_lines y ON y.run = $2 AND y.item = x.item AND y.institution_id = x.institution_id AND y.subject_id = x.subject_id
	WHERE x.run = $1
	UNION ALL SELECT y.item, y.institution_id, y.subject_id, y.town, y.payee_id, 0, y.n, y.paid_fen, 'selection'
	FROM run_lines y WHERE y.run = $2 AND NOT EXISTS (SELECT 1 FROM run_lines x
		WHERE x.run = $1 AND x.item = y.item AND x.institution_id = y.institution_id AND x.subject_id = y.subject_id)) both_runs`

// CompareSteps implements programme.Tx.
func (tx *Tx) CompareSteps(a, b int64) ([]programme.StepCount, error) {
	return all(tx, func(s scanner) (c programme.StepCount, err error) {
		err = s.Scan(&c.Step, &c.Rows, &c.Difference)
		return c, err
	}, "SELECT step, count(*), CAST(sum(difference_fen) AS BIGINT) FROM "+both+" WHERE step <> '' GROUP BY step ORDER BY step", a, b)
}

// CompareLines implements programme.Tx.
func (tx *Tx) CompareLines(a, b int64, f programme.Filter) ([]programme.LineDelta, int, error) {
	w := &where{args: []any{a, b}}
	w.is("step <> ''")
	for _, c := range []struct{ column, value string }{
		{"item", f.Item}, {"institution_id", f.Institution}, {"payee_id", f.Payee}, {"town", f.Town}, {"step", f.Reason},
	} {
		if c.value != "" {
			w.is(c.column+" = ?", c.value)
		}
	}
	if f.Subject != "" {
		w.begins("subject_id", f.Subject)
	}
	type key struct {
		item, institution, subject string
		a, b                       int64
		delta                      programme.LineDelta
	}
	keys, total, err := page(tx, func(s scanner) (k key, err error) {
		err = s.Scan(&k.item, &k.institution, &k.subject, &k.a, &k.b, &k.delta.Difference, &k.delta.Step)
		return k, err
	}, "item, institution_id, subject_id, n_a, n_b, difference_fen, step", both, w,
		"abs(difference_fen) DESC, item, institution_id, subject_id", f.Limit, f.Offset)
	if err != nil {
		return nil, 0, err
	}
	out := make([]programme.LineDelta, len(keys))
	for i, k := range keys {
		out[i] = k.delta
		for _, side := range []struct {
			run, n int64
			line   **programme.Line
			aside  **programme.Aside
		}{{a, k.a, &out[i].A, &out[i].AsideA}, {b, k.b, &out[i].B, &out[i].AsideB}} {
			if side.n > 0 {
				*side.line, err = single(tx, programmeMissing(), scanRunLine, "SELECT "+runLineColumns+" FROM run_lines WHERE run = $1 AND n = $2", side.run, side.n)
			} else {
				*side.aside, err = tx.asideOf(side.run, k.item, k.institution, k.subject)
			}
			if err != nil {
				return nil, 0, err
			}
		}
	}
	return out, total, nil
}

// asideOf returns why a row has no line; nil when it did not meet the conditions.
func (tx *Tx) asideOf(run int64, item, institution, subject string) (*programme.Aside, error) {
	rows, err := all(tx, scanRunAside, "SELECT "+runAsideColumns+" FROM run_asides WHERE run = $1 AND item = $2 AND institution_id = $3 AND subject_id = $4 ORDER BY n",
		run, item, institution, subject)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}
