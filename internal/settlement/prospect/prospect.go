package prospect

import (
	"cmp"
	"context"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
)

// State is how a firm, or a loan of it, stands to an item.
type State string

// The states.
const (
	Fits      State = "fits"      // 可享受
	Lacks     State = "lacks"     // 尚缺信息: nothing known speaks against it
	Not       State = "not"       // 不符合
	Elsewhere State = "elsewhere" // 已计入其他项目: the conditions hold, but another item has it
)

// Benefit is what an item comes to for one row: the loan asked about, a loan or a
// guarantee that the firm has, or the firm itself.
type Benefit struct {
	Item   string       `json:"item"`
	Clause string       `json:"clause"`
	Title  string       `json:"title"`
	Table  string       `json:"table" doc:"of the row"`
	Row    string       `json:"row,omitempty" doc:"its number: prospect is the loan asked about; empty: there is no such row yet"`
	Payee  policy.Payee `json:"payee" enum:"institution,enterprise" doc:"who is paid"`
	State  State        `json:"state" enum:"fits,lacks,not,elsewhere"`

	Lacks  []Lack          `json:"lacks,omitempty"`
	Misses []Miss          `json:"misses,omitempty"`
	Open   []explain.Words `json:"open,omitempty" doc:"what will be decided later, by others or by the loan that is to be"`
	Other  string          `json:"other,omitempty" doc:"the item that has it, of elsewhere"`

	// Amount is what it comes to before the pool; of a state but fits, what it would come
	// to if all conditions held. nil: that cannot be told.
	Amount *money.Fen `json:"amount_fen,omitempty"`
	// Least and Most bound the amount while nobody has decided the rate or the amount.
	Least *money.Fen `json:"least_fen,omitempty"`
	Most  *money.Fen `json:"most_fen,omitempty"`
	Caps  []Cap      `json:"caps,omitempty"`
	Pool  string     `json:"pool,omitempty" doc:"the pool that may leave less of it"`
}

// Lack is a fact that nobody has given.
type Lack struct {
	Name  string        `json:"name"` // borrower.annual_sales
	Words explain.Words `json:"words"`
	Whose Whose         `json:"whose" enum:"enterprise,bank"`
}

// Whose is who has a fact.
type Whose string

// Those who have facts: an enterprise's are also with the departments.
const (
	OfEnterprise Whose = "enterprise"
	OfBank       Whose = "bank"
)

// Miss is a condition that fails.
type Miss struct {
	Need explain.Words `json:"need"` // 借款人的年销售收入不超过3000万元
	// Says is the condition with what there is, and how far that is from it.
	Says     explain.Words `json:"says"`
	Side     string        `json:"side,omitempty" enum:"short,over,off"`
	Distance int64         `json:"distance,omitempty"`
	Unit     string        `json:"unit,omitempty" enum:"number,fen,ppb,days,months,seconds"`
}

// Cap is what bounds an amount.
type Cap struct {
	Kind   string          `json:"kind" enum:"limit,cap" doc:"limit: of what the rate applies to; cap: of the amount"`
	Per    policy.PerGroup `json:"per" enum:"enterprise,institution,item"`
	Amount money.Fen       `json:"amount_fen"`
	Bites  bool            `json:"bites"`
}

// Prospector answers questions under one plan; many may ask it at once.
type Prospector struct {
	whole *policy.Plan // without indicators and gates that compare institutions
	bare  *policy.Plan // and without any condition
	above map[string]bool
}

// New makes a prospector of a plan.
func New(plan *policy.Plan) *Prospector {
	p := &Prospector{above: map[string]bool{}}
	for _, it := range plan.Items {
		p.above[it.ID] = it.Gate != nil && it.Gate.Above != nil
	}
	p.whole = derived(plan, func(it *policy.Item) {
		if p.above[it.ID] {
			it.Gate = nil
		}
	})
	p.bare = derived(plan, func(it *policy.Item) {
		it.When, it.Related, it.FirstLoan, it.Bank, it.Gate = nil, nil, "", nil, nil
	})
	p.bare.Groups = nil
	return p
}

// derived is a plan of changed copies of the items that are about enterprises.
func derived(plan *policy.Plan, change func(*policy.Item)) *policy.Plan {
	d := *plan
	d.Items, d.Groups, d.Indicators = nil, nil, nil
	of := map[*policy.Item]*policy.Item{}
	for _, it := range plan.Items {
		if it.Table.Column("enterprise_id") == nil {
			continue
		}
		c := *it
		change(&c)
		of[it] = &c
		d.Items = append(d.Items, &c)
	}
	for _, g := range plan.Groups {
		c := *g
		c.Items = nil
		for _, it := range g.Items {
			if of[it] != nil {
				c.Items = append(c.Items, of[it])
			}
		}
		d.Groups = append(d.Groups, &c)
	}
	return &d
}

// Readings are those of the plan: what was chosen where the text leaves something open.
func (p *Prospector) Readings() map[string]string { return p.whole.Readings }

// For tells of every item about enterprises what it comes to: for the loan asked about
// and every row the firm has, and where it has none, as far as the firm's own facts go.
//
// Errors: prospect.firm, those of fact.FromCells and of oracle.Open.
func (p *Prospector) For(ctx context.Context, c Case) ([]Benefit, error) {
	src, err := c.facts(p.whole)
	if err != nil {
		return nil, err
	}
	books, err := oracle.Open(ctx, p.whole, src)
	if err != nil {
		return nil, err
	}
	q := &asking{p: p, books: books, firm: books.Lookup("enterprises", c.Firm)}
	q.would = func() (*oracle.Books, error) { return oracle.Open(ctx, p.bare, src) }
	benefits := []Benefit{}
	for _, it := range p.whole.Items {
		rows := books.FactsBy(it.Table.Name, "enterprise_id", c.Firm)
		if len(rows) == 0 {
			benefits = append(benefits, q.without(it))
		}
		for _, f := range rows {
			b, err := q.about(it, f)
			if err != nil {
				return nil, err
			}
			benefits = append(benefits, *b)
		}
	}
	return benefits, nil
}

