package ledger

import (
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Funds is a source with what it still has.
type Funds struct {
	Source    Source    `json:"source"`
	Available money.Fen `json:"available_fen"`
}

// Payable returns the open sources of a year that may pay for an item, or the pool
// it is in, in the order in which they are used: by level from the centre down,
// then by document number.
func Payable(tx Tx, year int, item, pool string) ([]Funds, error) {
	sources, _, err := tx.LedgerSources(SourceFilter{Year: year, Open: true})
	if err != nil {
		return nil, err
	}
	var funds []Funds
	for _, s := range sources {
		if !s.Pays(item, pool) {
			continue
		}
		b, err := tx.LedgerBalance(Key{Source: s.ID, Account: Budget})
		if err != nil {
			return nil, err
		}
		funds = append(funds, Funds{s, b.Amount})
	}
	return funds, nil
}

// Propose says from which sources of a year amount can be reserved for an item:
// each is used up before the next (Payable). It posts nothing.
//
// Errors: ledger.no_funds (no source pays for the item), ledger.insufficient (all
// of them together have less).
func Propose(tx Tx, year int, item, pool string, amount money.Fen) ([]Part, error) {
	funds, err := Payable(tx, year, item, pool)
	if err != nil {
		return nil, err
	}
	if len(funds) == 0 {
		return nil, fault.Newf(fault.Conflict, "ledger.no_funds", "%d年度没有可用于项目“%s”的资金来源，请先下达指标",
			"no source of %d pays for the item %q", year, fault.Clip(item))
	}
	var parts []Part
	rest := amount
	for _, f := range funds {
		take := min(f.Available, rest)
		if take <= 0 {
			continue
		}
		parts = append(parts, Part{Source: f.Source.ID, Item: item, Pool: pool, Amount: take})
		rest -= take
	}
	if rest > 0 {
		return nil, fault.Newf(fault.Conflict, "ledger.insufficient", "%d年度可用于项目“%s”的指标共%s元，不足%s元，差%s元",
			"the sources of %d for the item %q have %s yuan, less than %s yuan by %s yuan", year, fault.Clip(item), amount-rest, amount, rest)
	}
	return parts, nil
}

// Held returns what is held for a claim, by source, account, item and order. Ask
// it each time: at a year's end what is held moves to a source of the next year.
func Held(tx Tx, claim string) ([]Balance, error) {
	if claim == "" {
		return nil, nil
	}
	return tx.LedgerBalances(BalanceFilter{Claim: claim})
}

// Parts makes parts of the balances in one account, to move all of them on: those
// of one payment order, or of all when order is "".
func Parts(held []Balance, a Account, order string) []Part {
	var parts []Part
	for _, b := range held {
		if b.Account == a && (order == "" || b.Order == order) {
			parts = append(parts, Part{Source: b.Source, Item: b.Item, Amount: b.Amount})
		}
	}
	return parts
}

// TotalsOf adds balances up by account.
func TotalsOf(balances []Balance) (t Totals) {
	for _, b := range balances {
		t.Add(b.Account, b.Amount)
	}
	return t
}
