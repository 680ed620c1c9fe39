package ledger

import (
	"slices"

	"changrong/internal/base/money"
)

// Account is where money of a source stands.
type Account string

// The accounts.
const (
	Origin   Account = "origin"   // 指标来源: minus what was granted
	Budget   Account = "budget"   // 可用指标: granted and bound by nothing
	Reserved Account = "reserved" // 已预留: for a claim under review
	Approved Account = "approved" // 已核定: for a claim that was approved
	Ordered  Account = "ordered"  // 已开支付单, not yet known to be paid
	Paid     Account = "paid"     // 已支付, by the bank's receipt
	Returned Account = "returned" // 已退回: came back, and nothing decided about it
	Recalled Account = "recalled" // 已收回上缴: handed back to who granted it
	Carried  Account = "carried"  // 已结转: to a source of the next year
)

// Accounts returns every account, in the order of a report.
func Accounts() []Account {
	return []Account{Origin, Budget, Reserved, Approved, Ordered, Paid, Returned, Recalled, Carried}
}

// Valid tells whether a is an account.
func (a Account) Valid() bool { return slices.Contains(Accounts(), a) }

// Zh returns the account's name in Chinese.
func (a Account) Zh() string {
	switch a {
	case Origin:
		return "指标来源"
	case Budget:
		return "可用指标"
	case Reserved:
		return "已预留"
	case Approved:
		return "已核定"
	case Ordered:
		return "已开支付单"
	case Paid:
		return "已支付"
	case Returned:
		return "已退回"
	case Recalled:
		return "已收回"
	case Carried:
		return "已结转"
	}
	return string(a)
}

// forClaim tells whether a is held for one claim and item each, forOrder whether
// also for one order.
func (a Account) forClaim() bool { return a == Reserved || a == Approved || a.forOrder() }
func (a Account) forOrder() bool { return a == Ordered || a == Paid || a == Returned }

// Key is one balance: an account of a source, and for the accounts that are held
// for somebody, whom. Order is "" where the account is not held for one.
type Key struct {
	Source  string  `json:"source"`
	Account Account `json:"account"`
	Claim   string  `json:"claim"`
	Item    string  `json:"item"`
	Order   string  `json:"order"`
}

// Posting is one side of an entry: what an account gains, or loses below zero.
type Posting struct {
	Key
	Amount money.Fen `json:"amount_fen"`
}

// Balance is what stands at a Key.
type Balance = Posting

// Totals are balances by account.
type Totals struct {
	Granted  money.Fen `json:"granted_fen"`   // minus Origin
	Budget   money.Fen `json:"available_fen"` // what may still be bound
	Reserved money.Fen `json:"reserved_fen"`
	Approved money.Fen `json:"approved_fen"`
	Ordered  money.Fen `json:"ordered_fen"`
	Paid     money.Fen `json:"paid_fen"`
	Returned money.Fen `json:"returned_fen"`
	Recalled money.Fen `json:"recalled_fen"`
	Carried  money.Fen `json:"carried_fen"`
}

// at returns where t keeps account a, with the sign it has there.
func (t *Totals) at(a Account) (*money.Fen, money.Fen) {
	switch a {
	case Origin:
		return &t.Granted, -1
	case Budget:
		return &t.Budget, 1
	case Reserved:
		return &t.Reserved, 1
	case Approved:
		return &t.Approved, 1
	case Ordered:
		return &t.Ordered, 1
	case Paid:
		return &t.Paid, 1
	case Returned:
		return &t.Returned, 1
	case Recalled:
		return &t.Recalled, 1
	default:
		return &t.Carried, 1
	}
}

// Add adds amount to the total of a.
func (t *Totals) Add(a Account, amount money.Fen) {
	to, sign := t.at(a)
	*to += sign * amount
}

// Plus returns t with what is in o.
func (t Totals) Plus(o Totals) Totals {
	for _, a := range Accounts() {
		t.Add(a, o.Of(a))
	}
	return t
}

// Of returns the balance of a.
func (t *Totals) Of(a Account) money.Fen {
	from, sign := t.at(a)
	return sign * *from
}

// Sum returns the sum over all accounts, which is zero.
func (t *Totals) Sum() (sum money.Fen) {
	for _, a := range Accounts() {
		sum += t.Of(a)
	}
	return sum
}
