package sqlgen

import (
	"fmt"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// round makes the tables "settled", every row with its amount after the pool;
// "totals", what each payee is paid of an item; and "lines", that spread over rows.
func (g *generator) round() {
	var rows []string
	scale := g.fractions()
	for _, it := range g.plan.Items {
		pooled, join, pool := "s.capped", "", g.d.ordered("CAST(NULL AS VARCHAR)")
		if it.Pool != nil {
			pooled, pool = "p.pooled", g.d.text(it.Pool.ID)
			join = fmt.Sprintf("\nJOIN %s_pool AS p ON p.item = %s AND p.institution_id = s.institution_id AND p.subject_id = s.subject_id", g.pools[it.Pool], literal(it.ID))
		}
		u, up := unit(it.Rounding), 0
		if it.Rounding.Mode == money.HalfUp {
			up = 1
		}
		rows = append(rows, fmt.Sprintf("SELECT %s AS item, s.payee_id, s.institution_id, s.subject_id, s.enterprise_id,\n  s.base, s.limited_base, s.rate, s.amount, s.deducted, s.capped, %s AS pooled,\n  CAST(%d AS BIGINT) AS unit, CAST(%d AS BIGINT) AS fraction_of_one, %d AS half_up, %s AS pool\nFROM %s_cap AS s%s",
			g.d.text(it.ID), pooled, u, scale/u, up, pool, g.items[it], join))
	}
	g.step("settled", "各项目各行，第8步之后；unit为取整单位（分）\nevery row of every item after step 8; unit is what is rounded to, in fen", unionAll(rows, g.noRows(settledColumns)))
	g.totals()
	b := &block{}
	b.add("targets", "", "SELECT s.*, t.paid AS payee_paid\nFROM settled AS s\nJOIN totals AS t ON t.item = s.item AND t.payee_id = s.payee_id")
	g.share(b, "shared", "按第8步金额分到各行  spread over the rows in proportion to step 8", sharing{
		from: "targets", weight: "pooled", group: "item, payee_id", total: "payee_paid", when: "group_sum > 0", order: rowKey, into: "paid",
	})
	g.step("lines", "9 取整 round：各行  line by line", b.query("SELECT item, payee_id, institution_id, subject_id, enterprise_id, base, limited_base, rate, amount, deducted, capped, pooled, "+narrow("paid")+" AS paid\nFROM shared"))
}

// settledColumns are the columns of "settled": texts, then integers.
var settledColumns = struct{ texts, integers []string }{
	[]string{"item", "payee_id", "institution_id", "subject_id", "enterprise_id", "pool"},
	[]string{"base", "limited_base", "rate", "amount", "deducted", "capped", "pooled", "unit", "fraction_of_one", "half_up"},
}

// noRows is a query of no rows with columns of these names.
func (g *generator) noRows(columns struct{ texts, integers []string }) string {
	var all []string
	for _, c := range columns.texts {
		all = append(all, g.d.text("")+" AS "+c)
	}
	for _, c := range columns.integers {
		all = append(all, "CAST(0 AS BIGINT) AS "+c)
	}
	return "SELECT " + commas(all) + "\nWHERE FALSE"
}

func unit(r money.Rounding) int64 { return max(1, int64(r.Unit)) }

// fractions is the least common multiple of the units of all items: a remainder
// times it over the unit tells fractions of different units apart.
func (g *generator) fractions() int64 {
	all := int64(1)
	for _, it := range g.plan.Items {
		a, b := all, unit(it.Rounding)
		for b != 0 {
			a, b = b, a%b
		}
		all = all / a * unit(it.Rounding)
	}
	return all
}

// totals makes the table "totals": rounded, with units given back where rounding
// up has broken a pool.
func (g *generator) totals() {
	b := &block{}
	b.add("sums", "", "SELECT item, payee_id, pool, unit, fraction_of_one, half_up, COUNT(*) AS row_count,\n"+list(
		narrow("SUM(base)")+" AS base", narrow("SUM(capped)")+" AS amount", narrow("SUM(pooled)")+" AS pooled")+
		"\nFROM settled\nGROUP BY item, payee_id, pool, unit, fraction_of_one, half_up")
	b.add("fractions", "", "SELECT *, mod(pooled, unit) AS fraction\nFROM sums")
	b.add("rounded", "", "SELECT *, CASE WHEN half_up = 1 AND fraction > 0 AND fraction >= unit - fraction THEN 1 ELSE 0 END AS raised\nFROM fractions")
	b.add("budgeted", "资金池的支付额与额度  what a pool pays, and its size", fmt.Sprintf(
		"SELECT r.*, %s + raised * unit AS rounded_amount, budgets.amount AS budget,\n  SUM(r.pooled - fraction + raised * unit) OVER (PARTITION BY r.pool) AS pool_paid,\n  %s AS given_back\nFROM rounded AS r\nLEFT JOIN %s ON budgets.pool = r.pool",
		"r.pooled - fraction", sumBefore("CASE WHEN raised = 1 THEN unit ELSE 0 END", "r.pool", "raised DESC, fraction * fraction_of_one, r.item DESC, r.payee_id DESC"),
		g.facts("budgets", "pool", "amount")))
	g.step("totals", "9 取整 round：每个收款人每个项目；进位突破资金池时从小数最小的退回\nper payee and item; where rounding up breaks a pool, units are given back, the smallest fraction first",
		b.query("SELECT item, payee_id, row_count, base, amount, pooled,\n  "+narrow("CASE WHEN raised = 1 AND pool_paid - COALESCE(given_back, 0) > budget THEN rounded_amount - unit ELSE rounded_amount END")+" AS paid\nFROM budgeted"))
}

// poolRate is the rate a pool was scaled to, 0 where it was not.
func (g *generator) poolRate(p *policy.Pool) string {
	if p.Allocator != policy.ScaleRate || len(g.members(p)) == 0 {
		return "CAST(0 AS BIGINT)"
	}
	return "COALESCE((SELECT MAX(rate) FROM " + g.pools[p] + "_rate), 0)"
}
