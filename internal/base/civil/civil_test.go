package civil_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

const (
	firstDay = "1900-01-01"
	lastDay  = "2199-12-31"
)

// day parses a date that the test knows to be one.
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"2021-08-27", firstDay, lastDay, "1970-01-01", "1969-12-31", "2000-02-29", "2024-02-29", "2021-04-30"} {
		d, err := civil.ParseDate(s)
		if err != nil || d.String() != s {
			t.Errorf("ParseDate(%q) = %s, %v", s, d, err)
		}
		if b, err := civil.ParseDate([]byte(s)); err != nil || b != d {
			t.Errorf("ParseDate of the bytes %q = %s, %v", s, b, err)
		}
	}
	if d := day(t, "1970-01-01"); d != 0 {
		t.Errorf("1970-01-01 is day %d", d)
	}
	for _, s := range []string{
		"", "2021-08", "1899-12-31", "2200-01-01", "2021-02-29", "1900-02-29", "2100-02-29", "2021-04-31",
		"2021-00-10", "2021-13-01", "2021-01-00", "2021-01-32", "2021-8-27", "2021/08/27", "20210827", "2021-08-27 ",
		" 2021-08-27", "2021-08-2x", "+021-08-27", "2021-08-27T00:00:00", "２021-08-27", "2021年8月27日",
	} {
		if d, err := civil.ParseDate(s); d != 0 || fault.CodeOf(err) != "civil.date" {
			t.Errorf("ParseDate(%q) = %s, %v; want civil.date", s, d, err)
		}
	}
}

func TestParseMonth(t *testing.T) {
	for _, s := range []string{"2021-08", "1900-01", "2199-12", "1969-12"} {
		m, err := civil.ParseMonth(s)
		if err != nil || m.String() != s {
			t.Errorf("ParseMonth(%q) = %s, %v", s, m, err)
		}
		if b, err := civil.ParseMonth([]byte(s)); err != nil || b != m {
			t.Errorf("ParseMonth of the bytes %q = %s, %v", s, b, err)
		}
	}
	for _, s := range []string{"", "1899-12", "2200-01", "2021-00", "2021-13", "2021-8", "2021/08", "202108", "2021-08-27", "2021-0x", " 2021-08"} {
		if m, err := civil.ParseMonth(s); m != 0 || fault.CodeOf(err) != "civil.month" {
			t.Errorf("ParseMonth(%q) = %s, %v; want civil.month", s, m, err)
		}
	}
}

func TestParsingDoesNotAllocate(t *testing.T) {
	date, month := []byte("2021-08-27"), "2021-08"
	n := testing.AllocsPerRun(100, func() {
		if _, err := civil.ParseDate(date); err != nil {
			t.Error(err)
		}
		if _, err := civil.ParseMonth(month); err != nil {
			t.Error(err)
		}
	})
	if n != 0 {
		t.Errorf("parsing allocates %v times", n)
	}
}

