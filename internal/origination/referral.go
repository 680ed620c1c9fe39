package origination

import (
	"changrong/internal/base/civil"
	"changrong/internal/workflow"
)

// Referral is one application at one bank. Its Case's Org is the bank; its Amount is
// what is asked, then what is offered, contracted, paid out.
type Referral struct {
	workflow.Case
	Number       int64         `json:"number" doc:"running number among the bank's own"`
	USCC         string        `json:"uscc"`
	Firm         string        `json:"firm"`
	Sole         bool          `json:"sole_trader"`
	Need         Need          `json:"need"`
	Product      string        `json:"product"`
	ProductVer   int64         `json:"product_version"`
	ProductName  string        `json:"product_name"`
	Code         string        `json:"code" doc:"id of the bank's loan code that was scanned; empty: none"`
	Consent      string        `json:"consent"`
	Assignee     string        `json:"assignee" doc:"account; empty: nobody yet"`
	AssigneeName string        `json:"assignee_name"`
	Refusal      string        `json:"refusal" doc:"code of the reason it was declined for"`
	EndReason    string        `json:"end_reason" doc:"ended_by_applicant, lapsed, firm_closed"`
	Offer        string        `json:"offer" doc:"the current one"`
	ValidTil     civil.Instant `json:"valid_til_ms" doc:"of the current offer; 0: none"`
	Late         int64         `json:"late_steps" doc:"steps that were done after their last day"`
	Pushed       civil.Instant `json:"pushed_ms"`
	Times        Times         `json:"times"`

	Application string `json:"-"` // a bank does not learn it
	FirmOrg     string `json:"-"`
	BankName    string `json:"-"`
}

// Times are when a referral first came so far; 0: it has not.
type Times struct {
	Taken      civil.Instant `json:"accepted_ms"`
	Contacted  civil.Instant `json:"contacted_ms"`
	Offered    civil.Instant `json:"offered_ms"`
	Chosen     civil.Instant `json:"offer_accepted_ms"`
	Contracted civil.Instant `json:"contracted_ms"`
	Disbursed  civil.Instant `json:"disbursed_ms"`
}

// reach notes that a stage was reached.
func (t *Times) reach(s workflow.Stage, at civil.Instant) {
	p := map[workflow.Stage]*civil.Instant{
		Taken: &t.Taken, Contacted: &t.Contacted, Offered: &t.Offered, OfferAccepted: &t.Chosen, Contracted: &t.Contracted, Disbursed: &t.Disbursed,
	}[s]
	if p != nil && *p == 0 {
		*p = at
	}
}

// Live tells whether the bank still deals with r.
func (r *Referral) Live() bool { return !Life.Rule(r.Stage).Ends }

// Early tells whether nothing has been contracted, so that the firm may leave.
func (r *Referral) Early() bool {
	switch r.Stage {
	case Pushed, Taken, Contacted, UnderReview, Offered, OfferAccepted, GuaranteePending:
		return true
	}
	return false
}
