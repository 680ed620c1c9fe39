package shelf_test

import (
	"slices"
	"strconv"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/fact/shelf"

	"pgregory.net/rapid"
)

func stored(t *fact.Table) []string { return t.Stored() }

// TestRowsAreFoundAsBySearching: what indexes find is what going through all rows
// finds, in the same order.
func TestRowsAreFoundAsBySearching(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"", "a", "b", "ab", "\u4e34"})
		n := rapid.IntRange(0, 60).Draw(t, "rows")
		rows := []map[string]string{}
		for range n {
			row := map[string]string{
				"institution_id": "b" + strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "bank")), "loan_id": "n" + strconv.Itoa(rapid.IntRange(0, 9).Draw(t, "note")),
				"enterprise_id": "e" + strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "firm")), "principal": "1", "disbursed_on": "2021-01-01", "due_on": "2022-01-01",
				"branch_id": name.Draw(t, "branch"),
			}
			rows = append(rows, row)
		}
		facts, err := fact.FromExample(map[string][]map[string]string{"loans": rows})
		if err != nil {
			t.Fatal(err)
		}
		s, err := shelf.Read(t.Context(), facts, stored, "institution_id")
		if err != nil {
			t.Fatal(err)
		}
		table := s.Table("loans")
		search := func(holds func(map[string]string) bool) (found []int32) {
			for i, r := range rows {
				if holds(r) {
					found = append(found, int32(i))
				}
			}
			return found
		}
		same := func(what string, want []int32, look func(func(int32))) {
			var got []int32
			look(func(row int32) { got = append(got, row) })
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %v, not %v", what, got, want)
			}
		}
		for b := range 5 {
			bank := "b" + strconv.Itoa(b)
			same(bank, search(func(r map[string]string) bool { return r["institution_id"] == bank }), func(f func(int32)) { table.By("institution_id", bank, f) })
			for _, branch := range []string{"a", "b", "ab", "\u4e34", "c"} {
				want := search(func(r map[string]string) bool { return r["institution_id"] == bank && r["branch_id"] == branch })
				same(bank+branch, want, func(f func(int32)) { table.Children("branches", []string{bank, branch}, f) })
			}
			for i := range 11 {
				note := "n" + strconv.Itoa(i)
				want := search(func(r map[string]string) bool { return r["institution_id"] == bank && r["loan_id"] == note })
				got := table.Key(bank, note)
				if len(want) == 0 && got != -1 || len(want) > 0 && got != want[len(want)-1] {
					t.Fatalf("%s %s: %d, not the last of %v", bank, note, got, want)
				}
			}
		}
		for f := range 6 {
			firm := "e" + strconv.Itoa(f)
			same(firm, search(func(r map[string]string) bool { return r["enterprise_id"] == firm }), func(g func(int32)) { table.Children("enterprises", []string{firm}, g) })
		}
	})
}

func TestValuesAreHeldAsTheyWere(t *testing.T) {
	facts, err := fact.FromExample(map[string][]map[string]string{"enterprises": {
		{"enterprise_id": "e1", "name": "甲", "kind": "enterprise", "annual_sales": "12.34"},
		{"enterprise_id": "e2", "name": "甲", "kind": "coop"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := shelf.Read(t.Context(), facts, stored)
	if err != nil {
		t.Fatal(err)
	}
	e := s.Table("enterprises")
	if e.Rows() != 2 || s.Table("loans") != nil {
		t.Error("rows or tables")
	}
	if x, known := e.Int(0, "annual_sales"); x != 1234 || !known {
		t.Error(x, known)
	}
	if x, known := e.Int(1, "annual_sales"); x != 0 || known {
		t.Error("an empty cell is known:", x)
	}
	if x, known := e.Text(1, "name"); x != "甲" || !known {
		t.Error(x, known)
	}
	if _, known := e.Text(1, "town"); known {
		t.Error("an unknown town is known")
	}
	if _, known := e.Text(1, "annual_sales"); known {
		t.Error("an amount is text")
	}
	if _, known := e.Int(1, "no such column"); known {
		t.Error("a column that is not there is known")
	}
}
