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
