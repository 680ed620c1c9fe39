package uscc

import "changrong/internal/base/fault"

// CheckChar returns the 18th character of a code from its first 17.
// Errors: uscc.length, uscc.charset.
func CheckChar(first17 string) (byte, error) {
	if err := checkChars(first17, Length-1, "前段", "the part before the check character"); err != nil {
		return 0, err
	}
	c, _ := checkChar(first17)
	return c, nil
}

// OrgCheckChar returns the ninth character of an organisation code from its
// first eight, which are digits and capital letters, all 26.
// Errors: uscc.length, uscc.charset.
func OrgCheckChar(body8 string) (byte, error) {
	if err := checkLength(body8, orgBody, "组织机构代码本体", "the body of an organisation code"); err != nil {
		return 0, err
	}
	c, ok := orgCheckChar(body8, 0)
	if !ok {
		return 0, fault.Invalidf("uscc.charset", "“%s”不是组织机构代码本体：只能用数字和大写字母",
			"%q is no body of an organisation code: only digits and capital letters are allowed", fault.Clip(body8))
	}
	return c, nil
}

// Make returns the code of the department and kind (91 is an enterprise), the
// region and the body of the organisation code, with both check characters.
// Errors: uscc.length, uscc.charset, uscc.pattern.
func Make(dept2, region6, body8 string) (string, error) {
	if err := checkLength(dept2, 2, "登记管理部门和机构类别", "the department and kind"); err != nil {
		return "", err
	}
	if err := checkLength(region6, 6, "行政区划码", "the region"); err != nil {
		return "", err
	}
	org, err := OrgCheckChar(body8)
	if err != nil {
		return "", err
	}
	first17 := dept2 + region6 + body8 + string(org)
	last, err := CheckChar(first17)
	if err != nil {
		return "", err
	}
	code := first17 + string(last)
	if err := Check(code); err != nil {
		return "", err
	}
	return code, nil
}
