package city

import (
	"fmt"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Trouble is a kind of error that can be planted in a city, for tests of what is
// checked when facts come in.
type Trouble string

// The kinds of trouble.
const (
	DatesReversed     Trouble = "dates_reversed"      // due before it was disbursed
	OverPrincipal     Trouble = "over_principal"      // a balance above the principal
	BalanceAfterClose Trouble = "balance_after_close" // a closed note with a balance
	Gap               Trouble = "gap"                 // an open note without a month-end balance
	EventsDiffer      Trouble = "events_differ"       // events a fen off the balances
	DuplicateKey      Trouble = "duplicate_key"       // a note twice
	BadCode           Trouble = "bad_code"            // a borrower's code with a wrong check character
	UnknownEnterprise Trouble = "unknown_enterprise"  // a borrower nobody knows
	UnknownBranch     Trouble = "unknown_branch"
	UnknownProject    Trouble = "unknown_project"
	ShareOver         Trouble = "share_over" // a guarantee of more than the whole
	OtherGuaranteed   Trouble = "other_guaranteed"
)

// Planted is a note spoiled on purpose, and the code of the finding it should give
// when it comes in as a fact table.
type Planted struct {
	Trouble       Trouble `json:"trouble"`
	Code          string  `json:"code"`
	InstitutionID string  `json:"institution_id"`
	LoanID        string  `json:"loan_id"`
}

// String renders trouble, code and note.
func (p Planted) String() string {
	return fmt.Sprintf("%s（%s）%s/%s", p.Trouble, p.Code, p.InstitutionID, p.LoanID)
}

// oddity is what a spoiled note says instead of the truth; "" is the truth.
type oddity struct {
	borrower, branch, project, guaranteed string
	twice                                 bool
}

// spoiler spoils notes.
type spoiler struct {
	trouble Trouble
	code    string
	fits    func(*Firm, *Note) bool
	spoil   func(*Firm, *Note)
}

// Troubles returns every kind of trouble.
func Troubles() []Trouble {
	all := make([]Trouble, len(spoilers))
	for i, s := range spoilers {
		all[i] = s.trouble
	}
	return all
}

var spoilers = []spoiler{
	{DatesReversed, "loanbook.date_order", outAllYear, func(_ *Firm, t *Note) { t.Due = t.Disbursed - 1 }},
	{OverPrincipal, "loanbook.balance_over_principal", outAllYear, func(_ *Firm, t *Note) { t.Balance[6] = t.Principal + money.Yuan }},
	{BalanceAfterClose, "loanbook.balance_after_close", closedEarly, func(_ *Firm, t *Note) { t.Balance[Months-1] = money.Wan }},
	{Gap, "loanbook.gap", outAllYear, func(_ *Firm, t *Note) { t.Balance[7] = 0 }},
	{EventsDiffer, "loanbook.events_differ", outAllYear, func(f *Firm, t *Note) { f.Events[t.From].Amount-- }},
	{DuplicateKey, "loanbook.duplicate_key", outAllYear, odd(oddity{twice: true})},
	{BadCode, "uscc.check", outAllYear, func(f *Firm, t *Note) { t.odd = &oddity{borrower: wrongCheck(f.ID)} }},
	{UnknownEnterprise, "loanbook.unknown_enterprise", outAllYear, odd(oddity{borrower: nobody})},
	{UnknownBranch, "loanbook.unknown_branch", outAllYear, odd(oddity{branch: "00999"})},
	{UnknownProject, "loanbook.unknown_project", outAllYear, odd(oddity{project: "KJ2021999"})},
	{ShareOver, "loanbook.guarantee_share", byTheFund, func(f *Firm, _ *Note) { f.Guarantees[0].Share = 120 * money.Percent }},
	{OtherGuaranteed, "loanbook.guarantee_enterprise", byTheFund, odd(oddity{guaranteed: Lenders[0].ID})},
}

// nobody is a code that no enterprise of a city has.
var nobody = mustCode("91", linhai, "DEM00999")

func odd(o oddity) func(*Firm, *Note) { return func(_ *Firm, t *Note) { t.odd = &o } }

// wrongCheck returns a code whose last character does not fit.
func wrongCheck(code string) string {
	last := byte('0')
	if code[len(code)-1] == last {
		last = '1'
	}
	return code[:len(code)-1] + string(last)
}

func outAllYear(_ *Firm, t *Note) bool {
	for _, b := range t.Balance {
		if b == 0 {
			return false
		}
	}
	return true
}

func closedEarly(_ *Firm, t *Note) bool {
	return t.Closed != civil.Never && t.Closed > YearStart && t.Closed < Day(2021, 10, 1)
}

func byTheFund(f *Firm, t *Note) bool {
	return t == &f.Notes[0] && t.xinbao && len(f.Guarantees) > 0 && f.Guarantees[0].Note == 0
}

// damage is what is done to one note of a firm.
type damage struct {
	note  int
	spoil func(*Firm, *Note)
}

// Plant spoils a note, of an enterprise that is not spoiled yet.
//
// Error: sim.trouble, of a kind that does not exist or a city too small for it.
func (m *Model) Plant(trouble Trouble) (Planted, error) {
	s := spoilerOf(trouble)
	if s == nil {
		return Planted{}, fault.Invalidf("sim.trouble", "没有名为“%s”的错误", "there is no trouble %q", fault.Clip(string(trouble)))
	}
	var d Dice
	var f Firm
	d.Roll(m.Seed, streamTrouble, uint64(len(m.damages)))
	first := d.Below(m.firms)
	for i := range m.firms {
		if p, ok := m.plant(s, (first+i)%m.firms, &f); ok {
			return p, nil
		}
	}
	return Planted{}, fault.Invalidf("sim.trouble", "城市太小，没有借据可以写出错误“%s”", "the city is too small for trouble %q", string(trouble))
}

func spoilerOf(trouble Trouble) *spoiler {
	for i := range spoilers {
		if spoilers[i].trouble == trouble {
			return &spoilers[i]
		}
	}
	return nil
}

// plant spoils the first note of firm n that s fits, if there is one and the firm
// is not spoiled yet.
func (m *Model) plant(s *spoiler, n int, f *Firm) (p Planted, ok bool) {
	m.Firm(n, f)
	if _, spoiled := m.damages[n]; spoiled || f.plot != nil {
		return p, false
	}
	for i := range f.Notes {
		t := &f.Notes[i]
		if !s.fits(f, t) {
			continue
		}
		if m.damages == nil {
			m.damages = map[int]damage{}
		}
		m.damages[n] = damage{i, s.spoil}
		return Planted{s.trouble, s.code, Lenders[t.Bank].ID, string(LoanID(nil, n, t.Seq))}, true
	}
	return p, false
}
