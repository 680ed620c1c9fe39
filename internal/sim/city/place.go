package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Town is a 乡镇街道 of Linhai, with its weight among enterprises.
type Town struct {
	Code, Name string
	weight     int
	market     bool // a market town: new outlets there are 集镇网点
}

// Towns are the nineteen 街道 and 镇 (GB/T 2260 and the three digits of the
// statistical code).
var Towns = []Town{
	{"331082001", "古城", 9, false},
	{"331082002", "大洋", 12, false},
	{"331082003", "江南", 8, false},
	{"331082004", "大田", 8, false},
	{"331082005", "邵家渡", 4, false},
	{"331082100", "汛桥", 3, true},
	{"331082101", "东塍", 5, true},
	{"331082103", "汇溪", 2, true},
	{"331082104", "小芝", 2, true},
	{"331082105", "河头", 2, true},
	{"331082106", "白水洋", 5, true},
	{"331082107", "括苍", 2, true},
	{"331082108", "永丰", 3, true},
	{"331082109", "尤溪", 2, true},
	{"331082110", "涌泉", 4, true},
	{"331082111", "沿江", 4, true},
	{"331082112", "杜桥", 14, true},
	{"331082113", "上盘", 6, true}, // 浙江头门港经济开发区 lies here
	{"331082114", "桃渚", 4, true},
}

// zoneTown is where the Toumengang zone is.
const zoneTown = 17

// Trade is an industry of the city: its GB/T 4754-2017 division, its weights among
// firms and among sole traders, how often its firms are 科技型企业 (of 667), and
// the word in their names.
type Trade struct {
	Code         string
	firms, shops int
	tech         int
	word         string
}

// Trades are the industries of the city.
var Trades = []Trade{
	{"A01", 20, 30, 5, "果业"},
	{"A04", 8, 12, 0, "渔业"},
	{"B10", 3, 0, 0, "石材"},
	{"C13", 15, 8, 20, "食品"},
	{"C17", 14, 5, 20, "纺织"},
	{"C18", 22, 12, 10, "服装"},
	{"C19", 14, 6, 10, "鞋业"},
	{"C20", 12, 6, 10, "竹木"},
	{"C21", 38, 8, 30, "休闲家具"},
	{"C24", 42, 10, 30, "工艺品"},
	{"C26", 20, 0, 260, "化学"},
	{"C27", 14, 0, 380, "医药"},
	{"C29", 48, 10, 90, "塑料"},
	{"C30", 24, 6, 30, "建材"},
	{"C33", 52, 14, 80, "金属"},
	{"C34", 46, 8, 200, "机械"},
	{"C35", 24, 3, 280, "专用设备"},
	{"C36", 40, 3, 220, "汽车配件"},
	{"C37", 12, 0, 130, "船舶"},
	{"C38", 40, 6, 190, "灯具"},
	{"C39", 14, 0, 330, "电子"},
	{"C40", 40, 12, 110, "眼镜"},
	{"C43", 6, 8, 20, "维修"},
	{"E47", 14, 0, 0, "建筑"},
	{"E50", 16, 8, 0, "装饰"},
	{"F51", 110, 90, 5, "贸易"},
	{"F52", 60, 330, 2, "商行"},
	{"G54", 26, 40, 0, "运输"},
	{"H61", 8, 22, 0, "旅馆"},
	{"H62", 10, 110, 0, "餐饮"},
	{"I65", 14, 4, 420, "软件"},
	{"L72", 24, 12, 10, "商务"},
	{"M73", 4, 0, 520, "研发"},
	{"M75", 8, 0, 400, "科技服务"},
	{"N78", 5, 2, 0, "园林"},
	{"O81", 6, 40, 0, "修理"},
	{"P83", 4, 6, 0, "培训"}, // the size rule does not cover education
	{"R88", 4, 6, 0, "文化"},
}

// farming is the trade of co-operatives.
const farming = 0

var (
	townSums = func() []int {
		w := make([]int, len(Towns))
		for i := range Towns {
			w[i] = Towns[i].weight
		}
		return running(w...)
	}()
	firmTrades, shopTrades = func() (firms, shops []int) {
		for i := range Trades {
			firms, shops = append(firms, Trades[i].firms), append(shops, Trades[i].shops)
		}
		return running(firms...), running(shops...)
	}()
)

// lpr is the loan prime rate from a day of publication on; between the days
// listed it was published unchanged. Source: 全国银行间同业拆借中心, 2019-08 to 2021-12.
type lpr struct {
	from               civil.Date
	oneYear, fiveYears money.Rate
}

var lprs = []lpr{
	{Day(2019, 8, 20), BP(425), BP(485)},
	{Day(2019, 9, 20), BP(420), BP(485)},
	{Day(2019, 11, 20), BP(415), BP(480)},
	{Day(2020, 2, 20), BP(405), BP(475)},
	{Day(2020, 4, 20), BP(385), BP(465)},
	{Day(2021, 12, 20), BP(380), BP(465)},
}

// LPR returns the rate that prices a loan of so many months made on d.
func LPR(d civil.Date, months int) money.Rate {
	last := lprs[0]
	for _, l := range lprs[1:] {
		if l.from > d {
			break
		}
		last = l
	}
	if months > 60 {
		return last.fiveYears
	}
	return last.oneYear
}

// BP returns a rate of n basis points.
func BP(n int) money.Rate { return money.Rate(n) * money.Percent / 100 }

// Day returns a date that is known to exist.
func Day(y, m, d int) civil.Date {
	date, ok := civil.Of(y, m, d)
	if !ok {
		panic("sim: no such day")
	}
	return date
}

// The days of the city: notes are made from firstDay on, and what happens after
// lastDay is not known yet.
var (
	firstDay  = Day(2019, 9, 1)
	YearStart = Day(2021, 1, 1)
	LastDay   = Day(2021, 12, 31)
	Opening   = Day(2020, 12, 31)
)

// Months are the month-ends with balances: 2020-12 to 2021-12.
const Months = 13

// MonthEnds are the days of the balances.
var MonthEnds = func() (ends [Months]civil.Date) {
	for i := range ends {
		ends[i] = (Opening.Month() + civil.Month(i)).Last()
	}
	return ends
}()

// later returns the date n months after d, or the last day of that month.
func later(d civil.Date, n int) civil.Date {
	_, _, dom := d.YMD()
	m := d.Month() + civil.Month(n)
	return min(m.First()+civil.Date(dom-1), m.Last())
}
