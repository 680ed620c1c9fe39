package ledger

import (
	"cmp"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Each function posts one entry of its kind, in the caller's transaction, or
// returns the one that was posted before under the same reference. Errors they
// share:
//
//   - ledger.ref, ledger.claim, ledger.order, ledger.item, ledger.parts,
//     ledger.amount, ledger.document, ledger.memo, ledger.receipt, ledger.future:
//     the Move is not in order
//   - ledger.two_people: one person named, or the same twice
//   - ledger.no_source; ledger.closed: the source's year is over
//   - ledger.insufficient: an account would fall below zero; the sentence names
//     what is there and what is asked for
//   - ledger.too_large: a balance would leave what an amount may be
//   - ledger.ref_other: something else was posted under the reference

// Allot grants budget to sources by a document (指标下达): origin → budget.
func Allot(tx Tx, m Move) (*Entry, error) { return post(tx, Allotted, m) }

// Adjust takes granted budget that nothing binds away again, by a document (调减):
// budget → origin. More is granted by Allot.
func Adjust(tx Tx, m Move) (*Entry, error) { return post(tx, Adjusted, m) }

// Reserve binds budget for a claim (预留): budget → reserved. Each part names the
// item, and the pool it is in.
//
// Errors: also ledger.purpose, a source that does not pay for the item.
func Reserve(tx Tx, m Move) (*Entry, error) { return post(tx, Reserving, m) }

// Unreserve gives a claim's reserved money free: reserved → budget.
func Unreserve(tx Tx, m Move) (*Entry, error) { return post(tx, Unreserved, m) }

// Approve promises reserved money to a claim (核定): reserved → approved.
func Approve(tx Tx, m Move) (*Entry, error) { return post(tx, Approving, m) }

// Unapprove takes a promise back: approved → reserved.
func Unapprove(tx Tx, m Move) (*Entry, error) { return post(tx, Unapproved, m) }

// Order puts a claim's approved money on a payment order (开支付单): approved →
// ordered. Two people: the money leaves by this.
func Order(tx Tx, m Move) (*Entry, error) { return post(tx, Ordering, m) }

// Cancel takes a claim off a payment order that was not carried out: ordered →
// approved.
func Cancel(tx Tx, m Move) (*Entry, error) { return post(tx, Cancelled, m) }

// Pay registers that the bank has paid (支付): ordered → paid. It needs the number
// and the day of the bank's receipt, and two people.
func Pay(tx Tx, m Move) (*Entry, error) { return post(tx, Paying, m) }

// Return registers money that came back, from the bank or from who was paid (退票、
// 追回): paid → returned. It needs the number and the day of the bank's receipt.
// What becomes of it is Reissue's, Release's or HandOver's.
func Return(tx Tx, m Move) (*Entry, error) { return post(tx, Returning, m) }

// Reissue makes returned money payable to the same claim again: returned → approved.
func Reissue(tx Tx, m Move) (*Entry, error) { return post(tx, Reissued, m) }

// Release puts returned money back into the budget (恢复指标): returned → budget.
func Release(tx Tx, m Move) (*Entry, error) { return post(tx, Released, m) }

// Recall hands budget that nothing binds back to who granted it (收回): budget →
// recalled. Two people and a document.
func Recall(tx Tx, m Move) (*Entry, error) { return post(tx, Recalling, m) }

// HandOver hands returned money to who granted it (上缴): returned → recalled. Two
// people and a document.
func HandOver(tx Tx, m Move) (*Entry, error) { return post(tx, HandedOver, m) }

// post posts m as an entry of kind k.
func post(tx Tx, k Kind, m Move) (*Entry, error) {
	r := rules[k]
	if err := r.check(&m); err != nil {
		return nil, err
	}
	from, to := r.from, r.to
	if k == Adjusted {
		from, to = to, from
	}
	e := m.entry(k)
	for _, p := range m.Parts {
		e.Postings = append(e.Postings,
			Posting{m.key(p, from), -p.Amount}, Posting{m.key(p, to), p.Amount})
	}
	e.Postings = merge(e.Postings)
	if before, err := posted(tx, e); before != nil || err != nil {
		return before, err
	}
	for _, p := range m.Parts {
		s, err := tx.LedgerSource(p.Source)
		if err != nil {
			return nil, err
		}
		if s.Closed && !r.late {
			return nil, closed(s)
		}
		if k == Reserving && !s.Pays(p.Item, p.Pool) {
			return nil, fault.Newf(fault.Conflict, "ledger.purpose", "专款专用：“%s”（%s）不能用于项目“%s”",
				"%s (%s) does not pay for the item %q", s.Title, s.Document, fault.Clip(p.Item))
		}
	}
	return write(tx, e)
}

// key returns the balance that a part moves in account a.
func (m *Move) key(p Part, a Account) Key {
	k := Key{Source: p.Source, Account: a}
	if a.forClaim() {
		k.Claim, k.Item = m.Claim, p.Item
	}
	if a.forOrder() {
		k.Order = m.Order
	}
	return k
}

// entry returns the entry that m makes, without its postings.
func (m *Move) entry(k Kind) *Entry {
	e := &Entry{
		At: m.At, On: m.On, Kind: k, Ref: m.Ref, Claim: m.Claim, Order: m.Order, Document: m.Document,
		Receipt: m.Receipt, By: m.By, Second: m.Second, Memo: m.Memo,
	}
	if e.On == 0 {
		e.On = m.At.Date()
	}
	return e
}

// merge puts postings in the order of their keys, one to a key, none of zero.
func merge(postings []Posting) []Posting {
	slices.SortFunc(postings, func(a, b Posting) int { return a.compare(b.Key) })
	out := postings[:0]
	for _, p := range postings {
		if n := len(out); n > 0 && out[n-1].Key == p.Key {
			out[n-1].Amount += p.Amount
			continue
		}
		out = append(out, p)
	}
	return slices.DeleteFunc(out, func(p Posting) bool { return p.Amount == 0 })
}

// compare orders keys by source, account, claim, item and order, byte by byte.
func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Source, o.Source), cmp.Compare(k.Account, o.Account), cmp.Compare(k.Claim, o.Claim),
		cmp.Compare(k.Item, o.Item), cmp.Compare(k.Order, o.Order))
}

