package origination

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// OfferState is how an offer stands.
type OfferState string

// The states of an offer.
const (
	OfferOpen       OfferState = "open"
	OfferSuperseded OfferState = "superseded" // a later version took its place
	OfferTaken      OfferState = "accepted"
	OfferDeclined   OfferState = "declined" // the firm said no
	OfferReleased   OfferState = "released" // accepted, and the bank declined after all
	OfferClosed     OfferState = "closed"   // the referral ended otherwise
)

// Fee is one thing that is paid beside interest, and who gets it.
type Fee struct {
	Name   string    `json:"name"`
	Payee  string    `json:"payee"`
	Amount money.Fen `json:"amount_fen"`
	// When it is paid: once, or every year.
	Yearly bool `json:"yearly,omitempty"`
}

// Price is what a loan costs and how it is repaid, as it is offered.
type Price struct {
	Amount     money.Fen     `json:"amount_fen"`
	Rate       money.Rate    `json:"rate_ppb" doc:"a year; 36500000 is 3.65 %"`
	Months     int64         `json:"term_months"`
	Method     string        `json:"method" doc:"equal_instalments, equal_principal, interest_first, bullet, flat"`
	DayCount   string        `json:"day_count" enum:"act_360,act_365,30_360"`
	FirstDue   civil.Date    `json:"first_due_on"`
	Security   string        `json:"security" doc:"what it rests on"`
	Fees       []Fee         `json:"fees,omitempty"`
	ValidTil   civil.Instant `json:"valid_til_ms"`
	Conditions string        `json:"conditions,omitempty" doc:"in words"`
}

// Offer is what a bank offers (报价). It is never changed but for its state.
type Offer struct {
	ID       string        `json:"id"`
	Referral string        `json:"referral"`
	Bank     string        `json:"bank"`
	BankName string        `json:"bank_name"`
	N        int64         `json:"n" doc:"of the referral, from 1"`
	Price    Price         `json:"price"`
	State    OfferState    `json:"state" enum:"open,superseded,accepted,declined,released,closed"`
	Made     civil.Instant `json:"made_ms"`
	By       string        `json:"by"`
	Accepted civil.Instant `json:"accepted_ms"`

	Application string `json:"-"` // a bank does not learn it
}

// Check tells whether p may be offered now. Errors: origination.offer.
func (p *Price) Check(now civil.Instant) error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.offer", zh, en).In(fault.Place{Field: field})
	}
	switch {
	case p.Amount <= 0 || p.Amount > money.Max:
		return wrong("amount_fen", "请填写授信金额", "give the amount")
	case p.Rate < 0 || p.Rate > maxRate:
		return wrong("rate_ppb", "年利率须在0至36%之间", "a yearly rate is from 0 to 36 %")
	case p.Months < 1 || p.Months > maxTerm:
		return wrong("term_months", "期限为1至480个月", "a term has 1 to 480 months")
	case !known(Methods(), p.Method):
		return wrong("method", "请选择还款方式", "choose how it is repaid")
	case p.DayCount != "act_360" && p.DayCount != "act_365" && p.DayCount != "30_360":
		return wrong("day_count", "请选择计息基准", "choose the day count")
	case !known(Securities(), p.Security):
		return wrong("security", "请选择担保方式", "choose the security")
	case p.FirstDue <= now.Date():
		return wrong("first_due_on", "首次还款日须在今天之后", "the first payment is due after today")
	case p.ValidTil <= now || p.ValidTil > now+maxValid:
		return wrong("valid_til_ms", "有效期须在今后90天之内", "an offer is valid for up to 90 days from now")
	case !fits(p.Conditions, 0, maxWords):
		return wrong("conditions", "条件说明不超过500字", "at most 500 characters")
	case len(p.Fees) > maxFees:
		return wrong("fees", "费用项目过多", "too many fees")
	}
	for _, f := range p.Fees {
		if !fits(f.Name, 1, maxName) || !fits(f.Payee, 1, maxName) || f.Amount < 0 || f.Amount > p.Amount {
			return wrong("fees", "每项费用须写明名称、收取方和金额", "a fee has a name, a payee and an amount")
		}
	}
	return nil
}

// maxRate is 36 % a year.
const maxRate = money.Rate(360_000_000)

// Agreement is the contract about a loan (借款合同), as the bank registers it.
type Agreement struct {
	Referral string        `json:"referral"`
	No       string        `json:"no"`
	Amount   money.Fen     `json:"amount_fen"`
	Rate     money.Rate    `json:"rate_ppb"`
	Months   int64         `json:"term_months"`
	Signed   civil.Date    `json:"signed_on"`
	Security string        `json:"security"`
	First    *bool         `json:"first_loan,omitempty" doc:"首贷户; missing: not known"`
	Branch   string        `json:"branch"`
	At       civil.Instant `json:"at_ms"`
	By       string        `json:"by"`
}

