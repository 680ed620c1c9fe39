package sqlgen

import (
	"fmt"

	"changrong/internal/policy"
)

// report writes the queries of the lists.
func (g *generator) report() {
	add := func(name, explain, query string) {
		g.script.Reports = append(g.script.Reports, Statement{Name: name, Comment: name + ".csv " + explain, SQL: query})
	}
	add(Lines, "每一行的每一步  every row with every step", `SELECT item, payee_id, institution_id, subject_id, enterprise_id, base AS base_fen, limited_base AS limited_base_fen,
  rate AS rate_ppb, amount AS amount_fen, capped AS capped_fen, pooled AS pooled_fen, paid AS paid_fen, deducted AS deducted_fen
FROM lines
ORDER BY item, payee_id, institution_id, subject_id`)
	add(Totals, "每个收款人每个项目  payee × item", `SELECT item, payee_id, row_count AS rows, base AS base_fen, amount AS amount_fen, pooled AS pool_amount_fen, paid AS paid_fen
FROM totals
ORDER BY item, payee_id`)
	add(SetAside, "等待事实或决定的行  rows that wait for a fact or a decision", g.asides(g.waiting()))
	add(Excluded, "选取而不支付的行  rows that are selected and not paid", g.asides(g.excluded()))
	add(Gates, "收款人在准入关的数值  what payees showed at the gates", g.gateValues())
	add(Pools, "资金池  the pools", g.poolUses())
	add(Indicators, "目标  the targets", g.measured())
}

func (g *generator) asides(queries []string) string {
	var none struct{ texts, integers []string }
	none.texts = []string{"item", "institution_id", "subject_id", "enterprise_id", "reason", "detail"}
	return "SELECT item, institution_id, subject_id, enterprise_id, reason, detail\nFROM (\n" + indent(unionAll(queries, g.noRows(none))) +
		"\n) AS rows_aside\nORDER BY item, institution_id, subject_id, enterprise_id, reason, detail"
}

// aside is a query of rows of a table of an item that carry a reason.
func (g *generator) aside(it *policy.Item, table, when string) string {
	return fmt.Sprintf("SELECT %s AS item, institution_id, subject_id, enterprise_id, reason, detail FROM %s%s WHERE %s",
		g.d.text(it.ID), g.items[it], table, when)
}

func (g *generator) waiting() (out []string) {
	for _, it := range g.plan.Items {
		out = append(out, g.aside(it, "_select", "reason = 'unknown_fact'"), g.aside(it, "_amount", "reason <> 'gate_failed'"))
	}
	return out
}

func (g *generator) excluded() (out []string) {
	for _, it := range g.plan.Items {
		if it.FirstLoan != "" {
			out = append(out, g.aside(it, "_select", "reason = 'first_loan_elsewhere'"))
		}
		if it.Gate != nil {
			out = append(out, g.aside(it, "_amount", "reason = 'gate_failed'"))
		}
	}
	for _, group := range g.plan.Groups {
		if group.Strategy != policy.DeductPaid && len(group.Items) > 0 {
			out = append(out, fmt.Sprintf("SELECT item, institution_id, subject_id, enterprise_id, reason, detail FROM %s_assign", g.groups[group]))
		}
	}
	return out
}

func (g *generator) gateValues() string {
	columns := struct{ texts, integers []string }{
		[]string{"item", "payee_id"}, []string{"passed", "known", "start_fen", "end_fen", "sum_start_fen", "sum_end_fen", "institutions"},
	}
	var queries []string
	for _, it := range g.plan.Items {
		if it.Gate == nil {
			continue
		}
		values := ", 0, 0, 0, 0, 0"
		if it.Gate.Above != nil {
			values = ", balance_start, balance_end, sum_start, sum_end, institutions"
		}
		queries = append(queries, fmt.Sprintf("SELECT %s, payee_id, CASE WHEN passed THEN 1 ELSE 0 END, CASE WHEN passed IS NULL THEN 0 ELSE 1 END%s FROM %s_gate",
			g.d.text(it.ID), values, g.items[it]))
	}
	queries = append([]string{g.noRows(columns)}, queries...)
	return "SELECT *\nFROM (\n" + indent(unionAll(queries, "")) + "\n) AS gates\nORDER BY item, payee_id"
}

func (g *generator) poolUses() string {
	columns := struct{ texts, integers []string }{
		[]string{"pool", "allocator"}, []string{"limited", "budget_fen", "requested_fen", "pooled_fen", "paid_fen", "rate_ppb"},
	}
	queries := []string{g.noRows(columns)}
	for _, p := range g.plan.Pools {
		sums, join := "0, 0, 0", ""
		if items := g.members(p); len(items) > 0 {
			names := make([]string, len(items))
			for i, it := range items {
				names[i] = literal(it.ID)
			}
			sums = commas([]string{narrow("COALESCE(SUM(t.amount), 0)"), narrow("COALESCE(SUM(t.pooled), 0)"), narrow("COALESCE(SUM(t.paid), 0)")})
			join = " FROM totals AS t WHERE t.item IN (" + commas(names) + ")"
		}
		budget := "(SELECT MAX(amount) FROM budgets WHERE pool = " + literal(p.ID) + ")"
		queries = append(queries, fmt.Sprintf("SELECT %s, %s, CASE WHEN %s IS NULL THEN 0 ELSE 1 END, COALESCE(%[3]s, 0), %s, %s%s",
			g.d.text(p.ID), g.d.text(string(p.Allocator)), budget, sums, g.poolRate(p), join))
	}
	return "SELECT *\nFROM (\n" + indent(unionAll(queries, "")) + "\n) AS pools\nORDER BY pool"
}
