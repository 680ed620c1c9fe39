package feature

import (
	"math"

	"changrong/internal/base/civil"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// Of measures a feature of a firm as of a day.
func (f *Feature) Of(firm Firm, on civil.Date) scorecard.Value {
	t := firm[f.Source]
	if t == nil {
		return scorecard.Value{}
	}
	to := on.Month() - 1
	from := to - civil.Month(f.Window) + 1
	if f.Window == 0 {
		from = math.MinInt16
	}
	rows := t.in(from, to)
	if len(f.Categories) > 0 {
		return f.category(t, rows)
	}
	x, ok := f.measure(t, rows, from, to, on)
	if !ok || math.IsInf(x, 0) || math.IsNaN(x) {
		return scorecard.Value{}
	}
	return scorecard.Number(x)
}

// category is the text of the last row.
func (f *Feature) category(t *Table, rows []int) scorecard.Value {
	last := f.last(t, rows)
	if last < 0 || t.Texts[f.Field] == nil {
		return scorecard.Value{}
	}
	return scorecard.Text(t.Texts[f.Field][last])
}

// last is the last of rows in which the field is known; -1: there is none.
func (f *Feature) last(t *Table, rows []int) int {
	last := -1
	for _, i := range rows {
		if t.known(f.Field, i) && (last < 0 || t.Months[i] >= t.Months[last]) {
			last = i
		}
	}
	return last
}

// measure measures what is a number; false: it is unknown.
func (f *Feature) measure(t *Table, rows []int, from, to civil.Month, on civil.Date) (float64, bool) {
	switch f.Measure {
	case Since:
		return f.since(t, rows, on)
	case Latest:
		last := f.last(t, rows)
		if last < 0 || t.Numbers[f.Field] == nil {
			return 0, false
		}
		return t.Numbers[f.Field][last], true
	case Count:
		if f.Field == "" {
			return float64(len(rows)), true
		}
		n := 0
		for _, i := range rows {
			if !t.known(f.Field, i) {
				return 0, false
			}
			if t.Numbers[f.Field] == nil || t.Numbers[f.Field][i] > 0 {
				n++
			}
		}
		return float64(n), true
	case Sum:
		return total(t, f.Field, rows)
	case Ratio:
		a, ok := total(t, f.Field, rows)
		b, also := total(t, f.To, rows)
		return a / b, ok && also && b != 0
	case Growth:
		now, ok := total(t, f.Field, rows)
		was, also := total(t, f.Field, t.in(from-civil.Month(f.Window), from-1))
		return now/was - 1, ok && also && was > 0
	case Concentration:
		return f.concentration(t, rows)
	}
	months, ok := f.months(t, rows, from)
	if !ok {
		return 0, false
	}
	return byMonth(f.Measure, months)
}

// total of a field; false: a cell of it is unknown.
func total(t *Table, field string, rows []int) (float64, bool) {
	column := t.Numbers[field]
	var sum float64
	for _, i := range rows {
		if column == nil || !t.known(field, i) {
			return 0, false
		}
		sum += column[i]
	}
	return sum, true
}

// since is how many full months have gone since the earliest day of the field.
func (f *Feature) since(t *Table, rows []int, on civil.Date) (float64, bool) {
	column := t.Days[f.Field]
	first, found := on, false
	for _, i := range rows {
		if column != nil && t.known(f.Field, i) && column[i] <= first {
			first, found = column[i], true
		}
	}
	if !found {
		return 0, false
	}
	_, _, day := on.YMD()
	_, _, began := first.YMD()
	months := on.Month() - first.Month()
	if day < began {
		months--
	}
	return float64(months), true
}

// concentration is the sum of squared shares of parties, of what is above 0.
func (f *Feature) concentration(t *Table, rows []int) (float64, bool) {
	amounts, parties := t.Numbers[f.Field], t.Texts[f.To]
	if amounts == nil || parties == nil {
		return 0, false
	}
	sums := map[string]float64{}
	var order []string // so that the sum is the same each time
	for _, i := range rows {
		if !t.known(f.Field, i) || !t.known(f.To, i) {
			return 0, false
		}
		if _, seen := sums[parties[i]]; !seen {
			order = append(order, parties[i])
		}
		sums[parties[i]] += amounts[i]
	}
	var all, squares float64
	for _, p := range order {
		if x := sums[p]; x > 0 {
			all, squares = all+x, squares+x*x
		}
	}
	return squares / (all * all), all > 0
}

// months are the sums of each month of the window; false: a cell is unknown.
func (f *Feature) months(t *Table, rows []int, from civil.Month) ([]float64, bool) {
	out := make([]float64, f.Window)
	column := t.Numbers[f.Field]
	for _, i := range rows {
		if column == nil || !t.known(f.Field, i) || t.Months[i] == NoMonth {
			return nil, false
		}
		out[t.Months[i]-from] += column[i]
	}
	return out, true
}

// byMonth measures sums of months.
func byMonth(m Measure, months []float64) (float64, bool) {
	active, gap, run := 0, 0, 0
	for _, x := range months {
		if run++; x > 0 {
			active, run = active+1, 0
		}
		gap = max(gap, run)
	}
	switch m {
	case Active:
		return float64(active), true
	case Gap:
		return float64(gap), true
	}
	mean, deviation := train.Mean(months)
	if mean <= 0 {
		return 0, false
	}
	if m == Volatility {
		return deviation / mean, true
	}
	middle := float64(len(months)-1) / 2
	var up, across float64
	for i, x := range months {
		d := float64(i) - middle
		up, across = up+d*(x-mean), across+d*d
	}
	return up / across / mean, across > 0
}
