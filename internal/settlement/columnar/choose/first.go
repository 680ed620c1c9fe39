package choose

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/vec"
)

// FirstLoans are, for every enterprise, its earliest notes: all notes of an
// enterprise are in one partition.
type FirstLoans struct {
	notes     *book.Table
	scope     civil.Range
	disbursed *vec.Column
	attested  *vec.Column
	borrowers []firstLoan // by number of the enterprise
}

type firstLoan struct {
	on civil.Date // of the earliest notes
	// The lowest of them that is attested, and that may be; UnknownRow for none.
	first, doubt uint32
}

// FirstLoans looks for the earliest notes of a partition; there are none without a
// table of notes.
func (r *Run) FirstLoans(ctx context.Context, p *book.Part) (*FirstLoans, error) {
	notes := r.Table(p, "loans")
	if notes == nil {
		return nil, nil
	}
	f := &FirstLoans{
		notes: notes, scope: r.Plan.Scope, disbursed: notes.Cols["disbursed_on"], attested: notes.Cols["first_loan"],
		borrowers: make([]firstLoan, r.Ents.Len()+1),
	}
	for i := range f.borrowers {
		f.borrowers[i] = firstLoan{math.MaxInt32, vec.UnknownRow, vec.UnknownRow}
	}
	g, ctx := errgroup.WithContext(ctx)
	for w := range len(r.Crew) {
		g.Go(func() error {
			f.gather(uint32(w), uint32(len(r.Crew)))
			return ctx.Err()
		})
	}
	return f, g.Wait()
}

// borrower returns the number of a note's enterprise; unknown ones share one.
func (f *FirstLoans) borrower(note uint32) uint32 {
	return min(f.notes.EntOf(note), uint32(len(f.borrowers)-1))
}

// gather looks at the notes of every of-th enterprise. They come in the order of
// their keys, so that the first is the lowest.
func (f *FirstLoans) gather(from, of uint32) {
	for note := range uint32(f.notes.Rows()) {
		e := f.borrower(note)
		if e%of != from {
			continue
		}
		b := &f.borrowers[e]
		on, _ := f.disbursed.At(note)
		switch on := civil.Date(on); {
		case on > b.on:
			continue
		case on < b.on:
			*b = firstLoan{on, vec.UnknownRow, vec.UnknownRow}
		}
		switch yes, known := f.attested.At(note); {
		case !known:
			b.doubt = min(b.doubt, note)
		case yes == 1:
			b.first = min(b.first, note)
		}
	}
}

// truth tells whether a note counts. elsewhere is the borrower's first bank when
// that is known, this note is attested too, and it is another bank's.
func (f *FirstLoans) truth(reading policy.FirstLoan, note uint32) (t vec.Truth, elsewhere uint32) {
	elsewhere = vec.UnknownRow
	on, _ := f.disbursed.At(note)
	b := &f.borrowers[f.borrower(note)]
	if !f.scope.Holds(civil.Date(on)) || !f.scope.Holds(b.on) || b.first == vec.UnknownRow && b.doubt == vec.UnknownRow {
		return vec.False, elsewhere
	}
	if b.first == vec.UnknownRow {
		return vec.Unknown, elsewhere
	}
	bank := f.notes.InstOf(b.first)
	doubtful := b.doubt != vec.UnknownRow
	switch reading {
	case policy.YearNotesAllBanks:
		return vec.True, elsewhere
	case policy.FirstNote:
		if doubtful && b.doubt < b.first {
			return vec.Unknown, elsewhere
		}
		t = vec.False >> bit(note == b.first)
	default:
		if doubtful && f.notes.InstOf(b.doubt) < bank {
			return vec.Unknown, elsewhere
		}
		t = vec.False >> bit(f.notes.InstOf(note) == bank)
	}
	if yes, known := f.attested.At(note); known && yes == 1 && f.notes.InstOf(note) != bank {
		elsewhere = bank
	}
	return t, elsewhere
}

// bit is 1 for true.
func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
