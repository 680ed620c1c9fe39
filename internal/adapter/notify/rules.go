package notify

import (
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Rule says who is told what of an event.
type Rule struct {
	Kind string            // of the event
	When map[string]string // what its data must say; nil: anything
	To   []access.Role
	Own  bool   // only people of the organisations that the event is told to
	Owed bool   // only people with a role that the event's data names (roles)
	Zh   string // the title; {name} stands for data
	Link string // a place of the console; {subject} for what it is about
	Mail bool   // mailed to who has chosen nothing else
	SMS  bool   // so urgent that it may be sent as a short message too
}

var (
	governs = []access.Role{access.Office, access.OfficeLead, access.PBoC, access.Regulator, access.Auditor} // who reads models
	office  = []access.Role{access.Office, access.OfficeLead}
	bureau  = []access.Role{access.Bureau, access.BureauLead}
	decides = []access.Role{access.OfficeLead, access.BureauLead}
	reviews = []access.Role{access.Office, access.OfficeLead, access.Bureau, access.BureauLead}
	opinion = []access.Role{access.PBoC, access.Regulator}
	filers  = []access.Role{access.Bank, access.BankLead, access.Guarantor}
	banks   = []access.Role{access.Bank, access.BankLead}
	owners  = []access.Role{access.Bank, access.BankLead, access.Office, access.OfficeLead} // of claims: those of nobody with an account lie with the office
	hands   = []access.Role{access.Office, access.OfficeLead, access.Bureau, access.BureauLead, access.PBoC, access.Regulator}
)

// Where whoever deals with a loan application finds it: a firm on its phone, a bank and the
// office in the console.
const (
	ownApplication = "/m/applications/{subject}"
	bankDesk       = "/referrals/{subject}"
	bankOffer      = "/referrals/{referral}" // of what is about an offer
)

var firms = []access.Role{access.Enterprise}

// rules are all of them. The first that fits a person is the one that tells him.
var rules = []Rule{
	{Kind: "report.due_soon", To: filers, Own: true, Zh: "报送即将到期：{title}（{period}），截止{due_on}", Link: "/reporting/calendar", Mail: true},
	{Kind: "report.overdue", To: filers, Own: true, Zh: "报送已逾期：{title}（{period}）", Link: "/reporting/calendar", Mail: true, SMS: true},
	{Kind: "report.escalated", To: []access.Role{access.BankLead}, Own: true, Zh: "报送逾期{days}个工作日，请督促：{title}（{period}）", Link: "/reporting/calendar", Mail: true, SMS: true},
	{Kind: "report.escalated", To: []access.Role{access.OfficeLead}, Zh: "{org_name}报送逾期{days}个工作日，请督促：{title}（{period}）", Link: "/reporting/calendar", Mail: true},
	{Kind: "report.overdue", To: office, Zh: "{org_name}报送逾期：{title}（{period}）", Link: "/reporting/calendar"},
	{Kind: "submission.rejected", To: filers, Own: true, Zh: "报送未通过校验：{period}第{version}版，请修改后重报", Link: "/submissions/{subject}", Mail: true},
	{Kind: "submission.confirming", To: []access.Role{access.BankLead, access.Guarantor}, Own: true, Zh: "报送有提示待确认：{period}第{version}版", Link: "/submissions/{subject}", Mail: true},
	{Kind: "submission.accepted", To: filers, Own: true, Zh: "报送已受理：{period}第{version}版", Link: "/submissions/{subject}"},
	{Kind: "submission.accepted", To: office, Zh: "{org_name}报送已受理：{period}第{version}版", Link: "/submissions/{subject}"},
	{Kind: "submission.withdrawn", To: office, Zh: "{org_name}撤回报送：{period}第{version}版", Link: "/submissions/{subject}", Mail: true},

	{Kind: "claim.moved", When: map[string]string{"stage": "submitted"}, To: office, Zh: "有新申报待受理：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "office_review"}, To: office, Zh: "申报待审核：{title}", Link: "/claims/{subject}"},
	{Kind: "claim.moved", When: map[string]string{"stage": "bureau_review"}, To: bureau, Zh: "申报待财政审核：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "comments"}, To: opinion, Zh: "申报待出具意见：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "consultation"}, To: office, Zh: "申报需会商：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "approval"}, To: []access.Role{access.BureauLead}, Zh: "申报待批准：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "approved"}, To: bureau, Zh: "申报已批准，可编制支付：{title}", Link: "/claims/{subject}"},
	{Kind: "claim.moved", When: map[string]string{"stage": "draft"}, To: banks, Own: true, Zh: "免申即享：已为贵机构生成申报“{title}”，请核对提交", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "returned"}, To: banks, Own: true, Zh: "申报被退回，请补正：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "refused"}, To: banks, Own: true, Zh: "申报未获通过：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "paid"}, To: banks, Own: true, Zh: "申报款项已拨付：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "clawback"}, To: banks, Own: true, Zh: "须退回款项：{title}", Link: "/claims/{subject}", Mail: true, SMS: true},
	{Kind: "claim.moved", When: map[string]string{"stage": "follow_up"}, To: reviews, Zh: "申报被抽中，待事后核查：{title}", Link: "/claims/{subject}"},
	{Kind: "claim.moved", To: banks, Own: true, Zh: "申报进入下一环节：{title}", Link: "/claims/{subject}"},

	{Kind: "clawback.moved", When: map[string]string{"stage": "proposed"}, To: decides, Zh: "追回待审定：{title}", Link: "/clawbacks/{subject}", Mail: true},
	{Kind: "clawback.moved", When: map[string]string{"stage": "ending"}, To: decides, Zh: "终止追回待审定：{title}", Link: "/clawbacks/{subject}", Mail: true},
	{Kind: "clawback.moved", To: reviews, Zh: "追回有新进展：{title}", Link: "/clawbacks/{subject}"},
	{Kind: "clawback.overdue", To: banks, Own: true, Zh: "退回款项已逾期：{number}，尚未退回{amount}", Link: "/clawbacks/{subject}", Mail: true, SMS: true},

	{Kind: "claim.late", When: map[string]string{"owner": "filer"}, To: owners, Own: true, Owed: true, Zh: "{stage_zh}已超时限，应于{due_on}前办结：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.late", To: hands, Owed: true, Zh: "{stage_zh}已超时限，应于{due_on}前办结：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.escalated", When: map[string]string{"owner": "filer"}, To: owners, Own: true, Owed: true, Zh: "{stage_zh}超时{days}个工作日，请督办：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "claim.escalated", To: hands, Owed: true, Zh: "{stage_zh}超时{days}个工作日，请督办：{title}", Link: "/claims/{subject}", Mail: true},
	{Kind: "payment_order.late", To: reviews, Owed: true, Zh: "支付单{stage_zh}已超时限，应于{due_on}前办结：{title}", Link: "/orders/{subject}", Mail: true},
	{Kind: "payment_order.escalated", To: reviews, Owed: true, Zh: "支付单{stage_zh}超时{days}个工作日，请督办：{title}", Link: "/orders/{subject}", Mail: true},
	{Kind: "clawback.late", To: reviews, Owed: true, Zh: "追回{stage_zh}已超时限，应于{due_on}前办结：{title}", Link: "/clawbacks/{subject}", Mail: true},
	{Kind: "clawback.escalated", To: reviews, Owed: true, Zh: "追回{stage_zh}超时{days}个工作日，请督办：{title}", Link: "/clawbacks/{subject}", Mail: true},
	{Kind: "objection.late", To: reviews, Owed: true, Zh: "异议应于{due_on}前答复：{title}", Link: "/objections", Mail: true},
	{Kind: "objection.escalated", To: reviews, Owed: true, Zh: "异议超时{days}个工作日未答复，请督办：{title}", Link: "/objections", Mail: true},
	{Kind: "objection.made", To: office, Zh: "公示收到异议：{title}", Link: "/notices/{notice}", Mail: true, SMS: true},
	{Kind: "payment_order.moved", When: map[string]string{"stage": "prepared"}, To: []access.Role{access.BureauLead}, Zh: "支付令待复核：{title}", Link: "/orders/{subject}", Mail: true},
	{Kind: "payment_order.moved", To: bureau, Zh: "支付令状态已更新：{title}", Link: "/orders/{subject}"},
	{Kind: "fund.proposed", To: []access.Role{access.BureauLead}, Zh: "资金事项待复核", Link: "/fund/proposals", Mail: true},
	{Kind: "fund.refused", To: []access.Role{access.Bureau}, Zh: "资金事项被退回", Link: "/fund/proposals", Mail: true},
	{Kind: "fund.confirmed", To: bureau, Zh: "资金事项已复核", Link: "/fund/proposals"},
	{Kind: "fund.withdrawn", To: []access.Role{access.BureauLead}, Zh: "资金事项已由编制人撤回", Link: "/fund/proposals"},
	{Kind: "fund.allotted", To: office, Zh: "资金已下达：{document}", Link: "/fund/sources/{subject}", Mail: true},
	{Kind: "run.finished", When: map[string]string{"state": "failed"}, To: office, Own: true, Zh: "测算运行失败：{pack}", Link: "/runs/{subject}", Mail: true},
	{Kind: "run.finished", To: office, Own: true, Zh: "测算运行结束：{pack}", Link: "/runs/{subject}"},
	{Kind: "run.confirmed", To: bureau, Zh: "结算结果已确认：{pack}", Link: "/runs/{subject}"},

	{Kind: "referral.pushed", To: banks, Own: true, Zh: "新融资申请待受理（{number}号）：{title}，请于{due_on}前受理", Link: bankDesk, Mail: true, SMS: true},
	{Kind: "referral.ended", To: banks, Own: true, Zh: "{number}号已终止：{reason_zh}", Link: bankDesk},
	{Kind: "offer.accepted", To: banks, Own: true, Zh: "企业已接受报价（{number}号）：{title}，请签约", Link: bankOffer, Mail: true, SMS: true},
	{Kind: "offer.declined", To: banks, Own: true, Zh: "企业谢绝了报价（{number}号）：{title}，可重新报价", Link: bankOffer, Mail: true},
	{Kind: "application.paper_added", To: banks, Own: true, Zh: "企业补充了材料（{number}号）：{title}", Link: bankDesk},
	{Kind: "message.posted", When: map[string]string{"from": "firm"}, To: banks, Own: true, Zh: "企业有新留言：{title}", Link: bankDesk},
	{Kind: "message.posted", When: map[string]string{"from": "bank"}, To: firms, Own: true, Zh: "{bank}有新留言", Link: ownApplication, Mail: true},
	{Kind: "offer.made", To: firms, Own: true, Zh: "{bank}已报价，有效期至{valid_til}", Link: ownApplication, Mail: true, SMS: true},
	{Kind: "application.moved", When: map[string]string{"stage": "declined"}, To: firms, Own: true, Zh: "{bank}未通过您的申请，可转投其他银行", Link: ownApplication, Mail: true},
	{Kind: "application.moved", When: map[string]string{"stage": "accepted"}, To: firms, Own: true, Zh: "{bank}已受理您的申请", Link: ownApplication},
	{Kind: "application.moved", When: map[string]string{"stage": "disbursed"}, To: firms, Own: true, Zh: "{bank}已放款", Link: ownApplication, Mail: true},
	{Kind: "application.moved", When: map[string]string{"stage": "overdue"}, To: firms, Own: true, Zh: "{bank}的贷款已逾期，请尽快归还", Link: ownApplication, Mail: true, SMS: true},
	{Kind: "application.moved", When: map[string]string{"verb": "close"}, To: firms, Own: true, Zh: "您的融资申请{number}已办结：{stage_zh}", Link: ownApplication},
	{Kind: "application.moved", When: map[string]string{"verb": "review"}, To: firms, Own: true, Zh: "{bank}正在审查您的申请", Link: ownApplication},
	{Kind: "application.moved", When: map[string]string{"verb": "contract"}, To: firms, Own: true, Zh: "{bank}已登记合同，待放款", Link: ownApplication},
	{Kind: "application.moved", When: map[string]string{"verb": "repay"}, To: firms, Own: true, Zh: "{bank}的贷款已结清", Link: ownApplication},
	{Kind: "referral.late", To: banks, Own: true, Owed: true, Zh: "{stage_zh}已超时限，应于{due_on}前办结：{title}", Link: bankDesk, Mail: true, SMS: true},
	{Kind: "referral.escalated", To: banks, Own: true, Owed: true, Zh: "{stage_zh}超时{days}个工作日，请督办：{title}", Link: bankDesk, Mail: true, SMS: true},
	{Kind: "referral.unanswered", To: []access.Role{access.OfficeLead}, Owed: true, Zh: "银行{stage_zh}超时{days}个工作日，请督促：{title}", Link: bankDesk, Mail: true},

	// one that comes with an application is told with it
	{Kind: "consent.given", When: map[string]string{"with": ""}, To: banks, Own: true, Zh: "{firm}已授权贵机构查询其数据（{purpose}）", Link: "/consents/{subject}"},
	{Kind: "consent.withdrawn", To: banks, Own: true, Zh: "{firm}已撤回数据授权（{purpose}），不得再查看", Link: "/consents/{subject}", Mail: true},
	{Kind: "firm_data.read", To: firms, Own: true, Zh: "{reader}查询了您的{datasets}项数据（{purpose}）", Link: "/m/data"},

	{Kind: "through_loan.differs", To: banks, Own: true, Zh: "平台贷款有{fresh}笔与贵机构报送的不一致（共{open}笔待处理），请核对", Link: "/through", Mail: true},
	{Kind: "through_loan.differs", To: office, Zh: "{bank}有{fresh}笔平台贷款与其报送的不一致（共{open}笔待处理）", Link: "/through"},

	{Kind: "rating_training.done", To: office, Zh: "评分卡训练完成：{name}", Link: "/rating/trainings/{subject}"},
	{Kind: "rating_training.failed", To: office, Zh: "评分卡训练失败：{name}", Link: "/rating/trainings/{subject}"},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "submit"}, To: []access.Role{access.OfficeLead, access.PBoC}, Zh: "评级模型待评审：{name}第{edition}版", Link: "/rating/models/{subject}", Mail: true},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "return"}, To: office, Zh: "评级模型被退回：{name}第{edition}版", Link: "/rating/models/{subject}", Mail: true},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "approve"}, To: office, Zh: "评级模型已通过评审，可以启用：{name}第{edition}版", Link: "/rating/models/{subject}", Mail: true},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "cast"}, To: office, Zh: "评级模型开始影子运行：{name}第{edition}版", Link: "/rating/models/{subject}"},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "activate"}, To: governs, Zh: "评级模型已启用：{name}第{edition}版", Link: "/rating/models/{subject}"},
	{Kind: "rating_model.moved", When: map[string]string{"verb": "retire"}, To: governs, Zh: "评级模型已退役：{name}第{edition}版", Link: "/rating/models/{subject}"},
	{Kind: "rating_month.alarmed", To: []access.Role{access.OfficeLead}, Zh: "评级模型{name}第{edition}版{month}有{fresh}项新预警，请处理", Link: "/rating/months/{subject}", Mail: true},
	{Kind: "rating_run.done", To: office, Zh: "全市评级已完成：{firms}户中{rated}户有等级", Link: "/rating/city/{subject}"},
	{Kind: "white_list.published", To: banks, Own: true, Zh: "新的白名单：{name}，有效期至{until}", Link: "/rating/white-lists/{subject}", Mail: true},

	{Kind: "registry.loaded", To: []access.Role{access.Department, access.OfficeLead}, Own: true, Zh: "企业登记库文件{file}已导入：新增{added}，变更{changed}", Link: "/firms/imports/{subject}"},
	{Kind: "registry.refused", To: []access.Role{access.Department, access.OfficeLead}, Own: true, Zh: "企业登记库文件{file}有{errors}处错误，未导入", Link: "/firms/imports/{subject}", Mail: true},
	{Kind: "webhook.turned_off", To: []access.Role{access.BankLead, access.Guarantor, access.Department, access.OfficeLead, access.BureauLead}, Own: true, Zh: "推送地址已停用：{why}", Link: "/webhooks/{subject}", Mail: true},
}

