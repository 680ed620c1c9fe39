package repayment

import "math/bits"

// A guess is reckoned with numbers of 63 binary places, in one machine word: what it
// is good for is judged with longer ones, so it may be wrong.
const (
	places = 63
	slack  = 1 << (places - 48) // how far off a guess may be and still be of use
	unit   = 1 << places
)

// guess is about where, for x from 0.975 to 1, the value changes its sign. ok is false
// when it has the same sign at both ends, or the amounts are beyond 64 bits.
func (p terms) guess() (x uint64, ok bool) {
	f, ok := p.short()
	if !ok {
		return 0, false
	}
	low, high := uint64(unit/10_000*9_750), uint64(unit)
	above := f.at(low) > 0
	if above == (f.at(high) > 0) {
		return 0, false
	}
	for high-low > slack/2 {
		if x = low + (high-low)/2; f.at(x) > 0 == above {
			low = x
		} else {
			high = x
		}
	}
	return low, true
}

// short is terms for guesses: from the last to the first.
type short struct {
	amounts []int64 // as large as 61 bits hold them together
	gaps    []int   // of each, to the one before it: an index of days
	days    []int64 // that occur as gaps
	power   []uint64
}

func (p terms) short() (*short, bool) {
	all, f := uint64(0), &short{}
	for _, t := range p {
		if !t.amount.IsInt64() || all>>60 > 0 {
			return nil, false
		}
		a := t.amount.Int64()
		all += uint64(max(a, -a))
	}
	shift := bits.LeadingZeros64(all) - 3
	if shift < 0 {
		return nil, false
	}
	index := map[int64]int{}
	for i := len(p) - 1; i >= 0; i-- {
		gap := p[i].days
		if i > 0 {
			gap -= p[i-1].days
		}
		k, known := index[gap]
		if !known {
			k = len(f.days)
			index[gap], f.days = k, append(f.days, gap)
		}
		f.amounts, f.gaps = append(f.amounts, p[i].amount.Int64()<<shift), append(f.gaps, k)
	}
	f.power = make([]uint64, len(f.days))
	return f, true
}

// at is about the value at x, which is at most 1.
func (f *short) at(x uint64) int64 {
	for k, days := range f.days {
		p := uint64(unit)
		for square := x; days > 0; days >>= 1 {
			if days&1 == 1 {
				p = part(p, square)
			}
			square = part(square, square)
		}
		f.power[k] = p
	}
	sum := int64(0)
	for i, a := range f.amounts {
		if sum += a; sum < 0 {
			sum = -int64(part(uint64(-sum), f.power[f.gaps[i]]))
		} else {
			sum = int64(part(uint64(sum), f.power[f.gaps[i]]))
		}
	}
	return sum
}

// part is a × b ÷ unit, of numbers of which b is at most unit.
func part(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high<<1 | low>>(64-1)
}
