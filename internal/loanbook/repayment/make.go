package repayment

import (
	"cmp"
	"math/big"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Make reckons the schedule of a loan.
//
// Errors: those of Terms.Check; repayment.days (something happens before the loan
// begins or after it ends, or due days are not in order), repayment.amount (more is
// paid early than is owed), repayment.periods (extensions go too far),
// repayment.range (the debt grows beyond what can be reckoned with).
func Make(t Terms) (*Schedule, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	m := &maker{
		t: &t, cal: newCalendar(&t), last: t.Periods - 1, rate: t.Rate, acc: new(big.Int), stale: true,
		year: new(big.Int).Mul(big.NewInt(int64(money.One)), big.NewInt(t.Basis.year())),
	}
	if t.Grace != nil {
		m.grace = *t.Grace
	}
	m.at = m.cal.first
	m.happenings()
	for !m.closed {
		d, err := m.cal.due(m.next)
		if err != nil {
			return nil, err
		}
		if err := m.before(d); err != nil {
			return nil, err
		}
		if m.closed {
			break
		}
		if err := m.settle(d); err != nil {
			return nil, err
		}
	}
	s := newSchedule(m.rows)
	for _, e := range m.events {
		if e.kind != rateChanges { // a rate of later hurts nobody
			return nil, wrong("", "repayment.days", "贷款于%[2]s结清，放款、提前还款和展期应在此之前，而不是%[1]s", "the loan ends on %[4]s; what happens on %[3]s comes too late",
				e.on.Zh(), s.EndsOn().Zh(), e.on, s.EndsOn())
		}
	}
	return s, nil
}

// What happens to a loan between due days, in the order of one day.
const (
	partPayment = iota
	drawdown
	extension
	rateChanges
	payoff
)

type happening struct {
	on     civil.Date
	kind   int
	amount money.Fen
	keep   Keep
	more   int
	rate   money.Rate
}

// maker follows a loan through time.
type maker struct {
	t      *Terms
	cal    *calendar
	grace  Grace    // of no periods: none
	year   *big.Int // what a sum of balance × rate × days is divided by
	events []happening

	next, last int // the next due day, and the last
	balance    money.Fen
	flat       money.Fen // what flat interest is reckoned from
	rate       money.Rate
	acc        *big.Int   // Σ balance × rate × days since the last due day
	at         civil.Date // it has accrued until here
	deferred   money.Fen  // interest of a grace that collects it later
	part       money.Fen  // the instalment, or its principal
	stale      bool       // part must be reckoned anew
	closed     bool
	rows       []Row
}

func (m *maker) happenings() {
	t := m.t
	for _, d := range t.Drawdowns {
		m.events = append(m.events, happening{on: d.On, kind: drawdown, amount: d.Amount})
	}
	for _, p := range t.Prepayments {
		m.events = append(m.events, happening{on: p.On, kind: partPayment, amount: p.Amount, keep: p.Keep})
	}
	for _, e := range t.Extensions {
		m.events = append(m.events, happening{on: e.On, kind: extension, more: e.Periods})
	}
	for _, c := range t.RateChanges {
		m.events = append(m.events, happening{on: c.On, kind: rateChanges, rate: c.Rate})
	}
	if t.PayoffOn != nil {
		m.events = append(m.events, happening{on: *t.PayoffOn, kind: payoff})
	}
	slices.SortFunc(m.events, func(a, b happening) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.kind, b.kind), cmp.Compare(a.amount, b.amount))
	})
	m.together()
}

// together makes one of the drawdowns of a day, and of its part payments.
func (m *maker) together() {
	kept := m.events[:0]
	for _, e := range m.events {
		if n := len(kept); n > 0 && kept[n-1].on == e.on && kept[n-1].kind == e.kind && e.kind <= drawdown {
			kept[n-1].amount += e.amount // sums of at most MaxEvents amounts fit
			continue
		}
		kept = append(kept, e)
	}
	m.events = kept
}

