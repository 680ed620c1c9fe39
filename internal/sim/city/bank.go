package city

import (
	"fmt"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
)

// Regions in codes: Linhai, and Taizhou for what is registered above it.
const (
	linhai  = "331082"
	taizhou = "331000"
)

// Lender is an institution of the city. One that lends nothing has no weights.
type Lender struct {
	region, Name, Kind string

	small, big int // weights among small borrowers, and among larger ones
	spread     int // over LPR, basis points
	trend      int // change of the spread in 2021
	outlets    int // ordinary branches
	// Of a hundred notes that the fund might guarantee, how many it did in 2020
	// and in 2021: apart enough that some banks pass the gate and others do not.
	xinbao2020, xinbao2021 int

	ID string // its code; in order over all
}

// Where some lenders stand in lenders.
const (
	state1, state2, state3, state6 = 0, 1, 2, 5
	joint1, joint2, joint3         = 7, 8, 9
	city1, city2, city3            = 13, 14, 15
	fund                           = 17
	rural1, village1               = 20, 21
	guarantor2                     = 23
)

// Lenders are the 26 institutions, in the order of their codes.
var Lenders = numbered([]Lender{
	{region: taizhou, Name: "演示一号国有银行", Kind: "state_bank", small: 60, big: 170, spread: 10, trend: -4, outlets: 9, xinbao2020: 7, xinbao2021: 11},
	{region: taizhou, Name: "演示二号国有银行", Kind: "state_bank", small: 55, big: 150, spread: 12, trend: -2, outlets: 10, xinbao2020: 9, xinbao2021: 5},
	{region: taizhou, Name: "演示三号国有银行", Kind: "state_bank", small: 45, big: 130, spread: 15, trend: 2, outlets: 7, xinbao2020: 5, xinbao2021: 5},
	{region: taizhou, Name: "演示四号国有银行", Kind: "state_bank", small: 50, big: 140, spread: 8, trend: -5, outlets: 8, xinbao2020: 3, xinbao2021: 7},
	{region: taizhou, Name: "演示五号国有银行", Kind: "state_bank", small: 30, big: 80, spread: 20, trend: -3, outlets: 4, xinbao2020: 5, xinbao2021: 3},
	{region: taizhou, Name: "演示六号国有银行", Kind: "state_bank", small: 90, big: 40, spread: 35, trend: -6, outlets: 14, xinbao2020: 8, xinbao2021: 12},
	{region: taizhou, Name: "演示一号政策性银行", Kind: "policy_bank", small: 2, big: 60, spread: -35, trend: -5, outlets: 1},
	{region: taizhou, Name: "演示一号股份制银行", Kind: "joint_stock_bank", small: 25, big: 70, spread: 60, trend: -3, outlets: 3, xinbao2020: 6, xinbao2021: 2},
	{region: taizhou, Name: "演示二号股份制银行", Kind: "joint_stock_bank", small: 22, big: 65, spread: 65, trend: -8, outlets: 2, xinbao2020: 2, xinbao2021: 5},
	{region: taizhou, Name: "演示三号股份制银行", Kind: "joint_stock_bank", small: 20, big: 60, spread: 70, trend: 1, outlets: 2, xinbao2020: 4, xinbao2021: 4},
	{region: taizhou, Name: "演示四号股份制银行", Kind: "joint_stock_bank", small: 16, big: 45, spread: 72, trend: -4, outlets: 2, xinbao2020: 5, xinbao2021: 1},
	{region: taizhou, Name: "演示五号股份制银行", Kind: "joint_stock_bank", small: 14, big: 40, spread: 80, trend: -1, outlets: 1},
	{region: taizhou, Name: "演示六号股份制银行", Kind: "joint_stock_bank", small: 12, big: 35, spread: 75, trend: -2, outlets: 1, xinbao2021: 3},
	{region: taizhou, Name: "演示一号城商行", Kind: "city_bank", small: 150, big: 60, spread: 190, trend: -9, outlets: 12, xinbao2020: 14, xinbao2021: 22},
	{region: taizhou, Name: "演示二号城商行", Kind: "city_bank", small: 130, big: 50, spread: 200, trend: -7, outlets: 9, xinbao2020: 15, xinbao2021: 16},
	{region: taizhou, Name: "演示三号城商行", Kind: "city_bank", small: 95, big: 40, spread: 210, trend: -5, outlets: 7, xinbao2020: 12, xinbao2021: 8},
	{region: taizhou, Name: "演示四号城商行", Kind: "city_bank", small: 30, big: 40, spread: 120, trend: -3, outlets: 2, xinbao2020: 5, xinbao2021: 6},
	{region: taizhou, Name: "演示信用保证基金", Kind: "guarantor"},
	{region: taizhou, Name: "演示融资租赁公司", Kind: "leasing"},
	{region: taizhou, Name: "演示财产保险公司", Kind: "insurer"},
	{region: linhai, Name: "演示一号农商行", Kind: "rural_bank", small: 260, big: 150, spread: 150, trend: -18, outlets: 32, xinbao2020: 9, xinbao2021: 12},
	{region: linhai, Name: "演示一号村镇银行", Kind: "village_bank", small: 32, big: 4, spread: 300, trend: -20, outlets: 5, xinbao2020: 6, xinbao2021: 13},
	{region: linhai, Name: "演示二号村镇银行", Kind: "village_bank", small: 14, big: 2, spread: 320, trend: -14, outlets: 3, xinbao2020: 10, xinbao2021: 8},
	{region: linhai, Name: "演示融资担保公司", Kind: "guarantor"},
	{region: linhai, Name: "演示小额贷款公司", Kind: "microcredit", small: 9, spread: 850, trend: 10, outlets: 1},
	{region: linhai, Name: "演示资产经营公司", Kind: "other"},
})

