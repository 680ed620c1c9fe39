package book

import (
	"context"
	"encoding/binary"
	"math"
	"sync"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// Balances are the month-end balances of all notes of a partition, by far the
// largest part of a book: five bytes each, a note's side by side, so that what an
// average needs of a note comes with one or two cache lines. Five bytes hold up to
// 109.9 亿元; what is larger, or below 0, is kept apart.
type Balances struct {
	notes  *Table
	first  civil.Month
	months int
	fen    []byte
	mu     sync.Mutex
	wide   map[int]int64 // by place in fen

	disbursed, closed *vec.Column
}

const balanceBytes = 5

// What stands in five bytes where there is no balance up to narrow.
const (
	noBalance      = 1<<40 - 1 // the month has no row
	unknownBalance = 1<<40 - 2 // it has one, without a balance
	wideBalance    = 1<<40 - 3 // the balance is in wide
	narrow         = 1<<40 - 4
)

func newBalances(n *needs, notes *Table) *Balances {
	b := &Balances{notes: notes, wide: map[int]int64{}, disbursed: notes.Cols["disbursed_on"], closed: notes.Cols["closed_on"]}
	b.first, b.months = n.months()
	b.fen = make([]byte, notes.Rows()*b.months*balanceBytes+8-balanceBytes) // so that the last can be read as eight bytes
	for i := range b.fen {
		b.fen[i] = 0xff
	}
	return b
}

// cell returns what stands for month i of a note.
func (b *Balances) cell(at int) uint64 {
	return binary.LittleEndian.Uint64(b.fen[at:at+8]) & noBalance
}

func (b *Balances) place(note uint32, month int) int {
	return (int(note)*b.months + month) * balanceBytes
}

// set sets a balance, and tells whether there was none.
func (b *Balances) set(at int, fen int64, known bool) bool {
	// Not by cell: what lies behind may be another worker's.
	fresh := binary.LittleEndian.Uint32(b.fen[at:]) == 1<<32-1 && b.fen[at+4] == 0xff
	x := uint64(fen)
	switch {
	case !known:
		x = unknownBalance
	case fen < 0 || fen > narrow:
		x = wideBalance
		b.mu.Lock()
		b.wide[at] = fen
		b.mu.Unlock()
	}
	binary.LittleEndian.PutUint32(b.fen[at:], uint32(x))
	b.fen[at+4] = byte(x >> 32)
	return fresh
}

// row returns the balance that the facts have for month i of a note.
func (b *Balances) row(note uint32, month int) (fen int64, there, known bool) {
	at := b.place(note, month)
	switch x := b.cell(at); x {
	case noBalance:
		return 0, false, false
	case unknownBalance:
		return 0, true, false
	case wideBalance:
		return b.wide[at], true, true
	default:
		return int64(x), true, true
	}
}

// Reported returns the balance of month i of a note as the facts have it, if they do
// and it is of the usual size: what nearly always comes, and quickly.
func (b *Balances) Reported(note uint32, month int) (fen int64, ok bool) {
	x := b.cell(b.place(note, month))
	return int64(x), x <= narrow
}

// At returns the balance at the end of month i: 0 without a row when the note was
// not open; a gap is not known.
func (b *Balances) At(note uint32, month int) (fen int64, known bool) {
	fen, _, known = b.row(note, month)
	if known {
		return fen, true
	}
	return 0, !b.open(note, (b.first + civil.Month(month)).Last())
}

// open tells whether a note is open at the end of a day.
func (b *Balances) open(note uint32, on civil.Date) bool {
	from, known := b.disbursed.At(note)
	until, _ := b.closed.At(note)
	return (!known || from <= int64(on)) && int64(on) < until
}

// Index returns the place of a month among those that are held.
func (b *Balances) Index(m civil.Month) int { return int(m - b.first) }

// MonthEnd returns the balances at the end of a month as a column of loans.
func (b *Balances) MonthEnd(m civil.Month) vec.Values { return monthEnd{b, b.Index(m)} }

// monthEnd is the balance at the end of a month as a column of loans.
type monthEnd struct {
	*Balances
	month int
}

// Texts implements vec.Values.
func (monthEnd) Texts() *vec.Dict { return nil }

// Read implements vec.Values.
func (m monthEnd) Read(rows []uint32, ints []int64, unknown []vec.Truth) {
	for i, r := range rows {
		ints[i], unknown[i] = 0, vec.Unknown
		if r >= vec.NoRow {
			continue
		}
		fen, known := m.Reported(r, m.month)
		if !known {
			fen, known = m.At(r, m.month)
		}
		if known {
			ints[i], unknown[i] = fen, 0
		}
	}
}

// locks guard the balances while they are read, each those of some neighbouring
// notes: rows of one note may come to different workers.
type locks [1024]sync.Mutex

const lockSpan = 6 // notes that share a lock, as a power of two

// ledger is one worker that reads month-end balances.
type ledger struct {
	*Balances
	book       *Book
	part       *Part
	locks      *locks
	complaints *complaints
	twice      *lowestPlace
	inst, note decoder
	instOf     []uint32
	rows       int64 // in the months that are held, and of this partition
}

// lowestPlace is the first balance, by note and month, that came twice.
type lowestPlace struct {
	mu sync.Mutex
	at int
}

func (l *lowestPlace) add(at int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = min(l.at, at)
}

// loadBalances reads the month-end balances of a partition.
func (b *Book) loadBalances(ctx context.Context, p *Part) error {
	t := fact.Lookup("month_balances")
	bal := newBalances(b.needs, p.tables["loans"])
	columns := []string{"institution_id", "loan_id", "month", "balance"}
	if p.Balances = bal; !b.Src.Has(t.Name) {
		return nil
	}
	c, twice, ledgers := &complaints{of: t}, &lowestPlace{at: math.MaxInt}, make([]*ledger, b.Workers)
	guards := new(locks)
	err := b.Src.Scan(ctx, t.Name, columns, b.Workers, func(w int, batch *fact.Batch) error {
		if ledgers[w] == nil {
			ledgers[w] = &ledger{Balances: bal, book: b, part: p, locks: guards, complaints: c, twice: twice}
			ledgers[w].inst.keys, ledgers[w].note.keys = b.Insts, bal.notes.Keys
		}
		ledgers[w].take(batch)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if err := c.err(); err != nil {
		return err
	}
	if twice.at != math.MaxInt {
		return b.twiceInMonth(ctx, bal, twice.at/balanceBytes)
	}
	rows := int64(0)
	for _, l := range ledgers {
		if l != nil {
			rows += l.rows
		}
	}
	if p.P == 0 {
		b.counts[t.Name] = 0
	}
	b.counts[t.Name] += rows
	b.stats.Rows += rows
	if b.needs.of[t.Name] != nil {
		return nil // the table as such enters the digest
	}
	return b.digestBalances(ctx, bal, p, columns)
}

// twiceInMonth is the fault of a note that has two balances in a month.
func (b *Book) twiceInMonth(ctx context.Context, bal *Balances, cell int) error {
	note, month := uint32(cell/bal.months), bal.first+civil.Month(cell%bal.months)
	return b.duplicate(ctx, fact.Lookup("month_balances"), []string{b.Insts.At(bal.notes.inst[note]), bal.notes.Keys.At(note), month.String()})
}

// take enters a batch.
func (l *ledger) take(b *fact.Batch) {
	l.instOf = resize(l.instOf, b.Len())
	l.inst.decode(b.Vectors[0], nil, l.instOf)
	loan, months, fen := b.Vectors[1], b.Vectors[2], b.Vectors[3]
	l.note.prepare(loan, b.Len())
	var held *sync.Mutex
	last, note := -1, uint32(0) // the last row whose note was looked for
	for i := range b.Len() {
		month := months.Ints[i] - int64(l.first)
		if month < 0 || month >= int64(l.months) || months.Unknown(i) {
			continue
		}
		if last < 0 || last != i-1 || l.instOf[i] != l.instOf[last] || !same(&loan.Texts, i) {
			note = l.noteOf(b, loan, i)
		}
		last = i
		if note >= MaxRows {
			continue
		}
		if lock := &l.locks[note>>lockSpan%uint32(len(l.locks))]; lock != held {
			if held != nil {
				held.Unlock()
			}
			lock.Lock()
			held = lock
		}
		l.rows++
		if at := l.place(note, int(month)); !l.set(at, fen.Ints[i], !fen.Unknown(i)) {
			l.twice.add(at)
		}
	}
	if held != nil {
		held.Unlock()
	}
}

// noteOf finds the note of row i, NotFound when it is not in this partition, and
// complains when it is in none.
func (l *ledger) noteOf(b *fact.Batch, loan *fact.Vector, i int) uint32 {
	inst := l.instOf[i]
	if inst < MaxRows {
		if note := l.note.one(loan, i, inst); note != NotFound {
			return note
		}
	}
	if l.part.Of == 1 || l.part.P == 0 && !l.book.registries["loans"].has(hashOf(inst, loan.Texts.At(i))) {
		l.complaints.add(b, i, l.complaints.of.LinkTo("loans"))
	}
	return NotFound
}

// digestBalances enters the balances note by note.
func (b *Book) digestBalances(ctx context.Context, bal *Balances, p *Part, columns []string) error {
	d := b.digestOf("month_balances", columns)
	d.rows = b.counts["month_balances"]
	key := b.noteKey(bal.notes, func(r uint32) uint32 { return r })
	return d.enter(ctx, b.Workers, bal.notes.Rows(), p, func(r uint32) uint8 { return b.bucket(bal.notes.EntOf(r)) },
		func(buf []byte, note uint32) []byte {
			buf = key(buf, note)
			bare := len(buf)
			for m := range bal.months {
				fen, there, known := bal.row(note, m)
				switch {
				case !there:
					continue
				case known:
					buf = appendInt(appendInt(buf, int64(bal.first)+int64(m)), fen)
				default:
					buf = append(appendInt(buf, int64(bal.first)+int64(m)), 0)
				}
			}
			if len(buf) == bare {
				return buf[:0]
			}
			return buf
		})
}
