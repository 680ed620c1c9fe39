package fund

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

// Kind is what a proposal is to do.
type Kind string

// The kinds.
const (
	YearEnd  Kind = "year_end"  // 年终结账: recall Amount, carry Carry and what is held for claims to Next, close Source
	Recall   Kind = "recall"    // 收回 Amount of Source
	Adjust   Kind = "adjust"    // 调减指标 of Source by Amount
	HandOver Kind = "hand_over" // 退回款上缴: Amount of what came back for Claim, Item and Order
	Reverse  Kind = "reverse"   // 冲销 Entry
)

// State is how far a proposal has come.
type State string

// The states.
const (
	Prepared  State = "prepared"
	Confirmed State = "confirmed"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Proposal is something that takes two people (待复核事项).
type Proposal struct {
	ID         string        `json:"id"`
	Kind       Kind          `json:"kind"`
	State      State         `json:"state"`
	Source     string        `json:"source"`
	Next       string        `json:"next"`       // source of the next year; "": nothing is carried over
	Amount     money.Fen     `json:"amount_fen"` // that leaves the source for good
	Carry      money.Fen     `json:"carry_fen"`  // of what nothing binds; what is held for claims goes with it
	Claim      string        `json:"claim"`
	Item       string        `json:"item"`
	Order      string        `json:"order"`
	Entry      int64         `json:"entry"`    // number of the entry to be reversed; 0 none
	Document   string        `json:"document"` // 文号
	Memo       string        `json:"memo"`
	PreparedAt civil.Instant `json:"prepared_at_ms"`
	PreparedBy string        `json:"prepared_by"`
	DecidedAt  civil.Instant `json:"decided_at_ms"` // 0: not yet
	DecidedBy  string        `json:"decided_by"`
	Reason     string        `json:"reason"` // why it was refused
	Version    int64         `json:"version"`
}

// check tells whether p says what its kind needs.
func (p *Proposal) check() error {
	invalid := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "fund.proposal", zh, en).In(fault.Place{Field: field})
	}
	amount := p.Amount > 0 && p.Amount <= money.Max
	switch p.Kind {
	case YearEnd:
		if p.Amount < 0 || p.Amount > money.Max || p.Carry < 0 || p.Carry > money.Max {
			return invalid("amount_fen", "收回和结转金额不能小于零", "amounts are not below zero")
		}
	case Recall, Adjust, HandOver:
		if !amount {
			return invalid("amount_fen", "金额须大于零", "the amount is above zero")
		}
		if p.Kind == HandOver && (p.Claim == "" || p.Item == "" || p.Order == "") {
			return invalid("claim", "请指明退回款的申报、项目和支付单", "name claim, item and order of what came back")
		}
	case Reverse:
		if p.Entry <= 0 || strings.TrimSpace(p.Memo) == "" {
			return invalid("memo", "请指明分录号和冲销原因", "name the entry, and why it is reversed")
		}
	default:
		return invalid("kind", "没有这类事项", "there is no such kind")
	}
	if p.Kind != Reverse && (p.Source == "" || strings.TrimSpace(p.Document) == "") {
		return invalid("document", "请指明资金来源和文号", "name the source and the document")
	}
	if utf8.RuneCountInString(p.Memo) > maxMemo {
		return invalid("memo", "备注过长", "the memo is too long")
	}
	return nil
}

// ref names the entries that p makes.
func (p *Proposal) ref() string { return "proposal/" + p.ID }

// move is p as a move of its source's money, confirmed by second at now.
func (p *Proposal) move(second string, now civil.Instant) ledger.Move {
	return ledger.Move{
		Ref: p.ref(), At: now, By: p.PreparedBy, Second: second, Claim: p.Claim, Order: p.Order, Document: p.Document, Memo: p.Memo,
		Parts: []ledger.Part{{Source: p.Source, Item: p.Item, Amount: p.Amount}},
	}
}

