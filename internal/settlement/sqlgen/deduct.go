package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"changrong/internal/policy"
)

// deductions are the groups, of those before the one given or of all, that
// subtract benefits from the amounts of an item.
func (g *generator) deductions(it *policy.Item, before *policy.Group) []*policy.Group {
	var out []*policy.Group
	for _, group := range g.plan.Groups {
		if group == before {
			break
		}
		if group.Strategy == policy.DeductPaid && slices.Contains(group.Items, it) {
			out = append(out, group)
		}
	}
	return out
}

// deducted is what groups have subtracted from row s, and what must be joined for it.
func (g *generator) deducted(it *policy.Item, groups []*policy.Group) (sum, join string) {
	terms := make([]string, len(groups))
	for i, group := range groups {
		terms[i] = fmt.Sprintf("COALESCE(d%d.deducted, 0)", i+1)
		join += fmt.Sprintf("\nLEFT JOIN %[1]s_deduct AS d%[2]d ON d%[2]d.item = %[3]s AND d%[2]d.institution_id = s.institution_id AND d%[2]d.subject_id = s.subject_id",
			g.groups[group], i+1, literal(it.ID))
	}
	if len(terms) == 0 {
		return "CAST(0 AS BIGINT)", ""
	}
	return strings.Join(terms, " + "), join
}

// loanBenefits makes the table of what was received for each note from any policy.
func (g *generator) loanBenefits() string {
	const name = "loan_benefits"
	if g.made[name] {
		return name
	}
	g.made[name] = true
	g.facts("benefits", "institution_id", "loan_id", "amount")
	g.step(name, "每笔借据从各项政策已享受的资金  what each note has received from any policy",
		"SELECT institution_id, loan_id, "+narrow("SUM(amount)")+" AS amount\nFROM benefits\nWHERE institution_id IS NOT NULL AND loan_id IS NOT NULL\nGROUP BY institution_id, loan_id\nHAVING SUM(amount) > 0")
	return name
}

// deduct makes <group>_deduct: what is subtracted from the amounts of the items of
// a group, in its order, for what the notes have received.
func (g *generator) deduct(group *policy.Group) {
	if group.Strategy != policy.DeductPaid || len(group.Items) == 0 {
		return
	}
	var rows []string
	for i, it := range group.Items {
		before, join := g.deducted(it, g.deductions(it, group))
		rows = append(rows, fmt.Sprintf("SELECT %s AS item, %d AS place, s.institution_id, s.subject_id, s.amount - (%s) AS amount\nFROM %s_amount AS s%s\nWHERE s.reason IS NULL",
			g.d.text(it.ID), i+1, before, g.items[it], join))
	}
	b := &block{}
	b.add("amounts", "", unionAll(rows, ""))
	b.add("queued", "同一借据在前的项目先抵扣  items that stand before it deduct first", fmt.Sprintf(
		"SELECT a.*, b.amount AS benefit,\n  COALESCE(%s, 0) AS before_it\nFROM amounts AS a\nJOIN %s AS b ON b.institution_id = a.institution_id AND b.loan_id = a.subject_id",
		narrow(sumBefore("a.amount", "a.institution_id, a.subject_id", "a.place")), g.loanBenefits()))
	g.step(g.groups[group]+"_deduct", fmt.Sprintf("%s 扣除已享受资金（%s）\n6 what the notes have already received is subtracted, in the order of the group", group.Clause, group.ID),
		b.query("SELECT item, institution_id, subject_id, "+least("amount", "benefit - before_it")+" AS deducted\nFROM queued\nWHERE benefit > before_it"))
}

// sumBefore is the sum over the rows of a group that stand before the row at hand.
func sumBefore(x, group, order string) string {
	if group != "" {
		group = "PARTITION BY " + group + " "
	}
	return "SUM(" + x + ") OVER (" + group + "ORDER BY " + order + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
}

// least is the smaller of two numbers, a where b is NULL.
func least(a, b string) string {
	return "CASE WHEN " + b + " < " + a + " THEN " + b + " ELSE " + a + " END"
}

// cap makes <item>_cap: the rows of an item that have an amount, with what was
// deducted and what the cap leaves.
func (g *generator) cap(it *policy.Item) {
	b := &block{}
	deducted, join := g.deducted(it, g.deductions(it, nil))
	b.add("deducted", "", fmt.Sprintf("SELECT s.*, %s AS deducted\nFROM %s_amount AS s%s\nWHERE s.reason IS NULL", deducted, g.items[it], join))
	b.add("due", "", "SELECT *, amount - deducted AS due\nFROM deducted")
	c, capped := it.Cap, "due"
	explain := "无上限 no cap"
	if c != nil {
		explain = fmt.Sprintf("每%s合计不超过%s  the sum of each %s is at most this", perWords[c.Per], c.Amount.Human(), c.Per)
		g.share(b, "shared", "", sharing{
			from: "due", weight: "due", group: perGroup(c.Per), total: number(int64(c.Amount)),
			when: "group_sum > " + number(int64(c.Amount)), order: rowKey, into: "capped",
		})
	}
	from, columns := "due", "institution_id, subject_id, enterprise_id, payee_id, base, limited_base, rate, amount, deducted"
	if c != nil {
		from, capped = "shared", "capped"
	}
	if queues(it) {
		columns += ", completed_at"
		if it.Pool.Allocator == policy.Reserve {
			columns += ", reserved_at"
		}
	}
	g.step(g.items[it]+"_cap", title(it, "7 封顶 cap", explain, "after what benefits show has been deducted"),
		b.query("SELECT "+columns+", "+narrow(capped)+" AS capped\nFROM "+from))
}
