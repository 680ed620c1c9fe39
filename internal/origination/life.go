package origination

import (
	"changrong/internal/access"
	"changrong/internal/workflow"
)

// The stages of a referral.
const (
	Pushed           workflow.Stage = "pushed"
	Taken            workflow.Stage = "accepted"
	Contacted        workflow.Stage = "contacted"
	UnderReview      workflow.Stage = "under_review"
	Offered          workflow.Stage = "offered"
	OfferAccepted    workflow.Stage = "offer_accepted"
	GuaranteePending workflow.Stage = "guarantee_pending"
	Contracted       workflow.Stage = "contracted"
	Disbursed        workflow.Stage = "disbursed"
	Overdue          workflow.Stage = "overdue"
	Repaid           workflow.Stage = "repaid"
	Declined         workflow.Stage = "declined"
	Ended            workflow.Stage = "ended"
)

// What is done to referrals.
const (
	Accept      workflow.Verb = "accept"
	Meet        workflow.Verb = "contact"
	Review      workflow.Verb = "review"
	MakeOffer   workflow.Verb = "offer"
	Decline     workflow.Verb = "decline"
	TakeOffer   workflow.Verb = "accept_offer"
	LeaveOffer  workflow.Verb = "decline_offer"
	AskGuard    workflow.Verb = "await_guarantee"
	Contract    workflow.Verb = "contract"
	Disburse    workflow.Verb = "disburse"
	FallOverdue workflow.Verb = "fall_overdue"
	Cure        workflow.Verb = "cure"
	Repay       workflow.Verb = "repay"
	End         workflow.Verb = "end"
)

// Who does what.
var (
	clerk = string(access.Bank)
	lead  = string(access.BankLead)
	firm  = string(access.Enterprise)

	banks = []string{clerk, lead}
	firms = []string{firm}
)

// Life is the life of a referral at its bank.
//
//	        accept         contact          review              offer
//	pushed ───────► accepted ─────► contacted ─────► under_review ─────► offered
//	  │                │                │                 │                 │ accept_offer (the firm)
//	  │                │                │                 │                 ▼
//	  │ decline        │ decline        │ decline         │ decline   offer_accepted ──► guarantee_pending
//	  └────────────────┴───────┬────────┴─────────────────┘                 │ contract        │ contract
//	                           ▼                                            ▼                 │
//	                       declined ◄──── decline (until money is out) ── contracted ◄────────┘
//	                                                                        │ disburse
//	                          repaid ◄──────────── repay ────────────── disbursed ◄─┐
//	                             ▲                                          │       │ cure
//	                             └──────── repay ──── overdue ◄─ fall_overdue ──────┘ (next round)
//
// From offered the firm may also say no (decline_offer): the bank has it under review
// again, for a better offer or none.
//
// Until there is a contract, end leads from everywhere to ended: the firm withdrew, took
// another's offer or closed, or an offer was over. It is made by the clock in all of
// these, so that what the bank reads is the same.
//
// Clocks are stopped (pause) while papers are missing; that of pushed never: whoever has not
// accepted has asked for none.
var Life = &workflow.Table{
	Kind: "referral",
	Stages: []workflow.StageRule{
		{Stage: Pushed, Zh: "待受理", Owners: banks, Filer: true, Term: "accept", Steady: true},
		{Stage: Taken, Zh: "待对接", Owners: banks, Filer: true, Term: "contact"},
		{Stage: Contacted, Zh: "已对接", Owners: banks, Filer: true, Term: "survey"},
		{Stage: UnderReview, Zh: "审查中", Owners: banks, Filer: true, Term: "review"},
		{Stage: Offered, Zh: "已报价，待企业选择"},
		{Stage: OfferAccepted, Zh: "企业已接受，待签约", Owners: banks, Filer: true, Term: "contract"},
		{Stage: GuaranteePending, Zh: "待担保", Owners: banks, Filer: true, Term: "guarantee"},
		{Stage: Contracted, Zh: "已签约，待放款", Owners: banks, Filer: true, Term: "disburse"},
		{Stage: Disbursed, Zh: "已放款"},
		{Stage: Overdue, Zh: "已逾期"},
		{Stage: Repaid, Zh: "已结清", Ends: true},
		{Stage: Declined, Zh: "未通过", Ends: true},
		{Stage: Ended, Zh: "已终止", Ends: true},
	},
	Moves: []workflow.Move{
		{From: Pushed, Verb: Accept, To: Taken, Zh: "受理", Roles: banks, Filer: true},
		{From: Pushed, Verb: Decline, To: Declined, Zh: "不予受理", Roles: banks, Filer: true, Reason: true},
		{From: Pushed, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: Taken, Verb: Meet, To: Contacted, Zh: "登记对接", Roles: banks, Filer: true},
		{From: Taken, Verb: Decline, To: Declined, Zh: "不予通过", Roles: banks, Filer: true, Reason: true},
		{From: Taken, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: Contacted, Verb: Review, To: UnderReview, Zh: "转审查", Roles: banks, Filer: true},
		{From: Contacted, Verb: Decline, To: Declined, Zh: "不予通过", Roles: banks, Filer: true, Reason: true},
		{From: Contacted, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: UnderReview, Verb: MakeOffer, To: Offered, Zh: "报价", Roles: banks, Filer: true},
		{From: UnderReview, Verb: Decline, To: Declined, Zh: "不予通过", Roles: banks, Filer: true, Reason: true},
		{From: UnderReview, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: Offered, Verb: TakeOffer, To: OfferAccepted, Zh: "接受报价", Roles: firms},
		{From: Offered, Verb: LeaveOffer, To: UnderReview, Zh: "谢绝报价", Roles: firms, Again: true},
		{From: Offered, Verb: Decline, To: Declined, Zh: "撤销报价", Roles: banks, Filer: true, Reason: true},
		{From: Offered, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: OfferAccepted, Verb: AskGuard, To: GuaranteePending, Zh: "转担保", Roles: banks, Filer: true},
		{From: OfferAccepted, Verb: Contract, To: Contracted, Zh: "登记合同", Roles: banks, Filer: true},
		{From: OfferAccepted, Verb: Decline, To: Declined, Zh: "不予通过", Roles: banks, Filer: true, Reason: true},
		{From: OfferAccepted, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: GuaranteePending, Verb: Contract, To: Contracted, Zh: "登记合同", Roles: banks, Filer: true},
		{From: GuaranteePending, Verb: Decline, To: Declined, Zh: "不予通过", Roles: banks, Filer: true, Reason: true},
		{From: GuaranteePending, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: Contracted, Verb: Disburse, To: Disbursed, Zh: "登记放款", Roles: banks, Filer: true},
		{From: Contracted, Verb: Decline, To: Declined, Zh: "合同终止、不再放款", Roles: banks, Filer: true, Reason: true},
		{From: Contracted, Verb: End, To: Ended, Zh: "终止", Clock: true},
		{From: Disbursed, Verb: FallOverdue, To: Overdue, Zh: "登记逾期", Roles: banks, Filer: true},
		{From: Disbursed, Verb: Repay, To: Repaid, Zh: "登记结清", Roles: banks, Filer: true},
		{From: Overdue, Verb: Cure, To: Disbursed, Zh: "登记归还逾期", Roles: banks, Filer: true, Again: true},
		{From: Overdue, Verb: Repay, To: Repaid, Zh: "登记结清", Roles: banks, Filer: true},
	},
}

