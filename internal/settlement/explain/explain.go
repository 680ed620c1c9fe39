package explain

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// Query says what is asked about: all rows of a payee, or those of one subject
// (a note, a branch, an enterprise …), in all items or in one.
type Query struct {
	Payee       string `json:"payee_id"`
	Institution string `json:"institution_id"` // of Subject; "" is any
	Subject     string `json:"subject_id"`
	Item        string `json:"item"` // "" is all
	// Viewer is the institution that asks, which is told nothing of the rows of
	// others; "": whoever may see all.
	Viewer string `json:"-"`
}

// Explain runs the plan again and tells why. stored is what was settled; nil: there
// is nothing to compare with. Who has several questions opens an Explainer.
//
// Errors: those of oracle.Run and of Explainer.Explain.
func Explain(ctx context.Context, plan *policy.Plan, src fact.Source, stored *settlement.Result, q Query) (*Trace, error) {
	x, err := Open(ctx, plan, src)
	if err != nil {
		return nil, err
	}
	return x.Explain(stored, q)
}

// Explainer answers questions about one plan and its facts, one at a time.
type Explainer struct{ books *oracle.Books }

// Open runs the plan by the oracle.
func Open(ctx context.Context, plan *policy.Plan, src fact.Source) (*Explainer, error) {
	books, err := oracle.Open(ctx, plan, src)
	if err != nil {
		return nil, err
	}
	return &Explainer{books}, nil
}

// Explain answers one question.
//
// Errors: explain.query (neither payee nor subject, or both), explain.item (the
// policy has no such item), explain.nothing (no row is of that payee or subject).
func (x *Explainer) Explain(stored *settlement.Result, q Query) (*Trace, error) {
	plan := x.books.Plan()
	if (q.Payee == "") == (q.Subject == "") {
		return nil, fault.New(fault.Invalid, "explain.query", "应写明收款人，或某一笔（户、家、项）的编号，二者之一", "ask about a payee or about a subject, one of them")
	}
	if q.Item != "" && plan.Item(q.Item) == nil {
		return nil, fault.Invalidf("explain.item", "政策没有项目“%s”", "the policy has no item %q", fault.Clip(q.Item))
	}
	t := &Trace{Policy: plan.Policy, Scope: plan.Scope, Query: q, Compared: stored != nil, Agrees: true}
	found := x.find(q)
	if len(found) == 0 {
		if q.Payee != "" {
			return nil, fault.Newf(fault.NotFound, "explain.nothing", "没有与收款人“%s”有关的记录，请核对代码", "nothing is about payee %q", fault.Clip(q.Payee))
		}
		key := strings.TrimPrefix(q.Institution+"/"+q.Subject, "/")
		return nil, fault.Newf(fault.NotFound, "explain.nothing", "没有“%s”这笔业务（或网点、项目、企业），请核对编号", "there is no note, branch, project or enterprise %q", fault.Clip(key))
	}
	if len(found) > MaxRows {
		t.More = len(found) - MaxRows
		found = found[:MaxRows]
	}
	for _, it := range plan.Items {
		trace := ItemTrace{ID: it.ID, Clause: it.Clause, Title: it.Title}
		for _, f := range found {
			if f.item != it {
				continue
			}
			row, err := x.trace(f)
			if err != nil {
				return nil, err
			}
			if stored != nil {
				compare(&row, f, stored)
			}
			t.Agrees = t.Agrees && row.Agrees
			trace.Rows = append(trace.Rows, row)
		}
		if len(trace.Rows) > 0 && q.Payee != "" {
			t.Agrees = x.total(&trace, q.Payee, stored) && t.Agrees
		}
		if len(trace.Rows) > 0 {
			t.Items = append(t.Items, trace)
		}
	}
	return t, nil
}

// total adds what the payee gets of an item, and tells whether the stored result,
// if there is one, says the same.
func (x *Explainer) total(t *ItemTrace, payee string, stored *settlement.Result) bool {
	of := func(r *settlement.Result) *settlement.Total {
		for i := range r.Totals {
			if r.Totals[i].Item == t.ID && r.Totals[i].PayeeID == payee {
				return &r.Totals[i]
			}
		}
		return nil
	}
	t.Total = of(x.books.Result())
	if stored == nil {
		return true
	}
	t.Stored = of(stored)
	return t.Total == nil && t.Stored == nil || t.Total != nil && t.Stored != nil && *t.Total == *t.Stored
}

// asked is a row that is asked about; row is nil when selection turned it away.
type asked struct {
	item *policy.Item
	fact *oracle.Fact
	row  *oracle.Row
}

