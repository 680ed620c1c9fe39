package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/party"
)

// Note is a loan note. Its life is events[from:to] of its firm, in order.
type Note struct {
	Bank, Seq        int // seq counts the firm's notes of the bank, from 0
	Outlet           int // in outlets
	Project          int // in projects, or none
	Principal        money.Fen
	Rate             money.Rate
	Months           int // term
	Disbursed, Due   civil.Date
	Extended, Closed civil.Date
	First            int // 1, 0, unknown
	Security         int
	Channel          int
	Fiscal           int
	Purpose          int
	xinbao           bool
	plan             plan
	From, To         int

	Overdue, watched civil.Date // from when on; civil.Never
	Balance          [Months]money.Fen
	Quality          [Months]uint8 // where balance is not 0
	odd              *oddity       // nil but for Options.Trouble
}

// None is no project.
const None = -1

// The securities.
const (
	credit = iota
	guaranteed
	jointly
	realEstate
	movable
	pledged
	mixed
)

// Securities are their codes in the dictionary.
var Securities = [...]string{"credit", "guarantee", "joint_guarantee", "mortgage_real_estate", "mortgage_other", "pledge", "mixed"}

// What notes say of themselves, by number.
var (
	// Channels are codes of the dictionary.
	Channels = [...]string{"counter", "online", "platform", "loan_code"}
	// FiscalSupports are codes of banks' reports: none, other, interest subsidy.
	FiscalSupports = [...]string{"Z", "B", "A0202"}
	// Purposes are what a clerk writes.
	Purposes = [...]string{"购买原材料", "支付货款", "日常经营周转", "购置设备", "支付工资及费用", "备货", "厂房修缮", "技术改造"}
)

// discounts are what a security changes of the rate, in basis points.
var discounts = [...]int{45, 5, 25, -25, 10, -10, -15}

var (
	securitySmall = running(20, 33, 2, 30, 7, 5, 3)
	securityBig   = running(28, 25, 0, 28, 7, 7, 5)

	banksOfSmall  = running(80, 16, 4)
	banksOfMiddle = running(66, 25, 9)
	banksOfBig    = running(28, 30, 22, 12, 8)

	termMonths = [...]int{6, 12, 18, 24, 36, 60, 120}
	termSums   = running(9, 58, 3, 7, 17, 4, 2)

	yearSums  = running(14, 43, 43) // 2019 from September on, 2020, 2021
	monthSums = running(10, 6, 10, 8, 8, 9, 7, 7, 9, 7, 8, 11)

	channelSums = running(50, 25, 15, 10)
	fiscalSums  = running(93, 4, 3)
)

// borrow draws what f borrows from whom.
func (m *Model) borrow(f *Firm) {
	f.debt = f.need()
	if f.small() {
		switch x := f.d.Below(1000); {
		case x < 49:
			f.newcomer = 2021
			f.debt = f.debt * 6 / 10
		case x < 88:
			f.newcomer = 2020
		}
	}
	f.chooseBanks()
	for _, bank := range f.banks {
		count := 1
		for count < 5 && f.d.Chance(300_000) {
			count++
		}
		at := len(f.Notes)
		for range count {
			f.Notes = append(f.Notes, Note{Bank: bank, Disbursed: f.dateOfNote()})
		}
		inOrder(f.Notes[at:])
	}
	f.attest()
	for i := range f.Notes {
		f.terms(&f.Notes[i])
		f.live(&f.Notes[i])
		m.back(f, i)
	}
}

// need draws how much f owes when it owes.
func (f *Firm) need() money.Fen {
	sales := f.Sales
	if sales < 0 {
		sales = money.Fen(medianSales[f.Kind]) * money.Yuan
	}
	share := int64(17)
	if f.Kind != company {
		share = 26
	}
	return money.Fen(f.d.skewed(int64(sales/money.Yuan)*share/100, 60)) * money.Yuan
}

// chooseBanks draws f's banks, all different.
func (f *Firm) chooseBanks() {
	sums, sums2 := banksOfSmall, smallSums
	switch {
	case !f.small():
		sums, sums2 = banksOfBig, bigSums
	case f.truth == party.Small:
		sums = banksOfMiddle
	}
	f.banks = f.banks[:0]
	for want, tries := 1+f.d.pick(sums), 0; len(f.banks) < want && tries < 20; tries++ {
		bank := f.d.pick(sums2)
		seen := false
		for _, b := range f.banks {
			seen = seen || b == bank
		}
		if !seen {
			f.banks = append(f.banks, bank)
		}
	}
}

// dateOfNote draws when a note is disbursed: a working day.
func (f *Firm) dateOfNote() civil.Date {
	year := 2019 + f.d.pick(yearSums)
	year = max(year, f.newcomer)
	month := 1 + f.d.pick(monthSums)
	if year == 2019 && month < 9 {
		month = 9 + month%4
	}
	return workday(Day(year, month, 1+f.d.Below(28)))
}

// workday moves a Saturday or Sunday to the Monday, or at the end of the year back.
func workday(d civil.Date) civil.Date {
	switch (int(d) + 3) % 7 { // 1970-01-01 was a Thursday
	case 5:
		return d + 2
	case 6:
		return d + 1
	}
	return d
}

