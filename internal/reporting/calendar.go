package reporting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// Obligation (报送义务) says who owes what, and until when.
type Obligation struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Kind    access.OrgKind `json:"kind"`    // organisations of this kind owe it
	Orgs    []string       `json:"orgs"`    // of these alone; empty: all of the kind
	Set     Set            `json:"set"`     //
	Yearly  bool           `json:"yearly"`  // else monthly
	Items   []string       `json:"items"`   // messages and tables that must be in it
	DueDay  int            `json:"due_day"` // on which working day of the month after
	From    Period         `json:"from"`    // the first month it is owed for
	Until   Period         `json:"until"`   // the last; "" no end
	Version int64          `json:"version"`
}

// Check tells whether o may be kept.
//
// Errors: reporting.title, reporting.due_day, reporting.item,
// reporting.obligation_kind, those of a set and of a period.
func (o *Obligation) Check() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(o.Title)); n == 0 || n > maxTitle {
		return fault.Invalidf("reporting.title", "名称须为1至%d个字", "a title has 1 to %d characters", maxTitle).In(fault.Place{Field: "title"})
	}
	if o.DueDay < 1 || o.DueDay > 20 {
		return fault.New(fault.Invalid, "reporting.due_day", "报送期限须为次月第1至第20个工作日", "it is due on the 1st to the 20th working day").In(fault.Place{Field: "due_day"})
	}
	for _, p := range []Period{o.From, o.Until} {
		if p == "" && p == o.Until {
			continue
		}
		if first, last, err := p.Months(); err != nil || first != last {
			return fault.New(fault.Invalid, "reporting.period", "起止月份应为2021-12的形式", "a month is like 2021-12").In(fault.Place{Field: "from", Value: fault.Clip(string(p))})
		}
	}
	p := o.From
	if o.Yearly {
		p = p[:4]
	}
	if info := o.Set.Info(); info != nil && !slices.Contains(info.Kinds, o.Kind) {
		return fault.Invalidf("reporting.obligation_kind", "这类机构不报送“%s”", "organisations of this kind do not hand in %q", info.Zh).In(fault.Place{Field: "kind", Value: string(o.Kind)})
	}
	info, err := checkSet(o.Set, o.Kind, p)
	if err != nil {
		return err
	}
	for _, item := range o.Items {
		if !slices.Contains(info.Messages, item) && !slices.Contains(info.Tables, item) || len(o.Items) > maxPerPeriod {
			return fault.Invalidf("reporting.item", "“%s”中没有“%s”", "%q holds no %q", info.Zh, fault.Clip(item)).In(fault.Place{Field: "items"})
		}
	}
	return nil
}

// owedBy tells whether org owes o.
func (o *Obligation) owedBy(org *access.Org) bool {
	return org.Kind == o.Kind && (len(o.Orgs) == 0 || slices.Contains(o.Orgs, org.ID))
}

// Due returns the day until which o is owed for p.
func (o *Obligation) Due(p Period, days *workflow.Calendar) (civil.Date, error) {
	_, last, err := p.Months()
	if err != nil {
		return 0, err
	}
	return days.Add(last.Last(), o.DueDay), nil
}

// CellState is how it stands with what one owes.
type CellState string

// The states of what one owes.
const (
	NotDue         CellState = "not_due" // the period has not ended
	DueNow         CellState = "due"
	Late           CellState = "late"
	CellChecking   CellState = "checking"
	CellConfirming CellState = "confirming"
	CellRejected   CellState = "rejected"
	CellAccepted   CellState = "accepted"
)

// Zh names s in Chinese.
func (s CellState) Zh() string {
	return map[CellState]string{
		NotDue: "未到期", DueNow: "待报送", Late: "逾期未报", CellChecking: "检查中", CellConfirming: "待确认", CellRejected: "已退回", CellAccepted: "已接收",
	}[s]
}

// Cell is what one organisation owes for one period, and how it stands.
type Cell struct {
	Org        string     `json:"org"`
	OrgName    string     `json:"org_name"`
	Obligation string     `json:"obligation"`
	Title      string     `json:"title"`
	Set        Set        `json:"set"`
	Period     Period     `json:"period"`
	DueOn      civil.Date `json:"due_on"`
	State      CellState  `json:"state"`
	Late       bool       `json:"late"`       // it came, or will come, after that day
	Submission string     `json:"submission"` // the one that State is about; "" none
	Version    int        `json:"version"`
	Newer      State      `json:"newer"` // of a newer version that is under way; "" none
}

