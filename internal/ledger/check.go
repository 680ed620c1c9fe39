package ledger

import (
	"maps"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Check computes the balances from all entries again and compares: it returns
// everything that does not hold, which is nothing as long as the books are whole.
//
// Codes: ledger.check_gap (numbers are missing), ledger.check_uneven (an entry
// does not sum to zero), ledger.check_balance (a balance is not what the entries
// make it), ledger.check_below (an account is below zero), ledger.check_sum (a
// source does not sum to zero).
func Check(b Books) ([]*fault.Error, error) {
	var bad []*fault.Error
	say := func(code, zh, en string, args ...any) {
		bad = append(bad, fault.Newf(fault.Internal, code, zh, en, args...))
	}
	n, err := b.LedgerCount()
	if err != nil {
		return nil, err
	}
	last, _, err := b.LastLedgerEntry()
	if err != nil {
		return nil, err
	}
	if n != last {
		say("ledger.check_gap", "共有%d笔分录，最后一笔的编号是%d", "there are %d entries, and the last has number %d", n, last)
	}
	uneven, err := b.LedgerUneven()
	if err != nil {
		return nil, err
	}
	for _, seq := range slices.Sorted(maps.Keys(uneven)) {
		say("ledger.check_uneven", "第%d号分录借贷不平，资金来源%s差%s元", "entry %d does not balance: source %s by %s yuan", seq, uneven[seq].Source, uneven[seq].Amount)
	}
	kept, err := b.LedgerBalances(BalanceFilter{})
	if err != nil {
		return nil, err
	}
	counted, err := b.LedgerRecount()
	if err != nil {
		return nil, err
	}
	compareBalances(kept, counted, say)
	return bad, nil
}

// compareBalances says where kept balances differ from counted ones, both in the
// order of their keys, and what of the counted cannot be.
func compareBalances(kept, counted []Balance, say func(code, zh, en string, args ...any)) {
	both := map[Key][2]money.Fen{}
	sums := map[string]money.Fen{}
	for _, b := range kept {
		both[b.Key] = [2]money.Fen{b.Amount, 0}
	}
	for _, b := range counted {
		both[b.Key] = [2]money.Fen{both[b.Key][0], b.Amount}
		sums[b.Source] += b.Amount
	}
	for _, k := range slices.SortedFunc(maps.Keys(both), Key.compare) {
		has, is := both[k][0], both[k][1]
		if has != is {
			say("ledger.check_balance", "资金来源%[1]s“%[2]s”的余额记为%[3]s元，按分录应为%[4]s元（申报%[5]q、项目%[6]q、支付单%[7]q）",
				"source %[1]s, %[2]s: the balance is kept as %[3]s yuan, the entries make %[4]s yuan (claim %[5]q, item %[6]q, order %[7]q)",
				k.Source, k.Account.Zh(), has, is, k.Claim, k.Item, k.Order)
		}
		if k.Account != Origin && is < 0 || k.Account == Origin && is > 0 {
			say("ledger.check_below", "资金来源%s“%s”为%s元", "source %s, %s is at %s yuan", k.Source, k.Account.Zh(), is)
		}
	}
	for _, source := range slices.Sorted(maps.Keys(sums)) {
		if sums[source] != 0 {
			say("ledger.check_sum", "资金来源%s各账户合计%s元，应为零", "the accounts of source %s sum to %s yuan, not zero", source, sums[source])
		}
	}
}
