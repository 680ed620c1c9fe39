package id

import (
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// bankLength is how many digits a payment office's number has: bank (3), city
// (4), office (4) and a check digit.
const bankLength = 12

// CheckBank returns nil when number is the number of a bank's office in the
// payment system (支付系统行号): 12 digits, the last by ISO 7064 MOD 11,10.
// Errors: id.bank_length, id.bank_digits, id.bank_check.
//
// Source: ISO 7064 for the check; that the numbers use it is computed from
// those of eleven head offices.
func CheckBank(number string) error {
	if n := utf8.RuneCountInString(number); n != bankLength {
		return fault.Invalidf("id.bank_length",
			"“%s”有 %d 个字符，行号应为 12 位",
			"%q has %d characters; the number of a bank's office has 12", fault.Clip(number), n)
	}
	if i := nonDigit(number); i >= 0 {
		return fault.Invalidf("id.bank_digits",
			"“%s”第 %d 位不是半角数字",
			"%q: character %d is no half-width digit", fault.Clip(number), i+1)
	}
	if number[bankLength-1] != bankChar(number) {
		return fault.Invalidf("id.bank_check",
			"“%s”的末位与前 11 位不符，请核对各位",
			"%q: the last digit does not fit the others", number)
	}
	return nil
}

// BankChar returns the 12th digit of a payment office's number from its first 11.
// Errors: id.bank_length, id.bank_digits.
func BankChar(first11 string) (byte, error) {
	if n := utf8.RuneCountInString(first11); n != bankLength-1 {
		return 0, fault.Invalidf("id.bank_length",
			"“%s”有 %d 个字符，行号前段应为 11 位",
			"%q has %d characters; the part before the check digit has 11", fault.Clip(first11), n)
	}
	if i := nonDigit(first11); i >= 0 {
		return 0, fault.Invalidf("id.bank_digits",
			"“%s”第 %d 位不是半角数字",
			"%q: character %d is no half-width digit", fault.Clip(first11), i+1)
	}
	return bankChar(first11), nil
}

// bankChar returns the check digit of 11 leading digits, by ISO 7064 MOD 11,10.
func bankChar(digits string) byte {
	p := 10
	for i := range bankLength - 1 {
		p = (p + int(digits[i]-'0')) % 10
		if p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return byte('0' + (11-p)%10)
}
