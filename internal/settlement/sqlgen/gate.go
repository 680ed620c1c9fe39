package sqlgen

import (
	"fmt"

	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
)

// gate makes <item>_gate: the payees that have a row at the gate of an item, and
// whether they pass (NULL: it cannot be known).
func (g *generator) gate(it *policy.Item) {
	if it.Gate == nil {
		return
	}
	b := &block{}
	b.add("payees", "有行到达本关的收款人  payees that have a row here", fmt.Sprintf("SELECT DISTINCT s.%s AS payee_id\nFROM %s_select AS s\nWHERE s.reason IS NULL%s",
		payee(it), g.items[it], g.notLost(it, nil)))
	if it.Gate.Above != nil {
		g.aboveAverage(b, it)
		return
	}
	table := fact.Lookup("institutions")
	if it.Payee == policy.PayEnterprise {
		table = fact.Lookup("enterprises")
	}
	if l := it.Table.LinkTo(table.Name); l != nil {
		g.check(it.Table, l)
	}
	f := g.rowFrame(table)
	v := g.judge(f, it.Gate.Require)
	g.read(table, table.Key[0])
	b.add("answered", "", "SELECT\n"+list(append([]string{"payees.payee_id"}, v.columns...)...)+
		fmt.Sprintf("\nFROM payees\nLEFT JOIN %[1]s AS %[2]s ON %[2]s.%[3]s = payees.payee_id", table.Name, table.Row, table.Key[0]))
	g.step(g.items[it]+"_gate", title(it, "3 准入 gate", describe(it.Gate.Require), "a payee passes when all conditions on it hold"),
		b.query("SELECT payee_id, "+v.all()+" AS passed\nFROM answered"))
}

// payee is the column of a row that says who is paid.
func payee(it *policy.Item) string {
	if it.Payee == policy.PayEnterprise {
		return "enterprise_id"
	}
	return "institution_id"
}

// aboveAverage compares every payee's guarantee balance with those of all
// institutions, at the end of the month before the scope (at 0) and of the scope (at 1).
func (g *generator) aboveAverage(b *block, it *policy.Item) {
	f := g.rowFrame(fact.Lookup("guarantees"))
	v := g.judge(f, it.Gate.Above.When)
	g.facts("guarantees", "institution_id", "loan_id", "start_on", "end_on", "released_on", "compensated_on", "share")
	g.check(fact.Lookup("guarantees"), fact.Lookup("guarantees").Link("loan"))
	inForce := func(last int32) string {
		return fmt.Sprintf("(guarantee.start_on <= %[1]d AND guarantee.end_on >= %[1]d AND guarantee.released_on > %[1]d AND guarantee.compensated_on > %[1]d)", last)
	}
	months := g.months()
	b.add("answered", "在保的担保：期初、期末  guarantees in force at the start and at the end", "SELECT guarantee.institution_id, guarantee.loan_id, guarantee.share,\n"+
		list(append([]string{inForce(int32(months[0].Last())) + " AS at_start", inForce(int32(g.plan.Scope.Last)) + " AS at_end"}, v.columns...)...)+"\n"+f.source())
	b.add("guarantees_in_force", "", "SELECT *, "+v.all()+" AS holds\nFROM answered\nWHERE (at_start OR at_end) AND "+v.notOut())
	b.add("dated", "", "SELECT institution_id, loan_id, share, 0 AS at_end\nFROM guarantees_in_force\nWHERE holds AND at_start\nUNION ALL\n"+
		"SELECT institution_id, loan_id, share, 1 AS at_end\nFROM guarantees_in_force\nWHERE holds AND at_end")
	b.add("notes", "一笔借据有多笔担保只计一次  a note with several guarantees counts once",
		"SELECT institution_id, loan_id, at_end, SUM(share) AS share, COUNT(*) - COUNT(share) AS shares_unknown\nFROM dated\nGROUP BY institution_id, loan_id, at_end")
	b.add("month_ends", "", fmt.Sprintf("SELECT notes.*, CASE WHEN notes.at_end = 1 THEN m.m%d ELSE m.m0 END AS month_end\nFROM notes\nLEFT JOIN %s AS m ON m.institution_id = notes.institution_id AND m.loan_id = notes.loan_id",
		len(months)-1, g.loanMonths()))
	balance, unknown := "month_end", "month_end IS NULL"
	if it.Gate.Above.Share {
		share := fmt.Sprintf("CASE WHEN share > %[1]d THEN %[1]d ELSE share END", money.One)
		balance = halfUp(g.d, g.d.wide("month_end")+" * "+narrow(share), fmt.Sprint(int64(money.One)))
		unknown += " OR shares_unknown > 0"
	}
	b.add("balances", "", "SELECT institution_id, at_end, "+balance+" AS balance, CASE WHEN "+unknown+" THEN 1 ELSE 0 END AS is_unknown\nFROM month_ends")
	b.add("known", "缺一项则全体未知：平均数要用到所有机构  one thing unknown makes it unknown for all, since the mean needs all institutions",
		"SELECT COUNT(*) = 0 AS known\nFROM (\n  SELECT 1 AS one FROM guarantees_in_force WHERE holds IS NULL\n  UNION ALL\n  SELECT 1 AS one FROM balances WHERE is_unknown = 1\n) AS unknowns")
	b.add("institution_balances", "", "SELECT institution_id,\n"+list(
		narrow("SUM(CASE WHEN at_end = 0 THEN balance ELSE 0 END)")+" AS balance_start", narrow("SUM(CASE WHEN at_end = 1 THEN balance ELSE 0 END)")+" AS balance_end")+
		"\nFROM balances\nGROUP BY institution_id")
	b.add("sums", "", "SELECT\n"+list(narrow("COALESCE(SUM(balance_start), 0)")+" AS sum_start", narrow("COALESCE(SUM(balance_end), 0)")+" AS sum_end",
		"COUNT(CASE WHEN balance_start > 0 OR balance_end > 0 THEN 1 END) AS institutions")+"\nFROM institution_balances")
	b.add("compared", "", "SELECT payees.payee_id, known.known, COALESCE(i.balance_start, 0) AS balance_start, COALESCE(i.balance_end, 0) AS balance_end,\n  sums.sum_start, sums.sum_end, sums.institutions\n"+
		"FROM payees\nCROSS JOIN known\nCROSS JOIN sums\nLEFT JOIN institution_balances AS i ON i.institution_id = payees.payee_id")
	w := g.d.wide
	passed := "(" + w("balance_end") + " * institutions > sum_end)\n    OR (balance_start > 0 AND (" + w("balance_end") + " - balance_start) * sum_start > (" + w("sum_end") + " - sum_start) * balance_start)"
	columns := "payee_id, CASE WHEN known THEN " + passed + " END AS passed"
	for _, c := range []string{"balance_start", "balance_end", "sum_start", "sum_end", "institutions"} {
		columns += fmt.Sprintf(",\n  CASE WHEN known THEN %[1]s ELSE 0 END AS %[1]s", c)
	}
	g.step(g.items[it]+"_gate", title(it, "3 准入 gate", "期末在保余额高于平均，或增幅高于全体", "the balance at the end is above the mean, or has grown by more than the sum"),
		b.query("SELECT "+columns+"\nFROM compared"))
}
