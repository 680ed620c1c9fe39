package intake

import (
	"changrong/internal/fact"
)

var (
	ruleUnknownFile = fact.NewRule("intake.unknown_file", fact.Warning, "不认识的文件，已忽略", "an unknown file, left out")
	ruleConflict    = fact.NewRule("intake.conflict", fact.Warning, "补充文件与报文（或先读到的文件）不一致，以报文（或先读到的文件）为准", "differs from what the messages, or a file before it, say; they win")
	ruleRequired    = fact.NewRule("intake.required", fact.Error, "缺少必填内容，请在补充文件中填写该列", "a required value is missing; give it in a supplement")
	ruleTwice       = fact.NewRule("intake.duplicate_key", fact.Error, "编号重复，同一文件中主键出现两次", "the key stands twice in one file")
	ruleLoan        = fact.NewRule("intake.unknown_loan", fact.Error, "借据既不在报文中，也不在贷款表中", "the note is neither in a message nor in loans")
	ruleMonths      = fact.NewRule("intake.too_many_months", fact.Error, "月份太多", "there are too many months")
	ruleNoInput     = fact.NewRule("intake.no_input", fact.Error, "文件夹中没有报文，也没有事实表", "the folder holds neither messages nor tables")
	ruleHeld        = fact.NewRule("intake.held_back", fact.Warning, "有的报文、表或记录有错误；由此可能引起的“缺少”“不在表中”一类问题暂未列出，改正后会再检查", "messages, tables or records have errors; what may be missing only for that is not listed, and is looked for once they are right")
	ruleOther       = fact.NewRule("intake.other_institution", fact.Error, "不是本机构的数据，只能报送本机构自己的", "this is another institution's; hand in your own alone")
	ruleWaits       = fact.NewRule("intake.waits", fact.Warning, "该编号尚未在报文或数据表中出现，本行暂不采用，出现后自动生效", "nothing else speaks of this key yet; the row counts once it does")
	ruleUnlisted    = fact.NewRule("intake.unlisted_institution", fact.Warning, "平台登记的贷款，其金融机构不在机构表中，本行未采用", "a loan registered on the platform, of an institution that is not in institutions, is left out")
	ruleSameLoan    = fact.NewRule("intake.same_loan", fact.Warning, "平台登记的贷款，银行可能以另一借据编号报送了同一笔，本行未采用，以免重复计算", "a loan registered on the platform that its bank perhaps reports under another number is left out, so that it does not count twice")
	ruleTooLarge    = fact.NewRule("intake.too_large", fact.Error, "数据太多，无法一次导入", "too much to take in at once")

	rulePrincipal    = fact.NewRule("pboc.principal_unknown", fact.Error, "发放早于报送的发生额，本金无法得知，请在补充文件 loans 的 principal 列填写", "disbursed before the flows reported; give principal in the supplement loans")
	ruleNoUSCC       = fact.NewRule("pboc.borrower_without_uscc", fact.Error, "借款人没有统一社会信用代码，请在补充文件 loans 的 enterprise_id 列填写", "the borrower has no USCC; give enterprise_id in the supplement loans")
	ruleCustomer     = fact.NewRule("pboc.customer_without_uscc", fact.Warning, "客户没有统一社会信用代码，客户信息未采用", "the customer has no USCC, and the record is not used")
	ruleKind         = fact.NewRule("pboc.borrower_kind", fact.Error, "借款人不是企业、个体工商户或农民专业合作社（代码不以 91、92、93 开头），请在补充文件 enterprises 的 kind 列填写", "the borrower's code begins with none of 91, 92, 93; give kind in the supplement enterprises")
	ruleNoDay        = fact.NewRule("pboc.repayment_without_day", fact.Warning, "收回没有贷款实际终止日期，未计入发生额；可在补充文件 loan_events 的 on 列填写", "a recovery without a day is left out; give on in the supplement loan_events")
	ruleState        = fact.NewRule("pboc.state_unconfirmed", fact.Warning, "该贷款状态的含义未确认，收回按还款处理；可用代码表文件说明", "what this state of a recovery means is not confirmed; taken for a repayment")
	ruleVanished     = fact.NewRule("pboc.vanished_note", fact.Error, "借据从存量中消失，却没有结清的收回记录，请核对，或在补充文件 loans 的 closed_on 列填写", "the note left the stock without a closing recovery; give closed_on in the supplement loans")
	ruleBanks        = fact.NewRule("pboc.customer_conflict", fact.Warning, "各机构报送的企业信息不一致，以报告期最近者为准", "institutions disagree about an enterprise; the latest report wins")
	ruleNoLoan       = fact.NewRule("pboc.guarantee_without_loan", fact.Warning, "被担保合同不对应任何借据，未采用", "the contract guaranteed belongs to no note, and the record is not used")
	ruleClass        = fact.NewRule("pboc.collateral_class", fact.Warning, "担保物类别不能对应，按其他处理；可在补充文件 collaterals 的 class 列填写", "the class of collateral is not told apart; give class in the supplement collaterals")
	ruleRenamed      = fact.NewRule("pboc.id_renamed", fact.Warning, "两家机构使用了同一编码，后者加注机构代码", "two institutions use the same code; the institution is added to the second")
	ruleEventRenamed = fact.NewRule("pboc.event_renamed", fact.Warning, "发放与收回使用同一交易流水号，后者加注标识", "a drawdown and a recovery share a number; the second is marked")
)

var rules = [...]*fact.Rule{
	&ruleUnknownFile, &ruleConflict, &ruleRequired, &ruleTwice, &ruleLoan, &ruleMonths, &ruleNoInput, &ruleHeld, &ruleOther, &ruleWaits, &ruleUnlisted, &ruleSameLoan, &ruleTooLarge,
	&rulePrincipal, &ruleNoUSCC, &ruleCustomer, &ruleKind, &ruleNoDay, &ruleState, &ruleVanished, &ruleBanks,
	&ruleNoLoan, &ruleClass, &ruleRenamed, &ruleEventRenamed,
}

// missing are the findings that something is not there, with the tables it may be
// in. About a note whose record has an error, or of an institution with a message
// that could not be read, or when a supplement of such a table has an error, they
// may only follow from that, and are held back.
var missing = map[string][]string{
	ruleLoan.Code: {"loans"}, rulePrincipal.Code: {"loans"}, ruleVanished.Code: {"loans"}, ruleNoLoan.Code: {"loans"},
	ruleRequired.Code: {"enterprises", "loans", "month_balances", "loan_events", "guarantees", "collaterals"},
	"loanbook.gap":    {"month_balances"}, "loanbook.month_missing": {"month_balances"}, "loanbook.events_differ": {"month_balances", "loan_events"},
	"loanbook.unknown_loan": {"loans"}, "loanbook.unknown_enterprise": {"enterprises"}, "loanbook.unknown_institution": {"institutions"},
	"loanbook.unknown_branch": {"branches"}, "loanbook.unknown_project": {"projects"},
}

// Missing tells whether a finding with this code says that something is not there,
// which what comes later may bring.
func Missing(code string) bool {
	_, ok := missing[code]
	return ok
}

// Rules returns every rule, for the reference page.
func Rules() []fact.Rule {
	all := make([]fact.Rule, len(rules))
	for i, r := range rules {
		all[i] = *r
	}
	return all
}
