package party

import "changrong/internal/base/money"

// Indicator is one of the three things enterprises are measured by.
type Indicator uint8

// The indicators, in the order the rule names them.
const (
	Employees Indicator = iota // 从业人员 X, people
	Sales                      // 营业收入 Y, 万元
	Assets                     // 资产总额 Z, 万元
)

// Bound is what an enterprise must reach to be in a band. Zero where the line
// does not use the indicator. Amounts are 万元, as printed.
type Bound struct{ Employees, SalesWan, AssetsWan int64 }

// of returns the bound of ind in the unit of Indicators.value.
func (b *Bound) of(ind Indicator) int64 {
	switch ind {
	case Employees:
		return b.Employees
	case Sales:
		return b.SalesWan * int64(money.Wan)
	default:
		return b.AssetsWan * int64(money.Wan)
	}
}

// Line is one of the sixteen lines of the rule.
type Line struct {
	No         int    // 1–16, in the order of 国统字〔2017〕213号
	Key        string // stable
	Zh         string
	Scope      string // GB/T 4754-2017, in words
	Indicators []Indicator
	Bounds     [3]Bound // of large, medium, small
}

var (
	byX  = []Indicator{Employees}
	byY  = []Indicator{Sales}
	byXY = []Indicator{Employees, Sales}
	byXZ = []Indicator{Employees, Assets}
	byYZ = []Indicator{Sales, Assets}
)

// x, y, xy, xz and yz write bounds as the printed table does.
func x(n int64) Bound     { return Bound{Employees: n} }
func y(n int64) Bound     { return Bound{SalesWan: n} }
func xy(n, m int64) Bound { return Bound{Employees: n, SalesWan: m} }
func xz(n, m int64) Bound { return Bound{Employees: n, AssetsWan: m} }
func yz(n, m int64) Bound { return Bound{SalesWan: n, AssetsWan: m} }

// lines is the table of 国统字〔2017〕213号; line n stands at n-1.
var lines = [...]Line{
	{1, "AGRI", "农、林、牧、渔业", "A", byY, [3]Bound{y(20000), y(500), y(50)}},
	{2, "INDUSTRY", "工业", "B、C、D", byXY, [3]Bound{xy(1000, 40000), xy(300, 2000), xy(20, 300)}},
	{3, "CONSTR", "建筑业", "E", byYZ, [3]Bound{yz(80000, 80000), yz(6000, 5000), yz(300, 300)}},
	{4, "WHOLESALE", "批发业", "51", byXY, [3]Bound{xy(200, 40000), xy(20, 5000), xy(5, 1000)}},
	{5, "RETAIL", "零售业", "52", byXY, [3]Bound{xy(300, 20000), xy(50, 500), xy(10, 100)}},
	{6, "TRANSPORT", "交通运输业", "54–58、591（不含铁路运输业）", byXY, [3]Bound{xy(1000, 30000), xy(300, 3000), xy(20, 200)}},
	{7, "STORAGE", "仓储业", "592–599", byXY, [3]Bound{xy(200, 30000), xy(100, 1000), xy(20, 100)}},
	{8, "POST", "邮政业", "60", byXY, [3]Bound{xy(1000, 30000), xy(300, 2000), xy(20, 100)}},
	{9, "HOTEL", "住宿业", "61", byXY, [3]Bound{xy(300, 10000), xy(100, 2000), xy(10, 100)}},
	{10, "CATERING", "餐饮业", "62", byXY, [3]Bound{xy(300, 10000), xy(100, 2000), xy(10, 100)}},
	{11, "INFO_TX", "信息传输业", "63、64", byXY, [3]Bound{xy(2000, 100000), xy(100, 1000), xy(10, 100)}},
	{12, "SOFTWARE", "软件和信息技术服务业", "65", byXY, [3]Bound{xy(300, 10000), xy(100, 1000), xy(10, 50)}},
	{13, "REALTY_DEV", "房地产开发经营", "701", byYZ, [3]Bound{yz(200000, 10000), yz(1000, 5000), yz(100, 2000)}},
	{14, "PROPERTY", "物业管理", "702", byXY, [3]Bound{xy(1000, 5000), xy(300, 1000), xy(100, 500)}},
	{15, "LEASE_BIZ", "租赁和商务服务业", "L", byXZ, [3]Bound{xz(300, 120000), xz(100, 8000), xz(10, 100)}},
	{16, "OTHER", "其他未列明行业", "M、N、O、85、R、703、709", byX, [3]Bound{x(300), x(100), x(10)}},
}

// scope is a run of GB/T 4754-2017 divisions of one section with one line, 0
// where the rule does not cover them; byClass where the class decides.
type scope struct {
	section     byte
	first, last int
	line        int
}

// byClass marks divisions whose line hangs on the third digit.
const byClass = -1

var scopes = [...]scope{
	{'A', 1, 5, 1},
	{'B', 6, 12, 2},
	{'C', 13, 43, 2},
	{'D', 44, 46, 2},
	{'E', 47, 50, 3},
	{'F', 51, 51, 4},
	{'F', 52, 52, 5},
	{'G', 53, 53, 0},
	{'G', 54, 58, 6},
	{'G', 59, 59, byClass},
	{'G', 60, 60, 8},
	{'H', 61, 61, 9},
	{'H', 62, 62, 10},
	{'I', 63, 64, 11},
	{'I', 65, 65, 12},
	{'J', 66, 69, 0},
	{'K', 70, 70, byClass},
	{'L', 71, 72, 15},
	{'M', 73, 75, 16},
	{'N', 76, 79, 16},
	{'O', 80, 82, 16},
	{'P', 83, 83, 0},
	{'Q', 84, 84, 0},
	{'Q', 85, 85, 16},
	{'R', 86, 90, 16},
	{'S', 91, 96, 0},
	{'T', 97, 97, 0},
}

// classes are the lines of the divisions whose class decides. 704 自有房地产经营活动
// is excluded by 国统字〔2017〕213号 by name.
var classes = map[int]int{
	591: 6, 592: 7, 593: 7, 594: 7, 595: 7, 596: 7, 599: 7,
	701: 13, 702: 14, 703: 16, 704: 0, 709: 16,
}

// LineOf returns the line that applies to an industry code; it is nil when why
// is not Told.
func LineOf(industry string) (line *Line, why Why) {
	section, digits, ok := splitIndustry(industry)
	if !ok {
		return nil, NoIndustry
	}
	division := int(digits[0]-'0')*10 + int(digits[1]-'0')
	for i := range scopes {
		s := &scopes[i]
		if s.section == section && division >= s.first && division <= s.last {
			return s.lineOf(division, digits)
		}
	}
	return nil, NoIndustry
}

// lineOf returns the line of a division in s, or of its class.
func (s *scope) lineOf(division int, digits string) (*Line, Why) {
	no := s.line
	if no == byClass {
		if len(digits) < 3 {
			return nil, ClassNeeded
		}
		var ok bool
		if no, ok = classes[division*10+int(digits[2]-'0')]; !ok {
			return nil, NoIndustry
		}
	}
	if no == 0 {
		return nil, NotCovered
	}
	return &lines[no-1], Told
}

// splitIndustry splits a code into its section letter and two to four digits.
func splitIndustry(code string) (section byte, digits string, ok bool) {
	if len(code) < 3 || len(code) > 5 || code[0] < 'A' || code[0] > 'T' {
		return 0, "", false
	}
	for i := 1; i < len(code); i++ {
		if code[i] < '0' || code[i] > '9' {
			return 0, "", false
		}
	}
	return code[0], code[1:], true
}
