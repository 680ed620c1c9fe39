package money

import (
	"strconv"
	"unicode/utf8"
)

// AppendYuan appends f as yuan with two decimals: 1234567.89.
func (f Fen) AppendYuan(b []byte) []byte {
	u := abs(int64(f))
	if f < 0 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, u/100, 10)
	return append(b, '.', byte('0'+u/10%10), byte('0'+u%10))
}

// String renders f as yuan with two decimals.
func (f Fen) String() string { return string(f.AppendYuan(nil)) }

// Human renders f as people write it, exactly: 20万元, 1.8亿元, 500元, 0.01元.
// Of 亿元, 万元 and 元 it takes the one that gives the shortest text, but none
// that f does not fill once (3000万元, not 0.3亿元), and the largest of equals.
// ParseAmount reads it back when f is not negative.
func (f Fen) Human() string {
	u := abs(int64(f))
	best, shortest := "", 0
	for _, s := range amountScales {
		if u < s.size && s.size != uint64(Yuan) {
			continue
		}
		text := string(appendDecimal(nil, u, s.size)) + s.sign
		if n := utf8.RuneCountInString(text); best == "" || n < shortest {
			best, shortest = text, n
		}
	}
	if f < 0 {
		return "-" + best
	}
	return best
}

// String renders q as ParseAmount reads it: 500元/户.
func (q Quantity) String() string {
	if q.Per == "" {
		return q.Fen.Human()
	}
	return q.Fen.Human() + "/" + q.Per
}

// appendDecimal appends n/unit, for a unit that is a power of ten, without
// trailing zeros.
func appendDecimal(b []byte, n, unit uint64) []byte {
	b = strconv.AppendUint(b, n/unit, 10)
	rest := n % unit
	if rest > 0 {
		b = append(b, '.')
	}
	for rest > 0 {
		unit /= 10
		b = append(b, byte('0'+rest/unit))
		rest %= unit
	}
	return b
}
