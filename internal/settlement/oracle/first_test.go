package oracle_test

import (
	"testing"

	"changrong/internal/policy"
)

func TestFirstLoanReadings(t *testing.T) {
	type note struct{ name, drawn, attested string }
	for _, c := range []struct {
		name                    string
		notes                   []note
		firstBank, first, banks []string // what each reading pays, waits for and excludes
	}{
		{
			"a first bank",
			[]note{{"b/1", "2021-03-01", "1"}, {"b/2", "2021-04-01", ""}, {"c/3", "2021-05-01", "0"}},
			[]string{"b/1", "b/2"},
			[]string{"b/1"},
			[]string{"b/1", "b/2", "c/3"},
		},
		{
			"an earlier note outside the scope",
			[]note{{"c/0", "2020-12-31", "1"}, {"b/1", "2021-03-01", "1"}},
			nil, nil, nil,
		},
		{
			"an earlier note that is not attested",
			[]note{{"c/0", "2021-01-01", "0"}, {"b/1", "2021-03-01", "1"}},
			nil, nil, nil,
		},
		{
			"nobody attests",
			[]note{{"b/1", "2021-03-01", "0"}},
			nil, nil, nil,
		},
		{
			"two on one day: the lower bank, then the lower note",
			[]note{{"b/2", "2021-03-01", "1"}, {"b/10", "2021-03-01", "1"}, {"B/9", "2021-03-01", "1"}, {"B/a", "2021-06-01", "0"}},
			[]string{"B/9", "B/a", "excluded b/10 B", "excluded b/2 B"},
			[]string{"B/9", "excluded b/10 B", "excluded b/2 B"},
			[]string{"B/9", "B/a", "b/10", "b/2"},
		},
		{
			"a later attestation elsewhere",
			[]note{{"a/1", "2021-06-01", "1"}, {"a/2", "2021-06-01", "0"}, {"b/1", "2021-03-01", "1"}},
			[]string{"b/1", "excluded a/1 b"},
			[]string{"b/1", "excluded a/1 b"},
			[]string{"a/1", "a/2", "b/1"},
		},
		{
			"unknown at a lower bank",
			[]note{{"a/1", "2021-03-01", ""}, {"b/1", "2021-03-01", "1"}, {"c/1", "2021-12-31", "0"}, {"c/2", "2022-01-01", "0"}},
			[]string{"waits a/1", "waits b/1", "waits c/1"},
			[]string{"waits a/1", "waits b/1", "waits c/1"},
			[]string{"a/1", "b/1", "c/1"},
		},
		{
			"unknown at a higher bank",
			[]note{{"c/1", "2021-03-01", ""}, {"b/1", "2021-03-01", "1"}},
			[]string{"b/1"},
			[]string{"b/1"},
			[]string{"b/1", "c/1"},
		},
		{
			"unknown in a lower note of the same bank",
			[]note{{"b/0", "2021-03-01", ""}, {"b/1", "2021-03-01", "1"}},
			[]string{"b/0", "b/1"},
			[]string{"waits b/0", "waits b/1"},
			[]string{"b/0", "b/1"},
		},
		{
			"unknown and nobody attests",
			[]note{{"b/0", "2021-03-01", ""}, {"b/1", "2021-04-01", "1"}},
			[]string{"waits b/0", "waits b/1"},
			[]string{"waits b/0", "waits b/1"},
			[]string{"waits b/0", "waits b/1"},
		},
		{
			"unknown later does not matter",
			[]note{{"b/0", "2021-03-02", ""}, {"c/1", "2021-03-01", "1"}},
			[]string{"c/1"},
			[]string{"c/1"},
			[]string{"b/0", "c/1"},
		},
	} {
		for reading, want := range map[policy.FirstLoan][]string{
			policy.YearNotesOfFirstBank: c.firstBank, policy.FirstNote: c.first, policy.YearNotesAllBanks: c.banks,
		} {
			w := newWorld(loans("f", "100%", func(it *policy.Item) { it.FirstLoan = reading }))
			for _, n := range c.notes {
				w.note(n.name, "e", n.drawn, "12", "first_loan", n.attested)
			}
			r := w.run(t)
			var got []string
			for _, l := range r.Lines {
				got = append(got, l.InstitutionID+"/"+l.SubjectID)
			}
			for _, a := range r.SetAside {
				if a.Reason != "unknown_fact" || a.Detail != "loan.first_loan" {
					t.Errorf("%s: waits for %s %s", c.name, a.Reason, a.Detail)
				}
				got = append(got, "waits "+a.InstitutionID+"/"+a.SubjectID)
			}
			for _, a := range r.Excluded {
				if a.Reason != "first_loan_elsewhere" {
					t.Errorf("%s: excluded as %s", c.name, a.Reason)
				}
				got = append(got, "excluded "+a.InstitutionID+"/"+a.SubjectID+" "+a.Detail)
			}
			expect(t, c.name+", "+string(reading), got, want...)
		}
	}
}