// Every day that input may name, against the standard library's calendar.
func TestEveryDay(t *testing.T) {
	last := day(t, lastDay)
	at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := day(t, firstDay); d <= last; d++ {
		y, m, dd := d.YMD()
		if y != at.Year() || m != int(at.Month()) || dd != at.Day() || int64(d) != at.Unix()/86400 {
			t.Fatalf("day %d is %04d-%02d-%02d; want %s", d, y, m, dd, at.Format(time.DateOnly))
		}
		if back, ok := civil.Of(y, m, dd); !ok || back != d {
			t.Fatalf("Of(%d, %d, %d) = %d, %t; want %d", y, m, dd, back, ok, d)
		}
		month := d.Month()
		if my, mm := month.YM(); my != y || mm != m || !month.Range().Holds(d) {
			t.Fatalf("%s is in %s, %s", d, month, month.Range())
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestNever(t *testing.T) {
	if got := civil.Never.String(); got != "9999-12-31" {
		t.Errorf("Never is %s", got)
	}
	if last := day(t, lastDay); last >= civil.Never {
		t.Errorf("%s is not before Never", last)
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		ok      bool
	}{
		{1900, 1, 1, true},
		{1899, 12, 31, false},
		{2199, 12, 31, true},
		{2200, 1, 1, false},
		{2021, 0, 1, false},
		{2021, 13, 1, false},
		{2021, 1, 0, false},
		{2021, 1, -1, false},
		{2021, 1, 31, true},
		{2021, 1, 32, false},
		{2000, 2, 29, true},
		{2000, 2, 30, false},
		{1900, 2, 29, false},
	} {
		if d, ok := civil.Of(c.y, c.m, c.d); ok != c.ok {
			t.Errorf("Of(%d, %d, %d) = %s, %t", c.y, c.m, c.d, d, ok)
		}
	}
}

func TestDaysIn(t *testing.T) {
	want := []int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0}
	for m, n := range want {
		if got := civil.DaysIn(2021, m); got != n {
			t.Errorf("month %d of 2021 has %d days; want %d", m, got, n)
		}
	}
	for y, n := range map[int]int{2020: 29, 2000: 29, 1900: 28, 2100: 28, 1888: 29} {
		if got := civil.DaysIn(y, 2); got != n {
			t.Errorf("February %d has %d days; want %d", y, got, n)
		}
	}
}

func TestMonthOf(t *testing.T) {
	for _, c := range []struct {
		y, m int
		ok   bool
	}{
		{1900, 1, true}, {1899, 12, false}, {2199, 12, true}, {2200, 1, false}, {2021, 0, false}, {2021, 13, false},
	} {
		if m, ok := civil.MonthOf(c.y, c.m); ok != c.ok {
			t.Errorf("MonthOf(%d, %d) = %s, %t", c.y, c.m, m, ok)
		}
	}
	m, _ := civil.MonthOf(2024, 2)
	if m.First() != day(t, "2024-02-01") || m.Last() != day(t, "2024-02-29") {
		t.Errorf("%s is %s to %s", m, m.First(), m.Last())
	}
	if december, _ := civil.MonthOf(2023, 12); december+1 != m-1 {
		t.Errorf("%s does not follow %s", m-1, december)
	}
}

func TestZh(t *testing.T) {
	if got := day(t, "2021-08-27").Zh(); got != "2021年8月27日" {
		t.Errorf("Date.Zh() = %s", got)
	}
	if got := day(t, "2021-12-01").Zh(); got != "2021年12月1日" {
		t.Errorf("Date.Zh() = %s", got)
	}
	if got := day(t, "2021-08-27").Month().Zh(); got != "2021年8月" {
		t.Errorf("Month.Zh() = %s", got)
	}
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		first, last string
		days        int
		months      []string
	}{
		{"2021-08-27", "2021-08-27", 1, []string{"2021-08"}},
		{"2021-08-31", "2021-09-01", 2, []string{"2021-08", "2021-09"}},
		{"2021-01-01", "2021-12-31", 365, []string{"2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12"}},
		{"2023-12-31", "2024-03-01", 62, []string{"2023-12", "2024-01", "2024-02", "2024-03"}},
		{"2021-08-27", "2021-08-26", 0, nil},
	} {
		r := civil.Range{First: day(t, c.first), Last: day(t, c.last)}
		var months []string
		for _, m := range r.Months() {
			months = append(months, m.String())
		}
		if r.Days() != c.days || !slices.Equal(months, c.months) {
			t.Errorf("%s has %d days of %v; want %d of %v", r, r.Days(), months, c.days, c.months)
		}
		if want := c.first + " … " + c.last; r.String() != want {
			t.Errorf("range is %s; want %s", r, want)
		}
	}
}

func TestRangeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int32Range(-25_567, 84_005)
		r := civil.Range{First: civil.Date(days.Draw(t, "first")), Last: civil.Date(days.Draw(t, "last"))}
		if r.Holds(r.First-1) || r.Holds(r.Last+1) {
			t.Fatalf("%s holds a day beside it", r)
		}
		if in := r.Days() > 0; r.Holds(r.First) != in || r.Holds(r.Last) != in {
			t.Fatalf("%s of %d days does not hold its ends, or has none and does", r, r.Days())
		}
		held := 0
		for _, m := range r.Months() {
			part := m.Range()
			held += civil.Range{First: max(r.First, part.First), Last: min(r.Last, part.Last)}.Days()
		}
		if held != r.Days() {
			t.Fatalf("the months of %s hold %d of its %d days", r, held, r.Days())
		}
	})
}

func TestAppendTo(t *testing.T) {
	d := day(t, "2021-08-07")
	if got := string(d.AppendTo([]byte("on "))); got != "on 2021-08-07" {
		t.Errorf("Date.AppendTo made %q", got)
	}
	if got := string(d.Month().AppendTo([]byte("in "))); got != "in 2021-08" {
		t.Errorf("Month.AppendTo made %q", got)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2021-08-27", "2021-02-29", firstDay, lastDay, "1899-12-31", "2021-8-27", "", "0000-00-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := civil.ParseDate(s)
		want, wantErr := time.Parse(time.DateOnly, s)
		ok := wantErr == nil && want.Year() >= 1900 && want.Year() <= 2199
		if ok != (err == nil) || ok && d.String() != s {
			t.Errorf("ParseDate(%q) = %s, %v; want %v", s, d, err, wantErr)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2021-08", "2021-13", "1900-01", "2199-12", "2021-8", "", "0000-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := civil.ParseMonth(s)
		want, wantErr := time.Parse("2006-01", s)
		ok := wantErr == nil && want.Year() >= 1900 && want.Year() <= 2199
		if ok != (err == nil) || ok && m.String() != s {
			t.Errorf("ParseMonth(%q) = %s, %v; want %v", s, m, err, wantErr)
		}
	})
}
