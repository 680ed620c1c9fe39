package explain_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/settletest"
)

// golden is a scene and the row asked about. What has to be said of it stands in
// testdata.
type golden struct {
	name          string
	plan          *policy.Plan
	facts         string
	bank, subject string
}

const fullYear = "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 balances=2021-01..2021-12:15000000"

// halfYear is the note of the worked check of the first reading.
const halfYear = "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 disbursed_on=2021-07-01 balances=2021-07..2021-12:15000000\n"

func pooled(allocator policy.Allocator) func(*policy.Item) {
	return func(it *policy.Item) { it.Pool = &policy.Pool{ID: "fund", Clause: "三(四)15", Allocator: allocator} }
}

func limited(per policy.PerGroup, most money.Fen) func(*policy.Item) {
	return func(it *policy.Item) { it.Limit = &policy.Limit{Per: per, Amount: most} }
}

func openRate(byDefault *money.Rate) func(*policy.Item) {
	return func(it *policy.Item) {
		it.Rate = &policy.RateTerm{Open: true, Max: money.Percent / 2, Default: byDefault}
	}
}

func average(a policy.Average) func(*policy.Item) {
	return func(it *policy.Item) { it.Base.Average = a }
}

// run writes sentence and needs of every case, and compares with the golden file.
func run(t *testing.T, file string, cases []golden) {
	t.Helper()
	var b strings.Builder
	for _, c := range cases {
		row := ask(t, c.plan, c.facts, c.bank, c.subject)
		fmt.Fprintf(&b, "## %s\n%s\n%s\n", c.name, row.Sentence.Zh, row.Sentence.En)
		for _, n := range row.Needs {
			fmt.Fprintf(&b, "- %s\n- %s\n", n.Zh, n.En)
		}
		b.WriteString("\n")
	}
	compareGolden(t, file, b.String())
}

var update = flag.Bool("update", false, "write the golden files")

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\n got %s\nwant %s", file, i+1, strings.Join(g[min(i, len(g)):min(i+1, len(g))], ""), strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
}

