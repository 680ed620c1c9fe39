package uscc

import (
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// Check returns nil for what is Valid, and else the first fault: length, then
// characters, pattern and check character. Space around the code and lower case
// are faults; Normalize removes them.
// Errors: uscc.length, uscc.charset, uscc.pattern, uscc.check.
func Check[T ~string | ~[]byte](code T) error {
	if Valid(code) {
		return nil
	}
	return diagnose(string(code))
}

// diagnose says what is wrong with a code that is not valid.
func diagnose(code string) error {
	if err := checkChars(code, Length, "统一社会信用代码", "a unified social credit code"); err != nil {
		return err
	}
	if i := misfit(code); i >= 0 {
		return refusePattern(code, i)
	}
	return fault.Invalidf("uscc.check", "“%s”的末位与前 17 位不符，请对照证照核对各位",
		"%q: the last character does not fit the others; compare with the certificate", code)
}

// checkChars refuses a text that has not length characters of the charset; zh
// and en say what it should be.
func checkChars(s string, length int, zh, en string) error {
	if err := checkLength(s, length, zh, en); err != nil {
		return err
	}
	at := 0
	for _, r := range s {
		at++
		if r >= utf8.RuneSelf || values[r] < 0 {
			return refuseChar(s, r, at)
		}
	}
	return nil
}

// checkLength refuses a text that has not length characters.
func checkLength(s string, length int, zh, en string) error {
	n := utf8.RuneCountInString(s)
	if n == length {
		return nil
	}
	return fault.Invalidf("uscc.length", "“%[1]s”有 %[2]d 个字符，%[3]s应为 %[5]d 个",
		"%[1]q has %[2]d characters; %[4]s has %[5]d", fault.Clip(s), n, zh, en, length)
}

// refuseChar says why r, the at-th character of s, cannot be there.
func refuseChar(s string, r rune, at int) error {
	zh, en := "只能用数字和大写字母", "only digits and capital letters are"
	switch {
	case r >= 'a' && r <= 'z':
		zh, en = "字母应大写", "letters must be capitals"
	case strings.ContainsRune("IOSVZ", r):
		zh, en = "不用字母 I、O、S、V、Z，是否误写了数字 1、0、5、2？", "I, O, S, V and Z are not used; is it the digit 1, 0, 5 or 2?"
	case r >= '！' && r <= '～', r == '　':
		zh, en = "这是全角字符，应改为半角", "this is a full-width character; type it half-width"
	}
	return fault.Invalidf("uscc.charset", "“%[1]s”第 %[2]d 个字符“%[3]s”不能用：%[4]s",
		"%[1]q: character %[2]d, %[3]q, is not allowed: %[5]s", fault.Clip(s), at, fault.Clip(string(r)), zh, en)
}

// refusePattern says what should be at index i of code, which is of the charset.
func refusePattern(code string, i int) error {
	zh, en := "第 3 至 8 位是行政区划码，应为数字", "characters 3 to 8 are the region and must be digits"
	switch i {
	case 0:
		zh, en = "首位是登记管理部门，应为 1–9、A、N 或 Y", "the first is the registering department: 1–9, A, N or Y"
	case 1:
		zh, en = "第 2 位是机构类别，应为数字", "the second is the kind of body and must be a digit"
	}
	return fault.Invalidf("uscc.pattern", "“%[1]s”不是统一社会信用代码：%[2]s",
		"%[1]q is no unified social credit code: %[3]s", code, zh, en)
}
