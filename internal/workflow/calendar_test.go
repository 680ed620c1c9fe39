package workflow

import (
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWorkingDaysOfTheYears holds the years against the sums that follow from the
// notices: days of the year, less weekends, less other days off, and the days worked.
func TestWorkingDaysOfTheYears(t *testing.T) {
	c := NewCalendar(Known())
	for year, want := range map[int]int{2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		first, _ := civil.Of(year, 1, 1)
		last, _ := civil.Of(year, 12, 31)
		n := 0
		for d := first; d <= last; d++ {
			if c.Working(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d has %d working days, not %d", year, n, want)
		}
	}
}

func TestTermsEndOnWorkingDays(t *testing.T) {
	c := NewCalendar(Known())
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2021-08-27", 0, "2021-08-27"},
		{"2021-08-27", 1, "2021-08-30"}, // Friday: the weekend is not counted
		{"2021-08-30", 5, "2021-09-06"},
		{"2021-09-17", 1, "2021-09-18"}, // a Saturday that is worked
		{"2021-09-18", 1, "2021-09-22"}, // 中秋节
		{"2021-09-30", 1, "2021-10-08"}, // 国庆节
		{"2021-10-08", 1, "2021-10-09"},
		{"2022-01-28", 3, "2022-02-07"}, // two worked weekend days, then 春节
		{"2021-12-31", 1, "2022-01-04"}, // across the year
		{"2027-09-30", 1, "2027-10-01"}, // no notice known: weekends alone
	} {
		if got := c.Add(day(t, x.from), x.n); got != day(t, x.want) {
			t.Errorf("%d working days after %s: %s, not %s", x.n, x.from, got, x.want)
		}
	}
}

func TestMissingYearsAreTold(t *testing.T) {
	c := NewCalendar(Known())
	got := c.Missing(civil.Range{First: day(t, "2025-12-01"), Last: day(t, "2028-01-05")})
	if len(got) != 2 || got[0] != 2027 || got[1] != 2028 {
		t.Errorf("missing %v", got)
	}
}

func TestBetweenUndoesAdd(t *testing.T) {
	c := NewCalendar(Known())
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Date(rapid.IntRange(18600, 21000).Draw(t, "day"))
		n := rapid.IntRange(0, 60).Draw(t, "n")
		if got := c.Between(d, c.Add(d, n)); got != n {
			t.Fatalf("%d working days after %s are %d", n, d, got)
		}
		if n > 0 && !c.Working(c.Add(d, n)) {
			t.Fatalf("%d working days after %s is a day off", n, d)
		}
	})
}

func TestBadYearsAreRefused(t *testing.T) {
	good := func() Year {
		return Year{Year: 2027, Source: "通知", Off: []civil.Date{day(t, "2027-10-01")}, On: []civil.Date{day(t, "2027-10-09")}}
	}
	if y := good(); y.Check() != nil {
		t.Fatal(y.Check())
	}
	for name, spoil := range map[string]func(*Year){
		"without a notice":       func(y *Year) { y.Source = " " },
		"a day of another year":  func(y *Year) { y.Off[0] = day(t, "2028-10-01") },
		"a day twice":            func(y *Year) { y.Off = append(y.Off, y.On[0]) },
		"a working day worked":   func(y *Year) { y.On[0] = day(t, "2027-10-08") },
		"a year that is no year": func(y *Year) { y.Year = 12 },
		"too many days":          func(y *Year) { y.Off = make([]civil.Date, maxYear+1) },
	} {
		y := good()
		spoil(&y)
		if err := y.Check(); fault.CodeOf(err) != "workflow.year" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzYears(f *testing.F) {
	f.Add(years)
	f.Add("year 2021 x\noff 2021-01-01 2021-01-03 元旦\non 2021-02-07")
	f.Add("off 2021-01-01 2021-01-03 元旦")
	f.Fuzz(func(t *testing.T, s string) {
		ys, err := parseYears(s)
		if err != nil {
			return
		}
		for i := range ys {
			if err := ys[i].Check(); err != nil {
				t.Errorf("what was read is refused: %v", err)
			}
		}
	})
}