// TestPaidSentences: rows with a line, whatever bites.
func TestPaidSentences(t *testing.T) {
	half := money.Percent / 2
	run(t, "paid.txt", []golden{
		{
			name: "the example", plan: plan(item(limited(policy.PerEnterprise, 1000*money.Wan), pooled(policy.ProRata), openRate(&half))),
			facts: halfYear + "budgets pool=fund amount=1000000", bank: "ICBC", subject: "J1",
		},
		{
			name: "limited", plan: plan(item(limited(policy.PerEnterprise, 1000*money.Wan))),
			facts: fullYear + "\nloans institution_id=RCB loan_id=J2 enterprise_id=E1 balances=2021-01..2021-12:5000000", bank: "RCB", subject: "J2",
		},
		{
			name: "capped", plan: plan(item(func(it *policy.Item) { it.Cap = &policy.Cap{Per: policy.PerInstitution, Amount: 5 * money.Wan} })),
			facts: fullYear, bank: "ICBC", subject: "J1",
		},
		{
			name: "not capped, no budget", plan: plan(item(pooled(policy.ProRata), func(it *policy.Item) { it.Cap = &policy.Cap{Per: policy.PerItem, Amount: 10 * money.Wan} })),
			facts: fullYear, bank: "ICBC", subject: "J1",
		},
		{
			name: "pro rata", plan: plan(item(pooled(policy.ProRata))),
			facts: fullYear + "\nbudgets pool=fund amount=50000", bank: "ICBC", subject: "J1",
		},
		{
			name: "scaled", plan: plan(item(pooled(policy.ScaleRate))),
			facts: fullYear + "\nbudgets pool=fund amount=50000", bank: "ICBC", subject: "J1",
		},
		{
			name: "queued", plan: plan(item(pooled(policy.FirstComplete))),
			facts: fullYear + "\nbudgets pool=fund amount=50000\nfilings policy=linhai-2021-47 item=rc institution_id=ICBC subject_id=* completed_at=2022-01-05T10:00:00",
			bank:  "ICBC", subject: "J1",
		},
		{
			name: "reserved", plan: plan(item(pooled(policy.Reserve))),
			facts: fullYear + "\nbudgets pool=fund amount=0\nfilings policy=linhai-2021-47 item=rc institution_id=ICBC subject_id=J1 reserved_at=2021-11-05T10:00:00",
			bank:  "ICBC", subject: "J1",
		},
		{
			name: "decided, from a month on, waived", plan: plan(item(openRate(nil), func(it *policy.Item) { it.Base.From = settletest.Number("loans", "project.released_on") })),
			facts: "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 project_id=P balances=2021-01..2021-11:12000\nprojects project_id=P institution_id=ICBC name=扫码贷 released_on=2021-10-09" +
				"\ndecisions policy=linhai-2021-47 item=rc subject_id=ICBC rate=0.3 decided_by=市财政局\ndecisions policy=linhai-2021-47 item=rc subject_id=*", bank: "ICBC", subject: "J1",
		},
		{name: "each month, two rows, half up", plan: plan(item(limited(policy.PerInstitution, 1000*money.Wan), func(it *policy.Item) {
			it.Limit.EachMonth, it.Rounding.Mode = true, money.HalfUp
		})), facts: fullYear + "\nloans institution_id=ICBC loan_id=J2 enterprise_id=E2 balances=2021-01..2021-12:1", bank: "ICBC", subject: "J1"},
		{name: "each month, and the averages again", plan: plan(item(limited(policy.PerEnterprise, 1000*money.Wan), average(policy.MonthEndOutstanding), func(it *policy.Item) {
			it.Limit.EachMonth = true
		})), facts: halfYear + "loans institution_id=RCB loan_id=J2 enterprise_id=E1 closed_on=2021-07-01 balances=2021-01..2021-06:10000000", bank: "ICBC", subject: "J1"},
		{name: "each month, and no month is above", plan: plan(item(limited(policy.PerEnterprise, 2000*money.Wan), func(it *policy.Item) {
			it.Limit.EachMonth = true
		})), facts: fullYear, bank: "ICBC", subject: "J1"},
		{
			name: "deducted, paid to the enterprise", plan: func() *policy.Plan {
				p := plan(item(average(policy.Chronological), func(it *policy.Item) { it.Payee = policy.PayEnterprise }))
				p.Groups = []*policy.Group{{ID: "g", Clause: "三(四)15", Strategy: policy.DeductPaid, Items: p.Items}}
				return p
			}(), facts: "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 balances=" + whole + ":15000000\nbenefits benefit_id=1 policy=o payee_id=E1 institution_id=ICBC loan_id=J1 amount=123.45 paid_on=2021-06-01",
			bank: "ICBC", subject: "J1",
		},
		{
			name: "days", plan: plan(item(average(policy.DailyMean), func(it *policy.Item) { it.Rounding.Unit = 1 })),
			facts: halfYear + "loan_events institution_id=ICBC loan_id=J1 event_no=1 on=2021-07-01 kind=disburse amount=15000000", bank: "ICBC", subject: "J1",
		},
		{name: "taken back", plan: plan(item(pooled(policy.ProRata), func(it *policy.Item) {
			it.Rounding = money.Rounding{Unit: money.Wan, Mode: money.HalfUp}
		})), facts: fullYear + "\nbudgets pool=fund amount=76000", bank: "ICBC", subject: "J1"},
	})
}

func count(table string, fen money.Fen, change ...func(*policy.Item)) *policy.Plan {
	return plan(item(append([]func(*policy.Item){func(it *policy.Item) {
		it.Table, it.Base, it.Rate, it.Amount = fact.Lookup(table), policy.Base{}, nil, &policy.AmountTerm{Value: fen}
	}}, change...)...))
}

