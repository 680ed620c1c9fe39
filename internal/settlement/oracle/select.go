package oracle

import (
	"fmt"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
)

// Truth is what is known of a condition.
type Truth uint8

// The truths. What fails outweighs what is unknown, and that what holds.
const (
	Holds Truth = iota
	Unknown
	Fails
)

// MarshalText writes it as a word.
func (t Truth) MarshalText() ([]byte, error) {
	return []byte([...]string{Holds: "holds", Unknown: "unknown", Fails: "fails"}[t]), nil
}

// UnmarshalText reads what MarshalText wrote.
func (t *Truth) UnmarshalText(text []byte) error {
	for _, x := range []Truth{Holds, Unknown, Fails} {
		if word, _ := x.MarshalText(); string(word) == string(text) {
			*t = x
			return nil
		}
	}
	return fault.Invalidf("settlement.truth", "“%s”不是 holds、unknown 或 fails", "%q is not holds, unknown or fails", fault.Clip(string(text)))
}

// all returns whether everything holds.
func all(truths ...Truth) Truth {
	worst := Holds
	for _, t := range truths {
		worst = max(worst, t)
	}
	return worst
}

// not turns a truth round.
func not(t Truth) Truth { return Fails - t }

// holdsIf is for what is always known.
func holdsIf(yes bool) Truth {
	if yes {
		return Holds
	}
	return Fails
}

// Reading is a variable of an expression and what it held in a row.
type Reading struct {
	Var   *expr.Variable
	Value expr.Value
}

// Condition is one condition of an item as it turned out for a row. Of an
// expression there are the readings; of Related and Bank the rows looked at.
type Condition struct {
	Expr    *expr.Expr       // an expression, or
	Related *policy.Related  // a row of another table, or
	Bank    *policy.Earliest // the bank of an enterprise, or
	First   policy.FirstLoan // a first-loan borrower's notes

	Truth    Truth
	Readings []Reading
	Rows     []Candidate
	Missing  []string // names of the facts it hangs on
}

// Candidate is a row of another table that a condition looked at.
type Candidate struct {
	Fact       *Fact
	Truth      Truth
	Conditions []Condition
}

// Examined is what selection found out about a row.
type Examined struct {
	Truth      Truth
	Conditions []Condition
	Bank       string // from Item.Bank; "" when it is not known
	// Elsewhere is the first bank of the borrower of a note that only another
	// bank's earlier attestation keeps out.
	Elsewhere string
}

// Examine holds a row against all conditions of an item, those of later steps
// apart.
func (b *Books) Examine(it *policy.Item, row *Fact) (*Examined, error) {
	x, err := b.examine(it.When, it.Related, it.FirstLoan, row)
	if err != nil || it.Bank == nil {
		return x, err
	}
	bank, c, err := b.bankOf(it.Bank, row)
	if err != nil {
		return nil, err
	}
	x.Bank, x.Conditions, x.Truth = bank, append(x.Conditions, c), all(x.Truth, c.Truth)
	return x, nil
}

// examine does what items and indicators have in common.
func (b *Books) examine(when []*expr.Expr, related []policy.Related, first policy.FirstLoan, row *Fact) (*Examined, error) {
	conditions, truth, err := b.conditions(when, row)
	if err != nil {
		return nil, err
	}
	for i := range related {
		c, err := b.related(&related[i], row)
		if err != nil {
			return nil, err
		}
		conditions, truth = append(conditions, c), all(truth, c.Truth)
	}
	x := &Examined{Truth: truth, Conditions: conditions}
	if first == "" {
		return x, nil
	}
	c, elsewhere := b.firstLoan(first, row)
	if truth == Holds {
		x.Elsewhere = elsewhere
	}
	x.Conditions, x.Truth = append(conditions, c), all(truth, c.Truth)
	return x, nil
}

// conditions evaluates expressions on the rows in sight.
func (b *Books) conditions(es []*expr.Expr, sight ...*Fact) ([]Condition, Truth, error) {
	cs, truth := make([]Condition, len(es)), Holds
	for i, e := range es {
		value, readings, err := b.eval(e, sight...)
		if err != nil {
			return nil, 0, err
		}
		cs[i] = Condition{Expr: e, Readings: readings, Truth: Unknown}
		if value.Known {
			cs[i].Truth = holdsIf(value.Int == 1)
		} else {
			cs[i].Missing = missing(readings)
		}
		truth = all(truth, cs[i].Truth)
	}
	return cs, truth, nil
}