// Local tells whether l is a legal person of the city.
func (l *Lender) Local() bool { return l.region == linhai }

// Lends tells whether l has loan notes.
func (l *Lender) Lends() bool { return l.small+l.big > 0 }

func numbered(ls []Lender) []Lender {
	for i := range ls {
		ls[i].ID = mustCode("91", ls[i].region, fmt.Sprintf("DEM%05d", i+1))
	}
	return ls
}

// mustCode makes a code of parts that are known to be right.
func mustCode(kind, region, body string) string {
	code, err := uscc.Make(kind, region, body)
	if err != nil {
		panic(err)
	}
	return code
}

var smallSums, bigSums = func() (small, big []int) {
	for i := range Lenders {
		small, big = append(small, Lenders[i].small), append(big, Lenders[i].big)
	}
	return running(small...), running(big...)
}()

// Outlet is a branch.
type Outlet struct {
	Lender          int
	ID, Name        string
	Town            int
	Site            string
	Opened, Started civil.Date
	Feature         string
	Recognised      civil.Date
	ReviewYear      int // 0: none
	Passed          int // 1 yes, 0 no, unknown
}

// Unknown marks an integer nobody knows.
const Unknown = -1

// newOutlet is an outlet of 2021 (or nearly) that a policy item looks at.
type newOutlet struct {
	lender, town    int
	site            string
	opened, started civil.Date
}

// newOutlets are the same in every city: some count, each of the others fails
// one condition.
var newOutlets = []newOutlet{
	{rural1, 16, "market_town", Day(2021, 3, 15), Day(2021, 4, 1)},
	{rural1, 18, "market_town", Day(2021, 9, 1), civil.Never},
	{city1, 10, "market_town", Day(2021, 6, 10), Day(2021, 6, 28)},
	{city2, 6, "market_town", Day(2020, 11, 20), Day(2021, 1, 11)},
	{village1, 15, "market_town", Day(2021, 11, 5), Day(2021, 12, 20)},
	{state6, 14, "market_town", Day(2021, 10, 18), Day(2022, 1, 10)},
	{city1, zoneTown, "zone_toumengang", Day(2021, 5, 8), Day(2021, 5, 20)},
	{state2, zoneTown, "zone_toumengang", Day(2021, 8, 30), Day(2021, 9, 6)},
	{joint1, zoneTown, "zone_toumengang", Day(2021, 12, 6), civil.Never},
	{city3, 1, "urban", Day(2021, 7, 1), Day(2021, 7, 8)},
}

// featured is a feature branch and its annual review.
type featured struct {
	lender, town int
	feature      string
	recognised   civil.Date
	reviewYear   int
	passed       int
}

var featureBranches = []featured{
	{city1, 1, "tech", Day(2018, 6, 30), 2021, 1},
	{city2, 1, "tech", Day(2021, 4, 30), 2021, 1},
	{state1, 0, "tech", Day(2019, 12, 20), 2021, 0},
	{rural1, 2, "tech", Day(2020, 10, 15), 2021, 1},
	{joint2, 0, "tech", Day(2020, 9, 1), 2020, 1},
	{joint3, 1, "tech", Day(2020, 3, 31), 2021, 1},
	{city1, 0, "talent", Day(2019, 5, 10), 2021, 1},
	{state3, 1, "talent", Day(2021, 7, 20), 2021, Unknown},
	{rural1, 16, "micro", Day(2017, 11, 8), 2021, 1},
	{city3, 2, "green", Day(2022, 1, 5), 2021, 1},
	{village1, 12, "rural", Day(2020, 3, 1), 2021, 0},
}

