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
	if changes(terms) == 0 {
		return 0, NoRate
	}
	if changes(terms) > 1 {
		s := &search{terms: terms, slope: terms.derived()}
		s.cut(s.at(low), s.at(high), 0)
		switch {
		case s.unclear:
			return 0, NotSettled
		case len(s.between) == 0:
			return 0, NoRate
		case len(s.between) > 1:
			return 0, ManyRates
		}
		low, high = s.between[0][0], s.between[0][1]
	}
	return terms.rate(low, high)
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
	return p.sums(powersOf(x), func(int) bool { return true })
}

// sums is the value, at the x of w, of the terms with a sign that is wanted.
func (p terms) sums(w *powers, wanted func(sign int) bool) *big.Int {
	sum, next := new(big.Int), new(big.Int)
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

// sides are what the terms above 0 and those below come to at one x.
type sides struct{ gains, pays *big.Int }

func (p terms) sides(w *powers) sides {
	return sides{p.sums(w, func(sign int) bool { return sign > 0 }), p.sums(w, func(sign int) bool { return sign < 0 })}
}

func (s sides) sign() int { return new(big.Int).Add(s.gains, s.pays).Sign() }

// off tells whether the value is off 0 at every x from low's to high's: what is above 0
// grows with x, and what is below falls.
func off(low, high sides) bool {
	return sides{low.gains, high.pays}.sign() > 0 || sides{high.gains, low.pays}.sign() < 0
}

// search cuts a range until it is known where the roots are.
type search struct {
	terms, slope terms
	between      [][2]*big.Int
	pieces       int
	unclear      bool
}

// end is one of a piece.
type end struct {
	x            *big.Int
	value, slope sides
}

func (s *search) at(x *big.Int) end {
	w := powersOf(x)
	return end{x, s.terms.sides(w), s.slope.sides(w)}
}

// Of a search: how often a piece may be halved, and how many pieces there may be.
const (
	maxHalvings = 60
	maxPieces   = 400
)

func (s *search) cut(low, high end, depth int) {
	if len(s.between) > 1 { // that there are several is enough
		return
	}
	if s.pieces++; s.unclear || depth > maxHalvings || s.pieces > maxPieces {
		s.unclear = true
		return
	}
	if off(low.value, high.value) {
		return
	}
	if off(low.slope, high.slope) {
		a, b := low.value.sign(), high.value.sign()
		if a*b < 0 || a == 0 { // a root at the upper end is the next piece's
			s.between = append(s.between, [2]*big.Int{low.x, high.x})
		}
		return
	}
	middle := new(big.Int).Add(low.x, high.x)
	m := s.at(middle.Rsh(middle, 1))
	s.cut(low, m, depth+1)
	s.cut(m, high, depth+1)
}

// How near to a root x is brought: 2^-96 at the most, and at 2^-40 it is tried whether
// both ends are the same rate.
var (
	fine   = new(big.Int).Lsh(big.NewInt(1), scale-96)
	coarse = new(big.Int).Lsh(big.NewInt(1), scale-40)
)

// rate finds the root between low and high, of which there is one at the most, by false
// position after Illinois, and returns it as a rate.
func (p terms) rate(low, high *big.Int) (money.Rate, Found) {
	low, high, a, b := p.nearer(low, high)
	if a.Sign()*b.Sign() > 0 {
		return 0, NoRate
	}
	side := 0
	for step := 1; a.Sign() != 0 && b.Sign() != 0; step++ {
		width := new(big.Int).Sub(high, low)
		if width.Cmp(coarse) <= 0 {
			if r := rateOf(low); r == rateOf(high) || width.Cmp(fine) <= 0 {
				return r, OneRate
			}
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
	return rateOf(low), OneRate
}

// nearer brings low and high nearer to the root between them, where a guess is good, and
// returns the values there too.
func (p terms) nearer(low, high *big.Int) (x, y, a, b *big.Int) {
	if g, ok := p.guess(); ok {
		x = new(big.Int).Lsh(new(big.Int).SetUint64(g-slack), scale-places)
		y = new(big.Int).Lsh(new(big.Int).SetUint64(g+slack), scale-places)
		if x.Cmp(low) > 0 && y.Cmp(high) < 0 {
			if a, b = p.at(x), p.at(y); a.Sign()*b.Sign() < 0 {
				return x, y, a, b
			}
		}
	}
	return low, high, p.at(low), p.at(high)
}

// rateOf is x^-365 - 1, half up.
func rateOf(x *big.Int) money.Rate {
	year := powersOf(x).to(365)
	r := new(big.Int).Lsh(big.NewInt(int64(money.One)), scale+1)
	r.Quo(r, year).Add(r, big.NewInt(1)).Rsh(r, 1)
	return money.Rate(r.Int64()) - money.One
}
