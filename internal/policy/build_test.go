package policy_test

import (
	"slices"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
)

const (
	packFile   = "pack.yaml"
	loansFile  = "items/loans.yaml"
	techFile   = "items/tech.yaml"
	outletFile = "items/outlets.yaml"
	clauseFile = "clauses.yaml"
)

func TestLoadRefusesNames(t *testing.T) {
	for _, c := range []struct {
		what, code, file string
		line             int
		edits            []edit
	}{
		{"unknown reading", "pack.unknown_reading", techFile, 7, []edit{{techFile, "{reading: average}", "{reading: averages}"}}},
		{"unknown pool", "pack.unknown_pool", loansFile, 16, []edit{{loansFile, "pool: fund", "pool: funds"}}},
		{"unknown group", "pack.unknown_group", techFile, 10, []edit{{techFile, "group: once", "group: twice"}}},
		{"unknown parameter in a condition", "expr.unknown_name", loansFile, 7, []edit{{loansFile, "<= param.limit", "<= param.limits"}}},
		{"unknown parameter as an amount", "pack.unknown_parameter", outletFile, 7, []edit{{outletFile, "param.each", "param.every"}}},
		{"unknown clause of an item", "pack.unknown_clause", techFile, 2, []edit{{techFile, "clause: 二1", "clause: 二9"}}},
		{"unknown clause of an indicator", "pack.unknown_clause", "indicators.yaml", 2, []edit{
			{"indicators.yaml", "clause: 一", "clause: 九"}, {clauseFile, "as: [indicator]", "as: [capability], capability: 目标"},
		}},
		{"unknown clause of a parameter", "pack.unknown_clause", packFile, 13, []edit{{packFile, "title: 上限, clause: 二1", "title: 上限, clause: 二9"}}},
		{"unknown clause of a reading", "pack.unknown_clause", packFile, 31, []edit{{packFile, "title: 先后\n    clause: 二1", "title: 先后\n    clause: 二9"}}},
		{"unknown clause of a group", "pack.unknown_clause", packFile, 37, []edit{{packFile, "title: 不重复, clause: 二1", "title: 不重复, clause: 二9"}}},
		{"unknown clause of a pool", "pack.unknown_clause", packFile, 39, []edit{{packFile, "title: 资金池, clause: 二1", "title: 资金池, clause: 二9"}}},
		{"unknown table", "pack.enum", techFile, 4, []edit{{techFile, "rows: loans", "rows: cows"}}},
		{"a table nothing is counted by", "pack.enum", techFile, 4, []edit{{techFile, "rows: loans", "rows: budgets"}}},
		{"unknown table of an indicator", "pack.rows", "indicators.yaml", 1, []edit{{"indicators.yaml", "rows: loans", "rows: cows"}}},
		{"unknown column", "expr.unknown_name", techFile, 5, []edit{{techFile, "borrower.tech", "borrower.technology"}}},
		{"a related table that is not", "pack.related", loansFile, 9, []edit{{loansFile, "in: guarantees", "in: branches"}}},
		{"an id that is not the file's name", "pack.item_id", techFile, 1, []edit{{techFile, "id: tech", "id: technology"}}},
		{"a pack's id in capitals", "pack.name", packFile, 1, []edit{{packFile, "id: mini-2024", "id: Mini"}}},
		{"a region in words", "pack.region", packFile, 6, []edit{{packFile, `"330000"`, "小城"}}},
		{"a parameter with a dash", "pack.name", packFile, 15, []edit{{packFile, "  each:", "  each-one:"}}},
		{"a reading in words", "pack.name", packFile, 30, []edit{{packFile, "  order:", "  先后:"}}},
		{"a value in words", "pack.name", packFile, 34, []edit{{packFile, "value: after_average", "value: 先平均"}}},
		{"a pool with a space", "pack.name", packFile, 39, []edit{{packFile, "  fund:", "  the fund:"}}},
		{"a group with a slash", "pack.name", packFile, 37, []edit{{packFile, "  once:", "  a/b:"}}},
		{"an indicator in capitals", "pack.name", "indicators.yaml", 1, []edit{{"indicators.yaml", "id: balance", "id: BALANCE"}}},
		{"an indicator twice", "pack.duplicate", "indicators.yaml", 10, []edit{{"indicators.yaml", "", mini["indicators.yaml"] + mini["indicators.yaml"]}}},
		{"an unknown rounding", "pack.enum", techFile, 11, []edit{{techFile, "rounding: fen", "rounding: jiao"}}},
		{"a reading's value that no average is", "pack.enum", loansFile, 12, []edit{
			{packFile, "{value: daily_mean, title: 每日}", "{value: guess, title: 猜}"}, {techFile, "average: {reading: average}", "average: daily_mean"},
		}},
	} {
		refuses(t, c.what, c.code, c.file, c.line, 0, c.edits...)
	}
}

