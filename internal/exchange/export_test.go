package exchange

import (
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
)

// SummaryOf returns the summary of records as one line; or the rules they break.
func SummaryOf(t testing.TB, d *Dataset, asOf string, cells ...map[string]string) string {
	t.Helper()
	on, err := civil.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	x := &Delivery{AsOf: on}
	for _, c := range cells {
		x.Records = append(x.Records, Record{Cells: c})
	}
	b, err := d.Decode(x.Records)
	if err != nil {
		t.Fatal(err)
	}
	findings := d.check(x, b, on)
	row := d.summarise(x, b, findings, on)
	var words []string
	for _, f := range findings {
		words = append(words, f.Rule)
	}
	if row != nil {
		for _, v := range row.Vectors {
			if !v.Unknown(0) {
				words = append(words, v.Column.Name+"="+string(v.AppendValue(nil, 0)))
			}
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}