// Owed tells whether something is to be done about c.
func (c *Cell) Owed() bool { return c.State != NotDue && c.State != CellAccepted }

// Calendar says for each organisation and obligation how it stands for the months
// from to to.
func Calendar(obligations []Obligation, orgs []access.Org, submissions []Submission, from, to civil.Month, today civil.Date, days *workflow.Calendar) ([]Cell, error) {
	byOrg := map[string][]*Submission{}
	for i := range submissions {
		byOrg[submissions[i].Org] = append(byOrg[submissions[i].Org], &submissions[i])
	}
	cells := []Cell{}
	for i := range orgs {
		for j := range obligations {
			if !obligations[j].owedBy(&orgs[i]) {
				continue
			}
			if err := obligations[j].each(from, to, func(p Period) error {
				c, err := cellOf(&obligations[j], &orgs[i], p, byOrg[orgs[i].ID], today, days)
				cells = append(cells, c)
				return err
			}); err != nil {
				return nil, err
			}
		}
	}
	return cells, nil
}

// each calls f with every period of o that ends in the months from to to.
func (o *Obligation) each(from, to civil.Month, f func(Period) error) error {
	first, _, err := o.From.Months()
	if err != nil {
		return err
	}
	last := to
	if o.Until != "" {
		if _, until, err := o.Until.Months(); err != nil {
			return err
		} else if until < last {
			last = until
		}
	}
	for p := periodOf(max(from, first), o.Yearly); ; p = p.next() {
		_, end, err := p.Months()
		if err != nil {
			return err
		}
		start := end
		if o.Yearly {
			start = end - 11
		}
		if start > last {
			return nil
		}
		if err := f(p); err != nil {
			return err
		}
	}
}

func cellOf(o *Obligation, org *access.Org, p Period, submissions []*Submission, today civil.Date, days *workflow.Calendar) (Cell, error) {
	due, err := o.Due(p, days)
	if err != nil {
		return Cell{}, err
	}
	_, end, err := p.Months()
	if err != nil {
		return Cell{}, err
	}
	c := Cell{Org: org.ID, OrgName: org.Name, Obligation: o.ID, Title: o.Title, Set: o.Set, Period: p, DueOn: due}
	var accepted, latest *Submission
	for _, s := range submissions {
		if s.State == Withdrawn || s.State == Replaced || !s.meets(o.Set, p) {
			continue
		}
		if s.State == Accepted && (accepted == nil || later(s, accepted)) {
			accepted = s
		}
		if latest == nil || later(s, latest) {
			latest = s
		}
	}
	switch {
	case accepted != nil:
		c.State, c.Submission, c.Version = CellAccepted, accepted.ID, accepted.Version
		c.Late = accepted.AcceptedAt.Date() > due
		if latest != accepted {
			c.Newer = latest.State
		}
		return c, nil
	case latest != nil:
		c.Submission, c.Version = latest.ID, latest.Version
		c.State = map[State]CellState{Received: CellChecking, Checking: CellChecking, Confirming: CellConfirming, Rejected: CellRejected}[latest.State]
	case today <= end.Last():
		c.State = NotDue
	case today <= due:
		c.State = DueNow
	default:
		c.State = Late
	}
	c.Late = today > due
	return c, nil
}

// later tells whether a says more than b about what both are about.
func later(a, b *Submission) bool { return a.Number > b.Number }

// meets tells whether s is what is owed of set for p: it is of that period, or of
// the year around that month and holds balances of it.
func (s *Submission) meets(set Set, p Period) bool {
	if s.Set != set {
		return false
	}
	if s.Period == p {
		return true
	}
	return s.Period.Yearly() && s.State == Accepted && slices.ContainsFunc(s.Sums, func(x Sum) bool { return x.Month == p })
}

func errTooLong() error {
	return fault.Invalidf("reporting.too_long", "一次最多查看%d个月", "a calendar has at most %d months", maxMonths).In(fault.Place{Field: "to"})
}
