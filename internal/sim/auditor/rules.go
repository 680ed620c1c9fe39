package auditor

import (
	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

func fen(x int64) money.Fen { return money.Fen(x) }

// sums checks that the claimed lines add up to the claimed totals at every step.
func (j *judge) sums(lines []settlement.Line, totals []settlement.Total) {
	added := map[totalKey]settlement.Total{}
	for i := range lines {
		l := &lines[i]
		key := totalKey{l.Item, l.PayeeID}
		t := added[key]
		addRow(&t, l.Base, int64(l.Capped), int64(l.Pooled), int64(l.Paid))
		added[key] = t
	}
	j.compareTotals("sum", added, totals)
}

// inGroup are the items of which a note is in one at most.
var inGroup = map[string]bool{"rc-first-loan": true, "rc-fintech": true, "rc-tech": true, "rc-chattel": true}

// rules checks what must hold of the claimed lines, whoever is right about them.
func (j *judge) rules(k *books, lines []settlement.Line) {
	seen := map[lineKey]bool{}
	once := map[noteKey]string{}
	sums := map[string]map[string]int64{}
	add := func(rule, group string, x int64) {
		if sums[rule] == nil {
			sums[rule] = map[string]int64{}
		}
		sums[rule][group] += x
	}
	for i := range lines {
		l := &lines[i]
		key := lineKey{l.Item, l.InstitutionID, l.SubjectID}
		if seen[key] {
			j.complain("line.twice", key.String(), "two lines", "one")
		}
		seen[key] = true
		j.steps(l, key.String())
		if inGroup[l.Item] {
			n := noteKey{l.InstitutionID, l.SubjectID}
			if other := once[n]; other != "" {
				j.complain("note.twice", key.String(), "also in "+other, "one item")
			}
			once[n] = l.Item
			add("pool.overdrawn", "risk-compensation", int64(l.Paid))
			add("pool.overdrawn_before_rounding", "risk-compensation", int64(l.Pooled))
		}
		switch l.Item {
		case "rc-first-loan", "rc-tech":
			add("limit.exceeded", l.Item+" "+l.EnterpriseID, l.LimitedBase)
		case "tech-interest":
			add("cap.interest", l.EnterpriseID, int64(l.Capped))
		case "xinbao-compensation":
			add("cap.xinbao", l.InstitutionID, int64(l.Capped))
		}
	}
	j.bounds(k, sums)
}

// bounds checks limits, caps and the pool.
func (j *judge) bounds(k *books, sums map[string]map[string]int64) {
	budget, limited := k.budgets["risk-compensation"]
	most := map[string]int64{"limit.exceeded": riskLimit, "cap.interest": subsidyCap, "cap.xinbao": xinbaoCap}
	if limited {
		most["pool.overdrawn"], most["pool.overdrawn_before_rounding"] = budget, budget
	}
	for rule, groups := range sums {
		bound, bounded := most[rule]
		for group, sum := range groups {
			if bounded && sum > bound {
				j.complain(rule, group, sum, bound)
			}
		}
	}
}

// rates are what an item's rate may be, both included.
var rates = map[string][2]int64{
	"rc-first-loan": {0, halfPer}, "rc-fintech": {0, halfPer}, "rc-tech": {0, halfPer}, "rc-chattel": {0, halfPer},
	"xinbao-compensation": {0, halfPer}, "tech-interest": {two, two}, "rd-subsidy": {rdLowest, rdHighest},
}

// steps checks that no step of a line gives more than the one before; rounding may
// add less than a yuan.
func (j *judge) steps(l *settlement.Line, where string) {
	for _, s := range []struct {
		rule     string
		from, to int64
	}{
		{"step.limit", l.Base, l.LimitedBase},
		{"step.cap", int64(l.Amount), int64(l.Capped)},
		{"step.pool", int64(l.Capped), int64(l.Pooled)},
		{"step.round", int64(l.Pooled) + 100, int64(l.Paid)},
	} {
		if s.to > s.from || s.to < 0 {
			j.complain(s.rule, where, s.to, s.from)
		}
	}
	if r, ok := rates[l.Item]; ok && (int64(l.Rate) < r[0] || int64(l.Rate) > r[1]) {
		j.complain("rate.range", where, int64(l.Rate), r)
	}
}