// missing names the facts that are unknown among readings.
func missing(readings []Reading) []string {
	var names []string
	for _, r := range readings {
		if !r.Value.Known {
			names = append(names, r.Var.Name)
		}
	}
	return names
}

// related looks for a row of another table that belongs to row. One that holds
// is enough; failing that, one that might leaves it open.
func (b *Books) related(r *policy.Related, row *Fact) (Condition, error) {
	c := Condition{Related: r, Truth: Fails}
	for _, child := range b.facts.childrenOf(row, r.Table) {
		cs, truth, err := b.conditions(r.When, child, row)
		if err != nil {
			return c, err
		}
		c.Rows = append(c.Rows, Candidate{child, truth, cs})
		c.Truth = min(c.Truth, truth)
	}
	if c.Truth == Unknown {
		c.Missing = missingOf(c.Rows)
	}
	if r.Not {
		c.Truth = not(c.Truth)
	}
	return c, nil
}

// missingOf names what the candidates that might hold hang on.
func missingOf(rows []Candidate) []string {
	var names []string
	for _, r := range rows {
		if r.Truth != Unknown {
			continue
		}
		for _, c := range r.Conditions {
			names = append(names, c.Missing...)
		}
	}
	return names
}

// detail writes names as settlement.Aside wants them: each once, in byte order.
func detail(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ";")
}

// eval runs an expression on the rows in sight, a child before its parent.
func (b *Books) eval(e *expr.Expr, sight ...*Fact) (expr.Value, []Reading, error) {
	program := b.programs[e]
	if program == nil {
		var err error
		if program, err = e.Program(); err != nil {
			return expr.Value{}, nil, err
		}
		if b.given == nil { // what a View looks at is others' too
			b.programs[e] = program
		}
	}
	readings := make([]Reading, len(e.Vars))
	held := make(map[*expr.Variable]expr.Value, len(e.Vars))
	for i, v := range e.Vars {
		value, err := b.read(v, sight)
		if err != nil {
			return expr.Value{}, nil, err
		}
		readings[i], held[v] = Reading{v, value}, value
	}
	return program.Eval(func(v *expr.Variable) expr.Value { return held[v] }), readings, nil
}

// read finds what a variable holds: in a row in sight that is called as its
// owner is, or in the row that a link so called leads to.
func (b *Books) read(v *expr.Variable, sight []*Fact) (expr.Value, error) {
	for _, row := range sight {
		if row.Table.Row == v.Owner {
			return b.column(row, v.Column), nil
		}
		link := row.Table.Link(v.Owner)
		if link == nil {
			continue
		}
		other, where, err := b.facts.follow(row, link)
		switch {
		case err != nil:
			return expr.Value{}, err
		case where == toRow:
			return b.column(other, v.Column), nil
		case where == toNothing:
			return emptiness(v.Column), nil
		}
		return expr.Value{}, nil
	}
	return expr.Value{}, fmt.Errorf("oracle: no row in sight is called %s", v.Owner)
}

// column returns what a row holds; the derived ones are balances at month ends.
func (b *Books) column(row *Fact, c *fact.Column) expr.Value {
	if !c.Derived {
		return row.Value(c.Name)
	}
	var m civil.Month
	switch c.Name {
	case "opening_balance":
		m = b.plan.Opening()
	case "closing_balance":
		m = b.plan.Scope.Last.Month()
	}
	balance, known := b.facts.monthEnd(row, m)
	return expr.Value{Known: known, Int: balance}
}

// selectRows is step 1: which rows of an item go on, and which wait.
func (b *Books) selectRows(it *policy.Item) error {
	for _, f := range b.facts.all(it.Table.Name) {
		if err := b.selectRow(it, f); err != nil {
			return err
		}
	}
	return nil
}

// selectRow is step 1 for one row of facts.
func (b *Books) selectRow(it *policy.Item, f *Fact) error {
	x, err := b.Examine(it, f)
	if err != nil {
		return err
	}
	row := newRow(it, f, x.Bank)
	switch {
	case x.Elsewhere != "":
		row.exclude(settlement.FirstElsewhere, x.Elsewhere)
	case x.Truth == Fails:
		return nil
	case x.Truth == Unknown:
		var names []string
		for _, c := range x.Conditions {
			names = append(names, c.Missing...)
		}
		row.wait(settlement.UnknownFact, detail(names))
	}
	b.rows = append(b.rows, row)
	return nil
}