// elsewhere are verbs that come with something that is registered, and where.
var elsewhere = map[workflow.Verb]string{
	MakeOffer: "请填写报价", TakeOffer: "由企业接受报价", LeaveOffer: "由企业谢绝报价", Contract: "请登记合同", Disburse: "请登记放款", End: "由平台自动进行",
	FallOverdue: "请登记贷款状态", Cure: "请登记贷款状态", Repay: "请登记贷款状态",
}

// Why a referral ended without the bank's doing. The first is the same whether the
// firm withdrew or chose another.
const (
	EndedByApplicant = "ended_by_applicant"
	EndedLapsed      = "lapsed"
	EndedFirmClosed  = "firm_closed"
)

// endWords are what a bank reads of them.
var endWords = map[string]string{
	EndedByApplicant: "申请人已终止本件", EndedLapsed: "报价已过有效期，企业未接受", EndedFirmClosed: "企业已注销或被吊销",
}

// Refusals are the reasons for which banks decline (拒贷原因).
func Refusals() []Word {
	return []Word{
		{"credit_history", "征信记录不符合要求", "credit history"},
		{"operating_time", "经营年限不足", "too short in business"},
		{"revenue", "营业收入或纳税不足", "too little revenue or tax"},
		{"debt", "负债率过高或多头授信", "too much debt"},
		{"security", "缺少合格担保", "no sufficient security"},
		{"industry", "不符合行业准入", "industry"},
		{"region", "不在服务区域", "area"},
		{"litigation", "涉诉、失信或被执行", "litigation or dishonesty"},
		{"papers", "资料不全或不实", "papers incomplete or untrue"},
		{"unreachable", "无法联系企业", "the firm cannot be reached"},
		{"amount", "金额或期限不匹配", "amount or term"},
		{"guarantee_refused", "担保未获通过", "the guarantee was refused"},
		{"other", "其他", "other"},
	}
}
