// Package ratingdata makes what departments answered of a firm into what scorecards read: for
// each dataset the table of its records and the one row of its summary (评级取数). What was not
// given is unknown, with the reason; it is never taken for nothing.
package ratingdata

import (
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
)

// summaryOf ends the name of a source that is the summary of a dataset, one row a firm.
const summaryOf = "/summary"

// Datasets are the datasets that features read, each once, as the catalogue has them.
func Datasets(c *exchange.Catalogue, set *feature.Set) (out []string) {
	seen := map[string]bool{}
	for i := range set.Features {
		id := strings.TrimSuffix(set.Features[i].Source, summaryOf)
		if seen[id] {
			continue
		}
		seen[id] = true
		if _, err := c.Dataset(id); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// Known is what an answer says of a firm, as features read it: for each dataset its
// records, and its summary. A dataset that was not given, or whose records break a rule of
// quality, is unknown, with the reason.
func Known(a *exchange.Answer) *rating.Known {
	out := &rating.Known{Tables: feature.Firm{}, From: map[string]rating.Origin{}}
	for i := range a.Parts {
		p := &a.Parts[i]
		from := rating.Origin{Source: p.Department.Zh + "：" + p.Zh}
		switch {
		case p.Outcome == exchange.Unknown:
			from.Because = p.Department.Zh + "没有该企业的记录"
		case !p.Outcome.Gives() && p.Reason != nil:
			from.Because = p.Reason.Zh
		case !p.Outcome.Gives():
			from.Because = "没有取得"
		case slices.ContainsFunc(p.Findings, func(f exchange.Finding) bool { return f.Error }):
			from.Because = "数据有误，未使用"
		}
		if p.AsOf != 0 {
			from.AsOf = &p.AsOf
		}
		out.From[p.Dataset], out.From[p.Dataset+summaryOf] = from, from
		if from.Because == "" {
			out.Tables[p.Dataset] = tableOf(p.Fields, p.Records)
			out.Tables[p.Dataset+summaryOf] = summaryTable(p)
		}
	}
	return out
}

// tableOf are records as features read them. A row belongs to the month of its field of
// that type, or of its first date; without either it is about the firm as it is.
func tableOf(fields []exchange.Field, records []exchange.Record) *feature.Table {
	t := newTable(len(records))
	when := ""
	for _, kind := range []string{"month", "date"} {
		for i := range fields {
			if when == "" && fields[i].Type == kind && fields[i].Required {
				when = fields[i].Name
			}
		}
	}
	for row := range records {
		for i := range fields {
			t.put(&fields[i], row, len(records), records[row].Cells[fields[i].Name], fields[i].Name == when)
		}
	}
	return &t.Table
}

// summaryTable is the one row of a summary.
func summaryTable(p *exchange.Part) *feature.Table {
	t := newTable(1)
	for name, text := range p.Summary {
		kind := "text"
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			kind = "number"
		}
		t.put(&exchange.Field{Name: name, Type: kind}, 0, 1, text, false)
	}
	return &t.Table
}

// table is a table in the making.
type table struct{ feature.Table }

func newTable(rows int) *table {
	t := &table{feature.Table{
		Numbers: map[string][]float64{}, Texts: map[string][]string{}, Days: map[string][]civil.Date{}, Unknown: map[string][]bool{},
	}}
	for range rows {
		t.Months = append(t.Months, feature.NoMonth)
	}
	return t
}

// put puts a cell in. Amounts are in 元, rates as shares of 1; what cannot be read as what it
// should be is unknown.
func (t *table) put(f *exchange.Field, row, rows int, text string, when bool) {
	name := f.Name
	if t.Unknown[name] == nil {
		t.Unknown[name] = make([]bool, rows)
	}
	var err error
	var number float64
	var day civil.Date
	switch f.Type {
	case "bool", "int", "number":
		number, err = strconv.ParseFloat(text, 64)
	case "yuan":
		var fen money.Fen
		fen, err = money.ParseYuan(text)
		number = float64(fen) / float64(money.Yuan)
	case "percent":
		var rate money.Rate
		rate, err = money.ParsePercent(text)
		number = float64(rate) / 1e9
	case "date":
		day, err = civil.ParseDate(text)
		if when && err == nil {
			t.Months[row] = day.Month()
		}
	case "month":
		var m civil.Month
		m, err = civil.ParseMonth(text)
		if when && err == nil {
			t.Months[row] = m
		}
	}
	t.Unknown[name][row] = text == "" || err != nil
	switch f.Type {
	case "date":
		t.Days[name] = column(t.Days[name], rows)
		t.Days[name][row] = day
	case "bool", "int", "number", "yuan", "percent":
		t.Numbers[name] = column(t.Numbers[name], rows)
		t.Numbers[name][row] = number
	default:
		t.Texts[name] = column(t.Texts[name], rows)
		t.Texts[name][row] = text
	}
}

// column is x, or an empty column where there is none yet.
func column[T any](x []T, rows int) []T {
	if x == nil {
		return make([]T, rows)
	}
	return x
}
