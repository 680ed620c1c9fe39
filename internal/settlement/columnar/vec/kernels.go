package vec

import (
	"math"
	"math/bits"
)

// The kernels. Each fills to, whose length the others have at least; a and b are
// values, ua and ub mark those that are unknown.

func and(to, a, b []Truth) []Truth {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] = a[i]&b[i]&True | (a[i]|b[i])&False
	}
	return to
}

func or(to, a, b []Truth) []Truth {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] = (a[i]|b[i])&True | a[i]&b[i]&False
	}
	return to
}

func not(to, a []Truth) []Truth {
	a = a[:len(to)]
	for i := range to {
		to[i] = Not(a[i])
	}
	return to
}

func same(to []Truth, t Truth) []Truth {
	for i := range to {
		to[i] = t
	}
	return to
}

// truthOf turns 0 and 1 into truths.
func truthOf(to []Truth, a []int64, ua []Truth) []Truth {
	a, ua = a[:len(to)], ua[:len(to)]
	for i := range to {
		to[i] = False - Truth(a[i]&1) | ua[i]
	}
	return to
}

// lookUp answers every row from a table of answers, of which the last is that for
// an unknown value.
func lookUp(to []Truth, codes []int64, unknown, yes []Truth) []Truth {
	codes, unknown = codes[:len(to)], unknown[:len(to)]
	none := yes[len(yes)-1]
	for i := range to {
		if unknown[i] != 0 {
			to[i] = none
			continue
		}
		to[i] = yes[codes[i]]
	}
	return to
}

func choose(to, which, a, b []Truth) []Truth {
	which, a, b = which[:len(to)], a[:len(to)], b[:len(to)]
	for i := range to {
		switch which[i] {
		case True:
			to[i] = a[i]
		case False:
			to[i] = b[i]
		default:
			to[i] = Unknown
		}
	}
	return to
}

func equalTo(to []Truth, a []int64, ua []Truth, x int64) []Truth {
	a, ua = a[:len(to)], ua[:len(to)]
	for i := range to {
		to[i] = False - bit(a[i] == x) | ua[i]
	}
	return to
}

func lessThan(to []Truth, a []int64, ua []Truth, x int64) []Truth {
	a, ua = a[:len(to)], ua[:len(to)]
	for i := range to {
		to[i] = False - bit(a[i] < x) | ua[i]
	}
	return to
}

func moreThan(to []Truth, a []int64, ua []Truth, x int64) []Truth {
	a, ua = a[:len(to)], ua[:len(to)]
	for i := range to {
		to[i] = False - bit(a[i] > x) | ua[i]
	}
	return to
}

func equal(to []Truth, a, b []int64, ua, ub []Truth) []Truth {
	a, b, ua, ub = a[:len(to)], b[:len(to)], ua[:len(to)], ub[:len(to)]
	for i := range to {
		to[i] = False - bit(a[i] == b[i]) | ua[i] | ub[i]
	}
	return to
}

func less(to []Truth, a, b []int64, ua, ub []Truth) []Truth {
	a, b, ua, ub = a[:len(to)], b[:len(to)], ua[:len(to)], ub[:len(to)]
	for i := range to {
		to[i] = False - bit(a[i] < b[i]) | ua[i] | ub[i]
	}
	return to
}

func among(to []Truth, a []int64, ua []Truth, list []int64) []Truth {
	a, ua = a[:len(to)], ua[:len(to)]
	for i := range to {
		var found uint8
		for _, x := range list {
			found |= bit(a[i] == x)
		}
		to[i] = False - found | ua[i]
	}
	return to
}

func chooseInts(to []int64, unknown, which []Truth, a, b []int64, ua, ub []Truth) {
	for i := range to {
		switch which[i] {
		case True:
			to[i], unknown[i] = a[i], ua[i]
		case False:
			to[i], unknown[i] = b[i], ub[i]
		default:
			to[i], unknown[i] = 0, Unknown
		}
	}
}

// What leaves int64 is unknown.

func add(to []int64, unknown []Truth, a, b []int64, ua, ub []Truth) {
	unknown, a, b, ua, ub = unknown[:len(to)], a[:len(to)], b[:len(to)], ua[:len(to)], ub[:len(to)]
	for i := range to {
		s := a[i] + b[i]
		to[i] = s
		unknown[i] = ua[i] | ub[i] | Unknown*bit((a[i]^s)&(b[i]^s) < 0)
	}
}

func subtract(to []int64, unknown []Truth, a, b []int64, ua, ub []Truth) {
	unknown, a, b, ua, ub = unknown[:len(to)], a[:len(to)], b[:len(to)], ua[:len(to)], ub[:len(to)]
	for i := range to {
		s := a[i] - b[i]
		to[i] = s
		unknown[i] = ua[i] | ub[i] | Unknown*bit((a[i]^b[i])&(a[i]^s) < 0)
	}
}

func multiply(to []int64, unknown []Truth, a, b []int64, ua, ub []Truth) {
	unknown, a, b, ua, ub = unknown[:len(to)], a[:len(to)], b[:len(to)], ua[:len(to)], ub[:len(to)]
	for i := range to {
		hi, lo := bits.Mul64(uint64(a[i]), uint64(b[i]))
		// The unsigned product counts a negative factor 2^64 too high.
		high := int64(hi) - a[i]>>63&b[i] - b[i]>>63&a[i]
		to[i] = int64(lo)
		unknown[i] = ua[i] | ub[i] | Unknown*bit(high != int64(lo)>>63)
	}
}

func negate(to []int64, unknown []Truth, a []int64, ua []Truth) {
	unknown, a, ua = unknown[:len(to)], a[:len(to)], ua[:len(to)]
	for i := range to {
		to[i] = -a[i]
		unknown[i] = ua[i] | Unknown*bit(a[i] == math.MinInt64)
	}
}
