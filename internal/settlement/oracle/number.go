package oracle

import (
	"math/big"
	"slices"

	"changrong/internal/base/fault"
)

// sum adds numbers without a limit.
func sum(numbers []int64) *big.Int {
	total := new(big.Int)
	for _, n := range numbers {
		total.Add(total, big.NewInt(n))
	}
	return total
}

// halfUp returns a÷b rounded to the nearest whole number; from exactly half, to
// the one farther from 0. b is above 0.
func halfUp(a, b *big.Int) *big.Int {
	q := new(big.Int).Lsh(new(big.Int).Abs(a), 1) // 2|a|
	q.Add(q, b)                                   // 2|a| + b
	q.Div(q, new(big.Int).Lsh(b, 1))              // ⌊|a|÷b + ½⌋
	return q.Mul(q, big.NewInt(int64(a.Sign())))  // with the sign of a
}

// times returns a × b.
func times(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

// share divides total among weights in proportion, by largest remainder: each
// gets its proportional part rounded down, and what is left over goes out one by
// one to those who lost most by it, of equals to the earlier.
func share(total int64, weights []int64) []int64 {
	shares := make([]int64, len(weights))
	all := sum(weights)
	if all.Sign() == 0 {
		return shares
	}
	lost := make([]*big.Int, len(weights)) // by rounding down, as a multiple of 1÷all
	inTurn := make([]int, len(weights))
	for i, w := range weights {
		part, rest := new(big.Int).DivMod(times(total, w), all, new(big.Int))
		shares[i], lost[i], inTurn[i] = part.Int64(), rest, i
	}
	slices.SortStableFunc(inTurn, func(i, j int) int { return lost[j].Cmp(lost[i]) })
	left := total - sum(shares).Int64()
	for _, i := range inTurn[:left] {
		shares[i]++
	}
	return shares
}

// fits says whether a total stays within int64, in which the result is told.
func fits(total *big.Int) error {
	if total.IsInt64() {
		return nil
	}
	return fault.New(fault.Invalid, "settlement.overflow", "金额合计超出可表示的范围", "the amounts add up to more than can be told")
}
