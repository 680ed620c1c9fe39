package repayment

import (
	"cmp"
	"math/big"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Flow is money on a day: above 0 what one side gets, below 0 what it pays.
type Flow struct {
	On     civil.Date `json:"on"`
	Amount money.Fen  `json:"amount_fen"`
}

// Found says what came of looking for a yearly rate.
type Found string

// What may come of it.
const (
	OneRate    Found = "one"     // there is one, and it is shown
	NoRate     Found = "none"    // the payments balance at no rate between -51 % and 1,000,000 %
	ManyRates  Found = "several" // they balance at several rates, so that none means anything
	NotSettled Found = "unclear" // it cannot be told whether it is one: two are too near to each other
)

// YearlyRate returns the yearly rate by compound interest (年化利率，复利；内部收益率法) of dated
// payments: the rate r at which they are worth nothing together,
//
//	Σ amount ÷ (1+r)^(days since the first ÷ 365) = 0
//
// rounded half up to the part per billion, which is seven digits of percent. Both sides
// of a loan have the same one. Source: 中国人民银行公告〔2021〕第3号 and its annex.
//
// The rate is shown when it is the only one between -51 % and 1,000,000 %: lower ones mean
// nothing, and a loan with a subsidy after its last instalment always has one near
// -100 %. That it is the only one is proved, not supposed: where the amounts change sign
// once there is no other (Descartes); else the range is cut up until in each piece the
// value of the payments stays off 0 or rises or falls throughout. Of more than MaxFlows
// payments, or of more than MaxDays between them, nothing is said.
func YearlyRate(flows []Flow) (money.Rate, Found) {
	if len(flows) > MaxFlows {
		return 0, NotSettled
	}
	terms := polynomial(flows)
	if len(terms) < 2 {
		return 0, NoRate
	}
	if terms[len(terms)-1].days > MaxDays {
		return 0, NotSettled
	}
	low, high := bounds()
	if changes(terms) == 1 {
		a, b := terms.at(low), terms.at(high)
		if a.Sign()*b.Sign() > 0 {
			return 0, NoRate
		}
		return terms.rate(low, high, a, b), OneRate
	}
	if changes(terms) == 0 {
		return 0, NoRate
	}
	s := &search{terms: terms, slope: terms.derived()}
	s.cut(low, high, 0)
	switch {
	case s.unclear:
		return 0, NotSettled
	case len(s.between) == 0:
		return 0, NoRate
	case len(s.between) > 1:
		return 0, ManyRates
	}
	r := s.between[0]
	return terms.rate(r[0], r[1], terms.at(r[0]), terms.at(r[1])), OneRate
}

// term is one power of what a fen of tomorrow is worth today.
type term struct {
	days   int64
	amount *big.Int
}

// terms is Σ amount × x^days, in order of days, x = (1+r)^(-1/365).
type terms []term

func polynomial(flows []Flow) terms {
	flows = slices.Clone(flows)
	slices.SortFunc(flows, func(a, b Flow) int { return cmp.Compare(a.On, b.On) })
	var p terms
	for _, f := range flows {
		days := int64(f.On - flows[0].On)
		if n := len(p); n > 0 && p[n-1].days == days {
			p[n-1].amount.Add(p[n-1].amount, big.NewInt(int64(f.Amount)))
			continue
		}
		p = append(p, term{days, big.NewInt(int64(f.Amount))})
	}
	p = slices.DeleteFunc(p, func(t term) bool { return t.amount.Sign() == 0 })
	for i := len(p) - 1; i >= 0; i-- { // a power that all have in common has no root that counts
		p[i].days -= p[0].days
	}
	return p
}

// changes counts the changes of sign.
func changes(p terms) int {
	n := 0
	for i := range p[1:] {
		if p[i].amount.Sign() != p[i+1].amount.Sign() {
			n++
		}
	}
	return n
}

// derived is the derivative.
func (p terms) derived() terms {
	var d terms
	for _, t := range p {
		if t.days > 0 {
			d = append(d, term{t.days - 1, new(big.Int).Mul(t.amount, big.NewInt(t.days))})
		}
	}
	return d
}

// scale is how many binary places a number has: so many that what is cut off in
// hundred thousands of products never reaches a rate's last digit.
const scale = 192

var one = new(big.Int).Lsh(big.NewInt(1), scale)

// bounds are x at the highest rate and at the lowest: 0.975^-365 - 1 = 1,030,000 % and
// 1.002^-365 - 1 = -51.8 %.
func bounds() (low, high *big.Int) {
	part := func(n int64) *big.Int {
		x := new(big.Int).Mul(one, big.NewInt(n))
		return x.Quo(x, big.NewInt(10_000))
	}
	return part(9_750), part(10_020)
}

func times(a, b *big.Int) *big.Int {
	x := new(big.Int).Mul(a, b)
	return x.Rsh(x, scale)
}

// powers are those of one x, each worked out once.
type powers struct {
	square []*big.Int // x^(2^i)
	of     map[int64]*big.Int
}

func powersOf(x *big.Int) *powers { return &powers{[]*big.Int{x}, map[int64]*big.Int{}} }

func (w *powers) to(n int64) *big.Int {
	if p := w.of[n]; p != nil {
		return p
	}
	p := one
	for i := 0; n>>i > 0; i++ {
		if i == len(w.square) {
			w.square = append(w.square, times(w.square[i-1], w.square[i-1]))
		}
		if n>>i&1 == 1 {
			p = times(p, w.square[i])
		}
	}
	w.of[n] = p
	return p
}

// at is the value at x.
func (p terms) at(x *big.Int) *big.Int {
	return p.sums(x, func(int) bool { return true })
}

// sums is the value at x of the terms with a sign that is wanted.
func (p terms) sums(x *big.Int, wanted func(sign int) bool) *big.Int {
	w, sum, next := powersOf(x), new(big.Int), new(big.Int)
	for i := len(p) - 1; i >= 0; i-- { // from the last, as Horner does
		if wanted(p[i].amount.Sign()) {
			sum.Add(sum, next.Lsh(p[i].amount, scale))
		}
		gap := p[i].days
		if i > 0 {
			gap -= p[i-1].days
		}
		if gap > 0 {
			sum.Rsh(next.Mul(sum, w.to(gap)), scale)
		}
	}
	return sum
}

// between are bounds of the value over all x from low to high: each term grows with x.
func (p terms) between(low, high *big.Int) (least, most *big.Int) {
	gains, pays := func(sign int) bool { return sign > 0 }, func(sign int) bool { return sign < 0 }
	return new(big.Int).Add(p.sums(low, gains), p.sums(high, pays)), new(big.Int).Add(p.sums(high, gains), p.sums(low, pays))
}

// search cuts a range until it is known where the roots are.
type search struct {
	terms, slope terms
	between      [][2]*big.Int
	pieces       int
	unclear      bool
}

// Of a search: how often a piece may be halved, and how many pieces there may be.
const (
	maxHalvings = 60
	maxPieces   = 400
)

func (s *search) cut(low, high *big.Int, depth int) {
	if len(s.between) > 1 { // that there are several is enough
		return
	}
	if s.pieces++; s.unclear || depth > maxHalvings || s.pieces > maxPieces {
		s.unclear = true
		return
	}
	if least, most := s.terms.between(low, high); least.Sign() > 0 || most.Sign() < 0 {
		return
	}
	if least, most := s.slope.between(low, high); least.Sign() > 0 || most.Sign() < 0 {
		a, b := s.terms.at(low), s.terms.at(high)
		if a.Sign()*b.Sign() < 0 || a.Sign() == 0 { // a root at the upper end is the next piece's
			s.between = append(s.between, [2]*big.Int{low, high})
		}
		return
	}
	middle := new(big.Int).Add(low, high)
	middle.Rsh(middle, 1)
	s.cut(low, middle, depth+1)
	s.cut(middle, high, depth+1)
}

// fine is how near to a root x is brought: 2^-96.
var fine = new(big.Int).Lsh(big.NewInt(1), scale-96)

// rate finds the one root between low and high, where the values are a and b, of
// different signs, by false position after Illinois, and returns it as a rate.
func (p terms) rate(low, high, a, b *big.Int) money.Rate {
	low, high, a, b = new(big.Int).Set(low), new(big.Int).Set(high), new(big.Int).Set(a), new(big.Int).Set(b)
	side := 0
	for step := 1; a.Sign() != 0 && b.Sign() != 0; step++ {
		width := new(big.Int).Sub(high, low)
		if width.Cmp(fine) <= 0 {
			break
		}
		x := new(big.Int).Mul(a, width)
		x.Add(low, x.Quo(x, new(big.Int).Sub(a, b)))
		if step%4 == 0 || x.Cmp(low) <= 0 || x.Cmp(high) >= 0 { // never slower than halving every fourth step
			x.Add(low, width.Rsh(width, 1))
		}
		y := p.at(x)
		if y.Sign() == a.Sign() {
			low, a = x, y
			if side == 1 {
				b.Quo(b, big.NewInt(2))
			}
			side = 1
		} else {
			high, b = x, y
			if side == -1 {
				a.Quo(a, big.NewInt(2))
			}
			side = -1
		}
	}
	if b.Sign() == 0 {
		low = high
	}
	return rateOf(low)
}

// rateOf is x^-365 - 1, half up.
func rateOf(x *big.Int) money.Rate {
	year := powersOf(x).to(365)
	r := new(big.Int).Lsh(big.NewInt(int64(money.One)), scale+1)
	r.Quo(r, year).Add(r, big.NewInt(1)).Rsh(r, 1)
	return money.Rate(r.Int64()) - money.One
}
