package loanbook

import "changrong/internal/fact"

// Rule is one thing that is checked. Codes are only ever added.
type Rule struct {
	Code     string
	Severity fact.Severity
	Table    string // the table whose row a finding names; "" any
	Zh, En   string // what is wrong; a finding adds the values
}

// The rules, in the order of the reference page.
var (
	ruleDuplicate   = Rule{"loanbook.duplicate_key", fact.Error, "", "编号重复，主键出现两次", "the key stands twice"}
	ruleInstitution = Rule{"loanbook.unknown_institution", fact.Error, "", "金融机构不在机构表中", "the institution is not in institutions"}
	ruleEnterprise  = Rule{"loanbook.unknown_enterprise", fact.Error, "", "借款人不在企业表中", "the borrower is not in enterprises"}
	ruleBranch      = Rule{"loanbook.unknown_branch", fact.Warning, "", "内部机构号不在网点表中，与网点有关的政策将无法判断", "the branch is not in branches, and what hangs on it will be unknown"}
	ruleProject     = Rule{"loanbook.unknown_project", fact.Error, "", "金融科技项目不在项目表中", "the project is not in projects"}
	ruleLoan        = Rule{"loanbook.unknown_loan", fact.Error, "", "借据不在贷款表中", "the note is not in loans"}

	ruleDates     = Rule{"loanbook.date_order", fact.Error, "", "日期先后颠倒", "dates are out of order"}
	ruleNegative  = Rule{"loanbook.negative", fact.Error, "", "金额为负", "an amount is below zero"}
	ruleOver      = Rule{"loanbook.balance_over_principal", fact.Error, "month_balances", "月末余额大于贷款本金", "the balance is above the principal"}
	ruleClosed    = Rule{"loanbook.balance_after_close", fact.Error, "month_balances", "已结清的借据仍有余额", "a closed note has a balance"}
	ruleBefore    = Rule{"loanbook.balance_before_disbursement", fact.Error, "month_balances", "发放前已有余额", "a note has a balance before it was disbursed"}
	ruleGap       = Rule{"loanbook.gap", fact.Error, "month_balances", "未结清的借据缺月末余额", "an open note has no month-end balance"}
	ruleGapWaived = Rule{"loanbook.gap_waived", fact.Warning, "month_balances", "未结清的借据缺月末余额，已有人工决定豁免", "an open note has no month-end balance, waived by a decision"}
	ruleMonth     = Rule{"loanbook.month_missing", fact.Warning, "month_balances", "该机构整月没有报送月末余额", "the institution reports no balance in a whole month"}
	ruleEvents    = Rule{"loanbook.events_differ", fact.Warning, "month_balances", "月末余额与发生额推算不符", "drawdowns and repayments do not explain the balance"}
	ruleSpike     = Rule{"loanbook.spike", fact.Warning, "month_balances", "季末（年末）余额远高于前后月份，请核实是否冲时点", "the balance at a quarter's end is far above the months around it"}

	ruleSize       = Rule{"loanbook.size", fact.Warning, "enterprises", "企业规模与划型标准（工信部联企业〔2011〕300号）不符", "the size disagrees with the thresholds of 工信部联企业〔2011〕300号"}
	ruleCollision  = Rule{"loanbook.first_loan_collision", fact.Warning, "loans", "两家机构都证明该企业为首贷户", "two institutions attest the same borrower's first loan"}
	ruleEarlier    = Rule{"loanbook.first_loan_earlier", fact.Warning, "loans", "证明为首次贷款，但已有更早的借据", "attested as a first loan, and an earlier note is known"}
	ruleShare      = Rule{"loanbook.guarantee_share", fact.Error, "guarantees", "担保体系承担比例合计超过 100%", "guarantees carry more than the whole note"}
	ruleGuaranteed = Rule{"loanbook.guarantee_enterprise", fact.Error, "guarantees", "被担保企业不是借据的借款人", "the enterprise guaranteed is not the note's borrower"}
	ruleSecured    = Rule{"loanbook.secured_party", fact.Warning, "collaterals", "担保权人不是贷款机构", "the secured party is not the lender"}

	ruleMonths = Rule{"loanbook.too_many_months", fact.Error, "month_balances", "月份太多，无法一次检查", "too many months to check at once"}
)

var rules = [...]*Rule{
	&ruleDuplicate, &ruleInstitution, &ruleEnterprise, &ruleBranch, &ruleProject, &ruleLoan,
	&ruleDates, &ruleNegative, &ruleOver, &ruleClosed, &ruleBefore, &ruleGap, &ruleGapWaived, &ruleMonth, &ruleEvents, &ruleSpike,
	&ruleSize, &ruleCollision, &ruleEarlier, &ruleShare, &ruleGuaranteed, &ruleSecured, &ruleMonths,
}

// Rules returns every rule, for the reference page.
func Rules() []Rule {
	all := make([]Rule, len(rules))
	for i, r := range rules {
		all[i] = *r
	}
	return all
}

// unknownRow is the rule about a link to a table.
var unknownRow = map[string]*Rule{
	"institutions": &ruleInstitution, "enterprises": &ruleEnterprise, "branches": &ruleBranch,
	"projects": &ruleProject, "loans": &ruleLoan,
}
