package reporting

import (
	"testing"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

func day(t *testing.T, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func month(t *testing.T, s string) civil.Month {
	t.Helper()
	m, err := civil.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func monthly() Obligation {
	return Obligation{ID: "o", Title: "月报", Kind: access.BankOrg, Set: Lending, DueDay: 8, From: "2021-01"}
}

var notices = workflow.NewCalendar(workflow.Known())

func TestDueOnTheWorkingDay(t *testing.T) {
	for _, c := range []struct {
		period Period
		n      int
		want   string
	}{
		{"2021-01", 1, "2021-02-01"},
		{"2021-01", 8, "2021-02-09"}, // the Sunday 7 February was worked
		{"2021-01", 11, "2021-02-19"},
		{"2021-09", 1, "2021-10-08"}, // after the holidays of October
		{"2021-12", 8, "2022-01-13"},
		{"2021", 8, "2022-01-13"},
	} {
		o := monthly()
		o.DueDay = c.n
		got, err := o.Due(c.period, notices)
		if err != nil || got.String() != c.want {
			t.Errorf("the %d. working day after %s is %s, not %s (%v)", c.n, c.period, got, c.want, err)
		}
	}
}

func TestObligationsAreChecked(t *testing.T) {
	for code, spoil := range map[string]func(*Obligation){
		"":                          func(*Obligation) {},
		"reporting.title":           func(o *Obligation) { o.Title = " " },
		"reporting.due_day":         func(o *Obligation) { o.DueDay = 21 },
		"reporting.period":          func(o *Obligation) { o.From = "2021" },
		"reporting.obligation_kind": func(o *Obligation) { o.Kind = access.GuarantorOrg },
		"reporting.set":             func(o *Obligation) { o.Set = "nothing" },
		"reporting.item":            func(o *Obligation) { o.Items = []string{"CLDWDK", "budgets"} },
		"reporting.period_kind":     func(o *Obligation) { o.Kind, o.Set = access.OfficeOrg, Registers },
	} {
		o := monthly()
		spoil(&o)
		if err := o.Check(); fault.CodeOf(err) != code {
			t.Errorf("%q: %v", code, err)
		}
	}
	for _, n := range []int{0, 1, 20, 21} {
		o := monthly()
		if o.DueDay = n; (o.Check() == nil) != (n >= 1 && n <= 20) {
			t.Errorf("the %d. working day: %v", n, o.Check())
		}
	}
}

// TestCalendarSaysHowItStands walks one month through its states.
func TestCalendarSaysHowItStands(t *testing.T) {
	org := access.Org{ID: "b", Kind: access.BankOrg, Name: "某银行"}
	sub := func(n int64, s State, at string) Submission {
		x := Submission{ID: at, Number: n, Org: "b", Set: Lending, Period: "2021-01", Version: int(n), State: s}
		if s == Accepted {
			x.AcceptedAt = civil.StartOf(day(t, at))
		}
		return x
	}
	for _, c := range []struct {
		name, today string
		subs        []Submission
		state       CellState
		late        bool
		newer       State
	}{
		{"the last day of the month", "2021-01-31", nil, NotDue, false, ""},
		{"the day after", "2021-02-01", nil, DueNow, false, ""},
		{"the last day", "2021-02-09", nil, DueNow, false, ""},
		{"one later", "2021-02-10", nil, Late, true, ""},
		{"waiting", "2021-02-09", []Submission{sub(1, Received, "")}, CellChecking, false, ""},
		{"being checked, late", "2021-02-10", []Submission{sub(1, Checking, "")}, CellChecking, true, ""},
		{"for the lead", "2021-02-09", []Submission{sub(1, Confirming, "")}, CellConfirming, false, ""},
		{"rejected", "2021-02-10", []Submission{sub(1, Rejected, "")}, CellRejected, true, ""},
		{"withdrawn", "2021-02-09", []Submission{sub(1, Withdrawn, "")}, DueNow, false, ""},
		{"in time", "2021-03-10", []Submission{sub(1, Accepted, "2021-02-09")}, CellAccepted, false, ""},
		{"too late", "2021-03-10", []Submission{sub(1, Accepted, "2021-02-10")}, CellAccepted, true, ""},
		{"early", "2021-01-20", []Submission{sub(1, Accepted, "2021-01-20")}, CellAccepted, false, ""},
		{"and a correction rejected", "2021-02-09", []Submission{sub(2, Rejected, ""), sub(1, Accepted, "2021-02-02")}, CellAccepted, false, Rejected},
	} {
		cells, err := Calendar([]Obligation{monthly()}, []access.Org{org}, c.subs, month(t, "2021-01"), month(t, "2021-01"), day(t, c.today), notices)
		if err != nil || len(cells) != 1 {
			t.Fatalf("%s: %v %v", c.name, err, cells)
		}
		if x := cells[0]; x.State != c.state || x.Late != c.late || x.Newer != c.newer || x.State.Zh() == "" {
			t.Errorf("%s: %+v", c.name, x)
		}
	}
}

func TestCalendarHoldsWhatIsOwedAlone(t *testing.T) {
	orgs := []access.Org{{ID: "a", Kind: access.BankOrg}, {ID: "b", Kind: access.BankOrg}, {ID: "g", Kind: access.GuarantorOrg}}
	some := monthly()
	some.ID, some.Orgs, some.From, some.Until = "some", []string{"b"}, "2021-02", "2021-03"
	yearly := monthly()
	yearly.ID, yearly.Set, yearly.Yearly = "yearly", Supplement, true
	cells, err := Calendar([]Obligation{monthly(), some, yearly}, orgs, nil, month(t, "2020-11"), month(t, "2021-04"), day(t, "2021-05-01"), notices)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, c := range cells {
		n[c.Org+" "+c.Obligation]++
	}
	for key, want := range map[string]int{"a o": 4, "b o": 4, "a some": 0, "b some": 2, "a yearly": 1, "b yearly": 1, "g o": 0} {
		if n[key] != want {
			t.Errorf("%s: %d, not %d", key, n[key], want)
		}
	}
	// A year handed in at once is what is owed of each month it has balances of.
	all := []Submission{{ID: "y", Number: 1, Org: "a", Set: Lending, Period: "2021", State: Accepted, Sums: []Sum{{Month: "2021-02"}}}}
	cells, err = Calendar([]Obligation{monthly()}, orgs[:1], all, month(t, "2021-01"), month(t, "2021-02"), day(t, "2021-05-01"), notices)
	if err != nil || cells[0].State != Late || cells[1].State != CellAccepted {
		t.Errorf("%v %+v", err, cells)
	}
}