// quiet are kinds of events that nobody is told of.
var quiet = []string{
	"submission.received", "firm.closed", "webhook.ping", "application.submitted", "application.rerouted", "referral.moved", "loan.disbursed", "loan.reported", "rating_training.cancelled",
	"product.published", "product.paused", "product.resumed", "product.retired",
}

// fits tells whether r is for e.
func (r *Rule) fits(e *event.Event) bool {
	if r.Kind != e.Kind {
		return false
	}
	for k, v := range r.When {
		if e.Data[k] != v {
			return false
		}
	}
	return true
}

// reaches tells whether p is one of those whom r tells of e.
func (r *Rule) reaches(p *Person, e *event.Event) bool {
	return shares(r.To, p.Roles) && (!r.Own || slices.Contains(e.Orgs, p.Org)) &&
		(!r.Owed || slices.ContainsFunc(strings.Fields(e.Data["roles"]), func(role string) bool { return slices.Contains(p.Roles, access.Role(role)) }))
}

// fill puts e's words into a text. They are made plain: one line, not long.
func fill(text string, e *event.Event) string {
	pairs := []string{"{subject}", fault.Clip(e.Subject)}
	for k, v := range e.Data {
		pairs = append(pairs, "{"+k+"}", fault.Clip(v))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Kind is a kind of message, for who chooses what is mailed to him.
type Kind struct {
	Kind string `json:"kind"`
	Mail bool   `json:"mail" doc:"it is mailed to who has chosen nothing else"`
	SMS  bool   `json:"sms" doc:"it may be sent as a short message"`
}

// kinds are those that somebody with these roles may be told of, in the order of the rules.
func kinds(roles []access.Role) []Kind {
	out, at := []Kind{}, map[string]int{}
	for i := range rules {
		r := &rules[i]
		if !shares(r.To, roles) {
			continue
		}
		j, there := at[r.Kind]
		if !there {
			j = len(out)
			at[r.Kind] = j
			out = append(out, Kind{Kind: r.Kind})
		}
		out[j].Mail, out[j].SMS = out[j].Mail || r.Mail, out[j].SMS || r.SMS
	}
	return append(out, Kind{Kind: Digest, Mail: true})
}

func shares(a, b []access.Role) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
