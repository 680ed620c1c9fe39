package repayment

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Method is how a loan is paid back (还款方式).
type Method string

// The methods.
const (
	EqualInstalments Method = "equal_instalments" // 等额本息
	EqualPrincipal   Method = "equal_principal"   // 等额本金
	InterestFirst    Method = "interest_first"    // 先息后本
	Bullet           Method = "bullet"            // 一次还本付息
	Flat             Method = "flat"              // 等本等息
)

// Methods are all of them, in the order they are shown.
var Methods = []Method{EqualInstalments, EqualPrincipal, InterestFirst, Bullet, Flat}

// Zh names the method.
func (m Method) Zh() string {
	return map[Method]string{
		EqualInstalments: "等额本息", EqualPrincipal: "等额本金", InterestFirst: "先息后本", Bullet: "一次还本付息", Flat: "等本等息",
	}[m]
}

// Every is how far apart due days are.
type Every string

// The distances.
const (
	Weekly    Every = "week"
	Monthly   Every = "month"
	Quarterly Every = "quarter"
)

// months is how many there are from one due day to the next; 0 of weeks.
func (e Every) months() int {
	return map[Every]int{Monthly: 1, Quarterly: 3}[e]
}

// Basis is how days are counted (计息基础).
type Basis string

// The bases.
const (
	// Act360 counts calendar days, and 360 to the year (ISDA 2006, 4.16(e)).
	Act360 Basis = "act_360"
	// Act365 counts calendar days, and 365 to every year (4.16(d), Actual/365 Fixed).
	Act365 Basis = "act_365"
	// Thirty360 counts a whole period between two due days as its months of 30 days
	// (银发〔2005〕129号: whole months as months), and days of a broken one by 30E/360 (4.16(g),
	// Eurobond basis: the 31st counts as the 30th); 360 to the year.
	Thirty360 Basis = "30_360"
)

func (b Basis) year() int64 {
	if b == Act365 {
		return 365
	}
	return 360
}

// Rounding is how interest and instalments are rounded to the fen.
type Rounding string

// The roundings. "" is HalfUp.
const (
	HalfUp   Rounding = "half_up"   // 四舍五入
	HalfEven Rounding = "half_even" // 四舍六入五成双
)

// GraceKind is what a period of grace (宽限期) spares.
type GraceKind string

// The kinds of grace.
const (
	// GracePrincipal spares the principal: interest is paid on every due day.
	GracePrincipal GraceKind = "principal"
	// GraceCollected spares everything: interest bears none, and is paid on top of
	// the first instalment after it.
	GraceCollected GraceKind = "collected"
	// GraceCapitalised spares everything: on every due day the interest becomes
	// principal.
	GraceCapitalised GraceKind = "capitalised"
)

// Grace is a number of periods at the beginning in which less is paid.
type Grace struct {
	Periods int       `json:"periods"`
	Kind    GraceKind `json:"kind" enum:"principal,collected,capitalised"`
}

// Drawdown is money paid out to the borrower.
type Drawdown struct {
	On     civil.Date `json:"on"`
	Amount money.Fen  `json:"amount_fen"`
}

// RateChange is a rate that holds from a day on, that day's night included.
type RateChange struct {
	On   civil.Date `json:"on"`
	Rate money.Rate `json:"rate_ppb"`
}

// Keep is what a part payment leaves as it is.
type Keep string

// What is kept.
const (
	KeepTerm       Keep = "term"       // 期限不变: the instalments become smaller
	KeepInstalment Keep = "instalment" // 月供不变: there are fewer
)

// Prepayment is a part of the principal paid early. The interest that has accrued is
// paid on the next due day. While there is no instalment to keep, in grace and where
// the principal is paid at the end, the term is kept.
type Prepayment struct {
	On     civil.Date `json:"on"`
	Amount money.Fen  `json:"amount_fen"`
	Keep   Keep       `json:"keep" enum:"term,instalment"`
}

