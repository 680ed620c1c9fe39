package explain_test

import (
	"strings"
	"testing"

	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// TestEveryRowIsExplained: whatever becomes of a row, there is a sentence for it in
// both languages, and the explanation agrees with what was settled.
func TestEveryRowIsExplained(t *testing.T) {
	outcomes := map[string]int{}
	for seed := range uint64(60) {
		plan, facts := settletest.Random(seed)
		stored, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		x, err := explain.Open(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, q := range questions(plan, stored) {
			trace, err := x.Explain(stored, q)
			if err != nil {
				t.Fatalf("seed %d, %+v: %v", seed, q, err)
			}
			check(t, seed, trace, outcomes)
		}
	}
	for _, what := range []string{
		"paid", "no_base", "not_selected", "unknown_fact", "gate_unknown", "unknown_base", "month_gap",
		"not_computable", "undecided", "no_claim", "lost_to", "other_bank", "gate_failed", "first_loan_elsewhere",
	} {
		if outcomes[what] == 0 {
			t.Errorf("%s is never explained", what)
		}
	}
}

// questions asks about every payee, and about every row that came to something.
func questions(plan *policy.Plan, r *settlement.Result) []explain.Query {
	var qs []explain.Query
	for _, total := range r.Totals {
		qs = append(qs, explain.Query{Payee: total.PayeeID, Item: total.Item})
	}
	for _, l := range r.Lines {
		qs = append(qs, explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID})
	}
	for _, a := range append(r.SetAside, r.Excluded...) {
		qs = append(qs, explain.Query{Subject: a.SubjectID})
	}
	return qs
}

func check(t *testing.T, seed uint64, trace *explain.Trace, outcomes map[string]int) {
	t.Helper()
	if !trace.Agrees {
		t.Errorf("seed %d: the trace disagrees with the oracle's own result:\n%s", seed, trace.Text(explain.En))
	}
	for _, l := range []explain.Lang{explain.Zh, explain.En} {
		if text := trace.Text(l); strings.Contains(text, "%!") || strings.Contains(text, "<nil>") {
			t.Errorf("seed %d: a gap in %s", seed, text)
		}
	}
	for _, it := range trace.Items {
		for _, r := range it.Rows {
			outcomes[string(r.Outcome)]++
			outcomes[string(r.Reason)]++
			if !strings.Contains(r.Sentence.Zh, "（依据：") || !strings.HasSuffix(r.Sentence.Zh, "）。") || !strings.HasSuffix(r.Sentence.En, ").") {
				t.Errorf("seed %d: not a sentence: %s %s", seed, r.Sentence.Zh, r.Sentence.En)
			}
			if (r.Outcome == explain.NotSelected || r.Outcome == explain.Waits && len(r.Missing) > 0) && len(r.Needs) == 0 {
				t.Errorf("seed %d: nothing would help %s", seed, r.Sentence.Zh)
			}
		}
	}
}

// TestDisagreementIsFound: whatever is changed in a stored line is found, and named.
func TestDisagreementIsFound(t *testing.T) {
	changes := map[string]func(*settlement.Line){
		"payee":    func(l *settlement.Line) { l.PayeeID += "x" },
		"base":     func(l *settlement.Line) { l.Base++ },
		"limit":    func(l *settlement.Line) { l.LimitedBase++ },
		"rate":     func(l *settlement.Line) { l.Rate++ },
		"amount":   func(l *settlement.Line) { l.Amount++ },
		"deducted": func(l *settlement.Line) { l.Deducted++ },
		"cap":      func(l *settlement.Line) { l.Capped++ },
		"pool":     func(l *settlement.Line) { l.Pooled++ },
		"paid":     func(l *settlement.Line) { l.Paid++ },
		"outcome":  func(l *settlement.Line) { l.SubjectID += "x" },
	}
	plan, facts := settletest.Random(3)
	x, err := explain.Open(t.Context(), plan, facts)
	if err != nil {
		t.Fatal(err)
	}
	for step, change := range changes {
		stored, err := oracle.Run(t.Context(), plan, facts)
		if err != nil || len(stored.Lines) == 0 {
			t.Fatal("no lines to change", err)
		}
		l := stored.Lines[0]
		change(&stored.Lines[0])
		trace, err := x.Explain(stored, explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID, Item: l.Item})
		if err != nil {
			t.Fatal(err)
		}
		d := trace.Items[0].Rows[0].Differences
		if trace.Agrees || len(d) != 1 || d[0].Step.En != step {
			t.Errorf("a change of %s shows as %+v", step, d)
		}
	}
}
