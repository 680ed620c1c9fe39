package origination

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

// Detail is a referral with what belongs to it, as its bank sees it, or its firm.
type Detail struct {
	Referral  Referral              `json:"referral"`
	StageZh   string                `json:"stage_zh"`
	IsLate    bool                  `json:"late"`
	LeftDays  int64                 `json:"left_days" doc:"working days until the step's last day; -1: no clock runs, or it is over"`
	Can       []workflow.Verb       `json:"can" doc:"what the caller may do now"`
	BankName  string                `json:"bank_name"`
	BankPhone string                `json:"bank_phone,omitempty" doc:"whom the firm calls; empty: the product names nobody"`
	Contact   *Contact              `json:"contact,omitempty" doc:"whom to call; while the bank deals with it"`
	Consent   *Standing             `json:"consent,omitempty" doc:"how the firm's consent stands now; what it does not cover any more is not to be used"`
	Warning   string                `json:"warning,omitempty" doc:"what to know before deciding"`
	EndedZh   string                `json:"ended_zh,omitempty"`
	RefusalZh string                `json:"refusal_zh,omitempty"`
	Papers    []PaperState          `json:"papers" doc:"that the product asks for"`
	Steps     []workflow.Decision   `json:"decisions"`
	Offers    []Offer               `json:"offers"`
	Contract  *Agreement            `json:"contract,omitempty"`
	Drawdowns []Drawdown            `json:"drawdowns"`
	Reports   []Report              `json:"reports"`
	Messages  []workflow.Comment    `json:"messages"`
	Files     []workflow.Attachment `json:"files"`
}

// PaperState is a paper that a product asks for and how many files there are of it.
type PaperState struct {
	Paper
	Files int `json:"files"`
}

// Referral returns a referral with what belongs to it.
//
// Errors: origination.not_found.
func (s *Service) Referral(ctx context.Context, c access.Caller, scope access.Scope, id string) (v *Detail, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		v, err = s.detail(tx, c, r)
		return err
	})
	return v, err
}

func (s *Service) detail(tx Tx, c access.Caller, r *Referral) (v *Detail, err error) {
	today := s.today()
	v = &Detail{Referral: *r, StageZh: Life.Rule(r.Stage).Zh, IsLate: r.Case.Late(today), LeftDays: -1, EndedZh: endWords[r.EndReason]}
	for _, w := range Refusals() {
		if w.Code == r.Refusal {
			v.RefusalZh = w.Zh
		}
	}
	if v.BankName, err = bankName(tx, r); err != nil {
		return nil, err
	}
	if r.DueOn != civil.Never && !v.IsLate {
		cal, err := workflow.Load(tx)
		if err != nil {
			return nil, err
		}
		v.LeftDays = int64(cal.Between(today, r.DueOn))
	}
	if v.Steps, err = tx.Decisions(r.ID); err != nil {
		return nil, err
	}
	if err := s.loan(tx, v); err != nil {
		return nil, err
	}
	v.Can = s.can(v, c)
	party := c.Principal != nil && (c.Org == r.Org || c.Org == r.FirmOrg)
	if !party {
		v.Messages, v.Files, v.Papers = []workflow.Comment{}, []workflow.Attachment{}, []PaperState{}
		return v, nil // who oversees sees how it stands, not what is said
	}
	return v, s.confide(tx, c, r, v)
}

// loan puts in what was offered, contracted and paid out.
func (s *Service) loan(tx Tx, v *Detail) (err error) {
	id := v.Referral.ID
	if v.Offers, err = tx.Offers(id); err != nil {
		return err
	}
	if v.Contract, err = tx.Agreement(id); err != nil {
		return err
	}
	if v.Drawdowns, err = tx.Drawdowns(id); err != nil {
		return err
	}
	v.Reports, err = tx.LoanReports(id)
	return err
}

// confide puts in what only the two sides see.
func (s *Service) confide(tx Tx, c access.Caller, r *Referral, v *Detail) (err error) {
	bank := c.Org == r.Org
	if v.Messages, err = tx.Comments(r.ID, bank); err != nil {
		return err
	}
	if v.Files, err = s.files(tx, r); err != nil {
		return err
	}
	if v.BankPhone, v.Papers, err = s.papers(tx, r, v.Files); err != nil {
		return err
	}
	if !bank {
		v.Referral.Assignee = ""
	}
	if r.Live() {
		sealed, err := tx.SealedContact(r.Application)
		if err != nil {
			return err
		}
		contact, err := s.openContact(sealed, r.Application)
		if err != nil {
			return err
		}
		v.Contact = &contact
	}
	if s.Consents == nil || r.Consent == "" {
		return nil
	}
	st, err := s.Consents.Standing(tx, r.Consent)
	if err != nil {
		return err
	}
	if v.Consent = &st; bank && st.State != "given" && r.Live() {
		v.Warning = "企业的数据授权已" + map[string]string{"withdrawn": "撤回", "expired": "到期"}[st.State] + "，此前查询的数据不得再用于本次决定"
	}
	return nil
}

