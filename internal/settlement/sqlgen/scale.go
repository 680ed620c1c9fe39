package sqlgen

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// scale makes the tables of a pool that scales the rate: <pool>_rows, what steps 6
// and 7 need; <pool>_rate, the highest rate at which the total fits, NULL when it
// fits anyway; <pool>_pool, steps 6 and 7 again at that rate.
func (g *generator) scale(p *policy.Pool, items []*policy.Item) {
	groups := g.scaledGroups(items)
	g.scaleRows(p, items, groups)
	g.scaleRate(p, items, groups)
	b := &block{}
	b.add("scaled", "", "SELECT r.*, CASE WHEN f.rate < r.rate THEN f.rate ELSE r.rate END AS at_rate\nFROM "+g.pools[p]+"_rows AS r\nCROSS JOIN "+g.pools[p]+"_rate AS f")
	due := g.dueAt("scaled", groups, "")
	b.add("due", "", "SELECT *, "+narrow("amount")+" AS due\nFROM (\n"+indent(due)+"\n) AS amounts")
	g.share(b, "shared", "7 封顶 cap", sharing{
		from: "due", weight: "due", group: "item, cap_group", total: "cap_amount", when: "group_sum > cap_amount",
		order: rowKey, into: "pooled",
	})
	g.step(g.pools[p]+"_pool", fmt.Sprintf("%s 资金池（%s，%s）\n8 分配 pool：按该比例重算6、7两步  steps 6 and 7 again at that rate", p.Clause, p.ID, p.Allocator),
		b.query("SELECT item, institution_id, subject_id, "+narrow("pooled")+" AS pooled\nFROM shared"))
}

// scaledGroups are the groups that deduct benefits from any of items, in order.
func (g *generator) scaledGroups(items []*policy.Item) []*policy.Group {
	var groups []*policy.Group
	for _, group := range g.plan.Groups {
		if group.Strategy == policy.DeductPaid && slices.ContainsFunc(items, func(it *policy.Item) bool { return slices.Contains(group.Items, it) }) {
			groups = append(groups, group)
		}
	}
	return groups
}

// scaleRows makes <pool>_rows. benefit<i> is what group i has to subtract from the
// row's note, less what it has subtracted from rows outside the pool, which stay as
// they are; place<i> is the place of the item in the group.
func (g *generator) scaleRows(p *policy.Pool, items []*policy.Item, groups []*policy.Group) {
	b := &block{}
	for i, group := range groups {
		inside := make([]string, len(items))
		for n, it := range items {
			inside[n] = literal(it.ID)
		}
		b.add(fmt.Sprintf("outside_%d", i+1), "", fmt.Sprintf("SELECT institution_id, subject_id, SUM(deducted) AS deducted\nFROM %s_deduct\nWHERE item NOT IN (%s)\nGROUP BY institution_id, subject_id",
			g.groups[group], commas(inside)))
	}
	var rows []string
	for _, it := range items {
		cap, group := "CAST(NULL AS BIGINT)", g.d.text("")
		if it.Cap != nil {
			cap = "CAST(" + number(int64(it.Cap.Amount)) + " AS BIGINT)"
			if column := perGroup(it.Cap.Per); column != "" {
				group = "s." + column
			}
		}
		columns := []string{g.d.text(it.ID) + " AS item", "s.institution_id", "s.subject_id", "s.limited_base", "s.rate", "s.capped", cap + " AS cap_amount", group + " AS cap_group"}
		join := ""
		for i, deducting := range groups {
			place := slices.Index(deducting.Items, it)
			if place < 0 {
				columns = append(columns, fmt.Sprintf("CAST(NULL AS BIGINT) AS benefit%[1]d, 0 AS place%[1]d", i+1))
				continue
			}
			columns = append(columns, fmt.Sprintf("%s AS benefit%d, %d AS place%d", narrow(fmt.Sprintf("b%[1]d.amount - COALESCE(o%[1]d.deducted, 0)", i+1)), i+1, place+1, i+1))
			join += fmt.Sprintf("\nLEFT JOIN %[2]s AS b%[1]d ON b%[1]d.institution_id = s.institution_id AND b%[1]d.loan_id = s.subject_id"+
				"\nLEFT JOIN outside_%[1]d AS o%[1]d ON o%[1]d.institution_id = s.institution_id AND o%[1]d.subject_id = s.subject_id", i+1, g.loanBenefits())
		}
		rows = append(rows, "SELECT\n"+list(columns...)+"\nFROM "+g.items[it]+"_cap AS s"+join)
	}
	g.step(g.pools[p]+"_rows", fmt.Sprintf("%s 资金池（%s）的各行  the rows of the pool", p.Clause, p.ID), b.query(unionAll(rows, "")))
}

