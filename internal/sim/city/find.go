package city

import "strings"

// Find returns the number of the firm that has a code, without making any firm.
func (m *Model) Find(code string) (n int, ok bool) {
	const at = 8 + len("DEM") // the body's digits
	if len(code) != 18 || code[8:at] != "DEM" {
		return 0, false
	}
	for _, c := range []byte(code[at:16]) {
		d := strings.IndexByte(bodyDigits, c)
		if d < 0 || d >= m.radix {
			return 0, false
		}
		n = n*m.radix + d
	}
	n -= firstBody
	if n < 0 || n >= m.firms || m.code(n) != code {
		return 0, false
	}
	return n, true
}
