package bankfile

import (
	"math/big"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

// parseDay reads a day in any form that banks write it in: 2025-06-30, 2025/6/30,
// 20250630, 2025年6月30日, each with or without a time behind, or as Excel counts.
func parseDay(cell string) (civil.Date, error) {
	bad := fault.New(fault.Invalid, "bankfile.day", "日期应形如 2025-06-30", "a day is written as 2025-06-30")
	var n []int
	for _, word := range strings.FieldsFunc(cell, func(r rune) bool { return r < '0' || r > '9' }) {
		x, err := strconv.Atoi(word)
		if err != nil || len(word) > 8 && len(n) == 0 && len(word) != 14 {
			return 0, bad
		}
		n = append(n, x)
	}
	first := cell
	if i := strings.IndexFunc(cell, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		first = cell[:i]
	}
	var day civil.Date
	ok := false
	switch {
	case len(first) == 14: // 20250630103000
		day, ok = compact(first[:8])
	case len(first) == 8:
		day, ok = compact(first)
	case len(first) == 4 && len(n) >= 3:
		day, ok = civil.Of(n[0], n[1], n[2])
	case len(first) == 5 && (first == cell || cell[len(first)] == '.'): // days since 1899-12-30
		day, ok = civil.Date(n[0]-excelEpoch), n[0] >= firstExcelDay
	}
	if !ok {
		return 0, bad
	}
	return day, nil
}

// Days as Excel counts them.
const (
	excelEpoch    = 25569 // 1970-01-01
	firstExcelDay = 36526 // 2000-01-01
)

func compact(s string) (civil.Date, bool) {
	y, err1 := strconv.Atoi(s[:4])
	m, err2 := strconv.Atoi(s[4:6])
	d, err3 := strconv.Atoi(s[6:8])
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, false
	}
	return civil.Of(y, m, d)
}

// parseAmount reads yuan with at most two decimals: 1,234.50, ¥1234.5, (1,234.50)
// and -1234.50 below zero. In Excel a number may stand there with the digits of a
// float64, 1234567.8899999999, which is the nearest fen.
func parseAmount(cell string) (money.Fen, error) {
	bad := fault.New(fault.Invalid, "bankfile.amount", "金额应为元，最多两位小数", "an amount is in yuan with at most two decimals")
	s := strings.NewReplacer(",", "", "，", "", " ", "", "¥", "", "￥", "", "元", "", "人民币", "", "（", "(", "）", ")").Replace(cell)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && !negative {
		negative, s = true, s[1:len(s)-1]
	}
	if s == "" || strings.Trim(s, "0123456789.Ee+-") != "" || s[0] < '0' || s[0] > '9' || len(s) > 40 {
		return 0, bad
	}
	f, err := money.ParseYuan(s)
	if err != nil {
		if f, err = nearest(s); err != nil {
			return 0, bad
		}
	}
	if f > money.Max {
		return 0, bad
	}
	if negative {
		f = -f
	}
	return f, nil
}

// nearest reads what a float64 of an amount may be written as.
func nearest(s string) (money.Fen, error) {
	bad := fault.New(fault.Invalid, "bankfile.amount", "金额应为元，最多两位小数", "an amount is in yuan with at most two decimals")
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(s), "E")
	e := 0
	if scientific {
		var err error
		if e, err = strconv.Atoi(exponent); err != nil || e < -20 || e > 20 {
			return 0, bad
		}
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	if !scientific && len(digits) < 15 { // as a person typed it: finer than a fen
		return 0, bad
	}
	x, ok := new(big.Rat).SetString(mantissa + "E" + strconv.Itoa(e+2))
	if !ok {
		return 0, bad
	}
	fen, ok := new(big.Int).SetString(x.FloatString(0), 10)
	if !ok || !fen.IsInt64() {
		return 0, bad
	}
	off := new(big.Rat).Sub(x, new(big.Rat).SetInt(fen))
	if off.Abs(off).Cmp(big.NewRat(1, 100)) > 0 {
		return 0, bad
	}
	return money.Fen(fen.Int64()), nil
}

// amount reads what a row moved: paid above zero, come back below. It returns the
// column that an error is about.
func (r *reading) amount(row []string, l *ledger.BankLine) (column, error) {
	if r.at[out] >= 0 {
		return r.twoColumns(row, l)
	}
	f, err := parseAmount(r.cell(row, amount))
	if err != nil {
		return amount, err
	}
	switch d := strings.ToLower(r.cell(row, direction)); {
	case r.at[direction] < 0:
	case f <= 0:
		return amount, fault.New(fault.Invalid, "bankfile.amount", "有借贷标志时金额须大于零", "with a direction, the amount is above zero")
	case d == "借" || d == "借方" || d == "支" || d == "支出" || d == "付" || d == "付款" || d == "d" || d == "debit" || d == "out":
	case d == "贷" || d == "贷方" || d == "收" || d == "收入" || d == "收款" || d == "c" || d == "credit" || d == "in":
		f = -f
	default:
		return direction, fault.New(fault.Invalid, "bankfile.direction", "借贷标志应为“借”（支出）或“贷”（收入）", "the direction is 借 or 贷")
	}
	if f == 0 {
		return amount, fault.New(fault.Invalid, "bankfile.amount", "金额为零", "the amount is zero")
	}
	l.Amount = f
	return amount, nil
}

// twoColumns reads an amount from the column of what went out, or of what came in.
func (r *reading) twoColumns(row []string, l *ledger.BankLine) (column, error) {
	var f [2]money.Fen
	for i, c := range []column{out, in} {
		cell := r.cell(row, c)
		if cell == "" || cell == "-" || cell == "--" {
			continue
		}
		var err error
		if f[i], err = parseAmount(cell); err != nil {
			return c, err
		}
	}
	if (f[0] == 0) == (f[1] == 0) {
		return out, fault.New(fault.Invalid, "bankfile.amount", "借方和贷方须有且只有一个金额", "either the one or the other column has an amount")
	}
	l.Amount = f[0] - f[1]
	return out, nil
}
