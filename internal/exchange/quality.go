package exchange

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Finding is a record that breaks a rule of quality.
type Finding struct {
	Rule   string `json:"rule"`
	Error  bool   `json:"error"`
	Record int    `json:"record"` // from 1
	Zh     string `json:"text"`
	En     string `json:"text_en"`
}

// Decode reads the cells of a delivery, all of them, as the catalogue types them.
//
// Errors: exchange.drift, exchange.too_many; the place has the record as its line,
// and the field.
func (d *Dataset) Decode(records []Record) (*fact.Batch, error) {
	limit := maxRecords
	if d.Single {
		limit = 1
	}
	if len(records) > limit {
		return nil, fault.Newf(fault.Unavailable, "exchange.too_many", "部门答复了%d条，超过%d条", "%d records, over %d", len(records), limit)
	}
	b := fact.NewBatch(d.rows, d.fieldNames())
	b.File, b.Line = d.ID, 1
	for i, r := range records {
		for name := range r.Cells {
			if d.Field(name) == nil {
				return nil, drift(i, name, "目录中没有这个数据项", "the catalogue has no such field")
			}
		}
		for _, v := range b.Vectors {
			cell, ok := r.Cells[v.Column.Name]
			if !ok {
				return nil, drift(i, v.Column.Name, "缺少这个数据项", "the field is missing")
			}
			if err := v.AppendCell([]byte(cell)); err != nil {
				f := fault.Of(err)
				return nil, drift(i, v.Column.Name, f.Zh, f.En)
			}
		}
	}
	return b, nil
}

// drift is a delivery that is not what the catalogue says.
func drift(record int, field, zh, en string) error {
	return fault.Newf(fault.Unavailable, "exchange.drift", "部门答复与数据目录不符：第%d条“%s”，%s", "the answer is not as the catalogue says: record %d, %s: %s", record+1, field, zh).
		Because(fault.New(fault.Invalid, "exchange.drift", zh, en)).In(fault.Place{Line: record + 1, Field: field})
}

// days are the days a condition may speak of.
type days struct{ asOf, on civil.Date }

// values gives a condition the values of row i of b.
func values(b *fact.Batch, i int, at days) func(*expr.Variable) expr.Value {
	return func(v *expr.Variable) expr.Value {
		if v.Owner == answer.Row {
			if v.Column.Name == "on" {
				return expr.Value{Known: true, Int: int64(at.on)}
			}
			return expr.Value{Known: true, Int: int64(at.asOf)}
		}
		return valueOf(b.Vector(v.Column.Name), i)
	}
}

func valueOf(v *fact.Vector, i int) expr.Value {
	switch {
	case v.Unknown(i):
		return expr.Value{}
	case v.Column.Type.Textual():
		return expr.Value{Known: true, Text: string(v.Texts.At(i))}
	}
	return expr.Value{Known: true, Int: v.Ints[i]}
}

// dayOf is the day for which record i of a delivery speaks.
func (x *Delivery) dayOf(i int) civil.Date {
	if on := x.Records[i].AsOf; on != 0 {
		return on
	}
	return x.AsOf
}

// check runs the rules of d over a delivery that was read on a day.
func (d *Dataset) check(x *Delivery, b *fact.Batch, on civil.Date) []Finding {
	findings := []Finding{}
	for i := range x.Records {
		of := values(b, i, days{x.dayOf(i), on})
		for _, r := range d.Rules {
			if v := r.program.Eval(of); v.Known && v.Int == 0 {
				findings = append(findings, Finding{r.ID, r.Error, i + 1, r.Zh, r.En})
			}
		}
	}
	return findings
}

// summarise makes the one row that conditions read: the only record, or the figures
// over all. nil when nothing is known: no record of a Single dataset, or a record
// that breaks a rule. A figure is unknown when it hangs on something that is.
func (d *Dataset) summarise(x *Delivery, b *fact.Batch, findings []Finding, on civil.Date) *fact.Batch {
	for _, f := range findings {
		if f.Error {
			return nil
		}
	}
	if d.Single {
		if b.Len() == 0 {
			return nil
		}
		return b
	}
	out := fact.NewBatch(d.facts, d.facts.Stored())
	for i := range d.Summary {
		f := &d.Summary[i]
		t := tally{of: f.Of}
		for row := range x.Records {
			t.add(f.takes(values(b, row, days{x.dayOf(row), on})), b.Vector(f.Field), row)
		}
		t.appendTo(out.Vectors[i])
	}
	return out
}

// takes tells whether a figure is over a record: 1 yes, 0 no, else nobody knows.
func (f *Figure) takes(of func(*expr.Variable) expr.Value) expr.Value {
	if f.program == nil {
		return expr.Value{Known: true, Int: 1}
	}
	return f.program.Eval(of)
}

// tally is a figure on its way.
type tally struct {
	of      string
	n, x    int64
	unknown bool
}

func (t *tally) add(takes expr.Value, v *fact.Vector, row int) {
	switch {
	case !takes.Known:
		t.unknown = true
		return
	case takes.Int == 0:
		return
	}
	t.n++
	if v == nil {
		return
	}
	if v.Unknown(row) {
		t.unknown = true
		return
	}
	switch x := v.Ints[row]; {
	case t.of == "sum":
		sum := t.x + x
		t.unknown = t.unknown || (sum > t.x) != (x > 0) && x != 0 // it left int64
		t.x = sum
	case t.n == 1, t.of == "max" && x > t.x, t.of == "min" && x < t.x:
		t.x = x
	}
}

// appendTo appends the figure to its column.
func (t *tally) appendTo(v *fact.Vector) {
	switch {
	case t.of == "any" && t.n > 0: // whatever the others are
		v.AppendInt(1)
	case t.unknown, t.n == 0 && (t.of == "max" || t.of == "min"):
		v.AppendEmpty()
	case t.of == "any":
		v.AppendInt(0)
	case t.of == "count":
		v.AppendInt(t.n)
	default:
		v.AppendInt(t.x)
	}
}
