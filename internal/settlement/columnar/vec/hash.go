package vec

import "math/bits"

// Odd constants with bits as if drawn by lot: fractions of the golden ratio, of
// the square root of 2 and of 3.
const (
	golden = 0x9e3779b97f4a7c15
	root2  = 0x6a09e667f3bcc909
	root3  = 0xbb67ae8584caa73b
)

// Hash spreads keys over tables: the number of what the key belongs to, and its
// text. It is the same in every process, and no protection against anybody.
func Hash[T ~string | ~[]byte](first uint32, text T) uint64 {
	h := fold(uint64(first)^root2, uint64(len(text))^golden)
	i := 0
	for ; i+8 <= len(text); i += 8 {
		t := text[i : i+8]
		word := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		h = fold(h^word, golden)
	}
	var tail uint64
	for ; i < len(text); i++ {
		tail = tail<<8 | uint64(text[i])
	}
	return fold(h^tail, root3)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
