package vec

import (
	"encoding/binary"
	"math/bits"
)

// Odd constants with bits as if drawn by lot: fractions of the golden ratio, of
// the square root of 2 and of 3.
const (
	golden = 0x9e3779b97f4a7c15
	root2  = 0x6a09e667f3bcc909
	root3  = 0xbb67ae8584caa73b
)

// Hash spreads keys over tables: the number of what the key belongs to, and its
// text. It is the same in every process, and no protection against anybody.
func Hash(first uint32, text []byte) uint64 {
	h := fold(uint64(first)^root2, uint64(len(text))^golden)
	for ; len(text) >= 8; text = text[8:] {
		h = fold(h^binary.LittleEndian.Uint64(text), golden)
	}
	var tail uint64
	for i, b := range text {
		tail |= uint64(b) << (8 * i)
	}
	return fold(h^tail, root3)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
