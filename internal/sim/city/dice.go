package city

import (
	"math/bits"
	"math/rand/v2"
)

// million is certainty, for chances in parts per million.
const million = 1_000_000

// Dice is a stream of chance. It uses integers only: floating point would not give
// the same bytes on every machine.
type Dice struct{ src rand.PCG }

// streams keep the generators of different things apart.
const (
	streamFirm uint64 = iota + 1
	StreamBank
	streamTrouble
	StreamHistory
)

// Roll starts the stream of thing n of a kind.
func (d *Dice) Roll(seed, stream, n uint64) {
	d.src.Seed(scramble(seed^stream<<56), scramble(n+stream<<48))
}

// scramble is the finaliser of splitmix64: neighbours get unlike seeds.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Below returns a number from 0 to n-1.
func (d *Dice) Below(n int) int {
	hi, _ := bits.Mul64(d.src.Uint64(), uint64(n))
	return int(hi)
}

// between returns a number from a to b, both included.
func (d *Dice) between(a, b int) int { return a + d.Below(b-a+1) }

// Chance is true ppm times in a million.
func (d *Dice) Chance(ppm int) bool { return d.Below(million) < ppm }

// Odds is true with odds of 2^(e/100) to 1.
func (d *Dice) Odds(e int) bool {
	const one = 1 << 30
	odds := stretch(one, int64(min(max(e, -2000), 900))<<16/100)
	hi, _ := bits.Mul64(d.src.Uint64(), uint64(one+odds))
	return int64(hi) < odds
}

// Bell returns a deviate with mean 0 and a standard deviation of 100, nearly normal.
func (d *Dice) Bell() int { return int(d.bell() * 100 >> 16) }

// pick returns an index with the weights whose running sums are given.
func (d *Dice) pick(sums []int) int {
	x := d.Below(sums[len(sums)-1])
	for i, s := range sums {
		if x < s {
			return i
		}
	}
	return len(sums) - 1
}

// running returns the running sums of weights.
func running(weights ...int) []int {
	sums := make([]int, len(weights))
	total := 0
	for i, w := range weights {
		total += w
		sums[i] = total
	}
	return sums
}

// bell returns a deviate with mean 0 and standard deviation 65,536, nearly normal:
// four uniform 16-bit numbers.
func (d *Dice) bell() int64 {
	x := d.src.Uint64()
	sum := int64(x&0xffff + x>>16&0xffff + x>>32&0xffff + x>>48)
	const mean, deviation = 2 * 65535, 37837
	return (sum - mean) * 65536 / deviation
}

// skewed returns a log-normal number with the median, its logarithm having a
// standard deviation of sigma hundredths.
func (d *Dice) skewed(median int64, sigma int64) int64 {
	const ln2 = 6931 // ten-thousandths
	return stretch(median, d.bell()*sigma*100/ln2)
}

// powers are 2^(i/16), times 2^30.
var powers = [17]int64{
	1073741824, 1121280436, 1170923762, 1222764986, 1276901417, 1333434672, 1392470869, 1454120821, 1518500250,
	1585730000, 1655936265, 1729250827, 1805811301, 1885761398, 1969251188, 2056437387, 2147483648,
}

// stretch returns x × 2^(e/65536); x must be below 2^40 and the result below 2^50.
func stretch(x, e int64) int64 {
	whole, part := e>>16, e&0xffff
	i, f := part>>12, part&0xfff
	power := powers[i] + (powers[i+1]-powers[i])*f>>12
	hi, lo := bits.Mul64(uint64(x), uint64(power))
	y := int64(hi<<34 | lo>>30)
	if whole >= 0 {
		return y << whole
	}
	return y >> -whole
}
