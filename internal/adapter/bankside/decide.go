package bankside

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

// decide returns what to say next about a referral, nil when it is not the bank's turn.
//
// Errors: *Problem.
func (b *Bank) decide(ctx context.Context, d *origination.Detail) (*Statement, error) {
	r := &d.Referral
	switch r.Stage {
	case origination.Pushed:
		return b.decision(d, origination.Accept, "", "")
	case origination.Taken:
		return b.decision(d, origination.Meet, "", "")
	case origination.Contacted:
		return b.decision(d, origination.Review, "", "")
	case origination.UnderReview:
		return b.judge(ctx, d)
	case origination.OfferAccepted, origination.GuaranteePending:
		return b.contract(d)
	case origination.Contracted, origination.Disbursed, origination.Overdue:
		if int64(len(d.Drawdowns)) < b.Rules.Drawdowns && r.Stage != origination.Overdue {
			return b.drawdown(d)
		}
		return b.report(d)
	}
	return nil, nil
}

// statement is what is to be said: body under path.
func (b *Bank) statement(d *origination.Detail, step, path string, body any) (*Statement, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	id := d.Referral.ID
	return &Statement{
		Key: b.NewID(), Referral: id, Step: step, Version: d.Referral.Case.Version, Path: "/api/referrals/" + url.PathEscape(id) + path, Body: text, At: b.Now().UnixMilli(),
	}, nil
}

func (b *Bank) decision(d *origination.Detail, verb workflow.Verb, code, words string) (*Statement, error) {
	if !can(d, verb) {
		return nil, nil
	}
	return b.statement(d, string(verb), "/decisions", origination.Action{Verb: verb, Code: code, Reason: words, Version: d.Referral.Case.Version})
}

// known are the summaries of datasets that were read, by dataset.
type known map[string]map[string]string

// judge declines or offers, by the first rule that fits.
func (b *Bank) judge(ctx context.Context, d *origination.Detail) (*Statement, error) {
	if slices.ContainsFunc(d.Offers, func(o origination.Offer) bool { return o.State == origination.OfferDeclined }) {
		return b.decision(d, origination.Decline, "amount", "企业谢绝了报价，本行没有更优的方案") // the rules know one price
	}
	facts, err := b.read(ctx, d)
	if err != nil {
		return nil, err
	}
	var x *Ruling
	for i := range b.Rules.Rulings {
		if b.Rules.Rulings[i].fits(&d.Referral, facts) {
			x = &b.Rules.Rulings[i]
			break
		}
	}
	if x == nil {
		return nil, nil // rules end with one that always fits
	}
	if x.Decline != "" {
		return b.decision(d, origination.Decline, x.Decline, x.Words)
	}
	if !can(d, origination.MakeOffer) {
		return nil, nil
	}
	return b.statement(d, "offer", "/offers", struct {
		Version int64             `json:"version"`
		Price   origination.Price `json:"price"`
	}{d.Referral.Case.Version, x.price(&d.Referral, civil.Instant(b.Now().UnixMilli()))})
}

// read reads what the rules need and the firm's consent names, just before it is used.
func (b *Bank) read(ctx context.Context, d *origination.Detail) (known, error) {
	facts := known{}
	var wanted []string
	if d.Consent != nil && d.Consent.State == "given" {
		for _, name := range b.Rules.needs() {
			if slices.Contains(d.Consent.Datasets, name) {
				wanted = append(wanted, name)
			}
		}
	}
	if len(wanted) == 0 {
		return facts, nil
	}
	body, err := json.Marshal(exchange.Ask{Firm: d.Referral.USCC, Purpose: exchange.LoanApplication, Datasets: wanted})
	if err != nil {
		return nil, err
	}
	var answer exchange.Answer
	if err := b.Client.Post(ctx, "/api/firm-data", b.NewID(), body, &answer); err != nil {
		return nil, err
	}
	for i := range answer.Parts {
		if p := &answer.Parts[i]; p.Outcome.Gives() {
			facts[p.Dataset] = p.Summary
		}
	}
	return facts, nil
}

