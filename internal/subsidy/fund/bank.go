package fund

import (
	"context"
	"strconv"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/ledger"
)

// Import is a file of a bank's lines that was taken in.
type Import struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"` // of the file
	Digest string        `json:"digest"`
	At     civil.Instant `json:"at_ms"`
	By     string        `json:"by"`
	Kept   int           `json:"kept"`  // lines
	Known  int           `json:"known"` // lines that an earlier file had; not kept again
}

// TakeIn keeps the lines of a bank's file. The same file again changes nothing and
// returns what it came to before; a line that an earlier file had is not kept twice.
//
// Errors: fund.no_lines, fund.many_lines, fund.file_name.
func (s *Service) TakeIn(ctx context.Context, c access.Caller, name, digest string, lines []ledger.BankLine) (kept *Import, err error) {
	switch n := len(lines); {
	case n == 0:
		return nil, fault.New(fault.Invalid, "fund.no_lines", "文件中没有回单", "there is no line in the file")
	case n > MaxLines:
		return nil, fault.Invalidf("fund.many_lines", "文件有%d笔回单，超过%d笔，请分成几个文件", "%d lines, over %d; make several files of it", n, MaxLines)
	case name == "" || utf8.RuneCountInString(name) > maxMemo:
		return nil, fault.New(fault.Invalid, "fund.file_name", "文件名为空或过长", "the file's name is empty or too long").In(fault.Place{Field: "name"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		before, err := tx.FundImportByDigest(digest)
		if err != nil || before != nil {
			kept = before
			return err
		}
		i := Import{ID: s.NewID(), Name: name, Digest: digest, At: s.Now(), By: c.Account}
		if err := tx.PutFundImport(&i); err != nil {
			return err
		}
		for _, l := range lines {
			l.Import = i.ID
			known, err := tx.PutFundLine(l)
			switch {
			case err != nil:
				return err
			case known:
				i.Known++
			default:
				i.Kept++
			}
		}
		if err := tx.PutFundImport(&i); err != nil {
			return err
		}
		kept = &i
		return tx.Audit(c.Entry(i.At, "fund.import_bank", i.ID, map[string]string{
			"name": name, "digest": digest, "kept": strconv.Itoa(i.Kept), "known": strconv.Itoa(i.Known),
		}))
	})
	return kept, err
}

// Imports returns the files that were taken in, the last first, and how many there
// are in all.
func (s *Service) Imports(ctx context.Context, scope access.Scope, limit, offset int) (out []Import, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		out, n, err = tx.FundImports(limit, offset)
		return err
	})
	return out, n, err
}

// Lines returns the bank's lines of some days, and how many there are in all.
func (s *Service) Lines(ctx context.Context, scope access.Scope, days civil.Range, limit, offset int) (out []ledger.BankLine, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		out, n, err = tx.FundLines(days, limit, offset)
		return err
	})
	return out, n, err
}

// Reconcile holds the payments of some days against the bank's lines of those days.
//
// Errors: fund.days, fund.many_days.
func (s *Service) Reconcile(ctx context.Context, scope access.Scope, days civil.Range) (r *ledger.Reconciliation, err error) {
	if days.Last < days.First {
		return nil, fault.New(fault.Invalid, "fund.days", "开始日期不能晚于结束日期", "the first day is after the last")
	}
	var entries []ledger.Entry
	var lines []ledger.BankLine
	err = s.read(ctx, scope, func(tx Tx) error {
		var n, m int
		entries, n, err = tx.LedgerEntries(ledger.EntryFilter{
			Kinds: []ledger.Kind{ledger.Paying, ledger.Returning}, OnFrom: days.First, OnTo: days.Last, Standing: true, Limit: maxReconciled,
		})
		if err != nil {
			return err
		}
		if lines, m, err = tx.FundLines(days, maxReconciled, 0); err != nil {
			return err
		}
		if n > maxReconciled || m > maxReconciled {
			return fault.Invalidf("fund.many_days", "所选日期内有%d笔支付、%d笔回单，超过%d笔，请缩短日期范围",
				"%d payments and %d lines, over %d; take a shorter range", n, m, maxReconciled)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ledger.Reconcile(ledger.PaymentsOf(entries), lines, days), nil
}