func TestLoadRefusesSense(t *testing.T) {
	for _, c := range []struct {
		what, code, file string
		line             int
		edits            []edit
	}{
		{"a rate over 100 %", "pack.rate_range", techFile, 8, []edit{{techFile, "rate: 1%", "rate: 100.00001%"}}},
		{"a default outside its range", "pack.term_range", loansFile, 14, []edit{{loansFile, "default: 0.5%", "default: 1.00001%"}}},
		{"a range upside down", "pack.term_range", loansFile, 14, []edit{{loansFile, "min: 0%", "min: 2%"}, {loansFile, ", default: 0.5%", ""}}},
		{"rate and amount", "pack.term", techFile, 1, []edit{{techFile, "rate: 1%", "rate: 1%\namount: 1万元"}}},
		{"neither rate nor amount", "pack.term", techFile, 1, []edit{{techFile, "rate: 1%\n", ""}}},
		{"an amount for a rate", "pack.quantity", techFile, 8, []edit{{techFile, "rate: 1%", "rate: 1万元"}}},
		{"a rate for an amount", "pack.quantity", outletFile, 7, []edit{{outletFile, "param.each", "1%"}}},
		{"a plain number for an amount", "pack.quantity", outletFile, 7, []edit{{outletFile, "param.each", "20000"}}},
		{"a rate for a limit", "pack.unknown_parameter", loansFile, 13, []edit{{loansFile, "amount: param.limit", "amount: param.rate_max"}}},
		{"yuan against a plain number", "expr.unit", loansFile, 7, []edit{{loansFile, "<= param.limit", "<= 5000000"}}},
		{"yuan against a date", "expr.unit", loansFile, 7, []edit{{loansFile, "<= param.limit", "<= param.since"}}},
		{"a condition that is a number", "expr.type", techFile, 5, []edit{{techFile, "borrower.tech", "loan.principal"}}},
		{"a base that is a date", "expr.unit", techFile, 7, []edit{{techFile, "{average: {reading: average}}", "{of: loan.disbursed_on}"}}},
		{"a base from an amount", "expr.unit", techFile, 7, []edit{{techFile, "{reading: average}}", "{reading: average}, from: loan.principal}"}}},
		{"average and of", "pack.base", techFile, 1, []edit{{techFile, "{reading: average}}", "{reading: average}, of: loan.principal}"}}},
		{"from without an average", "pack.base", techFile, 7, []edit{{techFile, "{average: {reading: average}}", "{of: loan.principal, from: loan.disbursed_on}"}}},
		{"the average of an outlet", "pack.base", outletFile, 7, []edit{{outletFile, "amount: param.each", "base: {average: month_end_mean}\nrate: 1%"}}},
		{"a limit on a count", "pack.limit", outletFile, 7, []edit{{outletFile, "amount: param.each", "limit: {per: institution, amount: 1万元}\namount: param.each"}}},
		{"a cap per enterprise of outlets", "pack.per", outletFile, 7, []edit{{outletFile, "amount: param.each", "cap: {per: enterprise, amount: 1万元}\namount: param.each"}}},
		{"outlets paid to enterprises", "pack.payee", outletFile, 6, []edit{{outletFile, "payee: institution", "payee: enterprise"}}},
		{"enterprises of no bank", "pack.bank", techFile, 6, []edit{
			{techFile, "rows: loans", "rows: enterprises"},
			{techFile, "borrower.tech", "enterprise.tech"},
			{techFile, "payee: enterprise", "payee: institution"},
		}},
		{"a bank for who is paid itself", "pack.bank", techFile, 7, []edit{
			{techFile, "rows: loans", "rows: enterprises"},
			{techFile, "borrower.tech", "enterprise.tech"},
			{techFile, "payee: enterprise", "payee: enterprise\nbank: {of_earliest: guarantees, by: start_on, when: [guarantee.first_guarantee]}"},
		}},
		{"a bank for loans", "pack.bank", techFile, 7, []edit{
			{techFile, "payee: enterprise", "payee: institution\nbank: {of_earliest: guarantees, by: start_on, when: [guarantee.first_guarantee]}"},
		}},
		{"the earliest by what may be empty", "pack.bank", techFile, 7, []edit{
			{techFile, "rows: loans", "rows: enterprises"},
			{techFile, "borrower.tech", "enterprise.tech"},
			{techFile, "payee: enterprise", "payee: institution\nbank: {of_earliest: guarantees, by: released_on, when: [guarantee.first_guarantee]}"},
		}},
		{"first loans of outlets", "pack.first_loan", outletFile, 6, []edit{{outletFile, "payee:", "first_loan: first_note\npayee:"}}},
		{"an empty gate", "pack.gate", techFile, 1, []edit{{techFile, "rate: 1%", "rate: 1%\ngate: {}"}}},
		{"a gate of banks for enterprises", "pack.gate", techFile, 6, []edit{
			{techFile, "rate: 1%", "rate: 1%\ngate: {above_average: {when: [guarantee.first_guarantee], balance: whole_note}}"},
		}},
		{"a pool that scales the rate of amounts", "pack.scale_rate", outletFile, 8, []edit{
			{packFile, "allocator: pro_rata", "allocator: scale_rate"}, {outletFile, "amount: param.each", "amount: param.each\npool: fund"},
		}},
		{"monthly limits of daily averages", "pack.readings_exclude", loansFile, 13, []edit{
			{loansFile, "average: {reading: average}", "average: daily_mean"},
			{loansFile, "order: {reading: order}", "order: each_month"},
		}},
		{"a scope of half a month", "pack.scope", packFile, 8, []edit{{packFile, "scope: {from: 2024-01-01", "scope: {from: 2024-01-02"}}},
		{"a scope of eleven years", "pack.scope", packFile, 8, []edit{{packFile, "scope: {from: 2024-01-01", "scope: {from: 2014-01-01"}}},
		{"a scope upside down", "pack.span", packFile, 8, []edit{{packFile, "scope: {from: 2024-01-01, to: 2024-12-31}", "scope: {from: 2024-01-01, to: 2023-12-31}"}}},
		{"a day that is none", "civil.date", packFile, 5, []edit{{packFile, "2024-01-15", "2024-02-30"}}},
		{"an amount that is none", "money.amount", packFile, 14, []edit{{packFile, "value: 500万元", "value: \"5,000,000元\""}}},
		{"a rate that is too fine", "money.finer", packFile, 13, []edit{{packFile, "value: 1%", "value: 0.00000001%"}}},
		{"a quantity that is none", "pack.quantity", packFile, 16, []edit{{packFile, "value: 2024,", "value: 二〇二四,"}}},
		{"one reading only", "pack.reading", packFile, 30, []edit{{packFile, "\n      - {value: each_month, title: 逐月}", ""}}},
		{"a value twice", "pack.reading", packFile, 35, []edit{{packFile, "value: each_month", "value: after_average"}}},
		{"a choice that is none", "pack.reading", packFile, 26, []edit{{packFile, "chosen: month_end_mean", "chosen: chronological"}}},
		{"a choice without a reason", "pack.reading", packFile, 26, []edit{{packFile, "    why: 简单\n", ""}}},
		{"a sum of nothing", "pack.measure", "indicators.yaml", 7, []edit{{"indicators.yaml", "  of: loan.closing_balance\n", ""}}},
		{"a figure from nowhere", "pack.measure", "indicators.yaml", 6, []edit{{"indicators.yaml", "  rows: loans\n  measure: sum\n  of: loan.closing_balance\n", "  measure: external\n"}}},
		{"a target in both directions", "pack.target", "indicators.yaml", 1, []edit{{"indicators.yaml", "at_least: 10亿元", "at_least: 10亿元, at_most: 20亿元"}}},
		{"a target in another unit", "pack.quantity", "indicators.yaml", 9, []edit{{"indicators.yaml", "10亿元", "10%"}}},
	} {
		refuses(t, c.what, c.code, c.file, c.line, 0, c.edits...)
	}
}

