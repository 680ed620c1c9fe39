package loanbook

import (
	"context"
	"fmt"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// Options are what a check may be told. The zero Options are the usual ones.
type Options struct {
	// First and Last bound the months every institution must report. Zero: a month
	// counts as reported by an institution when it reports any balance in it.
	First, Last civil.Month
	// A balance at a quarter's end is pointed out when it is above SpikeRatio times
	// the mean of the months around it, and above that mean by SpikeFloor or more.
	// Zero: 3 times and 100万元.
	SpikeRatio money.Rate
	SpikeFloor money.Fen
	// Apart, when not nil, says of which notes their bank reports nothing: others told of
	// them. Of those no month-end balance is owed, and what is told of them
	// does not say what the bank has reported.
	Apart func(institution, loan []byte) bool
}

// The values of a zero Options.
const (
	DefaultSpikeRatio = 3 * money.One
	DefaultSpikeFloor = 100 * money.Wan
)

// Check reads the facts once and reports what breaks a rule. A finding's place
// holds the column in Field, the row's key, its parts joined by a slash, in
// Value, and file and line where the source knows them. Findings come in the
// order of the dictionary's tables, and then those of whole notes. Memory is some
// tens of bytes a row and 8 bytes a note and month.
func Check(ctx context.Context, src fact.Source, opts Options, report func(fact.Finding)) error {
	if opts.SpikeRatio == 0 {
		opts.SpikeRatio = DefaultSpikeRatio
	}
	if opts.SpikeFloor == 0 {
		opts.SpikeFloor = DefaultSpikeFloor
	}
	c := &checker{opts: opts, src: src, report: report, tables: map[string]*index{}, waived: map[string]bool{}}
	for _, t := range fact.Tables() {
		c.tables[t.Name] = &index{table: t, there: src.Has(t.Name)}
	}
	for _, t := range fact.Tables() {
		if err := c.readTable(ctx, t); err != nil {
			return err
		}
	}
	c.checkMonths()
	c.checkEvents()
	c.checkFirstLoans()
	return nil
}

// checker is what one Check knows.
type checker struct {
	opts   Options
	src    fact.Source
	report func(fact.Finding)
	tables map[string]*index
	waived map[string]bool // notes whose gaps a decision waives; "*" all

	notes  notes
	months months
	events events
	shares shares
}

// find reports that row i of b breaks r; zh and en give the values.
func (c *checker) find(r *Rule, b *fact.Batch, i int, field, zh, en string) {
	c.reportAt(r, fault.Place{File: b.File, Line: b.LineOf(i), Field: field, Value: keyOf(b, i)}, zh, en)
}

func (c *checker) reportAt(r *Rule, at fault.Place, zh, en string) {
	f := fact.Finding{Severity: r.Severity, Code: r.Code, At: at, Zh: r.Zh, En: r.En}
	if zh != "" {
		f.Zh += "：" + zh
		f.En += ": " + en
	}
	c.report(f)
}

// findNote reports what is wrong with a whole note, or with one month of it.
func (c *checker) findNote(r *Rule, note uint32, m civil.Month, field, zh, en string) {
	key := c.noteKey(note)
	if m != 0 {
		key += "/" + m.String()
	}
	c.reportAt(r, fault.Place{Field: field, Value: key}, zh, en)
}

// noteKey returns institution_id/loan_id.
func (c *checker) noteKey(note uint32) string {
	return string(c.institution(c.notes.rows[note].institution)) + "/" + string(c.tables["loans"].ids.Text(note))
}

func (c *checker) institution(id uint32) []byte { return c.tables["institutions"].ids.Text(id) }

// keyOf returns the key of row i of b, its parts joined by a slash.
func keyOf(b *fact.Batch, i int) string {
	var key []byte
	for n, name := range b.Table.Key {
		if n > 0 {
			key = append(key, '/')
		}
		key = b.Vector(name).AppendValue(key, i)
	}
	return string(key)
}

// yuan writes an amount as findings do.
func yuan(f int64) string { return string(money.Fen(f).AppendYuan(nil)) }

// both formats one sentence of values in the two languages.
func both(zh, en string, args ...any) (string, string) {
	return fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)
}