// Extension puts off the end by some due days (展期), decided before the last one.
type Extension struct {
	On      civil.Date `json:"on"`
	Periods int        `json:"periods"`
}

// Terms is a loan and what happens to it.
type Terms struct {
	Method    Method     `json:"method" enum:"equal_instalments,equal_principal,interest_first,bullet,flat"`
	Rate      money.Rate `json:"rate_ppb"` // a year
	Basis     Basis      `json:"basis" enum:"act_360,act_365,30_360"`
	Rounding  Rounding   `json:"rounding,omitempty" enum:"half_up,half_even"`
	Drawdowns []Drawdown `json:"drawdowns"` // the first day of them is the loan's first

	Every   Every `json:"every" enum:"week,month,quarter"`
	Periods int   `json:"periods"` // from the first day to the last due day
	// FirstDue is the first due day, which may be nearer or farther than a period
	// (a broken period); nil: a period after the first day.
	FirstDue *civil.Date `json:"first_due_on,omitempty"`
	// DueDay is the day of the month that due days fall on, the last one of months
	// that are shorter; 0: that of FirstDue, else of the first day. Not of weeks.
	DueDay int `json:"due_day,omitempty"`
	// MonthEnd puts every due day, but a FirstDue, on the last day of its month.
	MonthEnd bool   `json:"month_end,omitempty"`
	Grace    *Grace `json:"grace,omitempty"` // nil: none

	RateChanges []RateChange `json:"rate_changes,omitempty"`
	Prepayments []Prepayment `json:"prepayments,omitempty"`
	Extensions  []Extension  `json:"extensions,omitempty"`
	PayoffOn    *civil.Date  `json:"payoff_on,omitempty"` // everything is paid on that day

	// Working moves a due day that is no working day; interest then runs to the day
	// it was moved to. nil: due days stay where they are.
	Working func(civil.Date) civil.Date `json:"-"`
}

// First returns the day of the first drawdown.
func (t *Terms) First() civil.Date {
	first := civil.Never
	for _, d := range t.Drawdowns {
		first = min(first, d.On)
	}
	return first
}

// Check tells what is wrong with terms that stand alone; what goes against the
// course of the loan, Make tells.
//
// Errors: repayment.word (a method, distance, basis, rounding, grace or keep that
// there is not), repayment.periods, repayment.rate, repayment.amount, repayment.days,
// repayment.grace, repayment.events (too many, or two that contradict each other).
func (t *Terms) Check() error {
	if err := t.words(); err != nil {
		return err
	}
	switch {
	case t.Periods < 1 || t.Periods > MaxInstalments:
		return wrong("periods", "repayment.periods", "期数应为1至%d", "there are 1 to %d periods", MaxInstalments)
	case t.Grace != nil && (t.Grace.Periods < 0 || t.Grace.Periods >= t.Periods):
		return wrong("grace", "repayment.grace", "宽限期数应少于总期数%d", "grace is shorter than the %d periods", t.Periods)
	case t.Grace != nil && t.Method == Bullet:
		return wrong("grace", "repayment.grace", "一次还本付息没有宽限期", "what is paid at the end has no grace")
	case t.DueDay < 0 || t.DueDay > 31 || t.Every == Weekly && (t.DueDay > 0 || t.MonthEnd):
		return wrong("due_day", "repayment.days", "还款日应为每月1至31日，按周还款时不写", "the due day is 1 to 31, and none of weeks")
	case len(t.Drawdowns) == 0:
		return wrong("drawdowns", "repayment.amount", "应至少有一笔放款", "there is no drawdown")
	}
	if err := t.amounts(); err != nil {
		return err
	}
	return t.days()
}

