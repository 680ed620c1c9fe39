package connect

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
)

// Field is one column of a dataset, where a department writes it, and how.
type Field struct {
	To   string // the column; "": only looked at
	From string // the name in a row of the answer
	As   Read
	// Empty says that null or "" means the value is not known or there is none. The
	// name must be there even so.
	Empty bool
}

// Read reads a value of an answer and returns it as a cell of a dataset: whole yuan
// with two decimals, days as 2006-01-02, and so on. The other result is why it cannot.
type Read func(v any, firm string) (cell string, why *flaw)

func notAs(zh, en string, v any) *flaw {
	return &flaw{zh: "应为" + zh + "，而不是" + kindZh(v), en: "it must be " + en}
}

func kindZh(v any) string {
	switch v.(type) {
	case nil:
		return "空值"
	case string:
		return "“文本”形式的内容"
	case json.Number:
		return "数字"
	case bool:
		return "真假值"
	case []any:
		return "列表"
	}
	return "对象"
}

// Text reads text. Space around it goes; control characters do not pass.
func Text(v any, _ string) (string, *flaw) {
	s, ok := v.(string)
	if !ok || len(s) > maxText {
		return "", notAs("文本", "text", v)
	}
	s = strings.TrimSpace(s)
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", notAs("没有控制字符的文本", "text without control characters", v)
	}
	return s, nil
}

// number returns the digits of a number or of text that is one.
func number(v any) (string, bool) {
	switch x := v.(type) {
	case json.Number:
		return string(x), true
	case string:
		return strings.TrimSpace(x), true
	}
	return "", false
}

// Whole reads a count: 12 or "12".
func Whole(v any, _ string) (string, *flaw) {
	s, ok := number(v)
	n, err := strconv.ParseUint(s, 10, 32)
	if !ok || err != nil {
		return "", notAs("整数", "a whole number", v)
	}
	return strconv.FormatUint(n, 10), nil
}

// Yuan reads an amount in yuan, as a number or as text, with or without separators of
// thousands.
func Yuan(v any, _ string) (string, *flaw) { return amount(v, 1) }

// Wan reads an amount in 万元.
func Wan(v any, _ string) (string, *flaw) { return amount(v, int64(money.Wan/money.Yuan)) }

