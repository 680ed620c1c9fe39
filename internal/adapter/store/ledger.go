package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

var _ ledger.Books = (*Tx)(nil)

const sourceColumns = "id, year, level, document, title, purposes, project, function_code, economy_code, section_code, goal, closed, added_at_ms, added_by, version"

func scanSource(s scanner) (o ledger.Source, err error) {
	var purposes string
	err = s.Scan(&o.ID, &o.Year, &o.Level, &o.Document, &o.Title, &purposes, &o.Project, &o.Function, &o.Economy, &o.Section, &o.Goal,
		&o.Closed, &o.AddedAt, &o.AddedBy, &o.Version)
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal([]byte(purposes), &o.Purposes)
}

// LedgerSource implements ledger.Tx.
func (tx *Tx) LedgerSource(id string) (*ledger.Source, error) {
	return single(tx, fault.New(fault.NotFound, "ledger.no_source", "没有这个资金来源", "there is no such source"), scanSource,
		"SELECT "+sourceColumns+" FROM ledger_sources WHERE id = $1", id)
}

const whichSources = ` WHERE ($1 = 0 OR year = $1) AND ($2 = '' OR level = $2) AND ($3 = 0 OR closed = 0)
	AND ($4 = '' OR EXISTS (SELECT 1 FROM ledger_purposes u WHERE u.source = ledger_sources.id AND u.purpose = $4))
	AND ($5 = '' OR id = $5)`

func (tx *Tx) whichSources(f ledger.SourceFilter) []any {
	return []any{f.Year, string(f.Level), flag(f.Open), f.Purpose, f.ID}
}

// LedgerSources implements ledger.Tx.
func (tx *Tx) LedgerSources(f ledger.SourceFilter) ([]ledger.Source, int, error) {
	args := tx.whichSources(f)
	sources, err := all(tx, scanSource, "SELECT "+sourceColumns+" FROM ledger_sources"+whichSources+
		" ORDER BY year DESC, level_rank, document, id LIMIT $6 OFFSET $7", append(args, limit(f.Limit), f.Offset)...)
	if err != nil || f.Limit == 0 {
		return sources, len(sources), err
	}
	var n int
	err = tx.one(nil, "SELECT count(*) FROM ledger_sources"+whichSources, args, &n)
	return sources, n, err
}

// limit is what a query takes for a filter's limit, where 0 is none.
func limit(n int) int {
	if n == 0 {
		return 1 << 40
	}
	return n
}

// PutLedgerSource implements ledger.Tx.
func (tx *Tx) PutLedgerSource(s *ledger.Source) error {
	purposes, err := json.Marshal(s.Purposes)
	if err != nil {
		return err
	}
	if s.Version > 0 {
		return changed(tx.exec(`UPDATE ledger_sources SET title = $1, project = $2, function_code = $3, economy_code = $4, section_code = $5, goal = $6,
			closed = $7, version = version + 1 WHERE id = $8 AND version = $9`,
			s.Title, s.Project, s.Function, s.Economy, s.Section, s.Goal, flag(s.Closed), s.ID, s.Version))
	}
	_, err = tx.exec("INSERT INTO ledger_sources ("+sourceColumns+", level_rank) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)",
		s.ID, s.Year, string(s.Level), s.Document, s.Title, string(purposes), s.Project, s.Function, s.Economy, s.Section, s.Goal,
		flag(s.Closed), int64(s.AddedAt), s.AddedBy, slices.Index(ledger.Levels(), s.Level))
	if err != nil {
		return err
	}
	for _, p := range s.Purposes {
		if _, err := tx.exec("INSERT INTO ledger_purposes (source, purpose) VALUES ($1, $2)", s.ID, p); err != nil {
			return err
		}
	}
	return nil
}

var errNoEntry = fault.New(fault.NotFound, "ledger.no_entry", "没有这笔分录", "there is no such entry")

// LastLedgerEntry implements ledger.Tx.
func (tx *Tx) LastLedgerEntry() (seq int64, at civil.Instant, err error) {
	err = tx.one(errNoEntry, "SELECT seq, at_ms FROM ledger_entries ORDER BY seq DESC LIMIT 1", nil, &seq, &at)
	if fault.CodeOf(err) == errNoEntry.Code {
		err = nil
	}
	return seq, at, err
}

