package ratingdata

import (
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/rating/feature"
)

// TestFeaturesThatShipAreAnswered: every feature reads a field that the catalogue has, of a
// kind that it can measure, or single invoices.
func TestFeaturesThatShipAreAnswered(t *testing.T) {
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for _, f := range set.Features {
		if strings.HasPrefix(f.Source, "invoices.") {
			continue
		}
		d, err := catalogue.Dataset(strings.TrimSuffix(f.Source, summaryOf))
		if err != nil {
			t.Errorf("%s reads %s, which nobody has", f.Name, f.Source)
			continue
		}
		has := func(name string) bool {
			if !strings.HasSuffix(f.Source, summaryOf) {
				return d.Field(name) != nil
			}
			for _, x := range d.Summary {
				if x.Name == name {
					return true
				}
			}
			return false
		}
		if f.Field != "" && !has(f.Field) || f.To != "" && !has(f.To) {
			t.Errorf("%s reads %s %s of %s, which it has not", f.Name, f.Field, f.To, f.Source)
		}
		if x := d.Field(f.Field); x != nil && len(f.Categories) > 0 {
			for _, c := range x.Codes {
				if !strings.Contains(" "+strings.Join(f.Categories, " ")+" ", " "+c.Code+" ") {
					t.Errorf("%s does not know the code %s", f.Name, c.Code)
				}
			}
		}
		answered++
	}
	if datasets := Datasets(catalogue, set); answered < 20 || len(datasets) < 8 {
		t.Errorf("%d features of %v", answered, datasets)
	}
}

// TestAnswersBecomeTables measures features of what departments answered.
func TestAnswersBecomeTables(t *testing.T) {
	day := func(s string) civil.Date {
		d, err := civil.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	part := func(id string, o exchange.Outcome, records ...map[string]string) exchange.Part {
		d, err := catalogue.Dataset(id)
		if err != nil {
			t.Fatal(err)
		}
		p := exchange.Part{Dataset: id, Zh: d.Zh, Department: d.Department, Outcome: o, AsOf: day("2026-05-31"), Fields: d.Fields, Summary: map[string]string{}}
		for _, r := range records {
			p.Records = append(p.Records, exchange.Record{Cells: r})
		}
		return p
	}
	invoices := part("tax.invoices", exchange.Asked,
		map[string]string{"month": "2026-04", "issued_amount": "1000.50", "issued_count": "3", "voided_amount": "100.05", "received_amount": ""},
		map[string]string{"month": "2026-05", "issued_amount": "2000.00", "issued_count": "1", "voided_amount": "0.00", "received_amount": "5.00"})
	arrears := part("tax.arrears", exchange.Kept)
	arrears.Summary["amount"] = "0.00"
	refused := part("court.cases", exchange.Refused)
	refused.Reason = &exchange.Reason{Code: "consent.none", Zh: "企业没有授权", En: "no consent"}
	broken := part("utility.electricity", exchange.Asked, map[string]string{"month": "2026-05", "quantity": "10"})
	broken.Findings = []exchange.Finding{{Rule: "utility.electricity.billed", Error: true, Record: 1}}
	k := Known(&exchange.Answer{Parts: []exchange.Part{invoices, arrears, refused, broken, part("tax.grade", exchange.Last, map[string]string{"grade": "M", "year": "2025", "score": ""})}})
	set, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"invoiced": 3000.5, "invoiced_voided": 100.05 / 3000.5, "invoiced_months": 2.0, "purchases": nil, // one month of purchases is unknown
		"tax_arrears": 0.0, "tax_grade": "M", "cases_as_defendant": nil, "electricity_slope": nil, "tax_sales": nil,
	}
	for _, f := range set.Features {
		w, asked := want[f.Name]
		if !asked {
			continue
		}
		delete(want, f.Name)
		v := f.Of(k.Tables, day("2026-06-03"))
		var got any
		switch {
		case v.Known && v.Text != "":
			got = v.Text
		case v.Known:
			got = v.Number
		}
		if got != w {
			t.Errorf("%s is %v, not %v", f.Name, got, w)
		}
	}
	if len(want) > 0 {
		t.Errorf("no features %v", want)
	}
	for source, why := range map[string]string{"court.cases": "企业没有授权", "utility.electricity": "数据有误，未使用", "tax.arrears/summary": ""} {
		if got := k.From[source].Because; got != why {
			t.Errorf("%s: %q", source, got)
		}
	}
	if from := k.From["tax.invoices"]; from.Source != "税务部门：增值税发票汇总" || *from.AsOf != day("2026-05-31") {
		t.Errorf("%+v", from)
	}
}
