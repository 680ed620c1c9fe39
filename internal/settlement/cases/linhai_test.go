package cases_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
)

// executors are all that must find the amounts worked out by hand.
var executors = []cases.Runner{
	{Name: "oracle", Run: oracle.Run},
	{Name: "columnar", Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
		res, _, err := columnar.Run(ctx, plan, src, columnar.Options{})
		return res, err
	}},
}

func TestLinhaiCases(t *testing.T) { runs(t, filepath.Join(packs, "linhai-2021-47"), 150) }

// runs runs a pack's cases, of which there are at least some, under every executor.
func runs(t *testing.T, dir string, some int) {
	t.Helper()
	pack, err := policy.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := cases.Run(t.Context(), pack, executors)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(outcomes) / len(executors); n < some {
		t.Errorf("%d cases, fewer than %d", n, some)
	}
	for _, o := range outcomes {
		for _, wrong := range o.Wrong {
			t.Errorf("%s:%d %s: %s: %s", o.File, o.At.Line, o.Name, o.Runner, wrong)
		}
	}
}

// The second city needs nothing but its own files.
func TestSecondCityCases(t *testing.T) { runs(t, filepath.Join(packs, "example-xinzhou-2024"), 15) }
