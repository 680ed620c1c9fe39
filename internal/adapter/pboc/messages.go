package pboc

// The five messages, field by field. order and lengths: see the package comment;
// "" stands where no source names the column.

func field(zh, column string, k Kind, opts ...func(*Field)) Field {
	f := Field{Zh: zh, Column: column, Kind: k}
	for _, o := range opts {
		o(&f)
	}
	return f
}

func coded(zh, column, list string, opts ...func(*Field)) Field {
	return field(zh, column, Coded, append(opts, func(f *Field) { f.List = list })...)
}

func required(f *Field) { f.Required = true }

func long(n int) func(*Field) { return func(f *Field) { f.Len = n } }

func to(target string) func(*Field) { return func(f *Field) { f.To = target } }

// loanHead is fields 1–16 of both loan messages.
var loanHead = []Field{
	field("金融机构代码", "JRJGDM", Bank, required),
	field("内部机构号", "NBJGH", Ident, required, long(30), to("loans.branch_id")),
	field("金融机构地区代码", "JRJGDQDM", Region),
	coded("借款人证件类型", "JKRZJLX", "id_type", required, to("loans.enterprise_id")),
	field("借款人证件代码", "JKRZJDM", Document, required, long(60), to("loans.enterprise_id")),
	coded("借款人国民经济部门", "JKRGMJJBM", "economic_sector", long(3)),
	field("借款人行业", "JKRHY", Division, to("enterprises.industry")),
	field("借款人地区代码", "JKRDQDM", Region),
	coded("借款人经济成分", "JKRJJCF", "ownership", to("enterprises.private")),
	coded("借款人企业规模", "JKRQYGM", "size", to("enterprises.size")),
	field("贷款借据编码", "DKJJBM", Ident, required, long(100), to("loans.loan_id")),
	field("贷款合同编码", "DKHTBM", Ident, required, long(100), to("loans.contract_id")),
	coded("贷款产品类别", "DKCPLB", "product", long(6)),
	field("贷款实际投向", "DKSJTX", Class, to("loans.purpose_industry")),
	field("贷款发放日期", "DKFFRQ", Day, required, to("loans.disbursed_on")),
	field("贷款到期日期", "DKDQRQ", Day, required, to("loans.due_on")),
}

// loanTerms is fields 21–28 of both loan messages.
var loanTerms = []Field{
	coded("利率是否固定", "LLSFGD", "rate_type"),
	field("利率水平", "LLSP", Rate, to("loans.rate")),
	coded("贷款定价基准类型", "DKDJJZLX", "benchmark", long(4)),
	field("基准利率", "JZLL", Rate),
	coded("贷款财政扶持方式", "DKCZFCFS", "fiscal_support", long(5), to("loans.fiscal_support")),
	field("贷款利率重新定价日", "DKLLZXDJR", Day),
	coded("贷款担保方式", "DKDBFS", "security", to("loans.security")),
	field("是否首次贷款", "SFSCDK", Flag, to("loans.first_loan")),
}

