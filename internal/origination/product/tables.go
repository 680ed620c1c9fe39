package product

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy/expr"
)

// Source is a table of facts that conditions may be written over: one row a firm.
type Source struct {
	Table      *fact.Table
	Dataset    string // in the catalogue; "" of what is no department's
	Department string // who would know
}

// firmTable is what the registry says of a firm.
var firmTable = ofRegister("kind", "status", "industry", "town", "size", "registered_on")

// ofRegister is a table with these columns of the registry, and what follows from them.
func ofRegister(columns ...string) *fact.Table {
	t := &fact.Table{Name: "firm", Row: "firm", Zh: "企业", En: "firm"}
	for _, name := range columns {
		c := *party.Register.Column(name)
		c.None, c.Required = false, false // the registry need not have a firm
		t.Columns = append(t.Columns, c)
	}
	t.Columns = append(t.Columns,
		fact.Column{Name: "months_open", Type: fact.Int, Zh: "成立月数", En: "months since it was registered", Derived: true},
		fact.Column{Name: "capital", Type: fact.Fen, Zh: "注册资本", En: "registered capital"},
	)
	return t
}

// applicationTable is what a firm asks for.
var applicationTable = &fact.Table{
	Name: "application", Row: "application", Zh: "申请", En: "application",
	Columns: []fact.Column{
		{Name: "amount", Type: fact.Fen, Zh: "申请金额", En: "amount asked for"},
		{Name: "months", Type: fact.Int, Zh: "期限月数", En: "months asked for"},
		{Name: "purpose", Type: fact.Code, Zh: "贷款用途", En: "purpose", Codes: Purposes},
		{Name: "offers_mortgage", Type: fact.Bool, Zh: "是否可提供抵押", En: "offers a mortgage"},
		{Name: "offers_pledge", Type: fact.Bool, Zh: "是否可提供质押", En: "offers a pledge"},
		{Name: "offers_guarantee", Type: fact.Bool, Zh: "是否可提供保证", En: "offers a guarantee"},
	},
}

// Schema is what conditions may speak of.
type Schema struct {
	scope   *expr.Scope
	sources []Source // by place: the firm, the application, then as given
}

// NewSchema makes the schema of the firm, the application and further sources.
func NewSchema(sources ...Source) (*Schema, error) {
	s := &Schema{sources: append([]Source{{Table: firmTable, Department: "市场监管部门"}, {Table: applicationTable}}, sources...)}
	rows := make([]expr.Row, len(s.sources))
	for i, x := range s.sources {
		rows[i] = expr.Row{Name: x.Table.Row, Table: x.Table, Zh: x.Table.Zh, En: x.Table.En}
		if slices.ContainsFunc(rows[:i], func(r expr.Row) bool { return r.Name == rows[i].Name }) {
			return nil, fmt.Errorf("product: two tables are called %s", rows[i].Name)
		}
	}
	var err error
	s.scope, err = expr.NewScope(rows, nil)
	return s, err
}

// Sources returns every table that conditions may speak of.
func (s *Schema) Sources() []Source { return s.sources }

// of returns the source that a variable is of.
func (s *Schema) of(owner string) *Source {
	for i := range s.sources {
		if s.sources[i].Table.Row == owner {
			return &s.sources[i]
		}
	}
	return nil
}

// Sentence is a condition that was checked.
type Sentence struct {
	Zh       string   `json:"zh" doc:"the condition in words"`
	Tables   []string `json:"tables" doc:"whose facts it needs"`
	Datasets []string `json:"datasets" doc:"of the catalogue, that it needs"`
}

// Check reads a condition and says it in words.
//
// Errors: those of expr.Scope.Compile, with the column; product.circular.
func (s *Schema) Check(when string) (*Sentence, error) {
	e, err := s.compile(when)
	if err != nil {
		return nil, err
	}
	out := &Sentence{Zh: e.Zh(), Tables: []string{}, Datasets: []string{}}
	for _, v := range e.Vars {
		if !slices.Contains(out.Tables, v.Owner) {
			out.Tables = append(out.Tables, v.Owner)
			if x := s.of(v.Owner); x.Dataset != "" {
				out.Datasets = append(out.Datasets, x.Dataset)
			}
		}
	}
	return out, nil
}

