package explain

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/fact/shelf"
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

// Explainer answers questions about one plan and its facts.
type Explainer struct {
	books  *oracle.Books // worked out as a whole, or a View of a stored settlement
	given  *oracle.Given // nil: books are worked out as a whole
	stored *stored       // what the given was opened with
	viewer string        // the institution that asks, "" when it may know all
}

// Open runs the plan by the oracle. Such an Explainer answers one question at a time.
func Open(ctx context.Context, plan *policy.Plan, src fact.Source) (*Explainer, error) {
	books, err := oracle.Open(ctx, plan, src)
	if err != nil {
		return nil, err
	}
	return &Explainer{books: books}, nil
}

// OpenStored opens a settlement that is stored, with its facts on a shelf
// (oracle.ReadShelf). Only the rows that are asked about are run, and what contends
// with them; of the others it takes from the stored result what they came to before
// the limit. Such an Explainer answers many questions at once.
//
// Errors: those of oracle.OpenGiven.
func OpenStored(ctx context.Context, plan *policy.Plan, held *shelf.Shelf, res *settlement.Result) (*Explainer, error) {
	given, err := oracle.OpenGiven(ctx, plan, held, res)
	if err != nil {
		return nil, err
	}
	return &Explainer{given: given, stored: newStored(res)}, nil
}

// Answer answers one question from a stored settlement.
//
// Errors: those of Explain.
func (x *Explainer) Answer(ctx context.Context, q Query) (*Trace, error) {
	return (&Explainer{books: x.given.View(), given: x.given, viewer: q.Viewer}).explain(ctx, x.stored, q)
}

// Explain answers one question; with a stored result it is held against that. An
// Explainer of a stored settlement holds it against its own.
//
// Errors: explain.query (neither payee nor subject, or both), explain.item (the
// policy has no such item), explain.nothing (no row is of that payee or subject).
func (x *Explainer) Explain(res *settlement.Result, q Query) (*Trace, error) {
	if x.given != nil {
		return x.Answer(context.Background(), q)
	}
	one := *x
	one.viewer = q.Viewer
	return one.explain(context.Background(), newStored(res), q)
}

