package reporting

import (
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/fault"
)

// Set (报送品种) is what belongs together in one submission.
type Set string

// The sets.
const (
	Lending    Set = "lending"    // 贷款数据：五类报文，或同名数据表
	Supplement Set = "supplement" // 补充资料：报文中没有的内容
	Guarantees Set = "guarantees" // 担保业务数据
	Registers  Set = "registers"  // 机构、网点、项目与企业名录
	Decisions  Set = "decisions"  // 认定、资金与既往补助
	Through    Set = "through"    // 平台登记的贷款: the platform's own, which nobody hands in
)

// platformName is who tells what the platform itself knows.
const platformName = "畅融平台"

// SetInfo says what a set is.
type SetInfo struct {
	Set      Set              `json:"set"`
	Zh       string           `json:"zh"`
	En       string           `json:"en"`
	Kinds    []access.OrgKind `json:"kinds"`    // who hands it in
	Monthly  bool             `json:"monthly"`  // for a month
	Yearly   bool             `json:"yearly"`   // for a year
	Messages []string         `json:"messages"` // PBoC messages it may hold
	Tables   []string         `json:"tables"`   // tables of the dictionary it may hold
}

var sets = [...]SetInfo{
	{
		Lending, "贷款数据", "Lending",
		[]access.OrgKind{access.BankOrg},
		true, true,
		[]string{"CLDWDK", "DWDKFS", "DBHTXX", "DBWXX", "FTYKHX"},
		[]string{"loans", "month_balances", "loan_events", "guarantees", "collaterals", "enterprises"},
	},
	{
		Supplement, "补充资料", "Supplement",
		[]access.OrgKind{access.BankOrg},
		true, true, nil,
		[]string{"loans", "month_balances", "loan_events", "guarantees", "collaterals", "enterprises"},
	},
	{Guarantees, "担保业务数据", "Guarantees", []access.OrgKind{access.GuarantorOrg}, true, true, nil, []string{"guarantees"}},
	{
		Registers, "机构与项目名录", "Registers",
		[]access.OrgKind{access.OfficeOrg},
		false, true, nil,
		[]string{"institutions", "branches", "projects", "enterprises"},
	},
	{
		Decisions, "认定与资金", "Decisions",
		[]access.OrgKind{access.OfficeOrg},
		false, true, nil,
		[]string{"decisions", "budgets", "benefits", "filings"},
	},
}

// Sets returns what every set is.
func Sets() []SetInfo { return slices.Clone(sets[:]) }

// Info returns what s is, nil when there is no such set.
func (s Set) Info() *SetInfo {
	for i := range sets {
		if sets[i].Set == s {
			return &sets[i]
		}
	}
	return nil
}

// checkSet tells whether an organisation of kind k hands in set for p.
//
// Errors: reporting.set, reporting.set_kind, reporting.period, reporting.period_kind.
func checkSet(set Set, k access.OrgKind, p Period) (*SetInfo, error) {
	info := set.Info()
	if info == nil {
		return nil, fault.Invalidf("reporting.set", "没有“%s”这一报送品种", "there is no set %q", fault.Clip(string(set))).In(fault.Place{Field: "set"})
	}
	if !slices.Contains(info.Kinds, k) {
		return nil, fault.Newf(fault.Forbidden, "reporting.set_kind", "“%s”不由贵单位报送", "%q is not yours to hand in", info.Zh).In(fault.Place{Field: "set"})
	}
	if _, _, err := p.Months(); err != nil {
		return nil, err
	}
	if p.Yearly() && !info.Yearly || !p.Yearly() && !info.Monthly {
		return nil, fault.Invalidf("reporting.period_kind", "“%s”按年报送，请填写年份", "%q is for a year", info.Zh).In(fault.Place{Field: "period", Value: string(p)})
	}
	return info, nil
}