// inOrder sorts a few notes of one bank by day, and numbers them.
func inOrder(notes []Note) {
	for i := range notes {
		for j := i; j > 0 && notes[j].Disbursed < notes[j-1].Disbursed; j-- {
			notes[j], notes[j-1] = notes[j-1], notes[j]
		}
	}
	for i := range notes {
		notes[i].Seq = i
	}
}

// attest marks the earliest note of a newcomer as its first loan.
func (f *Firm) attest() {
	if f.newcomer == 0 {
		return
	}
	first := 0
	for i := range f.Notes {
		if f.Notes[i].Disbursed < f.Notes[first].Disbursed {
			first = i
		}
	}
	if y, _, _ := f.Notes[first].Disbursed.YMD(); y == f.newcomer {
		f.Notes[first].First = 1
	}
}

// terms draws what was agreed in the note.
func (f *Firm) terms(t *Note) {
	l := &Lenders[t.Bank]
	t.Months = termMonths[f.d.pick(termSums)]
	t.Security = f.drawSecurity()
	if f.guaranteedByFund(t) {
		t.xinbao, t.Security = true, guaranteed
	}
	if t.Months > 60 && t.Security != realEstate {
		t.Months = 36
	}
	t.Due = later(t.Disbursed, t.Months)
	t.Principal = f.principal(t)
	spread := l.spread + discounts[t.Security] + f.d.between(-25, 25)
	if t.Disbursed >= YearStart {
		spread += l.trend
	}
	if !f.small() {
		spread = spread*2/3 - 10
	}
	t.Rate = LPR(t.Disbursed, t.Months) + BP(spread)
	t.Channel = f.d.pick(channelSums)
	if Channels[t.Channel] == "loan_code" && t.Disbursed < Day(2021, 3, 16) {
		t.Channel = 0 // there were none yet
	}
	t.Fiscal = f.d.pick(fiscalSums)
	t.Purpose = f.d.Below(len(Purposes))
	t.Outlet = f.chooseOutlet(t)
	t.Project = f.chooseProject(t)
	t.plan = f.choosePlan(t)
}

// guaranteedByFund draws whether the credit guarantee fund stands behind t, which
// would otherwise be unsecured or guaranteed by somebody else.
func (f *Firm) guaranteedByFund(t *Note) bool {
	l := &Lenders[t.Bank]
	percent := l.xinbao2020
	if t.Disbursed >= YearStart {
		percent = l.xinbao2021
	}
	candidate := f.small() && t.Months <= 36 && (t.Security == credit || t.Security == guaranteed)
	return candidate && f.d.Below(100) < percent
}

func (f *Firm) drawSecurity() int {
	if f.small() {
		return f.d.pick(securitySmall)
	}
	return f.d.pick(securityBig)
}

// Bounds of principals; the fund guarantees no more than a million or so on average.
const (
	leastPrincipal = 20_000 * money.Yuan
	mostPrincipal  = 80_000_000 * money.Yuan
	mostXinbao     = 8_000_000 * money.Yuan
)

// principal draws what is lent, a round sum.
func (f *Firm) principal(t *Note) money.Fen {
	p := money.Fen(f.d.skewed(int64(f.debt/money.Yuan)*62/100, 45)) * money.Yuan
	if t.xinbao {
		median := int64(900_000)
		if f.Kind != company {
			median = 380_000
		}
		p = min(money.Fen(f.d.skewed(median, 75))*money.Yuan, mostXinbao)
	}
	return roundSum(min(max(p, leastPrincipal), mostPrincipal))
}

// roundSum rounds a sum as people do who lend it.
func roundSum(p money.Fen) money.Fen {
	switch {
	case p >= 100*money.Wan:
		return roundTo(p, 10*money.Wan)
	case p >= 10*money.Wan:
		return roundTo(p, money.Wan)
	}
	return roundTo(p, 1000*money.Yuan)
}

// Line returns the part of the firm's credit line that t stands for.
func (t *Note) Line() money.Fen {
	if t.Closed <= LastDay {
		return 0
	}
	return t.Principal
}

// chooseOutlet draws the branch: one that lent on that day. Technology firms go to
// technology branches more often than others.
func (f *Firm) chooseOutlet(t *Note) int {
	first, n := outletsOf[t.Bank], outletsOf[t.Bank+1]-outletsOf[t.Bank]
	tech := f.Tech == 1 && f.d.Chance(450_000)
	if tech {
		if o := techBranch(t.Bank); o >= 0 {
			return o
		}
	}
	for range 4 {
		if o := first + f.d.Below(n); Outlets[o].Started <= t.Disbursed {
			return o
		}
	}
	return first
}

// techBranch returns the technology branch of a bank, or -1.
func techBranch(bank int) int {
	for o := outletsOf[bank]; o < outletsOf[bank+1]; o++ {
		if Outlets[o].Feature == "tech" {
			return o
		}
	}
	return -1
}

// chooseProject draws the fintech project that t came through, a pilot possibly
// not yet released.
func (f *Firm) chooseProject(t *Note) int {
	if t.Disbursed < Day(2020, 7, 1) || !f.d.Chance(160_000) {
		return None
	}
	var open [4]int
	n := 0
	for i := range Projects {
		p := &Projects[i]
		since := min(p.Released, Day(2021, 7, 1)) - 90
		if p.Lender == t.Bank && t.Disbursed >= since && n < len(open) {
			open[n] = i
			n++
		}
	}
	if n == 0 {
		return None
	}
	return open[f.d.Below(n)]
}
