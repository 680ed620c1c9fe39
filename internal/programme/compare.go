package programme

import (
	"cmp"
	"maps"
	"slices"

	"changrong/internal/base/money"
)

// Difference is what one of the things that went into two runs was in each.
type Difference struct {
	What  string `json:"what" enum:"pack,period,reading,parameter,facts,decisions,budgets"`
	Name  string `json:"name" doc:"of the reading, the parameter or the table"`
	Title string `json:"title"`
	A     string `json:"a"`
	B     string `json:"b"`
}

// Delta is what something got in run A and gets in run B.
type Delta struct {
	Key        string    `json:"key"`
	Name       string    `json:"name"`
	RowsA      int64     `json:"rows_a"`
	RowsB      int64     `json:"rows_b"`
	PaidA      money.Fen `json:"paid_a_fen"`
	PaidB      money.Fen `json:"paid_b_fen"`
	Difference money.Fen `json:"difference_fen" doc:"B less A"`
}

// Comparison is run B beside run A.
type Comparison struct {
	A         *Run         `json:"a"`
	B         *Run         `json:"b"`
	Inputs    []Difference `json:"inputs" doc:"what went in otherwise; empty: nothing"`
	Items     []Delta      `json:"items"`
	Banks     []Delta      `json:"banks"`
	Towns     []Delta      `json:"towns"`
	Gained    money.Fen    `json:"gained_fen" doc:"by the payees who get more"`
	Lost      money.Fen    `json:"lost_fen" doc:"by those who get less; positive"`
	Gainers   int64        `json:"gainers"`
	Losers    int64        `json:"losers"`
	FirstStep []StepCount  `json:"first_steps" doc:"of the rows that differ: the first step at which they do"`
}

// StepCount counts rows that differ first at one step.
type StepCount struct {
	Step       Step      `json:"step"`
	Rows       int64     `json:"rows"`
	Difference money.Fen `json:"difference_fen"`
}

// Step is a step of the waterfall at which two runs part.
type Step string

// The steps, in order. Selected stands for the conditions, exclusion and gate: the
// row has a line in one run only.
const (
	AtSelection Step = "selection"
	AtBase      Step = "base"
	AtLimit     Step = "limit"
	AtRate      Step = "rate"
	AtAmount    Step = "amount"
	AtDeduction Step = "deduction"
	AtCap       Step = "cap"
	AtPool      Step = "pool"
	AtRounding  Step = "rounding"
)

// LineDelta is a row of which two runs say something else. A or B is nil where it
// has no line; then its Aside says why, if it came through the conditions.
type LineDelta struct {
	A          *Line     `json:"a,omitempty"`
	B          *Line     `json:"b,omitempty"`
	AsideA     *Aside    `json:"aside_a,omitempty"`
	AsideB     *Aside    `json:"aside_b,omitempty"`
	Step       Step      `json:"step" enum:"selection,base,limit,rate,amount,deduction,cap,pool,rounding" doc:"the first at which they differ"`
	Difference money.Fen `json:"difference_fen" doc:"paid, B less A"`
	Why        []Why     `json:"why,omitempty" enum:"facts,choices,others" doc:"absent: where the facts of one of the runs came from is not kept"`
	Causes     []Cause   `json:"causes,omitempty" doc:"the facts about it that were corrected, the first of them"`
	CauseCount int       `json:"cause_count,omitempty" doc:"how many there are"`
}

// FirstStep returns the first step at which two lines of one row part; "" when they
// are the same. Either may be nil.
func FirstStep(a, b *Line) Step {
	switch {
	case a == nil && b == nil:
		return ""
	case a == nil || b == nil || a.PayeeID != b.PayeeID:
		return AtSelection
	case a.Base != b.Base:
		return AtBase
	case a.LimitedBase != b.LimitedBase:
		return AtLimit
	case a.Rate != b.Rate:
		return AtRate
	case a.Amount != b.Amount:
		return AtAmount
	case a.Deducted != b.Deducted:
		return AtDeduction
	case a.Capped != b.Capped:
		return AtCap
	case a.Pooled != b.Pooled:
		return AtPool
	case a.Paid != b.Paid:
		return AtRounding
	}
	return ""
}

// inputs tells what went into two runs otherwise. titles names readings and
// parameters.
func inputs(a, b *Run, titles map[string]string) []Difference {
	out := []Difference{}
	add := func(what, name, x, y string) {
		if x != y {
			out = append(out, Difference{What: what, Name: name, Title: titles[name], A: x, B: y})
		}
	}
	add("period", "", a.From.String()+"/"+a.To.String(), b.From.String()+"/"+b.To.String())
	add("pack", "", a.Sealed.PackSHA256, b.Sealed.PackSHA256)
	for _, m := range []struct {
		what string
		a, b map[string]string
	}{{"reading", a.Readings, b.Readings}, {"parameter", a.Parameters, b.Parameters}} {
		all := maps.Clone(m.a)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, m.b)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			add(m.what, name, m.a[name], m.b[name])
		}
	}
	digests := map[string][2]string{}
	for i, r := range []*Run{a, b} {
		for _, d := range r.Sealed.Facts {
			x := digests[d.Table]
			x[i] = d.SHA256
			digests[d.Table] = x
		}
	}
	for _, table := range slices.Sorted(maps.Keys(digests)) {
		what := "facts"
		if table == "decisions" || table == "budgets" {
			what = table
		}
		add(what, table, digests[table][0], digests[table][1])
	}
	return out
}

// deltas holds the sums of two runs against each other, by what they are by, the
// largest difference first.
func deltas(by By, a, b []Sum) []Delta {
	at, out := map[string]int{}, []Delta{}
	for i, sums := range [][]Sum{a, b} {
		for _, s := range sums {
			key := s.Key
			if by == ByItem {
				key = s.Item
			}
			if s.By != by {
				continue
			}
			n, ok := at[key]
			if !ok {
				n = len(out)
				at[key] = n
				out = append(out, Delta{Key: key})
			}
			d := &out[n]
			d.Name = cmp.Or(d.Name, s.Name)
			if i == 0 {
				d.RowsA += s.Rows
				d.PaidA += s.Paid
			} else {
				d.RowsB += s.Rows
				d.PaidB += s.Paid
			}
		}
	}
	for i := range out {
		out[i].Difference = out[i].PaidB - out[i].PaidA
	}
	slices.SortFunc(out, func(x, y Delta) int {
		return cmp.Or(cmp.Compare(max(y.Difference, -y.Difference), max(x.Difference, -x.Difference)), cmp.Compare(x.Key, y.Key))
	})
	return out
}
