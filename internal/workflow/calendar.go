package workflow

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Year is a year's days off and the weekend days that are worked (调休).
type Year struct {
	Year    int          `json:"year"`
	Off     []civil.Date `json:"off"`
	On      []civil.Date `json:"on"`
	Source  string       `json:"source"`  // the notice
	Version int64        `json:"version"` // 0: as the program came
}

// Check tells whether y may be kept. Errors: workflow.year.
func (y *Year) Check() error {
	wrong := func(d civil.Date, zh, en string) error {
		return fault.Newf(fault.Invalid, "workflow.year", "%s："+zh, "%s: "+en, d).In(fault.Place{Field: "year", Value: strconv.Itoa(y.Year)})
	}
	first, ok := civil.Of(y.Year, 1, 1)
	last, _ := civil.Of(y.Year, 12, 31)
	if !ok || len(y.Off)+len(y.On) > maxYear || strings.TrimSpace(y.Source) == "" {
		return fault.Invalidf("workflow.year", "须写明年份（1900至2199）、依据的通知，放假和调休的日子合计不超过%d天",
			"a year (1900 to 2199), its notice, and at most %d days off and worked together", maxYear).In(fault.Place{Field: "year"})
	}
	seen := map[civil.Date]bool{}
	for i, d := range slices.Concat(y.Off, y.On) {
		switch on := i >= len(y.Off); {
		case d < first || d > last:
			return wrong(d, "不在这一年", "not in this year")
		case seen[d]:
			return wrong(d, "重复", "twice")
		case on && !weekend(d):
			return wrong(d, "本来就是工作日，无须列为调休上班", "is a working day anyway")
		}
		seen[d] = true
	}
	return nil
}

// weekend tells whether d is a Saturday or a Sunday. 1970-01-01 was a Thursday.
func weekend(d civil.Date) bool {
	day := ((int(d)+4)%7 + 7) % 7
	return day == 0 || day == 6
}

// Calendar knows the working days.
type Calendar struct {
	off, on map[civil.Date]bool
	years   map[int]bool
}

// NewCalendar returns the calendar of the years; of two of one year the later counts.
func NewCalendar(years []Year) *Calendar {
	last := map[int]Year{}
	for _, y := range years {
		last[y.Year] = y
	}
	c := &Calendar{off: map[civil.Date]bool{}, on: map[civil.Date]bool{}, years: map[int]bool{}}
	for n, y := range last {
		c.years[n] = true
		for _, d := range y.Off {
			c.off[d] = true
		}
		for _, d := range y.On {
			c.on[d] = true
		}
	}
	return c
}

// Working tells whether people work on d.
func (c *Calendar) Working(d civil.Date) bool {
	if weekend(d) {
		return c.on[d]
	}
	return !c.off[d]
}

// Add returns the n-th working day after d; d itself when n is 0. A term that is
// told on Monday and runs three working days ends on Thursday, at midnight.
func (c *Calendar) Add(d civil.Date, n int) civil.Date {
	for n > 0 && d < civil.Never {
		d++
		if c.Working(d) {
			n--
		}
	}
	return d
}

// Between returns how many working days come after from, up to and with to; 0
// when there is none.
func (c *Calendar) Between(from, to civil.Date) int {
	n := 0
	for d := from + 1; d <= to && n <= maxTerm; d++ {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// Missing returns the years of r whose notice is not known: their working days are
// reckoned by weekends alone.
func (c *Calendar) Missing(r civil.Range) []int {
	first, _, _ := r.First.YMD()
	last, _, _ := r.Last.YMD()
	missing := []int{}
	for y := first; y <= last; y++ {
		if !c.years[y] {
			missing = append(missing, y)
		}
	}
	return missing
}

//go:embed years.txt
var years string

// Known returns the years whose notices the program comes with.
func Known() []Year {
	ys, err := parseYears(years)
	if err != nil { // a test reads them
		panic(err)
	}
	return ys
}

// parseYears reads lines such as
//
//	year 2021 the notice
//	off 2021-01-01 2021-01-03 what for
//	on 2021-02-07
//
// Errors: workflow.years, civil.date, those of Year.Check.
func parseYears(s string) ([]Year, error) {
	var out []Year
	for i, line := range strings.Split(s, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := parseYear(&out, f); err != nil {
			return nil, fault.Of(err).In(fault.Place{File: "years.txt", Line: i + 1})
		}
	}
	for i := range out {
		if err := out[i].Check(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func parseYear(out *[]Year, f []string) error {
	bad := fault.New(fault.Invalid, "workflow.years", "格式应为 year 年份 通知、off 首日 末日 名称 或 on 日期", "a line is year, off or on")
	if f[0] == "year" && len(f) == 3 {
		n, err := strconv.Atoi(f[1])
		if err != nil {
			return bad.Because(err)
		}
		*out = append(*out, Year{Year: n, Source: f[2]})
		return nil
	}
	if len(*out) == 0 || len(f) < 2 {
		return bad
	}
	y := &(*out)[len(*out)-1]
	first, err := civil.ParseDate(f[1])
	if err != nil {
		return err
	}
	switch {
	case f[0] == "on" && len(f) == 2:
		y.On = append(y.On, first)
		return nil
	case f[0] == "off" && len(f) == 4:
		last, err := civil.ParseDate(f[2])
		if err != nil {
			return err
		}
		if n := (civil.Range{First: first, Last: last}).Days(); n == 0 || n > 31 {
			return fault.Newf(fault.Invalid, "workflow.years", "%s", "%s", fmt.Sprint(first, last))
		}
		for d := first; d <= last; d++ {
			y.Off = append(y.Off, d)
		}
		return nil
	}
	return bad
}
