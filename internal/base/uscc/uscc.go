// Package uscc is the unified social credit code (统一社会信用代码), the number
// of every enterprise, institution and public body. Its 18 characters are the
// registering department (1), the kind of body (2), the region of the register
// (3–8), the organisation code (9–17, itself with a check) and a check character.
//
// Sources: GB 32100-2015 for the code, GB 11714-1997 for the organisation code.
package uscc

import "strings"

// Length is how many characters a code has.
const Length = 18

// charset holds what a code is made of, each at its value. I, O, S, V and Z are
// not used, since they look like digits.
const charset = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// weights are 3^i mod 31.
var weights = [Length - 1]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// values is charset turned round: a byte's value, or -1.
var values = func() (v [256]int8) {
	for b := range v {
		v[b] = int8(strings.IndexByte(charset, byte(b)))
	}
	return v
}()

// Normalize returns s as a code is compared and stored: without ASCII space
// around it, ASCII letters in upper case. It mends nothing else.
func Normalize(s string) string {
	s = strings.Trim(s, " \t\r\n")
	for i := 0; i < len(s); i++ {
		if isLower(s[i]) {
			return upper(s)
		}
	}
	return s
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if isLower(c) {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// Valid tells whether code is a code: length, characters, pattern and check
// character. It allocates nothing. Check says what is wrong.
func Valid[T ~string | ~[]byte](code T) bool {
	if len(code) != Length || misfit(code) >= 0 {
		return false
	}
	c, ok := checkChar(code)
	return ok && code[Length-1] == c
}

// OrgCodeOK tells whether characters 9–17 of code pass the check of an
// organisation code. A few codes issued early do not, so this warns and never
// refuses.
func OrgCodeOK[T ~string | ~[]byte](code T) bool {
	if len(code) != Length {
		return false
	}
	c, ok := orgCheckChar(code, orgStart)
	return ok && code[orgStart+orgBody] == c
}

// misfit returns the index of the first of the leading eight characters that is
// not what the standard puts there, or -1. code has Length bytes.
func misfit[T ~string | ~[]byte](code T) int {
	if strings.IndexByte("123456789ANY", code[0]) < 0 {
		return 0
	}
	for i := 1; i < orgStart; i++ {
		if !isDigit(code[i]) {
			return i
		}
	}
	return -1
}

// checkChar returns the check character of the first 17 bytes of code; ok is
// false when one of them is not of the charset.
func checkChar[T ~string | ~[]byte](code T) (c byte, ok bool) {
	sum := 0
	for i, w := range weights {
		v := values[code[i]]
		if v < 0 {
			return 0, false
		}
		sum += int(v) * w
	}
	return charset[(31-sum%31)%31], true
}

// Where the organisation code is: its body begins at index 8, the check
// character follows.
const (
	orgStart = 8
	orgBody  = 8
)

var orgWeights = [orgBody]int{3, 7, 9, 10, 5, 8, 4, 2}

// orgCheckChar returns the check character of the eight bytes of s from at on;
// ok is false when one of them is neither a digit nor a capital letter.
func orgCheckChar[T ~string | ~[]byte](s T, at int) (c byte, ok bool) {
	sum := 0
	for i, w := range orgWeights {
		switch c := s[at+i]; {
		case isDigit(c):
			sum += int(c-'0') * w
		case c >= 'A' && c <= 'Z':
			sum += int(c-'A'+10) * w
		default:
			return 0, false
		}
	}
	return "0X987654321"[sum%11], true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