func (t *Terms) words() error {
	known := func(field, word string, all ...string) error {
		if slices.Contains(all, word) {
			return nil
		}
		return wrong(field, "repayment.word", "%[1]s 没有“%[2]s”这个取值", "%[1]s cannot be %[2]q", field, fault.Clip(word))
	}
	of := []error{
		known("method", string(t.Method), "equal_instalments", "equal_principal", "interest_first", "bullet", "flat"),
		known("every", string(t.Every), "week", "month", "quarter"),
		known("basis", string(t.Basis), "act_360", "act_365", "30_360"),
		known("rounding", string(t.Rounding), "", "half_up", "half_even"),
	}
	if t.Grace != nil {
		of = append(of, known("grace.kind", string(t.Grace.Kind), "principal", "collected", "capitalised"))
	}
	for _, p := range t.Prepayments {
		of = append(of, known("prepayments.keep", string(p.Keep), "term", "instalment"))
	}
	for _, err := range of {
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *Terms) amounts() error {
	rates := []money.Rate{t.Rate}
	for _, c := range t.RateChanges {
		rates = append(rates, c.Rate)
	}
	for _, r := range rates {
		if r < 0 || r > money.MaxRate {
			return wrong("rate_ppb", "repayment.rate", "年利率应在0至1000%%之间", "a rate is 0 to 1000%% a year")
		}
	}
	sum := money.Fen(0)
	for _, d := range t.Drawdowns {
		if d.Amount <= 0 || d.Amount > money.Max-sum {
			return wrong("drawdowns", "repayment.amount", "放款金额应大于0，合计不超过10万亿元", "drawdowns are above 0 and at most 10 trillion yuan together")
		}
		sum += d.Amount
	}
	for _, p := range t.Prepayments {
		if p.Amount <= 0 || p.Amount > money.Max {
			return wrong("prepayments", "repayment.amount", "提前还款金额应大于0", "a prepayment is above 0")
		}
	}
	return nil
}

func (t *Terms) days() error {
	if max(len(t.Drawdowns), len(t.RateChanges), len(t.Prepayments), len(t.Extensions)) > MaxEvents {
		return wrong("", "repayment.events", "放款、调息、提前还款、展期各不超过%d次", "more than %d drawdowns, changes, prepayments or extensions", MaxEvents)
	}
	first := t.First()
	if y, _, _ := first.YMD(); y < 1900 || y > 2149 {
		return wrong("drawdowns", "repayment.days", "首次放款日期应在1900年至2149年之间", "the first drawdown is in the years 1900 to 2149")
	}
	if t.FirstDue != nil && (*t.FirstDue <= first || *t.FirstDue > first+3660) {
		return wrong("first_due_on", "repayment.days", "首个还款日应晚于首次放款日，且在十年之内", "the first due day is after the first drawdown, within ten years")
	}
	for i, c := range t.RateChanges {
		if c.On <= first {
			return wrong("rate_changes", "repayment.days", "利率调整日应晚于首次放款日", "a rate changes after the first drawdown")
		}
		for _, other := range t.RateChanges[:i] {
			if other.On == c.On {
				return wrong("rate_changes", "repayment.events", "%[1]s有两次利率调整，只能有一次", "the rate changes twice on %[2]s", c.On.Zh(), c.On)
			}
		}
	}
	for i, p := range t.Prepayments {
		for _, other := range t.Prepayments[:i] {
			if other.On == p.On && other.Keep != p.Keep {
				return wrong("prepayments", "repayment.events", "%[1]s的两笔提前还款，一笔期限不变、一笔月供不变，只能选一种", "two part payments of %[2]s keep different things", p.On.Zh(), p.On)
			}
		}
	}
	for _, e := range t.Extensions {
		if e.Periods < 1 || e.Periods > MaxInstalments {
			return wrong("extensions", "repayment.periods", "展期的期数应为1至%d", "an extension is of 1 to %d periods", MaxInstalments)
		}
	}
	return nil
}

func wrong(field, code, zh, en string, args ...any) error {
	return fault.Invalidf(code, zh, en, args...).In(fault.Place{Field: field})
}
