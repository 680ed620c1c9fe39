package policy_test

import (
	"slices"
	"testing"

	"changrong/internal/policy"
)

const caseFile = "cases/outlets.yaml"

func TestLoadRefusesCases(t *testing.T) {
	for _, c := range []struct {
		what, code, file string
		line             int
		edits            []edit
	}{
		{"an unknown item", "pack.unknown_item", caseFile, 1, []edit{{caseFile, "item: outlets", "item: outlet"}}},
		{"an unknown item of a total", "pack.unknown_item", caseFile, 10, []edit{{caseFile, "{payee:", "{item: outlet, payee:"}}},
		{"no item at all", "pack.unknown_item", caseFile, 2, []edit{{caseFile, "item: outlets\n", ""}}},
		{"an unknown table", "pack.unknown_table", caseFile, 3, []edit{{caseFile, "branches:", "outlets:"}}},
		{"an unknown column", "pack.unknown_column", caseFile, 7, []edit{{caseFile, "name: n,", "name: n, colour: red,"}}},
		{"a derived column", "pack.unknown_column", caseFile, 7, []edit{{caseFile, "branches:\n", "loans:\n"}, {caseFile, "name: n, review_year: 2024", "opening_balance: 1"}}},
		{"an unknown reading", "pack.reading_value", caseFile, 5, []edit{{caseFile, "    facts:", "    readings: {averages: daily_mean}\n    facts:"}}},
		{"an unknown value", "pack.reading_value", caseFile, 5, []edit{{caseFile, "    facts:", "    readings: {average: guess}\n    facts:"}}},
		{"an unknown reason", "pack.enum", caseFile, 10, []edit{{caseFile, "      totals:\n        - {payee: 91331082DEM090013U, rows: 1, paid: 20000}", "      set_aside:\n        - {subject: b, reason: because}"}}},
		{"an unknown indicator", "pack.unknown_indicator", caseFile, 11, []edit{{caseFile, "paid: 20000}\n", "paid: 20000}\n      indicators: [{id: nothing, value: 1}]\n"}}},
		{"an amount with commas", "money.amount", caseFile, 10, []edit{{caseFile, "paid: 20000", `paid: "20,000"`}}},
		{"half a row", "pack.quantity", caseFile, 10, []edit{{caseFile, "rows: 1", "rows: 1.5"}}},
		{"no arithmetic", "pack.required", caseFile, 3, []edit{{caseFile, "    why: 一家二万元\n", ""}}},
		{"months upside down", "pack.span", caseFile, 7, []edit{{caseFile, "branches:\n", "month_balances:\n"}, {caseFile, "branch_id: b, name: n, review_year: 2024", "loan_id: l, balance: 1, month: 2024-12..2024-01"}}},
		{"months without end", "civil.month", caseFile, 7, []edit{{caseFile, "branches:\n", "month_balances:\n"}, {caseFile, "branch_id: b, name: n, review_year: 2024", "loan_id: l, balance: 1, month: 2024-12.."}}},
		{"defaults of no table", "pack.unknown_table", "cases/_shared.yaml", 0, []edit{{"cases/_shared.yaml", "", "defaults: {outlets: {name: n}}\n"}}},
		{"a default of no column", "pack.unknown_column", caseFile, 1, []edit{{"cases/_shared.yaml", "", "defaults: {branches: {colour: red}}\n"}}},
	} {
		refuses(t, c.what, c.code, c.file, c.line, 0, c.edits...)
	}
}

func TestCasesAreWrittenOut(t *testing.T) {
	p, err := policy.Load(edited(t,
		edit{"cases/_shared.yaml", "", `names: {bank_a: 91331082DEM090013U, firm_a: 91331082DEM091016C}
defaults:
  loans: {institution_id: bank_a, enterprise_id: firm_a, disbursed_on: 2024-01-02, due_on: 2025-01-02}
facts:
  institutions:
    - {institution_id: bank_a, name: n, kind: other, local_legal_person: 1}
`},
		edit{"cases/loans.yaml", "", `item: loans
given:
  enterprises:
    - {enterprise_id: firm_a, name: n, kind: enterprise}
cases:
  - name: a
    why: w
    readings: {average: daily_mean}
    facts:
      loans:
        - {loan_id: "1", principal: 1.5亿元, rate: 4.35%}
        - {loan_id: "2", principal: 100, due_on: ""}
      month_balances:
        - {institution_id: bank_a, loan_id: "1", month: 2024-11..2025-01, balance: 20万元}
      decisions:
        - {policy: mini-2024, item: loans, subject_id: firm_a, rate: 0.4%}
      budgets: []
    expect:
      totals:
        - {payee: bank_a, base: 1.5亿元, amount: 1.50, pool_amount: 1, paid: 0}
        - {item: tech, payee: firm_a, rows: 2, paid: 1万元}
      excluded:
        - {subject: firm_a, reason: other_bank, detail: bank_a}
  - name: b
    why: w
    expect:
      refused: settlement.decision_range
`}))
	if err != nil {
		t.Fatal(err)
	}
	var f *policy.CaseFile
	for _, have := range p.Cases {
		if have.Item == "loans" {
			f = have
		}
	}
	c := f.Cases[0]
	for what, same := range map[string]bool{
		"names and defaults": c.Facts["loans"][0]["institution_id"] == "91331082DEM090013U" && c.Facts["loans"][0]["due_on"] == "2025-01-02",
		"quantities":         c.Facts["loans"][0]["principal"] == "150000000.00" && c.Facts["loans"][0]["rate"] == "4.35",
		"an empty cell":      c.Facts["loans"][1]["due_on"] == "" && c.Facts["loans"][1]["principal"] == "100",
		"months":             len(c.Facts["month_balances"]) == 3 && c.Facts["month_balances"][2]["month"] == "2025-01",
		"subjects":           c.Facts["decisions"][0]["subject_id"] == "91331082DEM091016C",
		"an empty table":     c.Facts["budgets"] != nil && len(c.Facts["budgets"]) == 0,
		"shared and given":   len(c.Facts["institutions"]) == 1 && len(c.Facts["enterprises"]) == 1,
		"items":              slices.Equal(c.Items, []string{"loans", "tech"}),
		"readings":           c.Readings["average"] == "daily_mean",
		"totals":             *c.Totals[0].Base == 150_000_000_00 && *c.Totals[0].Amount == 150 && c.Totals[0].Rows == nil && *c.Totals[1].Rows == 2 && c.Totals[1].Paid == 10_000_00,
		"details":            c.Excluded[0].Detail == "91331082DEM090013U" && c.Excluded[0].Subject == "91331082DEM091016C",
		"place":              c.At.File == "cases/loans.yaml" && c.At.Line == 6,
		"a refusal":          f.Cases[1].Refused == "settlement.decision_range",
	} {
		if !same {
			t.Errorf("%s: %+v", what, c)
		}
	}
}
