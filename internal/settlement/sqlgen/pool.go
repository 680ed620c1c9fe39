package sqlgen

import (
	"fmt"
	"slices"

	"changrong/internal/policy"
)

// members are the items that draw on a pool.
func (g *generator) members(p *policy.Pool) []*policy.Item {
	return slices.DeleteFunc(slices.Clone(g.plan.Items), func(it *policy.Item) bool { return it.Pool != p })
}

// pool makes <pool>_pool: what the rows that draw on a pool get from it.
func (g *generator) pool(p *policy.Pool) {
	g.facts("budgets", "pool", "amount")
	items := g.members(p)
	if len(items) == 0 {
		return
	}
	if p.Allocator == policy.ScaleRate {
		g.scale(p, items)
		return
	}
	b := &block{}
	g.budget(b, p)
	var explain, last string
	switch p.Allocator {
	case policy.FirstComplete:
		explain = "按材料齐全时间先后，用完为止  in order of completed claims, until nothing is left"
		last = g.queue(b, items, "completed_at", "completed_at")
	case policy.Reserve:
		explain = "预约的在先，其余按材料齐全时间  those with a reservation first, then in order of completed claims"
		last = g.queue(b, items, "completed_at, s.reserved_at",
			"CASE WHEN reserved_at IS NULL THEN 1 ELSE 0 END, CASE WHEN reserved_at IS NULL THEN completed_at ELSE reserved_at END")
	default: // policy.ProRata
		explain = "超出时按比例分配  what is too much is shared in proportion"
		g.requests(b, items, "")
		b.add("funded", "", "SELECT r.*, budget.amount AS budget\nFROM requests AS r\nLEFT JOIN budget ON TRUE")
		g.share(b, "shared", "", sharing{
			from: "funded", weight: "capped", total: "budget", when: "group_sum > budget",
			order: "item, institution_id, subject_id", into: "pooled",
		})
		last = "SELECT item, institution_id, subject_id, " + narrow("pooled") + " AS pooled\nFROM shared"
	}
	g.step(g.pools[p]+"_pool", fmt.Sprintf("%s 资金池（%s，%s）\n8 分配 pool：%s", p.Clause, p.ID, p.Allocator, explain), b.query(last))
}

// queue pays rows in order until nothing is left; the last one is cut.
func (g *generator) queue(b *block, items []*policy.Item, times, order string) string {
	g.requests(b, items, times)
	b.add("queued", "", fmt.Sprintf("SELECT r.*, budget.amount - COALESCE(%s, 0) AS left_over\nFROM requests AS r\nLEFT JOIN budget ON TRUE",
		sumBefore("r.capped", "", order+", item, institution_id, subject_id")))
	return "SELECT item, institution_id, subject_id, " + narrow("CASE WHEN left_over IS NULL THEN capped WHEN left_over < 0 THEN 0 WHEN left_over < capped THEN left_over ELSE capped END") + " AS pooled\nFROM queued"
}

// budget adds "budget", the size of a pool; it has no row where the pool is unlimited.
func (g *generator) budget(b *block, p *policy.Pool) {
	b.add("budget", "额度；无则不限  the size; without one it is unlimited", "SELECT amount\nFROM budgets\nWHERE pool = "+literal(p.ID))
}

// requests adds "requests", the rows of items, with what they would get and
// further columns.
func (g *generator) requests(b *block, items []*policy.Item, columns string) {
	if columns != "" {
		columns = ", s." + columns
	}
	var rows []string
	for _, it := range items {
		rows = append(rows, fmt.Sprintf("SELECT %s AS item, s.institution_id, s.subject_id, s.capped%s\nFROM %s_cap AS s", g.d.text(it.ID), columns, g.items[it]))
	}
	b.add("requests", "", unionAll(rows, ""))
}
