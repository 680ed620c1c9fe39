package sim

import (
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

// policy is the pack that the city's decisions and filings name.
const policy = "linhai-2021-47"

// clerk puts what a firm borrowed of one bank into sheets. A sheet that is nil is
// not written.
type clerk struct {
	m                                                *city.Model
	loans, balances, events, guarantees, collaterals *sheet

	everyMonth bool   // a balance for every month end, if only of 0
	loan, text []byte // scratch
}

// file writes everything of f that is of bank.
func (c *clerk) file(f *city.Firm, bank int) error {
	for i := range f.Notes {
		t := &f.Notes[i]
		if t.Bank != bank {
			continue
		}
		c.loan = city.LoanID(c.loan[:0], f.N, t.Seq)
		if err := c.putLoan(f, t); err != nil {
			return err
		}
		if t.Twice() {
			if err := c.putLoan(f, t); err != nil {
				return err
			}
		}
		if err := c.putBalances(t); err != nil {
			return err
		}
		if err := c.putEvents(f, t, nil); err != nil {
			return err
		}
		if err := c.putBacking(f, i); err != nil {
			return err
		}
	}
	return nil
}

func (c *clerk) putLoan(f *city.Firm, t *city.Note) error {
	s := c.loans
	if s == nil {
		return nil
	}
	s.text(city.Lenders[t.Bank].ID)
	s.bytes(c.loan)
	c.text = append(c.text[:0], "HT"...)
	s.bytes(append(c.text, c.loan[2:]...))
	s.text(t.BranchID())
	s.text(t.Borrower(f))
	s.fen(t.Principal)
	s.num(int64(t.Rate))
	s.date(t.Disbursed)
	s.date(t.Due)
	s.date(t.Extended)
	s.date(t.Closed)
	s.num(int64(t.First))
	s.text(city.Securities[t.Security])
	s.text(city.Qualities[t.LastQuality()])
	s.text(t.ProjectID())
	s.text(city.Channels[t.Channel])
	s.text(city.FiscalSupports[t.Fiscal])
	c.text = append(append(c.text[:0], city.Trades[f.Trade].Code...), '1')
	s.bytes(c.text)
	s.text(city.Purposes[t.Purpose])
	return s.end()
}

func (c *clerk) putBalances(t *city.Note) error {
	s := c.balances
	if s == nil {
		return nil
	}
	id := []byte(city.Lenders[t.Bank].ID)
	first := true
	for i, balance := range t.Balance {
		if balance == 0 && !c.everyMonth {
			continue
		}
		s.again(id)
		if first || t.Balance[i-1] == 0 && !c.everyMonth {
			s.entry(c.loan)
		} else {
			s.again(c.loan)
		}
		first = false
		s.num(int64(city.Opening.Month()) + int64(i))
		s.fen(balance)
		s.code(int(t.Quality[i]))
		if err := s.end(); err != nil {
			return err
		}
	}
	return nil
}

// putEvents writes the events of t, those that only says, if it is given.
func (c *clerk) putEvents(f *city.Firm, t *city.Note, only func(*city.Event) bool) error {
	s := c.events
	if s == nil {
		return nil
	}
	id := []byte(city.Lenders[t.Bank].ID)
	first := true
	for i, e := range f.Events[t.From:t.To] {
		if only != nil && !only(&e) {
			continue
		}
		s.again(id)
		if first {
			s.entry(c.loan)
			first = false
		} else {
			s.again(c.loan)
		}
		c.text = city.Digits(c.text[:0], i+1, 4)
		s.bytes(c.text)
		s.date(e.On)
		s.code(e.Kind)
		s.fen(e.Amount)
		if err := s.end(); err != nil {
			return err
		}
	}
	return nil
}

// putBacking writes the guarantees and the collateral of note i.
func (c *clerk) putBacking(f *city.Firm, i int) error {
	n := 0
	for j := range f.Guarantees {
		if g := &f.Guarantees[j]; g.Note == i && c.guarantees != nil {
			n++
			if err := c.putGuarantee(f, g, n); err != nil {
				return err
			}
		}
	}
	n = 0
	for j := range f.Collaterals {
		if x := &f.Collaterals[j]; x.Note == i && c.collaterals != nil {
			n++
			if err := c.putCollateral(f, x, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// backingID appends an identifier in the order of (institution, loan).
func backingID(b []byte, prefix string, bank int, loan []byte, n int) []byte {
	b = append(b, prefix...)
	b = city.Digits(b, bank+1, 2)
	b = append(b, loan[2:]...)
	return city.Digits(b, n, 2)
}

func (c *clerk) putGuarantee(f *city.Firm, g *city.Guarantee, n int) error {
	t, s := &f.Notes[g.Note], c.guarantees
	c.text = backingID(c.text[:0], "BZ", t.Bank, c.loan, n)
	s.bytes(c.text)
	s.text(g.Guarantor)
	s.text(city.Lenders[t.Bank].ID)
	s.bytes(c.loan)
	s.text(t.Guaranteed(f))
	s.text(g.Scheme)
	s.fen(t.Principal)
	s.num(int64(g.Share))
	s.num(int64(g.Fee))
	s.date(g.Start)
	s.date(g.End)
	s.date(g.Released)
	s.num(int64(g.First))
	s.date(g.Compensated)
	if g.Compensated == civil.Never {
		s.fen(city.Unknown)
	} else {
		s.fen(g.Paid)
	}
	return s.end()
}

func (c *clerk) putCollateral(f *city.Firm, x *city.Collateral, n int) error {
	t, s := &f.Notes[x.Note], c.collaterals
	c.text = backingID(c.text[:0], "DY", t.Bank, c.loan, n)
	s.bytes(c.text)
	s.text(city.Lenders[t.Bank].ID)
	s.bytes(c.loan)
	s.text(city.Classes[x.Class])
	s.fen(x.Value)
	if x.No == 0 {
		s.text("")
	} else {
		c.text = strconv.AppendUint(c.text[:0], x.No, 10)
		s.bytes(c.text)
	}
	switch {
	case x.UnknownDay:
		s.num(city.Unknown)
	default:
		s.date(x.Registered)
	}
	s.date(x.Cancelled)
	s.text(x.Party)
	return s.end()
}

// putFirm writes the row of f.
func putFirm(s *sheet, f *city.Firm, name []byte) error {
	s.text(f.ID)
	s.bytes(name)
	s.text(city.Kinds[f.Kind])
	s.text(city.Trades[f.Trade].Code)
	s.text(city.Towns[f.Town].Code)
	s.text(f.Size)
	s.num(int64(f.Employees))
	s.fen(f.Sales)
	s.fen(f.Assets)
	s.num(int64(f.Private))
	s.num(int64(f.Tech))
	s.fen(f.CreditLine)
	return s.end()
}

func putLender(s *sheet, l *city.Lender) error {
	s.text(l.ID)
	s.text(l.Name)
	s.text(l.Kind)
	s.bool(l.Local())
	return s.end()
}

func putOutlet(s *sheet, o *city.Outlet) error {
	s.text(city.Lenders[o.Lender].ID)
	s.text(o.ID)
	s.text(o.Name)
	s.text(city.Towns[o.Town].Code)
	s.text(o.Site)
	s.date(o.Opened)
	s.date(o.Started)
	s.text(o.Feature)
	s.date(o.Recognised)
	if o.ReviewYear == 0 {
		s.num(city.Unknown)
		s.num(city.Unknown)
	} else {
		s.num(int64(o.ReviewYear))
		s.num(int64(o.Passed))
	}
	return s.end()
}

func putProject(s *sheet, p *city.Project) error {
	s.text(p.ID)
	s.text(city.Lenders[p.Lender].ID)
	s.text(p.Name)
	s.text(p.Kind)
	s.date(p.Released)
	s.date(p.Praised)
	s.text(p.Level)
	s.fen(p.Cost)
	return s.end()
}

// decision is a row of decisions.
type decision struct {
	item, subject string
	rate          money.Rate
	by, note      string
}

// decisions are what people settled on: a rate for each project whose cost the
// finance office has looked at, and the rate of xinbao-compensation for all.
func decisions() []decision {
	all := []decision{{"xinbao-compensation", "*", city.BP(50), "市财政局", "按上限执行"}}
	for i := range city.Projects {
		if p := &city.Projects[i]; p.Decided > 0 {
			all = append(all, decision{"rd-subsidy", p.ID, p.Decided, "市金融工作中心", "按研发成效核定"})
		}
	}
	return all
}

func putDecision(s *sheet, d *decision) error {
	s.text(policy)
	s.text(d.item)
	s.text(d.subject)
	s.num(int64(d.rate))
	s.fen(city.Unknown)
	s.date(city.Day(2022, 2, 18))
	s.text(d.by)
	s.text(d.note)
	return s.end()
}

// putFiling writes when a bank filed its claims for an item, and when they were
// complete.
func putFiling(s *sheet, bank int, item string, d *city.Dice) error {
	const second = 24 * 60 * 60
	filed := int64(city.Day(2022, 1, 10)+civil.Date(d.Below(45)))*second + int64(8*3600+d.Below(9*3600))
	s.text(policy)
	s.text(item)
	s.text(city.Lenders[bank].ID)
	s.text("*")
	s.num(filed)
	if d.Chance(60_000) {
		s.num(city.Unknown) // papers are still missing
	} else {
		s.num(filed + int64(d.Below(6*second)))
	}
	s.num(city.Unknown)
	return s.end()
}

// putBenefit writes what f got from an earlier scheme for its first note.
func putBenefit(s *sheet, f *city.Firm) error {
	t := &f.Notes[0]
	s.bytes(city.Digits([]byte("BF"), f.N, 8))
	s.text("taizhou-2020-tiexi")
	s.text("interest")
	s.text(f.ID)
	s.text(city.Lenders[t.Bank].ID)
	s.bytes(city.LoanID(nil, f.N, t.Seq))
	s.fen(f.Benefit)
	s.date(city.Day(2021, 3, 1) + civil.Date(f.N%200))
	return s.end()
}