const ledgerEntryColumns = "seq, at_ms, about_on, kind, ref, claim, payment_order, document, receipt_no, payee, payee_tail, by_account, second_account, memo, reverses"

func scanLedgerEntry(s scanner) (e ledger.Entry, err error) {
	var on string
	err = s.Scan(&e.Seq, &e.At, &on, &e.Kind, &e.Ref, &e.Claim, &e.Order, &e.Document, &e.Receipt.No, &e.Receipt.Payee, &e.Receipt.Tail,
		&e.By, &e.Second, &e.Memo, &e.Reverses)
	if err != nil {
		return e, err
	}
	e.On, err = civil.ParseDate(on)
	return e, err
}

// scanPosting reads a posting, or a balance.
func scanPosting(s scanner) (p ledger.Posting, err error) {
	err = s.Scan(&p.Source, &p.Account, &p.Claim, &p.Item, &p.Order, &p.Amount)
	return p, err
}

// ledgerEntry reads one entry whole; nil when there is none.
func (tx *Tx) ledgerEntry(query string, args ...any) (*ledger.Entry, error) {
	found, err := all(tx, scanLedgerEntry, query, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	e := &found[0]
	e.Postings, err = all(tx, scanPosting, "SELECT source, account, claim, item, payment_order, amount_fen FROM ledger_postings WHERE seq = $1 ORDER BY n", e.Seq)
	return e, err
}

// LedgerEntry implements ledger.Tx.
func (tx *Tx) LedgerEntry(seq int64) (*ledger.Entry, error) {
	e, err := tx.ledgerEntry("SELECT "+ledgerEntryColumns+" FROM ledger_entries WHERE seq = $1", seq)
	if e == nil && err == nil {
		return nil, errNoEntry
	}
	return e, err
}

// LedgerEntryByRef implements ledger.Tx.
func (tx *Tx) LedgerEntryByRef(k ledger.Kind, ref string) (*ledger.Entry, error) {
	return tx.ledgerEntry("SELECT "+ledgerEntryColumns+" FROM ledger_entries WHERE kind = $1 AND ref = $2", string(k), ref)
}

// LedgerReversal implements ledger.Tx.
func (tx *Tx) LedgerReversal(seq int64) (*ledger.Entry, error) {
	return tx.ledgerEntry("SELECT "+ledgerEntryColumns+" FROM ledger_entries WHERE reverses = $1 AND reverses <> 0", seq)
}

// PutLedgerEntry implements ledger.Tx.
func (tx *Tx) PutLedgerEntry(e *ledger.Entry) error {
	_, err := tx.exec("INSERT INTO ledger_entries ("+ledgerEntryColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
		e.Seq, int64(e.At), e.On.String(), string(e.Kind), e.Ref, e.Claim, e.Order, e.Document, e.Receipt.No, e.Receipt.Payee, e.Receipt.Tail,
		e.By, e.Second, e.Memo, e.Reverses)
	if err != nil {
		return err
	}
	for i, p := range e.Postings {
		_, err := tx.exec("INSERT INTO ledger_postings (seq, n, source, account, claim, item, payment_order, amount_fen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			e.Seq, i, p.Source, string(p.Account), p.Claim, p.Item, p.Order, int64(p.Amount))
		if err != nil {
			return err
		}
	}
	return nil
}

// LedgerBalance implements ledger.Tx.
func (tx *Tx) LedgerBalance(k ledger.Key) (ledger.Balance, error) {
	b := ledger.Balance{Key: k}
	found, err := all(tx, func(s scanner) (f money.Fen, err error) { return f, s.Scan(&f) },
		"SELECT balance_fen FROM ledger_balances WHERE source = $1 AND account = $2 AND claim = $3 AND item = $4 AND payment_order = $5",
		k.Source, string(k.Account), k.Claim, k.Item, k.Order)
	if len(found) > 0 {
		b.Amount = found[0]
	}
	return b, err
}

// SetLedgerBalance implements ledger.Tx.
func (tx *Tx) SetLedgerBalance(b ledger.Balance) error {
	_, err := tx.exec(`INSERT INTO ledger_balances (source, account, claim, item, payment_order, balance_fen) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (source, account, claim, item, payment_order) DO UPDATE SET balance_fen = excluded.balance_fen`,
		b.Source, string(b.Account), b.Claim, b.Item, b.Order, int64(b.Amount))
	return err
}

// LedgerBalances implements ledger.Tx.
func (tx *Tx) LedgerBalances(f ledger.BalanceFilter) ([]ledger.Balance, error) {
	where, args := conditions(f.Source, "source", f.Claim, "claim", string(f.Account), "account")
	return all(tx, scanPosting, "SELECT source, account, claim, item, payment_order, balance_fen FROM ledger_balances WHERE balance_fen <> 0"+where+
		" ORDER BY source, account, claim, item, payment_order", args...)
}

// conditions makes SQL of pairs of a value and the column it stands in, where ""
// is no condition.
func conditions(pairs ...string) (sql string, args []any) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] != "" {
			args = append(args, pairs[i])
			sql += fmt.Sprintf(" AND %s = $%d", pairs[i+1], len(args))
		}
	}
	return sql, args
}

