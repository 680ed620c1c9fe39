package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/party"
)

// Census is what a city comes to; amounts in fen.
type Census struct {
	Enterprises        int64     `json:"enterprises"`
	Notes              int64     `json:"notes"`
	Balances           int64     `json:"balances"` // month-end balances
	Principal2021      money.Fen `json:"principal_2021_fen"`
	OpeningSum         money.Fen `json:"opening_balance_fen"`
	ClosingSum         money.Fen `json:"closing_balance_fen"`
	XinbaoClosing      money.Fen `json:"xinbao_closing_fen"` // balances of notes that the fund guarantees
	XinbaoNotes2021    int64     `json:"xinbao_notes_2021"`
	FirstLoanBorrowers int64     `json:"first_loan_borrowers"` // of 2021
	TechEnterprises    int64     `json:"tech_enterprises"`
	ProjectNotes       int64     `json:"project_notes"`
	// RiskNeed is what the pool risk-compensation would need at 0.5 %, reckoned
	// roughly.
	RiskNeed money.Fen `json:"risk_need_fen"`
}

// poolShare is how much of its need the pool risk-compensation gets, in percent:
// at the default readings it is a little too small in a city of any size.
const poolShare = 92

// Pool returns the size of the pool risk-compensation, whole 万元.
func (s *Census) Pool() money.Fen { return roundTo(s.RiskNeed*poolShare/100, money.Wan) }

// Count adds f.
func (s *Census) Count(f *Firm) {
	s.Enterprises++
	if f.Tech == 1 {
		s.TechEnterprises++
	}
	for i := range f.Notes {
		t := &f.Notes[i]
		s.Notes++
		for _, b := range t.Balance {
			if b > 0 {
				s.Balances++
			}
		}
		s.OpeningSum += t.Balance[0]
		s.ClosingSum += t.Balance[Months-1]
		if t.Disbursed >= YearStart {
			s.Principal2021 += t.Principal
		}
		if t.Project != None {
			s.ProjectNotes++
		}
		if t.xinbao {
			s.XinbaoClosing += t.Balance[Months-1]
			if t.Disbursed >= YearStart {
				s.XinbaoNotes2021++
			}
		}
	}
	bank := f.firstBank()
	if bank != None {
		s.FirstLoanBorrowers++
	}
	s.RiskNeed += f.riskNeed(bank)
}

// Add adds what another census counted of other enterprises.
func (s *Census) Add(o *Census) {
	s.Enterprises += o.Enterprises
	s.Notes += o.Notes
	s.Balances += o.Balances
	s.Principal2021 += o.Principal2021
	s.OpeningSum += o.OpeningSum
	s.ClosingSum += o.ClosingSum
	s.XinbaoClosing += o.XinbaoClosing
	s.XinbaoNotes2021 += o.XinbaoNotes2021
	s.FirstLoanBorrowers += o.FirstLoanBorrowers
	s.TechEnterprises += o.TechEnterprises
	s.ProjectNotes += o.ProjectNotes
	s.RiskNeed += o.RiskNeed
}

// firstBank returns the bank of f's first loan if that was in 2021 and no earlier
// note is known, else none.
func (f *Firm) firstBank() int {
	earliest := civil.Never
	for i := range f.Notes {
		earliest = min(earliest, f.Notes[i].Disbursed)
	}
	bank := None
	for i := range f.Notes {
		t := &f.Notes[i]
		if t.Disbursed == earliest && t.First == 1 && (bank == None || t.Bank < bank) {
			bank = t.Bank
		}
	}
	if earliest < YearStart {
		return None
	}
	return bank
}

// riskLimit bounds the base of one enterprise as a first-loan borrower and as a
// technology enterprise.
const riskLimit = 1000 * money.Wan

// riskNeed returns what f's notes would draw from the pool risk-compensation.
func (f *Firm) riskNeed(firstBank int) money.Fen {
	small := f.Size == party.Small || f.Size == party.Micro
	tech := f.Tech == 1 && f.Sales >= 0 && f.Sales <= 3000*money.Wan
	var first, byTech, other money.Fen
	for i := range f.Notes {
		t := &f.Notes[i]
		switch from := t.projectMonth(); {
		case small && t.Bank == firstBank && t.Disbursed >= YearStart:
			first += t.mean(1)
		case from > 0:
			other += t.mean(from)
		case tech:
			byTech += t.mean(1)
		case f.chattel(i):
			other += t.mean(1)
		}
	}
	return (min(first, riskLimit) + min(byTech, riskLimit) + other) / 200
}

// mean returns the mean of the month-end balances of 2021 from month on.
func (t *Note) mean(month int) (sum money.Fen) {
	for _, b := range t.Balance[month:] {
		sum += b
	}
	return sum / 12
}

// projectMonth returns the month of 2021 from which t counts as a loan of a
// project praised in the year, 0 when it does not.
func (t *Note) projectMonth() int {
	if t.Project == None {
		return 0
	}
	p := &Projects[t.Project]
	praised := p.Level == "national" || p.Level == "province"
	if !praised || p.Praised < YearStart || p.Praised > LastDay || p.Released > LastDay {
		return 0
	}
	return max(1, int(p.Released.Month()-Opening.Month()))
}

// chattel tells whether movables of the four classes stand behind note i as the
// plan wants them.
func (f *Firm) chattel(i int) bool {
	for j := range f.Collaterals {
		c := &f.Collaterals[j]
		t := &f.Notes[i]
		if c.Note == i && c.Class <= product && c.No != 0 && !c.UnknownDay && c.Registered <= t.Disbursed &&
			c.Cancelled >= LastDay && c.Party == Lenders[t.Bank].ID {
			return true
		}
	}
	return false
}