func TestSubjects(t *testing.T) {
	guarantees := fact.Lookup("guarantees")
	guarantee := "loans institution_id=ICBC loan_id=J1 enterprise_id=E1\nguarantees guarantee_id=G guarantor_id=X institution_id=ICBC loan_id=J1 enterprise_id=E1 amount=1 start_on=2021-01-01 end_on=2022-01-01"
	run(t, "subjects.txt", []golden{
		{name: "branch", plan: count("branches", 10*money.Wan), facts: "branches institution_id=RCB branch_id=B7 name=杜桥支行", bank: "RCB", subject: "B7"},
		{name: "enterprise of a bank", plan: count("enterprises", 500*money.Yuan, func(it *policy.Item) {
			it.Bank = &policy.Earliest{Table: guarantees, By: guarantees.Column("start_on")}
		}), facts: guarantee, subject: "E1"},
		{name: "enterprise itself", plan: count("enterprises", 500*money.Yuan, func(it *policy.Item) { it.Payee = policy.PayEnterprise }), subject: "E2"},
		{name: "institution", plan: count("institutions", 500*money.Yuan), subject: "RCB"},
		{name: "guarantee", plan: count("guarantees", 500*money.Yuan), facts: guarantee, bank: "ICBC", subject: "G"},
		{name: "collateral, of its value", plan: plan(item(func(it *policy.Item) {
			it.Table, it.Base = fact.Lookup("collaterals"), policy.Base{Of: settletest.Number("collaterals", "collateral.value")}
		})), facts: "loans institution_id=ICBC loan_id=J1 enterprise_id=E1\ncollaterals collateral_id=C institution_id=ICBC loan_id=J1 class=equipment value=1234567.89", bank: "ICBC", subject: "C"},
		{name: "project, an amount decided", plan: plan(item(func(it *policy.Item) {
			it.Table, it.Base, it.Rate, it.Amount = fact.Lookup("projects"), policy.Base{}, nil, &policy.AmountTerm{Open: true, Max: money.Wan}
		})), facts: "projects project_id=P institution_id=ICBC name=扫码贷\ndecisions policy=linhai-2021-47 item=rc subject_id=P amount=5000.00 decided_by=市财政局", bank: "ICBC", subject: "P"},
	})
}

// TestExcludedSentences: rows that meet the conditions and are not paid.
func TestExcludedSentences(t *testing.T) {
	other := item(func(it *policy.Item) { it.ID, it.Title = "first", "小微企业首贷户贷款风险补偿" })
	grouped := func(strategy policy.Strategy) *policy.Plan {
		rc := item()
		p := plan(rc, other)
		p.Groups = []*policy.Group{{ID: "once", Clause: "三(四)15，同一笔业务不重复享受", Strategy: strategy, Items: []*policy.Item{other, rc}}}
		return p
	}
	above := item(func(it *policy.Item) {
		it.Title = "信保业务风险补偿"
		it.Gate = &policy.Gate{Above: &policy.AboveAverage{When: settletest.Conditions("guarantees", `guarantee.scheme == "xinbao"`)}}
	})
	guaranteed := func(start1, end1, start2, end2 string) string {
		text := ""
		for i, bank := range []string{"ICBC", "RCB"} {
			text += fmt.Sprintf("loans institution_id=%[1]s loan_id=J%[2]d enterprise_id=E1 disbursed_on=2020-05-01 balances=2020-12..2020-12:%[3]s,2021-01..2021-11:0,2021-12..2021-12:%[4]s\n"+
				"guarantees guarantee_id=%[2]d guarantor_id=X institution_id=%[1]s loan_id=J%[2]d enterprise_id=E1 amount=1 scheme=xinbao start_on=2020-05-01 end_on=2025-01-01\n",
				bank, i+1, []string{start1, start2}[i], []string{end1, end2}[i])
		}
		return text
	}
	required := item(func(it *policy.Item) {
		it.Gate = &policy.Gate{Require: settletest.Conditions("institutions", "institution.local_legal_person", `institution.kind != "state_bank"`)}
	})
	firstLoan := item(func(it *policy.Item) { it.FirstLoan = policy.YearNotesOfFirstBank })
	twoBanks := "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 disbursed_on=2021-03-05 first_loan=1\nloans institution_id=RCB loan_id=J2 enterprise_id=E1 disbursed_on=2021-03-04 first_loan=1"
	run(t, "excluded.txt", []golden{
		{"lost to another item", grouped(policy.Priority), fullYear, "ICBC", "J1"},
		{"lost to an item filed first", grouped(policy.FirstFiled), fullYear, "ICBC", "J1"},
		{"another bank lent first", grouped(policy.OneInstitution), twoBanks, "ICBC", "J1"},
		{"below the mean, grown less", plan(above), guaranteed("100", "110", "1000", "1200"), "ICBC", "J1"},
		{"below the mean, fallen", plan(above), guaranteed("100", "55.55", "1000", "1200"), "ICBC", "J1"},
		{"below the mean, new", plan(above), guaranteed("0", "55.55", "1000", "1200"), "ICBC", "J1"},
		{"the payee fails", plan(required), fullYear, "ICBC", "J1"},
		{"the first bank is another", plan(firstLoan), twoBanks, "ICBC", "J1"},
	})
}