// Check tells whether a may be registered for what was offered: not more, not
// dearer, not longer.
//
// Errors: origination.contract, origination.contract_differs.
func (a *Agreement) Check(p *Price, today civil.Date) error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.contract", zh, en).In(fault.Place{Field: field})
	}
	differs := func(field, zh, en string) error {
		return fault.New(fault.Conflict, "origination.contract_differs", zh, en).In(fault.Place{Field: field})
	}
	switch {
	case !fits(a.No, 1, maxNoteNo):
		return wrong("no", "请填写合同编号", "give the contract's number")
	case a.Amount <= 0:
		return wrong("amount_fen", "请填写合同金额", "give the amount")
	case a.Rate < 0:
		return wrong("rate_ppb", "请填写合同年利率", "give the yearly rate")
	case a.Months < 1:
		return wrong("term_months", "请填写合同期限", "give the term")
	case a.Signed > today:
		return wrong("signed_on", "签约日期不能晚于今天", "it is not signed after today")
	case !known(Securities(), a.Security):
		return wrong("security", "请选择担保方式", "choose the security")
	case !fits(a.Branch, 0, maxName):
		return wrong("branch", "网点名称不超过60字", "at most 60 characters")
	case a.Amount > p.Amount:
		return differs("amount_fen", "合同金额不能高于企业接受的报价："+p.Amount.String()+"元", "the contract is for more than the firm accepted")
	case a.Rate > p.Rate:
		return differs("rate_ppb", "合同利率不能高于企业接受的报价："+p.Rate.Human(), "the contract is dearer than the firm accepted")
	case a.Months > p.Months:
		return differs("term_months", "合同期限不能长于企业接受的报价", "the contract is longer than the firm accepted")
	}
	return nil
}

// Drawdown is money that was paid out (放款), under a note (借据).
type Drawdown struct {
	ID       string        `json:"id"`
	Referral string        `json:"referral"`
	Bank     string        `json:"bank"`
	NoteNo   string        `json:"note_no" doc:"借据编号, unique for the bank"`
	Amount   money.Fen     `json:"amount_fen"`
	Rate     money.Rate    `json:"rate_ppb"`
	Drawn    civil.Date    `json:"drawn_on"`
	Due      civil.Date    `json:"due_on"`
	Branch   string        `json:"branch"`
	At       civil.Instant `json:"at_ms"`
	By       string        `json:"by"`
}

// Check tells whether d may be registered under a contract of which before is out
// already.
//
// Errors: origination.drawdown, origination.drawdown_exceeds.
func (d *Drawdown) Check(a *Agreement, before money.Fen, today civil.Date) error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.drawdown", zh, en).In(fault.Place{Field: field})
	}
	switch {
	case !fits(d.NoteNo, 1, maxNoteNo):
		return wrong("note_no", "请填写借据编号", "give the note's number")
	case d.Amount <= 0 || d.Amount > money.Max:
		return wrong("amount_fen", "请填写放款金额", "give the amount")
	case d.Rate < 0 || d.Rate > a.Rate:
		return wrong("rate_ppb", "放款利率不能高于合同利率："+a.Rate.Human(), "the note is dearer than the contract")
	case d.Drawn > today || d.Drawn < a.Signed:
		return wrong("drawn_on", "放款日期须在签约日期与今天之间", "money is paid out between the day of signing and today")
	case d.Due <= d.Drawn:
		return wrong("due_on", "到期日须晚于放款日", "it falls due after it is paid out")
	case !fits(d.Branch, 0, maxName):
		return wrong("branch", "网点名称不超过60字", "at most 60 characters")
	case before+d.Amount > a.Amount:
		return fault.Newf(fault.Conflict, "origination.drawdown_exceeds", "放款合计不能超过合同金额：合同%s元，已放%s元", "more than the contract: %s yuan, of which %s are out", a.Amount, before).
			In(fault.Place{Field: "amount_fen"})
	}
	return nil
}

// same tells whether e says what d says: a callback that came twice.
func (d *Drawdown) same(e *Drawdown) bool {
	return d.Referral == e.Referral && d.Amount == e.Amount && d.Rate == e.Rate && d.Drawn == e.Drawn && d.Due == e.Due
}

// Status is how a loan stands, as its bank reports it.
type Status string

// The statuses.
const (
	StatusCurrent Status = "current" // 正常
	StatusOverdue Status = "overdue" // 逾期
	StatusRepaid  Status = "repaid"  // 结清
)

// Report is a bank's word about a note (贷款状态).
type Report struct {
	ID       string        `json:"id"`
	Referral string        `json:"referral"`
	NoteNo   string        `json:"note_no"`
	Status   Status        `json:"status" enum:"current,overdue,repaid"`
	Class    string        `json:"class,omitempty" enum:"normal,special_mention,substandard,doubtful,loss" doc:"五级分类; missing: not told"`
	Balance  money.Fen     `json:"balance_fen"`
	Days     int64         `json:"days_overdue,omitempty"`
	AsOf     civil.Date    `json:"as_of_on"`
	At       civil.Instant `json:"at_ms"`
	By       string        `json:"by"`
}

// Check tells whether r may be kept about d. Errors: origination.report.
func (r *Report) Check(d *Drawdown, today civil.Date) error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.report", zh, en).In(fault.Place{Field: field})
	}
	switch {
	case r.Status != StatusCurrent && r.Status != StatusOverdue && r.Status != StatusRepaid:
		return wrong("status", "状态须为正常、逾期或结清", "a status is current, overdue or repaid")
	case r.Balance < 0 || r.Balance > d.Amount:
		return wrong("balance_fen", "余额须在零与放款金额之间", "a balance is between nothing and what was paid out")
	case r.Status == StatusRepaid && r.Balance != 0:
		return wrong("balance_fen", "结清时余额须为零", "nothing is left when it is repaid")
	case r.Status == StatusOverdue && r.Days < 1:
		return wrong("days_overdue", "请填写逾期天数", "say for how many days it is overdue")
	case r.AsOf > today || r.AsOf < d.Drawn:
		return wrong("as_of_on", "日期须在放款日与今天之间", "a day between paying out and today")
	case r.Class != "" && classes[r.Class] == "":
		return wrong("class", "没有这种分类", "there is no such class")
	}
	return nil
}

var classes = map[string]string{"normal": "正常", "special_mention": "关注", "substandard": "次级", "doubtful": "可疑", "loss": "损失"}