// amount reads an amount in units of so many yuan, exactly: what is less than a fen is
// a drift.
func amount(v any, unit int64) (string, *flaw) {
	s, ok := number(v)
	s, sign := s, ""
	if rest, minus := strings.CutPrefix(s, "-"); minus {
		s, sign = rest, "-"
	}
	s, ok2 := withoutSeparators(s)
	if !ok || !ok2 {
		return "", notAs("金额", "an amount", v)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	const places = 6
	if len(fraction) > places || !digitsOnly(whole) || fraction != "" && !digitsOnly(fraction) || strings.HasSuffix(s, ".") {
		return "", notAs("金额", "an amount", v)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		return "", notAs("金额", "an amount", v)
	}
	fen, rest, ok := money.MulDivFloor(n, unit*100, 1_000_000)
	if !ok || rest != 0 {
		return "", notAs("精确到分的金额", "an amount in whole fen", v)
	}
	if sign != "" {
		fen = -fen
	}
	return money.Fen(fen).String(), nil
}

func digitsOnly(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// withoutSeparators takes the commas out of 1,234,567.80, and refuses them elsewhere.
func withoutSeparators(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	whole, fraction, dot := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if len(g) != 3 && (i > 0 || len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	whole = strings.Join(groups, "")
	if dot {
		whole += "." + fraction
	}
	return whole, !strings.Contains(fraction, ",")
}

// Percent reads a rate in percent.
func Percent(v any, _ string) (string, *flaw) {
	s, ok := number(v)
	s = strings.TrimSuffix(s, "%")
	r, err := money.ParsePercent(s)
	if !ok || err != nil {
		return "", notAs("百分率", "a percentage", v)
	}
	return string(r.AppendPercent(nil)), nil
}

// Day reads a day in any of the forms departments write it in, with or without a time:
// 2021-03-05, 20210305, 2021/3/5, 2021年3月5日.
func Day(v any, _ string) (string, *flaw) {
	s, ok := number(v)
	if !ok {
		return "", notAs("日期", "a day", v)
	}
	// The time of day, if any.
	if i := strings.IndexAny(s, " T"); i >= 8 {
		s = s[:i]
	}
	if len(s) == 8 && digitsOnly(s) {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.年月日", r) })
	if len(parts) != 3 {
		return "", notAs("日期", "a day", v)
	}
	d, err := civil.ParseDate(parts[0] + "-" + twoDigits(parts[1]) + "-" + twoDigits(parts[2]))
	if err != nil {
		return "", notAs("日期", "a day", v)
	}
	return d.String(), nil
}

// Month reads a month: 2021-03, 202103, 2021年3月.
func Month(v any, _ string) (string, *flaw) {
	s, ok := number(v)
	if !ok {
		return "", notAs("月份", "a month", v)
	}
	if len(s) == 6 && digitsOnly(s) {
		s = s[:4] + "-" + s[4:]
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.年月", r) })
	if len(parts) != 2 {
		return "", notAs("月份", "a month", v)
	}
	m, err := civil.ParseMonth(parts[0] + "-" + twoDigits(parts[1]))
	if err != nil {
		return "", notAs("月份", "a month", v)
	}
	return m.String(), nil
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// Codes reads a department's code values, written as text or as a number.
func Codes(values map[string]string) Read {
	return func(v any, _ string) (string, *flaw) {
		s, ok := number(v)
		if !ok {
			return "", notAs("代码", "a code", v)
		}
		code, ok := values[s]
		if !ok {
			return "", flawed("", "未知的代码值", "a code value that is not known")
		}
		return code, nil
	}
}

// yesNo are the ways of saying yes and no.
var yesNo = map[string]string{"是": "1", "否": "0", "Y": "1", "N": "0", "1": "1", "0": "0", "true": "1", "false": "0"}

// YesNo reads 是 and 否, Y and N, 1 and 0, or a truth value.
func YesNo(v any, firm string) (string, *flaw) {
	if b, ok := v.(bool); ok {
		v = strconv.FormatBool(b)
	}
	return Codes(yesNo)(v, firm)
}

// USCC reads a unified social credit code of another party.
func USCC(v any, _ string) (string, *flaw) {
	s, ok := v.(string)
	s = uscc.Normalize(s)
	if !ok || !uscc.Valid(s) {
		return "", notAs("统一社会信用代码", "a unified social credit code", v)
	}
	return s, nil
}

// Asked holds that a row is about the firm that was asked about. A row about another is
// a drift: it must not be shown to anybody.
func Asked(v any, firm string) (string, *flaw) {
	if s, ok := v.(string); !ok || uscc.Normalize(s) != firm {
		return "", flawed("", "答复的不是所查询的企业", "the row is about another firm")
	}
	return "", nil
}

// read reads the fields of one row into cells by column.
func read(fields []Field, row map[string]any, firm string) (map[string]string, error) {
	cells := make(map[string]string, len(fields))
	for i := range fields {
		f := &fields[i]
		v, ok := row[f.From]
		if !ok {
			return nil, flawed(f.From, "缺少这一项", "missing")
		}
		if f.Empty && (v == nil || v == "") {
			if f.To != "" {
				cells[f.To] = ""
			}
			continue
		}
		cell, why := f.As(v, firm)
		if why == nil && cell == "" && f.To != "" {
			why = flawed("", "不能为空", "it must not be empty")
		}
		if why != nil {
			return nil, &flaw{f.From, why.zh, why.en}
		}
		if f.To != "" {
			cells[f.To] = cell
		}
	}
	return cells, nil
}
