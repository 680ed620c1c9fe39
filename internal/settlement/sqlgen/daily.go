package sqlgen

import (
	"fmt"

	"changrong/internal/policy"
)

// daily adds "balances": total, the sum of the balances at the ends of the days
// that count, and days, what it is divided by; NULL days where the events do not
// say. A balance stands from the day of an event until the day before the next.
func (g *generator) daily(b *block, it *policy.Item, from string) string {
	g.facts("loan_events", "institution_id", "loan_id", "on", "kind", "amount")
	first, last := g.plan.Scope.First, g.plan.Scope.Last
	b.add("notes", "", fmt.Sprintf("SELECT s.institution_id, s.subject_id, m.m0, %s AS from_day\nFROM %s AS s\nLEFT JOIN %s AS m ON m.institution_id = s.institution_id AND m.loan_id = s.subject_id",
		g.fromMonth(it.Base.From), from, g.loanMonths()))
	b.add("events", "发放为正，其余为负  what is disbursed adds, all else takes away", `SELECT n.institution_id, n.subject_id, e."on" AS on_day, e.kind,
  CASE WHEN e.kind = 'disburse' THEN e.amount ELSE -e.amount END AS change,
  MIN(e."on") OVER (PARTITION BY n.institution_id, n.subject_id) AS first_day
FROM notes AS n
JOIN loan_events AS e ON e.institution_id = n.institution_id AND e.loan_id = n.subject_id`)
	b.add("histories", "最早一天有发放的借据，全部历史都在发生额中  a disbursement on the earliest day: the whole history is in the events", fmt.Sprintf(
		"SELECT institution_id, subject_id,\n  MAX(CASE WHEN on_day = first_day AND kind = 'disburse' THEN 1 ELSE 0 END) AS whole,\n  %s AS before_scope\nFROM events\nGROUP BY institution_id, subject_id",
		narrow(fmt.Sprintf("SUM(CASE WHEN on_day < %d THEN change ELSE 0 END)", first))))
	b.add("openings", "期初余额  the balance before the scope", `SELECT n.institution_id, n.subject_id, n.from_day,
  CASE WHEN h.whole = 1 THEN h.before_scope ELSE n.m0 END AS opening
FROM notes AS n
JOIN histories AS h ON h.institution_id = n.institution_id AND h.subject_id = n.subject_id`)
	b.add("changes", "", fmt.Sprintf(`SELECT institution_id, subject_id, from_day, on_day, %s AS change
FROM (
  SELECT institution_id, subject_id, from_day, %d AS on_day, opening AS change
  FROM openings
  WHERE opening IS NOT NULL
  UNION ALL
  SELECT e.institution_id, e.subject_id, o.from_day, e.on_day, e.change
  FROM events AS e
  JOIN openings AS o ON o.institution_id = e.institution_id AND o.subject_id = e.subject_id
  WHERE o.opening IS NOT NULL AND e.on_day BETWEEN %d AND %d
) AS dated
GROUP BY institution_id, subject_id, from_day, on_day`, narrow("SUM(change)"), first, first, last))
	b.add("stretches", "余额及其起止日  a balance, and the days it stands", fmt.Sprintf(`SELECT institution_id, subject_id, from_day, on_day,
  %s AS balance,
  LEAD(on_day, 1, %d) OVER (PARTITION BY institution_id, subject_id ORDER BY on_day) AS until_day
FROM changes`, narrow("SUM(change) OVER (PARTITION BY institution_id, subject_id ORDER BY on_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"), last+1))
	b.add("counted", "", "SELECT institution_id, subject_id, balance,\n  CASE WHEN until_day <= from_day THEN 0 WHEN on_day < from_day THEN until_day - from_day ELSE until_day - on_day END AS days\nFROM stretches")
	days := fmt.Sprint(g.plan.Scope.Days())
	if it.Base.Average == policy.DailyOutstanding {
		days = narrow("SUM(CASE WHEN balance > 0 THEN days ELSE 0 END)")
	}
	b.add("day_sums", "", fmt.Sprintf("SELECT institution_id, subject_id, SUM(%s * days) AS total, %s AS days\nFROM counted\nGROUP BY institution_id, subject_id",
		g.d.wide("balance"), days))
	b.add("balances", "", fmt.Sprintf("SELECT s.*, d.total, d.days\nFROM %s AS s\nLEFT JOIN day_sums AS d ON d.institution_id = s.institution_id AND d.subject_id = s.subject_id", from))
	return "balances"
}