// find returns the rows that are asked about: those that came through selection
// first, each kind in order of its key.
func (x *Explainer) find(q Query) []asked {
	var selected, others []asked
	seen := map[*policy.Item]map[*oracle.Fact]bool{}
	for _, r := range x.books.Rows() {
		if (q.Item == "" || r.Item.ID == q.Item) && x.matches(q, r.Item, r.Fact, r) {
			selected = append(selected, asked{r.Item, r.Fact, r})
			if seen[r.Item] == nil {
				seen[r.Item] = map[*oracle.Fact]bool{}
			}
			seen[r.Item][r.Fact] = true
		}
	}
	for _, it := range x.books.Plan().Items {
		if q.Item != "" && it.ID != q.Item {
			continue
		}
		for _, f := range x.books.Facts(it.Table.Name) {
			if !seen[it][f] && x.matches(q, it, f, nil) {
				others = append(others, asked{it, f, nil})
			}
		}
	}
	slices.SortStableFunc(others, func(a, b asked) int {
		subject := a.item.Subject().Name
		if a.item != b.item {
			return 0
		}
		return cmp.Or(cmp.Compare(a.fact.Text("institution_id"), b.fact.Text("institution_id")),
			cmp.Compare(a.fact.Text(subject), b.fact.Text(subject)))
	})
	return append(selected, others...)
}

// matches tells whether a row is asked about. row is nil when it was not selected;
// then whom it would have been paid to is known from its own columns only.
func (x *Explainer) matches(q Query, it *policy.Item, f *oracle.Fact, row *oracle.Row) bool {
	if q.Subject != "" {
		if f.Text(it.Subject().Name) != q.Subject {
			return false
		}
		return q.Institution == "" || it.Table.Column("institution_id") == nil || f.Text("institution_id") == q.Institution
	}
	if row != nil {
		return row.PayeeID == q.Payee
	}
	if it.Payee == policy.PayEnterprise {
		return f.Text("enterprise_id") == q.Payee
	}
	return it.Table.Column("institution_id") != nil && f.Text("institution_id") == q.Payee
}

// trace explains one row.
func (x *Explainer) trace(f asked) (RowTrace, error) {
	examined, err := x.books.Examine(f.item, f.fact)
	if err != nil {
		return RowTrace{}, err
	}
	t := x.identify(f, examined)
	t.Conditions = x.conditions(f, examined.Conditions)
	if f.row != nil {
		x.steps(&t, f.row)
	} else {
		t.Outcome = NotSelected
	}
	s := &sentence{x: x, asked: f, t: &t}
	t.Sentence = s.write()
	t.Needs = s.needs()
	t.Agrees = true
	return t, nil
}

// identify says who and what the row is about.
func (x *Explainer) identify(f asked, examined *oracle.Examined) RowTrace {
	t := RowTrace{SubjectID: f.fact.Text(f.item.Subject().Name), EnterpriseID: f.fact.Text("enterprise_id"), InstitutionID: examined.Bank}
	if f.item.Table.Column("institution_id") != nil {
		t.InstitutionID = f.fact.Text("institution_id")
	}
	t.Institution = x.name("institutions", t.InstitutionID)
	t.Enterprise = x.name("enterprises", t.EnterpriseID)
	t.PayeeID, t.Payee = t.InstitutionID, t.Institution
	if f.item.Payee == policy.PayEnterprise {
		t.PayeeID, t.Payee = t.EnterpriseID, t.Enterprise
	}
	return t
}

// name returns what an institution or enterprise is called, else its id.
func (x *Explainer) name(table, id string) string {
	if f := x.books.Lookup(table, id); f != nil {
		return cmp.Or(f.Text("name"), id)
	}
	return id
}

// conditions puts the conditions of a row into words.
func (x *Explainer) conditions(f asked, cs []oracle.Condition) []Condition {
	it, own := f.item, expr.RowsOf(f.item.Table)
	words := make([]Condition, len(cs))
	for i, c := range cs {
		w := Condition{Truth: c.Truth}
		switch {
		case c.Expr != nil:
			w.Text, w.Values = Words{c.Expr.Zh(), c.Expr.Source}, values(own, c.Readings)
		case c.Related != nil:
			w.Text = relatedWords(c.Related)
			w.Rows, w.MoreRows = candidates(expr.ChildRows(it.Table, c.Related.Table), c.Rows)
			w.Note = noRows(c, c.Related.Table)
		case c.Bank != nil:
			w.Text = say("须有符合条件的%[1]s，取%[2]s最早一行的金融机构", "there must be %[1]s that meet the conditions; the institution is that of the earliest by %[2]s",
				Words{c.Bank.Table.Zh, c.Bank.Table.En}, Words{c.Bank.By.Zh, c.Bank.By.En})
			w.Rows, w.MoreRows = candidates(expr.ChildRows(it.Table, c.Bank.Table), c.Rows)
			w.Note = noRows(c, c.Bank.Table)
		default:
			if w.Text = firstWords[c.First]; c.Truth == oracle.Fails {
				w.Note = x.firstLoan(f.fact, c.First)
			}
		}
		words[i] = w
	}
	return words
}

