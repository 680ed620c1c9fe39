package sqlgen

import (
	"fmt"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// amount makes <item>_amount: the rows of an item that have come to the gate, each
// with its amount or with the reason why it has none.
func (g *generator) amount(it *policy.Item) {
	b := &block{}
	g.base(b, it)
	g.limit(b, it)
	columns := []string{"s.institution_id", "s.subject_id", "s.enterprise_id", "s.payee_id", "s.base", "s.limited_base"}
	kept := []string{"institution_id", "subject_id", "enterprise_id", "payee_id", "base", "limited_base"}
	rate, amount, join := g.term(b, it)
	columns = append(columns, rate+" AS rate", amount+" AS fixed")
	reason := "CASE WHEN rate IS NULL OR fixed IS NULL THEN 'undecided'"
	if queues(it) {
		join += g.filings(it, "completed_at", "reserved_at")
		times := filed("completed_at") + " AS completed_at"
		claim := "completed_at"
		if it.Pool.Allocator == policy.Reserve {
			times += ", " + filed("reserved_at") + " AS reserved_at"
			claim = "COALESCE(reserved_at, completed_at)"
		}
		g.facts("budgets", "pool", "amount")
		columns = append(columns, times)
		reason += fmt.Sprintf(" WHEN %s IS NULL AND (SELECT COUNT(*) FROM budgets WHERE pool = %s) > 0 THEN 'no_claim'", claim, literal(it.Pool.ID))
	}
	b.add("termed", "6 比例或金额 rate", "SELECT\n"+list(columns...)+"\nFROM limited AS s"+join)
	value := "fixed"
	if it.Rate != nil {
		value = halfUp(g.d, g.d.wide("limited_base")+" * rate", fmt.Sprint(int64(money.One)))
	}
	b.add("rated", "", "SELECT *, "+g.d.ordered("("+reason+" END)")+" AS reason\nFROM termed")
	queued := []string{}
	if queues(it) {
		queued = append(queued, "completed_at")
		if it.Pool.Allocator == policy.Reserve {
			queued = append(queued, "reserved_at")
		}
	}
	done := append(append(append([]string{}, kept...), "rate", "CASE WHEN reason IS NULL THEN "+value+" END AS amount", "reason", g.d.text("")+" AS detail"), queued...)
	held := append(append([]string{}, kept[:5]...), "NULL AS limited_base", "NULL AS rate", "NULL AS amount", "held AS reason", "held_detail AS detail")
	for range queued {
		held = append(held, "NULL")
	}
	g.step(g.items[it]+"_amount", title(it, "3–6 准入、基数、限额、金额 gate, base, limit, rate", "", "amount = base × rate, half up to the fen; rows without one carry the reason"),
		b.query("SELECT "+commas(done)+"\nFROM rated\nUNION ALL\nSELECT "+commas(held)+"\nFROM based\nWHERE held IS NOT NULL"))
}

// queues tells whether rows of an item wait in line for their pool.
func queues(it *policy.Item) bool {
	return it.Pool != nil && (it.Pool.Allocator == policy.FirstComplete || it.Pool.Allocator == policy.Reserve)
}

// term returns the rate and the fixed amount of row s, each 0 where the item has
// none and NULL where nobody has decided, and what must be joined for them.
func (g *generator) term(b *block, it *policy.Item) (rate, amount, join string) {
	decided := func(column string, byDefault *int64) string {
		g.decisions(b, it)
		x := fmt.Sprintf("COALESCE(d_row.%[1]s, d_institution.%[1]s, d_enterprise.%[1]s, d_all.%[1]s", column)
		if byDefault != nil {
			x += ", " + number(*byDefault)
		}
		return x + ")"
	}
	if t := it.Rate; t != nil {
		if !t.Open {
			return "CAST(" + number(int64(t.Value)) + " AS BIGINT)", "CAST(0 AS BIGINT)", ""
		}
		return decided("rate", (*int64)(t.Default)), "CAST(0 AS BIGINT)", joinDecisions
	}
	t := it.Amount
	if !t.Open {
		return "CAST(0 AS BIGINT)", "CAST(" + number(int64(t.Value)) + " AS BIGINT)", ""
	}
	return "CAST(0 AS BIGINT)", decided("amount", (*int64)(t.Default)), joinDecisions
}

// perGroup is the column that says which rows are limited or capped together, ""
// when all are.
func perGroup(p policy.PerGroup) string {
	switch p {
	case policy.PerEnterprise:
		return "enterprise_id"
	case policy.PerInstitution:
		return "institution_id"
	}
	return ""
}

// rowKey is the order of rows of one item.
const rowKey = "institution_id, subject_id"

// limit adds "limited": the rows with a base, and what the limit leaves of it.
func (g *generator) limit(b *block, it *policy.Item) {
	b.add("bases", "", "SELECT *\nFROM based\nWHERE held IS NULL AND base > 0")
	l := it.Limit
	if l == nil {
		b.add("limited", "", "SELECT *, base AS limited_base\nFROM bases")
		return
	}
	from, weight := "bases", "base"
	if l.EachMonth {
		from, weight = g.limitMonths(b, it)
	}
	g.share(b, "limited", fmt.Sprintf("5 限额 limit：每%s合计不超过%s  the sum of each %s is at most this", perWords[l.Per], l.Amount.Human(), l.Per), sharing{
		from: from, weight: weight, group: perGroup(l.Per), total: number(int64(l.Amount)),
		when: "group_sum > " + number(int64(l.Amount)), order: rowKey, into: "limited_base",
	})
}

var perWords = map[policy.PerGroup]string{policy.PerEnterprise: "企业", policy.PerInstitution: "机构", policy.PerItem: "项目"}

// limitMonths adds "monthly_limited": the rows with the average of what the limit
// leaves of their balances in every month; it returns that and the average's column.
func (g *generator) limitMonths(b *block, it *policy.Item) (from, average string) {
	l, a := it.Limit, g.average(it)
	values, balance, weight := "", "CASE n.month", "CASE month"
	for n, i := range a.months {
		if n > 0 {
			values += ", "
		}
		values += fmt.Sprintf("(%d)", i)
		balance += fmt.Sprintf(" WHEN %d THEN b%d", i, i)
		weight += fmt.Sprintf(" WHEN %d THEN %d", i, a.weights[n])
	}
	if values == "" { // no month counts, and no row has a base
		return "bases", "base"
	}
	b.add("by_month", "逐月的余额  the balances month by month", fmt.Sprintf(
		"SELECT s.institution_id, s.subject_id, s.enterprise_id, n.month, %s END AS balance\nFROM bases AS s\nCROSS JOIN (VALUES %s) AS n(month)", balance, values))
	group := "month"
	if p := perGroup(l.Per); p != "" {
		group = p + ", month"
	}
	g.share(b, "month_limited", fmt.Sprintf("5 逐月限额 limit of every month：每%s合计不超过%s", perWords[l.Per], l.Amount.Human()), sharing{
		from: "by_month", weight: "balance", group: group, total: number(int64(l.Amount)),
		when: "group_sum > " + number(int64(l.Amount)), order: rowKey, into: "limited_balance",
	})
	divisor := fmt.Sprint(a.divisor)
	if a.divisor == 0 {
		divisor = "SUM(CASE WHEN limited_balance > 0 THEN 1 ELSE 0 END)"
	}
	b.add("month_means", "", fmt.Sprintf("SELECT institution_id, subject_id, SUM(%s * (%s END)) AS left_total, %s AS left_divisor\nFROM month_limited\nGROUP BY institution_id, subject_id",
		g.d.wide("limited_balance"), weight, divisor))
	b.add("monthly_limited", "限额后的余额再平均  the averages of what is left", "SELECT s.*,\n  CASE WHEN m.left_divisor = 0 THEN 0 ELSE "+halfUp(g.d, "m.left_total", "m.left_divisor")+
		" END AS monthly_base\nFROM bases AS s\nJOIN month_means AS m ON m.institution_id = s.institution_id AND m.subject_id = s.subject_id")
	return "monthly_limited", "monthly_base"
}