// contract registers the contract of what the firm accepted.
func (b *Bank) contract(d *origination.Detail) (*Statement, error) {
	i := slices.IndexFunc(d.Offers, func(o origination.Offer) bool { return o.State == origination.OfferTaken })
	if i < 0 || !can(d, origination.Contract) {
		return nil, nil
	}
	p := &d.Offers[i].Price
	return b.statement(d, "contract", "/contract", struct {
		Version  int64      `json:"version"`
		No       string     `json:"no"`
		Amount   money.Fen  `json:"amount_fen"`
		Rate     money.Rate `json:"rate_ppb"`
		Months   int64      `json:"term_months"`
		Signed   civil.Date `json:"signed_on"`
		Security string     `json:"security"`
		Branch   string     `json:"branch,omitempty"`
	}{d.Referral.Case.Version, fmt.Sprintf("%s%08d", b.Rules.ContractPrefix, d.Referral.Number), p.Amount, p.Rate, p.Months, b.today(), p.Security, b.Rules.Branch})
}

// drawdown pays the next part out. Its number follows from the referral's, so that it
// is the same whenever it is said.
func (b *Bank) drawdown(d *origination.Detail) (*Statement, error) {
	if !can(d, origination.Disburse) || d.Contract == nil {
		return nil, nil
	}
	n, all := int64(len(d.Drawdowns)), b.Rules.Drawdowns
	amount := d.Contract.Amount / money.Fen(all)
	if n == all-1 {
		for i := range d.Drawdowns {
			amount += d.Contract.Amount/money.Fen(all) - d.Drawdowns[i].Amount
		}
		amount += d.Contract.Amount % money.Fen(all)
	}
	if amount <= 0 {
		return nil, nil
	}
	return b.statement(d, fmt.Sprintf("drawdown %d", n+1), "/drawdowns", struct {
		Version int64      `json:"version"`
		NoteNo  string     `json:"note_no"`
		Amount  money.Fen  `json:"amount_fen"`
		Rate    money.Rate `json:"rate_ppb"`
		Drawn   civil.Date `json:"drawn_on"`
		Due     civil.Date `json:"due_on"`
	}{
		d.Referral.Case.Version, fmt.Sprintf("%s%08d-%02d", b.Rules.NotePrefix, d.Referral.Number, n+1), amount, d.Contract.Rate,
		b.today(), months(d.Contract.Signed, d.Contract.Months),
	})
}

// report says how the notes stand, in the order of the rules: each of them once about
// each note.
func (b *Bank) report(d *origination.Detail) (*Statement, error) {
	for _, status := range b.Rules.Reports {
		for i := range d.Drawdowns {
			note := &d.Drawdowns[i]
			if slices.ContainsFunc(d.Reports, func(r origination.Report) bool { return r.NoteNo == note.NoteNo && r.Status == status }) {
				continue
			}
			x := struct {
				NoteNo  string             `json:"note_no"`
				Status  origination.Status `json:"status"`
				Balance money.Fen          `json:"balance_fen"`
				Days    int64              `json:"days_overdue,omitempty"`
				AsOf    civil.Date         `json:"as_of_on"`
			}{NoteNo: note.NoteNo, Status: status, Balance: note.Amount, AsOf: b.today()}
			switch status {
			case origination.StatusRepaid:
				x.Balance = 0
			case origination.StatusOverdue:
				x.Days = 1
			}
			return b.statement(d, "report "+string(status)+" "+note.NoteNo, "/reports", x)
		}
	}
	return nil, nil
}

// months is the day so many months after d, or the last of that month.
func months(d civil.Date, n int64) civil.Date {
	y, m, day := d.YMD()
	month := y*12 + m - 1 + int(n)
	y, m = month/12, month%12+1
	out, _ := civil.Of(y, m, min(day, civil.DaysIn(y, m)))
	return out
}
