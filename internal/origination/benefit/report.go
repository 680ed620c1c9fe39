package benefit

import (
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/prospect"
)

// Standing is how a firm stands to an item.
type Standing string

// The standings.
const (
	Fits      Standing = "fits"      // 可享受
	WithLoan  Standing = "with_loan" // 贷款后可享受: nothing known speaks against it, a loan decides
	Lacks     Standing = "lacks"     // 尚缺信息
	Not       Standing = "not"       // 不符合
	Elsewhere Standing = "elsewhere" // 已计入其他项目
)

// Report is what a firm has had, could have, and lacks to have.
type Report struct {
	Firm     string     `json:"firm"`
	Name     string     `json:"name"`
	On       civil.Date `json:"on"`
	Has      []Paid     `json:"has" doc:"what settlements in force pay to it"`
	Policies []Offered  `json:"policies" doc:"those in force"`
	Unread   []Unread   `json:"unread" doc:"data of departments that was not to be had"`
}

// Paid is what a settlement in force pays a firm.
type Paid struct {
	Policy      string     `json:"policy"`
	PolicyTitle string     `json:"policy_title"`
	Item        string     `json:"item"`
	Title       string     `json:"title"`
	Clause      Clause     `json:"clause"`
	Bank        string     `json:"bank" doc:"name of the institution whose loan it was for"`
	Subject     string     `json:"subject" doc:"number of the loan"`
	Amount      money.Fen  `json:"amount_fen"`
	ConfirmedOn civil.Date `json:"confirmed_on" doc:"when the settlement was confirmed"`
}

// Offered is a policy in force, and how the firm stands to it.
type Offered struct {
	Policy  string      `json:"policy"`
	Title   string      `json:"title"`
	Number  string      `json:"number"`
	InForce civil.Range `json:"in_force"`
	Scope   civil.Range `json:"scope" doc:"what it pays for"`
	ClaimBy civil.Date  `json:"claim_by_on"`
	Known   []Known     `json:"known" doc:"of the firm, that was gone by"`
	Items   []Item      `json:"items" doc:"that are paid to the firm"`
	ToBanks []Item      `json:"to_banks,omitempty" doc:"that are paid to its banks; for the finance office alone"`
}

// Item is an item and a row of the firm's: a loan that it has, or itself.
type Item struct {
	Item     string          `json:"item"`
	Title    string          `json:"title"`
	Clause   Clause          `json:"clause"`
	Payee    policy.Payee    `json:"payee" enum:"institution,enterprise"`
	Table    string          `json:"table" doc:"of the row"`
	Row      string          `json:"row" doc:"its number; empty: there is none yet"`
	Standing Standing        `json:"standing" enum:"fits,with_loan,lacks,not,elsewhere"`
	Lacks    []Lack          `json:"lacks" doc:"facts that nobody has given"`
	Misses   []prospect.Miss `json:"misses" doc:"conditions that fail, and by how much"`
	Open     []explain.Words `json:"open" doc:"what is decided later, or by the loan that is to be"`
	Other    string          `json:"other,omitempty" doc:"the item that has it, of elsewhere"`
	Amount   *money.Fen      `json:"amount_fen,omitempty" doc:"before the pool; of what does not fit, if it did; missing: it cannot be told"`
	Least    *money.Fen      `json:"least_fen,omitempty"`
	Most     *money.Fen      `json:"most_fen,omitempty"`
	Caps     []prospect.Cap  `json:"caps"`
	Pool     string          `json:"pool" doc:"the pool that may leave less of it; empty: none"`
}

// Lack is a fact that nobody has given, and who would know it.
type Lack struct {
	Name  string         `json:"name"`
	Words explain.Words  `json:"words"`
	Whose prospect.Whose `json:"whose" enum:"enterprise,bank"`
	Who   explain.Words  `json:"who"`
}

// Unread is data of a department that was not to be had.
type Unread struct {
	Dataset    string `json:"dataset"`
	Title      string `json:"title"`
	Department string `json:"department"`
	Code       string `json:"code"`
	Zh         string `json:"text"`
	En         string `json:"text_en"`
}

// items puts what is told of a policy into what is paid to the firm and what to banks.
func (p *Policy) items(told []prospect.Benefit) (own, banks []Item) {
	own = []Item{}
	for i := range told {
		it := p.item(&told[i])
		if it.Payee == policy.PayEnterprise {
			own = append(own, it)
		} else {
			banks = append(banks, it)
		}
	}
	return own, banks
}

func (p *Policy) item(b *prospect.Benefit) Item {
	it := Item{
		Item: b.Item, Title: b.Title, Clause: p.clause(b.Clause), Payee: b.Payee, Table: b.Table, Row: b.Row, Standing: Standing(b.State), Lacks: []Lack{}, Misses: b.Misses,
		Open: b.Open, Other: b.Other, Amount: b.Amount, Least: b.Least, Most: b.Most, Caps: b.Caps, Pool: b.Pool,
	}
	for i := range b.Lacks {
		l := &b.Lacks[i]
		_, column, _ := strings.Cut(l.Name, ".")
		it.Lacks = append(it.Lacks, Lack{l.Name, l.Words, l.Whose, whoKnows(l, column)})
	}
	if b.State == prospect.Lacks && b.Row == "" && len(b.Lacks) == 0 {
		it.Standing = WithLoan
	}
	if it.Misses == nil {
		it.Misses = []prospect.Miss{}
	}
	if it.Open == nil {
		it.Open = []explain.Words{}
	}
	if it.Caps == nil {
		it.Caps = []prospect.Cap{}
	}
	return it
}
