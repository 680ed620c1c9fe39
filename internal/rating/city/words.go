package city

import (
	"context"
	"math"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy/expr"
	"changrong/internal/rating"
	"changrong/internal/rating/scorecard"
)

// Dictionary is what a rule may speak of: the firm as the registry has it, its rating in a
// run, and what the run's card has looked at.
type Dictionary struct {
	Tables []*fact.Table

	scope *expr.Scope
	card  *scorecard.Card
	on    civil.Date
}

// newDictionary makes the dictionary of a run.
func newDictionary(card *scorecard.Card, on civil.Date) (*Dictionary, error) {
	d := &Dictionary{Tables: []*fact.Table{firmTable(), ratingTable(card), dataTable(card)}, card: card, on: on}
	rows := make([]expr.Row, len(d.Tables))
	for i, t := range d.Tables {
		rows[i] = expr.Row{Name: t.Row, Table: t, Zh: t.Zh, En: t.En}
	}
	var err error
	d.scope, err = expr.NewScope(rows, nil)
	return d, err
}

func firmTable() *fact.Table {
	t := &fact.Table{Name: "firm", Row: "firm", Zh: "企业", En: "firm"}
	for _, name := range []string{"kind", "industry", "town", "size", "registered_on"} {
		c := *party.Register.Column(name)
		c.None, c.Required = false, false
		t.Columns = append(t.Columns, c)
	}
	t.Columns = append(
		t.Columns,
		fact.Column{Name: "months_open", Type: fact.Int, Zh: "成立月数", En: "months since it was registered", Derived: true},
		fact.Column{Name: "capital", Type: fact.Fen, Zh: "注册资本", En: "registered capital"},
	)
	return t
}

func ratingTable(card *scorecard.Card) *fact.Table {
	grades := make([]fact.Value, len(card.Grades))
	for i, g := range card.Grades {
		grades[i] = fact.Value{Code: g.Name, Zh: g.Name + "级", En: g.Name}
	}
	return &fact.Table{Name: "rating", Row: "rating", Zh: "评级", En: "rating", Columns: []fact.Column{
		{Name: "grade", Type: fact.Code, Zh: "评级等级", En: "grade", Codes: grades},
		{Name: "rank", Type: fact.Int, Zh: "评级位次", En: "place of the grade", Doc: "最好的一级为1"},
		{Name: "score", Type: fact.Int, Zh: "评级分数", En: "score"},
		{Name: "pd", Type: fact.Rate, Zh: "评级对应的违约率", En: "probability of default"},
		{Name: "known", Type: fact.Int, Zh: "评级已知项数", En: "items known", Doc: "评分项中有数据的项数"},
	}}
}