var messages = []*Message{
	{
		Code: "CLDWDK", Zh: "存量单位贷款信息", En: "stock of corporate loans", Key: []int{11}, About: 11,
		Tables: []string{"loans", "month_balances"},
		Fields: number(loanHead, []Field{
			field("贷款展期到期日期", "DKZQDQRQ", Day, to("loans.extended_to")),
			field("币种", "BZ", Currency, required),
			field("贷款余额", "DKYE", Amount, required),
			field("贷款余额折人民币", "DKYEZRMBYE", Amount, required, to("month_balances.balance")),
		}, loanTerms, []Field{
			coded("贷款质量", "DKZL", "quality", to("month_balances.quality")),
			coded("贷款状态", "DKZT", "stock_state"),
			coded("逾期类型", "YQLX", "overdue"),
			field("贷款用途", "DKYT", Text, long(1000), to("loans.purpose")),
		}),
	},
	{
		Code: "DWDKFS", Zh: "单位贷款发生额信息", En: "flows of corporate loans", Key: []int{11, 32, 33}, About: 11,
		Tables: []string{"loans", "loan_events"},
		Fields: number(loanHead, []Field{
			field("贷款实际终止日期", "", Day, to("loan_events.on")),
			field("币种", "BZ", Currency, required),
			field("发生金额", "", Amount, required),
			field("发生金额折人民币", "", Amount, required, to("loan_events.amount")),
		}, loanTerms, []Field{
			coded("贷款状态", "", "flow_state", long(4), to("loan_events.kind")),
			field("资产证券化产品代码", "", Ident, long(400)),
			coded("贷款重组方式", "", "restructuring", long(2)),
			field("发放收回标识", "FFSHBS", Flag, required, to("loan_events.kind")),
			field("交易流水号", "JYLSH", Ident, required, long(100), to("loan_events.event_no")),
			field("贷款用途", "", Text, long(1000), to("loans.purpose")),
		}),
	},
	{
		Code: "DBHTXX", Zh: "担保合同信息", En: "guarantee contracts", Key: []int{3, 4, 13, 14}, About: 3,
		Tables: []string{"guarantees"},
		Fields: number([]Field{
			field("金融机构代码", "JRJGDM", Bank, required),
			field("内部机构号", "NBJGH", Ident, long(30)),
			field("担保合同编码", "", Ident, required, long(100), to("guarantees.guarantee_id")),
			field("被担保合同编码", "", Ident, required, long(100), to("guarantees.loan_id")),
			coded("担保合同类型", "", "contract_type"),
			coded("交易类型", "", "trade_type", long(2)),
			field("担保合同起始日期", "", Day, required, to("guarantees.start_on")),
			field("担保合同到期日期", "", Day, required, to("guarantees.end_on")),
			field("币种", "BZ", Currency),
			field("担保合同金额", "", Amount),
			field("担保合同金额折人民币", "", Amount, required, to("guarantees.amount")),
			field("抵质押率", "", Ratio),
			coded("担保人证件类型", "", "party_id_type", long(3), to("guarantees.guarantor_id")),
			field("担保人证件代码", "", Document, long(60), to("guarantees.guarantor_id")),
			coded("担保人国民经济部门", "", "economic_sector", long(3)),
			field("担保人行业", "", Division),
			field("担保人地区代码", "", Region),
			coded("担保人企业规模", "", "size"),
		}),
	},
	{
		Code: "DBWXX", Zh: "担保物信息", En: "collateral", Key: []int{3, 4, 5}, About: 5,
		Tables: []string{"collaterals"},
		Fields: number([]Field{
			field("金融机构代码", "JRJGDM", Bank, required),
			field("内部机构号", "NBJGH", Ident, long(30)),
			field("担保合同编码", "", Ident, required, long(100)),
			field("被担保合同编码", "", Ident, required, long(100), to("collaterals.loan_id")),
			field("担保物编码", "", Ident, required, long(100), to("collaterals.collateral_id")),
			coded("担保物类别", "", "collateral", required, long(3), to("collaterals.class")),
			field("权证编号", "", Text, long(500), to("collaterals.registration_no")),
			field("是否第一顺位", "", Flag),
			coded("评估方式", "", "valuation_way"),
			coded("评估方法", "", "valuation_method"),
			field("评估价值", "", Amount, to("collaterals.value")),
			field("评估基准日", "", Day),
			field("担保物票面价值", "", Amount),
			field("优先受偿权数额", "", Amount),
			coded("估值周期", "", "valuation_cycle", long(2)),
		}),
	},
	{
		Code: "FTYKHX", Zh: "非同业单位客户基础信息", En: "corporate customers", Key: []int{3, 4}, About: 4,
		Tables: []string{"enterprises"},
		Fields: number([]Field{
			field("金融机构代码", "JRJGDM", Bank, required),
			field("客户名称", "", Text, required, long(200), to("enterprises.name")),
			coded("客户证件类型", "KHZJLX", "id_type", required, to("enterprises.enterprise_id")),
			field("客户证件代码", "KHZJDM", Document, required, long(60), to("enterprises.enterprise_id")),
			field("基本存款账号", "", Ident, long(60)),
			field("基本账户开户行名称", "", Text, long(200)),
			field("经营范围", "", Text, long(2000)),
			field("注册资本", "", Amount),
			field("实收资本", "", Amount),
			field("总资产", "", Amount, to("enterprises.total_assets")),
			field("营业收入", "", Amount, to("enterprises.annual_sales")),
			field("从业人员数", "", Count, to("enterprises.employees")),
			field("是否上市公司", "", Flag),
			field("首次建立信贷关系日期", "", Day),
			field("注册地址", "", Text, long(400)),
			field("地区代码", "", Region),
			coded("经营状态", "", "business_state", long(2)),
			field("成立日期", "", Day),
			field("所属行业", "", Division, to("enterprises.industry")),
			coded("企业规模", "", "size", to("enterprises.size")),
			coded("客户经济成分", "", "ownership", to("enterprises.private")),
			coded("客户国民经济部门", "", "economic_sector", long(3)),
			field("授信额度", "", Amount, to("enterprises.credit_line")),
			field("已用额度", "", Amount),
			field("是否关联方", "", Flag),
			coded("实际控制人证件类型", "", "party_id_type", long(3)),
			field("实际控制人证件代码", "", Ident, long(400)),
			field("客户信用级别总等级数", "", Count),
			field("客户信用评级", "", Ident, long(20)),
		}),
	},
}
