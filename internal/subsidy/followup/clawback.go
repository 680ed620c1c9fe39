package followup

import (
	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// The stages of a clawback, and what is done to it.
const (
	New        workflow.Stage = "new"
	Proposed   workflow.Stage = "proposed"
	Collecting workflow.Stage = "collecting"
	Ending     workflow.Stage = "ending"
	Done       workflow.Stage = "done"
	Ended      workflow.Stage = "ended"
	Refused    workflow.Stage = "refused"
	Withdrawn  workflow.Stage = "withdrawn"

	ToPropose workflow.Verb = "propose"
	Issue     workflow.Verb = "issue"
	Refuse    workflow.Verb = "refuse"
	Withdraw  workflow.Verb = "withdraw"
	GiveUp    workflow.Verb = "give_up"
	End       workflow.Verb = "end"
	GoOn      workflow.Verb = "go_on"
	Finish    workflow.Verb = "finish"
)

// Who does what.
var (
	bureaus = []string{string(access.Bureau), string(access.BureauLead)}
	heads   = []string{string(access.OfficeLead), string(access.BureauLead)}
	all     = []string{string(access.Office), string(access.OfficeLead), string(access.Bureau), string(access.BureauLead)}
)

// Life is the life of a clawback.
//
//	new ─ propose ─► proposed ─ issue ─► collecting ─ finish ─► done
//	                  │    │  (another    │  ▲  (all has come back)
//	         withdraw │    │   person)    │  └── go_on ──┐
//	                  ▼    ▼ refuse       └─ give_up ─► ending ─ end ─► ended
//	            withdrawn  refused                      (another person; what has come
//	                                                     back stays with the sources)
var Life = &workflow.Table{
	Kind: "clawback",
	Stages: []workflow.StageRule{
		{Stage: New, Zh: "编制", Owners: all},
		{Stage: Proposed, Zh: "待审定", Owners: heads, Term: "approval"},
		{Stage: Collecting, Zh: "追回中", Owners: bureaus},
		{Stage: Ending, Zh: "待审定终止", Owners: heads, Term: "approval"},
		{Stage: Done, Zh: "已追回", Ends: true},
		{Stage: Ended, Zh: "已终止", Ends: true},
		{Stage: Refused, Zh: "不予追回", Ends: true},
		{Stage: Withdrawn, Zh: "已撤回", Ends: true},
	},
	Moves: []workflow.Move{
		{From: New, Verb: ToPropose, To: Proposed, Zh: "提请追回", Roles: all},
		{From: Proposed, Verb: Issue, To: Collecting, Zh: "审定并下达", Roles: heads, Apart: []workflow.Verb{ToPropose}},
		{From: Proposed, Verb: Refuse, To: Refused, Zh: "不予追回", Roles: heads, Reason: true, Apart: []workflow.Verb{ToPropose}},
		{From: Proposed, Verb: Withdraw, To: Withdrawn, Zh: "撤回", Roles: all, Reason: true},
		{From: Collecting, Verb: Finish, To: Done, Zh: "全部追回", Clock: true},
		{From: Collecting, Verb: GiveUp, To: Ending, Zh: "提请终止追回", Roles: all, Reason: true},
		{From: Ending, Verb: Finish, To: Done, Zh: "全部追回", Clock: true},
		{From: Ending, Verb: End, To: Ended, Zh: "终止追回", Roles: heads, Apart: []workflow.Verb{GiveUp}},
		{From: Ending, Verb: GoOn, To: Collecting, Zh: "继续追回", Roles: heads, Reason: true, Again: true, Apart: []workflow.Verb{GiveUp}},
	},
}

// Clawback is money that a payee has to give back. Its Case's Amount is what is to
// come back in all; Org is that of the claim, which may see it once it is issued.
type Clawback struct {
	workflow.Case
	Number    string        `json:"number"` // of the order to return; "" not issued
	Claim     string        `json:"claim"`
	Policy    string        `json:"policy"`
	Item      string        `json:"item"`
	ItemTitle string        `json:"item_title"`
	Payee     string        `json:"payee"`
	PayeeName string        `json:"payee_name"`
	Why       string        `json:"why"`         // what was found
	Basis     string        `json:"basis"`       // the rule it follows from
	Deadline  civil.Date    `json:"deadline_on"` // until which it is to be returned
	Proposer  string        `json:"proposed_by"` // account
	Decider   string        `json:"issued_by"`   // account; "" nobody yet
	Made      civil.Instant `json:"made_ms"`
	Issued    civil.Instant `json:"issued_ms"` // 0: not yet
	Returned  money.Fen     `json:"returned_fen"`
	Told      civil.Instant `json:"-"` // when it was told that the day has passed; 0: it was not
}

// Outstanding is what has not come back of b.
func (b *Clawback) Outstanding() money.Fen { return b.Amount - b.Returned }

// Open tells whether b stands in the way of another clawback of its claim.
func (b *Clawback) Open() bool { return !Life.Rule(b.Stage).Ends }

// Receipt is money that came back, as the bank's receipt says.
type Receipt struct {
	ID       string        `json:"id"`
	Clawback string        `json:"clawback"`
	No       string        `json:"no"`
	Payer    string        `json:"payer"`
	Amount   money.Fen     `json:"amount_fen"`
	On       civil.Date    `json:"on"`
	Person   string        `json:"person"`
	At       civil.Instant `json:"at_ms"`
}

// Proposal is what somebody proposes to take back.
type Proposal struct {
	Claim    string     `json:"claim"`
	Amount   money.Fen  `json:"amount_fen"`
	Why      string     `json:"why"`
	Basis    string     `json:"basis"`
	Deadline civil.Date `json:"deadline_on"`
}

// check tells whether p may be made about a claim of which paid is still with the
// payee, today.
//
// Errors: followup.amount, followup.why, followup.deadline.
func (p *Proposal) check(paid money.Fen, today civil.Date) error {
	wrong := func(field, code, zh, en string) error {
		return fault.New(fault.Invalid, code, zh, en).In(fault.Place{Field: field})
	}
	switch {
	case paid <= 0:
		return fault.New(fault.Conflict, "followup.nothing_paid", "该申报没有可追回的已支付资金", "nothing of this claim is with the payee")
	case p.Amount <= 0 || p.Amount > paid:
		return fault.Newf(fault.Invalid, "followup.amount", "追回金额须大于零，且不超过该申报尚在收款人处的%s元", "what is taken back is above zero and at most the %s yuan that the payee has of it", paid).
			In(fault.Place{Field: "amount_fen"})
	case !fits(p.Why, 2, maxText):
		return wrong("why", "followup.why", "请写明追回事由（2000字以内）", "say why, in 2000 characters at most")
	case !fits(p.Basis, 2, maxText):
		return wrong("basis", "followup.why", "请写明依据的条款或文件（2000字以内）", "name the rule it follows from, in 2000 characters at most")
	case p.Deadline <= today || p.Deadline > today+maxTerm:
		return wrong("deadline_on", "followup.deadline", "退回期限须在明天至一年之内", "the day lies between tomorrow and a year from now")
	}
	return nil
}

// Shares says how an amount that came back is shared among what paid: in the
// proportion of what of each is still with the payee, to the fen, and so never more
// than that. It answers nil when amount is more than there is.
func Shares(paid []ledger.Balance, amount money.Fen) []ledger.Balance {
	weights := make([]int64, len(paid))
	var sum money.Fen
	for i, b := range paid {
		weights[i] = int64(b.Amount)
		sum += b.Amount
	}
	shares, ok := money.Split(int64(amount), weights)
	if !ok || amount <= 0 || amount > sum {
		return nil
	}
	out := []ledger.Balance{}
	for i, b := range paid {
		if shares[i] > 0 {
			b.Amount = money.Fen(shares[i])
			out = append(out, b)
		}
	}
	return out
}

// paidOf are the balances of what a payee has of a claim.
func paidOf(held []ledger.Balance) (paid []ledger.Balance, sum money.Fen) {
	for _, b := range held {
		if b.Account == ledger.Paid {
			paid = append(paid, b)
			sum += b.Amount
		}
	}
	return paid, sum
}
