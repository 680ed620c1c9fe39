package policy

import (
	"maps"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// row turns one written row into cells: names into codes, quantities into the
// units of files, a span of months into a row each.
func (r *caseReader) row(t *fact.Table, row rowDoc, cells Cells) error {
	out := make(map[string]string, len(row))
	var months []civil.Month
	full := maps.Clone(r.shared.Defaults[t.Name])
	if full == nil {
		full = rowDoc{}
	}
	maps.Copy(full, row)
	for _, name := range slices.Sorted(maps.Keys(full)) {
		w, c := full[name], t.Column(name)
		if c == nil || c.Derived {
			return wrong(w, "pack.unknown_column", t.Name+" 没有列 "+name, t.Name+" has no column "+name)
		}
		if c.Type == fact.Month && strings.Contains(w.Text, "..") {
			var err error
			if months, err = span(w); err != nil {
				return err
			}
			continue
		}
		text, err := r.cell(c, w)
		if err != nil {
			return err
		}
		out[name] = text
	}
	if months == nil {
		cells[t.Name] = append(cells[t.Name], out)
		return nil
	}
	for _, m := range months {
		one := maps.Clone(out)
		one["month"] = m.String()
		cells[t.Name] = append(cells[t.Name], one)
	}
	return nil
}

func span(w Word) ([]civil.Month, error) {
	from, to, _ := strings.Cut(w.Text, "..")
	a, err := civil.ParseMonth(from)
	if err != nil {
		return nil, at(err, w)
	}
	b, err := civil.ParseMonth(to)
	if err != nil {
		return nil, at(err, w)
	}
	if b < a || b-a > 120 {
		return nil, wrong(w, "pack.span", "月份起止不对", "a wrong span of months")
	}
	return civil.Range{First: a.First(), Last: b.Last()}.Months(), nil
}

func (r *caseReader) cell(c *fact.Column, w Word) (string, error) {
	switch {
	case c.Type == fact.USCC || c.Name == "subject_id":
		return r.name(w), nil
	case c.Type == fact.Fen && strings.Contains(w.Text, "元"):
		q, err := money.ParseAmount(w.Text)
		return q.Fen.String(), at(err, w)
	case c.Type == fact.Rate:
		return strings.TrimSuffix(w.Text, "%"), nil
	}
	return w.Text, nil
}

// name puts in the code that a short name stands for.
func (r *caseReader) name(w Word) string {
	if full, ok := r.shared.Names[w.Text]; ok {
		return full.Text
	}
	return w.Text
}
