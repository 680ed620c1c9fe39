// Package mask shows of personal data no more than is needed to tell one person
// from another (个人信息保护法 第五十一条): a family name, the ends of a number. Its types
// mask themselves wherever they are printed, logged (log/slog prints or marshals what it is given) or made into JSON, so that
// what is forgotten is not what is told; Reveal is the one way to the whole.
package mask

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Name is a person's name 姓名: 张三丰 shows as 张**.
type Name string

// IDNumber is a number of an identity card 身份证号: the first 6 and the last 4
// characters show.
type IDNumber string

// Phone is a telephone number 手机号: 13812341234 shows as 138****1234.
type Phone string

// BankAccount is a number of a bank account 银行账号: the last 4 characters show.
type BankAccount string

// stars is what takes the place of what does not show, where its length tells
// nobody anything.
const stars = "****"

// ends shows the first and the last characters of s, and nothing of what has fewer
// than twice as many.
func ends(s string, first, last int) string {
	if s == "" {
		return ""
	}
	r := []rune(s)
	if len(r) < 2*(first+last) {
		return stars
	}
	hidden := len(r) - first - last
	return string(r[:first]) + strings.Repeat("*", hidden) + string(r[len(r)-last:])
}

// String returns the name masked.
func (n Name) String() string {
	first, size := utf8.DecodeRuneInString(string(n))
	if size == 0 {
		return ""
	}
	return string(first) + strings.Repeat("*", max(1, min(2, utf8.RuneCountInString(string(n))-1)))
}

// Reveal returns the whole name.
func (n Name) Reveal() string { return string(n) }

// GoString returns the name masked, also in %#v.
func (n Name) GoString() string { return n.String() }

// MarshalJSON returns the name masked.
func (n Name) MarshalJSON() ([]byte, error) { return json.Marshal(n.String()) }

// String returns the number masked.
func (n IDNumber) String() string {
	if r := []rune(n); len(r) == 15 || len(r) == 18 {
		return string(r[:6]) + strings.Repeat("*", len(r)-10) + string(r[len(r)-4:])
	}
	return ends(string(n), 2, 2)
}

// Reveal returns the whole number.
func (n IDNumber) Reveal() string { return string(n) }

// GoString returns the number masked, also in %#v.
func (n IDNumber) GoString() string { return n.String() }

// MarshalJSON returns the number masked.
func (n IDNumber) MarshalJSON() ([]byte, error) { return json.Marshal(n.String()) }

// String returns the number masked.
func (p Phone) String() string {
	if r := []rune(p); len(r) == 11 {
		return string(r[:3]) + stars + string(r[7:])
	}
	return ends(string(p), 0, 4)
}

// Reveal returns the whole number.
func (p Phone) Reveal() string { return string(p) }

// GoString returns the number masked, also in %#v.
func (p Phone) GoString() string { return p.String() }

// MarshalJSON returns the number masked.
func (p Phone) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// String returns the number masked.
func (b BankAccount) String() string {
	r := []rune(b)
	switch {
	case len(r) == 0:
		return ""
	case len(r) < 8:
		return stars
	}
	return stars + string(r[len(r)-4:])
}

// Reveal returns the whole number.
func (b BankAccount) Reveal() string { return string(b) }

// GoString returns the number masked, also in %#v.
func (b BankAccount) GoString() string { return b.String() }

// MarshalJSON returns the number masked.
func (b BankAccount) MarshalJSON() ([]byte, error) { return json.Marshal(b.String()) }
