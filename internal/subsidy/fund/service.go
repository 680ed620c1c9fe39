package fund

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

// Service keeps the programme's money.
type Service struct {
	Store Store
	Now   func() civil.Instant
	NewID func() string
}

// whole refuses a scope that is not everything: the ledger is one, and belongs to
// no organisation that files claims.
func whole(s access.Scope) error {
	if !s.All {
		return fault.New(fault.Forbidden, "access.forbidden", "您的角色没有这项权限", "your role does not allow this")
	}
	return nil
}

// read runs f for somebody who may see the whole ledger.
func (s *Service) read(ctx context.Context, scope access.Scope, f func(Tx) error) error {
	if err := whole(scope); err != nil {
		return err
	}
	return s.Store.Read(ctx, f)
}

// AddSource makes a source, without money in it.
//
// Errors: those of ledger.Source.Check, store.taken.
func (s *Service) AddSource(ctx context.Context, c access.Caller, source ledger.Source) (*ledger.Source, error) {
	now := s.Now()
	source.ID, source.Version, source.Closed, source.AddedAt, source.AddedBy = s.NewID(), 0, false, now, c.Account
	if err := source.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutLedgerSource(&source); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "fund.add_source", source.ID, map[string]string{
			"year": strconv.Itoa(source.Year), "level": string(source.Level), "document": source.Document, "title": source.Title,
		}))
	})
	if err != nil {
		return nil, err
	}
	source.Version = 1
	return &source, nil
}

// EditSource changes what a source is called and how it is classified; what it is
// for, and of which year, level and document, never changes.
//
// Errors: those of ledger.Source.Check, ledger.no_source, ledger.closed, store.changed.
func (s *Service) EditSource(ctx context.Context, c access.Caller, id string, edit ledger.Source) (kept *ledger.Source, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		was, err := tx.LedgerSource(id)
		if err != nil {
			return err
		}
		if was.Closed {
			return fault.New(fault.Conflict, "ledger.closed", "该资金来源已结账，不能修改", "the source is closed")
		}
		source := *was
		source.Title, source.Project, source.Function, source.Economy = edit.Title, edit.Project, edit.Function, edit.Economy
		source.Section, source.Goal, source.Version = edit.Section, edit.Goal, edit.Version
		if err := source.Check(); err != nil {
			return err
		}
		if source.Version <= 0 {
			return fault.New(fault.Invalid, "fund.version", "请先读取再修改", "give the version that was read").In(fault.Place{Field: "version"})
		}
		if err := tx.PutLedgerSource(&source); err != nil {
			return err
		}
		source.Version++
		kept = &source
		return tx.Audit(c.Entry(s.Now(), "fund.edit_source", id, map[string]string{"before": was.Title, "after": source.Title}))
	})
	return kept, err
}

// Sources returns sources with their balances, and how many there are in all.
func (s *Service) Sources(ctx context.Context, scope access.Scope, f ledger.SourceFilter) (out []ledger.SourceExecution, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		sources, total, err := tx.LedgerSources(f)
		if err != nil {
			return err
		}
		sums, err := tx.LedgerSums(f) // of all that the filter means, not of the page alone
		n, out = total, withTotals(sources, sums)
		return err
	})
	return out, n, err
}

// withTotals puts balances to their sources.
func withTotals(sources []ledger.Source, sums []ledger.Balance) []ledger.SourceExecution {
	out := make([]ledger.SourceExecution, len(sources))
	at := map[string]*ledger.Totals{}
	for i, source := range sources {
		out[i].Source = source
		at[source.ID] = &out[i].Totals
	}
	for _, b := range sums {
		if t := at[b.Source]; t != nil {
			t.Add(b.Account, b.Amount)
		}
	}
	return out
}

// Source returns one source with its balances. Errors: ledger.no_source.
func (s *Service) Source(ctx context.Context, scope access.Scope, id string) (out *ledger.SourceExecution, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		source, err := tx.LedgerSource(id)
		if err != nil {
			return err
		}
		sums, err := tx.LedgerSums(ledger.SourceFilter{ID: id})
		out = &withTotals([]ledger.Source{*source}, sums)[0]
		return err
	})
	return out, err
}

// Grant is money granted to a source by a document.
type Grant struct {
	Source   string     `json:"source"`
	Amount   money.Fen  `json:"amount_fen" doc:"下达金额（分）"`
	Document string     `json:"document" doc:"指标文号"`
	On       civil.Date `json:"on,omitempty" doc:"of the document; without it today"`
	Memo     string     `json:"memo,omitempty"`
	Ref      string     `json:"ref,omitempty" doc:"names this grant: the same again is granted once"`
}

// Allot grants money to a source.
//
// Errors: those of ledger.Allot.
func (s *Service) Allot(ctx context.Context, c access.Caller, g Grant) (e *ledger.Entry, err error) {
	if g.Ref == "" {
		g.Ref = s.NewID()
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		now := s.Now()
		before, err := tx.LedgerEntryByRef(ledger.Allotted, g.Ref)
		if err != nil {
			return err
		}
		e, err = ledger.Allot(tx, ledger.Move{
			Ref: g.Ref, At: now, On: g.On, By: c.Account, Document: g.Document, Memo: g.Memo,
			Parts: []ledger.Part{{Source: g.Source, Amount: g.Amount}},
		})
		if err != nil || before != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: "fund.allotted", At: now, Subject: g.Source, Data: map[string]string{"document": g.Document}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "fund.allot", g.Source, map[string]string{
			"amount": g.Amount.String(), "document": g.Document, "entry": strconv.FormatInt(e.Seq, 10),
		}))
	})
	return e, err
}

// Entries returns entries, by number, and how many there are in all.
func (s *Service) Entries(ctx context.Context, scope access.Scope, f ledger.EntryFilter) (entries []ledger.Entry, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		entries, n, err = tx.LedgerEntries(f)
		return err
	})
	return entries, n, err
}

// Entry returns one entry. Errors: ledger.no_entry.
func (s *Service) Entry(ctx context.Context, scope access.Scope, seq int64) (e *ledger.Entry, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		e, err = tx.LedgerEntry(seq)
		return err
	})
	return e, err
}

// Statement returns the statement of a source or a claim, with a part of its lines.
// Errors: those of ledger.StatementOf.
func (s *Service) Statement(ctx context.Context, scope access.Scope, source, claim string, days civil.Range, part ledger.Window) (st *ledger.Statement, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		st, err = ledger.StatementOf(tx, source, claim, days, part)
		return err
	})
	return st, err
}

// StatementTable returns a part of the lines of a printed statement, and how many
// there are in all. Errors: those of ledger.StatementOf.
func (s *Service) StatementTable(ctx context.Context, scope access.Scope, source, claim string, days civil.Range, part ledger.Window) (lines []ledger.StatementLine, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		lines, n, err = ledger.TableOf(tx, source, claim, days, part)
		return err
	})
	return lines, n, err
}

// Execution reports how far the money of some sources has come.
func (s *Service) Execution(ctx context.Context, scope access.Scope, f ledger.SourceFilter) (x *ledger.Execution, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		x, err = ledger.ExecutionOf(tx, f)
		return err
	})
	return x, err
}

// Check computes the books again and returns what does not hold; see ledger.Check.
func (s *Service) Check(ctx context.Context, scope access.Scope) (bad []*fault.Error, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		bad, err = ledger.Check(tx)
		return err
	})
	return bad, err
}
