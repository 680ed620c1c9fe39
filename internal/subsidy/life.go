package subsidy

import (
	"changrong/internal/access"
	"changrong/internal/workflow"
)

// The stages of a claim.
const (
	Draft        workflow.Stage = "draft"
	Submitted    workflow.Stage = "submitted"
	OfficeReview workflow.Stage = "office_review"
	BureauReview workflow.Stage = "bureau_review"
	Comments     workflow.Stage = "comments"
	Consultation workflow.Stage = "consultation"
	Cleared      workflow.Stage = "cleared"
	PublicNotice workflow.Stage = "public_notice"
	Approval     workflow.Stage = "approval"
	Approved     workflow.Stage = "approved"
	Ordered      workflow.Stage = "ordered"
	Paid         workflow.Stage = "paid"
	FollowUp     workflow.Stage = "follow_up"
	Clawback     workflow.Stage = "clawback"
	Returned     workflow.Stage = "returned"
	Confirmed    workflow.Stage = "confirmed"
	Recovered    workflow.Stage = "recovered"
	Refused      workflow.Stage = "refused"
	Withdrawn    workflow.Stage = "withdrawn"
	Superseded   workflow.Stage = "superseded"
)

// What is done to claims.
const (
	Submit    workflow.Verb = "submit"
	Withdraw  workflow.Verb = "withdraw"
	Supersede workflow.Verb = "supersede"
	Accept    workflow.Verb = "accept"
	Pass      workflow.Verb = "pass"
	Return    workflow.Verb = "return"
	Refuse    workflow.Verb = "refuse"
	Agree     workflow.Verb = "agree"
	Object    workflow.Verb = "object"
	Settle    workflow.Verb = "settle"
	Publish   workflow.Verb = "publish"
	Uphold    workflow.Verb = "uphold"
	Close     workflow.Verb = "close"
	Approve   workflow.Verb = "approve"
	Revoke    workflow.Verb = "revoke"
	Order     workflow.Verb = "order"
	Unorder   workflow.Verb = "unorder"
	Pay       workflow.Verb = "pay"
	Sample    workflow.Verb = "sample"
	Confirm   workflow.Verb = "confirm"
	ClawBack  workflow.Verb = "claw_back"
	Recover   workflow.Verb = "recover"
	Forgo     workflow.Verb = "forgo"
)

// Who does what.
var (
	clerk   = string(access.Bank)
	lead    = string(access.BankLead)
	office  = string(access.Office)
	head    = string(access.OfficeLead)
	bureau  = string(access.Bureau)
	chief   = string(access.BureauLead)
	pboc    = string(access.PBoC)
	watcher = string(access.Regulator)

	filers    = []string{clerk, lead, office, head}
	offices   = []string{office, head}
	bureaus   = []string{bureau, chief}
	heads     = []string{head}
	chiefs    = []string{chief}
	authority = []string{pboc, watcher}
	all       = []string{office, head, bureau, chief}
)