// post does what p proposes and returns the entries it made.
func (p *Proposal) post(tx ledger.Tx, second string, now civil.Instant) ([]*ledger.Entry, error) {
	m := p.move(second, now)
	one := func(e *ledger.Entry, err error) ([]*ledger.Entry, error) { return []*ledger.Entry{e}, err }
	switch p.Kind {
	case Recall:
		return one(ledger.Recall(tx, m))
	case Adjust:
		return one(ledger.Adjust(tx, m))
	case HandOver:
		return one(ledger.HandOver(tx, m))
	case Reverse:
		return one(ledger.Reverse(tx, p.Entry, m))
	default:
		return p.endYear(tx, m)
	}
}

// endYear recalls, carries over, and closes the source. It refuses when the source
// has another amount to dispose of than p says: somebody posted meanwhile.
func (p *Proposal) endYear(tx ledger.Tx, m ledger.Move) (made []*ledger.Entry, err error) {
	balances, err := p.disposes(tx)
	if err != nil {
		return nil, err
	}
	if p.Amount > 0 {
		e, err := ledger.Recall(tx, m)
		if err != nil {
			return nil, err
		}
		made = append(made, e)
	}
	if p.Next != "" && (p.Carry > 0 || held(balances) > 0) {
		e, err := ledger.Carry(tx, ledger.Carryover{
			Ref: m.Ref, At: m.At, By: m.By, Second: m.Second, From: p.Source, To: p.Next, Budget: p.Carry, Document: m.Document, Memo: m.Memo,
		})
		if err != nil {
			return nil, err
		}
		made = append(made, e)
	}
	s, err := tx.LedgerSource(p.Source)
	if err != nil {
		return nil, err
	}
	return made, ledger.CloseYear(tx, s.ID, s.Version)
}

// disposes tells whether p disposes of all that its source has.
//
// Errors: fund.year_end, ledger.no_source.
func (p *Proposal) disposes(tx ledger.Tx) ([]ledger.Balance, error) {
	if _, err := tx.LedgerSource(p.Source); err != nil {
		return nil, err
	}
	balances, err := tx.LedgerBalances(ledger.BalanceFilter{Source: p.Source})
	if err != nil {
		return nil, err
	}
	t := ledger.TotalsOf(balances)
	if p.Amount+p.Carry != t.Budget {
		return nil, fault.Newf(fault.Conflict, "fund.year_end", "可用指标现为%s元，与收回%s元加结转%s元不符，请重新编制",
			"%s yuan are available, not the %s yuan to recall and the %s yuan to carry over; prepare it again", t.Budget, p.Amount, p.Carry)
	}
	if p.Next == "" && (p.Carry > 0 || held(balances) > 0) {
		return nil, fault.Newf(fault.Conflict, "fund.year_end", "有%s元须结转（其中申报已占用%s元），请选择下年度的资金来源",
			"%s yuan are to be carried over, of which %s yuan are held for claims; choose the next year's source", p.Carry+held(balances), held(balances))
	}
	return balances, nil
}

// held is what is reserved or approved for claims.
func held(balances []ledger.Balance) money.Fen {
	t := ledger.TotalsOf(balances)
	return t.Reserved + t.Approved
}

// detail is what the audit log says of p.
func (p *Proposal) detail() map[string]string {
	d := map[string]string{"kind": string(p.Kind)}
	for k, v := range map[string]string{"source": p.Source, "next": p.Next, "claim": p.Claim, "order": p.Order, "document": p.Document, "reason": p.Reason} {
		if v != "" {
			d[k] = v
		}
	}
	if p.Amount != 0 {
		d["amount"] = p.Amount.String()
	}
	if p.Carry != 0 {
		d["carry"] = p.Carry.String()
	}
	if p.Entry != 0 {
		d["entry"] = strconv.FormatInt(p.Entry, 10)
	}
	return d
}

// Zh returns the kind's name in Chinese.
func (k Kind) Zh() string {
	switch k {
	case YearEnd:
		return "年终结账"
	case Recall:
		return "收回"
	case Adjust:
		return "指标调减"
	case HandOver:
		return "退回款上缴"
	case Reverse:
		return "冲销"
	}
	return string(k)
}

// Zh returns the state's name in Chinese.
func (s State) Zh() string {
	switch s {
	case Prepared:
		return "待复核"
	case Confirmed:
		return "已复核"
	case Refused:
		return "已退回"
	case Withdrawn:
		return "已撤回"
	}
	return string(s)
}