// dataTable has a column for each characteristic: categories are codes, sums in 元 money,
// numbers without a unit shares of 1, and all others whole numbers of their unit.
func dataTable(card *scorecard.Card) *fact.Table {
	t := &fact.Table{Name: "data", Row: "data", Zh: "部门数据", En: "data"}
	for i := range card.Characteristics {
		x := &card.Characteristics[i]
		c := fact.Column{Name: x.Name, Type: fact.Int, Zh: x.Zh, En: x.En}
		switch {
		case x.Category():
			c.Type = fact.Code
			for _, group := range x.Groups {
				for _, v := range group {
					c.Codes = append(c.Codes, fact.Value{Code: v, Zh: v, En: v})
				}
			}
		case x.Unit == "元":
			c.Type = fact.Fen
		case x.Unit == "" || x.Unit == scorecard.Share:
			c.Type = fact.Rate
		default:
			c.Doc = "单位：" + x.Unit
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// valueOf is an input as its column has it.
func valueOf(x *scorecard.Characteristic, in *rating.Input) *Value {
	switch {
	case x.Category():
		return &Value{Text: in.Text}
	case in.Number == nil:
		return nil
	case x.Unit == "元":
		return whole(*in.Number * float64(money.Yuan))
	case x.Unit == "" || x.Unit == scorecard.Share:
		return whole(*in.Number * 1e9)
	}
	return whole(*in.Number)
}

// whole rounds a number; nil of one that is too large to be one.
func whole(x float64) *Value {
	if x = math.Round(x); math.IsNaN(x) || math.Abs(x) > math.MaxInt64/2 {
		return nil
	}
	return &Value{Number: int64(x)}
}

// compile checks a rule.
//
// Errors: those of expr.Scope.Compile, with the column; rating.rule.
func (d *Dictionary) compile(rule string) (*expr.Expr, error) {
	if strings.ContainsAny(rule, "\r\n") {
		return nil, fault.New(fault.Invalid, "rating.rule", "规则写在一行内", "a rule is one line").In(fault.Place{Field: "rule"})
	}
	e, err := d.scope.Compile(rule, expr.Bool)
	if err != nil {
		f := fault.Of(err)
		at := f.At
		at.Field = "rule"
		return nil, f.In(at)
	}
	if len(e.Vars) == 0 {
		return nil, fault.New(fault.Invalid, "rating.rule", "规则须用到至少一项数据", "a rule is about a fact").In(fault.Place{Field: "rule"})
	}
	return e, nil
}

// of is what a run knows of a firm, as rules ask for it.
func (d *Dictionary) of(r *Row) func(*expr.Variable) expr.Value {
	text := func(s string) expr.Value { return expr.Value{Known: s != "", Text: s} }
	number := func(n int64, known bool) expr.Value { return expr.Value{Known: known, Int: n} }
	rated := r.Grade >= 0
	return func(v *expr.Variable) expr.Value {
		switch v.Name {
		case "firm.kind":
			return text(r.Kind)
		case "firm.industry":
			return text(r.Industry)
		case "firm.town":
			return text(r.Town)
		case "firm.size":
			return text(r.Size)
		case "firm.registered_on":
			return number(int64(r.Registered), r.Registered != 0)
		case "firm.months_open":
			return number(int64(monthsOpen(r.Registered, d.on)), r.Registered != 0)
		case "firm.capital":
			return number(int64(r.Capital), r.Capital > 0)
		case "rating.grade":
			if !rated {
				return expr.Value{}
			}
			return text(d.card.Grades[r.Grade].Name)
		case "rating.rank":
			return number(int64(r.Grade+1), rated)
		case "rating.score":
			return number(int64(r.Score), rated)
		case "rating.pd":
			return number(r.PD, rated)
		case "rating.known":
			return number(r.known(), true)
		}
		return d.data(r, strings.TrimPrefix(v.Name, "data."))
	}
}

// data is what is known of a characteristic.
func (d *Dictionary) data(r *Row, name string) expr.Value {
	for i := range d.card.Characteristics {
		if d.card.Characteristics[i].Name == name && i < len(r.Values) && r.Values[i] != nil {
			return expr.Value{Known: true, Int: r.Values[i].Number, Text: r.Values[i].Text}
		}
	}
	return expr.Value{}
}

// known counts the items that are.
func (r *Row) known() (n int64) {
	for _, v := range r.Values {
		if v != nil {
			n++
		}
	}
	return n
}

// monthsOpen counts whole months.
func monthsOpen(from, to civil.Date) int {
	y1, m1, d1 := from.YMD()
	y2, m2, d2 := to.YMD()
	n := (y2-y1)*12 + m2 - m1
	if d2 < d1 {
		n--
	}
	return max(n, 0)
}

// Why is a fact that put a firm on a list.
type Why struct {
	Zh    string `json:"title"`
	Value string `json:"value"`
}

// why says what of a firm the rule has looked at.
func (d *Dictionary) why(e *expr.Expr, r *Row) []Why {
	of, out := d.of(r), []Why{}
	for _, v := range e.Vars {
		x := of(v)
		w := Why{Zh: v.Column.Zh, Value: "未知"}
		switch {
		case !x.Known:
		case v.Column.Type.Textual():
			if w.Value = v.Column.Label(x.Text); w.Value == "" {
				w.Value = named(v.Column.Type, x.Text)
			}
		default:
			w.Value = expr.ValueZh(expr.TypeOf(v.Column).Unit, x.Int)
			if i := d.item(v.Name); i >= 0 && v.Column.Type == fact.Int {
				w.Value = strconv.FormatInt(x.Int, 10) + d.card.Characteristics[i].Unit
			}
		}
		out = append(out, w)
	}
	return out
}

// item is the place of a variable among the characteristics; -1: it is none.
func (d *Dictionary) item(name string) int {
	for i := range d.card.Characteristics {
		if "data."+d.card.Characteristics[i].Name == name {
			return i
		}
	}
	return -1
}

// dictionary returns the dictionary of a run.
func (s *Service) dictionary(tx Tx, r *Run) (*Dictionary, error) {
	m, err := tx.Model(r.Model)
	if err != nil {
		return nil, err
	}
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, err
	}
	return newDictionary(card, r.On)
}

// Words returns what rules over a run may speak of.
//
// Errors: rating.not_found.
func (s *Service) Words(ctx context.Context, run string) (tables []*fact.Table, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err := tx.RatingRun(run)
		if err != nil {
			return err
		}
		d, err := s.dictionary(tx, r)
		if err != nil {
			return err
		}
		tables = d.Tables
		return nil
	})
	return tables, err
}
