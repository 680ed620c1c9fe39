package party_test

import (
	"slices"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/party"
)

func TestSizedFillsWhatIndicatorsTell(t *testing.T) {
	row := func(id, size, employees, sales string) map[string]string {
		return map[string]string{"enterprise_id": id, "name": "企业", "kind": "enterprise", "industry": "C13", "size": size, "employees": employees, "annual_sales": sales}
	}
	src, err := fact.FromExample(map[string][]map[string]string{
		"enterprises": {row("a", "", "300", "20000000"), row("b", "large", "1", "1"), row("c", "", "", "20000000"), row("d", "", "19", "1000000000")},
		"loans":       {},
	})
	if err != nil {
		t.Fatal(err)
	}
	sized := party.NewSized(src)
	var got []string
	err = sized.Scan(t.Context(), "enterprises", []string{"size", "enterprise_id"}, 1, func(_ int, b *fact.Batch) error {
		if len(b.Vectors) != 2 {
			t.Errorf("%d vectors for two columns", len(b.Vectors))
		}
		for i := range b.Len() {
			size := "?"
			if !b.Vectors[0].Unknown(i) {
				size = string(b.Vectors[0].Texts.At(i))
			}
			got = append(got, string(b.Vectors[1].Texts.At(i))+" "+size)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a medium", "b large", "c ?", "d micro"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if sized.Filled() != 2 {
		t.Errorf("%d filled, want 2", sized.Filled())
	}
	if !sized.Has("loans") || sized.Has("branches") {
		t.Error("other tables are not as they were")
	}
}
