package ledger

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Kind is what an entry does.
type Kind string

// The kinds.
const (
	Allotted   Kind = "allot"     // 指标下达
	Adjusted   Kind = "adjust"    // 指标调整
	Reserving  Kind = "reserve"   // 预留
	Unreserved Kind = "unreserve" // 撤销预留
	Approving  Kind = "approve"   // 核定
	Unapproved Kind = "unapprove" // 撤销核定
	Ordering   Kind = "order"     // 开支付单
	Cancelled  Kind = "cancel"    // 撤销支付单
	Paying     Kind = "pay"       // 支付
	Returning  Kind = "return"    // 退回: 银行退票、追回
	Reissued   Kind = "reissue"   // 退回款重新开单
	Released   Kind = "release"   // 退回款恢复指标
	Recalling  Kind = "recall"    // 收回
	HandedOver Kind = "hand_over" // 退回款上缴
	Carrying   Kind = "carry"     // 结转
	Reversed   Kind = "reverse"   // 冲销
)

// Kinds returns every kind, in a fixed order.
func Kinds() []Kind {
	return []Kind{
		Allotted, Adjusted, Reserving, Unreserved, Approving, Unapproved, Ordering, Cancelled, Paying, Returning,
		Reissued, Released, Recalling, HandedOver, Carrying, Reversed,
	}
}

// Valid tells whether k is a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Zh returns the kind's name in Chinese.
func (k Kind) Zh() string {
	switch k {
	case Reversed:
		return "冲销"
	case Carrying:
		return "结转"
	default:
		if r, ok := rules[k]; ok {
			return r.zh
		}
		return string(k)
	}
}

// Entry is one thing that happened to the money (分录). It never changes.
type Entry struct {
	Seq      int64         `json:"seq"`   // 1, 2, 3, … over all sources, without a gap
	At       civil.Instant `json:"at_ms"` // when it was posted; never before the entry before it
	On       civil.Date    `json:"on"`    // the day it is about: of the bank's receipt, of the document
	Kind     Kind          `json:"kind"`
	Ref      string        `json:"ref"` // with Kind, what the caller knows it by
	Claim    string        `json:"claim"`
	Order    string        `json:"order"`
	Document string        `json:"document"` // 文号: what it was done by
	Receipt  Receipt       `json:"receipt"`
	By       string        `json:"by"`     // account of who did it
	Second   string        `json:"second"` // account of the other who agreed; "" where one is enough
	Memo     string        `json:"memo"`
	Reverses int64         `json:"reverses"` // Seq of the entry that this one undoes; 0 none
	Postings []Posting     `json:"postings"` // two or more; they sum to zero in every source
}

// Amount returns how much the entry moves: the sum of what is gained.
func (e *Entry) Amount() (sum money.Fen) {
	for _, p := range e.Postings {
		if p.Amount > 0 {
			sum += p.Amount
		}
	}
	return sum
}

// same tells whether e and other do the same. When, and what was noted, do not count.
func (e *Entry) same(other *Entry) bool {
	return e.Kind == other.Kind && e.Ref == other.Ref && e.Claim == other.Claim && e.Order == other.Order &&
		e.Document == other.Document && e.Receipt == other.Receipt && e.Reverses == other.Reverses && slices.Equal(e.Postings, other.Postings)
}

// Receipt is what a bank's receipt (回单) says.
type Receipt struct {
	No    string `json:"no"` // 回单编号、交易流水号
	Payee string `json:"payee"`
	// Tail is the last four characters of the payee's account number: enough to
	// match by, and no secret.
	Tail string `json:"tail"`
}

// Tail shortens an account number to what a Receipt keeps of it.
func Tail(account string) string {
	kept := make([]rune, 0, len(account))
	for _, r := range account {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			kept = append(kept, r)
		}
	}
	return string(kept[max(0, len(kept)-4):])
}

// Part is an amount out of, or into, one source for one item.
type Part struct {
	Source string    `json:"source"`
	Item   string    `json:"item"` // "" where the accounts are not held for a claim
	Pool   string    `json:"pool"` // that the item is in, as far as sources are for pools; only Reserve asks
	Amount money.Fen `json:"amount_fen"`
}

// Move is what is to be posted.
type Move struct {
	Ref      string // with the kind, names this entry for ever: the same again posts nothing
	At       civil.Instant
	On       civil.Date // of the document or the bank's receipt; 0: the day of At
	By       string     // account of who does it
	Second   string     // account of another who agreed, where money leaves
	Claim    string
	Order    string
	Document string
	Receipt  Receipt
	Memo     string
	Parts    []Part // each source and item once
}

// rule says what a kind moves from where to where, and what it needs.
type rule struct {
	zh       string
	from, to Account
	two      bool // two people
	document bool
	receipt  bool // number and day of the bank's receipt
	late     bool // also after the source's year was closed
}

