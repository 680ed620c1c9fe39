package columnar_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// cases is how many random cases a test looks at.
func cases(t *testing.T, short, full int) uint64 {
	if n, err := strconv.Atoi(os.Getenv("CHANGRONG_CASES")); err == nil {
		return uint64(n)
	}
	if testing.Short() {
		return uint64(short)
	}
	t.Helper()
	return uint64(full)
}

// TestAgreesWithOracle holds the executor against the slow one, and against itself
// with rows in another order, more partitions and other numbers of workers.
func TestAgreesWithOracle(t *testing.T) {
	for seed := range cases(t, 60, 500) {
		plan, facts := settletest.Random(seed)
		want, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: the oracle: %v", seed, err)
		}
		var first *columnar.Report
		for i, o := range []columnar.Options{{Workers: 1}, {Workers: 2, Partitions: 2}, {Workers: 5, Partitions: 7}} {
			src := fact.Source(facts)
			switch i {
			case 1:
				src = chopped{facts, seed}
			case 2:
				src = chopped{settletest.Permute(facts, seed), seed}
			}
			got, report, err := columnar.Run(t.Context(), plan, src, o)
			if err != nil {
				t.Fatalf("seed %d, %+v: %v", seed, o, err)
			}
			if d := settletest.Diff(want, got); d != "" {
				t.Fatalf("seed %d, %+v: %s", seed, o, d)
			}
			if !reflect.DeepEqual(nonNil(want), nonNil(got)) {
				t.Fatalf("seed %d, %+v: the bytes differ", seed, o)
			}
			if first == nil {
				first = report
			} else if !reflect.DeepEqual(first.Facts, report.Facts) {
				t.Fatalf("seed %d, %+v: digests\n%+v\n%+v", seed, o, first.Facts, report.Facts)
			}
		}
	}
}

func nonNil(x any) string {
	b, err := json.Marshal(x)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
