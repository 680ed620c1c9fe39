package ledger

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Carryover moves what is left of a source to the one that follows it (年终结转):
// Budget of what nothing binds, and all that is reserved or approved for claims,
// which stay bound to them there.
type Carryover struct {
	Ref      string
	At       civil.Instant
	By       string
	Second   string // another than By
	From, To string // sources of a year and of the next, of the same level and purposes
	Budget   money.Fen
	Document string
	Memo     string
}

// Carry posts a carry-over as one entry; the source's other budget must be
// recalled before, its payment orders paid or cancelled, what came back decided
// upon. The source then has nothing left but what it paid, and CloseYear holds.
//
// Errors: those of a Move; also ledger.carry (To does not follow From),
// ledger.unsettled (money on payment orders or returned), ledger.nothing.
func Carry(tx Tx, c Carryover) (*Entry, error) {
	e := &Entry{
		At: c.At, On: c.At.Date(), Kind: Carrying, Ref: c.Ref, Document: c.Document, By: c.By, Second: c.Second, Memo: c.Memo,
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	before, err := tx.LedgerEntryByRef(Carrying, c.Ref)
	if err != nil {
		return nil, err
	}
	if before != nil {
		return c.repeats(before)
	}
	from, err := tx.LedgerSource(c.From)
	if err != nil {
		return nil, err
	}
	to, err := tx.LedgerSource(c.To)
	if err != nil {
		return nil, err
	}
	if err := follows(from, to); err != nil {
		return nil, err
	}
	balances, err := tx.LedgerBalances(BalanceFilter{Source: c.From})
	if err != nil {
		return nil, err
	}
	if err := settled(from, balances); err != nil {
		return nil, err
	}
	if e.Postings = c.postings(balances); len(e.Postings) == 0 {
		return nil, fault.New(fault.Conflict, "ledger.nothing", "没有可结转的金额", "there is nothing to carry over")
	}
	return write(tx, e)
}

func (c *Carryover) check() error {
	switch {
	case !fits(c.Ref, 1, maxID):
		return fault.New(fault.Invalid, "ledger.ref", "这笔分录须有编号，以免重复记账", "an entry needs a reference, so that it is not posted twice")
	case !fits(c.Document, 1, maxDocument):
		return fault.New(fault.Invalid, "ledger.document", "请填写文号", "give the number of the document").In(fault.Place{Field: "document"})
	case !fits(c.Memo, 0, maxMemo):
		return fault.New(fault.Invalid, "ledger.memo", "备注过长", "the memo is too long")
	case c.Budget < 0 || c.Budget > money.Max:
		return fault.Invalidf("ledger.amount", "金额%s元不正确", "the amount of %s yuan is not in order", c.Budget)
	}
	return twoPeople(c.By, c.Second, true)
}

// repeats tells whether c is what before did: from where to where, how much of the
// budget, and by which document. What was held for claims is long gone.
func (c *Carryover) repeats(before *Entry) (*Entry, error) {
	has := func(p Posting) bool { return p.Amount != 0 && slices.Contains(before.Postings, p) }
	budget := c.Budget == 0 || has(Posting{Key{Source: c.From, Account: Budget}, -c.Budget}) && has(Posting{Key{Source: c.To, Account: Budget}, c.Budget})
	from := slices.ContainsFunc(before.Postings, func(p Posting) bool { return p.Source == c.From && p.Account == Carried })
	to := slices.ContainsFunc(before.Postings, func(p Posting) bool { return p.Source == c.To && p.Account == Origin })
	none := !slices.ContainsFunc(before.Postings, func(p Posting) bool { return p.Account == Budget })
	if !budget || !from || !to || c.Budget == 0 && !none || c.Document != before.Document {
		return nil, fault.Newf(fault.Conflict, "ledger.ref_other", "编号“%s”已记过另一笔“结转”（第%d号分录）", "%q was used for another carry-over (number %d)", fault.Clip(c.Ref), before.Seq)
	}
	return before, nil
}

// follows tells whether what is left of from may go to to.
func follows(from, to *Source) error {
	for _, s := range []*Source{from, to} {
		if s.Closed {
			return closed(s)
		}
	}
	purposes := slices.Equal(slices.Sorted(slices.Values(from.Purposes)), slices.Sorted(slices.Values(to.Purposes)))
	if to.Year != from.Year+1 || to.Level != from.Level || !purposes {
		return fault.Newf(fault.Conflict, "ledger.carry", "结转的去处须是%[1]d年度、同一级次、用途相同的资金来源；“%[2]s”不是",
			"what is left goes to a source of %[1]d with the same level and purposes; %[2]s is none", from.Year+1, to.Title)
	}
	return nil
}

// settled tells whether nothing of s is under way.
func settled(s *Source, balances []Balance) error {
	if t := TotalsOf(balances); t.Ordered != 0 || t.Returned != 0 {
		return fault.Newf(fault.Conflict, "ledger.unsettled", "“%[1]s”还有%[2]s元在支付单上，%[3]s元退回款未处理；请先登记回单、撤销支付单或处理退回款",
			"%[1]s has %[2]s yuan on payment orders and %[3]s yuan that came back; settle them first", s.Title, t.Ordered, t.Returned)
	}
	return nil
}

// postings are those of c on what From has.
func (c *Carryover) postings(balances []Balance) (out []Posting) {
	var total money.Fen
	move := func(k Key, amount money.Fen) {
		out = append(out, Posting{k, -amount})
		k.Source = c.To
		out = append(out, Posting{k, amount})
		total += amount
	}
	if c.Budget > 0 {
		move(Key{Source: c.From, Account: Budget}, c.Budget)
	}
	for _, b := range balances {
		if b.Account == Reserved || b.Account == Approved {
			move(b.Key, b.Amount)
		}
	}
	return merge(append(out, Posting{Key{Source: c.From, Account: Carried}, total}, Posting{Key{Source: c.To, Account: Origin}, -total}))
}

// CloseYear closes a source (结账): nothing of it may be left open.
//
// Errors: ledger.no_source, ledger.closed, ledger.unsettled, ledger.left (money
// that is neither carried over nor recalled), store.changed.
func CloseYear(tx Tx, source string, version int64) error {
	s, err := tx.LedgerSource(source)
	if err != nil {
		return err
	}
	if s.Closed {
		return closed(s)
	}
	balances, err := tx.LedgerBalances(BalanceFilter{Source: source})
	if err != nil {
		return err
	}
	if err := settled(s, balances); err != nil {
		return err
	}
	if t := TotalsOf(balances); t.Budget != 0 || t.Reserved != 0 || t.Approved != 0 {
		return fault.Newf(fault.Conflict, "ledger.left", "“%[1]s”还有可用%[2]s元、预留%[3]s元、核定%[4]s元未结转或收回",
			"%[1]s still has %[2]s yuan available, %[3]s yuan reserved and %[4]s yuan approved", s.Title, t.Budget, t.Reserved, t.Approved)
	}
	s.Closed, s.Version = true, version
	return tx.PutLedgerSource(s)
}