// Life is the life of a claim.
//
//	        submit            accept               pass                pass
//	draft ─────────► submitted ──────► office_review ────► bureau_review ────► comments
//	  │ ▲supersede      │                  │                    │            agree │ │ object
//	  ▼ │               │ return           │ return             │ return           │ ▼
//	superseded          ▼                  ▼                    ▼                  │ consultation
//	            returned ◄─────── (next round; submit) ◄─────────── return ────────┼──┤ settle
//	                ▲  ▲                                                           ▼  ▼
//	         uphold │  │ return, revoke                             publish      cleared
//	                │  └───────── approval ◄─── close ─── public_notice ◄────────── ┘
//	                └────────────────┼─────────────────────────┘
//	                                 │ approve
//	                                 ▼        order             pay          sample
//	                             approved ◄─────────► ordered ──────► paid ──────────► follow_up
//	                                       unorder                                confirm │ │ claw_back
//	                                                                                      ▼ ▼
//	                                                        confirmed      recovered ◄── clawback
//	                                                                         recover
//
// Money is taken back also of a claim that nobody drew, that was found right, or of
// which a part came back before: claw_back leads from paid, confirmed and recovered
// too, and forgo from clawback to paid, when what is left is given up (package followup).
//
// A filer withdraws while nobody has passed it; the office, the bureau, the
// consultation and the approval may refuse (refused).
var Life = &workflow.Table{
	Kind: "claim",
	Stages: []workflow.StageRule{
		{Stage: Draft, Zh: "草稿", Owners: filers, Filer: true},
		{Stage: Submitted, Zh: "待受理", Owners: offices, Term: "accept"},
		{Stage: OfficeReview, Zh: "金融工作中心审核", Owners: offices, Term: "office_review"},
		{Stage: BureauReview, Zh: "财政局审核", Owners: bureaus, Term: "bureau_review"},
		{Stage: Comments, Zh: "征求人行、监管意见", Owners: authority, Term: "comments", Joint: true},
		{Stage: Consultation, Zh: "会商", Owners: heads, Term: "consultation"},
		{Stage: Cleared, Zh: "待公示", Owners: offices, Term: "publish"},
		{Stage: PublicNotice, Zh: "公示中", Term: "notice"},
		{Stage: Approval, Zh: "待审批", Owners: chiefs, Term: "approval"},
		{Stage: Approved, Zh: "待开支付单", Owners: bureaus, Term: "order"},
		{Stage: Ordered, Zh: "待支付", Owners: bureaus, Term: "pay"},
		{Stage: Paid, Zh: "已支付"},
		{Stage: FollowUp, Zh: "事后抽查", Owners: all, Term: "follow_up"},
		{Stage: Clawback, Zh: "追回中", Owners: bureaus, Term: "clawback"},
		{Stage: Returned, Zh: "退回补正", Owners: filers, Filer: true, Term: "returned"},
		{Stage: Confirmed, Zh: "抽查无误"},
		{Stage: Recovered, Zh: "已追回"},
		{Stage: Refused, Zh: "不予兑付", Ends: true},
		{Stage: Withdrawn, Zh: "已撤回", Ends: true},
		{Stage: Superseded, Zh: "已被新测算替代", Ends: true},
	},
	Moves: []workflow.Move{
		{From: Draft, Verb: Submit, To: Submitted, Zh: "提交", Roles: []string{lead, head}, Filer: true},
		{From: Draft, Verb: Withdraw, To: Withdrawn, Zh: "撤回", Roles: filers, Filer: true, Reason: true},
		{From: Draft, Verb: Supersede, To: Superseded, Zh: "替代", Clock: true},
		{From: Submitted, Verb: Accept, To: OfficeReview, Zh: "受理", Roles: offices, Apart: []workflow.Verb{Submit}},
		{From: Submitted, Verb: Return, To: Returned, Zh: "退回", Roles: offices, Reason: true, Again: true},
		{From: Submitted, Verb: Withdraw, To: Withdrawn, Zh: "撤回", Roles: filers, Filer: true, Reason: true},
		{From: OfficeReview, Verb: Pass, To: BureauReview, Zh: "审核通过", Roles: offices, Apart: []workflow.Verb{Submit, Accept}},
		{From: OfficeReview, Verb: Return, To: Returned, Zh: "退回", Roles: offices, Reason: true, Again: true},
		{From: OfficeReview, Verb: Refuse, To: Refused, Zh: "不予兑付", Roles: heads, Reason: true},
		{From: OfficeReview, Verb: Withdraw, To: Withdrawn, Zh: "撤回", Roles: filers, Filer: true, Reason: true},
		{From: BureauReview, Verb: Pass, To: Comments, Zh: "审核通过", Roles: bureaus},
		{From: BureauReview, Verb: Return, To: Returned, Zh: "退回", Roles: bureaus, Reason: true, Again: true},
		{From: BureauReview, Verb: Refuse, To: Refused, Zh: "不予兑付", Roles: chiefs, Reason: true},
		{From: Comments, Verb: Agree, To: Cleared, Zh: "无异议", Roles: authority, Clock: true},
		{From: Comments, Verb: Object, To: Consultation, Zh: "有异议", Roles: authority, Reason: true},
		{From: Consultation, Verb: Settle, To: Cleared, Zh: "会商一致", Roles: heads, Reason: true},
		{From: Consultation, Verb: Return, To: Returned, Zh: "退回", Roles: heads, Reason: true, Again: true},
		{From: Consultation, Verb: Refuse, To: Refused, Zh: "不予兑付", Roles: heads, Reason: true},
		{From: Cleared, Verb: Publish, To: PublicNotice, Zh: "公示", Roles: offices},
		{From: PublicNotice, Verb: Close, To: Approval, Zh: "公示期满", Clock: true},
		{From: PublicNotice, Verb: Uphold, To: Returned, Zh: "异议成立", Roles: []string{head, chief}, Reason: true, Again: true},
		{From: Approval, Verb: Approve, To: Approved, Zh: "批准", Roles: chiefs, Apart: []workflow.Verb{Pass}},
		{From: Approval, Verb: Return, To: Returned, Zh: "退回", Roles: chiefs, Reason: true, Again: true},
		{From: Approval, Verb: Refuse, To: Refused, Zh: "不予兑付", Roles: chiefs, Reason: true},
		{From: Approved, Verb: Order, To: Ordered, Zh: "开支付单", Roles: bureaus},
		{From: Approved, Verb: Revoke, To: Returned, Zh: "撤销批准", Roles: chiefs, Reason: true, Again: true},
		{From: Ordered, Verb: Pay, To: Paid, Zh: "登记回单", Roles: bureaus},
		{From: Ordered, Verb: Unorder, To: Approved, Zh: "支付未成", Roles: bureaus, Reason: true, Again: true},
		{From: Paid, Verb: Sample, To: FollowUp, Zh: "抽中", Roles: []string{head, chief}},
		{From: Paid, Verb: ClawBack, To: Clawback, Zh: "追回", Roles: []string{head, chief}, Reason: true},
		{From: FollowUp, Verb: Confirm, To: Confirmed, Zh: "抽查无误", Roles: all},
		{From: FollowUp, Verb: ClawBack, To: Clawback, Zh: "追回", Roles: []string{head, chief}, Reason: true},
		{From: Confirmed, Verb: ClawBack, To: Clawback, Zh: "追回", Roles: []string{head, chief}, Reason: true},
		{From: Recovered, Verb: ClawBack, To: Clawback, Zh: "追回", Roles: []string{head, chief}, Reason: true, Again: true},
		{From: Clawback, Verb: Recover, To: Recovered, Zh: "全部追回", Roles: bureaus},
		{From: Clawback, Verb: Forgo, To: Paid, Zh: "终止追回", Roles: []string{head, chief}, Reason: true, Again: true},
		{From: Returned, Verb: Submit, To: Submitted, Zh: "提交", Roles: []string{lead, head}, Filer: true},
		{From: Returned, Verb: Withdraw, To: Withdrawn, Zh: "撤回", Roles: filers, Filer: true, Reason: true},
		{From: Returned, Verb: Supersede, To: Superseded, Zh: "替代", Clock: true},
	},
}

// elsewhere are verbs that come with something else, and where they are found.
var elsewhere = map[workflow.Verb]string{
	Supersede: "测算后自动替代草稿", Publish: "请发布公示", Uphold: "请答复异议", Close: "公示期满后自动进行", Order: "请开支付单并由另一人签发",
	Unorder: "请在支付单上登记支付未成", Pay: "请在支付单上登记回单", Sample: "请抽取样本", Confirm: "请登记抽查结论",
	ClawBack: "请提请追回并由另一人审定", Recover: "请在追回事项上登记退回款", Forgo: "请在追回事项上提请终止",
}