// TestWaitingSentences: rows that wait for a fact, a decision or a claim.
func TestWaitingSentences(t *testing.T) {
	when := func(sources ...string) *policy.Item {
		return item(func(it *policy.Item) { it.When = settletest.Conditions("loans", sources...) })
	}
	gate := item(func(it *policy.Item) {
		it.Gate = &policy.Gate{Above: &policy.AboveAverage{When: settletest.Conditions("guarantees", `guarantee.scheme == "xinbao"`)}}
	})
	require := item(func(it *policy.Item) {
		it.Payee, it.Gate = policy.PayEnterprise, &policy.Gate{Require: settletest.Conditions("enterprises", `enterprise.private`, `enterprise.employees > 0`)}
	})
	guarantee := "\nguarantees guarantee_id=1 guarantor_id=X institution_id=ICBC loan_id=J1 enterprise_id=E1 amount=1 start_on=2020-05-01 end_on=2025-01-01"
	of := func(source string) *policy.Item {
		return item(func(it *policy.Item) { it.Base = policy.Base{Of: settletest.Number("loans", source)} })
	}
	run(t, "waiting.txt", []golden{
		{"facts of a condition", plan(when(`borrower.private && loan.rate < percent("5")`)), fullYear, "ICBC", "J1"},
		{"beyond int64", plan(when(`loan.principal * 9223372036854775807 > 0`)), fullYear, "ICBC", "J1"},
		{"a fact of another table", plan(item(func(it *policy.Item) {
			it.Related = []policy.Related{{Table: fact.Lookup("collaterals"), When: settletest.ChildConditions("loans", "collaterals", `collateral.registered_on <= loan.disbursed_on`)}}
		})), fullYear + "\ncollaterals collateral_id=C institution_id=ICBC loan_id=J1 class=equipment", "ICBC", "J1"},
		{"first loan", plan(item(func(it *policy.Item) { it.FirstLoan = policy.FirstNote })), fullYear, "ICBC", "J1"},
		{"the mean of all", plan(gate), fullYear + guarantee, "ICBC", "J1"},
		{"a fact of the payee", plan(require), fullYear, "ICBC", "J1"},
		{"the base", plan(of("borrower.credit_line")), fullYear, "ICBC", "J1"},
		{"the base beyond int64", plan(of("loan.principal * 9223372036854775807")), fullYear, "ICBC", "J1"},
		{"the month to reckon from", plan(item(func(it *policy.Item) { it.Base.From = settletest.Number("loans", "branch.opened_on") })), fullYear, "ICBC", "J1"},
		{"month ends", plan(item()), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 balances=2021-01..2021-10:1", "ICBC", "J1"},
		{"events", plan(item(average(policy.DailyMean))), fullYear, "ICBC", "J1"},
		{"a rate", plan(item(openRate(nil))), fullYear, "ICBC", "J1"},
		{"an amount", plan(item(func(it *policy.Item) {
			it.Base, it.Rate, it.Amount = policy.Base{}, nil, &policy.AmountTerm{Open: true, Min: 10 * money.Yuan, Max: money.Wan}
		})), fullYear, "ICBC", "J1"},
		{"a claim", plan(item(pooled(policy.FirstComplete))), fullYear + "\nbudgets pool=fund amount=1", "ICBC", "J1"},
	})
}

// TestNotSelectedSentences: which condition fails, and what would be needed.
func TestNotSelectedSentences(t *testing.T) {
	tech := item(func(it *policy.Item) {
		it.When = settletest.Conditions("loans", "borrower.tech", "borrower.annual_sales <= wan(3000)", `loan.quality == "normal"`)
	})
	chattel := func(not bool) *policy.Item {
		return item(func(it *policy.Item) {
			it.Related = []policy.Related{{Table: fact.Lookup("collaterals"), Not: not, When: settletest.ChildConditions("loans", "collaterals",
				`collateral.class in ["equipment", "product"]`, `collateral.registration_no != ""`)}}
		})
	}
	first := func(reading policy.FirstLoan) *policy.Plan {
		return plan(item(func(it *policy.Item) { it.FirstLoan = reading }))
	}
	guarantees := fact.Lookup("guarantees")
	run(t, "not_selected.txt", []golden{
		{"two conditions", plan(tech), "loans institution_id=ICBC loan_id=J1 enterprise_id=E2 quality=normal", "ICBC", "J1"},
		{"one condition, another unknown", plan(tech), "loans institution_id=ICBC loan_id=J1 enterprise_id=E2", "ICBC", "J1"},
		{"no such collateral", plan(chattel(false)), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1\ncollaterals collateral_id=C institution_id=ICBC loan_id=J1 class=patent", "ICBC", "J1"},
		{"a collateral too many", plan(chattel(true)), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1\ncollaterals collateral_id=C institution_id=ICBC loan_id=J1 class=product registration_no=9", "ICBC", "J1"},
		{"disbursed outside the scope", first(policy.FirstNote), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 disbursed_on=2022-01-01 first_loan=1", "ICBC", "J1"},
		{"a loan before", first(policy.YearNotesAllBanks), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 first_loan=1\nloans institution_id=RCB loan_id=J0 enterprise_id=E1 disbursed_on=2020-12-31", "ICBC", "J1"},
		{"not attested", first(policy.YearNotesOfFirstBank), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 first_loan=0", "ICBC", "J1"},
		{"not the first note", first(policy.FirstNote), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 first_loan=1\nloans institution_id=ICBC loan_id=J0 enterprise_id=E1 first_loan=1", "ICBC", "J1"},
		{"no bank", count("enterprises", 1, func(it *policy.Item) {
			it.Bank = &policy.Earliest{Table: guarantees, By: guarantees.Column("start_on"), When: settletest.ChildConditions("enterprises", "guarantees", "guarantee.first_guarantee")}
		}), "", "", "E3"},
		{"nothing to reckon from", plan(item()), "loans institution_id=ICBC loan_id=J1 enterprise_id=E1 disbursed_on=2022-02-02", "ICBC", "J1"},
		{
			"nothing to reckon from, of an amount", plan(item(func(it *policy.Item) {
				it.Base = policy.Base{Of: settletest.Number("loans", "loan.principal - yuan(1)")}
			})),
			"loans institution_id=ICBC loan_id=J1 enterprise_id=E1", "ICBC", "J1",
		},
	})
}
