package money

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quantity is an amount as a policy writes it: 20万元, or 500元 for each 户.
type Quantity struct {
	Fen Fen
	Per string // the counted thing after the slash, or ""
}

// scale is a unit of amounts or rates and its size as a power of ten.
type scale struct {
	sign   string
	places int // decimals down to a fen or a ppb
	size   uint64
}

var (
	amountScales = [...]scale{{"亿元", 10, uint64(Yi)}, {"万元", 6, uint64(Wan)}, {"元", 2, uint64(Yuan)}}
	rateScales   = [...]scale{{"%", 7, uint64(Percent)}, {"‰", 6, uint64(Percent / 10)}}
)

// ParseYuan reads yuan as data files hold them, such as 1234567.89, -5.00 or
// 12: digits, a point and at most two decimals, a minus sign before them, and
// nothing else. It allocates only to refuse.
// Errors: money.amount, money.finer, money.range (beyond Max).
func ParseYuan[T ~string | ~[]byte](text T) (Fen, error) {
	digits, sign := text, Fen(1)
	if len(text) > 0 && text[0] == '-' {
		digits, sign = text[1:], -1
	}
	n, f := decimal(digits, 2)
	if f != fine || n > int64(Max) {
		return 0, yuanForm.refuse(string(text), f)
	}
	return sign * Fen(n), nil
}

// ParsePercent reads a rate as data files hold it, in percent without a sign:
// 4.35000 is 4.35 %. At most five decimals, from 0 to 1000, and nothing else.
// It allocates only to refuse.
// Errors: money.rate, money.finer, money.range (beyond MaxRate).
func ParsePercent[T ~string | ~[]byte](text T) (Rate, error) {
	const places, unit = 5, Percent / 100_000
	n, f := decimal(text, places)
	if f != fine || n > int64(MaxRate/unit) {
		return 0, percentForm.refuse(string(text), f)
	}
	return Rate(n) * unit, nil
}

// ParseAmount reads an amount as policies write it: 20万元, 1.8亿元, 500元 or
// 500元/户. The number is plain digits with an optional fraction, the unit 元,
// 万元 or 亿元 follows at once, and after a slash one to four Chinese characters
// may say per what.
// Errors: money.amount, money.finer, money.range (beyond Max).
func ParseAmount(text string) (Quantity, error) {
	money, per, each := strings.Cut(text, "/")
	if each && !isPer(per) {
		return Quantity{}, amountForm.refuse(text, malformed)
	}
	n, f := scaled(money, amountScales[:])
	if f != fine || n > int64(Max) {
		return Quantity{}, amountForm.refuse(text, f)
	}
	return Quantity{Fen: Fen(n), Per: per}, nil
}

// ParseRate reads a rate as policies write it: 0.5%, 20% or 5‰.
// Errors: money.rate, money.finer, money.range (beyond MaxRate).
func ParseRate(text string) (Rate, error) {
	n, f := scaled(text, rateScales[:])
	if f != fine || n > int64(MaxRate) {
		return 0, rateForm.refuse(text, f)
	}
	return Rate(n), nil
}

// isPer tells whether s names a counted thing: 户, 家, 笔 …
func isPer(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= maxPer
}

// scaled reads a number and the first of scales that ends it.
func scaled(text string, scales []scale) (n int64, f flaw) {
	for _, s := range scales {
		if number, ok := strings.CutSuffix(text, s.sign); ok {
			return decimal(number, s.places)
		}
	}
	return 0, malformed
}

// decimal reads digits, or digits.digits, as a whole number of 10^-places.
// What outgrows Max comes back as something above Max, for the caller to refuse.
func decimal[T ~string | ~[]byte](s T, places int) (n int64, f flaw) {
	i := 0
	for ; i < len(s) && isDigit(s[i]); i++ {
		n = grow(n, s[i])
	}
	if i == 0 {
		return 0, malformed
	}
	if i < len(s) {
		if s[i] != '.' || i == len(s)-1 {
			return 0, malformed
		}
		for i++; i < len(s); i++ {
			if !isDigit(s[i]) {
				return 0, malformed
			}
			if places == 0 {
				f = finer
				continue
			}
			n = grow(n, s[i])
			places--
		}
	}
	for ; places > 0; places-- {
		n = grow(n, '0')
	}
	return n, f
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// grow appends a digit to n, unless n is too large already.
func grow(n int64, digit byte) int64 {
	if n > int64(Max) {
		return n
	}
	return n*10 + int64(digit-'0')
}

// flaw is what is wrong with a number as it is written.
type flaw uint8

const (
	fine      flaw = iota // nothing, though it may still be too large
	malformed             // not a number of the expected form
	finer                 // more decimals than the unit has
)