// before does what happens before a due day.
func (m *maker) before(d *due) error {
	for len(m.events) > 0 && m.events[0].on < d.on && !m.closed {
		e := m.events[0]
		if e.on < m.cal.first || e.on == m.cal.first && e.kind == partPayment {
			return wrong("", "repayment.days", "%[1]s不晚于首次放款日", "something happens on %[2]s, before the first drawdown", e.on.Zh(), e.on)
		}
		m.events = m.events[1:]
		m.accrue(d, e.on)
		if err := m.happen(d, e); err != nil {
			return err
		}
	}
	return nil
}

// accrue lets interest run until a day of the current period.
func (m *maker) accrue(d *due, to civil.Date) {
	m.acc.Add(m.acc, m.runs(d, to))
	m.at = to
}

// runs is what would accrue from now until a day of the current period.
func (m *maker) runs(d *due, to civil.Date) *big.Int {
	from := m.balance
	if m.t.Method == Flat {
		from = m.flat
	}
	days := d.elapsed(m.t.Basis, to) - d.elapsed(m.t.Basis, m.at)
	return product(int64(from), int64(m.rate), days)
}

func product(a, b, c int64) *big.Int {
	x := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return x.Mul(x, big.NewInt(c))
}

func (m *maker) happen(d *due, e happening) error {
	switch e.kind {
	case drawdown:
		m.balance += e.amount
		if m.balance > money.Max {
			return tooMuch()
		}
		m.flat, m.stale = m.balance, true
		m.rows = append(m.rows, Row{Kind: DrawdownRow, On: e.on, Drawn: e.amount, Balance: m.balance})
	case partPayment:
		return m.prepay(d, e)
	case extension:
		if m.last += e.more; m.last >= MaxInstalments {
			return wrong("extensions", "repayment.periods", "展期后的期数超过%d", "more than %d periods with extensions", MaxInstalments)
		}
		m.stale = true
	case rateChanges:
		m.rate, m.stale = e.rate, true
	case payoff:
		interest := m.rounded(m.acc, m.year) + m.deferred
		m.rows = append(m.rows, Row{Kind: PayoffRow, On: e.on, Principal: m.balance, Interest: interest, Payment: m.balance + interest})
		m.balance, m.closed = 0, true
	}
	return nil
}

// prepay takes a part of the principal early.
func (m *maker) prepay(d *due, e happening) error {
	if e.amount > m.balance {
		return wrong("prepayments", "repayment.amount", "%[1]s提前还款%[2]s元，超过剩余本金%[3]s元", "a part payment of %[2]s yuan on %[4]s is more than the %[3]s yuan owed",
			e.on.Zh(), e.amount, m.balance, e.on)
	}
	keeps := e.keep == KeepInstalment && m.next >= m.grace.Periods && m.t.Method != InterestFirst && m.t.Method != Bullet
	if keeps && m.stale {
		if err := m.reckon(m.projected(d)); err != nil {
			return err
		}
	}
	m.balance -= e.amount
	m.flat = m.balance
	m.rows = append(m.rows, Row{Kind: PartRow, On: e.on, Principal: e.amount, Payment: e.amount, Balance: m.balance})
	if !keeps {
		m.stale = true
		return nil
	}
	return m.shorten(d)
}

// projected is what will have accrued by the due day if nothing happens until then.
func (m *maker) projected(d *due) *big.Int {
	return new(big.Int).Add(m.acc, m.runs(d, d.on))
}

// shorten finds the last due day with the instalment as it is.
func (m *maker) shorten(d *due) error {
	acc, balance := m.projected(d), m.balance
	for k := m.next; k < m.last; k++ {
		if k > m.next {
			later, err := m.cal.due(k)
			if err != nil {
				return err
			}
			acc = product(int64(balance), int64(m.rate), later.total)
		}
		principal := m.part
		if m.t.Method == EqualInstalments {
			principal -= m.rounded(acc, m.year)
		}
		if balance -= max(0, principal); balance <= 0 {
			m.last = k
			break
		}
	}
	return nil
}

