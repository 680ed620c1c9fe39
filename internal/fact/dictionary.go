package fact

func col(name string, t Type, zh, en string, opts ...func(*Column)) Column {
	c := Column{Name: name, Type: t, Zh: zh, En: en}
	for _, o := range opts {
		o(&c)
	}
	return c
}

func required(c *Column) { c.Required = true }

// none marks a column whose emptiness has a plain meaning.
func none(c *Column) { c.None = true }

func derived(c *Column) { c.Derived = true }

func doc(s string) func(*Column) { return func(c *Column) { c.Doc = s } }

func codes(vs ...Value) func(*Column) { return func(c *Column) { c.Codes = vs } }

func institutionID() Column {
	return col("institution_id", USCC, "金融机构统一社会信用代码", "institution USCC", required)
}

func lender() Link {
	return Link{Name: "lender", Table: "institutions", On: []string{"institution_id"}, Zh: "金融机构", En: "lender"}
}

func borrower() Link {
	return Link{Name: "borrower", Table: "enterprises", On: []string{"enterprise_id"}, Zh: "借款人", En: "borrower"}
}

func theLoan() Link {
	return Link{Name: "loan", Table: "loans", On: []string{"institution_id", "loan_id"}, Zh: "贷款", En: "loan"}
}

var quality = codes(
	Value{"normal", "正常", "normal"}, Value{"special_mention", "关注", "special mention"},
	Value{"substandard", "次级", "substandard"}, Value{"doubtful", "可疑", "doubtful"}, Value{"loss", "损失", "loss"})

var features = codes(
	Value{"tech", "科技支行", "technology branch"}, Value{"talent", "人才支行", "talent branch"},
	Value{"green", "绿色支行", "green branch"}, Value{"micro", "小微专营支行", "small-business branch"},
	Value{"rural", "乡村振兴支行", "rural branch"}, Value{"other", "其他特色支行", "other feature branch"})

