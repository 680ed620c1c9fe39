package explain_test

import (
	"reflect"
	"slices"
	"sync"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// openStored opens an explainer of a stored settlement.
func openStored(t *testing.T, plan *policy.Plan, facts fact.Memory, stored *settlement.Result) *explain.Explainer {
	t.Helper()
	held, err := oracle.ReadShelf(t.Context(), plan, facts)
	if err != nil {
		t.Fatal(err)
	}
	x, err := explain.OpenStored(t.Context(), plan, held, stored)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// everything asks about every payee, every row, and every subject of every table.
func everything(plan *policy.Plan, facts fact.Memory, r *settlement.Result) []explain.Query {
	qs := questions(plan, r)
	for _, it := range plan.Items {
		b := facts[it.Table.Name]
		if b == nil {
			continue
		}
		subject, bank := b.Vector(it.Subject().Name), b.Vector("institution_id")
		for i := range b.Len() {
			q := explain.Query{Subject: string(subject.Texts.At(i)), Item: it.ID}
			if bank != nil {
				q.Institution = string(bank.Texts.At(i))
			}
			qs = append(qs, q)
		}
	}
	for _, table := range []string{"institutions", "enterprises"} {
		if b := facts[table]; b != nil {
			for i := range b.Len() {
				qs = append(qs, explain.Query{Payee: string(b.Vectors[0].Texts.At(i))})
			}
		}
	}
	return qs
}

// TestSingleRowsAreExplainedAsTheWhole: what is said of a row when only it is worked
// out, and the rest taken from the stored result, is what is said when everything is
// worked out, to the last word.
func TestSingleRowsAreExplainedAsTheWhole(t *testing.T) {
	asked := 0
	for seed := range uint64(150) {
		plan, facts := settletest.Random(seed)
		stored, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		whole, err := explain.Open(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		single := openStored(t, plan, facts, stored)
		for _, q := range everything(plan, facts, stored) {
			want, err1 := whole.Explain(stored, q)
			got, err2 := single.Answer(t.Context(), q)
			if (err1 == nil) != (err2 == nil) || err1 != nil && err1.Error() != err2.Error() {
				t.Fatalf("seed %d, %+v: %v, not %v", seed, q, err2, err1)
			}
			if err1 == nil && !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, %+v:\n%s\nnot\n%s", seed, q, got.Text(explain.Zh), want.Text(explain.Zh))
			}
			asked++
		}
	}
	t.Logf("%d questions", asked)
}

// TestChangedResultsAreFoundOut: whatever is changed in the stored row that is asked
// about, it is named as when everything is worked out.
func TestChangedResultsAreFoundOut(t *testing.T) {
	changes := map[string]func(*settlement.Line){
		"payee": func(l *settlement.Line) { l.PayeeID += "x" }, "enterprise": func(l *settlement.Line) { l.EnterpriseID += "x" },
		"base": func(l *settlement.Line) { l.Base++ }, "limit": func(l *settlement.Line) { l.LimitedBase++ },
		"rate": func(l *settlement.Line) { l.Rate++ }, "amount": func(l *settlement.Line) { l.Amount++ },
		"deducted": func(l *settlement.Line) { l.Deducted++ }, "cap": func(l *settlement.Line) { l.Capped++ },
		"pool": func(l *settlement.Line) { l.Pooled++ }, "paid": func(l *settlement.Line) { l.Paid++ },
		"outcome": func(l *settlement.Line) { l.SubjectID += "x" },
	}
	for seed := range uint64(25) {
		plan, facts := settletest.Random(seed)
		for what, change := range changes {
			stored, err := oracle.Run(t.Context(), plan, facts)
			if err != nil {
				t.Fatal(err)
			}
			if len(stored.Lines) == 0 {
				continue
			}
			n := int(seed) % len(stored.Lines)
			l := stored.Lines[n]
			change(&stored.Lines[n])
			whole, err := explain.Open(t.Context(), plan, facts)
			if err != nil {
				t.Fatal(err)
			}
			q := explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID, Item: l.Item}
			want, err := whole.Explain(stored, q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := openStored(t, plan, facts, stored).Answer(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got.Agrees || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, %s:\n%s\nnot\n%s", seed, what, got.Text(explain.Zh), want.Text(explain.Zh))
			}
		}
	}
}

// TestAViewerIsToldOfItsOwnRows: an institution that asks learns no number of a row,
// nor the name, of another.
func TestAViewerIsToldOfItsOwnRows(t *testing.T) {
	told := 0
	for seed := range uint64(60) {
		plan, facts := settletest.Random(seed)
		stored, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatal(err)
		}
		x := openStored(t, plan, facts, stored)
		for _, q := range everything(plan, facts, stored) {
			for _, viewer := range institutions(facts) {
				q.Viewer = viewer
				trace, err := x.Answer(t.Context(), q)
				if err != nil {
					continue
				}
				told++
				for _, it := range trace.Items {
					for _, r := range it.Rows {
						if r.InstitutionID != viewer {
							t.Fatalf("seed %d, %+v: a row of %q", seed, q, r.InstitutionID)
						}
						for _, s := range []*explain.Sharing{r.Limit, r.Cap} {
							if s != nil && slices.ContainsFunc(s.Rows, func(o explain.Share) bool { return o.InstitutionID != viewer }) {
								t.Fatalf("seed %d, %+v: another's row in a group", seed, q)
							}
						}
					}
				}
			}
		}
	}
	if told == 0 {
		t.Error("nobody was told anything")
	}
}

func institutions(facts fact.Memory) (ids []string) {
	if b := facts["institutions"]; b != nil {
		for i := range b.Len() {
			ids = append(ids, string(b.Vector("institution_id").Texts.At(i)))
		}
	}
	return ids
}

// TestManyAskAtOnce: answers do not depend on who else asks.
func TestManyAskAtOnce(t *testing.T) {
	for seed := range uint64(8) {
		plan, facts := settletest.Random(seed)
		stored, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatal(err)
		}
		x := openStored(t, plan, facts, stored)
		qs := everything(plan, facts, stored)
		alone := make([]*explain.Trace, len(qs))
		for i, q := range qs {
			alone[i], _ = x.Answer(t.Context(), q)
		}
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				for i := range qs {
					n := (i + worker*len(qs)/4) % len(qs)
					if got, _ := x.Answer(t.Context(), qs[n]); !reflect.DeepEqual(got, alone[n]) {
						t.Errorf("seed %d, %+v: another answer", seed, qs[n])
						return
					}
				}
			})
		}
		all.Wait()
	}
}
