package cases_test

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
)

func number[T any](x T) *T { return &x }

// Compare says every difference, and nothing where there is none.
func TestCompareSaysEveryDifference(t *testing.T) {
	want := func() *policy.Case {
		return &policy.Case{
			Items:      []string{"a"},
			Totals:     []policy.WantTotal{{Item: "a", Payee: "p", Rows: number[int64](2), Base: number[money.Fen](300), Amount: number[money.Fen](20), Pooled: number[money.Fen](10), Paid: 10}},
			SetAside:   []policy.WantAside{{Item: "a", Subject: "s", Reason: "month_gap", Detail: "2021-05"}},
			Excluded:   []policy.WantAside{{Item: "a", Institution: "i", Subject: "x", Reason: "lost_to"}},
			Indicators: []policy.WantIndicator{{ID: "n", Value: number[int64](5), Met: true, Rows: number[int64](3), Unknown: number[int64](0)}, {ID: "e"}},
		}
	}
	got := func() *settlement.Result {
		return &settlement.Result{
			Totals:     []settlement.Total{{Item: "a", PayeeID: "p", Rows: 2, Base: 300, Amount: 20, Pooled: 10, Paid: 10}, {Item: "b", PayeeID: "p"}},
			SetAside:   []settlement.Aside{{Item: "a", InstitutionID: "i", SubjectID: "s", Reason: settlement.MonthGap, Detail: "2021-05"}, {Item: "b", SubjectID: "s"}},
			Excluded:   []settlement.Aside{{Item: "a", InstitutionID: "i", SubjectID: "x", Reason: settlement.LostTo, Detail: "b"}},
			Indicators: []settlement.Measured{{Indicator: "e"}, {Indicator: "n", Known: true, Value: 5, Met: true, Rows: 3}},
		}
	}
	if wrong := cases.Compare(want(), got()); wrong != nil {
		t.Fatalf("the same differs: %v", wrong)
	}
	for what, change := range map[string]func(*policy.Case, *settlement.Result){
		"another payee": func(_ *policy.Case, r *settlement.Result) { r.Totals[0].PayeeID = "q" },
		"a payee more": func(_ *policy.Case, r *settlement.Result) {
			r.Totals = append(r.Totals, settlement.Total{Item: "a", PayeeID: "q"})
		},
		"no payee":            func(_ *policy.Case, r *settlement.Result) { r.Totals = nil },
		"rows":                func(_ *policy.Case, r *settlement.Result) { r.Totals[0].Rows++ },
		"base":                func(_ *policy.Case, r *settlement.Result) { r.Totals[0].Base++ },
		"amount":              func(_ *policy.Case, r *settlement.Result) { r.Totals[0].Amount++ },
		"pooled":              func(_ *policy.Case, r *settlement.Result) { r.Totals[0].Pooled++ },
		"paid":                func(_ *policy.Case, r *settlement.Result) { r.Totals[0].Paid++ },
		"a row waits no more": func(_ *policy.Case, r *settlement.Result) { r.SetAside = nil },
		"a row waits, too": func(_ *policy.Case, r *settlement.Result) {
			r.SetAside = append(r.SetAside, settlement.Aside{Item: "a", SubjectID: "t"})
		},
		"another reason":        func(_ *policy.Case, r *settlement.Result) { r.SetAside[0].Reason = settlement.Undecided },
		"another detail":        func(_ *policy.Case, r *settlement.Result) { r.SetAside[0].Detail = "2021-06" },
		"another bank":          func(_ *policy.Case, r *settlement.Result) { r.Excluded[0].InstitutionID = "j" },
		"a value":               func(_ *policy.Case, r *settlement.Result) { r.Indicators[1].Value++ },
		"a target missed":       func(_ *policy.Case, r *settlement.Result) { r.Indicators[1].Met = false },
		"an unknown value":      func(_ *policy.Case, r *settlement.Result) { r.Indicators[1].Known = false },
		"a value after all":     func(_ *policy.Case, r *settlement.Result) { r.Indicators[0].Known = true },
		"an indicator's rows":   func(_ *policy.Case, r *settlement.Result) { r.Indicators[1].Rows++ },
		"rows that are unknown": func(_ *policy.Case, r *settlement.Result) { r.Indicators[1].Unknown++ },
		"no indicator":          func(_ *policy.Case, r *settlement.Result) { r.Indicators = r.Indicators[:1] },
	} {
		c, r := want(), got()
		change(c, r)
		if cases.Compare(c, r) == nil {
			t.Errorf("%s: no difference is seen", what)
		}
	}
	// What a case does not say is not compared.
	c, r := want(), got()
	c.Totals[0] = policy.WantTotal{Item: "a", Payee: "p", Paid: 10}
	r.Totals[0].Rows, r.Totals[0].Base, r.Totals[0].Amount, r.Totals[0].Pooled = 0, 0, 0, 0
	if wrong := cases.Compare(c, r); wrong != nil {
		t.Errorf("what is not said: %v", wrong)
	}
}

func TestRunTellsWhatFailed(t *testing.T) {
	pack, err := policy.Load(os.DirFS(packs + "/linhai-2021-47"))
	if err != nil {
		t.Fatal(err)
	}
	refuse := fault.Invalidf("settlement.decision_range", "a", "b")
	pack.Cases = []*policy.CaseFile{{File: "f", Item: "outlet-town", Cases: []policy.Case{
		{Name: "refused", Refused: "settlement.decision_range"},
		{Name: "another fault", Refused: "settlement.link"},
		{Name: "no fault was meant"},
		{Name: "no reading", Readings: map[string]string{"average": "guess"}},
		{Name: "no facts", Facts: policy.Cells{"cows": {}}},
	}}}
	runners := []cases.Runner{
		{Name: "refuses", Run: func(context.Context, *policy.Plan, fact.Source) (*settlement.Result, error) { return nil, refuse }},
		{Name: "settles", Run: func(context.Context, *policy.Plan, fact.Source) (*settlement.Result, error) {
			return &settlement.Result{}, nil
		}},
	}
	outcomes, err := cases.Run(t.Context(), pack, runners)
	if err != nil {
		t.Fatal(err)
	}
	var passed []string
	for _, o := range outcomes {
		if o.Wrong == nil {
			passed = append(passed, o.Runner+" "+o.Name)
		}
	}
	if got, want := strings.Join(passed, "; "), "refuses refused; settles no fault was meant"; len(outcomes) != 10 || got != want {
		t.Errorf("%d outcomes, passed: %s; want %s", len(outcomes), got, want)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := cases.Run(stopped, pack, runners); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// The reasons that a case may expect are those that settlement has.
func TestCasesNameTheReasons(t *testing.T) {
	var schema struct {
		Properties struct {
			Cases struct {
				Items struct {
					Properties struct {
						Expect struct {
							Properties struct {
								Excluded struct {
									Items struct {
										Properties struct {
											Reason struct{ Enum []string }
										}
									}
								}
							}
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(policy.Schemas()["cases"], &schema); err != nil {
		t.Fatal(err)
	}
	known := schema.Properties.Cases.Items.Properties.Expect.Properties.Excluded.Items.Properties.Reason.Enum
	file, err := parser.ParseFile(token.NewFileSet(), "../result.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Reason" {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				s, _ := strconv.Unquote(lit.Value)
				reasons = append(reasons, s)
			}
		}
		return true
	})
	slices.Sort(known)
	slices.Sort(reasons)
	if len(reasons) < 10 || !slices.Equal(known, reasons) {
		t.Errorf("cases know %v, settlement has %v", known, reasons)
	}
}
