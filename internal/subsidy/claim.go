package subsidy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

// Origin is how a claim came about.
type Origin string

// The origins.
const (
	FromSettlement Origin = "settlement" // 免申即享
	FromBank       Origin = "filed"      // 申报
)

// Claim is what one payee asks for under one item. Its Case's Amount is what it
// stands at; Org is who filed it, or the office where settlement drafted it for
// somebody who has no account here.
type Claim struct {
	workflow.Case
	Policy    string        `json:"policy"` // id of the pack
	Period    string        `json:"period"` // the year, or the scope, that is settled
	Run       string        `json:"run"`    // the settlement; "" it was filed
	Origin    Origin        `json:"origin"`
	Item      string        `json:"item"`
	ItemTitle string        `json:"item_title"`
	Pool      string        `json:"pool"`  // that the item is in; "" none
	Payee     string        `json:"payee"` // institution_id or enterprise_id of the facts
	PayeeKind policy.Payee  `json:"payee_kind"`
	PayeeName string        `json:"payee_name"`
	Note      string        `json:"note"`
	Rows      int64         `json:"rows"`         // lines of the bundle that make the amount up
	Lines     string        `json:"lines"`        // result_sha256 of the bundle that holds them
	Computed  money.Fen     `json:"computed_fen"` // as settlement computed it, or as it was filed
	Before    string        `json:"before"`       // the draft whose place it took
	Was       money.Fen     `json:"was_fen"`      // what that one came to
	Notice    string        `json:"notice"`       // the public notice it is or was on
	Filed     civil.Instant `json:"filed_ms"`
	Kept      money.Fen     `json:"paid_fen"` // what the payee has of it: paid, less what came back
}

// Reduced is how much reviewers took off.
func (c *Claim) Reduced() money.Fen { return c.Computed - c.Amount }

// Live tells whether c stands in the way of another claim for the same thing. One
// that was refused or paid does.
func (c *Claim) Live() bool { return c.Stage != Withdrawn && c.Stage != Superseded }

// Inside tells whether c still lies with who filed it.
func (c *Claim) Inside() bool { return c.Stage == Draft || c.Stage == Returned }

// Bound tells whether money of the ledger may be held for c.
func (c *Claim) Bound() bool {
	switch c.Stage {
	case Comments, Consultation, Cleared, PublicNotice, Approval, Approved:
		return true
	}
	return false
}

// Filing is what a bank files itself.
type Filing struct {
	Policy, Period  string
	Item, ItemTitle string
	Pool            string
	Payee           string
	PayeeKind       policy.Payee
	PayeeName       string
	Note            string
	Amount          money.Fen
}

// Check tells whether f may be kept. Errors: subsidy.filing, subsidy.amount.
func (f *Filing) Check() error {
	for _, x := range []struct{ field, value string }{
		{"policy", f.Policy}, {"period", f.Period}, {"item", f.Item}, {"item_title", f.ItemTitle}, {"payee", f.Payee}, {"payee_name", f.PayeeName},
	} {
		if !fits(x.value, 1, maxName) {
			return fault.Invalidf("subsidy.filing", "请填写这一项，不超过%d字", "fill this in, with at most %d characters", maxName).In(fault.Place{Field: x.field})
		}
	}
	if f.PayeeKind != policy.PayInstitution && f.PayeeKind != policy.PayEnterprise {
		return fault.New(fault.Invalid, "subsidy.filing", "收款人须为金融机构或企业", "a payee is an institution or an enterprise").In(fault.Place{Field: "payee_kind"})
	}
	if !fits(f.Note, 0, maxText) {
		return fault.Invalidf("subsidy.filing", "说明不超过%d字", "a note has at most %d characters", maxText).In(fault.Place{Field: "note"})
	}
	return checkAmount(f.Amount)
}

func checkAmount(a money.Fen) error {
	if a <= 0 || a > money.Max {
		return fault.Newf(fault.Invalid, "subsidy.amount", "金额须大于零且不超过%s", "an amount is above zero and at most %s", money.Max.Human()).In(fault.Place{Field: "amount_fen"})
	}
	return nil
}

// reduce returns what c comes to when somebody lowers it by verb, and whether it does.
//
// Errors: subsidy.raise, subsidy.amount, subsidy.reduce_here.
func reduce(c *Claim, verb workflow.Verb, to *money.Fen) (money.Fen, bool, error) {
	at := fault.Place{Field: "reduce_to_fen"}
	switch {
	case to == nil || *to == c.Amount:
		return c.Amount, false, nil
	case *to > c.Amount:
		return 0, false, fault.Newf(fault.Invalid, "subsidy.raise", "只能核减，不能调增：现为%s元", "an amount is lowered, never raised: it is %s yuan", c.Amount).In(at)
	case *to <= 0:
		return 0, false, fault.New(fault.Invalid, "subsidy.amount", "核减后金额须大于零；全部不予兑付请选择“不予兑付”", "what is left is above zero; else refuse the claim").In(at)
	case verb != Pass && verb != Settle && verb != Approve:
		return 0, false, fault.New(fault.Invalid, "subsidy.reduce_here", "只在审核通过、会商一致或批准时核减", "an amount is lowered when a claim is passed, settled or approved").In(at)
	}
	return *to, true, nil
}

func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && strings.TrimSpace(s) == s && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		if most == maxText && strings.ContainsRune("\r\n\t", r) {
			return false // what may be long may have lines
		}
		return !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r)
	})
}