// settle does what is due on a due day, and goes on to the next.
func (m *maker) settle(d *due) error {
	m.accrue(d, d.on)
	k := m.next
	if m.t.Method == Bullet && k < m.last {
		m.next++
		return nil
	}
	interest := m.rounded(m.acc, m.year)
	row := Row{Kind: InstalmentRow, No: k + 1, On: d.on}
	switch {
	case k < m.grace.Periods && m.grace.Kind == GraceCollected:
		m.deferred += interest
		row.Deferred = interest
	case k < m.grace.Periods && m.grace.Kind == GraceCapitalised:
		row.Capitalised = interest
		m.balance += interest
		m.flat, m.stale = m.balance, true
	case k < m.grace.Periods:
		row.Interest = interest
	default:
		principal, err := m.principal(k, interest)
		if err != nil {
			return err
		}
		row.Interest, row.Principal, m.deferred = interest+m.deferred, principal, 0
		m.balance -= principal
	}
	if m.balance > money.Max || m.deferred > money.Max || row.Interest > money.Max {
		return tooMuch()
	}
	m.acc.SetInt64(0)
	row.Payment, row.Balance = row.Interest+row.Principal, m.balance
	m.rows = append(m.rows, row)
	m.closed = k >= m.last || m.balance == 0 && m.deferred == 0 && !m.drawsMore()
	m.next++
	return nil
}

// drawsMore tells whether more is to be drawn before the end.
func (m *maker) drawsMore() bool {
	return slices.ContainsFunc(m.events, func(e happening) bool { return e.kind == drawdown })
}

// principal is what an instalment pays back of the principal.
func (m *maker) principal(k int, interest money.Fen) (money.Fen, error) {
	if k >= m.last {
		return m.balance, nil
	}
	if m.t.Method == InterestFirst {
		return 0, nil
	}
	if m.stale {
		if err := m.reckon(m.acc); err != nil {
			return 0, err
		}
	}
	principal := m.part
	if m.t.Method == EqualInstalments {
		if principal -= interest; principal < 0 { // a long first period's interest is more than an instalment
			principal, m.stale = 0, true
		}
	}
	return min(principal, m.balance), nil
}

// reckon finds the instalment, or its part of principal, over the due days from the
// next one on; acc is what will have accrued by then.
func (m *maker) reckon(acc *big.Int) error {
	m.stale = false
	if m.t.Method != EqualInstalments {
		m.part = m.rounded(big.NewInt(int64(m.balance)), big.NewInt(int64(m.last-m.next+1)))
		return nil
	}
	// With nⱼ = year + rate × daysⱼ, A = (B·year + acc)·n₂·…·nₙ ÷ Σₖ yearᵏ·nₖ₊₁·…·nₙ.
	over := new(big.Int).Set(m.year)
	power := new(big.Int).Set(m.year)
	owed := new(big.Int).Mul(big.NewInt(int64(m.balance)), m.year)
	owed.Add(owed, acc)
	factor := new(big.Int)
	for k := m.next + 1; k <= m.last; k++ {
		d, err := m.cal.due(k)
		if err != nil {
			return err
		}
		factor.Add(m.year, product(1, int64(m.rate), d.total))
		owed.Mul(owed, factor)
		power.Mul(power, m.year)
		over.Add(over.Mul(over, factor), power)
	}
	m.part = m.rounded(owed, over)
	return nil
}

// rounded is a ÷ b to the fen, of numbers not below 0.
func (m *maker) rounded(a, b *big.Int) money.Fen {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	switch r.Lsh(r, 1).Cmp(b) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if m.t.Rounding != HalfEven || q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	}
	if !q.IsInt64() {
		return money.Max + 1 // which no debt may be
	}
	return min(money.Max+1, money.Fen(q.Int64()))
}

func tooMuch() error {
	return wrong("", "repayment.range", "欠款超过10万亿元，无法计算", "the debt is beyond 10 trillion yuan")
}
