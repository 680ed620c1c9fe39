package oracle

import (
	"cmp"
	"context"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
)

// Books are the facts of a plan and all that was found out on the way from them
// to the result.
type Books struct {
	plan     *policy.Plan
	facts    *facts
	programs map[*expr.Expr]*expr.Program

	rows      []*Row // of all items, in order of (item, institution_id, subject_id)
	decisions map[string]map[string]*Decision
	filings   map[string]map[string]*Fact
	gates     []Gate
	pools     map[*policy.Pool]*settlement.PoolUse
	standings map[*policy.Item]*standing // of the gates against the average
	result    *settlement.Result

	groups  *grouping      // nil until somebody asks
	byPlace map[place]*Row // the rows

	// Of a View: the settlement it looks at, and which of its rows were worked out.
	given *Given
	own   map[*Row]*Row // stored rows to those worked out
	twins map[*Row]*Row // and back
}

// Row is a row of an item on its way: what each step made of it.
type Row struct {
	Item          *policy.Item
	Fact          *Fact
	InstitutionID string
	SubjectID     string
	EnterpriseID  string
	PayeeID       string
	at            int32 // number of the fact, of a row without Fact

	// Why it goes no further, if so: it Waits, is excluded, or has no base (Ended).
	Why    settlement.Reason
	Detail string
	Waits  bool
	Ended  bool

	From       *civil.Date // balances before its month do not count
	MonthEnds  []MonthEnd  // what a month-end average is made of
	Days       *Days       // what a daily average is made of
	OfReadings []Reading   // what an amount of the row is made of

	Base           int64
	MonthlyLimited int64 // the average of what a limit for each month leaves
	LimitedBase    int64
	Decision       *Decision // that set the rate or the amount
	Rate           money.Rate
	Amount         int64
	Deducted       int64
	Capped         int64
	Pooled         int64
	Paid           int64
}

// going tells whether the row is still on its way to being paid.
func (r *Row) going() bool { return r.Why == "" && !r.Ended }

func (r *Row) wait(why settlement.Reason, detail string) {
	r.Why, r.Detail, r.Waits = why, detail, true
}

func (r *Row) exclude(why settlement.Reason, detail string) { r.Why, r.Detail = why, detail }

// newRow starts a row on its way. Where rows of the table belong to no
// institution, bank says whose it is.
func newRow(it *policy.Item, f *Fact, bank string) *Row {
	row := &Row{Item: it, Fact: f, SubjectID: f.Text(it.Subject().Name), EnterpriseID: f.Text("enterprise_id"), InstitutionID: bank}
	if it.Table.Column("institution_id") != nil {
		row.InstitutionID = f.Text("institution_id")
	}
	row.PayeeID = row.InstitutionID
	if it.Payee == policy.PayEnterprise {
		row.PayeeID = row.EnterpriseID
	}
	return row
}

// Run settles a plan on the facts of src.
//
// Errors: those of src and of settlement.CheckDecisions; settlement.link, where a
// row leads to one that is not there; settlement.overflow, where amounts add up to
// more than int64 holds.
func Run(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
	b, err := Open(ctx, plan, src)
	if err != nil {
		return nil, err
	}
	return b.Result(), nil
}

// Open is Run for those who want to look into the books.
func Open(ctx context.Context, plan *policy.Plan, src fact.Source) (*Books, error) {
	decisions, err := settlement.ReadDecisions(ctx, src, plan.Policy)
	if err != nil {
		return nil, err
	}
	if err := settlement.CheckDecisions(plan, decisions); err != nil {
		return nil, err
	}
	held, err := ReadShelf(ctx, plan, src)
	if err != nil {
		return nil, err
	}
	b := &Books{
		plan: plan, facts: onShelf(held), programs: map[*expr.Expr]*expr.Program{}, pools: map[*policy.Pool]*settlement.PoolUse{},
		standings: map[*policy.Item]*standing{},
	}
	b.readDecisions()
	b.readFilings()
	for _, it := range plan.Items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.selectRows(it); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(b.rows, byRowKey)
	for _, step := range []func() error{b.assign, b.gate, b.base, b.limit, b.terms, b.pool, b.round} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := step(); err != nil {
			return nil, err
		}
	}
	indicators, err := b.indicators()
	if err != nil {
		return nil, err
	}
	b.result = b.gather(indicators)
	return b, nil
}

// looksAt tells whether some condition of the plan is about rows of table.
func looksAt(plan *policy.Plan, table string) bool {
	about := func(t *fact.Table, related []policy.Related) bool {
		return t != nil && t.Name == table ||
			slices.ContainsFunc(related, func(r policy.Related) bool { return r.Table.Name == table })
	}
	return slices.ContainsFunc(plan.Items, func(it *policy.Item) bool { return about(it.Table, it.Related) }) ||
		slices.ContainsFunc(plan.Indicators, func(in *policy.Indicator) bool { return about(in.Table, in.Related) })
}

// byRowKey orders rows by (item, institution_id, subject_id), byte order.
func byRowKey(x, y *Row) int {
	return cmp.Or(
		cmp.Compare(x.Item.ID, y.Item.ID),
		cmp.Compare(x.InstitutionID, y.InstitutionID),
		cmp.Compare(x.SubjectID, y.SubjectID))
}

// going returns the rows still on their way that are wanted, in order of their keys.
func (b *Books) going(wanted func(*Row) bool) []*Row {
	var rows []*Row
	for _, r := range b.rows {
		if r.going() && wanted(r) {
			rows = append(rows, r)
		}
	}
	return rows
}

// goingOf returns the rows of an item still on their way.
func (b *Books) goingOf(it *policy.Item) []*Row {
	return b.going(func(r *Row) bool { return r.Item == it })
}

// yes is what a truth column holds that is ticked.
var yes = expr.Value{Known: true, Int: 1}
