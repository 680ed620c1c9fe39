package explain

import (
	"math/big"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// steps explains the steps that a selected row went through.
func (x *Explainer) steps(t *RowTrace, r *oracle.Row) {
	t.Reason = r.Why
	switch {
	case r.Ended:
		t.Outcome = NoBase
	case r.Waits:
		t.Outcome, t.Missing = Waits, missing(r)
	case r.Why != "":
		t.Outcome = Excluded
	default:
		t.Outcome = Paid
	}
	if r.Why == settlement.UnknownFact || r.Why == settlement.FirstElsewhere {
		return
	}
	t.Exclusion = x.exclusion(r)
	if r.Why == settlement.LostTo || r.Why == settlement.OtherBank {
		return
	}
	t.Gate = x.gate(r)
	if r.Why == settlement.GateFailed || r.Why == settlement.GateUnknown {
		return
	}
	t.Base = x.base(r)
	if r.Why == settlement.UnknownBase || r.Why == settlement.MonthGap || r.Why == settlement.NotComputable || r.Ended {
		return
	}
	if l := r.Item.Limit; l != nil {
		t.Limit = x.limit(r, l)
	}
	t.Term = x.term(r)
	if t.Outcome == Waits {
		return
	}
	t.Deducted = money.Fen(r.Deducted)
	if c := r.Item.Cap; c != nil {
		t.Cap = x.sharing(r, c.Per, c.Amount, true, func(o *oracle.Row) (int64, int64) { return o.Amount - o.Deducted, o.Capped })
	}
	t.Pool = x.pool(r)
	t.Rounding = x.rounding(r)
	t.Paid = money.Fen(r.Paid)
}

// missing names what a row waits for.
func missing(r *oracle.Row) []Words {
	var words []Words
	for _, name := range strings.Split(r.Detail, ";") {
		switch {
		case name == "":
		case r.Why == settlement.MonthGap:
			m, err := civil.ParseMonth(name)
			if err != nil {
				words = append(words, same(name))
				continue
			}
			words = append(words, say("%s", "%s", m))
		default:
			words = append(words, factWords(r.Item, name))
		}
	}
	return words
}

// factWords names a fact that a condition of an item hangs on.
func factWords(it *policy.Item, name string) Words {
	owner, column, _ := strings.Cut(name, ".")
	for _, row := range rowsInSight(it) {
		if c := row.Table.Column(column); row.Name == owner && c != nil {
			return labelOf([]expr.Row{row}, owner, c)
		}
	}
	return same(name)
}

// exclusion says to whom a row was lost, or who lost it to this item.
func (x *Explainer) exclusion(r *oracle.Row) *Exclusion {
	plan := x.books.Plan()
	for _, g := range plan.Groups {
		if !slices.Contains(g.Items, r.Item) || g.Strategy == policy.DeductPaid {
			continue
		}
		e := &Exclusion{Group: g.ID, Clause: g.Clause, Strategy: g.Strategy, Kept: r.Why != settlement.LostTo && r.Why != settlement.OtherBank}
		switch {
		case r.Why == settlement.LostTo && g.Strategy != policy.OneInstitution:
			if winner := plan.Item(r.Detail); slices.Contains(g.Items, winner) {
				e.Winner = same(winner.Title)
				return e
			}
		case r.Why == settlement.OtherBank && g.Strategy == policy.OneInstitution:
			e.Winner = same(x.name("institutions", r.Detail))
			return e
		case e.Kept:
			if e.Losers = x.losers(g, r); len(e.Losers) > 0 {
				return e
			}
		}
	}
	return nil
}

// losers names who lost to a row that a group keeps.
func (x *Explainer) losers(g *policy.Group, r *oracle.Row) []Words {
	var names []Words
	for _, other := range x.books.Rows() {
		if !slices.Contains(g.Items, other.Item) {
			continue
		}
		switch {
		case g.Strategy == policy.OneInstitution && other.Why == settlement.OtherBank && other.EnterpriseID == r.EnterpriseID && other.Item == r.Item:
			name := x.name("institutions", other.InstitutionID)
			if !x.foreign(other.InstitutionID) {
				name += " " + other.SubjectID
			}
			names = append(names, same(name))
		case g.Strategy != policy.OneInstitution && other.Why == settlement.LostTo && other.Detail == r.Item.ID &&
			other.InstitutionID == r.InstitutionID && other.SubjectID == r.SubjectID:
			names = append(names, same(other.Item.Title))
		}
	}
	return names
}

func (x *Explainer) gate(r *oracle.Row) *Gate {
	if r.Item.Gate == nil {
		return nil
	}
	g := x.books.Gate(r.Item, r.PayeeID)
	w := &Gate{Value: g.GateValue, Above: r.Item.Gate.Above != nil}
	if n := g.Institutions; n > 0 {
		w.Mean = money.Fen(divide(int64(g.SumEnd), 1, n))
	}
	table := fact.Lookup("institutions")
	if r.Item.Payee == policy.PayEnterprise {
		table = fact.Lookup("enterprises")
	}
	for _, c := range g.Conditions {
		w.Conditions = append(w.Conditions, Condition{
			Text: Words{c.Expr.Zh(), c.Expr.Source}, Truth: c.Truth,
			Values: values(expr.RowsOf(table), c.Readings),
		})
	}
	return w
}

// divide returns a×b÷d half up, of numbers not below 0; 0 when it leaves int64,
// which only shows.
func divide(a, b, d int64) int64 {
	q, ok := money.MulDiv(a, b, d)
	if !ok {
		return 0
	}
	return q
}

func (x *Explainer) base(r *oracle.Row) *Base {
	it := r.Item
	b := &Base{
		Kind: it.Base.Average, From: r.From, MonthEnds: r.MonthEnds, Days: r.Days, Result: money.Fen(r.Base),
	}
	b.Name, b.Formula = names(it.Base.Average, r)
	if it.Base.Of != nil {
		b.Name, b.Formula = Words{it.Base.Of.Zh(), it.Base.Of.Source}, Words{it.Base.Of.Zh(), it.Base.Of.Source}
		b.Values = values(expr.RowsOf(it.Table), r.OfReadings)
	}
	if r.Days != nil {
		b.Sum, b.Divisor = money.Fen(r.Days.Sum), r.Days.Days
		if it.Base.Average == policy.DailyOutstanding {
			b.Divisor = r.Days.Out
		}
	}
	if len(r.MonthEnds) > 0 {
		b.Sum, b.Divisor = averaged(r, func(m oracle.MonthEnd) int64 { return m.Fen })
	}
	if slices.ContainsFunc(r.MonthEnds, func(m oracle.MonthEnd) bool { return m.Gap }) {
		if w := x.books.Waiver(r); w != nil {
			b.Waiver = decisionWords(w)
		}
	}
	return b
}

// averaged returns what an average of a row's month-end balances sums up and
// divides by.
func averaged(r *oracle.Row, balance func(oracle.MonthEnd) int64) (total money.Fen, divisor int64) {
	for _, m := range r.MonthEnds {
		fen := balance(m)
		total += money.Fen(fen)
		if r.Item.Base.Average != policy.MonthEndOutstanding || fen > 0 {
			divisor++
		}
	}
	if r.Item.Base.Average == policy.Chronological {
		divisor--
	}
	return total, divisor
}

// names says what an average is called and how it is reckoned.
func names(a policy.Average, r *oracle.Row) (name, formula Words) {
	out := 0
	for _, m := range r.MonthEnds {
		if m.Fen > 0 {
			out++
		}
	}
	ends := len(r.MonthEnds)
	switch a {
	case policy.MonthEndMean:
		return Words{"月均余额", "monthly mean balance"}, say("%[1]d个月末余额之和÷%[1]d", "sum of %[1]d month-end balances ÷ %[1]d", ends)
	case policy.MonthEndOutstanding:
		return Words{"月均余额", "mean balance of the months outstanding"}, say("月末余额之和÷有余额的%d个月", "sum of the month-end balances ÷ %d months with a balance", out)
	case policy.Chronological:
		return Words{"序时平均余额", "chronological mean balance"}, say("首末各半，与其间各月末余额之和÷%d", "half of the first and last and all month-end balances between ÷ %d", ends-1)
	case policy.QuarterEndMean:
		return Words{"季均余额", "quarterly mean balance"}, say("%[1]d个季末余额之和÷%[1]d", "sum of %[1]d quarter-end balances ÷ %[1]d", ends)
	}
	if r.Days == nil {
		return Words{}, Words{}
	}
	if a == policy.DailyMean {
		return Words{"日均余额", "daily mean balance"}, say("每日余额之和÷%d天", "sum of the daily balances ÷ %d days", r.Days.Days)
	}
	return Words{"日均余额", "mean balance of the days outstanding"}, say("每日余额之和÷有余额的%d天", "sum of the daily balances ÷ %d days with a balance", r.Days.Out)
}

// limit explains a limit: of the bases, or of every month and then of the averages
// of what that leaves.
func (x *Explainer) limit(r *oracle.Row, l *policy.Limit) *Sharing {
	if !l.EachMonth {
		return x.sharing(r, l.Per, l.Amount, false, func(o *oracle.Row) (int64, int64) { return o.Base, o.LimitedBase })
	}
	s := x.sharing(r, l.Per, l.Amount, false, func(o *oracle.Row) (int64, int64) { return o.MonthlyLimited, o.LimitedBase })
	m := &Monthly{MonthEnds: r.MonthEnds, Chron: r.Item.Base.Average == policy.Chronological}
	m.Average, _ = names(r.Item.Base.Average, r)
	m.Sum, m.Divisor = averaged(r, func(e oracle.MonthEnd) int64 { return e.Limited })
	for _, other := range x.books.Together(r, l.Per, false) {
		m.Bites = m.Bites || slices.ContainsFunc(other.MonthEnds, func(e oracle.MonthEnd) bool { return e.Limited != e.Fen })
	}
	s.Monthly = m
	return s
}

// sharing explains a limit or a cap; of gives a row's amount before and after it.
func (x *Explainer) sharing(r *oracle.Row, per policy.PerGroup, most money.Fen, capped bool, of func(*oracle.Row) (int64, int64)) *Sharing {
	s := &Sharing{Per: per, Most: most}
	before, after := of(r)
	s.Before, s.After = money.Fen(before), money.Fen(after)
	sum := new(big.Int)
	for _, other := range x.books.Together(r, per, capped) {
		b, a := of(other)
		sum.Add(sum, big.NewInt(b))
		if len(s.Rows) == MaxTogether || x.foreign(other.InstitutionID) {
			s.MoreRows++
			continue
		}
		s.Rows = append(s.Rows, Share{other.InstitutionID, other.SubjectID, money.Fen(b), money.Fen(a), other == r})
	}
	s.Sum = money.Fen(sum.Int64()) // the oracle has checked that it fits
	s.Bites = s.Sum > most
	return s
}

func (x *Explainer) term(r *oracle.Row) *Term {
	t := &Term{Undecided: r.Why == settlement.Undecided, Rate: r.Rate, Amount: money.Fen(r.Amount), IsRate: r.Item.Rate != nil}
	if d := r.Decision; d != nil {
		t.Decided = decisionWords(d)
	}
	if rate := r.Item.Rate; rate != nil {
		if r.Why == settlement.NoClaim { // it stopped before its amount was reckoned
			t.Amount, _ = money.Fen(r.LimitedBase).At(r.Rate)
		}
		t.Open, t.Least, t.Most = rate.Open, same(rate.Min.Human()), same(rate.Max.Human())
		return t
	}
	amount := r.Item.Amount
	t.Fixed, t.Open, t.Least, t.Most = money.Fen(r.Amount), amount.Open, yuan(amount.Min), yuan(amount.Max)
	return t
}

func decisionWords(d *oracle.Decision) *Decision {
	w := &Decision{By: d.Text("decided_by"), Note: d.Text("note")}
	if on := d.Value("decided_on"); on.Known {
		w.On = say("%s", "%s", civil.Date(on.Int))
	}
	return w
}

func (x *Explainer) pool(r *oracle.Row) *Pool {
	if r.Item.Pool == nil {
		return nil
	}
	p := r.Item.Pool
	w := &Pool{ID: p.ID, Clause: p.Clause, Use: *x.books.Pool(p), Before: money.Fen(r.Capped), After: money.Fen(r.Pooled)}
	w.Short = w.Use.Limited && w.Use.Requested > w.Use.Budget
	if w.Use.Requested > 0 {
		w.Factor = money.Rate(divide(int64(w.Use.Pooled), int64(money.One), int64(w.Use.Requested)))
	}
	if w.Use.Limited && (p.Allocator == policy.FirstComplete || p.Allocator == policy.Reserve) {
		w.Place, w.Of = x.books.Place(p, r)
		if f := x.books.Filing(r); f != nil {
			w.CompletedAt, w.ReservedAt = f.Text("completed_at"), f.Text("reserved_at")
		}
	}
	return w
}

func (x *Explainer) rounding(r *oracle.Row) *Rounding {
	w := &Rounding{Way: r.Item.Rounding, Before: money.Fen(r.Pooled), After: money.Fen(r.Paid)}
	for _, other := range x.books.Portion(r.Item, r.PayeeID) {
		w.Rows++
		w.Due += money.Fen(other.Pooled)
		w.Paid += money.Fen(other.Paid)
	}
	w.TakenBack = w.Paid < w.Way.Round(w.Due)
	return w
}
