package match

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting"
)

// JobKind is the kind of the jobs that compare one bank's loans (Service.Match).
const JobKind = "through.match"

// EventDiffers is the kind of the event that loans of a bank differ from what it
// reports, or differ otherwise than they did.
const EventDiffers = "through_loan.differs"

// Service keeps the loans that came through the platform.
type Service struct {
	Store  Store
	Reader Reader
	Now    func() civil.Instant
	NewID  func() string
}

// Enter keeps a loan that was drawn, in the transaction that tells of it, and asks for
// it to be compared when its month has been reported already. One that is there is
// left as it is.
func (s *Service) Enter(tx Tx, l through.Loan) error {
	if was, err := tx.ThroughNote(l.Bank, l.NoteNo); err != nil || was != nil {
		return err
	}
	l.Entered, l.Words = s.Now(), []through.Word{}
	l.Match = through.Compare([]through.Loan{l}, through.Reported{})[0]
	if err := tx.AddThroughLoan(&l); err != nil {
		return err
	}
	if err := tx.Audit(access.Caller{}.Entry(l.Entered, "through_loan.enter", l.ID, map[string]string{"note_no": l.NoteNo, "institution": l.Institution, "amount": l.Amount.String()})); err != nil {
		return err
	}
	current, err := tx.Current([]string{l.Bank})
	if err != nil {
		return err
	}
	for i := range current {
		if first, last, err := current[i].Period.Months(); err == nil && first <= l.Drawn.Month() && last >= l.Drawn.Month() {
			return s.ask(tx, l.Bank)
		}
	}
	return nil
}

// Hear keeps what a bank said of its note. Of a note that is not here nothing is kept.
func (s *Service) Hear(tx Tx, bank, noteNo string, w through.Word) error {
	l, err := tx.ThroughNote(bank, noteNo)
	if err != nil || l == nil || slices.ContainsFunc(l.Words, func(has through.Word) bool { return has.ID == w.ID }) {
		return err
	}
	if err := tx.AddThroughWord(l.ID, &w, s.Now()); err != nil {
		return err
	}
	return tx.Audit(access.Caller{}.Entry(s.Now(), "through_loan.hear", l.ID, map[string]string{"as_of": w.AsOf.String(), "balance": w.Balance.String()}))
}

// Reported asks for the loans of a bank to be compared, if there are any: what is
// current of it has changed.
func (s *Service) Reported(tx Tx, bank string) error {
	if _, n, err := tx.ThroughLoans(Filter{Bank: bank, Limit: 1}, access.Scope{All: true}); err != nil || n == 0 {
		return err
	}
	return s.ask(tx, bank)
}

func (s *Service) ask(tx Tx, bank string) error {
	payload, err := json.Marshal(bank)
	if err != nil {
		return err
	}
	return tx.Enqueue(event.Job{ID: s.NewID(), Kind: JobKind, Key: bank, Org: bank, Payload: string(payload), At: s.Now()})
}

// Loan returns one loan. Errors: through.not_found.
func (s *Service) Loan(ctx context.Context, scope access.Scope, id string) (l *through.Loan, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		l, err = tx.ThroughLoan(id, scope)
		return err
	})
	return l, err
}

// Loans returns a part of the list, and how many there are.
func (s *Service) Loans(ctx context.Context, scope access.Scope, f Filter) (list []through.Loan, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.ThroughLoans(f, scope)
		return err
	})
	return list, total, err
}

// Counts returns how the loans of each bank and month agree, the latest month first.
func (s *Service) Counts(ctx context.Context, scope access.Scope) (list []Count, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.ThroughCounts(scope)
		return err
	})
	return list, err
}

// Own is reporting.Service.Own: what is known of the loans drawn by the end of last.
func (s *Service) Own(ctx context.Context, first, last civil.Month) (tables []through.Table, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		loans, _, err := tx.ThroughLoans(Filter{Until: last.Last()}, access.Scope{All: true})
		tables = through.Files(loans, first, last)
		return err
	})
	return tables, err
}

