package policy

import (
	"cmp"
	"fmt"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy/expr"
)

// Zh says an item as sentences an official can hold against the text: whom it is
// about, under which conditions, what it is reckoned from, and up to what amount.
func (it *Item) Zh() []string {
	out := []string{"逐" + rowZh[it.Table.Name] + "计算，付给" + payeeZh[it.Payee] + "。"}
	if conditions := it.conditionsZh(); len(conditions) > 0 {
		out = append(out, "条件："+strings.Join(conditions, "；")+"。")
	}
	if it.Gate != nil {
		out = append(out, "门槛："+it.Gate.zh()+"。")
	}
	out = append(out, "金额："+it.amountZh()+"。")
	if it.Pool != nil {
		out = append(out, "总额控制：从资金池“"+cmp.Or(it.Pool.Title, it.Pool.ID)+"”列支，额度不足时"+allocatorZh[it.Pool.Allocator]+"。")
	}
	return append(out, "取整："+it.Rounding.Zh()+"。")
}

var rowZh = map[string]string{
	"loans": "笔借据", "guarantees": "笔担保", "branches": "个网点", "projects": "个项目", "enterprises": "户企业",
	"institutions": "家机构", "collaterals": "件抵质押物",
}

var payeeZh = map[Payee]string{PayInstitution: "金融机构", PayEnterprise: "企业"}

var firstLoanZh = map[FirstLoan]string{
	YearNotesOfFirstBank: "借款人为当年首贷户，且为首贷银行当年发放的借据",
	FirstNote:            "借款人为当年首贷户，且为其第一笔借据",
	YearNotesAllBanks:    "借款人为当年首贷户，且为当年发放的借据",
}

var allocatorZh = map[Allocator]string{
	ProRata: "按应得金额等比例分配", ScaleRate: "统一下调比例", FirstComplete: "按材料齐全的先后拨付，用完为止", Reserve: "预约备案的优先，其余按材料齐全的先后",
}

// AverageZh names the averages.
var AverageZh = map[Average]string{
	MonthEndMean: "月末余额的平均", MonthEndOutstanding: "有余额各月月末余额的平均", Chronological: "月末余额的序时平均",
	DailyMean: "每日余额的平均", DailyOutstanding: "有余额各日余额的平均", QuarterEndMean: "季末余额的平均",
}

var perZh = map[PerGroup]string{PerEnterprise: "单户企业", PerInstitution: "单家机构", PerItem: "本项目"}

// SelectionZh says the conditions of an indicator, as Item.Zh does those of an item.
func (ind *Indicator) SelectionZh() []string {
	return selectionZh(ind.When, ind.Related, ind.FirstLoan)
}

func (it *Item) conditionsZh() []string {
	out := selectionZh(it.When, it.Related, it.FirstLoan)
	if it.Bank != nil {
		out = append(out, fmt.Sprintf("金融机构取%s最早的%s所在的机构，只看：%s", it.Bank.By.Zh, it.Bank.Table.Zh, allZh(it.Bank.When)))
	}
	return out
}

func selectionZh(when []*expr.Expr, related []Related, first FirstLoan) []string {
	var out []string
	for _, e := range when {
		out = append(out, e.Zh())
	}
	for _, r := range related {
		verb := "有这样的"
		if r.Not {
			verb = "没有这样的"
		}
		out = append(out, verb+r.Table.Zh+"："+allZh(r.When))
	}
	if first != "" {
		out = append(out, firstLoanZh[first])
	}
	return out
}

func allZh(es []*expr.Expr) string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = e.Zh()
	}
	return strings.Join(parts, "，且")
}

func (g *Gate) zh() string {
	if g.Above == nil {
		return allZh(g.Require)
	}
	basis := "借据全额"
	if g.Above.Share {
		basis = "担保体系承担部分"
	}
	return "期末在保余额（按" + basis + "）超过各机构平均，或增速超过总体增速；计入的担保：" + allZh(g.Above.When)
}

func (it *Item) amountZh() string {
	var b strings.Builder
	switch {
	case it.Base.Average != "":
		b.WriteString(AverageZh[it.Base.Average])
		if it.Base.From != nil {
			b.WriteString("（" + it.Base.From.Zh() + "所在月之前不计）")
		}
	case it.Base.Of != nil:
		b.WriteString(it.Base.Of.Zh())
	}
	if it.Limit != nil {
		order := "合计"
		if it.Limit.EachMonth {
			order = "每月合计"
		}
		fmt.Fprintf(&b, "，%s%s不超过%s", perZh[it.Limit.Per], order, it.Limit.Amount.Human())
	}
	if it.Rate != nil {
		b.WriteString("，乘以" + it.Rate.zh())
	} else {
		b.WriteString("每" + rowZh[it.Table.Name] + it.Amount.zh())
	}
	if it.Cap != nil {
		fmt.Fprintf(&b, "，%s最高%s", perZh[it.Cap.Per], it.Cap.Amount.Human())
	}
	return strings.TrimPrefix(b.String(), "，")
}

func (t *RateTerm) zh() string {
	if !t.Open {
		return t.Value.Human()
	}
	return openZh(t.Min.Human(), t.Max.Human(), humanRate(t.Default))
}

func (t *AmountTerm) zh() string {
	if !t.Open {
		return t.Value.Human()
	}
	return openZh(t.Min.Human(), t.Max.Human(), humanFen(t.Default))
}

func openZh(lowest, highest, usual string) string {
	if usual == "" {
		return "另行决定的数（" + lowest + "至" + highest + "之间，未决定则等待）"
	}
	return usual + "（可在" + lowest + "至" + highest + "之间另行决定）"
}

func humanRate(r *money.Rate) string {
	if r == nil {
		return ""
	}
	return r.Human()
}

func humanFen(f *money.Fen) string {
	if f == nil {
		return ""
	}
	return f.Human()
}