func (s *Schema) compile(when string) (*expr.Expr, error) {
	if strings.ContainsAny(when, "\r\n") {
		return nil, fault.New(fault.Invalid, "product.line", "一条条件写在一行内", "a condition is one line")
	}
	e, err := s.scope.Compile(when, expr.Bool)
	if err != nil {
		return nil, err
	}
	if len(e.Vars) == 0 {
		return nil, fault.New(fault.Invalid, "product.constant", "条件须用到至少一项事实", "a condition is about a fact")
	}
	return e, nil
}

// Facts are what is known of one firm, and what of it may be used.
type Facts struct {
	// Expect returns what of a subsidy comes back to the firm for a loan, and what it
	// hangs on; nil: nothing is expected. It is called for several loans at once.
	Expect func(context.Context, Prospect) ([]Expected, error)

	values map[string]expr.Value
	shared map[string]bool
}

// NewFacts returns no facts.
func NewFacts() *Facts { return &Facts{values: map[string]expr.Value{}, shared: map[string]bool{}} }

// Share lets the facts of a table be used; of one that is not shared nothing is known.
func (f *Facts) Share(row string) { f.shared[row] = true }

// Set says what one fact is.
func (f *Facts) Set(name string, v expr.Value) { f.values[name] = v }

// Row says what the one row of a batch has.
func (f *Facts) Row(row string, b *fact.Batch) {
	if b.Len() == 0 {
		return
	}
	for _, v := range b.Vectors {
		switch name := row + "." + v.Column.Name; {
		case v.Unknown(0):
		case v.Column.Type.Textual():
			f.Set(name, expr.Value{Known: true, Text: string(v.Texts.At(0))})
		default:
			f.Set(name, expr.Value{Known: true, Int: v.Ints[0]})
		}
	}
}

// of is a variable's value.
func (f *Facts) of(v *expr.Variable) expr.Value {
	if !f.shared[v.Owner] {
		return expr.Value{}
	}
	return f.values[v.Name]
}

// Registered is what the registry says of a firm; what is zero is not known.
type Registered struct {
	Kind, Status, Industry, Town, Size string
	On                                 civil.Date
	Capital                            money.Fen
}

// Firm says what the registry says, as of a day, and lets it be used: it is public.
func (f *Facts) Firm(r Registered, today civil.Date) {
	f.Share("firm")
	for name, text := range map[string]string{"kind": r.Kind, "status": r.Status, "industry": r.Industry, "town": r.Town, "size": r.Size} {
		if text != "" {
			f.Set("firm."+name, expr.Value{Known: true, Text: text})
		}
	}
	if r.Capital > 0 {
		f.Set("firm.capital", expr.Value{Known: true, Int: int64(r.Capital)})
	}
	if r.On > 0 && r.On != civil.Never {
		f.Set("firm.registered_on", expr.Value{Known: true, Int: int64(r.On)})
		f.Set("firm.months_open", expr.Value{Known: true, Int: monthsBetween(r.On, today)})
	}
}

// monthsBetween counts whole months.
func monthsBetween(from, to civil.Date) int64 {
	y1, m1, d1 := from.YMD()
	y2, m2, d2 := to.YMD()
	n := int64(y2-y1)*12 + int64(m2-m1)
	if d2 < d1 {
		n--
	}
	return max(n, 0)
}

// later is the day some months after d, or the last one of that month.
func later(d civil.Date, months int) civil.Date {
	y, m, day := d.YMD()
	m += months
	y, m = y+(m-1)/12, (m-1)%12+1
	on, _ := civil.Of(y, m, min(day, civil.DaysIn(y, m)))
	return on
}