func TestLoadRefusesExclusions(t *testing.T) {
	refuses(t, "equal ranks", "pack.rank", techFile, 10, 0, edit{techFile, "rank: 2", "rank: 1"})
	refuses(t, "rows of two tables", "pack.group_rows", outletFile, 8, 0,
		edit{outletFile, "rounding: fen", "exclusion: [{group: once, rank: 3}]\nrounding: fen"})
	refuses(t, "an unknown value in if", "pack.reading_value", techFile, 10, 0, edit{techFile, "rank: 2", "rank: 2, if: {order: never}"})
	refuses(t, "deductions from outlets", "pack.group_rows", outletFile, 8, 0,
		edit{packFile, "exclusions:\n", "exclusions:\n  paid: {title: 扣减, clause: 二1, strategy: deduct_paid}\n"},
		edit{outletFile, "rounding: fen", "exclusion: [{group: paid, rank: 3}]\nrounding: fen"})
	two := edit{packFile, "exclusions:\n", "exclusions:\n  again: {title: 又, clause: 二1, strategy: priority}\n"}
	refuses(t, "a circle over two groups", "pack.exclusion_cycle", packFile, 0, 0, two,
		edit{techFile, "rank: 2}", "rank: 2}\n  - {group: again, rank: 1}"},
		edit{loansFile, "rank: 1}", "rank: 1}\n  - {group: again, rank: 2}"})
	refuses(t, "an item twice in a group", "pack.exclusion_cycle", packFile, 0, 0,
		edit{techFile, "rank: 2}", "rank: 2}\n  - {group: once, rank: 3}"})
	if _, err := policy.Load(edited(t, two,
		edit{techFile, "rank: 2}", "rank: 2}\n  - {group: again, rank: 2}"},
		edit{loansFile, "rank: 1}", "rank: 1}\n  - {group: again, rank: 1}"})); err != nil {
		t.Errorf("two groups of one order: %v", err)
	}
	// The circle is there under one value of a reading only: that is found too.
	refuses(t, "a circle under a reading", "pack.exclusion_cycle", packFile, 0, 0, two,
		edit{techFile, "rank: 2}", "rank: 2}\n  - {group: again, rank: 1, if: {order: each_month}}"},
		edit{loansFile, "rank: 1}", "rank: 1}\n  - {group: again, rank: 2}"})
}

