package ledger

import (
	"slices"

	"changrong/internal/base/fault"
)

// reversible are the kinds whose entries are undone by Reverse: those that say
// what happened outside, and may say it wrongly. What is decided here has a kind
// of its own that goes back.
var reversible = []Kind{Allotted, Adjusted, Paying, Returning, Reissued, Released, Recalling, HandedOver}

// Reverse undoes an entry that was wrong (冲销) by one with the opposite postings.
// Of m, Parts and Claim and Order are the entry's; Memo says why. Two people.
//
// Errors: those of a Move; also ledger.no_entry, ledger.not_reversible,
// ledger.reversed (it was before), ledger.why (no Memo).
func Reverse(tx Tx, seq int64, m Move) (*Entry, error) {
	switch {
	case !fits(m.Ref, 1, maxID):
		return nil, fault.New(fault.Invalid, "ledger.ref", "这笔分录须有编号，以免重复记账", "an entry needs a reference, so that it is not posted twice")
	case !fits(m.Memo, 1, maxMemo):
		return nil, fault.New(fault.Invalid, "ledger.why", "请写明冲销原因", "say why it is reversed").In(fault.Place{Field: "memo"})
	}
	if err := twoPeople(m.By, m.Second, true); err != nil {
		return nil, err
	}
	was, err := tx.LedgerEntry(seq)
	if err != nil {
		return nil, err
	}
	e := m.entry(Reversed)
	e.Claim, e.Order, e.Document, e.Receipt, e.Reverses = was.Claim, was.Order, was.Document, was.Receipt, was.Seq
	for _, p := range was.Postings {
		e.Postings = append(e.Postings, Posting{p.Key, -p.Amount})
	}
	if before, err := posted(tx, e); before != nil || err != nil {
		return before, err
	}
	if err := mayReverse(tx, was); err != nil {
		return nil, err
	}
	return write(tx, e)
}

func mayReverse(tx Tx, was *Entry) error {
	if !slices.Contains(reversible, was.Kind) {
		return fault.Newf(fault.Conflict, "ledger.not_reversible", "“%s”不能冲销，请用相应的撤销操作", "an entry of kind %s is not reversed; take it back", was.Kind.Zh())
	}
	if other, err := tx.LedgerReversal(was.Seq); err != nil {
		return err
	} else if other != nil {
		return fault.Newf(fault.Conflict, "ledger.reversed", "第%d号分录已由第%d号分录冲销", "entry %d was reversed by entry %d", was.Seq, other.Seq)
	}
	for _, p := range was.Postings {
		s, err := tx.LedgerSource(p.Source)
		if err != nil {
			return err
		}
		if s.Closed && !rules[was.Kind].late {
			return closed(s)
		}
	}
	return nil
}
