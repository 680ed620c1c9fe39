package money_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/money"
)

func TestSplit(t *testing.T) {
	const hi = math.MaxInt64
	for _, c := range []struct {
		name    string
		total   int64
		weights []int64
		shares  []int64
		ok      bool
	}{
		{"none", 0, nil, []int64{}, true},
		{"to nobody", 1, nil, []int64{}, false},
		{"one", 7, []int64{3}, []int64{7}, true},
		{"all weights 0", 0, []int64{0, 0}, []int64{0, 0}, true},
		{"all weights 0, something to share", 5, []int64{0, 0}, []int64{0, 0}, false},
		{"nothing to share", 0, []int64{1, 2}, []int64{0, 0}, true},
		{"even", 9, []int64{1, 1, 1}, []int64{3, 3, 3}, true},
		{"ties go to the lower index", 5, []int64{1, 1, 1}, []int64{2, 2, 1}, true},
		{"largest remainder first", 10, []int64{1, 2, 4}, []int64{1, 3, 6}, true},
		{"0 gets nothing", 2, []int64{0, 1, 0, 2}, []int64{0, 1, 0, 1}, true},
		{"negative weight", 1, []int64{2, -1}, nil, false},
		{"negative total", -1, []int64{1, 1}, nil, false},
		{"weights overflow", 1, []int64{hi, 1}, nil, false},
		{"as large as can be", hi, []int64{hi - 1, 1}, []int64{hi - 1, 1}, true},
	} {
		shares, ok := money.Split(c.total, c.weights)
		if ok != c.ok || c.shares != nil && !slices.Equal(shares, c.shares) {
			t.Errorf("%s: Split(%d, %v) = %v, %t; want %v, %t", c.name, c.total, c.weights, shares, ok, c.shares, c.ok)
		}
	}
}

// weightsOf draws weights that sum to at most MaxInt64, with many ties.
func weightsOf(t *rapid.T) []int64 {
	weight := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, math.MaxInt64/64))
	return rapid.SliceOfN(weight, 1, 64).Draw(t, "weights")
}

func sum(s []int64) (n int64) {
	for _, x := range s {
		n += x
	}
	return n
}

func TestSplitSumsAndIsProportional(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := weightsOf(t)
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		all := sum(weights)
		shares, ok := money.Split(total, weights)
		if all == 0 {
			if ok != (total == 0) {
				t.Fatalf("Split(%d, %v) ok = %t", total, weights, ok)
			}
			return
		}
		if !ok || sum(shares) != total {
			t.Fatalf("Split(%d, %v) = %v, %t", total, weights, shares, ok)
		}
		for i, w := range weights {
			floor, rem, _ := money.MulDivFloor(total, w, all)
			if up := shares[i] - floor; up != 0 && (up != 1 || rem == 0) {
				t.Fatalf("share %d of Split(%d, %v) is %d; proportional is %d and %d/%d", i, total, weights, shares[i], floor, rem, all)
			}
		}
	})
}

func TestSplitGivesTheRestToTheLargestRemainders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := append(weightsOf(t), 1)
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		shares, _ := money.Split(total, weights)
		all := sum(weights)
		for i := range weights {
			floorI, remI, _ := money.MulDivFloor(total, weights[i], all)
			for j := range weights {
				floorJ, remJ, _ := money.MulDivFloor(total, weights[j], all)
				before := remI > remJ || remI == remJ && i < j
				if before && shares[i] == floorI && shares[j] > floorJ {
					t.Fatalf("Split(%d, %v) = %v: %d was passed over for %d", total, weights, shares, i, j)
				}
			}
		}
	})
}

// Whoever is listed first may only matter between equals: the multiset of
// (weight, share) is that of any order.
func TestSplitDoesNotDependOnOrder(t *testing.T) {
	type pair struct{ weight, share int64 }
	pairs := func(weights, shares []int64) []pair {
		ps := make([]pair, len(weights))
		for i := range weights {
			ps[i] = pair{weights[i], shares[i]}
		}
		slices.SortFunc(ps, func(a, b pair) int {
			return slices.Compare([]int64{a.weight, a.share}, []int64{b.weight, b.share})
		})
		return ps
	}
	rapid.Check(t, func(t *rapid.T) {
		// Different weights with equal remainders are told apart by their place,
		// so the total here is one where no two different weights tie.
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 40).Draw(t, "weights")
		total := rapid.Int64Range(0, 1_000_000).Draw(t, "total")
		rems := map[int64]int64{}
		for _, w := range weights {
			_, rem, ok := money.MulDivFloor(total, w, max(sum(weights), 1))
			if other, seen := rems[rem]; !ok || seen && other != w {
				t.Skip("remainders tie")
			}
			rems[rem] = w
		}
		shuffled := rapid.Permutation(weights).Draw(t, "shuffled")
		a, _ := money.Split(total, weights)
		b, _ := money.Split(total, shuffled)
		if !slices.Equal(pairs(weights, a), pairs(shuffled, b)) {
			t.Fatalf("Split(%d) of %v is %v, of %v is %v", total, weights, a, shuffled, b)
		}
	})
}

func TestSplitIntoItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := weightsOf(t)
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		want, wantOK := money.Split(total, weights)
		if ok := money.SplitInto(weights, total, weights); ok != wantOK || ok && !slices.Equal(weights, want) {
			t.Fatalf("in place %v, %t; apart %v, %t", weights, ok, want, wantOK)
		}
	})
}

func TestSplitIntoOfFewDoesNotAllocate(t *testing.T) {
	weights := []int64{5, 3, 1, 7, 7, 2}
	dst := make([]int64, len(weights))
	if n := testing.AllocsPerRun(100, func() { money.SplitInto(dst, 1001, weights) }); n != 0 {
		t.Errorf("SplitInto of %d weights allocates %v times", len(weights), n)
	}
}