func TestPlanRefusesChoices(t *testing.T) {
	p, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	for code, c := range map[string]policy.Choices{
		"pack.unknown_reading":   {Readings: map[string]string{"averages": "x"}},
		"pack.reading_value":     {Readings: map[string]string{"average": "guess"}},
		"pack.unknown_parameter": {Parameters: map[string]string{"every": "1万元"}},
		"pack.parameter_type":    {Parameters: map[string]string{"each": "1%"}},
		"money.amount":           {Parameters: map[string]string{"each": "x元"}},
		"pack.term_range":        {Parameters: map[string]string{"rate_max": "0.4%"}}, // below the default
		"pack.readings_exclude":  {Readings: map[string]string{"average": "daily_mean", "order": "each_month"}},
	} {
		if _, err := p.Plan(c); fault.CodeOf(err) != code {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

func TestPlanPaysForWholeMonthsWithinTheScope(t *testing.T) {
	p, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) civil.Date {
		d, err := civil.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ first, last, code string }{
		{"2024-01-01", "2024-12-31", ""},
		{"2024-01-01", "2024-06-30", ""},
		{"2024-12-01", "2024-12-31", ""},
		{"2024-01-01", "2024-06-29", "pack.period"},
		{"2024-01-02", "2024-06-30", "pack.period"},
		{"2023-12-01", "2024-06-30", "pack.period"},
		{"2024-07-01", "2025-01-31", "pack.period"},
		{"2024-07-01", "2024-06-30", "pack.period"},
	} {
		scope := civil.Range{First: day(c.first), Last: day(c.last)}
		plan, err := p.Plan(policy.Choices{Scope: scope})
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", scope, err)
		}
		if err == nil && plan.Scope != scope {
			t.Errorf("%s: the plan pays for %s", scope, plan.Scope)
		}
	}
}

func TestPlanIsWhatThePackSays(t *testing.T) {
	p, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := p.Plan(policy.Choices{Readings: map[string]string{"order": "each_month"}})
	if err != nil {
		t.Fatal(err)
	}
	it := plan.Item("loans")
	if it.Limit == nil || !it.Limit.EachMonth || it.Limit.Amount != 500*money.Wan || it.Limit.Per != policy.PerEnterprise {
		t.Errorf("limit %+v", it.Limit)
	}
	if r := it.Rate; !r.Open || r.Min != 0 || r.Max != money.Percent || r.Default == nil || *r.Default != money.Percent/2 {
		t.Errorf("rate %+v", it.Rate)
	}
	if it.Pool == nil || it.Pool != plan.Pools[0] || it.Cap.Amount != 100*money.Wan || it.Subject().Name != "loan_id" {
		t.Error("pool, cap or subject")
	}
	if want := []string{"limit", "rate_max"}; !slices.Equal(it.Parameters, want) {
		t.Errorf("parameters %v, want %v", it.Parameters, want)
	}
	if g := plan.Groups[0]; len(g.Items) != 2 || g.Items[0].ID != "loans" || g.Items[1].ID != "tech" {
		t.Errorf("group %+v", g)
	}
	if len(plan.Months()) != 12 || plan.Opening().String() != "2023-12" {
		t.Error("months")
	}
}
