package party

// Why says why an enterprise has the size it has, or none.
type Why uint8

// The reasons. Told is the only one that comes with a size.
const (
	Told        Why = iota
	NoIndustry      // no industry, or no code of GB/T 4754-2017
	NotCovered      // an industry the rule does not cover
	ClassNeeded     // the division is known, and its class decides
	NoEmployees     // 从业人员 is needed and unknown
	NoSales         // 营业收入 is needed and unknown
	NoAssets        // 资产总额 is needed and unknown
)

var unknownIndicator = [...]Why{Employees: NoEmployees, Sales: NoSales, Assets: NoAssets}

var whys = [...]struct{ code, zh, en string }{
	Told:        {"told", "已按标准划型", "sized by the rule"},
	NoIndustry:  {"no_industry", "行业缺失或不是 GB/T 4754-2017 代码", "the industry is missing or no GB/T 4754-2017 code"},
	NotCovered:  {"not_covered", "划型标准未涵盖该行业（铁路运输、金融、教育、卫生、居民服务、自有房地产经营等）", "the rule does not cover this industry"},
	ClassNeeded: {"class_needed", "该大类须有行业中类（三位数字）才能确定适用的标准", "this division needs the three-digit class"},
	NoEmployees: {"no_employees", "缺少从业人员数", "the number of employees is unknown"},
	NoSales:     {"no_sales", "缺少营业收入", "the sales are unknown"},
	NoAssets:    {"no_assets", "缺少资产总额", "the total assets are unknown"},
}

// String returns the reason's stable code.
func (w Why) String() string { return whys[w].code }

// Zh says the reason as a clerk would.
func (w Why) Zh() string { return whys[w].zh }

// En says the reason in English.
func (w Why) En() string { return whys[w].en }
