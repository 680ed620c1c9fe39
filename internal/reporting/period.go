package reporting

import (
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Period (报送期) is the time a submission is about: a month, 2021-12, or a year, 2021.
type Period string

// Months returns the first and the last month of p.
//
// Errors: reporting.period.
func (p Period) Months() (first, last civil.Month, err error) {
	if len(p) == 4 {
		y, err := strconv.Atoi(string(p))
		if err == nil {
			if m, ok := civil.MonthOf(y, 1); ok {
				return m, m + 11, nil
			}
		}
	} else if m, err := civil.ParseMonth(string(p)); err == nil {
		return m, m, nil
	}
	return 0, 0, fault.Invalidf("reporting.period", "报送期应为月份（如2021-12）或年份（如2021）", "a period is a month, like 2021-12, or a year, like 2021").In(fault.Place{Field: "period", Value: fault.Clip(string(p))})
}

// Yearly tells whether p is a year.
func (p Period) Yearly() bool { return len(p) == 4 }

// Zh names p in Chinese.
func (p Period) Zh() string {
	if p.Yearly() {
		return string(p) + "年"
	}
	if m, err := civil.ParseMonth(string(p)); err == nil {
		return m.Zh()
	}
	return string(p)
}

// next returns the period after p, of the same kind.
func (p Period) next() Period {
	first, last, err := p.Months()
	if err != nil {
		return p
	}
	if p.Yearly() {
		y, _ := first.YM()
		return Period(strconv.Itoa(y + 1))
	}
	return Period((last + 1).String())
}

// periodOf returns the period that m lies in.
func periodOf(m civil.Month, yearly bool) Period {
	if yearly {
		y, _ := m.YM()
		return Period(strconv.Itoa(y))
	}
	return Period(m.String())
}