// rules of the kinds that move Parts. Adjust down goes the other way.
var rules = map[Kind]rule{
	Allotted:   {zh: "指标下达", from: Origin, to: Budget, document: true},
	Adjusted:   {zh: "指标调整", from: Origin, to: Budget, document: true},
	Reserving:  {zh: "预留", from: Budget, to: Reserved},
	Unreserved: {zh: "撤销预留", from: Reserved, to: Budget},
	Approving:  {zh: "核定", from: Reserved, to: Approved},
	Unapproved: {zh: "撤销核定", from: Approved, to: Reserved},
	Ordering:   {zh: "开支付单", from: Approved, to: Ordered, two: true},
	Cancelled:  {zh: "撤销支付单", from: Ordered, to: Approved},
	Paying:     {zh: "支付", from: Ordered, to: Paid, two: true, receipt: true},
	Returning:  {zh: "退回", from: Paid, to: Returned, receipt: true, late: true},
	Reissued:   {zh: "重新开单", from: Returned, to: Approved},
	Released:   {zh: "恢复指标", from: Returned, to: Budget},
	Recalling:  {zh: "收回", from: Budget, to: Recalled, two: true, document: true},
	HandedOver: {zh: "退回款上缴", from: Returned, to: Recalled, two: true, document: true, late: true},
}

// check tells whether m may be posted as far as it says itself.
func (r *rule) check(m *Move) error {
	invalid := func(field, code, zh, en string) error {
		return fault.New(fault.Invalid, code, zh, en).In(fault.Place{Field: field})
	}
	claim, order := r.from.forClaim() || r.to.forClaim(), r.from.forOrder() || r.to.forOrder()
	switch {
	case !fits(m.Ref, 1, maxID):
		return invalid("ref", "ledger.ref", "这笔分录须有编号，以免重复记账", "an entry needs a reference, so that it is not posted twice")
	case !fits(m.Claim, 0, maxID) || (m.Claim == "") == claim:
		return invalid("claim", "ledger.claim", "须指明，且仅在与申报有关时指明申报编号", "name the claim where there is one, and only there")
	case !fits(m.Order, 0, maxID) || (m.Order == "") == order:
		return invalid("order", "ledger.order", "须指明，且仅在与支付单有关时指明支付单号", "name the payment order where there is one, and only there")
	case !fits(m.Document, 0, maxDocument) || r.document && m.Document == "":
		return invalid("document", "ledger.document", "请填写文号", "give the number of the document")
	case !fits(m.Memo, 0, maxMemo):
		return invalid("memo", "ledger.memo", "备注过长", "the memo is too long")
	case !fits(m.Receipt.No, 0, maxID) || !fits(m.Receipt.Payee, 0, maxPayee) || m.Receipt.Tail != Tail(m.Receipt.Tail):
		return invalid("receipt", "ledger.receipt", "银行回单信息不正确", "the bank's receipt is not in order")
	case r.receipt && (m.Receipt.No == "" || m.On == 0):
		return invalid("receipt", "ledger.receipt", "请填写银行回单编号和日期", "give the number and the day of the bank's receipt")
	case m.On < 0 || m.On > m.At.Date():
		return invalid("on", "ledger.future", "日期不正确，或晚于今天", "the day is wrong, or lies in the future")
	}
	if err := twoPeople(m.By, m.Second, r.two); err != nil {
		return err
	}
	return m.checkParts(claim)
}

// twoPeople tells whether enough people are named.
func twoPeople(by, second string, two bool) error {
	if by == "" || two && (second == "" || second == by) || second == by {
		return fault.New(fault.Forbidden, "ledger.two_people", "资金业务须两人办理：经办和复核不能是同一人", "money takes two people, and they are not the same")
	}
	return nil
}

func (m *Move) checkParts(claim bool) error {
	at := fault.Place{Field: "parts"}
	if n := len(m.Parts); n == 0 || n > maxParts {
		return fault.Invalidf("ledger.parts", "一笔分录涉及1至%d个资金来源和项目", "an entry has 1 to %d parts", maxParts).In(at)
	}
	for i, p := range m.Parts {
		if p.Amount <= 0 || p.Amount > money.Max {
			return fault.Invalidf("ledger.amount", "金额%s元须大于零且不超过%s元", "the amount of %s yuan is not above zero, or above %s yuan", p.Amount, money.Max).In(at)
		}
		if !fits(p.Item, 0, maxID) || (p.Item == "") == claim {
			return fault.New(fault.Invalid, "ledger.item", "须指明，且仅在与申报有关时指明奖补项目", "name the item where there is a claim, and only there").In(at)
		}
		for _, q := range m.Parts[:i] {
			if q.Source == p.Source && q.Item == p.Item {
				return fault.New(fault.Invalid, "ledger.parts", "同一资金来源的同一项目只能列一次", "a source and item stand there twice").In(at)
			}
		}
	}
	return nil
}
