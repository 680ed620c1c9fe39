package watch

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Rule says what counts as bad, and over which time a firm is observed.
type Rule struct {
	Observe int   `json:"observe_months" minimum:"3" maximum:"36" doc:"观察期，月：评分当月之后"`
	Held    int   `json:"held_months" minimum:"1" maximum:"36" doc:"观察期内至少几个月末有贷款余额，才算表现良好"`
	Days    int   `json:"overdue_days" minimum:"1" maximum:"360" doc:"逾期超过几天算坏"`
	Version int64 `json:"version"`
}

// Usual is the rule where the office has set none. A loan of a year that is drawn within a
// quarter of the score stands at ten month-ends at least.
var Usual = Rule{Observe: 12, Held: 10, Days: 90}

// check refuses a rule that cannot be. Errors: watch.rule.
func (r *Rule) check() error {
	if r.Observe < 3 || r.Observe > 36 || r.Held < 1 || r.Held > r.Observe || r.Days < 1 || r.Days > 360 {
		return fault.New(fault.Invalid, "watch.rule", "观察期应为3至36个月，有余额的月数不超过观察期，逾期天数应为1至360天", "observe for 3 to 36 months, hold no more of them, and count 1 to 360 days")
	}
	return nil
}

// matures tells in which month what became of the firms of month can be told: banks have a
// month to report the last one observed.
func (r *Rule) matures(month civil.Month) civil.Month { return month + civil.Month(r.Observe) + 2 }

// Note is a loan note as its bank reported it.
type Note struct {
	USCC       string     // of the borrower
	Due        civil.Date // the last day that was granted
	WrittenOff civil.Date // civil.Never
	Ends       []End
}

// End is how a note stood at the end of a month.
type End struct {
	Month   civil.Month
	Balance money.Fen
	Quality string // 五级分类 as month_balances has it; "" not told
}

// bad tells whether a note stood badly at the end of a month.
func (r *Rule) bad(n *Note, e *End) bool {
	if e.Balance <= 0 {
		return false
	}
	switch e.Quality {
	case "substandard", "doubtful", "loss":
		return true
	}
	return int(e.Month.Last()-n.Due) > r.Days
}

// Fate is what became of a firm that was scored.
type Fate string

// The fates; only the first two say anything of a card.
const (
	Good    Fate = "good"
	Bad     Fate = "bad"
	NoLoan  Fate = "no_loan" // no bank reported a loan
	Short   Fate = "short"   // it had a loan for less time than the rule asks
	Already Fate = "already" // it was bad before it was scored
)

// Fate is what became of a firm that was scored in month, by all its notes. The month before
// says whether it was bad already.
func (r *Rule) Fate(month civil.Month, notes []Note) Fate {
	until := month + civil.Month(r.Observe)
	held := map[civil.Month]bool{}
	already, bad := false, false
	for i := range notes {
		n := &notes[i]
		if off := n.WrittenOff; off != civil.Never {
			already = already || off.Month() < month
			bad = bad || off.Month() <= until
		}
		for j := range n.Ends {
			e := &n.Ends[j]
			switch is := r.bad(n, e); {
			case e.Month == month-1:
				already = already || is
			case e.Month >= month && e.Month <= until:
				bad = bad || is
				if e.Month > month && e.Balance > 0 {
					held[e.Month] = true
				}
			}
		}
	}
	switch {
	case already:
		return Already
	case bad:
		return Bad
	case len(held) >= r.Held:
		return Good
	case len(held) > 0:
		return Short
	}
	return NoLoan
}
