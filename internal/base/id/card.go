package id

import (
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// cardLength is how many characters a resident's number has: region (6), day of
// birth (8), sequence (3) and a check character.
const cardLength = 18

// oldestBirth is the first year a number may say somebody was born in. Demo
// numbers use the nineteenth century, which is nobody's any more.
const oldestBirth = 1800

var cardWeights = [cardLength - 1]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// CheckCard returns nil when number is a resident's number (公民身份号码) of
// somebody born on or before asOf: 17 digits and the check digit or X. Numbers
// of 15 digits are no longer issued and are refused. The sentences never repeat
// the number, which is personal data.
// Errors: id.card_length, id.card_digits, id.card_born, id.card_check.
//
// Source: GB 11643-1999.
func CheckCard(number string, asOf civil.Date) error {
	if n := utf8.RuneCountInString(number); n == 15 {
		return fault.New(fault.Invalid, "id.card_length",
			"15 位的旧身份证号已停用，请填 18 位",
			"identity numbers of 15 digits are out of use; give the 18 characters")
	} else if n != cardLength {
		return fault.Invalidf("id.card_length",
			"身份证号应为 18 位，现有 %d 个字符",
			"an identity number has 18 characters, not %d", n)
	}
	if i := nonDigit(number[:cardLength-1]); i >= 0 {
		return fault.Invalidf("id.card_digits",
			"身份证号第 %d 位不是半角数字",
			"character %d of the identity number is no half-width digit", i+1)
	}
	last := number[cardLength-1:]
	if nonDigit(last) >= 0 && last != "X" {
		return fault.New(fault.Invalid, "id.card_digits",
			"身份证号末位应为半角数字或大写字母 X",
			"the last character of an identity number is a half-width digit or a capital X")
	}
	if !bornBy(number[6:14], asOf) {
		return fault.New(fault.Invalid, "id.card_born",
			"身份证号第 7 至 14 位不是有效的出生日期",
			"characters 7 to 14 of the identity number are no possible day of birth")
	}
	if last[0] != cardChar(number) {
		return fault.New(fault.Invalid, "id.card_check",
			"身份证号的末位与前 17 位不符，请对照证件核对各位",
			"the last character of the identity number does not fit the others; compare with the card")
	}
	return nil
}

// CardChar returns the 18th character of a resident's number from its first 17
// digits.
// Errors: id.card_length, id.card_digits.
func CardChar(first17 string) (byte, error) {
	if n := utf8.RuneCountInString(first17); n != cardLength-1 {
		return 0, fault.Invalidf("id.card_length",
			"身份证号前段应为 17 位，现有 %d 个字符",
			"the part before the check character has 17 digits, not %d", n)
	}
	if i := nonDigit(first17); i >= 0 {
		return 0, fault.Invalidf("id.card_digits",
			"身份证号第 %d 位不是半角数字",
			"character %d of the identity number is no half-width digit", i+1)
	}
	return cardChar(first17), nil
}

// cardChar returns the check character of 17 leading digits.
func cardChar(digits string) byte {
	sum := 0
	for i, w := range cardWeights {
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// bornBy tells whether eight digits are a real day, not after asOf.
func bornBy(yyyymmdd string, asOf civil.Date) bool {
	n := 0
	for i := range len(yyyymmdd) {
		n = n*10 + int(yyyymmdd[i]-'0')
	}
	y, m, d := n/10_000, n/100%100, n%100
	ay, am, ad := asOf.YMD()
	return y >= oldestBirth && d >= 1 && d <= civil.DaysIn(y, m) && n <= ay*10_000+am*100+ad
}

// nonDigit returns the index of the first character of s that is no digit, in
// characters, or -1.
func nonDigit(s string) int {
	at := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			return at
		}
		at++
	}
	return -1
}
