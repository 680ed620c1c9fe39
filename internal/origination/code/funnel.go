package code

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Step is how far somebody came who scanned a code.
type Step string

// The steps.
const (
	Scanned Step = "scan"
	Applied Step = "application"
	Lent    Step = "loan"
)

// Counts is what came of a code.
type Counts struct {
	Scans        int64     `json:"scans" doc:"a browser counts once a day"`
	Applications int64     `json:"applications"`
	Loans        int64     `json:"loans"`
	LoansFen     money.Fen `json:"loans_fen"`
}

// Add counts n of a step.
func (c *Counts) Add(step Step, n int64, amount money.Fen) {
	switch step {
	case Scanned:
		c.Scans += n
	case Applied:
		c.Applications += n
	case Lent:
		c.Loans += n
		c.LoansFen += amount
	case paidMore:
		c.LoansFen += amount
	}
}

// Day is what came of a code on one day.
type Day struct {
	On civil.Date `json:"on"`
	Counts
}

// Funnel is what came of a code in a time.
type Funnel struct {
	Code  Code       `json:"code"`
	From  civil.Date `json:"from"`
	To    civil.Date `json:"to"`
	Total Counts     `json:"total"`
	Days  []Day      `json:"days" doc:"those on which something happened"`
}

// Funnel returns what came of a code from one day to another; zero days: the last
// thirty.
//
// Errors: code.not_found, code.days.
func (s *Service) Funnel(ctx context.Context, scope access.Scope, id string, from, to civil.Date) (*Funnel, error) {
	today := s.Now().Date()
	if to == 0 {
		to = today
	}
	if from == 0 {
		from = to - 29
	}
	if from > to || to-from >= funnelDays {
		return nil, fault.Invalidf("code.days", "起止日期须在前后%d天之内", "the days are at most %d", funnelDays).In(fault.Place{Field: "from"})
	}
	f := &Funnel{From: from, To: to}
	err := s.Store.Read(ctx, func(tx Tx) error {
		c, err := tx.Code(id, scope)
		if err != nil {
			return err
		}
		c.State = c.StateOn(today)
		c.veiled(scope.Org)
		f.Code = *c
		f.Days, err = tx.CodeDays(id, from, to)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, d := range f.Days {
		f.Total.Scans += d.Scans
		f.Total.Applications += d.Applications
		f.Total.Loans += d.Loans
		f.Total.LoansFen += d.LoansFen
	}
	return f, nil
}

// The events that a funnel is fed by. Each has the code's id as Data["code"]; of a
// loan the amount is Data["amount_fen"].
const (
	applicationSubmitted = "application.submitted" // to the firm; of an office's or an enterprise's code
	referralPushed       = "referral.pushed"       // to one bank; of that bank's code
	loanDisbursed        = "loan.disbursed"        // of the bank that it is told to
)

// Keep counts what an event says, where it came of a code. An application counts once,
// and so does a loan that is paid out in parts, with all its parts' amounts.
func (s *Service) Keep(tx Tx, e event.Event) error {
	id := e.Data["code"]
	if id == "" || e.Kind != applicationSubmitted && e.Kind != referralPushed && e.Kind != loanDisbursed {
		return nil
	}
	c, err := tx.Code(id, access.Scope{All: true})
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	org, err := tx.Org(c.Org)
	if err != nil {
		return err
	}
	theirs := org.Kind == access.BankOrg
	if theirs && !slices.Contains(e.Orgs, c.Org) || theirs && e.Kind == applicationSubmitted || !theirs && e.Kind == referralPushed {
		return nil
	}
	step, amount := Applied, money.Fen(0)
	if e.Kind == loanDisbursed {
		step = Lent
		n, err := strconv.ParseInt(e.Data["amount_fen"], 10, 64)
		if err == nil && n > 0 && n <= int64(money.Max) {
			amount = money.Fen(n)
		}
	}
	first, err := tx.MarkCode(id, step, e.Subject, e.At.Date())
	if err != nil || !first && amount == 0 {
		return err
	}
	if !first {
		return tx.CountCode(id, e.At.Date(), paidMore, amount)
	}
	return tx.CountCode(id, e.At.Date(), step, amount)
}

// paidMore is a further part of a loan that was counted.
const paidMore Step = "loan_part"

// Count notes that a browser scanned a code, and answers as Scan does. The browser is
// what its cookie says, some random text; it counts once a day and code.
//
// Errors: those of Scan.
func (s *Service) Count(ctx context.Context, who access.Caller, browser, token string) (a *Answer, counted bool, err error) {
	if a, err = s.Scan(ctx, who, token); err != nil || browser == "" {
		return a, false, err
	}
	today := s.Now().Date()
	mark := s.Digest(strings.Join([]string{"scan", browser, a.Code, today.String()}, "|"))[:keptMark]
	err = s.Store.Write(ctx, func(tx Tx) error {
		var err error
		if counted, err = tx.MarkCode(a.Code, Scanned, mark, today); err != nil || !counted {
			return err
		}
		return tx.CountCode(a.Code, today, Scanned, 0)
	})
	return a, counted, err
}

// Sweep forgets which browsers came on days that are over.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepCodeMarks(s.Now().Date()) })
}