// tables is the dictionary. The order is the order of import: a table stands
// after those its links lead to.
var tables = []*Table{
	{
		Name: "institutions", Row: "institution", Zh: "金融机构", En: "institutions", Key: []string{"institution_id"},
		Columns: []Column{
			institutionID(),
			col("name", Text, "名称", "name", required),
			col("kind", Code, "机构类型", "kind", required, codes(
				Value{"state_bank", "国有大行", "state bank"}, Value{"policy_bank", "政策性银行", "policy bank"},
				Value{"joint_stock_bank", "股份制银行", "joint-stock bank"}, Value{"city_bank", "城商行", "city bank"},
				Value{"rural_bank", "农商行", "rural bank"}, Value{"village_bank", "村镇银行", "village bank"},
				Value{"guarantor", "担保机构", "guarantor"}, Value{"microcredit", "小额贷款公司", "microcredit company"},
				Value{"leasing", "融资租赁公司", "leasing company"}, Value{"insurer", "保险公司", "insurer"},
				Value{"other", "其他", "other"})),
			col("local_legal_person", Bool, "是否本地法人", "local legal person", required),
		},
	},
	{
		Name: "branches", Row: "branch", Zh: "网点", En: "branches", Key: []string{"institution_id", "branch_id"},
		Links: []Link{lender()},
		Columns: []Column{
			institutionID(),
			col("branch_id", Text, "内部机构号", "branch id", required),
			col("name", Text, "名称", "name", required),
			col("town", Town, "所在乡镇街道", "town"),
			col("site", Code, "设点区域", "site", codes(
				Value{"market_town", "集镇", "market town"}, Value{"zone_toumengang", "头门港经济开发区", "Toumengang zone"},
				Value{"urban", "城区", "urban"}, Value{"other", "其他", "other"})),
			col("opened_on", Date, "设立日期", "opened on"),
			col("business_started_on", Date, "存贷业务开办日期", "business started on", none,
				doc("存款、贷款业务均已开办之日；空表示尚未开办")),
			col("feature", Code, "特色支行类型", "feature", none, features, doc("空表示普通网点")),
			col("recognised_on", Date, "特色支行认定日期", "recognised on", none),
			col("review_year", Int, "年审年度", "review year"),
			col("review_passed", Bool, "是否通过年审", "review passed"),
		},
	},
	{
		Name: "enterprises", Row: "enterprise", Zh: "企业", En: "enterprises", Key: []string{"enterprise_id"},
		Columns: []Column{
			col("enterprise_id", USCC, "企业统一社会信用代码", "enterprise USCC", required),
			col("name", Text, "名称", "name", required),
			col("kind", Code, "主体类型", "kind", required, codes(
				Value{"enterprise", "企业", "enterprise"}, Value{"sole_trader", "个体工商户", "sole trader"},
				Value{"coop", "农民专业合作社", "co-operative"})),
			col("industry", Industry, "行业", "industry"),
			col("town", Town, "所在乡镇街道", "town"),
			col("size", Code, "企业规模", "size", codes(
				Value{"large", "大型", "large"}, Value{"medium", "中型", "medium"},
				Value{"small", "小型", "small"}, Value{"micro", "微型", "micro"}),
				doc("空且行业、从业人员、营业收入、资产总额齐全时按工信部联企业〔2011〕300号计算")),
			col("employees", Int, "从业人员", "employees"),
			col("annual_sales", Fen, "年销售收入", "annual sales"),
			col("total_assets", Fen, "资产总额", "total assets"),
			col("private", Bool, "是否民营", "private"),
			col("tech", Bool, "是否科技型企业", "technology enterprise"),
			col("credit_line", Fen, "授信总额", "credit line over all banks"),
		},
	},
	{
		Name: "projects", Row: "project", Zh: "金融科技项目", En: "fintech projects", Key: []string{"project_id"},
		Links: []Link{lender()},
		Columns: []Column{
			col("project_id", Text, "项目编号", "project id", required),
			institutionID(),
			col("name", Text, "名称", "name", required),
			col("kind", Code, "项目类型", "kind", codes(Value{"pilot", "创新试点", "pilot"}, Value{"rd", "应用研发", "research and development"})),
			col("released_on", Date, "成功发布日期", "released on", none),
			col("praised_on", Date, "获批示肯定日期", "praised on", none),
			col("praise_level", Code, "批示肯定级别", "praise level", none, codes(
				Value{"national", "国家级", "national"}, Value{"province", "省级", "province"}, Value{"city", "市级", "city"})),
			col("rd_cost", Fen, "研发费用", "research and development cost"),
		},
	},
	{
		Name: "loans", Row: "loan", Zh: "贷款借据", En: "loan notes", Key: []string{"institution_id", "loan_id"},
		Links: []Link{
			lender(), borrower(),
			{Name: "branch", Table: "branches", On: []string{"institution_id", "branch_id"}, Zh: "经办网点", En: "branch"},
			{Name: "project", Table: "projects", On: []string{"project_id"}, Zh: "金融科技项目", En: "fintech project"},
		},
		Columns: []Column{
			institutionID(),
			col("loan_id", Text, "借据编码", "loan note number", required),
			col("contract_id", Text, "合同编码", "contract number"),
			col("branch_id", Text, "内部机构号", "branch id"),
			col("enterprise_id", USCC, "借款人统一社会信用代码", "borrower USCC", required),
			col("principal", Fen, "贷款本金", "principal", required),
			col("rate", Rate, "年利率", "rate a year"),
			col("disbursed_on", Date, "发放日期", "disbursed on", required),
			col("due_on", Date, "到期日期", "due on", required),
			col("extended_to", Date, "展期到期日期", "extended to", none),
			col("closed_on", Date, "结清日期", "closed on", none),
			col("first_loan", Bool, "是否首次贷款", "first loan", doc("银行证明：借款人此前从无贷款")),
			col("security", Code, "担保方式", "security", codes(
				Value{"credit", "信用", "unsecured"}, Value{"guarantee", "保证", "guarantee"},
				Value{"joint_guarantee", "联保", "joint guarantee"}, Value{"mortgage_real_estate", "房地产抵押", "real-estate mortgage"},
				Value{"mortgage_other", "其他抵押", "other mortgage"}, Value{"pledge", "质押", "pledge"}, Value{"mixed", "组合", "mixed"})),
			col("quality", Code, "贷款质量", "quality", quality),
			col("project_id", Text, "金融科技项目编号", "project id", none),
			col("channel", Code, "获客渠道", "channel", codes(
				Value{"loan_code", "贷款码", "loan code"}, Value{"platform", "融资平台", "platform"},
				Value{"counter", "柜面", "counter"}, Value{"online", "银行线上", "online"})),
			col("fiscal_support", Text, "贷款财政扶持方式", "fiscal support"),
			col("purpose_industry", Industry, "贷款实际投向", "purpose industry"),
			col("purpose", Text, "贷款用途", "purpose"),
			col("opening_balance", Fen, "期初余额", "opening balance", derived, doc("政策期间开始前一月末的余额")),
			col("closing_balance", Fen, "期末余额", "closing balance", derived, doc("政策期间最后一月末的余额")),
		},
	},
	{
		Name: "month_balances", Row: "month_balance", Zh: "月末余额", En: "month-end balances",
		Key: []string{"institution_id", "loan_id", "month"}, Links: []Link{theLoan()},
		Columns: []Column{
			institutionID(),
			col("loan_id", Text, "借据编码", "loan note number", required),
			col("month", Month, "月份", "month", required),
			col("balance", Fen, "月末余额", "month-end balance", required),
			col("quality", Code, "贷款质量", "quality", quality),
		},
	},
	{
		Name: "loan_events", Row: "loan_event", Zh: "贷款发生额", En: "loan events",
		Key: []string{"institution_id", "loan_id", "event_no"}, Links: []Link{theLoan()},
		Columns: []Column{
			institutionID(),
			col("loan_id", Text, "借据编码", "loan note number", required),
			col("event_no", Text, "交易流水号", "event number", required),
			col("on", Date, "发生日期", "on", required),
			col("kind", Code, "发生类型", "kind", required, codes(
				Value{"disburse", "发放", "disbursement"}, Value{"repay", "收回", "repayment"},
				Value{"write_off", "核销", "write-off"}, Value{"transfer_out", "转出", "transfer out"})),
			col("amount", Fen, "发生额", "amount", required),
		},
	},
	{
		Name: "guarantees", Row: "guarantee", Zh: "担保", En: "guarantees", Key: []string{"guarantee_id"},
		Links: []Link{lender(), borrower(), theLoan()},
		Columns: []Column{
			col("guarantee_id", Text, "担保编号", "guarantee id", required),
			col("guarantor_id", USCC, "担保人统一社会信用代码", "guarantor USCC", required),
			institutionID(),
			col("loan_id", Text, "借据编码", "loan note number", required),
			col("enterprise_id", USCC, "借款人统一社会信用代码", "borrower USCC", required),
			col("scheme", Text, "担保业务", "scheme", doc("xinbao 为台州信保基金业务")),
			col("amount", Fen, "担保金额", "amount", required),
			col("share", Rate, "担保体系承担比例", "share carried by the guarantee system"),
			col("fee_rate", Rate, "年化担保费率", "fee rate a year"),
			col("start_on", Date, "担保起始日", "start on", required),
			col("end_on", Date, "担保到期日", "end on", required),
			col("released_on", Date, "解保日期", "released on", none),
			col("first_guarantee", Bool, "是否首保", "first guarantee"),
			col("compensated_on", Date, "代偿日期", "compensated on", none),
			col("compensated_amount", Fen, "代偿金额", "compensated amount"),
		},
	},
	{
		Name: "collaterals", Row: "collateral", Zh: "抵质押物", En: "collaterals", Key: []string{"collateral_id"},
		Links: []Link{lender(), theLoan()},
		Columns: []Column{
			col("collateral_id", Text, "担保物编码", "collateral id", required),
			institutionID(),
			col("loan_id", Text, "借据编码", "loan note number", required),
			col("class", Code, "担保物类别", "class", required, codes(
				Value{"equipment", "设备", "equipment"}, Value{"raw_material", "原材料", "raw material"},
				Value{"semi_finished", "半成品", "semi-finished goods"}, Value{"product", "产品", "products"},
				Value{"receivable", "应收账款", "receivable"}, Value{"warehouse_receipt", "仓单", "warehouse receipt"},
				Value{"trademark", "商标", "trademark"}, Value{"patent", "专利", "patent"},
				Value{"real_estate", "房地产", "real estate"}, Value{"deposit", "存单", "deposit"}, Value{"other", "其他", "other"})),
			col("value", Fen, "评估价值", "value"),
			col("registration_no", Text, "登记编号", "registration number", none),
			col("registered_on", Date, "登记日期", "registered on"),
			col("cancelled_on", Date, "注销登记日期", "cancelled on", none),
			col("secured_party", USCC, "担保权人统一社会信用代码", "secured party USCC"),
		},
	},
	{
		Name: "benefits", Row: "benefit", Zh: "已享受政策资金", En: "benefits already received", Key: []string{"benefit_id"},
		Columns: []Column{
			col("benefit_id", Text, "编号", "benefit id", required),
			col("policy", Text, "政策", "policy", required),
			col("item", Text, "政策项目", "item"),
			col("payee_id", USCC, "收款人统一社会信用代码", "payee USCC", required),
			col("institution_id", USCC, "金融机构统一社会信用代码", "institution USCC"),
			col("loan_id", Text, "借据编码", "loan note number"),
			col("amount", Fen, "金额", "amount", required),
			col("paid_on", Date, "拨付日期", "paid on", required),
		},
	},
	{
		Name: "decisions", Row: "decision", Zh: "人工决定", En: "decisions", Key: []string{"policy", "item", "subject_id"},
		Columns: []Column{
			col("policy", Text, "政策", "policy", required),
			col("item", Text, "政策项目", "item", required),
			col("subject_id", Text, "对象", "subject", required,
				doc("借据、项目等行的编号，或收款人、金融机构、企业的代码；* 表示该项目全部")),
			col("rate", Rate, "核定比例", "rate decided"),
			col("amount", Fen, "核定金额", "amount decided"),
			col("decided_on", Date, "决定日期", "decided on"),
			col("decided_by", Text, "决定人", "decided by"),
			col("note", Text, "说明", "note"),
		},
	},
	{
		Name: "budgets", Row: "budget", Zh: "资金池额度", En: "budgets", Key: []string{"pool"},
		Columns: []Column{
			col("pool", Text, "资金池", "pool", required),
			col("amount", Fen, "额度", "amount", required),
		},
	},
	{
		Name: "filings", Row: "filing", Zh: "申报", En: "filings", Key: []string{"policy", "item", "institution_id", "subject_id"},
		Columns: []Column{
			col("policy", Text, "政策", "policy", required),
			col("item", Text, "政策项目", "item", required),
			institutionID(),
			col("subject_id", Text, "对象", "subject", required, doc("借据、项目等行的编号；* 表示该机构在该项目的全部")),
			col("filed_at", Time, "申报时间", "filed at"),
			col("completed_at", Time, "材料齐全时间", "completed at"),
			col("reserved_at", Time, "预约备案时间", "reserved at"),
		},
	},
}
