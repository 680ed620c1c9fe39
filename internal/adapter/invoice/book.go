package invoice

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/rating/feature"
)

// The tables that invoices make.
const (
	Out = "invoices.out" // issued
	In  = "invoices.in"  // received
)

// Book holds what the invoices of firms say.
type Book struct {
	firms   map[string]*ledger
	parties map[string]string // each once
	seen    map[[16]byte]int  // the first line of a fingerprint
	// Duplicates are pairs of rows that say the same, up to MaxDuplicates.
	Duplicates []Duplicate
	duplicates int
	text       []byte // that a fingerprint is made of
}

// ledger are the invoices of a firm, issued and received.
type ledger struct{ out, in side }

// side are invoices by column.
type side struct {
	months            []civil.Month
	parties           []string
	amount, void, red []float64
}

// table is a side as features read it.
func (s *side) table() *feature.Table {
	count := make([]float64, len(s.months))
	for i := range count {
		count[i] = 1
	}
	return &feature.Table{
		Months: s.months, Texts: map[string][]string{"party": s.parties},
		Numbers: map[string][]float64{"amount": s.amount, "void": s.void, "red": s.red, "count": count},
	}
}

// Duplicate is a row that says the same as an earlier one.
type Duplicate struct {
	Table, Firm, Number string
	Line, First         int // of the table's file
}

// MaxDuplicates is how many are listed; all are counted.
const MaxDuplicates = 1000

// NewBook makes an empty book.
func NewBook() *Book {
	return &Book{firms: map[string]*ledger{}, parties: map[string]string{}, seen: map[[16]byte]int{}}
}

// Add reads a file into the book. A table (Out, In) is read from one file: Duplicates name
// its lines. Errors: those of Read.
func (b *Book) Add(table string, r io.Reader) (*Summary, error) {
	clear(b.seen)
	return Read(r, func(x *Invoice) error {
		b.add(table, x)
		return nil
	})
}

// add adds a row.
func (b *Book) add(table string, x *Invoice) {
	firm := b.firms[x.Firm]
	if firm == nil {
		firm = &ledger{}
		b.firms[strings.Clone(x.Firm)] = firm
	}
	t := &firm.out
	if table == In {
		t = &firm.in
	}
	party, ok := b.parties[x.Party]
	if !ok {
		party = strings.Clone(x.Party)
		b.parties[party] = party
	}
	var amount, void, red float64
	switch {
	case x.Void:
		void = 1
	default:
		amount = float64(x.Amount) / 100
		if x.Amount < 0 {
			red = 1
		}
	}
	t.months, t.parties = append(t.months, x.On.Month()), append(t.parties, party)
	t.amount, t.void, t.red = append(t.amount, amount), append(t.void, void), append(t.red, red)
	b.fingerprint(table, x)
}

// fingerprint looks whether a row says the same as an earlier one.
func (b *Book) fingerprint(table string, x *Invoice) {
	b.text = b.text[:0]
	for _, s := range [...]string{x.Firm, x.Code, x.Number, x.Party} {
		b.text = append(append(b.text, s...), 0)
	}
	b.text = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b.text, uint64(x.On)), uint64(x.Total))
	h := fnv.New128a()
	h.Write(b.text)
	key := [16]byte(h.Sum(nil))
	first, ok := b.seen[key]
	if !ok {
		b.seen[key] = x.Line
		return
	}
	b.duplicates++
	if len(b.Duplicates) < MaxDuplicates {
		b.Duplicates = append(b.Duplicates, Duplicate{table, strings.Clone(x.Firm), strings.Clone(x.Number), x.Line, first})
	}
}

// Found is how many duplicates there are, listed or not.
func (b *Book) Found() int { return b.duplicates }

// Firm is what is known of a firm. Of a firm that the files do not have, nothing is: its
// features are unknown. One that only one file has has none of the other's invoices.
func (b *Book) Firm(key string) feature.Firm {
	firm := b.firms[key]
	if firm == nil {
		return nil
	}
	return feature.Firm{Out: firm.out.table(), In: firm.in.table()}
}

// Firms is how many firms there are.
func (b *Book) Firms() int { return len(b.firms) }

// Last is the last month that has an invoice.
func (b *Book) Last() civil.Month {
	last := feature.NoMonth
	for _, f := range b.firms {
		for _, m := range f.out.months {
			last = max(last, m)
		}
		for _, m := range f.in.months {
			last = max(last, m)
		}
	}
	return last
}
