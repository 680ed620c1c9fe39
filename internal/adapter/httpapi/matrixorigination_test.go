package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/origination/draft"
	"changrong/internal/reporting/match"
	"changrong/internal/workflow"
)

// withOrigination lets a site deal with loan applications; nobody is asked for consents.
func withOrigination(_ *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Origination = &origination.Service{
			Store: store.Of[origination.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID,
		}
		d.Through = &match.Service{Store: store.Of[match.Tx]{DB: db}, Now: d.Access.Now, NewID: crypto.NewID}
		d.Drafts = &draft.Service{
			Store: store.Of[draft.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: crypto.Digest,
		}
	}
}

// sides are the bank and the firm of the scene: both one's own, or both another's.
func (s *scene) sides() (bank, firm string) {
	if s.org == orgOf(s.role) {
		return "org-bank", "org-enterprise"
	}
	return s.org, "firm-" + s.mark
}

func (s *scene) application() *origination.Application {
	_, firm := s.sides()
	a := &origination.Application{
		ID: "p" + s.mark, Org: firm, Number: "RZ-" + s.mark, USCC: s.usccs["org-enterprise"], Firm: "某厂", State: origination.Submitted, Key: s.mark,
		Need: origination.Need{Amount: money.Wan, Months: 12, Purpose: "equipment"}, Targets: []origination.Target{}, Submitted: s.now, Moved: s.now,
	}
	s.write(func(tx *store.Tx) error {
		a := *a
		if _, err := tx.Org(firm); err != nil {
			if err := tx.PutOrg(&access.Org{ID: firm, Kind: access.EnterpriseOrg, Name: "某厂", USCC: creditCode(s.t, 60_000_000+s.n)}); err != nil {
				return err
			}
		}
		return tx.AddApplication(&a)
	})
	return a
}

func anApplication(s *scene) string { return s.application().ID }

func anApplicationWithPaper(s *scene) string {
	a, ref := s.application(), s.file()
	s.vars["file"] = "f" + s.mark
	s.write(func(tx *store.Tx) error {
		return tx.AddApplicationPaper(&workflow.Attachment{ID: "f" + s.mark, Case: a.ID, Name: "a.pdf", Type: "pdf", SHA256: ref.SHA256, Size: ref.Size, At: s.now})
	})
	return a.ID
}

func (s *scene) referral(stage workflow.Stage) *origination.Referral {
	a := s.application()
	bank, firm := s.sides()
	r := &origination.Referral{
		Case:        workflow.Case{ID: "v" + s.mark, Kind: "referral", Org: bank, Title: "某厂", Stage: stage, Round: 1, DueOn: civil.Never, Left: -1, Amount: money.Wan},
		Application: a.ID, FirmOrg: firm, Number: int64(s.n), Pushed: s.now,
	}
	s.write(func(tx *store.Tx) error {
		r := *r
		if err := tx.PutCase(&r.Case); err != nil {
			return err
		}
		return tx.PutReferral(&r)
	})
	return r
}

func aReferral(s *scene) string { return s.referral(origination.Pushed).ID }

func aReferralWithPaper(s *scene) string {
	r, ref := s.referral(origination.Pushed), s.file()
	s.vars["file"] = "f" + s.mark
	s.write(func(tx *store.Tx) error {
		return tx.PutAttachment(&workflow.Attachment{ID: "f" + s.mark, Case: r.ID, Name: "a.pdf", Type: "pdf", SHA256: ref.SHA256, Size: ref.Size, At: s.now})
	})
	return r.ID
}

func (s *scene) price() map[string]any {
	return map[string]any{
		"amount_fen": 1_000_000, "rate_ppb": 36_500_000, "term_months": 12, "method": "bullet", "day_count": "act_360", "first_due_on": (s.now.Date() + 30).String(),
		"security": "credit", "valid_til_ms": s.now + civil.Day,
	}
}

func anOffer(s *scene) string {
	r := s.referral(origination.Offered)
	b, err := json.Marshal(s.price())
	if err != nil {
		s.t.Fatal(err)
	}
	o := &origination.Offer{ID: "o" + s.mark, Referral: r.ID, Application: r.Application, Bank: r.Org, BankName: "某行", N: 1, State: origination.OfferOpen, Made: s.now}
	if err := json.Unmarshal(b, &o.Price); err != nil {
		s.t.Fatal(err)
	}
	s.write(func(tx *store.Tx) error { return tx.PutOffer(o) })
	return o.ID
}

func anOfferAsked(s *scene) any { return map[string]any{"price": s.price()} }

func aLoanDraft(s *scene) string {
	_, firm := s.sides()
	d := &draft.Application{ID: "u" + s.mark, Org: firm, Touched: s.now}
	place := "loan_drafts.body " + d.ID
	var err error
	if d.Sealed, err = s.access.Sealer.Seal([]byte(`{"mark":"`+s.mark+`"}`), place); err != nil {
		s.t.Fatal(err)
	}
	s.write(func(tx *store.Tx) error { return tx.PutLoanDraft(d) })
	return d.ID
}

func moreBanks(s *scene) any {
	return map[string]any{"targets": []any{map[string]any{"bank": "org-of-another", "consent": map[string]any{
		"datasets": []string{}, "text_sha256": strings.Repeat("0", 64), "expires_on": (s.now.Date() + 30).String(),
	}}}}
}

func toOneself(s *scene) any { return map[string]any{"account": "account-" + string(s.role)} }

func aContractAsked(s *scene) any {
	return map[string]any{"version": 1, "no": "HT1", "amount_fen": 100, "rate_ppb": 1, "term_months": 1, "signed_on": s.now.Date().String(), "security": "credit"}
}

func aDrawdownAsked(s *scene) any {
	return map[string]any{"note_no": "JJ" + s.mark, "amount_fen": 100, "rate_ppb": 1, "drawn_on": s.now.Date().String(), "due_on": (s.now.Date() + 30).String()}
}

func aLoanReportAsked(s *scene) any {
	return map[string]any{"note_no": "JJ" + s.mark, "status": "repaid", "balance_fen": 0, "as_of_on": s.now.Date().String()}
}