// whichEntries makes the condition of a filter.
func whichEntries(f ledger.EntryFilter) (sql string, args []any) {
	sql, args = conditions(f.Order, "e.payment_order")
	add := func(condition string, value any) {
		args = append(args, value)
		sql += " AND " + strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args)))
	}
	if f.Source != "" {
		add("e.seq IN (SELECT p.seq FROM ledger_postings p WHERE p.source = ?)", f.Source)
	}
	if f.Claim != "" {
		add("e.seq IN (SELECT p.seq FROM ledger_postings p WHERE p.claim = ?)", f.Claim)
	}
	if f.From != 0 {
		add("e.at_ms >= ?", int64(f.From))
	}
	if f.To != 0 {
		add("e.at_ms < ?", int64(f.To))
	}
	if f.OnFrom != 0 {
		add("e.about_on >= ?", f.OnFrom.String())
	}
	if f.OnTo != 0 {
		add("e.about_on <= ?", f.OnTo.String())
	}
	if f.Standing {
		sql += " AND e.reverses = 0 AND NOT EXISTS (SELECT 1 FROM ledger_entries r WHERE r.reverses = e.seq)"
	}
	if len(f.Kinds) > 0 {
		in := make([]string, len(f.Kinds))
		for i, k := range f.Kinds {
			args = append(args, string(k))
			in[i] = fmt.Sprintf("$%d", len(args))
		}
		sql += " AND e.kind IN (" + strings.Join(in, ", ") + ")"
	}
	return " FROM ledger_entries e WHERE 1 = 1" + sql, args
}

// LedgerEntries implements ledger.Books.
func (tx *Tx) LedgerEntries(f ledger.EntryFilter) ([]ledger.Entry, int, error) {
	from, args := whichEntries(f)
	page := fmt.Sprintf(" ORDER BY e.seq LIMIT $%d OFFSET $%d", len(args)+1, len(args)+2)
	paged := append(slices.Clone(args), limit(f.Limit), f.Offset)
	entries, err := all(tx, scanLedgerEntry, "SELECT "+ledgerEntryColumns+from+page, paged...)
	if err != nil {
		return nil, 0, err
	}
	if err := tx.ledgerPostings(entries, "SELECT e.seq"+from+page, paged); err != nil {
		return nil, 0, err
	}
	if f.Limit == 0 || f.Offset == 0 && len(entries) < f.Limit { // these are all
		return entries, len(entries), nil
	}
	var n int
	err = tx.one(nil, "SELECT count(*)"+from, args, &n)
	return entries, n, err
}

// ledgerPostings reads the postings of entries, which are those of a query.
func (tx *Tx) ledgerPostings(entries []ledger.Entry, which string, args []any) error {
	type row struct {
		seq int64
		ledger.Posting
	}
	rows, err := all(tx, func(s scanner) (r row, err error) {
		err = s.Scan(&r.seq, &r.Source, &r.Account, &r.Claim, &r.Item, &r.Order, &r.Amount)
		return r, err
	}, "SELECT seq, source, account, claim, item, payment_order, amount_fen FROM ledger_postings WHERE seq IN ("+which+") ORDER BY seq, n", args...)
	if err != nil {
		return err
	}
	for i := range entries {
		n := 0
		for n < len(rows) && rows[n].seq == entries[i].Seq {
			entries[i].Postings = append(entries[i].Postings, rows[n].Posting)
			n++
		}
		rows = rows[n:]
	}
	return nil
}

