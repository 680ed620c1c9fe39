package product

import (
	"slices"

	"changrong/internal/fact"
)

// Purposes are what money is wanted for (贷款用途).
var Purposes = []fact.Value{
	{Code: "working_capital", Zh: "日常经营周转", En: "working capital"},
	{Code: "materials", Zh: "采购原材料、商品", En: "materials and goods"},
	{Code: "equipment", Zh: "购置或更新设备", En: "equipment"},
	{Code: "premises", Zh: "厂房、场地", En: "premises"},
	{Code: "research", Zh: "科技研发", En: "research and development"},
	{Code: "order", Zh: "履行订单或政府采购合同", En: "an order or a procurement contract"},
	{Code: "refinance", Zh: "续贷、归还到期贷款", En: "a loan that falls due"},
	{Code: "other", Zh: "其他", En: "other"},
}

// onCredit is the security that everybody has.
const onCredit = "credit"

// Securities are what a loan may rest on (担保方式).
var Securities = []fact.Value{
	{Code: onCredit, Zh: "信用", En: "none: on credit"},
	{Code: "guarantee", Zh: "保证", En: "a guarantee"},
	{Code: "public_guarantee", Zh: "政府性融资担保", En: "a guarantee of a public guarantor"},
	{Code: "mortgage", Zh: "抵押", En: "a mortgage"},
	{Code: "pledge", Zh: "质押", En: "a pledge"},
}

// named returns the Chinese name of a code; "" where there is no such code.
func named(words []fact.Value, code string) string {
	i := slices.IndexFunc(words, func(w fact.Value) bool { return w.Code == code })
	if i < 0 {
		return ""
	}
	return words[i].Zh
}