// asking is one question under way.
type asking struct {
	p     *Prospector
	books *oracle.Books
	firm  *oracle.Fact
	would func() (*oracle.Books, error)
	bare  *oracle.Books // of would, when it was asked for
}

func (q *asking) start(it *policy.Item) *Benefit {
	b := &Benefit{Item: it.ID, Clause: it.Clause, Title: it.Title, Table: it.Table.Name, Payee: it.Payee}
	if it.Pool != nil {
		b.Pool = cmp.Or(it.Pool.Title, it.Pool.ID)
	}
	if q.p.above[it.ID] {
		b.Open = append(b.Open, explain.Words{
			Zh: "经办银行期末在保余额须超过各机构平均，或其增速超过总体，期末才知",
			En: "the bank's guarantee balance must be above the mean of all, or grow by more than theirs, which is known at the end",
		})
	}
	return b
}

// about tells of one row.
func (q *asking) about(it *policy.Item, f *oracle.Fact) (*Benefit, error) {
	b := q.start(it)
	b.Row = f.Text(it.Subject().Name)
	x, err := q.books.Examine(it, f)
	if err != nil {
		return nil, err
	}
	q.conditions(b, it, f, x.Conditions)
	row := q.books.Row(it, f)
	q.outcome(b, it, row)
	if row != nil && (row.Why == "" && !row.Ended || row.Why == settlement.Undecided) {
		b.State = Fits
		q.amount(b, row)
		return b, nil
	}
	if q.bare == nil {
		if q.bare, err = q.would(); err != nil {
			return nil, err
		}
	}
	if row := q.held(it.ID, f); row != nil && (row.Why == "" && !row.Ended || row.Why == settlement.Undecided) {
		q.amount(b, row)
	}
	return b, nil
}

// held is a row as if its conditions held.
func (q *asking) held(item string, f *oracle.Fact) *oracle.Row {
	it := q.bare.Plan().Item(item)
	key := make([]string, len(it.Table.Key))
	for i, c := range it.Table.Key {
		key[i] = f.Text(c)
	}
	return q.bare.Row(it, q.bare.Lookup(it.Table.Name, key...))
}

// amount writes what a row comes to.
func (q *asking) amount(b *Benefit, r *oracle.Row) {
	it := r.Item
	if it.Limit != nil {
		b.Caps = append(b.Caps, Cap{"limit", it.Limit.Per, it.Limit.Amount, r.LimitedBase < r.Base})
	}
	if it.Cap != nil {
		b.Caps = append(b.Caps, Cap{"cap", it.Cap.Per, it.Cap.Amount, r.Why == "" && r.Capped < r.Amount-r.Deducted})
	}
	if r.Why == "" {
		b.Amount = new(money.Fen(r.Paid))
		return
	}
	b.Least, b.Most = alone(r, true), alone(r, false)
	b.Open = append(b.Open, explain.Words{Zh: "比例或金额须另行核定", En: "the rate or the amount is still to be decided"})
}

// alone is what a row with an open term comes to by itself, at its least or its most.
func alone(r *oracle.Row, least bool) *money.Fen {
	it := r.Item
	var amount money.Fen
	switch {
	case it.Rate != nil && least:
		amount, _ = money.Fen(r.LimitedBase).At(it.Rate.Min) // a rate of at most 1000 %
	case it.Rate != nil:
		amount, _ = money.Fen(r.LimitedBase).At(it.Rate.Max)
	case least:
		amount = it.Amount.Min
	default:
		amount = it.Amount.Max
	}
	if it.Cap != nil {
		amount = min(amount, it.Cap.Amount)
	}
	return new(it.Rounding.Round(amount))
}

// without tells of an item of which the firm has no row, as far as its own facts go.
func (q *asking) without(it *policy.Item) Benefit {
	b := q.start(it)
	b.State = Lacks
	rows := expr.RowsOf(it.Table)
	own := func(v *expr.Variable) bool {
		return slices.ContainsFunc(rows, func(r expr.Row) bool { return r.Name == v.Owner && r.Table.Name == "enterprises" })
	}
	var rest []oracle.Condition
	for _, e := range it.When {
		_, gaps := e.Gaps(func(v *expr.Variable) expr.Value {
			if !own(v) {
				return expr.Value{}
			}
			return q.firm.Value(v.Column.Name)
		})
		for i := range gaps {
			switch g := &gaps[i]; {
			case !g.Unknown:
				b.State = Not
				b.miss(g)
			case slices.ContainsFunc(g.Lacks, own):
				b.lacks(rows, slices.DeleteFunc(slices.Clone(g.Lacks), func(v *expr.Variable) bool { return !own(v) }))
			default:
				b.Open = append(b.Open, explain.Words{Zh: g.Zh, En: g.En})
			}
		}
	}
	for i := range it.Related {
		rest = append(rest, oracle.Condition{Related: &it.Related[i], Truth: oracle.Unknown})
	}
	if it.FirstLoan != "" {
		rest = append(rest, oracle.Condition{First: it.FirstLoan, Truth: oracle.Unknown})
	}
	for _, w := range explain.Conditions(q.books, it, nil, rest) {
		b.Open = append(b.Open, w.Text)
	}
	return *b
}
