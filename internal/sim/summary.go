package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

// Summary says what was written, and what the city comes to.
type Summary struct {
	Seed uint64 `json:"seed"`
	city.Census
	// Budget is what the pool risk-compensation gets: a little less than it needs.
	Budget     money.Fen        `json:"budget_fen"`
	Rows       map[string]int64 `json:"rows"`       // of fact tables
	Messages   int64            `json:"messages"`   // of the PBoC form
	Supplement map[string]int64 `json:"supplement"` // rows of its supplement tables
	// Planted names the notes that Options.Trouble spoiled.
	Planted []city.Planted `json:"planted,omitempty"`
}

// String renders the summary for a person.
func (s Summary) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("种子 %d：企业 %d 户，借据 %d 笔", s.Seed, s.Enterprises, s.Notes)
	line("贷款余额：年初 %s，年末 %s；当年发放 %s", yi(s.OpeningSum), yi(s.ClosingSum), yi(s.Principal2021))
	line("首贷户 %d 户，科技型企业 %d 户，金融科技项目贷款 %d 笔", s.FirstLoanBorrowers, s.TechEnterprises, s.ProjectNotes)
	line("信保：当年新增 %d 笔，年末余额 %s", s.XinbaoNotes2021, yi(s.XinbaoClosing))
	line("风险补偿金：约需 %s 元，额度 %s 元", s.RiskNeed, s.Budget)
	for _, table := range slices.Sorted(maps.Keys(s.Rows)) {
		line("%-16s %d 行", table, s.Rows[table])
	}
	if s.Messages > 0 {
		line("金融基础数据报文 %d 份", s.Messages)
	}
	for _, table := range slices.Sorted(maps.Keys(s.Supplement)) {
		line("补充 %-16s %d 行", table, s.Supplement[table])
	}
	for _, p := range s.Planted {
		line("有意写错：%s", p)
	}
	return b.String()
}

// yi renders an amount in 亿元 with two decimals.
func yi(f money.Fen) string {
	return fmt.Sprintf("%d.%02d 亿元", f/money.Yi, f%money.Yi*100/money.Yi)
}