// basis is what the loans of a bank are put beside.
type basis struct {
	loans  []through.Loan
	months map[civil.Month]bool
	parts  []reporting.SnapshotPart
	key    string
	done   map[string]bool // numbers of notes that are over, and agreed at the end
}

// basisOf returns the loans of a bank that are to be compared, and what it has
// reported since the first of them.
func basisOf(tx Tx, bank string) (*basis, error) {
	all, _, err := tx.ThroughLoans(Filter{Bank: bank}, access.Scope{All: true})
	if err != nil {
		return nil, err
	}
	current, err := tx.Current([]string{bank})
	if err != nil {
		return nil, err
	}
	b := &basis{months: map[civil.Month]bool{}, done: map[string]bool{}}
	since := civil.Never.Month()
	for _, l := range all {
		if l.Match.State == through.Agrees && l.Closed() != civil.Never {
			b.done[l.NoteNo] = true
			continue
		}
		since = min(since, l.Drawn.Month())
		b.loans = append(b.loans, l)
	}
	for i := range current {
		n := &current[i]
		first, last, err := n.Period.Months()
		if err != nil || n.Office || last < since || n.Set != reporting.Lending && n.Set != reporting.Supplement {
			continue
		}
		b.parts = append(b.parts, n.Part())
		for m := first; m <= last && n.Set == reporting.Lending; m++ {
			b.months[m] = true
		}
	}
	b.key = reporting.Arrange(b.parts)
	return b, nil
}

// Match is the handler of JobKind: it compares the loans of one bank. Doing it again
// changes nothing.
func (s *Service) Match(ctx context.Context, j event.Job, progress reporting.Progress) error {
	var bank string
	if err := json.Unmarshal([]byte(j.Payload), &bank); err != nil {
		return err
	}
	var b *basis
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		b, err = basisOf(tx, bank)
		return err
	})
	if err != nil || len(b.loans) == 0 {
		return err
	}
	progress(0, 0, "核对平台贷款")
	notes, err := s.read(ctx, b)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		now, err := basisOf(tx, bank)
		if err != nil {
			return err
		}
		if now.key != b.key { // something else is current by now
			return s.ask(tx, bank)
		}
		return s.keep(tx, bank, now.loans, through.Reported{Months: b.months, Notes: notes})
	})
}

// read returns the notes that may be one of b's loans.
func (s *Service) read(ctx context.Context, b *basis) ([]through.Note, error) {
	type loose struct {
		uscc   string
		amount money.Fen
	}
	numbers, alike := map[string]bool{}, map[loose]bool{}
	for i := range b.loans {
		numbers[b.loans[i].NoteNo] = true
		alike[loose{b.loans[i].USCC, b.loans[i].Amount}] = true
	}
	notes := []through.Note{}
	if len(b.parts) == 0 {
		return notes, nil
	}
	err := s.Reader.Notes(ctx, b.parts, func(n *through.Note) {
		if numbers[n.NoteNo] || alike[loose{n.USCC, n.Principal}] && !b.done[n.NoteNo] {
			notes = append(notes, *n)
		}
	})
	return notes, err
}

// keep keeps what has changed.
func (s *Service) keep(tx Tx, bank string, loans []through.Loan, r through.Reported) error {
	now, n, open, fresh := s.Now(), 0, 0, 0
	for i, m := range through.Compare(loans, r) {
		l := &loans[i]
		if m.Open() {
			open++
		}
		if m.Same(&l.Match) {
			continue
		}
		if m.Open() {
			fresh++
		}
		m.Since = now
		l.Match = m
		if err := tx.PutThroughMatch(l); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return nil
	}
	if fresh > 0 {
		if err := tx.Emit(event.Event{Kind: EventDiffers, At: now, Orgs: []string{bank}, Subject: bank, Data: map[string]string{
			"bank": loans[0].BankName, "fresh": strconv.Itoa(fresh), "open": strconv.Itoa(open),
		}}); err != nil {
			return err
		}
	}
	return tx.Audit(access.Caller{}.Entry(now, "through_loan.match", bank, map[string]string{"changed": strconv.Itoa(n), "open": strconv.Itoa(open)}))
}