var firstWords = map[policy.FirstLoan]Words{
	policy.YearNotesOfFirstBank: {"首贷户的首贷银行当期发放的贷款", "a note of the period from the first bank to a first-loan borrower"},
	policy.FirstNote:            {"首贷户的第一笔贷款", "the first note of a first-loan borrower"},
	policy.YearNotesAllBanks:    {"首贷户当期的贷款，不限银行", "a note of the period to a first-loan borrower, from any bank"},
}

// firstLoan says why a note is none of a first-loan borrower that counts.
func (x *Explainer) firstLoan(note *oracle.Fact, reading policy.FirstLoan) Words {
	scope := x.books.Plan().Scope
	if on := disbursed(note); !scope.Holds(on) {
		return say("该笔发放于%s，不在政策期间", "it was disbursed on %s, outside the scope", on)
	}
	borrower := note.Text("enterprise_id")
	on := disbursed(x.books.EarliestNotes(borrower)[0])
	if !scope.Holds(on) {
		return say("该户最早的贷款发放于%s，早于政策期间", "the borrower's earliest loan was disbursed on %s, before the scope", on)
	}
	first, _ := x.books.FirstNote(reading, borrower)
	if first == nil {
		return say("该户最早的贷款发放于%s，未经银行证明为首贷", "no bank attests that the borrower's earliest loan, of %s, is its first", on)
	}
	return say("该户的首笔贷款为%[1]s的借据%[2]s，%[3]s发放", "the borrower's first loan is note %[2]s of %[1]s, disbursed on %[3]s",
		x.name("institutions", first.Text("institution_id")), first.Text("loan_id"), on)
}

func disbursed(note *oracle.Fact) civil.Date { return civil.Date(note.Value("disbursed_on").Int) }

// noRows says that a condition fails since there is no row to look at.
func noRows(c oracle.Condition, t *fact.Table) Words {
	if c.Truth != oracle.Fails || len(c.Rows) > 0 {
		return Words{}
	}
	return say("没有%s", "there are no %s", Words{t.Zh, t.En})
}

// relatedWords says what rows of another table are looked for.
func relatedWords(r *policy.Related) Words {
	zh, en := make([]string, len(r.When)), make([]string, len(r.When))
	for i, e := range r.When {
		zh[i], en[i] = e.Zh(), e.Source
	}
	table := Words{r.Table.Zh, r.Table.En}
	text := Words{strings.Join(zh, "，且"), strings.Join(en, " && ")}
	switch {
	case len(zh) == 0 && r.Not:
		return say("不得有%s", "there must be no %s", table)
	case len(zh) == 0:
		return say("须有%s", "there must be %s", table)
	case r.Not:
		return say("不得有这样的%s：%s", "there must be no %s such that %s", table, text)
	}
	return say("须有这样的%s：%s", "there must be %s such that %s", table, text)
}

// values writes what variables held.
func values(rows []expr.Row, readings []oracle.Reading) []Value {
	vs := make([]Value, len(readings))
	for i, r := range readings {
		vs[i] = Value{
			Name: r.Var.Name, Label: labelOf(rows, r.Var.Owner, r.Var.Column),
			Text: valueWords(r.Var.Column, r.Value), Known: r.Value.Known,
		}
	}
	return vs
}

// candidates puts into words what a condition found in rows of another table; more
// is how many are left out.
func candidates(rows []expr.Row, all []oracle.Candidate) (shown []Candidate, more int) {
	if len(all) > MaxTogether {
		all, more = all[:MaxTogether], len(all)-MaxTogether
	}
	for _, a := range all {
		t := a.Fact.Table
		c := Candidate{Row: say("%s %s", "%s %s", Words{t.Zh, t.En}, a.Fact.Text(t.Key[len(t.Key)-1])), Truth: a.Truth}
		for _, w := range a.Conditions {
			c.Conditions = append(c.Conditions, Condition{Text: Words{w.Expr.Zh(), w.Expr.Source}, Truth: w.Truth, Values: values(rows, w.Readings)})
		}
		shown = append(shown, c)
	}
	return shown, more
}