// posted returns the entry that e repeats; nil when e is new.
func posted(tx Tx, e *Entry) (*Entry, error) {
	before, err := tx.LedgerEntryByRef(e.Kind, e.Ref)
	if err != nil || before == nil {
		return nil, err
	}
	if !e.same(before) {
		return nil, fault.Newf(fault.Conflict, "ledger.ref_other", "编号“%s”已记过另一笔“%s”（第%d号分录，%s元），不能再记不同的内容",
			"%q was used for another entry of kind %s (number %d, %s yuan)", fault.Clip(e.Ref), e.Kind.Zh(), before.Seq, before.Amount())
	}
	return before, nil
}

func closed(s *Source) error {
	return fault.Newf(fault.Conflict, "ledger.closed", "“%s”（%s）%d年度已结账，不能再记账",
		"the year of %s (%s), %d, is closed", s.Title, s.Document, s.Year)
}

// write looks whether every balance that e moves allows it, and then keeps them
// and e.
func write(tx Tx, e *Entry) (*Entry, error) {
	after := make([]Balance, len(e.Postings))
	for i, p := range e.Postings {
		now, err := tx.LedgerBalance(p.Key)
		if err != nil {
			return nil, err
		}
		after[i] = Balance{p.Key, now.Amount + p.Amount} // both are within money.Max, so the sum is no overflow
		if !after[i].allowed() {
			return nil, insufficient(tx, now, p)
		}
	}
	seq, at, err := tx.LastLedgerEntry()
	if err != nil {
		return nil, err
	}
	e.Seq, e.At = seq+1, max(e.At, at)
	for _, b := range after {
		if err := tx.SetLedgerBalance(b); err != nil {
			return nil, err
		}
	}
	if err := tx.PutLedgerEntry(e); err != nil {
		return nil, err
	}
	return e, nil
}

// allowed tells whether a balance may be what it is: not below zero, but for
// Origin, which is not above.
func (b Balance) allowed() bool {
	amount := b.Amount
	if b.Account == Origin {
		amount = -amount
	}
	return amount >= 0 && amount <= money.Max
}

// insufficient says why p cannot be added to what is there now.
func insufficient(tx Tx, now Balance, p Posting) error {
	s, err := tx.LedgerSource(p.Source)
	if err != nil {
		return err
	}
	have, need := now.Amount, -p.Amount
	if p.Account == Origin {
		have, need = -have, -need
	}
	if need < 0 {
		return fault.Newf(fault.Conflict, "ledger.too_large", "“%[1]s”的“%[2]s”合计将超过%[4]s元", "%[1]s: %[3]s would be above %[4]s yuan",
			s.Title, p.Account.Zh(), string(p.Account), money.Max)
	}
	return fault.Newf(fault.Conflict, "ledger.insufficient", "“%[1]s”的“%[2]s”余额%[4]s元，不足%[5]s元，差%[6]s元",
		"%[1]s: %[3]s has %[4]s yuan, less than %[5]s yuan by %[6]s yuan", s.Title, p.Account.Zh(), string(p.Account), have, need, need-have)
}
