package auditor

import (
	"math/big"
	"sort"
)

// billion is 100 % in parts per billion.
const billion = 1_000_000_000

// ratio returns a×b÷c, rounded half up; none is negative.
func ratio(a, b, c int64) int64 {
	x := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	x.Mul(x, big.NewInt(2)).Add(x, big.NewInt(c))
	return x.Quo(x, new(big.Int).Mul(big.NewInt(2), big.NewInt(c))).Int64()
}

// times returns an amount at a rate.
func times(amount, rate int64) int64 { return ratio(amount, rate, billion) }

// mean returns the sum of amounts over n.
func mean(amounts []int64, n int64) int64 {
	sum := int64(0)
	for _, x := range amounts {
		sum += x
	}
	return ratio(sum, 1, n)
}

// compare compares a×b with c×d.
func compare(a, b, c, d int64) int {
	return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)).Cmp(new(big.Int).Mul(big.NewInt(c), big.NewInt(d)))
}

// share divides total in proportion to weights: everybody gets the whole fen of
// the exact share, and what is left goes fen by fen to the largest fractions, the
// earlier first.
func share(total int64, weights []int64) []int64 {
	sum := int64(0)
	for _, w := range weights {
		sum += w
	}
	shares := make([]int64, len(weights))
	if sum == 0 {
		return shares
	}
	fractions := make([]*big.Int, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		whole, fraction := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(total), big.NewInt(w)), big.NewInt(sum), new(big.Int))
		shares[i], fractions[i], order[i] = whole.Int64(), fraction, i
		left -= shares[i]
	}
	sort.SliceStable(order, func(i, j int) bool { return fractions[order[i]].Cmp(fractions[order[j]]) > 0 })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

// decided returns the rate that people settled on for a row.
func (a *audit) decided(c *claim) (rate int64, ok bool) {
	for _, subject := range []string{c.subject, c.bank, c.enterprise, "*"} {
		for _, d := range a.decisions {
			if subject != "" && d.item == c.item && d.subject == subject && d.rate.known {
				return d.rate.n, true
			}
		}
	}
	return 0, false
}

// waived tells whether people let a row do without what is missing.
func (a *audit) waived(c *claim) bool {
	for _, d := range a.decisions {
		applies := d.subject == "*" || d.subject == c.subject || d.subject == c.bank || c.enterprise != "" && d.subject == c.enterprise
		if d.item == c.item && applies && !d.rate.known && !d.amount.known {
			return true
		}
	}
	return false
}

// together calls fn with the rows of each group of an item.
func (a *audit) together(item string, group func(*claim) string, fn func([]*claim)) {
	groups := map[string][]*claim{}
	for _, c := range a.claims {
		if c.item == item {
			groups[group(c)] = append(groups[group(c)], c)
		}
	}
	for _, g := range groups {
		fn(g)
	}
}

func byEnterprise(c *claim) string { return c.enterprise }
func byBank(c *claim) string       { return c.bank }
func byPayee(c *claim) string      { return c.payee }

// steps takes all rows from base to payment.
func (a *audit) steps() {
	sort.Slice(a.claims, func(i, j int) bool { return a.claims[i].before(a.claims[j]) })
	for _, item := range []string{"rc-first-loan", "rc-tech"} {
		a.together(item, byEnterprise, limit)
	}
	for _, c := range a.claims {
		if c.rate > 0 {
			c.amount = times(c.limited, c.rate)
		}
		c.capped = c.amount
	}
	a.together("tech-interest", byEnterprise, func(g []*claim) { cut(g, subsidyCap) })
	a.together("xinbao-compensation", byBank, func(g []*claim) { cut(g, xinbaoCap) })
	a.pool()
	a.round()
}

// limit bounds the bases of one enterprise.
func limit(g []*claim) {
	bases := make([]int64, len(g))
	sum := int64(0)
	for i, c := range g {
		bases[i] = c.base
		sum += c.base
	}
	if sum <= riskLimit {
		return
	}
	for i, s := range share(riskLimit, bases) {
		g[i].limited = s
	}
}

// cut bounds the amounts of a group.
func cut(g []*claim, most int64) {
	amounts := make([]int64, len(g))
	sum := int64(0)
	for i, c := range g {
		amounts[i] = c.amount
		sum += c.amount
	}
	if sum <= most {
		return
	}
	for i, s := range share(most, amounts) {
		g[i].capped = s
	}
}

// inPool are the items that share 风险补偿金.
var inPool = map[string]bool{"rc-first-loan": true, "rc-fintech": true, "rc-tech": true, "rc-chattel": true}

// pool shares 风险补偿金 where it is too small.
func (a *audit) pool() {
	var rows []*claim
	var amounts []int64
	sum := int64(0)
	for _, c := range a.claims {
		c.pooled = c.capped
		if inPool[c.item] {
			rows = append(rows, c)
			amounts = append(amounts, c.capped)
			sum += c.capped
		}
	}
	budget, limited := a.budgets["risk-compensation"]
	if !limited || sum <= budget {
		return
	}
	for i, s := range share(budget, amounts) {
		rows[i].pooled = s
	}
}

// payment is what a payee gets of an item, all rows together.
type payment struct {
	rows         []*claim
	pooled, paid int64
}

// round rounds what each payee gets of each item, and spreads it over its rows.
func (a *audit) round() {
	var payments []*payment
	seen := map[string]bool{}
	for _, c := range a.claims {
		if seen[c.item] {
			continue
		}
		seen[c.item] = true
		a.together(c.item, byPayee, func(g []*claim) {
			p := &payment{rows: g}
			for _, c := range g {
				p.pooled += c.pooled
			}
			p.paid = a.rounded(p.pooled)
			payments = append(payments, p)
		})
	}
	a.giveBack(payments)
	for _, p := range payments {
		weights := make([]int64, len(p.rows))
		for i, c := range p.rows {
			weights[i] = c.pooled
		}
		for i, s := range share(p.paid, weights) {
			p.rows[i].paid = s
		}
	}
}

func (a *audit) rounded(x int64) int64 {
	switch a.readings["rounding"] {
	case "fen":
		return x
	case "yuan_half_up":
		return (x + 50) / 100 * 100
	}
	return x / 100 * 100
}

// giveBack takes back what was rounded up while the pool is overdrawn: the smallest
// fraction first, ties the higher (item, payee).
func (a *audit) giveBack(payments []*payment) {
	budget, limited := a.budgets["risk-compensation"]
	over := -budget
	var up []*payment
	for _, p := range payments {
		if !inPool[p.rows[0].item] {
			continue
		}
		over += p.paid
		if p.paid > p.pooled {
			up = append(up, p)
		}
	}
	sort.Slice(up, func(i, j int) bool {
		x, y := up[i], up[j]
		if x.pooled%100 != y.pooled%100 {
			return x.pooled%100 < y.pooled%100
		}
		if x.rows[0].item != y.rows[0].item {
			return x.rows[0].item > y.rows[0].item
		}
		return x.rows[0].payee > y.rows[0].payee
	})
	for _, p := range up {
		if !limited || over <= 0 {
			return
		}
		p.paid -= 100
		over -= 100
	}
}