func (x *Explainer) explain(ctx context.Context, stored *stored, q Query) (*Trace, error) {
	plan := x.books.Plan()
	if (q.Payee == "") == (q.Subject == "") {
		return nil, fault.New(fault.Invalid, "explain.query", "应写明收款人，或某一笔（户、家、项）的编号，二者之一", "ask about a payee or about a subject, one of them")
	}
	if q.Item != "" && plan.Item(q.Item) == nil {
		return nil, fault.Invalidf("explain.item", "政策没有项目“%s”", "the policy has no item %q", fault.Clip(q.Item))
	}
	t := &Trace{Policy: plan.Policy, Scope: plan.Scope, Query: q, Items: []ItemTrace{}, Compared: stored != nil, Agrees: true}
	found, all := x.find(q)
	if all == 0 {
		return nil, nothing(q)
	}
	t.More = all - len(found)
	if err := x.books.Work(ctx, found); err != nil {
		return nil, err
	}
	for _, it := range plan.Items {
		trace := ItemTrace{ID: it.ID, Clause: it.Clause, Title: it.Title}
		for _, f := range found {
			if f.Item != it {
				continue
			}
			row, err := x.row(f, stored)
			if err != nil {
				return nil, err
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

// row explains one row and holds it against what is stored.
func (x *Explainer) row(a oracle.Asked, stored *stored) (RowTrace, error) {
	f := asked{a.Item, a.Fact, x.books.Row(a.Item, a.Fact)}
	row, err := x.trace(f)
	if err == nil && stored != nil {
		compare(&row, f, stored)
		if x.viewer != "" && (row.Reason == settlement.OtherBank || row.Reason == settlement.FirstElsewhere) {
			row.Differences = nil // they name other institutions
		}
	}
	return row, err
}

func nothing(q Query) error {
	if q.Payee != "" {
		return fault.Newf(fault.NotFound, "explain.nothing", "没有与收款人“%s”有关的记录，请核对代码", "nothing is about payee %q", fault.Clip(q.Payee))
	}
	key := strings.TrimPrefix(q.Institution+"/"+q.Subject, "/")
	return fault.Newf(fault.NotFound, "explain.nothing", "没有“%s”这笔业务（或网点、项目、企业），请核对编号", "there is no note, branch, project or enterprise %q", fault.Clip(key))
}

// total adds what the payee gets of an item, and tells whether the stored result,
// if there is one, says the same.
func (x *Explainer) total(t *ItemTrace, payee string, stored *stored) bool {
	for i := range x.books.Result().Totals {
		if of := &x.books.Result().Totals[i]; of.Item == t.ID && of.PayeeID == payee {
			t.Total = of
		}
	}
	if stored == nil {
		return true
	}
	t.Stored = stored.totals[key2{t.ID, payee}]
	return t.Total == nil && t.Stored == nil || t.Total != nil && t.Stored != nil && *t.Total == *t.Stored
}

// asked is a row that is asked about; row is nil when selection turned it away.
type asked struct {
	item *policy.Item
	fact *oracle.Fact
	row  *oracle.Row
}

// find returns the rows that are asked about, at most MaxRows, and how many there
// are: first those that came to something, in order of their keys, then the others
// item by item, each in order of its key. A viewer finds rows of its own.
func (x *Explainer) find(q Query) (found []oracle.Asked, all int) {
	found = x.books.Came(func(r *oracle.Row) bool {
		if q.Item != "" && r.Item.ID != q.Item || q.Viewer != "" && r.InstitutionID != q.Viewer {
			return false
		}
		if q.Subject == "" {
			return r.PayeeID == q.Payee
		}
		return r.SubjectID == q.Subject && (q.Institution == "" || r.Item.Table.Column("institution_id") == nil || r.InstitutionID == q.Institution)
	})
	came := map[*policy.Item]map[*oracle.Fact]bool{}
	for _, f := range found {
		if came[f.Item] == nil {
			came[f.Item] = map[*oracle.Fact]bool{}
		}
		came[f.Item][f.Fact] = true
	}
	all = len(found)
	found = found[:min(MaxRows, all)]
	o := &others{x: x, q: q, of: map[source][]*oracle.Fact{}}
	for _, it := range x.books.Plan().Items {
		if q.Item != "" && it.ID != q.Item {
			continue
		}
		facts := o.facts(it)
		for _, f := range facts {
			if !came[it][f] {
				all++
			}
		}
		if len(found) == MaxRows {
			continue
		}
		for _, f := range o.sorted(it, facts) {
			if len(found) < MaxRows && !came[it][f] {
				found = append(found, oracle.Asked{Item: it, Fact: f})
			}
		}
	}
	return found, all
}

// source is where rows are looked for: those of a table that hold what is asked
// about in a column.
type source struct{ table, column string }

// others looks for the rows of tables that a question is about, each once.
type others struct {
	x  *Explainer
	q  Query
	of map[source][]*oracle.Fact
}

// from says in what column the rows of an item are found; "" when not by their own
// columns: whom a row would be paid to is known only when it is selected.
func (o *others) from(it *policy.Item) source {
	switch {
	case o.q.Subject != "":
		return source{it.Table.Name, it.Subject().Name}
	case it.Payee == policy.PayEnterprise && it.Table.Column("enterprise_id") != nil:
		return source{it.Table.Name, "enterprise_id"}
	case it.Payee != policy.PayEnterprise && it.Table.Column("institution_id") != nil:
		return source{it.Table.Name, "institution_id"}
	}
	return source{}
}

func (o *others) facts(it *policy.Item) []*oracle.Fact {
	from := o.from(it)
	if from.table == "" {
		return nil
	}
	if facts, ok := o.of[from]; ok {
		return facts
	}
	own := it.Table.Column("institution_id") != nil
	text := o.q.Subject
	if text == "" {
		text = o.q.Payee
	}
	var facts []*oracle.Fact
	for _, f := range o.x.books.FactsBy(from.table, from.column, text) {
		switch bank := f.Text("institution_id"); {
		case o.q.Viewer != "" && (!own || bank != o.q.Viewer):
		case o.q.Subject != "" && own && o.q.Institution != "" && bank != o.q.Institution:
		default:
			facts = append(facts, f)
		}
	}
	o.of[from] = facts
	return facts
}

// sorted puts facts in order of institution and subject.
func (o *others) sorted(it *policy.Item, facts []*oracle.Fact) []*oracle.Fact {
	from := o.from(it)
	from.column += " sorted"
	if in, ok := o.of[from]; ok {
		return in
	}
	subject := it.Subject().Name
	in := slices.Clone(facts)
	slices.SortStableFunc(in, func(a, b *oracle.Fact) int {
		return cmp.Or(cmp.Compare(a.Text("institution_id"), b.Text("institution_id")), cmp.Compare(a.Text(subject), b.Text(subject)))
	})
	o.of[from] = in
	return in
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
	if table == "institutions" && x.foreign(id) {
		return "其他金融机构"
	}
	if f := x.books.Lookup(table, id); f != nil {
		return cmp.Or(f.Text("name"), id)
	}
	return id
}

// foreign tells whether an institution is one that the viewer is told nothing of.
func (x *Explainer) foreign(institution string) bool {
	return x.viewer != "" && institution != "" && institution != x.viewer
}

// Conditions puts into words what the oracle found of conditions of an item for a row;
// f may be nil when none of them fails.
func Conditions(books *oracle.Books, it *policy.Item, f *oracle.Fact, cs []oracle.Condition) []Condition {
	return (&Explainer{books: books}).conditions(asked{item: it, fact: f}, cs)
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
			w.Rows, w.MoreRows = x.candidates(expr.ChildRows(it.Table, c.Related.Table), c.Rows)
			w.Note = noRows(c, c.Related.Table)
		case c.Bank != nil:
			w.Text = say("须有符合条件的%[1]s，取%[2]s最早一行的金融机构", "there must be %[1]s that meet the conditions; the institution is that of the earliest by %[2]s",
				Words{c.Bank.Table.Zh, c.Bank.Table.En}, Words{c.Bank.By.Zh, c.Bank.By.En})
			w.Rows, w.MoreRows = x.candidates(expr.ChildRows(it.Table, c.Bank.Table), c.Rows)
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
	if x.foreign(first.Text("institution_id")) {
		return say("该户的首笔贷款为其他金融机构所发放", "another institution made the borrower's first loan")
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
func (x *Explainer) candidates(rows []expr.Row, all []oracle.Candidate) (shown []Candidate, more int) {
	if x.viewer != "" {
		own := slices.DeleteFunc(slices.Clone(all), func(a oracle.Candidate) bool { return x.foreign(a.Fact.Text("institution_id")) })
		all, more = own, len(all)-len(own)
	}
	if len(all) > MaxTogether {
		all, more = all[:MaxTogether], more+len(all)-MaxTogether
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