// papers returns the papers that r's product asks for, and whom to call about it.
func (s *Service) papers(tx Tx, r *Referral, files []workflow.Attachment) (phone string, out []PaperState, err error) {
	out = []PaperState{}
	if r.Product == "" || s.OfferingAt == nil {
		return "", out, nil
	}
	o, err := s.OfferingAt(tx, r.Product, r.ProductVer)
	if fault.KindOf(err) == fault.NotFound {
		return "", out, nil
	}
	if err != nil {
		return "", nil, err
	}
	for _, p := range o.Papers {
		x := PaperState{Paper: p}
		for i := range files {
			if files[i].Paper == p.Code && files[i].Dropped == 0 {
				x.Files++
			}
		}
		out = append(out, x)
	}
	return o.Phone, out, nil
}

// can returns what the caller may do now to the referral of v, also what is registered
// elsewhere.
func (s *Service) can(v *Detail, c access.Caller) []workflow.Verb {
	r, out := &v.Referral, []workflow.Verb{}
	if c.Principal == nil || c.Org != r.Org && c.Org != r.FirmOrg {
		return out
	}
	for _, verb := range Life.Can(&r.Case, v.Steps, ActorOf(c)) {
		if (verb == TakeOffer || verb == LeaveOffer) && s.Now() > r.ValidTil {
			continue
		}
		out = append(out, verb)
	}
	if c.Org == r.Org && r.Stage == Offered {
		out = append(out, MakeOffer) // the next version
	}
	if c.Org == r.Org && (r.Stage == Disbursed || r.Stage == Overdue) && v.undrawn() > 0 {
		out = append(out, Disburse) // another drawdown
	}
	return out
}

// undrawn is what of the contract has not been paid out.
func (v *Detail) undrawn() money.Fen {
	if v.Contract == nil {
		return 0
	}
	left := v.Contract.Amount
	for i := range v.Drawdowns {
		left -= v.Drawdowns[i].Amount
	}
	return left
}

// Referrals lists referrals within scope.
func (s *Service) Referrals(ctx context.Context, scope access.Scope, f ReferralFilter) (list []Referral, total int, err error) {
	f.On = s.today()
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Referrals(f, scope)
		return err
	})
	return list, total, err
}

// Folder is an application with what became of it at each bank, as its firm sees it.
type Folder struct {
	Application Application           `json:"application"`
	Contact     *Contact              `json:"contact,omitempty"`
	Can         []string              `json:"can" doc:"withdraw, reroute, attach; accepting is among what each referral can"`
	Referrals   []Detail              `json:"referrals"`
	Files       []workflow.Attachment `json:"files" doc:"that every bank sees"`
}

// Application returns an application with what became of it.
//
// Errors: origination.not_found.
func (s *Service) Application(ctx context.Context, c access.Caller, scope access.Scope, id string) (v *Folder, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		a, err := tx.Application(id, scope)
		if err != nil {
			return err
		}
		v = &Folder{Application: *a, Can: []string{}, Referrals: []Detail{}, Files: []workflow.Attachment{}}
		list, _, err := tx.Referrals(ReferralFilter{Application: id, Oldest: true}, access.Scope{All: true})
		if err != nil {
			return err
		}
		early := true
		for i := range list {
			early = early && (list[i].Early() || !list[i].Live())
			d, err := s.detail(tx, c, &list[i])
			if err != nil {
				return err
			}
			v.Referrals = append(v.Referrals, *d)
		}
		if c.Principal == nil || c.Org != a.Org {
			return nil
		}
		return s.own(tx, a, v, early)
	})
	return v, err
}

// own puts in what only the firm sees.
func (s *Service) own(tx Tx, a *Application, v *Folder, early bool) (err error) {
	if v.Files, err = tx.ApplicationPapers(a.ID); err != nil {
		return err
	}
	contact, err := s.openContact(a.Sealed, a.ID)
	if err != nil {
		return err
	}
	v.Contact = &contact
	if a.Open() {
		v.Can = append(v.Can, "reroute")
	}
	if a.State == Submitted || a.State == Accepted {
		v.Can = append(v.Can, "attach")
		if early {
			v.Can = append(v.Can, "withdraw")
		}
	}
	return nil
}

// Applications lists applications within scope.
func (s *Service) Applications(ctx context.Context, scope access.Scope, f ApplicationFilter) (list []Application, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Applications(f, scope)
		return err
	})
	return list, total, err
}

// OneOffer returns an offer within scope. Errors: origination.not_found.
func (s *Service) OneOffer(ctx context.Context, scope access.Scope, id string) (o *Offer, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		o, err = tx.Offer(id, scope)
		return err
	})
	return o, err
}

// Offers returns several offers, and the referral of each.
//
// Errors: origination.not_found.
func (s *Service) Offers(ctx context.Context, scope access.Scope, ids []string) (offers []Offer, referrals []Referral, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		offers, referrals = nil, nil
		for _, id := range ids {
			o, err := tx.Offer(id, scope)
			if err != nil {
				return err
			}
			r, err := tx.Referral(o.Referral, scope)
			if err != nil {
				return err
			}
			offers, referrals = append(offers, *o), append(referrals, *r)
		}
		return nil
	})
	return offers, referrals, err
}