// dueAt is a query of rows with amount, what steps 6 and the deductions leave at
// the rate in column at_rate. search names further columns that tell apart the rates
// tried, of which there is one at a time.
func (g *generator) dueAt(from string, groups []*policy.Group, search string) string {
	q := fmt.Sprintf("SELECT r.*, %s AS amount\nFROM %s AS r", g.d.quotient("2 * ("+g.d.wide("r.limited_base")+" * r.at_rate) + "+one, "2 * "+one), from)
	for i := range groups {
		var others []string
		others = append(others, "item", "institution_id", "subject_id", "limited_base", "rate", "capped", "cap_amount", "cap_group", "at_rate")
		for n := range groups {
			others = append(others, fmt.Sprintf("benefit%[1]d, place%[1]d", n+1))
		}
		if search != "" {
			others = append(others, search)
		}
		before := "COALESCE(" + sumBefore("amount", "institution_id, subject_id, CASE WHEN place"+fmt.Sprint(i+1)+" > 0 THEN 1 ELSE 0 END", fmt.Sprintf("place%d", i+1)) + ", 0)"
		q = fmt.Sprintf("SELECT %[1]s,\n  CASE WHEN benefit%[2]d IS NULL OR benefit%[2]d <= before_it THEN amount WHEN benefit%[2]d - before_it < amount THEN amount - (benefit%[2]d - before_it) ELSE 0 END AS amount\nFROM (\n%[3]s\n) AS queued%[2]d",
			commas(others), i+1, indent("SELECT *, "+before+" AS before_it\nFROM (\n"+indent(q)+fmt.Sprintf("\n) AS amounts%d", i+1)))
	}
	return q
}

var one = fmt.Sprint(int64(money.One))

// scaleRate makes <pool>_rate by halving the range of rates in whole ppm: the
// total fits at low and does not at high, where no row is scaled.
func (g *generator) scaleRate(p *policy.Pool, items []*policy.Item, groups []*policy.Group) {
	high := int64(1)
	for _, it := range items {
		for _, r := range []money.Rate{it.Rate.Value, it.Rate.Max} {
			high = max(high, (int64(r)+int64(money.PPM)-1)/int64(money.PPM))
		}
		if it.Rate.Default != nil {
			high = max(high, (int64(*it.Rate.Default)+int64(money.PPM)-1)/int64(money.PPM))
		}
	}
	b := &block{}
	g.budget(b, p)
	rows := g.pools[p] + "_rows"
	b.add("tried_0", "总额在low时放得下，在high时放不下  the total fits at low, and does not at high",
		fmt.Sprintf("SELECT CAST(0 AS BIGINT) AS low, CAST(%d AS BIGINT) AS high, budget.amount AS budget\nFROM budget\nWHERE (SELECT SUM(capped) FROM %s) > budget.amount", high, rows))
	steps := bits.Len64(uint64(high))
	for i := 1; i <= steps; i++ {
		name := fmt.Sprintf("tried_%d", i)
		b.add(name+"_rows", "", fmt.Sprintf("SELECT r.*, t.low, t.high, t.budget, t.middle,\n  CASE WHEN t.middle * %d < r.rate THEN t.middle * %d ELSE r.rate END AS at_rate\nFROM %s AS r\nCROSS JOIN (\n  SELECT *, %s AS middle\n  FROM tried_%d\n) AS t",
			money.PPM, money.PPM, rows, narrow(g.d.quotient(g.d.wide("low + high"), "2")), i-1))
		due := g.dueAt(name+"_rows", groups, "low, high, budget, middle")
		b.add(name+"_groups", "", "SELECT low, high, budget, middle, cap_amount, SUM(amount) AS amount\nFROM (\n"+indent(due)+"\n) AS due\nGROUP BY low, high, budget, middle, item, cap_group, cap_amount")
		b.add(name, "", fmt.Sprintf("SELECT\n  CASE WHEN SUM(%[1]s) <= budget THEN middle ELSE low END AS low,\n  CASE WHEN SUM(%[1]s) <= budget THEN high ELSE middle END AS high,\n  budget\nFROM %[2]s_groups\nGROUP BY low, high, budget, middle",
			least("amount", "cap_amount"), name))
	}
	var out strings.Builder
	fmt.Fprintf(&out, "SELECT MAX(low) * %d AS rate\nFROM tried_%d", money.PPM, steps)
	g.step(g.pools[p]+"_rate", fmt.Sprintf("%s 资金池（%s）\n8 总额放得下的最高比例，以百万分之一为单位  the highest rate in whole ppm at which the total fits", p.Clause, p.ID), b.query(out.String()))
}