// Outlets of every lender; those of lender i stand at outletsOf[i] … outletsOf[i+1]-1.
var Outlets, outletsOf = func() (all []Outlet, of []int) {
	for i := range Lenders {
		of = append(of, len(all))
		all = appendOutlets(all, i)
	}
	return all, append(of, len(all))
}()

// appendOutlets appends the ordinary outlets of lender i, then its feature
// branches, then its new outlets.
func appendOutlets(all []Outlet, i int) []Outlet {
	first := len(all)
	add := func(o Outlet, suffix string) {
		n := len(all) - first
		o.Lender, o.ID = i, fmt.Sprintf("%02d%03d", i+1, n)
		o.Name = Lenders[i].Name + Towns[o.Town].Name + suffix
		all = append(all, o)
	}
	for n := range Lenders[i].outlets {
		t := n % len(Towns)
		o := Outlet{Town: t, Site: "urban", Opened: Day(1998+(i*7+n*5)%20, 1+n%12, 1+(i+n)%28)}
		if Towns[t].market {
			o.Site = "market_town"
		}
		o.Started, o.Recognised = o.Opened, civil.Never
		suffix := "支行"
		if n == 0 {
			suffix = "营业部"
		}
		if n >= len(Towns) {
			suffix = "分理处"
		}
		add(o, suffix)
	}
	for _, f := range featureBranches {
		if f.lender != i {
			continue
		}
		opened := Day(2015, 3, 1+i)
		add(Outlet{
			Town: f.town, Site: "urban", Opened: opened, Started: opened, Feature: f.feature,
			Recognised: f.recognised, ReviewYear: f.reviewYear, Passed: f.passed,
		}, featureNames[f.feature])
	}
	for _, o := range newOutlets {
		if o.lender != i {
			continue
		}
		add(Outlet{Town: o.town, Site: o.site, Opened: o.opened, Started: o.started, Recognised: civil.Never},
			siteNames[o.site])
	}
	return all
}

var featureNames = map[string]string{
	"tech": "科技支行", "talent": "人才支行", "micro": "小微专营支行", "green": "绿色支行", "rural": "乡村振兴支行",
}

var siteNames = map[string]string{"market_town": "新设支行", "zone_toumengang": "头门港支行", "urban": "社区支行"}

// Project is a fintech project.
type Project struct {
	Lender            int
	Name, Kind        string
	Released, Praised civil.Date
	Level             string
	Cost              money.Fen // unknown: -1
	Decided           money.Rate
	ID                string
}

// Projects, like newOutlets: some count, others fail one condition each. decided is
// the share of the cost that the finance office settled on; 0 not yet.
var Projects = func() []Project {
	ps := []Project{
		{state1, "贷款码直连", "pilot", Day(2021, 4, 12), Day(2021, 12, 3), "national", 2_400_000 * money.Yuan, 40 * money.Percent, ""},
		{state2, "供应链票据", "rd", Day(2021, 8, 16), Day(2021, 10, 28), "city", 560_000 * money.Yuan, 0, ""},
		{state6, "三农画像", "rd", Day(2021, 6, 30), Day(2021, 12, 31), "province", 730_000 * money.Yuan, 0, ""},
		{joint1, "秒批随借", "pilot", Day(2021, 10, 8), Day(2022, 1, 14), "province", 1_100_000 * money.Yuan, 0, ""},
		{joint2, "发票贷", "rd", Day(2021, 1, 18), civil.Never, "", 480_000 * money.Yuan, 0, ""},
		{city1, "小微数字信贷工厂", "pilot", Day(2021, 3, 10), Day(2021, 6, 18), "national", 1_860_000 * money.Yuan, 50 * money.Percent, ""},
		{city1, "移动展业", "rd", Day(2021, 7, 5), Day(2021, 11, 12), "province", 920_000 * money.Yuan, 30 * money.Percent, ""},
		{city2, "园区企业评分", "rd", Day(2021, 5, 20), Day(2021, 9, 9), "province", 125_000_050, 20 * money.Percent, ""},
		{city3, "物联动产监管", "rd", civil.Never, Day(2021, 8, 2), "province", 1_340_000 * money.Yuan, 25 * money.Percent, ""},
		{rural1, "整村授信", "pilot", Day(2021, 2, 1), Day(2021, 10, 15), "province", 680_000 * money.Yuan, BP(3550), ""},
		{rural1, "丰收码", "rd", Day(2020, 9, 15), Day(2020, 12, 22), "province", 390_000 * money.Yuan, 0, ""},
		{village1, "线上续贷", "pilot", Day(2021, 9, 1), Day(2021, 12, 10), "province", Unknown, 30 * money.Percent, ""},
	}
	for i := range ps {
		ps[i].ID = fmt.Sprintf("KJ2021%03d", i+1)
	}
	return ps
}()
