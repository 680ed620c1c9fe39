package sim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/sim/city"
)

// noteTables are written in parts: by institution, and chunk of enterprises.
var noteTables = []string{"loans", "month_balances", "loan_events", "guarantees", "collaterals"}

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
	return w.smallTables(dir)
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
	c := clerk{m: w.m, loans: book.sheet("loans"), balances: book.sheet("month_balances"), events: book.sheet("loan_events"),
		guarantees: book.sheet("guarantees"), collaterals: book.sheet("collaterals")}
	err := w.customers(ctx, chunk, bank, func(f *city.Firm) error { return c.file(f, bank) })
	return w.close(book, err)
}

// smallTables writes the tables of a few rows.
func (w *writing) smallTables(dir string) error {
	book := w.book(dir, "")
	err := book.fill("institutions", len(city.Lenders), func(s *sheet, i int) error { return putLender(s, &city.Lenders[i]) })
	if err == nil {
		err = book.fill("branches", len(city.Outlets), func(s *sheet, i int) error { return putOutlet(s, &city.Outlets[i]) })
	}
	if err == nil {
		err = book.fill("projects", len(city.Projects), func(s *sheet, i int) error { return putProject(s, &city.Projects[i]) })
	}
	if err == nil {
		ds := decisions()
		err = book.fill("decisions", len(ds), func(s *sheet, i int) error { return putDecision(s, &ds[i]) })
	}
	if err == nil {
		w.sum.Budget = w.sum.Pool()
		err = book.fill("budgets", 1, func(s *sheet, _ int) error { return putBudget(s, w.sum.Budget) })
	}
	if err == nil {
		var d city.Dice
		d.Roll(w.m.Seed, city.StreamBank, 0)
		n := len(city.Lenders) * len(claimItems)
		err = book.fill("filings", n, func(s *sheet, i int) error {
			bank, item := i%len(city.Lenders), claimItems[i/len(city.Lenders)]
			if !city.Lenders[bank].Lends() {
				return nil
			}
			return putFiling(s, bank, item, &d)
		})
	}
	return w.close(book, err)
}

func putBudget(s *sheet, f money.Fen) error {
	s.text("risk-compensation")
	s.fen(f)
	return s.end()
}

// partName names the part of a table: bank 0 is all banks.
func partName(bank, chunk int) string {
	if bank == 0 {
		return fmt.Sprintf("%03d", chunk)
	}
	return fmt.Sprintf("%02d-%03d", bank, chunk)
}

// book is files of several tables being written, one part of each.
type book struct {
	w      *writing
	dir    string
	part   string // "": the table is one file
	lazy   bool   // a table without rows is not written
	sheets []*sheet
}

func (w *writing) book(dir, part string) *book { return &book{w: w, dir: dir, part: part} }

// sheet returns a sheet of a table; nil when the table is not wanted.
func (b *book) sheet(table string) *sheet {
	if slices.Contains(b.w.o.Without, table) {
		return nil
	}
	s := newSheet(table, &file{book: b, table: fact.Lookup(table)})
	b.sheets = append(b.sheets, s)
	return s
}

// fill writes a table of n rows.
func (b *book) fill(table string, n int, put func(*sheet, int) error) error {
	s := b.sheet(table)
	for i := 0; s != nil && i < n; i++ {
		if err := put(s, i); err != nil {
			return err
		}
	}
	return nil
}

// close closes all sheets, also after err, and adds up their rows.
func (w *writing) close(b *book, err error) error {
	rows := map[string]int64{}
	for _, s := range b.sheets {
		f := s.to.(*file)
		if err == nil && !b.lazy {
			err = f.open()
		}
		if closing := s.close(); err == nil {
			err = closing
		}
		rows[s.batch.Table.Name] += s.rows
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sum.add(rows, 0)
	return err
}

// file is a file of a table, opened when there is something to write.
type file struct {
	book  *book
	table *fact.Table
	os    *os.File
	buf   *bufio.Writer
	rows  sink
}

// fileBuffer is how much of a file is held back.
const fileBuffer = 256 << 10

// path returns where f stands.
func (f *file) path() string {
	ending := "." + string(f.book.w.o.Format)
	if f.book.part == "" {
		return filepath.Join(f.book.dir, f.table.Name+ending)
	}
	return filepath.Join(f.book.dir, f.table.Name, f.book.part+ending)
}

func (f *file) open() error {
	if f.os != nil {
		return nil
	}
	path := f.path()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var err error
	if f.os, err = os.Create(path); err != nil {
		return err
	}
	f.buf = bufio.NewWriterSize(f.os, fileBuffer)
	if f.book.w.o.Format == factfile.CSV {
		f.rows = factfile.NewCSVWriter(f.buf, f.table)
	} else {
		f.rows = factfile.NewParquetWriter(f.buf, f.table)
	}
	return nil
}

// Write implements sink.
func (f *file) Write(b *fact.Batch) error {
	if err := f.open(); err != nil {
		return err
	}
	return f.rows.Write(b)
}

// Close implements sink.
func (f *file) Close() error {
	if f.os == nil {
		return nil
	}
	return errors.Join(f.rows.Close(), f.buf.Flush(), f.os.Close())
}
