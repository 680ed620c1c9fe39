package auditor

import (
	"sort"

	"changrong/internal/base/civil"
)

// The year that the document pays for.
var (
	yearFirst = mustDay(2021, 1, 1)
	yearLast  = mustDay(2021, 12, 31)
	december  = yearFirst.Month() - 1 // of the year before
)

func mustDay(y, m, d int) civil.Date {
	date, _ := civil.Of(y, m, d)
	return date
}

// Amounts and rates of the document, in fen and in parts per billion.
const (
	salesLimit  = 3000_0000_00 // 年销售3000万元及以下
	riskLimit   = 1000_0000_00 // 单户企业月均贷款余额不超过1000万元
	subsidyCap  = 20_0000_00   // 单个企业不超过20万元
	xinbaoCap   = 100_0000_00  // 单家金融机构不高于100万元
	townOutlet  = 10_0000_00
	zoneOutlet  = 20_0000_00
	feature     = 10_0000_00
	firstClient = 500_00

	two       = 20_000_000  // 2 %
	halfPer   = 5_000_000   // 0.5 %
	rdLowest  = 200_000_000 // 20 %
	rdHighest = 500_000_000 // 50 %
)

// claim is a row of an item, on its way through the steps.
type claim struct {
	item, payee, bank, subject, enterprise string

	base, limited, rate, amount, capped, pooled, paid int64
}

// before tells whether c's row key is lower than d's.
func (c *claim) before(d *claim) bool {
	switch {
	case c.item != d.item:
		return c.item < d.item
	case c.bank != d.bank:
		return c.bank < d.bank
	}
	return c.subject < d.subject
}

// audit is one recomputation.
type audit struct {
	*books
	readings Readings
	claims   []*claim
}

// fixed adds the rows of items 三(一)1, 三(二)7 and 三(二)8 that are not loans.
func (a *audit) fixed() {
	for _, b := range a.branches {
		thisYear := all(b.opened.within(yearFirst, yearLast), b.started.within(yearFirst, yearLast))
		if all(b.site.in("market_town"), thisYear) == yes {
			a.grant("outlet-town", b.bank, b.bank, b.id, "", townOutlet)
		}
		if all(b.site.in("zone_toumengang"), thisYear) == yes {
			a.grant("outlet-zone", b.bank, b.bank, b.id, "", zoneOutlet)
		}
		special := is(b.feature.s != "")
		reviewed := all(b.reviewYear.within(2021, 2021), b.passed)
		if all(special, b.recognised.atMost(int64(yearLast)), reviewed) == yes {
			a.grant("feature-branch", b.bank, b.bank, b.id, "", feature)
		}
	}
	for _, p := range a.projects {
		praised := all(p.level.in("province", "national"), p.praised.within(yearFirst, yearLast))
		if all(p.kind.in("pilot", "rd"), praised) != yes || !p.cost.known || p.cost.n <= 0 {
			continue
		}
		c := &claim{item: "rd-subsidy", payee: p.bank, bank: p.bank, subject: p.id, base: p.cost.n, limited: p.cost.n}
		if rate, decided := a.decided(c); decided {
			c.rate = rate
			c.amount = times(c.base, rate)
			a.claims = append(a.claims, c)
		}
	}
}

// grant adds a row with a fixed amount.
func (a *audit) grant(item, payee, bank, subject, enterprise string, amount int64) {
	a.claims = append(a.claims, &claim{
		item: item, payee: payee, bank: bank, subject: subject, enterprise: enterprise,
		base: 1, limited: 1, amount: amount,
	})
}

// firstGuarantees adds 三(三)11, the reward for clients guaranteed for the first time.
func (a *audit) firstGuarantees() {
	for id, e := range a.enterprises {
		balance := no
		for _, g := range e.pays {
			if !g.inForce(yearLast) {
				continue
			}
			out := unknown
			if m, ok := a.monthEnd(a.notes[g.note], yearLast.Month()); ok {
				out = is(m > 0)
			}
			balance = either(balance, all(g.scheme.in("xinbao"), out))
		}
		if balance != yes {
			continue
		}
		if bank, ok := firstGuarantor(e.pays); ok {
			a.grant("xinbao-first", bank, bank, id, id, firstClient)
		}
	}
}

// firstGuarantor returns the bank of the earliest first guarantee, ties to the
// lower code; false when there is none or nobody can tell.
func firstGuarantor(gs []*guarantee) (string, bool) {
	sorted := append([]*guarantee(nil), gs...)
	sort.Slice(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.start != b.start {
			return a.start < b.start
		}
		return a.note.bank < b.note.bank
	})
	for i, g := range sorted {
		switch all(g.scheme.in("xinbao"), g.first) {
		case yes:
			return g.note.bank, true
		case unknown:
			if certainAnyway(sorted[i:], g) {
				return g.note.bank, true
			}
			return "", false
		}
	}
	return "", false
}

// certainAnyway tells whether another guarantee of the same bank and day is a first
// one for sure.
func certainAnyway(rest []*guarantee, g *guarantee) bool {
	for _, o := range rest {
		if o.start == g.start && o.note.bank == g.note.bank && all(o.scheme.in("xinbao"), o.first) == yes {
			return true
		}
	}
	return false
}

// inForce tells whether g stands on a day.
func (g *guarantee) inForce(d civil.Date) bool {
	return g.start <= d && g.end >= d && g.released > d && g.compensated > d
}

// xinbao tells whether the fund guarantees n.
func (n *note) xinbao() truth {
	result := no
	for _, g := range n.guarantees {
		result = either(result, g.scheme.in("xinbao"))
	}
	return result
}

// chattel is the condition of 四类动产抵质押.
func (n *note) chattel() truth {
	result := no
	for _, c := range n.collaterals {
		registered := all(is(c.no.s != ""), c.registered.atMost(int64(n.disbursed)))
		kept := is(c.cancelled.n >= int64(yearLast))
		own := c.party.in(n.bank)
		result = either(result, all(c.class.in("equipment", "raw_material", "semi_finished", "product"), registered, kept, own))
	}
	return result
}

// tech is the condition of 年销售3000万元及以下的科技型企业.
func (e *enterprise) smallTech() truth { return all(e.tech, e.sales.atMost(salesLimit)) }

// atTechBranch tells whether n was lent by a technology branch.
func (a *audit) atTechBranch(n *note) truth {
	if !n.branch.known {
		return unknown
	}
	b := a.branches[noteKey{n.bank, n.branch.s}]
	if b == nil {
		return unknown
	}
	return all(is(b.feature.s == "tech"), b.recognised.atMost(int64(n.disbursed)))
}

// praisedProject is the condition of 取得省级及以上批示肯定的年内金融科技项目.
func (a *audit) praisedProject(n *note) (*project, truth) {
	p := a.projects[n.project.s]
	if n.project.s == "" {
		return nil, no
	}
	if p == nil {
		return nil, unknown
	}
	return p, all(p.level.in("province", "national"), p.praised.within(yearFirst, yearLast))
}
