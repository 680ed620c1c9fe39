package policy

import (
	"slices"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy/expr"
)

// expect reads what a case expects, and which items it is about: the file's own
// and every other it names.
func (r *caseReader) expect(c *Case, d expectDoc) error {
	var err error
	item := func(w Word) string {
		id := w.Text
		if id == "" {
			w, id = r.file.Item, r.file.Item.Text
		}
		if !slices.ContainsFunc(r.pack.items, func(it *itemDoc) bool { return it.ID.Text == id }) && err == nil {
			err = wrong(w, "pack.unknown_item", "没有这个资金项目；应写明 item", "no such item; say which by item")
		}
		if !slices.Contains(c.Items, id) {
			c.Items = append(c.Items, id)
		}
		return id
	}
	aside := func(a asideDoc) WantAside {
		return WantAside{item(a.Item), r.name(a.Institution), r.name(a.Subject), a.Reason.Text, r.name(a.Detail)}
	}
	if r.file.Item.Text != "" {
		item(r.file.Item)
	}
	for _, t := range d.Totals {
		want, e := r.total(t)
		if e != nil {
			return e
		}
		want.Item = item(t.Item)
		c.Totals = append(c.Totals, want)
	}
	for _, a := range d.SetAside {
		c.SetAside = append(c.SetAside, aside(a))
	}
	for _, a := range d.Excluded {
		c.Excluded = append(c.Excluded, aside(a))
	}
	if err != nil {
		return err
	}
	for _, i := range d.Indicators {
		want, e := r.indicator(i)
		if e != nil {
			return e
		}
		c.Indicators = append(c.Indicators, want)
	}
	return nil
}

func (r *caseReader) total(d totalDoc) (WantTotal, error) {
	want := WantTotal{Payee: r.name(d.Payee)}
	var err error
	if want.Rows, err = count(d.Rows); err != nil {
		return want, err
	}
	for _, q := range []struct {
		w  *Word
		to **money.Fen
	}{{d.Base, &want.Base}, {d.Amount, &want.Amount}, {d.Pooled, &want.Pooled}} {
		if q.w == nil {
			continue
		}
		f, err := yuan(*q.w)
		if err != nil {
			return want, err
		}
		*q.to = &f
	}
	want.Paid, err = yuan(d.Paid)
	return want, err
}

func (r *caseReader) indicator(d wantIndicatorDoc) (WantIndicator, error) {
	want := WantIndicator{ID: d.ID.Text, Met: d.Met.On}
	if !slices.ContainsFunc(r.pack.indicators, func(ind *indicatorDoc) bool { return ind.ID.Text == d.ID.Text }) {
		return want, wrong(d.ID, "pack.unknown_indicator", "没有这个指标", "no such indicator")
	}
	if d.Value.Text != "" {
		k, err := parseParameter(d.Value)
		if err != nil {
			return want, err
		}
		want.Value = &k.Int
	}
	var err error
	if want.Rows, err = count(d.Rows); err != nil {
		return want, err
	}
	want.Unknown, err = count(d.Unknown)
	return want, err
}

// count reads a number of rows; nil is nil.
func count(w *Word) (*int64, error) {
	if w == nil {
		return nil, nil
	}
	k, err := parseParameter(*w)
	if err != nil || k.Type.Unit != expr.Plain || k.Int < 0 {
		return nil, wrong(*w, "pack.quantity", "应为行数", "must be a number of rows")
	}
	return &k.Int, nil
}

// yuan reads 37500.00 or 3.75万元.
func yuan(w Word) (money.Fen, error) {
	if strings.Contains(w.Text, "元") {
		q, err := money.ParseAmount(w.Text)
		return q.Fen, at(err, w)
	}
	f, err := money.ParseYuan(w.Text)
	return f, at(err, w)
}
