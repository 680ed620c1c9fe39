package sim

import (
	"context"

	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

// claimItems are what banks file claims for, in the order of the pack.
var claimItems = []string{
	"rd-subsidy", "outlet-town", "outlet-zone", "feature-branch", "tech-interest", "xinbao-compensation", "xinbao-first",
	"rc-first-loan", "rc-fintech", "rc-tech", "rc-chattel",
}

// writeFacts writes the tables of the dictionary into dir.
func (w *writing) writeFacts(ctx context.Context, dir string) error {
	w.begin("enterprises", int64(w.m.Enterprises()))
	err := w.each(ctx, w.chunks(), func(ctx context.Context, chunk int) error { return w.factsOfFirms(ctx, dir, chunk) })
	if err != nil {
		return err
	}
	w.known = true
	w.begin("loans", int64(w.chunks()*len(city.Lenders)))
	err = w.each(ctx, w.chunks()*len(city.Lenders), func(ctx context.Context, unit int) error {
		return w.factsOfNotes(ctx, dir, unit/len(city.Lenders), unit%len(city.Lenders))
	})
	if err != nil {
		return err
	}
	book := w.book(dir, "")
	return w.close(book, w.smallTables(book))
}

// factsOfFirms writes the enterprises of a chunk, and their earlier benefits.
func (w *writing) factsOfFirms(ctx context.Context, dir string, chunk int) error {
	book := w.book(dir, partName(0, chunk))
	firms, benefits := book.sheet("enterprises"), book.sheet("benefits")
	var name []byte
	err := w.survey(ctx, chunk, func(f *city.Firm) error {
		if firms != nil {
			name = f.AppendName(name[:0])
			if err := putFirm(firms, f, name); err != nil {
				return err
			}
		}
		if benefits != nil && f.Benefit > 0 {
			return putBenefit(benefits, f)
		}
		return nil
	})
	return w.close(book, err)
}

// factsOfNotes writes what enterprises of a chunk borrowed of bank. The first bank
// of the first chunk writes its tables even when they are empty: no note is
// not the same as no table.
func (w *writing) factsOfNotes(ctx context.Context, dir string, chunk, bank int) error {
	defer w.done(1, nil)
	if !city.Lenders[bank].Lends() {
		return nil
	}
	book := w.book(dir, partName(bank+1, chunk))
	book.lazy = bank > 0 || chunk > 0
	c := clerk{
		m: w.m, loans: book.sheet("loans"), balances: book.sheet("month_balances"), events: book.sheet("loan_events"),
		guarantees: book.sheet("guarantees"), collaterals: book.sheet("collaterals"),
		everyMonth: w.o.EveryMonth,
	}
	err := w.customers(ctx, chunk, bank, func(f *city.Firm) error { return c.file(f, bank) })
	return w.close(book, err)
}

// smallTables writes the tables of a few rows.
func (w *writing) smallTables(book *book) error {
	w.sum.Budget = w.sum.Pool()
	decided := decisions()
	var d city.Dice
	d.Roll(w.m.Seed, city.StreamBank, 0)
	for _, t := range []struct {
		name string
		rows int
		put  func(*sheet, int) error
	}{
		{"institutions", len(city.Lenders), func(s *sheet, i int) error { return putLender(s, &city.Lenders[i]) }},
		{"branches", len(city.Outlets), func(s *sheet, i int) error { return putOutlet(s, &city.Outlets[i]) }},
		{"projects", len(city.Projects), func(s *sheet, i int) error { return putProject(s, &city.Projects[i]) }},
		{"decisions", len(decided), func(s *sheet, i int) error { return putDecision(s, &decided[i]) }},
		{"budgets", 1, func(s *sheet, _ int) error { return putBudget(s, w.sum.Budget) }},
		{"filings", len(city.Lenders) * len(claimItems), func(s *sheet, i int) error {
			bank := i % len(city.Lenders)
			if !city.Lenders[bank].Lends() {
				return nil
			}
			return putFiling(s, bank, claimItems[i/len(city.Lenders)], &d)
		}},
	} {
		s := book.sheet(t.name)
		for i := 0; s != nil && i < t.rows; i++ {
			if err := t.put(s, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func putBudget(s *sheet, f money.Fen) error {
	s.text("risk-compensation")
	s.fen(f)
	return s.end()
}
