// Package civil is calendar time without clocks: days, months and ranges in the
// city's own zone. Nothing here knows what time it is now.
package civil

import (
	"fmt"

	"changrong/internal/base/fault"
)

// Date is a day of the Gregorian calendar, as days since 1970-01-01. Those it
// can split and render are of the years 0 to 9999.
type Date int32

// Never is the day of something that has not happened: later than every real
// date, so that "cancelled after the year's end" holds for what was not cancelled.
const Never Date = 2932896 // 9999-12-31

// Month is a calendar month, as months since year 0 (year*12 + month-1).
type Month int32

// Range is the days First to Last, both included.
type Range struct {
	First Date `json:"from_on"`
	Last  Date `json:"to_on"`
}

// Of returns the date y-m-d; ok is false when there is no such day or the year
// is outside 1900–2199.
func Of(y, m, d int) (date Date, ok bool) {
	if y < minYear || y > maxYear || d < 1 || d > DaysIn(y, m) {
		return 0, false
	}
	return fromCivil(y, m, d), true
}

// DaysIn returns how many days month m of year y has, or 0 when m is not 1–12.
func DaysIn(y, m int) int {
	switch m {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 0
}

// fromCivil counts days in eras of 400 years that start on 1 March, so that the
// leap day is the last of its year.
func fromCivil(y, m, d int) Date {
	if m <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Date(era*146097 + doe - 719468)
}

// YMD splits d into year, month and day of the month.
func (d Date) YMD() (y, m, day int) {
	z := int(d) + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	y = yoe + era*400
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	if m <= 2 {
		y++
	}
	return y, m, day
}

// Month returns the month d lies in.
func (d Date) Month() Month {
	y, m, _ := d.YMD()
	return Month(y*12 + m - 1)
}

// AppendTo appends YYYY-MM-DD.
func (d Date) AppendTo(b []byte) []byte {
	y, m, day := d.YMD()
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// String renders YYYY-MM-DD.
func (d Date) String() string { return string(d.AppendTo(nil)) }

// Zh renders 2021年8月27日.
func (d Date) Zh() string {
	y, m, day := d.YMD()
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

// MonthOf returns the month y-m; ok is false when there is none or the year is
// outside 1900–2199.
func MonthOf(y, m int) (month Month, ok bool) {
	if y < minYear || y > maxYear || m < 1 || m > 12 {
		return 0, false
	}
	return Month(y*12 + m - 1), true
}

// YM splits m into year and month 1–12.
func (m Month) YM() (year, month int) { return int(m) / 12, int(m)%12 + 1 }

// First returns the month's first day.
func (m Month) First() Date { y, mm := m.YM(); return fromCivil(y, mm, 1) }

// Last returns the month's last day.
func (m Month) Last() Date { y, mm := m.YM(); return fromCivil(y, mm, DaysIn(y, mm)) }

// Range returns the month's days.
func (m Month) Range() Range { return Range{m.First(), m.Last()} }

// AppendTo appends YYYY-MM.
func (m Month) AppendTo(b []byte) []byte { return m.First().AppendTo(b)[:len(b)+7] }

// String renders YYYY-MM.
func (m Month) String() string { return string(m.AppendTo(nil)) }

// Zh renders 2021年8月.
func (m Month) Zh() string {
	y, month := m.YM()
	return fmt.Sprintf("%d年%d月", y, month)
}

// Days returns how many days r holds; 0 when Last is before First.
func (r Range) Days() int {
	if r.Last < r.First {
		return 0
	}
	return int(r.Last-r.First) + 1
}

// Holds tells whether d lies in r.
func (r Range) Holds(d Date) bool { return d >= r.First && d <= r.Last }

// Months returns the months r touches, in order.
func (r Range) Months() []Month {
	if r.Last < r.First {
		return nil
	}
	a, b := r.First.Month(), r.Last.Month()
	ms := make([]Month, 0, b-a+1)
	for m := a; m <= b; m++ {
		ms = append(ms, m)
	}
	return ms
}

// String renders first … last.
func (r Range) String() string { return fmt.Sprintf("%s … %s", r.First, r.Last) }

// ParseDate reads YYYY-MM-DD and nothing else. It allocates only to refuse.
// Error: civil.date.
func ParseDate[T ~string | ~[]byte](s T) (Date, error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		y, ok1 := digits(s[:4])
		m, ok2 := digits(s[5:7])
		d, ok3 := digits(s[8:])
		if ok1 && ok2 && ok3 {
			if date, ok := Of(y, m, d); ok {
				return date, nil
			}
		}
	}
	return 0, fault.Invalidf("civil.date",
		"“%s”不是有效日期，格式应如 2021-08-27",
		"%q is no date like 2021-08-27", fault.Clip(string(s)))
}

// ParseMonth reads YYYY-MM and nothing else. It allocates only to refuse.
// Error: civil.month.
func ParseMonth[T ~string | ~[]byte](s T) (Month, error) {
	if len(s) == 7 && s[4] == '-' {
		y, ok1 := digits(s[:4])
		m, ok2 := digits(s[5:])
		if ok1 && ok2 {
			if month, ok := MonthOf(y, m); ok {
				return month, nil
			}
		}
	}
	return 0, fault.Invalidf("civil.month",
		"“%s”不是有效月份，格式应如 2021-08",
		"%q is no month like 2021-08", fault.Clip(string(s)))
}

func digits[T ~string | ~[]byte](s T) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
