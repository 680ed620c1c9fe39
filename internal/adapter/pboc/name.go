package pboc

import (
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

// Name is what the name of a message says.
type Name struct {
	Institution string // USCC of the reporting legal person
	Message     *Message
	Date        civil.Date // the last day of the month it is about
}

// String returns the name without an extension.
func (n Name) String() string {
	y, m, d := n.Date.YMD()
	date := appendPadded(appendPadded(appendPadded(nil, y, 4), m, 2), d, 2)
	return n.Institution + "_" + n.Message.Code + "_" + string(date)
}

// appendPadded appends n with leading zeros.
func appendPadded(b []byte, n, width int) []byte {
	for div := pow10(width - 1); div > 0; div /= 10 {
		b = append(b, byte('0'+n/div%10))
	}
	return b
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// ParseName reads the name of a message, without its extension. The finding is
// nil when ok; file is where it is said to be.
func ParseName(file, base string) (n Name, wrong *fact.Finding) {
	bad := func(r *fact.Rule, zh, en string) *fact.Finding {
		f := r.At(fault.Place{File: file, Value: fault.Clip(base)}, zh, en)
		return &f
	}
	parts := strings.Split(base, "_")
	if len(parts) != 3 {
		return n, bad(&ruleName, "应有两个下划线", "there must be two underscores")
	}
	if !uscc.Valid(parts[0]) {
		return n, bad(&ruleName, "前段不是有效的统一社会信用代码", "the first part is no valid USCC")
	}
	if n.Message = Lookup(parts[1]); n.Message == nil {
		if zh := others[parts[1]]; zh != "" {
			return n, bad(&ruleOther, zh, parts[1])
		}
		return n, bad(&ruleName, "没有名为“"+fault.Clip(parts[1])+"”的报文", "there is no message "+fault.Clip(parts[1]))
	}
	date, ok := parseDay(parts[2])
	if !ok {
		return n, bad(&ruleName, "末段不是日期 YYYYMMDD", "the last part is no date YYYYMMDD")
	}
	if date != date.Month().Last() {
		return n, bad(&ruleNameDate, "", "")
	}
	n.Institution, n.Date = parts[0], date
	return n, nil
}

// parseDay reads YYYYMMDD.
func parseDay(s string) (civil.Date, bool) {
	if len(s) != 8 {
		return 0, false
	}
	d, err := civil.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:])
	return d, err == nil
}