// LedgerAt implements ledger.Books.
func (tx *Tx) LedgerAt(at civil.Instant) (seq int64, err error) {
	err = tx.one(errNoEntry, "SELECT seq FROM ledger_entries WHERE at_ms >= $1 ORDER BY at_ms, seq LIMIT 1", []any{int64(at)}, &seq)
	if fault.CodeOf(err) != errNoEntry.Code {
		return seq, err
	}
	seq, _, err = tx.LastLedgerEntry()
	return seq + 1, err
}

// stretchOf is the condition that a posting is of a source or claim, and of an entry
// from from on and before to.
func stretchOf(source, claim string, from, to int64) (sql string, args []any) {
	and, args := conditions(source, "source", claim, "claim")
	args = append(args, from, to)
	return fmt.Sprintf(" FROM ledger_postings WHERE seq >= $%d AND seq < $%d", len(args)-1, len(args)) + and, args
}

// LedgerChange implements ledger.Books.
func (tx *Tx) LedgerChange(source, claim string, from, to int64) (t ledger.Totals, err error) {
	if from >= to {
		return t, nil
	}
	which, args := stretchOf(source, claim, from, to)
	rows, err := all(tx, func(s scanner) (p ledger.Posting, err error) { return p, s.Scan(&p.Account, &p.Amount) },
		"SELECT account, CAST(sum(amount_fen) AS BIGINT)"+which+" GROUP BY account ORDER BY account", args...)
	return ledger.TotalsOf(rows), err
}

// LedgerStretch implements ledger.Books.
func (tx *Tx) LedgerStretch(source, claim string, from, to int64, part ledger.Window) ([]ledger.Entry, int, error) {
	which, args := stretchOf(source, claim, from, to)
	var n int
	if err := tx.one(nil, "SELECT count(DISTINCT seq)"+which, args, &n); err != nil {
		return nil, 0, err
	}
	page := "SELECT DISTINCT seq" + which + fmt.Sprintf(" ORDER BY seq LIMIT $%d OFFSET $%d", len(args)+1, len(args)+2)
	args = append(args, part.Limit, part.Offset)
	entries, err := all(tx, scanLedgerEntry, "SELECT "+ledgerEntryColumns+" FROM ledger_entries WHERE seq IN ("+page+") ORDER BY seq", args...)
	if err != nil {
		return nil, 0, err
	}
	return entries, n, tx.ledgerPostings(entries, page, args)
}

// LedgerSums implements ledger.Books.
func (tx *Tx) LedgerSums(f ledger.SourceFilter) ([]ledger.Balance, error) {
	return all(tx, scanPosting, `SELECT source, account, '', item, '', CAST(sum(balance_fen) AS BIGINT) FROM ledger_balances
		WHERE balance_fen <> 0 AND source IN (SELECT id FROM ledger_sources`+whichSources+`)
		GROUP BY source, account, item ORDER BY source, account, item`, tx.whichSources(f)...)
}

// LedgerRecount implements ledger.Books.
func (tx *Tx) LedgerRecount() ([]ledger.Balance, error) {
	return all(tx, scanPosting, `SELECT source, account, claim, item, payment_order, CAST(sum(amount_fen) AS BIGINT) FROM ledger_postings
		GROUP BY source, account, claim, item, payment_order HAVING CAST(sum(amount_fen) AS BIGINT) <> 0
		ORDER BY source, account, claim, item, payment_order`)
}

// LedgerUneven implements ledger.Books.
func (tx *Tx) LedgerUneven() (map[int64]ledger.Posting, error) {
	type row struct {
		seq int64
		ledger.Posting
	}
	rows, err := all(tx, func(s scanner) (r row, err error) { return r, s.Scan(&r.seq, &r.Source, &r.Amount) },
		`SELECT seq, source, CAST(sum(amount_fen) AS BIGINT) FROM ledger_postings
		GROUP BY seq, source HAVING CAST(sum(amount_fen) AS BIGINT) <> 0 ORDER BY seq, source`)
	uneven := map[int64]ledger.Posting{}
	for _, r := range rows {
		uneven[r.seq] = r.Posting
	}
	return uneven, err
}

// LedgerCount implements ledger.Books.
func (tx *Tx) LedgerCount() (n int64, err error) {
	err = tx.one(nil, "SELECT count(*) FROM ledger_entries", nil, &n)
	return n, err
}
